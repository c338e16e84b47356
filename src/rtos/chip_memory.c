/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of a chip, as the walker sees it. */
#include "rtos/rtos_int.h"

enum { MAX_RANGES = 96 };

static struct core *door(struct target *t)
{
    for (unsigned i = 0; i < target_core_count(t); i++)
        if (core_state(target_core(t, i)) == CORE_HALTED)
            return target_core(t, i);
    return NULL;
}

static bool is_data(void *ctx, uint32_t addr, size_t len, bool is_writable)
{
    const struct chip_region *r = chip_region_at(target_chip(ctx), addr);
    if (!r || len > r->size || addr - r->base > r->size - len)
        return false;
    bool is_ram = r->kind == REGION_RAM || r->kind == REGION_RTC_RAM || r->kind == REGION_PSRAM;
    return is_ram || (!is_writable && r->kind == REGION_FLASH_DATA);
}

static enum err no_door(struct target *t)
{
    return err_at(target_log(t), ERR_STATE, "threads are looked for while a core is halted");
}

/* One by one: a place that cannot be read is no error. */
static enum err read_each(struct core *c, struct rtos_read *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum err e = core_mem_read(c, list[i].addr, 0, list[i].into, list[i].len);
        list[i].is_good = !e;
        if (e && e != ERR_FAULT)
            return e;
        err_forget(target_log(core_target(c)));
    }
    return ERR_OK;
}

static enum err read_all(void *ctx, struct rtos_read *list, size_t count)
{
    struct core *c = door(ctx);
    struct core_range ranges[MAX_RANGES];
    enum err e = ERR_OK;
    if (!c)
        return no_door(ctx);
    for (size_t done = 0, n; !e && done < count; done += n) {
        n = count - done < MAX_RANGES ? count - done : MAX_RANGES;
        for (size_t i = 0; i < n; i++)
            ranges[i] = (struct core_range){list[done + i].addr, list[done + i].into, list[done + i].len};
        e = core_read_ranges(c, ranges, n);
        for (size_t i = 0; i < n; i++)
            list[done + i].is_good = !e;
        if (e == ERR_FAULT) {
            err_forget(target_log(ctx));
            e = read_each(c, list + done, n);
        }
    }
    return e;
}

static enum err follow(void *ctx, const struct rtos_chain *list, size_t count)
{
    struct core *c = door(ctx);
    struct core_chain chains[MAX_RANGES];
    if (!c || count > MAX_RANGES)
        return no_door(ctx);
    for (size_t i = 0; i < count; i++)
        chains[i] = (struct core_chain){.from = list[i].from,
                                        .next_offset = list[i].next_offset,
                                        .value_offset = list[i].value_offset,
                                        .nodes = list[i].nodes,
                                        .values = list[i].values,
                                        .count = list[i].count};
    return core_follow(c, chains, count);
}

static enum err write(void *ctx, uint32_t addr, uint32_t value)
{
    struct core *c = door(ctx);
    return c ? core_write_u32(c, addr, value) : no_door(ctx);
}

static enum rtos_isa isa_of(const struct chip *chip)
{
    if (chip_is_riscv(chip))
        return RTOS_RISCV;
    return chip->isa == ISA_XTENSA_LX6 ? RTOS_XTENSA_ESP32 : RTOS_XTENSA_ESP32S3;
}

struct rtos_memory rtos_target_memory(struct target *target)
{
    return (struct rtos_memory){.ctx = target,
                                .core_count = target_core_count(target),
                                .isa = isa_of(target_chip(target)),
                                .is_data = is_data,
                                .read_all = read_all,
                                .follow = follow,
                                .write = write};
}
