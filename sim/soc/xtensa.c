/* SPDX-License-Identifier: Apache-2.0 */
/* Chips with Xtensa cores: a debug module and a TAP for each, and what the modules see of the chip around them. */
#include "sim/soc/soc_int.h"

#include "base/bytes.h"

static struct lx6 *core_of(void *ctx, unsigned core)
{
    struct soc *s = ctx;
    return s->cores[core].lx6;
}

static void sync(void *ctx)
{
    run_to_present(ctx);
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

uint32_t xtensa_trace_read(void *ctx, unsigned core, uint32_t word)
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
    return soc_is_debug_closed(ctx);
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

/* --- the kind of core --- */

static bool init_module(struct soc *s, unsigned core)
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
        .trace_read = xtensa_trace_read,
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

static bool init(struct soc *s)
{
    for (unsigned i = 0; i < s->kind->core_count; i++) {
        struct core *c = &s->cores[i];
        if (!init_module(s, i))
            return false;
        c->lx6 = lx6_new(s->kind->cores[i], &c->map, xdm_hooks(c->xdm));
        if (!c->lx6)
            return false;
    }
    return true;
}

static void fini(struct soc *s)
{
    for (unsigned i = 0; i < s->kind->core_count; i++) {
        lx6_free(s->cores[i].lx6);
        if (s->cores[i].xdm)
            xdm_free(s->cores[i].xdm);
    }
}

static void reset(struct core *c, uint32_t vector)
{
    lx6_reset(c->lx6, vector);
}

static uint64_t run(struct core *c, uint64_t cycles)
{
    return lx6_run(c->lx6, cycles);
}

static void end_slice(struct core *c, uint64_t cycles)
{
    lx6_end_slice(c->lx6, cycles);
}

static uint64_t slice_used(const struct core *c)
{
    return lx6_slice_used(c->lx6);
}

static bool is_halted(const struct core *c)
{
    return lx6_state(c->lx6) == LX6_STOPPED;
}

static uint64_t instructions(const struct core *c)
{
    return lx6_instructions(c->lx6);
}

static void set_irq(struct core *c, unsigned line, bool level)
{
    const struct lx6_config *config = c->soc->kind->cores[c->index];
    if ((config->irq_external | config->irq_edge) >> line & 1)
        lx6_set_irq(c->lx6, line, level);
}

static void power_on(struct soc *s)
{
    for (unsigned i = 0; i < s->kind->core_count; i++)
        xdm_power_on(s->cores[i].xdm);
}

static void was_reset(struct core *c, enum reset_scope scope)
{
    xdm_core_was_reset(c->xdm, scope > RESET_CORE);
    if (c->soc->kind->halts_on_reset && c->soc->kind->halts_on_reset(c))
        xdm_halt_on_reset(c->xdm);
}

static void control_changed(struct core *c)
{
    xdm_run_stall_changed(c->xdm);
    xdm_clock_changed(c->xdm);
}

static void ran(struct core *c)
{
    if (xdm_is_counting(c->xdm))
        xdm_count(c->xdm);
}

/* --- TAPs --- */

static bool tap_tck(void *tap, bool tms, bool tdi)
{
    return xdm_tck(tap, tms, tdi);
}

static bool tap_tdo(const void *tap)
{
    return xdm_tdo(tap);
}

static uint32_t tap_shift(void *tap, uint32_t tdi, unsigned count)
{
    return xdm_shift(tap, tdi, count);
}

static bool tap_is_shifting(const void *tap)
{
    return xdm_is_shifting(tap);
}

static bool tap_is_steady(const void *tap, bool tms)
{
    return xdm_is_steady(tap, tms);
}

static void tap_trst(void *tap)
{
    xdm_trst(tap);
}

static const struct soc_tap_ops tap_ops = {
    .tck = tap_tck,
    .tdo = tap_tdo,
    .shift = tap_shift,
    .is_shifting = tap_is_shifting,
    .is_steady = tap_is_steady,
    .trst = tap_trst,
};

static unsigned tap_count(const struct soc *s)
{
    return s->kind->core_count;
}

static struct soc_tap tap(struct soc *s, unsigned tap)
{
    return (struct soc_tap){&tap_ops, s->cores[tap].xdm};
}

const struct cpu_kind soc_xtensa = {
    .init = init,
    .fini = fini,
    .reset = reset,
    .run = run,
    .end_slice = end_slice,
    .slice_used = slice_used,
    .is_halted = is_halted,
    .instructions = instructions,
    .set_irq = set_irq,
    .power_on = power_on,
    .was_reset = was_reset,
    .control_changed = control_changed,
    .ran = ran,
    .tap_count = tap_count,
    .tap = tap,
};
