/* SPDX-License-Identifier: Apache-2.0 */
/* The eFuses of the ESP32 and their controller; comes with regs/esp32.h, where the sources are named. */
#ifndef REGS_ESP32_EFUSE_H
#define REGS_ESP32_EFUSE_H

#ifndef __ASSEMBLER__
#include "base/bits.h"
#endif

/* --- eFuse: efuse_reg.h, efuse_defs.h --- */
#define ESP32_EFUSE_BLK0_RDATA0 0x3FF5A000
#define ESP32_EFUSE_BLK0_RDATA1 0x3FF5A004 /* MAC[31:0] */
#define ESP32_EFUSE_BLK0_RDATA2 0x3FF5A008 /* MAC[47:32], CRC8 in [23:16] */
#define ESP32_EFUSE_BLK0_RDATA3 0x3FF5A00C
#define ESP32_EFUSE_BLK0_RDATA4 0x3FF5A010
#define ESP32_EFUSE_BLK0_RDATA5 0x3FF5A014
#define ESP32_EFUSE_BLK0_RDATA6 0x3FF5A018
#define ESP32_EFUSE_BLK0_WDATA0 0x3FF5A01C
#define ESP32_EFUSE_BLK1_RDATA0 0x3FF5A038
#define ESP32_EFUSE_BLK2_RDATA0 0x3FF5A058
#define ESP32_EFUSE_BLK3_RDATA0 0x3FF5A078
#define ESP32_EFUSE_CLK         0x3FF5A0F8
#define ESP32_EFUSE_CONF        0x3FF5A0FC
#define ESP32_EFUSE_STATUS      0x3FF5A100
#define ESP32_EFUSE_CMD         0x3FF5A104
#define ESP32_EFUSE_DAC_CONF    0x3FF5A118
#define ESP32_EFUSE_DEC_STATUS  0x3FF5A11C
#define ESP32_EFUSE_JTAG_ENABLE 0x3FF5A1FC /* 0 lets JTAG in again after a system reset (reset code of openocd-esp32) */

#define ESP32_EFUSE_WR_DIS                FIELD(15, 0) /* RDATA0; of which bit 7 + n is that of block 1 + n */
#define ESP32_EFUSE_RD_DIS                FIELD(19, 16) /* bit n is that of block 1 + n, bit 3 of some fields of block 0 */
#define ESP32_EFUSE_FLASH_CRYPT_CNT       FIELD(26, 20) /* an odd number of set bits: flash encryption is on */
#define ESP32_EFUSE_UART_DOWNLOAD_DIS     BIT(27)
#define ESP32_EFUSE_MAC_HIGH              FIELD(15, 0) /* RDATA2 */
#define ESP32_EFUSE_MAC_CRC               FIELD(23, 16)
#define ESP32_EFUSE_DISABLE_APP_CPU       BIT(0)       /* RDATA3 */
#define ESP32_EFUSE_CHIP_VER_PKG          FIELD(11, 9) /* RDATA3 */
#define ESP32_EFUSE_CHIP_VER_REV1         BIT(15)
#define ESP32_EFUSE_BLK3_PART_RESERVE     BIT(14)
#define ESP32_EFUSE_CHIP_CPU_FREQ_RATED   BIT(13)
#define ESP32_EFUSE_CHIP_VER_REV2         BIT(20) /* RDATA5 */
#define ESP32_EFUSE_WAFER_VERSION_MINOR   FIELD(25, 24)
#define ESP32_EFUSE_FLASH_CRYPT_CONFIG    FIELD(31, 28)
#define ESP32_EFUSE_CODING_SCHEME         FIELD(1, 0) /* RDATA6 */
#define ESP32_EFUSE_CONSOLE_DEBUG_DISABLE BIT(2)
#define ESP32_EFUSE_ABS_DONE_0            BIT(4) /* secure boot, version 1 */
#define ESP32_EFUSE_ABS_DONE_1            BIT(5) /* secure boot, version 2 */
#define ESP32_EFUSE_JTAG_DISABLE          BIT(6)
#define ESP32_EFUSE_DISABLE_DL_ENCRYPT    BIT(7) /* in the download modes */
#define ESP32_EFUSE_DISABLE_DL_DECRYPT    BIT(8)
#define ESP32_EFUSE_KEY_STATUS            BIT(10)
#define ESP32_EFUSE_CODING_34             1 /* CODING_SCHEME: 6 bytes and 2 that check them, four times a block */
#define ESP32_EFUSE_CONF_READ             0x5AA5
#define ESP32_EFUSE_CONF_PROGRAM          0x5A5A
#define ESP32_EFUSE_CMD_READ              BIT(0)
#define ESP32_EFUSE_CMD_PROGRAM           BIT(1)

#endif
