/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simple boot: the boot ROM loads the segments that the header counts into RAM; flash segments follow behind the checksum and
 * are not counted. Source: openocd-esp32 contrib/loaders/flash/espressif/mapping; esptool elf2image --ram-only-header.
 */
#include "layout/layout_int.h"

bool simple_boot_extend(const struct reader *reader, uint32_t offset, struct image *im)
{
    if (!im->is_complete || !im->chip || image_maps_flash(im))
        return false;
    unsigned counted = im->segment_count;
    uint32_t at = im->len;
    while (im->segment_count < IMAGE_MAX_SEGMENTS) {
        uint8_t head[IMAGE_SEGMENT_HEADER_LEN];
        uint32_t left = offset < reader->size ? reader->size - offset : 0;
        if (at > left || reader_read(reader, offset + at, head, sizeof head))
            break;
        struct image_segment s = {
            .addr = le32_get(head), .len = le32_get(head + 4), .offset = at + IMAGE_SEGMENT_HEADER_LEN};
        s.region = image_region_at(im->chip, s.addr);
        bool is_flash = s.region && s.region->is_flash && s.len <= s.region->end - s.addr;
        if ((s.addr && !is_flash) || !s.len || s.len % 4 || s.offset > left || s.len > left - s.offset)
            break;
        im->segments[im->segment_count++] = s;
        at = s.offset + s.len;
    }
    while (im->segment_count > counted && !im->segments[im->segment_count - 1].addr)
        im->segment_count--;
    im->uncounted = im->segment_count - counted;
    return im->uncounted > 0;
}

uint32_t simple_boot_len(const struct image *im)
{
    const struct image_segment *last = &im->segments[im->segment_count - 1];
    return last->offset + last->len;
}
