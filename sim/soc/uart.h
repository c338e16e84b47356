/* SPDX-License-Identifier: Apache-2.0 */
/* A UART. A chip's own struct uart_kind says where its fields are; the rest is the same in this family. */
#ifndef SIM_SOC_UART_H
#define SIM_SOC_UART_H

#include "sim/sched.h"
#include "sim/soc/block.h"
#include "sim/soc/period.h"

enum { UART_FIFO_SIZE = 128 };

struct uart;

/* Constant. */
struct uart_kind {
    struct block_kind block; /* its read and written are uart_read and uart_written */
    uint32_t clock_int;      /* field of CLKDIV; the fraction is the same on all */
    uint32_t rx_full;        /* fields of CONF1 */
    uint32_t tx_empty;
    uint32_t rx_tout_en; /* bit of CONF1 */
    unsigned first_irq;  /* source of UART0; the others follow, as far as there are any */
    /* The clock before CLKDIV. */
    struct period (*clock)(const struct uart *u);
    /* How long the line is silent before RXFIFO_TOUT, in bits. */
    uint64_t (*timeout_bits)(const struct uart *u);
    /* A live register beyond those that are the same on all. */
    uint32_t (*read)(const struct uart *u, uint32_t offset);
};

struct fifo {
    uint8_t bytes[UART_FIFO_SIZE];
    unsigned first, count;
};

struct uart {
    struct block block;
    const struct uart_kind *kind;
    struct fifo tx, rx;
    uint8_t shifting; /* the byte on the wire */
    bool is_shifting;
    struct sched_event sent, received, timeout;
    uint8_t *wire; /* bytes that come in, one after the other */
    size_t wire_count, wire_room;
};

bool uart_init(struct uart *u, const struct uart_kind *kind, struct soc *soc, unsigned index, uint32_t base);
void uart_fini(struct uart *u);
void uart_reset(struct uart *u);
void uart_cancel(struct uart *u); /* nothing of it will happen any more */
void uart_wire(struct uart *u, const uint8_t *bytes, size_t len);
unsigned uart_bits_per_byte(const struct uart *u); /* start, parity and stop bits included, rounded up */
/* Read and write pointers of the receive FIFO, which software compares. */
static inline unsigned uart_rx_from(const struct uart *u)
{
    return u->rx.first;
}
static inline unsigned uart_rx_to(const struct uart *u)
{
    return (u->rx.first + u->rx.count) % UART_FIFO_SIZE;
}

uint32_t uart_read(struct block *b, uint32_t offset);
void uart_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before);

#endif
