/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SIM_ESP32_RIG_H
#define TESTS_SIM_ESP32_RIG_H

#include "../sim_soc/soc_rig.h"
#include "regs/esp32.h"
#include "sim/esp32/esp32_int.h"

/* part NULL: W25Q64JV. rom NULL: WAITI in a loop at the reset vector. */
void rig_open(struct rig *r, const char *part, const uint8_t *rom, size_t rom_size);
/* A group's setup: *state is a rig with the default parts and its watchdogs off. */
int rig_set_up(void **state);
void rig_watchdogs_off(struct rig *r);

static inline struct esp32 *chip(struct rig *r)
{
    return esp32_of(r->soc);
}

#endif
