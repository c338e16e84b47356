/* SPDX-License-Identifier: Apache-2.0 */
/* Register windows of the LX6 core: calls, returns, overflow, underflow, MOVSP. */
#include "asm.h"

#define WOE 0x40000

/* The handlers of the ISA manual (4.7.1.5), for stack frames that hold a0..a3 below the frame's top. */
static void put_window_vectors(struct machine *m)
{
    PUT(m, VECTORS + 0x000, S32E(0, 5, -16), S32E(1, 5, -12), S32E(2, 5, -8), S32E(3, 5, -4), RFWO);
    PUT(m, VECTORS + 0x040, L32E(0, 5, -16), L32E(1, 5, -12), L32E(2, 5, -8), L32E(3, 5, -4), RFWU);
    PUT(m, VECTORS + 0x080, S32E(0, 9, -16), L32E(0, 1, -12), S32E(1, 9, -12), S32E(2, 9, -8), S32E(3, 9, -4),
        S32E(4, 0, -32), S32E(5, 0, -28), S32E(6, 0, -24), S32E(7, 0, -20), RFWO);
    PUT(m, VECTORS + 0x0C0, L32E(0, 9, -16), L32E(1, 9, -12), L32E(2, 9, -8), L32E(7, 1, -12), L32E(3, 9, -4),
        L32E(4, 7, -32), L32E(5, 7, -28), L32E(6, 7, -24), L32E(7, 7, -20), RFWU);
    PUT(m, VECTORS + 0x100, S32E(0, 13, -16), L32E(0, 1, -12), S32E(1, 13, -12), S32E(2, 13, -8), S32E(3, 13, -4),
        S32E(4, 0, -48), S32E(5, 0, -44), S32E(6, 0, -40), S32E(7, 0, -36), S32E(8, 0, -32), S32E(9, 0, -28),
        S32E(10, 0, -24), S32E(11, 0, -20), RFWO);
    PUT(m, VECTORS + 0x140, L32E(0, 13, -16), L32E(1, 13, -12), L32E(2, 13, -8), L32E(11, 1, -12), L32E(3, 13, -4),
        L32E(4, 11, -48), L32E(5, 11, -44), L32E(6, 11, -40), L32E(7, 11, -36), L32E(8, 11, -32), L32E(9, 11, -28),
        L32E(10, 11, -24), L32E(11, 11, -20), RFWU);
}

static void window_init(struct machine *m, uint32_t base, uint32_t start)
{
    machine_init(m, NULL);
    lx6_set_sr(m->core, SR_WINDOWBASE, base);
    lx6_set_sr(m->core, SR_WINDOWSTART, start);
    lx6_set_sr(m->core, SR_PS, WOE);
}

static void set_a(struct machine *m, unsigned n, uint32_t value)
{
    lx6_set_ar(m->core, (sr(m, SR_WINDOWBASE) * 4 + n) % 64, value);
}

static void call_entry_and_return(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= 3; n++) {
        for (unsigned base = 0; base < 16; base++) {
            struct machine m;
            window_init(&m, base, 1U << base);
            PUT(&m, CODE, CALLX(n, 2), NOP);
            PUT(&m, CODE + 0x100, ENTRY(1, 48), ADDI(2, 2, 1), RETW);
            set_a(&m, 1, DATA + 0x1000);
            set_a(&m, 2, CODE + 0x100);
            set_a(&m, 4 * n + 2, 41);
            lx6_run(m.core, 2);
            assert_int_equal(sr(&m, SR_WINDOWBASE), (base + n) % 16);
            assert_int_equal(sr(&m, SR_WINDOWSTART), 1U << base | 1U << (base + n) % 16);
            assert_int_equal(sr(&m, SR_PS), WOE | n << 16);
            assert_int_equal(lx6_a(m.core, 0), n << 30 | ((CODE + 3) & 0x3FFFFFFF));
            assert_int_equal(lx6_a(m.core, 1), DATA + 0x1000 - 48);
            lx6_run(m.core, 2);
            assert_pc(&m, CODE + 3);
            assert_int_equal(sr(&m, SR_WINDOWBASE), base);
            assert_int_equal(sr(&m, SR_WINDOWSTART), 1U << base);
            assert_int_equal(lx6_a(m.core, 4 * n + 2), 42);
            machine_fini(&m);
        }
    }
}

/* next: distance to the frame that is in the way; over: distance from there to the one after it. */
static void check_overflow(unsigned next, unsigned over, unsigned reg, uint32_t vector)
{
    for (unsigned base = 0; base < 16; base++) {
        struct machine m;
        uint32_t start = 1U << base | 1U << (base + next) % 16 | 1U << (base + next + over) % 16;
        window_init(&m, base, start);
        PUT(&m, CODE, MOVI(3, 7), MOVI(reg, 1));
        lx6_run(m.core, 2);
        assert_pc(&m, VECTORS + vector);
        assert_int_equal(sr(&m, SR_EPC1), CODE + 3);
        assert_int_equal(sr(&m, SR_WINDOWBASE), (base + next) % 16);
        assert_int_equal(sr(&m, SR_WINDOWSTART), start);
        assert_int_equal(sr(&m, SR_PS), WOE | base << 8 | PS_EXCM);
        PUT(&m, VECTORS + vector, RFWO);
        lx6_run(m.core, 2);
        assert_pc(&m, CODE + 6);
        assert_int_equal(sr(&m, SR_WINDOWBASE), base);
        assert_int_equal(sr(&m, SR_WINDOWSTART), start & ~(1U << (base + next) % 16));
        assert_int_equal(sr(&m, SR_PS), WOE | base << 8);
        machine_fini(&m);
    }
}

static void overflow_goes_to_the_right_vector(void **state)
{
    (void)state;
    check_overflow(1, 1, 4, 0x000);
    check_overflow(1, 2, 5, 0x080);
    check_overflow(1, 3, 6, 0x100);
    check_overflow(1, 5, 7, 0x100);
    check_overflow(2, 1, 8, 0x000);
    check_overflow(3, 2, 12, 0x080);
    check_overflow(1, 5, 15, 0x100);
    check_overflow(2, 3, 13, 0x100);
}

static void no_overflow_without_need(void **state)
{
    (void)state;
    struct machine m;
    window_init(&m, 3, 1U << 3 | 1U << 5);
    PUT(&m, CODE, MOVI(7, 1), MOVI(3, 1), MOVI(8, 1));
    lx6_run(m.core, 2);
    assert_pc(&m, CODE + 6);
    lx6_set_sr(m.core, SR_PS, WOE | PS_EXCM); /* not checked in handlers, */
    lx6_run(m.core, 1);
    assert_pc(&m, CODE + 9);
    lx6_set_sr(m.core, SR_PS, 0); /* nor with WOE off */
    lx6_set_pc(m.core, CODE + 6);
    lx6_run(m.core, 1);
    assert_pc(&m, CODE + 9);
    machine_fini(&m);
}

/* Which operands count: the ones that are registers. */
static void overflow_looks_at_register_operands_only(void **state)
{
    (void)state;
    static const struct {
        uint32_t word;
        bool overflows;
    } cases[] = {
        {ADD(4, 0, 0), true},
        {ADD(0, 4, 0), true},
        {ADD(0, 0, 4), true},
        {L32I(0, 4, 0), true},
        {RSR(8, SR_SAR), true},
        {CALLX(1, 0), true},
        {CALLX(3, 0), true},
        {CALLX(0, 0), false},
        {SYSCALL, false},
        {RRR(4, 0, 4, 15, 0, 0), false},
        /* SSAI */ {BREAK(15, 15), false},
        {RRR(4, 1, 0, 15, 0, 0), false},
        /* SRLI a0, a0, 15 */ {RRR(4, 1, 4, 1, 0, 0), true},
        {MOVI(0, 0xF00), false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct machine m;
        window_init(&m, 0, 0x0003);
        set_a(&m, 4, DATA);
        set_a(&m, 0, DATA);
        PUT(&m, CODE, cases[i].word);
        lx6_run(m.core, 1);
        assert_int_equal(lx6_pc(m.core) == VECTORS + 0x100, cases[i].overflows);
        machine_fini(&m);
    }
}

static void entry_checks_what_it_takes(void **state)
{
    (void)state;
    struct machine m;
    window_init(&m, 0, 0x0005); /* the frame at 2 is in the way of CALL8 and CALL12 */
    lx6_set_sr(m.core, SR_PS, WOE | 3 << 16);
    PUT(&m, CODE, ENTRY(1, 16));
    lx6_run(m.core, 1);
    assert_pc(&m, VECTORS + 0x100);
    assert_int_equal(sr(&m, SR_EPC1), CODE);
    assert_int_equal(sr(&m, SR_WINDOWBASE), 2);
    machine_fini(&m);
    static const uint32_t words[] = {ENTRY(4, 16), ENTRY(1, 16)};
    static const uint32_t ps[] = {WOE | 1 << 16, 1 << 16}; /* a4 as stack pointer; WOE off */
    for (unsigned i = 0; i < 2; i++) {
        window_init(&m, 0, 1);
        lx6_set_sr(m.core, SR_PS, ps[i]);
        PUT(&m, CODE, words[i]);
        lx6_run(m.core, 1);
        assert_pc(&m, VECTORS + 0x300);
        assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_ILLEGAL);
        machine_fini(&m);
    }
}

static void underflow_goes_to_the_right_vector(void **state)
{
    (void)state;
    static const uint32_t vectors[] = {0, 0x040, 0x0C0, 0x140};
    for (unsigned n = 1; n <= 3; n++) {
        for (unsigned base = 0; base < 16; base++) {
            struct machine m;
            window_init(&m, base, 1U << base);
            PUT(&m, CODE, RETW);
            PUT(&m, VECTORS + vectors[n], RFWU);
            set_a(&m, 0, n << 30 | 0x0ABCDE);
            lx6_run(m.core, 1);
            unsigned below = (base + 16 - n) % 16;
            assert_pc(&m, VECTORS + vectors[n]);
            assert_int_equal(sr(&m, SR_EPC1), CODE);
            assert_int_equal(sr(&m, SR_WINDOWBASE), below);
            assert_int_equal(sr(&m, SR_WINDOWSTART), 1U << base);
            assert_int_equal(sr(&m, SR_PS), WOE | base << 8 | PS_EXCM);
            lx6_run(m.core, 2); /* RFWU, and RETW again */
            assert_pc(&m, 0x400ABCDE);
            assert_int_equal(sr(&m, SR_WINDOWBASE), below);
            assert_int_equal(sr(&m, SR_WINDOWSTART), 1U << below);
            machine_fini(&m);
        }
    }
}

static void retw_refuses_nonsense(void **state)
{
    (void)state;
    static const struct {
        uint32_t start, a0, ps;
    } cases[] = {
        {0x0010, 0x00001234, WOE},           /* not from a windowed call */
        {0x0018, 0x80001234, WOE},           /* caller is one below, not two */
        {0x0014, 0xC0001234, WOE},           /* caller is two below, not three */
        {0x0018, 0x40001234, 0},             /* WOE off */
        {0x0018, 0x40001234, WOE | PS_EXCM}, /* in a handler */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct machine m;
        window_init(&m, 4, cases[i].start);
        lx6_set_sr(m.core, SR_PS, cases[i].ps);
        set_a(&m, 0, cases[i].a0);
        PUT(&m, CODE, RETW);
        lx6_run(m.core, 1);
        assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_ILLEGAL);
        assert_pc(&m, VECTORS + (cases[i].ps & PS_EXCM ? 0x3C0 : 0x300));
        machine_fini(&m);
    }
}

static void movsp_needs_the_caller(void **state)
{
    (void)state;
    struct machine m;
    for (unsigned below = 1; below <= 4; below++) {
        window_init(&m, 1, 2U | 1U << (17 - below) % 16);
        set_a(&m, 2, 0x55);
        PUT(&m, CODE, MOVSP(1, 2));
        lx6_run(m.core, 1);
        if (below < 4) {
            assert_pc(&m, CODE + 3);
            assert_int_equal(lx6_a(m.core, 1), 0x55);
        } else {
            assert_pc(&m, VECTORS + 0x300);
            assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_ALLOCA);
        }
        machine_fini(&m);
    }
}

/* sum(n) = n + sum(n - 1) with CALLXn, far deeper than there are windows; every frame must come back from the stack. */
static void deep_recursion_spills_and_fills(void **state)
{
    (void)state;
    enum { SUM = CODE + 0x200 };
    for (unsigned n = 1; n <= 3; n++) {
        struct machine m;
        window_init(&m, 5, 1U << 5);
        put_window_vectors(&m);
        PUT(&m, CODE, CALLX(n, 3), J(0));
        PUT(&m, SUM, ENTRY(1, 64), BEQZ(2, 15), ADDI(4 * n + 2, 2, -1), OR(4 * n + 3, 3, 3), CALLX(n, 3),
            ADD(2, 2, 4 * n + 2), RETW);
        set_a(&m, 1, DATA + 0x8000);
        assert_int_equal(mem_write(&m.map, DATA + 0x8000 - 12, 4, DATA + 0x8100), MEM_OK); /* the caller's frame */
        set_a(&m, 3, SUM);
        set_a(&m, 4 * n + 2, 100);
        set_a(&m, 4 * n + 3, SUM);
        lx6_run(m.core, 20000);
        assert_pc(&m, CODE + 3);
        assert_int_equal(lx6_a(m.core, 4 * n + 2), 5050);
        assert_int_equal(lx6_a(m.core, 1), DATA + 0x8000);
        assert_int_equal(lx6_a(m.core, 3), SUM);
        assert_int_equal(sr(&m, SR_WINDOWBASE), 5);
        machine_fini(&m);
    }
}

static void rotw_and_windowbase_move_the_view(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    for (unsigned i = 0; i < 64; i++)
        lx6_set_ar(m.core, i, 0x100 + i);
    PUT(&m, CODE, ROTW(-1), MOVI(15, 9), ROTW(2), ADDI(5, 5, 1), MOVI(2, 14), WSR(2, SR_WINDOWBASE), MOVI(9, 3));
    lx6_run(m.core, 2);
    assert_int_equal(sr(&m, SR_WINDOWBASE), 15);
    assert_int_equal(lx6_ar(m.core, 11), 9); /* a15 of the window at 60 */
    assert_int_equal(lx6_a(m.core, 0), 0x100 + 60);
    assert_int_equal(lx6_a(m.core, 4), 0x100);
    lx6_run(m.core, 2);
    assert_int_equal(sr(&m, SR_WINDOWBASE), 1);
    assert_int_equal(lx6_ar(m.core, 9), 0x10A);
    lx6_run(m.core, 3);
    assert_int_equal(lx6_ar(m.core, 1), 3); /* a9 of the window at 56 */
    lx6_set_ar(m.core, 1, 4);
    assert_int_equal(lx6_a(m.core, 9), 4);
    assert_int_equal(lx6_ar(m.core, 11), 9);
    machine_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(call_entry_and_return),           cmocka_unit_test(overflow_goes_to_the_right_vector),
        cmocka_unit_test(no_overflow_without_need),        cmocka_unit_test(overflow_looks_at_register_operands_only),
        cmocka_unit_test(entry_checks_what_it_takes),      cmocka_unit_test(underflow_goes_to_the_right_vector),
        cmocka_unit_test(retw_refuses_nonsense),           cmocka_unit_test(movsp_needs_the_caller),
        cmocka_unit_test(deep_recursion_spills_and_fills), cmocka_unit_test(rotw_and_windowbase_move_the_view),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
