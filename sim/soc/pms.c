/* SPDX-License-Identifier: Apache-2.0 */
/* Sources: chapter 'Permission Control' of the TRMs; sensitive_reg.h, memprot_defs.h, memprot_ll.h of each chip in esp-idf. */
#include "sim/soc/pms.h"

#include "base/bits.h"

enum { READ = 1, WRITE = 2, FETCH = 4, IRAM_ALL = READ | WRITE | FETCH, DRAM_ALL = READ | WRITE };
enum { SPLIT_HERE = 2, SPLIT_ABOVE = 3, AREAS = 4 };

#define SPLIT_ADDR   FIELD(21, 14) /* SPLIT_LINE_n; categories of the segments are below */
#define IRAM_SRAM1   FIELD(11, 0)  /* three bits an area */
#define IRAM_SRAM0   FIELD(17, 12) /* three bits a part */
#define DRAM_WORLD0  FIELD(7, 0)   /* two bits an area */
#define DRAM_WORLD1  FIELD(19, 12)
#define VIOLATE_CLR  BIT(0) /* MONITOR_1 */
#define VIOLATE_EN   BIT(1)
#define VIOLATE_INTR BIT(0) /* MONITOR_2 */
#define IRAM_WR      BIT(1)
#define IRAM_ADDR    FIELD(28, 5)
#define DRAM_WR      BIT(0) /* MONITOR_3 */
#define LOCK         BIT(0)
#define IRAM_BASE    0x40000000U /* of the address, which counts words */
#define DRAM_BASE    0x3C000000U
#define MONITOR_2    4U /* behind MONITOR_1 */
#define MONITOR_3    8U
#define WORLD0       4U /* behind the permissions of world 1 */

static uint32_t *word(const struct pms *p, uint32_t offset)
{
    return block_word(&p->block, offset);
}

static struct mem_block *memory(struct pms *p, size_t offset)
{
    return (struct mem_block *)(void *)((char *)p->block.soc + offset);
}

/* --- areas --- */

/* Address on the data bus of a line; areas begin behind the line before. */
static uint32_t line(const struct pms *p, unsigned number)
{
    const struct pms_kind *k = p->kind;
    uint32_t value = *word(p, k->split_line_1 + 4 * number);
    for (unsigned i = 0; i < k->segments; i++) {
        unsigned category = value >> (2 * i) & 3;
        if (category == SPLIT_HERE)
            return k->segments_data + i * k->segment_size + field_get(SPLIT_ADDR, value) * k->split_unit;
        if (category == SPLIT_ABOVE)
            return k->segments_data + i * k->segment_size;
    }
    return k->sram1_data + k->sram1_size;
}

/* Of the instruction bus: below line 0, below line 1, below the line between IRAM and DRAM, and the rest. Of the data bus:
   below that line, then below lines 0 and 1 of DRAM, and the rest. */
static unsigned area_of(const struct pms *p, uint32_t addr, unsigned bus)
{
    const uint32_t iram[AREAS - 1] = {line(p, 1), line(p, 2), line(p, 0)};
    const uint32_t dram[AREAS - 1] = {line(p, 0), line(p, 3), line(p, 4)};
    const uint32_t *lines = bus == PMS_CODE ? iram : dram;
    unsigned area = 0;
    while (area < AREAS - 1 && addr >= lines[area])
        area++;
    return area;
}

/* --- permissions --- */

static bool is_world1(const struct pms *p, const struct core *c, unsigned bus)
{
    return p->kind->is_world1 && p->kind->is_world1(c, bus);
}

static uint32_t iram_permissions(const struct pms *p, const struct core *c)
{
    return *word(p, p->kind->iram_world1 + (is_world1(p, c, PMS_CODE) ? 0 : WORLD0));
}

static unsigned sram1_permission(const struct pms *p, const struct core *c, uint32_t data_addr, unsigned bus)
{
    unsigned area = area_of(p, data_addr, bus);
    if (bus == PMS_CODE)
        return field_get(IRAM_SRAM1, iram_permissions(p, c)) >> (3 * area) & IRAM_ALL;
    uint32_t field = is_world1(p, c, PMS_DATA) ? DRAM_WORLD1 : DRAM_WORLD0;
    return field_get(field, *word(p, p->kind->dram)) >> (2 * area) & DRAM_ALL;
}

static uint8_t access_of(unsigned permission, uint8_t full)
{
    uint8_t access = full | MEM_DENIES;
    if (!(permission & READ))
        access &= (uint8_t)~MEM_R;
    if (!(permission & WRITE))
        access &= (uint8_t)~MEM_W;
    if (!(permission & FETCH))
        access &= (uint8_t)~MEM_X;
    return access;
}

static void map_sram1(struct pms *p, struct core *c)
{
    const struct pms_kind *k = p->kind;
    struct mem_block *sram1 = memory(p, k->sram1);
    for (uint32_t at = 0; at < k->sram1_size; at += MEM_PAGE_SIZE) {
        uint32_t first = k->sram1_data + at, last = first + MEM_PAGE_SIZE - 1;
        unsigned iram = sram1_permission(p, c, first, PMS_CODE) | sram1_permission(p, c, last, PMS_CODE);
        unsigned dram = sram1_permission(p, c, first, PMS_DATA) | sram1_permission(p, c, last, PMS_DATA);
        mem_map_block(&c->map, k->sram1_code + at, MEM_PAGE_SIZE, sram1, at, access_of(iram, MEM_R | MEM_W | MEM_X));
        mem_map_block(&c->map, first, MEM_PAGE_SIZE, sram1, at, access_of(dram, MEM_R | MEM_W | MEM_NARROW));
    }
}

static void map_sram0(struct pms *p, struct core *c)
{
    const struct pms_kind *k = p->kind;
    uint32_t permissions = field_get(IRAM_SRAM0, iram_permissions(p, c)), size = k->sram0_size / k->sram0_parts;
    for (unsigned part = 0; part < k->sram0_parts; part++)
        mem_map_block(&c->map, k->sram0_code + part * size, size, memory(p, k->sram0), part * size,
                      access_of(permissions >> (3 * part) & IRAM_ALL, MEM_R | MEM_W | MEM_X));
}

static void apply(struct pms *p)
{
    struct soc *s = p->block.soc;
    for (unsigned core = 0; core < s->kind->core_count; core++) {
        map_sram0(p, &s->cores[core]);
        map_sram1(p, &s->cores[core]);
    }
}

/* --- monitors --- */

static void update_irq(struct pms *p)
{
    for (unsigned core = 0; core < p->block.soc->kind->core_count; core++)
        for (unsigned bus = 0; bus < PMS_BUSES; bus++) {
            const struct pms_monitor *m = &p->kind->monitors[core][bus];
            irq_set(p->block.soc, m->source, *word(p, m->control + MONITOR_2) & VIOLATE_INTR);
        }
}

void pms_denied(struct pms *p, struct core *c, uint32_t addr, uint8_t kind)
{
    unsigned bus = addr >= IRAM_BASE ? PMS_CODE : PMS_DATA;
    const struct pms_monitor *m = &p->kind->monitors[c->index][bus];
    uint32_t *status = word(p, m->control + MONITOR_2);
    if (!(*word(p, m->control) & VIOLATE_EN) || *status & VIOLATE_INTR)
        return;
    *status = VIOLATE_INTR;
    if (bus == PMS_CODE) {
        *status = field_put(IRAM_ADDR, *status, (addr - IRAM_BASE) / 4) | (kind == MEM_W ? IRAM_WR : 0);
    } else {
        uint32_t units = (addr - DRAM_BASE) / p->kind->dram_violate_unit;
        *status = field_put(p->kind->dram_violate_addr, *status, units);
        *word(p, m->control + MONITOR_3) = kind == MEM_W ? DRAM_WR : 0;
    }
    update_irq(p);
}

static bool clear_violation(struct pms *p, uint32_t offset, uint32_t value)
{
    for (unsigned i = 0; i < CORES * PMS_BUSES; i++) {
        const struct pms_monitor *m = &p->kind->monitors[i / PMS_BUSES][i % PMS_BUSES];
        if (!m->control || m->control != offset)
            continue;
        if (value & VIOLATE_CLR)
            *word(p, m->control + MONITOR_2) = 0;
        update_irq(p);
        return true;
    }
    return false;
}

/* --- locks --- */

static bool is_locked(const struct pms *p, uint32_t offset)
{
    for (size_t i = 0; i < p->kind->lock_count; i++) {
        const struct pms_lock *l = &p->kind->locks[i];
        if (offset >= l->lock && offset <= l->last)
            return *word(p, l->lock) & LOCK;
    }
    return false;
}

static struct pms *pms_of(struct block *b)
{
    return (struct pms *)(void *)((char *)b - offsetof(struct pms, block));
}

void pms_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct pms *p = pms_of(b);
    uint32_t now = *word(p, offset);
    *word(p, offset) = before;
    if (!is_locked(p, offset))
        *word(p, offset) = now;
    if (clear_violation(p, offset, value) || *word(p, offset) == before)
        return;
    if (offset >= p->kind->split_line_1 && offset <= p->kind->dram)
        apply(p);
}

/* --- life --- */

bool pms_init(struct pms *p, const struct pms_kind *kind, struct soc *soc, uint32_t base)
{
    p->kind = kind;
    return block_init(&p->block, &kind->block, soc, base);
}

void pms_fini(struct pms *p)
{
    block_fini(&p->block);
}

void pms_reset(struct pms *p)
{
    block_reset(&p->block);
    update_irq(p);
    apply(p);
}
