/* SPDX-License-Identifier: Apache-2.0 */
/* A target on a whole virtual board. */
#ifndef TESTS_TARGET_BOARD_RIG_H
#define TESTS_TARGET_BOARD_RIG_H

#include "unit.h"

#include "dm/xocd.h"
#include "sim/board.h"
#include "target/target.h"

/* What differs from board to board. */
struct rig_kind {
    const char *board, *chip;
    uint32_t places[8];     /* an address in each memory that can be written; 0 ends the list */
    uint32_t alias[2];      /* one word of memory by two roads */
    uint32_t iram, dram;    /* for code and data of a test */
    uint32_t timg0;         /* the first timer group: its watchdog is the same on all */
    uint32_t core1, words;  /* what rules the second core */
    uint32_t lost_by_reset; /* a register that a reset of the digital core takes back to 0 */
    unsigned revision;      /* major * 100 + minor */
};
extern const struct rig_kind rig_kinds[]; /* ended by one without a board */
/* Whether this program has the board. */
bool rig_has(const struct rig_kind *kind);

struct rig {
    const struct rig_kind *kind;
    struct log log;
    struct log_sink sink;
    struct adapter *adapter;
    struct jtag *jtag;
    struct target *target;
    struct core *cpu[2];
    struct board *board;
};

void rig_open_board_of(struct rig *r, const struct rig_kind *kind); /* without a target */
void rig_open_of(struct rig *r, const struct rig_kind *kind);
void rig_open_board(struct rig *r); /* the first kind */
void rig_connect(struct rig *r);
void rig_connect_chip(struct rig *r, const struct chip *chip); /* under another record */
void rig_open(struct rig *r);                                  /* both */
void rig_close(struct rig *r);
/* Fails the test with the sentence of the error. */
void rig_check(struct rig *r, enum err e);
void rig_wait_ms(struct rig *r, uint32_t ms);
uint32_t rig_reg(struct rig *r, unsigned core, const char *name);

#endif
