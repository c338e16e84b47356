/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Light and deep sleep (sim/soc/sleep.h), which RTC_CNTL_STATE0.SLEEP_EN asks for; DIG_PWC.DG_WRAP_PD_EN makes it deep.
 * Sources: TRM chapter 'Low-power Management'; esp-idf rtc_cntl_reg.h, rtc_sleep.c, rtc_timer_ll.h (the alarm is enabled),
 * rtc.h (numbers of the wake-up sources), usb-serial-jtag-console.rst.
 *
 * What wakes the chip is the alarm of the RTC timer, or EN. Pins, touch, the coprocessor, the UARTs and USB do not, which
 * is said; no source rejects sleep. The RTC watchdog goes on or pauses as its register says, the super watchdog goes on. A
 * core that CPU_TOP_PD_EN takes the power from in light sleep keeps its state here; on the chip its program has to save it.
 * The console over USB stands still in light sleep; in deep sleep it is gone, with what was in its buffers.
 */
#include "sim/esp32s3/esp32s3_int.h"

static uint32_t *rtc(struct soc *soc, uint32_t addr)
{
    return block_word(&esp32s3_of(soc)->rtc, addr - ESP32S3_RTC_BASE);
}

static bool is_deep(struct soc *soc)
{
    return *rtc(soc, ESP32S3_RTC_DIG_PWC) & ESP32S3_RTC_DG_WRAP_PD_EN;
}

static bool pauses_rtc_wdt(struct soc *soc)
{
    return *rtc(soc, ESP32S3_RTC_WDTCONFIG0) & ESP32S3_RTC_WDT_PAUSE_IN_SLP;
}

static uint64_t wakes_in_ps(struct soc *soc)
{
    struct esp32s3 *s = esp32s3_of(soc);
    uint32_t sources = field_get(ESP32S3_RTC_WAKEUP_ENA, *rtc(soc, ESP32S3_RTC_WAKEUP_STATE));
    if (sources & ~ESP32S3_RTC_WAKEUP_TIMER)
        log_info(soc->log, "esp32s3: sleeps; of its wake-up sources (0x%05x) this model has the timer (0x%05x)",
                 sources, ESP32S3_RTC_WAKEUP_TIMER);
    if (!(sources & ESP32S3_RTC_WAKEUP_TIMER) || !s->rtc_alarm.is_set)
        return SCHED_NEVER;
    uint64_t now = sched_now(soc->sched), in_ps = s->rtc_alarm.at_ps > now ? s->rtc_alarm.at_ps - now : 0;
    uint64_t least = field_get(ESP32S3_RTC_MIN_SLP_VAL, *rtc(soc, ESP32S3_RTC_TIMER5));
    uint64_t least_ps = period_ps(s3_clock_rtc_slow(s), least);
    return in_ps > least_ps ? in_ps : least_ps;
}

static void clocks_changed(struct soc *soc, bool is_asleep)
{
    systimer_pause(&esp32s3_of(soc)->systimer, is_asleep);
    usj_pause(&esp32s3_of(soc)->usj, is_asleep);
}

static void digital_off(struct soc *soc)
{
    s3_digital_off(esp32s3_of(soc));
}

static void digital_on(struct soc *soc)
{
    s3_cache_power_on(esp32s3_of(soc));
}

static void ended(struct soc *soc)
{
    *rtc(soc, ESP32S3_RTC_STATE0) &= ~ESP32S3_RTC_SLEEP_EN;
}

static void woke(struct soc *soc)
{
    *rtc(soc, ESP32S3_RTC_SLP_WAKEUP_CAUSE) = ESP32S3_RTC_WAKEUP_TIMER;
    s3_rtc_raise(esp32s3_of(soc), ESP32S3_RTC_INT_SLP_WAKEUP);
}

const struct sleep_kind esp32s3_sleep_kind = {
    .wake_cause = ESP32S3_RESET_DEEP_SLEEP,
    .is_deep = is_deep,
    .pauses_rtc_wdt = pauses_rtc_wdt,
    .wakes_in_ps = wakes_in_ps,
    .clocks_changed = clocks_changed,
    .digital_off = digital_off,
    .digital_on = digital_on,
    .ended = ended,
    .woke = woke,
};
