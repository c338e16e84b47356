/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layout engine: what is in a flash, and what of it boots. Pure: bytes in by a reader, a description and findings out.
 * Any bytes are taken; nothing is a precondition of anything else.
 *
 *     struct layout layout;
 *     struct findings findings = {0};
 *     struct layout_request request = layout_request_default(reader);
 *     enum err e = layout_read(&request, &layout, &findings);
 *     ...
 *     layout_fini(&layout);
 *     findings_fini(&findings);
 */
#ifndef LAYOUT_LAYOUT_H
#define LAYOUT_LAYOUT_H

#include "base/err.h"
#include "layout/finding.h"
#include "layout/image.h"
#include "layout/mapping.h"
#include "layout/mcuboot.h"
#include "layout/otadata.h"
#include "layout/partition.h"
#include "layout/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LAYOUT_SECTOR = 4096, LAYOUT_PROBE_LEN = 16 /* what is looked at of each sector in a search */ };
#define LAYOUT_NOWHERE UINT32_MAX /* an offset that is not known */

/* What is known of an eFuse or a setting of the chip. */
enum layout_fact { LAYOUT_FACT_UNKNOWN, LAYOUT_FACT_NO, LAYOUT_FACT_YES };

struct layout_request {
    struct reader reader;          /* offset 0 is offset 0 of the flash, unless is_file */
    const struct image_chip *chip; /* NULL: find out from the images */
    uint32_t table_offset;         /* the user says that the partition table is there; else LAYOUT_NOWHERE */
    uint32_t app_offset;           /* the same of the app (appimage_offset); else LAYOUT_NOWHERE */
    enum layout_fact is_encryption_on, is_secure_boot_on; /* by eFuse */
    const struct mapping_live *live; /* the MMU tables, when they were read; says what runs. May be NULL */
    const uint8_t *running_desc; /* 256 bytes of the app descriptor as the running program has it in memory, or NULL */
    bool verify; /* read every image whole and compute checksums and hashes (megabytes); else they are "not verified" */
    bool survey; /* look at the begin of every sector, so that blank and used space is known everywhere */
    bool
        is_file; /* the reader is a file: it may begin at another flash offset, be no flash at all (UF2, ELF, one app) */
};
/* Nothing known, nothing asked for. */
struct layout_request layout_request_default(struct reader reader);

enum layout_kind {
    LAYOUT_UNKNOWN,         /* data that no rule knows */
    LAYOUT_BLANK,           /* nothing but 0xFF where it was looked; everywhere, when its use is known */
    LAYOUT_ENCRYPTED,       /* cipher text, or so it looks */
    LAYOUT_BOOTLOADER,      /* second stage bootloader of ESP-IDF or MCUboot */
    LAYOUT_PARTITION_TABLE, /* one sector */
    LAYOUT_OTADATA,
    LAYOUT_APP, /* app slot, or an app image outside of every partition */
    LAYOUT_NVS,
    LAYOUT_NVS_KEYS,
    LAYOUT_PHY,
    LAYOUT_COREDUMP,
    LAYOUT_SPIFFS,
    LAYOUT_LITTLEFS,
    LAYOUT_FAT,
    LAYOUT_ROMFS,
    LAYOUT_MCUBOOT,     /* MCUboot image or slot */
    LAYOUT_SIMPLE_BOOT, /* image that the boot ROM starts itself, with flash segments behind it */
    LAYOUT_DATA,        /* data partition of another kind */
    LAYOUT_FOREIGN,     /* recognised, but nothing that this chip uses: UF2, ELF ... */
};

/* A stretch of flash. Regions cover the flash from 0 to its end without gaps; only partitions that overlap (a finding) make
   regions that overlap. */
struct layout_region {
    enum layout_kind kind;    /* what it is for */
    enum layout_kind content; /* what its bytes are: kind itself, or LAYOUT_BLANK, _ENCRYPTED, _UNKNOWN, another kind */
    uint32_t offset, size;
    uint32_t used; /* bytes from offset on that hold something; see is_used_known */
    bool is_used_known;
    char label[PARTITION_LABEL_LEN + 1]; /* of the partition; "" for none */
    char detail[96]; /* one phrase for people: "IDF v5.3, project blink", "6 of 6 pages in use"; may be "" */
    const struct partition *partition; /* in the table that counts; NULL: none */
    struct image *image; /* what is in it, NULL: no image. image->is_verified says whether its sums were computed */
    struct mcuboot_image *mcuboot; /* the same, of MCUboot */
};

/* A partition table that was found. */
struct layout_table {
    uint32_t offset;
    struct partition_table table;
    bool is_valid;  /* entries make sense, end marker there, MD5 (if any) right: a bootloader takes it */
    bool is_signed; /* a signature (secure boot v1) follows in its sector */
    unsigned apps;  /* app partitions that hold an image */
};

enum layout_boot_kind {
    LAYOUT_BOOT_UNKNOWN, /* cannot be told: encrypted, or an unknown bootloader */
    LAYOUT_BOOT_NOTHING, /* nothing here can boot */
    LAYOUT_BOOT_APP,     /* the bootloader of ESP-IDF starts an app slot */
    LAYOUT_BOOT_MCUBOOT, /* MCUboot starts its first slot */
    LAYOUT_BOOT_SIMPLE,  /* the boot ROM starts the image itself */
    LAYOUT_BOOT_USER,    /* the user said where the app is, nothing else is known */
};

struct layout_boot {
    enum layout_boot_kind kind;
    int region;    /* index of the region; -1: none */
    char why[192]; /* one phrase: "OTA data record 1 (sequence 6) chooses ota_1" */
};

enum { LAYOUT_TABLES_MAX = 8 };

/* Sectors as seen. */
enum layout_sector { LAYOUT_SECTOR_NOT_SEEN, LAYOUT_SECTOR_BLANK, LAYOUT_SECTOR_USED };

struct layout {
    uint32_t flash_size;
    uint32_t base;                 /* flash offset of the first byte that the reader had; not 0 for some files only */
    const struct image_chip *chip; /* given or found; NULL: not known */
    bool is_chip_found;            /* from an image, not given */
    uint32_t image_flash_size;     /* that the bootloader's header speaks of; 0: no bootloader */

    struct layout_region *regions; /* sorted by offset */
    size_t region_count, region_room;

    struct layout_table *tables; /* in the order they were found */
    size_t table_count;
    const struct layout_table *table; /* that which counts; NULL: none does */
    char table_why[192];              /* why it counts: "it is the only one", ... */
    bool was_searched;                /* every 4 KB boundary was looked at */

    bool has_otadata; /* there is a partition for it and it was readable */
    struct otadata otadata;
    struct layout_boot boot;
    struct layout_boot running; /* kind UNKNOWN, region -1: not told. region may differ from boot.region */
    bool is_encrypted;          /* flash encryption is on, or it looks so */
    const char *known_name;     /* "MicroPython, 4 MB"; NULL: no layout of the list */

    uint8_t *sectors; /* enum layout_sector of each 4 KB */
    size_t sector_count;
    uint64_t bytes_read; /* through the reader */
    bool failed;         /* memory ran out, something is missing */
};

/*
 * Reads. An error is the reader's own (the chip is gone) or ERR_MEMORY; out then holds what was known so far and the flash
 * may be fine. Whatever the bytes are, they make no error but findings. out need not be initialised; layout_fini it in
 * every case. findings may be NULL.
 */
enum err layout_read(const struct layout_request *request, struct layout *out, struct findings *findings) MUST_USE;
void layout_fini(struct layout *l);

/* The region that holds offset, the first when partitions overlap; NULL: beyond the flash. */
const struct layout_region *layout_at(const struct layout *l, uint32_t offset);
const char *layout_kind_name(enum layout_kind kind); /* stable word: "app", "nvs", ... */
const char *layout_kind_text(enum layout_kind kind); /* for people: "app slot", ... */
const char *layout_boot_text(enum layout_boot_kind kind);

#endif
