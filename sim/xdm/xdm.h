/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One Xtensa debug module of a virtual chip: its TAP and everything behind it (PWRCTL, PWRSTAT, NAR/NDR, OCD, TRAX,
 * performance monitor, CoreSight registers).
 *
 * The chip (sim/esp32) makes one per core, hands its hooks to the core, and gives it an environment. TDI and TDO of
 * several modules are joined by the board.
 */
#ifndef SIM_XDM_XDM_H
#define SIM_XDM_XDM_H

#include "sim/lx6/lx6.h"

#include <stdbool.h>
#include <stdint.h>

struct xdm;

/* What surrounds the module. All functions get ctx and the core's index; all must be there. */
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
    bool (*is_jtag_disabled)(void *ctx); /* by eFuse: the TAP answers, the module does not */
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
void xdm_trst(struct xdm *x);
/* Power-on: TAP and module to their initial state. */
void xdm_power_on(struct xdm *x);
/* The core was reset (any cause): sets the sticky bit in PWRSTAT. What a chip reset does to the module is the chip's
   knowledge: debug_too resets the module as well and sets DebugWasReset. */
void xdm_core_was_reset(struct xdm *x, bool debug_too);
void xdm_break_in(struct xdm *x, bool level);
void xdm_run_stall_changed(struct xdm *x);

#endif
