/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists of threads: rings of nodes, each with the thread that it stands for, closed by a node in the list itself.
 *
 * All heads are read together, then all rings: by the chip itself in one go where it can follow pointers, else node by node, one of
 * each ring in a round trip. A ring that does not come back to its head, or leads out of memory, gives what was found before.
 */
#include "rtos/rtos_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

enum { WORD = 4, HEAD_ROOM = 40, BLOCK_LEAST = 64 };

struct ring {
    const struct rtos_list *list;
    uint32_t addr;
    bool is_doubtful; /* not every kernel has it */
    uint8_t head[HEAD_ROOM];
    size_t count; /* as its head says, and no more than there can be */
    size_t found;
    uint32_t *nodes, *values; /* count + 1 of each: the last is to be the end */
    bool is_over;
};

struct walk {
    struct rtos *r;
    struct ring rings[RTOS_MAX_LISTS];
    size_t count;
    uint32_t *room;
};

static uint32_t end_of(const struct walk *w, const struct ring *g)
{
    return g->addr + w->r->layout.list_end;
}

/* --- heads --- */

static size_t extent(const struct rtos *r, enum rtos_extent e)
{
    return e == RTOS_PER_PRIORITY ? r->layout.priorities : e == RTOS_PER_CORE ? r->memory.core_count : 1;
}

static void list_rings(struct walk *w)
{
    struct rtos *r = w->r;
    for (size_t i = 0; i < r->kind->list_count; i++) {
        const struct rtos_list *l = &r->kind->lists[i];
        for (size_t k = 0; r->has_symbol[l->symbol] && k < extent(r, l->extent) && w->count < RTOS_MAX_LISTS; k++) {
            uint32_t addr = r->symbols[l->symbol] + (uint32_t)k * r->layout.list_size;
            if (addr % WORD == 0 && rtos_is_data(r, addr, r->layout.list_size))
                w->rings[w->count++] =
                    (struct ring){.list = l, .addr = addr, .is_doubtful = k && l->extent == RTOS_PER_CORE};
        }
    }
}

/* The value in front of the pointers of the closing node is the greatest there is. */
static bool is_list(const struct walk *w, const struct ring *g)
{
    return le32_get(g->head + w->r->layout.list_end + w->r->layout.next - WORD) == UINT32_MAX;
}

static enum err read_heads(struct walk *w)
{
    struct rtos_read reads[RTOS_MAX_LISTS];
    size_t len = w->r->layout.list_size < HEAD_ROOM ? w->r->layout.list_size : HEAD_ROOM, count = 0;
    for (size_t i = 0; i < w->count; i++)
        reads[count++] = (struct rtos_read){.addr = w->rings[i].addr, .into = w->rings[i].head, .len = len};
    enum err e = count ? w->r->memory.read_all(w->r->memory.ctx, reads, count) : ERR_OK;
    for (size_t i = 0; i < count; i++)
        w->rings[i].is_over = !reads[i].is_good || (w->rings[i].is_doubtful && !is_list(w, &w->rings[i]));
    return e;
}

/* Nothing is in it, or it was never used. */
static bool is_empty(const struct walk *w, const struct ring *g)
{
    uint32_t next = le32_get(g->head + w->r->layout.list_end + w->r->layout.next);
    return !g->count && (!next || next == end_of(w, g));
}

/* How many a list can have at most: what it says, and no more than the system has. */
static void count_nodes(struct walk *w, size_t *total)
{
    uint32_t all = w->r->thread_count;
    size_t most = all && all < RTOS_MAX_THREADS ? all : RTOS_MAX_THREADS;
    *total = 0;
    for (size_t i = 0; i < w->count; i++) {
        struct ring *g = &w->rings[i];
        g->count = g->is_over ? 0 : le32_get(g->head + w->r->layout.list_count);
        if (g->count > most) {
            rtos_note(w->r, "the list at 0x%08x says that it has %zu threads, and there are %zu at most: it is damaged",
                      (unsigned)g->addr, g->count, most);
            g->count = most;
        }
        *total += g->count;
        g->is_over |= is_empty(w, g);
    }
}

static enum err take_room(struct walk *w)
{
    size_t total, at = 0;
    count_nodes(w, &total);
    size_t each = total + w->count;
    w->room = calloc(2 * each, sizeof *w->room);
    if (!w->room)
        return err_at(w->r->log, ERR_MEMORY, "no memory for the list of threads");
    for (size_t i = 0; i < w->count; i++) {
        w->rings[i].nodes = w->room + at;
        w->rings[i].values = w->room + each + at;
        at += w->rings[i].count + 1;
    }
    return ERR_OK;
}

/* --- rings --- */

/* The chip follows pointers that nobody has checked: it is left to do so with rings whose ends look sound only. */
static bool is_sound(const struct walk *w)
{
    const struct rtos_layout *l = &w->r->layout;
    for (size_t i = 0; i < w->count; i++) {
        const struct ring *g = &w->rings[i];
        uint32_t at = l->list_end + l->next;
        if (g->is_over)
            continue;
        uint32_t next = le32_get(g->head + at), previous = le32_get(g->head + at + WORD);
        if (next % WORD || previous % WORD || !rtos_is_data(w->r, next, l->owner + WORD) ||
            !rtos_is_data(w->r, previous, l->owner + WORD))
            return false;
    }
    return true;
}

static bool follow_all(struct walk *w)
{
    struct rtos_chain chains[RTOS_MAX_LISTS];
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++) {
        struct ring *g = &w->rings[i];
        if (!g->is_over)
            chains[count++] = (struct rtos_chain){.from = end_of(w, g),
                                                  .next_offset = w->r->layout.next,
                                                  .value_offset = w->r->layout.owner,
                                                  .nodes = g->nodes,
                                                  .values = g->values,
                                                  .count = g->count + 1};
    }
    if (!count)
        return true;
    if (!w->r->memory.follow || !is_sound(w) || w->r->memory.follow(w->r->memory.ctx, chains, count) != ERR_OK) {
        err_forget(w->r->log);
        return false;
    }
    for (size_t i = 0; i < w->count; i++)
        w->rings[i].found = w->rings[i].is_over ? 0 : w->rings[i].count + 1;
    return true;
}

/* Adds a node; false at the end, and where the ring bites its own tail. */
static bool add_node(struct walk *w, struct ring *g, uint32_t node)
{
    bool is_over = g->found == g->count + 1 || (g->found && g->nodes[g->found - 1] == end_of(w, g));
    for (size_t i = 0; i + 1 < g->found && !is_over; i++)
        is_over = g->nodes[i] == g->nodes[g->found - 1];
    if (!is_over)
        g->nodes[g->found++] = node;
    return !is_over;
}

/* One node of each ring. */
static enum err follow_once(struct walk *w, bool *goes_on)
{
    struct rtos_read reads[RTOS_MAX_LISTS];
    uint32_t words[RTOS_MAX_LISTS][HEAD_ROOM / WORD];
    struct ring *of[RTOS_MAX_LISTS];
    const struct rtos_layout *l = &w->r->layout;
    size_t count = 0;
    for (size_t i = 0; i < w->count; i++) {
        struct ring *g = &w->rings[i];
        if (g->is_over)
            continue;
        uint32_t node = g->found ? g->nodes[g->found - 1] : end_of(w, g);
        size_t len = g->found ? l->owner + WORD : l->next + WORD;
        g->is_over = node % WORD || !rtos_is_data(w->r, node, len) || len > HEAD_ROOM;
        if (g->is_over)
            continue;
        of[count] = g;
        reads[count] = (struct rtos_read){.addr = node, .into = words[count], .len = len};
        count++;
    }
    enum err e = count ? w->r->memory.read_all(w->r->memory.ctx, reads, count) : ERR_OK;
    for (size_t i = 0; !e && i < count; i++) {
        struct ring *g = of[i];
        if (g->found && reads[i].is_good)
            g->values[g->found - 1] = words[i][l->owner / WORD];
        g->is_over = !reads[i].is_good || !add_node(w, g, words[i][l->next / WORD]);
    }
    *goes_on = count > 0;
    return e;
}

/* --- threads --- */

static bool is_known(const struct rtos_found *out, size_t count, uint32_t block)
{
    for (size_t i = 0; i < count; i++)
        if (out[i].block == block)
            return true;
    return false;
}

/* A node lies in the block of the thread that it stands for. */
static bool is_node(const struct rtos *r, uint32_t node, uint32_t owner)
{
    bool is_at_item = node - owner == r->layout.state_item || node - owner == r->layout.event_item;
    return is_at_item && owner % WORD == 0 && rtos_is_data(r, owner, BLOCK_LEAST);
}

static void take(struct walk *w, const struct ring *g, struct rtos_found *out, size_t *count)
{
    size_t i = 0;
    for (; i < g->found && g->nodes[i] != end_of(w, g); i++) {
        if (!is_node(w->r, g->nodes[i], g->values[i])) {
            return rtos_note(
                w->r,
                "the list at 0x%08x leads to 0x%08x, which is no thread: it was halted in the middle of a change, or "
                "overwritten; the threads before that are shown",
                (unsigned)g->addr, (unsigned)g->nodes[i]);
        }
        for (size_t k = 0; k < i; k++)
            if (g->nodes[k] == g->nodes[i])
                return rtos_note(w->r, "the list at 0x%08x goes round in circles at 0x%08x: it is damaged",
                                 (unsigned)g->addr, (unsigned)g->nodes[i]);
        if (*count < RTOS_MAX_THREADS && !is_known(out, *count, g->values[i]))
            out[(*count)++] = (struct rtos_found){g->values[i], g->list->state, g->list->may_wait};
    }
    if (i == g->found && i > g->count)
        rtos_note(
            w->r,
            "the list at 0x%08x has more threads than the %zu that it says: it was halted in the middle of a change",
            (unsigned)g->addr, g->count);
    else if (i < g->count)
        rtos_note(w->r, "the list at 0x%08x has %zu threads and says %zu: it was halted in the middle of a change",
                  (unsigned)g->addr, i, g->count);
}

enum err rtos_walk(struct rtos *r, struct rtos_found *out, size_t *count)
{
    struct walk *w = calloc(1, sizeof *w);
    *count = 0;
    if (!w)
        return err_at(r->log, ERR_MEMORY, "no memory for the lists of threads");
    w->r = r;
    list_rings(w);
    enum err e = read_heads(w);
    if (!e)
        e = take_room(w);
    if (!e && !follow_all(w)) {
        bool goes_on = true;
        for (size_t i = 0; !e && goes_on && i <= RTOS_MAX_THREADS + 2; i++)
            e = follow_once(w, &goes_on);
    }
    for (size_t i = 0; !e && i < w->count; i++)
        take(w, &w->rings[i], out, count);
    free(w->room);
    free(w);
    return e;
}
