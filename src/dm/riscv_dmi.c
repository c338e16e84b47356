/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The debug transport module: a queue of accesses to the registers of debug modules.
 *
 * A scan of dmi starts an access and captures how the one before went. Busy means that the one before is not finished and
 * that this scan was ignored, and so will be all others until dmireset. The one before is finished meanwhile, and the first
 * capture after dmireset has its result: so every access is made once, also those that do something when they are read.
 */
#include "dm/riscv_int.h"

#include <stdlib.h>
#include <string.h>

enum {
    SCAN_BYTES = 8, /* of one scan's bits */
    ABITS_MAX = 8 * SCAN_BYTES - DMI_FIXED_BITS,
    DTMCS_BITS = 32,
    CLOCKS_MAX = 16384,
    PROOF = 16,      /* accesses that make a wait believed */
    GOOD_RUNS = 256, /* before a shorter one is tried */
};

/* --- queueing --- */

void rvdm_queue_dmi(struct rvdm *x, const struct rvdm_op *op)
{
    if (x->op_count == x->op_room) {
        size_t room = x->op_room ? x->op_room * 2 : 256;
        struct rvdm_op *ops = realloc(x->ops, room * sizeof *ops);
        if (!ops) {
            x->is_short = true;
            return;
        }
        x->ops = ops;
        x->op_room = room;
    }
    x->ops[x->op_count++] = *op;
}

void rvdm_dmi_write(struct rvdm *x, unsigned module, unsigned reg, uint32_t value)
{
    rvdm_queue_dmi(x,
                   &(struct rvdm_op){.module = (uint8_t)module, .op = DMI_WRITE, .addr = (uint8_t)reg, .data = value});
}

void rvdm_dmi_read(struct rvdm *x, unsigned module, unsigned reg, uint32_t *value)
{
    rvdm_queue_dmi(x, &(struct rvdm_op){.module = (uint8_t)module, .op = DMI_READ, .addr = (uint8_t)reg, .in = value});
}

void rvdm_forget_queue(struct rvdm *x)
{
    x->op_count = 0;
    x->is_short = false;
    for (unsigned i = 0; i < x->module_count; i++)
        x->modules[i].has_commands = x->modules[i].has_autoexec_on = x->modules[i].has_bus = false;
}

/* --- waits --- */

bool rvdm_go_slower(struct rvdm_module *m, enum rvdm_pace pace)
{
    struct rvdm_wait *w = &m->waits[pace];
    if (w->clocks >= CLOCKS_MAX)
        return false;
    *w = (struct rvdm_wait){.clocks = 2 * w->clocks + 1};
    return true;
}

/* A core's clock is the program's business: what was slow may be fast now. */
void rvdm_note_good(struct rvdm_module *m, enum rvdm_pace pace, size_t accesses)
{
    struct rvdm_wait *w = &m->waits[pace];
    w->is_proven |= accesses >= PROOF;
    size_t shorter = w->clocks - w->clocks / 4;
    if (!accesses || ++w->good_runs < GOOD_RUNS || shorter < m->idle || shorter == w->clocks)
        return;
    *w = (struct rvdm_wait){.clocks = shorter};
}

static void queue_wait(struct rvdm *x, const struct rvdm_module *m, enum rvdm_pace pace)
{
    size_t clocks = m->waits[pace].clocks;
    if (clocks < m->waits[RVDM_PLAIN].clocks)
        clocks = m->waits[RVDM_PLAIN].clocks;
    if (clocks)
        jtag_idle(x->jtag, clocks - 1); /* coming there is the first one */
}

/* --- dtmcs --- */

static enum err no_transport(struct rvdm *x, const struct rvdm_module *m, uint32_t dtmcs)
{
    const char *tap = jtag_tap(x->jtag, m->tap)->name;
    if (dtmcs == 0 || dtmcs == UINT32_MAX)
        return err_at(
            x->base.log, ERR_NO_CHIP,
            "the debug transport of TAP %s does not answer, its dtmcs reads only %s: the chip sleeps, is held in reset "
            "(EN) or without power, or JTAG was switched off by the program or by eFuse. Check these, and try again",
            tap, dtmcs ? "ones" : "zeros");
    return err_at(x->base.log, ERR_UNSUPPORTED,
                  "the debug transport of TAP %s is of a kind that is not known here (dtmcs 0x%08x: version %u, %u "
                  "address bits); debug specifications 0.13 and 1.0 are",
                  tap, (unsigned)dtmcs, (unsigned)field_get(DTMCS_VERSION, dtmcs),
                  (unsigned)field_get(DTMCS_ABITS, dtmcs));
}

static enum err scan_dtmcs(struct rvdm *x, const struct rvdm_module *m, uint32_t out, uint32_t *in)
{
    jtag_dr(x->jtag,
            &(struct jtag_field){.tap = m->tap, .ir = RISCV_IR_DTMCS, .bits = DTMCS_BITS, .out = out, .in = in}, 1);
    enum err e = jtag_run(x->jtag);
    if (!e && (field_get(DTMCS_VERSION, *in) != DTMCS_VERSION_0_13 || !field_get(DTMCS_ABITS, *in) ||
               field_get(DTMCS_ABITS, *in) > ABITS_MAX))
        e = no_transport(x, m, *in);
    return e;
}

/* Also ends what an earlier user of the transport left behind. */
enum err rvdm_ask_transport(struct rvdm *x, struct rvdm_module *m)
{
    uint32_t dtmcs = 0;
    m->abits = 0;
    enum err e = scan_dtmcs(x, m, DTMCS_DMIRESET, &dtmcs);
    if (e)
        return e;
    m->abits = field_get(DTMCS_ABITS, dtmcs);
    m->idle = field_get(DTMCS_IDLE, dtmcs);
    for (unsigned i = 0; i < RVDM_PACES; i++)
        if (m->waits[i].clocks < m->idle)
            m->waits[i] = (struct rvdm_wait){.clocks = m->idle};
    return ERR_OK;
}

/* --- running --- */

/* One scan: the access that it made (NULL: none), and what it captured. */
struct scan {
    struct rvdm_op *op;
    uint8_t module, in[SCAN_BYTES];
};
struct scans {
    struct scan *list;
    size_t count;
};

static void queue_scan(struct rvdm *x, struct scans *s, unsigned module, struct rvdm_op *op)
{
    const struct rvdm_module *m = &x->modules[module];
    struct scan *scan = &s->list[s->count++];
    uint8_t out[SCAN_BYTES] = {0};
    scan->op = op;
    scan->module = (uint8_t)module;
    if (op) {
        bits_put_u64(out, 0, DMI_OP_BITS, op->op);
        bits_put_u64(out, DMI_OP_BITS, DMI_DATA_BITS, op->data);
        bits_put_u64(out, DMI_FIXED_BITS, m->abits, op->addr);
    }
    jtag_dr(
        x->jtag,
        &(struct jtag_field){
            .tap = m->tap, .ir = RISCV_IR_DMI, .bits = DMI_FIXED_BITS + m->abits, .out_bits = out, .in_bits = scan->in},
        1);
    if (op)
        queue_wait(x, m, (enum rvdm_pace)op->pace);
}

/* Those that are not done, and one more for each module, which brings the result of its last one. */
static void queue_scans(struct rvdm *x, struct scans *s, unsigned waiting)
{
    for (size_t i = 0; i < x->op_count; i++) {
        if (x->ops[i].is_done)
            continue;
        queue_scan(x, s, x->ops[i].module, &x->ops[i]);
        waiting |= BIT(x->ops[i].module);
    }
    for (unsigned i = 0; i < x->module_count; i++)
        if (waiting >> i & 1)
            queue_scan(x, s, i, NULL);
}

/* An access that a module has taken, and whose result is not known yet. */
struct taken {
    struct rvdm_op *op[DM_MAX_CORES];
    unsigned busy, failed; /* modules */
    bool is_lost;          /* what was scanned is not dmi */
    uint8_t failed_reg;
};

static void deliver(struct taken *t, unsigned module, const uint8_t *in)
{
    struct rvdm_op *op = t->op[module];
    if (op && op->in)
        *op->in = (uint32_t)bits_get_u64(in, DMI_OP_BITS, DMI_DATA_BITS);
    t->op[module] = NULL;
}

static void look_at_scans(const struct scans *s, struct taken *t)
{
    t->busy = t->failed = 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct scan *scan = &s->list[i];
        unsigned module = scan->module;
        if (t->busy >> module & 1)
            continue;
        uint64_t status = bits_get_u64(scan->in, 0, DMI_OP_BITS);
        if (status == DMI_BUSY) {
            t->busy |= BIT(module);
            continue;
        }
        t->is_lost |= status == DMI_RESERVED;
        if (status == DMI_FAILED && t->op[module]) {
            t->failed_reg = t->failed ? t->failed_reg : t->op[module]->addr; /* those after it fail in any case */
            t->failed |= BIT(module);
        }
        deliver(t, module, scan->in);
        t->op[module] = scan->op;
        if (scan->op)
            scan->op->is_done = true;
    }
}

static enum err end_busy(struct rvdm *x, const struct taken *t)
{
    enum err e = ERR_OK;
    for (unsigned i = 0; !e && i < x->module_count; i++) {
        uint32_t dtmcs;
        if (!((t->busy | t->failed) >> i & 1))
            continue;
        if (t->busy >> i & 1)
            rvdm_go_slower(&x->modules[i], t->op[i] ? (enum rvdm_pace)t->op[i]->pace : RVDM_PLAIN);
        e = scan_dtmcs(x, &x->modules[i], DTMCS_DMIRESET, &dtmcs);
    }
    return e;
}

/* A TAP that was reset holds IDCODE, whose first bits are no status. */
static enum err lost(struct rvdm *x)
{
    jtag_forget(x->jtag);
    for (unsigned i = 0; i < x->module_count; i++)
        x->modules[i].abits = 0;
    return err_at(x->base.log, ERR_POWERED_OFF,
                  "the debug transport lost its place: the chip was switched off or its TAP was reset meanwhile");
}

static bool has_every_module(unsigned reg)
{
    return reg == DM_DMSTATUS || reg == DM_DMCONTROL || reg == DM_ABSTRACTCS || reg == DM_COMMAND || reg == DM_DATA0;
}

/* What every module has can only fail when the module does not work. */
static enum err refused(struct rvdm *x, const struct taken *t)
{
    if (has_every_module(t->failed_reg))
        return err_at(
            x->base.log, ERR_POWERED_OFF,
            "the debug transport answers and the debug module behind it does not: it has no clock or no power, "
            "because the chip is in light sleep, or JTAG debugging was switched off");
    return err_at(x->base.log, ERR_UNSUPPORTED,
                  "the debug module refused an access to its register 0x%02x: it has none of that number, or wants to "
                  "be told who asks (authentication)",
                  t->failed_reg);
}

static enum err run_once(struct rvdm *x, struct taken *t)
{
    struct scans s = {.list = calloc(x->op_count + x->module_count, sizeof *s.list)};
    unsigned waiting = 0;
    for (unsigned i = 0; i < x->module_count; i++)
        waiting |= t->op[i] ? BIT(i) : 0;
    if (!s.list)
        return err_at(x->base.log, ERR_MEMORY, "no memory for a batch of debug module accesses");
    queue_scans(x, &s, waiting);
    enum err e = jtag_run(x->jtag);
    if (!e) {
        look_at_scans(&s, t);
        e = end_busy(x, t);
    }
    free(s.list);
    if (!e && t->is_lost)
        e = lost(x);
    return !e && t->failed ? refused(x, t) : e;
}

static enum err ask_transports(struct rvdm *x)
{
    enum err e = ERR_OK;
    for (size_t i = 0; !e && i < x->op_count; i++)
        if (!x->modules[x->ops[i].module].abits)
            e = rvdm_ask_transport(x, &x->modules[x->ops[i].module]);
    return e;
}

static void note_good(struct rvdm *x)
{
    size_t count[DM_MAX_CORES] = {0};
    for (size_t i = 0; i < x->op_count; i++)
        count[x->ops[i].module] += x->ops[i].pace == RVDM_PLAIN;
    for (unsigned i = 0; i < x->module_count; i++)
        rvdm_note_good(&x->modules[i], RVDM_PLAIN, count[i]);
}

enum err rvdm_run_accesses(struct rvdm *x)
{
    struct taken taken = {0};
    struct deadline deadline = deadline_ms(jtag_clock(x->jtag), x->timeout_ms);
    for (size_t i = 0; i < x->op_count; i++)
        x->ops[i].is_done = false;
    enum err e = x->is_short ? err_at(x->base.log, ERR_MEMORY, "no memory for a queue of debug module accesses")
                             : ask_transports(x);
    while (!e) {
        e = run_once(x, &taken);
        if (e || !taken.busy)
            break;
        if (deadline_passed(&deadline))
            e = err_at(x->base.log, ERR_TIMEOUT,
                       "the debug module was busy for %u ms: its clock stands still, or the chip is held in reset. "
                       "Reset the chip and try again",
                       (unsigned)x->timeout_ms);
    }
    if (!e)
        note_good(x);
    return e;
}

enum err rvdm_run_plain(struct rvdm *x)
{
    enum err e = rvdm_run_accesses(x);
    rvdm_forget_queue(x);
    return e;
}
