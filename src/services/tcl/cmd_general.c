/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that need no chip: life of the program, output, files. */
#include "services/tcl/tcl_int.h"

#include <stdlib.h>
#include <string.h>

#define VERSION "v0.12.0-espocd-" ESPOCD_VERSION

const char *tcl_version(void)
{
    return "Open On-Chip Debugger " VERSION " (espocd: OpenOCD's commands for Espressif chips)";
}

static enum err cmd_version(struct tcl_call *c)
{
    if (c->argc && !tcl_arg_is(c, 0, "git"))
        return tcl_usage_error(c);
    tcl_print(c, "%s", c->argc ? VERSION : tcl_version());
    return ERR_OK;
}

static enum err cmd_echo(struct tcl_call *c)
{
    bool is_bare = c->argc == 2 && tcl_arg_is(c, 0, "-n");
    if (c->argc == 2 && !is_bare)
        return tcl_usage_error(c);
    log_user(tcl_call_log(c), "%s", tcl_arg(c, c->argc - 1));
    return ERR_OK;
}

static enum err cmd_sleep(struct tcl_call *c)
{
    uint32_t ms = 0;
    enum err e = tcl_arg_u32(c, 0, "the time in ms", &ms);
    return e ? e : clock_wait_ms(session_clock(c->tcl->session), ms);
}

static enum err cmd_ms(struct tcl_call *c)
{
    tcl_print(c, "%llu", (unsigned long long)clock_now_ms(session_clock(c->tcl->session)));
    return ERR_OK;
}

static enum err cmd_debug_level(struct tcl_call *c)
{
    struct log *log = tcl_call_log(c);
    if (c->argc) {
        char *end;
        long level = strtol(tcl_arg(c, 0), &end, 10);
        if (*end || end == tcl_arg(c, 0) || level < LOG_SILENT || level > LOG_DEBUG_USB)
            return err_at(log, ERR_RANGE, "level must be between %d and %d", LOG_SILENT, LOG_DEBUG_USB);
        log->level = (enum log_level)level;
    }
    tcl_print(c, "%d", log->level);
    return ERR_OK;
}

static enum err cmd_log_output(struct tcl_call *c)
{
    bool is_default = !c->argc || tcl_arg_is(c, 0, "default");
    free(c->tcl->log_file);
    c->tcl->log_file = is_default ? NULL : strdup(tcl_arg(c, 0));
    return ERR_OK;
}

static enum err cmd_log_to_stdout(struct tcl_call *c)
{
    enum err e = tcl_flag(c, &c->tcl->log_to_stdout);
    if (!e && !c->argc)
        tcl_print(c, "%s", c->tcl->log_to_stdout ? "on" : "off");
    return e;
}

static enum err cmd_init(struct tcl_call *c)
{
    return tcl_init(c->tcl);
}

static enum err cmd_noinit(struct tcl_call *c)
{
    c->tcl->is_noinit = true;
    return ERR_OK;
}

/* The commands in the Tcl list ::pre_shutdown_commands, each on its own: one that fails does not stop the others. */
static void run_list(struct tcl *t, const char *variable)
{
    Jim_Obj *list = Jim_GetGlobalVariableStr(t->jim, variable, JIM_NONE);
    if (!list)
        return;
    Jim_IncrRefCount(list);
    for (int i = 0; i < Jim_ListLength(t->jim, list); i++) {
        if (Jim_EvalObj(t->jim, Jim_ListGetIndex(t->jim, list, i)) == JIM_ERR)
            log_error(t->log, "%s: %s", variable, Jim_String(Jim_GetResult(t->jim)));
    }
    Jim_DecrRefCount(t->jim, list);
}

void tcl_shutdown(struct tcl *t)
{
    if (t->wants_shutdown)
        return;
    t->wants_shutdown = t->is_closing = true;
    log_user(t->log, "shutdown command invoked");
    run_list(t, "pre_shutdown_commands");
    t->is_closing = false;
}

static enum err cmd_shutdown(struct tcl_call *c)
{
    if (c->argc && !tcl_arg_is(c, 0, "error"))
        return tcl_usage_error(c);
    tcl_shutdown(c->tcl);
    if (c->argc)
        c->tcl->shutdown_status = 1;
    return ERR_OK;
}

static enum err cmd_exit(struct tcl_call *c)
{
    c->tcl->wants_exit = true;
    if (c->tcl->in_connection)
        return ERR_OK;
    log_warn(tcl_call_log(c), "DEPRECATED! use 'shutdown', not 'exit', outside a telnet or Tcl connection");
    tcl_shutdown(c->tcl);
    return ERR_OK;
}

static enum err cmd_find(struct tcl_call *c)
{
    return tcl_find_file(c->tcl, tcl_arg(c, 0), &c->out);
}

static enum err cmd_script(struct tcl_call *c)
{
    struct buf path = {0};
    enum err e = tcl_find_file(c->tcl, tcl_arg(c, 0), &path);
    if (!e && Jim_EvalFileGlobal(c->tcl->jim, buf_str(&path)) == JIM_ERR)
        e = err_at(tcl_call_log(c), c->tcl->last_error ? c->tcl->last_error : ERR_CONFIG, "%s:%d: %s",
                   c->tcl->jim->errorFileNameObj ? Jim_String(c->tcl->jim->errorFileNameObj) : buf_str(&path),
                   c->tcl->jim->errorLine, Jim_String(Jim_GetResult(c->tcl->jim)));
    buf_fini(&path);
    return e;
}

static enum err cmd_add_search_dir(struct tcl_call *c)
{
    return tcl_add_search_dir(c->tcl, tcl_arg(c, 0));
}

static void capture_line(void *ctx, enum log_level level, const char *line)
{
    (void)level;
    buf_printf(ctx, "%s\n", line);
}

static enum err cmd_capture(struct tcl_call *c)
{
    Jim_Interp *jim = c->tcl->jim;
    struct log_sink sink = {.fn = capture_line, .ctx = &c->out};
    log_add_sink(tcl_call_log(c), &sink);
    int outcome = Jim_EvalObj(jim, c->argv[0]);
    log_remove_sink(tcl_call_log(c), &sink);
    if (outcome == JIM_ERR)
        return err_at(tcl_call_log(c), c->tcl->last_error ? c->tcl->last_error : ERR_CONFIG, "%s",
                      Jim_String(Jim_GetResult(jim)));
    const char *result = Jim_String(Jim_GetResult(jim));
    if (*result)
        tcl_print(c, "%s", result);
    if (c->out.len)
        buf_printf(&c->out, "\n"); /* of a result the last newline is dropped: this one, so that a line's own stays */
    return ERR_OK;
}

const struct tcl_command tcl_general_commands[] = {
    {"version", TCL_ANY, cmd_version, 0, 1, "[git]", "show program version"},
    {"echo", TCL_ANY, cmd_echo, 1, 2, "[-n] string", "write a line to the log and the telnet connections"},
    {"sleep", TCL_ANY, cmd_sleep, 1, 2, "milliseconds ['busy']", "wait; the target's time goes on"},
    {"ms", TCL_ANY, cmd_ms, 0, 0, "", "print milliseconds that go on, to measure times (the target's time)"},
    {"debug_level", TCL_ANY, cmd_debug_level, 0, 1, "[-3..5]", "verbosity: 0 errors, 1 warnings, 2 infos, 3 debug"},
    {"log_output", TCL_ANY, cmd_log_output, 0, 1, "[file_name | 'default']", "write the log to a file"},
    {"log_non_error_levels_to_stdout", TCL_ANY, cmd_log_to_stdout, 0, 1, "[on|off]",
     "write all but errors to standard output"},
    {"init", TCL_ANY, cmd_init, 0, 0, "", "end the configuration: open the adapter and examine the targets"},
    {"noinit", TCL_CONFIG, cmd_noinit, 0, 0, "", "do not run 'init' after the configuration"},
    {"shutdown", TCL_ANY, cmd_shutdown, 0, 1, "['error']", "end the program; with 'error' its exit status is 1"},
    {"exit", TCL_ANY, cmd_exit, 0, 1, "", "close this telnet or Tcl connection"},
    {"find", TCL_ANY, cmd_find, 1, 1, "file_name", "print the full path of a configuration file"},
    {"ocd_find", TCL_ANY, cmd_find, 1, 1, "file_name", "print the full path of a configuration file"},
    {"script", TCL_ANY, cmd_script, 1, 1, "file_name", "find a file and run it"},
    {"add_script_search_dir", TCL_ANY, cmd_add_search_dir, 1, 1, "directory", "look for scripts there too"},
    {"capture", TCL_ANY, cmd_capture, 1, 1, "command", "return what a command logs, and its result"},
    {NULL},
};
