/* SPDX-License-Identifier: Apache-2.0 */
/* UART, timers, interrupt matrix, eFuses, GPIO, trace memory, and a program that takes an interrupt. */
#include "rig.h"

#include "regs/xtensa.h"

#include <string.h>

#define UART(reg) (ESP32_UART0_BASE + ESP32_UART_##reg)
#define TIMG(reg) (ESP32_TIMG0_BASE + ESP32_TIMG_##reg)

/* --- UART --- */

static void uart_sends_at_the_speed_of_the_wire(void **state)
{
    struct rig *r = *state;
    uint64_t start = r->sched.now_ps;
    wr(r, UART(CLKDIV), 347 | 4U << 20); /* 40 MHz / 347.25 = 115191 baud */
    for (unsigned i = 0; i < 10; i++)
        wr(r, i % 2 ? UART(FIFO) : 0x60000000, '0' + i);                        /* APB and AHB */
    assert_int_equal(field_get(ESP32_UART_TXFIFO_CNT, rd(r, UART(STATUS))), 9); /* one is on the wire */
    rig_pass_ns(r, 86812);
    assert_int_equal(r->sent_len, 0);
    rig_pass_ns(r, 1);
    assert_int_equal(r->sent_len, 1);
    assert_in_range(r->first_sent_ps - start, 86812000, 86813000); /* 10 bits of 8681.25 ns */
    assert_int_not_equal(field_get(ESP32_UART_ST_UTX_OUT, rd(r, UART(STATUS))), 0);
    rig_pass_ns(r, 9 * 86813);
    assert_int_equal(r->sent_len, 10);
    assert_memory_equal(r->sent, "0123456789", 10);
    assert_int_equal(field_get(ESP32_UART_ST_UTX_OUT, rd(r, UART(STATUS))), 0);
    assert_true(rd(r, UART(INT_RAW)) & ESP32_UART_INT_TX_DONE);
}

static void uart_loses_what_its_fifo_cannot_hold(void **state)
{
    struct rig *r = *state;
    for (unsigned i = 0; i < 200; i++)
        wr(r, UART(FIFO), i);
    assert_int_equal(field_get(ESP32_UART_TXFIFO_CNT, rd(r, UART(STATUS))), 128);
    rig_pass_ns(r, 1000000000);
    assert_int_equal(r->sent_len, 129);
}

static void uart_receives_with_interrupts(void **state)
{
    struct rig *r = *state;
    wr(r, UART(CLKDIV), 347 | 4U << 20);
    wr(r, UART(CONF1), ESP32_UART_RX_TOUT_EN | field_put(ESP32_UART_RX_TOUT_THRHD, 0, 2) | 4);
    wr(r, UART(INT_ENA), ESP32_UART_INT_RXFIFO_FULL | ESP32_UART_INT_RXFIFO_TOUT);
    soc_uart_receive(r->soc, 0, (const uint8_t *)"hello", 5);
    rig_pass_ns(r, 3 * 86813);
    assert_int_equal(rd(r, UART(INT_ST)), 0);
    assert_int_equal(field_get(ESP32_UART_RXFIFO_CNT, rd(r, UART(STATUS))), 3);
    rig_pass_ns(r, 86813);
    assert_int_equal(rd(r, UART(INT_ST)), ESP32_UART_INT_RXFIFO_FULL);
    assert_true(r->soc->irq.level[ESP32_INTR_UART0 / 32] >> (ESP32_INTR_UART0 % 32) & 1);
    rig_pass_ns(r, 4 * 86813);
    assert_true(rd(r, UART(INT_ST)) & ESP32_UART_INT_RXFIFO_TOUT);
    char in[6] = {0};
    for (unsigned i = 0; i < 5; i++)
        in[i] = (char)rd(r, UART(FIFO));
    assert_string_equal(in, "hello");
    wr(r, UART(INT_CLR), 0xFFFFFFFF);
    assert_int_equal(rd(r, UART(INT_ST)), 0);
    assert_false(r->soc->irq.level[ESP32_INTR_UART0 / 32] >> (ESP32_INTR_UART0 % 32) & 1);
    uint8_t many[150] = {0};
    soc_uart_receive(r->soc, 0, many, sizeof many);
    rig_pass_ns(r, 150 * 86813);
    assert_true(rd(r, UART(INT_RAW)) & ESP32_UART_INT_RXFIFO_OVF);
    assert_int_equal(field_get(ESP32_UART_RXFIFO_CNT, rd(r, UART(STATUS))), 128);
}

/* --- timers --- */

static uint64_t count(struct rig *r)
{
    wr(r, TIMG(T0UPDATE), 1);
    return (uint64_t)rd(r, TIMG(T0HI)) << 32 | rd(r, TIMG(T0LO));
}

static void timers_count_load_and_alarm(void **state)
{
    struct rig *r = *state;
    uint32_t config = ESP32_TIMG_T_EN | ESP32_TIMG_T_INCREASE | field_put(ESP32_TIMG_T_DIVIDER, 0, 40);
    wr(r, TIMG(T0CONFIG), config);
    rig_pass_ns(r, 5000);
    assert_int_equal(count(r), 5); /* 1 MHz */
    wr(r, TIMG(T0LOADLO), 0xFFFFFFFF);
    wr(r, TIMG(T0LOADHI), 2);
    wr(r, TIMG(T0LOAD), 1);
    rig_pass_ns(r, 2500);
    assert_int_equal(count(r), 0x300000001);
    wr(r, TIMG(T0CONFIG), config & ~ESP32_TIMG_T_INCREASE);
    rig_pass_ns(r, 3000);
    assert_int_equal(count(r), 0x2FFFFFFFE);
    wr(r, TIMG(T0LOADLO), 0);
    wr(r, TIMG(T0LOADHI), 0);
    wr(r, TIMG(T0LOAD), 1);
    wr(r, TIMG(T0ALARMLO), 100);
    wr(r, TIMG(INT_ENA), 1);
    wr(r, TIMG(T0CONFIG), config | ESP32_TIMG_T_ALARM_EN | ESP32_TIMG_T_AUTORELOAD | ESP32_TIMG_T_LEVEL_INT_EN);
    rig_pass_ns(r, 99500);
    assert_int_equal(rd(r, TIMG(INT_ST)), 0);
    rig_pass_ns(r, 1000);
    assert_int_equal(rd(r, TIMG(INT_ST)), 1);
    assert_true(r->soc->irq.level[0] >> ESP32_INTR_TG0_T0 & 1);
    assert_true(count(r) < 2);                                   /* reloaded */
    assert_false(rd(r, TIMG(T0CONFIG)) & ESP32_TIMG_T_ALARM_EN); /* once only */
    wr(r, TIMG(INT_CLR), 1);
    assert_false(r->soc->irq.level[0] >> ESP32_INTR_TG0_T0 & 1);
}

static void slow_clock_can_be_calibrated(void **state)
{
    struct rig *r = *state;
    wr(r, TIMG(RTCCALICFG), field_put(ESP32_TIMG_CALI_MAX, 0, 1500));
    wr(r, TIMG(RTCCALICFG), ESP32_TIMG_CALI_START | field_put(ESP32_TIMG_CALI_MAX, 0, 1500));
    rig_pass_ns(r, 9999000);
    assert_false(rd(r, TIMG(RTCCALICFG)) & ESP32_TIMG_CALI_RDY);
    rig_pass_ns(r, 2000);
    assert_true(rd(r, TIMG(RTCCALICFG)) & ESP32_TIMG_CALI_RDY);
    assert_int_equal(field_get(ESP32_TIMG_CALI_VALUE, rd(r, TIMG(RTCCALICFG1))), 400000); /* 10 ms of 40 MHz */
}

static void rtc_time_runs_and_alarms(void **state)
{
    struct rig *r = *state;
    rig_pass_ns(r, 100000000 - r->sched.now_ps / 1000);
    wr(r, ESP32_RTC_TIME_UPDATE, ESP32_RTC_TIME_UPDATE_NOW);
    assert_true(rd(r, ESP32_RTC_TIME_UPDATE) & ESP32_RTC_TIME_VALID);
    assert_int_equal(rd(r, ESP32_RTC_TIME0), 15000);
    wr(r, ESP32_RTC_SLP_TIMER0, 15150);
    wr(r, ESP32_RTC_SLP_TIMER1, ESP32_RTC_MAIN_TIMER_ALARM_EN);
    rig_pass_ns(r, 999000);
    assert_false(rd(r, ESP32_RTC_INT_RAW) & ESP32_RTC_INT_MAIN_TIMER);
    rig_pass_ns(r, 2000);
    assert_true(rd(r, ESP32_RTC_INT_RAW) & ESP32_RTC_INT_MAIN_TIMER);
}

/* --- identity and pins --- */

static void efuses_say_which_chip_it_is(void **state)
{
    struct rig *r = *state;
    assert_int_equal(rd(r, ESP32_EFUSE_BLK0_RDATA1), 0x92157216);
    assert_int_equal(rd(r, ESP32_EFUSE_BLK0_RDATA2) & 0xFFFF, 0x4863);
    /* the example of espefuse's documentation: 48:63:92:15:72:16 (CRC 0x75 OK) */
    assert_int_equal(field_get(ESP32_EFUSE_MAC_CRC, rd(r, ESP32_EFUSE_BLK0_RDATA2)), 0x75);
    unsigned bits = (rd(r, ESP32_SYSCON_DATE) >> 31) << 2 | (rd(r, ESP32_EFUSE_BLK0_RDATA5) >> 20 & 1) << 1 |
                    (rd(r, ESP32_EFUSE_BLK0_RDATA3) >> 15 & 1);
    assert_int_equal(bits, 7); /* revision 3 */
    assert_int_equal(field_get(ESP32_EFUSE_FLASH_CRYPT_CNT, rd(r, ESP32_EFUSE_BLK0_RDATA0)), 0);
    assert_int_equal(rd(r, ESP32_EFUSE_BLK0_RDATA6), 0);
    wr(r, ESP32_EFUSE_BLK0_WDATA0 + 24, ESP32_EFUSE_JTAG_DISABLE);
    wr(r, ESP32_EFUSE_CONF, ESP32_EFUSE_CONF_PROGRAM);
    wr(r, ESP32_EFUSE_CMD, ESP32_EFUSE_CMD_PROGRAM);
    assert_int_equal(rd(r, ESP32_EFUSE_CMD), ESP32_EFUSE_CMD_PROGRAM); /* at once: the chip's ROM insists */
    rig_pass_ns(r, 1000000);
    assert_int_equal(rd(r, ESP32_EFUSE_CMD), 0);
    assert_int_equal(rd(r, ESP32_EFUSE_BLK0_RDATA6), 0);
    wr(r, ESP32_EFUSE_CONF, ESP32_EFUSE_CONF_READ);
    wr(r, ESP32_EFUSE_CMD, ESP32_EFUSE_CMD_READ);
    assert_int_equal(rd(r, ESP32_EFUSE_CMD), ESP32_EFUSE_CMD_READ);
    rig_pass_ns(r, 10000);
    assert_int_equal(rd(r, ESP32_EFUSE_CMD), 0);
    assert_int_equal(rd(r, ESP32_EFUSE_BLK0_RDATA6), ESP32_EFUSE_JTAG_DISABLE);
    soc_power_on(r->soc);
    assert_int_equal(rd(r, ESP32_EFUSE_BLK0_RDATA6), ESP32_EFUSE_JTAG_DISABLE); /* for good */
}

static void pins_follow_out_and_enable(void **state)
{
    struct rig *r = *state;
    assert_int_equal(rd(r, ESP32_GPIO_IN), BIT(5) | BIT(15) | BIT(0)); /* straps */
    wr(r, ESP32_GPIO_OUT + 4, BIT(18) | BIT(19));
    assert_int_equal(rd(r, ESP32_GPIO_IN) & BIT(18), 0);
    wr(r, ESP32_GPIO_ENABLE + 4, BIT(18) | BIT(5));
    assert_int_equal(rd(r, ESP32_GPIO_IN), BIT(18) | BIT(15) | BIT(0));
    wr(r, ESP32_GPIO_OUT + 8, BIT(18));
    assert_int_equal(rd(r, ESP32_GPIO_IN), BIT(15) | BIT(0));
    assert_int_equal(rd(r, ESP32_GPIO_OUT), BIT(19));
}

/* --- interrupts --- */

static void put_code(struct rig *r, uint32_t addr, const uint8_t *code, size_t len)
{
    for (size_t i = 0; i < len; i += 4) {
        uint32_t v = 0;
        memcpy(&v, code + i, len - i < 4 ? len - i : 4);
        wr(r, addr + (uint32_t)i, v);
    }
}

/* FROM_CPU_0 wakes a core that waits, through the matrix: it goes to its level 1 vector, and back when the source falls. */
static void a_source_reaches_the_core_that_it_is_mapped_to(void **state)
{
    struct rig *r = *state;
    static const uint8_t rfe[] = {0x00, 0x30, 0x00}, loop[] = {0x00, 0x70, 0x00, 0x46, 0xFE, 0xFF};
    struct lx6 *pro = soc_lx6(r->soc, PRO);
    put_code(r, 0x40080300, rfe, sizeof rfe);   /* VECBASE + kernel exception vector */
    put_code(r, 0x40080340, rfe, sizeof rfe);   /* VECBASE + user exception vector */
    put_code(r, 0x40081000, loop, sizeof loop); /* waits */
    lx6_set_sr(pro, SR_VECBASE, 0x40080000);
    lx6_set_sr(pro, SR_PS, 0x20);
    lx6_set_sr(pro, SR_INTENABLE, BIT(9));
    lx6_set_pc(pro, 0x40081000);
    wr(r, ESP32_DPORT_PRO_INTR_MAP + 4 * ESP32_INTR_FROM_CPU0, 9); /* a level 1 line */
    rig_pass_ns(r, 10000);
    assert_int_equal(lx6_state(pro), LX6_WAITING);
    uint64_t before = lx6_instructions(pro);
    rig_pass_ns(r, 10000);
    assert_int_equal(lx6_instructions(pro), before);
    wr(r, ESP32_DPORT_FROM_CPU_0, 1);
    assert_int_equal(rd(r, ESP32_DPORT_PRO_INTR_STATUS) & BIT(24), BIT(24));
    assert_int_equal(lx6_sr(pro, SR_INTERRUPT) & BIT(9), BIT(9));
    rig_pass_ns(r, 10000);
    assert_true(lx6_instructions(pro) - before > 100); /* the handler clears nothing, so it comes back */
    assert_int_equal(lx6_sr(pro, SR_EXCCAUSE), EXCCAUSE_LEVEL1_INTERRUPT);
    wr(r, ESP32_DPORT_FROM_CPU_0, 0);
    rig_pass_ns(r, 10000);
    assert_int_equal(lx6_state(pro), LX6_WAITING);
    wr(r, ESP32_DPORT_FROM_CPU_0, 1);
    wr(r, ESP32_DPORT_PRO_INTR_MAP + 4 * ESP32_INTR_FROM_CPU0, 16); /* mapped nowhere: the line falls */
    assert_int_equal(lx6_sr(pro, SR_INTERRUPT) & BIT(9), 0);
    wr(r, ESP32_DPORT_APP_INTR_MAP + 4 * ESP32_INTR_FROM_CPU0, 12);
    assert_int_equal(lx6_sr(soc_lx6(r->soc, APP), SR_INTERRUPT) & BIT(12), BIT(12));
}

/* --- trace memory --- */

static void trax_sees_the_half_that_is_selected(void **state)
{
    struct rig *r = *state;
    static const struct {
        uint32_t mode, half[CORES];
    } rows[] = {
        {0, {0x3FFF8000, 0x3FFFC000}},
        {1, {0x3FFF8000, 0x3FFF8000}},
        {2, {0x3FFFC000, 0x3FFFC000}},
        {3, {0x3FFFC000, 0x3FFF8000}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wr(r, ESP32_DPORT_TRACEMEM_MUX, rows[i].mode);
        for (unsigned core = 0; core < CORES; core++) {
            wr(r, ESP32_DPORT_PRO_TRACEMEM_ENA + 4 * core, 1);
            wr(r, rows[i].half[core] + 0x3FFC, 0xAA00 + (uint32_t)i); /* word 0 is the last */
            wr(r, rows[i].half[core], 0xBB00 + (uint32_t)i);
            assert_int_equal(xtensa_trace_read(r->soc, core, 0), 0xAA00 + i);
            assert_int_equal(xtensa_trace_read(r->soc, core, 0xFFF), 0xBB00 + i);
            assert_int_equal(xtensa_trace_read(r->soc, core, 0x1000), 0);
        }
    }
    wr(r, ESP32_DPORT_PRO_TRACEMEM_ENA, 0);
    assert_int_equal(xtensa_trace_read(r->soc, PRO, 0), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(uart_sends_at_the_speed_of_the_wire),
        TEST(uart_loses_what_its_fifo_cannot_hold),
        TEST(uart_receives_with_interrupts),
        TEST(timers_count_load_and_alarm),
        TEST(slow_clock_can_be_calibrated),
        TEST(rtc_time_runs_and_alarms),
        TEST(efuses_say_which_chip_it_is),
        TEST(pins_follow_out_and_enable),
        TEST(a_source_reaches_the_core_that_it_is_mapped_to),
        TEST(trax_sees_the_half_that_is_selected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
