/* SPDX-License-Identifier: Apache-2.0 */
/* From the ROM, on the PRO core: an own stack, no windows, variables at 0. */
#include "asm.h"

    .file "xtensa/boot_start.S"

    .section .text.start, "ax"
    .literal_position
    .global boot_start
    .align 4
boot_start:
    movi a2, PS_UM
    wsr.ps a2
    rsync
    movi sp, boot_stack
    movi a2, boot_bss_start
    movi a3, boot_bss_end
    movi a4, 0
    j 2f
1:  s32i a4, a2, 0
    addi a2, a2, 4
2:  bltu a2, a3, 1b
    movi a0, 0
    call0 boot_main /* does not come back */

/* void boot_enter(uint32_t entry): with an empty stack, for apps of either ABI. */
    .global boot_enter
    .align 4
boot_enter:
    movi sp, boot_stack
    movi a3, PS_UM_WOE
    wsr.ps a3
    rsync
    movi a0, 0
    callx4_raw 2
    ill
