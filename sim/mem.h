/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of a virtual board: blocks of bytes, devices, and one address map per core.
 *
 * A map is a table of 4 KB pages. A page leads to bytes (RAM, ROM, flash behind the cache) or to a device, and says what
 * accesses it takes. Everything that a chip would refuse is refused here with the Xtensa EXCCAUSE that the access raises.
 *
 * Code tracking: an interpreter that keeps decoded code marks the 256-byte lines that it decoded from (mem_mark_code).
 * Any write to a marked line, from whichever core, alias or master, clears the mark and increments the line's epoch, so
 * decoded code compares one number to know that it is stale.
 */
#ifndef SIM_MEM_H
#define SIM_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MEM_PAGE_BITS = 12,
    MEM_PAGE_SIZE = 1 << MEM_PAGE_BITS,
    MEM_PAGES = 1 << (32 - MEM_PAGE_BITS),
    MEM_LINE_BITS = 8,
};

/* What a page takes. */
enum mem_access {
    MEM_R = 1,
    MEM_W = 2,
    MEM_X = 4,
    MEM_NARROW = 8,    /* 8 and 16 bit accesses and unaligned ones; without it only aligned 32-bit ones (EXCCAUSE 3) */
    MEM_REVERSED = 16, /* the ESP32's SRAM1 on the instruction bus: words in reverse order over the whole block */
    MEM_DROP_W = 32,   /* writes are ignored instead of refused */
    /* What the page does not take raises nothing: reads and fetches give 0, writes are dropped, and the map's denied hears of
       it. But with MEM_NARROW, on a data bus, a fetch is refused. */
    MEM_DENIES = 64,
};

/* An access's result: 0, or 1 + EXCCAUSE (Xtensa ISA, table of causes; see regs/xtensa.h). */
typedef uint8_t mem_fault;
#define MEM_OK              0
#define MEM_FAULT(exccause) ((mem_fault)(1 + (exccause)))

/* One physical array of bytes. Several maps and addresses may lead to it. */
struct mem_block {
    const char *name;
    uint8_t *bytes;
    uint32_t size;
    uint32_t *epochs; /* one per line: incremented when decoded code in it was written over */
    uint8_t *marks;   /* one per line: 1 while decoded code of it exists */
};

/* A device: 32-bit registers. offset is relative to the device's base in the map. Narrow accesses never arrive, unless
   takes_narrow: then they arrive as the aligned word that holds their first byte, and a read's bytes are cut out of it. */
struct mem_device {
    const char *name;
    mem_fault (*read)(void *ctx, uint32_t offset, uint32_t *value);
    mem_fault (*write)(void *ctx, uint32_t offset, uint32_t value);
    void *ctx;
    bool takes_narrow;
    bool tells_fetches; /* a fetch, which is refused, is told to the map's unmapped */
};

struct mem_page {
    uint8_t *bytes;                  /* the page's first byte in its block; NULL for a device or nothing */
    struct mem_block *block;         /* the block that bytes lies in */
    const struct mem_device *device; /* or a device */
    uint32_t device_base;            /* address that is offset 0 of the device */
    uint8_t access;                  /* enum mem_access, 0: nothing is there */
    uint8_t
        fault; /* what an access to an empty page raises, as mem_fault; 0 means MEM_FAULT(2) for fetches, 3 for loads and stores */
};

struct mem_map {
    struct mem_page *pages; /* MEM_PAGES of them, lazily backed; changed by the functions below only */
    uint32_t generation;    /* counts these changes, so that a user of pages knows when to look again */
    /* Called once for each access that leads nowhere (an empty page without a fault of its own), so that the board can
       say so; may be NULL. */
    void (*unmapped)(void *ctx, uint32_t addr, bool is_write);
    /* Called for each access that a page with MEM_DENIES does not take; kind is MEM_R, MEM_W or MEM_X. May be NULL. */
    void (*denied)(void *ctx, uint32_t addr, uint8_t kind);
    void *ctx;
};

/* size is a multiple of MEM_PAGE_SIZE. False when out of memory. */
bool mem_block_init(struct mem_block *b, const char *name, uint32_t size);
void mem_block_fini(struct mem_block *b);
bool mem_map_init(struct mem_map *m);
void mem_map_fini(struct mem_map *m);

/* Maps size bytes of a block, from offset on, at addr. All three are multiples of MEM_PAGE_SIZE. With MEM_REVERSED the
   word at address a is the block's word at offset + (addr + size - 4 - a). */
void mem_map_block(struct mem_map *m, uint32_t addr, uint32_t size, struct mem_block *b, uint32_t offset,
                   uint8_t access);
/* Devices may share a page: device_base is given apart from the pages covered. */
void mem_map_device(struct mem_map *m, uint32_t addr, uint32_t size, const struct mem_device *d, uint32_t device_base);
void mem_unmap(struct mem_map *m, uint32_t addr, uint32_t size, mem_fault fault);

/* size 1, 2 or 4. Unaligned accesses work where the page takes MEM_NARROW (the LX6 does them in hardware). */
mem_fault mem_read(struct mem_map *m, uint32_t addr, unsigned size, uint32_t *value);
mem_fault mem_write(struct mem_map *m, uint32_t addr, unsigned size, uint32_t value);
/* Reads len <= 8 instruction bytes at addr, over a page boundary too. */
mem_fault mem_fetch(struct mem_map *m, uint32_t addr, uint8_t *bytes, unsigned len);

/* The epoch of the line that holds addr, for code decoded there; NULL where there are no bytes. Marks the line. */
const uint32_t *mem_mark_code(struct mem_map *m, uint32_t addr);
/* Tells that bytes of a block were changed from outside a map (a file was loaded, the cache was refilled). */
void mem_block_changed(struct mem_block *b, uint32_t offset, uint32_t len);

/* The fast path of an interpreter: the host address of an aligned or NARROW access that stays in its page, or NULL when
   mem_read/mem_write have to do it (device, reversed, marked code, refused). */
static inline const uint8_t *mem_fast_read(const struct mem_map *m, uint32_t addr, unsigned size)
{
    const struct mem_page *page = &m->pages[addr >> MEM_PAGE_BITS];
    uint32_t at = addr & (MEM_PAGE_SIZE - 1);
    if (!page->bytes || (page->access & (MEM_R | MEM_REVERSED)) != MEM_R || at + size > MEM_PAGE_SIZE)
        return NULL;
    if (!(page->access & MEM_NARROW) && (size != 4 || at % 4))
        return NULL;
    return page->bytes + at;
}

static inline uint8_t *mem_fast_write(const struct mem_map *m, uint32_t addr, unsigned size)
{
    const struct mem_page *page = &m->pages[addr >> MEM_PAGE_BITS];
    uint32_t at = addr & (MEM_PAGE_SIZE - 1);
    if (!page->bytes || (page->access & (MEM_W | MEM_REVERSED)) != MEM_W || at + size > MEM_PAGE_SIZE)
        return NULL;
    if (!(page->access & MEM_NARROW) && (size != 4 || at % 4))
        return NULL;
    const struct mem_block *b = page->block;
    size_t offset = (size_t)(page->bytes - b->bytes) + at;
    if (b->marks[offset >> MEM_LINE_BITS] | b->marks[(offset + size - 1) >> MEM_LINE_BITS])
        return NULL;
    return page->bytes + at;
}

#endif
