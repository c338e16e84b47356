/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The triggers of a RISC-V core as hardware break- and watchpoints.
 *
 * How many there are and what they can do is found by trying, before the first is used: what does not stick is not there. A
 * watchpoint is a range of a power of two where the core has such (NAPOT), else a pair of triggers from and below an address,
 * else one trigger for each byte. Triggers that the program uses for itself are left alone.
 */
#include "target/riscv_int.h"

enum { BYTES_ONE_BY_ONE = 4, RANGE_PAIR = 2 };
#define IS_ACTIVE (MCONTROL_EXECUTE | MCONTROL_STORE | MCONTROL_LOAD)
#define ALL_MODES (MCONTROL_M | MCONTROL_S | MCONTROL_U)
/* What has to stick. The modes need not: a core without user mode has no bit for it. */
#define COMPARED  (MCONTROL_TYPE | MCONTROL_DMODE | MCONTROL_ACTION | MCONTROL_CHAIN | MCONTROL_MATCH | IS_ACTIVE)

static void queue_read(struct core *c, unsigned csr, uint32_t *value)
{
    rvdm_queue_read(c->target->dm, c->index, csr, value);
}

static void queue_write(struct core *c, unsigned csr, uint32_t value)
{
    rvdm_queue_write(c->target->dm, c->index, csr, value);
}

static enum err run(struct core *c)
{
    return c->target->dm->ops->run(c->target->dm);
}

/* --- what there is --- */

struct found {
    uint32_t select[MAX_HW_SLOTS], tdata1[MAX_HW_SLOTS];
};

static bool is_address_trigger(unsigned type)
{
    return type == TRIGGER_TYPE_MCONTROL || type == TRIGGER_TYPE_MCONTROL6;
}

/* tselect keeps only numbers that exist. */
static enum err list_triggers(struct core *c, struct found *f)
{
    for (unsigned i = 0; i < MAX_HW_SLOTS; i++) {
        queue_write(c, CSR_TSELECT, i);
        queue_read(c, CSR_TSELECT, &f->select[i]);
        queue_read(c, CSR_TDATA1, &f->tdata1[i]);
    }
    enum err e = run(c);
    if (e != ERR_EXEC && e != ERR_UNSUPPORTED)
        return e;
    err_forget(c->target->log);
    f->select[0] = UINT32_MAX; /* no such CSRs */
    return ERR_OK;
}

static void note_list(struct core *c, const struct found *f)
{
    struct core_riscv *r = &c->riscv;
    r->trigger_count = 0;
    while (r->trigger_count < MAX_HW_SLOTS && f->select[r->trigger_count] == r->trigger_count &&
           field_get(MCONTROL_TYPE, f->tdata1[r->trigger_count]) != TRIGGER_TYPE_NONE)
        r->trigger_count++;
    for (unsigned i = 0; i < r->trigger_count; i++) {
        unsigned type = field_get(MCONTROL_TYPE, f->tdata1[i]);
        bool is_programs = !(f->tdata1[i] & MCONTROL_DMODE) && (f->tdata1[i] & IS_ACTIVE);
        bool is_usable = (is_address_trigger(type) || type == TRIGGER_TYPE_DISABLED) && !is_programs;
        r->triggers[i] = (struct riscv_trigger){.type = is_usable ? (uint8_t)type : TRIGGER_TYPE_NONE};
    }
}

static uint32_t trial(unsigned type, unsigned match, uint32_t more)
{
    uint32_t tdata1 = MCONTROL_DMODE | MCONTROL_M | MCONTROL_EXECUTE | MCONTROL_STORE | MCONTROL_LOAD | more;
    tdata1 = field_put(MCONTROL_TYPE, tdata1, type);
    tdata1 = field_put(MCONTROL_ACTION, tdata1, TRIGGER_ACTION_DEBUG);
    return field_put(MCONTROL_MATCH, tdata1, match);
}

/* What tdata1 keeps of each trial. A core in debug mode does not stop at what is tried. */
enum { TRY_EQUAL, TRY_NAPOT, TRY_GE, TRY_LT, TRY_CHAIN, TRIES };

static void queue_trials(struct core *c, unsigned trigger, unsigned type, uint32_t *kept)
{
    static const unsigned matches[TRIES] = {TRIGGER_MATCH_EQUAL, TRIGGER_MATCH_NAPOT, TRIGGER_MATCH_GE,
                                            TRIGGER_MATCH_LT, TRIGGER_MATCH_EQUAL};
    queue_write(c, CSR_TSELECT, trigger);
    for (unsigned i = 0; i < TRIES; i++) {
        queue_write(c, CSR_TDATA1, trial(type, matches[i], i == TRY_CHAIN ? MCONTROL_CHAIN : 0));
        queue_read(c, CSR_TDATA1, &kept[i]);
    }
    queue_write(c, CSR_TDATA1, 0);
}

static void note_trials(struct riscv_trigger *g, unsigned type, const uint32_t *kept)
{
    if (field_get(MCONTROL_TYPE, kept[TRY_EQUAL]) != type || !(kept[TRY_EQUAL] & MCONTROL_DMODE)) {
        g->type = TRIGGER_TYPE_NONE;
        return;
    }
    g->type = (uint8_t)type;
    g->matches = BIT(TRIGGER_MATCH_EQUAL);
    for (unsigned i = TRY_NAPOT; i <= TRY_LT; i++)
        if (field_get(MCONTROL_MATCH, kept[i]) == i)
            g->matches |= (uint8_t)BIT(i);
    g->has_chain = kept[TRY_CHAIN] & MCONTROL_CHAIN;
    g->napot_max = type == TRIGGER_TYPE_MCONTROL ? (uint8_t)field_get(MCONTROL_MASKMAX, kept[TRY_NAPOT]) : 0;
}

static enum err try_all(struct core *c)
{
    uint32_t kept[MAX_HW_SLOTS][TRIES] = {{0}};
    struct core_riscv *r = &c->riscv;
    static const unsigned types[] = {TRIGGER_TYPE_MCONTROL6, TRIGGER_TYPE_MCONTROL};
    enum err e = ERR_OK;
    for (unsigned k = 0; !e && k < sizeof types / sizeof types[0]; k++) {
        bool is_wanted[MAX_HW_SLOTS] = {false};
        for (unsigned i = 0; i < r->trigger_count; i++) {
            is_wanted[i] = r->triggers[i].type == types[k] || r->triggers[i].type == TRIGGER_TYPE_DISABLED;
            if (is_wanted[i])
                queue_trials(c, i, types[k], kept[i]);
        }
        e = run(c);
        for (unsigned i = 0; !e && i < r->trigger_count; i++) {
            bool was_disabled = r->triggers[i].type == TRIGGER_TYPE_DISABLED;
            if (is_wanted[i])
                note_trials(&r->triggers[i], types[k], kept[i]);
            if (was_disabled && r->triggers[i].type == TRIGGER_TYPE_NONE && k == 0)
                r->triggers[i].type = TRIGGER_TYPE_DISABLED; /* the other type may be what it takes */
        }
    }
    return e;
}

enum err rv_find_triggers(struct core *c)
{
    struct found f = {{0}, {0}};
    uint32_t select = 0;
    int at = rv_csr_index(c, CSR_TSELECT);
    if (c->riscv.has_asked_triggers)
        return ERR_OK;
    enum err e = at >= 0 ? core_reg_read(c, (unsigned)at, &select) : ERR_UNSUPPORTED;
    if (e == ERR_UNSUPPORTED) {
        err_forget(c->target->log);
        c->riscv.has_asked_triggers = true;
        return ERR_OK; /* a core without triggers */
    }
    if (!e)
        e = list_triggers(c, &f);
    if (e)
        return err_context(c->target->log, e, "looking for the triggers of %s", c->name);
    note_list(c, &f);
    e = try_all(c);
    if (!e && c->riscv.trigger_count) {
        queue_write(c, CSR_TSELECT, select);
        e = run(c);
    }
    c->riscv.has_asked_triggers = !e;
    return err_context(c->target->log, e, "trying the triggers of %s", c->name);
}

/* Before the core was ever halted nobody knows, and each may be there. */
enum err rv_hw_slots(struct core *c, uint32_t *slots)
{
    enum err e = c->state == CORE_HALTED && c->is_learnt ? rv_find_triggers(c) : ERR_OK;
    *slots = c->riscv.has_asked_triggers ? 0 : BIT(MAX_HW_SLOTS) - 1;
    for (unsigned i = 0; i < c->riscv.trigger_count; i++)
        *slots |= c->riscv.triggers[i].type ? BIT(i) : 0;
    return e;
}

/* --- what a watchpoint takes --- */

static bool is_power_of_two(uint32_t n)
{
    return n && !(n & (n - 1));
}

static const struct riscv_trigger *any_trigger(const struct core *c)
{
    static const struct riscv_trigger unknown = {.type = TRIGGER_TYPE_MCONTROL,
                                                 .matches = BIT(TRIGGER_MATCH_EQUAL) | BIT(TRIGGER_MATCH_NAPOT)};
    for (unsigned i = 0; i < c->riscv.trigger_count; i++)
        if (c->riscv.triggers[i].type)
            return &c->riscv.triggers[i];
    return &unknown;
}

static bool takes_napot(const struct riscv_trigger *g, uint32_t addr, uint32_t len)
{
    bool is_small = !g->napot_max || g->napot_max >= 32 || len <= BIT(g->napot_max);
    return (g->matches & BIT(TRIGGER_MATCH_NAPOT)) && is_power_of_two(len) && len > 1 && addr % len == 0 && is_small;
}

static bool takes_range(const struct riscv_trigger *g)
{
    uint8_t both = BIT(TRIGGER_MATCH_GE) | BIT(TRIGGER_MATCH_LT);
    return (g->matches & both) == both && g->has_chain;
}

const char *rv_check_watch(struct core *c, uint32_t addr, uint32_t len, unsigned *slots)
{
    *slots = 1;
    if (c->state == CORE_HALTED && c->is_learnt && rv_find_triggers(c) != ERR_OK)
        return err_why(c->target->log, ERR_IO);
    const struct riscv_trigger *g = any_trigger(c);
    if (len == 0 || addr + (len - 1) < addr)
        return "a watchpoint covers at least one byte and ends below the end of the address space";
    if (len == 1 || takes_napot(g, addr, len))
        return NULL;
    *slots = takes_range(g) ? RANGE_PAIR : len;
    if (takes_range(g) || len <= BYTES_ONE_BY_ONE)
        return NULL;
    return g->matches & BIT(TRIGGER_MATCH_NAPOT)
               ? "this core watches ranges whose length is a power of two and whose address is a multiple of it; two "
                 "smaller ones may do"
               : "this core watches single bytes only, and up to four of them make one watchpoint";
}

/* --- setting --- */

static uint32_t tdata1_of(const struct riscv_trigger *g, unsigned match, uint32_t access)
{
    uint32_t tdata1 = MCONTROL_DMODE | ALL_MODES | access;
    tdata1 = field_put(MCONTROL_TYPE, tdata1, g->type ? g->type : TRIGGER_TYPE_MCONTROL);
    tdata1 = field_put(MCONTROL_ACTION, tdata1, TRIGGER_ACTION_DEBUG);
    return field_put(MCONTROL_MATCH, tdata1, match);
}

static enum err set(struct core *c, unsigned slot, uint32_t tdata1, uint32_t tdata2)
{
    struct riscv_trigger *g = &c->riscv.triggers[slot];
    bool is_armed = c->slots.has_break[slot] || c->slots.has_watch[slot];
    if (is_armed && !g->is_dirty && g->tdata1 == tdata1 && g->tdata2 == tdata2)
        return ERR_OK;
    g->tdata1 = tdata1;
    g->tdata2 = tdata2;
    g->is_dirty = true;
    return ERR_OK;
}

static enum err check_slot(struct core *c, unsigned slot)
{
    enum err e = rv_find_triggers(c);
    if (e || c->riscv.triggers[slot].type)
        return e;
    return err_at(
        c->target->log, ERR_RESOURCE,
        "%s has %u triggers for break- and watchpoints, and its program may use some of them: number %u is not "
        "to be had. Remove a breakpoint",
        c->name, c->riscv.trigger_count, slot);
}

enum err rv_set_hw_break(struct core *c, unsigned slot, bool on, uint32_t addr)
{
    if (!on)
        return set(c, slot, 0, 0);
    enum err e = check_slot(c, slot);
    return e ? e : set(c, slot, tdata1_of(&c->riscv.triggers[slot], TRIGGER_MATCH_EQUAL, MCONTROL_EXECUTE), addr);
}

enum err rv_set_hw_watch(struct core *c, unsigned slot, bool on, const struct watchpoint *w)
{
    if (!on)
        return set(c, slot, 0, 0);
    enum err e = check_slot(c, slot);
    if (e)
        return e;
    const struct riscv_trigger *g = &c->riscv.triggers[slot];
    uint32_t access = (w->access & WP_READ ? MCONTROL_LOAD : 0) | (w->access & WP_WRITE ? MCONTROL_STORE : 0);
    unsigned part = slot - w->slot;
    if (w->slot_count == 1 && w->len > 1)
        return set(c, slot, tdata1_of(g, TRIGGER_MATCH_NAPOT, access), w->addr | (w->len / 2 - 1));
    if (w->slot_count == 1 || !takes_range(g))
        return set(c, slot, tdata1_of(g, TRIGGER_MATCH_EQUAL, access), w->addr + part);
    if (part == 0)
        return set(c, slot, tdata1_of(g, TRIGGER_MATCH_GE, access) | MCONTROL_CHAIN, w->addr);
    return set(c, slot, tdata1_of(g, TRIGGER_MATCH_LT, access), w->addr + w->len);
}

void rv_disarm(struct core *c)
{
    for (unsigned i = 0; i < MAX_HW_SLOTS; i++) {
        if (!c->slots.has_break[i] && !c->slots.has_watch[i])
            continue;
        c->riscv.triggers[i].tdata1 = 0;
        c->riscv.triggers[i].is_dirty = true;
    }
    c->slots = (struct hw_slots){0};
}

/* --- writing --- */

static enum err did_not_stick(struct core *c, unsigned slot, uint32_t kept)
{
    return err_at(
        c->target->log, ERR_UNSUPPORTED,
        "trigger %u of %s does not take what it is to stop at (tdata1 0x%08x reads back as 0x%08x): remove the "
        "last break- or watchpoint",
        slot, c->name, (unsigned)c->riscv.triggers[slot].tdata1, (unsigned)kept);
}

/* Off first, or an old address would count with the new conditions. */
static void queue_trigger(struct core *c, unsigned slot, uint32_t *kept)
{
    const struct riscv_trigger *g = &c->riscv.triggers[slot];
    queue_write(c, CSR_TSELECT, slot);
    queue_write(c, CSR_TDATA1, 0);
    if (g->tdata1) {
        queue_write(c, CSR_TDATA2, g->tdata2);
        queue_write(c, CSR_TDATA1, g->tdata1);
    }
    queue_read(c, CSR_TDATA1, kept);
}

enum err rv_flush_triggers(struct core *c)
{
    uint32_t kept[MAX_HW_SLOTS] = {0}, select = 0;
    uint32_t dirty = 0;
    for (unsigned i = 0; i < MAX_HW_SLOTS; i++)
        dirty |= c->riscv.triggers[i].is_dirty ? BIT(i) : 0;
    if (!dirty)
        return ERR_OK;
    enum err e = rv_csr_read(c, CSR_TSELECT, &select);
    if (e)
        return e;
    for (unsigned i = 0; i < MAX_HW_SLOTS; i++)
        if (dirty >> i & 1)
            queue_trigger(c, i, &kept[i]);
    queue_write(c, CSR_TSELECT, select);
    e = run(c);
    for (unsigned i = 0; !e && i < MAX_HW_SLOTS; i++) {
        struct riscv_trigger *g = &c->riscv.triggers[i];
        g->is_dirty &= !(dirty >> i & 1);
        if ((dirty >> i & 1) && g->tdata1 && (kept[i] ^ g->tdata1) & COMPARED)
            e = did_not_stick(c, i, kept[i]);
    }
    return e;
}
