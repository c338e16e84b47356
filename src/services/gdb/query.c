/* SPDX-License-Identifier: Apache-2.0 */
/* What GDB asks about the server and its threads, and what it tells of itself; attaching and leaving. */
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

/* --- threads: the cores --- */

/* Cores that are off are none, unless there is no other. */
static bool is_thread(struct gdb *g, unsigned i)
{
    struct core *core = gdb_core(g, i);
    if (i >= session_config(g->session)->core_count)
        return false;
    bool is_there = core && core_state(core) != CORE_UNAVAILABLE && core_state(core) != CORE_UNKNOWN;
    if (is_there || i)
        return is_there;
    for (unsigned k = 1; k < session_config(g->session)->core_count; k++)
        if (is_thread(g, k))
            return false;
    return true;
}

static void put_state(struct buf *out, struct core *core)
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

static void first_threads(struct gdb_call *c)
{
    for (unsigned i = 0; i < session_config(c->gdb->session)->core_count; i++)
        if (is_thread(c->gdb, i))
            buf_printf(&c->reply, "%c%x", c->reply.len ? ',' : 'm', gdb_thread_id(i));
}

static void no_more_threads(struct gdb_call *c)
{
    buf_printf(&c->reply, "l");
}

static void thread_info(struct gdb_call *c)
{
    const char *at = c->args;
    struct buf text = {0};
    int index;
    if (!gdb_skip(&at, ',') || !gdb_thread(&at, &index) || index < 0)
        return gdb_refuse(c, ERR_MALFORMED, "qThreadExtraInfo: a thread is expected");
    put_state(&text, gdb_core(c->gdb, (unsigned)index));
    gdb_put_hex(&c->reply, text.bytes, text.len);
    buf_fini(&text);
}

static void current_thread(struct gdb_call *c)
{
    buf_printf(&c->reply, "QC%x", gdb_thread_id(c->client->core));
}

static void is_alive(struct gdb_call *c)
{
    const char *at = c->args;
    int index;
    if (gdb_thread(&at, &index) && index >= 0 && is_thread(c->gdb, (unsigned)index))
        gdb_ok(c);
    else
        gdb_refuse(c, ERR_NOT_FOUND, "there is no such thread: the chip has not that many cores, or it is off");
}

/* Hg, Hc: what later packets are about. */
static void set_thread(struct gdb_call *c)
{
    const char *at = c->args;
    char what = *at;
    int index;
    if ((what != 'g' && what != 'c') || (at++, !gdb_thread(&at, &index)))
        return gdb_refuse(c, ERR_MALFORMED, "H: g or c and a thread are expected");
    if (index >= 0 && !gdb_core(c->gdb, (unsigned)index))
        return gdb_refuse(c, ERR_NOT_FOUND, "there is no thread %d: the chip has not that many cores", index + 1);
    if (index >= 0)
        *(what == 'g' ? &c->client->core : &c->client->core_cont) = (unsigned)index;
    gdb_ok(c);
}

static void put_threads(struct gdb *g, struct buf *out)
{
    buf_printf(out, "<?xml version=\"1.0\"?>\n<threads>\n");
    for (unsigned i = 0; i < session_config(g->session)->core_count; i++) {
        struct core *core = gdb_core(g, i);
        if (!is_thread(g, i))
            continue;
        buf_printf(out, "<thread id=\"%x\" core=\"%u\" name=\"%s\">", gdb_thread_id(i),
                   session_config(g->session)->cores[i].index, session_config(g->session)->cores[i].name);
        put_state(out, core);
        buf_printf(out, "</thread>\n");
    }
    buf_printf(out, "</threads>\n");
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
        put_threads(c->gdb, out);
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
    {"qfThreadInfo", first_threads},
    {"qsThreadInfo", no_more_threads},
    {"qThreadExtraInfo", thread_info},
    {"qC", current_thread},
    {"T", is_alive},
    {"H", set_thread},
    {"qAttached", attached},
    {"!", extended},
    {"R", old_restart},
    {"vRun", run_again},
    {"vAttach", attach_again},
    {"D", detach},
    {"k", kill_program},
    {"vKill", v_kill},
    {"qOffsets", offsets},
    {"qSymbol", fine},
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
