/* SPDX-License-Identifier: Apache-2.0 */
/* help, usage, "command mode", and texts that scripts add for their own procedures. */
#include "services/tcl/tcl_int.h"

#include <stdlib.h>
#include <string.h>

/* Whether a command's name begins with the words asked for. */
static bool is_asked(const char *name, const char *asked)
{
    size_t len = strlen(asked);
    return !len || (!strncmp(name, asked, len) && (name[len] == ' ' || name[len] == 0));
}

static char *join_args(const struct tcl_call *c, int from)
{
    struct buf name = {0};
    for (int i = from; i < c->argc; i++)
        buf_printf(&name, "%s%s", i > from ? " " : "", tcl_arg(c, i));
    char *copy = strdup(buf_str(&name));
    buf_fini(&name);
    return copy;
}

static void print_row(struct tcl_call *c, const char *name, const char *usage, const char *help)
{
    tcl_print(c, "%s%s%s", name, usage && *usage ? " " : "", usage ? usage : "");
    if (help)
        tcl_print(c, "      %s", help);
}

static unsigned print_tables(struct tcl_call *c, const char *asked, bool with_help)
{
    unsigned count = 0;
    for (size_t i = 0; tcl_tables[i]; i++) {
        for (const struct tcl_command *row = tcl_tables[i]; row->name; row++) {
            if (!is_asked(row->name, asked))
                continue;
            print_row(c, row->name, row->usage, with_help ? row->help : NULL);
            count++;
        }
    }
    return count;
}

static unsigned print_added(struct tcl_call *c, const char *asked, bool with_help)
{
    unsigned count = 0;
    for (const struct tcl_pair *p = c->tcl->usage; p; p = p->next) {
        if (!is_asked(p->name, asked))
            continue;
        print_row(c, p->name, p->value, with_help ? tcl_pair_get(c->tcl->help, 0, p->name) : NULL);
        count++;
    }
    for (const struct tcl_pair *p = c->tcl->help; p && with_help; p = p->next) {
        if (tcl_pair_get(c->tcl->usage, 0, p->name) || !is_asked(p->name, asked))
            continue;
        print_row(c, p->name, NULL, p->value);
        count++;
    }
    return count;
}

static enum err cmd_help(struct tcl_call *c)
{
    bool with_help = !strcmp(c->command->name, "help");
    char *asked = join_args(c, 0);
    if (!asked)
        return ERR_MEMORY;
    unsigned count = print_tables(c, asked, with_help) + print_added(c, asked, with_help);
    enum err e = ERR_OK;
    if (!count)
        e = err_at(tcl_call_log(c), ERR_NOT_FOUND, "there is no help for '%s'", asked);
    free(asked);
    return e;
}

static enum err cmd_mode(struct tcl_call *c)
{
    if (!c->argc) {
        tcl_print(c, "%s", c->tcl->stage == TCL_CONFIG ? "config" : "exec");
        return ERR_OK;
    }
    int words = 0;
    const struct tcl_command *row = tcl_lookup(c->argc, c->argv, &words);
    if (!row)
        tcl_print(c, "unknown");
    else
        tcl_print(c, "%s", row->stage == TCL_ANY ? "any" : row->stage == TCL_CONFIG ? "config" : "exec");
    return ERR_OK;
}

static enum err cmd_add_text(struct tcl_call *c)
{
    struct tcl_pair **list = !strcmp(c->command->key, "help") ? &c->tcl->help : &c->tcl->usage;
    return tcl_pair_set(c->tcl, list, 0, tcl_arg(c, 0), tcl_arg(c, 1));
}

const struct tcl_command tcl_help_commands[] = {
    {"help", TCL_ANY, cmd_help, 0, -1, "[command]", "show what commands do"},
    {"usage", TCL_ANY, cmd_help, 0, -1, "[command]", "show the arguments of commands"},
    {"command mode", TCL_ANY, cmd_mode, 0, -1, "[command]", "show when a command may be used: any, config or exec"},
    {"add_help_text", TCL_ANY, cmd_add_text, 2, 2, "command text", "add a help text", .key = "help"},
    {"add_usage_text", TCL_ANY, cmd_add_text, 2, 2, "command text", "add a usage text", .key = "usage"},
    {NULL},
};
