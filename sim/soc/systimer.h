/* SPDX-License-Identifier: Apache-2.0 */
/* The system timer: two counters of 52 bits at 16 MHz and three comparators. A chip's own struct systimer_kind says what its
   registers and interrupts are. */
#ifndef SIM_SOC_SYSTIMER_H
#define SIM_SOC_SYSTIMER_H

#include "sim/sched.h"
#include "sim/soc/block.h"

enum { SYSTIMER_UNITS = 2, SYSTIMER_TARGETS = 3 };

/* Constant. */
struct systimer_kind {
    struct block_kind block; /* its read and written are systimer_read and systimer_written */
    unsigned first_irq;      /* source of the first comparator; the others follow */
};

struct systimer {
    struct block block;
    const struct systimer_kind *kind;
    bool is_paused;  /* in sleep */
    uint32_t halted; /* cores, a bit each */
    struct {
        uint64_t count, at_ps;
    } units[SYSTIMER_UNITS];
    struct systimer_target {
        struct systimer *timer;
        unsigned index;
        struct sched_event alarm;
        uint64_t at;   /* the count that it waits for */
        bool has_come; /* and it has; a period goes on */
    } targets[SYSTIMER_TARGETS];
};

bool systimer_init(struct systimer *t, const struct systimer_kind *kind, struct soc *soc, uint32_t base);
void systimer_fini(struct systimer *t);
void systimer_reset(struct systimer *t);
void systimer_cancel(struct systimer *t); /* nothing of it will happen any more */
void systimer_pause(struct systimer *t, bool is_paused);
/* A core was halted by its debugger, or goes on: counters that are to stall with it do. Only for chips that tell it; of
   others that is storage. */
void systimer_core_halted(struct systimer *t, unsigned core, bool is_halted);

uint32_t systimer_read(struct block *b, uint32_t offset);
void systimer_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before);

/* Rows of the registers that are the same on all. */
#define SYSTIMER_REGS                                                                                                  \
    {0x00, 1, 0x46000000, 0xFFC00001, REG_ACTS}, {0x04, 2, 0, 0, REG_ACTS | REG_LIVE}, {0x0C, 1, 0, 0xFFFFF, 0},       \
        {0x10, 1, 0, 0xFFFFFFFF, 0}, {0x14, 1, 0, 0xFFFFF, 0}, {0x18, 1, 0, 0xFFFFFFFF, 0}, {0x1C, 1, 0, 0xFFFFF, 0},  \
        {0x20, 1, 0, 0xFFFFFFFF, 0}, {0x24, 1, 0, 0xFFFFF, 0}, {0x28, 1, 0, 0xFFFFFFFF, 0}, {0x2C, 1, 0, 0xFFFFF, 0},  \
        {0x30, 1, 0, 0xFFFFFFFF, 0}, {0x34, 3, 0, 0xC3FFFFFF, REG_ACTS}, {0x40, 4, 0, 0, 0},                           \
        {0x50, 3, 0, 0, REG_ACTS}, {0x5C, 2, 0, 0, REG_ACTS}, {0x64, 1, 0, 7, REG_ACTS}, {0x68, 1, 0, 0, 0},           \
        {0x6C, 1, 0, 0, REG_ACTS},                                                                                     \
    {                                                                                                                  \
        0x70, 1, 0, 0, REG_LIVE                                                                                        \
    }

#endif
