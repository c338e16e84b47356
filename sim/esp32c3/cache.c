/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXTMEM: one cache that both buses go through, the instruction bus at 0x42000000 and the data bus at 0x3C000000, by the same
 * entries of the MMU's table. Sources: TRM chapter 'System and Memory'; esp-idf extmem_reg.h (esp32c3), cache_ll.h, mmu_ll.h,
 * cache_err_int.c.
 *
 * The cache answers at once; operations on it are done at once. Preloading and locking change nothing that software could see
 * here; a frozen cache goes on to answer, as if it held everything. The cache's clock and reset in SYSTEM, and the rights in its
 * tables of permissions, are storage.
 *
 * An access while the cache is off, or its bus is shut, gives a load a fixed pattern and no exception, and raises CACHE_CORE0 if
 * ACS_INT_ENA has the bit; one through an invalid entry raises CACHE_IA if ILG_INT_ENA has it, a write the former. A fetch raises
 * the same and, because a core has nothing to decode, an exception, where the chip runs into what its bus shows.
 */
#include "sim/esp32c3/esp32c3_int.h"

#include "base/bits.h"

#define AT(name) (ESP32C3_EXTMEM_##name - ESP32C3_EXTMEM_BASE)
#define ALL      0xFFFFFFFFU

enum { FAULT_CPU_MISS = 1 }; /* FAULT_CODE */

static const struct reg regs[] = {
    {AT(ICACHE_CTRL), 1, 0, 1, REG_ACTS},
    {AT(ICACHE_CTRL1), 1, 3, 3, REG_ACTS},
    {0x008, 1, 5, 7, 0},   /* TAG_POWER_CTRL */
    {0x00C, 1, 0, 3, 0},   /* PRELOCK_CTRL */
    {0x010, 3, 0, ALL, 0}, /* its sections */
    {AT(ICACHE_LOCK_CTRL), 1, ESP32C3_EXTMEM_LOCK_DONE, 3, REG_ACTS},
    {0x020, 1, 0, ALL, 0},
    {0x024, 1, 0, 0xFFFF, 0},
    {AT(ICACHE_SYNC_CTRL), 1, 1, 1, REG_ACTS},
    {AT(ICACHE_SYNC_ADDR), 1, 0, ALL, 0},
    {AT(ICACHE_SYNC_SIZE), 1, 0, 0x7FFFFF, 0},
    {AT(PRELOAD_CTRL), 1, ESP32C3_EXTMEM_PRELOAD_DONE, 5, REG_ACTS},
    {0x038, 1, 0, ALL, 0},
    {0x03C, 1, 0, 0xFFFF, 0},
    {0x040, 1, 8, 0x77, 0}, /* AUTOLOAD_CTRL */
    {0x044, 1, 0, ALL, 0},
    {0x048, 1, 0, 0x7FFFFFF, 0},
    {0x04C, 1, 0, ALL, 0},
    {0x050, 1, 0, 0x7FFFFFF, 0},
    {0x054, 1, ESP32C3_IBUS, ALL, 0}, /* what of the buses is flash */
    {0x058, 1, ESP32C3_IBUS + ESP32C3_BUS_SIZE - 1, ALL, 0},
    {0x05C, 1, ESP32C3_DBUS, ALL, 0},
    {0x060, 1, ESP32C3_DBUS + ESP32C3_BUS_SIZE - 1, ALL, 0},
    {0x064, 5, 0, 0, 0}, /* counts of accesses and misses */
    {AT(ILG_INT_ENA), 1, 0, 0x1A3, REG_ACTS},
    {AT(ILG_INT_CLR), 1, 0, 0, REG_ACTS},
    {AT(ILG_INT_ST), 1, 0, 0, REG_LIVE},
    {AT(ACS_INT_ENA), 1, 0, 0x3F, REG_ACTS},
    {AT(ACS_INT_CLR), 1, 0, 0, REG_ACTS},
    {AT(ACS_INT_ST), 1, 0, 0, REG_LIVE},
    {0x090, 1, 0, 0, 0}, /* rejected by permissions */
    {0x094, 1, ALL, 0, 0},
    {0x098, 1, 0, 0, 0},
    {0x09C, 1, ALL, 0, 0},
    {AT(FAULT_CONTENT), 2, 0, 0, 0},
    {0x0A8, 1, 0, 1, 0}, /* WRAP_AROUND_CTRL */
    {0x0AC, 1, 5, 7, 0}, /* MMU_POWER_CTRL */
    {AT(CACHE_STATE), 1, 1, 0, 0},
    {0x0B4, 1, 0, 3, 0}, /* clocks of the encryption */
    {0x0B8, 1, 7, 7, 0},
    {0x0BC, 2, 0, 2, 0},   /* interrupts of preload and sync */
    {0x0C4, 1, 0, 0xF, 0}, /* MMU_OWNER */
    {0x0C8, 1, 7, 7, 0},   /* CONF_MISC */
    {AT(ICACHE_FREEZE), 1, 0, 3, REG_ACTS},
    {0x0D0, 1, 1, 1, 0},
    {0x0D4, 1, 0, 1, 0},
    {0x0D8, 1, 0, 1, 0}, /* permissions of the instruction bus, then of the data bus: lock, three bounds, rights */
    {0x0DC, 1, 0, 0xFFF, 0},
    {0x0E0, 2, 0x800, 0xFFF, 0},
    {0x0E8, 1, 0xFF, 0xFF, 0},
    {0x0EC, 1, 0, 1, 0},
    {0x0F0, 1, 0, 0xFFF, 0},
    {0x0F4, 2, 0x800, 0xFFF, 0},
    {0x0FC, 1, 0xF, 0xF, 0},
    {0x100, 1, 1, 1, 0}, /* CLOCK_GATE */
    {0x3FC, 1, 0x2007160, 0xFFFFFFF, 0},
};

static uint32_t *word(struct esp32c3 *s, uint32_t offset)
{
    return block_word(&s->flash.extmem, offset);
}

/* --- windows --- */

enum { IBUS, DBUS, BUSES };

#define WINDOW(base, execute)                                                                                          \
    {                                                                                                                  \
        base, PRO, MEM_R | MEM_NARROW | MEM_DENIES | (execute), 0, true                                                \
    }
static const struct flash_window_kind windows[BUSES] = {
    [IBUS] = WINDOW(ESP32C3_IBUS, MEM_X),
    [DBUS] = WINDOW(ESP32C3_DBUS, 0),
};

static bool is_on(const struct soc *soc, const struct flash_window_kind *window)
{
    const struct block *extmem = &esp32c3_of_const(soc)->flash.extmem;
    uint32_t shut = window == &windows[IBUS] ? ESP32C3_EXTMEM_SHUT_IBUS : ESP32C3_EXTMEM_SHUT_DBUS;
    return *block_word(extmem, AT(ICACHE_CTRL)) & ESP32C3_EXTMEM_CACHE_ENABLE &&
           !(*block_word(extmem, AT(ICACHE_CTRL1)) & shut);
}

/* --- illegal accesses --- */

static void update_irq(struct esp32c3 *s)
{
    irq_set(&s->soc, ESP32C3_INTR_CACHE_CORE0, s->flash.acs_raw & *word(s, AT(ACS_INT_ENA)));
    irq_set(&s->soc, ESP32C3_INTR_CACHE_IA, s->flash.ilg_raw & *word(s, AT(ILG_INT_ENA)));
}

static void latch_fault(struct esp32c3 *s, uint32_t addr)
{
    uint32_t content = field_put(ESP32C3_EXTMEM_FAULT_ENTRY, 0, flash_mmu_entry(&s->flash.side, addr));
    *word(s, AT(FAULT_CONTENT)) = field_put(ESP32C3_EXTMEM_FAULT_CODE, content, FAULT_CPU_MISS);
    *word(s, AT(FAULT_VADDR)) = addr;
}

void c3_cache_illegal(struct core *c, uint32_t addr, bool is_write)
{
    struct esp32c3 *s = esp32c3_of(c->soc);
    bool is_ibus = addr >= ESP32C3_IBUS;
    if (!is_on(c->soc, &windows[is_ibus ? IBUS : DBUS])) {
        s->flash.acs_raw |= is_ibus ? ESP32C3_EXTMEM_ACS_IBUS_OFF : ESP32C3_EXTMEM_ACS_DBUS_OFF;
    } else if (is_write) {
        s->flash.acs_raw |= is_ibus ? ESP32C3_EXTMEM_ACS_IBUS_WRITE : ESP32C3_EXTMEM_ACS_DBUS_WRITE;
    } else {
        s->flash.ilg_raw |= ESP32C3_EXTMEM_ILG_ENTRY_FAULT;
        latch_fault(s, addr);
    }
    update_irq(s);
}

static void illegal(struct core *c, const struct flash_window_kind *window, uint32_t addr, bool is_write)
{
    (void)window;
    c3_cache_illegal(c, addr, is_write);
}

const struct flash_cache_kind esp32c3_cache = {windows, BUSES, is_on, illegal};

/* --- the block --- */

static uint32_t read_live(struct block *b, uint32_t offset)
{
    struct esp32c3 *s = esp32c3_of(b->soc);
    return offset == AT(ILG_INT_ST) ? s->flash.ilg_raw & *word(s, AT(ILG_INT_ENA))
                                    : s->flash.acs_raw & *word(s, AT(ACS_INT_ENA));
}

static void synchronise(struct esp32c3 *s, uint32_t asked)
{
    *word(s, AT(ICACHE_SYNC_CTRL)) = ESP32C3_EXTMEM_ICACHE_SYNC_DONE;
    if (asked & ESP32C3_EXTMEM_SYNC_INVALIDATE)
        flash_cache_invalidate(&s->flash.side.caches[0], *word(s, AT(ICACHE_SYNC_ADDR)),
                               *word(s, AT(ICACHE_SYNC_SIZE)));
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct esp32c3 *s = esp32c3_of(b->soc);
    uint32_t *stored = word(s, offset);
    (void)before;
    switch (offset) {
    case AT(ICACHE_CTRL):
    case AT(ICACHE_CTRL1):
        flash_side_show_all(&s->flash.side);
        return;
    case AT(ICACHE_SYNC_CTRL):
        synchronise(s, value);
        return;
    case AT(ICACHE_LOCK_CTRL):
        *stored = ESP32C3_EXTMEM_LOCK_DONE;
        return;
    case AT(PRELOAD_CTRL):
        *stored = (*stored & ~ESP32C3_EXTMEM_PRELOAD_ENA) | ESP32C3_EXTMEM_PRELOAD_DONE;
        return;
    case AT(ICACHE_FREEZE):
        *stored = (*stored & ~ESP32C3_EXTMEM_FREEZE_DONE) |
                  (*stored & ESP32C3_EXTMEM_FREEZE_ENA ? ESP32C3_EXTMEM_FREEZE_DONE : 0);
        return;
    case AT(ILG_INT_CLR):
        s->flash.ilg_raw &= ~value;
        break;
    case AT(ACS_INT_CLR):
        s->flash.acs_raw &= ~value;
        break;
    default: /* the enables */
        break;
    }
    update_irq(s);
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

bool c3_cache_init(struct esp32c3 *s)
{
    return block_init(&s->flash.extmem, &extmem_kind, &s->soc, ESP32C3_EXTMEM_BASE);
}

void c3_cache_fini(struct esp32c3 *s)
{
    block_fini(&s->flash.extmem);
}

void c3_cache_reset(struct esp32c3 *s)
{
    block_reset(&s->flash.extmem);
    s->flash.acs_raw = s->flash.ilg_raw = 0;
    update_irq(s);
}
