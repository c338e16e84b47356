/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Winbond. Ids: linux drivers/mtd/spi-nor/winbond.c, flashrom's flashchips.h, ufprog's vendor-winbond.c. Protection:
 * flashrom's flashchips/winbond.c. Dummy clocks in QPI mode: ufprog, for W25Q32FV, W25Q64FV, W25Q128FV and W25Q32JV-DTR.
 * Chip erase times: of the JV parts the typical one as in their SFDP row; the others, and the maximum of five times, are
 * typical of the family (public drivers have 200 s for the W25Q128JV), no other source read.
 *
 * QE: the JV parts with order code Q (ids EF40xx) are delivered with QE fixed at 1; the FV and DV parts and order code M
 * (EF70xx) with a QE of 0 that can be written. The W25Q80DV has no status register 3; the model reads one as 0.
 */
#include "sim/nor/parts.h"

/* --- families --- */

#define REGISTERS_THREE_BITS                                                                                           \
    REGISTERS_W25Q, .writable = {0xFC, 0x7B, 0x64}, .erase_suspended = {1, NOR_SR2_SUS},                               \
                    .program_suspended = {1, NOR_SR2_SUS}, .locks_on = {2, NOR_SR3_WPS}, .qpi_dummy = {2, 4, 6, 8}

static const struct nor_family w25q = {.maker = "Winbond",
                                       .sets = SETS_W25Q | NOR_SET_LOCKS,
                                       REGISTERS_THREE_BITS,
                                       .typical = TYPICAL_W25Q,
                                       .maximum = MAXIMUM_W25Q};

/* From 32 MB: four block protect bits, TB in bit 6, four address bytes. Source: flashrom's W25Q256JV. */
static const struct nor_family w25q_large = {
    .maker = "Winbond",
    .sets = SETS_W25Q | NOR_SET_LOCKS | NOR_SET_ADDRESS4 | NOR_SET_ADDRESS4_IO,
    .quad_enable = {1, NOR_SR2_QE},
    .continues = NOR_CONTINUE_10,
    .writable = {0xFC, 0x7B, 0x66},
    .once = {0, NOR_SR2_LB},
    .together = 2,
    .erase_suspended = {1, NOR_SR2_SUS},
    .program_suspended = {1, NOR_SR2_SUS},
    .locks_on = {2, NOR_SR3_WPS},
    .bp3 = NOR_SR1_BP3,
    .bottom = {0, NOR_SR1_SEC},
    .complement = {1, NOR_SR2_CMP},
    .address4 = {2, NOR_SR3_ADS},
    .address4_kept = NOR_SR3_ADP,
    .qpi_dummy = {2, 4, 6, 8},
    .typical = TYPICAL_W25Q,
    .maximum = MAXIMUM_W25Q,
};

/* --- SFDP --- */

/* JESD216A. Layout and dwords 1 to 14 as in dumps of a W25H256JV (which names this header) and a W25Q64JW (same table; its
   dword 2 is 64 Mbit), dwords 14 to 16 as in a W25Q512JV's, less its 4-byte address modes. */
static const struct nor_sfdp sfdp_jv = {
    .minor = 5,
    .at = 0x80,
    .count = 16,
    .access = 0xFF,
    .dwords = {0xFFF920E5, 0, 0x6B08EB44, 0xBB423B08, 0xFFFFFFFE, 0x0000FFFF, 0xEB40FFFF, 0x520F200C, 0x0000D810,
               0x00A60236, 0xC414EA82, 0x337663E9, 0x757A757A, 0x5CD5A2F7, 0xFF4DF719, 0x80F830E9},
};

/* The dumps of a W25Q512JV and a W25Q01JV in QEMU's m25p80_sfdp.c, less the maker's own table. */
static const struct nor_sfdp sfdp_jv_large = {
    .minor = 6,
    .at = 0x80,
    .count = 16,
    .access = 0xFF,
    .dwords = {0xFFFB20E5, 0, 0x6B08EB44, 0xBB423B08, 0xFFFFFFFE, 0x0000FFFF, 0xEB40FFFF, 0x520F200C, 0x0000D810,
               0x00A60236, 0xE214EA82, 0x337663E9, 0x757A757A, 0x5CD5A2F7, 0xFF4DF719, 0xA5F970E9},
    .address4_at = 0xD0,
    .address4 = {0xFFF00AFF, 0xFFDCFF21},
};

/* SFDP 1.0 as QEMU's dump of a W25Q256FV shows it, with 3-byte addresses only. */
static const struct nor_sfdp sfdp_fv = {
    .minor = 0,
    .at = 0x80,
    .count = 9,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB423B08, 0xFFFFFFFE, 0x0000FFFF, 0xEB21FFFF, 0x520F200C, 0x0000D810},
};

/* Assembled: that of the FV parts less its QPI reads. */
static const struct nor_sfdp sfdp_dv = {
    .minor = 0,
    .at = 0x80,
    .count = 9,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB423B08, 0xFFFFFFEE, 0x0000FFFF, 0x0000FFFF, 0x520F200C, 0x0000D810},
};

/* --- parts --- */

/* clang-format off */
#define ROW(text, type, capacity, device, mb) \
    .name = (text), .id = {NOR_MAKER_WINBOND, type, capacity}, .device_id = (device), .size = MB(mb)
#define TIMES(page, typical, maximum) .page_us = (page), .chip_s = (typical), .chip_maximum_s = (maximum)
#define JV    .family = &w25q, .sfdp = &sfdp_jv
#define JVQ   JV, .registers = {0x00, 0x02, 0x60}, .is_quad_fixed = true
#define FV    .family = &w25q, .sets = NOR_SET_QPI38, .sfdp = &sfdp_fv, .registers = {0x00, 0x00, 0x60}, .is_status2_cleared = true
#define LARGE .family = &w25q_large, .sfdp = &sfdp_jv_large, .registers = {0x00, 0x02, 0x60}, .is_quad_fixed = true

const struct nor_part nor_parts_winbond[] = {
    {ROW("W25Q80DV",    0x40, 0x14, 0x13, 1),   TIMES(700, 2, 8), .family = &w25q, .sfdp = &sfdp_dv, .is_status2_cleared = true},
    {ROW("W25Q16JV",    0x40, 0x15, 0x14, 2),   TIMES(400, 5, 25), JVQ, .sfdp_chip = 0xB3},    /* chip erase 20 * 256 ms */
    {ROW("W25Q32JV",    0x40, 0x16, 0x15, 4),   TIMES(400, 10, 50), JVQ, .sfdp_chip = 0xC1},   /* 2 * 4 s */
    {ROW("W25Q64JV",    0x40, 0x17, 0x16, 8),   TIMES(400, 20, 100), JVQ, .sfdp_chip = 0xC4},  /* 5 * 4 s */
    {ROW("W25Q64JV-M",  0x70, 0x17, 0x16, 8),   TIMES(400, 20, 100), JV, .sets = NOR_SET_QPI38, .registers = {0, 0, 0x60}, .sfdp_chip = 0xC4},
    {ROW("W25Q128JV",   0x40, 0x18, 0x17, 16),  TIMES(700, 40, 200), JVQ, .sfdp_chip = 0xC9},  /* 10 * 4 s */
    {ROW("W25Q128JV-M", 0x70, 0x18, 0x17, 16),  TIMES(700, 40, 200), JV, .sets = NOR_SET_QPI38, .registers = {0, 0, 0x60}, .sfdp_chip = 0xC9},
    {ROW("W25Q256JV",   0x40, 0x19, 0x18, 32),  TIMES(700, 80, 400), LARGE, .sfdp_chip = 0xD3}, /* 20 * 4 s */
    {ROW("W25Q512JV",   0x40, 0x20, 0x19, 64),  TIMES(700, 192, 2688), LARGE},
    {ROW("W25Q01JV",    0x40, 0x21, 0x20, 128), TIMES(700, 192, 2688), LARGE},
    {ROW("W25Q32FV",    0x40, 0x16, 0x15, 4),   TIMES(700, 10, 50), FV},
    {ROW("W25Q64FV",    0x40, 0x17, 0x16, 8),   TIMES(700, 20, 100), FV},
    {ROW("W25Q128FV",   0x40, 0x18, 0x17, 16),  TIMES(700, 40, 200), FV},
    {.name = NULL},
};
/* clang-format on */
