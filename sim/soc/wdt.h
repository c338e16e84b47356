/* SPDX-License-Identifier: Apache-2.0 */
/* A watchdog of four stages. Its owner (the RTC, a timer group) says how long a stage lasts and what its end does. */
#ifndef SIM_SOC_WDT_H
#define SIM_SOC_WDT_H

#include "sim/sched.h"

struct soc;

struct wdt {
    struct soc *soc;
    struct sched_event event;
    unsigned stage;
    bool is_running;
    uint64_t started_ps; /* of the stage */
    bool is_paused;
    uint64_t paused_ps; /* since */
    /* What the registers say now. */
    uint64_t (*stage_ps)(struct wdt *w, unsigned stage); /* SCHED_NEVER: cannot expire */
    void (*expired)(struct wdt *w, unsigned stage);
    unsigned index;
};

void wdt_init(struct wdt *w, struct soc *soc, unsigned index);
/* After its registers changed: on or off, or other times for the stage that runs. */
void wdt_set_running(struct wdt *w, bool is_running);
void wdt_feed(struct wdt *w);
/* While it is paused no time passes for it. */
void wdt_pause(struct wdt *w, bool is_paused);

#endif
