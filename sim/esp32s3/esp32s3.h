/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual ESP32-S3 (revision v0.2): two LX7 cores, memories, caches and MMU, peripherals, resets, and one debug module
 * per core. Its boot ROM is the 384 KB at 0x40000000. Sources: the ESP32-S3 Technical Reference Manual (TRM) and the
 * register headers of esp-idf.
 */
#ifndef SIM_ESP32S3_ESP32S3_H
#define SIM_ESP32S3_ESP32S3_H

#include "sim/soc/soc.h"

extern const struct soc_kind esp32s3_kind;

#endif
