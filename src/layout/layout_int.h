/* SPDX-License-Identifier: Apache-2.0 */
/* Inside layout/: the rooms of the layout engine. */
#ifndef LAYOUT_LAYOUT_INT_H
#define LAYOUT_LAYOUT_INT_H

#include "layout/layout.h"

/*
 * The bytes of the flash, each read once. Reads are made in blocks of 16 bytes, neighbours in one; the begins of sectors can be
 * gathered. An error of the reader sticks: later reads give 0xFF and false.
 */
struct cache {
    struct reader inner;
    struct reader reader; /* of the flash: through the cache, from base on */
    uint32_t base;        /* flash offset of the first byte of inner; what is before reads as 0xFF */
    struct reader_cache_sector **sectors;
    uint8_t (*probes)[LAYOUT_PROBE_LEN]; /* of inner's sectors */
    uint8_t *is_probed;
    size_t sector_count;
    uint64_t bytes_read;
    enum err e;
};

enum err reader_cache_init(struct cache *c, const struct reader *reader) MUST_USE;
void reader_cache_fini(struct cache *c);
void reader_cache_set_base(struct cache *c, uint32_t base);
/* False when the reader failed or the range is not all in the flash. */
bool reader_cache_read(struct cache *c, uint32_t offset, void *buf, size_t len);
/* The first bytes of count sectors from offset (of a sector) on are made known with as few reads as can be. */
void reader_cache_probe(struct cache *c, uint32_t offset, size_t count);

struct engine {
    const struct layout_request *request;
    struct cache cache;
    struct layout *out;
    struct findings *f;
    uint32_t size; /* of the flash */
};

/* --- layout.c --- */
/* A new region, sorted into its place; NULL: no memory, or nothing of it is in the flash. Pointers to regions are invalid then. */
struct layout_region *region_add(struct layout *l, uint32_t offset, uint32_t size, enum layout_kind kind);
/* The first bytes of a sector; false when unreadable. Notes whether it is blank. */
bool engine_probe(struct engine *en, uint32_t offset, uint8_t bytes[LAYOUT_PROBE_LEN]);
/* Reads an image for a region. Findings go to f. NULL: no header there, or no memory. */
struct image *engine_image(struct engine *en, uint32_t offset, uint32_t limit, struct findings *f);

/* --- layout_start.c --- */
/* What a file is when it is no flash; its base. True: it is no flash, a region says what. */
bool start_file(struct engine *en);
/* The bootloader, and by it the chip. */
void start_bootloader(struct engine *en);

/* --- simple_boot.c --- */
/* Takes the flash segments that follow a whole image of RAM segments and are not counted into image->segments. False: there
   are none. */
bool simple_boot_extend(const struct reader *reader, uint32_t offset, struct image *image);
/* The length with these. */
uint32_t simple_boot_len(const struct image *image);

/* --- layout_tables.c --- */
void tables_find(struct engine *en);
/* Says that there is no table, unless what boots needs none. */
void tables_say_missing(struct engine *en);

/* --- layout_content.c --- */
/* Says what a region holds. */
void content_read(struct engine *en, struct layout_region *r);
/* Makes regions of what is between the known ones. */
void content_fill_gaps(struct engine *en);
/* Whether bytes are as even as cipher text: at least 1024 of them. */
bool content_is_random(const uint8_t *bytes, size_t len);
/* Whether the flash at offset looks like cipher text; reads 1 KB. */
bool content_looks_encrypted(struct engine *en, uint32_t offset);

/* --- layout_data.c: what data partitions hold --- */
/* Each says whether the region holds that, and then sets content, used, detail. */
bool data_nvs(struct engine *en, struct layout_region *r);
bool data_littlefs(struct engine *en, struct layout_region *r);
bool data_spiffs(struct engine *en, struct layout_region *r);
bool data_fat(struct engine *en, struct layout_region *r);
bool data_romfs(struct engine *en, struct layout_region *r);
bool data_coredump(struct engine *en, struct layout_region *r);

/* --- layout_boot.c --- */
void boot_decide(struct engine *en);
void running_decide(struct engine *en);

/* --- layout_known.c --- */
const char *known_layout(const struct layout *l);

#endif
