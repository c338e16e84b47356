/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cores that software has stalled: the clock runs, the core does not, and nothing can be asked of it.
 *
 * A request to halt waits in such a core. So it is made first, and then another core, which is halted, ends the stall: the
 * core stops before its next instruction. When it is let go, the stall is there again before it leaves debug mode, because
 * the program wants it to stand still (while the other one writes flash, say): the instruction that leaves debug mode waits
 * in its debug module until the program ends the stall, and is the first thing it does then.
 */
#include "target/target_int.h"

const char core_stalled_text[] = "software has stalled it";

bool core_can_be_unstalled(const struct core *c)
{
    return c->is_stalled && c->chip->unstall.count && c->chip->unstall.count <= STALL_SAVED;
}

void core_forget_stall(struct core *c)
{
    c->is_stalled = c->was_unstalled = c->is_parked = c->stall_said = false;
}

/* A halted core that is not itself kept from running. */
static struct core *find_door(const struct core *c)
{
    struct target *t = c->target;
    for (unsigned i = 0; i < t->core_count; i++) {
        struct core *o = &t->cores[i];
        if (o != c && o->state == CORE_HALTED && o->is_learnt && !o->was_unstalled && !o->algorithm.is_active)
            return o;
    }
    return NULL;
}

static enum err unstall(struct core *c, struct core *door)
{
    const struct chip_script *s = &c->chip->unstall;
    enum err e = ERR_OK;
    for (unsigned i = 0; !e && i < s->count; i++)
        e = core_read_words(door, s->steps[i].addr, &c->stall_saved[i], 1);
    if (!e)
        e = core_run_script(door, s);
    if (e)
        return err_context(c->target->log, e, "ending the stall of %s", c->name);
    if (!c->stall_said)
        log_info(c->target->log,
                 "[%s] software has stalled this core; it is let run to be halted, and stalled again when it goes on",
                 c->name);
    c->stall_said = c->was_unstalled = true;
    c->is_stalled = c->is_parked = false;
    c->off = NULL;
    return ERR_OK;
}

enum err target_unstall(struct target *t, unsigned cores)
{
    enum err e = ERR_OK;
    for (unsigned i = 0; !e && i < t->core_count; i++) {
        struct core *c = &t->cores[i], *door = find_door(c);
        if (core_has(cores, i) && core_can_be_unstalled(c) && door)
            e = unstall(c, door);
    }
    return e;
}

enum err target_end_stalls(struct target *t)
{
    enum err e = ERR_OK;
    for (unsigned i = 0; !e && i < t->core_count; i++) {
        struct core *c = &t->cores[i];
        if (core_can_be_unstalled(c))
            e = core_run_script(c, &c->chip->unstall);
        core_forget_stall(c);
    }
    return e;
}

enum err core_stall_again(struct core *c)
{
    const struct chip_script *s = &c->chip->unstall;
    struct core *door = find_door(c);
    enum err e = ERR_OK;
    if (!door) {
        log_warn(c->target->log,
                 "[%s] software had stalled this core; it goes on, because no other core is halted that "
                 "could stall it again",
                 c->name);
        c->was_unstalled = false;
        return ERR_OK;
    }
    for (unsigned i = s->count; !e && i-- > 0;) {
        uint32_t value;
        e = core_read_words(door, s->steps[i].addr, &value, 1);
        value = (value & ~s->steps[i].mask) | (c->stall_saved[i] & s->steps[i].mask);
        if (!e)
            e = core_write_words(door, s->steps[i].addr, &value, 1);
    }
    c->was_unstalled = false;
    c->is_stalled = c->is_parked = !e;
    return err_context(c->target->log, e, "stalling %s again", c->name);
}
