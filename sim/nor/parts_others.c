/* SPDX-License-Identifier: Apache-2.0 */
/*
 * XMC, Boya, Zbit, Puya and XTX: registers and commands after Winbond's. Ids: of XMC and XTX flashrom and ufprog, of the
 * XM25QU64A esp-idf, of Boya flashrom's flashchips.h, of Zbit's 4 MB esp-idf's documentation and by it the other two, of Puya
 * the table of linux (P25Q) and public drivers (PY25Q128HA). QE is bit 1 of status register 2, 0 as delivered. Protection
 * of the XM25 parts: flashrom; of the others, and all chip erase times: typical of the family, no source read.
 */
#include "sim/nor/parts.h"

/* --- families --- */

#define LIKE_W25Q(name, own_sets)                                                                                      \
    .maker = (name), .sets = SETS_W25Q | (own_sets), REGISTERS_W25Q, .writable = {0xFC, 0x7B, 0x60},                   \
    .erase_suspended = {1, NOR_SR2_SUS}, .program_suspended = {1, NOR_SR2_SUS}, .typical = TYPICAL_W25Q,               \
    .maximum = MAXIMUM_W25Q

/* Dummy clocks in QPI mode: ufprog's vendor-xmc.c. */
static const struct nor_family xmc = {LIKE_W25Q("XMC", NOR_SET_QPI38), .qpi_dummy = {2, 4, 6, 8}};
static const struct nor_family boya = {LIKE_W25Q("Boya", 0)};
static const struct nor_family zbit = {LIKE_W25Q("Zbit", 0)};
static const struct nor_family puya = {LIKE_W25Q("Puya", 0)};
static const struct nor_family xtx = {LIKE_W25Q("XTX", 0)};

/* The XM25QU64A has its QE in bit 6 of the status register: esp-idf flash_qio_mode.c. Four block protect bits: assumed, as on
   other parts with that QE. */
static const struct nor_family xmc_a = {
    .maker = "XMC",
    .sets = NOR_SET_BASIC | NOR_SET_DUAL | NOR_SET_QUAD | NOR_SET_QUAD_OUT | NOR_SET_BLOCK32 | NOR_SET_SUSPEND75,
    .quad_enable = {0, NOR_SR1_QE},
    .continues = NOR_CONTINUE_10,
    .writable = {0xFC},
    .together = 1,
    .bp3 = NOR_SR1_BP3,
    .typical = TYPICAL_W25Q,
    .maximum = MAXIMUM_W25Q,
};

/* --- SFDP --- */

/* The P25Q16H in Zephyr's xiao_ble; the other sizes are assembled from it. Its fourth erase type is a page (81), which the
   model does not have. */
static const struct nor_sfdp sfdp_puya = {
    .minor = 0,
    .at = 0x30,
    .count = 9,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB803B08, 0xFFFFFFEE, 0xFF00FFFF, 0xFF00FFFF, 0x520F200C, 0x8108D810},
};

/* The XT25F128B's dump on the linux-mtd list, less the maker's own table; Boya, Zbit and the XM25QU64A are assembled from it. */
static const struct nor_sfdp sfdp_xtx = {
    .minor = 0,
    .at = 0x30,
    .count = 9,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB423B08, 0xFFFFFFEE, 0xFF00FFFF, 0xFF00FFFF, 0x520F200C, 0xFF00D810},
};

/* Assembled: that with 4-4-4 reads, JESD216B by ufprog, and from dword 10 as Winbond's W25Q64JV. */
static const struct nor_sfdp sfdp_xmc = {
    .minor = 6,
    .at = 0x30,
    .count = 16,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB423B08, 0xFFFFFFFE, 0xFF00FFFF, 0xEB44FFFF, 0x520F200C, 0xFF00D810,
               0x00A60236, 0xC414EA82, 0x337663E9, 0x757A757A, 0x5CD5A2F7, 0xFF4DF719, 0x80F830E9},
};

/* --- parts --- */

/* clang-format off */
#define ROW(text, maker, type, capacity, device, mb, typical, maximum) \
    .name = (text), .id = {maker, type, capacity}, .device_id = (device), .size = MB(mb), .chip_s = (typical), .chip_maximum_s = (maximum)
#define XMC  .family = &xmc, .sfdp = &sfdp_xmc
#define BOYA .family = &boya, .sfdp = &sfdp_xtx
#define ZBIT .family = &zbit, .sfdp = &sfdp_xtx
#define PUYA .family = &puya, .sfdp = &sfdp_puya

const struct nor_part nor_parts_others[] = {
    {ROW("XM25QH16C",  NOR_MAKER_XMC, 0x40, 0x15, 0x14, 2, 5, 25),    XMC, .sfdp_chip = 0xC0},
    {ROW("XM25QH32C",  NOR_MAKER_XMC, 0x40, 0x16, 0x15, 4, 10, 50),   XMC, .sfdp_chip = 0xC1},
    {ROW("XM25QH64C",  NOR_MAKER_XMC, 0x40, 0x17, 0x16, 8, 20, 100),  XMC},
    {ROW("XM25QH128C", NOR_MAKER_XMC, 0x40, 0x18, 0x17, 16, 40, 200), XMC, .sfdp_chip = 0xC9},
    {ROW("XM25QU64A",  NOR_MAKER_XMC, 0x38, 0x17, 0x16, 8, 20, 100),  .family = &xmc_a, .sfdp = &sfdp_xtx},
    {ROW("XM25QU64C",  NOR_MAKER_XMC, 0x41, 0x17, 0x16, 8, 20, 100),  XMC},
    {ROW("XM25QU128C", NOR_MAKER_XMC, 0x41, 0x18, 0x17, 16, 40, 200), XMC, .sfdp_chip = 0xC9},
    {ROW("BY25Q32BS",  NOR_MAKER_BOYA, 0x40, 0x16, 0x15, 4, 15, 50),   BOYA},
    {ROW("BY25Q64AS",  NOR_MAKER_BOYA, 0x40, 0x17, 0x16, 8, 25, 100),  BOYA},
    {ROW("BY25Q128AS", NOR_MAKER_BOYA, 0x40, 0x18, 0x17, 16, 50, 200), BOYA},
    {ROW("ZB25VQ32",   NOR_MAKER_ZBIT, 0x40, 0x16, 0x15, 4, 15, 50),   ZBIT},
    {ROW("ZB25VQ64",   NOR_MAKER_ZBIT, 0x40, 0x17, 0x16, 8, 25, 100),  ZBIT},
    {ROW("ZB25VQ128",  NOR_MAKER_ZBIT, 0x40, 0x18, 0x17, 16, 50, 200), ZBIT},
    {ROW("P25Q16H",    NOR_MAKER_PUYA, 0x60, 0x15, 0x14, 2, 5, 20),    PUYA},
    {ROW("P25Q32H",    NOR_MAKER_PUYA, 0x60, 0x16, 0x15, 4, 10, 40),   PUYA},
    {ROW("P25Q64H",    NOR_MAKER_PUYA, 0x60, 0x17, 0x16, 8, 20, 80),   PUYA},
    {ROW("PY25Q128HA", NOR_MAKER_PUYA, 0x20, 0x18, 0x17, 16, 40, 160), PUYA},
    {ROW("XT25F128B",  NOR_MAKER_XTX, 0x40, 0x18, 0x17, 16, 60, 160), .family = &xtx, .sfdp = &sfdp_xtx},
    {.name = NULL},
};
/* clang-format on */
