/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of the flash that are to be others for a while: breakpoints in code that is executed from flash.
 *
 * Whoever wants them says all at once which (flash_patch_set), and only sectors that differ from what is wanted are written. Every
 * other function of flash.h goes on to show the original: reading leaves the patches out, and what hashes, verifies or changes
 * sectors has them restored first. A journal knows of each sector before it is touched.
 */
#ifndef FLASH_PATCH_H
#define FLASH_PATCH_H

#include "flash/flash.h"
#include "flash/patch_journal.h"

struct flash_patch {
    uint32_t offset;
    uint8_t value;
};

/* Where the journal is kept. */
struct flash_patch_store {
    enum err (*append)(void *ctx, const void *bytes, size_t len); /* it is on the disk when this returns */
    enum err (*clear)(void *ctx);                                 /* nothing is patched any more */
    void (*changed)(void *ctx); /* after a change, whoever asked for it; may be NULL */
    void *ctx;
};

/* store's content is copied; chip names the flash in the journal. Without a store nothing is patched. */
void flash_patch_use(struct flash *f, const struct flash_patch_store *store, const char *chip);
/* Makes the flash hold exactly these bytes beside its original. No two may have the same offset. After an error the patches of
   some sectors are as they were; calling it again finishes what was begun. ERR_STATE when the flash is write protected. */
enum err flash_patch_set(struct flash *f, const struct flash_patch *wanted, size_t count) MUST_USE;
/* Puts the originals of the sectors back that this range touches. */
enum err flash_patch_restore(struct flash *f, uint32_t offset, uint64_t len) MUST_USE;
/* Whether the flash holds a patch there, and how many sectors have some. */
bool flash_patch_is_at(const struct flash *f, uint32_t offset);
size_t flash_patch_sectors(const struct flash *f);
/* Sectors that were written for patches and for putting them back, since flash_new. */
unsigned flash_patch_writes(const struct flash *f);
/* Puts the originals into bytes that were read from offset on. */
void flash_patch_hide(const struct flash *f, uint32_t offset, uint8_t *bytes, size_t len);

/* What became of the sectors of an old journal. */
struct flash_recovery {
    unsigned restored, intact, foreign;
    uint32_t first_foreign; /* offset */
};
/* Restores what the journal of an earlier session tells of, as far as the flash still holds it. j's sectors are taken over.
   The store is used for it, and cleared when all is done. */
enum err flash_patch_recover(struct flash *f, struct patch_journal *j, struct flash_recovery *out) MUST_USE;

#endif
