/* SPDX-License-Identifier: Apache-2.0 */
#include "bare.h"

#include "base/bytes.h"

enum {
    INSN_ADDI_T0_T0_1 = 0x00128293,
    INSN_J_BACK_4 = 0xFFDFF06F, /* j . - 4 */
};

/* --- the surroundings --- */

static struct rv32 *env_core(void *ctx, unsigned core)
{
    return ((struct bare *)ctx)->cores[core];
}

static bool can_run(const struct bare *b, unsigned core)
{
    return !b->is_system_held && !b->is_core_held[core] && !b->is_unplugged[core] && !b->is_pin_held;
}

static void run_core(struct bare *b, unsigned core)
{
    uint64_t cycles = (b->now_ps - b->ran_ps[core]) / BARE_CYCLE_PS;
    if (can_run(b, core))
        rv32_run(b->cores[core], cycles);
    b->ran_ps[core] += cycles * BARE_CYCLE_PS;
}

static void env_sync(void *ctx)
{
    struct bare *b = ctx;
    for (unsigned i = 0; i < b->config.cores; i++)
        run_core(b, i);
}

static uint64_t env_now_ps(void *ctx)
{
    return ((struct bare *)ctx)->now_ps;
}

static uint32_t env_cycle_ps(void *ctx, unsigned core)
{
    (void)ctx;
    (void)core;
    return BARE_CYCLE_PS;
}

static bool env_is_available(void *ctx, unsigned core)
{
    const struct bare *b = ctx;
    return !b->is_unplugged[core] && !b->is_pin_held;
}

static void reset_core(struct bare *b, unsigned core)
{
    b->resets++;
    rv32_reset(b->cores[core], 0);
    rvdbg_core_was_reset(b->module, core);
}

void bare_reset(struct bare *b)
{
    for (unsigned i = 0; i < b->config.cores; i++)
        reset_core(b, i);
}

static void env_hold_system(void *ctx, bool hold)
{
    struct bare *b = ctx;
    b->is_system_held = hold;
    if (!hold)
        bare_reset(b);
}

static void env_hold_core(void *ctx, unsigned core, bool hold)
{
    struct bare *b = ctx;
    b->is_core_held[core] = hold;
    if (!hold)
        reset_core(b, core);
}

static mem_fault env_bus_read(void *ctx, uint32_t addr, unsigned size, uint32_t *value)
{
    struct bare *b = ctx;
    b->bus_accesses++;
    return mem_read(&b->map, addr, size, value);
}

static mem_fault env_bus_write(void *ctx, uint32_t addr, unsigned size, uint32_t value)
{
    struct bare *b = ctx;
    b->bus_accesses++;
    return mem_write(&b->map, addr, size, value);
}

static bool env_is_reachable(void *ctx)
{
    return !((struct bare *)ctx)->is_unreachable;
}

/* --- life --- */

static bool make_memory(struct bare *b)
{
    if (!mem_map_init(&b->map) || !mem_block_init(&b->rom, "rom", MEM_PAGE_SIZE) ||
        !mem_block_init(&b->ram, "ram", BARE_RAM_SIZE))
        return false;
    mem_map_block(&b->map, BARE_ROM, MEM_PAGE_SIZE, &b->rom, 0, MEM_R | MEM_X | MEM_NARROW);
    mem_map_block(&b->map, BARE_CODE, BARE_RAM_SIZE, &b->ram, 0, MEM_R | MEM_W | MEM_X | MEM_NARROW);
    mem_map_block(&b->map, BARE_DATA, BARE_RAM_SIZE, &b->ram, 0, MEM_R | MEM_W | MEM_NARROW);
    bare_poke(b, BARE_ROM, INSN_ADDI_T0_T0_1);
    bare_poke(b, BARE_ROM + 4, INSN_J_BACK_4);
    return true;
}

static bool make_cores(struct bare *b, const struct rv32_config *core)
{
    for (unsigned i = 0; i < b->config.cores; i++) {
        b->core_configs[i] = *core;
        b->core_configs[i].mhartid = i;
        b->core_configs[i].reset_vector = BARE_ROM;
        b->cores[i] = rv32_new(&b->core_configs[i], &b->map, NULL);
        if (!b->cores[i])
            return false;
    }
    return true;
}

bool bare_open(struct bare *b, const struct rvdbg_config *config, const struct rv32_config *core)
{
    const struct rvdbg_env env = {
        .ctx = b,
        .core = env_core,
        .sync = env_sync,
        .now_ps = env_now_ps,
        .cycle_ps = env_cycle_ps,
        .is_available = env_is_available,
        .hold_system_reset = env_hold_system,
        .bus_read = env_bus_read,
        .bus_write = env_bus_write,
        .hold_core_reset = env_hold_core,
        .is_reachable = env_is_reachable,
    };
    *b = (struct bare){.config = *config, .tck_ps = BARE_TCK_PS};
    b->module = rvdbg_new(config, &env);
    if (b->module && make_memory(b) && make_cores(b, core))
        return true;
    bare_close(b);
    return false;
}

void bare_close(struct bare *b)
{
    rvdbg_free(b->module);
    for (unsigned i = 0; i < RVDBG_CORES; i++)
        rv32_free(b->cores[i]);
    mem_block_fini(&b->ram);
    mem_block_fini(&b->rom);
    mem_map_fini(&b->map);
}

/* --- time and memory --- */

bool bare_tck(struct bare *b, bool tms, bool tdi)
{
    b->tcks++;
    b->now_ps += b->tck_ps;
    return rvdbg_tck(b->module, tms, tdi);
}

void bare_advance_ps(struct bare *b, uint64_t ps)
{
    b->now_ps += ps;
    env_sync(b);
}

/* The pin reaches all of the chip. */
void bare_hold_pin(struct bare *b, bool hold)
{
    if (b->is_pin_held == hold)
        return;
    b->is_pin_held = hold;
    b->is_system_held = b->is_core_held[0] = b->is_core_held[1] = false;
    if (hold)
        rvdbg_power_on(b->module);
    else
        bare_reset(b);
}

void bare_poke(struct bare *b, uint32_t addr, uint32_t word)
{
    bool is_rom = addr - BARE_ROM < MEM_PAGE_SIZE;
    struct mem_block *block = is_rom ? &b->rom : &b->ram;
    uint32_t offset = is_rom ? addr - BARE_ROM : addr % BARE_RAM_SIZE;
    le32_put(block->bytes + offset, word);
    mem_block_changed(block, offset, 4);
}

uint32_t bare_peek(struct bare *b, uint32_t addr)
{
    uint32_t value = 0;
    mem_read(&b->map, addr, 4, &value);
    return value;
}
