/* SPDX-License-Identifier: Apache-2.0 */
/* Each core's own timer, and what its interrupt means. */
#include "../app/app.h"

#include "../common/cpu.h"

#define TIMER0_INTERRUPT BIT(6)

volatile uint32_t app_ticks;

void timer_start(uint32_t per_second)
{
    CPU_WRITE_SR(ccompare0, CPU_READ_SR(ccount) + CPU_HZ / per_second);
    CPU_WRITE_SR(intenable, TIMER0_INTERRUPT);
}

/* Writing CCOMPARE0 also takes the interrupt back. A tick that was missed while the core was halted is not made up for. */
static void timer_rearm(uint32_t period_cycles)
{
    uint32_t next = CPU_READ_SR(ccompare0) + period_cycles;
    uint32_t now = CPU_READ_SR(ccount);
    CPU_WRITE_SR(ccompare0, next - now < period_cycles ? next : now + period_cycles);
}

__attribute__((noinline)) void app_tick(void)
{
    app_ticks++;
}

void app_interrupt(void)
{
    if (cpu_core_id()) {
        timer_rearm(CPU_HZ / APP_CORE1_WAKES_HZ);
        return;
    }
    timer_rearm(CPU_HZ / APP_TICKS_PER_S);
    app_tick();
}
