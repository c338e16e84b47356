/* SPDX-License-Identifier: Apache-2.0 */
/* The cache of an Xtensa core's registers: filling it, and writing it back. */
#include "target/xtensa_int.h"

#include "regs/xtensa.h"

#include <string.h>

enum { QUARTERS = XT_ARS / XT_WINDOW_REGS, ALL_COPROCESSORS = 0xFF, FETCH_MAX = 256 };

static void execute(struct core *c, uint32_t instruction)
{
    c->target->dm->ops->queue_execute(c->target->dm, c->index, instruction);
}

/* Calls queue(c, ctx, quarter) with the core rotated by 16 registers as often as quarter says, for each quarter in the
   mask, and rotates it back. */
typedef void quarter_fn(struct core *c, void *ctx, unsigned quarter);

static enum err run_quarters(struct core *c, unsigned quarters, quarter_fn *queue, void *ctx)
{
    struct dm *dm = c->target->dm;
    enum err e = ERR_OVERRUN;
    for (unsigned n = 0; e == ERR_OVERRUN && n < XT_SLOWER_TRIES; n++) {
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
    uint32_t values[FETCH_MAX];
};

static bool is_ar(const struct core *c, unsigned index)
{
    return c->ops->regs[index].kind == REG_AR;
}

static bool is_vector(const struct core *c, unsigned index)
{
    return c->ops->regs[index].kind == REG_VECTOR;
}

/* Neither in the register file of windows nor wider than a word. */
static bool is_other(const struct core *c, unsigned index)
{
    return !is_ar(c, index) && !is_vector(c, index);
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
            xt_queue_get_ar(c, (c->ops->regs[at].number - c->window * 4) % XT_WINDOW_REGS, &f->values[i]);
    }
}

static void queue_fetch_others(struct core *c, void *ctx)
{
    struct fetch *f = ctx;
    for (size_t i = 0; i < f->count; i++)
        if (is_other(c, f->list[i]))
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
    if (d->kind == REG_USER)
        return d->number < UR_PIE_END || (d->number >= UR_FCR && d->number <= UR_F64S);
    return d->kind == REG_FLOAT || d->kind == REG_VECTOR;
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
        if (!is_other(c, f->list[i]))
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

struct vector {
    const struct reg_desc *desc;
    uint32_t words[REG_WORDS], dsr;
};

static void queue_fetch_vector(struct core *c, void *ctx)
{
    struct vector *v = ctx;
    for (unsigned i = 0; i < REG_WORDS; i++) {
        execute(c, XT_MOVI_32_A(XT_A3, v->desc->number, i));
        if (!i) /* the status speaks of the last instruction only, and the next ones will be good */
            c->target->dm->ops->queue_read_reg(c->target->dm, c->index, NAR_DSR, &v->dsr);
        xt_queue_get_ar(c, XT_A3, &v->words[i]);
    }
}

static enum err fetch_vectors(struct core *c, const uint16_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct reg_value *r = core_reg(c, list[i]);
        struct vector v = {.desc = &c->ops->regs[list[i]]};
        if (!is_vector(c, list[i]) || r->is_dirty)
            continue;
        xt_touch_scratch(c);
        enum err e = xt_run(c, queue_fetch_vector, &v);
        if (e && e != ERR_EXEC)
            return e;
        bool is_absent = e || v.dsr & DSR_EXEC_EXCEPTION;
        if (is_absent)
            xt_note_exception(c);
        *r = (struct reg_value){.value = v.words[0], .is_valid = !is_absent, .is_absent = is_absent};
        memcpy(r->high, v.words + 1, sizeof r->high);
    }
    return ERR_OK;
}

enum err xt_fetch(struct core *c, const uint16_t *list, size_t count)
{
    struct fetch f = {.list = list, .count = count};
    enum err e = ERR_OK;
    bool has_others = false, has_coprocessors = false;
    for (size_t i = 0; i < count; i++) {
        has_others |= is_other(c, list[i]);
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
    if (!e && has_coprocessors)
        e = fetch_vectors(c, list, count);
    unsigned quarters = quarters_in(c, list, count);
    if (!e && quarters)
        e = run_quarters(c, quarters, queue_fetch_ars, &f);
    for (size_t i = 0; !e && i < count; i++)
        if (!core_reg(c, list[i])->is_absent && !is_vector(c, list[i]) &&
            !(is_ar(c, list[i]) && core_reg(c, list[i])->is_valid))
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
    for (unsigned n = 0; e == ERR_OVERRUN && n < XT_SLOWER_TRIES; n++) {
        xt_queue_write(c, &c->ops->regs[index], core_reg(c, index)->value);
        e = dm->ops->run(dm);
    }
    return e;
}

/* WINDOWBASE comes last, because it exchanges the scratch registers, and CPENABLE after what it guards. */
static bool is_in_phase(const struct reg_desc *d, unsigned phase)
{
    if (d->kind == REG_AR || d->kind == REG_VECTOR || (d->kind == REG_SPECIAL && d->number == SR_WINDOWBASE))
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

static void queue_flush_vector(struct core *c, void *ctx)
{
    const struct vector *v = ctx;
    for (unsigned i = 0; i < REG_WORDS; i++) {
        xt_queue_load_scratch(c, XT_A3, v->words[i]);
        execute(c, XT_MOVI_32_Q(v->desc->number, i, XT_A3));
    }
}

/* Before CPENABLE is the program's again. */
static enum err flush_vectors(struct core *c)
{
    enum err e = ERR_OK;
    for (unsigned i = 0; !e && i < *c->ops->reg_count; i++) {
        struct reg_value *r = core_reg(c, i);
        struct vector v = {.desc = &c->ops->regs[i]};
        if (!is_vector(c, i) || !r->is_dirty)
            continue;
        v.words[0] = r->value;
        memcpy(v.words + 1, r->high, sizeof r->high);
        e = xt_enable_coprocessors(c);
        xt_touch_scratch(c);
        if (!e)
            e = xt_run(c, queue_flush_vector, &v);
        r->is_dirty = false;
        r->is_valid = !e;
        if (e == ERR_EXEC)
            e = err_at(c->target->log, e, "register %s of %s cannot be written", v.desc->name, c->name);
    }
    return e;
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
    enum err worst = flush_vectors(c);
    if (worst && worst != ERR_EXEC)
        return worst;
    enum err e = flush_others(c);
    if (e && e != ERR_EXEC)
        return e;
    worst = e ? e : worst;
    e = flush_window(c);
    if (!e)
        e = flush_ars(c);
    return e ? e : worst;
}
