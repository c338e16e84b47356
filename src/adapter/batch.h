/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scan batch: what is to happen on the JTAG wires, as a list that an adapter (or a virtual board) executes in order.
 *
 * Four things can be said: a TMS path, a shift, clocks at constant pins, a wait. jtag/ makes IR and DR scans of them.
 * Queueing cannot fail; a lack of memory is remembered and found by the execute. Captured bits are valid after a good
 * execute. All bit strings go first bit = bit 0 of byte 0.
 */
#ifndef ADAPTER_BATCH_H
#define ADAPTER_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum batch_kind {
    BATCH_TMS,   /* bits TMS values from out, TDI constant */
    BATCH_SHIFT, /* bits TDI values from out, TMS 0, or 1 with the last bit when leave is set; TDO captured if capture */
    BATCH_CLOCK, /* bits clocks with TMS and TDI constant */
    BATCH_WAIT,  /* wait_ns without a clock */
};

struct batch_item {
    enum batch_kind kind;
    bool tms, tdi; /* levels where they are constant */
    bool capture;
    bool leave;
    size_t bits;      /* number of clocks; 0 for BATCH_WAIT */
    size_t out_at;    /* BATCH_TMS, BATCH_SHIFT: position of the first bit in batch.out */
    size_t in_at;     /* BATCH_SHIFT with capture: position in batch.in of what came from TDO */
    uint64_t wait_ns; /* BATCH_WAIT */
};

struct batch {
    struct batch_item *items;
    size_t count, room;
    uint8_t *out; /* TMS and TDI bits */
    size_t out_bits, out_room;
    uint8_t *in; /* TDO bits, written by the execute */
    size_t in_bits, in_room;
    bool failed; /* out of memory while queueing */
};

/* A zeroed batch is empty and ready. */
void batch_fini(struct batch *b);
/* Empties it and keeps its memory. */
void batch_clear(struct batch *b);

/* Clocks 1..64 TMS values, bit 0 first. */
void batch_tms(struct batch *b, uint64_t tms, unsigned bits, bool tdi);
/* Shifts bits of tdi (NULL: zeros), copied. leave: TMS goes to 1 with the last bit. Returns the position in in[] of the
   first captured bit (0 without capture). */
size_t batch_shift(struct batch *b, const uint8_t *tdi, size_t bits, bool capture, bool leave);
void batch_clock(struct batch *b, size_t clocks, bool tms, bool tdi);
void batch_wait(struct batch *b, uint64_t ns);
/* The number of TCK periods in the batch. */
uint64_t batch_tcks(const struct batch *b);

#endif
