/* SPDX-License-Identifier: Apache-2.0 */
/* Sequences of accesses to memory and registers, through one halted core in one go. */
#include "regs/xtensa.h"
#include "target_rig.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES = 700, ACCESSES = 300, MOST_WORDS = 16 };

struct model {
    uint32_t memory[PLACES + MOST_WORDS], got[ACCESSES][MOST_WORDS], wanted[ACCESSES][MOST_WORDS];
    struct core_access list[ACCESSES];
    unsigned seed;
};

static unsigned any(struct model *m, unsigned below)
{
    m->seed = m->seed * 1103515245U + 12345U;
    return (m->seed >> 16) % below;
}

/* Writes and reads, near each other and far apart, of values and places that come again, and what each read finds. */
static void make_sequence(struct model *m, unsigned seed)
{
    m->seed = seed;
    unsigned at = 0;
    for (unsigned i = 0; i < ACCESSES; i++) {
        at = any(m, 4) ? (at + any(m, 9)) % PLACES : any(m, PLACES);
        m->list[i] = (struct core_access){.addr = DRAM + 4 * at};
        if (any(m, 2)) {
            m->list[i].value = m->memory[at] = any(m, 3) ? any(m, 4) : any(m, 30000) << 16;
            continue;
        }
        m->list[i].count = any(m, 3) ? 1 : 1 + any(m, MOST_WORDS);
        m->list[i].into = m->got[i];
        memcpy(m->wanted[i], m->memory + at, m->list[i].count * 4);
    }
}

/* In parts of any length: short ones have fewer registers. */
static void check_sequences(struct target_rig *r, unsigned most, unsigned longest)
{
    for (unsigned seed = 1; seed <= most; seed++) {
        struct model *m = calloc(1, sizeof *m);
        CHECK_OK(core_mem_write(r->cpu[0], DRAM, 0, m->memory, sizeof m->memory));
        make_sequence(m, seed);
        for (unsigned i = 0, count = 0; i < ACCESSES; i += count) {
            count = 1 + any(m, longest);
            count = count < ACCESSES - i ? count : ACCESSES - i;
            CHECK_OK(core_access_all(r->cpu[0], m->list + i, count));
        }
        assert_memory_equal(m->got, m->wanted, sizeof m->got);
        for (unsigned i = 0; i < PLACES; i++)
            assert_int_equal(rig_word(&r->chip, DRAM + 4 * i), m->memory[i]);
        free(m);
    }
}

static void sequences_are_done_in_their_order(void **state)
{
    (void)state;
    struct target_rig r;
    target_rig_open_at(&r, IRAM);
    check_sequences(&r, 25, 2 * ACCESSES);
    check_sequences(&r, 25, 20);
    target_rig_close(&r);
}

/* Some scans get lost, and the sequence is given again: memory does not mind. */
static void sequences_of_a_slow_core_are_whole(void **state)
{
    (void)state;
    struct target_rig r;
    target_rig_open_at(&r, IRAM);
    r.chip.cycle_ps = 4000000;
    check_sequences(&r, 4, ACCESSES);
    target_rig_close(&r);
}

/* No register of the program's is changed when the core runs again, in whichever window it stood. */
static void sequences_leave_no_trace(void **state)
{
    (void)state;
    for (unsigned window = 0; window < 16; window += 5) {
        struct target_rig r;
        target_rig_open(&r);
        for (unsigned i = 0; i < 64; i++)
            lx6_set_ar(r.chip.lx6[0], i, 0xA0A00000 + i);
        lx6_set_sr(r.chip.lx6[0], SR_WINDOWBASE, window);
        CHECK_OK(target_halt(r.target, TIMEOUT_MS));
        check_sequences(&r, 1, ACCESSES);
        check_sequences(&r, 1, 8);
        assert_int_equal(read_reg(r.cpu[0], "a6"), 0xA0A00000 + (4 * window + 6) % 64);
        write_reg(r.cpu[0], "a7", 0x600DF00D);
        check_sequences(&r, 1, ACCESSES);
        CHECK_OK(target_resume(r.target));
        rig_sync(&r.chip);
        for (unsigned i = 0; i < 64; i++)
            assert_int_equal(lx6_ar(r.chip.lx6[0], i), i == (4 * window + 7) % 64 ? 0x600DF00D : 0xA0A00000 + i);
        target_rig_close(&r);
    }
}

/* A transfer of a SPI controller: address, start, a look whether it is done, four words. Of the 18 accesses to the debug module
   that this takes when each register is loaded anew, no more than 13 are left. */
static void registers_are_not_loaded_twice(void **state)
{
    (void)state;
    enum { TRANSFERS = 32, WORDS = 4, ACCESS_TCK = 52 };
    struct target_rig r;
    struct core_access list[4 * TRANSFERS];
    uint32_t looks[TRANSFERS], words[TRANSFERS][WORDS];
    target_rig_open_at(&r, IRAM);
    for (unsigned i = 0; i < TRANSFERS; i++) {
        list[4 * i] = (struct core_access){.addr = DRAM + 4, .value = 0x1000 * i};
        list[4 * i + 1] = (struct core_access){.addr = DRAM, .value = 0x40000};
        list[4 * i + 2] = (struct core_access){.addr = DRAM, .into = &looks[i], .count = 1};
        list[4 * i + 3] = (struct core_access){.addr = DRAM + 0x58, .into = words[i], .count = WORDS};
    }
    CHECK_OK(core_access_all(r.cpu[0], list, 32)); /* the registers are known then */
    uint64_t begun = r.chip.now_ps;
    CHECK_OK(core_access_all(r.cpu[0], list, 4 * TRANSFERS));
    uint64_t tck = (r.chip.now_ps - begun - r.chip.latency_ps) / r.chip.tck_ps;
    print_message("%u TCK for a transfer\n", (unsigned)(tck / TRANSFERS));
    assert_true(tck < (uint64_t)ACCESS_TCK * 13 * TRANSFERS);
    target_rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_are_done_in_their_order),
        cmocka_unit_test(sequences_of_a_slow_core_are_whole),
        cmocka_unit_test(sequences_leave_no_trace),
        cmocka_unit_test(registers_are_not_loaded_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
