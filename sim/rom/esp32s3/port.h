/* SPDX-License-Identifier: Apache-2.0 */
/* What the code in common/, bootrom/, bootloader/ and app/ must know of the ESP32-S3; for C and the assembler. */
#ifndef ROM_ESP32S3_PORT_H
#define ROM_ESP32S3_PORT_H

#include "regs/esp32s3.h"

#define PORT_NAME              "esp32s3"
#define PORT_CHIP_ID           9 /* in image headers: esp-idf esp_app_format.h */
#define PORT_BOOTLOADER_OFFSET 0
#define PORT_MMU_PAGE_SIZE     ESP32S3_MMU_PAGE_SIZE

#define PORT_CORES 2

/* Registers and fields by their names on this chip: late/. */
#define PORT(name)            ESP32S3_##name
#define PORT_RESET_CAUSE      ESP32S3_RTC_RESET_CAUSE_PROCPU
#define PORT_MAIN_TIMER_ALARM ESP32S3_RTC_MAIN_TIMER_ALARM_EN
#define PORT_STRAP_PRINT      ESP32S3_STRAP_GPIO46
#define PORT_SPI_MEM_DDR      SPI_MEM_DDR
#define PORT_XTS_BYTES        64 /* of the encryption block's memory */

#define PORT_ROM_BASE    ESP32S3_ROM
/* Where the ROM of the second core waits for an address. */
#define PORT_CORE1_ENTRY ESP32S3_SYSTEM_CORE1_CONTROL1

/* Memory protection (late/protect.c): the blocks of SRAM1 that split lines count, in what they count, and the monitors. */
#define PORT_PMS_BLOCK0      0x3FC80000U
#define PORT_PMS_BLOCK_BYTES 0x10000U
#define PORT_PMS_BLOCKS      7U
#define PORT_PMS_LINE_UNIT   0x100U
#define PORT_PMS_LINES       5
#define PORT_PMS_MONITORS                                                                                              \
    {                                                                                                                  \
        ESP32S3_SENS_C0_IRAM0_MONITOR_0, ESP32S3_SENS_C1_IRAM0_MONITOR_0, ESP32S3_SENS_C0_DRAM0_MONITOR_0,             \
            ESP32S3_SENS_C1_DRAM0_MONITOR_0                                                                            \
    }

#endif
