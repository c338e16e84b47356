/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Code in flash that holds break instructions: what stands there instead of the program's own instructions, and doing one of
 * those elsewhere. The flash itself is written by others.
 */
#include "target/target_int.h"

#include <stdlib.h>
#include <string.h>

enum { ELSEWHERE_MAX = 16 };

enum err target_set_patched(struct target *t, const struct code_patch *list, size_t count)
{
    struct code_patch *copy = count ? calloc(count, sizeof *copy) : NULL;
    if (count && !copy)
        return err_at(t->log, ERR_MEMORY, "no memory for %zu breakpoints in flash", count);
    if (count)
        memcpy(copy, list, count * sizeof *copy);
    free(t->patched);
    t->patched = copy;
    t->patched_count = count;
    return ERR_OK;
}

const struct code_patch *target_patched_at(const struct target *t, uint32_t addr)
{
    for (size_t i = 0; i < t->patched_count; i++)
        if (t->patched[i].addr == addr)
            return &t->patched[i];
    return NULL;
}

void target_hide_patched(const struct target *t, uint32_t addr, uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < t->patched_count; i++) {
        const struct code_patch *p = &t->patched[i];
        for (unsigned k = 0; k < p->len; k++)
            if (p->addr + k - addr < len)
                bytes[p->addr + k - addr] = p->original[k];
    }
}

unsigned target_instruction_len(const struct target *t, const uint8_t *bytes)
{
    return t->cores[0].ops->instruction_len(bytes);
}

unsigned target_break_code(const struct target *t, const uint8_t *bytes, uint8_t code[4])
{
    unsigned len = t->cores[0].ops->instruction_len(bytes);
    len = len > t->cores[0].ops->longest_break ? t->cores[0].ops->longest_break : len;
    t->cores[0].ops->break_bytes((uint8_t)len, code);
    return len;
}

/* --- doing an instruction elsewhere --- */

bool target_is_code_ram(const struct target *t, uint32_t addr, uint32_t len)
{
    const struct chip_region *r = chip_region_at(t->chip, addr);
    return r && r->is_executable && r->kind == REGION_RAM && addr - r->base + len <= r->size;
}

/* Another core that runs must not come by. Words of zero are no code on any of these cores. */
static enum err check_idle(struct core *c, uint32_t place, const uint8_t *found, size_t len)
{
    static const uint8_t zeros[ELSEWHERE_MAX];
    for (unsigned i = 0; i < c->target->core_count; i++) {
        const struct core *o = &c->target->cores[i];
        if (o == c || o->state != CORE_RUNNING || !memcmp(found, zeros, len))
            continue;
        return err_at(
            c->target->log, ERR_STATE,
            "the instruction at a breakpoint in flash is done in RAM at 0x%08x, which %s may run through: halt "
            "that core, too",
            (unsigned)place, o->name);
    }
    return ERR_OK;
}

enum err core_step_elsewhere(struct core *c, uint32_t place, const uint8_t *code, size_t len)
{
    uint8_t found[ELSEWHERE_MAX];
    enum err e = core_mem_read(c, place, 0, found, len);
    if (!e)
        e = check_idle(c, place, found, len);
    if (!e)
        e = core_mem_write(c, place, 0, code, len);
    if (e)
        return e;
    struct err_kept first = err_keep(c->target->log, c->ops->step(c));
    if (first.code == ERR_DISCONNECTED)
        return first.code;
    return err_first(c->target->log, &first, core_mem_write(c, place, 0, found, len));
}

enum err core_step_patched(struct core *c, const struct code_patch *p)
{
    uint8_t own_break[sizeof p->original];
    unsigned len = c->ops->instruction_len(p->original);
    target_break_code(c->target, p->original, own_break);
    if (!memcmp(own_break, p->original, len)) { /* a break of the program's own counts as done */
        c->reason = HALT_SINGLE_STEP;
        return c->ops->set_pc(c, p->addr + len);
    }
    return c->ops->step_patched(c, p);
}
