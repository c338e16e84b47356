/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors at VECBASE's reset value, the reset vector, and what comes before C. */
#include "asm.h"
#include "port.h"

/* Where the architecture wants them: Xtensa ISA, table of vector offsets of this configuration. */
.macro vector offset
    .org \offset
.endm

/* No handler here: say which vector it was and what the core knows. a0 is kept in EXCSAVE1, a1 in EXCSAVE2. */
.macro unexpected offset, id
    vector \offset
    wsr.excsave1 a0
    movi a0, \id
    j rom_unexpected
.endm

    .file "xtensa/rom_start.S"

    .section .vectors, "ax"
    .begin no-transform

/* Register windows: the layout of the save areas is the windowed ABI's (Xtensa ISA, 'Windowed Procedure-Call Protocol'). */
    vector 0x000 /* overflow of 4 */
    s32e_raw 0, 5, -16
    s32e_raw 1, 5, -12
    s32e_raw 2, 5, -8
    s32e_raw 3, 5, -4
    rfwo_raw

    vector 0x040 /* underflow of 4 */
    l32e_raw 0, 5, -16
    l32e_raw 1, 5, -12
    l32e_raw 2, 5, -8
    l32e_raw 3, 5, -4
    rfwu_raw

    vector 0x080 /* overflow of 8 */
    s32e_raw 0, 9, -16
    l32e_raw 0, 1, -12
    s32e_raw 1, 9, -12
    s32e_raw 2, 9, -8
    s32e_raw 3, 9, -4
    s32e_raw 4, 0, -32
    s32e_raw 5, 0, -28
    s32e_raw 6, 0, -24
    s32e_raw 7, 0, -20
    rfwo_raw

    vector 0x0C0 /* underflow of 8 */
    l32e_raw 0, 9, -16
    l32e_raw 1, 9, -12
    l32e_raw 2, 9, -8
    l32e_raw 7, 1, -12
    l32e_raw 3, 9, -4
    l32e_raw 4, 7, -32
    l32e_raw 5, 7, -28
    l32e_raw 6, 7, -24
    l32e_raw 7, 7, -20
    rfwu_raw

    vector 0x100 /* overflow of 12 */
    s32e_raw 0, 13, -16
    l32e_raw 0, 1, -12
    s32e_raw 1, 13, -12
    s32e_raw 2, 13, -8
    s32e_raw 3, 13, -4
    .irp n, 4, 5, 6, 7, 8, 9, 10, 11
    s32e_raw \n, 0, (4 * \n - 64)
    .endr
    rfwo_raw

    vector 0x140 /* underflow of 12 */
    l32e_raw 0, 13, -16
    l32e_raw 1, 13, -12
    l32e_raw 2, 13, -8
    l32e_raw 11, 1, -12
    l32e_raw 3, 13, -4
    .irp n, 4, 5, 6, 7, 8, 9, 10, 11
    l32e_raw \n, 11, (4 * \n - 64)
    .endr
    rfwu_raw

    unexpected 0x180, 2
    unexpected 0x1C0, 3
    unexpected 0x200, 4
    unexpected 0x240, 5
    unexpected 0x280, 6 /* debug, when no debugger is there to take it */
    unexpected 0x2C0, 7 /* NMI */
    unexpected 0x300, 1 /* kernel */
    unexpected 0x340, 1 /* user */
    unexpected 0x3C0, 8 /* double */

    vector 0x400
    .global rom_reset
rom_reset:
    j rom_start
    .end no-transform

    .section .text.start, "ax"
    .literal_position

    .global rom_start
    .align 4
rom_start:
    movi a2, 0
    wsr_number SR_WINDOWBASE, 2
    rsync
    movi a2, 1
    wsr_number SR_WINDOWSTART, 2
    rsync
    movi a2, 0
    wsr.intenable a2
    movi a2, PORT_ROM_BASE
    wsr.vecbase a2
    movi a2, PS_UM_WOE
    wsr.ps a2
    rsync
    rsr.prid a2
    bbsi a2, 13, app_start
    movi sp, rom_stack_pro
    call0 rom_copy_data
    movi a0, 0
    call0 rom_main /* does not come back */

/* The APP core waits for an address from the program that started it. */
app_start:
    movi sp, rom_stack_app
    movi a3, PORT_CORE1_ENTRY
1:  memw
    l32i a2, a3, 0
    beqz a2, 1b
    j jump_out

/* void rom_enter(uint32_t entry): with an empty stack. */
    .global rom_enter
    .align 4
rom_enter:
    movi sp, rom_stack_pro
jump_out:
    movi a0, 0
    callx4_raw 2
    ill

/* Copies text and tables to where bytes can be read. */
    .align 4
rom_copy_data:
    movi a2, rom_data_start
    movi a3, rom_data_end
    movi a4, rom_data_load
    j 2f
1:  l32i a5, a4, 0
    s32i a5, a2, 0
    addi a2, a2, 4
    addi a4, a4, 4
2:  bltu a2, a3, 1b
    ret

/* a0: number of the vector. Nothing of the interrupted program is kept but what is printed. */
    .global rom_unexpected
    .align 4
rom_unexpected:
    wsr.excsave2 sp
    mov a6, a0
    movi a2, PS_UM | 15 /* the caller's windows are of no use any more */
    wsr.ps a2
    rsync
    movi sp, rom_exception_stack_pro
    rsr.prid a2
    bbci a2, 13, 1f
    movi sp, rom_exception_stack_app
1:  call0 rom_copy_data
    mov a2, a6
    call0 rom_report_exception
