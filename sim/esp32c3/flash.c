/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ESP32-C3 has between its core and its flash (sim/soc/flash_side.h): registers of the SPI MEM controllers, which know
 * one, two and four lines and one edge, the MMU's table, and encryption with keys of 256 bits. Its cache is in cache.c.
 * Sources: TRM chapters 'SPI Controller', 'External Memory Encryption and Decryption'; esp-idf, register/soc of esp32c3:
 * spi_mem_reg.h, xts_aes_reg.h, system_reg.h; ext_mem_defs.h.
 */
#include "sim/esp32c3/esp32c3_int.h"

#include "base/bits.h"
#include "regs/spi_mem.h"

#define ALL 0xFFFFFFFFU

#define KIND(text, bytes, table)                                                                                       \
    .name = (text), .size = (bytes), .regs = (table), .reg_count = sizeof(table) / sizeof *(table)

/* --- SPI0 and SPI1 --- */

static const struct reg spi_regs[] = {
    {SPI_MEM_CMD, 1, 0, 0xFFFE0000, REG_ACTS},
    {SPI_MEM_ADDR, 1, 0, ALL, 0},
    {SPI_MEM_CTRL, 1, 0x2CA000, 0x1FCED88, 0},
    {SPI_MEM_CTRL1, 1, 0xFFC, 0xFFF, 0},
    {SPI_MEM_CTRL2, 1, 0x21, 0x7E0003FF, REG_ACTS},
    {SPI_MEM_CLOCK, 1, 0x30103, 0x80FFFFFF, 0},
    {SPI_MEM_USER, 1, 0x80000000, 0xFF00F2C0, 0},
    {SPI_MEM_USER1, 1, 0x5C000007, 0xFC00003F, 0},
    {SPI_MEM_USER2, 1, 0x70000000, 0xF000FFFF, 0},
    {SPI_MEM_MOSI_DLEN, 2, 0, 0x3FF, 0},
    {SPI_MEM_RD_STATUS, 1, 0, 0xFFFFFF, 0},
    {SPI_MEM_MISC, 1, 2, 0x67F, REG_ACTS},
    {SPI_MEM_TX_CRC, 1, ALL, 0, 0},
    {SPI_MEM_CACHE_FCTRL, 1, 0, 0x1FF, REG_ACTS},
    {SPI_MEM_FSM, 1, 0x200, 0xF80, REG_LIVE},
    {SPI_MEM_W0, 16, 0, ALL, 0},
    {SPI_MEM_WAITI, 1, 0x14, 0xFFFE, 0},
    {SPI_MEM_C3_SUS_CTRL, 1, 0x08002000, ALL, REG_ACTS},
    {SPI_MEM_C3_SUS_CMD, 1, 0x5757A, ALL, 0},
    {SPI_MEM_SUS_STATUS, 1, 0, 0xFE, 0},
    {SPI_MEM_TIMING_CALI, 1, 1, 0x1F, 0},
    {SPI_MEM_DIN_MODE, 2, 0, 0xFF, 0},
    {SPI_MEM_DOUT_MODE, 1, 0, 0xF, 0},
    {SPI_MEM_C3_INT_ENA, 1, 0, 0x1F, REG_ACTS},
    {SPI_MEM_C3_INT_CLR, 1, 0, 0, REG_ACTS},
    {SPI_MEM_C3_INT_RAW, 1, 0, 0, 0},
    {SPI_MEM_C3_INT_ST, 1, 0, 0, REG_LIVE},
    {SPI_MEM_C3_CLOCK_GATE, 1, 1, 1, 0},
    {SPI_MEM_C3_CORE_CLK, 1, 0, 3, 0},
    {SPI_MEM_DATE, 1, 0x2007170, 0xFFFFFFF, 0},
};

static struct period flash_clock(const struct soc *soc, unsigned select)
{
    return c3_clock_flash(esp32c3_of_const(soc), select);
}

static const struct spi_mem_kind spi = {
    .block = {KIND("SPI MEM", 0x400, spi_regs), .read = spi_mem_read, .written = spi_mem_written},
    .bases = {ESP32C3_SPI0_BASE, ESP32C3_SPI1_BASE},
    .core_clk = SPI_MEM_C3_CORE_CLK,
    .int_ena = SPI_MEM_C3_INT_ENA,
    .int_clr = SPI_MEM_C3_INT_CLR,
    .int_raw = SPI_MEM_C3_INT_RAW,
    .int_st = SPI_MEM_C3_INT_ST,
    .cmd_busy = 1, /* MST_ST and CSPI_ST: 0 is idle; what else they show is in no header */
    .fsm_busy = 1,
    .int_done = BIT(4), /* MST_ST_END */
    .suspend_opcode = SPI_MEM_C3_SUS_CMD_PES_COMMAND,
    .resume_opcode = SPI_MEM_C3_SUS_CMD_PER_COMMAND,
    .irq = ESP32C3_INTR_SPI1,
    .clock = flash_clock,
};

/* --- encryption --- */

static const struct reg xts_regs[] = {XTS_REGS(8, 1)};

static uint32_t encryption_control(const struct soc *soc)
{
    return c3_system_word(esp32c3_of_const(soc), ESP32C3_SYSTEM_EXT_ENCRYPT);
}

static bool is_download(const struct soc *soc)
{
    return !(soc->config.strapping & ESP32C3_STRAP_GPIO9);
}

static const struct xts_kind xts = {
    .block = {KIND("XTS-AES", 0x60, xts_regs), .written = xts_written},
    .base = ESP32C3_XTS_BASE,
    .max_bytes = ESP32C3_XTS_PLAIN_BYTES,
    .control = encryption_control,
    .is_download = is_download,
};

/* --- the table of the MMU: RAM, so that no reset but power-on touches it --- */

static const struct reg table[] = {
    {0, ESP32C3_MMU_ENTRIES, ESP32C3_MMU_INVALID, ESP32C3_MMU_PAGE | ESP32C3_MMU_INVALID, REG_ACTS}};

static const struct flash_mmu_kind mmu = {
    .block = {KIND("flash MMU", 4 * ESP32C3_MMU_ENTRIES, table), .written = flash_mmu_written},
    .base = ESP32C3_MMU_BASE,
    .entries = ESP32C3_MMU_ENTRIES,
    .page = ESP32C3_MMU_PAGE,
    .invalid = ESP32C3_MMU_INVALID,
};

static const struct flash_cache_kind *const caches[] = {&esp32c3_cache, NULL};
static const struct flash_side_kind kind = {.spi = &spi, .xts = &xts, .mmu = &mmu, .caches = caches};

/* --- life --- */

bool c3_flash_init(struct esp32c3 *s)
{
    return c3_cache_init(s) && flash_side_init(&s->flash.side, &kind, &s->soc, &s->efuse);
}

void c3_flash_fini(struct esp32c3 *s)
{
    flash_side_fini(&s->flash.side);
    c3_cache_fini(s);
}

void c3_flash_map(struct esp32c3 *s, struct mem_map *m)
{
    flash_side_map(&s->flash.side, m);
    memory_map_block(m, &s->flash.extmem);
}

void c3_flash_power_on(struct esp32c3 *s)
{
    c3_cache_reset(s);
    flash_side_power_on(&s->flash.side);
}

void c3_flash_reset(struct esp32c3 *s)
{
    c3_cache_reset(s);
    flash_side_reset(&s->flash.side);
}

void c3_flash_reset_spi(struct esp32c3 *s)
{
    for (unsigned i = 0; i < 2; i++)
        spi_mem_reset(&s->flash.side.spi[i]);
}

void c3_flash_cancel(struct esp32c3 *s)
{
    flash_side_cancel(&s->flash.side);
}

void c3_flash_efuses_loaded(struct esp32c3 *s)
{
    xts_load(&s->flash.side.xts);
}

void c3_flash_denied(struct core *c, uint32_t addr, uint8_t access)
{
    c3_cache_illegal(c, addr, access == MEM_W);
}

void c3_flash_fetched_nothing(struct core *c, uint32_t addr)
{
    c3_cache_illegal(c, addr, false);
}
