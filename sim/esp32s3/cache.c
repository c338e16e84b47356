/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXTMEM: the instruction and the data cache, both of them common to both cores, with one table of the MMU. Sources: TRM
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

static enum cache_bus bus_of(const struct flash_window_kind *window)
{
    return window->base == ESP32S3_IBUS ? IBUS : DBUS;
}

static bool is_on(const struct soc *soc, const struct flash_window_kind *window)
{
    const struct block *extmem = &esp32s3_of_const(soc)->extmem;
    uint32_t ctrl = bus_of(window) == IBUS ? AT(ICACHE_CTRL) : AT(DCACHE_CTRL);
    bool is_shut = *block_word(extmem, ctrl + 4) >> window->core & 1; /* CTRL1 */
    return *block_word(extmem, ctrl) & ESP32S3_EXTMEM_CACHE_ENABLE && !is_shut;
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
    uint32_t content = field_put(ESP32S3_EXTMEM_MMU_FAULT_ENTRY, 0, flash_mmu_entry(&s->flash, addr));
    uint32_t code = FAULT_CPU_MISS | (bus == IBUS ? FAULT_ICACHE : 0);
    *word(s, AT(MMU_FAULT_CONTENT)) = field_put(ESP32S3_EXTMEM_MMU_FAULT_CODE, content, code);
    *word(s, AT(MMU_FAULT_VADDR)) = addr;
}

void s3_cache_illegal(struct core *c, uint32_t addr, bool is_write)
{
    struct esp32s3 *s = esp32s3_of(c->soc);
    enum cache_bus bus = addr >= ESP32S3_IBUS ? IBUS : DBUS;
    const struct flash_cache *cache = &s->flash.caches[bus];
    if (!is_on(c->soc, cache->windows[c->index].kind)) {
        s->acs_raw[c->index] |= bus == IBUS ? ESP32S3_EXTMEM_ACS_IBUS_DISABLED : ESP32S3_EXTMEM_ACS_DBUS_DISABLED;
    } else if (is_write && bus == IBUS) {
        s->acs_raw[c->index] |= ESP32S3_EXTMEM_ACS_IBUS_WRITE;
    } else if (flash_cache_is_open(cache, c->index, addr)) {
        s->ilg_raw |= ESP32S3_EXTMEM_ILG_WRITE_FLASH;
    } else {
        s->ilg_raw |= ESP32S3_EXTMEM_ILG_MMU_ENTRY_FAULT;
        latch_fault(s, bus, addr);
    }
    update_irq(s);
}

static void illegal(struct core *c, const struct flash_window_kind *window, uint32_t addr, bool is_write)
{
    (void)window;
    s3_cache_illegal(c, addr, is_write);
}

/* --- what the caches are --- */

#define IBUS_OF(core)                                                                                                  \
    {                                                                                                                  \
        ESP32S3_IBUS, core, MEM_R | MEM_X | MEM_DENIES, MEM_R | MEM_X | MEM_DENIES, false                              \
    }
#define DBUS_OF(core)                                                                                                  \
    {                                                                                                                  \
        ESP32S3_DBUS, core, MEM_R | MEM_NARROW | MEM_DENIES, MEM_R | MEM_W | MEM_NARROW, true                          \
    }
static const struct flash_window_kind instructions[CORES] = {IBUS_OF(PRO), IBUS_OF(APP)};
static const struct flash_window_kind data[CORES] = {DBUS_OF(PRO), DBUS_OF(APP)};
static const struct flash_cache_kind icache = {instructions, CORES, is_on, illegal};
static const struct flash_cache_kind dcache = {data, CORES, is_on, illegal};
const struct flash_cache_kind *const esp32s3_caches[] = {[IBUS] = &icache, [DBUS] = &dcache, NULL};

/* --- operations --- */

static void synchronise(struct esp32s3 *s, enum cache_bus bus, uint32_t asked)
{
    uint32_t ctrl = bus == IBUS ? AT(ICACHE_SYNC_CTRL) : AT(DCACHE_SYNC_CTRL);
    *word(s, ctrl) = bus == IBUS ? ESP32S3_EXTMEM_ICACHE_SYNC_DONE : ESP32S3_EXTMEM_DCACHE_SYNC_DONE;
    if (asked & ESP32S3_EXTMEM_SYNC_INVALIDATE)
        flash_cache_invalidate(&s->flash.caches[bus], *word(s, ctrl + 4), *word(s, ctrl + 8));
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
        flash_cache_show_all(&s->flash.caches[IBUS]);
        break;
    case AT(DCACHE_CTRL):
    case AT(DCACHE_CTRL1):
        flash_cache_show_all(&s->flash.caches[DBUS]);
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

/* --- life --- */

bool s3_cache_init(struct esp32s3 *s)
{
    return block_init(&s->extmem, &extmem_kind, &s->soc, ESP32S3_EXTMEM_BASE);
}

void s3_cache_power_on(struct esp32s3 *s)
{
    block_reset(&s->extmem);
    flash_side_power_on(&s->flash);
}

void s3_cache_reset(struct esp32s3 *s)
{
    block_reset(&s->extmem);
    s->ilg_raw = s->acs_raw[PRO] = s->acs_raw[APP] = 0;
    update_irq(s);
    flash_side_reset(&s->flash);
}
