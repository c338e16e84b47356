/* SPDX-License-Identifier: Apache-2.0 */
/* Parts that nobody makes like this: what a debugger must not fall over. */
#include "sim/nor/parts.h"

static const struct nor_family odd = {.maker = "no maker",
                                      .sets = SETS_W25Q,
                                      REGISTERS_W25Q,
                                      .writable = {0xFC, 0x7B, 0x60},
                                      .erase_suspended = {1, NOR_SR2_SUS},
                                      .program_suspended = {1, NOR_SR2_SUS},
                                      .typical = TYPICAL_W25Q,
                                      .maximum = MAXIMUM_W25Q};

/* JESD216 knows QE as bit 7 of status register 2, with commands 3E and 3F (dword 15, value 3). */
static const struct nor_family odd_quad = {
    .maker = "no maker",
    .sets = (SETS_W25Q & ~NOR_SET_STATUS23) | NOR_SET_STATUS2_3F,
    .quad_enable = {1, NOR_SR2_QE7},
    .continues = NOR_CONTINUE_10,
    .writable = {0xFC, NOR_SR2_QE7},
    .together = 1,
    .bottom = {0, NOR_SR1_TB},
    .sectors = NOR_SR1_SEC,
    .typical = TYPICAL_W25Q,
    .maximum = MAXIMUM_W25Q,
};

static const struct nor_sfdp sfdp_odd = {
    .minor = 0,
    .at = 0x30,
    .count = 9,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB423B08, 0xFFFFFFEE, 0xFF00FFFF, 0xFF00FFFF, 0x520F200C, 0xFF00D810},
};

static const struct nor_sfdp sfdp_quad7 = {
    .minor = 6,
    .at = 0x30,
    .count = 16,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB423B08, 0xFFFFFFEE, 0xFF00FFFF, 0xFF00FFFF, 0x520F200C, 0xFF00D810,
               0x00A60236, 0xC414EA82, 0x337663E9, 0x757A757A, 0x5CD5A2F7, 0xFF3DF719, 0x80F830E9},
};

/* clang-format off */
#define TIMES .chip_s = 40, .chip_maximum_s = 200
const struct nor_part nor_parts_odd[] = {
    {.name = "odd-sfdp-half", .family = &odd, .id = {NOR_MAKER_WINBOND, 0x40, 0x18}, .device_id = 0x17, .size = MB(16), TIMES,
     .sfdp = &sfdp_odd, .sfdp_size = MB(8)},
    {.name = "odd-sfdp-double", .family = &odd, .id = {NOR_MAKER_WINBOND, 0x40, 0x16}, .device_id = 0x15, .size = MB(4), TIMES,
     .sfdp = &sfdp_odd, .sfdp_size = MB(8)},
    {.name = "odd-no-sfdp", .family = &odd, .id = {NOR_MAKER_FUDAN, 0x40, 0x16}, .device_id = 0x15, .size = MB(4), TIMES},
    {.name = "odd-id-unknown", .family = &odd, .id = {0x77, 0x55, 0xAA}, .device_id = 0x15, .size = MB(4), TIMES, .sfdp = &sfdp_odd},
    {.name = "odd-qe-sr2.7", .family = &odd_quad, .id = {0x77, 0x40, 0x17}, .device_id = 0x16, .size = MB(8), TIMES,
     .sfdp = &sfdp_quad7},
    {.name = NULL},
};
/* clang-format on */
