/* SPDX-License-Identifier: Apache-2.0 */
/* Events of targets: the handlers that scripts configure, and the lines that people and notifications get. */
#include "services/tcl/tcl_int.h"
#include "session/breaks.h"

#include <string.h>

enum err tcl_run_event(struct tcl *t, unsigned core, const char *event)
{
    const char *body = tcl_pair_get(t->events, core, event);
    if (!body)
        return ERR_OK;
    unsigned before = t->current_core;
    t->current_core = core;
    int outcome = Jim_EvalGlobal(t->jim, body);
    t->current_core = before;
    if (outcome != JIM_ERR)
        return ERR_OK;
    return err_at(t->log, t->last_error ? t->last_error : ERR_CONFIG, "the handler of event '%s' of %s failed: %s",
                  event, tcl_config(t)->cores[core].name, Jim_String(Jim_GetResult(t->jim)));
}

enum err tcl_run_event_all(struct tcl *t, const char *event)
{
    enum err e = ERR_OK;
    for (unsigned i = 0; i < tcl_config(t)->core_count && !e; i++)
        e = tcl_run_event(t, i, event);
    return e;
}

static void note(struct tcl *t, const char *kind, const char *text)
{
    enum { MOST = 1 << 20 }; /* nobody fetches them: the oldest are as good as lost */
    if (t->notifications.len < MOST)
        buf_printf(&t->notifications, "type %s %s\r\n\x1a", kind, text);
}

/* Called from inside the target's code: only remembers. */
void tcl_on_news(void *ctx, const struct session_news *news)
{
    struct tcl *t = ctx;
    static const char *const names[] = {
        [SESSION_HALTED] = "halted",
        [SESSION_RESUMED] = "resumed",
        [SESSION_DEBUG_HALTED] = "debug-halted",
        [SESSION_DEBUG_RESUMED] = "debug-resumed",
        [SESSION_GONE] = "gone",
        [SESSION_WAS_RESET] = "reset",
    };
    if (news->event > SESSION_WAS_RESET || t->pending_count == TCL_MAX_PENDING)
        return;
    t->pending[t->pending_count].event = names[news->event];
    t->pending[t->pending_count++].core = news->core;
}

static void say_halted(struct tcl *t, unsigned index)
{
    struct core *core = session_core(t->session, index);
    int pc = core ? core_reg_find(core, "pc") : -1;
    uint32_t value = 0;
    t->resets_said[index] = t->gone_said[index] = 0;
    if (pc < 0 || core_state(core) != CORE_HALTED || core_reg_read(core, (unsigned)pc, &value) != ERR_OK)
        return err_forget(t->log);
    log_info(t->log, "[%s] Target halted, PC=0x%08X, debug_reason=%08x", core_name(core), value,
             (unsigned)core_halt_reason(core));
    struct buf why = {0};
    session_put_why(t->session, index, &why);
    if (why.len)
        log_info(t->log, "[%s] %s", core_name(core), buf_str(&why));
    buf_fini(&why);
}

enum { SAID_AT_MOST = 3 };

/* A blank chip is reset by its watchdog three times a second. */
static void say_reset(struct tcl *t, unsigned core, const char *name)
{
    if (t->resets_said[core] == SAID_AT_MOST)
        return;
    if (++t->resets_said[core] < SAID_AT_MOST)
        log_info(t->log, "[%s] the chip was reset", name);
    else
        log_info(t->log,
                 "[%s] the chip is reset again and again: its flash may be blank, a watchdog bites, or it sleeps "
                 "deeply and wakes up; not said again until it halts",
                 name);
}

/* A program may sleep many times a second. */
static void say_gone(struct tcl *t, unsigned core, const char *name)
{
    struct core *c = session_core(t->session, core);
    const char *why = c ? core_why_off(c) : NULL;
    if (t->gone_said[core] == SAID_AT_MOST)
        return;
    log_warn(t->log, "[%s] unavailable: %s; it is looked for until it is back%s", name,
             why ? why : "its debug module does not answer",
             ++t->gone_said[core] < SAID_AT_MOST ? "" : " (not said again until it halts)");
}

static void say(struct tcl *t, unsigned core, const char *event)
{
    const char *name = tcl_config(t)->cores[core].name;
    if (!strcmp(event, "halted"))
        say_halted(t, core);
    else if (!strcmp(event, "gone"))
        say_gone(t, core, name);
    else if (!strcmp(event, "reset") && !t->in_reset)
        say_reset(t, core, name);
    struct buf line = {0};
    buf_printf(&line, "event %s", event);
    note(t, "target_event", buf_str(&line));
    struct core *c = session_core(t->session, core);
    buf_clear(&line);
    buf_printf(&line, "state %s", c ? core_state_name(core_state(c)) : "unknown");
    note(t, "target_state", buf_str(&line));
    buf_fini(&line);
}

void tcl_run_pending(struct tcl *t)
{
    /* A handler's own commands may leave more; one that does so for ever is cut off. */
    for (unsigned rounds = 0; t->pending_count && rounds < TCL_MAX_PENDING; rounds++) {
        const char *event = t->pending[0].event;
        unsigned core = t->pending[0].core;
        memmove(t->pending, t->pending + 1, --t->pending_count * sizeof t->pending[0]);
        say(t, core, event);
        enum err e = tcl_run_event(t, core, event);
        if (e)
            log_error(t->log, "%s", err_why(t->log, e));
        err_forget(t->log);
    }
}

void tcl_poll(struct tcl *t)
{
    struct target *target = session_target(t->session);
    if (!target || !t->is_polling)
        return;
    bool goes_on = false;
    enum err e = target_poll(target);
    if (!e)
        e = session_look_after(t->session, &goes_on);
    if (goes_on)
        tcl_drop_halts(t); /* the session's own */
    if (e && e != ERR_INTERRUPTED && !t->poll_failed)
        log_error(t->log, "polling failed: %s; it goes on", err_why(t->log, e));
    if (!e && t->poll_failed)
        log_info(t->log, "polling works again");
    t->poll_failed = e != ERR_OK;
    err_forget(t->log);
    tcl_run_pending(t);
}

void tcl_run_events(struct tcl *t)
{
    tcl_run_pending(t);
}

void tcl_drop_halts(struct tcl *t)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < t->pending_count; i++) {
        const char *event = t->pending[i].event;
        if (strcmp(event, "halted") != 0 && strcmp(event, "resumed") != 0)
            t->pending[kept++] = t->pending[i];
    }
    t->pending_count = kept;
}

enum err tcl_event(struct tcl *t, unsigned core, const char *event)
{
    enum err e = tcl_run_event(t, core, event);
    char why[sizeof t->log->why];
    memcpy(why, t->log->why, sizeof why);
    tcl_run_pending(t); /* forgets the sentences of handlers */
    memcpy(t->log->why, why, sizeof why);
    return e;
}

const char *tcl_option(const struct tcl *t, const char *command)
{
    return tcl_pair_get(t->options, ~0U, command);
}

const char *tcl_target_option(const struct tcl *t, unsigned core, const char *option)
{
    return tcl_pair_get(t->options, core, option);
}

static const char *const mode_names[] = {[RESET_RUN] = "run", [RESET_HALT] = "halt", [RESET_INIT] = "init"};

static void say_reset_causes(struct tcl *t)
{
    for (unsigned i = 0; i < tcl_config(t)->core_count; i++) {
        struct core *core = session_core(t->session, i);
        uint32_t cause;
        if (core && core_state(core) == CORE_HALTED && core_reset_cause(core, &cause) == ERR_OK)
            log_info(t->log, "[%s] Reset cause (%u) - (%s)", core_name(core), cause,
                     chip_reset_cause_text(target_chip(session_target(t->session)), cause));
        err_forget(t->log);
    }
}

/* The order of events is OpenOCD's; the reset itself is one job of the target. */
static enum err reset_with_events(struct tcl *t, enum reset_mode mode)
{
    static const char *const before[] = {"reset-start", "reset-assert-pre"};
    static const char *const after[] = {"reset-assert-post", "reset-deassert-pre", "reset-deassert-post"};
    enum err e = ERR_OK;
    for (size_t i = 0; i < sizeof before / sizeof before[0] && !e; i++)
        e = tcl_run_event_all(t, before[i]);
    if (!e)
        e = session_reset(t->session, mode);
    for (size_t i = 0; i < sizeof after / sizeof after[0] && !e; i++)
        e = tcl_run_event_all(t, after[i]);
    if (!e && mode != RESET_RUN)
        say_reset_causes(t);
    if (!e && mode == RESET_INIT)
        e = tcl_run_event_all(t, "reset-init");
    return e ? e : tcl_run_event_all(t, "reset-end");
}

enum err tcl_reset(struct tcl *t, enum reset_mode mode)
{
    if (t->in_reset)
        return err_at(t->log, ERR_STATE, "'reset' can not be invoked recursively");
    if (!session_target(t->session))
        return err_at(t->log, ERR_CONFIG, "reset: the configuration has no target");
    t->in_reset = true;
    struct err_kept first = err_keep(t->log, reset_with_events(t, mode));
    tcl_run_pending(t); /* forgets the sentences of handlers */
    enum err e = err_put_back(t->log, &first);
    t->in_reset = false;
    struct buf line = {0};
    buf_printf(&line, "mode %s", mode_names[mode]);
    note(t, "target_reset", buf_str(&line));
    buf_fini(&line);
    return e;
}
