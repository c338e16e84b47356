/* SPDX-License-Identifier: Apache-2.0 */
/* Sources: chapters 'Reset and Clock', 'Watchdog Timers', 'Low-power Management' of the TRMs; esp-idf rtc_cntl_reg.h of each
   chip, reset_reasons.h, rwdt_ll.h, rtc.h (numbers of the wake-up sources). */
#include "sim/soc/rtc.h"

#include "base/bits.h"

/* What is at the same place on every chip. */
enum {
    OPTIONS0 = 0x00,
    SLP_TIMER0 = 0x04,
    SLP_TIMER1 = 0x08,
    TIME_UPDATE = 0x0C,
    TIME0 = 0x10,
    TIME1 = 0x14,
    STATE0 = 0x18,
    TIMER5 = 0x2C,
    RESET_STATE = 0x38,
    WAKEUP_STATE = 0x3C,
    INT_ENA = 0x40,
    INT_RAW = 0x44,
    INT_CLR = 0x4C,
    /* behind WDTCONFIG0, SWD_CONF and INT_ENA_W1TS */
    WDT_HOLD = 4,
    WDT_FEED = 0x14,
    WDT_PROTECT = 0x18,
    SWD_PROTECT = 4,
    W1TC = 4
};

#define SW_SYS_RST     BIT(31)       /* OPTIONS0 */
#define ALARM_EN       BIT(16)       /* SLP_TIMER1 */
#define UPDATE_NOW     BIT(31)       /* TIME_UPDATE */
#define SLEEP_EN       BIT(31)       /* STATE0 */
#define MIN_SLP_VAL    FIELD(15, 8)  /* TIMER5: slow clocks */
#define WAKEUP_ENA     FIELD(31, 15) /* WAKEUP_STATE */
#define WAKEUP_TIMER   BIT(3)        /* in WAKEUP_ENA and SLP_WAKEUP_CAUSE */
#define DG_WRAP_PD_EN  BIT(31)       /* DIG_PWC: deep sleep */
#define ANA_CLK_SEL    FIELD(31, 30) /* CLK_CONF */
#define INT_SLP_WAKEUP BIT(0)
#define INT_WDT        BIT(3)
#define INT_MAIN_TIMER BIT(10)
#define WDT_KEY        0x50D83AA1U
#define WDT_EN         BIT(31) /* WDTCONFIG0 */
#define WDT_FLASHBOOT  BIT(12)
#define WDT_PAUSE      BIT(9)
#define WDT_FEED_NOW   BIT(31)
#define SWD_KEY        0x8F1D312AU
#define SWD_AUTO_FEED  BIT(31) /* SWD_CONF */
#define SWD_DISABLE    BIT(30)
#define SWD_FEED       BIT(29)
#define SWD_FLAG_CLR   BIT(28)
#define SWD_BYPASS     BIT(17)
#define SWD_FLAG       BIT(0)
#define SWD_PERIOD     PS_PER_S
#define WDT_DELAY_SEL  FIELD(17, 16) /* eFuse RD_REPEAT1 */

enum { FLASH_BOOT_CLOCKS = 40000, RD_REPEAT1 = EFUSE_RD_REPEAT0 + 4, STALL_C0 = 2, STALL_C1 = 0x21 };

/* Numbers of reset_reasons.h. */
enum { SW_SYS = 0x03, RTCWDT_SYS = 0x09, SW_CPU = 0x0C, RTCWDT_CPU = 0x0D, RTCWDT_RTC = 0x10, SUPER_WDT = 0x12 };

/* What the registers have for each core. */
static const struct core_fields {
    uint32_t sw_rst, stall_c0;                                                  /* OPTIONS0 */
    uint32_t stall_c1;                                                          /* SW_CPU_STALL */
    uint32_t cause, vector_sel, halt, flag, flag_clr, jtag_flag, jtag_flag_clr; /* RESET_STATE */
    uint32_t wdt_reset_en;                                                      /* WDTCONFIG0 */
} fields[CORES] = {
    {BIT(5), FIELD(3, 2), FIELD(31, 26), FIELD(5, 0), BIT(13), BIT(19), BIT(14), BIT(16), BIT(20), BIT(22), BIT(11)},
    {BIT(4), FIELD(1, 0), FIELD(25, 20), FIELD(11, 6), BIT(12), BIT(18), BIT(15), BIT(17), BIT(21), BIT(23), BIT(10)},
};

static uint32_t *word(const struct rtc *r, uint32_t offset)
{
    return block_word(&r->block, offset);
}

static struct sched *sched_of(const struct rtc *r)
{
    return r->block.soc->sched;
}

struct period rtc_slow_clock(const struct rtc *r)
{
    switch (field_get(ANA_CLK_SEL, *word(r, r->kind->clk_conf))) {
    case 1:
        return (struct period){.num = 1000000000000, .den = 32768};
    case 2:
        return (struct period){.num = r->kind->rc_fast.num * 256, .den = r->kind->rc_fast.den};
    default:
        return (struct period){.num = 1000000000, .den = 136}; /* 136 kHz */
    }
}

static uint64_t slow_ps(const struct rtc *r, uint64_t ticks)
{
    return period_ps(rtc_slow_clock(r), ticks);
}

/* --- interrupts --- */

static void update_irq(struct rtc *r)
{
    irq_set(r->block.soc, r->kind->irq, *word(r, INT_RAW) & *word(r, INT_ENA));
}

static void raise(struct rtc *r, uint32_t bits)
{
    *word(r, INT_RAW) |= bits;
    update_irq(r);
}

/* --- timer --- */

static uint64_t ticks_now(const struct rtc *r)
{
    return period_ticks(rtc_slow_clock(r), sched_now(sched_of(r)) - r->zero_ps);
}

static void latch_time(struct rtc *r)
{
    uint64_t ticks = ticks_now(r);
    *word(r, TIME0) = (uint32_t)ticks;
    *word(r, TIME1) = (uint32_t)(ticks >> 32) & 0xFFFF;
}

static void set_alarm(struct rtc *r)
{
    uint32_t high = *word(r, SLP_TIMER1);
    uint64_t at = (uint64_t)(high & 0xFFFF) << 32 | *word(r, SLP_TIMER0), now = ticks_now(r);
    if (!(high & ALARM_EN) || at <= now)
        sched_cancel(sched_of(r), &r->alarm);
    else
        sched_in(sched_of(r), &r->alarm, slow_ps(r, at - now));
}

static void alarm_comes(void *ctx)
{
    struct rtc *r = ctx;
    *word(r, SLP_TIMER1) &= ~ALARM_EN;
    raise(r, INT_MAIN_TIMER);
}

/* --- the RTC watchdog --- */

static struct rtc *rtc_of_wdt(struct wdt *w)
{
    return (struct rtc *)(void *)((char *)w - offsetof(struct rtc, wdt));
}

static bool is_flash_boot(const struct rtc *r)
{
    uint32_t config = *word(r, r->kind->wdtconfig0);
    return config & WDT_FLASHBOOT && !(config & WDT_EN);
}

static uint64_t stage_ps(struct wdt *w, unsigned stage)
{
    struct rtc *r = rtc_of_wdt(w);
    unsigned delay = field_get(WDT_DELAY_SEL, efuse_word(r->efuse, r->efuse->block.base + RD_REPEAT1));
    if (is_flash_boot(r))
        return stage ? SCHED_NEVER : slow_ps(r, (uint64_t)FLASH_BOOT_CLOCKS << delay);
    return slow_ps(r, *word(r, r->kind->wdtconfig0 + WDT_HOLD + 4 * stage));
}

static void reset_cores(struct rtc *r)
{
    uint32_t config = *word(r, r->kind->wdtconfig0);
    for (unsigned i = 0; i < r->block.soc->kind->core_count; i++)
        if (config & fields[i].wdt_reset_en)
            reset_core(r->block.soc, i, RTCWDT_CPU);
}

static void stage_expired(struct wdt *w, unsigned stage)
{
    static const uint32_t actions[4] = {FIELD(30, 28), FIELD(27, 25), FIELD(24, 22), FIELD(21, 19)};
    struct rtc *r = rtc_of_wdt(w);
    switch (is_flash_boot(r) ? 4 : field_get(actions[stage], *word(r, r->kind->wdtconfig0))) {
    case 1:
        raise(r, INT_WDT);
        break;
    case 2:
        reset_cores(r);
        break;
    case 3:
        reset_chip(w->soc, RESET_DIGITAL, RTCWDT_SYS);
        break;
    case 4:
        reset_chip(w->soc, RESET_RTC, RTCWDT_RTC);
        break;
    default:
        break;
    }
}

static void watchdog_changed(struct rtc *r)
{
    wdt_set_running(&r->wdt, *word(r, r->kind->wdtconfig0) & WDT_EN || is_flash_boot(r));
}

static void watchdog_written(struct rtc *r, uint32_t offset, uint32_t value, uint32_t before)
{
    uint32_t first = r->kind->wdtconfig0;
    if (*word(r, first + WDT_PROTECT) != WDT_KEY)
        *word(r, offset) = before;
    else if (offset != first + WDT_FEED)
        watchdog_changed(r);
    else if (value & WDT_FEED_NOW)
        wdt_feed(&r->wdt);
}

/* --- the super watchdog --- */

static bool swd_is_calm(const struct rtc *r)
{
    return *word(r, r->kind->swd_conf) & (SWD_AUTO_FEED | SWD_DISABLE);
}

static void swd_restart(struct rtc *r)
{
    if (swd_is_calm(r))
        sched_cancel(sched_of(r), &r->swd_bite);
    else
        sched_in(sched_of(r), &r->swd_bite, SWD_PERIOD);
}

static void swd_bites(void *ctx)
{
    struct rtc *r = ctx;
    bool is_bypassed = *word(r, r->kind->swd_conf) & SWD_BYPASS;
    swd_restart(r);
    if (!is_bypassed)
        reset_chip(r->block.soc, RESET_RTC, SUPER_WDT);
}

static void swd_written(struct rtc *r, uint32_t value, uint32_t before)
{
    uint32_t *conf = word(r, r->kind->swd_conf);
    if (*word(r, r->kind->swd_conf + SWD_PROTECT) != SWD_KEY) {
        *conf = before;
        return;
    }
    if (value & SWD_FLAG_CLR)
        *conf &= ~SWD_FLAG;
    if (swd_is_calm(r) || value & SWD_FEED || !r->swd_bite.is_set)
        swd_restart(r);
}

/* --- resets and stalls --- */

static void options_written(struct rtc *r, uint32_t value)
{
    if (value & SW_SYS_RST)
        reset_chip(r->block.soc, RESET_DIGITAL, SW_SYS);
    for (unsigned i = 0; i < r->block.soc->kind->core_count; i++)
        if (value & fields[i].sw_rst)
            reset_core(r->block.soc, i, SW_CPU);
}

static void stall_written(struct rtc *r, uint32_t offset, uint32_t before)
{
    if (*word(r, offset) == before)
        return;
    for (unsigned i = 0; i < r->block.soc->kind->core_count; i++)
        core_control_changed(r->block.soc, i);
}

static void clear_flags(struct rtc *r, uint32_t value)
{
    for (unsigned i = 0; i < CORES; i++) {
        uint32_t flags = value & fields[i].flag_clr ? fields[i].flag : 0;
        flags |= value & fields[i].jtag_flag_clr ? fields[i].jtag_flag : 0;
        *word(r, RESET_STATE) &= ~flags;
    }
}

void rtc_set_cause(struct rtc *r, unsigned core, uint8_t cause)
{
    uint32_t *state = word(r, RESET_STATE);
    *state = field_put(fields[core].cause, *state, cause) | fields[core].flag;
}

void rtc_set_jtag_flag(struct rtc *r, unsigned core)
{
    *word(r, RESET_STATE) |= fields[core].jtag_flag;
}

bool rtc_halts_on_reset(const struct rtc *r, unsigned core)
{
    return *word(r, RESET_STATE) & fields[core].halt;
}

bool rtc_starts_in_rom(const struct rtc *r, unsigned core)
{
    return *word(r, RESET_STATE) & fields[core].vector_sel;
}

bool rtc_is_stalled(const struct rtc *r, unsigned core)
{
    return field_get(fields[core].stall_c0, *word(r, OPTIONS0)) == STALL_C0 &&
           field_get(fields[core].stall_c1, *word(r, r->kind->sw_cpu_stall)) == STALL_C1;
}

/* --- sleep --- */

bool rtc_sleep_is_deep(const struct rtc *r)
{
    return *word(r, r->kind->dig_pwc) & DG_WRAP_PD_EN;
}

bool rtc_sleep_pauses_wdt(const struct rtc *r)
{
    return *word(r, r->kind->wdtconfig0) & WDT_PAUSE;
}

uint64_t rtc_sleep_wakes_in_ps(struct rtc *r)
{
    uint32_t sources = field_get(WAKEUP_ENA, *word(r, WAKEUP_STATE));
    if (sources & ~WAKEUP_TIMER)
        log_info(r->block.soc->log, "%s: sleeps; of its wake-up sources (0x%05x) this model has the timer (0x%05x)",
                 r->block.soc->kind->name, sources, WAKEUP_TIMER);
    if (!(sources & WAKEUP_TIMER) || !r->alarm.is_set)
        return SCHED_NEVER;
    uint64_t now = sched_now(sched_of(r)), in_ps = r->alarm.at_ps > now ? r->alarm.at_ps - now : 0;
    uint64_t least_ps = slow_ps(r, field_get(MIN_SLP_VAL, *word(r, TIMER5)));
    return in_ps > least_ps ? in_ps : least_ps;
}

void rtc_sleep_ended(struct rtc *r)
{
    *word(r, STATE0) &= ~SLEEP_EN;
}

void rtc_sleep_woke(struct rtc *r)
{
    *word(r, r->kind->slp_wakeup_cause) = WAKEUP_TIMER;
    raise(r, INT_SLP_WAKEUP);
}

/* --- the block --- */

static struct rtc *rtc_of(struct block *b)
{
    return (struct rtc *)(void *)((char *)b - offsetof(struct rtc, block));
}

uint32_t rtc_read(struct block *b, uint32_t offset)
{
    (void)offset; /* INT_ST */
    return *block_word(b, INT_RAW) & *block_word(b, INT_ENA);
}

static void interrupts_written(struct rtc *r, uint32_t offset, uint32_t value)
{
    if (offset == INT_CLR)
        *word(r, INT_RAW) &= ~value;
    else if (offset == r->kind->int_ena_w1ts)
        *word(r, INT_ENA) |= value & r->kind->interrupts;
    else if (offset == r->kind->int_ena_w1ts + (uint32_t)W1TC)
        *word(r, INT_ENA) &= ~value;
    update_irq(r);
}

static void power_written(struct rtc *r, uint32_t offset, uint32_t value, uint32_t before)
{
    switch (offset) {
    case OPTIONS0:
        options_written(r, value);
        stall_written(r, offset, before);
        break;
    case RESET_STATE:
        clear_flags(r, value);
        break;
    case SLP_TIMER0:
    case SLP_TIMER1:
        set_alarm(r);
        break;
    case TIME_UPDATE:
        if (value & UPDATE_NOW)
            latch_time(r);
        break;
    default: /* STATE0 */
        if (value & ~before & SLEEP_EN)
            sleep_ask(&r->sleeper);
    }
}

void rtc_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct rtc *r = rtc_of(b);
    const struct rtc_kind *k = r->kind;
    if (offset < INT_ENA)
        power_written(r, offset, value, before);
    else if (offset <= INT_CLR || (offset >= k->int_ena_w1ts && offset <= k->int_ena_w1ts + (uint32_t)W1TC))
        interrupts_written(r, offset, value);
    else if (offset == k->sw_cpu_stall)
        stall_written(r, offset, before);
    else if (offset == k->swd_conf)
        swd_written(r, value, before);
    else
        watchdog_written(r, offset, value, before);
}

bool rtc_init(struct rtc *r, const struct rtc_kind *kind, struct soc *soc, uint32_t base, const struct efuse *efuse)
{
    r->kind = kind;
    r->efuse = efuse;
    wdt_init(&r->wdt, soc, 0);
    r->wdt.stage_ps = stage_ps;
    r->wdt.expired = stage_expired;
    r->alarm = (struct sched_event){.fn = alarm_comes, .ctx = r};
    r->swd_bite = (struct sched_event){.fn = swd_bites, .ctx = r};
    return block_init(&r->block, &kind->block, soc, base);
}

void rtc_fini(struct rtc *r)
{
    block_fini(&r->block);
}

void rtc_reset(struct rtc *r, enum reset_scope scope)
{
    if (scope >= RESET_RTC) {
        block_reset(&r->block);
        r->zero_ps = sched_now(sched_of(r));
        sched_cancel(sched_of(r), &r->alarm);
        wdt_set_running(&r->wdt, false);
        if (r->block.soc->pending_cause == SUPER_WDT)
            *word(r, r->kind->swd_conf) |= SWD_FLAG;
        swd_restart(r);
    }
    watchdog_changed(r);
    update_irq(r);
}

void rtc_unpower(struct rtc *r)
{
    if (!r->block.soc)
        return;
    wdt_set_running(&r->wdt, false);
    sched_cancel(sched_of(r), &r->alarm);
    sched_cancel(sched_of(r), &r->swd_bite);
}
