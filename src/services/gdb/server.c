/* SPDX-License-Identifier: Apache-2.0 */
/* The clients, and from a packet to the row of a table. */
#include "services/gdb/gdb_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- replies --- */

void gdb_ok(struct gdb_call *c)
{
    buf_printf(&c->reply, "OK");
}

/* The numbers are OpenOCD's: those that matter to GDB's users are told from each other. */
static unsigned number_of(enum err e)
{
    enum { EPERM = 0x01, EIO = 0x05, EFAULT = 0x0E };
    switch (e) {
    case ERR_FAULT:
    case ERR_STATE:
    case ERR_ALIGN:
        return EFAULT;
    case ERR_FLASH:
    case ERR_VERIFY:
        return EIO;
    default:
        return EPERM;
    }
}

/* The same sentence again and again, for each word of a stack that GDB tries, helps nobody. */
static void tell_log(struct gdb_call *c, const char *why)
{
    char *said = c->client->said;
    if (!strncmp(said, why, sizeof c->client->said - 1))
        return;
    snprintf(said, sizeof c->client->said, "%s", why);
    log_info(c->gdb->log, "gdb: %s", why);
}

void gdb_fail(struct gdb_call *c, enum err e)
{
    const char *why = err_why(c->gdb->log, e);
    buf_clear(&c->reply);
    if (c->client->takes_texts) {
        buf_printf(&c->reply, "E.%s", why);
    } else {
        tell_log(c, why);
        buf_printf(&c->reply, "E%02X", number_of(e));
    }
    err_forget(c->gdb->log);
}

void gdb_refuse(struct gdb_call *c, enum err e, const char *fmt, ...)
{
    char text[sizeof c->gdb->log->why];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    gdb_fail(c, err_at(c->gdb->log, e, "%s", text));
}

void gdb_say(struct gdb *g, const struct gdb_client *client, const char *text)
{
    enum { MOST = PACKET_MAX / 2 - 8 }; /* bytes that one packet takes as hex */
    for (size_t left = strlen(text); left;) {
        struct buf out = {0};
        size_t part = left < MOST ? left : MOST;
        buf_u8(&out, 'O');
        gdb_put_hex(&out, text, part);
        line_packet(g->line, client->id, out.bytes, out.len);
        buf_fini(&out);
        text += part;
        left -= part;
    }
}

struct core *gdb_core(struct gdb *g, unsigned index)
{
    return session_core(g->session, index);
}

struct core *gdb_client_core(const struct gdb_call *c)
{
    return gdb_core(c->gdb, c->client->core);
}

bool gdb_is_halted(struct gdb *g)
{
    for (unsigned i = 0; i < session_config(g->session)->core_count; i++) {
        struct core *core = gdb_core(g, i);
        if (core && core_state(core) == CORE_HALTED)
            return true;
    }
    return false;
}

/* --- from a packet to its row --- */

static const struct gdb_packet *const tables[] = {gdb_register_packets, gdb_memory_packets,  gdb_run_packets,
                                                  gdb_point_packets,    gdb_query_packets,   gdb_xfer_packets,
                                                  gdb_flash_packets,    gdb_monitor_packets, gdb_thread_packets};

static size_t name_len(const char *text)
{
    bool has_word = *text == 'q' || *text == 'Q' || *text == 'v';
    return has_word ? strcspn(text, ":;,=") : *text ? 1 : 0;
}

static gdb_fn *find(const char *text, size_t len)
{
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        for (const struct gdb_packet *row = tables[t]; row->name; row++) {
            if (strlen(row->name) == len && !memcmp(row->name, text, len))
                return row->fn;
        }
    }
    return NULL;
}

static void serve(struct gdb *g, struct gdb_client *client, const struct line_request *request)
{
    size_t len = name_len(request->text);
    gdb_fn *fn = len <= request->len ? find(request->text, len) : NULL;
    struct gdb_call call = {
        .gdb = g, .client = client, .args = request->text + len, .len = request->len - (fn ? len : 0)};
    err_forget(g->log);
    if (fn)
        fn(&call); /* what nobody knows gets an empty reply */
    if (!call.is_silent)
        line_packet(g->line, client->id, call.reply.bytes, call.reply.len);
    line_end(g->line, client->id, call.closes);
    buf_fini(&call.reply);
}

/* --- clients --- */

static struct gdb_client *find_client(struct gdb *g, unsigned id)
{
    struct gdb_client *client = g->clients;
    while (client && client->id != id)
        client = client->next;
    return client;
}

static bool starts_live(const struct gdb *g)
{
    const char *mode = tcl_option(g->tcl, "gdb attach_mode");
    return mode && !strcmp(mode, "live");
}

/* Whatever goes wrong, the client is served: what it asks for then says why it cannot be had. */
static void run_event(struct gdb *g, const char *event)
{
    enum err e = tcl_event(g->tcl, 0, event);
    if (e && e != ERR_INTERRUPTED)
        log_warn(g->log, "%s", err_why(g->log, e));
    err_forget(g->log);
}

static void attach(struct gdb *g, unsigned id, unsigned server)
{
    const struct gdb_server *s = &g->servers[server < g->server_count ? server : 0];
    struct gdb_client *client = calloc(1, sizeof *client);
    if (!client)
        return line_end(g->line, id, true);
    *client = (struct gdb_client){
        .id = id, .next = g->clients, .core = s->core, .core_cont = s->core, .is_live = starts_live(g)};
    g->clients = client;
    log_info(g->log, "accepting 'gdb' connection on tcp/%s%s", s->port,
             client->is_live ? " (the chip is not halted: gdb attach_mode live)" : "");
    line_keep_patient(g->line, id, LINE_NOTES);
    line_allow_interrupt(g->line, true);
    if (!client->is_live)
        run_event(g, "gdb-attach");
    line_end(g->line, id, false);
}

static void unlink_client(struct gdb *g, struct gdb_client *client)
{
    for (struct gdb_client **at = &g->clients; *at; at = &(*at)->next) {
        if (*at == client) {
            *at = client->next;
            return;
        }
    }
}

static void drop_client(struct gdb *g, struct gdb_client *client)
{
    unlink_client(g, client);
    gdb_flash_forget(client);
    buf_fini(&client->map);
    free(client);
}

static void leave(struct gdb *g, struct gdb_client *client)
{
    log_info(g->log, "dropped 'gdb' connection");
    gdb_stop_waiting(client);
    enum err e = gdb_remove_points(g, client);
    if (!e && gdb_is_halted(g)) /* it may stay so for long */
        e = session_drop_breakpoints(g->session);
    if (e)
        log_warn(g->log, "the breakpoints of a GDB that has gone could not all be removed: %s", err_why(g->log, e));
    err_forget(g->log);
    run_event(g, "gdb-end");
    run_event(g, "gdb-detach");
    drop_client(g, client);
}

void gdb_handle(struct gdb *g, const struct line_request *request)
{
    struct gdb_client *client = find_client(g, request->connection);
    if (request->event == LINE_CAME)
        return attach(g, request->connection, request->server);
    if (!client)
        return line_end(g->line, request->connection, true);
    if (request->event == LINE_SENT)
        return serve(g, client, request);
    if (request->event == LINE_INTERRUPT)
        client->is_interrupted = client->is_waiting; /* gdb_poll does it; who has its answer already waits for none */
    else
        leave(g, client);
    line_end(g->line, request->connection, false);
}

/* --- life --- */

struct gdb *gdb_new(struct session *session, struct tcl *tcl, struct line *line)
{
    struct gdb *g = calloc(1, sizeof *g);
    if (g)
        *g = (struct gdb){.session = session, .tcl = tcl, .line = line, .log = session_log(session)};
    return g;
}

void gdb_free(struct gdb *g)
{
    if (!g)
        return;
    enum err e = g->point_count ? gdb_remove_points(g, NULL) : ERR_OK;
    if (e)
        log_warn(g->log, "breakpoints of GDB are still in the chip: %s", err_why(g->log, e));
    err_forget(g->log);
    while (g->clients)
        drop_client(g, g->clients);
    free(g);
}

/* Whether a core has a port of its own beside the first one's. Cores that a configuration does not group ("target smp") are targets
   of their own for GDB, as with OpenOCD; those that it groups share the first one's, unless one was given a port. */
static bool has_own_port(const struct gdb *g, unsigned core)
{
    const char *port = tcl_target_option(g->tcl, core, "-gdb-port");
    bool is_created = tcl_target_option(g->tcl, core, "-chain-position") != NULL;
    return (port && *port) || (is_created && !tcl_is_in_group(g->tcl, core));
}

/* The port of the core number n of those that have one: what the configuration says, or a number behind that of "gdb port". */
static const char *port_of(const struct gdb *g, unsigned core, unsigned n, char text[static 32])
{
    const char *own = tcl_target_option(g->tcl, core, "-gdb-port"), *first = tcl_servers(g->tcl)->gdb_port;
    char *end;
    unsigned long number = strtoul(first, &end, 0);
    if (own && *own)
        return own;
    if (!n || !number || *end)
        return n && !strcmp(first, "pipe") ? "disabled" : first;
    snprintf(text, 32, "%lu", number + n);
    return text;
}

static enum err open_server(struct gdb *g, unsigned core, const char *wanted)
{
    struct gdb_server *s = &g->servers[g->server_count];
    *s = (struct gdb_server){.core = core};
    log_info(g->log, "starting gdb server for %s on %s", session_config(g->session)->cores[core].name, wanted);
    enum err e = line_listen(g->line, LINE_GDB, tcl_servers(g->tcl)->bind_address, wanted, s->port);
    g->server_count += !e;
    return e;
}

enum err gdb_listen(struct gdb *g)
{
    enum err e = ERR_OK;
    unsigned behind = 0; /* ports without a word of the configuration count up */
    for (unsigned i = 0; !e && i < session_config(g->session)->core_count; i++) {
        char text[32];
        if (i && !has_own_port(g, i))
            continue;
        const char *own = tcl_target_option(g->tcl, i, "-gdb-port"), *wanted = port_of(g, i, behind, text);
        behind += !own || !*own;
        if (strcmp(wanted, "disabled") != 0)
            e = open_server(g, i, wanted);
    }
    return e;
}

const char *gdb_port(const struct gdb *g)
{
    return g->servers[0].port;
}
