/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32-C3's timer groups are: one 54-bit timer each (esp-idf timer_group_reg.h). A watchdog's settings take effect
   as they are written; on the chip some wait for CONF_UPDATE_EN. */
#include "sim/esp32c3/esp32c3_int.h"

#define ALL 0xFFFFFFFFU

static const struct reg regs[] = {
    TIMG_TIMER(ESP32C3_TIMG_T0CONFIG, 0x60002000, 0xFFFFE600, 0x3FFFFF),
    {ESP32C3_TIMG_WDTCONFIG0, 1, 0x4C000, 0xFFBFF000, REG_ACTS},
    {ESP32C3_TIMG_WDTCONFIG1, 1, 0x10000, 0xFFFF0000, REG_ACTS},
    {ESP32C3_TIMG_WDTCONFIG2, 1, 26000000, ALL, REG_ACTS},
    {0x54, 1, 0x7FFFFFF, ALL, REG_ACTS},
    {0x58, 2, 0xFFFFF, ALL, REG_ACTS},
    {ESP32C3_TIMG_WDTFEED, 1, 0, 0, REG_ACTS},
    {ESP32C3_TIMG_WDTWPROTECT, 1, ESP32C3_WDT_KEY, ALL, 0},
    {ESP32C3_TIMG_RTCCALICFG, 1, 0x13000, 0xFFFF7000, REG_ACTS},
    {ESP32C3_TIMG_RTCCALICFG1, 1, 0, 0, 0},
    {ESP32C3_TIMG_INT_ENA, 1, 0, 3, REG_ACTS},
    {ESP32C3_TIMG_INT_RAW, 1, 0, 0, 0},
    {ESP32C3_TIMG_INT_ST, 1, 0, 0, REG_LIVE},
    {ESP32C3_TIMG_INT_CLR, 1, 0, 0, REG_ACTS},
    {0x80, 1, 0xFFFFFF98, 0xFFFFFFF8, 0},
    {0xF8, 1, 0x2006191, 0xFFFFFFF, 0},
    {0xFC, 1, 0x60000000, 0xE0000000, 0},
};

static const struct timg_timer timers[] = {{0x00, 0x04, 0x0C, 0x10, 0x18, 0x20, 0}};

static struct period clock_of(const struct timg *g, uint32_t config)
{
    return config & ESP32C3_TIMG_T_USE_XTAL ? c3_clock_xtal : g->block.soc->clocks.apb;
}

static struct period slow_clock(const struct timg *g, unsigned number)
{
    switch (number) {
    case 1:
        return (struct period){.num = c3_clock_rc_fast.num * 256, .den = c3_clock_rc_fast.den};
    case 2:
        return (struct period){.num = 1000000000000, .den = 32768};
    default:
        return rtc_slow_clock(&esp32c3_of(g->block.soc)->rtc);
    }
}

static void reset_cores(struct timg *g, uint32_t config)
{
    if (config & ESP32C3_TIMG_WDT_PROCPU_RESET_EN)
        reset_core(g->block.soc, 0, g->block.index ? ESP32C3_RESET_TG1WDT_CPU : ESP32C3_RESET_TG0WDT_CPU);
}

const struct timg_kind esp32c3_timg_kind = {
    .block =
        {
            .name = "TIMG",
            .size = 0x100,
            .regs = regs,
            .reg_count = sizeof regs / sizeof *regs,
            .read = timg_read,
            .written = timg_written,
        },
    .timers = timers,
    .timer_count = sizeof timers / sizeof *timers,
    .irq_count = 2,
    .wdt_irq = 1,
    .int_ena = ESP32C3_TIMG_INT_ENA,
    .level_irq = {ESP32C3_INTR_TG0_T0, ESP32C3_INTR_TG1_T0},
    .wdt_use_xtal = ESP32C3_TIMG_WDT_USE_XTAL,
    .xtal = {.num = 25000, .den = 1},
    .clock = clock_of,
    .slow_clock = slow_clock,
    .reset_cores = reset_cores,
    .system_cause = {ESP32C3_RESET_TG0WDT_SYS, ESP32C3_RESET_TG1WDT_SYS},
};
