/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and stores: a fast path to plain memory, a slow one to everything else. */
#include "sim/rv32/rv32_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* --- every access --- */

/* Code may have been written over: the rest of the running block is not to be trusted. */
static void look_at_own_code(struct rv32 *c)
{
    const struct rv32_block *b = c->block;
    if (!code_is_current(c->map, &b->code, b->code.pc))
        c->attention = true;
}

/* A watchpoint that is hit before the access: false, and its action is taken. */
static bool passes_triggers(struct rv32 *c, const struct rv32_op *op, uint32_t addr, unsigned size, uint8_t kind)
{
    if (c->state == RV32_HALTED || !rv32_is_watched(c, addr, size, kind))
        return true;
    int action = rv32_trigger_fires(c, addr, size, kind);
    if (action == TRIGGER_ACTION_DEBUG)
        rv32_enter_debug_at(c, op, DCSR_CAUSE_TRIGGER);
    else if (action == TRIGGER_ACTION_EXCEPTION)
        rv32_raise(c, op, CAUSE_BREAKPOINT, addr);
    return action < 0;
}

static bool is_aligned(const struct rv32 *c, uint32_t addr, unsigned size)
{
    return !(addr & c->aligned & (size - 1));
}

bool rv32_load(struct rv32 *c, const struct rv32_op *op, uint32_t addr, unsigned size, uint32_t *value)
{
    if (!passes_triggers(c, op, addr, size, PMPCFG_R))
        return false;
    if (!is_aligned(c, addr, size)) {
        rv32_raise(c, op, CAUSE_LOAD_MISALIGNED, addr);
        return false;
    }
    c->at = op;
    bool is_done = rv32_pmp_allows(c, addr, size, PMPCFG_R) && mem_read(c->map, addr, size, value) == MEM_OK;
    c->at = NULL;
    if (!is_done)
        rv32_raise(c, op, CAUSE_LOAD_ACCESS, addr);
    return is_done;
}

bool rv32_load_for_atomic(struct rv32 *c, const struct rv32_op *op, uint32_t addr, uint32_t *value)
{
    if (!passes_triggers(c, op, addr, 4, PMPCFG_R) || !passes_triggers(c, op, addr, 4, PMPCFG_W))
        return false;
    c->at = op;
    bool is_done = rv32_pmp_allows(c, addr, 4, PMPCFG_R) && rv32_pmp_allows(c, addr, 4, PMPCFG_W) &&
                   mem_read(c->map, addr, 4, value) == MEM_OK;
    c->at = NULL;
    if (!is_done)
        rv32_raise(c, op, CAUSE_STORE_ACCESS, addr);
    return is_done;
}

bool rv32_store(struct rv32 *c, const struct rv32_op *op, uint32_t addr, unsigned size, uint32_t value)
{
    if (!passes_triggers(c, op, addr, size, PMPCFG_W))
        return false;
    if (!is_aligned(c, addr, size)) {
        rv32_raise(c, op, CAUSE_STORE_MISALIGNED, addr);
        return false;
    }
    c->at = op;
    bool is_done = rv32_pmp_allows(c, addr, size, PMPCFG_W) && mem_write(c->map, addr, size, value) == MEM_OK;
    c->at = NULL;
    if (is_done)
        look_at_own_code(c);
    else
        rv32_raise(c, op, CAUSE_STORE_ACCESS, addr);
    return is_done;
}

/* --- loads --- */

static uint32_t extended(const struct rv32_op *op, uint32_t value)
{
    if (!(op->insn->flags & FLAG_SIGNED))
        return value;
    return op->insn->size == 1 ? (uint32_t)(int8_t)value : (uint32_t)(int16_t)value;
}

static const struct rv32_op *load_slow(struct rv32 *c, const struct rv32_op *op, uint32_t addr)
{
    uint32_t value = 0;
    if (!rv32_load(c, op, addr, op->insn->size, &value))
        return NULL;
    c->x[op->rd] = extended(op, value);
    return rv32_next(c, op);
}

static const struct rv32_op *lw(struct rv32 *c, const struct rv32_op *op)
{
    uint32_t addr = c->x[op->rs1] + op->imm;
    const uint8_t *p = rv32_fast_read(c, addr, 4);
    if (!p)
        return load_slow(c, op, addr);
    c->x[op->rd] = rv32_get32(p);
    return rv32_go_on(c, op);
}

static const struct rv32_op *lh(struct rv32 *c, const struct rv32_op *op)
{
    uint32_t addr = c->x[op->rs1] + op->imm;
    const uint8_t *p = rv32_fast_read(c, addr, 2);
    if (!p)
        return load_slow(c, op, addr);
    c->x[op->rd] = (uint32_t)(int16_t)rv32_get16(p);
    return rv32_go_on(c, op);
}

static const struct rv32_op *lhu(struct rv32 *c, const struct rv32_op *op)
{
    uint32_t addr = c->x[op->rs1] + op->imm;
    const uint8_t *p = rv32_fast_read(c, addr, 2);
    if (!p)
        return load_slow(c, op, addr);
    c->x[op->rd] = rv32_get16(p);
    return rv32_go_on(c, op);
}

static const struct rv32_op *lb(struct rv32 *c, const struct rv32_op *op)
{
    uint32_t addr = c->x[op->rs1] + op->imm;
    const uint8_t *p = rv32_fast_read(c, addr, 1);
    if (!p)
        return load_slow(c, op, addr);
    c->x[op->rd] = (uint32_t)(int8_t)*p;
    return rv32_go_on(c, op);
}

static const struct rv32_op *lbu(struct rv32 *c, const struct rv32_op *op)
{
    uint32_t addr = c->x[op->rs1] + op->imm;
    const uint8_t *p = rv32_fast_read(c, addr, 1);
    if (!p)
        return load_slow(c, op, addr);
    c->x[op->rd] = *p;
    return rv32_go_on(c, op);
}

/* --- stores --- */

static const struct rv32_op *store_slow(struct rv32 *c, const struct rv32_op *op, uint32_t addr)
{
    return rv32_store(c, op, addr, op->insn->size, c->x[op->rs2]) ? rv32_next(c, op) : NULL;
}

static const struct rv32_op *sw(struct rv32 *c, const struct rv32_op *op)
{
    uint32_t addr = c->x[op->rs1] + op->imm;
    uint8_t *p = rv32_fast_write(c, addr, 4);
    if (!p)
        return store_slow(c, op, addr);
    rv32_put32(p, c->x[op->rs2]);
    return rv32_go_on(c, op);
}

static const struct rv32_op *sh(struct rv32 *c, const struct rv32_op *op)
{
    uint32_t addr = c->x[op->rs1] + op->imm, value = c->x[op->rs2];
    uint8_t *p = rv32_fast_write(c, addr, 2);
    if (!p)
        return store_slow(c, op, addr);
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
    return rv32_go_on(c, op);
}

static const struct rv32_op *sb(struct rv32 *c, const struct rv32_op *op)
{
    uint32_t addr = c->x[op->rs1] + op->imm;
    uint8_t *p = rv32_fast_write(c, addr, 1);
    if (!p)
        return store_slow(c, op, addr);
    *p = (uint8_t)c->x[op->rs2];
    return rv32_go_on(c, op);
}

enum { LOAD_SIGNED = FLAG_LOAD | FLAG_SIGNED };

// clang-format off
static const struct rv32_insn insns[] = {
    { 0x00000003, 0x0000707F, "lb",  lb,  FMT_I, LOAD_SIGNED, 1 },
    { 0x00001003, 0x0000707F, "lh",  lh,  FMT_I, LOAD_SIGNED, 2 },
    { 0x00002003, 0x0000707F, "lw",  lw,  FMT_I, FLAG_LOAD, 4 },
    { 0x00004003, 0x0000707F, "lbu", lbu, FMT_I, FLAG_LOAD, 1 },
    { 0x00005003, 0x0000707F, "lhu", lhu, FMT_I, FLAG_LOAD, 2 },
    { 0x00000023, 0x0000707F, "sb",  sb,  FMT_S, FLAG_STORE, 1 },
    { 0x00001023, 0x0000707F, "sh",  sh,  FMT_S, FLAG_STORE, 2 },
    { 0x00002023, 0x0000707F, "sw",  sw,  FMT_S, FLAG_STORE, 4 },
    { 0x4000, 0xE003, "c.lw",   lw, FMT_C_LW,   FLAG_LOAD, 4 },
    { 0xC000, 0xE003, "c.sw",   sw, FMT_C_SW,   FLAG_STORE, 4 },
    { 0x4002, 0xE003, "c.lwsp", lw, FMT_C_LWSP, FLAG_LOAD, 4 },
    { 0xC002, 0xE003, "c.swsp", sw, FMT_C_SWSP, FLAG_STORE, 4 },
};
// clang-format on

const struct rv32_family rv32_mem = {insns, COUNT(insns)};
