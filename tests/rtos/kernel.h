/* SPDX-License-Identifier: Apache-2.0 */
/* A chip's memory with the variables of a FreeRTOS in it, as the kernel leaves them. Written from FreeRTOS's list.h and tasks.c. */
#ifndef TESTS_RTOS_KERNEL_H
#define TESTS_RTOS_KERNEL_H

#include "rtos/rtos.h"
#include "unit.h"

enum { KERNEL_BASE = 0x3FFB0000, KERNEL_SIZE = 0x40000, KERNEL_PRIORITIES = 25 };

/* How it was built. */
struct kernel_build {
    const char *current; /* "pxCurrentTCBs" */
    unsigned cores;
    unsigned name_offset; /* 0: as the fields before it ask */
    bool has_checks;      /* configUSE_LIST_DATA_INTEGRITY_CHECK_BYTES */
    bool has_table;       /* FreeRTOS_openocd_params */
    bool has_one_pending; /* one xPendingReadyList for all cores */
    const char *running;  /* "xSchedulerRunning"; NULL: not to be had */
    enum rtos_isa isa;
};

struct kernel {
    struct kernel_build build;
    uint8_t bytes[KERNEL_SIZE];
    uint32_t next; /* free memory */
    uint32_t ready, delayed[2], suspended, ended, pending, current, running, count, top, table;
    unsigned reads, follows, writes; /* round trips */
    bool cannot_follow, is_gone;
    struct log log;
    struct log_sink sink;
    char said[4096];
    unsigned said_count;
    struct rtos *rtos;
};

/* The scheduler runs and there are no threads yet. */
void kernel_open(struct kernel *k, const struct kernel_build *build);
void kernel_close(struct kernel *k);
/* Tells where the variables are, as GDB would. */
void kernel_give_symbols(struct kernel *k);

uint32_t kernel_get(const struct kernel *k, uint32_t addr);
void kernel_put(struct kernel *k, uint32_t addr, uint32_t value);
uint32_t kernel_alloc(struct kernel *k, uint32_t len); /* a multiple of 16 */
uint32_t kernel_ready(const struct kernel *k, unsigned priority);
/* A thread with a stack pointer of its own, in a list (0: in none). */
uint32_t kernel_add(struct kernel *k, const char *name, unsigned priority, uint32_t list);
void kernel_run_on(struct kernel *k, unsigned core, uint32_t thread);
/* It waits for something: its event node is in another list. */
void kernel_wait(struct kernel *k, uint32_t thread, uint32_t list);
uint32_t kernel_state_item(const struct kernel *k, uint32_t thread);
uint32_t kernel_next_offset(const struct kernel *k);
uint32_t kernel_list(struct kernel *k); /* a new one, empty */

/* "Name: main, State: Running @ core 0, Priority 1" of the thread of that id; "none". */
const char *kernel_text(struct kernel *k, uint32_t id, char out[128]);

#endif
