/* SPDX-License-Identifier: Apache-2.0 */
/* Which data registers stand behind the TAP. */
#include "sim/rvdbg/rvdbg_int.h"

static uint64_t idcode_capture(void *ctx)
{
    return ((const struct rvdbg *)ctx)->config.idcode;
}

static const struct tap_dr idcode = {32, idcode_capture, tap_ignore_update};
static const struct tap_dr dtmcs = {32, dtm_dtmcs_capture, dtm_dtmcs_update};

/* An instruction that is not listed selects BYPASS. */
static const struct tap_dr *selected(void *ctx)
{
    const struct rvdbg *x = ctx;
    switch (x->tap.ir) {
    case RISCV_IR_IDCODE:
        return &idcode;
    case RISCV_IR_DTMCS:
        return &dtmcs;
    case RISCV_IR_DMI:
        return &x->dmi;
    default:
        return &tap_bypass;
    }
}

static const struct tap_ops ops = {
    .ir_bits = RISCV_IR_LEN, .ir_reset = RISCV_IR_IDCODE, .selected = selected, .reset = dtm_reset};

void rvdbg_wires_init(struct rvdbg *x)
{
    x->dmi = (struct tap_dr){(unsigned)DMI_FIXED_BITS + x->config.abits, dtm_dmi_capture, dtm_dmi_update};
    tap_init(&x->tap, &ops, x);
}

bool rvdbg_tck(struct rvdbg *x, bool tms, bool tdi)
{
    bool tdo = x->tap.tdo;
    tap_rise(&x->tap, tms, tdi);
    dtm_count(x, 1);
    tap_fall(&x->tap);
    return tdo;
}

uint32_t rvdbg_shift(struct rvdbg *x, uint32_t tdi, unsigned count)
{
    uint32_t out = tap_shift(&x->tap, tdi, count);
    dtm_count(x, count);
    return out;
}

bool rvdbg_is_shifting(const struct rvdbg *x)
{
    return tap_is_shifting(&x->tap);
}

bool rvdbg_is_steady(const struct rvdbg *x, bool tms)
{
    return !x->dtm.tcks_left && tap_is_steady(&x->tap, tms);
}

bool rvdbg_tdo(const struct rvdbg *x)
{
    return x->tap.tdo;
}

void rvdbg_trst(struct rvdbg *x)
{
    tap_trst(&x->tap);
}
