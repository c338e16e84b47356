/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SIM_ESP32S3_RIG_H
#define TESTS_SIM_ESP32S3_RIG_H

#include "../sim_soc/soc_rig.h"
#include "regs/esp32s3.h"
#include "sim/esp32s3/esp32s3_int.h"

/* With 8 MB of quad flash, or with 32 MB of octal flash and 16 MB of external RAM. */
void rig_open(struct rig *r);
void rig_open_octal(struct rig *r);
/* A group's setup: *state is such a rig with its watchdogs off. */
int rig_set_up(void **state);
int rig_set_up_octal(void **state);
void rig_watchdogs_off(struct rig *r);
/* Core 1 out of its reset. */
void rig_start_app(struct rig *r);

#endif
