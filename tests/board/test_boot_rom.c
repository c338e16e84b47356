/* SPDX-License-Identifier: Apache-2.0 */
/* The boot ROMs on the virtual boards: blank flash, strapping, images that cannot be booted. */
#include "boot_rig.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit.h"

enum { HEADER_ENTRY = 4, HEADER_CHIP = 12, FIRST_SEGMENT = 24, FIRST_DATA = 32, RESET_RTCWDT_RTC = 0x10 };

/* What each board's ROM does and says. */
static const struct facts {
    const struct boot_board *board;
    const char *power_on, *watchdog; /* the line of a reset */
    unsigned bites_ms;               /* not before */
    uint8_t download_strapping, other_strapping;
    const char *download, *other; /* the mode's name, with the level of the pins */
    uint8_t quiet_strapping;      /* 0: the board's own */
    const char *quiet_efuses;
    const char *code;                   /* where the bootloader's code goes */
    uint32_t rom_data;                  /* RAM that the ROM keeps */
    const char *fault, *fault_position; /* of a jump to 0x20000000 */
} all_facts[] = {
    {
        .board = &boot_board_esp32,
        .power_on = "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n",
        .watchdog = "rst:0x10 (RTCWDT_RTC_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n",
        .bites_ms = 300,
        .download_strapping = 0x03,
        .download = "boot:0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))\r\n",
        .other_strapping = 0x0B,
        .other = "boot:0xb (HSPI_FLASH_BOOT)\r\n",
        .quiet_strapping = 0x11,
        .code = "load:0x40078000,len:",
        .rom_data = 0x3FFE0000,
        .fault = "Fatal exception (",
        .fault_position = "core=0, epc1=0x20000000, ",
    },
    {
        .board = &boot_board_esp32s3,
        .power_on = "rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)\r\n",
        .watchdog = "rst:0x10 (RTCWDT_RTC_RST),boot:0x8 (SPI_FAST_FLASH_BOOT)\r\n",
        .bites_ms = 280,
        .download_strapping = 0x10,
        .download = "boot:0x10 (DOWNLOAD(USB/UART0))\r\n",
        .other_strapping = 0x04,
        .other = "boot:0x4 (SPI_FLASH_BOOT)\r\n",
        .quiet_efuses = "UART_PRINT_CONTROL=2", /* with GPIO46 low */
        .code = "load:0x403c8700,len:",
        .rom_data = 0x3FCED000,
        .fault = "Fatal exception (",
        .fault_position = "core=0, epc1=0x20000000, ",
    },
    {
        .board = &boot_board_esp32c3,
        .power_on = "rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)\r\n",
        .watchdog = "rst:0x10 (RTCWDT_RTC_RST),boot:0xc (SPI_FAST_FLASH_BOOT)\r\n",
        .bites_ms = 280,
        .download_strapping = 0x04,
        .download = "boot:0x4 (DOWNLOAD(USB/UART0/1))\r\n",
        .other_strapping = 0x01,
        .other = "boot:0x1 (SPI_DOWNLOAD_BOOT)\r\n",
        .quiet_efuses = "UART_PRINT_CONTROL=1", /* with GPIO8 high */
        .code = "load:0x403cc710,len:",
        .rom_data = 0x3FCDF000,
        .fault = "Fatal exception (1): InstructionAccessFault\r\n",
        .fault_position = "mepc=0x20000000, mtval=0x20000000, ",
    },
};

static const struct facts *facts_of(const struct boot_rig *r)
{
    const struct facts *f = all_facts;
    while (f->board != r->kind)
        f++;
    return f;
}

static uint8_t *bootloader(const struct boot_rig *r)
{
    return r->flash + r->kind->bootloader;
}

static void blank_flash_resets_for_ever(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_start(r, 0);
    boot_rig_expect(r, "\r\n\r\n", 50);
    boot_rig_expect(r, facts_of(r)->power_on, 50);
    for (unsigned i = 0; i < 5; i++)
        boot_rig_expect(r, "invalid header: 0xffffffff\r\n", 60);
    boot_rig_run_ms(r, facts_of(r)->bites_ms - (unsigned)(board_now_ns(r->board) / 1000000));
    assert_int_equal(board_resets(r->board), 0);
    boot_rig_expect(r, facts_of(r)->watchdog, 100);
    assert_int_equal(board_resets(r->board), 1);
    assert_int_equal(board_reset_cause(r->board, 0), RESET_RTCWDT_RTC);
    for (unsigned i = 0; i < 5; i++)
        boot_rig_expect(r, facts_of(r)->watchdog, 400);
    assert_string_equal(buf_str(&r->warnings), "");
}

static void header_without_magic_is_shown(void **state)
{
    struct boot_rig *r = *state;
    char line[40];
    boot_rig_put_all(r, r->kind->demo);
    bootloader(r)[0] = 0x00; /* no magic */
    snprintf(line, sizeof(line), "invalid header: 0x%08x\r\n", (unsigned)le32_get(bootloader(r)));
    boot_rig_start(r, 0);
    boot_rig_expect(r, line, 100);
}

static void download_mode_waits(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_start(r, facts_of(r)->download_strapping);
    boot_rig_expect(r, facts_of(r)->download, 50);
    boot_rig_expect(r, "waiting for download\r\n", 10);
    boot_rig_run_ms(r, 3000);
    assert_int_equal(board_resets(r->board), 0);
}

static void other_modes_say_so(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_start(r, facts_of(r)->other_strapping);
    boot_rig_expect(r, facts_of(r)->other, 50);
    boot_rig_expect(r, "this ROM does not boot in this mode\r\n", 10);
}

/* By MTDO on the ESP32, by an eFuse later. */
static void the_rom_can_be_silenced(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, r->kind->demo);
    r->efuses = facts_of(r)->quiet_efuses;
    boot_rig_start(r, facts_of(r)->quiet_strapping);
    boot_rig_expect(r, "boot: espocd sample 2nd stage bootloader\r\n", 200);
    assert_false(boot_rig_has_said(r, "rst:0x"));
    assert_false(boot_rig_has_said(r, "load:0x"));
}

static void wrong_checksum_is_refused(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, r->kind->demo);
    bootloader(r)[FIRST_DATA + 100] ^= 0x42;
    boot_rig_start(r, 0);
    boot_rig_expect(r, facts_of(r)->code, 100);
    boot_rig_expect(r, "csum err:0x", 100);
    boot_rig_expect(r, "!=0x", 1);
    boot_rig_expect(r, "ets_main.c 384 \r\n", 10);
    boot_rig_expect(r, facts_of(r)->watchdog, 400);
    assert_false(boot_rig_has_said(r, "entry 0x"));
}

static void image_for_another_chip_is_refused(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, r->kind->demo);
    bootloader(r)[HEADER_CHIP] = 2;
    boot_rig_start(r, 0);
    boot_rig_expect(r, "invalid chip id: 0x0002\r\n", 100);
    assert_false(boot_rig_has_said(r, "load:0x"));
}

static void segment_outside_ram_is_refused(void **state)
{
    struct boot_rig *r = *state;
    char line[40];
    boot_rig_put_all(r, r->kind->demo);
    le32_put(bootloader(r) + FIRST_SEGMENT, facts_of(r)->rom_data);
    snprintf(line, sizeof(line), "load:0x%08x,len:", (unsigned)facts_of(r)->rom_data);
    boot_rig_start(r, 0);
    boot_rig_expect(r, line, 100);
    boot_rig_expect(r, "invalid segment: not in RAM\r\nets_main.c 384 \r\n", 10);
}

static void fault_without_a_handler_is_reported(void **state)
{
    struct boot_rig *r = *state;
    boot_rig_put_all(r, r->kind->demo);
    le32_put(bootloader(r) + HEADER_ENTRY, 0x20000000);
    boot_rig_start(r, 0);
    boot_rig_expect(r, "entry 0x20000000\r\n", 100);
    boot_rig_expect(r, facts_of(r)->fault, 10);
    boot_rig_expect(r, facts_of(r)->fault_position, 50);
}

#define TEST(name, board)                                                                                              \
    {                                                                                                                  \
#name ", " #board, name, boot_rig_setup, boot_rig_teardown, (void *)&boot_board_##board                        \
    }
#define TESTS(board)                                                                                                   \
    TEST(blank_flash_resets_for_ever, board), TEST(header_without_magic_is_shown, board),                              \
        TEST(download_mode_waits, board), TEST(other_modes_say_so, board), TEST(the_rom_can_be_silenced, board),       \
        TEST(wrong_checksum_is_refused, board), TEST(image_for_another_chip_is_refused, board),                        \
        TEST(segment_outside_ram_is_refused, board), TEST(fault_without_a_handler_is_reported, board)

int main(void)
{
    const struct CMUnitTest tests[] = {TESTS(esp32), TESTS(esp32s3), TESTS(esp32c3)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
