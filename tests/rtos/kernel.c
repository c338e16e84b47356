/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel.h"

#include "base/bytes.h"

#include <stdio.h>
#include <string.h>

enum { WORD = 4, NAME_ROOM = 16, LIST_CHECKS = 2 };
#define CHECK_VALUE 0x5A5A5A5AU

/* --- memory --- */

static bool is_inside(uint32_t addr, size_t len)
{
    return len <= KERNEL_SIZE && addr - KERNEL_BASE <= KERNEL_SIZE - len;
}

static bool is_data(void *ctx, uint32_t addr, size_t len, bool is_writable)
{
    (void)ctx;
    (void)is_writable;
    return is_inside(addr, len);
}

static enum err read_all(void *ctx, struct rtos_read *list, size_t count)
{
    struct kernel *k = ctx;
    k->reads++;
    if (k->is_gone)
        return err_at(&k->log, ERR_DISCONNECTED, "the cable is out");
    for (size_t i = 0; i < count; i++) {
        assert_true(list[i].addr % WORD == 0 && list[i].len % WORD == 0);
        list[i].is_good = is_inside(list[i].addr, list[i].len);
        if (list[i].is_good)
            memcpy(list[i].into, k->bytes + (list[i].addr - KERNEL_BASE), list[i].len);
    }
    return ERR_OK;
}

static enum err follow(void *ctx, const struct rtos_chain *list, size_t count)
{
    struct kernel *k = ctx;
    k->follows++;
    if (k->cannot_follow)
        return ERR_UNSUPPORTED;
    for (size_t i = 0; i < count; i++) {
        uint32_t at = list[i].from;
        for (size_t n = 0; n < list[i].count; n++) {
            if (at % WORD || !is_inside(at + list[i].next_offset, WORD))
                return ERR_FAULT;
            at = kernel_get(k, at + list[i].next_offset);
            if (at % WORD || !is_inside(at + list[i].value_offset, WORD))
                return ERR_FAULT;
            list[i].nodes[n] = at;
            list[i].values[n] = kernel_get(k, at + list[i].value_offset);
        }
    }
    return ERR_OK;
}

static enum err write(void *ctx, uint32_t addr, uint32_t value)
{
    struct kernel *k = ctx;
    k->writes++;
    if (!is_inside(addr, WORD))
        return ERR_FAULT;
    kernel_put(k, addr, value);
    return ERR_OK;
}

uint32_t kernel_get(const struct kernel *k, uint32_t addr)
{
    assert_true(is_inside(addr, WORD));
    return le32_get(k->bytes + (addr - KERNEL_BASE));
}

void kernel_put(struct kernel *k, uint32_t addr, uint32_t value)
{
    assert_true(is_inside(addr, WORD));
    le32_put(k->bytes + (addr - KERNEL_BASE), value);
}

uint32_t kernel_alloc(struct kernel *k, uint32_t len)
{
    uint32_t addr = k->next;
    k->next += (len + 15) / 16 * 16;
    assert_true(is_inside(addr, len));
    return addr;
}

/* --- lists --- */

/* Bytes that integrity checks put in front of the fields of nodes and lists. */
static uint32_t checks(const struct kernel *k)
{
    return k->build.has_checks ? WORD : 0;
}

uint32_t kernel_next_offset(const struct kernel *k)
{
    return checks(k) + WORD;
}

static uint32_t node_size(const struct kernel *k)
{
    return LIST_CHECKS * checks(k) + 5 * WORD;
}

static uint32_t list_size(const struct kernel *k)
{
    return 3 * checks(k) + 5 * WORD; /* two of its own, one of the node in it */
}

static uint32_t end_of(const struct kernel *k, uint32_t list)
{
    return list + checks(k) + 2 * WORD;
}

static void init_list(struct kernel *k, uint32_t list)
{
    uint32_t end = end_of(k, list), at = checks(k);
    kernel_put(k, list + at, 0);
    kernel_put(k, list + at + WORD, end);
    kernel_put(k, end + at, UINT32_MAX);
    kernel_put(k, end + at + WORD, end);
    kernel_put(k, end + at + 2 * WORD, end);
    if (at) {
        kernel_put(k, list, CHECK_VALUE);
        kernel_put(k, end, CHECK_VALUE);
        kernel_put(k, list + list_size(k) - WORD, CHECK_VALUE);
    }
}

static void insert_end(struct kernel *k, uint32_t list, uint32_t node)
{
    uint32_t end = end_of(k, list), at = checks(k), last = kernel_get(k, end + at + 2 * WORD);
    kernel_put(k, node + at + WORD, end);
    kernel_put(k, node + at + 2 * WORD, last);
    kernel_put(k, last + at + WORD, node);
    kernel_put(k, end + at + 2 * WORD, node);
    kernel_put(k, node + at + 4 * WORD, list);
    kernel_put(k, list + at, kernel_get(k, list + at) + 1);
}

uint32_t kernel_list(struct kernel *k)
{
    uint32_t list = kernel_alloc(k, list_size(k));
    init_list(k, list);
    return list;
}

static uint32_t lists(struct kernel *k, unsigned count)
{
    uint32_t first = kernel_alloc(k, count * list_size(k));
    for (unsigned i = 0; i < count; i++)
        init_list(k, first + i * list_size(k));
    return first;
}

uint32_t kernel_ready(const struct kernel *k, unsigned priority)
{
    return k->ready + priority * list_size(k);
}

/* --- threads --- */

uint32_t kernel_state_item(const struct kernel *k, uint32_t thread)
{
    (void)k;
    return thread + WORD;
}

static uint32_t name_offset(const struct kernel *k)
{
    return k->build.name_offset ? k->build.name_offset : WORD + 2 * node_size(k) + 2 * WORD;
}

static void init_node(struct kernel *k, uint32_t node, uint32_t owner)
{
    kernel_put(k, node + checks(k) + 3 * WORD, owner);
    if (checks(k)) {
        kernel_put(k, node, CHECK_VALUE);
        kernel_put(k, node + node_size(k) - WORD, CHECK_VALUE);
    }
}

uint32_t kernel_add(struct kernel *k, const char *name, unsigned priority, uint32_t list)
{
    uint32_t stack = kernel_alloc(k, 0x200), t = kernel_alloc(k, name_offset(k) + 64);
    kernel_put(k, t, stack + 0x100);
    init_node(k, t + WORD, t);
    init_node(k, t + WORD + node_size(k), t);
    kernel_put(k, t + WORD + 2 * node_size(k), priority);
    kernel_put(k, t + WORD + 2 * node_size(k) + WORD, stack);
    strncpy((char *)k->bytes + (t + name_offset(k) - KERNEL_BASE), name, NAME_ROOM - 1);
    if (list)
        insert_end(k, list, kernel_state_item(k, t));
    kernel_put(k, k->count, kernel_get(k, k->count) + 1);
    return t;
}

void kernel_run_on(struct kernel *k, unsigned core, uint32_t thread)
{
    kernel_put(k, k->current + core * WORD, thread);
}

void kernel_wait(struct kernel *k, uint32_t thread, uint32_t list)
{
    insert_end(k, list, thread + WORD + node_size(k));
}

/* --- the whole --- */

static void put_table(struct kernel *k)
{
    uint32_t at = checks(k);
    const uint32_t values[] = {16,
                               1,
                               10,
                               5,
                               1,
                               KERNEL_PRIORITIES - 1,
                               0,
                               name_offset(k),
                               list_size(k),
                               at,
                               at + 2 * WORD,
                               at + 2 * WORD + at + 2 * WORD,
                               at + 2 * WORD,
                               at + 3 * WORD,
                               WORD,
                               WORD};
    k->table = kernel_alloc(k, sizeof values / sizeof values[0]);
    for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++)
        k->bytes[k->table - KERNEL_BASE + i] = (uint8_t)values[i];
}

static void keep_line(void *ctx, enum log_level level, const char *line)
{
    struct kernel *k = ctx;
    if (level > LOG_WARN)
        return;
    size_t len = strlen(k->said);
    snprintf(k->said + len, sizeof k->said - len, "%s\n", line);
    k->said_count++;
}

void kernel_open(struct kernel *k, const struct kernel_build *build)
{
    *k = (struct kernel){.build = *build, .next = KERNEL_BASE + 0x100};
    log_init(&k->log, LOG_INFO);
    k->sink = (struct log_sink){.fn = keep_line, .ctx = k};
    log_add_sink(&k->log, &k->sink);
    k->ready = lists(k, KERNEL_PRIORITIES);
    k->delayed[0] = lists(k, 1);
    k->delayed[1] = lists(k, 1);
    k->suspended = lists(k, 1);
    k->ended = lists(k, 1);
    k->pending = lists(k, build->has_one_pending ? 1 : build->cores);
    k->current = kernel_alloc(k, 16);
    k->running = kernel_alloc(k, 16);
    k->count = kernel_alloc(k, 16);
    k->top = kernel_alloc(k, 16);
    kernel_put(k, k->top, KERNEL_PRIORITIES - 1);
    kernel_put(k, k->running, 1);
    put_table(k);
    k->rtos = rtos_new(&k->log);
    assert_non_null(k->rtos);
    const struct rtos_memory memory = {.ctx = k,
                                       .core_count = build->cores,
                                       .isa = build->isa,
                                       .is_data = is_data,
                                       .read_all = read_all,
                                       .follow = follow,
                                       .write = write};
    rtos_set_memory(k->rtos, &memory);
    rtos_set_kind(k->rtos, "FreeRTOS");
}

void kernel_close(struct kernel *k)
{
    rtos_free(k->rtos);
    log_remove_sink(&k->log, &k->sink);
}

void kernel_give_symbols(struct kernel *k)
{
    const struct {
        const char *name;
        uint32_t addr;
    } all[] = {{"pxReadyTasksLists", k->ready},
               {k->build.current, k->current},
               {"xDelayedTaskList1", k->delayed[0]},
               {"xDelayedTaskList2", k->delayed[1]},
               {"xSuspendedTaskList", k->suspended},
               {"xTasksWaitingTermination", k->ended},
               {"xPendingReadyList", k->pending},
               {k->build.running, k->running},
               {"uxCurrentNumberOfTasks", k->count},
               {"uxTopUsedPriority", k->top},
               {k->build.has_table ? "FreeRTOS_openocd_params" : NULL, k->table}};
    for (unsigned i = 0; rtos_symbol_name(k->rtos, i); i++)
        for (unsigned n = 0; n < sizeof all / sizeof all[0]; n++)
            if (all[n].name && !strcmp(all[n].name, rtos_symbol_name(k->rtos, i)))
                rtos_set_symbol(k->rtos, all[n].name, all[n].addr);
}

const char *kernel_text(struct kernel *k, uint32_t id, char out[128])
{
    const struct rtos_thread *t = rtos_find(k->rtos, id);
    if (!t)
        return "none";
    int len = snprintf(out, 128, "%s %s %d", t->name, rtos_state_name(t->state), t->core);
    if (t->has_priority)
        snprintf(out + len, 128 - (size_t)len, " %u", (unsigned)t->priority);
    return out;
}
