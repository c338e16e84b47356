/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the cores, learning what they do, and halting them. */
#include "target/target_int.h"

#include <string.h>

enum {
    EXAMINE_TIMEOUT_MS = 1000, /* a chip that its watchdogs reset over and over is away for a while each time */
    OFF_AFTER_MS = 5,          /* a core that can run halts in microseconds */
    FORCE_AFTER_MS = 20,
    NOTHING_AFTER_MS = 200, /* none can be halted: held in reset or away, and not just for the time of a reset */
    QUICK_POLLS = 10,
};
#define PAUSE_MAX_NS 1000000ULL
#define PAUSE_MIN_NS 20000ULL

enum err target_poll_pause(struct target *t, unsigned *polls)
{
    unsigned n = (*polls)++;
    if (n < QUICK_POLLS)
        return clock_is_interrupted(t->clock) ? ERR_INTERRUPTED : ERR_OK;
    uint64_t ns = PAUSE_MIN_NS << (n - QUICK_POLLS < 8 ? n - QUICK_POLLS : 8);
    return clock_wait_ns(t->clock, ns < PAUSE_MAX_NS ? ns : PAUSE_MAX_NS);
}

/* --- states --- */

static void set_state(struct core *c, enum core_state state)
{
    if (c->state == CORE_HALTED && state != CORE_HALTED)
        core_forget_registers(c);
    c->state = state;
    if (state != CORE_HALTED)
        c->reason = HALT_NOT_HALTED;
}

static void note_reset(struct core *c)
{
    c->slots = (struct hw_slots){0};
    c->off = NULL;
    c->saw_reset = true;
    core_forget_stall(c);
    c->scratch_is_kept = false;
    c->algorithm.is_active = c->algorithm.is_running = false;
    c->target->watchdogs_are_off = c->target->watchdogs_are_held = false;
    target_forget_protection(c->target);
    core_forget_registers(c);
    if (c->state == CORE_HALTED)
        c->state = CORE_UNKNOWN;
    core_want_arming(c);
    if (!c->is_stepping)
        target_send(c->target, c, TARGET_WAS_RESET);
}

static enum core_state running_state(struct core *c)
{
    if (c->is_stalled)
        c->off = core_stalled_text;
    if (c->off)
        return CORE_UNAVAILABLE;
    return c->algorithm.is_running ? CORE_DEBUG_RUNNING : CORE_RUNNING;
}

static const char *why_away(const struct dm_status *s)
{
    if (s->has_tap)
        return "its debug module does not work: the chip is in light sleep, or JTAG was switched off";
    return "the chip does not answer: it is in deep sleep, held in reset (EN), or without power or connection";
}

/* Returns whether the core is newly halted. */
static bool note_status(struct core *c, const struct dm_status *s)
{
    if (!s->is_online) {
        bool was_online = c->was_online;
        c->was_online = false;
        c->off = why_away(s);
        c->reset_while_away |= s->core_was_reset; /* said once, by the TAP */
        core_forget_stall(c);
        set_state(c, CORE_UNAVAILABLE);
        if (was_online)
            target_send(c->target, c, TARGET_GONE);
        return false;
    }
    bool was_away = !c->was_online;
    if (was_away)
        c->off = NULL;
    c->was_online = c->is_examined = true;
    if (s->debug_was_reset)
        c->arming_asked = false;
    /* The bit comes back for as long as a reset lasts: said once. It is no news either of a core that was away. */
    bool is_known = s->is_in_reset && (c->state == CORE_RESET || c->state == CORE_UNKNOWN || was_away);
    if ((s->core_was_reset || c->reset_while_away) && !is_known)
        note_reset(c);
    c->reset_while_away = false;
    if (c->is_stalled && !s->is_stalled)
        c->off = NULL;
    c->is_stalled = s->is_stalled;
    c->is_parked &= s->is_halted && s->is_stalled;
    c->scratch_is_kept &= s->is_halted && !s->is_in_reset;
    if (s->is_halted && !s->is_in_reset && !c->is_parked) {
        c->off = NULL;
        return c->state != CORE_HALTED || !c->is_learnt;
    }
    set_state(c, s->is_in_reset ? CORE_RESET : running_state(c));
    return false;
}

static void announce_halt(struct core *c)
{
    struct target *t = c->target;
    bool is_ours = c->algorithm.is_running;
    c->algorithm.is_running = false;
    if (!c->is_stepping && !t->is_quiet)
        target_send(t, c, is_ours ? TARGET_DEBUG_HALTED : TARGET_HALTED);
}

/* A chip whose cores stand still must not be reset by its watchdogs. */
static enum err calm_watchdogs(struct target *t, unsigned halted)
{
    for (unsigned i = 0; i < t->core_count; i++) {
        struct core *c = &t->cores[i];
        bool is_door = c->is_learnt && !c->is_stalled && !c->is_stepping && !c->algorithm.is_active;
        if (!core_has(halted, i) || !is_door || t->watchdogs_are_off)
            continue;
        enum err e = core_calm_watchdogs(c);
        t->watchdogs_are_due = e != ERR_OK;
        if (e)
            return e;
    }
    return ERR_OK;
}

/* A core that was reset between the poll and now is seen by the next poll. */
static bool is_gone_again(enum err e)
{
    return e == ERR_STATE || e == ERR_POWERED_OFF;
}

enum err target_learn_halts(struct target *t, unsigned halted)
{
    enum err e = t->cores[0].ops->learn_halt(t, halted);
    for (unsigned i = 0; i < t->core_count; i++)
        if (core_has(halted, i))
            t->cores[i].state = e ? CORE_UNKNOWN : CORE_HALTED;
    if (!e)
        e = target_arm_stopped(t, &halted);
    for (unsigned i = 0; !e && i < t->core_count; i++)
        if (core_has(halted, i) && t->cores[i].reason == HALT_WATCHPOINT && t->cores[i].ops->find_watch)
            t->cores[i].ops->find_watch(&t->cores[i]);
    enum err calmed = e ? ERR_OK : calm_watchdogs(t, halted);
    if (is_gone_again(e) || is_gone_again(calmed)) {
        err_forget(t->log);
        return ERR_OK;
    }
    for (unsigned i = 0; !e && i < t->core_count; i++)
        if (core_has(halted, i))
            announce_halt(&t->cores[i]);
    return e ? e : calmed;
}

enum err target_poll(struct target *t)
{
    struct dm_status status[DM_MAX_CORES] = {0};
    target_ask_for_arming(t);
    enum err e = t->dm->ops->poll(t->dm, status);
    if (e == ERR_NO_CHIP) { /* a chip that sleeps comes back by itself */
        err_forget(t->log);
        memset(status, 0, sizeof status);
    } else if (e) {
        return e;
    }
    unsigned halted = 0;
    for (unsigned i = 0; i < t->core_count; i++)
        if (note_status(&t->cores[i], &status[i]))
            halted |= 1U << i;
    if (halted)
        return target_learn_halts(t, halted);
    return t->watchdogs_are_due ? calm_watchdogs(t, target_cores_in(t, CORE_HALTED)) : ERR_OK;
}

/* --- examine --- */

/* All Xtensa chips have the same IDCODE, but not the same id of their debug modules. */
static void check_chip(const struct core *c)
{
    struct target *t = c->target;
    const struct chip *there = chip_by_debug_id(t->dm->ops->id(t->dm, c->index));
    if (there && there->debug_id != t->chip->debug_id)
        log_warn(t->log,
                 "[%s] this is an %s, and the configuration is for the %s: use target/%s.cfg or a board file of it",
                 c->name, there->title, t->chip->title, there->name);
}

static enum err examine(struct target *t, unsigned cores, unsigned *found)
{
    struct dm_status status[DM_MAX_CORES] = {0};
    enum err e = t->dm->ops->examine(t->dm, cores, status);
    for (unsigned i = 0; !e && i < t->core_count; i++) {
        struct core *c = &t->cores[i];
        if (!core_has(cores, i))
            continue;
        if (status[i].is_online && !c->is_examined)
            check_chip(c);
        c->is_examined = c->was_online = status[i].is_online;
        if (!status[i].is_online)
            set_state(c, CORE_UNAVAILABLE);
        c->off = status[i].is_online ? NULL : why_away(&status[i]);
        *found |= status[i].is_online ? 1U << i : 0;
    }
    return e;
}

static enum err examine_cores(struct target *t, unsigned cores)
{
    struct deadline deadline = deadline_ms(t->clock, EXAMINE_TIMEOUT_MS);
    unsigned found = 0, polls = 0;
    enum err e = examine(t, cores, &found);
    while (!e && !found && !deadline_passed(&deadline)) {
        e = target_poll_pause(t, &polls);
        if (!e)
            e = examine(t, cores, &found);
    }
    if (e)
        return e;
    if (!found)
        return err_at(
            t->log, ERR_NO_CHIP,
            "the TAPs answer but no debug module of the %s does: the chip is in light sleep, JTAG debugging is "
            "switched "
            "off by eFuse (JTAG_DISABLE) or by the program, or the chip is held in reset. Try again when it is awake; "
            "check EN, and the eFuses over the serial port",
            t->chip->title);
    return target_poll(t);
}

enum err target_examine(struct target *t)
{
    return examine_cores(t, target_all(t));
}

enum err core_examine(struct core *c)
{
    return examine_cores(c->target, 1U << c->index);
}

/* --- halting --- */

/* Asks through a halted core; no answer is no reason. */
enum err core_find_off(struct core *c)
{
    struct target *t = c->target;
    struct core *door = NULL;
    for (unsigned i = 0; i < t->core_count; i++)
        if (&t->cores[i] != c && t->cores[i].state == CORE_HALTED && t->cores[i].is_learnt)
            door = &t->cores[i];
    c->off = NULL;
    for (const struct chip_condition *k = c->chip->off; door && k && k->text && !c->off; k++) {
        uint32_t value;
        enum err e = core_read_words(door, k->addr, &value, 1);
        if (e)
            return e;
        if ((value & k->mask) == k->value)
            c->off = k->text;
    }
    if (c->off)
        set_state(c, CORE_UNAVAILABLE);
    return ERR_OK;
}

/* A stalled core is worth waiting for as long as another one can help it; a chip that is away as a whole, as long as
   nothing of it is there: it may wake up. */
static unsigned cores_to_wait_for(const struct target *t, unsigned cores)
{
    unsigned pending = 0, stalled = 0, away = 0;
    for (unsigned i = 0; i < t->core_count; i++) {
        const struct core *c = &t->cores[i];
        if (!core_has(cores, i) || c->state == CORE_HALTED || c->state == CORE_RESET)
            continue;
        if (!c->was_online)
            away |= 1U << i;
        else if (core_can_be_unstalled(c))
            stalled |= 1U << i;
        else if (c->state != CORE_UNAVAILABLE)
            pending |= 1U << i;
    }
    if (away == target_all(t))
        return away & cores;
    return pending || target_cores_in(t, CORE_HALTED) ? pending | stalled : 0;
}

static enum err find_off(struct target *t, unsigned cores)
{
    enum err e = ERR_OK;
    for (unsigned i = 0; !e && i < t->core_count; i++)
        if (core_has(cores, i))
            e = core_find_off(&t->cores[i]);
    return e;
}

/* A core that did not stop now is not to stop later by surprise, and stands still again if software wants it to. Also when
   the waiting has failed; the first error counts. */
static enum err withdraw(struct target *t, unsigned cores, unsigned *halted, enum err e)
{
    if (e == ERR_DISCONNECTED)
        return e;
    struct err_kept first = err_keep(t->log, e);
    t->dm->ops->queue_acknowledge(t->dm, cores & ~*halted);
    enum err after = *halted == cores ? ERR_OK : target_poll(t);
    *halted = cores & target_cores_in(t, CORE_HALTED);
    for (unsigned i = 0; !after && i < t->core_count; i++)
        if (core_has(cores & ~*halted, i) && t->cores[i].was_unstalled)
            after = core_stall_again(&t->cores[i]);
    return err_first(t->log, &first, after);
}

enum err target_wait_halted(struct target *t, unsigned cores, uint32_t timeout_ms, unsigned *halted)
{
    struct deadline deadline = deadline_ms(t->clock, timeout_ms), off_at = deadline_ms(t->clock, OFF_AFTER_MS);
    struct deadline nothing_at = deadline_ms(t->clock, NOTHING_AFTER_MS),
                    force_at = deadline_ms(t->clock, FORCE_AFTER_MS);
    unsigned polls = 0, pending;
    enum err e;
    for (unsigned i = 0; i < t->core_count; i++)
        if (core_has(cores, i))
            core_forget_arming(&t->cores[i]);
    for (;;) {
        /* Asked again each time: a reset forgets the request. */
        t->dm->ops->queue_halt(t->dm, cores & ~target_cores_in(t, CORE_HALTED), deadline_passed(&force_at));
        e = target_poll(t);
        pending = cores_to_wait_for(t, cores);
        *halted = cores & target_cores_in(t, CORE_HALTED);
        if (e || (!pending && (*halted || deadline_passed(&nothing_at))))
            break;
        e = target_unstall(t, pending);
        if (e)
            break;
        if (pending && *halted && deadline_passed(&off_at)) {
            e = find_off(t, pending);
            off_at = deadline_ms(t->clock, timeout_ms);
        } else if (deadline_passed(&deadline)) {
            break;
        } else {
            e = target_poll_pause(t, &polls);
        }
        if (e)
            break;
    }
    return withdraw(t, cores, halted, e);
}

static enum err why_not_halted(struct core *c, uint32_t timeout_ms)
{
    struct log *log = c->target->log;
    enum err e = c->state == CORE_UNAVAILABLE && !c->off ? core_find_off(c) : ERR_OK;
    if (e)
        return e;
    if (c->state == CORE_RESET)
        return err_at(log, ERR_IN_RESET, "%s is held in reset, so it cannot be halted", c->name);
    if (c->is_stalled)
        return err_at(
            log, ERR_STATE,
            "%s cannot be halted: software has stalled it, and no other core is halted that could end that. "
            "'reset halt' gets it back if the adapter drives the chip's reset line (EN), else the reset button "
            "does",
            c->name);
    if (c->state == CORE_UNAVAILABLE && !c->was_online && c->off)
        return err_at(
            log, ERR_POWERED_OFF,
            "%s was not halted within %u ms, because %s. A chip that sleeps is halted when it wakes up: halt it "
            "again then, wake it with its wake-up pin or the reset button, or use 'reset halt', which reaches "
            "it if the adapter drives EN. While you debug, let the program not sleep",
            c->name, (unsigned)timeout_ms, c->off);
    if (c->state == CORE_UNAVAILABLE)
        return err_at(log, ERR_POWERED_OFF, "%s cannot be halted: %s", c->name,
                      c->off ? c->off : "its debug module does not answer");
    return err_at(log, ERR_TIMEOUT, "%s was not halted within %u ms: %s. 'reset halt' gets it back", c->name,
                  (unsigned)timeout_ms, c->ops->deaf_text);
}

enum err target_halt(struct target *t, uint32_t timeout_ms)
{
    unsigned halted = 0, cores = target_all(t) & ~target_cores_in(t, CORE_DEBUG_RUNNING);
    if (!cores)
        return ERR_OK; /* our own code runs on all of them */
    enum err e = target_wait_halted(t, cores, timeout_ms, &halted);
    for (unsigned i = 0; !e && i < t->core_count; i++) {
        struct core *c = &t->cores[i];
        bool is_stuck = c->state == CORE_RUNNING || c->state == CORE_UNKNOWN || c->is_stalled;
        if (!core_has(halted, i) && (is_stuck || !halted))
            e = why_not_halted(c, timeout_ms);
    }
    return e;
}

enum err core_halt(struct core *c, uint32_t timeout_ms)
{
    unsigned halted = 0;
    enum err e = target_wait_halted(c->target, 1U << c->index, timeout_ms, &halted);
    return e || halted ? e : why_not_halted(c, timeout_ms);
}

enum err core_wait_state(struct core *c, enum core_state state, uint32_t timeout_ms)
{
    struct deadline deadline = deadline_ms(c->target->clock, timeout_ms);
    unsigned polls = 0;
    for (;;) {
        enum err e = target_poll(c->target);
        if (e || c->state == state)
            return e;
        if (deadline_passed(&deadline))
            return err_at(c->target->log, ERR_TIMEOUT, "%s is %s, and not %s after %u ms", c->name,
                          core_state_name(c->state), core_state_name(state), (unsigned)timeout_ms);
        e = target_poll_pause(c->target, &polls);
        if (e)
            return e;
    }
}
