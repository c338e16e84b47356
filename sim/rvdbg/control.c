/* SPDX-License-Identifier: Apache-2.0 */
/* Selecting, halting, resuming and resetting cores (0.13.2, chapters 3.2 to 3.5). */
#include "sim/rvdbg/rvdbg_int.h"

/* --- cores --- */

unsigned control_selected(const struct rvdbg *x)
{
    return x->control.hartsel < x->config.cores ? x->control.hartsel : RVDBG_CORES;
}

bool control_is_available(struct rvdbg *x, unsigned core)
{
    bool is_held = x->control.ndmreset || x->control.cores[core].is_held;
    return !is_held && x->env.is_available(x->env.ctx, core);
}

bool control_is_halted(struct rvdbg *x, unsigned core)
{
    return control_is_available(x, core) && rv32_state(rvdbg_core(x, core)) == RV32_HALTED;
}

static void set_haltreq(struct rvdbg *x, unsigned core, bool requested)
{
    if (x->control.cores[core].haltreq == requested)
        return;
    x->control.cores[core].haltreq = requested;
    rv32_set_haltreq(rvdbg_core(x, core), requested);
}

/* The module and the chip may want it. */
static void update_reset_haltreq(struct rvdbg *x, unsigned core)
{
    const struct rvdbg_core *c = &x->control.cores[core];
    rv32_set_reset_haltreq(rvdbg_core(x, core), c->reset_haltreq || c->chip_reset_haltreq);
}

static void set_reset_haltreq(struct rvdbg *x, unsigned core, bool requested)
{
    if (x->control.cores[core].reset_haltreq == requested)
        return;
    x->control.cores[core].reset_haltreq = requested;
    update_reset_haltreq(x, core);
}

void rvdbg_set_halt_on_reset(struct rvdbg *x, unsigned core, bool level)
{
    if (x->control.cores[core].chip_reset_haltreq == level)
        return;
    x->control.cores[core].chip_reset_haltreq = level;
    update_reset_haltreq(x, core);
}

static void hold_core(struct rvdbg *x, unsigned core, bool hold)
{
    if (x->control.cores[core].is_held == hold)
        return;
    x->control.cores[core].is_held = hold;
    x->env.hold_core_reset(x->env.ctx, core, hold);
}

static void hold_system(struct rvdbg *x, bool hold)
{
    if (x->control.ndmreset == hold)
        return;
    x->control.ndmreset = hold;
    x->env.hold_system_reset(x->env.ctx, hold);
}

/* A core that is halted stays so. */
void control_reset(struct rvdbg *x)
{
    x->control.is_active = false;
    x->control.hartsel = 0;
    for (unsigned i = 0; i < x->config.cores; i++) {
        set_haltreq(x, i, false);
        set_reset_haltreq(x, i, false);
        hold_core(x, i, false);
        x->control.cores[i].has_resume_ack = false;
    }
    hold_system(x, false);
}

/* --- dmcontrol --- */

static void resume(struct rvdbg *x, unsigned core)
{
    bool is_halted = control_is_halted(x, core);
    x->control.cores[core].has_resume_ack = is_halted;
    if (is_halted)
        rv32_resume(rvdbg_core(x, core));
}

static void order_core(struct rvdbg *x, unsigned core, uint32_t value)
{
    if (value & DMCONTROL_ACKHAVERESET)
        x->control.cores[core].was_reset = false;
    if (x->config.has_reset_haltreq && (value & DMCONTROL_CLRRESETHALTREQ))
        set_reset_haltreq(x, core, false);
    else if (x->config.has_reset_haltreq && (value & DMCONTROL_SETRESETHALTREQ))
        set_reset_haltreq(x, core, true);
    set_haltreq(x, core, value & DMCONTROL_HALTREQ);
    if ((value & DMCONTROL_RESUMEREQ) && !(value & DMCONTROL_HALTREQ))
        resume(x, core);
    if (x->config.has_hartreset)
        hold_core(x, core, value & DMCONTROL_HARTRESET);
}

/* While dmactive is 0 it is the only bit that can be written. */
void control_set_dmcontrol(struct rvdbg *x, unsigned index, uint32_t value)
{
    (void)index;
    if (!(value & DMCONTROL_DMACTIVE)) {
        rvdbg_reset(x);
        return;
    }
    if (!x->control.is_active) {
        x->control.is_active = true;
        return;
    }
    uint32_t hartsel = field_get(DMCONTROL_HARTSELHI, value) << HARTSELLO_BITS | field_get(DMCONTROL_HARTSELLO, value);
    x->control.hartsel = hartsel & ((1U << x->config.hartsel_bits) - 1);
    unsigned core = control_selected(x);
    if (core < RVDBG_CORES)
        order_core(x, core, value);
    hold_system(x, value & DMCONTROL_NDMRESET); /* last: a halt that is asked for with it comes first */
}

/* The requests cannot be read. */
uint32_t control_dmcontrol(struct rvdbg *x, unsigned index)
{
    (void)index;
    unsigned core = control_selected(x);
    uint32_t value = field_put(DMCONTROL_HARTSELHI, 0, x->control.hartsel >> HARTSELLO_BITS);
    value = field_put(DMCONTROL_HARTSELLO, value, x->control.hartsel);
    if (core < RVDBG_CORES && x->control.cores[core].is_held)
        value |= DMCONTROL_HARTRESET;
    return value | (x->control.ndmreset ? DMCONTROL_NDMRESET : 0) | (x->control.is_active ? DMCONTROL_DMACTIVE : 0);
}

/* --- status --- */

/* Without a hart array one core is selected, so "any" and "all" are the same. */
static uint32_t core_status(struct rvdbg *x, unsigned core)
{
    if (core == RVDBG_CORES)
        return DMSTATUS_ALLNONEXISTENT | DMSTATUS_ANYNONEXISTENT;
    const struct rvdbg_core *c = &x->control.cores[core];
    uint32_t value = c->was_reset ? DMSTATUS_ALLHAVERESET | DMSTATUS_ANYHAVERESET : 0;
    value |= c->has_resume_ack ? DMSTATUS_ALLRESUMEACK | DMSTATUS_ANYRESUMEACK : 0;
    if (!control_is_available(x, core))
        return value | DMSTATUS_ALLUNAVAIL | DMSTATUS_ANYUNAVAIL;
    if (control_is_halted(x, core))
        return value | DMSTATUS_ALLHALTED | DMSTATUS_ANYHALTED;
    return value | DMSTATUS_ALLRUNNING | DMSTATUS_ANYRUNNING;
}

uint32_t control_dmstatus(struct rvdbg *x, unsigned index)
{
    (void)index;
    uint32_t value = field_put(DMSTATUS_VERSION, DMSTATUS_AUTHENTICATED, DMSTATUS_VERSION_0_13);
    value |= x->config.has_impebreak ? DMSTATUS_IMPEBREAK : 0;
    value |= x->config.has_reset_haltreq ? DMSTATUS_HASRESETHALTREQ : 0;
    return value | core_status(x, control_selected(x));
}

/* The data registers are not to be seen by the core. */
uint32_t control_hartinfo(struct rvdbg *x, unsigned index)
{
    (void)index;
    return control_selected(x) < RVDBG_CORES ? field_put(HARTINFO_NSCRATCH, 0, x->config.nscratch) : 0;
}

/* A bit for each of the 32 harts around the selected one. */
uint32_t control_haltsum0(struct rvdbg *x, unsigned index)
{
    (void)index;
    uint32_t value = 0, base = x->control.hartsel & ~31U;
    for (unsigned i = 0; !base && i < x->config.cores; i++)
        value |= control_is_halted(x, i) ? BIT(i) : 0;
    return value;
}
