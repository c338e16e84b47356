/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of a programming job: which sectors it touches, what they shall hold, what has to happen to each, and, when it
 * ends early, which hold what. Pure: no flash, no chip.
 */
#ifndef FLASH_PLAN_H
#define FLASH_PLAN_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/log.h"
#include "flash/flash.h"
#include "flash/nor_id.h"

/* What is in a sector, compared with what shall be. */
enum plan_found { FOUND_UNKNOWN, FOUND_SAME, FOUND_BLANK, FOUND_CLEARS, FOUND_DIFFERS };
/* CLEARS: programming alone makes it right; DIFFERS: it has to be erased. */

enum plan_state { /* in the order of a sector's life during the job */
                  SECTOR_UNCHANGED,
                  SECTOR_ERASING, /* begun, not seen to end */
                  SECTOR_ERASED,
                  SECTOR_PROGRAMMING,
                  SECTOR_NEW,
                  SECTOR_UNSURE, /* the connection broke while a task on it was under way */
};

enum plan_kind {
    PLAN_PLAIN,
    PLAN_ENCRYPTED, /* all of it is encrypted while it is written */
    PLAN_MIXED,     /* some units of it are; the other bytes stand in the flash as they are wanted */
};

struct plan_sector {
    uint32_t offset;
    enum plan_kind kind;
    bool is_partial; /* the pieces cover only some of its bytes */
    bool has_bytes;  /* some byte that it shall hold is not 0xFF, or is to be encrypted */
    bool will_erase, will_program;
    enum plan_found found;
    enum plan_state state;
};

struct plan {
    struct plan_sector *sectors; /* in the order of their offsets */
    size_t count;
    uint8_t *wanted;  /* count * FLASH_SECTOR_SIZE: what they shall hold */
    uint8_t *covered; /* one bit for each of those bytes: comes from a piece */
    uint8_t *crypted; /* one bit for each FLASH_CRYPT_UNIT of them: is encrypted while it is written */
};

/* Checks the pieces (empty, overlapping) and lays their bytes out by sectors. Their ranges are checked by the caller. */
enum err plan_make(struct plan *p, struct log *log, const struct flash_piece *pieces, size_t count) MUST_USE;
void plan_fini(struct plan *p); /* takes a zeroed one */
uint8_t *plan_wanted(const struct plan *p, size_t sector);
/* Sectors that follow each other in flash from the given one on, at most max. */
size_t plan_run(const struct plan *p, size_t from, size_t max);
/* Fills the bytes that no piece covers from the sector's content, and learns what is to be done with it. */
void plan_merge(struct plan *p, size_t sector, const uint8_t content[FLASH_SECTOR_SIZE]);
/* The same for a sector that is not plain; plain is its content decrypted. */
void plan_merge_encrypted(struct plan *p, size_t sector, const uint8_t content[FLASH_SECTOR_SIZE],
                          const uint8_t plain[FLASH_SECTOR_SIZE]);
/* Whether a unit of a sector is encrypted, and how many from this one on are like it. */
bool plan_is_crypted(const struct plan *p, size_t sector, size_t unit);
size_t plan_part(const struct plan *p, size_t sector, size_t unit);
/* From what was found to what is done: flags are those of flash_program. */
void plan_decide(struct plan *p, unsigned flags);
/* The largest unit whose sectors are all to be erased, from this one on. */
const struct nor_erase_type *plan_erase_unit(const struct plan *p, size_t from, const struct nor_erase_type *types);
/* A sentence about which sectors hold what now, for an error. */
void plan_describe(const struct plan *p, struct buf *out);

#endif
