/* SPDX-License-Identifier: Apache-2.0 */
/* Arguments of commands, what they print, and the objects that they work on. */
#include "services/tcl/tcl_int.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *tcl_arg(const struct tcl_call *c, int i)
{
    return i < c->argc ? Jim_String(c->argv[i]) : "";
}

bool tcl_arg_is(const struct tcl_call *c, int i, const char *word)
{
    return i < c->argc && !strcmp(Jim_String(c->argv[i]), word);
}

enum err tcl_parse_u64(struct log *log, const char *text, const char *what, uint64_t *value)
{
    const char *at = text;
    while (isspace((unsigned char)*at))
        at++;
    if (*at == '-')
        return err_at(log, ERR_RANGE, "%s '%s' is negative; a number from 0 on is expected", what, text);
    char *end;
    errno = 0;
    unsigned long long v = strtoull(at, &end, 0);
    if (end == at || *end)
        return err_at(log, ERR_USAGE, "%s '%s' is not a number; write it as 4096 or 0x1000", what, text);
    if (errno)
        return err_at(log, ERR_RANGE, "%s '%s' does not fit into 64 bits", what, text);
    *value = v;
    return ERR_OK;
}

enum err tcl_arg_u64(struct tcl_call *c, int i, const char *what, uint64_t *value)
{
    return tcl_parse_u64(tcl_call_log(c), tcl_arg(c, i), what, value);
}

enum err tcl_arg_u32(struct tcl_call *c, int i, const char *what, uint32_t *value)
{
    uint64_t wide = 0;
    enum err e = tcl_arg_u64(c, i, what, &wide);
    if (e)
        return e;
    if (wide > UINT32_MAX)
        return err_at(tcl_call_log(c), ERR_RANGE, "%s '%s' does not fit into 32 bits", what, tcl_arg(c, i));
    *value = (uint32_t)wide;
    return ERR_OK;
}

enum err tcl_arg_bool(struct tcl_call *c, int i, bool *value)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"on", true},  {"off", false}, {"enable", true}, {"disable", false}, {"yes", true},
                 {"no", false}, {"true", true}, {"false", false}, {"1", true},        {"0", false}};
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
        if (tcl_arg_is(c, i, words[k].word)) {
            *value = words[k].value;
            return ERR_OK;
        }
    }
    return err_at(tcl_call_log(c), ERR_USAGE, "%s: '%s' is neither on nor off", c->command->name, tcl_arg(c, i));
}

void tcl_shift(struct tcl_call *c)
{
    if (c->argc > 0) {
        c->argc--;
        c->argv++;
    }
}

char *tcl_file_name(const char *arg)
{
    size_t len = strlen(arg);
    bool wrapped = len >= 2 && ((arg[0] == '{' && arg[len - 1] == '}') || (arg[0] == '"' && arg[len - 1] == '"'));
    return wrapped ? strndup(arg + 1, len - 2) : strdup(arg);
}

void tcl_print(struct tcl_call *c, const char *fmt, ...)
{
    char line[2048];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    buf_printf(&c->out, "%s\n", line);
}

enum err tcl_flag(struct tcl_call *c, bool *flag)
{
    return c->argc ? tcl_arg_bool(c, 0, flag) : ERR_OK;
}

enum err tcl_usage_error(struct tcl_call *c)
{
    const char *usage = c->command->usage ? c->command->usage : "";
    return err_at(tcl_call_log(c), ERR_USAGE, "wrong arguments; usage: %s%s%s", c->command->name, *usage ? " " : "",
                  usage);
}

void tcl_trim(struct buf *b)
{
    if (b->len && b->bytes[b->len - 1] == '\n')
        b->len--;
}

struct log *tcl_call_log(const struct tcl_call *c)
{
    return c->tcl->log;
}

struct session_config *tcl_config(const struct tcl *t)
{
    return session_config(t->session);
}

int tcl_core_by_name(const struct tcl *t, const char *name)
{
    const struct session_config *config = tcl_config(t);
    for (unsigned i = 0; i < config->core_count; i++) {
        if (!strcmp(config->cores[i].name, name))
            return (int)i;
    }
    return -1;
}

enum err tcl_target(struct tcl_call *c, struct target **target)
{
    *target = session_target(c->tcl->session);
    if (*target)
        return ERR_OK;
    return err_at(tcl_call_log(c), ERR_CONFIG,
                  "%s: the configuration has no target; give a board or target file, such as -f target/esp32.cfg",
                  c->command->name);
}

enum err tcl_core(struct tcl_call *c, struct core **core)
{
    struct target *target;
    enum err e = tcl_target(c, &target);
    if (e)
        return e;
    *core = session_core(c->tcl->session, c->core);
    if (*core)
        return ERR_OK;
    return err_at(tcl_call_log(c), ERR_NO_CHIP, "%s: the target is not there", c->command->name);
}

enum err tcl_flash(struct tcl_call *c, struct flash **flash)
{
    struct target *target;
    enum err e = tcl_target(c, &target);
    if (e)
        return e;
    *flash = session_flash(c->tcl->session);
    if (*flash)
        return ERR_OK;
    return err_at(tcl_call_log(c), ERR_CONFIG, "%s: the target has no flash", c->command->name);
}

const char *tcl_pair_get(const struct tcl_pair *list, unsigned owner, const char *name)
{
    for (; list; list = list->next) {
        if (list->owner == owner && !strcmp(list->name, name))
            return list->value;
    }
    return NULL;
}

static struct tcl_pair *pair_find(struct tcl_pair *list, unsigned owner, const char *name)
{
    for (; list; list = list->next) {
        if (list->owner == owner && !strcmp(list->name, name))
            return list;
    }
    return NULL;
}

static struct tcl_pair *pair_add(struct tcl_pair **list, unsigned owner, const char *name)
{
    struct tcl_pair *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->owner = owner;
    p->name = strdup(name);
    if (!p->name) {
        free(p);
        return NULL;
    }
    while (*list) /* at the end: lists are printed in the order of the configuration */
        list = &(*list)->next;
    return *list = p;
}

enum err tcl_pair_set(struct tcl *t, struct tcl_pair **list, unsigned owner, const char *name, const char *value)
{
    char *copy = strdup(value);
    struct tcl_pair *p = copy ? pair_find(*list, owner, name) : NULL;
    if (copy && !p)
        p = pair_add(list, owner, name);
    if (!p) {
        free(copy);
        return err_at(t->log, ERR_MEMORY, "out of memory for '%s'", name);
    }
    free(p->value);
    p->value = copy;
    return ERR_OK;
}

void tcl_pair_free(struct tcl_pair **list)
{
    while (*list) {
        struct tcl_pair *p = *list;
        *list = p->next;
        free(p->name);
        free(p->value);
        free(p);
    }
}
