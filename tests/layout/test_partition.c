/* SPDX-License-Identifier: Apache-2.0 */
/* Partition tables. The MD5 sums are those of tables made by ESP-IDF's gen_esp32part.py. */
#include "unit.h"

#include "layout/partition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct log quiet;

static const char single_app[] = "# Name, Type, SubType, Offset, Size, Flags\n"
                                 "nvs,      data, nvs,     0x9000,  0x6000,\n"
                                 "phy_init, data, phy,     0xf000,  0x1000,\n"
                                 "factory,  app,  factory, 0x10000, 1M,\n";
static const char two_ota[] = "nvs,      data, nvs,     ,        0x4000\r\n"
                              "otadata,  data, ota,     ,        0x2000,\r\n"
                              "phy_init, data, phy,     ,        0x1000,\r\n"
                              "factory,  0,    0,       ,        1M,\r\n"
                              "ota_0,    app,  ota_0,   ,        1024k,\r\n"
                              "ota_1,    app,  0x11,    ,        0x100000,\r\n";

static void parse_csv(const char *text, struct partition_table *t, struct findings *f)
{
    struct partition_rules rules = partition_rules_default();
    partition_from_csv(text, strlen(text), &rules, t, f);
}

static const char *md5_text(char text[2 * MD5_LEN + 1], const uint8_t *md5)
{
    for (int i = 0; i < MD5_LEN; i++)
        snprintf(text + 2 * i, 3, "%02x", md5[i]);
    return text;
}

/* CSV to binary and back, the binary's MD5 as known. */
static void expect_md5(const char *csv, const char *md5)
{
    struct partition_table t, back;
    struct findings f = {0};
    struct buf bin = {0};
    char text[2 * MD5_LEN + 1];
    parse_csv(csv, &t, &f);
    assert_int_equal(f.count, 0);
    CHECK_OK(partition_to_bin(&quiet, &t, true, &bin));
    assert_int_equal(bin.len, PARTITION_TABLE_LEN);
    partition_parse(bin.bytes, bin.len, &back, &f);
    assert_int_equal(f.count, 0);
    assert_true(back.has_md5 && back.has_end);
    assert_string_equal(md5_text(text, back.md5), md5);
    assert_string_equal(md5_text(text, back.md5_right), md5);
    assert_int_equal(back.count, t.count);
    for (unsigned i = 0; i < t.count; i++) {
        back.items[i].line = t.items[i].line;
        assert_memory_equal(&back.items[i], &t.items[i], sizeof t.items[i]);
    }
    buf_fini(&bin);
}

static void known_tables_have_their_md5(void **state)
{
    (void)state;
    expect_md5(single_app, "f4ad4f4538564b5d7435b62c75b69524");
    expect_md5(two_ota, "bf25822c0fa6d8641bd930251e06b4c4");
}

static void csv_comes_back_as_csv(void **state)
{
    (void)state;
    struct partition_table t;
    struct buf out = {0};
    parse_csv("a,data,0x8f,0x9000,1234,encrypted\nb,0x40,7,,64K,readonly:encrypted\nc,app,ota_15,,-0x200000\n", &t,
              NULL);
    CHECK_OK(partition_to_csv(&quiet, &t, &out));
    assert_string_equal(buf_str(&out), "# ESP-IDF Partition Table\n# Name, Type, SubType, Offset, Size, Flags\n"
                                       "a,data,0x8f,0x9000,0x4d2,encrypted\n"
                                       "b,0x40,0x07,0xa000,64K,encrypted:readonly\n"
                                       "c,app,ota_15,0x20000,1920K,\n");
    buf_fini(&out);
}

static void bootloader_and_table_rows_follow_the_rules(void **state)
{
    (void)state;
    static const char csv[] = "bootloader,bootloader,primary,,,\ntable,partition_table,primary,,,\n"
                              "recovery,bootloader,recovery,,,\napp,app,factory,,1M,\n";
    struct partition_rules rules = {0xE000, 4 << 20, 0x1000, 0x3F0000};
    struct partition_table t;
    struct findings f = {0};
    partition_from_csv(csv, strlen(csv), &rules, &t, &f);
    assert_int_equal(f.count, 0);
    assert_int_equal(t.items[0].offset, 0x1000);
    assert_int_equal(t.items[0].size, 0xD000);
    assert_int_equal(t.items[1].offset, 0xE000);
    assert_int_equal(t.items[2].offset, 0x3F0000);
    assert_int_equal(t.items[3].offset, 0x400000); /* behind the recovery bootloader */
    partition_check(&t, &rules, &f);
    assert_string_equal(f.items[0].kind->code, "partition-beyond-flash");
    findings_fini(&f);
}

/* A CSV text with this error (found while reading, or else by the check). */
static void expect_csv(const char *csv, const char *code)
{
    struct partition_rules rules = partition_rules_default();
    rules.flash_size = 4 << 20;
    struct partition_table t;
    struct findings f = {0};
    partition_from_csv(csv, strlen(csv), &rules, &t, &f);
    if (!f.count)
        partition_check(&t, &rules, &f);
    if (!f.count)
        fail_msg("nothing found in: %s", csv);
    assert_string_equal(f.items[0].kind->code, code);
    assert_true(f.items[0].seen[0] && f.items[0].kind->means[0] && f.items[0].kind->remedy[0]);
    findings_fini(&f);
}

static void bad_csv_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "csv-empty"},
        {"# only\n\n  \n", "csv-empty"},
        {"nvs\n", "csv-line"},
        {"a,dat,nvs,,4K\n", "csv-line"},
        {"a,256,nvs,,4K\n", "csv-line"},
        {"a,255,1,,4K\n", "csv-line"},
        {"a,app,,,4K\n", "csv-line"},
        {"a,data,factory,,4K\n", "csv-line"},
        {"a,data,nvs,here,4K\n", "csv-line"},
        {"a,data,nvs,-1,4K\n", "csv-line"},
        {"a,data,nvs,0x9000,\n", "csv-line"},
        {"a,data,nvs,0x9000,4G\n", "csv-line"},
        {"a,data,nvs,0x9000,0x\n", "csv-line"},
        {"a,data,nvs,0x9000,99999999999\n", "csv-line"},
        {"a,data,nvs,0x9000,4K,secret\n", "csv-line"},
        {"a,data,nvs,$X,4K\n", "csv-line"},
        {"a,bootloader,primary,,4K\n", "csv-line"},
        {"a,data,nvs,0x8000,4K\n", "csv-place"},
        {"a,data,fat,0x9000,8K\nb,data,fat,0xA000,4K\n", "csv-place"},
        {"a,data,fat,0x9000,-0x8000\n", "csv-place"},
        {"a,data,fat,0xFFFFF000,8K\n", "csv-place"},
        {"a234567890123456789,data,fat,,4K\n", "csv-name"},
        {"\xFF\xFE"
         "a",
         "csv-text"},
        {"a,app,factory,0x11000,1M\n", "partition-align"},
        {"a,app,factory,0x10000,1M\nb,data,fat,0x110100,4K\n", "partition-align"},
        {"a,app,factory,0x10000,0x1234\n", "partition-size-align"},
        {"a,app,factory,0x10000,1M\nb,data,fat,,0\n", "partition-empty"},
        {"a,app,factory,0x10000,4M\n", "partition-beyond-flash"},
        {"a,app,factory,,1M\na,data,fat,,4K\n", "partition-name"},
        {"a,app,factory,,1M\nb,app,factory,,1M\n", "partition-twice"},
        {"a,app,ota_0,,1M\nb,data,ota,,4K\n", "partition-otadata-size"},
        {"a,app,ota_0,,1M\nb,app,ota_1,,1M\n", "partition-otadata-missing"},
        {"a,app,factory,,1M\nb,data,ota,,8K\n", "partition-slots-missing"},
        {"a,app,ota_1,,1M\nb,data,ota,,8K\n", "partition-slot-gap"},
        {"b,data,fat,,8K\n", "partition-no-app"},
        {"a,app,factory,,1M\nb,data,nvs,,8K\n", "partition-nvs-small"},
        {"a,app,factory,,1M\nb,data,coredump,,64K,readonly\n", "partition-readonly"},
        {"a,app,factory,,1M\nnvs,data,fat,,64K\n", "partition-odd-name"},
        {"a,app,factory,,1M\n,data,fat,,64K\n", "partition-no-name"},
        {"a,app,factory,,1M\nb,0x20,1,,64K\n", "partition-type"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_csv(cases[i][0], cases[i][1]);
}

static void good_tables_have_no_findings(void **state)
{
    (void)state;
    struct partition_rules rules = partition_rules_default();
    rules.flash_size = 4 << 20;
    struct partition_table t;
    struct findings f = {0};
    parse_csv(two_ota, &t, &f);
    partition_check(&t, &rules, &f);
    assert_int_equal(f.count, 0);
    assert_string_equal(partition_default_app(&t)->label, "factory");
    assert_int_equal(partition_find(&t, "ota_1")->offset, 0x210000);
    assert_null(partition_find(&t, "ota"));
}

/* Overlaps cannot come from CSV, which is in order; a binary table can have them. */
static void overlaps_are_found(void **state)
{
    (void)state;
    struct partition_rules rules = partition_rules_default();
    struct partition_table t;
    struct findings f = {0};
    parse_csv(two_ota, &t, NULL);
    t.items[5].offset = 0x200000;
    t.items[2].offset = 0x8000;
    t.items[0].flags = 0x80;
    partition_check(&t, &rules, &f);
    assert_int_equal(f.count, 3);
    assert_string_equal(f.items[0].kind->code, "partition-flags");
    assert_string_equal(f.items[1].kind->code, "partition-below-table");
    assert_string_equal(f.items[2].kind->code, "partition-overlap");
    assert_non_null(strstr(f.items[2].seen, "'ota_0'"));
    findings_fini(&f);
}

static void expect_binary(const uint8_t *bytes, size_t len, const char *code)
{
    struct partition_table t;
    struct findings f = {0};
    uint8_t *copy = malloc(len + 1);
    memcpy(copy, bytes, len);
    partition_parse(copy, len, &t, &f);
    assert_true(f.count > 0);
    assert_string_equal(f.items[0].kind->code, code);
    findings_fini(&f);
    free(copy);
}

static void damaged_tables_are_found(void **state)
{
    (void)state;
    struct partition_table t;
    struct buf bin = {0}, plain = {0};
    parse_csv(single_app, &t, NULL);
    CHECK_OK(partition_to_bin(&quiet, &t, true, &bin));
    CHECK_OK(partition_to_bin(&quiet, &t, false, &plain));
    uint8_t blank[64];
    memset(blank, 0xFF, sizeof blank);
    expect_binary(blank, sizeof blank, "table-magic");
    for (size_t len = 0; len < 32; len++)
        expect_binary(bin.bytes, len, "table-short");
    for (size_t len = 32; len < 160; len++)
        expect_binary(bin.bytes, len, "table-end");
    expect_binary(plain.bytes, plain.len, "table-no-md5");
    for (size_t len = 64 + 2; len <= 64 + 28; len++) { /* cut within the third row */
        uint8_t torn[PARTITION_TABLE_LEN];
        memset(torn, 0xFF, sizeof torn);
        memcpy(torn, bin.bytes, len);
        expect_binary(torn, sizeof torn, "table-torn");
    }
    bin.bytes[40]++;
    expect_binary(bin.bytes, bin.len, "table-md5");
    bin.bytes[64] = 0;
    expect_binary(bin.bytes, bin.len, "table-magic");
    buf_fini(&bin);
    buf_fini(&plain);
}

static void a_full_table_keeps_its_end_marker(void **state)
{
    (void)state;
    struct partition_table t = {.count = PARTITION_MAX};
    struct buf bin = {0};
    CHECK_ERR(partition_to_bin(&quiet, &t, true, &bin), ERR_RANGE);
    CHECK_OK(partition_to_bin(&quiet, &t, false, &bin));
    buf_clear(&bin);
    t.count--;
    CHECK_OK(partition_to_bin(&quiet, &t, true, &bin));
    struct partition_table back;
    partition_parse(bin.bytes, bin.len, &back, NULL);
    assert_true(back.has_end);
    assert_int_equal(back.count, PARTITION_MAX - 1);
    buf_fini(&bin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_tables_have_their_md5),
        cmocka_unit_test(csv_comes_back_as_csv),
        cmocka_unit_test(bootloader_and_table_rows_follow_the_rules),
        cmocka_unit_test(bad_csv_is_refused),
        cmocka_unit_test(good_tables_have_no_findings),
        cmocka_unit_test(overlaps_are_found),
        cmocka_unit_test(damaged_tables_are_found),
        cmocka_unit_test(a_full_table_keeps_its_end_marker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
