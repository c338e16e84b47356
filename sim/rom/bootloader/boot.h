/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the sample second-stage bootloader. */
#ifndef ROM_BOOTLOADER_BOOT_H
#define ROM_BOOTLOADER_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "../common/flash_map.h"

/* Where the table is looked for, and nowhere else: each build is for one offset. */
#ifndef BOOT_TABLE_OFFSET
#define BOOT_TABLE_OFFSET 0x8000
#endif

#define BOOT_OTA_SLOTS 16

/* size 0: there is none */
struct boot_slot {
    uint32_t offset, size;
};

/* What of the partition table matters for booting. */
struct boot_table {
    struct boot_slot factory, test, otadata;
    struct boot_slot ota[BOOT_OTA_SLOTS];
    unsigned ota_count; /* ota_0 .. without a gap */
};

/* How apps are counted: ota_n is n. */
enum { BOOT_INDEX_FACTORY = -1, BOOT_INDEX_TEST = -2 };

/* Reads, checks and prints the table. False: there is no usable one, and why is printed. */
bool table_read(struct boot_table *t, uint32_t flash_size);

/* Which app the OTA data asks for; without a valid record factory, else ota_0. *is_unset: nothing was ever chosen. */
int otadata_select(const struct boot_table *t, bool *is_unset);
/* Makes record 0 name this OTA slot as valid. */
void otadata_write(const struct boot_table *t, int index);

/* An app that was found good: what is to be mapped when it starts. */
struct boot_app {
    struct boot_slot slot;
    uint32_t entry;
    struct flash_map maps[2]; /* data and code; len 0: none */
};

/* Checks the image in the slot: header, chip, revision, segments, checksum, hash. Prints what it sees. */
bool app_verify(struct boot_app *app, struct boot_slot slot);
/* Copies its RAM segments to where they belong. */
void app_load(const struct boot_app *app);

/* RAM that neither the ROM nor this bootloader uses. In the chip's folder; ended by a range of nothing. */
struct boot_range {
    uint32_t start, end;
};
extern const struct boot_range boot_load_ranges[];

/* In boot_start.S. */
_Noreturn void boot_enter(uint32_t entry);
_Noreturn void boot_main(void);

#endif
