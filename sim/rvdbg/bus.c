/* SPDX-License-Identifier: Apache-2.0 */
/* System bus access (0.13.2, chapters 3.10 and 3.12.18 onwards): sbcs, sbaddress0, sbdata0. */
#include "sim/rvdbg/rvdbg_int.h"

enum { SBVERSION = 1, ADDRESS_BITS = 32 };
#define WRITABLE (SBCS_READONADDR | SBCS_ACCESS | SBCS_AUTOINCREMENT | SBCS_READONDATA)

void bus_reset(struct rvdbg *x)
{
    x->bus = (struct rvdbg_bus){.control = field_put(SBCS_ACCESS, 0, ACCESS_SIZE_32)};
}

static bool is_there(const struct rvdbg *x)
{
    return x->config.bus_sizes;
}

/* --- accesses --- */

/* What speaks against an access before it reaches the bus. */
static enum sberror refusal(const struct rvdbg *x, unsigned log2_size)
{
    if (log2_size > ACCESS_SIZE_32 || !(x->config.bus_sizes >> log2_size & 1))
        return SBERROR_SIZE;
    return x->bus.address & ((1U << log2_size) - 1) ? SBERROR_ALIGNMENT : SBERROR_NONE;
}

static enum sberror access(struct rvdbg *x, bool is_write)
{
    struct rvdbg_bus *b = &x->bus;
    unsigned log2_size = field_get(SBCS_ACCESS, b->control), size = 1U << log2_size;
    enum sberror error = refusal(x, log2_size);
    if (error)
        return error;
    mem_fault fault = is_write ? x->env.bus_write(x->env.ctx, b->address, size, b->data)
                               : x->env.bus_read(x->env.ctx, b->address, size, &b->read);
    return fault ? SBERROR_ADDRESS : SBERROR_NONE;
}

static void start(struct rvdbg *x, bool is_write)
{
    struct rvdbg_bus *b = &x->bus;
    b->is_busy = true;
    b->was_read = !is_write;
    b->result = access(x, is_write);
    b->busy_until_ps = rvdbg_now_ps(x) + rvdbg_cycles_ps(x, 0, x->config.bus_cycles);
    if (!b->result && (b->control & SBCS_AUTOINCREMENT))
        b->address += 1U << field_get(SBCS_ACCESS, b->control);
}

void bus_advance(struct rvdbg *x)
{
    struct rvdbg_bus *b = &x->bus;
    if (!b->is_busy || rvdbg_now_ps(x) < b->busy_until_ps)
        return;
    b->is_busy = false;
    b->error = b->result;
    if (b->was_read && !b->result)
        b->data = b->read;
}

/* The host comes while an access is under way. */
static bool is_too_early(struct rvdbg_bus *b)
{
    b->was_too_early |= b->is_busy;
    return b->is_busy;
}

static bool has_error(const struct rvdbg_bus *b)
{
    return b->error || b->was_too_early;
}

/* --- registers --- */

uint32_t bus_sbcs(struct rvdbg *x, unsigned index)
{
    (void)index;
    const struct rvdbg_bus *b = &x->bus;
    if (!is_there(x))
        return 0;
    uint32_t value = b->control | x->config.bus_sizes | (b->is_busy ? SBCS_BUSY : 0);
    value |= b->was_too_early ? SBCS_BUSYERROR : 0;
    value = field_put(SBCS_VERSION, value, SBVERSION);
    value = field_put(SBCS_ASIZE, value, ADDRESS_BITS);
    return field_put(SBCS_ERROR, value, b->error);
}

void bus_set_sbcs(struct rvdbg *x, unsigned index, uint32_t value)
{
    (void)index;
    struct rvdbg_bus *b = &x->bus;
    b->control = value & WRITABLE;
    b->error &= ~field_get(SBCS_ERROR, value);
    if (value & SBCS_BUSYERROR)
        b->was_too_early = false;
}

uint32_t bus_address(struct rvdbg *x, unsigned index)
{
    (void)index;
    return is_there(x) ? x->bus.address : 0;
}

void bus_set_address(struct rvdbg *x, unsigned index, uint32_t value)
{
    (void)index;
    struct rvdbg_bus *b = &x->bus;
    if (!is_there(x) || is_too_early(b))
        return;
    b->address = value;
    if ((b->control & SBCS_READONADDR) && !has_error(b))
        start(x, false);
}

uint32_t bus_data(struct rvdbg *x, unsigned index)
{
    (void)index;
    struct rvdbg_bus *b = &x->bus;
    if (!is_there(x))
        return 0;
    uint32_t value = b->data;
    if (!is_too_early(b) && !has_error(b) && (b->control & SBCS_READONDATA))
        start(x, false);
    return value;
}

void bus_set_data(struct rvdbg *x, unsigned index, uint32_t value)
{
    (void)index;
    struct rvdbg_bus *b = &x->bus;
    if (!is_there(x) || is_too_early(b) || has_error(b))
        return;
    b->data = value;
    start(x, true);
}
