/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

#include <stddef.h>

#include "spi_flash.h"

#define CHUNK_BYTES 256U

static void read_seen(struct image *im, uint32_t *to, uint32_t len)
{
    spi_flash_read(im->at, to, len);
    im->at += len;
    if (im->seen)
        im->seen(im->seen_ctx, to, len);
}

void image_open(struct image *im, uint32_t offset, image_seen_fn *seen, void *ctx)
{
    im->start = offset;
    im->at = offset;
    im->checksum = IMAGE_CHECKSUM_SEED;
    im->seen = seen;
    im->seen_ctx = ctx;
    read_seen(im, (uint32_t *)&im->header, sizeof(im->header));
}

void image_next(struct image *im, struct image_segment *segment)
{
    uint32_t words[2];
    read_seen(im, words, sizeof(words));
    segment->addr = words[0];
    segment->len = words[1];
    segment->flash_offset = im->at;
}

void image_load(struct image *im, const struct image_segment *segment, uint32_t *to)
{
    uint32_t chunk[CHUNK_BYTES / 4];
    uint32_t sum = 0;
    for (uint32_t left = segment->len; left;) {
        uint32_t len = left < CHUNK_BYTES ? left : CHUNK_BYTES;
        read_seen(im, chunk, len);
        for (uint32_t i = 0; i < len / 4; i++) {
            sum ^= chunk[i];
            if (to)
                *to++ = chunk[i]; /* words: instruction RAM takes nothing else */
        }
        left -= len;
    }
    sum ^= sum >> 16;
    im->checksum = (uint8_t)(im->checksum ^ sum ^ sum >> 8);
}

uint8_t image_end(struct image *im)
{
    /* The checksum is the last byte of a block of 16, counted from the image's start. */
    uint32_t words[4];
    read_seen(im, words, 16 - (im->at - im->start) % 16);
    uint32_t last;
    spi_flash_read(im->at - 4, &last, 4);
    return (uint8_t)(last >> 24);
}
