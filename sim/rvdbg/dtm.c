/* SPDX-License-Identifier: Apache-2.0 */
/* The transport module: dtmcs and dmi (0.13.2, chapter 6.1). */
#include "sim/rvdbg/rvdbg_int.h"

/* Rising edges from the one that leaves Update-DR to the one before Capture-DR, when the host goes straight there. */
enum { DIRECT_TCKS = 2 };

void dtm_reset(void *ctx)
{
    ((struct rvdbg *)ctx)->dtm = (struct rvdbg_dtm){0};
}

void dtm_count(struct rvdbg *x, unsigned tcks)
{
    x->dtm.tcks_left -= tcks < x->dtm.tcks_left ? tcks : x->dtm.tcks_left;
}

uint64_t dtm_dtmcs_capture(void *ctx)
{
    const struct rvdbg *x = ctx;
    uint32_t value = field_put(DTMCS_VERSION, 0, DTMCS_VERSION_0_13);
    value = field_put(DTMCS_ABITS, value, x->config.abits);
    value = field_put(DTMCS_DMISTAT, value, x->dtm.dmistat);
    return field_put(DTMCS_IDLE, value, x->config.idle);
}

void dtm_dtmcs_update(void *ctx, uint64_t value)
{
    struct rvdbg *x = ctx;
    if (value & DTMCS_DMIHARDRESET)
        dtm_reset(x);
    if (value & DTMCS_DMIRESET)
        x->dtm.dmistat = DMI_OK;
}

uint64_t dtm_dmi_capture(void *ctx)
{
    struct rvdbg_dtm *d = &((struct rvdbg *)ctx)->dtm;
    bool is_under_way = d->tcks_left;
    if (is_under_way && !d->dmistat)
        d->dmistat = DMI_BUSY;
    uint64_t data = is_under_way ? 0 : d->data; /* not there yet */
    return (uint64_t)d->address << DMI_FIXED_BITS | data << DMI_OP_BITS | d->dmistat;
}

static void access_module(struct rvdbg *x, enum dmi_op op)
{
    struct rvdbg_dtm *d = &x->dtm;
    x->env.sync(x->env.ctx);
    if (x->env.is_reachable && !x->env.is_reachable(x->env.ctx)) {
        d->dmistat = DMI_FAILED;
        return;
    }
    command_advance(x);
    bus_advance(x);
    if (op == DMI_READ)
        d->data = dmreg_read(x, d->address);
    else
        dmreg_write(x, d->address, d->data);
}

/* A scan that finds an error does nothing, until dmireset. */
void dtm_dmi_update(void *ctx, uint64_t value)
{
    struct rvdbg *x = ctx;
    struct rvdbg_dtm *d = &x->dtm;
    enum dmi_op op = (enum dmi_op)(value & ((1U << DMI_OP_BITS) - 1));
    if (d->dmistat || (op != DMI_READ && op != DMI_WRITE))
        return;
    d->address = (uint32_t)(value >> DMI_FIXED_BITS);
    d->data = (uint32_t)(value >> DMI_OP_BITS);
    d->tcks_left = x->config.idle ? (unsigned)x->config.idle + DIRECT_TCKS : 0;
    access_module(x, op);
}
