/* SPDX-License-Identifier: Apache-2.0 */
/* Multiplication and division: the M extension. Division by zero and overflow: the ISA's table 7.1. */
#include "sim/rv32/rv32_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

#define RR(name, a, b, expression)                                                                                     \
    static const struct rv32_op *name(struct rv32 *c, const struct rv32_op *op)                                        \
    {                                                                                                                  \
        uint32_t a = c->x[op->rs1];                                                                                    \
        uint32_t b = c->x[op->rs2];                                                                                    \
        c->x[op->rd] = (expression);                                                                                   \
        return rv32_go_on(c, op);                                                                                      \
    }

static uint32_t upper(uint64_t product)
{
    return (uint32_t)(product >> 32);
}

static int64_t extended(uint32_t value)
{
    return (int32_t)value;
}

static bool overflows(uint32_t a, uint32_t b)
{
    return a == BIT(31) && b == ~0U;
}

static uint32_t divide(uint32_t a, uint32_t b)
{
    if (!b)
        return ~0U;
    return overflows(a, b) ? a : (uint32_t)((int32_t)a / (int32_t)b);
}

static uint32_t remainder_of(uint32_t a, uint32_t b)
{
    if (!b)
        return a;
    return overflows(a, b) ? 0 : (uint32_t)((int32_t)a % (int32_t)b);
}

RR(mul, a, b, a *b)
RR(mulh, a, b, upper((uint64_t)(extended(a) * extended(b))))
RR(mulhsu, a, b, upper((uint64_t)(extended(a) * (int64_t)b)))
RR(mulhu, a, b, upper((uint64_t)a *b))
RR(op_div, a, b, divide(a, b))
RR(divu, a, b, b ? a / b : ~0U)
RR(rem, a, b, remainder_of(a, b))
RR(remu, a, b, b ? a % b : a)

// clang-format off
static const struct rv32_insn insns[] = {
    { 0x02000033, 0xFE00707F, "mul",    mul,    FMT_R, 0, 0, MISA_M },
    { 0x02001033, 0xFE00707F, "mulh",   mulh,   FMT_R, 0, 0, MISA_M },
    { 0x02002033, 0xFE00707F, "mulhsu", mulhsu, FMT_R, 0, 0, MISA_M },
    { 0x02003033, 0xFE00707F, "mulhu",  mulhu,  FMT_R, 0, 0, MISA_M },
    { 0x02004033, 0xFE00707F, "div",    op_div, FMT_R, 0, 0, MISA_M },
    { 0x02005033, 0xFE00707F, "divu",   divu,   FMT_R, 0, 0, MISA_M },
    { 0x02006033, 0xFE00707F, "rem",    rem,    FMT_R, 0, 0, MISA_M },
    { 0x02007033, 0xFE00707F, "remu",   remu,   FMT_R, 0, 0, MISA_M },
};
// clang-format on

const struct rv32_family rv32_muldiv = {insns, COUNT(insns)};
