/* SPDX-License-Identifier: Apache-2.0 */
/* The tick: target 0 of the system timer, by its unit 1, which stands still while the core is halted, as esp-idf has it. ESP32-C3
   TRM, chapters 'System Timer' and 'Interrupt Matrix'. */
#include "../app/app.h"

#include "../common/cpu.h"

enum { TIMER_HZ = 16000000, LINE = 9, PRIORITY = 1 };

volatile uint32_t app_ticks;

void timer_start(uint32_t per_second)
{
    uint32_t conf = reg_read(PORT(SYSTIMER_CONF));
    reg_write(PORT(SYSTIMER_CONF), conf | PORT(SYSTIMER_UNIT1_WORK) | PORT(SYSTIMER_TARGET0_WORK));
    uint32_t target = PORT(SYSTIMER_UNIT_SEL) | (TIMER_HZ / per_second);
    reg_write(PORT(SYSTIMER_TARGET0_CONF), target);
    reg_write(PORT(SYSTIMER_COMP0_LOAD), 1);
    reg_write(PORT(SYSTIMER_TARGET0_CONF), target | PORT(SYSTIMER_PERIOD_MODE));
    reg_write(PORT(SYSTIMER_INT_CLR), 1);
    reg_write(PORT(SYSTIMER_INT_ENA), 1);
    reg_write(PORT(INTERRUPT_MAP) + 4 * PORT(INTR_SYSTIMER0), LINE);
    reg_write(PORT(INTERRUPT_PRI) + 4 * LINE, PRIORITY);
    reg_write(PORT(INTERRUPT_THRESH), PRIORITY);
    reg_write(PORT(INTERRUPT_ENABLE), 1U << LINE);
    cpu_let_interrupts_in();
}

__attribute__((noinline)) void app_tick(void)
{
    app_ticks++;
}

void app_interrupt(void)
{
    reg_write(PORT(SYSTIMER_INT_CLR), 1);
    app_tick();
}
