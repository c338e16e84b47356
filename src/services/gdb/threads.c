/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threads that GDB sees: those of the program's operating system where one is found, and the cores where none is, or where one
 * runs no thread. A thread of the system is called by the address of its control block, a core by its number from 1 on; both
 * are taken everywhere.
 */
#include "services/gdb/gdb_int.h"

#include <string.h>

/* --- which system --- */

static const char *kind_of(struct gdb *g)
{
    for (unsigned i = 0; i < session_config(g->session)->core_count; i++) {
        const char *kind = tcl_target_option(g->tcl, i, "-rtos");
        if (kind && *kind)
            return kind;
    }
    return "auto";
}

static struct rtos *rtos_of(struct gdb *g)
{
    struct rtos *r = session_rtos(g->session);
    rtos_set_kind(r, kind_of(g));
    return r;
}

/* Nothing is asked of a chip that runs, nor of one whose RAM is in use by something else. */
static bool may_look(struct gdb *g)
{
    if (!rtos_has_symbols(rtos_of(g)) || !gdb_is_halted(g))
        return false;
    gdb_release_agent(g);
    return true;
}

/* --- cores --- */

/* Cores that are off, or held in reset, are none, unless there is no other. */
static bool is_core_thread(struct gdb *g, unsigned i)
{
    struct core *core = gdb_core(g, i);
    if (i >= session_config(g->session)->core_count)
        return false;
    enum core_state state = core ? core_state(core) : CORE_UNKNOWN;
    bool is_there = state != CORE_UNAVAILABLE && state != CORE_UNKNOWN && state != CORE_RESET;
    if (is_there || i)
        return is_there;
    for (unsigned k = 1; k < session_config(g->session)->core_count; k++)
        if (is_core_thread(g, k))
            return false;
    return true;
}

/* The configuration's index of the core on which a thread runs; -1. */
static int core_of(struct gdb *g, const struct rtos_thread *t)
{
    for (unsigned i = 0; t->core >= 0 && i < session_config(g->session)->core_count; i++)
        if (session_config(g->session)->cores[i].index == (unsigned)t->core && gdb_core(g, i))
            return (int)i;
    return -1;
}

/* --- ids --- */

/*
 * GDB lives with the id of the thread that it was told of last. When that was a core, because the variables of the system were not
 * known yet or its scheduler did not run, the core's id means from the first look at the system's threads on the one that ran there
 * then, wherever it goes; without that, GDB would take its current thread for ended, and do nothing any more.
 */
static uint32_t current(struct gdb *g, unsigned core)
{
    struct core *c = gdb_core(g, core);
    return c ? rtos_current(session_rtos(g->session), core_index(c)) : 0;
}

static void bind_alias(struct gdb *g, struct gdb_client *client)
{
    if (!client->told || client->alias.id)
        return;
    client->alias.thread = current(g, client->told - 1);
    client->alias.id = client->alias.thread ? client->told : 0;
    client->told = client->alias.id ? 0 : client->told;
}

/* The same, when all threads are to be looked at anyway. */
static void mind_alias(struct gdb *g, struct gdb_client *client)
{
    if (client->alias.id && !rtos_find(session_rtos(g->session), client->alias.thread))
        client->alias.id = client->alias.thread = 0; /* it has ended */
    bind_alias(g, client);
}

static uint32_t id_of(const struct gdb_client *client, uint32_t thread)
{
    return client->alias.id && client->alias.thread == thread ? client->alias.id : thread;
}

/* --- threads --- */

uint32_t gdb_tell_thread(struct gdb *g, struct gdb_client *client)
{
    uint32_t thread = 0;
    if (may_look(g)) {
        bind_alias(g, client);
        thread = current(g, client->core);
    }
    if (!thread)
        client->alias.id = client->alias.thread = 0; /* the core's id is its own again */
    client->told = thread ? 0 : gdb_thread_id(client->core);
    return thread ? id_of(client, thread) : client->told;
}

bool gdb_find_thread(struct gdb *g, struct gdb_client *client, uint32_t id, struct gdb_thread *out)
{
    bool looks = may_look(g);
    if (looks)
        mind_alias(g, client);
    bool is_alias = looks && id && id == client->alias.id;
    if (!is_alias && id && id <= session_config(g->session)->core_count) {
        *out = (struct gdb_thread){.id = id, .core = (int)id - 1};
        return gdb_core(g, id - 1) != NULL;
    }
    const struct rtos_thread *t =
        looks ? rtos_find(session_rtos(g->session), is_alias ? client->alias.thread : id) : NULL;
    if (t)
        *out = (struct gdb_thread){.id = id, .core = core_of(g, t), .rtos = t};
    return t != NULL;
}

size_t gdb_list_threads(struct gdb *g, struct gdb_client *client, struct gdb_thread list[static GDB_MAX_THREADS])
{
    size_t count = 0, out = 0;
    unsigned busy = 0;
    bool looks = may_look(g);
    if (looks)
        mind_alias(g, client);
    const struct rtos_thread *threads = looks ? rtos_threads(session_rtos(g->session), &count) : NULL;
    for (size_t i = 0; i < count; i++) {
        int core = core_of(g, &threads[i]);
        busy |= core < 0 ? 0 : 1U << core;
        list[out++] = (struct gdb_thread){.id = id_of(client, threads[i].id), .core = core, .rtos = &threads[i]};
    }
    for (unsigned i = 0; i < session_config(g->session)->core_count; i++)
        if (!(busy >> i & 1) && is_core_thread(g, i) && gdb_thread_id(i) != client->alias.id)
            list[out++] = (struct gdb_thread){.id = gdb_thread_id(i), .core = (int)i};
    return out;
}

bool gdb_client_thread(struct gdb *g, struct gdb_client *client, struct gdb_thread *out)
{
    if (client->thread)
        return gdb_find_thread(g, client, client->thread, out);
    *out = (struct gdb_thread){.id = gdb_thread_id(client->core), .core = (int)client->core};
    return gdb_core(g, client->core) != NULL;
}

/* --- in words --- */

static void put_core(struct buf *out, struct core *core)
{
    if (!core) {
        buf_printf(out, "the connection to the chip is closed");
        return;
    }
    buf_printf(out, "%s: %s", core_name(core), core_state_name(core_state(core)));
    if (core_state(core) == CORE_HALTED)
        buf_printf(out, " (%s)", halt_reason_name(core_halt_reason(core)));
    else if (core_why_off(core))
        buf_printf(out, " (%s)", core_why_off(core));
}

void gdb_put_thread(struct gdb *g, const struct gdb_thread *t, struct buf *out)
{
    if (!t->rtos)
        return put_core(out, gdb_core(g, (unsigned)t->core));
    buf_printf(out, "Name: %s, State: %s", t->rtos->name, rtos_state_name(t->rtos->state));
    if (t->rtos->core >= 0)
        buf_printf(out, " @ core %d", t->rtos->core);
    if (t->rtos->has_priority)
        buf_printf(out, ", Priority %u", (unsigned)t->rtos->priority);
}

/* --- packets --- */

static void first_threads(struct gdb_call *c)
{
    struct gdb_thread list[GDB_MAX_THREADS];
    size_t count = gdb_list_threads(c->gdb, c->client, list);
    for (size_t i = 0; i < count; i++)
        buf_printf(&c->reply, "%c%x", i ? ',' : 'm', (unsigned)list[i].id);
}

static void no_more_threads(struct gdb_call *c)
{
    buf_printf(&c->reply, "l");
}

static void refuse_thread(struct gdb_call *c, int64_t id)
{
    gdb_refuse(c, ERR_NOT_FOUND,
               "there is no thread 0x%x: the chip has not that many cores, or the thread has ended; 'info threads' "
               "lists those "
               "there are",
               (unsigned)id);
}

static void thread_info(struct gdb_call *c)
{
    const char *at = c->args;
    struct buf text = {0};
    struct gdb_thread t;
    int64_t id;
    if (!gdb_skip(&at, ',') || !gdb_thread(&at, &id) || id <= 0)
        return gdb_refuse(c, ERR_MALFORMED, "qThreadExtraInfo: a thread is expected");
    if (!gdb_find_thread(c->gdb, c->client, (uint32_t)id, &t))
        return refuse_thread(c, id);
    gdb_put_thread(c->gdb, &t, &text);
    gdb_put_hex(&c->reply, text.bytes, text.len);
    buf_fini(&text);
}

static void current_thread(struct gdb_call *c)
{
    uint32_t id = c->client->thread ? c->client->thread : gdb_tell_thread(c->gdb, c->client);
    buf_printf(&c->reply, "QC%x", (unsigned)id);
}

/* A core that runs a thread is none itself, though it may be spoken of. */
static void is_alive(struct gdb_call *c)
{
    struct gdb_thread list[GDB_MAX_THREADS];
    const char *at = c->args;
    int64_t id;
    size_t count = gdb_thread(&at, &id) && id > 0 ? gdb_list_threads(c->gdb, c->client, list) : 0;
    for (size_t i = 0; i < count; i++)
        if (list[i].id == id)
            return gdb_ok(c);
    gdb_refuse(c, ERR_NOT_FOUND,
               "there is no such thread: the chip has not that many cores, or it is off, or has ended");
}

/* Hg, Hc: what later packets are about. */
static void set_thread(struct gdb_call *c)
{
    struct gdb_client *client = c->client;
    struct gdb_thread t;
    const char *at = c->args;
    char what = *at;
    int64_t id;
    if ((what != 'g' && what != 'c') || (at++, !gdb_thread(&at, &id)))
        return gdb_refuse(c, ERR_MALFORMED, "H: g or c and a thread are expected");
    if (id <= 0)
        return gdb_ok(c);
    if (!gdb_find_thread(c->gdb, c->client, (uint32_t)id, &t))
        return refuse_thread(c, id);
    *(what == 'g' ? &client->thread : &client->thread_cont) = t.rtos ? t.id : 0;
    if (t.core >= 0)
        *(what == 'g' ? &client->core : &client->core_cont) = (unsigned)t.core;
    gdb_ok(c);
}

/* --- the threads as one text --- */

static void put_escaped(struct buf *out, const char *text)
{
    static const struct {
        char from;
        const char *to;
    } entities[] = {{'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"}, {'"', "&quot;"}};
    for (; *text; text++) {
        const char *entity = NULL;
        for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
            if (*text == entities[i].from)
                entity = entities[i].to;
        if (entity)
            buf_printf(out, "%s", entity);
        else
            buf_u8(out, (uint8_t)*text);
    }
}

void gdb_put_threads(struct gdb *g, struct gdb_client *client, struct buf *out)
{
    struct gdb_thread list[GDB_MAX_THREADS];
    size_t count = gdb_list_threads(g, client, list);
    const struct session_core *cores = session_config(g->session)->cores;
    buf_printf(out, "<?xml version=\"1.0\"?>\n<threads>\n");
    for (size_t i = 0; i < count; i++) {
        const struct gdb_thread *t = &list[i];
        struct buf text = {0};
        buf_printf(out, "<thread id=\"%x\"", (unsigned)t->id);
        if (t->core >= 0)
            buf_printf(out, " core=\"%u\"", cores[t->core].index);
        buf_printf(out, " name=\"");
        put_escaped(out, t->rtos ? t->rtos->name : cores[t->core].name);
        buf_printf(out, "\">");
        gdb_put_thread(g, t, &text);
        put_escaped(out, buf_str(&text));
        buf_printf(out, "</thread>\n");
        buf_fini(&text);
    }
    buf_printf(out, "</threads>\n");
}

/* --- qSymbol: where the system's variables are --- */

/* What link-time optimization may have made of a name. */
static const char lto_suffix[] = ".lto_priv.0";

/* First those of the system; without its first one there is no such system in the file, and the rest of them is left out. Then those
   that tell of a stop. */
static const char *name_of(struct gdb *g, unsigned n)
{
    unsigned count = 0;
    const struct rtos *r = rtos_of(g);
    while ((!count || rtos_has_symbols(r)) && rtos_symbol_name(r, count))
        count++;
    return n < count ? rtos_symbol_name(r, n) : session_symbol_name(n - count);
}

/* The question number i: each name, then the same with the suffix. */
static bool put_question(struct gdb *g, struct buf *out, unsigned i)
{
    const char *name = name_of(g, i / 2);
    if (!name)
        return false;
    buf_printf(out, "qSymbol:");
    gdb_put_hex(out, name, strlen(name));
    if (i % 2)
        gdb_put_hex(out, lto_suffix, sizeof lto_suffix - 1);
    return true;
}

/* The answer to it, ":value:name"; false: the symbol is not there. */
static bool take_answer(struct gdb_call *c, unsigned question)
{
    const char *at = c->args, *name = name_of(c->gdb, question / 2);
    uint64_t value;
    if (!name || !gdb_skip(&at, ':') || !gdb_hex(&at, &value) || *at != ':')
        return false;
    rtos_set_symbol(session_rtos(c->gdb->session), name, (uint32_t)value);
    session_set_symbol(c->gdb->session, name, (uint32_t)value);
    return true;
}

/* "::" begins; GDB says it again whenever it has read symbols. */
static void symbol(struct gdb_call *c)
{
    struct gdb_client *client = c->client;
    bool begins = !strncmp(c->args, "::", 2) && !c->args[2];
    if (begins)
        client->question = 0;
    else if (take_answer(c, client->question))
        client->question += 2 - client->question % 2;
    else
        client->question++;
    if (!put_question(c->gdb, &c->reply, client->question))
        gdb_ok(c);
}

const struct gdb_packet gdb_thread_packets[] = {
    {"qfThreadInfo", first_threads},
    {"qsThreadInfo", no_more_threads},
    {"qThreadExtraInfo", thread_info},
    {"qC", current_thread},
    {"T", is_alive},
    {"H", set_thread},
    {"qSymbol", symbol},
    {NULL, NULL},
};
