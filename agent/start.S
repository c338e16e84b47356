/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the agent starts: a2 holds enum mailbox_mode, everything else is ours. It needs no stack from outside and no
 * window: call0 ABI. A loop count that the interrupted program left must not act on our code, so LCOUNT is set aside. It is
 * written as bytes, because the assembler's default core has no loops: RSR/WSR of special register 2.
 */
    .section .text.start, "ax"
    .literal_position
    .global agent_entry
    .type agent_entry, @function
agent_entry:
    movi    a1, agent_stack_top
    .byte   0xD0, 0x02, 0x03            /* rsr.lcount a13 */
    movi    a12, 0
    .byte   0xC0, 0x02, 0x13            /* wsr.lcount a12 */
    movi    a0, agent_main
    callx0  a0
    .byte   0xD0, 0x02, 0x13            /* wsr.lcount a13: call0 keeps a12..a15 */
    .global agent_stop
agent_stop:
    break   0, 0
    j       agent_stop
