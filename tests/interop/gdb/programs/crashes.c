/* SPDX-License-Identifier: Apache-2.0 */
/* Crashes of every kind: TROUBLE_... as GDB sets them. Each ends in the trap vector, which stops there for ever. */
#include "debuggee.h"

enum trouble { TROUBLE_ILLEGAL = 1, TROUBLE_LOAD, TROUBLE_STORE, TROUBLE_JUMP, TROUBLE_BREAK, TROUBLE_CALL };

extern int unmapped[]; /* by the linker script */

#ifdef __riscv
#define ILLEGAL ".word 0"
#define BREAK   "ebreak"
#define CALL    "ecall"
#else
#define ILLEGAL "ill"
#define BREAK   "break 1, 15"
#define CALL    "syscall"
#endif

__attribute__((noinline)) void make_trouble(int kind)
{
    switch ((enum trouble)kind) {
    case TROUBLE_ILLEGAL:
        __asm__ volatile(ILLEGAL);
        break;
    case TROUBLE_LOAD:
        (void)*(volatile int *)unmapped;
        break;
    case TROUBLE_STORE:
        *(volatile int *)unmapped = 1;
        break;
    case TROUBLE_JUMP:
        ((void (*)(void))unmapped)();
        break;
    case TROUBLE_BREAK:
        __asm__ volatile(BREAK);
        break;
    case TROUBLE_CALL:
        __asm__ volatile(CALL);
        break;
    }
}
