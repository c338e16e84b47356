/* SPDX-License-Identifier: Apache-2.0 */
/* The reset vector, the trap vectors, and what comes before C. */
#include "port.h"

#define MPCER 0x7E0
#define MPCMR 0x7E1
#define MPCCR 0x7E2

    .file "riscv/rom_start.S"

    .section .vectors, "ax"
    .option norvc
    .global rom_reset
rom_reset:
    j rom_start

/* Vectored: an exception goes to the first, interrupt line n to the n-th of these. No handler is here: say what the core knows. */
    .balign 256
rom_vectors:
    .rept 32
    j rom_unexpected
    .endr
    .option rvc

    .section .text.start, "ax"
    .global rom_start
rom_start:
    csrw mstatus, zero
    la t0, rom_vectors
    ori t0, t0, 1
    csrw mtvec, t0
    li t0, 0x11 /* cycles, in WFI too */
    csrw MPCER, t0
    csrw MPCCR, zero
    li t0, 1
    csrw MPCMR, t0
    la sp, rom_stack
    jal rom_copy_data
    li ra, 0
    j rom_main /* does not come back */

/* void rom_enter(uint32_t entry): with an empty stack. */
    .global rom_enter
rom_enter:
    la sp, rom_stack
    mv t0, a0
    li ra, 0
    jr t0

/* Copies tables to where bytes can be read. */
rom_copy_data:
    la t0, rom_data_start
    la t1, rom_data_end
    la t2, rom_data_load
    j 2f
1:  lw t3, 0(t2)
    sw t3, 0(t0)
    addi t0, t0, 4
    addi t2, t2, 4
2:  bltu t0, t1, 1b
    ret

/* Nothing of the interrupted program is kept but what is printed: its return address and stack pointer. */
rom_unexpected:
    csrw mscratch, sp
    la sp, rom_exception_stack
    addi sp, sp, -16
    sw ra, 0(sp)
    csrr t0, mscratch
    sw t0, 4(sp)
    jal rom_copy_data
    mv a0, sp
    j rom_report_exception
