/* SPDX-License-Identifier: Apache-2.0 */
/* The list of appointments is short (one per device), so a sorted list is enough. */
#include "sim/sched.h"

uint64_t sched_now(const struct sched *s)
{
    return s->now_ps + (s->slice_used_ps ? s->slice_used_ps(s->slice_ctx) : 0);
}

void sched_at(struct sched *s, struct sched_event *event, uint64_t at_ps)
{
    sched_cancel(s, event);
    struct sched_event **link = &s->events;
    while (*link && (*link)->at_ps <= at_ps)
        link = &(*link)->next;
    event->at_ps = at_ps;
    event->is_set = true;
    event->next = *link;
    *link = event;
    if (s->slice_end)
        s->slice_end(s->slice_ctx, at_ps);
}

void sched_in(struct sched *s, struct sched_event *event, uint64_t delay_ps)
{
    uint64_t now = sched_now(s);
    if (delay_ps >= SCHED_NEVER - now)
        sched_cancel(s, event);
    else
        sched_at(s, event, now + delay_ps);
}

void sched_cancel(struct sched *s, struct sched_event *event)
{
    if (!event->is_set)
        return;
    struct sched_event **link = &s->events;
    while (*link && *link != event)
        link = &(*link)->next;
    if (*link)
        *link = event->next;
    event->is_set = false;
    event->next = NULL;
}

uint64_t sched_next(const struct sched *s)
{
    return s->events ? s->events->at_ps : SCHED_NEVER;
}

void sched_run_due(struct sched *s)
{
    while (s->events && s->events->at_ps <= s->now_ps) {
        struct sched_event *event = s->events;
        s->events = event->next;
        event->is_set = false;
        event->next = NULL;
        event->fn(event->ctx);
    }
}
