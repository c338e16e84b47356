/* SPDX-License-Identifier: Apache-2.0 */
/* ESP32 TRM, chapter 'Memory Management and Protection Units'. */
#include "../common/flash_map.h"

#include "../common/cpu.h"

#define CACHE_BUSES (ESP32_DPORT_CACHE_MASK_IRAM0 | ESP32_DPORT_CACHE_MASK_DROM0 | ESP32_DPORT_CACHE_MASK_DRAM1)

/* Index of the entry that maps an address: DROM0 from 0, IRAM0 (with what esp-idf calls IROM) from 64 on. */
static uint32_t entry_of(uint32_t addr)
{
    uint32_t page = addr % 0x400000 / ESP32_MMU_PAGE_SIZE;
    return addr < ESP32_DRAM1 ? page : 64 + page;
}

static void set_entry(uint32_t index, uint32_t value)
{
    reg_write(ESP32_MMU_PRO + index * 4, value);
    reg_write(ESP32_MMU_APP + index * 4, value);
}

static void map(const struct flash_map *m)
{
    uint32_t first = entry_of(m->addr);
    uint32_t pages = (m->addr % ESP32_MMU_PAGE_SIZE + m->len + ESP32_MMU_PAGE_SIZE - 1) / ESP32_MMU_PAGE_SIZE;
    for (uint32_t i = 0; i < pages; i++)
        set_entry(first + i, m->flash_offset / ESP32_MMU_PAGE_SIZE + i);
}

static void flush_cache(void)
{
    reg_clear(ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_CACHE_FLUSH_ENA);
    reg_set(ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_CACHE_FLUSH_ENA);
    while (!(reg_read(ESP32_DPORT_PRO_CACHE_CTRL) & ESP32_DPORT_CACHE_FLUSH_DONE)) {
    }
    reg_clear(ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_CACHE_FLUSH_ENA);
}

enum flash_window flash_window_of(uint32_t addr)
{
    if (addr >= ESP32_DROM0 && addr < ESP32_DRAM1)
        return FLASH_WINDOW_DATA;
    return addr >= ESP32_IROM && addr < ESP32_IRAM1 ? FLASH_WINDOW_CODE : FLASH_WINDOW_NONE;
}

void flash_map_set(const struct flash_map *maps, unsigned count)
{
    reg_clear(ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_CACHE_ENABLE);
    reg_clear(ESP32_DPORT_APP_CACHE_CTRL, ESP32_DPORT_CACHE_ENABLE);
    for (uint32_t i = 0; i < ESP32_MMU_ENTRIES; i++)
        set_entry(i, ESP32_MMU_INVALID);
    for (unsigned i = 0; i < count; i++) {
        if (maps[i].len)
            map(&maps[i]);
    }
    flush_cache();
    reg_clear(ESP32_DPORT_PRO_CACHE_CTRL1, CACHE_BUSES);
    reg_clear(ESP32_DPORT_APP_CACHE_CTRL1, CACHE_BUSES);
    reg_set(ESP32_DPORT_PRO_CACHE_CTRL, ESP32_DPORT_CACHE_ENABLE);
}

void flash_map_clear(void)
{
    for (uint32_t i = 0; i < ESP32_MMU_ENTRIES * 4; i += 4)
        reg_write(ESP32_MMU_PRO + i, ESP32_MMU_INVALID);
}

uint32_t flash_map_page_of(uint32_t addr)
{
    return field_get(ESP32_MMU_PAGE, reg_read(ESP32_MMU_PRO + entry_of(addr) * 4)) * ESP32_MMU_PAGE_SIZE;
}
