/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/esp32c3/esp32c3_int.h"

#include "base/bits.h"

static bool init(struct soc *soc)
{
    static const uint32_t timg_bases[TIMGS] = {ESP32C3_TIMG0_BASE, ESP32C3_TIMG1_BASE};
    static const uint32_t uart_bases[UARTS] = {ESP32C3_UART0_BASE, ESP32C3_UART1_BASE};
    struct esp32c3 *s = esp32c3_of(soc);
    bool is_ok = c3_system_init(s) && c3_interrupt_init(s) && c3_assist_init(s) &&
                 pms_init(&s->pms, &esp32c3_pms_kind, soc, ESP32C3_SENS_BASE) && c3_flash_init(s) &&
                 efuse_init(&s->efuse, &esp32c3_efuse_kind, soc, ESP32C3_EFUSE_BASE) &&
                 rtc_init(&s->rtc, &esp32c3_rtc_kind, soc, ESP32C3_RTC_BASE, &s->efuse) && c3_gpio_init(s) &&
                 c3_plain_init(s) && systimer_init(&s->systimer, &esp32c3_systimer_kind, soc, ESP32C3_SYSTIMER_BASE) &&
                 usj_init(&s->usj, &esp32c3_usj_kind, soc, ESP32C3_USJ_BASE);
    for (unsigned i = 0; is_ok && i < TIMGS; i++)
        is_ok = timg_init(&s->timg[i], &esp32c3_timg_kind, soc, i, timg_bases[i]);
    for (unsigned i = 0; is_ok && i < UARTS; i++)
        is_ok = uart_init(&s->uart[i], &esp32c3_uart_kind, soc, i, uart_bases[i]);
    if (is_ok)
        c3_clock_update(s);
    s->rtc.sleeper = (struct sleeper){.timg = s->timg, .timg_count = TIMGS, .rtc_wdt = &s->rtc.wdt};
    sleep_init(&s->rtc.sleeper, &esp32c3_sleep_kind, soc);
    return is_ok;
}

static void fini(struct soc *soc)
{
    struct esp32c3 *s = esp32c3_of(soc);
    sleep_cancel(&s->rtc.sleeper);
    rtc_unpower(&s->rtc);
    systimer_cancel(&s->systimer);
    efuse_cancel(&s->efuse);
    usj_cancel(&s->usj);
    c3_flash_cancel(s);
    for (unsigned i = 0; i < UARTS; i++) {
        uart_cancel(&s->uart[i]);
        uart_fini(&s->uart[i]);
    }
    for (unsigned i = 0; i < TIMGS; i++) {
        timg_cancel(&s->timg[i]);
        timg_fini(&s->timg[i]);
    }
    rtc_fini(&s->rtc);
    pms_fini(&s->pms);
    systimer_fini(&s->systimer);
    efuse_fini(&s->efuse);
    usj_fini(&s->usj);
    c3_flash_fini(s);
    c3_plain_fini(s);
    block_fini(&s->system);
    block_fini(&s->interrupt.block);
    block_fini(&s->gpio);
    block_fini(&s->assist.block);
}

void c3_digital_off(struct esp32c3 *s)
{
    systimer_cancel(&s->systimer);
    usj_reset(&s->usj);
    efuse_cancel(&s->efuse);
    c3_flash_cancel(s);
    for (unsigned i = 0; i < UARTS; i++)
        uart_reset(&s->uart[i]);
    for (unsigned i = 0; i < TIMGS; i++) {
        timg_reset(&s->timg[i]);
        wdt_set_running(&s->timg[i].wdt, false);
    }
}

static void unpower(struct soc *soc)
{
    struct esp32c3 *s = esp32c3_of(soc);
    sleep_end(&s->rtc.sleeper);
    c3_digital_off(s);
    rtc_unpower(&s->rtc);
}

static void uart_receive(struct soc *soc, unsigned port, const uint8_t *bytes, size_t len)
{
    struct esp32c3 *s = esp32c3_of(soc);
    if (port == SOC_PORT_USB)
        usj_receive(&s->usj, bytes, len);
    else if (port < UARTS)
        uart_wire(&s->uart[port], bytes, len);
}

static bool usb_reset(struct soc *soc, bool by_jtag)
{
    struct esp32c3 *s = esp32c3_of(soc);
    if (c3_efuse_word(s, ESP32C3_EFUSE_RD_REPEAT0) & ESP32C3_EFUSE_DIS_USB_SERIAL_JTAG)
        return false;
    usj_reset_chip(&s->usj, by_jtag);
    return true;
}

/* Pins and USB are two ways to the same TAP: what is connected uses the one that is open. SOFT_DIS_JTAG closes both until
   HMAC opens them again, which is not modelled. */
static bool is_jtag_disabled(const struct soc *soc)
{
    uint32_t repeat0 = c3_efuse_word(esp32c3_of_const(soc), ESP32C3_EFUSE_RD_REPEAT0);
    unsigned soft = field_get(ESP32C3_EFUSE_SOFT_DIS_JTAG, repeat0);
    bool is_soft = (soft ^ soft >> 1 ^ soft >> 2) & 1;
    bool is_usb_off = repeat0 & (ESP32C3_EFUSE_DIS_USB_JTAG | ESP32C3_EFUSE_DIS_USB_SERIAL_JTAG);
    return is_soft || (repeat0 & ESP32C3_EFUSE_DIS_PAD_JTAG && is_usb_off);
}

static bool is_flash_window(uint32_t addr)
{
    return addr - ESP32C3_IBUS < ESP32C3_BUS_SIZE || addr - ESP32C3_DBUS < ESP32C3_BUS_SIZE;
}

static bool fetched_nothing(struct core *c, uint32_t addr)
{
    if (!is_flash_window(addr))
        return false;
    c3_flash_fetched_nothing(c, addr);
    return true;
}

static void denied(struct core *c, uint32_t addr, uint8_t kind)
{
    if (is_flash_window(addr))
        c3_flash_denied(c, addr, kind);
    else
        pms_denied(&esp32c3_of(c->soc)->pms, c, addr, kind);
}

static void halted(struct core *c, bool is_halted)
{
    systimer_core_halted(&esp32c3_of(c->soc)->systimer, c->index, is_halted);
}

const struct soc_kind esp32c3_kind = {
    .name = "esp32c3",
    .title = "ESP32-C3",
    .state_size = sizeof(struct esp32c3),
    .rom_max_size = ESP32C3_ROM_SIZE,
    .cpu = &soc_riscv,
    .core_count = 1,
    .harts = {&rv32_config_esp32c3},
    .rvdbg = &rvdbg_config_esp32c3,
    .irq_sources = ESP32C3_INTR_COUNT,
    .irq_no_line = 0,
    .periph = ESP32C3_PERIPH,
    .periph_size = ESP32C3_PERIPH_SIZE,
    .memories = esp32c3_memories,
    .mappings = esp32c3_mappings,
    .block_names = esp32c3_block_names,
    .init = init,
    .fini = fini,
    .map_devices = esp32c3_map_devices,
    .unpower = unpower,
    .burn = esp32c3_burn,
    .reset = esp32c3_reset,
    .set_cause = esp32c3_set_cause,
    .reset_vector = esp32c3_reset_vector,
    .halts_on_reset = esp32c3_halts_on_reset,
    .reset_by_jtag = esp32c3_reset_by_jtag,
    .is_in_reset = esp32c3_is_in_reset,
    .is_clocked = esp32c3_is_clocked,
    .is_stalled = esp32c3_is_stalled,
    .irq_line = c3_interrupt_source_line,
    .drive_line = c3_interrupt_drive_line,
    .is_jtag_disabled = is_jtag_disabled,
    .jtag_lock_hides_taps = true,
    .uart_receive = uart_receive,
    .usb_reset = usb_reset,
    .denied = denied,
    .fetched_nothing = fetched_nothing,
    .halted = halted,
    .sp_left = c3_assist_sp_left,
};
