/* SPDX-License-Identifier: Apache-2.0 */
/* What the debug modules see of the chip around them. */
#include "sim/soc/soc_int.h"

#include "base/bytes.h"

static struct lx6 *core_of(void *ctx, unsigned core)
{
    struct soc *s = ctx;
    return s->cores[core].lx6;
}

static void sync(void *ctx)
{
    struct soc *s = ctx;
    uint64_t present = s->config.present_ps ? s->config.present_ps(s->config.present_ctx) : s->sched->now_ps;
    soc_run_until(s, present);
}

static void hold_reset(void *ctx, unsigned core, bool hold)
{
    struct soc *s = ctx;
    struct core *c = &s->cores[core];
    if (c->is_held == hold)
        return;
    c->is_held = hold;
    if (s->kind->reset_by_jtag)
        s->kind->reset_by_jtag(c);
    reset_start_core(c);
    xdm_core_was_reset(c->xdm, false);
    run_break(s);
}

static bool is_in_reset(void *ctx, unsigned core)
{
    struct soc *s = ctx;
    return core_is_in_reset(&s->cores[core]);
}

static bool is_clocked(void *ctx, unsigned core)
{
    struct soc *s = ctx;
    return core_is_clocked(&s->cores[core]);
}

static bool is_run_stalled(void *ctx, unsigned core)
{
    struct soc *s = ctx;
    return core_is_stalled(&s->cores[core]);
}

static void break_out(void *ctx, unsigned core, bool level)
{
    struct soc *s = ctx;
    xdm_break_in(s->cores[!core].xdm, level);
    run_break(s);
}

static void break_in_ack(void *ctx, unsigned core, bool level)
{
    struct soc *s = ctx;
    xdm_break_out_ack(s->cores[!core].xdm, level);
}

uint32_t debug_trace_read(void *ctx, unsigned core, uint32_t word)
{
    struct soc *s = ctx;
    struct mem_block *block;
    const uint8_t *at = s->kind->trace_word(s, core, word, &block);
    return at ? le32_get(at) : 0;
}

static void trace_write(void *ctx, unsigned core, uint32_t word, uint32_t value)
{
    struct soc *s = ctx;
    struct mem_block *block;
    uint8_t *at = s->kind->trace_word(s, core, word, &block);
    if (!at)
        return;
    le32_put(at, value);
    mem_block_changed(block, (uint32_t)(at - block->bytes), 4);
}

static void profiling_irq(void *ctx, unsigned core, bool level)
{
    struct soc *s = ctx;
    lx6_set_irq(s->cores[core].lx6, s->kind->cores[core]->irq_profiling, level);
}

static bool is_jtag_disabled(void *ctx)
{
    struct soc *s = ctx;
    return s->sleep != AWAKE || s->kind->is_jtag_disabled(s);
}

static uint64_t now_ps(void *ctx)
{
    struct soc *s = ctx;
    return sched_now(s->sched);
}

static uint32_t cycle_ps(void *ctx, unsigned core)
{
    const struct soc *s = ctx;
    (void)core;
    return (uint32_t)period_ps(s->clocks.cpu, 1);
}

static void note(void *ctx, unsigned core, const char *what)
{
    struct soc *s = ctx;
    log_info(s->log, "%s: debug module of core %u: %s", s->kind->name, core, what);
}

bool debug_init(struct soc *s, unsigned core)
{
    const struct xdm_env env = {
        .ctx = s,
        .core = core,
        .lx6 = core_of,
        .sync = sync,
        .hold_reset = hold_reset,
        .is_in_reset = is_in_reset,
        .is_clocked = is_clocked,
        .is_run_stalled = is_run_stalled,
        .break_out = break_out,
        .break_in_ack = break_in_ack,
        .trace_read = debug_trace_read,
        .trace_write = trace_write,
        .profiling_irq = profiling_irq,
        .is_jtag_disabled = is_jtag_disabled,
        .now_ps = now_ps,
        .cycle_ps = cycle_ps,
        .note = note,
    };
    s->cores[core].xdm = xdm_new(&s->kind->xdm, &env);
    return s->cores[core].xdm;
}
