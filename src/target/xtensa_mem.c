/* SPDX-License-Identifier: Apache-2.0 */
/* Single accesses of a halted Xtensa core, and scripts of them. */
#include "target/xtensa_int.h"

#include "regs/xtensa.h"

enum { OP_L8UI = 0, OP_L16UI = 1, OP_L32I = 2, OP_S8I = 4, OP_S16I = 5, OP_S32I = 6, REACH = 1024 };

struct access {
    uint32_t addr, value;
    unsigned op;
};

static void execute(struct core *c, uint32_t instruction)
{
    c->target->dm->ops->queue_execute(c->target->dm, c->index, instruction);
}

static void queue_load(struct core *c, void *ctx)
{
    struct access *a = ctx;
    struct dm *dm = c->target->dm;
    xt_queue_load_scratch(c, XT_A3, a->addr);
    execute(c, XT_LOAD(a->op, XT_A4, XT_A3));
    execute(c, XT_WSR(SR_DDR, XT_A4));
    dm->ops->queue_get(dm, c->index, &a->value);
}

static void queue_store(struct core *c, void *ctx)
{
    const struct access *a = ctx;
    xt_queue_load_scratch(c, XT_A3, a->addr);
    xt_queue_load_scratch(c, XT_A4, a->value);
    execute(c, XT_LOAD(a->op, XT_A4, XT_A3));
}

static enum err access_fault(struct core *c, enum err e, const struct access *a, const char *what)
{
    if (e != ERR_EXEC)
        return e;
    return err_at(c->target->log, ERR_FAULT, "%s refused to %s 0x%08x", c->name, what, (unsigned)a->addr);
}

enum err xt_load(struct core *c, uint32_t addr, unsigned width, uint32_t *value)
{
    struct access a = {.addr = addr, .op = width == 1 ? OP_L8UI : width == 2 ? OP_L16UI : OP_L32I};
    xt_touch_scratch(c);
    enum err e = xt_run(c, queue_load, &a);
    *value = a.value;
    return access_fault(c, e, &a, "read");
}

enum err xt_store(struct core *c, uint32_t addr, unsigned width, uint32_t value)
{
    struct access a = {.addr = addr, .value = value, .op = width == 1 ? OP_S8I : width == 2 ? OP_S16I : OP_S32I};
    xt_touch_scratch(c);
    return access_fault(c, xt_run(c, queue_store, &a), &a, "write");
}

/* Base and value stay in the scratch registers from one step to the next. */
struct scratch {
    uint32_t base, value;
    bool has_base, has_value;
};

/* Queues: a3 := the base from which addr is reached. Gives the distance in words. */
static uint32_t queue_base(struct core *c, struct scratch *s, uint32_t addr)
{
    uint32_t base = addr - addr % REACH;
    if (!s->has_base || s->base != base)
        xt_queue_load_scratch(c, XT_A3, base);
    s->base = base;
    s->has_base = true;
    return addr % REACH / (uint32_t)sizeof(uint32_t);
}

static void queue_word_write(struct core *c, struct scratch *s, uint32_t addr, uint32_t value)
{
    uint32_t words = queue_base(c, s, addr);
    if (!s->has_value || s->value != value)
        xt_queue_load_scratch(c, XT_A4, value);
    s->value = value;
    s->has_value = true;
    execute(c, XT_S32I(XT_A4, XT_A3, words));
}

static void queue_word_read(struct core *c, struct scratch *s, uint32_t addr, uint32_t *into)
{
    uint32_t words = queue_base(c, s, addr);
    s->has_value = false;
    execute(c, XT_LOAD(OP_L32I, XT_A4, XT_A3) | words << 16);
    execute(c, XT_WSR(SR_DDR, XT_A4));
    c->target->dm->ops->queue_get(c->target->dm, c->index, into);
}

struct sequence {
    const struct core_access *list;
    size_t count;
};

static void queue_sequence(struct core *c, void *ctx)
{
    const struct sequence *q = ctx;
    struct dm *dm = c->target->dm;
    struct scratch s = {0};
    for (const struct core_access *a = q->list; a < q->list + q->count; a++) {
        if (!a->into) {
            queue_word_write(c, &s, a->addr, a->value);
        } else if (a->count == 1) {
            queue_word_read(c, &s, a->addr, a->into);
        } else {
            dm->ops->queue_read_words(dm, c->index, a->addr, a->into, a->count);
            s.has_base = false; /* it is the module's scratch register, too */
        }
    }
}

enum err xt_access_all(struct core *c, const struct core_access *list, size_t count)
{
    struct sequence q = {list, count};
    xt_touch_scratch(c);
    enum err e = xt_run(c, queue_sequence, &q);
    if (e != ERR_EXEC)
        return e;
    return err_at(c->target->log, ERR_FAULT, "%s refused one of %zu accesses to chip registers from 0x%08x on", c->name,
                  count, (unsigned)list[0].addr);
}

struct pokes {
    const struct chip_poke *list;
    size_t count;
};

static void queue_pokes(struct core *c, void *ctx)
{
    const struct pokes *p = ctx;
    struct scratch s = {0};
    for (size_t i = 0; i < p->count; i++)
        queue_word_write(c, &s, p->list[i].addr, p->list[i].value);
}

enum err xt_run_pokes(struct core *c, const struct chip_poke *pokes, size_t count)
{
    struct pokes p = {pokes, count};
    xt_touch_scratch(c);
    enum err e = xt_run(c, queue_pokes, &p);
    if (e != ERR_EXEC)
        return e;
    return err_at(c->target->log, ERR_FAULT, "%s refused one of %zu writes to chip registers from 0x%08x on", c->name,
                  count, (unsigned)pokes[0].addr);
}
