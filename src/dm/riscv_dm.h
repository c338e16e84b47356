/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The RISC-V debug module behind its JTAG transport, and what the RISC-V side of target/ asks of it beyond struct dm_ops.
 *
 * Source: RISC-V External Debug Support 0.13.2 and 1.0.
 *
 * Accesses are queued and run together. What the module says of them is handled here: an access that came too early is made
 * again, slower, and the time that each kind of access needs is learnt. A queue may therefore be run more than once; it must
 * be one that bears that.
 */
#ifndef DM_RISCV_DM_H
#define DM_RISCV_DM_H

#include "dm/dm.h"
#include "jtag/jtag.h"

/* Where a core is: the TAP of its debug module, and its number there. */
struct rvdm_place {
    unsigned tap;  /* index in the chain */
    unsigned hart; /* hartsel */
};

/* jtag stays the caller's and must outlive the result. NULL when out of memory. */
struct dm *rvdm_new(struct jtag *jtag, const struct rvdm_place *cores, unsigned core_count);

/* How memory is reached: over the module's own bus master, by instructions of the halted core, or by abstract commands. */
enum rvdm_way { RVDM_SYSTEM_BUS, RVDM_PROGRAM_BUFFER, RVDM_ABSTRACT, RVDM_WAYS };
/* The ways to use, in this order; by default all, as in the enum. */
void rvdm_set_ways(struct dm *d, const enum rvdm_way *ways, unsigned count);
/* The way that a word of memory would take now; RVDM_WAYS when there is none. */
enum rvdm_way rvdm_way(const struct dm *d, unsigned core);
const char *rvdm_way_name(enum rvdm_way way); /* as "riscv set_mem_access" names it */
/* How long an abstract command or a bus access may take (2 s by default). */
void rvdm_set_timeout(struct dm *d, uint32_t timeout_ms);
/* The core takes compressed instructions: a shorter program buffer will do. */
void rvdm_set_compressed(struct dm *d, unsigned core, bool is_compressed);

/* Queues: a register of a halted core, by the number of abstract commands (RISCV_REGNO_X(n), a CSR's own). With a module that
   reaches CSRs by instructions only, s0 is clobbered. The run gives ERR_EXEC or ERR_UNSUPPORTED when the core has none. */
void rvdm_queue_read(struct dm *d, unsigned core, uint32_t regno, uint32_t *value);
void rvdm_queue_write(struct dm *d, unsigned core, uint32_t regno, uint32_t value);
/* Whether CSRs are reached at the cost of s0. */
bool rvdm_clobbers_for_csrs(const struct dm *d, unsigned core);
/* Whether something done here has changed s0 or s1 since this was asked last: both are to be written back then. */
bool rvdm_take_clobbered(struct dm *d, unsigned core);
/* Runs one instruction in the program buffer. ERR_UNSUPPORTED without one. */
enum err rvdm_execute(struct dm *d, unsigned core, uint32_t instruction);
/* What the debugger wrote to memory is what the core fetches from now on (FENCE.I); does nothing when nothing was written. */
enum err rvdm_fence(struct dm *d, unsigned core);
/* After a read of a CSR gave ERR_UNSUPPORTED: learns whether the module reaches CSRs by instructions only. Clobbers s0. */
enum err rvdm_find_csr_way(struct dm *d, unsigned core);
/* Whether the core's registers have 64 bits. */
enum err rvdm_is_64_bit(struct dm *d, unsigned core, bool *is);

/* One access of 1, 2 or 4 bytes, aligned; clobbers s0 and s1. ERR_FAULT when it was refused. */
enum err rvdm_load(struct dm *d, unsigned core, uint32_t addr, unsigned width, uint32_t *value);
enum err rvdm_store(struct dm *d, unsigned core, uint32_t addr, unsigned width, uint32_t value);
struct rvdm_poke {
    uint32_t addr, value;
};
/* Words, in this order, in one run where the way allows it. */
enum err rvdm_store_all(struct dm *d, unsigned core, const struct rvdm_poke *pokes, size_t count);

/* One of a sequence of accesses to device registers: count words are read one after the other, or, with into NULL, value is
   written. */
struct rvdm_access {
    uint32_t addr, value, *into;
    size_t count;
};
/* These accesses, in this order, in one run over the system bus; where that is not to be used, one after the other. ERR_FAULT
   when one was refused; those before it are done. */
enum err rvdm_access_all(struct dm *d, unsigned core, const struct rvdm_access *list, size_t count);
/* Words at several places, in one run. ERR_FAULT: one was refused. ERR_UNSUPPORTED: the way to memory cannot do it. */
struct rvdm_range {
    uint32_t addr;
    uint32_t *words;
    size_t count;
};
enum err rvdm_read_ranges(struct dm *d, unsigned core, const struct rvdm_range *list, size_t count);
/* Linked lists in one run: the core itself goes from node to node. nodes[0] is the word at next_offset of "from", nodes[i] that of
   nodes[i - 1]; values[i] the word at value_offset of nodes[i]; offsets are below 2048. Errors as above; needs a program
   buffer of two words. */
struct rvdm_chain {
    uint32_t from, next_offset, value_offset;
    uint32_t *nodes, *values;
    size_t count;
};
enum err rvdm_follow(struct dm *d, unsigned core, const struct rvdm_chain *list, size_t count);

/* What the module is, for people. */
struct rvdm_info {
    unsigned version; /* dmstatus.version */
    unsigned abits, idle, progbuf_words, data_words;
    bool has_impebreak, has_system_bus, has_hart_array, has_halt_groups, has_reset_halt, has_autoexec;
    unsigned paces[3]; /* clocks in Run-Test/Idle after an access, a command, a bus access, as learnt */
};
void rvdm_info(const struct dm *d, unsigned core, struct rvdm_info *info);

#endif
