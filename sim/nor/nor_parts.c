/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts.
 *
 * Times: AC tables of the datasheets W25Q64JV revision J, W25Q32JV, W25Q128JV, W25Q64FV revision P.
 * QE: the JV parts with order code Q (ids EF40xx) are delivered with QE fixed at 1; the FV parts with a QE of 0 that can
 * be written.
 */
#include "sim/nor/nor_int.h"

#include <string.h>

#define US(n) ((uint64_t)(n)*1000)
#define MS(n) ((uint64_t)(n)*1000000)

/* SFDP of the JV parts: JESD216A header, one parameter table at 0x80. Layout and dwords 1 to 14 as in dumps of a W25H256JV
   (which names this header) and a W25Q64JW (same table; its dword 2 is 64 Mbit), dwords 14 to 16 as in a W25Q512JV's,
   less its 4-byte address modes. Density and chip erase time are those of each part. */
#define FF8        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF
#define FF112_HEAD FF8, FF8, FF8, FF8, FF8, FF8, FF8, FF8, FF8, FF8, FF8, FF8, FF8, FF8
#define SFDP_JV(size_top, chip_erase)                                                                                  \
    {                                                                                                                  \
        0x53, 0x46, 0x44, 0x50, 0x05, 0x01, 0x00, 0xFF, 0x00, 0x05, 0x01, 0x10, 0x80, 0x00, 0x00, 0xFF, FF112_HEAD,    \
            0xE5, 0x20, 0xF9, 0xFF, 0xFF, 0xFF, 0xFF, size_top, 0x44, 0xEB, 0x08, 0x6B, 0x08, 0x3B, 0x42, 0xBB, 0xFE,  \
            0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0xFF, 0xFF, 0x40, 0xEB, 0x0C, 0x20, 0x0F, 0x52, 0x10, 0xD8,      \
            0x00, 0x00, 0x36, 0x02, 0xA6, 0x00, 0x82, 0xEA, 0x14, chip_erase, 0xE9, 0x63, 0x76, 0x33, 0x7A, 0x75,      \
            0x7A, 0x75, 0xF7, 0xA2, 0xD5, 0x5C, 0x19, 0xF7, 0x4D, 0xFF, 0xE9, 0x30, 0xF8, 0x80                         \
    }

static const uint8_t sfdp_w25q32jv[] = SFDP_JV(0x01, 0xC1);  /* chip erase typically 2 * 4 s; see the part's 10 s */
static const uint8_t sfdp_w25q64jv[] = SFDP_JV(0x03, 0xC4);  /* 5 * 4 s */
static const uint8_t sfdp_w25q128jv[] = SFDP_JV(0x07, 0xC9); /* 10 * 4 s */

/* SFDP 1.0 as the dump of a W25Q256FV shows it, with this part's density and 3-byte addresses only. */
static const uint8_t sfdp_w25q64fv[] = {
    0x53, 0x46, 0x44, 0x50, 0x00, 0x01, 0x00, 0xFF, 0x00, 0x00, 0x01, 0x09, 0x80, 0x00, 0x00, 0xFF, FF112_HEAD, 0xE5,
    0x20, 0xF1, 0xFF, 0xFF, 0xFF, 0xFF, 0x03, 0x44, 0xEB, 0x08, 0x6B, 0x08, 0x3B, 0x42, 0xBB, 0xFE, 0xFF,       0xFF,
    0xFF, 0xFF, 0xFF, 0x00, 0x00, 0xFF, 0xFF, 0x21, 0xEB, 0x0C, 0x20, 0x0F, 0x52, 0x10, 0xD8, 0x00, 0x00,
};

/* What all of them share; the chip erase time comes as an argument. */
#define TYPICAL(page_us, chip_s)                                                                                       \
    {                                                                                                                  \
        .first_byte = US(30), .more_byte = 2500, .page = US(page_us), .sector = MS(45), .block32 = MS(120),            \
        .block64 = MS(150), .chip = MS((chip_s)*1000), .status = MS(10), .suspend = US(20), .wake = US(3),             \
        .reset = US(30)                                                                                                \
    }
#define MAXIMUM(chip_s)                                                                                                \
    {                                                                                                                  \
        .first_byte = US(50), .more_byte = US(12), .page = MS(3), .sector = MS(400), .block32 = MS(1600),              \
        .block64 = MS(2000), .chip = MS((chip_s)*1000), .status = MS(15), .suspend = US(20), .wake = US(3),            \
        .reset = US(30)                                                                                                \
    }

const struct nor_part nor_parts[] = {
    {.name = "W25Q32JV",
     .id = {0xEF, 0x40, 0x16},
     .size = 4 << 20,
     .device_id = 0x15,
     .status = {0x00, 0x02, 0x60},
     .is_qe_fixed = true,
     .sfdp = sfdp_w25q32jv,
     .sfdp_size = sizeof sfdp_w25q32jv,
     .typical = TYPICAL(400, 10),
     .maximum = MAXIMUM(50)},
    {.name = "W25Q64JV",
     .id = {0xEF, 0x40, 0x17},
     .size = 8 << 20,
     .device_id = 0x16,
     .status = {0x00, 0x02, 0x60},
     .is_qe_fixed = true,
     .sfdp = sfdp_w25q64jv,
     .sfdp_size = sizeof sfdp_w25q64jv,
     .typical = TYPICAL(400, 20),
     .maximum = MAXIMUM(100)},
    {.name = "W25Q128JV",
     .id = {0xEF, 0x40, 0x18},
     .size = 16 << 20,
     .device_id = 0x17,
     .status = {0x00, 0x02, 0x60},
     .is_qe_fixed = true,
     .sfdp = sfdp_w25q128jv,
     .sfdp_size = sizeof sfdp_w25q128jv,
     .typical = TYPICAL(700, 40),
     .maximum = MAXIMUM(200)},
    {.name = "W25Q64FV",
     .id = {0xEF, 0x40, 0x17},
     .size = 8 << 20,
     .device_id = 0x16,
     .status = {0x00, 0x00, 0x60},
     .is_status2_cleared = true,
     .sfdp = sfdp_w25q64fv,
     .sfdp_size = sizeof sfdp_w25q64fv,
     .typical = TYPICAL(700, 20),
     .maximum = MAXIMUM(100)},
    {.name = NULL},
};

const struct nor_part *nor_part_find(const char *name)
{
    for (const struct nor_part *p = nor_parts; p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}
