/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Z and z: what GDBs want, and what of it stands in the chip. Several GDBs, and a user's own "bp", may want the same place: the
 * target has it once, and it goes when nobody wants it any more.
 */
#include "services/gdb/agent.h"
#include "services/gdb/gdb_int.h"

#include <string.h>

enum { CONDITION_STEPS = 10000 };

static bool is_break(enum point_type type)
{
    return type == POINT_SOFTWARE || type == POINT_HARDWARE;
}

static struct target *target_of(struct gdb *g)
{
    return session_target(g->session);
}

static bool is_wanted(const struct gdb *g, const struct gdb_point *p)
{
    for (size_t i = 0; i < g->point_count; i++) {
        const struct gdb_point *other = &g->points[i];
        if (other != p && other->addr == p->addr && is_break(other->type) == is_break(p->type))
            return true;
    }
    return false;
}

/* --- breakpoints: hardware, then RAM, then flash --- */

static enum err add_break(struct gdb *g, const struct gdb_point *p)
{
    const char *override = tcl_option(g->tcl, "gdb breakpoint_override");
    enum session_break kind = p->type == POINT_SOFTWARE ? SESSION_BREAK_SOFT : SESSION_BREAK_ANY;
    if (override && !strcmp(override, "hard"))
        kind = SESSION_BREAK_HARD;
    if (override && !strcmp(override, "soft"))
        kind = SESSION_BREAK_WRITTEN;
    return session_add_breakpoint(g->session, p->addr, (uint8_t)p->len, kind);
}

/* --- watchpoints: the hardware has powers of two, so other lengths take several --- */

static uint32_t part_len(uint32_t addr, uint32_t left)
{
    enum { MOST = 64 };
    uint32_t len = MOST;
    while (len > 1 && (len > left || addr % len))
        len /= 2;
    return len;
}

static const enum wp_access access_of[] = {
    [POINT_WRITE] = WP_WRITE, [POINT_READ] = WP_READ, [POINT_ACCESS] = WP_ACCESS};

static enum err remove_watch(struct gdb *g, const struct gdb_point *p, uint32_t until)
{
    enum err e = ERR_OK;
    for (uint32_t at = p->addr; at < until && !e;) {
        uint32_t len = part_len(at, p->addr + p->len - at);
        e = target_remove_watchpoint(target_of(g), at);
        at += len;
    }
    return e;
}

static enum err add_watch(struct gdb *g, const struct gdb_point *p)
{
    if (!p->len || p->len > UINT32_MAX - p->addr)
        return err_at(g->log, ERR_RANGE, "a watchpoint of %u bytes at 0x%08x is none", (unsigned)p->len,
                      (unsigned)p->addr);
    enum err e = ERR_OK;
    uint32_t at = p->addr, end = p->addr + p->len;
    while (at < end && !e) {
        uint32_t len = part_len(at, end - at);
        e = target_add_watchpoint(target_of(g), at, len, access_of[p->type]);
        if (!e)
            at += len;
    }
    if (!e)
        return ERR_OK;
    char why[sizeof g->log->why];
    memcpy(why, g->log->why, sizeof why);
    if (remove_watch(g, p, at) != ERR_OK)
        err_forget(g->log);
    memcpy(g->log->why, why, sizeof why);
    return err_context(g->log, e, "a watchpoint of %u bytes at 0x%08x does not fit into what the chip has",
                       (unsigned)p->len, (unsigned)p->addr);
}

/* --- a chip that runs is halted for the moment that it takes --- */

static enum err with_halted(struct gdb *g, const struct gdb_point *p,
                            enum err (*fn)(struct gdb *, const struct gdb_point *))
{
    if (gdb_is_halted(g))
        return fn(g, p);
    enum err e = gdb_halt_all(g);
    if (e)
        return err_context(g->log, e, "breakpoints of a chip that runs");
    e = fn(g, p);
    enum err resumed = gdb_resume_all(g);
    return e ? e : resumed;
}

static enum err add_to_chip(struct gdb *g, const struct gdb_point *p)
{
    return is_break(p->type) ? add_break(g, p) : add_watch(g, p);
}

static enum err remove_from_chip(struct gdb *g, const struct gdb_point *p)
{
    enum err e =
        is_break(p->type) ? target_remove_breakpoint(target_of(g), p->addr) : remove_watch(g, p, p->addr + p->len);
    if (e == ERR_NOT_FOUND) { /* somebody said "rbp all" */
        err_forget(g->log);
        e = ERR_OK;
    }
    return e;
}

/* --- the list --- */

static struct gdb_point *find(struct gdb *g, const struct gdb_point *like)
{
    for (size_t i = 0; i < g->point_count; i++) {
        struct gdb_point *p = &g->points[i];
        if (p->client == like->client && p->type == like->type && p->addr == like->addr)
            return p;
    }
    return NULL;
}

static void drop(struct gdb *g, struct gdb_point *p)
{
    buf_fini(&p->conditions);
    *p = g->points[--g->point_count];
}

/* Whether the target has it already, for somebody else. */
static bool is_there(struct gdb *g, const struct gdb_point *p)
{
    if (is_wanted(g, p))
        return true;
    return is_break(p->type) && target_breakpoint_at(target_of(g), p->addr) != NULL;
}

static enum err add(struct gdb *g, struct gdb_point *p)
{
    struct gdb_point *old = find(g, p);
    if (old && old->len == p->len) { /* GDB says it again to change the conditions */
        buf_fini(&old->conditions);
        *old = *p;
        return ERR_OK;
    }
    if (g->point_count == GDB_MAX_POINTS)
        return err_at(g->log, ERR_RESOURCE, "there are %d break- and watchpoints already: remove some", GDB_MAX_POINTS);
    p->is_borrowed = !is_wanted(g, p) && is_there(g, p);
    enum err e = is_there(g, p) ? ERR_OK : with_halted(g, p, add_to_chip);
    if (!e)
        g->points[g->point_count++] = *p;
    return e;
}

static enum err remove_point(struct gdb *g, struct gdb_point *p)
{
    bool stays = p->is_borrowed || is_wanted(g, p);
    enum err e = stays ? ERR_OK : with_halted(g, p, remove_from_chip);
    if (!e)
        drop(g, p);
    return e;
}

enum err gdb_remove_points(struct gdb *g, const struct gdb_client *client)
{
    enum err first = ERR_OK;
    if (!target_of(g))
        return ERR_OK;
    bool was_halted = gdb_is_halted(g), has_any = false;
    for (size_t i = 0; i < g->point_count; i++)
        has_any |= !client || g->points[i].client == client->id;
    if (!has_any)
        return ERR_OK;
    if (!was_halted && (first = gdb_halt_all(g)) != ERR_OK)
        return first;
    for (size_t i = g->point_count; i-- > 0;) {
        if (client && g->points[i].client != client->id)
            continue;
        enum err e = remove_point(g, &g->points[i]);
        first = first ? first : e;
    }
    enum err resumed = was_halted ? ERR_OK : gdb_resume_all(g);
    return first ? first : resumed;
}

/* --- packets --- */

/* ";X len,bytecode" once or more. */
static bool take_conditions(const char **at, struct buf *out)
{
    while (gdb_skip(at, ';')) {
        uint32_t len;
        if (!gdb_skip(at, 'X') || !gdb_hex32(at, &len) || !gdb_skip(at, ',') || len > GDB_MAX_CONDITIONS)
            return false;
        if (strnlen(*at, 2 * (size_t)len) < 2 * (size_t)len)
            return false;
        buf_u16(out, (uint16_t)len);
        if (!gdb_get_hex(*at, 2 * (size_t)len, out) || out->len > GDB_MAX_CONDITIONS)
            return false;
        *at += 2 * (size_t)len;
    }
    return true;
}

static bool parse(struct gdb_call *c, struct gdb_point *p)
{
    const char *at = c->args;
    uint32_t type;
    *p = (struct gdb_point){.client = c->client->id};
    bool is_good = gdb_hex32(&at, &type) && type < POINT_TYPES && gdb_skip(&at, ',') &&
                   gdb_range(&at, &p->addr, &p->len) && take_conditions(&at, &p->conditions) && !*at;
    p->type = is_good ? (enum point_type)type : POINT_SOFTWARE;
    if (is_good && is_break(p->type) && p->len > UINT8_MAX)
        is_good = false;
    return is_good;
}

static void change(struct gdb_call *c, bool is_on)
{
    struct gdb_point p;
    if (!parse(c, &p)) {
        buf_fini(&p.conditions);
        return gdb_refuse(c, ERR_MALFORMED, "Z, z: type 0 to 4, address, kind and well-formed conditions are expected");
    }
    enum err e = ERR_STATE;
    if (!target_of(c->gdb)) {
        e = err_at(c->gdb->log, e, "the connection to the chip is closed");
    } else if (is_on) {
        e = add(c->gdb, &p);
        if (!e)
            p.conditions = (struct buf){0}; /* the list's now */
    } else {
        struct gdb_point *old = find(c->gdb, &p);
        e = old ? remove_point(c->gdb, old) : ERR_OK;
    }
    buf_fini(&p.conditions);
    if (e)
        gdb_fail(c, e);
    else
        gdb_ok(c);
}

static void insert(struct gdb_call *c)
{
    change(c, true);
}

static void take_away(struct gdb_call *c)
{
    change(c, false);
}

/* --- stops --- */

static bool pc_of(struct core *core, uint32_t *pc)
{
    int index = core_reg_find(core, "pc");
    if (index >= 0 && core_reg_read(core, (unsigned)index, pc) == ERR_OK)
        return true;
    err_forget(target_log(core_target(core)));
    return false;
}

static bool holds(const struct gdb_point *p, bool is_at_break, uint32_t pc, const struct watchpoint *w)
{
    if (is_break(p->type))
        return is_at_break && p->addr == pc;
    return w && w->addr >= p->addr && w->addr - p->addr < p->len;
}

static const struct gdb_point *next_hit(struct gdb *g, size_t *from, struct core *core)
{
    uint32_t pc = 0;
    enum halt_reason reason = core_halt_reason(core);
    const struct watchpoint *w = core_hit_watchpoint(core);
    bool may_be_break = reason == HALT_BREAKPOINT || reason == HALT_BREAK_AND_WATCHPOINT || reason == HALT_SINGLE_STEP;
    bool is_at_break = may_be_break && pc_of(core, &pc);
    while (*from < g->point_count) {
        const struct gdb_point *p = &g->points[(*from)++];
        if (holds(p, is_at_break, pc, w))
            return p;
    }
    return NULL;
}

const struct gdb_point *gdb_hit_point(struct gdb *g, const struct gdb_client *client, struct core *core)
{
    const struct gdb_point *p;
    for (size_t from = 0; (p = next_hit(g, &from, core)) != NULL;) {
        if (p->client == client->id)
            return p;
    }
    return NULL;
}

static bool read_for_agent(void *ctx, uint32_t addr, void *bytes, size_t len)
{
    return core_mem_read(ctx, addr, 0, bytes, len) == ERR_OK;
}

static bool register_for_agent(void *ctx, unsigned number, uint64_t *value)
{
    struct core *core = ctx;
    int index = core_reg_of_gdb_number(core, number);
    uint32_t word = 0;
    bool is_there = index >= 0 && core_reg_read(core, (unsigned)index, &word) == ERR_OK;
    *value = word;
    return is_there;
}

/* A condition that cannot be evaluated stops: GDB looks at it once more. */
static bool is_true(struct core *core, struct rd expression)
{
    const struct agent_ops ops = {.read = read_for_agent, .read_register = register_for_agent, .ctx = core};
    uint64_t value = 0;
    bool is_known = agent_evaluate(expression.at, expression.left, &ops, CONDITION_STEPS, &value);
    err_forget(target_log(core_target(core)));
    return !is_known || value;
}

static bool wants_stop(const struct gdb_point *p, struct core *core)
{
    struct rd r = rd_from(p->conditions.bytes, p->conditions.len);
    if (!r.left)
        return true;
    while (r.left) {
        unsigned len = rd_u16(&r);
        if (is_true(core, rd_sub(&r, len)))
            return true;
    }
    return false;
}

bool gdb_is_unwanted(struct gdb *g, struct core *core)
{
    const struct gdb_point *p;
    size_t hits = 0;
    if (core_halt_reason(core) != HALT_BREAKPOINT && core_halt_reason(core) != HALT_WATCHPOINT)
        return false;
    for (size_t from = 0; (p = next_hit(g, &from, core)) != NULL; hits++) {
        if (p->is_borrowed || wants_stop(p, core))
            return false;
    }
    return hits > 0;
}

bool gdb_is_unwanted_stop(struct gdb *g)
{
    bool is_any = false;
    for (unsigned i = 0; i < session_config(g->session)->core_count; i++) {
        struct core *core = gdb_core(g, i);
        if (!core || core_state(core) != CORE_HALTED || core_halt_reason(core) == HALT_REQUEST)
            continue; /* it was stopped because the other one was */
        if (!gdb_is_unwanted(g, core))
            return false;
        is_any = true;
    }
    return is_any;
}

const struct gdb_packet gdb_point_packets[] = {{"Z", insert}, {"z", take_away}, {NULL, NULL}};
