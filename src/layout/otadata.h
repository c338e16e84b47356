/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OTA data: the two records by which the bootloader of ESP-IDF chooses a slot.
 *
 * Format and rule: esp-idf components/bootloader_support/include/esp_flash_partitions.h (esp_ota_select_entry_t),
 * src/bootloader_common.c, src/bootloader_utility.c.
 */
#ifndef LAYOUT_OTADATA_H
#define LAYOUT_OTADATA_H

#include "layout/finding.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OTADATA_RECORDS = 2, OTADATA_RECORD_LEN = 32, OTADATA_STRIDE = 0x1000 };
#define OTADATA_BLANK UINT32_MAX /* sequence of no record; state "undefined": of a program without rollback */

enum otadata_state {
    OTADATA_NEW = 0,
    OTADATA_PENDING = 1, /* first run, waits to be confirmed: a reset now rolls back */
    OTADATA_VALID = 2,
    OTADATA_INVALID = 3,
    OTADATA_ABORTED = 4,
};

struct otadata_record {
    bool is_blank; /* nothing but 0xFF in sequence number and CRC */
    uint32_t seq, state, crc, crc_right;
    bool is_valid; /* number written, CRC right, not marked invalid or aborted: the bootloader considers it */
};

struct otadata {
    struct otadata_record records[OTADATA_RECORDS];
    int winner; /* the record that the bootloader follows; -1: none is valid */
    /* By the winner; meaningless without one. slot: of slot_count OTA slots. */
    unsigned slot;
    bool is_pending;     /* an update that was not confirmed yet */
    bool will_roll_back; /* pending: with rollback in the bootloader, the next reset goes to the record that is left */
    int fallback;        /* the other record when valid: what a rollback goes to; -1: none */
    unsigned fallback_slot;
};

/* The two records of 32 bytes; each may be NULL (not readable): not valid. slot_count: of the OTA partitions in the table, 0
   when there are none. base of findings: records[0] is at 0, records[1] at OTADATA_STRIDE. */
void otadata_parse(const void *first, const void *second, unsigned slot_count, struct otadata *out,
                   struct findings *findings);
/* "new", "pending verify", "valid", "invalid", "aborted", "undefined", "unknown". */
const char *otadata_state_text(uint32_t state);
/* The CRC of a sequence number, as the bootloader computes it. */
uint32_t otadata_crc(uint32_t seq);

#endif
