/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter/adapter.h"

#include "base/bytes.h"

#include <string.h>

const struct adapter_ops *const adapter_list[] = {
    &adapter_sim_ops,
    &adapter_remote_bitbang_ops,
    NULL,
};

const struct adapter_ops *adapter_find(const char *name)
{
    for (size_t i = 0; adapter_list[i]; i++) {
        if (!strcmp(adapter_list[i]->name, name))
            return adapter_list[i];
    }
    return NULL;
}

struct adapter *adapter_new(const struct adapter_ops *ops, struct log *log)
{
    struct adapter *a = ops->create(log);
    if (!a)
        return NULL;
    a->ops = ops;
    a->log = log;
    if (!a->clock.ops)
        a->clock = clock_host(NULL);
    return a;
}

void adapter_free(struct adapter *a)
{
    if (!a)
        return;
    adapter_close(a);
    a->ops->destroy(a);
}

static enum err unknown_option(struct adapter *a, const char *option)
{
    struct buf known = {0};
    for (const struct adapter_option *o = a->ops->options; o && o->name; o++)
        buf_printf(&known, "%s%s", known.len ? ", " : "", o->name);
    enum err e = err_at(a->log, ERR_NOT_FOUND, "adapter %s has no option \"%s\"; it has: %s", a->ops->name, option,
                        known.len ? buf_str(&known) : "none");
    buf_fini(&known);
    return e;
}

enum err adapter_configure(struct adapter *a, const char *option, const char *value)
{
    for (const struct adapter_option *o = a->ops->options; o && o->name; o++) {
        if (strcmp(o->name, option) != 0)
            continue;
        if (a->is_open)
            return err_at(a->log, ERR_STATE, "adapter %s is open; set its option \"%s\" before", a->ops->name, option);
        return a->ops->configure(a, option, value);
    }
    return unknown_option(a, option);
}

enum err adapter_open(struct adapter *a)
{
    if (a->is_open)
        return ERR_OK;
    enum err e = a->ops->open(a);
    a->is_open = !e;
    return e;
}

void adapter_close(struct adapter *a)
{
    if (a->is_open)
        a->ops->close(a);
    a->is_open = false;
}

static enum err need_open(struct adapter *a)
{
    return a->is_open ? ERR_OK : err_at(a->log, ERR_STATE, "adapter %s is not open", a->ops->name);
}

enum err adapter_execute(struct adapter *a, struct batch *b)
{
    enum err e = need_open(a);
    if (e)
        return e;
    if (b->failed)
        return err_at(a->log, ERR_MEMORY, "no memory for a batch of scans; nothing of it was sent");
    if (!b->count)
        return ERR_OK;
    a->executes++;
    a->tcks += batch_tcks(b);
    return a->ops->execute(a, b);
}

enum err adapter_set_speed(struct adapter *a, uint32_t khz, uint32_t *actual_khz)
{
    uint32_t ignored;
    enum err e = need_open(a);
    if (e)
        return e;
    if (!a->ops->set_speed)
        return err_at(a->log, ERR_UNSUPPORTED, "adapter %s has no clock speed to set", a->ops->name);
    if (!khz)
        return err_at(a->log, ERR_RANGE, "a clock speed of 0 kHz is not possible (adaptive clocking is not supported)");
    e = a->ops->set_speed(a, khz, actual_khz ? actual_khz : &ignored);
    if (!e)
        a->speed_khz = khz;
    return e;
}

enum err adapter_set_reset(struct adapter *a, bool trst, bool srst)
{
    enum err e = need_open(a);
    if (e)
        return e;
    if (!a->ops->set_reset)
        return err_at(a->log, ERR_UNSUPPORTED, "adapter %s has no reset lines", a->ops->name);
    return a->ops->set_reset(a, trst, srst);
}

const struct clock *adapter_clock(const struct adapter *a)
{
    return &a->clock;
}
