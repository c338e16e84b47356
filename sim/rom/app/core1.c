/* SPDX-License-Identifier: Apache-2.0 */
/* The second core: how it is started, and what it does. */
#include "app.h"

#include "../common/cpu.h"

volatile uint32_t app_core1_counter;

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
void core1_start(void)
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
    reg_write(ESP32_DPORT_APPCPU_CTRL_D, (uint32_t)app_core1_start);
}

__attribute__((noinline)) void app_core1_work(void)
{
    app_core1_counter++;
}

void app_core1_main(void)
{
    timer_start(CPU_HZ / APP_CORE1_WAKES_HZ);
    for (;;) {
        for (unsigned i = 0; i < APP_CORE1_COUNTS; i++)
            app_core1_work();
        cpu_wait_interrupt();
    }
}
