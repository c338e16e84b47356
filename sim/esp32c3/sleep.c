/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Light and deep sleep (sim/soc/sleep.h, sim/soc/rtc.h). Sources: TRM chapter 'Low-power Management'; esp-idf rtc_cntl_reg.h,
 * rtc_sleep.c, usb-serial-jtag-console.rst.
 *
 * The RTC watchdog goes on or pauses as its register says, the super watchdog goes on. A core that CPU_TOP_PD_EN takes the
 * power from in light sleep keeps its state here; on the chip its program has to save it. The console over USB stands still
 * in light sleep; in deep sleep it is gone, with what was in its buffers.
 */
#include "sim/esp32c3/esp32c3_int.h"

static struct rtc *rtc_of(struct soc *soc)
{
    return &esp32c3_of(soc)->rtc;
}

static bool is_deep(struct soc *soc)
{
    return rtc_sleep_is_deep(rtc_of(soc));
}

static bool pauses_rtc_wdt(struct soc *soc)
{
    return rtc_sleep_pauses_wdt(rtc_of(soc));
}

static uint64_t wakes_in_ps(struct soc *soc)
{
    return rtc_sleep_wakes_in_ps(rtc_of(soc));
}

static void clocks_changed(struct soc *soc, bool is_asleep)
{
    systimer_pause(&esp32c3_of(soc)->systimer, is_asleep);
    usj_pause(&esp32c3_of(soc)->usj, is_asleep);
}

static void digital_off(struct soc *soc)
{
    c3_digital_off(esp32c3_of(soc));
}

static void digital_on(struct soc *soc)
{
    c3_flash_power_on(esp32c3_of(soc));
    c3_assist_power_on(esp32c3_of(soc));
}

static void ended(struct soc *soc)
{
    rtc_sleep_ended(rtc_of(soc));
}

static void woke(struct soc *soc)
{
    rtc_sleep_woke(rtc_of(soc));
}

const struct sleep_kind esp32c3_sleep_kind = {
    .wake_cause = ESP32C3_RESET_DEEP_SLEEP,
    .is_deep = is_deep,
    .pauses_rtc_wdt = pauses_rtc_wdt,
    .wakes_in_ps = wakes_in_ps,
    .clocks_changed = clocks_changed,
    .digital_off = digital_off,
    .digital_on = digital_on,
    .ended = ended,
    .woke = woke,
};
