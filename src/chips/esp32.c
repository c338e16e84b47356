/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ESP32. Sources: ESP32 Technical Reference Manual, chapters 1 (memory), 3 (reset), 27 (MMU); register headers of esp-idf
 * components/soc/esp32, named in regs/esp32.h; reset reasons and ROM names in esp-idf components/esp_rom/include/esp32.
 */
#include "regs/esp32.h"
#include "chips/chips_int.h"

#include <stddef.h>

#define KIB 1024U
#define MIB (1024U * KIB)

/* On the instruction bus and in the peripherals only aligned words are taken (TRM 1.3.2). */
// clang-format off
static const struct chip_region regions[] = {
    /* name             kind                base                   size                  word only  executable */
    {"DROM",            REGION_FLASH_DATA,  ESP32_DROM0,           4 * MIB,              false,     false},
    {"external RAM",    REGION_PSRAM,       ESP32_DRAM1,           4 * MIB,              false,     false},
    {"peripherals",     REGION_PERIPHERAL,  ESP32_PERIPH,          512 * KIB,            true,      false},
    {"RTC fast (data)", REGION_RTC_RAM,     ESP32_RTC_FAST_D,      ESP32_RTC_FAST_SIZE,  true,      false},
    {"ROM1",            REGION_ROM,         ESP32_ROM1,            ESP32_ROM1_SIZE,      false,     false},
    {"SRAM2",           REGION_RAM,         ESP32_SRAM2,           ESP32_SRAM2_SIZE,     false,     false},
    {"SRAM1",           REGION_RAM,         ESP32_SRAM1_D,         ESP32_SRAM1_SIZE,     false,     false},
    {"ROM0",            REGION_ROM,         ESP32_ROM0,            ESP32_ROM0_SIZE,      true,      true},
    {"SRAM0",           REGION_RAM,         ESP32_SRAM0,           ESP32_SRAM0_SIZE,     true,      true},
    {"SRAM1 (code)",    REGION_RAM,         ESP32_SRAM1_I,         ESP32_SRAM1_SIZE,     true,      true},
    {"RTC fast (code)", REGION_RTC_RAM,     ESP32_RTC_FAST_I,      ESP32_RTC_FAST_SIZE,  true,      true},
    {"IRAM0 flash",     REGION_FLASH_CODE,  ESP32_IROM,            0x330000,             true,      true},
    {"IRAM1 flash",     REGION_FLASH_CODE,  ESP32_IRAM1,           4 * MIB,              true,      true},
    {"IROM0 flash",     REGION_FLASH_CODE,  ESP32_IROM0,           4 * MIB,              true,      true},
    {"RTC slow",        REGION_RTC_RAM,     ESP32_RTC_SLOW,        ESP32_RTC_SLOW_SIZE,  true,      true},
    {"APB alias",       REGION_PERIPHERAL,  ESP32_APB_ALIAS,       256 * KIB,            true,      false},
    {NULL, 0, 0, 0, false, false},
};

static const struct chip_reset_cause reset_causes[] = {
    /* code              watchdog  name                    text */
    {ESP32_RESET_POWER_ON,   false, "POWERON_RESET",          "Power on reset"},
    {ESP32_RESET_SW_SYS,     false, "SW_RESET",               "Software core reset"},
    {ESP32_RESET_OWDT,       true,  "OWDT_RESET",             "Legacy watch dog core reset"},
    {ESP32_RESET_DEEP_SLEEP, false, "DEEPSLEEP_RESET",        "Deep sleep core reset"},
    {ESP32_RESET_SDIO,       false, "SDIO_RESET",             "SDIO core reset"},
    {ESP32_RESET_TG0WDT_SYS, true,  "TG0WDT_SYS_RESET",       "Main watch dog 0 core reset"},
    {ESP32_RESET_TG1WDT_SYS, true,  "TG1WDT_SYS_RESET",       "Main watch dog 1 core reset"},
    {ESP32_RESET_RTCWDT_SYS, true,  "RTCWDT_SYS_RESET",       "RTC watch dog core reset"},
    {ESP32_RESET_INTRUSION,  false, "INTRUSION_RESET",        "Intrusion test core reset"},
    {ESP32_RESET_TGWDT_CPU,  true,  "TGWDT_CPU_RESET",        "Main watch dog CPU reset"},
    {ESP32_RESET_SW_CPU,     false, "SW_CPU_RESET",           "Software CPU reset"},
    {ESP32_RESET_RTCWDT_CPU, true,  "RTCWDT_CPU_RESET",       "RTC watch dog CPU reset"},
    {ESP32_RESET_EXT_CPU,    false, "EXT_CPU_RESET",          "CPU 1 reset by CPU 0"},
    {ESP32_RESET_BROWN_OUT,  false, "RTCWDT_BROWN_OUT_RESET", "Brown-out core reset"},
    {ESP32_RESET_RTCWDT_RTC, true,  "RTCWDT_RTC_RESET",       "RTC watch dog core and RTC reset"},
    {0, false, NULL, NULL},
};
// clang-format on

#define TIMG0(offset) (ESP32_TIMG0_BASE + (offset))
#define TIMG1(offset) (ESP32_TIMG1_BASE + (offset))

/* CONFIG0 is cleared as a whole: its flash boot bit lets a watchdog bite that is not enabled. */
static const struct chip_poke watchdogs_off[] = {
    {ESP32_RTC_WDTWPROTECT, ESP32_WDT_KEY, 0},
    {ESP32_RTC_WDTCONFIG0, 0, 0},
    {ESP32_RTC_WDTWPROTECT, 0, 0},
    {TIMG0(ESP32_TIMG_WDTWPROTECT), ESP32_WDT_KEY, 0},
    {TIMG0(ESP32_TIMG_WDTCONFIG0), 0, 0},
    {TIMG0(ESP32_TIMG_WDTWPROTECT), 0, 0},
    {TIMG1(ESP32_TIMG_WDTWPROTECT), ESP32_WDT_KEY, 0},
    {TIMG1(ESP32_TIMG_WDTCONFIG0), 0, 0},
    {TIMG1(ESP32_TIMG_WDTWPROTECT), 0, 0},
};

static const struct chip_watchdog watchdogs[] = {
    {ESP32_RTC_WDTWPROTECT, ESP32_WDT_KEY, ESP32_RTC_WDTCONFIG0, 0, ESP32_RTC_WDTFEED, BIT(31)},
    {TIMG0(ESP32_TIMG_WDTWPROTECT), ESP32_WDT_KEY, TIMG0(ESP32_TIMG_WDTCONFIG0), 0, TIMG0(ESP32_TIMG_WDTFEED), 1},
    {TIMG1(ESP32_TIMG_WDTWPROTECT), ESP32_WDT_KEY, TIMG1(ESP32_TIMG_WDTCONFIG0), 0, TIMG1(ESP32_TIMG_WDTFEED), 1},
    {0, 0, 0, 0, 0, 0},
};

static const struct chip_poke pro_unstall[] = {
    {ESP32_RTC_OPTIONS0, 0, ESP32_RTC_SW_STALL_PROCPU_C0},
    {ESP32_RTC_SW_CPU_STALL, 0, ESP32_RTC_SW_STALL_PROCPU_C1},
};
static const struct chip_poke app_unstall[] = {
    {ESP32_RTC_OPTIONS0, 0, ESP32_RTC_SW_STALL_APPCPU_C0},
    {ESP32_RTC_SW_CPU_STALL, 0, ESP32_RTC_SW_STALL_APPCPU_C1},
    {ESP32_DPORT_APPCPU_CTRL_C, 0, ESP32_DPORT_APPCPU_RUNSTALL},
};
/* The order of esp-idf, start_other_core(). */
static const struct chip_poke app_enable[] = {
    {ESP32_DPORT_APPCPU_CTRL_D, 0, 0}, /* no boot address: the ROM waits for one */
    {ESP32_DPORT_APPCPU_CTRL_B, ESP32_DPORT_APPCPU_CLKGATE_EN, ESP32_DPORT_APPCPU_CLKGATE_EN},
    {ESP32_DPORT_APPCPU_CTRL_C, 0, ESP32_DPORT_APPCPU_RUNSTALL},
    {ESP32_DPORT_APPCPU_CTRL_A, ESP32_DPORT_APPCPU_RESETTING, ESP32_DPORT_APPCPU_RESETTING},
    {ESP32_DPORT_APPCPU_CTRL_A, 0, ESP32_DPORT_APPCPU_RESETTING},
};
static const struct chip_condition app_off[] = {
    {ESP32_DPORT_APPCPU_CTRL_B, ESP32_DPORT_APPCPU_CLKGATE_EN, 0, "its clock is off"},
    {ESP32_DPORT_APPCPU_CTRL_A, ESP32_DPORT_APPCPU_RESETTING, ESP32_DPORT_APPCPU_RESETTING, "it is held in reset"},
    {0, 0, 0, NULL},
};

/*
 * Runs from RTC slow memory with nothing set up (call0, no stack). Revision 3 switches JTAG off at a system reset; the ROM,
 * which does not run here, would switch it on again: so the stub does.
 */
static const uint32_t reset_stub[] = {
    0x00000606,                 /* 00 j start */
    ESP32_WDT_KEY,              /* 04 */
    ESP32_RTC_BASE,             /* 08 */
    ESP32_TIMG0_BASE,           /* 0C */
    ESP32_TIMG1_BASE,           /* 10 */
    ESP32_EFUSE_BASE,           /* 14 */
    ESP32_RTC_STAT_VECTOR_SELS, /* 18 */
    0x42FFFA21,                 /* 1C start: l32r a2, 04 */
    0xF93100A0,                 /* 1F movi a4, 0; 22 l32r a3, 08 */
    0x296322FF,
    0x42236342, /* 25 s32i a2, a3, 0xA4 (WDTWPROTECT); 28 s32i a4, a3, 0x8C (WDTCONFIG0) */
    0xF7312963, /* 2B s32i a4, a3, 0xA4; 2E l32r a3, 0C */
    0x196322FF,
    0x42126342, /* 31 s32i a2, a3, 0x64 (WDTWPROTECT); 34 s32i a4, a3, 0x48 (WDTCONFIG0) */
    0xF5311963, /* 37 s32i a4, a3, 0x64; 3A l32r a3, 10 */
    0x196322FF,
    0x42126342, /* 3D, 40: the same of timer group 1 */
    0xF3311963, /* 43 s32i a4, a3, 0x64; 46 l32r a3, 14 */
    0x7F6342FF, /* 49 s32i a4, a3, 0x1FC (JTAG on) */
    0x21FFEF31, /* 4C l32r a3, 08; 4F l32r a2, 18 */
    0x6322FFF2,
    0xFFFF060D, /* 52 s32i a2, a3, 0x34 (RESET_STATE); 55 j 55 */
};

static const struct chip_poke start_at_stub[] = {
    {ESP32_RTC_RESET_STATE, 0, ESP32_RTC_STAT_VECTOR_SELS},
};
/* The clock tree goes back to its reset value first, because a reset of the digital core does not touch it. */
static const struct chip_poke system_reset[] = {
    {ESP32_RTC_CLK_CONF, 0x2210, 0},
    {ESP32_RTC_OPTIONS0, ESP32_RTC_SW_SYS_RST, ESP32_RTC_SW_SYS_RST},
};

static const uint8_t revision_of[8] = {0, 1, 0xFF, 2, 0xFF, 0xFF, 0xFF, 3};

/* ESP32 TRM, 'Strapping Pins'. */
static const struct chip_boot_mode boot_modes[] = {
    {ESP32_STRAP_GPIO0, ESP32_STRAP_GPIO0, true, "booting from flash (GPIO0 was high)"},
    {ESP32_STRAP_GPIO0 | ESP32_STRAP_GPIO2, 0, false, "the serial download mode (GPIO0 and GPIO2 were low)"},
    {ESP32_STRAP_GPIO0, 0, false, "a boot mode that no board uses (GPIO0 was low and GPIO2 high)"},
    {0, 0, false, NULL},
};

static const struct chip_efuse efuses[] = {
    {CHIP_FLASH_ENCRYPTION, {ESP32_EFUSE_BLK0_RDATA0, ESP32_EFUSE_FLASH_CRYPT_CNT}, true, "FLASH_CRYPT_CNT"},
    {CHIP_SECURE_BOOT, {ESP32_EFUSE_BLK0_RDATA6, ESP32_EFUSE_ABS_DONE_0}, false, "ABS_DONE_0"},
    {CHIP_SECURE_BOOT, {ESP32_EFUSE_BLK0_RDATA6, ESP32_EFUSE_ABS_DONE_1}, false, "ABS_DONE_1"},
    {CHIP_JTAG_OFF, {ESP32_EFUSE_BLK0_RDATA6, ESP32_EFUSE_JTAG_DISABLE}, false, "JTAG_DISABLE"},
    {CHIP_DOWNLOAD_OFF, {ESP32_EFUSE_BLK0_RDATA0, ESP32_EFUSE_UART_DOWNLOAD_DIS}, false, "UART_DOWNLOAD_DIS"},
    {CHIP_SECOND_CORE_OFF, {ESP32_EFUSE_BLK0_RDATA3, ESP32_EFUSE_DISABLE_APP_CPU}, false, "DISABLE_APP_CPU"},
    {0, {0, 0}, false, NULL},
};

const struct chip chip_esp32 = {
    .name = "esp32",
    .title = "ESP32",
    .isa = ISA_XTENSA_LX6,
    .core_count = 2,
    .tap_count = 2,
    .ir_len = 5,
    .idcode = {0x120034E5, 0x120034E5},
    .debug_id = 0x0733BFF2, /* OCDID in public logs of chips: openocd-esp32 issues 214, 371 */
    .cores =
        {
            {
                .suffix = "cpu0",
                .tap = 0,
                .reset_cause_reg = ESP32_RTC_RESET_STATE,
                .reset_cause_mask = ESP32_RTC_RESET_CAUSE_PROCPU,
                .unstall = SCRIPT(pro_unstall),
            },
            {
                .suffix = "cpu1",
                .tap = 1,
                .reset_cause_reg = ESP32_RTC_RESET_STATE,
                .reset_cause_mask = ESP32_RTC_RESET_CAUSE_APPCPU,
                .unstall = SCRIPT(app_unstall),
                .enable = SCRIPT(app_enable),
                .off = app_off,
                .in_reset = {ESP32_DPORT_APPCPU_CTRL_A, ESP32_DPORT_APPCPU_RESETTING, ESP32_DPORT_APPCPU_RESETTING,
                             "it is held in reset"},
            },
        },
    .regions = regions,
    .reset_vector = ESP32_RESET_VECTOR,
    .work_area = {0x3FFE0000, 0x18000},
    .agent_code = {0x40090000, 0x8000},
    .agent_area = {0x3FFB0000, 0x20000},
    .watchdogs_off = SCRIPT(watchdogs_off),
    .watchdogs = watchdogs,
    .reset =
        {
            .start_at_stub = SCRIPT(start_at_stub),
            .stub_addr = ESP32_RTC_SLOW,
            .stub = reset_stub,
            .stub_words = sizeof reset_stub / sizeof reset_stub[0],
            .stub_is_done = {ESP32_RTC_RESET_STATE, ESP32_RTC_STAT_VECTOR_SELS, ESP32_RTC_STAT_VECTOR_SELS,
                             "the reset stub has run"},
            .system_reset = SCRIPT(system_reset),
            .system_reset_cause = ESP32_RESET_SW_SYS,
        },
    .reset_causes = reset_causes,
    .flash =
        {
            .controller = FLASH_CTRL_ESP32_SPI1,
            .controller_base = ESP32_SPI1_BASE,
            .cache_base = ESP32_SPI0_BASE,
            .max_size = 16 * MIB,
            .encrypt_unit = 32, /* esptool, FLASH_ENCRYPTED_WRITE_ALIGN */
            .crypt_efuses = "DISABLE_DL_ENCRYPT, DISABLE_DL_DECRYPT",
            .wiring =
                "Look at the flash's supply (GPIO12, high at reset, makes it 1.8 V) and at its pins, which nothing "
                "else may drive: CLK GPIO6, CS GPIO11, DI GPIO8, DO GPIO7, WP GPIO10, HOLD GPIO9 (on ESP32-PICO "
                "and other packages with a flash inside: CLK GPIO6, CS GPIO16, DI GPIO8, DO GPIO17)",
        },
    .mmu =
        {
            .table = {ESP32_MMU_PRO, ESP32_MMU_APP},
            .page_size = ESP32_MMU_PAGE_SIZE,
            .invalid_mask = ESP32_MMU_INVALID,
            .page_mask = ESP32_MMU_PAGE,
            .windows =
                {
                    {ESP32_DROM0, 4 * MIB, 0, false},
                    {ESP32_IROM, 0x330000, 77, true},
                    {ESP32_IRAM1, 4 * MIB, 128, true},
                    {ESP32_IROM0, 4 * MIB, 192, true},
                },
            .psram =
                {
                    .base = ESP32_DRAM1,
                    .size = 4 * MIB,
                    .first_entry = ESP32_MMU_PSRAM_FIRST,
                    .page_size = ESP32_MMU_PSRAM_PAGE_SIZE,
                    .control = {ESP32_DPORT_PRO_CACHE_CTRL1, ESP32_DPORT_APP_CACHE_CTRL1},
                    .closed = ESP32_DPORT_CACHE_MASK_DRAM1 | ESP32_DPORT_CACHE_SRAM_PAGE_MODE,
                },
        },
    .image = {.id = 0, .bootloader_offset = 0x1000},
    .efuses = efuses,
    .strapping = {ESP32_GPIO_STRAP, boot_modes},
    .mac_efuse = ESP32_EFUSE_BASE + 0x04,
    .revision =
        {
            .major =
                {
                    {ESP32_EFUSE_BLK0_RDATA3, ESP32_EFUSE_CHIP_VER_REV1},
                    {ESP32_EFUSE_BLK0_RDATA5, ESP32_EFUSE_CHIP_VER_REV2},
                    {ESP32_SYSCON_DATE, ESP32_SYSCON_DATE_REV3},
                },
            .minor = {{ESP32_EFUSE_BLK0_RDATA5, ESP32_EFUSE_WAFER_VERSION_MINOR}},
            .major_of = revision_of,
        },
};
