/* SPDX-License-Identifier: Apache-2.0 */
#include "../common/core1.h"

#include "../common/cpu.h"

static void enable_cache(void)
{
    reg_clear(ESP32_DPORT_APP_CACHE_CTRL, ESP32_DPORT_CACHE_FLUSH_ENA);
    reg_set(ESP32_DPORT_APP_CACHE_CTRL, ESP32_DPORT_CACHE_FLUSH_ENA);
    while (!(reg_read(ESP32_DPORT_APP_CACHE_CTRL) & ESP32_DPORT_CACHE_FLUSH_DONE)) {
    }
    reg_clear(ESP32_DPORT_APP_CACHE_CTRL, ESP32_DPORT_CACHE_FLUSH_ENA);
    reg_set(ESP32_DPORT_APP_CACHE_CTRL, ESP32_DPORT_CACHE_ENABLE);
}

/* The order is esp-idf's (esp_system/port/cpu_start.c, start_other_core). */
void core1_enable(void (*entry)(void))
{
    enable_cache();
    reg_clear(ESP32_RTC_SW_CPU_STALL, ESP32_RTC_SW_STALL_APPCPU_C1);
    reg_clear(ESP32_RTC_OPTIONS0, ESP32_RTC_SW_STALL_APPCPU_C0);
    if (!(reg_read(ESP32_DPORT_APPCPU_CTRL_B) & ESP32_DPORT_APPCPU_CLKGATE_EN)) {
        reg_set(ESP32_DPORT_APPCPU_CTRL_B, ESP32_DPORT_APPCPU_CLKGATE_EN);
        reg_clear(ESP32_DPORT_APPCPU_CTRL_C, ESP32_DPORT_APPCPU_RUNSTALL);
        reg_set(ESP32_DPORT_APPCPU_CTRL_A, ESP32_DPORT_APPCPU_RESETTING);
        reg_clear(ESP32_DPORT_APPCPU_CTRL_A, ESP32_DPORT_APPCPU_RESETTING);
    }
    reg_write(ESP32_DPORT_APPCPU_CTRL_D, (uint32_t)entry);
}
