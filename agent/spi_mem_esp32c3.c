/* SPDX-License-Identifier: Apache-2.0 */
/* The ESP32-C3 around its SPI MEM controllers. Sources: regs/esp32c3.h and the headers that it names. */
#include "agent/spi_mem.h"

#include "regs/esp32c3.h"
#include "regs/spi_mem.h"

#define ALL     0xFFFFFFFFU
#define MCU_SEL FIELD(14, 12) /* io_mux_reg.h */
#define FUN_DRV FIELD(11, 10)
#define FUN_IE  BIT(9)
#define PIN(addr)                                                                                                      \
    {                                                                                                                  \
        (addr), MCU_SEL | FUN_DRV, FUN_IE | 2U << 10                                                                   \
    }

/* The flash's own pins have function 0. */
static const struct spi_mem_poke pins[] = {
    PIN(ESP32C3_IO_MUX_SPIHD),
    PIN(ESP32C3_IO_MUX_SPIWP),
    PIN(ESP32C3_IO_MUX_SPICS0),
    PIN(ESP32C3_IO_MUX_SPICLK),
    PIN(ESP32C3_IO_MUX_SPID),
    PIN(ESP32C3_IO_MUX_SPIQ),
    {0, 0, 0},
};

/* Clock on, reset off, nothing encrypted on its way out. */
static const struct spi_mem_poke before[] = {
    {ESP32C3_SYSTEM_PERIP_CLK_EN0, 0, ESP32C3_SYSTEM_CLK_SPI01},
    {ESP32C3_SYSTEM_PERIP_RST_EN0, ESP32C3_SYSTEM_CLK_SPI01, 0},
    {ESP32C3_SYSTEM_EXT_ENCRYPT, ESP32C3_SYSTEM_SPI_ENCRYPT | ESP32C3_SYSTEM_DOWNLOAD_ENCRYPT, 0},
    {0, 0, 0},
};

#define TIMG_OFF(base)                                                                                                 \
    {(base) + ESP32C3_TIMG_WDTWPROTECT, ALL, ESP32C3_WDT_KEY}, {(base) + ESP32C3_TIMG_WDTCONFIG0, ALL, 0},             \
    {                                                                                                                  \
        (base) + ESP32C3_TIMG_WDTWPROTECT, ALL, 0                                                                      \
    }

/* The super watchdog cannot be switched off: it feeds itself (rwdt_ll.h). */
static const struct spi_mem_poke watchdogs_off[] = {
    {ESP32C3_RTC_WDTWPROTECT, ALL, ESP32C3_WDT_KEY},
    {ESP32C3_RTC_WDTCONFIG0, ALL, 0},
    {ESP32C3_RTC_WDTWPROTECT, ALL, 0},
    {ESP32C3_RTC_SWD_WPROTECT, ALL, ESP32C3_SWD_KEY},
    {ESP32C3_RTC_SWD_CONF, 0, ESP32C3_SWD_AUTO_FEED_EN},
    {ESP32C3_RTC_SWD_WPROTECT, ALL, 0},
    TIMG_OFF(ESP32C3_TIMG0_BASE),
    TIMG_OFF(ESP32C3_TIMG1_BASE),
    {0, 0, 0},
};

const struct spi_mem_chip SPI_MEM_CHIP(esp32c3) = {
    .spi1 = ESP32C3_SPI1_BASE,
    .spi0 = ESP32C3_SPI0_BASE,
    .own = {{SPI_MEM_C3_CLOCK_GATE, 1}, {SPI_MEM_C3_INT_ENA, 0}},
    .own_count = 2,
    .core_clk = SPI_MEM_C3_CORE_CLK,
    .int_clr = SPI_MEM_C3_INT_CLR,
    .watchdogs_off = watchdogs_off,
    .before = before,
    .pins = pins,
    .caches =
        {
            {
                .ctrl = ESP32C3_EXTMEM_ICACHE_CTRL,
                .enable = ESP32C3_EXTMEM_CACHE_ENABLE,
                .state = ESP32C3_EXTMEM_CACHE_STATE,
                .state_mask = ESP32C3_EXTMEM_ICACHE_STATE,
                .idle = BIT(0),
                .sync = ESP32C3_EXTMEM_ICACHE_SYNC_CTRL,
                .invalidate = ESP32C3_EXTMEM_SYNC_INVALIDATE,
                .done = ESP32C3_EXTMEM_ICACHE_SYNC_DONE,
            },
        },
    .dividers = {4, 6, 8, 8}, /* 80, 120, 160 MHz; 3 is not used */
};
