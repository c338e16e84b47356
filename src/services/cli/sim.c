/* SPDX-License-Identifier: Apache-2.0 */
/* "espocd sim": a virtual board as a remote_bitbang server. */
#include "services/cli/cli.h"

#include "sim/server/server.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum {
    SIM_BOARD,
    SIM_FLASH,
    SIM_PART,
    SIM_STATE,
    SIM_ROM,
    SIM_UART,
    SIM_RBB,
    SIM_SPEED,
    SIM_REALTIME,
    SIM_RUN,
    SIM_STRAPS,
    SIM_EFUSE,
    SIM_FAULT
};

static const struct cli_option sim_options[] = {
    [SIM_BOARD] = {"board", 'b', "BOARD", "the board (default: esp32-wrover; 'list' shows all)"},
    [SIM_FLASH] = {"flash", 'f', "FILE", "the flash's content: read at the start if the file exists, and kept in it"},
    [SIM_PART] = {"flash-part", 0, "PART", CLI_PART_HELP},
    [SIM_STATE] = {"flash-state", 0, "NAME[,NAME...][@MS]", CLI_STATE_HELP},
    [SIM_ROM] = {"rom", 0, "FILE", "another boot ROM than the board's own, such as a dump of the chip's"},
    [SIM_UART] = {"uart", 'u', "FILE",
                  "write what the chip sends on its serial port there; - is the terminal, to type too"},
    [SIM_RBB] = {"rbb", 'p', "PORT", "TCP port of the remote_bitbang server (default 3335; 0: any that is free)"},
    [SIM_SPEED] = {"speed", 0, "KHZ", "frequency that a client's TCK counts for (default 20000)"},
    [SIM_REALTIME] = {"realtime", 0, NULL, "let the board's time follow the clock on the wall"},
    [SIM_RUN] = {"run", 0, "MS", "run the board alone for so many milliseconds of its own time, then end"},
    [SIM_STRAPS] = {"strapping", 0, "VALUE",
                    "levels of the boot pins as the chip latches them (default: boot from flash)"},
    [SIM_EFUSE] = {"efuse", 0, "NAME=VALUE,...", CLI_EFUSE_HELP},
    [SIM_FAULT] = {"fault", 0, "NAME[@TCKS]", CLI_FAULT_HELP},
    {NULL, 0, NULL, NULL},
};

/* --- ending on a signal --- */

struct signals {
    sigset_t set;
    pthread_t thread;
    atomic_bool stop;
};

static void *wait_for_signal(void *ctx)
{
    struct signals *s = ctx;
    int number;
    sigwait(&s->set, &number);
    atomic_store(&s->stop, true);
    return NULL;
}

static bool signals_begin(struct signals *s)
{
    atomic_init(&s->stop, false);
    sigemptyset(&s->set);
    sigaddset(&s->set, SIGINT);
    sigaddset(&s->set, SIGTERM);
    sigaddset(&s->set, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &s->set, NULL);
    return !pthread_create(&s->thread, NULL, wait_for_signal, s);
}

static void signals_end(struct signals *s)
{
    pthread_cancel(s->thread); /* for the case that the server ended by itself */
    pthread_join(s->thread, NULL);
}

/* --- the command --- */

static int list_boards(void)
{
    for (const struct board_model *m = board_models; m->name; m++)
        printf("%-16s%s\n", m->name, m->title);
    return CLI_DONE;
}

static int list_parts(void)
{
    const struct nor_part *p;
    for (size_t i = 0; (p = nor_part_at(i)); i++) {
        const uint8_t *id = nor_part_id(p);
        printf("%-16s%-12s%02X %02X %02X  %3u MB\n", nor_part_name(p), nor_part_maker(p), id[0], id[1], id[2],
               nor_part_size(p) >> 20);
    }
    return CLI_DONE;
}

static int take_number(struct cli_call *call, unsigned option, uint64_t max, uint64_t *value)
{
    const char *text = cli_value(call, option);
    if (text && !cli_number(text, max, value))
        return cli_usage(call, "'--%s %s' is not a number up to %llu", sim_options[option].name, text,
                         (unsigned long long)max);
    return CLI_DONE;
}

/* --run: no client, only time. */
static void run_alone(struct board *board, uint64_t ms, const atomic_bool *stop)
{
    for (uint64_t i = 0; i < ms && !atomic_load(stop); i++)
        board_advance_ns(board, 1000000);
}

static enum err serve(struct cli_call *call, const struct sim_server_options *options, uint64_t run_ms)
{
    struct signals signals;
    enum err e;
    struct sim_server *server = sim_server_new(options, &call->log, &e);
    if (!server)
        return e;
    if (!signals_begin(&signals)) {
        sim_server_free(server);
        return err_at(&call->log, ERR_RESOURCE, "no thread to be had for the signals");
    }
    if (run_ms) {
        run_alone(sim_server_board(server), run_ms, &signals.stop);
        signals_end(&signals);
        e = board_sync(sim_server_board(server));
        sim_server_free(server);
        return e;
    }
    printf("%s: remote_bitbang on 127.0.0.1 port %u, %s time; Ctrl-C ends it\n",
           options->board ? options->board : board_models[0].name, sim_server_port(server),
           options->is_realtime ? "real" : "virtual");
    fflush(stdout);
    e = sim_server_run(server, &signals.stop);
    signals_end(&signals);
    sim_server_free(server);
    return e;
}

static int run_sim(struct cli_call *call)
{
    uint64_t port = 3335, khz = 0, run_ms = 0, straps = 0;
    call->log.level = LOG_INFO;
    const char *board = cli_value(call, SIM_BOARD);
    if (call->arg_count)
        return cli_usage(call, "'%s' is no option of it", call->args[0]);
    if (board && !strcmp(board, "list"))
        return list_boards();
    const char *part = cli_value(call, SIM_PART);
    if (part && !strcmp(part, "list"))
        return list_parts();
    int status = take_number(call, SIM_RBB, UINT16_MAX, &port);
    if (status == CLI_DONE)
        status = take_number(call, SIM_SPEED, 1000000, &khz);
    if (status == CLI_DONE)
        status = take_number(call, SIM_RUN, 1000000000, &run_ms);
    if (status == CLI_DONE)
        status = take_number(call, SIM_STRAPS, 0x3F, &straps);
    if (status != CLI_DONE)
        return status;
    if (run_ms)
        port = 0; /* nobody is to find it */
    struct sim_server_options options = {
        .board = board,
        .flash_path = cli_value(call, SIM_FLASH),
        .flash_part = part,
        .flash_state = cli_value(call, SIM_STATE),
        .rom_path = cli_value(call, SIM_ROM),
        .uart_path = cli_value(call, SIM_UART),
        .port = (uint16_t)port,
        .tck_khz = (uint32_t)khz,
        .strapping = (uint8_t)straps,
        .is_realtime = cli_has(call, SIM_REALTIME),
        .efuses = cli_value(call, SIM_EFUSE),
        .fault = cli_value(call, SIM_FAULT),
    };
    return cli_fail(call, serve(call, &options, run_ms));
}

static const struct cli_verb sim_verb = {
    "sim",
    "",
    "a virtual board as a remote_bitbang server, for espocd, OpenOCD and others",
    "Clients connect with 'remote_bitbang port PORT' (OpenOCD: interface/remote_bitbang.cfg), one at a time.\n"
    "\n"
    "Time: the chip's time is virtual. Every clock that the client gives takes one period of --speed, every remote "
    "sleep\n"
    "what it says, and nothing else lets time pass: with no client, or a silent one, the chip stands still. So a run "
    "is\n"
    "the same on every machine. With --realtime the chip also runs while nothing comes, as fast as the clock on the\n"
    "wall, or as this machine can.",
    sim_options,
    0,
    0,
    run_sim,
};

int cmd_sim(int argc, char **argv)
{
    return cli_run_verb(&sim_verb, NULL, argc, argv);
}
