/* SPDX-License-Identifier: Apache-2.0 */
/* The TAP: what its registers capture, shift and update, edge by edge (IEEE 1149.1). */
#include "sim/rvdbg/rvdbg_int.h"

/* One data register behind an IR code. */
struct dr {
    unsigned bits; /* 0: as wide as the dmi register */
    uint64_t (*capture)(struct rvdbg *x);
    void (*update)(struct rvdbg *x, uint64_t value);
};

static uint64_t idcode_capture(struct rvdbg *x)
{
    return x->config.idcode;
}

static uint64_t bypass_capture(struct rvdbg *x)
{
    (void)x;
    return 0;
}

static void ignore_update(struct rvdbg *x, uint64_t value)
{
    (void)x;
    (void)value;
}

static const struct dr bypass = {1, bypass_capture, ignore_update};
static const struct dr idcode = {32, idcode_capture, ignore_update};
static const struct dr dtmcs = {32, dtm_dtmcs_capture, dtm_dtmcs_update};
static const struct dr dmi = {0, dtm_dmi_capture, dtm_dmi_update};

/* The data register that is selected now. An instruction that is not listed selects BYPASS. */
static const struct dr *selected(const struct rvdbg *x)
{
    switch (x->tap.ir) {
    case RISCV_IR_IDCODE:
        return &idcode;
    case RISCV_IR_DTMCS:
        return &dtmcs;
    case RISCV_IR_DMI:
        return &dmi;
    default:
        return &bypass;
    }
}

enum { IR_CAPTURE = 1 /* the two low bits are 01 by IEEE 1149.1 */ };

/* Shifts count <= 32 bits of tdi through a register of len <= 64 bits; returns what comes out. */
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

static uint32_t shift_dr(struct rvdbg_tap *tap, uint32_t tdi, unsigned count)
{
    return shift(&tap->dr, tap->dr_len, tdi, count);
}

static uint32_t shift_ir(struct rvdbg_tap *tap, uint32_t tdi, unsigned count)
{
    uint64_t reg = tap->ir_shift;
    uint32_t out = shift(&reg, RISCV_IR_LEN, tdi, count);
    tap->ir_shift = (uint8_t)reg;
    return out;
}

/* What the state does with the rising edge that leaves it. */
static void rise(struct rvdbg *x, bool tms, bool tdi)
{
    struct rvdbg_tap *tap = &x->tap;
    switch (tap->state) {
    case TAP_CAPTURE_DR: {
        const struct dr *dr = selected(x);
        tap->dr_len = dr->bits ? dr->bits : (unsigned)DMI_FIXED_BITS + x->config.abits;
        tap->dr = dr->capture(x);
        break;
    }
    case TAP_SHIFT_DR:
        shift_dr(tap, tdi, 1);
        break;
    case TAP_CAPTURE_IR:
        tap->ir_shift = IR_CAPTURE;
        break;
    case TAP_SHIFT_IR:
        shift_ir(tap, tdi, 1);
        break;
    default:
        break;
    }
    dtm_count(x, 1);
    tap->state = tap_next(tap->state, tms);
}

static void drive_tdo(struct rvdbg_tap *tap)
{
    if (tap->state == TAP_SHIFT_DR)
        tap->tdo = tap->dr & 1;
    else if (tap->state == TAP_SHIFT_IR)
        tap->tdo = tap->ir_shift & 1;
    else
        tap->tdo = true; /* not driven; the line is pulled up */
}

/* What the state that was just entered does at the falling edge. */
static void fall(struct rvdbg *x)
{
    struct rvdbg_tap *tap = &x->tap;
    switch (tap->state) {
    case TAP_RESET:
        tap->ir = RISCV_IR_IDCODE;
        dtm_reset(x);
        break;
    case TAP_UPDATE_IR:
        tap->ir = tap->ir_shift;
        break;
    case TAP_UPDATE_DR:
        selected(x)->update(x, tap->dr);
        break;
    default:
        break;
    }
    drive_tdo(tap);
}

bool rvdbg_tck(struct rvdbg *x, bool tms, bool tdi)
{
    bool tdo = x->tap.tdo;
    rise(x, tms, tdi);
    fall(x);
    return tdo;
}

uint32_t rvdbg_shift(struct rvdbg *x, uint32_t tdi, unsigned count)
{
    struct rvdbg_tap *tap = &x->tap;
    uint32_t out = tap->state == TAP_SHIFT_IR ? shift_ir(tap, tdi, count) : shift_dr(tap, tdi, count);
    dtm_count(x, count);
    drive_tdo(tap);
    return out;
}

bool rvdbg_is_shifting(const struct rvdbg *x)
{
    return x->tap.state == TAP_SHIFT_DR || x->tap.state == TAP_SHIFT_IR;
}

bool rvdbg_is_steady(const struct rvdbg *x, bool tms)
{
    return !rvdbg_is_shifting(x) && !x->dtm.tcks_left && tap_next(x->tap.state, tms) == x->tap.state;
}

bool rvdbg_tdo(const struct rvdbg *x)
{
    return x->tap.tdo;
}

void rvdbg_trst(struct rvdbg *x)
{
    x->tap.state = TAP_RESET;
    fall(x);
}
