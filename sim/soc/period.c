/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/soc/period.h"

#include "sim/sched.h"

uint64_t period_ticks(struct period p, uint64_t ps)
{
    uint64_t parts;
    if (!__builtin_mul_overflow(ps, (uint64_t)p.den, &parts))
        return parts / p.num; /* a division of 128 bits takes its time, and this is asked for often */
    return (uint64_t)((unsigned __int128)ps * p.den / p.num);
}

uint64_t period_ps(struct period p, uint64_t ticks)
{
    unsigned __int128 ps = ((unsigned __int128)ticks * p.num + p.den - 1) / p.den;
    return ps > SCHED_NEVER ? SCHED_NEVER : (uint64_t)ps;
}

bool period_is_same(struct period a, struct period b)
{
    return a.num * b.den == b.num * a.den;
}
