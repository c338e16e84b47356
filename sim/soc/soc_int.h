/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a virtual chip: the state that all chips have, and what the common rooms offer. Each part names its file. */
#ifndef SIM_SOC_SOC_INT_H
#define SIM_SOC_SOC_INT_H

#include "sim/lx6/lx6.h"
#include "sim/mem.h"
#include "sim/rv32/rv32.h"
#include "sim/rvdbg/rvdbg.h"
#include "sim/soc/block.h"
#include "sim/soc/period.h"
#include "sim/soc/soc.h"
#include "sim/xdm/xdm.h"

enum { PRO = 0, APP = 1, CORES = 2 /* at most */ };

struct clocks {
    struct period cpu, apb;
};

/* Light: no clocks but the RTC's. Deep: no power but the RTC's. */
enum sleep_state { AWAKE, LIGHT_SLEEP, DEEP_SLEEP };
enum reset_scope { RESET_NONE, RESET_CORE, RESET_DIGITAL, RESET_RTC, RESET_POWER };

/* --- one core --- */
struct core {
    struct soc *soc;
    unsigned index;
    struct lx6 *lx6; /* an Xtensa core and its debug module */
    struct xdm *xdm;
    struct rv32 *rv32; /* or a RISC-V core; all share the chip's debug module */
    struct mem_map map;
    uint64_t time_ps;    /* how far it has run */
    uint64_t time_rest;  /* parts of a picosecond: 1/period.den */
    bool is_held;        /* in reset by its debug module */
    uint8_t cause;       /* of its last reset */
    uint64_t slice_from; /* its time when the slice began, and its clock then */
    struct period slice_period;
    uint32_t unmapped_noted;
};

/* A kind of core, with the debug module that goes with it: xtensa.c, riscv.c. Constant; all members must be there. */
struct cpu_kind {
    /* Makes the chip's cores and debug modules; false when out of memory. fini takes what init left then. */
    bool (*init)(struct soc *s);
    void (*fini)(struct soc *s);
    /* The core starts from this address. */
    void (*reset)(struct core *c, uint32_t vector);
    /* As rv32_run, rv32_end_slice and rv32_slice_used. */
    uint64_t (*run)(struct core *c, uint64_t cycles);
    void (*end_slice)(struct core *c, uint64_t cycles);
    uint64_t (*slice_used)(const struct core *c);
    bool (*is_halted)(const struct core *c); /* in the hands of its debug module */
    uint64_t (*instructions)(const struct core *c);
    /* Level of a line that the interrupt matrix drives. */
    void (*set_irq)(struct core *c, unsigned line, bool level);

    /* --- its debug module hears --- */
    void (*power_on)(struct soc *s); /* all of them */
    /* The core was reset; scope: with how much else. */
    void (*was_reset)(struct core *c, enum reset_scope scope);
    void (*control_changed)(struct core *c); /* its clock, stall or reset */
    void (*ran)(struct core *c);             /* a slice */

    unsigned (*tap_count)(const struct soc *s);
    struct soc_tap (*tap)(struct soc *s, unsigned tap);
};
extern const struct cpu_kind soc_xtensa, soc_riscv;

/* --- intmatrix.c --- */
enum { IRQ_WORDS = 4 };
struct intmatrix {
    uint32_t level[IRQ_WORDS];           /* of each source */
    uint32_t line[CORES][32][IRQ_WORDS]; /* sources that are mapped to a line */
};
void irq_set(struct soc *s, unsigned source, bool level);
/* A pulse, for edge sources. */
void irq_pulse(struct soc *s, unsigned source);
/* A source's map register changed. */
void irq_map(struct soc *s, unsigned core, unsigned source, unsigned before, unsigned line);
void irq_reset(struct soc *s);

/* --- the chip --- */

/* A stretch of a core's address space that leads to a block of bytes. */
struct soc_mapping {
    uint32_t addr, size;
    size_t block; /* offset of its struct mem_block in the chip's state */
    uint32_t offset;
    uint8_t access, cores; /* one bit a core */
};

struct soc_memory {
    const char *name;
    size_t block;
    uint32_t size;
    bool is_ram;      /* noise after power-on */
    bool is_retained; /* in deep sleep */
};

/* Blocks of registers by address, for messages: each reaches up to the next. */
struct soc_block_name {
    uint32_t base;
    const char *name;
};

/* What makes a chip of a kind. Constant; all members must be there unless said otherwise. */
struct soc_kind {
    const char *name;  /* in messages: "esp32" */
    const char *title; /* for users: "ESP32" */
    size_t state_size; /* its struct, of which struct soc is the first member */
    uint32_t rom_max_size;
    const struct cpu_kind *cpu;
    unsigned core_count;                   /* at most CORES */
    const struct lx6_config *cores[CORES]; /* of soc_xtensa, and their modules */
    struct xdm_config xdm;
    const struct rv32_config *harts[CORES]; /* of soc_riscv, and its module */
    const struct rvdbg_config *rvdbg;
    unsigned irq_sources;
    uint8_t irq_no_line; /* what the map registers hold after reset: a line that nothing drives */

    uint32_t periph, periph_size;             /* where registers may be */
    const struct soc_memory *memories;        /* ended by a NULL name */
    const struct soc_mapping *mappings;       /* ended by size 0 */
    const struct soc_block_name *block_names; /* by address, ended by a NULL name */

    /* Makes and ends what the chip has beside its memories and cores. map_devices is called once for each core. */
    bool (*init)(struct soc *s);
    void (*fini)(struct soc *s);
    void (*map_devices)(struct soc *s, struct mem_map *m);
    /* Without power nothing ticks. */
    void (*unpower)(struct soc *s);
    /* See soc_burn; NULL: its eFuses cannot be set. */
    enum err (*burn)(struct soc *s, const char *name, const char *value);
    /* What a reset of this scope (digital or more) leaves, but for the cores and their debug modules. */
    void (*reset)(struct soc *s, enum reset_scope scope);
    /* The registers that show why a core was reset, and where it starts. */
    void (*set_cause)(struct core *c, uint8_t cause);
    uint32_t (*reset_vector)(const struct core *c);
    bool (*halts_on_reset)(const struct core *c); /* in OCD mode; may be NULL */
    void (*reset_by_jtag)(struct core *c);        /* its debug module reset it; may be NULL */
    /* By the chip's registers. */
    bool (*is_in_reset)(const struct core *c);
    bool (*is_clocked)(const struct core *c);
    bool (*is_stalled)(const struct core *c);
    unsigned (*irq_line)(const struct soc *s, unsigned core, unsigned source);
    bool (*is_jtag_disabled)(const struct soc *s);
    bool jtag_lock_hides_taps; /* then no TAP answers; else the debug modules behind them do not */
    /* The matrix drives a line that only the chip's own controller sees; NULL: the cores have them. */
    void (*drive_line)(struct core *c, unsigned line, bool level);
    /* Of soc_riscv, may be NULL: the core has entered debug mode or left it; see rv32_hooks.sp_left. */
    void (*halted)(struct core *c, bool is_halted);
    void (*sp_left)(struct core *c, uint32_t pc);
    /* The word of trace memory that a core's TRAX sees, NULL for none. Of soc_xtensa. */
    uint8_t *(*trace_word)(struct soc *s, unsigned core, uint32_t word, struct mem_block **block);
    void (*uart_receive)(struct soc *s, unsigned uart, const uint8_t *bytes, size_t len);
    /* See soc_usb_reset; NULL: there is no such block. */
    bool (*usb_reset)(struct soc *s, bool by_jtag);
    /* What a page with MEM_DENIES did not take. May be NULL. */
    void (*denied)(struct core *c, uint32_t addr, uint8_t kind);
    /* A fetch where nothing is, before it is noted; true: dealt with. May be NULL. */
    bool (*fetched_nothing)(struct core *c, uint32_t addr);
};

struct soc {
    const struct soc_kind *kind;
    struct soc_config config;
    struct log *log;
    struct sched *sched;
    struct core cores[CORES];
    struct rvdbg *rvdbg;  /* of soc_riscv */
    struct core *running; /* whose slice it is */
    bool is_enabled;      /* EN */
    enum sleep_state sleep;
    struct clocks clocks;
    struct intmatrix irq;
    uint8_t *noted; /* one bit for each word of the peripherals */
    struct mem_device any_page;

    /* resets that were asked for, done between two slices */
    enum reset_scope pending;
    uint8_t pending_cause;
    uint8_t pending_core_cause[CORES];
    uint64_t resets;
};

/* --- memory.c --- */
bool memory_init(struct soc *s);
void memory_fini(struct soc *s);
void memory_power_on(struct soc *s);
void memory_lose(struct soc *s); /* what deep sleep does not keep */
/* Maps the pages of a block of registers at its address. */
void memory_map_block(struct mem_map *m, const struct block *b);

/* --- reset.c --- */
/* Asks for a reset; it happens before anything runs on. */
void reset_core(struct soc *s, unsigned core, uint8_t cause);
void reset_chip(struct soc *s, enum reset_scope scope, uint8_t cause);
void reset_do_pending(struct soc *s);
/* The cores' debug modules and TAPs have their power back. */
void reset_power_on_cores(struct soc *s);
/* The core starts from its vector. */
void reset_start_core(struct core *c);
bool core_is_in_reset(const struct core *c);
bool core_is_clocked(const struct core *c);
bool core_is_stalled(const struct core *c);
/* Reset, clock or stall of a core changed by a register: the module hears of it and the slice ends. */
void core_control_changed(struct soc *s, unsigned core);

/* --- run.c --- */
/* Ends the slice that runs: something changed that the cores have to see. */
void run_break(struct soc *s);

/* Lets the chip catch up with its board, for a debug module that is about to look at it. */
void run_to_present(struct soc *s);

/* --- xtensa.c --- */
uint32_t xtensa_trace_read(void *soc, unsigned core, uint32_t word);

/* --- sleep and eFuses: what a debug module asks --- */
bool soc_is_debug_closed(const struct soc *s);

#endif
