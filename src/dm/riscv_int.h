/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DM_RISCV_INT_H
#define DM_RISCV_INT_H

#include "dm/riscv_dm.h"
#include "regs/riscv.h"

enum { RVDM_TIMEOUT_MS = 2000, RVDM_NO_HART = 0xFFFFFFFF, RVDM_WORD = 4 };

/* What must be waited for after an access: the access itself, the command that it starts, the bus access. */
enum rvdm_pace { RVDM_PLAIN, RVDM_COMMAND, RVDM_BUS, RVDM_PACES };

/* A learnt wait, in clocks. */
struct rvdm_wait {
    size_t clocks;
    bool is_proven; /* a long run of such accesses went well at it */
    unsigned good_runs;
};

struct rvdm_module {
    unsigned tap;
    unsigned abits;   /* 0: its transport has not answered */
    unsigned idle;    /* dtmcs.idle */
    bool is_up;       /* examined, active */
    unsigned version; /* dmstatus.version */
    uint32_t dmstatus, sbcs, abstractcs, hartinfo;
    bool has_autoexec, has_hart_array, has_groups;
    bool csrs_by_program; /* abstract commands do not reach them */
    bool has_no_fence;
    bool was_written; /* memory, since the last fence */
    uint32_t hart;    /* selected, and alone */
    bool holds_ndmreset;
    struct rvdm_wait waits[RVDM_PACES];

    /* of the queue */
    bool has_commands, has_autoexec_on, has_bus;
    uint32_t abstractcs_now, sbcs_now;
};

struct rvdm_core {
    unsigned module, hart;
    bool is_there, is_halted, is_compressed;
    bool is_clobbered;   /* s0 or s1, by what was done here */
    bool wants_halt;     /* dmcontrol.haltreq */
    bool is_resuming;    /* was let go, and has not said so yet */
    bool holds_reset;    /* hartreset */
    bool halts_at_reset; /* setresethaltreq was written */
    unsigned group;      /* halt group */
    uint32_t status;     /* dmstatus of the last poll */
};

/* One access to a register of a module. */
struct rvdm_op {
    uint8_t module, op, addr, pace;
    bool is_done;
    uint32_t data, *in;
};

struct rvdm {
    struct dm base;
    struct jtag *jtag;
    struct rvdm_module modules[DM_MAX_CORES];
    unsigned module_count;
    struct rvdm_core cores[DM_MAX_CORES];
    enum rvdm_way ways[RVDM_WAYS];
    unsigned way_count;
    uint32_t timeout_ms;

    struct rvdm_op *ops;
    size_t op_count, op_room;
    bool is_short; /* out of memory while queueing */
};

static inline struct rvdm *rvdm_of(struct dm *d)
{
    return (struct rvdm *)d;
}
static inline struct rvdm_module *rvdm_module_of(struct rvdm *x, unsigned core)
{
    return &x->modules[x->cores[core].module];
}

/* riscv_dmi.c: the transport */
void rvdm_queue_dmi(struct rvdm *x, const struct rvdm_op *op);
void rvdm_dmi_write(struct rvdm *x, unsigned module, unsigned reg, uint32_t value);
void rvdm_dmi_read(struct rvdm *x, unsigned module, unsigned reg, uint32_t *value);
/* Makes all queued accesses, each once. The queue stays: rvdm_forget_queue empties it. */
enum err rvdm_run_accesses(struct rvdm *x);
void rvdm_forget_queue(struct rvdm *x);
/* Runs a queue of plain accesses and empties it. */
enum err rvdm_run_plain(struct rvdm *x);
/* Reads dtmcs of the module's TAP and learns what it says. */
enum err rvdm_ask_transport(struct rvdm *x, struct rvdm_module *m);
/* The next longer wait; false when there is none. */
bool rvdm_go_slower(struct rvdm_module *m, enum rvdm_pace pace);
void rvdm_note_good(struct rvdm_module *m, enum rvdm_pace pace, size_t accesses);

/* riscv_command.c: abstract commands */
/* Queues: the core is the one that abstract commands are for. */
void rvdm_queue_select(struct rvdm *x, unsigned core);
void rvdm_queue_command(struct rvdm *x, unsigned core, uint32_t command);
uint32_t rvdm_register_command(uint32_t regno, uint32_t flags);
/* Words of the program buffer that a program without its last EBREAK may have. */
unsigned rvdm_program_room(const struct rvdm_module *m);
/* Queues: fills the program buffer; the EBREAK is added. */
void rvdm_queue_program(struct rvdm *x, unsigned core, const uint32_t *words, unsigned count);
enum err rvdm_run(struct dm *d);

/* riscv_run.c */
uint32_t rvdm_dmcontrol(const struct rvdm *x, unsigned core);
enum err rvdm_examine(struct dm *d, unsigned cores, struct dm_status *status);
enum err rvdm_poll(struct dm *d, struct dm_status *status);
void rvdm_queue_halt(struct dm *d, unsigned cores, bool force);
void rvdm_queue_acknowledge(struct dm *d, unsigned cores);
void rvdm_queue_resume(struct dm *d, unsigned cores);
void rvdm_queue_break_network(struct dm *d, unsigned cores, unsigned mask);
enum err rvdm_assert_reset(struct dm *d, unsigned cores);
enum err rvdm_deassert_reset(struct dm *d, unsigned cores, bool halt);

/* riscv_bus.c, riscv_program.c, riscv_memory.c: a run of words by one way; *done those that are known to be. ERR_FAULT: the
   word after them was refused. */
struct rvdm_block {
    unsigned core;
    uint32_t addr;
    size_t count;
    uint32_t *in; /* NULL: out is written */
    const uint32_t *out;
};
/* One access. */
struct rvdm_load {
    uint32_t addr;
    unsigned width;
    uint32_t *value;
};
/* How many of count words go into one run. */
size_t rvdm_batch(const struct rvdm_module *m, enum rvdm_pace pace, size_t count);

bool rvdm_bus_takes(const struct rvdm_module *m, unsigned width);
enum err rvdm_bus_block(struct rvdm *x, const struct rvdm_block *b, size_t *done);
enum err rvdm_bus_load(struct rvdm *x, unsigned core, uint32_t addr, unsigned width, uint32_t *value);
enum err rvdm_bus_store(struct rvdm *x, unsigned core, uint32_t addr, unsigned width, uint32_t value);
enum err rvdm_bus_store_all(struct rvdm *x, unsigned core, const struct rvdm_poke *pokes, size_t count);
enum err rvdm_bus_access_all(struct rvdm *x, unsigned core, const struct rvdm_access *list, size_t count);
enum err rvdm_program_block(struct rvdm *x, const struct rvdm_block *b, size_t *done);
enum err rvdm_program_load(struct rvdm *x, unsigned core, uint32_t addr, unsigned width, uint32_t *value);
enum err rvdm_program_store_all(struct rvdm *x, unsigned core, unsigned width, const struct rvdm_poke *pokes,
                                size_t count);
/* Queue: a block that is read. The program's changes s0 and s1. */
void rvdm_queue_bus_read(struct rvdm *x, const struct rvdm_block *b);
void rvdm_queue_program_read(struct rvdm *x, const struct rvdm_block *b);
enum err rvdm_program_follow(struct rvdm *x, unsigned core, const struct rvdm_chain *list, size_t count);
enum err rvdm_abstract_block(struct rvdm *x, const struct rvdm_block *b, size_t *done);
enum err rvdm_abstract_load(struct rvdm *x, unsigned core, uint32_t addr, unsigned width, uint32_t *value);
enum err rvdm_abstract_store_all(struct rvdm *x, unsigned core, unsigned width, const struct rvdm_poke *pokes,
                                 size_t count);
enum err rvdm_read_block(struct dm *d, unsigned cores, uint32_t addr, uint32_t *words, size_t count, uint32_t *fault);
enum err rvdm_write_block(struct dm *d, unsigned cores, uint32_t addr, const uint32_t *words, size_t count,
                          uint32_t *fault);

#endif
