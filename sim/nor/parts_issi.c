/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ISSI. Ids: linux drivers/mtd/spi-nor/issi.c, flashrom's flashchips.h, ufprog's vendor-issi.c; of the IS25LX256 the Linux
 * file in AMD's tree (Xilinx/linux-xlnx), which has IS25WX256 and IS25LX512M on both sides of it. QE is bit 6 of the status
 * register, 0 as delivered. The function register holds TBS (one time) and what is suspended. Chip erase times: typical of
 * the family, no source read.
 */
#include "sim/nor/parts.h"

/* --- families --- */

enum { SUSPENDED_ERASE = 0x08, SUSPENDED_PROGRAM = 0x04, FUNCTION_ONCE = 0xF2 }; /* function register */

/* Times: typical ones as in the SFDP table of an IS25WP256, maximum ones by its factors; wake and reset are assumed. */
#define IS25LP                                                                                                         \
    .maker = "ISSI",                                                                                                   \
    .sets = NOR_SET_BASIC | NOR_SET_DUAL | NOR_SET_QUAD | NOR_SET_QUAD_OUT | NOR_SET_BLOCK32 | NOR_SET_ISSI |          \
            NOR_SET_SUSPEND75 | NOR_SET_SUSPENDB0 | NOR_SET_QPI35,                                                     \
    .quad_enable = {0, NOR_SR1_QE}, .continues = NOR_CONTINUE_A, .writable = {0xFC, FUNCTION_ONCE},                    \
    .once = {0, FUNCTION_ONCE}, .together = 1, .erase_suspended = {1, SUSPENDED_ERASE},                                \
    .program_suspended = {1, SUSPENDED_PROGRAM},                                                                       \
    .typical = {.first_byte = US(25),                                                                                  \
                .more_byte = 700,                                                                                      \
                .page = US(200),                                                                                       \
                .sector = MS(48),                                                                                      \
                .block32 = MS(160),                                                                                    \
                .block64 = MS(304),                                                                                    \
                .status = MS(2),                                                                                       \
                .suspend = US(100),                                                                                    \
                .wake = US(5),                                                                                         \
                .reset = US(35)},                                                                                      \
    .maximum = {.first_byte = US(50),                                                                                  \
                .more_byte = US(5),                                                                                    \
                .page = US(1200),                                                                                      \
                .sector = MS(384),                                                                                     \
                .block32 = MS(1280),                                                                                   \
                .block64 = MS(2430),                                                                                   \
                .status = MS(15),                                                                                      \
                .suspend = US(100),                                                                                    \
                .wake = US(5),                                                                                         \
                .reset = US(100)}

/* Dummy clocks and protection: ufprog's vendor-issi.c, IS25LP064 and IS25LP128. */
static const struct nor_family is25lp = {IS25LP, .bp3 = NOR_SR1_BP3, .bottom = {1, NOR_FR_TBS},
                                         .qpi_dummy = {6, 4, 8, 10}};

/* The same file, IS25LP256D: the read register counts the clocks. That 0 means six is of the others. */
static const struct nor_family is25lp_large = {IS25LP, .bp3 = NOR_SR1_BP3, .bottom = {1, NOR_FR_TBS}, .qpi_dummy = {6},
                                               .is_dummy_counted = true};

/* The same file, IS25LP016D: three block protect bits; the fourth says from which end. */
static const struct nor_family is25lp_small = {IS25LP, .bottom = {0, NOR_SR1_TB}, .qpi_dummy = {6},
                                               .is_dummy_counted = true};

/* Octal. BP3 is bit 6, TB bit 5: AMD's Linux tree. Blocks of 128 KB, flags of suspended operations: the IS25LX.h of a driver
   for STM32H7. Times: typical of such parts, no source read. */
static const struct nor_family is25lx = {
    .maker = "ISSI",
    .sets = NOR_SET_BASIC | NOR_SET_BLOCK32 | NOR_SET_SUSPEND75 | NOR_SET_ADDRESS4 | NOR_SET_OCTAL_CFG,
    .writable = {0xFC},
    .together = 1,
    .erase_suspended = {3, 0x40},
    .program_suspended = {3, 0x04},
    .bp3 = NOR_SR1_SEC,
    .bottom = {0, NOR_SR1_TB},
    .block = 128 << 10,
    .octal = &nor_octal_issi,
    .typical = {.first_byte = US(30),
                .more_byte = 1000,
                .page = US(280),
                .sector = MS(80),
                .block32 = MS(192),
                .block64 = MS(200),
                .status = MS(10),
                .suspend = US(100),
                .wake = US(5),
                .reset = US(40)},
    .maximum = {.first_byte = US(60),
                .more_byte = US(7),
                .page = US(1800),
                .sector = MS(400),
                .block32 = MS(1000),
                .block64 = MS(1000),
                .status = MS(15),
                .suspend = US(100),
                .wake = US(5),
                .reset = US(40)},
};

/* --- SFDP --- */

/* The IS25WP256 in QEMU's m25p80_sfdp.c, less the maker's own table and its 4-byte address modes; the IS25LP parts are
   assembled from it. */
static const struct nor_sfdp sfdp_lp = {
    .minor = 6,
    .at = 0x30,
    .count = 16,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB803B08, 0xFFFFFFFE, 0xFF00FFFF, 0xEB44FFFF, 0x520F200C, 0xFF00D810,
               0x00C94A23, 0xCE11D882, 0x4668CDCC, 0x757A757A, 0x5CD5AEF7, 0xFF2C424A, 0x80F830F0},
};

/* With them. */
static const struct nor_sfdp sfdp_lp_large = {
    .minor = 6,
    .at = 0x30,
    .count = 16,
    .access = 0xFF,
    .dwords = {0xFFF920E5, 0, 0x6B08EB44, 0xBB803B08, 0xFFFFFFFE, 0xFF00FFFF, 0xEB44FFFF, 0x520F200C, 0xFF00D810,
               0x00C94A23, 0xCE11D882, 0x4668CDCC, 0x757A757A, 0x5CD5AEF7, 0xFF2C424A, 0xA9FA30F0},
};

/* Assembled: Micron's MT35XU01G, whose commands the part shares, in QEMU's m25p80_sfdp.c. */
static const struct nor_sfdp sfdp_lx = {
    .minor = 6,
    .at = 0x30,
    .count = 16,
    .access = 0xFF,
    .dwords = {0xFF8A20E5, 0, 0, 0, 0xFFFFFFEE, 0x0000FFFF, 0x0000FFFF, 0xD811200C, 0x0000520F, 0x00995A24, 0xE1038E8B,
               0x382701AC, 0x757A757A, 0x5CD5BDFB, 0xFF700000, 0x3638B081},
    .address4_at = 0x80,
    .address4 = {0xFFFF0E43, 0xFF5CDC21},
};

/* --- parts --- */

/* clang-format off */
#define ROW(text, type, capacity, device, mb, typical, maximum) \
    .name = (text), .id = {NOR_MAKER_ISSI, type, capacity}, .device_id = (device), .size = MB(mb), .chip_s = (typical), .chip_maximum_s = (maximum)

const struct nor_part nor_parts_issi[] = {
    {ROW("IS25LP016D", 0x60, 0x15, 0x14, 2, 4, 12),     .family = &is25lp_small, .sfdp = &sfdp_lp, .sfdp_chip = 0xC0},
    {ROW("IS25LP064",  0x60, 0x17, 0x16, 8, 16, 45),    .family = &is25lp, .sfdp = &sfdp_lp, .sfdp_chip = 0xC3},
    {ROW("IS25LP128",  0x60, 0x18, 0x17, 16, 32, 90),   .family = &is25lp, .sfdp = &sfdp_lp, .sfdp_chip = 0xC7},
    {ROW("IS25LP256D", 0x60, 0x19, 0x18, 32, 60, 480),  .family = &is25lp_large, .sfdp = &sfdp_lp_large,
     .sets = NOR_SET_ADDRESS4 | NOR_SET_ADDRESS4_IO},
    {ROW("IS25LX256",  0x5A, 0x19, 0x18, 32, 128, 400), .family = &is25lx, .sfdp = &sfdp_lx},
    {.name = NULL},
};
/* clang-format on */
