/* SPDX-License-Identifier: Apache-2.0 */
/* The core, as common/cpu.h has it: RISC-V, as Espressif makes it. Numbers of its own registers: ESP32-C3 TRM, chapter
   'ESP-RISC-V CPU'. */
#ifndef ROM_RISCV_ARCH_H
#define ROM_RISCV_ARCH_H

#include <stdint.h>

/* Registers of peripherals are reached in order. */
static inline void cpu_barrier(void)
{
    __asm__ volatile("" ::: "memory");
}

/* The register's name or number is part of the instruction. */
#define CPU_READ_CSR(name)                                                                                             \
    ({                                                                                                                 \
        uint32_t csr_value;                                                                                            \
        __asm__ volatile("csrr %0, " #name : "=r"(csr_value));                                                         \
        csr_value;                                                                                                     \
    })
#define CPU_WRITE_CSR(name, value) __asm__ volatile("csrw " #name ", %0" ::"r"(value) : "memory")

#define MSTATUS_MIE_BIT 8

static inline unsigned cpu_core_id(void)
{
    return CPU_READ_CSR(mhartid);
}

/* mpccr, which rom_start.S lets count cycles, those in WFI too; since the core's reset, modulo 2^32. */
static inline uint32_t cpu_cycles(void)
{
    return CPU_READ_CSR(0x7E2);
}

/* Sleeps until an interrupt. */
static inline void cpu_wait_interrupt(void)
{
    __asm__ volatile("wfi" ::: "memory");
}

static inline void cpu_let_interrupts_in(void)
{
    __asm__ volatile("csrsi mstatus, %0" ::"i"(MSTATUS_MIE_BIT) : "memory");
}

/* No interrupt from now on. */
static inline void cpu_mask_interrupts(void)
{
    __asm__ volatile("csrci mstatus, %0" ::"i"(MSTATUS_MIE_BIT) : "memory");
}

#endif
