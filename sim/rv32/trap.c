/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions and interrupts. Source: RISC-V Privileged Architecture, chapter 3.1; mte and mpte: External Debug Support
   0.13.2, 5.2. */
#include "sim/rv32/rv32_int.h"

#include <stdio.h>

/* --- exceptions --- */

void rv32_trap(struct rv32 *c, uint32_t pc, uint32_t cause, uint32_t tval)
{
    bool is_vectored = cause & CAUSE_INTERRUPT && (c->mtvec & MTVEC_MODE) == MTVEC_VECTORED;
    c->mepc = pc;
    c->mcause = cause;
    c->mtval = tval;
    c->mstatus = field_put(MSTATUS_MPIE, c->mstatus, (c->mstatus & MSTATUS_MIE) != 0);
    c->mstatus = field_put(MSTATUS_MPP, c->mstatus & ~MSTATUS_MIE, c->prv);
    c->tcontrol = c->tcontrol & TCONTROL_MTE ? TCONTROL_MPTE : 0;
    c->prv = PRV_M;
    c->pc = (c->mtvec & ~MTVEC_MODE) + (is_vectored ? (cause & ~CAUSE_INTERRUPT) * 4 : 0);
    rv32_update(c);
}

const struct rv32_op *rv32_raise(struct rv32 *c, const struct rv32_op *op, unsigned cause, uint32_t tval)
{
    c->at = NULL;
    if (c->debug_executing) {
        c->debug_fault = true;
        return NULL;
    }
    rv32_give_back(c, op);
    c->not_completed++;
    rv32_trap(c, op->pc, cause, tval);
    return NULL;
}

uint32_t rv32_word_of(struct rv32 *c, const struct rv32_op *op)
{
    uint8_t bytes[4] = {0};
    if (c->debug_executing || !op->insn || mem_fetch(c->map, op->pc, bytes, op->len))
        return op->imm;
    return rv32_get32(bytes);
}

/* Said once for each instruction in a row. */
const struct rv32_op *rv32_unknown(struct rv32 *c, const struct rv32_op *op, const char *what)
{
    bool is_new = c->unknown_pc != op->pc || !c->unknown_told;
    c->unknown_pc = op->pc;
    c->unknown_told = true;
    if (is_new && c->hooks.unknown && !c->debug_executing)
        c->hooks.unknown(c->hooks.ctx, op->pc, what);
    return rv32_raise(c, op, CAUSE_ILLEGAL, rv32_word_of(c, op));
}

const struct rv32_op *rv32_illegal(struct rv32 *c, const struct rv32_op *op)
{
    char what[64];
    if (op->insn)
        return rv32_raise(c, op, CAUSE_ILLEGAL, rv32_word_of(c, op));
    snprintf(what, sizeof what, "0x%0*x, an instruction that the core does not have", op->len * 2, op->imm);
    return rv32_unknown(c, op, what);
}

void rv32_trap_return(struct rv32 *c)
{
    uint32_t mpp = field_get(MSTATUS_MPP, c->mstatus);
    c->mstatus = field_put(MSTATUS_MIE, c->mstatus, (c->mstatus & MSTATUS_MPIE) != 0) | MSTATUS_MPIE;
    c->mstatus = field_put(MSTATUS_MPP, c->mstatus, rv32_has_user(c) ? PRV_U : PRV_M);
    if (mpp != PRV_M)
        c->mstatus &= ~MSTATUS_MPRV;
    c->tcontrol = (c->tcontrol & TCONTROL_MPTE) | (c->tcontrol & TCONTROL_MPTE ? TCONTROL_MTE : 0);
    c->prv = mpp;
    c->pc = c->mepc;
    rv32_update(c);
}

/* --- interrupts --- */

uint32_t rv32_pending(const struct rv32 *c)
{
    return c->irq_lines & (rv32_has(c, RV32_MIE_MIP) ? c->mie : ~0U);
}

bool rv32_takes_interrupt(const struct rv32 *c)
{
    bool is_enabled = c->prv != PRV_M || c->mstatus & MSTATUS_MIE;
    bool is_masked = c->state == RV32_HALTED || (c->is_stepping && !(c->dcsr & DCSR_STEPIE));
    return is_enabled && !is_masked && rv32_pending(c);
}

static unsigned first_line(const struct rv32 *c, uint32_t pending)
{
    static const uint8_t standard[] = {11, 3, 7}; /* external, software, timer */
    if (!rv32_has(c, RV32_MIE_MIP))
        return (unsigned)__builtin_ctz(pending);
    for (size_t i = 0; i < sizeof standard; i++) {
        if (pending & BIT(standard[i]))
            return standard[i];
    }
    return 31U - (unsigned)__builtin_clz(pending);
}

void rv32_attend(struct rv32 *c)
{
    c->attention = false;
    bool is_taken = rv32_takes_interrupt(c);
    if (c->state == RV32_WAITING && (rv32_pending(c) || c->haltreq))
        c->state = RV32_RUNNING;
    if (c->haltreq) {
        rv32_enter_debug(c, c->pc, DCSR_CAUSE_HALTREQ);
        return;
    }
    if (!is_taken)
        return;
    rv32_trap(c, c->pc, CAUSE_INTERRUPT | first_line(c, rv32_pending(c)), 0);
    if (c->is_stepping)
        rv32_enter_debug(c, c->pc, DCSR_CAUSE_STEP);
}

void rv32_set_irq(struct rv32 *c, unsigned line, bool level)
{
    uint32_t bit = BIT(line & 31) & c->config->irq_lines;
    c->irq_lines = level ? c->irq_lines | bit : c->irq_lines & ~bit;
    if (rv32_takes_interrupt(c) || (c->state == RV32_WAITING && rv32_pending(c)))
        c->attention = true;
}
