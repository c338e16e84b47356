/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Watchdogs stand still while a core does: they are switched off at a halt, and set going again as they were found when all
 * cores go on. What was found is kept in the target; a reset of the chip makes it void.
 */
#include "target/target_int.h"

/* A configuration that is not "off" was set by the program since: it is what counts then. */
static enum err save(struct core *door)
{
    struct target *t = door->target;
    const struct chip_watchdog *w = t->chip->watchdogs;
    enum err e = ERR_OK;
    for (unsigned i = 0; w && w[i].key && i < CHIP_MAX_WATCHDOGS && !e; i++) {
        uint32_t found = 0;
        e = core_read_words(door, w[i].config, &found, 1);
        if (!e && (!t->watchdogs_are_held || found != w[i].off))
            t->watchdogs_found[i] = found;
    }
    t->watchdogs_are_held = !e;
    return e;
}

enum err core_calm_watchdogs(struct core *door)
{
    struct target *t = door->target;
    enum err e = save(door);
    if (!e)
        e = door->ops->run_pokes(door, t->chip->watchdogs_off.steps, t->chip->watchdogs_off.count);
    if (e)
        return err_context(t->log, e, "switching the watchdogs off");
    t->watchdogs_are_off = true;
    return ERR_OK;
}

static size_t wake_one(const struct chip_watchdog *w, uint32_t found, struct chip_poke *pokes)
{
    size_t n = 0;
    if (found == w->off)
        return 0;
    pokes[n++] = (struct chip_poke){w->protect, w->key, 0};
    if (w->feed_bits)
        pokes[n++] = (struct chip_poke){w->feed, w->feed_bits, 0};
    pokes[n++] = (struct chip_poke){w->config, found, 0};
    pokes[n++] = (struct chip_poke){w->protect, 0, 0};
    return n;
}

enum err core_wake_watchdogs(struct core *door)
{
    enum { STEPS = 4 };
    struct target *t = door->target;
    struct chip_poke pokes[CHIP_MAX_WATCHDOGS * STEPS];
    size_t count = 0;
    const struct chip_watchdog *w = t->chip->watchdogs;
    for (unsigned i = 0; w && w[i].key && i < CHIP_MAX_WATCHDOGS; i++)
        count += wake_one(&w[i], t->watchdogs_found[i], &pokes[count]);
    enum err e = t->watchdogs_are_held && count ? door->ops->run_pokes(door, pokes, count) : ERR_OK;
    t->watchdogs_are_held = false;
    return e ? err_context(t->log, e, "setting the watchdogs going again") : ERR_OK;
}
