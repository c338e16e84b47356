/* SPDX-License-Identifier: Apache-2.0 */
/* The sample app: what breakpoints, watchpoints and tests name. */
#ifndef ROM_APP_APP_H
#define ROM_APP_APP_H

#include <stdint.h>

#define APP_TICKS_PER_S    100U
#define APP_BEAT_TICKS     10U   /* a heartbeat every 100 ms */
#define APP_CORE1_WAKES_HZ 1000U /* how often core 1 counts */
#define APP_CORE1_COUNTS   100U  /* how far, each time */
#define APP_WATCHDOG_MS    1000U

extern volatile uint32_t app_counter;       /* of calls of app_work */
extern volatile uint32_t app_watched;       /* written once a call of app_work: what iram_work gave */
extern volatile uint32_t app_ticks;         /* of the timer on core 0 */
extern volatile uint32_t app_core1_counter; /* that core 1 counts */
/* A debugger may set it: from the next heartbeat on, timer group 0's watchdog guards the main loop. */
extern volatile uint32_t app_use_watchdog;

_Noreturn void app_main(void);
void app_tick(void);
void app_work(void);
uint32_t iram_work(uint32_t value); /* in IRAM */

_Noreturn void app_core1_main(void);
void app_core1_work(void);
/* In app_start.S. */
void app_core1_start(void);

/* Called by app_start.S: for the timer of the core that it interrupts. */
void app_interrupt(void);
/* vector: on Xtensa 1 a fault, 8 a double exception, else the interrupt level; on RISC-V 0. */
_Noreturn void app_panic(uint32_t vector);

/* The core's own tick from now on, so often: each architecture's folder has it. */
void timer_start(uint32_t per_second);

/* Switches the second core on, its cache first. */
void core1_start(void);

#endif
