/* SPDX-License-Identifier: Apache-2.0 */
#include "../app/app.h"

#include "../common/cpu.h"
#include "../common/print.h"

void app_panic(uint32_t vector)
{
    print("\nCore %u panic'ed: vector %u, cause %u, PC 0x%08x, address 0x%08x\n", cpu_core_id(), (unsigned)vector,
          (unsigned)CPU_READ_CSR(mcause), (unsigned)CPU_READ_CSR(mepc), (unsigned)CPU_READ_CSR(mtval));
    cpu_mask_interrupts();
    for (;;)
        cpu_wait_interrupt();
}
