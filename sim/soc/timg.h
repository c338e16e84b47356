/* SPDX-License-Identifier: Apache-2.0 */
/* A timer group. A chip's own struct timg_kind says what its registers and interrupts are. */
#ifndef SIM_SOC_TIMG_H
#define SIM_SOC_TIMG_H

#include "sim/sched.h"
#include "sim/soc/block.h"
#include "sim/soc/period.h"
#include "sim/soc/wdt.h"

enum { TIMG_MAX_TIMERS = 3 };

struct timg;

/* Where a timer's registers are, and its number in the interrupt registers. Constant. */
struct timg_timer {
    uint32_t config, low, update, alarm, load_value, load;
    uint8_t irq;
};

/* Constant. */
struct timg_kind {
    struct block_kind block; /* its read and written are timg_read and timg_written */
    const struct timg_timer *timers;
    unsigned timer_count;
    unsigned irq_count;
    uint8_t wdt_irq;            /* the watchdog's number among them, behind the timers' */
    uint32_t int_ena;           /* offset; then raw, status, clear */
    unsigned level_irq[2];      /* first source of each group */
    unsigned edge_irq[2];       /* the same of edge sources; 0: there are none, and levels are always on */
    uint32_t level_en, edge_en; /* bits of a timer's configuration that let it interrupt */
    uint32_t wdt_level_en, wdt_edge_en;
    uint32_t wdt_use_xtal; /* bit of WDTCONFIG0: the crystal instead of the APB's clock; 0: there is no choice */
    struct period xtal;
    /* The clock of a timer by its configuration, before the divider, and those of the calibration by number. */
    struct period (*clock)(const struct timg *g, uint32_t config);
    struct period (*slow_clock)(const struct timg *g, unsigned number);
    /* The reset of cores by the watchdog. */
    void (*reset_cores)(struct timg *g, uint32_t wdt_config);
    uint8_t system_cause[2]; /* of each group's watchdog */
};

struct timer {
    struct timg *group;
    const struct timg_timer *at;
    struct sched_event alarm;
    uint64_t count; /* at this time */
    uint64_t at_ps;
    uint64_t rest_ps; /* of a tick that had begun */
};

struct timg {
    struct block block;
    const struct timg_kind *kind;
    struct timer timers[TIMG_MAX_TIMERS];
    struct wdt wdt;
    struct sched_event calibrated;
};

bool timg_init(struct timg *g, const struct timg_kind *kind, struct soc *soc, unsigned index, uint32_t base);
void timg_fini(struct timg *g);
void timg_reset(struct timg *g);
void timg_cancel(struct timg *g); /* nothing of it will happen any more */
/* Before and after a change of the clocks: counts are taken and alarms moved. */
void timg_clock_changes(struct timg *g);
void timg_clock_changed(struct timg *g);

uint32_t timg_read(struct block *b, uint32_t offset);
void timg_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before);

/* Rows of the registers of one timer that starts at config, with these bits. */
#define TIMG_TIMER(config, reset, config_bits, high_bits)                                                              \
    {config, 1, reset, config_bits, REG_ACTS}, {(config) + 4, 2, 0, 0, 0}, {(config) + 12, 1, 0, 0, REG_ACTS},         \
        {(config) + 16, 1, 0, 0xFFFFFFFF, REG_ACTS}, {(config) + 20, 1, 0, high_bits, REG_ACTS},                       \
        {(config) + 24, 1, 0, 0xFFFFFFFF, 0}, {(config) + 28, 1, 0, high_bits, 0},                                     \
    {                                                                                                                  \
        (config) + 32, 1, 0, 0, REG_ACTS                                                                               \
    }

#endif
