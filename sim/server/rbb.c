/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/server/rbb.h"

enum { NS_PER_US = 1000, NS_PER_MS = 1000000, PIN_TDI = 1, PIN_TMS = 2, PIN_TCK = 4, PIN_SRST = 1, PIN_TRST = 2 };

void rbb_begin(struct rbb *r, struct board *board)
{
    r->board = board;
    r->tck = false;
    r->tdo = false;
    buf_clear(&r->replies);
}

void rbb_fini(struct rbb *r)
{
    buf_fini(&r->replies);
}

static void set_pins(struct rbb *r, unsigned pins)
{
    bool tck = pins & PIN_TCK;
    if (tck && !r->tck)
        r->tdo = board_tck(r->board, pins & PIN_TMS, pins & PIN_TDI);
    r->tck = tck;
}

static void reply(struct rbb *r)
{
    bool tdo = r->tck ? r->tdo : board_tdo(r->board);
    buf_u8(&r->replies, tdo ? '1' : '0');
}

static enum rbb_end obey(struct rbb *r, uint8_t c)
{
    switch (c) {
    case 'B':
    case 'b':
        break;
    case 'r':
    case 's':
    case 't':
    case 'u':
        board_set_reset(r->board, (c - 'r') & PIN_TRST, (c - 'r') & PIN_SRST);
        break;
    case 'Z':
    case 'D':
        board_advance_ns(r->board, NS_PER_MS);
        break;
    case 'z':
    case 'd':
        board_advance_ns(r->board, NS_PER_US);
        break;
    case 'Q':
        return RBB_QUIT;
    default:
        return RBB_FOREIGN;
    }
    return RBB_MORE;
}

enum rbb_end rbb_feed(struct rbb *r, const uint8_t *chars, size_t len, size_t *used)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t c = chars[i];
        if (c >= '0' && c <= '7') {
            set_pins(r, c & 7U);
            continue;
        }
        if (c == 'R') {
            reply(r);
            continue;
        }
        enum rbb_end end = obey(r, c);
        if (end != RBB_MORE) {
            *used = i + (end == RBB_QUIT);
            return end;
        }
    }
    *used = len;
    return RBB_MORE;
}
