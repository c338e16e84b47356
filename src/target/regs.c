/* SPDX-License-Identifier: Apache-2.0 */
/* Registers, as a user sees them: a cache over what the core holds. */
#include "target/target_int.h"

#include <string.h>

const struct reg_desc *core_reg_list(const struct core *c, size_t *count)
{
    *count = *c->ops->reg_count;
    return c->ops->regs;
}

int core_reg_find(const struct core *c, const char *name)
{
    for (size_t i = 0; i < *c->ops->reg_count; i++)
        if (!strcmp(c->ops->regs[i].name, name))
            return (int)i;
    return -1;
}

struct reg_value *core_reg(struct core *c, unsigned canonical)
{
    return &c->regs[canonical];
}

static uint32_t width_mask(const struct reg_desc *d)
{
    return d->bits < 32 ? (1U << d->bits) - 1 : UINT32_MAX;
}

/* The user's value: to be written back. */
void core_reg_set(struct core *c, unsigned canonical, uint32_t value)
{
    c->regs[canonical] =
        (struct reg_value){.value = value & width_mask(&c->ops->regs[canonical]), .is_valid = true, .is_dirty = true};
}

/* The core's value; does not overwrite what waits to be written back. */
void core_reg_learn(struct core *c, unsigned canonical, uint32_t value)
{
    if (!c->regs[canonical].is_dirty)
        c->regs[canonical] = (struct reg_value){.value = value, .is_valid = true};
}

void core_forget_registers(struct core *c)
{
    memset(c->regs, 0, *c->ops->reg_count * sizeof *c->regs);
    c->is_learnt = false;
    c->cause = 0;
    c->broke_at_ours = false;
}

static enum err check_index(struct core *c, unsigned index)
{
    if (index < *c->ops->reg_count)
        return ERR_OK;
    return err_at(c->target->log, ERR_NOT_FOUND, "%s has no register number %u; it has %zu", c->name, index,
                  *c->ops->reg_count);
}

static unsigned words_of(const struct reg_desc *d)
{
    return (d->bits + REG_WORD_BITS - 1U) / REG_WORD_BITS;
}

/* The cached value, filled if it was not. */
static enum err find_value(struct core *c, unsigned index, struct reg_value **value)
{
    enum err e = check_index(c, index);
    if (!e)
        e = core_need_halted(c, "reading a register");
    if (e)
        return e;
    unsigned at = c->ops->canonical(c, index);
    if (!c->regs[at].is_valid && !c->regs[at].is_absent)
        e = c->ops->fetch(c, &(uint16_t){(uint16_t)at}, 1);
    if (e)
        return err_context(c->target->log, e, "register %s of %s", c->ops->regs[index].name, c->name);
    if (c->regs[at].is_absent)
        return err_at(c->target->log, ERR_UNSUPPORTED, "%s has no register %s, or it cannot be read", c->name,
                      c->ops->regs[index].name);
    *value = &c->regs[at];
    return ERR_OK;
}

enum err core_reg_read_words(struct core *c, unsigned index, uint32_t *words)
{
    struct reg_value *r = NULL;
    enum err e = find_value(c, index, &r);
    for (unsigned i = 0; r && i < words_of(&c->ops->regs[index]); i++)
        words[i] = i ? r->high[i - 1] : r->value;
    return e;
}

static enum err check_one_word(struct core *c, unsigned index)
{
    enum err e = check_index(c, index);
    if (e || words_of(&c->ops->regs[index]) == 1)
        return e;
    return err_at(c->target->log, ERR_RANGE, "register %s of %s has %u bits, which is more than one word",
                  c->ops->regs[index].name, c->name, c->ops->regs[index].bits);
}

enum err core_reg_read(struct core *c, unsigned index, uint32_t *value)
{
    enum err e = check_one_word(c, index);
    return e ? e : core_reg_read_words(c, index, value);
}

enum err core_reg_write_words(struct core *c, unsigned index, const uint32_t *words)
{
    enum err e = check_index(c, index);
    if (!e)
        e = core_need_halted(c, "writing a register");
    if (e)
        return e;
    const struct reg_desc *d = &c->ops->regs[index];
    if (d->is_read_only)
        return err_at(c->target->log, ERR_UNSUPPORTED, "register %s of %s is read only", d->name, c->name);
    unsigned at = c->ops->canonical(c, index);
    core_reg_set(c, at, words[0]);
    for (unsigned i = 1; i < words_of(d); i++)
        c->regs[at].high[i - 1] = words[i];
    /* What is done by the write itself happens now, not when the core runs. */
    return d->has_side_effect ? c->ops->flush(c) : ERR_OK;
}

enum err core_reg_write(struct core *c, unsigned index, uint32_t value)
{
    enum err e = check_one_word(c, index);
    return e ? e : core_reg_write_words(c, index, &value);
}

bool core_reg_is_cached(const struct core *c, unsigned index)
{
    return index < *c->ops->reg_count && c->regs[c->ops->canonical((struct core *)c, index)].is_valid;
}

bool core_reg_is_dirty(const struct core *c, unsigned index)
{
    return index < *c->ops->reg_count && c->regs[c->ops->canonical((struct core *)c, index)].is_dirty;
}

void core_reg_forget(struct core *c, unsigned index)
{
    if (index >= *c->ops->reg_count)
        return;
    struct reg_value *r = &c->regs[c->ops->canonical(c, index)];
    if (!r->is_dirty)
        *r = (struct reg_value){0};
}

/* --- many at once --- */

enum err core_regs_fetch(struct core *c)
{
    enum err e = core_need_halted(c, "reading the registers");
    if (e)
        return e;
    uint16_t list[256];
    size_t count = 0;
    for (unsigned i = 0; i < *c->ops->reg_count && count < sizeof list / sizeof list[0]; i++) {
        const struct reg_desc *d = &c->ops->regs[i];
        bool is_wanted = !d->has_side_effect && c->ops->canonical(c, i) == i;
        if (is_wanted && !c->regs[i].is_valid && !c->regs[i].is_absent)
            list[count++] = (uint16_t)i;
    }
    return count ? c->ops->fetch(c, list, count) : ERR_OK;
}
