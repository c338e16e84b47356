/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash in the address space of each core: the MMU's tables, the cache's switches, and what a cache remembers.
 * Sources: TRM chapters 'System and Memory' and 'MMU'; esp-idf ext_mem_defs.h, cache_ll.h, cache_err_int.c.
 *
 * Windows are mapped in 64 KB pages straight onto the flash. What a real cache may still hold is modelled for whole pages
 * and in the worst case: a page that was visible since the last flush goes on to show its old mapping, and its old
 * content after the flash under it was programmed or erased, until the core's cache is flushed (FLUSH_ENA). So code that
 * forgets a flush sees old data here each time, where a chip shows it now and then. With flash encryption on, what is seen
 * is the flash's content decrypted: see flash_enc.c.
 *
 * The cache answers at once; a hit costs what RAM costs.
 *
 * An access through a cache or bus that is off, or through an invalid entry: a load gets a fixed pattern and no exception,
 * as on the chip; DCACHE_DBUG3 names the bus, and interrupt source CACHE_IA rises if CACHE_IA_INT_EN has its bit. A fetch
 * raises the same and, because a core has nothing to decode, InstructionFetchError, where the chip runs into what its bus
 * shows. External RAM is not there: its window is always like this.
 */
#include "sim/esp32/esp32_int.h"

#include <stdlib.h>
#include <string.h>

#define JUNK 0xBAD00BADU

enum { ENTRIES = 2048, WINDOW_PAGES = 64, NEVER_SHOWN = 0xFFFF, DRAM1_SIZE = 0x400000 };

/* Windows by number: their base, the mask bit in CACHE_CTRL1, the flag in DBUG3, and the enable bits of the interrupt. */
static const struct {
    uint32_t base;
    uint32_t mask, flag, enable[CORES];
    uint8_t access;
} windows[CACHE_WINDOWS] = {
    /* clang-format off */
    { ESP32_DROM0, ESP32_DPORT_CACHE_MASK_DROM0, ESP32_DPORT_CACHE_IA_DROM0, { BIT(14), BIT(0) }, MEM_R | MEM_NARROW },
    { 0x40000000,  ESP32_DPORT_CACHE_MASK_IRAM0, ESP32_DPORT_CACHE_IA_IRAM0, { BIT(15), BIT(1) }, MEM_R | MEM_X },
    { ESP32_IRAM1, ESP32_DPORT_CACHE_MASK_IRAM1, ESP32_DPORT_CACHE_IA_IRAM1, { BIT(16), BIT(2) }, MEM_R | MEM_X },
    { ESP32_IROM0, ESP32_DPORT_CACHE_MASK_IROM0, ESP32_DPORT_CACHE_IA_IROM0, { BIT(17), BIT(3) }, MEM_R | MEM_X },
    { ESP32_DRAM1, ESP32_DPORT_CACHE_MASK_DRAM1, ESP32_DPORT_CACHE_IA_DRAM1, { BIT(18), BIT(4) }, MEM_R | MEM_NARROW },
    /* clang-format on */
};

/* --- illegal accesses --- */

void cache_update_irq(struct esp32 *s)
{
    uint32_t enabled = *block_word(&s->dport, ESP32_DPORT_CACHE_IA_INT_EN - ESP32_DPORT_BASE);
    bool is_raised = false;
    for (unsigned core = 0; core < CORES; core++)
        for (unsigned w = 0; w < CACHE_WINDOWS; w++)
            is_raised |= (s->caches[core].illegal & windows[w].flag) && (enabled & windows[w].enable[core]);
    irq_set(&s->soc, ESP32_INTR_CACHE_IA, is_raised);
}

static void note_illegal(struct cache *c, unsigned window)
{
    if (c->illegal & windows[window].flag)
        return;
    c->illegal |= windows[window].flag;
    cache_update_irq(c->soc);
}

void cache_clear_illegal(struct cache *c)
{
    c->illegal = 0;
    cache_update_irq(c->soc);
}

void cache_illegal_fetch(struct cache *c, uint32_t addr)
{
    note_illegal(c, addr >= ESP32_IROM0 ? 3 : addr >= ESP32_IRAM1 ? 2 : 1);
}

static mem_fault read_junk(void *ctx, uint32_t offset, uint32_t *value)
{
    struct window *w = ctx;
    (void)offset;
    *value = JUNK;
    note_illegal(w->cache, w->number);
    return MEM_OK;
}

static mem_fault write_junk(void *ctx, uint32_t offset, uint32_t value)
{
    struct window *w = ctx;
    (void)offset;
    (void)value;
    note_illegal(w->cache, w->number);
    return MEM_OK;
}

/* --- what a page shows --- */

static uint32_t control(const struct cache *c, uint32_t of_pro, uint32_t of_app)
{
    return *block_word(&c->soc->dport, (c->core == PRO ? of_pro : of_app) - ESP32_DPORT_BASE);
}

static bool is_on(const struct cache *c, unsigned window)
{
    uint32_t ctrl = control(c, ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_APP_CACHE_CTRL);
    uint32_t masks = control(c, ESP32_DPORT_PRO_CACHE_CTRL1, ESP32_DPORT_APP_CACHE_CTRL1);
    return ctrl & ESP32_DPORT_CACHE_ENABLE && !(masks & windows[window].mask);
}

/* Flash repeats where the chip has fewer address bits than the entry. */
static uint32_t flash_page(const struct cache *c, uint16_t entry)
{
    return field_get(ESP32_MMU_PAGE, entry) % (c->soc->flash.size / ESP32_MMU_PAGE_SIZE);
}

static uint32_t page_first(unsigned page)
{
    uint32_t addr = windows[page / WINDOW_PAGES].base + page % WINDOW_PAGES * ESP32_MMU_PAGE_SIZE;
    return addr == (ESP32_IRAM0 & ~(ESP32_MMU_PAGE_SIZE - 1U)) ? ESP32_IRAM0 : addr;
}

static uint32_t page_size(unsigned page)
{
    return ESP32_MMU_PAGE_SIZE - page_first(page) % ESP32_MMU_PAGE_SIZE;
}

/* The pages of IRAM0's window below 0x400C0000 are ROM and SRAM. */
static bool is_flash_window(unsigned page)
{
    return page < WINDOW_PAGES || page >= WINDOW_PAGES + (ESP32_RTC_FAST_I & 0x3FFFFF) / ESP32_MMU_PAGE_SIZE;
}

static void close_page(struct cache *c, unsigned page)
{
    struct window *w = &c->windows[page / WINDOW_PAGES];
    mem_map_device(&c->soc->soc.cores[c->core].map, page_first(page), page_size(page), &w->device, page_first(page));
    c->is_open[page] = false;
}

static void open_page(struct cache *c, unsigned page)
{
    struct mem_map *m = &c->soc->soc.cores[c->core].map;
    uint32_t from = flash_page(c, c->shown[page]), skip = ESP32_MMU_PAGE_SIZE - page_size(page);
    struct stale *old = &c->stale[from];
    uint8_t access = windows[page / WINDOW_PAGES].access;
    if (old->is_used)
        mem_map_block(m, page_first(page), page_size(page), &old->block, skip, access);
    else
        mem_map_block(m, page_first(page), page_size(page), flash_enc_view(c->soc, from),
                      from * ESP32_MMU_PAGE_SIZE + skip, access);
    c->is_open[page] = c->is_touched[page] = true;
}

/* Brings a page of the map to what entry, switches and memory of the cache say. */
static void show(struct cache *c, unsigned page, bool must)
{
    uint16_t entry = (uint16_t)(*block_word(&c->mmu, 4 * page) & (ESP32_MMU_INVALID | ESP32_MMU_PAGE));
    bool is_remembered = c->is_touched[page] && c->shown[page] != NEVER_SHOWN;
    if (!is_remembered && c->shown[page] != entry) {
        c->shown[page] = entry;
        must = true;
    }
    bool is_open = is_on(c, page / WINDOW_PAGES) && !(c->shown[page] & ESP32_MMU_INVALID);
    if (!must && is_open == c->is_open[page])
        return;
    if (is_open)
        open_page(c, page);
    else
        close_page(c, page);
}

static void show_all(struct cache *c, bool must)
{
    for (unsigned page = 0; page < VIRTUAL_PAGES; page++)
        if (is_flash_window(page))
            show(c, page, must);
}

void cache_control_changed(struct cache *c, bool is_flush)
{
    if (!is_flush) {
        show_all(c, false);
        return;
    }
    memset(c->is_touched, 0, sizeof c->is_touched);
    for (unsigned i = 0; i < FLASH_PAGES; i++)
        c->stale[i].is_used = false;
    for (unsigned page = 0; page < VIRTUAL_PAGES; page++)
        if (is_flash_window(page))
            show(c, page, c->is_open[page]);
}

/* --- the flash changes --- */

static bool keep_old(struct cache *c, uint32_t page)
{
    struct stale *old = &c->stale[page];
    if (!old->is_made && !mem_block_init(&old->block, "cached flash", ESP32_MMU_PAGE_SIZE))
        return false;
    old->is_made = true;
    old->is_used = true;
    memcpy(old->block.bytes, flash_enc_view(c->soc, page)->bytes + page * ESP32_MMU_PAGE_SIZE, ESP32_MMU_PAGE_SIZE);
    mem_block_changed(&old->block, 0, ESP32_MMU_PAGE_SIZE);
    return true;
}

static void remember(struct cache *c, uint32_t from)
{
    if (c->stale[from].is_used)
        return;
    bool is_kept = false;
    for (unsigned page = 0; page < VIRTUAL_PAGES; page++) {
        if (!c->is_touched[page] || flash_page(c, c->shown[page]) != from)
            continue;
        is_kept = is_kept || keep_old(c, from);
        if (is_kept && c->is_open[page])
            open_page(c, page);
    }
}

static void flash_will_change(void *ctx, uint32_t offset, uint32_t len)
{
    struct esp32 *s = ctx;
    uint32_t end = (offset + len - 1) / ESP32_MMU_PAGE_SIZE + 1;
    for (uint32_t page = offset / ESP32_MMU_PAGE_SIZE; page < end && page < FLASH_PAGES; page++) /* the MMU's reach */
        for (unsigned core = 0; core < CORES; core++)
            remember(&s->caches[core], page);
}

static void flash_changed(void *ctx, uint32_t offset, uint32_t len)
{
    struct esp32 *s = ctx;
    mem_block_changed(&s->flash, offset, len);
    flash_enc_changed(s, offset, len);
}

/* --- tables --- */

static void entry_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct cache *c = &esp32_of(b->soc)->caches[b->index];
    (void)value;
    if (offset / 4 < VIRTUAL_PAGES && *block_word(b, offset) != before && is_flash_window(offset / 4))
        show(c, offset / 4, false);
}

/* The tables are RAM: no reset but power-on touches them. Entries of external RAM follow those of the flash. */
static const struct reg table[] = {{0, ENTRIES, 0, 0xFFF, REG_ACTS}};
static const struct block_kind mmu_kind = {
    .name = "flash MMU", .size = 4 * ENTRIES, .regs = table, .reg_count = 1, .written = entry_written};

static bool wrap_flash(struct esp32 *s)
{
    uint32_t lines = nor_size(s->soc.config.flash) >> MEM_LINE_BITS;
    s->flash = (struct mem_block){
        .name = "flash",
        .bytes = nor_bytes(s->soc.config.flash),
        .size = nor_size(s->soc.config.flash),
        .epochs = calloc(lines, sizeof *s->flash.epochs),
        .marks = calloc(lines, 1),
    };
    nor_on_change(s->soc.config.flash, flash_will_change, flash_changed, s);
    return s->flash.epochs && s->flash.marks;
}

bool cache_init(struct cache *c, struct esp32 *soc, unsigned core)
{
    c->soc = soc;
    c->core = core;
    c->stale = calloc(FLASH_PAGES, sizeof *c->stale);
    if (!c->stale || (core == PRO && !wrap_flash(soc)))
        return false;
    for (unsigned i = 0; i < CACHE_WINDOWS; i++) {
        c->windows[i] = (struct window){.cache = c, .number = i};
        c->windows[i].device = (struct mem_device){.name = "flash window",
                                                   .read = read_junk,
                                                   .write = write_junk,
                                                   .takes_narrow = windows[i].access & MEM_NARROW,
                                                   .tells_fetches = true,
                                                   .ctx = &c->windows[i]};
    }
    bool is_ok = block_init(&c->mmu, &mmu_kind, &soc->soc, core == PRO ? ESP32_MMU_PRO : ESP32_MMU_APP);
    c->mmu.index = core;
    return is_ok;
}

void cache_fini(struct cache *c)
{
    for (unsigned i = 0; c->stale && i < FLASH_PAGES; i++)
        mem_block_fini(&c->stale[i].block);
    free(c->stale);
    block_fini(&c->mmu);
    if (c->soc && c->core == PRO) {
        nor_on_change(c->soc->soc.config.flash, NULL, NULL, NULL);
        free(c->soc->flash.epochs);
        free(c->soc->flash.marks);
    }
}

void cache_power_on(struct cache *c)
{
    block_reset(&c->mmu);
    c->illegal = 0;
    memset(c->is_touched, 0, sizeof c->is_touched);
    for (unsigned page = 0; page < VIRTUAL_PAGES; page++)
        c->shown[page] = NEVER_SHOWN;
    for (unsigned i = 0; i < FLASH_PAGES; i++)
        c->stale[i].is_used = false;
    show_all(c, true);
    mem_map_device(&c->soc->soc.cores[c->core].map, ESP32_DRAM1, DRAM1_SIZE, &c->windows[CACHE_WINDOWS - 1].device,
                   ESP32_DRAM1);
}
