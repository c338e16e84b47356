/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breakpoints of a core that starts, or starts again, while the target runs.
 *
 * The hardware's break registers are the core's own, and a reset clears them. So a core that was reset, or that the program
 * has not started yet, is asked to stop as soon as it can; it is told the breakpoints there and goes on, unseen. It leaves
 * the break network meanwhile, or its stop would stop the others.
 */
#include "target/target_int.h"

bool target_has_hw_points(const struct target *t)
{
    bool has = t->watchpoint_count > 0;
    for (size_t i = 0; i < t->breakpoint_count; i++)
        has |= t->breakpoints[i].kind == BP_HARDWARE;
    return has;
}

void core_want_arming(struct core *c)
{
    bool has_points =
        target_has_hw_points(c->target) || (c->ops->forgets_breaks_at_reset && c->target->breakpoint_count > 0);
    c->wants_arming = !c->is_stepping && has_points;
}

void core_forget_arming(struct core *c)
{
    struct target *t = c->target;
    if (c->arming_asked)
        t->dm->ops->queue_break_network(t->dm, 1U << c->index, t->smp_break);
    c->wants_arming = c->arming_asked = false;
}

void target_ask_for_arming(struct target *t)
{
    for (unsigned i = 0; i < t->core_count; i++) {
        struct core *c = &t->cores[i];
        bool can_be_asked = c->was_online && c->state != CORE_HALTED && !c->algorithm.is_active;
        if (!c->wants_arming || c->arming_asked || !can_be_asked)
            continue;
        t->dm->ops->queue_break_network(t->dm, 1U << i, 0);
        t->dm->ops->queue_halt(t->dm, 1U << i, true); /* it starts with interrupts masked */
        c->arming_asked = true;
    }
}

/* Letting a core go clears all pending requests, those of waiting cores too: they are asked anew. */
void target_queue_resume(struct target *t, unsigned cores)
{
    t->dm->ops->queue_resume(t->dm, cores);
    for (unsigned i = 0; i < t->core_count; i++)
        t->cores[i].arming_asked &= core_has(cores, i);
    target_ask_for_arming(t);
}

static enum err arm_and_go(struct core *c)
{
    struct target *t = c->target;
    enum err e = core_arm_breakpoints(c);
    if (!e)
        e = c->ops->flush(c);
    core_forget_arming(c);
    if (e)
        return e;
    target_queue_resume(t, 1U << c->index);
    e = t->dm->ops->run(t->dm);
    core_forget_registers(c);
    c->state = CORE_RUNNING;
    c->reason = HALT_NOT_HALTED;
    return e;
}

enum err target_arm_stopped(struct target *t, unsigned *halted)
{
    enum err e = ERR_OK;
    for (unsigned i = 0; !e && i < t->core_count; i++) {
        struct core *c = &t->cores[i];
        if (!core_has(*halted, i) || !c->arming_asked)
            continue;
        if (c->reason != HALT_REQUEST) {
            core_forget_arming(c); /* it stopped for a reason of its own */
            continue;
        }
        *halted &= ~(1U << i);
        e = arm_and_go(c);
    }
    return e;
}
