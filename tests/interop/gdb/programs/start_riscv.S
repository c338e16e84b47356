/* SPDX-License-Identifier: Apache-2.0 */
/* From the first instruction to main; and where a trap ends: the handler keeps what it found and stops. */
    .section .text.start, "ax"
    .globl _start
    .cfi_startproc
    .cfi_undefined ra
_start:
    la      sp, stack_top
    la      a0, trapped
    csrw    mtvec, a0
    la      a0, bss_start
    la      a1, bss_end
1:  bgeu    a0, a1, 2f
    sw      zero, 0(a0)
    addi    a0, a0, 4
    j       1b
2:  call    main
    j       .
    .cfi_endproc

    .balign 256
    .globl  trapped
    .type   trapped, @function
    .cfi_startproc simple
    .cfi_signal_frame
trapped:
    /* No register is changed: the frame that was left is the one of the trap. mepc is where it was. */
    .cfi_def_cfa sp, 0
    .cfi_undefined ra
    j       trapped
    .cfi_endproc
    .size   trapped, . - trapped
