/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running: cores take turns in slices that no appointment of a device interrupts.
 *
 * While two cores run, a slice is short, so that they see each other's writes soon; a core that runs alone runs up to the
 * next appointment. Each core has its own time, which never passes the end of a slice; what is left is less than a cycle.
 * The order is fixed, so the same inputs give the same run.
 */
#include "sim/soc/soc_int.h"

#define QUANTUM_PS (1500 * PS_PER_NS)

static bool is_halted(const struct core *c)
{
    return c->soc->kind->cpu->is_halted(c);
}

static bool is_runnable(const struct core *c)
{
    return !core_is_in_reset(c) && core_is_clocked(c) && !core_is_stalled(c) && !is_halted(c);
}

/* --- the slice, as devices see it --- */

static uint64_t slice_used_ps(void *ctx)
{
    struct soc *s = ctx;
    struct core *c = s->running;
    uint64_t used = s->kind->cpu->slice_used(c);
    uint64_t now = c->slice_from + (uint64_t)((unsigned __int128)used * c->slice_period.num / c->slice_period.den);
    return now > s->sched->now_ps ? now - s->sched->now_ps : 0;
}

static void slice_end(void *ctx, uint64_t at_ps)
{
    struct soc *s = ctx;
    struct core *c = s->running;
    uint64_t span = at_ps > c->slice_from ? at_ps - c->slice_from : 0;
    s->kind->cpu->end_slice(c, period_ticks(c->slice_period, span));
}

void run_break(struct soc *s)
{
    if (s->running)
        s->kind->cpu->end_slice(s->running, 0);
}

static void run_core(struct soc *s, struct core *c, uint64_t end_ps)
{
    struct period p = s->clocks.cpu;
    if (end_ps <= c->time_ps)
        return;
    uint64_t cycles = period_ticks(p, end_ps - c->time_ps);
    if (!cycles)
        return;
    s->running = c;
    c->slice_from = c->time_ps;
    c->slice_period = p;
    s->sched->slice_used_ps = slice_used_ps;
    s->sched->slice_end = slice_end;
    s->sched->slice_ctx = s;
    unsigned __int128 parts = (unsigned __int128)s->kind->cpu->run(c, cycles) * p.num + c->time_rest;
    s->running = NULL;
    s->sched->slice_used_ps = NULL;
    s->sched->slice_end = NULL;
    c->time_ps += (uint64_t)(parts / p.den);
    c->time_rest = (uint64_t)(parts % p.den);
    s->kind->cpu->ran(c);
}

/* A core that does not run is where the clock is. */
static void idle_core(struct core *c, uint64_t ps)
{
    if (c->time_ps < ps) {
        c->time_ps = ps;
        c->time_rest = 0;
    }
}

/* --- all of them --- */

static uint64_t earliest(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Runs what runs, up to end_ps at the latest, and moves the clock to where they came. */
static void slice(struct soc *s, uint64_t end_ps)
{
    bool runs[CORES] = {is_runnable(&s->cores[PRO]), s->kind->core_count > APP && is_runnable(&s->cores[APP])};
    /* One that waits may wake at any time and look at what the other did. */
    if (runs[PRO] && runs[APP])
        end_ps = earliest(end_ps, s->sched->now_ps + QUANTUM_PS);
    for (unsigned i = 0; i < CORES && !s->pending; i++) { /* none runs that is not there */
        struct core *c = &s->cores[i];
        if (!runs[i])
            continue;
        run_core(s, c, end_ps);
        bool was_cut = c->time_ps < end_ps && end_ps - c->time_ps > period_ps(s->clocks.cpu, 1);
        if (was_cut && !is_halted(c))
            end_ps = c->time_ps > s->sched->now_ps ? c->time_ps : s->sched->now_ps;
        end_ps = earliest(end_ps, sched_next(s->sched));
    }
    if (end_ps > s->sched->now_ps)
        s->sched->now_ps = end_ps;
    for (unsigned i = 0; i < s->kind->core_count; i++)
        if (!is_runnable(&s->cores[i]))
            idle_core(&s->cores[i], s->sched->now_ps);
}

void run_to_present(struct soc *s)
{
    soc_run_until(s, s->config.present_ps ? s->config.present_ps(s->config.present_ctx) : s->sched->now_ps);
}

void soc_run_until(struct soc *s, uint64_t ps)
{
    if (s->running)
        return; /* a debug module asks in the middle of a slice: it is the present */
    reset_do_pending(s);
    while (s->sched->now_ps < ps) {
        if (sched_next(s->sched) > s->sched->now_ps)
            slice(s, earliest(ps, sched_next(s->sched)));
        reset_do_pending(s);
        sched_run_due(s->sched);
        reset_do_pending(s);
    }
    sched_run_due(s->sched);
    reset_do_pending(s);
}
