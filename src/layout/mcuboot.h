/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MCUboot images and slots.
 *
 * Format: mcuboot docs/design.md (header, TLVs, trailer) and boot/bootutil/include/bootutil/image.h; the load header of
 * Espressif's port: openocd-esp32 contrib/loaders/flash/espressif/mapping/include/mcuboot_format.h.
 */
#ifndef LAYOUT_MCUBOOT_H
#define LAYOUT_MCUBOOT_H

#include "base/err.h"
#include "base/hash.h"
#include "layout/finding.h"
#include "layout/reader.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    MCUBOOT_HEADER_LEN = 32,
    MCUBOOT_LOAD_LEN = 0x60,
    MCUBOOT_PART_ROUNDING = 32, /* linker scripts round the sizes in the load header up, to as much as a cache line */
};
#define MCUBOOT_MAGIC      0x96F3B83DU
#define MCUBOOT_LOAD_MAGIC 0xACE637D3U

/* A part that the load header names. size 0: not there. Its end is less than MCUBOOT_PART_ROUNDING behind that of the image. */
struct mcuboot_part {
    uint32_t addr, offset, size; /* offset from the begin of the slot */
};

struct mcuboot_image {
    bool has_header; /* magic right, 32 bytes there; all else is zero without it */
    bool is_whole;   /* header, image and TLVs fit into the slot and make sense */
    uint32_t load_addr, image_size, flags;
    uint16_t header_size, protected_tlv_size;
    uint8_t major, minor;
    uint16_t revision;
    uint32_t build;
    uint32_t len; /* header, image and TLVs; 0 unless whole */
    bool has_hash, is_signed;
    bool is_encrypted; /* the body is encrypted by MCUboot's own scheme */
    bool is_verified;  /* the hash was computed; is_hash_right then says */
    bool is_hash_right;
    uint8_t sha256[SHA256_LEN];
    bool has_load; /* Espressif's load header is there */
    uint32_t entry;
    struct mcuboot_part iram, dram, lp_iram, lp_dram;
    struct mcuboot_part irom, drom; /* mapped by the MMU */
    /* The trailer at the end of the slot. */
    bool has_trailer;                       /* its magic is there: the slot takes part in an update */
    uint8_t copy_done, image_ok, swap_type; /* bytes; 0xFF: not set */
};

/* Reads what is at offset, in a slot of that size. An error only when the reader fails. verify: computes the hash, reads the
   whole image. findings may be NULL. */
enum err mcuboot_read(const struct reader *reader, uint32_t offset, uint32_t slot_size, bool verify,
                      struct mcuboot_image *out, struct findings *findings) MUST_USE;

#endif
