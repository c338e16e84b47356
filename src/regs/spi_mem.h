/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SPI MEM controllers: SPI0, which fetches for the caches, and SPI1, which software drives. The ESP32-S3 has this
 * register file; the chips after it have one alike, and what is elsewhere on the ESP32-C3 stands below (SPI_MEM_C3_). That
 * has no octal mode, no double rate and no external RAM: their registers and bits are not there. Offsets from the
 * controller's base.
 *
 * Sources: esp-idf components/soc/esp32s3/register/soc/spi_mem_reg.h, and the same of esp32c3. Addresses have no suffix, so
 * that assembly can use them; the fields need C.
 */
#ifndef REGS_SPI_MEM_H
#define REGS_SPI_MEM_H

#ifndef __ASSEMBLER__
#include "base/bits.h"
#endif

#define SPI_MEM_CMD         0x00
#define SPI_MEM_ADDR        0x04 /* USR: right-aligned; PP: length in [31:24] */
#define SPI_MEM_CTRL        0x08
#define SPI_MEM_CTRL1       0x0C
#define SPI_MEM_CTRL2       0x10
#define SPI_MEM_CLOCK       0x14
#define SPI_MEM_USER        0x18
#define SPI_MEM_USER1       0x1C
#define SPI_MEM_USER2       0x20
#define SPI_MEM_MOSI_DLEN   0x24 /* bits - 1 */
#define SPI_MEM_MISO_DLEN   0x28
#define SPI_MEM_RD_STATUS   0x2C
#define SPI_MEM_EXT_ADDR    0x30
#define SPI_MEM_MISC        0x34
#define SPI_MEM_TX_CRC      0x38
#define SPI_MEM_CACHE_FCTRL 0x3C
#define SPI_MEM_CACHE_SCTRL 0x40
#define SPI_MEM_SRAM_CMD    0x44
#define SPI_MEM_SRAM_DRD    0x48 /* read command of external RAM */
#define SPI_MEM_SRAM_DWR    0x4C
#define SPI_MEM_SRAM_CLK    0x50
#define SPI_MEM_FSM         0x54
#define SPI_MEM_W0          0x58 /* sixteen words */
#define SPI_MEM_WAITI       0x98
#define SPI_MEM_SUS_CMD     0x9C
#define SPI_MEM_SUS_CTRL    0xA0
#define SPI_MEM_SUS_STATUS  0xA4
#define SPI_MEM_TIMING_CALI 0xA8
#define SPI_MEM_DIN_MODE    0xAC
#define SPI_MEM_DIN_NUM     0xB0
#define SPI_MEM_DOUT_MODE   0xB4
#define SPI_MEM_STIMING     0xBC /* timing of external RAM, four words */
#define SPI_MEM_ECC_CTRL    0xCC
#define SPI_MEM_ECC_ERR     0xD0
#define SPI_MEM_ECC_ADDR    0xD4
#define SPI_MEM_SRAM_CS     0xDC /* SMEM_AC */
#define SPI_MEM_DDR         0xE0
#define SPI_MEM_SMEM_DDR    0xE4
#define SPI_MEM_CLOCK_GATE  0xE8
#define SPI_MEM_CORE_CLK    0xEC
#define SPI_MEM_INT_ENA     0xF0
#define SPI_MEM_INT_CLR     0xF4
#define SPI_MEM_INT_RAW     0xF8
#define SPI_MEM_INT_ST      0xFC
#define SPI_MEM_DATE        0x3FC

/* ESP32-C3 */
#define SPI_MEM_C3_SUS_CTRL   0x9C
#define SPI_MEM_C3_SUS_CMD    0xA0
#define SPI_MEM_C3_INT_ENA    0xC0
#define SPI_MEM_C3_INT_CLR    0xC4
#define SPI_MEM_C3_INT_RAW    0xC8
#define SPI_MEM_C3_INT_ST     0xCC
#define SPI_MEM_C3_CLOCK_GATE 0xDC
#define SPI_MEM_C3_CORE_CLK   0xE0

#define SPI_MEM_CMD_READ BIT(31) /* each bit starts a command and falls when it is done */
#define SPI_MEM_CMD_WREN BIT(30)
#define SPI_MEM_CMD_WRDI BIT(29)
#define SPI_MEM_CMD_RDID BIT(28)
#define SPI_MEM_CMD_RDSR BIT(27)
#define SPI_MEM_CMD_WRSR BIT(26)
#define SPI_MEM_CMD_PP   BIT(25)
#define SPI_MEM_CMD_SE   BIT(24)
#define SPI_MEM_CMD_BE   BIT(23)
#define SPI_MEM_CMD_CE   BIT(22)
#define SPI_MEM_CMD_DP   BIT(21)
#define SPI_MEM_CMD_RES  BIT(20)
#define SPI_MEM_CMD_HPM  BIT(19)
#define SPI_MEM_CMD_USR  BIT(18)
#define SPI_MEM_CMD_PE   BIT(17) /* with USR: the command programs or erases */

#define SPI_MEM_ADDR_PP_LEN FIELD(31, 24)

#define SPI_MEM_CTRL_FREAD_QIO   BIT(24)
#define SPI_MEM_CTRL_FREAD_DIO   BIT(23)
#define SPI_MEM_CTRL_WRSR_2B     BIT(22)
#define SPI_MEM_CTRL_WP          BIT(21)
#define SPI_MEM_CTRL_FREAD_QUAD  BIT(20)
#define SPI_MEM_CTRL_D_POL       BIT(19)
#define SPI_MEM_CTRL_Q_POL       BIT(18)
#define SPI_MEM_CTRL_RESANDRES   BIT(15)
#define SPI_MEM_CTRL_FREAD_DUAL  BIT(14)
#define SPI_MEM_CTRL_FASTRD_MODE BIT(13)
#define SPI_MEM_CTRL_TX_CRC_EN   BIT(11)
#define SPI_MEM_CTRL_FCS_CRC_EN  BIT(10)
#define SPI_MEM_CTRL_FCMD_OCT    BIT(9)
#define SPI_MEM_CTRL_FCMD_QUAD   BIT(8)
#define SPI_MEM_CTRL_FCMD_DUAL   BIT(7)
#define SPI_MEM_CTRL_FADDR_OCT   BIT(6)
#define SPI_MEM_CTRL_FDIN_OCT    BIT(5)
#define SPI_MEM_CTRL_FDOUT_OCT   BIT(4)
#define SPI_MEM_CTRL_FDUMMY_OUT  BIT(3)

#define SPI_MEM_CTRL1_RXFIFO_RST BIT(30)
#define SPI_MEM_CTRL1_CLK_MODE   FIELD(1, 0)
#define SPI_MEM_CTRL2_SYNC_RESET BIT(31)
#define SPI_MEM_CTRL2_CS_HOLD    FIELD(9, 5)
#define SPI_MEM_CTRL2_CS_SETUP   FIELD(4, 0)
#define SPI_MEM_CLOCK_EQU_SYSCLK BIT(31)
#define SPI_MEM_CLOCK_N          FIELD(23, 16) /* divider - 1 */
#define SPI_MEM_CLOCK_H          FIELD(15, 8)
#define SPI_MEM_CLOCK_L          FIELD(7, 0)

#define SPI_MEM_USER_COMMAND       BIT(31)
#define SPI_MEM_USER_ADDR          BIT(30)
#define SPI_MEM_USER_DUMMY         BIT(29)
#define SPI_MEM_USER_MISO          BIT(28)
#define SPI_MEM_USER_MOSI          BIT(27)
#define SPI_MEM_USER_DUMMY_IDLE    BIT(26)
#define SPI_MEM_USER_MOSI_HIGHPART BIT(25) /* data from W8 on */
#define SPI_MEM_USER_MISO_HIGHPART BIT(24)
#define SPI_MEM_USER_FWRITE_QIO    BIT(15)
#define SPI_MEM_USER_FWRITE_DIO    BIT(14)
#define SPI_MEM_USER_FWRITE_QUAD   BIT(13)
#define SPI_MEM_USER_FWRITE_DUAL   BIT(12)
#define SPI_MEM_USER_CK_OUT_EDGE   BIT(9)
#define SPI_MEM_USER_CS_SETUP      BIT(7)
#define SPI_MEM_USER_CS_HOLD       BIT(6)
#define SPI_MEM_USER1_ADDR_BITLEN  FIELD(31, 26) /* bits - 1 */
#define SPI_MEM_USER1_DUMMY_CYCLES FIELD(5, 0)   /* cycles - 1; with DDR in half cycles */
#define SPI_MEM_USER2_COMMAND_BITS FIELD(31, 28) /* bits - 1 */
#define SPI_MEM_USER2_COMMAND      FIELD(15, 0)  /* its low byte goes first */
#define SPI_MEM_DLEN_BITS          FIELD(9, 0)
#define SPI_MEM_RD_STATUS_WB_MODE  FIELD(23, 16) /* mode bits of a dual or quad I/O read */
#define SPI_MEM_RD_STATUS_STATUS   FIELD(15, 0)

#define SPI_MEM_MISC_CS0_DIS        BIT(0)
#define SPI_MEM_MISC_CS1_DIS        BIT(1)
#define SPI_MEM_MISC_CK_IDLE_EDGE   BIT(9)
#define SPI_MEM_MISC_CS_KEEP_ACTIVE BIT(10)
#define SPI_MEM_MISC_AUTO_PER       BIT(11)

#define SPI_MEM_CACHE_REQ_EN          BIT(0) /* CACHE_FCTRL */
#define SPI_MEM_CACHE_ADDR_4BYTE      BIT(1)
#define SPI_MEM_CACHE_FLASH_USR_CMD   BIT(2) /* the cache reads as USER, USER1 and USER2 say */
#define SPI_MEM_CACHE_FDIN_DUAL       BIT(3)
#define SPI_MEM_CACHE_FDOUT_DUAL      BIT(4)
#define SPI_MEM_CACHE_FADDR_DUAL      BIT(5)
#define SPI_MEM_CACHE_FDIN_QUAD       BIT(6)
#define SPI_MEM_CACHE_FDOUT_QUAD      BIT(7)
#define SPI_MEM_CACHE_FADDR_QUAD      BIT(8)
#define SPI_MEM_CACHE_SRAM_ADDR_4BYTE BIT(0) /* CACHE_SCTRL */
#define SPI_MEM_CACHE_SRAM_USR_RCMD   BIT(5)
#define SPI_MEM_CACHE_SRAM_USR_WCMD   BIT(20)
#define SPI_MEM_CACHE_SRAM_OCT        BIT(21)

#define SPI_MEM_FSM_ST               FIELD(2, 0) /* 0 is idle */
#define SPI_MEM_TIMING_CLK_ENA       BIT(0)
#define SPI_MEM_TIMING_CALI_ENA      BIT(1)
#define SPI_MEM_TIMING_EXTRA_DUMMY   FIELD(4, 2)
#define SPI_MEM_DDR_EN               BIT(0) /* DDR, SMEM_DDR */
#define SPI_MEM_DDR_VAR_DUMMY        BIT(1)
#define SPI_MEM_DDR_RDAT_SWP         BIT(2) /* the two bytes of a word are swapped */
#define SPI_MEM_DDR_WDAT_SWP         BIT(3)
#define SPI_MEM_DDR_CMD_DIS          BIT(4) /* the opcode goes on one edge */
#define SPI_MEM_DDR_OUTMINBYTELEN    FIELD(11, 5)
#define SPI_MEM_SUS_CMD_PER          BIT(0) /* resume now */
#define SPI_MEM_SUS_CMD_PES          BIT(1) /* suspend now */
#define SPI_MEM_SUS_CMD_PES_PER_EN   BIT(4) /* resume by itself what was suspended */
#define SPI_MEM_SUS_CTRL_PES_EN      BIT(0) /* a fetch suspends an erase or program by itself */
#define SPI_MEM_SUS_CTRL_PER_COMMAND FIELD(8, 1)
#define SPI_MEM_SUS_CTRL_PES_COMMAND FIELD(16, 9)
#define SPI_MEM_SUS_STATUS_SUSPENDED BIT(0)

#define SPI_MEM_C3_SUS_CTRL_PER        BIT(0) /* resume now */
#define SPI_MEM_C3_SUS_CTRL_PES        BIT(1) /* suspend now */
#define SPI_MEM_C3_SUS_CTRL_PES_PER_EN BIT(4) /* resume by itself what was suspended */
#define SPI_MEM_C3_SUS_CTRL_PES_EN     BIT(5) /* a fetch suspends an erase or program by itself */
#define SPI_MEM_C3_SUS_CMD_PER_COMMAND FIELD(7, 0)
#define SPI_MEM_C3_SUS_CMD_PES_COMMAND FIELD(15, 8)

#endif
