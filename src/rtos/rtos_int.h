/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of this folder: what an operating system is (struct rtos_kind, a constant table), and what is known of it. */
#ifndef RTOS_RTOS_INT_H
#define RTOS_RTOS_INT_H

#include "rtos/rtos.h"

enum { RTOS_MAX_SYMBOLS = 24, RTOS_MAX_LISTS = 80, RTOS_MAX_SLOTS = 48, RTOS_SENTENCE = 256 };

/* --- what a system is --- */

/* Where the parts of control blocks and lists are: offsets and sizes in bytes, of a kernel as it was configured. */
struct rtos_layout {
    uint32_t stack, name;                     /* in a control block */
    uint32_t state_item, event_item;          /* in a control block: the nodes that put it into lists */
    uint32_t priority;                        /* in a control block */
    uint32_t list_size, list_count, list_end; /* of a list; list_end: the node that closes the ring */
    uint32_t next, owner, container;          /* in a node */
    uint32_t priorities;                      /* how many ready lists there are */
};

enum rtos_extent { RTOS_ONE, RTOS_PER_PRIORITY, RTOS_PER_CORE };
/* A variable that holds lists of threads. */
struct rtos_list {
    uint8_t symbol; /* index into symbols */
    enum rtos_extent extent;
    enum rtos_state state; /* of the threads in it */
    bool may_wait;         /* a thread in it whose event node is in a list, too, waits for something */
};

/* A word that is read at each stop. */
struct rtos_scalar {
    uint8_t symbol;
    uint8_t words;
};

struct rtos_kind {
    const char *name;
    const char *const *symbols; /* the first is one without which there is no such system; ended by NULL */
    const struct rtos_list *lists;
    size_t list_count;
    /* Symbols of: the threads that run, an array with a word a core (of the first one that is known); what is 1 once the scheduler
       runs (all that are known must be); how many threads there are; the last priority, a word. */
    const uint8_t *current, *running;
    size_t current_count, running_count;
    uint8_t thread_count, top_priority;
    /* The program's own table of offsets, bytes. */
    uint8_t table;
    size_t table_len;
    bool (*read_table)(const uint8_t *table, size_t len, struct rtos_layout *layout);
    struct rtos_layout layout; /* without that table */
};
extern const struct rtos_kind *const rtos_kinds[]; /* ended by NULL */
extern const struct rtos_kind rtos_freertos;

/* --- what is known --- */

/* A register that a thread has kept. */
struct rtos_kept {
    char name[12];
    uint32_t value;
    uint32_t addr; /* where it is to be written; 0: nowhere */
    uint32_t mask; /* bits of the word there that are the register's */
};
struct rtos_frame {
    uint32_t thread; /* 0: none is known */
    struct rtos_kept kept[RTOS_MAX_SLOTS];
    size_t count;
};

struct rtos {
    struct log *log;
    struct rtos_memory memory;
    bool has_memory;
    const struct rtos_kind *kind; /* NULL: none is wanted */
    uint32_t symbols[RTOS_MAX_SYMBOLS];
    bool has_symbol[RTOS_MAX_SYMBOLS];

    /* since rtos_forget */
    bool has_state, has_threads, has_failed;
    bool is_running; /* the scheduler */
    uint32_t current[RTOS_MAX_CORES];
    uint32_t thread_count; /* as the system says; 0: it does not */
    struct rtos_layout layout;
    struct rtos_frame frame;

    /* the last that were found; true only while has_threads */
    struct rtos_thread *threads;
    size_t count;
    char said[RTOS_SENTENCE];    /* the last sentence about what was odd */
    char finding[RTOS_SENTENCE]; /* the first of this stop */
};

/* --- rtos.c --- */
/* Notes what is odd, for the one sentence of this stop. */
void rtos_note(struct rtos *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool rtos_is_data(const struct rtos *r, uint32_t addr, size_t len);

/* --- state.c: what is read at each stop --- */
enum err rtos_read_state(struct rtos *r) MUST_USE;

/* --- walk.c --- */
/* A thread and where it was found. */
struct rtos_found {
    uint32_t block;
    enum rtos_state state;
    bool may_wait;
};
/* All lists of the kind; out has room for RTOS_MAX_THREADS, each block comes once. */
enum err rtos_walk(struct rtos *r, struct rtos_found *out, size_t *count) MUST_USE;

/* --- frames.c --- */
enum err rtos_read_frame(struct rtos *r, const struct rtos_thread *thread) MUST_USE;

#endif
