/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the RISC-V debug module; see rvdbg.h for what it is. */
#ifndef SIM_RVDBG_RVDBG_INT_H
#define SIM_RVDBG_RVDBG_INT_H

#include "regs/riscv.h"
#include "sim/rvdbg/rvdbg.h"
#include "sim/tap.h"

enum {
    /* Instructions of a program that run as soon as it starts. More than any program without a loop has; one that never
       ends must not keep the simulator. */
    RVDBG_AT_ONCE = 64,
};

struct rvdbg_dtm {
    uint32_t dmistat;   /* sticky: 0, DMI_FAILED or DMI_BUSY */
    uint32_t address;   /* of the last access */
    uint32_t data;      /* what it read or wrote */
    unsigned tcks_left; /* rising edges until a capture may see it */
};

struct rvdbg_core {
    bool haltreq, reset_haltreq, is_held /* hartreset */, has_resume_ack, was_reset;
    bool chip_reset_haltreq;
};

struct rvdbg_control {
    bool is_active, ndmreset;
    uint32_t hartsel;
    struct rvdbg_core cores[RVDBG_CORES];
};

struct rvdbg_command {
    uint32_t word; /* the command register */
    uint32_t autoexec;
    uint32_t cmderr;
    uint32_t data[RVDBG_DATA_WORDS], progbuf[RVDBG_PROGBUF_WORDS];
    /* the one that is under way */
    bool is_busy, in_program;
    unsigned core;
    uint32_t at;     /* byte in the program buffer */
    uint32_t result; /* cmderr when it is over */
    uint64_t busy_until_ps;
};

struct rvdbg_bus {
    uint32_t control; /* what can be written of sbcs */
    uint32_t error;
    bool was_too_early; /* sbbusyerror */
    uint32_t address, data;
    /* the access that is under way */
    bool is_busy, was_read;
    uint32_t result, read;
    uint64_t busy_until_ps;
};

struct rvdbg {
    struct rvdbg_config config;
    struct rvdbg_env env;
    struct tap tap;
    struct tap_dr dmi; /* as wide as the configuration says */
    struct rvdbg_dtm dtm;
    struct rvdbg_control control;
    struct rvdbg_command command;
    struct rvdbg_bus bus;
};

/* --- rvdbg.c --- */
struct rv32 *rvdbg_core(struct rvdbg *x, unsigned core);
uint64_t rvdbg_now_ps(struct rvdbg *x);
uint64_t rvdbg_cycles_ps(struct rvdbg *x, unsigned core, unsigned cycles);

/* --- wires.c --- */
void rvdbg_wires_init(struct rvdbg *x);

/* --- dtm.c: what stands behind the TAP's data registers --- */
/* ctx is the struct rvdbg (sim/tap.h). */
uint64_t dtm_dtmcs_capture(void *ctx);
void dtm_dtmcs_update(void *ctx, uint64_t value);
uint64_t dtm_dmi_capture(void *ctx);
void dtm_dmi_update(void *ctx, uint64_t value);
void dtm_count(struct rvdbg *x, unsigned tcks);
void dtm_reset(void *ctx);

/* --- regs.c: the register map --- */
/* A register that does not exist, or any but dmcontrol while dmactive is 0, reads as 0 and takes no writes. */
uint32_t dmreg_read(struct rvdbg *x, uint32_t address);
void dmreg_write(struct rvdbg *x, uint32_t address, uint32_t value);

/* --- control.c --- */
void control_reset(struct rvdbg *x);
/* RVDBG_CORES: hartsel names none that exists. */
unsigned control_selected(const struct rvdbg *x);
bool control_is_available(struct rvdbg *x, unsigned core);
bool control_is_halted(struct rvdbg *x, unsigned core);
uint32_t control_dmcontrol(struct rvdbg *x, unsigned index);
void control_set_dmcontrol(struct rvdbg *x, unsigned index, uint32_t value);
uint32_t control_dmstatus(struct rvdbg *x, unsigned index);
uint32_t control_hartinfo(struct rvdbg *x, unsigned index);
uint32_t control_haltsum0(struct rvdbg *x, unsigned index);

/* --- command.c --- */
void command_reset(struct rvdbg *x);
/* Brings the running command up to now. */
void command_advance(struct rvdbg *x);
uint32_t command_abstractcs(struct rvdbg *x, unsigned index);
void command_set_abstractcs(struct rvdbg *x, unsigned index, uint32_t value);
void command_set_command(struct rvdbg *x, unsigned index, uint32_t value);
uint32_t command_abstractauto(struct rvdbg *x, unsigned index);
void command_set_abstractauto(struct rvdbg *x, unsigned index, uint32_t value);
uint32_t command_data(struct rvdbg *x, unsigned index);
void command_set_data(struct rvdbg *x, unsigned index, uint32_t value);
uint32_t command_progbuf(struct rvdbg *x, unsigned index);
void command_set_progbuf(struct rvdbg *x, unsigned index, uint32_t value);

/* --- bus.c --- */
void bus_reset(struct rvdbg *x);
/* Ends the access that is under way when its time is over. */
void bus_advance(struct rvdbg *x);
uint32_t bus_sbcs(struct rvdbg *x, unsigned index);
void bus_set_sbcs(struct rvdbg *x, unsigned index, uint32_t value);
uint32_t bus_address(struct rvdbg *x, unsigned index);
void bus_set_address(struct rvdbg *x, unsigned index, uint32_t value);
uint32_t bus_data(struct rvdbg *x, unsigned index);
void bus_set_data(struct rvdbg *x, unsigned index, uint32_t value);

#endif
