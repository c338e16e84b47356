/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threads of a program's operating system, found in the chip's memory by the names of its variables.
 *
 * What is read there is the program's, and it may be anything: garbage before the program has started, half changed when the
 * chip was halted in the middle of a change, overwritten by a bug. Pointers are checked before they are followed (but see walk.c), each list has
 * an end, and what cannot be made sense of is left out and said in one sentence. Nothing here writes to the chip unless it says
 * so.
 *
 * What was read holds until rtos_forget: call it when the chip has run.
 */
#ifndef RTOS_RTOS_H
#define RTOS_RTOS_H

#include "base/err.h"
#include "base/log.h"
#include "target/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RTOS_NAME_LEN = 32, RTOS_MAX_THREADS = 512, RTOS_MAX_CORES = CHIP_MAX_CORES };

enum rtos_state {
    RTOS_RUNNING,
    RTOS_READY,
    RTOS_BLOCKED,   /* it waits, for a time or for something */
    RTOS_SUSPENDED, /* until another thread lets it go on */
    RTOS_ENDED,     /* deleted; its memory is not yet given back */
};
const char *rtos_state_name(enum rtos_state s); /* "Running" */

struct rtos_thread {
    uint32_t id;              /* the address of its control block */
    char name[RTOS_NAME_LEN]; /* printable characters; "" when it has none */
    enum rtos_state state;
    int core; /* on which it runs; -1 */
    bool has_priority;
    uint32_t priority;
    uint32_t stack; /* where its registers are kept while it does not run */
};

/* --- the memory that is looked at --- */

struct rtos_read {
    uint32_t addr; /* a multiple of 4 */
    void *into;
    size_t len; /* a multiple of 4 */
    bool is_good;
};
/* A linked list: the node behind the one at "from" is named by the word at next_offset in it, and so on. */
struct rtos_chain {
    uint32_t from;
    uint32_t next_offset, value_offset; /* multiples of 4 below 1024 */
    uint32_t *nodes, *values; /* count of each: the nodes behind "from", and the word at value_offset in each */
    size_t count;
};
/* How the registers of threads that do not run are laid out. */
enum rtos_isa { RTOS_XTENSA_ESP32, RTOS_XTENSA_ESP32S3, RTOS_RISCV };
struct rtos_memory {
    void *ctx;
    unsigned core_count;
    enum rtos_isa isa;
    /* Whether there is memory that can hold a program's data (writable: or just constants, too). */
    bool (*is_data)(void *ctx, uint32_t addr, size_t len, bool is_writable);
    /* Reads all that can be read, in as few round trips as possible. An error is one of the connection. */
    enum err (*read_all)(void *ctx, struct rtos_read *list, size_t count);
    /* Follows all chains in one round trip; anything but ERR_OK: nothing was learnt. May be NULL. */
    enum err (*follow)(void *ctx, const struct rtos_chain *list, size_t count);
    enum err (*write)(void *ctx, uint32_t addr, uint32_t value);
};
/* The memory of a target, through any of its halted cores. target stays the caller's. */
struct rtos_memory rtos_target_memory(struct target *target);

/* --- life --- */

struct rtos;
/* Without memory it knows of no threads. log stays the caller's. NULL when out of memory. */
struct rtos *rtos_new(struct log *log);
void rtos_free(struct rtos *r); /* takes NULL */
/* NULL: there is none any more. */
void rtos_set_memory(struct rtos *r, const struct rtos_memory *memory);
/* "FreeRTOS", "auto" (all that are known), or anything else: none. */
void rtos_set_kind(struct rtos *r, const char *name);
bool rtos_is_known_kind(const char *name);
/* The chip has run, or was reset: what was read is not true any more. */
void rtos_forget(struct rtos *r);

/* --- the names of its variables --- */

/* The name number i of those that are wanted, the most telling first; NULL past the end, or when no system is wanted. */
const char *rtos_symbol_name(const struct rtos *r, unsigned i);
/* Where the variable is; names that were not asked for are left alone. */
void rtos_set_symbol(struct rtos *r, const char *name, uint32_t addr);
/* Whether the first name, without which there is no such system, is known. */
bool rtos_has_symbols(const struct rtos *r);

/* --- threads --- */

/* All threads, those that run first. *count is 0 before the scheduler runs, without symbols, and while no core is halted. The list
   holds until rtos_forget. */
const struct rtos_thread *rtos_threads(struct rtos *r, size_t *count);
/* NULL: there is none of that id. */
const struct rtos_thread *rtos_find(struct rtos *r, uint32_t id);
/* The thread that runs on a core; 0: none is known. One round trip, if the answer is one of the threads known before. */
uint32_t rtos_current(struct rtos *r, unsigned core);
/* After a reset, before the program's first instruction: what is left of its last run in RAM is made to look as it is, over.
   Writes a word or two of the program's variables, which its start clears as well. */
enum err rtos_start_anew(struct rtos *r) MUST_USE;

/* --- registers of a thread that does not run --- */

/* The value of a register by its name in the target's list. ERR_NOT_FOUND: the thread has not kept it. */
enum err rtos_read_register(struct rtos *r, uint32_t id, const char *name, uint32_t *value) MUST_USE;
/* Writes into what the thread has kept. ERR_UNSUPPORTED with a sentence: it has not kept that register. */
enum err rtos_write_register(struct rtos *r, uint32_t id, const char *name, uint32_t value) MUST_USE;

#endif
