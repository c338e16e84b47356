/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors and first steps; all in RAM, so that it runs while the cache is off. */
#define FRAME      80 /* ra, t0..t6, a0..a7 in the order of SAVED, then: */
#define FRAME_MEPC 64

    .file "riscv/app_start.S"

    .section .vectors, "ax"
    .option norvc
vectors:
    j app_fault
    .rept 31
    j app_take_interrupt
    .endr
    .option rvc

.macro saved, what
    .set at, 0
    .irp reg, ra, t0, t1, t2, t3, t4, t5, t6, a0, a1, a2, a3, a4, a5, a6, a7
    \what \reg, at(sp)
    .set at, at + 4
    .endr
.endm

    .section .iram.start, "ax"

/* s0..s11 are the called function's to keep. */
app_take_interrupt:
    addi sp, sp, -FRAME
    saved sw
    csrr t0, mepc
    sw t0, FRAME_MEPC(sp)
    la t0, app_interrupt
    jalr t0
    lw t0, FRAME_MEPC(sp)
    csrw mepc, t0
    saved lw
    addi sp, sp, FRAME
    mret

app_fault:
    li a0, 0
    la t0, app_panic
    jr t0

/* From the bootloader. */
    .global app_start
app_start:
    csrw mstatus, zero
    la sp, app_stack_pro
    la t0, vectors
    ori t0, t0, 1 /* vectored */
    csrw mtvec, t0
    la t0, app_bss_start
    la t1, app_bss_end
    j 2f
1:  sw zero, 0(t0)
    addi t0, t0, 4
2:  bltu t0, t1, 1b
    li ra, 0
    la t0, app_main
    jr t0
