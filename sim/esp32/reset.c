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

#include <string.h>

/* --- states --- */

static uint32_t dport(const struct core *c, uint32_t addr)
{
    return *block_word(&c->soc->dport, addr - ESP32_DPORT_BASE);
}

static uint32_t rtc(const struct core *c, uint32_t addr)
{
    return *block_word(&c->soc->rtc, addr - ESP32_RTC_BASE);
}

bool core_is_in_reset(const struct core *c)
{
    if (!c->soc->is_enabled || c->is_held)
        return true;
    return c->index == APP && dport(c, ESP32_DPORT_APPCPU_CTRL_A) & ESP32_DPORT_APPCPU_RESETTING;
}

bool core_is_clocked(const struct core *c)
{
    return c->soc->is_enabled &&
           (c->index == PRO || dport(c, ESP32_DPORT_APPCPU_CTRL_B) & ESP32_DPORT_APPCPU_CLKGATE_EN);
}

bool core_is_stalled(const struct core *c)
{
    uint32_t c0 = c->index == PRO ? ESP32_RTC_SW_STALL_PROCPU_C0 : ESP32_RTC_SW_STALL_APPCPU_C0;
    uint32_t c1 = c->index == PRO ? ESP32_RTC_SW_STALL_PROCPU_C1 : ESP32_RTC_SW_STALL_APPCPU_C1;
    if (field_get(c0, rtc(c, ESP32_RTC_OPTIONS0)) == ESP32_RTC_STALL_C0 &&
        field_get(c1, rtc(c, ESP32_RTC_SW_CPU_STALL)) == ESP32_RTC_STALL_C1)
        return true;
    return c->index == APP && dport(c, ESP32_DPORT_APPCPU_CTRL_C) & ESP32_DPORT_APPCPU_RUNSTALL;
}

void core_control_changed(struct esp32 *s, unsigned core)
{
    xdm_run_stall_changed(s->cores[core].xdm);
    xdm_clock_changed(s->cores[core].xdm);
    run_break(s);
}

/* --- asking --- */

void reset_core(struct esp32 *s, unsigned core, uint8_t cause)
{
    s->pending_core_cause[core] = cause;
    if (s->pending < RESET_CORE)
        s->pending = RESET_CORE;
    run_break(s);
}

void reset_chip(struct esp32 *s, enum reset_scope scope, uint8_t cause)
{
    if (scope < s->pending)
        return;
    s->pending = scope;
    s->pending_cause = cause;
    run_break(s);
}

/* --- doing --- */

static void start_core(struct core *c)
{
    uint32_t select = c->index == PRO ? ESP32_RTC_PROCPU_STAT_VECTOR_SEL : ESP32_RTC_APPCPU_STAT_VECTOR_SEL;
    lx6_reset(c->lx6, rtc(c, ESP32_RTC_RESET_STATE) & select ? ESP32_RESET_VECTOR : ESP32_RESET_VECTOR_RTC);
}

static void set_cause(struct core *c, uint8_t cause)
{
    uint32_t field = c->index == PRO ? ESP32_RTC_RESET_CAUSE_PROCPU : ESP32_RTC_RESET_CAUSE_APPCPU;
    uint32_t *state = block_word(&c->soc->rtc, ESP32_RTC_RESET_STATE - ESP32_RTC_BASE);
    c->cause = cause;
    *state = field_put(field, *state, cause);
}

static void do_core(struct core *c, uint8_t cause, bool debug_too)
{
    if (cause)
        set_cause(c, cause);
    start_core(c);
    xdm_core_was_reset(c->xdm, debug_too);
}

static void do_digital(struct esp32 *s)
{
    block_reset(&s->dport);
    for (unsigned i = 0; i < CORES; i++) {
        s->caches[i].illegal = 0;
        cache_control_changed(&s->caches[i], true);
    }
    irq_reset(s);
    for (unsigned i = 0; i < UARTS; i++)
        uart_reset(&s->uart[i]);
    for (unsigned i = 0; i < SPIS; i++)
        spi_reset(&s->spi[i]);
    frc_reset(&s->frc);
    gpio_reset(s);
    efuse_load(s);
    storage_reset(s, RESET_DIGITAL);
    for (unsigned i = 0; i < TIMGS; i++)
        timg_reset(&s->timg[i]);
    clock_update(s);
}

static void do_chip(struct esp32 *s, enum reset_scope scope, uint8_t cause)
{
    s->resets++;
    if (scope == RESET_POWER) {
        s->resets = 0;
        memory_power_on(s);
        for (unsigned i = 0; i < CORES; i++) {
            s->cores[i].is_held = false;
            cache_power_on(&s->caches[i]);
            xdm_power_on(s->cores[i].xdm);
        }
        nor_power_on(s->config.flash);
    }
    rtc_reset(s, scope);
    if (scope >= RESET_RTC)
        storage_reset(s, RESET_RTC);
    do_digital(s);
    for (unsigned i = 0; i < CORES; i++)
        do_core(&s->cores[i], cause, true);
    for (unsigned i = 0; i < CORES; i++)
        core_control_changed(s, i);
}

void reset_do_pending(struct esp32 *s)
{
    while (s->pending) {
        enum reset_scope scope = s->pending;
        uint8_t causes[CORES] = {s->pending_core_cause[PRO], s->pending_core_cause[APP]};
        s->pending = RESET_NONE;
        memset(s->pending_core_cause, 0, sizeof s->pending_core_cause);
        if (scope > RESET_CORE) {
            do_chip(s, scope, s->pending_cause);
            continue;
        }
        for (unsigned i = 0; i < CORES; i++)
            if (causes[i])
                do_core(&s->cores[i], causes[i], false);
    }
}
