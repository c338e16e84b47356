/* SPDX-License-Identifier: Apache-2.0 */
/* Images: written, read back, and damaged in every way. Sums were computed by Python's hashlib from the format's rules. */
#include "unit.h"

#include "base/hash.h"
#include "layout/image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IRAM = 0x40080000, DRAM = 0x3FFB0000, DROM = 0x3F400020, IROM = 0x400D0018 };

/* A log that keeps the sentence of the last error only. */
static struct log quiet;

static const struct image_chip *esp32(void)
{
    return image_chip_find("esp32");
}

static void fill_counting(uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)i;
}

/* Two RAM segments: 8 bytes of 0xA5 at DRAM, 40 counting bytes at IRAM, entry IRAM + 4. */
static void write_small(struct buf *out)
{
    uint8_t counting[40], same[8];
    fill_counting(counting, sizeof counting);
    memset(same, 0xA5, sizeof same);
    const struct image_part parts[] = {{IRAM, counting, sizeof counting, ".iram"}, {DRAM, same, sizeof same, ".data"}};
    struct image_options o = image_options_default(esp32());
    CHECK_OK(image_write(&quiet, &o, IRAM + 4, parts, 2, out));
}

static void a_written_image_has_the_right_bytes(void **state)
{
    (void)state;
    struct buf out = {0};
    write_small(&out);
    uint8_t digest[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];
    hash_sha256(out.bytes, out.len, digest);
    for (size_t i = 0; i < SHA256_LEN; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    assert_int_equal(out.len, 128);
    assert_string_equal(hex, "a1a0ffb742b721edabc4fba2dcea94065fccae5d4d0afa80e5b72b36ae6eee1d");
    buf_fini(&out);
}

static void an_image_reads_back(void **state)
{
    (void)state;
    struct buf out = {0};
    struct image im;
    struct findings f = {0};
    write_small(&out);
    image_parse(out.bytes, out.len, &im, &f);
    assert_int_equal(f.count, 0);
    assert_true(im.is_complete);
    assert_string_equal(im.chip->name, "esp32");
    assert_int_equal(im.len, out.len);
    assert_int_equal(im.segment_count, 2);
    assert_int_equal(im.segments[0].addr, DRAM);
    assert_int_equal(im.segments[0].len, 8);
    assert_string_equal(im.segments[1].region->name, "IRAM");
    assert_int_equal(im.header.entry, IRAM + 4);
    assert_int_equal(im.header.spi_mode, 2);
    assert_int_equal(image_size_bytes(im.header.size), 4 << 20);
    assert_int_equal(im.checksum, im.checksum_right);
    assert_memory_equal(im.sha256, im.sha256_right, SHA256_LEN);
    buf_fini(&out);
}

/* Parses a changed copy of the small image and expects this finding first. */
static void expect_finding(const struct buf *good, size_t at, uint8_t value, size_t len, const char *code)
{
    struct image im;
    struct findings f = {0};
    uint8_t *bytes = malloc(len + 1); /* exactly as long as said, for the sanitizer */
    memcpy(bytes, good->bytes, len < good->len ? len : good->len);
    if (at < len)
        bytes[at] = value;
    image_parse(bytes, len, &im, &f);
    assert_true(f.count > 0);
    assert_string_equal(f.items[0].kind->code, code);
    assert_true(f.items[0].seen[0] && f.items[0].kind->means[0] && f.items[0].kind->remedy[0]);
    findings_fini(&f);
    free(bytes);
}

static void damage_is_found(void **state)
{
    (void)state;
    struct buf out = {0};
    write_small(&out);
    static const struct {
        size_t at;
        uint8_t value;
        const char *code;
    } cases[] = {
        {0, 0xFF, "image-magic"},
        {1, 0, "image-segment-count"},
        {1, 17, "image-segment-count"},
        {1, 3, "image-truncated"},
        {2, 9, "image-flash-settings"},
        {3, 0x24, "image-flash-settings"},
        {3, 0x90, "image-flash-settings"},
        {7, 0, "image-entry"},
        {12, 3, "image-chip"},
        {15, 1, "image-hash"},
        {16, 0xFF, "image-hash"},
        {27, 0x20, "image-segment-address"},
        {28, 9, "image-segment-length"},
        {30, 1, "image-truncated"},
        {31, 1, "image-segment-address"},
        {33, 0, "image-checksum"},
        {50, 0, "image-checksum"},
        {100, 1, "image-hash"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_finding(&out, cases[i].at, cases[i].value, out.len, cases[i].code);
    buf_fini(&out);
}

static void every_cut_is_found(void **state)
{
    (void)state;
    struct buf out = {0};
    write_small(&out);
    expect_finding(&out, out.len, 0, 0, "image-short");
    for (size_t len = 1; len < IMAGE_HEADER_LEN; len++)
        expect_finding(&out, out.len, 0, len, "image-short");
    for (size_t len = IMAGE_HEADER_LEN; len < out.len; len++)
        expect_finding(&out, out.len, 0, len, "image-truncated");
    expect_finding(&out, out.len, 7, out.len + 1, "image-trailing");
    buf_fini(&out);
}

static void other_files_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *guess;
    } cases[] = {
        {"\xFF\xFF\xFF\xFF", "erased"},
        {"\x7F"
         "ELF",
         "ELF"},
        {"UF2\n", "UF2"},
        {"\x3D\xB8\xF3\x96", "MCUboot"},
        {"\xAA\x50\x01\x02", "partition table"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct image im;
        struct findings f = {0};
        image_parse(cases[i].bytes, 4, &im, &f);
        assert_false(im.has_header);
        assert_non_null(strstr(f.items[0].seen, cases[i].guess));
        findings_fini(&f);
    }
}

/* The shape of what esptool makes for it: 8 bytes of header, then the first segment. Some have a length there that is the id
   of another chip. */
static void images_of_the_esp8266_are_named(void **state)
{
    (void)state;
    static const uint32_t addrs[] = {0x3FFE8000, 0x40100000, 0x4010E000, 0x40201010};
    for (size_t i = 0; i < sizeof addrs / sizeof addrs[0]; i++) {
        for (uint32_t len = 12; len < 0x1000; len += 4) {
            uint8_t bytes[64] = {IMAGE_MAGIC, 1, 2, 0x40};
            struct image im;
            struct findings f = {0};
            le32_put(bytes + 4, 0x401000F0);
            le32_put(bytes + 8, addrs[i]);
            le32_put(bytes + 12, len);
            image_parse(bytes, sizeof bytes, &im, &f);
            assert_false(im.has_header);
            assert_int_equal(f.count, 1);
            assert_string_equal(f.items[0].kind->code, "image-esp8266");
            findings_fini(&f);
        }
    }
}

/* Zephyr's images for the bootloader of ESP-IDF begin with such a segment: the header for MCUboot, "loaded" to 0x20. */
static void low_addresses_are_not_loaded(void **state)
{
    (void)state;
    static const uint32_t addrs[] = {0, 4, 0x20, 0x0FFFFFFC, 0x10000000};
    for (size_t i = 0; i < sizeof addrs / sizeof addrs[0]; i++) {
        struct buf out = {0};
        struct image im;
        struct findings f = {0};
        write_small(&out);
        le32_put(out.bytes + IMAGE_HEADER_LEN, addrs[i]);
        CHECK_OK(image_patch(&quiet, out.bytes, out.len, -1, -1, 0)); /* the hash again */
        image_parse(out.bytes, out.len, &im, &f);
        bool is_loaded = addrs[i] == 0x10000000;
        assert_int_equal(image_is_padding(&im.segments[0]), !is_loaded);
        assert_int_equal(f.count, is_loaded ? 1 : 0);
        if (is_loaded)
            assert_string_equal(f.items[0].kind->code, "image-segment-address");
        findings_fini(&f);
        buf_fini(&out);
    }
}

/* What a flashing tool that sets the flash size leaves: no loader minds in a bootloader, ESP-IDF's does in an app. */
static void a_hash_before_new_settings_is_judged_by_what_it_is_in(void **state)
{
    (void)state;
    static uint8_t bytes[64];
    const struct image_part app[] = {{DROM, bytes, sizeof bytes, ".rodata"}, {IRAM, bytes, sizeof bytes, ".iram"}};
    for (int is_app = 0; is_app < 2; is_app++) {
        struct buf out = {0};
        struct image im;
        struct findings f = {0};
        struct image_options o = image_options_default(esp32());
        CHECK_OK(image_write(&quiet, &o, IRAM, is_app ? app : app + 1, is_app ? 2 : 1, &out));
        out.bytes[3] ^= 0x10;
        image_parse(out.bytes, out.len, &im, &f);
        assert_int_equal(f.count, 1);
        assert_string_equal(f.items[0].kind->code, "image-hash");
        assert_int_equal(f.items[0].kind->severity, is_app ? FINDING_ERROR : FINDING_WARNING);
        findings_fini(&f);
        out.bytes[4] ^= 4; /* the entry as well: that is damage */
        image_parse(out.bytes, out.len, &im, &f);
        assert_int_equal(f.items[0].kind->severity, FINDING_ERROR);
        findings_fini(&f);
        buf_fini(&out);
    }
}

/* Checks that every byte of the parts is where a loader with a 64 KB flash MMU would find it. */
static void check_loaded(const struct buf *image, const struct image_part *parts, size_t count)
{
    struct image im;
    struct findings f = {0};
    image_parse(image->bytes, image->len, &im, &f);
    assert_int_equal(f.count, 0);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < parts[i].len; k++) {
            uint32_t addr = parts[i].addr + k;
            unsigned n = 0;
            while (n < im.segment_count && (!im.segments[n].addr || addr - im.segments[n].addr >= im.segments[n].len))
                n++;
            assert_true(n < im.segment_count);
            assert_int_equal(image->bytes[im.segments[n].offset + addr - im.segments[n].addr], parts[i].bytes[k]);
        }
    }
}

static void mapped_segments_are_placed(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(0x20000);
    fill_counting(bytes, 0x20000);
    struct image_options o = image_options_default(esp32());
    /* From gaps that take a RAM segment whole to gaps of a few bytes, and RAM that is cut in two. */
    for (uint32_t ram = 0; ram < 0x12000; ram += ram < 0x40 ? 4 : 0x3FFC) {
        for (uint32_t rom = 4; rom < 0x80; rom += 4) {
            const struct image_part parts[] = {{IRAM, bytes, ram, ".iram"},
                                               {DRAM, bytes, 4, ".data"},
                                               {DROM, bytes, rom, ".rodata"},
                                               {IROM + rom % 16, bytes, 100, ".text"}};
            struct buf out = {0};
            CHECK_OK(image_write(&quiet, &o, IROM + rom % 16, parts, 4, &out));
            check_loaded(&out, parts, 4);
            buf_fini(&out);
        }
    }
    free(bytes);
}

static void neighbours_are_joined(void **state)
{
    (void)state;
    uint8_t bytes[64];
    fill_counting(bytes, sizeof bytes);
    const struct image_part parts[] = {
        {DROM + 32, bytes, 3, "b"}, {DROM, bytes, 5, "a"},      {IRAM, bytes, 7, "c"},      {IRAM + 7, bytes, 2, "d"},
        {IRAM + 12, bytes, 1, "e"}, {IRAM + 64, bytes, 4, "f"}, {DRAM + 2, bytes, 1, "odd"}};
    struct image_options o = image_options_default(esp32());
    struct buf out = {0};
    struct image im;
    CHECK_OK(image_write(&quiet, &o, IRAM, parts, 7, &out));
    check_loaded(&out, parts, 7);
    image_parse(out.bytes, out.len, &im, NULL);
    assert_int_equal(im.segment_count, 4); /* DROM, DRAM, IRAM to 13, IRAM 64 */
    buf_fini(&out);
}

/* The segment of DROM that starts at this address, as written for a chip. */
static struct image_segment write_one(const char *chip, const struct image_part *part)
{
    struct image_options o = image_options_default(image_chip_find(chip));
    struct buf out = {0};
    struct image im;
    CHECK_OK(image_write(&quiet, &o, part->addr, part, 1, &out));
    image_parse(out.bytes, out.len, &im, NULL);
    assert_true(im.is_complete);
    buf_fini(&out);
    return im.segments[im.segment_count - 1];
}

static void no_mapped_segment_of_the_esp32_ends_early_in_a_page(void **state)
{
    (void)state;
    static const uint8_t bytes[0x10010];
    assert_int_equal(write_one("esp32", &(struct image_part){0x3F400000, bytes, 8, ".r"}).len, 0x24);
    assert_int_equal(write_one("esp32", &(struct image_part){0x3F400020, bytes, 8, ".r"}).len, 8);
    assert_int_equal(write_one("esp32", &(struct image_part){0x3F400020, bytes, 0xFFE0, ".r"}).len, 0x10004);
    assert_int_equal(write_one("esp32s3", &(struct image_part){0x3C000000, bytes, 8, ".r"}).len, 8);
}

static void small_pages_follow_the_descriptor(void **state)
{
    (void)state;
    uint8_t desc[IMAGE_APP_DESC_LEN] = {0};
    le32_put(desc, IMAGE_APP_DESC_MAGIC);
    const struct image_part part = {0x42008020, desc, sizeof desc, ".d"};
    desc[180] = 15;
    assert_int_equal(write_one("esp32c6", &part).offset, 0x20);
    desc[180] = 0; /* does not say; 32 KB is the largest that fits */
    assert_int_equal(write_one("esp32c6", &part).offset, 0x20);
    desc[180] = 16;
    assert_int_equal(write_one("esp32c6", &part).offset, 0x8020);
    assert_int_equal(write_one("esp32p4", &(struct image_part){0x40008020, desc, sizeof desc, ".d"}).offset, 0x8020);
}

/* Older ESP-IDF does not say the page size; its images are none the less right. */
static void small_pages_are_seen_without_a_descriptor(void **state)
{
    (void)state;
    static uint8_t bytes[0x4000];
    static const struct {
        const char *chip;
        uint32_t asked, addr, is;
    } cases[] = {{"esp32c6", 0x8000, 0x42008020, 0x8000},
                 {"esp32c2", 0x8000, 0x3C008020, 0x8000},
                 {"esp32h2", 0x2000, 0x42002020, 0x2000},
                 {"esp32c6", 0x10000, 0x42010020, 0x10000}};
    le32_put(bytes, IMAGE_APP_DESC_MAGIC);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct image_part part = {cases[i].addr, bytes, sizeof bytes, ".d"};
        struct image_options o = image_options_default(image_chip_find(cases[i].chip));
        struct buf out = {0};
        struct image im;
        struct findings f = {0};
        o.page_size = cases[i].asked;
        CHECK_OK(image_write(&quiet, &o, cases[i].addr, &part, 1, &out));
        image_parse(out.bytes, out.len, &im, &f);
        assert_int_equal(im.app.page_size, 0);
        assert_int_equal(im.page_size, cases[i].is);
        assert_int_equal(f.count, 0);
        le32_put(out.bytes + IMAGE_HEADER_LEN, cases[i].addr + 0x1000); /* fits no page at all */
        CHECK_OK(image_patch(&quiet, out.bytes, out.len, -1, -1, 0));
        image_parse(out.bytes, out.len, &im, &f);
        assert_string_equal(f.items[0].kind->code, "image-segment-mapping");
        findings_fini(&f);
        buf_fini(&out);
    }
}

static void parts_that_cannot_be_loaded_are_refused(void **state)
{
    (void)state;
    static const uint8_t bytes[64];
    struct image_options o = image_options_default(esp32());
    struct buf out = {0};
    const struct image_part nowhere = {0x60000000, bytes, 4, ".far"}, past = {0x400BFFF0, bytes, 32, ".end"};
    const struct image_part overlap[] = {{IRAM, bytes, 8, ".a"}, {IRAM + 4, bytes, 8, ".b"}};
    CHECK_ERR(image_write(&quiet, &o, 0, &nowhere, 1, &out), ERR_MALFORMED);
    assert_non_null(strstr(quiet.why, ".far"));
    CHECK_ERR(image_write(&quiet, &o, 0, &past, 1, &out), ERR_MALFORMED);
    assert_non_null(strstr(quiet.why, "IRAM"));
    CHECK_ERR(image_write(&quiet, &o, 0, overlap, 2, &out), ERR_MALFORMED);
    assert_non_null(strstr(quiet.why, ".b"));
    CHECK_ERR(image_write(&quiet, &o, 0, NULL, 0, &out), ERR_MALFORMED);
    struct image_part many[17];
    for (uint32_t i = 0; i < 17; i++)
        many[i] = (struct image_part){IRAM + 64 * i, bytes, 4, ".x"};
    CHECK_ERR(image_write(&quiet, &o, IRAM, many, 17, &out), ERR_RANGE);
    assert_non_null(strstr(quiet.why, "17 segments"));
    o.chip = image_chip_find("esp32e22");
    CHECK_ERR(image_write(&quiet, &o, 0, many, 1, &out), ERR_UNSUPPORTED);
    buf_fini(&out);
}

static void settings_are_patched_and_the_hash_follows(void **state)
{
    (void)state;
    struct buf out = {0};
    struct image im;
    struct findings f = {0};
    write_small(&out);
    CHECK_OK(image_patch(&quiet, out.bytes, out.len, 0, 0xF, -1));
    image_parse(out.bytes, out.len, &im, &f);
    assert_int_equal(f.count, 0);
    assert_int_equal(im.header.spi_mode, 0);
    assert_int_equal(im.header.freq, 0xF);
    assert_int_equal(image_size_bytes(im.header.size), 4 << 20);
    CHECK_ERR(image_patch(&quiet, out.bytes, out.len - 1, 0, 0, 0), ERR_MALFORMED);
    buf_fini(&out);
}

static void descriptors_and_signatures_are_read(void **state)
{
    (void)state;
    uint8_t desc[IMAGE_APP_DESC_LEN] = {0};
    le32_put(desc, IMAGE_APP_DESC_MAGIC);
    memcpy(desc + 16, "v1.2-34567890123456789012345678901234567890", 32); /* fills the field, no terminator */
    memcpy(desc + 48, "blink", 5);
    desc[180] = 15;
    const struct image_part part = {DROM, desc, sizeof desc, ".appdesc"};
    struct image_options o = image_options_default(esp32());
    struct buf out = {0};
    struct image im;
    CHECK_OK(image_write(&quiet, &o, DROM, &part, 1, &out));
    buf_fill(&out, 0xFF, 4096 - out.len);
    for (int i = 0; i < 2; i++) {
        buf_u8(&out, 0xE7);
        buf_u8(&out, 2);
        buf_fill(&out, 0, 1214);
    }
    image_parse(out.bytes, out.len, &im, NULL);
    assert_true(im.has_app_desc);
    assert_int_equal(strlen(im.app.version), 32);
    assert_string_equal(im.app.project, "blink");
    assert_int_equal(im.app.page_size, 0x8000);
    assert_int_equal(im.signature_count, 2);
    assert_int_equal(im.signature_offset, 4096);
    buf_fini(&out);
}

static void wrong_chips_and_revisions_are_refused(void **state)
{
    (void)state;
    struct image_header h = {.chip_id = 0, .min_rev = 100, .max_rev = 399};
    CHECK_OK(image_check_chip(&quiet, &h, "a.bin", 0));
    CHECK_ERR(image_check_chip(&quiet, &h, "a.bin", 9), ERR_STATE);
    assert_non_null(strstr(quiet.why, "ESP32-S3"));
    CHECK_OK(image_check_revision(&quiet, &h, "a.bin", 300, false));
    CHECK_ERR(image_check_revision(&quiet, &h, "a.bin", 0, false), ERR_STATE);
    assert_non_null(strstr(quiet.why, "1.0"));
    CHECK_ERR(image_check_revision(&quiet, &h, "a.bin", 400, false), ERR_STATE);
    CHECK_OK(image_check_revision(&quiet, &h, "boot.bin", 400, true));
    h = (struct image_header){.min_rev_old = 3};
    CHECK_ERR(image_check_revision(&quiet, &h, "a.bin", 299, false), ERR_STATE);
}

/* Every record: names and ids differ, regions are in order and in their own memory, clocks lead to codes and back. */
static void chip_records_are_sound(void **state)
{
    (void)state;
    for (const struct image_chip *c = image_chips; c->name; c++) {
        assert_ptr_equal(image_chip_find(c->title), c);
        assert_ptr_equal(image_chip_by_id(c->id), c);
        assert_int_equal(c->bootloader_offset % 0x1000, 0);
        for (const struct image_freq *f = c->freqs; f->name; f++)
            assert_int_equal(image_freq_code(c, f->name), f->code);
        for (const struct image_region *r = c->regions; r && r->name; r++) {
            assert_true(r->base < r->end);
            for (const struct image_region *s = c->regions; s < r; s++)
                assert_true(r->base >= s->end || s->base >= r->end);
        }
    }
    assert_null(image_chip_find("esp33"));
    assert_null(image_chip_by_id(0xFFFF));
    assert_int_equal(image_freq_code(esp32(), "80MHz"), 0xF);
    assert_int_equal(image_freq_code(esp32(), "8"), -1);
    assert_int_equal(image_mode_code("QIO"), 0);
    assert_int_equal(image_size_code(3 << 20), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_written_image_has_the_right_bytes),
        cmocka_unit_test(an_image_reads_back),
        cmocka_unit_test(damage_is_found),
        cmocka_unit_test(every_cut_is_found),
        cmocka_unit_test(other_files_are_named),
        cmocka_unit_test(images_of_the_esp8266_are_named),
        cmocka_unit_test(low_addresses_are_not_loaded),
        cmocka_unit_test(a_hash_before_new_settings_is_judged_by_what_it_is_in),
        cmocka_unit_test(mapped_segments_are_placed),
        cmocka_unit_test(neighbours_are_joined),
        cmocka_unit_test(no_mapped_segment_of_the_esp32_ends_early_in_a_page),
        cmocka_unit_test(small_pages_follow_the_descriptor),
        cmocka_unit_test(small_pages_are_seen_without_a_descriptor),
        cmocka_unit_test(parts_that_cannot_be_loaded_are_refused),
        cmocka_unit_test(settings_are_patched_and_the_hash_follows),
        cmocka_unit_test(descriptors_and_signatures_are_read),
        cmocka_unit_test(wrong_chips_and_revisions_are_refused),
        cmocka_unit_test(chip_records_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
