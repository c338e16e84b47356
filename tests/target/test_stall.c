/* SPDX-License-Identifier: Apache-2.0 */
/* Cores that software has stalled: how they are halted, let go and reset. */
#include "board_rig.h"

#include "sim/lx6/lx6.h"

#include <string.h>

enum { TIMEOUT_MS = 1000, VECTOR = 0x40000400, CODE = 0x40080000, SPARE = 0x3FFB0000 };
enum { OPTIONS0 = 0x3FF48000, SW_CPU_STALL = 0x3FF480AC, APPCPU_CTRL_C = 0x3FF00034 };
enum { OPTIONS0_VALUE = 0x1C492000, PRO_C0 = 2 << 2, APP_C0 = 2, APP_C1 = 0x21 << 20 };
#define PRO_C1 (0x21U << 26)

/* Two stores (a2 to a3, a4 to a5), then a6 counts for ever. */
static const uint8_t code[] = {
    0x29, 0x03,       /* s32i.n a2, a3, 0 */
    0x49, 0x05,       /* s32i.n a4, a5, 0 */
    0x1B, 0x66,       /* addi.n a6, a6, 1 */
    0x86, 0xFE, 0xFF, /* j -2 */
};

struct stores {
    uint32_t value[2], addr[2];
};
static const struct stores nothing = {.addr = {SPARE, SPARE}};

static void set(struct rig *r, unsigned core, const char *name, uint32_t value)
{
    rig_check(r, core_reg_write(r->cpu[core], (unsigned)core_reg_find(r->cpu[core], name), value));
}

static void set_program(struct rig *r, unsigned core, const struct stores *s)
{
    set(r, core, "ps", 0);
    set(r, core, "a2", s->value[0]);
    set(r, core, "a3", s->addr[0]);
    set(r, core, "a4", s->value[1]);
    set(r, core, "a5", s->addr[1]);
    set(r, core, "a6", 0);
    set(r, core, "pc", CODE);
}

/* Both cores run the code, with these stores each. */
static void open_running(struct rig *r, const struct stores *pro, const struct stores *app)
{
    static const struct {
        uint32_t addr, value;
    } start_app[] = {{0x3FF00038, 0}, {0x3FF00030, 1}, {0x3FF0002C, 1}, {0x3FF0002C, 0}};
    rig_open(r);
    rig_check(r, target_reset(r->target, RESET_HALT));
    rig_check(r, core_mem_write(r->cpu[0], CODE, 0, code, sizeof code));
    for (unsigned i = 0; i < sizeof start_app / sizeof start_app[0]; i++)
        rig_check(r, core_write_u32(r->cpu[0], start_app[i].addr, start_app[i].value));
    rig_check(r, target_halt(r->target, TIMEOUT_MS));
    set_program(r, 0, pro);
    set_program(r, 1, app);
    rig_check(r, target_resume(r->target));
    rig_wait_ms(r, 1);
}

static uint32_t count_of(struct rig *r, unsigned core)
{
    return lx6_a(board_lx6(r->board, core), 6);
}

static bool counts(struct rig *r, unsigned core)
{
    uint32_t before = count_of(r, core);
    rig_wait_ms(r, 1);
    return count_of(r, core) != before;
}

static const struct {
    const char *what;
    unsigned core; /* that is stalled, by the other one */
    struct stores stores;
} rows[] = {
    {"APP by RTC_CNTL", 1, {{APP_C1, OPTIONS0_VALUE | APP_C0}, {SW_CPU_STALL, OPTIONS0}}},
    {"APP by DPORT", 1, {{1, 0}, {APPCPU_CTRL_C, SPARE}}},
    {"PRO by RTC_CNTL", 0, {{PRO_C1, OPTIONS0_VALUE | PRO_C0}, {SW_CPU_STALL, OPTIONS0}}},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static void open_stalled(struct rig *r, unsigned row)
{
    unsigned core = rows[row].core;
    print_message("%s\n", rows[row].what);
    open_running(r, core ? &rows[row].stores : &nothing, core ? &nothing : &rows[row].stores);
    assert_false(counts(r, core));
    assert_true(counts(r, !core));
}

static void a_stalled_core_says_so(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ROWS; i++) {
        struct rig r;
        open_stalled(&r, i);
        rig_check(&r, target_poll(r.target));
        assert_int_equal(core_state(r.cpu[rows[i].core]), CORE_UNAVAILABLE);
        assert_int_equal(core_state(r.cpu[!rows[i].core]), CORE_RUNNING);
        rig_close(&r);
    }
}

/* It does no instruction of the program for being halted and let go, and runs when the program ends the stall. */
static void it_is_halted_and_stalled_again(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ROWS; i++) {
        struct rig r;
        open_stalled(&r, i);
        unsigned core = rows[i].core;
        uint32_t before = count_of(&r, core), pc = lx6_pc(board_lx6(r.board, core));
        for (unsigned n = 0; n < 2; n++) {
            rig_check(&r, target_halt(r.target, TIMEOUT_MS));
            assert_int_equal(core_state(r.cpu[core]), CORE_HALTED);
            assert_int_equal(rig_reg(&r, core, "a6"), before);
            assert_int_equal(rig_reg(&r, core, "pc"), pc);
            if (n) /* the other core's program ends the stall */
                set_program(&r, !core, &(struct stores){{0, OPTIONS0_VALUE}, {rows[i].stores.addr[0], OPTIONS0}});
            rig_check(&r, target_resume(r.target));
            rig_wait_ms(&r, 1);
            rig_check(&r, target_poll(r.target));
            assert_int_equal(core_state(r.cpu[core]), n ? CORE_RUNNING : CORE_UNAVAILABLE);
            assert_int_equal(counts(&r, core), n);
            assert_true(counts(&r, !core));
        }
        rig_close(&r);
    }
}

static void check_reset(struct rig *r)
{
    rig_check(r, target_reset(r->target, RESET_HALT));
    assert_int_equal(rig_reg(r, 0, "pc"), VECTOR);
    uint32_t c0 = 1, c1 = 1;
    rig_check(r, core_read_u32(r->cpu[0], OPTIONS0, &c0));
    rig_check(r, core_read_u32(r->cpu[0], SW_CPU_STALL, &c1));
    assert_int_equal(c0 & 15, 0);
    assert_int_equal(c1, 0);
}

static void a_reset_takes_the_stall_away(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ROWS; i++) {
        struct rig r;
        open_stalled(&r, i);
        check_reset(&r);
        rig_close(&r);
        open_stalled(&r, i);
        rig_check(&r, target_halt(r.target, TIMEOUT_MS));
        rig_check(&r, target_resume(r.target));
        check_reset(&r);
        rig_close(&r);
        open_stalled(&r, i);
        rig_check(&r, target_reset(r.target, RESET_RUN));
        uint64_t before = board_core_instructions(r.board, 0);
        rig_wait_ms(&r, 1);
        assert_true(board_core_instructions(r.board, 0) > before);
        rig_close(&r);
    }
}

/* Nothing but the reset line reaches such a chip. */
static void both_cores_stalled(void **state)
{
    (void)state;
    struct rig r;
    struct stores app = {{PRO_C1 | APP_C1, OPTIONS0_VALUE | PRO_C0 | APP_C0}, {SW_CPU_STALL, OPTIONS0}};
    open_running(&r, &nothing, &app);
    assert_false(counts(&r, 0) || counts(&r, 1));
    CHECK_ERR(target_halt(r.target, TIMEOUT_MS), ERR_STATE);
    assert_non_null(strstr(r.log.why, "software has stalled it"));
    assert_non_null(strstr(r.log.why, "reset"));
    check_reset(&r);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stalled_core_says_so),
        cmocka_unit_test(it_is_halted_and_stalled_again),
        cmocka_unit_test(a_reset_takes_the_stall_away),
        cmocka_unit_test(both_cores_stalled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
