/* SPDX-License-Identifier: Apache-2.0 */
    .section .text.start, "ax"
    .global _start, stop
    .align 4
_start:
    movi    a1, stack_top
    movi    a0, run
    callx0  a0
stop:
    j       stop

    .section .bss
    .align  16
    .space  8192
stack_top:
