/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One instruction of an Xtensa core, by ICOUNT.
 *
 * With interrupts masked the instruction runs at INTLEVEL 5, and the program's own level is put back afterwards. What the
 * instruction shows of PS to the program, or does to PS, is corrected. A register window that overflows or underflows in the
 * step is handled by the program's own handler, which runs to its end.
 */
#include "target/xtensa_int.h"

#include "regs/xtensa.h"

enum {
    HANDLER_STEPS = 64,          /* the longest window handler has some 16 instructions, and the one that called it */
    WINDOW_VECTORS_SIZE = 0x180, /* from VECBASE on: Xtensa ISA, table of vectors */
    MASKED_LEVEL = XTENSA_DEBUG_LEVEL - 1,
};
#define ICOUNT_ONE 0xFFFFFFFEU

enum ps_use { PS_NOT_USED, PS_READ, PS_SET, PS_EXCHANGED, PS_WAITS };

/* The instructions that read or set PS as a whole or its level; Xtensa ISA. */
static const struct {
    uint32_t mask, word;
    enum ps_use use;
} ps_users[] = {
    {0xFFFF0F, XT_RSR(SR_PS, 0), PS_READ}, {0xFFFF0F, XT_WSR(SR_PS, 0), PS_SET},
    {0xFFFF0F, 0x61E600, PS_EXCHANGED},    {0xFFF00F, 0x006000, PS_EXCHANGED}, /* RSIL */
    {0xFFF0FF, 0x007000, PS_WAITS},                                            /* WAITI */
    {0xFFF0FF, 0x003010, PS_SET},                                              /* RFI */
};

struct step {
    uint32_t start_pc, instruction, level;
    enum ps_use use;
};

static uint32_t pc_of(struct core *c)
{
    return core_reg(c, xt_pc_index(c))->value;
}

static uint32_t ps_of(struct core *c)
{
    return core_reg(c, xt_sr_index(c, SR_PS))->value;
}

static void set_level(struct core *c, uint32_t level)
{
    core_reg_set(c, xt_sr_index(c, SR_PS), field_put(PS_INTLEVEL, ps_of(c), level));
}

/* An instruction that cannot be read does not run either: no matter. */
static enum err look(struct core *c, struct step *s)
{
    uint32_t words[2] = {0};
    unsigned shift = 8 * (s->start_pc % 4);
    enum err e = core_read_words(c, s->start_pc & ~3U, words, shift > 8 ? 2 : 1);
    if (e == ERR_FAULT || e == ERR_EXEC)
        return ERR_OK;
    uint64_t both = (uint64_t)words[1] << 32 | words[0];
    s->instruction = (uint32_t)(both >> shift) & 0xFFFFFF;
    for (unsigned i = 0; i < sizeof ps_users / sizeof ps_users[0]; i++)
        if ((s->instruction & ps_users[i].mask) == ps_users[i].word)
            s->use = ps_users[i].use;
    return e;
}

/* Lets the core go for one instruction and learns its halt. */
static enum err go(struct core *c)
{
    core_reg_set(c, xt_sr_index(c, SR_ICOUNTLEVEL), XTENSA_DEBUG_LEVEL);
    core_reg_set(c, xt_sr_index(c, SR_ICOUNT), ICOUNT_ONE);
    enum err e = c->ops->flush(c);
    return e ? e : core_run_one(c);
}

static enum err is_in_window_vector(struct core *c, bool *is)
{
    uint32_t vecbase;
    enum err e = core_reg_read(c, xt_sr_index(c, SR_VECBASE), &vecbase);
    *is = !e && pc_of(c) - vecbase < WINDOW_VECTORS_SIZE;
    return e;
}

/* What the program must see of its own PS. The register of the instruction was one of the window before the step; none of
   these moves the window. */
static enum err correct_ps(struct core *c, const struct step *s)
{
    bool shows = s->use == PS_READ || s->use == PS_EXCHANGED;
    if (shows) {
        unsigned ar = xt_ar_index(c, xt_physical(c, s->instruction >> 4 & 0xF));
        uint32_t value;
        enum err e = core_reg_read(c, ar, &value);
        if (e)
            return e;
        core_reg_set(c, ar, field_put(PS_INTLEVEL, value, s->level));
    }
    if (s->use != PS_SET && s->use != PS_EXCHANGED)
        set_level(c, s->level);
    return ERR_OK;
}

/* Masked interrupts would never wake it. */
static void pass_waiti(struct core *c, const struct step *s)
{
    core_reg_set(c, xt_pc_index(c), s->start_pc + 3);
    set_level(c, s->instruction >> 8 & 0xF);
    c->reason = HALT_SINGLE_STEP;
}

static enum err step_masked(struct core *c)
{
    struct step s = {.start_pc = pc_of(c), .level = field_get(PS_INTLEVEL, ps_of(c))};
    bool begins_there = false, is_there = false;
    enum err e = look(c, &s);
    if (!e)
        e = is_in_window_vector(c, &begins_there);
    if (e)
        return e;
    if (s.use == PS_WAITS) {
        pass_waiti(c, &s);
        return ERR_OK;
    }
    /* Lowered too: at the debug level and above, where the reset vector runs, ICOUNT does not count. */
    if (s.level != MASKED_LEVEL)
        set_level(c, MASKED_LEVEL);
    bool is_done = false;
    for (unsigned i = 0; !e && !is_done && i < HANDLER_STEPS; i++) {
        bool was_there = is_there;
        is_there = false;
        e = go(c);
        if (!e && !begins_there)
            e = is_in_window_vector(c, &is_there);
        /* From the handler the core comes back to the instruction, which has not been done yet. */
        bool is_back = was_there && pc_of(c) == s.start_pc;
        is_done = c->reason != HALT_SINGLE_STEP || (!is_there && !is_back);
    }
    if (s.level == MASKED_LEVEL)
        return e;
    if (e && c->state == CORE_HALTED)
        set_level(c, s.level); /* the instruction is not known to be done */
    return e ? e : correct_ps(c, &s);
}

enum err xt_step(struct core *c)
{
    bool is_above = field_get(PS_INTLEVEL, ps_of(c)) >= XTENSA_DEBUG_LEVEL;
    enum err e = c->mask_interrupts || is_above ? step_masked(c) : go(c);
    if (c->state == CORE_HALTED)
        core_reg_set(c, xt_sr_index(c, SR_ICOUNTLEVEL), 0);
    return e;
}
