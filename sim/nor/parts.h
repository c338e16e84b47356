/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of parts share: units, times, and the registers of the many that follow Winbond. */
#ifndef SIM_NOR_PARTS_H
#define SIM_NOR_PARTS_H

#include "sim/nor/nor_int.h"

#include "regs/spi_nor.h"

#define US(n) ((uint64_t)(n)*1000)
#define MS(n) ((uint64_t)(n)*1000000)
#define MB(n) ((uint32_t)(n) << 20)

/* Times of Winbond's W25Q. Typical ones: what the SFDP table of a W25Q64JW says (sfdp_jv), rounded. Maximum erase times
   (400, 1600, 2000 ms): public drivers of the W25Q128JV have them. Status, suspend, wake and reset: typical of such parts,
   no source read. The parts of GigaDevice, XMC, Boya, Zbit, Puya and XTX are given the same; one of them is known at second
   hand (GD25Q128E: 0.5, 45, 150, 250 ms), and it fits. */
#define TYPICAL_W25Q                                                                                                   \
    {                                                                                                                  \
        .first_byte = US(30), .more_byte = 2500, .page = US(400), .sector = MS(45), .block32 = MS(120),                \
        .block64 = MS(150), .status = MS(10), .suspend = US(20), .wake = US(3), .reset = US(30)                        \
    }
#define MAXIMUM_W25Q                                                                                                   \
    {                                                                                                                  \
        .first_byte = US(50), .more_byte = US(12), .page = MS(3), .sector = MS(400), .block32 = MS(1600),              \
        .block64 = MS(2000), .status = MS(15), .suspend = US(20), .wake = US(3), .reset = US(30)                       \
    }

#define SETS_W25Q                                                                                                      \
    (NOR_SET_BASIC | NOR_SET_DUAL | NOR_SET_QUAD | NOR_SET_QUAD_OUT | NOR_SET_BLOCK32 | NOR_SET_STATUS23 |             \
     NOR_SET_VOLATILE | NOR_SET_SUSPEND75)

/* Registers as in the W25Q: QE in bit 1 of status register 2, BP2-0 with TB, SEC and CMP. */
#define REGISTERS_W25Q                                                                                                 \
    .quad_enable = {1, NOR_SR2_QE}, .continues = NOR_CONTINUE_10, .once = {0, NOR_SR2_LB}, .together = 2,              \
    .bottom = {0, NOR_SR1_TB}, .complement = {1, NOR_SR2_CMP}, .sectors = NOR_SR1_SEC

#endif
