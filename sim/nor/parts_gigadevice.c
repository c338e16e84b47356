/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GigaDevice. Ids: linux drivers/mtd/spi-nor/gigadevice.c, flashrom's flashchips.h, ufprog's vendor-gigadevice.c; of the
 * GD25LX256E the same Linux file in AMD's tree (Xilinx/linux-xlnx). QE is bit 1 of status register 2, 0 as delivered.
 * Protection: flashrom's flashchips/gigadevice.c. Dummy clocks in QPI mode: ufprog (GD25LE128D; GD25LB32E and GD25LB64E,
 * which it says the GD25LQ parts are like). Suspend bits and chip erase times: typical of the family, no source read.
 */
#include "sim/nor/parts.h"

/* --- families --- */

enum { SUSPENDED_ERASE = 0x80, SUSPENDED_PROGRAM = 0x04 }; /* status register 2 */

#define REGISTERS_GD                                                                                                   \
    REGISTERS_W25Q, .writable = {0xFC, 0x7B, 0x60}, .erase_suspended = {1, SUSPENDED_ERASE},                           \
                    .program_suspended = {1, SUSPENDED_PROGRAM}

static const struct nor_family gd25q = {
    .maker = "GigaDevice", .sets = SETS_W25Q, REGISTERS_GD, .typical = TYPICAL_W25Q, .maximum = MAXIMUM_W25Q};

/* 1.8 V, with QPI mode. */
static const struct nor_family gd25lq_d = {.maker = "GigaDevice",
                                           .sets = SETS_W25Q | NOR_SET_QPI38,
                                           REGISTERS_GD,
                                           .qpi_dummy = {4, 4, 6, 8},
                                           .typical = TYPICAL_W25Q,
                                           .maximum = MAXIMUM_W25Q};
static const struct nor_family gd25lq_e = {.maker = "GigaDevice",
                                           .sets = SETS_W25Q | NOR_SET_QPI38,
                                           REGISTERS_GD,
                                           .qpi_dummy = {4, 4, 8, 6},
                                           .typical = TYPICAL_W25Q,
                                           .maximum = MAXIMUM_W25Q};

/* Octal. BP3 is bit 5, TB bit 6: as AMD's Linux tree has it for the GD25LX512M; without a complement. Which bits of the flag
   register mean suspended: assembled from relatives (the IS25LX). */
static const struct nor_family gd25lx = {
    .maker = "GigaDevice",
    .sets = NOR_SET_BASIC | NOR_SET_BLOCK32 | NOR_SET_SUSPEND75 | NOR_SET_ADDRESS4 | NOR_SET_OCTAL_CFG,
    .writable = {0xFC},
    .together = 1,
    .erase_suspended = {3, 0x40},
    .program_suspended = {3, 0x04},
    .bp3 = NOR_SR1_BP3,
    .bottom = {0, NOR_SR1_SEC},
    .octal = &nor_octal_gigadevice,
    .typical = TYPICAL_W25Q,
    .maximum = MAXIMUM_W25Q,
};

/* --- SFDP --- */

/* Assembled: SFDP 1.0 as the dumps of relatives have it (XT25F128B on the linux-mtd list, P25Q16H in Zephyr's xiao_ble). */
static const struct nor_sfdp sfdp_c = {
    .minor = 0,
    .at = 0x30,
    .count = 9,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB423B08, 0xFFFFFFEE, 0xFF00FFFF, 0xFF00FFFF, 0x520F200C, 0xFF00D810},
};

/* Assembled: the same, JESD216B, with times near those known of the GD25Q128E (48, 160, 256 ms, page 0.5 ms; in steps of the
   table) and, for suspend, power-down, QE and reset, the W25Q's dwords. */
static const struct nor_sfdp sfdp_e = {
    .minor = 6,
    .at = 0x30,
    .count = 16,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB423B08, 0xFFFFFFEE, 0xFF00FFFF, 0xFF00FFFF, 0x520F200C, 0xFF00D810,
               0x00BD4A24, 0xCC0CE782, 0x337663E9, 0x757A757A, 0x5CD5A2F7, 0xFF4DF719, 0x80F830E9},
};

/* Assembled: the same with 4-4-4 reads. */
static const struct nor_sfdp sfdp_lq_e = {
    .minor = 6,
    .at = 0x30,
    .count = 16,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB423B08, 0xFFFFFFFE, 0xFF00FFFF, 0xEB44FFFF, 0x520F200C, 0xFF00D810,
               0x00BD4A24, 0xCC0CE782, 0x337663E9, 0x757A757A, 0x5CD5A2F7, 0xFF4DF719, 0x80F830E9},
};

/* Assembled: Micron's MT35XU01G, whose commands the part shares, in QEMU's m25p80_sfdp.c, with blocks of 64 KB. */
static const struct nor_sfdp sfdp_lx = {
    .minor = 6,
    .at = 0x30,
    .count = 16,
    .access = 0xFF,
    .dwords = {0xFF8A20E5, 0, 0, 0, 0xFFFFFFEE, 0x0000FFFF, 0x0000FFFF, 0xD810200C, 0x0000520F, 0x00995A24, 0xE1038E8B,
               0x382701AC, 0x757A757A, 0x5CD5BDFB, 0xFF700000, 0x3638B081},
    .address4_at = 0x80,
    .address4 = {0xFFFF0E43, 0xFF5CDC21},
};

/* --- parts --- */

/* clang-format off */
#define ROW(text, type, capacity, device, mb, typical, maximum) \
    .name = (text), .id = {NOR_MAKER_GIGADEVICE, type, capacity}, .device_id = (device), .size = MB(mb), .chip_s = (typical), .chip_maximum_s = (maximum)

const struct nor_part nor_parts_gigadevice[] = {
    {ROW("GD25Q80C",   0x40, 0x14, 0x13, 1, 4, 12),     .family = &gd25q, .sfdp = &sfdp_c},
    {ROW("GD25Q16C",   0x40, 0x15, 0x14, 2, 7, 20),     .family = &gd25q, .sfdp = &sfdp_c},
    {ROW("GD25Q32C",   0x40, 0x16, 0x15, 4, 15, 50),    .family = &gd25q, .sfdp = &sfdp_c},
    {ROW("GD25Q32E",   0x40, 0x16, 0x15, 4, 12, 50),    .family = &gd25q, .sfdp = &sfdp_e, .sfdp_chip = 0xC2},
    {ROW("GD25Q64C",   0x40, 0x17, 0x16, 8, 25, 60),    .family = &gd25q, .sfdp = &sfdp_c},
    {ROW("GD25Q64E",   0x40, 0x17, 0x16, 8, 25, 80),    .family = &gd25q, .sfdp = &sfdp_e, .sfdp_chip = 0xC5},
    {ROW("GD25Q128C",  0x40, 0x18, 0x17, 16, 50, 120),  .family = &gd25q, .sfdp = &sfdp_c},
    {ROW("GD25Q128E",  0x40, 0x18, 0x17, 16, 50, 160),  .family = &gd25q, .sfdp = &sfdp_e},
    {ROW("GD25LQ32E",  0x60, 0x16, 0x15, 4, 12, 50),    .family = &gd25lq_e, .sfdp = &sfdp_lq_e, .sfdp_chip = 0xC2},
    {ROW("GD25LQ64E",  0x60, 0x17, 0x16, 8, 25, 80),    .family = &gd25lq_e, .sfdp = &sfdp_lq_e, .sfdp_chip = 0xC5},
    {ROW("GD25LQ128D", 0x60, 0x18, 0x17, 16, 60, 150),  .family = &gd25lq_d}, /* ufprog: without SFDP */
    {ROW("GD25LX256E", 0x68, 0x19, 0x18, 32, 100, 300), .family = &gd25lx, .sfdp = &sfdp_lx},
    {.name = NULL},
};
/* clang-format on */
