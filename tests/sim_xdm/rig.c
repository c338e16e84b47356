/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#include "unit.h"

#include "regs/xtensa.h"

#include <string.h>

/* --- the made-up core --- */

enum lx6_state lx6_state(const struct lx6 *c)
{
    return c->state;
}

uint64_t lx6_instructions(const struct lx6 *c)
{
    return c->instructions;
}

uint32_t lx6_pc(const struct lx6 *c)
{
    return c->pc;
}

uint32_t lx6_sr(const struct lx6 *c, unsigned number)
{
    return number == SR_CCOUNT ? c->ccount : 0;
}

uint32_t lx6_ddr(const struct lx6 *c)
{
    return c->ddr;
}

void lx6_set_ddr(struct lx6 *c, uint32_t value)
{
    c->ddr = value;
}

void lx6_set_ocd_enabled(struct lx6 *c, bool enabled)
{
    c->ocd_enabled = enabled;
}

void lx6_set_debug_request(struct lx6 *c, bool pending, bool unmaskable)
{
    c->request = pending;
    c->unmaskable = unmaskable;
}

bool lx6_ocd_execute(struct lx6 *c, uint32_t instruction)
{
    unsigned s = instruction >> 8 & 15, t = instruction >> 4 & 15;
    c->executed++;
    assert_int_equal(c->state, LX6_STOPPED);
    switch (instruction) {
    case 0xF1E000: /* RFDO */
        c->state = LX6_RUNNING;
        return false;
    case RIG_BAD_WORD:
        return true;
    default:
        break;
    }
    if ((instruction & 0xFFFF0F) == 0x036800) /* RSR DDR */
        c->a[t] = c->ddr;
    else if ((instruction & 0xFFFF0F) == 0x136800) /* WSR DDR */
        c->ddr = c->a[t];
    else if ((instruction & 0xFFF0FF) == 0x0070E0) /* LDDR32.P */
        c->ddr = c->memory[c->a[s] / 4 % RIG_WORDS];
    else if ((instruction & 0xFFF0FF) == 0x0070F0) /* SDDR32.P */
        c->memory[c->a[s] / 4 % RIG_WORDS] = c->ddr;
    else
        fail_msg("instruction %06x", instruction);
    if ((instruction & 0xFFF0EF) == 0x0070E0)
        c->a[s] += 4;
    return false;
}

void rig_core_stop(struct rig *r, unsigned core, uint32_t cause)
{
    r->core[core].state = LX6_STOPPED;
    const struct lx6_hooks *hooks = xdm_hooks(r->xdm[core]);
    hooks->stopped(hooks->ctx, cause);
}

void rig_core_step(struct rig *r, unsigned core)
{
    struct lx6 *c = &r->core[core];
    if (c->state == LX6_STOPPED || r->is_held[core] || r->is_unclocked[core] || r->is_stalled[core])
        return;
    if (c->ocd_enabled && c->request && (c->unmaskable || !c->is_masked))
        rig_core_stop(r, core, DEBUGCAUSE_DI);
}

/* --- the surroundings --- */

static struct lx6 *env_lx6(void *ctx, unsigned core)
{
    struct rig *r = ctx;
    return &r->core[core];
}

static void env_sync(void *ctx)
{
    struct rig *r = ctx;
    r->syncs++;
    for (unsigned i = 0; i < RIG_CORES; i++)
        rig_core_step(r, i);
}

static void env_hold_reset(void *ctx, unsigned core, bool hold)
{
    struct rig *r = ctx;
    r->is_held[core] = hold;
    if (hold)
        return;
    r->core[core].state = LX6_RUNNING;
    r->core[core].pc = 0x40000400;
    xdm_core_was_reset(r->xdm[core], false);
    xdm_clock_changed(r->xdm[core]);
}

static bool env_is_in_reset(void *ctx, unsigned core)
{
    struct rig *r = ctx;
    return r->is_held[core];
}

static bool env_is_clocked(void *ctx, unsigned core)
{
    struct rig *r = ctx;
    return !r->is_unclocked[core];
}

static bool env_is_run_stalled(void *ctx, unsigned core)
{
    struct rig *r = ctx;
    return r->is_stalled[core];
}

static void env_break_out(void *ctx, unsigned core, bool level)
{
    struct rig *r = ctx;
    r->break_pulses[core] += level;
    xdm_break_in(r->xdm[!core], level);
}

static void env_break_in_ack(void *ctx, unsigned core, bool level)
{
    struct rig *r = ctx;
    xdm_break_out_ack(r->xdm[!core], level);
}

static uint32_t env_trace_read(void *ctx, unsigned core, uint32_t word)
{
    struct rig *r = ctx;
    return r->trace[core][word];
}

static void env_trace_write(void *ctx, unsigned core, uint32_t word, uint32_t value)
{
    struct rig *r = ctx;
    r->trace[core][word] = value;
}

static void env_profiling_irq(void *ctx, unsigned core, bool level)
{
    struct rig *r = ctx;
    r->irq[core] = level;
}

static bool env_is_jtag_disabled(void *ctx)
{
    struct rig *r = ctx;
    return r->is_jtag_disabled;
}

static uint64_t env_now_ps(void *ctx)
{
    struct rig *r = ctx;
    return r->now_ps;
}

static uint32_t env_cycle_ps(void *ctx, unsigned core)
{
    (void)core;
    struct rig *r = ctx;
    return r->cycle_ps;
}

static void env_note(void *ctx, unsigned core, const char *what)
{
    (void)core;
    struct rig *r = ctx;
    assert_non_null(what);
    r->notes++;
}

void rig_open(struct rig *r)
{
    *r = (struct rig){.tck_ps = 50000, .cycle_ps = 25000}; /* TCK 20 MHz, core 40 MHz */
    for (unsigned i = 0; i < RIG_CORES; i++) {
        struct xdm_env env = {
            .ctx = r,
            .core = i,
            .lx6 = env_lx6,
            .sync = env_sync,
            .hold_reset = env_hold_reset,
            .is_in_reset = env_is_in_reset,
            .is_clocked = env_is_clocked,
            .is_run_stalled = env_is_run_stalled,
            .break_out = env_break_out,
            .trace_read = env_trace_read,
            .trace_write = env_trace_write,
            .profiling_irq = env_profiling_irq,
            .is_jtag_disabled = env_is_jtag_disabled,
            .now_ps = env_now_ps,
            .cycle_ps = env_cycle_ps,
            .break_in_ack = env_break_in_ack,
            .note = env_note,
        };
        struct xdm_config config = {
            .idcode = i ? RIG_IDCODE1 : RIG_IDCODE0,
            .ocdid = RIG_OCDID,
            .trax_id = 0x06700000,
            .trace_bytes_log2 = RIG_TRACE_LOG2,
            .perf_counters = 2,
        };
        r->xdm[i] = xdm_new(&config, &env);
        assert_non_null(r->xdm[i]);
        xdm_power_on(r->xdm[i]);
    }
}

void rig_close(struct rig *r)
{
    for (unsigned i = 0; i < RIG_CORES; i++)
        xdm_free(r->xdm[i]);
}

/* --- wires: TDI -> module 1 -> module 0 -> TDO --- */

bool rig_tck(struct rig *r, bool tms, bool tdi)
{
    bool between = xdm_tdo(r->xdm[1]), tdo = xdm_tdo(r->xdm[0]);
    r->now_ps += r->tck_ps;
    assert_int_equal(xdm_tck(r->xdm[1], tms, tdi), between);
    assert_int_equal(xdm_tck(r->xdm[0], tms, between), tdo);
    return tdo;
}

void rig_reset_taps(struct rig *r)
{
    for (unsigned i = 0; i < 5; i++)
        rig_tck(r, true, true);
    rig_tck(r, false, true);
}

static uint64_t shift_and_update(struct rig *r, uint64_t tdi, unsigned bits)
{
    uint64_t tdo = 0;
    rig_tck(r, false, false); /* to Capture */
    rig_tck(r, false, false); /* to Shift */
    for (unsigned i = 0; i < bits; i++)
        tdo |= (uint64_t)rig_tck(r, i == bits - 1, tdi >> i & 1) << i;
    rig_tck(r, true, false); /* to Update */
    rig_tck(r, false, false);
    return tdo;
}

uint64_t rig_scan_ir(struct rig *r, uint64_t tdi, unsigned bits)
{
    rig_tck(r, true, false);
    rig_tck(r, true, false);
    return shift_and_update(r, tdi, bits);
}

uint64_t rig_scan_dr(struct rig *r, uint64_t tdi, unsigned bits)
{
    rig_tck(r, true, false);
    return shift_and_update(r, tdi, bits);
}

/* --- one module --- */

void rig_select(struct rig *r, unsigned core, unsigned ir)
{
    uint64_t irs[RIG_CORES] = {XTENSA_IR_BYPASS, XTENSA_IR_BYPASS};
    irs[core] = ir;
    rig_scan_ir(r, irs[0] | irs[1] << XTENSA_IR_LEN, 2 * XTENSA_IR_LEN);
}

/* The bypass bit of the other module stands behind core 0's bits, and before core 1's. */
uint32_t rig_dr(struct rig *r, unsigned core, uint32_t value, unsigned bits)
{
    uint64_t tdo = rig_scan_dr(r, core ? (uint64_t)value << 1 : value, bits + 1);
    return (uint32_t)((core ? tdo >> 1 : tdo) & ((1ULL << bits) - 1));
}

uint8_t rig_pwrctl(struct rig *r, unsigned core, uint8_t value)
{
    rig_select(r, core, XTENSA_IR_PWRCTL);
    return (uint8_t)rig_dr(r, core, value, 8);
}

uint8_t rig_pwrstat(struct rig *r, unsigned core, uint8_t clear)
{
    rig_select(r, core, XTENSA_IR_PWRSTAT);
    return (uint8_t)rig_dr(r, core, clear, 8);
}

void rig_wake(struct rig *r, unsigned core)
{
    rig_pwrctl(r, core, 0x07);
    rig_pwrctl(r, core, 0x87);
}

uint32_t rig_read(struct rig *r, unsigned core, unsigned nar)
{
    rig_select(r, core, XTENSA_IR_NARSEL);
    rig_dr(r, core, nar << 1, 8);
    return rig_dr(r, core, 0, 32);
}

void rig_write(struct rig *r, unsigned core, unsigned nar, uint32_t value)
{
    rig_select(r, core, XTENSA_IR_NARSEL);
    rig_dr(r, core, nar << 1 | NAR_WRITE, 8);
    rig_dr(r, core, value, 32);
}

unsigned rig_nar_status(struct rig *r, unsigned core)
{
    rig_select(r, core, XTENSA_IR_NARSEL);
    return rig_dr(r, core, NAR_OCDID << 1, 8);
}
