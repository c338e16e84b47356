/* SPDX-License-Identifier: Apache-2.0 */
/* The watchdogs that guard booting: RTC and timer group 0 (ESP32 TRM, chapters 'Watchdog Timers', 'Reset and Clock'). */
#ifndef ROM_COMMON_WATCHDOG_H
#define ROM_COMMON_WATCHDOG_H

#include <stdint.h>

/* Switches both off, flash-boot mode included. */
void watchdog_disable_boot(void);
/* Timer group 0: resets the system unless it is fed at least this often. */
void watchdog_enable_group0(uint32_t ms);
void watchdog_feed_group0(void);

#endif
