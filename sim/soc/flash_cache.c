/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a cache shows of each page of its windows.
 *
 * A window is mapped in pages of 64 KB straight onto flash or external RAM. What a real cache may still hold is modelled
 * for whole pages and in the worst case: a page that was visible since it was last invalidated goes on to show its old
 * mapping, and its old content after the flash under it was programmed or erased. External RAM is coherent here. What a
 * page of flash shows is decrypted where flash encryption is on: xts.c.
 */
#include "sim/soc/flash_side.h"

#include "base/bits.h"
#include "regs/spi_mem.h"

#include <stdlib.h>
#include <string.h>

#define JUNK 0xBAD00BADU

enum { NEVER_SHOWN = 0xFFFF, NARROW_PAGES = (1 << 24) / FLASH_PAGE_SIZE };

static const struct flash_mmu_kind *mmu(const struct flash_cache *c)
{
    return c->side->kind->mmu;
}

static uint32_t page_address(const struct flash_window *w, unsigned entry)
{
    return w->kind->base + entry * FLASH_PAGE_SIZE;
}

/* --- the table --- */

void flash_mmu_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct flash_side *f = ((struct flash_mmu *)b)->side;
    (void)value;
    if (*block_word(b, offset) == before)
        return;
    for (unsigned i = 0; i < f->cache_count; i++)
        flash_cache_show(&f->caches[i], offset / 4);
}

static unsigned entry_of(const struct flash_side *f, uint32_t addr)
{
    return addr / FLASH_PAGE_SIZE % f->kind->mmu->entries;
}

uint32_t flash_mmu_entry(const struct flash_side *f, uint32_t addr)
{
    return *block_word(&f->mmu.block, 4 * entry_of(f, addr));
}

/* --- a closed window --- */

static mem_fault read_junk(void *ctx, uint32_t offset, uint32_t *value)
{
    struct flash_window *w = ctx;
    *value = JUNK;
    w->cache->kind->illegal(w->core, w->kind, w->kind->base + offset, false);
    return MEM_OK;
}

static mem_fault write_junk(void *ctx, uint32_t offset, uint32_t value)
{
    struct flash_window *w = ctx;
    (void)value;
    w->cache->kind->illegal(w->core, w->kind, w->kind->base + offset, true);
    return MEM_OK;
}

/* --- what a page shows --- */

static bool is_ram(const struct flash_cache *c, uint16_t entry)
{
    return entry & mmu(c)->ram;
}

/* Memory repeats where it has fewer address bits than the entry. */
static uint32_t memory_page(const struct flash_cache *c, uint16_t entry)
{
    const struct mem_block *b = is_ram(c, entry) ? &c->side->ram : &c->side->content;
    uint32_t pages = b->size / FLASH_PAGE_SIZE;
    return pages ? field_get(mmu(c)->page, entry) % pages : 0;
}

/* Whether it is this page of the flash that the cache goes by there. */
static bool shows_flash(const struct flash_cache *c, unsigned entry, uint32_t page)
{
    const struct flash_cache_page *p = &c->pages[entry];
    return p->is_touched && !is_ram(c, p->shown) && memory_page(c, p->shown) == page;
}

/* Without 32-bit addresses SPI0 sends 24 bits of those in flash: 16 MB repeat. */
static uint16_t reached(const struct flash_cache *c, uint16_t entry)
{
    bool is_wide = *block_word(&c->side->spi[0].block, SPI_MEM_CACHE_FCTRL) & SPI_MEM_CACHE_ADDR_4BYTE;
    bool is_flash = !(entry & (mmu(c)->ram | mmu(c)->invalid));
    return is_wide || !is_flash ? entry : entry % NARROW_PAGES;
}

static bool is_backed(const struct flash_cache *c, uint16_t entry)
{
    return !(entry & mmu(c)->invalid) && (!is_ram(c, entry) || c->side->ram.size);
}

static void close_page(struct flash_cache *c, unsigned entry, unsigned window)
{
    struct flash_window *w = &c->windows[window];
    mem_map_device(&w->core->map, page_address(w, entry), FLASH_PAGE_SIZE, &w->device, w->kind->base);
    c->pages[entry].is_open[window] = false;
}

static void open_page(struct flash_cache *c, unsigned entry, unsigned window)
{
    struct flash_window *w = &c->windows[window];
    struct flash_cache_page *p = &c->pages[entry];
    bool is_of_ram = is_ram(c, p->shown);
    uint32_t from = memory_page(c, p->shown), offset = from * FLASH_PAGE_SIZE;
    struct mem_block *memory = is_of_ram ? &c->side->ram : xts_view(&c->side->xts, from);
    uint8_t access = is_of_ram ? w->kind->ram_access : w->kind->flash_access;
    if (!is_of_ram && c->stale[from].is_used) {
        memory = &c->stale[from].block;
        offset = 0;
    }
    mem_map_block(&w->core->map, page_address(w, entry), FLASH_PAGE_SIZE, memory, offset, access);
    p->is_open[window] = p->is_touched = true;
}

static void show(struct flash_cache *c, unsigned entry, bool must)
{
    struct flash_cache_page *p = &c->pages[entry];
    uint32_t bits = mmu(c)->page | mmu(c)->invalid | mmu(c)->ram;
    uint16_t now = reached(c, (uint16_t)(*block_word(&c->side->mmu.block, 4 * entry) & bits));
    bool is_remembered = p->is_touched && p->shown != NEVER_SHOWN;
    if (!is_remembered && p->shown != now) {
        p->shown = now;
        must = true;
    }
    for (unsigned window = 0; window < c->kind->window_count; window++) {
        bool is_open = c->kind->is_on(c->side->soc, c->windows[window].kind) && is_backed(c, p->shown);
        if (!must && is_open == p->is_open[window])
            continue;
        if (is_open)
            open_page(c, entry, window);
        else
            close_page(c, entry, window);
    }
}

void flash_cache_show(struct flash_cache *c, unsigned entry)
{
    show(c, entry, false);
}

void flash_cache_show_all(struct flash_cache *c)
{
    for (unsigned entry = 0; entry < mmu(c)->entries; entry++)
        show(c, entry, false);
}

bool flash_cache_is_open(const struct flash_cache *c, unsigned window, uint32_t addr)
{
    return c->pages[entry_of(c->side, addr)].is_open[window];
}

/* Whether any page may still hold old content of this page of the flash. */
static bool is_held(const struct flash_cache *c, uint32_t page)
{
    for (unsigned entry = 0; entry < mmu(c)->entries; entry++) {
        if (shows_flash(c, entry, page))
            return true;
    }
    return false;
}

static bool is_any_open(const struct flash_cache *c, unsigned entry)
{
    bool is_open = false;
    for (unsigned window = 0; window < c->kind->window_count; window++)
        is_open = is_open || c->pages[entry].is_open[window];
    return is_open;
}

static void invalidate(struct flash_cache *c, unsigned first, unsigned count)
{
    unsigned end = first + count < mmu(c)->entries ? first + count : mmu(c)->entries;
    for (unsigned entry = first; entry < end; entry++)
        c->pages[entry].is_touched = false;
    for (uint32_t page = 0; page < c->side->content.size / FLASH_PAGE_SIZE; page++)
        if (c->stale[page].is_used && !is_held(c, page))
            c->stale[page].is_used = false;
    for (unsigned entry = first; entry < end; entry++)
        show(c, entry, is_any_open(c, entry));
}

void flash_cache_invalidate(struct flash_cache *c, uint32_t addr, uint32_t size)
{
    if (size)
        invalidate(c, entry_of(c->side, addr), (addr % FLASH_PAGE_SIZE + size + FLASH_PAGE_SIZE - 1) / FLASH_PAGE_SIZE);
    else
        invalidate(c, 0, mmu(c)->entries);
}

/* --- the flash changes --- */

static bool keep_old(struct flash_cache *c, uint32_t page)
{
    struct flash_stale *old = &c->stale[page];
    if (!old->is_made && !mem_block_init(&old->block, "cached flash", FLASH_PAGE_SIZE))
        return false;
    old->is_made = true;
    old->is_used = true;
    const struct mem_block *seen = xts_view(&c->side->xts, page);
    memcpy(old->block.bytes, seen->bytes + page * FLASH_PAGE_SIZE, FLASH_PAGE_SIZE);
    mem_block_changed(&old->block, 0, FLASH_PAGE_SIZE);
    return true;
}

void flash_cache_will_change(struct flash_cache *c, uint32_t page)
{
    if (c->stale[page].is_used || !is_held(c, page) || !keep_old(c, page))
        return;
    for (unsigned entry = 0; entry < mmu(c)->entries; entry++)
        for (unsigned window = 0; window < c->kind->window_count; window++)
            if (shows_flash(c, entry, page) && c->pages[entry].is_open[window])
                open_page(c, entry, window);
}

/* --- life --- */

bool flash_cache_init(struct flash_cache *c, struct flash_side *f, const struct flash_cache_kind *kind)
{
    c->side = f;
    c->kind = kind;
    for (unsigned i = 0; i < kind->window_count; i++) {
        struct flash_window *w = &c->windows[i];
        *w =
            (struct flash_window){.cache = c, .kind = &kind->windows[i], .core = &f->soc->cores[kind->windows[i].core]};
        w->device = (struct mem_device){.name = "flash window",
                                        .read = read_junk,
                                        .write = write_junk,
                                        .takes_narrow = w->kind->takes_narrow,
                                        .tells_fetches = true,
                                        .ctx = w};
    }
    c->stale = calloc(f->content.size / FLASH_PAGE_SIZE, sizeof *c->stale);
    return c->stale;
}

void flash_cache_fini(struct flash_cache *c)
{
    for (uint32_t i = 0; c->stale && i < c->side->content.size / FLASH_PAGE_SIZE; i++)
        mem_block_fini(&c->stale[i].block);
    free(c->stale);
}

void flash_cache_forget(struct flash_cache *c)
{
    for (unsigned entry = 0; entry < mmu(c)->entries; entry++)
        c->pages[entry] = (struct flash_cache_page){.shown = NEVER_SHOWN};
    for (uint32_t i = 0; i < c->side->content.size / FLASH_PAGE_SIZE; i++)
        c->stale[i].is_used = false;
    flash_cache_show_all(c);
}
