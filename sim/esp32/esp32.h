/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual ESP32 (revision 3): two LX6 cores, memories, caches and MMU, peripherals, resets, and one debug module per
 * core. Sources: the ESP32 Technical Reference Manual and the register headers of esp-idf.
 */
#ifndef SIM_ESP32_ESP32_H
#define SIM_ESP32_ESP32_H

#include "base/log.h"
#include "sim/nor/nor.h"
#include "sim/sched.h"
#include "sim/xdm/xdm.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct esp32;

struct esp32_config {
    struct log *log;
    struct sched *sched; /* the board's */
    struct nor *flash;   /* the board's */
    const uint8_t *rom;  /* 384 KB of ROM0 and, if longer, 64 KB of ROM1; copied; shorter is filled with 0 */
    size_t rom_size;
    uint8_t strapping; /* GPIO_STRAP */
    uint8_t mac[6];
    void (*uart_sent)(void *ctx, unsigned uart, const uint8_t *bytes, size_t len);
    void *uart_ctx;
    /* The board's time in ps, which runs ahead of the chip's: a debug module's sync calls esp32_run_until with it. */
    uint64_t (*present_ps)(void *ctx);
    void *present_ctx;
};

struct esp32 *esp32_new(const struct esp32_config *config);
void esp32_free(struct esp32 *s);
/* Power-on reset: everything, the RTC domain and the debug modules included. */
void esp32_power_on(struct esp32 *s);
/* The EN pin. While low nothing runs and the TAPs do not answer (TDO high). Its rise is a power-on reset. */
void esp32_set_enable(struct esp32 *s, bool high);
/* Runs the cores and devices up to this time of the board's clock. */
void esp32_run_until(struct esp32 *s, uint64_t ps);
void esp32_uart_receive(struct esp32 *s, unsigned uart, const uint8_t *bytes, size_t len);

unsigned esp32_tap_count(const struct esp32 *s);
struct xdm *esp32_xdm(struct esp32 *s, unsigned core); /* 0: nearest TDO */
struct lx6 *esp32_lx6(struct esp32 *s, unsigned core);
uint64_t esp32_resets(const struct esp32 *s);
uint32_t esp32_reset_cause(const struct esp32 *s, unsigned core);

#endif
