/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two debug modules in a chain around two made-up cores, with a clock that the test moves.
 *
 * The cores are no interpreters: they know the four instructions with which a debugger moves data, and RFDO. What a module
 * tells its core and hears from it can be looked at.
 */
#ifndef TESTS_SIM_XDM_RIG_H
#define TESTS_SIM_XDM_RIG_H

#include "sim/xdm/xdm.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RIG_CORES = 2, RIG_WORDS = 64, RIG_TRACE_LOG2 = 8 };

#define RIG_IDCODE0  0x120034E5U
#define RIG_IDCODE1  0x220034E5U
#define RIG_OCDID    0x0733BFF2U
#define RIG_BAD_WORD 0xFFFFFFU /* an instruction that raises an exception */

struct lx6 {
    enum lx6_state state;
    bool ocd_enabled, request, unmaskable, is_masked;
    uint32_t pc, ccount, ddr, a[16];
    uint64_t instructions;
    uint32_t memory[RIG_WORDS]; /* at byte address 0 */
    unsigned executed;
};

struct rig {
    struct xdm *xdm[RIG_CORES];
    struct lx6 core[RIG_CORES];
    uint32_t trace[RIG_CORES][1 << (RIG_TRACE_LOG2 - 2)];
    uint64_t now_ps;
    uint32_t tck_ps, cycle_ps;
    bool is_held[RIG_CORES], is_unclocked[RIG_CORES], is_stalled[RIG_CORES], is_jtag_disabled;
    bool irq[RIG_CORES];
    unsigned syncs, break_pulses[RIG_CORES], notes;
};

void rig_open(struct rig *r);
void rig_close(struct rig *r);

/* --- wires --- */
bool rig_tck(struct rig *r, bool tms, bool tdi);
void rig_reset_taps(struct rig *r); /* five TMS ones, then Run-Test/Idle */
/* From Run-Test/Idle and back: bits 1..64, both TAPs in one string, bit 0 first. */
uint64_t rig_scan_ir(struct rig *r, uint64_t tdi, unsigned bits);
uint64_t rig_scan_dr(struct rig *r, uint64_t tdi, unsigned bits);

/* --- through one module, the other in BYPASS --- */
void rig_select(struct rig *r, unsigned core, unsigned ir);
uint32_t rig_dr(struct rig *r, unsigned core, uint32_t value, unsigned bits);
uint8_t rig_pwrctl(struct rig *r, unsigned core, uint8_t value);
uint8_t rig_pwrstat(struct rig *r, unsigned core, uint8_t clear);
void rig_wake(struct rig *r, unsigned core);
uint32_t rig_read(struct rig *r, unsigned core, unsigned nar);
void rig_write(struct rig *r, unsigned core, unsigned nar, uint32_t value);
/* The status bits that the next NAR scan shows. */
unsigned rig_nar_status(struct rig *r, unsigned core);

/* The core does what an interpreter does between two instructions: stops if it was asked to and may. */
void rig_core_step(struct rig *r, unsigned core);
void rig_core_stop(struct rig *r, unsigned core, uint32_t cause);

#endif
