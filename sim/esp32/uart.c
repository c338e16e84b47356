/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32's UARTs are: registers and fields (esp-idf uart_reg.h). */
#include "sim/esp32/esp32_int.h"

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

static struct period clock_of(const struct uart *u)
{
    if (*block_word(&u->block, ESP32_UART_CONF0) & ESP32_UART_TICK_REF_ALWAYS_ON)
        return u->block.soc->clocks.apb;
    return (struct period){.num = 1000000, .den = 1};
}

/* The register counts bytes: esp-idf uart_ll.h. */
static uint64_t timeout_bits(const struct uart *u)
{
    uint32_t bytes = field_get(ESP32_UART_RX_TOUT_THRHD, *block_word(&u->block, ESP32_UART_CONF1));
    return (uint64_t)bytes * uart_bits_per_byte(u);
}

static uint32_t read_live(const struct uart *u, uint32_t offset)
{
    if (offset == ESP32_UART_MEM_RX)
        return uart_rx_from(u) << 2 | uart_rx_to(u) << 13;
    uint32_t value = field_put(ESP32_UART_TXFIFO_CNT, 0, u->tx.count);
    value = field_put(ESP32_UART_ST_UTX_OUT, value, u->is_shifting ? 1 : 0);
    value = field_put(ESP32_UART_RXFIFO_CNT, value, u->rx.count);
    return value | BIT(31) | BIT(15) | BIT(14) | BIT(13); /* TXD and RXD idle high, CTS and DSR inactive */
}

const struct uart_kind esp32_uart_kind = {
    .block =
        {
            .name = "UART",
            .size = 0x80,
            .regs = regs,
            .reg_count = sizeof regs / sizeof *regs,
            .read = uart_read,
            .written = uart_written,
        },
    .clock_int = ESP32_UART_CLKDIV_INT,
    .rx_full = ESP32_UART_RXFIFO_FULL_THRHD,
    .tx_empty = ESP32_UART_TXFIFO_EMPTY_THRHD,
    .rx_tout_en = ESP32_UART_RX_TOUT_EN,
    .first_irq = ESP32_INTR_UART0,
    .clock = clock_of,
    .timeout_bits = timeout_bits,
    .read = read_live,
};
