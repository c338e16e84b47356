/* SPDX-License-Identifier: Apache-2.0 */
/* Inside layout/: the rooms of the image parser and writer. */
#ifndef LAYOUT_IMAGE_INT_H
#define LAYOUT_IMAGE_INT_H

#include "layout/image.h"

/* Reads the application or bootloader descriptor from the first segment, when that is whole and has one. */
void image_read_descriptors(const uint8_t *bytes, struct image *im);
/* Looks for secure boot v2 signature blocks behind a complete image. */
void image_find_signature(const uint8_t *bytes, size_t len, struct image *im);

#endif
