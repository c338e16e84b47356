/* SPDX-License-Identifier: Apache-2.0 */
/* ESP32-S3 TRM, chapter 'Low-power Management'. */
#include "../sleeper/sleep.h"

#include "../common/cpu.h"

enum { CLOCKS_A_MS = 136 }; /* of the RTC's slow clock */

/* The time is latched when it is asked for. */
static uint64_t rtc_now(void)
{
    reg_write(ESP32S3_RTC_TIME_UPDATE, ESP32S3_RTC_TIME_UPDATE_NOW);
    return (uint64_t)reg_read(ESP32S3_RTC_TIME1) << 32 | reg_read(ESP32S3_RTC_TIME0);
}

unsigned sleep_reset_cause(void)
{
    return field_get(ESP32S3_RTC_RESET_CAUSE_PROCPU, reg_read(ESP32S3_RTC_RESET_STATE));
}

unsigned sleep_count_start(void)
{
    uint32_t count = reg_read(ESP32S3_RTC_STORE0);
    reg_write(ESP32S3_RTC_STORE0, count + 1);
    return count;
}

void sleep_for_ms(unsigned ms, bool is_deep)
{
    uint64_t at = rtc_now() + ms * CLOCKS_A_MS;
    uint32_t power = reg_read(ESP32S3_RTC_DIG_PWC) & ~ESP32S3_RTC_DG_WRAP_PD_EN;
    reg_write(ESP32S3_RTC_SLP_TIMER0, (uint32_t)at);
    reg_write(ESP32S3_RTC_SLP_TIMER1, (uint32_t)(at >> 32) | ESP32S3_RTC_MAIN_TIMER_ALARM_EN);
    reg_write(ESP32S3_RTC_WAKEUP_STATE, field_put(ESP32S3_RTC_WAKEUP_ENA, 0, ESP32S3_RTC_WAKEUP_TIMER));
    reg_write(ESP32S3_RTC_DIG_PWC, power | (is_deep ? ESP32S3_RTC_DG_WRAP_PD_EN : 0));
    reg_write(ESP32S3_RTC_INT_CLR, ESP32S3_RTC_INT_SLP_WAKEUP);
    reg_write(ESP32S3_RTC_STATE0, reg_read(ESP32S3_RTC_STATE0) | ESP32S3_RTC_SLEEP_EN);
    while (!(reg_read(ESP32S3_RTC_INT_RAW) & ESP32S3_RTC_INT_SLP_WAKEUP))
        ;
}
