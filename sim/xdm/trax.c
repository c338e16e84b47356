/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TRAX: the trace unit's registers and the host's window into trace memory. Programs use them as a mailbox between chip
 * and debugger (application trace, flash loaders). Program counters are not recorded: a trace that is started is active
 * until it is stopped, and its memory keeps what it held. So there is neither a trigger nor a TRAX debug interrupt.
 */
#include "sim/xdm/xdm_int.h"

#include "regs/xtensa.h"

#define TRAXCTRL_WRITABLE    (FIELD(2, 0) | FIELD(5, 4) | BIT(7) | BIT(9) | FIELD(14, 11) | FIELD(17, 16) | FIELD(31, 20))
#define TRAXADDR_WORD        FIELD(20, 0)
#define TRAXADDR_WRAPS       FIELD(30, 21)
#define TRAXADDR_SATURATED   BIT(31)
#define PCMATCHCTRL_WRITABLE (FIELD(4, 0) | BIT(31))
#define DELAYCNT_WRITABLE    FIELD(23, 0)

void trax_reset(struct xdm *x)
{
    x->trax = (struct xdm_trax){.mem_end = (1U << (x->config.trace_bytes_log2 - 2)) - 1};
}

static uint32_t id(struct xdm *x, unsigned index)
{
    (void)index;
    return x->config.trax_id;
}

static uint32_t ctrl(struct xdm *x, unsigned index)
{
    (void)index;
    return x->trax.ctrl;
}

static void set_ctrl(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)index;
    (void)side;
    uint32_t before = x->trax.ctrl;
    x->trax.ctrl = value & TRAXCTRL_WRITABLE;
    if (value & TRAXCTRL_TRSTP || !(value & TRAXCTRL_TREN)) {
        x->trax.stat &= ~TRAXSTAT_TRACT;
    } else if (!(before & TRAXCTRL_TREN)) {
        x->trax.stat |= TRAXSTAT_TRACT;
        x->trax.addr = x->trax.mem_start & TRAXADDR_WORD;
        xdm_note(x, "TRAX was started: this board does not record program counters");
    }
}

static uint32_t stat(struct xdm *x, unsigned index)
{
    (void)index;
    return x->trax.stat | field_put(TRAXSTAT_MEMSZ, 0, x->config.trace_bytes_log2);
}

static uint32_t word_at(const struct xdm *x)
{
    return x->trax.addr & ((1U << (x->config.trace_bytes_log2 - 2)) - 1);
}

static uint32_t data(struct xdm *x, unsigned index)
{
    (void)index;
    return x->env.trace_read(x->env.ctx, x->env.core, word_at(x));
}

/* The address goes on by one with each access to the data, from the end of the memory to its start, where wraps count. */
static void next_word(struct xdm *x)
{
    uint32_t addr = x->trax.addr, word = field_get(TRAXADDR_WORD, addr) + 1;
    if (word >> (x->config.trace_bytes_log2 - 2)) {
        uint32_t wraps = field_get(TRAXADDR_WRAPS, addr) + 1;
        word = 0;
        addr = field_put(TRAXADDR_WRAPS, addr, wraps);
        if (wraps > field_get(TRAXADDR_WRAPS, TRAXADDR_WRAPS))
            addr |= TRAXADDR_SATURATED;
    }
    x->trax.addr = field_put(TRAXADDR_WORD, addr, word);
}

static void data_was_read(struct xdm *x, enum xdm_side side)
{
    (void)side;
    next_word(x);
}

static void set_data(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)index;
    (void)side;
    x->env.trace_write(x->env.ctx, x->env.core, word_at(x), value);
    next_word(x);
}

/* Registers that only hold a value: where it stands and which bits can be written. */
struct plain {
    size_t offset;
    uint32_t mask;
};

#define ALL_BITS 0xFFFFFFFFU
static const struct plain plains[TRAX_REGS] = {
    [NAR_TRAXADDR] = {offsetof(struct xdm_trax, addr), ALL_BITS},
    [NAR_TRIGGERPC] = {offsetof(struct xdm_trax, trigger_pc), ALL_BITS},
    [NAR_PCMATCHCTRL] = {offsetof(struct xdm_trax, pc_match), PCMATCHCTRL_WRITABLE},
    [NAR_DELAYCNT] = {offsetof(struct xdm_trax, delay), DELAYCNT_WRITABLE},
    [NAR_MEMADDRSTART] = {offsetof(struct xdm_trax, mem_start), ALL_BITS},
    [NAR_MEMADDREND] = {offsetof(struct xdm_trax, mem_end), ALL_BITS},
    [NAR_EXTTIMELO] = {offsetof(struct xdm_trax, time_lo), ALL_BITS},
    [NAR_EXTTIMEHI] = {offsetof(struct xdm_trax, time_hi), ALL_BITS},
};

static uint32_t *plain_at(struct xdm *x, unsigned index)
{
    return (uint32_t *)(void *)((char *)&x->trax + plains[index].offset);
}

static uint32_t plain_read(struct xdm *x, unsigned index)
{
    return *plain_at(x, index);
}

static void plain_write(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)side;
    *plain_at(x, index) = value & plains[index].mask;
}

static uint32_t debug_pc(struct xdm *x, unsigned index)
{
    (void)index;
    struct lx6 *core = xdm_core(x);
    return core ? lx6_pc(core) : 0;
}

static uint32_t config_id(struct xdm *x, unsigned index)
{
    struct lx6 *core = xdm_core(x);
    return core ? lx6_sr(core, index ? SR_CONFIGID1 : SR_CONFIGID0) : 0;
}

enum { NAR_CONFIGID0 = 0x1E, NAR_CONFIGID1 = 0x1F };

// clang-format off
const struct xdm_reg trax_regs[TRAX_REGS] = {
    [NAR_TRAXID] = {"TRAXID", 0, id, NULL, NULL},
    [NAR_TRAXCTRL] = {"TRAXCTRL", 0, ctrl, set_ctrl, NULL},
    [NAR_TRAXSTAT] = {"TRAXSTAT", 0, stat, NULL, NULL},
    [NAR_TRAXDATA] = {"TRAXDATA", 0, data, set_data, data_was_read},
    [NAR_TRAXADDR] = {"TRAXADDR", 0, plain_read, plain_write, NULL},
    [NAR_TRIGGERPC] = {"TRIGGERPC", 0, plain_read, plain_write, NULL},
    [NAR_PCMATCHCTRL] = {"PCMATCHCTRL", 0, plain_read, plain_write, NULL},
    [NAR_DELAYCNT] = {"DELAYCNT", 0, plain_read, plain_write, NULL},
    [NAR_MEMADDRSTART] = {"MEMADDRSTART", 0, plain_read, plain_write, NULL},
    [NAR_MEMADDREND] = {"MEMADDREND", 0, plain_read, plain_write, NULL},
    [NAR_DEBUGPC] = {"DEBUGPC", 0, debug_pc, NULL, NULL},
    [NAR_EXTTIMELO] = {"EXTTIMELO", 0, plain_read, plain_write, NULL},
    [NAR_EXTTIMEHI] = {"EXTTIMEHI", 0, plain_read, plain_write, NULL},
    [NAR_CONFIGID0] = {"CONFIGID0", NAR_CONFIGID0, config_id, NULL, NULL},
    [NAR_CONFIGID1] = {"CONFIGID1", NAR_CONFIGID0, config_id, NULL, NULL},
};
// clang-format on
