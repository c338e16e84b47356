/* SPDX-License-Identifier: Apache-2.0 */
/* The thread sample's vectors and switch: an interrupted thread leaves its registers on its own stack, laid out as ESP-IDF's port for
   Xtensa does (components/xtensa/include/xtensa_context.h, XT_STK_...), without the parts that this code does not use. */
#include "../xtensa/asm.h"
#include "threads.h"

#define CAUSE_LEVEL1 4
#define BELOW_DEBUG  5 /* masks all interrupts; at 6 and above no breakpoint stops a core */

.macro unexpected offset
    .org vectors + \offset
    wsr.excsave1 a0
    j threads_unexpected
.endm

    .file "threads/start.S"

    .section .text.vectors, "ax"
    .balign 0x400
    .begin no-transform
vectors:
    unexpected 0x180
    unexpected 0x1C0
    unexpected 0x200
    unexpected 0x240
    unexpected 0x280
    unexpected 0x2C0
    unexpected 0x300
    .org vectors + 0x340
    j level1
    unexpected 0x3C0
    .org vectors + 0x400
    .end no-transform

    .literal_position
    .align 4
level1:
    addi sp, sp, -FRAME / 2
    addi sp, sp, -FRAME / 2
    s32i a0, sp, FRAME_A0
    .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    s32i a\n, sp, FRAME_A0 + 4 * \n
    .endr
    addi a2, sp, FRAME / 2
    addi a2, a2, FRAME / 2
    s32i a2, sp, FRAME_A0 + 4
    rsr.sar a2
    s32i a2, sp, FRAME_SAR
    rsr.ps a2
    s32i a2, sp, FRAME_PS
    rsr.epc1 a2
    s32i a2, sp, FRAME_PC
    s32i a2, sp, FRAME_EXIT /* not 0: it was interrupted */
    rsr.exccause a2
    s32i a2, sp, FRAME_EXCCAUSE
    bnei a2, CAUSE_LEVEL1, threads_unexpected
    movi a2, PS_UM | 1
    wsr.ps a2
    rsync
    mov a2, sp
    movi a3, threads_tick
    callx0 a3
    j threads_resume

/* _Noreturn void threads_resume(uint32_t *frame) */
    .global threads_resume
    .align 4
threads_resume:
    mov sp, a2
    l32i a2, sp, FRAME_SAR
    wsr.sar a2
    l32i a2, sp, FRAME_PS
    wsr.ps a2
    rsync
    l32i a2, sp, FRAME_PC
    wsr.epc1 a2
    l32i a0, sp, FRAME_A0
    .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    l32i a\n, sp, FRAME_A0 + 4 * \n
    .endr
    l32i sp, sp, FRAME_A0 + 4
    rfe

    .global threads_unexpected
threads_unexpected:
    j threads_unexpected

/* void threads_use_vectors(void) */
    .global threads_use_vectors
    .align 4
threads_use_vectors:
    movi a2, vectors
    wsr.vecbase a2
    ret

/* From the ROM, on the second core. */
    .global threads_core1_start
    .align 4
threads_core1_start:
    movi a2, PS_UM | BELOW_DEBUG
    wsr.ps a2
    rsync
    movi a2, threads_core1_stack_top
    l32i sp, a2, 0
    movi a2, vectors
    wsr.vecbase a2
    movi a2, threads_core1_main
    movi a0, 0
    jx a2
