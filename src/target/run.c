/* SPDX-License-Identifier: Apache-2.0 */
/* Letting cores go, and stepping them. */
#include "target/target_int.h"

enum { STEP_TIMEOUT_MS = 500 };

/* A BREAK instruction of the program's own, at which the core stopped, is passed and not executed again. */
static enum err pass_own_break(struct core *c, bool *passed)
{
    uint32_t pc;
    unsigned len = c->ops->break_len(c);
    enum err e = len ? c->ops->pc(c, &pc) : ERR_OK;
    *passed = false;
    if (e || !len || core_is_at_breakpoint(c) || pc != c->halt_pc || c->broke_at_ours)
        return e;
    *passed = true;
    return c->ops->set_pc(c, pc + len);
}

/* Takes the core past what stopped it. */
static enum err step_off(struct core *c)
{
    bool passed;
    enum err e = pass_own_break(c, &passed);
    if (!e && core_is_at_breakpoint(c) && !passed)
        e = core_step_over(c);
    return e;
}

static enum err make_ready(struct core *c)
{
    enum err e = core_arm_breakpoints(c);
    return e ? e : c->ops->flush(c);
}

static void note_resumed(struct core *c)
{
    core_forget_registers(c);
    c->state = c->is_parked ? CORE_UNAVAILABLE : CORE_RUNNING;
    c->off = c->is_parked ? core_stalled_text : NULL;
    c->reason = HALT_NOT_HALTED;
    if (!c->target->is_quiet)
        target_send(c->target, c, TARGET_RESUMED);
}

/* A core that is to stand still stays where it is. */
static enum err step_all_off(struct target *t, unsigned cores)
{
    enum err e = ERR_OK;
    for (unsigned i = 0; !e && i < t->core_count; i++)
        if (core_has(cores, i) && !t->cores[i].was_unstalled)
            e = step_off(&t->cores[i]);
    return e;
}

/* They are stalled through the others, which are made ready after it. */
static enum err make_all_ready(struct target *t, unsigned cores)
{
    enum err e = ERR_OK;
    unsigned stalled = 0;
    for (unsigned i = 0; !e && i < t->core_count; i++) {
        struct core *c = &t->cores[i];
        if (!core_has(cores, i) || !c->was_unstalled)
            continue;
        stalled |= 1U << i;
        e = make_ready(c);
        if (!e)
            e = core_stall_again(c);
    }
    for (unsigned i = 0; !e && i < t->core_count; i++)
        if (core_has(cores & ~stalled, i))
            e = make_ready(&t->cores[i]);
    for (unsigned i = 0; e && i < t->core_count; i++)
        if (core_has(stalled, i))
            t->cores[i].is_parked = false; /* it was not let go */
    return e;
}

/* When none stays behind. */
static enum err wake_watchdogs(struct target *t, unsigned cores)
{
    if (target_cores_in(t, CORE_HALTED) & ~cores)
        return ERR_OK;
    for (unsigned i = 0; i < t->core_count; i++)
        if (core_has(cores, i))
            return core_wake_watchdogs(&t->cores[i]);
    return ERR_OK;
}

static enum err let_go(struct target *t, unsigned cores)
{
    for (unsigned i = 0; i < t->core_count; i++)
        if (!core_has(cores, i) && t->cores[i].state != CORE_RUNNING && t->cores[i].state != CORE_HALTED)
            core_want_arming(&t->cores[i]); /* the program may start it later */
    target_queue_resume(t, cores);
    enum err e = t->dm->ops->run(t->dm);
    t->watchdogs_are_off = false; /* after an error it may run all the same */
    target_forget_protection(t);
    for (unsigned i = 0; !e && i < t->core_count; i++)
        if (core_has(cores, i))
            note_resumed(&t->cores[i]);
    return e;
}

/* What could not be let go stands still, and its watchdogs must not go on without it. The error that led here counts. */
static enum err stay(struct target *t, unsigned cores, enum err e)
{
    struct err_kept first = err_keep(t->log, e);
    t->watchdogs_are_due = true;
    enum err after = e == ERR_DISCONNECTED ? e : target_poll(t);
    for (unsigned i = 0; !after && i < t->core_count; i++)
        if (core_has(cores, i) && t->cores[i].state == CORE_RUNNING)
            note_resumed(&t->cores[i]); /* only the answer got lost */
    if (!after)
        after = target_unstall(t, target_cores_in(t, CORE_HALTED));
    return err_first(t->log, &first, after);
}

/* All go in one scan, as close together as the chain allows. They are made ready last, because a step of one may use the
   registers of another for access to memory. */
static enum err resume(struct target *t, unsigned cores)
{
    enum err e = step_all_off(t, cores);
    if (e)
        return err_context(t->log, e, "resuming");
    e = wake_watchdogs(t, cores);
    if (!e)
        e = make_all_ready(t, cores);
    e = e ? err_context(t->log, e, "resuming") : let_go(t, cores);
    return e ? stay(t, cores, e) : ERR_OK;
}

static unsigned cores_to_resume(const struct target *t)
{
    unsigned cores = 0;
    for (unsigned i = 0; i < t->core_count; i++)
        if (t->cores[i].state == CORE_HALTED && t->cores[i].is_learnt && !t->cores[i].algorithm.is_active)
            cores |= 1U << i;
    return cores;
}

enum err target_resume(struct target *t)
{
    unsigned cores = cores_to_resume(t);
    if (!cores)
        return err_at(t->log, ERR_STATE, "no core of %s is halted, so there is nothing to resume", t->chip->name);
    return resume(t, cores);
}

enum err target_resume_cores(struct target *t, unsigned cores)
{
    cores &= cores_to_resume(t);
    return cores ? resume(t, cores) : ERR_OK;
}

enum err core_resume(struct core *c)
{
    enum err e = core_need_halted(c, "resuming");
    return e ? e : resume(c->target, 1U << c->index);
}

/* A core that goes on is had again, whatever has failed: it runs under conditions that are not its program's. */
static enum err catch_again(struct core *c, enum err e)
{
    struct log *log = c->target->log;
    struct err_kept first = err_keep(log, e);
    enum err halted = e == ERR_DISCONNECTED ? e : core_halt(c, STEP_TIMEOUT_MS);
    if (e != ERR_TIMEOUT || halted)
        return e == ERR_TIMEOUT ? halted : err_put_back(log, &first);
    return err_at(
        log, e,
        "the instruction at which %s stood did not end within %d ms (it waits for an interrupt, or for a bus); "
        "the core was halted",
        c->name, STEP_TIMEOUT_MS);
}

enum err core_run_one(struct core *c)
{
    struct target *t = c->target;
    /* The others are not to hear of this halt. */
    t->dm->ops->queue_break_network(t->dm, 1U << c->index, 0);
    target_queue_resume(t, 1U << c->index);
    c->is_stepping = true;
    c->state = CORE_RUNNING;
    core_forget_registers(c);
    enum err e = t->dm->ops->run(t->dm);
    if (!e)
        e = core_wait_state(c, CORE_HALTED, STEP_TIMEOUT_MS);
    if (e)
        e = catch_again(c, e);
    struct err_kept first = err_keep(t->log, e);
    t->dm->ops->queue_break_network(t->dm, 1U << c->index, t->smp_break);
    enum err restored = t->dm->ops->run(t->dm);
    c->is_stepping = false;
    return err_first(t->log, &first, restored);
}

/* One instruction; a BREAK of the program's own counts as one. */
static enum err step_once(struct core *c)
{
    bool passed = false;
    enum err e = pass_own_break(c, &passed);
    if (passed)
        c->reason = HALT_SINGLE_STEP;
    if (e || passed)
        return e;
    e = core_step_over(c);
    target_forget_protection(c->target);
    return e;
}

enum err core_step(struct core *c)
{
    enum err e = core_need_halted(c, "stepping");
    if (!e)
        e = step_once(c);
    if (!e)
        target_send(c->target, c, TARGET_HALTED);
    return err_context(c->target->log, e, "stepping %s", c->name);
}

enum err core_step_range(struct core *c, uint32_t start, uint32_t end, unsigned most, bool *is_inside)
{
    enum err e = core_need_halted(c, "stepping");
    *is_inside = !e;
    while (*is_inside && most--) {
        uint32_t pc = 0;
        e = step_once(c);
        if (!e)
            e = c->ops->pc(c, &pc);
        *is_inside = !e && c->reason == HALT_SINGLE_STEP && pc >= start && pc < end && !core_is_at_breakpoint(c);
    }
    if (!e && !*is_inside)
        target_send(c->target, c, TARGET_HALTED);
    return err_context(c->target->log, e, "stepping %s", c->name);
}
