/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One instruction of an Xtensa core whose place holds a break instruction: a copy of it is done in RAM.
 *
 * The copy goes to the gap between the user's and the double exception's vector, where no program has code; so it does register
 * windows, exceptions and everything else as the program's own would. What depends on the PC is made to lead to known places
 * there, and moved to where the instruction stands when it is done: the PC, a return address, a loop's begin and end, the PC that
 * an exception has saved. Sources: Xtensa ISA Reference Manual, the instructions' pages; the vectors are those of xtensa-config.
 */
#include "target/xtensa_int.h"

#include "base/bytes.h"
#include "regs/xtensa.h"

#include <string.h>

enum {
    GAP = 0x380, /* behind VECBASE: 64 bytes */
    PLACE_SIZE = 16,
    LITERAL = 4, /* a word in front of the copy, for L32R */
    REACH = 8,   /* from the copy to where a branch of it leads */
    BRANCH_OFFSET = REACH - 4,
    LONGEST = 4,
};

enum form { FORM_PLAIN, FORM_L32R, FORM_CALL, FORM_CALLX, FORM_J, FORM_BRI12, FORM_BRI8, FORM_BRI6, FORM_LOOP };

/* The first that fits. */
static const struct {
    uint32_t mask, word;
    enum form form;
} forms[] = {
    {0x00000F, 0x000001, FORM_L32R}, {0x00000F, 0x000005, FORM_CALL},  {0xFFF0CF, 0x0000C0, FORM_CALLX},
    {0x00003F, 0x000006, FORM_J},    {0x00003F, 0x000016, FORM_BRI12}, {0x00003F, 0x000026, FORM_BRI8},
    {0x00E0FF, 0x000076, FORM_BRI8}, /* BF, BT */
    {0x00F0FF, 0x008076, FORM_LOOP}, {0x00F0FF, 0x009076, FORM_LOOP},  {0x00F0FF, 0x00A076, FORM_LOOP},
    {0x0000FF, 0x0000B6, FORM_BRI8}, /* BLTUI */
    {0x0000FF, 0x0000F6, FORM_BRI8}, /* BGEUI */
    {0x00000F, 0x000007, FORM_BRI8}, {0x00008F, 0x00008C, FORM_BRI6},
};

struct loop {
    uint32_t begin, end, count;
    bool is_off; /* in an exception no loop goes back */
};

struct copy {
    struct core *core;
    struct loop loop;   /* before the step */
    uint32_t pc, place; /* of the instruction, and of its copy */
    uint32_t word;
    unsigned len;
    enum form form;
    uint32_t target, place_of_target; /* where a branch leads, and where it does that there */
};

static enum form form_of(uint32_t word, unsigned len)
{
    for (unsigned i = 0; len < LONGEST && i < sizeof forms / sizeof forms[0]; i++)
        if ((word & forms[i].mask) == forms[i].word)
            return forms[i].form;
    return FORM_PLAIN;
}

static uint32_t sign_extend(uint32_t value, unsigned bits)
{
    uint32_t sign = 1U << (bits - 1);
    return (value ^ sign) - sign;
}

static enum err read_sr(struct core *c, unsigned sr, uint32_t *value)
{
    return core_reg_read(c, xt_sr_index(c, sr), value);
}

/* --- the place --- */

static enum err read_loop(struct core *c, struct loop *l)
{
    uint32_t ps = 0;
    enum err e = read_sr(c, SR_LBEG, &l->begin);
    if (!e)
        e = read_sr(c, SR_LEND, &l->end);
    if (!e)
        e = read_sr(c, SR_LCOUNT, &l->count);
    if (!e)
        e = read_sr(c, SR_PS, &ps);
    l->is_off = !l->count || ps & PS_EXCM;
    return e;
}

/* Without vectors of a program in RAM: where the flash agent's code would be. A loop must not end in it. */
static enum err find_place(struct core *c, const struct loop *loop, uint32_t *place)
{
    uint32_t vecbase = 0;
    enum err e = read_sr(c, SR_VECBASE, &vecbase);
    bool has_gap = target_is_code_ram(c->target, vecbase + GAP, 2 * PLACE_SIZE);
    *place = has_gap ? vecbase + GAP : c->target->chip->agent_code.base;
    if (loop->end - *place <= PLACE_SIZE)
        *place += 2 * PLACE_SIZE;
    return e;
}

/* --- the copy --- */

/* Sets where it leads, and gives it the offset that does so at its place. */
static uint32_t bend(struct copy *x)
{
    const uint32_t w = x->word;
    x->place_of_target = x->place + REACH;
    switch (x->form) {
    case FORM_CALL:
        x->target = (x->pc & ~3U) + 4 + sign_extend(w >> 6, 18) * 4;
        x->place_of_target = (x->place & ~3U) + 4;
        return w & 0x3F;
    case FORM_J:
        x->target = x->pc + 4 + sign_extend(w >> 6, 18);
        return (w & 0x3F) | BRANCH_OFFSET << 6;
    case FORM_BRI12:
        x->target = x->pc + 4 + sign_extend(w >> 12, 12);
        return (w & 0xFFF) | BRANCH_OFFSET << 12;
    case FORM_BRI6:
        x->target = x->pc + 4 + (((w >> 4 & 3) << 4) | w >> 12);
        return (w & 0x0FCF) | BRANCH_OFFSET << 12;
    case FORM_LOOP:
        x->target = x->pc + 4 + (w >> 16);
        return (w & 0xFFFF) | BRANCH_OFFSET << 16;
    case FORM_BRI8:
        x->target = x->pc + 4 + sign_extend(w >> 16, 8);
        return (w & 0xFFFF) | BRANCH_OFFSET << 16;
    case FORM_L32R:
        return (w & 0xFF) | 0xFFFF00; /* the word in front of it */
    default:
        return w;
    }
}

/* L32R reaches back only: its literal is copied in front of it. */
static enum err read_literal(const struct copy *x, uint8_t literal[LITERAL])
{
    uint32_t addr = ((x->pc + 3) & ~3U) + ((x->word >> 8) - 0x10000) * 4;
    enum err e = x->form == FORM_L32R ? core_mem_read(x->core, addr, LITERAL, literal, LITERAL) : ERR_OK;
    return err_context(x->core->target->log, e, "the literal of the instruction at the breakpoint 0x%08x",
                       (unsigned)x->pc);
}

/* --- afterwards --- */

/* A return address points behind the instruction; the two upper bits of it say how far the window moves. */
static enum err move_return_address(const struct copy *x)
{
    struct core *c = x->core;
    unsigned n = x->word >> 4 & 3, index = xt_ar_index(c, xt_physical(c, 4 * n));
    uint32_t low = n ? 0x3FFFFFFF : UINT32_MAX, value = 0;
    enum err e = core_reg_read(c, index, &value);
    if (!e && (value & low) == ((x->place + x->len) & low))
        core_reg_set(c, index, (value & ~low) | ((x->pc + x->len) & low));
    return e;
}

static enum err move_loop(const struct copy *x)
{
    struct core *c = x->core;
    uint32_t begin = 0;
    enum err e = read_sr(c, SR_LBEG, &begin);
    if (e || begin != x->place + x->len)
        return e;
    core_reg_set(c, xt_sr_index(c, SR_LBEG), x->pc + x->len);
    core_reg_set(c, xt_sr_index(c, SR_LEND), x->target);
    return ERR_OK;
}

/* Behind the instruction. The last one of a loop goes on at its begin. */
static uint32_t next_of(const struct copy *x)
{
    uint32_t next = x->pc + x->len;
    if (x->loop.is_off || x->loop.end != next)
        return next;
    core_reg_set(x->core, xt_sr_index(x->core, SR_LCOUNT), x->loop.count - 1);
    return x->loop.begin;
}

/* An exception, or an interrupt that was not masked, came instead of the instruction or behind it. */
static enum err move_saved_pcs(const struct copy *x)
{
    static const uint8_t saved[] = {SR_EPC1, SR_EPC2, SR_EPC3, SR_EPC4, SR_EPC5, SR_EPC7, SR_DEPC};
    enum err e = ERR_OK;
    for (unsigned i = 0; i < sizeof saved && !e; i++) {
        uint32_t value = 0;
        e = read_sr(x->core, saved[i], &value);
        if (!e && (value == x->place || value == x->place + x->len))
            core_reg_set(x->core, xt_sr_index(x->core, saved[i]), value - x->place + x->pc);
    }
    return e;
}

/* The PC was learnt with the halt: this asks nothing of the core unless an exception has led it elsewhere. */
static enum err move_pc(const struct copy *x)
{
    struct core *c = x->core;
    uint32_t at = core_reg(c, xt_pc_index(c))->value, next;
    if (at == x->place)
        next = x->pc;
    else if (at == x->place + x->len)
        next = next_of(x);
    else if (x->target && at == x->place_of_target)
        next = x->target;
    else
        return move_saved_pcs(x);
    core_reg_set(c, xt_pc_index(c), next);
    c->halt_pc = next;
    return ERR_OK;
}

/* What cannot be put right is done again: calls and loops may be. */
static enum err move_results(const struct copy *x)
{
    enum err e = ERR_OK;
    if (x->form == FORM_CALL || x->form == FORM_CALLX)
        e = move_return_address(x);
    else if (x->form == FORM_LOOP)
        e = move_loop(x);
    if (!e)
        return move_pc(x);
    core_reg_set(x->core, xt_pc_index(x->core), x->pc);
    return e;
}

enum err xt_step_patched(struct core *c, const struct code_patch *p)
{
    struct copy x = {.core = c, .pc = p->addr, .len = xt_instruction_len(p->original)};
    uint8_t code[PLACE_SIZE] = {0};
    uint32_t place = 0;
    x.word = le32_get(p->original) & (x.len < LONGEST ? (1U << 8 * x.len) - 1 : UINT32_MAX);
    x.form = form_of(x.word, x.len);
    enum err e = read_loop(c, &x.loop);
    if (!e)
        e = find_place(c, &x.loop, &place);
    if (!e)
        e = read_literal(&x, code);
    if (e)
        return e;
    x.place = place + LITERAL;
    le32_put(code + LITERAL, bend(&x));
    core_reg_set(c, xt_pc_index(c), x.place);
    e = core_step_elsewhere(c, place, code, sizeof code);
    if (c->state != CORE_HALTED)
        return e;
    struct err_kept first = err_keep(c->target->log, e);
    return err_first(c->target->log, &first, move_results(&x));
}
