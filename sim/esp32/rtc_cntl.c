/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RTC_CNTL: software resets and stalls, reset causes, the RTC watchdog, the RTC timer, clock choice, retained words.
 * Sources: TRM chapters 'Reset and Clock', 'Watchdog Timers', 'Low-Power Management'; esp-idf rtc_cntl_reg.h.
 *
 * The watchdog in flash boot mode: it runs after each reset without being enabled, and its first stage resets the chip
 * with the RTC (TRM). Chips with blank flash are seen to do so every 0.35 s or so, which is less than what the header
 * gives as reset value of its stage (128000 clocks of 150 kHz); the observation wins here. A digital reset leaves this
 * watchdog as it was set: esp-idf sets its flash boot mode itself before it resets the digital core.
 */
#include "sim/esp32/esp32_int.h"

#define AT(name) (ESP32_RTC_##name - ESP32_RTC_BASE)
#define ALL      0xFFFFFFFFU

enum { FLASH_BOOT_CLOCKS = 52500 }; /* 0.35 s */

static const struct reg regs[] = {
    {AT(OPTIONS0), 1, 0x1C492000, 0x7FFFFFCF, REG_ACTS},
    {AT(SLP_TIMER0), 1, 0, ALL, REG_ACTS},
    {AT(SLP_TIMER1), 1, 0, 0x1FFFF, REG_ACTS},
    {AT(TIME_UPDATE), 1, 0, 0, REG_ACTS},
    {AT(TIME0), 2, 0, 0, 0},
    {AT(STATE0), 1, 0x00300000, 0xE1F00000, REG_ACTS},
    {0x01C, 1, 0x28140403, ALL, 0},
    {0x020, 1, 0x01080000, ALL, 0},
    {0x024, 1, 0x14160A08, ALL, 0},
    {0x028, 1, 0x10200A08, ALL, 0},
    {0x02C, 1, 0x12148001, ALL, 0},
    {AT(ANA_CONF), 1, 0x00800000, 0xDF800000, 0},
    {AT(RESET_STATE), 1, 0x3000, 0x3000, 0},
    {AT(WAKEUP_STATE), 1, 0x6000, 0x7FF800, 0},
    {AT(INT_ENA), 1, 0, 0x1FF, REG_ACTS},
    {AT(INT_RAW), 1, 0, 0, 0},
    {AT(INT_ST), 1, 0, 0, REG_LIVE},
    {AT(INT_CLR), 1, 0, 0, REG_ACTS},
    {AT(STORE0), 4, 0, ALL, 0},
    {0x05C, 5, 0, ALL, 0},
    {AT(CLK_CONF), 1, 0x2210, 0xFFFFFFF0, REG_ACTS},
    {AT(SDIO_CONF), 1, 0x02A00000, 0xFEE00000, 0},
    {0x078, 1, 0, 0xFF000000, 0},
    {AT(REG), 1, 0xA9002400, ALL, 0},
    {AT(PWC), 1, 0x12925, 0x1FFFFF, 0},
    {AT(DIG_PWC), 1, 0x155550, ALL, 0},
    {AT(DIG_ISO), 1, 0xAAAA5000, 0xFFFFF980, 0},
    {AT(WDTCONFIG0), 1, 0x4C80, 0xFFFFFF80, REG_ACTS},
    {AT(WDTCONFIG1), 1, 128000, ALL, REG_ACTS},
    {0x094, 1, 80000, ALL, REG_ACTS},
    {0x098, 2, 0xFFF, ALL, REG_ACTS},
    {AT(WDTFEED), 1, 0, 0, REG_ACTS},
    {AT(WDTWPROTECT), 1, ESP32_WDT_KEY, ALL, 0},
    {0x0A8, 1, 0, 0xE0000000, 0},
    {AT(SW_CPU_STALL), 1, 0, 0xFFF00000, REG_ACTS},
    {AT(STORE4), 4, 0, ALL, 0},
    {AT(LOW_POWER_ST), 2, 0, 0, 0},
    {AT(HOLD_FORCE), 1, 0, 0x3FFFF, 0},
    {0x0CC, 1, 0, 0x3FFFF, 0},
    {0x0D0, 1, 0, 0, 0},
    {AT(BROWN_OUT), 1, 0x13FF0000, 0x7FFFC000, 0},
    {AT(DATE), 1, 0x1604280, 0, 0},
};

static uint32_t *word(struct esp32 *s, uint32_t offset)
{
    return block_word(&s->rtc, offset);
}

/* --- interrupts --- */

static void update_irq(struct esp32 *s)
{
    irq_set(&s->soc, ESP32_INTR_RTC_CORE, *word(s, AT(INT_RAW)) & *word(s, AT(INT_ENA)));
}

void rtc_raise(struct esp32 *s, uint32_t bits)
{
    *word(s, AT(INT_RAW)) |= bits;
    update_irq(s);
}

/* --- timer --- */

uint64_t rtc_ticks_now(const struct esp32 *s)
{
    return period_ticks(clock_rtc_slow(), sched_now(s->soc.sched) - s->rtc_zero_ps);
}

static void latch_time(struct esp32 *s)
{
    uint64_t ticks = rtc_ticks_now(s);
    *word(s, AT(TIME0)) = (uint32_t)ticks;
    *word(s, AT(TIME1)) = (uint32_t)(ticks >> 32) & 0xFFFF;
    *word(s, AT(TIME_UPDATE)) |= ESP32_RTC_TIME_VALID;
    rtc_raise(s, ESP32_RTC_INT_TIME_VALID);
}

static void set_alarm(struct esp32 *s)
{
    uint32_t high = *word(s, AT(SLP_TIMER1));
    uint64_t at = (uint64_t)(high & 0xFFFF) << 32 | *word(s, AT(SLP_TIMER0));
    uint64_t now = rtc_ticks_now(s);
    if (!(high & ESP32_RTC_MAIN_TIMER_ALARM_EN) || at <= now)
        sched_cancel(s->soc.sched, &s->rtc_alarm);
    else
        sched_in(s->soc.sched, &s->rtc_alarm, period_ps(clock_rtc_slow(), at - now));
}

static void alarm_comes(void *ctx)
{
    struct esp32 *s = ctx;
    *word(s, AT(SLP_TIMER1)) &= ~ESP32_RTC_MAIN_TIMER_ALARM_EN;
    rtc_raise(s, ESP32_RTC_INT_MAIN_TIMER);
}

/* --- watchdog --- */

static bool is_flash_boot(const struct wdt *w)
{
    uint32_t config = *word(esp32_of(w->soc), AT(WDTCONFIG0));
    return config & ESP32_RTC_WDT_FLASHBOOT_MOD_EN && !(config & ESP32_RTC_WDT_EN);
}

static uint64_t stage_ps(struct wdt *w, unsigned stage)
{
    if (is_flash_boot(w))
        return stage ? SCHED_NEVER : period_ps(clock_rtc_slow(), FLASH_BOOT_CLOCKS);
    return period_ps(clock_rtc_slow(), *word(esp32_of(w->soc), AT(WDTCONFIG1) + 4 * stage));
}

static void reset_cores(struct esp32 *s)
{
    uint32_t config = *word(s, AT(WDTCONFIG0));
    if (config & ESP32_RTC_WDT_PROCPU_RESET_EN)
        reset_core(&s->soc, PRO, ESP32_RESET_RTCWDT_CPU);
    if (config & ESP32_RTC_WDT_APPCPU_RESET_EN)
        reset_core(&s->soc, APP, ESP32_RESET_RTCWDT_CPU);
}

static void stage_expired(struct wdt *w, unsigned stage)
{
    static const uint32_t fields[4] = {ESP32_RTC_WDT_STG0, ESP32_RTC_WDT_STG1, ESP32_RTC_WDT_STG2, ESP32_RTC_WDT_STG3};
    unsigned action = is_flash_boot(w) ? 4 : field_get(fields[stage], *word(esp32_of(w->soc), AT(WDTCONFIG0)));
    switch (action) {
    case 1:
        rtc_raise(esp32_of(w->soc), ESP32_RTC_INT_WDT);
        break;
    case 2:
        reset_cores(esp32_of(w->soc));
        break;
    case 3:
        reset_chip(w->soc, RESET_DIGITAL, ESP32_RESET_RTCWDT_SYS);
        break;
    case 4:
        reset_chip(w->soc, RESET_RTC, ESP32_RESET_RTCWDT_RTC);
        break;
    default:
        break;
    }
}

static void watchdog_changed(struct esp32 *s)
{
    wdt_set_running(&s->rtc_wdt, *word(s, AT(WDTCONFIG0)) & (ESP32_RTC_WDT_EN | ESP32_RTC_WDT_FLASHBOOT_MOD_EN));
}

static void watchdog_written(struct esp32 *s, uint32_t offset, uint32_t value, uint32_t before)
{
    if (*word(s, AT(WDTWPROTECT)) != ESP32_WDT_KEY)
        *word(s, offset) = before;
    else if (offset != AT(WDTFEED))
        watchdog_changed(s);
    else if (value & ESP32_RTC_WDT_FEED_NOW)
        wdt_feed(&s->rtc_wdt);
}

/* --- resets and stalls --- */

static void options_written(struct esp32 *s, uint32_t value)
{
    if (value & ESP32_RTC_SW_SYS_RST)
        reset_chip(&s->soc, RESET_DIGITAL, ESP32_RESET_SW_SYS);
    if (value & ESP32_RTC_SW_PROCPU_RST)
        reset_core(&s->soc, PRO, ESP32_RESET_SW_CPU);
    if (value & ESP32_RTC_SW_APPCPU_RST)
        reset_core(&s->soc, APP, ESP32_RESET_SW_CPU);
}

static void stall_written(struct esp32 *s, uint32_t offset, uint32_t before)
{
    if (*word(s, offset) == before)
        return;
    core_control_changed(&s->soc, PRO);
    core_control_changed(&s->soc, APP);
}

static uint32_t read_live(struct block *b, uint32_t offset)
{
    (void)offset; /* INT_ST */
    return *block_word(b, AT(INT_RAW)) & *block_word(b, AT(INT_ENA));
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct esp32 *s = esp32_of(b->soc);
    switch (offset) {
    case AT(OPTIONS0):
        options_written(s, value);
        stall_written(s, offset, before);
        break;
    case AT(SW_CPU_STALL):
        stall_written(s, offset, before);
        break;
    case AT(SLP_TIMER0):
    case AT(SLP_TIMER1):
        set_alarm(s);
        break;
    case AT(TIME_UPDATE):
        if (value & ESP32_RTC_TIME_UPDATE_NOW)
            latch_time(s);
        break;
    case AT(STATE0):
        if (value & ~before & ESP32_RTC_SLEEP_EN)
            sleep_ask(&s->sleeper);
        break;
    case AT(INT_ENA):
        update_irq(s);
        break;
    case AT(INT_CLR):
        *word(s, AT(INT_RAW)) &= ~value;
        update_irq(s);
        break;
    case AT(CLK_CONF):
        clock_update(s);
        break;
    default:
        watchdog_written(s, offset, value, before);
    }
}

static const struct block_kind rtc_kind = {
    .name = "RTC_CNTL",
    .size = 0x400,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

bool esp32_rtc_init(struct esp32 *s)
{
    wdt_init(&s->rtc_wdt, &s->soc, 0);
    s->rtc_wdt.stage_ps = stage_ps;
    s->rtc_wdt.expired = stage_expired;
    s->rtc_alarm.fn = alarm_comes;
    s->rtc_alarm.ctx = s;
    return block_init(&s->rtc, &rtc_kind, &s->soc, ESP32_RTC_BASE);
}

void esp32_rtc_reset(struct esp32 *s, enum reset_scope scope)
{
    if (scope >= RESET_RTC) {
        block_reset(&s->rtc);
        s->rtc_zero_ps = sched_now(s->soc.sched);
        sched_cancel(s->soc.sched, &s->rtc_alarm);
        wdt_set_running(&s->rtc_wdt, false);
    }
    watchdog_changed(s);
    update_irq(s);
}
