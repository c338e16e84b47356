/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eFuses: eleven blocks of bits that only rise. Source: TRM chapter 'eFuse Controller'; esp-idf efuse_reg.h.
 *
 * This chip: ESP32-S3 (package QFN56), revision v0.2, nothing secured. Programming ORs PGM_DATA into the block that CMD
 * names; the read registers show it after the next read command or reset, a block that RD_DIS protects as zeros. What
 * WR_DIS protects is not burnt. efuse_names.c burns more before power-on. Error correction (PGM_CHECK, RD_REPEAT_ERR) is
 * storage and never finds an error.
 */
#include "sim/esp32s3/esp32s3_int.h"

#include "base/bits.h"

#define AT(name)   (ESP32S3_EFUSE_##name - ESP32S3_EFUSE_BASE)
#define ALL        0xFFFFFFFFU
#define READ_PS    (2 * PS_PER_US)
#define PROGRAM_PS (200 * PS_PER_US)

enum {
    KEY_BLOCK = 4,
    BLOCKS = 11,
    WR_DIS_BLOCK1 = 20 /* bit of RD_WR_DIS; a bit a block from there: esp_efuse_table.csv */
};

/* Which bit of WR_DIS protects what of block 0 (esp_efuse_table.csv, WR_DIS.*). */
static const struct {
    uint8_t bit, word;
    uint32_t mask;
} write_protection[] = {
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
    {AT(PGM_DATA0), 8, 0, ALL, 0},
    {AT(PGM_CHECK0), 3, 0, ALL, 0},
    {AT(RD_WR_DIS), EFUSE_WORDS, 0, 0, 0},
    {AT(RD_REPEAT_ERR0), 4, 0, 0, 0},
    {0x190, 1, 0, 0, 0},
    {0x1C0, 2, 0, 0, 0},
    {AT(CLK), 1, 2, 0x10007, 0},
    {AT(CONF), 1, 0, 0xFFFF, 0},
    {AT(STATUS), 1, 0, 0, 0},
    {AT(CMD), 1, 0, 0x3F, REG_ACTS},
    {AT(INT_RAW), 1, 0, 0, 0},
    {0x1DC, 1, 0, 0, 0},
    {0x1E0, 1, 0, 3, 0},
    {0x1E4, 1, 0, 0, REG_ACTS},
    {0x1E8, 1, 0x1FE1C, 0x3FFFF, 0},
    {0x1EC, 1, 0x12000000, 0xFF000000, 0},
    {0x1F4, 1, 0x288000, 0xFFFF00, 0},
    {0x1F8, 1, 0x190, 0xFFFF, 0},
    {AT(DATE), 1, 0x2101290, 0, 0},
};

/* Where a block is read, and how many words it has. */
static uint32_t block_at(unsigned block)
{
    static const uint32_t first[KEY_BLOCK] = {AT(RD_WR_DIS), AT(RD_MAC_SYS0), AT(RD_SYS_PART1), AT(RD_USR_DATA)};
    return block < KEY_BLOCK ? first[block] : AT(RD_KEY0) + (block - KEY_BLOCK) * 32;
}

static unsigned block_words(unsigned block)
{
    return block < 2 ? 6 : 8;
}

uint32_t *s3_efuse_burnt(struct esp32s3 *s, uint32_t addr)
{
    return &s->efuses[(addr - ESP32S3_EFUSE_RD_WR_DIS) / 4];
}

static uint32_t *burnt(struct esp32s3 *s, uint32_t offset)
{
    return s3_efuse_burnt(s, ESP32S3_EFUSE_BASE + offset);
}

uint32_t s3_efuse_word(const struct esp32s3 *s, uint32_t addr)
{
    return s->efuses[(addr - ESP32S3_EFUSE_RD_WR_DIS) / 4];
}

static void burn_factory(struct esp32s3 *s)
{
    const struct soc_config *c = &s->soc.config;
    const uint8_t *mac = c->mac;
    *burnt(s, AT(RD_MAC_SYS0)) = (uint32_t)mac[2] << 24 | (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5];
    *burnt(s, AT(RD_MAC_SYS1)) = (uint32_t)mac[0] << 8 | mac[1];
    *burnt(s, AT(RD_MAC_SYS3)) = field_put(ESP32S3_EFUSE_WAFER_MINOR_LO, 0, 2);
    *burnt(s, AT(RD_SYS_PART1_4)) = field_put(ESP32S3_EFUSE_BLK_VERSION_MAJOR, 0, 1);
    if (c->psram_size) { /* in the package, by its size in MB, and with it 1.8 V for the flash: an ESP32-S3R16V */
        *burnt(s, AT(RD_MAC_SYS4)) = field_put(ESP32S3_EFUSE_PSRAM_CAP, 0, c->psram_size >> 20 == 16 ? 3 : 1) |
                                     field_put(ESP32S3_EFUSE_PSRAM_VENDOR, 0, 2);
        *burnt(s, AT(RD_REPEAT1)) = ESP32S3_EFUSE_VDD_SPI_XPD | ESP32S3_EFUSE_VDD_SPI_FORCE;
    }
    if (c->is_flash_octal)
        *burnt(s, AT(RD_REPEAT3)) = ESP32S3_EFUSE_FLASH_TYPE;
}

static bool is_hidden(struct esp32s3 *s, unsigned block)
{
    uint32_t protects = *burnt(s, AT(RD_REPEAT0)); /* RD_DIS: a bit a block from KEY0 on */
    return block >= KEY_BLOCK && protects >> (block - KEY_BLOCK) & 1;
}

static void show(struct esp32s3 *s)
{
    for (unsigned block = 0; block < BLOCKS; block++)
        for (unsigned i = 0; i < block_words(block); i++) {
            uint32_t offset = block_at(block) + 4 * i;
            *block_word(&s->efuse, offset) = is_hidden(s, block) ? 0 : *burnt(s, offset);
        }
    s3_xts_load(s);
}

/* What WR_DIS protects of a word of a block. */
static uint32_t protected_bits(struct esp32s3 *s, unsigned block, unsigned word)
{
    uint32_t wr_dis = *burnt(s, AT(RD_WR_DIS)), bits = 0;
    if (block)
        return wr_dis >> (WR_DIS_BLOCK1 + block - 1) & 1 ? ALL : 0;
    for (size_t i = 0; i < sizeof write_protection / sizeof *write_protection; i++)
        if (write_protection[i].word == word && wr_dis >> write_protection[i].bit & 1)
            bits |= write_protection[i].mask;
    return bits;
}

static void burn(struct esp32s3 *s, unsigned block)
{
    uint32_t bits[8];
    if (block >= BLOCKS)
        return;
    for (unsigned i = 0; i < block_words(block); i++) /* as it was protected when the command came */
        bits[i] = *block_word(&s->efuse, AT(PGM_DATA0) + 4 * i) & ~protected_bits(s, block, i);
    for (unsigned i = 0; i < block_words(block); i++)
        *burnt(s, block_at(block) + 4 * i) |= bits[i];
}

static void command_done(void *ctx)
{
    struct esp32s3 *s = ctx;
    uint32_t *cmd = block_word(&s->efuse, AT(CMD));
    *block_word(&s->efuse, AT(INT_RAW)) |= *cmd & ESP32S3_EFUSE_CMD_PROGRAM ? BIT(1) : BIT(0);
    *cmd &= ~(ESP32S3_EFUSE_CMD_READ | ESP32S3_EFUSE_CMD_PROGRAM);
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct esp32s3 *s = esp32s3_of(b->soc);
    uint32_t mode = *block_word(b, AT(CONF));
    bool is_program = value & ESP32S3_EFUSE_CMD_PROGRAM && mode == ESP32S3_EFUSE_CONF_PROGRAM;
    (void)before;
    if (offset != AT(CMD)) {
        *block_word(b, AT(INT_RAW)) &= ~value;
        return;
    }
    if (is_program)
        burn(s, field_get(ESP32S3_EFUSE_CMD_BLK_NUM, value));
    if (value & ESP32S3_EFUSE_CMD_READ && mode == ESP32S3_EFUSE_CONF_READ)
        show(s);
    sched_in(b->soc->sched, &s->efuse_done, is_program ? PROGRAM_PS : READ_PS);
}

static const struct block_kind efuse_kind = {
    .name = "EFUSE",
    .size = 0x200,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .written = written,
};

bool s3_efuse_init(struct esp32s3 *s)
{
    burn_factory(s);
    s->efuse_done = (struct sched_event){.fn = command_done, .ctx = s};
    return block_init(&s->efuse, &efuse_kind, &s->soc, ESP32S3_EFUSE_BASE);
}

void s3_efuse_load(struct esp32s3 *s)
{
    sched_cancel(s->soc.sched, &s->efuse_done);
    block_reset(&s->efuse);
    show(s);
}
