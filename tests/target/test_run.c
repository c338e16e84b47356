/* SPDX-License-Identifier: Apache-2.0 */
/* Running, stepping, stopping. */
#include "target_rig.h"

#include "regs/xtensa.h"

#include <stdio.h>
#include <string.h>

enum { STACK = DRAM + 0x8000, MAIN = IRAM + 0x300, FUNCTION = IRAM + 0x200, STEPS = 1000, DEPTH = 40 };

static void put_code(struct target_rig *r, uint32_t addr, const uint32_t *instructions, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const uint8_t bytes[3] = {(uint8_t)instructions[i], (uint8_t)(instructions[i] >> 8),
                                  (uint8_t)(instructions[i] >> 16)};
        rig_poke(&r->chip, addr + 3 * i, bytes, 3);
    }
}

/* A function that calls itself through register windows, with the handlers of their overflow and underflow. */
static void put_recursion(struct target_rig *r)
{
    static const uint32_t overflow4[] = {0x49C500, 0x49D510, 0x49E520, 0x49F530, 0x003400}; /* s32e a0..a3; rfwo */
    static const uint32_t underflow4[] = {0x09C500, 0x09D510, 0x09E520, 0x09F530, 0x003500};
    static const uint32_t function[] = {
        0x004136, /* 200 entry a1, 32 */
        0x008216, /* 203 beqz a2, 20F */
        0xFFC262, /* 206 addi a6, a2, -1 */
        0xFFFF55, /* 209 call4 200 */
        0x01C622, /* 20C addi a2, a6, 1 */
        0x000090, /* 20F retw */
    };
    static const uint32_t start[] = {0xFFEFD5 /* 300 call4 200 */, 0xFFFF06 /* 303 j . */};
    put_code(r, IRAM, overflow4, 5);
    put_code(r, IRAM + 0x40, underflow4, 5);
    put_code(r, FUNCTION, function, 6);
    put_code(r, MAIN, start, 2);
}

static void set_up_recursion(struct lx6 *c)
{
    lx6_set_sr(c, SR_VECBASE, IRAM);
    lx6_set_sr(c, SR_WINDOWBASE, 0);
    lx6_set_sr(c, SR_WINDOWSTART, 1);
    lx6_set_sr(c, SR_PS, PS_WOE | PS_UM);
    lx6_set_ar(c, 1, STACK);
    lx6_set_ar(c, 6, DEPTH);
    lx6_set_pc(c, MAIN);
}

static void open_recursion(struct target_rig *r)
{
    target_rig_open(r);
    put_recursion(r);
    CHECK_OK(target_reset_assert(r->target, true));
    CHECK_OK(target_reset_deassert(r->target, true));
    write_reg(r->cpu[0], "vecbase", IRAM);
    write_reg(r->cpu[0], "windowbase", 0);
    write_reg(r->cpu[0], "windowstart", 1);
    write_reg(r->cpu[0], "ps", PS_WOE | PS_UM);
    write_reg(r->cpu[0], "ar1", STACK);
    write_reg(r->cpu[0], "ar6", DEPTH);
    write_reg(r->cpu[0], "pc", MAIN);
    write_reg(r->cpu[1], "ps", 0);
}

/* A second machine that runs the same program without a debugger. */
static void open_twin(struct target_rig *r)
{
    *r = (struct target_rig){0};
    rig_open(&r->chip);
    put_recursion(r);
    for (unsigned i = 0; i < 64; i++)
        lx6_set_ar(r->chip.lx6[0], i, 0);
    set_up_recursion(r->chip.lx6[0]);
}

static void run_one(struct lx6 *c)
{
    uint64_t before = lx6_instructions(c);
    for (unsigned i = 0; i < 64 && lx6_instructions(c) == before; i++) /* taking an exception is no instruction */
        (void)lx6_run(c, 1);
}

static void check_same(struct target_rig *r, struct lx6 *twin)
{
    assert_int_equal(read_reg(r->cpu[0], "pc"), lx6_pc(twin));
    assert_int_equal(read_reg(r->cpu[0], "ps"), lx6_sr(twin, SR_PS));
    assert_int_equal(read_reg(r->cpu[0], "windowbase"), lx6_sr(twin, SR_WINDOWBASE));
    assert_int_equal(read_reg(r->cpu[0], "windowstart"), lx6_sr(twin, SR_WINDOWSTART));
    assert_int_equal(read_reg(r->cpu[0], "a2"), lx6_a(twin, 2));
    assert_int_equal(read_reg(r->cpu[0], "a3"), lx6_a(twin, 3));
}

static void check_steps(uint64_t cycle_ps, unsigned steps)
{
    struct target_rig r, twin;
    open_recursion(&r);
    for (unsigned i = 0; i < 64; i++) {
        char name[8];
        snprintf(name, sizeof name, "ar%u", i);
        if (i != 1 && i != 6)
            write_reg(r.cpu[0], name, 0);
    }
    open_twin(&twin);
    core_set_mask_interrupts(r.cpu[0], false);
    r.chip.cycle_ps = cycle_ps;
    for (unsigned i = 0; i < steps; i++) {
        CHECK_OK(core_step(r.cpu[0]));
        assert_int_equal(core_halt_reason(r.cpu[0]), HALT_SINGLE_STEP);
        run_one(twin.chip.lx6[0]);
        check_same(&r, twin.chip.lx6[0]);
    }
    assert_int_equal(core_state(r.cpu[1]), CORE_HALTED);
    rig_close(&twin.chip);
    target_rig_close(&r);
}

static void a_thousand_steps_are_a_thousand_instructions(void **state)
{
    (void)state;
    check_steps(6250, STEPS);
}

/* 20 MHz is what an ESP32-S3 starts with. */
static void steps_of_a_slow_core_are_steps(void **state)
{
    (void)state;
    static const uint64_t cycles_ps[] = {25000, 50000, 125000};
    for (unsigned i = 0; i < sizeof cycles_ps / sizeof cycles_ps[0]; i++)
        check_steps(cycles_ps[i], STEPS);
}

static void masked_steps_pass_the_window_handlers(void **state)
{
    (void)state;
    struct target_rig r;
    open_recursion(&r);
    unsigned steps = 0;
    while (read_reg(r.cpu[0], "pc") != MAIN + 3 && steps++ < 8 * (DEPTH + 2)) {
        CHECK_OK(core_step(r.cpu[0]));
        assert_true(read_reg(r.cpu[0], "pc") - IRAM >= 0x180);
        assert_int_equal(read_reg(r.cpu[0], "ps") & 0xF, 0);
    }
    assert_int_equal(read_reg(r.cpu[0], "a6"), DEPTH);
    assert_int_equal(steps, 1 + DEPTH * 6 + 3); /* call4; six each; the last one has entry, beqz, retw */
    target_rig_close(&r);
}

/* At and above the debug level the core counts no instructions (ICOUNT): the level is lowered for the step, and hidden. */
static void a_step_ends_at_any_level(void **state)
{
    (void)state;
    static const uint32_t code[] = {0x03E620 /* rsr.ps a2 */, 0x0020F0 /* nop */};
    struct target_rig r;
    target_rig_open_at(&r, IRAM);
    put_code(&r, IRAM, code, 2);
    write_reg(r.cpu[0], "ps", PS_EXCM | 15);
    for (unsigned masked = 0; masked < 2; masked++) {
        core_set_mask_interrupts(r.cpu[0], masked);
        write_reg(r.cpu[0], "pc", IRAM);
        CHECK_OK(core_step(r.cpu[0]));
        assert_int_equal(read_reg(r.cpu[0], "pc"), IRAM + 3);
        assert_int_equal(read_reg(r.cpu[0], "a2"), PS_EXCM | 15);
        assert_int_equal(read_reg(r.cpu[0], "ps"), PS_EXCM | 15);
    }
    target_rig_close(&r);
}

/* Masking is invisible to the program: RSIL shows the level that the program set, and its own level stays. */
static void masked_steps_hide_their_level(void **state)
{
    (void)state;
    static const uint32_t code[] = {
        0x03E620, /* rsr.ps a2 */
        0x006330, /* rsil a3, 3 */
        0x03E640, /* rsr.ps a4 */
        0x007100, /* waiti 1 */
        0x0020F0, /* nop */
    };
    struct target_rig r;
    target_rig_open_at(&r, IRAM);
    put_code(&r, IRAM, code, 5);
    write_reg(r.cpu[0], "ps", PS_UM | 2);
    CHECK_OK(core_step(r.cpu[0]));
    assert_int_equal(read_reg(r.cpu[0], "a2") & 0xF, 2);
    assert_int_equal(read_reg(r.cpu[0], "ps") & 0xF, 2);
    CHECK_OK(core_step(r.cpu[0]));
    assert_int_equal(read_reg(r.cpu[0], "a3") & 0xF, 2);
    assert_int_equal(read_reg(r.cpu[0], "ps") & 0xF, 3);
    CHECK_OK(core_step(r.cpu[0]));
    assert_int_equal(read_reg(r.cpu[0], "a4") & 0xF, 3);
    CHECK_OK(core_step(r.cpu[0])); /* a wait that nothing would end */
    assert_int_equal(read_reg(r.cpu[0], "pc"), IRAM + 12);
    assert_int_equal(read_reg(r.cpu[0], "ps") & 0xF, 1);
    CHECK_OK(core_step(r.cpu[0]));
    assert_int_equal(read_reg(r.cpu[0], "pc"), IRAM + 15);
    target_rig_close(&r);
}

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
        cmocka_unit_test(a_thousand_steps_are_a_thousand_instructions),
        cmocka_unit_test(steps_of_a_slow_core_are_steps),
        cmocka_unit_test(masked_steps_pass_the_window_handlers),
        cmocka_unit_test(masked_steps_hide_their_level),
        cmocka_unit_test(a_step_ends_at_any_level),
        cmocka_unit_test(hardware_breakpoints),
        cmocka_unit_test(software_breakpoints),
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
        cmocka_unit_test(an_algorithm_runs_and_leaves_no_trace),
        cmocka_unit_test(an_algorithm_that_hangs_is_stopped),
        cmocka_unit_test(a_lost_adapter_is_an_error),
        cmocka_unit_test(another_chip_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
