/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of decoded code, found by PC, in an arena that is emptied when it is full. */
#include "sim/rv32/rv32_int.h"

#include <stdlib.h>

enum { ARENA_SIZE = 4 << 20, BLOCK_MAX = 64 };

static void empty(struct rv32 *c)
{
    struct rv32_cache *k = c->cache;
    for (size_t i = 0; i < RV32_BLOCK_TABLE; i++)
        k->blocks[i] = &c->none;
    for (size_t i = 0; i < RV32_STEP_TABLE; i++)
        k->steps[i] = &c->none;
    k->used = 0;
}

/* After an instruction of a program buffer. */
static const struct rv32_op *stay(struct rv32 *c, const struct rv32_op *op)
{
    (void)c, (void)op;
    return NULL;
}

struct rv32_cache *rv32_cache_new(struct rv32 *c)
{
    struct rv32_cache *k = c->cache = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->arena = malloc(ARENA_SIZE);
    k->injected = calloc(1, sizeof(struct rv32_block) + 2 * sizeof(struct rv32_op));
    if (!k->arena || !k->injected || !rv32_index_init(k, c->config)) {
        rv32_cache_free(k);
        return c->cache = NULL;
    }
    /* Matches no PC, because what it has seen never was. */
    c->none.epoch[0] = c->none.epoch[1] = &c->none.size;
    c->none.seen[0] = c->none.seen[1] = ~c->none.size;
    *k->injected = (struct rv32_block){.count = 1, .size = 4, .epoch = {&c->none.size, &c->none.size}};
    k->injected->ops[1].fn = stay;
    empty(c);
    return k;
}

void rv32_cache_free(struct rv32_cache *k)
{
    if (!k)
        return;
    free(k->arena);
    free(k->injected);
    free(k->index_rows);
    free(k);
}

void rv32_cache_flush(struct rv32 *c)
{
    empty(c);
}

/* --- fetching --- */

struct fetched {
    uint32_t word;
    uint32_t at; /* the half that could not be fetched */
    bool ok;
};

static bool fetch_half(struct rv32 *c, uint32_t addr, uint8_t *bytes)
{
    return rv32_pmp_allows(c, addr, 2, PMPCFG_X) && mem_fetch(c->map, addr, bytes, 2) == MEM_OK;
}

static struct fetched fetch(struct rv32 *c, uint32_t pc)
{
    uint8_t bytes[4] = {0};
    if (!fetch_half(c, pc, bytes))
        return (struct fetched){.at = pc};
    if (rv32_length(bytes[0]) == 4 && !fetch_half(c, pc + 2, bytes + 2))
        return (struct fetched){.at = pc + 2};
    return (struct fetched){.word = rv32_get32(bytes), .ok = true};
}

/* --- building --- */

static struct rv32_block *room_for_block(struct rv32 *c, unsigned ops)
{
    struct rv32_cache *k = c->cache;
    if (k->used + sizeof(struct rv32_block) + ops * sizeof(struct rv32_op) > ARENA_SIZE)
        empty(c);
    return (struct rv32_block *)(void *)(k->arena + k->used);
}

static void keep(struct rv32_cache *k, const struct rv32_block *b)
{
    size_t size = sizeof *b + (b->count + 1U) * sizeof b->ops[0];
    k->used += (size + 7) & ~(size_t)7; /* blocks hold pointers */
}

static bool is_past_line(const struct rv32_block *b, uint32_t end)
{
    return end >> MEM_LINE_BITS != b->pc >> MEM_LINE_BITS;
}

static void fault_block(struct rv32_block *b, const struct fetched *f)
{
    rv32_decode_fault(&b->ops[0], f->at);
    b->count = 1;
    b->size = 1;
}

static void watch_code(struct rv32 *c, struct rv32_block *b)
{
    uint32_t ends[2] = {b->pc, b->pc + b->size - 1};
    for (unsigned i = 0; i < 2; i++) {
        b->epoch[i] = mem_mark_code(c->map, ends[i]);
        b->seen[i] = *b->epoch[i];
    }
    b->generation = c->map->generation;
}

/* Decodes up to max instructions at rv32.pc. False when the first one cannot be fetched: then the block raises that. */
static bool build(struct rv32 *c, struct rv32_block *b, unsigned max)
{
    *b = (struct rv32_block){
        .pc = c->pc, .epoch = {c->none.epoch[0], c->none.epoch[1]}, .seen = {c->none.seen[0], c->none.seen[1]}};
    uint32_t at = c->pc;
    do {
        struct rv32_op *op = &b->ops[b->count];
        struct fetched f = fetch(c, at);
        op->pc = at;
        if (!f.ok && !b->count) {
            fault_block(b, &f);
            return false;
        }
        if (!f.ok)
            break;
        rv32_decode(c, f.word, op);
        b->count++;
        at += op->len;
    } while (!rv32_ends_block(c, &b->ops[b->count - 1]) && b->count < max && !is_past_line(b, at));
    b->size = at - b->pc;
    rv32_decode_end(&b->ops[b->count], at);
    watch_code(c, b);
    return true;
}

/* --- finding --- */

/* After the map changed: whether the block's bytes still stand where they were. */
static bool is_still_mapped(struct rv32 *c, struct rv32_block *b, uint32_t pc)
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

const struct rv32_block *rv32_cache_block(struct rv32 *c)
{
    struct rv32_block **slot = &c->cache->blocks[rv32_hash(c->pc)];
    if (rv32_block_is_current(c, *slot, c->pc) || is_still_mapped(c, *slot, c->pc)) {
        rv32_pmp_allows(c, c->pc, 2, PMPCFG_X); /* for the window */
        return *slot;
    }
    struct rv32_block *b = room_for_block(c, BLOCK_MAX + 1);
    if (!build(c, b, BLOCK_MAX))
        return b;
    b->needs_steps = rv32_trigger_in(c, b->pc, b->size, PMPCFG_X);
    keep(c->cache, b);
    rv32_pmp_allows(c, c->pc, 2, PMPCFG_X);
    return *slot = b;
}

/* One that may be fetched now: else it is built anew, and raises that. */
const struct rv32_block *rv32_cache_step(struct rv32 *c)
{
    struct rv32_block **slot = &c->cache->steps[(c->pc >> 1) % RV32_STEP_TABLE];
    bool is_known = rv32_block_is_current(c, *slot, c->pc) || is_still_mapped(c, *slot, c->pc);
    if (is_known && rv32_pmp_allows(c, c->pc, 2, PMPCFG_X) &&
        ((*slot)->size == 2 || rv32_pmp_allows(c, c->pc + 2, 2, PMPCFG_X)))
        return *slot;
    struct rv32_block *b = room_for_block(c, 2);
    if (!build(c, b, 1))
        return b;
    keep(c->cache, b);
    return *slot = b;
}
