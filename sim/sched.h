/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual time of one board: a clock in picoseconds and the things that will happen.
 *
 * Cores run ahead inside a slice; while one runs, sched_now() includes the cycles it has used so far in this slice, so a
 * device that is read or written sees the exact time of the access.
 */
#ifndef SIM_SCHED_H
#define SIM_SCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PS_PER_NS   1000ULL
#define PS_PER_US   1000000ULL
#define PS_PER_MS   1000000000ULL
#define PS_PER_S    1000000000000ULL
#define SCHED_NEVER UINT64_MAX

struct sched_event;
typedef void sched_fn(void *ctx);

/* Owned by a device; zeroed plus fn and ctx is a good start. At most one appointment each. */
struct sched_event {
    sched_fn *fn;
    void *ctx;
    uint64_t at_ps;
    bool is_set;
    struct sched_event *next;
};

struct sched {
    uint64_t now_ps;            /* start of the running slice, or now when no core runs */
    struct sched_event *events; /* ordered by at_ps */
    /* Set by the board around the run of a core: how far it is into the slice, and a way to end the slice early. */
    uint64_t (*slice_used_ps)(void *ctx);
    void (*slice_end)(void *ctx, uint64_t at_ps);
    void *slice_ctx;
};

/* The exact time, also from inside a core's slice. */
uint64_t sched_now(const struct sched *s);
/* Sets or moves an appointment at a time not before now. If it falls into the slice that a core is running, the slice is
   cut short so that nothing runs past it. */
void sched_at(struct sched *s, struct sched_event *event, uint64_t at_ps);
/* The same, after a delay. One that ends beyond the range of the clock never comes: the appointment is cancelled. */
void sched_in(struct sched *s, struct sched_event *event, uint64_t delay_ps);
void sched_cancel(struct sched *s, struct sched_event *event);
/* Time of the next appointment, SCHED_NEVER without one. */
uint64_t sched_next(const struct sched *s);
/* Calls everything that is due at or before now_ps, in order. */
void sched_run_due(struct sched *s);

#endif
