/* SPDX-License-Identifier: Apache-2.0 */
#include "chip_rig.h"

#include "unit.h"

#include "base/bits.h"
#include "base/bytes.h"
#include "regs/xtensa.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROM = 0x40000000,
    IRAM = 0x40080000,
    DRAM = 0x3FFB0000,
    RTC_SLOW = 0x50000000,
    DEVICES = 0x3FF00000,
    KIB = 1024
};

/* --- surroundings of the modules --- */

static struct lx6 *env_lx6(void *ctx, unsigned core)
{
    struct chip_rig *r = ctx;
    return r->lx6[core];
}

static bool can_run(const struct chip_rig *r, unsigned i)
{
    return !r->is_held[i] && !r->is_gated[i] && !r->is_stalled[i];
}

static void run_core(struct chip_rig *r, unsigned i)
{
    uint64_t cycles = (r->now_ps - r->ran_ps[i]) / r->cycle_ps;
    r->ran_ps[i] += cycles * r->cycle_ps;
    while (cycles && can_run(r, i) && lx6_state(r->lx6[i]) != LX6_STOPPED) {
        uint64_t used = lx6_run(r->lx6[i], cycles);
        cycles -= used < cycles ? used : cycles;
        if (!used && lx6_state(r->lx6[i]) != LX6_RUNNING)
            break;
    }
}

void rig_sync(struct chip_rig *r)
{
    for (unsigned i = 0; i < RIG_CORES; i++)
        run_core(r, i);
}

static void env_sync(void *ctx)
{
    rig_sync(ctx);
}

static void env_hold_reset(void *ctx, unsigned core, bool hold)
{
    struct chip_rig *r = ctx;
    rig_sync(r);
    r->is_held[core] = hold;
    if (hold)
        return;
    lx6_reset(r->lx6[core], 0);
    xdm_core_was_reset(r->xdm[core], false);
    xdm_clock_changed(r->xdm[core]);
}

static bool env_is_in_reset(void *ctx, unsigned core)
{
    return ((struct chip_rig *)ctx)->is_held[core];
}

static bool env_is_clocked(void *ctx, unsigned core)
{
    return !((struct chip_rig *)ctx)->is_gated[core];
}

static bool env_is_run_stalled(void *ctx, unsigned core)
{
    return ((struct chip_rig *)ctx)->is_stalled[core];
}

static void env_break_out(void *ctx, unsigned core, bool level)
{
    struct chip_rig *r = ctx;
    xdm_break_in(r->xdm[!core], level);
}

static uint32_t env_trace_read(void *ctx, unsigned core, uint32_t word)
{
    (void)ctx;
    (void)core;
    return word;
}

static void env_trace_write(void *ctx, unsigned core, uint32_t word, uint32_t value)
{
    (void)ctx;
    (void)core;
    (void)word;
    (void)value;
}

static void env_irq(void *ctx, unsigned core, bool level)
{
    (void)ctx;
    (void)core;
    (void)level;
}

static bool env_is_jtag_disabled(void *ctx)
{
    return ((struct chip_rig *)ctx)->is_jtag_off;
}

static uint64_t env_now_ps(void *ctx)
{
    return ((struct chip_rig *)ctx)->now_ps;
}

static uint32_t env_cycle_ps(void *ctx, unsigned core)
{
    (void)core;
    return (uint32_t)((struct chip_rig *)ctx)->cycle_ps;
}

/* --- memory --- */

static mem_fault device_read(void *ctx, uint32_t offset, uint32_t *value)
{
    *value = ((struct chip_rig *)ctx)->device_words[offset / 4];
    return MEM_OK;
}

static mem_fault device_write(void *ctx, uint32_t offset, uint32_t value)
{
    struct chip_rig *r = ctx;
    uint32_t *words = r->device_words, at = offset / 4;
    if (r->has_protection && at == RIG_FORBID && words[RIG_LOCK])
        return MEM_OK;
    if (r->has_protection && at >= RIG_GUARDED_WORD && words[RIG_FORBID]) {
        words[RIG_VIOLATED] = 1;
        return MEM_OK;
    }
    words[at] = value;
    return MEM_OK;
}

static void make_memory(struct chip_rig *r)
{
    assert_true(mem_map_init(&r->map));
    assert_true(mem_block_init(&r->rom, "rom", 64 * KIB) && mem_block_init(&r->iram, "iram", 128 * KIB));
    assert_true(mem_block_init(&r->dram, "dram", 256 * KIB) && mem_block_init(&r->rtc_slow, "rtc slow", 8 * KIB));
    mem_map_block(&r->map, ROM, 64 * KIB, &r->rom, 0, MEM_R | MEM_X);
    mem_map_block(&r->map, IRAM, 128 * KIB, &r->iram, 0, MEM_R | MEM_W | MEM_X);
    mem_map_block(&r->map, DRAM, 256 * KIB, &r->dram, 0, MEM_R | MEM_W | MEM_NARROW);
    mem_map_block(&r->map, RTC_SLOW, 8 * KIB, &r->rtc_slow, 0, MEM_R | MEM_W | MEM_X);
    r->device_words = calloc(RIG_DEVICE_WORDS, sizeof *r->device_words);
    assert_non_null(r->device_words);
    r->device = (struct mem_device){.name = "device", .read = device_read, .write = device_write, .ctx = r};
    mem_map_device(&r->map, DEVICES, RIG_DEVICE_WORDS * 4, &r->device, DEVICES);
}

void rig_poke(struct chip_rig *r, uint32_t addr, const void *bytes, size_t len)
{
    struct {
        uint32_t base;
        struct mem_block *block;
    } places[] = {{ROM, &r->rom}, {IRAM, &r->iram}, {DRAM, &r->dram}, {RTC_SLOW, &r->rtc_slow}};
    for (unsigned i = 0; i < 4; i++) {
        if (addr < places[i].base || addr - places[i].base + len > places[i].block->size)
            continue;
        memcpy(places[i].block->bytes + (addr - places[i].base), bytes, len);
        mem_block_changed(places[i].block, addr - places[i].base, (uint32_t)len);
        return;
    }
    fail_msg("nothing at 0x%08x", addr);
}

uint32_t rig_word(struct chip_rig *r, uint32_t addr)
{
    uint32_t value = 0;
    assert_int_equal(mem_read(&r->map, addr, 4, &value), MEM_OK);
    return value;
}

/* --- the adapter --- */

static bool clock_once(struct chip_rig *r, bool tms, bool tdi)
{
    bool tdo = xdm_tdo(r->xdm[0]);
    r->now_ps += r->tck_ps;
    for (unsigned i = RIG_CORES; i-- > 0;)
        tdi = xdm_tck(r->xdm[i], tms, tdi);
    return tdo;
}

static void execute_item(struct chip_rig *r, struct batch *b, const struct batch_item *item)
{
    r->now_ps += item->wait_ns * 1000;
    for (size_t k = 0; k < item->bits; k++) {
        bool is_shift = item->kind == BATCH_SHIFT;
        bool tms = item->kind == BATCH_TMS ? bits_get(b->out, item->out_at + k)
                   : is_shift              ? item->leave && k + 1 == item->bits
                                           : item->tms;
        bool tdo = clock_once(r, tms, is_shift ? bits_get(b->out, item->out_at + k) : item->tdi);
        if (is_shift && item->capture)
            bits_set(b->in, item->in_at + k, tdo);
    }
}

static enum err execute(struct adapter *a, struct batch *b)
{
    struct chip_rig *r = (struct chip_rig *)a;
    if (r->unplug_after && a->executes > r->unplug_after)
        return err_at(a->log, ERR_DISCONNECTED, "the rig was unplugged");
    bool fails = r->fails_at && a->executes == r->fails_at;
    for (size_t i = 0; i < b->count && (!fails || r->fails_late); i++)
        execute_item(r, b, &b->items[i]);
    r->now_ps += r->latency_ps;
    return fails ? err_at(a->log, r->fails_with, "the rig failed at execute %u", (unsigned)r->fails_at) : ERR_OK;
}

static uint64_t rig_now_ns(void *ctx)
{
    return ((struct chip_rig *)ctx)->now_ps / 1000;
}

static void rig_wait_ns(void *ctx, uint64_t ns)
{
    ((struct chip_rig *)ctx)->now_ps += ns * 1000;
}

static const struct clock_ops rig_clock = {.now_ns = rig_now_ns, .wait_ns = rig_wait_ns};
static const struct adapter_ops rig_ops = {.name = "rig", .execute = execute};

static void show(void *ctx, enum log_level level, const char *line)
{
    (void)ctx;
    if (level <= LOG_WARN)
        print_message("%s\n", line);
}

static void make_cores(struct chip_rig *r)
{
    const struct lx6_config *configs[RIG_CORES] = {&lx6_config_esp32_pro, &lx6_config_esp32_app};
    for (unsigned i = 0; i < RIG_CORES; i++) {
        struct xdm_env env = {
            .ctx = r,
            .core = i,
            .lx6 = env_lx6,
            .sync = env_sync,
            .hold_reset = env_hold_reset,
            .is_in_reset = env_is_in_reset,
            .is_clocked = env_is_clocked,
            .is_run_stalled = env_is_run_stalled,
            .break_out = env_break_out,
            .trace_read = env_trace_read,
            .trace_write = env_trace_write,
            .profiling_irq = env_irq,
            .is_jtag_disabled = env_is_jtag_disabled,
            .now_ps = env_now_ps,
            .cycle_ps = env_cycle_ps,
        };
        r->xdm[i] =
            xdm_new(&(struct xdm_config){.idcode = 0x120034E5, .ocdid = 0x0733BFF2, .trace_bytes_log2 = 14}, &env);
        assert_non_null(r->xdm[i]);
        r->lx6[i] = lx6_new(configs[i], &r->map, xdm_hooks(r->xdm[i]));
        assert_non_null(r->lx6[i]);
    }
    for (unsigned i = 0; i < RIG_CORES; i++) {
        lx6_reset(r->lx6[i], 0);
        lx6_set_sr(r->lx6[i], SR_PS, 0); /* a program that takes interrupts */
        xdm_power_on(r->xdm[i]);
    }
}

void rig_open(struct chip_rig *r)
{
    *r = (struct chip_rig){.tck_ps = 50000, .cycle_ps = 6250};
    log_init(&r->log, LOG_WARN);
    r->sink = (struct log_sink){.fn = show};
    log_add_sink(&r->log, &r->sink);
    make_memory(r);
    rig_poke(r, 0x40000400, "\x06\xff\xff", 3); /* j . */
    make_cores(r);
    r->adapter.ops = &rig_ops;
    r->adapter.log = &r->log;
    r->adapter.is_open = true;
    r->adapter.clock = (struct clock){.ops = &rig_clock, .ctx = r};
    r->jtag = jtag_new(&r->adapter, &r->log);
    assert_non_null(r->jtag);
    for (unsigned i = 0; i < RIG_CORES; i++) {
        struct jtag_tap tap = {.name = "tap", .ir_len = 5, .ir_capture = 1, .ir_mask = 3};
        CHECK_OK(jtag_add_tap(r->jtag, &tap));
    }
    CHECK_OK(jtag_discover(r->jtag));
    r->dm = xocd_new(r->jtag, (const unsigned[]){0, 1}, RIG_CORES);
    assert_non_null(r->dm);
}

void rig_close(struct chip_rig *r)
{
    dm_free(r->dm);
    jtag_free(r->jtag);
    for (unsigned i = 0; i < RIG_CORES; i++) {
        lx6_free(r->lx6[i]);
        xdm_free(r->xdm[i]);
    }
    mem_map_fini(&r->map);
    mem_block_fini(&r->rom);
    mem_block_fini(&r->iram);
    mem_block_fini(&r->dram);
    mem_block_fini(&r->rtc_slow);
    free(r->device_words);
}
