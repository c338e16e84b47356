/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing the registers of a halted Xtensa core. */
#include "target/xtensa_int.h"

#include "regs/xtensa.h"

enum { SLOWER_TRIES = 14, HOME_TRIES = 16, QUARTERS = XT_ARS / XT_WINDOW_REGS, ALL_COPROCESSORS = 0xFF };

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

static void queue_get_ar(struct core *c, unsigned a, uint32_t *value)
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
    if (d->kind == REG_USER)
        execute(c, XT_RUR(XT_A3, d->number));
    else if (d->kind == REG_FLOAT)
        execute(c, XT_RFR(XT_A3, d->number));
    else
        execute(c, XT_RSR(real_sr(d), XT_A3));
    queue_get_ar(c, XT_A3, value);
}

void xt_queue_write(struct core *c, const struct reg_desc *d, uint32_t value)
{
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
    for (unsigned i = 0; e == ERR_OVERRUN && i < SLOWER_TRIES; i++) {
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
    for (unsigned n = 0; e == ERR_OVERRUN && n < SLOWER_TRIES; n++) {
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
    queue_get_ar(c, XT_A3, &h->a3);
    queue_get_ar(c, XT_A4, &h->a4);
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

enum err xt_learn_halt(struct target *t, unsigned cores)
{
    struct halt halts[CHIP_MAX_CORES] = {0};
    t->dm->ops->queue_acknowledge(t->dm, cores);
    enum err e = run_again(t, cores, halts, queue_save);
    if (!e)
        e = run_again(t, cores, halts, queue_learn);
    for (unsigned i = 0; !e && i < t->core_count; i++)
        if (core_has(cores, i))
            note_halt(&t->cores[i], &halts[i]);
    return e;
}

/* --- the windows --- */

struct where {
    uint32_t a3, window;
};

static void queue_save_a3(struct core *c, void *ctx)
{
    queue_get_ar(c, XT_A3, &((struct where *)ctx)->a3);
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

/* Calls queue(c, ctx, quarter) with the core rotated by 16 registers as often as quarter says, for each quarter in the
   mask, and rotates it back. */
typedef void quarter_fn(struct core *c, void *ctx, unsigned quarter);

static enum err run_quarters(struct core *c, unsigned quarters, quarter_fn *queue, void *ctx)
{
    struct dm *dm = c->target->dm;
    enum err e = ERR_OVERRUN;
    for (unsigned n = 0; e == ERR_OVERRUN && n < SLOWER_TRIES; n++) {
        bool rotates = quarters & ~1U;
        for (unsigned q = 0; q < QUARTERS; q++) {
            if (core_has(quarters, q))
                queue(c, ctx, q);
            if (rotates)
                execute(c, XT_ROTW(XT_WINDOW_REGS / 4));
        }
        e = dm->ops->run(dm);
        enum err home = e && rotates ? xt_go_home(c) : ERR_OK;
        e = home ? home : e;
    }
    return e;
}

/* --- reading --- */

struct fetch {
    const uint16_t *list;
    size_t count;
    uint32_t values[256];
};

static bool is_ar(const struct core *c, unsigned index)
{
    return c->ops->regs[index].kind == REG_AR;
}

static unsigned quarter_of(const struct core *c, unsigned index)
{
    return ((c->ops->regs[index].number - c->window * 4) % XT_ARS) / XT_WINDOW_REGS;
}

static void queue_fetch_ars(struct core *c, void *ctx, unsigned quarter)
{
    struct fetch *f = ctx;
    for (size_t i = 0; i < f->count; i++) {
        unsigned at = f->list[i];
        if (is_ar(c, at) && quarter_of(c, at) == quarter)
            queue_get_ar(c, (c->ops->regs[at].number - c->window * 4) % XT_WINDOW_REGS, &f->values[i]);
    }
}

static void queue_fetch_others(struct core *c, void *ctx)
{
    struct fetch *f = ctx;
    for (size_t i = 0; i < f->count; i++)
        if (!is_ar(c, f->list[i]))
            xt_queue_read(c, &c->ops->regs[f->list[i]], &f->values[i]);
}

static unsigned quarters_in(const struct core *c, const uint16_t *list, size_t count)
{
    unsigned quarters = 0;
    for (size_t i = 0; i < count; i++)
        if (is_ar(c, list[i]))
            quarters |= 1U << quarter_of(c, list[i]);
    return quarters;
}

static bool needs_coprocessor(const struct reg_desc *d)
{
    return d->kind == REG_FLOAT || (d->kind == REG_USER && d->number >= UR_FCR && d->number <= UR_F64S);
}

/* The program's CPENABLE stays in the cache and is written back. */
enum err xt_enable_coprocessors(struct core *c)
{
    unsigned at = xt_sr_index(c, SR_CPENABLE);
    if (core_reg(c, at)->is_dirty)
        return ERR_OK;
    enum err e = core_reg(c, at)->is_valid ? ERR_OK : xt_fetch(c, &(uint16_t){(uint16_t)at}, 1);
    if (e)
        return e;
    core_reg(c, at)->is_dirty = true;
    xt_touch_scratch(c);
    xt_queue_write(c, &c->ops->regs[at], ALL_COPROCESSORS);
    return c->target->dm->ops->run(c->target->dm);
}

/* One of them raised an exception: which? */
static enum err fetch_one_by_one(struct core *c, struct fetch *f)
{
    for (size_t i = 0; i < f->count; i++) {
        if (is_ar(c, f->list[i]))
            continue;
        struct fetch one = {.list = &f->list[i], .count = 1};
        enum err e = xt_run(c, queue_fetch_others, &one);
        if (e == ERR_EXEC)
            core_reg(c, f->list[i])->is_absent = true;
        else if (e)
            return e;
        f->values[i] = one.values[0];
    }
    return ERR_OK;
}

enum err xt_fetch(struct core *c, const uint16_t *list, size_t count)
{
    struct fetch f = {.list = list, .count = count};
    enum err e = ERR_OK;
    bool has_others = false, has_coprocessors = false;
    for (size_t i = 0; i < count; i++) {
        has_others |= !is_ar(c, list[i]);
        has_coprocessors |= needs_coprocessor(&c->ops->regs[list[i]]);
    }
    if (has_coprocessors)
        e = xt_enable_coprocessors(c);
    if (!e && has_others) {
        xt_touch_scratch(c);
        e = xt_run(c, queue_fetch_others, &f);
        if (e == ERR_EXEC)
            e = fetch_one_by_one(c, &f);
    }
    unsigned quarters = quarters_in(c, list, count);
    if (!e && quarters)
        e = run_quarters(c, quarters, queue_fetch_ars, &f);
    for (size_t i = 0; !e && i < count; i++)
        if (!core_reg(c, list[i])->is_absent && !(is_ar(c, list[i]) && core_reg(c, list[i])->is_valid))
            core_reg_learn(c, list[i], f.values[i]);
    return e;
}

/* --- writing back --- */

static bool is_dirty(struct core *c, unsigned index)
{
    return core_reg(c, index)->is_dirty;
}

static void clean(struct core *c, unsigned index)
{
    struct reg_value *r = core_reg(c, index);
    r->is_dirty = false;
    r->is_valid = !c->ops->regs[index].has_side_effect;
}

static enum err write_one(struct core *c, unsigned index)
{
    struct dm *dm = c->target->dm;
    enum err e = ERR_OVERRUN;
    for (unsigned n = 0; e == ERR_OVERRUN && n < SLOWER_TRIES; n++) {
        xt_queue_write(c, &c->ops->regs[index], core_reg(c, index)->value);
        e = dm->ops->run(dm);
    }
    return e;
}

/* WINDOWBASE comes last, because it exchanges the scratch registers, and CPENABLE after what it guards. */
static bool is_in_phase(const struct reg_desc *d, unsigned phase)
{
    if (d->kind == REG_AR || (d->kind == REG_SPECIAL && d->number == SR_WINDOWBASE))
        return false;
    bool is_cpenable = d->kind == REG_SPECIAL && d->number == SR_CPENABLE;
    return is_cpenable == (phase == 1);
}

static void queue_flush_others(struct core *c, void *ctx)
{
    (void)ctx;
    for (unsigned phase = 0; phase < 2; phase++)
        for (unsigned i = 0; i < *c->ops->reg_count; i++)
            if (is_dirty(c, i) && is_in_phase(&c->ops->regs[i], phase))
                xt_queue_write(c, &c->ops->regs[i], core_reg(c, i)->value);
}

static enum err flush_one_by_one(struct core *c)
{
    enum err worst = ERR_OK;
    for (unsigned phase = 0; phase < 2; phase++) {
        for (unsigned i = 0; i < *c->ops->reg_count; i++) {
            if (!is_dirty(c, i) || !is_in_phase(&c->ops->regs[i], phase))
                continue;
            enum err e = write_one(c, i);
            if (e == ERR_EXEC) {
                worst = err_at(c->target->log, e, "register %s of %s cannot be written", c->ops->regs[i].name, c->name);
                core_reg(c, i)->is_valid = false;
            } else if (e) {
                return e;
            }
            core_reg(c, i)->is_dirty = false;
        }
    }
    return worst;
}

static enum err flush_others(struct core *c)
{
    bool has_coprocessors = false, has_any = false;
    for (unsigned i = 0; i < *c->ops->reg_count; i++) {
        has_any |= is_dirty(c, i) && (is_in_phase(&c->ops->regs[i], 0) || is_in_phase(&c->ops->regs[i], 1));
        has_coprocessors |= is_dirty(c, i) && needs_coprocessor(&c->ops->regs[i]);
    }
    if (!has_any)
        return ERR_OK;
    xt_touch_scratch(c);
    enum err e = has_coprocessors ? xt_enable_coprocessors(c) : ERR_OK;
    if (!e)
        e = xt_run(c, queue_flush_others, NULL);
    if (e == ERR_EXEC)
        return flush_one_by_one(c);
    for (unsigned i = 0; !e && i < *c->ops->reg_count; i++)
        if (is_dirty(c, i) && (is_in_phase(&c->ops->regs[i], 0) || is_in_phase(&c->ops->regs[i], 1)))
            clean(c, i);
    return e;
}

/* The scratch registers of the new window are saved before it is entered, so that a write that has to be repeated there
   loses nothing. */
static enum err flush_window(struct core *c)
{
    unsigned at = xt_sr_index(c, SR_WINDOWBASE);
    if (!is_dirty(c, at))
        return ERR_OK;
    uint32_t to = core_reg(c, at)->value;
    if (to == c->window) {
        clean(c, at);
        return ERR_OK;
    }
    const uint16_t scratch[] = {(uint16_t)xt_ar_index(c, to * 4 + XT_A3), (uint16_t)xt_ar_index(c, to * 4 + XT_A4)};
    xt_touch_scratch(c);
    enum err e = xt_fetch(c, scratch, 2);
    if (e)
        return e;
    core_reg(c, scratch[0])->is_dirty = core_reg(c, scratch[1])->is_dirty = true;
    e = write_one(c, at);
    if (e)
        return e;
    c->window = to;
    clean(c, at);
    return ERR_OK;
}

static void queue_flush_ars(struct core *c, void *ctx, unsigned quarter)
{
    (void)ctx;
    for (unsigned p = 0; p < XT_ARS; p++) {
        unsigned at = xt_ar_index(c, p);
        if (is_dirty(c, at) && quarter_of(c, at) == quarter)
            xt_queue_load_scratch(c, (p - c->window * 4) % XT_WINDOW_REGS, core_reg(c, at)->value);
    }
}

static enum err flush_ars(struct core *c)
{
    unsigned quarters = 0;
    for (unsigned p = 0; p < XT_ARS; p++)
        if (is_dirty(c, xt_ar_index(c, p)))
            quarters |= 1U << quarter_of(c, xt_ar_index(c, p));
    enum err e = quarters ? run_quarters(c, quarters, queue_flush_ars, NULL) : ERR_OK;
    for (unsigned p = 0; !e && p < XT_ARS; p++)
        core_reg(c, xt_ar_index(c, p))->is_dirty = false;
    return e;
}

enum err xt_flush(struct core *c)
{
    enum err worst = flush_others(c);
    if (worst && worst != ERR_EXEC)
        return worst;
    enum err e = flush_window(c);
    if (!e)
        e = flush_ars(c);
    return e ? e : worst;
}
