/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UARTs: FIFOs of 128 bytes, both directions at the speed of the wire, interrupts. Sources: chapter 'UART Controller' of
 * the TRMs; uart_reg.h of each chip in esp-idf. Pins, flow control, RS485, auto baud and AT command detection are storage.
 */
#include "sim/soc/uart.h"

#include "base/bits.h"
#include "sim/soc/soc_int.h"

#include <stdlib.h>
#include <string.h>

/* What is the same on every chip. */
enum {
    FIFO = 0x00,
    INT_RAW = 0x04,
    INT_ST = 0x08,
    INT_ENA = 0x0C,
    INT_CLR = 0x10,
    CLKDIV = 0x14,
    CONF0 = 0x20,
    CONF1 = 0x24
};

#define INT_RXFIFO_FULL  BIT(0)
#define INT_TXFIFO_EMPTY BIT(1)
#define INT_RXFIFO_OVF   BIT(4)
#define INT_RXFIFO_TOUT  BIT(8)
#define INT_TX_DONE      BIT(14)
#define CLKDIV_FRAG      FIELD(23, 20)
#define CONF0_PARITY_EN  BIT(1)
#define CONF0_BIT_NUM    FIELD(3, 2) /* data bits - 5 */
#define CONF0_STOP_BITS  FIELD(5, 4) /* 1 one, 2 one and a half, 3 two */
#define CONF0_LOOPBACK   BIT(14)
#define CONF0_RXFIFO_RST BIT(17)
#define CONF0_TXFIFO_RST BIT(18)

static uint32_t *word(const struct uart *u, uint32_t offset)
{
    return block_word(&u->block, offset);
}

/* --- FIFOs --- */

static bool push(struct fifo *f, uint8_t byte)
{
    if (f->count == UART_FIFO_SIZE)
        return false;
    f->bytes[(f->first + f->count++) % UART_FIFO_SIZE] = byte;
    return true;
}

static uint8_t pop(struct fifo *f)
{
    if (!f->count)
        return 0;
    uint8_t byte = f->bytes[f->first];
    f->first = (f->first + 1) % UART_FIFO_SIZE;
    f->count--;
    return byte;
}

/* --- time --- */

static uint64_t bit_ps(const struct uart *u)
{
    uint32_t div = *word(u, CLKDIV);
    uint64_t sixteenths = field_get(u->kind->clock_int, div) * 16 + field_get(CLKDIV_FRAG, div);
    return period_ps(u->kind->clock(u), sixteenths ? sixteenths : 1) / 16;
}

/* In half bits: start, data, parity and stop bits. */
static unsigned byte_half_bits(const struct uart *u)
{
    uint32_t conf = *word(u, CONF0);
    unsigned stops = field_get(CONF0_STOP_BITS, conf); /* half bits: 2, 3, 4 */
    unsigned bits = 1 + 5 + field_get(CONF0_BIT_NUM, conf) + (conf & CONF0_PARITY_EN ? 1 : 0);
    return 2 * bits + (stops ? stops + 1 : 2);
}

unsigned uart_bits_per_byte(const struct uart *u)
{
    return (byte_half_bits(u) + 1) / 2;
}

static uint64_t byte_ps(const struct uart *u)
{
    return bit_ps(u) * byte_half_bits(u) / 2;
}

/* --- interrupts --- */

/* RXFIFO_FULL and TXFIFO_EMPTY come back for as long as their condition lasts. */
static uint32_t raw(struct uart *u)
{
    uint32_t conf1 = *word(u, CONF1), *kept = word(u, INT_RAW);
    if (u->rx.count >= field_get(u->kind->rx_full, conf1) && u->rx.count)
        *kept |= INT_RXFIFO_FULL;
    if (u->tx.count < field_get(u->kind->tx_empty, conf1))
        *kept |= INT_TXFIFO_EMPTY;
    return *kept;
}

static void update_irq(struct uart *u)
{
    irq_set(u->block.soc, u->kind->first_irq + u->block.index, raw(u) & *word(u, INT_ENA));
}

/* --- sending --- */

static void send_next(struct uart *u)
{
    u->is_shifting = u->tx.count != 0;
    if (!u->is_shifting)
        return;
    u->shifting = pop(&u->tx);
    sched_in(u->block.soc->sched, &u->sent, byte_ps(u));
}

static void receive(struct uart *u, uint8_t byte);

static void byte_sent(void *ctx)
{
    struct uart *u = ctx;
    struct soc *s = u->block.soc;
    uint8_t byte = u->shifting;
    send_next(u);
    if (!u->is_shifting)
        *word(u, INT_RAW) |= INT_TX_DONE;
    update_irq(u);
    if (*word(u, CONF0) & CONF0_LOOPBACK)
        receive(u, byte);
    else if (s->config.uart_sent)
        s->config.uart_sent(s->config.uart_ctx, u->block.index, &byte, 1);
}

/* A byte written into a full FIFO is lost, as on the chip. */
static void fifo_written(struct uart *u, uint8_t byte)
{
    push(&u->tx, byte);
    if (!u->is_shifting)
        send_next(u);
    update_irq(u);
}

/* --- receiving --- */

static void receive(struct uart *u, uint8_t byte)
{
    uint32_t conf1 = *word(u, CONF1);
    if (!push(&u->rx, byte))
        *word(u, INT_RAW) |= INT_RXFIFO_OVF;
    if (conf1 & u->kind->rx_tout_en)
        sched_in(u->block.soc->sched, &u->timeout, bit_ps(u) * u->kind->timeout_bits(u));
    update_irq(u);
}

static void silence(void *ctx)
{
    struct uart *u = ctx;
    if (u->rx.count)
        *word(u, INT_RAW) |= INT_RXFIFO_TOUT;
    update_irq(u);
}

static void byte_received(void *ctx)
{
    struct uart *u = ctx;
    uint8_t byte = u->wire[0];
    memmove(u->wire, u->wire + 1, --u->wire_count);
    if (u->wire_count)
        sched_in(u->block.soc->sched, &u->received, byte_ps(u));
    receive(u, byte);
}

void uart_wire(struct uart *u, const uint8_t *bytes, size_t len)
{
    if (!len)
        return;
    if (u->wire_count + len > u->wire_room) {
        size_t room = 2 * (u->wire_count + len);
        uint8_t *more = realloc(u->wire, room);
        if (!more)
            return;
        u->wire = more;
        u->wire_room = room;
    }
    bool is_first = !u->wire_count;
    memcpy(u->wire + u->wire_count, bytes, len);
    u->wire_count += len;
    if (is_first)
        sched_in(u->block.soc->sched, &u->received, byte_ps(u));
}

/* --- the block --- */

static struct uart *uart_of(struct block *b)
{
    return (struct uart *)(void *)((char *)b - offsetof(struct uart, block));
}

uint32_t uart_read(struct block *b, uint32_t offset)
{
    struct uart *u = uart_of(b);
    uint8_t byte;
    switch (offset) {
    case FIFO:
        byte = pop(&u->rx);
        update_irq(u);
        return byte;
    case INT_RAW:
        return raw(u);
    case INT_ST:
        return raw(u) & *word(u, INT_ENA);
    default:
        return u->kind->read(u, offset);
    }
}

void uart_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct uart *u = uart_of(b);
    (void)before;
    if (offset == FIFO)
        fifo_written(u, (uint8_t)value);
    if (offset == INT_CLR)
        *word(u, INT_RAW) &= ~value;
    if (offset == CONF0 && value & CONF0_TXFIFO_RST)
        u->tx.count = 0;
    if (offset == CONF0 && value & CONF0_RXFIFO_RST)
        u->rx.first = u->rx.count = 0;
    update_irq(u);
}

bool uart_init(struct uart *u, const struct uart_kind *kind, struct soc *soc, unsigned index, uint32_t base)
{
    u->kind = kind;
    u->sent = (struct sched_event){.fn = byte_sent, .ctx = u};
    u->received = (struct sched_event){.fn = byte_received, .ctx = u};
    u->timeout = (struct sched_event){.fn = silence, .ctx = u};
    bool is_ok = block_init(&u->block, &kind->block, soc, base);
    u->block.index = index;
    return is_ok;
}

void uart_fini(struct uart *u)
{
    block_fini(&u->block);
    free(u->wire);
}

void uart_cancel(struct uart *u)
{
    struct sched_event *const events[] = {&u->sent, &u->received, &u->timeout, NULL};
    for (struct sched_event *const *event = events; u->block.soc && *event; event++)
        sched_cancel(u->block.soc->sched, *event);
}

void uart_reset(struct uart *u)
{
    struct sched *sched = u->block.soc->sched;
    block_reset(&u->block);
    u->tx.count = u->rx.count = 0;
    u->is_shifting = false;
    sched_cancel(sched, &u->sent);
    sched_cancel(sched, &u->timeout);
    update_irq(u);
}
