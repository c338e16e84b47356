/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoded code of an interpreter: blocks of operations, found by PC, in an arena that is emptied when it is full.
 *
 * What an operation is, and how an instruction becomes one, is the interpreter's business; here is which blocks there are
 * and whether what they were decoded from still stands where it stood. An interpreter's own struct for a block is
 *
 *     struct x_block { struct code_block code; struct x_op ops[]; };
 */
#ifndef SIM_CODE_H
#define SIM_CODE_H

#include "sim/mem.h"

struct code_block {
    uint32_t pc, size;        /* bytes */
    const uint32_t *epoch[2]; /* of the first and last line (sim/mem.h), and what they were at decoding */
    uint32_t seen[2];
    uint32_t generation; /* of the map */
    uint16_t count;      /* instructions; one more operation follows when the last one falls through */
    uint8_t need;        /* what the interpreter must be able to do to run it; its own bits */
};

/* What decoding one instruction has come to. */
enum code_step { CODE_GOES_ON, CODE_ENDS, CODE_CANNOT_BE_FETCHED };

/* An interpreter's part of making a block. */
struct code_maker {
    size_t op_size; /* a multiple of the alignment of pointers */
    /* Decodes the instruction at an address as operation number block->count; *len: its bytes. What cannot be fetched as a
       block's first instruction becomes an operation that raises that; count and size stay the caller's. */
    enum code_step (*decode)(void *core, struct code_block *block, uint32_t at, uint32_t *len);
    /* Writes the operation that follows the block's last one, for what falls through to pc. */
    void (*end)(void *core, struct code_block *block, uint32_t pc);
};

enum { CODE_BLOCKS = 1 << 14, CODE_STEPS = 1 << 10, CODE_BLOCK_MAX = 64 /* instructions */ };

struct code_cache {
    struct code_block *blocks[CODE_BLOCKS]; /* by a hash of the PC; never NULL */
    struct code_block *steps[CODE_STEPS];   /* blocks of one instruction */
    struct code_block none;                 /* matches no PC */
    struct code_block *injected;            /* one instruction, which was not fetched; is always current */
    struct mem_map *map;
    const struct code_maker *maker;
    void *core;
    uint8_t *arena;
    size_t used;
};

/* False when out of memory; code_cache_fini is right all the same. map and maker stay the caller's and outlive the cache. */
bool code_cache_init(struct code_cache *k, struct mem_map *map, const struct code_maker *maker, void *core);
void code_cache_fini(struct code_cache *k);
/* Forgets all decoded code. Not from inside an operation that goes on to another one. */
void code_cache_flush(struct code_cache *k);
/* After the map changed: whether the block's bytes still stand at pc, where they were. */
bool code_is_still_mapped(struct code_cache *k, struct code_block *b, uint32_t pc);
/* Decodes up to max <= CODE_BLOCK_MAX instructions at pc into a new block, and puts it at slot; when the first one cannot be
   fetched, the block raises that and is not put there. Good until the next call. */
struct code_block *code_make(struct code_cache *k, struct code_block **slot, uint32_t pc, unsigned max);

static inline bool code_is_current(const struct mem_map *map, const struct code_block *b, uint32_t pc)
{
    return b->pc == pc && *b->epoch[0] == b->seen[0] && *b->epoch[1] == b->seen[1] && b->generation == map->generation;
}

/* Whether the block holds what stands at pc now. */
static inline bool code_is_good(struct code_cache *k, struct code_block *b, uint32_t pc)
{
    return code_is_current(k->map, b, pc) || code_is_still_mapped(k, b, pc);
}

#endif
