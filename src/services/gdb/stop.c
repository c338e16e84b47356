/* SPDX-License-Identifier: Apache-2.0 */
/* Stop replies: of which core GDB is told, and for what reason that core stands. */
#include "services/gdb/gdb_int.h"

/* Which core tells most about the stop. */
static unsigned weight(enum halt_reason r)
{
    switch (r) {
    case HALT_EXCEPTION:
        return 5;
    case HALT_SINGLE_STEP:
        return 4;
    case HALT_BREAKPOINT:
    case HALT_BREAK_AND_WATCHPOINT:
        return 3;
    case HALT_WATCHPOINT:
        return 2;
    default:
        return 1;
    }
}

static struct core *choose_of(struct gdb *g, struct gdb_client *client, unsigned cores)
{
    struct core *best = NULL;
    unsigned best_weight = 0, selected = client->core;
    for (unsigned i = 0; i < session_config(g->session)->core_count; i++) {
        struct core *core = gdb_core(g, i);
        if (!(cores >> i & 1) || !core || core_state(core) != CORE_HALTED)
            continue;
        unsigned w = 2 * weight(core_halt_reason(core)) + (i == selected);
        if (w > best_weight) {
            best = core;
            best_weight = w;
            client->core = i;
        }
    }
    return best;
}

/* Of those that a client has let go: what the others have stopped for is of another time. */
static struct core *choose(struct gdb *g, struct gdb_client *client)
{
    struct core *core = client->is_waiting ? choose_of(g, client, client->running) : NULL;
    return core ? core : choose_of(g, client, ~0U);
}

static void put_reason(struct gdb *g, const struct gdb_client *client, struct core *core, struct buf *out)
{
    static const char *const watch_names[] = {
        [POINT_WRITE] = "watch", [POINT_READ] = "rwatch", [POINT_ACCESS] = "awatch"};
    const struct gdb_point *p = gdb_hit_point(g, client, core);
    bool is_watch = p && p->type >= POINT_WRITE;
    if (is_watch)
        return buf_printf(out, "%s:%08x;", watch_names[p->type], (unsigned)p->addr);
    if (core_halt_reason(core) != HALT_BREAKPOINT && core_halt_reason(core) != HALT_BREAK_AND_WATCHPOINT)
        return;
    /* Not for a BREAK of the program's own: GDB takes the word for one of its breakpoints that is gone already, and goes on. */
    if (p && p->type == POINT_HARDWARE && client->takes_hwbreak)
        buf_printf(out, "hwbreak:;");
    else if (p && p->type == POINT_SOFTWARE && client->takes_swbreak)
        buf_printf(out, "swbreak:;");
}

static unsigned signal_of(const struct gdb_client *client, const struct core *core)
{
    bool is_asked = core_halt_reason(core) == HALT_REQUEST || client->is_interrupted;
    return is_asked ? GDB_SIGNAL_INT : GDB_SIGNAL_TRAP;
}

void gdb_put_stop_of(struct gdb *g, struct gdb_client *client, struct core *core, struct buf *out)
{
    buf_printf(out, "T%02xthread:%x;core:%x;", signal_of(client, core), (unsigned)gdb_tell_thread(g, client),
               core_index(core));
    put_reason(g, client, core, out);
}

void gdb_put_stop(struct gdb *g, struct gdb_client *client, struct buf *out)
{
    struct core *core = choose(g, client);
    client->thread = client->thread_cont = 0;
    unsigned thread = gdb_thread_id(client->core);
    if (!core) { /* it runs, or does not answer: the registers are said to be unavailable */
        unsigned signal = client->is_interrupted ? GDB_SIGNAL_INT : GDB_SIGNAL_0;
        return buf_printf(out, "T%02xthread:%x;", signal, thread);
    }
    gdb_put_stop_of(g, client, core, out);
}

/* Both cores may come to a breakpoint at once, and a reply tells of one: the other's turn comes when GDB lets all go. */
unsigned gdb_find_untold(struct gdb *g, const struct gdb_client *client)
{
    unsigned untold = 0;
    for (unsigned i = 0; i < session_config(g->session)->core_count; i++) {
        struct core *core = gdb_core(g, i);
        bool is_other = i != client->core && core && core_state(core) == CORE_HALTED;
        if (is_other && weight(core_halt_reason(core)) > 1 && gdb_hit_point(g, client, core) &&
            !gdb_is_unwanted(g, core))
            untold |= 1U << i;
    }
    return untold;
}
