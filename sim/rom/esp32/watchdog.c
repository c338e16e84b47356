/* SPDX-License-Identifier: Apache-2.0 */
/* ESP32 TRM, chapters 'Watchdog Timers', 'Reset and Clock'. */
#include "../common/watchdog.h"

#include "../common/cpu.h"

#define TIMG0(reg)       (ESP32_TIMG0_BASE + ESP32_TIMG_##reg)
#define STAGE_SYS_RESET  3U /* timer groups: the digital part */
#define APB_TICKS_PER_MS (CPU_HZ / 1000)

void watchdog_disable_boot(void)
{
    reg_write(ESP32_RTC_WDTWPROTECT, ESP32_WDT_KEY);
    reg_write(ESP32_RTC_WDTCONFIG0, 0);
    reg_write(ESP32_RTC_WDTWPROTECT, 0);
    reg_write(TIMG0(WDTWPROTECT), ESP32_WDT_KEY);
    reg_write(TIMG0(WDTCONFIG0), 0);
    reg_write(TIMG0(WDTWPROTECT), 0);
}

void watchdog_enable_group0(uint32_t ms)
{
    uint32_t config = ESP32_TIMG_WDT_EN | field_put(ESP32_TIMG_WDT_STG0, 0, STAGE_SYS_RESET);
    reg_write(TIMG0(WDTWPROTECT), ESP32_WDT_KEY);
    reg_write(TIMG0(WDTCONFIG1), field_put(ESP32_TIMG_WDT_PRESCALE, 0, APB_TICKS_PER_MS));
    reg_write(TIMG0(WDTCONFIG2), ms);
    reg_write(TIMG0(WDTFEED), 1);
    reg_write(TIMG0(WDTCONFIG0), config);
    reg_write(TIMG0(WDTWPROTECT), 0);
}

void watchdog_feed_group0(void)
{
    reg_write(TIMG0(WDTWPROTECT), ESP32_WDT_KEY);
    reg_write(TIMG0(WDTFEED), 1);
    reg_write(TIMG0(WDTWPROTECT), 0);
}
