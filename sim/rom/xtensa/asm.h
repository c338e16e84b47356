/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instructions of the LX6 that the assembler of the lx106 refuses, as bytes. Encodings: Xtensa ISA Reference Manual,
 * instruction descriptions; bits 7:0 of the instruction word come first.
 */
#ifndef ROM_COMMON_ASM_H
#define ROM_COMMON_ASM_H

#define SR_WINDOWBASE  0x48
#define SR_WINDOWSTART 0x49

#define PS_UM_WOE 0x40020 /* user vector mode, windows on, interrupt level 0 */
#define PS_UM     0x20

/* clang-format off */
/* WSR sr, a<t> */
.macro wsr_number sr, t
    .byte (\t) << 4, \sr, 0x13
.endm

/* S32E / L32E a<t>, a<s>, offset: offset -64..-4 */
.macro s32e_raw t, s, offset
    .byte (\t) << 4, ((64 + (\offset)) / 4) << 4 | (\s), 0x49
.endm
.macro l32e_raw t, s, offset
    .byte (\t) << 4, ((64 + (\offset)) / 4) << 4 | (\s), 0x09
.endm

.macro rfwo_raw
    .byte 0x00, 0x34, 0x00
.endm
.macro rfwu_raw
    .byte 0x00, 0x35, 0x00
.endm

/* CALLX4 a<s>: a function of the windowed ABI is entered by its ENTRY, one of the call0 ABI simply runs. */
.macro callx4_raw s
    .byte 0xD0, \s, 0x00
.endm
/* clang-format on */

#endif
