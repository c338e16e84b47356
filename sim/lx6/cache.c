/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of decoded code, found by PC, in an arena that is emptied when it is full. */
#include "sim/lx6/lx6_int.h"

#include <stdlib.h>

enum { ARENA_SIZE = 4 << 20, BLOCK_MAX = 64 };

static void empty(struct lx6 *c)
{
    struct lx6_cache *k = c->cache;
    for (size_t i = 0; i < LX6_BLOCK_TABLE; i++)
        k->blocks[i] = &c->none;
    for (size_t i = 0; i < LX6_STEP_TABLE; i++)
        k->steps[i] = &c->none;
    k->used = 0;
}

struct lx6_cache *lx6_cache_new(struct lx6 *c)
{
    struct lx6_cache *k = c->cache = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->arena = malloc(ARENA_SIZE);
    k->injected = calloc(1, sizeof(struct lx6_block) + 2 * sizeof(struct lx6_op));
    if (!k->arena || !k->injected || !lx6_index_init(k, c->config)) {
        lx6_cache_free(k);
        return c->cache = NULL;
    }
    /* Matches no PC, because what it has seen never was. */
    c->none.epoch[0] = c->none.epoch[1] = &c->none.size;
    c->none.seen[0] = c->none.seen[1] = ~c->none.size;
    *k->injected = (struct lx6_block){.count = 1, .size = 3, .epoch = {&c->none.size, &c->none.size}};
    empty(c);
    return k;
}

void lx6_cache_free(struct lx6_cache *k)
{
    if (!k)
        return;
    free(k->arena);
    free(k->injected);
    free(k->index_rows);
    free(k);
}

void lx6_cache_flush(struct lx6 *c)
{
    empty(c);
}

/* --- fetching --- */

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

/* --- building --- */

static struct lx6_block *room_for_block(struct lx6 *c, unsigned ops)
{
    struct lx6_cache *k = c->cache;
    if (k->used + sizeof(struct lx6_block) + ops * sizeof(struct lx6_op) > ARENA_SIZE)
        empty(c);
    return (struct lx6_block *)(void *)(k->arena + k->used);
}

static void keep(struct lx6_cache *k, const struct lx6_block *b)
{
    k->used += sizeof *b + (b->count + 1U) * sizeof b->ops[0];
}

/* Whether the block that reaches up to end stops there: a line is full, or a loop ends. */
static bool is_complete(const struct lx6 *c, const struct lx6_block *b, uint32_t end)
{
    bool is_past_line = end >> MEM_LINE_BITS != b->pc >> MEM_LINE_BITS;
    bool is_at_loop_end = c->loop_end - b->pc - 1 < end - b->pc;
    return is_past_line || is_at_loop_end;
}

static void fault_block(struct lx6_block *b, const struct fetched *f)
{
    lx6_decode_fault(&b->ops[0], f->cause, f->vaddr);
    b->count = 1;
    b->size = 1;
}

static void watch_code(struct lx6 *c, struct lx6_block *b)
{
    uint32_t ends[2] = {b->pc, b->pc + b->size - 1};
    for (unsigned i = 0; i < 2; i++) {
        b->epoch[i] = mem_mark_code(c->map, ends[i]);
        b->seen[i] = *b->epoch[i];
    }
    b->generation = c->map->generation;
}

/* Decodes up to max instructions at lx6.pc. False when the first one cannot be fetched: then the block raises that. */
static bool build(struct lx6 *c, struct lx6_block *b, unsigned max)
{
    *b = (struct lx6_block){
        .pc = c->pc, .epoch = {c->none.epoch[0], c->none.epoch[1]}, .seen = {c->none.seen[0], c->none.seen[1]}};
    uint32_t at = c->pc;
    do {
        struct lx6_op *op = &b->ops[b->count];
        struct fetched f = fetch(c, at);
        op->pc = at;
        if (!f.ok && !b->count) {
            fault_block(b, &f);
            return false;
        }
        if (!f.ok)
            break;
        lx6_decode(c, f.word, op);
        b->need |= lx6_needs(op);
        b->count++;
        at += op->len;
    } while (!lx6_ends_block(&b->ops[b->count - 1]) && b->count < max && !is_complete(c, b, at));
    b->size = at - b->pc;
    lx6_decode_end(&b->ops[b->count], at);
    watch_code(c, b);
    return true;
}

/* --- finding --- */

/* After the map changed: whether the block's bytes still stand where they were. */
static bool is_still_mapped(struct lx6 *c, struct lx6_block *b, uint32_t pc)
{
    if (b->pc != pc || *b->epoch[0] != b->seen[0] || *b->epoch[1] != b->seen[1])
        return false;
    uint32_t ends[2] = {b->pc, b->pc + b->size - 1};
    for (unsigned i = 0; i < 2; i++) {
        bool is_code = c->map->pages[ends[i] >> MEM_PAGE_BITS].access & MEM_X;
        if (!is_code || mem_mark_code(c->map, ends[i]) != b->epoch[i])
            return false;
    }
    b->generation = c->map->generation;
    return true;
}

const struct lx6_block *lx6_cache_block(struct lx6 *c)
{
    struct lx6_block **slot = &c->cache->blocks[lx6_hash(c->pc)];
    bool is_good = lx6_block_is_current(c, *slot, c->pc) || is_still_mapped(c, *slot, c->pc);
    if (is_good && !lx6_block_hides_loop_end(c, *slot))
        return *slot;
    struct lx6_block *b = room_for_block(c, BLOCK_MAX + 1);
    if (!build(c, b, BLOCK_MAX))
        return b;
    if (lx6_ibreak_in(c, b->pc, b->size))
        b->need |= NEED_STEPS;
    keep(c->cache, b);
    return *slot = b;
}

const struct lx6_block *lx6_cache_step(struct lx6 *c)
{
    struct lx6_block **slot = &c->cache->steps[c->pc % LX6_STEP_TABLE];
    if (lx6_block_is_current(c, *slot, c->pc) || is_still_mapped(c, *slot, c->pc))
        return *slot;
    struct lx6_block *b = room_for_block(c, 2);
    if (!build(c, b, 1))
        return b;
    keep(c->cache, b);
    return *slot = b;
}
