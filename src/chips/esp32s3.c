/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ESP32-S3. Sources: ESP32-S3 Technical Reference Manual, chapters "System and Memory", "Reset and Clock", "Permission
 * Control"; register headers of esp-idf components/soc/esp32s3, named in regs/esp32s3.h; reset reasons and ROM names in
 * esp-idf components/esp_rom/esp32s3.
 */
#include "regs/esp32s3.h"
#include "chips/chips_int.h"

#include <stddef.h>

#define KIB 1024U
#define MIB (1024U * KIB)

/* On the instruction bus and in the peripherals only aligned words are taken (TRM, "System and Memory"). */
// clang-format off
static const struct chip_region regions[] = {
    /* name             kind                base                   size                   word only  executable */
    {"DBUS flash",      REGION_FLASH_DATA,  ESP32S3_DBUS,          ESP32S3_BUS_SIZE,      false,     false},
    {"SRAM1",           REGION_RAM,         ESP32S3_SRAM1_D,       ESP32S3_SRAM1_SIZE,    false,     false},
    {"SRAM2",           REGION_RAM,         ESP32S3_SRAM2,         ESP32S3_SRAM2_SIZE,    false,     false},
    {"ROM (data)",      REGION_ROM,         ESP32S3_ROM_D,         ESP32S3_ROM_D_SIZE,    false,     false},
    {"ROM",             REGION_ROM,         ESP32S3_ROM,           ESP32S3_ROM_SIZE,      true,      true},
    {"SRAM0",           REGION_RAM,         ESP32S3_SRAM0,         ESP32S3_SRAM0_SIZE,    true,      true},
    {"SRAM1 (code)",    REGION_RAM,         ESP32S3_SRAM1_I,       ESP32S3_SRAM1_SIZE,    true,      true},
    {"IBUS flash",      REGION_FLASH_CODE,  ESP32S3_IBUS,          ESP32S3_BUS_SIZE,      true,      true},
    {"RTC slow",        REGION_RTC_RAM,     ESP32S3_RTC_SLOW,      ESP32S3_RTC_SLOW_SIZE, true,      true},
    {"peripherals",     REGION_PERIPHERAL,  ESP32S3_PERIPH,        ESP32S3_PERIPH_SIZE,   true,      false},
    {"RTC fast",        REGION_RTC_RAM,     ESP32S3_RTC_FAST,      ESP32S3_RTC_FAST_SIZE, true,      true},
    {NULL, 0, 0, 0, false, false},
};

static const struct chip_reset_cause reset_causes[] = {
    /* code                  watchdog  name                    text */
    {ESP32S3_RESET_POWER_ON,     false, "POWERON",              "Power on reset"},
    {ESP32S3_RESET_SW_SYS,       false, "RTC_SW_SYS_RST",       "Software core reset"},
    {ESP32S3_RESET_DEEP_SLEEP,   false, "DSLEEP",               "Deep sleep core reset"},
    {ESP32S3_RESET_TG0WDT_SYS,   true,  "TG0WDT_SYS_RST",       "Main watch dog 0 core reset"},
    {ESP32S3_RESET_TG1WDT_SYS,   true,  "TG1WDT_SYS_RST",       "Main watch dog 1 core reset"},
    {ESP32S3_RESET_RTCWDT_SYS,   true,  "RTCWDT_SYS_RST",       "RTC watch dog core reset"},
    {ESP32S3_RESET_TG0WDT_CPU,   true,  "TG0WDT_CPU_RST",       "Main watch dog 0 CPU reset"},
    {ESP32S3_RESET_SW_CPU,       false, "RTC_SW_CPU_RST",       "Software CPU reset"},
    {ESP32S3_RESET_RTCWDT_CPU,   true,  "RTCWDT_CPU_RST",       "RTC watch dog CPU reset"},
    {ESP32S3_RESET_BROWN_OUT,    false, "RTCWDT_BROWN_OUT_RST", "Brown-out core reset"},
    {ESP32S3_RESET_RTCWDT_RTC,   true,  "RTCWDT_RTC_RST",       "RTC watch dog core and RTC reset"},
    {ESP32S3_RESET_TG1WDT_CPU,   true,  "TG1WDT_CPU_RST",       "Main watch dog 1 CPU reset"},
    {ESP32S3_RESET_SUPER_WDT,    true,  "SUPER_WDT_RST",        "Super watch dog reset"},
    {ESP32S3_RESET_CLOCK_GLITCH, false, "GLITCH_RTC_RST",       "Clock glitch core and RTC reset"},
    {ESP32S3_RESET_EFUSE_CRC,    false, "EFUSE_RST",            "eFuse CRC error core reset"},
    {ESP32S3_RESET_USB_UART,     false, "USB_UART_CHIP_RST",    "USB (UART) core reset"},
    {ESP32S3_RESET_USB_JTAG,     false, "USB_JTAG_CHIP_RST",    "USB (JTAG) core reset"},
    {ESP32S3_RESET_POWER_GLITCH, false, "POWER_GLITCH_RST",     "Power glitch core reset"},
    {0, false, NULL, NULL},
};
// clang-format on

#define TIMG0(offset) (ESP32S3_TIMG0_BASE + (offset))
#define TIMG1(offset) (ESP32S3_TIMG1_BASE + (offset))

/* SWD_CONF as after a reset (its signal is 300 clocks wide), and in addition: the super watchdog feeds itself. That is how
   esp-idf calms it (rwdt_ll.h). */
#define SWD_FEEDS_ITSELF (ESP32S3_SWD_AUTO_FEED_EN | 300U << 18)

/* CONFIG0 is cleared as a whole: its flash boot bit lets a watchdog bite that is not enabled. */
static const struct chip_poke watchdogs_off[] = {
    {ESP32S3_RTC_WDTWPROTECT, ESP32S3_WDT_KEY, 0},
    {ESP32S3_RTC_WDTCONFIG0, 0, 0},
    {ESP32S3_RTC_WDTWPROTECT, 0, 0},
    {ESP32S3_RTC_SWD_WPROTECT, ESP32S3_SWD_KEY, 0},
    {ESP32S3_RTC_SWD_CONF, SWD_FEEDS_ITSELF, 0},
    {ESP32S3_RTC_SWD_WPROTECT, 0, 0},
    {TIMG0(ESP32S3_TIMG_WDTWPROTECT), ESP32S3_WDT_KEY, 0},
    {TIMG0(ESP32S3_TIMG_WDTCONFIG0), 0, 0},
    {TIMG0(ESP32S3_TIMG_WDTWPROTECT), 0, 0},
    {TIMG1(ESP32S3_TIMG_WDTWPROTECT), ESP32S3_WDT_KEY, 0},
    {TIMG1(ESP32S3_TIMG_WDTCONFIG0), 0, 0},
    {TIMG1(ESP32S3_TIMG_WDTWPROTECT), 0, 0},
};

static const struct chip_watchdog watchdogs[] = {
    {ESP32S3_RTC_WDTWPROTECT, ESP32S3_WDT_KEY, ESP32S3_RTC_WDTCONFIG0, 0, ESP32S3_RTC_WDTFEED,
     ESP32S3_RTC_WDT_FEED_NOW},
    {ESP32S3_RTC_SWD_WPROTECT, ESP32S3_SWD_KEY, ESP32S3_RTC_SWD_CONF, SWD_FEEDS_ITSELF, 0, 0},
    {TIMG0(ESP32S3_TIMG_WDTWPROTECT), ESP32S3_WDT_KEY, TIMG0(ESP32S3_TIMG_WDTCONFIG0), 0, TIMG0(ESP32S3_TIMG_WDTFEED),
     1},
    {TIMG1(ESP32S3_TIMG_WDTWPROTECT), ESP32S3_WDT_KEY, TIMG1(ESP32S3_TIMG_WDTCONFIG0), 0, TIMG1(ESP32S3_TIMG_WDTFEED),
     1},
    {0, 0, 0, 0, 0, 0},
};

static const struct chip_poke pro_unstall[] = {
    {ESP32S3_RTC_OPTIONS0, 0, ESP32S3_RTC_SW_STALL_PROCPU_C0},
    {ESP32S3_RTC_SW_CPU_STALL, 0, ESP32S3_RTC_SW_STALL_PROCPU_C1},
};
static const struct chip_poke app_unstall[] = {
    {ESP32S3_RTC_OPTIONS0, 0, ESP32S3_RTC_SW_STALL_APPCPU_C0},
    {ESP32S3_RTC_SW_CPU_STALL, 0, ESP32S3_RTC_SW_STALL_APPCPU_C1},
    {ESP32S3_SYSTEM_CORE1_CONTROL0, 0, ESP32S3_SYSTEM_CORE1_RUNSTALL},
};
/* The order of esp-idf, start_other_core(). */
static const struct chip_poke app_enable[] = {
    {ESP32S3_SYSTEM_CORE1_CONTROL1, 0, 0}, /* no boot address: the ROM waits for one */
    {ESP32S3_SYSTEM_CORE1_CONTROL0, ESP32S3_SYSTEM_CORE1_CLKGATE_EN, ESP32S3_SYSTEM_CORE1_CLKGATE_EN},
    {ESP32S3_SYSTEM_CORE1_CONTROL0, 0, ESP32S3_SYSTEM_CORE1_RUNSTALL},
    {ESP32S3_SYSTEM_CORE1_CONTROL0, ESP32S3_SYSTEM_CORE1_RESETING, ESP32S3_SYSTEM_CORE1_RESETING},
    {ESP32S3_SYSTEM_CORE1_CONTROL0, 0, ESP32S3_SYSTEM_CORE1_RESETING},
};
#define APP_IN_RESET                                                                                                   \
    {                                                                                                                  \
        ESP32S3_SYSTEM_CORE1_CONTROL0, ESP32S3_SYSTEM_CORE1_RESETING, ESP32S3_SYSTEM_CORE1_RESETING,                   \
            "it is held in reset"                                                                                      \
    }
/* Its clock gate is none: the signal has no effect (esp-idf, SOC_APPCPU_HAS_CLOCK_GATING_BUG), so a program that wants one
   core stalls the other. */
static const struct chip_condition app_off[] = {
    APP_IN_RESET,
    {ESP32S3_SYSTEM_CORE1_CONTROL0, ESP32S3_SYSTEM_CORE1_RUNSTALL, ESP32S3_SYSTEM_CORE1_RUNSTALL, "it is stalled"},
    {ESP32S3_RTC_SW_CPU_STALL, ESP32S3_RTC_SW_STALL_APPCPU_C1, ESP32S3_RTC_STALL_C1 << 20, "it is stalled"},
    {0, 0, 0, NULL},
};

/* Runs from RTC slow memory with nothing set up (call0, no stack). */
static const uint32_t reset_stub[] = {
    0x00000706,                   /* 00 j start */
    ESP32S3_WDT_KEY,              /* 04 */
    ESP32S3_RTC_BASE,             /* 08 */
    ESP32S3_TIMG0_BASE,           /* 0C */
    ESP32S3_TIMG1_BASE,           /* 10 */
    ESP32S3_SWD_KEY,              /* 14 */
    SWD_FEEDS_ITSELF,             /* 18 */
    ESP32S3_RTC_STAT_VECTOR_SELS, /* 1C */
    0x42FFF921,                   /* 20 start: l32r a2, 04 */
    0xF83100A0,                   /* 23 movi a4, 0; 26 l32r a3, 08 */
    0x2C6322FF,
    0x42266342, /* 29 s32i a2, a3, 0xB0 (WDTWPROTECT); 2C s32i a4, a3, 0x98 (WDTCONFIG0) */
    0xF8512C63, /* 2F s32i a4, a3, 0xB0; 32 l32r a5, 14 */
    0x2E6352FF, /* 35 s32i a5, a3, 0xB8 (SWD_WPROTECT) */
    0x52FFF851, /* 38 l32r a5, 18 */
    0x63422D63, /* 3B s32i a5, a3, 0xB4 (SWD_CONF) */
    0xFFF2512E, /* 3E s32i a4, a3, 0xB8; 41 l32r a5, 0C */
    0x42196522,
    0x65421265, /* 44 s32i a2, a5, 0x64 (WDTWPROTECT); 47 s32i a4, a5, 0x48 (WDTCONFIG0) */
    0xFFF05119, /* 4A s32i a4, a5, 0x64; 4D l32r a5, 10 */
    0x42196522,
    0x65421265, /* 50, 53: the same of timer group 1 */
    0xFFF02119, /* 56 s32i a4, a5, 0x64; 59 l32r a2, 1C */
    0x060E6322,
    0x0000FFFF, /* 5C s32i a2, a3, 0x38 (RESET_STATE); 5F j 5F */
};

static const struct chip_poke start_at_stub[] = {
    {ESP32S3_RTC_RESET_STATE, 0, ESP32S3_RTC_STAT_VECTOR_SELS},
};
/* The clock tree goes back to its reset value first, because a reset of the digital core does not touch it. */
static const struct chip_poke system_reset[] = {
    {ESP32S3_RTC_CLK_CONF, ESP32S3_RTC_CLK_CONF_RESET, 0},
    {ESP32S3_RTC_OPTIONS0, ESP32S3_RTC_SW_SYS_RST, ESP32S3_RTC_SW_SYS_RST},
};

/* After a reset all is allowed (sensitive_reg.h). A program of esp-idf forbids writes to its code, and locks that. */
static const struct chip_permission permissions[] = {
    {ESP32S3_SENS_IRAM0_PMS_1, ESP32S3_SENS_IRAM0_PMS_ALL, ESP32S3_SENS_IRAM0_PMS_ALL, ESP32S3_SENS_IRAM0_PMS_0,
     ESP32S3_SENS_LOCK, CHIP_INSTRUCTION_BUS},
    {ESP32S3_SENS_IRAM0_PMS_2, ESP32S3_SENS_IRAM0_PMS_ALL, ESP32S3_SENS_IRAM0_PMS_ALL, ESP32S3_SENS_IRAM0_PMS_0,
     ESP32S3_SENS_LOCK, CHIP_INSTRUCTION_BUS},
    {ESP32S3_SENS_DRAM0_PMS_1, ESP32S3_SENS_DRAM0_PMS_ALL, ESP32S3_SENS_DRAM0_PMS_ALL, ESP32S3_SENS_DRAM0_PMS_0,
     ESP32S3_SENS_LOCK, CHIP_DATA_BUS},
    {0, 0, 0, 0, 0, CHIP_NO_BUS},
};
#define FORGET(monitor)                                                                                                \
    {(monitor), ESP32S3_SENS_VIOLATE_CLR, ESP32S3_SENS_VIOLATE_CLR},                                                   \
    {                                                                                                                  \
        (monitor), 0, ESP32S3_SENS_VIOLATE_CLR                                                                         \
    }
static const struct chip_poke forget_violations[] = {
    FORGET(ESP32S3_SENS_C0_IRAM0_MONITOR_1),
    FORGET(ESP32S3_SENS_C1_IRAM0_MONITOR_1),
    FORGET(ESP32S3_SENS_C0_DRAM0_MONITOR_1),
    FORGET(ESP32S3_SENS_C1_DRAM0_MONITOR_1),
};

/* With version 1.1 of the eFuse block the revision's bits mean something else, and only v0.0 has it (efuse_hal.c). */
static const struct chip_condition is_first_revision[] = {
    {ESP32S3_EFUSE_RD_MAC_SYS3, ESP32S3_EFUSE_WAFER_MINOR_LO | ESP32S3_EFUSE_BLK_VERSION_MINOR, 1U << 24, "minor 0"},
    {ESP32S3_EFUSE_RD_SYS_PART1_4, ESP32S3_EFUSE_BLK_VERSION_MAJOR, 1, "block version 1.1"},
    {0, 0, 0, NULL},
};

/* ESP32-S3 TRM, 'Boot Control'. */
static const struct chip_boot_mode boot_modes[] = {
    {ESP32S3_STRAP_GPIO0, ESP32S3_STRAP_GPIO0, true, "booting from flash (GPIO0 was high)"},
    {ESP32S3_STRAP_GPIO0 | ESP32S3_STRAP_GPIO46, 0, false, "the serial download mode (GPIO0 and GPIO46 were low)"},
    {ESP32S3_STRAP_GPIO0, 0, false, "a boot mode that no board uses (GPIO0 was low and GPIO46 high)"},
    {0, 0, false, NULL},
};

static const struct chip_efuse efuses[] = {
    {CHIP_FLASH_ENCRYPTION, {ESP32S3_EFUSE_RD_REPEAT1, ESP32S3_EFUSE_SPI_BOOT_CRYPT_CNT}, true, "SPI_BOOT_CRYPT_CNT"},
    {CHIP_SECURE_BOOT, {ESP32S3_EFUSE_RD_REPEAT2, ESP32S3_EFUSE_SECURE_BOOT_EN}, false, "SECURE_BOOT_EN"},
    {CHIP_JTAG_OFF, {ESP32S3_EFUSE_RD_REPEAT0, ESP32S3_EFUSE_DIS_PAD_JTAG}, false, "DIS_PAD_JTAG"},
    {CHIP_JTAG_OFF, {ESP32S3_EFUSE_RD_REPEAT2, ESP32S3_EFUSE_DIS_USB_JTAG}, false, "DIS_USB_JTAG"},
    {CHIP_JTAG_OFF, {ESP32S3_EFUSE_RD_REPEAT2, ESP32S3_EFUSE_DIS_USB_SERIAL_JTAG}, false, "DIS_USB_SERIAL_JTAG"},
    {CHIP_JTAG_OFF, {ESP32S3_EFUSE_RD_REPEAT0, ESP32S3_EFUSE_SOFT_DIS_JTAG}, true, "SOFT_DIS_JTAG"},
    {CHIP_DOWNLOAD_OFF, {ESP32S3_EFUSE_RD_REPEAT3, ESP32S3_EFUSE_DIS_DOWNLOAD_MODE}, false, "DIS_DOWNLOAD_MODE"},
    {CHIP_DOWNLOAD_LIMITED,
     {ESP32S3_EFUSE_RD_REPEAT3, ESP32S3_EFUSE_SECURITY_DOWNLOAD},
     false,
     "ENABLE_SECURITY_DOWNLOAD"},
    {CHIP_SECOND_CORE_OFF, {ESP32S3_EFUSE_RD_REPEAT0, ESP32S3_EFUSE_DIS_APP_CPU}, false, "DIS_APP_CPU"},
    {0, {0, 0}, false, NULL},
};

const struct chip chip_esp32s3 = {
    .name = "esp32s3",
    .title = "ESP32-S3",
    .isa = ISA_XTENSA_LX7,
    .core_count = 2,
    .tap_count = 2,
    .ir_len = 5,
    .idcode = {0x120034E5, 0x120034E5},
    .debug_id = 0x0B339FD2, /* OCDID in public logs of chips: openocd-esp32 issue 201 */
    .cores =
        {
            {
                .suffix = "cpu0",
                .tap = 0,
                .reset_cause_reg = ESP32S3_RTC_RESET_STATE,
                .reset_cause_mask = ESP32S3_RTC_RESET_CAUSE_PROCPU,
                .unstall = SCRIPT(pro_unstall),
            },
            {
                .suffix = "cpu1",
                .tap = 1,
                .reset_cause_reg = ESP32S3_RTC_RESET_STATE,
                .reset_cause_mask = ESP32S3_RTC_RESET_CAUSE_APPCPU,
                .unstall = SCRIPT(app_unstall),
                .enable = SCRIPT(app_enable),
                .off = app_off,
                .in_reset = APP_IN_RESET,
            },
        },
    .regions = regions,
    .reset_vector = ESP32S3_RESET_VECTOR,
    .work_area = {0x3FC9C000, 0x24000},
    .agent_code = {0x40380000, 0x8000},  /* the bytes of 0x3FC90000 */
    .agent_area = {0x3FCA0000, 0x20000}, /* below the two blocks that the application trace takes from the cores */
    .watchdogs_off = SCRIPT(watchdogs_off),
    .watchdogs = watchdogs,
    .reset =
        {
            .start_at_stub = SCRIPT(start_at_stub),
            .stub_addr = ESP32S3_RTC_SLOW,
            .stub = reset_stub,
            .stub_words = sizeof reset_stub / sizeof reset_stub[0],
            .stub_is_done = {ESP32S3_RTC_RESET_STATE, ESP32S3_RTC_STAT_VECTOR_SELS, ESP32S3_RTC_STAT_VECTOR_SELS,
                             "the reset stub has run"},
            .system_reset = SCRIPT(system_reset),
            .system_reset_cause = ESP32S3_RESET_SW_SYS,
        },
    .reset_causes = reset_causes,
    .flash =
        {
            .controller = FLASH_CTRL_SPI_MEM,
            .controller_base = ESP32S3_SPI1_BASE,
            .cache_base = ESP32S3_SPI0_BASE,
            .max_size = 1024 * MIB,
            .encrypt_unit = 32, /* of the 16, 32 or 64 bytes that the chip can: TRM, XTS_AES_SIZE */
            .crypt_efuses = "DIS_DOWNLOAD_MANUAL_ENCRYPT",
            .wiring =
                "Look at the flash's supply (VDD_SPI; GPIO45, high at reset, makes it 1.8 V) and at its pins, which "
                "nothing else may drive: CLK GPIO30, CS GPIO29, DI GPIO32, DO GPIO31, WP GPIO28, HOLD GPIO27, and "
                "on octal flash D4 to D7 GPIO33 to GPIO36 and DQS GPIO37",
        },
    .mmu =
        {
            .table = {ESP32S3_MMU_BASE, ESP32S3_MMU_BASE},
            .page_size = ESP32S3_MMU_PAGE_SIZE,
            .invalid_mask = ESP32S3_MMU_INVALID,
            .page_mask = ESP32S3_MMU_PAGE,
            .psram_mask = ESP32S3_MMU_PSRAM,
            .windows =
                {
                    {ESP32S3_DBUS, ESP32S3_BUS_SIZE, 0, false},
                    {ESP32S3_IBUS, ESP32S3_BUS_SIZE, 0, true},
                },
        },
    .image = {.id = 9, .bootloader_offset = 0},
    .efuses = efuses,
    .strapping = {ESP32S3_GPIO_STRAP, boot_modes},
    .mac_efuse = ESP32S3_EFUSE_RD_MAC_SYS0,
    .revision =
        {
            .major = {{ESP32S3_EFUSE_RD_MAC_SYS5, ESP32S3_EFUSE_WAFER_MAJOR}},
            .minor =
                {
                    {ESP32S3_EFUSE_RD_MAC_SYS3, ESP32S3_EFUSE_WAFER_MINOR_LO},
                    {ESP32S3_EFUSE_RD_MAC_SYS5, ESP32S3_EFUSE_WAFER_MINOR_HI},
                },
            .is_first = is_first_revision,
        },
    .permissions = permissions,
    .forget_violations = SCRIPT(forget_violations),
};
