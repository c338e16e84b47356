/* SPDX-License-Identifier: Apache-2.0 */
/* How blocks of decoded code are made (sim/code.h), and which one is run next. */
#include "sim/lx6/lx6_int.h"

#include <stdlib.h>

struct fetched {
    uint32_t word;
    unsigned cause;
    uint32_t vaddr; /* where the fetch failed */
    bool ok;
};

static struct fetched fetch_refused(unsigned cause, uint32_t vaddr)
{
    return (struct fetched){.cause = cause, .vaddr = vaddr};
}

static struct fetched fetch(const struct lx6 *c, uint32_t pc)
{
    uint8_t bytes[LX6_LONGEST] = {0};
    if (!(c->itlb_fetches >> (pc >> 29) & 1))
        return fetch_refused(EXCCAUSE_FETCH_PROHIBITED, pc);
    mem_fault fault = mem_fetch(c->map, pc, bytes, 1);
    if (fault)
        return fetch_refused(fault - 1U, pc);
    unsigned len = lx6_length(c->config, bytes[0]);
    uint32_t last = pc + len - 1;
    if (!(c->itlb_fetches >> (last >> 29) & 1))
        return fetch_refused(EXCCAUSE_FETCH_PROHIBITED, last & ~(MEM_PAGE_SIZE - 1U));
    fault = mem_fetch(c->map, pc, bytes, len);
    if (fault)
        return fetch_refused(fault - 1U, last & ~(MEM_PAGE_SIZE - 1U));
    return (struct fetched){.word = lx6_get32(bytes), .ok = true};
}

/* Whether the block that reaches up to end stops there because a loop ends. */
static bool is_at_loop_end(const struct lx6 *c, const struct code_block *b, uint32_t end)
{
    return c->loop_end - b->pc - 1 < end - b->pc;
}

static enum code_step decode(void *core, struct code_block *b, uint32_t at, uint32_t *len)
{
    struct lx6 *c = core;
    struct lx6_op *op = &((struct lx6_block *)(void *)b)->ops[b->count];
    struct fetched f = fetch(c, at);
    op->pc = at;
    if (!f.ok && !b->count)
        lx6_decode_fault(op, f.cause, f.vaddr);
    if (!f.ok)
        return CODE_CANNOT_BE_FETCHED;
    lx6_decode(c, f.word, op);
    b->need |= lx6_needs(op);
    *len = op->len;
    return lx6_ends_block(op) || is_at_loop_end(c, b, at + op->len) ? CODE_ENDS : CODE_GOES_ON;
}

static void end(void *core, struct code_block *b, uint32_t pc)
{
    (void)core;
    lx6_decode_end(&((struct lx6_block *)(void *)b)->ops[b->count], pc);
}

static const struct code_maker maker = {.op_size = sizeof(struct lx6_op), .decode = decode, .end = end};
_Static_assert(sizeof(struct lx6_op) % sizeof(void *) == 0, "blocks hold pointers");

struct lx6_cache *lx6_cache_new(struct lx6 *c)
{
    struct lx6_cache *k = c->cache = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    if (!code_cache_init(&k->code, c->map, &maker, c) || !lx6_index_init(k, c->config)) {
        lx6_cache_free(k);
        return c->cache = NULL;
    }
    return k;
}

void lx6_cache_free(struct lx6_cache *k)
{
    if (!k)
        return;
    code_cache_fini(&k->code);
    free(k->index_rows);
    free(k);
}

const struct lx6_block *lx6_cache_block(struct lx6 *c)
{
    struct code_cache *k = &c->cache->code;
    struct code_block **slot = &k->blocks[lx6_hash(c->pc)];
    if (code_is_good(k, *slot, c->pc) && !lx6_block_hides_loop_end(c, lx6_block_of(*slot)))
        return lx6_block_of(*slot);
    struct code_block *b = code_make(k, slot, c->pc, CODE_BLOCK_MAX);
    if (b == *slot && lx6_ibreak_in(c, b->pc, b->size))
        b->need |= NEED_STEPS;
    return lx6_block_of(b);
}

const struct lx6_block *lx6_cache_step(struct lx6 *c)
{
    struct code_cache *k = &c->cache->code;
    struct code_block **slot = &k->steps[c->pc % CODE_STEPS];
    return lx6_block_of(code_is_good(k, *slot, c->pc) ? *slot : code_make(k, slot, c->pc, 1));
}
