/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RTC_CNTL: software resets and stalls, reset causes, the RTC watchdog and the super watchdog, the RTC timer, clock
 * choice, retained words. Sources: TRM chapters 'Reset and Clock', 'Watchdog Timers', 'Low-power Management'; esp-idf
 * rtc_cntl_reg.h.
 *
 * The RTC watchdog in flash boot mode runs after each reset without being enabled, and its first stage resets the chip with
 * the RTC. How long it waits is set by the eFuse WDT_DELAY_SEL: 40000 slow clocks, 0.29 s, or twice, four and eight times
 * that (efuse_reg.h). The super watchdog bites when it is not fed within a second (TRM: slightly less); its interrupt
 * before that is not modelled.
 */
#include "sim/esp32s3/esp32s3_int.h"

#define AT(name)   (ESP32S3_RTC_##name - ESP32S3_RTC_BASE)
#define ALL        0xFFFFFFFFU
#define SWD_PERIOD PS_PER_S

enum { FLASH_BOOT_CLOCKS = 40000 };

static const struct reg regs[] = {
    {AT(OPTIONS0), 1, 0x1C00A000, 0x7F83FFCF, REG_ACTS},
    {AT(SLP_TIMER0), 1, 0, ALL, REG_ACTS},
    {AT(SLP_TIMER1), 1, 0, 0x1FFFF, REG_ACTS},
    {AT(TIME_UPDATE), 1, 0, 0x38000000, REG_ACTS},
    {AT(TIME0), 2, 0, 0, 0},
    {AT(STATE0), 1, 0, 0xE0400000, REG_ACTS},
    {AT(TIMER1), 1, 0x28140403, ALL, 0},
    {0x020, 1, 0x01080000, 0xFFFF8000, 0},
    {0x024, 1, 0x14160A08, ALL, 0},
    {0x028, 1, 0x10200A08, ALL, 0},
    {AT(TIMER5), 1, 0x8000, 0xFF00, 0},
    {0x030, 1, 0x10200A08, ALL, 0},
    {AT(ANA_CONF), 1, 0x00440000, 0xDFDC0000, 0},
    {AT(RESET_STATE), 1, 0x3000, 0x030C3000, REG_ACTS},
    {AT(WAKEUP_STATE), 1, 0x60000, 0xFFFF8000, 0},
    {AT(INT_ENA), 1, 0, 0x1FFFFF, REG_ACTS},
    {AT(INT_RAW), 1, 0, 0x100000, REG_ACTS},
    {AT(INT_ST), 1, 0, 0, REG_LIVE},
    {AT(INT_CLR), 1, 0, 0, REG_ACTS},
    {AT(STORE0), 4, 0, ALL, 0},
    {0x060, 1, 0x66C80, 0xC08FFFFF, 0},
    {0x064, 1, 0, 0xE0000000, 0},
    {0x068, 1, 0, 0xFFFFF000, 0},
    {0x06C, 1, 0, 0xE0000000, 0},
    {0x070, 1, 0, 0xFFC00000, 0},
    {AT(CLK_CONF), 1, ESP32S3_RTC_CLK_CONF_RESET, 0xFFFFF7FE, 0},
    {AT(SLOW_CLK_CONF), 1, 0x00400000, 0xFFC00000, 0},
    {AT(SDIO_CONF), 1, 0x0AB0BE0A, 0xFEFFFEFF, 0},
    {0x080, 1, 0x10800, 0x3FFFFC00, 0},
    {AT(REG), 1, 0xA0000000, 0xF03FC080, 0},
    {AT(PWC), 1, 0x925, 0x3C0FFF, 0},
    {0x08C, 1, 0, 0xFFFFFFF, 0},
    {AT(DIG_PWC), 1, 0x545010, 0xF07E7818, 0},
    {AT(DIG_ISO), 1, 0xAA805080, 0xFFC0F980, 0},
    {AT(WDTCONFIG0), 1, 0x13214, ALL, REG_ACTS},
    {AT(WDTCONFIG1), 1, 200000, ALL, REG_ACTS},
    {0x0A0, 1, 80000, ALL, REG_ACTS},
    {0x0A4, 2, 0xFFF, ALL, REG_ACTS},
    {AT(WDTFEED), 1, 0, 0, REG_ACTS},
    {AT(WDTWPROTECT), 1, ESP32S3_WDT_KEY, ALL, 0},
    {AT(SWD_CONF), 1, 0x04B00000, 0xCFFE0000, REG_ACTS},
    {AT(SWD_WPROTECT), 1, ESP32S3_SWD_KEY, ALL, 0},
    {AT(SW_CPU_STALL), 1, 0, 0xFFF00000, REG_ACTS},
    {AT(STORE4), 4, 0, ALL, 0},
    {AT(LOW_POWER_ST), 2, 0, 0, 0},
    {0x0D8, 1, 0, 0x3FFFFF, 0},
    {0x0DC, 1, 0, ALL, 0},
    {0x0E0, 1, 0, 0x3FFFFF, 0},
    {0x0E4, 1, 0, 0, 0},
    {AT(BROWN_OUT), 1, 0x43FF0010, 0x5FFFFFF0, 0},
    {0x0EC, 2, 0, 0, 0},
    {0x0F4, 1, 0, ALL, 0},
    {0x0F8, 1, 0x0FF00000, ALL, 0},
    {0x0FC, 1, 0, 0xA00007FF, 0},
    {0x100, 1, 0x100200, 0xF03FFFFF, 0},
    {0x104, 1, 0x8A0810, 0x0BFFFFFF, 0},
    {0x108, 1, 0x10000100, ALL, 0},
    {0x10C, 1, 0x840CC, 0xFFFFFFFC, 0},
    {0x110, 1, 0xF0000102, 0xFFFFFF07, 0},
    {0x114, 1, 0x78000000, 0xFC3FFFFF, 0},
    {0x118, 1, 0x50000000, 0xFF000000, 0},
    {0x11C, 1, 0x96AA8800, 0xFFFFFF80, 0},
    {AT(USB_CONF), 1, 0, 0x1FFFFF, 0},
    {0x124, 1, 0x7FFFFF, 0x7FFFFF, 0},
    {0x128, 1, 0, 0, 0},
    {AT(OPTION1), 1, 0, 1, 0},
    {AT(SLP_WAKEUP_CAUSE), 1, 0, 0, 0},
    {0x134, 1, 0xC800, 0xFFFFFF00, 0},
    {AT(INT_ENA_W1TS), 2, 0, 0, REG_ACTS},
    {0x140, 1, 0x28340000, 0xFFFFFC00, 0},
    {0x144, 1, 0, 0xFC000000, 0},
    {AT(FIB_SEL), 1, 7, 7, 0},
    {0x14C, 1, 0, 0xFFFFFFFC, 0},
    {0x150, 1, 0, 0xFFFE0000, 0},
    {0x154, 1, 0, 0x80000000, 0},
    {AT(DATE), 1, 0x2101271, 0, 0},
};

static uint32_t *word(struct esp32s3 *s, uint32_t offset)
{
    return block_word(&s->rtc, offset);
}

static uint64_t slow_ps(const struct esp32s3 *s, uint64_t ticks)
{
    return period_ps(s3_clock_rtc_slow(s), ticks);
}

/* --- interrupts --- */

static void update_irq(struct esp32s3 *s)
{
    irq_set(&s->soc, ESP32S3_INTR_RTC_CORE, *word(s, AT(INT_RAW)) & *word(s, AT(INT_ENA)));
}

void s3_rtc_raise(struct esp32s3 *s, uint32_t bits)
{
    *word(s, AT(INT_RAW)) |= bits;
    update_irq(s);
}

/* --- timer --- */

static uint64_t ticks_now(const struct esp32s3 *s)
{
    return period_ticks(s3_clock_rtc_slow(s), sched_now(s->soc.sched) - s->rtc_zero_ps);
}

static void latch_time(struct esp32s3 *s)
{
    uint64_t ticks = ticks_now(s);
    *word(s, AT(TIME0)) = (uint32_t)ticks;
    *word(s, AT(TIME1)) = (uint32_t)(ticks >> 32) & 0xFFFF;
}

static void set_alarm(struct esp32s3 *s)
{
    uint32_t high = *word(s, AT(SLP_TIMER1));
    uint64_t at = (uint64_t)(high & 0xFFFF) << 32 | *word(s, AT(SLP_TIMER0)), now = ticks_now(s);
    if (!(high & ESP32S3_RTC_MAIN_TIMER_ALARM_EN) || at <= now)
        sched_cancel(s->soc.sched, &s->rtc_alarm);
    else
        sched_in(s->soc.sched, &s->rtc_alarm, slow_ps(s, at - now));
}

static void alarm_comes(void *ctx)
{
    struct esp32s3 *s = ctx;
    *word(s, AT(SLP_TIMER1)) &= ~ESP32S3_RTC_MAIN_TIMER_ALARM_EN;
    s3_rtc_raise(s, ESP32S3_RTC_INT_MAIN_TIMER);
}

/* --- the RTC watchdog --- */

static bool is_flash_boot(struct esp32s3 *s)
{
    uint32_t config = *word(s, AT(WDTCONFIG0));
    return config & ESP32S3_RTC_WDT_FLASHBOOT_MOD_EN && !(config & ESP32S3_RTC_WDT_EN);
}

static uint64_t stage_ps(struct wdt *w, unsigned stage)
{
    struct esp32s3 *s = esp32s3_of(w->soc);
    unsigned delay = field_get(ESP32S3_EFUSE_WDT_DELAY_SEL, s3_efuse_word(s, ESP32S3_EFUSE_RD_REPEAT1));
    if (is_flash_boot(s))
        return stage ? SCHED_NEVER : slow_ps(s, (uint64_t)FLASH_BOOT_CLOCKS << delay);
    return slow_ps(s, *word(s, AT(WDTCONFIG1) + 4 * stage));
}

static void reset_cores(struct esp32s3 *s)
{
    uint32_t config = *word(s, AT(WDTCONFIG0));
    if (config & ESP32S3_RTC_WDT_PROCPU_RESET_EN)
        reset_core(&s->soc, PRO, ESP32S3_RESET_RTCWDT_CPU);
    if (config & ESP32S3_RTC_WDT_APPCPU_RESET_EN)
        reset_core(&s->soc, APP, ESP32S3_RESET_RTCWDT_CPU);
}

static void stage_expired(struct wdt *w, unsigned stage)
{
    static const uint32_t fields[4] = {ESP32S3_RTC_WDT_STG0, ESP32S3_RTC_WDT_STG1, ESP32S3_RTC_WDT_STG2,
                                       ESP32S3_RTC_WDT_STG3};
    struct esp32s3 *s = esp32s3_of(w->soc);
    switch (is_flash_boot(s) ? 4 : field_get(fields[stage], *word(s, AT(WDTCONFIG0)))) {
    case 1:
        s3_rtc_raise(s, ESP32S3_RTC_INT_WDT);
        break;
    case 2:
        reset_cores(s);
        break;
    case 3:
        reset_chip(w->soc, RESET_DIGITAL, ESP32S3_RESET_RTCWDT_SYS);
        break;
    case 4:
        reset_chip(w->soc, RESET_RTC, ESP32S3_RESET_RTCWDT_RTC);
        break;
    default:
        break;
    }
}

static void watchdog_changed(struct esp32s3 *s)
{
    wdt_set_running(&s->rtc_wdt, *word(s, AT(WDTCONFIG0)) & ESP32S3_RTC_WDT_EN || is_flash_boot(s));
}

static void watchdog_written(struct esp32s3 *s, uint32_t offset, uint32_t value, uint32_t before)
{
    if (*word(s, AT(WDTWPROTECT)) != ESP32S3_WDT_KEY)
        *word(s, offset) = before;
    else if (offset != AT(WDTFEED))
        watchdog_changed(s);
    else if (value & ESP32S3_RTC_WDT_FEED_NOW)
        wdt_feed(&s->rtc_wdt);
}

/* --- the super watchdog --- */

static bool swd_is_calm(struct esp32s3 *s)
{
    return *word(s, AT(SWD_CONF)) & (ESP32S3_SWD_AUTO_FEED_EN | ESP32S3_SWD_DISABLE);
}

static void swd_restart(struct esp32s3 *s)
{
    if (swd_is_calm(s))
        sched_cancel(s->soc.sched, &s->swd_bite);
    else
        sched_in(s->soc.sched, &s->swd_bite, SWD_PERIOD);
}

static void swd_bites(void *ctx)
{
    struct esp32s3 *s = ctx;
    bool is_bypassed = *word(s, AT(SWD_CONF)) & ESP32S3_SWD_BYPASS_RST;
    swd_restart(s);
    if (!is_bypassed)
        reset_chip(&s->soc, RESET_RTC, ESP32S3_RESET_SUPER_WDT);
}

static void swd_written(struct esp32s3 *s, uint32_t value, uint32_t before)
{
    uint32_t *conf = word(s, AT(SWD_CONF));
    if (*word(s, AT(SWD_WPROTECT)) != ESP32S3_SWD_KEY) {
        *conf = before;
        return;
    }
    if (value & ESP32S3_SWD_RST_FLAG_CLR)
        *conf &= ~ESP32S3_SWD_RESET_FLAG;
    if (swd_is_calm(s) || value & ESP32S3_SWD_FEED || !s->swd_bite.is_set)
        swd_restart(s);
}

/* --- resets and stalls --- */

static void options_written(struct esp32s3 *s, uint32_t value)
{
    if (value & ESP32S3_RTC_SW_SYS_RST)
        reset_chip(&s->soc, RESET_DIGITAL, ESP32S3_RESET_SW_SYS);
    if (value & ESP32S3_RTC_SW_PROCPU_RST)
        reset_core(&s->soc, PRO, ESP32S3_RESET_SW_CPU);
    if (value & ESP32S3_RTC_SW_APPCPU_RST)
        reset_core(&s->soc, APP, ESP32S3_RESET_SW_CPU);
}

static void stall_written(struct esp32s3 *s, uint32_t offset, uint32_t before)
{
    if (*word(s, offset) == before)
        return;
    core_control_changed(&s->soc, PRO);
    core_control_changed(&s->soc, APP);
}

static void clear_flags(struct esp32s3 *s, uint32_t value)
{
    static const struct {
        uint32_t clear, flag;
    } flags[] = {
        {ESP32S3_RTC_RESET_FLAG_PRO_CLR, ESP32S3_RTC_RESET_FLAG_PRO},
        {ESP32S3_RTC_RESET_FLAG_APP_CLR, ESP32S3_RTC_RESET_FLAG_APP},
        {ESP32S3_RTC_RESET_FLAG_JTAG_PRO_CLR, ESP32S3_RTC_RESET_FLAG_JTAG_PRO},
        {ESP32S3_RTC_RESET_FLAG_JTAG_APP_CLR, ESP32S3_RTC_RESET_FLAG_JTAG_APP},
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (value & flags[i].clear)
            *word(s, AT(RESET_STATE)) &= ~flags[i].flag;
}

/* --- the block --- */

static uint32_t read_live(struct block *b, uint32_t offset)
{
    (void)offset; /* INT_ST */
    return *block_word(b, AT(INT_RAW)) & *block_word(b, AT(INT_ENA));
}

static void interrupts_written(struct esp32s3 *s, uint32_t offset, uint32_t value)
{
    if (offset == AT(INT_CLR))
        *word(s, AT(INT_RAW)) &= ~value;
    else if (offset == AT(INT_ENA_W1TS))
        *word(s, AT(INT_ENA)) |= value & 0x1FFFFF;
    else if (offset == AT(INT_ENA_W1TC))
        *word(s, AT(INT_ENA)) &= ~value;
    update_irq(s);
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct esp32s3 *s = esp32s3_of(b->soc);
    switch (offset) {
    case AT(OPTIONS0):
        options_written(s, value);
        stall_written(s, offset, before);
        break;
    case AT(SW_CPU_STALL):
        stall_written(s, offset, before);
        break;
    case AT(RESET_STATE):
        clear_flags(s, value);
        break;
    case AT(SLP_TIMER0):
    case AT(SLP_TIMER1):
        set_alarm(s);
        break;
    case AT(TIME_UPDATE):
        if (value & ESP32S3_RTC_TIME_UPDATE_NOW)
            latch_time(s);
        break;
    case AT(STATE0):
        if (value & ~before & ESP32S3_RTC_SLEEP_EN)
            sleep_ask(&s->sleeper);
        break;
    case AT(SWD_CONF):
        swd_written(s, value, before);
        break;
    case AT(INT_ENA):
    case AT(INT_RAW):
    case AT(INT_CLR):
    case AT(INT_ENA_W1TS):
    case AT(INT_ENA_W1TC):
        interrupts_written(s, offset, value);
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

bool s3_rtc_init(struct esp32s3 *s)
{
    wdt_init(&s->rtc_wdt, &s->soc, 0);
    s->rtc_wdt.stage_ps = stage_ps;
    s->rtc_wdt.expired = stage_expired;
    s->rtc_alarm = (struct sched_event){.fn = alarm_comes, .ctx = s};
    s->swd_bite = (struct sched_event){.fn = swd_bites, .ctx = s};
    return block_init(&s->rtc, &rtc_kind, &s->soc, ESP32S3_RTC_BASE);
}

void s3_rtc_reset(struct esp32s3 *s, enum reset_scope scope)
{
    if (scope >= RESET_RTC) {
        block_reset(&s->rtc);
        s->rtc_zero_ps = sched_now(s->soc.sched);
        sched_cancel(s->soc.sched, &s->rtc_alarm);
        wdt_set_running(&s->rtc_wdt, false);
        if (s->soc.pending_cause == ESP32S3_RESET_SUPER_WDT)
            *word(s, AT(SWD_CONF)) |= ESP32S3_SWD_RESET_FLAG;
        swd_restart(s);
    }
    watchdog_changed(s);
    update_irq(s);
}

void s3_rtc_unpower(struct esp32s3 *s)
{
    wdt_set_running(&s->rtc_wdt, false);
    sched_cancel(s->soc.sched, &s->rtc_alarm);
    sched_cancel(s->soc.sched, &s->swd_bite);
}
