/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A RISC-V debug module with one or two small cores behind an adapter: as much of a chip as the debugger needs to be tested,
 * written from the debug specification, with knobs for what a module may lack and how slow it may be.
 */
#ifndef TESTS_RISCV_RIG_H
#define TESTS_RISCV_RIG_H

#include "adapter/adapter.h"
#include "dm/riscv_dm.h"
#include "jtag/jtag.h"
#include "regs/riscv.h"

enum {
    RRIG_CORES = 2,
    RRIG_RAM = 0x80000000,
    RRIG_RAM_SIZE = 0x40000,
    RRIG_RESET_VECTOR = RRIG_RAM,
    RRIG_TRIGGERS = 4,
    RRIG_CSRS = 0x1000,
};

struct rrig_hart {
    uint32_t x[RISCV_GENERAL_REGS], pc, csr[RRIG_CSRS], tdata1[RRIG_TRIGGERS], tdata2[RRIG_TRIGGERS];
    bool is_halted, has_resume_ack, was_reset, wants_halt, halts_at_reset, is_held, is_absent;
    unsigned group;
    uint64_t executed;
};

/* What the module has; set before rrig_open, zero means no. */
struct rrig_config {
    unsigned cores, progbuf_words, data_words;
    bool has_impebreak, has_bus, has_narrow_bus, has_autoexec, has_hasel, has_groups, has_reset_halt, has_hartreset;
    bool has_no_abstract_csr, has_abstract_memory, has_no_stepie, counts_refused_address;
    bool has_hits;                             /* a trigger that fires says so */
    unsigned triggers, match_kinds;            /* match_kinds: bit n: kind n */
    unsigned trigger_type;                     /* 2 or 6 */
    unsigned idle;                             /* what dtmcs says */
    unsigned dmi_tcks, command_tcks, bus_tcks; /* what each takes */
};

struct riscv_rig {
    struct adapter adapter; /* first: the adapter's ops get this */
    struct log log;
    struct log_sink sink;
    struct rrig_config config;
    struct rrig_hart harts[RRIG_CORES];
    uint8_t ram[RRIG_RAM_SIZE];
    uint64_t tcks, latency_ns, waited_ns;
    unsigned step_tcks; /* TCKs that an instruction takes */
    uint64_t ran_tcks;

    /* TAP and transport */
    enum jtag_state state;
    uint32_t ir, ir_shift;
    uint64_t dr, dmi_result;
    bool is_sticky, is_gone; /* gone: TDO is pulled up */
    uint64_t dmi_done;
    bool is_unclocked; /* the transport answers, the module does not */

    /* debug module */
    bool is_active, hasel;
    uint32_t hartsel, hawindow, command, abstractauto, cmderr, data[2], progbuf[16];
    uint64_t command_done;
    bool is_command_pending;
    uint32_t sbcs, sbaddress, sbdata;
    uint64_t bus_done;
    bool is_bus_reading, is_bus_writing, holds_ndmreset;

    unsigned busy_seen, overruns_seen, bus_overruns_seen; /* how often the debugger was too fast */

    struct jtag *jtag;
    struct dm *dm;
};

/* A module with everything and no delays; change what is to be different. */
extern const struct rrig_config rrig_whole;
void rrig_open(struct riscv_rig *r, const struct rrig_config *config);
void rrig_close(struct riscv_rig *r); /* the dm is freed too, unless it was taken away */
uint32_t rrig_word(const struct riscv_rig *r, uint32_t addr);
void rrig_poke(struct riscv_rig *r, uint32_t addr, const void *bytes, size_t len);
void rrig_power_cycle(struct riscv_rig *r);

/* riscv_rig_hart.c */
bool rrig_access(struct riscv_rig *r, uint32_t addr, unsigned width, uint32_t *value, bool is_write);
/* One instruction from a word; false when it raised an exception (then the PC stays). ebreak: *stops. */
bool rrig_execute(struct riscv_rig *r, struct rrig_hart *h, uint32_t word, unsigned *len, bool *stops);
bool rrig_csr(struct riscv_rig *r, struct rrig_hart *h, unsigned csr, uint32_t *value, bool is_write);
void rrig_run_harts(struct riscv_rig *r);
void rrig_halt(struct riscv_rig *r, struct rrig_hart *h, unsigned cause);
void rrig_reset_hart(struct riscv_rig *r, struct rrig_hart *h);

/* riscv_rig_dm.c */
void rrig_dm_tick(struct riscv_rig *r);
bool rrig_dm_read(struct riscv_rig *r, unsigned reg, uint32_t *value);
bool rrig_dm_write(struct riscv_rig *r, unsigned reg, uint32_t value);

#endif
