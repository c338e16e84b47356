/* SPDX-License-Identifier: Apache-2.0 */
/* The two old FRC timers, as far as boot code uses them: FRC1 counts down in 23 bits, FRC2 up in 32, at APB speed divided
   by 1, 16 or 256. Their interrupts and FRC2's alarm are storage. Source: esp-idf frc_timer_reg.h. */
#include "sim/esp32/esp32_int.h"

#define ALL         0xFFFFFFFFU
#define CTRL_ENABLE BIT(7)
#define CTRL_PRESC  FIELD(3, 1)

enum { LOAD = 0x00, COUNT = 0x04, CTRL = 0x08, INT = 0x0C, ALARM = 0x10, NEXT = 0x20 };

static const struct reg regs[] = {
    {LOAD, 1, 0, 0x7FFFFF, REG_ACTS},    {COUNT, 1, 0, 0, REG_LIVE},
    {CTRL, 1, 0, 0xFF, REG_ACTS},        {INT, 1, 0, 1, 0},
    {NEXT + LOAD, 1, 0, ALL, REG_ACTS},  {NEXT + COUNT, 1, 0, 0, REG_LIVE},
    {NEXT + CTRL, 1, 0, 0xFF, REG_ACTS}, {NEXT + INT, 1, 0, 1, 0},
    {NEXT + ALARM, 1, 0, ALL, 0},
};

static struct period tick(struct esp32 *s, uint32_t ctrl)
{
    static const uint16_t dividers[8] = {1, 1, 16, 16, 256, 256, 256, 256};
    struct period p = s->soc.clocks.apb;
    p.num *= dividers[field_get(CTRL_PRESC, ctrl)];
    return p;
}

static uint32_t count_by(struct esp32 *s, unsigned i, uint32_t ctrl)
{
    if (!(ctrl & CTRL_ENABLE))
        return s->frc.from[i];
    uint32_t ticks = (uint32_t)period_ticks(tick(s, ctrl), sched_now(s->soc.sched) - s->frc.at_ps[i]);
    return i ? s->frc.from[i] + ticks : (s->frc.from[i] - ticks) & 0x7FFFFF;
}

static uint32_t read_count(struct block *b, uint32_t offset)
{
    unsigned i = offset / NEXT;
    return count_by(esp32_of(b->soc), i, *block_word(b, i * NEXT + CTRL));
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    unsigned i = offset / NEXT;
    struct frc *f = &esp32_of(b->soc)->frc;
    f->from[i] = offset % NEXT == LOAD ? value : count_by(esp32_of(b->soc), i, before);
    f->at_ps[i] = sched_now(b->soc->sched);
}

static const struct block_kind frc_kind = {
    .name = "FRC timer",
    .size = 0x40,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_count,
    .written = written,
};

bool frc_init(struct frc *f, struct soc *soc)
{
    return block_init(&f->block, &frc_kind, soc, ESP32_FRC_BASE);
}

void frc_reset(struct frc *f)
{
    block_reset(&f->block);
    f->from[0] = f->from[1] = 0;
}
