/* SPDX-License-Identifier: Apache-2.0 */
/* What code on the chip needs of its core: registers of peripherals, special registers, time. */
#ifndef ROM_COMMON_CPU_H
#define ROM_COMMON_CPU_H

#include <stdint.h>

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
    __asm__ volatile("memw" ::: "memory");
}

static inline void reg_set(uint32_t addr, uint32_t bits)
{
    reg_write(addr, reg_read(addr) | bits);
}

static inline void reg_clear(uint32_t addr, uint32_t bits)
{
    reg_write(addr, reg_read(addr) & ~bits);
}

/* The special register's name is part of the instruction. */
#define CPU_READ_SR(name)                                                                                              \
    ({                                                                                                                 \
        uint32_t sr_value;                                                                                             \
        __asm__ volatile("rsr." #name " %0" : "=a"(sr_value));                                                         \
        sr_value;                                                                                                      \
    })
#define CPU_WRITE_SR(name, value) __asm__ volatile("wsr." #name " %0\n\trsync" ::"a"(value) : "memory")

/* Bit 13 of PRID tells the cores apart: PRO 0xCDCD, APP 0xABAB (esp-idf xt_utils.h). */
static inline unsigned cpu_core_id(void)
{
    return CPU_READ_SR(prid) >> 13 & 1;
}

/* Milliseconds since the core's reset, as long as CCOUNT has not wrapped (107 s). */
static inline uint32_t cpu_uptime_ms(void)
{
    return CPU_READ_SR(ccount) / (CPU_HZ / 1000);
}

static inline void cpu_delay_ms(uint32_t ms)
{
    uint32_t start = CPU_READ_SR(ccount);
    while (CPU_READ_SR(ccount) - start < ms * (CPU_HZ / 1000)) {
    }
}

/* Sleeps until an interrupt, with interrupts of every level let in. */
static inline void cpu_wait_interrupt(void)
{
    __asm__ volatile("waiti 0" ::: "memory");
}

#endif
