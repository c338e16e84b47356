/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sample that sleeps: light, awake for a while, deep, and from the start again. It stands in the bootloader's place and
 * needs nothing else in the flash.
 */
#include "regs/esp32.h"

#include "../common/cpu.h"
#include "../common/print.h"
#include "../common/uart.h"
#include "../common/watchdog.h"

enum { LIGHT_MS = 200, AWAKE_MS = 100, DEEP_MS = 400 };
enum { CLOCKS_A_MS = 150 }; /* of the RTC's slow clock */

void boot_main(void);

/* The time is latched when it is asked for (TRM, 'RTC timer'). */
static uint64_t rtc_now(void)
{
    reg_write(ESP32_RTC_TIME_UPDATE, ESP32_RTC_TIME_UPDATE_NOW);
    while (!(reg_read(ESP32_RTC_TIME_UPDATE) & ESP32_RTC_TIME_VALID))
        ;
    return (uint64_t)reg_read(ESP32_RTC_TIME1) << 32 | reg_read(ESP32_RTC_TIME0);
}

static void sleep(unsigned ms, uint32_t power)
{
    uint64_t at = rtc_now() + ms * CLOCKS_A_MS;
    uart_flush();
    reg_write(ESP32_RTC_SLP_TIMER0, (uint32_t)at);
    reg_write(ESP32_RTC_SLP_TIMER1, (uint32_t)(at >> 32));
    reg_write(ESP32_RTC_WAKEUP_STATE, field_put(ESP32_RTC_WAKEUP_ENA, 0, ESP32_RTC_WAKEUP_TIMER));
    reg_write(ESP32_RTC_DIG_PWC, (reg_read(ESP32_RTC_DIG_PWC) & ~ESP32_RTC_DG_WRAP_PD_EN) | power);
    reg_write(ESP32_RTC_INT_CLR, ESP32_RTC_INT_SLP_WAKEUP);
    reg_write(ESP32_RTC_STATE0, reg_read(ESP32_RTC_STATE0) | ESP32_RTC_SLEEP_EN);
    while (!(reg_read(ESP32_RTC_INT_RAW) & ESP32_RTC_INT_SLP_WAKEUP))
        ;
}

void boot_main(void)
{
    watchdog_disable_boot();
    uint32_t cause = field_get(ESP32_RTC_RESET_CAUSE_PROCPU, reg_read(ESP32_RTC_RESET_STATE));
    uint32_t count = reg_read(ESP32_RTC_STORE0);
    reg_write(ESP32_RTC_STORE0, count + 1); /* keeps its value in deep sleep */
    print("sleeper: start %u, reset cause %u\n", (unsigned)count, (unsigned)cause);
    print("sleeper: light sleep of %u ms\n", LIGHT_MS);
    sleep(LIGHT_MS, 0);
    print("sleeper: awake\n");
    cpu_delay_ms(AWAKE_MS);
    print("sleeper: deep sleep of %u ms\n", DEEP_MS);
    sleep(DEEP_MS, ESP32_RTC_DG_WRAP_PD_EN);
}
