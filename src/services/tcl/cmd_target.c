/* SPDX-License-Identifier: Apache-2.0 */
/* target ..., targets: the cores that the configuration names. */
#include "services/tcl/tcl_int.h"

#include <stdio.h>
#include <string.h>

static enum err unknown_type(struct tcl_call *c, const char *type)
{
    struct buf list = {0};
    for (size_t i = 0; chip_list[i]; i++)
        buf_printf(&list, "%s%s", i ? ", " : "", chip_list[i]->name);
    enum err e = err_at(tcl_call_log(c), ERR_NOT_FOUND, "Unknown target type %s; there are: %s", type, buf_str(&list));
    buf_fini(&list);
    return e;
}

static enum err find_tap(struct tcl_call *c, const char *name, unsigned *index)
{
    const struct session_config *config = tcl_config(c->tcl);
    for (unsigned i = 0; i < config->tap_count; i++) {
        if (!strcmp(config->taps[i].name, name)) {
            *index = i;
            return ERR_OK;
        }
    }
    return err_at(tcl_call_log(c), ERR_NOT_FOUND, "target create: there is no TAP '%s'; 'jtag newtap' declares it",
                  name);
}

/* The options that the session needs to know; all of them are kept for cget by tcl_configure_options. */
static enum err core_options(struct tcl_call *c, struct session_core *core)
{
    bool has_tap = false;
    uint32_t value = 0;
    for (int i = 0; i < c->argc; i++) {
        enum err e = ERR_OK;
        if (tcl_arg_is(c, i, "-chain-position")) {
            e = find_tap(c, tcl_arg(c, i + 1), &core->tap);
            has_tap = true;
        } else if (tcl_arg_is(c, i, "-coreid")) {
            e = tcl_arg_u32(c, i + 1, "-coreid", &value);
            core->index = value;
        } else if (tcl_arg_is(c, i, "-defer-examine")) {
            core->is_deferred = true;
        }
        if (e)
            return e;
    }
    if (!has_tap)
        return err_at(tcl_call_log(c), ERR_CONFIG, "target create: %s needs -chain-position TAP", core->name);
    return ERR_OK;
}

static bool is_taken(const struct tcl *t, const char *name)
{
    Jim_Obj *obj = Jim_NewStringObj(t->jim, name, -1);
    Jim_IncrRefCount(obj);
    bool taken = Jim_GetCommand(t->jim, obj, JIM_NONE) != NULL;
    Jim_DecrRefCount(t->jim, obj);
    return taken;
}

static enum err cmd_create(struct tcl_call *c)
{
    struct tcl *t = c->tcl;
    struct session_core core = {.chip = chip_find(tcl_arg(c, 1))};
    int len = snprintf(core.name, sizeof core.name, "%s", tcl_arg(c, 0));
    if (!core.chip)
        return unknown_type(c, tcl_arg(c, 1));
    if (len < 0 || (size_t)len >= sizeof core.name)
        return err_at(t->log, ERR_RANGE, "target create: the name '%s' is too long", tcl_arg(c, 0));
    /* A chip with one core may be called as its type, which is a group of commands too: that one is kept. */
    if (tcl_core_by_name(t, core.name) >= 0 || (is_taken(t, core.name) && strcmp(core.name, core.chip->name) != 0))
        return err_at(t->log, ERR_EXISTS, "Command/target: %s Exists", core.name);
    tcl_shift(c);
    tcl_shift(c);
    enum err e = core_options(c, &core);
    if (!e)
        e = session_add_core(t->session, &core);
    if (e)
        return e;
    c->core = tcl_config(t)->core_count - 1;
    t->current_core = c->core;
    tcl_register_target(t, core.name);
    return tcl_configure_options(c);
}

static enum err cmd_names(struct tcl_call *c)
{
    const struct session_config *config = tcl_config(c->tcl);
    for (unsigned i = 0; i < config->core_count; i++)
        buf_printf(&c->out, "%s%s", i ? " " : "", config->cores[i].name);
    return ERR_OK;
}

static enum err cmd_types(struct tcl_call *c)
{
    for (size_t i = 0; chip_list[i]; i++)
        buf_printf(&c->out, "%s%s", i ? " " : "", chip_list[i]->name);
    return ERR_OK;
}

static enum err cmd_current(struct tcl_call *c)
{
    const struct session_config *config = tcl_config(c->tcl);
    if (!config->core_count)
        return err_at(tcl_call_log(c), ERR_CONFIG, "target current: the configuration has no target");
    tcl_print(c, "%s", config->cores[c->tcl->current_core].name);
    return ERR_OK;
}

/* The cores of a chip always belong together here; what GDB is told of them depends on it, see gdb_listen. */
static const char group_option[] = "smp";

static enum err cmd_smp(struct tcl_call *c)
{
    for (int i = 0; i < c->argc; i++) {
        int core = tcl_core_by_name(c->tcl, tcl_arg(c, i));
        if (core < 0)
            return err_at(tcl_call_log(c), ERR_NOT_FOUND, "target smp: there is no target '%s'", tcl_arg(c, i));
        enum err e = tcl_pair_set(c->tcl, &c->tcl->options, (unsigned)core, group_option, "1");
        if (e)
            return e;
    }
    return ERR_OK;
}

bool tcl_is_in_group(const struct tcl *t, unsigned core)
{
    return tcl_target_option(t, core, group_option) != NULL;
}

static enum err cmd_init(struct tcl_call *c)
{
    (void)c; /* "init" does it */
    return ERR_OK;
}

static const char *state_of(const struct tcl *t, unsigned core)
{
    struct core *c = session_core(t->session, core);
    return c ? core_state_name(core_state(c)) : "unknown";
}

static enum err cmd_targets(struct tcl_call *c)
{
    const struct session_config *config = tcl_config(c->tcl);
    if (c->argc) {
        int core = tcl_core_by_name(c->tcl, tcl_arg(c, 0));
        if (core < 0)
            return err_at(tcl_call_log(c), ERR_NOT_FOUND,
                          "Target: %s is unknown, try one of the names that 'target names' prints", tcl_arg(c, 0));
        c->tcl->current_core = (unsigned)core;
        return ERR_OK;
    }
    tcl_print(c, "    TargetName         Type       Endian TapName            State       ");
    tcl_print(c, "--  ------------------ ---------- ------ ------------------ ------------");
    for (unsigned i = 0; i < config->core_count; i++) {
        const struct session_core *core = &config->cores[i];
        tcl_print(c, "%2u%c %-18s %-10s %-6s %-18s %s", i, i == c->tcl->current_core ? '*' : ' ', core->name,
                  core->chip->name, "little", config->taps[core->tap].name, state_of(c->tcl, i));
    }
    return ERR_OK;
}

const struct tcl_command tcl_target_commands[] = {
    {"target create", TCL_CONFIG, cmd_create, 2, -1, "name type -chain-position tap [-coreid n] [option value]...",
     "name a core of a chip"},
    {"target names", TCL_ANY, cmd_names, 0, 0, "", "print the targets"},
    {"target types", TCL_ANY, cmd_types, 0, 0, "", "print the types: the chips"},
    {"target current", TCL_ANY, cmd_current, 0, 0, "", "print the target that commands go to"},
    {"target smp", TCL_ANY, cmd_smp, 1, -1, "target...", "say which targets run one program"},
    {"target init", TCL_CONFIG, cmd_init, 0, 0, "", "done by 'init'"},
    {"targets", TCL_ANY, cmd_targets, 0, 1, "[target]", "print the targets and their states, or choose one"},
    {NULL},
};
