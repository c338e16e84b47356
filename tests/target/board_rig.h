/* SPDX-License-Identifier: Apache-2.0 */
/* A target on a whole virtual board. */
#ifndef TESTS_TARGET_BOARD_RIG_H
#define TESTS_TARGET_BOARD_RIG_H

#include "unit.h"

#include "dm/xocd.h"
#include "sim/board.h"
#include "target/target.h"

struct rig {
    struct log log;
    struct log_sink sink;
    struct adapter *adapter;
    struct jtag *jtag;
    struct target *target;
    struct core *cpu[2];
    struct board *board;
};

void rig_open_board(struct rig *r); /* without a target */
void rig_connect(struct rig *r);
void rig_connect_chip(struct rig *r, const struct chip *chip); /* under another record */
void rig_open(struct rig *r);                                  /* both */
void rig_close(struct rig *r);
/* Fails the test with the sentence of the error. */
void rig_check(struct rig *r, enum err e);
void rig_wait_ms(struct rig *r, uint32_t ms);
uint32_t rig_reg(struct rig *r, unsigned core, const char *name);

#endif
