/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Macronix. Ids: linux drivers/mtd/spi-nor/macronix.c, flashrom's flashchips.h, ufprog's vendor-macronix.c. QE is bit 6 of the
 * status register, 0 as delivered; command 15 reads the configuration register, which 01 writes behind the status. TB is its
 * bit 3 and can be set once: flashrom's flashchips/macronix.c. Suspended operations show in the security register (2B).
 * Chip erase times: maximum of MX25R6435F and MX25LM51245G as in ST's headers of these parts, the others in proportion or
 * typical of the family, no source read.
 */
#include "sim/nor/parts.h"

/* --- families --- */

enum { SUSPENDED_ERASE = 0x08, SUSPENDED_PROGRAM = 0x04 }; /* security register */

#define SETS_MX                                                                                                        \
    (NOR_SET_BASIC | NOR_SET_DUAL | NOR_SET_QUAD_OUT | NOR_SET_QUAD_PP38 | NOR_SET_BLOCK32 | NOR_SET_CONFIG |          \
     NOR_SET_SUSPENDB0)
#define REGISTERS_MX                                                                                                   \
    .once = {0, NOR_CR_TB}, .erase_suspended = {3, SUSPENDED_ERASE}, .program_suspended = {3, SUSPENDED_PROGRAM},      \
    .bp3 = NOR_SR1_BP3, .bottom = {1, NOR_CR_TB}

/* Times as in the SFDP table of an MX66L1G45G. Dummy clocks of the quad read in QPI mode: six, with the mode
   byte, as ufprog has it for delivered parts; bits 7 and 6 of the configuration register, which would choose 4, 8 or 10, are
   kept and do nothing here. Wake and reset: typical of the family, no source read. */
static const struct nor_family mx25l = {
    .maker = "Macronix",
    .sets = SETS_MX,
    REGISTERS_MX,
    .quad_enable = {0, NOR_SR1_QE},
    .continues = NOR_CONTINUE_TOGGLE,
    .writable = {0xFC, 0xCF},
    .together = 2,
    .address4 = {1, NOR_CR_4BYTE},
    .qpi_dummy = {6, 6, 6, 6},
    .typical = {.first_byte = US(25),
                .more_byte = 1000,
                .page = US(260),
                .sector = MS(30),
                .block32 = MS(160),
                .block64 = MS(288),
                .status = MS(1),
                .suspend = US(20),
                .wake = US(30),
                .reset = US(40)},
    .maximum = {.first_byte = US(60),
                .more_byte = US(12),
                .page = US(3100),
                .sector = MS(420),
                .block32 = MS(2240),
                .block64 = MS(4030),
                .status = MS(40),
                .suspend = US(20),
                .wake = US(30),
                .reset = US(40)},
};

/* Wide voltage. Times as in the SFDP table of an MX25R8035F at its slow end. A third register holds the power mode. */
static const struct nor_family mx25r = {
    .maker = "Macronix",
    .sets = SETS_MX,
    REGISTERS_MX,
    .quad_enable = {0, NOR_SR1_QE},
    .continues = NOR_CONTINUE_TOGGLE,
    .writable = {0xFC, 0x48, 0x02},
    .together = 3,
    .typical = {.first_byte = US(100),
                .more_byte = US(4),
                .page = US(900),
                .sector = MS(48),
                .block32 = MS(240),
                .block64 = MS(480),
                .status = MS(10),
                .suspend = US(60),
                .wake = US(35),
                .reset = US(60)},
    .maximum = {.first_byte = US(200),
                .more_byte = US(20),
                .page = US(5400),
                .sector = MS(384),
                .block32 = MS(1920),
                .block64 = MS(3840),
                .status = MS(30),
                .suspend = US(60),
                .wake = US(35),
                .reset = US(60)},
};

/* Octal. Maximum times: ST's mx25uw25645g.h (400 ms, 1 s, register 40 ms); typical ones are assumed in the usual proportion.
   There is no QE and no SRWD. */
static const struct nor_family mx_octal = {
    .maker = "Macronix",
    .sets = NOR_SET_BASIC | NOR_SET_CONFIG | NOR_SET_SUSPENDB0 | NOR_SET_ADDRESS4 | NOR_SET_OCTAL_MX,
    REGISTERS_MX,
    .writable = {0x3C, 0x1F},
    .together = 2,
    .address4 = {1, NOR_CR_4BYTE},
    .octal = &nor_octal_macronix,
    .typical = {.first_byte = US(25),
                .more_byte = 500,
                .page = US(150),
                .sector = MS(30),
                .block64 = MS(220),
                .status = MS(1),
                .suspend = US(25),
                .wake = US(30),
                .reset = US(40)},
    .maximum = {.first_byte = US(60),
                .more_byte = US(3),
                .page = US(750),
                .sector = MS(400),
                .block64 = MS(1000),
                .status = MS(40),
                .suspend = US(25),
                .wake = US(30),
                .reset = US(40)},
};

/* --- SFDP --- */

/* An MX25L12835F's dump on the linux-mtd list, less the maker's own table. */
static const struct nor_sfdp sfdp_35f = {
    .minor = 0,
    .at = 0x30,
    .count = 9,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB043B08, 0xFFFFFFFE, 0xFF00FFFF, 0xEB44FFFF, 0x520F200C, 0xFF00D810},
};

/* Assembled: the same less its QPI reads, as QEMU's MX25L25635E has it. */
static const struct nor_sfdp sfdp_33f = {
    .minor = 0,
    .at = 0x30,
    .count = 9,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB043B08, 0xFFFFFFEE, 0xFF00FFFF, 0xFF00FFFF, 0x520F200C, 0xFF00D810},
};

/* The MX25R6435F in Zephyr's nrf52840dk; the other sizes are assembled from it. */
static const struct nor_sfdp sfdp_r = {
    .minor = 6,
    .at = 0x30,
    .count = 16,
    .access = 0xFF,
    .dwords = {0xFFF120E5, 0, 0x6B08EB44, 0xBB043B08, 0xFFFFFFEE, 0xFF00FFFF, 0xFF00FFFF, 0x520F200C, 0xFF00D810,
               0x00F57223, 0xCC04ED82, 0x44688344, 0xB030B030, 0x5CD5C4F7, 0xFF29BE00, 0xFFFFD0F0},
};

/* The MX66L1G45G in QEMU's m25p80_sfdp.c, less the maker's own table; the MX25L25645G is assembled from it. */
static const struct nor_sfdp sfdp_large = {
    .minor = 6,
    .at = 0x30,
    .count = 16,
    .access = 0xFF,
    .dwords = {0xFFFB20E5, 0, 0x6B08EB44, 0xBB043B08, 0xFFFFFFFE, 0xFF00FFFF, 0xEB44FFFF, 0x520F200C, 0xFF00D810,
               0x00C549D6, 0xE304DF85, 0x38670344, 0xB030B030, 0x5CD5BDF7, 0xFF299E4A, 0x85F950F0},
    .address4_at = 0xC0,
    .address4 = {0xFFFFEF7F, 0xFFDC5C21},
};

/* Assembled: JESD216D. Dword 1 and the erase types as other octal parts have them (MT35XU01G in QEMU), dwords 10 and 11 from
   the times above, 13 from the MX66L1G45G; dword 18 says that the opcode's inverse follows and that pairs of bytes are
   swapped, which esp-idf reads there. */
static const struct nor_sfdp sfdp_octal = {
    .minor = 8,
    .at = 0x40,
    .count = 20,
    .access = 0xFD,
    .dwords = {0xFF8A20E5, 0,          0,          0,          0xFFFFFFEE, 0xFF00FFFF, 0xFF00FFFF,
               0xD810200C, 0xFF00FF00, 0x00B56A18, 0xE10CE182, 0x38670344, 0xB030B030, 0x5CD5BDF7,
               0xFF000000, 0x85F950F0, 0x00000000, 0xA0000000, 0x00000000, 0xFFFFFFFF},
    .address4_at = 0xC0,
    .address4 = {0xFF000243, 0xFFDCFF21},
};

/* --- parts --- */

/* clang-format off */
#define ROW(text, type, capacity, device, mb, typical, maximum) \
    .name = (text), .id = {NOR_MAKER_MACRONIX, type, capacity}, .device_id = (device), .size = MB(mb), .chip_s = (typical), .chip_maximum_s = (maximum)
#define LARGE .sets = NOR_SET_QPI35 | NOR_SET_ADDRESS4 | NOR_SET_ADDRESS4_IO, .family = &mx25l, .sfdp = &sfdp_large
#define OCTAL .family = &mx_octal, .sfdp = &sfdp_octal

const struct nor_part nor_parts_macronix[] = {
    {ROW("MX25R8035F",   0x28, 0x14, 0x14, 1, 5, 31),       .family = &mx25r, .sfdp = &sfdp_r, .sfdp_chip = 0xB3},
    {ROW("MX25R1635F",   0x28, 0x15, 0x15, 2, 12, 60),      .family = &mx25r, .sfdp = &sfdp_r, .sfdp_chip = 0xC2},
    {ROW("MX25R3235F",   0x28, 0x16, 0x16, 4, 24, 120),     .family = &mx25r, .sfdp = &sfdp_r, .sfdp_chip = 0xC5},
    {ROW("MX25R6435F",   0x28, 0x17, 0x17, 8, 52, 240),     .family = &mx25r, .sfdp = &sfdp_r},
    {ROW("MX25L3233F",   0x20, 0x16, 0x15, 4, 13, 50),      .family = &mx25l, .sfdp = &sfdp_33f},
    {ROW("MX25L6433F",   0x20, 0x17, 0x16, 8, 25, 100),     .family = &mx25l, .sfdp = &sfdp_33f},
    {ROW("MX25L12835F",  0x20, 0x18, 0x17, 16, 50, 200),    .family = &mx25l, .sfdp = &sfdp_35f, .sets = NOR_SET_QPI35},
    {ROW("MX25L25645G",  0x20, 0x19, 0x18, 32, 110, 400),   LARGE, .sfdp_chip = 0xDB}, /* 28 * 4 s */
    {ROW("MX66L1G45G",   0x20, 0x1B, 0x1A, 128, 256, 3584), LARGE},
    {ROW("MX25UM25645G", 0x80, 0x39, 0, 32, 128, 460),      OCTAL},
    {ROW("MX25LM25645G", 0x85, 0x39, 0, 32, 128, 460),      OCTAL},
    {ROW("MX25LM51245G", 0x85, 0x3A, 0, 64, 256, 460),      OCTAL, .sfdp_chip = 0xE3},
    {ROW("MX66UM1G45G",  0x80, 0x3B, 0, 128, 512, 1840),    OCTAL, .sfdp_chip = 0xE7},
    {.name = NULL},
};
/* clang-format on */
