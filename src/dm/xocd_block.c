/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks of memory. LDDR32.P and SDDR32.P move a word between memory and DDR and step the address register; with DDREXEC
 * each word costs one register access: 50 clocks through one core. When several cores are halted each takes a part of the
 * block, and one scan passes them all: 88 clocks for two words through two.
 */
#include "dm/xocd_int.h"
#include "regs/xtensa.h"

enum {
    BATCH_WORDS = 16384, /* 64 KB an execute: what adapters take well */
    SHARE_WORDS = 16,    /* shorter blocks are not worth sharing */
    TRIES = 12,          /* until the slowest pace is reached */
    WORD = 4,
    POINTER = 3, /* a3 */
};

/* Xtensa ISA, with a3 as the address register where none is named. */
#define INSTRUCTION_A3_FROM_DDR 0x036830U                        /* RSR DDR, a3 */
#define INSTRUCTION_DDR_FROM_A3 0x136830U                        /* WSR DDR, a3 */
#define INSTRUCTION_LOAD_DDR(a) (0x0070E0U | (uint32_t)(a) << 8) /* LDDR32.P */
#define INSTRUCTION_STORE_DDR   0x0073F0U                        /* SDDR32.P a3 */

/* The part of one core. */
struct share {
    unsigned core;
    uint32_t addr;
    size_t count;
    uint32_t *in;
    const uint32_t *out;
};

struct block {
    struct share shares[DM_MAX_CORES]; /* the first is the longest */
    unsigned count;
};

static void divide(struct block *b, unsigned cores, uint32_t addr, size_t count)
{
    b->count = 0;
    for (unsigned i = 0; i < DM_MAX_CORES; i++)
        if (cores >> i & 1)
            b->shares[b->count++].core = i;
    if (count < SHARE_WORDS)
        b->count = 1;
    size_t done = 0;
    for (unsigned i = 0; i < b->count; i++) {
        struct share *s = &b->shares[i];
        size_t left = b->count - i;
        s->addr = addr + (uint32_t)(done * WORD);
        s->count = (count - done + left - 1) / left;
        done += s->count;
    }
}

static unsigned cores_of(const struct block *b)
{
    unsigned cores = 0;
    for (unsigned i = 0; i < b->count; i++)
        cores |= BIT(b->shares[i].core);
    return cores;
}

/* Cores that still have a word number at. */
static unsigned cores_at(const struct block *b, size_t at)
{
    unsigned cores = 0;
    for (unsigned i = 0; i < b->count; i++)
        cores |= at < b->shares[i].count ? BIT(b->shares[i].core) : 0;
    return cores;
}

static void queue_addresses(struct xocd *x, const struct block *b)
{
    struct xocd_access a = {.cores = cores_of(b), .reg = NAR_DDR, .is_write = true};
    for (unsigned i = 0; i < b->count; i++)
        a.out[b->shares[i].core] = b->shares[i].addr;
    xocd_queue(x, &a);
    xocd_queue_instruction(x, a.cores, INSTRUCTION_A3_FROM_DDR);
}

/* DDREXEC gives a word and loads the next; the last one is taken from DDR, so that nothing past the end is touched. */
static void queue_loads(struct xocd *x, const struct block *b, unsigned pointer)
{
    xocd_queue_instruction(x, cores_of(b), INSTRUCTION_LOAD_DDR(pointer));
    for (size_t at = 0; at < b->shares[0].count; at++) {
        unsigned more = cores_at(b, at + 1), now = cores_at(b, at);
        struct xocd_access next = {.cores = more, .reg = NAR_DDREXEC}, last = {.cores = now & ~more, .reg = NAR_DDR};
        for (unsigned i = 0; i < b->count; i++)
            next.in[b->shares[i].core] = last.in[b->shares[i].core] = b->shares[i].in + at;
        xocd_queue(x, &next);
        xocd_queue(x, &last);
    }
}

static void queue_reads(struct xocd *x, const struct block *b)
{
    queue_addresses(x, b);
    queue_loads(x, b, POINTER);
}

void xocd_queue_read_words(struct dm *d, unsigned core, unsigned pointer, uint32_t *words, size_t count)
{
    const struct block b = {.shares = {{.core = core, .count = count, .in = words}}, .count = 1};
    if (count)
        queue_loads((struct xocd *)d, &b, pointer);
}

static void queue_writes(struct xocd *x, const struct block *b)
{
    queue_addresses(x, b);
    xocd_queue_write(x, cores_of(b), NAR_DIR0, INSTRUCTION_STORE_DDR);
    for (size_t at = 0; at < b->shares[0].count; at++) {
        struct xocd_access a = {.cores = cores_at(b, at), .reg = NAR_DDREXEC, .is_write = true};
        for (unsigned i = 0; i < b->count; i++)
            a.out[b->shares[i].core] = at < b->shares[i].count ? b->shares[i].out[at] : 0;
        xocd_queue(x, &a);
    }
}

/* An instruction that faults does not step its address register, and all that follow fault there again: the register holds
   the address that failed. Of several cores the lowest counts. */
static enum err find_fault(struct xocd *x, unsigned excepted, uint32_t *fault)
{
    uint32_t at[DM_MAX_CORES];
    struct xocd_access get = {.cores = excepted, .reg = NAR_DDR};
    for (unsigned i = 0; i < DM_MAX_CORES; i++) {
        at[i] = UINT32_MAX;
        get.in[i] = &at[i];
    }
    xocd_queue_instruction(x, excepted, INSTRUCTION_DDR_FROM_A3);
    xocd_queue(x, &get);
    enum err e = xocd_run(&x->base);
    if (e)
        return e;
    *fault = UINT32_MAX;
    for (unsigned i = 0; i < DM_MAX_CORES; i++)
        if ((excepted >> i & 1) && at[i] < *fault)
            *fault = at[i];
    return err_at(x->base.log, ERR_FAULT, "the chip refused the access to 0x%08x", (unsigned)*fault);
}

/* One batch; a core that was too slow gets the same batch again, slower. Memory does not mind; a device register may see
   an access twice then, which happens only below some 10 MHz of the core's clock. */
static enum err run_batch(struct xocd *x, const struct block *b, uint32_t *fault)
{
    enum err e = ERR_OVERRUN;
    for (unsigned i = 0; e == ERR_OVERRUN && i < TRIES; i++) {
        if (b->shares[0].in)
            queue_reads(x, b);
        else if (b->shares[0].out)
            queue_writes(x, b);
        e = xocd_run(&x->base);
    }
    return e == ERR_EXEC ? find_fault(x, x->excepted, fault) : e;
}

/* One of in and out is NULL. */
static enum err transfer(struct xocd *x, unsigned cores, const struct share *all, uint32_t *fault)
{
    enum err e = ERR_OK;
    for (size_t done = 0, n; !e && done < all->count; done += n) {
        struct block b = {0};
        n = all->count - done < BATCH_WORDS ? all->count - done : BATCH_WORDS;
        divide(&b, cores, all->addr + (uint32_t)(done * WORD), n);
        for (unsigned i = 0; i < b.count; i++) {
            size_t at = (b.shares[i].addr - all->addr) / WORD;
            b.shares[i].in = all->in ? all->in + at : NULL;
            b.shares[i].out = all->out ? all->out + at : NULL;
        }
        e = run_batch(x, &b, fault);
    }
    return e;
}

enum err xocd_read_block(struct dm *d, unsigned cores, uint32_t addr, uint32_t *words, size_t count, uint32_t *fault)
{
    const struct share all = {.addr = addr, .count = count, .in = words};
    return transfer((struct xocd *)d, cores, &all, fault);
}

enum err xocd_write_block(struct dm *d, unsigned cores, uint32_t addr, const uint32_t *words, size_t count,
                          uint32_t *fault)
{
    const struct share all = {.addr = addr, .count = count, .out = words};
    return transfer((struct xocd *)d, cores, &all, fault);
}
