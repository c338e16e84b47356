/* SPDX-License-Identifier: Apache-2.0 */
/* Threads of a FreeRTOS in any memory: the first byte says what the chip can do, then come the places of the variables, in words, and
   the memory itself. tests/rtos/make_corpus.c writes it so. */
#include "fuzz.h"

#include "base/bytes.h"
#include "rtos/rtos.h"

#include <string.h>

enum {
    BASE = 0x3FFB0000,
    MAX_SYMBOLS = 16,
    WORD = 4,
    FOLLOWS = 1,
    ONE_CORE = 2,
    ISA_SHIFT = 2,
    MOST_TRIPS = 2 * RTOS_MAX_THREADS + 16
};

struct memory {
    const uint8_t *bytes;
    size_t len;
    bool follows;
    unsigned trips;
};

static bool is_data(void *ctx, uint32_t addr, size_t len, bool is_writable)
{
    const struct memory *m = ctx;
    (void)is_writable;
    return len <= m->len && addr - BASE <= m->len - len;
}

static enum err read_all(void *ctx, struct rtos_read *list, size_t count)
{
    struct memory *m = ctx;
    m->trips++;
    for (size_t i = 0; i < count; i++) {
        PROMISE(list[i].addr % WORD == 0 && list[i].len % WORD == 0);
        list[i].is_good = is_data(m, list[i].addr, list[i].len, false);
        if (list[i].is_good)
            memcpy(list[i].into, m->bytes + (list[i].addr - BASE), list[i].len);
    }
    return ERR_OK;
}

static bool word_at(const struct memory *m, uint32_t addr, uint32_t *value)
{
    if (addr % WORD || !is_data((void *)m, addr, WORD, false))
        return false;
    *value = le32_get(m->bytes + (addr - BASE));
    return true;
}

static enum err follow(void *ctx, const struct rtos_chain *list, size_t count)
{
    struct memory *m = ctx;
    m->trips++;
    for (size_t i = 0; m->follows && i < count; i++) {
        uint32_t at = list[i].from;
        for (size_t n = 0; n < list[i].count; n++) {
            if (!word_at(m, at + list[i].next_offset, &at) ||
                !word_at(m, at + list[i].value_offset, &list[i].values[n]))
                return ERR_FAULT;
            list[i].nodes[n] = at;
        }
    }
    return m->follows ? ERR_OK : ERR_UNSUPPORTED;
}

static enum err write(void *ctx, uint32_t addr, uint32_t value)
{
    (void)value;
    PROMISE(is_data(ctx, addr, WORD, true));
    return ERR_OK;
}

static void look(struct rtos *r, const struct memory *m)
{
    static const char *const names[] = {"pc", "ar1", "a7", "sp", "threadptr"};
    size_t count;
    const struct rtos_thread *threads = rtos_threads(r, &count);
    PROMISE(count <= RTOS_MAX_THREADS && m->trips <= MOST_TRIPS);
    for (size_t i = 0; i < count; i++) {
        uint32_t value;
        PROMISE(threads[i].core < 2 && strlen(threads[i].name) < RTOS_NAME_LEN &&
                rtos_find(r, threads[i].id) == &threads[i]);
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            if (rtos_read_register(r, threads[i].id, names[k], &value) == ERR_OK)
                (void)!rtos_write_register(r, threads[i].id, names[k], value + 1);
    }
    PROMISE(rtos_current(r, 0) == 0 || rtos_current(r, 0) != rtos_current(r, 1));
    (void)!rtos_start_anew(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct rd in = rd_from(bytes, len);
    uint8_t flags = rd_u8(&in);
    struct log log;
    log_init(&log, LOG_ERROR);
    struct rtos *r = rtos_new(&log);
    PROMISE(r);
    uint16_t places[MAX_SYMBOLS];
    for (unsigned i = 0; i < MAX_SYMBOLS; i++)
        places[i] = rd_u16(&in);
    struct memory m = {.bytes = in.at, .len = in.bad ? 0 : in.left, .follows = flags & FOLLOWS};
    const struct rtos_memory memory = {.ctx = &m,
                                       .core_count = flags & ONE_CORE ? 1 : 2,
                                       .isa = (enum rtos_isa)((flags >> ISA_SHIFT) % 3),
                                       .is_data = is_data,
                                       .read_all = read_all,
                                       .follow = follow,
                                       .write = write};
    rtos_set_memory(r, &memory);
    rtos_set_kind(r, "FreeRTOS");
    for (unsigned i = 0; i < MAX_SYMBOLS && rtos_symbol_name(r, i); i++)
        if (places[i])
            rtos_set_symbol(r, rtos_symbol_name(r, i), BASE + places[i] * (uint32_t)WORD);
    look(r, &m);
    rtos_free(r);
    return 0;
}
