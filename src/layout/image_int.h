/* SPDX-License-Identifier: Apache-2.0 */
/* Inside layout/: the rooms of the image parser and writer. */
#ifndef LAYOUT_IMAGE_INT_H
#define LAYOUT_IMAGE_INT_H

#include "layout/image.h"

/* Where the bytes of an image come from. An error of the reader sticks: later fetches give zeros. */
struct image_source {
    const struct reader *reader;
    uint32_t base; /* of the image in the reader */
    uint32_t len;  /* that it may have */
    enum err e;
};

/* False when the reader failed or the bytes are not there; buf is zero then. */
bool image_fetch(struct image_source *src, uint32_t offset, void *buf, size_t len);

/* Reads the application or bootloader descriptor from the first segment, when that is whole and has one. */
void image_read_descriptors(struct image_source *src, struct image *im);
/* Looks for signature blocks behind a complete image: of secure boot v2 in the next sector, of v1 right behind it. */
void image_find_signature(struct image_source *src, struct image *im);
/* Whether the bytes look like a signature of secure boot v1: 68 bytes are looked at. */
enum { IMAGE_OLD_SIGNATURE_LEN = 68 };
bool image_looks_signed(const uint8_t bytes[IMAGE_OLD_SIGNATURE_LEN]);

#endif
