/* SPDX-License-Identifier: Apache-2.0 */
/* What the debug modules see of the chip around them. */
#include "sim/esp32/esp32_int.h"

#include "base/bytes.h"

enum { TRACE_BYTES = 0x4000 };

static struct lx6 *core_of(void *ctx, unsigned core)
{
    struct esp32 *s = ctx;
    return s->cores[core].lx6;
}

static void sync(void *ctx)
{
    struct esp32 *s = ctx;
    uint64_t present = s->config.present_ps ? s->config.present_ps(s->config.present_ctx) : s->sched->now_ps;
    esp32_run_until(s, present);
}

static void hold_reset(void *ctx, unsigned core, bool hold)
{
    struct esp32 *s = ctx;
    struct core *c = &s->cores[core];
    if (c->is_held == hold)
        return;
    c->is_held = hold;
    uint32_t select = core == PRO ? ESP32_RTC_PROCPU_STAT_VECTOR_SEL : ESP32_RTC_APPCPU_STAT_VECTOR_SEL;
    uint32_t state = *block_word(&s->rtc, ESP32_RTC_RESET_STATE - ESP32_RTC_BASE);
    lx6_reset(c->lx6, state & select ? ESP32_RESET_VECTOR : ESP32_RESET_VECTOR_RTC);
    xdm_core_was_reset(c->xdm, false);
    run_break(s);
}

static bool is_in_reset(void *ctx, unsigned core)
{
    struct esp32 *s = ctx;
    return core_is_in_reset(&s->cores[core]);
}

static bool is_clocked(void *ctx, unsigned core)
{
    struct esp32 *s = ctx;
    return core_is_clocked(&s->cores[core]);
}

static bool is_run_stalled(void *ctx, unsigned core)
{
    struct esp32 *s = ctx;
    return core_is_stalled(&s->cores[core]);
}

static void break_out(void *ctx, unsigned core, bool level)
{
    struct esp32 *s = ctx;
    xdm_break_in(s->cores[!core].xdm, level);
    run_break(s);
}

static void break_in_ack(void *ctx, unsigned core, bool level)
{
    struct esp32 *s = ctx;
    xdm_break_out_ack(s->cores[!core].xdm, level);
}

/*
 * The half of the trace memory that a core's TRAX sees. Mux modes (tracemem_config.h, port_jtag.c, trax.c of esp-idf): 0
 * PRO 0x3FFF8000 and APP 0x3FFFC000, 1 both 0x3FFF8000, 2 both 0x3FFFC000, 3 as 0 but swapped. Words stand in reverse
 * order, as the instruction bus sees this RAM.
 */
static uint8_t *trace_word(struct esp32 *s, unsigned core, uint32_t word)
{
    uint32_t mode = *block_word(&s->dport, ESP32_DPORT_TRACEMEM_MUX - ESP32_DPORT_BASE);
    uint32_t enabled = *block_word(&s->dport, ESP32_DPORT_PRO_TRACEMEM_ENA + 4 * core - ESP32_DPORT_BASE);
    if (!enabled || word >= TRACE_BYTES / 4)
        return NULL;
    bool is_upper = mode == ESP32_DPORT_TRACEMEM_BLOCK1 || (mode == 0 && core == APP) || (mode == 3 && core == PRO);
    uint32_t half = ESP32_SRAM1_SIZE - (is_upper ? TRACE_BYTES : 2 * TRACE_BYTES);
    return s->sram1.bytes + half + TRACE_BYTES - 4 - 4 * word;
}

uint32_t debug_trace_read(void *ctx, unsigned core, uint32_t word)
{
    const uint8_t *at = trace_word(ctx, core, word);
    return at ? le32_get(at) : 0;
}

static void trace_write(void *ctx, unsigned core, uint32_t word, uint32_t value)
{
    struct esp32 *s = ctx;
    uint8_t *at = trace_word(s, core, word);
    if (!at)
        return;
    le32_put(at, value);
    mem_block_changed(&s->sram1, (uint32_t)(at - s->sram1.bytes), 4);
}

static void profiling_irq(void *ctx, unsigned core, bool level)
{
    struct esp32 *s = ctx;
    lx6_set_irq(s->cores[core].lx6, lx6_config_esp32_pro.irq_profiling, level);
}

static bool is_jtag_disabled(void *ctx)
{
    struct esp32 *s = ctx;
    return *block_word(&s->efuse, ESP32_EFUSE_BLK0_RDATA6 - ESP32_EFUSE_BASE) & ESP32_EFUSE_JTAG_DISABLE;
}

static uint64_t now_ps(void *ctx)
{
    struct esp32 *s = ctx;
    return sched_now(s->sched);
}

static uint32_t cycle_ps(void *ctx, unsigned core)
{
    (void)core;
    return core_cycle_ps(ctx);
}

static void note(void *ctx, unsigned core, const char *what)
{
    struct esp32 *s = ctx;
    log_info(s->log, "esp32: debug module of core %u: %s", core, what);
}

bool debug_init(struct esp32 *s, unsigned core)
{
    const struct xdm_config config = {
        .idcode = 0x120034E5,
        .ocdid = 0x0733BFF2,   /* logs of real chips: openocd-esp32 issues #214, #371 */
        .trax_id = 0x00310000, /* TRAX 3.0, standard configuration; no document gives this chip's value */
        .trace_bytes_log2 = 14,
        .perf_counters = 2,
    };
    const struct xdm_env env = {
        .ctx = s,
        .core = core,
        .lx6 = core_of,
        .sync = sync,
        .hold_reset = hold_reset,
        .is_in_reset = is_in_reset,
        .is_clocked = is_clocked,
        .is_run_stalled = is_run_stalled,
        .break_out = break_out,
        .break_in_ack = break_in_ack,
        .trace_read = debug_trace_read,
        .trace_write = trace_write,
        .profiling_irq = profiling_irq,
        .is_jtag_disabled = is_jtag_disabled,
        .now_ps = now_ps,
        .cycle_ps = cycle_ps,
        .note = note,
    };
    s->cores[core].xdm = xdm_new(&config, &env);
    return s->cores[core].xdm;
}
