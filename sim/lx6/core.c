/* SPDX-License-Identifier: Apache-2.0 */
/* Making, resetting and looking into a core. */
#include "sim/lx6/lx6_int.h"

#include <stdlib.h>
#include <string.h>

struct lx6 *lx6_new(const struct lx6_config *config, struct mem_map *map, const struct lx6_hooks *hooks)
{
    struct lx6 *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->config = config;
    c->map = map;
    if (hooks)
        c->hooks = *hooks;
    if (!lx6_cache_new(c)) {
        free(c);
        return NULL;
    }
    for (unsigned line = 0; line < 32; line++)
        c->level_mask[config->irq_level[line] % LX6_LEVELS] |= BIT(line);
    c->block = lx6_block_of(&c->cache->code.none);
    lx6_reset(c, 0);
    return c;
}

void lx6_free(struct lx6 *c)
{
    if (!c)
        return;
    lx6_cache_free(c->cache);
    free(c);
}

/* What the manual calls undefined is zero here, so that two runs are the same. */
static void clear_registers(struct lx6 *c)
{
    const size_t first = offsetof(struct lx6, lbeg), last = offsetof(struct lx6, irq_lines);
    memset((uint8_t *)c + first, 0, last - first);
    memset(c->ar, 0, sizeof c->ar);
    memset(c->fr, 0, sizeof c->fr);
    c->threadptr = c->fcr = c->fsr = c->expstate = c->f64r_lo = c->f64r_hi = c->f64s = 0;
    c->pie = (struct lx6_pie){0};
    c->irq_latched = 0;
}

static void reset_now(struct lx6 *c, uint32_t vector)
{
    uint32_t ddr = c->ddr;
    clear_registers(c);
    c->ddr = ddr; /* belongs to the debug module */
    c->a = c->ar;
    c->pc = vector ? vector : c->config->reset_vector;
    c->ps = PS_INTLEVEL | PS_EXCM;
    c->vecbase = c->config->vecbase_reset;
    c->memctl = 1;
    c->atomctl = 0x28;
    c->state = LX6_RUNNING;
    c->ccount_offset = 0U - (uint32_t)lx6_now(c, NULL);
    lx6_tlb_reset(c);
    lx6_update_timers(c, lx6_now(c, NULL));
    lx6_update(c);
    c->attention = true;
}

void lx6_reset(struct lx6 *c, uint32_t vector)
{
    c->is_reset_due = c->is_running || c->ocd_executing;
    c->due_vector = vector;
    c->attention = true;
    if (!c->is_reset_due)
        reset_now(c, vector);
}

void lx6_reset_if_due(struct lx6 *c)
{
    if (!c->is_reset_due)
        return;
    c->is_reset_due = false;
    reset_now(c, c->due_vector);
}

enum lx6_state lx6_state(const struct lx6 *c)
{
    return c->state;
}

uint32_t lx6_pc(const struct lx6 *c)
{
    return c->pc;
}

uint32_t lx6_config_prid(const struct lx6 *c)
{
    return c->config->prid;
}

uint32_t lx6_ar(const struct lx6 *c, unsigned physical)
{
    return *lx6_ar_of((struct lx6 *)c, physical % LX6_ARS);
}

void lx6_set_ar(struct lx6 *c, unsigned physical, uint32_t value)
{
    *lx6_ar_of(c, physical % LX6_ARS) = value;
}

uint32_t lx6_a(const struct lx6 *c, unsigned n)
{
    return c->a[n % 16];
}

uint32_t lx6_fr(const struct lx6 *c, unsigned n)
{
    return c->fr[n % LX6_FRS];
}

void lx6_set_fr(struct lx6 *c, unsigned n, uint32_t value)
{
    c->fr[n % LX6_FRS] = value;
}

uint32_t lx6_qr(const struct lx6 *c, unsigned n, unsigned word)
{
    return c->pie.qr[n % LX6_QRS][word % 4];
}

void lx6_set_qr(struct lx6 *c, unsigned n, unsigned word, uint32_t value)
{
    c->pie.qr[n % LX6_QRS][word % 4] = value;
}

uint32_t lx6_sr(const struct lx6 *c, unsigned number)
{
    const struct lx6_sr *sr = lx6_sr_of(c, number);
    return sr && !sr->is_write_only ? lx6_sr_read((struct lx6 *)c, sr, NULL) : 0;
}

/* INTERRUPT is set as it reads, and PRID and CONFIGID not at all: they have no place of their own. */
void lx6_set_sr(struct lx6 *c, unsigned number, uint32_t value)
{
    const struct lx6_sr *sr = lx6_sr_of(c, number);
    uint32_t latched = c->irq_latched;
    if (number == SR_INTERRUPT)
        latched = value & ~c->config->irq_external;
    else if (number == SR_DDR)
        c->ddr = value;
    else if (sr && !sr->is_read_only)
        lx6_sr_write(c, sr, NULL, value);
    c->irq_latched = latched;
    lx6_update(c);
}

uint32_t lx6_ur(const struct lx6 *c, unsigned number)
{
    const struct lx6_sr *ur = lx6_ur_of(c, number);
    return ur ? lx6_sr_read((struct lx6 *)c, ur, NULL) : 0;
}

void lx6_set_ur(struct lx6 *c, unsigned number, uint32_t value)
{
    const struct lx6_sr *ur = lx6_ur_of(c, number);
    if (ur)
        lx6_sr_write(c, ur, NULL, value);
}

const char *lx6_sr_name(const struct lx6 *c, unsigned number)
{
    const struct lx6_sr *sr = lx6_sr_of(c, number);
    return sr ? sr->name : NULL;
}

const char *lx6_ur_name(const struct lx6 *c, unsigned number)
{
    const struct lx6_sr *ur = lx6_ur_of(c, number);
    return ur ? ur->name : NULL;
}

void lx6_set_pc(struct lx6 *c, uint32_t pc)
{
    c->pc = pc;
}
