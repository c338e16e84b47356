/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sample for debuggers that know threads: a small scheduler whose variables have the names and the layout of FreeRTOS's, as ESP-IDF 5
 * builds it for two cores, so that what reads the one reads the other. It stands in the bootloader's place.
 *
 * On core 0 "main" and "worker" take turns at each tick, "blink" waits most of the time, "queue" and "stopped" never run again, and a
 * pool of threads waits. Core 1 starts later, and runs "IDLE1" alone.
 */
#include "threads.h"

#include "../common/core1.h"
#include "../common/cpu.h"
#include "../common/print.h"
#include "../common/uart.h"
#include "../common/watchdog.h"

#include <stddef.h>

enum {
    PRIORITIES = 25,
    NAME_LEN = 16,
    POOL = 44,
    STACK_WORDS = 256,
    POOL_STACK_WORDS = 48,
    TICKS_PER_S = 100,
    CORE1_AT_TICK = 30
};
enum { BLINK_TICKS = 10, NO_AFFINITY = 0x7FFFFFFF };
#define TIMER0_INTERRUPT BIT(6)
#define PS_OF_THREADS    0x20U /* user vector mode */

struct list;
struct node {
    uint32_t value;
    struct node *next, *previous;
    void *owner;
    struct list *container;
};
struct end_node {
    uint32_t value;
    struct node *next, *previous;
};
struct list {
    uint32_t count;
    struct node *index;
    struct end_node end;
};
struct block {
    uint32_t *top_of_stack;
    struct node state, event;
    uint32_t priority;
    uint32_t *stack;
    char name[NAME_LEN];
    int32_t core;
};

struct list pxReadyTasksLists[PRIORITIES], xDelayedTaskList1, xDelayedTaskList2, xSuspendedTaskList,
    xTasksWaitingTermination, xPendingReadyList[2];
struct block *volatile pxCurrentTCBs[2];
volatile uint32_t uxCurrentNumberOfTasks, xSchedulerRunning, xTickCount;

const uint8_t FreeRTOS_openocd_params[16]
    __attribute__((used, section(".description"))) = {16,
                                                      1,
                                                      10,
                                                      5,
                                                      1,
                                                      PRIORITIES - 1,
                                                      offsetof(struct block, top_of_stack),
                                                      offsetof(struct block, name),
                                                      sizeof(struct list),
                                                      offsetof(struct list, count),
                                                      offsetof(struct list, end),
                                                      offsetof(struct list, end.previous),
                                                      offsetof(struct node, previous),
                                                      offsetof(struct node, owner),
                                                      sizeof(uint32_t),
                                                      sizeof(void *)};

static struct block blocks[6], pool[POOL];
static uint32_t stacks[5][STACK_WORDS] __attribute__((aligned(16)));
static uint32_t pool_stacks[POOL][POOL_STACK_WORDS] __attribute__((aligned(16)));
static uint32_t core1_stack[STACK_WORDS] __attribute__((aligned(16)));
uint32_t *const threads_core1_stack_top = core1_stack + STACK_WORDS;
static struct list queue;
volatile uint32_t main_count, worker_count, blink_count, idle_count;

void boot_main(void);
_Noreturn void threads_resume(uint32_t *frame);
uint32_t *threads_tick(uint32_t *frame);
void threads_use_vectors(void);
void threads_core1_start(void);
_Noreturn void threads_core1_main(void);
void threads_init(void);
void threads_begin(void);
void main_work(void);
void worker_work(void);
void idle_work(void);

/* --- lists --- */

static void list_init(struct list *l)
{
    struct node *end = (struct node *)&l->end;
    *l = (struct list){.index = end, .end = {.value = UINT32_MAX, .next = end, .previous = end}};
}

static void list_add(struct list *l, struct node *n)
{
    struct node *end = (struct node *)&l->end;
    n->next = end;
    n->previous = l->end.previous;
    l->end.previous->next = n;
    l->end.previous = n;
    n->container = l;
    l->count++;
}

static void list_remove(struct node *n)
{
    n->next->previous = n->previous;
    n->previous->next = n->next;
    n->container->count--;
    n->container = NULL;
}

/* --- threads --- */

static void make(struct block *b, const char *name, void (*entry)(void), uint32_t *stack, unsigned words)
{
    uint32_t *frame = stack + words - FRAME / sizeof *stack;
    frame[FRAME_EXIT / 4] = (uint32_t)entry;
    frame[FRAME_PC / 4] = (uint32_t)entry;
    frame[FRAME_PS / 4] = PS_OF_THREADS;
    frame[FRAME_A0 / 4] = 0;
    frame[FRAME_A0 / 4 + 1] = (uint32_t)(stack + words);
    b->top_of_stack = frame;
    b->stack = stack;
    b->state.owner = b->event.owner = b;
    b->core = NO_AFFINITY;
    for (unsigned i = 0; i + 1 < NAME_LEN && name[i]; i++)
        b->name[i] = name[i];
    uxCurrentNumberOfTasks++;
}

static void make_ready(struct block *b, uint32_t priority)
{
    b->priority = priority;
    list_add(&pxReadyTasksLists[priority], &b->state);
}

__attribute__((noinline)) void main_work(void)
{
    main_count++;
}

__attribute__((noinline)) void worker_work(void)
{
    worker_count++;
}

static void main_thread(void)
{
    for (;;) {
        main_work();
        if (xTickCount == CORE1_AT_TICK && !pxCurrentTCBs[1]) {
            pxCurrentTCBs[1] = &blocks[5];
            core1_enable(threads_core1_start);
        }
    }
}

static void worker_thread(void)
{
    for (;;)
        worker_work();
}

/* A turn each time that it is woken; until the next tick it still runs. */
static void blink_thread(void)
{
    for (;;) {
        uint32_t until = xTickCount + BLINK_TICKS;
        blink_count++;
        __asm__ volatile("rsil a2, 1" ::: "a2", "memory");
        list_remove(&blocks[2].state);
        blocks[2].state.value = until;
        list_add(&xDelayedTaskList1, &blocks[2].state);
        __asm__ volatile("rsil a2, 0" ::: "a2", "memory");
        while ((int32_t)(xTickCount - until) < 0)
            cpu_wait_interrupt();
    }
}

static void waiting_thread(void)
{
    for (;;)
        cpu_wait_interrupt();
}

__attribute__((noinline)) void idle_work(void)
{
    idle_count++;
}

void threads_core1_main(void)
{
    for (;;)
        idle_work();
}

/* --- switching --- */

static void wake(void)
{
    struct node *n = xDelayedTaskList1.end.next;
    if (xDelayedTaskList1.count && (int32_t)(xTickCount - n->value) >= 0) {
        struct block *b = n->owner;
        list_remove(n);
        list_add(&pxReadyTasksLists[b->priority], n);
    }
}

static struct block *choose(void)
{
    for (unsigned i = PRIORITIES; i-- > 0;) {
        struct list *l = &pxReadyTasksLists[i];
        if (l->count) { /* the first goes to the end */
            struct node *n = l->end.next;
            if ((struct block *)n->owner == &blocks[5])
                n = n->next == (struct node *)&l->end ? NULL : n->next;
            if (!n)
                continue;
            list_remove(n);
            list_add(l, n);
            return n->owner;
        }
    }
    return pxCurrentTCBs[0];
}

uint32_t *threads_tick(uint32_t *frame)
{
    uint32_t period = CPU_HZ / TICKS_PER_S, next = CPU_READ_SR(ccompare0) + period, now = CPU_READ_SR(ccount);
    CPU_WRITE_SR(ccompare0, next - now < period ? next : now + period);
    xTickCount++;
    pxCurrentTCBs[0]->top_of_stack = frame;
    wake();
    pxCurrentTCBs[0] = choose();
    return pxCurrentTCBs[0]->top_of_stack;
}

/* --- the start --- */

static void init_lists(void)
{
    for (unsigned i = 0; i < PRIORITIES; i++)
        list_init(&pxReadyTasksLists[i]);
    list_init(&xDelayedTaskList1);
    list_init(&xDelayedTaskList2);
    list_init(&xSuspendedTaskList);
    list_init(&xTasksWaitingTermination);
    list_init(&xPendingReadyList[0]);
    list_init(&xPendingReadyList[1]);
    list_init(&queue);
}

__attribute__((noinline)) void threads_init(void)
{
    static const char *const names[] = {"main", "worker", "blink", "queue", "stopped"};
    static void (*const entries[])(void) = {main_thread, worker_thread, blink_thread, waiting_thread, waiting_thread};
    init_lists();
    for (unsigned i = 0; i < 5; i++)
        make(&blocks[i], names[i], entries[i], stacks[i], STACK_WORDS);
    make(&blocks[5], "IDLE1", threads_core1_main, core1_stack, STACK_WORDS);
    make_ready(&blocks[0], 1);
    make_ready(&blocks[1], 1);
    make_ready(&blocks[2], 5);
    make_ready(&blocks[5], 0);
    blocks[3].priority = blocks[4].priority = 3;
    list_add(&xSuspendedTaskList, &blocks[3].state);
    list_add(&queue, &blocks[3].event);
    list_add(&xSuspendedTaskList, &blocks[4].state);
    for (unsigned i = 0; i < POOL; i++) {
        char name[] = "pool 00";
        name[5] = (char)('0' + i / 10);
        name[6] = (char)('0' + i % 10);
        make(&pool[i], name, waiting_thread, pool_stacks[i], POOL_STACK_WORDS);
        list_add(&xSuspendedTaskList, &pool[i].state);
        list_add(&queue, &pool[i].event);
    }
}

__attribute__((noinline)) void threads_begin(void)
{
    pxCurrentTCBs[0] = &blocks[0];
    xSchedulerRunning = 1;
}

void boot_main(void)
{
    watchdog_disable_boot();
    threads_use_vectors();
    threads_init();
    print("threads: %u\n", (unsigned)uxCurrentNumberOfTasks);
    uart_flush();
    threads_begin();
    CPU_WRITE_SR(ccompare0, CPU_READ_SR(ccount) + CPU_HZ / TICKS_PER_S);
    CPU_WRITE_SR(intenable, TIMER0_INTERRUPT);
    threads_resume(pxCurrentTCBs[0]->top_of_stack);
}
