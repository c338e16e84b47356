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

struct esp32 *esp32_new(const struct esp32_config *config)
{
    struct esp32 *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->config = *config;
    s->log = config->log;
    s->sched = config->sched;
    for (unsigned i = 0; i < CORES; i++) {
        s->cores[i].soc = s;
        s->cores[i].index = i;
    }
    if (!init_blocks(s) || !init_core(s, PRO) || !init_core(s, APP)) {
        esp32_free(s);
        return NULL;
    }
    clock_init(s);
    s->config.rom = NULL; /* copied, and the caller's */
    esp32_power_on(s);
    return s;
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

void esp32_free(struct esp32 *s)
{
    if (!s)
        return;
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

void esp32_power_on(struct esp32 *s)
{
    s->is_enabled = true;
    reset_chip(s, RESET_POWER, ESP32_RESET_POWER_ON);
    reset_do_pending(s);
}

void esp32_set_enable(struct esp32 *s, bool high)
{
    if (high == s->is_enabled)
        return;
    if (high) {
        esp32_power_on(s);
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

unsigned esp32_tap_count(const struct esp32 *s)
{
    (void)s;
    return CORES;
}

struct xdm *esp32_xdm(struct esp32 *s, unsigned core)
{
    return s->cores[core].xdm;
}

struct lx6 *esp32_lx6(struct esp32 *s, unsigned core)
{
    return s->cores[core].lx6;
}

uint64_t esp32_resets(const struct esp32 *s)
{
    return s->resets;
}

uint32_t esp32_reset_cause(const struct esp32 *s, unsigned core)
{
    return s->cores[core].cause;
}
