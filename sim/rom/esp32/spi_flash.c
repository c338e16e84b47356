/* SPDX-License-Identifier: Apache-2.0 */
/* Register use: ESP32 TRM, chapter 'SPI Controller'; esp-idf spi_reg.h. */
#include "../common/spi_flash.h"

#include <stddef.h>

#include "../common/cpu.h"
#include "../common/flash_crypt.h"
#include "regs/spi_nor.h"

#define SPI1(reg)    (ESP32_SPI1_BASE + ESP32_SPI_##reg)
#define BUFFER_BYTES 64U

struct read_setup {
    uint32_t ctrl; /* on how many lines */
    uint8_t command;
    uint8_t addr_bits;    /* an address on two or four lines carries 8 mode bits behind it */
    uint8_t dummy_cycles; /* 0: none */
};

static const struct read_setup read_setups[SPI_FLASH_MODES] = {
    [SPI_FLASH_QIO] = {ESP32_SPI_CTRL_FASTRD_MODE | ESP32_SPI_CTRL_FREAD_QIO, NOR_QUAD_IO_READ, 32, 4},
    [SPI_FLASH_QOUT] = {ESP32_SPI_CTRL_FASTRD_MODE | ESP32_SPI_CTRL_FREAD_QUAD, NOR_QUAD_OUT_READ, 24, 8},
    [SPI_FLASH_DIO] = {ESP32_SPI_CTRL_FASTRD_MODE | ESP32_SPI_CTRL_FREAD_DIO, NOR_DUAL_IO_READ, 32, 0},
    [SPI_FLASH_DOUT] = {ESP32_SPI_CTRL_FASTRD_MODE | ESP32_SPI_CTRL_FREAD_DUAL, NOR_DUAL_OUT_READ, 24, 8},
    [SPI_FLASH_FAST_READ] = {ESP32_SPI_CTRL_FASTRD_MODE, NOR_FAST_READ, 24, 8},
    [SPI_FLASH_SLOW_READ] = {0, NOR_READ, 24, 0},
};

/* N, H and L of the CLOCK register count from 0; H is half of N. */
static uint32_t clock_value(unsigned divider)
{
    if (divider <= 1)
        return ESP32_SPI_CLOCK_EQU_SYSCLK;
    uint32_t value = field_put(ESP32_SPI_CLOCK_N, 0, divider - 1);
    value = field_put(ESP32_SPI_CLOCK_H, value, divider / 2 - 1);
    return field_put(ESP32_SPI_CLOCK_L, value, divider - 1);
}

static void set_controller(uint32_t base, const struct read_setup *s, unsigned divider)
{
    uint32_t user = ESP32_SPI_USER_COMMAND | ESP32_SPI_USER_ADDR | ESP32_SPI_USER_MISO;
    if (s->dummy_cycles)
        user |= ESP32_SPI_USER_DUMMY;
    uint32_t user1 = field_put(ESP32_SPI_USER1_ADDR_BITLEN, 0, s->addr_bits - 1U);
    if (s->dummy_cycles)
        user1 = field_put(ESP32_SPI_USER1_DUMMY_CYCLES, user1, s->dummy_cycles - 1U);
    reg_write(base + ESP32_SPI_CTRL, ESP32_SPI_CTRL_WP | ESP32_SPI_CTRL_RESANDRES | s->ctrl);
    reg_write(base + ESP32_SPI_CLOCK, clock_value(divider));
    reg_write(base + ESP32_SPI_USER, user);
    reg_write(base + ESP32_SPI_USER1, user1);
    reg_write(base + ESP32_SPI_USER2, field_put(ESP32_SPI_USER2_COMMAND_BITS, s->command, 7));
}

void spi_flash_set_read(enum spi_flash_mode mode, unsigned divider)
{
    set_controller(ESP32_SPI0_BASE, &read_setups[mode], divider);
    set_controller(ESP32_SPI1_BASE, &read_setups[mode], divider);
}

void spi_flash_take(void)
{
    set_controller(ESP32_SPI1_BASE, &read_setups[SPI_FLASH_SLOW_READ], 2);
}

/* Its MMU has entries for 16 MB, and its cache sends three address bytes. */
void spi_flash_set_size(uint32_t bytes)
{
    (void)bytes;
}

/* The mode is what the image header asked the ROM for. */
void spi_flash_hand_over(void)
{
}

void spi_flash_attach(void)
{
    /* Function 1 of these pads is SPI (esp-idf io_mux_reg.h). */
    static const uint32_t pads[] = {ESP32_IO_MUX_SD_CLK,   ESP32_IO_MUX_SD_DATA0, ESP32_IO_MUX_SD_DATA1,
                                    ESP32_IO_MUX_SD_DATA2, ESP32_IO_MUX_SD_DATA3, ESP32_IO_MUX_SD_CMD};
    for (size_t i = 0; i < sizeof(pads) / sizeof(pads[0]); i++) {
        uint32_t pad = field_put(ESP32_IO_MUX_MCU_SEL, reg_read(pads[i]), 1);
        reg_write(pads[i], field_put(ESP32_IO_MUX_FUN_DRV, pad, 2) | ESP32_IO_MUX_FUN_IE);
    }
    reg_write(SPI1(PIN), 0);
    spi_flash_set_read(SPI_FLASH_SLOW_READ, 4);
    reg_set(ESP32_SPI0_BASE + ESP32_SPI_CACHE_FCTRL, ESP32_SPI_CACHE_REQ_EN | ESP32_SPI_CACHE_FLASH_USR_CMD);
}

static void run(uint32_t command)
{
    reg_write(SPI1(CMD), command);
    while (reg_read(SPI1(CMD))) {
    }
}

void spi_flash_read(uint32_t from, uint32_t *to, uint32_t len)
{
    if (flash_crypt_is_on()) {
        flash_crypt_read(from, to, len);
        return;
    }
    while (len) {
        uint32_t chunk = len < BUFFER_BYTES ? len : BUFFER_BYTES;
        reg_write(SPI1(ADDR), from << 8); /* left-aligned; with 32 bits the mode bits are 0 */
        reg_write(SPI1(MISO_DLEN), chunk * 8 - 1);
        run(ESP32_SPI_CMD_USR);
        for (uint32_t i = 0; i < chunk; i += 4)
            *to++ = reg_read(SPI1(W0) + i);
        from += chunk;
        len -= chunk;
    }
}

static void wait_idle(void)
{
    do {
        run(ESP32_SPI_CMD_RDSR);
    } while (reg_read(SPI1(RD_STATUS)) & NOR_SR1_WIP);
}

void spi_flash_erase_sector(uint32_t at)
{
    run(ESP32_SPI_CMD_WREN);
    reg_write(SPI1(ADDR), at);
    run(ESP32_SPI_CMD_SE);
    wait_idle();
}

void spi_flash_program(uint32_t at, const uint32_t *from, uint32_t len)
{
    bool is_encrypted = flash_crypt_is_on() && len == FLASH_CRYPT_UNIT;
    if (is_encrypted)
        flash_crypt_begin(at, from);
    run(ESP32_SPI_CMD_WREN);
    for (uint32_t i = 0; i < len; i += 4)
        reg_write(SPI1(W0) + i, from[i / 4]);
    reg_write(SPI1(ADDR), field_put(ESP32_SPI_ADDR_PP_LEN, at, len));
    run(ESP32_SPI_CMD_PP);
    if (is_encrypted)
        flash_crypt_end();
    wait_idle();
}
