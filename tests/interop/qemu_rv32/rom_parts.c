/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32-C3's boot ROM and bootloader compute in C: hashes, and an image's checksum. For both machines. */
#include <stddef.h>

#include "sim/rom/common/image.h"
#include "sim/rom/common/md5.h"
#include "sim/rom/common/mem.h"
#include "sim/rom/common/sha256.h"
#include "sim/rom/common/spi_flash.h"

enum { LENGTH = 3001, SEGMENTS = 2 };
enum { AT_SHA = 0, AT_MD5 = 8, AT_REACHED = 12, AT_IMAGE = 16 }; /* in results */

uint32_t results[64];
const uint8_t image_file[] __attribute__((aligned(4))) = {
#include "image.inc"
};
static uint8_t bytes[LENGTH];

void run(void);

/* The image is all of the flash. */
void spi_flash_read(uint32_t from, uint32_t *to, uint32_t len)
{
    memcpy(to, image_file + from, len);
}

static void read_image(uint32_t *to)
{
    static uint32_t loaded[1024];
    struct image im;
    struct sha256 hash;
    image_open(&im, 0, NULL, NULL);
    to[0] = im.header.entry;
    for (unsigned i = 0; i < SEGMENTS; i++) {
        struct image_segment segment;
        image_next(&im, &segment);
        image_load(&im, &segment, loaded);
        to[1 + 3 * i] = segment.addr;
        to[2 + 3 * i] = segment.len;
        to[3 + 3 * i] = loaded[segment.len / 4 - 1];
    }
    to[7] = image_end(&im);
    to[8] = im.checksum;
    sha256_start(&hash);
    sha256_add(&hash, image_file, im.at);
    sha256_end(&hash, (uint8_t *)(to + 9));
}

void run(void)
{
    struct sha256 hash;
    for (uint32_t i = 0; i < LENGTH; i++)
        bytes[i] = (uint8_t)(7 * i + i / 256);
    sha256_start(&hash);
    for (uint32_t at = 0, part = 1; at < LENGTH; at += part, part = 3 * part + 1) {
        if (part > LENGTH - at)
            part = LENGTH - at;
        sha256_add(&hash, bytes + at, part);
    }
    sha256_end(&hash, (uint8_t *)(results + AT_SHA));
    md5(bytes, LENGTH, (uint8_t *)(results + AT_MD5));
    read_image(results + AT_IMAGE);
    results[AT_REACHED] = 1;
}
