/* SPDX-License-Identifier: Apache-2.0 */
#include "target_rig.h"

static void note_event(void *ctx, struct core *core, enum target_event event)
{
    (void)core;
    ((struct target_rig *)ctx)->events[event]++;
}

void target_rig_open(struct target_rig *r)
{
    target_rig_open_chip(r, chip_find("esp32"));
}

void target_rig_open_chip(struct target_rig *r, const struct chip *chip)
{
    *r = (struct target_rig){0};
    rig_open(&r->chip);
    r->target = target_new(chip, r->chip.dm, &r->chip.adapter.clock, &r->chip.log);
    r->chip.dm = NULL;
    assert_non_null(r->target);
    target_on_event(r->target, note_event, r);
    for (unsigned i = 0; i < RIG_CORES; i++)
        r->cpu[i] = target_core(r->target, i);
    CHECK_OK(target_examine(r->target));
}

void target_rig_open_at(struct target_rig *r, uint32_t pc)
{
    target_rig_open(r);
    CHECK_OK(target_halt(r->target, TIMEOUT_MS));
    write_reg(r->cpu[0], "pc", pc);
}

void target_rig_close(struct target_rig *r)
{
    target_free(r->target);
    rig_close(&r->chip);
}

static unsigned index_of(struct core *c, const char *name)
{
    int index = core_reg_find(c, name);
    if (index < 0)
        fail_msg("no register %s", name);
    return (unsigned)index;
}

uint32_t read_reg(struct core *c, const char *name)
{
    uint32_t value = 0;
    enum err e = core_reg_read(c, index_of(c, name), &value);
    if (e)
        fail_msg("%s: %s", name, err_why(target_log(core_target(c)), e));
    return value;
}

void write_reg(struct core *c, const char *name, uint32_t value)
{
    CHECK_OK(core_reg_write(c, index_of(c, name), value));
}

void put_code(struct target_rig *r, uint32_t addr, const uint32_t *instructions, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const uint8_t bytes[3] = {(uint8_t)instructions[i], (uint8_t)(instructions[i] >> 8),
                                  (uint8_t)(instructions[i] >> 16)};
        rig_poke(&r->chip, addr + 3 * i, bytes, 3);
    }
}

void fail_at(struct target_rig *r, uint64_t n, bool late)
{
    r->chip.fails_at = n ? r->chip.adapter.executes + n : 0;
    r->chip.fails_with = ERR_IO;
    r->chip.fails_late = late;
}

bool is_failure_ahead(const struct target_rig *r)
{
    return r->chip.adapter.executes < r->chip.fails_at;
}
