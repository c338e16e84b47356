/* SPDX-License-Identifier: Apache-2.0 */
/* The adapter "sim": a virtual board inside the process, in virtual time. */
#include "adapter/adapter.h"

#include "adapter/options.h"
#include "sim/board.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_LATENCY_US = 125, /* a microframe of high speed USB, as an FT2232H has */ MAX_KHZ = 1000000 };

struct sim {
    struct adapter base;
    char *model, *flash_path, *flash_part, *flash_state, *rom_path, *uart_path, *fault, *efuses;
    uint32_t latency_us, khz, strapping;
    bool flash_maximum_times, flash_absent;
    struct board *board; /* while open */
    FILE *uart;          /* while open; may be NULL, may be stdout */
    uint64_t closed_ns;  /* the time while no board is there */
};

static struct sim *sim_of(struct adapter *a)
{
    return (struct sim *)a;
}

/* --- time: the board's --- */

static uint64_t sim_now_ns(void *ctx)
{
    const struct sim *s = ctx;
    return s->board ? s->closed_ns + board_now_ns(s->board) : s->closed_ns;
}

static void sim_wait_ns(void *ctx, uint64_t ns)
{
    struct sim *s = ctx;
    if (s->board)
        board_advance_ns(s->board, ns);
    else
        s->closed_ns += ns;
}

static const struct clock_ops sim_clock_ops = {.now_ns = sim_now_ns, .wait_ns = sim_wait_ns};

/* --- options --- */

static const struct adapter_option sim_options[] = {
    {"board", "the virtual board; by default the first one of the configured chip"},
    {"flash", "file that holds the flash; it is read at the start if it exists, and written at the end"},
    {"flash-part", "another part than the board's own as its flash; a wrong name lists them"},
    {"flash-state",
     "NAME[,NAME...][@MS]: what the flash is found in, and how long after power-on; a wrong NAME lists them"},
    {"rom", "file with a boot ROM instead of the board's own"},
    {"uart", "where the chip's serial output goes: a file, or - for standard output"},
    {"latency-us", "time of a round trip between host and adapter, 125 by default"},
    {"speed", "TCK frequency in kHz, 20000 by default"},
    {"strapping", "level of the strapping pins as GPIO_STRAP shows them; 0 is the board's default"},
    {"flash-maximum-times", "on: programming and erasing take the datasheet's maximum instead of its typical times"},
    {"flash-absent", "on: no flash answers"},
    {"efuse",
     "NAME=VALUE,...: eFuses that are burnt, by the names of espefuse, as FLASH_CRYPT_CNT=1; a wrong NAME lists them"},
    {"fault", "NAME or NAME@TCKS: what goes wrong on purpose, and after how many TCK periods; a wrong NAME lists them"},
    {NULL, NULL},
};

/* What the options, in the same order, set. */
static const struct {
    size_t offset; /* in struct sim: of a char *, a uint32_t or a bool */
    enum { TEXT, NUMBER, SWITCH } kind;
    uint32_t max;
} settings[] = {
    {offsetof(struct sim, model), TEXT, 0},
    {offsetof(struct sim, flash_path), TEXT, 0},
    {offsetof(struct sim, flash_part), TEXT, 0},
    {offsetof(struct sim, flash_state), TEXT, 0},
    {offsetof(struct sim, rom_path), TEXT, 0},
    {offsetof(struct sim, uart_path), TEXT, 0},
    {offsetof(struct sim, latency_us), NUMBER, 1000000},
    {offsetof(struct sim, khz), NUMBER, MAX_KHZ},
    {offsetof(struct sim, strapping), NUMBER, 0xFF},
    {offsetof(struct sim, flash_maximum_times), SWITCH, 0},
    {offsetof(struct sim, flash_absent), SWITCH, 0},
    {offsetof(struct sim, efuses), TEXT, 0},
    {offsetof(struct sim, fault), TEXT, 0},
};
_Static_assert(sizeof settings / sizeof *settings == sizeof sim_options / sizeof *sim_options - 1,
               "one for each option");

static enum err sim_configure(struct adapter *a, const char *option, const char *value)
{
    size_t i = 0;
    while (strcmp(sim_options[i].name, option) != 0)
        i++; /* the dispatcher has found it in the list */
    void *at = (char *)a + settings[i].offset;
    if (settings[i].kind == TEXT)
        return option_string(a->log, value, at);
    if (settings[i].kind == NUMBER)
        return option_number(a->log, option, value, settings[i].max, at);
    return option_bool(a->log, option, value, at);
}

/* --- life --- */

static struct adapter *sim_create(struct log *log)
{
    (void)log;
    struct sim *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->latency_us = DEFAULT_LATENCY_US;
    s->base.clock = (struct clock){.ops = &sim_clock_ops, .ctx = s};
    return &s->base;
}

static void sim_destroy(struct adapter *a)
{
    struct sim *s = sim_of(a);
    free(s->model);
    free(s->flash_path);
    free(s->rom_path);
    free(s->uart_path);
    free(s->efuses);
    free(s->fault);
    free(s->flash_part);
    free(s->flash_state);
    free(s);
}

static void chip_sent(void *ctx, const uint8_t *bytes, size_t len)
{
    struct sim *s = ctx;
    if (!s->uart)
        return;
    fwrite(bytes, 1, len, s->uart);
    fflush(s->uart);
}

static enum err open_uart(struct sim *s)
{
    if (!s->uart_path)
        return ERR_OK;
    s->uart = strcmp(s->uart_path, "-") ? fopen(s->uart_path, "wb") : stdout;
    if (!s->uart)
        return err_at(s->base.log, ERR_IO, "cannot write the chip's serial output to %s: %s", s->uart_path,
                      strerror(errno));
    return ERR_OK;
}

static void close_uart(struct sim *s)
{
    if (s->uart && s->uart != stdout)
        fclose(s->uart);
    s->uart = NULL;
}

static enum err sim_open(struct adapter *a)
{
    struct sim *s = sim_of(a);
    enum board_fault fault = BOARD_FAULT_NONE;
    uint64_t after_tcks = 0;
    enum err e = s->fault ? board_fault_parse(a->log, s->fault, &fault, &after_tcks) : ERR_OK;
    if (!e)
        e = open_uart(s);
    if (e)
        return e;
    struct board_options options = {
        .flash_path = s->flash_path,
        .flash_part = s->flash_part,
        .flash_state = s->flash_state,
        .rom_path = s->rom_path,
        .uart = chip_sent,
        .uart_ctx = s,
        .tck_khz = s->khz,
        .latency_us = s->latency_us,
        .strapping = (uint8_t)s->strapping,
        .efuses = s->efuses,
        .flash_maximum_times = s->flash_maximum_times,
        .flash_absent = s->flash_absent,
    };
    s->board = board_new(s->model ? s->model : adapter_sim_board_of(NULL), &options, a->log, &e);
    if (s->board)
        board_set_fault(s->board, fault, after_tcks);
    else
        close_uart(s);
    return e;
}

static void sim_close(struct adapter *a)
{
    struct sim *s = sim_of(a);
    uint64_t now_ns = sim_now_ns(s);
    board_free(s->board);
    s->board = NULL;
    s->closed_ns = now_ns;
    close_uart(s);
}

/* --- work --- */

static enum err check_plugged(struct sim *s)
{
    if (!board_is_unplugged(s->board))
        return ERR_OK;
    return err_at(s->base.log, ERR_DISCONNECTED,
                  "the virtual adapter was unplugged; plug it in and connect again (what was under way is unknown)");
}

static enum err sim_execute(struct adapter *a, struct batch *b)
{
    struct sim *s = sim_of(a);
    board_execute(s->board, b);
    return check_plugged(s);
}

static enum err sim_set_speed(struct adapter *a, uint32_t khz, uint32_t *actual_khz)
{
    struct sim *s = sim_of(a);
    enum err e = check_plugged(s);
    if (e)
        return e;
    s->khz = khz < MAX_KHZ ? khz : MAX_KHZ;
    board_set_tck_khz(s->board, s->khz);
    *actual_khz = s->khz;
    return ERR_OK;
}

static enum err sim_set_reset(struct adapter *a, bool trst, bool srst)
{
    struct sim *s = sim_of(a);
    enum err e = check_plugged(s);
    if (!e)
        board_set_reset(s->board, trst, srst);
    return e;
}

const struct adapter_ops adapter_sim_ops = {
    .name = "sim",
    .help = "a virtual board inside this program, in virtual time",
    .options = sim_options,
    .create = sim_create,
    .destroy = sim_destroy,
    .configure = sim_configure,
    .open = sim_open,
    .close = sim_close,
    .execute = sim_execute,
    .set_speed = sim_set_speed,
    .set_reset = sim_set_reset,
};

struct board *adapter_sim_board(struct adapter *a)
{
    return a && a->ops == &adapter_sim_ops ? sim_of(a)->board : NULL;
}

const char *adapter_sim_board_of(const char *chip)
{
    size_t len = chip ? strlen(chip) : 0;
    const struct board_model *m = board_models;
    while (m->name && chip && (strncmp(m->name, chip, len) != 0 || m->name[len] != '-'))
        m++;
    return m->name;
}
