/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SYSTEM: clock and reset of peripherals, the core's clock, interrupts that software raises. Source: esp-idf system_reg.h;
 * registers without behaviour here are storage with their reset values, and so are the clock gates of peripherals: a block
 * without its clock goes on.
 */
#include "sim/esp32c3/esp32c3_int.h"

#define AT(name) (ESP32C3_SYSTEM_##name - ESP32C3_SYSTEM_BASE)

static const struct reg regs[] = {
    {AT(CPU_PERI_CLK_EN), 1, 0, 0xC0, 0},
    {AT(CPU_PERI_RST_EN), 1, 0xC0, 0xC0, REG_ACTS},
    {AT(CPU_PER_CONF), 1, 0xC, 0xFF, REG_ACTS},
    {0x00C, 1, 1, 1, 0},
    {AT(PERIP_CLK_EN0), 1, 0xF9C1E06F, 0xFFFFFFEF, 0},
    {AT(PERIP_CLK_EN1), 1, 0, 0x5FE, 0},
    {AT(PERIP_RST_EN0), 1, 0, 0xFFFFFFEF, REG_ACTS},
    {AT(PERIP_RST_EN1), 1, 0x1FE, 0x5FE, 0},
    {0x020, 1, 0xFF, 0xFFF, 0},
    {0x024, 1, 0x2001001, 0x1FFFFFFF, 0},
    {AT(FROM_CPU_0), 4, 0, 1, REG_ACTS},
    {0x038, 1, 1, 7, 0},
    {0x03C, 1, 1, 3, 0},
    {AT(CACHE_CONTROL), 1, 5, 0xF, 0},
    {AT(EXT_ENCRYPT), 1, 0, 0xF, 0},
    {0x048, 1, 0x7FF00000, 0x7FFFFF00, 0},
    {0x04C, 1, 0, 0, 0},
    {0x050, 1, 0, 1, 0},
    {AT(CLOCK_GATE), 1, 1, 1, 0},
    {AT(SYSCLK_CONF), 1, 1, 0xFFF, REG_ACTS | REG_LIVE},
    {0x05C, 1, 3, 0xC0002F, 0},
    {0x060, 3, 3, 0x5F, 0},
    {0x06C, 12, 0, 0, 0},
    {AT(DATE), 1, 0x2007150, 0xFFFFFFF, 0},
};

uint32_t c3_system_word(const struct esp32c3 *s, uint32_t addr)
{
    return *block_word(&s->system, addr - ESP32C3_SYSTEM_BASE);
}

/* SYSCLK_CONF says how fast the crystal is. */
static uint32_t read_live(struct block *b, uint32_t offset)
{
    return field_put(ESP32C3_SYSTEM_CLK_XTAL_FREQ, *block_word(b, offset), 40);
}

/* The bits hold a block in reset; here its registers go back to their reset values as a bit rises. */
static void peripheral_resets(struct esp32c3 *s, uint32_t rising)
{
    static const uint32_t uarts[UARTS] = {ESP32C3_SYSTEM_CLK_UART0, ESP32C3_SYSTEM_CLK_UART1};
    static const uint32_t timgs[TIMGS] = {ESP32C3_SYSTEM_CLK_TIMG0, ESP32C3_SYSTEM_CLK_TIMG1};
    for (unsigned i = 0; i < UARTS; i++)
        if (rising & uarts[i])
            uart_reset(&s->uart[i]);
    for (unsigned i = 0; i < TIMGS; i++)
        if (rising & timgs[i])
            timg_reset(&s->timg[i]);
    if (rising & ESP32C3_SYSTEM_CLK_SPI01)
        c3_flash_reset_spi(s);
    if (rising & ESP32C3_SYSTEM_CLK_EFUSE)
        efuse_reset(&s->efuse);
    if (rising & ESP32C3_SYSTEM_CLK_USB_DEVICE)
        usj_reset(&s->usj);
    if (rising & ESP32C3_SYSTEM_CLK_SYSTIMER)
        systimer_reset(&s->systimer);
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct esp32c3 *s = esp32c3_of(b->soc);
    switch (offset) {
    case AT(CPU_PERI_RST_EN):
        if (value & ~before & ESP32C3_SYSTEM_ASSIST_DEBUG)
            c3_assist_reset(s);
        break;
    case AT(CPU_PER_CONF):
    case AT(SYSCLK_CONF):
        c3_clock_update(s);
        break;
    case AT(PERIP_RST_EN0):
        peripheral_resets(s, value & ~before);
        break;
    default:
        irq_set(b->soc, ESP32C3_INTR_FROM_CPU0 + (offset - AT(FROM_CPU_0)) / 4, value & 1);
    }
}

static const struct block_kind system_kind = {
    .name = "SYSTEM",
    .size = 0x1000,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

bool c3_system_init(struct esp32c3 *s)
{
    return block_init(&s->system, &system_kind, &s->soc, ESP32C3_SYSTEM_BASE);
}
