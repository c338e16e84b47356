/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the virtual ESP32: its state, and what its rooms offer each other. Each part names its file. */
#ifndef SIM_ESP32_ESP32_INT_H
#define SIM_ESP32_ESP32_INT_H

#include "regs/esp32.h"
#include "sim/esp32/block.h"
#include "sim/esp32/esp32.h"
#include "sim/lx6/lx6.h"

enum { PRO = 0, APP = 1, CORES = 2 };
enum { UARTS = 3, TIMGS = 2, SPIS = 4 };

/* --- clock.c --- */

/* A period of num/den picoseconds: exact where a frequency is no divisor of 1 THz. */
struct period {
    uint64_t num, den;
};
uint64_t period_ticks(struct period p, uint64_t ps); /* whole ticks in that time */
uint64_t period_ps(struct period p, uint64_t ticks); /* rounded up: the tick has come by then */

struct clocks {
    struct period cpu, apb;
};
void clock_init(struct esp32 *s); /* when the registers are there */
/* Follows the registers that choose clocks. The running core's slice ends, so that it takes effect at once. */
void clock_update(struct esp32 *s);
struct period clock_rtc_slow(void);

/* --- one core --- */
struct core {
    struct esp32 *soc;
    unsigned index;
    struct lx6 *lx6;
    struct xdm *xdm;
    struct mem_map map;
    uint64_t time_ps;    /* how far it has run */
    uint64_t time_rest;  /* parts of a picosecond: 1/period.den */
    bool is_held;        /* in reset by its debug module */
    uint8_t cause;       /* of its last reset */
    uint64_t slice_from; /* its time when the slice began, and its clock then */
    struct period slice_period;
};

/* --- cache_mmu.c --- */
enum { VIRTUAL_PAGES = 256, FLASH_PAGES = 256, CACHE_WINDOWS = 5 };

struct stale {
    struct mem_block block;
    bool is_made, is_used;
    uint32_t page; /* of the flash */
};

struct cache {
    struct esp32 *soc;
    unsigned core;
    struct block mmu;
    uint16_t shown[VIRTUAL_PAGES];  /* the entry that an access goes by */
    bool is_open[VIRTUAL_PAGES];    /* the map leads to flash */
    bool is_touched[VIRTUAL_PAGES]; /* may have been cached since the last flush */
    struct stale *stale;            /* FLASH_PAGES of them: old content of a page that was changed */
    uint32_t illegal;               /* ESP32_DPORT_CACHE_IA_... */
    struct window {
        struct cache *cache;
        unsigned number;
        struct mem_device device;
    } windows[CACHE_WINDOWS]; /* of flash, and the last of external RAM, which is not there */
};
bool cache_init(struct cache *c, struct esp32 *soc, unsigned core);
void cache_fini(struct cache *c);
void cache_power_on(struct cache *c);
void cache_control_changed(struct cache *c, bool is_flush); /* enable, masks or a flush */
void cache_illegal_fetch(struct cache *c, uint32_t addr);
void cache_clear_illegal(struct cache *c);
void cache_update_irq(struct esp32 *s);

/* --- intmatrix.c --- */
struct intmatrix {
    uint32_t level[3];           /* of each source */
    uint32_t line[CORES][32][3]; /* sources that are mapped to a line */
};
void irq_set(struct esp32 *s, unsigned source, bool level);
/* A pulse, for the edge sources of the timer groups. */
void irq_pulse(struct esp32 *s, unsigned source);
void irq_map(struct esp32 *s, unsigned core, unsigned source, unsigned before, unsigned line);
void irq_reset(struct esp32 *s);

/* --- wdt.c: the watchdog of the RTC and of each timer group --- */
struct wdt {
    struct esp32 *soc;
    struct sched_event event;
    unsigned stage;
    bool is_running;
    uint64_t started_ps; /* of the stage */
    /* What the registers say now. */
    uint64_t (*stage_ps)(struct wdt *w, unsigned stage); /* SCHED_NEVER: cannot expire */
    void (*expired)(struct wdt *w, unsigned stage);
    unsigned index;
};
void wdt_init(struct wdt *w, struct esp32 *soc, unsigned index);
/* After its registers changed: on or off, or other times for the stage that runs. */
void wdt_set_running(struct wdt *w, bool is_running);
void wdt_feed(struct wdt *w);

/* --- timg.c --- */
enum { TIMERS = 3 }; /* T0, T1, LACT */
struct timer {
    struct timg *group;
    unsigned index;
    struct sched_event alarm;
    uint64_t count; /* at this time */
    uint64_t at_ps;
    uint64_t rest_ps; /* of a tick that had begun */
};
struct timg {
    struct block block;
    struct timer timers[TIMERS];
    struct wdt wdt;
    struct sched_event calibrated;
};
bool timg_init(struct timg *t, struct esp32 *soc, unsigned index);
void timg_reset(struct timg *t);
void timg_clock_changes(struct timg *t); /* before and after: counts are taken and alarms moved */
void timg_clock_changed(struct timg *t);

/* --- uart.c --- */
enum { UART_FIFO = 128 };
struct fifo {
    uint8_t bytes[UART_FIFO];
    unsigned first, count;
};
struct uart {
    struct block block;
    struct fifo tx, rx;
    uint8_t shifting; /* the byte on the wire */
    bool is_shifting;
    struct sched_event sent, received, timeout;
    uint8_t *wire; /* bytes that come in, one after the other */
    size_t wire_count, wire_room;
};
bool uart_init(struct uart *u, struct esp32 *soc, unsigned index);
void uart_fini(struct uart *u);
void uart_reset(struct uart *u);
void uart_wire(struct uart *u, const uint8_t *bytes, size_t len);

/* --- spi.c, spi_run.c --- */
struct spi {
    struct block block;
    struct nor *flash; /* on chip select 0; NULL: nothing is connected */
    struct sched_event done;
    uint32_t command;    /* the bits of CMD that run */
    bool is_waiting;     /* for the flash to get ready */
    bool is_kept_active; /* chip select stays low between two commands */
};
bool spi_init(struct spi *x, struct esp32 *soc, unsigned index);
void spi_reset(struct spi *x);
/* Clocks that the command needs, and doing it. */
uint64_t spi_clocks(const struct spi *x);
void spi_run(struct spi *x);
/* Lets chip select rise if it was kept low and is no more. */
void spi_release(struct spi *x);

/* --- frc.c --- */
struct frc {
    struct block block;
    uint64_t at_ps[2]; /* when its count was loaded */
    uint32_t from[2];
};
bool frc_init(struct frc *f, struct esp32 *soc);
void frc_reset(struct frc *f);

/* --- the chip --- */
enum reset_scope { RESET_NONE, RESET_CORE, RESET_DIGITAL, RESET_RTC, RESET_POWER };

struct esp32 {
    struct soc soc; /* first */
    struct soc_config config;
    struct log *log;
    struct sched *sched;
    struct core cores[CORES];
    struct core *running; /* whose slice it is */
    bool is_enabled;      /* EN */

    struct mem_block rom0, rom1, sram0, sram1, sram2, rtc_fast, rtc_slow, flash;
    uint8_t *noted; /* one bit for each word of the peripherals */
    uint32_t unmapped_noted[CORES];

    struct clocks clocks;
    struct cache caches[CORES];
    struct intmatrix irq;
    struct block dport, rtc, rtcio, sens, rtc_i2c, gpio, io_mux, efuse, syscon, analog, wdev;
    struct mem_device rtc_page, any_page;
    struct wdt rtc_wdt;
    struct sched_event rtc_alarm;
    uint64_t rtc_zero_ps; /* when the RTC timer was 0 */
    struct timg timg[TIMGS];
    struct uart uart[UARTS];
    struct spi spi[SPIS];
    struct frc frc;
    uint32_t efuses[4][8]; /* burnt bits */
    struct sched_event efuse_done;

    /* resets that were asked for, done between two slices */
    enum reset_scope pending;
    uint8_t pending_cause;
    uint8_t pending_core_cause[CORES];
    uint64_t resets;
};

static inline struct esp32 *esp32_of(struct soc *soc)
{
    return (struct esp32 *)soc;
}

/* --- memory.c --- */
bool memory_init(struct esp32 *s);
void memory_fini(struct esp32 *s);
void memory_power_on(struct esp32 *s);
void esp32_note_register(struct esp32 *s, uint32_t addr, const char *block, bool is_write);

/* --- blocks --- */
bool dport_init(struct esp32 *s);
bool rtc_init(struct esp32 *s);
void rtc_reset(struct esp32 *s, enum reset_scope scope);
bool gpio_init(struct esp32 *s);
void gpio_reset(struct esp32 *s);
bool efuse_init(struct esp32 *s);
void efuse_load(struct esp32 *s);
bool storage_init(struct esp32 *s); /* blocks that only store */
void storage_reset(struct esp32 *s, enum reset_scope scope);

/* --- reset.c --- */
/* Asks for a reset; it happens before anything runs on. */
void reset_core(struct esp32 *s, unsigned core, uint8_t cause);
void reset_chip(struct esp32 *s, enum reset_scope scope, uint8_t cause);
void reset_do_pending(struct esp32 *s);
bool core_is_in_reset(const struct core *c);
bool core_is_clocked(const struct core *c);
bool core_is_stalled(const struct core *c);
/* Reset, clock or stall of a core changed by a register: the module hears of it and the slice ends. */
void core_control_changed(struct esp32 *s, unsigned core);

/* --- run.c --- */
void esp32_run_until(struct esp32 *s, uint64_t ps);
/* Ends the slice that runs: something changed that the cores have to see. */
void run_break(struct esp32 *s);
uint32_t core_cycle_ps(const struct esp32 *s);

/* --- debug.c: what the debug modules see of the chip --- */
bool debug_init(struct esp32 *s, unsigned core);
uint32_t debug_trace_read(void *chip, unsigned core, uint32_t word);

#endif
