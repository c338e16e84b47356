/* SPDX-License-Identifier: Apache-2.0 */
/* qRcmd: "monitor ..." of GDB is a Tcl command. What it logs while it runs comes on GDB's console at once. */
#include "services/gdb/gdb_int.h"

struct listener {
    struct log_sink sink;
    struct gdb *gdb;
    const struct gdb_client *client;
};

static void on_line(void *ctx, enum log_level level, const char *line)
{
    struct listener *l = ctx;
    struct buf text = {0};
    if (level > LOG_INFO)
        return;
    buf_printf(&text, "%s%s\n", level == LOG_ERROR ? "Error: " : level == LOG_WARN ? "Warn : " : "", line);
    gdb_say(l->gdb, l->client, buf_str(&text));
    buf_fini(&text);
}

static enum err run(struct gdb_call *c, const char *script, struct buf *result)
{
    struct listener l = {.gdb = c->gdb, .client = c->client};
    l.sink = (struct log_sink){.fn = on_line, .ctx = &l};
    log_add_sink(c->gdb->log, &l.sink);
    line_allow_interrupt(c->gdb->line, true);
    line_keep_patient(c->gdb->line, c->client->id, LINE_CONSOLE);
    tcl_set_in_connection(c->gdb->tcl, true);
    enum err e = tcl_eval(c->gdb->tcl, script, NULL, result);
    tcl_set_in_connection(c->gdb->tcl, false);
    line_keep_patient(c->gdb->line, c->client->id, LINE_NOTES);
    log_remove_sink(c->gdb->log, &l.sink);
    return e;
}

static void monitor(struct gdb_call *c)
{
    const char *at = c->args;
    struct buf script = {0}, result = {0};
    bool is_good = gdb_skip(&at, ',') && gdb_get_hex(at, c->len - 1, &script);
    enum err e = is_good ? run(c, buf_str(&script), &result) : ERR_MALFORMED;
    if (is_good && result.len && result.bytes[result.len - 1] != '\n')
        buf_u8(&result, '\n');
    if (result.len)
        gdb_say(c->gdb, c->client, buf_str(&result));
    c->closes = tcl_took_exit(c->gdb->tcl);
    buf_fini(&script);
    buf_fini(&result);
    if (!e)
        return gdb_ok(c);
    /* The sentence stands on the console already. */
    buf_printf(&c->reply, "E01");
}

const struct gdb_packet gdb_monitor_packets[] = {{"qRcmd", monitor}, {NULL, NULL}};
