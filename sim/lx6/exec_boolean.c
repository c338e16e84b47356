/* SPDX-License-Identifier: Apache-2.0 */
/* The sixteen booleans of BR: logic, moves and branches on them. */
#include "sim/lx6/lx6_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static uint32_t get(const struct lx6 *c, unsigned n)
{
    return c->br >> n & 1;
}

static const struct lx6_op *set(struct lx6 *c, const struct lx6_op *op, unsigned n, uint32_t value)
{
    c->br = (c->br & ~BIT(n)) | (value & 1) << n;
    return op + 1;
}

static const struct lx6_op *andb(struct lx6 *c, const struct lx6_op *op)
{
    return set(c, op, op->r, get(c, op->s) & get(c, op->t));
}

static const struct lx6_op *andbc(struct lx6 *c, const struct lx6_op *op)
{
    return set(c, op, op->r, get(c, op->s) & ~get(c, op->t));
}

static const struct lx6_op *orb(struct lx6 *c, const struct lx6_op *op)
{
    return set(c, op, op->r, get(c, op->s) | get(c, op->t));
}

static const struct lx6_op *orbc(struct lx6 *c, const struct lx6_op *op)
{
    return set(c, op, op->r, get(c, op->s) | ~get(c, op->t));
}

static const struct lx6_op *xorb(struct lx6 *c, const struct lx6_op *op)
{
    return set(c, op, op->r, get(c, op->s) ^ get(c, op->t));
}

static const struct lx6_op *any4(struct lx6 *c, const struct lx6_op *op)
{
    return set(c, op, op->t, (c->br >> op->s & 0xF) != 0);
}

static const struct lx6_op *all4(struct lx6 *c, const struct lx6_op *op)
{
    return set(c, op, op->t, (c->br >> op->s & 0xF) == 0xF);
}

static const struct lx6_op *any8(struct lx6 *c, const struct lx6_op *op)
{
    return set(c, op, op->t, (c->br >> op->s & 0xFF) != 0);
}

static const struct lx6_op *all8(struct lx6 *c, const struct lx6_op *op)
{
    return set(c, op, op->t, (c->br >> op->s & 0xFF) == 0xFF);
}

static const struct lx6_op *movf(struct lx6 *c, const struct lx6_op *op)
{
    if (!get(c, op->t))
        c->a[op->r] = c->a[op->s];
    return op + 1;
}

static const struct lx6_op *movt(struct lx6 *c, const struct lx6_op *op)
{
    if (get(c, op->t))
        c->a[op->r] = c->a[op->s];
    return op + 1;
}

static const struct lx6_op *bf(struct lx6 *c, const struct lx6_op *op)
{
    return get(c, op->s) ? lx6_fall(c, op->pc + op->len) : lx6_enter(c, op->imm);
}

static const struct lx6_op *bt(struct lx6 *c, const struct lx6_op *op)
{
    return get(c, op->s) ? lx6_enter(c, op->imm) : lx6_fall(c, op->pc + op->len);
}

enum { R_S = USES_R | USES_S };

// clang-format off
static const struct lx6_insn insns[] = {
    { 0x020000, 0xFF000F, "andb",  andb,  FMT_RST, .option = LX6_BOOLEANS },
    { 0x120000, 0xFF000F, "andbc", andbc, FMT_RST, .option = LX6_BOOLEANS },
    { 0x220000, 0xFF000F, "orb",   orb,   FMT_RST, .option = LX6_BOOLEANS },
    { 0x320000, 0xFF000F, "orbc",  orbc,  FMT_RST, .option = LX6_BOOLEANS },
    { 0x420000, 0xFF000F, "xorb",  xorb,  FMT_RST, .option = LX6_BOOLEANS },
    { 0x008000, 0xFFF30F, "any4",  any4,  FMT_RST, .option = LX6_BOOLEANS },
    { 0x009000, 0xFFF30F, "all4",  all4,  FMT_RST, .option = LX6_BOOLEANS },
    { 0x00A000, 0xFFF70F, "any8",  any8,  FMT_RST, .option = LX6_BOOLEANS },
    { 0x00B000, 0xFFF70F, "all8",  all8,  FMT_RST, .option = LX6_BOOLEANS },
    { 0xC30000, 0xFF000F, "movf",  movf,  FMT_RST, R_S, .option = LX6_BOOLEANS },
    { 0xD30000, 0xFF000F, "movt",  movt,  FMT_RST, R_S, .option = LX6_BOOLEANS },
    { 0x000076, 0x00F0FF, "bf",    bf,    FMT_BRANCH8, 0, FLAG_ENDS, .option = LX6_BOOLEANS },
    { 0x001076, 0x00F0FF, "bt",    bt,    FMT_BRANCH8, 0, FLAG_ENDS, .option = LX6_BOOLEANS },
};
// clang-format on

const struct lx6_family lx6_boolean = {insns, COUNT(insns)};
