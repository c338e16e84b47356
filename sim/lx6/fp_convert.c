/* SPDX-License-Identifier: Apache-2.0 */
/* Floating point: conversions from and to integers, comparisons, constants. */
#include "sim/lx6/fp_int.h"

#include <math.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* --- to integers: FCR has no say, the instruction has --- */

/* f[s] times 2^t, which is exact as a double. */
static double scaled(const struct lx6 *c, const struct lx6_op *op)
{
    return (double)f32_value(c->fr[op->s]) * (double)(1U << op->t);
}

static const struct lx6_op *invalid(struct lx6 *c, const struct lx6_op *op, uint32_t result)
{
    c->fsr |= FSR_INVALID;
    c->a[op->r] = result;
    return op + 1;
}

static const struct lx6_op *to_signed(struct lx6 *c, const struct lx6_op *op, double rounded)
{
    if (f32_is_nan(c->fr[op->s]) || rounded > INT32_MAX)
        return invalid(c, op, INT32_MAX);
    if (rounded < INT32_MIN)
        return invalid(c, op, (uint32_t)INT32_MIN);
    if (rounded != scaled(c, op))
        c->fsr |= FSR_INEXACT;
    c->a[op->r] = (uint32_t)(int32_t)rounded;
    return op + 1;
}

/* 0 for a NaN: it is looked at apart, and must not raise the host's flags. */
static double number(const struct lx6 *c, const struct lx6_op *op)
{
    return f32_is_nan(c->fr[op->s]) ? 0 : scaled(c, op);
}

static const struct lx6_op *op_round(struct lx6 *c, const struct lx6_op *op)
{
    return to_signed(c, op, roundeven(number(c, op)));
}

static const struct lx6_op *op_floor(struct lx6 *c, const struct lx6_op *op)
{
    return to_signed(c, op, floor(number(c, op)));
}

static const struct lx6_op *op_ceil(struct lx6 *c, const struct lx6_op *op)
{
    return to_signed(c, op, ceil(number(c, op)));
}

static const struct lx6_op *op_trunc(struct lx6 *c, const struct lx6_op *op)
{
    return to_signed(c, op, trunc(number(c, op)));
}

/* A negative number gives what the signed conversion gives, and is invalid. */
static const struct lx6_op *utrunc(struct lx6 *c, const struct lx6_op *op)
{
    double rounded = trunc(number(c, op));
    if (f32_is_nan(c->fr[op->s]) || rounded > UINT32_MAX)
        return invalid(c, op, UINT32_MAX);
    if (rounded <= INT32_MIN)
        return invalid(c, op, (uint32_t)INT32_MIN);
    if (rounded < 0)
        return invalid(c, op, (uint32_t)(int32_t)rounded);
    if (rounded != scaled(c, op))
        c->fsr |= FSR_INEXACT;
    c->a[op->r] = (uint32_t)rounded;
    return op + 1;
}

/* --- from integers: rounded once, then scaled exactly --- */

static const struct lx6_op *op_float(struct lx6 *c, const struct lx6_op *op)
{
    lx6_fp_begin(c);
    c->fr[op->r] = f32_bits((float)(int32_t)c->a[op->s] / (float)(1U << op->t));
    return op + 1;
}

static const struct lx6_op *ufloat(struct lx6 *c, const struct lx6_op *op)
{
    lx6_fp_begin(c);
    c->fr[op->r] = f32_bits((float)c->a[op->s] / (float)(1U << op->t));
    return op + 1;
}

/* --- comparisons, into a boolean --- */

enum relation { LESS = 1, EQUAL = 2, GREATER = 4, UNORDERED = 8 };

static enum relation compare(const struct lx6 *c, const struct lx6_op *op)
{
    uint32_t a = c->fr[op->s], b = c->fr[op->t];
    if (f32_is_nan(a) || f32_is_nan(b))
        return UNORDERED;
    float x = f32_value(a), y = f32_value(b);
    return x < y ? LESS : x > y ? GREATER : EQUAL;
}

static const struct lx6_op *decide(struct lx6 *c, const struct lx6_op *op, unsigned relations)
{
    uint32_t holds = compare(c, op) & relations ? 1 : 0;
    if (f32_is_signalling(c->fr[op->s]) || f32_is_signalling(c->fr[op->t]))
        c->fsr |= FSR_INVALID;
    c->br = (c->br & ~BIT(op->r)) | holds << op->r;
    return op + 1;
}

/* OLT and OLE find any NaN invalid, the others only a signalling one. */
static const struct lx6_op *decide_loudly(struct lx6 *c, const struct lx6_op *op, unsigned relations)
{
    if (compare(c, op) == UNORDERED)
        c->fsr |= FSR_INVALID;
    return decide(c, op, relations);
}

static const struct lx6_op *un(struct lx6 *c, const struct lx6_op *op)
{
    return decide(c, op, UNORDERED);
}

static const struct lx6_op *oeq(struct lx6 *c, const struct lx6_op *op)
{
    return decide(c, op, EQUAL);
}

static const struct lx6_op *ueq(struct lx6 *c, const struct lx6_op *op)
{
    return decide(c, op, EQUAL | UNORDERED);
}

static const struct lx6_op *olt(struct lx6 *c, const struct lx6_op *op)
{
    return decide_loudly(c, op, LESS);
}

static const struct lx6_op *ult(struct lx6 *c, const struct lx6_op *op)
{
    return decide(c, op, LESS | UNORDERED);
}

static const struct lx6_op *ole(struct lx6 *c, const struct lx6_op *op)
{
    return decide_loudly(c, op, LESS | EQUAL);
}

static const struct lx6_op *ule(struct lx6 *c, const struct lx6_op *op)
{
    return decide(c, op, LESS | EQUAL | UNORDERED);
}

/* --- constants: the other twelve are reserved and repeat these --- */

static const struct lx6_op *op_const(struct lx6 *c, const struct lx6_op *op)
{
    static const uint32_t values[] = {0x00000000, 0x3F800000, 0x40000000, 0x3F000000};
    c->fr[op->r] = values[op->s % COUNT(values)];
    return op + 1;
}

enum { CP = FLAG_CP0 };

// clang-format off
static const struct lx6_insn insns[] = {
    { 0x8A0000, 0xFF000F, "round.s",  op_round, FMT_RST, USES_R, CP, .option = LX6_FP },
    { 0xBA0000, 0xFF000F, "ceil.s",   op_ceil,  FMT_RST, USES_R, CP, .option = LX6_FP },
    { 0xAA0000, 0xFF000F, "floor.s",  op_floor, FMT_RST, USES_R, CP, .option = LX6_FP },
    { 0x9A0000, 0xFF000F, "trunc.s",  op_trunc, FMT_RST, USES_R, CP, .option = LX6_FP },
    { 0xEA0000, 0xFF000F, "utrunc.s", utrunc,   FMT_RST, USES_R, CP, .option = LX6_FP },
    { 0xCA0000, 0xFF000F, "float.s",  op_float, FMT_RST, USES_S, CP, .option = LX6_FP },
    { 0xDA0000, 0xFF000F, "ufloat.s", ufloat,   FMT_RST, USES_S, CP, .option = LX6_FP },
    { 0x1B0000, 0xFF000F, "un.s",     un,       FMT_RST, 0, CP, .option = LX6_FP },
    { 0x2B0000, 0xFF000F, "oeq.s",    oeq,      FMT_RST, 0, CP, .option = LX6_FP },
    { 0x3B0000, 0xFF000F, "ueq.s",    ueq,      FMT_RST, 0, CP, .option = LX6_FP },
    { 0x4B0000, 0xFF000F, "olt.s",    olt,      FMT_RST, 0, CP, .option = LX6_FP },
    { 0x5B0000, 0xFF000F, "ult.s",    ult,      FMT_RST, 0, CP, .option = LX6_FP },
    { 0x6B0000, 0xFF000F, "ole.s",    ole,      FMT_RST, 0, CP, .option = LX6_FP },
    { 0x7B0000, 0xFF000F, "ule.s",    ule,      FMT_RST, 0, CP, .option = LX6_FP },
    { 0xFA0030, 0xFF00FF, "const.s",  op_const, FMT_RST, 0, CP, .option = LX6_FP },
};
// clang-format on

const struct lx6_family lx6_fp_convert = {insns, COUNT(insns)};
