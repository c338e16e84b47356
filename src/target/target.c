/* SPDX-License-Identifier: Apache-2.0 */
/* What a target and its cores are. */
#include "target/target.h"

#include "target/target_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {
    [CORE_UNKNOWN] = "unknown",
    [CORE_RUNNING] = "running",
    [CORE_HALTED] = "halted",
    [CORE_RESET] = "reset",
    [CORE_DEBUG_RUNNING] = "debug-running",
    [CORE_UNAVAILABLE] = "unavailable",
};

static const char *const reason_names[] = {
    [HALT_REQUEST] = "debug-request",     [HALT_BREAKPOINT] = "breakpoint",
    [HALT_WATCHPOINT] = "watchpoint",     [HALT_BREAK_AND_WATCHPOINT] = "watchpoint-and-breakpoint",
    [HALT_SINGLE_STEP] = "single-step",   [HALT_NOT_HALTED] = "target-not-halted",
    [HALT_PROGRAM_EXIT] = "program-exit", [HALT_EXCEPTION] = "exception-catch",
    [HALT_UNDEFINED] = "undefined",
};

const char *core_state_name(enum core_state s)
{
    return state_names[s];
}

const char *halt_reason_name(enum halt_reason r)
{
    return reason_names[r];
}

/* By enum chip_isa. */
static const struct core_ops *const ops_of_isa[] = {
    [ISA_XTENSA_LX6] = &core_ops_xtensa_lx6,
    [ISA_XTENSA_LX7] = &core_ops_xtensa_lx7,
    [ISA_RV32] = &core_ops_riscv_esp,
    [ISA_RV32_ANY] = &core_ops_riscv_any,
};

static bool core_init(struct core *c, struct target *t, unsigned index)
{
    c->target = t;
    c->index = index;
    c->ops = ops_of_isa[t->chip->isa];
    c->chip = &t->chip->cores[index];
    c->state = CORE_UNKNOWN;
    c->reason = HALT_NOT_HALTED;
    c->mask_interrupts = true;
    if (t->core_count > 1)
        snprintf(c->name, sizeof c->name, "%s.%s", t->chip->name, c->chip->suffix);
    else
        snprintf(c->name, sizeof c->name, "%s", t->chip->name);
    c->regs = calloc(*c->ops->reg_count, sizeof *c->regs);
    return c->regs != NULL;
}

struct target *target_new(const struct chip *chip, struct dm *dm, const struct clock *clock, struct log *log)
{
    struct target *t = calloc(1, sizeof *t);
    if (!t) {
        dm_free(dm);
        return NULL;
    }
    t->chip = chip;
    t->dm = dm;
    t->clock = clock;
    t->log = log;
    t->smp_break = SMP_BREAK_IN | SMP_BREAK_OUT;
    t->core_count = dm->core_count < chip->core_count ? dm->core_count : chip->core_count;
    for (unsigned i = 0; i < t->core_count; i++) {
        if (!core_init(&t->cores[i], t, i)) {
            target_free(t);
            return NULL;
        }
    }
    return t;
}

/* What the debugger used of a halted core is the program's again. Best effort: the adapter may be gone. */
static void give_back(struct core *c)
{
    if (c->regs && c->state == CORE_HALTED && c->is_learnt && c->ops->flush(c) != ERR_OK)
        err_forget(c->target->log);
}

void target_free(struct target *t)
{
    if (!t)
        return;
    for (unsigned i = 0; i < t->core_count; i++) {
        give_back(&t->cores[i]);
        free(t->cores[i].regs);
    }
    free(t->patched);
    dm_free(t->dm);
    free(t);
}

void target_on_event(struct target *t, target_event_fn *fn, void *ctx)
{
    t->event = fn;
    t->event_ctx = ctx;
}

void target_send(struct target *t, struct core *c, enum target_event event)
{
    if (t->event)
        t->event(t->event_ctx, c, event);
}

const struct chip *target_chip(const struct target *t)
{
    return t->chip;
}

unsigned target_core_count(const struct target *t)
{
    return t->core_count;
}

struct core *target_core(struct target *t, unsigned index)
{
    return index < t->core_count ? &t->cores[index] : NULL;
}

struct log *target_log(const struct target *t)
{
    return t->log;
}

const struct clock *target_clock(const struct target *t)
{
    return t->clock;
}

unsigned target_all(const struct target *t)
{
    return (1U << t->core_count) - 1;
}

unsigned target_cores_in(const struct target *t, enum core_state state)
{
    unsigned cores = 0;
    for (unsigned i = 0; i < t->core_count; i++)
        cores |= t->cores[i].state == state ? 1U << i : 0;
    return cores;
}

const char *core_name(const struct core *c)
{
    return c->name;
}

void core_set_name(struct core *c, const char *name)
{
    snprintf(c->name, sizeof c->name, "%s", name);
}

unsigned core_index(const struct core *c)
{
    return c->index;
}

struct target *core_target(const struct core *c)
{
    return c->target;
}

bool core_is_examined(const struct core *c)
{
    return c->is_examined;
}

enum core_state core_state(const struct core *c)
{
    return c->state;
}

const char *core_why_off(const struct core *c)
{
    return c->off;
}

bool core_stands_at_reset(const struct core *c)
{
    return c->state == CORE_HALTED && c->is_learnt && c->halt_pc == c->target->chip->reset_vector;
}

enum halt_reason core_halt_reason(const struct core *c)
{
    return c->state == CORE_HALTED ? c->reason : HALT_NOT_HALTED;
}

void core_set_mask_interrupts(struct core *c, bool masked)
{
    c->mask_interrupts = masked;
}

bool core_mask_interrupts(const struct core *c)
{
    return c->mask_interrupts;
}

unsigned target_smp_break(const struct target *t)
{
    return t->smp_break;
}

enum err target_set_smp_break(struct target *t, unsigned mask)
{
    t->smp_break = mask;
    t->dm->ops->queue_break_network(t->dm, target_all(t), mask);
    return target_poll(t); /* which runs the queue, and does not mind a core that is away */
}

enum err core_need_halted(struct core *c, const char *what)
{
    if (c->state == CORE_HALTED && c->is_learnt)
        return ERR_OK;
    return err_at(c->target->log, ERR_STATE, "%s needs a halted core, and %s is %s%s%s: halt it first", what, c->name,
                  core_state_name(c->state), c->off ? ", " : "", c->off ? c->off : "");
}

/* --- raw access --- */

bool core_is_riscv(const struct core *c)
{
    return chip_is_riscv(c->target->chip);
}

enum err core_dm_read(struct core *c, uint32_t reg, uint32_t *value)
{
    struct dm *dm = c->target->dm;
    dm->ops->queue_read_reg(dm, c->index, reg, value);
    return dm->ops->run(dm);
}

enum err core_dm_write(struct core *c, uint32_t reg, uint32_t value)
{
    struct dm *dm = c->target->dm;
    dm->ops->queue_write_reg(dm, c->index, reg, value);
    return dm->ops->run(dm);
}

/* The instruction sees the program's registers, and what it leaves in them is the program's. */
enum err core_execute(struct core *c, const uint8_t *bytes, size_t len)
{
    if (len == 0 || len > sizeof(uint32_t))
        return err_at(c->target->log, ERR_USAGE, "an instruction has 1 to 4 bytes, not %zu", len);
    enum err e = core_need_halted(c, "executing an instruction");
    if (!e)
        e = c->ops->flush(c);
    if (e)
        return e;
    uint32_t word = 0;
    for (size_t i = 0; i < len; i++)
        word |= (uint32_t)bytes[i] << (8 * i);
    e = c->ops->execute(c, word);
    enum err learnt = c->ops->learn_halt(c->target, 1U << c->index);
    return e ? e : learnt;
}
