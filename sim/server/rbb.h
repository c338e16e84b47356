/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The remote_bitbang protocol on the side of the board: characters in, pins and replies out. No sockets.
 *
 * Characters (OpenOCD's manual, doc/manual/jtag/drivers/remote_bitbang.txt):
 *   0 1 2 3 4 5 6 7   set the pins: TCK 4, TMS 2, TDI 1. A rising TCK is one period of the board's time.
 *   R                 reply 0 or 1: TDO. It changes with the falling TCK, so the replies before and after a rise are equal
 *   r s t u           TRST, SRST: none, SRST, TRST, both asserted
 *   Z z               sleep 1 ms, 1 us
 *   D                 sleep 1 ms, as servers before OpenOCD 0.12 had it. Their "d" (1 us) is taken as well: as a write to
 *                     SWD, which it also stands for, it would mean nothing here
 *   B b               LED on, off: nothing to see
 *   Q                 quit
 * Anything else (HTTP, SWD, a telnet client) ends the connection.
 */
#ifndef SIM_SERVER_RBB_H
#define SIM_SERVER_RBB_H

#include "base/bytes.h"
#include "sim/board.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rbb {
    struct board *board;
    struct buf replies; /* what is to be sent; the caller empties it */
    bool tck;
    bool tdo; /* what TDO was before TCK rose, while it is high */
};

enum rbb_end { RBB_MORE, RBB_QUIT, RBB_FOREIGN };

/* A new client: TCK low. */
void rbb_begin(struct rbb *r, struct board *board);
void rbb_fini(struct rbb *r);
/* Obeys the characters; stops early only at an end, with *used at the character behind it (RBB_QUIT) or at the one that
   does not belong (RBB_FOREIGN). */
enum rbb_end rbb_feed(struct rbb *r, const uint8_t *chars, size_t len, size_t *used);

#endif
