/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual ESP32-C3 (revision v0.4): one RISC-V core, memories, cache and MMU, peripherals, resets, and a debug module.
 * Its boot ROM is the 384 KB at 0x40000000. Sources: the ESP32-C3 Technical Reference Manual (TRM) and the register headers
 * of esp-idf.
 */
#ifndef SIM_ESP32C3_ESP32C3_H
#define SIM_ESP32C3_ESP32C3_H

#include "sim/soc/soc.h"

extern const struct soc_kind esp32c3_kind;

#endif
