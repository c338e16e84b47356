/* SPDX-License-Identifier: Apache-2.0 */
#include "../bootloader/boot.h"

#include "../common/cpu.h"

const struct boot_range boot_load_ranges[] = {
    {0x3FFAE6E0, 0x3FFE0000},
    {0x3FFE5230, 0x3FFF0000},
    {0x40080000, ESP32_SRAM0 + ESP32_SRAM0_SIZE},
    {ESP32_RTC_FAST_I, ESP32_RTC_FAST_I + ESP32_RTC_FAST_SIZE},
    {ESP32_RTC_FAST_D, ESP32_RTC_FAST_D + ESP32_RTC_FAST_SIZE},
    {ESP32_RTC_SLOW, ESP32_RTC_SLOW + ESP32_RTC_SLOW_SIZE},
    {0, 0},
};
