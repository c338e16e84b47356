/* SPDX-License-Identifier: Apache-2.0 */
/* What code on the chip needs of its core: registers of peripherals, time. The core's own registers are in arch.h of its
   architecture's folder. */
#ifndef ROM_COMMON_CPU_H
#define ROM_COMMON_CPU_H

#include <stdint.h>

#include "arch.h"
#include "port.h"

/* The core runs from the crystal from reset on; nothing here switches it to the PLL. */
#define CPU_HZ (40U * 1000 * 1000)

static inline uint32_t reg_read(uint32_t addr)
{
    return *(volatile uint32_t *)addr;
}

static inline void reg_write(uint32_t addr, uint32_t value)
{
    *(volatile uint32_t *)addr = value;
    cpu_barrier();
}

static inline void reg_set(uint32_t addr, uint32_t bits)
{
    reg_write(addr, reg_read(addr) | bits);
}

static inline void reg_clear(uint32_t addr, uint32_t bits)
{
    reg_write(addr, reg_read(addr) & ~bits);
}

/* Milliseconds since the core's reset, as long as its count of cycles has not wrapped (107 s). */
static inline uint32_t cpu_uptime_ms(void)
{
    return cpu_cycles() / (CPU_HZ / 1000);
}

static inline void cpu_delay_ms(uint32_t ms)
{
    uint32_t start = cpu_cycles();
    while (cpu_cycles() - start < ms * (CPU_HZ / 1000)) {
    }
}

#endif
