/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time, as a session sees it: the host's, or a virtual board's. Every wait has a deadline from the given clock, and every
 * wait looks at the interrupt flag.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/err.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct clock_ops {
    uint64_t (*now_ns)(void *ctx);           /* never goes back */
    void (*wait_ns)(void *ctx, uint64_t ns); /* returns early when a signal arrives */
};

struct clock {
    const struct clock_ops *ops;
    void *ctx;
    const atomic_bool *interrupted; /* may be NULL; set from another thread or a signal handler */
};

/* The host's monotonic clock. */
struct clock clock_host(const atomic_bool *interrupted);

uint64_t clock_now_ns(const struct clock *clock);
uint64_t clock_now_ms(const struct clock *clock);
/* Waits; ERR_INTERRUPTED as soon as the flag is up. */
enum err clock_wait_ns(const struct clock *clock, uint64_t ns) MUST_USE;
enum err clock_wait_ms(const struct clock *clock, uint32_t ms) MUST_USE;
bool clock_is_interrupted(const struct clock *clock);

struct deadline {
    const struct clock *clock;
    uint64_t at_ns;
};

struct deadline deadline_ms(const struct clock *clock, uint32_t ms);
struct deadline deadline_ns(const struct clock *clock, uint64_t ns);
bool deadline_passed(const struct deadline *deadline);

#endif
