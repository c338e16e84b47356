/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What resets leave, and what holds a core. Sources: TRM chapter 'Reset and Clock'; esp-idf reset_reasons.h,
 * rtc_cntl_reg.h.
 *
 *   core      one core; nothing else
 *   digital   both cores and every peripheral; not the RTC domain (RTC_CNTL with its watchdogs and vector select, RTC
 *             memories), not SRAM's content, not the MMU's table. The debug modules lose their state, the TAPs do not.
 *   RTC       the RTC domain as well; its memories keep their content
 *   power     everything, with noise in the memories, and the flash is powered off and on with the chip
 */
#include "sim/esp32s3/esp32s3_int.h"

/* --- states --- */

static bool core1_control(const struct core *c, uint32_t bit)
{
    return *block_word(&esp32s3_of(c->soc)->system, ESP32S3_SYSTEM_CORE1_CONTROL0 - ESP32S3_SYSTEM_BASE) & bit;
}

bool esp32s3_is_in_reset(const struct core *c)
{
    return c->index == APP && core1_control(c, ESP32S3_SYSTEM_CORE1_RESETING);
}

/* The second core's clock gate has no effect: SOC_APPCPU_HAS_CLOCK_GATING_BUG of esp-idf. */
bool esp32s3_is_clocked(const struct core *c)
{
    (void)c;
    return true;
}

bool esp32s3_is_stalled(const struct core *c)
{
    return rtc_is_stalled(&esp32s3_of(c->soc)->rtc, c->index) ||
           (c->index == APP && core1_control(c, ESP32S3_SYSTEM_CORE1_RUNSTALL));
}

uint32_t esp32s3_reset_vector(const struct core *c)
{
    return rtc_starts_in_rom(&esp32s3_of(c->soc)->rtc, c->index) ? ESP32S3_RESET_VECTOR : ESP32S3_RESET_VECTOR_RTC;
}

bool esp32s3_halts_on_reset(const struct core *c)
{
    return rtc_halts_on_reset(&esp32s3_of(c->soc)->rtc, c->index);
}

/* --- causes and flags --- */

void esp32s3_set_cause(struct core *c, uint8_t cause)
{
    rtc_set_cause(&esp32s3_of(c->soc)->rtc, c->index, cause);
}

void esp32s3_reset_by_jtag(struct core *c)
{
    rtc_set_jtag_flag(&esp32s3_of(c->soc)->rtc, c->index);
}

/* --- what a reset leaves --- */

static void do_digital(struct esp32s3 *s)
{
    block_reset(&s->system);
    block_reset(&s->interrupt);
    pms_reset(&s->pms);
    s3_cache_reset(s);
    irq_reset(&s->soc);
    for (unsigned i = 0; i < UARTS; i++)
        uart_reset(&s->uart[i]);
    usj_reset(&s->usj);
    systimer_reset(&s->systimer);
    s3_gpio_reset(s);
    efuse_reset(&s->efuse);
    s3_storage_reset(s, RESET_DIGITAL);
    s3_clock_update(s);
    for (unsigned i = 0; i < TIMGS; i++)
        timg_reset(&s->timg[i]);
}

void esp32s3_reset(struct soc *soc, enum reset_scope scope)
{
    struct esp32s3 *s = esp32s3_of(soc);
    sleep_end(&s->rtc.sleeper);
    if (scope == RESET_POWER)
        s3_cache_power_on(s);
    efuse_reset(&s->efuse); /* the RTC's watchdog looks at them */
    rtc_reset(&s->rtc, scope);
    if (scope >= RESET_RTC)
        s3_storage_reset(s, RESET_RTC);
    do_digital(s);
}
