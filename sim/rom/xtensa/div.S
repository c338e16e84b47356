/* SPDX-License-Identifier: Apache-2.0 */
/* Division: the compiler's core has none and its library neither, the LX6 divides by itself. */

/* a2 := a2 op a3 */
.macro divide name, opcode
    .section .text.\name, "ax"
    .align 4
    .global \name
    .type \name, @function
\name:
    .byte 0x30, 0x22, \opcode
    ret
    .size \name, . - \name
.endm

    .file "xtensa/div.S"

    divide __udivsi3, 0xC2 /* QUOU */
    divide __divsi3, 0xD2  /* QUOS */
    divide __umodsi3, 0xE2 /* REMU */
    divide __modsi3, 0xF2  /* REMS */
