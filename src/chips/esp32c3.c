/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ESP32-C3. Sources: ESP32-C3 Technical Reference Manual, chapters "System and Memory", "Reset and Clock", "Permission
 * Control"; register headers of esp-idf components/soc/esp32c3, named in regs/esp32c3.h; reset reasons and ROM names in
 * esp-idf components/esp_rom/esp32c3.
 */
#include "regs/esp32c3.h"
#include "chips/chips_int.h"

#include <stddef.h>

#define KIB 1024U
#define MIB (1024U * KIB)

/* On the instruction bus and in the peripherals only aligned words are taken (TRM, "System and Memory"). */
// clang-format off
static const struct chip_region regions[] = {
    /* name           kind                base               size                   word only  executable */
    {"DBUS flash",    REGION_FLASH_DATA,  ESP32C3_DBUS,      ESP32C3_BUS_SIZE,      false,     false},
    {"SRAM1",         REGION_RAM,         ESP32C3_SRAM1_D,   ESP32C3_SRAM1_SIZE,    false,     false},
    {"ROM (data)",    REGION_ROM,         ESP32C3_ROM_D,     ESP32C3_ROM_D_SIZE,    false,     false},
    {"ROM",           REGION_ROM,         ESP32C3_ROM,       ESP32C3_ROM_SIZE,      true,      true},
    {"SRAM0",         REGION_RAM,         ESP32C3_SRAM0,     ESP32C3_SRAM0_SIZE,    true,      true},
    {"SRAM1 (code)",  REGION_RAM,         ESP32C3_SRAM1_I,   ESP32C3_SRAM1_SIZE,    true,      true},
    {"IBUS flash",    REGION_FLASH_CODE,  ESP32C3_IBUS,      ESP32C3_BUS_SIZE,      true,      true},
    {"RTC fast",      REGION_RTC_RAM,     ESP32C3_RTC_FAST,  ESP32C3_RTC_FAST_SIZE, true,      true},
    {"peripherals",   REGION_PERIPHERAL,  ESP32C3_PERIPH,    ESP32C3_PERIPH_SIZE,   true,      false},
    {NULL, 0, 0, 0, false, false},
};

static const struct chip_reset_cause reset_causes[] = {
    /* code                      watchdog  name                    text */
    {ESP32C3_RESET_POWER_ON,     false, "POWERON",              "Power on reset"},
    {ESP32C3_RESET_SW_SYS,       false, "RTC_SW_SYS_RST",       "Software core reset"},
    {ESP32C3_RESET_DEEP_SLEEP,   false, "DSLEEP",               "Deep sleep core reset"},
    {ESP32C3_RESET_TG0WDT_SYS,   true,  "TG0WDT_SYS_RST",       "Main watch dog 0 core reset"},
    {ESP32C3_RESET_TG1WDT_SYS,   true,  "TG1WDT_SYS_RST",       "Main watch dog 1 core reset"},
    {ESP32C3_RESET_RTCWDT_SYS,   true,  "RTCWDT_SYS_RST",       "RTC watch dog core reset"},
    {ESP32C3_RESET_TG0WDT_CPU,   true,  "TG0WDT_CPU_RST",       "Main watch dog 0 CPU reset"},
    {ESP32C3_RESET_SW_CPU,       false, "RTC_SW_CPU_RST",       "Software CPU reset"},
    {ESP32C3_RESET_RTCWDT_CPU,   true,  "RTCWDT_CPU_RST",       "RTC watch dog CPU reset"},
    {ESP32C3_RESET_BROWN_OUT,    false, "RTCWDT_BROWN_OUT_RST", "Brown-out core reset"},
    {ESP32C3_RESET_RTCWDT_RTC,   true,  "RTCWDT_RTC_RST",       "RTC watch dog core and RTC reset"},
    {ESP32C3_RESET_TG1WDT_CPU,   true,  "TG1WDT_CPU_RST",       "Main watch dog 1 CPU reset"},
    {ESP32C3_RESET_SUPER_WDT,    true,  "SUPER_WDT_RST",        "Super watch dog reset"},
    {ESP32C3_RESET_CLOCK_GLITCH, false, "GLITCH_RTC_RST",       "Clock glitch core and RTC reset"},
    {ESP32C3_RESET_EFUSE_CRC,    false, "EFUSE_RST",            "eFuse CRC error core reset"},
    {ESP32C3_RESET_USB_UART,     false, "USB_UART_CHIP_RST",    "USB (UART) core reset"},
    {ESP32C3_RESET_USB_JTAG,     false, "USB_JTAG_CHIP_RST",    "USB (JTAG) core reset"},
    {ESP32C3_RESET_POWER_GLITCH, false, "POWER_GLITCH_RST",     "Power glitch core reset"},
    {0, false, NULL, NULL},
};
// clang-format on

#define TIMG0(offset) (ESP32C3_TIMG0_BASE + (offset))
#define TIMG1(offset) (ESP32C3_TIMG1_BASE + (offset))

/* SWD_CONF as after a reset (its signal is 300 clocks wide), and in addition: the super watchdog feeds itself. */
#define SWD_FEEDS_ITSELF (ESP32C3_SWD_AUTO_FEED_EN | 300U << 18)

/* CONFIG0 is cleared as a whole: its flash boot bit lets a watchdog bite that is not enabled. */
static const struct chip_poke watchdogs_off[] = {
    {ESP32C3_RTC_WDTWPROTECT, ESP32C3_WDT_KEY, 0},
    {ESP32C3_RTC_WDTCONFIG0, 0, 0},
    {ESP32C3_RTC_WDTWPROTECT, 0, 0},
    {ESP32C3_RTC_SWD_WPROTECT, ESP32C3_SWD_KEY, 0},
    {ESP32C3_RTC_SWD_CONF, SWD_FEEDS_ITSELF, 0},
    {ESP32C3_RTC_SWD_WPROTECT, 0, 0},
    {TIMG0(ESP32C3_TIMG_WDTWPROTECT), ESP32C3_WDT_KEY, 0},
    {TIMG0(ESP32C3_TIMG_WDTCONFIG0), 0, 0},
    {TIMG0(ESP32C3_TIMG_WDTWPROTECT), 0, 0},
    {TIMG1(ESP32C3_TIMG_WDTWPROTECT), ESP32C3_WDT_KEY, 0},
    {TIMG1(ESP32C3_TIMG_WDTCONFIG0), 0, 0},
    {TIMG1(ESP32C3_TIMG_WDTWPROTECT), 0, 0},
};

static const struct chip_watchdog watchdogs[] = {
    {ESP32C3_RTC_WDTWPROTECT, ESP32C3_WDT_KEY, ESP32C3_RTC_WDTCONFIG0, 0, ESP32C3_RTC_WDTFEED,
     ESP32C3_RTC_WDT_FEED_NOW},
    {ESP32C3_RTC_SWD_WPROTECT, ESP32C3_SWD_KEY, ESP32C3_RTC_SWD_CONF, SWD_FEEDS_ITSELF, 0, 0},
    {TIMG0(ESP32C3_TIMG_WDTWPROTECT), ESP32C3_WDT_KEY, TIMG0(ESP32C3_TIMG_WDTCONFIG0), 0, TIMG0(ESP32C3_TIMG_WDTFEED),
     1},
    {TIMG1(ESP32C3_TIMG_WDTWPROTECT), ESP32C3_WDT_KEY, TIMG1(ESP32C3_TIMG_WDTCONFIG0), 0, TIMG1(ESP32C3_TIMG_WDTFEED),
     1},
    {0, 0, 0, 0, 0, 0},
};

static const struct chip_poke unstall[] = {
    {ESP32C3_RTC_OPTIONS0, 0, ESP32C3_RTC_SW_STALL_PROCPU_C0},
    {ESP32C3_RTC_SW_CPU_STALL, 0, ESP32C3_RTC_SW_STALL_PROCPU_C1},
};

/* The RTC, which holds the stall, is spared. */
static const struct chip_poke system_reset[] = {
    {ESP32C3_RTC_OPTIONS0, 0, ESP32C3_RTC_SW_STALL_PROCPU_C0},
    {ESP32C3_RTC_SW_CPU_STALL, 0, ESP32C3_RTC_SW_STALL_PROCPU_C1},
    {ESP32C3_RTC_OPTIONS0, ESP32C3_RTC_SW_SYS_RST, ESP32C3_RTC_SW_SYS_RST},
};
/* The ROM waits for ever for a calibration of the slow clock that a reset of the core has cut off. */
static const struct chip_poke settle[] = {
    {TIMG0(ESP32C3_TIMG_RTCCALICFG), 0, 0},
};

/* After a reset all is allowed (sensitive_reg.h). A program of esp-idf forbids writes to its code, and locks that. */
static const struct chip_permission permissions[] = {
    {ESP32C3_SENS_IRAM0_PMS_1, 0x7FFF, 0x7FFF, ESP32C3_SENS_IRAM0_PMS_0, ESP32C3_SENS_LOCK, CHIP_INSTRUCTION_BUS},
    {ESP32C3_SENS_IRAM0_PMS_2, 0x7FFF, 0x7FFF, ESP32C3_SENS_IRAM0_PMS_0, ESP32C3_SENS_LOCK, CHIP_INSTRUCTION_BUS},
    {ESP32C3_SENS_DRAM0_PMS_1, 0xFF0FF, 0xFF0FF, ESP32C3_SENS_DRAM0_PMS_0, ESP32C3_SENS_LOCK, CHIP_DATA_BUS},
    {0, 0, 0, 0, 0, CHIP_NO_BUS},
};
#define FORGET(monitor)                                                                                                \
    {(monitor), ESP32C3_SENS_VIOLATE_CLR, ESP32C3_SENS_VIOLATE_CLR},                                                   \
    {                                                                                                                  \
        (monitor), 0, ESP32C3_SENS_VIOLATE_CLR                                                                         \
    }
static const struct chip_poke forget_violations[] = {
    FORGET(ESP32C3_SENS_IRAM0_MONITOR_1),
    FORGET(ESP32C3_SENS_DRAM0_MONITOR_1),
};

/* ESP32-C3 TRM, 'Boot Control'. */
static const struct chip_boot_mode boot_modes[] = {
    {ESP32C3_STRAP_GPIO9, ESP32C3_STRAP_GPIO9, true, "booting from flash (GPIO9 was high)"},
    {ESP32C3_STRAP_GPIO9 | ESP32C3_STRAP_GPIO8, ESP32C3_STRAP_GPIO8, false,
     "the serial download mode (GPIO9 was low and GPIO8 high)"},
    {ESP32C3_STRAP_GPIO9 | ESP32C3_STRAP_GPIO8, 0, false, "a boot mode that is not allowed (GPIO9 and GPIO8 were low)"},
    {0, 0, false, NULL},
};

static const struct chip_efuse efuses[] = {
    {CHIP_FLASH_ENCRYPTION, {ESP32C3_EFUSE_RD_REPEAT1, ESP32C3_EFUSE_SPI_BOOT_CRYPT_CNT}, true, "SPI_BOOT_CRYPT_CNT"},
    {CHIP_SECURE_BOOT, {ESP32C3_EFUSE_RD_REPEAT2, ESP32C3_EFUSE_SECURE_BOOT_EN}, false, "SECURE_BOOT_EN"},
    {CHIP_JTAG_OFF, {ESP32C3_EFUSE_RD_REPEAT0, ESP32C3_EFUSE_DIS_PAD_JTAG}, false, "DIS_PAD_JTAG"},
    {CHIP_JTAG_OFF, {ESP32C3_EFUSE_RD_REPEAT0, ESP32C3_EFUSE_DIS_USB_JTAG}, false, "DIS_USB_JTAG"},
    {CHIP_JTAG_OFF, {ESP32C3_EFUSE_RD_REPEAT0, ESP32C3_EFUSE_SOFT_DIS_JTAG}, true, "SOFT_DIS_JTAG"},
    {CHIP_DOWNLOAD_OFF, {ESP32C3_EFUSE_RD_REPEAT3, ESP32C3_EFUSE_DIS_DOWNLOAD_MODE}, false, "DIS_DOWNLOAD_MODE"},
    {CHIP_DOWNLOAD_LIMITED,
     {ESP32C3_EFUSE_RD_REPEAT3, ESP32C3_EFUSE_SECURITY_DOWNLOAD},
     false,
     "ENABLE_SECURITY_DOWNLOAD"},
    {0, {0, 0}, false, NULL},
};

const struct chip chip_esp32c3 = {
    .name = "esp32c3",
    .title = "ESP32-C3",
    .isa = ISA_RV32,
    .core_count = 1,
    .tap_count = 1,
    .ir_len = 5,
    .idcode = {ESP32C3_IDCODE},
    .debug_id = ESP32C3_IDCODE,
    .cores =
        {
            {
                .suffix = "cpu0",
                .tap = 0,
                .hart = 0,
                .reset_cause_reg = ESP32C3_RTC_RESET_STATE,
                .reset_cause_mask = ESP32C3_RTC_RESET_CAUSE,
                .unstall = SCRIPT(unstall),
            },
        },
    .regions = regions,
    .reset_vector = ESP32C3_RESET_VECTOR,
    .work_area = {0x3FC80000, 0x24000},
    .agent_code = {0x40380000, 0x8000},  /* the bytes of 0x3FC80000 */
    .agent_area = {0x3FC90000, 0x20000}, /* below what the ROM keeps at the end of SRAM1 */
    .watchdogs_off = SCRIPT(watchdogs_off),
    .watchdogs = watchdogs,
    .reset =
        {
            .system_reset = SCRIPT(system_reset),
            .settle = SCRIPT(settle),
            .system_reset_cause = ESP32C3_RESET_SW_SYS,
        },
    .reset_causes = reset_causes,
    .flash =
        {
            .controller = FLASH_CTRL_SPI_MEM,
            .controller_base = ESP32C3_SPI1_BASE,
            .cache_base = ESP32C3_SPI0_BASE,
            .max_size = 16 * MIB,
            .encrypt_unit = 32, /* of the 16 or 32 bytes that the chip can: TRM, XTS_AES_LINESIZE */
            .crypt_efuses = "DIS_DOWNLOAD_MANUAL_ENCRYPT",
            .wiring = "Look at the flash's supply (VDD_SPI, GPIO11) and at its pins, which nothing else may drive: "
                      "CLK GPIO15, CS GPIO14, DI GPIO16, DO GPIO17, WP GPIO13, HOLD GPIO12",
        },
    .mmu =
        {
            .table = {ESP32C3_MMU_BASE},
            .page_size = ESP32C3_MMU_PAGE_SIZE,
            .invalid_mask = ESP32C3_MMU_INVALID,
            .page_mask = ESP32C3_MMU_PAGE,
            .windows =
                {
                    {ESP32C3_DBUS, ESP32C3_BUS_SIZE, 0, false},
                    {ESP32C3_IBUS, ESP32C3_BUS_SIZE, 0, true},
                },
        },
    .image = {.id = 5, .bootloader_offset = 0},
    .efuses = efuses,
    .strapping = {ESP32C3_GPIO_STRAP, boot_modes},
    .mac_efuse = ESP32C3_EFUSE_RD_MAC_SYS0,
    .revision =
        {
            .major = {{ESP32C3_EFUSE_RD_MAC_SYS5, ESP32C3_EFUSE_WAFER_MAJOR}},
            .minor =
                {
                    {ESP32C3_EFUSE_RD_MAC_SYS3, ESP32C3_EFUSE_WAFER_MINOR_LO},
                    {ESP32C3_EFUSE_RD_MAC_SYS5, ESP32C3_EFUSE_WAFER_MINOR_HI},
                },
        },
    .permissions = permissions,
    .forget_violations = SCRIPT(forget_violations),
};
