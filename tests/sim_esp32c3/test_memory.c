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

/* --- permissions --- */

#define LINE (ESP32C3_SRAM1_D + 0x28000) /* in the second segment of 128 KB */

/* Code below the line: run and read it, no writes, no data. Above it: data only. */
static void protect(struct rig *r)
{
    /* below the second segment, split in it, above it */
    wr(r, ESP32C3_SENS_SPLIT_LINE_1, 0U << 0 | 2U << 2 | 3U << 4 | field_put(ESP32C3_SENS_SPLIT_ADDR, 0, 0x8000 >> 9));
    wr(r, ESP32C3_SENS_SPLIT_LINE_1 + 4, 2U | 3U << 2 | 3U << 4 | field_put(ESP32C3_SENS_SPLIT_ADDR, 0, 0x4000 >> 9));
    wr(r, ESP32C3_SENS_SPLIT_LINE_1 + 8, 2U << 2 | 3U << 4 | field_put(ESP32C3_SENS_SPLIT_ADDR, 0, 0x8000 >> 9));
    /* areas 0 to 3 of the instruction bus: run and read, run and read, (none), nothing; SRAM0: nothing */
    wr(r, ESP32C3_SENS_IRAM0_PMS_2, 5U | 5U << 3);
    wr(r, ESP32C3_SENS_DRAM0_PMS_1, 0xF0FF0FF & ~3U); /* nothing of area 0 */
}

static void denied_accesses_raise_nothing(void **state)
{
    struct rig *r = *state;
    uint8_t bytes[2];
    struct mem_map *m = &r->soc->cores[0].map;
    wr(r, ESP32C3_SRAM1_I + 0x100, 0x00000013);
    wr(r, LINE + 0x100, 0x00000013);
    wr(r, ESP32C3_SRAM0, 42);
    protect(r);
    wr(r, ESP32C3_SRAM1_I + 0x100, 0xFFFFFFFF); /* code is not written */
    assert_int_equal(rd(r, ESP32C3_SRAM1_I + 0x100), 0x00000013);
    assert_int_equal(rd(r, ESP32C3_SRAM1_D + 0x100), 0); /* nor seen as data */
    assert_int_equal(mem_fetch(m, ESP32C3_SRAM1_I + 0x100, bytes, 2), MEM_OK);
    assert_int_equal(bytes[0], 0x13);
    assert_int_equal(mem_fetch(m, LINE - ESP32C3_SRAM1_D + ESP32C3_SRAM1_I + 0x100, bytes, 2), MEM_OK);
    assert_int_equal(bytes[0], 0); /* data is no code */
    assert_int_equal(try_write(r, 0, LINE + 0x101, 1, 0x55), MEM_OK);
    assert_int_equal(rd(r, LINE + 0x100), 0x00005513);
    assert_int_equal(rd(r, ESP32C3_SRAM0), 0);
    wr(r, ESP32C3_RTC_OPTIONS0, ESP32C3_RTC_SW_SYS_RST); /* all is allowed again */
    assert_int_equal(rd(r, ESP32C3_SRAM1_D + 0x100), 0x00000013);
    assert_int_equal(rd(r, ESP32C3_SRAM0), 42);
}

static bool is_raised(struct rig *r, unsigned source)
{
    return r->soc->irq.level[source / 32] >> (source % 32) & 1;
}

static void the_monitor_latches_the_first(void **state)
{
    struct rig *r = *state;
    uint32_t iram = ESP32C3_SENS_IRAM0_MONITOR_1, dram = ESP32C3_SENS_DRAM0_MONITOR_1;
    protect(r);
    wr(r, ESP32C3_SRAM1_I + 0x200, 1);
    rd(r, ESP32C3_SRAM1_I + 0x30000);
    uint32_t latched = rd(r, iram + 4);
    assert_int_equal(field_get(ESP32C3_SENS_IRAM0_VIOLATE_ADDR, latched) * 4 + 0x40000000, ESP32C3_SRAM1_I + 0x200);
    assert_true(latched & ESP32C3_SENS_VIOLATE_INTR && latched & ESP32C3_SENS_IRAM0_VIOLATE_WR);
    assert_true(is_raised(r, ESP32C3_INTR_IRAM0_PMS));
    wr(r, iram, ESP32C3_SENS_VIOLATE_CLR | ESP32C3_SENS_VIOLATE_EN);
    assert_int_equal(rd(r, iram + 4), 0);
    assert_false(is_raised(r, ESP32C3_INTR_IRAM0_PMS));
    rd(r, ESP32C3_SRAM1_D + 0x124);
    latched = rd(r, dram + 4);
    assert_int_equal(field_get(ESP32C3_SENS_DRAM0_VIOLATE_ADDR, latched) * 4 + 0x3C000000, ESP32C3_SRAM1_D + 0x124);
    assert_int_equal(rd(r, dram + 8), 0);
    assert_true(is_raised(r, ESP32C3_INTR_DRAM0_PMS));
}

static void locks_hold_until_a_reset(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32C3_SENS_IRAM0_PMS_2, 5);
    wr(r, ESP32C3_SENS_IRAM0_PMS_0, ESP32C3_SENS_LOCK);
    wr(r, ESP32C3_SENS_IRAM0_PMS_2, 7);
    wr(r, ESP32C3_SENS_IRAM0_PMS_0, 0);
    assert_int_equal(rd(r, ESP32C3_SENS_IRAM0_PMS_2), 5);
    assert_int_equal(rd(r, ESP32C3_SENS_IRAM0_PMS_0), ESP32C3_SENS_LOCK);
    wr(r, ESP32C3_SENS_DRAM0_PMS_1, 3); /* another lock's */
    assert_int_equal(rd(r, ESP32C3_SENS_DRAM0_PMS_1), 3);
    wr(r, ESP32C3_RTC_OPTIONS0, ESP32C3_RTC_SW_PROCPU_RST);
    assert_int_equal(rd(r, ESP32C3_SENS_IRAM0_PMS_2), 5);
    wr(r, ESP32C3_RTC_OPTIONS0, ESP32C3_RTC_SW_SYS_RST);
    assert_int_equal(rd(r, ESP32C3_SENS_IRAM0_PMS_2), 0x1C7FFF);
    assert_int_equal(rd(r, ESP32C3_SENS_IRAM0_PMS_0), 0);
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
        TEST(denied_accesses_raise_nothing),
        TEST(the_monitor_latches_the_first),
        TEST(locks_hold_until_a_reset),
        TEST(registers_without_a_model_are_said_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
