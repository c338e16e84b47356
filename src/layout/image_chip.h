/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an ESP image says and needs to know about chips: ids, clocks, bootloader offsets, loadable memory. All chips that
 * have an image id are here, also those that espocd does not debug (chips/ has the records of those that it does).
 */
#ifndef LAYOUT_IMAGE_CHIP_H
#define LAYOUT_IMAGE_CHIP_H

#include <stdbool.h>
#include <stdint.h>

enum image_isa { IMAGE_XTENSA, IMAGE_RISCV };

/* What fetches from a flash region. */
enum image_bus { IMAGE_BUS_BOTH, IMAGE_BUS_DATA, IMAGE_BUS_CODE };

/* Memory that a segment of an image may be loaded into or mapped to. */
struct image_region {
    const char *name; /* "DROM"; NULL ends the list */
    uint32_t base, end;
    bool is_flash;      /* not loaded: mapped by the flash MMU where it lies */
    enum image_bus bus; /* of a flash region */
};

struct image_freq {
    uint8_t code;     /* low nibble of header byte 3 */
    const char *name; /* "40m"; NULL ends the list. The first one of a code is what it is called. */
};

struct image_chip {
    const char *name;  /* "esp32c3" */
    const char *title; /* "ESP32-C3" */
    uint16_t id;       /* chip id of the header */
    enum image_isa isa;
    uint32_t bootloader_offset;
    uint32_t uf2_family; /* 0: none defined */
    const struct image_freq *freqs;
    const struct image_region *regions; /* NULL: not known */
    bool has_small_pages;               /* flash MMU pages may be smaller than 64 KB */
    uint8_t
        reach_mb; /* programs run from so much of a flash only: the pages that an MMU entry can name, and the address
                         bytes that the cache sends; 0: no such limit is known here */
    uint8_t min_tail; /* Bootloaders of older ESP-IDF leave the last page of a mapped segment out when the segment
                         reaches less than this into it (esptool bin_image.py), so none may end so early in a page. */
};

extern const struct image_chip image_chips[]; /* ended by a NULL name */

/* By name, with or without dash, in any case; NULL: unknown. */
const struct image_chip *image_chip_find(const char *name);
const struct image_chip *image_chip_by_id(uint16_t id);
/* The region that holds addr; NULL for none. */
const struct image_region *image_region_at(const struct image_chip *chip, uint32_t addr);
/* The name of a clock code on this chip, NULL when it has none. chip may be NULL. */
const char *image_freq_name(const struct image_chip *chip, uint8_t code);
/* The code of "40m" or "40MHz"; -1 when the chip has none of that name. */
int image_freq_code(const struct image_chip *chip, const char *name);

/* "qio", ...; NULL for an unknown code. And back; -1 for an unknown name. */
const char *image_mode_name(uint8_t code);
int image_mode_code(const char *name);
/* Bytes of a size code (high nibble of header byte 3), 0 for an unknown one. And back; -1. */
uint32_t image_size_bytes(uint8_t code);
int image_size_code(uint64_t bytes);

#endif
