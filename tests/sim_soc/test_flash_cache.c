/* SPDX-License-Identifier: Apache-2.0 */
/* Flash through a cache and the table of its MMU, on each chip that has them: what the cache goes on to show. */
#include "rig.h"

#include "regs/spi_mem.h"

enum { PAGE = 0x10000, JUNK = 0xBAD00BAD };
#define MARK 0xF1A50000U

/* Invalid entries, the caches on, and a mark with its number at the start of each page of the flash. */
static void prepare(struct rig *r)
{
    for (uint32_t i = 0; i < RIG(MMU_ENTRIES); i++)
        wr(r, RIG(MMU_BASE) + 4 * i, RIG(MMU_INVALID));
    for (uint32_t i = 0; i < nor_size(r->nor) / PAGE; i++) {
        uint8_t *at = nor_bytes(r->nor) + i * PAGE;
        at[0] = (uint8_t)i;
        at[1] = 0;
        at[2] = 0xA5;
        at[3] = 0xF1;
    }
    rig_caches_enable(r, true);
}

static void map(struct rig *r, uint32_t entry, uint32_t page)
{
    wr(r, RIG(MMU_BASE) + 4 * entry, page);
}

static uint32_t data_at(struct rig *r, uint32_t entry)
{
    return rd(r, RIG(DBUS) + entry * PAGE);
}

static uint32_t code_at(struct rig *r, uint32_t entry)
{
    return rd(r, RIG(IBUS) + entry * PAGE);
}

static void one_entry_serves_both_buses(void **state)
{
    struct rig *r = *state;
    uint8_t code[4];
    prepare(r);
    map(r, 3, 21);
    map(r, RIG(MMU_ENTRIES) - 1, 22);
    assert_int_equal(data_at(r, 3), MARK | 21);
    assert_int_equal(code_at(r, 3), MARK | 21);
    assert_int_equal(data_at(r, RIG(MMU_ENTRIES) - 1), MARK | 22);
    assert_int_equal(code_at(r, RIG(MMU_ENTRIES) - 1), MARK | 22);
    assert_int_equal(mem_fetch(&r->soc->cores[PRO].map, RIG(IBUS) + 3 * PAGE, code, sizeof code), MEM_OK);
    assert_memory_equal(code, "\x15\x00\xA5\xF1", sizeof code);
    assert_int_not_equal(mem_fetch(&r->soc->cores[PRO].map, RIG(DBUS) + 3 * PAGE, code, sizeof code), MEM_OK);
}

static void flash_repeats_behind_its_end(void **state)
{
    struct rig *r = *state;
    prepare(r);
    map(r, 0, nor_size(r->nor) / PAGE + 5);
    assert_int_equal(data_at(r, 0), MARK | 5);
}

static void nothing_is_seen_while_the_caches_are_off(void **state)
{
    struct rig *r = *state;
    uint8_t code[4];
    prepare(r);
    map(r, 0, 7);
    rig_caches_enable(r, false);
    assert_int_equal(data_at(r, 0), JUNK);
    assert_int_equal(code_at(r, 0), JUNK);
    assert_int_not_equal(mem_fetch(&r->soc->cores[PRO].map, RIG(IBUS), code, sizeof code), MEM_OK);
    rig_caches_enable(r, true);
    assert_int_equal(data_at(r, 0), MARK | 7);
}

static void old_mappings_stay_until_they_are_invalidated(void **state)
{
    struct rig *r = *state;
    prepare(r);
    map(r, 1, 5); /* from invalid: at once */
    map(r, 2, 6);
    assert_int_equal(data_at(r, 1), MARK | 5);
    assert_int_equal(data_at(r, 2), MARK | 6);
    map(r, 1, 8);
    map(r, 2, 9);
    assert_int_equal(data_at(r, 1), MARK | 5);
    rig_cache_invalidate(r, RIG(DBUS) + PAGE, 32);
    assert_int_equal(data_at(r, 1), MARK | 8);
    assert_int_equal(data_at(r, 2), MARK | 6);
    rig_cache_invalidate(r, 0, 0);
    assert_int_equal(data_at(r, 2), MARK | 9);
    /* another cache was not asked */
    assert_int_equal(code_at(r, 1), RIG_CACHES > 1 ? MARK | 5 : MARK | 8);
}

/* Erases a sector by direct commands of SPI1. */
static void erase(struct rig *r, uint32_t at)
{
    wr(r, RIG(SPI1_BASE) + SPI_MEM_CMD, SPI_MEM_CMD_WREN);
    rig_pass_ns(r, 10000);
    wr(r, RIG(SPI1_BASE) + SPI_MEM_ADDR, at);
    wr(r, RIG(SPI1_BASE) + SPI_MEM_CMD, SPI_MEM_CMD_SE);
    rig_pass_ns(r, 500000000);
    assert_int_equal(nor_bytes(r->nor)[at], 0xFF);
}

static void old_content_stays_until_it_is_invalidated(void **state)
{
    struct rig *r = *state;
    prepare(r);
    map(r, 4, 2);
    erase(r, 2 * PAGE);
    assert_int_equal(data_at(r, 4), MARK | 2);
    assert_int_equal(code_at(r, 4), MARK | 2);
    rig_cache_invalidate(r, RIG(DBUS) + 4 * PAGE, PAGE);
    assert_int_equal(data_at(r, 4), 0xFFFFFFFF);
    assert_int_equal(code_at(r, 4), RIG_CACHES > 1 ? MARK | 2 : 0xFFFFFFFF);
}

static void a_system_reset_keeps_the_table(void **state)
{
    struct rig *r = *state;
    prepare(r);
    map(r, 9, 0x21);
    wr(r, RIG(RTC_OPTIONS0), RIG(RTC_SW_SYS_RST));
    assert_int_equal(rd(r, RIG(MMU_BASE) + 36), 0x21);
    assert_int_equal(data_at(r, 9), JUNK);
    rig_caches_enable(r, true);
    assert_int_equal(data_at(r, 9), MARK | 0x21);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_entry_serves_both_buses),
        TEST(flash_repeats_behind_its_end),
        TEST(nothing_is_seen_while_the_caches_are_off),
        TEST(old_mappings_stay_until_they_are_invalidated),
        TEST(old_content_stays_until_it_is_invalidated),
        TEST(a_system_reset_keeps_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
