/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One instruction of a RISC-V core, by dcsr.step.
 *
 * Whether interrupts are taken in a step is dcsr.stepie's to say. A core without that bit (the ESP32-C3) is stepped with
 * mstatus.MIE cleared when they are to be masked, and what the instruction shows of it to the program, or does to it, is put
 * right.
 */
#include "target/riscv_int.h"

enum { CSRRW = 1, CSRRS, CSRRC, CSR_IMMEDIATE = 4 };

/* Lets the core go for one instruction and learns its halt. */
static enum err go(struct core *c)
{
    c->riscv.wants_step = true;
    enum err e = c->ops->flush(c);
    c->riscv.wants_step = c->riscv.wants_interrupts = false;
    return e ? e : core_run_one(c);
}

/* A bit that does not stick is not there. */
static enum err ask_stepie(struct core *c)
{
    struct dm *dm = c->target->dm;
    uint32_t dcsr = 0;
    if (c->riscv.has_asked_stepie)
        return ERR_OK;
    rvdm_queue_write(dm, c->index, CSR_DCSR, c->riscv.dcsr | DCSR_STEPIE);
    rvdm_queue_read(dm, c->index, CSR_DCSR, &dcsr);
    rvdm_queue_write(dm, c->index, CSR_DCSR, c->riscv.dcsr);
    enum err e = dm->ops->run(dm);
    c->riscv.has_asked_stepie = !e;
    c->riscv.has_stepie = dcsr & DCSR_STEPIE;
    return e;
}

/* --- with interrupts masked, on a core that does not do that by itself --- */

static bool is_mstatus_access(uint32_t insn)
{
    return field_get(INSN_OPCODE, insn) == OPCODE_SYSTEM && field_get(INSN_FUNCT3, insn) % CSR_IMMEDIATE != 0 &&
           field_get(INSN_CSR, insn) == CSR_MSTATUS;
}

static void pass(struct core *c, uint32_t pc)
{
    core_reg_set(c, RV_PC, pc);
    c->reason = HALT_SINGLE_STEP;
    c->cause = DCSR_CAUSE_STEP;
}

/* CSRRW, CSRRS, CSRRC and their immediate forms, done here: the program sees its own mstatus, and no interrupt comes before. */
static enum err access_mstatus(struct core *c, uint32_t insn, uint32_t pc, uint32_t mstatus)
{
    unsigned funct3 = field_get(INSN_FUNCT3, insn), rs1 = field_get(INSN_RS1, insn), rd = field_get(INSN_RD, insn);
    uint32_t operand = rs1;
    enum err e = funct3 & CSR_IMMEDIATE ? ERR_OK : core_reg_read(c, rs1, &operand);
    if (e)
        return e;
    unsigned op = funct3 % CSR_IMMEDIATE;
    uint32_t value = op == CSRRW ? operand : op == CSRRS ? mstatus | operand : mstatus & ~operand;
    if (op == CSRRW || rs1)
        rv_csr_set(c, CSR_MSTATUS, value);
    if (rd)
        core_reg_set(c, rd, mstatus);
    pass(c, pc + rv_instruction_len(insn));
    return ERR_OK;
}

/* An instruction that trapped has moved MIE, which was cleared, to MPIE. */
static enum err put_back_mie(struct core *c, uint32_t start_pc)
{
    uint32_t mstatus = 0, mtvec = 0, mepc = 0, pc = core_reg(c, RV_PC)->value;
    enum err e = rv_csr_read(c, CSR_MSTATUS, &mstatus);
    if (!e)
        e = rv_csr_read(c, CSR_MTVEC, &mtvec);
    if (!e)
        e = rv_csr_read(c, CSR_MEPC, &mepc);
    if (e)
        return e;
    bool trapped = pc == (mtvec & ~MTVEC_MODE) && mepc == start_pc;
    rv_csr_set(c, CSR_MSTATUS, mstatus | (trapped ? MSTATUS_MPIE : MSTATUS_MIE));
    return ERR_OK;
}

static enum err step_without_mie(struct core *c)
{
    uint32_t pc = core_reg(c, RV_PC)->value, mstatus = 0, insn = 0;
    enum err e = rv_csr_read(c, CSR_MSTATUS, &mstatus);
    if (e || !(mstatus & MSTATUS_MIE))
        return e ? e : go(c);
    e = rv_instruction(c, pc, &insn);
    if (e == ERR_FAULT) { /* it will not run either */
        err_forget(c->target->log);
        e = ERR_OK;
    }
    if (e)
        return e;
    if (is_mstatus_access(insn) && core_reg(c, RV_PRIV)->value == PRV_M)
        return access_mstatus(c, insn, pc, mstatus);
    rv_csr_set(c, CSR_MSTATUS, mstatus & ~MSTATUS_MIE);
    e = go(c);
    return e || insn == INSN_MRET ? e : put_back_mie(c, pc);
}

/* No interrupt that is masked would end it. */
static enum err is_wfi(struct core *c, bool *is)
{
    uint32_t insn = 0;
    enum err e = rv_instruction(c, core_reg(c, RV_PC)->value, &insn);
    *is = !e && insn == INSN_WFI;
    if (e != ERR_FAULT)
        return e;
    err_forget(c->target->log);
    return ERR_OK;
}

enum err rv_step(struct core *c)
{
    bool waits = false;
    enum err e = ask_stepie(c);
    if (!e && c->mask_interrupts)
        e = is_wfi(c, &waits);
    if (e)
        return e;
    if (waits) {
        pass(c, core_reg(c, RV_PC)->value + rv_instruction_len(INSN_WFI));
        return ERR_OK;
    }
    c->riscv.wants_interrupts = !c->mask_interrupts && c->riscv.has_stepie;
    if (c->mask_interrupts && !c->riscv.has_stepie)
        return step_without_mie(c);
    return go(c);
}
