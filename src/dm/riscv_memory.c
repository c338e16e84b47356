/* SPDX-License-Identifier: Apache-2.0 */
/* Which way memory is reached, and the next one when one fails. */
#include "dm/riscv_int.h"

enum {
    BATCH_WORDS = 16384, /* 64 KB an execute: what adapters take well */
    FIRST_BATCH = 16,    /* until the wait that such accesses need is known */
    DATA_FOR_ABSTRACT = 2,
};

static const char *const way_names[] = {"sysbus", "progbuf", "abstract"};

const char *rvdm_way_name(enum rvdm_way way)
{
    return way < RVDM_WAYS ? way_names[way] : "none";
}

void rvdm_set_ways(struct dm *d, const enum rvdm_way *ways, unsigned count)
{
    struct rvdm *x = rvdm_of(d);
    x->way_count = count < RVDM_WAYS ? count : RVDM_WAYS;
    for (unsigned i = 0; i < x->way_count; i++)
        x->ways[i] = ways[i];
}

size_t rvdm_batch(const struct rvdm_module *m, enum rvdm_pace pace, size_t count)
{
    size_t most = m->waits[pace].is_proven ? BATCH_WORDS : FIRST_BATCH;
    return count < most ? count : most;
}

static bool can_use(const struct rvdm *x, unsigned core, enum rvdm_way way, unsigned width)
{
    const struct rvdm_core *c = &x->cores[core];
    const struct rvdm_module *m = &x->modules[c->module];
    if (way == RVDM_SYSTEM_BUS)
        return rvdm_bus_takes(m, width);
    if (!c->is_halted)
        return false;
    return way == RVDM_PROGRAM_BUFFER ? rvdm_program_room(m) > 0
                                      : field_get(ABSTRACTCS_DATACOUNT, m->abstractcs) >= DATA_FOR_ABSTRACT;
}

enum rvdm_way rvdm_way(const struct dm *d, unsigned core)
{
    const struct rvdm *x = (const struct rvdm *)d;
    for (unsigned i = 0; i < x->way_count; i++)
        if (can_use(x, core, x->ways[i], RVDM_WORD))
            return x->ways[i];
    return RVDM_WAYS;
}

static enum err no_way(const struct rvdm *x, unsigned core)
{
    if (!x->cores[core].is_halted)
        return err_at(x->base.log, ERR_STATE,
                      "memory of core %u cannot be reached while it runs, because its debug module has no system bus "
                      "(or it is not to be used): halt it first",
                      core);
    return err_at(x->base.log, ERR_UNSUPPORTED,
                  "the debug module gives no way to memory: no system bus, no program buffer, no abstract memory "
                  "command, as far as 'riscv set_mem_access' lets it");
}

/* Another way may reach what the one before was refused, or did not know. */
static bool may_go_on(enum err e)
{
    return e == ERR_FAULT || e == ERR_UNSUPPORTED;
}

/* --- blocks --- */

static enum err run_way(struct rvdm *x, enum rvdm_way way, const struct rvdm_block *b, size_t *done)
{
    switch (way) {
    case RVDM_SYSTEM_BUS:
        return rvdm_bus_block(x, b, done);
    case RVDM_PROGRAM_BUFFER:
        return rvdm_program_block(x, b, done);
    default:
        return rvdm_abstract_block(x, b, done);
    }
}

static enum err run_block(struct rvdm *x, const struct rvdm_block *b, uint32_t *fault)
{
    size_t done = 0;
    enum err e = ERR_OK;
    bool has_way = false, was_refused = false;
    for (unsigned i = 0; i < x->way_count && (!has_way || may_go_on(e)); i++) {
        size_t n = 0;
        if (!can_use(x, b->core, x->ways[i], RVDM_WORD))
            continue;
        has_way = true;
        e = run_way(x, x->ways[i],
                    &(struct rvdm_block){b->core, b->addr + (uint32_t)(done * RVDM_WORD), b->count - done,
                                         b->in ? b->in + done : NULL, b->out ? b->out + done : NULL},
                    &n);
        done += n;
        was_refused |= e == ERR_FAULT;
    }
    if (!has_way)
        return no_way(x, b->core);
    *fault = b->addr + (uint32_t)(done * RVDM_WORD);
    if (may_go_on(e) && was_refused)
        return err_at(x->base.log, ERR_FAULT, "the chip refused the access to 0x%08x", (unsigned)*fault);
    return e;
}

static unsigned first_of(unsigned cores)
{
    return (unsigned)__builtin_ctz(cores);
}

enum err rvdm_read_block(struct dm *d, unsigned cores, uint32_t addr, uint32_t *words, size_t count, uint32_t *fault)
{
    struct rvdm_block b = {.core = first_of(cores), .addr = addr, .count = count, .in = words};
    return count ? run_block(rvdm_of(d), &b, fault) : ERR_OK;
}

enum err rvdm_write_block(struct dm *d, unsigned cores, uint32_t addr, const uint32_t *words, size_t count,
                          uint32_t *fault)
{
    struct rvdm_block b = {.core = first_of(cores), .addr = addr, .count = count, .out = words};
    rvdm_module_of(rvdm_of(d), b.core)->was_written = true;
    return count ? run_block(rvdm_of(d), &b, fault) : ERR_OK;
}

/* --- several places --- */

enum err rvdm_read_ranges(struct dm *d, unsigned core, const struct rvdm_range *list, size_t count)
{
    struct rvdm *x = rvdm_of(d);
    enum rvdm_way way = rvdm_way(d, core);
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += list[i].count;
    enum rvdm_pace pace = way == RVDM_SYSTEM_BUS ? RVDM_BUS : RVDM_COMMAND;
    bool is_possible = (way == RVDM_SYSTEM_BUS || way == RVDM_PROGRAM_BUFFER) &&
                       rvdm_batch(rvdm_module_of(x, core), pace, total) == total;
    if (!is_possible)
        return err_at(d->log, ERR_UNSUPPORTED, "core %u: its memory is read place by place", core);
    for (size_t i = 0; i < count; i++) {
        const struct rvdm_block b = {.core = core, .addr = list[i].addr, .count = list[i].count, .in = list[i].words};
        if (!b.count)
            continue;
        if (way == RVDM_SYSTEM_BUS)
            rvdm_queue_bus_read(x, &b);
        else
            rvdm_queue_program_read(x, &b);
    }
    enum err e = rvdm_run(d);
    if (e == ERR_EXEC || e == ERR_FAULT)
        return err_at(d->log, ERR_FAULT, "the chip refused to read one of %zu places in its memory", count);
    return e;
}

enum err rvdm_follow(struct dm *d, unsigned core, const struct rvdm_chain *list, size_t count)
{
    struct rvdm *x = rvdm_of(d);
    bool may = x->cores[core].is_halted;
    enum err e = ERR_UNSUPPORTED;
    for (unsigned i = 0; may && i < x->way_count && e == ERR_UNSUPPORTED; i++)
        if (x->ways[i] == RVDM_PROGRAM_BUFFER)
            e = rvdm_program_follow(x, core, list, count);
    if (e == ERR_UNSUPPORTED)
        return err_at(d->log, e, "core %u cannot follow lists: that needs a program buffer of two words", core);
    if (e == ERR_FAULT)
        return err_at(d->log, e, "one of %zu lists in memory leads to where nothing can be read", count);
    return e;
}

/* --- single accesses --- */

static enum err load_by(struct rvdm *x, enum rvdm_way way, unsigned core, const struct rvdm_load *l)
{
    switch (way) {
    case RVDM_SYSTEM_BUS:
        return rvdm_bus_load(x, core, l->addr, l->width, l->value);
    case RVDM_PROGRAM_BUFFER:
        return rvdm_program_load(x, core, l->addr, l->width, l->value);
    default:
        return rvdm_abstract_load(x, core, l->addr, l->width, l->value);
    }
}

/* A bus that takes words only. */
static enum err load_from_word(struct dm *d, unsigned core, const struct rvdm_load *l)
{
    uint32_t word = 0, fault, shift = 8 * (l->addr % RVDM_WORD);
    enum err e = rvdm_read_block(d, BIT(core), l->addr - l->addr % RVDM_WORD, &word, 1, &fault);
    *l->value = word >> shift & (l->width == RVDM_WORD ? UINT32_MAX : BIT(8 * l->width) - 1);
    return e;
}

static void mask_to_width(const struct rvdm_load *l)
{
    if (l->width < RVDM_WORD)
        *l->value &= BIT(8 * l->width) - 1;
}

enum err rvdm_load(struct dm *d, unsigned core, uint32_t addr, unsigned width, uint32_t *value)
{
    struct rvdm *x = rvdm_of(d);
    struct rvdm_load l = {.addr = addr, .width = width, .value = value};
    enum err e = ERR_UNSUPPORTED;
    for (unsigned i = 0; i < x->way_count && may_go_on(e); i++)
        if (can_use(x, core, x->ways[i], width))
            e = load_by(x, x->ways[i], core, &l);
    if (e == ERR_UNSUPPORTED)
        return load_from_word(d, core, &l);
    if (e == ERR_FAULT)
        return err_at(d->log, e, "the chip refused to read 0x%08x", (unsigned)addr);
    mask_to_width(&l);
    return e;
}

static enum err store_by(struct rvdm *x, enum rvdm_way way, unsigned core, unsigned width, const struct rvdm_poke *poke)
{
    switch (way) {
    case RVDM_SYSTEM_BUS:
        return rvdm_bus_store(x, core, poke->addr, width, poke->value);
    case RVDM_PROGRAM_BUFFER:
        return rvdm_program_store_all(x, core, width, poke, 1);
    default:
        return rvdm_abstract_store_all(x, core, width, poke, 1);
    }
}

static enum err store_into_word(struct dm *d, unsigned core, unsigned width, const struct rvdm_poke *poke)
{
    uint32_t word = 0, fault, shift = 8 * (poke->addr % RVDM_WORD), at = poke->addr - poke->addr % RVDM_WORD;
    uint32_t mask = (width == RVDM_WORD ? UINT32_MAX : BIT(8 * width) - 1) << shift;
    enum err e = rvdm_read_block(d, BIT(core), at, &word, 1, &fault);
    word = (word & ~mask) | (poke->value << shift & mask);
    return e ? e : rvdm_write_block(d, BIT(core), at, &word, 1, &fault);
}

enum err rvdm_store(struct dm *d, unsigned core, uint32_t addr, unsigned width, uint32_t value)
{
    struct rvdm *x = rvdm_of(d);
    struct rvdm_poke poke = {.addr = addr, .value = value};
    enum err e = ERR_UNSUPPORTED;
    rvdm_module_of(x, core)->was_written = true;
    for (unsigned i = 0; i < x->way_count && may_go_on(e); i++)
        if (can_use(x, core, x->ways[i], width))
            e = store_by(x, x->ways[i], core, width, &poke);
    if (e == ERR_UNSUPPORTED)
        return store_into_word(d, core, width, &poke);
    if (e == ERR_FAULT)
        return err_at(d->log, e, "the chip refused to write 0x%08x", (unsigned)addr);
    return e;
}

enum err rvdm_store_all(struct dm *d, unsigned core, const struct rvdm_poke *pokes, size_t count)
{
    struct rvdm *x = rvdm_of(d);
    if (!count)
        return ERR_OK;
    switch (rvdm_way(d, core)) {
    case RVDM_SYSTEM_BUS:
        return rvdm_bus_store_all(x, core, pokes, count);
    case RVDM_PROGRAM_BUFFER:
        return rvdm_program_store_all(x, core, RVDM_WORD, pokes, count);
    case RVDM_ABSTRACT:
        return rvdm_abstract_store_all(x, core, RVDM_WORD, pokes, count);
    default:
        return no_way(x, core);
    }
}

static enum err access_one(struct dm *d, unsigned core, const struct rvdm_access *a)
{
    uint32_t fault;
    return a->into ? rvdm_read_block(d, BIT(core), a->addr, a->into, a->count, &fault)
                   : rvdm_write_block(d, BIT(core), a->addr, &a->value, 1, &fault);
}

enum err rvdm_access_all(struct dm *d, unsigned core, const struct rvdm_access *list, size_t count)
{
    struct rvdm *x = rvdm_of(d);
    enum err e = ERR_OK;
    if (rvdm_way(d, core) == RVDM_SYSTEM_BUS)
        return rvdm_bus_access_all(x, core, list, count);
    for (size_t i = 0; !e && i < count; i++)
        e = access_one(d, core, &list[i]);
    return e;
}
