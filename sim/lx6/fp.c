/* SPDX-License-Identifier: Apache-2.0 */
/* Floating point: rounding and flags, arithmetic, moves. Source: Xtensa ISA Reference Manual, 4.3.11. */
#include "sim/lx6/fp_int.h"

#include <fenv.h>
#include <math.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* --- rounding and flags --- */

static void set_host_rounding(uint32_t fcr)
{
    static const int modes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_UPWARD, FE_DOWNWARD};
    fesetround(modes[fcr & FCR_ROUNDING]);
}

void lx6_fp_take(struct lx6 *c)
{
    feclearexcept(FE_ALL_EXCEPT);
    if (c->fcr & FCR_ROUNDING)
        set_host_rounding(c->fcr);
    c->fp_in_use = true;
}

void lx6_fp_sync(struct lx6 *c)
{
    if (!c->fp_in_use)
        return;
    int raised = fetestexcept(FE_ALL_EXCEPT);
    c->fsr |= raised & FE_INEXACT ? FSR_INEXACT : 0;
    c->fsr |= raised & FE_UNDERFLOW ? FSR_UNDERFLOW : 0;
    c->fsr |= raised & FE_OVERFLOW ? FSR_OVERFLOW : 0;
    c->fsr |= raised & FE_DIVBYZERO ? FSR_DIVZERO : 0;
    c->fsr |= raised & FE_INVALID ? FSR_INVALID : 0;
    if (c->fcr & FCR_ROUNDING)
        fesetround(FE_TONEAREST);
    c->fp_in_use = false;
}

/* --- arithmetic --- */

static const struct lx6_op *add(struct lx6 *c, const struct lx6_op *op)
{
    lx6_fp_begin(c);
    uint32_t a = c->fr[op->s], b = c->fr[op->t];
    c->fr[op->r] = f32_result(f32_value(a) + f32_value(b), a, b);
    return op + 1;
}

static const struct lx6_op *sub(struct lx6 *c, const struct lx6_op *op)
{
    lx6_fp_begin(c);
    uint32_t a = c->fr[op->s], b = c->fr[op->t];
    c->fr[op->r] = f32_result(f32_value(a) - f32_value(b), a, b);
    return op + 1;
}

static const struct lx6_op *mul(struct lx6 *c, const struct lx6_op *op)
{
    lx6_fp_begin(c);
    uint32_t a = c->fr[op->s], b = c->fr[op->t];
    c->fr[op->r] = f32_result(f32_value(a) * f32_value(b), a, b);
    return op + 1;
}

static bool is_zero_times_infinity(uint32_t a, uint32_t b)
{
    float x = f32_value(a), y = f32_value(b);
    return (x == 0 && isinf(y)) || (isinf(x) && y == 0);
}

/* The addend counts as the last operand when a NaN is chosen, the second factor before it, then the first. 0 times infinity is
   invalid beside a NaN too, which IEEE 754 leaves open and public QEMU does. */
static uint32_t fused(float result, uint32_t a, uint32_t b, uint32_t addend)
{
    if (is_zero_times_infinity(a, b))
        feraiseexcept(FE_INVALID);
    if (f32_is_nan(f32_bits(result)) && f32_is_nan(addend))
        return addend | F32_QUIET;
    return f32_result(result, a, b);
}

static const struct lx6_op *madd(struct lx6 *c, const struct lx6_op *op)
{
    lx6_fp_begin(c);
    uint32_t a = c->fr[op->s], b = c->fr[op->t], addend = c->fr[op->r];
    c->fr[op->r] = fused(fmaf(f32_value(a), f32_value(b), f32_value(addend)), a, b, addend);
    return op + 1;
}

static const struct lx6_op *msub(struct lx6 *c, const struct lx6_op *op)
{
    lx6_fp_begin(c);
    uint32_t a = c->fr[op->s], b = c->fr[op->t], addend = c->fr[op->r];
    c->fr[op->r] = fused(fmaf(-f32_value(a), f32_value(b), f32_value(addend)), a, b, addend);
    return op + 1;
}

/* --- moves --- */

static const struct lx6_op *mov(struct lx6 *c, const struct lx6_op *op)
{
    c->fr[op->r] = c->fr[op->s];
    return op + 1;
}

static const struct lx6_op *op_abs(struct lx6 *c, const struct lx6_op *op)
{
    c->fr[op->r] = c->fr[op->s] & ~F32_SIGN;
    return op + 1;
}

static const struct lx6_op *neg(struct lx6 *c, const struct lx6_op *op)
{
    c->fr[op->r] = c->fr[op->s] ^ F32_SIGN;
    return op + 1;
}

static const struct lx6_op *move_if(struct lx6 *c, const struct lx6_op *op, bool condition)
{
    if (condition)
        c->fr[op->r] = c->fr[op->s];
    return op + 1;
}

static const struct lx6_op *moveqz(struct lx6 *c, const struct lx6_op *op)
{
    return move_if(c, op, c->a[op->t] == 0);
}

static const struct lx6_op *movnez(struct lx6 *c, const struct lx6_op *op)
{
    return move_if(c, op, c->a[op->t] != 0);
}

static const struct lx6_op *movltz(struct lx6 *c, const struct lx6_op *op)
{
    return move_if(c, op, (int32_t)c->a[op->t] < 0);
}

static const struct lx6_op *movgez(struct lx6 *c, const struct lx6_op *op)
{
    return move_if(c, op, (int32_t)c->a[op->t] >= 0);
}

static const struct lx6_op *movf(struct lx6 *c, const struct lx6_op *op)
{
    return move_if(c, op, !(c->br >> op->t & 1));
}

static const struct lx6_op *movt(struct lx6 *c, const struct lx6_op *op)
{
    return move_if(c, op, c->br >> op->t & 1);
}

static const struct lx6_op *wfr(struct lx6 *c, const struct lx6_op *op)
{
    c->fr[op->r] = c->a[op->s];
    return op + 1;
}

static const struct lx6_op *rfr(struct lx6 *c, const struct lx6_op *op)
{
    c->a[op->r] = c->fr[op->s];
    return op + 1;
}

enum { CP = FLAG_CP0 };

// clang-format off
static const struct lx6_insn insns[] = {
    { 0x0A0000, 0xFF000F, "add.s",  add,  FMT_RST, 0, CP, .option = LX6_FP },
    { 0x1A0000, 0xFF000F, "sub.s",  sub,  FMT_RST, 0, CP, .option = LX6_FP },
    { 0x2A0000, 0xFF000F, "mul.s",  mul,  FMT_RST, 0, CP, .option = LX6_FP },
    { 0x4A0000, 0xFF000F, "madd.s", madd, FMT_RST, 0, CP, .option = LX6_FP },
    { 0x5A0000, 0xFF000F, "msub.s", msub, FMT_RST, 0, CP, .option = LX6_FP },
    { 0xFA0000, 0xFF00FF, "mov.s",  mov,  FMT_RST, 0, CP, .option = LX6_FP },
    { 0xFA0010, 0xFF00FF, "abs.s",  op_abs, FMT_RST, 0, CP, .option = LX6_FP },
    { 0xFA0060, 0xFF00FF, "neg.s",  neg,  FMT_RST, 0, CP, .option = LX6_FP },
    { 0x8B0000, 0xFF000F, "moveqz.s", moveqz, FMT_RST, USES_T, CP, .option = LX6_FP },
    { 0x9B0000, 0xFF000F, "movnez.s", movnez, FMT_RST, USES_T, CP, .option = LX6_FP },
    { 0xAB0000, 0xFF000F, "movltz.s", movltz, FMT_RST, USES_T, CP, .option = LX6_FP },
    { 0xBB0000, 0xFF000F, "movgez.s", movgez, FMT_RST, USES_T, CP, .option = LX6_FP },
    { 0xCB0000, 0xFF000F, "movf.s", movf, FMT_RST, 0, CP, .option = LX6_FP },
    { 0xDB0000, 0xFF000F, "movt.s", movt, FMT_RST, 0, CP, .option = LX6_FP },
    { 0xFA0050, 0xFF00FF, "wfr",    wfr,  FMT_RST, USES_S, CP, .option = LX6_FP },
    { 0xFA0040, 0xFF00FF, "rfr",    rfr,  FMT_RST, USES_R, CP, .option = LX6_FP },
};
// clang-format on

const struct lx6_family lx6_fp = {insns, COUNT(insns)};
