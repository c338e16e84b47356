/* SPDX-License-Identifier: Apache-2.0 */
    .section .text.start, "ax"
    .global _start, stop
_start:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    la      sp, stack_top
    call    run
stop:
    j       stop

    .section .bss
    .align  4
    .space  8192
stack_top:
