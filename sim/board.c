/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/board_int.h"

#include "base/file.h"
#include "sim/esp32/esp32.h"
#include "sim/esp32c3/esp32c3.h"
#include "sim/esp32s3/esp32s3.h"
#include "sim/rom/rom.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct board_model board_models[] = {
    {"esp32-wrover", "ESP32 rev 3, two LX6 cores, 8 MB flash, UART0"},
    {"esp32s3-n8", "ESP32-S3 rev 0.2, two LX7 cores, 8 MB flash, UART0"},
    {"esp32s3-n32r16v", "ESP32-S3 rev 0.2, two LX7 cores, 32 MB octal flash, 16 MB octal PSRAM, UART0"},
    {"esp32c3-n4", "ESP32-C3 rev 0.4, one RISC-V core, 4 MB flash, UART0"},
    {NULL, NULL},
};

/* In the order of board_models. The MAC address is of the block that is reserved for documentation (RFC 7042). */
static const struct board_parts board_parts[] = {
    {
        .chip = &esp32_kind,
        .rom = rom_esp32,
        .flash = "W25Q64JV",
        .strapping = 0x13,
        .mac = {0x00, 0x00, 0x5E, 0x00, 0x53, 0x01},
    },
    {
        .chip = &esp32s3_kind,
        .rom = rom_esp32s3,
        .flash = "W25Q64JV",
        .strapping = 0x08,
        .mac = {0x00, 0x00, 0x5E, 0x00, 0x53, 0x03},
    },
    {
        .chip = &esp32s3_kind,
        .rom = rom_esp32s3,
        .flash = "MX25UM25645G",
        .is_flash_octal = true,
        .psram_size = 16 << 20,
        .strapping = 0x08,
        .mac = {0x00, 0x00, 0x5E, 0x00, 0x53, 0x04},
    },
    {
        .chip = &esp32c3_kind,
        .rom = rom_esp32c3,
        .flash = "W25Q32JV",
        .strapping = 0x0C,
        .mac = {0x00, 0x00, 0x5E, 0x00, 0x53, 0x05},
    },
};

#define PS_PER_KHZ 1000000000ULL

/* --- making one --- */

static const struct board_parts *find_parts(const char *name)
{
    for (size_t i = 0; board_models[i].name; i++) {
        if (!strcmp(board_models[i].name, name))
            return &board_parts[i];
    }
    return NULL;
}

static enum err refuse_name(struct log *log, const char *name)
{
    char known[256] = "";
    for (size_t i = 0; board_models[i].name; i++) {
        size_t at = strlen(known);
        snprintf(known + at, sizeof known - at, "%s%s", at ? ", " : "", board_models[i].name);
    }
    return err_at(log, ERR_USAGE, "there is no virtual board \"%s\"; known boards: %s", name, known);
}

static void chip_sent(void *ctx, unsigned uart, const uint8_t *bytes, size_t len)
{
    struct board *b = ctx;
    if (uart == 0 && b->uart)
        b->uart(b->uart_ctx, bytes, len);
}

static uint64_t present_ps(void *ctx)
{
    const struct board *b = ctx;
    return b->now_ps;
}

/* The boot ROM: a file's content, or the board's own. */
static enum err find_rom(struct board *b, const char *path, struct buf *file, struct soc_config *config)
{
    if (!path) {
        config->rom = b->parts->rom(&config->rom_size);
        return ERR_OK;
    }
    enum err e = file_read(b->log, path, file);
    uint32_t max = soc_kind_rom_size(b->parts->chip);
    if (!e && (!file->len || file->len > max))
        e = err_at(b->log, ERR_RANGE, "boot ROM %s has %zu bytes; the %s's ROM at 0x40000000 has 1 to %u", path,
                   file->len, soc_kind_title(b->parts->chip), max);
    config->rom = file->bytes;
    config->rom_size = file->len;
    return e;
}

static enum err make_chip(struct board *b, const struct board_options *o)
{
    struct soc_config config = {
        .log = b->log,
        .sched = &b->sched,
        .flash = b->nor,
        .psram_size = b->parts->psram_size,
        .is_flash_octal = b->parts->is_flash_octal,
        .strapping = o->strapping ? o->strapping : b->parts->strapping,
        .uart_sent = chip_sent,
        .uart_ctx = b,
        .present_ps = present_ps,
        .present_ctx = b,
    };
    struct buf file = {0};
    memcpy(config.mac, b->parts->mac, sizeof config.mac);
    enum err e = find_rom(b, o->rom_path, &file, &config);
    if (!e)
        b->chip = soc_new(b->parts->chip, &config);
    if (!e && !b->chip)
        e = err_at(b->log, ERR_MEMORY, "no memory for the virtual chip");
    if (!e)
        e = board_burn_efuses(b, o->efuses);
    buf_fini(&file);
    return e;
}

static enum err make_parts(struct board *b, const struct board_options *o)
{
    if (o->flash_path && !(b->flash_path = strdup(o->flash_path)))
        return err_at(b->log, ERR_MEMORY, "no memory for the virtual board");
    const struct nor_part *part;
    enum err e = nor_part_parse(b->log, o->flash_part ? o->flash_part : b->parts->flash, &part);
    if (e)
        return e;
    b->nor = nor_new(part, &b->sched, o->flash_maximum_times, b->log);
    if (!b->nor)
        return err_at(b->log, ERR_MEMORY, "no memory for the virtual flash of %u bytes", nor_part_size(part));
    b->is_flash_absent = o->flash_absent;
    nor_set_absent(b->nor, o->flash_absent);
    e = board_load_flash(b);
    if (!e)
        e = make_chip(b, o);
    return e;
}

static void power_on(struct board *b)
{
    nor_power_on(b->nor);
    soc_power_on(b->chip);
    b->is_enabled = true;
    board_drive_enable(b);
}

struct board *board_new(const char *name, const struct board_options *options, struct log *log, enum err *e)
{
    struct board *b = calloc(1, sizeof *b);
    if (!b) {
        *e = err_at(log, ERR_MEMORY, "no memory for the virtual board");
        return NULL;
    }
    *b = (struct board){.log = log,
                        .uart = options->uart,
                        .uart_ctx = options->uart_ctx,
                        .latency_ps = options->latency_us * PS_PER_US};
    board_set_tck_khz(b, options->tck_khz ? options->tck_khz : 20000);
    b->parts = find_parts(name);
    *e = b->parts ? make_parts(b, options) : refuse_name(log, name);
    if (*e) {
        free(b->flash_path);
        b->flash_path = NULL; /* what was not loaded must not be saved */
        board_free(b);
        return NULL;
    }
    b->tap_count = soc_tap_count(b->chip);
    for (unsigned i = 0; i < b->tap_count; i++)
        b->taps[i] = soc_tap(b->chip, i);
    power_on(b);
    *e = options->flash_state ? board_preset_flash(b, options->flash_state) : ERR_OK;
    if (*e) {
        free(b->flash_path);
        b->flash_path = NULL;
        board_free(b);
        return NULL;
    }
    return b;
}

void board_free(struct board *b)
{
    if (!b)
        return;
    enum err e = board_sync(b);
    if (e)
        log_error(b->log, "%s", err_why(b->log, e));
    soc_free(b->chip);
    nor_free(b->nor);
    sched_cancel(&b->sched, &b->preset);
    free(b->flash_states);
    free(b->flash_path);
    free(b);
}

bool board_usb_reset(struct board *b, bool by_jtag)
{
    board_catch_up(b);
    return soc_usb_reset(b->chip, by_jtag);
}

void board_power_cycle(struct board *b)
{
    board_catch_up(b);
    power_on(b);
}

enum err board_check_names(struct log *log, const char *name, const char *part, const char *states, const char *fault)
{
    const struct nor_part *found;
    enum board_fault which;
    uint64_t number;
    char *names = NULL;
    enum err e = !name || find_parts(name) ? ERR_OK : refuse_name(log, name);
    if (!e && part)
        e = nor_part_parse(log, part, &found);
    if (!e && states)
        e = board_parse_states(log, states, &names, &number);
    if (!e && fault)
        e = board_fault_parse(log, fault, &which, &number);
    free(names);
    return e;
}

/* --- time --- */

void board_set_tck_khz(struct board *b, uint32_t khz)
{
    if (khz)
        b->tck_ps = PS_PER_KHZ / khz;
}

uint64_t board_now_ns(const struct board *b)
{
    return b->now_ps / PS_PER_NS;
}

/* --- the serial port --- */

void board_uart_send(struct board *b, const uint8_t *bytes, size_t len)
{
    board_catch_up(b);
    soc_uart_receive(b->chip, 0, bytes, len);
}

/* --- looking inside --- */

uint32_t board_flash_size(const struct board *b)
{
    return nor_size(b->nor);
}

enum nor_mode board_flash_mode(const struct board *b)
{
    return nor_mode(b->nor);
}

const uint8_t *board_flash_bytes(const struct board *b)
{
    return nor_bytes(b->nor);
}

uint32_t board_flash_erases(const struct board *b, uint32_t sector)
{
    return nor_erases(b->nor, sector);
}

uint64_t board_flash_busy_ns(const struct board *b)
{
    return nor_busy_ns(b->nor);
}

uint64_t board_flash_commands(const struct board *b, uint8_t opcode)
{
    return nor_commands(b->nor, opcode);
}

uint64_t board_tcks(const struct board *b)
{
    return b->tcks;
}

uint64_t board_resets(const struct board *b)
{
    return soc_resets(b->chip);
}

uint32_t board_reset_cause(const struct board *b, unsigned core)
{
    return soc_reset_cause(b->chip, core);
}

unsigned board_core_count(const struct board *b)
{
    return soc_core_count(b->chip);
}

uint64_t board_core_instructions(const struct board *b, unsigned core)
{
    return soc_core_instructions(b->chip, core);
}

struct lx6 *board_lx6(struct board *b, unsigned core)
{
    return core < soc_core_count(b->chip) ? soc_lx6(b->chip, core) : NULL;
}
