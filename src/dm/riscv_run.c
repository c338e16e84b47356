/* SPDX-License-Identifier: Apache-2.0 */
/* Waking the modules, asking what the cores do, stopping, letting go, and resetting them. */
#include "dm/riscv_int.h"

enum { ACTIVE_TIMEOUT_MS = 100, HARTS_OF_WINDOW = 32 };
#define ALL_HARTS  (DMCONTROL_HARTSELLO | DMCONTROL_HARTSELHI)
#define SBCS_CLEAR (SBCS_BUSYERROR | SBCS_ERROR)

uint32_t rvdm_dmcontrol(const struct rvdm *x, unsigned core)
{
    const struct rvdm_core *c = &x->cores[core];
    uint32_t value = DMCONTROL_DMACTIVE;
    value = field_put(DMCONTROL_HARTSELLO, value, c->hart);
    value = field_put(DMCONTROL_HARTSELHI, value, c->hart >> HARTSELLO_BITS);
    value |= c->wants_halt ? DMCONTROL_HALTREQ : 0;
    value |= c->holds_reset ? DMCONTROL_HARTRESET : 0;
    return value | (x->modules[c->module].holds_ndmreset ? DMCONTROL_NDMRESET : 0);
}

/* Queues: dmcontrol for this core with more bits set; the core is selected then. */
static void queue_control(struct rvdm *x, unsigned core, uint32_t more)
{
    rvdm_dmi_write(x, x->cores[core].module, DM_DMCONTROL, rvdm_dmcontrol(x, core) | more);
    rvdm_module_of(x, core)->hart = x->cores[core].hart;
}

static unsigned cores_of_module(const struct rvdm *x, unsigned module, unsigned cores)
{
    unsigned mask = 0;
    for (unsigned i = 0; i < x->base.core_count; i++)
        if ((cores >> i & 1) && x->cores[i].module == module)
            mask |= BIT(i);
    return mask;
}

static unsigned first_of(unsigned cores)
{
    return (unsigned)__builtin_ctz(cores);
}

/* --- examining --- */

/* What a module says of itself. */
struct answer {
    uint32_t active, widest, dmstatus, hartinfo, sbcs, abstractcs, abstractauto;
    uint32_t group[DM_MAX_CORES], status[DM_MAX_CORES];
};

static void queue_examine(struct rvdm *x, unsigned module, struct answer *a)
{
    unsigned mine = cores_of_module(x, module, UINT32_MAX);
    rvdm_dmi_write(x, module, DM_DMCONTROL, DMCONTROL_DMACTIVE);
    rvdm_dmi_read(x, module, DM_DMCONTROL, &a->active);
    rvdm_dmi_write(x, module, DM_DMCONTROL, DMCONTROL_DMACTIVE | DMCONTROL_HASEL | ALL_HARTS);
    rvdm_dmi_read(x, module, DM_DMCONTROL, &a->widest);
    queue_control(x, first_of(mine), 0);
    rvdm_dmi_read(x, module, DM_DMSTATUS, &a->dmstatus);
    rvdm_dmi_read(x, module, DM_HARTINFO, &a->hartinfo);
    rvdm_dmi_read(x, module, DM_SBCS, &a->sbcs);
    rvdm_dmi_read(x, module, DM_ABSTRACTCS, &a->abstractcs);
    rvdm_dmi_write(x, module, DM_ABSTRACTAUTO, ABSTRACTAUTO_DATA0);
    rvdm_dmi_read(x, module, DM_ABSTRACTAUTO, &a->abstractauto);
    rvdm_dmi_write(x, module, DM_ABSTRACTAUTO, 0);
    rvdm_dmi_write(x, module, DM_SBCS, SBCS_CLEAR);
    rvdm_dmi_write(x, module, DM_ABSTRACTCS, ABSTRACTCS_CMDERR);
    for (unsigned i = 0; i < x->base.core_count; i++) {
        if (!(mine >> i & 1))
            continue;
        rvdm_queue_select(x, i);
        rvdm_dmi_read(x, module, DM_DMSTATUS, &a->status[i]);
        if (mine == BIT(i))
            continue; /* a group of one is none */
        rvdm_dmi_write(x, module, DM_DMCS2, DMCS2_HGWRITE | field_put(DMCS2_GROUP, 0, 1));
        rvdm_dmi_read(x, module, DM_DMCS2, &a->group[i]);
        rvdm_dmi_write(x, module, DM_DMCS2, DMCS2_HGWRITE | field_put(DMCS2_GROUP, 0, x->cores[i].group));
    }
}

static bool is_known_version(uint32_t dmstatus)
{
    uint32_t version = field_get(DMSTATUS_VERSION, dmstatus);
    return version == DMSTATUS_VERSION_0_13 || version == DMSTATUS_VERSION_1_0;
}

static enum err check_module(struct rvdm *x, const struct rvdm_module *m, const struct answer *a)
{
    const char *tap = jtag_tap(x->jtag, m->tap)->name;
    if (!is_known_version(a->dmstatus) && field_get(DMSTATUS_VERSION, a->dmstatus) != DMSTATUS_VERSION_NONE)
        return err_at(x->base.log, ERR_UNSUPPORTED,
                      "the debug module behind TAP %s is of version %u (dmstatus 0x%08x), and only those of the debug "
                      "specifications 0.13 and 1.0 (versions 2 and 3) are known here",
                      tap, (unsigned)field_get(DMSTATUS_VERSION, a->dmstatus), (unsigned)a->dmstatus);
    if (is_known_version(a->dmstatus) && !(a->dmstatus & DMSTATUS_AUTHENTICATED))
        return err_at(x->base.log, ERR_UNSUPPORTED,
                      "the debug module behind TAP %s wants the debugger to prove who it is (dmstatus 0x%08x, not "
                      "authenticated), which no chip of Espressif's does: it is locked, or another chip",
                      tap, (unsigned)a->dmstatus);
    return ERR_OK;
}

static void note_module(struct rvdm *x, unsigned module, const struct answer *a)
{
    struct rvdm_module *m = &x->modules[module];
    m->version = field_get(DMSTATUS_VERSION, a->dmstatus);
    m->is_up = is_known_version(a->dmstatus) && (a->active & DMCONTROL_DMACTIVE);
    m->dmstatus = a->dmstatus;
    m->hartinfo = a->hartinfo;
    m->sbcs = a->sbcs;
    m->abstractcs = a->abstractcs;
    m->has_autoexec = a->abstractauto & ABSTRACTAUTO_DATA0;
    m->has_hart_array = a->widest & DMCONTROL_HASEL;
    m->has_groups = false;
    for (unsigned i = 0; i < DM_MAX_CORES; i++)
        m->has_groups |= field_get(DMCS2_GROUP, a->group[i]) == 1;
}

/* It may take its time to wake up: dmactive reads 1 then. */
static enum err examine_module(struct rvdm *x, unsigned module, struct answer *a)
{
    struct rvdm_module *m = &x->modules[module];
    struct deadline deadline = deadline_ms(jtag_clock(x->jtag), ACTIVE_TIMEOUT_MS);
    enum err e = rvdm_ask_transport(x, m);
    do {
        if (e)
            return e;
        *a = (struct answer){0};
        m->hart = RVDM_NO_HART;
        queue_examine(x, module, a);
        e = rvdm_run_plain(x);
    } while (!e && !(a->active & DMCONTROL_DMACTIVE) && !deadline_passed(&deadline));
    if (!e)
        e = check_module(x, m, a);
    if (!e)
        note_module(x, module, a);
    return e;
}

/* --- status --- */

static struct dm_status status_of(const struct rvdm *x, unsigned core, uint32_t dmstatus)
{
    const struct rvdm_core *c = &x->cores[core];
    const struct rvdm_module *m = &x->modules[c->module];
    bool is_in_reset = m->holds_ndmreset || c->holds_reset;
    bool is_there = is_known_version(dmstatus) && !(dmstatus & (DMSTATUS_ANYNONEXISTENT | DMSTATUS_ANYUNAVAIL));
    bool is_halted = is_there && !is_in_reset && (dmstatus & DMSTATUS_ALLHALTED) && !c->is_resuming;
    return (struct dm_status){
        .is_online = is_there || (m->is_up && is_in_reset),
        .has_tap = is_known_version(dmstatus),
        .is_halted = is_halted,
        .is_in_reset = is_in_reset,
        .core_was_reset = is_known_version(dmstatus) && (dmstatus & DMSTATUS_ANYHAVERESET),
        .raw = dmstatus,
    };
}

/* A core that was let go says so; until then it still looks halted. A reset is said until it is acknowledged, which goes out
   with the next queue. */
static struct dm_status note_status(struct rvdm *x, unsigned core, uint32_t dmstatus)
{
    struct rvdm_core *c = &x->cores[core];
    c->status = dmstatus;
    if (dmstatus & (DMSTATUS_ALLRESUMEACK | DMSTATUS_ALLRUNNING | DMSTATUS_ANYHAVERESET))
        c->is_resuming = false;
    struct dm_status status = status_of(x, core, dmstatus);
    c->is_there = status.is_online;
    c->is_halted = status.is_halted;
    if (status.core_was_reset && x->modules[c->module].is_up)
        queue_control(x, core, DMCONTROL_ACKHAVERESET);
    return status;
}

enum err rvdm_examine(struct dm *d, unsigned cores, struct dm_status *status)
{
    struct rvdm *x = rvdm_of(d);
    enum err first = ERR_OK;
    unsigned found = 0;
    for (unsigned m = 0; m < x->module_count; m++) {
        unsigned mine = cores_of_module(x, m, cores);
        struct answer a = {0};
        if (!mine)
            continue;
        enum err e = examine_module(x, m, &a);
        if (e && e != ERR_NO_CHIP && e != ERR_POWERED_OFF)
            return e;
        bool is_dead = e == ERR_POWERED_OFF; /* its TAP answers: a chip that sleeps comes back by itself */
        if (is_dead) {
            x->modules[m].is_up = false;
            err_forget(d->log);
        } else {
            first = first ? first : e;
        }
        found += !e || is_dead;
        for (unsigned i = 0; i < d->core_count; i++) {
            if (!(mine >> i & 1))
                continue;
            status[i] = note_status(x, i, e ? 0 : a.status[i]);
            status[i].has_tap |= is_dead;
        }
    }
    return found ? ERR_OK : first;
}

static bool is_lost(const struct rvdm *x, unsigned core, uint32_t dmstatus)
{
    return !x->modules[x->cores[core].module].is_up || !is_known_version(dmstatus);
}

/* A module that was reset is woken anew; so is one behind a TAP that was reset, or that has not answered yet. */
enum err rvdm_poll(struct dm *d, struct dm_status *status)
{
    struct rvdm *x = rvdm_of(d);
    uint32_t dmstatus[DM_MAX_CORES] = {0};
    unsigned lost = 0;
    for (unsigned i = 0; i < d->core_count; i++) {
        if (!rvdm_module_of(x, i)->is_up)
            continue;
        rvdm_queue_select(x, i);
        rvdm_dmi_read(x, x->cores[i].module, DM_DMSTATUS, &dmstatus[i]);
    }
    enum err e = rvdm_run_plain(x);
    if (e == ERR_POWERED_OFF) {
        err_forget(d->log);
        e = ERR_OK;
        for (unsigned i = 0; i < d->core_count; i++)
            dmstatus[i] = 0;
    }
    for (unsigned i = 0; !e && i < d->core_count; i++) {
        if (is_lost(x, i, dmstatus[i]))
            lost |= BIT(i);
        else
            status[i] = note_status(x, i, dmstatus[i]);
    }
    if (e || !lost)
        return e;
    struct dm_status again[DM_MAX_CORES] = {0};
    e = rvdm_examine(d, lost, again);
    for (unsigned i = 0; !e && i < d->core_count; i++) {
        if (!(lost >> i & 1))
            continue;
        status[i] = again[i];
        status[i].debug_was_reset = again[i].is_online;
    }
    return e;
}

/* --- stopping and letting go --- */

/* Queues a request to these cores: with one access for those of a module, where it can, so that they act together. */
static void queue_request(struct rvdm *x, unsigned cores, uint32_t request)
{
    for (unsigned m = 0; m < x->module_count; m++) {
        unsigned mine = cores_of_module(x, m, cores);
        uint32_t window = 0;
        if (!mine || !x->modules[m].is_up)
            continue;
        for (unsigned i = 0; i < x->base.core_count; i++)
            if (mine >> i & 1)
                window |= x->cores[i].hart < HARTS_OF_WINDOW ? BIT(x->cores[i].hart) : 0;
        if (x->modules[m].has_hart_array && __builtin_popcount(window) > 1 &&
            __builtin_popcount(window) == __builtin_popcount(mine)) {
            rvdm_dmi_write(x, m, DM_HAWINDOWSEL, 0);
            rvdm_dmi_write(x, m, DM_HAWINDOW, window);
            queue_control(x, first_of(mine), DMCONTROL_HASEL | request);
            x->modules[m].hart = RVDM_NO_HART; /* alone */
            continue;
        }
        for (unsigned i = 0; i < x->base.core_count; i++)
            if (mine >> i & 1)
                queue_control(x, i, request);
    }
}

static unsigned note_request(struct rvdm *x, unsigned cores, bool wants_halt)
{
    unsigned changed = 0;
    for (unsigned i = 0; i < x->base.core_count; i++) {
        if (!(cores >> i & 1))
            continue;
        changed |= x->cores[i].wants_halt != wants_halt ? BIT(i) : 0;
        x->cores[i].wants_halt = wants_halt;
    }
    return changed;
}

/* No code can mask the request. */
void rvdm_queue_halt(struct dm *d, unsigned cores, bool force)
{
    (void)force;
    note_request(rvdm_of(d), cores, true);
    queue_request(rvdm_of(d), cores, 0);
}

void rvdm_queue_acknowledge(struct dm *d, unsigned cores)
{
    struct rvdm *x = rvdm_of(d);
    queue_request(x, note_request(x, cores, false), 0);
    for (unsigned i = 0; i < d->core_count; i++) {
        if (!(cores >> i & 1) || !x->cores[i].halts_at_reset)
            continue;
        x->cores[i].halts_at_reset = false;
        queue_control(x, i, DMCONTROL_CLRRESETHALTREQ);
    }
}

void rvdm_queue_resume(struct dm *d, unsigned cores)
{
    struct rvdm *x = rvdm_of(d);
    note_request(x, cores, false);
    queue_request(x, cores, DMCONTROL_RESUMEREQ);
    for (unsigned i = 0; i < d->core_count; i++)
        if (cores >> i & 1)
            x->cores[i].is_resuming = !(x->cores[i].is_halted = false);
}

/* A core is in the halt group of the others when it both tells them and listens. */
void rvdm_queue_break_network(struct dm *d, unsigned cores, unsigned mask)
{
    struct rvdm *x = rvdm_of(d);
    for (unsigned i = 0; i < d->core_count; i++) {
        const struct rvdm_module *m = rvdm_module_of(x, i);
        if (!(cores >> i & 1))
            continue;
        x->cores[i].group = (mask & DM_BREAK_IN) && (mask & DM_BREAK_OUT) ? 1 : 0;
        if (!m->is_up || !m->has_groups)
            continue;
        rvdm_queue_select(x, i);
        rvdm_dmi_write(x, x->cores[i].module, DM_DMCS2, DMCS2_HGWRITE | field_put(DMCS2_GROUP, 0, x->cores[i].group));
    }
}

/* --- resets --- */

static bool are_all_of_module(const struct rvdm *x, unsigned core, unsigned cores)
{
    return (cores_of_module(x, x->cores[core].module, UINT32_MAX) & ~cores) == 0;
}

/* Some cores of a module: hartreset, where it has that. */
static enum err hold_some(struct rvdm *x, unsigned core)
{
    uint32_t control = 0;
    x->cores[core].holds_reset = true;
    queue_control(x, core, 0);
    rvdm_dmi_read(x, x->cores[core].module, DM_DMCONTROL, &control);
    enum err e = rvdm_run_plain(x);
    if (e || (control & DMCONTROL_HARTRESET))
        return e;
    x->cores[core].holds_reset = false;
    return err_at(x->base.log, ERR_UNSUPPORTED,
                  "the debug module cannot reset core %u alone: reset all cores of the chip together", core);
}

/* All cores of a module: ndmreset, which takes all but the module. */
enum err rvdm_assert_reset(struct dm *d, unsigned cores)
{
    struct rvdm *x = rvdm_of(d);
    enum err e = ERR_OK;
    for (unsigned i = 0; !e && i < d->core_count; i++) {
        if (!(cores >> i & 1))
            continue;
        if (!are_all_of_module(x, i, cores)) {
            e = hold_some(x, i);
            continue;
        }
        rvdm_module_of(x, i)->holds_ndmreset = true;
        queue_control(x, i, 0);
    }
    return e ? e : rvdm_run_plain(x);
}

/* The request to stop stands before the core starts, so it stops at its vector with no instruction done. */
enum err rvdm_deassert_reset(struct dm *d, unsigned cores, bool halt)
{
    struct rvdm *x = rvdm_of(d);
    note_request(x, cores, halt);
    for (unsigned i = 0; i < d->core_count; i++) {
        const struct rvdm_module *m = rvdm_module_of(x, i);
        if (!(cores >> i & 1))
            continue;
        x->cores[i].halts_at_reset = halt && (m->dmstatus & DMSTATUS_HASRESETHALTREQ);
        queue_control(x, i, x->cores[i].halts_at_reset ? DMCONTROL_SETRESETHALTREQ : 0);
    }
    for (unsigned i = 0; i < d->core_count; i++) {
        if (!(cores >> i & 1))
            continue;
        x->cores[i].holds_reset = x->cores[i].is_resuming = false;
        rvdm_module_of(x, i)->holds_ndmreset = false;
        queue_control(x, i, 0);
    }
    return rvdm_run_plain(x);
}
