/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/esp32s3/esp32s3_int.h"

#include "base/bits.h"

static bool init(struct soc *soc)
{
    static const uint32_t timg_bases[TIMGS] = {ESP32S3_TIMG0_BASE, ESP32S3_TIMG1_BASE};
    static const uint32_t uart_bases[UARTS] = {ESP32S3_UART0_BASE, ESP32S3_UART1_BASE, ESP32S3_UART2_BASE};
    struct esp32s3 *s = esp32s3_of(soc);
    bool is_ok = s3_system_init(s) && s3_interrupt_init(s) &&
                 pms_init(&s->pms, &esp32s3_pms_kind, soc, ESP32S3_SENSITIVE_BASE) &&
                 rtc_init(&s->rtc, &esp32s3_rtc_kind, soc, ESP32S3_RTC_BASE, &s->efuse) && s3_gpio_init(s) &&
                 s3_cache_init(s) && flash_side_init(&s->flash, &esp32s3_flash_kind, soc, &s->efuse) &&
                 efuse_init(&s->efuse, &esp32s3_efuse_kind, soc, ESP32S3_EFUSE_BASE) && s3_storage_init(s) &&
                 systimer_init(&s->systimer, &esp32s3_systimer_kind, soc, ESP32S3_SYSTIMER_BASE) &&
                 usj_init(&s->usj, &esp32s3_usj_kind, soc, ESP32S3_USJ_BASE);
    for (unsigned i = 0; is_ok && i < TIMGS; i++)
        is_ok = timg_init(&s->timg[i], &esp32s3_timg_kind, soc, i, timg_bases[i]);
    for (unsigned i = 0; is_ok && i < UARTS; i++)
        is_ok = uart_init(&s->uart[i], &esp32s3_uart_kind, soc, i, uart_bases[i]);
    if (is_ok)
        s3_clock_update(s);
    s->rtc.sleeper = (struct sleeper){.timg = s->timg, .timg_count = TIMGS, .rtc_wdt = &s->rtc.wdt};
    sleep_init(&s->rtc.sleeper, &esp32s3_sleep_kind, soc);
    return is_ok;
}

static void fini(struct soc *soc)
{
    struct esp32s3 *s = esp32s3_of(soc);
    sleep_cancel(&s->rtc.sleeper);
    rtc_unpower(&s->rtc);
    systimer_cancel(&s->systimer);
    efuse_cancel(&s->efuse);
    usj_cancel(&s->usj);
    for (unsigned i = 0; i < UARTS; i++) {
        uart_cancel(&s->uart[i]);
        uart_fini(&s->uart[i]);
    }
    for (unsigned i = 0; i < TIMGS; i++) {
        timg_cancel(&s->timg[i]);
        timg_fini(&s->timg[i]);
    }
    usj_fini(&s->usj);
    efuse_fini(&s->efuse);
    rtc_fini(&s->rtc);
    pms_fini(&s->pms);
    systimer_fini(&s->systimer);
    flash_side_fini(&s->flash);
    s3_storage_fini(s);
    struct block *const blocks[] = {&s->system, &s->interrupt, &s->gpio, &s->extmem, NULL};
    for (struct block *const *block = blocks; *block; block++)
        block_fini(*block);
}

void s3_digital_off(struct esp32s3 *s)
{
    systimer_cancel(&s->systimer);
    usj_reset(&s->usj);
    efuse_cancel(&s->efuse);
    flash_side_unpower(&s->flash);
    for (unsigned i = 0; i < UARTS; i++)
        uart_reset(&s->uart[i]);
    for (unsigned i = 0; i < TIMGS; i++) {
        timg_reset(&s->timg[i]);
        wdt_set_running(&s->timg[i].wdt, false);
    }
}

static void unpower(struct soc *soc)
{
    struct esp32s3 *s = esp32s3_of(soc);
    sleep_end(&s->rtc.sleeper);
    s3_digital_off(s);
    rtc_unpower(&s->rtc);
}

static void uart_receive(struct soc *soc, unsigned port, const uint8_t *bytes, size_t len)
{
    struct esp32s3 *s = esp32s3_of(soc);
    if (port == SOC_PORT_USB)
        usj_receive(&s->usj, bytes, len);
    else if (port < UARTS)
        uart_wire(&s->uart[port], bytes, len);
}

static bool usb_reset(struct soc *soc, bool by_jtag)
{
    struct esp32s3 *s = esp32s3_of(soc);
    if (s3_efuse_word(s, ESP32S3_EFUSE_RD_REPEAT2) & ESP32S3_EFUSE_DIS_USB_SERIAL_JTAG)
        return false;
    usj_reset_chip(&s->usj, by_jtag);
    return true;
}

/* Pins and USB are two ways to the same TAPs: what is connected uses the one that is open. SOFT_DIS_JTAG closes both until
   HMAC opens them again, which is not modelled. */
static bool is_jtag_disabled(const struct soc *soc)
{
    const struct esp32s3 *s = esp32s3_of_const(soc);
    uint32_t repeat0 = s3_efuse_word(s, ESP32S3_EFUSE_RD_REPEAT0), repeat2 = s3_efuse_word(s, ESP32S3_EFUSE_RD_REPEAT2);
    unsigned soft = field_get(ESP32S3_EFUSE_SOFT_DIS_JTAG, repeat0);
    bool is_soft = (soft ^ soft >> 1 ^ soft >> 2) & 1;
    bool is_usb_off = repeat2 & (ESP32S3_EFUSE_DIS_USB_JTAG | ESP32S3_EFUSE_DIS_USB_SERIAL_JTAG);
    return is_soft || (repeat0 & ESP32S3_EFUSE_DIS_PAD_JTAG && is_usb_off);
}

static bool is_in_window(uint32_t addr, uint32_t base)
{
    return addr - base < ESP32S3_BUS_SIZE;
}

static bool fetched_nothing(struct core *c, uint32_t addr)
{
    if (!is_in_window(addr, ESP32S3_IBUS) && !is_in_window(addr, ESP32S3_DBUS))
        return false;
    s3_cache_illegal(c, addr, false);
    return true;
}

static void denied(struct core *c, uint32_t addr, uint8_t kind)
{
    if (is_in_window(addr, ESP32S3_IBUS) || is_in_window(addr, ESP32S3_DBUS))
        s3_cache_illegal(c, addr, kind == MEM_W);
    else
        pms_denied(&esp32s3_of(c->soc)->pms, c, addr, kind);
}

const struct soc_kind esp32s3_kind = {
    .name = "esp32s3",
    .title = "ESP32-S3",
    .state_size = sizeof(struct esp32s3),
    .rom_max_size = ESP32S3_ROM_SIZE,
    .cpu = &soc_xtensa,
    .core_count = CORES,
    .cores = {&lx7_config_esp32s3_pro, &lx7_config_esp32s3_app},
    .xdm =
        {
            .idcode = 0x120034E5,
            .ocdid = 0x0B339FD2,   /* a log of a real chip: openocd-esp32 issue #201 */
            .trax_id = 0x00310000, /* TRAX 3.0, standard configuration; no document gives this chip's value */
            .trace_bytes_log2 = 14,
            .perf_counters = 2,
        },
    .irq_sources = ESP32S3_INTR_COUNT,
    .irq_no_line = 16, /* an internal line */
    .periph = ESP32S3_PERIPH,
    .periph_size = ESP32S3_PERIPH_SIZE,
    .memories = esp32s3_memories,
    .mappings = esp32s3_mappings,
    .block_names = esp32s3_block_names,
    .init = init,
    .fini = fini,
    .map_devices = esp32s3_map_devices,
    .unpower = unpower,
    .burn = esp32s3_burn,
    .reset = esp32s3_reset,
    .set_cause = esp32s3_set_cause,
    .reset_vector = esp32s3_reset_vector,
    .halts_on_reset = esp32s3_halts_on_reset,
    .reset_by_jtag = esp32s3_reset_by_jtag,
    .is_in_reset = esp32s3_is_in_reset,
    .is_clocked = esp32s3_is_clocked,
    .is_stalled = esp32s3_is_stalled,
    .irq_line = s3_interrupt_line,
    .is_jtag_disabled = is_jtag_disabled,
    .jtag_lock_hides_taps = true,
    .trace_word = s3_sensitive_trace_word,
    .uart_receive = uart_receive,
    .usb_reset = usb_reset,
    .fetched_nothing = fetched_nothing,
    .denied = denied,
};
