/* SPDX-License-Identifier: Apache-2.0 */
/* One instruction at a time, also over register windows and with interrupts masked. */
#include "target_rig.h"

#include "regs/xtensa.h"

#include <stdio.h>

enum { STACK = DRAM + 0x8000, MAIN = IRAM + 0x300, FUNCTION = IRAM + 0x200, STEPS = 1000, DEPTH = 40 };

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

/* The program must not go on masked, nor stop once more by the instruction counter. */
static void a_step_that_failed_leaves_no_trace(void **state)
{
    (void)state;
    static const uint32_t code[] = {0x0020F0 /* nop */, 0x0020F0, 0xFFFF06 /* j . */};
    unsigned failed = 0;
    bool is_past = false;
    for (uint64_t n = 1; !is_past; n++) {
        for (unsigned late = 0; late < 2; late++) {
            struct target_rig r;
            target_rig_open_at(&r, IRAM);
            put_code(&r, IRAM, code, 3);
            write_reg(r.cpu[0], "ps", PS_UM | 2);
            fail_at(&r, n, late);
            enum err e = core_step(r.cpu[0]);
            is_past = is_failure_ahead(&r);
            failed += e != ERR_OK;
            fail_at(&r, 0, false);
            CHECK_OK(target_halt(r.target, TIMEOUT_MS));
            assert_int_equal(read_reg(r.cpu[0], "ps"), PS_UM | 2);
            assert_int_equal(read_reg(r.cpu[0], "icountlevel"), 0);
            CHECK_OK(target_resume(r.target));
            CHECK_OK(clock_wait_ms(target_clock(r.target), 1));
            CHECK_OK(target_poll(r.target));
            assert_int_equal(core_state(r.cpu[0]), CORE_RUNNING);
            CHECK_OK(target_halt(r.target, TIMEOUT_MS));
            assert_int_equal(read_reg(r.cpu[0], "pc"), IRAM + 6);
            assert_int_equal(core_state(r.cpu[1]), CORE_HALTED); /* by the break network, which it is part of again */
            target_rig_close(&r);
        }
    }
    assert_true(failed > 6);
}

/* A breakpoint in memory is there again, whatever has become of the step over it. */
static void a_failed_step_puts_the_breakpoint_back(void **state)
{
    (void)state;
    static const uint32_t code[] = {0x0020F0 /* nop */, 0x0020F0, 0xFFFF06 /* j . */};
    unsigned failed = 0, lost = 0;
    bool is_past = false;
    for (uint64_t n = 1; !is_past; n++) {
        for (unsigned late = 0; late < 2; late++) {
            struct target_rig r;
            target_rig_open_at(&r, IRAM);
            put_code(&r, IRAM, code, 3);
            CHECK_OK(target_add_breakpoint(r.target, IRAM, 3, BP_SOFTWARE));
            uint32_t with = rig_word(&r.chip, IRAM);
            fail_at(&r, n, late);
            enum err e = core_step(r.cpu[0]);
            is_past = is_failure_ahead(&r);
            failed += e != ERR_OK;
            lost += rig_word(&r.chip, IRAM) != with;
            target_rig_close(&r);
        }
    }
    assert_true(failed > 6);
    assert_true(lost <= 3); /* where the putting back itself fails: its read, done or not, and its write, not done */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_steps_are_a_thousand_instructions),
        cmocka_unit_test(steps_of_a_slow_core_are_steps),
        cmocka_unit_test(masked_steps_pass_the_window_handlers),
        cmocka_unit_test(masked_steps_hide_their_level),
        cmocka_unit_test(a_step_ends_at_any_level),
        cmocka_unit_test(a_step_that_failed_leaves_no_trace),
        cmocka_unit_test(a_failed_step_puts_the_breakpoint_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
