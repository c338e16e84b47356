/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SIM_ESP32C3_RIG_H
#define TESTS_SIM_ESP32C3_RIG_H

#include "../sim_soc/soc_rig.h"
#include "regs/esp32c3.h"
#include "sim/esp32c3/esp32c3_int.h"

/* With 4 MB of flash. The core waits for an interrupt at its reset vector. */
void rig_open(struct rig *r);
/* The same with these instructions from the reset vector on. */
void rig_open_with(struct rig *r, const uint32_t *program, size_t words);
/* A group's setup: *state is such a rig with its watchdogs off. */
int rig_set_up(void **state);
void rig_watchdogs_off(struct rig *r);
struct rv32 *rig_core(struct rig *r);

#endif
