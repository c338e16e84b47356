/* SPDX-License-Identifier: Apache-2.0 */
/* Running and stopping: breakpoints, watchpoints, resets, code of our own. */
#include "target_rig.h"

#include "regs/xtensa.h"

#include <stdio.h>
#include <string.h>

enum { STACK = DRAM + 0x8000 };

/* a2 counts up in memory at DRAM. */
static const uint32_t counter[] = {
    0x002322, /* 00 l32i a2, a3, 0 */
    0x01C222, /* 03 addi a2, a2, 1 */
    0x006322, /* 06 s32i a2, a3, 0 */
    0xFFFCC6, /* 09 j 00 */
};

static void open_counter(struct target_rig *r)
{
    target_rig_open_at(r, IRAM);
    put_code(r, IRAM, counter, 4);
    for (unsigned i = 0; i < 2; i++) {
        write_reg(r->cpu[i], "windowbase", 0);
        write_reg(r->cpu[i], "a3", DRAM + 4 * i);
        write_reg(r->cpu[i], "ps", PS_UM);
    }
    write_reg(r->cpu[1], "pc", 0x40000400);
    CHECK_OK(core_write_u32(r->cpu[0], DRAM, 0));
}

static void wait_for_halt(struct target_rig *r, enum halt_reason reason, uint32_t pc)
{
    CHECK_OK(core_wait_state(r->cpu[0], CORE_HALTED, TIMEOUT_MS));
    assert_string_equal(halt_reason_name(core_halt_reason(r->cpu[0])), halt_reason_name(reason));
    assert_int_equal(read_reg(r->cpu[0], "pc"), pc);
}

static void hardware_breakpoints(void **state)
{
    (void)state;
    struct target_rig r;
    open_counter(&r);
    CHECK_OK(target_add_breakpoint(r.target, IRAM + 6, 3, BP_HARDWARE));
    for (uint32_t i = 0; i < 5; i++) {
        CHECK_OK(target_resume(r.target));
        wait_for_halt(&r, HALT_BREAKPOINT, IRAM + 6);
        assert_int_equal(rig_word(&r.chip, DRAM), i);
        assert_int_equal(read_reg(r.cpu[0], "a2"), i + 1);
        CHECK_OK(core_wait_state(r.cpu[1], CORE_HALTED, TIMEOUT_MS)); /* by the break network */
        assert_int_equal(core_halt_reason(r.cpu[1]), HALT_REQUEST);
    }
    CHECK_OK(target_remove_breakpoint(r.target, IRAM + 6));
    CHECK_OK(target_resume(r.target));
    CHECK_OK(target_poll(r.target));
    CHECK_OK(target_poll(r.target));
    assert_int_equal(core_state(r.cpu[0]), CORE_RUNNING);
    target_rig_close(&r);
}

static void software_breakpoints(void **state)
{
    (void)state;
    struct target_rig r;
    open_counter(&r);
    uint32_t before = rig_word(&r.chip, IRAM + 4);
    CHECK_OK(target_add_breakpoint(r.target, IRAM + 6, 3, BP_SOFTWARE));
    assert_int_not_equal(rig_word(&r.chip, IRAM + 4), before);
    for (uint32_t i = 0; i < 5; i++) {
        CHECK_OK(target_resume(r.target));
        wait_for_halt(&r, HALT_BREAKPOINT, IRAM + 6);
        assert_int_equal(rig_word(&r.chip, DRAM), i);
    }
    CHECK_OK(core_step(r.cpu[0])); /* the instruction beneath */
    assert_int_equal(rig_word(&r.chip, DRAM), 5);
    assert_int_equal(read_reg(r.cpu[0], "pc"), IRAM + 9);
    CHECK_OK(target_remove_all_breakpoints(r.target));
    assert_int_equal(rig_word(&r.chip, IRAM + 4), before);
    CHECK_ERR(target_add_breakpoint(r.target, 0x40000400, 3, BP_SOFTWARE), ERR_UNSUPPORTED);
    CHECK_ERR(target_add_breakpoint(r.target, 0x400D0000, 3, BP_SOFTWARE), ERR_UNSUPPORTED);
    target_rig_close(&r);
}

/* GDB takes its breakpoints away whenever the program stands. */
static void the_instruction_below_a_removed_breakpoint_is_done(void **state)
{
    (void)state;
    struct target_rig r;
    open_counter(&r);
    for (uint32_t i = 0; i < 2; i++) {
        CHECK_OK(target_add_breakpoint(r.target, IRAM + 6, 3, BP_SOFTWARE));
        CHECK_OK(target_resume(r.target));
        wait_for_halt(&r, HALT_BREAKPOINT, IRAM + 6);
        assert_int_equal(rig_word(&r.chip, DRAM), i);
        CHECK_OK(target_remove_breakpoint(r.target, IRAM + 6));
        CHECK_OK(core_step(r.cpu[0]));
        assert_int_equal(rig_word(&r.chip, DRAM), i + 1);
        assert_int_equal(read_reg(r.cpu[0], "pc"), IRAM + 9);
    }
    target_rig_close(&r);
}

static void a_range_is_stepped_through(void **state)
{
    (void)state;
    struct target_rig r;
    bool is_inside = true;
    open_counter(&r);
    CHECK_OK(target_add_breakpoint(r.target, IRAM + 6, 3, BP_HARDWARE));
    CHECK_OK(target_resume(r.target));
    wait_for_halt(&r, HALT_BREAKPOINT, IRAM + 6);
    CHECK_OK(core_step_range(r.cpu[0], IRAM + 6, IRAM + 9, 100, &is_inside));
    assert_false(is_inside);
    assert_int_equal(read_reg(r.cpu[0], "pc"), IRAM + 9);
    CHECK_OK(core_step_range(r.cpu[0], IRAM, IRAM + 64, 1, &is_inside)); /* no more for now */
    assert_true(is_inside);
    CHECK_OK(core_step_range(r.cpu[0], IRAM, IRAM + 64, 100, &is_inside));
    assert_false(is_inside); /* the breakpoint is in the way */
    assert_int_equal(read_reg(r.cpu[0], "pc"), IRAM + 6);
    target_rig_close(&r);
}

static void slots_run_out_with_a_sentence(void **state)
{
    (void)state;
    struct target_rig r;
    open_counter(&r);
    CHECK_OK(target_add_breakpoint(r.target, IRAM, 3, BP_HARDWARE));
    CHECK_ERR(target_add_breakpoint(r.target, IRAM, 3, BP_HARDWARE), ERR_EXISTS);
    CHECK_OK(target_add_breakpoint(r.target, IRAM + 3, 3, BP_HARDWARE));
    CHECK_ERR(target_add_breakpoint(r.target, IRAM + 9, 3, BP_HARDWARE), ERR_RESOURCE);
    assert_non_null(strstr(err_why(&r.chip.log, ERR_RESOURCE), "0x40080000 and 0x40080003"));
    CHECK_ERR(target_remove_breakpoint(r.target, 0x1234), ERR_NOT_FOUND);
    CHECK_ERR(target_add_watchpoint(r.target, DRAM + 2, 4, WP_WRITE), ERR_ALIGN);
    CHECK_ERR(target_add_watchpoint(r.target, DRAM, 3, WP_WRITE), ERR_ALIGN);
    CHECK_ERR(target_add_watchpoint(r.target, DRAM, 128, WP_WRITE), ERR_ALIGN);
    CHECK_OK(target_add_watchpoint(r.target, DRAM, 4, WP_WRITE));
    CHECK_OK(target_add_watchpoint(r.target, DRAM + 64, 64, WP_READ));
    CHECK_ERR(target_add_watchpoint(r.target, DRAM + 8, 4, WP_WRITE), ERR_RESOURCE);
    target_rig_close(&r);
}

static void watchpoints(void **state)
{
    (void)state;
    struct target_rig r;
    open_counter(&r);
    CHECK_OK(target_add_watchpoint(r.target, DRAM, 4, WP_WRITE));
    for (uint32_t i = 0; i < 3; i++) {
        CHECK_OK(target_resume(r.target));
        wait_for_halt(&r, HALT_WATCHPOINT, IRAM + 6);
        assert_int_equal(rig_word(&r.chip, DRAM), i);
    }
    CHECK_OK(target_remove_watchpoint(r.target, DRAM));
    CHECK_OK(target_add_watchpoint(r.target, DRAM, 64, WP_READ));
    CHECK_OK(target_resume(r.target));
    wait_for_halt(&r, HALT_WATCHPOINT, IRAM);
    CHECK_OK(target_remove_all_watchpoints(r.target));
    CHECK_OK(target_resume(r.target));
    CHECK_OK(target_poll(r.target));
    assert_int_equal(core_state(r.cpu[0]), CORE_RUNNING);
    target_rig_close(&r);
}

/* The break registers are the core's own and a reset clears them: a core that the program starts later still stops. */
static void a_core_that_starts_later_knows_the_breakpoints(void **state)
{
    (void)state;
    static const uint32_t code[] = {0x006020 /* rsil a2, 0 */, 0x0020F0 /* nop */, 0xFFFF06 /* j . */};
    struct target_rig r;
    open_counter(&r);
    put_code(&r, 0x40000400, code, 3);
    CHECK_OK(target_resume(r.target));
    r.chip.is_held[1] = true;
    CHECK_OK(target_poll(r.target));
    assert_int_equal(core_state(r.cpu[1]), CORE_RESET);
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    CHECK_OK(target_add_breakpoint(r.target, 0x40000403, 3, BP_HARDWARE));
    CHECK_OK(target_resume(r.target));
    CHECK_OK(target_poll(r.target));
    unsigned halts = r.events[TARGET_HALTED];

    rig_sync(&r.chip);
    lx6_reset(r.chip.lx6[1], 0);
    xdm_core_was_reset(r.chip.xdm[1], false);
    r.chip.is_held[1] = false;
    CHECK_OK(core_wait_state(r.cpu[1], CORE_HALTED, TIMEOUT_MS));
    assert_int_equal(core_halt_reason(r.cpu[1]), HALT_BREAKPOINT);
    assert_int_equal(read_reg(r.cpu[1], "pc"), 0x40000403);
    CHECK_OK(core_wait_state(r.cpu[0], CORE_HALTED, TIMEOUT_MS));
    assert_int_equal(r.events[TARGET_HALTED], halts + 2); /* its stop for the breakpoints was not told */
    target_rig_close(&r);
}

static void the_programs_own_break_is_passed(void **state)
{
    (void)state;
    static const uint32_t code[] = {0x004110 /* break 1, 1 */, 0x01C222 /* addi a2, a2, 1 */, 0xFFFF06 /* j . */};
    struct target_rig r;
    open_counter(&r);
    put_code(&r, IRAM, code, 3);
    write_reg(r.cpu[0], "a2", 7);
    CHECK_OK(target_resume(r.target));
    wait_for_halt(&r, HALT_BREAKPOINT, IRAM);
    CHECK_OK(core_step(r.cpu[0]));
    assert_int_equal(read_reg(r.cpu[0], "pc"), IRAM + 3);
    CHECK_OK(target_resume(r.target));
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    assert_int_equal(read_reg(r.cpu[0], "a2"), 8);
    assert_int_equal(read_reg(r.cpu[0], "pc"), IRAM + 6);
    target_rig_close(&r);
}

static void cores_are_alone_without_the_break_network(void **state)
{
    (void)state;
    struct target_rig r;
    open_counter(&r);
    CHECK_OK(target_resume(r.target));
    CHECK_OK(core_halt(r.cpu[0], TIMEOUT_MS));
    CHECK_OK(core_wait_state(r.cpu[1], CORE_HALTED, TIMEOUT_MS));
    CHECK_OK(target_set_smp_break(r.target, 0));
    CHECK_OK(target_resume(r.target));
    CHECK_OK(core_halt(r.cpu[0], TIMEOUT_MS));
    CHECK_OK(target_poll(r.target));
    assert_int_equal(core_state(r.cpu[1]), CORE_RUNNING);
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    assert_int_equal(core_state(r.cpu[1]), CORE_HALTED);
    target_rig_close(&r);
}

static void events_are_sent_once(void **state)
{
    (void)state;
    struct target_rig r;
    target_rig_open(&r);
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    assert_int_equal(r.events[TARGET_HALTED], 2);
    CHECK_OK(target_poll(r.target));
    CHECK_OK(target_halt(r.target, TIMEOUT_MS)); /* no error, no event */
    assert_int_equal(r.events[TARGET_HALTED], 2);
    CHECK_OK(target_resume(r.target));
    assert_int_equal(r.events[TARGET_RESUMED], 2);
    CHECK_ERR(target_resume(r.target), ERR_STATE);
    assert_int_equal(rig_word(&r.chip, 0x3FF480A4), 0); /* the watchdog script ended: its lock is closed */
    target_rig_close(&r);
}

static void a_core_without_clock_is_unavailable(void **state)
{
    (void)state;
    struct target_rig r;
    target_rig_open(&r);
    r.chip.is_gated[1] = true;
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    assert_int_equal(core_state(r.cpu[0]), CORE_HALTED);
    assert_int_equal(core_state(r.cpu[1]), CORE_UNAVAILABLE);
    CHECK_ERR(core_halt(r.cpu[1], 10), ERR_POWERED_OFF);
    assert_non_null(strstr(err_why(&r.chip.log, ERR_POWERED_OFF), "its clock is off"));
    CHECK_OK(target_resume(r.target));
    r.chip.is_gated[1] = false;
    CHECK_OK(clock_wait_ms(target_clock(r.target), 1));
    rig_sync(&r.chip);
    assert_int_equal(lx6_state(r.chip.lx6[1]), LX6_RUNNING); /* no request was left behind */
    target_rig_close(&r);
}

static void a_stuck_core_is_named(void **state)
{
    (void)state;
    struct target_rig r;
    target_rig_open(&r);
    r.chip.is_gated[0] = r.chip.is_gated[1] = true;
    CHECK_ERR(target_halt(r.target, 50), ERR_TIMEOUT);
    assert_non_null(strstr(err_why(&r.chip.log, ERR_TIMEOUT), "esp32.cpu0 was not halted"));
    r.chip.is_gated[0] = r.chip.is_gated[1] = false;
    r.chip.is_stalled[0] = r.chip.is_stalled[1] = true;
    CHECK_ERR(target_halt(r.target, 50), ERR_STATE);
    assert_non_null(strstr(err_why(&r.chip.log, ERR_STATE), "esp32.cpu0 cannot be halted: software has stalled it"));
    target_rig_close(&r);
}

static void a_core_that_masks_everything_is_halted(void **state)
{
    (void)state;
    struct target_rig r;
    target_rig_open(&r);
    lx6_set_sr(r.chip.lx6[0], SR_PS, 0xF);
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    assert_int_equal(core_state(r.cpu[0]), CORE_HALTED);
    target_rig_close(&r);
}

static void reset_lines_hold_and_let_go(void **state)
{
    (void)state;
    struct target_rig r;
    target_rig_open(&r);
    CHECK_OK(target_reset_assert(r.target, true));
    assert_int_equal(core_state(r.cpu[0]), CORE_RESET);
    unsigned events = r.events[TARGET_WAS_RESET];
    CHECK_OK(target_poll(r.target));
    CHECK_OK(target_poll(r.target));
    assert_int_equal(r.events[TARGET_WAS_RESET], events); /* told once */
    CHECK_ERR(core_halt(r.cpu[0], 10), ERR_IN_RESET);
    CHECK_OK(target_reset_deassert(r.target, true));
    assert_int_equal(read_reg(r.cpu[0], "pc"), 0x40000400);
    assert_int_equal(read_reg(r.cpu[1], "pc"), 0x40000400);
    CHECK_OK(target_reset_assert(r.target, false));
    CHECK_OK(target_reset_deassert(r.target, false));
    assert_int_equal(core_state(r.cpu[0]), CORE_RUNNING);
    target_rig_close(&r);
}

/* The rig's registers do nothing, so its chip is not reset, whatever fails: the program has its memory back, and the next
   reset starts in the ROM. */
static void a_reset_that_does_not_come_leaves_no_stub(void **state)
{
    (void)state;
    enum { RTC_SLOW = 0x50000000, WORDS = 64, EXECUTES = 80 };
    const struct chip_condition *start = &chip_find("esp32")->reset.stub_is_done;
    for (uint64_t n = 0; n < EXECUTES; n++) {
        struct target_rig r;
        target_rig_open_at(&r, IRAM);
        uint32_t *reset_state = &r.chip.device_words[(start->addr - 0x3FF00000) / 4];
        *reset_state = start->value;
        for (uint32_t i = 0; i < WORDS; i++)
            rig_poke(&r.chip, RTC_SLOW + 4 * i, &i, sizeof i);
        fail_at(&r, n, n % 2);
        assert_int_not_equal(target_reset(r.target, RESET_HALT), ERR_OK);
        assert_int_equal(*reset_state & start->mask, start->value);
        for (uint32_t i = 0; i < WORDS; i++)
            assert_int_equal(rig_word(&r.chip, RTC_SLOW + 4 * i), i);
        target_rig_close(&r);
    }
}

/* --- code of our own --- */

static const uint32_t adds[] = {0x802320 /* add a2, a3, a2 */, 0x004000 /* break 0, 0 */};
static const uint32_t hangs[] = {0xFFFF06 /* j . */};

static void an_algorithm_runs_and_leaves_no_trace(void **state)
{
    (void)state;
    struct target_rig r;
    uint32_t result = 0, pc = 0, before[16];
    open_counter(&r);
    put_code(&r, IRAM + 0x1000, adds, 2);
    for (unsigned i = 0; i < 16; i++) {
        char name[8];
        snprintf(name, sizeof name, "a%u", i);
        before[i] = read_reg(r.cpu[0], name);
    }
    struct algorithm a = {.pc = IRAM + 0x1000, .stack_top = STACK, .args = {40, 2}, .arg_count = 2};
    CHECK_OK(core_algorithm_start(r.cpu[0], &a));
    assert_int_equal(core_state(r.cpu[0]), CORE_DEBUG_RUNNING);
    assert_ptr_equal(target_window_core(r.target, r.cpu[0]), r.cpu[1]);
    CHECK_OK(core_algorithm_wait(r.cpu[0], TIMEOUT_MS, &result, &pc));
    assert_int_equal(result, 42);
    assert_int_equal(pc, IRAM + 0x1003);
    CHECK_OK(core_algorithm_end(r.cpu[0]));
    for (unsigned i = 0; i < 16; i++) {
        char name[8];
        snprintf(name, sizeof name, "a%u", i);
        assert_int_equal(read_reg(r.cpu[0], name), before[i]);
    }
    assert_int_equal(read_reg(r.cpu[0], "pc"), IRAM);
    assert_int_equal(read_reg(r.cpu[0], "ps"), PS_UM);
    assert_int_equal(r.events[TARGET_DEBUG_HALTED], 1);
    CHECK_OK(target_resume(r.target));
    CHECK_OK(clock_wait_ms(target_clock(r.target), 1));
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    assert_true(rig_word(&r.chip, DRAM) > 10); /* the program goes on where it was */
    target_rig_close(&r);
}

static void an_algorithm_that_hangs_is_stopped(void **state)
{
    (void)state;
    struct target_rig r;
    uint32_t result, pc = 0, value;
    open_counter(&r);
    put_code(&r, IRAM + 0x1000, hangs, 1);
    struct algorithm a = {.pc = IRAM + 0x1000, .stack_top = STACK};
    CHECK_OK(core_algorithm_start(r.cpu[0], &a));
    CHECK_OK(core_write_u32(r.cpu[0], DRAM + 64, 0x77)); /* through the window core */
    CHECK_OK(core_read_u32(r.cpu[0], DRAM + 64, &value));
    assert_int_equal(value, 0x77);
    assert_true(core_algorithm_is_running(r.cpu[0]));
    CHECK_ERR(core_algorithm_wait(r.cpu[0], 20, &result, &pc), ERR_TIMEOUT);
    assert_int_equal(pc, IRAM + 0x1000);
    CHECK_OK(core_algorithm_end(r.cpu[0]));
    assert_int_equal(read_reg(r.cpu[0], "pc"), IRAM);
    target_rig_close(&r);
}

enum { GENERAL_REGS = 16 };

static void read_all(struct core *c, uint32_t *values)
{
    for (unsigned i = 0; i < GENERAL_REGS; i++) {
        char name[8];
        snprintf(name, sizeof name, "a%u", i);
        values[i] = read_reg(c, name);
    }
    values[GENERAL_REGS] = read_reg(c, "pc");
    values[GENERAL_REGS + 1] = read_reg(c, "ps");
}

/* The program's registers are what they were, and it goes on. */
static void an_algorithm_that_cannot_start_leaves_no_trace(void **state)
{
    (void)state;
    unsigned failed = 0;
    bool is_past = false;
    for (uint64_t n = 1; !is_past; n++) {
        for (unsigned late = 0; late < 2; late++) {
            struct target_rig r;
            uint32_t before[GENERAL_REGS + 2], after[GENERAL_REGS + 2];
            open_counter(&r);
            put_code(&r, IRAM + 0x1000, hangs, 1);
            read_all(r.cpu[0], before);
            struct algorithm a = {.pc = IRAM + 0x1000, .stack_top = STACK, .args = {40, 2}, .arg_count = 2};
            fail_at(&r, n, late);
            enum err e = core_algorithm_start(r.cpu[0], &a);
            is_past = is_failure_ahead(&r);
            failed += e != ERR_OK;
            fail_at(&r, 0, false);
            if (!e)
                CHECK_OK(core_algorithm_end(r.cpu[0]));
            CHECK_OK(target_halt(r.target, TIMEOUT_MS));
            read_all(r.cpu[0], after);
            assert_memory_equal(after, before, sizeof after);
            CHECK_OK(target_resume(r.target));
            CHECK_OK(clock_wait_ms(target_clock(r.target), 1));
            CHECK_OK(target_halt(r.target, TIMEOUT_MS));
            assert_true(rig_word(&r.chip, DRAM) > 10);
            target_rig_close(&r);
        }
    }
    assert_true(failed > 4);
}

/* Learning a halt clobbers registers of the program; what they held is not forgotten when it fails and is done again. */
static void a_halt_that_failed_keeps_the_registers(void **state)
{
    (void)state;
    unsigned failed = 0;
    bool is_past = false;
    for (uint64_t n = 1; !is_past; n++) {
        for (unsigned late = 0; late < 2; late++) {
            struct target_rig r;
            uint32_t before[GENERAL_REGS + 2], after[GENERAL_REGS + 2];
            target_rig_open_at(&r, IRAM);
            put_code(&r, IRAM, hangs, 1);
            for (unsigned i = 0; i < GENERAL_REGS; i++) {
                char name[8];
                snprintf(name, sizeof name, "a%u", i);
                write_reg(r.cpu[0], name, 0xA0 + i);
            }
            read_all(r.cpu[0], before);
            CHECK_OK(target_resume(r.target));
            fail_at(&r, n, late);
            failed += target_halt(r.target, TIMEOUT_MS) != ERR_OK;
            is_past = is_failure_ahead(&r);
            fail_at(&r, 0, false);
            CHECK_OK(target_halt(r.target, TIMEOUT_MS));
            read_all(r.cpu[0], after);
            assert_memory_equal(after, before, sizeof after);
            target_rig_close(&r);
        }
    }
    assert_true(failed > 4);
}

/* The adapter goes away after each possible round trip: an error, and nothing else. */
static void a_lost_adapter_is_an_error(void **state)
{
    (void)state;
    for (uint64_t n = 1; n < 40; n++) {
        struct target_rig r;
        open_counter(&r);
        r.chip.unplug_after = r.chip.adapter.executes + n;
        enum err e = target_add_breakpoint(r.target, IRAM + 6, 3, BP_SOFTWARE);
        for (unsigned i = 0; !e && i < 20; i++) {
            e = target_resume(r.target);
            if (!e)
                e = core_wait_state(r.cpu[0], CORE_HALTED, TIMEOUT_MS);
            if (!e)
                e = core_step(r.cpu[0]);
        }
        CHECK_ERR(e, ERR_DISCONNECTED);
        target_rig_close(&r);
    }
}

/* --- another chip than the configured one --- */

static void keep(void *ctx, enum log_level level, const char *line)
{
    char *text = ctx;
    if (level == LOG_WARN)
        strncat(text, line, 255 - strlen(text));
}

static void another_chip_is_noticed(void **state)
{
    (void)state;
    char said[256] = "";
    struct log_sink sink = {.fn = keep, .ctx = said};
    struct target_rig r;
    struct chip chip = *chip_find("esp32s3");
    target_rig_open(&r);
    log_add_sink(&r.chip.log, &sink);
    assert_string_equal(said, "");
    target_free(r.target);
    r.target = target_new(&chip, xocd_new(r.chip.jtag, (const unsigned[]){0, 1}, RIG_CORES), &r.chip.adapter.clock,
                          &r.chip.log);
    CHECK_OK(target_examine(r.target));
    if (!strstr(said, "[esp32s3.cpu0] this is an ESP32, and the configuration is for the ESP32-S3"))
        fail_msg("said: %s", said);
    log_remove_sink(&r.chip.log, &sink);
    target_rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hardware_breakpoints),
        cmocka_unit_test(software_breakpoints),
        cmocka_unit_test(the_instruction_below_a_removed_breakpoint_is_done),
        cmocka_unit_test(a_range_is_stepped_through),
        cmocka_unit_test(slots_run_out_with_a_sentence),
        cmocka_unit_test(watchpoints),
        cmocka_unit_test(a_core_that_starts_later_knows_the_breakpoints),
        cmocka_unit_test(the_programs_own_break_is_passed),
        cmocka_unit_test(cores_are_alone_without_the_break_network),
        cmocka_unit_test(events_are_sent_once),
        cmocka_unit_test(a_core_without_clock_is_unavailable),
        cmocka_unit_test(a_stuck_core_is_named),
        cmocka_unit_test(a_core_that_masks_everything_is_halted),
        cmocka_unit_test(reset_lines_hold_and_let_go),
        cmocka_unit_test(a_reset_that_does_not_come_leaves_no_stub),
        cmocka_unit_test(an_algorithm_runs_and_leaves_no_trace),
        cmocka_unit_test(an_algorithm_that_hangs_is_stopped),
        cmocka_unit_test(an_algorithm_that_cannot_start_leaves_no_trace),
        cmocka_unit_test(a_halt_that_failed_keeps_the_registers),
        cmocka_unit_test(a_lost_adapter_is_an_error),
        cmocka_unit_test(another_chip_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
