/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RAM under the memory protection of a program.
 *
 * A debugger accesses memory through the core, so the permissions that the program gave itself hold for the debugger too. A
 * write against them is dropped without an exception; only an interrupt tells the program of it later. So once the chip has
 * run, the permissions are looked at before the first write to RAM. Those that are not locked are opened for the time of
 * the write. Where they are locked the write is compared with what the memory then holds, the trace of a dropped one is
 * wiped off, and the user is told.
 */
#include "target/target_int.h"

#include <string.h>

enum { GUARD_WORDS = 256, PERMISSIONS_MAX = 8, WORD = 4 };

void target_forget_protection(struct target *t)
{
    t->protection = PROTECTION_UNKNOWN;
}

void target_note_write(struct target *t, uint32_t addr, size_t len)
{
    for (const struct chip_permission *p = t->chip->permissions; p && p->bus; p++)
        if (p->addr - addr < len || p->lock_addr - addr < len)
            target_forget_protection(t);
}

static bool is_restricted(const struct chip_permission *p, uint32_t value)
{
    return (value & p->mask) != p->open;
}

/* The permissions as they are; sets the target's state by them. */
static enum err look(struct core *door, uint32_t *values)
{
    struct target *t = door->target;
    const struct chip_permission *p = t->chip->permissions;
    t->protection = PROTECTION_OFF;
    for (unsigned i = 0; i < PERMISSIONS_MAX && p[i].bus; i++) {
        uint32_t lock;
        enum err e = core_read_words(door, p[i].addr, &values[i], 1);
        if (!e)
            e = core_read_words(door, p[i].lock_addr, &lock, 1);
        if (e) {
            t->protection = PROTECTION_UNKNOWN;
            return e;
        }
        if (!is_restricted(&p[i], values[i]))
            continue;
        bool is_locked = lock & p[i].lock_mask;
        if (t->protection != PROTECTION_LOCKED)
            t->protection = is_locked ? PROTECTION_LOCKED : PROTECTION_ON;
    }
    return ERR_OK;
}

enum err core_guard_needed(struct core *door, uint32_t addr, bool *is_needed)
{
    struct target *t = door->target;
    const struct chip_region *r = chip_region_at(t->chip, addr);
    uint32_t values[PERMISSIONS_MAX] = {0};
    *is_needed = false;
    if (!t->chip->permissions || !r || r->kind != REGION_RAM)
        return ERR_OK;
    enum err e = t->protection == PROTECTION_UNKNOWN ? look(door, values) : ERR_OK;
    *is_needed = !e && t->protection != PROTECTION_OFF;
    return err_context(t->log, e, "looking at the memory protection");
}

/* Those that are locked do not change. */
static enum err open_permissions(struct core *door, const uint32_t *values)
{
    const struct chip_permission *p = door->target->chip->permissions;
    enum err e = ERR_OK;
    for (unsigned i = 0; !e && i < PERMISSIONS_MAX && p[i].bus; i++) {
        uint32_t value = (values[i] & ~p[i].mask) | p[i].open;
        if (is_restricted(&p[i], values[i]))
            e = core_write_words(door, p[i].addr, &value, 1);
    }
    return e;
}

/* As the program had them: each that can be, also when one cannot. The first error counts. */
static enum err close_permissions(struct core *door, const uint32_t *values)
{
    const struct chip_permission *p = door->target->chip->permissions;
    struct err_kept first = {0};
    for (unsigned i = 0; i < PERMISSIONS_MAX && p[i].bus; i++) {
        enum err e = is_restricted(&p[i], values[i]) ? core_write_words(door, p[i].addr, &values[i], 1) : ERR_OK;
        if (e && !first.code)
            first = err_keep(door->target->log, e);
    }
    return err_first(door->target->log, &first, ERR_OK);
}

/* What is there already is not written: a dropped write of it would leave a trace and be seen by nothing else. */
static enum err write_what_differs(struct core *door, uint32_t addr, const uint32_t *before, const uint32_t *words,
                                   size_t count)
{
    enum err e = ERR_OK;
    for (size_t i = 0, n; !e && i < count; i += n + 1) {
        for (n = 0; i + n < count && before[i + n] != words[i + n];)
            n++;
        if (n)
            e = core_write_words_unguarded(door, addr + (uint32_t)(i * WORD), words + i, n);
    }
    return e;
}

/* *refused: the index of the first word that still is what it was, count when all are there; else the trace of the dropped
   write is wiped off. */
static enum err write_and_compare(struct core *door, uint32_t addr, const uint32_t *words, size_t count,
                                  size_t *refused)
{
    struct target *t = door->target;
    uint32_t before[GUARD_WORDS], after[GUARD_WORDS];
    *refused = 0;
    enum err e = core_read_words(door, addr, before, count);
    if (e)
        return e;
    e = write_what_differs(door, addr, before, words, count);
    if (!e)
        e = core_read_words(door, addr, after, count);
    while (!e && *refused < count && (after[*refused] == words[*refused] || after[*refused] != before[*refused]))
        ++*refused;
    if (*refused == count)
        return ERR_OK;
    struct err_kept first = err_keep(t->log, e);
    return err_first(t->log, &first, core_run_script(door, &t->chip->forget_violations));
}

static enum err refuse(struct core *door, uint32_t addr)
{
    struct target *t = door->target;
    const struct chip_region *r = chip_region_at(t->chip, addr);
    return err_at(
        t->log, ERR_FAULT,
        "0x%08x (%s) was not written: the program has switched memory protection on and locked it. Only a reset "
        "of the chip lifts it: 'reset halt', and then write before the program starts again",
        (unsigned)addr, r ? r->name : "no memory is there");
}

static enum err write_locked(struct core *door, uint32_t addr, const uint32_t *words, size_t count)
{
    enum err e = ERR_OK;
    for (size_t done = 0, n; !e && done < count; done += n) {
        size_t refused;
        n = count - done < GUARD_WORDS ? count - done : GUARD_WORDS;
        uint32_t at = addr + (uint32_t)(done * WORD);
        e = write_and_compare(door, at, words + done, n, &refused);
        if (!e && refused < n)
            e = refuse(door, at + (uint32_t)(refused * WORD));
    }
    return e;
}

enum err core_write_words_guarded(struct core *door, uint32_t addr, const uint32_t *words, size_t count)
{
    struct target *t = door->target;
    uint32_t values[PERMISSIONS_MAX] = {0};
    enum err e = look(door, values);
    if (e)
        return e;
    bool is_locked = t->protection == PROTECTION_LOCKED;
    e = open_permissions(door, values);
    if (!e && is_locked)
        e = write_locked(door, addr, words, count);
    else if (!e)
        e = core_write_words_unguarded(door, addr, words, count);
    if (e == ERR_DISCONNECTED)
        return e;
    struct err_kept first = err_keep(t->log, e);
    return err_first(t->log, &first, close_permissions(door, values));
}
