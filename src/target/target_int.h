/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of target/: a target, its cores, and what an instruction set does differently (core_ops).
 */
#ifndef TARGET_TARGET_INT_H
#define TARGET_TARGET_INT_H

#include "dm/dm.h"
#include "target/target.h"

enum {
    CORE_NAME_LEN = 64,
    MAX_HW_SLOTS = 16,
    MAX_BREAKPOINTS = 256,
    ALGORITHM_SAVED = 48,
    WINDOW_SAVED = 8,
    STALL_SAVED = 4,
    SCRATCH_REGS = 2
};

enum { REG_WORDS = 4, REG_WORD_BITS = 32 };
struct reg_value {
    uint32_t value;
    uint32_t high[REG_WORDS - 1]; /* of a register of more than 32 bits */
    bool is_valid, is_dirty;
    bool is_absent; /* reading it raised an exception: this core has no such register */
};

/* A RISC-V trigger: what it can do, and what it holds or is to hold. */
struct riscv_trigger {
    uint8_t type;      /* 2 (mcontrol) or 6 (mcontrol6); 0: none, or the program's own */
    uint8_t matches;   /* kinds of match, bit n for n */
    uint8_t napot_max; /* log2 of the largest range; 0: not said */
    bool has_chain, is_dirty;
    uint32_t tdata1, tdata2;
};

/* What is known of a RISC-V core beyond its registers. */
struct core_riscv {
    uint32_t dcsr;                     /* as the core has it */
    bool wants_step, wants_interrupts; /* dcsr.step and stepie of the next run */
    bool has_asked_stepie, has_stepie;
    bool is_known; /* its instruction set was looked at */
    bool has_asked_triggers;
    unsigned trigger_count;
    struct riscv_trigger triggers[MAX_HW_SLOTS];
    uint8_t hit;        /* the slot of the watchpoint that stopped the core, and 1; 0: not known */
    uint32_t absent[4]; /* registers of the list that the core does not have, a bit each */
};

/* A load or store, as the instruction at the PC says. */
struct data_access {
    uint32_t addr;
    unsigned width; /* bytes */
    bool is_store, has_value;
    uint32_t value; /* that a store writes */
};

/* What a breakpoint stood for on a core when it ran last. */
struct hw_slots {
    bool has_break[MAX_HW_SLOTS], has_watch[MAX_HW_SLOTS];
};

/* What an instruction set does in its own way. The core is halted and its halt learnt, unless said otherwise. */
struct core_ops {
    const char *gdb_architecture;
    const struct reg_desc *regs;
    const size_t *reg_count;
    /* These cores were found halted: learns why and where, and saves the registers that everything below clobbers. */
    enum err (*learn_halt)(struct target *t, unsigned cores);
    /* The register that holds the same value (a0 is ar12, say); index itself for most. */
    unsigned (*canonical)(struct core *c, unsigned index);
    /* Reads these registers (canonical) into the cache; marks those that the core does not have. */
    enum err (*fetch)(struct core *c, const uint16_t *list, size_t count);
    /* Writes all dirty registers back. */
    enum err (*flush)(struct core *c);
    /* One instruction, no more; breakpoints are the caller's business. Learns the halt. */
    enum err (*step)(struct core *c);
    /* The length of the break instruction at the PC that stopped the core, 0 for none. */
    unsigned (*break_len)(struct core *c);
    void (*break_bytes)(uint8_t len, uint8_t *bytes);
    unsigned longest_break;
    unsigned (*instruction_len)(const uint8_t *bytes); /* of which there are two at least */
    /* As step, of an instruction whose place holds a break instruction. */
    enum err (*step_patched)(struct core *c, const struct code_patch *p);
    /* One access of this width, aligned. */
    enum err (*load)(struct core *c, uint32_t addr, unsigned width, uint32_t *value);
    enum err (*store)(struct core *c, uint32_t addr, unsigned width, uint32_t value);
    /* As core_access_all. */
    enum err (*access_all)(struct core *c, const struct core_access *list, size_t count);
    /* The same for reads only, where that is another way; NULL: access_all does it. ERR_UNSUPPORTED: one by one. */
    enum err (*read_all)(struct core *c, const struct core_access *list, size_t count);
    /* As core_follow; NULL: it cannot. */
    enum err (*follow)(struct core *c, const struct core_chain *list, size_t count);
    /* All steps of a script that need no reading, in one round trip. */
    enum err (*run_pokes)(struct core *c, const struct chip_poke *pokes, size_t count);
    /* Hardware slots for break- and watchpoints, a bit each, as far as they are known. */
    enum err (*hw_slots)(struct core *c, uint32_t *slots);
    bool are_slots_shared; /* a slot takes either a breakpoint or a watchpoint */
    /* A reset makes the core's break instructions its program's own business again. */
    bool forgets_breaks_at_reset;
    /* Setting them; only the cache is changed. A watchpoint of several slots is set slot by slot. */
    enum err (*set_hw_break)(struct core *c, unsigned slot, bool on, uint32_t addr);
    enum err (*set_hw_watch)(struct core *c, unsigned slot, bool on, const struct watchpoint *w);
    int (*hit_watch)(
        const struct core
            *c); /* the slot of the watchpoint that stopped the core; -1: none did. NULL: the core does not tell */
    /* A watchpoint has stopped the core: finds out which. NULL: hit_watch knows by itself. */
    void (*find_watch)(struct core *c);
    /* ERR_NOT_FOUND: it is none. */
    enum err (*data_access)(struct core *c, struct data_access *a);
    /* Append to a sentence: the last exception; what is special of the break instruction, or the place, where the core stopped. */
    void (*put_exception)(struct core *c, struct buf *out);
    void (*put_break)(struct core *c, struct buf *out);
    void (*put_place)(struct core *c, uint32_t pc, struct buf *out);
    /* NULL when the watchpoint is possible (then *slots neighbouring slots are needed), else why not. */
    const char *(*check_watch)(struct core *c, uint32_t addr, uint32_t len, unsigned *slots);
    const char *deaf_text; /* what a core does that does not stop when it is asked to, for a sentence */
    /* One instruction word on the halted core, registers as the program's. */
    enum err (*execute)(struct core *c, uint32_t word);
    unsigned (*gdb_number)(const struct reg_desc *d); /* NULL: the index */
    /* Puts the algorithm's start values into the cache; which registers it saves before. */
    enum err (*prepare_algorithm)(struct core *c, const struct algorithm *a);
    unsigned (*algorithm_regs)(struct core *c, uint16_t *list);
    enum err (*algorithm_result)(struct core *c, uint32_t *result, uint32_t *pc);
    /* The registers that memory accesses clobber are to be written back; so is what a failed one changed. */
    void (*touch_scratch)(struct core *c);
    void (*note_exception)(struct core *c);
    enum err (*pc)(struct core *c, uint32_t *pc);
    enum err (*set_pc)(struct core *c, uint32_t pc);
};

extern const struct core_ops core_ops_xtensa_lx6, core_ops_xtensa_lx7, core_ops_riscv_esp, core_ops_riscv_any;

struct core_algorithm {
    bool is_active, is_running;
    uint16_t list[ALGORITHM_SAVED];
    struct reg_value saved[ALGORITHM_SAVED];
    unsigned count;
    /* how the core was found halted before */
    uint32_t cause, halt_pc;
    enum halt_reason reason;
    bool broke_at_ours;
};

struct core {
    struct target *target;
    unsigned index;
    char name[CORE_NAME_LEN];
    const struct core_ops *ops;
    const struct chip_core *chip;
    bool is_examined, was_online;
    enum core_state state;
    enum halt_reason reason;
    const char *off; /* why it cannot run, NULL when it can or nobody knows */
    bool mask_interrupts;
    bool is_stepping; /* no events, no watchdog work */
    bool reset_while_away;
    bool saw_reset; /* set by every poll that saw it reset; cleared by who waits for it */

    /* stall.c */
    bool is_stalled;    /* by software, as of the last poll */
    bool was_unstalled; /* to be halted; what held it is in stall_saved, and holds it again when it goes on */
    bool is_parked;     /* it was let go, and leaves debug mode when software ends its stall */
    bool stall_said;
    uint32_t stall_saved[STALL_SAVED];

    struct reg_value *regs; /* by index into ops->regs */
    bool is_learnt;         /* halted, and its scratch registers are in regs */
    uint32_t cause;         /* of the halt, as the core says it */
    uint32_t halt_pc;       /* where it was found halted */
    bool broke_at_ours;   /* on a software breakpoint that is gone by now: the program's own instruction stands there */
    uint32_t window;      /* Xtensa: the window that the core stands in now */
    bool scratch_is_kept; /* learning the halt has failed after it began to clobber these */
    uint32_t scratch[SCRATCH_REGS];
    struct core_riscv riscv;

    struct hw_slots slots;
    bool wants_arming; /* it was reset, or starts later: it is to stop once to be told the breakpoints */
    bool arming_asked;
    struct core_algorithm algorithm;
};

struct target {
    const struct chip *chip;
    struct dm *dm;
    const struct clock *clock;
    struct log *log;
    target_event_fn *event;
    void *event_ctx;
    struct core cores[CHIP_MAX_CORES];
    unsigned core_count;
    unsigned smp_break;
    bool watchdogs_are_off;  /* since the last time that a core ran */
    bool watchdogs_are_due;  /* they could not be switched off while a core stands still: the next poll tries again */
    bool watchdogs_are_held; /* they are to be set going again as watchdogs_found says when all cores go on */
    uint32_t watchdogs_found[CHIP_MAX_WATCHDOGS];
    bool is_quiet; /* in the middle of a reset: no events of halts */
    bool has_revision;
    unsigned revision;

    struct breakpoint breakpoints[MAX_BREAKPOINTS];
    size_t breakpoint_count;
    struct watchpoint watchpoints[MAX_HW_SLOTS];
    size_t watchpoint_count;

    struct code_patch *patched;
    size_t patched_count;

    enum { PROTECTION_UNKNOWN, PROTECTION_OFF, PROTECTION_ON, PROTECTION_LOCKED } protection; /* of RAM */

    struct core *window; /* switched on for an algorithm, NULL: none */
    uint32_t window_saved[WINDOW_SAVED];
};

static inline bool core_has(unsigned cores, unsigned index)
{
    return cores >> index & 1;
}

void target_send(struct target *t, struct core *c, enum target_event event);
unsigned target_all(const struct target *t);
/* Cores in this state, as of the last poll. */
unsigned target_cores_in(const struct target *t, enum core_state state);
/* Waits a little between two polls: not at first, then up to a millisecond. */
enum err target_poll_pause(struct target *t, unsigned *polls);

/* The core's registers are not known any more (it ran, it was reset). */
void core_forget_registers(struct core *c);
/* Refuses with a sentence unless the core is halted. */
enum err core_need_halted(struct core *c, const char *what);
/* A core through which memory can be reached now: c itself when it is halted, another halted one, c itself when that can be
   done while it runs, or NULL with a sentence in the log. */
struct core *core_memory_door(struct core *c);
struct reg_value *core_reg(struct core *c, unsigned canonical);
void core_reg_set(struct core *c, unsigned canonical, uint32_t value);
void core_reg_learn(struct core *c, unsigned canonical, uint32_t value);

/* poll.c */
enum err target_learn_halts(struct target *t, unsigned halted);
/* Polls until all of these cores are halted; *halted those that are in the end. */
enum err target_wait_halted(struct target *t, unsigned cores, uint32_t timeout_ms, unsigned *halted);
/* Looks through a halted core why another one does not run. */
enum err core_find_off(struct core *c);

/* watchdogs.c; door is a halted core */
enum err core_calm_watchdogs(struct core *door);
enum err core_wake_watchdogs(struct core *door);

/* stall.c: cores that software has stalled */
extern const char core_stalled_text[]; /* a reason for core.off */
bool core_can_be_unstalled(const struct core *c);
/* Of these cores, lets those run that are stalled, if another core is halted through which that can be done. */
enum err target_unstall(struct target *t, unsigned cores);
/* Takes what holds a core away for good, before a reset. */
enum err target_end_stalls(struct target *t);
/* What held this halted core before, which is ready to go, holds it again. */
enum err core_stall_again(struct core *c);
void core_forget_stall(struct core *c);

/* arm.c: cores that start, or start again, while the target runs */
bool target_has_hw_points(const struct target *t);
void core_want_arming(struct core *c);
void core_forget_arming(struct core *c);
/* Queues requests for the cores that want it. */
void target_ask_for_arming(struct target *t);
/* Queues: lets these halted cores go, and keeps the requests of the others. */
void target_queue_resume(struct target *t, unsigned cores);
/* Takes those that stopped for it out of the mask, tells them the breakpoints and lets them go. */
enum err target_arm_stopped(struct target *t, unsigned *halted);

/* run.c: lets a core go that is ready to stop after one instruction, and learns its halt. Nobody hears of it. */
enum err core_run_one(struct core *c);

/* break.c: what the core must know before it runs, and a breakpoint under its PC. */
enum err core_arm_breakpoints(struct core *c);
bool core_is_at_breakpoint(struct core *c);
/* Takes what would stop the core at its PC away for one step, and puts it back. */
enum err core_step_over(struct core *c);

/* patched.c */
/* RAM that code runs from, all of it. */
bool target_is_code_ram(const struct target *t, uint32_t addr, uint32_t len);
void target_hide_patched(const struct target *t, uint32_t addr, uint8_t *bytes, size_t len);
/* Steps with these bytes (at most 16) in RAM at place, and puts back what was there; the PC leads there already. */
enum err core_step_elsewhere(struct core *c, uint32_t place, const uint8_t *code, size_t len);
enum err core_step_patched(struct core *c, const struct code_patch *p);

/* memory.c: aligned words, chosen way */
enum err core_read_words(struct core *c, uint32_t addr, uint32_t *words, size_t count);
enum err core_write_words(struct core *c, uint32_t addr, const uint32_t *words, size_t count);
enum err core_write_words_unguarded(struct core *c, uint32_t addr, const uint32_t *words, size_t count);

/* protect.c: whether a write there has to mind the program's memory protection, and doing so */
enum err core_guard_needed(struct core *door, uint32_t addr, bool *is_needed);
enum err core_write_words_guarded(struct core *door, uint32_t addr, const uint32_t *words, size_t count);
/* The program has run: it may have changed the permissions. */
void target_forget_protection(struct target *t);
/* The user has written there: it may have been the permissions. */
void target_note_write(struct target *t, uint32_t addr, size_t len);

#endif
