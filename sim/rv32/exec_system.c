/* SPDX-License-Identifier: Apache-2.0 */
/* CSR instructions, traps, WFI, fences. Source: RISC-V Unprivileged ISA, chapter 9; Privileged Architecture, 3.3. */
#include "sim/rv32/rv32_int.h"

#include <stdio.h>

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* --- CSRs --- */

enum change { CHANGE_WRITE, CHANGE_SET, CHANGE_CLEAR };

static const struct rv32_op *refuse_csr(struct rv32 *c, const struct rv32_op *op)
{
    char what[64];
    if (rv32_csr_of(c, op->imm))
        return rv32_illegal(c, op);
    snprintf(what, sizeof what, "%s of CSR 0x%03x, which the core does not have", op->insn->name, op->imm);
    return rv32_unknown(c, op, what);
}

/* Whether the block may go on: what the outside asked for, and what a write changed. */
static const struct rv32_op *after_csr(struct rv32 *c, const struct rv32_op *op, const struct rv32_csr *csr)
{
    return csr->is_plain ? rv32_next(c, op) : rv32_leave(c, op);
}

/* Setting and clearing with x0 or 0 only reads, writing to x0 only writes. */
static const struct rv32_op *change_csr(struct rv32 *c, const struct rv32_op *op, enum change change, uint32_t operand)
{
    bool is_write = change == CHANGE_WRITE || op->rs1;
    bool is_read = change != CHANGE_WRITE || op->rd != RV32_SINK;
    const struct rv32_csr *csr = rv32_csr_for(c, op->imm, is_write);
    if (!csr)
        return refuse_csr(c, op);
    uint32_t old = is_read ? rv32_csr_read(c, csr, op) : 0;
    uint32_t value = change == CHANGE_WRITE ? operand : change == CHANGE_SET ? old | operand : old & ~operand;
    if (is_write)
        rv32_csr_write(c, csr, value, op);
    c->x[op->rd] = old;
    return after_csr(c, op, csr);
}

static const struct rv32_op *csrrw(struct rv32 *c, const struct rv32_op *op)
{
    return change_csr(c, op, CHANGE_WRITE, c->x[op->rs1]);
}

static const struct rv32_op *csrrs(struct rv32 *c, const struct rv32_op *op)
{
    return change_csr(c, op, CHANGE_SET, c->x[op->rs1]);
}

static const struct rv32_op *csrrc(struct rv32 *c, const struct rv32_op *op)
{
    return change_csr(c, op, CHANGE_CLEAR, c->x[op->rs1]);
}

static const struct rv32_op *csrrwi(struct rv32 *c, const struct rv32_op *op)
{
    return change_csr(c, op, CHANGE_WRITE, op->rs1);
}

static const struct rv32_op *csrrsi(struct rv32 *c, const struct rv32_op *op)
{
    return change_csr(c, op, CHANGE_SET, op->rs1);
}

static const struct rv32_op *csrrci(struct rv32 *c, const struct rv32_op *op)
{
    return change_csr(c, op, CHANGE_CLEAR, op->rs1);
}

/* --- traps --- */

static const struct rv32_op *ecall(struct rv32 *c, const struct rv32_op *op)
{
    return rv32_raise(c, op, c->prv == PRV_M ? CAUSE_ECALL_M : CAUSE_ECALL_U, 0);
}

static const struct rv32_op *ebreak(struct rv32 *c, const struct rv32_op *op)
{
    if (c->debug_executing) {
        c->debug_done = true;
        return NULL;
    }
    if (rv32_ebreak_halts(c))
        return rv32_enter_debug_at(c, op, DCSR_CAUSE_EBREAK);
    return rv32_raise(c, op, CAUSE_BREAKPOINT, rv32_has(c, RV32_EBREAK_WORD) ? rv32_word_of(c, op) : 0);
}

static const struct rv32_op *mret(struct rv32 *c, const struct rv32_op *op)
{
    if (c->prv != PRV_M || c->debug_executing)
        return rv32_illegal(c, op);
    rv32_give_back(c, op);
    rv32_trap_return(c);
    return NULL;
}

/* Not a wait while the debugger steps or runs a program buffer. */
static const struct rv32_op *wfi(struct rv32 *c, const struct rv32_op *op)
{
    if (c->prv != PRV_M && c->mstatus & MSTATUS_TW)
        return rv32_illegal(c, op);
    if (!rv32_pending(c) && !c->haltreq && !c->is_stepping && !c->debug_executing) {
        c->state = RV32_WAITING;
        c->attention = true;
    }
    return rv32_leave(c, op);
}

/* --- fences --- */

static const struct rv32_op *fence(struct rv32 *c, const struct rv32_op *op)
{
    return rv32_go_on(c, op);
}

/* Stores are seen by decoded code at once. */
static const struct rv32_op *fence_i(struct rv32 *c, const struct rv32_op *op)
{
    return rv32_leave(c, op);
}

enum { CSR = FLAG_CSR_WRITE };

// clang-format off
static const struct rv32_insn insns[] = {
    { 0x00001073, 0x0000707F, "csrrw",   csrrw,   FMT_CSR, CSR },
    { 0x00002073, 0x0000707F, "csrrs",   csrrs,   FMT_CSR, CSR },
    { 0x00003073, 0x0000707F, "csrrc",   csrrc,   FMT_CSR, CSR },
    { 0x00005073, 0x0000707F, "csrrwi",  csrrwi,  FMT_CSR, CSR },
    { 0x00006073, 0x0000707F, "csrrsi",  csrrsi,  FMT_CSR, CSR },
    { 0x00007073, 0x0000707F, "csrrci",  csrrci,  FMT_CSR, CSR },
    { 0x00000073, 0xFFFFFFFF, "ecall",   ecall,   FMT_NONE, FLAG_ENDS },
    { 0x00100073, 0xFFFFFFFF, "ebreak",  ebreak,  FMT_NONE, FLAG_ENDS },
    { 0x30200073, 0xFFFFFFFF, "mret",    mret,    FMT_NONE, FLAG_ENDS },
    { 0x10500073, 0xFFFFFFFF, "wfi",     wfi,     FMT_NONE, FLAG_ENDS },
    { 0x0000000F, 0x0000707F, "fence",   fence,   FMT_NONE },
    { 0x0000100F, 0x0000707F, "fence.i", fence_i, FMT_NONE, FLAG_ENDS },
    { 0x9002,     0xFFFF,     "c.ebreak", ebreak, FMT_NONE, FLAG_ENDS },
};
// clang-format on

const struct rv32_family rv32_system = {insns, COUNT(insns)};
