/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JTAG_JTAG_INT_H
#define JTAG_JTAG_INT_H

#include "jtag/jtag.h"

/* What a TAP holds, as far as the host knows. */
struct tap_now {
    uint32_t ir;
    bool is_known; /* false after a reset of the TAPs: then the DR is IDCODE or BYPASS */
};

/* Bits that came in and where they go. A capture of an IR is compared instead. */
struct jtag_capture {
    size_t at;
    unsigned bits;
    bool is_ir;
    unsigned tap;
    uint32_t mask;
    uint32_t *word;
    uint8_t *bytes;
};

struct jtag {
    struct adapter *adapter;
    struct log *log;
    struct jtag_tap taps[JTAG_MAX_TAPS];
    unsigned tap_count;
    uint32_t found_ids[JTAG_MAX_TAPS];

    /* of the queue: how things will be when it has run */
    struct batch batch;
    enum jtag_state state;
    bool is_lost; /* the state is unknown: begin with a reset */
    struct tap_now now[JTAG_MAX_TAPS];

    struct jtag_capture *captures;
    size_t capture_count, capture_room;
    uint8_t *scratch; /* bits of one scan */
    size_t scratch_room;
    bool failed; /* out of memory while queueing */
};

/* Moves to Shift-DR or Shift-IR, through Update after a scan. */
void jtag_begin_shift(struct jtag *j, enum jtag_state shift);
/* Shifts bits of tdi and ends in Exit1. Returns the position of the captured bits in batch.in. */
size_t jtag_shift(struct jtag *j, const uint8_t *tdi, size_t bits);
void jtag_capture(struct jtag *j, const struct jtag_capture *c);
/* The queue's zeroed bits for one scan; NULL when out of memory. */
uint8_t *jtag_scratch(struct jtag *j, size_t bits);
uint32_t jtag_bypass(const struct jtag_tap *tap);

/* What a chain that was shifted out says. */
struct jtag_chain_scan {
    uint32_t ids[JTAG_MAX_TAPS]; /* 0: a TAP without IDCODE */
    unsigned count;
    bool is_all_ones, is_all_zeros;
    bool is_endless; /* the ones that were shifted in did not come back */
};
void jtag_parse_chain(const uint8_t *bits, size_t count, struct jtag_chain_scan *scan);
/* Writes the sentence of what is wrong with the chain; ERR_OK when it is as expected. */
enum err jtag_judge_chain(struct jtag *j, const struct jtag_chain_scan *first, const struct jtag_chain_scan *second);
bool jtag_id_matches(const struct jtag_tap *tap, uint32_t id);
/* "Tensilica", "<unknown>" */
const char *jtag_maker(uint32_t idcode);

#endif
