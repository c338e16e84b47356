/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partition tables: their bytes, their CSV form, and what is wrong with them.
 *
 * Format: esp-idf components/bootloader_support/include/esp_flash_partitions.h; CSV, placement and limits:
 * components/partition_table/gen_esp32part.py and the partition table page of the ESP-IDF documentation.
 */
#ifndef LAYOUT_PARTITION_H
#define LAYOUT_PARTITION_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "layout/finding.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PARTITION_ENTRY_LEN = 32,
    PARTITION_TABLE_LEN = 0xC00,     /* 96 entries; the last one used is the end marker */
    PARTITION_TABLE_SECTOR = 0x1000, /* what the table occupies in flash */
    PARTITION_TABLE_OFFSET = 0x8000, /* where it is unless a project moves it */
    PARTITION_MAX = PARTITION_TABLE_LEN / PARTITION_ENTRY_LEN - 1,
    PARTITION_LABEL_LEN = 16,
    PARTITION_APP_ALIGN = 0x10000,
    PARTITION_ALIGN = 0x1000,
    PARTITION_OTADATA_SIZE = 0x2000,
    PARTITION_NVS_MIN = 0x3000, /* to be writable */
};

enum partition_type { PARTITION_APP = 0, PARTITION_DATA = 1, PARTITION_BOOTLOADER = 2, PARTITION_TABLE = 3 };
enum { PARTITION_TYPE_ESP_CERT = 0x3F, PARTITION_TYPE_CUSTOM = 0x40 };
enum {
    PARTITION_APP_FACTORY = 0x00,
    PARTITION_APP_OTA_0 = 0x10, /* to 0x1F */
    PARTITION_APP_OTA_15 = 0x1F,
    PARTITION_APP_TEST = 0x20,
    PARTITION_DATA_OTA = 0x00,
    PARTITION_DATA_NVS = 0x02,
    PARTITION_DATA_COREDUMP = 0x03,
    PARTITION_DATA_UNDEFINED = 0x06,
    PARTITION_DATA_TEE_OTA = 0x90,
    PARTITION_PRIMARY = 0x00, /* of a bootloader or table */
    PARTITION_BOOTLOADER_RECOVERY = 0x02,
};
enum { PARTITION_ENCRYPTED = 1, PARTITION_READONLY = 2 };

struct partition {
    uint8_t type, subtype;
    uint32_t offset, size;
    char label[PARTITION_LABEL_LEN + 1];
    uint32_t flags;
    unsigned line; /* of the CSV file, 0 for none */
};

struct partition_table {
    struct partition items[PARTITION_MAX];
    unsigned count;
    bool has_md5, has_end;
    uint8_t md5[MD5_LEN], md5_right[MD5_LEN];
    uint32_t len; /* of the entries with MD5 and end marker, as parsed */
};

/* What a table is judged by, and what places partitions without an offset. */
struct partition_rules {
    uint32_t table_offset;
    uint64_t flash_size;        /* 0: not known, not checked */
    uint32_t bootloader_offset; /* of the primary bootloader, PARTITION_UNKNOWN when not known */
    uint32_t recovery_offset;   /* of the recovery bootloader, likewise */
};
#define PARTITION_UNKNOWN UINT32_MAX

/* Table at 0x8000, the rest not known. */
struct partition_rules partition_rules_default(void);

/* Whether the bytes begin as a table does. */
bool partition_table_looks_right(const void *bytes, size_t len);
/* Any bytes in; the entries up to the first that is none. Never fails. findings may be NULL. */
void partition_parse(const void *bytes, size_t len, struct partition_table *out, struct findings *findings);
/* The CSV text of ESP-IDF. What cannot be understood is an error in findings, with the line. */
void partition_from_csv(const char *text, size_t len, const struct partition_rules *rules, struct partition_table *out,
                        struct findings *findings);
/* Everything that is wrong or odd with a table that was read without errors. */
void partition_check(const struct partition_table *t, const struct partition_rules *rules, struct findings *findings);

/* Appends 0xC00 bytes. ERR_RANGE when there are too many partitions. */
enum err partition_to_bin(struct log *log, const struct partition_table *t, bool with_md5, struct buf *out) MUST_USE;
/* Appends CSV text. ERR_UNSUPPORTED when a name cannot be written in it. */
enum err partition_to_csv(struct log *log, const struct partition_table *t, struct buf *out) MUST_USE;

/* Names, NULL for values that have none. */
const char *partition_type_name(uint8_t type);
const char *partition_subtype_name(uint8_t type, uint8_t subtype);
/* Values; -1 for names that are not known. Any case. */
int partition_type_value(const char *name);
int partition_subtype_value(uint8_t type, const char *name);
/* The same with a number in place of a missing name; text has 8 bytes at least. */
const char *partition_type_text(char *text, uint8_t type);
const char *partition_subtype_text(char *text, uint8_t type, uint8_t subtype);

const struct partition *partition_find(const struct partition_table *t, const char *label);
bool partition_is(const struct partition *p, uint8_t type, uint8_t subtype);
bool partition_is_ota_slot(const struct partition *p);
/* The first app partition that a bootloader without OTA data would start: factory, else the first OTA slot, else NULL. */
const struct partition *partition_default_app(const struct partition_table *t);

#endif
