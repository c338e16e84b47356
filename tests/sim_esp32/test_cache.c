/* SPDX-License-Identifier: Apache-2.0 */
/* Flash through MMU and cache. */
#include "rig.h"

#include "regs/xtensa.h"

#include <string.h>

#define JUNK 0xBAD00BAD

static uint32_t ctrl(unsigned core)
{
    return core == PRO ? ESP32_DPORT_PRO_CACHE_CTRL : ESP32_DPORT_APP_CACHE_CTRL;
}

static uint32_t ctrl1(unsigned core)
{
    return core == PRO ? ESP32_DPORT_PRO_CACHE_CTRL1 : ESP32_DPORT_APP_CACHE_CTRL1;
}

static uint32_t table(unsigned core)
{
    return core == PRO ? ESP32_MMU_PRO : ESP32_MMU_APP;
}

static void invalidate(struct rig *r, unsigned core)
{
    for (uint32_t i = 0; i < ESP32_MMU_ENTRIES; i++)
        wr(r, table(core) + 4 * i, ESP32_MMU_INVALID);
}

static void flush(struct rig *r, unsigned core)
{
    uint32_t v = rd(r, ctrl(core));
    wr(r, ctrl(core), v & ~ESP32_DPORT_CACHE_FLUSH_ENA);
    assert_false(rd(r, ctrl(core)) & ESP32_DPORT_CACHE_FLUSH_DONE);
    wr(r, ctrl(core), v | ESP32_DPORT_CACHE_FLUSH_ENA);
    assert_true(rd(r, ctrl(core)) & ESP32_DPORT_CACHE_FLUSH_DONE);
}

static void enable(struct rig *r, unsigned core, bool on)
{
    uint32_t v = rd(r, ctrl(core)) & ~(ESP32_DPORT_CACHE_ENABLE | ESP32_DPORT_CACHE_FLUSH_ENA);
    wr(r, ctrl1(core), rd(r, ctrl1(core)) & ~0x3FU);
    wr(r, ctrl(core), on ? v | ESP32_DPORT_CACHE_ENABLE : v);
}

/* A word that tells where in the flash it stands. */
static void mark_pages(struct rig *r)
{
    for (uint32_t at = 0; at < nor_size(r->nor); at += 0x1000)
        memcpy(nor_bytes(r->nor) + at, &(uint32_t){0xF1A50000 | at >> 12}, 4);
}

/* Index of the entry for an address: the formulas of the chip's documentation. */
static uint32_t entry_of(uint32_t v)
{
    uint32_t page = (v & 0x3FFFFF) >> 16;
    if (v < 0x3F800000)
        return page;
    return v < 0x40400000 ? 64 + page : v < 0x40800000 ? 128 + page : 192 + page;
}

static void windows_follow_the_tables(void **state)
{
    struct rig *r = *state;
    static const uint32_t addrs[] = {0x3F400000, 0x3F7F0000, 0x3F410000, 0x400D0000, 0x403F0000,
                                     0x40400000, 0x407F0000, 0x40800000, 0x40BF0000};
    mark_pages(r);
    for (unsigned core = 0; core < CORES; core++) {
        invalidate(r, core);
        enable(r, core, true);
        for (size_t i = 0; i < sizeof addrs / sizeof *addrs; i++) {
            uint32_t page = 3 + 7 * (uint32_t)i, v;
            wr(r, table(core) + 4 * entry_of(addrs[i]), page);
            assert_int_equal(try_read(r, core, addrs[i], 4, &v), MEM_OK);
            assert_int_equal(v, 0xF1A50000 | page << 4);
            assert_int_equal(try_read(r, core, addrs[i] + 0xF000, 4, &v), MEM_OK);
            assert_int_equal(v, 0xF1A50000 | (page << 4 | 0xF));
        }
    }
}

static void index_of_the_first_code_page(void **state)
{
    (void)state;
    assert_int_equal(entry_of(0x400D0000), 77);
    assert_int_equal(entry_of(0x3F400000), 0);
}

static void flash_is_not_written_through_the_cache(void **state)
{
    struct rig *r = *state;
    invalidate(r, PRO);
    wr(r, ESP32_MMU_PRO, 0);
    enable(r, PRO, true);
    assert_int_equal(try_write(r, PRO, ESP32_DROM0, 4, 0), MEM_FAULT(EXCCAUSE_LOAD_STORE_ERROR));
    assert_int_equal(nor_bytes(r->nor)[0], 0xFF);
}

static void entries_beyond_the_flash_wrap(void **state)
{
    struct rig *r = *state;
    mark_pages(r);
    invalidate(r, PRO);
    enable(r, PRO, true);
    wr(r, ESP32_MMU_PRO, 128 + 2);
    assert_int_equal(rd(r, ESP32_DROM0), 0xF1A50020);
}

static void a_closed_window_gives_junk_and_says_so(void **state)
{
    struct rig *r = *state;
    uint32_t v;
    mark_pages(r);
    invalidate(r, PRO);
    wr(r, ESP32_MMU_PRO, 0);
    assert_int_equal(rd(r, ESP32_DROM0), JUNK); /* cache off */
    assert_int_equal(rd(r, ESP32_DPORT_PRO_DCACHE_DBUG3), ESP32_DPORT_CACHE_IA_DROM0);
    assert_int_equal(rd(r, ESP32_DPORT_APP_DCACHE_DBUG3), 0);
    assert_int_equal(try_read(r, PRO, ESP32_DROM0 + 1, 1, &v), MEM_OK);
    assert_int_equal(v, JUNK >> 8 & 0xFF);
    wr(r, ESP32_DPORT_PRO_CACHE_CTRL1, rd(r, ESP32_DPORT_PRO_CACHE_CTRL1) | ESP32_DPORT_CACHE_MMU_IA_CLR);
    assert_int_equal(rd(r, ESP32_DPORT_PRO_DCACHE_DBUG3), 0);
    enable(r, PRO, true);
    assert_int_equal(rd(r, ESP32_DROM0), 0xF1A50000);
    assert_int_equal(rd(r, ESP32_DROM0 + 0x10000), JUNK); /* invalid entry */
    wr(r, ESP32_DPORT_PRO_CACHE_CTRL1, ESP32_DPORT_CACHE_MASK_DROM0);
    assert_int_equal(rd(r, ESP32_DROM0), JUNK); /* bus off */
    assert_int_equal(rd(r, ESP32_DRAM1), JUNK); /* no external RAM */
    assert_true(rd(r, ESP32_DPORT_PRO_DCACHE_DBUG3) & ESP32_DPORT_CACHE_IA_DRAM1);
}

static void illegal_access_raises_the_interrupt(void **state)
{
    struct rig *r = *state;
    uint8_t bytes[3];
    invalidate(r, PRO);
    rd(r, ESP32_DROM0);
    assert_false(rd(r, ESP32_DPORT_PRO_INTR_STATUS + 8) & BIT(ESP32_INTR_CACHE_IA - 64));
    wr(r, ESP32_DPORT_CACHE_IA_INT_EN, BIT(14)); /* PRO DROM0 */
    assert_true(rd(r, ESP32_DPORT_PRO_INTR_STATUS + 8) & BIT(ESP32_INTR_CACHE_IA - 64));
    wr(r, ESP32_DPORT_PRO_CACHE_CTRL1, ESP32_DPORT_CACHE_MMU_IA_CLR);
    assert_false(rd(r, ESP32_DPORT_PRO_INTR_STATUS + 8) & BIT(ESP32_INTR_CACHE_IA - 64));
    wr(r, ESP32_DPORT_CACHE_IA_INT_EN, BIT(15)); /* PRO IRAM0: by a fetch */
    assert_int_equal(mem_fetch(&r->soc->cores[PRO].map, ESP32_IROM, bytes, 3), MEM_FAULT(EXCCAUSE_FETCH_ERROR));
    assert_int_equal(rd(r, ESP32_DPORT_PRO_DCACHE_DBUG3), ESP32_DPORT_CACHE_IA_IRAM0);
    assert_true(rd(r, ESP32_DPORT_PRO_INTR_STATUS + 8) & BIT(ESP32_INTR_CACHE_IA - 64));
}

/* Erases a sector by direct SPI1 commands. */
static void erase(struct rig *r, uint32_t at)
{
    wr(r, ESP32_SPI1_BASE + ESP32_SPI_CMD, ESP32_SPI_CMD_WREN);
    rig_pass_ns(r, 10000);
    wr(r, ESP32_SPI1_BASE + ESP32_SPI_ADDR, at);
    wr(r, ESP32_SPI1_BASE + ESP32_SPI_CMD, ESP32_SPI_CMD_SE);
    rig_pass_ns(r, 50000000);
    assert_int_equal(nor_bytes(r->nor)[at], 0xFF);
}

static void old_content_stays_until_a_flush(void **state)
{
    struct rig *r = *state;
    mark_pages(r);
    for (unsigned core = 0; core < CORES; core++) {
        invalidate(r, core);
        wr(r, table(core), 2);
        wr(r, table(core) + 4 * 77, 2);
    }
    enable(r, PRO, true);
    erase(r, 0x20000);
    assert_int_equal(rd(r, ESP32_DROM0), 0xF1A50020);
    assert_int_equal(rd(r, ESP32_IROM), 0xF1A50020);
    enable(r, PRO, false);
    enable(r, PRO, true); /* switching off and on is no flush */
    assert_int_equal(rd(r, ESP32_DROM0), 0xF1A50020);
    flush(r, PRO);
    assert_int_equal(rd(r, ESP32_DROM0), 0xFFFFFFFF);
    assert_int_equal(rd(r, ESP32_IROM), 0xFFFFFFFF);
    uint32_t v;
    enable(r, APP, true); /* this cache was off: it has nothing old */
    assert_int_equal(try_read(r, APP, ESP32_DROM0, 4, &v), MEM_OK);
    assert_int_equal(v, 0xFFFFFFFF);
}

static void an_old_mapping_stays_until_a_flush(void **state)
{
    struct rig *r = *state;
    mark_pages(r);
    invalidate(r, PRO);
    enable(r, PRO, true);
    wr(r, ESP32_MMU_PRO, 5); /* from invalid: at once */
    assert_int_equal(rd(r, ESP32_DROM0), 0xF1A50050);
    wr(r, ESP32_MMU_PRO, 6);
    assert_int_equal(rd(r, ESP32_DROM0), 0xF1A50050);
    flush(r, PRO);
    assert_int_equal(rd(r, ESP32_DROM0), 0xF1A50060);
    enable(r, PRO, false); /* off, flushed, changed, on: the order of loaders */
    flush(r, PRO);
    wr(r, ESP32_MMU_PRO, 7);
    enable(r, PRO, true);
    assert_int_equal(rd(r, ESP32_DROM0), 0xF1A50070);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(windows_follow_the_tables),
        TEST(index_of_the_first_code_page),
        TEST(flash_is_not_written_through_the_cache),
        TEST(entries_beyond_the_flash_wrap),
        TEST(a_closed_window_gives_junk_and_says_so),
        TEST(illegal_access_raises_the_interrupt),
        TEST(old_content_stays_until_a_flush),
        TEST(an_old_mapping_stays_until_a_flush),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
