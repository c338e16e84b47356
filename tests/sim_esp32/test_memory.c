/* SPDX-License-Identifier: Apache-2.0 */
/* Memories, where each core sees them, and which accesses they take. */
#include "rig.h"

#include "regs/xtensa.h"

#include <string.h>

#define LOAD_STORE MEM_FAULT(EXCCAUSE_LOAD_STORE_ERROR)

static void sram1_is_reversed_on_the_instruction_bus(void **state)
{
    struct rig *r = *state;
    static const uint32_t pairs[][2] = {
        /* data, instruction */
        {0x3FFE0000, 0x400BFFFC}, {0x3FFFFFFC, 0x400A0000}, {0x3FFE3FFC, 0x400BC000},
        {0x3FFF8000, 0x400A7FFC}, {0x3FFFBFFC, 0x400A4000},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        wr(r, pairs[i][0], 0x11223344 + (uint32_t)i);
        assert_int_equal(rd(r, pairs[i][1]), 0x11223344 + i); /* bytes inside a word keep their order */
        wr(r, pairs[i][1], 0xA0B0C0D0 + (uint32_t)i);
        assert_int_equal(rd(r, pairs[i][0]), 0xA0B0C0D0 + i);
    }
}

static void data_bus_takes_any_access(void **state)
{
    struct rig *r = *state;
    static const uint32_t bases[] = {ESP32_SRAM2, 0x3FFDFFF0,     ESP32_SRAM1_D,
                                     0x3FFFFFF0,  ESP32_RTC_SLOW, ESP32_RTC_FAST_D};
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        uint32_t v;
        wr(r, bases[i], 0);
        wr(r, bases[i] + 4, 0);
        assert_int_equal(try_write(r, PRO, bases[i] + 1, 1, 0xAB), MEM_OK);
        assert_int_equal(try_write(r, PRO, bases[i] + 3, 2, 0x1234), MEM_OK);
        assert_int_equal(rd(r, bases[i]), 0x3400AB00);
        assert_int_equal(try_read(r, PRO, bases[i] + 1, 4, &v), MEM_OK);
        assert_int_equal(v, 0x123400AB);
    }
}

static void instruction_bus_and_peripherals_take_words_only(void **state)
{
    struct rig *r = *state;
    static const uint32_t addrs[] = {0x40000400, 0x40070000, 0x40078000, 0x40080000, 0x400A0000,
                                     0x400C0000, 0x3FF00040, 0x3FF48000, 0x3FF10000, 0x60000000};
    for (size_t i = 0; i < sizeof addrs / sizeof *addrs; i++) {
        uint32_t v;
        assert_int_equal(try_read(r, PRO, addrs[i], 1, &v), LOAD_STORE);
        assert_int_equal(try_read(r, PRO, addrs[i], 2, &v), LOAD_STORE);
        assert_int_equal(try_read(r, PRO, addrs[i] + 2, 4, &v), LOAD_STORE);
        assert_int_equal(try_write(r, PRO, addrs[i] + 1, 1, 0), LOAD_STORE);
        assert_int_equal(try_read(r, PRO, addrs[i], 4, &v), MEM_OK);
    }
}

static void rtc_fast_memory_belongs_to_pro(void **state)
{
    struct rig *r = *state;
    uint32_t v;
    wr(r, ESP32_RTC_FAST_D + 8, 0x55AA55AA);
    assert_int_equal(rd(r, ESP32_RTC_FAST_I + 8), 0x55AA55AA); /* not reversed */
    assert_int_equal(try_read(r, APP, ESP32_RTC_FAST_D, 4, &v), LOAD_STORE);
    assert_int_equal(try_read(r, APP, ESP32_RTC_FAST_I, 4, &v), LOAD_STORE);
    assert_int_equal(try_read(r, APP, ESP32_RTC_SLOW, 4, &v), MEM_OK);
    assert_int_equal(try_write(r, APP, ESP32_SRAM2, 4, 0x1234), MEM_OK);
    assert_int_equal(rd(r, ESP32_SRAM2), 0x1234);
}

static void rom_keeps_its_content(void **state)
{
    struct rig *r = *state;
    uint32_t before = rd(r, 0x40000400);
    assert_int_equal(before & 0xFFFFFF, 0x007000);
    wr(r, 0x40000400, 0);
    assert_int_equal(rd(r, 0x40000400), before);
}

static void code_runs_where_the_chip_can_fetch(void **state)
{
    struct rig *r = *state;
    static const uint32_t yes[] = {0x40000000, 0x4005FFFC, 0x4006FFFC, 0x40070000, 0x4007FFFC,
                                   0x4009FFFC, 0x400A0000, 0x400BFFFC, 0x400C1FFC, 0x50000000};
    static const uint32_t no[] = {0x3FFB0000, 0x3FFF0000, 0x3FF80000, 0x3FF90000, 0x3FF00000, 0x20000000};
    uint8_t bytes[4];
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_int_equal(mem_fetch(&r->soc->cores[PRO].map, yes[i], bytes, 3), MEM_OK);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_int_equal(mem_fetch(&r->soc->cores[PRO].map, no[i], bytes, 3), MEM_FAULT(EXCCAUSE_FETCH_ERROR));
}

static void unmodelled_registers_are_named_once(void **state)
{
    struct rig *r = *state;
    assert_int_equal(rd(r, 0x3FF59010), 0);
    assert_int_equal(r->lines, 1);
    assert_string_equal(r->last_line, "esp32: read of unmodelled register 0x3ff59010 (block LEDC), gives 0");
    assert_int_equal(rd(r, 0x3FF59010), 0);
    wr(r, 0x60019010, 5); /* the same register on the AHB */
    assert_int_equal(r->lines, 1);
    wr(r, 0x3FF48140, 5); /* a hole in a block that is modelled */
    assert_int_equal(r->lines, 2);
    assert_string_equal(r->last_line, "esp32: write of unmodelled register 0x3ff48140 (block RTC_CNTL), ignored");
}

static void power_on_leaves_noise(void **state)
{
    struct rig *r = *state;
    uint32_t zeros = 0;
    for (uint32_t at = 0; at < 0x1000; at += 4)
        zeros += rd(r, 0x3FFC0000 + at) == 0;
    assert_int_equal(zeros, 0);
    uint32_t first = rd(r, 0x3FFC0000);
    wr(r, 0x3FFC0000, 0);
    soc_power_on(r->soc);
    assert_int_equal(rd(r, 0x3FFC0000), first); /* the same noise each time */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(sram1_is_reversed_on_the_instruction_bus),
        TEST(data_bus_takes_any_access),
        TEST(instruction_bus_and_peripherals_take_words_only),
        TEST(rtc_fast_memory_belongs_to_pro),
        TEST(rom_keeps_its_content),
        TEST(code_runs_where_the_chip_can_fetch),
        TEST(unmodelled_registers_are_named_once),
        TEST(power_on_leaves_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
