/* SPDX-License-Identifier: Apache-2.0 */
/* Watchdogs of a program stand still while its cores do, and go on as they were: also when something fails on the way. */
#include "target_rig.h"

#include "regs/esp32.h"

#include <string.h>

enum { DEVICES = 0x3FF00000, WDT_ON = 0xD0008000, WDT_ON_TOO = 0xA0000000 };
static const uint32_t timer_config = ESP32_TIMG0_BASE + ESP32_TIMG_WDTCONFIG0, rtc_config = ESP32_RTC_WDTCONFIG0;

static uint32_t *word(struct target_rig *r, uint32_t addr)
{
    return &r->chip.device_words[(addr - DEVICES) / 4];
}

/* Two watchdogs run, the third does not. The cores run. */
static void open_watched(struct target_rig *r)
{
    target_rig_open(r);
    *word(r, timer_config) = WDT_ON;
    *word(r, rtc_config) = WDT_ON_TOO;
}

static void check_off(struct target_rig *r)
{
    assert_int_equal(*word(r, timer_config), 0);
    assert_int_equal(*word(r, rtc_config), 0);
}

static void check_on(struct target_rig *r)
{
    assert_int_equal(*word(r, timer_config), WDT_ON);
    assert_int_equal(*word(r, rtc_config), WDT_ON_TOO);
    assert_int_equal(*word(r, ESP32_TIMG1_BASE + ESP32_TIMG_WDTCONFIG0), 0);
    assert_int_equal(*word(r, ESP32_TIMG0_BASE + ESP32_TIMG_WDTWPROTECT), 0); /* locked */
    assert_int_equal(*word(r, ESP32_RTC_WDTWPROTECT), 0);
}

static void halts_switch_them_off_and_resumes_on(void **state)
{
    (void)state;
    struct target_rig r;
    open_watched(&r);
    for (unsigned i = 0; i < 3; i++) {
        CHECK_OK(target_halt(r.target, TIMEOUT_MS));
        check_off(&r);
        CHECK_OK(target_resume(r.target));
        check_on(&r);
    }
    target_rig_close(&r);
}

/* Also where looking at them failed, or switching them off in the middle. */
static void a_halt_that_failed_forgets_none(void **state)
{
    (void)state;
    bool is_done = false;
    unsigned failed = 0;
    for (uint64_t n = 1; !is_done; n++) {
        for (unsigned late = 0; late < 2; late++) {
            struct target_rig r;
            open_watched(&r);
            fail_at(&r, n, late);
            enum err e = target_halt(r.target, TIMEOUT_MS);
            is_done = is_failure_ahead(&r);
            failed += e == ERR_IO;
            fail_at(&r, 0, false);
            CHECK_OK(target_halt(r.target, TIMEOUT_MS));
            check_off(&r);
            CHECK_OK(target_resume(r.target));
            check_on(&r);
            target_rig_close(&r);
        }
    }
    assert_true(failed > 6);
}

/* The cores stay halted then, and nothing feeds them. */
static void a_resume_that_failed_calms_them_again(void **state)
{
    (void)state;
    bool is_done = false;
    unsigned failed = 0, left_on = 0;
    for (uint64_t n = 1; !is_done; n++) {
        for (unsigned late = 0; late < 2; late++) {
            struct target_rig r;
            open_watched(&r);
            CHECK_OK(target_halt(r.target, TIMEOUT_MS));
            fail_at(&r, n, late);
            enum err e = target_resume(r.target);
            is_done = !e;
            fail_at(&r, 0, false);
            if (e) {
                failed++;
                CHECK_ERR(e, ERR_IO);
                assert_non_null(strstr(err_why(&r.chip.log, e), "the rig failed at execute"));
                bool is_halted = core_state(r.cpu[0]) == CORE_HALTED;
                assert_int_equal(r.events[TARGET_RESUMED], is_halted ? 0 : 2);
                left_on += is_halted && *word(&r, timer_config);
                if (is_halted)
                    CHECK_OK(target_resume(r.target));
            }
            check_on(&r);
            target_rig_close(&r);
        }
    }
    assert_true(failed > 2);
    assert_int_equal(left_on, 0);
}

/* A core alone that goes leaves them off; what was found counts when the last one goes. */
static void they_wait_for_the_last_core(void **state)
{
    (void)state;
    struct target_rig r;
    open_watched(&r);
    CHECK_OK(target_set_smp_break(r.target, 0));
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    CHECK_OK(core_resume(r.cpu[1]));
    check_off(&r);
    fail_at(&r, 1, false);
    CHECK_ERR(core_resume(r.cpu[0]), ERR_IO);
    fail_at(&r, 0, false);
    CHECK_OK(core_resume(r.cpu[0]));
    check_on(&r);
    target_rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halts_switch_them_off_and_resumes_on),
        cmocka_unit_test(a_halt_that_failed_forgets_none),
        cmocka_unit_test(a_resume_that_failed_calms_them_again),
        cmocka_unit_test(they_wait_for_the_last_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
