/* SPDX-License-Identifier: Apache-2.0 */
#include "jtag/state.h"

struct state {
    const char *name;
    uint8_t next[2]; /* with TMS 0, with TMS 1 */
};

// clang-format off
static const struct state states[JTAG_STATES] = {
    [JTAG_RESET]      = {"RESET",     {JTAG_IDLE,       JTAG_RESET}},
    [JTAG_IDLE]       = {"RUN/IDLE",  {JTAG_IDLE,       JTAG_SELECT_DR}},
    [JTAG_SELECT_DR]  = {"DRSELECT",  {JTAG_CAPTURE_DR, JTAG_SELECT_IR}},
    [JTAG_CAPTURE_DR] = {"DRCAPTURE", {JTAG_SHIFT_DR,   JTAG_EXIT1_DR}},
    [JTAG_SHIFT_DR]   = {"DRSHIFT",   {JTAG_SHIFT_DR,   JTAG_EXIT1_DR}},
    [JTAG_EXIT1_DR]   = {"DREXIT1",   {JTAG_PAUSE_DR,   JTAG_UPDATE_DR}},
    [JTAG_PAUSE_DR]   = {"DRPAUSE",   {JTAG_PAUSE_DR,   JTAG_EXIT2_DR}},
    [JTAG_EXIT2_DR]   = {"DREXIT2",   {JTAG_SHIFT_DR,   JTAG_UPDATE_DR}},
    [JTAG_UPDATE_DR]  = {"DRUPDATE",  {JTAG_IDLE,       JTAG_SELECT_DR}},
    [JTAG_SELECT_IR]  = {"IRSELECT",  {JTAG_CAPTURE_IR, JTAG_RESET}},
    [JTAG_CAPTURE_IR] = {"IRCAPTURE", {JTAG_SHIFT_IR,   JTAG_EXIT1_IR}},
    [JTAG_SHIFT_IR]   = {"IRSHIFT",   {JTAG_SHIFT_IR,   JTAG_EXIT1_IR}},
    [JTAG_EXIT1_IR]   = {"IREXIT1",   {JTAG_PAUSE_IR,   JTAG_UPDATE_IR}},
    [JTAG_PAUSE_IR]   = {"IRPAUSE",   {JTAG_PAUSE_IR,   JTAG_EXIT2_IR}},
    [JTAG_EXIT2_IR]   = {"IREXIT2",   {JTAG_SHIFT_IR,   JTAG_UPDATE_IR}},
    [JTAG_UPDATE_IR]  = {"IRUPDATE",  {JTAG_IDLE,       JTAG_SELECT_DR}},
};
// clang-format on

enum jtag_state jtag_next(enum jtag_state state, bool tms)
{
    return (enum jtag_state)states[state].next[tms];
}

const char *jtag_state_name(enum jtag_state state)
{
    return states[state].name;
}

/* Breadth first from where we are: the first way that arrives is a shortest one. */
struct jtag_path jtag_path(enum jtag_state from, enum jtag_state to)
{
    struct jtag_path way[JTAG_STATES] = {{0}};
    enum jtag_state queue[JTAG_STATES];
    unsigned head = 0, tail = 0, seen = 1U << from;

    queue[tail++] = from;
    while (head < tail && queue[head] != to) {
        enum jtag_state at = queue[head++];
        for (unsigned tms = 0; tms < 2; tms++) {
            enum jtag_state next = jtag_next(at, tms);
            if (seen >> next & 1)
                continue;
            seen |= 1U << next;
            way[next].tms = (uint16_t)(way[at].tms | tms << way[at].bits);
            way[next].bits = (uint8_t)(way[at].bits + 1);
            queue[tail++] = next;
        }
    }
    return way[to];
}
