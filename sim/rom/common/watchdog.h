/* SPDX-License-Identifier: Apache-2.0 */
/* The watchdogs that guard booting: RTC and timer group 0. Each chip's folder has them. */
#ifndef ROM_COMMON_WATCHDOG_H
#define ROM_COMMON_WATCHDOG_H

#include <stdint.h>

/* Switches them off, flash-boot mode included. */
void watchdog_disable_boot(void);
/* Timer group 0: resets the system unless it is fed at least this often. */
void watchdog_enable_group0(uint32_t ms);
void watchdog_feed_group0(void);

#endif
