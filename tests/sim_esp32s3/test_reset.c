/* SPDX-License-Identifier: Apache-2.0 */
/* Resets, their causes and what they leave; watchdogs; the second core's control; clocks. */
#include "rig.h"

#include "regs/xtensa.h"

static uint32_t cause(struct rig *r, unsigned core)
{
    uint32_t field = core == PRO ? ESP32S3_RTC_RESET_CAUSE_PROCPU : ESP32S3_RTC_RESET_CAUSE_APPCPU;
    uint32_t shown = field_get(field, rd(r, ESP32S3_RTC_RESET_STATE));
    assert_int_equal(shown, soc_reset_cause(r->soc, core));
    return shown;
}

static void power_on_state(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r);
    assert_int_equal(cause(&r, PRO), ESP32S3_RESET_POWER_ON);
    assert_int_equal(cause(&r, APP), ESP32S3_RESET_POWER_ON);
    assert_int_equal(soc_resets(r.soc), 0);
    assert_int_equal(rd(&r, ESP32S3_GPIO_STRAP), 0x08);
    assert_int_equal(rd(&r, ESP32S3_RTC_OPTIONS0), 0x1C00A000);
    assert_int_equal(rd(&r, ESP32S3_RTC_CLK_CONF), ESP32S3_RTC_CLK_CONF_RESET);
    assert_true(core_is_in_reset(&r.soc->cores[APP]));
    rig_pass_ns(&r, 1000);
    assert_int_equal(lx6_state(soc_lx6(r.soc, PRO)), LX6_WAITING);
    assert_int_equal(lx6_instructions(soc_lx6(r.soc, APP)), 0);
    rig_close(&r);
}

static void watchdogs_reset_what_they_are_told_to(void **state)
{
    struct rig *r = *state;
    static const struct {
        uint32_t stage;
        uint32_t pro, app;
        unsigned resets;
    } rows[] = {
        {2, ESP32S3_RESET_RTCWDT_CPU, ESP32S3_RESET_POWER_ON, 0},
        {3, ESP32S3_RESET_RTCWDT_SYS, ESP32S3_RESET_RTCWDT_SYS, 1},
        {4, ESP32S3_RESET_RTCWDT_RTC, ESP32S3_RESET_RTCWDT_RTC, 2},
    };
    rig_start_app(r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wr(r, ESP32S3_RTC_WDTCONFIG1, 136); /* 1 ms */
        wr(r, ESP32S3_RTC_WDTCONFIG0,
           ESP32S3_RTC_WDT_EN | field_put(ESP32S3_RTC_WDT_STG0, 0, rows[i].stage) | ESP32S3_RTC_WDT_PROCPU_RESET_EN);
        rig_pass_ns(r, 999000);
        assert_int_not_equal(cause(r, PRO), rows[i].pro);
        rig_pass_ns(r, 2000);
        assert_int_equal(cause(r, PRO), rows[i].pro);
        assert_int_equal(cause(r, APP), rows[i].app);
        assert_int_equal(soc_resets(r->soc), rows[i].resets);
        rig_watchdogs_off(r);
    }
}

static void a_system_reset_spares_the_rtc(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32S3_RTC_STORE0, 0x1234);
    wr(r, ESP32S3_RTC_STORE4 + 8, 0xABCD); /* STORE6 */
    wr(r, ESP32S3_RTC_SLOW, 0x5678);
    wr(r, ESP32S3_SRAM2, 0x9ABC);
    wr(r, ESP32S3_SYSTEM_CORE1_CONTROL1, 0x40380000);
    wr(r, ESP32S3_UART0_BASE + ESP32S3_UART_CLKDIV, 99);
    wr(r, ESP32S3_RTC_RESET_STATE, 0); /* both cores start in RTC memory */
    wr(r, ESP32S3_RTC_OPTIONS0, 0x9C00A000);
    assert_int_equal(cause(r, PRO), ESP32S3_RESET_SW_SYS);
    assert_int_equal(cause(r, APP), ESP32S3_RESET_SW_SYS);
    assert_int_equal(rd(r, ESP32S3_RTC_OPTIONS0), 0x1C00A000);
    assert_int_equal(rd(r, ESP32S3_RTC_STORE0), 0x1234);
    assert_int_equal(rd(r, ESP32S3_RTC_STORE4 + 8), 0xABCD);
    assert_int_equal(rd(r, ESP32S3_RTC_SLOW), 0x5678);
    assert_int_equal(rd(r, ESP32S3_SRAM2), 0x9ABC);
    assert_int_equal(rd(r, ESP32S3_SYSTEM_CORE1_CONTROL1), 0);
    assert_int_equal(rd(r, ESP32S3_UART0_BASE + ESP32S3_UART_CLKDIV), 0x2B6);
    assert_int_equal(lx6_pc(soc_lx6(r->soc, PRO)), ESP32S3_RESET_VECTOR_RTC);
    soc_set_enable(r->soc, false);
    rig_pass_ns(r, 2000000000);
    assert_int_equal(soc_resets(r->soc), 1); /* nothing ticks */
    soc_set_enable(r->soc, true);
    assert_int_equal(cause(r, PRO), ESP32S3_RESET_POWER_ON);
    assert_int_equal(rd(r, ESP32S3_RTC_STORE0), 0);
    assert_int_equal(lx6_pc(soc_lx6(r->soc, PRO)), ESP32S3_RESET_VECTOR);
}

static void software_resets_one_core(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32S3_RTC_OPTIONS0, 0x1C00A000 | ESP32S3_RTC_SW_PROCPU_RST);
    assert_int_equal(cause(r, PRO), ESP32S3_RESET_SW_CPU);
    assert_int_equal(cause(r, APP), ESP32S3_RESET_POWER_ON);
    wr(r, ESP32S3_RTC_OPTIONS0, 0x1C00A000 | ESP32S3_RTC_SW_APPCPU_RST);
    assert_int_equal(cause(r, APP), ESP32S3_RESET_SW_CPU);
    assert_int_equal(soc_resets(r->soc), 0);
}

static void flags_show_resets_and_are_cleared(void **state)
{
    struct rig *r = *state;
    uint32_t flags = ESP32S3_RTC_RESET_FLAG_PRO | ESP32S3_RTC_RESET_FLAG_APP;
    assert_int_equal(rd(r, ESP32S3_RTC_RESET_STATE) & flags, flags);
    wr(r, ESP32S3_RTC_RESET_STATE, 0x3000 | ESP32S3_RTC_RESET_FLAG_PRO_CLR);
    assert_int_equal(rd(r, ESP32S3_RTC_RESET_STATE) & flags, ESP32S3_RTC_RESET_FLAG_APP);
    assert_int_equal(rd(r, ESP32S3_RTC_RESET_STATE) & ESP32S3_RTC_RESET_FLAG_PRO_CLR, 0);
}

static void the_second_core_is_started_and_stalled(void **state)
{
    struct rig *r = *state;
    struct lx6 *app = soc_lx6(r->soc, APP);
    rig_pass_ns(r, 1000);
    assert_int_equal(lx6_instructions(app), 0);
    rig_start_app(r);
    wr(r, ESP32S3_SYSTEM_CORE1_CONTROL0, ESP32S3_SYSTEM_CORE1_RUNSTALL);
    uint64_t before = lx6_instructions(app);
    rig_pass_ns(r, 1000);
    assert_int_equal(lx6_instructions(app), before);
    wr(r, ESP32S3_SYSTEM_CORE1_CONTROL0, 0); /* the clock gate has no effect */
    rig_pass_ns(r, 1000);
    assert_int_equal(lx6_state(app), LX6_WAITING);
    wr(r, ESP32S3_RTC_OPTIONS0, 0x1C00A000 | ESP32S3_RTC_STALL_C0);
    assert_false(core_is_stalled(&r->soc->cores[APP]));
    wr(r, ESP32S3_RTC_SW_CPU_STALL, field_put(ESP32S3_RTC_SW_STALL_APPCPU_C1, 0, ESP32S3_RTC_STALL_C1));
    assert_true(core_is_stalled(&r->soc->cores[APP]));
    assert_false(core_is_stalled(&r->soc->cores[PRO]));
}

static void cores_follow_the_clock_that_is_chosen(void **state)
{
    struct rig *r = *state;
    struct lx6 *pro = soc_lx6(r->soc, PRO);
    static const struct {
        uint32_t source, speed, divider, clocks; /* in 7 us */
    } rows[] = {{0, 0, 1, 140}, {0, 0, 0, 280}, {1, 0, 0, 560}, {1, 1, 0, 1120}, {1, 2, 0, 1680}, {2, 0, 0, 122}};
    rig_pass_ns(r, 1000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wr(r, ESP32S3_SYSTEM_CPU_PER_CONF, rows[i].speed);
        wr(r, ESP32S3_SYSTEM_SYSCLK_CONF, field_put(ESP32S3_SYSTEM_SOC_CLK_SEL, rows[i].divider, rows[i].source));
        uint32_t ccount = lx6_sr(pro, SR_CCOUNT);
        for (unsigned step = 0; step < 7000; step++) /* in steps that are no multiple of a clock: nothing gets lost */
            rig_pass_ns(r, 1);
        assert_in_range(lx6_sr(pro, SR_CCOUNT) - ccount, rows[i].clocks - 1, rows[i].clocks + 1);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_on_state),
        TEST(watchdogs_reset_what_they_are_told_to),
        TEST(a_system_reset_spares_the_rtc),
        TEST(software_resets_one_core),
        TEST(flags_show_resets_and_are_cleared),
        TEST(the_second_core_is_started_and_stalled),
        TEST(cores_follow_the_clock_that_is_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
