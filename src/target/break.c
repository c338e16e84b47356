/* SPDX-License-Identifier: Apache-2.0 */
/* Break- and watchpoints of a target: the lists, and what stands for them on the chip. */
#include "target/target_int.h"

#include <stdio.h>
#include <string.h>

/* --- finding --- */

static struct breakpoint *find_break(struct target *t, uint32_t addr)
{
    for (size_t i = 0; i < t->breakpoint_count; i++)
        if (t->breakpoints[i].addr == addr)
            return &t->breakpoints[i];
    return NULL;
}

static struct watchpoint *find_watch(struct target *t, uint32_t addr)
{
    for (size_t i = 0; i < t->watchpoint_count; i++)
        if (t->watchpoints[i].addr == addr)
            return &t->watchpoints[i];
    return NULL;
}

static const struct breakpoint *break_in_slot(const struct target *t, unsigned slot)
{
    for (size_t i = 0; i < t->breakpoint_count; i++)
        if (t->breakpoints[i].kind == BP_HARDWARE && t->breakpoints[i].slot == slot)
            return &t->breakpoints[i];
    return NULL;
}

static const struct watchpoint *watch_in_slot(const struct target *t, unsigned slot)
{
    for (size_t i = 0; i < t->watchpoint_count; i++)
        if (slot - t->watchpoints[i].slot < t->watchpoints[i].slot_count)
            return &t->watchpoints[i];
    return NULL;
}

const struct breakpoint *target_breakpoints(const struct target *t, size_t *count)
{
    *count = t->breakpoint_count;
    return t->breakpoints;
}

const struct watchpoint *target_watchpoints(const struct target *t, size_t *count)
{
    *count = t->watchpoint_count;
    return t->watchpoints;
}

const struct breakpoint *target_breakpoint_at(const struct target *t, uint32_t addr)
{
    return find_break((struct target *)t, addr);
}

const struct watchpoint *core_hit_watchpoint(const struct core *c)
{
    int slot = c->state == CORE_HALTED && c->ops->hit_watch ? c->ops->hit_watch(c) : -1;
    return slot < 0 ? NULL : watch_in_slot(c->target, (unsigned)slot);
}

/* A halted core for the work; the target's breakpoints are the same on all. */
static struct core *any_door(struct target *t)
{
    for (unsigned i = 0; i < t->core_count; i++)
        if (t->cores[i].state == CORE_HALTED && t->cores[i].is_learnt)
            return &t->cores[i];
    return NULL;
}

static enum err need_door(struct target *t, const char *what, struct core **door)
{
    *door = any_door(t);
    if (*door)
        return ERR_OK;
    return err_at(t->log, ERR_STATE, "%s needs a halted core, and none is: halt the target first", what);
}

/* --- hardware slots --- */

/* The core that is asked what the hardware can do: a halted one knows more. */
static struct core *slot_core(struct target *t)
{
    struct core *door = any_door(t);
    return door ? door : &t->cores[0];
}

enum slot_use { FOR_BREAK = 1, FOR_WATCH = 2 };

static bool is_taken(const struct target *t, unsigned slot, enum slot_use use)
{
    bool is_shared = t->cores[0].ops->are_slots_shared;
    return ((use == FOR_BREAK || is_shared) && break_in_slot(t, slot)) ||
           ((use == FOR_WATCH || is_shared) && watch_in_slot(t, slot));
}

static enum err no_slot(struct target *t, uint32_t slots, unsigned count, enum slot_use use)
{
    char taken[256] = "";
    const char *what = t->cores[0].ops->are_slots_shared ? "trigger" : use == FOR_BREAK ? "breakpoint" : "watchpoint";
    unsigned used = 0;
    for (unsigned i = 0; i < MAX_HW_SLOTS; i++) {
        const struct breakpoint *b = is_taken(t, i, FOR_BREAK) ? break_in_slot(t, i) : NULL;
        const struct watchpoint *w = watch_in_slot(t, i);
        bool is_named = (slots >> i & 1) && is_taken(t, i, use) && strlen(taken) + 16 < sizeof taken;
        uint32_t addr = (use == FOR_BREAK && b) || !w ? (b ? b->addr : 0) : w->addr;
        if (is_named)
            snprintf(taken + strlen(taken), sizeof taken - strlen(taken), "%s0x%08x", used++ ? " and " : "",
                     (unsigned)addr);
    }
    if (!used)
        return err_at(t->log, ERR_RESOURCE,
                      "the chip has no hardware %s that is free: it has none, or its program uses them itself", what);
    return err_at(t->log, ERR_RESOURCE, "the chip has %d hardware %ss, taken by those at %s%s: remove one first",
                  __builtin_popcount(slots), what, taken, count > 1 ? ", and several side by side are needed" : "");
}

/* The first of count neighbours that are free. */
static enum err find_slots(struct target *t, unsigned count, enum slot_use use, uint8_t *first)
{
    struct core *c = slot_core(t);
    uint32_t slots = 0;
    enum err e = c->ops->hw_slots(c, &slots);
    for (unsigned slot = 0, run = 0; !e && slot < MAX_HW_SLOTS; slot++) {
        run = (slots >> slot & 1) && !is_taken(t, slot, use) ? run + 1 : 0;
        if (run < count)
            continue;
        *first = (uint8_t)(slot + 1 - count);
        return ERR_OK;
    }
    return e ? e : no_slot(t, slots, count, use);
}

/* --- breakpoints --- */

static enum err refuse_place(struct target *t, uint32_t addr, const struct chip_region *r)
{
    return err_at(
        t->log, ERR_UNSUPPORTED,
        "a software breakpoint at 0x%08x is not possible, that is %s: it needs RAM that code runs from. Use a "
        "hardware breakpoint",
        (unsigned)addr, r ? r->name : "no memory");
}

bool target_takes_software_breakpoint(const struct target *t, uint32_t addr)
{
    const struct chip_region *r = chip_region_at(t->chip, addr);
    return r && r->is_executable && (r->kind == REGION_RAM || r->kind == REGION_RTC_RAM);
}

static enum err add_software(struct target *t, struct breakpoint *b)
{
    if (!target_takes_software_breakpoint(t, b->addr))
        return refuse_place(t, b->addr, chip_region_at(t->chip, b->addr));
    struct core *door;
    enum err e = need_door(t, "setting a software breakpoint", &door);
    if (!e)
        e = core_mem_read(door, b->addr, 0, b->original, b->len);
    if (e)
        return e;
    uint8_t bytes[sizeof b->original], now[sizeof b->original];
    door->ops->break_bytes(b->len, bytes);
    e = core_mem_write(door, b->addr, 0, bytes, b->len);
    if (!e)
        e = core_mem_read(door, b->addr, 0, now, b->len);
    if (!e && memcmp(now, bytes, b->len))
        e = err_at(t->log, ERR_FAULT, "0x%08x does not keep what is written: no software breakpoint is possible there",
                   (unsigned)b->addr);
    return e;
}

enum err target_add_breakpoint(struct target *t, uint32_t addr, uint8_t len, enum bp_kind kind)
{
    struct breakpoint b = {.addr = addr, .len = len, .kind = kind};
    if (find_break(t, addr))
        return err_at(t->log, ERR_EXISTS, "there is a breakpoint at 0x%08x already", (unsigned)addr);
    if (len < 2 || len > sizeof b.original)
        return err_at(t->log, ERR_RANGE, "a breakpoint is as long as the instruction there, 2 to 4 bytes, and not %u",
                      len);
    if (t->breakpoint_count == MAX_BREAKPOINTS)
        return err_at(t->log, ERR_RESOURCE, "there are %d breakpoints already: remove one first", MAX_BREAKPOINTS);
    enum err e = ERR_OK;
    if (kind == BP_HARDWARE)
        e = find_slots(t, 1, FOR_BREAK, &b.slot);
    else if (kind == BP_SOFTWARE)
        e = add_software(t, &b);
    if (e)
        return e;
    t->breakpoints[t->breakpoint_count++] = b;
    return ERR_OK;
}

/* Memory that was loaded anew meanwhile is left as it is. */
static enum err remove_software(struct target *t, const struct breakpoint *b)
{
    struct core *door;
    uint8_t bytes[sizeof b->original], now[sizeof b->original];
    enum err e = need_door(t, "removing a software breakpoint", &door);
    if (!e)
        e = core_mem_read(door, b->addr, 0, now, b->len);
    if (e)
        return e;
    door->ops->break_bytes(b->len, bytes);
    return memcmp(now, bytes, b->len) ? ERR_OK : core_mem_write(door, b->addr, 0, b->original, b->len);
}

enum err target_remove_breakpoint(struct target *t, uint32_t addr)
{
    struct breakpoint *b = find_break(t, addr);
    if (!b)
        return err_at(t->log, ERR_NOT_FOUND, "there is no breakpoint at 0x%08x", (unsigned)addr);
    enum err e = b->kind == BP_SOFTWARE ? remove_software(t, b) : ERR_OK;
    if (e)
        return e;
    for (unsigned i = 0; i < t->core_count; i++)
        t->cores[i].broke_at_ours |=
            b->kind != BP_HARDWARE && t->cores[i].state == CORE_HALTED && t->cores[i].halt_pc == addr;
    *b = t->breakpoints[--t->breakpoint_count];
    return ERR_OK;
}

bool target_has_free_slot(struct target *t)
{
    uint8_t slot;
    bool has = find_slots(t, 1, FOR_BREAK, &slot) == ERR_OK;
    if (!has)
        err_forget(t->log);
    return has;
}

enum err target_move_breakpoint(struct target *t, uint32_t addr, enum bp_kind kind)
{
    struct breakpoint *b = find_break(t, addr);
    if (!b || b->kind == BP_SOFTWARE || b->kind == kind)
        return ERR_OK;
    enum err e = kind == BP_HARDWARE ? find_slots(t, 1, FOR_BREAK, &b->slot) : ERR_OK;
    if (!e)
        b->kind = kind;
    return e;
}

void target_mark_breakpoint(struct target *t, uint32_t addr, bool is_movable, bool is_internal)
{
    struct breakpoint *b = find_break(t, addr);
    if (!b)
        return;
    b->is_movable = is_movable;
    b->is_internal = is_internal;
}

enum err target_remove_all_breakpoints(struct target *t)
{
    enum err e = ERR_OK;
    while (!e && t->breakpoint_count)
        e = target_remove_breakpoint(t, t->breakpoints[t->breakpoint_count - 1].addr);
    return e;
}

/* --- watchpoints --- */

enum err target_add_watchpoint(struct target *t, uint32_t addr, uint32_t len, enum wp_access access)
{
    if (find_watch(t, addr))
        return err_at(t->log, ERR_EXISTS, "there is a watchpoint at 0x%08x already", (unsigned)addr);
    struct core *c = slot_core(t);
    struct watchpoint w = {.addr = addr, .len = len, .access = access};
    unsigned slots = 1;
    const char *why = c->ops->check_watch(c, addr, len, &slots);
    if (why)
        return err_at(t->log, ERR_ALIGN, "a watchpoint at 0x%08x of %u bytes is not possible: %s", (unsigned)addr,
                      (unsigned)len, why);
    w.slot_count = (uint8_t)slots;
    if (t->watchpoint_count == MAX_HW_SLOTS)
        return err_at(t->log, ERR_RESOURCE, "there are %d watchpoints already: remove one first", MAX_HW_SLOTS);
    enum err e = find_slots(t, slots, FOR_WATCH, &w.slot);
    if (!e)
        t->watchpoints[t->watchpoint_count++] = w;
    return e;
}

enum err target_remove_watchpoint(struct target *t, uint32_t addr)
{
    struct watchpoint *w = find_watch(t, addr);
    if (!w)
        return err_at(t->log, ERR_NOT_FOUND, "there is no watchpoint at 0x%08x", (unsigned)addr);
    *w = t->watchpoints[--t->watchpoint_count];
    return ERR_OK;
}

enum err target_remove_all_watchpoints(struct target *t)
{
    t->watchpoint_count = 0;
    return ERR_OK;
}

/* --- what the core must know --- */

static enum err arm_slot(struct core *c, unsigned slot)
{
    const struct breakpoint *b = break_in_slot(c->target, slot);
    const struct watchpoint *w = watch_in_slot(c->target, slot);
    enum err e = ERR_OK;
    if (!b && c->slots.has_break[slot])
        e = c->ops->set_hw_break(c, slot, false, 0);
    if (!e && !w && c->slots.has_watch[slot])
        e = c->ops->set_hw_watch(c, slot, false, NULL);
    if (!e && b)
        e = c->ops->set_hw_break(c, slot, true, b->addr);
    if (!e && w)
        e = c->ops->set_hw_watch(c, slot, true, w);
    if (!e) {
        c->slots.has_break[slot] = b != NULL;
        c->slots.has_watch[slot] = w != NULL;
    }
    return e;
}

enum err core_arm_breakpoints(struct core *c)
{
    enum err e = ERR_OK;
    for (unsigned slot = 0; !e && slot < MAX_HW_SLOTS; slot++)
        e = arm_slot(c, slot);
    return e;
}

static bool stopped_by_watch(const struct core *c)
{
    return c->reason == HALT_WATCHPOINT || c->reason == HALT_BREAK_AND_WATCHPOINT;
}

bool core_is_at_breakpoint(struct core *c)
{
    uint32_t pc;
    if (c->ops->pc(c, &pc))
        return false;
    return find_break(c->target, pc) || target_patched_at(c->target, pc) || stopped_by_watch(c);
}

static enum err set_watches(struct core *c, bool on)
{
    enum err e = ERR_OK;
    for (unsigned slot = 0; !e && slot < MAX_HW_SLOTS; slot++) {
        const struct watchpoint *w = watch_in_slot(c->target, slot);
        e = w ? c->ops->set_hw_watch(c, slot, on, w) : ERR_OK;
    }
    return e;
}

/* Takes one breakpoint away for a step, or puts it back. */
static enum err set_break(struct core *c, const struct breakpoint *b, bool on)
{
    if (b->kind == BP_HARDWARE)
        return c->ops->set_hw_break(c, b->slot, on, b->addr);
    if (b->kind == BP_FLASH)
        return ERR_OK;
    uint8_t bytes[sizeof b->original];
    c->ops->break_bytes(b->len, bytes);
    return core_mem_write(c, b->addr, 0, on ? bytes : b->original, b->len);
}

/* Whatever came of the step. What stands in the registers of a core that did not stop is told it when it runs the next time,
   but a breakpoint in memory is there for all. */
static enum err put_points_back(struct core *c, const struct breakpoint *b, bool is_watch)
{
    bool is_halted = c->state == CORE_HALTED;
    enum err e = b && (is_halted || b->kind == BP_SOFTWARE) ? set_break(c, b, true) : ERR_OK;
    return e || !is_watch || !is_halted ? e : set_watches(c, true);
}

enum err core_step_over(struct core *c)
{
    uint32_t pc;
    enum err e = c->ops->pc(c, &pc);
    const struct breakpoint *b = e ? NULL : find_break(c->target, pc);
    const struct code_patch *patch = e ? NULL : target_patched_at(c->target, pc);
    bool is_watch = stopped_by_watch(c);
    if (!e)
        e = core_arm_breakpoints(c);
    if (!e && b)
        e = set_break(c, b, false);
    if (!e && is_watch)
        e = set_watches(c, false);
    if (!e)
        e = patch ? core_step_patched(c, patch) : c->ops->step(c);
    if (e == ERR_DISCONNECTED)
        return e;
    struct err_kept first = err_keep(c->target->log, e);
    return err_first(c->target->log, &first, put_points_back(c, b, is_watch));
}
