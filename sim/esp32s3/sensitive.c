/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SENSITIVE: what the cores may do with internal memory, and which of it is trace memory. Sources: TRM chapter 'Permission
 * Control'; esp-idf sensitive_reg.h, memprot_defs.h, memprot_ll.h, tracemem_config.h.
 *
 * Permissions of the instruction bus (read, write, fetch) and of the data bus (read, write) hold for areas that split lines
 * cut out of SRAM1, for the two halves of SRAM0, and for ROM. What is denied raises no exception: a read gives 0, a write
 * is dropped, and the core's monitor latches the first of it and interrupts. Areas are enforced by pages of 4 KB here: a
 * page that a line cuts has what either side has. Permissions of peripherals, RTC memory, DMA and of the second core alone
 * (there is one set for both) are storage. A lock keeps its registers as they are until the next reset.
 */
#include "sim/esp32s3/esp32s3_int.h"

#define AT(name) (ESP32S3_SENS_##name - ESP32S3_SENSITIVE_BASE)

enum { READ = 1, WRITE = 2, FETCH = 4, IRAM_ALL = READ | WRITE | FETCH, DRAM_ALL = READ | WRITE };
enum { SPLIT_BLOCKS = 7, SPLIT_HERE = 2, SPLIT_ABOVE = 3, BLOCK_SIZE = 0x10000, HALF = 0x4000, AREAS = 4 };
#define BLOCK0 0x3FC80000U /* SRAM1 begins in its middle */

static uint32_t *word(struct esp32s3 *s, uint32_t offset)
{
    return block_word(&s->sensitive, offset);
}

/* --- areas --- */

/* Address on the data bus of a line; areas begin behind the line before. */
static uint32_t line(struct esp32s3 *s, unsigned number)
{
    uint32_t value = *word(s, AT(SPLIT_LINE_1) + 4 * number);
    for (unsigned i = 0; i < SPLIT_BLOCKS; i++) {
        unsigned category = value >> (2 * i) & 3;
        if (category == SPLIT_HERE)
            return BLOCK0 + i * BLOCK_SIZE + (field_get(ESP32S3_SENS_SPLIT_ADDR, value) << 8);
        if (category == SPLIT_ABOVE)
            return BLOCK0 + i * BLOCK_SIZE;
    }
    return ESP32S3_SRAM1_D + ESP32S3_SRAM1_SIZE;
}

/* Of the instruction bus: below line 0, below line 1, below the line between IRAM and DRAM, and the rest. Of the data bus:
   below that line, then below lines 0 and 1 of DRAM, and the rest. */
static unsigned area_of(struct esp32s3 *s, uint32_t addr, bool is_iram)
{
    const uint32_t iram[AREAS - 1] = {line(s, 1), line(s, 2), line(s, 0)};
    const uint32_t dram[AREAS - 1] = {line(s, 0), line(s, 3), line(s, 4)};
    const uint32_t *lines = is_iram ? iram : dram;
    unsigned area = 0;
    while (area < AREAS - 1 && addr >= lines[area])
        area++;
    return area;
}

/* --- permissions --- */

/* World 1 is a program's untrusted half; everything else is world 0. */
static bool is_world1(const struct core *c, uint32_t which)
{
    uint32_t offset = which - ESP32S3_WCL_BASE + c->index * ESP32S3_WCL_CORE1_OFFSET;
    return *block_word(&esp32s3_of(c->soc)->wcl, offset) == 2;
}

static uint32_t iram_permissions(struct core *c)
{
    bool is_1 = is_world1(c, ESP32S3_WCL_WORLD_IRAM0);
    return *word(esp32s3_of(c->soc), is_1 ? AT(IRAM0_PMS_1) : AT(IRAM0_PMS_2));
}

static unsigned sram1_permission(struct core *c, uint32_t data_addr, bool is_iram)
{
    struct esp32s3 *s = esp32s3_of(c->soc);
    unsigned area = area_of(s, data_addr, is_iram);
    if (is_iram)
        return field_get(ESP32S3_SENS_IRAM0_PMS_SRAM, iram_permissions(c)) >> (3 * area) & IRAM_ALL;
    uint32_t field =
        is_world1(c, ESP32S3_WCL_WORLD_DRAM0_PIF) ? ESP32S3_SENS_DRAM0_PMS_WORLD1 : ESP32S3_SENS_DRAM0_PMS_WORLD0;
    return field_get(field, *word(s, AT(DRAM0_PMS_1))) >> (2 * area) & DRAM_ALL;
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

static void map_sram1(struct core *c)
{
    struct esp32s3 *s = esp32s3_of(c->soc);
    for (uint32_t at = 0; at < ESP32S3_SRAM1_SIZE; at += MEM_PAGE_SIZE) {
        uint32_t first = ESP32S3_SRAM1_D + at, last = first + MEM_PAGE_SIZE - 1;
        unsigned iram = sram1_permission(c, first, true) | sram1_permission(c, last, true);
        unsigned dram = sram1_permission(c, first, false) | sram1_permission(c, last, false);
        mem_map_block(&c->map, ESP32S3_SRAM1_I + at, MEM_PAGE_SIZE, &s->sram1, at,
                      access_of(iram, MEM_R | MEM_W | MEM_X));
        mem_map_block(&c->map, first, MEM_PAGE_SIZE, &s->sram1, at, access_of(dram, MEM_R | MEM_W | MEM_NARROW));
    }
}

static void map_sram0(struct core *c)
{
    unsigned permissions = field_get(ESP32S3_SENS_IRAM0_PMS_CACHE, iram_permissions(c));
    for (unsigned half = 0; half < 2; half++)
        mem_map_block(&c->map, ESP32S3_SRAM0 + half * HALF, HALF, &esp32s3_of(c->soc)->sram0, half * HALF,
                      access_of(permissions >> (3 * half) & IRAM_ALL, MEM_R | MEM_W | MEM_X));
}

static void apply(struct esp32s3 *s)
{
    for (unsigned core = 0; core < CORES; core++) {
        map_sram0(&s->soc.cores[core]);
        map_sram1(&s->soc.cores[core]);
    }
}

/* --- monitors --- */

static const struct monitor {
    uint32_t control, status; /* MONITOR_1 and _2; of the data bus, _3 follows */
    unsigned source;
} monitors[CORES][2] = {
    {{AT(C0_DRAM0_MONITOR_1), AT(C0_DRAM0_MONITOR_2), ESP32S3_INTR_C0_DRAM0_PMS},
     {AT(C0_IRAM0_MONITOR_1), AT(C0_IRAM0_MONITOR_2), ESP32S3_INTR_C0_IRAM0_PMS}},
    {{AT(C1_DRAM0_MONITOR_1), AT(C1_DRAM0_MONITOR_2), ESP32S3_INTR_C1_DRAM0_PMS},
     {AT(C1_IRAM0_MONITOR_1), AT(C1_IRAM0_MONITOR_2), ESP32S3_INTR_C1_IRAM0_PMS}},
};

static void update_irq(struct esp32s3 *s)
{
    for (unsigned core = 0; core < CORES; core++)
        for (unsigned bus = 0; bus < 2; bus++)
            irq_set(&s->soc, monitors[core][bus].source,
                    *word(s, monitors[core][bus].status) & ESP32S3_SENS_VIOLATE_INTR);
}

void s3_sensitive_denied(struct core *c, uint32_t addr, uint8_t kind)
{
    struct esp32s3 *s = esp32s3_of(c->soc);
    bool is_iram = addr >= ESP32S3_ROM;
    const struct monitor *m = &monitors[c->index][is_iram];
    uint32_t *status = word(s, m->status);
    bool is_write = kind == MEM_W;
    if (!(*word(s, m->control) & ESP32S3_SENS_VIOLATE_EN) || *status & ESP32S3_SENS_VIOLATE_INTR)
        return;
    *status = ESP32S3_SENS_VIOLATE_INTR;
    if (is_iram) {
        *status = field_put(ESP32S3_SENS_IRAM0_VIOLATE_ADDR, *status, (addr - ESP32S3_SENS_IRAM0_VIOLATE_BASE) / 4);
        *status |= is_write ? ESP32S3_SENS_IRAM0_VIOLATE_WR : 0;
    } else {
        *status = field_put(ESP32S3_SENS_DRAM0_VIOLATE_ADDR, *status, (addr - ESP32S3_SENS_DRAM0_VIOLATE_BASE) / 16);
        *word(s, m->status + 4) = is_write ? ESP32S3_SENS_DRAM0_VIOLATE_WR : 0;
    }
    update_irq(s);
}

static bool clear_violation(struct esp32s3 *s, uint32_t offset, uint32_t value)
{
    for (unsigned i = 0; i < CORES * 2; i++) {
        const struct monitor *m = &monitors[i / 2][i % 2];
        if (m->control != offset)
            continue;
        if (value & ESP32S3_SENS_VIOLATE_CLR)
            *word(s, m->status) = 0;
        update_irq(s);
        return true;
    }
    return false;
}

/* --- locks --- */

/* Each lock guards the registers up to the last one named. */
static const struct {
    uint16_t lock, last;
} locks[] = {
    {0x000, 0x004}, {0x008, 0x00C}, {0x010, 0x020}, {0x028, 0x02C}, {0x030, 0x034}, {0x0B0, 0x0BC}, {0x0C0, 0x0D4},
    {0x0D8, 0x0E0}, {0x0E4, 0x0EC}, {0x0F0, 0x0F8}, {0x0FC, 0x100}, {0x104, 0x110}, {0x114, 0x120}, {0x124, 0x15C},
    {0x160, 0x198}, {0x19C, 0x1B4}, {0x1B8, 0x1C4}, {0x1C8, 0x1CC}, {0x1D0, 0x208}, {0x20C, 0x244}, {0x248, 0x260},
    {0x264, 0x270}, {0x274, 0x278}, {0x27C, 0x294}, {0x298, 0x2A4}, {0x2A8, 0x2B4},
};

static bool is_locked(struct esp32s3 *s, uint32_t offset)
{
    bool is_dma = (offset >= 0x038 && offset < 0x0B0) || (offset >= 0x2B8 && offset < 0x308);
    if (is_dma) /* a lock and one register each */
        return *word(s, offset & ~7U) & ESP32S3_SENS_LOCK;
    for (size_t i = 0; i < sizeof locks / sizeof *locks; i++)
        if (offset >= locks[i].lock && offset <= locks[i].last)
            return *word(s, locks[i].lock) & ESP32S3_SENS_LOCK;
    return false;
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct esp32s3 *s = esp32s3_of(b->soc);
    uint32_t now = *block_word(b, offset);
    *block_word(b, offset) = before;
    if (!is_locked(s, offset))
        *block_word(b, offset) = now;
    if (clear_violation(s, offset, value) || *block_word(b, offset) == before)
        return;
    if (offset >= AT(SPLIT_LINE_1) && offset <= AT(DRAM0_PMS_1))
        apply(s);
}

static const struct block_kind sensitive_kind = {
    .name = "SENSITIVE",
    .size = 0x1000,
    .regs = s3_sensitive_regs,
    .reg_count = SENSITIVE_REGS,
    .written = written,
};

/* --- trace memory --- */

enum { TRACE_BYTES = 0x4000, SMALL_BLOCKS = 4, FIRST_BLOCK = 2, SMALL_SIZE = 0x2000 };

/* Blocks 2 to 5 have 8 KB, the others 16: tracemem_config.h. */
uint8_t *s3_sensitive_trace_word(struct soc *soc, unsigned core, uint32_t word_index, struct mem_block **block)
{
    struct esp32s3 *s = esp32s3_of(soc);
    uint32_t usage = *word(s, AT(SRAM_USAGE_2));
    uint32_t groups = field_get(core == PRO ? ESP32S3_SENS_C0_TRACE_USAGE : ESP32S3_SENS_C1_TRACE_USAGE, usage);
    uint32_t in_group = field_get(core == PRO ? ESP32S3_SENS_C0_TRACE_ALLOC : ESP32S3_SENS_C1_TRACE_ALLOC, usage);
    if (!groups || word_index >= TRACE_BYTES / 4)
        return NULL;
    uint32_t number = in_group; /* counted from block 2 */
    for (; !(groups & 1); groups >>= 1)
        number += 4;
    uint32_t at =
        number < SMALL_BLOCKS ? number * SMALL_SIZE : SMALL_BLOCKS * SMALL_SIZE + (number - SMALL_BLOCKS) * TRACE_BYTES;
    *block = &s->sram1;
    return s->sram1.bytes + at + 4 * word_index;
}

/* --- life --- */

bool s3_sensitive_init(struct esp32s3 *s)
{
    return block_init(&s->sensitive, &sensitive_kind, &s->soc, ESP32S3_SENSITIVE_BASE);
}

void s3_sensitive_reset(struct esp32s3 *s)
{
    block_reset(&s->sensitive);
    update_irq(s);
    apply(s);
}
