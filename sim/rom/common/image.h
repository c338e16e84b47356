/* SPDX-License-Identifier: Apache-2.0 */
/* An application image in flash, read segment by segment (esp-idf esp_app_format.h). */
#ifndef ROM_COMMON_IMAGE_H
#define ROM_COMMON_IMAGE_H

#include <stdint.h>

#define IMAGE_MAGIC         0xE9
#define IMAGE_MAX_SEGMENTS  16
#define IMAGE_MAX_SIZE      0x2000000U /* of a segment: the largest window on the flash */
#define IMAGE_CHECKSUM_SEED 0xEF

struct image_header {
    uint8_t magic, segments, spi_mode;
    uint8_t speed_and_size; /* low nibble: clock, high nibble: size of the flash */
    uint32_t entry;
    uint8_t wp_pin;
    uint8_t drive[3]; /* nibbles: clk q, d cs0, hd wp */
    uint16_t chip_id;
    uint8_t old_min_rev;
    uint8_t min_rev[2], max_rev[2]; /* little-endian, major * 100 + minor */
    uint8_t reserved[4];
    uint8_t has_hash;
};
_Static_assert(sizeof(struct image_header) == 24, "as it lies in flash");

struct image_segment {
    uint32_t addr; /* where it belongs; 0: padding */
    uint32_t len;
    uint32_t flash_offset; /* of its data */
};

/* What sees each piece of the image's bytes, in order; may be NULL. len is a multiple of 4. */
typedef void image_seen_fn(void *ctx, const void *bytes, uint32_t len);

struct image {
    struct image_header header;
    uint32_t start; /* flash offset of the header */
    uint32_t at;    /* of the next segment's header */
    uint8_t checksum;
    image_seen_fn *seen;
    void *seen_ctx;
};

/* Reads the header; nothing is checked. */
void image_open(struct image *im, uint32_t offset, image_seen_fn *seen, void *ctx);
/* Reads the next segment's header. */
void image_next(struct image *im, struct image_segment *segment);
/* Reads its data, which goes into the checksum, and to RAM unless to is NULL; and moves on. */
void image_load(struct image *im, const struct image_segment *segment, uint32_t *to);
/* After the last segment: the checksum that the image carries; im->at is then the offset behind it. */
uint8_t image_end(struct image *im);

#endif
