/* SPDX-License-Identifier: Apache-2.0 */
/* What the ESP32-C3's one cache says of accesses that it does not take; more is in tests/sim_soc/test_flash_cache.c. */
#include "rig.h"

#include "base/bits.h"

enum { PAGE = ESP32C3_MMU_PAGE_SIZE, JUNK = 0xBAD00BAD };

static void prepare(struct rig *r)
{
    for (uint32_t i = 0; i < ESP32C3_MMU_ENTRIES; i++)
        wr(r, ESP32C3_MMU_BASE + 4 * i, ESP32C3_MMU_INVALID);
    nor_bytes(r->nor)[3 * PAGE] = 0x5A;
    nor_bytes(r->nor)[3 * PAGE + 1] = 0xC3;
    rig_caches_enable(r, true);
}

static bool is_raised(struct rig *r, unsigned source)
{
    return r->soc->irq.level[source / 32] >> (source % 32) & 1;
}

static void the_table_starts_invalid(void **state)
{
    struct rig *r = *state;
    for (uint32_t i = 0; i < ESP32C3_MMU_ENTRIES; i++)
        assert_int_equal(rd(r, ESP32C3_MMU_BASE + 4 * i), ESP32C3_MMU_INVALID);
    wr(r, ESP32C3_MMU_BASE, 0xFFFFFFFF);
    assert_int_equal(rd(r, ESP32C3_MMU_BASE), ESP32C3_MMU_INVALID | ESP32C3_MMU_PAGE);
}

static void both_buses_take_bytes(void **state)
{
    struct rig *r = *state;
    uint32_t value;
    prepare(r);
    wr(r, ESP32C3_MMU_BASE, 3);
    assert_int_equal(try_read(r, PRO, ESP32C3_DBUS + 1, 1, &value), MEM_OK);
    assert_int_equal(value, 0xC3);
    assert_int_equal(try_read(r, PRO, ESP32C3_IBUS + 1, 1, &value), MEM_OK);
    assert_int_equal(value, 0xC3);
}

static void an_invalid_entry_is_a_fault(void **state)
{
    struct rig *r = *state;
    uint8_t code[4];
    prepare(r);
    wr(r, ESP32C3_EXTMEM_ILG_INT_ENA, ESP32C3_EXTMEM_ILG_ENTRY_FAULT);
    assert_int_equal(rd(r, ESP32C3_DBUS + 5 * PAGE + 0x24), JUNK);
    assert_int_equal(rd(r, ESP32C3_EXTMEM_ILG_INT_ST), ESP32C3_EXTMEM_ILG_ENTRY_FAULT);
    assert_int_equal(rd(r, ESP32C3_EXTMEM_FAULT_VADDR), ESP32C3_DBUS + 5 * PAGE + 0x24);
    uint32_t content = rd(r, ESP32C3_EXTMEM_FAULT_CONTENT);
    assert_int_equal(field_get(ESP32C3_EXTMEM_FAULT_ENTRY, content), ESP32C3_MMU_INVALID);
    assert_int_equal(field_get(ESP32C3_EXTMEM_FAULT_CODE, content), 1);
    assert_true(is_raised(r, ESP32C3_INTR_CACHE_IA));
    wr(r, ESP32C3_EXTMEM_ILG_INT_CLR, ESP32C3_EXTMEM_ILG_ENTRY_FAULT);
    assert_false(is_raised(r, ESP32C3_INTR_CACHE_IA));
    assert_int_not_equal(mem_fetch(&r->soc->cores[PRO].map, ESP32C3_IBUS, code, sizeof code), MEM_OK);
    assert_int_equal(rd(r, ESP32C3_EXTMEM_FAULT_VADDR), ESP32C3_IBUS);
}

static void a_shut_bus_says_which(void **state)
{
    struct rig *r = *state;
    prepare(r);
    wr(r, ESP32C3_MMU_BASE, 3);
    wr(r, ESP32C3_EXTMEM_ACS_INT_ENA, 0x3F);
    wr(r, ESP32C3_EXTMEM_ICACHE_CTRL1, ESP32C3_EXTMEM_SHUT_DBUS);
    assert_int_equal(rd(r, ESP32C3_IBUS) & 0xFFFF, 0xC35A);
    assert_int_equal(rd(r, ESP32C3_EXTMEM_ACS_INT_ST), 0);
    assert_int_equal(rd(r, ESP32C3_DBUS), JUNK);
    assert_int_equal(rd(r, ESP32C3_EXTMEM_ACS_INT_ST), ESP32C3_EXTMEM_ACS_DBUS_OFF);
    assert_true(is_raised(r, ESP32C3_INTR_CACHE_CORE0));
    wr(r, ESP32C3_EXTMEM_ACS_INT_CLR, ESP32C3_EXTMEM_ACS_DBUS_OFF);
    assert_false(is_raised(r, ESP32C3_INTR_CACHE_CORE0));
    wr(r, ESP32C3_EXTMEM_ICACHE_CTRL1, ESP32C3_EXTMEM_SHUT_IBUS);
    assert_int_equal(rd(r, ESP32C3_DBUS) & 0xFFFF, 0xC35A);
    assert_int_equal(rd(r, ESP32C3_IBUS), JUNK);
    assert_int_equal(rd(r, ESP32C3_EXTMEM_ACS_INT_ST), ESP32C3_EXTMEM_ACS_IBUS_OFF);
}

static void flash_is_not_written_through_the_cache(void **state)
{
    struct rig *r = *state;
    prepare(r);
    wr(r, ESP32C3_MMU_BASE, 3);
    wr(r, ESP32C3_EXTMEM_ACS_INT_ENA, 0x3F);
    wr(r, ESP32C3_DBUS, 0x12345678);
    assert_int_equal(rd(r, ESP32C3_EXTMEM_ACS_INT_ST), ESP32C3_EXTMEM_ACS_DBUS_WRITE);
    wr(r, ESP32C3_IBUS, 0x12345678);
    assert_int_equal(rd(r, ESP32C3_EXTMEM_ACS_INT_ST), ESP32C3_EXTMEM_ACS_DBUS_WRITE | ESP32C3_EXTMEM_ACS_IBUS_WRITE);
    assert_int_equal(rd(r, ESP32C3_DBUS) & 0xFFFF, 0xC35A);
}

/* As the chip's own ROM waits for it. */
static void freezing_says_when_it_is_done(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32C3_EXTMEM_ICACHE_FREEZE, ESP32C3_EXTMEM_FREEZE_ENA);
    assert_true(rd(r, ESP32C3_EXTMEM_ICACHE_FREEZE) & ESP32C3_EXTMEM_FREEZE_DONE);
    wr(r, ESP32C3_EXTMEM_ICACHE_FREEZE, 0);
    assert_int_equal(rd(r, ESP32C3_EXTMEM_ICACHE_FREEZE), 0);
}

static void a_reset_shuts_the_cache(void **state)
{
    struct rig *r = *state;
    prepare(r);
    wr(r, ESP32C3_EXTMEM_ACS_INT_ENA, 0x3F);
    wr(r, ESP32C3_DBUS, 0);
    wr(r, ESP32C3_RTC_OPTIONS0, ESP32C3_RTC_SW_SYS_RST);
    assert_int_equal(rd(r, ESP32C3_EXTMEM_ICACHE_CTRL), 0);
    assert_int_equal(rd(r, ESP32C3_EXTMEM_ICACHE_CTRL1), ESP32C3_EXTMEM_SHUT_IBUS | ESP32C3_EXTMEM_SHUT_DBUS);
    wr(r, ESP32C3_EXTMEM_ACS_INT_ENA, 0x3F);
    assert_int_equal(rd(r, ESP32C3_EXTMEM_ACS_INT_ST), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_table_starts_invalid),      TEST(both_buses_take_bytes),
        TEST(an_invalid_entry_is_a_fault),   TEST(a_shut_bus_says_which),
        TEST(freezing_says_when_it_is_done), TEST(flash_is_not_written_through_the_cache),
        TEST(a_reset_shuts_the_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
