/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPI NOR opcodes and status bits. Sources: ufprog's spi-nor-opcode.h and its files of vendors; esp-idf spi_flash_defs.h;
 * flashrom's flashchips; of octal parts ST's mx25uw25645g.h, and gigadevice.c and issi.c of AMD's Linux tree
 * (Xilinx/linux-xlnx). Suspend and resume also stand in the SFDP tables of sim/nor. 3D and 90: Winbond's, no source read.
 */
#ifndef REGS_SPI_NOR_H
#define REGS_SPI_NOR_H

enum {
    NOR_WRITE_STATUS = 0x01,
    NOR_PAGE_PROGRAM = 0x02,
    NOR_READ = 0x03,
    NOR_WRITE_DISABLE = 0x04,
    NOR_READ_STATUS1 = 0x05,
    NOR_WRITE_ENABLE = 0x06,
    NOR_FAST_READ = 0x0B,
    NOR_FAST_READ4 = 0x0C, /* a 4 at the end of a name: with four address bytes in every mode */
    NOR_WRITE_STATUS3 = 0x11,
    NOR_PAGE_PROGRAM4 = 0x12,
    NOR_READ4 = 0x13,
    NOR_READ_STATUS3 = 0x15, /* Macronix: the configuration register */
    NOR_ERASE_SECTOR = 0x20,
    NOR_ERASE_SECTOR4 = 0x21,
    NOR_READ_SECURITY = 0x2B, /* Macronix: suspended, failed */
    NOR_RESUME_B0 = 0x30,     /* of a suspend with B0 */
    NOR_WRITE_STATUS2 = 0x31,
    NOR_QUAD_PROGRAM = 0x32,
    NOR_QUAD_PROGRAM4 = 0x34,
    NOR_READ_STATUS2 = 0x35,
    NOR_ENTER_QPI_35 = 0x35, /* Macronix, ISSI */
    NOR_LOCK_BLOCK = 0x36,
    NOR_ENTER_QPI_38 = 0x38,
    NOR_QUAD_IO_PROGRAM = 0x38, /* Macronix: address on four lines, too */
    NOR_UNLOCK_BLOCK = 0x39,
    NOR_DUAL_OUT_READ = 0x3B,
    NOR_DUAL_OUT_READ4 = 0x3C,
    NOR_READ_LOCK = 0x3D,
    NOR_WRITE_STATUS2_3E = 0x3E, /* where QE is bit 7 of status register 2 */
    NOR_READ_STATUS2_3F = 0x3F,
    NOR_WRITE_FUNCTION = 0x42, /* ISSI */
    NOR_READ_FUNCTION = 0x48,  /* ISSI */
    NOR_READ_UNIQUE_ID = 0x4B,
    NOR_VOLATILE_WRITE_ENABLE = 0x50,
    NOR_ERASE_BLOCK32 = 0x52,
    NOR_READ_SFDP = 0x5A,
    NOR_ERASE_BLOCK32_4 = 0x5C,
    NOR_ERASE_CHIP_ALT = 0x60,
    NOR_READ_PARAMETERS = 0x61, /* ISSI */
    NOR_RESET_ENABLE = 0x66,
    NOR_QUAD_OUT_READ = 0x6B,
    NOR_QUAD_OUT_READ4 = 0x6C,
    NOR_READ_FLAGS = 0x70,    /* octal parts of ISSI and GigaDevice */
    NOR_READ_CONFIG2 = 0x71,  /* Macronix octal */
    NOR_WRITE_CONFIG2 = 0x72, /* Macronix octal */
    NOR_SUSPEND = 0x75,
    NOR_RESUME = 0x7A,
    NOR_LOCK_ALL = 0x7E,
    NOR_WRITE_VOLATILE = 0x81, /* octal parts of ISSI and GigaDevice: configuration, until power-off */
    NOR_READ_VOLATILE = 0x85,
    NOR_READ_MANUFACTURER = 0x90,
    NOR_UNLOCK_ALL = 0x98,
    NOR_RESET = 0x99,
    NOR_READ_ID = 0x9F,
    NOR_RELEASE_POWER_DOWN = 0xAB,
    NOR_READ_ID_QPI = 0xAF,
    NOR_SUSPEND_B0 = 0xB0,
    NOR_WRITE_KEPT = 0xB1, /* octal parts of ISSI and GigaDevice: configuration at power-on */
    NOR_READ_KEPT = 0xB5,
    NOR_ENTER_4BYTE = 0xB7,
    NOR_POWER_DOWN = 0xB9,
    NOR_DUAL_IO_READ = 0xBB,
    NOR_DUAL_IO_READ4 = 0xBC,
    NOR_SET_PARAMETERS = 0xC0, /* dummy clocks in QPI mode */
    NOR_WRITE_EXTENDED = 0xC5, /* the extended address register: address bits 31 to 24 of a 3-byte address */
    NOR_ERASE_CHIP = 0xC7,
    NOR_READ_EXTENDED = 0xC8,
    NOR_ERASE_BLOCK64 = 0xD8,
    NOR_ERASE_BLOCK64_4 = 0xDC,
    NOR_EXIT_4BYTE = 0xE9,
    NOR_QUAD_IO_READ = 0xEB,
    NOR_QUAD_IO_READ4 = 0xEC,
    NOR_OCTAL_READ = 0xEC,        /* Macronix, OPI at single rate */
    NOR_OCTAL_DTR_READ = 0xEE,    /* Macronix, OPI at double rate */
    NOR_EXIT_QPI_F5 = 0xF5,       /* Macronix, ISSI */
    NOR_OCTAL_DTR_READ_FD = 0xFD, /* octal parts of ISSI and GigaDevice */
    NOR_EXIT_QPI_FF = 0xFF,       /* also ends continuous read */
};
/* Makers, the first byte of READ_ID: JEDEC JEP106. */
enum {
    NOR_MAKER_XTX = 0x0B,
    NOR_MAKER_EON = 0x1C,
    NOR_MAKER_XMC = 0x20,
    NOR_MAKER_XMC_46 = 0x46,
    NOR_MAKER_ZBIT = 0x5E,
    NOR_MAKER_BOYA = 0x68,
    NOR_MAKER_PUYA = 0x85,
    NOR_MAKER_ISSI = 0x9D,
    NOR_MAKER_FUDAN = 0xA1,
    NOR_MAKER_ZETTA = 0xBA,
    NOR_MAKER_MACRONIX = 0xC2,
    NOR_MAKER_GIGADEVICE = 0xC8,
    NOR_MAKER_TH = 0xCD,
    NOR_MAKER_WINBOND = 0xEF,
};
#define NOR_SR1_WIP        0x01
#define NOR_SR1_WEL        0x02
#define NOR_SR1_BP         0x1C
#define NOR_SR1_BP3        0x20 /* where there are four of them: Macronix, ISSI, parts from 32 MB */
#define NOR_SR1_TB         0x20 /* Winbond and most: protect from the bottom */
#define NOR_SR1_SEC        0x40 /* Winbond and most: BP counts sectors */
#define NOR_SR1_QE         0x40 /* Macronix, ISSI */
#define NOR_SR1_SRP        0x80 /* the status register is locked while the WP pin is low */
#define NOR_SR2_SRL        0x01 /* Winbond: status registers are locked until power-off */
#define NOR_SR2_QE         0x02
#define NOR_SR2_LB         0x38 /* Winbond: security register locks, one time */
#define NOR_SR2_CMP        0x40 /* Winbond and most: protect the complement */
#define NOR_SR2_SUS        0x80
#define NOR_SR2_QE7        0x80 /* of parts with commands 3E and 3F */
#define NOR_SR3_ADS        0x01 /* Winbond: 4-byte address mode is on */
#define NOR_SR3_ADP        0x02 /* Winbond: 4-byte address mode from power-on */
#define NOR_SR3_WPS        0x04 /* Winbond: block locks instead of block protect bits */
#define NOR_CR_TB          0x08 /* Macronix: protect from the bottom, one time */
#define NOR_CR_4BYTE       0x20 /* Macronix: 4-byte address mode is on */
#define NOR_FR_TBS         0x02 /* ISSI: protect from the bottom, one time */
/* Macronix octal: configuration register 2, by address. */
#define NOR_CR2_MODE       0x00000000
#define NOR_CR2_DUMMY      0x00000300
#define NOR_CR2_KEPT_MODE  0x40000000 /* what power-on begins with, inverted, one time */
#define NOR_CR2_SOPI       0x01
#define NOR_CR2_DOPI       0x02
/* Octal parts of ISSI and GigaDevice: configuration registers, by address, and values of the first. */
#define NOR_CFG_MODE       0
#define NOR_CFG_DUMMY      1
#define NOR_CFG_OCTAL_DTR  0xE7
#define NOR_CFG_OCTAL_DTR2 0xC7 /* without DQS */

#endif
