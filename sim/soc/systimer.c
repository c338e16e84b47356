/* SPDX-License-Identifier: Apache-2.0 */
/* Sources: chapter 'System Timer' of the TRMs; systimer_reg.h of each chip in esp-idf. */
#include "sim/soc/systimer.h"

#include "base/bits.h"
#include "sim/soc/soc_int.h"

enum {
    CONF = 0x00,
    UNIT0_OP = 0x04,
    UNIT1_OP = 0x08,
    LOAD = 0x0C,         /* UNIT0 high, low, UNIT1 high, low */
    TARGET0 = 0x1C,      /* high, low; two more follow */
    TARGET0_CONF = 0x34, /* two more follow */
    VALUE = 0x40,        /* UNIT0 high, low, UNIT1 high, low */
    COMP0_LOAD = 0x50,   /* two more follow */
    UNIT0_LOAD = 0x5C,
    INT_ENA = 0x64,
    INT_RAW = 0x68,
    INT_CLR = 0x6C,
    INT_ST = 0x70
};

#define UNIT0_WORK        BIT(30) /* CONF */
#define UNIT1_WORK        BIT(29)
#define TARGET0_WORK      BIT(24) /* those of the others are below */
#define UNIT0_CORE0_STALL BIT(28) /* those of core 1 and of UNIT1 are below */
#define UPDATE            BIT(30) /* UNITn_OP */
#define VALUE_VALID       BIT(29)
#define UNIT_SEL          BIT(31) /* TARGETn_CONF */
#define PERIOD_MODE       BIT(30)
#define PERIOD            FIELD(25, 0)
#define COUNT             ((1ULL << 52) - 1)

static const struct period tick = {.num = 62500, .den = 1};

static uint32_t *word(struct systimer *t, uint32_t offset)
{
    return block_word(&t->block, offset);
}

static uint64_t pair(struct systimer *t, uint32_t high)
{
    return (uint64_t)*word(t, high) << 32 | *word(t, high + 4);
}

static bool unit_works(const struct systimer *t, uint32_t conf, unsigned unit)
{
    for (unsigned core = 0; core < CORES; core++)
        if (t->halted >> core & 1 && conf & UNIT0_CORE0_STALL >> (2 * unit + core))
            return false;
    return conf & (unit ? UNIT1_WORK : UNIT0_WORK) && !t->is_paused;
}

static void update_irq(struct systimer *t)
{
    uint32_t active = *word(t, INT_RAW) & *word(t, INT_ENA);
    for (unsigned i = 0; i < SYSTIMER_TARGETS; i++)
        irq_set(t->block.soc, t->kind->first_irq + i, active >> i & 1);
}

/* Brings a count to the present, as conf let it run. Parts of a tick stay with at_ps. */
static void count_on(struct systimer *t, unsigned unit, uint32_t conf)
{
    uint64_t now = sched_now(t->block.soc->sched), ticks = period_ticks(tick, now - t->units[unit].at_ps);
    if (!unit_works(t, conf, unit)) {
        t->units[unit].at_ps = now;
        return;
    }
    t->units[unit].count = (t->units[unit].count + ticks) & COUNT;
    t->units[unit].at_ps += ticks * tick.num;
}

/* --- comparators --- */

static void arm(struct systimer_target *target)
{
    struct systimer *t = target->timer;
    uint32_t own = *word(t, TARGET0_CONF + 4 * target->index), conf = *word(t, CONF);
    unsigned unit = own & UNIT_SEL ? 1U : 0U;
    bool is_on = conf & TARGET0_WORK >> target->index && unit_works(t, conf, unit) && !target->has_come;
    count_on(t, unit, conf);
    uint64_t distance = (target->at - t->units[unit].count) & COUNT;
    if (distance > COUNT / 2) /* the count has passed it: it comes at once */
        distance = 0;
    if (is_on)
        sched_at(t->block.soc->sched, &target->alarm, t->units[unit].at_ps + period_ps(tick, distance));
    else
        sched_cancel(t->block.soc->sched, &target->alarm);
}

static uint32_t period_of(struct systimer_target *target)
{
    uint32_t own = *word(target->timer, TARGET0_CONF + 4 * target->index);
    uint32_t period = field_get(PERIOD, own);
    return own & PERIOD_MODE ? period : 0;
}

static void alarm_comes(void *ctx)
{
    struct systimer_target *target = ctx;
    struct systimer *t = target->timer;
    *word(t, INT_RAW) |= BIT(target->index);
    update_irq(t);
    target->has_come = !period_of(target);
    if (target->has_come)
        return;
    target->at = (target->at + period_of(target)) & COUNT;
    arm(target);
}

/* COMPn_LOAD: the target, or the first period from now on, takes effect. */
static void load_target(struct systimer_target *target)
{
    struct systimer *t = target->timer;
    unsigned unit = *word(t, TARGET0_CONF + 4 * target->index) & UNIT_SEL ? 1U : 0U;
    count_on(t, unit, *word(t, CONF));
    target->has_come = false;
    target->at = pair(t, TARGET0 + 8 * target->index);
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

static struct systimer *systimer_of(struct block *b)
{
    return (struct systimer *)(void *)((char *)b - offsetof(struct systimer, block));
}

uint32_t systimer_read(struct block *b, uint32_t offset)
{
    if (offset == INT_ST)
        return *block_word(b, INT_RAW) & *block_word(b, INT_ENA);
    return VALUE_VALID; /* UNITn_OP: an update is done at once */
}

static void update_value(struct systimer *t, unsigned unit)
{
    count_on(t, unit, *word(t, CONF));
    *word(t, VALUE + 8 * unit) = (uint32_t)(t->units[unit].count >> 32);
    *word(t, VALUE + 8 * unit + 4) = (uint32_t)t->units[unit].count;
}

static void load_unit(struct systimer *t, unsigned unit)
{
    t->units[unit].count = pair(t, LOAD + 8 * unit);
    t->units[unit].at_ps = sched_now(t->block.soc->sched);
    arm_all(t);
}

void systimer_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct systimer *t = systimer_of(b);
    if (offset == CONF) {
        for (unsigned i = 0; i < SYSTIMER_UNITS; i++)
            count_on(t, i, before);
        arm_all(t);
    } else if (offset <= UNIT1_OP) {
        if (value & UPDATE)
            update_value(t, (offset - UNIT0_OP) / 4);
    } else if (offset < VALUE) {
        struct systimer_target *target = &t->targets[(offset - TARGET0_CONF) / 4];
        if (value & ~before & PERIOD_MODE) /* periods begin, as when they are loaded */
            load_target(target);
        arm(target);
    } else if (offset < UNIT0_LOAD) {
        load_target(&t->targets[(offset - COMP0_LOAD) / 4]);
    } else if (offset < INT_ENA) {
        load_unit(t, (offset - UNIT0_LOAD) / 4);
    } else {
        if (offset == INT_CLR)
            *word(t, INT_RAW) &= ~value;
        update_irq(t);
    }
}

bool systimer_init(struct systimer *t, const struct systimer_kind *kind, struct soc *soc, uint32_t base)
{
    t->kind = kind;
    for (unsigned i = 0; i < SYSTIMER_TARGETS; i++) {
        t->targets[i] = (struct systimer_target){.timer = t, .index = i};
        t->targets[i].alarm = (struct sched_event){.fn = alarm_comes, .ctx = &t->targets[i]};
    }
    return block_init(&t->block, &kind->block, soc, base);
}

void systimer_fini(struct systimer *t)
{
    block_fini(&t->block);
}

void systimer_cancel(struct systimer *t)
{
    for (unsigned i = 0; t->block.soc && i < SYSTIMER_TARGETS; i++)
        sched_cancel(t->block.soc->sched, &t->targets[i].alarm);
}

void systimer_reset(struct systimer *t)
{
    systimer_cancel(t);
    block_reset(&t->block);
    for (unsigned i = 0; i < SYSTIMER_UNITS; i++) {
        t->units[i].count = 0;
        t->units[i].at_ps = sched_now(t->block.soc->sched);
    }
    for (unsigned i = 0; i < SYSTIMER_TARGETS; i++) {
        t->targets[i].at = 0;
        t->targets[i].has_come = false;
    }
    update_irq(t);
}

/* Counts come to the present before, and alarms follow behind. */
static void count_all(struct systimer *t)
{
    for (unsigned i = 0; i < SYSTIMER_UNITS; i++)
        count_on(t, i, *word(t, CONF));
}

void systimer_core_halted(struct systimer *t, unsigned core, bool is_halted)
{
    count_all(t);
    t->halted = is_halted ? t->halted | BIT(core) : t->halted & ~BIT(core);
    arm_all(t);
}

void systimer_pause(struct systimer *t, bool is_paused)
{
    count_all(t);
    t->is_paused = is_paused;
    arm_all(t);
}
