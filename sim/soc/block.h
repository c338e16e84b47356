/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A block of registers: storage by table, and hooks for what does more than store.
 *
 * A register that is in no table row reads 0, and the first access to it is logged with its address.
 */
#ifndef SIM_SOC_BLOCK_H
#define SIM_SOC_BLOCK_H

#include "sim/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct soc;
struct block;

enum {
    REG_LIVE = 1, /* a read asks the block */
    REG_ACTS = 2, /* a write tells the block */
};

/* One register, or count alike in a row. Constant. */
struct reg {
    uint16_t offset, count;
    uint32_t reset;
    uint32_t writable; /* bits that a write changes */
    uint8_t how;       /* REG_... */
};

struct block_kind {
    const char *name;
    uint32_t size; /* bytes, multiple of 4 */
    const struct reg *regs;
    size_t reg_count; /* below 255 */
    /* Value of a REG_LIVE register; its stored word is block_word(). */
    uint32_t (*read)(struct block *b, uint32_t offset);
    /* After value was stored into a REG_ACTS register, as far as it is writable; before is what stood there. */
    void (*written)(struct block *b, uint32_t offset, uint32_t value, uint32_t before);
};

struct block {
    const struct block_kind *kind;
    struct soc *soc;
    uint32_t base;  /* its address, for messages */
    unsigned index; /* among blocks of its kind */
    uint32_t *words;
    uint8_t *rows; /* of each word: its row of kind->regs plus 1, 0 for none */
    struct mem_device device;
};

/* False when out of memory. The words stand at their reset values. */
bool block_init(struct block *b, const struct block_kind *kind, struct soc *soc, uint32_t base);
void block_fini(struct block *b); /* takes a zeroed one */
void block_reset(struct block *b);
mem_fault block_read(void *block, uint32_t offset, uint32_t *value);
mem_fault block_write(void *block, uint32_t offset, uint32_t value);

/* Says once that a register without a model was accessed. block NULL: the name is looked up by the address. */
void soc_note_register(struct soc *s, uint32_t addr, const char *block, bool is_write);

static inline uint32_t *block_word(const struct block *b, uint32_t offset)
{
    return &b->words[offset / 4];
}

#endif
