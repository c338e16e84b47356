/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/mem.h"

#include "regs/xtensa.h"

#include <stdlib.h>
#include <string.h>

/* --- blocks --- */

static uint32_t line_count(uint32_t size)
{
    return size >> MEM_LINE_BITS;
}

bool mem_block_init(struct mem_block *b, const char *name, uint32_t size)
{
    *b = (struct mem_block){.name = name, .size = size};
    b->bytes = calloc(1, size);
    b->epochs = calloc(line_count(size), sizeof *b->epochs);
    b->marks = calloc(line_count(size), 1);
    if (b->bytes && b->epochs && b->marks)
        return true;
    mem_block_fini(b);
    return false;
}

void mem_block_fini(struct mem_block *b)
{
    free(b->bytes);
    free(b->epochs);
    free(b->marks);
    *b = (struct mem_block){0};
}

void mem_block_changed(struct mem_block *b, uint32_t offset, uint32_t len)
{
    if (!len)
        return;
    uint32_t last = (offset + len - 1) >> MEM_LINE_BITS;
    for (uint32_t line = offset >> MEM_LINE_BITS; line <= last; line++) {
        b->epochs[line] += b->marks[line];
        b->marks[line] = 0;
    }
}

/* --- maps --- */

bool mem_map_init(struct mem_map *m)
{
    *m = (struct mem_map){0};
    m->pages = calloc(MEM_PAGES, sizeof *m->pages);
    return m->pages;
}

void mem_map_fini(struct mem_map *m)
{
    free(m->pages);
    *m = (struct mem_map){0};
}

void mem_map_block(struct mem_map *m, uint32_t addr, uint32_t size, struct mem_block *b, uint32_t offset,
                   uint8_t access)
{
    uint32_t first = addr >> MEM_PAGE_BITS, count = size >> MEM_PAGE_BITS;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = access & MEM_REVERSED ? count - 1 - i : i;
        m->pages[first + i] =
            (struct mem_page){.bytes = b->bytes + offset + ((size_t)at << MEM_PAGE_BITS), .block = b, .access = access};
    }
    m->generation++;
}

void mem_map_device(struct mem_map *m, uint32_t addr, uint32_t size, const struct mem_device *d, uint32_t device_base)
{
    uint32_t first = addr >> MEM_PAGE_BITS, count = size >> MEM_PAGE_BITS;
    uint8_t access = d->takes_narrow ? MEM_R | MEM_W | MEM_NARROW : MEM_R | MEM_W;
    for (uint32_t i = 0; i < count; i++)
        m->pages[first + i] = (struct mem_page){.device = d, .device_base = device_base, .access = access};
    m->generation++;
}

void mem_unmap(struct mem_map *m, uint32_t addr, uint32_t size, mem_fault fault)
{
    uint32_t first = addr >> MEM_PAGE_BITS, count = size >> MEM_PAGE_BITS;
    for (uint32_t i = 0; i < count; i++)
        m->pages[first + i] = (struct mem_page){.fault = fault};
    m->generation++;
}

/* --- accesses --- */

static struct mem_page *page_of(const struct mem_map *m, uint32_t addr)
{
    return &m->pages[addr >> MEM_PAGE_BITS];
}

/* Where the byte at addr of a page with bytes is. */
static uint8_t *byte_of(const struct mem_page *page, uint32_t addr)
{
    uint32_t at = addr & (MEM_PAGE_SIZE - 1);
    if (page->access & MEM_REVERSED)
        at = (MEM_PAGE_SIZE - 4 - (at & ~3U)) | (at & 3U);
    return page->bytes + at;
}

/* Whether one page refuses an access of a kind (MEM_R, MEM_W or MEM_X), and why. */
static mem_fault refusal(const struct mem_map *m, uint32_t addr, uint8_t kind, bool is_plain)
{
    const struct mem_page *page = page_of(m, addr);
    mem_fault general = kind == MEM_X ? MEM_FAULT(EXCCAUSE_FETCH_ERROR) : MEM_FAULT(EXCCAUSE_LOAD_STORE_ERROR);
    if (!page->bytes && !page->device) {
        if (page->fault)
            return page->fault;
        if (m->unmapped)
            m->unmapped(m->ctx, addr, kind == MEM_W);
        return general;
    }
    if (page->device && page->device->tells_fetches && kind == MEM_X && m->unmapped)
        m->unmapped(m->ctx, addr, false);
    if (!is_plain && !(page->access & MEM_NARROW))
        return general;
    uint8_t takes = kind == MEM_W && page->access & MEM_DROP_W ? MEM_W : page->access;
    if (takes & kind)
        return MEM_OK;
    if (!(page->access & MEM_DENIES) || (kind == MEM_X && page->access & MEM_NARROW))
        return general;
    if (m->denied)
        m->denied(m->ctx, addr, kind);
    return MEM_OK;
}

/* Both ends of an access: it may lie on two pages. */
static mem_fault refusal_of(const struct mem_map *m, uint32_t addr, unsigned size, uint8_t kind)
{
    bool is_plain = kind == MEM_X || (size == 4 && addr % 4 == 0);
    uint32_t last = addr + size - 1;
    mem_fault fault = refusal(m, addr, kind, is_plain);
    if (!fault && last >> MEM_PAGE_BITS != addr >> MEM_PAGE_BITS)
        fault = refusal(m, last, kind, is_plain);
    return fault;
}

static mem_fault read_device(const struct mem_page *page, uint32_t addr, unsigned size, uint32_t *value)
{
    unsigned shift = 8 * (addr & 3);
    mem_fault fault = page->device->read(page->device->ctx, (addr & ~3U) - page->device_base, value);
    *value >>= shift;
    if (size < 4)
        *value &= (1U << (8 * size)) - 1;
    return fault;
}

static uint8_t read_byte(const struct mem_page *page, uint32_t addr, uint8_t kind)
{
    return page->access & kind ? *byte_of(page, addr) : 0; /* MEM_DENIES */
}

/* Most accesses that do not go to plain memory are these: a device's word, which is there for the kind. */
static bool is_device_word(const struct mem_page *page, uint32_t addr, unsigned size, uint8_t kind)
{
    return page->device && size == 4 && addr % 4 == 0 && page->access & kind;
}

mem_fault mem_read(struct mem_map *m, uint32_t addr, unsigned size, uint32_t *value)
{
    const struct mem_page *first = page_of(m, addr);
    if (is_device_word(first, addr, size, MEM_R))
        return first->device->read(first->device->ctx, addr - first->device_base, value);
    mem_fault fault = refusal_of(m, addr, size, MEM_R);
    if (fault)
        return fault;
    const struct mem_page *page = page_of(m, addr);
    if (page->device)
        return read_device(page, addr, size, value);
    *value = 0;
    for (unsigned i = 0; i < size; i++)
        *value |= (uint32_t)read_byte(page_of(m, addr + i), addr + i, MEM_R) << (8 * i);
    return MEM_OK;
}

static void write_byte(const struct mem_page *page, uint32_t addr, uint8_t value)
{
    if (!(page->access & MEM_W))
        return; /* MEM_DROP_W, MEM_DENIES */
    uint8_t *at = byte_of(page, addr);
    size_t line = (size_t)(at - page->block->bytes) >> MEM_LINE_BITS;
    *at = value;
    page->block->epochs[line] += page->block->marks[line];
    page->block->marks[line] = 0;
}

mem_fault mem_write(struct mem_map *m, uint32_t addr, unsigned size, uint32_t value)
{
    const struct mem_page *first = page_of(m, addr);
    if (is_device_word(first, addr, size, MEM_W))
        return first->device->write(first->device->ctx, addr - first->device_base, value);
    mem_fault fault = refusal_of(m, addr, size, MEM_W);
    if (fault)
        return fault;
    const struct mem_page *page = page_of(m, addr);
    if (page->device)
        return page->device->write(page->device->ctx, (addr & ~3U) - page->device_base, value);
    for (unsigned i = 0; i < size; i++)
        write_byte(page_of(m, addr + i), addr + i, (uint8_t)(value >> (8 * i)));
    return MEM_OK;
}

mem_fault mem_fetch(struct mem_map *m, uint32_t addr, uint8_t *bytes, unsigned len)
{
    mem_fault fault = refusal_of(m, addr, len, MEM_X);
    if (fault)
        return fault;
    for (unsigned i = 0; i < len; i++)
        bytes[i] = read_byte(page_of(m, addr + i), addr + i, MEM_X);
    return MEM_OK;
}

const uint32_t *mem_mark_code(struct mem_map *m, uint32_t addr)
{
    const struct mem_page *page = page_of(m, addr);
    if (!page->bytes)
        return NULL;
    size_t line = (size_t)(byte_of(page, addr) - page->block->bytes) >> MEM_LINE_BITS;
    page->block->marks[line] = 1;
    return &page->block->epochs[line];
}
