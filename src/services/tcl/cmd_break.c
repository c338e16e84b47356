/* SPDX-License-Identifier: Apache-2.0 */
/* Break- and watchpoints. */
#include "services/tcl/tcl_int.h"
#include "session/breaks.h"

#include <string.h>

static void print_breakpoint(struct tcl_call *c, const struct breakpoint *bp)
{
    if (bp->kind == BP_HARDWARE) {
        tcl_print(c, "Hardware breakpoint(IVA): addr=0x%08x, len=0x%x, num=%u", bp->addr, bp->len, bp->slot);
        return;
    }
    if (bp->kind == BP_FLASH) {
        tcl_print(c, "Flash breakpoint(IVA): addr=0x%08x, len=0x%x", bp->addr, bp->len);
        return;
    }
    buf_printf(&c->out, "Software breakpoint(IVA): addr=0x%08x, len=0x%x, orig_instr=0x", bp->addr, bp->len);
    for (unsigned i = bp->len; i-- > 0;)
        buf_printf(&c->out, "%02x", bp->original[i]);
    buf_printf(&c->out, "\n");
}

static enum err list_breakpoints(struct tcl_call *c, struct target *target)
{
    size_t count;
    const struct breakpoint *list = target_breakpoints(target, &count);
    for (size_t i = 0; i < count; i++) {
        if (!list[i].is_internal)
            print_breakpoint(c, &list[i]);
    }
    return ERR_OK;
}

static enum err cmd_bp(struct tcl_call *c)
{
    struct target *target;
    uint32_t addr = 0, len = 0;
    enum err e = tcl_target(c, &target);
    if (e)
        return e;
    if (!c->argc)
        return list_breakpoints(c, target);
    bool is_hard = tcl_arg_is(c, c->argc - 1, "hw");
    if (c->argc < 2 || (c->argc > 2 && !is_hard))
        return tcl_usage_error(c);
    e = tcl_arg_u32(c, 0, "the address", &addr);
    if (!e)
        e = tcl_arg_u32(c, 1, "the length", &len);
    uint32_t longest = chip_is_riscv(target_chip(target)) ? 4 : 3;
    if (!e && len != 2 && len != longest && !(is_hard && len && len <= 4))
        e = err_at(tcl_call_log(c), ERR_RANGE, "bp: an instruction of this chip has 2 or %u bytes, not %u", longest,
                   len);
    if (!e)
        e = session_add_breakpoint(c->tcl->session, addr, (uint8_t)len,
                                   is_hard ? SESSION_BREAK_HARD : SESSION_BREAK_SOFT);
    if (!e)
        tcl_print(c, "breakpoint set at 0x%08x", addr);
    return e;
}

static enum err cmd_rbp(struct tcl_call *c)
{
    struct target *target;
    uint32_t addr = 0;
    bool is_watch = !strcmp(c->command->name, "rwp");
    enum err e = tcl_target(c, &target);
    if (e)
        return e;
    if (tcl_arg_is(c, 0, "all"))
        return is_watch ? target_remove_all_watchpoints(target) : target_remove_all_breakpoints(target);
    e = tcl_arg_u32(c, 0, "the address", &addr);
    if (e)
        return e;
    return is_watch ? target_remove_watchpoint(target, addr) : target_remove_breakpoint(target, addr);
}

static const char access_letters[] = {[WP_READ] = 'r', [WP_WRITE] = 'w', [WP_ACCESS] = 'a'};

static enum err list_watchpoints(struct tcl_call *c, struct target *target)
{
    size_t count;
    const struct watchpoint *list = target_watchpoints(target, &count);
    for (size_t i = 0; i < count; i++)
        tcl_print(c, "address: 0x%08x, len: 0x%08x, r/w/a: %c, value: 0x%08x, mask: 0x%08x", list[i].addr, list[i].len,
                  access_letters[list[i].access], 0, 0xFFFFFFFFU);
    return ERR_OK;
}

static enum err access_arg(struct tcl_call *c, enum wp_access *access)
{
    *access = WP_ACCESS;
    if (c->argc < 3)
        return ERR_OK;
    const char *word = tcl_arg(c, 2);
    for (enum wp_access a = WP_READ; a <= WP_ACCESS; a++) {
        if (word[0] == access_letters[a] && !word[1]) {
            *access = a;
            return ERR_OK;
        }
    }
    return err_at(tcl_call_log(c), ERR_USAGE, "wp: the access is r, w or a, not '%s'", word);
}

static enum err cmd_wp(struct tcl_call *c)
{
    struct target *target;
    uint32_t addr = 0, len = 0;
    enum wp_access access;
    enum err e = tcl_target(c, &target);
    if (e)
        return e;
    if (!c->argc)
        return list_watchpoints(c, target);
    if (c->argc == 1)
        return tcl_usage_error(c);
    if (c->argc > 3)
        return err_at(tcl_call_log(c), ERR_UNSUPPORTED, "wp: these chips cannot compare the value");
    e = tcl_arg_u32(c, 0, "the address", &addr);
    if (!e)
        e = tcl_arg_u32(c, 1, "the length", &len);
    if (!e)
        e = access_arg(c, &access);
    return e ? e : target_add_watchpoint(target, addr, len, access);
}

const struct tcl_command tcl_break_commands[] = {
    {"bp", TCL_EXEC, cmd_bp, 0, 4, "[address length ['hw']]", "print or set breakpoints", true},
    {"rbp", TCL_EXEC, cmd_rbp, 1, 1, "address|'all'", "remove breakpoints", true},
    {"wp", TCL_EXEC, cmd_wp, 0, 5, "[address length [r|w|a]]", "print or set watchpoints", true},
    {"rwp", TCL_EXEC, cmd_rbp, 1, 1, "address|'all'", "remove watchpoints", true},
    {NULL},
};
