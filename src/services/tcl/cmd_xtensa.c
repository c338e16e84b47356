/* SPDX-License-Identifier: Apache-2.0 */
/* xtensa ...: descriptions of cores that configurations give (known here already), and raw access. */
#include "services/tcl/tcl_int.h"

#include <stdlib.h>
#include <string.h>

/* Configuration files describe each core by such rows. The chip's record holds the same; it is not overridden. */
static enum err cmd_known(struct tcl_call *c)
{
    (void)c;
    return ERR_OK;
}

static enum err cmd_permissive(struct tcl_call *c)
{
    return tcl_flag(c, &c->tcl->is_permissive);
}

/* Before "init" the setting is kept; the session applies it to each core when it is there. */
static enum err cmd_maskisr(struct tcl_call *c)
{
    bool masked = true;
    enum err e = tcl_flag(c, &masked);
    if (e)
        return e;
    struct core *core = session_core(c->tcl->session, c->core);
    if (c->argc) {
        for (unsigned i = 0; i < tcl_config(c->tcl)->core_count; i++) {
            if (session_core(c->tcl->session, i))
                core_set_mask_interrupts(session_core(c->tcl->session, i), masked);
        }
    } else if (core) {
        masked = core_mask_interrupts(core);
    }
    tcl_print(c, "xtensa interrupt mask mode: %s", masked ? "ON" : "OFF");
    return ERR_OK;
}

static const struct {
    const char *name;
    unsigned bits;
} break_words[] = {
    {"none", 0},
    {"BreakInOut", SMP_BREAK_IN | SMP_BREAK_OUT},
    {"RunStall", SMP_RUN_STALL_IN | SMP_DEBUG_MODE_OUT},
    {"BreakIn", SMP_BREAK_IN},
    {"BreakOut", SMP_BREAK_OUT},
    {"RunStallIn", SMP_RUN_STALL_IN},
    {"DebugModeOut", SMP_DEBUG_MODE_OUT},
};

static enum err break_mask(struct tcl_call *c, unsigned *mask)
{
    *mask = 0;
    for (int i = 0; i < c->argc; i++) {
        size_t k = 0, count = sizeof break_words / sizeof break_words[0];
        while (k < count && strcasecmp(break_words[k].name, tcl_arg(c, i)) != 0)
            k++;
        if (k == count)
            return err_at(tcl_call_log(c), ERR_USAGE, "smpbreak: there is no signal '%s'", tcl_arg(c, i));
        *mask |= break_words[k].bits;
    }
    return ERR_OK;
}

static void print_break(struct tcl_call *c, unsigned mask)
{
    buf_printf(&c->out, "Current bits set:");
    for (size_t k = 3; k < sizeof break_words / sizeof break_words[0]; k++) {
        if (mask & break_words[k].bits)
            buf_printf(&c->out, " %s", break_words[k].name);
    }
    buf_printf(&c->out, "%s\n", mask ? "" : " none");
}

static enum err cmd_smpbreak(struct tcl_call *c)
{
    struct target *target = session_target(c->tcl->session);
    unsigned mask = SMP_BREAK_IN | SMP_BREAK_OUT;
    enum err e = c->argc ? break_mask(c, &mask) : ERR_OK;
    if (!e && c->argc && target)
        e = target_set_smp_break(target, mask);
    if (!e && !c->argc)
        print_break(c, target ? target_smp_break(target) : mask);
    return e;
}

/* "xtensa exe 0xAABBCC": the bytes in the order in which they stand in memory. */
static enum err cmd_exe(struct tcl_call *c)
{
    struct core *core;
    uint8_t bytes[4];
    const char *hex = tcl_arg(c, 0);
    hex += !strncasecmp(hex, "0x", 2) ? 2 : 0;
    size_t len = strlen(hex);
    enum err e = tcl_core(c, &core);
    if (!e && (len < 2 || len > 8 || len % 2 || strspn(hex, "0123456789abcdefABCDEF") != len))
        e = err_at(tcl_call_log(c), ERR_USAGE, "xtensa exe: '%s' is not 1 to 4 bytes in hex", tcl_arg(c, 0));
    if (e)
        return e;
    for (size_t i = 0; i < len / 2; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], 0};
        bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return core_execute(core, bytes, len / 2);
}

static enum err cmd_dm(struct tcl_call *c)
{
    struct core *core;
    uint32_t reg = 0, value = 0;
    enum err e = tcl_core(c, &core);
    if (!e)
        e = tcl_arg_u32(c, 0, "the register's address", &reg);
    if (!e && c->argc > 1)
        e = tcl_arg_u32(c, 1, "the value", &value);
    if (e)
        return e;
    /* Addresses are those of the bus (four apart); the chain numbers registers one by one. */
    if (reg % 4)
        return err_at(tcl_call_log(c), ERR_ALIGN, "xtensa dm: 0x%x is not a multiple of 4", reg);
    if (c->argc > 1)
        return core_dm_write(core, reg / 4, value);
    e = core_dm_read(core, reg / 4, &value);
    if (!e)
        tcl_print(c, "xtensa DM(0x%x) -> 0x%08x", reg, value);
    return e;
}

const struct tcl_command tcl_xtensa_commands[] = {
    {"xtensa xtdef", TCL_CONFIG, cmd_known, 1, 1, "LX|NX", "the kind of core", true},
    {"xtensa xtopt", TCL_CONFIG, cmd_known, 2, 2, "name value", "an option of the core", true},
    {"xtensa xtmem", TCL_CONFIG, cmd_known, 2, -1, "kind base size", "a memory of the core", true},
    {"xtensa xtmmu", TCL_CONFIG, cmd_known, 2, 4, "nirefill ndrefill", "the core's MMU", true},
    {"xtensa xtmpu", TCL_CONFIG, cmd_known, 4, 4, "segments minsize lockable executeonly", "the core's MPU", true},
    {"xtensa xtreg", TCL_CONFIG, cmd_known, 2, 2, "name number", "a register of the core", true},
    {"xtensa xtregs", TCL_CONFIG, cmd_known, 1, 1, "count", "how many registers the core has", true},
    {"xtensa xtregfmt", TCL_CONFIG, cmd_known, 1, 2, "contiguous|sparse [count]", "the order of registers", true},
    {"xtensa set_permissive", TCL_ANY, cmd_permissive, 0, 1, "[0|1]", "take any address", true},
    {"xtensa maskisr", TCL_ANY, cmd_maskisr, 0, 1, "[on|off]", "mask interrupts while stepping", true},
    {"xtensa smpbreak", TCL_ANY, cmd_smpbreak, 0, -1, "[none|BreakInOut|RunStall|BreakIn|BreakOut|...]",
     "how the cores stop each other", true},
    {"xtensa exe", TCL_EXEC, cmd_exe, 1, 1, "bytes", "execute an instruction on the halted core", true},
    {"xtensa dm", TCL_EXEC, cmd_dm, 1, 2, "address [value]", "read or write a register of the debug module", true},
    {"esp32 maskisr", TCL_ANY, cmd_maskisr, 0, 1, "[on|off]", "mask interrupts while stepping", true},
    {"esp32 smpbreak", TCL_ANY, cmd_smpbreak, 0, -1, "[signal]...", "how the cores stop each other", true},
    {"esp32 set_permissive", TCL_ANY, cmd_permissive, 0, 1, "[0|1]", "take any address", true},
    {NULL},
};
