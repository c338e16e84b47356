/* SPDX-License-Identifier: Apache-2.0 */
/* An app's flash in the address space. Each chip's folder has it. */
#ifndef ROM_COMMON_FLASH_MAP_H
#define ROM_COMMON_FLASH_MAP_H

#include <stdint.h>

struct flash_map {
    uint32_t addr, flash_offset, len; /* addr and flash_offset lie at the same place of a page; len 0: nothing */
};

/* Whether an address lies in a window on flash, for data or for code. */
enum flash_window { FLASH_WINDOW_NONE, FLASH_WINDOW_DATA, FLASH_WINDOW_CODE };
enum flash_window flash_window_of(uint32_t addr);

/* Points the MMU of each core at these and at nothing else, and switches the first core's cache on. */
void flash_map_set(const struct flash_map *maps, unsigned count);
/* Maps nothing, for the first core; the other one may be running. */
void flash_map_clear(void);
/* The flash offset of the page that holds addr, as it is mapped now. */
uint32_t flash_map_page_of(uint32_t addr);

#endif
