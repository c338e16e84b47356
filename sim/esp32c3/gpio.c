/* SPDX-License-Identifier: Apache-2.0 */
/* GPIO: output, enable and input registers, straps. Source: esp-idf gpio_reg.h. Matrix and pin registers are storage; there
   are no pin interrupts. An input reads what the chip itself drives, or its strap. */
#include "sim/esp32c3/esp32c3_int.h"

#define AT(name) (ESP32C3_GPIO_##name - ESP32C3_GPIO_BASE)
#define ALL      0xFFFFFFFFU
#define PINS     0x3FFFFFFU
#define BANK(offset)                                                                                                   \
    {offset, 1, 0, PINS, 0},                                                                                           \
    {                                                                                                                  \
        (offset) + 4, 2, 0, 0, REG_ACTS                                                                                \
    }

static const struct reg regs[] = {
    {0x000, 1, 0, ALL, 0},
    BANK(AT(OUT)),
    {0x01C, 1, 0, 0xFF, 0},
    BANK(AT(ENABLE)),
    {AT(STRAP), 1, 0, 0, 0},
    {AT(IN), 1, 0, 0, REG_LIVE},
    BANK(AT(STATUS)),
    {0x05C, 3, 0, 0, 0},
    {AT(PIN0), 26, 0, 0x3FF9F, 0},
    {0x14C, 1, 0, 0, 0},
    {0x154, 128, 0, 0x7F, 0},    /* FUNCn_IN_SEL_CFG */
    {0x554, 26, 0x80, 0x7FF, 0}, /* FUNCn_OUT_SEL_CFG */
    {0x62C, 1, 1, 1, 0},         /* CLOCK_GATE */
    {0x6FC, 1, 0x2006130, 0xFFFFFFF, 0},
    {0xF00, 4, 0xFF00, 0xFFFF, 0}, /* sigma-delta */
    {0xF20, 1, 0, 0x80000000, 0},
    {0xF24, 1, 0, 0xC0000000, 0},
    {0xF28, 1, 0x2006230, 0xFFFFFFF, 0},
};

/* Pins whose level the straps remember. */
static const struct {
    uint32_t strap, pin;
} straps[] = {
    {ESP32C3_STRAP_GPIO8, BIT(8)},
    {ESP32C3_STRAP_GPIO9, BIT(9)},
};

static uint32_t read_live(struct block *b, uint32_t offset)
{
    (void)offset; /* IN */
    uint32_t enable = *block_word(b, AT(ENABLE)), out = *block_word(b, AT(OUT)), outside = 0;
    for (size_t i = 0; i < sizeof straps / sizeof *straps; i++)
        outside |= b->soc->config.strapping & straps[i].strap ? straps[i].pin : 0;
    return (out & enable) | (outside & ~enable);
}

/* W1TS, then W1TC, behind each bank. */
static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    static const uint16_t banks[] = {AT(OUT), AT(ENABLE), AT(STATUS)};
    (void)before;
    for (size_t i = 0; i < sizeof banks / sizeof *banks; i++) {
        uint32_t *word = block_word(b, banks[i]);
        if (offset == banks[i] + 4U)
            *word |= value & PINS;
        else if (offset == banks[i] + 8U)
            *word &= ~value;
    }
}

static const struct block_kind gpio_kind = {
    .name = "GPIO",
    .size = 0x1000,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

bool c3_gpio_init(struct esp32c3 *s)
{
    return block_init(&s->gpio, &gpio_kind, &s->soc, ESP32C3_GPIO_BASE);
}

void c3_gpio_reset(struct esp32c3 *s)
{
    block_reset(&s->gpio);
    *block_word(&s->gpio, AT(STRAP)) = s->soc.config.strapping;
}
