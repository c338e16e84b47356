/* SPDX-License-Identifier: Apache-2.0 */
/* SPI NOR opcodes and status bits. Sources: JESD216; datasheets of W25Q64JV; esp-idf spi_flash_defs.h. */
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
    NOR_WRITE_STATUS3 = 0x11,
    NOR_READ_STATUS3 = 0x15,
    NOR_ERASE_SECTOR = 0x20,
    NOR_WRITE_STATUS2 = 0x31,
    NOR_QUAD_PROGRAM = 0x32,
    NOR_READ_STATUS2 = 0x35,
    NOR_DUAL_OUT_READ = 0x3B,
    NOR_READ_UNIQUE_ID = 0x4B,
    NOR_VOLATILE_WRITE_ENABLE = 0x50,
    NOR_ERASE_BLOCK32 = 0x52,
    NOR_READ_SFDP = 0x5A,
    NOR_ERASE_CHIP_ALT = 0x60,
    NOR_RESET_ENABLE = 0x66,
    NOR_QUAD_OUT_READ = 0x6B,
    NOR_SUSPEND = 0x75,
    NOR_RESUME = 0x7A,
    NOR_RESET = 0x99,
    NOR_READ_ID = 0x9F,
    NOR_RELEASE_POWER_DOWN = 0xAB,
    NOR_ENTER_4BYTE = 0xB7,
    NOR_POWER_DOWN = 0xB9,
    NOR_DUAL_IO_READ = 0xBB,
    NOR_ERASE_CHIP = 0xC7,
    NOR_ERASE_BLOCK64 = 0xD8,
    NOR_EXIT_4BYTE = 0xE9,
    NOR_QUAD_IO_READ = 0xEB,
    NOR_READ_MANUFACTURER = 0x90,
};
#define NOR_SR1_WIP 0x01
#define NOR_SR1_WEL 0x02
#define NOR_SR1_BP  0x1C
#define NOR_SR1_TB  0x20 /* Winbond: protect from the bottom */
#define NOR_SR1_SEC 0x40 /* Winbond: BP counts sectors */
#define NOR_SR2_SRL 0x01 /* Winbond: status registers are locked until power-off */
#define NOR_SR2_QE  0x02
#define NOR_SR2_LB  0x38 /* Winbond: security register locks, one time */
#define NOR_SR2_CMP 0x40 /* Winbond: protect the complement */
#define NOR_SR2_SUS 0x80

#endif
