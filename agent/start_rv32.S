/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the agent starts on RISC-V: a0 holds enum mailbox_mode, in machine mode with interrupts masked; the stack is its own.
 * What raises an exception stops at a break of its own instead of in the handler of the program that was interrupted, whose
 * mtvec whoever started the agent puts back. The core's handlers are always vectored (256 bytes), so that address is aligned
 * for it; only the first entry is ever taken.
 */
    .section .text.start, "ax"
    .global agent_entry
    .type agent_entry, @function
agent_entry:
    la      sp, agent_stack_top
    la      t0, agent_trap
    csrw    mtvec, t0
    call    agent_main
    .global agent_stop
agent_stop:
    ebreak
    j       agent_stop

    .balign 256
agent_trap:
    ebreak
    j       agent_trap
