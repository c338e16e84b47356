/* SPDX-License-Identifier: Apache-2.0 */
/* Which data registers stand behind the TAP. */
#include "sim/xdm/xdm_int.h"

#include "regs/xtensa.h"

static uint64_t idcode_capture(void *ctx)
{
    const struct xdm *x = ctx;
    return x->config.idcode;
}

static uint64_t pwrctl_capture(void *ctx)
{
    struct xdm *x = ctx;
    return power_ctl(x);
}

static void pwrctl_update(void *ctx, uint64_t value)
{
    struct xdm *x = ctx;
    xdm_sync(x);
    power_set_ctl(x, (uint8_t)value);
}

static uint64_t pwrstat_capture(void *ctx)
{
    struct xdm *x = ctx;
    xdm_sync(x);
    return power_stat(x);
}

static void pwrstat_update(void *ctx, uint64_t value)
{
    struct xdm *x = ctx;
    xdm_sync(x);
    power_clear_stat(x, (uint8_t)value);
}

static const struct tap_dr idcode = {32, idcode_capture, tap_ignore_update};
static const struct tap_dr pwrctl = {8, pwrctl_capture, pwrctl_update};
static const struct tap_dr pwrstat = {8, pwrstat_capture, pwrstat_update};
static const struct tap_dr nar = {8, port_nar_capture, port_nar_update};
static const struct tap_dr ndr = {32, port_ndr_capture, port_ndr_update};

/* An instruction that is not listed selects BYPASS. */
static const struct tap_dr *selected(void *ctx)
{
    const struct xdm *x = ctx;
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
        return &tap_bypass;
    }
}

static const struct tap_ops ops = {
    .ir_bits = XTENSA_IR_LEN,
    .ir_reset = XTENSA_IR_IDCODE,
    .selected = selected,
    .reset = port_restart,
    .ir_updated = port_restart,
};

void xdm_wires_init(struct xdm *x)
{
    tap_init(&x->tap, &ops, x);
}

bool xdm_tck(struct xdm *x, bool tms, bool tdi)
{
    bool tdo = x->tap.tdo;
    tap_rise(&x->tap, tms, tdi);
    tap_fall(&x->tap);
    return tdo;
}

uint32_t xdm_shift(struct xdm *x, uint32_t tdi, unsigned count)
{
    return tap_shift(&x->tap, tdi, count);
}

bool xdm_is_shifting(const struct xdm *x)
{
    return tap_is_shifting(&x->tap);
}

bool xdm_is_steady(const struct xdm *x, bool tms)
{
    return tap_is_steady(&x->tap, tms);
}

bool xdm_tdo(const struct xdm *x)
{
    return x->tap.tdo;
}

void xdm_trst(struct xdm *x)
{
    tap_trst(&x->tap);
}
