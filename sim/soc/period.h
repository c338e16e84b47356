/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_SOC_PERIOD_H
#define SIM_SOC_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

/* A period of num/den picoseconds: exact where a frequency is no divisor of 1 THz. */
struct period {
    uint64_t num, den;
};

uint64_t period_ticks(struct period p, uint64_t ps); /* whole ticks in that time */
uint64_t period_ps(struct period p, uint64_t ticks); /* rounded up: the tick has come by then */
bool period_is_same(struct period a, struct period b);

#endif
