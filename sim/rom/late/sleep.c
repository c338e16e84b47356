/* SPDX-License-Identifier: Apache-2.0 */
/* TRM chapter 'Low-power Management'. */
#include "../sleeper/sleep.h"

#include "../common/cpu.h"

enum { CLOCKS_A_MS = 136 }; /* of the RTC's slow clock */

/* The time is latched when it is asked for. */
static uint64_t rtc_now(void)
{
    reg_write(PORT(RTC_TIME_UPDATE), PORT(RTC_TIME_UPDATE_NOW));
    return (uint64_t)reg_read(PORT(RTC_TIME1)) << 32 | reg_read(PORT(RTC_TIME0));
}

unsigned sleep_reset_cause(void)
{
    return field_get(PORT_RESET_CAUSE, reg_read(PORT(RTC_RESET_STATE)));
}

unsigned sleep_count_start(void)
{
    uint32_t count = reg_read(PORT(RTC_STORE0));
    reg_write(PORT(RTC_STORE0), count + 1);
    return count;
}

void sleep_for_ms(unsigned ms, bool is_deep)
{
    uint64_t at = rtc_now() + ms * CLOCKS_A_MS;
    uint32_t power = reg_read(PORT(RTC_DIG_PWC)) & ~PORT(RTC_DG_WRAP_PD_EN);
    reg_write(PORT(RTC_SLP_TIMER0), (uint32_t)at);
    reg_write(PORT(RTC_SLP_TIMER1), (uint32_t)(at >> 32) | PORT_MAIN_TIMER_ALARM);
    reg_write(PORT(RTC_WAKEUP_STATE), field_put(PORT(RTC_WAKEUP_ENA), 0, PORT(RTC_WAKEUP_TIMER)));
    reg_write(PORT(RTC_DIG_PWC), power | (is_deep ? PORT(RTC_DG_WRAP_PD_EN) : 0));
    reg_write(PORT(RTC_INT_CLR), PORT(RTC_INT_SLP_WAKEUP));
    reg_write(PORT(RTC_STATE0), reg_read(PORT(RTC_STATE0)) | PORT(RTC_SLEEP_EN));
    while (!(reg_read(PORT(RTC_INT_RAW)) & PORT(RTC_INT_SLP_WAKEUP)))
        ;
}
