/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32-S3's boot ROM does and says in its own way. */
#include "../bootrom/bootrom.h"

#include <stddef.h>

#include "../common/cpu.h"
#include "../common/print.h"

/* The texts are those that terminals and tools know: esp-idf components/esp_rom/esp32s3/include/esp32s3/rom/rtc.h. */
static const char *const reset_names[] = {
    [ESP32S3_RESET_POWER_ON] = "POWERON",
    [ESP32S3_RESET_SW_SYS] = "RTC_SW_SYS_RST",
    [ESP32S3_RESET_DEEP_SLEEP] = "DEEPSLEEP",
    [ESP32S3_RESET_TG0WDT_SYS] = "TG0WDT_SYS_RST",
    [ESP32S3_RESET_TG1WDT_SYS] = "TG1WDT_SYS_RST",
    [ESP32S3_RESET_RTCWDT_SYS] = "RTCWDT_SYS_RST",
    [ESP32S3_RESET_TG0WDT_CPU] = "TG0WDT_CPU_RST",
    [ESP32S3_RESET_SW_CPU] = "RTC_SW_CPU_RST",
    [ESP32S3_RESET_RTCWDT_CPU] = "RTCWDT_CPU_RST",
    [ESP32S3_RESET_BROWN_OUT] = "RTCWDT_BROWN_OUT_RST",
    [ESP32S3_RESET_RTCWDT_RTC] = "RTCWDT_RTC_RST",
    [ESP32S3_RESET_TG1WDT_CPU] = "TG1WDT_CPU_RST",
    [ESP32S3_RESET_SUPER_WDT] = "SUPER_WDT_RST",
    [ESP32S3_RESET_CLOCK_GLITCH] = "GLITCH_RTC_RST",
    [ESP32S3_RESET_EFUSE_CRC] = "EFUSE_RST",
    [ESP32S3_RESET_USB_UART] = "USB_UART_CHIP_RESET",
    [ESP32S3_RESET_USB_JTAG] = "USB_JTAG_CHIP_RESET",
    [ESP32S3_RESET_POWER_GLITCH] = "POWER_GLITCH_RESET",
};

/* ESP32-S3 TRM, 'Boot Control'; bits: 3 GPIO0, 2 GPIO46. */
const struct rom_boot_mode rom_port_modes[] = {
    {0x08, 0x08, ROM_BOOT_FLASH, "SPI_FAST_FLASH_BOOT"},
    {0x0C, 0x00, ROM_BOOT_DOWNLOAD, "DOWNLOAD(USB/UART0)"},
    {0x0C, 0x04, ROM_BOOT_OTHER, "SPI_FLASH_BOOT"},
};

/* Up to the ROM's stacks. */
const struct rom_range rom_port_load_ranges[] = {
    {ESP32S3_SRAM1_D, 0x3FCE9710},
    {ESP32S3_SRAM1_I, 0x403D9710},
    {ESP32S3_RTC_FAST, ESP32S3_RTC_FAST + ESP32S3_RTC_FAST_SIZE},
    {ESP32S3_RTC_SLOW, ESP32S3_RTC_SLOW + ESP32S3_RTC_SLOW_SIZE},
    {0, 0},
};

/* Undivided: after reset the core runs from half of it. */
void rom_port_use_crystal(void)
{
    uint32_t conf = field_put(ESP32S3_SYSTEM_SOC_CLK_SEL, reg_read(ESP32S3_SYSTEM_SYSCLK_CONF), 0);
    reg_write(ESP32S3_SYSTEM_SYSCLK_CONF, field_put(ESP32S3_SYSTEM_PRE_DIV_CNT, conf, 0));
}

uint32_t rom_port_strapping(void)
{
    return reg_read(ESP32S3_GPIO_STRAP) & 0x3F;
}

/* eFuse UART_PRINT_CONTROL: 0 prints, 1 prints with GPIO46 low, 2 with GPIO46 high, 3 never (ESP32-S3 TRM). */
bool rom_port_is_quiet(uint32_t strapping)
{
    uint32_t control = field_get(ESP32S3_EFUSE_UART_PRINT_CONTROL, reg_read(ESP32S3_EFUSE_RD_REPEAT3));
    bool is_high = strapping & ESP32S3_STRAP_GPIO46;
    return control == 3 || (control == 1 && is_high) || (control == 2 && !is_high);
}

void rom_port_print_banner(uint32_t strapping, const struct rom_boot_mode *mode)
{
    uint32_t cause = field_get(ESP32S3_RTC_RESET_CAUSE_PROCPU, reg_read(ESP32S3_RTC_RESET_STATE));
    const char *name = cause < sizeof(reset_names) / sizeof(reset_names[0]) ? reset_names[cause] : NULL;
    print("rst:0x%x (%s),boot:0x%x (%s)\n", (unsigned)cause, name ? name : "NO_MEAN", (unsigned)strapping, mode->name);
}

void rom_port_print_header(const struct image_header *h)
{
    print("SPIWP:0x%02x\n", h->wp_pin);
}

void rom_port_print_segment(const struct image_segment *s)
{
    print("load:0x%08x,len:0x%x\n", (unsigned)s->addr, (unsigned)s->len);
}
