/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/rvdbg/rvdbg_int.h"

#include <stdlib.h>

/* --- life --- */

struct rvdbg *rvdbg_new(const struct rvdbg_config *config, const struct rvdbg_env *env)
{
    struct rvdbg *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->config = *config;
    x->env = *env;
    rvdbg_wires_init(x);
    for (unsigned i = 0; i < x->config.cores; i++)
        x->control.cores[i].was_reset = true;
    command_reset(x);
    bus_reset(x);
    return x;
}

void rvdbg_free(struct rvdbg *x)
{
    free(x);
}

/* --- the surroundings --- */

struct rv32 *rvdbg_core(struct rvdbg *x, unsigned core)
{
    return x->env.core(x->env.ctx, core);
}

uint64_t rvdbg_now_ps(struct rvdbg *x)
{
    return x->env.now_ps(x->env.ctx);
}

uint64_t rvdbg_cycles_ps(struct rvdbg *x, unsigned core, unsigned cycles)
{
    return (uint64_t)cycles * x->env.cycle_ps(x->env.ctx, core);
}

/* --- reset --- */

void rvdbg_reset(struct rvdbg *x)
{
    control_reset(x);
    command_reset(x);
    bus_reset(x);
}

void rvdbg_power_on(struct rvdbg *x)
{
    /* What the module held in reset is powered on with it: nothing is let go. */
    x->control.ndmreset = false;
    for (unsigned i = 0; i < x->config.cores; i++)
        x->control.cores[i] = (struct rvdbg_core){.was_reset = true,
                                                  .haltreq = x->control.cores[i].haltreq,
                                                  .reset_haltreq = x->control.cores[i].reset_haltreq,
                                                  .chip_reset_haltreq = x->control.cores[i].chip_reset_haltreq};
    rvdbg_trst(x);
    rvdbg_reset(x);
}

void rvdbg_core_was_reset(struct rvdbg *x, unsigned core)
{
    x->control.cores[core].was_reset = true;
}

bool rvdbg_is_active(const struct rvdbg *x)
{
    return x->control.is_active;
}
