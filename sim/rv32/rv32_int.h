/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the RISC-V interpreter.
 *
 * Code is decoded once into blocks: arrays of operations (handler and operands) up to the next instruction that changes
 * the flow or the state that decoding relied on. Each handler returns the operation to go on with, or NULL when the run
 * loop (run.c) has to look: an exception, a request from outside, the end of the slice, code not yet decoded.
 *
 * What may be read, written and fetched without a further look is a window of addresses for each kind (protect.c): the
 * part around the last access in which one PMP entry speaks and no trigger watches. So neither PMP nor watchpoints cost
 * anything elsewhere.
 *
 * Rooms: config.c which cores there are; core.c making, resetting, looking in; csr.c control and status registers by
 * number, counter.c those that count; decode.c words to operations; cache.c blocks; run.c slices and time; trap.c
 * exceptions and interrupts; protect.c windows, PMP; trigger.c the trigger module; debug.c debug mode; exec_*.c one
 * family of instructions each, with the table of its encodings.
 */
#ifndef SIM_RV32_RV32_INT_H
#define SIM_RV32_RV32_INT_H

#include "regs/riscv_csr.h"
#include "sim/code.h"
#include "sim/rv32/rv32.h"

#include <stddef.h>

struct rv32_op;

/* Does one operation. Returns the next one, or NULL with rv32.pc set. */
typedef const struct rv32_op *rv32_fn(struct rv32 *c, const struct rv32_op *op);

/* --- instructions as data --- */

enum {
    FLAG_ENDS = 1,      /* the last one of a block: changes the flow or what decoding relies on */
    FLAG_CSR_WRITE = 2, /* ends the block unless the register is a plain one */
    FLAG_SIGNED = 4,    /* a load that extends the sign */
    FLAG_LOAD = 8,      /* for the performance counter: */
    FLAG_STORE = 16,
    FLAG_JUMP = 32,
    FLAG_BRANCH = 64,
};

/* How the operands are packed; decode.c has one reader for each. */
enum rv32_format {
    FMT_NONE,
    FMT_R,
    FMT_I,
    FMT_SHIFT,
    FMT_S,
    FMT_B,
    FMT_U,
    FMT_AUIPC,
    FMT_J,
    FMT_CSR,
    FMT_C_ADDI4SPN,
    FMT_C_ADDI16SP,
    FMT_C_ADDI,
    FMT_C_LI,
    FMT_C_LUI,
    FMT_C_SHIFT,
    FMT_C_SLLI,
    FMT_C_ANDI,
    FMT_C_RR,
    FMT_C_MV,
    FMT_C_ADD,
    FMT_C_LW,
    FMT_C_SW,
    FMT_C_LWSP,
    FMT_C_SWSP,
    FMT_C_J,
    FMT_C_JAL,
    FMT_C_JR,
    FMT_C_JALR,
    FMT_C_B,
    FMT_COUNT
};

struct rv32_insn {
    uint32_t value, mask; /* 16-bit instructions: masks of 16 bits */
    const char *name;
    rv32_fn *fn;
    uint8_t format; /* enum rv32_format */
    uint8_t flags;  /* FLAG_ */
    uint8_t size;   /* bytes of a load or store */
    uint32_t misa;  /* the letter that the core must have, 0: none */
};

/* A family's instructions. */
struct rv32_family {
    const struct rv32_insn *insns;
    size_t count;
};
extern const struct rv32_family rv32_alu, rv32_muldiv, rv32_mem, rv32_atomic, rv32_branch, rv32_system;

/* Results for x0 go to a place that nobody reads. */
enum { RV32_SINK = RV32_XS, RV32_SP = 2 };

struct rv32_op {
    rv32_fn *fn;
    const struct rv32_insn *insn; /* NULL for what decoding puts in itself */
    uint32_t pc;
    uint32_t imm; /* immediate, absolute target, CSR's number, or the word of what cannot be decoded */
    uint8_t rd, rs1, rs2, len;
};

/* --- blocks --- */

struct rv32_block {
    struct code_block code; /* sim/code.h */
    struct rv32_op ops[];
};

enum { RV32_INDEX_KEYS = 256 + 32 };

struct rv32_cache {
    struct code_cache code;
    /* Instructions that can match, by opcode and funct3: positions in index_rows, ended by NULL. */
    uint16_t index[RV32_INDEX_KEYS];
    const struct rv32_insn **index_rows;
};

/* --- the core --- */

/* Addresses from first on at which an access of up to four bytes needs no look: room many. */
struct rv32_window {
    uint32_t first, room;
};

/* Addresses with one answer. Ordered, the first one at 0. */
struct rv32_segment {
    uint32_t first;
    int8_t entry;    /* of the PMP, -1: none matches */
    uint8_t machine; /* PMPCFG_R, W, X: what machine mode may do */
    uint8_t user;
    uint8_t watched; /* PMPCFG_R, W, X: a trigger may match */
};
/* Two bounds for each PMP entry and trigger. */
enum { RV32_SEGMENTS = 2 * (RV32_PMPS + RV32_TRIGGERS) + 1 };

struct rv32_trigger {
    uint32_t tdata1, tdata2; /* tdata1 without type and maskmax */
};

/* A performance counter of Espressif's cores: machine's and user's. */
struct rv32_counter {
    uint32_t events, mode; /* mpcer, mpcmr */
    uint64_t count;        /* mpccr was this ... */
    uint64_t since;        /* ... when what it counts was at this */
    uint64_t seen;         /* events that are found by looking at each instruction */
};

struct rv32 {
    uint32_t x[RV32_XS + 1]; /* the last one is the sink */
    uint32_t pc;

    /* Time: now = deadline - left between blocks; a block takes its cycles from left when it is entered. */
    int64_t left;
    uint64_t deadline;
    uint64_t slice_start, slice_end;
    uint64_t not_completed; /* cycles that completed no instruction */
    uint64_t waited;        /* those of WFI */

    struct rv32_window read, write, fetch;
    uint32_t rights;  /* the modes that the windows are for: of fetches in bits 3:2, of data in 1:0 */
    uint32_t aligned; /* address bits that must be 0 where the access's size says so */
    bool attention;   /* the run loop has something to look at */
    bool careful;     /* a counter looks at each instruction */
    bool is_running;  /* inside rv32_run */
    bool is_stepping; /* dcsr.step: debug mode follows after one instruction */
    bool debug_executing, debug_fault, debug_done;
    bool watches_sp, is_flush_due; /* code is decoded so that writes of x2 are looked at; it is to be decoded anew */
    uint32_t sp_min, sp_max;
    bool is_reset_due; /* asked for by a device while an instruction of this core was running */
    uint32_t due_vector;

    const struct rv32_block *block;
    const struct rv32_op *at; /* the operation that talks to the outside */
    struct mem_map *map;
    const struct rv32_config *config;
    struct rv32_hooks hooks;
    struct rv32_cache *cache;
    uint32_t unknown_pc; /* of the last instruction that the hook was told about */
    bool unknown_told;
    uint8_t csr_rows[RV32_CSRS]; /* 1 + position in the table of rows; 0: the core has no such register */

    enum rv32_state state;
    bool haltreq, reset_haltreq;
    uint32_t irq_lines;

    /* From here to the end: what a reset clears. */
    uint32_t prv; /* enum riscv_privilege; halted: machine */
    uint32_t mstatus, mtvec, mscratch, mepc, mcause, mtval, mie;
    uint64_t mcycle_offset, minstret_offset;
    uint8_t pmpcfg[RV32_PMPS];
    uint32_t pmpaddr[RV32_PMPS];
    struct rv32_segment segments[RV32_SEGMENTS];
    unsigned segment_count; /* 0: to be made anew */
    uint32_t tselect, tcontrol;
    struct rv32_trigger triggers[RV32_TRIGGERS];
    uint32_t dcsr, dpc, dscratch[2];
    struct rv32_counter counters[2];
    uint32_t gpio_oen, gpio_out;
    uint32_t reserved_at; /* LR's address */
    bool is_reserved;
};

static inline bool rv32_has(const struct rv32 *c, uint32_t option)
{
    return c->config->options & option;
}

static inline bool rv32_has_user(const struct rv32 *c)
{
    return c->config->misa & MISA_U;
}

/* --- core.c --- */

/* Does the reset that was asked for during an instruction. */
void rv32_reset_if_due(struct rv32 *c);

/* --- cache.c --- */

struct rv32_cache *rv32_cache_new(struct rv32 *c);
void rv32_cache_free(struct rv32_cache *k);
/* The block or single instruction at rv32.pc, decoded now if need be. Good until the next call. */
const struct rv32_block *rv32_cache_block(struct rv32 *c);
const struct rv32_block *rv32_cache_step(struct rv32 *c);

static inline unsigned rv32_hash(uint32_t pc)
{
    return (pc >> 1 ^ pc >> 15) & (CODE_BLOCKS - 1);
}

static inline const struct rv32_block *rv32_block_of(const struct code_block *code)
{
    return (const struct rv32_block *)(const void *)code;
}

/* Whether all of the block may be fetched, as far as the window knows, and there is time for it. */
static inline bool rv32_block_is_runnable(const struct rv32 *c, const struct rv32_block *b)
{
    uint32_t at = b->code.pc - c->fetch.first;
    return b->code.count <= c->left && at < c->fetch.room && c->fetch.room - at + 2 >= b->code.size - 1 &&
           !b->code.need;
}

/* Goes on at pc: the first operation there when nothing speaks against it, else NULL with rv32.pc set. */
static inline const struct rv32_op *rv32_enter(struct rv32 *c, uint32_t pc)
{
    const struct rv32_block *b = rv32_block_of(c->cache->code.blocks[rv32_hash(pc)]);
    c->pc = pc;
    if (!code_is_current(c->map, &b->code, pc) || !rv32_block_is_runnable(c, b))
        return NULL;
    c->left -= b->code.count;
    c->block = b;
    return b->ops;
}

/* --- decode.c --- */

/* Fills op from an instruction word at op->pc; an unknown word becomes an illegal instruction. The upper half of a
   16-bit one does not matter. */
void rv32_decode(const struct rv32 *c, uint32_t word, struct rv32_op *op);
static inline unsigned rv32_length(uint32_t word)
{
    return (word & 3) == 3 ? 4 : 2;
}
bool rv32_ends_block(const struct rv32 *c, const struct rv32_op *op);
/* Makes the index of all instructions that the core has. False when out of memory. */
bool rv32_index_init(struct rv32_cache *k, const struct rv32_config *config);
/* An operation that raises a fetch exception; addr: the part that could not be fetched. */
void rv32_decode_fault(struct rv32_op *op, uint32_t addr);
/* The operation after the last one of a block that falls through to pc. */
void rv32_decode_end(const struct rv32 *c, struct rv32_op *op, uint32_t pc);

/* --- run.c --- */

/* The cycle in which the operation runs; the instruction boundary when op is NULL. */
uint64_t rv32_now(const struct rv32 *c, const struct rv32_op *op);
/* Leaves the block after the operation: its remaining cycles are given back. With rv32.pc left alone. */
void rv32_give_back(struct rv32 *c, const struct rv32_op *op);
/* Leaves after a completed operation, to the next one in sequence; for operations that end blocks. */
const struct rv32_op *rv32_leave(struct rv32 *c, const struct rv32_op *op);
/* The same to another PC. */
const struct rv32_op *rv32_leave_to(struct rv32 *c, const struct rv32_op *op, uint32_t pc);
/* After privilege, mstatus, interrupt, debug or counter registers changed: recomputes what depends on them. */
void rv32_update(struct rv32 *c);

/* Does the next operation of the block, by a jump where the compiler makes one of it: blocks are short, so the stack is
   deep enough otherwise. */
static inline const struct rv32_op *rv32_go_on(struct rv32 *c, const struct rv32_op *op)
{
    return op[1].fn(c, op + 1);
}

/* Goes on after an operation that talked to the outside: leaves when somebody asked for attention. */
static inline const struct rv32_op *rv32_next(struct rv32 *c, const struct rv32_op *op)
{
    return c->attention ? rv32_leave(c, op) : rv32_go_on(c, op);
}

/* The instruction at pc has written x2. */
static inline void rv32_look_at_sp(struct rv32 *c, uint32_t pc)
{
    if ((c->x[RV32_SP] < c->sp_min || c->x[RV32_SP] > c->sp_max) && c->hooks.sp_left)
        c->hooks.sp_left(c->hooks.ctx, pc);
}

/* --- trap.c --- */

/* Takes a trap to machine mode: cause as mcause shows it, with the interrupt bit. */
void rv32_trap(struct rv32 *c, uint32_t pc, uint32_t cause, uint32_t tval);
/* Raises an exception for the operation; always NULL. */
const struct rv32_op *rv32_raise(struct rv32 *c, const struct rv32_op *op, unsigned cause, uint32_t tval);
/* The word of an instruction, from memory: what was decoded cannot have changed since. */
uint32_t rv32_word_of(struct rv32 *c, const struct rv32_op *op);
/* An opcode that the core does not have, or not now; always NULL. */
const struct rv32_op *rv32_illegal(struct rv32 *c, const struct rv32_op *op);
/* Tells people about it first; what names it. */
const struct rv32_op *rv32_unknown(struct rv32 *c, const struct rv32_op *op, const char *what);
/* Lines that are up and that mie lets through: what ends WFI. */
uint32_t rv32_pending(const struct rv32 *c);
/* Whether one of these would be taken now. */
bool rv32_takes_interrupt(const struct rv32 *c);
/* Looks at debug requests and interrupts between two instructions, and takes what is due. */
void rv32_attend(struct rv32 *c);
/* MRET. */
void rv32_trap_return(struct rv32 *c);

/* --- protect.c --- */

/* The mode whose rights a load or store has: mstatus.MPRV. */
uint32_t rv32_data_privilege(const struct rv32 *c);
/* After PMP, triggers or modes changed: the windows are looked for anew. */
void rv32_forget_windows(struct rv32 *c);
void rv32_forget_segments(struct rv32 *c);
/* Whether the PMP allows an access of a kind (PMPCFG_R, W or X), size 1, 2 or 4; moves the window. */
bool rv32_pmp_allows(struct rv32 *c, uint32_t addr, unsigned size, uint8_t kind);
/* Whether a trigger may match an access. */
bool rv32_is_watched(struct rv32 *c, uint32_t addr, unsigned size, uint8_t kind);
uint32_t rv32_pmpaddr_write(const struct rv32 *c, unsigned n, uint32_t value);
uint8_t rv32_pmpcfg_write(const struct rv32 *c, unsigned n, uint8_t value);

/* --- trigger.c --- */

/* Whether a trigger that is set for a kind of access could match one of size bytes from addr on, in any mode. */
bool rv32_trigger_in(const struct rv32 *c, uint32_t addr, uint32_t size, uint8_t kind);
/* What a trigger covers, as first and last address (first > last: nothing), for the segments. */
void rv32_trigger_range(const struct rv32_trigger *t, uint32_t *first, uint32_t *last);
/* Whether a trigger is set for a kind of access: PMPCFG_R, W, X bits. */
uint8_t rv32_trigger_kinds(const struct rv32_trigger *t);
/* Looks whether triggers fire on an access and sets their hit bits. Returns -1: none, else the action. */
int rv32_trigger_fires(struct rv32 *c, uint32_t addr, unsigned size, uint8_t kind);
void rv32_tdata1_write(struct rv32 *c, uint32_t value);
void rv32_tdata2_write(struct rv32 *c, uint32_t value);
uint32_t rv32_tdata1_read(const struct rv32 *c);

/* --- debug.c --- */

void rv32_enter_debug(struct rv32 *c, uint32_t pc, unsigned cause);
/* For an instruction that enters it (EBREAK, a watchpoint): leaves. Always NULL. */
const struct rv32_op *rv32_enter_debug_at(struct rv32 *c, const struct rv32_op *op, unsigned cause);
/* Whether EBREAK enters debug mode. */
bool rv32_ebreak_halts(const struct rv32 *c);

/* --- exec_mem.c --- */

static inline const uint8_t *rv32_fast_read(const struct rv32 *c, uint32_t addr, unsigned size)
{
    if (addr - c->read.first >= c->read.room || addr & c->aligned & (size - 1))
        return NULL;
    return mem_fast_read(c->map, addr, size);
}

static inline uint8_t *rv32_fast_write(const struct rv32 *c, uint32_t addr, unsigned size)
{
    if (addr - c->write.first >= c->write.room || addr & c->aligned & (size - 1))
        return NULL;
    return mem_fast_write(c->map, addr, size);
}

static inline uint32_t rv32_get16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t rv32_get32(const uint8_t *p)
{
    return rv32_get16(p) | rv32_get16(p + 2) << 16;
}

static inline void rv32_put32(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
    p[2] = (uint8_t)(value >> 16);
    p[3] = (uint8_t)(value >> 24);
}

/* The slow path, for everything. False: an exception was raised or debug mode entered. Afterwards the handler returns
   rv32_next(). */
bool rv32_load(struct rv32 *c, const struct rv32_op *op, uint32_t addr, unsigned size, uint32_t *value);
bool rv32_store(struct rv32 *c, const struct rv32_op *op, uint32_t addr, unsigned size, uint32_t value);
/* A load that has to be allowed to write, too: the exceptions are a store's. */
bool rv32_load_for_atomic(struct rv32 *c, const struct rv32_op *op, uint32_t addr, uint32_t *value);

/* --- csr.c, counter.c --- */

struct rv32_csr {
    uint16_t number;
    uint16_t offset; /* of the value in struct rv32 */
    const char *name;
    uint32_t mask;   /* bits that a write keeps, when there is no write */
    uint16_t option; /* what the core must have for it: RV32_..., 0: nothing */
    bool is_debug;   /* for debug mode only */
    bool is_plain;   /* a write changes nothing that decoded code relies on */
    bool has_value;  /* offset says where */
    uint32_t (*read)(struct rv32 *c, unsigned number, const struct rv32_op *op);
    void (*write)(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op);
};

void rv32_csr_init(struct rv32 *c);
/* The row of a register that the core has, else NULL. */
const struct rv32_csr *rv32_csr_of(const struct rv32 *c, unsigned number);
/* The row, when the present mode may read (and write) it; else NULL. */
const struct rv32_csr *rv32_csr_for(const struct rv32 *c, unsigned number, bool is_write);
/* op is NULL from outside an instruction. */
uint32_t rv32_csr_read(struct rv32 *c, const struct rv32_csr *csr, const struct rv32_op *op);
void rv32_csr_write(struct rv32 *c, const struct rv32_csr *csr, uint32_t value, const struct rv32_op *op);

/* Whether a counter has to look at each instruction. */
bool rv32_counters_look(const struct rv32 *c);
/* An instruction was completed, which went on at rv32.pc. */
void rv32_counters_see(struct rv32 *c, const struct rv32_op *op);
uint32_t rv32_counter_read(struct rv32 *c, unsigned number, const struct rv32_op *op);
void rv32_counter_write(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op);
uint32_t rv32_mcycle_read(struct rv32 *c, unsigned number, const struct rv32_op *op);
void rv32_mcycle_write(struct rv32 *c, unsigned number, uint32_t value, const struct rv32_op *op);

#endif
