/* SPDX-License-Identifier: Apache-2.0 */
/* Single accesses of a halted Xtensa core. */
#include "target/xtensa_int.h"

#include "regs/xtensa.h"

enum { OP_L8UI = 0, OP_L16UI = 1, OP_L32I = 2, OP_S8I = 4, OP_S16I = 5, OP_S32I = 6 };

struct access {
    uint32_t addr, value;
    unsigned op;
};

static void execute(struct core *c, uint32_t instruction)
{
    c->target->dm->ops->queue_execute(c->target->dm, c->index, instruction);
}

static void queue_load(struct core *c, void *ctx)
{
    struct access *a = ctx;
    struct dm *dm = c->target->dm;
    xt_queue_load_scratch(c, XT_A3, a->addr);
    execute(c, XT_LOAD(a->op, XT_A4, XT_A3));
    execute(c, XT_WSR(SR_DDR, XT_A4));
    dm->ops->queue_get(dm, c->index, &a->value);
}

static void queue_store(struct core *c, void *ctx)
{
    const struct access *a = ctx;
    xt_queue_load_scratch(c, XT_A3, a->addr);
    xt_queue_load_scratch(c, XT_A4, a->value);
    execute(c, XT_LOAD(a->op, XT_A4, XT_A3));
}

static enum err access_fault(struct core *c, enum err e, const struct access *a, const char *what)
{
    if (e != ERR_EXEC)
        return e;
    return err_at(c->target->log, ERR_FAULT, "%s refused to %s 0x%08x", c->name, what, (unsigned)a->addr);
}

enum err xt_load(struct core *c, uint32_t addr, unsigned width, uint32_t *value)
{
    struct access a = {.addr = addr, .op = width == 1 ? OP_L8UI : width == 2 ? OP_L16UI : OP_L32I};
    xt_touch_scratch(c);
    enum err e = xt_run(c, queue_load, &a);
    *value = a.value;
    return access_fault(c, e, &a, "read");
}

enum err xt_store(struct core *c, uint32_t addr, unsigned width, uint32_t value)
{
    struct access a = {.addr = addr, .value = value, .op = width == 1 ? OP_S8I : width == 2 ? OP_S16I : OP_S32I};
    xt_touch_scratch(c);
    return access_fault(c, xt_run(c, queue_store, &a), &a, "write");
}
