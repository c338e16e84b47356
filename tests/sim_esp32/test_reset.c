/* SPDX-License-Identifier: Apache-2.0 */
/* Resets, their causes and what they leave; watchdogs; the second core's control; clocks. */
#include "rig.h"

#include "regs/xtensa.h"

#include <string.h>

static uint32_t cause(struct rig *r, unsigned core)
{
    uint32_t field = core == PRO ? ESP32_RTC_RESET_CAUSE_PROCPU : ESP32_RTC_RESET_CAUSE_APPCPU;
    uint32_t shown = field_get(field, rd(r, ESP32_RTC_RESET_STATE));
    assert_int_equal(shown, soc_reset_cause(r->soc, core));
    return shown;
}

static void power_on_state(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL, NULL, 0);
    assert_int_equal(cause(&r, PRO), ESP32_RESET_POWER_ON);
    assert_int_equal(cause(&r, APP), ESP32_RESET_POWER_ON);
    assert_int_equal(rd(&r, ESP32_RTC_RESET_STATE) & 0x3000, 0x3000);
    assert_int_equal(soc_resets(r.soc), 0);
    assert_int_equal(rd(&r, ESP32_GPIO_STRAP), 0x13);
    assert_true(core_is_in_reset(&r.soc->cores[APP]));
    assert_false(core_is_clocked(&r.soc->cores[APP]));
    rig_pass_ns(&r, 1000);
    assert_int_equal(lx6_state(soc_lx6(r.soc, PRO)), LX6_WAITING);
    assert_int_equal(lx6_instructions(soc_lx6(r.soc, APP)), 0);
    rig_close(&r);
}

/* Nobody feeds the watchdogs of a chip that does not boot: the RTC's bites every 0.35 s. */
static void an_unattended_chip_resets_for_ever(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL, NULL, 0);
    rig_pass_ns(&r, 349999000);
    assert_int_equal(soc_resets(r.soc), 0);
    rig_pass_ns(&r, 2000);
    assert_int_equal(soc_resets(r.soc), 1);
    assert_int_equal(cause(&r, PRO), ESP32_RESET_RTCWDT_RTC);
    rig_pass_ns(&r, 3500000000);
    assert_int_equal(soc_resets(r.soc), 11);
    rig_watchdogs_off(&r);
    rig_pass_ns(&r, 3500000000);
    assert_int_equal(soc_resets(r.soc), 11);
    rig_close(&r);
}

static void timer_group_0_guards_the_boot_too(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, NULL, NULL, 0);
    wr(&r, ESP32_RTC_WDTCONFIG0, 0);
    rig_pass_ns(&r, 649999000); /* 26000000 clocks of 40 MHz */
    assert_int_equal(soc_resets(r.soc), 0);
    rig_pass_ns(&r, 2000);
    assert_int_equal(soc_resets(r.soc), 1);
    assert_int_equal(cause(&r, PRO), ESP32_RESET_TG0WDT_SYS);
    rig_close(&r);
}

static void watchdogs_are_write_protected(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32_RTC_WDTWPROTECT, 0);
    wr(r, ESP32_RTC_WDTCONFIG0, ESP32_RTC_WDT_EN);
    assert_int_equal(rd(r, ESP32_RTC_WDTCONFIG0), 0);
    wr(r, ESP32_RTC_WDTWPROTECT, ESP32_WDT_KEY);
    wr(r, ESP32_RTC_WDTCONFIG0, ESP32_RTC_WDT_EN);
    assert_int_equal(rd(r, ESP32_RTC_WDTCONFIG0), ESP32_RTC_WDT_EN);
    wr(r, ESP32_TIMG1_BASE + ESP32_TIMG_WDTWPROTECT, 1);
    wr(r, ESP32_TIMG1_BASE + ESP32_TIMG_WDTCONFIG2, 5);
    assert_int_equal(rd(r, ESP32_TIMG1_BASE + ESP32_TIMG_WDTCONFIG2), 26000000);
}

static void rtc_watchdog_goes_through_its_stages(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32_RTC_WDTCONFIG1, 150);      /* 1 ms */
    wr(r, ESP32_RTC_WDTCONFIG1 + 4, 1500); /* 10 ms */
    uint32_t config = ESP32_RTC_WDT_EN | field_put(ESP32_RTC_WDT_STG0, 0, 1) | field_put(ESP32_RTC_WDT_STG1, 0, 3);
    wr(r, ESP32_RTC_WDTCONFIG0, config);
    rig_pass_ns(r, 999000);
    assert_false(rd(r, ESP32_RTC_INT_RAW) & ESP32_RTC_INT_WDT);
    wr(r, ESP32_RTC_WDTFEED, ESP32_RTC_WDT_FEED_NOW); /* from the start again */
    rig_pass_ns(r, 999000);
    assert_false(rd(r, ESP32_RTC_INT_RAW) & ESP32_RTC_INT_WDT);
    rig_pass_ns(r, 2000);
    assert_true(rd(r, ESP32_RTC_INT_RAW) & ESP32_RTC_INT_WDT);
    assert_int_equal(soc_resets(r->soc), 0);
    rig_pass_ns(r, 10000000);
    assert_int_equal(soc_resets(r->soc), 1);
    assert_int_equal(cause(r, PRO), ESP32_RESET_RTCWDT_SYS);
    assert_int_equal(rd(r, ESP32_RTC_WDTCONFIG0), config); /* the RTC was not reset */
}

static void watchdogs_reset_single_cores(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32_DPORT_APPCPU_CTRL_B, 1);
    wr(r, ESP32_DPORT_APPCPU_CTRL_A, 0);
    assert_int_equal(cause(r, APP), ESP32_RESET_EXT_CPU);
    wr(r, ESP32_RTC_WDTCONFIG1, 150);
    wr(r, ESP32_RTC_WDTCONFIG0, ESP32_RTC_WDT_EN | field_put(ESP32_RTC_WDT_STG0, 0, 2) | ESP32_RTC_WDT_APPCPU_RESET_EN);
    rig_pass_ns(r, 1001000);
    assert_int_equal(cause(r, APP), ESP32_RESET_RTCWDT_CPU);
    assert_int_equal(cause(r, PRO), ESP32_RESET_POWER_ON);
    wr(r, ESP32_RTC_WDTCONFIG0, 0);
    for (unsigned group = 0; group < 2; group++) { /* each group's watchdog resets its own core */
        uint32_t base = group ? ESP32_TIMG1_BASE : ESP32_TIMG0_BASE;
        wr(r, base + ESP32_TIMG_WDTCONFIG1, 40000U << 16); /* 1 ms a tick */
        wr(r, base + ESP32_TIMG_WDTCONFIG2, 3);
        wr(r, base + ESP32_TIMG_WDTCONFIG0, ESP32_TIMG_WDT_EN | field_put(ESP32_TIMG_WDT_STG0, 0, 2));
        rig_pass_ns(r, 2999000);
        assert_int_not_equal(cause(r, group), ESP32_RESET_TGWDT_CPU);
        rig_pass_ns(r, 2000);
        assert_int_equal(cause(r, group), ESP32_RESET_TGWDT_CPU);
        wr(r, base + ESP32_TIMG_WDTCONFIG0, 0);
    }
    assert_int_equal(soc_resets(r->soc), 0);
    wr(r, ESP32_TIMG1_BASE + ESP32_TIMG_WDTCONFIG0, ESP32_TIMG_WDT_EN | field_put(ESP32_TIMG_WDT_STG0, 0, 3));
    rig_pass_ns(r, 3001000);
    assert_int_equal(cause(r, PRO), ESP32_RESET_TG1WDT_SYS);
    assert_int_equal(cause(r, APP), ESP32_RESET_TG1WDT_SYS);
}

static void a_system_reset_spares_the_rtc(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32_RTC_STORE0, 0x1234);
    wr(r, ESP32_RTC_SLOW, 0x5678);
    wr(r, ESP32_SRAM2, 0x9ABC);
    wr(r, ESP32_DPORT_APPCPU_CTRL_D, 0x40080000);
    wr(r, ESP32_UART0_BASE + ESP32_UART_CLKDIV, 99);
    wr(r, ESP32_RTC_RESET_STATE, 0); /* both cores start in RTC memory */
    wr(r, ESP32_RTC_OPTIONS0, 0x9C492000);
    assert_int_equal(cause(r, PRO), ESP32_RESET_SW_SYS);
    assert_int_equal(cause(r, APP), ESP32_RESET_SW_SYS);
    assert_int_equal(rd(r, ESP32_RTC_OPTIONS0), 0x1C492000); /* the bit does not stay */
    assert_int_equal(rd(r, ESP32_RTC_STORE0), 0x1234);
    assert_int_equal(rd(r, ESP32_RTC_SLOW), 0x5678);
    assert_int_equal(rd(r, ESP32_SRAM2), 0x9ABC);
    assert_int_equal(rd(r, ESP32_DPORT_APPCPU_CTRL_D), 0);
    assert_int_equal(rd(r, ESP32_UART0_BASE + ESP32_UART_CLKDIV), 0x2B6);
    assert_int_equal(lx6_pc(soc_lx6(r->soc, PRO)), ESP32_RESET_VECTOR_RTC);
    assert_int_equal(soc_resets(r->soc), 1);
    soc_set_enable(r->soc, false);
    rig_pass_ns(r, 1000000000);
    assert_int_equal(soc_resets(r->soc), 1); /* nothing ticks */
    soc_set_enable(r->soc, true);
    assert_int_equal(cause(r, PRO), ESP32_RESET_POWER_ON);
    assert_int_equal(rd(r, ESP32_RTC_STORE0), 0);
    assert_int_not_equal(rd(r, ESP32_RTC_SLOW), 0x5678);
    assert_int_equal(lx6_pc(soc_lx6(r->soc, PRO)), ESP32_RESET_VECTOR);
}

static void software_resets_one_core(void **state)
{
    struct rig *r = *state;
    rig_pass_ns(r, 10000);
    wr(r, ESP32_UART0_BASE + ESP32_UART_CLKDIV, 99);
    wr(r, ESP32_RTC_OPTIONS0, 0x1C492000 | ESP32_RTC_SW_PROCPU_RST);
    assert_int_equal(cause(r, PRO), ESP32_RESET_SW_CPU);
    assert_int_equal(cause(r, APP), ESP32_RESET_POWER_ON);
    assert_int_equal(rd(r, ESP32_UART0_BASE + ESP32_UART_CLKDIV), 99);
    wr(r, ESP32_RTC_OPTIONS0, 0x1C492000 | ESP32_RTC_SW_APPCPU_RST);
    assert_int_equal(cause(r, APP), ESP32_RESET_SW_CPU);
    assert_int_equal(soc_resets(r->soc), 0);
}

static void dport_starts_and_stops_the_second_core(void **state)
{
    struct rig *r = *state;
    struct lx6 *app = soc_lx6(r->soc, APP);
    wr(r, ESP32_DPORT_APPCPU_CTRL_C, 1);
    wr(r, ESP32_DPORT_APPCPU_CTRL_B, 1);
    wr(r, ESP32_DPORT_APPCPU_CTRL_A, 0);
    rig_pass_ns(r, 1000);
    assert_int_equal(lx6_instructions(app), 0); /* stalled */
    wr(r, ESP32_DPORT_APPCPU_CTRL_C, 0);
    rig_pass_ns(r, 1000);
    assert_int_equal(lx6_state(app), LX6_WAITING);
    uint32_t ccount = lx6_sr(app, SR_CCOUNT);
    rig_pass_ns(r, 1000); /* 40 clocks of 40 MHz */
    assert_int_equal(lx6_sr(app, SR_CCOUNT) - ccount, 40);
    wr(r, ESP32_DPORT_APPCPU_CTRL_B, 0);
    ccount = lx6_sr(app, SR_CCOUNT);
    rig_pass_ns(r, 1000);
    assert_int_equal(lx6_sr(app, SR_CCOUNT), ccount); /* no clock */
    wr(r, ESP32_DPORT_APPCPU_CTRL_B, 1);
    wr(r, ESP32_DPORT_APPCPU_CTRL_A, 1);
    rig_pass_ns(r, 1000);
    assert_true(core_is_in_reset(&r->soc->cores[APP]));
    wr(r, ESP32_DPORT_APPCPU_CTRL_A, 0);
    assert_int_equal(lx6_pc(app), ESP32_RESET_VECTOR);
}

static void rtc_stalls_a_core(void **state)
{
    struct rig *r = *state;
    struct lx6 *pro = soc_lx6(r->soc, PRO);
    wr(r, ESP32_RTC_OPTIONS0, 0x1C492000 | field_put(ESP32_RTC_SW_STALL_PROCPU_C0, 0, 2));
    assert_false(core_is_stalled(&r->soc->cores[PRO]));
    wr(r, ESP32_RTC_SW_CPU_STALL, field_put(ESP32_RTC_SW_STALL_PROCPU_C1, 0, 0x21));
    assert_true(core_is_stalled(&r->soc->cores[PRO]));
    assert_false(core_is_stalled(&r->soc->cores[APP]));
    uint32_t ccount = lx6_sr(pro, SR_CCOUNT);
    rig_pass_ns(r, 1000);
    assert_int_equal(lx6_sr(pro, SR_CCOUNT), ccount);
    wr(r, ESP32_RTC_SW_CPU_STALL, 0);
    rig_pass_ns(r, 1000);
    assert_int_equal(lx6_sr(pro, SR_CCOUNT) - ccount, 40);
}

static void cores_follow_the_clock_that_is_chosen(void **state)
{
    struct rig *r = *state;
    struct lx6 *pro = soc_lx6(r->soc, PRO);
    static const struct {
        uint32_t source, speed, divider, clocks; /* in 7 us */
    } rows[] = {{0, 0, 0, 280}, {1, 0, 0, 560}, {1, 1, 0, 1120}, {1, 2, 0, 1680}, {0, 2, 0, 280}, {0, 0, 1, 140}};
    rig_pass_ns(r, 1000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wr(r, ESP32_DPORT_CPU_PER_CONF, rows[i].speed);
        wr(r, ESP32_SYSCON_SYSCLK_CONF, 0x2000 | rows[i].divider);
        wr(r, ESP32_RTC_CLK_CONF, field_put(ESP32_RTC_SOC_CLK_SEL, 0x2210, rows[i].source));
        uint32_t ccount = lx6_sr(pro, SR_CCOUNT);
        for (unsigned step = 0; step < 7000; step++) /* in steps that are no multiple of a clock: nothing gets lost */
            rig_pass_ns(r, 1);
        assert_in_range(lx6_sr(pro, SR_CCOUNT) - ccount, rows[i].clocks - 1, rows[i].clocks);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_on_state),
        cmocka_unit_test(an_unattended_chip_resets_for_ever),
        cmocka_unit_test(timer_group_0_guards_the_boot_too),
        TEST(watchdogs_are_write_protected),
        TEST(rtc_watchdog_goes_through_its_stages),
        TEST(watchdogs_reset_single_cores),
        TEST(a_system_reset_spares_the_rtc),
        TEST(software_resets_one_core),
        TEST(dport_starts_and_stops_the_second_core),
        TEST(rtc_stalls_a_core),
        TEST(cores_follow_the_clock_that_is_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
