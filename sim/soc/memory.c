/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memories and where each core sees them, as the chip's tables have them; and saying what is not there.
 *
 * RAM holds noise after power-on, from a fixed seed, because a chip's does.
 */
#include "sim/soc/soc_int.h"

#include <stdlib.h>
#include <string.h>

static struct mem_block *block_at(struct soc *s, size_t offset)
{
    return (struct mem_block *)(void *)((char *)s + offset);
}

/* --- saying what is not there --- */

static const char *name_of(const struct soc *s, uint32_t addr)
{
    const char *name = "no block";
    for (size_t i = 0; s->kind->block_names[i].name && s->kind->block_names[i].base <= addr; i++)
        name = s->kind->block_names[i].name;
    return name;
}

void soc_note_register(struct soc *s, uint32_t addr, const char *block, bool is_write)
{
    uint32_t word = (addr - s->kind->periph) / 4;
    if (word >= s->kind->periph_size / 4 || s->noted[word / 8] >> (word % 8) & 1)
        return;
    s->noted[word / 8] |= (uint8_t)(1U << (word % 8));
    log_info(s->log, "%s: %s of unmodelled register 0x%08x (block %s), %s", s->kind->name, is_write ? "write" : "read",
             addr, block ? block : name_of(s, addr), is_write ? "ignored" : "gives 0");
}

static mem_fault read_any(void *ctx, uint32_t offset, uint32_t *value)
{
    struct soc *s = ctx;
    *value = 0;
    soc_note_register(s, s->kind->periph + offset, NULL, false);
    return MEM_OK;
}

static mem_fault write_any(void *ctx, uint32_t offset, uint32_t value)
{
    struct soc *s = ctx;
    (void)value;
    soc_note_register(s, s->kind->periph + offset, NULL, true);
    return MEM_OK;
}

static void note_unmapped(void *ctx, uint32_t addr, bool is_write)
{
    struct core *c = ctx;
    const struct soc_kind *kind = c->soc->kind;
    if (kind->fetched_nothing && kind->fetched_nothing(c, addr))
        return;
    uint32_t page = addr | (MEM_PAGE_SIZE - 1);
    if (c->unmapped_noted == page)
        return;
    c->unmapped_noted = page;
    log_debug(c->soc->log, "%s: core %u: %s at 0x%08x, where nothing is", kind->name, c->index,
              is_write ? "write" : "access", addr);
}

static void note_denied(void *ctx, uint32_t addr, uint8_t kind)
{
    struct core *c = ctx;
    if (c->soc->kind->denied)
        c->soc->kind->denied(c, addr, kind);
}

/* --- maps --- */

void memory_map_block(struct mem_map *m, const struct block *b)
{
    uint32_t pages = (b->kind->size + MEM_PAGE_SIZE - 1) / MEM_PAGE_SIZE;
    mem_map_device(m, b->base, pages * MEM_PAGE_SIZE, &b->device, b->base);
}

static void map_core(struct soc *s, unsigned core)
{
    struct mem_map *m = &s->cores[core].map;
    m->unmapped = note_unmapped;
    m->denied = note_denied;
    m->ctx = &s->cores[core];
    for (size_t i = 0; s->kind->mappings[i].size; i++) {
        const struct soc_mapping *p = &s->kind->mappings[i];
        if (p->cores >> core & 1)
            mem_map_block(m, p->addr, p->size, block_at(s, p->block), p->offset, p->access);
    }
    mem_map_device(m, s->kind->periph, s->kind->periph_size, &s->any_page, s->kind->periph);
    s->kind->map_devices(s, m);
}

/* An image of the boot ROM fills the memories that are no RAM, in their order. */
static void load_rom(struct soc *s)
{
    size_t done = 0;
    for (size_t i = 0; s->kind->memories[i].name && done < s->config.rom_size; i++) {
        const struct soc_memory *m = &s->kind->memories[i];
        size_t size = s->config.rom_size - done < m->size ? s->config.rom_size - done : m->size;
        if (m->is_ram)
            continue;
        memcpy(block_at(s, m->block)->bytes, s->config.rom + done, size);
        done += size;
    }
}

bool memory_init(struct soc *s)
{
    s->noted = calloc(s->kind->periph_size / 4 / 8, 1);
    if (!s->noted)
        return false;
    s->any_page = (struct mem_device){.name = "peripherals", .read = read_any, .write = write_any, .ctx = s};
    for (size_t i = 0; s->kind->memories[i].name; i++) {
        const struct soc_memory *m = &s->kind->memories[i];
        if (!mem_block_init(block_at(s, m->block), m->name, m->size))
            return false;
    }
    for (unsigned core = 0; core < s->kind->core_count; core++) {
        if (!mem_map_init(&s->cores[core].map))
            return false;
        map_core(s, core);
    }
    if (s->config.rom_size)
        load_rom(s);
    return true;
}

void memory_fini(struct soc *s)
{
    for (size_t i = 0; s->kind->memories[i].name; i++)
        mem_block_fini(block_at(s, s->kind->memories[i].block));
    for (unsigned core = 0; core < s->kind->core_count; core++)
        mem_map_fini(&s->cores[core].map);
    free(s->noted);
}

static void fill_with_noise(struct mem_block *b, uint64_t *seed)
{
    for (uint32_t i = 0; i < b->size; i += 8) {
        *seed ^= *seed << 13; /* xorshift64, G. Marsaglia */
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        memcpy(b->bytes + i, seed, 8);
    }
    mem_block_changed(b, 0, b->size);
}

static void lose(struct soc *s, bool retained_too)
{
    uint64_t seed = 0x9E3779B97F4A7C15;
    for (size_t i = 0; s->kind->memories[i].name; i++)
        if (s->kind->memories[i].is_ram && (retained_too || !s->kind->memories[i].is_retained))
            fill_with_noise(block_at(s, s->kind->memories[i].block), &seed);
}

void memory_power_on(struct soc *s)
{
    lose(s, true);
}

void memory_lose(struct soc *s)
{
    lose(s, false);
}
