/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One Xtensa debug module of a virtual chip: its TAP and everything behind it (PWRCTL, PWRSTAT, NAR/NDR, OCD, TRAX,
 * performance monitor, CoreSight registers).
 *
 * The chip (sim/esp32) makes one per core, hands its hooks to the core, and gives it an environment. TDI and TDO of
 * several modules are joined by the board.
 *
 * Sources: IEEE 1149.1 (TAP); espressif/esp-idf components/xtensa/include/xtensa/xdm-regs.h, traxreg.h and
 * xtensa-debug-module.h (registers); what OpenOCD and probe-rs rely on (sequences, status bits).
 */
#ifndef SIM_XDM_XDM_H
#define SIM_XDM_XDM_H

#include "sim/lx6/lx6.h"

#include <stdbool.h>
#include <stdint.h>

struct xdm;

/* What surrounds the module. All functions get ctx and the core's index; those of the first part must be there. */
struct xdm_env {
    void *ctx;
    unsigned core;
    struct lx6 *(*lx6)(void *ctx, unsigned core);
    /* Brings the chip to the present before the module looks at it or changes it. */
    void (*sync)(void *ctx);
    /* PWRCTL.CoreReset: holds the core in reset, or lets it go from its reset vector. */
    void (*hold_reset)(void *ctx, unsigned core, bool hold);
    bool (*is_in_reset)(void *ctx, unsigned core); /* by whatever cause */
    bool (*is_clocked)(void *ctx, unsigned core);  /* false: clock gated or powered off */
    bool (*is_run_stalled)(void *ctx, unsigned core);
    /* This module's BreakOut line changed; the chip wires it to the other's xdm_break_in. */
    void (*break_out)(void *ctx, unsigned core, bool level);
    /* The trace RAM that TRAX sees for this core, by 32-bit word; a word that is not there reads 0. */
    uint32_t (*trace_read)(void *ctx, unsigned core, uint32_t word);
    void (*trace_write)(void *ctx, unsigned core, uint32_t word, uint32_t value);
    /* Interrupt request of the performance monitor. */
    void (*profiling_irq)(void *ctx, unsigned core, bool level);
    /* By eFuse, or nothing clocks the module: the TAP answers, the module does not. */
    bool (*is_jtag_disabled)(void *ctx);

    /* --- may be NULL --- */
    /* Virtual time, and how long a cycle of this core takes now. Without them an injected instruction takes no time. */
    uint64_t (*now_ps)(void *ctx);
    uint32_t (*cycle_ps)(void *ctx, unsigned core);
    /* This module's BreakInAck line changed; the chip wires it to the other's xdm_break_out_ack. */
    void (*break_in_ack)(void *ctx, unsigned core, bool level);
    /* Something that this model does not do was asked for; said once for each matter. */
    void (*note)(void *ctx, unsigned core, const char *what);
};

struct xdm_config {
    uint32_t idcode, ocdid;
    uint32_t trax_id, trace_bytes_log2;
    unsigned perf_counters;
};

struct xdm *xdm_new(const struct xdm_config *config, const struct xdm_env *env);
void xdm_free(struct xdm *x);
/* The hooks that the core is to be made with; valid as long as x. */
const struct lx6_hooks *xdm_hooks(struct xdm *x);

/* --- wires --- */
/* Rising edge of TCK with these levels, then the falling edge; returns TDO before the rising edge. */
bool xdm_tck(struct xdm *x, bool tms, bool tdi);
bool xdm_tdo(const struct xdm *x);
/* count 1..32 of such periods with TMS 0 in Shift-IR or Shift-DR, where it stays: the same as count calls of xdm_tck, at
   once. TDI and the returned TDO bits go bit 0 first. xdm_is_shifting says whether it may be called. */
uint32_t xdm_shift(struct xdm *x, uint32_t tdi, unsigned count);
bool xdm_is_shifting(const struct xdm *x);
/* True when periods with this TMS change nothing in the module (a stable state that does not shift). */
bool xdm_is_steady(const struct xdm *x, bool tms);
void xdm_trst(struct xdm *x);
/* Power-on: TAP and module to their initial state. */
void xdm_power_on(struct xdm *x);
/* The core was reset (any cause): sets the sticky bit in PWRSTAT. What a chip reset does to the module is the chip's
   knowledge: debug_too resets the module as well and sets DebugWasReset. */
void xdm_core_was_reset(struct xdm *x, bool debug_too);
/* Behind xdm_core_was_reset: the chip asks the core to stop at its reset vector (input OCDHaltOnReset of the core). */
void xdm_halt_on_reset(struct xdm *x);
void xdm_break_in(struct xdm *x, bool level);
void xdm_break_out_ack(struct xdm *x, bool level);
void xdm_run_stall_changed(struct xdm *x);
/* The clock of the core was switched on or off, or its reset was let go: an instruction that waited for it runs. */
void xdm_clock_changed(struct xdm *x);
/* Brings the performance counters up to now and raises their interrupt. For the chip to call after a slice of the core
   when xdm_is_counting; costs nothing else. */
void xdm_count(struct xdm *x);
bool xdm_is_counting(const struct xdm *x);

#endif
