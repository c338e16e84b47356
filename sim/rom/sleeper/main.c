/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sample that sleeps: light, awake for a while, deep, and from the start again. It stands in the bootloader's place and
 * needs nothing else in the flash.
 */
#include "sleep.h"

#include "../common/cpu.h"
#include "../common/print.h"
#include "../common/uart.h"
#include "../common/watchdog.h"

enum { LIGHT_MS = 200, AWAKE_MS = 100, DEEP_MS = 400 };

void boot_main(void);

void boot_main(void)
{
    watchdog_disable_boot();
    print("sleeper: start %u, reset cause %u\n", sleep_count_start(), sleep_reset_cause());
    print("sleeper: light sleep of %u ms\n", LIGHT_MS);
    uart_flush();
    sleep_for_ms(LIGHT_MS, false);
    print("sleeper: awake\n");
    cpu_delay_ms(AWAKE_MS);
    print("sleeper: deep sleep of %u ms\n", DEEP_MS);
    uart_flush();
    sleep_for_ms(DEEP_MS, true);
}
