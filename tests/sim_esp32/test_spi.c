/* SPDX-License-Identifier: Apache-2.0 */
/* SPI1 and the flash behind it. */
#include "rig.h"

#include <string.h>

#define SPI(reg) (ESP32_SPI1_BASE + ESP32_SPI_##reg)

static const struct spi_rig spi1 = {.cmd = SPI(CMD), .rd_status = SPI(RD_STATUS), .read_status = ESP32_SPI_CMD_RDSR};

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

static void direct_commands_reach_the_flash(void **state)
{
    struct rig *r = *state;
    run(r, ESP32_SPI_CMD_RDID);
    assert_int_equal(rd(r, SPI(W0)), 0x1740EF);
    assert_int_equal(status(r), 0);
    run(r, ESP32_SPI_CMD_WREN);
    assert_int_equal(status(r), NOR_SR1_WEL);
    run(r, ESP32_SPI_CMD_WRDI);
    assert_int_equal(status(r), 0);
    run(r, ESP32_SPI_CMD_DP);
    run(r, ESP32_SPI_CMD_RDID);
    assert_int_equal(rd(r, SPI(W0)), 0xFFFFFF);
    run(r, ESP32_SPI_CMD_RES);
    assert_int_equal(rd(r, SPI(RD_STATUS)) & 0xFF, 0x16); /* RESANDRES is set after reset */
    rig_pass_ns(r, 10000);
    run(r, ESP32_SPI_CMD_RDID);
    assert_int_equal(rd(r, SPI(W0)), 0x1740EF);
}

static void direct_program_and_erase(void **state)
{
    struct rig *r = *state;
    for (uint32_t i = 0; i < 8; i++)
        wr(r, SPI(W0) + 4 * i, 0x03020100 + 0x04040404 * i);
    run(r, ESP32_SPI_CMD_WREN);
    wr(r, SPI(ADDR), 0x123F0 | 32U << 24); /* over the page's end: it wraps */
    run(r, ESP32_SPI_CMD_PP);
    wait_ready(r);
    for (uint32_t i = 0; i < 32; i++)
        assert_int_equal(nor_bytes(r->nor)[0x12300 | ((0xF0 + i) & 0xFF)], i);
    run(r, ESP32_SPI_CMD_WREN);
    wr(r, SPI(ADDR), 0x12000);
    run(r, ESP32_SPI_CMD_SE);
    assert_int_equal(status(r), NOR_SR1_WIP);
    wait_ready(r);
    assert_int_equal(nor_erases(r->nor, 0x12), 1);
    assert_int_equal(nor_erases(r->nor, 0x13), 0);
    run(r, ESP32_SPI_CMD_WREN);
    wr(r, SPI(ADDR), 0x20000);
    run(r, ESP32_SPI_CMD_BE);
    wait_ready(r);
    assert_int_equal(nor_erases(r->nor, 0x2F), 1);
    run(r, ESP32_SPI_CMD_SE); /* no write enable: ignored */
    assert_int_equal(status(r), 0);
    run(r, ESP32_SPI_CMD_WREN);
    run(r, ESP32_SPI_CMD_CE);
    rig_pass_ns(r, 20000000000);
    assert_int_equal(nor_erases(r->nor, 2047), 1);
}

static void direct_status_writes(void **state)
{
    struct rig *r = *state;
    run(r, ESP32_SPI_CMD_WREN);
    wr(r, SPI(RD_STATUS), 0x021C);
    wr(r, SPI(CTRL), rd(r, SPI(CTRL)) | ESP32_SPI_CTRL_WRSR_2B);
    run(r, ESP32_SPI_CMD_WRSR);
    rig_pass_ns(r, 15000000);
    assert_int_equal(nor_status(r->nor, 1), 0x1C);
    assert_int_equal(nor_status(r->nor, 2), 0x02);
}

/* The set-ups of the ROM's driver (its read modes), with each clock's extra dummies. */
static void user_reads_in_every_mode(void **state)
{
    struct rig *r = *state;
    static const struct {
        uint32_t ctrl;
        uint8_t command, address_bits, dummies;
    } modes[] = {
        {0, NOR_READ, 24, 0},
        {ESP32_SPI_CTRL_FASTRD_MODE, NOR_FAST_READ, 24, 8},
        {ESP32_SPI_CTRL_FASTRD_MODE | ESP32_SPI_CTRL_FREAD_DUAL, NOR_DUAL_OUT_READ, 24, 8},
        {ESP32_SPI_CTRL_FASTRD_MODE | ESP32_SPI_CTRL_FREAD_DIO, NOR_DUAL_IO_READ, 32, 0},
        {ESP32_SPI_CTRL_FASTRD_MODE | ESP32_SPI_CTRL_FREAD_DIO, NOR_DUAL_IO_READ, 28, 2}, /* SPI0's way */
        {ESP32_SPI_CTRL_FASTRD_MODE | ESP32_SPI_CTRL_FREAD_QUAD, NOR_QUAD_OUT_READ, 24, 8},
        {ESP32_SPI_CTRL_FASTRD_MODE | ESP32_SPI_CTRL_FREAD_QIO, NOR_QUAD_IO_READ, 32, 4},
    };
    for (uint32_t i = 0; i < 64; i++)
        nor_bytes(r->nor)[0x345678 + i] = (uint8_t)(0xC0 ^ (3 * i));
    for (size_t m = 0; m < sizeof modes / sizeof *modes; m++) {
        uint32_t user = ESP32_SPI_USER_COMMAND | ESP32_SPI_USER_ADDR | ESP32_SPI_USER_MISO;
        wr(r, SPI(USER), modes[m].dummies ? user | ESP32_SPI_USER_DUMMY : user);
        wr(r, SPI(CTRL), 0x208000 | modes[m].ctrl);
        wr(r, SPI(USER1), (modes[m].address_bits - 1U) << 26 | (modes[m].dummies - 1U) % 256);
        wr(r, SPI(USER2), 0x70000000 | modes[m].command);
        wr(r, SPI(ADDR), 0x345678 << 8);
        wr(r, SPI(MISO_DLEN), 64 * 8 - 1);
        for (uint32_t i = 0; i < 16; i++)
            wr(r, SPI(W0) + 4 * i, 0);
        run(r, ESP32_SPI_CMD_USR);
        for (uint32_t i = 0; i < 64; i++)
            assert_int_equal(rd(r, SPI(W0) + (i & ~3U)) >> (8 * (i % 4)) & 0xFF, (0xC0 ^ (3 * i)) & 0xFF);
    }
}

static void a_wrong_set_up_reads_wrong_data(void **state)
{
    struct rig *r = *state;
    memcpy(nor_bytes(r->nor), "\x12\x34\x56\x78", 4);
    wr(r, SPI(USER), ESP32_SPI_USER_COMMAND | ESP32_SPI_USER_ADDR | ESP32_SPI_USER_MISO);
    wr(r, SPI(CTRL), 0x208000);
    wr(r, SPI(USER1), 23U << 26);
    wr(r, SPI(USER2), 0x70000000 | NOR_FAST_READ);
    wr(r, SPI(MISO_DLEN), 31);
    run(r, ESP32_SPI_CMD_USR);
    assert_int_equal(rd(r, SPI(W0)), 0x563412FF); /* the dummies are missing: a byte late */
    wr(r, SPI(CTRL), 0x208000 | ESP32_SPI_CTRL_FASTRD_MODE | ESP32_SPI_CTRL_FREAD_DIO);
    run(r, ESP32_SPI_CMD_USR); /* address on two lines: not understood */
    assert_int_equal(rd(r, SPI(W0)), 0xFFFFFFFF);
}

/* Any command in USER mode: SFDP, status registers, programming 64 bytes with both halves of the buffer. */
static void user_commands_of_every_shape(void **state)
{
    struct rig *r = *state;
    wr(r, SPI(CTRL), 0x208000);
    wr(r, SPI(USER), ESP32_SPI_USER_COMMAND | ESP32_SPI_USER_ADDR | ESP32_SPI_USER_DUMMY | ESP32_SPI_USER_MISO);
    wr(r, SPI(USER1), 23U << 26 | 7);
    wr(r, SPI(USER2), 0x70000000 | NOR_READ_SFDP);
    wr(r, SPI(ADDR), 0);
    wr(r, SPI(MISO_DLEN), 31);
    run(r, ESP32_SPI_CMD_USR);
    assert_int_equal(rd(r, SPI(W0)), 0x50444653);
    wr(r, SPI(USER), ESP32_SPI_USER_COMMAND | ESP32_SPI_USER_MISO | ESP32_SPI_USER_MISO_HIGHPART);
    wr(r, SPI(USER2), 0x70000000 | NOR_READ_STATUS2);
    wr(r, SPI(MISO_DLEN), 7);
    wr(r, SPI(W0) + 32, 0xAAAAAAAA);
    run(r, ESP32_SPI_CMD_USR);
    assert_int_equal(rd(r, SPI(W0) + 32), 0xAAAAAA02);
    assert_int_equal(rd(r, SPI(W0)), 0x50444653);
    wr(r, SPI(USER), ESP32_SPI_USER_COMMAND);
    wr(r, SPI(USER2), 0x70000000 | NOR_WRITE_ENABLE);
    run(r, ESP32_SPI_CMD_USR);
    for (uint32_t i = 0; i < 16; i++)
        wr(r, SPI(W0) + 4 * i, 0x01010101 * i);
    wr(r, SPI(USER), ESP32_SPI_USER_COMMAND | ESP32_SPI_USER_ADDR | ESP32_SPI_USER_MOSI);
    wr(r, SPI(USER2), 0x70000000 | NOR_PAGE_PROGRAM);
    wr(r, SPI(ADDR), 0x4000 << 8);
    wr(r, SPI(MOSI_DLEN), 64 * 8 - 1);
    run(r, ESP32_SPI_CMD_USR);
    wait_ready(r);
    for (uint32_t i = 0; i < 64; i++)
        assert_int_equal(nor_bytes(r->nor)[0x4000 + i], i / 4);
}

static void chip_select_can_stay_low(void **state)
{
    struct rig *r = *state;
    wr(r, SPI(CTRL), 0x208000);
    wr(r, SPI(PIN), ESP32_SPI_PIN_CS_KEEP_ACTIVE | 6);
    wr(r, SPI(USER), ESP32_SPI_USER_COMMAND | ESP32_SPI_USER_MISO);
    wr(r, SPI(USER2), 0x70000000 | NOR_READ_ID);
    wr(r, SPI(MISO_DLEN), 7);
    run(r, ESP32_SPI_CMD_USR);
    assert_int_equal(rd(r, SPI(W0)) & 0xFF, 0xEF);
    wr(r, SPI(USER), ESP32_SPI_USER_MISO);
    run(r, ESP32_SPI_CMD_USR); /* goes on where it was */
    assert_int_equal(rd(r, SPI(W0)) & 0xFF, 0x40);
    wr(r, SPI(PIN), 6);
    run(r, ESP32_SPI_CMD_RDID);
    assert_int_equal(rd(r, SPI(W0)) & 0xFFFFFF, 0x1740EF);
    wr(r, SPI(PIN), 7); /* chip select 0 off */
    run(r, ESP32_SPI_CMD_RDID);
    assert_int_equal(rd(r, SPI(W0)) & 0xFFFFFF, 0xFFFFFF);
}

static void transfers_take_their_clocks(void **state)
{
    struct rig *r = *state;
    static const struct {
        uint32_t clock;
        unsigned ns; /* a clock of SPI at 40 MHz APB */
    } rows[] = {{0x80000000, 25}, {0x00001001, 50}, {0x00003043, 100}, {0x00043043, 200}};
    wr(r, SPI(CTRL), 0x208000);
    wr(r, SPI(USER), ESP32_SPI_USER_COMMAND | ESP32_SPI_USER_MISO);
    wr(r, SPI(USER2), 0x70000000 | NOR_READ_ID);
    wr(r, SPI(MISO_DLEN), 64 * 8 - 1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wr(r, SPI(CLOCK), rows[i].clock);
        wr(r, SPI(CMD), ESP32_SPI_CMD_USR);
        assert_int_not_equal(rd(r, SPI(EXT2)) & ESP32_SPI_EXT2_ST, 0);
        rig_pass_ns(r, (8 + 512) * (uint64_t)rows[i].ns - 1);
        assert_int_equal(rd(r, SPI(CMD)), ESP32_SPI_CMD_USR);
        rig_pass_ns(r, 3 * (uint64_t)rows[i].ns);
        assert_int_equal(rd(r, SPI(CMD)), 0);
        assert_int_equal(rd(r, SPI(EXT2)), 0);
        assert_true(rd(r, SPI(SLAVE)) & ESP32_SPI_SLAVE_TRANS_DONE);
        wr(r, SPI(SLAVE), rd(r, SPI(SLAVE)) & ~ESP32_SPI_SLAVE_TRANS_DONE);
    }
}

static void the_controller_can_wait_for_the_flash(void **state)
{
    struct rig *r = *state;
    wr(r, SPI(CTRL), 0x208000 | ESP32_SPI_CTRL_WAIT_IDLE_EN);
    run(r, ESP32_SPI_CMD_WREN);
    wr(r, SPI(ADDR), 0x5000);
    wr(r, SPI(CMD), ESP32_SPI_CMD_SE);
    rig_pass_ns(r, 44000000);
    assert_int_equal(rd(r, SPI(CMD)), ESP32_SPI_CMD_SE);
    rig_pass_ns(r, 2000000);
    assert_int_equal(rd(r, SPI(CMD)), 0);
}

static void an_absent_flash_reads_ones(void **state)
{
    struct rig *r = *state;
    nor_set_absent(r->nor, true);
    run(r, ESP32_SPI_CMD_RDID);
    assert_int_equal(rd(r, SPI(W0)), 0xFFFFFF);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(direct_commands_reach_the_flash),
        TEST(direct_program_and_erase),
        TEST(direct_status_writes),
        TEST(user_reads_in_every_mode),
        TEST(a_wrong_set_up_reads_wrong_data),
        TEST(user_commands_of_every_shape),
        TEST(chip_select_can_stay_low),
        TEST(transfers_take_their_clocks),
        TEST(the_controller_can_wait_for_the_flash),
        TEST(an_absent_flash_reads_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
