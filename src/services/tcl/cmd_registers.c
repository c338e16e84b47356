/* SPDX-License-Identifier: Apache-2.0 */
/* reg, get_reg, set_reg. */
#include "services/tcl/tcl_int.h"

#include <stdlib.h>
#include <string.h>

static void print_value(struct tcl_call *c, const struct reg_desc *reg, uint32_t value, bool is_dirty)
{
    buf_printf(&c->out, "%s (/%u): 0x%0*x%s\n", reg->name, reg->bits, (reg->bits + 3) / 4, value,
               is_dirty ? " (dirty)" : "");
}

/* Values are shown of a halted core; of one that runs only the names can be known. */
static enum err print_all(struct tcl_call *c, struct core *core)
{
    if (core_state(core) == CORE_HALTED) {
        enum err e = core_regs_fetch(core);
        if (e)
            return e;
    }
    size_t count;
    const struct reg_desc *list = core_reg_list(core, &count);
    tcl_print(c, "===== %s registers", core_name(core));
    for (unsigned i = 0; i < count; i++) {
        uint32_t value;
        buf_printf(&c->out, "(%u) ", i);
        if (core_reg_is_cached(core, i) && core_reg_read(core, i, &value) == ERR_OK)
            print_value(c, &list[i], value, core_reg_is_dirty(core, i));
        else
            tcl_print(c, "%s (/%u)", list[i].name, list[i].bits);
    }
    return ERR_OK;
}

static enum err find_reg(struct tcl_call *c, struct core *core, const char *name, unsigned *index)
{
    size_t count;
    const struct reg_desc *list = core_reg_list(core, &count);
    int found = core_reg_find(core, name);
    for (size_t i = 0; i < count && found < 0; i++) {
        if (!strcasecmp(list[i].name, name))
            found = (int)i;
    }
    char *end;
    unsigned long number = strtoul(name, &end, 0);
    if (found < 0 && *name && !*end && number < count)
        found = (int)number;
    if (found < 0)
        return err_at(tcl_call_log(c), ERR_NOT_FOUND, "register %s not found in current target", name);
    *index = (unsigned)found;
    return ERR_OK;
}

static enum err cmd_reg(struct tcl_call *c)
{
    struct core *core;
    unsigned index = 0;
    size_t count;
    uint32_t value = 0;
    enum err e = tcl_core(c, &core);
    if (e)
        return e;
    if (!c->argc)
        return print_all(c, core);
    e = find_reg(c, core, tcl_arg(c, 0), &index);
    if (!e && tcl_arg_is(c, 1, "force"))
        core_reg_forget(core, index);
    else if (!e && c->argc > 1) {
        e = tcl_arg_u32(c, 1, "the value", &value);
        if (!e)
            e = core_reg_write(core, index, value);
    }
    if (!e)
        e = core_reg_read(core, index, &value);
    if (!e)
        print_value(c, &core_reg_list(core, &count)[index], value, false);
    return e;
}

static enum err find_known(struct tcl_call *c, struct core *core, const char *name, unsigned *index)
{
    int found = core_reg_find(core, name);
    if (found < 0)
        return err_at(tcl_call_log(c), ERR_NOT_FOUND, "unknown register '%s'", name);
    *index = (unsigned)found;
    return ERR_OK;
}

static enum err cmd_get_reg(struct tcl_call *c)
{
    struct core *core;
    bool force = tcl_arg_is(c, 0, "-force");
    if (force)
        tcl_shift(c);
    if (c->argc != 1)
        return tcl_usage_error(c);
    enum err e = tcl_core(c, &core);
    int count = Jim_ListLength(c->tcl->jim, c->argv[0]);
    for (int i = 0; i < count && !e; i++) {
        const char *name = Jim_String(Jim_ListGetIndex(c->tcl->jim, c->argv[0], i));
        unsigned index = 0;
        uint32_t value = 0;
        e = find_known(c, core, name, &index);
        if (!e && force)
            core_reg_forget(core, index);
        if (!e)
            e = core_reg_read(core, index, &value);
        if (!e)
            buf_printf(&c->out, "%s%s 0x%08x", i ? " " : "", name, value);
    }
    return e;
}

static enum err cmd_set_reg(struct tcl_call *c)
{
    struct core *core;
    Jim_Interp *jim = c->tcl->jim;
    int count = Jim_ListLength(jim, c->argv[0]);
    enum err e = tcl_core(c, &core);
    if (!e && count % 2)
        e = tcl_usage_error(c);
    for (int i = 0; i + 1 < count && !e; i += 2) {
        unsigned index = 0;
        uint64_t value = 0;
        e = find_known(c, core, Jim_String(Jim_ListGetIndex(jim, c->argv[0], i)), &index);
        if (!e)
            e = tcl_parse_u64(tcl_call_log(c), Jim_String(Jim_ListGetIndex(jim, c->argv[0], i + 1)), "the value",
                              &value);
        if (!e && value > UINT32_MAX)
            e = err_at(tcl_call_log(c), ERR_RANGE, "set_reg: 0x%llx does not fit into 32 bits",
                       (unsigned long long)value);
        if (!e)
            e = core_reg_write(core, index, (uint32_t)value);
    }
    return e;
}

const struct tcl_command tcl_register_commands[] = {
    {"reg", TCL_EXEC, cmd_reg, 0, 2, "[name|number [value|'force']]", "print or write registers", true},
    {"get_reg", TCL_EXEC, cmd_get_reg, 1, 2, "[-force] {name...}", "return registers as a dictionary", true},
    {"set_reg", TCL_EXEC, cmd_set_reg, 1, 1, "{name value...}", "write registers", true},
    {NULL},
};
