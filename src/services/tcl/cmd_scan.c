/* SPDX-License-Identifier: Apache-2.0 */
/* Raw scans for scripts: irscan, drscan, runtest. */
#include "services/tcl/tcl_int.h"

#include "base/bits.h"
#include "jtag/jtag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FIELDS = 32, MAX_FIELD_BITS = 4096 };

static enum err need_jtag(struct tcl_call *c, struct jtag **jtag)
{
    *jtag = session_jtag(c->tcl->session);
    if (*jtag)
        return ERR_OK;
    return err_at(tcl_call_log(c), ERR_CONFIG, "%s: the configuration has no TAPs", c->command->name);
}

static enum err find_tap(struct tcl_call *c, struct jtag *jtag, int arg, unsigned *index)
{
    for (unsigned i = 0; i < jtag_tap_count(jtag); i++) {
        if (!strcmp(jtag_tap(jtag, i)->name, tcl_arg(c, arg))) {
            *index = i;
            return ERR_OK;
        }
    }
    return err_at(tcl_call_log(c), ERR_NOT_FOUND, "Tap '%s' could not be found; 'jtag names' lists the TAPs",
                  tcl_arg(c, arg));
}

/* A trailing "-endstate STATE": queued behind the scan. */
static enum err take_end_state(struct tcl_call *c, enum jtag_state *state, bool *is_given)
{
    *is_given = false;
    if (c->argc < 2 || !tcl_arg_is(c, c->argc - 2, "-endstate"))
        return ERR_OK;
    const char *name = tcl_arg(c, c->argc - 1);
    static const struct {
        const char *name;
        enum jtag_state state;
    } stable[] = {
        {"RUN/IDLE", JTAG_IDLE}, {"DRPAUSE", JTAG_PAUSE_DR}, {"IRPAUSE", JTAG_PAUSE_IR}, {"RESET", JTAG_RESET}};
    for (size_t i = 0; i < sizeof stable / sizeof stable[0]; i++) {
        if (!strcasecmp(name, stable[i].name)) {
            *state = stable[i].state;
            *is_given = true;
            c->argc -= 2;
            return ERR_OK;
        }
    }
    return err_at(tcl_call_log(c), ERR_USAGE, "'%s' is no stable state; there are RUN/IDLE, DRPAUSE, IRPAUSE and RESET",
                  name);
}

static enum err queue_ir(struct tcl_call *c, struct jtag *jtag, int pairs)
{
    struct jtag_field fields[JTAG_MAX_TAPS] = {0};
    for (int i = 0; i < pairs; i++) {
        enum err e = find_tap(c, jtag, 2 * i, &fields[i].tap);
        if (!e)
            e = tcl_arg_u32(c, 2 * i + 1, "the instruction", &fields[i].ir);
        if (e)
            return e;
    }
    jtag_ir(jtag, fields, (unsigned)pairs);
    return ERR_OK;
}

static enum err cmd_irscan(struct tcl_call *c)
{
    struct jtag *jtag;
    enum jtag_state end;
    bool has_end;
    enum err e = need_jtag(c, &jtag);
    if (!e)
        e = take_end_state(c, &end, &has_end);
    if (!e && (c->argc % 2 || !c->argc || c->argc / 2 > JTAG_MAX_TAPS))
        e = tcl_usage_error(c);
    if (!e)
        e = queue_ir(c, jtag, c->argc / 2);
    if (e)
        return e;
    jtag_goto(jtag, has_end ? end : JTAG_IDLE);
    return jtag_run(jtag);
}

/* A DR scan of any length: the fields one behind the other, and where each one begins. */
struct dr {
    uint8_t out[MAX_FIELD_BITS / 8], in[MAX_FIELD_BITS / 8];
    unsigned widths[MAX_FIELDS];
    unsigned count, bits;
};

/* A value of any width in C's notation: hex of any length, else at most 64 bits. */
static enum err put_value(struct tcl_call *c, struct dr *dr, unsigned width, const char *text)
{
    const char *digits = !strncasecmp(text, "0x", 2) ? text + 2 : NULL;
    if (digits && strspn(digits, "0123456789abcdefABCDEF") == strlen(digits) && *digits) {
        size_t len = strlen(digits);
        for (unsigned bit = 0; bit < width; bit++) {
            size_t nibble = bit / 4;
            char digit[2] = {nibble < len ? digits[len - 1 - nibble] : '0', 0};
            bits_set(dr->out, dr->bits + bit, strtoul(digit, NULL, 16) >> (bit % 4) & 1);
        }
        return ERR_OK;
    }
    uint64_t value = 0;
    enum err e = tcl_parse_u64(tcl_call_log(c), text, "the value", &value);
    for (unsigned bit = 0; !e && bit < width; bit++)
        bits_set(dr->out, dr->bits + bit, bit < 64 && (value >> bit & 1));
    return e;
}

static enum err take_fields(struct tcl_call *c, struct dr *dr)
{
    for (int i = 1; i + 1 < c->argc; i += 2) {
        uint32_t width = 0;
        enum err e = tcl_arg_u32(c, i, "the number of bits", &width);
        if (!e && (dr->count == MAX_FIELDS || !width || width > MAX_FIELD_BITS - dr->bits))
            e = err_at(tcl_call_log(c), ERR_RANGE,
                       "drscan: %u bits in %u fields are more than the %d bits in %d fields "
                       "that one scan may have (or a field has none)",
                       dr->bits + width, dr->count + 1, MAX_FIELD_BITS, MAX_FIELDS);
        if (!e)
            e = put_value(c, dr, width, tcl_arg(c, i + 1));
        if (e)
            return e;
        dr->widths[dr->count++] = width;
        dr->bits += width;
    }
    return ERR_OK;
}

static void print_field(struct tcl_call *c, const struct dr *dr, unsigned at, unsigned width)
{
    for (unsigned nibble = (width + 3) / 4; nibble-- > 0;) {
        unsigned left = width - nibble * 4;
        buf_printf(&c->out, "%x", (unsigned)bits_get_u64(dr->in, at + nibble * 4, left < 4 ? left : 4));
    }
}

static enum err cmd_drscan(struct tcl_call *c)
{
    struct jtag *jtag;
    enum jtag_state end;
    bool has_end;
    struct dr dr = {0};
    struct jtag_field field = {.ir = JTAG_IR_KEEP, .out_bits = dr.out, .in_bits = dr.in};
    enum err e = need_jtag(c, &jtag);
    if (!e)
        e = take_end_state(c, &end, &has_end);
    if (!e && (c->argc < 3 || c->argc % 2 == 0))
        e = tcl_usage_error(c);
    if (!e)
        e = find_tap(c, jtag, 0, &field.tap);
    if (!e)
        e = take_fields(c, &dr);
    if (e)
        return e;
    field.bits = dr.bits;
    jtag_dr(jtag, &field, 1);
    jtag_goto(jtag, has_end ? end : JTAG_IDLE);
    e = jtag_run(jtag);
    for (unsigned i = 0, at = 0; !e && i < dr.count; at += dr.widths[i++]) {
        buf_printf(&c->out, "%s", i ? " " : "");
        print_field(c, &dr, at, dr.widths[i]);
    }
    return e;
}

static enum err cmd_runtest(struct tcl_call *c)
{
    struct jtag *jtag;
    uint32_t clocks = 0;
    enum err e = need_jtag(c, &jtag);
    if (!e)
        e = tcl_arg_u32(c, 0, "the number of clocks", &clocks);
    if (e)
        return e;
    jtag_idle(jtag, clocks);
    return jtag_run(jtag);
}

static enum err cmd_flush_count(struct tcl_call *c)
{
    tcl_print(c, "%llu", (unsigned long long)session_adapter(c->tcl->session)->executes);
    return ERR_OK;
}

/* IR captures are always checked; a script may say that it wants that. */
static enum err cmd_verify(struct tcl_call *c)
{
    bool on = true;
    enum err e = tcl_flag(c, &on);
    if (!e && !on)
        log_warn(tcl_call_log(c), "%s: what the instruction registers capture is always checked", c->command->name);
    if (!e)
        tcl_print(c, "%s is %s", c->command->key, "enabled");
    return e;
}

const struct tcl_command tcl_scan_commands[] = {
    {"irscan", TCL_EXEC, cmd_irscan, 2, -1, "(tap instruction)... [-endstate state]", "scan instructions"},
    {"drscan", TCL_EXEC, cmd_drscan, 3, -1, "tap (bits value)... [-endstate state]", "scan data, print what came out"},
    {"runtest", TCL_EXEC, cmd_runtest, 1, 1, "clocks", "clock in Run-Test/Idle"},
    {"flush_count", TCL_EXEC, cmd_flush_count, 0, 0, "", "print how often the adapter was used"},
    {"verify_ircapture", TCL_ANY, cmd_verify, 0, 1, "[enable|disable]", "check IR captures",
     .key = "verify Capture-IR"},
    {"verify_jtag", TCL_ANY, cmd_verify, 0, 1, "[enable|disable]", "check scans", .key = "verify jtag capture"},
    {NULL},
};
