/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/regs_link.h"

#include "agent/reg.h"
#include "base/bits.h"
#include "regs/spi_mem.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOKS_AT_FIRST = 2,
    LOOKS_MORE = 1,
    LOOKS_AT_MOST = 1000, /* at a transfer that does not end */
    WORDS_AT_LEAST = 2,   /* that whoever reads a register takes from the buffer */
    PAUSE_NS = 60000,
    BATCH = REGS_QUEUE + REGS_AHEAD * (REGS_LOOKS + 3),
};

/* Registers that keep what is written to them until they are written again: not sent twice. A chip without double rate has
   another one there that nobody writes. */
static const uint8_t settings[] = {SPI_MEM_CTRL,  SPI_MEM_USER,      SPI_MEM_USER1,     SPI_MEM_USER2,
                                   SPI_MEM_CLOCK, SPI_MEM_MOSI_DLEN, SPI_MEM_MISO_DLEN, SPI_MEM_DDR};
enum { AT_USER = 1, AT_MISO = 6 };
_Static_assert(sizeof settings == REGS_SETTINGS, "one place for each");

static struct regs_link *of(struct spi *s)
{
    return (struct regs_link *)((char *)s - offsetof(struct regs_link, spi));
}

static uint32_t spi1(const struct regs_link *l, uint32_t offset)
{
    return l->spi.chip->spi1 + offset;
}

bool regs_link_init(struct regs_link *l, const struct spi_mem_chip *chip, struct core *core, const struct clock *clock,
                    struct regs_owner owner)
{
    *l = (struct regs_link){.spi = {.chip = chip}, .core = core, .clock = clock, .owner = owner};
    for (unsigned i = 0; i <= REGS_WORDS; i++)
        l->looks[i] = l->looks_at_least[i] = LOOKS_AT_FIRST;
    l->ahead = calloc(REGS_AHEAD, sizeof *l->ahead);
    l->batch = calloc(BATCH, sizeof *l->batch);
    return l->ahead && l->batch;
}

void regs_link_fini(struct regs_link *l)
{
    free(l->ahead);
    free(l->batch);
    l->ahead = NULL;
    l->batch = NULL;
}

void regs_link_reset(struct regs_link *l)
{
    l->error = ERR_OK;
    l->queued = 0;
    l->known_settings = 0;
    l->ahead_at = l->ahead_count = 0;
    l->words_known = 0;
    l->status_is_known = false;
    l->transfer = TRANSFER_UNKNOWN;
}

/* --- ways to the chip --- */

static void run(struct regs_link *l, const struct core_access *list, size_t count)
{
    if (l->error || !count)
        return;
    l->owner.before(l->owner.ctx);
    l->error = core_access_all(l->core, list, count);
}

enum err regs_link_flush(struct regs_link *l)
{
    run(l, l->queue, l->queued);
    l->queued = 0;
    return l->error;
}

static void queue_write(struct regs_link *l, uint32_t addr, uint32_t value)
{
    if (l->queued == REGS_QUEUE)
        (void)regs_link_flush(l);
    l->queue[l->queued++] = (struct core_access){.addr = addr, .value = value};
}

static size_t take_queue(struct regs_link *l)
{
    size_t n = l->queued;
    memcpy(l->batch, l->queue, n * sizeof *l->queue);
    l->queued = 0;
    return n;
}

/* One word, after all that waits. */
static uint32_t read_word(struct regs_link *l, uint32_t addr)
{
    uint32_t value = 0;
    size_t n = take_queue(l);
    l->batch[n++] = (struct core_access){.addr = addr, .into = &value, .count = 1};
    run(l, l->batch, n);
    return l->error ? 0 : value;
}

/* --- transfers --- */

static unsigned words_read(const struct regs_link *l)
{
    const uint32_t wanted = BIT(AT_USER) | BIT(AT_MISO);
    if (!l->is_user || (l->known_settings & wanted) != wanted || !(l->settings[AT_USER] & SPI_MEM_USER_MISO))
        return 0;
    unsigned words = l->settings[AT_MISO] / 8 / (unsigned)sizeof(uint32_t) + 1;
    return words > REGS_WORDS ? 0 : words < WORDS_AT_LEAST ? WORDS_AT_LEAST : words;
}

/* Depends on how much is transferred. */
static unsigned *looks_at(struct regs_link *l)
{
    return &l->looks[words_read(l)];
}

static size_t add_start(struct regs_link *l, size_t n, uint32_t address)
{
    l->batch[n++] = (struct core_access){.addr = spi1(l, SPI_MEM_ADDR), .value = address};
    l->batch[n++] = (struct core_access){.addr = spi1(l, SPI_MEM_CMD), .value = SPI_MEM_CMD_USR};
    return n;
}

/* Looks so often at a transfer, and takes what it has brought should it have ended. */
static size_t add_looks(struct regs_link *l, size_t n, struct regs_transfer *t, unsigned looks)
{
    t->look_count = looks < REGS_LOOKS ? looks : REGS_LOOKS;
    for (unsigned i = 0; i < t->look_count; i++)
        l->batch[n++] = (struct core_access){.addr = spi1(l, SPI_MEM_CMD), .into = &t->looks[i], .count = 1};
    if (words_read(l))
        l->batch[n++] = (struct core_access){.addr = spi1(l, SPI_MEM_W0), .into = t->words, .count = words_read(l)};
    return n;
}

/* How many looks it took until the transfer had ended; 0: it had not. */
static unsigned looks_taken(const struct regs_transfer *t)
{
    for (unsigned i = 0; i < t->look_count; i++)
        if (!t->looks[i])
            return i + 1;
    return 0;
}

static void take_words(struct regs_link *l, const struct regs_transfer *t)
{
    memcpy(l->words, t->words, sizeof l->words);
    l->words_known = words_read(l);
    l->transfer = TRANSFER_HAS_ENDED;
}

/* As CMD reads: 0 when the transfer has ended. */
static uint32_t look(struct regs_link *l)
{
    struct regs_transfer t = {0};
    uint32_t status = 0;
    size_t n = add_looks(l, take_queue(l), &t, *looks_at(l));
    l->batch[n++] = (struct core_access){.addr = spi1(l, SPI_MEM_RD_STATUS), .into = &status, .count = 1};
    run(l, l->batch, n);
    if (l->error)
        return 0;
    if (!looks_taken(&t))
        return t.looks[t.look_count - 1];
    take_words(l, &t);
    l->status = status;
    l->status_is_known = true;
    return 0;
}

/* --- reading ahead --- */

static void await_idle(struct regs_link *l)
{
    for (unsigned n = 0; n < LOOKS_AT_MOST && read_word(l, spi1(l, SPI_MEM_CMD)); n++)
        ;
}

/* Just as many as the slowest of them took, but never again as few as were once too few. 0: they were too few now. */
static void learn_looks(struct regs_link *l, unsigned most)
{
    unsigned *looks = looks_at(l), *least = &l->looks_at_least[words_read(l)];
    if (most) {
        *looks = most > *least ? most : *least;
        return;
    }
    *least = *looks < REGS_LOOKS ? *looks + 1 : REGS_LOOKS;
    *looks = 2 * *looks < REGS_LOOKS ? 2 * *looks : REGS_LOOKS;
}

/* Transfers at these addresses, one behind the other, until one is not done in time: its data, and those of all after it,
   are nobody's. They are reads, so nothing is lost by it. Behind the last one nothing is made ready for the next meanwhile,
   so its looks come sooner: it has one more. */
static void run_ahead(struct regs_link *l, unsigned count, uint32_t step)
{
    size_t n = take_queue(l);
    unsigned most = 0, taken = 1;
    for (unsigned i = 0; i < count; i++) {
        l->ahead[i].address = l->address + i * step;
        n = add_start(l, n, l->ahead[i].address);
        n = add_looks(l, n, &l->ahead[i], *looks_at(l) + (i + 1 < count ? 0 : LOOKS_MORE));
    }
    run(l, l->batch, n);
    l->ahead_at = l->ahead_count = 0;
    while (!l->error && l->ahead_count < count && (taken = looks_taken(&l->ahead[l->ahead_count])) != 0) {
        l->ahead_count++;
        most = taken > most && l->ahead_count < count ? taken : most;
    }
    if (l->error)
        return;
    if (!taken || most)
        learn_looks(l, taken ? most : 0);
    if (!taken)
        await_idle(l);
}

static bool take_ahead(struct regs_link *l)
{
    if (l->ahead_at == l->ahead_count || l->ahead[l->ahead_at].address != l->address)
        return false;
    take_words(l, &l->ahead[l->ahead_at++]);
    return true;
}

/* A transfer as the settings say. What is known of those that follow it is done together with it. */
static void start(struct regs_link *l)
{
    uint32_t step = 0, bytes = l->settings[AT_MISO] / 8 + 1;
    l->is_user = true;
    if (words_read(l)) {
        if (take_ahead(l))
            return;
        unsigned more = l->owner.ahead(l->owner.ctx, l->address, bytes, &step);
        for (unsigned tries = 0; more && tries < 2 && !l->error; tries++) {
            run_ahead(l, more < REGS_AHEAD ? more + 1 : REGS_AHEAD, step);
            if (take_ahead(l))
                return;
        }
    }
    queue_write(l, spi1(l, SPI_MEM_ADDR), l->address);
    queue_write(l, spi1(l, SPI_MEM_CMD), SPI_MEM_CMD_USR);
    l->transfer = TRANSFER_RUNS;
}

/* --- what the agent calls --- */

static int setting_at(const struct regs_link *l, uint32_t addr)
{
    for (int i = 0; i < REGS_SETTINGS; i++)
        if (addr == spi1(l, settings[i]))
            return i;
    return -1;
}

/* True when the register is known to hold the value. */
static bool note_setting(struct regs_link *l, unsigned number, uint32_t value)
{
    bool is_same = l->known_settings & BIT(number) && l->settings[number] == value;
    l->settings[number] = value;
    l->known_settings |= BIT(number);
    return is_same;
}

static void command(struct regs_link *l, uint32_t value)
{
    l->words_known = 0;
    l->status_is_known = false;
    if (value == SPI_MEM_CMD_USR) {
        start(l);
        return;
    }
    l->is_user = false;
    l->ahead_count = l->ahead_at;
    queue_write(l, spi1(l, SPI_MEM_CMD), value);
    l->transfer = TRANSFER_RUNS;
}

void reg_set(struct spi *s, uint32_t addr, uint32_t value)
{
    struct regs_link *l = of(s);
    int setting = setting_at(l, addr);
    if (addr == spi1(l, SPI_MEM_CMD)) {
        command(l, value);
        return;
    }
    if (setting >= 0 && note_setting(l, (unsigned)setting, value))
        return;
    if (addr == spi1(l, SPI_MEM_ADDR)) {
        l->address = value; /* goes with the command, and as it is here when there is none */
        if (l->ahead_at < l->ahead_count)
            return;
    } else {
        l->ahead_count = l->ahead_at;
        l->words_known = 0;
        l->status_is_known = false;
    }
    queue_write(l, addr, value);
}

uint32_t reg_get(struct spi *s, uint32_t addr)
{
    struct regs_link *l = of(s);
    uint32_t word = (addr - spi1(l, SPI_MEM_W0)) / (uint32_t)sizeof(uint32_t);
    if (addr == spi1(l, SPI_MEM_CMD) && l->transfer == TRANSFER_HAS_ENDED)
        return 0;
    if (addr == spi1(l, SPI_MEM_CMD) && l->transfer == TRANSFER_RUNS)
        return look(l);
    if (addr >= spi1(l, SPI_MEM_W0) && word < l->words_known)
        return l->words[word];
    if (addr == spi1(l, SPI_MEM_RD_STATUS) && l->status_is_known)
        return l->status;
    return read_word(l, addr);
}

void reg_pause(struct spi *s)
{
    struct regs_link *l = of(s);
    (void)regs_link_flush(l);
    l->clock->ops->wait_ns(l->clock->ctx, PAUSE_NS);
}
