/* SPDX-License-Identifier: Apache-2.0 */
/* Floating point of the LX6 core: rounding, flags, NaN, conversions, comparisons, division and square root sequences. */
#include "asm.h"

#include <math.h>
#include <string.h>

#define FP(op2, op1, r, s, t) RRR(op2, op1, r, s, t, 0)
#define ADD_S(r, s, t)        FP(0, 10, r, s, t)
#define SUB_S(r, s, t)        FP(1, 10, r, s, t)
#define MUL_S(r, s, t)        FP(2, 10, r, s, t)
#define MADD_S(r, s, t)       FP(4, 10, r, s, t)
#define MSUB_S(r, s, t)       FP(5, 10, r, s, t)
#define MADDN_S(r, s, t)      FP(6, 10, r, s, t)
#define DIVN_S(r, s, t)       FP(7, 10, r, s, t)
#define ONE(r, s, what)       FP(15, 10, r, s, what)
#define MOV_S(r, s)           ONE(r, s, 0)
#define CONST_S(r, n)         ONE(r, n, 3)
#define NEG_S(r, s)           ONE(r, s, 6)
#define DIV0_S(r, s)          ONE(r, s, 7)
#define RECIP0_S(r, s)        ONE(r, s, 8)
#define SQRT0_S(r, s)         ONE(r, s, 9)
#define RSQRT0_S(r, s)        ONE(r, s, 10)
#define NEXP01_S(r, s)        ONE(r, s, 11)
#define MKSADJ_S(r, s)        ONE(r, s, 12)
#define MKDADJ_S(r, s)        ONE(r, s, 13)
#define ADDEXP_S(r, s)        ONE(r, s, 14)
#define ADDEXPM_S(r, s)       ONE(r, s, 15)

enum { I = 0x80, U = 0x100, O = 0x200, Z = 0x400, V = 0x800 };
enum { NEAREST, ZERO, UP, DOWN };
enum { ONE_F = 0x3F800000, INF = 0x7F800000, NAN_F = 0x7FC00000 };

static void fp_init(struct machine *m)
{
    machine_init(m, NULL);
    lx6_set_sr(m->core, SR_CPENABLE, 1);
}

/* f0 = r, f1 = s, f2 = t before; f0 and the flags after. */
struct arithmetic {
    uint32_t word, rounding, r, s, t, expected, flags;
};

static void arithmetic_rounds_and_flags(void **state)
{
    (void)state;
    static const struct arithmetic cases[] = {
        {ADD_S(0, 1, 2), NEAREST, 0, 0x3F800000, 0x40000000, 0x40400000, 0}, /* 1 + 2 */
        {ADD_S(0, 1, 2), NEAREST, 0, 0x3F800000, 0x33800000, 0x3F800000, I}, /* 1 + 2^-24: a tie, to even */
        {ADD_S(0, 1, 2), UP, 0, 0x3F800000, 0x33800000, 0x3F800001, I},
        {ADD_S(0, 1, 2), DOWN, 0, 0x3F800000, 0x33800000, 0x3F800000, I},
        {ADD_S(0, 1, 2), ZERO, 0, 0xBF800000, 0xB3800000, 0xBF800000, I},
        {ADD_S(0, 1, 2), DOWN, 0, 0xBF800000, 0xB3800000, 0xBF800001, I},
        {ADD_S(0, 1, 2), NEAREST, 0, 0x3F800000, 0xBF800000, 0x00000000, 0}, /* exact zero, */
        {ADD_S(0, 1, 2), DOWN, 0, 0x3F800000, 0xBF800000, 0x80000000, 0},    /* negative when rounding down */
        {SUB_S(0, 1, 2), NEAREST, 0, 0x3F800000, 0x40000000, 0xBF800000, 0},
        {SUB_S(0, 1, 2), NEAREST, 0, INF, INF, NAN_F, V},
        {MUL_S(0, 1, 2), NEAREST, 0, 0x40400000, 0x40A00000, 0x41700000, 0},
        {MUL_S(0, 1, 2), NEAREST, 0, 0x7F000000, 0x7F000000, INF, O | I},
        {MUL_S(0, 1, 2), ZERO, 0, 0x7F000000, 0x7F000000, 0x7F7FFFFF, O | I},
        {MUL_S(0, 1, 2), NEAREST, 0, 0x00800000, 0x3F000000, 0x00400000, 0}, /* an exact denormal */
        {MUL_S(0, 1, 2), NEAREST, 0, 0x00800001, 0x3F000000, 0x00400000, U | I},
        {MUL_S(0, 1, 2), NEAREST, 0, INF, 0, NAN_F, V},
        /* (1 + 2^-12)^2 - (1 + 2^-11): only a fused multiply-add keeps the 2^-24 */
        {MADD_S(0, 1, 2), NEAREST, 0xBF801000, 0x3F800800, 0x3F800800, 0x33800000, 0},
        {MSUB_S(0, 1, 2), NEAREST, 0x3F801000, 0x3F800800, 0x3F800800, 0xB3800000, 0},
        {MADD_S(0, 1, 2), UP, 0x3F800000, 0x33800000, 0x3F800000, 0x3F800001, I},
        {MADDN_S(0, 1, 2), UP, 0x3F800000, 0x33800000, 0x3F800000, 0x3F800000, 0}, /* to nearest, and no flags */
        /* NaN: the last operand that is one, made quiet */
        {ADD_S(0, 1, 2), NEAREST, 0, 0x7FC00001, 0xFFC00002, 0xFFC00002, 0},
        {ADD_S(0, 1, 2), NEAREST, 0, 0x7FC00001, 0x3F800000, 0x7FC00001, 0},
        {ADD_S(0, 1, 2), NEAREST, 0, 0x3F800000, 0x7F800001, 0x7FC00001, V},
        {MADD_S(0, 1, 2), NEAREST, 0x7FC00003, 0x7FC00001, 0x7FC00002, 0x7FC00003, 0},
        {MADD_S(0, 1, 2), NEAREST, 0x3F800000, 0x7FC00001, 0x7FC00002, 0x7FC00002, 0},
        {MKDADJ_S(0, 1), NEAREST, 0x40400000, 0x3F800000, 0, 0x3EAAAAAB, I}, /* 1 / 3 */
        {MKDADJ_S(0, 1), ZERO, 0x40400000, 0x3F800000, 0, 0x3EAAAAAA, I},
        {MKDADJ_S(0, 1), NEAREST, 0, 0x3F800000, 0, INF, Z},
        {MKSADJ_S(0, 1), NEAREST, 0, 0x40000000, 0, 0x3FB504F3, I}, /* sqrt 2 */
        {MKSADJ_S(0, 1), NEAREST, 0, 0xBF800000, 0, NAN_F, V},
        {MOV_S(0, 1), NEAREST, 0, 0x7F800001, 0, 0x7F800001, 0},
        {NEG_S(0, 1), NEAREST, 0, 0x7F800001, 0, 0xFF800001, 0},
        {ONE(0, 1, 1), NEAREST, 0, 0xFF800001, 0, 0x7F800001, 0}, /* ABS */
        {CONST_S(0, 3), NEAREST, 0, 0, 0, 0x3F000000, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct machine m;
        fp_init(&m);
        PUT(&m, CODE, cases[i].word, RUR(2, UR_FSR));
        lx6_set_ur(m.core, UR_FCR, cases[i].rounding);
        lx6_set_fr(m.core, 0, cases[i].r);
        lx6_set_fr(m.core, 1, cases[i].s);
        lx6_set_fr(m.core, 2, cases[i].t);
        lx6_run(m.core, 2);
        if (lx6_fr(m.core, 0) != cases[i].expected || lx6_a(m.core, 2) != cases[i].flags)
            print_error("case %zu: %08x, flags %03x\n", i, lx6_fr(m.core, 0), lx6_a(m.core, 2));
        assert_int_equal(lx6_fr(m.core, 0), cases[i].expected);
        assert_int_equal(lx6_a(m.core, 2), cases[i].flags);
        machine_fini(&m);
    }
}

static void flags_belong_to_their_core(void **state)
{
    (void)state;
    struct machine m, other;
    fp_init(&m);
    fp_init(&other);
    PUT(&m, CODE, MUL_S(0, 1, 1), NOP, RUR(2, UR_FSR), WUR(3, UR_FSR), RUR(2, UR_FSR));
    PUT(&other, CODE, ADD_S(0, 1, 1), NOP, RUR(2, UR_FSR));
    lx6_set_fr(m.core, 1, 0x7F000000);
    lx6_set_fr(other.core, 1, ONE_F);
    lx6_run(m.core, 1);
    lx6_run(other.core, 3);
    lx6_run(m.core, 2);
    assert_int_equal(lx6_a(other.core, 2), 0);
    assert_int_equal(lx6_a(m.core, 2), O | I);
    lx6_run(m.core, 2);
    assert_int_equal(lx6_a(m.core, 2), 0);
    machine_fini(&m);
    machine_fini(&other);
}

static void conversions(void **state)
{
    (void)state;
    enum { ROUND = 8, TRUNC = 9, FLOOR = 10, CEIL = 11, UTRUNC = 14 };
    static const struct {
        unsigned op, scale;
        uint32_t from, to, flags;
    } cases[] = {
        {ROUND, 0, 0x40200000, 2, I},
        {ROUND, 0, 0x40600000, 4, I}, /* 2.5, 3.5: to even */
        {ROUND, 1, 0x40200000, 5, 0},
        {TRUNC, 0, 0xC0200000, (uint32_t)-2, I},
        {FLOOR, 0, 0xC0200000, (uint32_t)-3, I},
        {CEIL, 0, 0xC0200000, (uint32_t)-2, I},
        {CEIL, 0, 0x40200000, 3, I},
        {TRUNC, 15, 0x3F800000, 32768, 0},
        {TRUNC, 0, 0x4F000000, 0x7FFFFFFF, V},
        {TRUNC, 0, 0xCF000000, 0x80000000, 0},
        {TRUNC, 0, 0xCF000001, 0x80000000, V},
        {TRUNC, 0, NAN_F, 0x7FFFFFFF, V},
        {TRUNC, 0, 0xFFC00000, 0x7FFFFFFF, V},
        {UTRUNC, 0, 0x4F800000, 0xFFFFFFFF, V},
        {UTRUNC, 0, 0x4F7FFFFF, 0xFFFFFF00, 0},
        {UTRUNC, 0, 0xBF000000, 0, I},
        {UTRUNC, 0, 0xC0000000, (uint32_t)-2, V},
        {UTRUNC, 0, NAN_F, 0xFFFFFFFF, V},
        {TRUNC, 0, 0x7F800000, 0x7FFFFFFF, V},
        {TRUNC, 0, 0xFF800000, 0x80000000, V},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (uint32_t rounding = NEAREST; rounding <= DOWN; rounding++) { /* FCR has no say */
            struct machine m;
            fp_init(&m);
            lx6_set_ur(m.core, UR_FCR, rounding);
            PUT(&m, CODE, ADD_S(5, 5, 5), FP(cases[i].op, 10, 4, 1, cases[i].scale), RUR(2, UR_FSR));
            lx6_set_fr(m.core, 1, cases[i].from);
            lx6_run(m.core, 3);
            if (lx6_a(m.core, 4) != cases[i].to || lx6_a(m.core, 2) != cases[i].flags)
                print_error("case %zu: %08x, flags %03x\n", i, lx6_a(m.core, 4), lx6_a(m.core, 2));
            assert_int_equal(lx6_a(m.core, 4), cases[i].to);
            assert_int_equal(lx6_a(m.core, 2), cases[i].flags);
            machine_fini(&m);
        }
    }
}

static void integers_become_floats(void **state)
{
    (void)state;
    static const struct {
        unsigned op, scale;
        uint32_t rounding, from, to;
    } cases[] = {
        {12, 0, NEAREST, (uint32_t)-3, 0xC0400000}, {13, 0, NEAREST, 0xFFFFFFFF, 0x4F800000},
        {12, 4, NEAREST, 24, 0x3FC00000},           {12, 0, NEAREST, 0x01000001, 0x4B800000},
        {12, 0, UP, 0x01000001, 0x4B800001},        {13, 0, ZERO, 0xFFFFFFFF, 0x4F7FFFFF},
        {13, 15, NEAREST, 1, 0x38000000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct machine m;
        fp_init(&m);
        PUT(&m, CODE, FP(cases[i].op, 10, 1, 4, cases[i].scale));
        lx6_set_ur(m.core, UR_FCR, cases[i].rounding);
        lx6_set_ar(m.core, 4, cases[i].from);
        lx6_run(m.core, 1);
        assert_int_equal(lx6_fr(m.core, 1), cases[i].to);
        machine_fini(&m);
    }
}

static void comparisons(void **state)
{
    (void)state;
    /* In order UN, OEQ, UEQ, OLT, ULT, OLE, ULE. */
    static const struct {
        uint32_t a, b;
        uint8_t holds; /* bit 0: UN */
        bool is_loud;  /* signalling */
    } cases[] = {
        {ONE_F, 0x40000000, 0x78, false},      {0x40000000, ONE_F, 0x00, false},      {ONE_F, ONE_F, 0x66, false},
        {0x00000000, 0x80000000, 0x66, false}, {NAN_F, ONE_F, 0x55, false},           {ONE_F, 0x7F800001, 0x55, true},
        {0xFF800000, INF, 0x78, false},        {0x80000001, 0x00000001, 0x78, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (unsigned op = 1; op <= 7; op++) {
            struct machine m;
            fp_init(&m);
            PUT(&m, CODE, FP(op, 11, 7, 1, 2), RUR(2, UR_FSR));
            lx6_set_sr(m.core, SR_BR, op % 2 ? 0xFFFF : 0);
            lx6_set_fr(m.core, 1, cases[i].a);
            lx6_set_fr(m.core, 2, cases[i].b);
            lx6_run(m.core, 2);
            uint32_t expected = cases[i].holds >> (op - 1) & 1;
            assert_int_equal(sr(&m, SR_BR), ((op % 2 ? 0xFFFF : 0) & ~0x80U) | expected << 7);
            bool is_nan = cases[i].holds & 1;
            bool is_invalid = cases[i].is_loud || (is_nan && (op == 4 || op == 6));
            assert_int_equal(lx6_a(m.core, 2), is_invalid ? V : 0);
            machine_fini(&m);
        }
    }
}

static void loads_stores_and_moves(void **state)
{
    (void)state;
    struct machine m;
    fp_init(&m);
    PUT(&m, CODE, RRI8(1, 4, 2, 5, 3), RRI8(2, 12, 2, 6, 3), RRR(0, 8, 7, 2, 3, 0), RRR(1, 8, 8, 2, 4, 0),
        RRI8(1, 8, 2, 9, 3), RRR(5, 8, 5, 2, 3, 0), RRR(4, 8, 6, 2, 3, 0), ONE(4, 5, 4), ONE(10, 4, 5),
        RRR(9, 11, 11, 5, 4, 0), RRI8(0, 0, 2, 12, 3));
    /* SSI f5,a2,4; SSIP f6,a2,8; LSX f7,a2,a3; LSXP f8,a2,a4; LSIP f9,a2,4; SSXP f5,a2,a3; SSX f6,a2,a3; RFR a4,f5;
       WFR f10,a4; MOVNEZ.S f11,f5,a4; LSI f12,a2,0 */
    lx6_set_fr(m.core, 5, 0x11111111);
    lx6_set_fr(m.core, 6, 0x22222222);
    lx6_set_ar(m.core, 2, DATA + 0x100);
    lx6_set_ar(m.core, 3, (uint32_t)-4);
    lx6_set_ar(m.core, 4, (uint32_t)-8);
    lx6_run(m.core, 11);
    assert_pc(&m, CODE + 33);
    assert_int_equal(lx6_fr(m.core, 7), 0x11111111); /* what SSI stored */
    assert_int_equal(lx6_fr(m.core, 8), 0);
    assert_int_equal(lx6_fr(m.core, 9), 0x22222222); /* what SSIP stored */
    assert_int_equal(lx6_a(m.core, 2), DATA + 0x100);
    assert_int_equal(lx6_a(m.core, 4), 0x11111111);
    assert_int_equal(lx6_fr(m.core, 10), 0x11111111);
    assert_int_equal(lx6_fr(m.core, 11), 0x11111111);
    assert_int_equal(lx6_fr(m.core, 12), 0x22222222);
    machine_fini(&m);
}

/* --- sequences as compilers emit them; f1 / f2 and sqrt f1, results in f8 and f0 --- */

static float to_float(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, 4);
    return f;
}

static uint32_t to_bits(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, 4);
    return bits;
}

static void put_divide(struct machine *m)
{
    PUT(m, CODE, DIV0_S(3, 2), NEXP01_S(4, 2), CONST_S(5, 1), MADDN_S(5, 4, 3), MOV_S(6, 3), MOV_S(7, 2),
        NEXP01_S(9, 1), MADDN_S(6, 5, 3), CONST_S(5, 1), CONST_S(8, 0), NEG_S(10, 9), MADDN_S(5, 4, 6),
        MADDN_S(8, 10, 3), MKDADJ_S(7, 1), MADDN_S(6, 5, 6), MADDN_S(10, 4, 8), CONST_S(5, 1), MADDN_S(5, 4, 6),
        MADDN_S(8, 10, 6), NEG_S(10, 9), MADDN_S(6, 5, 6), MADDN_S(10, 4, 8), ADDEXPM_S(8, 7), ADDEXP_S(6, 7),
        DIVN_S(8, 10, 6), J(0));
}

static void put_square_root(struct machine *m)
{
    PUT(m, CODE, SQRT0_S(2, 1), CONST_S(3, 0), MADDN_S(3, 2, 2), NEXP01_S(4, 1), CONST_S(0, 3), ADDEXP_S(4, 0),
        MADDN_S(0, 3, 4), NEXP01_S(3, 1), NEG_S(5, 3), MADDN_S(2, 0, 2), CONST_S(0, 0), MADDN_S(0, 5, 2),
        MKSADJ_S(2, 1), NEXP01_S(1, 1), MADDN_S(1, 0, 0), ADDEXPM_S(0, 2), ADDEXP_S(3, 2), DIVN_S(0, 1, 3), J(0));
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* In double precision both are exact enough for one correct rounding (53 >= 2 * 24 + 2). */
static void sequences_end_in_the_rounded_result(void **state)
{
    (void)state;
    struct machine m, r;
    fp_init(&m);
    fp_init(&r);
    put_divide(&m);
    put_square_root(&r);
    uint32_t seed = 2463534242;
    for (unsigned i = 0; i < 2000; i++) {
        uint32_t a = next_random(&seed), b = next_random(&seed);
        if ((a & 0x7F800000) == 0x7F800000 || (b & 0x7F800000) == 0x7F800000)
            continue;
        lx6_set_fr(m.core, 1, a);
        lx6_set_fr(m.core, 2, b);
        lx6_set_pc(m.core, CODE);
        lx6_run(m.core, 26);
        assert_int_equal(lx6_fr(m.core, 8), to_bits((float)((double)to_float(a) / (double)to_float(b))));
        lx6_set_fr(r.core, 1, a & 0x7FFFFFFF);
        lx6_set_pc(r.core, CODE);
        lx6_run(r.core, 19);
        assert_int_equal(lx6_fr(r.core, 0), to_bits((float)sqrt((double)to_float(a & 0x7FFFFFFF))));
    }
    machine_fini(&m);
    machine_fini(&r);
}

/* Fast-math code: an estimate and two rounds of Newton's method. */
static void estimates_can_be_refined(void **state)
{
    (void)state;
    struct machine m;
    fp_init(&m);
    PUT(&m, CODE, RECIP0_S(2, 1), CONST_S(3, 1), MSUB_S(3, 1, 2), MADDN_S(2, 2, 3), CONST_S(3, 1), MSUB_S(3, 1, 2),
        MADDN_S(2, 2, 3), RSQRT0_S(4, 1), J(0));
    uint32_t seed = 99;
    for (unsigned i = 0; i < 500; i++) {
        uint32_t a = (next_random(&seed) & 0x1FFFFFFF) + 0x30000000;
        lx6_set_fr(m.core, 1, a);
        lx6_set_pc(m.core, CODE);
        lx6_run(m.core, 8);
        double exact = 1.0 / (double)to_float(a);
        assert_true(fabs((double)to_float(lx6_fr(m.core, 2)) - exact) <= exact * 0x1p-23);
        double root = 1.0 / sqrt((double)to_float(a));
        assert_true(fabs((double)to_float(lx6_fr(m.core, 4)) - root) <= root * 0x1p-7);
    }
    machine_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_rounds_and_flags),
        cmocka_unit_test(flags_belong_to_their_core),
        cmocka_unit_test(conversions),
        cmocka_unit_test(integers_become_floats),
        cmocka_unit_test(comparisons),
        cmocka_unit_test(loads_stores_and_moves),
        cmocka_unit_test(sequences_end_in_the_rounded_result),
        cmocka_unit_test(estimates_can_be_refined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
