/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and stores of floating point registers. */
#include "sim/lx6/lx6_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* The forms with update take AR[s] as the address and change it after the access. */
static const struct lx6_op *load(struct lx6 *c, const struct lx6_op *op, unsigned to, uint32_t addr, uint32_t update)
{
    const uint8_t *p = lx6_fast_read(c, addr, 4);
    uint32_t value;
    if (p)
        value = lx6_get32(p);
    else if (!lx6_load(c, op, addr, 4, &value))
        return NULL;
    c->fr[to] = value;
    c->a[op->s] += update;
    return p ? op + 1 : lx6_next(c, op);
}

static const struct lx6_op *store(struct lx6 *c, const struct lx6_op *op, unsigned from, uint32_t addr, uint32_t update)
{
    uint8_t *p = lx6_fast_write(c, addr, 4);
    if (p)
        lx6_put32(p, c->fr[from]);
    else if (!lx6_store(c, op, addr, 4, c->fr[from]))
        return NULL;
    c->a[op->s] += update;
    return p ? op + 1 : lx6_next(c, op);
}

static const struct lx6_op *lsi(struct lx6 *c, const struct lx6_op *op)
{
    return load(c, op, op->t, c->a[op->s] + op->imm, 0);
}

static const struct lx6_op *lsip(struct lx6 *c, const struct lx6_op *op)
{
    return load(c, op, op->t, c->a[op->s], op->imm2);
}

static const struct lx6_op *lsx(struct lx6 *c, const struct lx6_op *op)
{
    return load(c, op, op->r, c->a[op->s] + c->a[op->t], 0);
}

static const struct lx6_op *lsxp(struct lx6 *c, const struct lx6_op *op)
{
    return load(c, op, op->r, c->a[op->s], c->a[op->t]);
}

static const struct lx6_op *ssi(struct lx6 *c, const struct lx6_op *op)
{
    return store(c, op, op->t, c->a[op->s] + op->imm, 0);
}

static const struct lx6_op *ssip(struct lx6 *c, const struct lx6_op *op)
{
    return store(c, op, op->t, c->a[op->s], op->imm2);
}

static const struct lx6_op *ssx(struct lx6 *c, const struct lx6_op *op)
{
    return store(c, op, op->r, c->a[op->s] + c->a[op->t], 0);
}

static const struct lx6_op *ssxp(struct lx6 *c, const struct lx6_op *op)
{
    return store(c, op, op->r, c->a[op->s], c->a[op->t]);
}

enum { T_S = USES_S | USES_T, LOAD = FLAG_CP0 | FLAG_LOAD, STORE = FLAG_CP0 | FLAG_STORE };

// clang-format off
static const struct lx6_insn insns[] = {
    { 0x000003, 0x00F00F, "lsi",  lsi,  FMT_U8X4, USES_S, LOAD, 4, LX6_FP },
    { 0x008003, 0x00F00F, "lsip", lsip, FMT_LSIP, USES_S, LOAD, 4, LX6_FP },
    { 0x080000, 0xFF000F, "lsx",  lsx,  FMT_RST,  T_S, LOAD | FLAG_INDEXED, 4, LX6_FP },
    { 0x180000, 0xFF000F, "lsxp", lsxp, FMT_RST,  T_S, LOAD, 4, LX6_FP },
    { 0x004003, 0x00F00F, "ssi",  ssi,  FMT_U8X4, USES_S, STORE, 4, LX6_FP },
    { 0x00C003, 0x00F00F, "ssip", ssip, FMT_LSIP, USES_S, STORE, 4, LX6_FP },
    { 0x480000, 0xFF000F, "ssx",  ssx,  FMT_RST,  T_S, STORE | FLAG_INDEXED, 4, LX6_FP },
    { 0x580000, 0xFF000F, "ssxp", ssxp, FMT_RST,  T_S, STORE, 4, LX6_FP },
};
// clang-format on

const struct lx6_family lx6_fp_mem = {insns, COUNT(insns)};
