/* SPDX-License-Identifier: Apache-2.0 */
/* Making, resetting and looking into a core. */
#include "sim/rv32/rv32_int.h"

#include <stdlib.h>
#include <string.h>

struct rv32 *rv32_new(const struct rv32_config *config, struct mem_map *map, const struct rv32_hooks *hooks)
{
    struct rv32 *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->config = config;
    c->map = map;
    c->aligned = config->options & RV32_MISALIGNED ? 0 : 3;
    if (!rv32_cache_new(c)) {
        free(c);
        return NULL;
    }
    rv32_csr_init(c);
    c->block = rv32_block_of(&c->cache->code.none);
    c->sp_max = UINT32_MAX;
    rv32_reset(c, 0);
    if (hooks)
        c->hooks = *hooks;
    return c;
}

void rv32_free(struct rv32 *c)
{
    if (!c)
        return;
    rv32_cache_free(c->cache);
    free(c);
}

/* What the architecture leaves undefined is zero here, so that two runs are the same. */
static void reset_now(struct rv32 *c, uint32_t vector)
{
    const size_t first = offsetof(struct rv32, prv);
    bool was_halted = c->state == RV32_HALTED;
    memset((uint8_t *)c + first, 0, sizeof *c - first);
    memset(c->x, 0, sizeof c->x);
    c->pc = vector ? vector : c->config->reset_vector;
    c->prv = PRV_M;
    c->mtvec = c->config->mtvec_reset;
    c->dcsr = PRV_M;
    c->mcycle_offset = 0 - rv32_now(c, NULL);
    c->minstret_offset = 0 - rv32_instructions(c);
    for (unsigned i = 0; i < 2; i++)
        c->counters[i].mode = MPCMR_COUNT_EN | MPCMR_COUNT_SAT;
    c->state = RV32_RUNNING;
    c->is_stepping = false;
    code_cache_flush(&c->cache->code);
    rv32_forget_segments(c);
    rv32_update(c);
    c->attention = true;
    if (was_halted && c->hooks.resumed)
        c->hooks.resumed(c->hooks.ctx);
    if (c->hooks.reset)
        c->hooks.reset(c->hooks.ctx);
    if (c->reset_haltreq)
        rv32_enter_debug(c, c->pc, DCSR_CAUSE_RESETHALTREQ);
}

void rv32_reset(struct rv32 *c, uint32_t vector)
{
    c->is_reset_due = c->is_running || c->debug_executing;
    c->due_vector = vector;
    c->attention = true;
    if (!c->is_reset_due)
        reset_now(c, vector);
}

void rv32_reset_if_due(struct rv32 *c)
{
    if (!c->is_reset_due)
        return;
    c->is_reset_due = false;
    reset_now(c, c->due_vector);
}

void rv32_watch_sp(struct rv32 *c, uint32_t min, uint32_t max)
{
    c->sp_min = min;
    c->sp_max = max;
    if (c->watches_sp)
        return;
    c->watches_sp = c->is_flush_due = true;
    c->attention = true; /* the block that runs was decoded without */
}

enum rv32_state rv32_state(const struct rv32 *c)
{
    return c->state;
}

uint32_t rv32_pc(const struct rv32 *c)
{
    if (c->at && !c->debug_executing)
        return c->at->pc;
    return c->state == RV32_HALTED ? c->dpc : c->pc;
}

unsigned rv32_privilege(const struct rv32 *c)
{
    return c->state == RV32_HALTED ? field_get(DCSR_PRV, c->dcsr) : c->prv;
}

uint32_t rv32_x(const struct rv32 *c, unsigned n)
{
    return c->x[n % RV32_XS];
}

void rv32_set_x(struct rv32 *c, unsigned n, uint32_t value)
{
    c->x[n % RV32_XS ? n % RV32_XS : RV32_SINK] = value;
}

void rv32_set_pc(struct rv32 *c, uint32_t pc)
{
    *(c->state == RV32_HALTED ? &c->dpc : &c->pc) = pc & ~1U;
}

uint32_t rv32_csr(const struct rv32 *c, unsigned number)
{
    const struct rv32_csr *csr = rv32_csr_of(c, number);
    return csr ? rv32_csr_read((struct rv32 *)c, csr, NULL) : 0;
}

void rv32_set_csr(struct rv32 *c, unsigned number, uint32_t value)
{
    const struct rv32_csr *csr = rv32_csr_of(c, number);
    if (csr)
        rv32_csr_write(c, csr, value, NULL);
}

void rv32_set_privilege(struct rv32 *c, unsigned privilege)
{
    if (c->state == RV32_HALTED)
        c->dcsr = field_put(DCSR_PRV, c->dcsr, privilege);
    else
        c->prv = privilege;
    rv32_update(c);
}

const char *rv32_csr_name(const struct rv32 *c, unsigned number)
{
    const struct rv32_csr *csr = rv32_csr_of(c, number);
    return csr ? csr->name : NULL;
}
