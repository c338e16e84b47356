/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the flash's side: how the SPI MEM controllers are set up, for chips that do more with them. */
#ifndef ROM_LATE_LATE_SPI_H
#define ROM_LATE_LATE_SPI_H

#include <stdint.h>

#include "late.h"

struct late_spi_setup {
    uint32_t ctrl; /* on how many lines */
    uint32_t ddr;
    uint16_t command;
    uint8_t command_bits;
    uint8_t addr_bits;    /* an address on two or four lines carries 8 mode bits behind it */
    uint8_t dummy_cycles; /* 0: none */
};

/* How the controller at base reads from now on. */
void late_spi_set(uint32_t base, const struct late_spi_setup *s, unsigned divider);
/* Gives SPI1 a command and waits for its end. */
void late_spi_run(uint32_t command);

#endif
