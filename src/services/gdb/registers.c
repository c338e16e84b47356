/* SPDX-License-Identifier: Apache-2.0 */
/* g, G, p, P. What registers there are, and in which order, is the target's list. */
#include "services/gdb/gdb_int.h"

#include <string.h>

enum { MAX_WORDS = 8, WORD_BYTES = 4 };

/* A register of the g packet, or another one. A core that runs has none that can be told. */
void gdb_put_register(struct buf *out, struct core *core, unsigned index)
{
    size_t count;
    const struct reg_desc *d = &core_reg_list(core, &count)[index];
    unsigned len = reg_desc_gdb_bytes(d);
    uint32_t words[MAX_WORDS] = {0};
    uint8_t bytes[sizeof words];
    bool is_known = core_state(core) == CORE_HALTED && len <= sizeof words && !d->has_side_effect &&
                    core_reg_read_words(core, index, words) == ERR_OK;
    if (!is_known) {
        err_forget(target_log(core_target(core)));
        return buf_fill(out, 'x', 2 * (size_t)len);
    }
    for (unsigned i = 0; i < len / WORD_BYTES; i++)
        le32_put(bytes + (size_t)i * WORD_BYTES, words[i]);
    gdb_put_hex(out, bytes, len);
}

static void read_all(struct gdb_call *c)
{
    struct core *core = gdb_client_core(c);
    size_t count;
    if (!core)
        return gdb_refuse(c, ERR_STATE, "there is no core: the connection to the chip is closed");
    const struct reg_desc *list = core_reg_list(core, &count);
    if (core_state(core) == CORE_HALTED && core_regs_fetch(core) != ERR_OK)
        err_forget(c->gdb->log); /* one by one, then */
    for (unsigned i = 0; i < count; i++) {
        if (list[i].is_in_g_packet)
            gdb_put_register(&c->reply, core, i);
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
static enum err write_changed(struct core *core, unsigned index, const uint32_t *words, unsigned count)
{
    uint32_t now[MAX_WORDS] = {0};
    size_t list_len;
    const struct reg_desc *d = &core_reg_list(core, &list_len)[index];
    bool is_same = !d->has_side_effect && core_reg_read_words(core, index, now) == ERR_OK;
    for (unsigned i = 0; i < count; i++)
        is_same &= now[i] == words[i];
    return is_same ? ERR_OK : core_reg_write_words(core, index, words);
}

static void write_all(struct gdb_call *c)
{
    struct core *core = gdb_client_core(c);
    const char *at = c->args;
    size_t count = 0;
    const struct reg_desc *list = core ? core_reg_list(core, &count) : NULL;
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
            e = write_changed(core, i, words, len / WORD_BYTES);
    }
    if (e)
        gdb_fail(c, e);
    else
        gdb_ok(c);
}

/* The register of a p or P packet; false after a reply. */
static bool find(struct gdb_call *c, const char **at, struct core **core, int *index)
{
    uint32_t number;
    *core = gdb_client_core(c);
    if (!gdb_hex32(at, &number) || !*core) {
        gdb_refuse(c, ERR_MALFORMED, "p, P: a register number is expected");
        return false;
    }
    *index = core_reg_of_gdb_number(*core, number);
    if (*index >= 0)
        return true;
    gdb_refuse(c, ERR_NOT_FOUND, "%s has no register number %u", core_name(*core), (unsigned)number);
    return false;
}

static void read_one(struct gdb_call *c)
{
    const char *at = c->args;
    struct core *core;
    int index;
    if (!find(c, &at, &core, &index))
        return;
    const char *told = tcl_option(c->gdb->tcl, "gdb report_register_access_error");
    uint32_t words[MAX_WORDS];
    enum err e = told && !strcmp(told, "enable") ? core_reg_read_words(core, (unsigned)index, words) : ERR_OK;
    if (e)
        gdb_fail(c, e);
    else
        gdb_put_register(&c->reply, core, (unsigned)index);
}

static void write_one(struct gdb_call *c)
{
    const char *at = c->args;
    struct core *core;
    int index;
    uint32_t words[MAX_WORDS] = {0};
    bool is_known;
    size_t count;
    if (!find(c, &at, &core, &index))
        return;
    const struct reg_desc *d = &core_reg_list(core, &count)[index];
    if (!gdb_skip(&at, '=') || !take_value(&at, reg_desc_gdb_bytes(d), words, &is_known))
        return gdb_refuse(c, ERR_MALFORMED, "P: the value of %s is no hex number of %u bytes", d->name,
                          reg_desc_gdb_bytes(d));
    enum err e = core_reg_write_words(core, (unsigned)index, words);
    if (e)
        gdb_fail(c, e);
    else
        gdb_ok(c);
}

const struct gdb_packet gdb_register_packets[] = {
    {"g", read_all}, {"G", write_all}, {"p", read_one}, {"P", write_one}, {NULL, NULL}};
