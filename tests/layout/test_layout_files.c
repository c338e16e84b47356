/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are a flash, a part of one, or something else. */
#include "look.h"

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
