/* SPDX-License-Identifier: Apache-2.0 */
/* The sample bootloader and app on the virtual board: from power-on to the app's heartbeat, and which app it is. */
#include "boot_rig.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "regs/esp32.h"
#include "tests/unit.h"

enum { BOOT_MS = 600, SECTOR = 0x1000, STATE_VALID = 2, STATE_INVALID = 3 };

/* What a user sees, in this order. */
static const char *const boot_lines[] = {
    "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n",
    "configsip: 0, SPIWP:0xee\r\n",
    "clk_drv:0x00,q_drv:0x00,d_drv:0x00,cs0_drv:0x00,hd_drv:0x00,wp_drv:0x00\r\n",
    "mode:DIO, clock div:2\r\n",
    "load:0x3fff0018,len:",
    "load:0x40078000,len:",
    "entry 0x40078",
    " boot: espocd sample 2nd stage bootloader\r\n",
    " boot: chip revision: v3.",
    " boot.esp32: SPI Speed      : 40MHz\r\n",
    " boot.esp32: SPI Mode       : DIO\r\n",
    " boot.esp32: SPI Flash Size : 8MB\r\n",
    " boot: Partition Table:\r\n",
    " boot: ## Label            Usage          Type ST Offset   Length\r\n",
    " boot:  1 otadata          OTA data         01 00 ",
    " boot:  3 factory          factory app      00 00 ",
    " boot: End of partition table\r\n",
    " boot: Defaulting to factory image\r\n",
    " esp_image: segment 0: paddr=",
    " vaddr=3f400020 size=",
    " map\r\n",
    " boot: Loaded app from partition at offset 0x",
    " app: Hello from espocd_sample version 1\r\n",
    " app: chip revision v3.",
    " app: running from flash offset 0x",
    " app: heartbeat 1 ticks=",
    " app: heartbeat 2 ticks=",
};

static void expect_boot(struct boot_rig *r)
{
    for (unsigned i = 0; i < sizeof(boot_lines) / sizeof(boot_lines[0]); i++)
        boot_rig_expect(r, boot_lines[i], BOOT_MS);
    assert_string_equal(buf_str(&r->warnings), "");
}

static void table_at_8000_boots(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, &boot_demo_8000);
    boot_rig_start(r, 0);
    expect_boot(r);
    assert_true(boot_rig_has_said(r, "running from flash offset 0x10000\r\n"));
}

static void table_at_e000_boots(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, &boot_demo_e000);
    boot_rig_start(r, 0);
    expect_boot(r);
    assert_true(boot_rig_has_said(r, "running from flash offset 0x20000\r\n"));
}

/* The number behind the last "name=". */
static unsigned long last_value(struct boot_rig *r, const char *name)
{
    const char *found = NULL;
    for (const char *at = buf_str(&r->said); (at = strstr(at, name)); at++)
        found = at;
    assert_non_null(found);
    return strtoul(found + strlen(name), NULL, 10);
}

static void app_beats_in_chip_time(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, &boot_demo_8000);
    boot_rig_start(r, 0);
    boot_rig_expect(r, "heartbeat 1 ", BOOT_MS);
    uint64_t start = board_now_ns(r->board);
    boot_rig_expect(r, "heartbeat 11 ", 1100);
    assert_in_range(board_now_ns(r->board) - start, 990000000, 1010000000);
    boot_rig_run_ms(r, 10);
    assert_int_equal(last_value(r, "counter="), 11);
    assert_in_range(last_value(r, "ticks="), 110, 112);
    assert_in_range(last_value(r, "core1="), 100000, 130000);
    boot_rig_run_ms(r, 3000); /* no watchdog is left that bites */
    assert_int_equal(board_resets(r->board), 0);
}

/* However far the board is asked to go at once: what one core sees of the other is of the same time. */
static void cores_keep_step_over_a_long_run(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, &boot_demo_8000);
    boot_rig_start(r, 0);
    boot_rig_expect(r, "app: Hello", BOOT_MS);
    boot_rig_run_ms(r, 115);
    assert_in_range(last_value(r, "core1="), 9500, 10500); /* at the first heartbeat: 100 a millisecond */
    boot_rig_run_ms(r, 2000);
    unsigned long ticks = last_value(r, "ticks="); /* of 10 ms */
    assert_in_range(ticks, 200, 220);
    assert_in_range(last_value(r, "core1="), ticks * 1000 - 1000, ticks * 1000 + 1000);
}

static void app_echoes_its_input(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, &boot_demo_8000);
    boot_rig_start(r, 0);
    boot_rig_expect(r, "heartbeat 1 ", BOOT_MS);
    boot_rig_run_ms(r, 20);
    board_uart_send(r->board, (const uint8_t *)"echo, please", 12);
    boot_rig_expect(r, "echo, please", 50);
}

static void put_record(struct boot_rig *r, unsigned number, uint32_t seq, uint32_t state)
{
    static const uint32_t crcs[] = {0, 0x4743989A, 0x55F63774, 0xED4A5011};
    uint8_t *at = r->flash + boot_demo_8000.otadata + number * SECTOR;
    le32_put(at, seq);
    le32_put(at + 24, state);
    le32_put(at + 28, crcs[seq]);
}

static void put_apps(struct boot_rig *r)
{
    boot_rig_put_all(r, &boot_demo_8000);
    boot_rig_put(r, &boot_demo_8000, "app.bin", boot_demo_8000.ota[0]);
    boot_rig_put(r, &boot_demo_8000, "app.bin", boot_demo_8000.ota[1]);
}

static void highest_record_chooses_the_slot(void **state)
{
    struct boot_rig *r = *state;
    put_apps(r);
    put_record(r, 0, 1, STATE_VALID);
    put_record(r, 1, 2, STATE_VALID);
    boot_rig_start(r, 0);
    boot_rig_expect(r, "running from flash offset 0x210000\r\n", BOOT_MS);
}

static void invalid_record_is_passed_over(void **state)
{
    struct boot_rig *r = *state;
    put_apps(r);
    put_record(r, 0, 1, STATE_VALID);
    put_record(r, 1, 2, STATE_INVALID);
    boot_rig_start(r, 0);
    boot_rig_expect(r, "running from flash offset 0x110000\r\n", BOOT_MS);
}

static void damaged_app_falls_back(void **state)
{
    struct boot_rig *r = *state;
    put_apps(r);
    put_record(r, 0, 2, STATE_VALID);
    r->flash[boot_demo_8000.ota[1] + 0x300] ^= 1;
    boot_rig_start(r, 0);
    boot_rig_expect(r, "esp_image: Checksum failed. Calculated 0x", BOOT_MS);
    boot_rig_expect(r, "boot: OTA app partition slot 1 is not bootable\r\n", BOOT_MS);
    boot_rig_expect(r, "running from flash offset 0x110000\r\n", BOOT_MS);
}

/* Two flips that the checksum does not see. */
static void damaged_hash_falls_back(void **state)
{
    struct boot_rig *r = *state;
    put_apps(r);
    r->flash[boot_demo_8000.factory + 0x300] ^= 1;
    r->flash[boot_demo_8000.factory + 0x301] ^= 1;
    boot_rig_start(r, 0);
    boot_rig_expect(r, "esp_image: SHA-256 of the image at 0x10000 does not fit its content\r\n", BOOT_MS);
    boot_rig_expect(r, "running from flash offset 0x110000\r\n", BOOT_MS);
}

/* Makes the factory partition one of a type of the user's own, and the table's MD5 right again. */
static void drop_factory(struct boot_rig *r)
{
    enum { ENTRY = 32, FACTORY_ENTRY = 3, ENTRIES = 6, TYPE = 2, TYPE_CUSTOM = 0x40 };
    uint8_t *table = r->flash + boot_demo_8000.table;
    table[FACTORY_ENTRY * ENTRY + TYPE] = TYPE_CUSTOM;
    hash_md5(table, ENTRIES * ENTRY, table + ENTRIES * ENTRY + 16);
}

static void first_boot_without_factory_is_remembered(void **state)
{
    struct boot_rig *r = *state;
    put_apps(r);
    drop_factory(r);
    boot_rig_start(r, 0);
    boot_rig_expect(r, "boot: No factory image, trying OTA 0\r\n", BOOT_MS);
    boot_rig_expect(r, "boot: Set actual ota_seq=1 in otadata[0]\r\n", BOOT_MS);
    boot_rig_expect(r, "running from flash offset 0x110000\r\n", BOOT_MS);
    const uint8_t *record = board_flash_bytes(r->board) + boot_demo_8000.otadata;
    assert_int_equal(le32_get(record), 1);
    assert_int_equal(le32_get(record + 24), STATE_VALID);
    assert_int_equal(le32_get(record + 28), 0x4743989A);
    assert_int_equal(board_flash_erases(r->board, boot_demo_8000.otadata / SECTOR), 1);
}

static void nothing_to_boot_resets(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, &boot_demo_8000);
    r->flash[boot_demo_8000.factory] = 0;
    boot_rig_start(r, 0);
    boot_rig_expect(r, "boot: No bootable app partitions in the partition table\r\n", BOOT_MS);
    boot_rig_expect(r, "rst:0x3 (SW_RESET),boot:0x13", 50);
}

static void damaged_table_resets(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, &boot_demo_8000);
    r->flash[boot_demo_8000.table + 4] ^= 1;
    boot_rig_start(r, 0);
    boot_rig_expect(r, "flash_parts: MD5 of the partition table at 0x8000 does not fit its 6 entries\r\n", BOOT_MS);
    boot_rig_expect(r, "boot: Failed to verify partition table\r\n", 50);
    boot_rig_expect(r, "rst:0x3 (SW_RESET)", 50);
    assert_int_equal(board_reset_cause(r->board, 0), ESP32_RESET_SW_SYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(table_at_8000_boots, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(table_at_e000_boots, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(app_beats_in_chip_time, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(cores_keep_step_over_a_long_run, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(app_echoes_its_input, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(highest_record_chooses_the_slot, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(invalid_record_is_passed_over, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(damaged_app_falls_back, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(damaged_hash_falls_back, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(first_boot_without_factory_is_remembered, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(nothing_to_boot_resets, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(damaged_table_resets, boot_rig_setup, boot_rig_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
