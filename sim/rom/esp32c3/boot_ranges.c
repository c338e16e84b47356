/* SPDX-License-Identifier: Apache-2.0 */
#include "../bootloader/boot.h"

#include "../common/cpu.h"

/* SRAM1 up to the bootloader, by both addresses. */
const struct boot_range boot_load_ranges[] = {
    {ESP32C3_SRAM1_D, 0x3FCCC710},
    {ESP32C3_SRAM1_I, 0x403CC710},
    {ESP32C3_RTC_FAST, ESP32C3_RTC_FAST + ESP32C3_RTC_FAST_SIZE},
    {0, 0},
};
