/* SPDX-License-Identifier: Apache-2.0 */
/* TRM chapter 'Watchdog Timers'. */
#include "../common/watchdog.h"

#include "../common/cpu.h"

#define TIMG0(reg)       (PORT(TIMG0_BASE) + PORT(TIMG_##reg))
#define STAGE_SYS_RESET  3U /* timer groups: the digital part */
#define APB_TICKS_PER_MS (CPU_HZ / 1000)

void watchdog_disable_boot(void)
{
    reg_write(PORT(RTC_WDTWPROTECT), PORT(WDT_KEY));
    reg_write(PORT(RTC_WDTCONFIG0), 0);
    reg_write(PORT(RTC_WDTWPROTECT), 0);
    reg_write(TIMG0(WDTWPROTECT), PORT(WDT_KEY));
    reg_write(TIMG0(WDTCONFIG0), 0);
    reg_write(TIMG0(WDTWPROTECT), 0);
    /* The super watchdog cannot be stopped, it can feed itself. */
    reg_write(PORT(RTC_SWD_WPROTECT), PORT(SWD_KEY));
    reg_set(PORT(RTC_SWD_CONF), PORT(SWD_AUTO_FEED_EN));
    reg_write(PORT(RTC_SWD_WPROTECT), 0);
}

void watchdog_enable_group0(uint32_t ms)
{
    uint32_t config = PORT(TIMG_WDT_EN) | field_put(PORT(TIMG_WDT_STG0), 0, STAGE_SYS_RESET);
    reg_write(TIMG0(WDTWPROTECT), PORT(WDT_KEY));
    reg_write(TIMG0(WDTCONFIG1), field_put(PORT(TIMG_WDT_PRESCALE), 0, APB_TICKS_PER_MS));
    reg_write(TIMG0(WDTCONFIG2), ms);
    reg_write(TIMG0(WDTFEED), 1);
    reg_write(TIMG0(WDTCONFIG0), config);
    reg_write(TIMG0(WDTWPROTECT), 0);
}

void watchdog_feed_group0(void)
{
    reg_write(TIMG0(WDTWPROTECT), PORT(WDT_KEY));
    reg_write(TIMG0(WDTFEED), 1);
    reg_write(TIMG0(WDTWPROTECT), 0);
}
