/* SPDX-License-Identifier: Apache-2.0 */
#include "layout/image.h"
#include "layout/image_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERIFY_BLOCK = 4096, PATCHED_MAX = 0x10000 /* bootloaders are smaller */ };

#define REDO "write the file again from a good copy, or build it again"

static const struct finding_kind too_short = {"image-short", FINDING_ERROR, "an image begins with a header of 24 bytes",
                                              REDO};
static const struct finding_kind no_image = {"image-magic", FINDING_ERROR, "an ESP image begins with the byte 0xE9",
                                             "check that this is the right file and offset"};
static const struct finding_kind other_family = {
    "image-esp8266", FINDING_ERROR, "the ESP8266 has another header and other settings: none of this can be read",
    "use esptool for an ESP8266; for another chip, give an image that was built for it"};
static const struct finding_kind segment_number = {"image-segment-count", FINDING_ERROR,
                                                   "an image has 1 to 16 segments, a loader refuses others", REDO};
static const struct finding_kind unknown_chip = {"image-chip", FINDING_WARNING,
                                                 "the chip id is none that is known, so addresses cannot be judged",
                                                 "check that the file is an image for a chip of Espressif"};
static const struct finding_kind unknown_code = {"image-flash-settings", FINDING_WARNING,
                                                 "the bootloader falls back to its default for such a setting",
                                                 "make the image again with known flash settings"};
static const struct finding_kind revisions = {"image-revisions", FINDING_ERROR, "no chip revision can run this image",
                                              "make the image again with a maximum not below the minimum"};
static const struct finding_kind truncated = {"image-truncated", FINDING_ERROR,
                                              "the bytes end before the image does, a loader refuses it", REDO};
static const struct finding_kind segment_len = {"image-segment-length", FINDING_ERROR,
                                                "the length of a segment is a multiple of 4", REDO};
static const struct finding_kind segment_addr = {"image-segment-address", FINDING_ERROR,
                                                 "a loader refuses to load there",
                                                 "check the linker script, and that the image is for this chip"};
static const struct finding_kind segment_map = {
    "image-segment-mapping", FINDING_ERROR,
    "flash is mapped in pages: the offset in flash and the address must agree within a page",
    "make the image again ('espocd image create' places segments as needed)"};
static const struct finding_kind segment_overlap = {"image-segment-overlap", FINDING_WARNING,
                                                    "the later segment overwrites the earlier one while loading",
                                                    "check the linker script"};
static const struct finding_kind entry_nowhere = {"image-entry", FINDING_WARNING,
                                                  "the program starts in no segment of the image",
                                                  "check the entry point of the ELF file"};
static const struct finding_kind bad_checksum = {
    "image-checksum", FINDING_ERROR, "the segments are damaged, the boot ROM and the bootloader refuse it", REDO};
static const struct finding_kind bad_hash = {
    "image-hash", FINDING_ERROR, "the image was changed after it was made, the bootloader refuses it", REDO};
static const struct finding_kind patched = {
    "image-hash", FINDING_WARNING,
    "flashing tools that set flash mode, clock and size leave it so; a bootloader starts all the same, unless secure "
    "boot is on",
    "nothing; or write the file again as the build made it"};
static const struct finding_kind trailing = {"image-trailing", FINDING_NOTE,
                                             "they are no part of the image and loaders ignore them",
                                             "nothing, unless you did not expect them"};

bool image_header_parse(const void *bytes, size_t len, struct image_header *out)
{
    struct rd r = rd_from(bytes, len);
    *out = (struct image_header){0};
    if (rd_u8(&r) != IMAGE_MAGIC || len < IMAGE_HEADER_LEN)
        return false;
    out->segment_count = rd_u8(&r);
    out->spi_mode = rd_u8(&r);
    uint8_t clock_and_size = rd_u8(&r);
    out->freq = clock_and_size & 0x0F;
    out->size = clock_and_size >> 4;
    out->entry = rd_u32(&r);
    out->wp_pin = rd_u8(&r);
    rd_copy(&r, out->drive, sizeof out->drive);
    out->chip_id = rd_u16(&r);
    out->min_rev_old = rd_u8(&r);
    out->min_rev = rd_u16(&r);
    out->max_rev = rd_u16(&r);
    rd_skip(&r, 4);
    out->has_hash = rd_u8(&r) == 1;
    return true;
}

static bool is_limit(uint16_t max_rev)
{
    return max_rev != 0 && max_rev != IMAGE_ANY_REVISION;
}

/* What bytes that are no image look like. */
static const char *guess(const uint8_t *bytes, size_t len)
{
    uint32_t first = len >= 4 ? le32_get(bytes) : 0;
    static const struct {
        uint32_t first;
        const char *text;
    } known[] = {
        {0xFFFFFFFF, "it looks like erased flash"}, {0x464C457F, "it is an ELF file"}, {0x0A324655, "it is a UF2 file"},
        {0x96F3B83D, "it is an MCUboot image"},     {0, "it begins with zeros"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (len >= 4 && first == known[i].first)
            return known[i].text;
    }
    return len >= 2 && bytes[0] == 0xAA && bytes[1] == 0x50 ? "it looks like a partition table"
                                                            : "it is something else, or encrypted";
}

/* An image of the ESP8266 has the same magic, 8 bytes of header and then its first segment: the address of that, which is
   memory of the ESP8266, stands where others have the WP pin and drive strengths, which are small numbers. Addresses: esptool
   esptool/targets/esp8266.py. */
bool image_is_esp8266(const uint8_t *bytes, size_t len)
{
    enum { SEGMENT = 8 };
    static const struct {
        uint32_t base, end;
    } memory[] = {{0x3FFE8000, 0x40000000}, {0x40100000, 0x40110000}, {0x40200000, 0x40300000}};
    for (size_t i = 0; len >= SEGMENT + 4 && bytes[0] == IMAGE_MAGIC && i < sizeof memory / sizeof memory[0]; i++) {
        uint32_t addr = le32_get(bytes + SEGMENT);
        if (addr >= memory[i].base && addr < memory[i].end)
            return true;
    }
    return false;
}

bool image_fetch(struct image_source *src, uint32_t offset, void *buf, size_t len)
{
    bool is_there = offset <= src->len && len <= src->len - offset;
    if (is_there && !src->e)
        src->e = reader_read(src->reader, src->base + offset, buf, len);
    if (is_there && !src->e)
        return true;
    memset(buf, 0, len);
    return false;
}

static bool check_magic(const uint8_t *bytes, size_t len, struct findings *f)
{
    if (len == 0) {
        findings_add(f, &too_short, 0, "there are no bytes at all");
        return false;
    }
    if (bytes[0] != IMAGE_MAGIC) {
        findings_add(f, &no_image, 0, "the first byte is 0x%02X; %s", bytes[0], guess(bytes, len));
        return false;
    }
    if (image_is_esp8266(bytes, len)) {
        findings_add(f, &other_family, 0, "the image is for an ESP8266: its first segment is for 0x%08" PRIX32,
                     le32_get(bytes + 8));
        return false;
    }
    if (len < IMAGE_HEADER_LEN) {
        findings_add(f, &too_short, 0, "there are only %zu bytes", len);
        return false;
    }
    return true;
}

static void check_header(const struct image *im, struct findings *f)
{
    const struct image_header *h = &im->header;
    if (h->segment_count == 0 || h->segment_count > IMAGE_MAX_SEGMENTS)
        findings_add(f, &segment_number, 1, "the header counts %u segments", h->segment_count);
    if (!im->chip)
        findings_add(f, &unknown_chip, 12, "the chip id is %u", h->chip_id);
    if (!image_mode_name(h->spi_mode))
        findings_add(f, &unknown_code, 2, "the flash mode is %u", h->spi_mode);
    if (im->chip && !image_freq_name(im->chip, h->freq))
        findings_add(f, &unknown_code, 3, "the flash clock is code 0x%X", h->freq);
    if (!image_size_bytes(h->size))
        findings_add(f, &unknown_code, 3, "the flash size is code 0x%X", h->size);
    if (is_limit(h->max_rev) && h->max_rev < h->min_rev)
        findings_add(f, &revisions, 15, "the chip revision must be at least %u.%u and at most %u.%u", h->min_rev / 100,
                     h->min_rev % 100, h->max_rev / 100, h->max_rev % 100);
}

static bool check_segment(const struct image *im, unsigned n, size_t left, struct findings *f)
{
    const struct image_segment *s = &im->segments[n];
    uint32_t head = s->offset - IMAGE_SEGMENT_HEADER_LEN;
    if (s->len % 4)
        findings_add(f, &segment_len, head, "segment %u for 0x%08" PRIX32 " has %" PRIu32 " bytes", n, s->addr, s->len);
    if (im->chip && im->chip->regions && !image_is_padding(s) && (!s->region || s->len > s->region->end - s->addr))
        findings_add(f, &segment_addr, head, "segment %u of %" PRIu32 " bytes for 0x%08" PRIX32 " %s of %s", n, s->len,
                     s->addr, s->region ? "goes past the end of a memory" : "is for no memory", im->chip->title);
    if (s->len > left) {
        findings_add(f, &truncated, head,
                     "segment %u for 0x%08" PRIX32 " has %" PRIu32 " bytes, of which %zu are there", n, s->addr, s->len,
                     left);
        return false;
    }
    return true;
}

/* Reads the segments that are whole. False when the bytes end before. */
static bool read_segments(struct image_source *src, struct image *im, struct findings *f)
{
    unsigned count = im->header.segment_count < IMAGE_MAX_SEGMENTS ? im->header.segment_count : IMAGE_MAX_SEGMENTS;
    uint32_t at = IMAGE_HEADER_LEN;
    for (unsigned n = 0; n < count; n++) {
        uint8_t head[IMAGE_SEGMENT_HEADER_LEN];
        struct image_segment *s = &im->segments[n];
        *s = (struct image_segment){.offset = at + IMAGE_SEGMENT_HEADER_LEN};
        if (!image_fetch(src, at, head, sizeof head)) {
            if (!src->e)
                findings_add(f, &truncated, at, "the header of segment %u is not there", n);
            return false;
        }
        s->addr = le32_get(head);
        s->len = le32_get(head + 4);
        s->region = image_region_at(im->chip, s->addr);
        if (!check_segment(im, n, src->len - s->offset, f))
            return false;
        at = s->offset + s->len;
        im->segment_count = n + 1;
    }
    im->checksum_offset = at | (IMAGE_CHECKSUM_BLOCK - 1);
    return im->header.segment_count == count;
}

static bool fits_pages(const struct image *im, uint32_t page)
{
    for (unsigned n = 0; n < im->segment_count; n++) {
        const struct image_segment *s = &im->segments[n];
        if (s->region && s->region->is_flash && (s->offset - s->addr) % page)
            return false;
    }
    return true;
}

/* Older ESP-IDF has chips with smaller pages, too, but does not say so in the descriptor: the bootloader of the same build
   knows. The largest pages that fit are those it was placed for, or as good. */
static uint32_t page_size_of(const struct image *im)
{
    if (im->has_app_desc && im->app.page_size)
        return im->app.page_size;
    for (uint32_t page = IMAGE_PAGE_SIZE; im->chip && im->chip->has_small_pages && page >= IMAGE_PAGE_SIZE_MIN;
         page /= 2) {
        if (fits_pages(im, page))
            return page;
    }
    return IMAGE_PAGE_SIZE;
}

static void check_mapping(const struct image *im, struct findings *f)
{
    uint32_t page = im->page_size;
    for (unsigned n = 0; n < im->segment_count; n++) {
        const struct image_segment *s = &im->segments[n];
        if (s->region && s->region->is_flash && (s->offset - s->addr) % page)
            findings_add(f, &segment_map, s->offset,
                         "the data of segment %u for 0x%08" PRIX32 " is at offset 0x%" PRIX32 ", pages have %" PRIu32
                         " KB",
                         n, s->addr, s->offset, page / 1024);
        for (unsigned m = 0; m < n && s->region; m++) {
            const struct image_segment *t = &im->segments[m];
            if (t->region && s->addr < t->addr + t->len && t->addr < s->addr + s->len)
                findings_add(f, &segment_overlap, s->offset - IMAGE_SEGMENT_HEADER_LEN,
                             "segments %u and %u overlap at 0x%08" PRIX32, m, n, s->addr > t->addr ? s->addr : t->addr);
        }
    }
}

static void check_entry(const struct image *im, struct findings *f)
{
    for (unsigned n = 0; n < im->segment_count; n++) {
        const struct image_segment *s = &im->segments[n];
        if (!image_is_padding(s) && im->header.entry - s->addr < s->len)
            return;
    }
    findings_add(f, &entry_nowhere, 4, "the entry point is 0x%08" PRIX32, im->header.entry);
}

/* How many of the len bytes at offset belong to the data of a segment, or to what is between: the length of that piece. */
static uint32_t piece_at(const struct image *im, uint32_t offset, uint32_t len, bool *is_data)
{
    *is_data = false;
    for (unsigned n = 0; n < im->segment_count; n++) {
        const struct image_segment *s = &im->segments[n];
        if (offset < s->offset)
            return s->offset - offset < len ? s->offset - offset : len;
        if (offset - s->offset < s->len) {
            *is_data = true;
            return s->offset + s->len - offset < len ? s->offset + s->len - offset : len;
        }
    }
    return len;
}

static uint8_t xor_segments(const struct image *im, uint32_t offset, const uint8_t *bytes, uint32_t len)
{
    uint8_t sum = 0;
    for (uint32_t done = 0, n; done < len; done += n) {
        bool is_data;
        n = piece_at(im, offset + done, len - done, &is_data);
        for (uint32_t i = 0; is_data && i < n; i++)
            sum ^= bytes[done + i];
    }
    return sum;
}

/* Reads the whole image, up to and with its checksum. */
static void compute_sums(struct image_source *src, struct image *im)
{
    uint8_t bytes[VERIFY_BLOCK];
    struct hash_sha256 hash;
    uint32_t len = im->checksum_offset + 1;
    im->checksum_right = IMAGE_CHECKSUM_SEED;
    hash_sha256_begin(&hash);
    for (uint32_t at = 0, n; at < len; at += n) {
        n = len - at < sizeof bytes ? len - at : (uint32_t)sizeof bytes;
        if (!image_fetch(src, at, bytes, n))
            return;
        im->checksum_right ^= xor_segments(im, at, bytes, n);
        hash_sha256_add(&hash, bytes, n);
    }
    hash_sha256_end(&hash, im->sha256_right);
    im->is_verified = true;
}

bool image_is_padding(const struct image_segment *s)
{
    return s->addr < IMAGE_LOADED_FROM;
}

bool image_maps_flash(const struct image *im)
{
    for (unsigned n = 0; n + im->uncounted < im->segment_count; n++) {
        if (im->segments[n].region && im->segments[n].region->is_flash)
            return true;
    }
    return false;
}

bool image_is_damaged(const struct image *im)
{
    return im->is_verified && (im->checksum != im->checksum_right ||
                               (im->is_hash_there && memcmp(im->sha256, im->sha256_right, SHA256_LEN)));
}

static bool fits_with(uint8_t *bytes, const struct image *im, uint8_t mode, uint8_t clock_and_size)
{
    uint8_t digest[SHA256_LEN];
    bytes[2] = mode;
    bytes[3] = clock_and_size;
    hash_sha256(bytes, im->len, digest);
    return !memcmp(digest, im->sha256, sizeof digest);
}

/* Whether the hash is right for the same image with other flash settings: then a tool has set these, and nothing else is
   changed. ESP-IDF does not look at the hash of a bootloader for this reason (esp-idf components/bootloader_support/src/
   esp_image_format.c, image_load). */
static bool is_patched(struct image_source *src, const struct image *im)
{
    bool is_found = false;
    if (im->has_app_desc || image_maps_flash(im) || im->len > PATCHED_MAX || !im->chip)
        return false;
    uint8_t *bytes = malloc(im->len);
    bool is_read = bytes && image_fetch(src, 0, bytes, im->len);
    for (uint8_t mode = 0; is_read && image_mode_name(mode); mode++) {
        for (unsigned code = 0; code <= UINT8_MAX && !is_found; code++)
            is_found = image_freq_name(im->chip, code & 0x0F) && image_size_bytes((uint8_t)(code >> 4)) &&
                       fits_with(bytes, im, mode, (uint8_t)code);
    }
    free(bytes);
    return is_found;
}

static void report_hash(struct image_source *src, const struct image *im, struct findings *f)
{
    if (is_patched(src, im))
        findings_add(f, &patched, im->len,
                     "the SHA-256 behind the image is that before its flash settings were changed");
    else
        findings_add(f, &bad_hash, im->len, "the SHA-256 behind the image is not that of the image");
}

/* The checksum, and the hash behind it. */
static bool check_sums(struct image_source *src, bool verify, struct image *im, struct findings *f)
{
    if (im->checksum_offset >= src->len) {
        findings_add(f, &truncated, src->len, "the checksum at offset 0x%" PRIX32 " is not there", im->checksum_offset);
        return false;
    }
    if (verify)
        compute_sums(src, im);
    if (!image_fetch(src, im->checksum_offset, &im->checksum, 1))
        return false;
    if (im->is_verified && im->checksum != im->checksum_right)
        findings_add(f, &bad_checksum, im->checksum_offset, "the checksum is 0x%02X, the segments give 0x%02X",
                     im->checksum, im->checksum_right);
    im->len = im->checksum_offset + 1;
    if (!im->header.has_hash)
        return true;
    im->is_hash_there = image_fetch(src, im->len, im->sha256, SHA256_LEN);
    if (!im->is_hash_there) {
        if (!src->e)
            findings_add(f, &truncated, im->len, "the SHA-256 that the header announces is not there");
        return false;
    }
    if (im->is_verified && memcmp(im->sha256, im->sha256_right, SHA256_LEN))
        report_hash(src, im, f);
    im->len += SHA256_LEN;
    return true;
}

static bool is_all(const uint8_t *bytes, size_t len, uint8_t value)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != value)
            return false;
    }
    return true;
}

static void check_tail(const uint8_t *bytes, size_t len, const struct image *im, struct findings *f)
{
    size_t left = len - im->len;
    if (left && !im->signature_count && !im->has_old_signature && !is_all(bytes + im->len, left, 0xFF) &&
        !is_all(bytes + im->len, left, 0))
        findings_add(f, &trailing, im->len, "%zu more bytes follow the image", left);
}

static void parse(struct image_source *src, bool verify, struct image *im, struct findings *f)
{
    uint8_t head[IMAGE_HEADER_LEN];
    size_t head_len = src->len < sizeof head ? src->len : sizeof head;
    *im = (struct image){0};
    if ((head_len && !image_fetch(src, 0, head, head_len)) || !check_magic(head, head_len, f))
        return;
    im->has_header = image_header_parse(head, head_len, &im->header);
    im->chip = image_chip_by_id(im->header.chip_id);
    check_header(im, f);
    bool is_whole = read_segments(src, im, f);
    image_read_descriptors(src, im);
    im->page_size = page_size_of(im);
    check_mapping(im, f);
    if (!is_whole)
        return;
    check_entry(im, f);
    im->is_complete = check_sums(src, verify, im, f);
    if (!im->is_complete)
        return;
    image_find_signature(src, im);
}

enum err image_read(const struct reader *reader, uint32_t offset, uint32_t limit, bool verify, struct image *out,
                    struct findings *f)
{
    struct image_source src = {.reader = reader, .base = offset};
    uint32_t there = offset < reader->size ? reader->size - offset : 0;
    src.len = limit < there ? limit : there;
    src.len = src.len < UINT32_MAX / 2 ? src.len : UINT32_MAX / 2;
    uint64_t base = f ? f->base : 0;
    if (f)
        f->base += offset;
    parse(&src, verify, out, f);
    if (f)
        f->base = base;
    return src.e;
}

void image_parse(const void *bytes, size_t len, struct image *im, struct findings *f)
{
    struct reader reader = reader_of_memory(bytes, len < UINT32_MAX / 2 ? len : UINT32_MAX / 2);
    enum err e = image_read(&reader, 0, reader.size, true, im, f); /* memory can be read */
    if (!e && im->is_complete)
        check_tail(bytes, reader.size, im, f);
}

enum err image_check_chip(struct log *log, const struct image_header *h, const char *name, uint16_t chip_id)
{
    const struct image_chip *is = image_chip_by_id(chip_id), *wants = image_chip_by_id(h->chip_id);
    const char *title = is ? is->title : "another chip";
    if (h->chip_id == chip_id)
        return ERR_OK;
    return err_at(log, ERR_STATE,
                  "'%s' is an image for %s (chip id %u), the chip here is %s: it would not start; build it for %s, "
                  "or say force to write it all the same",
                  name, wants ? wants->title : "an unknown chip", h->chip_id, title, title);
}

enum err image_check_revision(struct log *log, const struct image_header *h, const char *name, unsigned revision,
                              bool is_bootloader)
{
    const struct image_chip *chip = image_chip_by_id(h->chip_id);
    const char *title = chip ? chip->title : "a chip";
    unsigned min = h->min_rev ? h->min_rev : h->min_rev_old * 100U;
    if (revision < min)
        return err_at(log, ERR_STATE,
                      "'%s' needs %s of revision %u.%u or later, the chip here is revision %u.%u: it would not start; "
                      "build it for this revision, or say force to write it all the same",
                      name, title, min / 100, min % 100, revision / 100, revision % 100);
    if (!is_bootloader && is_limit(h->max_rev) && revision > h->max_rev)
        return err_at(log, ERR_STATE,
                      "'%s' is for %s up to revision %u.%u, the chip here is revision %u.%u: it would not start; "
                      "build it for this revision, or say force to write it all the same",
                      name, title, h->max_rev / 100, h->max_rev % 100, revision / 100, revision % 100);
    return ERR_OK;
}
