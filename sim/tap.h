/* SPDX-License-Identifier: Apache-2.0 */
/* The 16-state TAP controller of IEEE 1149.1, and what it does with the registers behind it, edge by edge. */
#ifndef SIM_TAP_H
#define SIM_TAP_H

#include <stdbool.h>
#include <stdint.h>

enum tap_state {
    TAP_RESET,
    TAP_IDLE,
    TAP_SELECT_DR,
    TAP_CAPTURE_DR,
    TAP_SHIFT_DR,
    TAP_EXIT1_DR,
    TAP_PAUSE_DR,
    TAP_EXIT2_DR,
    TAP_UPDATE_DR,
    TAP_SELECT_IR,
    TAP_CAPTURE_IR,
    TAP_SHIFT_IR,
    TAP_EXIT1_IR,
    TAP_PAUSE_IR,
    TAP_EXIT2_IR,
    TAP_UPDATE_IR,
    TAP_STATES,
};

/* The state after a rising edge of TCK. */
enum tap_state tap_next(enum tap_state state, bool tms);

/* A data register: at most 63 bits. */
struct tap_dr {
    unsigned bits;
    uint64_t (*capture)(void *ctx);
    void (*update)(void *ctx, uint64_t value);
};

/* What stands behind a TAP. */
struct tap_ops {
    unsigned ir_bits; /* at most 8 */
    uint8_t ir_reset; /* the instruction after a reset: IDCODE */
    /* The data register that the active instruction selects now. */
    const struct tap_dr *(*selected)(void *ctx);
    void (*reset)(void *ctx);      /* the reset state was entered, or is held */
    void (*ir_updated)(void *ctx); /* may be NULL */
};

struct tap {
    const struct tap_ops *ops;
    void *ctx;
    enum tap_state state;
    uint8_t ir;       /* the active instruction */
    uint8_t ir_shift; /* the IR shift register */
    uint64_t dr;      /* the DR shift register and its length */
    unsigned dr_len;
    bool tdo;
};

/* For a register that cannot be written. */
void tap_ignore_update(void *ctx, uint64_t value);
/* One bit, captured as 0. */
extern const struct tap_dr tap_bypass;

/* In reset, with TDO pulled up. Nothing is called. */
void tap_init(struct tap *t, const struct tap_ops *ops, void *ctx);
/* The two edges of one TCK. TDO before the rising edge is what whoever drives TCK sees. */
void tap_rise(struct tap *t, bool tms, bool tdi);
void tap_fall(struct tap *t);
/* TRST goes low: reset. */
void tap_trst(struct tap *t);
/* As count <= 32 TCKs with TMS low while it is shifting: the bits of tdi go in, what comes out is returned. */
uint32_t tap_shift(struct tap *t, uint32_t tdi, unsigned count);
bool tap_is_shifting(const struct tap *t);
/* Whether TCKs with this TMS change nothing. */
bool tap_is_steady(const struct tap *t, bool tms);

#endif
