/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of a virtual chip: the state that all chips have, and what the common rooms offer. Each part names its file. */
#ifndef SIM_SOC_SOC_INT_H
#define SIM_SOC_SOC_INT_H

#include "sim/lx6/lx6.h"
#include "sim/mem.h"
#include "sim/soc/block.h"
#include "sim/soc/period.h"
#include "sim/soc/soc.h"

enum { PRO = 0, APP = 1, CORES = 2 };

struct clocks {
    struct period cpu, apb;
};

/* --- one core --- */
struct core {
    struct soc *soc;
    unsigned index;
    struct lx6 *lx6;
    struct xdm *xdm;
    struct mem_map map;
    uint64_t time_ps;    /* how far it has run */
    uint64_t time_rest;  /* parts of a picosecond: 1/period.den */
    bool is_held;        /* in reset by its debug module */
    uint8_t cause;       /* of its last reset */
    uint64_t slice_from; /* its time when the slice began, and its clock then */
    struct period slice_period;
    uint32_t unmapped_noted;
};

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
/* Light: no clocks but the RTC's. Deep: no power but the RTC's. */
enum sleep_state { AWAKE, LIGHT_SLEEP, DEEP_SLEEP };
enum reset_scope { RESET_NONE, RESET_CORE, RESET_DIGITAL, RESET_RTC, RESET_POWER };

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
    const struct lx6_config *cores[CORES];
    struct xdm_config xdm;
    unsigned irq_sources;

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
    /* The word of trace memory that a core's TRAX sees, NULL for none. */
    uint8_t *(*trace_word)(struct soc *s, unsigned core, uint32_t word, struct mem_block **block);
    void (*uart_receive)(struct soc *s, unsigned uart, const uint8_t *bytes, size_t len);
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

/* --- debug.c: what the debug modules see of the chip --- */
bool debug_init(struct soc *s, unsigned core);
uint32_t debug_trace_read(void *soc, unsigned core, uint32_t word);

#endif
