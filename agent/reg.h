/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip's registers. The agent on the chip has them in its address space. Compiled for the host (AGENT_ON_HOST) it reaches
 * them through whoever drives the chip, who defines these functions: src/flash/regs_link.c.
 */
#ifndef AGENT_REG_H
#define AGENT_REG_H

#include <stdint.h>

struct spi;

#ifdef AGENT_ON_HOST

/* Each may cost a way to the chip and back. */
uint32_t reg_get(struct spi *s, uint32_t addr);
void reg_set(struct spi *s, uint32_t addr, uint32_t value);
/* As spi_pause. */
void reg_pause(struct spi *s);

/* So many looks from the chip last as long as this from the host. */
#define REG_LOOKS(n) ((n) / 1000)

#else

static inline uint32_t reg_get(struct spi *s, uint32_t addr)
{
    (void)s;
    return *(volatile uint32_t *)addr;
}

static inline void reg_set(struct spi *s, uint32_t addr, uint32_t value)
{
    (void)s;
    *(volatile uint32_t *)addr = value;
}

static inline void reg_pause(struct spi *s)
{
    (void)s;
    for (volatile unsigned n = 0; n < 3000; n++) /* more than 5 cycles each, at most 240 MHz */
        ;
}

#define REG_LOOKS(n) (n)

#endif

#endif
