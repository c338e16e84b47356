/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ESP32-S3 and the chips after it have alike is written once, here. The chip's port.h names its registers by
 * PORT(NAME); what else differs stands below, and each chip's folder has it.
 */
#ifndef ROM_LATE_LATE_H
#define ROM_LATE_LATE_H

#include <stdbool.h>
#include <stdint.h>

/* Its switches in EXTMEM: CTRL, with CTRL1 behind it, and SYNC_CTRL, with address and size behind it. */
struct late_cache {
    uint32_t ctrl, sync_ctrl, shut_buses, sync_done;
};
/* The one that the data bus goes through first; ended by ctrl 0. */
extern const struct late_cache late_caches[];

/* Reset causes as terminals and tools know them, NULL where a number has no name. */
extern const char *const late_reset_names[];
extern const unsigned late_reset_name_count;

/* Whether the flash speaks on eight lines, by eFuse; then it is brought back to one by late_flash_reset. */
bool late_flash_is_octal(void);
void late_flash_reset(void);

/* --- in this folder --- */
/* Shows a page of flash, as the flash has it now, at the address that is returned; nothing else is mapped for sure. */
uint32_t late_show_page(uint32_t page);
/* Maps nothing there, with the caches off. */
void late_hide_page(void);

#endif
