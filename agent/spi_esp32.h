/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_SPI_ESP32_H
#define AGENT_SPI_ESP32_H

#include "agent/spi.h"

enum { SPI_ESP32_SAVED = 38, SPI_ESP32_PLAIN_SAVED = 10 };

struct spi {
    uint32_t saved[SPI_ESP32_SAVED]; /* of the registers in spi_esp32.c's list, in its order */
    uint32_t cache[2];               /* CACHE_CTRL of PRO and APP */
    uint32_t clock_in, clock_out;    /* values of CLOCK */
    uint32_t address_shift;          /* of the transfer that was started last */
    struct spi_plain {               /* see crypt_esp32.c */
        uint32_t saved[SPI_ESP32_PLAIN_SAVED];
        uint32_t page; /* of flash that the window shows */
    } plain;
};

#endif
