/* SPDX-License-Identifier: Apache-2.0 */
/* Code of our own on the chip, and the core through which memory is reached meanwhile. */
#include "target/target_int.h"

enum { WINDOW_HALT_MS = 20, STOP_MS = 1000 };

/* --- the window core --- */

static bool is_free(const struct core *o, const struct core *c)
{
    return o != c && o->state == CORE_HALTED && o->is_learnt && !o->algorithm.is_active;
}

struct core *target_window_core(struct target *t, const struct core *c)
{
    for (unsigned i = 0; i < t->core_count; i++)
        if (is_free(&t->cores[i], c))
            return &t->cores[i];
    return t->dm->ops->reaches_memory_running(t->dm, c->index) ? &t->cores[c->index] : NULL;
}

/* Held in reset, so it has no state to lose. Its debug module may be off too: then the chip's registers tell. */
static enum err is_in_reset(struct core *c, const struct core *o, bool *is)
{
    const struct chip_condition *k = &o->chip->in_reset;
    uint32_t value = 0;
    *is = o->state == CORE_RESET;
    if (*is || o->state != CORE_UNAVAILABLE || !k->text)
        return ERR_OK;
    enum err e = core_read_words(c, k->addr, &value, 1);
    *is = !e && (value & k->mask) == k->value;
    return e;
}

/* A core that could be switched on, because the chip's record says how; *found NULL for none. */
static enum err find_sleeping_core(struct core *c, struct core **found)
{
    struct target *t = c->target;
    enum err e = ERR_OK;
    *found = NULL;
    for (unsigned i = 0; !e && !*found && i < t->core_count; i++) {
        struct core *o = &t->cores[i];
        bool is = false;
        if (o == c || !o->chip->enable.count || o->chip->enable.count > WINDOW_SAVED)
            continue;
        e = is_in_reset(c, o, &is);
        *found = is ? o : NULL;
    }
    return e;
}

static enum err restore_window_registers(struct target *t, struct core *door)
{
    const struct chip_script *s = &t->window->chip->enable;
    enum err e = ERR_OK;
    for (unsigned i = s->count; !e && i-- > 0;)
        e = core_write_words(door, s->steps[i].addr, &t->window_saved[i], 1);
    return e;
}

static enum err save_window_registers(struct target *t, struct core *door, const struct core *window)
{
    const struct chip_script *s = &window->chip->enable;
    enum err e = ERR_OK;
    for (unsigned i = 0; !e && i < s->count; i++)
        e = core_read_words(door, s->steps[i].addr, &t->window_saved[i], 1);
    return e;
}

enum err target_prepare_window_core(struct target *t, struct core *c)
{
    struct core *o = NULL;
    enum err e = core_need_halted(c, "switching another core on");
    if (!e && !target_window_core(t, c))
        e = find_sleeping_core(c, &o);
    if (!e && o)
        e = save_window_registers(t, c, o);
    if (e || !o)
        return e;
    t->window = o;
    o->off = NULL;
    o->is_stepping = true; /* nobody is to hear of it */
    if (o->state == CORE_RESET) {
        t->dm->ops->queue_halt(t->dm, 1U << o->index, true); /* it starts with interrupts masked */
        e = t->dm->ops->run(t->dm);
    }
    o->state = CORE_RUNNING;
    if (!e)
        e = core_run_script(c, &o->chip->enable);
    unsigned halted = 0;
    if (!e)
        e = target_wait_halted(t, 1U << o->index, WINDOW_HALT_MS, &halted);
    o->is_stepping = false;
    if (!e && halted)
        return ERR_OK;
    log_debug(t->log, "%s does not halt when it is switched on; working without it", o->name);
    struct err_kept first = err_keep(t->log, e);
    return err_first(t->log, &first, target_release_window_core(t));
}

enum err target_release_window_core(struct target *t)
{
    struct core *o = t->window;
    if (!o)
        return ERR_OK;
    struct core *door = NULL;
    for (unsigned i = 0; i < t->core_count; i++)
        if (is_free(&t->cores[i], o))
            door = &t->cores[i];
    enum err e = door ? restore_window_registers(t, door) : core_need_halted(o, "switching the window core off");
    t->window = NULL;
    core_forget_registers(o);
    o->state = CORE_UNKNOWN;
    return e ? e : target_poll(t);
}

/* --- start --- */

static enum err save_registers(struct core *c)
{
    struct core_algorithm *a = &c->algorithm;
    a->count = c->ops->algorithm_regs(c, a->list);
    uint16_t missing[ALGORITHM_SAVED];
    size_t count = 0;
    for (unsigned i = 0; i < a->count; i++)
        if (!core_reg(c, a->list[i])->is_valid)
            missing[count++] = a->list[i];
    enum err e = count ? c->ops->fetch(c, missing, count) : ERR_OK;
    for (unsigned i = 0; !e && i < a->count; i++)
        a->saved[i] = *core_reg(c, a->list[i]);
    return e;
}

/* Registers that the algorithm does not touch are written back before, or would be forgotten. */
static enum err save_all(struct core *c)
{
    enum err e = save_registers(c);
    return e ? e : c->ops->flush(c);
}

/* Its own BREAK is not to be taken for the program's later on. */
static void save_halt(struct core *c)
{
    c->algorithm.cause = c->cause;
    c->algorithm.halt_pc = c->halt_pc;
    c->algorithm.reason = c->reason;
    c->algorithm.broke_at_ours = c->broke_at_ours;
}

static void restore_halt(struct core *c)
{
    c->cause = c->algorithm.cause;
    c->halt_pc = c->algorithm.halt_pc;
    c->reason = c->algorithm.reason;
    c->broke_at_ours = c->algorithm.broke_at_ours;
}

static enum err save_for_algorithm(struct core *c)
{
    enum err e = target_prepare_window_core(c->target, c);
    if (e)
        return e;
    save_halt(c);
    return save_all(c);
}

/* Neither is its BREAK to stop others, nor their halt this one. After an error it may run all the same. */
static enum err let_algorithm_go(struct core *c)
{
    struct target *t = c->target;
    t->dm->ops->queue_break_network(t->dm, 1U << c->index, 0);
    target_queue_resume(t, 1U << c->index);
    enum err e = t->dm->ops->run(t->dm);
    core_forget_registers(c);
    c->state = CORE_DEBUG_RUNNING;
    c->reason = HALT_NOT_HALTED;
    c->algorithm.is_running = true;
    return e;
}

/* What could not be started leaves no trace; the error that led here counts. */
static enum err undo_start(struct core *c, enum err e)
{
    struct target *t = c->target;
    if (e == ERR_DISCONNECTED)
        return e;
    struct err_kept first = err_keep(t->log, e);
    enum err after = c->algorithm.is_active ? core_algorithm_end(c) : target_release_window_core(t);
    return err_first(t->log, &first, after);
}

enum err core_algorithm_start(struct core *c, const struct algorithm *a)
{
    struct target *t = c->target;
    enum err e = core_need_halted(c, "running code on the chip");
    if (e)
        return err_context(t->log, e, "starting code on %s", c->name);
    e = c->algorithm.is_active ? ERR_OK : save_for_algorithm(c);
    c->algorithm.is_active |= !e;
    if (!e)
        e = c->ops->prepare_algorithm(c, a);
    if (!e)
        e = c->ops->flush(c);
    if (!e)
        e = let_algorithm_go(c);
    if (e)
        return undo_start(c, err_context(t->log, e, "starting code on %s", c->name));
    target_send(t, c, TARGET_DEBUG_RESUMED);
    return ERR_OK;
}

bool core_algorithm_is_running(const struct core *c)
{
    return c->algorithm.is_running;
}

/* --- end --- */

static enum err stop(struct core *c)
{
    if (c->state == CORE_HALTED && c->is_learnt)
        return ERR_OK;
    return core_halt(c, STOP_MS);
}

enum err core_algorithm_wait(struct core *c, uint32_t timeout_ms, uint32_t *result, uint32_t *pc)
{
    struct target *t = c->target;
    if (!c->algorithm.is_active)
        return err_at(t->log, ERR_STATE, "no code of ours runs on %s", c->name);
    struct deadline deadline = deadline_ms(t->clock, timeout_ms);
    unsigned polls = 0;
    enum err e = target_poll(t);
    while (!e && c->algorithm.is_running && !deadline_passed(&deadline)) {
        e = target_poll_pause(t, &polls);
        if (!e)
            e = target_poll(t);
    }
    if (e)
        return e;
    if (!c->algorithm.is_active)
        return err_at(t->log, ERR_STATE, "%s was reset while code of ours ran on it", c->name);
    bool is_late = c->algorithm.is_running;
    e = stop(c);
    if (!e)
        e = c->ops->algorithm_result(c, result, pc);
    if (!e && is_late)
        e = err_at(t->log, ERR_TIMEOUT, "the code on %s did not end within %u ms; it was stopped at 0x%08x", c->name,
                   (unsigned)timeout_ms, (unsigned)*pc);
    return e;
}

enum err core_algorithm_end(struct core *c)
{
    struct target *t = c->target;
    struct core_algorithm *a = &c->algorithm;
    if (!a->is_active)
        return ERR_OK;
    enum err e = stop(c);
    if (e)
        return e;
    a->is_active = a->is_running = false;
    restore_halt(c);
    for (unsigned i = 0; i < a->count; i++)
        if (a->saved[i].is_valid)
            core_reg_set(c, a->list[i], a->saved[i].value);
    t->dm->ops->queue_break_network(t->dm, 1U << c->index, t->smp_break);
    e = t->dm->ops->run(t->dm);
    return e ? e : target_release_window_core(t);
}
