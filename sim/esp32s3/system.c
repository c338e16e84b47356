/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SYSTEM: the second core, clock and reset of peripherals, interrupts between cores. Source: esp-idf system_reg.h;
 * registers without behaviour here are storage with their reset values.
 */
#include "sim/esp32s3/esp32s3_int.h"

#define AT(name) (ESP32S3_SYSTEM_##name - ESP32S3_SYSTEM_BASE)
#define ALL      0xFFFFFFFFU

static const struct reg regs[] = {
    {AT(CORE1_CONTROL0), 1, 4, 7, REG_ACTS},
    {AT(CORE1_CONTROL1), 1, 0, ALL, 0},
    {AT(CPU_PERI_CLK_EN), 1, 0, 0xC0, 0},
    {AT(CPU_PERI_RST_EN), 1, 0xC0, 0xC0, 0},
    {AT(CPU_PER_CONF), 1, 0xC, 0xFF, REG_ACTS},
    {AT(MEM_PD_MASK), 1, 1, 1, 0},
    {AT(PERIP_CLK_EN0), 1, 0xF9C1E06F, ALL, 0},
    {AT(PERIP_CLK_EN1), 1, 0x600, 0x7FF, 0},
    {AT(PERIP_RST_EN0), 1, 0, ALL, REG_ACTS},
    {AT(PERIP_RST_EN1), 1, 0x1FE, 0x7FF, REG_ACTS},
    {0x028, 1, 0xFF, 0xFFF, 0},
    {0x02C, 1, 0x02001001, 0x1FFFFFFF, 0},
    {AT(FROM_CPU_0), 4, 0, 1, REG_ACTS},
    {0x040, 1, 1, 7, 0},
    {0x044, 1, 1, 3, 0},
    {AT(CACHE_CONTROL), 1, 5, 0xF, 0},
    {AT(EXT_ENCRYPT), 1, 0, 0xF, 0},
    {0x050, 1, 0x7FF00000, 0x7FFFFF00, 0},
    {0x054, 1, 0, 0, 0},
    {0x058, 1, 0, 1, 0},
    {AT(CLOCK_GATE), 1, 1, 1, 0},
    {AT(SYSCLK_CONF), 1, 1, 0xFFF, REG_ACTS | REG_LIVE},
    {0x064, 1, 3, 0xC0002F, 0},
    {0x068, 3, 3, 0x5F, 0},
    {0x074, 12, 0, 0, 0},
    {AT(DATE), 1, 0x2101220, 0, 0},
};

/* SYSCLK_CONF says how fast the crystal is. */
static uint32_t read_live(struct block *b, uint32_t offset)
{
    return field_put(ESP32S3_SYSTEM_CLK_XTAL_FREQ, *block_word(b, offset), 40);
}

static void core1_written(struct esp32s3 *s, uint32_t before)
{
    uint32_t now = *block_word(&s->system, AT(CORE1_CONTROL0));
    if (now == before)
        return;
    if (before & ~now & ESP32S3_SYSTEM_CORE1_RESETING) /* no cause of its own is known: the last one stays */
        reset_core(&s->soc, APP, s->soc.cores[APP].cause);
    core_control_changed(&s->soc, APP);
}

/* The bits hold a block in reset; here its registers go back to their reset values as a bit rises. */
static void peripheral_resets(struct esp32s3 *s, uint32_t rising)
{
    static const uint32_t uarts[2] = {ESP32S3_SYSTEM_CLK_UART0, ESP32S3_SYSTEM_CLK_UART1};
    static const uint32_t timgs[TIMGS] = {ESP32S3_SYSTEM_CLK_TIMG0, ESP32S3_SYSTEM_CLK_TIMG1};
    for (unsigned i = 0; i < 2; i++) {
        if (rising & uarts[i])
            uart_reset(&s->uart[i]);
        if (rising & timgs[i])
            timg_reset(&s->timg[i]);
        if (rising & ESP32S3_SYSTEM_CLK_SPI01)
            spi_mem_reset(&s->flash.spi[i]);
    }
    if (rising & ESP32S3_SYSTEM_CLK_SYSTIMER)
        systimer_reset(&s->systimer);
}

static void peripheral_resets1(struct esp32s3 *s, uint32_t rising)
{
    if (rising & ESP32S3_SYSTEM_CLK_UART2)
        uart_reset(&s->uart[2]);
    if (rising & ESP32S3_SYSTEM_CLK_USB_DEVICE)
        usj_reset(&s->usj);
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct esp32s3 *s = esp32s3_of(b->soc);
    switch (offset) {
    case AT(CORE1_CONTROL0):
        core1_written(s, before);
        break;
    case AT(CPU_PER_CONF):
    case AT(SYSCLK_CONF):
        s3_clock_update(s);
        break;
    case AT(PERIP_RST_EN0):
        peripheral_resets(s, value & ~before);
        break;
    case AT(PERIP_RST_EN1):
        peripheral_resets1(s, value & ~before);
        break;
    default:
        irq_set(b->soc, ESP32S3_INTR_FROM_CPU0 + (offset - AT(FROM_CPU_0)) / 4, value & 1);
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

bool s3_system_init(struct esp32s3 *s)
{
    return block_init(&s->system, &system_kind, &s->soc, ESP32S3_SYSTEM_BASE);
}
