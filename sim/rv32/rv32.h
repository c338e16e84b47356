/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One 32-bit RISC-V core of a virtual board: the interpreter's public face.
 *
 * Sources: RISC-V Unprivileged ISA 20191213 (I, M, A, C, Zicsr, Zifencei), Privileged Architecture 1.10 (machine and
 * user mode, PMP), External Debug Support 0.13.2 (debug mode, triggers of type 2); ESP32-C3 Technical Reference Manual,
 * chapter ESP-RISC-V CPU. What a chip's core has is a record, given when the core is made. The core knows memory
 * (sim/mem.h), up to 32 interrupt lines, dedicated GPIO and what a debug module does to a hart; it knows no chip and no
 * debug module.
 *
 * Timing model: an instruction takes one cycle, and so does one that raises an exception; taking an interrupt takes
 * none. The same calls give the same results, wherever slices end.
 */
#ifndef SIM_RV32_H
#define SIM_RV32_H

#include "sim/mem.h"

#include <stdbool.h>
#include <stdint.h>

enum { RV32_XS = 32, RV32_CSRS = 4096, RV32_PMPS = 16, RV32_TRIGGERS = 8 };

/* What a core may have beyond what all share. The letters of misa (A, C, M, U) decide about instructions and modes. */
enum rv32_option {
    RV32_MIE_MIP = 1,     /* mie gates the lines, mip shows them; without: mstatus.MIE is the only gate */
    RV32_COUNTERS = 2,    /* mcycle and minstret with their upper halves */
    RV32_ESP_COUNTER = 4, /* mpcer, mpcmr, mpccr and their copies for user mode */
    RV32_ESP_GPIO = 8,    /* the dedicated GPIO's registers */
    RV32_MISALIGNED =
        0x10, /* loads and stores at any address; without: exceptions 4 and 6. Atomics must be aligned always */
    RV32_VECTORED = 0x20, /* mtvec's mode reads as 1 always */
    RV32_MPP_TIED =
        0x40, /* the upper bit of mstatus.MPP follows the lower one; without: values of no mode are ignored */
    RV32_NO_TINFO = 0x80, /* tinfo does not exist */
    RV32_EBREAK_WORD =
        0x100, /* mtval of EBREAK is its word (panic texts of the chips say 0x9002 for C.EBREAK); without: 0 */
};

/* What differs between cores of this family. Constant data. misa must have I and C. */
struct rv32_config {
    const char *name;
    uint32_t misa, mvendorid, marchid, mimpid, mhartid;
    uint32_t options; /* RV32_... */
    uint32_t reset_vector;
    uint32_t mtvec_reset;
    uint32_t mtvec_base;   /* bits of the base that can be written */
    uint32_t mstatus_mask; /* bits that can be written */
    uint32_t mcause_mask;  /* bits that mcause has */
    uint32_t irq_lines;    /* lines that exist */
    uint8_t pmps;          /* PMP entries, at most RV32_PMPS, a multiple of 4 */
    uint8_t triggers;      /* at most RV32_TRIGGERS */
    uint32_t
        mcontrol; /* bits of tdata1 that can be written; match and action: see trigger_matches, and action is 0 or 1 */
    uint8_t trigger_matches; /* bit n: match value n exists; others write as 0 */
    uint8_t maskmax;         /* as tdata1 shows it */
    uint32_t dcsr;           /* bits that can be written; prv is written when the core has U */
    uint8_t xdebugver;       /* as dcsr shows it */
};

extern const struct rv32_config rv32_config_esp32c3;

/* How a core looks from outside between two slices. */
enum rv32_state {
    RV32_RUNNING,
    RV32_WAITING, /* WFI: sleeps until an interrupt line is up */
    RV32_HALTED,  /* in debug mode */
};

/* What the core tells the outside. All may be NULL. */
struct rv32_hooks {
    /* The core entered debug mode; cause is dcsr.cause. Called before rv32_run returns. */
    void (*halted)(void *ctx, unsigned cause);
    /* It left debug mode: rv32_resume was called, or it was reset while halted. */
    void (*resumed)(void *ctx);
    /* It was reset: called when the reset takes effect (a debug module keeps havereset). */
    void (*reset)(void *ctx);
    /* The dedicated GPIO: levels of the eight inputs; outputs and their output enables (0 drives), as written. */
    uint32_t (*gpio_in)(void *ctx);
    void (*gpio_out)(void *ctx, uint32_t oen, uint32_t out);
    /* An instruction or CSR that the core does not have, for people: said once in a row for one pc; exception 2
       follows. The text is good during the call. */
    void (*unknown)(void *ctx, uint32_t pc, const char *what);
    /* The instruction at pc, which is done, has left the stack pointer outside of the bounds of rv32_watch_sp. */
    void (*sp_left)(void *ctx, uint32_t pc);
    void *ctx;
};

struct rv32;

/* The map stays the caller's; its content may change between and during slices (it holds devices that change it). */
struct rv32 *rv32_new(const struct rv32_config *config, struct mem_map *map, const struct rv32_hooks *hooks);
void rv32_free(struct rv32 *c); /* takes NULL */

/* Core reset: PC at the vector (vector 0: the configured one), machine mode, all state as after reset: dcsr, triggers
   and PMP too (the ESP32-C3's are cleared by it). Does not touch what belongs to the debug module (the two halt
   requests) and what is wired to it (interrupt lines). Leaves debug mode. From a device or hook of this core's own
   instruction it takes effect when that instruction is done. */
void rv32_reset(struct rv32 *c, uint32_t vector);

/* Runs for at most this many CPU cycles and returns how many passed. Returns early only when the core halts, starts to
   wait (WFI with no line up), or rv32_end_slice was called. A core that is WAITING consumes all cycles. A HALTED one
   returns 0 at once. Before the first instruction halt requests and interrupts are looked at: a core reset with a halt
   request pending halts at the vector with no instruction done. */
uint64_t rv32_run(struct rv32 *c, uint64_t cycles);
/* May be called from a device or hook during rv32_run: the run returns after the running instruction at the latest, or
   not later than cycles after the start of the slice. */
void rv32_end_slice(struct rv32 *c, uint64_t cycles);
/* Cycles used in the slice that is running; exact when called from a device access or hook. */
uint64_t rv32_slice_used(const struct rv32 *c);

enum rv32_state rv32_state(const struct rv32 *c);
uint64_t rv32_instructions(const struct rv32 *c); /* completed since rv32_new */
/* Halted: dpc. During rv32_run it is exact when called from a device access or hook: the instruction that makes it. */
uint32_t rv32_pc(const struct rv32 *c);
unsigned rv32_privilege(const struct rv32 *c); /* 0 user, 3 machine; halted: what dcsr.prv says */

/* Level of an interrupt line, 0 to 31. With RV32_MIE_MIP the lines are mip's bits and are taken in the order of the
   privileged architecture (11, 3, 7, then downwards from the highest). Without it (ESP32-C3) the interrupt controller
   in front of the core has already looked at enable, priority and threshold: it raises the one line to be taken
   (several: the lowest number is taken). mcause is 0x80000000 + line. */
void rv32_set_irq(struct rv32 *c, unsigned line, bool level);

/* A monitor beside the core that looks at x2 after each instruction that writes it (ESP32-C3: ASSIST_DEBUG): values from
   min to max are fine. A reset leaves the bounds alone; the debugger's writes are not looked at. The first call makes the
   core decode its code anew, later ones cost nothing. 0 and 0xFFFFFFFF, as after rv32_new: nothing is outside. */
void rv32_watch_sp(struct rv32 *c, uint32_t min, uint32_t max);

/* --- debug: what a debug module does to its hart --- */

/* dmcontrol.haltreq of this hart: a level. Taken between two instructions, while waiting, and after a reset before the
   first instruction. */
void rv32_set_haltreq(struct rv32 *c, bool requested);
/* halt-on-reset (setresethaltreq, clrresethaltreq; RTC_CNTL OCD_HALT_ON_RESET): the next reset ends in debug mode with
   cause 5. */
void rv32_set_reset_haltreq(struct rv32 *c, bool requested);
/* Leaves debug mode at dpc with dcsr.prv. Must be HALTED. With dcsr.step one instruction runs in the next rv32_run. */
void rv32_resume(struct rv32 *c);

/* How an abstract command of type 0 (access register, 32 bits) ends: abstractcs.cmderr's numbers. */
enum rv32_cmderr { RV32_CMD_OK = 0, RV32_CMD_NOT_SUPPORTED = 2, RV32_CMD_EXCEPTION = 3 };
/* regno as in the command: CSRs by number, x0..x31 from 0x1000. Must be HALTED. Numbers of no register kind are
   NOT_SUPPORTED; a CSR that the core does not have, or a write to one that cannot be written, is an EXCEPTION. */
enum rv32_cmderr rv32_debug_read(struct rv32 *c, uint32_t regno, uint32_t *value);
enum rv32_cmderr rv32_debug_write(struct rv32 *c, uint32_t regno, uint32_t value);

enum rv32_progbuf {
    RV32_PROGBUF_GOES_ON,   /* *at is the next instruction */
    RV32_PROGBUF_DONE,      /* EBREAK */
    RV32_PROGBUF_EXCEPTION, /* cmderr 3: an exception, or control left the buffer */
};
/* Executes the one instruction at byte *at of a program buffer (count words), in debug mode with machine privilege, and
   moves *at on. Exceptions change no register and no memory. Jumps and branches inside the buffer work; PC-relative
   values count from the buffer's start. Must be HALTED. What comes after the last word is the caller's (implicit EBREAK
   or not): *at == 4 * count is GOES_ON once, then EXCEPTION. */
enum rv32_progbuf rv32_debug_execute(struct rv32 *c, const uint32_t *words, unsigned count, uint32_t *at);

/* --- state, for tests, judges and tracing; never called on behalf of the debugger --- */
uint32_t rv32_x(const struct rv32 *c, unsigned n);
void rv32_set_x(struct rv32 *c, unsigned n, uint32_t value); /* x0 stays 0 */
void rv32_set_pc(struct rv32 *c, uint32_t pc);
/* As CSRR in debug mode would read it; 0 for one that does not exist. */
uint32_t rv32_csr(const struct rv32 *c, unsigned number);
void rv32_set_csr(struct rv32 *c, unsigned number, uint32_t value);
void rv32_set_privilege(struct rv32 *c, unsigned privilege); /* 0 or 3 */
/* The name in lower case ("mstatus"), NULL for a register that the core does not have. */
const char *rv32_csr_name(const struct rv32 *c, unsigned number);

#endif
