/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a cache shows of each page of its window. See cache.c for the rules.
 *
 * A window is mapped in pages of 64 KB straight onto flash or external RAM. What a real cache may still hold is modelled
 * for whole pages and in the worst case: a page that was visible since it was last invalidated goes on to show its old
 * mapping, and its old content after the flash under it was programmed or erased. External RAM is coherent here. What a
 * page of flash shows is decrypted where flash encryption is on: xts.c.
 */
#include "sim/esp32s3/esp32s3_int.h"

#include "regs/spi_mem.h"

#include <stdlib.h>
#include <string.h>

#define JUNK 0xBAD00BADU

enum {
    NEVER_SHOWN = 0xFFFF,
    ENTRY_BITS = ESP32S3_MMU_PAGE | ESP32S3_MMU_INVALID | ESP32S3_MMU_PSRAM,
    NARROW_PAGES = (1 << 24) / ESP32S3_MMU_PAGE_SIZE,
};

static uint32_t page_address(const struct cache *c, unsigned entry)
{
    return (c->bus == IBUS ? ESP32S3_IBUS : ESP32S3_DBUS) + entry * ESP32S3_MMU_PAGE_SIZE;
}

/* --- a closed window --- */

static mem_fault read_junk(void *ctx, uint32_t offset, uint32_t *value)
{
    struct window *w = ctx;
    *value = JUNK;
    s3_cache_illegal(w->core, w->cache->bus, page_address(w->cache, 0) + offset, false);
    return MEM_OK;
}

static mem_fault write_junk(void *ctx, uint32_t offset, uint32_t value)
{
    struct window *w = ctx;
    (void)value;
    s3_cache_illegal(w->core, w->cache->bus, page_address(w->cache, 0) + offset, true);
    return MEM_OK;
}

/* --- what a page shows --- */

/* Memory repeats where it has fewer address bits than the entry. */
static uint32_t memory_page(const struct mem_block *b, uint16_t entry)
{
    return field_get(ESP32S3_MMU_PAGE, entry) % (b->size / ESP32S3_MMU_PAGE_SIZE);
}

/* Without 32-bit addresses SPI0 sends 24 bits of those in flash: 16 MB repeat. */
static uint16_t reached(const struct cache *c, uint16_t entry)
{
    bool is_wide = *block_word(&c->soc->spi[0].block, SPI_MEM_CACHE_FCTRL) & SPI_MEM_CACHE_ADDR_4BYTE;
    bool is_flash = !(entry & (ESP32S3_MMU_PSRAM | ESP32S3_MMU_INVALID));
    return is_wide || !is_flash ? entry : entry % NARROW_PAGES;
}

static bool is_backed(const struct cache *c, uint16_t entry)
{
    return !(entry & ESP32S3_MMU_INVALID) && (!(entry & ESP32S3_MMU_PSRAM) || c->soc->psram.size);
}

static void close_page(struct cache *c, unsigned entry, unsigned core)
{
    struct window *w = &c->windows[core];
    mem_map_device(&c->soc->soc.cores[core].map, page_address(c, entry), ESP32S3_MMU_PAGE_SIZE, &w->device,
                   page_address(c, 0));
    c->pages[entry].is_open[core] = false;
}

static void open_page(struct cache *c, unsigned entry, unsigned core)
{
    struct cache_page *p = &c->pages[entry];
    bool is_psram = p->shown & ESP32S3_MMU_PSRAM;
    uint32_t from = memory_page(is_psram ? &c->soc->psram : &c->soc->flash, p->shown);
    uint32_t offset = from * ESP32S3_MMU_PAGE_SIZE;
    struct mem_block *memory = is_psram ? &c->soc->psram : s3_xts_view(c->soc, from);
    uint8_t access = c->bus == IBUS ? MEM_R | MEM_X | MEM_DENIES
                     : is_psram     ? MEM_R | MEM_W | MEM_NARROW
                                    : MEM_R | MEM_NARROW | MEM_DENIES;
    if (!is_psram && c->stale[from].is_used) {
        memory = &c->stale[from].block;
        offset = 0;
    }
    mem_map_block(&c->soc->soc.cores[core].map, page_address(c, entry), ESP32S3_MMU_PAGE_SIZE, memory, offset, access);
    p->is_open[core] = p->is_touched = true;
}

static void show(struct cache *c, unsigned entry, bool must)
{
    struct cache_page *p = &c->pages[entry];
    uint16_t now = reached(c, (uint16_t)(*block_word(&c->soc->mmu, 4 * entry) & ENTRY_BITS));
    bool is_remembered = p->is_touched && p->shown != NEVER_SHOWN;
    if (!is_remembered && p->shown != now) {
        p->shown = now;
        must = true;
    }
    for (unsigned core = 0; core < CORES; core++) {
        bool is_open = s3_cache_is_on(c, core) && is_backed(c, p->shown);
        if (!must && is_open == p->is_open[core])
            continue;
        if (is_open)
            open_page(c, entry, core);
        else
            close_page(c, entry, core);
    }
}

void s3_pages_show(struct cache *c, unsigned entry)
{
    show(c, entry, false);
}

void s3_pages_show_all(struct cache *c)
{
    for (unsigned entry = 0; entry < ESP32S3_MMU_ENTRIES; entry++)
        show(c, entry, false);
}

/* Whether any page may still hold old content of this page of the flash. */
static bool is_held(const struct cache *c, uint32_t page)
{
    for (unsigned entry = 0; entry < ESP32S3_MMU_ENTRIES; entry++) {
        const struct cache_page *p = &c->pages[entry];
        if (p->is_touched && !(p->shown & ESP32S3_MMU_PSRAM) && memory_page(&c->soc->flash, p->shown) == page)
            return true;
    }
    return false;
}

void s3_pages_invalidate(struct cache *c, unsigned first, unsigned count)
{
    unsigned end = first + count < ESP32S3_MMU_ENTRIES ? first + count : ESP32S3_MMU_ENTRIES;
    for (unsigned entry = first; entry < end; entry++)
        c->pages[entry].is_touched = false;
    for (uint32_t page = 0; page < c->soc->flash.size / ESP32S3_MMU_PAGE_SIZE; page++)
        if (c->stale[page].is_used && !is_held(c, page))
            c->stale[page].is_used = false;
    for (unsigned entry = first; entry < end; entry++)
        show(c, entry, c->pages[entry].is_open[PRO] || c->pages[entry].is_open[APP]);
}

/* --- the flash changes --- */

static bool keep_old(struct cache *c, uint32_t page)
{
    struct stale *old = &c->stale[page];
    if (!old->is_made && !mem_block_init(&old->block, "cached flash", ESP32S3_MMU_PAGE_SIZE))
        return false;
    old->is_made = true;
    old->is_used = true;
    const struct mem_block *seen = s3_xts_view(c->soc, page);
    memcpy(old->block.bytes, seen->bytes + page * ESP32S3_MMU_PAGE_SIZE, ESP32S3_MMU_PAGE_SIZE);
    mem_block_changed(&old->block, 0, ESP32S3_MMU_PAGE_SIZE);
    return true;
}

void s3_pages_flash_will_change(struct cache *c, uint32_t page)
{
    if (c->stale[page].is_used || !is_held(c, page) || !keep_old(c, page))
        return;
    for (unsigned entry = 0; entry < ESP32S3_MMU_ENTRIES; entry++) {
        struct cache_page *p = &c->pages[entry];
        bool is_of_page = !(p->shown & ESP32S3_MMU_PSRAM) && memory_page(&c->soc->flash, p->shown) == page;
        for (unsigned core = 0; core < CORES; core++)
            if (is_of_page && p->is_touched && p->is_open[core])
                open_page(c, entry, core);
    }
}

/* --- life --- */

bool s3_pages_init(struct cache *c, struct esp32s3 *s, enum cache_bus bus)
{
    c->soc = s;
    c->bus = bus;
    for (unsigned core = 0; core < CORES; core++) {
        struct window *w = &c->windows[core];
        *w = (struct window){.cache = c, .core = &s->soc.cores[core]};
        w->device = (struct mem_device){.name = "flash window",
                                        .read = read_junk,
                                        .write = write_junk,
                                        .takes_narrow = bus == DBUS,
                                        .tells_fetches = true,
                                        .ctx = w};
    }
    c->stale = calloc(s->flash.size / ESP32S3_MMU_PAGE_SIZE, sizeof *c->stale);
    return c->stale;
}

void s3_pages_fini(struct cache *c)
{
    for (uint32_t i = 0; c->stale && i < c->soc->flash.size / ESP32S3_MMU_PAGE_SIZE; i++)
        mem_block_fini(&c->stale[i].block);
    free(c->stale);
}

void s3_pages_forget(struct cache *c)
{
    for (unsigned entry = 0; entry < ESP32S3_MMU_ENTRIES; entry++)
        c->pages[entry] = (struct cache_page){.shown = NEVER_SHOWN};
    for (uint32_t i = 0; i < c->soc->flash.size / ESP32S3_MMU_PAGE_SIZE; i++)
        c->stale[i].is_used = false;
    s3_pages_show_all(c);
}
