/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eFuses: four blocks of bits that only rise. Source: esp-idf efuse_reg.h, efuse_defs.h; fields in regs/esp32.h.
 *
 * This chip: ESP32-D0WDQ6-V3 (package 0), revision v3.0, flash encryption and secure boot off, JTAG on; efuse_names.c burns
 * more. Burning ORs WDATA into the block; the read registers show it after the next read command or reset. A command shows
 * in CMD until it is done, at once after it was given: the chip's boot ROM relies on that. How long it takes is in no public
 * document; the times here are of the right order.
 *
 * What WR_DIS protects is not burnt, and what RD_DIS protects reads 0. With the 3/4 coding scheme blocks 1 to 3 read as the
 * 24 bytes that they hold; the bytes that check them are not looked at. Of what the fields switch, flash encryption is
 * there (flash_enc.c) and JTAG_DISABLE.
 */
#include "sim/esp32/esp32_int.h"

#include "base/bytes.h"

#include <string.h>

#define AT(name)   (ESP32_EFUSE_##name - ESP32_EFUSE_BASE)
#define ALL        0xFFFFFFFFU
#define READ_PS    (2 * PS_PER_US)
#define PROGRAM_PS (200 * PS_PER_US)

enum { BLOCK0_WORDS = 7, BLOCK_WORDS = 8, CODED_CHUNK = 8, CODED_BYTES = 6 };

/* Which bit of WR_DIS protects what (espefuse, efuse_defs/esp32.yaml, wr_dis). */
static const struct {
    uint8_t bit, word; /* of block 0; blocks 1 to 3 have bits 7 to 9 */
    uint32_t mask;
} write_protection[] = {
    /* clang-format off */
    { 0, 0, ESP32_EFUSE_RD_DIS },
    { 1, 0, ESP32_EFUSE_WR_DIS },
    { 2, 0, ESP32_EFUSE_FLASH_CRYPT_CNT | ESP32_EFUSE_UART_DOWNLOAD_DIS },
    { 3, 1, ALL },        /* MAC */
    { 3, 2, 0xFFFFFF },
    { 3, 3, 0xB },        /* cores, radio, cache */
    { 3, 5, FIELD(23, 22) }, /* voltage */
    { 4, 4, 0x1FFF },     /* clock, ADC */
    { 5, 4, 7U << 14 },   /* flash voltage */
    { 6, 5, 0xFFFFF },    /* flash pads */
    { 10, 3, ESP32_EFUSE_BLK3_PART_RESERVE },
    { 10, 5, ESP32_EFUSE_FLASH_CRYPT_CONFIG },
    { 10, 6, ESP32_EFUSE_CODING_SCHEME | ESP32_EFUSE_KEY_STATUS },
    { 12, 6, ESP32_EFUSE_ABS_DONE_0 },
    { 13, 6, ESP32_EFUSE_ABS_DONE_1 },
    { 14, 6, ESP32_EFUSE_JTAG_DISABLE },
    { 15, 6, ESP32_EFUSE_CONSOLE_DEBUG_DISABLE | FIELD(9, 7) }, /* and DISABLE_DL_... */
    /* clang-format on */
};
/* The fields of block 0 that bit 3 of RD_DIS hides. */
static const uint32_t hidden[BLOCK0_WORDS] = {
    [3] = ESP32_EFUSE_BLK3_PART_RESERVE,
    [5] = ESP32_EFUSE_FLASH_CRYPT_CONFIG,
    [6] = ESP32_EFUSE_CODING_SCHEME | ESP32_EFUSE_KEY_STATUS,
};

static const struct reg regs[] = {
    {AT(BLK0_RDATA0), 7, 0, 0, 0},
    {AT(BLK0_WDATA0), 7, 0, ALL, 0},
    {AT(BLK1_RDATA0), 24, 0, 0, 0},
    {0x98, 24, 0, ALL, 0}, /* WDATA of blocks 1 to 3 */
    {AT(CLK), 1, 0x4052, 0xFFFF, 0},
    {AT(CONF), 1, 0, 0x1FFFF, 0},
    {AT(STATUS), 1, 0, 0, 0},
    {AT(CMD), 1, 0, 3, REG_ACTS},
    {0x108, 4, 0, 0, 0},
    {AT(DAC_CONF), 1, 0x28, 0x1FF, 0},
    {AT(DEC_STATUS), 1, 0, 0, 0},
    {AT(JTAG_ENABLE), 1, 0, ALL, 0}, /* only stores: see reset.c */
};

static unsigned words_of(unsigned block)
{
    return block ? BLOCK_WORDS : BLOCK0_WORDS;
}

static uint32_t read_offset(unsigned block)
{
    return block ? AT(BLK1_RDATA0) + (block - 1) * 4 * BLOCK_WORDS : AT(BLK0_RDATA0);
}

static uint32_t write_offset(unsigned block)
{
    return block ? 0x98 + (block - 1) * 4 * BLOCK_WORDS : AT(BLK0_WDATA0);
}

/* CRC-8 of the MAC, polynomial x^8 + x^5 + x^4 + 1, bits reversed: esp_crc8 in esp-idf's esp_efuse_mac. */
static uint8_t crc8(const uint8_t *bytes, size_t len)
{
    uint8_t crc = 0;
    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = (uint8_t)(crc & 1 ? crc >> 1 ^ 0x8C : crc >> 1);
    }
    return crc;
}

static void burn_factory(struct esp32 *s)
{
    const uint8_t *mac = s->soc.config.mac;
    uint32_t *b = s->efuses[0];
    b[1] = (uint32_t)mac[2] << 24 | (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5];
    b[2] = (uint32_t)mac[0] << 8 | mac[1] | (uint32_t)crc8(mac, 6) << 16;
    b[3] = ESP32_EFUSE_CHIP_VER_REV1 | ESP32_EFUSE_CHIP_CPU_FREQ_RATED;
    b[5] = ESP32_EFUSE_CHIP_VER_REV2;
}

/* --- reading --- */

/* The bytes that a block of 1 to 3 holds; returns how many. */
static unsigned content(const struct esp32 *s, unsigned block, uint8_t bytes[4 * BLOCK_WORDS])
{
    uint8_t burnt[4 * BLOCK_WORDS];
    unsigned len = 0;
    for (unsigned i = 0; i < BLOCK_WORDS; i++)
        le32_put(burnt + 4 * i, s->efuses[block][i]);
    bool is_coded = field_get(ESP32_EFUSE_CODING_SCHEME, s->efuses[0][6]) == ESP32_EFUSE_CODING_34;
    for (unsigned i = 0; i < sizeof burnt; i++)
        if (!is_coded || i % CODED_CHUNK < CODED_BYTES)
            bytes[len++] = burnt[i];
    memset(bytes + len, 0, 4 * BLOCK_WORDS - len);
    return len;
}

/* The eFuses hold the key from its last byte on. A key of 24 bytes is continued with its middle (espsecure). */
static void load_crypt(struct esp32 *s)
{
    uint8_t bytes[4 * BLOCK_WORDS], *key = s->crypt.key;
    unsigned len = content(s, 1, bytes);
    for (unsigned i = 0; i < len; i++)
        key[i] = bytes[len - 1 - i];
    if (len < FLASH_SCHEME_KEY)
        memcpy(key + len, key + 8, FLASH_SCHEME_KEY - len);
    s->crypt.config = (uint8_t)field_get(ESP32_EFUSE_FLASH_CRYPT_CONFIG, s->efuses[0][5]);
    s->is_crypt_on = __builtin_parity(s->efuses[0][0] & ESP32_EFUSE_FLASH_CRYPT_CNT);
    flash_enc_changed(s, 0, nor_size(s->soc.config.flash));
}

static void show(struct esp32 *s)
{
    uint32_t unreadable = field_get(ESP32_EFUSE_RD_DIS, s->efuses[0][0]);
    for (unsigned i = 0; i < BLOCK0_WORDS; i++)
        *block_word(&s->efuse, read_offset(0) + 4 * i) = s->efuses[0][i] & ~(unreadable & 8 ? hidden[i] : 0);
    for (unsigned block = 1; block < 4; block++) {
        uint8_t bytes[4 * BLOCK_WORDS];
        content(s, block, bytes);
        for (unsigned i = 0; i < BLOCK_WORDS; i++)
            *block_word(&s->efuse, read_offset(block) + 4 * i) =
                unreadable >> (block - 1) & 1 ? 0 : le32_get(bytes + 4 * i);
    }
    load_crypt(s);
}

/* --- burning --- */

static uint32_t protected_bits(const struct esp32 *s, unsigned block, unsigned word)
{
    uint32_t wr_dis = field_get(ESP32_EFUSE_WR_DIS, s->efuses[0][0]), bits = 0;
    if (block)
        return wr_dis >> (6 + block) & 1 ? ALL : 0;
    for (size_t i = 0; i < sizeof write_protection / sizeof *write_protection; i++)
        if (write_protection[i].word == word && wr_dis >> write_protection[i].bit & 1)
            bits |= write_protection[i].mask;
    return bits;
}

static void burn(struct esp32 *s)
{
    uint32_t bits[4][BLOCK_WORDS];
    for (unsigned block = 0; block < 4; block++)
        for (unsigned i = 0; i < words_of(block); i++)
            bits[block][i] = *block_word(&s->efuse, write_offset(block) + 4 * i) & ~protected_bits(s, block, i);
    for (unsigned block = 0; block < 4; block++)
        for (unsigned i = 0; i < words_of(block); i++)
            s->efuses[block][i] |= bits[block][i];
}

static void command_done(void *ctx)
{
    struct esp32 *s = ctx;
    *block_word(&s->efuse, AT(CMD)) = 0;
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    uint32_t mode = *block_word(b, AT(CONF)) & 0xFFFF;
    bool is_program = value & ESP32_EFUSE_CMD_PROGRAM && mode == ESP32_EFUSE_CONF_PROGRAM;
    (void)before;
    if (is_program)
        burn(esp32_of(b->soc));
    if (value & ESP32_EFUSE_CMD_READ && mode == ESP32_EFUSE_CONF_READ)
        show(esp32_of(b->soc));
    if (!value)
        *block_word(b, offset) = before; /* a command under way goes on */
    else
        sched_in(b->soc->sched, &esp32_of(b->soc)->efuse_done, is_program ? PROGRAM_PS : READ_PS);
}

static const struct block_kind efuse_kind = {
    .name = "EFUSE",
    .size = 0x200,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .written = written,
};

bool esp32_efuse_init(struct esp32 *s)
{
    burn_factory(s);
    s->efuse_done.fn = command_done;
    s->efuse_done.ctx = s;
    return block_init(&s->efuse, &efuse_kind, &s->soc, ESP32_EFUSE_BASE);
}

void esp32_efuse_load(struct esp32 *s)
{
    sched_cancel(s->soc.sched, &s->efuse_done);
    block_reset(&s->efuse);
    show(s);
}
