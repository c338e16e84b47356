/* SPDX-License-Identifier: Apache-2.0 */
/* What the chip's record says to do with its registers. */
#include "base/bits.h"
#include "target/target_int.h"

enum { REVISION_UNKNOWN = 0xFF, REVISION_MAJOR = 100 };

static size_t plain_steps(const struct chip_script *script, size_t from)
{
    size_t n = from;
    while (n < script->count && script->steps[n].mask == 0)
        n++;
    return n - from;
}

static enum err poke_bits(struct core *door, const struct chip_poke *k)
{
    uint32_t value;
    enum err e = core_read_words(door, k->addr, &value, 1);
    if (e)
        return e;
    struct chip_poke whole = {.addr = k->addr, .value = (value & ~k->mask) | k->value};
    return door->ops->run_pokes(door, &whole, 1);
}

enum err core_run_script(struct core *c, const struct chip_script *script)
{
    struct core *door = core_memory_door(c);
    if (!door)
        return core_need_halted(c, "writing the chip's registers");
    enum err e = ERR_OK;
    for (size_t i = 0, n; !e && i < script->count; i += n) {
        n = plain_steps(script, i);
        if (n) {
            e = door->ops->run_pokes(door, &script->steps[i], n);
        } else {
            e = poke_bits(door, &script->steps[i]);
            n = 1;
        }
    }
    return e;
}

static enum err any_core(struct target *t, const char *what, struct core **door)
{
    *door = core_memory_door(&t->cores[0]);
    return *door ? ERR_OK : core_need_halted(&t->cores[0], what);
}

enum err target_disable_watchdogs(struct target *t)
{
    struct core *door;
    enum err e = any_core(t, "switching the watchdogs off", &door);
    if (!e)
        e = core_run_script(door, &t->chip->watchdogs_off);
    t->watchdogs_are_off = !e;
    return e;
}

enum err core_reset_cause(struct core *c, uint32_t *cause)
{
    *cause = 0;
    if (!c->chip->reset_cause_mask)
        return err_at(c->target->log, ERR_UNSUPPORTED, "where the %s keeps the cause of a reset is not known",
                      c->target->chip->title);
    enum err e = core_read_u32(c, c->chip->reset_cause_reg, cause);
    *cause = field_get(c->chip->reset_cause_mask, *cause);
    return e;
}

/* The bits of all parts, the first lowest. */
static enum err read_parts(struct core *door, const struct chip_field *parts, unsigned *value)
{
    unsigned bits = 0;
    *value = 0;
    for (unsigned i = 0; i < CHIP_REVISION_PARTS && parts[i].mask; i++) {
        uint32_t word;
        enum err e = core_read_u32(door, parts[i].addr, &word);
        if (e)
            return e;
        *value |= field_get(parts[i].mask, word) << bits;
        for (uint32_t mask = parts[i].mask; mask; mask &= mask - 1)
            bits++;
    }
    return ERR_OK;
}

static enum err all_true(struct core *door, const struct chip_condition *list, bool *are)
{
    *are = list != NULL;
    for (const struct chip_condition *k = list; k && k->text && *are; k++) {
        uint32_t word;
        enum err e = core_read_u32(door, k->addr, &word);
        if (e)
            return e;
        *are = (word & k->mask) == k->value;
    }
    return ERR_OK;
}

static enum err read_revision(struct target *t, struct core *door)
{
    const struct chip_revision *r = &t->chip->revision;
    unsigned major = 0, minor = 0;
    bool is_first = false;
    enum err e = all_true(door, r->is_first, &is_first);
    if (!e && !is_first)
        e = read_parts(door, r->major, &major);
    if (!e && !is_first)
        e = read_parts(door, r->minor, &minor);
    if (e)
        return e;
    unsigned bits = major;
    if (r->major_of && !is_first)
        major = r->major_of[bits];
    if (major == REVISION_UNKNOWN)
        return err_at(t->log, ERR_MALFORMED, "the %s's revision bits read %u, which no known revision has",
                      t->chip->title, bits);
    t->revision = major * REVISION_MAJOR + minor;
    t->has_revision = true;
    return ERR_OK;
}

enum err target_chip_revision(struct target *t, unsigned *revision)
{
    struct core *door;
    enum err e = t->has_revision ? ERR_OK : any_core(t, "reading the chip's revision", &door);
    if (!e && !t->has_revision)
        e = read_revision(t, door);
    *revision = t->revision;
    return e;
}

enum err target_setting(struct target *t, enum chip_setting setting, bool *is_on, const char **name)
{
    struct core *door;
    enum err e = any_core(t, "reading the chip's eFuses", &door);
    *is_on = false;
    for (const struct chip_efuse *f = t->chip->efuses; f && f->name && !e && !*is_on; f++) {
        uint32_t word = 0;
        if (f->setting != setting)
            continue;
        if (name)
            *name = f->name;
        e = core_read_u32(door, f->field.addr, &word);
        *is_on = !e && chip_efuse_is_on(f, word);
    }
    return e;
}
