/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eFuses by the names that espefuse has for them: what a board's user burns before it is powered on. Where the fields are:
 * esp-idf esp_efuse_table.csv. Of what the factory burns, the MAC can be given; its revision and calibration cannot.
 */
#include "sim/esp32s3/esp32s3_int.h"

#include "base/bits.h"
#include "base/bytes.h"
#include "sim/soc/efuse_names.h"

enum { BLOCK_BYTES = 32, MAC_BYTES = 6 };

#define WORD(name) ESP32S3_EFUSE_##name

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

/* As it is written, 48:63:92:..., without the colons; in the eFuses its last byte is the first. */
static enum err set_mac(struct esp32s3 *s, const uint8_t *mac, int count)
{
    if (count != MAC_BYTES)
        return err_at(s->soc.log, ERR_USAGE, "the value of the eFuse MAC is not 6 bytes in hex, as in 7cdfa1e00102");
    uint32_t *high = s3_efuse_burnt(s, WORD(RD_MAC_SYS1));
    const uint8_t low[4] = {mac[5], mac[4], mac[3], mac[2]};
    *s3_efuse_burnt(s, WORD(RD_MAC_SYS0)) = le32_get(low);
    *high = field_put(ESP32S3_EFUSE_MAC_HIGH, *high, (uint32_t)mac[0] << 8 | mac[1]);
    return ERR_OK;
}

static enum err set_bytes(struct soc *soc, const struct efuse_bytes *b, const char *text)
{
    struct esp32s3 *s = esp32s3_of(soc);
    uint8_t bytes[BLOCK_BYTES] = {0};
    int count = efuse_parse_hex(text, bytes, sizeof bytes);
    if (b->block == WORD(RD_MAC_SYS0))
        return set_mac(s, bytes, count);
    if (count != BLOCK_BYTES)
        return err_at(soc->log, ERR_USAGE, "the value of the eFuse %s is not %d bytes in hex", b->name, BLOCK_BYTES);
    for (uint32_t i = 0; i < BLOCK_BYTES; i += 4)
        *s3_efuse_burnt(s, b->block + i) |= le32_get(bytes + i);
    return ERR_OK;
}

static uint32_t *word(struct soc *soc, uint32_t addr)
{
    return s3_efuse_burnt(esp32s3_of(soc), addr);
}

enum err esp32s3_burn(struct soc *soc, const char *name, const char *value)
{
    static const struct efuse_names names = {fields, blocks, word, set_bytes};
    return efuse_names_burn(soc, &names, name, value);
}
