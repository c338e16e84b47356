/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sequences of word accesses through a halted Xtensa core. What a register holds stays there for the next access that can use
 * it: the base of the writes in a3, values in a4 and a5, and in a6 and a7 the addresses that LDDR32.P steps along, one for
 * single words and one for longer reads. After each write what the next accesses need is made ready at once, up to the next
 * write: when the write has started something that takes its time, as it often does, that is done meanwhile.
 */
#include "target/xtensa_int.h"

#include "regs/xtensa.h"

enum { A5 = 5, A6 = 6, A7 = 7, REACH = 1024, WORD = 4, ADDI_LEAST = -128, ADDI_MOST = 127 };

/* Values may have two registers, or one where no more than the scratch registers are to be touched. */
static const uint8_t value_regs[] = {XT_A4, A5};
enum { VALUES = sizeof value_regs };
/* Of a single word, and of several. */
static const uint8_t pointer_regs[] = {A6, A7};
enum { POINTERS = sizeof pointer_regs };
static const uint8_t more_regs[] = {A5, A6, A7};
enum { MORE = sizeof more_regs };

/* So few accesses are not worth a round trip for the registers that are to be saved before. */
enum { FEW = 16 };

/* What a register holds. */
struct held {
    uint32_t value;
    bool is_known;
};

struct sequence {
    struct core *c;
    struct held base, values[VALUES], pointers[POINTERS];
    bool has_more;       /* than the scratch registers */
    unsigned last_value; /* which of the values was used last */
};

static void execute(struct core *c, uint32_t instruction)
{
    c->target->dm->ops->queue_execute(c->target->dm, c->index, instruction);
}

static void load(struct sequence *s, struct held *h, unsigned reg, uint32_t value)
{
    if (!h->is_known || h->value != value)
        xt_queue_load_scratch(s->c, reg, value);
    *h = (struct held){.value = value, .is_known = true};
}

/* Which register holds the value: now at the latest. */
static unsigned value_reg(struct sequence *s, uint32_t value)
{
    const unsigned count = s->has_more ? VALUES : 1;
    unsigned n = 0;
    while (n < count && !(s->values[n].is_known && s->values[n].value == value))
        n++;
    if (n == count)
        n = (s->last_value + 1) % count;
    load(s, &s->values[n], value_regs[n], value);
    s->last_value = n;
    return value_regs[n];
}

static void write_word(struct sequence *s, uint32_t addr, uint32_t value)
{
    load(s, &s->base, XT_A3, addr - addr % REACH);
    execute(s->c, XT_S32I(value_reg(s, value), XT_A3, addr % REACH / WORD));
}

static unsigned pointer_of(const struct core_access *a)
{
    return a->count > 1;
}

/* With the scratch registers alone, the base of the writes is the pointer, too. */
static struct held *held_pointer(struct sequence *s, unsigned n)
{
    return s->has_more ? &s->pointers[n] : &s->base;
}

static unsigned pointer_reg(const struct sequence *s, unsigned n)
{
    return s->has_more ? pointer_regs[n] : XT_A3;
}

static void point(struct sequence *s, const struct core_access *a)
{
    unsigned n = pointer_of(a), reg = pointer_reg(s, n);
    struct held *h = held_pointer(s, n);
    int32_t distance = (int32_t)(a->addr - h->value);
    if (h->is_known && distance && distance >= ADDI_LEAST && distance <= ADDI_MOST) {
        execute(s->c, XT_ADDI(reg, reg, distance));
        h->value = a->addr;
    }
    load(s, h, reg, a->addr);
}

static void read_words(struct sequence *s, const struct core_access *a)
{
    struct dm *dm = s->c->target->dm;
    unsigned n = pointer_of(a);
    point(s, a);
    dm->ops->queue_read_words(dm, s->c->index, pointer_reg(s, n), a->into, a->count);
    held_pointer(s, n)->value += (uint32_t)(a->count * WORD);
}

static void make_ready(struct sequence *s, const struct core_access *next, const struct core_access *end)
{
    bool is_pointed[POINTERS] = {false};
    for (; next < end && next->into; next++) {
        if (!is_pointed[pointer_of(next)])
            point(s, next);
        is_pointed[pointer_of(next)] = true;
    }
    if (next < end)
        (void)value_reg(s, next->value);
}

struct accesses {
    const struct core_access *list;
    size_t count;
};

static void queue_accesses(struct core *c, void *ctx)
{
    const struct accesses *q = ctx;
    const struct core_access *end = q->list + q->count;
    struct sequence s = {.c = c, .has_more = q->count > FEW};
    for (const struct core_access *a = q->list; a < end; a++) {
        if (a->into) {
            read_words(&s, a);
        } else {
            write_word(&s, a->addr, a->value);
            make_ready(&s, a + 1, end);
        }
    }
}

static void queue_get_more(struct core *c, void *ctx)
{
    uint32_t *values = ctx;
    for (unsigned i = 0; i < MORE; i++)
        xt_queue_get_ar(c, more_regs[i], &values[i]);
}

/* The registers beside the scratch registers: their values are learnt first, to be written back before the core runs. */
static enum err take_more(struct core *c)
{
    struct reg_value *regs[MORE];
    uint32_t values[MORE];
    bool are_valid = true;
    for (unsigned i = 0; i < MORE; i++) {
        regs[i] = core_reg(c, xt_ar_index(c, xt_physical(c, more_regs[i])));
        are_valid &= regs[i]->is_valid;
    }
    enum err e = are_valid ? ERR_OK : xt_run(c, queue_get_more, values);
    for (unsigned i = 0; !e && i < MORE; i++) {
        if (!regs[i]->is_valid)
            *regs[i] = (struct reg_value){.value = values[i], .is_valid = true};
        regs[i]->is_dirty = true;
    }
    return e;
}

enum err xt_access_all(struct core *c, const struct core_access *list, size_t count)
{
    struct accesses q = {list, count};
    enum err e = count > FEW ? take_more(c) : ERR_OK;
    if (e)
        return e;
    xt_touch_scratch(c);
    e = xt_run(c, queue_accesses, &q);
    if (e != ERR_EXEC)
        return e;
    return err_at(c->target->log, ERR_FAULT, "%s refused one of %zu accesses to chip registers from 0x%08x on", c->name,
                  count, (unsigned)list[0].addr);
}

struct pokes {
    const struct chip_poke *list;
    size_t count;
};

/* They are done in the middle of a reset, too: no other registers are asked for. */
static void queue_pokes(struct core *c, void *ctx)
{
    const struct pokes *p = ctx;
    struct sequence s = {.c = c};
    for (size_t i = 0; i < p->count; i++)
        write_word(&s, p->list[i].addr, p->list[i].value);
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
