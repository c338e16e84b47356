/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ESP application and bootloader images: what their bytes say, and how they are made.
 *
 * Format: esp-idf components/bootloader_support/include/esp_app_format.h (header, segments),
 * components/esp_app_format/include/esp_app_desc.h, components/esp_bootloader_format/include/esp_bootloader_desc.h.
 */
#ifndef LAYOUT_IMAGE_H
#define LAYOUT_IMAGE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "layout/finding.h"
#include "layout/image_chip.h"
#include "layout/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    IMAGE_MAGIC = 0xE9,
    IMAGE_HEADER_LEN = 24,
    IMAGE_SEGMENT_HEADER_LEN = 8,
    IMAGE_MAX_SEGMENTS = 16,
    IMAGE_CHECKSUM_SEED = 0xEF,
    IMAGE_CHECKSUM_BLOCK = 16, /* the checksum is the last byte of such a block */
    IMAGE_PAGE_SIZE = 0x10000, /* flash MMU page, the default and largest */
    IMAGE_PAGE_SIZE_MIN = 0x2000,
    IMAGE_LOADED_FROM = 0x10000000, /* lower addresses are not loaded */
    IMAGE_APP_DESC_LEN = 256,
    IMAGE_APP_DESC_HASH = 144, /* where the hash of the ELF file stands in it */
    IMAGE_NO_WP_PIN = 0xEE,
    IMAGE_ANY_REVISION = 0xFFFF, /* as a maximum */
};
#define IMAGE_APP_DESC_MAGIC 0xABCD5432U

struct image_header {
    uint8_t segment_count;
    uint8_t spi_mode, freq, size; /* codes: image_mode_name(), image_freq_name(), image_size_bytes() */
    uint32_t entry;
    uint8_t wp_pin;
    uint8_t drive[3];
    uint16_t chip_id;
    uint8_t min_rev_old;
    uint16_t min_rev, max_rev; /* major * 100 + minor; max 0 or 0xFFFF: no limit */
    bool has_hash;
};

struct image_segment {
    uint32_t addr, len;
    uint32_t offset;                   /* of the data in the image */
    const struct image_region *region; /* NULL: not loaded (image_is_padding()) or not known */
};

/* Texts are cut to what is there and always ended. */
struct image_app_desc {
    uint32_t secure_version;
    char version[33], project[33], time[17], date[17], idf_version[33];
    uint8_t elf_sha256[SHA256_LEN];
    uint16_t min_efuse_rev, max_efuse_rev;
    uint32_t page_size; /* of the flash MMU, bytes; 0: the descriptor does not say (those of older ESP-IDF) */
};

struct image_boot_desc {
    uint8_t secure_version;
    uint32_t version;
    char idf_version[33], date[25];
};

struct image {
    bool has_header;  /* magic right and 24 bytes there; all else is zero without it */
    bool is_complete; /* all segments and the checksum are there */
    struct image_header header;
    const struct image_chip *chip; /* NULL: unknown id */
    struct image_segment segments[IMAGE_MAX_SEGMENTS];
    unsigned segment_count; /* of those that are whole */
    unsigned uncounted; /* the last of them that stand behind the checksum and the header does not count (simple boot);
                               the layout engine finds these */
    uint32_t checksum_offset;
    bool is_verified;                 /* checksum_right and sha256_right were computed; else they are zero */
    uint8_t checksum, checksum_right; /* as stored, and as computed */
    uint8_t sha256[SHA256_LEN], sha256_right[SHA256_LEN];
    bool is_hash_there; /* has_hash and the bytes are there */
    uint32_t len;       /* with checksum and hash; 0 unless complete */
    uint32_t
        page_size; /* flash MMU page that the segments are placed for: 8 to 64 KB; as the descriptor says, else as fits */
    bool has_app_desc, has_boot_desc;
    struct image_app_desc app;
    struct image_boot_desc boot;
    unsigned signature_count; /* secure boot v2 signature blocks behind the image */
    uint32_t signature_offset;
    bool has_old_signature; /* what follows the image looks like a secure boot v1 signature */
};

/* The 24 bytes of a header. False when there are fewer or the magic is wrong. */
bool image_header_parse(const void *bytes, size_t len, struct image_header *out);
/* Whether the bytes begin as an image for the ESP8266 does, which has the same magic and another header. */
bool image_is_esp8266(const uint8_t *bytes, size_t len);
/* The 256 bytes of an application descriptor. False when there are fewer or the magic is wrong. */
bool image_app_desc_parse(const void *bytes, size_t len, struct image_app_desc *out);
/* Any bytes in: what they say in out, what is odd in findings (may be NULL). Never fails, never reads past len. */
void image_parse(const void *bytes, size_t len, struct image *out, struct findings *findings);
/* The same of what a reader has at offset, of at most limit bytes, which is where its partition or the flash ends. Reads
   headers and descriptors only, unless verify: then the whole image, for checksum and hash. What follows the image is not
   remarked on. An error only when the reader fails. */
enum err image_read(const struct reader *reader, uint32_t offset, uint32_t limit, bool verify, struct image *out,
                    struct findings *findings) MUST_USE;
/* Whether a segment is in the file only, for other segments to be where they must or for another loader: the bootloader
   does not load it (esp-idf components/bootloader_support/src/esp_image_format.c, should_load: addresses below 0x10000000). */
bool image_is_padding(const struct image_segment *s);
/* Whether segments that the header counts are mapped by the flash MMU: so in apps, never in bootloaders. */
bool image_maps_flash(const struct image *im);
/* Whether the sums were computed and one is wrong. */
bool image_is_damaged(const struct image *im);

/* Whether an image may run on a chip: ERR_STATE with a sentence when it is made for another one, or for another revision of
   it (major * 100 + minor). name: of the file. is_bootloader: a maximum revision is not looked at. */
enum err image_check_chip(struct log *log, const struct image_header *header, const char *name,
                          uint16_t chip_id) MUST_USE;
enum err image_check_revision(struct log *log, const struct image_header *header, const char *name, unsigned revision,
                              bool is_bootloader) MUST_USE;

/* --- making images --- */

struct image_options {
    const struct image_chip *chip;
    uint8_t spi_mode, freq, size; /* codes */
    uint8_t min_rev_old;
    uint16_t min_rev, max_rev;
    bool append_hash;
    uint32_t page_size; /* flash MMU page: 8, 16, 32 or 64 KB; 0: as the application descriptor says, else 64 KB */
};
/* DIO, the clock of code 0, 4 MB, any revision, hash. */
struct image_options image_options_default(const struct image_chip *chip);

/* Bytes that belong at an address. */
struct image_part {
    uint32_t addr;
    const uint8_t *bytes;
    uint32_t len;
    const char *name; /* for messages: ".iram0.text" */
};

/* Appends an image of the parts (any order) to out, which must be empty: neighbours joined, flash-mapped segments placed
   on offsets that fit their addresses, RAM segments used to fill the gaps. ERR_MALFORMED when a part lies in no memory of
   the chip or overlaps another, ERR_RANGE when more than 16 segments would be needed. */
enum err image_write(struct log *log, const struct image_options *options, uint32_t entry,
                     const struct image_part *parts, size_t count, struct buf *out) MUST_USE;
/* The same from an ELF file's bytes. When the application descriptor has room for the ELF file's hash, it is put there. */
enum err image_from_elf(struct log *log, const struct image_options *options, const void *elf, size_t len,
                        struct buf *out) MUST_USE;

/* Sets mode, clock and size in the header of a whole image (-1 keeps one) and computes its hash again. ERR_MALFORMED when
   the bytes are no whole image. */
enum err image_patch(struct log *log, uint8_t *bytes, size_t len, int spi_mode, int freq, int size) MUST_USE;

#endif
