/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and stores: a fast path to plain memory, a slow one to everything else. */
#include "sim/lx6/lx6_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* --- every access --- */

/* Code may have been written over: the rest of the running block is not to be trusted. */
static void look_at_own_code(struct lx6 *c)
{
    const struct lx6_block *b = c->block;
    if (!code_is_current(c->map, &b->code, b->code.pc))
        c->attention = true;
}

bool lx6_load(struct lx6 *c, const struct lx6_op *op, uint32_t addr, unsigned size, uint32_t *value)
{
    c->at = op;
    if (!lx6_region_has(c->dtlb_reads, addr)) {
        lx6_raise_at(c, op, EXCCAUSE_LOAD_PROHIBITED, addr);
        return false;
    }
    mem_fault fault = mem_read(c->map, addr, size, value);
    c->at = NULL;
    if (fault)
        lx6_raise_at(c, op, fault - 1U, addr);
    return !fault;
}

bool lx6_store(struct lx6 *c, const struct lx6_op *op, uint32_t addr, unsigned size, uint32_t value)
{
    c->at = op;
    if (!lx6_region_has(c->dtlb_writes, addr)) {
        lx6_raise_at(c, op, EXCCAUSE_STORE_PROHIBITED, addr);
        return false;
    }
    mem_fault fault = mem_write(c->map, addr, size, value);
    c->at = NULL;
    if (fault) {
        lx6_raise_at(c, op, fault - 1U, addr);
        return false;
    }
    look_at_own_code(c);
    return true;
}

/* --- integer loads --- */

static const struct lx6_op *load_slow(struct lx6 *c, const struct lx6_op *op, uint32_t addr, uint32_t *to)
{
    uint32_t value;
    if (!lx6_load(c, op, addr, op->insn->size, &value))
        return NULL;
    *to = value;
    return lx6_next(c, op);
}

static const struct lx6_op *l32i(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = c->a[op->s] + op->imm;
    const uint8_t *p = lx6_fast_read(c, addr, 4);
    if (!p)
        return load_slow(c, op, addr, &c->a[op->t]);
    c->a[op->t] = lx6_get32(p);
    return op + 1;
}

static const struct lx6_op *l32r(struct lx6 *c, const struct lx6_op *op)
{
    const uint8_t *p = lx6_fast_read(c, op->imm, 4);
    if (!p)
        return load_slow(c, op, op->imm, &c->a[op->t]);
    c->a[op->t] = lx6_get32(p);
    return op + 1;
}

static const struct lx6_op *l16ui(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = c->a[op->s] + op->imm;
    const uint8_t *p = lx6_fast_read(c, addr, 2);
    if (!p)
        return load_slow(c, op, addr, &c->a[op->t]);
    c->a[op->t] = lx6_get16(p);
    return op + 1;
}

static const struct lx6_op *l16si(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = c->a[op->s] + op->imm, value;
    const uint8_t *p = lx6_fast_read(c, addr, 2);
    if (p)
        value = lx6_get16(p);
    else if (!lx6_load(c, op, addr, 2, &value))
        return NULL;
    c->a[op->t] = (uint32_t)(int16_t)value;
    return p ? op + 1 : lx6_next(c, op);
}

static const struct lx6_op *l8ui(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = c->a[op->s] + op->imm;
    const uint8_t *p = lx6_fast_read(c, addr, 1);
    if (!p)
        return load_slow(c, op, addr, &c->a[op->t]);
    c->a[op->t] = *p;
    return op + 1;
}

/* --- integer stores --- */

static const struct lx6_op *store_slow(struct lx6 *c, const struct lx6_op *op, uint32_t addr)
{
    return lx6_store(c, op, addr, op->insn->size, c->a[op->t]) ? lx6_next(c, op) : NULL;
}

static const struct lx6_op *s32i(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = c->a[op->s] + op->imm, value = c->a[op->t];
    uint8_t *p = lx6_fast_write(c, addr, 4);
    if (!p)
        return store_slow(c, op, addr);
    lx6_put32(p, value);
    return op + 1;
}

static const struct lx6_op *s16i(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = c->a[op->s] + op->imm, value = c->a[op->t];
    uint8_t *p = lx6_fast_write(c, addr, 2);
    if (!p)
        return store_slow(c, op, addr);
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
    return op + 1;
}

static const struct lx6_op *s8i(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = c->a[op->s] + op->imm;
    uint8_t *p = lx6_fast_write(c, addr, 1);
    if (!p)
        return store_slow(c, op, addr);
    *p = (uint8_t)c->a[op->t];
    return op + 1;
}

/* --- synchronisation --- */

/* L32AI, S32RI and S32C1I need an aligned address even where others do not (ISA, LoadStoreAlignment). */
static const struct lx6_op *l32ai(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = c->a[op->s] + op->imm;
    if (addr % 4)
        return lx6_raise_at(c, op, EXCCAUSE_UNALIGNED, addr);
    return l32i(c, op);
}

static const struct lx6_op *s32ri(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = c->a[op->s] + op->imm;
    if (addr % 4)
        return lx6_raise_at(c, op, EXCCAUSE_UNALIGNED, addr);
    return s32i(c, op);
}

/* ATOMCTL has two bits for each memory type: 0 refuses, 1 and 2 do it on the bus or inside; the result is the same. */
static const struct lx6_op *s32c1i(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = c->a[op->s] + op->imm, old;
    if (addr % 4)
        return lx6_raise_at(c, op, EXCCAUSE_UNALIGNED, addr);
    if (!lx6_region_has(c->dtlb_writes, addr))
        return lx6_raise_at(c, op, EXCCAUSE_STORE_PROHIBITED, addr);
    int kind = lx6_tlb_atomic_kind(c, addr);
    if (kind < 0 || !(c->atomctl >> (2 * kind) & 3))
        return lx6_raise_at(c, op, EXCCAUSE_LOAD_STORE_ERROR, addr);
    if (!lx6_load(c, op, addr, 4, &old))
        return NULL;
    if (old == c->scompare1 && !lx6_store(c, op, addr, 4, c->a[op->t]))
        return NULL;
    c->a[op->t] = old;
    return lx6_next(c, op);
}

/* --- the debugger's --- */

static const struct lx6_op *lddr32p(struct lx6 *c, const struct lx6_op *op)
{
    if (!lx6_load(c, op, c->a[op->s], 4, &c->ddr))
        return NULL;
    c->a[op->s] += 4;
    return lx6_next(c, op);
}

static const struct lx6_op *sddr32p(struct lx6 *c, const struct lx6_op *op)
{
    if (!lx6_store(c, op, c->a[op->s], 4, c->ddr))
        return NULL;
    c->a[op->s] += 4;
    return lx6_next(c, op);
}

enum { T_S = USES_S | USES_T };

// clang-format off
static const struct lx6_insn insns[] = {
    { 0x000002, 0x00F00F, "l8ui",   l8ui,   FMT_U8,   T_S, FLAG_LOAD, 1 },
    { 0x001002, 0x00F00F, "l16ui",  l16ui,  FMT_U8X2, T_S, FLAG_LOAD, 2 },
    { 0x009002, 0x00F00F, "l16si",  l16si,  FMT_U8X2, T_S, FLAG_LOAD, 2 },
    { 0x002002, 0x00F00F, "l32i",   l32i,   FMT_U8X4, T_S, FLAG_LOAD, 4 },
    { 0x004002, 0x00F00F, "s8i",    s8i,    FMT_U8,   T_S, FLAG_STORE, 1 },
    { 0x005002, 0x00F00F, "s16i",   s16i,   FMT_U8X2, T_S, FLAG_STORE, 2 },
    { 0x006002, 0x00F00F, "s32i",   s32i,   FMT_U8X4, T_S, FLAG_STORE, 4 },
    { 0x590000, 0xFF000F, "s32nb",  s32i,   FMT_MEM_N, T_S, FLAG_STORE, 4 },
    { 0x000001, 0x00000F, "l32r",   l32r,   FMT_L32R, USES_T, FLAG_LOAD | FLAG_ABSOLUTE, 4 },
    { 0x00B002, 0x00F00F, "l32ai",  l32ai,  FMT_U8X4, T_S, FLAG_LOAD, 4 },
    { 0x00F002, 0x00F00F, "s32ri",  s32ri,  FMT_U8X4, T_S, FLAG_STORE, 4 },
    { 0x00E002, 0x00F00F, "s32c1i", s32c1i, FMT_U8X4, T_S, FLAG_LOAD | FLAG_STORE, 4, LX6_S32C1I },
    { 0x000008, 0x00000F, "l32i.n", l32i,   FMT_MEM_N, T_S, FLAG_LOAD, 4 },
    { 0x000009, 0x00000F, "s32i.n", s32i,   FMT_MEM_N, T_S, FLAG_STORE, 4 },
    { 0x090000, 0xFF000F, "l32e",   l32i,   FMT_L32E, T_S, FLAG_LOAD, 4 },
    { 0x490000, 0xFF000F, "s32e",   s32i,   FMT_L32E, T_S, FLAG_STORE, 4 },
    { 0x0070E0, 0xFFF0FF, "lddr32.p", lddr32p, FMT_RST, USES_S, FLAG_LOAD | FLAG_OCD, 4 },
    { 0x0070F0, 0xFFF0FF, "sddr32.p", sddr32p, FMT_RST, USES_S, FLAG_STORE | FLAG_OCD, 4 },
};
// clang-format on

const struct lx6_family lx6_mem = {insns, COUNT(insns)};
