/* SPDX-License-Identifier: Apache-2.0 */
#include "nor_spi.h"

#include <assert.h>
#include <string.h>

enum { LOOK_EVERY = 256 };
#define CLOCK_PS (50 * PS_PER_NS) /* 20 MHz */
#define POLL_PS  (20 * PS_PER_US)
#define PAUSE_PS (60 * PS_PER_US)

void native_spi_init(struct spi *s)
{
    memset(s, 0, sizeof *s);
    s->most_lines = 8;
}

void spi_attach(struct spi *s)
{
    assert(!s->is_attached);
    s->is_attached = true;
}

void spi_release(struct spi *s, bool with_flush)
{
    (void)with_flush;
    assert(s->is_attached);
    s->is_attached = false;
}

void spi_clock_for_reading(struct spi *s)
{
    (void)s;
}

void spi_clock_for_writing(struct spi *s)
{
    (void)s;
}

unsigned spi_most_lines(const struct spi *s)
{
    return s->most_lines;
}

static void pass(struct spi *s, uint64_t ps)
{
    s->sched.now_ps += ps;
    sched_run_due(&s->sched);
}

static unsigned lines_of(const struct spi_transfer *t, unsigned lines)
{
    unsigned wide = lines ? lines : 1;
    return t->is_ddr ? wide | NOR_DDR : wide;
}

static void send(struct spi *s, uint8_t byte, unsigned lines)
{
    (void)nor_transfer(s->nor, byte, lines);
    pass(s, CLOCK_PS * 8 / (lines & ~NOR_DDR));
}

void spi_start(struct spi *s, const struct spi_transfer *t)
{
    assert(s->is_attached && t->in <= SPI_CHUNK && t->out <= SPI_CHUNK && !(t->in && t->out));
    unsigned opcode = lines_of(t, t->opcode_lines), address = lines_of(t, t->address_lines);
    unsigned data = lines_of(t, t->data_lines);
    assert((opcode & ~NOR_DDR) <= s->most_lines);
    s->last = *t;
    nor_select(s->nor);
    send(s, t->opcode, opcode);
    if (t->has_second)
        send(s, t->second_opcode, opcode);
    for (unsigned i = t->address_bytes; i-- > 0;)
        send(s, (uint8_t)(t->address >> 8 * i), address);
    nor_dummy(s->nor, t->dummy_clocks);
    for (unsigned i = 0; i < t->out; i++)
        send(s, s->buffer[i], data);
    for (unsigned i = 0; i < t->in; i++)
        s->buffer[i] = nor_transfer(s->nor, 0, data);
    pass(s, CLOCK_PS * 8 * t->in);
    nor_deselect(s->nor);
    if (++s->transfers % LOOK_EVERY == 0 && s->waiting)
        s->waiting(s->waiting_ctx);
}

void spi_start_again(struct spi *s, uint32_t address)
{
    struct spi_transfer t = s->last;
    t.address = address;
    spi_start(s, &t);
}

bool spi_wait(struct spi *s)
{
    (void)s;
    return true;
}

void spi_write_enable(struct spi *s)
{
    spi_start(s, &(struct spi_transfer){.opcode = 0x06});
}

/* A look at a busy flash takes its time, so that a long erase is few looks. */
uint8_t spi_status(struct spi *s)
{
    uint8_t first = s->buffer[0];
    spi_start(s, &(struct spi_transfer){.opcode = 0x05, .in = 1});
    uint8_t status = s->buffer[0];
    s->buffer[0] = first;
    pass(s, status & 1 ? POLL_PS : 0);
    return status;
}

void spi_put(struct spi *s, const uint32_t *words, uint32_t count)
{
    memcpy(s->buffer, words, count * 4);
}

void spi_get(struct spi *s, uint32_t *words, uint32_t count)
{
    memcpy(words, s->buffer, count * 4);
}

void spi_pause(struct spi *s)
{
    pass(s, PAUSE_PS);
}
