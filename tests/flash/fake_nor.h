/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flash chip and a SPI controller for the host: what agent/spi.h asks for, over an array of bytes. Written from JESD216
 * and the W25Q64JV data sheet; knows no time. Faults can be asked for.
 */
#ifndef TESTS_FLASH_FAKE_NOR_H
#define TESTS_FLASH_FAKE_NOR_H

#include "agent/spi.h"

#include <stdbool.h>
#include <stdint.h>

enum { FAKE_SIZE = 1024 * 1024, FAKE_SECTORS = FAKE_SIZE / 4096 };

struct spi {
    uint8_t id[3];
    uint8_t sfdp[256];
    uint8_t bytes[FAKE_SIZE];
    uint8_t buffer[SPI_CHUNK];
    uint8_t status[2];
    bool write_enabled, is_attached;
    bool is_plain;      /* reads go through its decryption */
    unsigned encrypted; /* units */
    struct spi_transfer last;
    uint8_t protection_lock; /* status register writes do nothing */
    unsigned erases[FAKE_SECTORS], commands[256];
    unsigned attaches, releases, flushes;
    /* faults */
    bool stays_busy; /* after the next program or erase */
    bool ignores_enable;
    bool is_busy;
    uint32_t weak_at;           /* offset of a byte whose bit 0 cannot be cleared, UINT32_MAX: none */
    unsigned programs_left;     /* then it gets stuck: busy for ever */
    void (*waiting)(void *ctx); /* called whenever the agent sees that it is busy */
    void *waiting_ctx;
};

/* What stands in the flash for a byte that is written encrypted there, and the other way round. */
uint8_t fake_nor_cipher(uint32_t offset, uint8_t plain);
void native_spi_init(struct spi *s); /* blank, answers as a small W25Q */

#endif
