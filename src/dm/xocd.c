/* SPDX-License-Identifier: Apache-2.0 */
/* The module's registers, the queue of accesses to them, and what a run says. */
#include "dm/xocd.h"

#include "dm/xocd_int.h"
#include "regs/xtensa.h"

#include <stdlib.h>

enum {
    NAR_BITS = 8,
    NDR_BITS = 32,
    PWR_BITS = 8,
    PACE_FIRST = 16,
    PACE_BELIEVED = 512,
    PACE_MAX = 16384,
    GOOD_RUNS = 256, /* before a faster pace is tried */
    BUSY_TIMEOUT_MS = 100,
    BUSY_POLL_NS = 20000,
};
#define DSR_EXEC_FAILED (DSR_EXEC_EXCEPTION | DSR_EXEC_OVERRUN) /* write 1 clears */

static unsigned count_of(const struct dm *d)
{
    return d->core_count < DM_MAX_CORES ? d->core_count : DM_MAX_CORES;
}

unsigned xocd_all(const struct xocd *x)
{
    return BIT(count_of(&x->base)) - 1;
}

/* --- queueing --- */

void xocd_queue(struct xocd *x, const struct xocd_access *a)
{
    struct jtag_field nar[DM_MAX_CORES] = {0}, ndr[DM_MAX_CORES] = {0};
    unsigned count = 0;

    for (unsigned i = 0; i < count_of(&x->base); i++) {
        if (!(a->cores >> i & 1))
            continue;
        nar[count] = (struct jtag_field){
            .tap = x->cores[i].tap,
            .ir = XTENSA_IR_NARSEL,
            .bits = NAR_BITS,
            .out = a->reg << 1 | (a->is_write ? NAR_WRITE : 0),
            .in = &x->nar_status[i],
            .in_mask = NAR_ERROR | NAR_BUSY,
        };
        ndr[count++] = (struct jtag_field){
            .tap = x->cores[i].tap,
            .ir = XTENSA_IR_NARSEL,
            .bits = NDR_BITS,
            .out = a->out[i],
            .in = a->in[i],
        };
    }
    if (!count)
        return;
    jtag_dr(x->jtag, nar, count);
    jtag_dr(x->jtag, ndr, count);
    if (x->pace)
        jtag_idle(x->jtag, x->pace);
    x->used |= a->cores;
}

void xocd_queue_write(struct xocd *x, unsigned cores, unsigned reg, uint32_t value)
{
    struct xocd_access a = {.cores = cores, .reg = reg, .is_write = true};
    for (unsigned i = 0; i < DM_MAX_CORES; i++)
        a.out[i] = value;
    xocd_queue(x, &a);
}

void xocd_queue_instruction(struct xocd *x, unsigned cores, uint32_t instruction)
{
    xocd_queue_write(x, cores, NAR_DIR0EXEC, instruction);
    x->executes |= cores;
}

void xocd_queue_power(struct xocd *x, unsigned cores, uint32_t ir, uint32_t value, uint32_t *in)
{
    struct jtag_field fields[DM_MAX_CORES] = {0};
    unsigned count = 0;
    for (unsigned i = 0; i < count_of(&x->base); i++)
        if (cores >> i & 1)
            fields[count++] = (struct jtag_field){
                .tap = x->cores[i].tap, .ir = ir, .bits = PWR_BITS, .out = value, .in = in ? &in[i] : NULL};
    if (count)
        jtag_dr(x->jtag, fields, count);
}

static bool reaches_memory_running(const struct dm *d, unsigned core)
{
    (void)d;
    (void)core;
    return false;
}

static void queue_read_reg(struct dm *d, unsigned core, uint32_t reg, uint32_t *value)
{
    struct xocd_access a = {.cores = BIT(core), .reg = reg};
    a.in[core] = value;
    xocd_queue((struct xocd *)d, &a);
}

static void queue_write_reg(struct dm *d, unsigned core, uint32_t reg, uint32_t value)
{
    xocd_queue_write((struct xocd *)d, BIT(core), reg, value);
}

static void queue_execute(struct dm *d, unsigned core, uint32_t instruction)
{
    xocd_queue_instruction((struct xocd *)d, BIT(core), instruction);
}

static void queue_put(struct dm *d, unsigned core, uint32_t value)
{
    xocd_queue_write((struct xocd *)d, BIT(core), NAR_DDR, value);
}

static void queue_get(struct dm *d, unsigned core, uint32_t *value)
{
    queue_read_reg(d, core, NAR_DDR, value);
}

/* --- running --- */

static void queue_read_dsr(struct xocd *x, unsigned cores)
{
    struct xocd_access a = {.cores = cores, .reg = NAR_DSR};
    for (unsigned i = 0; i < DM_MAX_CORES; i++)
        a.in[i] = &x->dsr[i];
    xocd_queue(x, &a);
}

enum err xocd_run_scans(struct xocd *x)
{
    enum err e = jtag_run(x->jtag);
    x->used = x->executes = x->leaves = 0;
    return e;
}

static bool is_offline(uint32_t dsr)
{
    return dsr == UINT32_MAX || !(dsr & DSR_DBG_MOD_POWER_ON);
}

/* The DSR of the cores, once none of them is busy any more. */
static enum err wait_until_done(struct xocd *x, unsigned cores)
{
    const struct clock *clock = jtag_clock(x->jtag);
    struct deadline deadline = deadline_ms(clock, BUSY_TIMEOUT_MS);
    for (;;) {
        unsigned busy = 0;
        for (unsigned i = 0; i < count_of(&x->base); i++)
            if ((cores >> i & 1) && !is_offline(x->dsr[i]) && (x->dsr[i] & DSR_EXEC_BUSY))
                busy |= BIT(i);
        if (!busy || deadline_passed(&deadline))
            return ERR_OK;
        enum err e = clock_wait_ns(clock, BUSY_POLL_NS);
        if (e)
            return e;
        queue_read_dsr(x, busy);
        e = xocd_run_scans(x);
        if (e)
            return e;
    }
}

static enum err offline(struct xocd *x, unsigned core)
{
    uint32_t dsr = x->dsr[core];
    if (dsr == 0 || dsr == UINT32_MAX)
        return err_at(
            x->base.log, ERR_POWERED_OFF,
            "the debug module of core %u does not answer, TDO reads only %s: the core or the chip was reset or "
            "is held there (EN), lost its power or its connection, or JTAG was switched off. Check the board's "
            "power, EN and the wires; then reset the chip and try again",
            core, dsr ? "ones" : "zeros");
    return err_at(x->base.log, ERR_POWERED_OFF,
                  "the debug module of core %u does not answer (status 0x%08x): the core was reset or switched off, or "
                  "JTAG was switched off by the program or by eFuse. Reset the chip and try again",
                  core, (unsigned)dsr);
}

/* A core that was slow may be fast now: its clock is the program's business. */
static void go_faster(struct xocd *x)
{
    if (!x->pace || ++x->good_runs < GOOD_RUNS)
        return;
    x->good_runs = 0;
    x->pace = x->pace > PACE_FIRST ? x->pace / 2 : 0;
}

/* The core was slower than the scans, and some of them were lost. */
static enum err go_slower(struct xocd *x, unsigned core)
{
    size_t before = x->pace;
    x->good_runs = 0;
    x->pace = before ? before * 2 : PACE_FIRST;
    if (x->pace > PACE_MAX)
        x->pace = PACE_MAX;
    return err_at(
        x->base.log, ERR_OVERRUN,
        "core %u did not keep up with the debugger (status 0x%08x): its clock is slow for this TCK. Lower the "
        "adapter speed",
        core, (unsigned)x->dsr[core]);
}

static enum err judge(struct xocd *x, unsigned core, bool executed, bool left)
{
    uint32_t dsr = x->dsr[core];
    if (is_offline(dsr))
        return offline(x, core);
    if (!executed)
        return ERR_OK;
    if (left && (dsr & DSR_EXEC_BUSY) && (dsr & DSR_RUN_STALL_SAMPLE))
        return ERR_OK; /* it goes when the chip ends its stall */
    if ((dsr & DSR_EXEC_BUSY) && (dsr & DSR_RUN_STALL_SAMPLE))
        return err_at(
            x->base.log, ERR_STATE,
            "core %u is stalled by software, so it does no instruction for the debugger either. End the stall "
            "through another core, or reset the chip",
            core);
    /* What the NAR scan says is believed up to a pace at which no core can be busy any more. A core that leaves does nothing
       after that, so what finds it busy is the question how it went. */
    bool is_busy = dsr & DSR_EXEC_BUSY || (x->nar_status[core] && x->pace < PACE_BELIEVED);
    if (dsr & DSR_EXEC_OVERRUN || (is_busy && !left))
        return go_slower(x, core);
    if (dsr & DSR_EXEC_EXCEPTION) {
        x->excepted |= BIT(core);
        return err_at(x->base.log, ERR_EXEC, "an instruction given to core %u raised an exception", core);
    }
    if (!left && !(dsr & DSR_STOPPED))
        return err_at(x->base.log, ERR_STATE, "core %u is not halted any more: it was reset or let go meanwhile", core);
    return ERR_OK;
}

static void clear_failures(struct xocd *x, unsigned cores)
{
    unsigned failed = 0;
    for (unsigned i = 0; i < count_of(&x->base); i++)
        if ((cores >> i & 1) && !is_offline(x->dsr[i]) && (x->dsr[i] & DSR_EXEC_FAILED))
            failed |= BIT(i);
    xocd_queue_write(x, failed, NAR_DSR, DSR_EXEC_FAILED);
}

enum err xocd_run(struct dm *d)
{
    struct xocd *x = (struct xocd *)d;
    unsigned used = x->used, executes = x->executes, leaves = x->leaves;
    for (unsigned i = 0; i < DM_MAX_CORES; i++)
        x->nar_status[i] = 0;
    x->excepted = 0;
    queue_read_dsr(x, used);
    enum err e = xocd_run_scans(x);
    if (!e)
        e = wait_until_done(x, executes & ~leaves);
    if (e)
        return e;

    enum err worst = ERR_OK;
    for (unsigned i = 0; i < count_of(d); i++) {
        e = used >> i & 1 ? judge(x, i, executes >> i & 1, leaves >> i & 1) : ERR_OK;
        if (e && (!worst || worst == ERR_EXEC))
            worst = e;
    }
    if (!worst && executes)
        go_faster(x);
    if (worst != ERR_EXEC && worst != ERR_OVERRUN)
        return worst;
    clear_failures(x, used);
    e = xocd_run_scans(x);
    return e ? e : worst;
}

/* --- construction --- */

static uint32_t id_of(const struct dm *d, unsigned core)
{
    return ((const struct xocd *)d)->cores[core].id;
}

static void xocd_free(struct dm *d)
{
    free(d);
}

static const struct dm_ops xocd_ops = {
    .name = "Xtensa OCD",
    .free = xocd_free,
    .examine = xocd_examine,
    .poll = xocd_poll,
    .id = id_of,
    .queue_break_network = xocd_queue_break_network,
    .queue_halt = xocd_queue_halt,
    .queue_acknowledge = xocd_queue_acknowledge,
    .queue_resume = xocd_queue_resume,
    .assert_reset = xocd_assert_reset,
    .deassert_reset = xocd_deassert_reset,
    .drive_reset_line = xocd_drive_reset_line,
    .queue_read_reg = queue_read_reg,
    .queue_write_reg = queue_write_reg,
    .reaches_memory_running = reaches_memory_running,
    .queue_execute = queue_execute,
    .queue_put = queue_put,
    .queue_get = queue_get,
    .queue_read_words = xocd_queue_read_words,
    .run = xocd_run,
    .read_block = xocd_read_block,
    .write_block = xocd_write_block,
};

struct dm *xocd_new(struct jtag *jtag, const unsigned *taps, unsigned core_count)
{
    struct xocd *x = core_count <= DM_MAX_CORES ? calloc(1, sizeof *x) : NULL;
    if (!x)
        return NULL;
    x->base = (struct dm){.ops = &xocd_ops, .core_count = core_count, .log = jtag_log(jtag)};
    x->jtag = jtag;
    for (unsigned i = 0; i < core_count; i++)
        x->cores[i] = (struct xocd_core){.tap = taps[i], .break_network = DM_BREAK_IN | DM_BREAK_OUT};
    return &x->base;
}
