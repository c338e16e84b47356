/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the virtual ESP32: its state, and what its rooms offer each other. Each part names its file. */
#ifndef SIM_ESP32_ESP32_INT_H
#define SIM_ESP32_ESP32_INT_H

#include "regs/esp32.h"
#include "sim/esp32/esp32.h"
#include "sim/esp32/flash_scheme.h"
#include "sim/soc/sleep.h"
#include "sim/soc/soc_int.h"
#include "sim/soc/spi_wires.h"
#include "sim/soc/timg.h"
#include "sim/soc/uart.h"
#include "sim/soc/wdt.h"

enum { UARTS = 3, TIMGS = 2, SPIS = 4 };

struct esp32;

/* --- clock.c --- */
void clock_init(struct esp32 *s); /* when the registers are there */
/* Follows the registers that choose clocks. The running core's slice ends, so that it takes effect at once. */
void clock_update(struct esp32 *s);
struct period clock_rtc_slow(void);

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

/* --- flash_enc.c --- */
struct flash_enc {
    struct block block;
    struct sched_event done;
    uint8_t result[FLASH_SCHEME_UNIT];
    struct mem_block plain; /* decrypted flash, as far as is_decrypted says */
    bool is_decrypted[FLASH_PAGES];
};
bool flash_enc_init(struct esp32 *s);
void flash_enc_fini(struct esp32 *s);
void flash_enc_reset(struct esp32 *s); /* also when eFuses were read */
/* What SPI1's program command sends instead of its buffer: FLASH_SCHEME_UNIT bytes; NULL: nothing. */
const uint8_t *flash_enc_output(const struct esp32 *s);
/* What the caches see of a 64 KB page of flash, at its offset in the block: the flash itself, or its content decrypted. */
struct mem_block *flash_enc_view(struct esp32 *s, uint32_t page);
void flash_enc_changed(struct esp32 *s, uint32_t offset, uint32_t len);

/* --- timg.c, uart.c --- */
extern const struct timg_kind esp32_timg_kind;
extern const struct uart_kind esp32_uart_kind;

/* --- spi.c, spi_run.c --- */
struct spi {
    struct block block;
    struct spi_wires wires; /* on chip select 0; NULL: nothing is connected */
    struct sched_event done;
    uint32_t command; /* the bits of CMD that run */
    bool is_waiting;  /* for the flash to get ready */
};
bool spi_init(struct spi *x, struct soc *soc, unsigned index);
void spi_reset(struct spi *x);
/* Clocks that the command needs, and doing it. */
uint64_t spi_clocks(const struct spi *x);
void spi_run(struct spi *x);

/* --- frc.c --- */
struct frc {
    struct block block;
    uint64_t at_ps[2]; /* when its count was loaded */
    uint32_t from[2];
};
bool frc_init(struct frc *f, struct soc *soc);
void frc_reset(struct frc *f);

/* --- sleep.c --- */
extern const struct sleep_kind esp32_sleep_kind;

/* --- the chip --- */
struct esp32 {
    struct soc soc; /* first */

    struct mem_block rom0, rom1, sram0, sram1, sram2, rtc_fast, rtc_slow, flash;

    struct cache caches[CORES];
    struct block dport, rtc, rtcio, sens, rtc_i2c, gpio, io_mux, efuse, syscon, analog, wdev;
    struct mem_device rtc_page;
    struct sleeper sleeper;
    struct wdt rtc_wdt;
    struct sched_event rtc_alarm;
    uint64_t rtc_zero_ps; /* when the RTC timer was 0 */
    struct timg timg[TIMGS];
    struct uart uart[UARTS];
    struct spi spi[SPIS];
    struct frc frc;
    uint32_t efuses[4][8]; /* burnt bits */
    struct sched_event efuse_done;
    struct flash_scheme crypt; /* as the eFuses had it when they were read last */
    bool is_crypt_on;
    struct flash_enc flash_enc;
};

static inline struct esp32 *esp32_of(struct soc *soc)
{
    return (struct esp32 *)soc;
}

static inline const struct esp32 *esp32_of_const(const struct soc *soc)
{
    return (const struct esp32 *)soc;
}

/* --- memory.c --- */
extern const struct soc_memory esp32_memories[]; /* each ended by a row without a name or size */
extern const struct soc_mapping esp32_mappings[];
extern const struct soc_block_name esp32_block_names[];
bool esp32_fetched_nothing(struct core *c, uint32_t addr);
void esp32_map_devices(struct soc *soc, struct mem_map *m);

/* --- blocks --- */
bool dport_init(struct esp32 *s);
bool esp32_rtc_init(struct esp32 *s);
void esp32_rtc_reset(struct esp32 *s, enum reset_scope scope);
void rtc_raise(struct esp32 *s, uint32_t interrupts);
uint64_t rtc_ticks_now(const struct esp32 *s);
/* Nothing but the RTC ticks without power. */
void esp32_digital_off(struct esp32 *s);
bool gpio_init(struct esp32 *s);
void gpio_reset(struct esp32 *s);
bool esp32_efuse_init(struct esp32 *s);
void esp32_efuse_load(struct esp32 *s);
/* --- efuse_names.c --- */
/* Burns a field by the name that espefuse has for it. ERR_USAGE with a sentence for what is none, or does not fit. */
enum err esp32_burn(struct soc *soc, const char *name, const char *value) MUST_USE;
bool storage_init(struct esp32 *s); /* blocks that only store */
void storage_reset(struct esp32 *s, enum reset_scope scope);

/* --- reset.c --- */
void esp32_reset(struct soc *soc, enum reset_scope scope);
void esp32_set_cause(struct core *c, uint8_t cause);
uint32_t esp32_reset_vector(const struct core *c);
bool esp32_is_in_reset(const struct core *c);
bool esp32_is_clocked(const struct core *c);
bool esp32_is_stalled(const struct core *c);

#endif
