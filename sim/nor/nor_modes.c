/* SPDX-License-Identifier: Apache-2.0 */
/* Modes: on how many lines a command goes, with how many address bytes and dummy clocks, and how the chip gets there. */
#include "sim/nor/nor_int.h"

#include "regs/spi_nor.h"

enum { QPI_LINES = 4, QPI_MODE_CLOCKS = 2 };

static unsigned address_bytes(const struct nor *n, const struct nor_command *c)
{
    switch (c->address) {
    case NOR_NO_ADDRESS:
        return 0;
    case NOR_ADDRESS_MODE:
        return n->is_4byte ? 4 : 3;
    case NOR_ADDRESS_3:
        return 3;
    case NOR_ADDRESS_4:
        break;
    }
    return 4;
}

static struct nor_shape spi_shape(const struct nor *n, const struct nor_command *c)
{
    return (struct nor_shape){.address_bytes = address_bytes(n, c),
                              .address_lines = c->address_lines,
                              .mode_bytes = c->mode_bytes,
                              .dummy_clocks = c->dummy_clocks,
                              .data_lines = c->data_lines};
}

static struct nor_shape qpi_shape(const struct nor *n, const struct nor_command *c)
{
    struct nor_shape s = spi_shape(n, c);
    s.address_lines = QPI_LINES;
    s.data_lines = c->data_lines ? QPI_LINES : 0;
    if (c->when & NOR_QPI_DUMMY) {
        unsigned mode_clocks = QPI_MODE_CLOCKS * s.mode_bytes;
        s.dummy_clocks = n->qpi_clocks > mode_clocks ? n->qpi_clocks - mode_clocks : 0;
    }
    return s;
}

static struct nor_shape octal_shape(const struct nor *n, const struct nor_command *c)
{
    const struct nor_octal *octal = n->family->octal;
    unsigned lines = n->mode == NOR_OPI_DTR ? 8 | NOR_DDR : 8;
    bool is_register = c->when & NOR_IS_REGISTER;
    bool has_address = c->address != NOR_NO_ADDRESS || (is_register && octal->has_register_address);
    struct nor_shape s = {.address_bytes = has_address ? 4 : 0, .address_lines = lines};
    s.data_lines = c->data_lines ? lines : 0;
    if (c->read && is_register)
        s.dummy_clocks = octal->register_dummy;
    else if (c->read)
        s.dummy_clocks = c->when & NOR_IS_SFDP ? octal->sfdp_dummy : octal->dummy(n);
    return s;
}

struct nor_shape nor_shape_of(const struct nor *n, const struct nor_command *command)
{
    if (nor_is_octal(n->mode))
        return octal_shape(n, command);
    return n->mode == NOR_QPI ? qpi_shape(n, command) : spi_shape(n, command);
}

enum nor_mode nor_mode(const struct nor *n)
{
    return n->mode;
}

/* --- continuous read --- */

bool nor_asks_to_continue(const struct nor *n)
{
    switch (n->family->continues) {
    case NOR_CONTINUE_10:
        return (n->mode_byte & 0x30) == 0x20;
    case NOR_CONTINUE_A:
        return (n->mode_byte & 0xF0) == 0xA0;
    case NOR_CONTINUE_TOGGLE:
        return ((n->mode_byte >> 4 ^ n->mode_byte) & 0xF) == 0xF;
    case NOR_CONTINUE_NEVER:
        break;
    }
    return false;
}

/* --- QPI --- */

void nor_enter_qpi(struct nor *n)
{
    n->mode = NOR_QPI;
}

void nor_exit_qpi(struct nor *n)
{
    n->mode = NOR_SPI;
    n->qpi_clocks = n->family->qpi_dummy[0];
}

void nor_set_qpi_parameters(struct nor *n)
{
    if (n->in_count == 1)
        n->qpi_clocks = n->family->qpi_dummy[n->in[0] >> 4 & 3];
}

/* --- addresses --- */

bool nor_is_4byte(const struct nor *n)
{
    return n->is_4byte;
}

void nor_set_4byte(struct nor *n, bool on)
{
    struct nor_bit shows = n->family->address4;
    n->is_4byte = on;
    n->registers[shows.reg] =
        (uint8_t)(on ? n->registers[shows.reg] | shows.mask : n->registers[shows.reg] & ~shows.mask);
}

void nor_enter_4byte(struct nor *n)
{
    nor_set_4byte(n, true);
}

void nor_exit_4byte(struct nor *n)
{
    nor_set_4byte(n, false);
}

void nor_write_extended(struct nor *n)
{
    if (n->in_count != 1)
        return;
    n->extended = n->in[0];
    n->is_write_enabled = false;
}

uint8_t nor_read_extended(struct nor *n, uint32_t at)
{
    (void)at;
    return n->extended;
}

bool nor_is_readable(const struct nor *n)
{
    return nor_is_readable_octal(n, NOR_SPI) && !n->is_4byte && !n->extended && !n->continuous;
}

bool nor_is_readable_octal(const struct nor *n, enum nor_mode mode)
{
    return !n->absent && !n->stuck && !n->is_asleep && !nor_is_busy(n) && !nor_is_deaf(n) && n->mode == mode;
}
