/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is mapped where: the flash (and PSRAM behind the same MMU) as the cores see it. Pure: tables and images in, ranges
 * out. Sources in order of trust: the live MMU of each core; the image that boots; MCUboot; simple boot; the user.
 *
 * MMU entries are decoded as struct chip_mmu (chips/chip.h) says; nothing here knows a chip by name.
 */
#ifndef LAYOUT_MAPPING_H
#define LAYOUT_MAPPING_H

#include "base/err.h"
#include "chips/chip.h"
#include "layout/finding.h"
#include "layout/image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct layout;
struct mcuboot_image;

/* Most trusted first. */
enum mapping_source {
    MAPPING_LIVE,        /* read from the MMU: this is so, now */
    MAPPING_IMAGE,       /* the app image that boots says so: it will be so once it runs */
    MAPPING_MCUBOOT,     /* the same of an MCUboot image */
    MAPPING_SIMPLE_BOOT, /* the same of an image that the boot ROM starts itself */
    MAPPING_USER,        /* the user named an image (appimage_offset) */
};

enum mapping_memory { MAPPING_FLASH, MAPPING_PSRAM };

struct mapping_range {
    uint32_t vaddr, size; /* vaddr + size may be 2^32, never more; size is never 0 */
    uint32_t offset;      /* in the flash, or in the PSRAM */
    enum mapping_memory memory;
    bool is_code, is_data; /* the bus that vaddr is on; both where a chip has one bus for both */
    uint8_t core_mask; /* bit n: core n sees it so. Images: all cores of the chip, 0xFF when the chip is not known */
    enum mapping_source source;
};

/* A zeroed one is empty and ready. Ranges are sorted by vaddr, then by core mask. Two ranges that overlap have no core in
   common once they are merged. */
struct mapping {
    struct mapping_range *items;
    size_t count, room;
    bool failed; /* memory ran out, some are missing */
};

/* The MMU tables of a chip, as read from it. */
struct mapping_live {
    const struct chip *chip;
    struct {
        const uint32_t *entries; /* the words from chip->mmu.table[core] on; NULL: not read */
        size_t count;
        const uint32_t *psram; /* all words of chip->mmu.psram, when the core sees it; NULL: it does not, or not read */
    } cores[CHIP_MAX_CORES];   /* one of the cores that share a table (the same address, or 0: the first) is enough */
    uint8_t
        off_mask; /* bit n: core n cannot run (no clock, in reset) or stands at its reset vector: its table means nothing and is ignored */
};

void mapping_fini(struct mapping *m);
/* Adds one range; neighbours of the same kind are joined by mapping_sort. Ranges of size 0 or past 2^32 are cut. */
void mapping_add(struct mapping *m, const struct mapping_range *range);
void mapping_sort(struct mapping *m);

/* How many words of an MMU table matter: what a debugger has to read at chip->mmu.table[core]. */
size_t mapping_entry_count(const struct chip *chip);
/* The same of external RAM that has entries of its own, from chip->mmu.psram.first_entry on; 0 when the chip has none. */
size_t mapping_psram_count(const struct chip *chip);
/* Adds what the live tables map, pages joined, cores that see the same joined. Any words in. Entries beyond flash_size
   (0: not known) are findings and still listed: that is what the core sees. findings may be NULL. */
void mapping_add_live(struct mapping *m, const struct mapping_live *live, uint32_t flash_size,
                      struct findings *findings);
/* Adds what an ESP image at that flash offset maps when it runs: its flash segments in whole pages of the MMU. */
void mapping_add_image(struct mapping *m, const struct image *image, uint32_t offset, enum mapping_source source);
void mapping_add_mcuboot(struct mapping *m, const struct mcuboot_image *image, uint32_t offset);
/* Adds what will be mapped once that which boots (layout->boot) runs. */
void mapping_add_layout(struct mapping *m, const struct layout *layout);

/*
 * Merges sources, each a mapping made by the functions above, most trusted first, into out (empty). Per core: what a source
 * says is taken where no better source says anything; a source that contradicts a better one about code is not taken
 * at all for that core (it tells of a program that does not run); one that contradicts about data alone loses the range.
 * Contradictions are findings ("mapping-differs"). At most 32 sources; each may be NULL. findings
 * may be NULL.
 *
 * So out is what is true now, completed by what is expected. For what is only expected take mapping_add_layout() alone.
 */
void mapping_merge(const struct mapping *const *sources, size_t count, struct mapping *out, struct findings *findings);

/* The range through which core sees vaddr; NULL: not mapped. core < 0: any core. */
const struct mapping_range *mapping_at(const struct mapping *m, int core, uint32_t vaddr);
/* Flash offset of an address: false when it is not mapped or is PSRAM. left (may be NULL): bytes from there to the end of
   the range. */
bool mapping_to_flash(const struct mapping *m, int core, uint32_t vaddr, uint32_t *offset, uint32_t *left);
/* Addresses of a flash offset: there may be several (two buses, one page mapped twice). Fills at most room, gives how many
   there are. */
size_t mapping_from_flash(const struct mapping *m, int core, uint32_t offset, uint32_t *vaddrs, size_t room);

const char *mapping_source_text(enum mapping_source s); /* "live MMU", "app image", ... */

#endif
