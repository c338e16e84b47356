/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions and interrupts. Source: Xtensa ISA Reference Manual, 4.4; vectors as in core-isa.h of the ESP32. */
#include "sim/lx6/lx6_int.h"

#include <stdio.h>

enum { VECTOR_KERNEL = 0x300, VECTOR_USER = 0x340, VECTOR_DOUBLE = 0x3C0 };

/* --- exceptions --- */

static void general_exception(struct lx6 *c, uint32_t pc, unsigned cause)
{
    c->exccause = cause;
    if (c->ps & PS_EXCM) {
        c->depc = pc;
        c->pc = c->vecbase + VECTOR_DOUBLE;
    } else {
        c->epc[1] = pc;
        c->pc = c->vecbase + (c->ps & PS_UM ? VECTOR_USER : VECTOR_KERNEL);
    }
    c->ps |= PS_EXCM;
    lx6_update(c);
}

const struct lx6_op *lx6_raise(struct lx6 *c, const struct lx6_op *op, unsigned cause)
{
    c->at = NULL;
    if (c->ocd_executing) {
        c->exccause = cause;
        c->ocd_fault = true;
        return NULL;
    }
    lx6_give_back(c, op);
    c->not_completed++;
    general_exception(c, op->pc, cause);
    return NULL;
}

const struct lx6_op *lx6_raise_at(struct lx6 *c, const struct lx6_op *op, unsigned cause, uint32_t vaddr)
{
    c->excvaddr = vaddr;
    return lx6_raise(c, op, cause);
}

const struct lx6_op *lx6_raise_coprocessor(struct lx6 *c, const struct lx6_op *op, unsigned need)
{
    return lx6_raise(c, op, EXCCAUSE_COPROCESSOR0_DISABLED + (need & NEED_CP0 ? 0U : 3U));
}

/* Said once for each instruction in a row. */
static void tell_unknown(struct lx6 *c, const struct lx6_op *op, const char *what)
{
    bool is_new = c->unknown_pc != op->pc || !c->unknown_told;
    c->unknown_pc = op->pc;
    c->unknown_told = true;
    if (is_new && c->hooks.unknown)
        c->hooks.unknown(c->hooks.ctx, op->pc, what);
}

const struct lx6_op *lx6_illegal(struct lx6 *c, const struct lx6_op *op)
{
    if (!op->insn)
        tell_unknown(c, op, "an instruction that the core does not have");
    return lx6_raise(c, op, EXCCAUSE_ILLEGAL);
}

/* Once for each instruction: a program that uses one uses it in loops. */
const struct lx6_op *lx6_left_out(struct lx6 *c, const struct lx6_op *op)
{
    unsigned i = 0;
    while (i < c->told_count && c->told[i] != op->insn)
        i++;
    if (i == c->told_count && i < LX6_TOLD) {
        c->told[c->told_count++] = op->insn;
        char what[64];
        snprintf(what, sizeof what, "%s, which this model does not have", op->insn->name);
        if (c->hooks.unknown)
            c->hooks.unknown(c->hooks.ctx, op->pc, what);
    }
    return lx6_raise(c, op, EXCCAUSE_ILLEGAL);
}

const struct lx6_op *lx6_raise_window(struct lx6 *c, const struct lx6_op *op, uint32_t vector_offset)
{
    if (c->ocd_executing) {
        c->ocd_fault = true;
        return NULL;
    }
    c->ps |= PS_EXCM;
    c->epc[1] = op->pc;
    lx6_update(c);
    c->not_completed++;
    return lx6_leave_to(c, op, c->vecbase + vector_offset);
}

/* --- interrupts --- */

uint32_t lx6_interrupts(const struct lx6 *c)
{
    return c->irq_latched | (c->irq_lines & c->config->irq_external);
}

unsigned lx6_pending_level(const struct lx6 *c)
{
    unsigned above = lx6_cintlevel(c);
    if (above < 7 && c->irq_latched & BIT(c->config->irq_nmi))
        return 7;
    uint32_t enabled = lx6_interrupts(c) & c->intenable;
    if (!enabled)
        return 0;
    for (unsigned level = 6; level > above; level--) {
        if (enabled & c->level_mask[level])
            return level;
    }
    return 0;
}

static void take_interrupt(struct lx6 *c, unsigned level)
{
    static const uint16_t vectors[LX6_LEVELS] = {[2] = 0x180, 0x1C0, 0x200, 0x240, 0x280, 0x2C0};
    if (level == 1) {
        general_exception(c, c->pc, EXCCAUSE_LEVEL1_INTERRUPT);
        return;
    }
    if (level == 7)
        c->irq_latched &= ~BIT(c->config->irq_nmi);
    c->epc[level] = c->pc;
    c->eps[level] = c->ps;
    c->ps = field_put(PS_INTLEVEL, c->ps, level) | PS_EXCM;
    c->pc = c->vecbase + vectors[level];
    lx6_update(c);
}

void lx6_attend(struct lx6 *c)
{
    c->attention = false;
    unsigned level = lx6_pending_level(c);
    bool is_debug_due = c->debug_pending && (c->debug_unmaskable || lx6_cintlevel(c) < XTENSA_DEBUG_LEVEL);
    if (!level && !is_debug_due)
        return;
    c->state = LX6_RUNNING;
    if (is_debug_due && level <= XTENSA_DEBUG_LEVEL) {
        c->debug_pending = false;
        lx6_debug_exception(c, c->pc, DEBUGCAUSE_DI);
        return;
    }
    take_interrupt(c, level);
}

void lx6_set_irq(struct lx6 *c, unsigned line, bool level)
{
    uint32_t bit = BIT(line & 31);
    uint32_t latching = c->config->irq_edge | BIT(c->config->irq_nmi);
    if (level && !(c->irq_lines & bit))
        c->irq_latched |= bit & latching;
    c->irq_lines = level ? c->irq_lines | bit : c->irq_lines & ~bit;
    lx6_update(c);
}
