/* SPDX-License-Identifier: Apache-2.0 */
/* The boot ROM on the virtual board: blank flash, strapping, images that cannot be booted. */
#include "boot_rig.h"

#include <string.h>

#include "regs/esp32.h"
#include "tests/unit.h"

enum { BOOTLOADER = 0x1000, STRAP_DOWNLOAD = 0x03, STRAP_QUIET = 0x11, STRAP_HSPI = 0x0B };
enum { HEADER_ENTRY = 4, HEADER_CHIP = 12, FIRST_DATA = 32 };

static void blank_flash_resets_for_ever(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_start(r, 0);
    boot_rig_expect(r, "\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n", 50);
    for (unsigned i = 0; i < 5; i++)
        boot_rig_expect(r, "invalid header: 0xffffffff\r\n", 60);
    boot_rig_run_ms(r, 300 - (unsigned)(board_now_ns(r->board) / 1000000));
    assert_int_equal(board_resets(r->board), 0);
    boot_rig_expect(r, "rst:0x10 (RTCWDT_RTC_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n", 100);
    assert_int_equal(board_resets(r->board), 1);
    assert_int_equal(board_reset_cause(r->board, 0), ESP32_RESET_RTCWDT_RTC);
    for (unsigned i = 0; i < 5; i++)
        boot_rig_expect(r, "rst:0x10 (RTCWDT_RTC_RESET)", 400);
    assert_string_equal(buf_str(&r->warnings), "");
}

static void header_without_magic_is_shown(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, &boot_demo_8000);
    r->flash[BOOTLOADER] = 0x00; /* no magic */
    boot_rig_start(r, 0);
    boot_rig_expect(r, "invalid header: 0x30020200\r\n", 100);
}

static void download_mode_waits(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_start(r, STRAP_DOWNLOAD);
    boot_rig_expect(r, "boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\nwaiting for download\r\n", 50);
    boot_rig_run_ms(r, 3000);
    assert_int_equal(board_resets(r->board), 0);
}

static void other_modes_say_so(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_start(r, STRAP_HSPI);
    boot_rig_expect(r, "boot:0xb (HSPI_FLASH_BOOT)\r\nthis ROM does not boot in this mode\r\n", 50);
}

static void low_mtdo_silences_the_rom(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, &boot_demo_8000);
    boot_rig_start(r, STRAP_QUIET);
    boot_rig_expect(r, "boot: espocd sample 2nd stage bootloader\r\n", 200);
    assert_false(boot_rig_has_said(r, "rst:0x"));
    assert_false(boot_rig_has_said(r, "load:0x"));
}

static void wrong_checksum_is_refused(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, &boot_demo_8000);
    r->flash[BOOTLOADER + FIRST_DATA + 100] ^= 0x42;
    boot_rig_start(r, 0);
    boot_rig_expect(r, "load:0x40078000,len:", 100);
    boot_rig_expect(r, "csum err:0x", 100);
    boot_rig_expect(r, "!=0x", 1);
    boot_rig_expect(r, "ets_main.c 384 \r\n", 10);
    boot_rig_expect(r, "rst:0x10 (RTCWDT_RTC_RESET)", 400);
    assert_false(boot_rig_has_said(r, "entry 0x"));
}

static void image_for_another_chip_is_refused(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, &boot_demo_8000);
    r->flash[BOOTLOADER + HEADER_CHIP] = 9;
    boot_rig_start(r, 0);
    boot_rig_expect(r, "invalid chip id: 0x0009\r\n", 100);
    assert_false(boot_rig_has_said(r, "load:0x"));
}

static void segment_outside_ram_is_refused(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, &boot_demo_8000);
    memcpy(r->flash + BOOTLOADER + 24, "\x00\x00\xfe\x3f", 4); /* the ROM's own data */
    boot_rig_start(r, 0);
    boot_rig_expect(r, "load:0x3ffe0000,len:", 100);
    boot_rig_expect(r, "invalid segment: not in RAM\r\nets_main.c 384 \r\n", 10);
}

static void fault_without_a_handler_is_reported(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, &boot_demo_8000);
    memcpy(r->flash + BOOTLOADER + HEADER_ENTRY, "\x00\x00\x00\x20", 4);
    boot_rig_start(r, 0);
    boot_rig_expect(r, "entry 0x20000000\r\n", 100);
    boot_rig_expect(r, "Fatal exception (", 10);
    boot_rig_expect(r, "core=0, epc1=0x20000000, ", 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(blank_flash_resets_for_ever, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(header_without_magic_is_shown, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(download_mode_waits, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(other_modes_say_so, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(low_mtdo_silences_the_rom, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(wrong_checksum_is_refused, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(image_for_another_chip_is_refused, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(segment_outside_ram_is_refused, boot_rig_setup, boot_rig_teardown),
        cmocka_unit_test_setup_teardown(fault_without_a_handler_is_reported, boot_rig_setup, boot_rig_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
