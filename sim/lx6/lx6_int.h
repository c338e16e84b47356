/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of the LX6 and LX7 interpreter.
 *
 * Code is decoded once into blocks: arrays of operations (handler and operands) up to the next instruction that changes
 * the flow or the state that decoding relied on. Each handler returns the operation to go on with, or NULL when the run
 * loop (run.c) has to look: an exception, a request from outside, the end of the slice, code not yet decoded.
 *
 * Rooms: config.c which cores there are; core.c making, resetting, looking in; state.c special registers by number;
 * decode.c words to operations; cache.c blocks; run.c slices, time, the loops; exception.c exceptions and interrupts;
 * debug.c on-chip debug; exec_*.c, window.c, tlb.c, mac16.c, fp*.c, pie*.c one family of instructions each, with the table of its
 * encodings.
 */
#ifndef SIM_LX6_LX6_INT_H
#define SIM_LX6_LX6_INT_H

#include "regs/xtensa.h"
#include "sim/code.h"
#include "sim/lx6/lx6.h"

#include <stddef.h>

struct lx6_op;

/* Does one operation. Returns the next one, or NULL with lx6.pc set. */
typedef const struct lx6_op *lx6_fn(struct lx6 *c, const struct lx6_op *op);

/* --- instructions as data --- */

/* Which fields name ARs: these decide about window overflow. */
enum { USES_R = 1, USES_S = 2, USES_T = 4 };

enum {
    FLAG_ENDS = 1,     /* the last one of a block: changes the flow or what decoding relies on */
    FLAG_CP0 = 2,      /* needs coprocessor 0 */
    FLAG_SR_WRITE = 4, /* ends the block unless the special register is a plain one */
    FLAG_LOAD = 8,     /* accesses size bytes at AR[s] + imm ... */
    FLAG_STORE = 16,
    FLAG_INDEXED = 32,  /* ... or at AR[s] + AR[t] */
    FLAG_ABSOLUTE = 64, /* ... or at imm */
    FLAG_OCD = 128,     /* exists in OCD mode only */
    FLAG_CP3 = 256,     /* needs coprocessor 3 */
};

/* How the operands are packed; decode.c has one reader for each. r, s and t are always read. */
enum lx6_format {
    FMT_RST,
    FMT_ADDI,
    FMT_ADDMI,
    FMT_MOVI,
    FMT_U8,
    FMT_U8X2,
    FMT_U8X4,
    FMT_L32R,
    FMT_L32E,
    FMT_LSIP,
    FMT_EXTUI,
    FMT_SLLI,
    FMT_SRAI,
    FMT_SRLI,
    FMT_SSAI,
    FMT_SEXT,
    FMT_BRANCH8,
    FMT_BRANCH12,
    FMT_BRANCH_CONST,
    FMT_BRANCH_CONSTU,
    FMT_BRANCH_BIT,
    FMT_JUMP,
    FMT_CALL,
    FMT_LOOP,
    FMT_ENTRY,
    FMT_ROTW,
    FMT_SR,
    FMT_RUR,
    FMT_MEM_N,
    FMT_ADDI_N,
    FMT_MOVI_N,
    FMT_BRANCH_N,
    FMT_EXPSTATE,
    FMT_MAC,
    FMT_QR_MEM,
    FMT_QR_QR,
    FMT_QR_AR,
    FMT_GPIO_BITS,
    FMT_COUNT
};

struct lx6_insn {
    uint32_t value, mask;
    const char *name;
    lx6_fn *fn;
    uint8_t format;  /* enum lx6_format */
    uint8_t uses;    /* USES_ */
    uint16_t flags;  /* FLAG_ */
    uint8_t size;    /* bytes of a load or store */
    uint16_t option; /* what the core must have for it: LX6_..., 0: nothing */
    uint8_t quad;    /* of CALLn: the window it reaches for, 1..3 */
};

/* A family's instructions. */
struct lx6_family {
    const struct lx6_insn *insns;
    size_t count;
};
extern const struct lx6_family lx6_alu, lx6_mem, lx6_branch, lx6_window, lx6_system, lx6_boolean, lx6_mac16, lx6_fp,
    lx6_fp_mem, lx6_fp_convert, lx6_fp_steps, lx6_tlb, lx6_pie, lx6_pie_vector;

struct lx6_op {
    lx6_fn *fn;
    const struct lx6_insn *insn; /* NULL for what decoding puts in itself */
    uint32_t pc;
    uint32_t imm;  /* immediate, absolute target or address */
    uint32_t imm2; /* second immediate */
    uint8_t r, s, t, len;
};

/* --- blocks --- */

/* What a block's code needs, and lx6.ability has: NEED_WINDOW_n means that a(4n)..a(4n+3) are there. */
enum { NEED_WINDOW_1 = 1, NEED_WINDOW_2 = 2, NEED_WINDOW_3 = 4, NEED_CP0 = 8, NEED_CP3 = 0x10, NEED_STEPS = 0x80 };

struct lx6_block {
    struct code_block code; /* sim/code.h */
    struct lx6_op ops[];
};

enum { LX6_INDEX_KEYS = 256 };

struct lx6_cache {
    struct code_cache code;
    /* Instructions that can match, by op0 and op1: positions in index_rows, ended by NULL. */
    uint16_t index[LX6_INDEX_KEYS];
    const struct lx6_insn **index_rows;
};

/* --- the core --- */

enum { LX6_LEVELS = 8, LX6_TIMERS = 3, LX6_BREAKS = 2, LX6_TOLD = 256 };

struct lx6 {
    /* The window: a0..a15 are a[0..15]. Positions 64..75 are ARs 0..11 while the window wraps around (window.c). */
    uint32_t *a;
    uint32_t ar[LX6_ARS + 12];
    uint32_t pc;
    uint32_t ps;

    /* Time: now = deadline - left between blocks; a block takes its cycles from left when it is entered. */
    int64_t left;
    uint64_t deadline;
    uint64_t slice_start, slice_end;
    uint64_t timer_at;      /* when CCOUNT next equals a CCOMPARE */
    uint64_t not_completed; /* cycles that completed no instruction */
    uint32_t ccount_offset; /* CCOUNT = now + this */

    /* What the code of a block may rely on. */
    uint32_t loop_end; /* LEND while a loop is active, else 0 */
    uint8_t ability;   /* NEED_ bits that are met */
    bool attention;    /* the run loop has something to look at */
    bool careful;      /* ICOUNT counts or DBREAK watches: one instruction at a time */
    bool is_running;   /* inside lx6_run */
    bool ocd_executing, ocd_fault;
    bool is_reset_due; /* asked for by a device while an instruction of this core was running */
    uint32_t due_vector;
    uint8_t dtlb_reads, dtlb_writes, itlb_fetches; /* bit per 512 MB region */

    const struct lx6_block *block;
    const struct lx6_op *at; /* the operation that talks to the outside */
    struct mem_map *map;
    const struct lx6_config *config;
    struct lx6_hooks hooks;
    struct lx6_cache *cache;
    uint32_t unknown_pc; /* of the last instruction that the hook was told about */
    bool unknown_told;
    const struct lx6_insn *told[LX6_TOLD]; /* those that were said by name */
    unsigned told_count;

    enum lx6_state state;
    bool ocd_enabled, debug_pending, debug_unmaskable;

    /* Special and user registers by name. */
    uint32_t lbeg, lend, lcount, sar, br, scompare1, acclo, acchi, m[4], windowbase, windowstart, mmid, memctl, atomctl;
    uint32_t ibreakenable, ibreaka[LX6_BREAKS], dbreaka[LX6_BREAKS], dbreakc[LX6_BREAKS];
    uint32_t ddr, epc[LX6_LEVELS], eps[LX6_LEVELS], excsave[LX6_LEVELS], depc;
    uint32_t cpenable, intenable, vecbase, exccause, debugcause, icount, icountlevel, excvaddr, ccompare[LX6_TIMERS],
        misc[4];
    uint32_t irq_lines, irq_latched, level_mask[LX6_LEVELS];
    uint32_t threadptr, fcr, fsr, expstate, f64r_lo, f64r_hi, f64s;
    uint32_t fr[LX6_FRS];
    struct lx6_pie {
        uint32_t qr[LX6_QRS][4]; /* word 0 is bits 31:0 */
        uint32_t accx[2], qacc_h[5], qacc_l[5], ua_state[4], gpio_out, sar_byte, fft_bit_width;
    } pie;
    bool fp_in_use; /* the host's floating point flags are this core's since the slice began */
    uint8_t itlb[8], dtlb[8];
};

static inline unsigned lx6_cintlevel(const struct lx6 *c)
{
    unsigned level = c->ps & PS_INTLEVEL;
    return c->ps & PS_EXCM && level < 3 ? 3 : level;
}

/* Whether the core has what an instruction or register asks for. */
static inline bool lx6_has(const struct lx6_config *config, uint32_t option)
{
    return !(option & ~config->options);
}

/* --- core.c --- */

/* Does the reset that was asked for during an instruction. */
void lx6_reset_if_due(struct lx6 *c);

/* --- cache.c --- */

struct lx6_cache *lx6_cache_new(struct lx6 *c);
void lx6_cache_free(struct lx6_cache *k);
/* The block or single instruction at lx6.pc, decoded now if need be. Good until the next call. */
const struct lx6_block *lx6_cache_block(struct lx6 *c);
const struct lx6_block *lx6_cache_step(struct lx6 *c);

static inline unsigned lx6_hash(uint32_t pc)
{
    return (pc ^ pc >> 14) & (CODE_BLOCKS - 1);
}

/* Whether the end of the active loop lies inside the block, where the block would run over it. */
static inline bool lx6_block_hides_loop_end(const struct lx6 *c, const struct lx6_block *b)
{
    return c->loop_end - b->code.pc - 1 < b->code.size - 1;
}

static inline const struct lx6_block *lx6_block_of(const struct code_block *code)
{
    return (const struct lx6_block *)(const void *)code;
}

/* Goes on at pc: the first operation there when nothing speaks against it, else NULL with lx6.pc set. */
static inline const struct lx6_op *lx6_enter(struct lx6 *c, uint32_t pc)
{
    const struct lx6_block *b = lx6_block_of(c->cache->code.blocks[lx6_hash(pc)]);
    c->pc = pc;
    if (!code_is_current(c->map, &b->code, pc) || b->code.count > c->left || (b->code.need & ~c->ability) != 0 ||
        lx6_block_hides_loop_end(c, b))
        return NULL;
    c->left -= b->code.count;
    c->block = b;
    return b->ops;
}

/* The end of a loop was reached in sequence. */
const struct lx6_op *lx6_loop_back(struct lx6 *c, uint32_t pc);

/* Goes on at the next instruction in sequence after a completed one that ends its block. */
static inline const struct lx6_op *lx6_fall(struct lx6 *c, uint32_t pc)
{
    return pc == c->loop_end ? lx6_loop_back(c, pc) : lx6_enter(c, pc);
}

/* --- decode.c --- */

/* Fills op from an instruction word at op->pc; an unknown word becomes an illegal instruction. */
void lx6_decode(const struct lx6 *c, uint32_t word, struct lx6_op *op);
/* Length in bytes by the first byte; at most LX6_LONGEST. */
enum { LX6_LONGEST = 4 };
unsigned lx6_length(const struct lx6_config *config, uint8_t first);
bool lx6_ends_block(const struct lx6_op *op);
/* NEED_ bits of an operation. */
uint8_t lx6_needs(const struct lx6_op *op);
/* Makes the index of all instructions that the core has. False when out of memory. */
bool lx6_index_init(struct lx6_cache *k, const struct lx6_config *config);
/* An operation that raises a fetch exception. */
void lx6_decode_fault(struct lx6_op *op, unsigned cause, uint32_t vaddr);
/* The operation after the last one of a block that falls through to pc. */
void lx6_decode_end(struct lx6_op *op, uint32_t pc);

/* --- run.c --- */

/* The cycle in which the operation runs; the instruction boundary when op is NULL. */
uint64_t lx6_now(const struct lx6 *c, const struct lx6_op *op);
/* Leaves the block after the operation: its remaining cycles are given back. With lx6.pc left alone. */
void lx6_give_back(struct lx6 *c, const struct lx6_op *op);
/* Leaves after a completed operation, to the next one in sequence; for operations that end blocks. */
const struct lx6_op *lx6_leave(struct lx6 *c, const struct lx6_op *op);
/* The same to another PC. */
const struct lx6_op *lx6_leave_to(struct lx6 *c, const struct lx6_op *op, uint32_t pc);
/* After PS, window, loop, interrupt, debug or coprocessor registers changed: recomputes what depends on them. */
void lx6_update(struct lx6 *c);
/* After CCOUNT or a CCOMPARE changed at a time. */
void lx6_update_timers(struct lx6 *c, uint64_t now);
uint32_t lx6_ccount(const struct lx6 *c, const struct lx6_op *op);

/* Goes on after an operation that talked to the outside: leaves when somebody asked for attention. */
static inline const struct lx6_op *lx6_next(struct lx6 *c, const struct lx6_op *op)
{
    return c->attention ? lx6_leave(c, op) : op + 1;
}

/* --- exception.c --- */

/* Raises a general exception for the operation; always NULL. */
const struct lx6_op *lx6_raise(struct lx6 *c, const struct lx6_op *op, unsigned cause);
const struct lx6_op *lx6_raise_at(struct lx6 *c, const struct lx6_op *op, unsigned cause, uint32_t vaddr);
/* An opcode that the core does not have. */
const struct lx6_op *lx6_illegal(struct lx6 *c, const struct lx6_op *op);
/* Raises the exception of the lowest coprocessor that need asks for and the core has switched off; always NULL. */
const struct lx6_op *lx6_raise_coprocessor(struct lx6 *c, const struct lx6_op *op, unsigned need);
/* One that the chip has and this interpreter does not: said by name. */
const struct lx6_op *lx6_left_out(struct lx6 *c, const struct lx6_op *op);
/* Goes to a vector of the window exceptions; EPC1 is the operation's PC. Always NULL. */
const struct lx6_op *lx6_raise_window(struct lx6 *c, const struct lx6_op *op, uint32_t vector_offset);
/* INTERRUPT as RSR reads it. */
uint32_t lx6_interrupts(const struct lx6 *c);
/* Highest level of an interrupt that would be taken now, 0 if none. */
unsigned lx6_pending_level(const struct lx6 *c);
/* Looks at debug requests and interrupts between two instructions, and takes what is due. */
void lx6_attend(struct lx6 *c);

/* --- debug.c --- */

/* Stops in OCD mode or goes to the debug vector, with EPC6 = pc. */
void lx6_debug_exception(struct lx6 *c, uint32_t pc, uint32_t cause);
/* For an instruction that raises one (BREAK, DBREAK): leaves. Always NULL. */
const struct lx6_op *lx6_raise_debug(struct lx6 *c, const struct lx6_op *op, uint32_t cause);
/* Whether ICOUNT counts, and whether DBREAK watches, at the present level. */
bool lx6_counts(const struct lx6 *c);
bool lx6_watches(const struct lx6 *c);
/* DEBUGCAUSE of IBREAK and ICOUNT before the instruction at lx6.pc; 0: go on. */
uint32_t lx6_debug_before(const struct lx6 *c);
/* DEBUGCAUSE of a DBREAK that the operation would hit, else 0. */
uint32_t lx6_debug_access(const struct lx6 *c, const struct lx6_op *op);
/* Whether an enabled IBREAK lies in size bytes from pc. */
bool lx6_ibreak_in(const struct lx6 *c, uint32_t pc, uint32_t size);

/* --- window.c --- */

void lx6_set_windowbase(struct lx6 *c, uint32_t base);
uint32_t *lx6_ar_of(struct lx6 *c, unsigned physical);
/* How many quads above a0..a3 are free to use: 0..3. */
unsigned lx6_window_free(const struct lx6 *c);
/* Raises the overflow exception of the operation; always NULL. */
const struct lx6_op *lx6_overflow(struct lx6 *c, const struct lx6_op *op);

/* --- exec_mem.c: loads and stores for all families --- */

/* The fast path: the host address of plain memory, or NULL when lx6_load and lx6_store have to do it. */
static inline bool lx6_region_has(uint8_t regions, uint32_t addr)
{
    return regions >> (addr >> 29) & 1;
}

static inline const uint8_t *lx6_fast_read(const struct lx6 *c, uint32_t addr, unsigned size)
{
    return lx6_region_has(c->dtlb_reads, addr) ? mem_fast_read(c->map, addr, size) : NULL;
}

static inline uint8_t *lx6_fast_write(const struct lx6 *c, uint32_t addr, unsigned size)
{
    return lx6_region_has(c->dtlb_writes, addr) ? mem_fast_write(c->map, addr, size) : NULL;
}

static inline uint32_t lx6_get16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t lx6_get32(const uint8_t *p)
{
    return lx6_get16(p) | lx6_get16(p + 2) << 16;
}

static inline void lx6_put32(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
    p[2] = (uint8_t)(value >> 16);
    p[3] = (uint8_t)(value >> 24);
}

/* The slow path, for everything. False: an exception was raised. Afterwards the handler returns lx6_next(). */
bool lx6_load(struct lx6 *c, const struct lx6_op *op, uint32_t addr, unsigned size, uint32_t *value);
bool lx6_store(struct lx6 *c, const struct lx6_op *op, uint32_t addr, unsigned size, uint32_t value);

/* --- tlb.c --- */

void lx6_tlb_reset(struct lx6 *c);
/* Recomputes the regions that may be read, written and fetched from. */
void lx6_tlb_update(struct lx6 *c);
/* The memory type that S32C1I asks ATOMCTL about: 0 bypass, 1 write-through, 2 write-back; -1: none. */
int lx6_tlb_atomic_kind(const struct lx6 *c, uint32_t addr);

/* --- fp.c --- */

/* Takes the host's floating point flags into FSR, at the end of a slice and before FSR is looked at. */
void lx6_fp_sync(struct lx6 *c);

/* --- state.c --- */

struct lx6_sr {
    const char *name; /* NULL: no core has such a register */
    uint16_t offset;  /* of the value in struct lx6 */
    uint16_t option;  /* what the core must have for it: LX6_..., 0: nothing */
    bool is_read_only, is_write_only;
    bool is_plain; /* a write changes nothing that decoded code relies on */
    uint32_t mask; /* bits that a write keeps */
    uint32_t (*read)(struct lx6 *c, const struct lx6_op *op);
    void (*write)(struct lx6 *c, const struct lx6_op *op, uint32_t value);
};
extern const struct lx6_sr lx6_srs[LX6_SRS], lx6_urs[LX6_SRS];

/* The row of a register that the core has, else NULL. */
const struct lx6_sr *lx6_sr_of(const struct lx6 *c, unsigned number);
const struct lx6_sr *lx6_ur_of(const struct lx6 *c, unsigned number);

/* op is NULL from outside an instruction. */
uint32_t lx6_sr_read(struct lx6 *c, const struct lx6_sr *sr, const struct lx6_op *op);
void lx6_sr_write(struct lx6 *c, const struct lx6_sr *sr, const struct lx6_op *op, uint32_t value);

#endif
