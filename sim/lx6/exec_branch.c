/* SPDX-License-Identifier: Apache-2.0 */
/* Branches, jumps, calls without windows, and zero-overhead loops. */
#include "sim/lx6/lx6_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct lx6_op *branch_if(struct lx6 *c, const struct lx6_op *op, bool is_taken)
{
    return is_taken ? lx6_enter(c, op->imm) : lx6_fall(c, op->pc + op->len);
}

/* Branches to imm when the condition on the values of s and t (names given by the caller) holds. */
#define BRANCH(name, s, t, condition)                                                                                  \
    static const struct lx6_op *name(struct lx6 *c, const struct lx6_op *op)                                           \
    {                                                                                                                  \
        uint32_t s = c->a[op->s];                                                                                      \
        uint32_t t = c->a[op->t];                                                                                      \
        return branch_if(c, op, (condition));                                                                          \
    }
/* The same on the value of s and the constant imm2. */
#define BRANCH_CONST(name, s, k, condition)                                                                            \
    static const struct lx6_op *name(struct lx6 *c, const struct lx6_op *op)                                           \
    {                                                                                                                  \
        uint32_t s = c->a[op->s];                                                                                      \
        uint32_t k = op->imm2;                                                                                         \
        return branch_if(c, op, (condition));                                                                          \
    }

BRANCH(beq, s, t, s == t)
BRANCH(bne, s, t, s != t)
BRANCH(bge, s, t, (int32_t)s >= (int32_t)t)
BRANCH(blt, s, t, (int32_t)s < (int32_t)t)
BRANCH(bgeu, s, t, s >= t)
BRANCH(bltu, s, t, s < t)
BRANCH(bany, s, t, (s & t) != 0)
BRANCH(bnone, s, t, (s & t) == 0)
BRANCH(ball, s, t, (~s & t) == 0)
BRANCH(bnall, s, t, (~s & t) != 0)
BRANCH(bbc, s, t, !(s >> (t & 31) & 1))
BRANCH(bbs, s, t, s >> (t & 31) & 1)
/* imm2 is 0 for those that compare with zero. */
BRANCH_CONST(beqi, s, k, s == k)
BRANCH_CONST(bnei, s, k, s != k)
BRANCH_CONST(bgei, s, k, (int32_t)s >= (int32_t)k)
BRANCH_CONST(blti, s, k, (int32_t)s < (int32_t)k)
BRANCH_CONST(bgeui, s, k, s >= k)
BRANCH_CONST(bltui, s, k, s < k)
BRANCH_CONST(bbci, s, k, !(s >> k & 1))
BRANCH_CONST(bbsi, s, k, s >> k & 1)

/* What jumps to itself changes nothing until something else has its turn: the rest of the time is spent at once. */
static const struct lx6_op *j(struct lx6 *c, const struct lx6_op *op)
{
    if (op->imm == op->pc && c->left > 0) {
        c->pc = op->pc;
        c->left = 0;
        return NULL;
    }
    return lx6_enter(c, op->imm);
}

static const struct lx6_op *jx(struct lx6 *c, const struct lx6_op *op)
{
    return lx6_enter(c, c->a[op->s]);
}

static const struct lx6_op *call0(struct lx6 *c, const struct lx6_op *op)
{
    c->a[0] = op->pc + 3;
    return lx6_enter(c, op->imm);
}

static const struct lx6_op *callx0(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t target = c->a[op->s];
    c->a[0] = op->pc + 3;
    return lx6_enter(c, target);
}

static const struct lx6_op *ret(struct lx6 *c, const struct lx6_op *op)
{
    (void)op;
    return lx6_enter(c, c->a[0]);
}

/* --- loops --- */

static void set_loop(struct lx6 *c, const struct lx6_op *op)
{
    c->lcount = c->a[op->s] - 1;
    c->lbeg = op->pc + 3;
    c->lend = op->imm;
    lx6_update(c);
}

static const struct lx6_op *loop(struct lx6 *c, const struct lx6_op *op)
{
    set_loop(c, op);
    return lx6_enter(c, c->lbeg);
}

static const struct lx6_op *loopnez(struct lx6 *c, const struct lx6_op *op)
{
    bool is_entered = c->a[op->s] != 0;
    set_loop(c, op);
    return lx6_enter(c, is_entered ? c->lbeg : c->lend);
}

static const struct lx6_op *loopgtz(struct lx6 *c, const struct lx6_op *op)
{
    bool is_entered = (int32_t)c->a[op->s] > 0;
    set_loop(c, op);
    return lx6_enter(c, is_entered ? c->lbeg : c->lend);
}

enum { T_S = USES_S | USES_T, ENDS = FLAG_ENDS };

// clang-format off
static const struct lx6_insn insns[] = {
    { 0x000016, 0x0000FF, "beqz",  beqi,  FMT_BRANCH12, USES_S, ENDS },
    { 0x000056, 0x0000FF, "bnez",  bnei,  FMT_BRANCH12, USES_S, ENDS },
    { 0x0000D6, 0x0000FF, "bgez",  bgei,  FMT_BRANCH12, USES_S, ENDS },
    { 0x000096, 0x0000FF, "bltz",  blti,  FMT_BRANCH12, USES_S, ENDS },
    { 0x000026, 0x0000FF, "beqi",  beqi,  FMT_BRANCH_CONST, USES_S, ENDS },
    { 0x000066, 0x0000FF, "bnei",  bnei,  FMT_BRANCH_CONST, USES_S, ENDS },
    { 0x0000E6, 0x0000FF, "bgei",  bgei,  FMT_BRANCH_CONST, USES_S, ENDS },
    { 0x0000A6, 0x0000FF, "blti",  blti,  FMT_BRANCH_CONST, USES_S, ENDS },
    { 0x0000F6, 0x0000FF, "bgeui", bgeui, FMT_BRANCH_CONSTU, USES_S, ENDS },
    { 0x0000B6, 0x0000FF, "bltui", bltui, FMT_BRANCH_CONSTU, USES_S, ENDS },
    { 0x006007, 0x00E00F, "bbci",  bbci,  FMT_BRANCH_BIT, USES_S, ENDS },
    { 0x00E007, 0x00E00F, "bbsi",  bbsi,  FMT_BRANCH_BIT, USES_S, ENDS },
    { 0x001007, 0x00F00F, "beq",   beq,   FMT_BRANCH8, T_S, ENDS },
    { 0x009007, 0x00F00F, "bne",   bne,   FMT_BRANCH8, T_S, ENDS },
    { 0x00A007, 0x00F00F, "bge",   bge,   FMT_BRANCH8, T_S, ENDS },
    { 0x002007, 0x00F00F, "blt",   blt,   FMT_BRANCH8, T_S, ENDS },
    { 0x00B007, 0x00F00F, "bgeu",  bgeu,  FMT_BRANCH8, T_S, ENDS },
    { 0x003007, 0x00F00F, "bltu",  bltu,  FMT_BRANCH8, T_S, ENDS },
    { 0x008007, 0x00F00F, "bany",  bany,  FMT_BRANCH8, T_S, ENDS },
    { 0x000007, 0x00F00F, "bnone", bnone, FMT_BRANCH8, T_S, ENDS },
    { 0x004007, 0x00F00F, "ball",  ball,  FMT_BRANCH8, T_S, ENDS },
    { 0x00C007, 0x00F00F, "bnall", bnall, FMT_BRANCH8, T_S, ENDS },
    { 0x005007, 0x00F00F, "bbc",   bbc,   FMT_BRANCH8, T_S, ENDS },
    { 0x00D007, 0x00F00F, "bbs",   bbs,   FMT_BRANCH8, T_S, ENDS },
    { 0x00008C, 0x0000CF, "beqz.n", beqi, FMT_BRANCH_N, USES_S, ENDS },
    { 0x0000CC, 0x0000CF, "bnez.n", bnei, FMT_BRANCH_N, USES_S, ENDS },
    { 0x000006, 0x00003F, "j",     j,     FMT_JUMP, 0, ENDS },
    { 0x0000A0, 0xFFF0FF, "jx",    jx,    FMT_RST, USES_S, ENDS },
    { 0x000005, 0x00003F, "call0", call0, FMT_CALL, 0, ENDS },
    { 0x0000C0, 0xFFF0FF, "callx0", callx0, FMT_RST, USES_S, ENDS },
    { 0x000080, 0xFFFFFF, "ret",   ret,   FMT_RST, 0, ENDS },
    { 0x00F00D, 0x00FFFF, "ret.n", ret,   FMT_RST, 0, ENDS },
    { 0x008076, 0x00F0FF, "loop",    loop,    FMT_LOOP, USES_S, ENDS, .option = LX6_LOOPS },
    { 0x009076, 0x00F0FF, "loopnez", loopnez, FMT_LOOP, USES_S, ENDS, .option = LX6_LOOPS },
    { 0x00A076, 0x00F0FF, "loopgtz", loopgtz, FMT_LOOP, USES_S, ENDS, .option = LX6_LOOPS },
};
// clang-format on

const struct lx6_family lx6_branch = {insns, COUNT(insns)};
