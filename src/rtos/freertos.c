/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FreeRTOS as data: of ESP-IDF (its own kernel for one and two cores, and Amazon's SMP kernel in it), and as its authors give it.
 *
 * Sources: FreeRTOS kernel 10, tasks.c and list.h; ESP-IDF components/freertos (esp_additions/freertos_tasks_c_additions.h for the
 * table of offsets that OpenOCD reads, too).
 */
#include "rtos/rtos_int.h"

enum symbol {
    READY_LISTS,
    CURRENT,     /* ESP-IDF before 5.0, and kernels for one core */
    CURRENT_SMP, /* ESP-IDF since 5.0 and SMP kernels */
    DELAYED_1,
    DELAYED_2,
    SUSPENDED,
    ENDED,
    PENDING,
    RUNNING,
    PORT_RUNNING, /* ESP-IDF's port: one a core, the first is looked at */
    COUNT,
    TOP_PRIORITY,
    TABLE,
    SYMBOLS
};

static const char *const symbols[SYMBOLS + 1] = {
    [READY_LISTS] = "pxReadyTasksLists",       [CURRENT] = "pxCurrentTCB",         [CURRENT_SMP] = "pxCurrentTCBs",
    [DELAYED_1] = "xDelayedTaskList1",         [DELAYED_2] = "xDelayedTaskList2",  [SUSPENDED] = "xSuspendedTaskList",
    [ENDED] = "xTasksWaitingTermination",      [PENDING] = "xPendingReadyList",    [RUNNING] = "xSchedulerRunning",
    [PORT_RUNNING] = "port_xSchedulerRunning", [COUNT] = "uxCurrentNumberOfTasks", [TOP_PRIORITY] = "uxTopUsedPriority",
    [TABLE] = "FreeRTOS_openocd_params",
};
_Static_assert((int)SYMBOLS <= (int)RTOS_MAX_SYMBOLS, "room for all");

/* A pending list is walked last: a kernel with one of them has something else behind it, where others have the next core's. */
static const struct rtos_list lists[] = {
    {READY_LISTS, RTOS_PER_PRIORITY, RTOS_READY, false},
    {DELAYED_1, RTOS_ONE, RTOS_BLOCKED, false},
    {DELAYED_2, RTOS_ONE, RTOS_BLOCKED, false},
    {SUSPENDED, RTOS_ONE, RTOS_SUSPENDED, true},
    {ENDED, RTOS_ONE, RTOS_ENDED, false},
    {PENDING, RTOS_PER_CORE, RTOS_READY, false},
};

static const uint8_t current[] = {CURRENT_SMP, CURRENT}, running[] = {RUNNING, PORT_RUNNING};

/* The bytes of FreeRTOS_openocd_params, version 1. */
enum table_byte {
    T_LEN,
    T_VERSION,
    T_KERNEL_MAJOR,
    T_KERNEL_MINOR,
    T_KERNEL_BUILD,
    T_TOP_PRIORITY,
    T_TOP_OF_STACK,
    T_NAME,
    T_LIST_SIZE,
    T_LIST_COUNT,
    T_LIST_END,
    T_LIST_END_PREVIOUS, /* from the begin of the list */
    T_NODE_PREVIOUS,
    T_NODE_OWNER,
    T_COUNTER_SIZE,
    T_POINTER_SIZE,
    T_BYTES
};
enum { WORD = 4, TABLE_VERSION = 1, MAX_PRIORITY = 63, PLAIN_NEXT = 4, MAX_LIST = 40 };

/* Nodes are: (check value,) value, next, previous, owner, container(, check value). Control blocks begin with the stack pointer, two
   nodes, and the priority. */
static bool read_table(const uint8_t *t, size_t len, struct rtos_layout *l)
{
    uint32_t next = t[T_NODE_PREVIOUS] - (uint32_t)WORD, check = next == PLAIN_NEXT ? 0 : WORD;
    uint32_t node = t[T_NODE_OWNER] + 2U * WORD + check;
    bool is_known = len >= T_BYTES && t[T_LEN] >= T_BYTES && t[T_VERSION] == TABLE_VERSION &&
                    t[T_COUNTER_SIZE] == WORD && t[T_POINTER_SIZE] == WORD;
    if (!is_known || t[T_TOP_PRIORITY] > MAX_PRIORITY || t[T_TOP_OF_STACK] % WORD || t[T_NAME] % WORD ||
        t[T_LIST_SIZE] % WORD || t[T_LIST_COUNT] % WORD || t[T_LIST_END] % WORD || t[T_NODE_OWNER] % WORD ||
        t[T_NODE_PREVIOUS] % WORD || t[T_NODE_PREVIOUS] < WORD ||
        t[T_LIST_END_PREVIOUS] != t[T_LIST_END] + t[T_NODE_PREVIOUS] || t[T_LIST_END_PREVIOUS] >= t[T_LIST_SIZE] ||
        t[T_LIST_COUNT] >= t[T_LIST_SIZE] || t[T_LIST_SIZE] > MAX_LIST)
        return false;
    *l = (struct rtos_layout){.stack = t[T_TOP_OF_STACK],
                              .name = t[T_NAME],
                              .state_item = WORD,
                              .event_item = WORD + node,
                              .priority = WORD + 2 * node,
                              .list_size = t[T_LIST_SIZE],
                              .list_count = t[T_LIST_COUNT],
                              .list_end = t[T_LIST_END],
                              .next = next,
                              .owner = t[T_NODE_OWNER],
                              .container = t[T_NODE_OWNER] + (uint32_t)WORD,
                              .priorities = t[T_TOP_PRIORITY] + 1U};
    return true;
}

const struct rtos_kind rtos_freertos = {
    .name = "FreeRTOS",
    .symbols = symbols,
    .lists = lists,
    .list_count = sizeof lists / sizeof lists[0],
    .current = current,
    .current_count = sizeof current,
    .running = running,
    .running_count = sizeof running,
    .thread_count = COUNT,
    .top_priority = TOP_PRIORITY,
    .table = TABLE,
    .table_len = T_BYTES,
    .read_table = read_table,
    /* No integrity checks, no MPU; ESP-IDF's number of priorities. */
    .layout = {.stack = 0,
               .name = 52,
               .state_item = 4,
               .event_item = 24,
               .priority = 44,
               .list_size = 20,
               .list_count = 0,
               .list_end = 8,
               .next = 4,
               .owner = 12,
               .container = 16,
               .priorities = 25},
};

const struct rtos_kind *const rtos_kinds[] = {&rtos_freertos, NULL};
