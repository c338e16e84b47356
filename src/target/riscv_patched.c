/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One instruction of a RISC-V core whose place holds a break instruction. What depends on the PC is done here, on the registers:
 * none of it can raise an exception. Everything else is done by the core from a copy in RAM: in its table of interrupt vectors,
 * which nothing runs through while interrupts are masked. Source: RISC-V Unprivileged ISA, RV32I and the C extension.
 */
#include "target/riscv_int.h"

#include "base/bytes.h"

enum { VECTOR = 32, LONG = 4, SHORT = 2 };

enum {
    OPCODE_AUIPC = 0x17,
    OPCODE_BRANCH = 0x63,
    OPCODE_JALR = 0x67,
    OPCODE_JAL = 0x6F,
};

struct jump {
    struct core *core;
    uint32_t pc, insn;
};

static uint32_t bit(uint32_t word, unsigned from, unsigned to)
{
    return (word >> from & 1) << to;
}

static uint32_t sign_extend(uint32_t value, unsigned bits)
{
    uint32_t sign = 1U << (bits - 1);
    return (value ^ sign) - sign;
}

static enum err read_x(struct core *c, unsigned x, uint32_t *value)
{
    *value = 0;
    return x ? core_reg_read(c, x, value) : ERR_OK;
}

static void set_x(struct core *c, unsigned x, uint32_t value)
{
    if (x)
        core_reg_set(c, x, value);
}

static enum err go_to(struct core *c, uint32_t pc)
{
    core_reg_set(c, RV_PC, pc);
    c->reason = HALT_SINGLE_STEP;
    c->cause = DCSR_CAUSE_STEP;
    c->halt_pc = pc;
    return ERR_OK;
}

/* --- what depends on the PC --- */

static enum err auipc(struct jump *j)
{
    set_x(j->core, field_get(INSN_RD, j->insn), j->pc + (j->insn & 0xFFFFF000));
    return go_to(j->core, j->pc + LONG);
}

static enum err jal(struct jump *j)
{
    uint32_t w = j->insn;
    uint32_t offset = bit(w, 31, 20) | (w & 0xFF000) | bit(w, 20, 11) | (w >> 21 & 0x3FF) << 1;
    set_x(j->core, field_get(INSN_RD, w), j->pc + LONG);
    return go_to(j->core, j->pc + sign_extend(offset, 21));
}

static enum err jalr(struct jump *j)
{
    uint32_t base = 0;
    enum err e = read_x(j->core, field_get(INSN_RS1, j->insn), &base);
    if (e)
        return e;
    set_x(j->core, field_get(INSN_RD, j->insn), j->pc + LONG);
    return go_to(j->core, (base + sign_extend(j->insn >> 20, 12)) & ~1U);
}

static bool is_taken(unsigned funct3, uint32_t a, uint32_t b)
{
    enum { BEQ = 0, BLT = 4, BLTU = 6, NOT = 1 };
    bool is_so = false;
    switch (funct3 & ~(unsigned)NOT) {
    case BEQ:
        is_so = a == b;
        break;
    case BLT:
        is_so = (int32_t)a < (int32_t)b;
        break;
    case BLTU:
        is_so = a < b;
        break;
    default:
        break;
    }
    return is_so != (funct3 & NOT);
}

static enum err branch(struct jump *j)
{
    uint32_t w = j->insn, a = 0, b = 0;
    uint32_t offset = bit(w, 31, 12) | bit(w, 7, 11) | (w >> 25 & 0x3F) << 5 | (w >> 8 & 0xF) << 1;
    enum err e = read_x(j->core, field_get(INSN_RS1, w), &a);
    if (!e)
        e = read_x(j->core, w >> 20 & 0x1F, &b);
    bool is_so = is_taken(field_get(INSN_FUNCT3, w), a, b);
    return e ? e : go_to(j->core, is_so ? j->pc + sign_extend(offset, 13) : j->pc + LONG);
}

/* C.J, C.JAL */
static enum err c_jump(struct jump *j)
{
    uint32_t w = j->insn;
    uint32_t offset = bit(w, 12, 11) | bit(w, 11, 4) | (w >> 9 & 3) << 8 | bit(w, 8, 10) | bit(w, 7, 6) | bit(w, 6, 7) |
                      (w >> 3 & 7) << 1 | bit(w, 2, 5);
    if (!(w >> 15 & 1))
        set_x(j->core, RISCV_RA, j->pc + SHORT);
    return go_to(j->core, j->pc + sign_extend(offset, 12));
}

/* C.BEQZ, C.BNEZ */
static enum err c_branch(struct jump *j)
{
    uint32_t w = j->insn, a = 0;
    uint32_t offset = bit(w, 12, 8) | (w >> 10 & 3) << 3 | (w >> 5 & 3) << 6 | (w >> 3 & 3) << 1 | bit(w, 2, 5);
    enum err e = read_x(j->core, 8 + (w >> 7 & 7), &a);
    bool is_so = (a == 0) != bit(w, 13, 0);
    return e ? e : go_to(j->core, is_so ? j->pc + sign_extend(offset, 9) : j->pc + SHORT);
}

/* C.JR, C.JALR */
static enum err c_jump_register(struct jump *j)
{
    uint32_t to = 0;
    enum err e = read_x(j->core, j->insn >> 7 & 0x1F, &to);
    if (e)
        return e;
    if (j->insn >> 12 & 1)
        set_x(j->core, RISCV_RA, j->pc + SHORT);
    return go_to(j->core, to & ~1U);
}

static const struct {
    uint32_t mask, word;
    enum err (*fn)(struct jump *j);
} jumps[] = {
    {0x7F, OPCODE_AUIPC, auipc},       {0x7F, OPCODE_JAL, jal},    {0x707F, OPCODE_JALR, jalr},
    {0x7F, OPCODE_BRANCH, branch},     {0xE003, 0xA001, c_jump},   {0xE003, 0x2001, c_jump},
    {0xE003, 0xC001, c_branch},        {0xE003, 0xE001, c_branch}, {0xF07F, 0x8002, c_jump_register},
    {0xF07F, 0x9002, c_jump_register},
};

/* --- everything else --- */

static enum err move_results(struct core *c, uint32_t pc, uint32_t place, unsigned len)
{
    uint32_t at = core_reg(c, RV_PC)->value, mepc = 0;
    if (at - place == len || at == place) {
        core_reg_set(c, RV_PC, at - place + pc);
        c->halt_pc = at - place + pc;
        return ERR_OK;
    }
    enum err e = rv_csr_read(c, CSR_MEPC, &mepc);
    if (!e && (mepc == place || mepc == place + len))
        rv_csr_set(c, CSR_MEPC, mepc - place + pc);
    return e;
}

static enum err step_copy(struct core *c, const struct code_patch *p, unsigned len)
{
    uint32_t mtvec = 0;
    enum err e = rv_csr_read(c, CSR_MTVEC, &mtvec);
    if (e)
        return e;
    uint32_t place = (mtvec & ~MTVEC_MODE) + VECTOR;
    if (!target_is_code_ram(c->target, place, LONG))
        place = c->target->chip->agent_code.base;
    if (!place)
        return err_at(c->target->log, ERR_UNSUPPORTED,
                      "the instruction at the breakpoint 0x%08x is to be done in RAM, and of this chip none is known "
                      "that code runs from: remove the breakpoint first",
                      (unsigned)p->addr);
    core_reg_set(c, RV_PC, place);
    e = core_step_elsewhere(c, place, p->original, len);
    if (c->state != CORE_HALTED)
        return e;
    struct err_kept first = err_keep(c->target->log, e);
    return err_first(c->target->log, &first, move_results(c, p->addr, place, len));
}

enum err rv_step_patched(struct core *c, const struct code_patch *p)
{
    unsigned len = rv_instruction_len(le32_get(p->original));
    struct jump j = {.core = c, .pc = p->addr, .insn = len == SHORT ? le16_get(p->original) : le32_get(p->original)};
    for (unsigned i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
        bool is_long = (jumps[i].word & 3) == 3;
        if (is_long == (len == LONG) && (j.insn & jumps[i].mask) == jumps[i].word)
            return jumps[i].fn(&j);
    }
    return step_copy(c, p, len);
}
