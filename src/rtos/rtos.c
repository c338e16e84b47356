/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the threads, and for how long. */
#include "rtos/rtos_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

enum { WORD = 4, BLOCK_MAX = 256, MAX_PRIORITY = 63 };

static const char *const state_names[] = {[RTOS_RUNNING] = "Running",
                                          [RTOS_READY] = "Ready",
                                          [RTOS_BLOCKED] = "Blocked",
                                          [RTOS_SUSPENDED] = "Suspended",
                                          [RTOS_ENDED] = "Deleted"};

const char *rtos_state_name(enum rtos_state s)
{
    return state_names[s];
}

/* --- life --- */

struct rtos *rtos_new(struct log *log)
{
    struct rtos *r = calloc(1, sizeof *r);
    if (r)
        r->log = log;
    return r;
}

void rtos_free(struct rtos *r)
{
    if (r)
        free(r->threads);
    free(r);
}

void rtos_forget(struct rtos *r)
{
    r->has_state = r->has_threads = r->has_failed = false;
    r->frame.thread = 0;
    r->finding[0] = 0;
}

void rtos_set_memory(struct rtos *r, const struct rtos_memory *memory)
{
    rtos_forget(r);
    r->has_memory = memory != NULL;
    if (memory)
        r->memory = *memory;
    if (r->memory.core_count > RTOS_MAX_CORES)
        r->memory.core_count = RTOS_MAX_CORES;
}

static const struct rtos_kind *find_kind(const char *name)
{
    for (size_t i = 0; rtos_kinds[i]; i++)
        if (!strcmp(rtos_kinds[i]->name, name) || !strcmp(name, "auto"))
            return rtos_kinds[i];
    return NULL;
}

bool rtos_is_known_kind(const char *name)
{
    return find_kind(name) || !strcmp(name, "none") || !strcmp(name, "hwthread");
}

void rtos_set_kind(struct rtos *r, const char *name)
{
    const struct rtos_kind *kind = find_kind(name);
    if (kind == r->kind)
        return;
    rtos_forget(r);
    memset(r->has_symbol, 0, sizeof r->has_symbol);
    r->kind = kind;
}

/* --- findings --- */

void rtos_note(struct rtos *r, const char *fmt, ...)
{
    va_list args;
    if (r->finding[0])
        return;
    va_start(args, fmt);
    vsnprintf(r->finding, sizeof r->finding, fmt, args);
    va_end(args);
}

static void say_finding(struct rtos *r)
{
    if (r->finding[0] && strcmp(r->finding, r->said) != 0)
        log_warn(r->log, "%s: %s", r->kind->name, r->finding);
    snprintf(r->said, sizeof r->said, "%s", r->finding);
}

bool rtos_is_data(const struct rtos *r, uint32_t addr, size_t len)
{
    return r->memory.is_data(r->memory.ctx, addr, len, true);
}

/* --- symbols --- */

const char *rtos_symbol_name(const struct rtos *r, unsigned i)
{
    for (unsigned k = 0; r->kind && r->kind->symbols[k]; k++)
        if (k == i)
            return r->kind->symbols[k];
    return NULL;
}

void rtos_set_symbol(struct rtos *r, const char *name, uint32_t addr)
{
    for (unsigned i = 0; r->kind && r->kind->symbols[i]; i++) {
        bool is_new = !strcmp(r->kind->symbols[i], name) && (!r->has_symbol[i] || r->symbols[i] != addr);
        if (!is_new)
            continue;
        rtos_forget(r);
        r->symbols[i] = addr;
        r->has_symbol[i] = true;
    }
}

bool rtos_has_symbols(const struct rtos *r)
{
    return r->kind && r->has_symbol[0];
}

/* --- threads --- */

static uint32_t block_len(const struct rtos *r)
{
    uint32_t len = r->layout.name + RTOS_NAME_LEN;
    return len < BLOCK_MAX ? len : BLOCK_MAX;
}

static uint32_t word_at(const uint8_t *block, uint32_t len, uint32_t offset)
{
    return offset + WORD <= len ? le32_get(block + offset) : 0;
}

static bool is_printable(uint8_t c)
{
    return c >= ' ' && c < 0x7F;
}

/* Old kernels of ESP-IDF without a table have a word more in front of the name. */
static void take_name(struct rtos_thread *t, const uint8_t *at, size_t len)
{
    size_t from = len > WORD && at[0] && !is_printable(at[0]) ? WORD : 0, i = 0;
    if (len > WORD && !at[0] && !at[1] && !at[2] && !at[3] && is_printable(at[WORD]))
        from = WORD;
    for (; i + 1 < sizeof t->name && from + i < len && at[from + i]; i++)
        t->name[i] = is_printable(at[from + i]) ? (char)at[from + i] : '?';
    t->name[i] = 0;
}

static int core_of(const struct rtos *r, uint32_t block)
{
    for (unsigned i = 0; i < r->memory.core_count; i++)
        if (r->current[i] == block)
            return (int)i;
    return -1;
}

/* False: no control block stands there. Each of its nodes says whose it is. */
static bool take_block(struct rtos *r, const struct rtos_found *f, const uint8_t *block, struct rtos_thread *t)
{
    const struct rtos_layout *l = &r->layout;
    uint32_t len = block_len(r), priority = word_at(block, len, l->priority);
    if (word_at(block, len, l->state_item + l->owner) != f->block)
        return false;
    *t = (struct rtos_thread){.id = f->block, .state = f->state, .core = core_of(r, f->block)};
    t->stack = word_at(block, len, l->stack);
    t->has_priority = priority <= MAX_PRIORITY;
    t->priority = priority;
    take_name(t, block + l->name, len - l->name);
    if (f->may_wait && word_at(block, len, l->event_item + l->container))
        t->state = RTOS_BLOCKED;
    if (t->core >= 0)
        t->state = RTOS_RUNNING;
    return true;
}

/* Those that run are in a list as a rule; one that is not is shown all the same. */
static void add_current(struct rtos *r, struct rtos_found *found, size_t *count)
{
    for (unsigned i = 0; i < r->memory.core_count; i++) {
        uint32_t block = r->current[i];
        bool is_known = false;
        for (size_t k = 0; k < *count; k++)
            is_known |= found[k].block == block;
        if (!is_known && *count < RTOS_MAX_THREADS && block % WORD == 0 && rtos_is_data(r, block, block_len(r)))
            found[(*count)++] = (struct rtos_found){.block = block, .state = RTOS_RUNNING};
    }
}

static int by_running(const void *a, const void *b)
{
    const struct rtos_thread *x = a, *y = b;
    if ((x->core < 0) != (y->core < 0))
        return x->core < 0 ? 1 : -1;
    if (x->core != y->core)
        return x->core < y->core ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static enum err read_blocks(struct rtos *r, const struct rtos_found *found, size_t count)
{
    uint32_t len = block_len(r);
    struct rtos_read *reads = calloc(count + 1, sizeof *reads);
    uint8_t *bytes = calloc(count + 1, len);
    struct rtos_thread *threads = calloc(count + 1, sizeof *threads);
    enum err e = reads && bytes && threads ? ERR_OK : err_at(r->log, ERR_MEMORY, "no memory for the list of threads");
    for (size_t i = 0; !e && i < count; i++)
        reads[i] = (struct rtos_read){.addr = found[i].block, .into = bytes + i * len, .len = len};
    if (!e && count)
        e = r->memory.read_all(r->memory.ctx, reads, count);
    if (!e) {
        free(r->threads);
        r->threads = threads;
        threads = NULL;
        r->count = 0;
    }
    for (size_t i = 0; !e && i < count; i++) {
        if (reads[i].is_good && take_block(r, &found[i], bytes + i * len, &r->threads[r->count]))
            r->count++;
        else if (found[i].state != RTOS_RUNNING)
            rtos_note(r, "what a list says is a thread at 0x%08x is none: it is left out", (unsigned)found[i].block);
    }
    free(reads);
    free(bytes);
    free(threads);
    return e;
}

static enum err read_threads(struct rtos *r)
{
    struct rtos_found *found = calloc(RTOS_MAX_THREADS, sizeof *found);
    size_t count = 0;
    enum err e = found ? rtos_walk(r, found, &count) : err_at(r->log, ERR_MEMORY, "no memory for the list of threads");
    if (!e) {
        add_current(r, found, &count);
        e = read_blocks(r, found, count);
    }
    free(found);
    if (e)
        return e;
    qsort(r->threads, r->count, sizeof *r->threads, by_running);
    if (r->thread_count && r->thread_count != r->count)
        rtos_note(
            r,
            "%zu of %u threads were found: some were being moved from one list to another when the chip was halted, "
            "or a list is damaged",
            r->count, (unsigned)r->thread_count);
    return ERR_OK;
}

/* Whatever goes wrong is said once, and there are no threads until the chip has run again. */
static bool update(struct rtos *r, bool wants_all)
{
    if (!r->has_memory || !rtos_has_symbols(r) || r->has_failed)
        return false;
    enum err e = r->has_state ? ERR_OK : rtos_read_state(r);
    if (!e && wants_all && !r->has_threads) {
        e = r->is_running ? read_threads(r) : ERR_OK;
        if (!r->is_running)
            r->count = 0;
        r->has_threads = !e;
        if (!e)
            say_finding(r);
    }
    r->has_failed = e != ERR_OK;
    if (e && e != ERR_STATE && e != ERR_INTERRUPTED)
        log_warn(r->log, "the threads of %s are not known: %s", r->kind->name, err_why(r->log, e));
    if (e)
        err_forget(r->log);
    return !e;
}

const struct rtos_thread *rtos_threads(struct rtos *r, size_t *count)
{
    *count = update(r, true) ? r->count : 0;
    return r->threads;
}

static const struct rtos_thread *find_known(const struct rtos *r, uint32_t id)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->threads[i].id == id)
            return &r->threads[i];
    return NULL;
}

const struct rtos_thread *rtos_find(struct rtos *r, uint32_t id)
{
    return update(r, true) ? find_known(r, id) : NULL;
}

uint32_t rtos_current(struct rtos *r, unsigned core)
{
    if (core >= r->memory.core_count || !update(r, false) || !r->is_running)
        return 0;
    uint32_t id = r->current[core];
    for (unsigned i = 0; i < core; i++)
        if (r->current[i] == id)
            return 0;
    if (!r->has_threads && find_known(r, id))
        return id;
    const struct rtos_thread *t = rtos_find(r, id);
    return t && t->core == (int)core ? id : 0;
}

enum err rtos_start_anew(struct rtos *r)
{
    enum err e = ERR_OK;
    if (!r->has_memory || !rtos_has_symbols(r))
        return ERR_OK;
    for (size_t i = 0; !e && i < r->kind->running_count + 1; i++) {
        uint8_t symbol = i < r->kind->running_count ? r->kind->running[i] : r->kind->thread_count;
        uint32_t addr = r->symbols[symbol];
        if (r->has_symbol[symbol] && addr % WORD == 0 && rtos_is_data(r, addr, WORD))
            e = r->memory.write(r->memory.ctx, addr, 0);
    }
    rtos_forget(r);
    return e;
}
