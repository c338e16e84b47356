/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resets and what they leave. Sources: TRM chapter 'Reset and Clock'; esp-idf reset_reasons.h, system_internal.c (what it
 * sets again before a reset is what a reset leaves); the reset code of openocd-esp32.
 *
 *   core      one core; nothing else
 *   digital   both cores and every peripheral; not the RTC domain (RTC_CNTL with its clock choice, watchdog and vector
 *             select, RTC memories), not SRAM's content. The debug modules lose their state (PWRSTAT shows both sticky
 *             bits, as logs of the chip do), the TAPs do not.
 *   RTC       the RTC domain as well; its memories keep their content
 *   power     everything, with noise in the memories, and the flash is powered off and on with the chip
 *
 * Revision 3 is said to keep JTAG locked after a digital reset until its ROM, or code in its place, writes 0 to
 * 0x3FF5A1FC. No document states the rule, so JTAG stays alive here and the register only stores.
 */
#include "sim/esp32/esp32_int.h"

/* --- states --- */

static uint32_t dport(const struct core *c, uint32_t addr)
{
    return *block_word(&esp32_of(c->soc)->dport, addr - ESP32_DPORT_BASE);
}

static uint32_t rtc(const struct core *c, uint32_t addr)
{
    return *block_word(&esp32_of(c->soc)->rtc, addr - ESP32_RTC_BASE);
}

bool esp32_is_in_reset(const struct core *c)
{
    return c->index == APP && dport(c, ESP32_DPORT_APPCPU_CTRL_A) & ESP32_DPORT_APPCPU_RESETTING;
}

bool esp32_is_clocked(const struct core *c)
{
    return c->index == PRO || dport(c, ESP32_DPORT_APPCPU_CTRL_B) & ESP32_DPORT_APPCPU_CLKGATE_EN;
}

bool esp32_is_stalled(const struct core *c)
{
    uint32_t c0 = c->index == PRO ? ESP32_RTC_SW_STALL_PROCPU_C0 : ESP32_RTC_SW_STALL_APPCPU_C0;
    uint32_t c1 = c->index == PRO ? ESP32_RTC_SW_STALL_PROCPU_C1 : ESP32_RTC_SW_STALL_APPCPU_C1;
    if (field_get(c0, rtc(c, ESP32_RTC_OPTIONS0)) == ESP32_RTC_STALL_C0 &&
        field_get(c1, rtc(c, ESP32_RTC_SW_CPU_STALL)) == ESP32_RTC_STALL_C1)
        return true;
    return c->index == APP && dport(c, ESP32_DPORT_APPCPU_CTRL_C) & ESP32_DPORT_APPCPU_RUNSTALL;
}

uint32_t esp32_reset_vector(const struct core *c)
{
    uint32_t select = c->index == PRO ? ESP32_RTC_PROCPU_STAT_VECTOR_SEL : ESP32_RTC_APPCPU_STAT_VECTOR_SEL;
    return rtc(c, ESP32_RTC_RESET_STATE) & select ? ESP32_RESET_VECTOR : ESP32_RESET_VECTOR_RTC;
}

void esp32_set_cause(struct core *c, uint8_t cause)
{
    uint32_t field = c->index == PRO ? ESP32_RTC_RESET_CAUSE_PROCPU : ESP32_RTC_RESET_CAUSE_APPCPU;
    uint32_t *state = block_word(&esp32_of(c->soc)->rtc, ESP32_RTC_RESET_STATE - ESP32_RTC_BASE);
    *state = field_put(field, *state, cause);
}

/* --- what a reset leaves --- */

static void do_digital(struct esp32 *s)
{
    block_reset(&s->dport);
    for (unsigned i = 0; i < CORES; i++) {
        s->caches[i].illegal = 0;
        cache_control_changed(&s->caches[i], true);
    }
    irq_reset(&s->soc);
    for (unsigned i = 0; i < UARTS; i++)
        uart_reset(&s->uart[i]);
    for (unsigned i = 0; i < SPIS; i++)
        spi_reset(&s->spi[i]);
    frc_reset(&s->frc);
    gpio_reset(s);
    flash_enc_reset(s);
    esp32_efuse_load(s);
    storage_reset(s, RESET_DIGITAL);
    for (unsigned i = 0; i < TIMGS; i++)
        timg_reset(&s->timg[i]);
    clock_update(s);
}

void esp32_reset(struct soc *soc, enum reset_scope scope)
{
    struct esp32 *s = esp32_of(soc);
    sleep_end(&s->sleeper);
    for (unsigned i = 0; scope == RESET_POWER && i < CORES; i++)
        cache_power_on(&s->caches[i]);
    esp32_rtc_reset(s, scope);
    if (scope >= RESET_RTC)
        storage_reset(s, RESET_RTC);
    do_digital(s);
}
