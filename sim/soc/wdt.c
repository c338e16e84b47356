/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/soc/wdt.h"

#include "sim/soc/soc_int.h"

static void arm(struct wdt *w)
{
    uint64_t span = w->stage_ps(w, w->stage);
    uint64_t now = sched_now(w->soc->sched);
    if (w->is_paused || span == SCHED_NEVER || span > SCHED_NEVER - w->started_ps) {
        sched_cancel(w->soc->sched, &w->event);
        return;
    }
    uint64_t at = w->started_ps + span;
    sched_at(w->soc->sched, &w->event, at > now ? at : now);
}

static void stage_ends(void *ctx)
{
    struct wdt *w = ctx;
    unsigned stage = w->stage;
    w->stage = (stage + 1) % 4;
    w->started_ps = sched_now(w->soc->sched);
    arm(w);
    w->expired(w, stage);
}

void wdt_init(struct wdt *w, struct soc *soc, unsigned index)
{
    w->soc = soc;
    w->index = index;
    w->event.fn = stage_ends;
    w->event.ctx = w;
}

void wdt_feed(struct wdt *w)
{
    w->stage = 0;
    w->started_ps = w->paused_ps = sched_now(w->soc->sched);
    if (w->is_running)
        arm(w);
}

void wdt_pause(struct wdt *w, bool is_paused)
{
    uint64_t now = sched_now(w->soc->sched);
    if (is_paused == w->is_paused)
        return;
    w->is_paused = is_paused;
    if (is_paused)
        w->paused_ps = now;
    else
        w->started_ps += now - w->paused_ps;
    if (w->is_running)
        arm(w);
}

void wdt_set_running(struct wdt *w, bool is_running)
{
    bool was_running = w->is_running;
    w->is_running = is_running;
    if (!is_running)
        sched_cancel(w->soc->sched, &w->event);
    else if (!was_running)
        wdt_feed(w);
    else
        arm(w);
}
