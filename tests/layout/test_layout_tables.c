/* SPDX-License-Identifier: Apache-2.0 */
/* Which partition table counts, wherever it lies and whatever else looks like one. */
#include "look.h"

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

/* Wherever a project puts it. */
static void a_table_is_found_at_any_sector(void **state)
{
    (void)state;
    static const uint32_t offsets[] = {0x7000, 0x9000, 0xC000, 0xF000, 0x123000, 0x3FF000};
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        struct scene s = scene_one_app(4 * MIB, offsets[i]);
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
        struct scene s = scene_one_app(32 * MIB, offsets[i]);
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
    struct scene s = scene_one_app(4 * MIB, 0x9000);
    scene_table(&s, 0x8000, scene_one_app_table);
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
    struct scene s = scene_one_app(4 * MIB, 0x8000);
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
    struct scene s = scene_one_app(4 * MIB, 0x9000);
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
    struct scene s = scene_one_app(4 * MIB, 0x8000);
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
    struct scene s = scene_one_app(4 * MIB, 0x8000);
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
    struct scene s = scene_one_app(4 * MIB, 0xE000);
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
    struct scene s = scene_one_app(4 * MIB, 0x8000);
    scene_table(&s, 0x9000, scene_one_app_table);
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
    struct scene s = scene_one_app(4 * MIB, 0x8000);
    scene_table(&s, 0x30000, scene_one_app_table);
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
    struct scene s = scene_one_app(4 * MIB, 0x8000);
    scene_bootloader(&s, "esp32", 0x1000, 1 * MIB);
    struct look k;
    look_at(&k, &s);
    expect_finding(&k, "size-header-smaller", 0x1003);
    expect_finding(&k, "table-too-large", 0x8000);
    assert_int_equal(k.l.boot.kind, LAYOUT_BOOT_NOTHING);
    leave(&k, &s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
