/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One Xtensa core of a virtual board, an LX6 or an LX7: the interpreter's public face.
 *
 * Sources: Xtensa ISA Reference Manual; the configurations of the ESP32's and the ESP32-S3's cores (core-isa.h in
 * espressif/xtensa-overlays).
 * The core knows memory (sim/mem.h), 32 interrupt lines, its on-chip debug port and the external registers (RER/WER);
 * it knows no chip.
 *
 * Timing model: an instruction takes one cycle, and so does one that raises an exception; taking an interrupt takes none.
 * The same calls give the same results, wherever slices end.
 */
#ifndef SIM_LX6_H
#define SIM_LX6_H

#include "sim/mem.h"

#include <stdbool.h>
#include <stdint.h>

enum { LX6_ARS = 64, LX6_FRS = 16, LX6_SRS = 256 };

/* What differs between cores of this family. Constant data. */
struct lx6_config {
    uint32_t prid;
    uint32_t configid0, configid1;
    uint32_t reset_vector;
    uint32_t vecbase_reset;
    bool has_loops, has_mac16, has_booleans, has_fp, has_s32c1i;
    bool has_salt;     /* SALT, SALTU: LX7 */
    bool has_dfp;      /* registers of the double precision accelerator; its instructions are illegal, and named */
    bool has_expstate; /* EXPSTATE and its instructions: wires out of the ESP32's cores */
    bool has_pie; /* registers of the ESP32-S3's vector unit, and GPIO_OUT; its instructions are illegal, and named */
    uint8_t irq_level[32]; /* interrupt priority 1..7 */
    uint32_t irq_external; /* lines that follow lx6_set_irq (level) */
    uint32_t irq_edge;     /* external lines that latch */
    uint32_t irq_software;
    uint8_t irq_timer[3];
    uint8_t irq_nmi;
    uint8_t irq_profiling;
};

extern const struct lx6_config lx6_config_esp32_pro; /* PRID 0xCDCD */
extern const struct lx6_config lx6_config_esp32_app; /* PRID 0xABAB */
extern const struct lx6_config lx7_config_esp32s3_pro;
extern const struct lx6_config lx7_config_esp32s3_app;

/* How a core looks from outside between two slices. */
enum lx6_state {
    LX6_RUNNING,
    LX6_WAITING, /* WAITI: sleeps until an interrupt */
    LX6_STOPPED, /* in OCD mode */
};

/* What the core tells its debug module (sim/xdm). All may be NULL. */
struct lx6_hooks {
    /* The core entered OCD mode; cause is DEBUGCAUSE. Called at the end of the instruction, before lx6_run returns. */
    void (*stopped)(void *ctx, uint32_t cause);
    void (*resumed)(void *ctx);  /* RFDO */
    void (*ddr_read)(void *ctx); /* by RSR/XSR DDR or SDDR32.P outside of the host's own execute */
    void (*ddr_written)(void *ctx);
    /* RER and WER: addr as the instruction gives it. A register that does not exist reads 0 and drops writes. */
    uint32_t (*eri_read)(void *ctx, uint32_t addr);
    void (*eri_write)(void *ctx, uint32_t addr, uint32_t value);
    /* An opcode that the core does not have, or a choice it cannot make: said once, then exception 0. */
    void (*unknown)(void *ctx, uint32_t pc, const char *what);
    void *ctx;
};

struct lx6;

/* The map stays the caller's; its content may change between and during slices (it holds devices that change it). */
struct lx6 *lx6_new(const struct lx6_config *config, struct mem_map *map, const struct lx6_hooks *hooks);
void lx6_free(struct lx6 *c); /* takes NULL */

/* Core reset: PC at the vector (vector 0: the configured one), all architectural state as after reset. Does not touch
   what belongs to the debug module: lx6_set_ocd_enabled, a pending debug interrupt and break-in stay. From a device or
   hook of this core's own instruction it takes effect when that instruction is done. */
void lx6_reset(struct lx6 *c, uint32_t vector);

/* Runs for at most this many CPU cycles and returns how many passed. Returns early only when the core stops in OCD mode,
   starts to wait (WAITI with nothing pending), or lx6_end_slice was called. CCOUNT advances by the cycles returned. A core
   that is WAITING consumes all cycles, up to its next CCOMPARE match or interrupt. A STOPPED one returns 0 at once.
   Before the first instruction pending debug requests and interrupts are looked at: a core reset with a debug interrupt
   pending stops at the vector with no instruction done. */
uint64_t lx6_run(struct lx6 *c, uint64_t cycles);
/* May be called from a device or hook during lx6_run: the run returns after the running instruction at the latest, or
   not later than cycles after the start of the slice. */
void lx6_end_slice(struct lx6 *c, uint64_t cycles);
/* Cycles used in the slice that is running; exact when called from a device access or hook. */
uint64_t lx6_slice_used(const struct lx6 *c);
/* Lets CCOUNT advance without running, for a core that is clock gated out of step with its twin: not used when stalled. */
void lx6_skip(struct lx6 *c, uint64_t cycles);

enum lx6_state lx6_state(const struct lx6 *c);
uint64_t lx6_instructions(const struct lx6 *c); /* completed since lx6_new */
uint32_t lx6_pc(const struct lx6 *c);
uint32_t lx6_config_prid(const struct lx6 *c);

/* Level of an external interrupt line (the interrupt matrix drives these). Edge lines latch on 0 -> 1. */
void lx6_set_irq(struct lx6 *c, unsigned line, bool level);

/* --- on-chip debug --- */

/* DCR.EnableOCD: debug exceptions stop the core instead of taking the debug vector. */
void lx6_set_ocd_enabled(struct lx6 *c, bool enabled);
/* A request to stop (DCR.DebugInterrupt, BreakIn, TRAX): taken as DEBUGCAUSE.DI when CINTLEVEL < 6, or at once with
   unmaskable. Stays pending until taken or withdrawn. */
void lx6_set_debug_request(struct lx6 *c, bool pending, bool unmaskable);
/* Executes one instruction word in OCD mode. True when it raised an exception (EXCCAUSE, EXCVADDR as on the chip; EPC6,
   EPS6 and OCD mode untouched). RFDO leaves OCD mode; PC-changing instructions other than RFDO/RFDD have no effect on the
   saved PC. Must be STOPPED. */
bool lx6_ocd_execute(struct lx6 *c, uint32_t instruction);
uint32_t lx6_ddr(const struct lx6 *c);
void lx6_set_ddr(struct lx6 *c, uint32_t value);

/* --- state, for tests, judges and tracing; never called on behalf of the debugger --- */
uint32_t lx6_ar(const struct lx6 *c, unsigned physical); /* AR0..63, not windowed */
void lx6_set_ar(struct lx6 *c, unsigned physical, uint32_t value);
uint32_t lx6_a(const struct lx6 *c, unsigned n); /* a0..a15 of the current window */
uint32_t lx6_fr(const struct lx6 *c, unsigned n);
void lx6_set_fr(struct lx6 *c, unsigned n, uint32_t value);
uint32_t lx6_sr(const struct lx6 *c, unsigned number); /* special register, as RSR would read; 0 when it would not */
void lx6_set_sr(struct lx6 *c, unsigned number, uint32_t value); /* without WSR's side effects on interrupts */
/* The name in lower case ("windowbase"), NULL for a register that the core does not have. */
const char *lx6_sr_name(unsigned number);
const char *lx6_ur_name(unsigned number);
uint32_t lx6_ur(const struct lx6 *c, unsigned number);
void lx6_set_ur(struct lx6 *c, unsigned number, uint32_t value);
void lx6_set_pc(struct lx6 *c, uint32_t pc);

#endif
