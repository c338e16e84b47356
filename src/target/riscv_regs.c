/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of a halted RISC-V core: what is learnt of a halt, filling the cache, and writing it back. */
#include "target/riscv_int.h"

#include <string.h>

#define EBREAKS (DCSR_EBREAKM | DCSR_EBREAKS | DCSR_EBREAKU)

int rv_csr_index(const struct core *c, unsigned csr)
{
    for (size_t i = RV_FIRST_CSR; i < *c->ops->reg_count; i++)
        if (c->ops->regs[i].number == csr)
            return (int)i;
    return -1;
}

enum err rv_csr_read(struct core *c, unsigned csr, uint32_t *value)
{
    return core_reg_read(c, (unsigned)rv_csr_index(c, csr), value);
}

void rv_csr_set(struct core *c, unsigned csr, uint32_t value)
{
    core_reg_set(c, (unsigned)rv_csr_index(c, csr), value);
}

/* What the debug module clobbered meanwhile is in the cache only, from where it is to be written back. */
static void note_clobbers(struct core *c)
{
    if (!c->is_learnt || !rvdm_take_clobbered(c->target->dm, c->index))
        return;
    core_reg(c, RISCV_S0)->is_dirty = core_reg(c, RISCV_S0)->is_valid;
    core_reg(c, RISCV_S1)->is_dirty = core_reg(c, RISCV_S1)->is_valid;
}

/* dpc holds the program's PC while the core is halted. Every use of the cache begins here, so what is to be known of it is
   noted here. */
unsigned rv_canonical(struct core *c, unsigned index)
{
    note_clobbers(c);
    const struct reg_desc *d = &c->ops->regs[index];
    return d->kind == REG_CSR && d->number == CSR_DPC ? RV_PC : index;
}

static uint32_t regno_of(const struct reg_desc *d)
{
    return d->kind == REG_GENERAL ? RISCV_REGNO_X(d->number) : d->number;
}

static enum err run(struct core *c)
{
    return c->target->dm->ops->run(c->target->dm);
}

/* --- learning a halt --- */

struct halt {
    uint32_t s0, s1, dpc, dcsr;
};

static void queue_why(struct core *c, struct halt *h)
{
    struct dm *dm = c->target->dm;
    rvdm_queue_read(dm, c->index, CSR_DPC, &h->dpc);
    rvdm_queue_read(dm, c->index, CSR_DCSR, &h->dcsr);
}

/* What the questions clobber is saved before they are asked; a queue may be run twice. */
static enum err ask(struct core *c, struct halt *h)
{
    struct dm *dm = c->target->dm;
    bool clobbers = rvdm_clobbers_for_csrs(dm, c->index);
    rvdm_queue_read(dm, c->index, RISCV_REGNO_X(RISCV_S0), &h->s0);
    rvdm_queue_read(dm, c->index, RISCV_REGNO_X(RISCV_S1), &h->s1);
    if (!clobbers)
        queue_why(c, h);
    enum err e = run(c);
    if (e == ERR_UNSUPPORTED && !clobbers) {
        e = rvdm_find_csr_way(dm, c->index);
        return e || !rvdm_clobbers_for_csrs(dm, c->index) ? e : ask(c, h);
    }
    if (!e && clobbers) {
        queue_why(c, h);
        e = run(c);
    }
    return e;
}

static bool has_hw_break_at(const struct target *t, uint32_t pc)
{
    for (size_t i = 0; i < t->breakpoint_count; i++)
        if (t->breakpoints[i].kind == BP_HARDWARE && t->breakpoints[i].addr == pc)
            return true;
    return false;
}

/* A trigger does not say what it stood for; where the core stands does. */
static enum halt_reason reason_of(const struct core *c, const struct halt *h)
{
    switch (field_get(DCSR_CAUSE, h->dcsr)) {
    case DCSR_CAUSE_EBREAK:
        return HALT_BREAKPOINT;
    case DCSR_CAUSE_TRIGGER:
        return has_hw_break_at(c->target, h->dpc) || !c->target->watchpoint_count ? HALT_BREAKPOINT : HALT_WATCHPOINT;
    case DCSR_CAUSE_STEP:
        return HALT_SINGLE_STEP;
    case DCSR_CAUSE_HALTREQ:
    case DCSR_CAUSE_RESETHALTREQ:
    case DCSR_CAUSE_GROUP:
        return HALT_REQUEST;
    default:
        return HALT_UNDEFINED;
    }
}

static void note_halt(struct core *c, const struct halt *h)
{
    core_forget_registers(c);
    c->cause = field_get(DCSR_CAUSE, h->dcsr);
    c->riscv.hit = 0;
    c->halt_pc = h->dpc;
    c->reason = reason_of(c, h);
    c->riscv.dcsr = h->dcsr;
    core_reg_learn(c, 0, 0);
    core_reg_learn(c, RISCV_S0, h->s0);
    core_reg_learn(c, RISCV_S1, h->s1);
    core_reg_learn(c, RV_PC, h->dpc);
    core_reg_learn(c, RV_PRIV, field_get(DCSR_PRV, h->dcsr));
    core_reg_learn(c, (unsigned)rv_csr_index(c, CSR_DCSR), h->dcsr);
    c->is_learnt = true;
}

/* Once for a core of an unknown chip: what it is. */
static enum err look_at_core(struct core *c)
{
    struct dm *dm = c->target->dm;
    bool is_64_bit = false;
    uint32_t misa = MISA_C; /* a chip that is known has them */
    enum err e = ERR_OK;
    if (c->target->chip->isa == ISA_RV32_ANY) {
        e = rvdm_is_64_bit(dm, c->index, &is_64_bit);
        if (!e && !is_64_bit) {
            rvdm_queue_read(dm, c->index, CSR_MISA, &misa);
            e = run(c);
        }
    }
    if (e)
        return e;
    if (is_64_bit)
        return err_at(c->target->log, ERR_UNSUPPORTED,
                      "%s has registers of 64 bits, and espocd debugs cores of 32 bits only", c->name);
    rvdm_set_compressed(dm, c->index, misa & MISA_C);
    c->riscv.is_known = true;
    return ERR_OK;
}

static enum err learn_one(struct core *c)
{
    struct halt h = {0};
    (void)rvdm_take_clobbered(c->target->dm, c->index); /* of a time before this halt */
    enum err e = ask(c, &h);
    if (e)
        return e;
    note_halt(c, &h);
    return c->riscv.is_known ? ERR_OK : look_at_core(c);
}

/* One by one: a module obeys abstract commands for one core at a time. */
enum err rv_learn_halt(struct target *t, unsigned cores)
{
    enum err e = ERR_OK;
    t->dm->ops->queue_acknowledge(t->dm, cores);
    for (unsigned i = 0; !e && i < t->core_count; i++)
        if (core_has(cores, i))
            e = learn_one(&t->cores[i]);
    return e;
}

/* --- reading --- */

static bool is_absent(const struct core *c, unsigned index)
{
    return c->riscv.absent[index / 32] & BIT(index % 32);
}

/* The core has no such register, or a debugger cannot read it. */
static bool means_absent(enum err e)
{
    return e == ERR_EXEC || e == ERR_UNSUPPORTED;
}

static enum err fetch_one_by_one(struct core *c, const uint16_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t value = 0;
        rvdm_queue_read(c->target->dm, c->index, regno_of(&c->ops->regs[list[i]]), &value);
        enum err e = run(c);
        if (means_absent(e)) {
            err_forget(c->target->log);
            core_reg(c, list[i])->is_absent = true;
            c->riscv.absent[list[i] / 32] |= BIT(list[i] % 32);
        } else if (e) {
            return e;
        } else {
            core_reg_learn(c, list[i], value);
        }
    }
    return ERR_OK;
}

enum err rv_fetch(struct core *c, const uint16_t *list, size_t count)
{
    enum { FETCH_MAX = 256 };
    uint16_t wanted[FETCH_MAX];
    uint32_t values[FETCH_MAX] = {0};
    size_t n = 0;
    for (size_t i = 0; i < count && n < FETCH_MAX; i++) {
        struct reg_value *r = core_reg(c, list[i]);
        if (is_absent(c, list[i]))
            r->is_absent = true;
        else if (!r->is_valid)
            wanted[n++] = list[i];
    }
    for (size_t i = 0; i < n; i++)
        rvdm_queue_read(c->target->dm, c->index, regno_of(&c->ops->regs[wanted[i]]), &values[i]);
    enum err e = n ? run(c) : ERR_OK;
    if (means_absent(e)) {
        err_forget(c->target->log);
        return fetch_one_by_one(c, wanted, n);
    }
    for (size_t i = 0; !e && i < n; i++)
        core_reg_learn(c, wanted[i], values[i]);
    return e;
}

/* --- writing back --- */

/* What dcsr is to be when the core runs: the program's privilege level, breaks for the debugger, and a step or none. */
static uint32_t dcsr_wanted(struct core *c)
{
    uint32_t dcsr = core_reg(c, (unsigned)rv_csr_index(c, CSR_DCSR))->value | EBREAKS;
    dcsr = field_put(DCSR_PRV, dcsr, core_reg(c, RV_PRIV)->value);
    dcsr &= ~(DCSR_STEP | DCSR_STEPIE);
    dcsr |= c->riscv.wants_step ? DCSR_STEP : 0;
    return dcsr | (c->riscv.wants_interrupts ? DCSR_STEPIE : 0);
}

static bool is_plain_csr(const struct core *c, unsigned index)
{
    return c->ops->regs[index].kind == REG_CSR && c->ops->regs[index].number != CSR_DCSR;
}

static void queue_write(struct core *c, unsigned index)
{
    rvdm_queue_write(c->target->dm, c->index, regno_of(&c->ops->regs[index]), core_reg(c, index)->value);
}

/* CSRs first: reaching them may cost s0. */
static bool queue_flush(struct core *c)
{
    size_t count = *c->ops->reg_count;
    uint32_t dcsr = dcsr_wanted(c);
    bool has_any = dcsr != c->riscv.dcsr;
    for (unsigned i = RV_PC; i < count; i++) {
        bool is_wanted = core_reg(c, i)->is_dirty && (i == RV_PC || is_plain_csr(c, i));
        has_any |= is_wanted;
        if (is_wanted)
            queue_write(c, i);
    }
    if (dcsr != c->riscv.dcsr)
        rvdm_queue_write(c->target->dm, c->index, CSR_DCSR, dcsr);
    if (rvdm_clobbers_for_csrs(c->target->dm, c->index) && has_any)
        core_reg(c, RISCV_S0)->is_dirty = true;
    for (unsigned i = 1; i < RISCV_GENERAL_REGS; i++) {
        has_any |= core_reg(c, i)->is_dirty;
        if (core_reg(c, i)->is_dirty)
            queue_write(c, i);
    }
    return has_any;
}

static void clean(struct core *c)
{
    c->riscv.dcsr = dcsr_wanted(c);
    core_reg(c, (unsigned)rv_csr_index(c, CSR_DCSR))->value = c->riscv.dcsr;
    for (unsigned i = 0; i < *c->ops->reg_count; i++) {
        struct reg_value *r = core_reg(c, i);
        if (!r->is_dirty)
            continue;
        r->is_dirty = false;
        r->is_valid = !is_plain_csr(c, i); /* a CSR keeps what it likes of a value */
    }
}

/* One of them was refused: which? It is given up, and the rest written. */
static enum err flush_one_by_one(struct core *c)
{
    enum err worst = ERR_OK;
    for (unsigned i = RV_FIRST_CSR; i < *c->ops->reg_count; i++) {
        if (!core_reg(c, i)->is_dirty || !is_plain_csr(c, i))
            continue;
        queue_write(c, i);
        enum err e = run(c);
        if (e && !means_absent(e))
            return e;
        if (e)
            worst = err_at(c->target->log, e, "register %s of %s cannot be written", c->ops->regs[i].name, c->name);
        *core_reg(c, i) = (struct reg_value){0};
    }
    return worst;
}

/* Only when nothing else has to be done may the core run. */
enum err rv_flush(struct core *c)
{
    struct dm *dm = c->target->dm;
    enum err e = rv_flush_triggers(c), worst = ERR_OK;
    if (!e)
        e = rvdm_fence(dm, c->index);
    if (e)
        return e;
    note_clobbers(c);
    if (!queue_flush(c))
        return ERR_OK;
    e = run(c);
    if (means_absent(e)) {
        worst = flush_one_by_one(c);
        (void)queue_flush(c);
        e = run(c);
    }
    (void)rvdm_take_clobbered(dm, c->index); /* what was clobbered on the way was written last */
    if (!e)
        clean(c);
    return e ? e : worst;
}
