/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual board as a remote_bitbang server on loopback: what "espocd sim" runs.
 *
 * Time. Without is_realtime the board's time is virtual: a TCK period that a client gives takes one period of tck_khz, a
 * remote sleep takes what it says, and nothing else lets time pass: while nobody is connected, or a client is silent, the
 * chip stands still. With is_realtime it also follows the host's clock, as far as the host is fast enough: what a slice
 * of host time cannot hold is given up, so that the board is never more than a moment behind.
 */
#ifndef SIM_SERVER_SERVER_H
#define SIM_SERVER_SERVER_H

#include "base/log.h"
#include "sim/board.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct sim_server_options {
    const char *board;       /* NULL: the first of board_models */
    const char *flash_path;  /* NULL: blank and forgotten */
    const char *flash_part;  /* NULL: the board's own */
    const char *flash_state; /* as in struct board_options */
    const char *rom_path;    /* NULL: the board's own */
    const char *uart_path;   /* "-": standard output, and standard input is what the chip receives; NULL: not shown */
    uint16_t port;           /* 0: any that is free, see sim_server_port */
    uint32_t tck_khz;        /* 0: the board's default */
    const char *fault;       /* as board_fault_parse takes it; NULL: none. A client that is unplugged may come again */
    const char *efuses;      /* "NAME=VALUE,..."; NULL: as the factory left them */
    uint8_t strapping;       /* levels of the boot pins; 0: the board's default */
    bool is_realtime;
};

struct sim_server;

/* Makes the board and listens on 127.0.0.1. log stays the caller's and outlives the server. NULL on failure; *e says why
   (port in use, wrong flash file, unknown board...). */
struct sim_server *sim_server_new(const struct sim_server_options *options, struct log *log, enum err *e);
void sim_server_free(struct sim_server *s); /* saves the flash; takes NULL */
uint16_t sim_server_port(const struct sim_server *s);
/* The board, for tests; not while sim_server_run runs in another thread. */
struct board *sim_server_board(struct sim_server *s);
/* Serves until *stop is true; looks at it at least every 50 ms. Saves the flash when a client leaves and at the end. */
enum err sim_server_run(struct sim_server *s, const atomic_bool *stop) MUST_USE;

#endif
