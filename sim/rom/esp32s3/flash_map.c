/* SPDX-License-Identifier: Apache-2.0 */
/* One MMU table for both cores and both buses: ESP32-S3 TRM, chapter 'System and Memory'; esp-idf cache_ll.h, mmu_ll.h. */
#include "../common/flash_map.h"

#include "../common/cpu.h"

#define SHUT_BUSES (ESP32S3_EXTMEM_SHUT_CORE0_BUS | ESP32S3_EXTMEM_SHUT_CORE1_BUS)

static uint32_t entry_addr(uint32_t addr)
{
    return ESP32S3_MMU_BASE + addr % ESP32S3_BUS_SIZE / ESP32S3_MMU_PAGE_SIZE * 4;
}

static void map(const struct flash_map *m)
{
    uint32_t pages = (m->addr % ESP32S3_MMU_PAGE_SIZE + m->len + ESP32S3_MMU_PAGE_SIZE - 1) / ESP32S3_MMU_PAGE_SIZE;
    for (uint32_t i = 0; i < pages; i++)
        reg_write(entry_addr(m->addr) + i * 4, m->flash_offset / ESP32S3_MMU_PAGE_SIZE + i);
}

/* Size 0: the whole cache. */
static void invalidate(void)
{
    reg_write(ESP32S3_EXTMEM_ICACHE_SYNC_ADDR, 0);
    reg_write(ESP32S3_EXTMEM_ICACHE_SYNC_SIZE, 0);
    reg_set(ESP32S3_EXTMEM_ICACHE_SYNC_CTRL, ESP32S3_EXTMEM_SYNC_INVALIDATE);
    while (!(reg_read(ESP32S3_EXTMEM_ICACHE_SYNC_CTRL) & ESP32S3_EXTMEM_ICACHE_SYNC_DONE)) {
    }
    reg_write(ESP32S3_EXTMEM_DCACHE_SYNC_ADDR, 0);
    reg_write(ESP32S3_EXTMEM_DCACHE_SYNC_SIZE, 0);
    reg_set(ESP32S3_EXTMEM_DCACHE_SYNC_CTRL, ESP32S3_EXTMEM_SYNC_INVALIDATE);
    while (!(reg_read(ESP32S3_EXTMEM_DCACHE_SYNC_CTRL) & ESP32S3_EXTMEM_DCACHE_SYNC_DONE)) {
    }
}

enum flash_window flash_window_of(uint32_t addr)
{
    if (addr >= ESP32S3_DBUS && addr < ESP32S3_DBUS + ESP32S3_BUS_SIZE)
        return FLASH_WINDOW_DATA;
    return addr >= ESP32S3_IBUS && addr < ESP32S3_IBUS + ESP32S3_BUS_SIZE ? FLASH_WINDOW_CODE : FLASH_WINDOW_NONE;
}

void flash_map_set(const struct flash_map *maps, unsigned count)
{
    reg_clear(ESP32S3_EXTMEM_ICACHE_CTRL, ESP32S3_EXTMEM_CACHE_ENABLE);
    reg_clear(ESP32S3_EXTMEM_DCACHE_CTRL, ESP32S3_EXTMEM_CACHE_ENABLE);
    flash_map_clear();
    for (unsigned i = 0; i < count; i++) {
        if (maps[i].len)
            map(&maps[i]);
    }
    invalidate();
    reg_clear(ESP32S3_EXTMEM_ICACHE_CTRL1, SHUT_BUSES);
    reg_clear(ESP32S3_EXTMEM_DCACHE_CTRL1, SHUT_BUSES);
    reg_set(ESP32S3_EXTMEM_ICACHE_CTRL, ESP32S3_EXTMEM_CACHE_ENABLE);
    reg_set(ESP32S3_EXTMEM_DCACHE_CTRL, ESP32S3_EXTMEM_CACHE_ENABLE);
}

void flash_map_clear(void)
{
    for (uint32_t i = 0; i < ESP32S3_MMU_ENTRIES * 4; i += 4)
        reg_write(ESP32S3_MMU_BASE + i, ESP32S3_MMU_INVALID);
}

uint32_t flash_map_page_of(uint32_t addr)
{
    return field_get(ESP32S3_MMU_PAGE, reg_read(entry_addr(addr))) * ESP32S3_MMU_PAGE_SIZE;
}
