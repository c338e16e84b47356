/* SPDX-License-Identifier: Apache-2.0 */
/* NARSEL: an 8-bit address scan (NAR) and a 32-bit data scan (NDR) in turn. */
#include "sim/xdm/xdm_int.h"

#include "regs/xtensa.h"

void port_restart(void *ctx)
{
    ((struct xdm *)ctx)->port.is_ndr_next = false;
}

static bool is_busy(struct xdm *x)
{
    return xdm_now_ps(x) < x->port.busy_until_ps;
}

uint64_t port_nar_capture(void *ctx)
{
    struct xdm *x = ctx;
    xdm_sync(x); /* or the access before would look under way for ever */
    if (!power_is_module_there(x))
        return 0;
    return (x->port.was_error ? NAR_ERROR : 0) | (is_busy(x) ? NAR_BUSY : 0);
}

void port_nar_update(void *ctx, uint64_t value)
{
    struct xdm *x = ctx;
    x->port.nar = (uint8_t)value;
    x->port.is_ndr_next = true;
}

static unsigned address(const struct xdm *x)
{
    return x->port.nar >> 1;
}

static bool is_write(const struct xdm *x)
{
    return x->port.nar & NAR_WRITE;
}

/* The data of a read stands ready before the scan; what the read does to the module happens at its end. */
uint64_t port_ndr_capture(void *ctx)
{
    struct xdm *x = ctx;
    xdm_sync(x);
    if (!power_is_module_there(x) || is_write(x))
        return 0;
    return regs_read(x, address(x));
}

void port_ndr_update(void *ctx, uint64_t value)
{
    struct xdm *x = ctx;
    xdm_sync(x);
    port_restart(x);
    if (!power_is_module_there(x))
        return;
    /* An access that comes while the one before is under way is lost; so is one to a register that does not exist. */
    x->port.was_error = is_busy(x) || !regs_find(address(x))->name;
    if (x->port.was_error)
        return;
    x->port.busy_until_ps = xdm_after_cycles_ps(x, XDM_ACCESS_CYCLES);
    if (is_write(x))
        regs_write(x, address(x), (uint32_t)value, XDM_FROM_HOST);
    else
        regs_was_read(x, address(x), XDM_FROM_HOST);
}
