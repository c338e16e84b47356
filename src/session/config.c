/* SPDX-License-Identifier: Apache-2.0 */
/* The description of a session, before it is opened. */
#include "session/session_int.h"

#include "sim/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct session_option *option_find(struct session_option *list, const char *name)
{
    while (list && strcmp(list->name, name) != 0)
        list = list->next;
    return list;
}

enum err session_keep_option(struct session *s, struct session_option **list, const char *name, const char *value)
{
    struct session_option *o = option_find(*list, name);
    char *copy = strdup(value);
    if (o && copy) {
        free(o->value);
        o->value = copy;
        return ERR_OK;
    }
    o = copy ? calloc(1, sizeof *o) : NULL;
    if (!o || !(o->name = strdup(name))) {
        free(o);
        free(copy);
        return err_at(s->log, ERR_MEMORY, "out of memory for the adapter's option '%s'", name);
    }
    o->value = copy;
    o->next = *list;
    *list = o;
    return ERR_OK;
}

void session_free_options(struct session_option **list)
{
    while (*list) {
        struct session_option *o = *list;
        *list = o->next;
        free(o->name);
        free(o->value);
        free(o);
    }
}

/* Adapters that OpenOCD has for Espressif chips: configurations name them, and --sim takes their place. */
static const char *const later_adapters[] = {
    "ftdi",   "esp_usb_jtag", "jlink",       "cmsis-dap", "jtag_vpi", "jtag_esp_remote", "esp_gpio",
    "xds110", "dummy",        "usb_blaster", "ft232r",    "ch347",    "openjtag",        NULL,
};

static bool is_later(const char *name)
{
    size_t i = 0;
    while (later_adapters[i] && strcmp(later_adapters[i], name) != 0)
        i++;
    return later_adapters[i] != NULL;
}

enum err session_set_adapter(struct session *s, const char *name)
{
    if (s->adapter_name[0] && strcmp(s->adapter_name, name) != 0)
        return err_at(s->log, ERR_EXISTS, "adapter driver: '%s' is chosen already; '%s' cannot be chosen too",
                      s->adapter_name, name);
    if (!adapter_find(name) && !is_later(name)) {
        char list[256] = "";
        for (size_t i = 0; adapter_list[i]; i++)
            snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "", adapter_list[i]->name);
        return err_at(s->log, ERR_NOT_FOUND, "adapter driver: there is no adapter '%s'; there are: %s", name, list);
    }
    snprintf(s->adapter_name, sizeof s->adapter_name, "%s", name);
    return ERR_OK;
}

const char *session_adapter_name(const struct session *s)
{
    return s->is_sim ? adapter_sim_ops.name : s->adapter_name;
}

enum err session_set_adapter_option(struct session *s, const char *option, const char *value)
{
    return session_keep_option(s, &s->options, option, value);
}

enum err session_use_sim(struct session *s, const struct session_sim *sim)
{
    const struct {
        const char *name, *value;
    } options[] = {{"board", sim->board},
                   {"flash", sim->flash_path},
                   {"uart", sim->uart_path},
                   {"flash-part", sim->flash_part},
                   {"flash-state", sim->flash_state},
                   {"rom", sim->rom_path},
                   {"efuse", sim->efuses},
                   {"fault", sim->fault}};
    enum err unknown = board_check_names(s->log, sim->board, sim->flash_part, sim->flash_state, sim->fault);
    if (unknown)
        return unknown;
    s->is_sim = true;
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (!options[i].value)
            continue;
        enum err e = session_keep_option(s, &s->sim_options, options[i].name, options[i].value);
        if (e)
            return e;
    }
    return ERR_OK;
}

const char *session_sim_option(const struct session *s, const char *name)
{
    const struct session_option *o = option_find(s->sim_options, name);
    return o ? o->value : NULL;
}

bool session_is_sim(const struct session *s)
{
    return s->is_sim;
}

const struct chip *session_sim_chip(const struct session *s)
{
    char name[SESSION_NAME_LEN];
    const struct session_option *o = option_find(s->sim_options, "board");
    const char *board = o ? o->value : adapter_sim_board_of(NULL);
    if (!s->is_sim)
        return NULL;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(board, "-"), board);
    return chip_find(name);
}

/* Two chips may look the same from the chain, so a board with another chip than the configured one is refused here. */
enum err session_choose_board(struct session *s)
{
    const struct chip *wanted = s->config.core_count ? s->config.cores[0].chip : NULL;
    const struct session_option *o = option_find(s->sim_options, "board");
    if (!s->is_sim || !wanted)
        return ERR_OK; /* the adapter has a board of its own choice */
    if (o) {
        const struct chip *there = session_sim_chip(s);
        if (!there || there == wanted)
            return ERR_OK; /* an unknown board is refused by the adapter, which lists the known ones */
        return err_at(s->log, ERR_CONFIG,
                      "the configuration is for the %s, and the virtual board %s has an %s: use its configuration "
                      "(-f target/%s.cfg), or --sim alone for a board that fits",
                      wanted->title, o->value, there->title, there->name);
    }
    const char *board = adapter_sim_board_of(wanted->name);
    if (!board)
        return err_at(s->log, ERR_UNSUPPORTED,
                      "there is no virtual board with an %s; 'espocd sim --board list' shows all", wanted->title);
    return session_keep_option(s, &s->sim_options, "board", board);
}

enum err session_set_speed(struct session *s, uint32_t khz, uint32_t *actual_khz)
{
    uint32_t actual = khz;
    if (s->adapter) {
        enum err e = adapter_set_speed(s->adapter, khz, &actual);
        if (e)
            return e;
    }
    s->config.speed_khz = actual;
    if (actual_khz)
        *actual_khz = actual;
    return ERR_OK;
}

enum err session_add_tap(struct session *s, const struct session_tap *tap)
{
    for (unsigned i = 0; i < s->config.tap_count; i++) {
        if (!strcmp(s->config.taps[i].name, tap->name))
            return err_at(s->log, ERR_EXISTS, "there is a TAP '%s' already", tap->name);
    }
    if (s->config.tap_count == SESSION_MAX_TAPS)
        return err_at(s->log, ERR_RESOURCE, "the chain has no room for '%s': at most %d TAPs", tap->name,
                      SESSION_MAX_TAPS);
    s->config.taps[s->config.tap_count++] = *tap;
    return ERR_OK;
}

enum err session_add_core(struct session *s, const struct session_core *core)
{
    struct session_config *config = &s->config;
    if (core->index >= core->chip->core_count)
        return err_at(s->log, ERR_RANGE, "%s: there is no core %u, the %s has %u", core->name, core->index,
                      core->chip->title, core->chip->core_count);
    for (unsigned i = 0; i < config->core_count; i++) {
        const struct session_core *other = &config->cores[i];
        if (!strcmp(other->name, core->name))
            return err_at(s->log, ERR_EXISTS, "there is a target '%s' already", core->name);
        if (other->chip != core->chip)
            return err_at(s->log, ERR_UNSUPPORTED, "%s is an %s and %s an %s: one session drives one chip", core->name,
                          core->chip->title, other->name, other->chip->title);
        if (other->index == core->index)
            return err_at(s->log, ERR_EXISTS, "%s and %s are both core %u of the chip; give each its -coreid",
                          other->name, core->name, core->index);
    }
    if (config->core_count == SESSION_MAX_CORES)
        return err_at(s->log, ERR_RESOURCE, "there is no room for '%s': at most %d cores", core->name,
                      SESSION_MAX_CORES);
    config->cores[config->core_count++] = *core;
    return ERR_OK;
}

enum err session_add_bank(struct session *s, const struct session_bank *bank)
{
    for (unsigned i = 0; i < s->config.bank_count; i++) {
        if (!strcmp(s->config.banks[i].name, bank->name))
            return err_at(s->log, ERR_EXISTS, "there is a flash bank '%s' already", bank->name);
    }
    if (s->config.bank_count == SESSION_MAX_BANKS)
        return err_at(s->log, ERR_RESOURCE, "there is no room for '%s': at most %d flash banks", bank->name,
                      SESSION_MAX_BANKS);
    s->config.banks[s->config.bank_count++] = *bank;
    if (bank->kind == SESSION_BANK_FLASH && bank->size)
        s->config.flash_size_override = bank->size;
    return ERR_OK;
}

static enum err add_chip_tap(struct session *s, const struct chip *chip, unsigned i)
{
    struct session_tap tap = {.ir_len = chip->ir_len, .ir_capture = 1, .ir_mask = 3, .expected_count = 1};
    tap.expected_ids[0] = chip->idcode[i];
    snprintf(tap.name, sizeof tap.name, "%s.tap%u", chip->name, i);
    return session_add_tap(s, &tap);
}

static enum err add_chip_core(struct session *s, const struct chip *chip, unsigned i)
{
    struct session_core core = {.chip = chip, .tap = chip->cores[i].tap, .index = i};
    if (chip->core_count > 1)
        snprintf(core.name, sizeof core.name, "%s.%s", chip->name, chip->cores[i].suffix);
    else
        snprintf(core.name, sizeof core.name, "%s", chip->name);
    struct session_bank bank = {.core = i};
    snprintf(bank.name, sizeof bank.name, "%.*s.flash", SESSION_NAME_LEN - 8, core.name);
    snprintf(bank.driver, sizeof bank.driver, "%s", chip->name);
    enum err e = session_add_core(s, &core);
    return e ? e : session_add_bank(s, &bank);
}

enum err session_use_chip(struct session *s, const char *chip_name)
{
    const struct chip *chip = chip_find(chip_name);
    if (!chip) {
        char list[256] = "";
        for (size_t i = 0; chip_list[i]; i++)
            snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "", chip_list[i]->name);
        return err_at(s->log, ERR_USAGE, "there is no chip '%s'; there are: %s", chip_name, list);
    }
    enum err e = ERR_OK;
    for (unsigned i = 0; i < chip->tap_count && !e; i++)
        e = add_chip_tap(s, chip, i);
    for (unsigned i = 0; i < chip->core_count && !e; i++)
        e = add_chip_core(s, chip, i);
    return e;
}
