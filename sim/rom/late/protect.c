/* SPDX-License-Identifier: Apache-2.0 */
/* As an app of esp-idf does it (components/esp_hw_support/port/esp32s3/esp_memprot.c; hal/esp32c3/include/hal/memprot_ll.h): one
   line between code and data in SRAM1, code that is not written, data that is not executed. And world 1 may less: it does not
   write either. */
#include "../common/protect.h"

#include "../common/cpu.h"

extern const char app_iram_end[]; /* in the linker script; a multiple of what the line counts in */

enum { READ = 1, WRITE = 2, FETCH = 4 };
#define ALIAS     (PORT(SRAM1_I) - PORT(SRAM1_D))
#define LINE_HERE 2U /* the category of the block that the line is in; blocks below it have 0, those above 3 */
#define LINE_OVER 3U

static const uint32_t monitors[] = PORT_PMS_MONITORS; /* the lock of each; its control and what it latched follow */
enum { MONITORS = sizeof monitors / sizeof monitors[0], CONTROL = 4, LATCHED = 8 };

static uint32_t line_at(uint32_t data_addr)
{
    uint32_t offset = data_addr - PORT_PMS_BLOCK0, block = offset / PORT_PMS_BLOCK_BYTES;
    uint32_t value = field_put(PORT(SENS_SPLIT_ADDR), LINE_HERE << (2 * block),
                               data_addr % PORT_PMS_BLOCK_BYTES / PORT_PMS_LINE_UNIT);
    for (uint32_t i = block + 1; i < PORT_PMS_BLOCKS; i++)
        value |= LINE_OVER << (2 * i);
    return value;
}

/* All lines are the same, so that two of the four areas are empty: of code there is the first, of data the last. */
static uint32_t instruction_bus(unsigned code)
{
    uint32_t value = field_put(PORT(SENS_IRAM0_PMS_CACHE), 0, READ | FETCH | (READ | FETCH) << 3);
    value = field_put(PORT(SENS_IRAM0_PMS_ROM), value, READ | FETCH);
    return field_put(PORT(SENS_IRAM0_PMS_SRAM), value, code);
}

static uint32_t data_bus(void)
{
    uint32_t value = field_put(PORT(SENS_DRAM0_PMS_WORLD0), 0, READ | (READ | WRITE) << 6);
    value = field_put(PORT(SENS_DRAM0_PMS_WORLD1), value, READ | READ << 6);
    return field_put(PORT(SENS_DRAM0_PMS_ROM), value, READ | WRITE);
}

void protect_on(bool is_locked)
{
    uint32_t line = line_at((uint32_t)app_iram_end - ALIAS);
    for (unsigned i = 0; i < PORT_PMS_LINES; i++)
        reg_write(PORT(SENS_SPLIT_LINE_1) + 4 * i, line);
    reg_write(PORT(SENS_IRAM0_PMS_1), instruction_bus(READ | FETCH));
    reg_write(PORT(SENS_IRAM0_PMS_2), instruction_bus(READ | FETCH));
    reg_write(PORT(SENS_DRAM0_PMS_1), data_bus());
    for (unsigned i = 0; i < MONITORS; i++)
        reg_write(monitors[i] + CONTROL, PORT(SENS_VIOLATE_EN));
    if (!is_locked)
        return;
    reg_write(PORT(SENS_SPLIT_LINE_0), PORT(SENS_LOCK));
    reg_write(PORT(SENS_IRAM0_PMS_0), PORT(SENS_LOCK));
    reg_write(PORT(SENS_DRAM0_PMS_0), PORT(SENS_LOCK));
    for (unsigned i = 0; i < MONITORS; i++)
        reg_write(monitors[i], PORT(SENS_LOCK));
}

uint32_t protect_violations(void)
{
    uint32_t latched = 0;
    for (unsigned i = 0; i < MONITORS; i++)
        latched |= reg_read(monitors[i] + LATCHED);
    return latched & PORT(SENS_VIOLATE_INTR);
}
