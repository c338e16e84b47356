/* SPDX-License-Identifier: Apache-2.0 */
/* The first steps on an Xtensa core, in the CALL0 ABI: watchdogs off, a stack, and main. A trap ends in a loop. */
    .section .text.start, "ax"
    .literal_position
    .balign 4
    .globl  _start
    .type   _start, @function
_start:
    movi    a2, watchdogs       /* by the linker script: pairs of address and value, up to a zero */
1:  l32i    a3, a2, 0
    beqz    a3, 2f
    l32i    a4, a2, 4
    s32i    a4, a3, 0
    addi    a2, a2, 8
    j       1b
2:  movi    a2, vectors
    wsr.vecbase a2
    movi    a2, 0x20            /* user vectors, no interrupts */
    wsr.ps  a2
    rsync
    movi    a1, stack_top
    movi    a2, bss_start
    movi    a3, bss_end
    movi    a4, 0
3:  bgeu    a2, a3, 4f
    s32i    a4, a2, 0
    addi    a2, a2, 4
    j       3b
4:  call0   main
    j       .
    .size   _start, . - _start

    .section .vectors, "ax"
    .begin no-transform
    .globl  vectors
vectors:
    .org 0x300
    j       trapped             /* kernel */
    .org 0x340
    .globl  trapped
trapped:
    j       trapped             /* user */
    .org 0x3C0
    j       trapped             /* double */
    .org 0x400
    .end no-transform
