/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JTAG transport and debug module of a virtual RISC-V chip: its TAP and everything behind it (dtmcs, dmi, run control,
 * abstract commands, program buffer, system bus).
 *
 * The chip makes one, gives it an environment, and tells it of resets. It owns the cores (sim/rv32) and the bus.
 *
 * Sources: IEEE 1149.1 (TAP); RISC-V External Debug Support 0.13.2, chapters 3 (debug module) and 6 (JTAG transport). What
 * a chip's module has is a record, given when the module is made.
 *
 * Timing model. An access to a register of the module starts at the falling edge that enters Update-DR and sees the chip as
 * it is then; it takes the TCK periods that dtmcs.idle speaks of. An abstract command and a bus access act when they start;
 * busy shows for the cycles that they take, and what came out of them only after that. A program that has not ended after
 * a few instructions goes on with the chip's time, as far as the next access of the host brings it.
 */
#ifndef SIM_RVDBG_RVDBG_H
#define SIM_RVDBG_RVDBG_H

#include "sim/mem.h"
#include "sim/rv32/rv32.h"

#include <stdbool.h>
#include <stdint.h>

enum { RVDBG_CORES = 2, RVDBG_DATA_WORDS = 12, RVDBG_PROGBUF_WORDS = 16 };

struct rvdbg;

/* What surrounds the module. All functions get ctx; those of the first part must be there. */
struct rvdbg_env {
    void *ctx;
    struct rv32 *(*core)(void *ctx, unsigned core);
    /* Brings the chip to the present before the module looks at it or changes it. */
    void (*sync)(void *ctx);
    /* Virtual time, and how long a cycle of this core takes now (not 0). */
    uint64_t (*now_ps)(void *ctx);
    uint32_t (*cycle_ps)(void *ctx, unsigned core);
    /* False: powered off, without a clock or held in reset by something else than this module. */
    bool (*is_available)(void *ctx, unsigned core);
    /* dmcontrol.ndmreset: holds all but this module in reset, or lets it go. The chip resets the cores, and calls
       rvdbg_core_was_reset for each. */
    void (*hold_system_reset)(void *ctx, bool hold);
    /* The system bus as its master in this module sees it; addr is a multiple of size (1, 2 or 4). */
    mem_fault (*bus_read)(void *ctx, uint32_t addr, unsigned size, uint32_t *value);
    mem_fault (*bus_write)(void *ctx, uint32_t addr, unsigned size, uint32_t value);

    /* dmcontrol.hartreset of one core, as hold_system_reset; used only with has_hartreset, may be NULL without. */
    void (*hold_core_reset)(void *ctx, unsigned core, bool hold);
    /* May be NULL: always. False: the TAP answers, the module does not (by eFuse, or nothing clocks it): accesses end with
       the status "failed". */
    bool (*is_reachable)(void *ctx);
};

/* What differs between modules. Constant data. */
struct rvdbg_config {
    uint32_t idcode;
    uint8_t abits;          /* address bits of the dmi register, 7 to 30 */
    uint8_t idle;           /* as dtmcs shows it, 0 to 7: an access is over when the host does as it says */
    uint8_t cores;          /* at most RVDBG_CORES; core n is hart n */
    uint8_t hartsel_bits;   /* of dmcontrol that can be written, at most 20 */
    uint8_t data_words;     /* 1 to RVDBG_DATA_WORDS */
    uint8_t progbuf_words;  /* at most RVDBG_PROGBUF_WORDS */
    uint8_t nscratch;       /* as hartinfo shows it */
    bool has_impebreak;     /* an EBREAK stands behind the program buffer */
    bool has_reset_haltreq; /* setresethaltreq and clrresethaltreq */
    bool has_hartreset;
    uint32_t bus_sizes;      /* SBCS_ACCESS8, 16, 32; 0: no system bus access */
    uint16_t command_cycles; /* of the core, for an abstract command; its program's instructions come on top */
    uint16_t bus_cycles;     /* of the first core, for an access to the bus */
};

extern const struct rvdbg_config rvdbg_config_esp32c3;

/* config and what env points to stay the caller's. In the state after power-on. NULL when out of memory. */
struct rvdbg *rvdbg_new(const struct rvdbg_config *config, const struct rvdbg_env *env);
void rvdbg_free(struct rvdbg *x); /* takes NULL */

/* --- wires --- */
/* Rising edge of TCK with these levels, then the falling edge; returns TDO before the rising edge. */
bool rvdbg_tck(struct rvdbg *x, bool tms, bool tdi);
bool rvdbg_tdo(const struct rvdbg *x);
/* count 1..32 of such periods with TMS 0 in Shift-IR or Shift-DR, where it stays: the same as count calls of rvdbg_tck, at
   once. TDI and the returned TDO bits go bit 0 first. rvdbg_is_shifting says whether it may be called. */
uint32_t rvdbg_shift(struct rvdbg *x, uint32_t tdi, unsigned count);
bool rvdbg_is_shifting(const struct rvdbg *x);
/* True when periods with this TMS change nothing in the module (a stable state that does not shift, and no access that
   counts them). */
bool rvdbg_is_steady(const struct rvdbg *x, bool tms);
void rvdbg_trst(struct rvdbg *x);

/* --- what the chip tells --- */
/* Power-on: TAP and module to their initial state, and every core has been reset. Does not call the environment, except to
   drop requests to the cores. */
void rvdbg_power_on(struct rvdbg *x);
/* The module alone is reset, as dmactive 0 does it: for chips with resets that reach it. */
void rvdbg_reset(struct rvdbg *x);
/* The core was reset, by whatever cause: sets its havereset. */
void rvdbg_core_was_reset(struct rvdbg *x, unsigned core);
/* A wire of the chip's with the effect of setresethaltreq (ESP32-C3: RTC_CNTL OCD_HALT_ON_RESET): while it is high, a reset
   of the core ends in debug mode. */
void rvdbg_set_halt_on_reset(struct rvdbg *x, unsigned core, bool level);
/* dmcontrol.dmactive: what tells the chip's programs that a debugger is there. */
bool rvdbg_is_active(const struct rvdbg *x);

#endif
