/* SPDX-License-Identifier: Apache-2.0 */
/* Light and deep sleep: what stops, what stays, and what ends them; on each chip that has RTC_CNTL like the ESP32-S3's. */
#include "rig.h"

#include "base/bits.h"

#include <string.h>

enum { MS = 1000000, SLEEP_MS = 10, CLOCKS_A_MS = 136, SRAM = 0x3FC90000 };
#define WDT_ON (RIG(RTC_WDT_EN) | field_put(RIG(RTC_WDT_STG0), 0, 3)) /* resets the digital part */

static uint32_t rtc_now(struct rig *r)
{
    wr(r, RIG(RTC_TIME_UPDATE), RIG(RTC_TIME_UPDATE_NOW));
    return rd(r, RIG(RTC_TIME0));
}

static void set_timer(struct rig *r, uint32_t ms)
{
    wr(r, RIG(RTC_SLP_TIMER0), rtc_now(r) + ms * CLOCKS_A_MS);
    wr(r, RIG(RTC_SLP_TIMER1), RIG(RTC_MAIN_TIMER_ALARM_EN));
}

static void sleep_with(struct rig *r, uint32_t sources, bool is_deep)
{
    wr(r, RIG(RTC_WAKEUP_STATE), field_put(RIG(RTC_WAKEUP_ENA), 0, sources));
    wr(r, RIG(RTC_DIG_PWC),
       (rd(r, RIG(RTC_DIG_PWC)) & ~RIG(RTC_DG_WRAP_PD_EN)) | (is_deep ? RIG(RTC_DG_WRAP_PD_EN) : 0));
    wr(r, RIG(RTC_STATE0), rd(r, RIG(RTC_STATE0)) | RIG(RTC_SLEEP_EN));
}

static void sleep_ms(struct rig *r, bool is_deep)
{
    set_timer(r, SLEEP_MS);
    sleep_with(r, RIG(RTC_WAKEUP_TIMER), is_deep);
}

static uint32_t timer_now(struct rig *r)
{
    wr(r, RIG(TIMG0_BASE) + RIG(TIMG_T0CONFIG) + 0x0C, 1);
    return rd(r, RIG(TIMG0_BASE) + RIG(TIMG_T0CONFIG) + 0x04);
}

static uint32_t systimer_now(struct rig *r)
{
    wr(r, RIG(SYSTIMER_UNIT0_OP), RIG(SYSTIMER_UPDATE));
    return rd(r, RIG(SYSTIMER_VALUE) + 4);
}

static void light_sleep_stops_the_clocks(void **state)
{
    struct rig *r = *state;
    wr(r, RIG(TIMG0_BASE) + RIG(TIMG_T0CONFIG),
       RIG(TIMG_T_EN) | RIG(TIMG_T_INCREASE) | RIG(TIMG_T_USE_XTAL) |
           field_put(RIG(TIMG_T_DIVIDER), 0, 40)); /* 1 MHz */
    rig_pass_ns(r, MS);
    wr(r, SRAM, 0x12345678);
    sleep_ms(r, false);
    uint32_t count = timer_now(r), ticks = systimer_now(r);
    uint64_t cycles = rig_cycles(r);
    rig_pass_ns(r, 9 * MS);
    assert_true(soc_is_powered(r->soc));
    assert_int_equal(rig_cycles(r), cycles);
    assert_int_equal(timer_now(r), count);
    assert_int_equal(systimer_now(r), ticks);
    assert_int_equal(rd(r, RIG(RTC_INT_RAW)) & RIG(RTC_INT_SLP_WAKEUP), 0);
    rig_pass_ns(r, 2 * MS);
    assert_in_range(rig_cycles(r) - cycles, 19000, 21000); /* 1 ms of 20 MHz */
    assert_in_range(timer_now(r) - count, 990, 1010);
    assert_in_range(systimer_now(r) - ticks, 15800, 16200);
    assert_int_equal(rd(r, RIG(RTC_INT_RAW)) & RIG(RTC_INT_SLP_WAKEUP), RIG(RTC_INT_SLP_WAKEUP));
    assert_int_equal(rd(r, RIG(RTC_SLP_WAKEUP_CAUSE)), RIG(RTC_WAKEUP_TIMER));
    assert_int_equal(rd(r, SRAM), 0x12345678);
    assert_int_equal(soc_resets(r->soc), 0);
    sleep_ms(r, false); /* and again */
    cycles = rig_cycles(r);
    rig_pass_ns(r, MS);
    assert_int_equal(rig_cycles(r), cycles);
}

static void deep_sleep_ends_in_a_reset(void **state)
{
    struct rig *r = *state;
    wr(r, SRAM, 0x12345678);
    wr(r, RIG(RTC_FAST), 0x9ABCDEF0);
    wr(r, RIG(RTC_STORE0), 42);
    wr(r, RIG(MMU_BASE), 0x34);
    sleep_ms(r, true);
    assert_false(soc_is_powered(r->soc));
    rig_pass_ns(r, 9 * MS);
    assert_false(soc_is_powered(r->soc));
    assert_int_equal(soc_resets(r->soc), 0);
    rig_pass_ns(r, 2 * MS);
    assert_true(soc_is_powered(r->soc));
    assert_int_equal(soc_resets(r->soc), 1);
    assert_int_equal(soc_reset_cause(r->soc, PRO), RIG(RESET_DEEP_SLEEP));
    assert_int_not_equal(rd(r, SRAM), 0x12345678);
    assert_int_not_equal(rd(r, RIG(MMU_BASE)), 0x34);
    assert_int_equal(rd(r, RIG(RTC_FAST)), 0x9ABCDEF0);
    assert_int_equal(rd(r, RIG(RTC_STORE0)), 42);
    assert_int_equal(rd(r, RIG(RTC_SLP_WAKEUP_CAUSE)), RIG(RTC_WAKEUP_TIMER));
}

/* A stage of 5 ms: it bites in the middle of the sleep, or 5 ms of being awake after its begin. */
static void the_rtc_watchdog_bites_or_pauses(void **state)
{
    (void)state;
    for (unsigned pauses = 0; pauses < 2; pauses++) {
        struct rig r;
        rig_open(&r);
        rig_watchdogs_off(&r);
        wr(&r, RIG(RTC_WDTCONFIG1), 5 * CLOCKS_A_MS);
        wr(&r, RIG(RTC_WDTCONFIG0), WDT_ON | (pauses ? RIG(RTC_WDT_PAUSE_IN_SLP) : 0));
        rig_pass_ns(&r, MS);
        sleep_ms(&r, false);
        rig_pass_ns(&r, 9 * MS);
        assert_int_equal(soc_resets(r.soc), !pauses);
        assert_int_equal(core_is_clocked(&r.soc->cores[PRO]), !pauses);
        if (!pauses)
            assert_int_equal(soc_reset_cause(r.soc, PRO), RIG(RESET_RTCWDT_SYS));
        rig_pass_ns(&r, 4 * MS);
        if (pauses)
            assert_int_equal(soc_resets(r.soc), 0);
        rig_pass_ns(&r, 2 * MS);
        assert_true(soc_resets(r.soc) > 0);
        rig_close(&r);
    }
}

static void the_super_watchdog_goes_on(void **state)
{
    struct rig *r = *state;
    wr(r, RIG(RTC_SWD_CONF), 0);
    sleep_with(r, RIG(RTC_WAKEUP_TIMER), true);
    rig_pass_ns(r, 900ULL * MS);
    assert_false(soc_is_powered(r->soc));
    rig_pass_ns(r, 200ULL * MS);
    assert_true(soc_is_powered(r->soc));
    assert_int_equal(soc_reset_cause(r->soc, PRO), RIG(RESET_SUPER_WDT));
}

static void without_a_timer_only_en_ends_it(void **state)
{
    struct rig *r = *state;
    for (unsigned is_deep = 0; is_deep < 2; is_deep++) {
        rig_watchdogs_off(r);
        sleep_with(r, RIG(RTC_WAKEUP_TIMER) << 1, is_deep);
        assert_non_null(strstr(r->last_line, "wake-up sources (0x00010)"));
        rig_pass_ns(r, 1000ULL * MS);
        assert_false(core_is_clocked(&r->soc->cores[PRO]));
        soc_set_enable(r->soc, false);
        assert_false(soc_is_powered(r->soc));
        rig_pass_ns(r, MS);
        soc_set_enable(r->soc, true);
        assert_true(soc_is_powered(r->soc) && core_is_clocked(&r->soc->cores[PRO]));
        assert_int_equal(soc_reset_cause(r->soc, PRO), RIG(RESET_POWER_ON));
    }
}

/* The alarm wakes when it is enabled and comes during sleep; one that is near keeps the least time of TIMER5. */
static void the_alarm_wakes(void **state)
{
    struct rig *r = *state;
    rig_pass_ns(r, 5 * MS);
    wr(r, RIG(RTC_SLP_TIMER0), rtc_now(r) + 2);
    wr(r, RIG(RTC_SLP_TIMER1), RIG(RTC_MAIN_TIMER_ALARM_EN));
    sleep_with(r, RIG(RTC_WAKEUP_TIMER), false);
    rig_pass_ns(r, MS / 2);
    assert_false(core_is_clocked(&r->soc->cores[PRO]));
    rig_pass_ns(r, MS / 2);
    assert_true(core_is_clocked(&r->soc->cores[PRO]));
    assert_false(rd(r, RIG(RTC_SLP_TIMER1)) & RIG(RTC_MAIN_TIMER_ALARM_EN));
    wr(r, RIG(RTC_SLP_TIMER0), rtc_now(r) + 5 * CLOCKS_A_MS); /* not enabled */
    sleep_with(r, RIG(RTC_WAKEUP_TIMER), false);
    rig_pass_ns(r, 100ULL * MS);
    assert_false(core_is_clocked(&r->soc->cores[PRO]));
}

static void the_console_over_usb_stands_still(void **state)
{
    struct rig *r = *state;
    r->port = SOC_PORT_USB;
    wr(r, RIG(USJ_EP1), 'a');
    wr(r, RIG(USJ_EP1_CONF), RIG(USJ_WR_DONE));
    sleep_ms(r, false);
    soc_uart_receive(r->soc, SOC_PORT_USB, (const uint8_t *)"b", 1);
    rig_pass_ns(r, 9 * MS);
    assert_int_equal(r->sent_len, 0);
    assert_int_equal(rd(r, RIG(USJ_INT_RAW)) & RIG(USJ_INT_OUT_RECV_PKT), 0);
    rig_pass_ns(r, 3 * MS);
    assert_int_equal(r->sent_len, 1);
    assert_int_equal(rd(r, RIG(USJ_INT_RAW)) & RIG(USJ_INT_OUT_RECV_PKT), RIG(USJ_INT_OUT_RECV_PKT));
    assert_int_equal(rd(r, RIG(USJ_EP1)), 'b');
    wr(r, RIG(USJ_EP1), 'c'); /* never sent: the unit loses its power */
    wr(r, RIG(USJ_EP1_CONF), RIG(USJ_WR_DONE));
    sleep_ms(r, true);
    soc_uart_receive(r->soc, SOC_PORT_USB, (const uint8_t *)"d", 1);
    rig_pass_ns(r, 13 * MS);
    assert_int_equal(r->sent_len, 1);
    assert_int_equal(rd(r, RIG(USJ_EP1_CONF)) & RIG(USJ_OUT_DATA_AVAIL), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(light_sleep_stops_the_clocks),
        TEST(deep_sleep_ends_in_a_reset),
        cmocka_unit_test(the_rtc_watchdog_bites_or_pauses),
        TEST(the_super_watchdog_goes_on),
        TEST(without_a_timer_only_en_ends_it),
        TEST(the_alarm_wakes),
        TEST(the_console_over_usb_stands_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
