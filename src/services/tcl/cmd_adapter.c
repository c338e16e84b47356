/* SPDX-License-Identifier: Apache-2.0 */
/* adapter ..., transport ..., reset_config: what stands between the host and the pins. */
#include "services/tcl/tcl_int.h"

#include <string.h>

enum { NOBODY = ~0U }; /* owner of what belongs to no target */

static enum err cmd_driver(struct tcl_call *c)
{
    return session_set_adapter(c->tcl->session, tcl_arg(c, 0));
}

static enum err cmd_name(struct tcl_call *c)
{
    const char *name = session_adapter_name(c->tcl->session);
    tcl_print(c, "%s", *name ? name : "undefined");
    return ERR_OK;
}

static enum err cmd_list(struct tcl_call *c)
{
    tcl_print(c, "The following adapters are available:");
    for (size_t i = 0; adapter_list[i]; i++)
        tcl_print(c, "%zu: %s", i + 1, adapter_list[i]->name);
    return ERR_OK;
}

static enum err cmd_speed(struct tcl_call *c)
{
    struct session *s = c->tcl->session;
    uint32_t khz = 0, actual = 0;
    if (c->argc) {
        enum err e = tcl_arg_u32(c, 0, "the speed in kHz", &khz);
        if (!e)
            e = session_set_speed(s, khz, &actual);
        if (e)
            return e;
    }
    tcl_print(c, "adapter speed: %u kHz", session_config(s)->speed_khz);
    return ERR_OK;
}

/* An option that every adapter may have; the session gives it to the one that opens. */
static enum err cmd_option(struct tcl_call *c)
{
    return session_set_adapter_option(c->tcl->session, c->command->key, tcl_arg(c, 0));
}

static enum err cmd_keep(struct tcl_call *c)
{
    struct buf text = {0};
    for (int i = 0; i < c->argc; i++)
        buf_printf(&text, "%s%s", i ? " " : "", tcl_arg(c, i));
    enum err e = tcl_pair_set(c->tcl, &c->tcl->options, NOBODY, c->command->name, buf_str(&text));
    buf_fini(&text);
    return e;
}

static enum err cmd_keep_number(struct tcl_call *c)
{
    uint32_t value = 0;
    if (c->argc) {
        enum err e = tcl_arg_u32(c, 0, c->command->name, &value);
        return e ? e : cmd_keep(c);
    }
    const char *kept = tcl_pair_get(c->tcl->options, NOBODY, c->command->name);
    tcl_print(c, "%s: %s", c->command->name, kept ? kept : "0");
    return ERR_OK;
}

static enum err cmd_vid_pid(struct tcl_call *c)
{
    if (c->argc % 2)
        return err_at(tcl_call_log(c), ERR_USAGE, "adapter usb vid_pid: the numbers go in pairs: vendor and product");
    for (int i = 0; i < c->argc; i++) {
        uint32_t id = 0;
        enum err e = tcl_arg_u32(c, i, i % 2 ? "the product id" : "the vendor id", &id);
        if (e)
            return e;
    }
    return cmd_keep(c);
}

/* "adapter assert srst", "adapter deassert srst assert trst": the lines stay as said until the next one. */
static enum err cmd_lines(struct tcl_call *c)
{
    bool asserts = !strcmp(c->command->key, "assert");
    bool trst = false, srst = false;
    for (int i = 0; i < c->argc; i++) {
        if (tcl_arg_is(c, i, "assert") || tcl_arg_is(c, i, "deassert"))
            asserts = tcl_arg_is(c, i, "assert");
        else if (tcl_arg_is(c, i, "srst"))
            srst = asserts;
        else if (tcl_arg_is(c, i, "trst"))
            trst = asserts;
        else
            return tcl_usage_error(c);
    }
    struct adapter *a = session_adapter(c->tcl->session);
    if (!a)
        return err_at(tcl_call_log(c), ERR_STATE, "%s: the adapter is not open", c->command->name);
    return adapter_set_reset(a, trst, srst);
}

static enum err cmd_reset_config(struct tcl_call *c)
{
    static const char *const words[] = {"none",
                                        "trst_only",
                                        "srst_only",
                                        "trst_and_srst",
                                        "separate",
                                        "combined",
                                        "srst_pulls_trst",
                                        "trst_pulls_srst",
                                        "srst_gates_jtag",
                                        "srst_nogate",
                                        "trst_push_pull",
                                        "trst_open_drain",
                                        "srst_push_pull",
                                        "srst_open_drain",
                                        "connect_assert_srst",
                                        "connect_deassert_srst",
                                        NULL};
    for (int i = 0; i < c->argc; i++) {
        size_t k = 0;
        while (words[k] && !tcl_arg_is(c, i, words[k]))
            k++;
        if (!words[k])
            return err_at(tcl_call_log(c), ERR_USAGE, "reset_config: there is no mode '%s'", tcl_arg(c, i));
    }
    if (c->argc)
        return cmd_keep(c);
    const char *kept = tcl_pair_get(c->tcl->options, NOBODY, c->command->name);
    tcl_print(c, "%s", kept ? kept : "none separate");
    return ERR_OK;
}

static enum err cmd_transport_select(struct tcl_call *c)
{
    if (c->argc && !tcl_arg_is(c, 0, "jtag"))
        return err_at(tcl_call_log(c), ERR_UNSUPPORTED, "transport '%s' is not there: these chips are reached by jtag",
                      tcl_arg(c, 0));
    tcl_print(c, "jtag");
    return ERR_OK;
}

static enum err cmd_transport_init(struct tcl_call *c)
{
    (void)c;
    return ERR_OK;
}

const struct tcl_command tcl_adapter_commands[] = {
    {"adapter driver", TCL_CONFIG, cmd_driver, 1, 1, "name", "choose the adapter"},
    {"adapter name", TCL_ANY, cmd_name, 0, 0, "", "print the chosen adapter"},
    {"adapter list", TCL_ANY, cmd_list, 0, 0, "", "print the adapters of this program"},
    {"adapter speed", TCL_ANY, cmd_speed, 0, 1, "[kHz]", "the frequency of TCK"},
    {"adapter serial", TCL_CONFIG, cmd_option, 1, 1, "serial", "choose an adapter by serial number", .key = "serial"},
    {"adapter usb location", TCL_CONFIG, cmd_option, 0, 1, "bus-port[.port...]", "choose an adapter by its place",
     .key = "usb-location"},
    {"adapter usb vid_pid", TCL_CONFIG, cmd_vid_pid, 2, -1, "(vid pid)...", "choose adapters by their USB ids"},
    {"adapter usb product_name", TCL_CONFIG, cmd_keep, 1, 1, "name", "choose an adapter by its product name"},
    {"adapter srst delay", TCL_ANY, cmd_keep_number, 0, 1, "[ms]", "wait after SRST"},
    {"adapter srst pulse_width", TCL_ANY, cmd_keep_number, 0, 1, "[ms]", "length of SRST"},
    {"adapter assert", TCL_EXEC, cmd_lines, 1, 3, "srst|trst [[deassert] srst|trst]", "drive reset lines",
     .key = "assert"},
    {"adapter deassert", TCL_EXEC, cmd_lines, 1, 3, "srst|trst [[assert] srst|trst]", "release reset lines",
     .key = "deassert"},
    {"adapter gpio", TCL_CONFIG, cmd_keep, 1, -1, "signal options...", "say which pins an adapter uses"},
    {"reset_config", TCL_ANY, cmd_reset_config, 0, 6, "[mode]...", "say which reset lines the board has"},
    {"transport select", TCL_ANY, cmd_transport_select, 0, 1, "[jtag]", "choose the transport"},
    {"transport list", TCL_ANY, cmd_transport_select, 0, 0, "", "print the transports"},
    {"transport init", TCL_ANY, cmd_transport_init, 0, 0, "", "nothing to do: 'init' does it"},
    {"jtag_ntrst_delay", TCL_ANY, cmd_keep_number, 0, 1, "[ms]", "wait after TRST"},
    {"jtag_ntrst_assert_width", TCL_ANY, cmd_keep_number, 0, 1, "[ms]", "length of TRST"},
    {"jtag_rclk", TCL_ANY, cmd_keep_number, 0, 1, "[kHz]", "speed when the clock is not adaptive"},
    {"poll_period", TCL_ANY, cmd_keep_number, 0, 1, "[ms]", "how often servers are looked at"},
    {NULL},
};

/* Options of drivers. Those of adapters that are not here yet are checked in form and kept: a configuration that names
   them can be used with --sim. */
const struct tcl_command tcl_driver_commands[] = {
    {"remote_bitbang port", TCL_CONFIG, cmd_option, 1, 1, "port", "TCP port of the server", .key = "port"},
    {"remote_bitbang host", TCL_CONFIG, cmd_option, 1, 1, "host", "host of the server", .key = "host"},
    {"remote_bitbang use_remote_sleep", TCL_CONFIG, cmd_option, 1, 1, "on|off", "let the server do the waiting",
     .key = "use_remote_sleep"},
    {"ftdi channel", TCL_CONFIG, cmd_keep_number, 0, 1, "0..3", "which part of the chip is the JTAG port"},
    {"ftdi vid_pid", TCL_CONFIG, cmd_vid_pid, 2, -1, "(vid pid)...", "choose adapters by their USB ids"},
    {"ftdi layout_init", TCL_CONFIG, cmd_keep, 2, 2, "data direction", "pins at the start"},
    {"ftdi layout_signal", TCL_CONFIG, cmd_keep, 1, -1, "name [-data mask|-ndata mask] [-oe mask|-noe mask]...",
     "name a pin"},
    {"ftdi tdo_sample_edge", TCL_CONFIG, cmd_keep, 1, 1, "rising|falling", "when TDO is sampled"},
    {"espusbjtag caps_descriptor", TCL_CONFIG, cmd_keep_number, 1, 1, "number", "descriptor with the capabilities"},
    {"espusbjtag chip_id", TCL_CONFIG, cmd_keep_number, 1, 1, "number", "chip behind an ESP USB Bridge"},
    {"espusbjtag vid_pid", TCL_CONFIG, cmd_vid_pid, 2, -1, "vid pid", "choose adapters by their USB ids"},
    {"espusbjtag log", TCL_CONFIG, cmd_keep, 1, 1, "file", "write the USB traffic to a file"},
    {"jtag_vpi set_port", TCL_CONFIG, cmd_keep_number, 1, 1, "port", "TCP port of the server"},
    {"jtag_vpi set_address", TCL_CONFIG, cmd_keep, 1, 1, "host", "host of the server"},
    {"jtag_vpi stop_sim_on_exit", TCL_CONFIG, cmd_keep, 1, 1, "on|off", "end the simulation at the end"},
    {"cmsis-dap vid_pid", TCL_CONFIG, cmd_vid_pid, 2, -1, "(vid pid)...", "choose adapters by their USB ids"},
    {"cmsis-dap backend", TCL_CONFIG, cmd_keep, 1, 1, "auto|usb_bulk|hid", "how to reach the adapter"},
    {"cmsis-dap usb interface", TCL_CONFIG, cmd_keep_number, 1, 1, "number", "USB interface"},
    {"jtag_esp_remote_protocol", TCL_CONFIG, cmd_keep, 1, 1, "tcp|usb", "how to reach the adapter"},
    {"jtag_esp_remote_set_address", TCL_CONFIG, cmd_keep, 1, 1, "host", "host of the adapter"},
    {"jtag_esp_remote_set_port", TCL_CONFIG, cmd_keep_number, 1, 1, "port", "port of the adapter"},
    {"esp_gpio_jtag_nums", TCL_CONFIG, cmd_keep, 4, 4, "tck tms tdi tdo", "GPIOs of the adapter"},
    {"jlink usb", TCL_CONFIG, cmd_keep, 1, 1, "number", "choose an adapter by its address"},
    {"jlink serial", TCL_CONFIG, cmd_option, 1, 1, "serial", "choose an adapter by serial number", .key = "serial"},
    {NULL},
};
