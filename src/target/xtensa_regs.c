/* SPDX-License-Identifier: Apache-2.0 */
/* Where the registers of a halted Xtensa core are, how they are reached, and what is learnt of a halt. */
#include "target/xtensa_int.h"

#include "regs/xtensa.h"

enum { HOME_TRIES = 16 };

/* What an exception in debug mode changes on the way. */
static const uint8_t exception_srs[] = {SR_EXCCAUSE, SR_EXCVADDR, SR_EPC1, SR_DEPC};
enum { EXCEPTION_SRS = sizeof exception_srs };

/* --- which register is where --- */

int xt_index(const struct core *c, enum reg_kind kind, unsigned number)
{
    for (size_t i = 0; i < *c->ops->reg_count; i++)
        if (c->ops->regs[i].kind == kind && c->ops->regs[i].number == number)
            return (int)i;
    return -1;
}

unsigned xt_pc_index(const struct core *c)
{
    return (unsigned)xt_index(c, REG_PC, SR_EPC6);
}

unsigned xt_sr_index(const struct core *c, unsigned sr)
{
    return (unsigned)xt_index(c, REG_SPECIAL, sr);
}

unsigned xt_ar_index(const struct core *c, unsigned physical)
{
    return (unsigned)xt_index(c, REG_AR, physical % XT_ARS);
}

unsigned xt_physical(const struct core *c, unsigned a)
{
    return (c->window * 4 + a) % XT_ARS;
}

/* EPC6 and EPS6 hold the program's PC and PS while the core is halted; aN is a register of the window. */
unsigned xt_canonical(struct core *c, unsigned index)
{
    const struct reg_desc *d = &c->ops->regs[index];
    if (d->kind == REG_WINDOW) {
        const struct reg_value *base = &c->regs[xt_sr_index(c, SR_WINDOWBASE)];
        return xt_ar_index(c, (base->is_valid ? base->value : c->window) * 4 + d->number);
    }
    if (d->kind == REG_SPECIAL && d->number == SR_EPC6)
        return xt_pc_index(c);
    if (d->kind == REG_SPECIAL && d->number == SR_EPS6)
        return xt_sr_index(c, SR_PS);
    return index;
}

static unsigned real_sr(const struct reg_desc *d)
{
    return d->number == SR_PS ? SR_EPS6 : d->number;
}

/* --- queueing --- */

void xt_touch_scratch(struct core *c)
{
    for (unsigned a = XT_A3; a <= XT_A4; a++) {
        struct reg_value *r = core_reg(c, xt_ar_index(c, xt_physical(c, a)));
        if (r->is_valid)
            r->is_dirty = true;
    }
}

static void execute(struct core *c, uint32_t instruction)
{
    c->target->dm->ops->queue_execute(c->target->dm, c->index, instruction);
}

static void put(struct core *c, uint32_t value)
{
    c->target->dm->ops->queue_put(c->target->dm, c->index, value);
}

static void get(struct core *c, uint32_t *value)
{
    c->target->dm->ops->queue_get(c->target->dm, c->index, value);
}

void xt_queue_get_ar(struct core *c, unsigned a, uint32_t *value)
{
    execute(c, XT_WSR(SR_DDR, a));
    get(c, value);
}

void xt_queue_load_scratch(struct core *c, unsigned a, uint32_t value)
{
    put(c, value);
    execute(c, XT_RSR(SR_DDR, a));
}

void xt_queue_read(struct core *c, const struct reg_desc *d, uint32_t *value)
{
    if (d->kind == REG_DEBUG) {
        c->target->dm->ops->queue_read_reg(c->target->dm, c->index, d->number, value);
        return;
    }
    if (d->kind == REG_USER)
        execute(c, XT_RUR(XT_A3, d->number));
    else if (d->kind == REG_FLOAT)
        execute(c, XT_RFR(XT_A3, d->number));
    else
        execute(c, XT_RSR(real_sr(d), XT_A3));
    xt_queue_get_ar(c, XT_A3, value);
}

void xt_queue_write(struct core *c, const struct reg_desc *d, uint32_t value)
{
    if (d->kind == REG_DEBUG) {
        c->target->dm->ops->queue_write_reg(c->target->dm, c->index, d->number, value);
        return;
    }
    xt_queue_load_scratch(c, XT_A3, value);
    if (d->kind == REG_USER)
        execute(c, XT_WUR(d->number, XT_A3));
    else if (d->kind == REG_FLOAT)
        execute(c, XT_WFR(d->number, XT_A3));
    else
        execute(c, XT_WSR(real_sr(d), XT_A3));
}

void xt_note_exception(struct core *c)
{
    for (unsigned i = 0; i < EXCEPTION_SRS; i++) {
        struct reg_value *r = core_reg(c, xt_sr_index(c, exception_srs[i]));
        r->is_dirty = r->is_valid;
    }
}

enum err xt_run(struct core *c, xt_queue_fn *queue, void *ctx)
{
    enum err e = ERR_OVERRUN;
    for (unsigned i = 0; e == ERR_OVERRUN && i < XT_SLOWER_TRIES; i++) {
        queue(c, ctx);
        e = c->target->dm->ops->run(c->target->dm);
    }
    if (e == ERR_EXEC)
        xt_note_exception(c);
    return e;
}

/* --- learning a halt --- */

struct halt {
    uint32_t a3, a4, pc, ps, cause, window, exception[EXCEPTION_SRS];
};

static enum err run_again(struct target *t, unsigned cores, struct halt *halts,
                          void (*queue)(struct core *, struct halt *))
{
    enum err e = ERR_OVERRUN;
    for (unsigned n = 0; e == ERR_OVERRUN && n < XT_SLOWER_TRIES; n++) {
        for (unsigned i = 0; i < t->core_count; i++)
            if (core_has(cores, i))
                queue(&t->cores[i], &halts[i]);
        e = t->dm->ops->run(t->dm);
    }
    return e;
}

/* Nothing is changed before this run was seen to be good. */
static void queue_save(struct core *c, struct halt *h)
{
    xt_queue_get_ar(c, XT_A3, &h->a3);
    xt_queue_get_ar(c, XT_A4, &h->a4);
}

static void queue_learn(struct core *c, struct halt *h)
{
    const struct reg_desc *regs = c->ops->regs;
    xt_queue_read(c, &regs[xt_pc_index(c)], &h->pc);
    xt_queue_read(c, &regs[xt_sr_index(c, SR_PS)], &h->ps);
    xt_queue_read(c, &regs[xt_sr_index(c, SR_DEBUGCAUSE)], &h->cause);
    xt_queue_read(c, &regs[xt_sr_index(c, SR_WINDOWBASE)], &h->window);
    for (unsigned i = 0; i < EXCEPTION_SRS; i++)
        xt_queue_read(c, &regs[xt_sr_index(c, exception_srs[i])], &h->exception[i]);
}

static enum halt_reason reason_of(uint32_t cause)
{
    bool is_break = cause & (DEBUGCAUSE_IB | DEBUGCAUSE_BI | DEBUGCAUSE_BN);
    bool is_watch = cause & DEBUGCAUSE_DB;
    if (is_break)
        return is_watch ? HALT_BREAK_AND_WATCHPOINT : HALT_BREAKPOINT;
    if (is_watch)
        return HALT_WATCHPOINT;
    return cause & DEBUGCAUSE_IC ? HALT_SINGLE_STEP : HALT_REQUEST;
}

static void note_halt(struct core *c, const struct halt *h)
{
    core_forget_registers(c);
    c->window = h->window;
    c->cause = h->cause;
    c->halt_pc = h->pc;
    c->reason = reason_of(h->cause);
    core_reg_learn(c, xt_pc_index(c), h->pc);
    core_reg_learn(c, xt_sr_index(c, SR_PS), h->ps);
    core_reg_learn(c, xt_sr_index(c, SR_DEBUGCAUSE), h->cause);
    core_reg_learn(c, xt_sr_index(c, SR_WINDOWBASE), h->window);
    core_reg_learn(c, xt_ar_index(c, xt_physical(c, XT_A3)), h->a3);
    core_reg_learn(c, xt_ar_index(c, xt_physical(c, XT_A4)), h->a4);
    for (unsigned i = 0; i < EXCEPTION_SRS; i++)
        core_reg_learn(c, xt_sr_index(c, exception_srs[i]), h->exception[i]);
    xt_touch_scratch(c);
    c->is_learnt = true;
}

/* From here on the registers that are clobbered hold what a try before has left in them, should there have been one. */
static void keep_scratch(struct core *c, struct halt *h)
{
    if (!c->scratch_is_kept) {
        c->scratch[0] = h->a3;
        c->scratch[1] = h->a4;
    }
    h->a3 = c->scratch[0];
    h->a4 = c->scratch[1];
    c->scratch_is_kept = true;
}

enum err xt_learn_halt(struct target *t, unsigned cores)
{
    struct halt halts[CHIP_MAX_CORES] = {0};
    t->dm->ops->queue_acknowledge(t->dm, cores);
    enum err e = run_again(t, cores, halts, queue_save);
    for (unsigned i = 0; !e && i < t->core_count; i++)
        if (core_has(cores, i))
            keep_scratch(&t->cores[i], &halts[i]);
    if (!e)
        e = run_again(t, cores, halts, queue_learn);
    for (unsigned i = 0; !e && i < t->core_count; i++) {
        if (!core_has(cores, i))
            continue;
        note_halt(&t->cores[i], &halts[i]);
        t->cores[i].scratch_is_kept = false;
    }
    return e;
}

/* --- the windows --- */

struct where {
    uint32_t a3, window;
};

static void queue_save_a3(struct core *c, void *ctx)
{
    xt_queue_get_ar(c, XT_A3, &((struct where *)ctx)->a3);
}

static void queue_ask_window(struct core *c, void *ctx)
{
    struct where *w = ctx;
    xt_queue_read(c, &c->ops->regs[xt_sr_index(c, SR_WINDOWBASE)], &w->window);
    xt_queue_load_scratch(c, XT_A3, w->a3);
}

/* The registers of the window that it stands in by mistake are not the debugger's: a3 is put back at once. */
enum err xt_go_home(struct core *c)
{
    struct dm *dm = c->target->dm;
    for (unsigned i = 0; i < HOME_TRIES; i++) {
        struct where w;
        enum err e = xt_run(c, queue_save_a3, &w);
        if (!e)
            e = xt_run(c, queue_ask_window, &w);
        if (e || w.window == c->window)
            return e;
        execute(c, XT_ROTW(c->window - w.window));
        e = dm->ops->run(dm);
        if (e && e != ERR_OVERRUN)
            return e;
    }
    return err_at(c->target->log, ERR_OVERRUN, "%s does not come back to its register window; reset it", c->name);
}
