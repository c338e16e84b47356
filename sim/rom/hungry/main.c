/* SPDX-License-Identifier: Apache-2.0 */
/* A sample that only the super watchdog ends, again and again: the others are off, and nobody feeds that one. It stands in
   the bootloader's place. */
#include "../common/cpu.h"
#include "../common/print.h"
#include "../common/uart.h"

void boot_main(void);

void boot_main(void)
{
    reg_write(PORT(RTC_WDTWPROTECT), PORT(WDT_KEY));
    reg_write(PORT(RTC_WDTCONFIG0), 0);
    reg_write(PORT(TIMG0_BASE) + PORT(TIMG_WDTWPROTECT), PORT(WDT_KEY));
    reg_write(PORT(TIMG0_BASE) + PORT(TIMG_WDTCONFIG0), 0);
    uint32_t cause = field_get(PORT_RESET_CAUSE, reg_read(PORT(RTC_RESET_STATE)));
    print("hungry: start, reset cause %u\n", (unsigned)cause);
    uart_flush();
    for (;;) {
    }
}
