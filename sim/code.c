/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/code.h"

#include <stdlib.h>

enum { ARENA_SIZE = 4 << 20 };

bool code_cache_init(struct code_cache *k, struct mem_map *map, const struct code_maker *maker, void *core)
{
    k->map = map;
    k->maker = maker;
    k->core = core;
    /* What it has seen never was. */
    k->none = (struct code_block){.epoch = {&k->none.size, &k->none.size}, .seen = {~k->none.size, ~k->none.size}};
    k->arena = malloc(ARENA_SIZE);
    k->injected = calloc(1, sizeof(struct code_block) + 2 * maker->op_size);
    if (!k->arena || !k->injected)
        return false;
    *k->injected = (struct code_block){.count = 1, .epoch = {&k->none.size, &k->none.size}};
    code_cache_flush(k);
    return true;
}

void code_cache_fini(struct code_cache *k)
{
    free(k->arena);
    free(k->injected);
}

void code_cache_flush(struct code_cache *k)
{
    for (size_t i = 0; i < CODE_BLOCKS; i++)
        k->blocks[i] = &k->none;
    for (size_t i = 0; i < CODE_STEPS; i++)
        k->steps[i] = &k->none;
    k->used = 0;
}

/* --- building --- */

/* With the operation behind the last one. */
static size_t size_of(const struct code_cache *k, unsigned ops)
{
    return sizeof(struct code_block) + (ops + 1U) * k->maker->op_size;
}

static void watch_code(struct code_cache *k, struct code_block *b)
{
    uint32_t ends[2] = {b->pc, b->pc + b->size - 1};
    for (unsigned i = 0; i < 2; i++) {
        b->epoch[i] = mem_mark_code(k->map, ends[i]);
        b->seen[i] = *b->epoch[i];
    }
    b->generation = k->map->generation;
}

static bool is_past_line(const struct code_block *b, uint32_t end)
{
    return end >> MEM_LINE_BITS != b->pc >> MEM_LINE_BITS;
}

/* False when the first instruction cannot be fetched. */
static bool build(struct code_cache *k, struct code_block *b, uint32_t pc, unsigned max)
{
    enum code_step step;
    *b = k->none;
    b->pc = pc;
    do {
        uint32_t len = 0;
        step = k->maker->decode(k->core, b, pc + b->size, &len);
        if (step != CODE_CANNOT_BE_FETCHED) {
            b->count++;
            b->size += len;
        }
    } while (step == CODE_GOES_ON && b->count < max && !is_past_line(b, pc + b->size));
    if (!b->count) {
        b->count = 1;
        b->size = 1;
        return false;
    }
    k->maker->end(k->core, b, pc + b->size);
    watch_code(k, b);
    return true;
}

struct code_block *code_make(struct code_cache *k, struct code_block **slot, uint32_t pc, unsigned max)
{
    if (k->used + size_of(k, max) > ARENA_SIZE)
        code_cache_flush(k);
    struct code_block *b = (struct code_block *)(void *)(k->arena + k->used);
    if (!build(k, b, pc, max))
        return b;
    k->used += size_of(k, b->count);
    return *slot = b;
}

/* --- finding --- */

bool code_is_still_mapped(struct code_cache *k, struct code_block *b, uint32_t pc)
{
    if (b->pc != pc || *b->epoch[0] != b->seen[0] || *b->epoch[1] != b->seen[1])
        return false;
    uint32_t ends[2] = {b->pc, b->pc + b->size - 1};
    for (unsigned i = 0; i < 2; i++) {
        bool is_code = k->map->pages[ends[i] >> MEM_PAGE_BITS].access & MEM_X;
        if (!is_code || mem_mark_code(k->map, ends[i]) != b->epoch[i])
            return false;
    }
    b->generation = k->map->generation;
    return true;
}
