/* SPDX-License-Identifier: Apache-2.0 */
/* flasher_args.json and flash_args, as builds write them and damaged. */
#include "unit.h"

#include "layout/flasher_args.h"

#include <stdlib.h>
#include <string.h>

static struct log quiet;

static const char json[] =
    "{ \"write_flash_args\" : [ \"--flash-mode\", \"dio\", \"--flash-size\", \"8MB\", \"--flash-freq\", \"40m\" ],\n"
    "  \"flash_settings\" : { \"flash_mode\": \"dio\", \"flash_size\": \"8MB\", \"flash_freq\": \"40m\" },\n"
    "  \"flash_files\" : { \"0x1000\" : \"bootloader/bootloader.bin\", \"0x10000\" : \"blink.bin\",\n"
    "                      \"0xe000\" : \"partition_table/partition-table.bin\" },\n"
    "  \"bootloader\" : { \"offset\" : \"0x1000\", \"file\" : \"bootloader/bootloader.bin\", \"encrypted\" : \"false\" "
    "},\n"
    "  \"app\" : { \"offset\" : \"0x10000\", \"file\" : \"blink.bin\", \"encrypted\" : \"true\" },\n"
    "  \"extra_esptool_args\" : { \"after\" : \"hard-reset\", \"before\" : \"default-reset\", \"stub\" : true,\n"
    "                             \"chip\" : \"esp32\" } }\n";

static void a_build_is_read(void **state)
{
    (void)state;
    struct flasher_args a;
    CHECK_OK(flasher_args_from_json(&quiet, json, strlen(json), &a));
    assert_int_equal(a.count, 3);
    assert_string_equal(a.files[0].path, "bootloader/bootloader.bin");
    assert_string_equal(a.files[0].name, "bootloader");
    assert_false(a.files[0].is_encrypted);
    assert_int_equal(a.files[1].offset, 0x10000);
    assert_true(a.files[1].is_encrypted);
    assert_int_equal(a.files[2].offset, 0xE000);
    assert_null(a.files[2].name);
    assert_ptr_equal(flasher_args_find(&a, "app"), &a.files[1]);
    assert_string_equal(a.chip, "esp32");
    assert_string_equal(a.flash_size, "8MB");
    flasher_args_fini(&a);
    flasher_args_fini(&a);
}

static void expect_bad_json(const char *text, const char *says)
{
    struct flasher_args a;
    CHECK_ERR(flasher_args_from_json(&quiet, text, strlen(text), &a), ERR_MALFORMED);
    if (!strstr(quiet.why, says))
        fail_msg("'%s' does not say '%s'", quiet.why, says);
    assert_int_equal(a.count, 0);
    assert_null(a.files);
}

static void bad_json_is_refused(void **state)
{
    (void)state;
    expect_bad_json("", "line 1");
    expect_bad_json("{\n\"a\": }", "line 2");
    expect_bad_json("[]", "flash_files");
    expect_bad_json("{\"flash_files\": {}}", "flash_files");
    expect_bad_json("{\"flash_files\": {\"app\": \"a.bin\"}}", "\"app\" is no offset");
    expect_bad_json("{\"flash_files\": {\"-1\": \"a.bin\"}}", "\"-1\" is no offset");
    expect_bad_json("{\"flash_files\": {\"0x100000000\": \"a.bin\"}}", "no offset");
    expect_bad_json("{\"flash_files\": {\"0x1000x\": \"a.bin\"}}", "no offset");
    expect_bad_json("{\"flash_files\": {\"0x1000\": 7}}", "no file name");
    expect_bad_json("{\"flash_files\": {\"0x1000\": \"\"}}", "no file name");
    expect_bad_json("{\"flash_files\": {\"0x1000\": \"a.bin\", \"4096\": \"b.bin\"}}", "both for offset 0x1000");
    /* cut off anywhere: never a crash, always refused */
    for (size_t len = 0; len + 1 < strlen(json); len++) {
        struct flasher_args a;
        char *copy = strndup(json, len);
        CHECK_ERR(flasher_args_from_json(&quiet, copy, len, &a), ERR_MALFORMED);
        free(copy);
    }
}

static void the_older_text_is_read(void **state)
{
    (void)state;
    static const char text[] = "--flash_mode dio --flash_freq 40m --flash_size 8MB\r\n"
                               "0x1000 bootloader/bootloader.bin\r\n\n  0x10000   my app.bin \n0x8000 table.bin";
    struct flasher_args a;
    CHECK_OK(flasher_args_from_text(&quiet, text, strlen(text), &a));
    assert_int_equal(a.count, 3);
    assert_string_equal(a.files[0].path, "bootloader/bootloader.bin");
    assert_string_equal(a.files[1].path, "my app.bin");
    assert_int_equal(a.files[2].offset, 0x8000);
    flasher_args_fini(&a);
}

static void bad_text_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "lists no files"},
        {"--flash_mode dio\n", "lists no files"},
        {"0x1000\n", "line 1 has no file name"},
        {"\napp.bin 0x1000\n", "line 2"},
        {"0x1000 a\n4096 b\n", "both for offset"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct flasher_args a;
        CHECK_ERR(flasher_args_from_text(&quiet, cases[i][0], strlen(cases[i][0]), &a), ERR_MALFORMED);
        if (!strstr(quiet.why, cases[i][1]))
            fail_msg("'%s' does not say '%s'", quiet.why, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_build_is_read),
        cmocka_unit_test(bad_json_is_refused),
        cmocka_unit_test(the_older_text_is_read),
        cmocka_unit_test(bad_text_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
