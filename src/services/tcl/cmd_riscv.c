/* SPDX-License-Identifier: Apache-2.0 */
/* riscv ...: how the debug module of a RISC-V chip is used, and raw access to it. */
#include "services/tcl/tcl_int.h"

#include "dm/riscv_dm.h"

#include <string.h>

enum { MS_PER_S = 1000 };

static enum err need_riscv(struct tcl_call *c, struct core **core)
{
    enum err e = tcl_core(c, core);
    if (e || core_is_riscv(*core))
        return e;
    return err_at(tcl_call_log(c), ERR_UNSUPPORTED, "riscv: %s is not a RISC-V core", core_name(*core));
}

/* The way of that name; RVDM_WAYS for none. */
static enum rvdm_way find_way(const char *name)
{
    unsigned way = 0;
    while (way < RVDM_WAYS && strcmp(rvdm_way_name((enum rvdm_way)way), name) != 0)
        way++;
    return (enum rvdm_way)way;
}

/* Kept for "init", and obeyed at once when that was. */
static enum err cmd_mem_access(struct tcl_call *c)
{
    struct session_config *config = session_config(c->tcl->session);
    enum rvdm_way ways[RVDM_WAYS];
    for (int i = 0; i < c->argc; i++) {
        ways[i] = find_way(tcl_arg(c, i));
        if (ways[i] == RVDM_WAYS)
            return err_at(tcl_call_log(c), ERR_USAGE,
                          "riscv set_mem_access: there is no way '%s' to memory; there are sysbus, progbuf, abstract",
                          tcl_arg(c, i));
        config->memory_ways[i] = (uint8_t)ways[i];
    }
    config->memory_way_count = (unsigned)c->argc;
    struct target *target = session_target(c->tcl->session);
    if (target && core_is_riscv(target_core(target, 0)))
        rvdm_set_ways(target_dm(target), ways, (unsigned)c->argc);
    return ERR_OK;
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
    struct target *target = session_target(c->tcl->session);
    if (target && core_is_riscv(target_core(target, 0)))
        rvdm_set_timeout(target_dm(target), seconds * MS_PER_S);
    return ERR_OK;
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

static enum err cmd_info(struct tcl_call *c)
{
    struct core *core;
    struct rvdm_info info;
    enum err e = need_riscv(c, &core);
    if (e)
        return e;
    struct dm *dm = target_dm(core_target(core));
    rvdm_info(dm, core_index(core), &info);
    const struct {
        const char *name;
        unsigned value;
    } rows[] = {
        {"dm.version", info.version},
        {"dtm.abits", info.abits},
        {"dtm.idle", info.idle},
        {"dm.progbufsize", info.progbuf_words},
        {"dm.datacount", info.data_words},
        {"dm.impebreak", info.has_impebreak},
        {"dm.autoexec", info.has_autoexec},
        {"dm.sysbus", info.has_system_bus},
        {"dm.hasel", info.has_hart_array},
        {"dm.haltgroups", info.has_halt_groups},
        {"dm.resethaltreq", info.has_reset_halt},
        {"wait.access", info.paces[0]},
        {"wait.command", info.paces[1]},
        {"wait.sysbus", info.paces[2]},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        tcl_print(c, "%-16s %u", rows[i].name, rows[i].value);
    tcl_print(c, "%-16s %s", "memory", rvdm_way_name(rvdm_way(dm, core_index(core))));
    return ERR_OK;
}

const struct tcl_command tcl_riscv_commands[] = {
    {"riscv set_mem_access", TCL_ANY, cmd_mem_access, 1, RVDM_WAYS, "way...",
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
