/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eFuses: four blocks of bits that only rise. Source: esp-idf efuse_reg.h, efuse_defs.h; fields in regs/esp32.h.
 *
 * This chip: ESP32-D0WDQ6-V3 (package 0), revision v3.0, flash encryption and secure boot off, JTAG on. Burning ORs WDATA
 * into the block; the read registers show it after the next read command or reset. A command shows in CMD until it is
 * done, at once after it was given: the chip's boot ROM relies on that. How long it takes is in no public document; the
 * times here are of the right order. Read and write protection bits and coding schemes are not enforced.
 */
#include "sim/esp32/esp32_int.h"

#define AT(name)   (ESP32_EFUSE_##name - ESP32_EFUSE_BASE)
#define ALL        0xFFFFFFFFU
#define READ_PS    (2 * PS_PER_US)
#define PROGRAM_PS (200 * PS_PER_US)

enum { BLOCK0_WORDS = 7, BLOCK_WORDS = 8 };

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

static void show(struct esp32 *s)
{
    for (unsigned block = 0; block < 4; block++)
        for (unsigned i = 0; i < words_of(block); i++)
            *block_word(&s->efuse, read_offset(block) + 4 * i) = s->efuses[block][i];
}

static void burn(struct esp32 *s)
{
    for (unsigned block = 0; block < 4; block++)
        for (unsigned i = 0; i < words_of(block); i++)
            s->efuses[block][i] |= *block_word(&s->efuse, write_offset(block) + 4 * i);
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

bool efuse_init(struct esp32 *s)
{
    burn_factory(s);
    s->efuse_done.fn = command_done;
    s->efuse_done.ctx = s;
    return block_init(&s->efuse, &efuse_kind, &s->soc, ESP32_EFUSE_BASE);
}

void efuse_load(struct esp32 *s)
{
    sched_cancel(s->soc.sched, &s->efuse_done);
    block_reset(&s->efuse);
    show(s);
}
