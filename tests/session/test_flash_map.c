/* SPDX-License-Identifier: Apache-2.0 */
/* The mapping that a session keeps: when it is read, what it says, and that it never makes anything fail. */
#include "tests/unit.h"

#include "layout/layout.h"
#include "session/flash_map.h"

#include <stdio.h>
#include <string.h>

enum { IROM = 0x400D0000, IROM_ENTRY = 64 + 13, PAGE = 0x10000, FLASH_PAGE = 5 };

struct rig {
    struct log log;
    struct log_sink sink;
    unsigned warnings;
    char last[1024]; /* warning */
    atomic_bool interrupted;
    struct session *session;
};

static void on_line(void *ctx, enum log_level level, const char *line)
{
    struct rig *r = ctx;
    r->warnings += level == LOG_WARN;
    if (level == LOG_WARN)
        snprintf(r->last, sizeof r->last, "%s", line);
}

/* A blank board whose boot ROM runs: nothing is mapped. */
static void rig_open(struct rig *r, const char *fault)
{
    *r = (struct rig){0};
    log_init(&r->log, LOG_WARN);
    r->sink = (struct log_sink){.fn = on_line, .ctx = r};
    log_add_sink(&r->log, &r->sink);
    r->session = session_new(&r->log, &r->interrupted);
    CHECK_OK(session_use_chip(r->session, "esp32"));
    CHECK_OK(session_use_sim(r->session, &(struct session_sim){.fault = fault}));
    CHECK_OK(session_open(r->session));
    CHECK_OK(session_reset(r->session, RESET_RUN));
    CHECK_OK(clock_wait_ms(session_clock(r->session), 50));
    CHECK_OK(target_halt(session_target(r->session), 1000));
}

static struct core *core0(struct rig *r)
{
    return target_core(session_target(r->session), 0);
}

/* The first page of the window for instructions. */
static void map_page(struct rig *r, uint32_t entry)
{
    uint32_t table = target_chip(session_target(r->session))->mmu.table[0];
    CHECK_OK(core_write_u32(core0(r), table + 4 * IROM_ENTRY, entry));
}

static void test_closed(void **state)
{
    (void)state;
    struct log log;
    log_init(&log, LOG_SILENT);
    struct session *s = session_new(&log, NULL);
    assert_int_equal(session_mapping(s)->count, 0);
    CHECK_OK(session_use_chip(s, "esp32"));
    assert_false(session_to_flash(s, 0, IROM, &(uint32_t){0}, NULL));
    session_free(s);
}

static void test_read_once_while_the_chip_stands_still(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    assert_int_equal(session_mapping(r.session)->count, 0);
    uint64_t before = clock_now_ns(session_clock(r.session));
    map_page(&r, FLASH_PAGE);
    uint64_t written = clock_now_ns(session_clock(r.session));
    assert_true(written > before);
    assert_int_equal(session_mapping(r.session)->count, 0); /* not asked again */
    assert_int_equal(clock_now_ns(session_clock(r.session)), written);
    session_forget_mapping(r.session);
    assert_int_equal(session_mapping(r.session)->count, 1);
    session_free(r.session);
}

static void test_both_ways(void **state)
{
    (void)state;
    struct rig r;
    uint32_t offset = 0, left = 0, vaddr = 0;
    rig_open(&r, NULL);
    map_page(&r, FLASH_PAGE);
    assert_true(session_to_flash(r.session, 0, IROM + 0x123, &offset, &left));
    assert_int_equal(offset, FLASH_PAGE * PAGE + 0x123);
    assert_int_equal(left, PAGE - 0x123);
    assert_int_equal(session_from_flash(r.session, 0, offset, &vaddr, 1), 1);
    assert_int_equal(vaddr, IROM + 0x123);
    assert_false(session_to_flash(r.session, 0, IROM + PAGE, &offset, NULL));
    assert_false(session_to_flash(r.session, 1, IROM, &offset, NULL)); /* the other core has a table of its own */
    assert_int_equal(session_from_flash(r.session, 1, FLASH_PAGE * PAGE, &vaddr, 1), 0);
    session_free(r.session);
}

/* A step, a run, a reset and a written flash; an agent's job is none of it. */
static void test_read_again(void **state)
{
    (void)state;
    struct rig r;
    uint8_t byte;
    rig_open(&r, NULL);
    assert_int_equal(session_mapping(r.session)->count, 0);
    map_page(&r, FLASH_PAGE);
    CHECK_OK(flash_read(session_flash(r.session), 0, &byte, 1));
    assert_int_equal(session_mapping(r.session)->count, 0);
    CHECK_OK(flash_erase(session_flash(r.session), 0, FLASH_SECTOR_SIZE));
    assert_int_equal(session_mapping(r.session)->count, 1);
    map_page(&r, 0x100); /* not valid any more (ESP32: bit 8) */
    assert_int_equal(session_mapping(r.session)->count, 1);
    CHECK_OK(session_release_flash(r.session));
    CHECK_OK(core_step(core0(&r)));
    assert_int_equal(session_mapping(r.session)->count, 0);
    map_page(&r, FLASH_PAGE);
    CHECK_OK(session_reset(r.session, RESET_HALT));
    assert_int_equal(session_mapping(r.session)->count, 0); /* at its vector: what the table holds is of the past */
    session_free(r.session);
}

static void test_said_once(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    for (int i = 0; i < 3; i++) {
        session_forget_mapping(r.session);
        session_mapping(r.session);
    }
    assert_int_equal(r.warnings, 1);
    assert_non_null(strstr(r.last, "the flash is blank"));
    session_set_app_offset(r.session, 0x20000);
    session_mapping(r.session);
    assert_int_equal(r.warnings, 2);
    assert_non_null(strstr(r.last, "no app image begins there"));
    session_set_app_offset(r.session, LAYOUT_NOWHERE);
    session_mapping(r.session);
    assert_int_equal(r.warnings, 2);
    session_free(r.session);
}

static void test_nothing_makes_it_fail(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, "flash-absent");
    map_page(&r, FLASH_PAGE);
    assert_int_equal(session_mapping(r.session)->count, 1); /* the MMU is there all the same */
    assert_int_equal(r.warnings, 1);
    assert_non_null(strstr(r.last, "no flash answers"));
    assert_string_equal(r.log.why, ""); /* no error is left behind */
    session_forget_mapping(r.session);
    atomic_store(&r.interrupted, true);
    assert_int_equal(session_mapping(r.session)->count, 0); /* not known, and not kept */
    atomic_store(&r.interrupted, false);
    assert_int_equal(session_mapping(r.session)->count, 1);
    assert_int_equal(r.warnings, 1);
    session_free(r.session);
}

static void test_without_banks_the_flash_is_not_touched(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, "flash-absent");
    session_config(r.session)->bank_count = 0;
    map_page(&r, FLASH_PAGE);
    assert_int_equal(session_mapping(r.session)->count, 1);
    assert_int_equal(r.warnings, 0);
    session_free(r.session);
}

static void test_a_running_chip_goes_on(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL);
    map_page(&r, FLASH_PAGE);
    CHECK_OK(target_resume(session_target(r.session)));
    session_mapping(r.session);
    assert_int_equal(core_state(core0(&r)), CORE_RUNNING);
    uint64_t before = clock_now_ns(session_clock(r.session));
    session_mapping(r.session);
    assert_true(clock_now_ns(session_clock(r.session)) > before); /* it may have changed since */
    session_free(r.session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed),
        cmocka_unit_test(test_read_once_while_the_chip_stands_still),
        cmocka_unit_test(test_both_ways),
        cmocka_unit_test(test_read_again),
        cmocka_unit_test(test_said_once),
        cmocka_unit_test(test_nothing_makes_it_fail),
        cmocka_unit_test(test_without_banks_the_flash_is_not_touched),
        cmocka_unit_test(test_a_running_chip_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
