/* SPDX-License-Identifier: Apache-2.0 */
/* jtag ...: the TAPs that the configuration expects. */
#include "services/tcl/tcl_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAP_OWNER = 0x1000 }; /* owner of what is kept for a TAP, plus its index */

static int tap_by_name(const struct tcl *t, const char *name)
{
    const struct session_config *config = tcl_config(t);
    for (unsigned i = 0; i < config->tap_count; i++) {
        if (!strcmp(config->taps[i].name, name))
            return (int)i;
    }
    return -1;
}

static enum err find_tap(struct tcl_call *c, int arg, unsigned *index)
{
    int tap = tap_by_name(c->tcl, tcl_arg(c, arg));
    if (tap < 0)
        return err_at(tcl_call_log(c), ERR_NOT_FOUND, "Tap '%s' could not be found; 'jtag names' lists the TAPs",
                      tcl_arg(c, arg));
    *index = (unsigned)tap;
    return ERR_OK;
}

static enum err option_number(struct tcl_call *c, int *i, uint32_t *value)
{
    const char *option = tcl_arg(c, *i);
    if (*i + 1 >= c->argc)
        return err_at(tcl_call_log(c), ERR_USAGE, "jtag newtap: %s needs a number", option);
    return tcl_arg_u32(c, ++*i, option, value);
}

static enum err add_id(struct tcl_call *c, int *i, struct session_tap *tap)
{
    if (tap->expected_count == SESSION_MAX_IDS)
        return err_at(tcl_call_log(c), ERR_RESOURCE, "jtag newtap: more than %d expected ids", SESSION_MAX_IDS);
    return option_number(c, i, &tap->expected_ids[tap->expected_count++]);
}

static enum err tap_option(struct tcl_call *c, int *i, struct session_tap *tap)
{
    uint32_t ignored;
    if (tcl_arg_is(c, *i, "-irlen"))
        return option_number(c, i, &tap->ir_len);
    if (tcl_arg_is(c, *i, "-ircapture"))
        return option_number(c, i, &tap->ir_capture);
    if (tcl_arg_is(c, *i, "-irmask"))
        return option_number(c, i, &tap->ir_mask);
    if (tcl_arg_is(c, *i, "-ir-bypass")) /* all ones for every TAP of these chips */
        return option_number(c, i, &ignored);
    if (tcl_arg_is(c, *i, "-expected-id"))
        return add_id(c, i, tap);
    if (tcl_arg_is(c, *i, "-ignore-version"))
        tap->ignore_version = true;
    else if (tcl_arg_is(c, *i, "-enable") || tcl_arg_is(c, *i, "-disable"))
        tap->is_disabled = tcl_arg_is(c, *i, "-disable");
    else if (!tcl_arg_is(c, *i, "-ignore-bypass"))
        return err_at(tcl_call_log(c), ERR_USAGE, "jtag newtap: there is no option '%s'", tcl_arg(c, *i));
    return ERR_OK;
}

static enum err cmd_newtap(struct tcl_call *c)
{
    struct session_tap tap = {.ir_capture = 1, .ir_mask = 3};
    int len = snprintf(tap.name, sizeof tap.name, "%s.%s", tcl_arg(c, 0), tcl_arg(c, 1));
    if (len < 0 || (size_t)len >= sizeof tap.name)
        return err_at(tcl_call_log(c), ERR_RANGE, "jtag newtap: the name '%s.%s' is too long", tcl_arg(c, 0),
                      tcl_arg(c, 1));
    for (int i = 2; i < c->argc; i++) {
        enum err e = tap_option(c, &i, &tap);
        if (e)
            return e;
    }
    if (!tap.ir_len)
        return err_at(tcl_call_log(c), ERR_CONFIG, "jtag newtap: %s has no -irlen; ESP32 TAPs have 5 bits", tap.name);
    return session_add_tap(c->tcl->session, &tap);
}

static enum err cmd_names(struct tcl_call *c)
{
    const struct session_config *config = tcl_config(c->tcl);
    for (unsigned i = 0; i < config->tap_count; i++)
        buf_printf(&c->out, "%s%s", i ? " " : "", config->taps[i].name);
    return ERR_OK;
}

static enum err cmd_enable(struct tcl_call *c)
{
    unsigned tap = 0;
    enum err e = find_tap(c, 0, &tap);
    if (e)
        return e;
    struct session_tap *taps = tcl_config(c->tcl)->taps;
    bool asks = !strcmp(c->command->key, "ask"), disables = !strcmp(c->command->key, "disable");
    if (!asks && disables != taps[tap].is_disabled)
        return err_at(tcl_call_log(c), ERR_UNSUPPORTED, "%s: the TAPs of these chips are always in the chain",
                      c->command->name);
    tcl_print(c, "%d", taps[tap].is_disabled ? 0 : 1);
    return ERR_OK;
}

static enum err cmd_configure(struct tcl_call *c)
{
    unsigned tap = 0;
    enum err e = find_tap(c, 0, &tap);
    if (e)
        return e;
    if (c->argc != 4 || !tcl_arg_is(c, 1, "-event"))
        return tcl_usage_error(c);
    return tcl_pair_set(c->tcl, &c->tcl->events, TAP_OWNER + tap, tcl_arg(c, 2), tcl_arg(c, 3));
}

static enum err cmd_cget(struct tcl_call *c)
{
    unsigned tap = 0;
    enum err e = find_tap(c, 0, &tap);
    if (e)
        return e;
    if (tcl_arg_is(c, 1, "-idcode")) {
        tcl_print(c, "0x%08x", tcl_config(c->tcl)->taps[tap].idcode);
        return ERR_OK;
    }
    if (!tcl_arg_is(c, 1, "-event") || c->argc != 3)
        return tcl_usage_error(c);
    const char *body = tcl_pair_get(c->tcl->events, TAP_OWNER + tap, tcl_arg(c, 2));
    buf_printf(&c->out, "%s", body ? body : "");
    return ERR_OK;
}

static enum err cmd_done_by_init(struct tcl_call *c)
{
    (void)c; /* 'init' and 'reset' examine the chain themselves */
    return ERR_OK;
}

static void print_tap(struct tcl_call *c, unsigned i, const struct session_tap *tap)
{
    tcl_print(c, "%2u %-18s     %c     0x%08x 0x%08x %5u 0x%02x  0x%02x", i, tap->name, tap->is_disabled ? 'n' : 'Y',
              tap->idcode, tap->expected_count ? tap->expected_ids[0] : 0, tap->ir_len, tap->ir_capture, tap->ir_mask);
    for (unsigned k = 1; k < tap->expected_count; k++)
        tcl_print(c, "                                           0x%08x", tap->expected_ids[k]);
}

static enum err cmd_scan_chain(struct tcl_call *c)
{
    const struct session_config *config = tcl_config(c->tcl);
    tcl_print(c, "   TapName             Enabled  IdCode     Expected   IrLen IrCap IrMask");
    tcl_print(c, "-- ------------------- -------- ---------- ---------- ----- ----- ------");
    for (unsigned i = 0; i < config->tap_count; i++)
        print_tap(c, i, &config->taps[i]);
    return ERR_OK;
}

const struct tcl_command tcl_jtag_commands[] = {
    {"jtag newtap", TCL_CONFIG, cmd_newtap, 2, -1,
     "chip tap -irlen n [-expected-id id]... [-ircapture v] [-irmask v] [-ignore-version] [-enable|-disable]",
     "declare the next TAP of the chain, seen from TDO"},
    {"jtag names", TCL_ANY, cmd_names, 0, 0, "", "print the TAPs"},
    {"jtag tapisenabled", TCL_ANY, cmd_enable, 1, 1, "tap", "1 when the TAP is in the chain", .key = "ask"},
    {"jtag tapenable", TCL_ANY, cmd_enable, 1, 1, "tap", "put the TAP into the chain", .key = "enable"},
    {"jtag tapdisable", TCL_ANY, cmd_enable, 1, 1, "tap", "take the TAP out of the chain", .key = "disable"},
    {"jtag configure", TCL_ANY, cmd_configure, 4, 4, "tap -event event body", "give a TAP an event handler"},
    {"jtag cget", TCL_ANY, cmd_cget, 2, 3, "tap -idcode | -event event", "print what is configured"},
    {"jtag arp_init", TCL_ANY, cmd_done_by_init, 0, 0, "", "examine the chain: done by 'init'"},
    {"jtag arp_init-reset", TCL_ANY, cmd_done_by_init, 0, 0, "", "examine the chain after a reset: done by 'reset'"},
    {"jtag init", TCL_ANY, cmd_done_by_init, 0, 0, "", "examine the chain: done by 'init'"},
    {"scan_chain", TCL_ANY, cmd_scan_chain, 0, 0, "", "print the TAPs and what was found"},
    {NULL},
};
