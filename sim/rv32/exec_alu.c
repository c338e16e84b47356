/* SPDX-License-Identifier: Apache-2.0 */
/* Integer arithmetic on registers and immediates. Source: RISC-V Unprivileged ISA, chapters 2.4 and 16.5. */
#include "sim/rv32/rv32_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* rd := expression of the values of rs1 and rs2 (names given by the caller). */
#define RR(name, a, b, expression)                                                                                     \
    static const struct rv32_op *name(struct rv32 *c, const struct rv32_op *op)                                        \
    {                                                                                                                  \
        uint32_t a = c->x[op->rs1];                                                                                    \
        uint32_t b = c->x[op->rs2];                                                                                    \
        c->x[op->rd] = (expression);                                                                                   \
        return rv32_go_on(c, op);                                                                                      \
    }
/* The same of rs1 and the immediate. */
#define RI(name, a, k, expression)                                                                                     \
    static const struct rv32_op *name(struct rv32 *c, const struct rv32_op *op)                                        \
    {                                                                                                                  \
        uint32_t a = c->x[op->rs1];                                                                                    \
        uint32_t k = op->imm;                                                                                          \
        c->x[op->rd] = (expression);                                                                                   \
        return rv32_go_on(c, op);                                                                                      \
    }

static uint32_t shift_right_signed(uint32_t a, uint32_t by)
{
    return (uint32_t)((int32_t)a >> (by & 31));
}

RR(add, a, b, a + b)
RR(sub, a, b, a - b)
RR(sll, a, b, a << (b & 31))
RR(slt, a, b, (int32_t)a < (int32_t)b)
RR(sltu, a, b, a < b)
RR(op_xor, a, b, a ^ b)
RR(srl, a, b, a >> (b & 31))
RR(sra, a, b, shift_right_signed(a, b))
RR(op_or, a, b, a | b)
RR(op_and, a, b, a &b)

RI(addi, a, k, a + k)
RI(slti, a, k, (int32_t)a < (int32_t)k)
RI(sltiu, a, k, a < k)
RI(xori, a, k, a ^ k)
RI(ori, a, k, a | k)
RI(andi, a, k, a &k)
RI(slli, a, k, a << k)
RI(srli, a, k, a >> k)
RI(srai, a, k, shift_right_signed(a, k))

/* LUI, and AUIPC whose sum is made by decoding. */
static const struct rv32_op *load_immediate(struct rv32 *c, const struct rv32_op *op)
{
    c->x[op->rd] = op->imm;
    return rv32_go_on(c, op);
}

// clang-format off
static const struct rv32_insn insns[] = {
    { 0x00000037, 0x0000007F, "lui",   load_immediate, FMT_U },
    { 0x00000017, 0x0000007F, "auipc", load_immediate, FMT_AUIPC },
    { 0x00000013, 0x0000707F, "addi",  addi,  FMT_I },
    { 0x00002013, 0x0000707F, "slti",  slti,  FMT_I },
    { 0x00003013, 0x0000707F, "sltiu", sltiu, FMT_I },
    { 0x00004013, 0x0000707F, "xori",  xori,  FMT_I },
    { 0x00006013, 0x0000707F, "ori",   ori,   FMT_I },
    { 0x00007013, 0x0000707F, "andi",  andi,  FMT_I },
    { 0x00001013, 0xFE00707F, "slli",  slli,  FMT_SHIFT },
    { 0x00005013, 0xFE00707F, "srli",  srli,  FMT_SHIFT },
    { 0x40005013, 0xFE00707F, "srai",  srai,  FMT_SHIFT },
    { 0x00000033, 0xFE00707F, "add",   add,   FMT_R },
    { 0x40000033, 0xFE00707F, "sub",   sub,   FMT_R },
    { 0x00001033, 0xFE00707F, "sll",   sll,   FMT_R },
    { 0x00002033, 0xFE00707F, "slt",   slt,   FMT_R },
    { 0x00003033, 0xFE00707F, "sltu",  sltu,  FMT_R },
    { 0x00004033, 0xFE00707F, "xor",   op_xor, FMT_R },
    { 0x00005033, 0xFE00707F, "srl",   srl,   FMT_R },
    { 0x40005033, 0xFE00707F, "sra",   sra,   FMT_R },
    { 0x00006033, 0xFE00707F, "or",    op_or, FMT_R },
    { 0x00007033, 0xFE00707F, "and",   op_and, FMT_R },
    { 0x0000,     0xE003,     "c.addi4spn", addi, FMT_C_ADDI4SPN },
    { 0x0001,     0xE003,     "c.addi", addi, FMT_C_ADDI }, /* C.NOP too */
    { 0x4001,     0xE003,     "c.li",  load_immediate, FMT_C_LI },
    { 0x6101,     0xEF83,     "c.addi16sp", addi, FMT_C_ADDI16SP },
    { 0x6001,     0xE003,     "c.lui", load_immediate, FMT_C_LUI },
    { 0x8001,     0xEC03,     "c.srli", srli, FMT_C_SHIFT },
    { 0x8401,     0xEC03,     "c.srai", srai, FMT_C_SHIFT },
    { 0x8801,     0xEC03,     "c.andi", andi, FMT_C_ANDI },
    { 0x8C01,     0xFC63,     "c.sub", sub,   FMT_C_RR },
    { 0x8C21,     0xFC63,     "c.xor", op_xor, FMT_C_RR },
    { 0x8C41,     0xFC63,     "c.or",  op_or, FMT_C_RR },
    { 0x8C61,     0xFC63,     "c.and", op_and, FMT_C_RR },
    { 0x0002,     0xE003,     "c.slli", slli, FMT_C_SLLI },
};
// clang-format on

const struct rv32_family rv32_alu = {insns, COUNT(insns)};
