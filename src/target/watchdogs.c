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
    uint32_t found[CHIP_MAX_WATCHDOGS] = {0};
    unsigned count = 0;
    enum err e = ERR_OK;
    for (; w && w[count].key && count < CHIP_MAX_WATCHDOGS && !e; count++)
        e = core_read_words(door, w[count].config, &found[count], 1);
    if (e)
        return e; /* none of them was touched: what was held before still is */
    for (unsigned i = 0; i < count; i++)
        if (!t->watchdogs_are_held || found[i] != w[i].off)
            t->watchdogs_found[i] = found[i];
    t->watchdogs_are_held = true;
    return ERR_OK;
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
    enum err e = ERR_OK;
    if (t->watchdogs_are_held && count) {
        t->watchdogs_are_off = false; /* also when only some of them were reached */
        e = door->ops->run_pokes(door, pokes, count);
    }
    /* Those that were not reached are off still, and not as the program had them. */
    t->watchdogs_are_held &= e != ERR_OK;
    return err_context(t->log, e, "setting the watchdogs going again");
}
