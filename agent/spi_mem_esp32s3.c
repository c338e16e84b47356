/* SPDX-License-Identifier: Apache-2.0 */
/* The ESP32-S3 around its SPI MEM controllers. Sources: regs/esp32s3.h and the headers that it names. */
#include "agent/spi_mem.h"

#include "regs/esp32s3.h"
#include "regs/spi_mem.h"

#define ALL     0xFFFFFFFFU
#define MCU_SEL FIELD(14, 12) /* io_mux_reg.h */
#define FUN_DRV FIELD(11, 10)
#define FUN_IE  BIT(9)
#define PIN(addr, function)                                                                                            \
    {                                                                                                                  \
        (addr), MCU_SEL | FUN_DRV, FUN_IE | (function) << 12 | 2U << 10                                                \
    }

/* The flash's own pins have function 0, the upper data lines function 4. */
static const struct spi_mem_poke pins[] = {
    PIN(ESP32S3_IO_MUX_SPIHD, 0U),
    PIN(ESP32S3_IO_MUX_SPIWP, 0U),
    PIN(ESP32S3_IO_MUX_SPICS0, 0U),
    PIN(ESP32S3_IO_MUX_SPICLK, 0U),
    PIN(ESP32S3_IO_MUX_SPIQ, 0U),
    PIN(ESP32S3_IO_MUX_SPID, 0U),
    {0, 0, 0},
};
static const struct spi_mem_poke octal_pins[] = {
    PIN(ESP32S3_IO_MUX_GPIO33, 4U),      PIN(ESP32S3_IO_MUX_GPIO33 + 4, 4U),  PIN(ESP32S3_IO_MUX_GPIO33 + 8, 4U),
    PIN(ESP32S3_IO_MUX_GPIO33 + 12, 4U), PIN(ESP32S3_IO_MUX_GPIO33 + 16, 4U), {0, 0, 0},
};

/* Clock on, reset off, nothing encrypted on its way out. */
static const struct spi_mem_poke before[] = {
    {ESP32S3_SYSTEM_PERIP_CLK_EN0, 0, ESP32S3_SYSTEM_CLK_SPI01},
    {ESP32S3_SYSTEM_PERIP_RST_EN0, ESP32S3_SYSTEM_CLK_SPI01, 0},
    {ESP32S3_SYSTEM_EXT_ENCRYPT, ESP32S3_SYSTEM_SPI_ENCRYPT | ESP32S3_SYSTEM_DOWNLOAD_ENCRYPT, 0},
    {0, 0, 0},
};

#define TIMG_OFF(base)                                                                                                 \
    {(base) + ESP32S3_TIMG_WDTWPROTECT, ALL, ESP32S3_WDT_KEY}, {(base) + ESP32S3_TIMG_WDTCONFIG0, ALL, 0},             \
    {                                                                                                                  \
        (base) + ESP32S3_TIMG_WDTWPROTECT, ALL, 0                                                                      \
    }

/* The super watchdog cannot be switched off: it feeds itself (rwdt_ll.h). */
static const struct spi_mem_poke watchdogs_off[] = {
    {ESP32S3_RTC_WDTWPROTECT, ALL, ESP32S3_WDT_KEY},
    {ESP32S3_RTC_WDTCONFIG0, ALL, 0},
    {ESP32S3_RTC_WDTWPROTECT, ALL, 0},
    {ESP32S3_RTC_SWD_WPROTECT, ALL, ESP32S3_SWD_KEY},
    {ESP32S3_RTC_SWD_CONF, 0, ESP32S3_SWD_AUTO_FEED_EN},
    {ESP32S3_RTC_SWD_WPROTECT, ALL, 0},
    TIMG_OFF(ESP32S3_TIMG0_BASE),
    TIMG_OFF(ESP32S3_TIMG1_BASE),
    {0, 0, 0},
};

const struct spi_mem_chip SPI_MEM_CHIP(esp32s3) = {
    .spi1 = ESP32S3_SPI1_BASE,
    .spi0 = ESP32S3_SPI0_BASE,
    .own = {{SPI_MEM_EXT_ADDR, 0}, {SPI_MEM_DDR, 0}, {SPI_MEM_CLOCK_GATE, 1}, {SPI_MEM_INT_ENA, 0}},
    .own_count = 4,
    .ddr = SPI_MEM_DDR,
    .core_clk = SPI_MEM_CORE_CLK,
    .int_clr = SPI_MEM_INT_CLR,
    .watchdogs_off = watchdogs_off,
    .before = before,
    .pins = pins,
    .octal_pins = octal_pins,
    .octal_efuse = ESP32S3_EFUSE_RD_REPEAT3,
    .octal_mask = ESP32S3_EFUSE_FLASH_TYPE,
    .caches =
        {
            {
                .ctrl = ESP32S3_EXTMEM_DCACHE_CTRL,
                .enable = ESP32S3_EXTMEM_CACHE_ENABLE,
                .state = ESP32S3_EXTMEM_CACHE_STATE,
                .state_mask = ESP32S3_EXTMEM_DCACHE_STATE,
                .idle = BIT(12),
                .sync = ESP32S3_EXTMEM_DCACHE_SYNC_CTRL,
                .write_back = ESP32S3_EXTMEM_DCACHE_SYNC_WB,
                .invalidate = ESP32S3_EXTMEM_SYNC_INVALIDATE,
                .done = ESP32S3_EXTMEM_DCACHE_SYNC_DONE,
            },
            {
                .ctrl = ESP32S3_EXTMEM_ICACHE_CTRL,
                .enable = ESP32S3_EXTMEM_CACHE_ENABLE,
                .state = ESP32S3_EXTMEM_CACHE_STATE,
                .state_mask = ESP32S3_EXTMEM_ICACHE_STATE,
                .idle = BIT(0),
                .sync = ESP32S3_EXTMEM_ICACHE_SYNC_CTRL,
                .invalidate = ESP32S3_EXTMEM_SYNC_INVALIDATE,
                .done = ESP32S3_EXTMEM_ICACHE_SYNC_DONE,
            },
        },
    .dividers = {4, 6, 8, 12}, /* 80, 120, 160, 240 MHz */
};
