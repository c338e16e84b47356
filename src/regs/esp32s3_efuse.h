/* SPDX-License-Identifier: Apache-2.0 */
/* The eFuses of the ESP32-S3 and their controller; comes with regs/esp32s3.h, where the sources are named. */
#ifndef REGS_ESP32S3_EFUSE_H
#define REGS_ESP32S3_EFUSE_H

#ifndef __ASSEMBLER__
#include "base/bits.h"
#endif

/* --- eFuse: efuse_reg.h --- */
#define ESP32S3_EFUSE_PGM_DATA0      0x60007000 /* eight words */
#define ESP32S3_EFUSE_PGM_CHECK0     0x60007020 /* three words */
#define ESP32S3_EFUSE_RD_WR_DIS      0x6000702C
#define ESP32S3_EFUSE_RD_REPEAT0     0x60007030
#define ESP32S3_EFUSE_RD_REPEAT1     0x60007034
#define ESP32S3_EFUSE_RD_REPEAT2     0x60007038
#define ESP32S3_EFUSE_RD_REPEAT3     0x6000703C
#define ESP32S3_EFUSE_RD_REPEAT4     0x60007040
#define ESP32S3_EFUSE_RD_MAC_SYS0    0x60007044 /* MAC[31:0] */
#define ESP32S3_EFUSE_RD_MAC_SYS1    0x60007048 /* MAC[47:32] */
#define ESP32S3_EFUSE_RD_MAC_SYS2    0x6000704C
#define ESP32S3_EFUSE_RD_MAC_SYS3    0x60007050
#define ESP32S3_EFUSE_RD_MAC_SYS4    0x60007054
#define ESP32S3_EFUSE_RD_MAC_SYS5    0x60007058
#define ESP32S3_EFUSE_RD_SYS_PART1   0x6000705C /* eight words; 0..3 unique id */
#define ESP32S3_EFUSE_RD_SYS_PART1_4 0x6000706C
#define ESP32S3_EFUSE_RD_USR_DATA    0x6000707C /* eight words */
#define ESP32S3_EFUSE_RD_KEY0        0x6000709C /* eight words a key, six keys */
#define ESP32S3_EFUSE_RD_SYS_PART2   0x6000715C /* eight words */
#define ESP32S3_EFUSE_RD_REPEAT_ERR0 0x6000717C
#define ESP32S3_EFUSE_CLK            0x600071C8
#define ESP32S3_EFUSE_CONF           0x600071CC
#define ESP32S3_EFUSE_STATUS         0x600071D0
#define ESP32S3_EFUSE_CMD            0x600071D4
#define ESP32S3_EFUSE_INT_RAW        0x600071D8
#define ESP32S3_EFUSE_DATE           0x600071FC

#define ESP32S3_EFUSE_DIS_ICACHE           BIT(8) /* RD_REPEAT0 */
#define ESP32S3_EFUSE_DIS_DCACHE           BIT(9)
#define ESP32S3_EFUSE_DIS_FORCE_DOWNLOAD   BIT(12)
#define ESP32S3_EFUSE_DIS_APP_CPU          BIT(15)
#define ESP32S3_EFUSE_SOFT_DIS_JTAG        FIELD(18, 16) /* odd number of bits: JTAG is off, HMAC may switch it on */
#define ESP32S3_EFUSE_DIS_PAD_JTAG         BIT(19)
#define ESP32S3_EFUSE_DIS_DOWNLOAD_ENCRYPT BIT(20)
#define ESP32S3_EFUSE_VDD_SPI_XPD          BIT(4) /* RD_REPEAT1 */
#define ESP32S3_EFUSE_VDD_SPI_TIEH         BIT(5)
#define ESP32S3_EFUSE_VDD_SPI_FORCE        BIT(6)
#define ESP32S3_EFUSE_WDT_DELAY_SEL        FIELD(17, 16)
#define ESP32S3_EFUSE_SPI_BOOT_CRYPT_CNT   FIELD(20, 18) /* odd number of bits: flash encryption is on */
#define ESP32S3_EFUSE_KEY_PURPOSE_0        FIELD(27, 24)
#define ESP32S3_EFUSE_KEY_PURPOSE_1        FIELD(31, 28)
#define ESP32S3_EFUSE_SECURE_BOOT_EN       BIT(20) /* RD_REPEAT2; purposes of keys 2..5 in [15:0] */
#define ESP32S3_EFUSE_DIS_USB_JTAG         BIT(22)
#define ESP32S3_EFUSE_DIS_USB_SERIAL_JTAG  BIT(23)
#define ESP32S3_EFUSE_STRAP_JTAG_SEL       BIT(24)
#define ESP32S3_EFUSE_USB_PHY_SEL          BIT(25)
#define ESP32S3_EFUSE_DIS_DOWNLOAD_MODE    BIT(0) /* RD_REPEAT3 */
#define ESP32S3_EFUSE_DIS_DIRECT_BOOT      BIT(1)
#define ESP32S3_EFUSE_SECURITY_DOWNLOAD    BIT(5)
#define ESP32S3_EFUSE_UART_PRINT_CONTROL   FIELD(7, 6)
#define ESP32S3_EFUSE_FLASH_TYPE           BIT(9) /* 1: octal, eight data lines */
#define ESP32S3_EFUSE_FLASH_PAGE_SIZE      FIELD(11, 10)
#define ESP32S3_EFUSE_MAC_HIGH             FIELD(15, 0)  /* RD_MAC_SYS1; above: pins of the flash */
#define ESP32S3_EFUSE_WAFER_MINOR_LO       FIELD(20, 18) /* RD_MAC_SYS3 */
#define ESP32S3_EFUSE_PKG_VERSION          FIELD(23, 21)
#define ESP32S3_EFUSE_BLK_VERSION_MINOR    FIELD(26, 24)
#define ESP32S3_EFUSE_FLASH_CAP            FIELD(29, 27) /* 0 none, 1 8 MB, 2 4 MB in the package */
#define ESP32S3_EFUSE_FLASH_VENDOR         FIELD(2, 0)   /* RD_MAC_SYS4 */
#define ESP32S3_EFUSE_PSRAM_CAP            FIELD(4, 3)   /* 0 none, 1 8 MB, 2 2 MB, 3 16 MB; with bit 2 below 4: 4 MB */
#define ESP32S3_EFUSE_PSRAM_VENDOR         FIELD(8, 7)
#define ESP32S3_EFUSE_PSRAM_CAP_3          BIT(19) /* RD_MAC_SYS5 */
#define ESP32S3_EFUSE_WAFER_MINOR_HI       BIT(23)
#define ESP32S3_EFUSE_WAFER_MAJOR          FIELD(25, 24)
#define ESP32S3_EFUSE_BLK_VERSION_MAJOR    FIELD(1, 0) /* RD_SYS_PART1_4 */
#define ESP32S3_EFUSE_CONF_READ            0x5AA5
#define ESP32S3_EFUSE_CONF_PROGRAM         0x5A5A
#define ESP32S3_EFUSE_CMD_READ             BIT(0)
#define ESP32S3_EFUSE_CMD_PROGRAM          BIT(1)
#define ESP32S3_EFUSE_CMD_BLK_NUM          FIELD(5, 2)

/* Purposes of keys: esp_efuse.h. */
#ifndef __ASSEMBLER__
enum esp32s3_key_purpose {
    ESP32S3_KEY_USER = 0,
    ESP32S3_KEY_XTS_AES_256_1 = 2,
    ESP32S3_KEY_XTS_AES_256_2 = 3,
    ESP32S3_KEY_XTS_AES_128 = 4,
    ESP32S3_KEY_SECURE_BOOT_DIGEST0 = 9,
};
#endif

#endif
