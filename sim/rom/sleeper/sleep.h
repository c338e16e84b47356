/* SPDX-License-Identifier: Apache-2.0 */
/* Sleep, and what outlives it. Each chip's folder has it. */
#ifndef ROM_SLEEPER_SLEEP_H
#define ROM_SLEEPER_SLEEP_H

#include <stdbool.h>

unsigned sleep_reset_cause(void);
/* How often the sample has started since the chip was powered on, before this time. */
unsigned sleep_count_start(void);
/* Returns when the chip has woken from light sleep; from deep sleep, the chip starts anew. */
void sleep_for_ms(unsigned ms, bool is_deep);

#endif
