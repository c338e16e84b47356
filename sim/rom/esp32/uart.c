/* SPDX-License-Identifier: Apache-2.0 */
#include "../common/uart.h"

#include "../common/cpu.h"

#define UART(reg)  (ESP32_UART0_BASE + ESP32_UART_##reg)
#define APB_HZ     CPU_HZ
#define FIFO_BYTES 128

void uart_init(unsigned baud)
{
    uint32_t divider = APB_HZ * 16 / baud; /* in sixteenths; 640e6 fits */
    reg_write(UART(CLKDIV), field_put(ESP32_UART_CLKDIV_FRAG, divider / 16, divider % 16));
    uint32_t conf =
        ESP32_UART_TICK_REF_ALWAYS_ON | field_put(ESP32_UART_BIT_NUM, 0, 3) | field_put(ESP32_UART_STOP_BIT_NUM, 0, 1);
    reg_write(UART(CONF0), conf | ESP32_UART_TXFIFO_RST | ESP32_UART_RXFIFO_RST);
    reg_write(UART(CONF0), conf);
}

static void put_raw(char c)
{
    while (field_get(ESP32_UART_TXFIFO_CNT, reg_read(UART(STATUS))) >= FIFO_BYTES - 2) {
    }
    reg_write(UART(FIFO), (uint8_t)c);
}

void uart_put(char c)
{
    if (c == '\n')
        put_raw('\r');
    put_raw(c);
}

void uart_flush(void)
{
    while (reg_read(UART(STATUS)) & (ESP32_UART_TXFIFO_CNT | ESP32_UART_ST_UTX_OUT)) {
    }
}

int uart_get(void)
{
    if (!field_get(ESP32_UART_RXFIFO_CNT, reg_read(UART(STATUS))))
        return -1;
    return (int)(reg_read(UART(FIFO)) & 0xFF);
}
