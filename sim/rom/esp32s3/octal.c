/* SPDX-License-Identifier: Apache-2.0 */
/* Octal flash: datasheet of Macronix MX25UM25645G; which commands esp-idf gives is in
   components/spi_flash/esp32s3/spi_flash_oct_flash_init.c. */
#include "../common/spi_flash.h"

#include <stddef.h>

#include "../common/cpu.h"
#include "../late/late_spi.h"
#include "regs/spi_mem.h"
#include "regs/spi_nor.h"

#define SPI1(reg) (ESP32S3_SPI1_BASE + SPI_MEM_##reg)

#define OCTAL_WRITE_CR2 0x72U
#define OCTAL_CR2_DTR   0x02U
#define OCTAL_DTR_READ  0xEEU
#define OCTAL_DTR_DUMMY 40U /* half cycles: 20 clocks, as after reset of the flash */
#define OCTAL_RESET_MS  1U  /* the datasheet wants 40 us */
#define CTRL_OCTAL                                                                                                     \
    (SPI_MEM_CTRL_FCMD_OCT | SPI_MEM_CTRL_FADDR_OCT | SPI_MEM_CTRL_FDIN_OCT | SPI_MEM_CTRL_FDOUT_OCT |                 \
     SPI_MEM_CTRL_FASTRD_MODE)

/* On eight lines a command is followed by its complement. */
static uint16_t octal_command(uint32_t opcode)
{
    return (uint16_t)(opcode | (~opcode & 0xFF) << 8);
}

bool late_flash_is_octal(void)
{
    return reg_read(ESP32S3_EFUSE_RD_REPEAT3) & ESP32S3_EFUSE_FLASH_TYPE;
}

/* A command alone, on one line or on eight. */
static void send_command(uint32_t ctrl, uint32_t ddr, uint16_t command, unsigned bits)
{
    reg_write(SPI1(CTRL), SPI_MEM_CTRL_WP | ctrl);
    reg_write(SPI1(DDR), ddr);
    reg_write(SPI1(USER), SPI_MEM_USER_COMMAND);
    reg_write(SPI1(USER2), field_put(SPI_MEM_USER2_COMMAND_BITS, command, bits - 1U));
    late_spi_run(SPI_MEM_CMD_USR);
}

/* Back to one line from whatever mode a program left: the flash keeps it over a reset of the chip. */
void late_flash_reset(void)
{
    static const uint32_t ddr[] = {SPI_MEM_DDR_EN | SPI_MEM_DDR_VAR_DUMMY, 0};
    for (size_t i = 0; i < sizeof(ddr) / sizeof(ddr[0]); i++) {
        send_command(CTRL_OCTAL, ddr[i], octal_command(NOR_RESET_ENABLE), 16);
        send_command(CTRL_OCTAL, ddr[i], octal_command(NOR_RESET), 16);
        cpu_delay_ms(OCTAL_RESET_MS);
    }
    send_command(0, 0, NOR_RESET_ENABLE, 8);
    send_command(0, 0, NOR_RESET, 8);
    cpu_delay_ms(OCTAL_RESET_MS);
}

static void enter_octal(void)
{
    late_spi_run(SPI_MEM_CMD_WREN);
    reg_write(SPI1(CTRL), SPI_MEM_CTRL_WP);
    reg_write(SPI1(USER), SPI_MEM_USER_COMMAND | SPI_MEM_USER_ADDR | SPI_MEM_USER_MOSI);
    reg_write(SPI1(USER1), field_put(SPI_MEM_USER1_ADDR_BITLEN, 0, 31));
    reg_write(SPI1(USER2), field_put(SPI_MEM_USER2_COMMAND_BITS, OCTAL_WRITE_CR2, 7));
    reg_write(SPI1(ADDR), 0);
    reg_write(SPI1(MOSI_DLEN), 7);
    reg_write(SPI1(W0), OCTAL_CR2_DTR);
    late_spi_run(SPI_MEM_CMD_USR);
}

void spi_flash_hand_over(void)
{
    if (!late_flash_is_octal())
        return;
    const struct late_spi_setup octal = {
        .ctrl = CTRL_OCTAL,
        .ddr = SPI_MEM_DDR_EN | SPI_MEM_DDR_VAR_DUMMY,
        .command = octal_command(OCTAL_DTR_READ),
        .command_bits = 16,
        .addr_bits = 32,
        .dummy_cycles = OCTAL_DTR_DUMMY,
    };
    enter_octal();
    late_spi_set(ESP32S3_SPI0_BASE, &octal, 1);
    late_spi_set(ESP32S3_SPI1_BASE, &octal, 1);
}
