/* SPDX-License-Identifier: Apache-2.0 */
#include "layout/mcuboot.h"

#include "base/bytes.h"

#include <inttypes.h>
#include <string.h>

/* mcuboot boot/bootutil/include/bootutil/image.h and bootutil_public.h */
enum {
    TLV_INFO_LEN = 4,
    TLV_INFO_MAGIC = 0x6907,
    TLV_PROTECTED_MAGIC = 0x6908,
    TLV_SHA256 = 0x10,
    TLV_RSA2048 = 0x20,
    TLV_SIGNATURE_END = 0x25, /* 0x20 to 0x25 are signatures */
    FLAG_ENCRYPTED = 0x04 | 0x08,
    TRAILER_MAGIC_LEN = 16,
    TRAILER_ALIGN = 8, /* of the flags, when the magic does not say another */
    TRAILER_ALIGN_MAX = 32,
    TLV_MAX = 64, /* TLVs beyond which nothing sensible follows */
    HASH_BLOCK = 4096,
};

#define SIGN_AGAIN "sign the image again (imgtool) and write it to the slot"

static const struct finding_kind not_whole = {"mcuboot-damaged", FINDING_ERROR, "MCUboot does not start it",
                                              SIGN_AGAIN};
static const struct finding_kind no_load = {"mcuboot-no-load-header", FINDING_NOTE,
                                            "where it will be mapped cannot be told, other than by the running chip",
                                            "nothing, when it is an image of an older port"};
static const struct finding_kind bad_hash = {"mcuboot-hash", FINDING_ERROR, "the image was changed after it was signed",
                                             SIGN_AGAIN};
static const struct finding_kind odd_part = {
    "mcuboot-load-range", FINDING_ERROR, "it does not lie within the image, so wrong bytes would be mapped or loaded",
    "build the image again"};

struct slot {
    const struct reader *reader;
    uint32_t offset, size;
    enum err e;
};

static bool fetch(struct slot *s, uint32_t at, void *buf, uint32_t len)
{
    bool is_there = at <= s->size && len <= s->size - at;
    if (is_there && !s->e)
        s->e = reader_read(s->reader, s->offset + at, buf, len);
    if (is_there && !s->e)
        return true;
    memset(buf, 0, len);
    return false;
}

static bool read_header(struct slot *s, struct mcuboot_image *m)
{
    uint8_t bytes[MCUBOOT_HEADER_LEN];
    if (!fetch(s, 0, bytes, sizeof bytes) || le32_get(bytes) != MCUBOOT_MAGIC)
        return false;
    struct rd r = rd_from(bytes, sizeof bytes);
    rd_skip(&r, 4);
    m->has_header = true;
    m->load_addr = rd_u32(&r);
    m->header_size = rd_u16(&r);
    m->protected_tlv_size = rd_u16(&r);
    m->image_size = rd_u32(&r);
    m->flags = rd_u32(&r);
    m->major = rd_u8(&r);
    m->minor = rd_u8(&r);
    m->revision = rd_u16(&r);
    m->build = rd_u32(&r);
    m->is_encrypted = m->flags & FLAG_ENCRYPTED;
    return true;
}

static void take_tlv(struct slot *s, uint32_t at, uint16_t type, uint16_t len, struct mcuboot_image *m)
{
    if (type == TLV_SHA256 && len == SHA256_LEN)
        m->has_hash = fetch(s, at, m->sha256, SHA256_LEN);
    m->is_signed = m->is_signed || (type >= TLV_RSA2048 && type <= TLV_SIGNATURE_END);
}

/* One area of TLVs. Gives its end, 0 when it is none. */
static uint32_t read_tlvs(struct slot *s, uint32_t at, uint16_t magic, struct mcuboot_image *m)
{
    uint8_t head[TLV_INFO_LEN];
    if (!fetch(s, at, head, sizeof head) || le16_get(head) != magic)
        return 0;
    uint32_t end = at + le16_get(head + 2);
    uint32_t go = at + TLV_INFO_LEN;
    for (int n = 0; n < TLV_MAX && go < end; n++) {
        if (!fetch(s, go, head, sizeof head))
            return 0;
        uint16_t len = le16_get(head + 2);
        take_tlv(s, go + TLV_INFO_LEN, le16_get(head), len, m);
        go += TLV_INFO_LEN + len;
    }
    return go == end && end <= s->size ? end : 0;
}

static const char *read_body(struct slot *s, struct mcuboot_image *m)
{
    uint64_t body_end = (uint64_t)m->header_size + m->image_size;
    if (m->header_size < MCUBOOT_HEADER_LEN)
        return "its header is too short";
    if (body_end + m->protected_tlv_size > s->size)
        return "it is larger than its slot";
    uint32_t at = (uint32_t)body_end;
    if (m->protected_tlv_size && read_tlvs(s, at, TLV_PROTECTED_MAGIC, m) != at + m->protected_tlv_size)
        return "its protected TLVs are not there or damaged";
    uint32_t end = read_tlvs(s, at + m->protected_tlv_size, TLV_INFO_MAGIC, m);
    if (!end)
        return "the TLVs behind it are not there or damaged";
    m->len = end;
    m->is_whole = true;
    return NULL;
}

static void read_part(struct rd *r, struct mcuboot_part *p)
{
    p->addr = rd_u32(r);
    p->offset = rd_u32(r);
    p->size = rd_u32(r);
}

static void check_part(const struct mcuboot_image *m, struct mcuboot_part *p, const char *name, struct findings *f)
{
    uint64_t end = (uint64_t)m->header_size + m->image_size;
    if (p->size && p->offset < end && p->offset + (uint64_t)p->size < end + MCUBOOT_PART_ROUNDING)
        return;
    if (p->size)
        findings_add(f, &odd_part, MCUBOOT_HEADER_LEN,
                     "%s is said to be 0x%" PRIX32 " bytes at offset 0x%" PRIX32 ", the image has 0x%" PRIX64, name,
                     p->size, p->offset, end);
    *p = (struct mcuboot_part){0};
}

static void read_load(struct slot *s, struct mcuboot_image *m, struct findings *f)
{
    uint8_t bytes[MCUBOOT_LOAD_LEN];
    if (m->is_encrypted)
        return;
    if (!fetch(s, MCUBOOT_HEADER_LEN, bytes, sizeof bytes) || le32_get(bytes) != MCUBOOT_LOAD_MAGIC) {
        findings_add(f, &no_load, MCUBOOT_HEADER_LEN, "the load header of Espressif's port is not there");
        return;
    }
    struct mcuboot_part *const parts[] = {&m->iram, &m->dram, &m->lp_iram, &m->lp_dram, &m->irom, &m->drom};
    static const char *const names[] = {"IRAM", "DRAM", "RTC fast IRAM", "RTC slow DRAM", "IROM", "DROM"};
    struct rd r = rd_from(bytes, sizeof bytes);
    rd_skip(&r, 4);
    m->has_load = true;
    m->entry = rd_u32(&r);
    for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        read_part(&r, parts[i]);
        check_part(m, parts[i], names[i], f);
    }
}

/* How far the flags are apart: said by the magic of ports with large write units. 0: there is no trailer. */
static uint32_t trailer_align(const uint8_t magic[TRAILER_MAGIC_LEN])
{
    static const uint8_t usual[TRAILER_MAGIC_LEN] = {0x77, 0xC2, 0x95, 0xF3, 0x60, 0xD2, 0xEF, 0x7F,
                                                     0x35, 0x52, 0x50, 0x0F, 0x2C, 0xB6, 0x79, 0x80};
    static const uint8_t sized[TRAILER_MAGIC_LEN - 2] = {0x2D, 0xE1, 0x5D, 0x29, 0x41, 0x0B, 0x8D,
                                                         0x77, 0x67, 0x9C, 0x11, 0x0F, 0x1F, 0x8A};
    if (!memcmp(magic, usual, sizeof usual))
        return TRAILER_ALIGN;
    uint32_t align = le16_get(magic);
    bool is_align = align >= TRAILER_ALIGN && align <= TRAILER_ALIGN_MAX && (align & (align - 1)) == 0;
    return is_align && !memcmp(magic + 2, sized, sizeof sized) ? align : 0;
}

static void read_trailer(struct slot *s, struct mcuboot_image *m)
{
    enum { LEN = 4 * TRAILER_ALIGN_MAX };
    uint8_t bytes[LEN];
    uint32_t align =
        s->size >= LEN && fetch(s, s->size - LEN, bytes, LEN) ? trailer_align(bytes + LEN - TRAILER_MAGIC_LEN) : 0;
    m->copy_done = m->image_ok = m->swap_type = 0xFF;
    if (!align)
        return;
    /* Below the magic, each at a multiple of the unit: image_ok, copy_done, swap_info. */
    uint32_t image_ok = (LEN - TRAILER_MAGIC_LEN - align) / align * align;
    m->has_trailer = true;
    m->image_ok = bytes[image_ok];
    m->copy_done = bytes[image_ok - align];
    m->swap_type = bytes[image_ok - 2 * align];
}

static void check_hash(struct slot *s, struct mcuboot_image *m, struct findings *f)
{
    uint8_t bytes[HASH_BLOCK], digest[SHA256_LEN];
    struct hash_sha256 hash;
    uint32_t len = m->header_size + m->image_size + m->protected_tlv_size;
    hash_sha256_begin(&hash);
    for (uint32_t at = 0, n; at < len; at += n) {
        n = len - at < sizeof bytes ? len - at : (uint32_t)sizeof bytes;
        if (!fetch(s, at, bytes, n))
            return;
        hash_sha256_add(&hash, bytes, n);
    }
    hash_sha256_end(&hash, digest);
    m->is_verified = true;
    m->is_hash_right = !memcmp(digest, m->sha256, sizeof digest);
    if (!m->is_hash_right)
        findings_add(f, &bad_hash, 0, "the SHA-256 behind the image is not that of the image");
}

static void read_image(struct slot *s, bool verify, struct mcuboot_image *m, struct findings *f)
{
    if (!read_header(s, m))
        return;
    const char *wrong = read_body(s, m);
    if (wrong && !s->e)
        findings_add(f, &not_whole, 0, "here is an MCUboot header, but %s", wrong);
    read_load(s, m, f);
    read_trailer(s, m);
    if (verify && m->is_whole && m->has_hash && !m->is_encrypted)
        check_hash(s, m, f);
}

enum err mcuboot_read(const struct reader *reader, uint32_t offset, uint32_t slot_size, bool verify,
                      struct mcuboot_image *out, struct findings *f)
{
    struct slot s = {.reader = reader, .offset = offset};
    uint32_t there = offset < reader->size ? reader->size - offset : 0;
    s.size = slot_size < there ? slot_size : there;
    *out = (struct mcuboot_image){0};
    uint64_t base = f ? f->base : 0;
    if (f)
        f->base += offset;
    read_image(&s, verify, out, f);
    if (f)
        f->base = base;
    return s.e;
}
