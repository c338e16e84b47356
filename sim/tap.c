/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/tap.h"

/* IEEE 1149.1, figure of the TAP controller's states: [state][TMS]. */
static const uint8_t next_state[TAP_STATES][2] = {
    [TAP_RESET] = {TAP_IDLE, TAP_RESET},
    [TAP_IDLE] = {TAP_IDLE, TAP_SELECT_DR},
    [TAP_SELECT_DR] = {TAP_CAPTURE_DR, TAP_SELECT_IR},
    [TAP_CAPTURE_DR] = {TAP_SHIFT_DR, TAP_EXIT1_DR},
    [TAP_SHIFT_DR] = {TAP_SHIFT_DR, TAP_EXIT1_DR},
    [TAP_EXIT1_DR] = {TAP_PAUSE_DR, TAP_UPDATE_DR},
    [TAP_PAUSE_DR] = {TAP_PAUSE_DR, TAP_EXIT2_DR},
    [TAP_EXIT2_DR] = {TAP_SHIFT_DR, TAP_UPDATE_DR},
    [TAP_UPDATE_DR] = {TAP_IDLE, TAP_SELECT_DR},
    [TAP_SELECT_IR] = {TAP_CAPTURE_IR, TAP_RESET},
    [TAP_CAPTURE_IR] = {TAP_SHIFT_IR, TAP_EXIT1_IR},
    [TAP_SHIFT_IR] = {TAP_SHIFT_IR, TAP_EXIT1_IR},
    [TAP_EXIT1_IR] = {TAP_PAUSE_IR, TAP_UPDATE_IR},
    [TAP_PAUSE_IR] = {TAP_PAUSE_IR, TAP_EXIT2_IR},
    [TAP_EXIT2_IR] = {TAP_SHIFT_IR, TAP_UPDATE_IR},
    [TAP_UPDATE_IR] = {TAP_IDLE, TAP_SELECT_DR},
};

enum tap_state tap_next(enum tap_state state, bool tms)
{
    return (enum tap_state)next_state[state][tms];
}

/* --- registers --- */

enum { IR_CAPTURE = 1 /* the two low bits are 01 by IEEE 1149.1 */ };

static uint64_t bypass_capture(void *ctx)
{
    (void)ctx;
    return 0;
}

void tap_ignore_update(void *ctx, uint64_t value)
{
    (void)ctx;
    (void)value;
}

const struct tap_dr tap_bypass = {1, bypass_capture, tap_ignore_update};

void tap_init(struct tap *t, const struct tap_ops *ops, void *ctx)
{
    *t = (struct tap){.ops = ops, .ctx = ctx, .state = TAP_RESET, .ir = ops->ir_reset, .tdo = true};
}

/* Shifts count <= 32 bits of tdi through a register of len < 64 bits; returns what comes out. */
static uint32_t shift(uint64_t *reg, unsigned len, uint32_t tdi, unsigned count)
{
    uint64_t in = tdi & ((1ULL << count) - 1), out;
    if (count >= len) {
        out = *reg | in << len;
        *reg = in >> (count - len) & ((1ULL << len) - 1);
    } else {
        out = *reg;
        *reg = *reg >> count | in << (len - count);
    }
    return (uint32_t)(out & ((1ULL << count) - 1));
}

static uint32_t shift_ir(struct tap *t, uint32_t tdi, unsigned count)
{
    uint64_t reg = t->ir_shift;
    uint32_t out = shift(&reg, t->ops->ir_bits, tdi, count);
    t->ir_shift = (uint8_t)reg;
    return out;
}

/* --- edges --- */

/* What the state does with the rising edge that leaves it. */
void tap_rise(struct tap *t, bool tms, bool tdi)
{
    switch (t->state) {
    case TAP_CAPTURE_DR: {
        const struct tap_dr *dr = t->ops->selected(t->ctx);
        t->dr_len = dr->bits;
        t->dr = dr->capture(t->ctx);
        break;
    }
    case TAP_SHIFT_DR:
        (void)shift(&t->dr, t->dr_len, tdi, 1);
        break;
    case TAP_CAPTURE_IR:
        t->ir_shift = IR_CAPTURE;
        break;
    case TAP_SHIFT_IR:
        (void)shift_ir(t, tdi, 1);
        break;
    default:
        break;
    }
    t->state = tap_next(t->state, tms);
}

static void drive_tdo(struct tap *t)
{
    if (t->state == TAP_SHIFT_DR)
        t->tdo = t->dr & 1;
    else if (t->state == TAP_SHIFT_IR)
        t->tdo = t->ir_shift & 1;
    else
        t->tdo = true; /* not driven; the line is pulled up */
}

/* What the state that was just entered does at the falling edge. */
void tap_fall(struct tap *t)
{
    switch (t->state) {
    case TAP_RESET:
        t->ir = t->ops->ir_reset;
        t->ops->reset(t->ctx);
        break;
    case TAP_UPDATE_IR:
        t->ir = t->ir_shift;
        if (t->ops->ir_updated)
            t->ops->ir_updated(t->ctx);
        break;
    case TAP_UPDATE_DR:
        t->ops->selected(t->ctx)->update(t->ctx, t->dr);
        break;
    default:
        break;
    }
    drive_tdo(t);
}

void tap_trst(struct tap *t)
{
    t->state = TAP_RESET;
    tap_fall(t);
}

uint32_t tap_shift(struct tap *t, uint32_t tdi, unsigned count)
{
    uint32_t out = t->state == TAP_SHIFT_IR ? shift_ir(t, tdi, count) : shift(&t->dr, t->dr_len, tdi, count);
    drive_tdo(t);
    return out;
}

bool tap_is_shifting(const struct tap *t)
{
    return t->state == TAP_SHIFT_DR || t->state == TAP_SHIFT_IR;
}

bool tap_is_steady(const struct tap *t, bool tms)
{
    return !tap_is_shifting(t) && tap_next(t->state, tms) == t->state;
}
