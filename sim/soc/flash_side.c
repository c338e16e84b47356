/* SPDX-License-Identifier: Apache-2.0 */
/* Life of what lies between the cores and the flash. */
#include "sim/soc/flash_side.h"

#include <stdlib.h>

/* --- the flash changes under the caches --- */

static void flash_will_change(void *ctx, uint32_t offset, uint32_t len)
{
    struct flash_side *f = ctx;
    for (uint32_t page = offset / FLASH_PAGE_SIZE; page <= (offset + len - 1) / FLASH_PAGE_SIZE; page++)
        for (unsigned i = 0; i < f->cache_count; i++)
            flash_cache_will_change(&f->caches[i], page);
}

static void flash_changed(void *ctx, uint32_t offset, uint32_t len)
{
    struct flash_side *f = ctx;
    mem_block_changed(&f->content, offset, len);
    xts_flash_changed(&f->xts, offset, len);
}

static bool wrap_flash(struct flash_side *f)
{
    struct nor *nor = f->soc->config.flash;
    uint32_t lines = nor_size(nor) >> MEM_LINE_BITS;
    f->content = (struct mem_block){
        .name = "flash",
        .bytes = nor_bytes(nor),
        .size = nor_size(nor),
        .epochs = calloc(lines, sizeof *f->content.epochs),
        .marks = calloc(lines, 1),
    };
    nor_on_change(nor, flash_will_change, flash_changed, f);
    return f->content.epochs && f->content.marks;
}

/* --- life --- */

static bool init_caches(struct flash_side *f)
{
    for (; f->kind->caches[f->cache_count]; f->cache_count++)
        if (!flash_cache_init(&f->caches[f->cache_count], f, f->kind->caches[f->cache_count]))
            return false;
    return true;
}

bool flash_side_init(struct flash_side *f, const struct flash_side_kind *kind, struct soc *soc,
                     const struct efuse *efuse)
{
    uint32_t ram = soc->config.psram_size;
    f->soc = soc;
    f->kind = kind;
    f->mmu.side = f;
    return wrap_flash(f) && (!ram || mem_block_init(&f->ram, "external RAM", ram)) &&
           spi_mem_init(&f->spi[0], f, 0, kind->spi) && spi_mem_init(&f->spi[1], f, 1, kind->spi) &&
           xts_init(&f->xts, f, kind->xts, efuse) &&
           block_init(&f->mmu.block, &kind->mmu->block, soc, kind->mmu->base) && init_caches(f);
}

void flash_side_cancel(struct flash_side *f)
{
    if (!f->soc)
        return;
    sched_cancel(f->soc->sched, &f->xts.done);
    for (unsigned i = 0; i < 2; i++)
        sched_cancel(f->soc->sched, &f->spi[i].done);
}

void flash_side_fini(struct flash_side *f)
{
    if (!f->soc)
        return;
    flash_side_cancel(f);
    for (unsigned i = 0; i < f->cache_count; i++)
        flash_cache_fini(&f->caches[i]);
    for (unsigned i = 0; i < 2; i++)
        block_fini(&f->spi[i].block);
    xts_fini(&f->xts);
    block_fini(&f->mmu.block);
    mem_block_fini(&f->ram);
    nor_on_change(f->soc->config.flash, NULL, NULL, NULL);
    free(f->content.epochs);
    free(f->content.marks);
}

void flash_side_map(struct flash_side *f, struct mem_map *m)
{
    memory_map_block(m, &f->spi[0].block);
    memory_map_block(m, &f->spi[1].block);
    memory_map_block(m, &f->xts.block);
    memory_map_block(m, &f->mmu.block);
}

void flash_side_unpower(struct flash_side *f)
{
    flash_side_cancel(f);
    for (unsigned i = 0; i < 2; i++)
        spi_mem_reset(&f->spi[i]);
}

void flash_side_power_on(struct flash_side *f)
{
    block_reset(&f->mmu.block);
    for (unsigned i = 0; i < f->cache_count; i++)
        flash_cache_forget(&f->caches[i]);
}

void flash_side_reset(struct flash_side *f)
{
    for (unsigned i = 0; i < f->cache_count; i++)
        flash_cache_invalidate(&f->caches[i], 0, 0);
    for (unsigned i = 0; i < 2; i++)
        spi_mem_reset(&f->spi[i]);
    xts_reset(&f->xts);
}

void flash_side_show_all(struct flash_side *f)
{
    for (unsigned i = 0; i < f->cache_count; i++)
        flash_cache_show_all(&f->caches[i]);
}
