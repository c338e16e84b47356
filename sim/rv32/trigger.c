/* SPDX-License-Identifier: Apache-2.0 */
/* The trigger module: address matches of type 2. Source: RISC-V External Debug Support 0.13.2, 5.2. Triggers fire
   before the instruction. */
#include "sim/rv32/rv32_int.h"

/* --- what a trigger covers --- */

static uint32_t match_of(const struct rv32_trigger *t)
{
    return field_get(MCONTROL_MATCH, t->tdata1);
}

uint8_t rv32_trigger_kinds(const struct rv32_trigger *t)
{
    uint8_t kinds = t->tdata1 & MCONTROL_EXECUTE ? PMPCFG_X : 0;
    kinds |= t->tdata1 & MCONTROL_LOAD ? PMPCFG_R : 0;
    kinds |= t->tdata1 & MCONTROL_STORE ? PMPCFG_W : 0;
    return t->tdata1 & (MCONTROL_M | MCONTROL_U) ? kinds : 0;
}

void rv32_trigger_range(const struct rv32_trigger *t, uint32_t *first, uint32_t *last)
{
    uint32_t low = ~t->tdata2 & (t->tdata2 + 1); /* the lowest 0 bit; 0: there is none, and all addresses match */
    *first = *last = t->tdata2;
    switch (match_of(t)) {
    case TRIGGER_MATCH_EQUAL:
        break;
    case TRIGGER_MATCH_NAPOT:
        *first = low ? t->tdata2 & ~(low | (low - 1)) : 0;
        *last = low ? *first + ((low << 1) - 1) : UINT32_MAX;
        break;
    case TRIGGER_MATCH_GE:
        *last = UINT32_MAX;
        break;
    case TRIGGER_MATCH_LT:
        *first = t->tdata2 ? 0 : 1;
        *last = t->tdata2 ? t->tdata2 - 1 : 0;
        break;
    default: /* masks: anywhere */
        *first = 0;
        *last = UINT32_MAX;
    }
}

static bool covers(const struct rv32_trigger *t, uint32_t addr, uint32_t size)
{
    uint32_t first, last;
    rv32_trigger_range(t, &first, &last);
    return first <= last && addr <= last && addr + (size - 1) >= first;
}

bool rv32_trigger_in(const struct rv32 *c, uint32_t addr, uint32_t size, uint8_t kind)
{
    for (unsigned i = 0; i < c->config->triggers; i++) {
        if (rv32_trigger_kinds(&c->triggers[i]) & kind && covers(&c->triggers[i], addr, size))
            return true;
    }
    return false;
}

/* --- firing --- */

/* The upper half of tdata2 is the mask, the lower one the value, for one half of the address. */
static bool matches_half(uint32_t tdata2, uint32_t half)
{
    return (half & tdata2 >> 16) == (tdata2 & 0xFFFF);
}

static bool matches_address(const struct rv32_trigger *t, uint32_t addr)
{
    uint32_t match = match_of(t);
    if (match == TRIGGER_MATCH_MASK_LOW)
        return matches_half(t->tdata2, addr & 0xFFFF);
    if (match == TRIGGER_MATCH_MASK_HIGH)
        return matches_half(t->tdata2, addr >> 16);
    return covers(t, addr, 1);
}

static bool is_enabled(const struct rv32 *c, const struct rv32_trigger *t, uint8_t kind)
{
    if (!(rv32_trigger_kinds(t) & kind) || !(t->tdata1 & (c->prv == PRV_M ? MCONTROL_M : MCONTROL_U)))
        return false;
    bool is_exception = field_get(MCONTROL_ACTION, t->tdata1) == TRIGGER_ACTION_EXCEPTION;
    return !is_exception || c->prv != PRV_M || c->tcontrol & TCONTROL_MTE;
}

static bool matches(const struct rv32 *c, const struct rv32_trigger *t, uint32_t addr, unsigned size, uint8_t kind)
{
    bool is_any = false;
    for (unsigned n = 0; n < size; n++)
        is_any |= matches_address(t, addr + n);
    return is_any && is_enabled(c, t, kind);
}

/* Triggers that are chained fire together: the last one of a chain says what happens. */
int rv32_trigger_fires(struct rv32 *c, uint32_t addr, unsigned size, uint8_t kind)
{
    int action = -1;
    bool is_chain_met = true;
    for (unsigned i = 0, first = 0; i < c->config->triggers; i++) {
        struct rv32_trigger *t = &c->triggers[i];
        is_chain_met = is_chain_met && matches(c, t, addr, size, kind);
        if (t->tdata1 & MCONTROL_CHAIN && i + 1 < c->config->triggers)
            continue;
        int its = (int)field_get(MCONTROL_ACTION, t->tdata1);
        for (; is_chain_met && first <= i; first++)
            c->triggers[first].tdata1 |= c->config->mcontrol & MCONTROL_HIT;
        if (is_chain_met && its > action)
            action = its; /* debug mode goes before the exception */
        is_chain_met = true;
        first = i + 1;
    }
    return action;
}

/* --- registers --- */

uint32_t rv32_tdata1_read(const struct rv32 *c)
{
    uint32_t fixed = field_put(MCONTROL_TYPE, 0, TRIGGER_TYPE_MCONTROL);
    return field_put(MCONTROL_MASKMAX, fixed, c->config->maskmax) | c->triggers[c->tselect].tdata1;
}

/* A trigger that belongs to the debugger cannot be changed by the program. */
static bool is_out_of_reach(const struct rv32 *c, const struct rv32_trigger *t)
{
    return t->tdata1 & MCONTROL_DMODE && c->state != RV32_HALTED;
}

/* Blocks know which triggers match in them. */
static void changed(struct rv32 *c, uint8_t kinds)
{
    rv32_forget_segments(c);
    if (kinds & PMPCFG_X)
        code_cache_flush(&c->cache->code);
}

void rv32_tdata1_write(struct rv32 *c, uint32_t value)
{
    struct rv32_trigger *t = &c->triggers[c->tselect];
    if (is_out_of_reach(c, t))
        return;
    uint8_t before = rv32_trigger_kinds(t);
    value &= c->config->mcontrol;
    if (c->state != RV32_HALTED)
        value &= ~MCONTROL_DMODE;
    bool is_debug = value & MCONTROL_DMODE && field_get(MCONTROL_ACTION, value) == TRIGGER_ACTION_DEBUG;
    value = field_put(MCONTROL_ACTION, value, is_debug ? TRIGGER_ACTION_DEBUG : TRIGGER_ACTION_EXCEPTION);
    uint32_t match = field_get(MCONTROL_MATCH, value);
    if (match > 7 || !(c->config->trigger_matches >> match & 1))
        value = field_put(MCONTROL_MATCH, value, TRIGGER_MATCH_EQUAL);
    t->tdata1 = value;
    changed(c, before | rv32_trigger_kinds(t));
}

void rv32_tdata2_write(struct rv32 *c, uint32_t value)
{
    struct rv32_trigger *t = &c->triggers[c->tselect];
    if (is_out_of_reach(c, t))
        return;
    t->tdata2 = value;
    changed(c, rv32_trigger_kinds(t));
}
