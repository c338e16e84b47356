/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Going on and stopping: ?, c, C, s, S, vCont, Ctrl-C, T. A resumed chip is looked after by gdb_poll, which
 * the wire thread calls between requests; nothing here waits for a stop.
 */
#include "services/gdb/gdb_int.h"

#include <stdio.h>

enum {
    QUICK_LOOKS = 8,  /* directly after a resume: most stops of a "next" or "finish" come at once */
    RANGE_SLICE = 16, /* instructions between two looks at what clients want */
};

static struct target *target_of(struct gdb *g)
{
    return session_target(g->session);
}

static unsigned core_count(struct gdb *g)
{
    return session_config(g->session)->core_count;
}

/* --- the chip --- */

enum err gdb_resume_all(struct gdb *g)
{
    enum err e = session_prepare_run(g->session);
    return e ? e : target_resume(target_of(g));
}

enum err gdb_halt_all(struct gdb *g)
{
    enum err e = target_halt(target_of(g), GDB_HALT_MS);
    if (e && gdb_is_halted(g)) {
        err_forget(g->log);
        e = ERR_OK;
    }
    return e;
}

/* Those of the mask that are halted; together when no other one is. */
static enum err resume_cores(struct gdb *g, unsigned cores)
{
    unsigned halted = 0;
    for (unsigned i = 0; i < core_count(g); i++) {
        struct core *core = gdb_core(g, i);
        if (core && core_state(core) == CORE_HALTED)
            halted |= 1U << i;
    }
    if (!(halted & ~cores))
        return gdb_resume_all(g);
    enum err e = session_prepare_run(g->session);
    for (unsigned i = 0; !e && i < core_count(g); i++)
        if (halted & cores & 1U << i)
            e = core_resume(gdb_core(g, i));
    return e;
}

/* --- stops --- */

static void run_event(struct gdb *g, const char *event)
{
    enum err e = tcl_event(g->tcl, 0, event);
    if (e)
        log_warn(g->log, "%s", err_why(g->log, e));
    err_forget(g->log);
}

/* What GDB does not say by itself: before the stop, while it takes text for its console. */
static void say_why(struct gdb *g, const struct gdb_client *client)
{
    struct buf why = {0}, text = {0};
    session_put_why(g->session, client->core, &why);
    if (why.len)
        buf_printf(&text, "%s: %s\n", session_config(g->session)->cores[client->core].name, buf_str(&why));
    gdb_say(g, client, buf_str(&text));
    buf_fini(&why);
    buf_fini(&text);
}

static void send_stop(struct gdb *g, struct gdb_client *client)
{
    struct buf out = {0};
    gdb_put_stop(g, client, &out);
    say_why(g, client);
    client->untold = gdb_find_untold(g, client);
    client->is_waiting = client->is_interrupted = client->range.is_on = false;
    line_packet(g->line, client->id, out.bytes, out.len);
    buf_fini(&out);
}

void gdb_stop_waiting(struct gdb_client *client)
{
    client->is_waiting = client->is_interrupted = client->range.is_on = false;
}

/* --- looking after a chip that runs --- */

static bool has_stopped(struct gdb *g, const struct gdb_client *client)
{
    for (unsigned i = 0; i < core_count(g); i++) {
        struct core *core = gdb_core(g, i);
        if (client->running >> i & 1 && core && core_state(core) == CORE_HALTED)
            return true;
    }
    return false;
}

static bool anyone(struct gdb *g, bool (*is_so)(struct gdb *, const struct gdb_client *))
{
    for (const struct gdb_client *client = g->clients; client; client = client->next)
        if (client->is_waiting && is_so(g, client))
            return true;
    return false;
}

static bool is_interrupted(struct gdb *g, const struct gdb_client *client)
{
    (void)g;
    return client->is_interrupted;
}

static bool is_waiting(struct gdb *g, const struct gdb_client *client)
{
    (void)g;
    return client->is_waiting && !client->range.is_on;
}

/* The user has to know why it stands still, or why it does not. */
static void say_to_waiting(struct gdb *g, const char *text)
{
    for (struct gdb_client *client = g->clients; client; client = client->next)
        if (client->is_waiting)
            gdb_say(g, client, text);
}

static void say_error(struct gdb *g, enum err e)
{
    char text[sizeof g->log->why + 1];
    snprintf(text, sizeof text, "%s\n", err_why(g->log, e));
    say_to_waiting(g, text);
    err_forget(g->log);
}

/* All stand still before GDB is told, so that it sees one state. */
static void stop_waiting_clients(struct gdb *g)
{
    enum err e = gdb_halt_all(g);
    if (e)
        say_error(g, e);
    tcl_run_events(g->tcl);
    bool is_told = false;
    for (struct gdb_client *client = g->clients; client; client = client->next) {
        bool is_due = client->is_waiting && !client->range.is_on;
        is_told |= is_due;
        if (is_due)
            send_stop(g, client);
    }
    if (is_told)
        run_event(g, "gdb-end");
}

static void step_range(struct gdb *g, struct gdb_client *client)
{
    struct core *core = gdb_core(g, client->range.core);
    bool goes_on = false;
    enum err e = ERR_STATE;
    if (core)
        e = core_step_range(core, client->range.start, client->range.end, RANGE_SLICE, &goes_on);
    if (e)
        say_error(g, e);
    if (goes_on && !client->is_interrupted)
        return;
    client->core = client->range.core;
    tcl_run_events(g->tcl);
    send_stop(g, client);
    run_event(g, "gdb-end");
}

/* What the waiting clients have let go. */
static unsigned let_go(struct gdb *g)
{
    unsigned cores = 0;
    for (const struct gdb_client *client = g->clients; client; client = client->next)
        cores |= client->is_waiting ? client->running : 0;
    return cores;
}

static void look(struct gdb *g)
{
    bool goes_on = false;
    enum err e = target_of(g) ? target_poll(target_of(g)) : ERR_OK;
    if (!e)
        e = session_look_after(g->session, &goes_on);
    if (goes_on)
        tcl_drop_halts(g->tcl); /* nobody has to know */
    if (e && !g->poll_failed)
        say_error(g, e);
    g->poll_failed = e != ERR_OK;
    err_forget(g->log);
    if (anyone(g, is_interrupted))
        return stop_waiting_clients(g);
    if (!anyone(g, has_stopped))
        return tcl_run_events(g->tcl);
    if (gdb_is_unwanted_stop(g)) {
        tcl_drop_halts(g->tcl); /* nobody has to know */
        e = resume_cores(g, let_go(g));
        tcl_drop_halts(g->tcl);
        if (!e)
            return;
        say_error(g, e);
    }
    stop_waiting_clients(g);
}

void gdb_poll(struct gdb *g)
{
    for (struct gdb_client *client = g->clients; client; client = client->next)
        if (client->is_waiting && client->range.is_on)
            step_range(g, client);
    if (anyone(g, is_waiting))
        look(g);
}

enum gdb_pace gdb_pace(const struct gdb *g)
{
    enum gdb_pace pace = GDB_IDLE;
    for (const struct gdb_client *client = g->clients; client; client = client->next) {
        if (client->is_waiting && (client->range.is_on || client->is_interrupted))
            return GDB_BUSY;
        if (client->is_waiting)
            pace = GDB_WAITING;
    }
    return pace;
}

/* --- going on --- */

struct action {
    char kind; /* c, s, r, t; 0: stays as it is */
    uint32_t start, end;
};

static void look_quickly(struct gdb *g)
{
    for (unsigned i = 0; i < QUICK_LOOKS && gdb_pace(g) == GDB_WAITING; i++)
        gdb_poll(g);
}

static void begin_waiting(struct gdb_call *c, unsigned running)
{
    c->client->is_waiting = true;
    c->client->running = running;
    c->is_silent = true;
    run_event(c->gdb, "gdb-start");
}

/* It could not go on: GDB hears why, and that it stands where it stood. */
static void fail_run(struct gdb_call *c, enum err e)
{
    say_error(c->gdb, e);
    tcl_run_events(c->gdb->tcl);
    send_stop(c->gdb, c->client);
}

static void do_step(struct gdb_call *c, unsigned index, const struct action *a)
{
    struct gdb *g = c->gdb;
    struct core *core = gdb_core(g, index);
    begin_waiting(c, 1U << index);
    enum err e = core ? session_prepare_step(g->session) : ERR_STATE;
    if (!e && a->kind == 'r') {
        c->client->range.is_on = true;
        c->client->range.core = index;
        c->client->range.start = a->start;
        c->client->range.end = a->end;
        return gdb_poll(g);
    }
    if (!e)
        e = core_step(core);
    if (e)
        return fail_run(c, e);
    c->client->core = index;
    tcl_run_events(g->tcl);
    send_stop(g, c->client);
    run_event(g, "gdb-end");
}

static bool tell_untold(struct gdb_call *c, unsigned cores)
{
    struct gdb_client *client = c->client;
    for (unsigned i = 0; i < core_count(c->gdb); i++) {
        struct core *core = gdb_core(c->gdb, i);
        bool is_due = client->untold & cores & 1U << i && core && core_state(core) == CORE_HALTED;
        client->untold &= ~(1U << i);
        if (!is_due || !gdb_hit_point(c->gdb, client, core))
            continue;
        struct buf out = {0};
        client->core = i;
        client->thread = client->thread_cont = 0;
        gdb_put_stop_of(c->gdb, client, core, &out);
        client->is_waiting = false;
        line_packet(c->gdb->line, client->id, out.bytes, out.len);
        buf_fini(&out);
        return true;
    }
    return false;
}

static void do_continue(struct gdb_call *c, unsigned cores)
{
    struct gdb *g = c->gdb;
    begin_waiting(c, cores);
    if (!target_of(g))
        return fail_run(c, err_at(g->log, ERR_STATE, "the connection to the chip is closed"));
    if (tell_untold(c, cores))
        return;
    if (!gdb_is_halted(g))
        return; /* attached live: it runs already */
    enum err e = resume_cores(g, cores);
    if (e)
        return fail_run(c, e);
    tcl_run_events(g->tcl);
    look_quickly(g);
}

static bool is_every_thread(struct gdb *g, unsigned cores)
{
    for (unsigned i = 0; i < core_count(g); i++) {
        struct core *core = gdb_core(g, i);
        if (core && core_state(core) == CORE_HALTED && !(cores >> i & 1))
            return false;
    }
    return true;
}

/* A step of one core is done while the others stand still; they go on with the next "continue". */
static void act(struct gdb_call *c, const struct action *actions)
{
    unsigned cores = 0, all = 0;
    for (unsigned i = 0; i < core_count(c->gdb); i++) {
        all |= 1U << i;
        if (actions[i].kind == 's' || actions[i].kind == 'r')
            return do_step(c, i, &actions[i]);
        if (actions[i].kind == 'c')
            cores |= 1U << i;
    }
    /* A core that is off now may be started by the program, and stop. */
    if (cores)
        return do_continue(c, is_every_thread(c->gdb, cores) ? all : cores);
    if (actions[0].kind == 't')
        c->client->is_interrupted = c->client->is_waiting;
    gdb_ok(c);
}

/* "c", "C05", "s", "S05", "t", "rSTART,END". */
static bool parse_action(const char **at, struct action *a)
{
    uint32_t signal;
    char kind = **at;
    *a = (struct action){0};
    if (!kind)
        return false;
    ++*at;
    switch (kind) {
    case 'C':
    case 'S':
        a->kind = kind == 'C' ? 'c' : 's'; /* the program cannot get a signal */
        return gdb_hex32(at, &signal);
    case 'r':
        a->kind = 'r';
        return gdb_range(at, &a->start, &a->end);
    case 'c':
    case 's':
    case 't':
        a->kind = kind;
        return true;
    default:
        return false;
    }
}

/* A thread that waits cannot be stepped before the system lets it run: GDB hears that it stands where it stood, and the user why. */
static void stay(struct gdb_call *c, const struct gdb_thread *t)
{
    struct buf text = {0};
    buf_printf(
        &text,
        "thread 0x%x (%s) does not run, so it cannot be stepped: set a breakpoint where it will go on, and continue\n",
        (unsigned)t->id, t->rtos ? t->rtos->name : "");
    gdb_say(c->gdb, c->client, buf_str(&text));
    buf_fini(&text);
    c->client->thread = t->id;
    buf_printf(&c->reply, "T%02xthread:%x;", GDB_SIGNAL_TRAP, (unsigned)t->id);
}

/* The leftmost action that fits a core counts. One for a thread that does not run moves none, and is given back in waiting. */
static bool assign(struct gdb_call *c, struct action *actions, const struct action *a, int64_t id,
                   struct gdb_thread *waiting)
{
    struct gdb_thread t = {.core = (int)c->client->core_cont};
    if (id == GDB_ANY_THREAD && c->client->thread_cont)
        id = c->client->thread_cont;
    if (id > 0 && !gdb_find_thread(c->gdb, c->client, (uint32_t)id, &t))
        return false;
    if (id > 0 && t.core < 0 && !waiting->id && a->kind != 'c' && a->kind != 't')
        *waiting = t;
    if (id > 0 && t.core < 0 && a->kind == 'c')
        id = GDB_ALL_THREADS; /* it goes on when the system lets it */
    for (int i = 0; i < SESSION_MAX_CORES; i++)
        if (!actions[i].kind && (id == GDB_ALL_THREADS || t.core == i))
            actions[i] = *a;
    return true;
}

static void v_cont(struct gdb_call *c)
{
    struct action actions[SESSION_MAX_CORES] = {0};
    struct gdb_thread waiting = {0};
    const char *at = c->args;
    while (gdb_skip(&at, ';')) {
        struct action a;
        int64_t id = GDB_ALL_THREADS;
        if (!parse_action(&at, &a) || (gdb_skip(&at, ':') && !gdb_thread(&at, &id)))
            return gdb_refuse(c, ERR_MALFORMED, "vCont: no such action: %s", c->args);
        if (!assign(c, actions, &a, id, &waiting))
            return gdb_refuse(c, ERR_NOT_FOUND, "vCont: there is no thread 0x%x", (unsigned)id);
    }
    if (waiting.id)
        return stay(c, &waiting);
    act(c, actions);
}

static void v_cont_query(struct gdb_call *c)
{
    buf_printf(&c->reply, "vCont;c;C;s;S;t;r");
}

static bool set_pc(struct gdb_call *c, uint32_t pc)
{
    struct core *core = gdb_core(c->gdb, c->client->core_cont);
    int index = core ? core_reg_find(core, "pc") : -1;
    enum err e = index < 0 ? ERR_STATE : core_reg_write(core, (unsigned)index, pc);
    if (e)
        gdb_fail(c, e);
    return !e;
}

/* c [addr], s [addr], C sig[;addr], S sig[;addr]: the packets before vCont. */
static void run_old(struct gdb_call *c, char kind, bool has_signal)
{
    struct action actions[SESSION_MAX_CORES] = {0};
    const char *at = c->args;
    uint32_t number;
    bool has_addr = !has_signal && *at;
    if (has_signal && !gdb_hex32(&at, &number))
        return gdb_refuse(c, ERR_MALFORMED, "C, S: a signal is expected");
    if (has_signal)
        has_addr = gdb_skip(&at, ';');
    if (has_addr && !gdb_hex32(&at, &number))
        return gdb_refuse(c, ERR_MALFORMED, "c, s: '%s' is no address", at);
    if (has_addr && !set_pc(c, number))
        return;
    struct gdb_thread t;
    if (kind == 's' && c->client->thread_cont && gdb_find_thread(c->gdb, c->client, c->client->thread_cont, &t) &&
        t.core < 0)
        return stay(c, &t);
    for (unsigned i = 0; i < SESSION_MAX_CORES; i++)
        if (kind == 'c' || i == c->client->core_cont)
            actions[i].kind = kind;
    act(c, actions);
}

static void old_continue(struct gdb_call *c)
{
    run_old(c, 'c', false);
}

static void old_continue_signal(struct gdb_call *c)
{
    run_old(c, 'c', true);
}

static void old_step(struct gdb_call *c)
{
    run_old(c, 's', false);
}

static void old_step_signal(struct gdb_call *c)
{
    run_old(c, 's', true);
}

static void why_stopped(struct gdb_call *c)
{
    gdb_put_stop(c->gdb, c->client, &c->reply);
}

const struct gdb_packet gdb_run_packets[] = {
    {"?", why_stopped},         {"vCont", v_cont}, {"vCont?", v_cont_query}, {"c", old_continue},
    {"C", old_continue_signal}, {"s", old_step},   {"S", old_step_signal},   {NULL, NULL}};
