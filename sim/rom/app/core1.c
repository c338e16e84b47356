/* SPDX-License-Identifier: Apache-2.0 */
/* The second core: what it does. */
#include "app.h"

#include "../common/core1.h"
#include "../common/cpu.h"

volatile uint32_t app_core1_counter;

void core1_start(void)
{
    core1_enable(app_core1_start);
}

__attribute__((noinline)) void app_core1_work(void)
{
    app_core1_counter++;
}

void app_core1_main(void)
{
    timer_start(APP_CORE1_WAKES_HZ);
    for (;;) {
        for (unsigned i = 0; i < APP_CORE1_COUNTS; i++)
            app_core1_work();
        cpu_wait_interrupt();
    }
}
