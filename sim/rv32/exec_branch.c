/* SPDX-License-Identifier: Apache-2.0 */
/* Branches and jumps. Source: RISC-V Unprivileged ISA, chapters 2.5 and 16.4. Targets are even, as all cores have C. */
#include "sim/rv32/rv32_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* Branches to imm when the condition on the values of rs1 and rs2 (names given by the caller) holds. */
#define BRANCH(name, a, b, condition)                                                                                  \
    static const struct rv32_op *name(struct rv32 *c, const struct rv32_op *op)                                        \
    {                                                                                                                  \
        uint32_t a = c->x[op->rs1];                                                                                    \
        uint32_t b = c->x[op->rs2];                                                                                    \
        return rv32_enter(c, (condition) ? op->imm : op->pc + op->len);                                                \
    }

BRANCH(beq, a, b, a == b)
BRANCH(bne, a, b, a != b)
BRANCH(blt, a, b, (int32_t)a < (int32_t)b)
BRANCH(bge, a, b, (int32_t)a >= (int32_t)b)
BRANCH(bltu, a, b, a < b)
BRANCH(bgeu, a, b, a >= b)

/* What jumps to itself changes nothing until something else has its turn: the rest of the time is spent at once. */
static const struct rv32_op *jal(struct rv32 *c, const struct rv32_op *op)
{
    c->x[op->rd] = op->pc + op->len;
    if (op->imm == op->pc && c->left > 0) {
        c->pc = op->pc;
        c->left = 0;
        return NULL;
    }
    return rv32_enter(c, op->imm);
}

static const struct rv32_op *jalr(struct rv32 *c, const struct rv32_op *op)
{
    uint32_t target = (c->x[op->rs1] + op->imm) & ~1U;
    c->x[op->rd] = op->pc + op->len;
    return rv32_enter(c, target);
}

/* C.JR and C.MV, C.JALR and C.ADD share their encodings: the second register is 0 for the jumps. */
static const struct rv32_op *c_mv(struct rv32 *c, const struct rv32_op *op)
{
    c->x[op->rd] = c->x[op->rs2];
    return rv32_go_on(c, op);
}

static const struct rv32_op *c_add(struct rv32 *c, const struct rv32_op *op)
{
    c->x[op->rd] = c->x[op->rs1] + c->x[op->rs2];
    return rv32_go_on(c, op);
}

enum { JUMP = FLAG_ENDS | FLAG_JUMP, BRANCH = FLAG_ENDS | FLAG_BRANCH };

// clang-format off
static const struct rv32_insn insns[] = {
    { 0x0000006F, 0x0000007F, "jal",  jal,  FMT_J, JUMP },
    { 0x00000067, 0x0000707F, "jalr", jalr, FMT_I, JUMP },
    { 0x00000063, 0x0000707F, "beq",  beq,  FMT_B, BRANCH },
    { 0x00001063, 0x0000707F, "bne",  bne,  FMT_B, BRANCH },
    { 0x00004063, 0x0000707F, "blt",  blt,  FMT_B, BRANCH },
    { 0x00005063, 0x0000707F, "bge",  bge,  FMT_B, BRANCH },
    { 0x00006063, 0x0000707F, "bltu", bltu, FMT_B, BRANCH },
    { 0x00007063, 0x0000707F, "bgeu", bgeu, FMT_B, BRANCH },
    { 0x2001, 0xE003, "c.jal",  jal,  FMT_C_JAL, JUMP },
    { 0xA001, 0xE003, "c.j",    jal,  FMT_C_J, JUMP },
    { 0xC001, 0xE003, "c.beqz", beq,  FMT_C_B, BRANCH },
    { 0xE001, 0xE003, "c.bnez", bne,  FMT_C_B, BRANCH },
    { 0x8002, 0xF07F, "c.jr",   jalr, FMT_C_JR, JUMP },
    { 0x8002, 0xF003, "c.mv",   c_mv, FMT_C_MV },
    { 0x9002, 0xF07F, "c.jalr", jalr, FMT_C_JALR, JUMP },
    { 0x9002, 0xF003, "c.add",  c_add, FMT_C_ADD },
};
// clang-format on

const struct rv32_family rv32_branch = {insns, COUNT(insns)};
