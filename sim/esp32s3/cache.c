/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXTMEM: the instruction and the data cache, and the table of the MMU, all of them common to both cores. Sources: TRM
 * chapter 'System and Memory'; esp-idf extmem_reg.h, ext_mem_defs.h, cache_ll.h, mmu_ll.h, cache_err_int.c.
 *
 * The instruction bus 0x42000000 goes through one cache, the data bus 0x3C000000 through the other; the same entry of the
 * table serves both. A cache answers at once; operations on it are done at once. Preloading, locking and freezing change
 * nothing that software could see here: a frozen cache goes on to answer, as if it held everything.
 *
 * An access while the cache is off, or the core's bus to it is shut, gives a load a fixed pattern and no exception, and
 * raises CACHE_CORE0 or CACHE_CORE1 if the core's ACS_INT_ENA has the bit; one through an invalid entry, or a write to
 * flash, raises CACHE_IA if CACHE_ILG_INT_ENA has the bit. A fetch raises the same and, because a core has nothing to
 * decode, InstructionFetchError, where the chip runs into what its bus shows.
 */
#include "sim/esp32s3/esp32s3_int.h"

#include <stdlib.h>

#define AT(name) (ESP32S3_EXTMEM_##name - ESP32S3_EXTMEM_BASE)
#define ALL      0xFFFFFFFFU

enum { FAULT_CPU_MISS = 1, FAULT_ICACHE = 8 /* of MMU_FAULT_CODE: in which cache */ };

#define PRELOCK_ETC(base, size_bits)                                                                                   \
    {(base) + 0x0C, 1, 0, 3, 0}, {(base) + 0x10, 3, 0, ALL, 0}, {(base) + 0x1C, 1, 4, 3, REG_ACTS},                    \
        {(base) + 0x20, 1, 0, ALL, 0},                                                                                 \
    {                                                                                                                  \
        (base) + 0x24, 1, 0, size_bits, 0                                                                              \
    }
#define LOADS(base)                                                                                                    \
    {base, 1, 2, 5, REG_ACTS}, {(base) + 4, 1, 0, ALL, 0}, {(base) + 8, 1, 0, 0xFFFF, 0},                              \
        {(base) + 12, 1, 8, 0x3F7, 0}, {(base) + 16, 1, 0, ALL, 0}, {(base) + 20, 1, 0, 0x7FFFFFF, 0},                 \
        {(base) + 24, 1, 0, ALL, 0},                                                                                   \
    {                                                                                                                  \
        (base) + 28, 1, 0, 0x7FFFFFF, 0                                                                                \
    }

static const struct reg regs[] = {
    {AT(DCACHE_CTRL), 1, 0, 0x1D, REG_ACTS},
    {AT(DCACHE_CTRL1), 1, 3, 3, REG_ACTS},
    {AT(DCACHE_TAG_POWER), 1, 5, 7, 0},
    PRELOCK_ETC(AT(DCACHE_CTRL), 0xFFFF),
    {AT(DCACHE_SYNC_CTRL), 1, 1, 7, REG_ACTS},
    {AT(DCACHE_SYNC_ADDR), 1, 0, ALL, 0},
    {AT(DCACHE_SYNC_SIZE), 1, 0, 0x7FFFFF, 0},
    {AT(DCACHE_OCCUPY_CTRL), 1, 2, 1, REG_ACTS},
    {0x038, 1, 0, ALL, 0},
    {0x03C, 1, 0, 0xFFFF, 0},
    LOADS(AT(DCACHE_PRELOAD_CTRL)),
    {AT(ICACHE_CTRL), 1, 0, 0xF, REG_ACTS},
    {AT(ICACHE_CTRL1), 1, 3, 3, REG_ACTS},
    {AT(ICACHE_TAG_POWER), 1, 5, 7, 0},
    PRELOCK_ETC(AT(ICACHE_CTRL), 0xFFFF),
    {AT(ICACHE_SYNC_CTRL), 1, 1, 1, REG_ACTS},
    {AT(ICACHE_SYNC_ADDR), 1, 0, ALL, 0},
    {AT(ICACHE_SYNC_SIZE), 1, 0, 0x7FFFFF, 0},
    LOADS(AT(ICACHE_PRELOAD_CTRL)),
    {0x0B4, 1, 0x44000000, ALL, 0},
    {0x0B8, 1, 0x47FFFFFF, ALL, 0},
    {0x0BC, 2, 0, ALL, 0},
    {0x0C4, 6, 0, 0, 0},
    {AT(CACHE_ILG_INT_ENA), 1, 0, 0x1FF, REG_ACTS},
    {AT(CACHE_ILG_INT_CLR), 1, 0, 0, REG_ACTS},
    {AT(CACHE_ILG_INT_ST), 1, 0, 0, REG_LIVE},
    {AT(CORE0_ACS_INT_ENA), 1, 0, 0x1F, REG_ACTS},
    {AT(CORE0_ACS_INT_CLR), 1, 0, 0, REG_ACTS},
    {AT(CORE0_ACS_INT_ST), 1, 0, 0, REG_LIVE},
    {AT(CORE1_ACS_INT_ENA), 1, 0, 0x1F, REG_ACTS},
    {AT(CORE1_ACS_INT_CLR), 1, 0, 0, REG_ACTS},
    {AT(CORE1_ACS_INT_ST), 1, 0, 0, REG_LIVE},
    {AT(C0_DBUS_REJECT_ST), 1, 0, 0, 0},
    {AT(C0_DBUS_REJECT_VADDR), 1, ALL, 0, 0},
    {AT(C0_IBUS_REJECT_ST), 1, 0, 0, 0},
    {AT(C0_IBUS_REJECT_VADDR), 1, ALL, 0, 0},
    {AT(C1_DBUS_REJECT_ST), 1, 0, 0, 0},
    {0x114, 1, ALL, 0, 0},
    {0x118, 1, 0, 0, 0},
    {0x11C, 1, ALL, 0, 0},
    {AT(MMU_FAULT_CONTENT), 2, 0, 0, 0},
    {AT(WRAP_AROUND_CTRL), 1, 0, 3, 0},
    {AT(MMU_POWER_CTRL), 1, 5, 7, 0},
    {AT(CACHE_STATE), 1, 0x1001, 0, 0}, /* both are idle */
    {0x134, 1, 0, 3, 0},
    {0x138, 1, 7, 7, 0},
    {0x13C, 1, 0, 1, 0},
    {AT(PRELOAD_INT_CTRL), 2, 0, 0x12, 0},
    {AT(MMU_OWNER), 1, 0, 0xFFFFFF, 0},
    {AT(CONF_MISC), 1, 7, 7, 0},
    {AT(DCACHE_FREEZE), 2, ESP32S3_EXTMEM_FREEZE_DONE, 3, 0},
    {0x158, 2, 1, 1, 0},
    {AT(CACHE_REQUEST), 1, 0, 1, 0},
    {AT(CLOCK_GATE), 1, 1, 1, 0},
    {0x180, 1, 0, 3, 0},
    {0x184, 1, 0, 7, 0},
    {0x188, 2, 0, ALL, 0},
    {AT(DATE), 1, 0x2012310, 0, 0},
};

static uint32_t *word(struct esp32s3 *s, uint32_t offset)
{
    return block_word(&s->extmem, offset);
}

bool s3_cache_is_on(const struct cache *c, unsigned core)
{
    uint32_t ctrl = c->bus == IBUS ? AT(ICACHE_CTRL) : AT(DCACHE_CTRL);
    bool is_shut = *word(c->soc, ctrl + 4) >> core & 1; /* CTRL1 */
    return *word(c->soc, ctrl) & ESP32S3_EXTMEM_CACHE_ENABLE && !is_shut;
}

/* --- illegal accesses --- */

static uint32_t acs_enabled(struct esp32s3 *s, unsigned core)
{
    return *word(s, core == PRO ? AT(CORE0_ACS_INT_ENA) : AT(CORE1_ACS_INT_ENA));
}

static void update_irq(struct esp32s3 *s)
{
    for (unsigned core = 0; core < CORES; core++)
        irq_set(&s->soc, ESP32S3_INTR_CACHE_CORE0 + core, s->acs_raw[core] & acs_enabled(s, core));
    irq_set(&s->soc, ESP32S3_INTR_CACHE_IA, s->ilg_raw & *word(s, AT(CACHE_ILG_INT_ENA)));
}

static void latch_fault(struct esp32s3 *s, enum cache_bus bus, uint32_t addr)
{
    uint32_t entry = *block_word(&s->mmu, addr % ESP32S3_BUS_SIZE / ESP32S3_MMU_PAGE_SIZE * 4);
    uint32_t content = field_put(ESP32S3_EXTMEM_MMU_FAULT_ENTRY, 0, entry);
    uint32_t code = FAULT_CPU_MISS | (bus == IBUS ? FAULT_ICACHE : 0);
    *word(s, AT(MMU_FAULT_CONTENT)) = field_put(ESP32S3_EXTMEM_MMU_FAULT_CODE, content, code);
    *word(s, AT(MMU_FAULT_VADDR)) = addr;
}

void s3_cache_illegal(struct core *c, enum cache_bus bus, uint32_t addr, bool is_write)
{
    struct esp32s3 *s = esp32s3_of(c->soc);
    if (!s3_cache_is_on(&s->caches[bus], c->index)) {
        s->acs_raw[c->index] |= bus == IBUS ? ESP32S3_EXTMEM_ACS_IBUS_DISABLED : ESP32S3_EXTMEM_ACS_DBUS_DISABLED;
    } else if (is_write && bus == IBUS) {
        s->acs_raw[c->index] |= ESP32S3_EXTMEM_ACS_IBUS_WRITE;
    } else if (s->caches[bus].pages[addr % ESP32S3_BUS_SIZE / ESP32S3_MMU_PAGE_SIZE].is_open[c->index]) {
        s->ilg_raw |= ESP32S3_EXTMEM_ILG_WRITE_FLASH;
    } else {
        s->ilg_raw |= ESP32S3_EXTMEM_ILG_MMU_ENTRY_FAULT;
        latch_fault(s, bus, addr);
    }
    update_irq(s);
}

void s3_cache_fetched_nothing(struct core *c, uint32_t addr)
{
    s3_cache_illegal(c, addr >= ESP32S3_IBUS ? IBUS : DBUS, addr, false);
}

/* --- operations --- */

/* Size 0 means all of it. */
static void synchronise(struct esp32s3 *s, enum cache_bus bus, uint32_t asked)
{
    uint32_t ctrl = bus == IBUS ? AT(ICACHE_SYNC_CTRL) : AT(DCACHE_SYNC_CTRL);
    uint32_t first = *word(s, ctrl + 4) % ESP32S3_BUS_SIZE, size = *word(s, ctrl + 8);
    unsigned page = first / ESP32S3_MMU_PAGE_SIZE;
    unsigned count = (first % ESP32S3_MMU_PAGE_SIZE + size + ESP32S3_MMU_PAGE_SIZE - 1) / ESP32S3_MMU_PAGE_SIZE;
    *word(s, ctrl) = bus == IBUS ? ESP32S3_EXTMEM_ICACHE_SYNC_DONE : ESP32S3_EXTMEM_DCACHE_SYNC_DONE;
    if (!(asked & ESP32S3_EXTMEM_SYNC_INVALIDATE))
        return;
    if (size)
        s3_pages_invalidate(&s->caches[bus], page, count);
    else
        s3_pages_invalidate(&s->caches[bus], 0, ESP32S3_MMU_ENTRIES);
}

static void interrupts_written(struct esp32s3 *s, uint32_t offset, uint32_t value)
{
    if (offset == AT(CACHE_ILG_INT_CLR))
        s->ilg_raw &= ~value;
    else if (offset == AT(CORE0_ACS_INT_CLR))
        s->acs_raw[PRO] &= ~value;
    else if (offset == AT(CORE1_ACS_INT_CLR))
        s->acs_raw[APP] &= ~value;
    update_irq(s);
}

/* --- the block --- */

static uint32_t read_live(struct block *b, uint32_t offset)
{
    struct esp32s3 *s = esp32s3_of(b->soc);
    if (offset == AT(CACHE_ILG_INT_ST))
        return s->ilg_raw & *word(s, AT(CACHE_ILG_INT_ENA));
    unsigned core = offset == AT(CORE0_ACS_INT_ST) ? PRO : APP;
    return s->acs_raw[core] & acs_enabled(s, core);
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct esp32s3 *s = esp32s3_of(b->soc);
    (void)before;
    switch (offset) {
    case AT(ICACHE_CTRL):
    case AT(ICACHE_CTRL1):
        s3_pages_show_all(&s->caches[IBUS]);
        break;
    case AT(DCACHE_CTRL):
    case AT(DCACHE_CTRL1):
        s3_pages_show_all(&s->caches[DBUS]);
        break;
    case AT(ICACHE_SYNC_CTRL):
        synchronise(s, IBUS, value);
        break;
    case AT(DCACHE_SYNC_CTRL):
        synchronise(s, DBUS, value);
        break;
    case AT(DCACHE_LOCK_CTRL):
    case AT(ICACHE_LOCK_CTRL):
        *word(s, offset) = ESP32S3_EXTMEM_LOCK_DONE;
        break;
    case AT(DCACHE_OCCUPY_CTRL):
    case AT(DCACHE_PRELOAD_CTRL):
    case AT(ICACHE_PRELOAD_CTRL):
        *word(s, offset) = (*word(s, offset) & ~ESP32S3_EXTMEM_PRELOAD_ENA) | ESP32S3_EXTMEM_PRELOAD_DONE;
        break;
    default:
        interrupts_written(s, offset, value);
    }
}

static const struct block_kind extmem_kind = {
    .name = "EXTMEM",
    .size = 0x400,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

/* The table is RAM: no reset but power-on touches it. */
static const struct reg table[] = {{0, ESP32S3_MMU_ENTRIES, 0, 0xFFFF, REG_ACTS}};

static void entry_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct esp32s3 *s = esp32s3_of(b->soc);
    (void)value;
    if (*block_word(b, offset) == before)
        return;
    for (unsigned bus = 0; bus < BUSES; bus++)
        s3_pages_show(&s->caches[bus], offset / 4);
}

static const struct block_kind mmu_kind = {
    .name = "flash MMU", .size = 4 * ESP32S3_MMU_ENTRIES, .regs = table, .reg_count = 1, .written = entry_written};

/* --- life --- */

static void flash_will_change(void *ctx, uint32_t offset, uint32_t len)
{
    struct esp32s3 *s = ctx;
    for (uint32_t page = offset / ESP32S3_MMU_PAGE_SIZE; page <= (offset + len - 1) / ESP32S3_MMU_PAGE_SIZE; page++)
        for (unsigned bus = 0; bus < BUSES; bus++)
            s3_pages_flash_will_change(&s->caches[bus], page);
}

static void flash_changed(void *ctx, uint32_t offset, uint32_t len)
{
    struct esp32s3 *s = ctx;
    mem_block_changed(&s->flash, offset, len);
    s3_xts_flash_changed(s, offset, len);
}

static bool wrap_flash(struct esp32s3 *s)
{
    struct nor *nor = s->soc.config.flash;
    uint32_t lines = nor_size(nor) >> MEM_LINE_BITS;
    s->flash = (struct mem_block){
        .name = "flash",
        .bytes = nor_bytes(nor),
        .size = nor_size(nor),
        .epochs = calloc(lines, sizeof *s->flash.epochs),
        .marks = calloc(lines, 1),
    };
    nor_on_change(nor, flash_will_change, flash_changed, s);
    return s->flash.epochs && s->flash.marks;
}

bool s3_cache_init(struct esp32s3 *s)
{
    uint32_t psram = s->soc.config.psram_size;
    if (!wrap_flash(s) || (psram && !mem_block_init(&s->psram, "external RAM", psram)))
        return false;
    return block_init(&s->extmem, &extmem_kind, &s->soc, ESP32S3_EXTMEM_BASE) &&
           block_init(&s->mmu, &mmu_kind, &s->soc, ESP32S3_MMU_BASE) && s3_pages_init(&s->caches[IBUS], s, IBUS) &&
           s3_pages_init(&s->caches[DBUS], s, DBUS);
}

void s3_cache_fini(struct esp32s3 *s)
{
    for (unsigned bus = 0; bus < BUSES; bus++)
        s3_pages_fini(&s->caches[bus]);
    block_fini(&s->extmem);
    block_fini(&s->mmu);
    mem_block_fini(&s->psram);
    nor_on_change(s->soc.config.flash, NULL, NULL, NULL);
    free(s->flash.epochs);
    free(s->flash.marks);
}

void s3_cache_power_on(struct esp32s3 *s)
{
    block_reset(&s->extmem);
    block_reset(&s->mmu);
    for (unsigned bus = 0; bus < BUSES; bus++)
        s3_pages_forget(&s->caches[bus]);
}

void s3_cache_reset(struct esp32s3 *s)
{
    block_reset(&s->extmem);
    s->ilg_raw = s->acs_raw[PRO] = s->acs_raw[APP] = 0;
    update_irq(s);
    for (unsigned bus = 0; bus < BUSES; bus++)
        s3_pages_invalidate(&s->caches[bus], 0, ESP32S3_MMU_ENTRIES);
}
