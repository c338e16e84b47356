/* SPDX-License-Identifier: Apache-2.0 */
/* GPIO: output, enable and input registers, straps. Source: esp-idf gpio_reg.h. Matrix and pin registers are storage;
   there are no pin interrupts. An input reads what the chip itself drives, or its strap. */
#include "sim/esp32s3/esp32s3_int.h"

#define AT(name) (ESP32S3_GPIO_##name - ESP32S3_GPIO_BASE)
#define ALL      0xFFFFFFFFU
#define HIGH     0x3FFFFFU /* pins 32 to 53 */
#define BANK(offset, mask)                                                                                             \
    {offset, 1, 0, mask, 0},                                                                                           \
    {                                                                                                                  \
        (offset) + 4, 2, 0, 0, REG_ACTS                                                                                \
    }

static const struct reg regs[] = {
    {0x000, 1, 0, ALL, 0},
    BANK(AT(OUT), ALL),
    BANK(AT(OUT1), HIGH),
    {0x01C, 1, 0, 0xFF, 0},
    BANK(AT(ENABLE), ALL),
    BANK(AT(ENABLE1), HIGH),
    {AT(STRAP), 1, 0, 0, 0},
    {AT(IN), 2, 0, 0, REG_LIVE},
    BANK(AT(STATUS), ALL),
    BANK(AT(STATUS1), HIGH),
    {0x05C, 6, 0, 0, 0},
    {AT(PIN0), 54, 0, 0x3FF9F, 0},
    {0x14C, 2, 0, 0, 0},
    {AT(FUNC_IN_SEL), 256, 0, 0xFF, 0},
    {AT(FUNC_OUT), 54, 0x100, 0xFFF, 0},
    {0x62C, 1, 1, 1, 0},
    {0x6FC, 1, 0x1907040, 0, 0},
    {0xF00, 11, 0, ALL, 0}, /* sigma-delta */
};

/* Pins whose level the straps remember. */
static const struct {
    uint32_t strap;
    uint8_t pin;
} straps[] = {
    {ESP32S3_STRAP_GPIO46, 46},
    {ESP32S3_STRAP_GPIO0, 0},
    {ESP32S3_STRAP_VDD_SPI, 45},
    {ESP32S3_STRAP_JTAG_SEL, 3},
};

static uint32_t read_live(struct block *b, uint32_t offset)
{
    bool is_high = offset == AT(IN1);
    uint32_t enable = *block_word(b, is_high ? AT(ENABLE1) : AT(ENABLE));
    uint32_t out = *block_word(b, is_high ? AT(OUT1) : AT(OUT)), outside = 0;
    for (size_t i = 0; i < sizeof straps / sizeof *straps; i++)
        if (b->soc->config.strapping & straps[i].strap && straps[i].pin / 32 == (is_high ? 1 : 0))
            outside |= BIT(straps[i].pin % 32);
    return (out & enable) | (outside & ~enable);
}

/* W1TS, then W1TC, behind each bank. */
static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    static const uint16_t banks[] = {AT(OUT), AT(OUT1), AT(ENABLE), AT(ENABLE1), AT(STATUS), AT(STATUS1)};
    (void)before;
    for (size_t i = 0; i < sizeof banks / sizeof *banks; i++) {
        uint32_t mask = i % 2 ? HIGH : ALL, *word = block_word(b, banks[i]);
        if (offset == banks[i] + 4U)
            *word |= value & mask;
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

bool s3_gpio_init(struct esp32s3 *s)
{
    return block_init(&s->gpio, &gpio_kind, &s->soc, ESP32S3_GPIO_BASE);
}

void s3_gpio_reset(struct esp32s3 *s)
{
    block_reset(&s->gpio);
    *block_word(&s->gpio, AT(STRAP)) = s->soc.config.strapping;
}
