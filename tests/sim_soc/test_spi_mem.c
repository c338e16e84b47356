/* SPDX-License-Identifier: Apache-2.0 */
/* SPI1 of the SPI MEM controllers and the flash behind it, on one, two and four lines, on each chip that has them. */
#include "rig.h"

#include "regs/spi_mem.h"

#include <string.h>

#define SPI(reg) (RIG(SPI1_BASE) + SPI_MEM_##reg)

static const struct spi_rig spi1 = {.cmd = SPI(CMD), .rd_status = SPI(RD_STATUS), .read_status = SPI_MEM_CMD_RDSR};

static void run(struct rig *r, uint32_t command)
{
    spi_rig_run(r, &spi1, command);
}

static uint8_t status(struct rig *r)
{
    return spi_rig_status(r, &spi1);
}

static void wait_ready(struct rig *r)
{
    spi_rig_wait_ready(r, &spi1);
}

/* Of a W25Q: its last byte is the binary logarithm of its size. */
static uint32_t id(struct rig *r)
{
    return (uint32_t)__builtin_ctz(nor_size(r->nor)) << 16 | 0x40EF;
}

static void direct_commands_reach_the_flash(void **state)
{
    struct rig *r = *state;
    run(r, SPI_MEM_CMD_RDID);
    assert_int_equal(rd(r, SPI(W0)), id(r));
    run(r, SPI_MEM_CMD_WREN);
    assert_int_equal(status(r), NOR_SR1_WEL);
    for (uint32_t i = 0; i < 8; i++)
        wr(r, SPI(W0) + 4 * i, 0x03020100 + 0x04040404 * i);
    wr(r, SPI(ADDR), 0x123F0 | 32U << 24); /* over the page's end: it wraps */
    run(r, SPI_MEM_CMD_PP);
    wait_ready(r);
    for (uint32_t i = 0; i < 32; i++)
        assert_int_equal(nor_bytes(r->nor)[0x12300 | ((0xF0 + i) & 0xFF)], i);
    run(r, SPI_MEM_CMD_WREN);
    wr(r, SPI(ADDR), 0x12000);
    run(r, SPI_MEM_CMD_SE);
    wait_ready(r);
    assert_int_equal(nor_erases(r->nor, 0x12), 1);
    assert_int_equal(nor_bytes(r->nor)[0x123F0], 0xFF);
}

static void user_reads_in_every_mode(void **state)
{
    struct rig *r = *state;
    static const struct {
        uint32_t ctrl;
        uint8_t command, address_bits, dummies;
    } modes[] = {
        {0, NOR_READ, 24, 0},
        {SPI_MEM_CTRL_FASTRD_MODE, NOR_FAST_READ, 24, 8},
        {SPI_MEM_CTRL_FASTRD_MODE | SPI_MEM_CTRL_FREAD_DUAL, NOR_DUAL_OUT_READ, 24, 8},
        {SPI_MEM_CTRL_FASTRD_MODE | SPI_MEM_CTRL_FREAD_DIO, NOR_DUAL_IO_READ, 32, 0},
        {SPI_MEM_CTRL_FASTRD_MODE | SPI_MEM_CTRL_FREAD_QUAD, NOR_QUAD_OUT_READ, 24, 8},
        {SPI_MEM_CTRL_FASTRD_MODE | SPI_MEM_CTRL_FREAD_QIO, NOR_QUAD_IO_READ, 32, 4},
    };
    for (uint32_t i = 0; i < 64; i++)
        nor_bytes(r->nor)[0x345678 + i] = (uint8_t)(0xC0 ^ (3 * i));
    for (size_t m = 0; m < sizeof modes / sizeof *modes; m++) {
        uint32_t user = SPI_MEM_USER_COMMAND | SPI_MEM_USER_ADDR | SPI_MEM_USER_MISO;
        wr(r, SPI(USER), modes[m].dummies ? user | SPI_MEM_USER_DUMMY : user);
        wr(r, SPI(CTRL), modes[m].ctrl);
        wr(r, SPI(USER1), (modes[m].address_bits - 1U) << 26 | (modes[m].dummies - 1U) % 64);
        wr(r, SPI(USER2), 0x70000000 | modes[m].command);
        wr(r, SPI(ADDR), 0x345678U << (modes[m].address_bits - 24)); /* right-aligned; mode bits are 0 */
        wr(r, SPI(MISO_DLEN), 64 * 8 - 1);
        for (uint32_t i = 0; i < 16; i++)
            wr(r, SPI(W0) + 4 * i, 0);
        run(r, SPI_MEM_CMD_USR);
        for (uint32_t i = 0; i < 64; i++)
            assert_int_equal(rd(r, SPI(W0) + (i & ~3U)) >> (8 * (i % 4)) & 0xFF, (0xC0 ^ (3 * i)) & 0xFF);
    }
}

/* An extra dummy phase that a program left shifts the id: the answer that other tools stumbled over. */
static void left_over_settings_spoil_the_answer(void **state)
{
    struct rig *r = *state;
    wr(r, SPI(CTRL), 0);
    wr(r, SPI(USER), SPI_MEM_USER_COMMAND | SPI_MEM_USER_DUMMY | SPI_MEM_USER_MISO);
    wr(r, SPI(USER1), 7);
    wr(r, SPI(USER2), 0x70000000 | NOR_READ_ID);
    wr(r, SPI(MISO_DLEN), 23);
    run(r, SPI_MEM_CMD_USR);
    assert_int_not_equal(rd(r, SPI(W0)) & 0xFFFFFF, id(r));
    wr(r, SPI(USER), SPI_MEM_USER_COMMAND | SPI_MEM_USER_MISO);
    run(r, SPI_MEM_CMD_USR);
    assert_int_equal(rd(r, SPI(W0)) & 0xFFFFFF, id(r));
    wr(r, SPI(USER), SPI_MEM_USER_COMMAND | SPI_MEM_USER_DUMMY | SPI_MEM_USER_ADDR | SPI_MEM_USER_MISO);
    wr(r, SPI(USER1), 23U << 26 | 7);
    wr(r, SPI(USER2), 0x70000000 | NOR_READ_SFDP);
    wr(r, SPI(ADDR), 0);
    wr(r, SPI(MISO_DLEN), 31);
    run(r, SPI_MEM_CMD_USR);
    assert_int_equal(rd(r, SPI(W0)), 0x50444653);
    wr(r, SPI(TIMING_CALI), SPI_MEM_TIMING_CALI_ENA | field_put(SPI_MEM_TIMING_EXTRA_DUMMY, 0, 1));
    run(r, SPI_MEM_CMD_USR);
    assert_int_not_equal(rd(r, SPI(W0)), 0x50444653);
    wr(r, SPI(DIN_MODE), 1); /* the input is as late */
    run(r, SPI_MEM_CMD_USR);
    assert_int_equal(rd(r, SPI(W0)), 0x50444653);
}

static void transfers_take_their_clocks(void **state)
{
    struct rig *r = *state;
    static const struct {
        uint32_t clock;
        unsigned ns; /* a clock of SPI, of 20 MHz */
    } rows[] = {{SPI_MEM_CLOCK_EQU_SYSCLK, 50}, {0x00010001, 100}, {0x00030103, 200}};
    uint32_t idle = rd(r, SPI(FSM));
    wr(r, SPI(CTRL), 0);
    wr(r, SPI(USER), SPI_MEM_USER_COMMAND | SPI_MEM_USER_MISO);
    wr(r, SPI(USER2), 0x70000000 | NOR_READ_ID);
    wr(r, SPI(MISO_DLEN), 64 * 8 - 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wr(r, SPI(CLOCK), rows[i].clock);
        wr(r, SPI(CMD), SPI_MEM_CMD_USR);
        assert_int_not_equal(rd(r, SPI(FSM)), idle);
        rig_pass_ns(r, (8 + 512) * (uint64_t)rows[i].ns - 1);
        assert_true(rd(r, SPI(CMD)) & SPI_MEM_CMD_USR);
        rig_pass_ns(r, 3 * (uint64_t)rows[i].ns);
        assert_int_equal(rd(r, SPI(CMD)), 0);
        assert_int_equal(rd(r, SPI(FSM)), idle);
    }
}

static void chip_select_can_stay_low(void **state)
{
    struct rig *r = *state;
    wr(r, SPI(CTRL), 0);
    wr(r, SPI(MISC), SPI_MEM_MISC_CS_KEEP_ACTIVE | SPI_MEM_MISC_CS1_DIS);
    wr(r, SPI(USER), SPI_MEM_USER_COMMAND | SPI_MEM_USER_MISO);
    wr(r, SPI(USER2), 0x70000000 | NOR_READ_ID);
    wr(r, SPI(MISO_DLEN), 7);
    run(r, SPI_MEM_CMD_USR);
    assert_int_equal(rd(r, SPI(W0)) & 0xFF, 0xEF);
    wr(r, SPI(USER), SPI_MEM_USER_MISO);
    run(r, SPI_MEM_CMD_USR); /* goes on where it was */
    assert_int_equal(rd(r, SPI(W0)) & 0xFF, 0x40);
    wr(r, SPI(MISC), SPI_MEM_MISC_CS0_DIS);
    run(r, SPI_MEM_CMD_RDID);
    assert_int_equal(rd(r, SPI(W0)) & 0xFFFFFF, 0xFFFFFF); /* nothing is on chip select 1 */
    wr(r, SPI(MISC), SPI_MEM_MISC_CS1_DIS);
    run(r, SPI_MEM_CMD_RDID);
    assert_int_equal(rd(r, SPI(W0)) & 0xFFFFFF, id(r));
}

static void an_erase_is_suspended_by_hand(void **state)
{
    struct rig *r = *state;
    run(r, SPI_MEM_CMD_WREN);
    wr(r, SPI(ADDR), 0x5000);
    run(r, SPI_MEM_CMD_SE);
    assert_true(status(r) & NOR_SR1_WIP);
    wr(r, SPI(SUS_CMD), SPI_MEM_SUS_CMD_PES);
    rig_pass_ns(r, 100000);
    assert_false(status(r) & NOR_SR1_WIP);
    assert_true(rd(r, SPI(SUS_STATUS)) & SPI_MEM_SUS_STATUS_SUSPENDED);
    wr(r, SPI(SUS_CMD), SPI_MEM_SUS_CMD_PER);
    assert_true(status(r) & NOR_SR1_WIP);
    wait_ready(r);
    assert_int_equal(nor_erases(r->nor, 5), 1);
}

static void only_spi1_gives_commands(void **state)
{
    struct rig *r = *state;
    wr(r, RIG(SPI0_BASE) + SPI_MEM_CMD, SPI_MEM_CMD_RDID);
    assert_int_equal(rd(r, RIG(SPI0_BASE) + SPI_MEM_CMD), 0);
    assert_int_equal(rd(r, RIG(SPI0_BASE) + SPI_MEM_W0), 0);
    assert_int_equal(nor_commands(r->nor, NOR_READ_ID), 0);
}

static void the_end_of_a_command_interrupts(void **state)
{
    struct rig *r = *state;
    const uint32_t *level = &r->soc->irq.level[RIG(INTR_SPI1) / 32];
    run(r, SPI_MEM_CMD_RDID);
    assert_int_equal(*level >> (RIG(INTR_SPI1) % 32) & 1, 0);
    assert_int_equal(rd(r, RIG_SPI_INT_RAW), RIG_SPI_INT_DONE);
    wr(r, RIG_SPI_INT_ENA, RIG_SPI_INT_DONE);
    assert_int_equal(*level >> (RIG(INTR_SPI1) % 32) & 1, 1);
    wr(r, RIG_SPI_INT_CLR, RIG_SPI_INT_DONE);
    assert_int_equal(*level >> (RIG(INTR_SPI1) % 32) & 1, 0);
    assert_int_equal(rd(r, RIG_SPI_INT_RAW), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(direct_commands_reach_the_flash),
        TEST(user_reads_in_every_mode),
        TEST(left_over_settings_spoil_the_answer),
        TEST(transfers_take_their_clocks),
        TEST(chip_select_can_stay_low),
        TEST(an_erase_is_suspended_by_hand),
        TEST(only_spi1_gives_commands),
        TEST(the_end_of_a_command_interrupts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
