/* SPDX-License-Identifier: Apache-2.0 */
/* OCDID, DCR and DSR: stopping the core, and the break network. */
#include "sim/xdm/xdm_int.h"

#include "regs/xtensa.h"

#define DCR_WRITABLE                                                                                                   \
    (DCR_ENABLE_OCD | DCR_DEBUG_INTERRUPT | DCR_INTERRUPT_ALL_CONDS | DCR_BREAK_IN_EN | DCR_BREAK_OUT_EN |             \
     DCR_DEBUG_SW_ACTIVE | DCR_RUN_STALL_IN_EN | DCR_DEBUG_MODE_OUT_EN | DCR_BREAK_OUT_ITO | DCR_BREAK_IN_ACK_ITO)
#define DSR_PENDING (DSR_DEBUG_PEND_BREAK | DSR_DEBUG_PEND_HOST | DSR_DEBUG_PEND_TRAX)
#define DSR_TAKEN   (DSR_DEBUG_INT_BREAK | DSR_DEBUG_INT_HOST | DSR_DEBUG_INT_TRAX)
#define DSR_EVENTS                                                                                                     \
    (DSR_EXEC_DONE | DSR_EXEC_EXCEPTION | DSR_EXEC_OVERRUN | DSR_CORE_WROTE_DDR | DSR_CORE_READ_DDR |                  \
     DSR_HOST_WROTE_DDR | DSR_HOST_READ_DDR | DSR_PENDING | DSR_TAKEN | DSR_RUN_STALL_TOGGLE)

static bool is_stopped(struct xdm *x)
{
    struct lx6 *core = xdm_core(x);
    return core && lx6_state(core) == LX6_STOPPED;
}

/* BreakOut is a short pulse at a stop, or held by BreakOutITO. */
static void drive_break_out(struct xdm *x, bool level)
{
    if (x->ocd.break_out == level)
        return;
    x->ocd.break_out = level;
    x->env.break_out(x->env.ctx, x->env.core, level);
}

static void drive_break_in_ack(struct xdm *x, bool level)
{
    if (x->env.break_in_ack)
        x->env.break_in_ack(x->env.ctx, x->env.core, level);
}

void ocd_apply(struct xdm *x)
{
    struct lx6 *core = xdm_core(x);
    if (!core)
        return;
    bool is_pending = x->ocd.events & DSR_PENDING;
    x->ocd.halts_at_reset &= is_pending;
    lx6_set_ocd_enabled(core, x->ocd.dcr & DCR_ENABLE_OCD);
    lx6_set_debug_request(core, is_pending, x->ocd.dcr & DCR_INTERRUPT_ALL_CONDS || x->ocd.halts_at_reset);
}

/* A core comes out of reset with all interrupts masked (PS.INTLEVEL 15). A request that waited for the end of the reset is
   taken nevertheless: chips that debuggers halt this way stop at the reset vector. */
void ocd_core_was_reset(struct xdm *x)
{
    x->ocd.is_waiting = false;
    x->ocd.halts_at_reset = x->ocd.events & DSR_PENDING;
    ocd_apply(x);
}

void xdm_halt_on_reset(struct xdm *x)
{
    ocd_dcr_set(x, 0, DCR_ENABLE_OCD | DCR_DEBUG_INTERRUPT, XDM_FROM_CORE);
    ocd_core_was_reset(x);
}

void ocd_reset(struct xdm *x)
{
    drive_break_out(x, false);
    x->ocd = (struct xdm_ocd){.break_in = x->ocd.break_in,
                              .break_out_ack = x->ocd.break_out_ack,
                              .run_stall = x->env.is_run_stalled(x->env.ctx, x->env.core)};
    ocd_apply(x);
}

uint32_t ocd_id(struct xdm *x, unsigned index)
{
    (void)index;
    return x->config.ocdid;
}

/* --- DCR --- */

uint32_t ocd_dcr(struct xdm *x, unsigned index)
{
    (void)index;
    return x->ocd.dcr;
}

static void set_dcr(struct xdm *x, uint32_t value)
{
    uint32_t changed = x->ocd.dcr ^ value;
    x->ocd.dcr = value;
    if (changed & DCR_BREAK_OUT_ITO)
        drive_break_out(x, value & DCR_BREAK_OUT_ITO);
    if (changed & DCR_BREAK_IN_ACK_ITO)
        drive_break_in_ack(x, value & DCR_BREAK_IN_ACK_ITO);
    ocd_apply(x);
}

void ocd_dcr_set(struct xdm *x, unsigned index, uint32_t ones, enum xdm_side side)
{
    (void)index;
    (void)side;
    ones &= DCR_WRITABLE;
    /* A core that is stopped already has nothing to be interrupted in. */
    if (ones & DCR_DEBUG_INTERRUPT) {
        if (is_stopped(x))
            ones &= ~DCR_DEBUG_INTERRUPT;
        else
            x->ocd.events |= DSR_DEBUG_PEND_HOST;
    }
    set_dcr(x, x->ocd.dcr | ones);
}

void ocd_dcr_clear(struct xdm *x, unsigned index, uint32_t ones, enum xdm_side side)
{
    (void)index;
    (void)side;
    if (ones & DCR_DEBUG_INTERRUPT)
        x->ocd.events &= ~DSR_DEBUG_PEND_HOST;
    set_dcr(x, x->ocd.dcr & ~ones);
}

/* --- DSR --- */

uint32_t ocd_dsr(struct xdm *x, unsigned index)
{
    (void)index;
    uint32_t dsr = DSR_DBG_MOD_POWER_ON | x->ocd.events;
    if (exec_is_busy(x))
        dsr = (dsr | DSR_EXEC_BUSY) & ~(DSR_EXEC_DONE | DSR_EXEC_EXCEPTION);
    dsr |= is_stopped(x) ? DSR_STOPPED : 0;
    dsr |= x->env.is_run_stalled(x->env.ctx, x->env.core) ? DSR_RUN_STALL_SAMPLE : 0;
    dsr |= x->ocd.break_out_ack ? DSR_BREAK_OUT_ACK_ITI : 0;
    dsr |= x->ocd.break_in ? DSR_BREAK_IN_ITI : 0;
    return dsr;
}

void ocd_dsr_clear(struct xdm *x, unsigned index, uint32_t ones, enum xdm_side side)
{
    (void)index;
    (void)side;
    x->ocd.events &= ~(ones & DSR_EVENTS);
    if (ones & DSR_DEBUG_PEND_HOST)
        x->ocd.dcr &= ~DCR_DEBUG_INTERRUPT;
    ocd_apply(x);
}

/* --- what the core tells --- */

/*
 * Which bits stay: logs of real ESP32s (openocd-esp32 issues #73, #117, #214; esp-idf #10059). A core that the host stopped
 * shows IntHost and no longer PendHost (0x80208411). With the break network on, it shows PendBreak and IntBreak as well
 * (0x80318411): the other core stopped and broke in, which is latched in a stopped core too. Debuggers clear them all;
 * a PendBreak that stays stops the core again after it was resumed.
 */
void ocd_core_stopped(void *ctx, uint32_t cause)
{
    struct xdm *x = ctx;
    x->ocd.halts_at_reset = false;
    if (cause & DEBUGCAUSE_DI) {
        uint32_t pending = x->ocd.events & DSR_PENDING;
        x->ocd.events |= pending / DSR_DEBUG_PEND_BREAK * DSR_DEBUG_INT_BREAK;
        x->ocd.events &= ~DSR_DEBUG_PEND_HOST;
        x->ocd.dcr &= ~DCR_DEBUG_INTERRUPT;
        ocd_apply(x);
    }
    if (x->ocd.dcr & DCR_BREAK_OUT_EN) {
        drive_break_out(x, true);
        drive_break_out(x, x->ocd.dcr & DCR_BREAK_OUT_ITO);
    }
}

void ocd_core_read_ddr(void *ctx)
{
    struct xdm *x = ctx;
    x->ocd.events |= DSR_CORE_READ_DDR;
}

void ocd_core_wrote_ddr(void *ctx)
{
    struct xdm *x = ctx;
    x->ocd.events |= DSR_CORE_WROTE_DDR;
}

/* --- lines from outside --- */

void xdm_break_in(struct xdm *x, bool level)
{
    bool rises = level && !x->ocd.break_in;
    x->ocd.break_in = level;
    if (!(x->ocd.dcr & DCR_BREAK_IN_EN))
        return;
    drive_break_in_ack(x, level || (x->ocd.dcr & DCR_BREAK_IN_ACK_ITO));
    if (!rises)
        return;
    x->ocd.events |= DSR_DEBUG_PEND_BREAK | (is_stopped(x) ? DSR_DEBUG_INT_BREAK : 0);
    ocd_apply(x);
}

void xdm_break_out_ack(struct xdm *x, bool level)
{
    x->ocd.break_out_ack = level;
}

void xdm_run_stall_changed(struct xdm *x)
{
    bool level = x->env.is_run_stalled(x->env.ctx, x->env.core);
    if (level != x->ocd.run_stall)
        x->ocd.events |= DSR_RUN_STALL_TOGGLE;
    x->ocd.run_stall = level;
    exec_resume_waiting(x);
}

void xdm_clock_changed(struct xdm *x)
{
    exec_resume_waiting(x);
}
