/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32's timer groups are: two 64-bit timers and LACT (esp-idf timer_group_reg.h). LACT counts like the other
   timers; its RTC mode (LACT_RTC_ONLY) and clock compensation are storage. */
#include "sim/esp32/esp32_int.h"

#define ALL 0xFFFFFFFFU

static const struct reg regs[] = {
    TIMG_TIMER(ESP32_TIMG_T0CONFIG, 0x60002000, 0xFFFFFC00, ALL),
    TIMG_TIMER(ESP32_TIMG_T1CONFIG, 0x60002000, 0xFFFFFC00, ALL),
    {ESP32_TIMG_WDTCONFIG0, 1, 0x4C000, 0xFFFFC000, REG_ACTS},
    {ESP32_TIMG_WDTCONFIG1, 1, 0x10000, 0xFFFF0000, REG_ACTS},
    {ESP32_TIMG_WDTCONFIG2, 1, 26000000, ALL, REG_ACTS},
    {0x54, 1, 0x7FFFFFF, ALL, REG_ACTS},
    {0x58, 2, 0xFFFFF, ALL, REG_ACTS},
    {ESP32_TIMG_WDTFEED, 1, 0, 0, REG_ACTS},
    {ESP32_TIMG_WDTWPROTECT, 1, ESP32_WDT_KEY, ALL, 0},
    {ESP32_TIMG_RTCCALICFG, 1, 0x13000, 0xFFFF7000, REG_ACTS},
    {ESP32_TIMG_RTCCALICFG1, 1, 0, 0, 0},
    {ESP32_TIMG_LACTCONFIG, 1, 0x60002300, 0xFFFFFF80, REG_ACTS},
    {ESP32_TIMG_LACTRTC, 1, 0, 0xFFFFFFC0, 0},
    {ESP32_TIMG_LACTLO, 2, 0, 0, 0},
    {ESP32_TIMG_LACTUPDATE, 1, 0, 0, REG_ACTS},
    {ESP32_TIMG_LACTALARMLO, 2, 0, ALL, REG_ACTS},
    {ESP32_TIMG_LACTLOADLO, 2, 0, ALL, 0},
    {ESP32_TIMG_LACTLOAD, 1, 0, 0, REG_ACTS},
    {ESP32_TIMG_INT_ENA, 1, 0, 0xF, REG_ACTS},
    {ESP32_TIMG_INT_RAW, 1, 0, 0, 0},
    {ESP32_TIMG_INT_ST, 1, 0, 0, REG_LIVE},
    {ESP32_TIMG_INT_CLR, 1, 0, 0, REG_ACTS},
    {ESP32_TIMG_DATE, 1, 0x1604290, 0, 0},
    {ESP32_TIMG_CLK, 1, 0, 0x80000000, 0},
};

/* LACT has one register more before its count. */
static const struct timg_timer timers[] = {
    {0x00, 0x04, 0x0C, 0x10, 0x18, 0x20, 0},
    {0x24, 0x28, 0x30, 0x34, 0x3C, 0x44, 1},
    {0x70, 0x78, 0x80, 0x84, 0x8C, 0x94, 3},
};

static struct period clock_of(const struct timg *g, uint32_t config)
{
    (void)config;
    return g->block.soc->clocks.apb;
}

static struct period slow_clock(const struct timg *g, unsigned number)
{
    (void)g;
    switch (number) {
    case 1:
        return (struct period){.num = 2000000ULL * 256, .den = 17}; /* 8.5 MHz / 256 */
    case 2:
        return (struct period){.num = 1000000000000, .den = 32768};
    default:
        return clock_rtc_slow();
    }
}

/* Each group's watchdog resets its own core. */
static void reset_own_core(struct timg *g, uint32_t config)
{
    (void)config;
    reset_core(g->block.soc, g->block.index, ESP32_RESET_TGWDT_CPU);
}

const struct timg_kind esp32_timg_kind = {
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
    .irq_count = 4,
    .wdt_irq = 2,
    .int_ena = ESP32_TIMG_INT_ENA,
    .level_irq = {ESP32_INTR_TG0_T0, ESP32_INTR_TG1_T0},
    .edge_irq = {ESP32_INTR_TG0_T0_EDGE, ESP32_INTR_TG1_T0_EDGE},
    .level_en = ESP32_TIMG_T_LEVEL_INT_EN,
    .edge_en = ESP32_TIMG_T_EDGE_INT_EN,
    .wdt_level_en = ESP32_TIMG_WDT_LEVEL_INT_EN,
    .wdt_edge_en = ESP32_TIMG_WDT_LEVEL_INT_EN << 1,
    .xtal = {.num = 25000, .den = 1},
    .clock = clock_of,
    .slow_clock = slow_clock,
    .reset_cores = reset_own_core,
    .system_cause = {ESP32_RESET_TG0WDT_SYS, ESP32_RESET_TG1WDT_SYS},
};
