/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chips with RISC-V cores: one debug module with one TAP for all of them, and what it sees of the chip around it.
 *
 * Its system bus sees what the first core's loads and stores do, without that core's PMP. ndmreset resets the cores and
 * nothing else: Espressif's debugger has the digital part reset by RTC_CNTL before it (target/esp32c3.cfg of
 * openocd-esp32). It is as well why the module keeps its state in a reset of the digital part: the debugger goes on to use
 * the bus without waking it.
 */
#include "sim/soc/soc_int.h"

static struct rv32 *core_of(void *ctx, unsigned core)
{
    struct soc *s = ctx;
    return s->cores[core].rv32;
}

static void sync(void *ctx)
{
    run_to_present(ctx);
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

static bool is_available(void *ctx, unsigned core)
{
    const struct core *c = &((struct soc *)ctx)->cores[core];
    return c->soc->is_enabled && core_is_clocked(c) && !c->soc->kind->is_in_reset(c);
}

static void hold_system_reset(void *ctx, bool hold)
{
    struct soc *s = ctx;
    for (unsigned i = 0; i < s->kind->core_count; i++) {
        struct core *c = &s->cores[i];
        c->is_held = hold;
        if (s->kind->reset_by_jtag)
            s->kind->reset_by_jtag(c);
        reset_start_core(c);
        rvdbg_core_was_reset(s->rvdbg, i);
    }
    run_break(s);
}

static mem_fault bus_read(void *ctx, uint32_t addr, unsigned size, uint32_t *value)
{
    struct soc *s = ctx;
    return mem_read(&s->cores[0].map, addr, size, value);
}

static mem_fault bus_write(void *ctx, uint32_t addr, unsigned size, uint32_t value)
{
    struct soc *s = ctx;
    return mem_write(&s->cores[0].map, addr, size, value);
}

static bool is_reachable(void *ctx)
{
    return !soc_is_debug_closed(ctx);
}

/* --- the kind of core --- */

static void note_unknown(void *ctx, uint32_t pc, const char *what)
{
    const struct core *c = ctx;
    log_debug(c->soc->log, "%s: core %u at 0x%08x: %s, which it does not have", c->soc->kind->name, c->index, pc, what);
}

static void halted(void *ctx, unsigned cause)
{
    struct core *c = ctx;
    (void)cause;
    if (c->soc->kind->halted)
        c->soc->kind->halted(c, true);
}

static void resumed(void *ctx)
{
    struct core *c = ctx;
    if (c->soc->kind->halted)
        c->soc->kind->halted(c, false);
}

static void sp_left(void *ctx, uint32_t pc)
{
    struct core *c = ctx;
    if (c->soc->kind->sp_left)
        c->soc->kind->sp_left(c, pc);
}

static bool init(struct soc *s)
{
    const struct rvdbg_env env = {
        .ctx = s,
        .core = core_of,
        .sync = sync,
        .now_ps = now_ps,
        .cycle_ps = cycle_ps,
        .is_available = is_available,
        .hold_system_reset = hold_system_reset,
        .bus_read = bus_read,
        .bus_write = bus_write,
        .is_reachable = is_reachable,
    };
    s->rvdbg = rvdbg_new(s->kind->rvdbg, &env);
    for (unsigned i = 0; s->rvdbg && i < s->kind->core_count; i++) {
        struct core *c = &s->cores[i];
        const struct rv32_hooks hooks = {
            .halted = halted, .resumed = resumed, .unknown = note_unknown, .sp_left = sp_left, .ctx = c};
        c->rv32 = rv32_new(s->kind->harts[i], &c->map, &hooks);
        if (!c->rv32)
            return false;
    }
    return s->rvdbg;
}

static void fini(struct soc *s)
{
    rvdbg_free(s->rvdbg);
    for (unsigned i = 0; i < s->kind->core_count; i++)
        rv32_free(s->cores[i].rv32);
}

static void reset(struct core *c, uint32_t vector)
{
    bool halts = c->soc->kind->halts_on_reset && c->soc->kind->halts_on_reset(c);
    rvdbg_set_halt_on_reset(c->soc->rvdbg, c->index, halts);
    rv32_reset(c->rv32, vector);
}

static uint64_t run(struct core *c, uint64_t cycles)
{
    return rv32_run(c->rv32, cycles);
}

static void end_slice(struct core *c, uint64_t cycles)
{
    rv32_end_slice(c->rv32, cycles);
}

static uint64_t slice_used(const struct core *c)
{
    return rv32_slice_used(c->rv32);
}

static bool is_halted(const struct core *c)
{
    return rv32_state(c->rv32) == RV32_HALTED;
}

static uint64_t instructions(const struct core *c)
{
    return rv32_instructions(c->rv32);
}

static void set_irq(struct core *c, unsigned line, bool level)
{
    rv32_set_irq(c->rv32, line, level);
}

static void power_on(struct soc *s)
{
    rvdbg_power_on(s->rvdbg);
}

/* A reset that reaches the RTC reaches the module as well; the first core's stands for all. */
static void was_reset(struct core *c, enum reset_scope scope)
{
    if (scope > RESET_DIGITAL && !c->index)
        rvdbg_reset(c->soc->rvdbg);
    rvdbg_core_was_reset(c->soc->rvdbg, c->index);
}

static void control_changed(struct core *c)
{
    (void)c; /* the module asks */
}

static void ran(struct core *c)
{
    (void)c; /* nothing counts beside the core */
}

/* --- the TAP --- */

static bool tap_tck(void *tap, bool tms, bool tdi)
{
    return rvdbg_tck(tap, tms, tdi);
}

static bool tap_tdo(const void *tap)
{
    return rvdbg_tdo(tap);
}

static uint32_t tap_shift(void *tap, uint32_t tdi, unsigned count)
{
    return rvdbg_shift(tap, tdi, count);
}

static bool tap_is_shifting(const void *tap)
{
    return rvdbg_is_shifting(tap);
}

static bool tap_is_steady(const void *tap, bool tms)
{
    return rvdbg_is_steady(tap, tms);
}

static void tap_trst(void *tap)
{
    rvdbg_trst(tap);
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
    (void)s;
    return 1;
}

static struct soc_tap tap(struct soc *s, unsigned tap)
{
    (void)tap;
    return (struct soc_tap){&tap_ops, s->rvdbg};
}

const struct cpu_kind soc_riscv = {
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
