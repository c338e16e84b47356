/* SPDX-License-Identifier: Apache-2.0 */
/* The address space as each core sees it, and the permissions of its memories. */
#include "rig.h"

#include "regs/xtensa.h"

#include <string.h>

static void every_memory_is_there(void **state)
{
    struct rig *r = *state;
    static const struct {
        uint32_t addr, size;
        bool is_narrow;
    } rams[] = {
        {ESP32S3_SRAM0, ESP32S3_SRAM0_SIZE, false},      {ESP32S3_SRAM1_I, ESP32S3_SRAM1_SIZE, false},
        {ESP32S3_SRAM1_D, ESP32S3_SRAM1_SIZE, true},     {ESP32S3_SRAM2, ESP32S3_SRAM2_SIZE, true},
        {ESP32S3_RTC_FAST, ESP32S3_RTC_FAST_SIZE, true}, {ESP32S3_RTC_SLOW, ESP32S3_RTC_SLOW_SIZE, true},
    };
    for (size_t i = 0; i < sizeof rams / sizeof *rams; i++)
        for (unsigned core = 0; core < CORES; core++) {
            uint32_t last = rams[i].addr + rams[i].size - 4, value;
            mem_fault narrow = rams[i].is_narrow ? MEM_OK : MEM_FAULT(EXCCAUSE_LOAD_STORE_ERROR);
            assert_int_equal(try_write(r, core, last, 4, 0x12345600 + core), MEM_OK);
            assert_int_equal(try_read(r, !core, last, 4, &value), MEM_OK);
            assert_int_equal(value, 0x12345600 + core);
            assert_int_equal(try_read(r, core, last + 1, 1, &value), narrow);
            assert_int_equal(try_write(r, core, last + 2, 2, 0), narrow);
        }
}

static void sram1_has_two_addresses_in_the_same_order(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32S3_SRAM1_D, 0x11111111);
    wr(r, ESP32S3_SRAM1_I + ESP32S3_SRAM1_SIZE - 4, 0x22222222);
    assert_int_equal(rd(r, ESP32S3_SRAM1_I), 0x11111111);
    assert_int_equal(rd(r, ESP32S3_SRAM1_D + ESP32S3_SRAM1_SIZE - 4), 0x22222222);
    wr(r, ESP32S3_RTC_SLOW + 0x10, 0x33333333);
    assert_int_equal(rd(r, ESP32S3_RTC_SLOW_P + 0x10), 0x33333333);
}

static void rom_is_read_only(void **state)
{
    struct rig *r = *state;
    uint32_t before = rd(r, ESP32S3_RESET_VECTOR);
    assert_int_not_equal(before, 0);
    wr(r, ESP32S3_RESET_VECTOR, ~before);
    assert_int_equal(rd(r, ESP32S3_RESET_VECTOR), before);
    assert_int_equal(rd(r, ESP32S3_ROM_D), rd(r, ESP32S3_ROM + ESP32S3_ROM_SIZE - ESP32S3_ROM_D_SIZE));
}

static void nothing_is_an_error(void **state)
{
    struct rig *r = *state;
    static const uint32_t holes[] = {0x00000000, 0x3FB00000, 0x3FD00000, 0x40360000, 0x403E0000, 0x70000000};
    uint32_t value;
    uint8_t bytes[3];
    for (size_t i = 0; i < sizeof holes / sizeof *holes; i++) {
        assert_int_equal(try_read(r, PRO, holes[i], 4, &value), MEM_FAULT(EXCCAUSE_LOAD_STORE_ERROR));
        assert_int_equal(try_write(r, APP, holes[i], 4, 0), MEM_FAULT(EXCCAUSE_LOAD_STORE_ERROR));
        assert_int_equal(mem_fetch(&r->soc->cores[PRO].map, holes[i], bytes, 3), MEM_FAULT(EXCCAUSE_FETCH_ERROR));
    }
    /* The data bus fetches nothing. */
    assert_int_equal(mem_fetch(&r->soc->cores[PRO].map, ESP32S3_SRAM1_D, bytes, 3), MEM_FAULT(EXCCAUSE_FETCH_ERROR));
    assert_int_equal(mem_fetch(&r->soc->cores[PRO].map, ESP32S3_SRAM2, bytes, 3), MEM_FAULT(EXCCAUSE_FETCH_ERROR));
}

static void what_has_no_model_is_said_once(void **state)
{
    struct rig *r = *state;
    unsigned before = r->lines;
    assert_int_equal(rd(r, ESP32S3_AES_BASE + 0x40), 0);
    assert_string_equal(r->last_line, "esp32s3: read of unmodelled register 0x6003a040 (block AES), gives 0");
    rd(r, ESP32S3_AES_BASE + 0x40);
    assert_int_equal(r->lines, before + 1);
    wr(r, ESP32S3_SPI1_BASE + 0x3F0, 1);
    assert_string_equal(r->last_line, "esp32s3: write of unmodelled register 0x600023f0 (block SPI MEM), ignored");
}

/* --- permissions --- */

enum { LINE = 0x3FCA0000, CATEGORY_HERE = 2, CATEGORY_ABOVE = 3 };

/* A split line, as esp-idf's memprot writes one. */
static uint32_t split_line(uint32_t addr)
{
    uint32_t value = field_put(ESP32S3_SENS_SPLIT_ADDR, 0, addr >> 8 & 0xFF), block = (addr - 0x3FC80000) >> 16;
    value |= (uint32_t)CATEGORY_HERE << (2 * block);
    for (uint32_t i = block + 1; i < 7; i++)
        value |= (uint32_t)CATEGORY_ABOVE << (2 * i);
    return value;
}

/* Code below LINE may not be written, data above it may not be fetched. */
static void protect(struct rig *r)
{
    for (unsigned i = 0; i < 3; i++)
        wr(r, ESP32S3_SENS_SPLIT_LINE_1 + 4 * i, split_line(LINE)); /* all of IRAM is its first area */
    wr(r, ESP32S3_SENS_IRAM0_PMS_2, 0x1C0000 /* ROM; nothing of SRAM0 */ | 05U);
    wr(r, ESP32S3_SENS_DRAM0_PMS_1, 0xFFFFFFF & ~3U);
}

static void denied_accesses_raise_nothing(void **state)
{
    struct rig *r = *state;
    uint32_t value;
    uint8_t bytes[3];
    wr(r, ESP32S3_SRAM1_I + 0x100, 0x00F01D00);
    wr(r, LINE + 0x100, 0x00F01D00);
    protect(r);
    wr(r, ESP32S3_SRAM1_I + 0x100, 0xFFFFFFFF); /* code is not written */
    assert_int_equal(rd(r, ESP32S3_SRAM1_I + 0x100), 0x00F01D00);
    assert_int_equal(rd(r, ESP32S3_SRAM1_D + 0x100), 0); /* nor read as data */
    assert_int_equal(mem_fetch(&r->soc->cores[APP].map, ESP32S3_SRAM1_I + 0x100, bytes, 3), MEM_OK);
    assert_int_equal(bytes[1], 0x1D);
    assert_int_equal(mem_fetch(&r->soc->cores[APP].map, LINE + 0x6F0000 + 0x100, bytes, 3), MEM_OK);
    assert_int_equal(bytes[1], 0); /* data is no code */
    assert_int_equal(try_write(r, PRO, LINE + 0x101, 1, 0x55), MEM_OK);
    assert_int_equal(rd(r, LINE + 0x100), 0x00F05500);
    assert_int_equal(try_read(r, PRO, ESP32S3_SRAM0, 4, &value), MEM_OK);
    assert_int_equal(value, 0);
}

static void the_monitor_latches_the_first(void **state)
{
    struct rig *r = *state;
    protect(r);
    assert_int_equal(rd(r, ESP32S3_SENS_C0_IRAM0_MONITOR_2), 0);
    wr(r, ESP32S3_SRAM1_I + 0x200, 1);
    rd(r, LINE + 0x6F0000);
    uint32_t latched = rd(r, ESP32S3_SENS_C0_IRAM0_MONITOR_2);
    assert_int_equal(field_get(ESP32S3_SENS_IRAM0_VIOLATE_ADDR, latched) * 4 + 0x40000000, ESP32S3_SRAM1_I + 0x200);
    assert_true(latched & ESP32S3_SENS_VIOLATE_INTR && latched & ESP32S3_SENS_IRAM0_VIOLATE_WR);
    assert_true(r->soc->irq.level[ESP32S3_INTR_C0_IRAM0_PMS / 32] >> (ESP32S3_INTR_C0_IRAM0_PMS % 32) & 1);
    wr(r, ESP32S3_SENS_C0_IRAM0_MONITOR_1, ESP32S3_SENS_VIOLATE_CLR | ESP32S3_SENS_VIOLATE_EN);
    assert_int_equal(rd(r, ESP32S3_SENS_C0_IRAM0_MONITOR_2), 0);
    assert_false(r->soc->irq.level[ESP32S3_INTR_C0_IRAM0_PMS / 32] >> (ESP32S3_INTR_C0_IRAM0_PMS % 32) & 1);
    rd(r, ESP32S3_SRAM1_D + 0x120);
    latched = rd(r, ESP32S3_SENS_C0_DRAM0_MONITOR_2);
    assert_int_equal(field_get(ESP32S3_SENS_DRAM0_VIOLATE_ADDR, latched) * 16 + 0x3C000000, ESP32S3_SRAM1_D + 0x120);
    assert_int_equal(rd(r, ESP32S3_SENS_C0_DRAM0_MONITOR_3), 0); /* a read */
}

static void locks_hold_until_a_reset(void **state)
{
    struct rig *r = *state;
    protect(r);
    wr(r, ESP32S3_SENS_IRAM0_PMS_0, ESP32S3_SENS_LOCK);
    uint32_t before = rd(r, ESP32S3_SENS_IRAM0_PMS_2);
    wr(r, ESP32S3_SENS_IRAM0_PMS_2, 0x1FFFFF);
    wr(r, ESP32S3_SENS_IRAM0_PMS_0, 0);
    assert_int_equal(rd(r, ESP32S3_SENS_IRAM0_PMS_0), ESP32S3_SENS_LOCK);
    assert_int_equal(rd(r, ESP32S3_SENS_IRAM0_PMS_2), before);
    wr(r, ESP32S3_SENS_DRAM0_PMS_1, 0xFFFFFFF); /* has a lock of its own */
    assert_int_equal(rd(r, ESP32S3_SENS_DRAM0_PMS_1), 0xFFFFFFF);
    wr(r, ESP32S3_RTC_OPTIONS0, ESP32S3_RTC_SW_SYS_RST);
    assert_int_equal(rd(r, ESP32S3_SENS_IRAM0_PMS_0), 0);
    wr(r, ESP32S3_SRAM1_I + 0x100, 0x12345678);
    assert_int_equal(rd(r, ESP32S3_SRAM1_D + 0x100), 0x12345678);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_memory_is_there),
        TEST(sram1_has_two_addresses_in_the_same_order),
        TEST(rom_is_read_only),
        TEST(nothing_is_an_error),
        TEST(what_has_no_model_is_said_once),
        TEST(denied_accesses_raise_nothing),
        TEST(the_monitor_latches_the_first),
        TEST(locks_hold_until_a_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
