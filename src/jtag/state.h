/* SPDX-License-Identifier: Apache-2.0 */
/* The 16 states of a TAP controller (IEEE 1149.1, figure 6-1) and the shortest ways between them. */
#ifndef JTAG_STATE_H
#define JTAG_STATE_H

#include <stdbool.h>
#include <stdint.h>

enum jtag_state {
    JTAG_RESET,
    JTAG_IDLE,
    JTAG_SELECT_DR,
    JTAG_CAPTURE_DR,
    JTAG_SHIFT_DR,
    JTAG_EXIT1_DR,
    JTAG_PAUSE_DR,
    JTAG_EXIT2_DR,
    JTAG_UPDATE_DR,
    JTAG_SELECT_IR,
    JTAG_CAPTURE_IR,
    JTAG_SHIFT_IR,
    JTAG_EXIT1_IR,
    JTAG_PAUSE_IR,
    JTAG_EXIT2_IR,
    JTAG_UPDATE_IR,
    JTAG_STATES,
};

/* TMS values, bit 0 first. */
struct jtag_path {
    uint16_t tms;
    uint8_t bits;
};

enum jtag_state jtag_next(enum jtag_state state, bool tms);
/* The shortest way; empty when both are the same. */
struct jtag_path jtag_path(enum jtag_state from, enum jtag_state to);
const char *jtag_state_name(enum jtag_state state); /* as scripts write it: "RUN/IDLE", "DRPAUSE" */

#endif
