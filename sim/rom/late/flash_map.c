/* SPDX-License-Identifier: Apache-2.0 */
/* One MMU table for all cores and both buses: TRM chapter 'System and Memory'; esp-idf cache_ll.h, mmu_ll.h. */
#include "../common/flash_map.h"

#include "late.h"

#include "../common/cpu.h"

static uint32_t entry_addr(uint32_t addr)
{
    return PORT(MMU_BASE) + addr % PORT(BUS_SIZE) / PORT(MMU_PAGE_SIZE) * 4;
}

static void map(const struct flash_map *m)
{
    uint32_t pages = (m->addr % PORT(MMU_PAGE_SIZE) + m->len + PORT(MMU_PAGE_SIZE) - 1) / PORT(MMU_PAGE_SIZE);
    for (uint32_t i = 0; i < pages; i++)
        reg_write(entry_addr(m->addr) + i * 4, m->flash_offset / PORT(MMU_PAGE_SIZE) + i);
}

static void switch_off(void)
{
    for (const struct late_cache *c = late_caches; c->ctrl; c++)
        reg_clear(c->ctrl, PORT(EXTMEM_CACHE_ENABLE));
}

/* Size 0: the whole cache. */
static void invalidate(const struct late_cache *c)
{
    reg_write(c->sync_ctrl + 4, 0); /* address */
    reg_write(c->sync_ctrl + 8, 0); /* size */
    reg_set(c->sync_ctrl, PORT(EXTMEM_SYNC_INVALIDATE));
    while (!(reg_read(c->sync_ctrl) & c->sync_done)) {
    }
}

static void switch_on(const struct late_cache *c)
{
    invalidate(c);
    reg_clear(c->ctrl + 4, c->shut_buses); /* CTRL1 */
    reg_set(c->ctrl, PORT(EXTMEM_CACHE_ENABLE));
}

enum flash_window flash_window_of(uint32_t addr)
{
    if (addr >= PORT(DBUS) && addr < PORT(DBUS) + PORT(BUS_SIZE))
        return FLASH_WINDOW_DATA;
    return addr >= PORT(IBUS) && addr < PORT(IBUS) + PORT(BUS_SIZE) ? FLASH_WINDOW_CODE : FLASH_WINDOW_NONE;
}

void flash_map_set(const struct flash_map *maps, unsigned count)
{
    switch_off();
    flash_map_clear();
    for (unsigned i = 0; i < count; i++) {
        if (maps[i].len)
            map(&maps[i]);
    }
    for (const struct late_cache *c = late_caches; c->ctrl; c++)
        switch_on(c);
}

uint32_t late_show_page(uint32_t page)
{
    switch_off();
    reg_write(PORT(MMU_BASE), page);
    switch_on(&late_caches[0]);
    return PORT(DBUS);
}

void late_hide_page(void)
{
    switch_off();
    reg_write(PORT(MMU_BASE), PORT(MMU_INVALID));
}

void flash_map_clear(void)
{
    for (uint32_t i = 0; i < PORT(MMU_ENTRIES) * 4; i += 4)
        reg_write(PORT(MMU_BASE) + i, PORT(MMU_INVALID));
}

uint32_t flash_map_page_of(uint32_t addr)
{
    return field_get(PORT(MMU_PAGE), reg_read(entry_addr(addr))) * PORT(MMU_PAGE_SIZE);
}
