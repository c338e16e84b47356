/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/xdm/xdm_int.h"

#include "regs/xtensa.h"

#include <stdlib.h>

/* --- life --- */

static uint32_t core_reads_eri(void *ctx, uint32_t addr)
{
    struct xdm *x = ctx;
    unsigned nar = regs_nar_of_apb(addr - ERI_DEBUG_BASE);
    if (nar >= XDM_REGS)
        return 0;
    uint32_t value = regs_read(x, nar);
    regs_was_read(x, nar, XDM_FROM_CORE);
    return value;
}

static void core_writes_eri(void *ctx, uint32_t addr, uint32_t value)
{
    struct xdm *x = ctx;
    unsigned nar = regs_nar_of_apb(addr - ERI_DEBUG_BASE);
    if (nar < XDM_REGS)
        regs_write(x, nar, value, XDM_FROM_CORE);
}

static void core_meets_unknown(void *ctx, uint32_t pc, const char *what)
{
    (void)pc;
    xdm_note(ctx, what);
}

struct xdm *xdm_new(const struct xdm_config *config, const struct xdm_env *env)
{
    struct xdm *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->config = *config;
    if (x->config.perf_counters > XDM_MAX_COUNTERS)
        x->config.perf_counters = XDM_MAX_COUNTERS;
    x->env = *env;
    x->hooks = (struct lx6_hooks){
        .stopped = ocd_core_stopped,
        .ddr_read = ocd_core_read_ddr,
        .ddr_written = ocd_core_wrote_ddr,
        .eri_read = core_reads_eri,
        .eri_write = core_writes_eri,
        .unknown = core_meets_unknown,
        .ctx = x,
    };
    xdm_wires_init(x);
    return x;
}

void xdm_free(struct xdm *x)
{
    free(x);
}

const struct lx6_hooks *xdm_hooks(struct xdm *x)
{
    return &x->hooks;
}

/* --- the surroundings --- */

struct lx6 *xdm_core(struct xdm *x)
{
    return x->env.lx6(x->env.ctx, x->env.core);
}

void xdm_sync(struct xdm *x)
{
    x->env.sync(x->env.ctx);
}

uint64_t xdm_now_ps(struct xdm *x)
{
    return x->env.now_ps ? x->env.now_ps(x->env.ctx) : 0;
}

uint64_t xdm_after_cycles_ps(struct xdm *x, unsigned cycles)
{
    if (!x->env.now_ps || !x->env.cycle_ps)
        return 0;
    return xdm_now_ps(x) + (uint64_t)cycles * x->env.cycle_ps(x->env.ctx, x->env.core);
}

bool xdm_core_can_run(struct xdm *x)
{
    const struct xdm_env *env = &x->env;
    return env->is_clocked(env->ctx, env->core) && !env->is_in_reset(env->ctx, env->core) &&
           !env->is_run_stalled(env->ctx, env->core);
}

void xdm_note(struct xdm *x, const char *what)
{
    if (x->env.note)
        x->env.note(x->env.ctx, x->env.core, what);
}

/* --- reset --- */

void xdm_module_reset(struct xdm *x)
{
    ocd_reset(x);
    trax_reset(x);
    perf_reset(x);
    coresight_reset(x);
    port_restart(x);
    x->port.was_error = false;
    x->power.events |= PWRSTAT_DEBUG_WAS_RESET;
}

void xdm_power_on(struct xdm *x)
{
    xdm_trst(x);
    x->power = (struct xdm_power){.events = PWRSTAT_CORE_WAS_RESET};
    xdm_module_reset(x);
}

void xdm_core_was_reset(struct xdm *x, bool debug_too)
{
    x->power.events |= PWRSTAT_CORE_WAS_RESET;
    if (debug_too)
        xdm_module_reset(x);
    ocd_core_was_reset(x);
}
