/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system timer: two counters of 52 bits at 16 MHz and three comparators. Sources: TRM chapter 'System Timer'; esp-idf
 * systimer_reg.h. The stall of a counter together with a core is storage.
 */
#include "sim/esp32s3/esp32s3_int.h"

#define AT(name) (ESP32S3_SYSTIMER_##name - ESP32S3_SYSTIMER_BASE)
#define ALL      0xFFFFFFFFU
#define HIGH     0xFFFFFU
#define COUNT    ((1ULL << 52) - 1)

static const struct period tick = {.num = 62500, .den = 1};

static const struct reg regs[] = {
    {AT(CONF), 1, 0x46000000, 0xFFC00001, REG_ACTS},
    {AT(UNIT0_OP), 2, 0, 0, REG_ACTS | REG_LIVE},
    {AT(LOAD), 1, 0, HIGH, 0},
    {AT(LOAD) + 4, 1, 0, ALL, 0},
    {AT(LOAD) + 8, 1, 0, HIGH, 0},
    {AT(LOAD) + 12, 1, 0, ALL, 0},
    {AT(TARGET0), 1, 0, HIGH, 0},
    {AT(TARGET0) + 4, 1, 0, ALL, 0},
    {AT(TARGET0) + 8, 1, 0, HIGH, 0},
    {AT(TARGET0) + 12, 1, 0, ALL, 0},
    {AT(TARGET0) + 16, 1, 0, HIGH, 0},
    {AT(TARGET0) + 20, 1, 0, ALL, 0},
    {AT(TARGET0_CONF), 3, 0, 0xC3FFFFFF, REG_ACTS},
    {AT(VALUE), 4, 0, 0, 0},
    {AT(COMP0_LOAD), 3, 0, 0, REG_ACTS},
    {AT(UNIT0_LOAD), 2, 0, 0, REG_ACTS},
    {AT(INT_ENA), 1, 0, 7, REG_ACTS},
    {AT(INT_RAW), 1, 0, 0, 0},
    {AT(INT_CLR), 1, 0, 0, REG_ACTS},
    {AT(INT_ST), 1, 0, 0, REG_LIVE},
    {0x74, 6, 0, 0, 0},
    {0xFC, 1, 0x2012251, 0, 0},
};

static uint32_t *word(struct systimer *t, uint32_t offset)
{
    return block_word(&t->block, offset);
}

static uint64_t pair(struct systimer *t, uint32_t high)
{
    return (uint64_t)*word(t, high) << 32 | *word(t, high + 4);
}

static bool unit_works(uint32_t conf, unsigned unit)
{
    return conf & (unit ? ESP32S3_SYSTIMER_UNIT1_WORK : ESP32S3_SYSTIMER_UNIT0_WORK);
}

static void update_irq(struct systimer *t)
{
    uint32_t active = *word(t, AT(INT_RAW)) & *word(t, AT(INT_ENA));
    for (unsigned i = 0; i < SYSTIMER_TARGETS; i++)
        irq_set(t->block.soc, ESP32S3_INTR_SYSTIMER0 + i, active >> i & 1);
}

/* Brings a count to the present, as conf let it run. Parts of a tick stay with at_ps. */
static void count_on(struct systimer *t, unsigned unit, uint32_t conf)
{
    uint64_t now = sched_now(t->block.soc->sched), ticks = period_ticks(tick, now - t->units[unit].at_ps);
    if (!unit_works(conf, unit) || t->is_paused) {
        t->units[unit].at_ps = now;
        return;
    }
    t->units[unit].count = (t->units[unit].count + ticks) & COUNT;
    t->units[unit].at_ps += ticks * tick.num;
}

/* --- comparators --- */

static void arm(struct target *target)
{
    struct systimer *t = target->timer;
    uint32_t own = *word(t, AT(TARGET0_CONF) + 4 * target->index), conf = *word(t, AT(CONF));
    unsigned unit = own & ESP32S3_SYSTIMER_UNIT_SEL ? 1U : 0U;
    bool is_on = conf & ESP32S3_SYSTIMER_TARGET0_WORK >> target->index && unit_works(conf, unit) && !t->is_paused;
    count_on(t, unit, conf);
    uint64_t distance = (target->at - t->units[unit].count) & COUNT;
    if (distance > COUNT / 2) /* the count has passed it: it comes at once */
        distance = 0;
    if (is_on)
        sched_at(t->block.soc->sched, &target->alarm, t->units[unit].at_ps + period_ps(tick, distance));
    else
        sched_cancel(t->block.soc->sched, &target->alarm);
}

static uint32_t period_of(struct target *target)
{
    uint32_t own = *word(target->timer, AT(TARGET0_CONF) + 4 * target->index);
    uint32_t period = field_get(ESP32S3_SYSTIMER_PERIOD, own);
    return own & ESP32S3_SYSTIMER_PERIOD_MODE ? period : 0;
}

static void alarm_comes(void *ctx)
{
    struct target *target = ctx;
    struct systimer *t = target->timer;
    *word(t, AT(INT_RAW)) |= BIT(target->index);
    update_irq(t);
    if (period_of(target)) {
        target->at = (target->at + period_of(target)) & COUNT;
        arm(target);
    }
}

/* COMPn_LOAD: the target, or the first period from now on, takes effect. */
static void load_target(struct target *target)
{
    struct systimer *t = target->timer;
    unsigned unit = *word(t, AT(TARGET0_CONF) + 4 * target->index) & ESP32S3_SYSTIMER_UNIT_SEL ? 1U : 0U;
    count_on(t, unit, *word(t, AT(CONF)));
    target->at = pair(t, AT(TARGET0) + 8 * target->index);
    if (period_of(target))
        target->at = (t->units[unit].count + period_of(target)) & COUNT;
    arm(target);
}

static void arm_all(struct systimer *t)
{
    for (unsigned i = 0; i < SYSTIMER_TARGETS; i++)
        arm(&t->targets[i]);
}

/* --- the block --- */

static uint32_t read_live(struct block *b, uint32_t offset)
{
    if (offset == AT(INT_ST))
        return *block_word(b, AT(INT_RAW)) & *block_word(b, AT(INT_ENA));
    return ESP32S3_SYSTIMER_VALUE_VALID; /* UNITn_OP: an update is done at once */
}

static void update_value(struct systimer *t, unsigned unit)
{
    count_on(t, unit, *word(t, AT(CONF)));
    *word(t, AT(VALUE) + 8 * unit) = (uint32_t)(t->units[unit].count >> 32);
    *word(t, AT(VALUE) + 8 * unit + 4) = (uint32_t)t->units[unit].count;
}

static void load_unit(struct systimer *t, unsigned unit)
{
    t->units[unit].count = pair(t, AT(LOAD) + 8 * unit);
    t->units[unit].at_ps = sched_now(t->block.soc->sched);
    arm_all(t);
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct systimer *t = &esp32s3_of(b->soc)->systimer;
    if (offset == AT(CONF)) {
        for (unsigned i = 0; i < SYSTIMER_UNITS; i++)
            count_on(t, i, before);
        arm_all(t);
    } else if (offset <= AT(UNIT1_OP)) {
        if (value & ESP32S3_SYSTIMER_UPDATE)
            update_value(t, (offset - AT(UNIT0_OP)) / 4);
    } else if (offset < AT(VALUE)) {
        arm(&t->targets[(offset - AT(TARGET0_CONF)) / 4]);
    } else if (offset < AT(UNIT0_LOAD)) {
        load_target(&t->targets[(offset - AT(COMP0_LOAD)) / 4]);
    } else if (offset < AT(INT_ENA)) {
        load_unit(t, (offset - AT(UNIT0_LOAD)) / 4);
    } else {
        if (offset == AT(INT_CLR))
            *word(t, AT(INT_RAW)) &= ~value;
        update_irq(t);
    }
}

static const struct block_kind systimer_kind = {
    .name = "SYSTIMER",
    .size = 0x100,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

bool s3_systimer_init(struct esp32s3 *s)
{
    struct systimer *t = &s->systimer;
    for (unsigned i = 0; i < SYSTIMER_TARGETS; i++) {
        t->targets[i] = (struct target){.timer = t, .index = i};
        t->targets[i].alarm = (struct sched_event){.fn = alarm_comes, .ctx = &t->targets[i]};
    }
    return block_init(&t->block, &systimer_kind, &s->soc, ESP32S3_SYSTIMER_BASE);
}

void s3_systimer_cancel(struct esp32s3 *s)
{
    for (unsigned i = 0; i < SYSTIMER_TARGETS; i++)
        sched_cancel(s->soc.sched, &s->systimer.targets[i].alarm);
}

void s3_systimer_reset(struct esp32s3 *s)
{
    s3_systimer_cancel(s);
    block_reset(&s->systimer.block);
    for (unsigned i = 0; i < SYSTIMER_UNITS; i++) {
        s->systimer.units[i].count = 0;
        s->systimer.units[i].at_ps = sched_now(s->soc.sched);
    }
    for (unsigned i = 0; i < SYSTIMER_TARGETS; i++)
        s->systimer.targets[i].at = 0;
    update_irq(&s->systimer);
}

void s3_systimer_pause(struct esp32s3 *s, bool is_paused)
{
    struct systimer *t = &s->systimer;
    for (unsigned i = 0; i < SYSTIMER_UNITS; i++)
        count_on(t, i, *word(t, AT(CONF)));
    t->is_paused = is_paused;
    if (is_paused)
        s3_systimer_cancel(s);
    else
        arm_all(t);
}
