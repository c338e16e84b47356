/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/soc/sleep.h"

#include "sim/soc/soc_int.h"
#include "sim/soc/timg.h"

/* Cores, timers and modules see the new state; time that passes now counts for it. */
static void change(struct sleeper *z, enum sleep_state state)
{
    bool is_asleep = state != AWAKE;
    for (unsigned i = 0; i < z->timg_count; i++)
        timg_clock_changes(&z->timg[i]);
    z->soc->sleep = state;
    for (unsigned i = 0; i < z->timg_count; i++) {
        wdt_pause(&z->timg[i].wdt, is_asleep);
        timg_clock_changed(&z->timg[i]);
    }
    wdt_pause(z->rtc_wdt, is_asleep && z->kind->pauses_rtc_wdt(z->soc));
    if (z->kind->clocks_changed)
        z->kind->clocks_changed(z->soc, is_asleep);
    for (unsigned i = 0; i < z->soc->kind->core_count; i++)
        core_control_changed(z->soc, i);
}

static void begins(void *ctx)
{
    struct sleeper *z = ctx;
    bool is_deep = z->kind->is_deep(z->soc);
    change(z, is_deep ? DEEP_SLEEP : LIGHT_SLEEP);
    if (is_deep)
        z->kind->digital_off(z->soc);
    uint64_t in_ps = z->kind->wakes_in_ps(z->soc);
    if (in_ps != SCHED_NEVER)
        sched_in(z->soc->sched, &z->wakes_up, in_ps);
}

/* The digital part has its power back: its memories hold anything, its TAPs are in their reset state. */
static void power_digital_on(struct sleeper *z)
{
    memory_lose(z->soc);
    reset_power_on_cores(z->soc);
    z->kind->digital_on(z->soc);
    reset_chip(z->soc, RESET_DIGITAL, z->kind->wake_cause);
}

static void wakes(void *ctx)
{
    struct sleeper *z = ctx;
    bool was_deep = z->soc->sleep == DEEP_SLEEP;
    sleep_end(z);
    z->kind->woke(z->soc);
    if (was_deep)
        power_digital_on(z);
}

void sleep_init(struct sleeper *z, const struct sleep_kind *kind, struct soc *soc)
{
    z->kind = kind;
    z->soc = soc;
    z->begins = (struct sched_event){.fn = begins, .ctx = z};
    z->wakes_up = (struct sched_event){.fn = wakes, .ctx = z};
}

void sleep_ask(struct sleeper *z)
{
    sched_in(z->soc->sched, &z->begins, 0); /* which ends the slice behind the store that asked */
}

void sleep_cancel(struct sleeper *z)
{
    sched_cancel(z->soc->sched, &z->begins);
    sched_cancel(z->soc->sched, &z->wakes_up);
}

void sleep_end(struct sleeper *z)
{
    z->kind->ended(z->soc);
    sleep_cancel(z);
    if (z->soc->sleep != AWAKE)
        change(z, AWAKE);
}
