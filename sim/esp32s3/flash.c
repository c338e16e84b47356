/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ESP32-S3 has between its cores and its flash (sim/soc/flash_side.h): registers of the SPI MEM controllers, whose
 * flash may be octal, the MMU's table, and encryption. Its caches are in cache.c.
 * Sources: TRM chapters 'SPI Controller', 'External Memory Encryption and Decryption'; esp-idf spi_mem_reg.h, hwcrypto_reg.h,
 * system_reg.h, ext_mem_defs.h.
 */
#include "sim/esp32s3/esp32s3_int.h"

#include "regs/spi_mem.h"

#define ALL 0xFFFFFFFFU

#define KIND(text, bytes, table)                                                                                       \
    .name = (text), .size = (bytes), .regs = (table), .reg_count = sizeof(table) / sizeof *(table)

/* --- SPI0 and SPI1 --- */

static const struct reg spi_regs[] = {
    {SPI_MEM_CMD, 1, 0, 0xFFFE0000, REG_ACTS},
    {SPI_MEM_ADDR, 1, 0, ALL, 0},
    {SPI_MEM_CTRL, 1, 0x2CA000, 0x1FCEFF8, 0},
    {SPI_MEM_CTRL1, 1, 0xFFC, 0xFFF, 0},
    {SPI_MEM_CTRL2, 1, 0x2C21, 0xFE007FFF, REG_ACTS},
    {SPI_MEM_CLOCK, 1, 0x30103, 0x80FFFFFF, 0},
    {SPI_MEM_USER, 1, 0x80000000, 0xFF00F2C0, 0},
    {SPI_MEM_USER1, 1, 0x5C000007, 0xFC00003F, 0},
    {SPI_MEM_USER2, 1, 0x70000000, 0xF000FFFF, 0},
    {SPI_MEM_MOSI_DLEN, 2, 0, 0x3FF, 0},
    {SPI_MEM_RD_STATUS, 1, 0, 0xFFFFFF, 0},
    {SPI_MEM_EXT_ADDR, 1, 0, ALL, 0},
    {SPI_MEM_MISC, 1, 2, 0xF83, REG_ACTS},
    {SPI_MEM_TX_CRC, 1, ALL, 0, 0},
    {SPI_MEM_CACHE_FCTRL, 1, 0, 0x1FF, REG_ACTS},
    {SPI_MEM_CACHE_SCTRL, 1, 0x55C070, 0xFFFCFFF, 0},
    {SPI_MEM_SRAM_CMD, 1, 0, 0x7FFFFF, 0},
    {SPI_MEM_SRAM_DRD, 2, 0, 0xF000FFFF, 0},
    {SPI_MEM_SRAM_CLK, 1, 0x30103, 0x80FFFFFF, 0},
    {SPI_MEM_FSM, 1, 0, 0, REG_LIVE},
    {SPI_MEM_W0, 16, 0, ALL, 0},
    {SPI_MEM_WAITI, 1, 0x14, 0xFFFF, 0},
    {SPI_MEM_SUS_CMD, 1, 0, 0x3F, REG_ACTS},
    {SPI_MEM_SUS_CTRL, 1, 0xEAF4, 0x1FFFF, 0},
    {SPI_MEM_SUS_STATUS, 1, 0, 0x7D, 0},
    {SPI_MEM_TIMING_CALI, 1, 0, 0x1F, 0},
    {SPI_MEM_DIN_MODE, 1, 0, 0x7FFFFFF, 0},
    {SPI_MEM_DIN_NUM, 1, 0, 0x3FFFF, 0},
    {SPI_MEM_DOUT_MODE, 1, 0, 0x1FF, 0},
    {SPI_MEM_STIMING, 1, 0, 0x1F, 0},
    {0xC0, 1, 0, 0x7FFFFFF, 0},
    {0xC4, 1, 0, 0x3FFFF, 0},
    {0xC8, 1, 0, 0x1FF, 0},
    {SPI_MEM_ECC_CTRL, 1, 0xA, 0x1FF, 0},
    {SPI_MEM_ECC_ERR, 2, 0, 0, 0},
    {SPI_MEM_SRAM_CS, 1, 0xB084, 0x7F01FFFF, 0},
    {SPI_MEM_DDR, 2, 0x3020, 0x7F7FFFFF, 0},
    {SPI_MEM_CLOCK_GATE, 1, 1, 1, 0},
    {SPI_MEM_CORE_CLK, 1, 0, 3, 0},
    {SPI_MEM_INT_ENA, 1, 0, 0x1F, REG_ACTS},
    {SPI_MEM_INT_CLR, 1, 0, 0, REG_ACTS},
    {SPI_MEM_INT_RAW, 1, 0, 0, 0},
    {SPI_MEM_INT_ST, 1, 0, 0, REG_LIVE},
    {SPI_MEM_DATE, 1, 0x2101040, 0xFFFFFFF, 0},
};

static struct period flash_clock(const struct soc *soc, unsigned select)
{
    return s3_clock_flash(esp32s3_of_const(soc), select);
}

static const struct spi_mem_kind spi = {
    .block = {KIND("SPI MEM", 0x400, spi_regs), .read = spi_mem_read, .written = spi_mem_written},
    .bases = {ESP32S3_SPI0_BASE, ESP32S3_SPI1_BASE},
    .core_clk = SPI_MEM_CORE_CLK,
    .int_ena = SPI_MEM_INT_ENA,
    .int_clr = SPI_MEM_INT_CLR,
    .int_raw = SPI_MEM_INT_RAW,
    .int_st = SPI_MEM_INT_ST,
    .ddr = SPI_MEM_DDR,
    .fsm_busy = 1,
    .int_done = BIT(3), /* MST_ST_END */
    .suspend_opcode = SPI_MEM_SUS_CTRL_PES_COMMAND,
    .resume_opcode = SPI_MEM_SUS_CTRL_PER_COMMAND,
    .irq = ESP32S3_INTR_SPI1,
    .clock = flash_clock,
};

/* --- encryption --- */

static const struct reg xts_regs[] = {XTS_REGS(16, 3)};

static uint32_t encryption_control(const struct soc *soc)
{
    return *block_word(&esp32s3_of_const(soc)->system, ESP32S3_SYSTEM_EXT_ENCRYPT - ESP32S3_SYSTEM_BASE);
}

static bool is_download(const struct soc *soc)
{
    return !(soc->config.strapping & ESP32S3_STRAP_GPIO0);
}

static const struct xts_kind xts = {
    .block = {KIND("XTS-AES", 0x60, xts_regs), .written = xts_written},
    .base = ESP32S3_XTS_BASE,
    .max_bytes = 64,
    .has_256 = true,
    .control = encryption_control,
    .is_download = is_download,
};

/* --- the table of the MMU: RAM, so that no reset but power-on touches it --- */

static const struct reg table[] = {{0, ESP32S3_MMU_ENTRIES, 0, 0xFFFF, REG_ACTS}};

static const struct flash_mmu_kind mmu = {
    .block = {KIND("flash MMU", 4 * ESP32S3_MMU_ENTRIES, table), .written = flash_mmu_written},
    .base = ESP32S3_MMU_BASE,
    .entries = ESP32S3_MMU_ENTRIES,
    .page = ESP32S3_MMU_PAGE,
    .invalid = ESP32S3_MMU_INVALID,
    .ram = ESP32S3_MMU_PSRAM,
};

const struct flash_side_kind esp32s3_flash_kind = {.spi = &spi, .xts = &xts, .mmu = &mmu, .caches = esp32s3_caches};
