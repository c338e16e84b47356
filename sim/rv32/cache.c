/* SPDX-License-Identifier: Apache-2.0 */
/* How blocks of decoded code are made (sim/code.h), and which one is run next. */
#include "sim/rv32/rv32_int.h"

#include <stdlib.h>

enum { NEEDS_STEPS = 1 /* a trigger may match in the block */ };

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

static enum code_step decode(void *core, struct code_block *b, uint32_t at, uint32_t *len)
{
    struct rv32 *c = core;
    struct rv32_op *op = &((struct rv32_block *)(void *)b)->ops[b->count];
    struct fetched f = fetch(c, at);
    op->pc = at;
    if (!f.ok && !b->count)
        rv32_decode_fault(op, f.at);
    if (!f.ok)
        return CODE_CANNOT_BE_FETCHED;
    rv32_decode(c, f.word, op);
    *len = op->len;
    return rv32_ends_block(c, op) ? CODE_ENDS : CODE_GOES_ON;
}

static void end(void *core, struct code_block *b, uint32_t pc)
{
    rv32_decode_end(core, &((struct rv32_block *)(void *)b)->ops[b->count], pc);
}

static const struct code_maker maker = {.op_size = sizeof(struct rv32_op), .decode = decode, .end = end};
_Static_assert(sizeof(struct rv32_op) % sizeof(void *) == 0, "blocks hold pointers");

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
    if (!code_cache_init(&k->code, c->map, &maker, c) || !rv32_index_init(k, c->config)) {
        rv32_cache_free(k);
        return c->cache = NULL;
    }
    ((struct rv32_block *)(void *)k->code.injected)->ops[1].fn = stay;
    return k;
}

void rv32_cache_free(struct rv32_cache *k)
{
    if (!k)
        return;
    code_cache_fini(&k->code);
    free(k->index_rows);
    free(k);
}

const struct rv32_block *rv32_cache_block(struct rv32 *c)
{
    struct code_cache *k = &c->cache->code;
    struct code_block **slot = &k->blocks[rv32_hash(c->pc)];
    struct code_block *b = *slot;
    if (!code_is_good(k, b, c->pc)) {
        b = code_make(k, slot, c->pc, CODE_BLOCK_MAX);
        if (b != *slot)
            return rv32_block_of(b);
        b->need |= rv32_trigger_in(c, b->pc, b->size, PMPCFG_X) ? NEEDS_STEPS : 0;
    }
    rv32_pmp_allows(c, c->pc, 2, PMPCFG_X); /* for the window */
    return rv32_block_of(b);
}

/* One that may be fetched now: else it is built anew, and raises that. */
const struct rv32_block *rv32_cache_step(struct rv32 *c)
{
    struct code_cache *k = &c->cache->code;
    struct code_block **slot = &k->steps[(c->pc >> 1) % CODE_STEPS];
    bool is_good = code_is_good(k, *slot, c->pc) && rv32_pmp_allows(c, c->pc, 2, PMPCFG_X) &&
                   ((*slot)->size == 2 || rv32_pmp_allows(c, c->pc + 2, 2, PMPCFG_X));
    return rv32_block_of(is_good ? *slot : code_make(k, slot, c->pc, 1));
}
