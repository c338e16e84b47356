/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the virtual ESP32-S3: its state, and what its rooms offer each other. Each part names its file. */
#ifndef SIM_ESP32S3_ESP32S3_INT_H
#define SIM_ESP32S3_ESP32S3_INT_H

#include "regs/esp32s3.h"
#include "sim/esp32s3/esp32s3.h"
#include "sim/soc/efuse.h"
#include "sim/soc/flash_side.h"
#include "sim/soc/pms.h"
#include "sim/soc/rtc.h"
#include "sim/soc/sleep.h"
#include "sim/soc/soc_int.h"
#include "sim/soc/systimer.h"
#include "sim/soc/timg.h"
#include "sim/soc/uart.h"
#include "sim/soc/usj.h"
#include "sim/soc/wdt.h"

enum { UARTS = 3, TIMGS = 2 };

struct esp32s3;

/* --- clock.c --- */
#define S3_RC_FAST                                                                                                     \
    {                                                                                                                  \
        .num = 400000, .den = 7                                                                                        \
    } /* 17.5 MHz */
extern const struct period s3_clock_xtal, s3_clock_rc_fast;
/* Follows the registers that choose clocks. The running core's slice ends, so that it takes effect at once. */
void s3_clock_update(struct esp32s3 *s);
struct period s3_clock_flash(const struct esp32s3 *s, unsigned select); /* of the SPI MEM controllers */

/* --- cache.c --- */
enum cache_bus { IBUS, DBUS };

bool s3_cache_init(struct esp32s3 *s);
void s3_cache_power_on(struct esp32s3 *s);
void s3_cache_reset(struct esp32s3 *s); /* with all that is between the cores and the flash */
/* An access or a fetch in a window on the caches, which it did not take. */
void s3_cache_illegal(struct core *c, uint32_t addr, bool is_write);
extern const struct flash_cache_kind *const esp32s3_caches[]; /* by enum cache_bus */

/* --- flash.c --- */
extern const struct flash_side_kind esp32s3_flash_kind;

/* --- efuse.c --- */
extern const struct efuse_kind esp32s3_efuse_kind;
/* Burns a field or block by the name that espefuse has for it. ERR_USAGE with a sentence for what does not fit. */
enum err esp32s3_burn(struct soc *soc, const char *name, const char *value) MUST_USE;

/* --- sleep.c --- */
extern const struct sleep_kind esp32s3_sleep_kind;

/* --- the chip --- */
struct esp32s3 {
    struct soc soc; /* first */

    struct mem_block rom, sram0, sram1, sram2, rtc_fast, rtc_slow;

    struct flash_side flash;
    struct block system, interrupt, extmem, rtcio, sens, rtc_i2c, gpio, io_mux, syscon, analog, wdev, assist, wcl;
    struct mem_device rtc_page;
    uint32_t acs_raw[CORES], ilg_raw; /* illegal accesses to the caches */
    struct pms pms;
    struct rtc rtc;
    struct timg timg[TIMGS];
    struct uart uart[UARTS];
    struct systimer systimer;
    struct usj usj;
    struct efuse efuse;
};

static inline struct esp32s3 *esp32s3_of(struct soc *soc)
{
    return (struct esp32s3 *)soc;
}

static inline const struct esp32s3 *esp32s3_of_const(const struct soc *soc)
{
    return (const struct esp32s3 *)soc;
}

/* As burnt, by the address that it is read at. */
static inline uint32_t s3_efuse_word(const struct esp32s3 *s, uint32_t addr)
{
    return efuse_word(&s->efuse, addr);
}

/* --- memory.c --- */
extern const struct soc_memory esp32s3_memories[];
extern const struct soc_mapping esp32s3_mappings[];
extern const struct soc_block_name esp32s3_block_names[];
void esp32s3_map_devices(struct soc *soc, struct mem_map *m);

/* --- blocks --- */
extern const struct rtc_kind esp32s3_rtc_kind;
extern const struct timg_kind esp32s3_timg_kind;
extern const struct uart_kind esp32s3_uart_kind;
extern const struct systimer_kind esp32s3_systimer_kind;
extern const struct usj_kind esp32s3_usj_kind;
bool s3_system_init(struct esp32s3 *s);
bool s3_interrupt_init(struct esp32s3 *s);
unsigned s3_interrupt_line(const struct soc *soc, unsigned core, unsigned source);
/* Nothing but the RTC ticks without power. */
void s3_digital_off(struct esp32s3 *s);
bool s3_gpio_init(struct esp32s3 *s);
void s3_gpio_reset(struct esp32s3 *s);
bool s3_storage_init(struct esp32s3 *s); /* blocks that only store */
void s3_storage_fini(struct esp32s3 *s);
void s3_storage_reset(struct esp32s3 *s, enum reset_scope scope);

/* --- sensitive.c: who may access what --- */
enum { SENSITIVE_REGS = 158 };
extern const struct reg s3_sensitive_regs[SENSITIVE_REGS]; /* sensitive_regs.c */
extern const struct pms_kind esp32s3_pms_kind;
uint8_t *s3_sensitive_trace_word(struct soc *soc, unsigned core, uint32_t word, struct mem_block **block);

/* --- reset.c --- */
void esp32s3_reset(struct soc *soc, enum reset_scope scope);
void esp32s3_set_cause(struct core *c, uint8_t cause);
uint32_t esp32s3_reset_vector(const struct core *c);
bool esp32s3_halts_on_reset(const struct core *c);
void esp32s3_reset_by_jtag(struct core *c);
bool esp32s3_is_in_reset(const struct core *c);
bool esp32s3_is_clocked(const struct core *c);
bool esp32s3_is_stalled(const struct core *c);

#endif
