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
    d->page_size = log2_page >= 13 && log2_page <= 16 ? 1U << log2_page : IMAGE_PAGE_SIZE;
}

static void read_boot_desc(struct rd *r, struct image_boot_desc *d)
{
    rd_skip(r, 2);
    d->secure_version = rd_u8(r);
    d->version = rd_u32(r);
    read_text(r, d->idf_version, sizeof d->idf_version);
    read_text(r, d->date, sizeof d->date);
}

void image_read_descriptors(const uint8_t *bytes, struct image *im)
{
    if (!im->segment_count)
        return;
    const struct image_segment *s = &im->segments[0];
    struct rd r = rd_from(bytes + s->offset, s->len);
    if (s->len >= IMAGE_APP_DESC_LEN && le32_get(r.at) == IMAGE_APP_DESC_MAGIC) {
        rd_skip(&r, 4);
        read_app_desc(&r, &im->app);
        im->has_app_desc = true;
    } else if (s->len >= BOOT_DESC_LEN && r.at[0] == BOOT_DESC_MAGIC && r.at[1] == 0 && r.at[2] == 0) {
        rd_skip(&r, 1);
        read_boot_desc(&r, &im->boot);
        im->has_boot_desc = true;
    }
}

void image_find_signature(const uint8_t *bytes, size_t len, struct image *im)
{
    size_t at = (im->len + SIGNATURE_SECTOR - 1) / SIGNATURE_SECTOR * SIGNATURE_SECTOR;
    im->signature_offset = (uint32_t)at;
    while (im->signature_count < SIGNATURE_MAX && at + SIGNATURE_BLOCK_LEN <= len && bytes[at] == SIGNATURE_MAGIC &&
           (bytes[at + 1] == SIGNATURE_RSA || bytes[at + 1] == SIGNATURE_ECDSA)) {
        im->signature_count++;
        at += SIGNATURE_BLOCK_LEN;
    }
}
