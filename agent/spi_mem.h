/* SPDX-License-Identifier: Apache-2.0 */
/* The SPI MEM controllers of the ESP32-S3 and the chips after it. What differs from chip to chip is a record. */
#ifndef AGENT_SPI_MEM_H
#define AGENT_SPI_MEM_H

#include "agent/spi.h"

enum { SPI_MEM_SAVED = 42, SPI_MEM_OWN = 4, SPI_MEM_CHIP_SAVED = 16, SPI_MEM_CACHES = 2, SPI_MEM_PLAIN_SAVED = 16 };

/* A register, with what the agent needs to be set and cleared in it. */
struct spi_mem_poke {
    uint32_t addr, clear, set;
};

struct spi_mem_cache {
    uint32_t ctrl, enable;                 /* a register, its bit */
    uint32_t state, state_mask, idle;      /* a register, a field of it, its bits when the cache is idle */
    uint32_t sync;                         /* a register; address and size follow */
    uint32_t write_back, invalidate, done; /* its bits; write_back 0: nothing in it is ever dirty */
};

/* A register that not every chip has, or that is elsewhere on others: its offset, and what it holds while the agent works. */
struct spi_mem_own {
    uint8_t offset, value;
};

struct spi_mem_chip {
    uint32_t spi1, spi0;
    struct spi_mem_own own[SPI_MEM_OWN];
    uint8_t own_count;
    uint8_t ddr;               /* offset of the register of double rate; 0: the controller knows single rate only */
    uint8_t core_clk, int_clr; /* offsets */
    const struct spi_mem_poke *watchdogs_off; /* addr 0 ends each list; written in order, and not put back */
    const struct spi_mem_poke *before;        /* so that the controller works; put back */
    const struct spi_mem_poke *pins;          /* the same, where no software has used the flash since the reset */
    const struct spi_mem_poke *octal_pins;    /* and this where the flash is octal */
    uint32_t octal_efuse, octal_mask;         /* says that it is */
    struct spi_mem_cache caches[SPI_MEM_CACHES];
    uint8_t dividers[4]; /* to 20 MHz, by SPI0's choice of a clock (CORE_CLK) */
};

/* The chip that the agent runs on; on the host each chip has a name of its own, and struct spi says which it is. */
#ifdef AGENT_ON_HOST
#define SPI_MEM_CHIP(name) spi_mem_##name
#define SPI_MEM_OF(s)      ((s)->chip)
extern const struct spi_mem_chip SPI_MEM_CHIP(esp32s3), SPI_MEM_CHIP(esp32c3);
#else
#define SPI_MEM_CHIP(name) spi_mem_chip
#define SPI_MEM_OF(s)      ((void)(s), &spi_mem_chip)
extern const struct spi_mem_chip spi_mem_chip;
#endif

struct spi {
#ifdef AGENT_ON_HOST
    const struct spi_mem_chip *chip;
#endif
    uint32_t saved[SPI_MEM_SAVED];           /* of SPI1, in the order of spi_mem.c's list */
    uint32_t chip_saved[SPI_MEM_CHIP_SAVED]; /* of the chip's lists, one after the other */
    uint32_t cache[SPI_MEM_CACHES];
    uint32_t clock_in, clock_out; /* values of CLOCK */
    unsigned most_lines;
    bool has_pins;
    struct spi_plain { /* see crypt_xts.c */
        uint32_t saved[SPI_MEM_PLAIN_SAVED];
        uint32_t page; /* of flash that the window shows */
    } plain;
};

#endif
