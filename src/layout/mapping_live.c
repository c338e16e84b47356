/* SPDX-License-Identifier: Apache-2.0 */
/* The MMU tables of a chip, decoded as its record says. */
#include "layout/mapping.h"

#include <inttypes.h>

enum { WINDOWS = sizeof((struct chip_mmu){0}).windows / sizeof((struct chip_mmu){0}).windows[0] };

static const struct finding_kind beyond = {"mmu-beyond-flash", FINDING_WARNING,
                                           "what is read there is not what the program expects",
                                           "check the size of the flash, and what has set up the MMU"};

static uint32_t window_pages(const struct chip_mmu *mmu, const struct chip_mmu_window *w)
{
    return w->size / mmu->page_size;
}

size_t mapping_entry_count(const struct chip *chip)
{
    size_t count = 0;
    for (unsigned i = 0; i < WINDOWS && chip->mmu.windows[i].size; i++) {
        size_t end = (size_t)chip->mmu.windows[i].first_entry + window_pages(&chip->mmu, &chip->mmu.windows[i]);
        count = end > count ? end : count;
    }
    return count;
}

size_t mapping_psram_count(const struct chip *chip)
{
    return chip->mmu.psram.size ? chip->mmu.psram.size / chip->mmu.psram.page_size : 0;
}

struct decoder {
    struct mapping *m;
    const struct chip_mmu *mmu;
    const uint32_t *entries;
    size_t count;
    uint8_t core_mask;
    uint32_t flash_size;
    bool is_beyond; /* said once a core */
    struct findings *f;
};

/* The physical page number: its lowest bit need not be bit 0. */
static uint32_t page_of(const struct chip_mmu *mmu, uint32_t entry)
{
    uint32_t low = mmu->page_mask & (~mmu->page_mask + 1);
    return (entry & mmu->page_mask) / low;
}

static void check_end(struct decoder *d, uint32_t vaddr, uint64_t offset)
{
    if (!d->flash_size || offset < d->flash_size || d->is_beyond)
        return;
    d->is_beyond = true;
    findings_add_nowhere(
        d->f, &beyond, "address 0x%08" PRIX32 " is mapped to flash offset 0x%" PRIX64 ", the flash ends at 0x%" PRIX32,
        vaddr, offset, d->flash_size);
}

static void decode_page(struct decoder *d, const struct chip_mmu_window *w, uint32_t page)
{
    size_t index = (size_t)w->first_entry + page;
    if (index >= d->count || (d->entries[index] & d->mmu->invalid_mask))
        return;
    uint32_t entry = d->entries[index], vaddr = w->base + page * d->mmu->page_size;
    uint64_t offset = (uint64_t)page_of(d->mmu, entry) * d->mmu->page_size;
    bool is_psram = entry & d->mmu->psram_mask;
    if (offset > UINT32_MAX)
        return;
    if (!is_psram)
        check_end(d, vaddr, offset);
    mapping_add(d->m, &(struct mapping_range){
                          .vaddr = vaddr,
                          .size = d->mmu->page_size,
                          .offset = (uint32_t)offset,
                          .memory = is_psram ? MAPPING_PSRAM : MAPPING_FLASH,
                          .is_code = w->is_code,
                          .is_data = !w->is_code,
                          .core_mask = d->core_mask,
                          .source = MAPPING_LIVE,
                      });
}

/* External RAM that has entries of its own. */
static void decode_psram(struct mapping *m, const struct chip *chip, const uint32_t *entries, uint8_t core_mask)
{
    const struct chip_mmu_psram *p = &chip->mmu.psram;
    for (size_t i = 0; entries && core_mask && i < mapping_psram_count(chip); i++) {
        if (entries[i] & chip->mmu.invalid_mask)
            continue;
        mapping_add(m, &(struct mapping_range){
                           .vaddr = p->base + (uint32_t)i * p->page_size,
                           .size = p->page_size,
                           .offset = page_of(&chip->mmu, entries[i]) * p->page_size,
                           .memory = MAPPING_PSRAM,
                           .is_data = true,
                           .core_mask = core_mask,
                           .source = MAPPING_LIVE,
                       });
    }
}

/* The cores that use the table of that core. */
static uint8_t cores_of(const struct mapping_live *live, unsigned core)
{
    const uint32_t *table = live->chip->mmu.table;
    unsigned mask = 0;
    for (unsigned n = 0; n < live->chip->core_count; n++) {
        bool is_shared = table[n] == table[core] || (core == 0 && !table[n]);
        mask |= n == core || is_shared ? 1U << n : 0;
    }
    return (uint8_t)(mask & ~(unsigned)live->off_mask);
}

void mapping_add_live(struct mapping *m, const struct mapping_live *live, uint32_t flash_size, struct findings *f)
{
    const struct chip_mmu *mmu = &live->chip->mmu;
    if (!mmu->page_size || !mmu->page_mask)
        return;
    for (unsigned core = 0; core < CHIP_MAX_CORES; core++) {
        struct decoder d = {.m = m,
                            .mmu = mmu,
                            .entries = live->cores[core].entries,
                            .count = live->cores[core].count,
                            .core_mask = cores_of(live, core),
                            .flash_size = flash_size,
                            .f = f};
        for (unsigned i = 0; d.entries && d.core_mask && i < WINDOWS && mmu->windows[i].size; i++) {
            for (uint32_t page = 0; page < window_pages(mmu, &mmu->windows[i]); page++)
                decode_page(&d, &mmu->windows[i], page);
        }
        decode_psram(m, live->chip, live->cores[core].psram, d.core_mask);
    }
    mapping_sort(m);
}
