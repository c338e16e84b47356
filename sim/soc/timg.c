/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timer groups: timers, a watchdog, and the calibration of slow clocks against the crystal.
 * Sources: chapters 'Timer Group' and 'Watchdog Timers' of the TRMs; timer_group_reg.h of each chip in esp-idf.
 *
 * The watchdog of group 0 runs in flash boot mode after a reset; its first stage then resets the chip (TRM).
 */
#include "sim/soc/timg.h"

#include "base/bits.h"
#include "sim/soc/soc_int.h"

/* What is the same on every chip. */
enum {
    WDTCONFIG0 = 0x48,
    WDTCONFIG1 = 0x4C,
    WDTCONFIG2 = 0x50,
    WDTFEED = 0x60,
    WDTWPROTECT = 0x64,
    RTCCALICFG = 0x68,
    RTCCALICFG1 = 0x6C
};

#define WDT_KEY       0x50D83AA1U
#define T_EN          BIT(31)
#define T_INCREASE    BIT(30)
#define T_AUTORELOAD  BIT(29)
#define T_DIVIDER     FIELD(28, 13)
#define T_ALARM_EN    BIT(10)
#define WDT_EN        BIT(31)
#define WDT_FLASHBOOT BIT(14)
#define WDT_PRESCALE  FIELD(31, 16)
#define CALI_START    BIT(31)
#define CALI_MAX      FIELD(30, 16)
#define CALI_RDY      BIT(15)
#define CALI_CLK_SEL  FIELD(14, 13)
#define CALI_VALUE    FIELD(31, 7)

static uint32_t *word(const struct timg *g, uint32_t offset)
{
    return block_word(&g->block, offset);
}

static uint64_t pair(const struct timg *g, uint32_t low)
{
    return (uint64_t)*word(g, low + 4) << 32 | *word(g, low);
}

/* --- interrupts --- */

static uint32_t int_raw(const struct timg *g)
{
    return g->kind->int_ena + 4;
}

static uint32_t active(const struct timg *g)
{
    return *word(g, int_raw(g)) & *word(g, g->kind->int_ena);
}

static void update_irq(struct timg *g)
{
    for (unsigned i = 0; i < g->kind->irq_count; i++)
        irq_set(g->block.soc, g->kind->level_irq[g->block.index] + i, active(g) >> i & 1);
}

/* Where there are edge sources, which are pulses, raw bits need the level enable of their timer. */
static void raise(struct timg *g, unsigned number, bool is_level, bool is_edge)
{
    if (is_level) {
        *word(g, int_raw(g)) |= BIT(number);
        update_irq(g);
    }
    if (is_edge)
        irq_pulse(g->block.soc, g->kind->edge_irq[g->block.index] + number);
}

static bool has_levels_only(const struct timg *g)
{
    return !g->kind->edge_irq[0];
}

/* --- timers --- */

static struct period tick(const struct timer *t)
{
    uint32_t config = *word(t->group, t->at->config), divider = field_get(T_DIVIDER, config);
    struct period p = t->group->kind->clock(t->group, config);
    p.num *= divider == 0 ? 65536 : divider == 1 ? 2 : divider; /* TRM: 0 means 65536, 1 means 2 */
    return p;
}

static bool is_on(const struct timer *t)
{
    return t->group->block.soc->sleep == AWAKE && *word(t->group, t->at->config) & T_EN;
}

static bool is_up(const struct timer *t)
{
    return *word(t->group, t->at->config) & T_INCREASE;
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
    uint64_t distance = pair(g, t->at->alarm) - t->count;
    if (!is_up(t))
        distance = -distance;
    if (!is_on(t) || !(*word(g, t->at->config) & T_ALARM_EN)) {
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
    uint32_t *config = word(g, t->at->config), as_set = *config;
    count_on(t);
    *config &= ~T_ALARM_EN;
    if (as_set & T_AUTORELOAD)
        t->count = pair(g, t->at->load_value);
    raise(g, t->at->irq, has_levels_only(g) || as_set & g->kind->level_en, as_set & g->kind->edge_en);
}

static void timer_written(struct timer *t, uint32_t offset, uint32_t before)
{
    struct timg *g = t->group;
    if (offset == t->at->config) {
        uint32_t now = *word(g, offset);
        *word(g, offset) = before; /* up to here it counted as it was set */
        count_on(t);
        *word(g, offset) = now;
    } else {
        count_on(t);
    }
    if (offset == t->at->update) {
        *word(g, t->at->low) = (uint32_t)t->count;
        *word(g, t->at->low + 4) = (uint32_t)(t->count >> 32);
        return;
    }
    if (offset == t->at->load) {
        t->count = pair(g, t->at->load_value);
        t->rest_ps = 0;
    }
    set_alarm(t);
}

void timg_clock_changes(struct timg *g)
{
    for (unsigned i = 0; i < g->kind->timer_count; i++)
        count_on(&g->timers[i]);
}

void timg_clock_changed(struct timg *g)
{
    for (unsigned i = 0; i < g->kind->timer_count; i++)
        set_alarm(&g->timers[i]);
    wdt_set_running(&g->wdt, g->wdt.is_running);
}

/* --- watchdog --- */

static bool is_flash_boot(struct timg *g)
{
    uint32_t config = *word(g, WDTCONFIG0);
    return g->block.index == 0 && config & WDT_FLASHBOOT && !(config & WDT_EN);
}

static uint64_t stage_ps(struct wdt *w, unsigned stage)
{
    struct timg *g = (struct timg *)(void *)((char *)w - offsetof(struct timg, wdt));
    uint32_t prescale = field_get(WDT_PRESCALE, *word(g, WDTCONFIG1));
    bool has_xtal = *word(g, WDTCONFIG0) & g->kind->wdt_use_xtal;
    struct period p = has_xtal ? g->kind->xtal : w->soc->clocks.apb;
    p.num *= prescale ? prescale : 1;
    if (is_flash_boot(g) && stage)
        return SCHED_NEVER;
    return period_ps(p, *word(g, WDTCONFIG2 + 4 * stage));
}

static void stage_expired(struct wdt *w, unsigned stage)
{
    static const uint32_t fields[4] = {FIELD(30, 29), FIELD(28, 27), FIELD(26, 25), FIELD(24, 23)};
    struct timg *g = (struct timg *)(void *)((char *)w - offsetof(struct timg, wdt));
    uint32_t config = *word(g, WDTCONFIG0);
    unsigned action = is_flash_boot(g) ? 3 : field_get(fields[stage], config);
    if (action == 1)
        raise(g, g->kind->wdt_irq, has_levels_only(g) || config & g->kind->wdt_level_en, config & g->kind->wdt_edge_en);
    else if (action == 2)
        g->kind->reset_cores(g, config);
    else if (action == 3)
        reset_chip(w->soc, RESET_DIGITAL, g->kind->system_cause[w->index]);
}

static void watchdog_changed(struct timg *g)
{
    wdt_set_running(&g->wdt, *word(g, WDTCONFIG0) & WDT_EN || is_flash_boot(g));
}

static void watchdog_written(struct timg *g, uint32_t offset, uint32_t before)
{
    if (*word(g, WDTWPROTECT) != WDT_KEY)
        *word(g, offset) = before;
    else if (offset == WDTFEED)
        wdt_feed(&g->wdt);
    else
        watchdog_changed(g);
}

/* --- calibration: how many crystal clocks a number of slow clocks takes --- */

static uint64_t calibration_ps(struct timg *g)
{
    uint32_t config = *word(g, RTCCALICFG);
    struct period slow = g->kind->slow_clock(g, field_get(CALI_CLK_SEL, config));
    return period_ps(slow, field_get(CALI_MAX, config));
}

static void calibration_ends(void *ctx)
{
    struct timg *g = ctx;
    uint64_t clocks = period_ticks(g->kind->xtal, calibration_ps(g));
    *word(g, RTCCALICFG1) = field_put(CALI_VALUE, 0, (uint32_t)clocks);
    *word(g, RTCCALICFG) |= CALI_RDY;
}

static void calibration_written(struct timg *g, uint32_t value, uint32_t before)
{
    if (!(value & CALI_START)) {
        sched_cancel(g->block.soc->sched, &g->calibrated);
    } else if (!(before & CALI_START)) {
        *word(g, RTCCALICFG) &= ~CALI_RDY;
        sched_in(g->block.soc->sched, &g->calibrated, calibration_ps(g));
    }
}

/* --- the block --- */

static struct timg *timg_of(struct block *b)
{
    return (struct timg *)(void *)((char *)b - offsetof(struct timg, block));
}

uint32_t timg_read(struct block *b, uint32_t offset)
{
    (void)offset; /* INT_ST */
    return active(timg_of(b));
}

/* The timer whose registers these are, by where they start. */
static struct timer *timer_at(struct timg *g, uint32_t offset)
{
    unsigned i = g->kind->timer_count;
    while (i > 1 && offset < g->kind->timers[i - 1].config)
        i--;
    return &g->timers[i - 1];
}

void timg_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct timg *g = timg_of(b);
    if (offset >= g->kind->int_ena) {
        if (offset == g->kind->int_ena + 12)
            *word(g, int_raw(g)) &= ~value;
        update_irq(g);
    } else if (offset >= WDTCONFIG0 && offset <= WDTFEED) {
        watchdog_written(g, offset, before);
    } else if (offset == RTCCALICFG) {
        calibration_written(g, value, before);
    } else {
        timer_written(timer_at(g, offset), offset, before);
    }
}

bool timg_init(struct timg *g, const struct timg_kind *kind, struct soc *soc, unsigned index, uint32_t base)
{
    g->kind = kind;
    for (unsigned i = 0; i < kind->timer_count; i++) {
        g->timers[i].group = g;
        g->timers[i].at = &kind->timers[i];
        g->timers[i].alarm = (struct sched_event){.fn = alarm_comes, .ctx = &g->timers[i]};
    }
    g->calibrated = (struct sched_event){.fn = calibration_ends, .ctx = g};
    wdt_init(&g->wdt, soc, index);
    g->wdt.stage_ps = stage_ps;
    g->wdt.expired = stage_expired;
    bool is_ok = block_init(&g->block, &kind->block, soc, base);
    g->block.index = index;
    return is_ok;
}

void timg_fini(struct timg *g)
{
    block_fini(&g->block);
}

void timg_cancel(struct timg *g)
{
    if (!g->block.soc)
        return;
    struct sched *sched = g->block.soc->sched;
    for (unsigned i = 0; i < g->kind->timer_count; i++)
        sched_cancel(sched, &g->timers[i].alarm);
    sched_cancel(sched, &g->calibrated);
    wdt_set_running(&g->wdt, false);
}

void timg_reset(struct timg *g)
{
    struct sched *sched = g->block.soc->sched;
    block_reset(&g->block);
    for (unsigned i = 0; i < g->kind->timer_count; i++) {
        g->timers[i].count = g->timers[i].rest_ps = 0;
        g->timers[i].at_ps = sched_now(sched);
        sched_cancel(sched, &g->timers[i].alarm);
    }
    sched_cancel(sched, &g->calibrated);
    wdt_set_running(&g->wdt, false);
    watchdog_changed(g);
    update_irq(g);
}
