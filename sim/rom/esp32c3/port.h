/* SPDX-License-Identifier: Apache-2.0 */
/* What the code in common/, late/, riscv/, bootrom/, bootloader/ and app/ must know of the ESP32-C3; for C and the assembler. */
#ifndef ROM_ESP32C3_PORT_H
#define ROM_ESP32C3_PORT_H

#include "regs/esp32c3.h"

#define PORT_NAME              "esp32c3"
#define PORT_CHIP_ID           5 /* in image headers: esp-idf esp_app_format.h */
#define PORT_BOOTLOADER_OFFSET 0
#define PORT_MMU_PAGE_SIZE     ESP32C3_MMU_PAGE_SIZE
#define PORT_CORES             1

/* Registers and fields by their names on this chip: late/, riscv/. */
#define PORT(name)            ESP32C3_##name
#define PORT_RESET_CAUSE      ESP32C3_RTC_RESET_CAUSE
#define PORT_MAIN_TIMER_ALARM ESP32C3_RTC_MAIN_TIMER_ALARM_EN
#define PORT_STRAP_PRINT      ESP32C3_STRAP_GPIO8
#define PORT_SPI_MEM_DDR      0 /* there is none */
#define PORT_XTS_BYTES        ESP32C3_XTS_PLAIN_BYTES

/* Memory protection (late/protect.c): the blocks of SRAM1 that split lines count, in what they count, and the monitors. */
#define PORT_PMS_BLOCK0      ESP32C3_SRAM1_D
#define PORT_PMS_BLOCK_BYTES 0x20000U
#define PORT_PMS_BLOCKS      3U
#define PORT_PMS_LINE_UNIT   0x200U
#define PORT_PMS_LINES       5
#define PORT_PMS_MONITORS                                                                                              \
    {                                                                                                                  \
        ESP32C3_SENS_IRAM0_MONITOR_0, ESP32C3_SENS_DRAM0_MONITOR_0                                                     \
    }

#endif
