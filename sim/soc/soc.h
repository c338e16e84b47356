/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual chip as its board sees it, whichever chip it is: cores, TAPs, reset pin, serial ports, time.
 *
 * A chip is one constant struct soc_kind; a board's row names it (sim/board.c). What the kinds share is in this folder:
 * running the cores, resets, interrupts, memories, devices. What a chip is made of is in the folder with its name.
 */
#ifndef SIM_SOC_SOC_H
#define SIM_SOC_SOC_H

#include "base/err.h"
#include "base/log.h"
#include "sim/nor/nor.h"
#include "sim/sched.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct soc;
struct soc_kind;

enum { SOC_PORT_USB = 16 }; /* the serial port over USB, of a chip that has one; numbers below are UARTs */

struct soc_config {
    struct log *log;
    struct sched *sched; /* the board's */
    struct nor *flash;   /* the board's */
    uint32_t psram_size; /* external RAM, on a chip that can have it; 0: none */
    bool is_flash_octal; /* what an eFuse of such a chip tells the boot ROM */
    const uint8_t *rom;  /* the boot ROM from 0x40000000 on; copied; what is missing is 0 */
    size_t rom_size;
    uint8_t strapping; /* GPIO_STRAP */
    uint8_t mac[6];
    void (*uart_sent)(void *ctx, unsigned uart, const uint8_t *bytes, size_t len);
    void *uart_ctx;
    /* The board's time in ps, which runs ahead of the chip's: a debug module's sync calls soc_run_until with it. */
    uint64_t (*present_ps)(void *ctx);
    void *present_ctx;
};

/* A TAP of the chip as the wires of the JTAG connector see it. Constant. */
struct soc_tap_ops {
    /* Rising edge of TCK with these levels, then the falling edge; returns TDO before the rising edge. */
    bool (*tck)(void *tap, bool tms, bool tdi);
    bool (*tdo)(const void *tap);
    /* 1 to 32 of such periods with TMS 0 in Shift-IR or Shift-DR, where it stays; bit 0 first. is_shifting says whether it
       may be called. */
    uint32_t (*shift)(void *tap, uint32_t tdi, unsigned count);
    bool (*is_shifting)(const void *tap);
    bool (*is_steady)(const void *tap, bool tms); /* periods with this TMS change nothing */
    void (*trst)(void *tap);
};

struct soc_tap {
    const struct soc_tap_ops *ops;
    void *tap;
};

/* In its power-on state; NULL when out of memory. */
struct soc *soc_new(const struct soc_kind *kind, const struct soc_config *config);
void soc_free(struct soc *s);                            /* takes NULL */
const char *soc_kind_title(const struct soc_kind *kind); /* "ESP32" */
uint32_t soc_kind_rom_size(const struct soc_kind *kind); /* of a boot ROM's image, at most */

/* Power-on reset: everything, the RTC domain and the debug modules included. */
void soc_power_on(struct soc *s);
/* The EN pin. While low nothing runs and the TAPs do not answer (TDO high). Its rise is a power-on reset. */
void soc_set_enable(struct soc *s, bool high);
/* False in deep sleep and while EN is low. */
bool soc_is_powered(const struct soc *s);
/* False: no TAP answers and TDO is high, for want of power, or because eFuses have closed the way to them. */
bool soc_has_taps(const struct soc *s);
/* Burns an eFuse by its name, before the chip is powered on: a number, or bytes in hex. ERR_UNSUPPORTED, ERR_NOT_FOUND or
   ERR_USAGE with a sentence. */
enum err soc_burn(struct soc *s, const char *name, const char *value) MUST_USE;
/* Runs the cores and devices up to this time of the board's clock. */
void soc_run_until(struct soc *s, uint64_t ps);
void soc_uart_receive(struct soc *s, unsigned uart, const uint8_t *bytes, size_t len);
/* The host resets the chip over USB: by DTR and RTS of the console, or by the JTAG interface. False: the chip has no
   USB-Serial-JTAG, eFuses have switched it off, or it has no power. */
bool soc_usb_reset(struct soc *s, bool by_jtag);

unsigned soc_tap_count(const struct soc *s);
struct soc_tap soc_tap(struct soc *s, unsigned tap); /* 0: nearest TDO */

unsigned soc_core_count(const struct soc *s);
uint64_t soc_core_instructions(const struct soc *s, unsigned core); /* completed since the chip was made */
struct lx6 *soc_lx6(struct soc *s, unsigned core);                  /* NULL for a core of another kind */
uint64_t soc_resets(const struct soc *s);                           /* system resets of any cause since power-on */
uint32_t soc_reset_cause(const struct soc *s, unsigned core);

#endif
