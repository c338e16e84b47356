/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/esp32/esp32_int.h"

enum { TRACE_BYTES = 0x4000 };

static bool init(struct soc *soc)
{
    static const uint32_t timg_bases[TIMGS] = {ESP32_TIMG0_BASE, ESP32_TIMG1_BASE};
    static const uint32_t uart_bases[UARTS] = {ESP32_UART0_BASE, ESP32_UART1_BASE, ESP32_UART2_BASE};
    struct esp32 *s = esp32_of(soc);
    bool is_ok = dport_init(s) && esp32_rtc_init(s) && gpio_init(s) && esp32_efuse_init(s) && flash_enc_init(s) &&
                 storage_init(s) && frc_init(&s->frc, soc);
    for (unsigned i = 0; is_ok && i < TIMGS; i++)
        is_ok = timg_init(&s->timg[i], &esp32_timg_kind, soc, i, timg_bases[i]);
    for (unsigned i = 0; is_ok && i < UARTS; i++)
        is_ok = uart_init(&s->uart[i], &esp32_uart_kind, soc, i, uart_bases[i]);
    for (unsigned i = 0; is_ok && i < SPIS; i++)
        is_ok = spi_init(&s->spi[i], soc, i);
    for (unsigned i = 0; is_ok && i < CORES; i++)
        is_ok = cache_init(&s->caches[i], s, i);
    if (is_ok)
        clock_init(s);
    s->sleeper = (struct sleeper){.timg = s->timg, .timg_count = TIMGS, .rtc_wdt = &s->rtc_wdt};
    sleep_init(&s->sleeper, &esp32_sleep_kind, soc);
    return is_ok;
}

static void cancel_events(struct esp32 *s)
{
    for (unsigned i = 0; i < UARTS; i++)
        uart_cancel(&s->uart[i]);
    for (unsigned i = 0; i < SPIS; i++)
        sched_cancel(s->soc.sched, &s->spi[i].done);
    for (unsigned i = 0; i < TIMGS; i++)
        timg_cancel(&s->timg[i]);
    sched_cancel(s->soc.sched, &s->rtc_wdt.event);
    sched_cancel(s->soc.sched, &s->rtc_alarm);
    sched_cancel(s->soc.sched, &s->efuse_done);
    sched_cancel(s->soc.sched, &s->flash_enc.done);
    sleep_cancel(&s->sleeper);
}

static void fini(struct soc *soc)
{
    struct esp32 *s = esp32_of(soc);
    cancel_events(s);
    for (unsigned i = 0; i < CORES; i++)
        cache_fini(&s->caches[i]);
    for (unsigned i = 0; i < UARTS; i++)
        uart_fini(&s->uart[i]);
    for (unsigned i = 0; i < SPIS; i++)
        block_fini(&s->spi[i].block);
    for (unsigned i = 0; i < TIMGS; i++)
        timg_fini(&s->timg[i]);
    struct block *const plain[] = {&s->dport,  &s->rtc,   &s->rtcio,  &s->sens,   &s->rtc_i2c, &s->gpio,
                                   &s->io_mux, &s->efuse, &s->syscon, &s->analog, &s->wdev,    &s->frc.block};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        block_fini(plain[i]);
    flash_enc_fini(s);
}

void esp32_digital_off(struct esp32 *s)
{
    for (unsigned i = 0; i < UARTS; i++)
        uart_reset(&s->uart[i]);
    for (unsigned i = 0; i < SPIS; i++)
        spi_reset(&s->spi[i]);
    for (unsigned i = 0; i < TIMGS; i++) {
        timg_reset(&s->timg[i]);
        wdt_set_running(&s->timg[i].wdt, false);
    }
    sched_cancel(s->soc.sched, &s->efuse_done);
    sched_cancel(s->soc.sched, &s->flash_enc.done);
}

static void unpower(struct soc *soc)
{
    struct esp32 *s = esp32_of(soc);
    sleep_end(&s->sleeper);
    esp32_digital_off(s);
    wdt_set_running(&s->rtc_wdt, false);
    sched_cancel(s->soc.sched, &s->rtc_alarm);
}

static void uart_receive(struct soc *soc, unsigned uart, const uint8_t *bytes, size_t len)
{
    if (uart < UARTS)
        uart_wire(&esp32_of(soc)->uart[uart], bytes, len);
}

static unsigned irq_line(const struct soc *soc, unsigned core, unsigned source)
{
    uint32_t map = core == PRO ? ESP32_DPORT_PRO_INTR_MAP : ESP32_DPORT_APP_INTR_MAP;
    return *block_word(&esp32_of_const(soc)->dport, map - ESP32_DPORT_BASE + 4 * source) & 31;
}

static bool is_jtag_disabled(const struct soc *soc)
{
    const struct block *efuse = &esp32_of_const(soc)->efuse;
    return *block_word(efuse, ESP32_EFUSE_BLK0_RDATA6 - ESP32_EFUSE_BASE) & ESP32_EFUSE_JTAG_DISABLE;
}

/*
 * The half of the trace memory that a core's TRAX sees. Mux modes (tracemem_config.h, port_jtag.c, trax.c of esp-idf): 0
 * PRO 0x3FFF8000 and APP 0x3FFFC000, 1 both 0x3FFF8000, 2 both 0x3FFFC000, 3 as 0 but swapped. Words stand in reverse
 * order, as the instruction bus sees this RAM.
 */
static uint8_t *trace_word(struct soc *soc, unsigned core, uint32_t word, struct mem_block **block)
{
    struct esp32 *s = esp32_of(soc);
    uint32_t mode = *block_word(&s->dport, ESP32_DPORT_TRACEMEM_MUX - ESP32_DPORT_BASE);
    uint32_t enabled = *block_word(&s->dport, ESP32_DPORT_PRO_TRACEMEM_ENA + 4 * core - ESP32_DPORT_BASE);
    if (!enabled || word >= TRACE_BYTES / 4)
        return NULL;
    bool is_upper = mode == ESP32_DPORT_TRACEMEM_BLOCK1 || (mode == 0 && core == APP) || (mode == 3 && core == PRO);
    uint32_t half = ESP32_SRAM1_SIZE - (is_upper ? TRACE_BYTES : 2 * TRACE_BYTES);
    *block = &s->sram1;
    return s->sram1.bytes + half + TRACE_BYTES - 4 - 4 * word;
}

const struct soc_kind esp32_kind = {
    .name = "esp32",
    .title = "ESP32",
    .state_size = sizeof(struct esp32),
    .rom_max_size = ESP32_ROM0_SIZE + ESP32_ROM1_SIZE,
    .cpu = &soc_xtensa,
    .core_count = CORES,
    .cores = {&lx6_config_esp32_pro, &lx6_config_esp32_app},
    .xdm =
        {
            .idcode = 0x120034E5,
            .ocdid = 0x0733BFF2,   /* logs of real chips: openocd-esp32 issues #214, #371 */
            .trax_id = 0x00310000, /* TRAX 3.0, standard configuration; no document gives this chip's value */
            .trace_bytes_log2 = 14,
            .perf_counters = 2,
        },
    .irq_sources = ESP32_INTR_COUNT,
    .irq_no_line = 16, /* an internal line */
    .periph = ESP32_PERIPH,
    .periph_size = 0x80000,
    .memories = esp32_memories,
    .mappings = esp32_mappings,
    .block_names = esp32_block_names,
    .init = init,
    .fini = fini,
    .map_devices = esp32_map_devices,
    .unpower = unpower,
    .burn = esp32_burn,
    .reset = esp32_reset,
    .set_cause = esp32_set_cause,
    .reset_vector = esp32_reset_vector,
    .is_in_reset = esp32_is_in_reset,
    .is_clocked = esp32_is_clocked,
    .is_stalled = esp32_is_stalled,
    .irq_line = irq_line,
    .is_jtag_disabled = is_jtag_disabled,
    .trace_word = trace_word,
    .uart_receive = uart_receive,
    .fetched_nothing = esp32_fetched_nothing,
};
