/* SPDX-License-Identifier: Apache-2.0 */
#include "native_carrier.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static struct native_carrier *of(struct flash_carrier *c)
{
    return (struct native_carrier *)((char *)c - offsetof(struct native_carrier, base));
}

static enum err start(struct flash_carrier *base)
{
    struct native_carrier *c = of(base);
    if (c->is_broken)
        return ERR_DISCONNECTED;
    c->starts++;
    c->box.cancel = c->box.next = 0;
    for (unsigned i = 0; i < MAILBOX_SLOTS; i++)
        c->box.slots[i].state = SLOT_FREE;
    return ERR_OK;
}

/* --- the agent's side --- */

static void agent_body(unsigned high, unsigned low)
{
    struct native_carrier *c = (struct native_carrier *)((uintptr_t)high << 32 | low);
    agent_run(&c->agent, AGENT_STOP_IF_IDLE);
    c->is_agent_alive = false;
    swapcontext(&c->agent_context, &c->host_context);
}

static void flash_is_busy(void *ctx)
{
    struct native_carrier *c = ctx;
    swapcontext(&c->agent_context, &c->host_context);
}

static void let_agent_work(struct native_carrier *c)
{
    if (!c->is_agent_alive) {
        uintptr_t p = (uintptr_t)c;
        getcontext(&c->agent_context);
        c->agent_context.uc_stack.ss_sp = c->stack;
        c->agent_context.uc_stack.ss_size = sizeof c->stack;
        makecontext(&c->agent_context, (void (*)(void))agent_body, 2, (unsigned)(p >> 32), (unsigned)p);
        c->is_agent_alive = true;
    }
    swapcontext(&c->host_context, &c->agent_context);
}

/* --- the host's side --- */

static enum err submit(struct flash_carrier *base, unsigned slot, const struct flash_task *t)
{
    struct native_carrier *c = of(base);
    if (c->is_broken || !c->submits_left--) {
        c->is_broken = true;
        return ERR_DISCONNECTED;
    }
    struct mailbox_slot *s = &c->box.slots[slot];
    assert(s->state == SLOT_FREE || s->state == SLOT_DONE);
    assert(t->out_len <= MAILBOX_DATA_SIZE && t->in_len <= MAILBOX_DATA_SIZE);
    if (t->out_len)
        memcpy(c->buffers[slot], t->out, t->out_len);
    c->bytes_out += t->out_len;
    *s = (struct mailbox_slot){.command = t->command,
                               .offset = t->offset,
                               .length = t->length,
                               .parameter = t->parameter,
                               .detail = t->detail,
                               .state = SLOT_READY};
    return ERR_OK;
}

static enum err poll(struct flash_carrier *base, unsigned slot, const struct flash_task *task, struct flash_answer *a)
{
    struct native_carrier *c = of(base);
    (void)task;
    if (c->is_broken)
        return ERR_DISCONNECTED;
    struct mailbox_slot *s = &c->box.slots[slot];
    let_agent_work(c);
    *a = (struct flash_answer){
        .is_done = s->state == SLOT_DONE, .state = s->state, .result = s->result, .done = s->done, .detail = s->detail};
    return ERR_OK;
}

static enum err fetch(struct flash_carrier *base, unsigned slot, void *buf, size_t len)
{
    struct native_carrier *c = of(base);
    memcpy(buf, c->buffers[slot], len);
    c->bytes_in += len;
    return ERR_OK;
}

static enum err cancel(struct flash_carrier *base)
{
    of(base)->box.cancel = 1;
    return ERR_OK;
}

static enum err stop(struct flash_carrier *base)
{
    struct native_carrier *c = of(base);
    c->stops++;
    if (c->is_broken)
        return ERR_DISCONNECTED;
    c->box.cancel = 0;
    c->box.slots[c->box.next] = (struct mailbox_slot){
        .command = JOB_EXIT, .parameter = c->for_boot ? EXIT_FOR_BOOT : EXIT_AS_FOUND, .state = SLOT_READY};
    if (c->is_agent_alive) /* it waits for a flash that stays busy: by force, as on the chip */
        c->is_agent_alive = false;
    do
        let_agent_work(c);
    while (c->is_agent_alive);
    return ERR_OK;
}

static void forget(struct flash_carrier *base)
{
    (void)base;
}

static const char *where(struct flash_carrier *base, char *text, size_t size)
{
    (void)base, (void)text, (void)size;
    return "in the test";
}

static const struct flash_carrier_ops ops = {
    .name = "native",
    .start = start,
    .stop = stop,
    .release = stop,
    .forget = forget,
    .submit = submit,
    .poll = poll,
    .fetch = fetch,
    .cancel = cancel,
    .where = where,
    .free = forget,
};

static uint64_t now_ns(void *ctx)
{
    return ((struct native_carrier *)ctx)->now_ns;
}

static void wait_ns(void *ctx, uint64_t ns)
{
    ((struct native_carrier *)ctx)->now_ns += ns;
}

void native_carrier_init(struct native_carrier *c)
{
    memset(c, 0, sizeof *c);
    c->base.ops = &ops;
    native_spi_init(&c->nor);
    c->agent = (struct agent){.box = &c->box, .data = {c->buffers[0], c->buffers[1]}, .spi = &c->nor};
    c->clock_ops = (struct clock_ops){.now_ns = now_ns, .wait_ns = wait_ns};
    c->clock = (struct clock){.ops = &c->clock_ops, .ctx = c};
    c->submits_left = UINT32_MAX;
    c->nor.waiting = flash_is_busy;
    c->nor.waiting_ctx = c;
}
