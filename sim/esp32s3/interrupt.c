/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the interrupt matrix, for each core: esp-idf interrupt_core0_reg.h, interrupt_core1_reg.h. */
#include "sim/esp32s3/esp32s3_int.h"

#define STATUS     (ESP32S3_INTERRUPT_STATUS - ESP32S3_INTERRUPT_BASE)
#define CLOCK_GATE (ESP32S3_INTERRUPT_CLOCK_GATE - ESP32S3_INTERRUPT_BASE)
#define CORE1      ESP32S3_INTERRUPT_CORE1_OFFSET

static const struct reg regs[] = {
    {0, ESP32S3_INTR_COUNT, 16, 31, REG_ACTS},
    {STATUS, 4, 0, 0, REG_LIVE},
    {CLOCK_GATE, 1, 1, 1, 0},
    {0x7FC, 1, 0x2012300, 0, 0},
    {CORE1, ESP32S3_INTR_COUNT, 16, 31, REG_ACTS},
    {CORE1 + STATUS, 4, 0, 0, REG_LIVE},
    {CORE1 + CLOCK_GATE, 1, 1, 1, 0},
    {CORE1 + 0x7FC, 1, 0x2012300, 0, 0},
};

static uint32_t read_live(struct block *b, uint32_t offset)
{
    return b->soc->irq.level[(offset % CORE1 - STATUS) / 4];
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    (void)value;
    irq_map(b->soc, offset / CORE1, offset % CORE1 / 4, before, *block_word(b, offset));
}

static const struct block_kind interrupt_kind = {
    .name = "INTERRUPT",
    .size = 0x1000,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

bool s3_interrupt_init(struct esp32s3 *s)
{
    return block_init(&s->interrupt, &interrupt_kind, &s->soc, ESP32S3_INTERRUPT_BASE);
}

unsigned s3_interrupt_line(const struct soc *soc, unsigned core, unsigned source)
{
    return *block_word(&esp32s3_of_const(soc)->interrupt, core * CORE1 + 4 * source) & 31;
}
