/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Light and deep sleep (sim/soc/sleep.h), which RTC_CNTL_STATE0.SLEEP_EN asks for; DIG_PWC.DG_WRAP_PD_EN makes it deep.
 * Sources: TRM chapter 'Low-Power Management'; esp-idf rtc_cntl_reg.h, rtc_sleep.c, esp_sleep.h (numbers of the wake-up
 * sources).
 *
 * What wakes the chip is the RTC timer (at SLP_TIMER; esp-idf does not set ALARM_EN for that), or EN. Pins, touch, the
 * coprocessor and the UARTs do not, which is said. The RTC watchdog goes on or pauses as its register says.
 */
#include "sim/esp32/esp32_int.h"

enum { MIN_SLEEP_CLOCKS = 128 }; /* TIMER5.MIN_SLP_VAL after a reset */

static uint32_t *rtc(struct soc *soc, uint32_t addr)
{
    return block_word(&esp32_of(soc)->rtc, addr - ESP32_RTC_BASE);
}

static bool is_deep(struct soc *soc)
{
    return *rtc(soc, ESP32_RTC_DIG_PWC) & ESP32_RTC_DG_WRAP_PD_EN;
}

static bool pauses_rtc_wdt(struct soc *soc)
{
    return *rtc(soc, ESP32_RTC_WDTCONFIG0) & ESP32_RTC_WDT_PAUSE_IN_SLP;
}

static uint64_t wakes_in_ps(struct soc *soc)
{
    uint32_t sources = field_get(ESP32_RTC_WAKEUP_ENA, *rtc(soc, ESP32_RTC_WAKEUP_STATE));
    uint64_t at = (uint64_t)(*rtc(soc, ESP32_RTC_SLP_TIMER1) & 0xFFFF) << 32 | *rtc(soc, ESP32_RTC_SLP_TIMER0);
    uint64_t now = rtc_ticks_now(esp32_of(soc));
    if (sources & ~ESP32_RTC_WAKEUP_TIMER)
        log_info(soc->log, "esp32: sleeps; of its wake-up sources (0x%03x) this model has the timer (0x%03x)", sources,
                 ESP32_RTC_WAKEUP_TIMER);
    if (!(sources & ESP32_RTC_WAKEUP_TIMER) || at < now)
        return SCHED_NEVER;
    return period_ps(clock_rtc_slow(), at - now > MIN_SLEEP_CLOCKS ? at - now : MIN_SLEEP_CLOCKS);
}

static void digital_off(struct soc *soc)
{
    esp32_digital_off(esp32_of(soc));
}

static void digital_on(struct soc *soc)
{
    for (unsigned i = 0; i < CORES; i++)
        cache_power_on(&esp32_of(soc)->caches[i]);
}

static void ended(struct soc *soc)
{
    *rtc(soc, ESP32_RTC_STATE0) &= ~ESP32_RTC_SLEEP_EN;
}

static void woke(struct soc *soc)
{
    uint32_t *state = rtc(soc, ESP32_RTC_WAKEUP_STATE);
    *state = field_put(ESP32_RTC_WAKEUP_CAUSE, *state, ESP32_RTC_WAKEUP_TIMER);
    rtc_raise(esp32_of(soc), ESP32_RTC_INT_SLP_WAKEUP);
}

const struct sleep_kind esp32_sleep_kind = {
    .wake_cause = ESP32_RESET_DEEP_SLEEP,
    .is_deep = is_deep,
    .pauses_rtc_wdt = pauses_rtc_wdt,
    .wakes_in_ps = wakes_in_ps,
    .digital_off = digital_off,
    .digital_on = digital_on,
    .ended = ended,
    .woke = woke,
};
