/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What agent/spi.h asks for, over the flash model of the virtual boards: a controller with one, two, four or eight lines and
 * no quirks, in virtual time.
 */
#ifndef TESTS_FLASH_NOR_SPI_H
#define TESTS_FLASH_NOR_SPI_H

#include "agent/spi.h"
#include "sim/nor/nor.h"
#include "sim/sched.h"

struct spi {
    struct sched sched;
    struct nor *nor; /* NULL before native_spi_init's owner has chosen a part */
    unsigned most_lines;
    uint8_t buffer[SPI_CHUNK];
    struct spi_transfer last;
    bool is_attached;
    unsigned transfers;
    void (*waiting)(void *ctx); /* called now and then, so that the host can look */
    void *waiting_ctx;
};

void native_spi_init(struct spi *s);

#endif
