/* SPDX-License-Identifier: Apache-2.0 */
#include "../common/uart.h"

#include "../common/cpu.h"

#define UART(reg)  (PORT(UART0_BASE) + PORT(UART_##reg))
#define SCLK_XTAL  3U
#define FIFO_BYTES 128
#define MEM_CLK_EN BIT(28) /* CONF0: of the FIFOs */

void uart_init(unsigned baud)
{
    uint32_t clock = field_put(PORT(UART_SCLK_SEL), reg_read(UART(CLK_CONF)), SCLK_XTAL);
    reg_write(UART(CLK_CONF), field_put(PORT(UART_SCLK_DIV_NUM), clock, 0) | PORT(UART_SCLK_EN));
    uint32_t divider = CPU_HZ * 16 / baud; /* of the crystal, in sixteenths; 640e6 fits */
    reg_write(UART(CLKDIV),
              field_put(PORT(UART_CLKDIV_FRAG), field_put(PORT(UART_CLKDIV_INT), 0, divider / 16), divider % 16));
    uint32_t conf = field_put(PORT(UART_STOP_BIT_NUM), field_put(PORT(UART_BIT_NUM), MEM_CLK_EN, 3), 1);
    reg_write(UART(CONF0), conf | PORT(UART_TXFIFO_RST) | PORT(UART_RXFIFO_RST));
    reg_write(UART(CONF0), conf);
}

static void put_raw(char c)
{
    while (field_get(PORT(UART_TXFIFO_CNT), reg_read(UART(STATUS))) >= FIFO_BYTES - 2) {
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
    while (reg_read(UART(STATUS)) & PORT(UART_TXFIFO_CNT) || reg_read(UART(FSM)) & PORT(UART_ST_UTX_OUT)) {
    }
}

int uart_get(void)
{
    if (!field_get(PORT(UART_RXFIFO_CNT), reg_read(UART(STATUS))))
        return -1;
    return (int)(reg_read(UART(FIFO)) & 0xFF);
}
