/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ESP32-S3's SENSITIVE is, and which internal memory is trace memory. Sources: TRM chapter 'Permission Control';
 * esp-idf sensitive_reg.h, memprot_defs.h, tracemem_config.h. Permissions of the second core alone are storage: there is one
 * set for both.
 */
#include "sim/esp32s3/esp32s3_int.h"

#define AT(name) (ESP32S3_SENS_##name - ESP32S3_SENSITIVE_BASE)

/* World 1 is a program's untrusted half; everything else is world 0. */
static bool is_world1(const struct core *c, unsigned bus)
{
    uint32_t which = bus == PMS_CODE ? ESP32S3_WCL_WORLD_IRAM0 : ESP32S3_WCL_WORLD_DRAM0_PIF;
    uint32_t offset = which - ESP32S3_WCL_BASE + c->index * ESP32S3_WCL_CORE1_OFFSET;
    return *block_word(&esp32s3_of(c->soc)->wcl, offset) == 2;
}

static const struct pms_lock locks[] = {
    {0x000, 0x004}, {0x008, 0x00C}, {0x010, 0x020}, {0x028, 0x02C}, {0x030, 0x034}, {0x038, 0x03C}, {0x040, 0x044},
    {0x048, 0x04C}, {0x050, 0x054}, {0x058, 0x05C}, {0x060, 0x064}, {0x068, 0x06C}, {0x070, 0x074}, {0x078, 0x07C},
    {0x080, 0x084}, {0x088, 0x08C}, {0x090, 0x094}, {0x098, 0x09C}, {0x0A0, 0x0A4}, {0x0A8, 0x0AC}, {0x0B0, 0x0BC},
    {0x0C0, 0x0D4}, {0x0D8, 0x0E0}, {0x0E4, 0x0EC}, {0x0F0, 0x0F8}, {0x0FC, 0x100}, {0x104, 0x110}, {0x114, 0x120},
    {0x124, 0x15C}, {0x160, 0x198}, {0x19C, 0x1B4}, {0x1B8, 0x1C4}, {0x1C8, 0x1CC}, {0x1D0, 0x208}, {0x20C, 0x244},
    {0x248, 0x260}, {0x264, 0x270}, {0x274, 0x278}, {0x27C, 0x294}, {0x298, 0x2A4}, {0x2A8, 0x2B4}, {0x2B8, 0x2BC},
    {0x2C0, 0x2C4}, {0x2C8, 0x2CC}, {0x2D0, 0x2D4}, {0x2D8, 0x2DC}, {0x2E0, 0x2E4}, {0x2E8, 0x2EC}, {0x2F0, 0x2F4},
    {0x2F8, 0x2FC}, {0x300, 0x304}};

const struct pms_kind esp32s3_pms_kind = {
    .block =
        {
            .name = "SENSITIVE",
            .size = 0x1000,
            .regs = s3_sensitive_regs,
            .reg_count = SENSITIVE_REGS,
            .written = pms_written,
        },
    .sram1_data = ESP32S3_SRAM1_D,
    .sram1_code = ESP32S3_SRAM1_I,
    .sram1_size = ESP32S3_SRAM1_SIZE,
    .sram1 = offsetof(struct esp32s3, sram1),
    .sram0_code = ESP32S3_SRAM0,
    .sram0_size = ESP32S3_SRAM0_SIZE,
    .sram0_parts = 2,
    .sram0 = offsetof(struct esp32s3, sram0),
    .segments_data = 0x3FC80000, /* SRAM1 begins in the middle of it */
    .segment_size = 0x10000,
    .split_unit = 0x100,
    .segments = 7,
    .split_line_1 = AT(SPLIT_LINE_1),
    .iram_world1 = AT(IRAM0_PMS_1),
    .dram = AT(DRAM0_PMS_1),
    .is_world1 = is_world1,
    .monitors =
        {
            {{AT(C0_DRAM0_MONITOR_1), ESP32S3_INTR_C0_DRAM0_PMS}, {AT(C0_IRAM0_MONITOR_1), ESP32S3_INTR_C0_IRAM0_PMS}},
            {{AT(C1_DRAM0_MONITOR_1), ESP32S3_INTR_C1_DRAM0_PMS}, {AT(C1_IRAM0_MONITOR_1), ESP32S3_INTR_C1_IRAM0_PMS}},
        },
    .dram_violate_addr = ESP32S3_SENS_DRAM0_VIOLATE_ADDR,
    .dram_violate_unit = 16,
    .locks = locks,
    .lock_count = sizeof locks / sizeof *locks,
};

/* --- trace memory --- */

enum { TRACE_BYTES = 0x4000, SMALL_BLOCKS = 4, FIRST_BLOCK = 2, SMALL_SIZE = 0x2000 };

/* Blocks 2 to 5 have 8 KB, the others 16: tracemem_config.h. */
uint8_t *s3_sensitive_trace_word(struct soc *soc, unsigned core, uint32_t word_index, struct mem_block **block)
{
    struct esp32s3 *s = esp32s3_of(soc);
    uint32_t usage = *block_word(&s->pms.block, AT(SRAM_USAGE_2));
    uint32_t groups = field_get(core == PRO ? ESP32S3_SENS_C0_TRACE_USAGE : ESP32S3_SENS_C1_TRACE_USAGE, usage);
    uint32_t in_group = field_get(core == PRO ? ESP32S3_SENS_C0_TRACE_ALLOC : ESP32S3_SENS_C1_TRACE_ALLOC, usage);
    if (!groups || word_index >= TRACE_BYTES / 4)
        return NULL;
    uint32_t number = in_group; /* counted from block 2 */
    for (; !(groups & 1); groups >>= 1)
        number += 4;
    uint32_t at =
        number < SMALL_BLOCKS ? number * SMALL_SIZE : SMALL_BLOCKS * SMALL_SIZE + (number - SMALL_BLOCKS) * TRACE_BYTES;
    *block = &s->sram1;
    return s->sram1.bytes + at + 4 * word_index;
}
