/* SPDX-License-Identifier: Apache-2.0 */
/* What GDB asks about the server, and what it tells of itself; attaching and leaving. */
#include "services/gdb/gdb_int.h"

#include <string.h>

/* --- what both sides can do --- */

static bool offers(const char *features, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = features; (at = strstr(at, name)) != NULL; at += len) {
        bool begins = at == features || at[-1] == ';' || at[-1] == ':';
        if (begins && (!at[len] || at[len] == ';'))
            return true;
    }
    return false;
}

static void supported(struct gdb_call *c)
{
    struct gdb_client *client = c->client;
    client->takes_texts = offers(c->args, "error-message+");
    client->takes_swbreak = offers(c->args, "swbreak+");
    client->takes_hwbreak = offers(c->args, "hwbreak+");
    buf_printf(&c->reply,
               "PacketSize=%x;QStartNoAckMode+;vContSupported+;qXfer:threads:read+;qXfer:features:read%c;"
               "qXfer:memory-map:read%c;ConditionalBreakpoints+;binary-upload+%s%s%s",
               PACKET_MAX, gdb_is_off(c->gdb, "gdb target_description") ? '-' : '+',
               gdb_is_off(c->gdb, "gdb memory_map") ? '-' : '+', client->takes_swbreak ? ";swbreak+" : "",
               client->takes_hwbreak ? ";hwbreak+" : "", client->takes_texts ? ";error-message+" : "");
}

/* --- qXfer --- */

static void put_attribute(struct buf *out, const char *name, const char *value)
{
    if (value)
        buf_printf(out, " %s=\"%s\"", name, value);
}

static const char *group_of(enum reg_kind kind)
{
    if (kind == REG_FLOAT)
        return "float";
    if (kind == REG_VECTOR)
        return "vector";
    return kind == REG_PC || kind == REG_AR || kind == REG_WINDOW ? "general" : "system";
}

static void put_features(struct gdb *g, struct buf *out)
{
    struct core *core = gdb_core(g, 0);
    const char *feature = NULL;
    size_t count = 0;
    const struct reg_desc *list = core ? core_reg_list(core, &count) : NULL;
    buf_printf(out, "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n<target version=\"1.0\">\n");
    if (core)
        buf_printf(out, "<architecture>%s</architecture>\n", core_gdb_architecture(core));
    for (unsigned i = 0; i < count; i++) {
        const struct reg_desc *d = &list[i];
        if (!d->gdb_feature)
            continue;
        if (!feature || strcmp(feature, d->gdb_feature) != 0)
            buf_printf(out, "%s<feature name=\"%s\">\n", feature ? "</feature>\n" : "", d->gdb_feature);
        feature = d->gdb_feature;
        buf_printf(out, "<reg name=\"%s\" bitsize=\"%u\" regnum=\"%u\" save-restore=\"%s\"", d->name,
                   8 * reg_desc_gdb_bytes(d), core_gdb_number(core, i), d->is_in_g_packet ? "yes" : "no");
        put_attribute(out, "type", d->gdb_type);
        put_attribute(out, "group", group_of(d->kind));
        buf_printf(out, "/>\n");
    }
    buf_printf(out, "%s</target>\n", feature ? "</feature>\n" : "");
}

/* The whole of what GDB reads in parts. A map is kept from its first part on, so that GDB reads one and not pieces of two. */
static bool put_object(struct gdb_call *c, const char *name, uint32_t offset, struct buf *out)
{
    struct buf *map = &c->client->map;
    if (!strcmp(name, "features") && !gdb_is_off(c->gdb, "gdb target_description")) {
        put_features(c->gdb, out);
    } else if (!strcmp(name, "threads")) {
        gdb_put_threads(c->gdb, c->client, out);
    } else if (!strcmp(name, "memory-map") && !gdb_is_off(c->gdb, "gdb memory_map")) {
        if (!offset) {
            buf_clear(map);
            gdb_put_memory_map(c->gdb, c->client, map);
        }
        buf_append(out, map->bytes, map->len);
    } else {
        return false;
    }
    return true;
}

/* ":object:read:annex:offset,length" */
static void transfer(struct gdb_call *c)
{
    char name[16];
    const char *at = c->args, *end;
    uint32_t offset, len;
    struct buf whole = {0};
    if (!gdb_skip(&at, ':') || !(end = strchr(at, ':')) || (size_t)(end - at) >= sizeof name)
        return;
    memcpy(name, at, (size_t)(end - at));
    name[end - at] = 0;
    if (strncmp(end, ":read:", 6) != 0)
        return;
    at = strchr(end + 6, ':');
    if (!at || (at++, !gdb_range(&at, &offset, &len)))
        return gdb_refuse(c, ERR_MALFORMED, "qXfer: offset and length are expected");
    if (!put_object(c, name, offset, &whole))
        return;
    size_t left = offset < whole.len ? whole.len - offset : 0;
    size_t part = left < len ? left : len;
    part = part < PACKET_MAX / 2 - 1 ? part : PACKET_MAX / 2 - 1;
    buf_u8(&c->reply, part < left ? 'm' : 'l');
    if (part)
        buf_append(&c->reply, whole.bytes + offset, part);
    buf_fini(&whole);
}

/* --- attaching and leaving --- */

static void attached(struct gdb_call *c)
{
    buf_printf(&c->reply, "1"); /* quitting GDB leaves the chip running */
}

static void extended(struct gdb_call *c)
{
    c->client->is_extended = true;
    gdb_ok(c);
}

static enum err restart(struct gdb_call *c)
{
    struct buf script = {0}, result = {0};
    buf_printf(&script, "ocd_gdb_restart {%s}", session_config(c->gdb->session)->cores[0].name);
    line_allow_interrupt(c->gdb->line, true);
    enum err e = tcl_eval(c->gdb->tcl, buf_str(&script), NULL, &result);
    if (e)
        e = err_at(c->gdb->log, e, "%s", buf_str(&result));
    buf_fini(&script);
    buf_fini(&result);
    return e;
}

/* R has no reply; GDB asks with ? how things stand. */
static void old_restart(struct gdb_call *c)
{
    enum err e = restart(c);
    c->is_silent = true;
    if (e)
        log_error(c->gdb->log, "restart: %s", err_why(c->gdb->log, e));
    err_forget(c->gdb->log);
}

static void run_again(struct gdb_call *c)
{
    enum err e = restart(c);
    if (e)
        gdb_fail(c, e);
    else
        gdb_put_stop(c->gdb, c->client, &c->reply);
}

static void attach_again(struct gdb_call *c)
{
    enum err e = session_target(c->gdb->session) ? gdb_halt_all(c->gdb) : ERR_STATE;
    if (e)
        gdb_fail(c, e);
    else
        gdb_put_stop(c->gdb, c->client, &c->reply);
}

/* The chip goes on by itself; what else is to happen, "gdb-detach" says. */
static void detach(struct gdb_call *c)
{
    enum err e = gdb_remove_points(c->gdb, c->client);
    if (!e && gdb_is_halted(c->gdb) && !c->client->is_live)
        e = gdb_resume_all(c->gdb);
    if (e)
        return gdb_fail(c, e);
    gdb_stop_waiting(c->client);
    gdb_ok(c);
    c->closes = !c->client->is_extended;
}

/* GDB lets go without a word; the chip stays as it is, without GDB's breakpoints. */
static void kill_program(struct gdb_call *c)
{
    enum err e = gdb_remove_points(c->gdb, c->client);
    if (e)
        log_warn(c->gdb->log, "%s", err_why(c->gdb->log, e));
    err_forget(c->gdb->log);
    gdb_stop_waiting(c->client);
    c->closes = !c->client->is_extended;
    c->is_silent = c->client->is_extended;
    if (!c->is_silent)
        gdb_ok(c);
}

static void v_kill(struct gdb_call *c)
{
    kill_program(c);
    buf_clear(&c->reply);
    c->is_silent = false;
    gdb_ok(c);
}

/* --- what there is nothing to say to --- */

static void fine(struct gdb_call *c)
{
    gdb_ok(c);
}

static void offsets(struct gdb_call *c)
{
    buf_printf(&c->reply, "Text=0;Data=0;Bss=0");
}

/* Xtensa's own GDB asks who is there. */
static void xtensa_name(struct gdb_call *c)
{
    buf_printf(&c->reply, "OpenOCD");
}

const struct gdb_packet gdb_query_packets[] = {
    {"qSupported", supported},
    {"qAttached", attached},
    {"!", extended},
    {"R", old_restart},
    {"vRun", run_again},
    {"vAttach", attach_again},
    {"D", detach},
    {"k", kill_program},
    {"vKill", v_kill},
    {"qOffsets", offsets},
    {"QPassSignals", fine},
    {"QProgramSignals", fine},
    {"QThreadEvents", fine},
    /* Those of xt-gdb, which describe the core that it was built for: the chip's record says all that. */
    {"qxtn", xtensa_name},
    {"qxtgdbversion", fine},
    {"Qxtsis", fine},
    {"Qxtsds", fine},
    {"Qxtiram", fine},
    {"Qxtirom", fine},
    {"Qxtexcmlvl", fine},
    {"Qxtl2cs", fine},
    {"Qxtl2ca", fine},
    {"Qxtdensity", fine},
    {"Qxtspill", fine},
    {NULL, NULL},
};
const struct gdb_packet gdb_xfer_packets[] = {{"qXfer", transfer}, {NULL, NULL}};
