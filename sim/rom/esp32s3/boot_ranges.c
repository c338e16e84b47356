/* SPDX-License-Identifier: Apache-2.0 */
#include "../bootloader/boot.h"

#include "../common/cpu.h"

/* SRAM1 up to the bootloader, by both addresses. */
const struct boot_range boot_load_ranges[] = {
    {ESP32S3_SRAM1_D, 0x3FCD8700},
    {ESP32S3_SRAM1_I, 0x403C8700},
    {ESP32S3_RTC_FAST, ESP32S3_RTC_FAST + ESP32S3_RTC_FAST_SIZE},
    {ESP32S3_RTC_SLOW, ESP32S3_RTC_SLOW + ESP32S3_RTC_SLOW_SIZE},
    {0, 0},
};
