/* SPDX-License-Identifier: Apache-2.0 */
/* What the configuration says about the servers: ports, the address, what GDB is told. */
#include "services/tcl/tcl_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PORT = 65535, PORT_ROOM = sizeof((struct tcl_servers *)0)->gdb_port };

static enum err check_port(struct tcl_call *c, const char *text)
{
    if (!strcmp(text, "disabled") || (!strcmp(text, "pipe") && !strcmp(c->command->key, "gdb")))
        return ERR_OK;
    uint64_t port = 0;
    enum err e = tcl_parse_u64(tcl_call_log(c), text, "the port", &port);
    if (e)
        return e;
    if (port > MAX_PORT)
        return err_at(tcl_call_log(c), ERR_RANGE, "%s: there is no port %s; the highest is %d", c->command->name, text,
                      MAX_PORT);
    return ERR_OK;
}

static enum err cmd_port(struct tcl_call *c)
{
    struct tcl_servers *s = &c->tcl->servers;
    const char *key = c->command->key;
    char *port = !strcmp(key, "gdb") ? s->gdb_port : !strcmp(key, "telnet") ? s->telnet_port : s->tcl_port;
    if (!c->argc) {
        tcl_print(c, "%s", port);
        return ERR_OK;
    }
    if (c->tcl->stage != TCL_CONFIG)
        return err_at(tcl_call_log(c), ERR_STATE, "The '%s' command must be used before 'init'.", c->command->name);
    enum err e = check_port(c, tcl_arg(c, 0));
    if (e)
        return e;
    snprintf(port, PORT_ROOM, "%s", tcl_arg(c, 0));
    s->gdb_was_configured |= port == s->gdb_port;
    return ERR_OK;
}

static enum err cmd_bindto(struct tcl_call *c)
{
    struct tcl_servers *s = &c->tcl->servers;
    if (!c->argc)
        tcl_print(c, "%s", s->bind_address);
    else if (strlen(tcl_arg(c, 0)) >= sizeof s->bind_address)
        return err_at(tcl_call_log(c), ERR_USAGE, "bindto: '%s' is not an address", tcl_arg(c, 0));
    else
        snprintf(s->bind_address, sizeof s->bind_address, "%s", tcl_arg(c, 0));
    return ERR_OK;
}

/* What the GDB server asks for when it needs it (tcl_option). */
static enum err cmd_keep_flag(struct tcl_call *c)
{
    bool value = false;
    enum err e = tcl_arg_bool(c, 0, &value);
    return e ? e : tcl_pair_set(c->tcl, &c->tcl->options, ~0U, c->command->name, value ? "enable" : "disable");
}

static enum err cmd_breakpoint_override(struct tcl_call *c)
{
    if (c->argc && !tcl_arg_is(c, 0, "hard") && !tcl_arg_is(c, 0, "soft") && !tcl_arg_is(c, 0, "disable"))
        return tcl_usage_error(c);
    return tcl_pair_set(c->tcl, &c->tcl->options, ~0U, c->command->name, tcl_arg(c, 0));
}

static enum err cmd_attach_mode(struct tcl_call *c)
{
    const char *now = tcl_option(c->tcl, c->command->name);
    if (!c->argc) {
        tcl_print(c, "%s", now ? now : "halt");
        return ERR_OK;
    }
    if (!tcl_arg_is(c, 0, "halt") && !tcl_arg_is(c, 0, "live"))
        return tcl_usage_error(c);
    return tcl_pair_set(c->tcl, &c->tcl->options, ~0U, c->command->name, tcl_arg(c, 0));
}

/* OpenOCD has it to tell GDB anew what it knows; GDB asks here whenever it wants to know. */
static enum err cmd_sync(struct tcl_call *c)
{
    (void)c;
    return ERR_OK;
}

static enum err cmd_notifications(struct tcl_call *c)
{
    enum err e = tcl_arg_bool(c, 0, &c->tcl->notifications_on);
    if (e)
        return e;
    c->tcl->notifications_changed = true;
    tcl_print(c, "Target Notifications are %s", c->tcl->notifications_on ? "enabled" : "disabled");
    return ERR_OK;
}

const struct tcl_command tcl_server_commands[] = {
    {"gdb port", TCL_ANY, cmd_port, 0, 1, "[port|'disabled'|'pipe']", "port of the GDB server", .key = "gdb"},
    {"telnet port", TCL_ANY, cmd_port, 0, 1, "[port|'disabled']", "port of the telnet server", .key = "telnet"},
    {"tcl port", TCL_ANY, cmd_port, 0, 1, "[port|'disabled']", "port of the Tcl server", .key = "tcl"},
    {"bindto", TCL_CONFIG, cmd_bindto, 0, 1, "[address]", "address that the servers listen on (default: loopback)"},
    {"tcl notifications", TCL_ANY, cmd_notifications, 1, 1, "on|off", "send events to this Tcl connection"},
    {"gdb memory_map", TCL_CONFIG, cmd_keep_flag, 1, 1, "enable|disable", "tell GDB the memory map"},
    {"gdb flash_program", TCL_CONFIG, cmd_keep_flag, 1, 1, "enable|disable", "let GDB program the flash"},
    {"gdb report_data_abort", TCL_CONFIG, cmd_keep_flag, 1, 1, "enable|disable", "tell GDB of refused accesses"},
    {"gdb report_register_access_error", TCL_CONFIG, cmd_keep_flag, 1, 1, "enable|disable", "the same of registers"},
    {"gdb target_description", TCL_CONFIG, cmd_keep_flag, 1, 1, "enable|disable", "tell GDB the registers"},
    {"gdb breakpoint_override", TCL_ANY, cmd_breakpoint_override, 0, 1, "hard|soft|disable",
     "the kind of breakpoint that GDB gets"},
    {"gdb attach_mode", TCL_ANY, cmd_attach_mode, 0, 1, "[halt|live]",
     "whether a GDB that connects halts the chip (halt, the default) or lets it run on"},
    {"gdb sync", TCL_EXEC, cmd_sync, 0, 0, "", "accepted: GDB is told anew with its next question"},
    {NULL},
};
