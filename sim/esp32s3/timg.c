/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32-S3's timer groups are: two 54-bit timers each (esp-idf timer_group_reg.h). */
#include "sim/esp32s3/esp32s3_int.h"

#define ALL 0xFFFFFFFFU

static const struct reg regs[] = {
    TIMG_TIMER(ESP32S3_TIMG_T0CONFIG, 0x60002000, 0xFFFFE600, 0x3FFFFF),
    TIMG_TIMER(ESP32S3_TIMG_T1CONFIG, 0x60002000, 0xFFFFE600, 0x3FFFFF),
    {ESP32S3_TIMG_WDTCONFIG0, 1, 0x4C000, 0xFF9FF000, REG_ACTS},
    {ESP32S3_TIMG_WDTCONFIG1, 1, 0x10000, 0xFFFF0000, REG_ACTS},
    {ESP32S3_TIMG_WDTCONFIG2, 1, 26000000, ALL, REG_ACTS},
    {0x54, 1, 0x7FFFFFF, ALL, REG_ACTS},
    {0x58, 2, 0xFFFFF, ALL, REG_ACTS},
    {ESP32S3_TIMG_WDTFEED, 1, 0, 0, REG_ACTS},
    {ESP32S3_TIMG_WDTWPROTECT, 1, ESP32S3_WDT_KEY, ALL, 0},
    {ESP32S3_TIMG_RTCCALICFG, 1, 0x13000, 0xFFFF7000, REG_ACTS},
    {ESP32S3_TIMG_RTCCALICFG1, 1, 0, 0, 0},
    {ESP32S3_TIMG_INT_ENA, 1, 0, 7, REG_ACTS},
    {ESP32S3_TIMG_INT_RAW, 1, 0, 0, 0},
    {ESP32S3_TIMG_INT_ST, 1, 0, 0, REG_LIVE},
    {ESP32S3_TIMG_INT_CLR, 1, 0, 0, REG_ACTS},
    {ESP32S3_TIMG_RTCCALICFG2, 1, 0xFFFFFF98, 0xFFFFFFF8, 0},
    {ESP32S3_TIMG_DATE, 1, 0x2003071, 0, 0},
    {ESP32S3_TIMG_REGCLK, 1, 0, 0x80000000, 0},
};

static const struct timg_timer timers[] = {
    {0x00, 0x04, 0x0C, 0x10, 0x18, 0x20, 0},
    {0x24, 0x28, 0x30, 0x34, 0x3C, 0x44, 1},
};

static struct period clock_of(const struct timg *g, uint32_t config)
{
    return config & ESP32S3_TIMG_T_USE_XTAL ? s3_clock_xtal : g->block.soc->clocks.apb;
}

static struct period slow_clock(const struct timg *g, unsigned number)
{
    switch (number) {
    case 1:
        return (struct period){.num = s3_clock_rc_fast.num * 256, .den = s3_clock_rc_fast.den};
    case 2:
        return (struct period){.num = 1000000000000, .den = 32768};
    default:
        return rtc_slow_clock(&esp32s3_of(g->block.soc)->rtc);
    }
}

static void reset_cores(struct timg *g, uint32_t config)
{
    uint8_t cause = g->block.index ? ESP32S3_RESET_TG1WDT_CPU : ESP32S3_RESET_TG0WDT_CPU;
    if (config & ESP32S3_TIMG_WDT_PROCPU_RESET_EN)
        reset_core(g->block.soc, PRO, cause);
    if (config & ESP32S3_TIMG_WDT_APPCPU_RESET_EN)
        reset_core(g->block.soc, APP, cause);
}

const struct timg_kind esp32s3_timg_kind = {
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
    .irq_count = 3,
    .wdt_irq = 2,
    .int_ena = ESP32S3_TIMG_INT_ENA,
    .level_irq = {ESP32S3_INTR_TG0_T0, ESP32S3_INTR_TG1_T0},
    .xtal = {.num = 25000, .den = 1},
    .clock = clock_of,
    .slow_clock = slow_clock,
    .reset_cores = reset_cores,
    .system_cause = {ESP32S3_RESET_TG0WDT_SYS, ESP32S3_RESET_TG1WDT_SYS},
};
