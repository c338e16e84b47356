/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timer groups: two 64-bit timers and LACT, a watchdog, and the calibration of slow clocks against the crystal.
 * Sources: TRM chapters 'Timer Group' and 'Watchdog Timers'; esp-idf timer_group_reg.h.
 *
 * The watchdog of group 0 runs in flash boot mode after a reset; its first stage then resets the chip (TRM).
 * LACT counts like the other timers; its RTC mode (LACT_RTC_ONLY) and clock compensation are storage.
 */
#include "sim/esp32/esp32_int.h"

#define ALL  0xFFFFFFFFU
#define XTAL ((struct period){.num = 25000, .den = 1})
#define TIMER(config)                                                                                                  \
    {config, 1, 0x60002000, 0xFFFFFC00, REG_ACTS}, {(config) + 4, 2, 0, 0, 0}, {(config) + 12, 1, 0, 0, REG_ACTS},     \
        {(config) + 16, 2, 0, ALL, REG_ACTS}, {(config) + 24, 2, 0, ALL, 0},                                           \
    {                                                                                                                  \
        (config) + 32, 1, 0, 0, REG_ACTS                                                                               \
    }

static const struct reg regs[] = {
    TIMER(ESP32_TIMG_T0CONFIG),
    TIMER(ESP32_TIMG_T1CONFIG),
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

/* Where each timer's registers are, and its bit in the interrupt registers. LACT has one more before its count. */
static const struct {
    uint32_t config, low, update, alarm, load_value, load, irq;
} at[TIMERS] = {
    {0x00, 0x04, 0x0C, 0x10, 0x18, 0x20, BIT(0)},
    {0x24, 0x28, 0x30, 0x34, 0x3C, 0x44, BIT(1)},
    {0x70, 0x78, 0x80, 0x84, 0x8C, 0x94, BIT(3)},
};
#define IRQ_WDT BIT(2)

static uint32_t *word(struct timg *g, uint32_t offset)
{
    return block_word(&g->block, offset);
}

static uint64_t pair(struct timg *g, uint32_t low)
{
    return (uint64_t)*word(g, low + 4) << 32 | *word(g, low);
}

/* --- interrupts --- */

static void update_irq(struct timg *g)
{
    uint32_t active = *word(g, ESP32_TIMG_INT_RAW) & *word(g, ESP32_TIMG_INT_ENA);
    unsigned first = g->block.index ? ESP32_INTR_TG1_T0 : ESP32_INTR_TG0_T0;
    for (unsigned i = 0; i < 4; i++)
        irq_set(g->block.soc, first + i, active >> i & 1);
}

/* Raw bits need the level enable of their timer; the edge sources are pulses. */
static void raise(struct timg *g, unsigned number, uint32_t config, uint32_t level_en, uint32_t edge_en)
{
    if (config & level_en) {
        *word(g, ESP32_TIMG_INT_RAW) |= BIT(number);
        update_irq(g);
    }
    if (config & edge_en)
        irq_pulse(g->block.soc, (g->block.index ? ESP32_INTR_TG1_T0_EDGE : ESP32_INTR_TG0_T0_EDGE) + number);
}

/* --- timers --- */

static struct period tick(struct timer *t)
{
    uint32_t divider = field_get(ESP32_TIMG_T_DIVIDER, *word(t->group, at[t->index].config));
    struct period p = t->group->block.soc->clocks.apb;
    p.num *= divider == 0 ? 65536 : divider == 1 ? 2 : divider; /* TRM: 0 means 65536, 1 means 2 */
    return p;
}

static bool is_on(struct timer *t)
{
    return *word(t->group, at[t->index].config) & ESP32_TIMG_T_EN;
}

static bool is_up(struct timer *t)
{
    return *word(t->group, at[t->index].config) & ESP32_TIMG_T_INCREASE;
}

/* Brings the count to the present. */
static void count_on(struct timer *t)
{
    uint64_t now = sched_now(t->group->block.soc->sched);
    if (is_on(t)) {
        uint64_t span = now - t->at_ps + t->rest_ps;
        uint64_t ticks = period_ticks(tick(t), span);
        t->count += is_up(t) ? ticks : -ticks;
        t->rest_ps = span - (uint64_t)((unsigned __int128)ticks * tick(t).num / tick(t).den);
    } else {
        t->rest_ps = 0;
    }
    t->at_ps = now;
}

static void set_alarm(struct timer *t)
{
    struct timg *g = t->group;
    struct sched *sched = g->block.soc->sched;
    uint64_t distance = pair(g, at[t->index].alarm) - t->count;
    if (!is_up(t))
        distance = -distance;
    if (!is_on(t) || !(*word(g, at[t->index].config) & ESP32_TIMG_T_ALARM_EN)) {
        sched_cancel(sched, &t->alarm);
        return;
    }
    if (distance >> 63) /* the alarm's value was passed: it comes at once */
        distance = 0;
    uint64_t span = period_ps(tick(t), distance);
    sched_in(sched, &t->alarm, span > t->rest_ps ? span - t->rest_ps : 0);
}

static void alarm_comes(void *ctx)
{
    struct timer *t = ctx;
    struct timg *g = t->group;
    uint32_t *config = word(g, at[t->index].config), as_set = *config;
    count_on(t);
    *config &= ~ESP32_TIMG_T_ALARM_EN;
    if (as_set & ESP32_TIMG_T_AUTORELOAD)
        t->count = pair(g, at[t->index].load_value);
    raise(g, t->index == 2 ? 3 : t->index, as_set, ESP32_TIMG_T_LEVEL_INT_EN, ESP32_TIMG_T_EDGE_INT_EN);
}

static void timer_written(struct timer *t, uint32_t offset, uint32_t before)
{
    struct timg *g = t->group;
    if (offset == at[t->index].config) {
        uint32_t now = *word(g, offset);
        *word(g, offset) = before; /* up to here it counted as it was set */
        count_on(t);
        *word(g, offset) = now;
    } else {
        count_on(t);
    }
    if (offset == at[t->index].update) {
        *word(g, at[t->index].low) = (uint32_t)t->count;
        *word(g, at[t->index].low + 4) = (uint32_t)(t->count >> 32);
        return;
    }
    if (offset == at[t->index].load) {
        t->count = pair(g, at[t->index].load_value);
        t->rest_ps = 0;
    }
    set_alarm(t);
}

void timg_clock_changes(struct timg *g)
{
    for (unsigned i = 0; i < TIMERS; i++)
        count_on(&g->timers[i]);
}

void timg_clock_changed(struct timg *g)
{
    for (unsigned i = 0; i < TIMERS; i++)
        set_alarm(&g->timers[i]);
    wdt_set_running(&g->wdt, g->wdt.is_running);
}

/* --- watchdog --- */

static bool is_flash_boot(struct timg *g)
{
    uint32_t config = *word(g, ESP32_TIMG_WDTCONFIG0);
    return g->block.index == 0 && config & ESP32_TIMG_WDT_FLASHBOOT_MOD_EN && !(config & ESP32_TIMG_WDT_EN);
}

static uint64_t stage_ps(struct wdt *w, unsigned stage)
{
    struct timg *g = &esp32_of(w->soc)->timg[w->index];
    uint32_t prescale = field_get(ESP32_TIMG_WDT_PRESCALE, *word(g, ESP32_TIMG_WDTCONFIG1));
    struct period p = w->soc->clocks.apb;
    p.num *= prescale ? prescale : 1;
    if (is_flash_boot(g) && stage)
        return SCHED_NEVER;
    return period_ps(p, *word(g, ESP32_TIMG_WDTCONFIG2 + 4 * stage));
}

static void stage_expired(struct wdt *w, unsigned stage)
{
    static const uint32_t fields[4] = {ESP32_TIMG_WDT_STG0, ESP32_TIMG_WDT_STG1, ESP32_TIMG_WDT_STG2,
                                       ESP32_TIMG_WDT_STG3};
    struct timg *g = &esp32_of(w->soc)->timg[w->index];
    uint32_t config = *word(g, ESP32_TIMG_WDTCONFIG0);
    unsigned action = is_flash_boot(g) ? 3 : field_get(fields[stage], config);
    if (action == 1)
        raise(g, 2, config, ESP32_TIMG_WDT_LEVEL_INT_EN, ESP32_TIMG_WDT_LEVEL_INT_EN << 1);
    else if (action == 2)
        reset_core(w->soc, w->index, ESP32_RESET_TGWDT_CPU);
    else if (action == 3)
        reset_chip(w->soc, RESET_DIGITAL, w->index ? ESP32_RESET_TG1WDT_SYS : ESP32_RESET_TG0WDT_SYS);
}

static void watchdog_changed(struct timg *g)
{
    wdt_set_running(&g->wdt, *word(g, ESP32_TIMG_WDTCONFIG0) & ESP32_TIMG_WDT_EN || is_flash_boot(g));
}

static void watchdog_written(struct timg *g, uint32_t offset, uint32_t before)
{
    if (*word(g, ESP32_TIMG_WDTWPROTECT) != ESP32_WDT_KEY)
        *word(g, offset) = before;
    else if (offset == ESP32_TIMG_WDTFEED)
        wdt_feed(&g->wdt);
    else
        watchdog_changed(g);
}

/* --- calibration: how many crystal clocks a number of slow clocks takes --- */

static struct period slow_clock(struct timg *g)
{
    switch (field_get(ESP32_TIMG_CALI_CLK_SEL, *word(g, ESP32_TIMG_RTCCALICFG))) {
    case 1:
        return (struct period){.num = 2000000ULL * 256, .den = 17}; /* 8.5 MHz / 256 */
    case 2:
        return (struct period){.num = 1000000000000, .den = 32768};
    default:
        return clock_rtc_slow();
    }
}

static uint64_t calibration_ps(struct timg *g)
{
    return period_ps(slow_clock(g), field_get(ESP32_TIMG_CALI_MAX, *word(g, ESP32_TIMG_RTCCALICFG)));
}

static void calibration_ends(void *ctx)
{
    struct timg *g = ctx;
    uint64_t clocks = period_ticks(XTAL, calibration_ps(g));
    *word(g, ESP32_TIMG_RTCCALICFG1) = field_put(ESP32_TIMG_CALI_VALUE, 0, (uint32_t)clocks);
    *word(g, ESP32_TIMG_RTCCALICFG) |= ESP32_TIMG_CALI_RDY;
}

static void calibration_written(struct timg *g, uint32_t value, uint32_t before)
{
    if (!(value & ESP32_TIMG_CALI_START)) {
        sched_cancel(g->block.soc->sched, &g->calibrated);
    } else if (!(before & ESP32_TIMG_CALI_START)) {
        *word(g, ESP32_TIMG_RTCCALICFG) &= ~ESP32_TIMG_CALI_RDY;
        sched_in(g->block.soc->sched, &g->calibrated, calibration_ps(g));
    }
}

/* --- the block --- */

static uint32_t read_live(struct block *b, uint32_t offset)
{
    (void)offset; /* INT_ST */
    return *block_word(b, ESP32_TIMG_INT_RAW) & *block_word(b, ESP32_TIMG_INT_ENA);
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct timg *g = &esp32_of(b->soc)->timg[b->index];
    if (offset < ESP32_TIMG_WDTCONFIG0) {
        timer_written(&g->timers[offset >= ESP32_TIMG_T1CONFIG], offset, before);
    } else if (offset <= ESP32_TIMG_WDTFEED) {
        watchdog_written(g, offset, before);
    } else if (offset == ESP32_TIMG_RTCCALICFG) {
        calibration_written(g, value, before);
    } else if (offset < ESP32_TIMG_INT_ENA) {
        timer_written(&g->timers[2], offset, before);
    } else {
        if (offset == ESP32_TIMG_INT_CLR)
            *word(g, ESP32_TIMG_INT_RAW) &= ~value;
        update_irq(g);
    }
}

static const struct block_kind timg_kind = {
    .name = "TIMG",
    .size = 0x100,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

bool timg_init(struct timg *g, struct soc *soc, unsigned index)
{
    for (unsigned i = 0; i < TIMERS; i++) {
        g->timers[i].group = g;
        g->timers[i].index = i;
        g->timers[i].alarm = (struct sched_event){.fn = alarm_comes, .ctx = &g->timers[i]};
    }
    g->calibrated = (struct sched_event){.fn = calibration_ends, .ctx = g};
    wdt_init(&g->wdt, soc, index);
    g->wdt.stage_ps = stage_ps;
    g->wdt.expired = stage_expired;
    bool is_ok = block_init(&g->block, &timg_kind, soc, index ? ESP32_TIMG1_BASE : ESP32_TIMG0_BASE);
    g->block.index = index;
    return is_ok;
}

void timg_reset(struct timg *g)
{
    struct sched *sched = g->block.soc->sched;
    block_reset(&g->block);
    for (unsigned i = 0; i < TIMERS; i++) {
        g->timers[i].count = g->timers[i].rest_ps = 0;
        g->timers[i].at_ps = sched_now(sched);
        sched_cancel(sched, &g->timers[i].alarm);
    }
    sched_cancel(sched, &g->calibrated);
    wdt_set_running(&g->wdt, false);
    watchdog_changed(g);
    update_irq(g);
}
