/* SPDX-License-Identifier: Apache-2.0 */
/* SPI1 and the flash behind it, on eight lines. */
#include "rig.h"

#include "regs/spi_mem.h"

#include <string.h>

#define SPI(reg) (ESP32S3_SPI1_BASE + SPI_MEM_##reg)

static const struct spi_rig spi1 = {.cmd = SPI(CMD), .rd_status = SPI(RD_STATUS), .read_status = SPI_MEM_CMD_RDSR};

static void run(struct rig *r, uint32_t command)
{
    spi_rig_run(r, &spi1, command);
}

enum { OCTAL_READ_DTR = 0xEE, OCTAL_READ_STR = 0xEC, OCTAL_WRITE_CR2 = 0x72, STR = 1, DTR = 2 };

static uint32_t octal_ctrl(void)
{
    return SPI_MEM_CTRL_FCMD_OCT | SPI_MEM_CTRL_FADDR_OCT | SPI_MEM_CTRL_FDIN_OCT | SPI_MEM_CTRL_FDOUT_OCT;
}

static uint32_t octal_command(uint32_t opcode)
{
    return 0xF0000000 | opcode | (~opcode & 0xFF) << 8;
}

/* Configuration register 2 switches an MX25UM25645G to an octal mode. */
static void enter(struct rig *r, uint32_t mode)
{
    run(r, SPI_MEM_CMD_WREN);
    wr(r, SPI(CTRL), 0);
    wr(r, SPI(USER), SPI_MEM_USER_COMMAND | SPI_MEM_USER_ADDR | SPI_MEM_USER_MOSI);
    wr(r, SPI(USER1), 31U << 26);
    wr(r, SPI(USER2), 0x70000000 | OCTAL_WRITE_CR2);
    wr(r, SPI(ADDR), 0);
    wr(r, SPI(MOSI_DLEN), 7);
    wr(r, SPI(W0), mode);
    run(r, SPI_MEM_CMD_USR);
    assert_int_equal(nor_mode(r->nor), mode == DTR ? NOR_OPI_DTR : NOR_OPI_STR);
}

static void set_octal_read(struct rig *r, uint32_t opcode, uint32_t dummies, uint32_t ddr)
{
    wr(r, SPI(CTRL), octal_ctrl());
    wr(r, SPI(DDR), ddr);
    wr(r, SPI(USER), SPI_MEM_USER_COMMAND | SPI_MEM_USER_ADDR | SPI_MEM_USER_DUMMY | SPI_MEM_USER_MISO);
    wr(r, SPI(USER1), 31U << 26 | (dummies - 1));
    wr(r, SPI(USER2), octal_command(opcode));
    wr(r, SPI(MISO_DLEN), 63);
}

static void octal_reads_beyond_16_mb(void **state)
{
    struct rig *r = *state;
    run(r, SPI_MEM_CMD_RDID);
    assert_int_equal(rd(r, SPI(W0)) & 0xFFFFFF, 0x3980C2);
    memcpy(nor_bytes(r->nor) + 0x1234560, "\x01\x23\x45\x67\x89\xAB\xCD\xEF", 8);
    enter(r, STR);
    set_octal_read(r, OCTAL_READ_STR, 20, 0);
    wr(r, SPI(ADDR), 0x1234560);
    run(r, SPI_MEM_CMD_USR);
    assert_int_equal(rd(r, SPI(W0)), 0x67452301);
    assert_int_equal(rd(r, SPI(W0) + 4), 0xEFCDAB89);
}

static void double_rate_swaps_pairs(void **state)
{
    struct rig *r = *state;
    memcpy(nor_bytes(r->nor) + 0x1234560, "\x01\x23\x45\x67\x89\xAB\xCD\xEF", 8);
    enter(r, DTR);
    set_octal_read(r, OCTAL_READ_DTR, 40, SPI_MEM_DDR_EN | SPI_MEM_DDR_VAR_DUMMY);
    wr(r, SPI(ADDR), 0x1234560);
    run(r, SPI_MEM_CMD_USR);
    assert_int_equal(rd(r, SPI(W0)), 0x45670123); /* Macronix sends the odd byte first */
    wr(r, SPI(DDR), SPI_MEM_DDR_EN | SPI_MEM_DDR_VAR_DUMMY | SPI_MEM_DDR_RDAT_SWP);
    run(r, SPI_MEM_CMD_USR);
    assert_int_equal(rd(r, SPI(W0)), 0x67452301);
    assert_int_equal(rd(r, SPI(W0) + 4), 0xEFCDAB89);
    wr(r, SPI(CTRL), 0);
    wr(r, SPI(DDR), 0);
    run(r, SPI_MEM_CMD_RDID); /* on one line nobody answers any more: the size is not read like this */
    assert_int_not_equal(rd(r, SPI(W0)) & 0xFFFFFF, 0x3980C2);
}

#define OCTAL(name) cmocka_unit_test_setup_teardown(name, rig_set_up_octal, rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OCTAL(octal_reads_beyond_16_mb),
        OCTAL(double_rate_swaps_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
