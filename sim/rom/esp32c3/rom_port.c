/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32-C3's boot ROM does and says in its own way. */
#include "../bootrom/bootrom.h"

#include "../common/cpu.h"
#include "../late/late.h"

/* The texts are those that terminals and tools know: esp-idf components/esp_rom/esp32c3/include/esp32c3/rom/rtc.h. */
const char *const late_reset_names[] = {
    [ESP32C3_RESET_POWER_ON] = "POWERON",
    [ESP32C3_RESET_SW_SYS] = "RTC_SW_SYS_RST",
    [ESP32C3_RESET_DEEP_SLEEP] = "DSLEEP",
    [ESP32C3_RESET_TG0WDT_SYS] = "TG0WDT_SYS_RST",
    [ESP32C3_RESET_TG1WDT_SYS] = "TG1WDT_SYS_RST",
    [ESP32C3_RESET_RTCWDT_SYS] = "RTCWDT_SYS_RST",
    [ESP32C3_RESET_TG0WDT_CPU] = "TG0WDT_CPU_RST",
    [ESP32C3_RESET_SW_CPU] = "RTC_SW_CPU_RST",
    [ESP32C3_RESET_RTCWDT_CPU] = "RTCWDT_CPU_RST",
    [ESP32C3_RESET_BROWN_OUT] = "RTCWDT_BROWN_OUT_RST",
    [ESP32C3_RESET_RTCWDT_RTC] = "RTCWDT_RTC_RST",
    [ESP32C3_RESET_TG1WDT_CPU] = "TG1WDT_CPU_RST",
    [ESP32C3_RESET_SUPER_WDT] = "SUPER_WDT_RST",
    [ESP32C3_RESET_CLOCK_GLITCH] = "GLITCH_RTC_RST",
    [ESP32C3_RESET_EFUSE_CRC] = "EFUSE_RST",
    [ESP32C3_RESET_USB_UART] = "USB_UART_CHIP_RESET",
    [ESP32C3_RESET_USB_JTAG] = "USB_JTAG_CHIP_RESET",
    [ESP32C3_RESET_POWER_GLITCH] = "POWER_GLITCH_RESET",
};
const unsigned late_reset_name_count = sizeof(late_reset_names) / sizeof(late_reset_names[0]);

/* ESP32-C3 TRM, 'Boot Control', with the names of public logs; bits: 3 GPIO9, 2 GPIO8. */
const struct rom_boot_mode rom_port_modes[] = {
    {0x08, 0x08, ROM_BOOT_FLASH, "SPI_FAST_FLASH_BOOT"},
    {0x0C, 0x04, ROM_BOOT_DOWNLOAD, "DOWNLOAD(USB/UART0/1)"},
    {0x0C, 0x00, ROM_BOOT_OTHER, "SPI_DOWNLOAD_BOOT"},
};

/* Up to the ROM's stack. */
const struct rom_range rom_port_load_ranges[] = {
    {ESP32C3_SRAM1_D, 0x3FCDC710},
    {ESP32C3_SRAM1_I, 0x403DC710},
    {ESP32C3_RTC_FAST, ESP32C3_RTC_FAST + ESP32C3_RTC_FAST_SIZE},
    {0, 0},
};
