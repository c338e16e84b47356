/* SPDX-License-Identifier: Apache-2.0 */
/* The wires of an SPI controller to the flash on chip select 0: what is the same whatever the controller's registers. */
#ifndef SIM_SOC_SPI_WIRES_H
#define SIM_SOC_SPI_WIRES_H

#include "sim/nor/nor.h"

#include <stdbool.h>
#include <stdint.h>

struct spi_wires {
    struct nor *flash;         /* NULL: nothing is connected, and 0xFF is read */
    const uint32_t *pins;      /* the controller's register with the next two; it outlives this */
    uint32_t cs_off, cs_keeps; /* bits of it: chip select 0 is not used; it stays low after a command */
    bool is_kept_active;       /* it does */
};

/* Whether a flash is there and chip select 0 is used. */
bool spi_wires_are_used(const struct spi_wires *w);
/* Chip select falls, unless it was kept low. */
void spi_wires_begin(struct spi_wires *w);
/* Eight bits out on so many lines (or'ed with NOR_DDR); the bits that come in meanwhile. */
uint8_t spi_wires_exchange(struct spi_wires *w, uint8_t out, unsigned lines);
/* So many clocks without data. */
void spi_wires_dummy(struct spi_wires *w, unsigned clocks);
/* Chip select rises, unless it is to be kept low. */
void spi_wires_end(struct spi_wires *w);
/* Lets chip select rise if it was kept low and is no more: after each write to the register. */
void spi_wires_release(struct spi_wires *w);

#endif
