/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory over the debug module's own bus master, which needs no halted core.
 *
 * A block is one address and a word an access: the address counts up, and reading a word starts the read of the next. The
 * last word is fetched with that switched off, so that nothing past the end is touched.
 */
#include "dm/riscv_int.h"

#include <assert.h>

enum { SBASIZE_32 = 32 };

static uint32_t access_of(unsigned width)
{
    return field_put(SBCS_ACCESS, 0, width == 4 ? ACCESS_SIZE_32 : width == 2 ? ACCESS_SIZE_16 : ACCESS_SIZE_8);
}

bool rvdm_bus_takes(const struct rvdm_module *m, unsigned width)
{
    uint32_t bit = width == 4 ? SBCS_ACCESS32 : width == 2 ? SBCS_ACCESS16 : SBCS_ACCESS8;
    return field_get(SBCS_VERSION, m->sbcs) == 1 && field_get(SBCS_ASIZE, m->sbcs) >= SBASIZE_32 && (m->sbcs & bit);
}

/* --- queueing --- */

static void queue_mode(struct rvdm *x, unsigned module, uint32_t mode)
{
    rvdm_dmi_write(x, module, DM_SBCS, mode);
    x->modules[module].has_bus = true;
}

static void queue_bus(struct rvdm *x, unsigned module, const struct rvdm_op *op)
{
    struct rvdm_op with_wait = *op;
    with_wait.module = (uint8_t)module;
    with_wait.pace = RVDM_BUS;
    rvdm_queue_dmi(x, &with_wait);
}

static void queue_address(struct rvdm *x, unsigned module, uint32_t addr, bool starts_read)
{
    struct rvdm_op op = {.module = (uint8_t)module, .op = DMI_WRITE, .addr = DM_SBADDRESS0, .data = addr};
    if (field_get(SBCS_ASIZE, x->modules[module].sbcs) > SBASIZE_32)
        rvdm_dmi_write(x, module, DM_SBADDRESS1, 0);
    op.pace = starts_read ? RVDM_BUS : RVDM_PLAIN;
    rvdm_queue_dmi(x, &op);
}

static void queue_read(struct rvdm *x, unsigned module, const struct rvdm_block *b)
{
    uint32_t mode = access_of(RVDM_WORD) | SBCS_READONADDR;
    if (b->count > 1)
        mode |= SBCS_AUTOINCREMENT | SBCS_READONDATA;
    queue_mode(x, module, mode);
    queue_address(x, module, b->addr, true);
    for (size_t i = 0; i + 1 < b->count; i++)
        queue_bus(x, module, &(struct rvdm_op){.op = DMI_READ, .addr = DM_SBDATA0, .in = &b->in[i]});
    if (b->count > 1)
        queue_mode(x, module, access_of(RVDM_WORD) | SBCS_AUTOINCREMENT);
    rvdm_dmi_read(x, module, DM_SBDATA0, &b->in[b->count - 1]);
}

static void queue_write(struct rvdm *x, unsigned module, const struct rvdm_block *b)
{
    assert(b->out);
    queue_mode(x, module, access_of(RVDM_WORD) | (b->count > 1 ? SBCS_AUTOINCREMENT : 0));
    queue_address(x, module, b->addr, false);
    for (size_t i = 0; i < b->count; i++)
        queue_bus(x, module, &(struct rvdm_op){.op = DMI_WRITE, .addr = DM_SBDATA0, .data = b->out[i]});
}

void rvdm_queue_bus_read(struct rvdm *x, const struct rvdm_block *b)
{
    queue_read(x, x->cores[b->core].module, b);
}

/* --- running --- */

/* Where a block stopped. Some modules count the address up after a refused access too: the word before is tried. */
static enum err find_fault(struct rvdm *x, unsigned module, const struct rvdm_block *b, size_t *done)
{
    uint32_t at = 0, word;
    *done = 0;
    if (b->count == 1)
        return ERR_FAULT;
    rvdm_dmi_read(x, module, DM_SBADDRESS0, &at);
    enum err e = rvdm_run_plain(x);
    if (e)
        return e;
    size_t words = (at - b->addr) / RVDM_WORD;
    if (!words || words > b->count)
        return ERR_FAULT;
    queue_read(x, module, &(struct rvdm_block){.addr = at - RVDM_WORD, .count = 1, .in = &word});
    e = rvdm_run(&x->base);
    *done = e == ERR_FAULT ? words - 1 : words;
    return e ? e : ERR_FAULT;
}

enum err rvdm_bus_block(struct rvdm *x, const struct rvdm_block *b, size_t *done)
{
    unsigned module = x->cores[b->core].module;
    enum err e = ERR_OK;
    *done = 0;
    while (!e && *done < b->count) {
        size_t n = rvdm_batch(&x->modules[module], RVDM_BUS, b->count - *done), good = 0;
        struct rvdm_block part = {b->core, b->addr + (uint32_t)(*done * RVDM_WORD), n, b->in ? b->in + *done : NULL,
                                  b->out ? b->out + *done : NULL};
        if (part.in)
            queue_read(x, module, &part);
        else
            queue_write(x, module, &part);
        e = rvdm_run(&x->base);
        if (e == ERR_FAULT)
            e = find_fault(x, module, &part, &good);
        *done += e ? good : n;
    }
    return e;
}

enum err rvdm_bus_load(struct rvdm *x, unsigned core, uint32_t addr, unsigned width, uint32_t *value)
{
    unsigned module = x->cores[core].module;
    queue_mode(x, module, access_of(width) | SBCS_READONADDR);
    queue_address(x, module, addr, true);
    rvdm_dmi_read(x, module, DM_SBDATA0, value);
    return rvdm_run(&x->base);
}

static void queue_store(struct rvdm *x, unsigned module, uint32_t addr, uint32_t value)
{
    queue_address(x, module, addr, false);
    queue_bus(x, module, &(struct rvdm_op){.op = DMI_WRITE, .addr = DM_SBDATA0, .data = value});
}

enum err rvdm_bus_store(struct rvdm *x, unsigned core, uint32_t addr, unsigned width, uint32_t value)
{
    unsigned module = x->cores[core].module;
    queue_mode(x, module, access_of(width));
    queue_store(x, module, addr, value);
    return rvdm_run(&x->base);
}

enum err rvdm_bus_store_all(struct rvdm *x, unsigned core, const struct rvdm_poke *pokes, size_t count)
{
    unsigned module = x->cores[core].module;
    queue_mode(x, module, access_of(RVDM_WORD));
    for (size_t i = 0; i < count; i++)
        queue_store(x, module, pokes[i].addr, pokes[i].value);
    return rvdm_run(&x->base);
}

/* --- sequences --- */

/* What sbcs says, and the address that a write without one of its own goes to. */
struct sequence {
    struct rvdm *x;
    unsigned module;
    uint32_t mode, next;
    bool has_next;
};

static void set_mode(struct sequence *s, uint32_t mode)
{
    if (s->mode != mode)
        queue_mode(s->x, s->module, mode);
    s->mode = mode;
}

/* The address counts up, so that neighbours need not say theirs. */
static void sequence_write(struct sequence *s, uint32_t addr, uint32_t value)
{
    set_mode(s, access_of(RVDM_WORD) | SBCS_AUTOINCREMENT);
    if (!s->has_next || s->next != addr)
        queue_address(s->x, s->module, addr, false);
    queue_bus(s->x, s->module, &(struct rvdm_op){.op = DMI_WRITE, .addr = DM_SBDATA0, .data = value});
    s->next = addr + RVDM_WORD;
    s->has_next = true;
}

static void sequence_read(struct sequence *s, const struct rvdm_access *a)
{
    s->has_next = false;
    if (a->count == 1) {
        set_mode(s, access_of(RVDM_WORD) | SBCS_READONADDR);
        queue_address(s->x, s->module, a->addr, true);
        rvdm_dmi_read(s->x, s->module, DM_SBDATA0, a->into);
        return;
    }
    queue_read(s->x, s->module, &(struct rvdm_block){.addr = a->addr, .count = a->count, .in = a->into});
    s->mode = access_of(RVDM_WORD) | SBCS_AUTOINCREMENT; /* as that leaves it */
}

enum err rvdm_bus_access_all(struct rvdm *x, unsigned core, const struct rvdm_access *list, size_t count)
{
    struct sequence s = {.x = x, .module = x->cores[core].module};
    for (size_t i = 0; i < count; i++) {
        if (list[i].into)
            sequence_read(&s, &list[i]);
        else
            sequence_write(&s, list[i].addr, list[i].value);
    }
    return rvdm_run(&x->base);
}
