/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the virtual ESP32-C3: its state, and what its rooms offer each other. Each part names its file. */
#ifndef SIM_ESP32C3_ESP32C3_INT_H
#define SIM_ESP32C3_ESP32C3_INT_H

#include "regs/esp32c3.h"
#include "sim/esp32c3/esp32c3.h"
#include "sim/esp32c3/flash_int.h"
#include "sim/soc/efuse.h"
#include "sim/soc/pms.h"
#include "sim/soc/rtc.h"
#include "sim/soc/sleep.h"
#include "sim/soc/soc_int.h"
#include "sim/soc/systimer.h"
#include "sim/soc/timg.h"
#include "sim/soc/uart.h"
#include "sim/soc/usj.h"

enum { UARTS = 2, TIMGS = 2 };

struct esp32c3;

/* --- clock.c --- */
#define C3_RC_FAST                                                                                                     \
    {                                                                                                                  \
        .num = 400000, .den = 7                                                                                        \
    } /* 17.5 MHz */
extern const struct period c3_clock_xtal, c3_clock_rc_fast;
/* Follows the registers that choose clocks. The running core's slice ends, so that it takes effect at once. */
void c3_clock_update(struct esp32c3 *s);
/* Of the SPI_MEM controllers, by CORE_CLK_SEL. */
struct period c3_clock_flash(const struct esp32c3 *s, unsigned select);

/* --- interrupt.c --- */
bool c3_interrupt_init(struct esp32c3 *s);
void c3_interrupt_reset(struct esp32c3 *s);
unsigned c3_interrupt_source_line(const struct soc *soc, unsigned core, unsigned source);
/* soc_kind.drive_line: the matrix's level of a line, before enable, priority and threshold. */
void c3_interrupt_drive_line(struct core *c, unsigned line, bool level);

/* --- efuse.c --- */
extern const struct efuse_kind esp32c3_efuse_kind;
/* Burns a field or block by the name that espefuse has for it. ERR_USAGE with a sentence for what does not fit. */
enum err esp32c3_burn(struct soc *soc, const char *name, const char *value) MUST_USE;

/* --- sleep.c --- */
extern const struct sleep_kind esp32c3_sleep_kind;

/* --- the chip --- */
struct esp32c3 {
    struct soc soc; /* first */

    struct mem_block rom, sram0, sram1, rtc_fast;

    struct block system, gpio, io_mux, syscon, saradc, analog;
    struct mem_device rtc_page;
    uint32_t random;
    struct c3_interrupt {
        struct block block;
        uint32_t level;  /* of each line, as the matrix drives it */
        uint32_t edges;  /* lines that have risen, of those that are edge-triggered */
        uint32_t raised; /* the one line that the core sees, as a bit */
    } interrupt;
    struct pms pms;
    struct assist {
        struct block block;
        uint32_t latched; /* what interrupts */
        uint32_t said;    /* monitors that are not there, as people were told */
        bool is_watching; /* the core was asked to */
        uint32_t pc, sp;  /* as the last reset of the core found them */
    } assist;
    struct rtc rtc;
    struct efuse efuse;
    struct timg timg[TIMGS];
    struct uart uart[UARTS];
    struct systimer systimer;
    struct usj usj;
    struct c3_flash flash;
};

static inline struct esp32c3 *esp32c3_of(struct soc *soc)
{
    return (struct esp32c3 *)soc;
}

static inline const struct esp32c3 *esp32c3_of_const(const struct soc *soc)
{
    return (const struct esp32c3 *)soc;
}

/* As burnt, by the address that it is read at. */
static inline uint32_t c3_efuse_word(const struct esp32c3 *s, uint32_t addr)
{
    return efuse_word(&s->efuse, addr);
}

/* --- memory.c --- */
extern const struct soc_memory esp32c3_memories[];
extern const struct soc_mapping esp32c3_mappings[];
extern const struct soc_block_name esp32c3_block_names[];
void esp32c3_map_devices(struct soc *soc, struct mem_map *m);

/* --- blocks --- */
extern const struct pms_kind esp32c3_pms_kind;
extern const struct rtc_kind esp32c3_rtc_kind;
extern const struct timg_kind esp32c3_timg_kind;
extern const struct uart_kind esp32c3_uart_kind;
extern const struct systimer_kind esp32c3_systimer_kind;
extern const struct usj_kind esp32c3_usj_kind;
bool c3_system_init(struct esp32c3 *s);
uint32_t c3_system_word(const struct esp32c3 *s, uint32_t addr); /* as it was written */
/* Nothing but the RTC ticks without power. */
void c3_digital_off(struct esp32c3 *s);
bool c3_gpio_init(struct esp32c3 *s);
void c3_gpio_reset(struct esp32c3 *s);
bool c3_plain_init(struct esp32c3 *s); /* plain.c: blocks that only store */
void c3_plain_fini(struct esp32c3 *s);
void c3_plain_reset(struct esp32c3 *s);

/* --- assist.c --- */
bool c3_assist_init(struct esp32c3 *s);
void c3_assist_reset(struct esp32c3 *s);
void c3_assist_power_on(struct esp32c3 *s);
/* Before the core is reset, by whatever cause. */
void c3_assist_core_resets(struct esp32c3 *s);
void c3_assist_sp_left(struct core *c, uint32_t pc);

/* --- reset.c --- */
void esp32c3_reset(struct soc *soc, enum reset_scope scope);
void esp32c3_set_cause(struct core *c, uint8_t cause);
uint32_t esp32c3_reset_vector(const struct core *c);
bool esp32c3_halts_on_reset(const struct core *c);
void esp32c3_reset_by_jtag(struct core *c);
bool esp32c3_is_in_reset(const struct core *c);
bool esp32c3_is_clocked(const struct core *c);
bool esp32c3_is_stalled(const struct core *c);

#endif
