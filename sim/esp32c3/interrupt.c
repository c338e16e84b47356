/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interrupt controller in front of the core: it maps sources to 31 lines, and of the lines that are enabled, have come
 * and have a priority that is not below the threshold the core gets the one with the highest priority; of equal ones the
 * lowest number. Sources: TRM chapters 'Interrupt Matrix' and 'ESP-RISC-V CPU' (interrupt controller); esp-idf
 * interrupt_core0_reg.h, rv_int regs in esprv_intc_int_*.
 *
 * A level line is up for as long as one of its sources is. An edge line remembers that it rose, until its bit of CLEAR is
 * written 1; IDF writes the bit back to 0. A line of priority 0 is off: that is what 0 means to esprv_intc_int_set_priority.
 */
#include "sim/esp32c3/esp32c3_int.h"

#include "base/bits.h"

#define AT(name) (ESP32C3_INTERRUPT_##name - ESP32C3_INTERRUPT_BASE)
#define ALL      0xFFFFFFFFU

enum { LINES = 32, PRIORITIES = 0xF };

static const struct reg regs[] = {
    {AT(MAP), ESP32C3_INTR_COUNT, 0, 31, REG_ACTS},
    {AT(STATUS), 2, 0, 0, REG_LIVE},
    {AT(CLOCK_GATE), 1, 1, 1, 0},
    {AT(ENABLE), 1, 0, ALL, REG_ACTS},
    {AT(TYPE), 1, 0, ALL, REG_ACTS},
    {AT(CLEAR), 1, 0, ALL, REG_ACTS},
    {AT(EIP), 1, 0, 0, REG_LIVE},
    {AT(PRI), LINES, 0, PRIORITIES, REG_ACTS},
    {AT(THRESH), 1, 0, PRIORITIES, REG_ACTS},
    {AT(DATE), 1, 0x2007210, 0xFFFFFFF, 0},
};

static uint32_t word(const struct esp32c3 *s, uint32_t offset)
{
    return *block_word(&s->interrupt.block, offset);
}

/* Lines that ask for the core, whatever their priority. */
static uint32_t pending(const struct esp32c3 *s)
{
    uint32_t type = word(s, AT(TYPE));
    return ((s->interrupt.level & ~type) | (s->interrupt.edges & type)) & word(s, AT(ENABLE)) & ~BIT(0);
}

/* The one line that the core is to take, as a bit; 0: none. */
static uint32_t chosen(const struct esp32c3 *s)
{
    uint32_t lines = pending(s), best = 0, highest = 0;
    for (unsigned line = 1; line < LINES; line++) {
        uint32_t priority = word(s, AT(PRI) + 4 * line);
        if (lines >> line & 1 && priority > highest && priority >= word(s, AT(THRESH))) {
            best = BIT(line);
            highest = priority;
        }
    }
    return best;
}

static void update(struct esp32c3 *s)
{
    struct core *c = &s->soc.cores[0];
    uint32_t now = chosen(s), before = s->interrupt.raised;
    if (now == before)
        return;
    s->interrupt.raised = now;
    if (before)
        soc_riscv.set_irq(c, (unsigned)__builtin_ctz(before), false);
    if (now)
        soc_riscv.set_irq(c, (unsigned)__builtin_ctz(now), true);
}

void c3_interrupt_drive_line(struct core *c, unsigned line, bool level)
{
    struct esp32c3 *s = esp32c3_of(c->soc);
    uint32_t bit = BIT(line);
    if (level)
        s->interrupt.edges |= bit & ~s->interrupt.level & ~word(s, AT(CLEAR));
    s->interrupt.level = level ? s->interrupt.level | bit : s->interrupt.level & ~bit;
    update(s);
}

/* --- the block --- */

static uint32_t read_live(struct block *b, uint32_t offset)
{
    if (offset == AT(EIP))
        return pending(esp32c3_of(b->soc));
    return b->soc->irq.level[(offset - AT(STATUS)) / 4];
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct esp32c3 *s = esp32c3_of(b->soc);
    if (offset < AT(STATUS))
        irq_map(b->soc, 0, offset / 4, before, *block_word(b, offset));
    if (offset == AT(CLEAR))
        s->interrupt.edges &= ~value;
    update(s);
}

static const struct block_kind interrupt_kind = {
    .name = "INTERRUPT",
    .size = 0x1000,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

bool c3_interrupt_init(struct esp32c3 *s)
{
    return block_init(&s->interrupt.block, &interrupt_kind, &s->soc, ESP32C3_INTERRUPT_BASE);
}

void c3_interrupt_reset(struct esp32c3 *s)
{
    block_reset(&s->interrupt.block);
    irq_reset(&s->soc);
    s->interrupt.edges = 0;
    update(s);
}

unsigned c3_interrupt_source_line(const struct soc *soc, unsigned core, unsigned source)
{
    (void)core;
    return word(esp32c3_of_const(soc), 4 * source) & 31;
}
