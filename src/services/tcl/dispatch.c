/* SPDX-License-Identifier: Apache-2.0 */
/* From words to a row of a command table, and from a handler's outcome to Tcl's. */
#include "services/tcl/tcl_int.h"

#include <string.h>

enum { MAX_WORDS = 3, NAME_ROOM = 128 };

const struct tcl_command *const tcl_tables[] = {
    tcl_general_commands, tcl_help_commands,   tcl_server_commands,
    tcl_adapter_commands, tcl_driver_commands, tcl_jtag_commands,
    tcl_scan_commands,    tcl_target_commands, tcl_run_commands,
    tcl_memory_commands,  tcl_image_commands,  tcl_register_commands,
    tcl_break_commands,   tcl_flash_commands,  tcl_flash_file_commands,
    tcl_esp_commands,     tcl_xtensa_commands, tcl_riscv_commands,
    tcl_program_commands, tcl_json_commands,   NULL,
};

static const struct tcl_command *find_in(const struct tcl_command *table, const char *name)
{
    for (; table->name; table++) {
        if (!strcmp(table->name, name))
            return table;
    }
    return NULL;
}

static const struct tcl_command *find_row(const char *name)
{
    const struct tcl_command *found = NULL;
    for (size_t i = 0; tcl_tables[i] && !found; i++)
        found = find_in(tcl_tables[i], name);
    return found;
}

/* Joins the first n words; false when they cannot be a name. */
static bool join(int n, Jim_Obj *const *argv, char *name, size_t room)
{
    size_t len = 0;
    for (int i = 0; i < n; i++) {
        int word_len;
        const char *word = Jim_GetString(argv[i], &word_len);
        if (len + (size_t)word_len + 2 > room)
            return false;
        if (i)
            name[len++] = ' ';
        memcpy(name + len, word, (size_t)word_len);
        len += (size_t)word_len;
    }
    name[len] = 0;
    return true;
}

const struct tcl_command *tcl_lookup(int argc, Jim_Obj *const *argv, int *words)
{
    char name[NAME_ROOM];
    for (int n = argc < MAX_WORDS ? argc : MAX_WORDS; n > 0; n--) {
        const struct tcl_command *row = join(n, argv, name, sizeof name) ? find_row(name) : NULL;
        if (row) {
            *words = n;
            return row;
        }
    }
    return NULL;
}

/* Options of a target ("configure", "curstate") have a table of their own: they exist behind a target's name only. */
static const struct tcl_command *lookup_object(int argc, Jim_Obj *const *argv, int *words)
{
    const struct tcl_command *row = argc ? find_in(tcl_object_commands, Jim_String(argv[0])) : NULL;
    *words = 1;
    if (row)
        return row;
    row = tcl_lookup(argc, argv, words);
    return row && row->is_on_target ? row : NULL;
}

static enum err check_stage(struct tcl *t, const struct tcl_command *row)
{
    if (row->stage & t->stage)
        return ERR_OK;
    return err_at(t->log, ERR_STATE, "The '%s' command must be used %s 'init'.", row->name,
                  row->stage == TCL_CONFIG ? "before" : "after");
}

static enum err run_row(struct tcl_call *c)
{
    const struct tcl_command *row = c->command;
    enum err e = check_stage(c->tcl, row);
    if (e)
        return e;
    if (c->argc < row->min || (row->max >= 0 && c->argc > row->max))
        return tcl_usage_error(c);
    return row->fn(c);
}

/* The handler's text, or its error sentence behind what it printed. */
static void set_result(struct tcl *t, struct tcl_call *c, enum err e)
{
    if (e) {
        buf_printf(&c->out, "%s", err_why(t->log, e));
        err_forget(t->log);
        t->last_error = e;
        Jim_SetGlobalVariableStr(t->jim, "errorCode",
                                 Jim_NewStringObj(t->jim, e == ERR_USAGE ? "OpenOCD -601" : "OpenOCD -4", -1));
    }
    tcl_trim(&c->out);
    Jim_SetResult(t->jim, Jim_NewStringObj(t->jim, buf_str(&c->out), (int)c->out.len));
}

static int finish(struct tcl *t, struct tcl_call *c, enum err e)
{
    bool leaves = t->wants_exit || (t->wants_shutdown && !t->is_closing);
    set_result(t, c, e);
    buf_fini(&c->out);
    if (leaves)
        return JIM_EXIT;
    return e ? JIM_ERR : JIM_OK;
}

static int run(struct tcl *t, const struct tcl_command *row, unsigned core, int argc, Jim_Obj *const *argv)
{
    struct tcl_call c = {.tcl = t, .command = row, .core = core, .argc = argc, .argv = argv};
    err_forget(t->log);
    enum err e = run_row(&c);
    if (e)
        return finish(t, &c, e);
    /* Handlers of events may set a result of their own: the command's stands. */
    tcl_run_pending(t);
    return finish(t, &c, ERR_OK);
}

static int refuse(struct tcl *t, enum err e)
{
    struct tcl_call c = {.tcl = t};
    return finish(t, &c, e);
}

int tcl_dispatch(struct tcl *t, unsigned core, int argc, Jim_Obj *const *argv)
{
    int words = 0;
    const struct tcl_command *row = tcl_lookup(argc, argv, &words);
    if (!row)
        return refuse(t, tcl_no_such_command(t, argc, argv));
    return run(t, row, core, argc - words, argv + words);
}

static int refuse_object(struct tcl *t, int argc, Jim_Obj *const *argv)
{
    const char *name = Jim_String(argv[0]);
    if (argc < 2)
        return refuse(t, err_at(t->log, ERR_USAGE, "%s: a command is expected, such as '%s curstate'", name, name));
    return refuse(t, tcl_no_such_command(t, argc - 1, argv + 1));
}

static int on_target_command(Jim_Interp *jim, int argc, Jim_Obj *const *argv)
{
    struct tcl *t = Jim_GetAssocData(jim, "espocd");
    int core = tcl_core_by_name(t, Jim_String(argv[0]));
    int words = 0;
    if (core < 0)
        return refuse_object(t, argc, argv);
    const struct tcl_command *row = lookup_object(argc - 1, argv + 1, &words);
    /* A target may have the name of a group of commands: "esp32 flashbootstrap". */
    if (!row && tcl_lookup(argc, argv, &words))
        return tcl_dispatch(t, (unsigned)core, argc, argv);
    if (!row)
        return refuse_object(t, argc, argv);
    unsigned before = t->current_core;
    t->current_core = (unsigned)core;
    int result = run(t, row, (unsigned)core, argc - 1 - words, argv + 1 + words);
    t->current_core = before;
    return result;
}

void tcl_register_target(struct tcl *t, const char *name)
{
    Jim_CreateCommand(t->jim, name, on_target_command, t, NULL);
}

/* Lists what follows a word that begins commands: "flash" -> "bank, banks, erase_address...". */
static void list_subcommands(struct buf *list, const char *group)
{
    size_t len = strlen(group);
    for (size_t i = 0; tcl_tables[i]; i++) {
        for (const struct tcl_command *row = tcl_tables[i]; row->name; row++) {
            if (!strncmp(row->name, group, len) && row->name[len] == ' ')
                buf_printf(list, "%s%s", list->len ? ", " : "", row->name + len + 1);
        }
    }
}

enum err tcl_no_such_command(struct tcl *t, int argc, Jim_Obj *const *argv)
{
    char name[NAME_ROOM] = "";
    for (int n = 1; n <= argc && n <= MAX_WORDS; n++) {
        if (join(n, argv, name, sizeof name) && tcl_is_missing(name))
            return err_at(t->log, ERR_UNSUPPORTED, "'%s' is a command of OpenOCD that espocd does not have yet", name);
    }
    struct buf list = {0};
    list_subcommands(&list, Jim_String(argv[0]));
    enum err e;
    if (!list.len)
        e = err_at(t->log, ERR_NOT_FOUND, "invalid command name \"%s\"", Jim_String(argv[0]));
    else if (argc < 2)
        e = err_at(t->log, ERR_USAGE, "%s: a command is expected: %s", Jim_String(argv[0]), buf_str(&list));
    else
        e = err_at(t->log, ERR_NOT_FOUND, "invalid subcommand \"%s\" of %s; there are: %s", Jim_String(argv[1]),
                   Jim_String(argv[0]), buf_str(&list));
    buf_fini(&list);
    return e;
}

int tcl_unknown(Jim_Interp *jim, int argc, Jim_Obj *const *argv)
{
    struct tcl *t = Jim_GetAssocData(jim, "espocd");
    if (argc < 2)
        return refuse(t, err_at(t->log, ERR_USAGE, "unknown: a command is expected"));
    return refuse(t, tcl_no_such_command(t, argc - 1, argv + 1));
}
