/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual ESP32 (revision 3): two LX6 cores, memories, caches and MMU, peripherals, resets, and one debug module per
 * core. Its boot ROM is 384 KB of ROM0 and, behind it, 64 KB of ROM1. Sources: the ESP32 Technical Reference Manual and
 * the register headers of esp-idf.
 */
#ifndef SIM_ESP32_ESP32_H
#define SIM_ESP32_ESP32_H

#include "sim/soc/soc.h"

extern const struct soc_kind esp32_kind;

#endif
