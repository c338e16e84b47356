/* SPDX-License-Identifier: Apache-2.0 */
/* Asking for resets and doing them between two slices. What each scope leaves is in the chip's own reset.c. */
#include "sim/soc/soc_int.h"

#include <string.h>

/* --- states --- */

bool core_is_in_reset(const struct core *c)
{
    return !c->soc->is_enabled || c->is_held || c->soc->kind->is_in_reset(c);
}

bool core_is_clocked(const struct core *c)
{
    return c->soc->is_enabled && c->soc->sleep == AWAKE && c->soc->kind->is_clocked(c);
}

bool core_is_stalled(const struct core *c)
{
    return c->soc->kind->is_stalled(c);
}

void core_control_changed(struct soc *s, unsigned core)
{
    s->kind->cpu->control_changed(&s->cores[core]);
    run_break(s);
}

/* --- asking --- */

void reset_core(struct soc *s, unsigned core, uint8_t cause)
{
    s->pending_core_cause[core] = cause;
    if (s->pending < RESET_CORE)
        s->pending = RESET_CORE;
    run_break(s);
}

void reset_chip(struct soc *s, enum reset_scope scope, uint8_t cause)
{
    if (scope < s->pending)
        return;
    s->pending = scope;
    s->pending_cause = cause;
    run_break(s);
}

/* --- doing --- */

void reset_start_core(struct core *c)
{
    c->soc->kind->cpu->reset(c, c->soc->kind->reset_vector(c));
}

static void do_core(struct core *c, uint8_t cause, enum reset_scope scope)
{
    c->cause = cause;
    c->soc->kind->set_cause(c, cause);
    reset_start_core(c);
    c->soc->kind->cpu->was_reset(c, scope);
}

void reset_power_on_cores(struct soc *s)
{
    for (unsigned i = 0; i < s->kind->core_count; i++)
        s->cores[i].is_held = false;
    s->kind->cpu->power_on(s);
}

static void do_chip(struct soc *s, enum reset_scope scope, uint8_t cause)
{
    s->resets++;
    if (scope == RESET_POWER) {
        s->resets = 0;
        memory_power_on(s);
        reset_power_on_cores(s);
        nor_power_on(s->config.flash);
    }
    s->kind->reset(s, scope);
    for (unsigned i = 0; i < s->kind->core_count; i++)
        do_core(&s->cores[i], cause, scope);
    for (unsigned i = 0; i < s->kind->core_count; i++)
        core_control_changed(s, i);
}

void reset_do_pending(struct soc *s)
{
    while (s->pending) {
        enum reset_scope scope = s->pending;
        uint8_t causes[CORES] = {s->pending_core_cause[PRO], s->pending_core_cause[APP]};
        s->pending = RESET_NONE;
        memset(s->pending_core_cause, 0, sizeof s->pending_core_cause);
        if (scope > RESET_CORE) {
            do_chip(s, scope, s->pending_cause);
            continue;
        }
        for (unsigned i = 0; i < CORES; i++)
            if (causes[i])
                do_core(&s->cores[i], causes[i], RESET_CORE);
    }
}
