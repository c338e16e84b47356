/* SPDX-License-Identifier: Apache-2.0 */
/* Switching the modules on, asking what the cores do, stopping, letting go, and resetting them. */
#include "dm/xocd_int.h"
#include "regs/xtensa.h"

#define WAKE_UP        (PWRCTL_CORE_WAKEUP | PWRCTL_MEM_WAKEUP | PWRCTL_DEBUG_WAKEUP)
#define WAS_RESET      (PWRSTAT_CORE_WAS_RESET | PWRSTAT_DEBUG_WAS_RESET)
#define DSR_PENDING    (DSR_DEBUG_PEND_BREAK | DSR_DEBUG_PEND_HOST | DSR_DEBUG_PEND_TRAX)
#define DSR_TAKEN      (DSR_DEBUG_INT_BREAK | DSR_DEBUG_INT_HOST | DSR_DEBUG_INT_TRAX)
#define FORCED_HALT    (DCR_ENABLE_OCD | DCR_DEBUG_INTERRUPT | DCR_INTERRUPT_ALL_CONDS)
#define OCDID_ABSENT   UINT32_MAX
#define PWRSTAT_SILENT 0xFFU /* TDO is pulled up */

/* Xtensa ISA: RFDO */
#define INSTRUCTION_RFDO 0xF1E000U

static const struct {
    unsigned of_network;
    uint32_t of_dcr;
} break_bits[] = {
    {DM_BREAK_IN, DCR_BREAK_IN_EN},
    {DM_BREAK_OUT, DCR_BREAK_OUT_EN},
    {DM_RUN_STALL_IN, DCR_RUN_STALL_IN_EN},
    {DM_DEBUG_MODE_OUT, DCR_DEBUG_MODE_OUT_EN},
};

static void queue_break_networks(struct xocd *x, unsigned cores)
{
    struct xocd_access set = {.cores = cores, .reg = NAR_DCRSET, .is_write = true};
    struct xocd_access clear = {.cores = cores, .reg = NAR_DCRCLR, .is_write = true};
    for (unsigned c = 0; c < x->base.core_count; c++) {
        set.out[c] = DCR_ENABLE_OCD;
        for (unsigned i = 0; i < sizeof break_bits / sizeof break_bits[0]; i++) {
            bool is_set = x->cores[c].break_network & break_bits[i].of_network;
            set.out[c] |= is_set ? break_bits[i].of_dcr : 0;
            clear.out[c] |= is_set ? 0 : break_bits[i].of_dcr;
        }
    }
    xocd_queue(x, &set);
    xocd_queue(x, &clear);
}

/* JtagDebugUse has to rise after the wake-up bits are set (the manual, by esp-idf's xdm-regs.h). */
static void queue_set_up(struct xocd *x, unsigned cores)
{
    xocd_queue_power(x, cores, XTENSA_IR_PWRCTL, WAKE_UP, NULL);
    xocd_queue_power(x, cores, XTENSA_IR_PWRCTL, WAKE_UP | PWRCTL_JTAG_DEBUG_USE, NULL);
    queue_break_networks(x, cores);
}

static void queue_status(struct xocd *x, unsigned cores, uint32_t *pwrstat, uint32_t *now)
{
    xocd_queue_power(x, cores, XTENSA_IR_PWRSTAT, WAS_RESET, pwrstat);
    xocd_queue_power(x, cores, XTENSA_IR_PWRSTAT, WAS_RESET, now); /* what comes back at once is a reset that lasts */
    struct xocd_access dsr = {.cores = cores, .reg = NAR_DSR};
    for (unsigned i = 0; i < DM_MAX_CORES; i++)
        dsr.in[i] = &x->dsr[i];
    xocd_queue(x, &dsr);
}

static struct dm_status status_of(uint32_t pwrstat, uint32_t now, uint32_t dsr)
{
    bool is_online = dsr != UINT32_MAX && (dsr & DSR_DBG_MOD_POWER_ON);
    bool has_tap = now != 0 && now != PWRSTAT_SILENT; /* which has PWRSTAT */
    return (struct dm_status){
        .is_online = is_online,
        .has_tap = has_tap,
        .is_halted = is_online && (dsr & DSR_STOPPED),
        .is_in_reset = is_online && (now & PWRSTAT_CORE_WAS_RESET),
        .is_stalled = is_online && (dsr & DSR_RUN_STALL_SAMPLE),
        .core_was_reset = has_tap && (pwrstat & PWRSTAT_CORE_WAS_RESET),
        .debug_was_reset = has_tap && (pwrstat & PWRSTAT_DEBUG_WAS_RESET),
        .raw = dsr,
    };
}

/* What a queue of set-ups and status reads brings. */
struct round_trip {
    uint32_t pwrstat[DM_MAX_CORES], now[DM_MAX_CORES], id[DM_MAX_CORES];
};

static void queue_start(struct xocd *x, unsigned cores, struct round_trip *r)
{
    struct xocd_access read_id = {.cores = cores, .reg = NAR_OCDID};
    for (unsigned i = 0; i < DM_MAX_CORES; i++)
        read_id.in[i] = &r->id[i];
    queue_set_up(x, cores);
    xocd_queue(x, &read_id);
}

static struct dm_status note_start(struct xocd *x, unsigned i, const struct round_trip *r)
{
    bool is_there = r->id[i] != 0 && r->id[i] != OCDID_ABSENT;
    x->cores[i].id = is_there ? r->id[i] : 0;
    struct dm_status status = status_of(r->pwrstat[i], r->now[i], is_there ? x->dsr[i] : 0);
    status.raw = x->dsr[i];
    return status;
}

enum err xocd_examine(struct dm *d, unsigned cores, struct dm_status *status)
{
    struct xocd *x = (struct xocd *)d;
    struct round_trip r = {0};
    queue_start(x, cores, &r);
    queue_status(x, cores, r.pwrstat, r.now);
    enum err e = xocd_run_scans(x);
    for (unsigned i = 0; !e && i < d->core_count; i++)
        if (cores >> i & 1)
            status[i] = note_start(x, i, &r);
    return e;
}

static unsigned absent_cores(const struct xocd *x)
{
    unsigned absent = 0;
    for (unsigned i = 0; i < x->base.core_count; i++)
        absent |= x->cores[i].id ? 0 : BIT(i);
    return absent;
}

/* A module that did not answer before is started on suspicion, in the same round trip: it may have been given its clock. */
enum err xocd_poll(struct dm *d, struct dm_status *status)
{
    struct xocd *x = (struct xocd *)d;
    struct round_trip r = {0};
    unsigned lost = 0, absent = absent_cores(x);

    queue_start(x, absent, &r);
    queue_status(x, xocd_all(x), r.pwrstat, r.now);
    enum err e = xocd_run_scans(x);
    for (unsigned i = 0; !e && i < d->core_count; i++) {
        bool was_absent = absent >> i & 1;
        status[i] = was_absent ? note_start(x, i, &r) : status_of(r.pwrstat[i], r.now[i], x->dsr[i]);
        if (was_absent)
            status[i].debug_was_reset |= status[i].is_online;
        else if (!status[i].is_online || status[i].debug_was_reset)
            lost |= BIT(i);
    }
    if (e || !lost)
        return e;

    /* A module that was reset, or lost its power, starts anew. */
    struct dm_status again[DM_MAX_CORES] = {0};
    e = xocd_examine(d, lost, again);
    for (unsigned i = 0; !e && i < d->core_count; i++) {
        if (!(lost >> i & 1))
            continue;
        bool was_online = status[i].is_online;
        again[i].core_was_reset |= status[i].core_was_reset;
        again[i].debug_was_reset |= status[i].debug_was_reset || (again[i].is_online && !was_online);
        status[i] = again[i];
    }
    return e;
}

void xocd_queue_break_network(struct dm *d, unsigned cores, unsigned mask)
{
    struct xocd *x = (struct xocd *)d;
    unsigned present = 0;
    for (unsigned i = 0; i < d->core_count; i++) {
        if (!(cores >> i & 1))
            continue;
        x->cores[i].break_network = mask;
        present |= x->cores[i].id ? BIT(i) : 0;
    }
    queue_break_networks(x, present);
}

void xocd_queue_halt(struct dm *d, unsigned cores, bool force)
{
    struct xocd *x = (struct xocd *)d;
    xocd_queue_write(x, cores, NAR_DCRSET, force ? FORCED_HALT : DCR_ENABLE_OCD | DCR_DEBUG_INTERRUPT);
}

void xocd_queue_acknowledge(struct dm *d, unsigned cores)
{
    struct xocd *x = (struct xocd *)d;
    xocd_queue_write(x, cores, NAR_DCRCLR, DCR_DEBUG_INTERRUPT | DCR_INTERRUPT_ALL_CONDS);
    xocd_queue_write(x, cores, NAR_DSR, DSR_PENDING | DSR_TAKEN);
}

/* A break that the halt of one core left pending in another would stop that one again: all are cleared first. */
void xocd_queue_resume(struct dm *d, unsigned cores)
{
    struct xocd *x = (struct xocd *)d;
    unsigned present = 0;
    for (unsigned i = 0; i < d->core_count; i++)
        present |= x->cores[i].id ? BIT(i) : 0;
    unsigned used = x->used;
    xocd_queue_write(x, present, NAR_DSR, DSR_PENDING | DSR_TAKEN);
    x->used = used; /* the others are not asked what became of it */
    xocd_queue_instruction(x, cores, INSTRUCTION_RFDO);
    x->leaves |= cores;
}

enum err xocd_assert_reset(struct dm *d, unsigned cores)
{
    struct xocd *x = (struct xocd *)d;
    xocd_queue_power(x, cores, XTENSA_IR_PWRCTL, WAKE_UP | PWRCTL_CORE_RESET, NULL);
    xocd_queue_power(x, cores, XTENSA_IR_PWRCTL, WAKE_UP | PWRCTL_CORE_RESET | PWRCTL_JTAG_DEBUG_USE, NULL);
    return xocd_run_scans(x);
}

/* The request to stop is there before the core starts, so it stops at its vector with no instruction done. It is forced,
   because a core starts with all interrupts masked. */
enum err xocd_deassert_reset(struct dm *d, unsigned cores, bool halt)
{
    struct xocd *x = (struct xocd *)d;
    if (halt)
        xocd_queue_write(x, cores, NAR_DCRSET, FORCED_HALT);
    else
        xocd_queue_write(x, cores, NAR_DCRCLR, DCR_DEBUG_INTERRUPT | DCR_INTERRUPT_ALL_CONDS);
    xocd_queue_power(x, cores, XTENSA_IR_PWRCTL, WAKE_UP | PWRCTL_JTAG_DEBUG_USE, NULL);
    queue_break_networks(x, cores);
    return xocd_run_scans(x);
}

enum err xocd_drive_reset_line(struct dm *d, bool asserted)
{
    return jtag_drive_reset(((struct xocd *)d)->jtag, asserted);
}
