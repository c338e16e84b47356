/* SPDX-License-Identifier: Apache-2.0 */
/* Serial ports, timers, what the host does over USB, on each chip that has these. */
#include "rig.h"

#include "base/bits.h"

static bool is_raised(struct rig *r, unsigned source)
{
    return r->soc->irq.level[source / 32] >> (source % 32) & 1;
}

#define UART0(reg) (RIG(UART0_BASE) + RIG(UART_##reg))

static void uart_sends_and_receives(void **state)
{
    struct rig *r = *state;
    wr(r, UART0(CLKDIV), 347); /* 40 MHz / 115200 */
    wr(r, UART0(CLK_CONF), field_put(RIG(UART_SCLK_SEL), RIG(UART_SCLK_EN), 3));
    wr(r, UART0(CONF1), 0);
    wr(r, UART0(INT_CLR), 0xFFFFF);
    wr(r, UART0(INT_ENA), RIG(UART_INT_TX_DONE));
    uint64_t start = r->sched.now_ps;
    for (const char *p = "hi!"; *p; p++)
        wr(r, UART0(FIFO), (uint8_t)*p);
    assert_int_equal(field_get(RIG(UART_TXFIFO_CNT), rd(r, UART0(STATUS))), 2); /* one is on the wire */
    assert_int_not_equal(field_get(RIG(UART_ST_UTX_OUT), rd(r, UART0(FSM))), 0);
    rig_pass_ns(r, 300000);
    assert_int_equal(r->sent_len, 3);
    assert_memory_equal(r->sent, "hi!", 3);
    assert_int_equal((r->first_sent_ps - start) / PS_PER_NS, 10 * 347 * 25);
    assert_true(is_raised(r, RIG(INTR_UART0)));
    soc_uart_receive(r->soc, 0, (const uint8_t *)"xy", 2);
    rig_pass_ns(r, 200000);
    assert_int_equal(field_get(RIG(UART_RXFIFO_CNT), rd(r, UART0(STATUS))), 2);
    assert_int_equal(rd(r, UART0(FIFO)), 'x');
    assert_int_equal(rd(r, UART0(FIFO)), 'y');
}

static void usb_port_sends_what_is_flushed(void **state)
{
    struct rig *r = *state;
    r->port = SOC_PORT_USB;
    wr(r, RIG(USJ_INT_CLR), 0xFFF);
    wr(r, RIG(USJ_INT_ENA), RIG(USJ_INT_IN_EMPTY) | RIG(USJ_INT_OUT_RECV_PKT));
    wr(r, RIG(USJ_EP1), 'a');
    wr(r, RIG(USJ_EP1), 'b');
    rig_pass_ns(r, 5000000);
    assert_int_equal(r->sent_len, 0);
    wr(r, RIG(USJ_EP1_CONF), RIG(USJ_WR_DONE));
    assert_false(rd(r, RIG(USJ_EP1_CONF)) & RIG(USJ_IN_DATA_FREE));
    rig_pass_ns(r, 1000001);
    assert_int_equal(r->sent_len, 2);
    assert_memory_equal(r->sent, "ab", 2);
    assert_true(rd(r, RIG(USJ_EP1_CONF)) & RIG(USJ_IN_DATA_FREE));
    assert_int_equal(rd(r, RIG(USJ_INT_ST)), RIG(USJ_INT_IN_EMPTY));
    assert_true(is_raised(r, RIG(INTR_USB_SERIAL_JTAG)));
    for (unsigned i = 0; i < 64; i++) /* a full buffer goes by itself */
        wr(r, RIG(USJ_EP1), 'c');
    rig_pass_ns(r, 1000001);
    assert_int_equal(r->sent_len, 66);
    assert_false(rd(r, RIG(USJ_EP1_CONF)) & RIG(USJ_OUT_DATA_AVAIL));
    soc_uart_receive(r->soc, SOC_PORT_USB, (const uint8_t *)"z", 1);
    assert_true(rd(r, RIG(USJ_EP1_CONF)) & RIG(USJ_OUT_DATA_AVAIL));
    assert_true(rd(r, RIG(USJ_INT_ST)) & RIG(USJ_INT_OUT_RECV_PKT));
    assert_int_equal(rd(r, RIG(USJ_EP1)), 'z');
    assert_false(rd(r, RIG(USJ_EP1_CONF)) & RIG(USJ_OUT_DATA_AVAIL));
}

static void group_timers_count_and_alarm(void **state)
{
    struct rig *r = *state;
    uint32_t base = RIG(TIMG1_BASE);
    wr(r, base + RIG(TIMG_T0CONFIG) + 0x10, 50); /* alarm */
    wr(r, base + RIG(TIMG_INT_ENA), 1);
    wr(r, base + RIG(TIMG_T0CONFIG),
       RIG(TIMG_T_EN) | RIG(TIMG_T_INCREASE) | RIG(TIMG_T_ALARM_EN) | RIG(TIMG_T_USE_XTAL) |
           field_put(RIG(TIMG_T_DIVIDER), 0, 40)); /* 1 us */
    rig_pass_ns(r, 49000);
    assert_false(is_raised(r, RIG(INTR_TG1_T0)));
    rig_pass_ns(r, 2000);
    assert_true(is_raised(r, RIG(INTR_TG1_T0)));
    wr(r, base + RIG(TIMG_T0CONFIG) + 0x0C, 1U << 31);
    assert_in_range(rd(r, base + RIG(TIMG_T0CONFIG) + 4), 50, 51);
    assert_false(rd(r, base + RIG(TIMG_T0CONFIG)) & RIG(TIMG_T_ALARM_EN));
    wr(r, base + RIG(TIMG_INT_CLR), 1);
    assert_false(is_raised(r, RIG(INTR_TG1_T0)));
}

/* Its interrupt is behind those of the timers. */
static void a_groups_watchdog_interrupts(void **state)
{
    struct rig *r = *state;
    uint32_t base = RIG(TIMG1_BASE);
    wr(r, base + RIG(TIMG_WDTCONFIG1), 20000U << 16); /* 1 ms a tick at 20 MHz */
    wr(r, base + RIG(TIMG_WDTCONFIG2), 3);
    wr(r, base + RIG(TIMG_INT_ENA), RIG_TIMG_INT_WDT);
    wr(r, base + RIG(TIMG_WDTCONFIG0), RIG(TIMG_WDT_EN) | field_put(RIG(TIMG_WDT_STG0), 0, 1));
    rig_pass_ns(r, 2999000);
    assert_false(is_raised(r, RIG_INTR_TG1_WDT));
    rig_pass_ns(r, 2000);
    assert_true(is_raised(r, RIG_INTR_TG1_WDT));
    assert_int_equal(rd(r, base + RIG(TIMG_INT_CLR) - 4), RIG_TIMG_INT_WDT); /* INT_ST */
    wr(r, base + RIG(TIMG_INT_CLR), RIG_TIMG_INT_WDT);
    assert_false(is_raised(r, RIG_INTR_TG1_WDT));
}

/* What the ROM and the bootloader wait for. */
static void slow_clocks_are_calibrated(void **state)
{
    struct rig *r = *state;
    uint32_t cali = RIG(TIMG0_BASE) + RIG(TIMG_RTCCALICFG);
    wr(r, cali, field_put(RIG(TIMG_CALI_MAX), RIG(TIMG_CALI_START), 100));
    assert_false(rd(r, cali) & RIG(TIMG_CALI_RDY));
    rig_pass_ns(r, 1000000);
    assert_true(rd(r, cali) & RIG(TIMG_CALI_RDY));
    assert_int_equal(field_get(RIG(TIMG_CALI_VALUE), rd(r, cali + 4)), 29411); /* 100 of 136 kHz in 40 MHz */
}

static uint32_t system_time(struct rig *r, unsigned unit)
{
    wr(r, RIG(SYSTIMER_UNIT0_OP) + 4 * unit, RIG(SYSTIMER_UPDATE));
    assert_true(rd(r, RIG(SYSTIMER_UNIT0_OP) + 4 * unit) & RIG(SYSTIMER_VALUE_VALID));
    return rd(r, RIG(SYSTIMER_VALUE) + 8 * unit + 4);
}

static void the_system_timer_counts_and_alarms(void **state)
{
    struct rig *r = *state;
    uint32_t conf = rd(r, RIG(SYSTIMER_CONF)), before = system_time(r, 0);
    rig_pass_ns(r, 1000000);
    assert_int_equal(system_time(r, 0) - before, 16000);
    assert_int_equal(system_time(r, 1), 0);                              /* stands after reset */
    wr(r, RIG(SYSTIMER_TARGET0_CONF), RIG(SYSTIMER_PERIOD_MODE) | 1600); /* 0.1 ms */
    wr(r, RIG(SYSTIMER_COMP0_LOAD), 1);
    wr(r, RIG(SYSTIMER_INT_ENA), 1);
    wr(r, RIG(SYSTIMER_CONF), conf | RIG(SYSTIMER_TARGET0_WORK));
    for (unsigned i = 0; i < 3; i++) {
        rig_pass_ns(r, i ? 98000 : 99000);
        assert_false(is_raised(r, RIG(INTR_SYSTIMER0)));
        rig_pass_ns(r, 2000);
        assert_true(is_raised(r, RIG(INTR_SYSTIMER0)));
        wr(r, RIG(SYSTIMER_INT_CLR), 1);
    }
    wr(r, RIG(SYSTIMER_LOAD) + 12, 1000);
    wr(r, RIG(SYSTIMER_UNIT1_LOAD), 1);
    assert_int_equal(system_time(r, 1), 1000);
}

/* As esp-idf does it: the period is loaded before the comparator is told to repeat. */
static void periods_begin_with_their_mode(void **state)
{
    struct rig *r = *state;
    wr(r, RIG(SYSTIMER_CONF), rd(r, RIG(SYSTIMER_CONF)) | RIG(SYSTIMER_TARGET0_WORK));
    wr(r, RIG(SYSTIMER_TARGET0_CONF), 1600); /* 0.1 ms */
    wr(r, RIG(SYSTIMER_COMP0_LOAD), 1);      /* a single target, which has passed */
    rig_pass_ns(r, 1000);
    wr(r, RIG(SYSTIMER_TARGET0_CONF), RIG(SYSTIMER_PERIOD_MODE) | 1600);
    wr(r, RIG(SYSTIMER_INT_CLR), 1);
    wr(r, RIG(SYSTIMER_INT_ENA), 1);
    for (unsigned i = 0; i < 3; i++) {
        rig_pass_ns(r, i ? 98000 : 99000);
        assert_false(is_raised(r, RIG(INTR_SYSTIMER0)));
        rig_pass_ns(r, 2000);
        assert_true(is_raised(r, RIG(INTR_SYSTIMER0)));
        wr(r, RIG(SYSTIMER_INT_CLR), 1);
    }
}

/* One that has come does not come again when the timer is stopped and goes on. */
static void a_single_alarm_comes_once(void **state)
{
    struct rig *r = *state;
    uint32_t conf = rd(r, RIG(SYSTIMER_CONF)) | RIG(SYSTIMER_TARGET0_WORK);
    wr(r, RIG(SYSTIMER_TARGET0) + 4, system_time(r, 0) + 1600);
    wr(r, RIG(SYSTIMER_COMP0_LOAD), 1);
    wr(r, RIG(SYSTIMER_INT_ENA), 1);
    wr(r, RIG(SYSTIMER_CONF), conf);
    rig_pass_ns(r, 101000);
    assert_true(is_raised(r, RIG(INTR_SYSTIMER0)));
    wr(r, RIG(SYSTIMER_INT_CLR), 1);
    wr(r, RIG(SYSTIMER_CONF), conf & ~RIG(SYSTIMER_UNIT1_WORK));
    wr(r, RIG(SYSTIMER_CONF), conf);
    rig_pass_ns(r, 1000000);
    assert_false(is_raised(r, RIG(INTR_SYSTIMER0)));
    wr(r, RIG(SYSTIMER_COMP0_LOAD), 1); /* a target that has passed comes at once */
    rig_pass_ns(r, 1000);
    assert_true(is_raised(r, RIG(INTR_SYSTIMER0)));
}

static void usb_resets_the_chip(void **state)
{
    struct rig *r = *state;
    wr(r, RIG(RTC_STORE0), 7);
    assert_true(soc_usb_reset(r->soc, false));
    assert_int_equal(soc_reset_cause(r->soc, PRO), RIG(RESET_USB_UART));
    assert_true(soc_usb_reset(r->soc, true));
    assert_int_equal(soc_reset_cause(r->soc, PRO), RIG(RESET_USB_JTAG));
    assert_int_equal(field_get(RIG_RESET_CAUSE, rd(r, RIG(RTC_RESET_STATE))), RIG(RESET_USB_JTAG));
    assert_int_equal(rd(r, RIG(RTC_STORE0)), 7); /* the RTC is spared */
    assert_int_equal(soc_resets(r->soc), 2);
    soc_set_enable(r->soc, false);
    assert_false(soc_usb_reset(r->soc, true));
    soc_set_enable(r->soc, true);
    assert_int_equal(soc_burn(r->soc, "DIS_USB_SERIAL_JTAG", "1"), ERR_OK);
    assert_false(soc_usb_reset(r->soc, true));
    assert_int_equal(soc_reset_cause(r->soc, PRO), RIG(RESET_POWER_ON));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(uart_sends_and_receives),       TEST(usb_port_sends_what_is_flushed),
        TEST(group_timers_count_and_alarm),  TEST(a_groups_watchdog_interrupts),
        TEST(slow_clocks_are_calibrated),    TEST(the_system_timer_counts_and_alarms),
        TEST(periods_begin_with_their_mode), TEST(a_single_alarm_comes_once),
        TEST(usb_resets_the_chip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
