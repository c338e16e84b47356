/* SPDX-License-Identifier: Apache-2.0 */
/* What is read at each stop, in one round trip: who runs, whether the scheduler does, and how the kernel was configured. */
#include "rtos/rtos_int.h"

#include <string.h>

#include "base/bytes.h"

enum { WORD = 4, MAX_PARTS = 8, TABLE_ROOM = 64, MAX_PRIORITIES = 64 };

struct parts {
    struct rtos_read list[MAX_PARTS];
    size_t count;
    uint32_t running[2], thread_count, top_priority;
    uint8_t table[TABLE_ROOM];
    struct rtos_read *current, *table_part, *top_part, *count_part;
};

static struct rtos_read *add(struct rtos *r, struct parts *p, unsigned symbol, void *into, size_t len)
{
    uint32_t addr = r->symbols[symbol];
    if (!r->has_symbol[symbol] || addr % WORD || !r->memory.is_data(r->memory.ctx, addr, len, false))
        return NULL;
    struct rtos_read *part = &p->list[p->count++];
    *part = (struct rtos_read){.addr = addr, .into = into, .len = len};
    return part;
}

static void ask(struct rtos *r, struct parts *p)
{
    const struct rtos_kind *k = r->kind;
    for (size_t i = 0; i < k->current_count && !p->current; i++)
        p->current = add(r, p, k->current[i], r->current, r->memory.core_count * (size_t)WORD);
    for (size_t i = 0; i < k->running_count; i++) {
        p->running[i] = 1;
        if (r->has_symbol[k->running[i]] && !add(r, p, k->running[i], &p->running[i], WORD))
            p->running[i] = 0;
    }
    p->count_part = add(r, p, k->thread_count, &p->thread_count, WORD);
    p->top_part = add(r, p, k->top_priority, &p->top_priority, WORD);
    p->table_part = add(r, p, k->table, p->table, k->table_len);
}

static void take_layout(struct rtos *r, const struct parts *p)
{
    r->layout = r->kind->layout;
    if (p->table_part) {
        if (p->table_part->is_good && r->kind->read_table(p->table, r->kind->table_len, &r->layout))
            return;
        rtos_note(r,
                  "%s at 0x%08x, which says how this kernel was built, has no meaning (its first bytes are %02x %02x): "
                  "the usual "
                  "layout is taken",
                  r->kind->symbols[r->kind->table], (unsigned)p->table_part->addr, p->table[0], p->table[1]);
    }
    if (p->top_part && p->top_part->is_good && p->top_priority < MAX_PRIORITIES)
        r->layout.priorities = p->top_priority + 1;
}

enum err rtos_read_state(struct rtos *r)
{
    struct parts p = {0};
    memset(r->current, 0, sizeof r->current);
    ask(r, &p);
    enum err e = p.count ? r->memory.read_all(r->memory.ctx, p.list, p.count) : ERR_OK;
    if (e)
        return e;
    bool has_count = p.count_part && p.count_part->is_good;
    r->thread_count = has_count ? p.thread_count : 0;
    r->is_running = p.current && p.current->is_good && (!has_count || p.thread_count);
    for (size_t i = 0; i < r->kind->running_count; i++)
        r->is_running &= p.running[i] == 1;
    if (r->is_running)
        take_layout(r, &p);
    r->has_state = true;
    return ERR_OK;
}
