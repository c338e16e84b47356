/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks that only store what is written, with their reset values: IO_MUX, SYSCON, SARADC, and the master of the analog
   part's internal bus. And the random number register, which is SYSCON's. Sources: headers of these names in esp-idf. */
#include "sim/esp32c3/esp32c3_int.h"

#define ALL 0xFFFFFFFFU

static const struct reg io_mux_regs[] = {
    {0x00, 1, 0, ALL, 0},
    {0x04, 22, 0xB00, 0x1FFFF, 0}, /* function 0, pulled up, input on, drive 2 */
    {0xFC, 1, 0x2006050, 0, 0},
};

#define RND_DATA (ESP32C3_SYSCON_RND_DATA - ESP32C3_SYSCON_BASE)
static const struct reg syscon_regs[] = {
    {0x00, 1, 1, 0x1FFF, 0},
    {0x04, 1, 0x10727, 0x1FFFF, 0},
    {0x08, 1, 0x7FF, 0x7FF, 0},
    {0x0C, 2, 0, ALL, 0},
    {0x14, 1, 0xFFFCE030, ALL, 0},
    {0x18, 1, 0, ALL, 0},
    {0x1C, 1, 0, 0xFF, 0},
    {0x20, 1, 0, 1, 0},
    {0x28, 4, 3, 3, 0}, /* rights to four areas of the flash */
    {0x38, 1, 0, ALL, 0},
    {0x3C, 1, 0x400000, ALL, 0},
    {0x40, 1, 0x800000, ALL, 0},
    {0x44, 1, 0xC00000, ALL, 0},
    {0x48, 4, 0x400, 0x1FFF, 0},
    {0x88, 2, 0, 0, 0},
    {0x90, 1, 0, 1, 0},
    {0x94, 2, 0, 0x7FFFFFFF, 0},
    {0x9C, 1, 0x15, 0x3F, 0},
    {0xA0, 1, 0, 0xFFFFFFF, 0},
    {0xA4, 1, 0x3F, 0x3F, 0},
    {0xA8, 1, 0, 0x3F, 0},
    {0xAC, 1, 0x3F, 0x3F, 0},
    {RND_DATA, 1, 0, 0, REG_LIVE},
    {0xB4, 1, 0x6480, 0xDFFFFFF0, 0},
    {0xB8, 2, 0, ALL, 0},
    {0xC0, 2, 0, 0, 0},
    {0xC8, 1, 0, 3, 0},
    {0xD0, 1, 0, 0, 0},
    {ESP32C3_SYSCON_DATE - ESP32C3_SYSCON_BASE, 1, 0x2007210, ALL, 0},
};

/* No conversion ever ends. */
static const struct reg saradc_regs[] = {
    {0x00, 1, 0x40038240, 0xD883FFC3, 0},
    {0x04, 1, 0xA1FE, 0x1FFF7FF, 0},
    {0x08, 1, 0, 0xFC000000, 0},
    {0x0C, 1, 0xFF0808, 0xFFFFFF, 0},
    {0x10, 2, 0, 0, 0},
    {0x18, 2, 0, 0xFFFFFF, 0},
    {0x20, 1, 0x1A000000, 0xFF800000, 0},
    {0x24, 1, 0x900, 0x1FFC, 0},
    {0x28, 1, 0x3740000, 0x83FC0000, 0},
    {0x2C, 2, 0, 0, 0},
    {0x34, 2, 0x3FFED, 0x7FFFFFEF, 0},
    {0x3C, 1, 0, 0xC0000000, 0},
    {0x40, 1, 0, 0xFC000000, 0},
    {0x44, 3, 0, 0, 0},
    {0x50, 1, 0xFF, 0xC000FFFF, 0},
    {0x54, 1, 4, 0x7FFFFF, 0},
    {0x58, 1, 0x18000, 0x7FE000, 0},
    {0x5C, 1, 0x4002, 0xFFFF, 0},
    {0x60, 1, 0x8000, 0x1FFFF, 0},
    {0x3FC, 1, 0x2007171, ALL, 0},
};

/* The internal I2C masters: a command word whose busy bit (25) is never seen set. */
static const struct reg analog_regs[] = {{0x00, 64, 0, 0xFDFFFFFF, 0}};

/* A sequence that is the same for each chip that is made: xorshift32. */
static uint32_t next_random(struct block *b, uint32_t offset)
{
    uint32_t *state = &esp32c3_of(b->soc)->random;
    (void)offset;
    if (!*state)
        *state = 0x2545F491;
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

#define KIND(text, bytes, table)                                                                                       \
    .name = (text), .size = (bytes), .regs = (table), .reg_count = sizeof(table) / sizeof *(table)
static const struct block_kind io_mux_kind = {KIND("IO_MUX", 0x100, io_mux_regs)};
static const struct block_kind syscon_kind = {KIND("SYSCON", 0x400, syscon_regs), .read = next_random};
static const struct block_kind saradc_kind = {KIND("SARADC", 0x400, saradc_regs)};
static const struct block_kind analog_kind = {KIND("analog I2C", 0x100, analog_regs)};

bool c3_plain_init(struct esp32c3 *s)
{
    return block_init(&s->io_mux, &io_mux_kind, &s->soc, ESP32C3_IO_MUX_BASE) &&
           block_init(&s->syscon, &syscon_kind, &s->soc, ESP32C3_SYSCON_BASE) &&
           block_init(&s->saradc, &saradc_kind, &s->soc, ESP32C3_SARADC_BASE) &&
           block_init(&s->analog, &analog_kind, &s->soc, ESP32C3_ANA_BASE);
}

static void each(struct esp32c3 *s, void (*action)(struct block *b))
{
    action(&s->io_mux);
    action(&s->syscon);
    action(&s->saradc);
    action(&s->analog);
}

void c3_plain_fini(struct esp32c3 *s)
{
    each(s, block_fini);
}

void c3_plain_reset(struct esp32c3 *s)
{
    each(s, block_reset);
}
