/* SPDX-License-Identifier: Apache-2.0 */
/* Where memories are, what may be done with them, what is kept; registers without a model. */
#include "rig.h"

#include <string.h>

static void sram1_is_seen_twice(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32C3_SRAM1_D, 0x44332211);
    wr(r, ESP32C3_SRAM1_I + ESP32C3_SRAM1_SIZE - 4, 0x88776655);
    assert_int_equal(rd(r, ESP32C3_SRAM1_I), 0x44332211);
    assert_int_equal(rd(r, ESP32C3_SRAM1_D + ESP32C3_SRAM1_SIZE - 4), 0x88776655);
    wr(r, ESP32C3_SRAM0, 1);
    wr(r, ESP32C3_SRAM0 + ESP32C3_SRAM0_SIZE - 4, 2);
    assert_int_equal(rd(r, ESP32C3_SRAM0), 1);
}

static void each_memory_takes_what_it_takes(void **state)
{
    struct rig *r = *state;
    enum { NARROW = 1, WIDE = 2, WRITES = 4, RUNS = 8 };
    static const struct {
        uint32_t first, size;
        unsigned takes;
    } rows[] = {
        {ESP32C3_ROM, ESP32C3_ROM_SIZE, WIDE | RUNS},
        {ESP32C3_ROM_D, ESP32C3_ROM_D_SIZE, WIDE | NARROW},
        {ESP32C3_SRAM0, ESP32C3_SRAM0_SIZE, WIDE | WRITES | RUNS},
        {ESP32C3_SRAM1_I, ESP32C3_SRAM1_SIZE, WIDE | WRITES | RUNS},
        {ESP32C3_SRAM1_D, ESP32C3_SRAM1_SIZE, WIDE | NARROW | WRITES},
        {ESP32C3_RTC_FAST, ESP32C3_RTC_FAST_SIZE, WIDE | NARROW | WRITES | RUNS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t before, after, byte, last = rows[i].first + rows[i].size - 4;
        uint8_t bytes[2];
        assert_int_equal(try_read(r, 0, rows[i].first, 4, &before), MEM_OK);
        assert_int_equal(try_read(r, 0, last, 4, &before), MEM_OK);
        assert_int_equal(try_read(r, 0, last + 1, 1, &byte) == MEM_OK, (rows[i].takes & NARROW) != 0);
        assert_int_equal(try_write(r, 0, last, 4, ~before), MEM_OK); /* ROM drops it */
        assert_int_equal(try_read(r, 0, last, 4, &after), MEM_OK);
        assert_int_equal(after, rows[i].takes & WRITES ? ~before : before);
        assert_int_equal(mem_fetch(&r->soc->cores[0].map, last, bytes, 2) == MEM_OK, (rows[i].takes & RUNS) != 0);
    }
    /* and next to each there is nothing, but for what touches it */
    static const uint32_t nothing[] = {ESP32C3_SRAM1_D - 4,
                                       ESP32C3_SRAM1_D + ESP32C3_SRAM1_SIZE,
                                       ESP32C3_ROM_D - 4,
                                       ESP32C3_ROM_D + ESP32C3_ROM_D_SIZE,
                                       ESP32C3_ROM + ESP32C3_ROM_SIZE,
                                       ESP32C3_SRAM0 - 4,
                                       ESP32C3_SRAM1_I + ESP32C3_SRAM1_SIZE,
                                       ESP32C3_RTC_FAST - 4,
                                       ESP32C3_RTC_FAST + ESP32C3_RTC_FAST_SIZE,
                                       ESP32C3_PERIPH + ESP32C3_PERIPH_SIZE};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        uint32_t value;
        assert_int_not_equal(try_read(r, 0, nothing[i], 4, &value), MEM_OK);
    }
}

static void the_second_part_of_the_rom_is_data_too(void **state)
{
    struct rig *r = *state;
    struct esp32c3 *s = esp32c3_of(r->soc);
    s->rom.bytes[ESP32C3_ROM_SIZE - ESP32C3_ROM_D_SIZE] = 0x5A;
    assert_int_equal(rd(r, ESP32C3_ROM_D), 0x5A);
    assert_int_equal(rd(r, ESP32C3_ROM + 0x40000), 0x5A);
}

static void registers_without_a_model_are_said_once(void **state)
{
    struct rig *r = *state;
    unsigned before = r->lines;
    assert_int_equal(rd(r, ESP32C3_LEDC_BASE + 8), 0);
    assert_int_equal(r->lines, before + 1);
    assert_non_null(strstr(r->last_line, "esp32c3: read of unmodelled register 0x60019008 (block LEDC), gives 0"));
    wr(r, ESP32C3_LEDC_BASE + 8, 1);
    assert_int_equal(r->lines, before + 1);
    wr(r, ESP32C3_SYSTEM_BASE + 0x400, 1);
    assert_non_null(strstr(r->last_line, "write of unmodelled register 0x600c0400 (block SYSTEM), ignored"));
    rd(r, ESP32C3_RTC_BASE + 0x3FC);
    assert_non_null(strstr(r->last_line, "0x600083fc (block RTC_CNTL)"));
    rd(r, ESP32C3_EFUSE_BASE + 0x200);
    assert_non_null(strstr(r->last_line, "0x60008a00 (block EFUSE)"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(sram1_is_seen_twice),
        TEST(each_memory_takes_what_it_takes),
        TEST(the_second_part_of_the_rom_is_data_too),
        TEST(registers_without_a_model_are_said_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
