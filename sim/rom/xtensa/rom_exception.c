/* SPDX-License-Identifier: Apache-2.0 */
#include "../bootrom/bootrom.h"

#include <stddef.h>

#include "../common/cpu.h"
#include "../common/print.h"
#include "../common/uart.h"
#include "regs/xtensa.h"

/* Called by rom_start.S. vector: 1 general exception, 8 double exception, else the interrupt level. */
_Noreturn void rom_report_exception(uint32_t vector);

static const struct cause_name {
    uint8_t cause;
    const char *name;
} cause_names[] = {
    {EXCCAUSE_ILLEGAL, "IllegalInstruction"},         {EXCCAUSE_SYSCALL, "Syscall"},
    {EXCCAUSE_FETCH_ERROR, "InstructionFetchError"},  {EXCCAUSE_LOAD_STORE_ERROR, "LoadStoreError"},
    {EXCCAUSE_LEVEL1_INTERRUPT, "Level1Interrupt"},   {EXCCAUSE_ALLOCA, "Alloca"},
    {EXCCAUSE_DIVIDE_BY_ZERO, "IntegerDivideByZero"}, {EXCCAUSE_PRIVILEGED, "Privileged"},
    {EXCCAUSE_UNALIGNED, "LoadStoreAlignment"},       {EXCCAUSE_FETCH_PROHIBITED, "InstFetchProhibited"},
    {EXCCAUSE_LOAD_PROHIBITED, "LoadProhibited"},     {EXCCAUSE_STORE_PROHIBITED, "StoreProhibited"},
};

static const char *cause_name(uint32_t cause)
{
    for (size_t i = 0; i < sizeof(cause_names) / sizeof(cause_names[0]); i++) {
        if (cause_names[i].cause == cause)
            return cause_names[i].name;
    }
    return "";
}

void rom_report_exception(uint32_t vector)
{
    uint32_t cause = CPU_READ_SR(exccause);
    if (vector == 1 || vector == 8)
        print("\nFatal exception (%u): %s\n", (unsigned)cause, cause_name(cause));
    else
        print("\nUnexpected interrupt of level %u\n", (unsigned)vector);
    print("core=%u, epc1=0x%08x, epc2=0x%08x, epc3=0x%08x, excvaddr=0x%08x, depc=0x%08x\n", cpu_core_id(),
          (unsigned)CPU_READ_SR(epc1), (unsigned)CPU_READ_SR(epc2), (unsigned)CPU_READ_SR(epc3),
          (unsigned)CPU_READ_SR(excvaddr), (unsigned)CPU_READ_SR(depc));
    print("a0=0x%08x, a1=0x%08x\n", (unsigned)CPU_READ_SR(excsave1), (unsigned)CPU_READ_SR(excsave2));
    rom_stop();
}
