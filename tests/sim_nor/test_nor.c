/* SPDX-License-Identifier: Apache-2.0 */
/* The NOR model, through its wires. */
#include "bench.h"

#include <string.h>

static void says_who_it_is(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    uint8_t id[4], unique[8], sfdp[16], devid;
    SPI(&b, id, 4, NOR_READ_ID);
    assert_memory_equal(id, "\xEF\x40\x17\xEF", 4);
    SPI(&b, unique, 8, NOR_READ_UNIQUE_ID, 0, 0, 0, 0);
    assert_int_not_equal(unique[0], 0xFF);
    SPI(&b, id, 2, NOR_READ_MANUFACTURER, 0, 0, 0);
    assert_memory_equal(id, "\xEF\x16", 2);
    SPI(&b, &devid, 1, NOR_RELEASE_POWER_DOWN, 0, 0, 0);
    assert_int_equal(devid, 0x16);
    SPI(&b, sfdp, 16, NOR_READ_SFDP, 0, 0, 0, 0xAA);
    assert_memory_equal(sfdp, "SFDP\x05\x01", 6);
    assert_int_equal(sfdp[12], 0x80);
    assert_int_equal(nor_commands(b.nor, NOR_READ_ID), 1);
    done(&b);
}

static void programs_by_clearing_bits_and_takes_its_time(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    program(&b, 0x1000, (const uint8_t *)"\xF0\x0F", 2);
    assert_int_equal(status(&b, NOR_READ_STATUS1), NOR_SR1_WIP);
    pass(&b, 32499); /* first byte 30 us, one more 2.5 us */
    assert_int_equal(status(&b, NOR_READ_STATUS1), NOR_SR1_WIP);
    pass(&b, 1);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    program(&b, 0x1000, (const uint8_t *)"\x3C\x3C", 2);
    pass(&b, 32500);
    uint8_t in[3];
    SPI(&b, in, 3, NOR_READ, 0x00, 0x10, 0x00);
    assert_memory_equal(in, "\x30\x0C\xFF", 3);
    assert_int_equal(nor_busy_ns(b.nor), 65000);
    done(&b);
}

static void a_whole_page_takes_no_longer_than_the_page_time(void **state)
{
    (void)state;
    struct bench b;
    uint8_t zeros[256] = {0};
    use(&b, "W25Q64JV", false);
    program(&b, 0, zeros, 256);
    assert_int_equal(nor_busy_ns(b.nor), 400000);
    done(&b);
    use(&b, "W25Q64JV", true);
    program(&b, 0, zeros, 256);
    assert_int_equal(nor_busy_ns(b.nor), 3000000);
    done(&b);
}

static void a_page_wraps(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    program(&b, 0x2FE, (const uint8_t *)"\x01\x02\x03\x04", 4);
    const uint8_t *m = nor_bytes(b.nor);
    assert_int_equal(m[0x2FE], 1);
    assert_int_equal(m[0x2FF], 2);
    assert_int_equal(m[0x200], 3);
    assert_int_equal(m[0x201], 4);
    assert_int_equal(m[0x300], 0xFF);
    pass(&b, 1000000);
    uint8_t many[300]; /* of more than a page the last 256 bytes count */
    for (unsigned i = 0; i < sizeof many; i++)
        many[i] = (uint8_t)(i >= 44 ? 0x55 : 0x00);
    program(&b, 0x400, many, sizeof many);
    for (unsigned i = 0; i < 256; i++)
        assert_int_equal(m[0x400 + i], 0x55);
    done(&b);
}

static void needs_write_enable_each_time(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    CMD(&b, NOR_PAGE_PROGRAM, 0, 0, 0, 0x00);
    CMD(&b, NOR_ERASE_SECTOR, 0, 0, 0);
    assert_int_equal(nor_bytes(b.nor)[0], 0xFF);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    CMD(&b, NOR_WRITE_ENABLE);
    assert_int_equal(status(&b, NOR_READ_STATUS1), NOR_SR1_WEL);
    CMD(&b, NOR_WRITE_DISABLE);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_ERASE_SECTOR, 0, 0); /* short address: not carried out, WEL stays */
    assert_int_equal(status(&b, NOR_READ_STATUS1), NOR_SR1_WEL);
    CMD(&b, NOR_ERASE_SECTOR, 0, 0, 0);
    assert_int_equal(status(&b, NOR_READ_STATUS1), NOR_SR1_WIP);
    assert_int_equal(nor_erases(b.nor, 0), 1);
    done(&b);
}

static void erases_what_each_unit_covers(void **state)
{
    (void)state;
    static const struct {
        uint8_t opcode;
        uint32_t first, size;
        uint64_t ns;
    } units[] = {
        {NOR_ERASE_SECTOR, 0x123000, 0x1000, 45000000},    {NOR_ERASE_BLOCK32, 0x120000, 0x8000, 120000000},
        {NOR_ERASE_BLOCK64, 0x120000, 0x10000, 150000000}, {NOR_ERASE_CHIP, 0, 8 << 20, 20000000000},
        {NOR_ERASE_CHIP_ALT, 0, 8 << 20, 20000000000},
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct bench b;
        use(&b, "W25Q64JV", false);
        memset(nor_bytes(b.nor), 0, nor_size(b.nor));
        CMD(&b, NOR_WRITE_ENABLE);
        if (units[i].size == nor_size(b.nor))
            CMD(&b, units[i].opcode);
        else
            CMD(&b, units[i].opcode, 0x12, 0x34, 0x56);
        for (uint32_t at = 0; at < nor_size(b.nor); at += 0x100) {
            bool is_inside = at - units[i].first < units[i].size;
            assert_int_equal(nor_bytes(b.nor)[at], is_inside ? 0xFF : 0);
            assert_int_equal(nor_erases(b.nor, at / 4096), is_inside);
        }
        assert_int_equal(nor_busy_ns(b.nor), units[i].ns);
        done(&b);
    }
}

static void busy_chip_answers_status_only(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_ERASE_SECTOR, 0, 0, 0);
    uint8_t in[2];
    nor_bytes(b.nor)[0x5000] = 0x12;
    SPI(&b, in, 2, NOR_READ, 0, 0x50, 0);
    assert_memory_equal(in, "\xFF\xFF", 2);
    SPI(&b, in, 2, NOR_READ_ID);
    assert_memory_equal(in, "\xFF\xFF", 2);
    CMD(&b, NOR_WRITE_ENABLE);
    assert_int_equal(status(&b, NOR_READ_STATUS1), NOR_SR1_WIP);
    assert_false(nor_is_readable(b.nor));
    nor_select(b.nor); /* one long status read follows the time */
    nor_transfer(b.nor, NOR_READ_STATUS1, 1);
    assert_int_equal(nor_transfer(b.nor, 0, 1), NOR_SR1_WIP);
    pass(&b, 45000000);
    assert_int_equal(nor_transfer(b.nor, 0, 1), 0);
    nor_deselect(b.nor);
    SPI(&b, in, 1, NOR_READ, 0, 0x50, 0);
    assert_int_equal(in[0], 0x12);
    done(&b);
}

static void protected_ranges_ignore_programs_and_erases(void **state)
{
    (void)state;
    static const struct {
        uint8_t sr1, sr2;
        uint32_t first, len;
    } rows[] = {
        /* of a W25Q64JV, as in test_protect.c */
        {0x04, 0x00, 0x7E0000, 0x20000}, {0x08, 0x00, 0x7C0000, 0x40000}, {0x18, 0x00, 0x400000, 0x400000},
        {0x1C, 0x00, 0, 0x800000},       {0x24, 0x00, 0, 0x20000},        {0x44, 0x00, 0x7FF000, 0x1000},
        {0x50, 0x00, 0x7F8000, 0x8000},  {0x64, 0x00, 0, 0x1000},         {0x04, 0x40, 0, 0x7E0000},
        {0x24, 0x40, 0x20000, 0x7E0000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;
        use(&b, "W25Q64JV", false);
        write_status(&b, NOR_WRITE_STATUS, rows[i].sr1);
        write_status(&b, NOR_WRITE_STATUS2, rows[i].sr2);
        uint32_t last = rows[i].first + rows[i].len - 1;
        program(&b, rows[i].first, (const uint8_t *)"\0", 1);
        assert_int_equal(status(&b, NOR_READ_STATUS1), rows[i].sr1); /* no WIP */
        program(&b, last, (const uint8_t *)"\0", 1);
        assert_int_equal(nor_bytes(b.nor)[rows[i].first] & nor_bytes(b.nor)[last], 0xFF);
        if (rows[i].first) {
            program(&b, rows[i].first - 1, (const uint8_t *)"\0", 1);
            assert_int_equal(nor_bytes(b.nor)[rows[i].first - 1], 0);
        }
        pass(&b, 1000000);
        CMD(&b, NOR_WRITE_ENABLE);
        CMD(&b, NOR_ERASE_CHIP);
        assert_int_equal(nor_erases(b.nor, 0), 0);
        done(&b);
    }
}

static void status_registers_keep_their_rules(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    assert_int_equal(status(&b, NOR_READ_STATUS2), NOR_SR2_QE);
    write_status(&b, NOR_WRITE_STATUS2, 0); /* QE is fixed on this part */
    assert_int_equal(status(&b, NOR_READ_STATUS2), NOR_SR2_QE);
    assert_int_equal(status(&b, NOR_READ_STATUS3), 0x60);
    CMD(&b, NOR_WRITE_STATUS, 0x1C); /* no WEL */
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    CMD(&b, NOR_VOLATILE_WRITE_ENABLE);
    CMD(&b, NOR_WRITE_STATUS, 0x1C); /* volatile: at once, forgotten without power */
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0x1C);
    nor_power_on(b.nor);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_WRITE_STATUS, 0x04);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0x04 | NOR_SR1_WIP);
    pass(&b, 10000000);
    nor_power_on(b.nor);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0x04);
    write_status(&b, NOR_WRITE_STATUS2, NOR_SR2_SRL | NOR_SR2_QE);
    write_status(&b, NOR_WRITE_STATUS, 0);
    assert_int_equal(status(&b, NOR_READ_STATUS1) & ~NOR_SR1_WEL, 0x04); /* locked */
    done(&b);
    use(&b, "W25Q64FV", false);
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_WRITE_STATUS, 0, NOR_SR2_QE);
    pass(&b, 15000000);
    assert_int_equal(status(&b, NOR_READ_STATUS2), NOR_SR2_QE);
    write_status(&b, NOR_WRITE_STATUS, 0); /* one byte clears the second register of this part */
    assert_int_equal(status(&b, NOR_READ_STATUS2), 0);
    done(&b);
}

static void reads_on_two_and_four_lines(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    nor_bytes(b.nor)[0x12345] = 0xA5;
    nor_bytes(b.nor)[0x12346] = 0x5A;
    assert_int_equal(read_on(&b, NOR_FAST_READ, 1, 8, 1), 0xA5);
    assert_int_equal(read_on(&b, NOR_DUAL_OUT_READ, 1, 8, 2), 0xA5);
    assert_int_equal(read_on(&b, NOR_DUAL_IO_READ, 2, 0, 2), 0xA5);
    assert_int_equal(read_on(&b, NOR_QUAD_OUT_READ, 1, 8, 4), 0xA5);
    assert_int_equal(read_on(&b, NOR_QUAD_IO_READ, 4, 4, 4), 0xA5);
    /* wrong dummies shift the data, wrong lines are not understood */
    assert_int_equal(read_on(&b, NOR_FAST_READ, 1, 7, 1), 0x80 | 0xA5 >> 1);
    assert_int_equal(read_on(&b, NOR_QUAD_OUT_READ, 1, 9, 4), 0x55);
    assert_int_equal(read_on(&b, NOR_DUAL_IO_READ, 1, 0, 2), 0xFF);
    CMD(&b, 0xFF, 0xFF); /* the lines that nobody drove were a mode byte that asks to continue */
    assert_int_equal(read_on(&b, NOR_DUAL_OUT_READ, 1, 8, 1), 0xC3); /* what IO1 carries: every second bit of A5 5A */
    done(&b);
    use(&b, "W25Q64FV", false); /* QE is 0 */
    nor_bytes(b.nor)[0x12345] = 0xA5;
    assert_int_equal(read_on(&b, NOR_QUAD_OUT_READ, 1, 8, 4), 0xFF);
    assert_int_equal(read_on(&b, NOR_DUAL_OUT_READ, 1, 8, 2), 0xA5);
    write_status(&b, NOR_WRITE_STATUS2, NOR_SR2_QE);
    assert_int_equal(read_on(&b, NOR_QUAD_OUT_READ, 1, 8, 4), 0xA5);
    done(&b);
}

static void continuous_read_needs_no_opcode_until_the_mode_ends_it(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    nor_bytes(b.nor)[0x10] = 0x77;
    for (int round = 0; round < 3; round++) {
        static const uint8_t modes[3] = {0xA0, 0xA0, 0xFF};
        nor_select(b.nor);
        if (round == 0)
            nor_transfer(b.nor, NOR_DUAL_IO_READ, 1);
        nor_transfer(b.nor, 0, 2);
        nor_transfer(b.nor, 0, 2);
        nor_transfer(b.nor, 0x10, 2);
        nor_transfer(b.nor, modes[round], 2);
        assert_int_equal(nor_transfer(b.nor, 0, 2), 0x77);
        nor_deselect(b.nor);
    }
    uint8_t id;
    SPI(&b, &id, 1, NOR_READ_ID);
    assert_int_equal(id, 0xEF);
    done(&b);
}

static void an_erase_can_be_suspended(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_ERASE_SECTOR, 0, 0, 0);
    pass(&b, 5000000);
    CMD(&b, NOR_SUSPEND);
    assert_int_equal(status(&b, NOR_READ_STATUS1), NOR_SR1_WIP);
    pass(&b, 20000);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    assert_int_equal(status(&b, NOR_READ_STATUS2), NOR_SR2_SUS | NOR_SR2_QE);
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_ERASE_SECTOR, 0, 0x10, 0); /* refused meanwhile */
    assert_int_equal(nor_erases(b.nor, 1), 0);
    program(&b, 0x20000, (const uint8_t *)"\x42", 1); /* but other pages can be programmed and read */
    pass(&b, 30000);
    uint8_t in;
    SPI(&b, &in, 1, NOR_READ, 2, 0, 0);
    assert_int_equal(in, 0x42);
    CMD(&b, NOR_RESUME);
    assert_int_equal(status(&b, NOR_READ_STATUS1), NOR_SR1_WIP);
    assert_int_equal(status(&b, NOR_READ_STATUS2), NOR_SR2_QE);
    pass(&b, 45000000 - 5000000 - 20000 - 1);
    assert_int_equal(status(&b, NOR_READ_STATUS1), NOR_SR1_WIP);
    pass(&b, 1);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    done(&b);
}

static void sleeps_and_resets(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    uint8_t in;
    CMD(&b, NOR_POWER_DOWN);
    SPI(&b, &in, 1, NOR_READ_ID);
    assert_int_equal(in, 0xFF);
    CMD(&b, NOR_RELEASE_POWER_DOWN);
    pass(&b, 3000);
    SPI(&b, &in, 1, NOR_READ_ID);
    assert_int_equal(in, 0xEF);
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_RESET); /* alone it does nothing */
    assert_int_equal(status(&b, NOR_READ_STATUS1), NOR_SR1_WEL);
    CMD(&b, NOR_RESET_ENABLE);
    CMD(&b, NOR_WRITE_DISABLE); /* anything between takes it back */
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_RESET);
    assert_int_equal(status(&b, NOR_READ_STATUS1), NOR_SR1_WEL);
    CMD(&b, NOR_RESET_ENABLE);
    CMD(&b, NOR_RESET);
    pass(&b, 30000);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    done(&b);
}

static void faults_show(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    nor_fault_weak(b.nor, true);
    program(&b, 0, (const uint8_t *)"\xFF\xF0", 2);
    assert_int_equal(nor_bytes(b.nor)[1], 0xF1);
    pass(&b, 1000000);
    nor_fault_weak(b.nor, false);
    nor_fault_busy(b.nor, true);
    program(&b, 0, (const uint8_t *)"\x00", 1);
    pass(&b, 10000000000);
    assert_int_equal(status(&b, NOR_READ_STATUS1), NOR_SR1_WIP);
    nor_fault_busy(b.nor, false);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    nor_set_absent(b.nor, true);
    uint8_t in;
    SPI(&b, &in, 1, NOR_READ_ID);
    assert_int_equal(in, 0xFF);
    done(&b);
}

static void note_change(void *ctx, uint32_t offset, uint32_t len)
{
    struct bench *b = ctx;
    b->changed_at = offset;
    b->changed_len = len;
}

static void tells_what_changed(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    nor_on_change(b.nor, NULL, note_change, &b);
    program(&b, 0x12345, (const uint8_t *)"\x00", 1);
    assert_int_equal(b.changed_at, 0x12300);
    assert_int_equal(b.changed_len, 256);
    pass(&b, 1000000);
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_ERASE_BLOCK64, 0x12, 0x34, 0x56);
    assert_int_equal(b.changed_at, 0x120000);
    assert_int_equal(b.changed_len, 0x10000);
    done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_who_it_is),
        cmocka_unit_test(programs_by_clearing_bits_and_takes_its_time),
        cmocka_unit_test(a_whole_page_takes_no_longer_than_the_page_time),
        cmocka_unit_test(a_page_wraps),
        cmocka_unit_test(needs_write_enable_each_time),
        cmocka_unit_test(erases_what_each_unit_covers),
        cmocka_unit_test(busy_chip_answers_status_only),
        cmocka_unit_test(protected_ranges_ignore_programs_and_erases),
        cmocka_unit_test(status_registers_keep_their_rules),
        cmocka_unit_test(reads_on_two_and_four_lines),
        cmocka_unit_test(continuous_read_needs_no_opcode_until_the_mode_ends_it),
        cmocka_unit_test(an_erase_can_be_suspended),
        cmocka_unit_test(sleeps_and_resets),
        cmocka_unit_test(faults_show),
        cmocka_unit_test(tells_what_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
