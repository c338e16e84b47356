/* SPDX-License-Identifier: Apache-2.0 */
/* "<target> configure", "<target> curstate" and the like: what exists behind a target's name only. */
#include "services/tcl/tcl_int.h"

#include <string.h>

/* Options of targets; a flag has no value. */
static const struct target_option {
    const char *name, *preset;
    bool is_flag;
} target_options[] = {
    {"-type", "", false},
    {"-work-area-virt", "0", false},
    {"-work-area-phys", "0", false},
    {"-work-area-size", "0", false},
    {"-work-area-backup", "0", false},
    {"-endian", "little", false},
    {"-coreid", "0", false},
    {"-chain-position", "", false},
    {"-dbgbase", "0", false},
    {"-rtos", "auto", false},
    {"-defer-examine", "0", true},
    {"-gdb-port", "", false},
    {"-gdb-max-connections", "1", false},
    {"-ebreak", "", false},
};

static const struct target_option *find_option(const char *name)
{
    for (size_t i = 0; i < sizeof target_options / sizeof target_options[0]; i++) {
        if (!strcmp(target_options[i].name, name))
            return &target_options[i];
    }
    return NULL;
}

static enum err no_option(struct tcl_call *c, const char *name)
{
    struct buf list = {0};
    for (size_t i = 0; i < sizeof target_options / sizeof target_options[0]; i++)
        buf_printf(&list, "%s, ", target_options[i].name);
    enum err e = err_at(tcl_call_log(c), ERR_USAGE, "a target has no option '%s'; there are: %s-event, -revision", name,
                        buf_str(&list));
    buf_fini(&list);
    return e;
}

/* Systems that OpenOCD knows, too: a script that names one is no error. */
static enum err check_rtos(struct tcl_call *c, const char *name)
{
    static const char *const others[] = {"chibios", "Chromium-EC", "eCos",     "embKernel", "linux",    "mqx",
                                         "nuttx",   "RIOT",        "rtkernel", "ThreadX",   "uCOS-III", "Zephyr"};
    if (rtos_is_known_kind(name))
        return ERR_OK;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strcmp(others[i], name) != 0)
            continue;
        log_warn(tcl_call_log(c), "-rtos %s: its threads are not supported yet, GDB sees the cores as threads", name);
        return ERR_OK;
    }
    return err_at(tcl_call_log(c), ERR_USAGE, "-rtos: there is no '%s'; there are: auto, FreeRTOS, hwthread, none",
                  name);
}

static enum err set_option(struct tcl_call *c, int *i)
{
    struct tcl *t = c->tcl;
    const char *name = tcl_arg(c, *i);
    const struct target_option *option = find_option(name);
    int values = option ? !option->is_flag : !strcmp(name, "-event") ? 2 : -1;
    if (values < 0 || !strcmp(name, "-type"))
        return no_option(c, name);
    if (*i + values >= c->argc)
        return err_at(t->log, ERR_USAGE, "configure: %s needs %s", name,
                      values == 2 ? "an event and a body" : "a value");
    const char *first = tcl_arg(c, *i + 1), *second = tcl_arg(c, *i + 2);
    *i += values;
    enum err e = option && !strcmp(name, "-rtos") ? check_rtos(c, first) : ERR_OK;
    if (e)
        return e;
    if (!option)
        return tcl_pair_set(t, &t->events, c->core, first, second);
    return tcl_pair_set(t, &t->options, c->core, name, option->is_flag ? "1" : first);
}

enum err tcl_configure_options(struct tcl_call *c)
{
    enum err e = ERR_OK;
    for (int i = 0; i < c->argc && !e; i++)
        e = set_option(c, &i);
    return e;
}

static enum err cget_revision(struct tcl_call *c)
{
    struct target *target = session_target(c->tcl->session);
    unsigned revision = 0; /* not known yet: scripts ask before "init" too, and take 0 so */
    enum err e = target ? target_chip_revision(target, &revision) : ERR_OK;
    if (!e)
        tcl_print(c, "%u", revision);
    return e;
}

static enum err cmd_cget(struct tcl_call *c)
{
    struct tcl *t = c->tcl;
    const char *name = tcl_arg(c, 0);
    if (!strcmp(name, "-revision"))
        return cget_revision(c);
    if (!strcmp(name, "-type")) {
        tcl_print(c, "%s", tcl_config(t)->cores[c->core].chip->name);
        return ERR_OK;
    }
    if (!strcmp(name, "-event") && c->argc == 2) {
        const char *body = tcl_pair_get(t->events, c->core, tcl_arg(c, 1));
        buf_printf(&c->out, "%s", body ? body : "");
        return ERR_OK;
    }
    const struct target_option *option = find_option(name);
    if (!option)
        return no_option(c, name);
    const char *value = tcl_pair_get(t->options, c->core, name);
    buf_printf(&c->out, "%s", value ? value : option->preset);
    return ERR_OK;
}

static enum err cmd_configure(struct tcl_call *c)
{
    return c->argc == 1 ? cmd_cget(c) : tcl_configure_options(c);
}

static enum err cmd_curstate(struct tcl_call *c)
{
    struct core *core = session_core(c->tcl->session, c->core);
    tcl_print(c, "%s", core ? core_state_name(core_state(core)) : "unknown");
    return ERR_OK;
}

static enum err cmd_debug_reason(struct tcl_call *c)
{
    struct core *core;
    enum err e = tcl_core(c, &core);
    if (!e)
        tcl_print(c, "%s", halt_reason_name(core_halt_reason(core)));
    return e;
}

static enum err cmd_was_examined(struct tcl_call *c)
{
    struct core *core = session_core(c->tcl->session, c->core);
    tcl_print(c, "%d", core && core_is_examined(core));
    return ERR_OK;
}

static enum err cmd_deferred(struct tcl_call *c)
{
    tcl_print(c, "%d", tcl_config(c->tcl)->cores[c->core].is_deferred);
    return ERR_OK;
}

static enum err cmd_examine(struct tcl_call *c)
{
    struct core *core;
    enum err e = tcl_core(c, &core);
    return e ? e : core_examine(core);
}

static enum err cmd_arp_poll(struct tcl_call *c)
{
    struct target *target;
    enum err e = tcl_target(c, &target);
    return e ? e : target_poll(target);
}

static enum err cmd_arp_halt(struct tcl_call *c)
{
    struct core *core;
    enum err e = tcl_core(c, &core);
    return e ? e : core_halt(core, 1000);
}

static enum err cmd_arp_reset(struct tcl_call *c)
{
    struct target *target;
    bool halt = false, asserts = tcl_arg_is(c, 0, "assert");
    enum err e = tcl_target(c, &target);
    if (!e && !asserts && !tcl_arg_is(c, 0, "deassert"))
        e = tcl_usage_error(c);
    if (!e)
        e = tcl_arg_bool(c, 1, &halt);
    if (e)
        return e;
    return asserts ? target_reset_assert(target, halt) : target_reset_deassert(target, halt);
}

static enum err cmd_waitstate(struct tcl_call *c)
{
    struct core *core;
    uint32_t ms = 0;
    enum err e = tcl_core(c, &core);
    if (!e)
        e = tcl_arg_u32(c, 1, "the time in ms", &ms);
    if (e)
        return e;
    for (enum core_state s = CORE_UNKNOWN; s <= CORE_UNAVAILABLE; s++) {
        if (tcl_arg_is(c, 0, core_state_name(s)))
            return core_wait_state(core, s, ms);
    }
    return err_at(tcl_call_log(c), ERR_USAGE, "arp_waitstate: there is no state '%s'", tcl_arg(c, 0));
}

static enum err cmd_invoke_event(struct tcl_call *c)
{
    return tcl_run_event(c->tcl, c->core, tcl_arg(c, 0));
}

static enum err cmd_eventlist(struct tcl_call *c)
{
    tcl_print(c, "Event actions for target %s\n", tcl_config(c->tcl)->cores[c->core].name);
    tcl_print(c, "%-25s | Body", "Event");
    tcl_print(c, "------------------------- | ----------------------------------------");
    for (const struct tcl_pair *p = c->tcl->events; p; p = p->next) {
        if (p->owner == c->core)
            buf_printf(&c->out, "%-25s | %s\n", p->name, p->value);
    }
    tcl_print(c, "***END***");
    return ERR_OK;
}

const struct tcl_command tcl_object_commands[] = {
    {"configure", TCL_ANY, cmd_configure, 1, -1, "(option value)...", "set options of a target"},
    {"cget", TCL_ANY, cmd_cget, 1, 2, "option", "print an option of a target"},
    {"curstate", TCL_ANY, cmd_curstate, 0, 0, "", "print the state"},
    {"debug_reason", TCL_EXEC, cmd_debug_reason, 0, 0, "", "print why the target is halted"},
    {"was_examined", TCL_ANY, cmd_was_examined, 0, 0, "", "1 when the target was examined"},
    {"examine_deferred", TCL_ANY, cmd_deferred, 0, 0, "", "1 when 'init' is not to examine it"},
    {"arp_examine", TCL_EXEC, cmd_examine, 0, 1, "['allow-defer']", "examine the target"},
    {"arp_poll", TCL_EXEC, cmd_arp_poll, 0, 0, "", "learn the state"},
    {"arp_halt", TCL_EXEC, cmd_arp_halt, 0, 0, "", "halt it"},
    {"arp_reset", TCL_EXEC, cmd_arp_reset, 2, 2, "assert|deassert 0|1", "hold in reset, or let go"},
    {"arp_waitstate", TCL_EXEC, cmd_waitstate, 2, 2, "state ms", "wait for a state"},
    {"invoke-event", TCL_ANY, cmd_invoke_event, 1, 1, "event", "run the handler of an event"},
    {"eventlist", TCL_ANY, cmd_eventlist, 0, 0, "", "print the handlers"},
    {NULL},
};
