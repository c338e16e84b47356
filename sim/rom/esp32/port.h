/* SPDX-License-Identifier: Apache-2.0 */
/* What the code in common/, bootrom/, bootloader/ and app/ must know of the ESP32; for C and the assembler. */
#ifndef ROM_ESP32_PORT_H
#define ROM_ESP32_PORT_H

#include "regs/esp32.h"

#define PORT_NAME              "esp32"
#define PORT_CHIP_ID           0 /* in image headers: esp-idf esp_app_format.h */
#define PORT_BOOTLOADER_OFFSET 0x1000
#define PORT_MMU_PAGE_SIZE     ESP32_MMU_PAGE_SIZE

#define PORT_CORES 2

#define PORT_ROM_BASE    ESP32_ROM0
/* Where the ROM of the second core waits for an address. */
#define PORT_CORE1_ENTRY ESP32_DPORT_APPCPU_CTRL_D

#endif
