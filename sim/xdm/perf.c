/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The performance monitor. It counts cycles and instructions; other events stay at 0, which is said once. Counters are
 * brought up to date when somebody looks, from the core's CCOUNT and its instruction count: a program that writes CCOUNT
 * disturbs a running count of cycles, and TRACELEVEL does not hold counting up.
 *
 * Selects: espressif/esp-idf components/perfmon/include/xtensa_perfmon_access.h and _masks (0 cycles, 2 instructions).
 */
#include "sim/xdm/xdm_int.h"

#include "regs/xtensa.h"

#define PMG_ENABLE        BIT(0)
#define PMCTRL_INT_ENABLE BIT(0)
#define PMCTRL_SELECT     FIELD(12, 8)
#define PMCTRL_MASK       FIELD(31, 16)
#define PMCTRL_WRITABLE   (PMCTRL_INT_ENABLE | BIT(3) | FIELD(7, 4) | PMCTRL_SELECT | PMCTRL_MASK)
#define PMSTAT_OVERFLOW   BIT(0)
#define PMSTAT_INT        BIT(4)

enum {
    SELECT_CYCLES = 0,
    SELECT_INSTRUCTIONS = 2,
    MASK_CYCLES = 0x0001,
    MASK_ALL_INSTRUCTIONS = 0x8DFF,
};

static bool counts_cycles(uint32_t ctrl)
{
    return field_get(PMCTRL_SELECT, ctrl) == SELECT_CYCLES && (field_get(PMCTRL_MASK, ctrl) & MASK_CYCLES);
}

static bool counts_instructions(uint32_t ctrl)
{
    return field_get(PMCTRL_SELECT, ctrl) == SELECT_INSTRUCTIONS &&
           (field_get(PMCTRL_MASK, ctrl) & MASK_ALL_INSTRUCTIONS) == MASK_ALL_INSTRUCTIONS;
}

static void drive_irq(struct xdm *x)
{
    bool level = false;
    for (unsigned i = 0; i < x->config.perf_counters; i++)
        level |= (x->perf.stat[i] & PMSTAT_INT) != 0;
    if (level == x->perf.irq)
        return;
    x->perf.irq = level;
    x->env.profiling_irq(x->env.ctx, x->env.core, level);
}

static void add(struct xdm_perf *perf, unsigned i, uint64_t events)
{
    uint64_t sum = perf->count[i] + events;
    perf->count[i] = (uint32_t)sum;
    if (!(sum >> 32))
        return;
    perf->stat[i] |= PMSTAT_OVERFLOW;
    if (perf->ctrl[i] & PMCTRL_INT_ENABLE)
        perf->stat[i] |= PMSTAT_INT;
}

void xdm_count(struct xdm *x)
{
    struct xdm_perf *perf = &x->perf;
    struct lx6 *core = xdm_core(x);
    if (!core)
        return;
    uint32_t ccount = lx6_sr(core, SR_CCOUNT);
    uint64_t instructions = lx6_instructions(core);
    for (unsigned i = 0; i < x->config.perf_counters && xdm_is_counting(x); i++) {
        if (counts_cycles(perf->ctrl[i]))
            add(perf, i, (uint32_t)(ccount - perf->ccount));
        else if (counts_instructions(perf->ctrl[i]))
            add(perf, i, instructions - perf->instructions);
    }
    perf->ccount = ccount;
    perf->instructions = instructions;
    drive_irq(x);
}

bool xdm_is_counting(const struct xdm *x)
{
    return x->perf.pmg & PMG_ENABLE;
}

void perf_reset(struct xdm *x)
{
    x->perf = (struct xdm_perf){.irq = x->perf.irq, .was_noted = x->perf.was_noted};
    drive_irq(x);
}

static uint32_t pmg(struct xdm *x, unsigned index)
{
    (void)index;
    return x->perf.pmg;
}

static void set_pmg(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)index;
    (void)side;
    xdm_count(x);
    x->perf.pmg = value & PMG_ENABLE;
}

/* The address that was running when a counter's interrupt was raised; here, when it was noticed. */
static uint32_t int_pc(struct xdm *x, unsigned index)
{
    (void)index;
    struct lx6 *core = xdm_core(x);
    return core ? lx6_pc(core) : 0;
}

static bool has(const struct xdm *x, unsigned index)
{
    return index < x->config.perf_counters;
}

static uint32_t pm(struct xdm *x, unsigned index)
{
    xdm_count(x);
    return has(x, index) ? x->perf.count[index] : 0;
}

static void set_pm(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)side;
    xdm_count(x);
    if (has(x, index))
        x->perf.count[index] = value;
}

static uint32_t pmctrl(struct xdm *x, unsigned index)
{
    return has(x, index) ? x->perf.ctrl[index] : 0;
}

static void set_pmctrl(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)side;
    xdm_count(x);
    if (!has(x, index))
        return;
    x->perf.ctrl[index] = value & PMCTRL_WRITABLE;
    bool is_known = !field_get(PMCTRL_MASK, value) || counts_cycles(value) || counts_instructions(value);
    if (is_known || x->perf.was_noted)
        return;
    x->perf.was_noted = true;
    xdm_note(x, "the performance monitor counts cycles and instructions only; another event stays at 0");
}

static uint32_t pmstat(struct xdm *x, unsigned index)
{
    xdm_count(x);
    return has(x, index) ? x->perf.stat[index] : 0;
}

static void clear_pmstat(struct xdm *x, unsigned index, uint32_t ones, enum xdm_side side)
{
    (void)side;
    xdm_count(x);
    if (has(x, index))
        x->perf.stat[index] &= ~ones;
    drive_irq(x);
}

// clang-format off
const struct xdm_reg perf_regs[PERF_REGS] = {
    [NAR_PMG - 0x20] = {"PMG", 0, pmg, set_pmg, NULL},
    [NAR_INTPC - 0x20] = {"INTPC", 0, int_pc, NULL, NULL},
    [NAR_PM0 - 0x20 ... NAR_PM0 - 0x20 + 7] = {"PM", NAR_PM0, pm, set_pm, NULL},
    [NAR_PMCTRL0 - 0x20 ... NAR_PMCTRL0 - 0x20 + 7] = {"PMCTRL", NAR_PMCTRL0, pmctrl, set_pmctrl, NULL},
    [NAR_PMSTAT0 - 0x20 ... NAR_PMSTAT0 - 0x20 + 7] = {"PMSTAT", NAR_PMSTAT0, pmstat, clear_pmstat, NULL},
};
// clang-format on
