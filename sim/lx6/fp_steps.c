/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The helpers of divide and square root sequences.
 *
 * Compilers emit fixed sequences of them. What Cadence's manual does not give is how the seeds look in between; what it
 * guarantees is the correctly rounded result at the end. So MKDADJ and MKSADJ, which every sequence has, compute that
 * result here, ADDEXPM carries it on, and the steps before and after leave it alone. RECIP0 and RSQRT0 give real
 * estimates, and MADDN is real, because fast-math code refines with them alone.
 */
#include "sim/lx6/fp_int.h"

#include <fenv.h>
#include <math.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* --- the results --- */

/* f[r] := f[s] / f[r]. */
static const struct lx6_op *mkdadj(struct lx6 *c, const struct lx6_op *op)
{
    lx6_fp_begin(c);
    uint32_t a = c->fr[op->s], b = c->fr[op->r];
    c->fr[op->r] = f32_result(f32_value(a) / f32_value(b), a, b);
    return op + 1;
}

static const struct lx6_op *mksadj(struct lx6 *c, const struct lx6_op *op)
{
    lx6_fp_begin(c);
    uint32_t a = c->fr[op->s];
    c->fr[op->r] = f32_result(sqrtf(f32_value(a)), a, a);
    return op + 1;
}

static const struct lx6_op *addexpm(struct lx6 *c, const struct lx6_op *op)
{
    c->fr[op->r] = c->fr[op->s];
    return op + 1;
}

static const struct lx6_op *nothing(struct lx6 *c, const struct lx6_op *op)
{
    (void)c;
    return op + 1;
}

/* --- estimates and refinement: to nearest, without flags --- */

/* Keeps eight bits after the leading one, as a table would. */
static uint32_t estimate(float value, uint32_t operand)
{
    uint32_t bits = f32_result(value, operand, operand);
    return f32_is_nan(bits) ? bits : bits & 0xFFFF8000U;
}

static const struct lx6_op *quietly(struct lx6 *c, const struct lx6_op *op,
                                    uint32_t (*fn)(struct lx6 *, const struct lx6_op *))
{
    fenv_t before;
    feholdexcept(&before);
    fesetround(FE_TONEAREST);
    c->fr[op->r] = fn(c, op);
    fesetenv(&before);
    return op + 1;
}

static uint32_t reciprocal(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t a = c->fr[op->s];
    return estimate(1.0F / f32_value(a), a);
}

static uint32_t reciprocal_root(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t a = c->fr[op->s];
    return estimate(1.0F / sqrtf(f32_value(a)), a);
}

static uint32_t refine(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t a = c->fr[op->s], b = c->fr[op->t], addend = c->fr[op->r];
    float result = fmaf(f32_value(a), f32_value(b), f32_value(addend));
    bool is_from_addend = f32_is_nan(f32_bits(result)) && f32_is_nan(addend);
    return is_from_addend ? addend | F32_QUIET : f32_result(result, a, b);
}

static const struct lx6_op *recip0(struct lx6 *c, const struct lx6_op *op)
{
    return quietly(c, op, reciprocal);
}

static const struct lx6_op *rsqrt0(struct lx6 *c, const struct lx6_op *op)
{
    return quietly(c, op, reciprocal_root);
}

static const struct lx6_op *maddn(struct lx6 *c, const struct lx6_op *op)
{
    return quietly(c, op, refine);
}

enum { CP = FLAG_CP0 };

// clang-format off
static const struct lx6_insn insns[] = {
    { 0xFA0070, 0xFF00FF, "div0.s",    nothing, FMT_RST, 0, CP, .option = LX6_FP },
    { 0xFA0080, 0xFF00FF, "recip0.s",  recip0,  FMT_RST, 0, CP, .option = LX6_FP },
    { 0xFA0090, 0xFF00FF, "sqrt0.s",   nothing, FMT_RST, 0, CP, .option = LX6_FP },
    { 0xFA00A0, 0xFF00FF, "rsqrt0.s",  rsqrt0,  FMT_RST, 0, CP, .option = LX6_FP },
    { 0xFA00B0, 0xFF00FF, "nexp01.s",  nothing, FMT_RST, 0, CP, .option = LX6_FP },
    { 0xFA00C0, 0xFF00FF, "mksadj.s",  mksadj,  FMT_RST, 0, CP, .option = LX6_FP },
    { 0xFA00D0, 0xFF00FF, "mkdadj.s",  mkdadj,  FMT_RST, 0, CP, .option = LX6_FP },
    { 0xFA00E0, 0xFF00FF, "addexp.s",  nothing, FMT_RST, 0, CP, .option = LX6_FP },
    { 0xFA00F0, 0xFF00FF, "addexpm.s", addexpm, FMT_RST, 0, CP, .option = LX6_FP },
    { 0x6A0000, 0xFF000F, "maddn.s",   maddn,   FMT_RST, 0, CP, .option = LX6_FP },
    { 0x7A0000, 0xFF000F, "divn.s",    nothing, FMT_RST, 0, CP, .option = LX6_FP },
};
// clang-format on

const struct lx6_family lx6_fp_steps = {insns, COUNT(insns)};
