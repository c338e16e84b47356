/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash on one, two and four lines. Register use: TRM chapter 'SPI Controller'; esp-idf spi_mem_reg.h. Octal flash, where a
 * chip has it, is brought to one line first.
 */
#include "../common/spi_flash.h"

#include <stdbool.h>
#include <stddef.h>

#include "../common/cpu.h"
#include "../common/flash_crypt.h"
#include "late_spi.h"
#include "regs/spi_mem.h"
#include "regs/spi_nor.h"

#define SPI1(reg)    (PORT(SPI1_BASE) + SPI_MEM_##reg)
#define BUFFER_BYTES 64U
#define NARROW_REACH 0x1000000U /* of three address bytes */

static const struct late_spi_setup read_setups[SPI_FLASH_MODES] = {
    [SPI_FLASH_QIO] = {SPI_MEM_CTRL_FASTRD_MODE | SPI_MEM_CTRL_FREAD_QIO, 0, NOR_QUAD_IO_READ, 8, 32, 4},
    [SPI_FLASH_QOUT] = {SPI_MEM_CTRL_FASTRD_MODE | SPI_MEM_CTRL_FREAD_QUAD, 0, NOR_QUAD_OUT_READ, 8, 24, 8},
    [SPI_FLASH_DIO] = {SPI_MEM_CTRL_FASTRD_MODE | SPI_MEM_CTRL_FREAD_DIO, 0, NOR_DUAL_IO_READ, 8, 32, 0},
    [SPI_FLASH_DOUT] = {SPI_MEM_CTRL_FASTRD_MODE | SPI_MEM_CTRL_FREAD_DUAL, 0, NOR_DUAL_OUT_READ, 8, 24, 8},
    [SPI_FLASH_FAST_READ] = {SPI_MEM_CTRL_FASTRD_MODE, 0, NOR_FAST_READ, 8, 24, 8},
    [SPI_FLASH_SLOW_READ] = {0, 0, NOR_READ, 8, 24, 0},
};

/* Beyond 16 MB, on one line. These opcodes take four address bytes in every mode of the flash. */
static const struct late_spi_setup wide_setups[SPI_FLASH_MODES] = {
    [SPI_FLASH_FAST_READ] = {SPI_MEM_CTRL_FASTRD_MODE, 0, NOR_FAST_READ4, 8, 32, 8},
    [SPI_FLASH_SLOW_READ] = {0, 0, NOR_READ4, 8, 32, 0},
};

/* N, H and L of the CLOCK register count from 0; H is half of N. */
static uint32_t clock_value(unsigned divider)
{
    if (divider <= 1)
        return SPI_MEM_CLOCK_EQU_SYSCLK;
    uint32_t value = field_put(SPI_MEM_CLOCK_N, 0, divider - 1);
    value = field_put(SPI_MEM_CLOCK_H, value, divider / 2 - 1);
    return field_put(SPI_MEM_CLOCK_L, value, divider - 1);
}

void late_spi_set(uint32_t base, const struct late_spi_setup *s, unsigned divider)
{
    uint32_t user = SPI_MEM_USER_COMMAND | SPI_MEM_USER_ADDR | SPI_MEM_USER_MISO;
    if (s->dummy_cycles)
        user |= SPI_MEM_USER_DUMMY;
    uint32_t user1 = field_put(SPI_MEM_USER1_ADDR_BITLEN, 0, s->addr_bits - 1U);
    if (s->dummy_cycles)
        user1 = field_put(SPI_MEM_USER1_DUMMY_CYCLES, user1, s->dummy_cycles - 1U);
    reg_write(base + SPI_MEM_CTRL, SPI_MEM_CTRL_WP | SPI_MEM_CTRL_RESANDRES | s->ctrl);
    reg_write(base + SPI_MEM_CLOCK, clock_value(divider));
    reg_write(base + SPI_MEM_USER, user);
    reg_write(base + SPI_MEM_USER1, user1);
    reg_write(base + SPI_MEM_USER2, field_put(SPI_MEM_USER2_COMMAND_BITS, s->command, s->command_bits - 1U));
    if (PORT_SPI_MEM_DDR)
        reg_write(base + PORT_SPI_MEM_DDR, s->ddr);
}

void late_spi_run(uint32_t command)
{
    reg_write(SPI1(CMD), command);
    while (reg_read(SPI1(CMD))) {
    }
}

/* Four address bytes: always on octal flash; else the bootloader asks for it. */
static bool is_wide(void)
{
    return reg_read(PORT(SPI0_BASE) + SPI_MEM_CACHE_FCTRL) & SPI_MEM_CACHE_ADDR_4BYTE;
}

static void set_wide(bool is_wanted)
{
    if (is_wanted)
        reg_set(PORT(SPI0_BASE) + SPI_MEM_CACHE_FCTRL, SPI_MEM_CACHE_ADDR_4BYTE);
    else
        reg_clear(PORT(SPI0_BASE) + SPI_MEM_CACHE_FCTRL, SPI_MEM_CACHE_ADDR_4BYTE);
}

static const struct late_spi_setup *setup_of(enum spi_flash_mode mode)
{
    return is_wide() ? &wide_setups[mode] : &read_setups[mode];
}

/* With four address bytes on one line, whatever an image's header says: an octal flash knows no two and four. */
void spi_flash_set_read(enum spi_flash_mode mode, unsigned divider)
{
    if (is_wide() && mode != SPI_FLASH_SLOW_READ)
        mode = SPI_FLASH_FAST_READ;
    late_spi_set(PORT(SPI0_BASE), setup_of(mode), divider);
    late_spi_set(PORT(SPI1_BASE), setup_of(mode), divider);
}

void spi_flash_take(void)
{
    late_spi_set(PORT(SPI1_BASE), setup_of(SPI_FLASH_SLOW_READ), 2);
}

/* As esp-idf's bootloader does where its option for the cache of quad flash is on (CONFIG_BOOTLOADER_CACHE_32BIT_ADDR_QUAD_FLASH);
   on one line, which is sure on every part. */
void spi_flash_set_size(uint32_t bytes)
{
    if (late_flash_is_octal() || bytes <= NARROW_REACH)
        return;
    set_wide(true);
    spi_flash_set_read(SPI_FLASH_FAST_READ, 2);
}

void spi_flash_attach(void)
{
    /* The pins of the flash have function 0 after reset. */
    reg_write(SPI1(MISC), SPI_MEM_MISC_CS1_DIS);
    if (late_flash_is_octal())
        late_flash_reset();
    set_wide(late_flash_is_octal());
    spi_flash_set_read(SPI_FLASH_SLOW_READ, 4);
    reg_set(PORT(SPI0_BASE) + SPI_MEM_CACHE_FCTRL, SPI_MEM_CACHE_REQ_EN | SPI_MEM_CACHE_FLASH_USR_CMD);
}

/* Three address bytes stand at the top of what is sent; the mode bits behind them, where there are, are 0. */
static uint32_t address_shift(void)
{
    return is_wide() ? 0 : field_get(SPI_MEM_USER1_ADDR_BITLEN, reg_read(SPI1(USER1))) + 1 - 24;
}

void spi_flash_read(uint32_t from, uint32_t *to, uint32_t len)
{
    if (flash_crypt_is_on()) {
        flash_crypt_read(from, to, len);
        return;
    }
    uint32_t shift = address_shift();
    while (len) {
        uint32_t chunk = len < BUFFER_BYTES ? len : BUFFER_BYTES;
        reg_write(SPI1(ADDR), from << shift);
        reg_write(SPI1(MISO_DLEN), chunk * 8 - 1);
        late_spi_run(SPI_MEM_CMD_USR);
        for (uint32_t i = 0; i < chunk; i += 4)
            *to++ = reg_read(SPI1(W0) + i);
        from += chunk;
        len -= chunk;
    }
}

static void wait_idle(void)
{
    do {
        late_spi_run(SPI_MEM_CMD_RDSR);
    } while (reg_read(SPI1(RD_STATUS)) & NOR_SR1_WIP);
}

/* An opcode with an address on one line, and len bytes of the buffer behind it; then reading is as it was. */
static void give(uint16_t opcode, uint32_t at, uint32_t len)
{
    uint32_t user = reg_read(SPI1(USER)), user1 = reg_read(SPI1(USER1)), user2 = reg_read(SPI1(USER2));
    uint32_t mosi = len ? SPI_MEM_USER_MOSI : 0;
    late_spi_run(SPI_MEM_CMD_WREN);
    reg_write(SPI1(USER), SPI_MEM_USER_COMMAND | SPI_MEM_USER_ADDR | mosi);
    reg_write(SPI1(USER1), field_put(SPI_MEM_USER1_ADDR_BITLEN, 0, is_wide() ? 31 : 23));
    reg_write(SPI1(USER2), field_put(SPI_MEM_USER2_COMMAND_BITS, opcode, 7));
    reg_write(SPI1(MOSI_DLEN), len * 8 - 1);
    reg_write(SPI1(ADDR), at);
    late_spi_run(SPI_MEM_CMD_USR);
    reg_write(SPI1(USER), user);
    reg_write(SPI1(USER1), user1);
    reg_write(SPI1(USER2), user2);
    wait_idle();
}

void spi_flash_erase_sector(uint32_t at)
{
    give(is_wide() ? NOR_ERASE_SECTOR4 : NOR_ERASE_SECTOR, at, 0);
}

void spi_flash_program(uint32_t at, const uint32_t *from, uint32_t len)
{
    bool is_encrypted = flash_crypt_is_on() && len == FLASH_CRYPT_UNIT;
    if (is_encrypted)
        flash_crypt_begin(at, from);
    for (uint32_t i = 0; i < len; i += 4)
        reg_write(SPI1(W0) + i, from[i / 4]);
    give(is_wide() ? NOR_PAGE_PROGRAM4 : NOR_PAGE_PROGRAM, at, len);
    if (is_encrypted)
        flash_crypt_end();
}
