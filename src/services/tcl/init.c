/* SPDX-License-Identifier: Apache-2.0 */
/* init: from the configuration to open targets. */
#include "services/tcl/tcl_int.h"

#include <string.h>

/* Procedures that a configuration may define. Passes their error on as it is. */
static enum err call_proc(struct tcl *t, const char *name)
{
    if (Jim_EvalGlobal(t->jim, name) != JIM_ERR)
        return ERR_OK;
    return err_at(t->log, t->last_error ? t->last_error : ERR_CONFIG, "%s: %s", name,
                  Jim_String(Jim_GetResult(t->jim)));
}

static void run_post_init(struct tcl *t)
{
    Jim_Obj *list = Jim_GetGlobalVariableStr(t->jim, "post_init_commands", JIM_NONE);
    for (int i = 0; list && i < Jim_ListLength(t->jim, list); i++) {
        if (Jim_EvalObj(t->jim, Jim_ListGetIndex(t->jim, list, i)) == JIM_ERR)
            log_error(t->log, "post_init_commands: %s", Jim_String(Jim_GetResult(t->jim)));
    }
}

/* Handlers of examine-end tell the user; a failing one does not undo the examination. */
static void run_examine_end(struct tcl *t)
{
    for (unsigned i = 0; i < tcl_config(t)->core_count; i++) {
        struct core *core = session_core(t->session, i);
        const char *event = core && core_is_examined(core) ? "examine-end" : "examine-fail";
        enum err e = tcl_run_event(t, i, event);
        if (e)
            log_error(t->log, "%s", err_why(t->log, e));
        err_forget(t->log);
    }
}

/* Defaults of OpenOCD for events that the configuration left alone. */
static enum err default_events(struct tcl *t)
{
    static const char *const events[][2] = {
        {"gdb-flash-erase-start", "reset init"}, {"gdb-flash-write-end", "reset halt"}, {"gdb-attach", "halt 1000"}};
    for (unsigned core = 0; core < tcl_config(t)->core_count; core++) {
        for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
            enum err e = ERR_OK;
            if (!tcl_pair_get(t->events, core, events[i][0]))
                e = tcl_pair_set(t, &t->events, core, events[i][0], events[i][1]);
            if (e)
                return e;
        }
    }
    return ERR_OK;
}

/* A virtual board alone ("--sim" without -f) is a whole configuration: its chip's target file. */
static enum err describe_board(struct tcl *t)
{
    const struct chip *chip = session_sim_chip(t->session);
    const struct session_config *config = tcl_config(t);
    if (!chip || config->tap_count || config->core_count)
        return ERR_OK;
    struct buf script = {0};
    buf_printf(&script, "script target/%s.cfg", chip->name);
    enum err e = call_proc(t, buf_str(&script));
    buf_fini(&script);
    return e;
}

static enum err open_session(struct tcl *t)
{
    enum err e = session_connect(t->session);
    if (!e)
        e = tcl_run_event_all(t, "examine-start");
    if (!e)
        e = session_examine(t->session);
    if (e)
        session_close(t->session);
    return e;
}

enum err tcl_init(struct tcl *t)
{
    static const char *const procs[] = {"init_targets", "init_target_events", "init_board"};
    if (t->stage == TCL_EXEC)
        return ERR_OK;
    enum err e = describe_board(t);
    for (size_t i = 0; i < sizeof procs / sizeof procs[0] && !e; i++)
        e = call_proc(t, procs[i]);
    if (!e)
        e = default_events(t);
    if (!e)
        e = open_session(t);
    if (e) {
        t->last_error = e;
        return e;
    }
    t->stage = TCL_EXEC;
    run_examine_end(t);
    tcl_run_pending(t);
    run_post_init(t);
    return ERR_OK;
}
