/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RTC_CNTL of the ESP32-S3, the ESP32-C3 and their like: software resets and stalls, reset causes, the RTC watchdog and the
 * super watchdog, the RTC timer with its alarm, sleep. A chip's own struct rtc_kind says where its registers are.
 *
 * The RTC watchdog in flash boot mode runs after each reset without being enabled, and its first stage resets the chip with
 * the RTC. How long it waits is set by the eFuse WDT_DELAY_SEL: 40000 slow clocks, 0.29 s, or twice, four and eight times
 * that (efuse_reg.h). The super watchdog bites when it is not fed within a second (TRM: slightly less); its interrupt
 * before that is not modelled.
 */
#ifndef SIM_SOC_RTC_H
#define SIM_SOC_RTC_H

#include "sim/sched.h"
#include "sim/soc/block.h"
#include "sim/soc/efuse.h"
#include "sim/soc/period.h"
#include "sim/soc/sleep.h"
#include "sim/soc/soc_int.h"
#include "sim/soc/wdt.h"

/* Constant. */
struct rtc_kind {
    struct block_kind block; /* its read and written are rtc_read and rtc_written */
    unsigned irq;            /* source */
    uint32_t interrupts;     /* bits of INT_ENA */
    struct period rc_fast;
    /* Offsets of what is not at the same place on all. */
    uint16_t clk_conf, dig_pwc, wdtconfig0, swd_conf, sw_cpu_stall, slp_wakeup_cause, int_ena_w1ts;
};

struct rtc {
    struct block block;
    const struct rtc_kind *kind;
    const struct efuse *efuse; /* the chip's */
    struct wdt wdt;
    struct sched_event alarm, swd_bite;
    struct sleeper sleeper;
    uint64_t zero_ps; /* when the RTC timer was 0 */
};

/* efuse outlives it. The chip gives its sleeper to sleep_init. */
bool rtc_init(struct rtc *r, const struct rtc_kind *kind, struct soc *soc, uint32_t base, const struct efuse *efuse);
void rtc_fini(struct rtc *r);
/* Behind a reset of this scope, digital or more, which the eFuses have had. */
void rtc_reset(struct rtc *r, enum reset_scope scope);
void rtc_unpower(struct rtc *r); /* nothing of it will happen any more */
struct period rtc_slow_clock(const struct rtc *r);

/* --- what RESET_STATE, OPTIONS0 and SW_CPU_STALL say of a core --- */
void rtc_set_cause(struct rtc *r, unsigned core, uint8_t cause);
void rtc_set_jtag_flag(struct rtc *r, unsigned core); /* its debug module reset it */
bool rtc_halts_on_reset(const struct rtc *r, unsigned core);
bool rtc_is_stalled(const struct rtc *r, unsigned core);
bool rtc_starts_in_rom(const struct rtc *r, unsigned core); /* else in RTC fast memory */

/* --- sleep, as struct sleep_kind has it; DIG_PWC.DG_WRAP_PD_EN makes it deep. What wakes the chip is the alarm of the RTC
   timer, or EN. Pins, the coprocessor, the UARTs and USB do not, which is said; no source rejects sleep. --- */
bool rtc_sleep_is_deep(const struct rtc *r);
bool rtc_sleep_pauses_wdt(const struct rtc *r);
uint64_t rtc_sleep_wakes_in_ps(struct rtc *r);
void rtc_sleep_ended(struct rtc *r);
void rtc_sleep_woke(struct rtc *r);

uint32_t rtc_read(struct block *b, uint32_t offset);
void rtc_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before);

#endif
