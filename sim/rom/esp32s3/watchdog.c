/* SPDX-License-Identifier: Apache-2.0 */
/* ESP32-S3 TRM, chapter 'Watchdog Timers'. */
#include "../common/watchdog.h"

#include "../common/cpu.h"

#define TIMG0(reg)       (ESP32S3_TIMG0_BASE + ESP32S3_TIMG_##reg)
#define STAGE_SYS_RESET  3U /* timer groups: the digital part */
#define APB_TICKS_PER_MS (CPU_HZ / 1000)

void watchdog_disable_boot(void)
{
    reg_write(ESP32S3_RTC_WDTWPROTECT, ESP32S3_WDT_KEY);
    reg_write(ESP32S3_RTC_WDTCONFIG0, 0);
    reg_write(ESP32S3_RTC_WDTWPROTECT, 0);
    reg_write(TIMG0(WDTWPROTECT), ESP32S3_WDT_KEY);
    reg_write(TIMG0(WDTCONFIG0), 0);
    reg_write(TIMG0(WDTWPROTECT), 0);
    /* The super watchdog cannot be stopped, it can feed itself. */
    reg_write(ESP32S3_RTC_SWD_WPROTECT, ESP32S3_SWD_KEY);
    reg_set(ESP32S3_RTC_SWD_CONF, ESP32S3_SWD_AUTO_FEED_EN);
    reg_write(ESP32S3_RTC_SWD_WPROTECT, 0);
}

void watchdog_enable_group0(uint32_t ms)
{
    uint32_t config = ESP32S3_TIMG_WDT_EN | field_put(ESP32S3_TIMG_WDT_STG0, 0, STAGE_SYS_RESET);
    reg_write(TIMG0(WDTWPROTECT), ESP32S3_WDT_KEY);
    reg_write(TIMG0(WDTCONFIG1), field_put(ESP32S3_TIMG_WDT_PRESCALE, 0, APB_TICKS_PER_MS));
    reg_write(TIMG0(WDTCONFIG2), ms);
    reg_write(TIMG0(WDTFEED), 1);
    reg_write(TIMG0(WDTCONFIG0), config);
    reg_write(TIMG0(WDTWPROTECT), 0);
}

void watchdog_feed_group0(void)
{
    reg_write(TIMG0(WDTWPROTECT), ESP32S3_WDT_KEY);
    reg_write(TIMG0(WDTFEED), 1);
    reg_write(TIMG0(WDTWPROTECT), 0);
}
