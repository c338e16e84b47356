/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What resets leave, and what holds the core. Sources: TRM chapter 'Reset and Clock'; esp-idf reset_reasons.h,
 * rtc_cntl_reg.h.
 *
 *   core      the core; nothing else
 *   digital   the core and every peripheral; not the RTC domain (RTC_CNTL with its watchdogs and vector select, RTC memory),
 *             not SRAM's content, not the MMU's table, not the debug module
 *   RTC       the RTC domain as well; its memory keeps its content. The debug module loses its state, the TAP does not.
 *   power     everything, with noise in the memories, and the flash is powered off and on with the chip
 */
#include "sim/esp32c3/esp32c3_int.h"

static struct rtc *rtc(const struct core *c)
{
    return &esp32c3_of(c->soc)->rtc;
}

/* --- states --- */

bool esp32c3_is_in_reset(const struct core *c)
{
    (void)c;
    return false;
}

bool esp32c3_is_clocked(const struct core *c)
{
    (void)c;
    return true;
}

bool esp32c3_is_stalled(const struct core *c)
{
    return rtc_is_stalled(rtc(c), c->index);
}

uint32_t esp32c3_reset_vector(const struct core *c)
{
    return rtc_starts_in_rom(rtc(c), c->index) ? ESP32C3_RESET_VECTOR : ESP32C3_RTC_FAST;
}

bool esp32c3_halts_on_reset(const struct core *c)
{
    return rtc_halts_on_reset(rtc(c), c->index);
}

/* --- causes and flags --- */

void esp32c3_set_cause(struct core *c, uint8_t cause)
{
    c3_assist_core_resets(esp32c3_of(c->soc));
    rtc_set_cause(rtc(c), c->index, cause);
}

void esp32c3_reset_by_jtag(struct core *c)
{
    c3_assist_core_resets(esp32c3_of(c->soc));
    rtc_set_jtag_flag(rtc(c), c->index);
}

/* --- what a reset leaves --- */

static void do_digital(struct esp32c3 *s)
{
    block_reset(&s->system);
    c3_interrupt_reset(s);
    pms_reset(&s->pms);
    c3_assist_reset(s);
    for (unsigned i = 0; i < UARTS; i++)
        uart_reset(&s->uart[i]);
    usj_reset(&s->usj);
    systimer_reset(&s->systimer);
    c3_gpio_reset(s);
    efuse_reset(&s->efuse);
    c3_plain_reset(s);
    c3_flash_reset(s);
    c3_clock_update(s);
    for (unsigned i = 0; i < TIMGS; i++)
        timg_reset(&s->timg[i]);
}

void esp32c3_reset(struct soc *soc, enum reset_scope scope)
{
    struct esp32c3 *s = esp32c3_of(soc);
    sleep_end(&s->rtc.sleeper);
    c3_assist_core_resets(s);
    if (scope == RESET_POWER) {
        c3_flash_power_on(s);
        c3_assist_power_on(s);
    }
    rtc_reset(&s->rtc, scope);
    do_digital(s);
}
