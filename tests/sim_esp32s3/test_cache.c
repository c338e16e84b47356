/* SPDX-License-Identifier: Apache-2.0 */
/* Flash and external RAM through the caches; more, as the chips after it have it, is in tests/sim_soc/test_flash_cache.c. */
#include "rig.h"

#include "regs/spi_mem.h"
#include "regs/xtensa.h"

#include <string.h>

enum { PAGE = ESP32S3_MMU_PAGE_SIZE, JUNK = 0xBAD00BAD };

/* Invalid entries, the caches on, 32-bit addresses, and a mark at the start of each page of the flash. */
static void prepare(struct rig *r)
{
    for (uint32_t i = 0; i < ESP32S3_MMU_ENTRIES; i++)
        wr(r, ESP32S3_MMU_BASE + 4 * i, ESP32S3_MMU_INVALID);
    for (uint32_t i = 0; i < nor_size(r->nor) / PAGE; i++) {
        uint8_t *at = nor_bytes(r->nor) + i * PAGE;
        at[0] = (uint8_t)i;
        at[1] = (uint8_t)(i >> 8);
        at[2] = 0xA5;
        at[3] = 0xF1;
    }
    wr(r, ESP32S3_SPI0_BASE + SPI_MEM_CACHE_FCTRL, SPI_MEM_CACHE_ADDR_4BYTE);
    rig_caches_enable(r, true);
}

static void map(struct rig *r, uint32_t entry, uint32_t value)
{
    wr(r, ESP32S3_MMU_BASE + 4 * entry, value);
}

static void one_entry_serves_both_buses_and_cores(void **state)
{
    struct rig *r = *state;
    uint32_t value;
    prepare(r);
    map(r, 3, 0x155);
    map(r, 511, 0x1FF);
    for (unsigned core = 0; core < CORES; core++) {
        assert_int_equal(try_read(r, core, ESP32S3_DBUS + 3 * PAGE, 4, &value), MEM_OK);
        assert_int_equal(value, 0xF1A50155);
        assert_int_equal(try_read(r, core, ESP32S3_IBUS + 3 * PAGE, 4, &value), MEM_OK);
        assert_int_equal(value, 0xF1A50155);
        assert_int_equal(try_read(r, core, ESP32S3_DBUS + 511U * PAGE, 4, &value), MEM_OK);
        assert_int_equal(value, 0xF1A501FF);
    }
    assert_int_equal(try_read(r, PRO, ESP32S3_DBUS + 3 * PAGE + 1, 2, &value), MEM_OK);
    assert_int_equal(value, 0xA501);
    assert_int_equal(try_read(r, PRO, ESP32S3_IBUS + 3 * PAGE + 1, 2, &value), MEM_FAULT(EXCCAUSE_LOAD_STORE_ERROR));
}

/* Without 32-bit addresses; of external RAM SPI0 has another setting. */
static void narrow_addresses_reach_16m(void **state)
{
    struct rig *r = *state;
    prepare(r);
    map(r, 3, 0x155);
    map(r, 4, ESP32S3_MMU_PSRAM | 0x13);
    wr(r, ESP32S3_DBUS + 4 * PAGE, 0x12345678);
    wr(r, ESP32S3_SPI0_BASE + SPI_MEM_CACHE_FCTRL, 0);
    assert_int_equal(rd(r, ESP32S3_DBUS + 3 * PAGE), 0xF1A50155); /* the cache has it */
    rig_cache_invalidate(r, 0, 0);
    assert_int_equal(rd(r, ESP32S3_DBUS + 3 * PAGE), 0xF1A50055);
    wr(r, ESP32S3_SPI0_BASE + SPI_MEM_CACHE_FCTRL, SPI_MEM_CACHE_ADDR_4BYTE);
    rig_cache_invalidate(r, 0, 0);
    assert_int_equal(rd(r, ESP32S3_DBUS + 3 * PAGE), 0xF1A50155);
    assert_int_equal(rd(r, ESP32S3_DBUS + 4 * PAGE), 0x12345678);
}

static void external_ram_is_written_and_fetched(void **state)
{
    struct rig *r = *state;
    uint8_t bytes[3];
    prepare(r);
    map(r, 16, ESP32S3_MMU_PSRAM | 0xFF);
    map(r, 17, ESP32S3_MMU_PSRAM | 0x1FF); /* 16 MB repeat */
    wr(r, ESP32S3_DBUS + 16 * PAGE + 8, 0x00F01D00);
    assert_int_equal(rd(r, ESP32S3_DBUS + 17 * PAGE + 8), 0x00F01D00);
    assert_int_equal(mem_fetch(&r->soc->cores[APP].map, ESP32S3_IBUS + 16 * PAGE + 8, bytes, 3), MEM_OK);
    assert_int_equal(bytes[2], 0xF0);
    assert_int_equal(nor_bytes(r->nor)[0xFF * PAGE + 9], 0xFF); /* the flash is another memory */
}

static void without_external_ram_its_entries_lead_nowhere(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r);
    prepare(&r);
    map(&r, 0, ESP32S3_MMU_PSRAM);
    assert_int_equal(rd(&r, ESP32S3_DBUS), JUNK);
    rig_close(&r);
}

static void an_invalid_entry_is_a_fault(void **state)
{
    struct rig *r = *state;
    uint8_t bytes[3];
    prepare(r);
    wr(r, ESP32S3_EXTMEM_CACHE_ILG_INT_ENA, ESP32S3_EXTMEM_ILG_MMU_ENTRY_FAULT);
    assert_int_equal(rd(r, ESP32S3_DBUS + 5 * PAGE + 0x24), JUNK);
    assert_int_equal(rd(r, ESP32S3_EXTMEM_CACHE_ILG_INT_ST), ESP32S3_EXTMEM_ILG_MMU_ENTRY_FAULT);
    assert_int_equal(rd(r, ESP32S3_EXTMEM_MMU_FAULT_VADDR), ESP32S3_DBUS + 5 * PAGE + 0x24);
    uint32_t content = rd(r, ESP32S3_EXTMEM_MMU_FAULT_CONTENT);
    assert_int_equal(field_get(ESP32S3_EXTMEM_MMU_FAULT_ENTRY, content), ESP32S3_MMU_INVALID);
    assert_int_equal(field_get(ESP32S3_EXTMEM_MMU_FAULT_CODE, content), 1);
    assert_true(r->soc->irq.level[1] >> (ESP32S3_INTR_CACHE_IA % 32) & 1);
    wr(r, ESP32S3_EXTMEM_CACHE_ILG_INT_CLR, ESP32S3_EXTMEM_ILG_MMU_ENTRY_FAULT);
    assert_false(r->soc->irq.level[1] >> (ESP32S3_INTR_CACHE_IA % 32) & 1);
    assert_int_equal(mem_fetch(&r->soc->cores[PRO].map, ESP32S3_IBUS, bytes, 3), MEM_FAULT(EXCCAUSE_FETCH_ERROR));
    assert_int_equal(rd(r, ESP32S3_EXTMEM_MMU_FAULT_VADDR), ESP32S3_IBUS);
}

static void a_cache_that_is_off_or_shut_says_who(void **state)
{
    struct rig *r = *state;
    uint32_t value;
    prepare(r);
    map(r, 0, 7);
    wr(r, ESP32S3_EXTMEM_CORE1_ACS_INT_ENA, 0x1F);
    wr(r, ESP32S3_EXTMEM_DCACHE_CTRL1, ESP32S3_EXTMEM_SHUT_CORE1_BUS);
    assert_int_equal(rd(r, ESP32S3_DBUS), 0xF1A50007);
    assert_int_equal(try_read(r, APP, ESP32S3_DBUS, 4, &value), MEM_OK);
    assert_int_equal(value, JUNK);
    assert_int_equal(rd(r, ESP32S3_EXTMEM_CORE1_ACS_INT_ST), ESP32S3_EXTMEM_ACS_DBUS_DISABLED);
    assert_int_equal(rd(r, ESP32S3_EXTMEM_CORE0_ACS_INT_ST), 0);
    assert_true(r->soc->irq.level[2] >> (ESP32S3_INTR_CACHE_CORE1 % 32) & 1);
    rig_caches_enable(r, false);
    assert_int_equal(rd(r, ESP32S3_DBUS), JUNK);
    assert_int_equal(rd(r, ESP32S3_IBUS), JUNK);
}

static void flash_is_not_written_through_a_cache(void **state)
{
    struct rig *r = *state;
    prepare(r);
    map(r, 0, 0);
    wr(r, ESP32S3_EXTMEM_CACHE_ILG_INT_ENA, ESP32S3_EXTMEM_ILG_WRITE_FLASH);
    wr(r, ESP32S3_DBUS, 0x12345678);
    assert_int_equal(rd(r, ESP32S3_DBUS), 0xF1A50000);
    assert_int_equal(rd(r, ESP32S3_EXTMEM_CACHE_ILG_INT_ST), ESP32S3_EXTMEM_ILG_WRITE_FLASH);
    wr(r, ESP32S3_EXTMEM_CORE0_ACS_INT_ENA, 0x1F);
    wr(r, ESP32S3_IBUS, 0x12345678);
    assert_int_equal(rd(r, ESP32S3_EXTMEM_CORE0_ACS_INT_ST), ESP32S3_EXTMEM_ACS_IBUS_WRITE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up_octal, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(one_entry_serves_both_buses_and_cores), TEST(narrow_addresses_reach_16m),
        TEST(external_ram_is_written_and_fetched),   cmocka_unit_test(without_external_ram_its_entries_lead_nowhere),
        TEST(an_invalid_entry_is_a_fault),           TEST(a_cache_that_is_off_or_shut_says_who),
        TEST(flash_is_not_written_through_a_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
