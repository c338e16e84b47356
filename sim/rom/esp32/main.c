/* SPDX-License-Identifier: Apache-2.0 */
/* Why the core was reset, what the strapping pins ask for, and off to it. */
#include "rom_int.h"

#include <stddef.h>

#include "../common/cpu.h"
#include "../common/print.h"
#include "../common/uart.h"
#include "../common/watchdog.h"

#define BAUD 115200U

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

/* The first row that fits; ESP32 TRM, 'Strapping Pins'; bits: 4 GPIO0, 3 GPIO2, 2 GPIO4, 1 MTDO, 0 GPIO5. */
enum boot_kind { BOOT_FLASH, BOOT_DOWNLOAD, BOOT_OTHER };
static const struct boot_mode {
    uint8_t mask, value;
    enum boot_kind kind;
    const char *name;
} boot_modes[] = {
    {0x10, 0x10, BOOT_FLASH, "SPI_FAST_FLASH_BOOT"},  {0x18, 0x00, BOOT_DOWNLOAD, NULL},
    {0x1C, 0x08, BOOT_OTHER, "HSPI_FLASH_BOOT"},      {0x1F, 0x0C, BOOT_OTHER, "SPI_FLASH_BOOT"},
    {0x1F, 0x0D, BOOT_OTHER, "SDIO_REI_FEO_V1_BOOT"}, {0x1F, 0x0E, BOOT_OTHER, "ATE_BOOT"},
    {0x1F, 0x0F, BOOT_OTHER, "UART_BOOT(UART0)"},
};

static const struct boot_mode *find_mode(uint32_t strap)
{
    const struct boot_mode *m = boot_modes;
    while ((strap & m->mask) != m->value)
        m++;
    return m;
}

static void print_banner(uint32_t strap, const struct boot_mode *mode)
{
    uint32_t cause = field_get(ESP32_RTC_RESET_CAUSE_PROCPU, reg_read(ESP32_RTC_RESET_STATE));
    const char *name = cause < sizeof(reset_names) / sizeof(reset_names[0]) ? reset_names[cause] : NULL;
    print("espocd boot ROM 1\n\nrst:0x%x (%s),boot:0x%x (", (unsigned)cause, name ? name : "NO_MEAN", (unsigned)strap);
    if (mode->name)
        print("%s)\n", mode->name);
    else
        print("DOWNLOAD_BOOT(UART0/UART1/SDIO_%cEI_%cEO_V2))\n", strap & STRAP_MTDO ? 'R' : 'F',
              strap & STRAP_GPIO5 ? 'R' : 'F');
}

/* The PRO core's only: the other one may be running. */
static void invalidate_mmu(void)
{
    for (uint32_t i = 0; i < ESP32_MMU_ENTRIES * 4; i += 4)
        reg_write(ESP32_MMU_PRO + i, ESP32_MMU_INVALID);
}

void rom_stop(void)
{
    CPU_WRITE_SR(intenable, 0);
    for (;;)
        cpu_wait_interrupt();
}

void rom_main(void)
{
    uint32_t strap = reg_read(ESP32_GPIO_STRAP) & 0x3F;
    const struct boot_mode *mode = find_mode(strap);
    /* GPIO15 low at reset: no words while booting from flash (ESP32 datasheet, strapping pin MTDO). */
    bool is_quiet = mode->kind == BOOT_FLASH && !(strap & STRAP_MTDO);
    reg_write(ESP32_RTC_CLK_CONF, field_put(ESP32_RTC_SOC_CLK_SEL, reg_read(ESP32_RTC_CLK_CONF), 0));
    uart_init(BAUD);
    if (!is_quiet)
        print_banner(strap, mode);
    invalidate_mmu();
    if (mode->kind == BOOT_FLASH)
        rom_boot_flash(is_quiet);
    if (mode->kind == BOOT_DOWNLOAD) {
        watchdog_disable_boot();
        print("waiting for download\n");
    } else {
        print("this ROM does not boot in this mode\n");
    }
    rom_stop();
}
