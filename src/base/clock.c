/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stddef.h>
#include <time.h>

enum { NS_PER_MS = 1000000, WAIT_SLICE_NS = 20 * NS_PER_MS };
#define NS_PER_S 1000000000U

static uint64_t host_now_ns(void *ctx)
{
    (void)ctx;
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

static void host_wait_ns(void *ctx, uint64_t ns)
{
    (void)ctx;
    struct timespec ts = {.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
    nanosleep(&ts, NULL);
}

static const struct clock_ops host_ops = {.now_ns = host_now_ns, .wait_ns = host_wait_ns};

struct clock clock_host(const atomic_bool *interrupted)
{
    return (struct clock){.ops = &host_ops, .interrupted = interrupted};
}

uint64_t clock_now_ns(const struct clock *clock)
{
    return clock->ops->now_ns(clock->ctx);
}

uint64_t clock_now_ms(const struct clock *clock)
{
    return clock_now_ns(clock) / NS_PER_MS;
}

bool clock_is_interrupted(const struct clock *clock)
{
    return clock->interrupted && atomic_load(clock->interrupted);
}

enum err clock_wait_ns(const struct clock *clock, uint64_t ns)
{
    struct deadline end = deadline_ns(clock, ns);
    for (;;) {
        if (clock_is_interrupted(clock))
            return ERR_INTERRUPTED;
        uint64_t now = clock_now_ns(clock);
        if (now >= end.at_ns)
            return ERR_OK;
        uint64_t left = end.at_ns - now;
        clock->ops->wait_ns(clock->ctx, left < WAIT_SLICE_NS ? left : WAIT_SLICE_NS);
    }
}

enum err clock_wait_ms(const struct clock *clock, uint32_t ms)
{
    return clock_wait_ns(clock, (uint64_t)ms * NS_PER_MS);
}

struct deadline deadline_ns(const struct clock *clock, uint64_t ns)
{
    return (struct deadline){.clock = clock, .at_ns = clock_now_ns(clock) + ns};
}

struct deadline deadline_ms(const struct clock *clock, uint32_t ms)
{
    return deadline_ns(clock, (uint64_t)ms * NS_PER_MS);
}

bool deadline_passed(const struct deadline *deadline)
{
    return clock_now_ns(deadline->clock) >= deadline->at_ns;
}
