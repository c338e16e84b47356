/* SPDX-License-Identifier: Apache-2.0 */
/* UART0, polled. Each chip's folder has it. */
#ifndef ROM_COMMON_UART_H
#define ROM_COMMON_UART_H

/* 8N1 from a 40 MHz APB clock; both FIFOs are emptied. */
void uart_init(unsigned baud);
/* Waits for room in the FIFO. '\n' is sent as CR LF. */
void uart_put(char c);
/* Waits until the last bit is on the wire. */
void uart_flush(void);
/* The next received byte, or -1. */
int uart_get(void);

#endif
