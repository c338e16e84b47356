/* SPDX-License-Identifier: Apache-2.0 */
/* The interpreter: its life, running scripts, and errors with the place where they happened. */
#include "services/tcl/tcl_int.h"

#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int on_command(Jim_Interp *jim, int argc, Jim_Obj *const *argv)
{
    struct tcl *t = Jim_GetAssocData(jim, "espocd");
    return tcl_dispatch(t, t->current_core, argc, argv);
}

static void register_commands(struct tcl *t)
{
    for (size_t i = 0; tcl_tables[i]; i++) {
        for (const struct tcl_command *row = tcl_tables[i]; row->name; row++) {
            char word[64];
            snprintf(word, sizeof word, "%.*s", (int)strcspn(row->name, " "), row->name);
            Jim_CreateCommand(t->jim, word, on_command, t, NULL);
        }
    }
    Jim_CreateCommand(t->jim, "unknown", tcl_unknown, t, NULL);
}

/* An old name runs the new one with the same arguments, after a word of warning. */
static int on_alias(Jim_Interp *jim, int argc, Jim_Obj *const *argv)
{
    struct tcl *t = Jim_GetAssocData(jim, "espocd");
    const struct tcl_alias *alias = Jim_CmdPrivData(jim);
    log_user(t->log, "DEPRECATED! use '%s', not '%s'", alias->now, alias->old);
    Jim_Obj *words = Jim_NewStringObj(jim, alias->now, -1);
    Jim_IncrRefCount(words);
    Jim_Obj *call = Jim_NewListObj(jim, NULL, 0);
    Jim_IncrRefCount(call);
    Jim_ListAppendList(jim, call, words);
    for (int i = 1; i < argc; i++)
        Jim_ListAppendElement(jim, call, argv[i]);
    int result = Jim_EvalObjList(jim, call);
    Jim_DecrRefCount(jim, call);
    Jim_DecrRefCount(jim, words);
    return result;
}

static void register_aliases(struct tcl *t)
{
    for (const struct tcl_alias *a = tcl_aliases; a->old; a++)
        Jim_CreateCommand(t->jim, a->old, on_alias, (void *)a, NULL);
}

static char *program_dir_of(const char *program_path)
{
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (len > 0)
        path[len] = 0;
    else if (!program_path || !realpath(program_path, path))
        return NULL;
    return strdup(dirname(path));
}

static bool start_interpreter(struct tcl *t)
{
    t->jim = Jim_CreateInterp();
    if (!t->jim)
        return false;
    Jim_RegisterCoreCommands(t->jim);
    Jim_InitStaticExtensions(t->jim);
    Jim_SetAssocData(t->jim, "espocd", NULL, t);
    register_commands(t);
    register_aliases(t);
    return Jim_EvalSource(t->jim, "startup.tcl", 1, tcl_startup_script) == JIM_OK;
}

struct tcl *tcl_new(struct session *session, const char *program_path)
{
    struct tcl *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    *t = (struct tcl){
        .session = session,
        .log = session_log(session),
        .stage = TCL_CONFIG,
        .is_polling = true,
        .program_dir = program_dir_of(program_path),
        .servers = {.gdb_port = "3333", .telnet_port = "4444", .tcl_port = "6666", .bind_address = "127.0.0.1"},
        .listener = {.fn = tcl_on_news, .ctx = t},
    };
    session_add_listener(session, &t->listener);
    if (start_interpreter(t))
        return t;
    if (t->jim)
        log_error(t->log, "startup.tcl: %s", Jim_String(Jim_GetResult(t->jim)));
    tcl_free(t);
    return NULL;
}

void tcl_free(struct tcl *t)
{
    if (!t)
        return;
    session_remove_listener(t->session, &t->listener);
    if (t->jim)
        Jim_FreeInterp(t->jim);
    for (unsigned i = 0; i < t->dir_count; i++)
        free(t->dirs[i]);
    tcl_pair_free(&t->options);
    tcl_pair_free(&t->events);
    tcl_pair_free(&t->help);
    tcl_pair_free(&t->usage);
    buf_fini(&t->notifications);
    free(t->program_dir);
    free(t->log_file);
    free(t);
}

/* The files that called each other, innermost first: "target/x.cfg:12: ", then where that was sourced from. */
static void put_place(struct tcl *t, struct buf *out)
{
    const char *file = t->jim->errorFileNameObj ? Jim_String(t->jim->errorFileNameObj) : "";
    if (*file && strcmp(file, "startup.tcl") != 0)
        buf_printf(out, "%s:%d: ", file, t->jim->errorLine);
}

static void put_callers(struct tcl *t, struct buf *out)
{
    Jim_Obj *trace = t->jim->stackTrace;
    int count = trace ? Jim_ListLength(t->jim, trace) : 0;
    for (int i = 3; i + 2 < count; i += 3) {
        const char *file = Jim_String(Jim_ListGetIndex(t->jim, trace, i + 1));
        const char *line = Jim_String(Jim_ListGetIndex(t->jim, trace, i + 2));
        if (*file && strcmp(file, "startup.tcl") != 0)
            buf_printf(out, "\n    called at %s:%s", file, line);
    }
}

static enum err finish_eval(struct tcl *t, int outcome, struct buf *result)
{
    const char *text = Jim_String(Jim_GetResult(t->jim));
    if (outcome == JIM_OK || outcome == JIM_RETURN) {
        buf_printf(result, "%s", text);
        return ERR_OK;
    }
    if (outcome == JIM_EXIT)
        return ERR_OK;
    if (outcome != JIM_ERR)
        text = "'break' or 'continue' outside a loop";
    put_place(t, result);
    buf_printf(result, "%s", text);
    put_callers(t, result);
    return t->last_error ? t->last_error : ERR_CONFIG;
}

enum err tcl_eval(struct tcl *t, const char *script, const char *name, struct buf *result)
{
    t->last_error = ERR_OK;
    int outcome = name ? Jim_EvalSource(t->jim, name, 1, script) : Jim_EvalGlobal(t->jim, script);
    return finish_eval(t, outcome, result);
}

enum err tcl_run_file(struct tcl *t, const char *file, struct buf *result)
{
    struct buf path = {0};
    enum err e = tcl_find_file(t, file, &path);
    if (e) {
        buf_printf(result, "%s", err_why(t->log, e));
        buf_fini(&path);
        return e;
    }
    t->last_error = ERR_OK;
    e = finish_eval(t, Jim_EvalFileGlobal(t->jim, buf_str(&path)), result);
    if (!e)
        buf_clear(result); /* the value of a file's last command is nobody's business */
    buf_fini(&path);
    return e;
}

int tcl_exit_status(const struct tcl *t, enum err e)
{
    return session_exit_status(t->last_error ? t->last_error : e);
}

bool tcl_is_init_done(const struct tcl *t)
{
    return t->stage == TCL_EXEC;
}

bool tcl_is_noinit(const struct tcl *t)
{
    return t->is_noinit;
}

bool tcl_wants_shutdown(const struct tcl *t, int *status)
{
    *status = t->shutdown_status;
    return t->wants_shutdown;
}

bool tcl_took_exit(struct tcl *t)
{
    bool took = t->wants_exit;
    t->wants_exit = false;
    return took;
}

bool tcl_took_notifications(struct tcl *t, bool *on)
{
    bool took = t->notifications_changed;
    t->notifications_changed = false;
    *on = t->notifications_on;
    return took;
}

void tcl_set_in_connection(struct tcl *t, bool in_connection)
{
    t->in_connection = in_connection;
}

void tcl_take_notifications(struct tcl *t, struct buf *lines)
{
    buf_append(lines, t->notifications.bytes, t->notifications.len);
    buf_clear(&t->notifications);
}

const struct tcl_servers *tcl_servers(const struct tcl *t)
{
    return &t->servers;
}

bool tcl_goes_on(const struct tcl *t)
{
    return t->goes_on;
}

bool tcl_log_to_stdout(const struct tcl *t)
{
    return t->log_to_stdout;
}

const char *tcl_log_file(const struct tcl *t)
{
    return t->log_file;
}
