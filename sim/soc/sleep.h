/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Light and deep sleep, as far as all chips sleep alike: the order of what stops and what starts again. Which registers ask
 * for it, and what wakes, is the chip's: struct sleep_kind.
 *
 *   light   The clocks of cores and peripherals stop, and all state stays. The TAPs have the debugger's clock, so they
 *           answer; the debug modules behind them have none and read as 0.
 *   deep    The digital part has no power, which is cores, SRAM, peripherals and TAPs. Waking up is a reset with a cause
 *           of its own; the RTC domain goes on.
 */
#ifndef SIM_SOC_SLEEP_H
#define SIM_SOC_SLEEP_H

#include "sim/sched.h"
#include "sim/soc/wdt.h"

#include <stdbool.h>
#include <stdint.h>

struct soc;
struct timg;

struct sleep_kind {
    uint8_t wake_cause; /* of the reset that ends deep sleep */
    bool (*is_deep)(struct soc *s);
    /* The RTC watchdog stands still meanwhile. */
    bool (*pauses_rtc_wdt)(struct soc *s);
    /* How long until the chip wakes by itself; SCHED_NEVER: it does not. */
    uint64_t (*wakes_in_ps)(struct soc *s);
    /* The clocks of the digital part stop or go again; may be NULL. */
    void (*clocks_changed)(struct soc *s, bool is_asleep);
    void (*digital_off)(struct soc *s);
    /* What of the chip is as after power-on when the digital part has its power back. */
    void (*digital_on)(struct soc *s);
    /* The registers show that sleep has ended, by whatever cause; and that it was by what wakes. */
    void (*ended)(struct soc *s);
    void (*woke)(struct soc *s);
};

struct sleeper {
    const struct sleep_kind *kind;
    struct soc *soc;
    struct timg *timg; /* the chip's groups of timers */
    unsigned timg_count;
    struct wdt *rtc_wdt;
    struct sched_event begins, wakes_up;
};

/* The pointers stay the caller's and must outlive the sleeper. */
void sleep_init(struct sleeper *z, const struct sleep_kind *kind, struct soc *soc);
/* A register asked for sleep: it begins behind the store that did. */
void sleep_ask(struct sleeper *z);
/* Ends sleep by whatever cause (a wake-up, a reset, EN) and forgets one that was asked for. */
void sleep_end(struct sleeper *z);
void sleep_cancel(struct sleeper *z);

#endif
