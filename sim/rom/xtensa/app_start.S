/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors and both cores' first steps; all in RAM, so that it runs while the cache of a core is off. */
#include "asm.h"

#define FRAME        64 /* a0, a2..a11 at their number times 4, then: */
#define FRAME_SAR    48
#define FRAME_PS     52
#define FRAME_EPC1   56
#define CAUSE_LEVEL1 4
#define BELOW_DEBUG  5 /* masks all interrupts; at 6 and above no breakpoint stops a core */

.macro unexpected offset, id
    .org \offset
    wsr.excsave1 a0
    movi a0, \id
    j app_unexpected
.endm

    .file "xtensa/app_start.S"

    .section .vectors, "ax"
    .begin no-transform
vectors:
    unexpected 0x180, 2
    unexpected 0x1C0, 3
    unexpected 0x200, 4
    unexpected 0x240, 5
    unexpected 0x280, 6
    unexpected 0x2C0, 7
    unexpected 0x300, 1 /* kernel mode is not used */
    .org 0x340
    j level1
    unexpected 0x3C0, 8
    .org 0x400
    .end no-transform

    .section .iram.start, "ax"
    .literal_position
    .align 4

/* User vector: the level-1 interrupt, or a fault. a12..a15 and sp are the called function's to keep. */
level1:
    addi sp, sp, -FRAME
    s32i a0, sp, 0
    .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    s32i a\n, sp, 4 * \n
    .endr
    rsr.sar a2
    s32i a2, sp, FRAME_SAR
    rsr.ps a2
    s32i a2, sp, FRAME_PS
    rsr.epc1 a2
    s32i a2, sp, FRAME_EPC1
    rsr.exccause a2
    bnei a2, CAUSE_LEVEL1, fault
    movi a2, PS_UM | 1 /* a fault in the handler is an exception like any other */
    wsr.ps a2
    rsync
    movi a2, app_interrupt
    callx0 a2
    l32i a2, sp, FRAME_SAR
    wsr.sar a2
    l32i a2, sp, FRAME_PS
    wsr.ps a2
    rsync
    l32i a2, sp, FRAME_EPC1
    wsr.epc1 a2
    l32i a0, sp, 0
    .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    l32i a\n, sp, 4 * \n
    .endr
    addi sp, sp, FRAME
    rfe

app_unexpected:
    mov a2, a0
    j 1f
fault:
    movi a2, 1
1:  movi a3, PS_UM | 15
    wsr.ps a3
    rsync
    movi a3, app_panic
    callx0 a3

/* From the bootloader, on the PRO core. */
    .global app_start
    .align 4
app_start:
    movi a2, PS_UM | BELOW_DEBUG
    wsr.ps a2
    rsync
    movi sp, app_stack_pro
    movi a2, vectors
    wsr.vecbase a2
    movi a2, app_bss_start
    movi a3, app_bss_end
    movi a4, 0
    j 2f
1:  s32i a4, a2, 0
    addi a2, a2, 4
2:  bltu a2, a3, 1b
    movi a2, app_main
    movi a0, 0
    jx a2

/* From the ROM, on the APP core, as soon as its address stands in DPORT_APPCPU_CTRL_D. */
    .global app_core1_start
    .align 4
app_core1_start:
    movi a2, PS_UM | BELOW_DEBUG
    wsr.ps a2
    rsync
    movi sp, app_stack_app
    movi a2, vectors
    wsr.vecbase a2
    movi a2, app_core1_main
    movi a0, 0
    jx a2
