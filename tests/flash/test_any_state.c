/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent's code over every part that the virtual boards have, found in every state that it can be found in: identify,
 * read, erase, program, verify, and the state at the end.
 */
#include "base/bytes.h"
#include "native_carrier.h"
#include "sim/nor/nor_int.h"
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALL = FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME | FLASH_JOB_VERIFY, LEN = 0x3000, NO_STATE = NOR_STATE_COUNT };

/* What the flash remembers and a program relies on. */
struct kept {
    enum nor_mode mode;
    bool is_4byte, is_asleep, is_continuous, is_write_enabled;
    uint8_t extended, qpi_clocks;
    uint8_t registers[NOR_REGISTERS], config[NOR_CONFIGS];
};

/* A range of the array; empty if to is 0. */
struct extent {
    uint32_t from, to;
};

/* One flash for all the states of a part: to fill 256 MB anew for each takes longer than all that is tested. */
struct bench {
    struct log log;
    struct native_carrier c;
    struct nor *nor;
    struct nor delivered;     /* what it was at first; the bytes are the same */
    struct extent changed[2]; /* in the lower and the upper half */
    struct flash *f;
    uint8_t image[LEN];
    struct kept before;
    unsigned state;
};

static struct kept look(const struct nor *n)
{
    struct kept k = {.mode = n->mode,
                     .is_4byte = n->is_4byte,
                     .is_asleep = n->is_asleep,
                     .is_continuous = n->continuous,
                     .is_write_enabled = n->is_write_enabled,
                     .extended = n->extended,
                     .qpi_clocks = n->qpi_clocks};
    memcpy(k.registers, n->registers, sizeof k.registers);
    memcpy(k.config, n->config, sizeof k.config);
    return k;
}

/* Parts that say something wrong of themselves. */
static bool is_odd(const struct nor_part *part)
{
    return !strncmp(nor_part_name(part), "odd-", 4);
}

/* Two places, one of them beyond what three address bytes reach where there is such a thing. Not blank, so that it has to be
   erased; and content where a chip that waits for an address reads it. */
static uint32_t place(const struct bench *b, unsigned i)
{
    uint32_t high = is_odd(nor_part_of(b->nor)) ? 0x100000 : nor_size(b->nor) - 0x40000;
    return i ? high : 0x8000;
}

static void note_change(void *ctx, uint32_t offset, uint32_t len)
{
    struct bench *b = ctx;
    struct extent *e = &b->changed[offset >= nor_size(b->nor) / 2];
    e->from = e->to && e->from < offset ? e->from : offset;
    e->to = e->to > offset + len ? e->to : offset + len;
}

static void fill(struct bench *b)
{
    uint32_t seed = 99;
    for (size_t i = 0; i < sizeof b->image; i++) {
        seed = seed * 1664525 + 1013904223;
        b->image[i] = (uint8_t)(seed >> 24);
    }
    for (unsigned i = 0; i < 2; i++) {
        memset(nor_bytes(b->nor) + place(b, i), 0x3C, LEN);
        note_change(b, place(b, i), LEN);
    }
    memcpy(nor_bytes(b->nor), b->image, 0x1000);
    note_change(b, 0, 0x1000);
}

static void bench_open(struct bench *b, const struct nor_part *part)
{
    memset(b, 0, sizeof *b);
    log_init(&b->log, LOG_SILENT);
    b->nor = nor_new(part, &b->c.nor.sched, false, NULL);
    assert_non_null(b->nor);
    nor_on_change(b->nor, NULL, note_change, b);
    b->delivered = *b->nor;
}

static void make_as_delivered(struct bench *b)
{
    struct nor *n = b->nor;
    *n = b->delivered;
    memset(n->locks, true, nor_size(n) / NOR_SECTOR);
    memset(n->erases, 0, nor_size(n) / NOR_SECTOR * sizeof *n->erases);
    for (unsigned i = 0; i < 2; i++) {
        memset(n->bytes + b->changed[i].from, 0xFF, b->changed[i].to - b->changed[i].from);
        b->changed[i] = (struct extent){0};
    }
}

/* False where the part cannot be in that state. */
static bool bench_enter(struct bench *b, unsigned state)
{
    flash_free(b->f);
    native_carrier_init(&b->c);
    make_as_delivered(b);
    b->c.nor.nor = b->nor;
    b->state = state;
    fill(b);
    b->f = flash_new_on(&b->c.base, &b->log, &b->c.clock);
    if (state != NO_STATE && nor_enter(b->nor, (enum nor_state)state))
        return false;
    b->before = look(b->nor);
    return true;
}

static void bench_close(struct bench *b)
{
    flash_free(b->f);
    nor_free(b->nor);
}

static const char *title(const struct bench *b)
{
    return b->state == NO_STATE ? "as delivered" : nor_state_name((enum nor_state)b->state);
}

static void check(struct bench *b, bool is_so, const char *what)
{
    if (!is_so)
        print_error("%s, %s: %s. %s\n", nor_part_name(nor_part_of(b->nor)), title(b), what, b->log.why);
    assert_true(is_so);
}

static bool is_dead(unsigned state)
{
    return state == NOR_STATE_STUCK_LOW || state == NOR_STATE_STUCK_HIGH;
}

/* --- what the host learns --- */

static void check_words(struct bench *b, const struct flash_info *info)
{
    static const unsigned notes[] = {
        [NOR_STATE_CONTINUOUS] = FLASH_WAS_CONTINUOUS,
        [NOR_STATE_ASLEEP] = FLASH_WAS_ASLEEP,
        [NOR_STATE_ERASING] = FLASH_WAS_BUSY,
        [NOR_STATE_ERASE_SUSPENDED] = FLASH_WAS_SUSPENDED,
        [NOR_STATE_PROGRAM_SUSPENDED] = FLASH_WAS_SUSPENDED,
        [NOR_STATE_WRITE_ENABLED] = FLASH_WAS_WRITABLE,
        [NO_STATE] = 0,
    };
    static const enum flash_mode modes[] = {
        [NOR_SPI] = FLASH_MODE_SPI,
        [NOR_QPI] = FLASH_MODE_QPI,
        [NOR_OPI_STR] = FLASH_MODE_OPI_STR,
        [NOR_OPI_DTR] = FLASH_MODE_OPI_DTR,
    };
    check(b, info->notes == notes[b->state], "other notes");
    check(b, info->mode == modes[b->before.mode], "another mode");
    if (is_odd(nor_part_of(b->nor)))
        return;
    check(b, info->size == nor_size(b->nor), "another size");
    for (unsigned i = 0; i < 2; i++) {
        uint32_t at = place(b, i);
        bool is_covered =
            at >= info->protected_range.offset && at - info->protected_range.offset < info->protected_range.len;
        check(b, is_covered == nor_is_protected(b->nor, at, 0x1000), "another protection");
    }
}

/* --- what it does --- */

static void check_content(struct bench *b, unsigned i)
{
    uint8_t back[LEN];
    uint32_t at = place(b, i);
    struct flash_piece p = {.offset = at, .bytes = b->image, .len = LEN, .name = "app.bin"};
    check(b, flash_read(b->f, at, back, LEN) == ERR_OK, "cannot read");
    check(b, !memcmp(back, nor_bytes(b->nor) + at, LEN), "reads wrong");
    check(b, flash_program(b->f, &p, 1, ALL, NULL) == ERR_OK, "cannot program");
    check(b, !memcmp(b->image, nor_bytes(b->nor) + at, LEN), "programs wrong");
    check(b, nor_bytes(b->nor)[at + LEN] == 0xFF && nor_bytes(b->nor)[at - 1] == 0xFF, "programs too much");
    check(b, flash_erase(b->f, at, 0x2000) == ERR_OK, "cannot erase");
    check(b, nor_bytes(b->nor)[at + 0x1FFF] == 0xFF && nor_bytes(b->nor)[at + 0x2000] == b->image[0x2000],
          "erases wrong");
}

/* --- and how it leaves the flash --- */

static void check_as_found(struct bench *b)
{
    struct kept now = look(b->nor), was = b->before;
    bool was_protected =
        nor_is_protected(b->nor, 0, 1) || b->state == NOR_STATE_PROTECTED_ALL || b->state == NOR_STATE_PROTECTED_BLOCKS;
    check(b, now.mode == was.mode && now.qpi_clocks == was.qpi_clocks, "mode not as found");
    check(b, now.is_4byte == was.is_4byte && now.extended == was.extended, "addresses not as found");
    check(b, now.is_asleep == was.is_asleep, "sleep not as found");
    check(b, now.is_continuous == was.is_continuous, "continuous read not as found");
    check(b, now.is_write_enabled == was.is_write_enabled, "write enable not as found");
    check(b, !memcmp(now.config, was.config, sizeof now.config), "configuration not as found");
    if (!was_protected)
        check(b, !memcmp(now.registers, was.registers, sizeof now.registers), "registers not as found");
}

static void check_for_boot(struct bench *b)
{
    struct kept now = look(b->nor);
    check(b, now.mode == NOR_SPI && !now.is_asleep && !now.is_continuous, "does not listen as a boot ROM speaks");
    check(b, !now.is_4byte && !now.extended && !now.is_write_enabled, "addresses are not what a boot ROM gives");
    check(b, nor_is_readable(b->nor), "cannot be read");
}

/* Gives whether the part can be in the state. */
static bool run(struct bench *b, unsigned state, bool for_boot)
{
    if (!bench_enter(b, state))
        return false;
    if (is_dead(state) || state == NOR_STATE_PROTECTED_PIN)
        return true;
    struct flash_info info;
    b->c.for_boot = for_boot;
    check(b, flash_identify(b->f, &info) == ERR_OK, "not identified");
    check_words(b, &info);
    for (unsigned i = 0; i < 2; i++)
        check_content(b, i);
    if (for_boot)
        check_for_boot(b);
    else
        check_as_found(b);
    return true;
}

/* How many parts cannot be in a state: they lack the mode, the command or the bit. A part that is added may count here. */
static const unsigned refused_by[NO_STATE + 1] = {
    [NOR_STATE_QPI] = 45,      [NOR_STATE_OPI_STR] = 62,   [NOR_STATE_OPI_DTR] = 60,       [NOR_STATE_ADDRESS4] = 54,
    [NOR_STATE_EXTENDED] = 54, [NOR_STATE_CONTINUOUS] = 6, [NOR_STATE_PROTECTED_PIN] = 11, [NOR_STATE_BLOCK_LOCKS] = 53,
    [NOR_STATE_QE_CLEAR] = 13, [NOR_STATE_QE_SET] = 6,
};

static void run_all(bool for_boot)
{
    struct bench *b = malloc(sizeof *b);
    unsigned refused[NO_STATE + 1] = {0};
    for (size_t i = 0; nor_part_at(i); i++) {
        bench_open(b, nor_part_at(i));
        for (unsigned s = 0; s <= NO_STATE; s++)
            refused[s] += !run(b, s, for_boot);
        bench_close(b);
    }
    free(b);
    for (unsigned s = 0; s < NO_STATE; s++)
        if (refused[s] != refused_by[s])
            print_error("%s: refused by %u parts, not by %u\n", nor_state_name((enum nor_state)s), refused[s],
                        refused_by[s]);
    assert_memory_equal(refused, refused_by, sizeof refused);
}

static void every_part_in_every_state(void **state)
{
    (void)state;
    run_all(false);
}

static void every_part_can_boot_after_a_reset(void **state)
{
    (void)state;
    run_all(true);
}

#define CHECK_SAYS(b, text) assert_non_null(strstr((b)->log.why, (text)))

static void lines_that_are_held(void **state)
{
    (void)state;
    struct bench *b = malloc(sizeof *b);
    struct flash_info info;
    bench_open(b, nor_part_find("W25Q64JV"));
    assert_true(bench_enter(b, NOR_STATE_STUCK_LOW));
    CHECK_ERR(flash_identify(b->f, &info), ERR_FLASH);
    CHECK_SAYS(b, "all zeros");
    bench_close(b);
    bench_open(b, nor_part_find("MX25UM25645G"));
    assert_true(bench_enter(b, NOR_STATE_STUCK_HIGH));
    CHECK_ERR(flash_identify(b->f, &info), ERR_FLASH);
    CHECK_SAYS(b, "all ones");
    bench_close(b);
    free(b);
}

static void protection_is_respected(void **state)
{
    (void)state;
    struct bench *b = malloc(sizeof *b);
    bench_open(b, nor_part_find("W25Q64JV"));
    assert_true(bench_enter(b, NOR_STATE_PROTECTED_BLOCKS));
    struct flash_piece low = {.offset = 0x8000, .bytes = b->image, .len = LEN, .name = "app.bin"}, high = low;
    high.offset = 0x600000;
    flash_set_unprotect(b->f, false);
    CHECK_OK(flash_program(b->f, &low, 1, ALL, NULL)); /* the upper half is protected */
    CHECK_ERR(flash_program(b->f, &high, 1, ALL, NULL), ERR_STATE);
    CHECK_SAYS(b, "0x400000 to 0x7fffff of the flash are write-protected by BP2..0 = 6");
    CHECK_SAYS(b, "--unprotect");
    CHECK_ERR(flash_erase(b->f, 0x3FF000, 0x2000), ERR_STATE);
    assert_true(nor_is_protected(b->nor, 0x600000, 1));
    flash_set_unprotect(b->f, true);
    CHECK_OK(flash_program(b->f, &high, 1, ALL, NULL));
    assert_memory_equal(nor_bytes(b->nor) + high.offset, b->image, LEN);
    assert_false(nor_is_protected(b->nor, 0x600000, 1));
    bench_close(b);
    bench_open(b, nor_part_find("W25Q64FV"));
    assert_true(bench_enter(b, NOR_STATE_PROTECTED_PIN));
    CHECK_ERR(flash_program(b->f, &low, 1, ALL, NULL), ERR_FLASH);
    CHECK_SAYS(b, "WP pin");
    assert_int_equal(nor_bytes(b->nor)[low.offset], 0x3C);
    bench_close(b);
    free(b);
}

/* A chip that never gets ready is the host's to give up; its mode is not touched. */
static void an_erase_that_never_ends(void **state)
{
    (void)state;
    struct bench *b = malloc(sizeof *b);
    struct flash_info info;
    bench_open(b, nor_part_find("MX25UM25645G"));
    assert_true(bench_enter(b, NOR_STATE_OPI_DTR));
    nor_fault_busy(b->nor, true);
    CHECK_OK(nor_enter(b->nor, NOR_STATE_ERASING));
    CHECK_ERR(flash_identify(b->f, &info), ERR_FLASH);
    CHECK_SAYS(b, "stays busy");
    assert_int_equal(nor_mode(b->nor), NOR_OPI_DTR);
    nor_fault_busy(b->nor, false);
    CHECK_OK(flash_identify(b->f, &info));
    assert_int_equal(info.mode, FLASH_MODE_OPI_DTR);
    bench_close(b);
    free(b);
}

/* Several at once, as a program that crashed leaves them. */
static void states_together(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"W25Q64FV", "qpi,erase-suspended"},         {"W25Q64FV", "qpi,deep-power-down"},
        {"W25Q256JV", "4-byte,continuous-read"},     {"MX25L25645G", "4-byte,qpi,write-enabled"},
        {"MX25UM25645G", "opi-dtr,deep-power-down"}, {"MX25UM25645G", "opi-str,erase-suspended"},
        {"MX25LM51245G", "opi-dtr,erase-running"},   {"GD25LX256E", "4-byte,opi-dtr"},
        {"IS25LX256", "opi-dtr,write-enabled"},      {"IS25LP128", "qpi,erase-running"},
    };
    struct bench *b = malloc(sizeof *b);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct flash_info info;
        bench_open(b, nor_part_find(rows[i][0]));
        assert_true(bench_enter(b, NO_STATE));
        CHECK_OK(nor_preset(b->nor, rows[i][1]));
        b->before = look(b->nor);
        check(b, flash_identify(b->f, &info) == ERR_OK, rows[i][1]);
        check_content(b, 1);
        check_as_found(b);
        bench_close(b);
    }
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_in_every_state), cmocka_unit_test(every_part_can_boot_after_a_reset),
        cmocka_unit_test(lines_that_are_held),       cmocka_unit_test(protection_is_respected),
        cmocka_unit_test(an_erase_that_never_ends),  cmocka_unit_test(states_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
