/* SPDX-License-Identifier: Apache-2.0 */
/* Lines, addresses and sleep: each mode entered, read, written and left. */
#include "bench.h"

/* --- QPI --- */

static const struct {
    const char *part;
    uint8_t in, out;
    unsigned clocks; /* behind the address of a read as delivered */
} qpi_parts[] = {
    {"W25Q64FV", 0x38, 0xFF, 2},    {"W25Q128JV-M", 0x38, 0xFF, 2}, {"GD25LQ128D", 0x38, 0xFF, 4},
    {"XM25QH64C", 0x38, 0xFF, 2},   {"MX25L12835F", 0x35, 0xF5, 6}, {"IS25LP128", 0x35, 0xF5, 6},
    {"MX25L25645G", 0x35, 0xF5, 6},
};

static void enter_qpi(struct bench *b, uint8_t opcode)
{
    assert_int_equal(nor_enter(b->nor, NOR_STATE_QE_SET), ERR_OK);
    CMD(b, opcode);
    assert_int_equal(nor_mode(b->nor), NOR_QPI);
}

static void qpi_is_entered_used_and_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof qpi_parts / sizeof *qpi_parts; i++) {
        struct bench b;
        uint8_t in[4], id_opcode = qpi_parts[i].in == 0x35 ? NOR_READ_ID_QPI : NOR_READ_ID;
        use(&b, qpi_parts[i].part, false);
        memcpy(nor_bytes(b.nor) + 0x1234, "\xA5\x5A\x3C", 3);
        enter_qpi(&b, qpi_parts[i].in);
        assert_false(nor_is_readable(b.nor));
        WIRES(&b, BENCH_QPI, 0, in, 3, id_opcode);
        assert_memory_equal(in, nor_part_id(nor_part_of(b.nor)), 3);
        SPI(&b, in, 3, NOR_READ_ID); /* on one line it is not understood */
        assert_memory_equal(in, "\xFF\xFF\xFF", 3);
        WIRES(&b, BENCH_QPI, qpi_parts[i].clocks, in, 3, NOR_FAST_READ, 0x00, 0x12, 0x34);
        assert_memory_equal(in, "\xA5\x5A\x3C", 3);
        WIRES(&b, BENCH_QPI, qpi_parts[i].clocks - 2, in, 3, NOR_QUAD_IO_READ, 0x00, 0x12, 0x34, 0xFF);
        assert_memory_equal(in, "\xA5\x5A\x3C", 3); /* the mode byte counts among the clocks */
        WIRES(&b, BENCH_QPI, qpi_parts[i].clocks + 1, in, 2, NOR_FAST_READ, 0x00, 0x12, 0x34);
        assert_memory_equal(in, "\x55\xA3", 2); /* one clock more: four bits */
        SEND(&b, BENCH_QPI, NOR_WRITE_ENABLE);
        SEND(&b, BENCH_QPI, NOR_PAGE_PROGRAM, 0x00, 0x20, 0x00, 0x12, 0x34);
        assert_memory_equal(nor_bytes(b.nor) + 0x2000, "\x12\x34\xFF", 3);
        WIRES(&b, BENCH_QPI, 0, in, 1, NOR_READ_STATUS1);
        assert_int_equal(in[0] & NOR_SR1_WIP, NOR_SR1_WIP);
        pass(&b, 1000000);
        SEND(&b, BENCH_QPI, NOR_WRITE_ENABLE);
        SEND(&b, BENCH_QPI, NOR_ERASE_SECTOR, 0x00, 0x20, 0x00);
        assert_int_equal(nor_bytes(b.nor)[0x2000], 0xFF);
        pass(&b, 60000000);
        SEND(&b, BENCH_QPI, qpi_parts[i].out);
        assert_int_equal(nor_mode(b.nor), NOR_SPI);
        answers_in_spi(&b);
        done(&b);
    }
}

/* What a controller can do that does not know of QPI mode. */
static void qpi_is_left_by_reset_power_and_ones(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof qpi_parts / sizeof *qpi_parts; i++) {
        struct bench b;
        use(&b, qpi_parts[i].part, false);
        enter_qpi(&b, qpi_parts[i].in);
        SEND(&b, BENCH_QPI, NOR_RESET_ENABLE);
        SEND(&b, BENCH_QPI, NOR_RESET);
        pass(&b, 200000);
        answers_in_spi(&b);
        enter_qpi(&b, qpi_parts[i].in);
        nor_power_on(b.nor);
        answers_in_spi(&b);
        done(&b);
    }
    struct bench b;
    use(&b, "W25Q64FV", false);
    enter_qpi(&b, NOR_ENTER_QPI_38);
    nor_select(b.nor); /* two clocks of ones on four lines are the opcode FF, whoever drives them */
    nor_dummy(b.nor, 2);
    nor_deselect(b.nor);
    answers_in_spi(&b);
    done(&b);
}

static void qpi_needs_quad_enable_where_the_maker_says(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64FV", false);
    CMD(&b, NOR_ENTER_QPI_38);
    assert_int_equal(nor_mode(b.nor), NOR_SPI);
    done(&b);
    use(&b, "W25Q64JV", false); /* order code Q has no QPI mode */
    CMD(&b, NOR_ENTER_QPI_38);
    assert_int_equal(nor_mode(b.nor), NOR_SPI);
    done(&b);
    use(&b, "MX25L12835F", false);
    CMD(&b, NOR_ENTER_QPI_35);
    assert_int_equal(nor_mode(b.nor), NOR_QPI);
    done(&b);
}

static void qpi_dummy_clocks_can_be_set(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        uint8_t clocks[4];
    } rows[] = {{"W25Q128FV", {2, 4, 6, 8}}, {"GD25LQ128D", {4, 4, 6, 8}}, {"GD25LQ64E", {4, 4, 8, 6}}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;
        use(&b, rows[i].part, false);
        nor_bytes(b.nor)[0x10] = 0x42;
        enter_qpi(&b, NOR_ENTER_QPI_38);
        for (unsigned n = 0; n < 4; n++) {
            uint8_t in;
            SEND(&b, BENCH_QPI, NOR_SET_PARAMETERS, (uint8_t)(n << 4));
            WIRES(&b, BENCH_QPI, rows[i].clocks[n], &in, 1, NOR_FAST_READ, 0, 0, 0x10);
            assert_int_equal(in, 0x42);
        }
        done(&b);
    }
}

/* ISSI's read register chooses the clocks, or is their number. */
static void qpi_dummy_clocks_of_issi(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        uint8_t value, clocks;
    } rows[] = {
        {"IS25LP128", 0x00, 6},  {"IS25LP128", 0x08, 4},  {"IS25LP128", 0x18, 10},  {"IS25LP016D", 0x00, 6},
        {"IS25LP016D", 0x20, 4}, {"IS25LP016D", 0x40, 8}, {"IS25LP256D", 0x78, 15}, {"IS25LP256D", 0x48, 9},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;
        uint8_t in;
        use(&b, rows[i].part, false);
        nor_bytes(b.nor)[0x10] = 0x42;
        enter_qpi(&b, NOR_ENTER_QPI_35);
        SEND(&b, BENCH_QPI, NOR_SET_PARAMETERS, rows[i].value);
        WIRES(&b, BENCH_QPI, rows[i].clocks, &in, 1, NOR_FAST_READ, 0, 0, 0x10);
        assert_int_equal(in, 0x42);
        done(&b);
    }
}

/* --- continuous read --- */

static const struct {
    const char *part;
    uint8_t on, off;
} continuous_parts[] = {
    {"W25Q64JV", 0x20, 0xFF},    {"GD25Q64E", 0xA0, 0x00},  {"XM25QH64C", 0xA0, 0xFF},
    {"MX25L12835F", 0xA5, 0xFF}, {"IS25LP128", 0xA0, 0x20}, {"MX25R6435F", 0x0F, 0xAA},
};

static uint8_t continue_with(struct bench *b, bool opcode, uint8_t mode)
{
    nor_select(b->nor);
    if (opcode)
        nor_transfer(b->nor, NOR_QUAD_IO_READ, 1);
    nor_transfer(b->nor, 0x00, 4);
    nor_transfer(b->nor, 0x01, 4);
    nor_transfer(b->nor, 0x10, 4);
    nor_transfer(b->nor, mode, 4);
    nor_dummy(b->nor, 4);
    uint8_t value = nor_transfer(b->nor, 0, 4);
    nor_deselect(b->nor);
    return value;
}

static void continuous_read_is_entered_as_each_maker_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof continuous_parts / sizeof *continuous_parts; i++) {
        struct bench b;
        use(&b, continuous_parts[i].part, false);
        (void)!nor_enter(b.nor, NOR_STATE_QE_SET);
        nor_bytes(b.nor)[0x110] = 0x5C;
        assert_int_equal(continue_with(&b, true, continuous_parts[i].off), 0x5C);
        answers_in_spi(&b);
        assert_int_equal(continue_with(&b, true, continuous_parts[i].on), 0x5C);
        assert_false(nor_is_readable(b.nor));
        assert_int_equal(continue_with(&b, false, continuous_parts[i].on), 0x5C);
        assert_int_equal(continue_with(&b, false, continuous_parts[i].off), 0x5C);
        answers_in_spi(&b);
        done(&b);
    }
}

static void continuous_read_is_left_by_ones_on_one_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof continuous_parts / sizeof *continuous_parts; i++) {
        struct bench b;
        uint8_t id[3];
        use(&b, continuous_parts[i].part, false);
        assert_int_equal(nor_enter(b.nor, NOR_STATE_CONTINUOUS), ERR_OK);
        SPI(&b, id, 3, NOR_READ_ID); /* 9F on one line is an address and a mode byte 1111 1111 */
        assert_memory_not_equal(id, nor_part_id(nor_part_of(b.nor)), 3);
        assert_int_equal(nor_enter(b.nor, NOR_STATE_CONTINUOUS), ERR_OK);
        CMD(&b, 0xFF); /* eight clocks: 24 bits of address, mode byte FF */
        answers_in_spi(&b);
        done(&b);
    }
}

/* --- addresses --- */

static void four_byte_mode_changes_every_address(void **state)
{
    (void)state;
    static const char *const parts[] = {"W25Q256JV", "MX25L25645G", "IS25LP256D", "W25Q01JV", "MX66L1G45G"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct bench b;
        uint8_t in[2];
        use(&b, parts[i], false);
        nor_bytes(b.nor)[0x1000010] = 0x77;
        nor_bytes(b.nor)[0x0000010] = 0x11;
        SPI(&b, in, 1, NOR_READ, 0x00, 0x00, 0x10);
        assert_int_equal(in[0], 0x11);
        SPI(&b, in, 1, NOR_READ4, 0x01, 0x00, 0x00, 0x10);
        assert_int_equal(in[0], 0x77);
        SPI(&b, in, 2, NOR_FAST_READ4, 0x01, 0x00, 0x00, 0x10, 0x00);
        assert_int_equal(in[0], 0x77);
        CMD(&b, NOR_ENTER_4BYTE);
        assert_true(nor_is_4byte(b.nor));
        SPI(&b, in, 1, NOR_READ, 0x01, 0x00, 0x00, 0x10);
        assert_int_equal(in[0], 0x77);
        CMD(&b, NOR_WRITE_ENABLE);
        CMD(&b, NOR_PAGE_PROGRAM, 0x01, 0x00, 0x01, 0x00, 0x42);
        assert_int_equal(nor_bytes(b.nor)[0x1000100], 0x42);
        pass(&b, 5000000);
        CMD(&b, NOR_WRITE_ENABLE);
        CMD(&b, NOR_ERASE_SECTOR, 0x00, 0x00, 0x00); /* one byte short */
        assert_int_equal(nor_erases(b.nor, 0), 0);
        CMD(&b, NOR_ERASE_SECTOR, 0x01, 0x00, 0x00, 0x00);
        assert_int_equal(nor_erases(b.nor, 0x1000), 1);
        pass(&b, 1000000000);
        CMD(&b, NOR_EXIT_4BYTE);
        SPI(&b, in, 1, NOR_READ, 0x00, 0x00, 0x10);
        assert_int_equal(in[0], 0x11);
        done(&b);
    }
}

static void four_byte_mode_shows_and_ends(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q256JV", false);
    CMD(&b, NOR_ENTER_4BYTE);
    assert_int_equal(status(&b, NOR_READ_STATUS3) & NOR_SR3_ADS, NOR_SR3_ADS);
    CMD(&b, NOR_RESET_ENABLE);
    CMD(&b, NOR_RESET);
    pass(&b, 50000);
    assert_int_equal(status(&b, NOR_READ_STATUS3) & NOR_SR3_ADS, 0);
    write_status(&b, NOR_WRITE_STATUS3, 0x60 | NOR_SR3_ADP); /* kept: from power-on */
    assert_false(nor_is_4byte(b.nor));
    nor_power_on(b.nor);
    assert_true(nor_is_4byte(b.nor));
    done(&b);
    use(&b, "MX25L25645G", false);
    CMD(&b, NOR_ENTER_4BYTE);
    assert_int_equal(status(&b, NOR_READ_STATUS3) & NOR_CR_4BYTE, NOR_CR_4BYTE);
    nor_power_on(b.nor);
    assert_int_equal(status(&b, NOR_READ_STATUS3) & NOR_CR_4BYTE, 0);
    done(&b);
    use(&b, "W25Q128JV", false); /* has no such mode */
    CMD(&b, NOR_ENTER_4BYTE);
    assert_false(nor_is_4byte(b.nor));
    done(&b);
}

static void the_extended_address_moves_three_bytes(void **state)
{
    (void)state;
    struct bench b;
    uint8_t in;
    use(&b, "W25Q256JV", false);
    nor_bytes(b.nor)[0x1000020] = 0x99;
    CMD(&b, NOR_WRITE_EXTENDED, 1); /* not without write enable */
    assert_int_equal(status(&b, NOR_READ_EXTENDED), 0);
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_WRITE_EXTENDED, 1);
    assert_int_equal(status(&b, NOR_READ_EXTENDED), 1);
    SPI(&b, &in, 1, NOR_READ, 0, 0, 0x20);
    assert_int_equal(in, 0x99);
    SPI(&b, &in, 1, NOR_READ4, 0, 0, 0, 0x20); /* a fourth byte of its own counts instead */
    assert_int_equal(in, 0xFF);
    nor_power_on(b.nor);
    assert_int_equal(status(&b, NOR_READ_EXTENDED), 0);
    done(&b);
}

/* --- sleep --- */

static void sleeps_until_released_and_some_time_more(void **state)
{
    (void)state;
    struct bench b;
    uint8_t id[3];
    use(&b, "MX25R6435F", false);
    CMD(&b, NOR_POWER_DOWN);
    CMD(&b, NOR_RESET_ENABLE);
    CMD(&b, NOR_RESET);
    SPI(&b, id, 3, NOR_READ_ID);
    assert_memory_equal(id, "\xFF\xFF\xFF", 3);
    CMD(&b, NOR_RELEASE_POWER_DOWN);
    pass(&b, 34999);
    SPI(&b, id, 3, NOR_READ_ID);
    assert_memory_equal(id, "\xFF\xFF\xFF", 3);
    SPI(&b, id, 1, NOR_READ_STATUS1); /* not even the status */
    assert_int_equal(id[0], 0xFF);
    pass(&b, 1);
    answers_in_spi(&b);
    done(&b);
}

/* --- clocks --- */

static void a_command_with_more_clocks_is_not_carried_out(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    WIRES(&b, BENCH_SPI, 8, NULL, 0, NOR_WRITE_ENABLE); /* a controller with a dummy phase left over */
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    CMD(&b, NOR_WRITE_ENABLE, 0x00);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    uint8_t id[3];
    WIRES(&b, BENCH_SPI, 8, id, 3, NOR_READ_ID); /* and the id comes rotated */
    assert_memory_equal(id, "\x40\x17\xEF", 3);
    WIRES(&b, BENCH_SPI, 1, id, 3, NOR_READ_ID);
    assert_memory_equal(id, "\xDE\x80\x2F", 3);
    done(&b);
}

static void a_chip_on_one_line_hears_only_its_own(void **state)
{
    (void)state;
    struct bench b;
    uint8_t id[3];
    use(&b, "W25Q64JV", false);
    WIRES(&b, BENCH_QPI, 0, id, 3, NOR_READ_ID); /* two bits arrive */
    assert_memory_equal(id, "\xFF\xFF\xFF", 3);
    WIRES(&b, BENCH_DTR, 4, id, 3, NOR_READ_ID, 0x60, 0, 0, 0, 0);
    assert_memory_equal(id, "\xFF\xFF\xFF", 3);
    answers_in_spi(&b);
    done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(qpi_is_entered_used_and_left),
        cmocka_unit_test(qpi_is_left_by_reset_power_and_ones),
        cmocka_unit_test(qpi_needs_quad_enable_where_the_maker_says),
        cmocka_unit_test(qpi_dummy_clocks_can_be_set),
        cmocka_unit_test(qpi_dummy_clocks_of_issi),
        cmocka_unit_test(continuous_read_is_entered_as_each_maker_says),
        cmocka_unit_test(continuous_read_is_left_by_ones_on_one_line),
        cmocka_unit_test(four_byte_mode_changes_every_address),
        cmocka_unit_test(four_byte_mode_shows_and_ends),
        cmocka_unit_test(the_extended_address_moves_three_bytes),
        cmocka_unit_test(sleeps_until_released_and_some_time_more),
        cmocka_unit_test(a_command_with_more_clocks_is_not_carried_out),
        cmocka_unit_test(a_chip_on_one_line_hears_only_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
