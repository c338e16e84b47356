/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs through the agent's slots: in order, two at a time, with an end to every wait. */
#include "flash/flash_int.h"

#include <inttypes.h>
#include <string.h>

enum { POLL_NS = 250000, CANCEL_MS = 500, STATUS_OF_NOBODY = 0xFF };

static const struct job_words {
    const char *doing;
} words[] = {
    [JOB_IDENTIFY] = {"identifying the flash"},
    [JOB_READ] = {"reading"},
    [JOB_GATHER] = {"reading pieces"},
    [JOB_DIGEST] = {"hashing"},
    [JOB_SHA256] = {"hashing (SHA-256)"},
    [JOB_ERASE] = {"erasing"},
    [JOB_PROGRAM] = {"programming"},
    [JOB_COMPARE] = {"comparing"},
    [JOB_STATUS] = {"writing the status register"},
    [JOB_EXIT] = {"ending the flash agent"},
    [JOB_READ_PLAIN] = {"reading (decrypted)"},
    [JOB_DIGEST_PLAIN] = {"hashing (decrypted)"},
    [JOB_PROGRAM_ENCRYPTED] = {"programming (encrypted)"},
};

static enum err report_result(struct flash *f, const struct flash_task *t, const struct flash_answer *a)
{
    const char *doing = words[t->command].doing;
    uint32_t at = t->offset + a->done;
    switch (a->result) {
    case AGENT_OK:
        return ERR_OK;
    case AGENT_CANCELLED:
    case AGENT_NOT_BEGUN:
        return err_at(f->log, ERR_INTERRUPTED, "%s was interrupted at 0x%06" PRIx32, doing, at);
    case AGENT_NOT_ENABLED:
        if (a->detail == STATUS_OF_NOBODY)
            return err_at(f->log, ERR_FLASH,
                          "%s at 0x%06" PRIx32
                          ": the flash does not answer any more (its status reads 0xFF). Look at its "
                          "supply and wiring, and cycle its power",
                          doing, at);
        return err_at(f->log, ERR_FLASH,
                      "%s at 0x%06" PRIx32 ": the flash does not take the write enable command (status 0x%02" PRIX32
                      "). Look at its supply and wiring",
                      doing, at, a->detail);
    case AGENT_CONTROLLER:
        return err_at(f->log, ERR_FLASH,
                      "%s at 0x%06" PRIx32
                      ": the chip's SPI controller does not finish a transfer; reset the chip and try "
                      "again",
                      doing, at);
    case AGENT_NO_FLASH:
        return err_at(f->log, ERR_FLASH,
                      "%s at 0x%06" PRIx32 ": the flash does not answer any more (its identification reads 0x%06" PRIX32
                      "). %s",
                      doing, at, a->detail, f->wiring);
    case AGENT_NO_SPI:
        return err_at(
            f->log, ERR_FLASH,
            "%s at 0x%06" PRIx32
            ": the flash answers on more than one line and does not leave that mode. Cycle its power, and try "
            "again",
            doing, at);
    default:
        return err_at(f->log, ERR_FLASH,
                      "%s at 0x%06" PRIx32 ": the flash agent refused the job (result %" PRIu32
                      "); it and this program do not fit each other",
                      doing, at, a->result);
    }
}

static enum err report_stall(struct flash *f, const struct flash_task *t, const struct flash_answer *a, bool has_ended)
{
    const char *doing = words[t->command].doing;
    if (has_ended && a->detail == STATUS_OF_NOBODY)
        return err_at(f->log, ERR_FLASH,
                      "%s at 0x%06" PRIx32 ": the flash does not answer any more (its status reads 0xFF for %" PRIu32
                      " ms). Look at its supply and wiring, and cycle its power",
                      doing, t->offset + a->done, t->stall_ms);
    if (has_ended)
        return err_at(
            f->log, ERR_FLASH,
            "%s at 0x%06" PRIx32 ": the flash stays busy for more than %" PRIu32 " ms (status 0x%02" PRIX32
            "), longer than any part takes. Cycle its power; if it happens again, the flash is damaged or its "
            "supply too weak",
            doing, t->offset + a->done, t->stall_ms, a->detail);
    char where[160] = "";
    return err_at(f->log, ERR_TIMEOUT,
                  "%s at 0x%06" PRIx32 ": the flash agent on the %s does not answer (%s). Reset the chip "
                  "and try again",
                  doing, t->offset + a->done, f->chip_title, f->carrier->ops->where(f->carrier, where, sizeof where));
}

/* Looks at a slot until its job ends or the deadline passes; sets it forward while something moves. */
static enum err wait_slot(struct flash *f, unsigned slot, struct flash_answer *a)
{
    const struct flash_task *t = &f->pending[slot].task;
    struct deadline stalled = deadline_ms(f->clock, t->stall_ms);
    struct flash_answer last = {0};
    for (;;) {
        enum err e = f->carrier->ops->poll(f->carrier, slot, t, a);
        if (e || a->is_done)
            return e;
        if (a->done != last.done || a->state != last.state)
            stalled = deadline_ms(f->clock, t->stall_ms);
        else if (deadline_passed(&stalled))
            return ERR_TIMEOUT;
        last = *a;
        e = clock_wait_ns(f->clock, POLL_NS);
        if (e)
            return e;
    }
}

static void end_pending(struct flash *f, unsigned slot, const struct flash_answer *a)
{
    struct flash_pending *p = &f->pending[slot];
    p->is_busy = false;
    if (p->ended)
        p->ended(p->ctx, a);
}

/* Gives up all jobs in the order in which they were given; each learns how far it came as far as can be known. True when
   the first one ended in time. */
static bool give_up(struct flash *f, unsigned first, bool is_reachable, struct flash_answer *answer)
{
    bool has_ended = is_reachable && !f->carrier->ops->cancel(f->carrier);
    struct deadline end = deadline_ms(f->clock, CANCEL_MS);
    bool first_ended = false;
    for (unsigned i = 0; i < MAILBOX_SLOTS; i++) {
        unsigned slot = (first + i) % MAILBOX_SLOTS;
        struct flash_answer a = {0};
        if (!f->pending[slot].is_busy)
            continue;
        while (has_ended && !a.is_done) {
            if (f->carrier->ops->poll(f->carrier, slot, &f->pending[slot].task, &a) || deadline_passed(&end))
                has_ended = false;
            else if (!a.is_done)
                f->clock->ops->wait_ns(f->clock->ctx, POLL_NS);
        }
        if (slot == first) {
            *answer = a;
            first_ended = a.is_done;
        }
        end_pending(f, slot, &a);
    }
    return first_ended;
}

static bool is_wire_error(enum err e)
{
    return e != ERR_TIMEOUT && e != ERR_INTERRUPTED;
}

/* The job in the slot ends, well or not. After an error no job is left. */
static enum err settle(struct flash *f, unsigned slot)
{
    struct flash_pending *p = &f->pending[slot];
    const struct flash_task t = p->task;
    struct flash_answer a = {0};
    enum err e = wait_slot(f, slot, &a);
    if (!e && a.result == AGENT_OK && t.in_len)
        e = f->carrier->ops->fetch(f->carrier, slot, t.in, t.in_len);
    if (!e && a.result == AGENT_OK) {
        end_pending(f, slot, &a);
        return ERR_OK;
    }
    if (!e) { /* it failed; what stands behind it must not run */
        struct flash_answer ignored;
        (void)give_up(f, slot, true, &ignored);
        return report_result(f, &t, &a);
    }
    struct flash_answer last = a;
    bool has_ended = give_up(f, slot, !is_wire_error(e), &a);
    if (e == ERR_TIMEOUT)
        return report_stall(f, &t, has_ended ? &a : &last, has_ended && a.result != AGENT_OK);
    if (e == ERR_INTERRUPTED)
        return err_at(f->log, e, "%s was interrupted at 0x%06" PRIx32, words[t.command].doing, t.offset + a.done);
    return e;
}

enum err exchange_queue(struct flash *f, const struct flash_task *task,
                        void (*ended)(void *ctx, const struct flash_answer *answer), void *ctx)
{
    unsigned slot = f->turn;
    enum err e = f->pending[slot].is_busy ? settle(f, slot) : ERR_OK;
    if (e)
        return e;
    f->pending[slot] = (struct flash_pending){.task = *task, .ended = ended, .ctx = ctx, .is_busy = true};
    f->turn = (slot + 1) % MAILBOX_SLOTS;
    e = f->carrier->ops->submit(f->carrier, slot, task);
    if (e) {
        struct flash_answer ignored;
        (void)give_up(f, slot, false, &ignored);
    }
    return e;
}

enum err exchange_drain(struct flash *f)
{
    enum err e = ERR_OK;
    for (unsigned i = 0; i < MAILBOX_SLOTS && !e; i++) {
        unsigned slot = (f->turn + i) % MAILBOX_SLOTS;
        if (f->pending[slot].is_busy)
            e = settle(f, slot);
    }
    return e;
}

static void keep_answer(void *ctx, const struct flash_answer *answer)
{
    *(struct flash_answer *)ctx = *answer;
}

enum err exchange_one(struct flash *f, const struct flash_task *task, struct flash_answer *answer)
{
    struct flash_answer ignored;
    enum err e = exchange_queue(f, task, keep_answer, answer ? answer : &ignored);
    return e ? e : exchange_drain(f);
}
