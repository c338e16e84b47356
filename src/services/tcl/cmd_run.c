/* SPDX-License-Identifier: Apache-2.0 */
/* Run control: halt, resume, step, reset, poll. */
#include "services/tcl/tcl_int.h"
#include "session/breaks.h"

#include <string.h>

enum { DEFAULT_HALT_MS = 5000 };

static enum err timeout_arg(struct tcl_call *c, uint32_t *ms)
{
    *ms = DEFAULT_HALT_MS;
    return c->argc ? tcl_arg_u32(c, 0, "the time in ms", ms) : ERR_OK;
}

static enum err cmd_halt(struct tcl_call *c)
{
    struct target *target;
    uint32_t ms = 0;
    enum err e = tcl_target(c, &target);
    if (!e)
        e = timeout_arg(c, &ms);
    return e ? e : target_halt(target, ms);
}

/* A stop for the session's own sake is none. */
static enum err cmd_wait_halt(struct tcl_call *c)
{
    struct core *core;
    uint32_t ms = 0;
    bool goes_on = true;
    enum err e = tcl_core(c, &core);
    if (!e)
        e = timeout_arg(c, &ms);
    while (!e && goes_on) {
        e = core_wait_state(core, CORE_HALTED, ms);
        if (!e)
            e = session_look_after(c->tcl->session, &goes_on);
        if (!e && goes_on)
            tcl_drop_halts(c->tcl);
    }
    return e;
}

/* "resume ADDRESS", "step ADDRESS": the program goes on from there. */
static enum err set_pc(struct tcl_call *c, struct core *core)
{
    uint32_t addr = 0;
    if (!c->argc)
        return ERR_OK;
    enum err e = tcl_arg_u32(c, 0, "the address", &addr);
    int pc = core_reg_find(core, "pc");
    if (!e && pc >= 0)
        e = core_reg_write(core, (unsigned)pc, addr);
    return e;
}

static enum err prepare(struct tcl_call *c, struct core **core, enum err (*session_prepare)(struct session *))
{
    enum err e = tcl_core(c, core);
    if (!e)
        e = session_prepare(c->tcl->session);
    return e ? e : set_pc(c, *core);
}

static enum err cmd_resume(struct tcl_call *c)
{
    struct core *core;
    enum err e = prepare(c, &core, session_prepare_run);
    return e ? e : target_resume(core_target(core));
}

static enum err cmd_step(struct tcl_call *c)
{
    struct core *core;
    enum err e = prepare(c, &core, session_prepare_step);
    return e ? e : core_step(core);
}

static enum err cmd_reset(struct tcl_call *c)
{
    static const struct {
        const char *name;
        enum reset_mode mode;
    } modes[] = {{"", RESET_RUN}, {"run", RESET_RUN}, {"halt", RESET_HALT}, {"init", RESET_INIT}};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if (!strcmp(tcl_arg(c, 0), modes[i].name))
            return tcl_reset(c->tcl, modes[i].mode);
    }
    return tcl_usage_error(c);
}

/* Configurations for Espressif chips call it from reset-assert-post: there the reset is being done already. */
static enum err cmd_soft_reset_halt(struct tcl_call *c)
{
    if (c->tcl->in_reset)
        return ERR_OK;
    log_user(tcl_call_log(c), "requesting target halt and executing a soft reset");
    return tcl_reset(c->tcl, RESET_HALT);
}

static enum err print_poll(struct tcl_call *c)
{
    struct target *target;
    enum err e = tcl_target(c, &target);
    if (!e)
        e = target_poll(target);
    if (e)
        return e;
    const struct session_config *config = tcl_config(c->tcl);
    tcl_print(c, "background polling: %s", c->tcl->is_polling ? "on" : "off");
    tcl_print(c, "TAP: %s (%s)", config->taps[config->cores[c->core].tap].name, "enabled");
    struct core *core = session_core(c->tcl->session, c->core);
    if (core)
        tcl_print(c, "%s: %s", core_name(core), core_state_name(core_state(core)));
    return ERR_OK;
}

static enum err cmd_poll(struct tcl_call *c)
{
    return c->argc ? tcl_arg_bool(c, 0, &c->tcl->is_polling) : print_poll(c);
}

static enum err cmd_flag(struct tcl_call *c)
{
    bool value = false;
    enum err e = c->argc ? tcl_arg_bool(c, 0, &value) : ERR_OK;
    if (!e && c->argc)
        e = tcl_pair_set(c->tcl, &c->tcl->options, ~0U, c->command->name, value ? "on" : "off");
    return e;
}

static enum err cmd_poll_interval(struct tcl_call *c)
{
    uint32_t ms = 0;
    enum err e = c->argc ? tcl_arg_u32(c, 0, "the time in ms", &ms) : ERR_OK;
    return e ? e : tcl_pair_set(c->tcl, &c->tcl->options, ~0U, c->command->name, tcl_arg(c, 0));
}

/* What asks for programs in the target that print through the debugger; it is kept, nothing is served yet. */
static enum err cmd_semihosting(struct tcl_call *c)
{
    enum err e = c->argc ? tcl_pair_set(c->tcl, &c->tcl->options, c->core, c->command->name, tcl_arg(c, 0)) : ERR_OK;
    if (!e && !c->argc)
        tcl_print(c, "semihosting is %s", "not in this espocd yet: what is set here is kept");
    return e;
}

const struct tcl_command tcl_run_commands[] = {
    {"halt", TCL_EXEC, cmd_halt, 0, 1, "[ms]", "halt the target", true},
    {"wait_halt", TCL_EXEC, cmd_wait_halt, 0, 1, "[ms]", "wait until the target is halted", true},
    {"resume", TCL_EXEC, cmd_resume, 0, 1, "[address]", "let the target go on", true},
    {"step", TCL_EXEC, cmd_step, 0, 1, "[address]", "do one instruction", true},
    {"reset", TCL_EXEC, cmd_reset, 0, 1, "[run|halt|init]", "reset the chip"},
    {"soft_reset_halt", TCL_EXEC, cmd_soft_reset_halt, 0, 0, "", "reset the chip and halt it", true},
    {"poll", TCL_EXEC, cmd_poll, 0, 1, "[on|off]", "print the state, or switch background polling", true},
    {"poll_interval", TCL_ANY, cmd_poll_interval, 0, 1, "[ms]", "time between two polls"},
    {"reset_nag", TCL_ANY, cmd_flag, 0, 1, "[enable|disable]", "warn of resets that the target did not do"},
    {"arm semihosting", TCL_EXEC, cmd_semihosting, 0, 1, "[enable|disable]", "serve the target's program", true},
    {"arm semihosting_resexit", TCL_EXEC, cmd_semihosting, 0, 1, "[enable|disable]", "go on after its exit", true},
    {"arm semihosting_basedir", TCL_EXEC, cmd_semihosting, 0, 1, "[directory]", "where its files are", true},
    {"arm semihosting_fileio", TCL_EXEC, cmd_semihosting, 0, 1, "[enable|disable]", "pass its files to GDB", true},
    {"arm semihosting_cmdline", TCL_EXEC, cmd_semihosting, 0, -1, "[argument]...", "its command line", true},
    {NULL},
};
