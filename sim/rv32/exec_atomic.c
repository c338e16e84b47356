/* SPDX-License-Identifier: Apache-2.0 */
/* The A extension, for cores that have it: one core at a time runs, so ordering needs nothing. Source: RISC-V
   Unprivileged ISA, chapter 8. */
#include "sim/rv32/rv32_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct rv32_op *lr(struct rv32 *c, const struct rv32_op *op)
{
    uint32_t addr = c->x[op->rs1], value = 0;
    if (addr % 4)
        return rv32_raise(c, op, CAUSE_LOAD_MISALIGNED, addr);
    if (!rv32_load(c, op, addr, 4, &value))
        return NULL;
    c->is_reserved = true;
    c->reserved_at = addr;
    c->x[op->rd] = value;
    return rv32_next(c, op);
}

static const struct rv32_op *sc(struct rv32 *c, const struct rv32_op *op)
{
    uint32_t addr = c->x[op->rs1];
    if (addr % 4)
        return rv32_raise(c, op, CAUSE_STORE_MISALIGNED, addr);
    bool is_kept = c->is_reserved && c->reserved_at == addr;
    c->is_reserved = false;
    if (is_kept && !rv32_store(c, op, addr, 4, c->x[op->rs2]))
        return NULL;
    c->x[op->rd] = !is_kept;
    return rv32_next(c, op);
}

/* mem := expression of the old value and rs2's (names given by the caller); rd := the old value. */
#define AMO(name, old, b, expression)                                                                                  \
    static const struct rv32_op *name(struct rv32 *c, const struct rv32_op *op)                                        \
    {                                                                                                                  \
        uint32_t addr = c->x[op->rs1];                                                                                 \
        uint32_t b = c->x[op->rs2];                                                                                    \
        uint32_t old = 0;                                                                                              \
        if (addr % 4)                                                                                                  \
            return rv32_raise(c, op, CAUSE_STORE_MISALIGNED, addr);                                                    \
        if (!rv32_load_for_atomic(c, op, addr, &(old)) || !rv32_store(c, op, addr, 4, (expression)))                   \
            return NULL;                                                                                               \
        c->x[op->rd] = (old);                                                                                          \
        return rv32_next(c, op);                                                                                       \
    }

AMO(amoswap, old, b, b)
AMO(amoadd, old, b, old + b)
AMO(amoxor, old, b, old ^ b)
AMO(amoand, old, b, old &b)
AMO(amoor, old, b, old | b)
AMO(amomin, old, b, (int32_t)old < (int32_t)b ? old : b)
AMO(amomax, old, b, (int32_t)old > (int32_t)b ? old : b)
AMO(amominu, old, b, old < b ? old : b)
AMO(amomaxu, old, b, old > b ? old : b)

enum { BOTH = FLAG_LOAD | FLAG_STORE };

// clang-format off
static const struct rv32_insn insns[] = {
    { 0x1000202F, 0xF9F0707F, "lr.w",      lr,      FMT_R, FLAG_LOAD,  4, MISA_A },
    { 0x1800202F, 0xF800707F, "sc.w",      sc,      FMT_R, FLAG_STORE, 4, MISA_A },
    { 0x0800202F, 0xF800707F, "amoswap.w", amoswap, FMT_R, BOTH, 4, MISA_A },
    { 0x0000202F, 0xF800707F, "amoadd.w",  amoadd,  FMT_R, BOTH, 4, MISA_A },
    { 0x2000202F, 0xF800707F, "amoxor.w",  amoxor,  FMT_R, BOTH, 4, MISA_A },
    { 0x6000202F, 0xF800707F, "amoand.w",  amoand,  FMT_R, BOTH, 4, MISA_A },
    { 0x4000202F, 0xF800707F, "amoor.w",   amoor,   FMT_R, BOTH, 4, MISA_A },
    { 0x8000202F, 0xF800707F, "amomin.w",  amomin,  FMT_R, BOTH, 4, MISA_A },
    { 0xA000202F, 0xF800707F, "amomax.w",  amomax,  FMT_R, BOTH, 4, MISA_A },
    { 0xC000202F, 0xF800707F, "amominu.w", amominu, FMT_R, BOTH, 4, MISA_A },
    { 0xE000202F, 0xF800707F, "amomaxu.w", amomaxu, FMT_R, BOTH, 4, MISA_A },
};
// clang-format on

const struct rv32_family rv32_atomic = {insns, COUNT(insns)};
