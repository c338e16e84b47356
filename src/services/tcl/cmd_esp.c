/* SPDX-License-Identifier: Apache-2.0 */
/* esp ...: what Espressif's OpenOCD added for flash and chips. "esp32 ..." is the same under an older name. */
#include "services/tcl/flash_int.h"

#include "layout/layout.h"
#include "session/breaks.h"
#include "session/flash_map.h"

#include <stdlib.h>
#include <string.h>

/* The argument is hex with or without 0x, as scripts write it; -1 takes the hint back. */
static enum err cmd_appimage_offset(struct tcl_call *c)
{
    const char *text = tcl_arg(c, 0);
    char *end;
    unsigned long long value = strtoull(text, &end, 16);
    bool is_taken_back = !strcmp(text, "-1");
    if (!is_taken_back && (end == text || *end || *text == '-' || value >= LAYOUT_NOWHERE))
        return err_at(tcl_call_log(c), ERR_USAGE, "esp appimage_offset: '%s' is not a hex offset (nor -1)", text);
    session_set_app_offset(c->tcl->session, is_taken_back ? LAYOUT_NOWHERE : (uint32_t)value);
    session_mapping(c->tcl->session);
    return ERR_OK;
}

/* What tuned the old way of programming. espocd compresses nothing and needs no faster clock: the flash is the limit. */
static enum err cmd_tuning(struct tcl_call *c)
{
    bool value = false;
    enum err e = tcl_arg_bool(c, 0, &value);
    return e ? e : tcl_pair_set(c->tcl, &c->tcl->options, ~0U, c->command->name, value ? "on" : "off");
}

static enum err cmd_encrypt(struct tcl_call *c)
{
    bool value = false;
    enum err e = tcl_arg_bool(c, 0, &value);
    if (!e)
        c->tcl->encrypts_binary = value;
    return e;
}

static enum err verify_hash(struct tcl_call *c, struct flash_piece *piece)
{
    struct flash *flash;
    struct flash_info info;
    unsigned bank = 0;
    enum err e = c->argc > 2 && !tcl_arg_is(c, 2, "quiet") ? tcl_arg_u32(c, 2, "the offset", &piece->offset) : ERR_OK;
    if (!e)
        e = tcl_bank_arg(c, 0, &bank);
    if (!e)
        e = tcl_flash_probe(c, &flash, &info);
    uint64_t start = tcl_now_ns(c);
    if (!e)
        e = flash_verify(flash, piece, 1);
    if (!e)
        log_info(tcl_call_log(c), "PROF: Flash verified in %g ms", tcl_seconds_since(c, start) * 1e3);
    return e;
}

static enum err cmd_verify_bank_hash(struct tcl_call *c)
{
    struct buf bytes = {0};
    char *path = tcl_file_name(tcl_arg(c, 1));
    enum err e = path ? tcl_flash_file(tcl_call_log(c), path, &bytes) : ERR_MEMORY;
    struct flash_piece piece = {.bytes = bytes.bytes, .len = bytes.len, .name = path};
    if (!e)
        e = verify_hash(c, &piece);
    buf_fini(&bytes);
    free(path);
    return e;
}

/* "none", "1.8", "3.3", "low", "high": the level that TDI is left at, which a bootstrapping ESP32 takes for the flash's
   voltage. It matters to adapters with wires; kept for them. */
static enum err cmd_flashbootstrap(struct tcl_call *c)
{
    static const char *const words[] = {"none", "1.8", "3.3", "high", "low", NULL};
    for (size_t i = 0; words[i]; i++) {
        if (tcl_arg_is(c, 0, words[i]))
            return tcl_pair_set(c->tcl, &c->tcl->options, ~0U, "flashbootstrap", words[i]);
    }
    return err_at(tcl_call_log(c), ERR_USAGE, "flashbootstrap: '%s' is none of: none, 1.8, 3.3, high, low",
                  tcl_arg(c, 0));
}

/* The six bytes of the MAC address as the eFuses hold them: the last one first. */
static enum err cmd_mac(struct tcl_call *c)
{
    struct core *core;
    uint32_t low = 0, high = 0;
    enum err e = tcl_core(c, &core);
    uint32_t addr = e ? 0 : target_chip(core_target(core))->mac_efuse;
    if (!e)
        e = core_read_u32(core, addr, &low);
    if (!e)
        e = core_read_u32(core, addr + 4, &high);
    for (unsigned i = 0; i < 6 && !e; i++)
        buf_printf(&c->out, "%s%u", i ? " " : "", (i < 4 ? low >> (8 * i) : high >> (8 * (i - 4))) & 0xFF);
    return e;
}

/* --- what is mapped --- */

/* One element of the list: a dictionary. */
static void print_range(struct tcl_call *c, const struct mapping_range *r)
{
    const struct session_config *config = tcl_config(c->tcl);
    static const char *const buses[] = {"none", "instructions", "constants", "both"};
    buf_printf(&c->out, "{address 0x%08x size 0x%08x memory %s offset 0x%08x bus %s cores {", r->vaddr, r->size,
               r->memory == MAPPING_FLASH ? "flash" : "psram", r->offset, buses[r->is_code + 2 * r->is_data]);
    const char *before = "";
    for (unsigned i = 0; i < config->core_count; i++) {
        if (!(r->core_mask >> config->cores[i].index & 1))
            continue;
        buf_printf(&c->out, "%s%s", before, config->cores[i].name);
        before = " ";
    }
    buf_printf(&c->out, "} source {%s}}\n", mapping_source_text(r->source));
}

static enum err offset_of(struct tcl_call *c)
{
    uint32_t addr = 0, offset = 0;
    enum err e = tcl_arg_u32(c, 1, "the address", &addr);
    if (!e && !session_to_flash(c->tcl->session, c->core, addr, &offset, NULL))
        e = err_at(tcl_call_log(c), ERR_NOT_FOUND,
                   "esp flash_map: %s sees no flash at 0x%08x; 'esp flash_map' tells where it does",
                   tcl_config(c->tcl)->cores[c->core].name, addr);
    if (!e)
        tcl_print(c, "0x%08x", offset);
    return e;
}

static enum err addresses_of(struct tcl_call *c)
{
    enum { MOST = 16 };
    uint32_t offset = 0, addrs[MOST];
    enum err e = tcl_arg_u32(c, 1, "the offset", &offset);
    size_t count = e ? 0 : session_from_flash(c->tcl->session, c->core, offset, addrs, MOST);
    for (size_t i = 0; i < count && i < MOST; i++)
        buf_printf(&c->out, "%s0x%08x", i ? " " : "", addrs[i]);
    return e;
}

/* What the target sees of the flash. Read anew: a script may have written the MMU's registers. */
static enum err cmd_flash_map(struct tcl_call *c)
{
    struct core *core;
    enum err e = tcl_core(c, &core);
    if (e)
        return e;
    if (c->argc == 2 && tcl_arg_is(c, 0, "offset_of"))
        return offset_of(c);
    if (c->argc == 2 && tcl_arg_is(c, 0, "addresses_of"))
        return addresses_of(c);
    if (c->argc)
        return tcl_usage_error(c);
    session_forget_mapping(c->tcl->session);
    const struct mapping *m = session_mapping(c->tcl->session);
    for (size_t i = 0; i < m->count; i++) {
        if (m->items[i].core_mask >> core_index(core) & 1)
            print_range(c, &m->items[i]);
    }
    return ERR_OK;
}

static enum err cmd_smp(struct tcl_call *c)
{
    if (c->argc)
        return err_at(tcl_call_log(c), ERR_UNSUPPORTED, "esp32 smp: the cores of a chip always belong together");
    tcl_print(c, "%d", tcl_config(c->tcl)->core_count > 1);
    return ERR_OK;
}

static enum err cmd_nothing(struct tcl_call *c)
{
    (void)c; /* breakpoints in flash are always written together, when the target goes on */
    return ERR_OK;
}

static enum err cmd_write_breakpoints(struct tcl_call *c)
{
    struct core *core;
    enum err e = tcl_core(c, &core);
    if (!e && core_state(core) != CORE_HALTED)
        e = err_at(tcl_call_log(c), ERR_STATE, "breakpoints are written into the flash while the target is halted");
    return e ? e : session_prepare_run(c->tcl->session);
}

static void print_flash_break(struct tcl_call *c, const struct session_flash_break *b)
{
    if (b->is_set)
        tcl_print(c, "0x%08x at flash offset 0x%06x: set", b->addr, b->offset);
    else if (b->is_movable)
        tcl_print(c, "0x%08x: in hardware", b->addr);
    else
        tcl_print(c, "0x%08x: will be set when the target goes on", b->addr);
}

static enum err cmd_flash_breakpoints(struct tcl_call *c)
{
    enum { MOST = 256 };
    struct session_flash_break list[MOST];
    size_t count = session_flash_breaks(c->tcl->session, list, MOST);
    for (size_t i = 0; i < count && i < MOST; i++)
        print_flash_break(c, &list[i]);
    tcl_print(c, "sectors written in this session: %u", session_flash_break_writes(c->tcl->session));
    return ERR_OK;
}

const struct tcl_command tcl_esp_commands[] = {
    {"esp appimage_offset", TCL_ANY, cmd_appimage_offset, 1, 1, "hex_offset|-1", "a hint where the application lies",
     true},
    {"esp flash_map", TCL_EXEC, cmd_flash_map, 0, 2, "['offset_of' address|'addresses_of' offset]",
     "return what the target sees of the flash, as a list of dictionaries", true},
    {"esp verify_bank_hash", TCL_EXEC, cmd_verify_bank_hash, 2, 4, "bank file [offset] ['quiet']",
     "compare a file with the flash by its hash", true},
    {"esp compression", TCL_ANY, cmd_tuning, 1, 1, "on|off", "accepted; not needed here", true},
    {"esp flash_stub_clock_boost", TCL_ANY, cmd_tuning, 1, 1, "on|off", "accepted; not needed here", true},
    {"esp stub_log", TCL_ANY, cmd_tuning, 1, 1, "on|off", "accepted; the agent's messages are debug messages", true},
    {"esp encrypt_binary", TCL_ANY, cmd_encrypt, 1, 1, "yes|no",
     "let the chip encrypt what 'flash write_image' and 'write_bank' write, and decrypt to verify", true},
    {"esp flash_breakpoints", TCL_EXEC, cmd_flash_breakpoints, 0, 0, "",
     "print the breakpoints in the flash's code: where they are, and how many sectors were written for them", true},
    {"esp process_lazy_breakpoints", TCL_EXEC, cmd_write_breakpoints, 0, 0, "",
     "write the breakpoints that wait for it into the flash now", true},
    {"esp disable_lazy_breakpoints", TCL_ANY, cmd_nothing, 0, 0, "",
     "accepted: they always wait for the target to go on", true},
    {"esp mac", TCL_EXEC, cmd_mac, 0, 0, "", "return the bytes of the MAC address, the last one first", true},
    {"esp32 flashbootstrap", TCL_ANY, cmd_flashbootstrap, 1, 1, "none|1.8|3.3|high|low", "level of TDI at a reset",
     true},
    {"esp32 appimage_offset", TCL_ANY, cmd_appimage_offset, 1, 1, "hex_offset|-1", "a hint where the application lies",
     true},
    {"esp32 compression", TCL_ANY, cmd_tuning, 1, 1, "on|off", "accepted; not needed here", true},
    {"esp32 flash_stub_clock_boost", TCL_ANY, cmd_tuning, 1, 1, "on|off", "accepted; not needed here", true},
    {"esp32 verify_bank_hash", TCL_EXEC, cmd_verify_bank_hash, 2, 4, "bank file [offset] ['quiet']",
     "compare a file with the flash by its hash", true},
    {"esp32 smp", TCL_EXEC, cmd_smp, 0, 1, "", "print whether the cores belong together", true},
    {NULL},
};
