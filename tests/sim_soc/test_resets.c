/* SPDX-License-Identifier: Apache-2.0 */
/* Resets, their causes and what they leave; watchdogs; on each chip that has RTC_CNTL like the ESP32-S3's. */
#include "rig.h"

#include "base/bits.h"

static uint32_t cause(struct rig *r)
{
    uint32_t shown = field_get(RIG_RESET_CAUSE, rd(r, RIG(RTC_RESET_STATE)));
    assert_int_equal(shown, soc_reset_cause(r->soc, PRO));
    return shown;
}

/* Nobody feeds the watchdogs of a chip that does not boot: 40000 clocks of 136 kHz. */
static void an_unattended_chip_resets_for_ever(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r);
    rig_pass_ns(&r, 294117000);
    assert_int_equal(soc_resets(r.soc), 0);
    rig_pass_ns(&r, 2000);
    assert_int_equal(soc_resets(r.soc), 1);
    assert_int_equal(cause(&r), RIG(RESET_RTCWDT_RTC));
    rig_pass_ns(&r, 2941180000);
    assert_int_equal(soc_resets(r.soc), 11);
    rig_watchdogs_off(&r);
    rig_pass_ns(&r, 5000000000);
    assert_int_equal(soc_resets(r.soc), 11);
    rig_close(&r);
}

static void the_super_watchdog_wants_to_be_fed(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r);
    wr(&r, RIG(RTC_WDTCONFIG0), 0);
    wr(&r, RIG(TIMG0_BASE) + RIG(TIMG_WDTCONFIG0), 0);
    rig_pass_ns(&r, 990000000);
    wr(&r, RIG(RTC_SWD_WPROTECT), 0);
    wr(&r, RIG(RTC_SWD_CONF), RIG(SWD_FEED)); /* locked: not heard */
    rig_pass_ns(&r, 20000000);
    assert_int_equal(soc_resets(r.soc), 1);
    assert_int_equal(cause(&r), RIG(RESET_SUPER_WDT));
    assert_true(rd(&r, RIG(RTC_SWD_CONF)) & RIG(SWD_RESET_FLAG));
    wr(&r, RIG(RTC_WDTCONFIG0), 0);
    wr(&r, RIG(TIMG0_BASE) + RIG(TIMG_WDTCONFIG0), 0);
    for (unsigned i = 0; i < 5; i++) {
        rig_pass_ns(&r, 900000000);
        wr(&r, RIG(RTC_SWD_CONF), RIG(SWD_FEED) | RIG(SWD_RST_FLAG_CLR));
    }
    assert_false(rd(&r, RIG(RTC_SWD_CONF)) & RIG(SWD_RESET_FLAG));
    wr(&r, RIG(RTC_SWD_CONF), RIG(SWD_AUTO_FEED_EN));
    rig_pass_ns(&r, 5000000000);
    assert_int_equal(soc_resets(r.soc), 1);
    rig_close(&r);
}

static void watchdogs_reset_what_they_are_told_to(void **state)
{
    struct rig *r = *state;
    static const struct {
        uint32_t stage, cause;
        unsigned resets;
    } rows[] = {
        {2, RIG(RESET_RTCWDT_CPU), 0},
        {3, RIG(RESET_RTCWDT_SYS), 1},
        {4, RIG(RESET_RTCWDT_RTC), 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wr(r, RIG(RTC_WDTCONFIG1), 136); /* 1 ms */
        wr(r, RIG(RTC_STORE0), 42);
        wr(r, RIG(RTC_WDTCONFIG0),
           RIG(RTC_WDT_EN) | field_put(RIG(RTC_WDT_STG0), 0, rows[i].stage) | RIG(RTC_WDT_PROCPU_RESET_EN));
        rig_pass_ns(r, 999000);
        assert_int_not_equal(cause(r), rows[i].cause);
        rig_pass_ns(r, 2000);
        assert_int_equal(cause(r), rows[i].cause);
        assert_int_equal(soc_resets(r->soc), rows[i].resets);
        assert_int_equal(rd(r, RIG(RTC_STORE0)), rows[i].stage == 4 ? 0 : 42);
        rig_watchdogs_off(r);
    }
}

static bool rtc_interrupts(struct rig *r)
{
    return r->soc->irq.level[RIG(INTR_RTC_CORE) / 32] >> (RIG(INTR_RTC_CORE) % 32) & 1;
}

static void the_rtc_watchdog_has_stages_an_interrupt_and_a_lock(void **state)
{
    struct rig *r = *state;
    for (unsigned stage = 0; stage < 4; stage++)
        wr(r, RIG(RTC_WDTCONFIG1) + 4 * stage, 136 * (stage + 1)); /* 1, 2, 3, 4 ms */
    wr(r, RIG(RTC_INT_ENA), RIG(RTC_INT_WDT));
    /* interrupt, nothing, nothing, digital */
    wr(r, RIG(RTC_WDTCONFIG0), RIG(RTC_WDT_EN) | field_put(RIG(RTC_WDT_STG0), 0, 1) | 3U << 19);
    rig_pass_ns(r, 1010000);
    assert_true(rtc_interrupts(r));
    wr(r, RIG(RTC_INT_CLR), RIG(RTC_INT_WDT));
    assert_false(rtc_interrupts(r));
    rig_pass_ns(r, 8900000);
    assert_int_equal(soc_resets(r->soc), 0);
    wr(r, RIG(RTC_WDTFEED), RIG(RTC_WDT_FEED_NOW)); /* from the first stage on */
    rig_pass_ns(r, 9900000);
    assert_int_equal(soc_resets(r->soc), 0);
    wr(r, RIG(RTC_WDTWPROTECT), 0); /* not heard any more */
    wr(r, RIG(RTC_WDTFEED), RIG(RTC_WDT_FEED_NOW));
    wr(r, RIG(RTC_WDTCONFIG0), 0);
    assert_int_not_equal(rd(r, RIG(RTC_WDTCONFIG0)), 0);
    rig_pass_ns(r, 200000);
    assert_int_equal(cause(r), RIG(RESET_RTCWDT_SYS));
}

static void the_rtc_timer_counts_and_alarms(void **state)
{
    struct rig *r = *state;
    rig_pass_ns(r, 1000000);
    wr(r, RIG(RTC_TIME_UPDATE), RIG(RTC_TIME_UPDATE_NOW));
    uint32_t now = rd(r, RIG(RTC_TIME0));
    assert_in_range(now, 135, 137); /* 136 kHz */
    wr(r, RIG(RTC_SLP_TIMER0), now + 136);
    wr(r, RIG(RTC_SLP_TIMER1), RIG(RTC_MAIN_TIMER_ALARM_EN));
    wr(r, RIG(RTC_INT_ENA_W1TS), RIG(RTC_INT_MAIN_TIMER) | RIG(RTC_INT_WDT));
    wr(r, RIG(RTC_INT_ENA_W1TC), RIG(RTC_INT_WDT));
    assert_int_equal(rd(r, RIG(RTC_INT_ENA)), RIG(RTC_INT_MAIN_TIMER));
    rig_pass_ns(r, 980000);
    assert_false(rtc_interrupts(r));
    rig_pass_ns(r, 30000);
    assert_true(rtc_interrupts(r));
    assert_int_equal(rd(r, RIG(RTC_INT_ST)), RIG(RTC_INT_MAIN_TIMER));
    wr(r, RIG(RTC_INT_CLR), RIG(RTC_INT_MAIN_TIMER));
    assert_false(rtc_interrupts(r));
    rig_pass_ns(r, 5000000); /* once */
    assert_false(rtc_interrupts(r));
}

static void timer_groups_have_watchdogs_too(void **state)
{
    struct rig *r = *state;
    static const uint32_t causes[2][2] = {{RIG(RESET_TG0WDT_CPU), RIG(RESET_TG0WDT_SYS)},
                                          {RIG(RESET_TG1WDT_CPU), RIG(RESET_TG1WDT_SYS)}};
    for (unsigned group = 0; group < 2; group++) {
        uint32_t base = group ? RIG(TIMG1_BASE) : RIG(TIMG0_BASE);
        for (unsigned action = 2; action <= 3; action++) {
            wr(r, base + RIG(TIMG_WDTCONFIG1), 20000U << 16); /* 1 ms a tick at 20 MHz */
            wr(r, base + RIG(TIMG_WDTCONFIG2), 3);
            wr(r, base + RIG(TIMG_WDTCONFIG0),
               RIG(TIMG_WDT_EN) | RIG(TIMG_WDT_PROCPU_RESET_EN) | field_put(RIG(TIMG_WDT_STG0), 0, action));
            rig_pass_ns(r, 2999000);
            assert_int_not_equal(cause(r), causes[group][action - 2]);
            rig_pass_ns(r, 2000);
            assert_int_equal(cause(r), causes[group][action - 2]);
            wr(r, base + RIG(TIMG_WDTCONFIG0), 0);
            rig_watchdogs_off(r);
        }
    }
}

static void a_system_reset_spares_the_rtc(void **state)
{
    struct rig *r = *state;
    wr(r, RIG(RTC_STORE0), 0x1234);
    wr(r, RIG(RTC_STORE4) + 8, 0xABCD); /* STORE6 */
    wr(r, RIG(RTC_FAST), 0x5678);
    wr(r, RIG(SRAM1_D), 0x9ABC);
    wr(r, RIG(UART0_BASE) + RIG(UART_CLKDIV), 99);
    wr(r, RIG(RTC_RESET_STATE), 0); /* cores start in RTC memory */
    wr(r, RIG(RTC_OPTIONS0), 0x9C00A000);
    assert_int_equal(cause(r), RIG(RESET_SW_SYS));
    assert_int_equal(rd(r, RIG(RTC_OPTIONS0)), 0x1C00A000);
    assert_int_equal(rd(r, RIG(RTC_STORE0)), 0x1234);
    assert_int_equal(rd(r, RIG(RTC_STORE4) + 8), 0xABCD);
    assert_int_equal(rd(r, RIG(RTC_FAST)), 0x5678);
    assert_int_equal(rd(r, RIG(SRAM1_D)), 0x9ABC);
    assert_int_equal(rd(r, RIG(UART0_BASE) + RIG(UART_CLKDIV)), 0x2B6);
    assert_int_equal(rig_pc(r), RIG_RESET_VECTOR_RTC);
    soc_set_enable(r->soc, false);
    rig_pass_ns(r, 2000000000);
    assert_int_equal(soc_resets(r->soc), 1); /* nothing ticks */
    soc_set_enable(r->soc, true);
    assert_int_equal(cause(r), RIG(RESET_POWER_ON));
    assert_int_equal(rd(r, RIG(RTC_STORE0)), 0);
    assert_int_equal(rig_pc(r), RIG(RESET_VECTOR));
}

static void software_resets_the_core(void **state)
{
    struct rig *r = *state;
    wr(r, RIG(UART0_BASE) + RIG(UART_CLKDIV), 99);
    wr(r, RIG(RTC_OPTIONS0), 0x1C00A000 | RIG(RTC_SW_PROCPU_RST));
    assert_int_equal(cause(r), RIG(RESET_SW_CPU));
    assert_int_equal(rd(r, RIG(UART0_BASE) + RIG(UART_CLKDIV)), 99);
    assert_int_equal(soc_resets(r->soc), 0);
}

static void the_flag_shows_a_reset_and_is_cleared(void **state)
{
    struct rig *r = *state;
    assert_true(rd(r, RIG(RTC_RESET_STATE)) & RIG(RTC_RESET_FLAG_PRO));
    wr(r, RIG(RTC_RESET_STATE), 0x3000 | RIG(RTC_RESET_FLAG_PRO_CLR));
    assert_false(rd(r, RIG(RTC_RESET_STATE)) & (RIG(RTC_RESET_FLAG_PRO) | RIG(RTC_RESET_FLAG_PRO_CLR)));
    wr(r, RIG(RTC_OPTIONS0), 0x1C00A000 | RIG(RTC_SW_PROCPU_RST));
    assert_true(rd(r, RIG(RTC_RESET_STATE)) & RIG(RTC_RESET_FLAG_PRO));
}

static void the_core_can_stop_at_its_reset_vector(void **state)
{
    struct rig *r = *state;
    rig_pass_ns(r, 1000);
    uint64_t before = soc_core_instructions(r->soc, PRO);
    wr(r, RIG(RTC_RESET_STATE), 0x3000 | RIG_OCD_HALT_ON_RESET);
    wr(r, RIG(RTC_OPTIONS0), 0x9C00A000);
    rig_pass_ns(r, 1000);
    assert_true(rig_is_halted(r));
    assert_int_equal(rig_pc(r), RIG(RESET_VECTOR));
    assert_int_equal(soc_core_instructions(r->soc, PRO), before);
    wr(r, RIG(RTC_RESET_STATE), 0x3000); /* and not any more */
    wr(r, RIG(RTC_OPTIONS0), 0x9C00A000);
    rig_pass_ns(r, 1000);
    assert_false(rig_is_halted(r));
    assert_true(soc_core_instructions(r->soc, PRO) > before);
}

static void the_core_stalls(void **state)
{
    struct rig *r = *state;
    rig_pass_ns(r, 1000);
    wr(r, RIG(RTC_OPTIONS0), field_put(RIG(RTC_SW_STALL_PROCPU_C0), 0x1C00A000, RIG(RTC_STALL_C0)));
    assert_false(core_is_stalled(&r->soc->cores[PRO]));
    wr(r, RIG(RTC_SW_CPU_STALL), field_put(RIG(RTC_SW_STALL_PROCPU_C1), 0, RIG(RTC_STALL_C1)));
    assert_true(core_is_stalled(&r->soc->cores[PRO]));
    uint64_t before = rig_cycles(r);
    rig_pass_ns(r, 10000);
    assert_int_equal(rig_cycles(r), before);
    wr(r, RIG(RTC_SW_CPU_STALL), 0);
    rig_pass_ns(r, 10000);
    assert_true(rig_cycles(r) > before);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unattended_chip_resets_for_ever),
        cmocka_unit_test(the_super_watchdog_wants_to_be_fed),
        TEST(watchdogs_reset_what_they_are_told_to),
        TEST(the_rtc_watchdog_has_stages_an_interrupt_and_a_lock),
        TEST(the_rtc_timer_counts_and_alarms),
        TEST(timer_groups_have_watchdogs_too),
        TEST(a_system_reset_spares_the_rtc),
        TEST(software_resets_the_core),
        TEST(the_flag_shows_a_reset_and_is_cleared),
        TEST(the_core_can_stop_at_its_reset_vector),
        TEST(the_core_stalls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
