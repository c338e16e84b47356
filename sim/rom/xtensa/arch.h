/* SPDX-License-Identifier: Apache-2.0 */
/* The core, as common/cpu.h has it: Xtensa. */
#ifndef ROM_XTENSA_ARCH_H
#define ROM_XTENSA_ARCH_H

#include <stdint.h>

/* What was written is there before what follows. */
static inline void cpu_barrier(void)
{
    __asm__ volatile("memw" ::: "memory");
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

/* Since the core's reset, modulo 2^32. */
static inline uint32_t cpu_cycles(void)
{
    return CPU_READ_SR(ccount);
}

/* Sleeps until an interrupt, with interrupts of every level let in. */
static inline void cpu_wait_interrupt(void)
{
    __asm__ volatile("waiti 0" ::: "memory");
}

/* No interrupt from now on. */
static inline void cpu_mask_interrupts(void)
{
    CPU_WRITE_SR(intenable, 0);
}

#endif
