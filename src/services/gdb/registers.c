/* SPDX-License-Identifier: Apache-2.0 */
/* g, G, p, P. What registers there are, and in which order, is the target's list. */
#include "services/gdb/gdb_int.h"

#include <string.h>

enum { MAX_WORDS = 8, WORD_BYTES = 4 };

/* Whose registers a packet is about: a core's, or those that a thread has kept while it does not run. */
struct owner {
    struct gdb *gdb;
    struct core *core; /* that has the list of them; never NULL */
    uint32_t thread;   /* 0: the core's own */
};

/* False after a reply. */
static bool find_owner(struct gdb_call *c, struct owner *o)
{
    struct gdb_thread t;
    bool is_there = gdb_client_thread(c->gdb, c->client, &t);
    *o = (struct owner){.gdb = c->gdb, .thread = is_there && t.core < 0 ? t.rtos->id : 0};
    o->core = is_there && t.core >= 0 ? gdb_core(c->gdb, (unsigned)t.core) : gdb_client_core(c);
    if (!o->core)
        gdb_refuse(c, ERR_STATE, "there is no core: the connection to the chip is closed");
    else if (!is_there)
        gdb_refuse(c, ERR_NOT_FOUND, "thread 0x%x is not there any more: 'info threads' lists those there are",
                   (unsigned)c->client->thread);
    return o->core && is_there;
}

static const struct reg_desc *register_of(const struct owner *o, unsigned index)
{
    size_t count;
    return &core_reg_list(o->core, &count)[index];
}

static enum err read_words(const struct owner *o, unsigned index, uint32_t *words)
{
    return o->thread ? rtos_read_register(session_rtos(o->gdb->session), o->thread, register_of(o, index)->name, words)
                     : core_reg_read_words(o->core, index, words);
}

static enum err write_words(const struct owner *o, unsigned index, const uint32_t *words)
{
    return o->thread
               ? rtos_write_register(session_rtos(o->gdb->session), o->thread, register_of(o, index)->name, *words)
               : core_reg_write_words(o->core, index, words);
}

/* A register of the g packet, or another one, "xx" for each byte that is not known. A core that runs has none that can be told. */
static void put_register(struct buf *out, const struct owner *o, unsigned index)
{
    const struct reg_desc *d = register_of(o, index);
    unsigned len = reg_desc_gdb_bytes(d);
    uint32_t words[MAX_WORDS] = {0};
    uint8_t bytes[sizeof words];
    bool is_known = (o->thread || core_state(o->core) == CORE_HALTED) && len <= sizeof words && !d->has_side_effect &&
                    read_words(o, index, words) == ERR_OK;
    if (!is_known) {
        err_forget(o->gdb->log);
        return buf_fill(out, 'x', 2 * (size_t)len);
    }
    for (unsigned i = 0; i < len / WORD_BYTES; i++)
        le32_put(bytes + (size_t)i * WORD_BYTES, words[i]);
    gdb_put_hex(out, bytes, len);
}

static void read_all(struct gdb_call *c)
{
    struct owner o;
    size_t count;
    if (!find_owner(c, &o))
        return;
    const struct reg_desc *list = core_reg_list(o.core, &count);
    if (!o.thread && core_state(o.core) == CORE_HALTED && core_regs_fetch(o.core) != ERR_OK)
        err_forget(c->gdb->log); /* one by one, then */
    for (unsigned i = 0; i < count; i++) {
        if (list[i].is_in_g_packet)
            put_register(&c->reply, &o, i);
    }
}

/* Hex digits of one register; false when they are not, or too few. x digits: it is left as it is. */
static bool take_value(const char **at, unsigned len, uint32_t *words, bool *is_known)
{
    struct buf bytes = {0};
    *is_known = **at != 'x';
    for (unsigned i = 0; i < 2 * len; i++) {
        if (!(*at)[i])
            return false;
    }
    bool is_good = !*is_known || gdb_get_hex(*at, 2 * (size_t)len, &bytes);
    for (unsigned i = 0; is_good && *is_known && i < len / WORD_BYTES && i < MAX_WORDS; i++)
        words[i] = le32_get(bytes.bytes + (size_t)i * WORD_BYTES);
    buf_fini(&bytes);
    *at += (size_t)len * 2;
    return is_good;
}

/* GDB writes all to change one: those that have their value already are left alone. */
static enum err write_changed(const struct owner *o, unsigned index, const uint32_t *words, unsigned count)
{
    uint32_t now[MAX_WORDS] = {0};
    bool is_same = !register_of(o, index)->has_side_effect && read_words(o, index, now) == ERR_OK;
    for (unsigned i = 0; i < count; i++)
        is_same &= now[i] == words[i];
    return is_same ? ERR_OK : write_words(o, index, words);
}

static void write_all(struct gdb_call *c)
{
    struct owner o;
    const char *at = c->args;
    size_t count = 0;
    if (!find_owner(c, &o))
        return;
    const struct reg_desc *list = core_reg_list(o.core, &count);
    enum err e = ERR_OK;
    for (unsigned i = 0; i < count && !e && *at; i++) {
        uint32_t words[MAX_WORDS] = {0};
        bool is_known;
        unsigned len = reg_desc_gdb_bytes(&list[i]);
        if (!list[i].is_in_g_packet)
            continue;
        if (!take_value(&at, len, words, &is_known))
            return gdb_refuse(c, ERR_MALFORMED, "G: the value of %s is no hex number of %u bytes", list[i].name, len);
        if (is_known)
            e = write_changed(&o, i, words, len / WORD_BYTES);
    }
    if (e)
        gdb_fail(c, e);
    else
        gdb_ok(c);
}

/* The register of a p or P packet; false after a reply. */
static bool find(struct gdb_call *c, const char **at, struct owner *o, unsigned *index)
{
    uint32_t number;
    if (!find_owner(c, o))
        return false;
    if (!gdb_hex32(at, &number)) {
        gdb_refuse(c, ERR_MALFORMED, "p, P: a register number is expected");
        return false;
    }
    int found = core_reg_of_gdb_number(o->core, number);
    *index = (unsigned)found;
    if (found < 0)
        gdb_refuse(c, ERR_NOT_FOUND, "%s has no register number %u", core_name(o->core), (unsigned)number);
    return found >= 0;
}

static void read_one(struct gdb_call *c)
{
    const char *at = c->args;
    struct owner o;
    unsigned index;
    if (!find(c, &at, &o, &index))
        return;
    const char *told = tcl_option(c->gdb->tcl, "gdb report_register_access_error");
    uint32_t words[MAX_WORDS];
    enum err e = told && !strcmp(told, "enable") ? read_words(&o, index, words) : ERR_OK;
    if (e)
        gdb_fail(c, e);
    else
        put_register(&c->reply, &o, index);
}

static void write_one(struct gdb_call *c)
{
    const char *at = c->args;
    struct owner o;
    unsigned index;
    uint32_t words[MAX_WORDS] = {0};
    bool is_known;
    if (!find(c, &at, &o, &index))
        return;
    const struct reg_desc *d = register_of(&o, index);
    if (!gdb_skip(&at, '=') || !take_value(&at, reg_desc_gdb_bytes(d), words, &is_known))
        return gdb_refuse(c, ERR_MALFORMED, "P: the value of %s is no hex number of %u bytes", d->name,
                          reg_desc_gdb_bytes(d));
    enum err e = write_words(&o, index, words);
    if (e)
        gdb_fail(c, e);
    else
        gdb_ok(c);
}

const struct gdb_packet gdb_register_packets[] = {
    {"g", read_all}, {"G", write_all}, {"p", read_one}, {"P", write_one}, {NULL, NULL}};
