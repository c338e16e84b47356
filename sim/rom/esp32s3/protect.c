/* SPDX-License-Identifier: Apache-2.0 */
/* As an app of esp-idf does it (components/esp_hw_support/port/esp32s3/esp_memprot.c): one line between code and data in SRAM1,
   code that is not written, data that is not executed. And world 1 may less: it does not write either. */
#include "../common/protect.h"

#include "../common/cpu.h"

extern const char app_iram_end[]; /* in the linker script; a multiple of 256 */

enum { BLOCK_BYTES = 0x10000, READ = 1, WRITE = 2, FETCH = 4 };
#define BLOCK0    0x3FC80000U /* of the line's count */
#define ALIAS     (ESP32S3_SRAM1_I - ESP32S3_SRAM1_D)
#define LINE_HERE 2U /* the category of the block that the line is in; blocks below it have 0, those above 3 */
#define LINE_OVER 3U
#define BLOCKS    7U

static uint32_t line_at(uint32_t data_addr)
{
    uint32_t block = (data_addr - BLOCK0) / BLOCK_BYTES;
    uint32_t value = field_put(ESP32S3_SENS_SPLIT_ADDR, LINE_HERE << (2 * block), data_addr % BLOCK_BYTES >> 8);
    for (uint32_t i = block + 1; i < BLOCKS; i++)
        value |= LINE_OVER << (2 * i);
    return value;
}

/* All lines are the same, so that two of the four areas are empty: of code there is the first, of data the last. */
static uint32_t instruction_bus(unsigned code)
{
    uint32_t value = field_put(ESP32S3_SENS_IRAM0_PMS_CACHE, 0, READ | FETCH | (READ | FETCH) << 3);
    value = field_put(ESP32S3_SENS_IRAM0_PMS_ROM, value, READ | FETCH);
    return field_put(ESP32S3_SENS_IRAM0_PMS_SRAM, value, code);
}

static uint32_t data_bus(void)
{
    uint32_t value = field_put(ESP32S3_SENS_DRAM0_PMS_WORLD0, 0, READ | (READ | WRITE) << 6);
    value = field_put(ESP32S3_SENS_DRAM0_PMS_WORLD1, value, READ | READ << 6);
    return field_put(ESP32S3_SENS_DRAM0_PMS_ROM, value, READ | WRITE);
}

static void watch(uint32_t lock, uint32_t control, bool is_locked)
{
    reg_write(control, ESP32S3_SENS_VIOLATE_EN);
    if (is_locked)
        reg_write(lock, ESP32S3_SENS_LOCK);
}

void protect_on(bool is_locked)
{
    uint32_t line = line_at((uint32_t)app_iram_end - ALIAS);
    for (uint32_t reg = ESP32S3_SENS_SPLIT_LINE_1; reg <= ESP32S3_SENS_SPLIT_LINE_4 + 4; reg += 4)
        reg_write(reg, line);
    reg_write(ESP32S3_SENS_IRAM0_PMS_1, instruction_bus(READ | FETCH));
    reg_write(ESP32S3_SENS_IRAM0_PMS_2, instruction_bus(READ | FETCH));
    reg_write(ESP32S3_SENS_DRAM0_PMS_1, data_bus());
    if (is_locked) {
        reg_write(ESP32S3_SENS_SPLIT_LINE_0, ESP32S3_SENS_LOCK);
        reg_write(ESP32S3_SENS_IRAM0_PMS_0, ESP32S3_SENS_LOCK);
        reg_write(ESP32S3_SENS_DRAM0_PMS_0, ESP32S3_SENS_LOCK);
    }
    watch(ESP32S3_SENS_C0_IRAM0_MONITOR_0, ESP32S3_SENS_C0_IRAM0_MONITOR_1, is_locked);
    watch(ESP32S3_SENS_C1_IRAM0_MONITOR_0, ESP32S3_SENS_C1_IRAM0_MONITOR_1, is_locked);
    watch(ESP32S3_SENS_C0_DRAM0_MONITOR_0, ESP32S3_SENS_C0_DRAM0_MONITOR_1, is_locked);
    watch(ESP32S3_SENS_C1_DRAM0_MONITOR_0, ESP32S3_SENS_C1_DRAM0_MONITOR_1, is_locked);
}

uint32_t protect_violations(void)
{
    return (reg_read(ESP32S3_SENS_C0_IRAM0_MONITOR_2) | reg_read(ESP32S3_SENS_C1_IRAM0_MONITOR_2) |
            reg_read(ESP32S3_SENS_C0_DRAM0_MONITOR_2) | reg_read(ESP32S3_SENS_C1_DRAM0_MONITOR_2)) &
           ESP32S3_SENS_VIOLATE_INTR;
}
