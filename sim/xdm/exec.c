/* SPDX-License-Identifier: Apache-2.0 */
/* DDR, DIR and the instructions that the host has the core execute. */
#include "sim/xdm/xdm_int.h"

#include "regs/xtensa.h"

bool exec_is_busy(struct xdm *x)
{
    return x->ocd.is_waiting || xdm_now_ps(x) < x->ocd.busy_until_ps;
}

/* True, and remembered, when the host wants something of DDR or DIR while an instruction runs. */
static bool overruns(struct xdm *x)
{
    if (!exec_is_busy(x))
        return false;
    x->ocd.events |= DSR_EXEC_OVERRUN;
    return true;
}

/* --- execution --- */

/* Instructions that touch DDR: RSR, WSR, XSR with register 0x68; LDDR32.P, SDDR32.P (Xtensa ISA). */
static const struct {
    uint32_t mask, word, events;
} ddr_users[] = {
    {0xFFFF0F, 0x030000 | SR_DDR << 8, DSR_CORE_READ_DDR},
    {0xFFFF0F, 0x130000 | SR_DDR << 8, DSR_CORE_WROTE_DDR},
    {0xFFFF0F, 0x610000 | SR_DDR << 8, DSR_CORE_READ_DDR | DSR_CORE_WROTE_DDR},
    {0xFFF0FF, 0x0070E0, DSR_CORE_WROTE_DDR},
    {0xFFF0FF, 0x0070F0, DSR_CORE_READ_DDR},
};

static uint32_t ddr_events(uint32_t instruction)
{
    for (unsigned i = 0; i < sizeof ddr_users / sizeof *ddr_users; i++) {
        if ((instruction & ddr_users[i].mask) == ddr_users[i].word)
            return ddr_users[i].events;
    }
    return 0;
}

static void run_instruction(struct xdm *x)
{
    struct lx6 *core = xdm_core(x);
    x->ocd.is_waiting = false;
    x->ocd.ddr_before = lx6_ddr(core);
    x->ocd.busy_until_ps = xdm_after_cycles_ps(x, XDM_EXEC_CYCLES);
    bool failed = lx6_ocd_execute(core, x->ocd.dir[0]);
    x->ocd.events &= ~DSR_EXEC_EXCEPTION;
    x->ocd.events |= DSR_EXEC_DONE;
    x->ocd.events |= failed ? DSR_EXEC_EXCEPTION : ddr_events(x->ocd.dir[0]);
}

/* Ignored unless the core is stopped. A core without clock, or stalled, leaves the module busy until it can. */
static void execute(struct xdm *x)
{
    struct lx6 *core = xdm_core(x);
    if (!core || lx6_state(core) != LX6_STOPPED)
        return;
    if (xdm_core_can_run(x)) {
        run_instruction(x);
        return;
    }
    x->ocd.ddr_before = lx6_ddr(core);
    x->ocd.is_waiting = true;
}

void exec_resume_waiting(struct xdm *x)
{
    struct lx6 *core = xdm_core(x);
    if (!x->ocd.is_waiting || !xdm_core_can_run(x))
        return;
    x->ocd.is_waiting = false;
    if (lx6_state(core) == LX6_STOPPED)
        run_instruction(x);
}

/* --- DDR --- */

uint32_t exec_ddr(struct xdm *x, unsigned index)
{
    (void)index;
    struct lx6 *core = xdm_core(x);
    if (!core)
        return 0;
    return exec_is_busy(x) ? x->ocd.ddr_before : lx6_ddr(core);
}

static void store_ddr(struct xdm *x, uint32_t value, enum xdm_side side)
{
    struct lx6 *core = xdm_core(x);
    if (!core)
        return;
    lx6_set_ddr(core, value);
    x->ocd.events |= side == XDM_FROM_HOST ? DSR_HOST_WROTE_DDR : DSR_CORE_WROTE_DDR;
}

void exec_set_ddr(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)index;
    if (!overruns(x))
        store_ddr(x, value, side);
}

/* A read while an instruction runs gives what DDR held before; the overrun bit tells. */
void exec_ddr_was_read(struct xdm *x, enum xdm_side side)
{
    if (side == XDM_FROM_CORE)
        x->ocd.events |= DSR_CORE_READ_DDR;
    else if (!overruns(x))
        x->ocd.events |= DSR_HOST_READ_DDR;
}

void exec_set_ddrexec(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)index;
    if (side == XDM_FROM_CORE || overruns(x))
        return;
    store_ddr(x, value, side);
    execute(x);
}

void exec_ddrexec_was_read(struct xdm *x, enum xdm_side side)
{
    if (side == XDM_FROM_CORE || overruns(x))
        return;
    x->ocd.events |= DSR_HOST_READ_DDR;
    execute(x);
}

/* --- DIR --- */

uint32_t exec_dir(struct xdm *x, unsigned index)
{
    return x->ocd.dir[index];
}

void exec_set_dir(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)side;
    if (!overruns(x))
        x->ocd.dir[index] = value;
}

void exec_set_dir0exec(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)index;
    if (side == XDM_FROM_CORE || overruns(x))
        return;
    x->ocd.dir[0] = value;
    execute(x);
}
