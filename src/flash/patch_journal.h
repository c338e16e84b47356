/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal of breakpoints in flash: which sectors hold something else than the program that was written there, and what
 * they held before. Pure: records into bytes, bytes into what is known; where the bytes are kept is the caller's business.
 *
 * A journal is a header and records, each with its length and a CRC-32, and only grows. What follows the first record that is
 * cut or damaged is not there: a record is on the disk before the flash is touched for it, so nothing is lost.
 */
#ifndef FLASH_PATCH_JOURNAL_H
#define FLASH_PATCH_JOURNAL_H

#include "base/bytes.h"
#include "flash/flash.h"

enum { PATCH_DIGEST = 16, PATCH_CHIP_LEN = 64 };

/* One byte of a sector that is to be another one. */
struct patch_byte {
    uint16_t at;
    uint8_t value;
};

/* What one sector is to hold: its original with these bytes in it; none of them: its original. */
struct patch_bytes {
    struct patch_byte *items; /* sorted by at */
    size_t count;
};

struct patch_sector {
    uint32_t offset;
    uint8_t original[FLASH_SECTOR_SIZE];
    struct patch_bytes now;             /* what it holds, or was to hold when the last change began */
    struct patch_bytes before;          /* what it held before that change */
    bool is_changing;                   /* the last change was begun and is not known to have ended */
    bool has_neighbour[2];              /* the sectors before and behind it: */
    uint8_t neighbour[2][PATCH_DIGEST]; /* digests of what the program has there */
};

struct patch_journal {
    char chip[PATCH_CHIP_LEN]; /* whose flash it is; "" when nothing is known */
    struct patch_sector *sectors;
    size_t count;
    size_t read; /* bytes that hold good records */
    bool failed; /* memory ran out, some are missing */
};

/* Any bytes in. j is zeroed or was finished; it is to be finished in every case. */
void patch_journal_parse(struct patch_journal *j, const void *bytes, size_t len);
void patch_journal_fini(struct patch_journal *j);

/* Append to out: the header with the chip's name, a change that begins, one that has ended, a sector that holds its original
   again or is no longer ours. */
void patch_journal_put_chip(struct buf *out, const char *chip);
void patch_journal_put_change(struct buf *out, const struct patch_sector *s);
void patch_journal_put_done(struct buf *out, uint32_t offset);
void patch_journal_put_end(struct buf *out, uint32_t offset);

/* content: what the sector is to hold. */
void patch_apply(const struct patch_sector *s, const struct patch_bytes *bytes, uint8_t content[FLASH_SECTOR_SIZE]);
bool patch_bytes_equal(const struct patch_bytes *a, const struct patch_bytes *b);
/* Copies; false when out of memory, and then to is as before. */
bool patch_bytes_copy(struct patch_bytes *to, const struct patch_bytes *from);

enum patch_verdict {
    PATCH_IS_ORIGINAL, /* nothing is to be done */
    PATCH_IS_OURS,     /* it holds what a change made, or was making of it */
    PATCH_IS_CUT,      /* it may be one that a change was cut short in: only its neighbours can tell */
    PATCH_IS_FOREIGN,  /* somebody else has programmed it */
};
/* What a sector with this content is. */
enum patch_verdict patch_judge(const struct patch_sector *s, const uint8_t content[FLASH_SECTOR_SIZE]);

/* Of a sector that is not foreign: which of the three it holds, or comes closest to. */
enum patch_from { PATCH_FROM_ORIGINAL, PATCH_FROM_NOW, PATCH_FROM_BEFORE };
enum patch_from patch_made_from(const struct patch_sector *s, const uint8_t content[FLASH_SECTOR_SIZE]);

#endif
