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

static void a_table_at_another_offset_is_found(void **state)
{
    (void)state;
    struct scene s = scene_new(4 * MIB);
    scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
    scene_table(&s, 0xE000, "factory, app, factory, 0x10000, 1M\n");
    scene_app(&s, "esp32", 0x10000, 0xF0, 0x2000);
    struct look k;
    look_at(&k, &s);
    assert_non_null(k.l.table);
    assert_int_equal(k.l.table->offset, 0xE000);
    assert_string_equal(k.l.table_why, "it is the only valid one");
    assert_false(k.l.was_searched);
    expect_finding(&k, "table-elsewhere", 0xE000);
    expect_boot(&k, LAYOUT_BOOT_APP, 0x10000, "there is no OTA data in the table: factory");
    leave(&k, &s);
}

static const char one_app[] = "factory, app, factory, 0x10000, 1M\n";

static struct scene one_app_scene(uint32_t size, uint32_t table_offset)
{
    struct scene s = scene_new(size);
    scene_bootloader(&s, "esp32", 0x1000, size);
    scene_table(&s, table_offset, one_app);
    scene_app(&s, "esp32", 0x10000, 0xF0, 0x2000);
    return s;
}

/* Wherever a project puts it. */
static void a_table_is_found_at_any_sector(void **state)
{
    (void)state;
    static const uint32_t offsets[] = {0x7000, 0x9000, 0xC000, 0xF000, 0x123000, 0x3FF000};
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        struct scene s = one_app_scene(4 * MIB, offsets[i]);
        struct look k;
        look_at(&k, &s);
        assert_non_null(k.l.table);
        assert_int_equal(k.l.table->offset, offsets[i]);
        assert_true(k.l.table->is_valid);
        assert_int_equal(k.l.table->apps, 1);
        expect_region(&k, offsets[i], LAYOUT_PARTITION_TABLE, LAYOUT_PARTITION_TABLE);
        expect_boot(&k, LAYOUT_BOOT_APP, 0x10000, "factory");
        leave(&k, &s);
    }
}

/* The figure of the design: under 256 KB of 32 MB, and few reads. */
static void a_search_of_32_mb_reads_little(void **state)
{
    (void)state;
    static const uint32_t offsets[] = {0xE000, 0x40000, 0x1FFF000};
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        struct scene s = one_app_scene(32 * MIB, offsets[i]);
        scene_text(&s, 0x800000, 0x10000);
        struct look k;
        look_at(&k, &s);
        assert_int_equal(k.l.table->offset, offsets[i]);
        assert_in_range(k.l.bytes_read, 1, 256 * KIB - 1);
        leave(&k, &s);
    }
}

static void no_table_in_32_mb_reads_little(void **state)
{
    (void)state;
    struct scene s = scene_new(32 * MIB);
    scene_bootloader(&s, "esp32", 0x1000, 32 * MIB);
    scene_text(&s, 0x8000, 0x100000);
    struct look k;
    look_at(&k, &s);
    assert_null(k.l.table);
    assert_true(k.l.was_searched);
    expect_finding(&k, "table-missing", 0x8000);
    assert_in_range(k.l.bytes_read, 1, 256 * KIB - 1);
    assert_in_range(s.gathers, 1, 64);
    leave(&k, &s);
}

static void a_table_with_a_bad_md5_does_not_count_if_another_is_good(void **state)
{
    (void)state;
    struct scene s = one_app_scene(4 * MIB, 0x9000);
    scene_table(&s, 0x8000, one_app);
    s.bytes[0x8000 + 8] ^= 0x10; /* the size of the partition */
    struct look k;
    look_at(&k, &s);
    assert_int_equal(k.l.table_count, 2);
    assert_int_equal(k.l.table->offset, 0x9000);
    expect_finding(&k, "table-md5", 0x8020);
    expect_finding(&k, "table-elsewhere", 0x9000);
    leave(&k, &s);
}

static void a_damaged_table_alone_is_shown_and_does_not_boot(void **state)
{
    (void)state;
    struct scene s = one_app_scene(4 * MIB, 0x8000);
    s.bytes[0x8000 + 12] = 'F'; /* the name */
    struct look k;
    look_at(&k, &s);
    assert_non_null(k.l.table);
    assert_false(k.l.table->is_valid);
    assert_non_null(strstr(k.l.table_why, "refuses"));
    expect_finding(&k, "table-md5", 0x8020);
    const struct layout_region *app = expect_region(&k, 0x10000, LAYOUT_APP, LAYOUT_APP);
    assert_string_equal(app->label, "Factory");
    assert_int_equal(k.l.boot.kind, LAYOUT_BOOT_NOTHING);
    assert_string_equal(k.l.boot.why, "the partition table is damaged");
    assert_non_null(finding(&k, "boot-nothing"));
    leave(&k, &s);
}

/* An interrupted write leaves the begin of a table: without MD5, and often without end marker. */
static void a_half_written_table_loses_against_a_whole_one(void **state)
{
    (void)state;
    struct scene s = one_app_scene(4 * MIB, 0x9000);
    scene_table(&s, 0x8000, scene_two_ota);          /* its apps are there, too */
    memset(s.bytes + 0x8000 + 64, 0xFF, 0xC00 - 64); /* nvs and otadata are left */
    struct look k;
    look_at(&k, &s);
    assert_int_equal(k.l.table->offset, 0x9000);
    assert_int_equal(k.l.table->table.count, 1);
    leave(&k, &s);
}

static void garbage_behind_a_table_is_no_part_of_it(void **state)
{
    (void)state;
    struct scene s = one_app_scene(4 * MIB, 0x8000);
    scene_text(&s, 0x8000 + 0xC00, 0x400);
    struct look k;
    look_at(&k, &s);
    assert_true(k.l.table->is_valid && !k.l.table->is_signed);
    expect_quiet(&k);
    leave(&k, &s);
}

static void a_signed_table_is_seen(void **state)
{
    (void)state;
    struct scene s = one_app_scene(4 * MIB, 0x8000);
    scene_put(&s, 0x8000 + 0xC00, (uint8_t[4]){0}, 4);
    scene_cipher(&s, 0x8000 + 0xC04, 64);
    struct look k;
    look_at(&k, &s);
    assert_true(k.l.table->is_signed);
    leave(&k, &s);
}

/* Both are whole; the one whose slots hold images was written last. */
static void of_two_tables_the_one_with_apps_counts(void **state)
{
    (void)state;
    struct scene s = one_app_scene(4 * MIB, 0xE000);
    scene_table(&s, 0x8000, "old, app, factory, 0x200000, 1M\n");
    struct look k;
    look_at(&k, &s);
    assert_int_equal(k.l.table->offset, 0xE000);
    assert_string_equal(k.l.table_why, "of several it is the first whose app slots hold images");
    expect_finding(&k, "table-several", 0x8000);
    expect_region(&k, 0x8000, LAYOUT_PARTITION_TABLE, LAYOUT_PARTITION_TABLE);
    leave(&k, &s);
}

static void of_two_equal_tables_the_usual_offset_counts(void **state)
{
    (void)state;
    struct scene s = one_app_scene(4 * MIB, 0x8000);
    scene_table(&s, 0x9000, one_app);
    struct look k;
    look_at(&k, &s);
    assert_int_equal(k.l.table->offset, 0x8000);
    assert_string_equal(k.l.table_why, "of several it is at the usual offset");
    expect_finding(&k, "table-several", 0x9000);
    leave(&k, &s);
}

static void the_user_decides_between_tables(void **state)
{
    (void)state;
    struct scene s = one_app_scene(4 * MIB, 0x8000);
    scene_table(&s, 0x30000, one_app);
    struct layout_request request = scene_request(&s);
    request.table_offset = 0x30000;
    struct look k;
    look(&k, &request);
    assert_int_equal(k.l.table->offset, 0x30000);
    assert_string_equal(k.l.table_why, "the user said so");
    expect_finding(&k, "table-several", 0x8000);
    done(&k);
    request = scene_request(&s);
    request.table_offset = 0x50000; /* wrong */
    look(&k, &request);
    assert_int_equal(k.l.table->offset, 0x8000);
    expect_finding(&k, "table-hint", 0x50000);
    leave(&k, &s);
}

static void a_table_beyond_the_bootloaders_flash_is_refused(void **state)
{
    (void)state;
    struct scene s = one_app_scene(4 * MIB, 0x8000);
    scene_bootloader(&s, "esp32", 0x1000, 1 * MIB);
    struct look k;
    look_at(&k, &s);
    expect_finding(&k, "size-header-smaller", 0x1003);
    expect_finding(&k, "table-too-large", 0x8000);
    assert_int_equal(k.l.boot.kind, LAYOUT_BOOT_NOTHING);
    leave(&k, &s);
}

static void a_header_that_says_too_much_is_said(void **state)
{
    (void)state;
    struct scene s = one_app_scene(4 * MIB, 0x8000);
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
    struct scene s = one_app_scene(4 * MIB, 0x2000);
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
    scene_table(&s, 0x30000, one_app); /* the app reaches over 0x8000 */
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

/* --- files --- */

static void look_at_file(struct look *k, struct scene *s)
{
    struct layout_request request = scene_request(s);
    request.is_file = true;
    look(k, &request);
}

static void files_that_are_no_flash_are_said(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[12];
        const char *code;
    } cases[] = {{{0x55, 0x46, 0x32, 0x0A, 0x57, 0x51, 0x5D, 0x9E}, "file-uf2"},
                 {{0x7F, 'E', 'L', 'F', 1, 1, 1, 0}, "file-elf"},
                 {{0xE9, 1, 2, 0x40, 0xF0, 0, 0x10, 0x40, 0, 0xE0, 0x10, 0x40}, "file-esp8266"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene s = scene_new(4096);
        struct look k;
        scene_put(&s, 0, cases[i].bytes, sizeof cases[i].bytes);
        look_at_file(&k, &s);
        expect_finding(&k, cases[i].code, 0);
        expect_region(&k, 0, LAYOUT_FOREIGN, LAYOUT_FOREIGN);
        leave(&k, &s);
    }
}

/* A dump of the first 64 KB is no flash in which nothing boots. */
static void a_file_may_be_the_begin_of_a_flash(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct look k;
    s.size = 0x10000;
    look_at_file(&k, &s);
    expect_quiet(&k);
    assert_string_equal(k.l.boot.why, "the file ends before the app slots");
    leave(&k, &s);
}

static void a_bootloader_alone_needs_no_table(void **state)
{
    (void)state;
    struct scene s = scene_new(0xC000);
    struct look k;
    scene_bootloader(&s, "esp32s3", 0, 4 * MIB);
    look_at_file(&k, &s);
    expect_quiet(&k);
    expect_region(&k, 0, LAYOUT_BOOTLOADER, LAYOUT_BOOTLOADER);
    scene_text(&s, 0xA000, 0x1000); /* and now there is more */
    done(&k);
    look_at_file(&k, &s);
    expect_finding(&k, "table-missing", 0x8000);
    leave(&k, &s);
}

/* Where nothing is known, what looks like the begin of an image and is none does not split the rest. */
static void what_is_no_image_splits_nothing(void **state)
{
    (void)state;
    struct scene s = scene_new(4 * MIB);
    struct look k;
    scene_text(&s, 0x20000, 0x20000);
    scene_put(&s, 0x28000, (uint8_t[]){0xE9, 3}, 2);
    look_at(&k, &s);
    assert_int_equal(expect_region(&k, 0x20000, LAYOUT_UNKNOWN, LAYOUT_UNKNOWN)->size, 0x20000);
    leave(&k, &s);
}

static void an_app_alone_is_an_app(void **state)
{
    (void)state;
    struct scene whole = scene_new(1 * MIB), s;
    uint32_t len = scene_app(&whole, "esp32", 0, 0x11, 0x2000);
    s = scene_new(len);
    scene_put(&s, 0, whole.bytes, len);
    struct look k;
    look_at_file(&k, &s);
    expect_finding(&k, "file-app", 0);
    const struct layout_region *r = expect_region(&k, 0, LAYOUT_APP, LAYOUT_APP);
    assert_int_equal(r->used, len);
    leave(&k, &s);
    /* apps of ESP-IDF before 3.3 have no descriptor */
    s = scene_new(len);
    scene_put(&s, 0, whole.bytes, len);
    memset(s.bytes + IMAGE_HEADER_LEN + IMAGE_SEGMENT_HEADER_LEN, 0, IMAGE_APP_DESC_LEN);
    look_at_file(&k, &s);
    expect_finding(&k, "file-app", 0);
    leave(&k, &s);
    scene_free(&whole);
}

static void a_part_of_a_flash_need_not_have_a_table(void **state)
{
    (void)state;
    struct scene s = scene_new(0x4000);
    struct look k;
    scene_bootloader(&s, "esp32s3", 0, 4 * MIB);
    look_at_file(&k, &s);
    expect_region(&k, 0, LAYOUT_BOOTLOADER, LAYOUT_BOOTLOADER);
    expect_quiet(&k);
    leave(&k, &s);
}

static void a_table_alone_is_a_table(void **state)
{
    (void)state;
    struct scene s = scene_new(0xC00);
    scene_table(&s, 0, "nvs, data, nvs, 0x9000, 0x6000\n");
    struct look k;
    look_at_file(&k, &s);
    expect_finding(&k, "file-table", 0);
    expect_region(&k, 0, LAYOUT_PARTITION_TABLE, LAYOUT_PARTITION_TABLE);
    leave(&k, &s);
}

/* MicroPython's files for ESP32 begin with the bootloader, which belongs to 0x1000. */
static void a_file_that_begins_with_the_bootloader_is_moved(void **state)
{
    (void)state;
    struct scene whole = scene_usual(0x8000);
    struct scene s = scene_new(whole.size - 0x1000);
    scene_put(&s, 0, whole.bytes + 0x1000, s.size);
    struct look k;
    look_at_file(&k, &s);
    assert_int_equal(k.l.base, 0x1000);
    expect_finding(&k, "file-base", 0x1000);
    expect_region(&k, 0x1000, LAYOUT_BOOTLOADER, LAYOUT_BOOTLOADER);
    expect_boot(&k, LAYOUT_BOOT_APP, 0x10000, "factory");
    leave(&k, &s);
    look_at_file(&k, &whole); /* a dump of the flash is not */
    assert_int_equal(k.l.base, 0);
    expect_boot(&k, LAYOUT_BOOT_APP, 0x10000, "factory");
    leave(&k, &whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_layout_is_read),
        cmocka_unit_test(a_table_at_another_offset_is_found),
        cmocka_unit_test(a_table_is_found_at_any_sector),
        cmocka_unit_test(a_search_of_32_mb_reads_little),
        cmocka_unit_test(no_table_in_32_mb_reads_little),
        cmocka_unit_test(a_table_with_a_bad_md5_does_not_count_if_another_is_good),
        cmocka_unit_test(a_damaged_table_alone_is_shown_and_does_not_boot),
        cmocka_unit_test(a_half_written_table_loses_against_a_whole_one),
        cmocka_unit_test(garbage_behind_a_table_is_no_part_of_it),
        cmocka_unit_test(a_signed_table_is_seen),
        cmocka_unit_test(of_two_tables_the_one_with_apps_counts),
        cmocka_unit_test(of_two_equal_tables_the_usual_offset_counts),
        cmocka_unit_test(the_user_decides_between_tables),
        cmocka_unit_test(a_table_beyond_the_bootloaders_flash_is_refused),
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
        cmocka_unit_test(files_that_are_no_flash_are_said),
        cmocka_unit_test(a_file_may_be_the_begin_of_a_flash),
        cmocka_unit_test(a_bootloader_alone_needs_no_table),
        cmocka_unit_test(what_is_no_image_splits_nothing),
        cmocka_unit_test(an_app_alone_is_an_app),
        cmocka_unit_test(a_part_of_a_flash_need_not_have_a_table),
        cmocka_unit_test(a_table_alone_is_a_table),
        cmocka_unit_test(a_file_that_begins_with_the_bootloader_is_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
