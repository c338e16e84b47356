/* SPDX-License-Identifier: Apache-2.0 */
#include "../bootrom/bootrom.h"

#include <stddef.h>

#include "../common/cpu.h"
#include "../common/print.h"

#define MCAUSE_INTERRUPT 0x80000000U

/* Called by rom_start.S with the interrupted program's return address and stack pointer. */
_Noreturn void rom_report_exception(const uint32_t seen[2]);

/* RISC-V privileged specification, table of mcause. */
static const char *const cause_names[] = {
    "InstructionMisaligned",
    "InstructionAccessFault",
    "IllegalInstruction",
    "Breakpoint",
    "LoadMisaligned",
    "LoadAccessFault",
    "StoreMisaligned",
    "StoreAccessFault",
    "EnvironmentCall (U)",
    NULL,
    NULL,
    "EnvironmentCall (M)",
};

static const char *cause_name(uint32_t cause)
{
    const char *name = cause < sizeof(cause_names) / sizeof(cause_names[0]) ? cause_names[cause] : NULL;
    return name ? name : "";
}

void rom_report_exception(const uint32_t seen[2])
{
    uint32_t cause = CPU_READ_CSR(mcause);
    if (cause & MCAUSE_INTERRUPT)
        print("\nUnexpected interrupt of line %u\n", (unsigned)(cause & ~MCAUSE_INTERRUPT));
    else
        print("\nFatal exception (%u): %s\n", (unsigned)cause, cause_name(cause));
    print("mepc=0x%08x, mtval=0x%08x, mstatus=0x%08x, mtvec=0x%08x\n", (unsigned)CPU_READ_CSR(mepc),
          (unsigned)CPU_READ_CSR(mtval), (unsigned)CPU_READ_CSR(mstatus), (unsigned)CPU_READ_CSR(mtvec));
    print("ra=0x%08x, sp=0x%08x\n", (unsigned)seen[0], (unsigned)seen[1]);
    rom_stop();
}
