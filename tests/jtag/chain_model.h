/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chain of plain TAPs for the tests, written from IEEE 1149.1 and independent of src/jtag, and an adapter that leads to
 * it. Each TAP has IDCODE, BYPASS and one data register of its own, and remembers what was updated.
 */
#ifndef TESTS_CHAIN_MODEL_H
#define TESTS_CHAIN_MODEL_H

#include "adapter/adapter.h"
#include "base/bytes.h"

enum { MODEL_TAPS = 4, MODEL_IR_LEN = 5, MODEL_IR_IDCODE = 0x1E, MODEL_IR_DATA = 0x1C };

struct model_tap {
    uint32_t idcode; /* 0: none, the TAP starts in BYPASS */
    unsigned data_bits;
    uint64_t data;    /* captured, and written by Update-DR */
    unsigned updates; /* Update-DR with MODEL_IR_DATA */
    unsigned ir_updates;
    uint32_t ir, ir_shift;
    uint64_t dr_shift;
    uint8_t ir_capture;
};

struct model {
    struct adapter adapter; /* first: the adapter's ops get this */
    struct model_tap taps[MODEL_TAPS];
    unsigned count; /* tap 0 is next to TDO */
    int state;      /* number of the state as the standard draws it: see chain_model.c */
    bool tdo_stuck, tdo_level;
    uint32_t noise;    /* not 0: TDO is random */
    struct buf record; /* one character a clock: '0', '1' with TMS 0; 'a', 'b' with TMS 1 */
    bool is_recording;
    unsigned fail_after; /* executes that go well before one fails; 0: never */
};

void model_init(struct model *m, struct log *log, unsigned count);
void model_fini(struct model *m);
bool model_tck(struct model *m, bool tms, bool tdi);

#endif
