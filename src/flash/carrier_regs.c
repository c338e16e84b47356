/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent's code on the host: it drives the flash controller's registers through a halted core, and needs no memory of the
 * chip. So it works where a program has locked its memory against the agent. It only reads: each look at the flash costs a
 * way to the chip and back, and a core that is too slow is given the same once more, which a read does not mind. See
 * docs/decisions/150-flash-by-registers.md.
 */
#include "flash/flash_int.h"

#include "agent/agent.h"
#include "agent/reg.h"
#include "base/bytes.h"
#include "flash/regs_link.h"
#include "regs/spi_mem.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { HALT_MS = 1000, EXIT_MS = 5000, DATA_WORDS = MAILBOX_DATA_SIZE / 4, MARK = 0x5A3CC3 };

struct carrier_regs {
    struct flash_carrier base;
    struct target *target;
    struct log *log;
    const struct clock *clock;
    struct mailbox box;
    struct agent agent;
    struct regs_link link;
    uint32_t data[MAILBOX_SLOTS][DATA_WORDS];

    /* Over the jobs while the agent's code works. */
    uint32_t stall_ms;
    struct deadline stalled;
    uint32_t last_done, last_turn;
    bool may_be_stopped;
    enum err stopped; /* why they were cancelled */
};

static struct carrier_regs *of(struct flash_carrier *c)
{
    return (struct carrier_regs *)((char *)c - offsetof(struct carrier_regs, base));
}

/* --- what the link asks --- */

static void watch(struct carrier_regs *c, uint32_t stall_ms, bool may_be_stopped)
{
    c->stall_ms = stall_ms;
    c->stalled = deadline_ms(c->clock, stall_ms);
    c->last_turn = MAILBOX_SLOTS;
    c->may_be_stopped = may_be_stopped;
    c->stopped = ERR_OK;
}

/* What does not end is cancelled, as the agent's jobs are. Putting things back has no end of its own; after its time nothing
   is sent any more. */
static void before_each_way(void *ctx)
{
    struct carrier_regs *c = ctx;
    uint32_t turn = c->box.next, done = c->box.slots[turn].done;
    if (turn != c->last_turn || done != c->last_done)
        c->stalled = deadline_ms(c->clock, c->stall_ms);
    c->last_turn = turn;
    c->last_done = done;
    if (c->stopped)
        return;
    if (c->may_be_stopped && clock_is_interrupted(c->clock))
        c->stopped = ERR_INTERRUPTED;
    else if (deadline_passed(&c->stalled))
        c->stopped = ERR_TIMEOUT;
    if (c->stopped && c->may_be_stopped)
        c->box.cancel = 1;
    else if (c->stopped)
        c->link.error = ERR_TIMEOUT;
}

/* From one piece to the next, in one of JOB_GATHER whose pieces are a transfer each; else to the end of what is read as one. */
static unsigned expect(void *ctx, uint32_t address, uint32_t bytes, uint32_t *step)
{
    const struct carrier_regs *c = ctx;
    const struct mailbox_slot *s = &c->box.slots[c->box.next];
    uint32_t at = address - s->offset, end = s->length;
    if (s->state != SLOT_RUNNING || s->command == JOB_IDENTIFY)
        return 0;
    if (s->command == JOB_GATHER) {
        uint32_t each = field_get(GATHER_EACH, s->detail), log2_step = field_get(GATHER_STEP, s->detail);
        *step = 1U << log2_step;
        if (bytes == each)
            return s->length / each - (at >> log2_step) - 1;
        end = (at >> log2_step << log2_step) + each;
    }
    *step = SPI_CHUNK;
    return bytes == SPI_CHUNK && at < end ? (end - at) / SPI_CHUNK - 1 : 0;
}

/* --- start and stop --- */

/* Nothing of it is seen where the program may not use the controller, and locked that. */
static enum err check_controller(struct carrier_regs *c)
{
    uint32_t spi1 = c->link.spi.chip->spi1, addr = spi1 + SPI_MEM_ADDR;
    reg_set(&c->link.spi, addr, MARK);
    uint32_t seen = reg_get(&c->link.spi, addr);
    if (c->link.error || seen == MARK)
        return c->link.error;
    return err_at(
        c->log, ERR_FAULT,
        "the flash controller's registers (SPI1, 0x%08x) do not keep what is written to them: the program has "
        "forbidden their use. Only a reset of the chip lifts that: 'reset halt', and then try again",
        (unsigned)spi1);
}

static enum err take_controller(struct carrier_regs *c)
{
    enum err e = target_disable_watchdogs(c->target);
    if (e)
        return e;
    watch(c, EXIT_MS, false);
    regs_link_reset(&c->link);
    agent_run(&c->agent, AGENT_STOP_IF_IDLE); /* there is no job yet */
    return check_controller(c);
}

static enum err regs_start(struct flash_carrier *base)
{
    struct carrier_regs *c = of(base);
    enum err e = target_poll(c->target);
    if (!e && core_state(target_core(c->target, 0)) != CORE_HALTED)
        e = target_halt(c->target, HALT_MS);
    c->box.cancel = c->box.next = 0;
    for (unsigned i = 0; i < MAILBOX_SLOTS; i++)
        c->box.slots[i] = (struct mailbox_slot){.state = SLOT_FREE};
    return e || c->box.attached ? e : take_controller(c);
}

/* What could not be put back is tried again the next time. */
static enum err regs_stop(struct flash_carrier *base)
{
    struct carrier_regs *c = of(base);
    if (!c->box.attached)
        return ERR_OK;
    const struct agent before = c->agent;
    regs_link_reset(&c->link);
    watch(c, EXIT_MS, false);
    c->box.cancel = 0;
    c->box.slots[c->box.next] =
        (struct mailbox_slot){.command = JOB_EXIT, .parameter = EXIT_AS_FOUND, .state = SLOT_READY};
    agent_run(&c->agent, AGENT_STOP_IF_IDLE);
    enum err e = regs_link_flush(&c->link);
    if (e) {
        c->agent = before;
        c->box.attached = 1;
    }
    return e;
}

static void regs_forget(struct flash_carrier *base)
{
    struct carrier_regs *c = of(base);
    c->box.attached = 0;
    c->agent.mode = (struct mode){0};
    regs_link_reset(&c->link);
}

/* --- jobs --- */

static bool is_reading(enum mailbox_command command)
{
    return command == JOB_IDENTIFY || command == JOB_READ || command == JOB_GATHER || command == JOB_DIGEST ||
           command == JOB_SHA256 || command == JOB_COMPARE;
}

static enum err regs_check_change(struct flash_carrier *base)
{
    return err_at(
        of(base)->log, ERR_STATE,
        "the flash can only be read now, as it is, not changed or decrypted: the program has switched memory "
        "protection on and locked it, so that the flash agent cannot live in RAM. Only a reset of the chip lifts "
        "it: 'reset halt', and then the same again");
}

static enum err regs_submit(struct flash_carrier *base, unsigned slot, const struct flash_task *task)
{
    struct carrier_regs *c = of(base);
    const uint8_t *out = task->out;
    if (!is_reading(task->command))
        return regs_check_change(base);
    for (size_t i = 0; i < task->out_len / 4; i++)
        c->data[slot][i] = le32_get(out + 4 * i);
    c->box.slots[slot] = (struct mailbox_slot){.command = task->command,
                                               .offset = task->offset,
                                               .length = task->length,
                                               .parameter = task->parameter,
                                               .detail = task->detail,
                                               .state = SLOT_READY};
    return ERR_OK;
}

/* All jobs that were given are done meanwhile. */
static enum err regs_poll(struct flash_carrier *base, unsigned slot, const struct flash_task *task,
                          struct flash_answer *answer)
{
    struct carrier_regs *c = of(base);
    const struct mailbox_slot *s = &c->box.slots[slot];
    enum err e = ERR_OK;
    if (s->state != SLOT_DONE) {
        watch(c, task->stall_ms, true);
        agent_run(&c->agent, AGENT_STOP_IF_IDLE);
        e = c->link.error ? c->link.error : s->result != AGENT_OK ? c->stopped : ERR_OK;
    }
    *answer = (struct flash_answer){
        .is_done = s->state == SLOT_DONE, .state = s->state, .result = s->result, .done = s->done, .detail = s->detail};
    return e;
}

/* The agent's words, as they would lie in the chip's memory. */
static enum err regs_fetch(struct flash_carrier *base, unsigned slot, void *buf, size_t len)
{
    const uint32_t *words = of(base)->data[slot];
    uint8_t *to = buf;
    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)(words[i / 4] >> 8 * (i % 4));
    return ERR_OK;
}

static enum err regs_cancel(struct flash_carrier *base)
{
    of(base)->box.cancel = 1;
    return ERR_OK;
}

static const char *regs_where(struct flash_carrier *base, char *text, size_t size)
{
    (void)base, (void)text, (void)size;
    return "its controller is driven from here";
}

static void regs_free(struct flash_carrier *base)
{
    struct carrier_regs *c = of(base);
    regs_link_fini(&c->link);
    free(c);
}

static const struct flash_carrier_ops regs_ops = {
    .name = "registers",
    .start = regs_start,
    .stop = regs_stop,
    .release = regs_stop,
    .forget = regs_forget,
    .check_change = regs_check_change,
    .submit = regs_submit,
    .poll = regs_poll,
    .fetch = regs_fetch,
    .cancel = regs_cancel,
    .where = regs_where,
    .free = regs_free,
};

struct flash_carrier *carrier_regs_new(struct target *target)
{
    struct carrier_regs *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->base.ops = &regs_ops;
    c->target = target;
    c->log = target_log(target);
    c->clock = target_clock(target);
    c->agent = (struct agent){.box = &c->box, .data = {c->data[0], c->data[1]}, .spi = &c->link.spi};
    const struct regs_owner owner = {.before = before_each_way, .ahead = expect, .ctx = c};
    const struct spi_mem_chip *chip = agent_registers_find(target_chip(target));
    if (!regs_link_init(&c->link, chip, target_core(target, 0), c->clock, owner)) {
        regs_free(&c->base);
        return NULL;
    }
    return &c->base;
}
