/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptors inside images, and signature blocks behind them. */
#include "layout/image_int.h"

#include <stdio.h>
#include <string.h>

enum {
    BOOT_DESC_LEN = 80,
    BOOT_DESC_MAGIC = 0x50,
    SIGNATURE_SECTOR = 4096, /* esptool espsecure: blocks stand in a sector of their own */
    SIGNATURE_BLOCK_LEN = 1216,
    SIGNATURE_MAX = 3,
    SIGNATURE_MAGIC = 0xE7,
    SIGNATURE_RSA = 2,
    SIGNATURE_ECDSA = 3,
    OLD_SIGNATURE_BYTES = 40, /* different values among 64 random bytes: 57 on average, below 45 practically never */
};

/* A text field of room - 1 bytes. */
static void read_text(struct rd *r, char *text, size_t room)
{
    rd_copy(r, text, room - 1);
    text[room - 1] = '\0';
}

static void read_app_desc(struct rd *r, struct image_app_desc *d)
{
    d->secure_version = rd_u32(r);
    rd_skip(r, 8);
    read_text(r, d->version, sizeof d->version);
    read_text(r, d->project, sizeof d->project);
    read_text(r, d->time, sizeof d->time);
    read_text(r, d->date, sizeof d->date);
    read_text(r, d->idf_version, sizeof d->idf_version);
    rd_copy(r, d->elf_sha256, sizeof d->elf_sha256);
    d->min_efuse_rev = rd_u16(r);
    d->max_efuse_rev = rd_u16(r);
    uint8_t log2_page = rd_u8(r);
    d->page_size = log2_page >= 13 && log2_page <= 16 ? 1U << log2_page : 0;
}

static void read_boot_desc(struct rd *r, struct image_boot_desc *d)
{
    rd_skip(r, 2);
    d->secure_version = rd_u8(r);
    d->version = rd_u32(r);
    read_text(r, d->idf_version, sizeof d->idf_version);
    read_text(r, d->date, sizeof d->date);
}

void image_read_descriptors(struct image_source *src, struct image *im)
{
    const struct image_segment *s = &im->segments[0];
    uint8_t bytes[IMAGE_APP_DESC_LEN];
    size_t len = s->len < sizeof bytes ? s->len : sizeof bytes;
    if (!im->segment_count || len < BOOT_DESC_LEN || !image_fetch(src, s->offset, bytes, len))
        return;
    im->has_app_desc = image_app_desc_parse(bytes, len, &im->app);
    struct rd r = rd_from(bytes, len);
    if (bytes[0] == BOOT_DESC_MAGIC && bytes[1] == 0 && bytes[2] == 0) {
        rd_skip(&r, 1);
        read_boot_desc(&r, &im->boot);
        im->has_boot_desc = true;
    }
}

bool image_app_desc_parse(const void *bytes, size_t len, struct image_app_desc *out)
{
    struct rd r = rd_from(bytes, len);
    *out = (struct image_app_desc){0};
    if (len < IMAGE_APP_DESC_LEN || rd_u32(&r) != IMAGE_APP_DESC_MAGIC)
        return false;
    read_app_desc(&r, out);
    return true;
}

/* Version word 0, then an ECDSA signature: as good as random. No text and no table has so many different bytes in 64. */
bool image_looks_signed(const uint8_t bytes[IMAGE_OLD_SIGNATURE_LEN])
{
    bool seen[256] = {false};
    unsigned different = 0;
    for (unsigned i = 4; i < IMAGE_OLD_SIGNATURE_LEN; i++) {
        different += !seen[bytes[i]];
        seen[bytes[i]] = true;
    }
    return le32_get(bytes) == 0 && different > OLD_SIGNATURE_BYTES;
}

void image_find_signature(struct image_source *src, struct image *im)
{
    uint32_t at = (im->len + SIGNATURE_SECTOR - 1) / SIGNATURE_SECTOR * SIGNATURE_SECTOR;
    uint8_t head[2], old[IMAGE_OLD_SIGNATURE_LEN];
    im->signature_offset = at;
    while (im->signature_count < SIGNATURE_MAX && at <= src->len && SIGNATURE_BLOCK_LEN <= src->len - at &&
           image_fetch(src, at, head, sizeof head) && head[0] == SIGNATURE_MAGIC &&
           (head[1] == SIGNATURE_RSA || head[1] == SIGNATURE_ECDSA)) {
        im->signature_count++;
        at += SIGNATURE_BLOCK_LEN;
    }
    im->has_old_signature =
        !im->signature_count && image_fetch(src, im->len, old, sizeof old) && image_looks_signed(old);
}
