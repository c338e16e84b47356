/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UARTs: FIFOs of 128 bytes, both directions at the speed of the wire, interrupts. Sources: TRM chapter 'UART Controller';
 * esp-idf uart_reg.h. Pins, flow control, RS485, auto baud and AT command detection are storage.
 */
#include "sim/esp32/esp32_int.h"

#include <stdlib.h>
#include <string.h>

#define ALL 0xFFFFFFFFU

static const struct reg regs[] = {
    {ESP32_UART_FIFO, 1, 0, 0, REG_LIVE | REG_ACTS},
    {ESP32_UART_INT_RAW, 1, 0, 0, REG_LIVE},
    {ESP32_UART_INT_ST, 1, 0, 0, REG_LIVE},
    {ESP32_UART_INT_ENA, 1, 0, 0x7FFFF, REG_ACTS},
    {ESP32_UART_INT_CLR, 1, 0, 0, REG_ACTS},
    {ESP32_UART_CLKDIV, 1, 0x2B6, 0xFFFFFF, 0},
    {ESP32_UART_AUTOBAUD, 1, 0x1000, 0xFF01, 0},
    {ESP32_UART_STATUS, 1, 0, 0, REG_LIVE},
    {ESP32_UART_CONF0, 1, 0x0800001C, 0x0FFFFFFF, REG_ACTS},
    {ESP32_UART_CONF1, 1, 0x6060, ALL, REG_ACTS},
    {0x28, 2, 0xFFFFF, 0, 0},
    {0x30, 1, 0, 0, 0},
    {0x34, 1, 0, 0x3F, 0},
    {0x38, 1, 0xF0, 0x3FF, 0},
    {0x3C, 1, 0x1311E000, ALL, 0},
    {0x40, 1, 0xA40100, 0xFFFFFFF, 0},
    {0x44, 1, 0, 0x3FF, 0},
    {0x48, 2, 0x186A00, 0xFFFFFF, 0},
    {0x50, 1, 0x1E00, 0xFFFFFF, 0},
    {0x54, 1, 0x32B, 0xFFFF, 0},
    {ESP32_UART_MEM_CONF, 1, 0x88, 0x7FFFFFFF, 0},
    {ESP32_UART_MEM_TX, 1, 0, 0, 0},
    {ESP32_UART_MEM_RX, 1, 0, 0, REG_LIVE},
    {ESP32_UART_MEM_CNT, 1, 0, 0, 0},
    {0x68, 2, 0xFFFFF, 0, 0},
    {ESP32_UART_DATE, 1, 0x15122500, ALL, 0},
    {ESP32_UART_ID, 1, 0x500, ALL, 0},
};

static uint32_t *word(struct uart *u, uint32_t offset)
{
    return block_word(&u->block, offset);
}

/* --- FIFOs --- */

static bool push(struct fifo *f, uint8_t byte)
{
    if (f->count == UART_FIFO)
        return false;
    f->bytes[(f->first + f->count++) % UART_FIFO] = byte;
    return true;
}

static uint8_t pop(struct fifo *f)
{
    if (!f->count)
        return 0;
    uint8_t byte = f->bytes[f->first];
    f->first = (f->first + 1) % UART_FIFO;
    f->count--;
    return byte;
}

/* --- time --- */

static uint64_t bit_ps(struct uart *u)
{
    uint32_t div = *word(u, ESP32_UART_CLKDIV);
    struct period p = u->block.soc->clocks.apb;
    if (!(*word(u, ESP32_UART_CONF0) & ESP32_UART_TICK_REF_ALWAYS_ON))
        p = (struct period){.num = 1000000, .den = 1};
    uint64_t sixteenths = field_get(ESP32_UART_CLKDIV_INT, div) * 16 + field_get(ESP32_UART_CLKDIV_FRAG, div);
    return period_ps(p, sixteenths ? sixteenths : 1) / 16;
}

static uint64_t byte_ps(struct uart *u)
{
    uint32_t conf = *word(u, ESP32_UART_CONF0);
    uint64_t stops = field_get(ESP32_UART_STOP_BIT_NUM, conf); /* half bits: 2, 3, 4 */
    uint64_t bits = 1 + 5 + field_get(ESP32_UART_BIT_NUM, conf) + (conf & ESP32_UART_PARITY_EN ? 1 : 0);
    return bit_ps(u) * (2 * bits + (stops ? stops + 1 : 2)) / 2;
}

/* --- interrupts --- */

/* RXFIFO_FULL and TXFIFO_EMPTY come back for as long as their condition lasts. */
static uint32_t raw(struct uart *u)
{
    uint32_t conf1 = *word(u, ESP32_UART_CONF1), *kept = word(u, ESP32_UART_INT_RAW);
    if (u->rx.count >= field_get(ESP32_UART_RXFIFO_FULL_THRHD, conf1) && u->rx.count)
        *kept |= ESP32_UART_INT_RXFIFO_FULL;
    if (u->tx.count < field_get(ESP32_UART_TXFIFO_EMPTY_THRHD, conf1))
        *kept |= ESP32_UART_INT_TXFIFO_EMPTY;
    return *kept;
}

static void update_irq(struct uart *u)
{
    irq_set(u->block.soc, ESP32_INTR_UART0 + u->block.index, raw(u) & *word(u, ESP32_UART_INT_ENA));
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
        *word(u, ESP32_UART_INT_RAW) |= ESP32_UART_INT_TX_DONE;
    update_irq(u);
    if (*word(u, ESP32_UART_CONF0) & ESP32_UART_LOOPBACK)
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
    uint32_t conf1 = *word(u, ESP32_UART_CONF1);
    if (!push(&u->rx, byte))
        *word(u, ESP32_UART_INT_RAW) |= ESP32_UART_INT_RXFIFO_OVF;
    if (conf1 & ESP32_UART_RX_TOUT_EN) /* in bytes, esp-idf uart_ll.h */
        sched_in(u->block.soc->sched, &u->timeout, byte_ps(u) * field_get(ESP32_UART_RX_TOUT_THRHD, conf1));
    update_irq(u);
}

static void silence(void *ctx)
{
    struct uart *u = ctx;
    if (u->rx.count)
        *word(u, ESP32_UART_INT_RAW) |= ESP32_UART_INT_RXFIFO_TOUT;
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

static uint32_t status(struct uart *u)
{
    uint32_t value = field_put(ESP32_UART_TXFIFO_CNT, 0, u->tx.count);
    value = field_put(ESP32_UART_ST_UTX_OUT, value, u->is_shifting ? 1 : 0);
    value = field_put(ESP32_UART_RXFIFO_CNT, value, u->rx.count);
    return value | BIT(31) | BIT(15) | BIT(14) | BIT(13); /* TXD and RXD idle high, CTS and DSR inactive */
}

static uint32_t read_live(struct block *b, uint32_t offset)
{
    struct uart *u = &esp32_of(b->soc)->uart[b->index];
    uint8_t byte;
    switch (offset) {
    case ESP32_UART_FIFO:
        byte = pop(&u->rx);
        update_irq(u);
        return byte;
    case ESP32_UART_INT_RAW:
        return raw(u);
    case ESP32_UART_INT_ST:
        return raw(u) & *word(u, ESP32_UART_INT_ENA);
    case ESP32_UART_MEM_RX: /* read and write pointers of the receive FIFO, which software compares */
        return u->rx.first << 2 | ((u->rx.first + u->rx.count) % UART_FIFO) << 13;
    default:
        return status(u);
    }
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct uart *u = &esp32_of(b->soc)->uart[b->index];
    (void)before;
    if (offset == ESP32_UART_FIFO)
        fifo_written(u, (uint8_t)value);
    if (offset == ESP32_UART_INT_CLR)
        *word(u, ESP32_UART_INT_RAW) &= ~value;
    if (offset == ESP32_UART_CONF0 && value & ESP32_UART_TXFIFO_RST)
        u->tx.count = 0;
    if (offset == ESP32_UART_CONF0 && value & ESP32_UART_RXFIFO_RST)
        u->rx.first = u->rx.count = 0;
    update_irq(u);
}

static const struct block_kind uart_kind = {
    .name = "UART",
    .size = 0x80,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

bool uart_init(struct uart *u, struct soc *soc, unsigned index)
{
    static const uint32_t bases[UARTS] = {ESP32_UART0_BASE, ESP32_UART1_BASE, ESP32_UART2_BASE};
    u->sent = (struct sched_event){.fn = byte_sent, .ctx = u};
    u->received = (struct sched_event){.fn = byte_received, .ctx = u};
    u->timeout = (struct sched_event){.fn = silence, .ctx = u};
    bool is_ok = block_init(&u->block, &uart_kind, soc, bases[index]);
    u->block.index = index;
    return is_ok;
}

void uart_fini(struct uart *u)
{
    block_fini(&u->block);
    free(u->wire);
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
