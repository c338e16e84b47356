/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/soc/block.h"

#include <stdlib.h>

bool block_init(struct block *b, const struct block_kind *kind, struct soc *soc, uint32_t base)
{
    *b = (struct block){.kind = kind, .soc = soc, .base = base};
    b->words = calloc(kind->size / 4, sizeof *b->words);
    b->rows = calloc(kind->size / 4, 1);
    if (!b->words || !b->rows) {
        block_fini(b);
        return false;
    }
    for (size_t row = 0; row < kind->reg_count; row++)
        for (uint32_t i = 0; i < kind->regs[row].count; i++)
            b->rows[kind->regs[row].offset / 4U + i] = (uint8_t)(row + 1);
    b->device = (struct mem_device){.name = kind->name, .read = block_read, .write = block_write, .ctx = b};
    block_reset(b);
    return true;
}

void block_fini(struct block *b)
{
    free(b->words);
    free(b->rows);
    *b = (struct block){0};
}

void block_reset(struct block *b)
{
    for (uint32_t i = 0; i < b->kind->size / 4; i++)
        b->words[i] = b->rows[i] ? b->kind->regs[b->rows[i] - 1].reset : 0;
}

mem_fault block_read(void *block, uint32_t offset, uint32_t *value)
{
    struct block *b = block;
    uint8_t row = offset < b->kind->size ? b->rows[offset / 4] : 0;
    *value = 0;
    if (!row)
        soc_note_register(b->soc, b->base + offset, b->kind->name, false);
    else if (b->kind->regs[row - 1].how & REG_LIVE)
        *value = b->kind->read(b, offset);
    else
        *value = b->words[offset / 4];
    return MEM_OK;
}

mem_fault block_write(void *block, uint32_t offset, uint32_t value)
{
    struct block *b = block;
    uint8_t row = offset < b->kind->size ? b->rows[offset / 4] : 0;
    if (!row) {
        soc_note_register(b->soc, b->base + offset, b->kind->name, true);
        return MEM_OK;
    }
    const struct reg *reg = &b->kind->regs[row - 1];
    uint32_t before = b->words[offset / 4];
    b->words[offset / 4] = (before & ~reg->writable) | (value & reg->writable);
    if (reg->how & REG_ACTS)
        b->kind->written(b, offset, value, before);
    return MEM_OK;
}
