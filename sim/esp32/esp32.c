/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/esp32/esp32_int.h"

#include <stdlib.h>

static bool init_blocks(struct esp32 *s)
{
    bool is_ok =
        dport_init(s) && rtc_init(s) && gpio_init(s) && efuse_init(s) && storage_init(s) && frc_init(&s->frc, s);
    for (unsigned i = 0; is_ok && i < TIMGS; i++)
        is_ok = timg_init(&s->timg[i], s, i);
    for (unsigned i = 0; is_ok && i < UARTS; i++)
        is_ok = uart_init(&s->uart[i], s, i);
    for (unsigned i = 0; is_ok && i < SPIS; i++)
        is_ok = spi_init(&s->spi[i], s, i);
    for (unsigned i = 0; is_ok && i < CORES; i++)
        is_ok = cache_init(&s->caches[i], s, i);
    return is_ok && memory_init(s);
}

static bool init_core(struct esp32 *s, unsigned index)
{
    struct core *c = &s->cores[index];
    c->soc = s;
    c->index = index;
    if (!debug_init(s, index))
        return false;
    c->lx6 = lx6_new(index == PRO ? &lx6_config_esp32_pro : &lx6_config_esp32_app, &c->map, xdm_hooks(c->xdm));
    return c->lx6;
}

static void free_chip(struct soc *soc);
static void power_on(struct soc *soc);

static struct soc *new_chip(const struct soc_config *config)
{
    struct esp32 *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->soc.ops = &esp32_ops;
    s->config = *config;
    s->log = config->log;
    s->sched = config->sched;
    for (unsigned i = 0; i < CORES; i++) {
        s->cores[i].soc = s;
        s->cores[i].index = i;
    }
    if (!init_blocks(s) || !init_core(s, PRO) || !init_core(s, APP)) {
        free_chip(&s->soc);
        return NULL;
    }
    clock_init(s);
    s->config.rom = NULL; /* copied, and the caller's */
    power_on(&s->soc);
    return &s->soc;
}

static void cancel_events(struct esp32 *s)
{
    for (unsigned i = 0; i < UARTS; i++) {
        sched_cancel(s->sched, &s->uart[i].sent);
        sched_cancel(s->sched, &s->uart[i].received);
        sched_cancel(s->sched, &s->uart[i].timeout);
    }
    for (unsigned i = 0; i < SPIS; i++)
        sched_cancel(s->sched, &s->spi[i].done);
    for (unsigned i = 0; i < TIMGS; i++) {
        for (unsigned t = 0; t < TIMERS; t++)
            sched_cancel(s->sched, &s->timg[i].timers[t].alarm);
        sched_cancel(s->sched, &s->timg[i].calibrated);
        sched_cancel(s->sched, &s->timg[i].wdt.event);
    }
    sched_cancel(s->sched, &s->rtc_wdt.event);
    sched_cancel(s->sched, &s->rtc_alarm);
    sched_cancel(s->sched, &s->efuse_done);
}

static void free_chip(struct soc *soc)
{
    struct esp32 *s = esp32_of(soc);
    cancel_events(s);
    for (unsigned i = 0; i < CORES; i++) {
        lx6_free(s->cores[i].lx6);
        if (s->cores[i].xdm)
            xdm_free(s->cores[i].xdm);
        cache_fini(&s->caches[i]);
    }
    for (unsigned i = 0; i < UARTS; i++)
        uart_fini(&s->uart[i]);
    for (unsigned i = 0; i < SPIS; i++)
        block_fini(&s->spi[i].block);
    for (unsigned i = 0; i < TIMGS; i++)
        block_fini(&s->timg[i].block);
    struct block *const plain[] = {&s->dport,  &s->rtc,   &s->rtcio,  &s->sens,   &s->rtc_i2c, &s->gpio,
                                   &s->io_mux, &s->efuse, &s->syscon, &s->analog, &s->wdev,    &s->frc.block};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        block_fini(plain[i]);
    memory_fini(s);
    free(s);
}

static void power_on(struct soc *soc)
{
    struct esp32 *s = esp32_of(soc);
    s->is_enabled = true;
    reset_chip(s, RESET_POWER, ESP32_RESET_POWER_ON);
    reset_do_pending(s);
}

static void set_enable(struct soc *soc, bool high)
{
    struct esp32 *s = esp32_of(soc);
    if (high == s->is_enabled)
        return;
    if (high) {
        power_on(soc);
        return;
    }
    s->is_enabled = false;
    for (unsigned i = 0; i < UARTS; i++) /* nothing ticks without power */
        uart_reset(&s->uart[i]);
    for (unsigned i = 0; i < SPIS; i++)
        spi_reset(&s->spi[i]);
    for (unsigned i = 0; i < TIMGS; i++) {
        timg_reset(&s->timg[i]);
        wdt_set_running(&s->timg[i].wdt, false);
    }
    wdt_set_running(&s->rtc_wdt, false);
    sched_cancel(s->sched, &s->rtc_alarm);
    sched_cancel(s->sched, &s->efuse_done);
}

static void run_until(struct soc *soc, uint64_t ps)
{
    esp32_run_until(esp32_of(soc), ps);
}

static void uart_receive(struct soc *soc, unsigned uart, const uint8_t *bytes, size_t len)
{
    if (uart < UARTS)
        uart_wire(&esp32_of(soc)->uart[uart], bytes, len);
}

static unsigned core_count(const struct soc *soc)
{
    (void)soc;
    return CORES;
}

static struct xdm *xdm_of(struct soc *soc, unsigned core)
{
    return esp32_of(soc)->cores[core].xdm;
}

static struct lx6 *lx6_of(struct soc *soc, unsigned core)
{
    return esp32_of(soc)->cores[core].lx6;
}

static uint64_t resets(const struct soc *soc)
{
    return ((const struct esp32 *)soc)->resets;
}

static uint32_t reset_cause(const struct soc *soc, unsigned core)
{
    return ((const struct esp32 *)soc)->cores[core].cause;
}

const struct soc_ops esp32_ops = {
    .name = "ESP32",
    .rom_max_size = ESP32_ROM0_SIZE + ESP32_ROM1_SIZE,
    .new = new_chip,
    .free = free_chip,
    .power_on = power_on,
    .set_enable = set_enable,
    .run_until = run_until,
    .uart_receive = uart_receive,
    .core_count = core_count,
    .xdm = xdm_of,
    .lx6 = lx6_of,
    .resets = resets,
    .reset_cause = reset_cause,
};
