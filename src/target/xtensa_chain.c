/* SPDX-License-Identifier: Apache-2.0 */
/* Linked lists in memory, followed by a halted Xtensa core in one trip: the pointer stays in the core. */
#include "target/xtensa_int.h"

#include "regs/xtensa.h"

static void execute(struct core *c, uint32_t instruction)
{
    c->target->dm->ops->queue_execute(c->target->dm, c->index, instruction);
}

struct chains {
    const struct core_chain *list;
    size_t count;
};

static void queue_chain(struct core *c, const struct core_chain *chain)
{
    struct dm *dm = c->target->dm;
    xt_queue_load_scratch(c, XT_A3, chain->from);
    for (size_t i = 0; i < chain->count; i++) {
        execute(c, XT_L32I(XT_A3, XT_A3, chain->next_offset / sizeof(uint32_t)));
        execute(c, XT_WSR(SR_DDR, XT_A3));
        dm->ops->queue_get(dm, c->index, &chain->nodes[i]);
        execute(c, XT_L32I(XT_A4, XT_A3, chain->value_offset / sizeof(uint32_t)));
        execute(c, XT_WSR(SR_DDR, XT_A4));
        dm->ops->queue_get(dm, c->index, &chain->values[i]);
    }
}

static void queue_chains(struct core *c, void *ctx)
{
    const struct chains *all = ctx;
    for (size_t i = 0; i < all->count; i++)
        queue_chain(c, &all->list[i]);
}

/* The module tells of the last instruction only, whether it raised an exception; but a load that does leaves its register as it is, and
   so do all that follow from there. A node that names itself looks the same, and is no list either. */
static bool has_failed(const struct core_chain *chain)
{
    uint32_t before = chain->from;
    for (size_t i = 0; i < chain->count; before = chain->nodes[i++])
        if (chain->nodes[i] == before)
            return true;
    return false;
}

enum err xt_follow(struct core *c, const struct core_chain *list, size_t count)
{
    struct chains all = {list, count};
    xt_touch_scratch(c);
    enum err e = xt_run(c, queue_chains, &all);
    xt_note_exception(c); /* one may have gone unseen */
    for (size_t i = 0; !e && i < count; i++)
        e = has_failed(&list[i]) ? ERR_EXEC : ERR_OK;
    if (e != ERR_EXEC)
        return e;
    return err_at(c->target->log, ERR_FAULT, "%s: one of %zu lists in memory leads to where nothing can be read",
                  c->name, count);
}
