/* SPDX-License-Identifier: Apache-2.0 */
/* The 16-bit multiply-accumulate unit: a 40-bit accumulator and four registers m0..m3. Source: Xtensa ISA Reference
   Manual, 4.3.7. */
#include "sim/lx6/lx6_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* The word stands in imm2: its fields are the unit's own. */
#define WORD_W      FIELD(13, 12) /* the register that is loaded */
#define WORD_X      BIT(14)       /* first operand: m0 or m1 */
#define WORD_Y      BIT(6)        /* second operand: m2 or m3 */
#define WORD_X_HIGH BIT(16)
#define WORD_Y_HIGH BIT(17)
#define WORD_KIND   FIELD(19, 18)
enum { UMUL, MUL, MULA, MULS };

static int64_t acc(const struct lx6 *c)
{
    return (int64_t)((uint64_t)c->acchi << 32 | c->acclo);
}

/* 40 bits are kept; ACCHI reads sign-extended. */
static void set_acc(struct lx6 *c, int64_t value)
{
    c->acclo = (uint32_t)value;
    c->acchi = (uint32_t)(int8_t)(value >> 32);
}

static uint32_t m_x(const struct lx6 *c, const struct lx6_op *op)
{
    return c->m[field_get(WORD_X, op->imm2)];
}

static uint32_t m_y(const struct lx6 *c, const struct lx6_op *op)
{
    return c->m[2 + field_get(WORD_Y, op->imm2)];
}

/* Multiplies the chosen halves and does what the instruction says with the accumulator. */
static const struct lx6_op *multiply(struct lx6 *c, const struct lx6_op *op, uint32_t x, uint32_t y)
{
    uint32_t word = op->imm2;
    x = word & WORD_X_HIGH ? x >> 16 : x & 0xFFFF;
    y = word & WORD_Y_HIGH ? y >> 16 : y & 0xFFFF;
    int64_t product = (int32_t)(int16_t)x * (int32_t)(int16_t)y;
    switch (field_get(WORD_KIND, word)) {
    case UMUL:
        set_acc(c, (int64_t)((uint64_t)x * y));
        break;
    case MUL:
        set_acc(c, product);
        break;
    case MULA:
        set_acc(c, acc(c) + product);
        break;
    case MULS:
        set_acc(c, acc(c) - product);
        break;
    }
    return op + 1;
}

static const struct lx6_op *mul_aa(struct lx6 *c, const struct lx6_op *op)
{
    return multiply(c, op, c->a[op->s], c->a[op->t]);
}

static const struct lx6_op *mul_ad(struct lx6 *c, const struct lx6_op *op)
{
    return multiply(c, op, c->a[op->s], m_y(c, op));
}

static const struct lx6_op *mul_da(struct lx6 *c, const struct lx6_op *op)
{
    return multiply(c, op, m_x(c, op), c->a[op->t]);
}

static const struct lx6_op *mul_dd(struct lx6 *c, const struct lx6_op *op)
{
    return multiply(c, op, m_x(c, op), m_y(c, op));
}

/* --- with a load: the operands are those of before it --- */

static bool load(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = c->a[op->s] + op->imm, value;
    if (!lx6_load(c, op, addr, 4, &value))
        return false;
    c->m[field_get(WORD_W, op->imm2)] = value;
    c->a[op->s] = addr;
    return true;
}

static const struct lx6_op *ld(struct lx6 *c, const struct lx6_op *op)
{
    return load(c, op) ? lx6_next(c, op) : NULL;
}

static const struct lx6_op *mula_da_ld(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t x = m_x(c, op), y = c->a[op->t];
    if (!load(c, op))
        return NULL;
    multiply(c, op, x, y);
    return lx6_next(c, op);
}

static const struct lx6_op *mula_dd_ld(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t x = m_x(c, op), y = m_y(c, op);
    if (!load(c, op))
        return NULL;
    multiply(c, op, x, y);
    return lx6_next(c, op);
}

enum { T_S = USES_S | USES_T };

/* Bits 17:16 of the word choose the halves and are in no mask. */
// clang-format off
static const struct lx6_insn insns[] = {
    { 0x700004, 0xFCF00F, "umul.aa", mul_aa, FMT_MAC, T_S, .option = LX6_MAC16 },
    { 0x740004, 0xFCF00F, "mul.aa",  mul_aa, FMT_MAC, T_S, .option = LX6_MAC16 },
    { 0x780004, 0xFCF00F, "mula.aa", mul_aa, FMT_MAC, T_S, .option = LX6_MAC16 },
    { 0x7C0004, 0xFCF00F, "muls.aa", mul_aa, FMT_MAC, T_S, .option = LX6_MAC16 },
    { 0x340004, 0xFCF0BF, "mul.ad",  mul_ad, FMT_MAC, USES_S, .option = LX6_MAC16 },
    { 0x380004, 0xFCF0BF, "mula.ad", mul_ad, FMT_MAC, USES_S, .option = LX6_MAC16 },
    { 0x3C0004, 0xFCF0BF, "muls.ad", mul_ad, FMT_MAC, USES_S, .option = LX6_MAC16 },
    { 0x640004, 0xFCBF0F, "mul.da",  mul_da, FMT_MAC, USES_T, .option = LX6_MAC16 },
    { 0x680004, 0xFCBF0F, "mula.da", mul_da, FMT_MAC, USES_T, .option = LX6_MAC16 },
    { 0x6C0004, 0xFCBF0F, "muls.da", mul_da, FMT_MAC, USES_T, .option = LX6_MAC16 },
    { 0x240004, 0xFCBFBF, "mul.dd",  mul_dd, FMT_MAC, 0, .option = LX6_MAC16 },
    { 0x280004, 0xFCBFBF, "mula.dd", mul_dd, FMT_MAC, 0, .option = LX6_MAC16 },
    { 0x2C0004, 0xFCBFBF, "muls.dd", mul_dd, FMT_MAC, 0, .option = LX6_MAC16 },
    { 0x480004, 0xFC800F, "mula.da.ldinc", mula_da_ld, FMT_MAC, T_S, FLAG_LOAD, 4, LX6_MAC16 },
    { 0x580004, 0xFC800F, "mula.da.lddec", mula_da_ld, FMT_MAC, T_S, FLAG_LOAD, 4, LX6_MAC16 },
    { 0x080004, 0xFC80BF, "mula.dd.ldinc", mula_dd_ld, FMT_MAC, USES_S, FLAG_LOAD, 4, LX6_MAC16 },
    { 0x180004, 0xFC80BF, "mula.dd.lddec", mula_dd_ld, FMT_MAC, USES_S, FLAG_LOAD, 4, LX6_MAC16 },
    { 0x800004, 0xFFC0FF, "ldinc", ld, FMT_MAC, USES_S, FLAG_LOAD, 4, LX6_MAC16 },
    { 0x900004, 0xFFC0FF, "lddec", ld, FMT_MAC, USES_S, FLAG_LOAD, 4, LX6_MAC16 },
};
// clang-format on

const struct lx6_family lx6_mac16 = {insns, COUNT(insns)};
