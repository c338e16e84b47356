/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32-C3's UARTs are: registers and fields (esp-idf uart_reg.h). */
#include "sim/esp32c3/esp32c3_int.h"

#define ALL 0xFFFFFFFFU

static const struct reg regs[] = {
    {ESP32C3_UART_FIFO, 1, 0, 0, REG_LIVE | REG_ACTS},
    {ESP32C3_UART_INT_RAW, 1, 0, 0, REG_LIVE},
    {ESP32C3_UART_INT_ST, 1, 0, 0, REG_LIVE},
    {ESP32C3_UART_INT_ENA, 1, 0, 0xFFFFF, REG_ACTS},
    {ESP32C3_UART_INT_CLR, 1, 0, 0, REG_ACTS},
    {ESP32C3_UART_CLKDIV, 1, 0x2B6, 0xF00FFF, 0},
    {0x18, 1, 8, 0x1FF, 0},
    {ESP32C3_UART_STATUS, 1, 0, 0, REG_LIVE},
    {ESP32C3_UART_CONF0, 1, 0x1000001C, 0x1FFFFFFF, REG_ACTS},
    {ESP32C3_UART_CONF1, 1, 0xC060, 0x3FFFFF, REG_ACTS},
    {0x28, 2, 0xFFF, 0, 0},
    {0x30, 1, 0, 0, 0},
    {0x34, 1, 0, 0x3F, 0},
    {0x38, 1, 0xF0, 0x3FF, 0},
    {0x3C, 1, 0x26E0, 0x1FFFF, 0},
    {0x40, 1, 0x2200, 0x1FFFF, 0},
    {0x44, 1, 0xA, 0xFF, 0},
    {0x48, 1, 0x40100, 0xFFFFF, 0},
    {0x4C, 1, 0, 0x3FF, 0},
    {0x50, 2, 0x901, 0xFFFF, 0},
    {0x58, 1, 0xB, 0xFFFF, 0},
    {0x5C, 1, 0x32B, 0xFFFF, 0},
    {ESP32C3_UART_MEM_CONF, 1, 0xA0012, 0xFFFFFFE, 0},
    {ESP32C3_UART_MEM_TX, 1, 0, 0, 0},
    {ESP32C3_UART_MEM_RX, 1, 0, 0, REG_LIVE},
    {ESP32C3_UART_FSM, 1, 0, 0, REG_LIVE},
    {0x70, 2, 0xFFF, 0, 0},
    {ESP32C3_UART_CLK_CONF, 1, 0x03701000, 0x0FFFFFFF, 0},
    {ESP32C3_UART_DATE, 1, 0x2008270, ALL, 0},
    {ESP32C3_UART_ID, 1, 0x40000500, 0x7FFFFFFF, 0}, /* an update is done at once */
};

static struct period clock_of(const struct uart *u)
{
    uint32_t conf = *block_word(&u->block, ESP32C3_UART_CLK_CONF);
    struct period p = u->block.soc->clocks.apb;
    if (field_get(ESP32C3_UART_SCLK_SEL, conf) == 3)
        p = c3_clock_xtal;
    else if (field_get(ESP32C3_UART_SCLK_SEL, conf) == 2)
        p = c3_clock_rc_fast;
    p.num *= field_get(ESP32C3_UART_SCLK_DIV_NUM, conf) + 1;
    return p;
}

static uint64_t timeout_bits(const struct uart *u)
{
    return field_get(ESP32C3_UART_RX_TOUT, *block_word(&u->block, ESP32C3_UART_MEM_CONF));
}

static uint32_t read_live(const struct uart *u, uint32_t offset)
{
    if (offset == ESP32C3_UART_MEM_RX)
        return (0x100 + uart_rx_from(u)) | (0x100 + uart_rx_to(u)) << 11; /* the pointers start at 0x100 */
    if (offset == ESP32C3_UART_FSM)
        return field_put(ESP32C3_UART_ST_UTX_OUT, 0, u->is_shifting ? 1 : 0);
    uint32_t value = field_put(ESP32C3_UART_TXFIFO_CNT, 0, u->tx.count);
    value = field_put(ESP32C3_UART_RXFIFO_CNT, value, u->rx.count);
    return value | 0xE000C000; /* the lines are idle: the header's reset value */
}

const struct uart_kind esp32c3_uart_kind = {
    .block =
        {
            .name = "UART",
            .size = 0x84,
            .regs = regs,
            .reg_count = sizeof regs / sizeof *regs,
            .read = uart_read,
            .written = uart_written,
        },
    .clock_int = ESP32C3_UART_CLKDIV_INT,
    .rx_full = ESP32C3_UART_RXFIFO_FULL,
    .tx_empty = ESP32C3_UART_TXFIFO_EMPTY,
    .rx_tout_en = ESP32C3_UART_RX_TOUT_EN,
    .first_irq = ESP32C3_INTR_UART0,
    .clock = clock_of,
    .timeout_bits = timeout_bits,
    .read = read_live,
};
