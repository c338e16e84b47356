/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ASSIST_DEBUG: the record of the PC that outlives a reset, the monitor of the stack pointer, and what tells programs of a
 * debugger. Sources: TRM chapter 'Debug Assistant'; esp-idf assist_debug_reg.h, assist_debug_ll.h (how ENA, RLS, RAW and CLR
 * work together), bootloader_esp32c3.c (the record).
 *
 * While it is enabled, the record is where the core is; each reset of the core leaves it as it was, until a program enables
 * it anew. Power-on clears it. The monitor's RAW is what the stack pointer is now; where it left its bounds, and the
 * interrupt, are latched. Monitors of data areas and of exceptions, and the bus log, are storage.
 */
#include "sim/esp32c3/esp32c3_int.h"

#include "base/bits.h"

#define AT(name) (ESP32C3_ASSIST_##name - ESP32C3_ASSIST_DEBUG_BASE)
#define ALL      0xFFFFFFFFU
#define SP_BITS  (ESP32C3_ASSIST_SP_MIN_BIT | ESP32C3_ASSIST_SP_MAX_BIT)

enum { SP = 2, INTERRUPTS = 0xFFF };

static const struct reg regs[] = {
    {AT(INTR_ENA), 1, 0, INTERRUPTS, REG_ACTS},
    {AT(INTR_RAW), 1, 0, 0, REG_LIVE},
    {AT(INTR_RLS), 1, 0, INTERRUPTS, REG_ACTS},
    {AT(INTR_CLR), 1, 0, 0, REG_ACTS},
    {0x010, 1, ALL, ALL, 0}, /* bounds of data areas */
    {0x014, 1, 0, ALL, 0},
    {0x018, 1, ALL, ALL, 0},
    {0x01C, 1, 0, ALL, 0},
    {0x020, 1, ALL, ALL, 0},
    {0x024, 1, 0, ALL, 0},
    {0x028, 1, ALL, ALL, 0},
    {0x02C, 1, 0, ALL, 0},
    {0x030, 2, 0, 0, 0},
    {AT(SP_MIN), 1, 0, ALL, REG_ACTS},
    {AT(SP_MAX), 1, ALL, ALL, REG_ACTS},
    {AT(SP_PC), 1, 0, 0, 0},
    {AT(RCD_EN), 1, 0, 3, 0},
    {AT(RCD_PDEBUGPC), 2, 0, 0, REG_LIVE},
    {0x050, 6, 0, 0, 0},
    {0x068, 2, 0, 0xFFFFF, 0},
    {0x070, 1, 0x80, 0xFF, 0},
    {0x074, 1, 0, ALL, 0},
    {0x078, 1, 0, 0xFFFF, 0},
    {0x07C, 4, 0, ALL, 0},
    {0x08C, 1, 0, 0, 0},
    {0x090, 1, 0, 2, 0},
    {0x094, 1, 0, 0, 0},
    {AT(DEBUG_MODE), 1, 0, 0, REG_LIVE},
    {0x1FC, 1, 0x2008010, 0xFFFFFFF, 0},
};

static uint32_t *word(const struct esp32c3 *s, uint32_t offset)
{
    return block_word(&s->assist.block, offset);
}

static struct rv32 *core_of(const struct esp32c3 *s)
{
    return s->soc.cores[0].rv32;
}

/* --- the stack pointer --- */

static uint32_t raw(const struct esp32c3 *s)
{
    uint32_t sp = rv32_x(core_of(s), SP), bits = 0;
    bits |= sp < *word(s, AT(SP_MIN)) ? ESP32C3_ASSIST_SP_MIN_BIT : 0;
    bits |= sp > *word(s, AT(SP_MAX)) ? ESP32C3_ASSIST_SP_MAX_BIT : 0;
    return bits & *word(s, AT(INTR_ENA));
}

/* What is outside now is latched, as far as it is released. */
static void look(struct esp32c3 *s)
{
    s->assist.latched |= raw(s) & *word(s, AT(INTR_RLS));
    irq_set(&s->soc, ESP32C3_INTR_ASSIST_DEBUG, s->assist.latched);
}

void c3_assist_sp_left(struct core *c, uint32_t pc)
{
    struct esp32c3 *s = esp32c3_of(c->soc);
    *word(s, AT(SP_PC)) = pc;
    look(s);
}

static void bounds_changed(struct esp32c3 *s)
{
    uint32_t enabled = *word(s, AT(INTR_ENA));
    uint32_t min = enabled & ESP32C3_ASSIST_SP_MIN_BIT ? *word(s, AT(SP_MIN)) : 0;
    uint32_t max = enabled & ESP32C3_ASSIST_SP_MAX_BIT ? *word(s, AT(SP_MAX)) : ALL;
    if (enabled & ~SP_BITS & ~s->assist.said) {
        log_info(s->soc.log,
                 "esp32c3: ASSIST_DEBUG is to monitor 0x%03x; this model monitors the stack pointer (0x%03x)", enabled,
                 SP_BITS);
        s->assist.said |= enabled;
    }
    if (min || max != ALL || s->assist.is_watching)
        rv32_watch_sp(core_of(s), min, max);
    s->assist.is_watching |= min || max != ALL;
    look(s);
}

/* --- the record --- */

static bool is_recording(const struct esp32c3 *s)
{
    return *word(s, AT(RCD_EN)) == (ESP32C3_ASSIST_RCD_RECORD | ESP32C3_ASSIST_RCD_PDEBUG);
}

void c3_assist_core_resets(struct esp32c3 *s)
{
    if (!is_recording(s))
        return;
    s->assist.pc = rv32_pc(core_of(s));
    s->assist.sp = rv32_x(core_of(s), SP);
    *word(s, AT(RCD_EN)) = 0;
}

/* --- the block --- */

static uint32_t debug_mode(const struct esp32c3 *s)
{
    bool is_halted = rv32_state(core_of(s)) == RV32_HALTED;
    return (is_halted ? ESP32C3_ASSIST_IN_DEBUG_MODE : 0) |
           (rvdbg_is_active(s->soc.rvdbg) ? ESP32C3_ASSIST_MODULE_ACTIVE : 0);
}

static uint32_t read_live(struct block *b, uint32_t offset)
{
    const struct esp32c3 *s = esp32c3_of(b->soc);
    switch (offset) {
    case AT(INTR_RAW):
        return raw(s);
    case AT(RCD_PDEBUGPC):
        return is_recording(s) ? rv32_pc(core_of(s)) : s->assist.pc;
    case AT(RCD_PDEBUGSP):
        return is_recording(s) ? rv32_x(core_of(s), SP) : s->assist.sp;
    default:
        return debug_mode(s);
    }
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct esp32c3 *s = esp32c3_of(b->soc);
    (void)before;
    if (offset == AT(INTR_CLR))
        s->assist.latched &= ~value;
    bounds_changed(s);
}

static const struct block_kind assist_kind = {
    .name = "ASSIST_DEBUG",
    .size = 0x200,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

bool c3_assist_init(struct esp32c3 *s)
{
    return block_init(&s->assist.block, &assist_kind, &s->soc, ESP32C3_ASSIST_DEBUG_BASE);
}

void c3_assist_reset(struct esp32c3 *s)
{
    block_reset(&s->assist.block);
    s->assist.latched = 0;
    bounds_changed(s);
}

void c3_assist_power_on(struct esp32c3 *s)
{
    c3_assist_reset(s);
    s->assist.pc = s->assist.sp = 0;
}
