/* SPDX-License-Identifier: Apache-2.0 */
/* Busy, suspended, asleep, or just reset. */
#include "sim/nor/nor_int.h"

#include "regs/spi_nor.h"

bool nor_is_busy(const struct nor *n)
{
    return n->busy_until_ps && sched_now(n->sched) < n->busy_until_ps;
}

bool nor_is_deaf(const struct nor *n)
{
    return n->deaf_until_ps && sched_now(n->sched) < n->deaf_until_ps;
}

uint64_t nor_busy_until(const struct nor *n)
{
    return n->busy_until_ps > n->deaf_until_ps ? n->busy_until_ps : n->deaf_until_ps;
}

uint64_t nor_busy_ns(const struct nor *n)
{
    return n->busy_ns;
}

uint8_t nor_register(const struct nor *n, unsigned index)
{
    const struct nor_family *f = n->family;
    uint8_t value = n->registers[index];
    if (index == 0) {
        if (nor_is_busy(n))
            value |= NOR_SR1_WIP;
        if (n->is_write_enabled)
            value |= NOR_SR1_WEL;
    }
    if (n->suspended == NOR_OP_ERASE && f->erase_suspended.reg == index)
        value |= f->erase_suspended.mask;
    if (n->suspended == NOR_OP_PROGRAM && f->program_suspended.reg == index)
        value |= f->program_suspended.mask;
    return value;
}

void nor_begin(struct nor *n, uint64_t ns, enum nor_operation operation)
{
    n->is_write_enabled = false;
    n->running = operation;
    n->busy_ns += ns;
    n->busy_until_ps = n->never_ready ? SCHED_NEVER : sched_now(n->sched) + ns * PS_PER_NS;
}

void nor_suspend(struct nor *n)
{
    if (!nor_is_busy(n) || n->suspended || n->running == NOR_OP_OTHER || n->never_ready)
        return;
    uint64_t now = sched_now(n->sched);
    uint64_t stop = now + n->times.suspend * PS_PER_NS;
    if (stop >= n->busy_until_ps)
        return; /* it is done before it could stop */
    n->suspended_left_ps = n->busy_until_ps - stop;
    n->busy_until_ps = stop;
    n->suspended = n->running;
}

void nor_resume(struct nor *n)
{
    if (!n->suspended || nor_is_busy(n))
        return;
    n->running = n->suspended;
    n->suspended = NOR_OP_NONE;
    n->busy_until_ps = sched_now(n->sched) + n->suspended_left_ps;
}

/* --- sleep and reset --- */

static void be_deaf(struct nor *n, uint64_t ns)
{
    n->deaf_until_ps = sched_now(n->sched) + ns * PS_PER_NS;
}

void nor_power_down(struct nor *n)
{
    n->is_asleep = true;
}

void nor_release_power_down(struct nor *n)
{
    if (n->is_asleep)
        be_deaf(n, n->times.wake);
    n->is_asleep = false;
}

void nor_reset_enable(struct nor *n)
{
    n->is_reset_enabled = true;
}

void nor_reset(struct nor *n)
{
    if (!n->is_reset_enabled)
        return;
    nor_load_state(n);
    be_deaf(n, n->times.reset);
}
