/* SPDX-License-Identifier: Apache-2.0 */
/* The TAP: what its registers capture, shift and update, edge by edge (IEEE 1149.1). */
#include "sim/xdm/xdm_int.h"

#include "regs/xtensa.h"

/* One data register behind an IR code. */
struct dr {
    uint8_t ir;
    unsigned bits;
    uint32_t (*capture)(struct xdm *x);
    void (*update)(struct xdm *x, uint32_t value);
};

static uint32_t idcode_capture(struct xdm *x)
{
    return x->config.idcode;
}

static uint32_t bypass_capture(struct xdm *x)
{
    (void)x;
    return 0;
}

static uint32_t pwrctl_capture(struct xdm *x)
{
    return power_ctl(x);
}

static void pwrctl_update(struct xdm *x, uint32_t value)
{
    xdm_sync(x);
    power_set_ctl(x, (uint8_t)value);
}

static uint32_t pwrstat_capture(struct xdm *x)
{
    xdm_sync(x);
    return power_stat(x);
}

static void pwrstat_update(struct xdm *x, uint32_t value)
{
    xdm_sync(x);
    power_clear_stat(x, (uint8_t)value);
}

static void ignore_update(struct xdm *x, uint32_t value)
{
    (void)x;
    (void)value;
}

static const struct dr bypass = {XTENSA_IR_BYPASS, 1, bypass_capture, ignore_update};
static const struct dr idcode = {XTENSA_IR_IDCODE, 32, idcode_capture, ignore_update};
static const struct dr pwrctl = {XTENSA_IR_PWRCTL, 8, pwrctl_capture, pwrctl_update};
static const struct dr pwrstat = {XTENSA_IR_PWRSTAT, 8, pwrstat_capture, pwrstat_update};
static const struct dr nar = {XTENSA_IR_NARSEL, 8, port_nar_capture, port_nar_update};
static const struct dr ndr = {XTENSA_IR_NARSEL, 32, port_ndr_capture, port_ndr_update};

/* The data register that is selected now. An instruction that is not listed selects BYPASS. */
static const struct dr *selected(const struct xdm *x)
{
    switch (x->tap.ir) {
    case XTENSA_IR_IDCODE:
        return &idcode;
    case XTENSA_IR_PWRCTL:
        return &pwrctl;
    case XTENSA_IR_PWRSTAT:
        return &pwrstat;
    case XTENSA_IR_NARSEL:
        return x->port.is_ndr_next ? &ndr : &nar;
    default:
        return &bypass;
    }
}

enum { IR_MASK = (1 << XTENSA_IR_LEN) - 1, IR_CAPTURE = 1 /* the two low bits are 01 by IEEE 1149.1 */ };

static void shift_dr(struct xdm_tap *tap, uint32_t tdi, unsigned count)
{
    uint64_t mask = (1ULL << tap->dr_len) - 1;
    tap->dr = ((tap->dr | (uint64_t)tdi << tap->dr_len) >> count) & mask;
}

static void shift_ir(struct xdm_tap *tap, uint32_t tdi, unsigned count)
{
    uint64_t joined = tap->ir_shift | (uint64_t)tdi << XTENSA_IR_LEN;
    tap->ir_shift = (uint8_t)(joined >> count & IR_MASK);
}

/* What the state does with the rising edge that leaves it. */
static void rise(struct xdm *x, bool tms, bool tdi)
{
    struct xdm_tap *tap = &x->tap;
    switch (tap->state) {
    case TAP_CAPTURE_DR: {
        const struct dr *dr = selected(x);
        tap->dr_len = dr->bits;
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
    tap->state = tap_next(tap->state, tms);
}

/* What the state that was just entered does at the falling edge. */
static void fall(struct xdm *x)
{
    struct xdm_tap *tap = &x->tap;
    switch (tap->state) {
    case TAP_RESET:
        tap->ir = XTENSA_IR_IDCODE;
        port_restart(x);
        break;
    case TAP_UPDATE_IR:
        tap->ir = tap->ir_shift;
        port_restart(x);
        break;
    case TAP_UPDATE_DR:
        selected(x)->update(x, (uint32_t)tap->dr);
        break;
    default:
        break;
    }
    if (tap->state == TAP_SHIFT_DR)
        tap->tdo = tap->dr & 1;
    else if (tap->state == TAP_SHIFT_IR)
        tap->tdo = tap->ir_shift & 1;
    else
        tap->tdo = true; /* not driven; the line is pulled up */
}

bool xdm_tck(struct xdm *x, bool tms, bool tdi)
{
    bool tdo = x->tap.tdo;
    rise(x, tms, tdi);
    fall(x);
    return tdo;
}

uint32_t xdm_shift(struct xdm *x, uint32_t tdi, unsigned count)
{
    struct xdm_tap *tap = &x->tap;
    bool is_ir = tap->state == TAP_SHIFT_IR;
    uint64_t out = is_ir ? tap->ir_shift | (uint64_t)tdi << XTENSA_IR_LEN : tap->dr | (uint64_t)tdi << tap->dr_len;
    if (is_ir)
        shift_ir(tap, tdi, count);
    else
        shift_dr(tap, tdi, count);
    tap->tdo = is_ir ? tap->ir_shift & 1 : tap->dr & 1;
    return (uint32_t)(out & ((1ULL << count) - 1));
}

bool xdm_is_shifting(const struct xdm *x)
{
    return x->tap.state == TAP_SHIFT_DR || x->tap.state == TAP_SHIFT_IR;
}

bool xdm_is_steady(const struct xdm *x, bool tms)
{
    return !xdm_is_shifting(x) && tap_next(x->tap.state, tms) == x->tap.state;
}

bool xdm_tdo(const struct xdm *x)
{
    return x->tap.tdo;
}

void xdm_trst(struct xdm *x)
{
    x->tap.state = TAP_RESET;
    fall(x);
}
