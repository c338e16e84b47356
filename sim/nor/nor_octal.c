/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Octal parts and the configuration registers that switch them.
 *
 * Macronix (MX25UM, MX25LM, MX25UW): configuration register 2 is a space of addresses, read by 71 and written by 72, always
 * with four address bytes; the mode at 0, the dummy clocks at 0x300, what power-on begins with at 0x40000000. Sources: ST's
 * mx25uw25645g.h, the octal part of Linux's macronix.c.
 * ISSI (IS25LX) and GigaDevice (GD25LX): registers at addresses 0 (mode) and 1 (dummy clocks), volatile by 85 and 81, kept
 * by B5 and B1. Sources: gigadevice.c and issi.c of AMD's Linux tree, Linux's micron-st.c (MT35X) for what they share; 16
 * clocks as delivered: the IS25LX.h of a driver for STM32H7.
 */
#include "sim/nor/nor_int.h"

#include "regs/spi_nor.h"

/* --- what the configuration says --- */

static enum nor_mode macronix_mode(const uint8_t *config)
{
    if (config[NOR_CFG_MODE] & NOR_CR2_DOPI)
        return NOR_OPI_DTR;
    return config[NOR_CFG_MODE] & NOR_CR2_SOPI ? NOR_OPI_STR : NOR_SPI;
}

static uint8_t macronix_dummy(const struct nor *n)
{
    return (uint8_t)(20 - 2 * (n->config[NOR_CFG_DUMMY] & 7));
}

static enum nor_mode config_mode(const uint8_t *config)
{
    uint8_t mode = config[NOR_CFG_MODE];
    return mode == NOR_CFG_OCTAL_DTR || mode == NOR_CFG_OCTAL_DTR2 ? NOR_OPI_DTR : NOR_SPI;
}

/* 1 to 30; the values outside mean the command's own, which is 16 for an octal read. */
static uint8_t config_dummy(const struct nor *n)
{
    uint8_t clocks = n->config[NOR_CFG_DUMMY] & 0x1F;
    return clocks == 0 || clocks == 0x1F ? 16 : clocks;
}

const struct nor_octal nor_octal_macronix = {
    .is_inverse = true,
    .is_swapped = true,
    .has_str = true,
    .has_register_address = true,
    .register_dummy = 4,
    .sfdp_dummy = 20,
    .config = {0, 0},
    .dummy = macronix_dummy,
    .mode = macronix_mode,
};

const struct nor_octal nor_octal_issi = {
    .register_dummy = 8,
    .sfdp_dummy = 8,
    .config = {0xFF, 0x1F},
    .dummy = config_dummy,
    .mode = config_mode,
};

const struct nor_octal nor_octal_gigadevice = {
    .register_dummy = 8,
    .sfdp_dummy = 8,
    .config = {0xFF, 0xFF},
    .dummy = config_dummy,
    .mode = config_mode,
};

void nor_take_config(struct nor *n)
{
    n->mode = n->family->octal->mode(n->config);
}

/* --- Macronix --- */

static uint8_t *config2_at(struct nor *n)
{
    switch (n->address) {
    case NOR_CR2_MODE:
        return &n->config[NOR_CFG_MODE];
    case NOR_CR2_DUMMY:
        return &n->config[NOR_CFG_DUMMY];
    case NOR_CR2_KEPT_MODE | NOR_CR2_DUMMY:
        return &n->config_kept[NOR_CFG_DUMMY];
    default:
        return NULL;
    }
}

uint8_t nor_read_config2(struct nor *n, uint32_t at)
{
    (void)at;
    if (n->address == NOR_CR2_KEPT_MODE)
        return (uint8_t)~n->config_kept[NOR_CFG_MODE];
    const uint8_t *value = config2_at(n);
    return value ? *value : 0;
}

void nor_write_config2(struct nor *n)
{
    if (!n->in_count)
        return;
    n->is_write_enabled = false;
    uint8_t *value = config2_at(n);
    if (value)
        *value = n->in[0];
    else if (n->address == NOR_CR2_KEPT_MODE)
        n->config_kept[NOR_CFG_MODE] |= (uint8_t)~n->in[0] & (NOR_CR2_SOPI | NOR_CR2_DOPI);
    if (n->address & NOR_CR2_KEPT_MODE)
        nor_begin(n, n->times.status, NOR_OP_OTHER);
    nor_take_config(n);
}

/* --- ISSI, GigaDevice --- */

static uint8_t read_config(const struct nor *n, const uint8_t *config)
{
    return n->address < NOR_CONFIGS ? config[n->address] : 0xFF;
}

static bool write_config(struct nor *n, uint8_t *config)
{
    if (!n->in_count)
        return false;
    n->is_write_enabled = false;
    if (n->address < NOR_CONFIGS)
        config[n->address] = n->in[0];
    return true;
}

uint8_t nor_read_volatile_config(struct nor *n, uint32_t at)
{
    (void)at;
    return read_config(n, n->config);
}

void nor_write_volatile_config(struct nor *n)
{
    if (write_config(n, n->config))
        nor_take_config(n);
}

uint8_t nor_read_kept_config(struct nor *n, uint32_t at)
{
    (void)at;
    return read_config(n, n->config_kept);
}

void nor_write_kept_config(struct nor *n)
{
    if (write_config(n, n->config_kept))
        nor_begin(n, n->times.status, NOR_OP_OTHER);
}
