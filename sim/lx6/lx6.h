/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One Xtensa LX6 or LX7 core of a virtual board: the interpreter's public face.
 *
 * Sources: Xtensa ISA Reference Manual; the configurations of the chips' cores (core-isa.h and xtensa-modules.c in
 * espressif/xtensa-overlays). What a chip's core has is a record, given when the core is made. The core knows memory (sim/mem.h), 32 interrupt lines, its on-chip debug port and the external registers (RER/WER);
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

enum { LX6_ARS = 64, LX6_FRS = 16, LX6_SRS = 256, LX6_QRS = 8 };

/* What a core may have beyond the instructions and registers that all of this family share. */
enum lx6_option {
    LX6_LOOPS = 1,
    LX6_MAC16 = 2,
    LX6_BOOLEANS = 4,
    LX6_FP = 8,     /* single precision, coprocessor 0 */
    LX6_DFP = 0x10, /* the double-precision accelerator: its registers; its instructions are said and refused */
    LX6_S32C1I = 0x20,
    LX6_SALT = 0x40,
    LX6_EXPSTATE = 0x80,  /* the ESP32's wires */
    LX6_ERACCESS = 0x100, /* the special register */
    LX6_PIE = 0x200, /* the ESP32-S3's vector unit, coprocessor 3: its registers, and the moves that reach them; what
                              computes is said by name and refused. GPIO_OUT is there too. Code has words of 32 bits */
};

/* What differs between cores of this family. Constant data. */
struct lx6_config {
    uint32_t prid;
    uint32_t configid0, configid1;
    uint32_t reset_vector;
    uint32_t vecbase_reset;
    uint32_t options;      /* LX6_... */
    uint8_t irq_level[32]; /* interrupt priority 1..7 */
    uint32_t irq_external; /* lines that follow lx6_set_irq (level) */
    uint32_t irq_edge;     /* external lines that latch */
    uint32_t irq_software;
    uint8_t irq_timer[3];
    uint8_t irq_nmi;
    uint8_t irq_profiling;
};

extern const struct lx6_config lx6_config_esp32_pro;   /* PRID 0xCDCD */
extern const struct lx6_config lx6_config_esp32_app;   /* PRID 0xABAB */
extern const struct lx6_config lx7_config_esp32s3_pro; /* PRID 0xCDCD */
extern const struct lx6_config lx7_config_esp32s3_app; /* PRID 0xABAB */

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
    /* An opcode that the core does not have, or one that it has and the interpreter does not, by name: said once, then
       exception 0. The text is good during the call. */
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
uint32_t lx6_qr(const struct lx6 *c, unsigned n, unsigned word); /* word 0..3 of vector register 0..7 */
void lx6_set_qr(struct lx6 *c, unsigned n, unsigned word, uint32_t value);
uint32_t lx6_sr(const struct lx6 *c, unsigned number); /* special register, as RSR would read; 0 when it would not */
void lx6_set_sr(struct lx6 *c, unsigned number, uint32_t value); /* without WSR's side effects on interrupts */
/* The name in lower case ("windowbase"), NULL for a register that the core does not have. */
const char *lx6_sr_name(const struct lx6 *c, unsigned number);
const char *lx6_ur_name(const struct lx6 *c, unsigned number);
uint32_t lx6_ur(const struct lx6 *c, unsigned number);
void lx6_set_ur(struct lx6 *c, unsigned number, uint32_t value);
void lx6_set_pc(struct lx6 *c, uint32_t pc);

#endif
