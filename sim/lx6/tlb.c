/* SPDX-License-Identifier: Apache-2.0 */
/* Region protection: eight regions of 512 MB with an attribute each, for fetches and for data. Source: Xtensa ISA
   Reference Manual, 4.6.3. Addresses are not translated. */
#include "sim/lx6/lx6_int.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { REGION_SHIFT = 29, REGIONS = 8, BYPASS = 0, WRITE_THROUGH = 1, WRITE_BACK = 2, NO_ATOMIC = -1 };
#define REGION_MASK 0xE0000000U

struct attribute {
    uint8_t access; /* MEM_R, MEM_W, MEM_X */
    int8_t atomic;  /* field of ATOMCTL */
};

static const struct attribute attributes[16] = {
    [0] = {MEM_R | MEM_W, WRITE_THROUGH},
    [1] = {MEM_R | MEM_W | MEM_X, WRITE_THROUGH},
    [2] = {MEM_R | MEM_W | MEM_X, BYPASS},
    [3] = {MEM_X, NO_ATOMIC},
    [4] = {MEM_R | MEM_W | MEM_X, WRITE_BACK},
    [5] = {MEM_R | MEM_W | MEM_X, WRITE_BACK},
    [6 ... 13] = {0, NO_ATOMIC},
    [14] = {MEM_R | MEM_W, NO_ATOMIC},
    [15] = {0, NO_ATOMIC},
};

void lx6_tlb_reset(struct lx6 *c)
{
    for (unsigned i = 0; i < REGIONS; i++)
        c->itlb[i] = c->dtlb[i] = 2;
    lx6_tlb_update(c);
}

static uint8_t regions_with(const uint8_t *tlb, uint8_t access)
{
    unsigned regions = 0;
    for (unsigned i = 0; i < REGIONS; i++) {
        if (attributes[tlb[i]].access & access)
            regions |= 1U << i;
    }
    return (uint8_t)regions;
}

void lx6_tlb_update(struct lx6 *c)
{
    c->dtlb_reads = regions_with(c->dtlb, MEM_R);
    c->dtlb_writes = regions_with(c->dtlb, MEM_W);
    c->itlb_fetches = regions_with(c->itlb, MEM_X);
    code_cache_flush(&c->cache->code);
}

int lx6_tlb_atomic_kind(const struct lx6 *c, uint32_t addr)
{
    return attributes[c->dtlb[addr >> REGION_SHIFT]].atomic;
}

static const struct lx6_op *write_entry(struct lx6 *c, const struct lx6_op *op, uint8_t *tlb)
{
    tlb[c->a[op->s] >> REGION_SHIFT] = c->a[op->t] & 0xF;
    lx6_tlb_update(c);
    return lx6_leave(c, op);
}

static const struct lx6_op *wdtlb(struct lx6 *c, const struct lx6_op *op)
{
    return write_entry(c, op, c->dtlb);
}

static const struct lx6_op *witlb(struct lx6 *c, const struct lx6_op *op)
{
    return write_entry(c, op, c->itlb);
}

/* The virtual part of an entry: its region. */
static const struct lx6_op *read_virtual(struct lx6 *c, const struct lx6_op *op)
{
    c->a[op->t] = c->a[op->s] & REGION_MASK;
    return op + 1;
}

static const struct lx6_op *rdtlb1(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = c->a[op->s];
    c->a[op->t] = (addr & REGION_MASK) | c->dtlb[addr >> REGION_SHIFT];
    return op + 1;
}

static const struct lx6_op *ritlb1(struct lx6 *c, const struct lx6_op *op)
{
    uint32_t addr = c->a[op->s];
    c->a[op->t] = (addr & REGION_MASK) | c->itlb[addr >> REGION_SHIFT];
    return op + 1;
}

/* A probe always hits: bit 0. */
static const struct lx6_op *probe(struct lx6 *c, const struct lx6_op *op)
{
    c->a[op->t] = (c->a[op->s] & REGION_MASK) | 1;
    return op + 1;
}

/* Entries of region protection cannot be invalidated. */
static const struct lx6_op *invalidate(struct lx6 *c, const struct lx6_op *op)
{
    (void)c;
    return op + 1;
}

enum { T_S = USES_S | USES_T };

// clang-format off
static const struct lx6_insn insns[] = {
    { 0x50C000, 0xFFF0FF, "idtlb",  invalidate,   FMT_RST, USES_S },
    { 0x504000, 0xFFF0FF, "iitlb",  invalidate,   FMT_RST, USES_S },
    { 0x50D000, 0xFFF00F, "pdtlb",  probe,        FMT_RST, T_S },
    { 0x505000, 0xFFF00F, "pitlb",  probe,        FMT_RST, T_S },
    { 0x50B000, 0xFFF00F, "rdtlb0", read_virtual, FMT_RST, T_S },
    { 0x50F000, 0xFFF00F, "rdtlb1", rdtlb1,       FMT_RST, T_S },
    { 0x503000, 0xFFF00F, "ritlb0", read_virtual, FMT_RST, T_S },
    { 0x507000, 0xFFF00F, "ritlb1", ritlb1,       FMT_RST, T_S },
    { 0x50E000, 0xFFF00F, "wdtlb",  wdtlb,        FMT_RST, T_S, FLAG_ENDS },
    { 0x506000, 0xFFF00F, "witlb",  witlb,        FMT_RST, T_S, FLAG_ENDS },
};
// clang-format on

const struct lx6_family lx6_tlb = {insns, COUNT(insns)};
