/* SPDX-License-Identifier: Apache-2.0 */
/* riscv ...: how the debug module of a RISC-V chip is used, and raw access to it. */
#include "services/tcl/tcl_int.h"

#include <stdio.h>

enum { MS_PER_S = 1000, WAYS = 3 };

static enum err need_riscv(struct tcl_call *c, struct core **core)
{
    enum err e = tcl_core(c, core);
    if (e || core_is_riscv(*core))
        return e;
    return err_at(tcl_call_log(c), ERR_UNSUPPORTED, "riscv: %s is not a RISC-V core", core_name(*core));
}

static struct target *riscv_target(struct tcl_call *c)
{
    struct target *target = session_target(c->tcl->session);
    return target && chip_is_riscv(target_chip(target)) ? target : NULL;
}

/* Kept for "init", and obeyed at once when that was. */
static enum err cmd_mem_access(struct tcl_call *c)
{
    struct session_config *config = session_config(c->tcl->session);
    const char *ways[WAYS];
    for (int i = 0; i < c->argc; i++) {
        ways[i] = tcl_arg(c, i);
        if (!target_is_memory_way(ways[i]))
            return err_at(tcl_call_log(c), ERR_USAGE,
                          "riscv set_mem_access: there is no way '%s' to memory; there are sysbus, progbuf, abstract",
                          ways[i]);
        snprintf(config->memory_ways[i], sizeof config->memory_ways[i], "%s", ways[i]);
    }
    config->memory_way_count = (unsigned)c->argc;
    struct target *target = riscv_target(c);
    return target ? target_set_memory_ways(target, ways, (unsigned)c->argc) : ERR_OK;
}

static enum err cmd_timeout(struct tcl_call *c)
{
    uint32_t seconds = 0;
    enum err e = tcl_arg_u32(c, 0, "the time", &seconds);
    if (e || !seconds || seconds > UINT32_MAX / MS_PER_S)
        return e ? e
                 : err_at(tcl_call_log(c), ERR_RANGE, "riscv set_command_timeout_sec: '%s' is not a time in seconds",
                          tcl_arg(c, 0));
    session_config(c->tcl->session)->command_timeout_ms = seconds * MS_PER_S;
    struct target *target = riscv_target(c);
    return target ? target_set_command_timeout(target, seconds * MS_PER_S) : ERR_OK;
}

static enum err cmd_maskisr(struct tcl_call *c)
{
    struct target *target = session_target(c->tcl->session);
    bool masked = tcl_arg_is(c, 0, "steponly");
    if (!masked && !tcl_arg_is(c, 0, "off"))
        return err_at(tcl_call_log(c), ERR_USAGE, "riscv set_maskisr: 'off' or 'steponly', and not '%s'",
                      tcl_arg(c, 0));
    for (unsigned i = 0; target && i < target_core_count(target); i++)
        core_set_mask_interrupts(target_core(target, i), masked);
    return ERR_OK;
}

/* Breaks are always the debugger's; configurations say so too. */
static enum err cmd_ebreak(struct tcl_call *c)
{
    bool on = true;
    enum err e = tcl_flag(c, &on);
    if (e || on)
        return e;
    return err_at(tcl_call_log(c), ERR_UNSUPPORTED,
                  "riscv: EBREAK stops the core for the debugger in every mode; leaving it to the program is not "
                  "supported");
}

static enum err cmd_known(struct tcl_call *c)
{
    (void)c;
    return ERR_OK;
}

static enum err cmd_dmi_read(struct tcl_call *c)
{
    struct core *core;
    uint32_t reg = 0, value = 0;
    enum err e = need_riscv(c, &core);
    if (!e)
        e = tcl_arg_u32(c, 0, "the register's address", &reg);
    if (!e)
        e = core_dm_read(core, reg, &value);
    if (!e)
        buf_printf(&c->out, "0x%x", value);
    return e;
}

static enum err cmd_dmi_write(struct tcl_call *c)
{
    struct core *core;
    uint32_t reg = 0, value = 0;
    enum err e = need_riscv(c, &core);
    if (!e)
        e = tcl_arg_u32(c, 0, "the register's address", &reg);
    if (!e)
        e = tcl_arg_u32(c, 1, "the value", &value);
    return e ? e : core_dm_write(core, reg, value);
}

static enum err cmd_exec(struct tcl_call *c)
{
    struct core *core;
    enum err e = need_riscv(c, &core);
    for (int i = 0; !e && i < c->argc; i++) {
        uint32_t word = 0;
        e = tcl_arg_u32(c, i, "the instruction", &word);
        const uint8_t bytes[] = {(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16), (uint8_t)(word >> 24)};
        if (!e)
            e = core_execute(core, bytes, sizeof bytes);
    }
    return e;
}

static void print_row(void *ctx, const char *name, const char *value)
{
    tcl_print(ctx, "%-16s %s", name, value);
}

static enum err cmd_info(struct tcl_call *c)
{
    struct core *core;
    enum err e = need_riscv(c, &core);
    return e ? e : core_describe_debug(core, print_row, c);
}

const struct tcl_command tcl_riscv_commands[] = {
    {"riscv set_mem_access", TCL_ANY, cmd_mem_access, 1, WAYS, "way...",
     "the ways to memory and their order: sysbus, progbuf, abstract", true},
    {"riscv set_command_timeout_sec", TCL_ANY, cmd_timeout, 1, 1, "seconds", "how long a command may take", true},
    {"riscv set_maskisr", TCL_ANY, cmd_maskisr, 1, 1, "off|steponly", "mask interrupts while stepping", true},
    {"riscv set_ebreakm", TCL_ANY, cmd_ebreak, 0, 1, "[on]", "EBREAK stops machine mode", true},
    {"riscv set_ebreaks", TCL_ANY, cmd_ebreak, 0, 1, "[on]", "EBREAK stops supervisor mode", true},
    {"riscv set_ebreaku", TCL_ANY, cmd_ebreak, 0, 1, "[on]", "EBREAK stops user mode", true},
    {"riscv resume_order", TCL_ANY, cmd_known, 1, 1, "normal|reversed", "cores go together here", true},
    {"riscv info", TCL_EXEC, cmd_info, 0, 0, "", "what the debug module has, and the waits that were learnt", true},
    {"riscv dmi_read", TCL_EXEC, cmd_dmi_read, 1, 1, "address", "read a register of the debug module", true},
    {"riscv dmi_write", TCL_EXEC, cmd_dmi_write, 2, 2, "address value", "write a register of the debug module", true},
    {"riscv exec_progbuf", TCL_EXEC, cmd_exec, 1, 16, "instruction...", "run instructions on the halted core", true},
    {NULL},
};
