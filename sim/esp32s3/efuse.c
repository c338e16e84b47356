/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ESP32-S3's eFuses are: registers (esp-idf efuse_reg.h), protection, what the factory burns, and the names that
 * espefuse has for them (esp_efuse_table.csv), by which a board's user burns them before it is powered on. This chip:
 * ESP32-S3 (package QFN56), revision v0.2, nothing secured. Of what the factory burns, the MAC can be given; its revision and
 * calibration cannot.
 */
#include "sim/esp32s3/esp32s3_int.h"

#include "base/bits.h"

#define WORD(name) ESP32S3_EFUSE_##name

/* esp_efuse_table.csv, WR_DIS.* */
static const struct efuse_protection protections[] = {
    /* clang-format off */
    { 0, 1, FIELD(6, 0) }, /* RD_DIS */
    { 2, 1, 0x0018FF00 },  /* caches, ports, second core, JTAG over pins, manual encryption in download mode */
    { 2, 3, 0x03C00000 },  /* USB */
    { 3, 2, 0x00030070 },  /* VDD_SPI, WDT_DELAY_SEL */
    { 4, 2, ESP32S3_EFUSE_SPI_BOOT_CRYPT_CNT },
    { 5, 2, BIT(21) },     /* SECURE_BOOT_KEY_REVOKE0 to 2 */
    { 6, 2, BIT(22) },
    { 7, 2, BIT(23) },
    { 8, 2, ESP32S3_EFUSE_KEY_PURPOSE_0 },
    { 9, 2, ESP32S3_EFUSE_KEY_PURPOSE_1 },
    { 10, 3, FIELD(3, 0) }, /* KEY_PURPOSE_2 to 5 */
    { 11, 3, FIELD(7, 4) },
    { 12, 3, FIELD(11, 8) },
    { 13, 3, FIELD(15, 12) },
    { 15, 3, ESP32S3_EFUSE_SECURE_BOOT_EN },
    { 16, 3, BIT(21) },     /* SECURE_BOOT_AGGRESSIVE_REVOKE */
    { 18, 3, FIELD(31, 28) }, /* FLASH_TPUW */
    { 18, 4, FIELD(29, 0) },  /* download modes, prints, flash, SECURE_VERSION */
    { 19, 4, BIT(31) },
    { 19, 5, FIELD(1, 0) },
    { 30, 1, 0x06000000 },  /* the pins of USB */
    { 31, 1, ESP32S3_EFUSE_SOFT_DIS_JTAG },
    /* clang-format on */
};

static const struct reg regs[] = {
    EFUSE_REGS, {0x1F4, 1, 0x288000, 0xFFFF00, 0}, {0x1F8, 1, 0x190, 0xFFFF, 0}, {0x1FC, 1, 0x2101290, 0, 0}, /* DATE */
};

static void burn_factory(struct efuse *e)
{
    const struct soc_config *c = &e->block.soc->config;
    *efuse_burnt(e, WORD(RD_MAC_SYS3)) = field_put(ESP32S3_EFUSE_WAFER_MINOR_LO, 0, 2);
    *efuse_burnt(e, WORD(RD_SYS_PART1_4)) = field_put(ESP32S3_EFUSE_BLK_VERSION_MAJOR, 0, 1);
    if (c->psram_size) { /* in the package, by its size in MB, and with it 1.8 V for the flash: an ESP32-S3R16V */
        *efuse_burnt(e, WORD(RD_MAC_SYS4)) = field_put(ESP32S3_EFUSE_PSRAM_CAP, 0, c->psram_size >> 20 == 16 ? 3 : 1) |
                                             field_put(ESP32S3_EFUSE_PSRAM_VENDOR, 0, 2);
        *efuse_burnt(e, WORD(RD_REPEAT1)) = ESP32S3_EFUSE_VDD_SPI_XPD | ESP32S3_EFUSE_VDD_SPI_FORCE;
    }
    if (c->is_flash_octal)
        *efuse_burnt(e, WORD(RD_REPEAT3)) = ESP32S3_EFUSE_FLASH_TYPE;
}

static void loaded(struct soc *soc)
{
    xts_load(&esp32s3_of(soc)->flash.xts);
}

const struct efuse_kind esp32s3_efuse_kind = {
    .block =
        {
            .name = "EFUSE",
            .size = 0x200,
            .regs = regs,
            .reg_count = sizeof regs / sizeof *regs,
            .read = efuse_read,
            .written = efuse_written,
        },
    .irq = ESP32S3_INTR_EFUSE,
    .protections = protections,
    .protection_count = sizeof protections / sizeof *protections,
    .burn_factory = burn_factory,
    .loaded = loaded,
};

/* --- names --- */

/* Fields of block 0. */
static const struct efuse_field fields[] = {
    /* clang-format off */
    { "WR_DIS",                            WORD(RD_WR_DIS), FIELD(31, 0) },
    { "RD_DIS",                            WORD(RD_REPEAT0), FIELD(6, 0) },
    { "DIS_ICACHE",                        WORD(RD_REPEAT0), BIT(8) },
    { "DIS_DCACHE",                        WORD(RD_REPEAT0), BIT(9) },
    { "DIS_DOWNLOAD_ICACHE",               WORD(RD_REPEAT0), BIT(10) },
    { "DIS_DOWNLOAD_DCACHE",               WORD(RD_REPEAT0), BIT(11) },
    { "DIS_FORCE_DOWNLOAD",                WORD(RD_REPEAT0), BIT(12) },
    { "DIS_USB_OTG",                       WORD(RD_REPEAT0), BIT(13) },
    { "DIS_TWAI",                          WORD(RD_REPEAT0), BIT(14) },
    { "DIS_APP_CPU",                       WORD(RD_REPEAT0), BIT(15) },
    { "SOFT_DIS_JTAG",                     WORD(RD_REPEAT0), FIELD(18, 16) },
    { "DIS_PAD_JTAG",                      WORD(RD_REPEAT0), BIT(19) },
    { "DIS_DOWNLOAD_MANUAL_ENCRYPT",       WORD(RD_REPEAT0), BIT(20) },
    { "USB_EXCHG_PINS",                    WORD(RD_REPEAT0), BIT(25) },
    { "USB_EXT_PHY_ENABLE",                WORD(RD_REPEAT0), BIT(26) },
    { "VDD_SPI_XPD",                       WORD(RD_REPEAT1), BIT(4) },
    { "VDD_SPI_TIEH",                      WORD(RD_REPEAT1), BIT(5) },
    { "VDD_SPI_FORCE",                     WORD(RD_REPEAT1), BIT(6) },
    { "WDT_DELAY_SEL",                     WORD(RD_REPEAT1), FIELD(17, 16) },
    { "SPI_BOOT_CRYPT_CNT",                WORD(RD_REPEAT1), FIELD(20, 18) },
    { "SECURE_BOOT_KEY_REVOKE0",           WORD(RD_REPEAT1), BIT(21) },
    { "SECURE_BOOT_KEY_REVOKE1",           WORD(RD_REPEAT1), BIT(22) },
    { "SECURE_BOOT_KEY_REVOKE2",           WORD(RD_REPEAT1), BIT(23) },
    { "KEY_PURPOSE_0",                     WORD(RD_REPEAT1), FIELD(27, 24) },
    { "KEY_PURPOSE_1",                     WORD(RD_REPEAT1), FIELD(31, 28) },
    { "KEY_PURPOSE_2",                     WORD(RD_REPEAT2), FIELD(3, 0) },
    { "KEY_PURPOSE_3",                     WORD(RD_REPEAT2), FIELD(7, 4) },
    { "KEY_PURPOSE_4",                     WORD(RD_REPEAT2), FIELD(11, 8) },
    { "KEY_PURPOSE_5",                     WORD(RD_REPEAT2), FIELD(15, 12) },
    { "SECURE_BOOT_EN",                    WORD(RD_REPEAT2), BIT(20) },
    { "SECURE_BOOT_AGGRESSIVE_REVOKE",     WORD(RD_REPEAT2), BIT(21) },
    { "DIS_USB_JTAG",                      WORD(RD_REPEAT2), BIT(22) },
    { "DIS_USB_SERIAL_JTAG",               WORD(RD_REPEAT2), BIT(23) },
    { "STRAP_JTAG_SEL",                    WORD(RD_REPEAT2), BIT(24) },
    { "USB_PHY_SEL",                       WORD(RD_REPEAT2), BIT(25) },
    { "FLASH_TPUW",                        WORD(RD_REPEAT2), FIELD(31, 28) },
    { "DIS_DOWNLOAD_MODE",                 WORD(RD_REPEAT3), BIT(0) },
    { "DIS_DIRECT_BOOT",                   WORD(RD_REPEAT3), BIT(1) },
    { "DIS_USB_SERIAL_JTAG_ROM_PRINT",     WORD(RD_REPEAT3), BIT(2) },
    { "FLASH_ECC_MODE",                    WORD(RD_REPEAT3), BIT(3) },
    { "DIS_USB_SERIAL_JTAG_DOWNLOAD_MODE", WORD(RD_REPEAT3), BIT(4) },
    { "ENABLE_SECURITY_DOWNLOAD",          WORD(RD_REPEAT3), BIT(5) },
    { "UART_PRINT_CONTROL",                WORD(RD_REPEAT3), FIELD(7, 6) },
    { "PIN_POWER_SELECTION",               WORD(RD_REPEAT3), BIT(8) },
    { "FLASH_TYPE",                        WORD(RD_REPEAT3), BIT(9) },
    { "FLASH_PAGE_SIZE",                   WORD(RD_REPEAT3), FIELD(11, 10) },
    { "FLASH_ECC_EN",                      WORD(RD_REPEAT3), BIT(12) },
    { "FORCE_SEND_RESUME",                 WORD(RD_REPEAT3), BIT(13) },
    { "SECURE_VERSION",                    WORD(RD_REPEAT3), FIELD(29, 14) },
    { "DIS_USB_OTG_DOWNLOAD_MODE",         WORD(RD_REPEAT3), BIT(31) },
    { "DISABLE_WAFER_VERSION_MAJOR",       WORD(RD_REPEAT4), BIT(0) },
    { "DISABLE_BLK_VERSION_MAJOR",         WORD(RD_REPEAT4), BIT(1) },
    { NULL, 0, 0 },
    /* clang-format on */
};

/* In the order of the eFuses, as burn_block_data has it: a key file of flash encryption has its bytes in reverse. */
static const struct efuse_bytes blocks[] = {
    {"BLOCK_USR_DATA", WORD(RD_USR_DATA), false},
    {"BLOCK_KEY0", WORD(RD_KEY0), false},
    {"BLOCK_KEY1", WORD(RD_KEY0) + 0x20, false},
    {"BLOCK_KEY2", WORD(RD_KEY0) + 0x40, false},
    {"BLOCK_KEY3", WORD(RD_KEY0) + 0x60, false},
    {"BLOCK_KEY4", WORD(RD_KEY0) + 0x80, false},
    {"BLOCK_KEY5", WORD(RD_KEY0) + 0xA0, false},
    {"BLOCK_SYS_DATA2", WORD(RD_SYS_PART2), false},
    {"MAC", WORD(RD_MAC_SYS0), true},
    {NULL, 0, false},
};

static uint32_t *word(struct soc *soc, uint32_t addr)
{
    return efuse_burnt(&esp32s3_of(soc)->efuse, addr);
}

static enum err set_bytes(struct soc *soc, const struct efuse_bytes *b, const char *text)
{
    return efuse_set_bytes(&esp32s3_of(soc)->efuse, b, text);
}

enum err esp32s3_burn(struct soc *soc, const char *name, const char *value)
{
    static const struct efuse_names names = {fields, blocks, word, set_bytes};
    return efuse_names_burn(soc, &names, name, value);
}
