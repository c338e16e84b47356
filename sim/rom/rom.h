/* SPDX-License-Identifier: Apache-2.0 */
/* The boards' own boot ROMs, built from the source beside this file and kept in prebuilt/. */
#ifndef SIM_ROM_ROM_H
#define SIM_ROM_ROM_H

#include <stddef.h>
#include <stdint.h>

/* ROM0 of the virtual ESP32, to lie at 0x40000000. Constant; *size is in bytes, a multiple of 4. */
const uint8_t *rom_esp32(size_t *size);
/* The same of the virtual ESP32-S3 and of the ESP32-C3, which have their ROM at 0x40000000 too. */
const uint8_t *rom_esp32s3(size_t *size);
const uint8_t *rom_esp32c3(size_t *size);

#endif
