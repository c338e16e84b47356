/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Light and deep sleep, which RTC_CNTL_STATE0.SLEEP_EN asks for. Sources: TRM chapter 'Low-Power Management'; esp-idf
 * rtc_cntl_reg.h, rtc_sleep.c, esp_sleep.h (numbers of the wake-up sources).
 *
 *   light   The clocks of cores and peripherals stop, and all state stays. The TAPs have the debugger's clock, so they
 *           answer; the debug modules behind them have none and read as 0.
 *   deep    DIG_PWC.DG_WRAP_PD_EN: the digital part has no power, which is cores, SRAM, peripherals and TAPs. Waking up is a
 *           reset with a cause of its own; the RTC domain goes on.
 *
 * What wakes the chip is the RTC timer (at SLP_TIMER; esp-idf does not set ALARM_EN for that), or EN. Pins, touch, the
 * coprocessor and the UARTs do not, which is said. The RTC watchdog goes on or pauses as its register says.
 */
#include "sim/esp32/esp32_int.h"

enum { MIN_SLEEP_CLOCKS = 128 }; /* TIMER5.MIN_SLP_VAL after a reset */

static uint32_t *rtc(struct esp32 *s, uint32_t addr)
{
    return block_word(&s->rtc, addr - ESP32_RTC_BASE);
}

/* Cores, timers and modules see the new state; time that passes now counts for it. */
static void change(struct esp32 *s, enum sleep_state state)
{
    for (unsigned i = 0; i < TIMGS; i++)
        timg_clock_changes(&s->timg[i]);
    s->soc.sleep = state;
    for (unsigned i = 0; i < TIMGS; i++) {
        wdt_pause(&s->timg[i].wdt, state != AWAKE);
        timg_clock_changed(&s->timg[i]);
    }
    wdt_pause(&s->rtc_wdt, state != AWAKE && *rtc(s, ESP32_RTC_WDTCONFIG0) & ESP32_RTC_WDT_PAUSE_IN_SLP);
    for (unsigned i = 0; i < CORES; i++)
        core_control_changed(&s->soc, i);
}

static void set_wake_up(struct esp32 *s)
{
    uint32_t sources = field_get(ESP32_RTC_WAKEUP_ENA, *rtc(s, ESP32_RTC_WAKEUP_STATE));
    uint64_t at = (uint64_t)(*rtc(s, ESP32_RTC_SLP_TIMER1) & 0xFFFF) << 32 | *rtc(s, ESP32_RTC_SLP_TIMER0);
    uint64_t now = rtc_ticks_now(s);
    if (sources & ~ESP32_RTC_WAKEUP_TIMER)
        log_info(s->soc.log, "esp32: sleeps; of its wake-up sources (0x%03x) this model has the timer (0x%03x)",
                 sources, ESP32_RTC_WAKEUP_TIMER);
    if (!(sources & ESP32_RTC_WAKEUP_TIMER) || at < now)
        return;
    uint64_t clocks = at - now > MIN_SLEEP_CLOCKS ? at - now : MIN_SLEEP_CLOCKS;
    sched_in(s->soc.sched, &s->wakes_up, period_ps(clock_rtc_slow(), clocks));
}

static void begins(void *ctx)
{
    struct esp32 *s = ctx;
    bool is_deep = *rtc(s, ESP32_RTC_DIG_PWC) & ESP32_RTC_DG_WRAP_PD_EN;
    change(s, is_deep ? DEEP_SLEEP : LIGHT_SLEEP);
    if (is_deep)
        esp32_digital_off(s);
    set_wake_up(s);
}

/* The digital part has its power back: its memories hold anything, its TAPs are in their reset state. */
static void power_digital_on(struct esp32 *s)
{
    memory_lose(&s->soc);
    reset_power_on_cores(&s->soc);
    for (unsigned i = 0; i < CORES; i++)
        cache_power_on(&s->caches[i]);
    reset_chip(&s->soc, RESET_DIGITAL, ESP32_RESET_DEEP_SLEEP);
}

static void wakes(void *ctx)
{
    struct esp32 *s = ctx;
    bool was_deep = s->soc.sleep == DEEP_SLEEP;
    uint32_t *state = rtc(s, ESP32_RTC_WAKEUP_STATE);
    *state = field_put(ESP32_RTC_WAKEUP_CAUSE, *state, ESP32_RTC_WAKEUP_TIMER);
    sleep_end(s);
    rtc_raise(s, ESP32_RTC_INT_SLP_WAKEUP);
    if (was_deep)
        power_digital_on(s);
}

void sleep_init(struct esp32 *s)
{
    s->sleep_begins = (struct sched_event){.fn = begins, .ctx = s};
    s->wakes_up = (struct sched_event){.fn = wakes, .ctx = s};
}

void sleep_ask(struct esp32 *s)
{
    sched_in(s->soc.sched, &s->sleep_begins, 0); /* which ends the slice behind the store that asked */
}

void sleep_cancel(struct esp32 *s)
{
    sched_cancel(s->soc.sched, &s->sleep_begins);
    sched_cancel(s->soc.sched, &s->wakes_up);
}

void sleep_end(struct esp32 *s)
{
    *rtc(s, ESP32_RTC_STATE0) &= ~ESP32_RTC_SLEEP_EN;
    sleep_cancel(s);
    if (s->soc.sleep != AWAKE)
        change(s, AWAKE);
}
