/* SPDX-License-Identifier: Apache-2.0 */
/* The layout engine: what is found, what boots and why, and each contradiction. Every byte is read at most once. */
#include "look.h"

static void the_usual_layout_is_read(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct look k;
    look_at(&k, &s);
    assert_string_equal(k.l.chip->name, "esp32");
    assert_true(k.l.is_chip_found);
    assert_int_equal(k.l.image_flash_size, 4 * MIB);
    assert_string_equal(k.l.known_name, "ESP-IDF, factory and two OTA slots");
    expect_region(&k, 0, LAYOUT_BLANK, LAYOUT_BLANK);
    expect_region(&k, 0x1000, LAYOUT_BOOTLOADER, LAYOUT_BOOTLOADER);
    expect_region(&k, 0x8000, LAYOUT_PARTITION_TABLE, LAYOUT_PARTITION_TABLE);
    expect_region(&k, 0xD000, LAYOUT_OTADATA, LAYOUT_BLANK);
    const struct layout_region *app = expect_region(&k, 0x110000, LAYOUT_APP, LAYOUT_APP);
    assert_string_equal(app->label, "ota_0");
    assert_string_equal(app->detail, "scene 1.2.3, IDF v5.3");
    assert_non_null(app->image);
    assert_true(app->is_used_known && app->used == app->image->len && !app->image->is_verified);
    expect_boot(&k, LAYOUT_BOOT_APP, 0x10000, "the OTA data is blank: factory");
    expect_quiet(&k);
    leave(&k, &s);
}

static void a_header_that_says_too_much_is_said(void **state)
{
    (void)state;
    struct scene s = scene_one_app(4 * MIB, 0x8000);
    scene_bootloader(&s, "esp32", 0x1000, 16 * MIB);
    struct look k;
    look_at(&k, &s);
    assert_int_equal(k.l.image_flash_size, 16 * MIB);
    expect_finding(&k, "size-header-larger", 0x1003);
    expect_boot(&k, LAYOUT_BOOT_APP, 0x10000, "factory");
    leave(&k, &s);
}

static void a_bootloader_that_reaches_over_the_table_is_said(void **state)
{
    (void)state;
    struct scene s = scene_one_app(4 * MIB, 0x2000);
    uint8_t entry[32];
    memcpy(entry, s.bytes + 0x2000, sizeof entry);
    uint8_t head[8];
    le32_put(head, 0x3FFF0000); /* makes the bootloader's second segment end at 0x3000 */
    struct image im;
    image_parse(s.bytes + 0x1000, 0x1000, &im, NULL);
    le32_put(head, 0x2000 - im.segments[1].offset);
    scene_put(&s, 0x1000 + im.segments[1].offset - 4, head, 4);
    struct look k;
    look_at(&k, &s);
    expect_finding(&k, "table-overwritten", 0x2000);
    leave(&k, &s);
}

static void an_erased_flash_is_one_blank(void **state)
{
    (void)state;
    struct scene s = scene_new(4 * MIB);
    struct layout_request request = scene_request(&s);
    request.chip = image_chip_find("esp32s3");
    struct look k;
    look(&k, &request);
    assert_int_equal(k.l.region_count, 1);
    expect_region(&k, 0, LAYOUT_BLANK, LAYOUT_BLANK);
    assert_true(k.l.regions[0].is_used_known && k.l.regions[0].used == 0);
    assert_string_equal(k.l.boot.why, "the flash is blank");
    expect_finding(&k, "bootloader-missing", 0);
    done(&k);
    request = scene_request(&s); /* and with no chip known */
    look(&k, &request);
    assert_null(k.l.chip);
    assert_int_equal(k.l.boot.kind, LAYOUT_BOOT_NOTHING);
    leave(&k, &s);
}

static void random_bytes_are_no_layout(void **state)
{
    (void)state;
    struct scene s = scene_new(1 * MIB);
    scene_cipher(&s, 0, s.size);
    struct layout_request request = scene_request(&s);
    request.chip = image_chip_find("esp32");
    struct look k;
    look(&k, &request);
    assert_null(k.l.table);
    assert_true(k.l.is_encrypted);
    assert_int_equal(k.l.boot.kind, LAYOUT_BOOT_UNKNOWN);
    leave(&k, &s);
}

static void an_encrypted_flash_is_said_in_words(void **state)
{
    (void)state;
    struct scene s = scene_new(4 * MIB);
    scene_cipher(&s, 0x1000, 0x6000);
    scene_cipher(&s, 0x8000, 0xC00);
    scene_cipher(&s, 0x10000, 0x40000);
    static const struct {
        enum layout_fact fact;
        const char *code;
    } cases[] = {{LAYOUT_FACT_YES, "flash-encrypted"},
                 {LAYOUT_FACT_UNKNOWN, "flash-encrypted"},
                 {LAYOUT_FACT_NO, "flash-cipher-text"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct layout_request request = scene_request(&s);
        request.chip = image_chip_find("esp32");
        request.is_encryption_on = cases[i].fact;
        struct look k;
        look(&k, &request);
        assert_true(k.l.is_encrypted);
        expect_finding(&k, cases[i].code, 0x1000);
        expect_region(&k, 0x1000, LAYOUT_BOOTLOADER, LAYOUT_ENCRYPTED);
        expect_region(&k, 0x10000, LAYOUT_ENCRYPTED, LAYOUT_ENCRYPTED);
        assert_null(finding(&k, "table-missing"));
        assert_string_equal(k.l.boot.why, "the flash is encrypted");
        done(&k);
    }
    scene_free(&s);
}

static void plain_text_on_a_chip_that_decrypts_is_said(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct layout_request request = scene_request(&s);
    request.is_encryption_on = LAYOUT_FACT_YES;
    struct look k;
    look(&k, &request);
    expect_finding(&k, "flash-plain-text", 0x1000);
    expect_boot(&k, LAYOUT_BOOT_APP, 0x10000, "factory");
    leave(&k, &s);
}

static void a_missing_or_wrong_bootloader_is_said(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct look k;
    struct layout_request request;
    /* for another chip */
    request = scene_request(&s);
    request.chip = image_chip_find("esp32s2");
    look(&k, &request);
    expect_finding(&k, "bootloader-chip", 0x100C);
    done(&k);
    /* at another chip's offset */
    request = scene_request(&s);
    request.chip = image_chip_find("esp32s3");
    look(&k, &request);
    expect_finding(&k, "bootloader-misplaced", 0x1000);
    assert_null(finding(&k, "app-outside")); /* once is enough */
    expect_finding(&k, "bootloader-missing", 0);
    assert_string_equal(k.l.boot.why, "there is no bootloader");
    done(&k);
    /* something else in its place */
    scene_text(&s, 0x1000, 0x1000);
    request = scene_request(&s);
    request.chip = image_chip_find("esp32");
    look(&k, &request);
    expect_finding(&k, "bootloader-foreign", 0x1000);
    done(&k);
    /* erased; the chip is then known by the apps */
    memset(s.bytes + 0x1000, 0xFF, 0x6000);
    request = scene_request(&s);
    look(&k, &request);
    assert_non_null(k.l.chip);
    assert_string_equal(k.l.chip->name, "esp32");
    expect_finding(&k, "bootloader-missing", 0x1000);
    leave(&k, &s);
}

static void an_app_in_place_of_the_bootloader_is_said(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    memset(s.bytes + 0x1000, 0xFF, 0x7000);
    scene_app(&s, "esp32", 0x1000, 1, 0x100);
    scene_table(&s, 0x30000, scene_one_app_table); /* the app reaches over 0x8000 */
    struct look k;
    look_at(&k, &s);
    expect_finding(&k, "bootloader-is-app", 0x1000);
    assert_int_equal(k.l.boot.kind, LAYOUT_BOOT_NOTHING);
    leave(&k, &s);
}

static void a_reader_that_fails_is_an_error_and_no_finding(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct layout_request request = scene_request(&s);
    struct layout l;
    s.fails = true;
    CHECK_ERR(layout_read(&request, &l, NULL), ERR_DISCONNECTED);
    layout_fini(&l);
    scene_free(&s);
}

static void a_survey_knows_all_that_is_used(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    scene_text(&s, 0x320000, 0x3000);
    struct layout_request request = scene_request(&s);
    request.survey = true;
    struct look k;
    look(&k, &request);
    for (size_t n = 0; n < k.l.sector_count; n++)
        assert_int_not_equal(k.l.sectors[n], LAYOUT_SECTOR_NOT_SEEN);
    const struct layout_region *r = expect_region(&k, 0x320000, LAYOUT_UNKNOWN, LAYOUT_UNKNOWN);
    assert_int_equal(r->size, 0x3000);
    assert_true(r->is_used_known && r->used == 0x3000);
    leave(&k, &s);
}

/* What was not read is not judged: a large partition whose begin is blank. */
static void a_quick_look_does_not_say_what_it_has_not_read(void **state)
{
    (void)state;
    for (unsigned survey = 0; survey < 2; survey++) {
        struct scene s = scene_new(4 * MIB);
        scene_bootloader(&s, "esp32", 0x1000, s.size);
        scene_table(&s, 0x8000, "app,app,factory,0x10000,0x100000\nbig,data,spiffs,0x200000,0x1F0000\n");
        scene_app(&s, "esp32", 0x10000, 1, 0x8000);
        struct layout_request request = scene_request(&s);
        request.survey = survey;
        struct look k;
        look(&k, &request);
        const struct layout_region *r = expect_region(&k, 0x200000, LAYOUT_SPIFFS, LAYOUT_BLANK);
        size_t not_seen = 0;
        for (size_t n = 0x200; n < 0x3F0; n++)
            not_seen += k.l.sectors[n] == LAYOUT_SECTOR_NOT_SEEN;
        assert_int_equal(not_seen != 0, !survey);
        assert_int_equal(r->is_used_known, survey);
        assert_int_equal(r->detail[0] != 0, !survey);
        leave(&k, &s);
    }
}

/* Some of its sectors begin like an image, as one in 4096 does by chance. */
static void cipher_text_is_one_region(void **state)
{
    (void)state;
    struct scene s = scene_new(4 * MIB);
    scene_cipher(&s, 0x1000, 0x300000);
    for (uint32_t at = 0x20000; at < 0x100000; at += 0x10000)
        scene_put(&s, at, (const uint8_t[]){IMAGE_MAGIC, 3, 2, 0x20}, 4);
    struct layout_request request = scene_request(&s);
    request.chip = image_chip_find("esp32");
    request.survey = true;
    struct look k;
    look(&k, &request);
    const struct layout_region *r = expect_region(&k, 0x8000, LAYOUT_ENCRYPTED, LAYOUT_ENCRYPTED);
    assert_int_equal(r->offset, 0x8000);
    assert_int_equal(r->size, 0x301000 - 0x8000);
    leave(&k, &s);
}

/* One unit in one sentence, whatever the sizes. */
static void sizes_that_differ_are_told_in_one_unit(void **state)
{
    (void)state;
    static const struct {
        uint32_t flash;
        const char *code, *saw;
    } rows[] = {
        {2 * MIB, "size-header-larger", "speaks of 4 MB, the flash has 2 MB"},
        {8 * MIB, "size-header-smaller", "speaks of 4 MB, the flash has 8 MB"},
        {512 * 1024, "size-header-larger", "speaks of 4096 KB, the flash has 512 KB"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene s = scene_new(rows[i].flash);
        scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
        struct layout_request request = scene_request(&s);
        request.chip = image_chip_find("esp32");
        struct look k;
        look(&k, &request);
        const struct finding *f = finding(&k, rows[i].code);
        assert_non_null(f);
        if (!strstr(f->seen, rows[i].saw))
            assert_string_equal(f->seen, rows[i].saw);
        leave(&k, &s);
    }
}

static void sizes_of_any_kind_are_taken(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {0, 1, 15, 16, 4095, 4097, 0x8001, 0x9010};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct scene s = scene_new(sizes[i]);
        struct look k;
        scene_text(&s, 0, sizes[i]);
        look_at(&k, &s);
        assert_int_equal(k.l.flash_size, sizes[i]);
        leave(&k, &s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_layout_is_read),
        cmocka_unit_test(a_header_that_says_too_much_is_said),
        cmocka_unit_test(a_bootloader_that_reaches_over_the_table_is_said),
        cmocka_unit_test(an_erased_flash_is_one_blank),
        cmocka_unit_test(random_bytes_are_no_layout),
        cmocka_unit_test(an_encrypted_flash_is_said_in_words),
        cmocka_unit_test(plain_text_on_a_chip_that_decrypts_is_said),
        cmocka_unit_test(a_missing_or_wrong_bootloader_is_said),
        cmocka_unit_test(an_app_in_place_of_the_bootloader_is_said),
        cmocka_unit_test(a_reader_that_fails_is_an_error_and_no_finding),
        cmocka_unit_test(a_survey_knows_all_that_is_used),
        cmocka_unit_test(a_quick_look_does_not_say_what_it_has_not_read),
        cmocka_unit_test(cipher_text_is_one_region),
        cmocka_unit_test(sizes_that_differ_are_told_in_one_unit),
        cmocka_unit_test(sizes_of_any_kind_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
