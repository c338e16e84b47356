/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resets of the whole chip through its debug modules, without a reset line.
 *
 * To halt at the reset vector: a core is halted by any means, the watchdogs are calmed, a small stub is put into memory that
 * survives a reset, and the chip is made to start there. The reset of the digital core then takes everything back to its
 * reset state, the stub keeps it there, and a core reset with a halt request brings the core to its vector. Where the stub
 * cannot be put, the core is caught in the boot ROM as soon as it answers, and reset to its vector from there: then a few
 * hundred microseconds of the ROM have run.
 */
#include "target/target_int.h"

#include "base/bits.h"

#include <string.h>

enum {
    HALT_MS = 300,
    LINE_MS = 10,
    BACK_MS = 2000, /* until the debug modules answer after a reset */
    STUB_MS = 200,
    VECTOR_MS = 200,
    STUB_WORDS_MAX = 64,
};

static enum err step_failed(struct target *t, enum err e, const char *what)
{
    return err_context(t->log, e, "reset of the %s: %s", t->chip->title, what);
}

/* --- getting hold of a core --- */

/* A core reset catches a core that does not react to a halt request. One that software has stalled needs another core's
   help, and stays stalled when it is reset. */
static enum err catch_core(struct core *c)
{
    struct target *t = c->target;
    unsigned mask = 1U << c->index, halted = 0;
    enum err e = target_wait_halted(t, mask, HALT_MS, &halted);
    if (!e && !halted && core_can_be_unstalled(c))
        e = target_wait_halted(t, target_all(t), HALT_MS, &halted);
    if (e || core_has(halted, c->index))
        return e;
    e = t->dm->ops->assert_reset(t->dm, mask);
    if (!e)
        e = t->dm->ops->deassert_reset(t->dm, mask, true);
    if (!e)
        e = target_wait_halted(t, mask, HALT_MS, &halted);
    return e || halted ? e : core_halt(c, HALT_MS);
}

static bool is_final(enum err e)
{
    return e == ERR_DISCONNECTED || e == ERR_INTERRUPTED;
}

/* A chip that its watchdogs reset over and over is caught between two resets. */
static enum err try_to_catch(struct target *t)
{
    struct deadline deadline = deadline_ms(t->clock, BACK_MS);
    enum err e;
    unsigned polls = 0;
    do {
        err_forget(t->log);
        e = target_examine(t);
        if (!e)
            e = catch_core(&t->cores[0]);
        if (!e)
            e = target_disable_watchdogs(t);
        enum err paused = e ? target_poll_pause(t, &polls) : ERR_OK;
        if (paused)
            return paused;
    } while (e && !is_final(e) && !deadline_passed(&deadline));
    return e;
}

/* The reset line, where something drives it, reaches a chip that JTAG does not: asleep, or with all cores stalled. */
static enum err pulse_line(struct target *t)
{
    enum err e = t->dm->ops->drive_reset_line(t->dm, true);
    if (!e)
        e = clock_wait_ms(t->clock, LINE_MS);
    enum err released = t->dm->ops->drive_reset_line(t->dm, false);
    return e ? e : released;
}

static enum err catch_first(struct target *t)
{
    enum err e = try_to_catch(t);
    if (!e || is_final(e))
        return e;
    struct err_kept first = err_keep(t->log, e);
    if (pulse_line(t) == ERR_OK) {
        log_info(t->log, "no core answers a request to halt: the reset line (SRST) was pulsed");
        e = try_to_catch(t);
        return err_context(t->log, e, "also after a pulse of the reset line (is SRST wired to EN?)");
    }
    return err_put_back(t->log, &first);
}

static void end_algorithms(struct target *t)
{
    for (unsigned i = 0; i < t->core_count; i++)
        t->cores[i].algorithm.is_active = t->cores[i].algorithm.is_running = false;
    t->window = NULL;
}

/* --- the reset itself --- */

/* The chip is gone before the last of these writes is confirmed, so what the run says counts for nothing: the poll that
   follows tells whether there was a reset. */
static enum err pull(struct target *t)
{
    struct core *c = &t->cores[0];
    enum err e = target_end_stalls(t);
    if (!e)
        e = core_run_script(c, &t->chip->reset.system_reset);
    if (e == ERR_DISCONNECTED || e == ERR_INTERRUPTED || e == ERR_MEMORY || e == ERR_IO)
        return e;
    err_forget(t->log);
    return ERR_OK;
}

static bool is_back(const struct target *t, bool *was_reset)
{
    const struct core *c = &t->cores[0];
    if (c->state == CORE_UNAVAILABLE || c->state == CORE_UNKNOWN)
        *was_reset = true;
    return c->state == CORE_RUNNING || c->state == CORE_HALTED;
}

/* Polls until core 0 answers again after having been away or reset. */
static enum err wait_until_back(struct target *t)
{
    struct deadline deadline = deadline_ms(t->clock, BACK_MS);
    unsigned polls = 0;
    bool was_reset = false;
    t->cores[0].saw_reset = false;
    for (;;) {
        enum err e = target_poll(t);
        bool back = !e && is_back(t, &was_reset);
        was_reset |= t->cores[0].saw_reset;
        if (e || (back && was_reset))
            return e;
        if (deadline_passed(&deadline))
            return err_at(t->log, ERR_TIMEOUT,
                          was_reset ? "no debug module answered within %d ms after it"
                                    : "the chip was not reset within %d ms",
                          BACK_MS);
        e = target_poll_pause(t, &polls);
        if (e)
            return e;
    }
}

static enum err reset_run(struct target *t)
{
    enum err e = pull(t);
    if (!e)
        e = wait_until_back(t);
    return e ? step_failed(t, e, "making it start anew") : ERR_OK;
}

/* --- halting at the vector --- */

struct stub {
    uint32_t saved[STUB_WORDS_MAX];
    bool is_written; /* in whole or in part */
};

/* The program may have forbidden the access to that memory, or switched it off. */
static enum err place_stub(struct target *t, struct stub *s, bool *is_there)
{
    const struct chip_reset *r = &t->chip->reset;
    struct core *c = &t->cores[0];
    uint32_t written[STUB_WORDS_MAX];
    *is_there = false;
    if (!r->stub_words || r->stub_words > STUB_WORDS_MAX)
        return ERR_OK;
    enum err e = core_read_words(c, r->stub_addr, s->saved, r->stub_words);
    s->is_written = !e;
    if (!e)
        e = core_write_words(c, r->stub_addr, r->stub, r->stub_words);
    if (!e)
        e = core_read_words(c, r->stub_addr, written, r->stub_words);
    if (e == ERR_FAULT) {
        err_forget(t->log);
        return ERR_OK;
    }
    *is_there = !e && !memcmp(written, r->stub, r->stub_words * sizeof *written);
    return *is_there ? core_run_script(c, &r->start_at_stub) : e;
}

/* Where the chip was not reset: its memory and its start are the program's again. */
static enum err remove_stub(struct target *t, const struct stub *s)
{
    const struct chip_reset *r = &t->chip->reset;
    const struct chip_poke start = {r->stub_is_done.addr, r->stub_is_done.value, r->stub_is_done.mask};
    struct err_kept first =
        err_keep(t->log, core_run_script(&t->cores[0], &(struct chip_script){.steps = &start, .count = 1}));
    return err_first(t->log, &first, core_write_words(&t->cores[0], r->stub_addr, s->saved, r->stub_words));
}

/* Halts core 0 again and again until the stub has done its work. */
static enum err wait_for_stub(struct target *t)
{
    const struct chip_condition *done = &t->chip->reset.stub_is_done;
    struct core *c = &t->cores[0];
    struct deadline deadline = deadline_ms(t->clock, STUB_MS);
    for (;;) {
        uint32_t value = 0;
        enum err e = core_halt(c, HALT_MS);
        if (!e)
            e = core_read_words(c, done->addr, &value, 1);
        if (e || (value & done->mask) == done->value)
            return e;
        if (deadline_passed(&deadline))
            return err_at(t->log, ERR_TIMEOUT, "the reset stub did not end within %d ms", STUB_MS);
        e = core_resume(c);
        if (!e)
            e = clock_wait_ms(t->clock, 1);
        if (e)
            return e;
    }
}

static enum err check_cause(struct target *t)
{
    uint32_t cause = 0;
    enum err e = core_reset_cause(&t->cores[0], &cause);
    if (e || cause == t->chip->reset.system_reset_cause)
        return e;
    return err_at(t->log, ERR_STATE, "its cause reads 0x%02x (%s) instead of 0x%02x: something else reset the chip",
                  (unsigned)cause, chip_reset_cause_text(t->chip, cause), t->chip->reset.system_reset_cause);
}

/* Core reset with a halt request, and a look at where it stands. */
static enum err stop_at_vector(struct target *t)
{
    struct core *c = &t->cores[0];
    unsigned halted = 0;
    uint32_t pc = 0;
    enum err e = t->dm->ops->assert_reset(t->dm, 1);
    core_forget_registers(c);
    c->state = CORE_RESET;
    if (!e)
        e = t->dm->ops->deassert_reset(t->dm, 1, true);
    if (!e)
        e = target_wait_halted(t, 1, VECTOR_MS, &halted);
    if (!e && !halted)
        e = err_at(t->log, ERR_TIMEOUT, "%s did not halt within %d ms after its core reset", c->name, VECTOR_MS);
    if (!e)
        e = c->ops->pc(c, &pc);
    if (!e && pc != t->chip->reset_vector)
        e = err_at(t->log, ERR_STATE, "%s stands at 0x%08x and not at the reset vector 0x%08x", c->name, (unsigned)pc,
                   (unsigned)t->chip->reset_vector);
    return e;
}

/* After the stub has run, or without it; *s is what its place held before. */
static enum err hold(struct target *t, const struct stub *s, bool has_stub)
{
    const struct chip_reset *r = &t->chip->reset;
    enum err e = has_stub ? wait_for_stub(t) : core_halt(&t->cores[0], HALT_MS);
    if (!e && !has_stub)
        e = target_disable_watchdogs(t);
    if (e)
        return e;
    e = check_cause(t);
    if (!e)
        e = core_run_script(&t->cores[0], &r->settle);
    struct err_kept first = err_keep(t->log, e);
    e = has_stub ? core_write_words(&t->cores[0], r->stub_addr, s->saved, r->stub_words) : ERR_OK;
    return err_first(t->log, &first, e);
}

static enum err not_reset(struct target *t, const struct stub *s, enum err e)
{
    const struct core *c = &t->cores[0];
    if (!s->is_written || c->state != CORE_HALTED || !c->is_learnt || e == ERR_DISCONNECTED)
        return e;
    struct err_kept first = err_keep(t->log, e);
    return err_first(t->log, &first, remove_stub(t, s));
}

static enum err reset_halt(struct target *t)
{
    struct stub stub = {0};
    bool has_stub;
    enum err e = place_stub(t, &stub, &has_stub);
    if (!e && !has_stub && t->chip->reset.stub_words)
        log_info(t->log, "%s: 0x%08x cannot be written, so the reset is done without a stub there", t->cores[0].name,
                 (unsigned)t->chip->reset.stub_addr);
    if (!e)
        e = pull(t);
    if (e)
        return not_reset(t, &stub, step_failed(t, e, "preparing it"));
    e = wait_until_back(t);
    if (e)
        return not_reset(t, &stub, step_failed(t, e, "making it start anew"));
    e = hold(t, &stub, has_stub);
    if (e)
        return step_failed(t, e, "holding it after the start");
    e = stop_at_vector(t);
    return e ? step_failed(t, e, "halting it at the reset vector") : ERR_OK;
}

/* A chip of which nothing is known but its debug modules: they reset it. */
static enum err reset_by_modules(struct target *t, enum reset_mode mode)
{
    unsigned all = target_all(t), halted = 0;
    enum err e = target_examine(t);
    if (!e)
        e = t->dm->ops->assert_reset(t->dm, all);
    for (unsigned i = 0; !e && i < t->core_count; i++) {
        core_forget_registers(&t->cores[i]);
        t->cores[i].state = CORE_RESET;
    }
    if (!e)
        e = t->dm->ops->deassert_reset(t->dm, all, mode != RESET_RUN);
    if (!e && mode == RESET_RUN)
        e = target_poll(t);
    else if (!e)
        e = target_wait_halted(t, all, VECTOR_MS, &halted);
    if (!e && mode != RESET_RUN && !halted)
        e = err_at(t->log, ERR_TIMEOUT, "no core halted within %d ms after the reset was taken away", VECTOR_MS);
    return e ? step_failed(t, e, "resetting it by its debug module") : ERR_OK;
}

enum err target_reset(struct target *t, enum reset_mode mode)
{
    end_algorithms(t);
    t->watchdogs_are_off = t->watchdogs_are_held = false;
    t->is_quiet = mode != RESET_RUN;
    bool is_known = t->chip->reset.system_reset.count > 0;
    enum err e = is_known ? catch_first(t) : reset_by_modules(t, mode);
    if (e && is_known)
        e = step_failed(t, e, "getting hold of a core");
    else if (is_known)
        e = mode == RESET_RUN ? reset_run(t) : reset_halt(t);
    t->is_quiet = false;
    if (!e && mode != RESET_RUN)
        e = target_disable_watchdogs(t);
    if (!e && mode != RESET_RUN)
        target_send(t, &t->cores[0], TARGET_HALTED);
    return e;
}

/* --- holding the cores in reset --- */

enum err target_reset_assert(struct target *t, bool halt)
{
    (void)halt; /* asked for when they are let go */
    end_algorithms(t);
    enum err e = t->dm->ops->assert_reset(t->dm, target_all(t));
    return e ? e : target_poll(t);
}

enum err target_reset_deassert(struct target *t, bool halt)
{
    enum err e = t->dm->ops->deassert_reset(t->dm, target_all(t), halt);
    if (e || !halt)
        return e ? e : target_poll(t);
    unsigned halted = 0;
    e = target_wait_halted(t, target_all(t), VECTOR_MS, &halted);
    if (!e && !halted)
        e = err_at(t->log, ERR_TIMEOUT, "no core halted within %d ms after the reset was taken away", VECTOR_MS);
    return e;
}
