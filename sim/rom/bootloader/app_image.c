/* SPDX-License-Identifier: Apache-2.0 */
/* An app in its slot: is it whole, is it for this chip, where do its segments go. */
#include "boot.h"

#include <stddef.h>

#include "../common/chip.h"
#include "../common/cpu.h"
#include "../common/image.h"
#include "../common/mem.h"
#include "../common/print.h"
#include "../common/sha256.h"
#include "../common/spi_flash.h"

enum kind { KIND_BAD, KIND_PAD, KIND_LOAD, KIND_DROM, KIND_IROM };

static const char *const kind_names[] = {
    [KIND_BAD] = "bad", [KIND_PAD] = "", [KIND_LOAD] = "load", [KIND_DROM] = "map", [KIND_IROM] = "map",
};

static enum kind load_kind(const struct image_segment *s)
{
    for (const struct boot_range *r = boot_load_ranges; r->end; r++) {
        if (s->addr >= r->start && s->addr < r->end)
            return s->len > r->end - s->addr ? KIND_BAD : KIND_LOAD;
    }
    return s->addr ? KIND_BAD : KIND_PAD;
}

static enum kind segment_kind(const struct image_segment *s)
{
    if (s->addr % 4 || s->len % 4 || s->len > IMAGE_MAX_SIZE)
        return KIND_BAD;
    enum flash_window window = flash_window_of(s->addr);
    if (window == FLASH_WINDOW_NONE)
        return load_kind(s);
    if (window != flash_window_of(s->addr + s->len) || (s->addr ^ s->flash_offset) % PORT_MMU_PAGE_SIZE)
        return KIND_BAD;
    return window == FLASH_WINDOW_DATA ? KIND_DROM : KIND_IROM;
}

static bool check_header(const struct image_header *h, uint32_t offset)
{
    unsigned min = h->min_rev[0] | (unsigned)h->min_rev[1] << 8, max = h->max_rev[0] | (unsigned)h->max_rev[1] << 8;
    unsigned revision = chip_revision();
    if (h->magic != IMAGE_MAGIC || !h->segments || h->segments > IMAGE_MAX_SEGMENTS) {
        print_log('E', "esp_image", "image at 0x%x has invalid magic byte (0x%02x) or segment count %u",
                  (unsigned)offset, h->magic, h->segments);
        return false;
    }
    if (h->chip_id != PORT_CHIP_ID) {
        print_log('E', "esp_image", "image at 0x%x is for chip %u, this is chip %u", (unsigned)offset, h->chip_id,
                  PORT_CHIP_ID);
        return false;
    }
    if (revision < min || (max && max != 0xFFFF && revision > max)) {
        print_log('E', "esp_image", "image at 0x%x is for revisions %u to %u, this is %u", (unsigned)offset, min, max,
                  revision);
        return false;
    }
    return true;
}

static bool check_segment(struct boot_app *app, const struct image_segment *s, unsigned number)
{
    enum kind kind = segment_kind(s);
    uint32_t end = s->flash_offset - app->slot.offset;
    if (end > app->slot.size || s->len > app->slot.size - end)
        kind = KIND_BAD;
    bool is_mapped = kind == KIND_DROM || kind == KIND_IROM;
    struct flash_map *map = is_mapped ? &app->maps[kind - KIND_DROM] : NULL;
    if (map && map->len)
        kind = KIND_BAD; /* one of each */
    print_log('I', "esp_image", "segment %u: paddr=%08x vaddr=%08x size=%05xh (%6u) %s", number,
              (unsigned)s->flash_offset, (unsigned)s->addr, (unsigned)s->len, (unsigned)s->len, kind_names[kind]);
    if (kind == KIND_BAD)
        print_log('E', "esp_image", "segment %u is not in this chip's memory, not in its slot, or one window too many",
                  number);
    else if (map)
        *map = (struct flash_map){s->addr, s->flash_offset, s->len};
    return kind != KIND_BAD;
}

static void add_to_hash(void *ctx, const void *bytes, uint32_t len)
{
    sha256_add(ctx, bytes, len);
}

static bool check_end(struct image *im, struct sha256 *hash)
{
    uint8_t stored = image_end(im), digest[32];
    uint32_t expected[8];
    if (stored != im->checksum) {
        print_log('E', "esp_image", "Checksum failed. Calculated 0x%x read 0x%x", im->checksum, stored);
        return false;
    }
    if (!im->header.has_hash)
        return true;
    sha256_end(hash, digest);
    spi_flash_read(im->at, expected, sizeof(expected));
    if (memcmp(digest, expected, sizeof(digest))) {
        print_log('E', "esp_image", "SHA-256 of the image at 0x%x does not fit its content", (unsigned)im->start);
        return false;
    }
    return true;
}

bool app_verify(struct boot_app *app, struct boot_slot slot)
{
    struct sha256 hash;
    struct image im;
    sha256_start(&hash);
    *app = (struct boot_app){.slot = slot};
    image_open(&im, slot.offset, NULL, NULL);
    if (im.header.has_hash) /* it takes most of the time */
        image_open(&im, slot.offset, add_to_hash, &hash);
    if (!check_header(&im.header, slot.offset))
        return false;
    for (unsigned i = 0; i < im.header.segments; i++) {
        struct image_segment segment;
        image_next(&im, &segment);
        if (!check_segment(app, &segment, i))
            return false;
        image_load(&im, &segment, NULL);
    }
    app->entry = im.header.entry;
    return check_end(&im, &hash);
}

void app_load(const struct boot_app *app)
{
    struct image im;
    image_open(&im, app->slot.offset, NULL, NULL);
    for (unsigned i = 0; i < im.header.segments; i++) {
        struct image_segment segment;
        image_next(&im, &segment);
        if (segment_kind(&segment) == KIND_LOAD)
            image_load(&im, &segment, (uint32_t *)segment.addr);
        else
            im.at += segment.len;
    }
}
