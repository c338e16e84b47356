/* SPDX-License-Identifier: Apache-2.0 */
/* How the debug module of a RISC-V target is used, and what it is. */
#include "target/riscv_int.h"

#include <stdio.h>
#include <string.h>

static enum err need_riscv(struct target *t)
{
    if (chip_is_riscv(t->chip))
        return ERR_OK;
    return err_at(t->log, ERR_UNSUPPORTED, "the %s is no RISC-V chip", t->chip->title);
}

/* RVDM_WAYS for a name of none. */
static enum rvdm_way find_way(const char *name)
{
    unsigned way = 0;
    while (way < RVDM_WAYS && strcmp(rvdm_way_name((enum rvdm_way)way), name) != 0)
        way++;
    return (enum rvdm_way)way;
}

bool target_is_memory_way(const char *name)
{
    return find_way(name) != RVDM_WAYS;
}

enum err target_set_memory_ways(struct target *t, const char *const *names, unsigned count)
{
    enum rvdm_way ways[RVDM_WAYS];
    enum err e = need_riscv(t);
    if (!e && count > RVDM_WAYS)
        e = err_at(t->log, ERR_USAGE, "there are %d ways to memory, and not %u", RVDM_WAYS, count);
    for (unsigned i = 0; !e && i < count; i++) {
        ways[i] = find_way(names[i]);
        if (ways[i] == RVDM_WAYS)
            e = err_at(t->log, ERR_USAGE, "there is no way '%s' to memory; there are sysbus, progbuf, abstract",
                       names[i]);
    }
    if (!e)
        rvdm_set_ways(t->dm, ways, count);
    return e;
}

enum err target_set_command_timeout(struct target *t, uint32_t timeout_ms)
{
    enum err e = need_riscv(t);
    if (!e)
        rvdm_set_timeout(t->dm, timeout_ms);
    return e;
}

enum err core_describe_debug(struct core *c, core_row_fn *row, void *ctx)
{
    struct rvdm_info info;
    enum err e = need_riscv(c->target);
    if (e)
        return e;
    rvdm_info(c->target->dm, c->index, &info);
    const struct {
        const char *name;
        unsigned value;
    } rows[] = {
        {"dm.version", info.version},
        {"dtm.abits", info.abits},
        {"dtm.idle", info.idle},
        {"dm.progbufsize", info.progbuf_words},
        {"dm.datacount", info.data_words},
        {"dm.impebreak", info.has_impebreak},
        {"dm.autoexec", info.has_autoexec},
        {"dm.sysbus", info.has_system_bus},
        {"dm.hasel", info.has_hart_array},
        {"dm.haltgroups", info.has_halt_groups},
        {"dm.resethaltreq", info.has_reset_halt},
        {"wait.access", info.paces[0]},
        {"wait.command", info.paces[1]},
        {"wait.sysbus", info.paces[2]},
        {"triggers", c->riscv.trigger_count},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char value[16];
        snprintf(value, sizeof value, "%u", rows[i].value);
        row(ctx, rows[i].name, value);
    }
    row(ctx, "memory", rvdm_way_name(rvdm_way(c->target->dm, c->index)));
    return ERR_OK;
}
