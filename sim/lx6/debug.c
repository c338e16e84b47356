/* SPDX-License-Identifier: Apache-2.0 */
/* On-chip debug: break registers, ICOUNT, stopping, and instructions given by the debug module. Source: Xtensa ISA
   Reference Manual, 4.7.6 (Debug Option); the debug module's view as espressif/openocd-esp32 relies on it. */
#include "sim/lx6/lx6_int.h"

enum { VECTOR_DEBUG = 0x280 };

/* --- debug exceptions --- */

void lx6_debug_exception(struct lx6 *c, uint32_t pc, uint32_t cause)
{
    c->epc[XTENSA_DEBUG_LEVEL] = pc;
    c->eps[XTENSA_DEBUG_LEVEL] = c->ps;
    c->ps = field_put(PS_INTLEVEL, c->ps, XTENSA_DEBUG_LEVEL) | PS_EXCM;
    c->debugcause = cause;
    c->pc = c->ocd_enabled ? pc : c->vecbase + VECTOR_DEBUG;
    lx6_update(c);
    if (!c->ocd_enabled)
        return;
    c->state = LX6_STOPPED;
    c->attention = true;
    if (c->hooks.stopped)
        c->hooks.stopped(c->hooks.ctx, cause);
}

const struct lx6_op *lx6_raise_debug(struct lx6 *c, const struct lx6_op *op, uint32_t cause)
{
    lx6_give_back(c, op);
    c->not_completed++;
    lx6_debug_exception(c, op->pc, cause);
    return NULL;
}

/* --- break registers and ICOUNT --- */

bool lx6_counts(const struct lx6 *c)
{
    return lx6_cintlevel(c) < c->icountlevel;
}

bool lx6_watches(const struct lx6 *c)
{
    return lx6_cintlevel(c) < XTENSA_DEBUG_LEVEL && (c->dbreakc[0] | c->dbreakc[1]) & (DBREAKC_LOAD | DBREAKC_STORE);
}

bool lx6_ibreak_in(const struct lx6 *c, uint32_t pc, uint32_t size)
{
    for (unsigned i = 0; i < LX6_BREAKS; i++) {
        if (c->ibreakenable >> i & 1 && c->ibreaka[i] - pc < size)
            return true;
    }
    return false;
}

uint32_t lx6_debug_before(const struct lx6 *c)
{
    if (lx6_cintlevel(c) >= XTENSA_DEBUG_LEVEL)
        return 0;
    uint32_t cause = lx6_ibreak_in(c, c->pc, 1) ? DEBUGCAUSE_IB : 0;
    return cause | (lx6_counts(c) && c->icount == ~0U ? DEBUGCAUSE_IC : 0);
}

/* Any byte of the access that is equal to DBREAKA in the bits that the mask leaves. */
static bool is_watched(const struct lx6 *c, unsigned i, uint32_t addr, unsigned size)
{
    uint32_t compared = 0xFFFFFFC0U | (c->dbreakc[i] & DBREAKC_MASK);
    for (unsigned n = 0; n < size; n++) {
        if (((addr + n) & compared) == (c->dbreaka[i] & compared))
            return true;
    }
    return false;
}

uint32_t lx6_debug_access(const struct lx6 *c, const struct lx6_op *op)
{
    if (!op->insn || !op->insn->size || !lx6_watches(c))
        return 0;
    unsigned flags = op->insn->flags;
    uint32_t addr = flags & FLAG_ABSOLUTE  ? op->imm
                    : flags & FLAG_INDEXED ? c->a[op->s] + c->a[op->t]
                                           : c->a[op->s] + op->imm;
    if (op->insn->size > 4) /* vectors: the lower bits do not count */
        addr &= ~(op->insn->size - 1U);
    uint32_t kinds = (flags & FLAG_LOAD ? DBREAKC_LOAD : 0) | (flags & FLAG_STORE ? DBREAKC_STORE : 0);
    for (unsigned i = 0; i < LX6_BREAKS; i++) {
        if (c->dbreakc[i] & kinds && is_watched(c, i, addr, op->insn->size))
            return field_put(DEBUGCAUSE_DBNUM, DEBUGCAUSE_DB, i);
    }
    return 0;
}

/* --- what the debug module does --- */

void lx6_set_ocd_enabled(struct lx6 *c, bool enabled)
{
    c->ocd_enabled = enabled;
}

void lx6_set_debug_request(struct lx6 *c, bool pending, bool unmaskable)
{
    c->debug_pending = pending;
    c->debug_unmaskable = unmaskable;
    lx6_update(c);
}

uint32_t lx6_ddr(const struct lx6 *c)
{
    return c->ddr;
}

void lx6_set_ddr(struct lx6 *c, uint32_t value)
{
    c->ddr = value;
}

/* A block of this one instruction, with no budget to go on to another one. */
bool lx6_ocd_execute(struct lx6 *c, uint32_t instruction)
{
    struct lx6_block *b = (struct lx6_block *)(void *)c->cache->code.injected;
    struct lx6_op *op = &b->ops[0];
    const uint32_t pc = c->pc;
    c->ocd_executing = true;
    c->ocd_fault = false;
    op->pc = pc;
    lx6_decode(c, instruction, op);
    c->block = b;
    c->left--;
    unsigned missing = lx6_needs(op) & ~c->ability & (NEED_CP0 | NEED_CP3);
    if (missing)
        lx6_raise_coprocessor(c, op, missing);
    else
        op->fn(c, op);
    c->left = 0;
    c->block = lx6_block_of(&c->cache->code.none);
    c->at = NULL;
    c->ocd_executing = false;
    if (c->state == LX6_STOPPED)
        c->pc = pc;
    lx6_fp_sync(c);
    lx6_reset_if_due(c);
    return c->ocd_fault;
}
