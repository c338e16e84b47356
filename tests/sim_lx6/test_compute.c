/* SPDX-License-Identifier: Apache-2.0 */
/* What single instructions of the LX6 core compute: integers, booleans, MAC16. Expected values are by hand. */
#include "asm.h"

/* a2 = s, a3 = t, a4 = 0xABCD0000 before; a4 after. */
struct one {
    uint32_t word, s, t, expected;
};

static void check_ones(const struct one *cases, size_t count)
{
    struct machine m;
    machine_init(&m, NULL);
    for (size_t i = 0; i < count; i++) {
        PUT(&m, CODE, cases[i].word);
        lx6_set_pc(m.core, CODE);
        lx6_set_ar(m.core, 2, cases[i].s);
        lx6_set_ar(m.core, 3, cases[i].t);
        lx6_set_ar(m.core, 4, 0xABCD0000);
        lx6_run(m.core, 1);
        if (lx6_a(m.core, 4) != cases[i].expected)
            print_error("case %zu, word %06x: got %08x\n", i, cases[i].word, lx6_a(m.core, 4));
        assert_int_equal(lx6_a(m.core, 4), cases[i].expected);
        assert_pc(&m, CODE + ((cases[i].word & 0xF) >= 8 && (cases[i].word & 0xF) <= 13 ? 2 : 3));
    }
    machine_fini(&m);
}
#define CHECK_ONES(cases) check_ones(cases, sizeof(cases) / sizeof(cases)[0])

static void arithmetic(void **state)
{
    (void)state;
    static const struct one cases[] = {
        {ADD(4, 2, 3), 0xFFFFFFFF, 2, 1},
        {RRR(9, 0, 4, 2, 3, 0), 3, 1, 7},                            /* ADDX2 */
        {RRR(10, 0, 4, 2, 3, 0), 3, 1, 13},                          /* ADDX4 */
        {RRR(11, 0, 4, 2, 3, 0), 0x20000001, 1, 9},                  /* ADDX8 */
        {RRR(12, 0, 4, 2, 3, 0), 1, 2, 0xFFFFFFFF},                  /* SUB */
        {RRR(13, 0, 4, 2, 3, 0), 5, 1, 9},                           /* SUBX2 */
        {RRR(14, 0, 4, 2, 3, 0), 5, 1, 19},                          /* SUBX4 */
        {RRR(15, 0, 4, 2, 3, 0), 5, 1, 39},                          /* SUBX8 */
        {RRR(1, 0, 4, 2, 3, 0), 0xFF00FF00, 0x0FF00FF0, 0x0F000F00}, /* AND */
        {OR(4, 2, 3), 0xFF000000, 0x0000000F, 0xFF00000F},
        {RRR(3, 0, 4, 2, 3, 0), 0xFF00FF00, 0x0FF00FF0, 0xF0F0F0F0}, /* XOR */
        {RRR(6, 0, 4, 0, 3, 0), 0, 5, 0xFFFFFFFB},                   /* NEG */
        {RRR(6, 0, 4, 1, 3, 0), 0, 0xFFFFFFFB, 5},                   /* ABS */
        {RRR(6, 0, 4, 1, 3, 0), 0, 0x80000000, 0x80000000},
        {ADDI(4, 2, -128), 0, 0, 0xFFFFFF80},
        {ADDI(4, 2, 127), 1, 0, 128},
        {RRI8(-128, 13, 2, 4, 2), 0x8000, 0, 0}, /* ADDMI */
        {RRI8(127, 13, 2, 4, 2), 1, 0, 0x7F01},
        {MOVI(4, -2048), 0, 0, 0xFFFFF800},
        {MOVI(4, 2047), 0, 0, 2047},
        {RRR(8, 3, 4, 2, 3, 0), 7, 0, 7}, /* MOVEQZ */
        {RRR(8, 3, 4, 2, 3, 0), 7, 1, 0xABCD0000},
        {RRR(9, 3, 4, 2, 3, 0), 7, 1, 7},           /* MOVNEZ */
        {RRR(10, 3, 4, 2, 3, 0), 7, 0x80000000, 7}, /* MOVLTZ */
        {RRR(10, 3, 4, 2, 3, 0), 7, 0, 0xABCD0000},
        {RRR(11, 3, 4, 2, 3, 0), 7, 0, 7},                  /* MOVGEZ */
        {RRR(4, 3, 4, 2, 3, 0), 0xFFFFFFFF, 1, 0xFFFFFFFF}, /* MIN */
        {RRR(5, 3, 4, 2, 3, 0), 0xFFFFFFFF, 1, 1},          /* MAX */
        {RRR(6, 3, 4, 2, 3, 0), 0xFFFFFFFF, 1, 1},          /* MINU */
        {RRR(7, 3, 4, 2, 3, 0), 0xFFFFFFFF, 1, 0xFFFFFFFF}, /* MAXU */
        {RRR(2, 3, 4, 2, 0, 0), 0x80, 0, 0xFFFFFF80},       /* SEXT from bit 7 */
        {RRR(2, 3, 4, 2, 15, 0), 0x7FFFFF, 0, 0xFFFFFFFF},  /* SEXT from bit 22 */
        {RRR(2, 3, 4, 2, 8, 0), 0xFFFF7FFF, 0, 0x7FFF},
        {RRR(3, 3, 4, 2, 0, 0), 200, 0, 127}, /* CLAMPS to 8 bits */
        {RRR(3, 3, 4, 2, 0, 0), 0xFFFFFF00, 0, 0xFFFFFF80},
        {RRR(3, 3, 4, 2, 15, 0), 0x80000000, 0, 0xFFC00000},
        {RRR(3, 3, 4, 2, 15, 0), 0x12345, 0, 0x12345},
        {RRR(4, 0, 14, 2, 4, 0), 0, 0, 31}, /* NSA */
        {RRR(4, 0, 14, 2, 4, 0), 0xFFFFFFFF, 0, 31},
        {RRR(4, 0, 14, 2, 4, 0), 0x80000000, 0, 0},
        {RRR(4, 0, 14, 2, 4, 0), 0xFFFF0000, 0, 15},
        {RRR(4, 0, 15, 2, 4, 0), 0, 0, 32}, /* NSAU */
        {RRR(4, 0, 15, 2, 4, 0), 1, 0, 31},
    };
    CHECK_ONES(cases);
}

static void density(void **state)
{
    (void)state;
    static const struct one cases[] = {
        {0x423A, 40, 2, 42},        /* ADD.N a4, a2, a3 */
        {0x420B, 40, 0, 39},        /* ADDI.N a4, a2, -1 */
        {0x42FB, 40, 0, 55},        /* ADDI.N a4, a2, 15 */
        {0x024D, 77, 0, 77},        /* MOV.N a4, a2 */
        {0xF45C, 0, 0, 95},         /* MOVI.N a4, 95 */
        {0x046C, 0, 0, 0xFFFFFFE0}, /* MOVI.N a4, -32 */
        {0xF47C, 0, 0, 0xFFFFFFFF}, /* MOVI.N a4, -1 */
        {0x040C, 0, 0, 0},          /* MOVI.N a4, 0 */
    };
    CHECK_ONES(cases);
}

static void shifts(void **state)
{
    (void)state;
    static const struct one cases[] = {
        {RRR(0, 1, 4, 2, 1, 0), 1, 0, 0x80000000},           /* SLLI 31 */
        {RRR(1, 1, 4, 2, 15, 0), 3, 0, 6},                   /* SLLI 1 */
        {RRR(4, 1, 4, 15, 3, 0), 0, 0x80000000, 0x00010000}, /* SRLI 15 */
        {RRR(3, 1, 4, 15, 3, 0), 0, 0x80000000, 0xFFFFFFFF}, /* SRAI 31 */
        {RRR(2, 1, 4, 1, 3, 0), 0, 0x80000000, 0xC0000000},  /* SRAI 1 */
        {RRR(0, 4, 4, 0, 3, 0), 0, 0xF1, 1},                 /* EXTUI 0, 1 */
        {RRR(15, 5, 4, 0, 3, 0), 0, 0xABCDEF01, 0xABCD},     /* EXTUI 16, 16 */
        {RRR(3, 5, 4, 15, 3, 0), 0, 0x80000000, 1},          /* EXTUI 31, 4 */
    };
    CHECK_ONES(cases);
    struct machine m;
    static const struct {
        uint32_t set, s, word, t, expected;
    } by_sar[] = {
        {RRR(4, 0, 1, 2, 0, 0), 5, RRR(10, 1, 4, 3, 0, 0), 1, 0x20},                /* SSL 5, SLL */
        {RRR(4, 0, 1, 2, 0, 0), 0, RRR(10, 1, 4, 3, 0, 0), 9, 9},                   /* SSL 0 */
        {RRR(4, 0, 0, 2, 0, 0), 33, RRR(9, 1, 4, 0, 3, 0), 4, 2},                   /* SSR 33 is 1, SRL */
        {RRR(4, 0, 0, 2, 0, 0), 4, RRR(11, 1, 4, 0, 3, 0), 0x80000000, 0xF8000000}, /* SRA */
        {RRR(4, 0, 2, 2, 0, 0), 3, RRR(9, 1, 4, 0, 3, 0), 0xAB000000, 0xAB},        /* SSA8L 3 */
        {RRR(4, 0, 3, 2, 0, 0), 3, RRR(10, 1, 4, 3, 0, 0), 0xAB, 0xAB000000},       /* SSA8B 3 */
        {RRR(4, 0, 4, 15, 1, 0), 0, RRR(9, 1, 4, 0, 3, 0), 0x80000000, 1},          /* SSAI 31 */
        {RRR(4, 0, 0, 2, 0, 0), 8, RRR(8, 1, 4, 2, 3, 0), 0x12345678, 0x08123456},  /* SRC: a2 holds 8 */
        {WSR(2, SR_SAR), 32, RRR(9, 1, 4, 0, 3, 0), 0xFFFFFFFF, 0},                 /* SRL by 32 */
        {WSR(2, SR_SAR), 63, RRR(11, 1, 4, 0, 3, 0), 0x80000000, 0xFFFFFFFF},
        {WSR(2, SR_SAR), 0, RRR(10, 1, 4, 3, 0, 0), 0xFFFFFFFF, 0}, /* SLL by 32 */
    };
    for (size_t i = 0; i < sizeof by_sar / sizeof by_sar[0]; i++) {
        machine_init(&m, NULL);
        PUT(&m, CODE, by_sar[i].set, by_sar[i].word);
        lx6_set_ar(m.core, 2, by_sar[i].s);
        lx6_set_ar(m.core, 3, by_sar[i].t);
        lx6_run(m.core, 2);
        assert_int_equal(lx6_a(m.core, 4), by_sar[i].expected);
        machine_fini(&m);
    }
}

static void multiply_and_divide(void **state)
{
    (void)state;
    static const struct one cases[] = {
        {RRR(12, 1, 4, 2, 3, 0), 0x1FFFF, 0x1FFFF, 0xFFFE0001},       /* MUL16U */
        {RRR(13, 1, 4, 2, 3, 0), 0x1FFFF, 0x18000, 0x8000},           /* MUL16S: -1 * -32768 */
        {RRR(8, 2, 4, 2, 3, 0), 0x10001, 0x10001, 0x20001},           /* MULL */
        {RRR(10, 2, 4, 2, 3, 0), 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFE}, /* MULUH */
        {RRR(11, 2, 4, 2, 3, 0), 0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFF}, /* MULSH */
        {RRR(11, 2, 4, 2, 3, 0), 0x80000000, 0x80000000, 0x40000000},
        {RRR(12, 2, 4, 2, 3, 0), 0x80000000, 3, 0x2AAAAAAA},     /* QUOU */
        {RRR(13, 2, 4, 2, 3, 0), (uint32_t)-7, 2, (uint32_t)-3}, /* QUOS */
        {RRR(13, 2, 4, 2, 3, 0), 0x80000000, 0xFFFFFFFF, 0x80000000},
        {RRR(14, 2, 4, 2, 3, 0), 0x80000001, 3, 0},            /* REMU */
        {RRR(15, 2, 4, 2, 3, 0), (uint32_t)-7, 2, 0xFFFFFFFF}, /* REMS */
        {RRR(15, 2, 4, 2, 3, 0), 7, (uint32_t)-2, 1},
        {RRR(15, 2, 4, 2, 3, 0), 0x80000000, 0xFFFFFFFF, 0},
    };
    CHECK_ONES(cases);
}

/* Branches over one instruction: BRANCH +6; ADDI a4, a4, 1. */
static const struct {
    uint32_t word, s, t;
    bool is_taken;
} branch_cases[] = {
    {RRI8(2, 1, 2, 3, 7), 5, 5, true},
    {RRI8(2, 1, 2, 3, 7), 5, 6, false}, /* BEQ */
    {RRI8(2, 9, 2, 3, 7), 5, 6, true},
    {RRI8(2, 9, 2, 3, 7), 5, 5, false}, /* BNE */
    {RRI8(2, 2, 2, 3, 7), ~0U, 0, true},
    {RRI8(2, 2, 2, 3, 7), 0, ~0U, false}, /* BLT */
    {RRI8(2, 10, 2, 3, 7), 0, ~0U, true},
    {RRI8(2, 10, 2, 3, 7), ~0U, 0, false}, /* BGE */
    {RRI8(2, 3, 2, 3, 7), 0, ~0U, true},
    {RRI8(2, 3, 2, 3, 7), ~0U, 0, false}, /* BLTU */
    {RRI8(2, 11, 2, 3, 7), ~0U, 0, true},
    {RRI8(2, 11, 2, 3, 7), 0, ~0U, false}, /* BGEU */
    {RRI8(2, 8, 2, 3, 7), 6, 4, true},
    {RRI8(2, 8, 2, 3, 7), 6, 1, false}, /* BANY */
    {RRI8(2, 0, 2, 3, 7), 6, 1, true},
    {RRI8(2, 0, 2, 3, 7), 6, 4, false}, /* BNONE */
    {RRI8(2, 4, 2, 3, 7), 7, 5, true},
    {RRI8(2, 4, 2, 3, 7), 6, 5, false}, /* BALL */
    {RRI8(2, 12, 2, 3, 7), 6, 5, true},
    {RRI8(2, 12, 2, 3, 7), 7, 5, false}, /* BNALL */
    {RRI8(2, 5, 2, 3, 7), ~8U, 35, true},
    {RRI8(2, 5, 2, 3, 7), 8, 35, false}, /* BBC */
    {RRI8(2, 13, 2, 3, 7), 8, 35, true},
    {RRI8(2, 13, 2, 3, 7), ~8U, 35, false}, /* BBS */
    {RRI8(2, 7, 2, 15, 7), 0, 0, true},
    {RRI8(2, 7, 2, 15, 7), BIT(31), 0, false}, /* BBCI 31 */
    {RRI8(2, 14, 2, 15, 7), BIT(15), 0, true},
    {RRI8(2, 14, 2, 15, 7), 0, 0, false}, /* BBSI 15 */
    {RRI8(2, 0, 2, 2, 6), ~0U, 0, true},
    {RRI8(2, 0, 2, 2, 6), 1, 0, false}, /* BEQI -1 */
    {RRI8(2, 15, 2, 6, 6), 255, 0, true},
    {RRI8(2, 15, 2, 6, 6), 256, 0, false}, /* BNEI 256 */
    {RRI8(2, 0, 2, 10, 6), 0x80000000, 0, true},
    {RRI8(2, 0, 2, 10, 6), ~0U, 0, false}, /* BLTI -1 */
    {RRI8(2, 9, 2, 14, 6), 10, 0, true},
    {RRI8(2, 9, 2, 14, 6), ~0U, 0, false}, /* BGEI 10 */
    {RRI8(2, 1, 2, 11, 6), 65535, 0, true},
    {RRI8(2, 1, 2, 11, 6), 65536, 0, false}, /* BLTUI 65536 */
    {RRI8(2, 0, 2, 15, 6), 32768, 0, true},
    {RRI8(2, 0, 2, 15, 6), 32767, 0, false}, /* BGEUI 32768 */
    {BEQZ(2, 6), 0, 0, true},
    {BEQZ(2, 6), 1, 0, false},
    {BNEZ(2, 6), 1, 0, true},
    {BNEZ(2, 6), 0, 0, false},
    {0x002000 | 0x2D6, 0, 0, true},
    {0x002000 | 0x2D6, ~0U, 0, false}, /* BGEZ */
    {0x002000 | 0x296, ~0U, 0, true},
    {0x002000 | 0x296, 0, 0, false}, /* BLTZ */
};

static void branches(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof branch_cases / sizeof branch_cases[0]; i++) {
        struct machine m;
        machine_init(&m, NULL);
        PUT(&m, CODE, branch_cases[i].word, ADDI(4, 4, 1), NOP);
        lx6_set_ar(m.core, 2, branch_cases[i].s);
        lx6_set_ar(m.core, 3, branch_cases[i].t);
        lx6_run(m.core, 1);
        if (lx6_pc(m.core) != CODE + (branch_cases[i].is_taken ? 6U : 3U))
            print_error("case %zu\n", i);
        assert_pc(&m, CODE + (branch_cases[i].is_taken ? 6U : 3U));
        machine_fini(&m);
    }
}

static void calls_and_literals(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, 0x000000); /* a literal at CODE */
    m.code.bytes[0] = 0xEF;
    m.code.bytes[3] = 0xDE;
    /* L32R a4, CODE from CODE+6: ((pc + 3) & ~3) - 8; CALL0 to (pc & ~3) + 4 + 16 from CODE+9. */
    PUT(&m, CODE + 6, (uint32_t)0xFFFE << 8 | 4 << 4 | 1, 4U << 6 | 5);
    PUT(&m, CODE + 8 + 4 + 16, RET);
    lx6_set_pc(m.core, CODE + 6);
    lx6_run(m.core, 1);
    assert_int_equal(lx6_a(m.core, 4), 0xDE0000EF);
    lx6_run(m.core, 1);
    assert_pc(&m, CODE + 28);
    assert_int_equal(lx6_a(m.core, 0), CODE + 12);
    lx6_run(m.core, 1);
    assert_pc(&m, CODE + 12);
    PUT(&m, CODE + 12, CALLX(0, 0)); /* through the register that it writes */
    lx6_set_ar(m.core, 0, CODE + 0x40);
    lx6_run(m.core, 1);
    assert_pc(&m, CODE + 0x40);
    assert_int_equal(lx6_a(m.core, 0), CODE + 15);
    machine_fini(&m);
}

static void booleans(void **state)
{
    (void)state;
    static const struct {
        uint32_t word, br, expected;
    } cases[] = {
        {RRR(0, 2, 0, 1, 2, 0), 0x0006, 0x0007},  {RRR(0, 2, 0, 1, 2, 0), 0x0003, 0x0002},  /* ANDB */
        {RRR(1, 2, 0, 1, 2, 0), 0x0002, 0x0003},  {RRR(1, 2, 0, 1, 2, 0), 0x0007, 0x0006},  /* ANDBC */
        {RRR(2, 2, 0, 1, 2, 0), 0x0004, 0x0005},  {RRR(2, 2, 0, 1, 2, 0), 0x0001, 0x0000},  /* ORB */
        {RRR(3, 2, 0, 1, 2, 0), 0x0000, 0x0001},  {RRR(3, 2, 0, 1, 2, 0), 0x0005, 0x0004},  /* ORBC */
        {RRR(4, 2, 0, 1, 2, 0), 0x0002, 0x0003},  {RRR(4, 2, 0, 1, 2, 0), 0x0007, 0x0006},  /* XORB */
        {RRR(0, 0, 8, 4, 0, 0), 0x0080, 0x0081},  {RRR(0, 0, 8, 4, 0, 0), 0xFF0F, 0xFF0E},  /* ANY4 */
        {RRR(0, 0, 9, 12, 0, 0), 0xF000, 0xF001}, {RRR(0, 0, 9, 12, 0, 0), 0x7001, 0x7000}, /* ALL4 */
        {RRR(0, 0, 10, 8, 0, 0), 0x0100, 0x0101}, {RRR(0, 0, 10, 8, 0, 0), 0x00FF, 0x00FE}, /* ANY8 */
        {RRR(0, 0, 11, 8, 0, 0), 0xFF00, 0xFF01}, {RRR(0, 0, 11, 8, 0, 0), 0xFE01, 0xFE00}, /* ALL8 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct machine m;
        machine_init(&m, NULL);
        PUT(&m, CODE, cases[i].word, RRR(13, 3, 4, 2, 0, 0), RRI8(2, 1, 0, 7, 6), NOP,
            NOP); /* MOVT a4, a2, b0; BT b0 */
        lx6_set_sr(m.core, SR_BR, cases[i].br);
        lx6_set_ar(m.core, 2, 1);
        lx6_run(m.core, 3);
        uint32_t bit = cases[i].expected & 1;
        assert_int_equal(sr(&m, SR_BR), cases[i].expected);
        assert_int_equal(lx6_a(m.core, 4), bit);
        assert_pc(&m, CODE + (bit ? 12 : 9));
        machine_fini(&m);
    }
}

/* --- MAC16 --- */

/* acc is 40 bits in ACCHI and ACCLO; a2 = x, a3 = y, m0 = x, m1 = x + 1, m2 = y, m3 = y + 1. */
static void check_mac(uint32_t word, uint32_t x, uint32_t y, uint64_t before, uint64_t after)
{
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, word);
    lx6_set_sr(m.core, SR_ACCLO, (uint32_t)before);
    lx6_set_sr(m.core, SR_ACCHI, (uint32_t)(before >> 32));
    lx6_set_ar(m.core, 2, x);
    lx6_set_ar(m.core, 3, y);
    for (unsigned i = 0; i < 4; i++)
        lx6_set_sr(m.core, SR_M0 + i, (i < 2 ? x : y) + i % 2);
    lx6_run(m.core, 1);
    assert_pc(&m, CODE + 3);
    assert_int_equal(sr(&m, SR_ACCLO), (uint32_t)after);
    assert_int_equal(sr(&m, SR_ACCHI), (uint32_t)(after >> 32));
    machine_fini(&m);
}

/* op2: 7 AA, 3 AD, 6 DA, 2 DD; op1: operation and halves. */
static void mac16_multiplies(void **state)
{
    (void)state;
    uint32_t x = 0x0003FFFE, y = 0x8000000A;                     /* high 3, low -2; high -32768, low 10 */
    check_mac(RRR(7, 0, 0, 2, 3, 4), x, y, 5, 0xFFFEULL * 10);   /* UMUL.AA.LL */
    check_mac(RRR(7, 3, 0, 2, 3, 4), x, y, 5, 3ULL * 0x8000);    /* UMUL.AA.HH */
    check_mac(RRR(7, 4, 0, 2, 3, 4), x, y, 5, (uint64_t)-20);    /* MUL.AA.LL */
    check_mac(RRR(7, 5, 0, 2, 3, 4), x, y, 5, 30);               /* MUL.AA.HL */
    check_mac(RRR(7, 6, 0, 2, 3, 4), x, y, 5, 65536);            /* MUL.AA.LH */
    check_mac(RRR(7, 7, 0, 2, 3, 4), x, y, 5, (uint64_t)-98304); /* MUL.AA.HH */
    check_mac(RRR(7, 9, 0, 2, 3, 4), x, y, 12, 42);              /* MULA.AA.HL */
    check_mac(RRR(7, 13, 0, 2, 3, 4), x, y, 12, (uint64_t)-18);  /* MULS.AA.HL */
    check_mac(RRR(7, 9, 0, 2, 3, 4), x, y, 0x7FFFFFFFFF, 0xFFFFFF8000000000 | 29); /* wraps in 40 bits */
    check_mac(RRR(3, 5, 0, 2, 0, 4), x, y, 5, 30);                                 /* MUL.AD.HL m2 */
    check_mac(RRR(3, 5, 0, 2, 4, 4), x, y, 5, 33);                                 /* MUL.AD.HL m3 */
    check_mac(RRR(6, 4, 0, 0, 3, 4), x, y, 5, (uint64_t)-20);                      /* MUL.DA.LL m0 */
    check_mac(RRR(6, 4, 4, 0, 3, 4), x, y, 5, (uint64_t)-10);                      /* MUL.DA.LL m1 */
    check_mac(RRR(2, 8, 4, 0, 4, 4), x, y, 5, (uint64_t)-6);                       /* MULA.DD.LL m1, m3 */
    check_mac(RRR(2, 12, 0, 0, 0, 4), x, y, 5, 25);                                /* MULS.DD.LL m0, m2 */
}

static void mac16_loads_while_it_multiplies(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    assert_int_equal(mem_write(&m.map, DATA + 4, 4, 7), MEM_OK);
    assert_int_equal(mem_write(&m.map, DATA, 4, 9), MEM_OK);
    /* LDINC m0; MULA.DD.LL.LDDEC m0 with m0*m2 of before; MULA.DA.LL.LDINC m3 with m1 * a3; then a fault. */
    PUT(&m, CODE, RRR(8, 0, 0, 2, 0, 4), RRR(1, 8, 0, 2, 0, 4), RRR(4, 8, 7, 2, 3, 4), RRR(9, 0, 1, 5, 0, 4));
    lx6_set_ar(m.core, 2, DATA);
    lx6_set_ar(m.core, 3, 100);
    lx6_set_sr(m.core, SR_M1, 3);
    lx6_set_sr(m.core, SR_M2, 2);
    lx6_run(m.core, 1);
    assert_int_equal(sr(&m, SR_M0), 7);
    assert_int_equal(lx6_a(m.core, 2), DATA + 4);
    lx6_run(m.core, 1);
    assert_int_equal(sr(&m, SR_ACCLO), 14);
    assert_int_equal(sr(&m, SR_M0), 9);
    assert_int_equal(lx6_a(m.core, 2), DATA);
    lx6_run(m.core, 1);
    assert_int_equal(sr(&m, SR_ACCLO), 314);
    assert_int_equal(sr(&m, SR_M3), 7);
    lx6_set_ar(m.core, 5, 0x20000004);
    lx6_run(m.core, 1);
    assert_pc(&m, VECTORS + 0x300);
    assert_int_equal(sr(&m, SR_EXCVADDR), 0x20000000);
    assert_int_equal(lx6_a(m.core, 5), 0x20000004);
    machine_fini(&m);
}

static void expstate_and_threadptr(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, 0x0E1000 | 31 << 4, 0x0E1000 | 3 << 4, 0x0E1200 | 31 << 4, RRR(0, 14, 2, 2, 3, 0),
        RUR(4, UR_EXPSTATE), WUR(2, UR_THREADPTR), RUR(5, UR_THREADPTR));
    lx6_set_ar(m.core, 2, 0xF0F0);
    lx6_set_ar(m.core, 3, 0xFF00); /* the mask */
    lx6_run(m.core, 7);
    assert_int_equal(lx6_a(m.core, 4), 0xF008);
    assert_int_equal(lx6_a(m.core, 5), 0xF0F0);
    machine_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic),
        cmocka_unit_test(density),
        cmocka_unit_test(shifts),
        cmocka_unit_test(multiply_and_divide),
        cmocka_unit_test(branches),
        cmocka_unit_test(calls_and_literals),
        cmocka_unit_test(booleans),
        cmocka_unit_test(mac16_multiplies),
        cmocka_unit_test(mac16_loads_while_it_multiplies),
        cmocka_unit_test(expstate_and_threadptr),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
