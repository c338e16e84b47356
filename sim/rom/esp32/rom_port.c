/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32's boot ROM does and says in its own way. */
#include "../bootrom/bootrom.h"

#include <stddef.h>

#include "../common/cpu.h"
#include "../common/print.h"

#define STRAP_GPIO5 BIT(0)
#define STRAP_MTDO  BIT(1)

/* The texts are those that terminals and tools know. */
static const char *const reset_names[] = {
    [ESP32_RESET_POWER_ON] = "POWERON_RESET",
    [ESP32_RESET_SW_SYS] = "SW_RESET",
    [0x04] = "OWDT_RESET",
    [ESP32_RESET_DEEP_SLEEP] = "DEEPSLEEP_RESET",
    [ESP32_RESET_SDIO] = "SDIO_RESET",
    [ESP32_RESET_TG0WDT_SYS] = "TG0WDT_SYS_RESET",
    [ESP32_RESET_TG1WDT_SYS] = "TG1WDT_SYS_RESET",
    [ESP32_RESET_RTCWDT_SYS] = "RTCWDT_SYS_RESET",
    [0x0A] = "INTRUSION_RESET",
    [ESP32_RESET_TGWDT_CPU] = "TGWDT_CPU_RESET",
    [ESP32_RESET_SW_CPU] = "SW_CPU_RESET",
    [ESP32_RESET_RTCWDT_CPU] = "RTCWDT_CPU_RESET",
    [ESP32_RESET_EXT_CPU] = "EXT_CPU_RESET",
    [ESP32_RESET_BROWN_OUT] = "RTCWDT_BROWN_OUT_RESET",
    [ESP32_RESET_RTCWDT_RTC] = "RTCWDT_RTC_RESET",
};

/* ESP32 TRM, 'Strapping Pins'; bits: 4 GPIO0, 3 GPIO2, 2 GPIO4, 1 MTDO, 0 GPIO5. */
const struct rom_boot_mode rom_port_modes[] = {
    {0x10, 0x10, ROM_BOOT_FLASH, "SPI_FAST_FLASH_BOOT"},  {0x18, 0x00, ROM_BOOT_DOWNLOAD, NULL},
    {0x1C, 0x08, ROM_BOOT_OTHER, "HSPI_FLASH_BOOT"},      {0x1F, 0x0C, ROM_BOOT_OTHER, "SPI_FLASH_BOOT"},
    {0x1F, 0x0D, ROM_BOOT_OTHER, "SDIO_REI_FEO_V1_BOOT"}, {0x1F, 0x0E, ROM_BOOT_OTHER, "ATE_BOOT"},
    {0x1F, 0x0F, ROM_BOOT_OTHER, "UART_BOOT(UART0)"},
};

const struct rom_range rom_port_load_ranges[] = {
    {0x3FFAE6E0, 0x3FFE0000},
    {0x3FFE5230, 0x40000000},
    {ESP32_SRAM0, ESP32_SRAM0 + ESP32_SRAM0_SIZE},
    {ESP32_RTC_FAST_I, ESP32_RTC_FAST_I + ESP32_RTC_FAST_SIZE},
    {ESP32_RTC_FAST_D, ESP32_RTC_FAST_D + ESP32_RTC_FAST_SIZE},
    {ESP32_RTC_SLOW, ESP32_RTC_SLOW + ESP32_RTC_SLOW_SIZE},
    {0, 0},
};

void rom_port_use_crystal(void)
{
    reg_write(ESP32_RTC_CLK_CONF, field_put(ESP32_RTC_SOC_CLK_SEL, reg_read(ESP32_RTC_CLK_CONF), 0));
}

uint32_t rom_port_strapping(void)
{
    return reg_read(ESP32_GPIO_STRAP) & 0x3F;
}

/* GPIO15 low at reset (ESP32 datasheet, strapping pin MTDO). */
bool rom_port_is_quiet(uint32_t strapping)
{
    return !(strapping & STRAP_MTDO);
}

void rom_port_print_banner(uint32_t strapping, const struct rom_boot_mode *mode)
{
    uint32_t cause = field_get(ESP32_RTC_RESET_CAUSE_PROCPU, reg_read(ESP32_RTC_RESET_STATE));
    const char *name = cause < sizeof(reset_names) / sizeof(reset_names[0]) ? reset_names[cause] : NULL;
    print("rst:0x%x (%s),boot:0x%x (", (unsigned)cause, name ? name : "NO_MEAN", (unsigned)strapping);
    if (mode->name)
        print("%s)\n", mode->name);
    else
        print("DOWNLOAD_BOOT(UART0/UART1/SDIO_%cEI_%cEO_V2))\n", strapping & STRAP_MTDO ? 'R' : 'F',
              strapping & STRAP_GPIO5 ? 'R' : 'F');
}

/* Pads by eFuse, as the ROM prints them: CLK, Q, D, CS, HD in 6 bits each; 0: the default pads. */
static uint32_t spi_config(void)
{
    uint32_t word5 = reg_read(ESP32_EFUSE_BLK0_RDATA5), word3 = reg_read(ESP32_EFUSE_BLK0_RDATA3);
    return (word5 & 0x1F) | (word5 >> 5 & 0x1F) << 6 | (word5 >> 10 & 0x1F) << 12 | (word5 >> 15 & 0x1F) << 18 |
           (word3 >> 4 & 0x1F) << 24;
}

void rom_port_print_header(const struct image_header *h)
{
    print("configsip: %u, SPIWP:0x%02x\n", (unsigned)spi_config(), h->wp_pin);
    print("clk_drv:0x%02x,q_drv:0x%02x,d_drv:0x%02x,cs0_drv:0x%02x,hd_drv:0x%02x,wp_drv:0x%02x\n", h->drive[0] & 0xFU,
          h->drive[0] >> 4U, h->drive[1] & 0xFU, h->drive[1] >> 4U, h->drive[2] & 0xFU, h->drive[2] >> 4U);
}

void rom_port_print_segment(const struct image_segment *s)
{
    print("load:0x%08x,len:%u\n", (unsigned)s->addr, (unsigned)s->len);
}
