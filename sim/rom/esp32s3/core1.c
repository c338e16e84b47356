/* SPDX-License-Identifier: Apache-2.0 */
#include "../common/core1.h"

#include "../common/cpu.h"

/* The order is esp-idf's (esp_system/port/cpu_start.c, start_other_core). The caches are common to both cores; each has
   its own bus to them, which flash_map_set opens. */
void core1_enable(void (*entry)(void))
{
    reg_clear(ESP32S3_RTC_SW_CPU_STALL, ESP32S3_RTC_SW_STALL_APPCPU_C1);
    reg_clear(ESP32S3_RTC_OPTIONS0, ESP32S3_RTC_SW_STALL_APPCPU_C0);
    if (!(reg_read(ESP32S3_SYSTEM_CORE1_CONTROL0) & ESP32S3_SYSTEM_CORE1_CLKGATE_EN)) {
        reg_set(ESP32S3_SYSTEM_CORE1_CONTROL0, ESP32S3_SYSTEM_CORE1_CLKGATE_EN);
        reg_clear(ESP32S3_SYSTEM_CORE1_CONTROL0, ESP32S3_SYSTEM_CORE1_RUNSTALL);
        reg_set(ESP32S3_SYSTEM_CORE1_CONTROL0, ESP32S3_SYSTEM_CORE1_RESETING);
        reg_clear(ESP32S3_SYSTEM_CORE1_CONTROL0, ESP32S3_SYSTEM_CORE1_RESETING);
    }
    reg_write(ESP32S3_SYSTEM_CORE1_CONTROL1, (uint32_t)entry);
}
