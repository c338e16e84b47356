/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a user calls a target: the cores of one chip, controlled together, and each core alone.
 *
 * Everything here runs on the wire thread and may block up to the time given. A core's registers are cached while it is
 * halted and written back before it runs.
 */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include "base/bytes.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "chips/chip.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct target;
struct core;
struct dm; /* dm/dm.h */

enum core_state { /* names as OpenOCD prints them: core_state_name() */
                  CORE_UNKNOWN,
                  CORE_RUNNING,
                  CORE_HALTED,
                  CORE_RESET,
                  CORE_DEBUG_RUNNING, /* our own code runs on it */
                  CORE_UNAVAILABLE,   /* off, or its debug module is off */
};

enum halt_reason { /* names as OpenOCD prints them: halt_reason_name() */
                   HALT_REQUEST,
                   HALT_BREAKPOINT,
                   HALT_WATCHPOINT,
                   HALT_BREAK_AND_WATCHPOINT,
                   HALT_SINGLE_STEP,
                   HALT_NOT_HALTED,
                   HALT_PROGRAM_EXIT,
                   HALT_EXCEPTION,
                   HALT_UNDEFINED,
};

const char *core_state_name(enum core_state s);
const char *halt_reason_name(enum halt_reason r);

enum target_event {
    TARGET_HALTED,
    TARGET_RESUMED,
    TARGET_DEBUG_HALTED,
    TARGET_DEBUG_RESUMED,
    TARGET_GONE,
    TARGET_WAS_RESET,
};
typedef void target_event_fn(void *ctx, struct core *core, enum target_event event);

/* dm becomes the target's own. name is the chip's name unless the configuration gives others (core_set_name). */
struct target *target_new(const struct chip *chip, struct dm *dm, const struct clock *clock, struct log *log);
void target_free(struct target *t); /* takes NULL; lets the cores as they are, their registers written back */
void target_on_event(struct target *t, target_event_fn *fn, void *ctx);
const struct chip *target_chip(const struct target *t);
unsigned target_core_count(const struct target *t);
struct core *target_core(struct target *t, unsigned index); /* NULL past the end */
struct log *target_log(const struct target *t);
const struct clock *target_clock(const struct target *t);

/* --- one core: identity and state --- */
const char *core_name(const struct core *c);
void core_set_name(struct core *c, const char *name);
unsigned core_index(const struct core *c);
struct target *core_target(const struct core *c);
bool core_is_examined(const struct core *c);
enum core_state core_state(const struct core *c); /* as of the last poll */
/* Why it cannot run or be asked, for a sentence; NULL when it can, or nobody knows. */
const char *core_why_off(const struct core *c);
enum halt_reason core_halt_reason(const struct core *c);
/* It was halted where a reset starts it and has done nothing since, whatever its PC has been set to meanwhile. */
bool core_stands_at_reset(const struct core *c);

/* --- examine, poll, run control --- */
/* Switches debugging on and learns what each core is. A core that is off or in reset is left as UNAVAILABLE or RESET and is
   no failure as long as one answers; ERR_NO_CHIP with the reason when none does. */
enum err target_examine(struct target *t) MUST_USE;
enum err core_examine(struct core *c) MUST_USE;
/* Learns the state of all cores, in one adapter round trip when nothing has changed; sends events. */
enum err target_poll(struct target *t) MUST_USE;
/* Halts every core that can be halted (or one); waits for it. A core already halted is no error. Code of our own that
   runs on a core is left alone by target_halt. */
enum err target_halt(struct target *t, uint32_t timeout_ms) MUST_USE;
enum err core_halt(struct core *c, uint32_t timeout_ms) MUST_USE;
/* Polls until the core is in the state. */
enum err core_wait_state(struct core *c, enum core_state state, uint32_t timeout_ms) MUST_USE;
/* Lets the halted cores go (or one); steps over a breakpoint at the PC first. */
enum err target_resume(struct target *t) MUST_USE;
/* Lets those of these cores (bit n: core n) go that are halted and run no code of ours; ERR_OK when there are none. */
enum err target_resume_cores(struct target *t, unsigned cores) MUST_USE;
enum err core_resume(struct core *c) MUST_USE;
/* One instruction, with interrupts masked or not as core_set_mask_interrupts says (default masked). */
enum err core_step(struct core *c) MUST_USE;
/* Steps while the PC is in [start, end): until it leaves, something else stops the core, it comes to a breakpoint, or most
   instructions are done; *is_inside says whether it may go on so. The event of the halt comes at the end only. */
enum err core_step_range(struct core *c, uint32_t start, uint32_t end, unsigned most, bool *is_inside) MUST_USE;
void core_set_mask_interrupts(struct core *c, bool masked);
bool core_mask_interrupts(const struct core *c);

enum reset_mode {
    RESET_RUN,
    RESET_HALT, /* halted at the reset vector, no instruction done, watchdogs off */
    RESET_INIT, /* RESET_HALT; the services add what the configuration says */
};
/* A reset of the whole chip as strong as it can be without a reset line, verified; works on a core that runs, crashed, or
   is reset by its watchdog over and over. */
enum err target_reset(struct target *t, enum reset_mode mode) MUST_USE;
/* Holds the cores in reset, and lets go (arp_reset assert/deassert; halt: stop at the vector). */
enum err target_reset_assert(struct target *t, bool halt) MUST_USE;
enum err target_reset_deassert(struct target *t, bool halt) MUST_USE;
/* The chip's reset cause register for this core. */
enum err core_reset_cause(struct core *c, uint32_t *cause) MUST_USE;
/* Writes the chip's watchdogs_off script; some core must be halted. */
enum err target_disable_watchdogs(struct target *t) MUST_USE;
/* major * 100 + minor; read once. */
enum err target_chip_revision(struct target *t, unsigned *revision) MUST_USE;
/* Whether the chip's eFuses have settled this; name (may be NULL) is that of the eFuse that has it, or could have it. */
enum err target_setting(struct target *t, enum chip_setting setting, bool *is_on, const char **name) MUST_USE;

/* The groups of SMP breaking: bits of the chip's break network, as "xtensa smpbreak" names them. */
enum { SMP_BREAK_IN = 1, SMP_BREAK_OUT = 2, SMP_RUN_STALL_IN = 4, SMP_DEBUG_MODE_OUT = 8 };
enum err target_set_smp_break(struct target *t, unsigned mask) MUST_USE;
unsigned target_smp_break(const struct target *t);

/* --- registers --- */
enum reg_kind {
    REG_PC,
    REG_AR, /* Xtensa, as far as REG_WINDOW */
    REG_SPECIAL,
    REG_USER,
    REG_FLOAT,
    REG_VECTOR,
    REG_DEBUG,
    REG_WINDOW,  /* a0..a15 */
    REG_GENERAL, /* RISC-V: x0..x31 */
    REG_CSR,
    REG_PRIVILEGE, /* dcsr.prv */
};
struct reg_desc {
    const char *name;
    enum reg_kind kind;
    uint8_t bits;    /* more than 32: core_reg_read_words */
    uint16_t number; /* of its kind: SR, UR, FR, NAR, x or CSR number */
    bool is_in_g_packet;
    bool is_read_only;
    bool has_side_effect; /* reading or writing does something: not touched unless asked for by name */
    /* What GDB is told. Xtensa leaves all of it out: its GDB has the list built in. */
    const char *gdb_feature; /* of the target description: "org.gnu.gdb.riscv.cpu"; NULL: it is not described */
    const char *gdb_type;    /* "code_ptr", "ieee_single"; NULL: an integer */
};
/* The chip's list in GDB's order (facts: xtensa-isa.md section 9). */
const struct reg_desc *core_reg_list(const struct core *c, size_t *count);
/* Index into the list; -1 when there is none of that name. */
int core_reg_find(const struct core *c, const char *name);
enum err core_reg_read(struct core *c, unsigned index, uint32_t *value) MUST_USE;
enum err core_reg_write(struct core *c, unsigned index, uint32_t value) MUST_USE;
/* The same for a register of any width: words[(bits + 31) / 32], the lowest first. */
enum err core_reg_read_words(struct core *c, unsigned index, uint32_t *words) MUST_USE;
enum err core_reg_write_words(struct core *c, unsigned index, const uint32_t *words) MUST_USE;
/* Reads every register that has no side effect into the cache, in a few adapter round trips: before a whole list is wanted. */
enum err core_regs_fetch(struct core *c) MUST_USE;
/* Whether a value is known without asking the chip, and whether it waits to be written back. */
bool core_reg_is_cached(const struct core *c, unsigned index);
bool core_reg_is_dirty(const struct core *c, unsigned index);
/* Throws the cached value away; the next read asks the chip. */
void core_reg_forget(struct core *c, unsigned index);
/* The same list as GDB sees it (gdb_view.c): its name of the instruction set, the number of a register (the index on Xtensa, and
   on RISC-V what GDB fixes), the register of a number (-1: none has it), and how many bytes its value has in packets. */
const char *core_gdb_architecture(const struct core *c);
unsigned core_gdb_number(const struct core *c, unsigned index);
int core_reg_of_gdb_number(const struct core *c, unsigned number);
unsigned reg_desc_gdb_bytes(const struct reg_desc *d);

/* --- memory --- */
/* Any alignment, any length; width 1, 2 or 4 is the access size that device registers see (aligned accesses only), 0 lets
   the core choose the fastest that the region takes. While this core runs it goes through another one of the target that
   is halted, or past the cores where the debug module has a bus master of its own; ERR_STATE where neither is. ERR_FAULT names the address that failed. buf stays the caller's. */
enum err core_mem_read(struct core *c, uint32_t addr, unsigned width, void *buf, size_t len) MUST_USE;
enum err core_mem_write(struct core *c, uint32_t addr, unsigned width, const void *buf, size_t len) MUST_USE;
enum err core_read_u32(struct core *c, uint32_t addr, uint32_t *value) MUST_USE;
enum err core_write_u32(struct core *c, uint32_t addr, uint32_t value) MUST_USE;

/* One of a sequence of accesses to device registers. */
struct core_access {
    uint32_t addr, value; /* the value is written unless words are read */
    uint32_t *into;       /* count words, one after the other; NULL: a write */
    size_t count;
};
/* Does these accesses in their order through c, or another halted core, in one adapter round trip. A core that was too slow
   for the adapter gets the whole sequence again, slower; that happens in the first sequences, if at all. The program's
   memory protection is not minded: this is not for RAM. */
enum err core_access_all(struct core *c, const struct core_access *list, size_t count) MUST_USE;
enum err core_run_script(struct core *c, const struct chip_script *script) MUST_USE;

/* Reads places of memory (whole words, aligned), through c or another halted core: those in the chip's own RAM in one round trip where
   the instruction set can do that, others in one or more each. ERR_FAULT: one of them was refused, and nothing is known of any. */
struct core_range {
    uint32_t addr;
    void *into;
    size_t len;
};
enum err core_read_ranges(struct core *c, const struct core_range *list, size_t count) MUST_USE;
/* Follows linked lists in one round trip: the core itself goes from node to node. nodes[0] is the word at next_offset of "from",
   nodes[i] that of nodes[i - 1], and values[i] the word at value_offset of nodes[i]; the offsets are multiples of 4 below 1024, count
   is how many nodes are wanted. ERR_FAULT: a node was refused, and nothing is known. ERR_UNSUPPORTED: no core here can do it. */
struct core_chain {
    uint32_t from, next_offset, value_offset;
    uint32_t *nodes, *values;
    size_t count;
};
enum err core_follow(struct core *c, const struct core_chain *list, size_t count) MUST_USE;

/* --- break- and watchpoints --- */
enum bp_kind {
    BP_HARDWARE,
    BP_SOFTWARE, /* a break instruction in RAM */
    BP_FLASH,    /* one in flash: kept in the list only, whoever writes the flash puts it there */
};
struct breakpoint {
    uint32_t addr;
    uint8_t len;
    enum bp_kind kind;
    uint8_t slot;        /* hardware slot */
    uint8_t original[4]; /* what the software breakpoint replaced */
    bool is_movable;     /* may be a hardware breakpoint or one in flash, whatever serves best */
    bool is_internal;    /* the session's own: not shown */
};
enum wp_access { WP_READ = 1, WP_WRITE = 2, WP_ACCESS = 3 };
struct watchpoint {
    uint32_t addr, len;
    enum wp_access access;
    uint8_t slot, slot_count; /* neighbours */
};
/* Set on every core of the target. ERR_RESOURCE says which slots are taken by what; ERR_EXISTS. */
enum err target_add_breakpoint(struct target *t, uint32_t addr, uint8_t len, enum bp_kind kind) MUST_USE;
enum err target_remove_breakpoint(struct target *t, uint32_t addr) MUST_USE;
enum err target_remove_all_breakpoints(struct target *t) MUST_USE;
const struct breakpoint *target_breakpoints(const struct target *t, size_t *count);
enum err target_add_watchpoint(struct target *t, uint32_t addr, uint32_t len, enum wp_access access) MUST_USE;
enum err target_remove_watchpoint(struct target *t, uint32_t addr) MUST_USE;
enum err target_remove_all_watchpoints(struct target *t) MUST_USE;
const struct watchpoint *target_watchpoints(const struct target *t, size_t *count);
/* Whether one more hardware breakpoint can be set. */
bool target_has_free_slot(struct target *t);
/* Makes a hardware breakpoint one in flash or the other way round, and notes whether it may be moved again. ERR_RESOURCE. */
enum err target_move_breakpoint(struct target *t, uint32_t addr, enum bp_kind kind) MUST_USE;
void target_mark_breakpoint(struct target *t, uint32_t addr, bool is_movable, bool is_internal);
/* The breakpoint at an address; NULL: none. */
const struct breakpoint *target_breakpoint_at(const struct target *t, uint32_t addr);
/* What stopped this halted core, as far as it was one of ours; NULL otherwise. */
const struct watchpoint *core_hit_watchpoint(const struct core *c);
/* Why a halted core stopped, in words: a watchpoint with the old and the new value, a break instruction or a
   hardware breakpoint of the program's own with the last exception by its name, a double exception, another core. Nothing for what
   the user knows: a halt, a step, a breakpoint of ours. Reads a few registers and words; what cannot be read is left out. */
void core_put_why(struct core *c, struct buf *out);
/* Whether code can be changed there by writing it: RAM that instructions are fetched from. */
bool target_takes_software_breakpoint(const struct target *t, uint32_t addr);

/* Code in flash that holds break instructions now. */
struct code_patch {
    uint32_t addr;
    uint8_t len;         /* of the break instruction */
    uint8_t original[4]; /* the program's instruction there, all of it */
};
/* All of them, at every address where they are seen; copied. Reads of memory show the originals, and a step does them. */
enum err target_set_patched(struct target *t, const struct code_patch *list, size_t count) MUST_USE;
const struct code_patch *target_patched_at(const struct target *t, uint32_t addr);
/* The length of the instruction that begins with these two bytes or more, and the break instruction that takes its place. */
unsigned target_instruction_len(const struct target *t, const uint8_t *bytes);
unsigned target_break_code(const struct target *t, const uint8_t *bytes, uint8_t code[4]);

/* --- code of our own on the chip (the flash agent) --- */
/* Prepares the core to run code: saves what will be changed, masks interrupts, sets pc, the stack pointer and up to 6
   arguments (a2...a7 on Xtensa call0, a0...a5 on RISC-V), and lets it go; the core's state is DEBUG_RUNNING. It ends at a
   BREAK (EBREAK). While it runs,
   memory is reached through target_window_core(). */
struct algorithm {
    uint32_t pc, stack_top;
    uint32_t args[6];
    unsigned arg_count;
};
enum err core_algorithm_start(struct core *c, const struct algorithm *a) MUST_USE;
/* Waits until it stops by itself (result: a2, a0 on RISC-V) or halts it at the deadline (ERR_TIMEOUT). Where it stopped is in *pc.
   The core is left halted, the saved registers are not yet put back. */
enum err core_algorithm_wait(struct core *c, uint32_t timeout_ms, uint32_t *result, uint32_t *pc) MUST_USE;
bool core_algorithm_is_running(const struct core *c);
/* Halts it if it runs and puts all registers back as they were before the start. */
enum err core_algorithm_end(struct core *c) MUST_USE;
/* The core through which memory is reached while core c runs an algorithm: another halted core, c itself where the debug
   module has a bus master of its own, or NULL when there is none and c must be halted for each access. */
struct core *target_window_core(struct target *t, const struct core *c);
/* Tries to have a window core for c, which is halted: another core that software has not started is given its clock and
   halted at its reset vector. ERR_OK also when there can be none: target_window_core says. core_algorithm_start does it by
   itself, and core_algorithm_end puts it back. */
enum err target_prepare_window_core(struct target *t, struct core *c) MUST_USE;
/* Puts a core that was switched on as a window back to what it was. Does nothing when none was. */
enum err target_release_window_core(struct target *t) MUST_USE;

/* --- raw access for scripts --- */
bool core_is_riscv(const struct core *c);
/* RISC-V: the ways to memory, in this order, by the names that OpenOCD has for them: sysbus, progbuf, abstract. ERR_USAGE for
   another name; ERR_UNSUPPORTED on a target that is none. */
bool target_is_memory_way(const char *name);
enum err target_set_memory_ways(struct target *t, const char *const *names, unsigned count) MUST_USE;
/* RISC-V: how long a command or an access of the debug module may take. */
enum err target_set_command_timeout(struct target *t, uint32_t timeout_ms) MUST_USE;
/* RISC-V: what the debug module of this core has, and what was learnt of it, row by row. */
typedef void core_row_fn(void *ctx, const char *name, const char *value);
enum err core_describe_debug(struct core *c, core_row_fn *row, void *ctx) MUST_USE;
/* One debug module register (NAR on Xtensa, DMI on RISC-V). */
enum err core_dm_read(struct core *c, uint32_t reg, uint32_t *value) MUST_USE;
enum err core_dm_write(struct core *c, uint32_t reg, uint32_t value) MUST_USE;
/* Executes instruction bytes (1..4) on the halted core. */
enum err core_execute(struct core *c, const uint8_t *bytes, size_t len) MUST_USE;

#endif
