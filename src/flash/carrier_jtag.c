/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent on the target's first core, reached through its debug module. While it runs, another halted core is the window
 * to its mailbox. Where there is none, the agent stops whenever it has no more to do, and the mailbox is reached then.
 */
#include "flash/flash_int.h"

#include "base/bytes.h"
#include "target/target.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HALT_MS = 1000, EXIT_MS = 5000, EXIT_POLL_NS = 100000, MAX_TASK_MS = 3600000, RIGHTS_MAX = 8 };

struct saved_ram {
    uint32_t addr;
    size_t len;
    uint8_t *bytes; /* NULL: nothing is saved */
};

/* What the program forbids in RAM, as it was: open while the agent is there. */
struct saved_rights {
    uint32_t values[RIGHTS_MAX];
    uint8_t opened; /* bit n: permission n of the chip */
};

struct carrier_jtag {
    struct flash_carrier base;
    struct target *target;
    struct core *core;
    struct core *window; /* while the agent runs and stays; NULL: it stops when it is idle */
    struct log *log;
    const struct clock *clock;
    const struct agent_image *image;
    struct saved_ram saved_code, saved_data; /* what was where the agent lives */
    struct saved_rights rights;
    bool is_loaded, is_taking_jobs;
    bool is_attached; /* started since it last put everything back */
    uint32_t ticket;  /* of the last job */
    bool is_fresh;    /* the core had not run since its reset when the agent was loaded */
};

static struct carrier_jtag *of(struct flash_carrier *c)
{
    return (struct carrier_jtag *)((char *)c - offsetof(struct carrier_jtag, base));
}

static uint32_t slot_addr(const struct carrier_jtag *c, unsigned slot)
{
    return c->image->mailbox + (uint32_t)(offsetof(struct mailbox, slots) + slot * sizeof(struct mailbox_slot));
}

static uint32_t data_addr(const struct carrier_jtag *c, unsigned slot)
{
    return le32_get(c->image->data.content + (slot_addr(c, slot) - c->image->data.addr) +
                    offsetof(struct mailbox_slot, data));
}

/* The core through which memory is reached now. */
static struct core *door(const struct carrier_jtag *c)
{
    return c->window ? c->window : c->core;
}

/* --- memory where the agent lives --- */

static enum err save_ram(struct carrier_jtag *c, struct saved_ram *r, uint32_t addr, size_t len)
{
    uint8_t *bytes = malloc(len);
    if (!bytes)
        return ERR_MEMORY;
    enum err e = core_mem_read(c->core, addr, 0, bytes, len);
    if (e) {
        free(bytes);
        return e;
    }
    free(r->bytes);
    *r = (struct saved_ram){.addr = addr, .len = len, .bytes = bytes};
    return ERR_OK;
}

static enum err put_back(struct carrier_jtag *c, struct saved_ram *r)
{
    enum err e = r->bytes ? core_mem_write(c->core, r->addr, 0, r->bytes, r->len) : ERR_OK;
    free(r->bytes);
    *r = (struct saved_ram){0};
    return e;
}

/* Those that are locked stay; whether the agent can live with them is seen when it is loaded. */
static enum err open_rights(struct carrier_jtag *c)
{
    const struct chip_permission *p = target_chip(c->target)->permissions;
    enum err e = ERR_OK;
    for (unsigned i = 0; !e && p && i < RIGHTS_MAX && p[i].bus; i++) {
        uint32_t lock = 0, *value = &c->rights.values[i];
        e = core_read_u32(c->core, p[i].addr, value);
        if (!e)
            e = core_read_u32(c->core, p[i].lock_addr, &lock);
        if (e || (*value & p[i].mask) == p[i].open || lock & p[i].lock_mask)
            continue;
        c->rights.opened |= (uint8_t)(1U << i);
        e = core_write_u32(c->core, p[i].addr, (*value & ~p[i].mask) | p[i].open);
    }
    return e;
}

/* Each that can be, also when one cannot. */
static enum err close_rights(struct carrier_jtag *c)
{
    const struct chip_permission *p = target_chip(c->target)->permissions;
    enum err first = ERR_OK;
    for (unsigned i = 0; i < RIGHTS_MAX; i++) {
        enum err e = c->rights.opened >> i & 1 ? core_write_u32(c->core, p[i].addr, c->rights.values[i]) : ERR_OK;
        first = first ? first : e;
    }
    c->rights.opened = 0;
    return first;
}

/* A core that has not run since its reset has nothing in RAM that would be missed. */
static enum err find_freshness(struct carrier_jtag *c)
{
    int pc = core_reg_find(c->core, "pc");
    uint32_t value = 0;
    enum err e = pc < 0 ? ERR_OK : core_reg_read(c->core, (unsigned)pc, &value);
    c->is_fresh = !e && value == target_chip(c->target)->reset_vector;
    return e;
}

static enum err save_what_was_there(struct carrier_jtag *c)
{
    const struct agent_image *i = c->image;
    enum err e = find_freshness(c);
    if (e || c->is_fresh)
        return e;
    e = save_ram(c, &c->saved_code, i->code.addr, i->code.len);
    return e ? e : save_ram(c, &c->saved_data, i->data.addr, i->data_end - i->data.addr);
}

static enum err write_segment(struct carrier_jtag *c, const struct agent_segment *s)
{
    uint8_t *back = malloc(s->len);
    if (!back)
        return ERR_MEMORY;
    enum err e = core_mem_write(c->core, s->addr, 0, s->content, s->len);
    if (!e)
        e = core_mem_read(c->core, s->addr, 0, back, s->len);
    if (!e && memcmp(back, s->content, s->len) != 0)
        e = err_at(c->log, ERR_FAULT,
                   "the RAM at 0x%08" PRIx32 " does not keep what is written to it, so that the flash agent "
                   "cannot run there. Reset the chip and try again",
                   s->addr);
    free(back);
    return e;
}

/* Puts back the RAM and what the program forbids in it. Gives e, or how that went. */
static enum err unload(struct carrier_jtag *c, enum err e)
{
    struct err_kept first = err_keep(c->log, e);
    enum err code = put_back(c, &c->saved_code);
    enum err data = put_back(c, &c->saved_data);
    enum err rights = close_rights(c);
    c->is_loaded = false;
    return err_first(c->log, &first, code ? code : data ? data : rights);
}

/* What it could not be brought to is the program's again. */
static enum err load(struct carrier_jtag *c)
{
    enum err e = open_rights(c);
    if (!e)
        e = save_what_was_there(c);
    if (!e)
        e = write_segment(c, &c->image->code);
    if (!e)
        e = write_segment(c, &c->image->data);
    c->is_loaded = !e;
    c->is_attached = false;
    return e && e != ERR_DISCONNECTED ? unload(c, e) : e;
}

/* --- start and stop --- */

static enum err enter(struct carrier_jtag *c, enum mailbox_mode mode)
{
    struct algorithm a = {
        .pc = c->image->entry, .stack_top = c->image->stack_top, .args = {(uint32_t)mode}, .arg_count = 1};
    c->is_attached = true;
    return core_algorithm_start(c->core, &a);
}

/* All slots free, nothing cancelled, slot 0 next. What the agent holds is its own knowledge, should it have been stopped. */
static enum err clear_mailbox(struct carrier_jtag *c)
{
    const uint32_t attached_addr = c->image->mailbox + (uint32_t)offsetof(struct mailbox, attached);
    uint8_t box[sizeof(struct mailbox)];
    uint32_t attached = 0;
    enum err e = c->is_attached ? core_read_u32(c->core, attached_addr, &attached) : ERR_OK;
    memcpy(box, c->image->data.content + (c->image->mailbox - c->image->data.addr), sizeof box);
    le32_put(box + offsetof(struct mailbox, attached), attached);
    return e ? e : core_mem_write(c->core, c->image->mailbox, 4, box, sizeof box);
}

/* Halts what runs and brings the agent there. It switches the watchdogs off itself, but only once it is loaded. */
static enum err prepare(struct carrier_jtag *c)
{
    enum err e = target_poll(c->target);
    if (!e && core_state(c->core) != CORE_HALTED)
        e = target_halt(c->target, HALT_MS);
    if (!e && !c->is_loaded)
        e = target_disable_watchdogs(c->target);
    if (!e && !c->is_loaded)
        e = load(c);
    return e ? e : clear_mailbox(c);
}

static enum err jtag_start(struct flash_carrier *base)
{
    struct carrier_jtag *c = of(base);
    if (!c->image)
        return err_at(c->log, ERR_UNSUPPORTED, "there is no flash agent for the %s yet", target_chip(c->target)->title);
    if (c->is_taking_jobs)
        return ERR_OK;
    enum err e = prepare(c);
    if (!e)
        e = enter(c, AGENT_STAY);
    c->window = e ? NULL : target_window_core(c->target, c->core); /* starting may have switched one on */
    if (!e && !c->window)
        e = core_algorithm_end(c->core);
    c->is_taking_jobs = !e;
    return e;
}

static enum err jtag_submit(struct flash_carrier *base, unsigned slot, const struct flash_task *task)
{
    struct carrier_jtag *c = of(base);
    const uint32_t words[] = {
        task->command, task->offset, task->length, task->parameter, data_addr(c, slot), AGENT_OK, 0,
        task->detail,  SLOT_FREE};
    uint8_t bytes[sizeof words];
    _Static_assert(sizeof words == sizeof(struct mailbox_slot), "the words of a slot, in their order");
    for (size_t i = 0; i < sizeof words / 4; i++)
        le32_put(bytes + 4 * i, words[i]);
    enum err e = ERR_OK;
    if (task->out_len)
        e = core_mem_write(door(c), data_addr(c, slot), 0, task->out, task->out_len);
    if (!e)
        e = core_mem_write(door(c), slot_addr(c, slot), 4, bytes, sizeof bytes);
    /* Alone: what is written again because a core was too slow must not undo what the agent has written meanwhile. */
    c->ticket = c->ticket % field_get(SLOT_TICKET, SLOT_TICKET) + 1;
    uint32_t state = field_put(SLOT_TICKET, SLOT_READY, c->ticket);
    return e ? e : core_write_u32(door(c), slot_addr(c, slot) + (uint32_t)offsetof(struct mailbox_slot, state), state);
}

static enum err look_at_answer(struct carrier_jtag *c, unsigned slot, struct flash_answer *answer)
{
    uint8_t bytes[16]; /* result, done, detail, state */
    const uint32_t at = slot_addr(c, slot) + (uint32_t)offsetof(struct mailbox_slot, result);
    enum err e = core_mem_read(door(c), at, 4, bytes, sizeof bytes);
    if (e)
        return e;
    *answer = (struct flash_answer){.result = le32_get(bytes),
                                    .done = le32_get(bytes + 4),
                                    .detail = le32_get(bytes + 8),
                                    .state = le32_get(bytes + 12)};
    answer->is_done = answer->state == SLOT_DONE;
    return ERR_OK;
}

/* The words are read one after the other while the agent works, the state last: those before it may be older than the end
   that it tells of. So they are read once more. */
static enum err read_answer(struct carrier_jtag *c, unsigned slot, struct flash_answer *answer)
{
    enum err e = look_at_answer(c, slot, answer);
    return !e && answer->is_done && c->window ? look_at_answer(c, slot, answer) : e;
}

/* Without a window: lets the agent work until it has nothing more to do. */
static enum err work_off(struct carrier_jtag *c, uint32_t limit_ms)
{
    enum err e = enter(c, AGENT_STOP_IF_IDLE);
    if (e)
        return e;
    uint32_t result, pc;
    e = core_algorithm_wait(c->core, limit_ms, &result, &pc);
    enum err ended = core_algorithm_end(c->core);
    return e ? e : ended;
}

static enum err jtag_poll(struct flash_carrier *base, unsigned slot, const struct flash_task *task,
                          struct flash_answer *answer)
{
    struct carrier_jtag *c = of(base);
    enum err e = read_answer(c, slot, answer);
    if (e || answer->is_done || c->window)
        return e;
    e = work_off(c, task->limit_ms < MAX_TASK_MS ? task->limit_ms : MAX_TASK_MS);
    return e ? e : read_answer(c, slot, answer);
}

static enum err jtag_fetch(struct flash_carrier *base, unsigned slot, void *buf, size_t len)
{
    struct carrier_jtag *c = of(base);
    return core_mem_read(door(c), data_addr(c, slot), 0, buf, len);
}

static enum err jtag_cancel(struct flash_carrier *base)
{
    struct carrier_jtag *c = of(base);
    return core_write_u32(door(c), c->image->mailbox + (uint32_t)offsetof(struct mailbox, cancel), 1);
}

/* Where no program was interrupted, none expects the flash as the one before the reset left it, but the boot ROM expects it
   as after power-on. */
static enum err give_exit(struct carrier_jtag *c, unsigned slot)
{
    const struct flash_task task = {.command = JOB_EXIT, .parameter = c->is_fresh ? EXIT_FOR_BOOT : EXIT_AS_FOUND};
    return jtag_submit(&c->base, slot, &task);
}

/* Also when the user has asked to stop: so the clock is waited for, and its interrupt flag left alone. */
static enum err wait_for_exit(struct carrier_jtag *c, unsigned slot)
{
    struct deadline end = deadline_ms(c->clock, EXIT_MS);
    struct flash_answer answer = {0};
    enum err e = read_answer(c, slot, &answer);
    while (!e && !answer.is_done && !deadline_passed(&end)) {
        c->clock->ops->wait_ns(c->clock->ctx, EXIT_POLL_NS);
        e = read_answer(c, slot, &answer);
    }
    return e ? e : answer.is_done ? ERR_OK : ERR_TIMEOUT;
}

/* The running agent gets JOB_EXIT in the slot whose turn it is. */
static enum err ask_to_exit(struct carrier_jtag *c)
{
    uint32_t turn, result, pc;
    enum err e = core_read_u32(c->window, c->image->mailbox + (uint32_t)offsetof(struct mailbox, next), &turn);
    turn %= MAILBOX_SLOTS;
    if (!e)
        e = give_exit(c, turn);
    if (!e)
        e = wait_for_exit(c, turn);
    if (!e)
        e = core_algorithm_wait(c->core, EXIT_MS, &result, &pc);
    enum err ended = core_algorithm_end(c->core); /* by force, should it still run */
    c->window = NULL;
    return e ? e : ended;
}

/* The agent stands still, or is made to, but the chip is as it made it: it is entered once more, to put everything back. */
static enum err exit_anew(struct carrier_jtag *c)
{
    enum err e = core_algorithm_end(c->core);
    if (!e)
        e = clear_mailbox(c);
    if (!e)
        e = give_exit(c, 0);
    return e ? e : work_off(c, EXIT_MS);
}

static enum err jtag_stop(struct flash_carrier *base)
{
    struct carrier_jtag *c = of(base);
    if (!c->is_attached)
        return ERR_OK;
    c->is_taking_jobs = false;
    enum err e = c->window ? ask_to_exit(c) : ERR_TIMEOUT;
    if (e == ERR_TIMEOUT)
        e = exit_anew(c);
    c->is_attached = e != ERR_OK;
    return e;
}

static enum err jtag_release(struct flash_carrier *base)
{
    struct carrier_jtag *c = of(base);
    enum err e = jtag_stop(base);
    return c->is_loaded ? unload(c, e) : e;
}

static void jtag_forget(struct flash_carrier *base)
{
    struct carrier_jtag *c = of(base);
    free(c->saved_code.bytes);
    free(c->saved_data.bytes);
    c->saved_code = c->saved_data = (struct saved_ram){0};
    c->rights.opened = 0;
    c->is_loaded = c->is_taking_jobs = c->is_attached = false;
    c->window = NULL;
}

static const char *jtag_where(struct flash_carrier *base, char *text, size_t size)
{
    struct carrier_jtag *c = of(base);
    uint32_t result, pc = 0;
    if (!core_algorithm_is_running(c->core))
        return "it has stopped";
    enum err e = core_algorithm_wait(c->core, 1, &result, &pc);
    if (core_algorithm_end(c->core) || (e && e != ERR_TIMEOUT))
        return "its core does not answer either";
    c->window = NULL;
    snprintf(text, size, "it was at 0x%08" PRIx32 "%s", pc, e ? "" : ", where it had stopped");
    return text;
}

static void jtag_free(struct flash_carrier *base)
{
    jtag_forget(base);
    free(of(base));
}

static const struct flash_carrier_ops jtag_ops = {
    .name = "JTAG",
    .start = jtag_start,
    .stop = jtag_stop,
    .release = jtag_release,
    .forget = jtag_forget,
    .submit = jtag_submit,
    .poll = jtag_poll,
    .fetch = jtag_fetch,
    .cancel = jtag_cancel,
    .where = jtag_where,
    .free = jtag_free,
};

struct flash_carrier *carrier_jtag_new(struct target *target)
{
    struct carrier_jtag *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->base.ops = &jtag_ops;
    c->target = target;
    c->core = target_core(target, 0);
    c->log = target_log(target);
    c->clock = target_clock(target);
    c->image = agent_image_find(target_chip(target));
    return &c->base;
}
