/* SPDX-License-Identifier: Apache-2.0 */
/* Latches and status registers: what a write changes, and what keeps it from doing so. */
#include "sim/nor/nor_int.h"

#include "regs/spi_nor.h"

/* --- latches --- */

void nor_write_enable(struct nor *n)
{
    n->is_write_enabled = true;
}

void nor_write_disable(struct nor *n)
{
    n->is_write_enabled = false;
}

void nor_volatile_write_enable(struct nor *n)
{
    n->is_volatile_write_enabled = true;
}

/* --- registers --- */

static bool is_locked(const struct nor *n)
{
    if (n->sets & NOR_SET_STATUS23 && n->registers[1] & NOR_SR2_SRL)
        return true;
    /* The pin is a data line once QE is set. */
    return n->registers[0] & NOR_SR1_SRP && n->is_wp_low && !nor_bit_of(n, n->family->quad_enable);
}

/* Bits of a register that a write changes. */
static uint8_t writable(const struct nor *n, unsigned index)
{
    uint8_t mask = n->family->writable[index];
    if (n->part->is_quad_fixed && n->family->quad_enable.reg == index)
        mask &= (uint8_t)~n->family->quad_enable.mask;
    return mask;
}

void nor_write_registers(struct nor *n, unsigned first, const uint8_t *values, unsigned count)
{
    bool is_volatile = n->is_volatile_write_enabled && !n->is_write_enabled;
    n->is_volatile_write_enabled = false;
    n->is_write_enabled = false;
    if (is_locked(n))
        return;
    for (unsigned i = first; i < first + count && i < NOR_REGISTERS; i++) {
        uint8_t mask = writable(n, i), old = n->registers[i];
        uint8_t value = (uint8_t)((old & ~mask) | (values[i - first] & mask));
        n->registers[i] = value | (old & n->family->once[i]);
        if (!is_volatile)
            n->kept[i] = (uint8_t)((n->kept[i] & ~mask) | (n->registers[i] & mask));
    }
    if (!is_volatile)
        nor_begin(n, n->times.status, NOR_OP_OTHER);
}

/* In Macronix's octal modes an address chooses the register. */
static unsigned first_register(const struct nor *n)
{
    return nor_is_octal(n->mode) && n->family->octal->has_register_address ? n->address & 1 : 0;
}

void nor_write_status1(struct nor *n)
{
    uint8_t values[NOR_REGISTERS] = {n->in[0], n->in[1], n->in[2]};
    if (n->in_count == 0 || (n->in_count > n->family->together && !nor_is_octal(n->mode)))
        return;
    unsigned count = nor_is_octal(n->mode) ? 1 : n->in_count;
    if (count == 1 && n->part->is_status2_cleared) {
        values[1] = 0;
        count = 2;
    }
    nor_write_registers(n, first_register(n), values, count);
}

void nor_write_status2(struct nor *n)
{
    if (n->in_count == 1)
        nor_write_registers(n, 1, n->in, 1);
}

void nor_write_status3(struct nor *n)
{
    if (n->in_count == 1)
        nor_write_registers(n, 2, n->in, 1);
}

void nor_write_issi_function(struct nor *n)
{
    if (n->in_count == 1)
        nor_write_registers(n, 1, n->in, 1);
}

/* Volatile, and at once. The model counts the clocks so in QPI mode only. */
void nor_write_issi_parameters(struct nor *n)
{
    if (n->in_count != 1)
        return;
    n->registers[2] = n->in[0];
    const struct nor_family *f = n->family;
    uint8_t counted = n->in[0] >> 3 & 0xF;
    n->qpi_clocks = f->is_dummy_counted && counted ? counted : f->qpi_dummy[f->is_dummy_counted ? 0 : counted & 3];
}

uint8_t nor_status(const struct nor *n, unsigned number)
{
    return nor_register(n, number - 1);
}
