/* SPDX-License-Identifier: Apache-2.0 */
/* From the ROM: an own stack, variables at 0. Exceptions stay the ROM's. */
    .file "riscv/boot_start.S"

    .section .text.start, "ax"
    .global boot_start
boot_start:
    la sp, boot_stack
    la t0, boot_bss_start
    la t1, boot_bss_end
    j 2f
1:  sw zero, 0(t0)
    addi t0, t0, 4
2:  bltu t0, t1, 1b
    li ra, 0
    j boot_main /* does not come back */

/* void boot_enter(uint32_t entry): with an empty stack. */
    .global boot_enter
boot_enter:
    la sp, boot_stack
    mv t0, a0
    li ra, 0
    jr t0
