/* SPDX-License-Identifier: Apache-2.0 */
/* One RISC-V debug module or several, as struct dm_ops. */
#include "dm/riscv_dm.h"

#include "dm/riscv_int.h"

#include <stdlib.h>

static void free_all(struct dm *d)
{
    free(rvdm_of(d)->ops);
    free(d);
}

/* Espressif gives every chip an IDCODE of its own. */
static uint32_t id(const struct dm *d, unsigned core)
{
    const struct rvdm *x = (const struct rvdm *)d;
    return jtag_tap(x->jtag, x->modules[x->cores[core].module].tap)->idcode;
}

static enum err drive_reset_line(struct dm *d, bool asserted)
{
    return jtag_drive_reset(rvdm_of(d)->jtag, asserted);
}

static bool reaches_memory_running(const struct dm *d, unsigned core)
{
    const struct rvdm *x = (const struct rvdm *)d;
    for (unsigned i = 0; i < x->way_count; i++)
        if (x->ways[i] == RVDM_SYSTEM_BUS)
            return rvdm_bus_takes(&x->modules[x->cores[core].module], RVDM_WORD);
    return false;
}

static void queue_read_reg(struct dm *d, unsigned core, uint32_t reg, uint32_t *value)
{
    rvdm_dmi_read(rvdm_of(d), rvdm_of(d)->cores[core].module, reg, value);
}

/* Whoever writes the module's registers may select another core, or none. */
static void queue_write_reg(struct dm *d, unsigned core, uint32_t reg, uint32_t value)
{
    rvdm_dmi_write(rvdm_of(d), rvdm_of(d)->cores[core].module, reg, value);
    if (reg == DM_DMCONTROL)
        rvdm_module_of(rvdm_of(d), core)->hart = RVDM_NO_HART;
}

static const struct dm_ops ops = {
    .name = "riscv",
    .free = free_all,
    .examine = rvdm_examine,
    .poll = rvdm_poll,
    .id = id,
    .reaches_memory_running = reaches_memory_running,
    .queue_break_network = rvdm_queue_break_network,
    .queue_halt = rvdm_queue_halt,
    .queue_acknowledge = rvdm_queue_acknowledge,
    .queue_resume = rvdm_queue_resume,
    .assert_reset = rvdm_assert_reset,
    .deassert_reset = rvdm_deassert_reset,
    .drive_reset_line = drive_reset_line,
    .queue_read_reg = queue_read_reg,
    .queue_write_reg = queue_write_reg,
    .run = rvdm_run,
    .read_block = rvdm_read_block,
    .write_block = rvdm_write_block,
};

static unsigned module_at(struct rvdm *x, unsigned tap)
{
    unsigned i = 0;
    while (i < x->module_count && x->modules[i].tap != tap)
        i++;
    if (i == x->module_count)
        x->modules[x->module_count++] = (struct rvdm_module){.tap = tap, .hart = RVDM_NO_HART};
    return i;
}

struct dm *rvdm_new(struct jtag *jtag, const struct rvdm_place *cores, unsigned core_count)
{
    struct rvdm *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->jtag = jtag;
    x->timeout_ms = RVDM_TIMEOUT_MS;
    x->base = (struct dm){
        .ops = &ops, .core_count = core_count < DM_MAX_CORES ? core_count : DM_MAX_CORES, .log = jtag_log(jtag)};
    for (unsigned i = 0; i < x->base.core_count; i++)
        x->cores[i] = (struct rvdm_core){.module = module_at(x, cores[i].tap), .hart = cores[i].hart};
    static const enum rvdm_way all[] = {RVDM_SYSTEM_BUS, RVDM_PROGRAM_BUFFER, RVDM_ABSTRACT};
    rvdm_set_ways(&x->base, all, RVDM_WAYS);
    return &x->base;
}

void rvdm_info(const struct dm *d, unsigned core, struct rvdm_info *info)
{
    const struct rvdm *x = (const struct rvdm *)d;
    const struct rvdm_module *m = &x->modules[x->cores[core].module];
    *info = (struct rvdm_info){
        .version = m->version,
        .abits = m->abits,
        .idle = m->idle,
        .progbuf_words = field_get(ABSTRACTCS_PROGBUFSIZE, m->abstractcs),
        .data_words = field_get(ABSTRACTCS_DATACOUNT, m->abstractcs),
        .has_impebreak = m->dmstatus & DMSTATUS_IMPEBREAK,
        .has_system_bus = rvdm_bus_takes(m, RVDM_WORD),
        .has_hart_array = m->has_hart_array,
        .has_halt_groups = m->has_groups,
        .has_reset_halt = m->dmstatus & DMSTATUS_HASRESETHALTREQ,
        .has_autoexec = m->has_autoexec,
    };
    for (unsigned i = 0; i < RVDM_PACES; i++)
        info->paces[i] = (unsigned)m->waits[i].clocks;
}
