/* SPDX-License-Identifier: Apache-2.0 */
/* A sample that only the ESP32-S3's super watchdog ends, again and again: the others are off, and nobody feeds that one. It stands in
   the bootloader's place. */
#include "regs/esp32s3.h"

#include "../common/cpu.h"
#include "../common/print.h"
#include "../common/uart.h"

void boot_main(void);

void boot_main(void)
{
    reg_write(ESP32S3_RTC_WDTWPROTECT, ESP32S3_WDT_KEY);
    reg_write(ESP32S3_RTC_WDTCONFIG0, 0);
    reg_write(ESP32S3_TIMG0_BASE + ESP32S3_TIMG_WDTWPROTECT, ESP32S3_WDT_KEY);
    reg_write(ESP32S3_TIMG0_BASE + ESP32S3_TIMG_WDTCONFIG0, 0);
    uint32_t cause = field_get(ESP32S3_RTC_RESET_CAUSE_PROCPU, reg_read(ESP32S3_RTC_RESET_STATE));
    print("hungry: start, reset cause %u\n", (unsigned)cause);
    uart_flush();
    for (;;) {
    }
}
