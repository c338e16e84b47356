/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way to a chip's flash: the agent in the chip's RAM; where the program has locked memory protection that forbids it, the
 * controller's registers. Which it is is seen before the first job and holds until the chip runs or is reset.
 */
#include "flash/flash_int.h"

#include "target/target.h"

#include <stddef.h>
#include <stdlib.h>

enum { HALT_MS = 1000 };

struct carrier_chip {
    struct flash_carrier base;
    struct target *target;
    struct log *log;
    struct flash_carrier *agent, *regs; /* regs: NULL on a chip that has nothing to lock */
    struct flash_carrier *chosen;       /* one of them; NULL: not known yet */
};

static struct carrier_chip *of(struct flash_carrier *c)
{
    return (struct carrier_chip *)((char *)c - offsetof(struct carrier_chip, base));
}

/* Whether something is forbidden in RAM that nothing but a reset allows again. */
static enum err find_locked(struct core *core, const struct chip_permission *p, bool *is_locked)
{
    enum err e = ERR_OK;
    for (*is_locked = false; !e && !*is_locked && p->bus; p++) {
        uint32_t seen[2] = {0};
        const struct core_access looks[] = {{.addr = p->addr, .into = &seen[0], .count = 1},
                                            {.addr = p->lock_addr, .into = &seen[1], .count = 1}};
        e = core_access_all(core, looks, sizeof looks / sizeof looks[0]);
        *is_locked = !e && (seen[0] & p->mask) != p->open && seen[1] & p->lock_mask;
    }
    return e;
}

static enum err choose(struct carrier_chip *c)
{
    struct core *core = target_core(c->target, 0);
    bool is_locked = false;
    enum err e = target_poll(c->target);
    if (!e && core_state(core) != CORE_HALTED)
        e = target_halt(c->target, HALT_MS);
    if (!e)
        e = find_locked(core, target_chip(c->target)->permissions, &is_locked);
    if (e)
        return e;
    if (is_locked)
        log_info(c->log, "Flash: the program has locked its memory protection, so the flash is read through its "
                         "controller's registers, without the flash agent");
    c->chosen = is_locked ? c->regs : c->agent;
    return ERR_OK;
}

static enum err chip_start(struct flash_carrier *base)
{
    struct carrier_chip *c = of(base);
    enum err e = ERR_OK;
    if (!c->chosen && c->regs)
        e = choose(c);
    else if (!c->chosen)
        c->chosen = c->agent;
    return e ? e : c->chosen->ops->start(c->chosen);
}

static enum err chip_stop(struct flash_carrier *base)
{
    struct flash_carrier *chosen = of(base)->chosen;
    return chosen ? chosen->ops->stop(chosen) : ERR_OK;
}

static enum err chip_release(struct flash_carrier *base)
{
    struct flash_carrier *chosen = of(base)->chosen;
    return chosen ? chosen->ops->release(chosen) : ERR_OK;
}

static void chip_forget(struct flash_carrier *base)
{
    struct carrier_chip *c = of(base);
    c->agent->ops->forget(c->agent);
    if (c->regs)
        c->regs->ops->forget(c->regs);
    c->chosen = NULL;
}

/* The rest comes between start and stop only. */
static enum err chip_check_change(struct flash_carrier *base)
{
    struct flash_carrier *chosen = of(base)->chosen;
    return chosen->ops->check_change ? chosen->ops->check_change(chosen) : ERR_OK;
}

static enum err chip_submit(struct flash_carrier *base, unsigned slot, const struct flash_task *task)
{
    struct flash_carrier *chosen = of(base)->chosen;
    return chosen->ops->submit(chosen, slot, task);
}

static enum err chip_poll(struct flash_carrier *base, unsigned slot, const struct flash_task *task,
                          struct flash_answer *answer)
{
    struct flash_carrier *chosen = of(base)->chosen;
    return chosen->ops->poll(chosen, slot, task, answer);
}

static enum err chip_fetch(struct flash_carrier *base, unsigned slot, void *buf, size_t len)
{
    struct flash_carrier *chosen = of(base)->chosen;
    return chosen->ops->fetch(chosen, slot, buf, len);
}

static enum err chip_cancel(struct flash_carrier *base)
{
    struct flash_carrier *chosen = of(base)->chosen;
    return chosen->ops->cancel(chosen);
}

static const char *chip_where(struct flash_carrier *base, char *text, size_t size)
{
    struct flash_carrier *chosen = of(base)->chosen;
    return chosen->ops->where(chosen, text, size);
}

static void chip_free(struct flash_carrier *base)
{
    struct carrier_chip *c = of(base);
    if (c->agent)
        c->agent->ops->free(c->agent);
    if (c->regs)
        c->regs->ops->free(c->regs);
    free(c);
}

static const struct flash_carrier_ops chip_ops = {
    .name = "chip",
    .start = chip_start,
    .stop = chip_stop,
    .release = chip_release,
    .forget = chip_forget,
    .check_change = chip_check_change,
    .submit = chip_submit,
    .poll = chip_poll,
    .fetch = chip_fetch,
    .cancel = chip_cancel,
    .where = chip_where,
    .free = chip_free,
};

/* A RAM that cannot be locked can always hold the agent. */
static struct flash_carrier *carrier_new(struct target *target)
{
    const struct chip *chip = target_chip(target);
    bool can_be_locked = chip->permissions && agent_registers_find(chip);
    struct carrier_chip *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    *c = (struct carrier_chip){.base = {&chip_ops}, .target = target, .log = target_log(target)};
    c->agent = carrier_jtag_new(target);
    c->regs = can_be_locked ? carrier_regs_new(target) : NULL;
    if (c->agent && (c->regs || !can_be_locked))
        return &c->base;
    chip_free(&c->base);
    return NULL;
}

struct flash *flash_new(struct target *target, uint32_t size_override)
{
    struct flash *f = flash_new_on(carrier_new(target), target_log(target), target_clock(target));
    if (!f)
        return NULL;
    f->chip_title = target_chip(target)->title;
    if (target_chip(target)->flash.wiring)
        f->wiring = target_chip(target)->flash.wiring;
    f->size_override = size_override;
    f->encrypt_unit = target_chip(target)->flash.encrypt_unit;
    if (target_chip(target)->flash.crypt_efuses)
        f->crypt_efuses = target_chip(target)->flash.crypt_efuses;
    return f;
}
