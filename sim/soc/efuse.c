/* SPDX-License-Identifier: Apache-2.0 */
/* Sources: chapter 'eFuse Controller' of the TRMs; efuse_reg.h and esp_efuse_table.csv of each chip in esp-idf. */
#include "sim/soc/efuse.h"

#include "base/bits.h"
#include "base/bytes.h"
#include "sim/soc/soc_int.h"

enum { PGM_DATA = 0x000, CONF = 0x1CC, CMD = 0x1D4, INT_RAW = 0x1D8, INT_ENA = 0x1E0, INT_CLR = 0x1E4 };

#define CONF_PROGRAM 0x5A5AU
#define CONF_READ    0x5AA5U
#define CMD_READ     BIT(0)
#define CMD_PROGRAM  BIT(1)
#define CMD_BLK_NUM  FIELD(5, 2)
#define INT_READ     BIT(0)
#define INT_PROGRAM  BIT(1)
#define MAC_HIGH     FIELD(15, 0)
#define ALL          0xFFFFFFFFU
#define READ_PS      (2 * PS_PER_US)
#define PROGRAM_PS   (200 * PS_PER_US)

enum {
    MAC_SYS_BLOCK = 1,
    KEY_BLOCK = 4,
    BLOCKS = 11,
    BLOCK_WORDS = 8,
    BLOCK_BYTES = 4 * BLOCK_WORDS,
    MAC_BYTES = 6,
    WR_DIS_BLOCK1 = 20 /* bit of RD_WR_DIS; a bit a block from there: esp_efuse_table.csv */
};

/* Where a block is read, and how many words it has. */
static uint32_t block_at(unsigned block)
{
    static const uint16_t first[KEY_BLOCK] = {EFUSE_RD_WR_DIS, EFUSE_RD_MAC_SYS, EFUSE_RD_SYS_PART1, EFUSE_RD_USR_DATA};
    return block < KEY_BLOCK ? first[block] : EFUSE_RD_KEY0 + (block - KEY_BLOCK) * BLOCK_BYTES;
}

static unsigned block_words(unsigned block)
{
    return block <= MAC_SYS_BLOCK ? 6 : BLOCK_WORDS;
}

static uint32_t *burnt(struct efuse *e, uint32_t offset)
{
    return &e->burnt[(offset - EFUSE_RD_WR_DIS) / 4];
}

uint32_t *efuse_burnt(struct efuse *e, uint32_t addr)
{
    return burnt(e, addr - e->block.base);
}

uint32_t efuse_word(const struct efuse *e, uint32_t addr)
{
    return e->burnt[(addr - e->block.base - EFUSE_RD_WR_DIS) / 4];
}

/* In the eFuses its last byte is the first. */
static void burn_mac(struct efuse *e, const uint8_t *mac)
{
    uint32_t *high = burnt(e, EFUSE_RD_MAC_SYS + 4);
    const uint8_t low[4] = {mac[5], mac[4], mac[3], mac[2]};
    *burnt(e, EFUSE_RD_MAC_SYS) = le32_get(low);
    *high = field_put(MAC_HIGH, *high, (uint32_t)mac[0] << 8 | mac[1]);
}

/* --- showing --- */

static bool is_hidden(struct efuse *e, unsigned block)
{
    uint32_t protects = *burnt(e, EFUSE_RD_REPEAT0); /* RD_DIS: a bit a block from KEY0 on */
    return block >= KEY_BLOCK && protects >> (block - KEY_BLOCK) & 1;
}

static void show(struct efuse *e)
{
    for (unsigned block = 0; block < BLOCKS; block++)
        for (unsigned i = 0; i < block_words(block); i++) {
            uint32_t offset = block_at(block) + 4 * i;
            *block_word(&e->block, offset) = is_hidden(e, block) ? 0 : *burnt(e, offset);
        }
    e->kind->loaded(e->block.soc);
}

/* --- burning --- */

/* What WR_DIS protects of a word of a block. */
static uint32_t protected_bits(struct efuse *e, unsigned block, unsigned word)
{
    uint32_t wr_dis = *burnt(e, EFUSE_RD_WR_DIS), bits = 0;
    if (block)
        return wr_dis >> (WR_DIS_BLOCK1 + block - 1) & 1 ? ALL : 0;
    for (size_t i = 0; i < e->kind->protection_count; i++) {
        const struct efuse_protection *p = &e->kind->protections[i];
        if (p->word == word && wr_dis >> p->bit & 1)
            bits |= p->mask;
    }
    return bits;
}

static void burn(struct efuse *e, unsigned block)
{
    uint32_t bits[BLOCK_WORDS];
    if (block >= BLOCKS)
        return;
    for (unsigned i = 0; i < block_words(block); i++) /* as it was protected when the command came */
        bits[i] = *block_word(&e->block, PGM_DATA + 4 * i) & ~protected_bits(e, block, i);
    for (unsigned i = 0; i < block_words(block); i++)
        *burnt(e, block_at(block) + 4 * i) |= bits[i];
}

enum err efuse_set_bytes(struct efuse *e, const struct efuse_bytes *b, const char *text)
{
    struct log *log = e->block.soc->log;
    uint8_t bytes[BLOCK_BYTES] = {0};
    int count = efuse_parse_hex(text, bytes, sizeof bytes);
    bool is_mac = b->block == e->block.base + EFUSE_RD_MAC_SYS;
    if (is_mac && count != MAC_BYTES)
        return err_at(log, ERR_USAGE, "the value of the eFuse MAC is not 6 bytes in hex, as in 7cdfa1e00102");
    if (!is_mac && count != BLOCK_BYTES)
        return err_at(log, ERR_USAGE, "the value of the eFuse %s is not %d bytes in hex", b->name, BLOCK_BYTES);
    if (is_mac)
        burn_mac(e, bytes);
    for (uint32_t i = 0; !is_mac && i < BLOCK_BYTES; i += 4)
        *efuse_burnt(e, b->block + i) |= le32_get(bytes + i);
    return ERR_OK;
}

/* --- the block --- */

static struct efuse *efuse_of(struct block *b)
{
    return (struct efuse *)(void *)((char *)b - offsetof(struct efuse, block));
}

static uint32_t active(struct efuse *e)
{
    return *block_word(&e->block, INT_RAW) & *block_word(&e->block, INT_ENA);
}

static void update_irq(struct efuse *e)
{
    irq_set(e->block.soc, e->kind->irq, active(e));
}

static void command_done(void *ctx)
{
    struct efuse *e = ctx;
    uint32_t *cmd = block_word(&e->block, CMD);
    *block_word(&e->block, INT_RAW) |= *cmd & CMD_PROGRAM ? INT_PROGRAM : INT_READ;
    *cmd &= ~(CMD_READ | CMD_PROGRAM);
    update_irq(e);
}

static void command_written(struct efuse *e, uint32_t value)
{
    uint32_t mode = *block_word(&e->block, CONF);
    bool is_program = value & CMD_PROGRAM && mode == CONF_PROGRAM;
    if (is_program)
        burn(e, field_get(CMD_BLK_NUM, value));
    if (value & CMD_READ && mode == CONF_READ)
        show(e);
    sched_in(e->block.soc->sched, &e->done, is_program ? PROGRAM_PS : READ_PS);
}

uint32_t efuse_read(struct block *b, uint32_t offset)
{
    (void)offset; /* INT_ST */
    return active(efuse_of(b));
}

void efuse_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct efuse *e = efuse_of(b);
    (void)before;
    if (offset == CMD)
        command_written(e, value);
    if (offset == INT_CLR)
        *block_word(b, INT_RAW) &= ~value;
    update_irq(e);
}

bool efuse_init(struct efuse *e, const struct efuse_kind *kind, struct soc *soc, uint32_t base)
{
    e->kind = kind;
    e->done = (struct sched_event){.fn = command_done, .ctx = e};
    burn_mac(e, soc->config.mac);
    bool is_ok = block_init(&e->block, &kind->block, soc, base);
    if (is_ok)
        kind->burn_factory(e);
    return is_ok;
}

void efuse_fini(struct efuse *e)
{
    block_fini(&e->block);
}

void efuse_cancel(struct efuse *e)
{
    if (e->block.soc)
        sched_cancel(e->block.soc->sched, &e->done);
}

void efuse_reset(struct efuse *e)
{
    efuse_cancel(e);
    block_reset(&e->block);
    update_irq(e);
    show(e);
}
