/* SPDX-License-Identifier: Apache-2.0 */
/* Serial ports, timers, interrupts, eFuses, straps, trace memory. */
#include "rig.h"

#include "base/bytes.h"
#include "regs/xtensa.h"

#include <string.h>

static bool is_raised(struct rig *r, unsigned source)
{
    return r->soc->irq.level[source / 32] >> (source % 32) & 1;
}

#define UART0(reg) (ESP32S3_UART0_BASE + ESP32S3_UART_##reg)

static void uart_sends_and_receives(void **state)
{
    struct rig *r = *state;
    wr(r, UART0(CLKDIV), 347); /* 40 MHz / 115200 */
    wr(r, UART0(CLK_CONF), field_put(ESP32S3_UART_SCLK_SEL, ESP32S3_UART_SCLK_EN, 3));
    wr(r, UART0(CONF1), 0);
    wr(r, UART0(INT_CLR), 0xFFFFF);
    wr(r, UART0(INT_ENA), ESP32S3_UART_INT_TX_DONE);
    uint64_t start = r->sched.now_ps;
    for (const char *p = "hi!"; *p; p++)
        wr(r, UART0(FIFO), (uint8_t)*p);
    assert_int_equal(field_get(ESP32S3_UART_TXFIFO_CNT, rd(r, UART0(STATUS))), 2); /* one is on the wire */
    assert_int_not_equal(field_get(ESP32S3_UART_ST_UTX_OUT, rd(r, UART0(FSM))), 0);
    rig_pass_ns(r, 300000);
    assert_int_equal(r->sent_len, 3);
    assert_memory_equal(r->sent, "hi!", 3);
    assert_int_equal((r->first_sent_ps - start) / PS_PER_NS, 10 * 347 * 25);
    assert_true(is_raised(r, ESP32S3_INTR_UART0));
    soc_uart_receive(r->soc, 0, (const uint8_t *)"xy", 2);
    rig_pass_ns(r, 200000);
    assert_int_equal(field_get(ESP32S3_UART_RXFIFO_CNT, rd(r, UART0(STATUS))), 2);
    assert_int_equal(rd(r, UART0(FIFO)), 'x');
    assert_int_equal(rd(r, UART0(FIFO)), 'y');
}

static void usb_port_sends_what_is_flushed(void **state)
{
    struct rig *r = *state;
    r->port = SOC_PORT_USB;
    wr(r, ESP32S3_USJ_INT_CLR, 0xFFF);
    wr(r, ESP32S3_USJ_INT_ENA, ESP32S3_USJ_INT_IN_EMPTY | ESP32S3_USJ_INT_OUT_RECV_PKT);
    wr(r, ESP32S3_USJ_EP1, 'a');
    wr(r, ESP32S3_USJ_EP1, 'b');
    rig_pass_ns(r, 5000000);
    assert_int_equal(r->sent_len, 0);
    wr(r, ESP32S3_USJ_EP1_CONF, ESP32S3_USJ_WR_DONE);
    assert_false(rd(r, ESP32S3_USJ_EP1_CONF) & ESP32S3_USJ_IN_DATA_FREE);
    rig_pass_ns(r, 1000001);
    assert_int_equal(r->sent_len, 2);
    assert_memory_equal(r->sent, "ab", 2);
    assert_true(rd(r, ESP32S3_USJ_EP1_CONF) & ESP32S3_USJ_IN_DATA_FREE);
    assert_int_equal(rd(r, ESP32S3_USJ_INT_ST), ESP32S3_USJ_INT_IN_EMPTY);
    assert_true(is_raised(r, ESP32S3_INTR_USB_SERIAL_JTAG));
    for (unsigned i = 0; i < 64; i++) /* a full buffer goes by itself */
        wr(r, ESP32S3_USJ_EP1, 'c');
    rig_pass_ns(r, 1000001);
    assert_int_equal(r->sent_len, 66);
    assert_false(rd(r, ESP32S3_USJ_EP1_CONF) & ESP32S3_USJ_OUT_DATA_AVAIL);
    soc_uart_receive(r->soc, SOC_PORT_USB, (const uint8_t *)"z", 1);
    assert_true(rd(r, ESP32S3_USJ_EP1_CONF) & ESP32S3_USJ_OUT_DATA_AVAIL);
    assert_true(rd(r, ESP32S3_USJ_INT_ST) & ESP32S3_USJ_INT_OUT_RECV_PKT);
    assert_int_equal(rd(r, ESP32S3_USJ_EP1), 'z');
    assert_false(rd(r, ESP32S3_USJ_EP1_CONF) & ESP32S3_USJ_OUT_DATA_AVAIL);
}

static void group_timers_count_and_alarm(void **state)
{
    struct rig *r = *state;
    uint32_t base = ESP32S3_TIMG1_BASE;
    wr(r, base + ESP32S3_TIMG_T1CONFIG + 0x10, 50); /* alarm */
    wr(r, base + ESP32S3_TIMG_INT_ENA, 2);
    wr(r, base + ESP32S3_TIMG_T1CONFIG,
       ESP32S3_TIMG_T_EN | ESP32S3_TIMG_T_INCREASE | ESP32S3_TIMG_T_ALARM_EN | ESP32S3_TIMG_T_USE_XTAL |
           field_put(ESP32S3_TIMG_T_DIVIDER, 0, 40)); /* 1 us */
    rig_pass_ns(r, 49000);
    assert_false(is_raised(r, ESP32S3_INTR_TG1_T0 + 1));
    rig_pass_ns(r, 2000);
    assert_true(is_raised(r, ESP32S3_INTR_TG1_T0 + 1));
    wr(r, base + ESP32S3_TIMG_T1CONFIG + 0x0C, 1U << 31);
    assert_in_range(rd(r, base + ESP32S3_TIMG_T1CONFIG + 4), 50, 51);
    assert_false(rd(r, base + ESP32S3_TIMG_T1CONFIG) & ESP32S3_TIMG_T_ALARM_EN);
    wr(r, base + ESP32S3_TIMG_INT_CLR, 2);
    assert_false(is_raised(r, ESP32S3_INTR_TG1_T0 + 1));
}

static uint32_t system_time(struct rig *r, unsigned unit)
{
    wr(r, ESP32S3_SYSTIMER_UNIT0_OP + 4 * unit, ESP32S3_SYSTIMER_UPDATE);
    assert_true(rd(r, ESP32S3_SYSTIMER_UNIT0_OP + 4 * unit) & ESP32S3_SYSTIMER_VALUE_VALID);
    return rd(r, ESP32S3_SYSTIMER_VALUE + 8 * unit + 4);
}

static void the_system_timer_counts_and_alarms(void **state)
{
    struct rig *r = *state;
    uint32_t conf = rd(r, ESP32S3_SYSTIMER_CONF), before = system_time(r, 0);
    rig_pass_ns(r, 1000000);
    assert_int_equal(system_time(r, 0) - before, 16000);
    assert_int_equal(system_time(r, 1), 0);                                    /* stands after reset */
    wr(r, ESP32S3_SYSTIMER_TARGET0_CONF, ESP32S3_SYSTIMER_PERIOD_MODE | 1600); /* 0.1 ms */
    wr(r, ESP32S3_SYSTIMER_COMP0_LOAD, 1);
    wr(r, ESP32S3_SYSTIMER_INT_ENA, 1);
    wr(r, ESP32S3_SYSTIMER_CONF, conf | ESP32S3_SYSTIMER_TARGET0_WORK);
    for (unsigned i = 0; i < 3; i++) {
        rig_pass_ns(r, i ? 98000 : 99000);
        assert_false(is_raised(r, ESP32S3_INTR_SYSTIMER0));
        rig_pass_ns(r, 2000);
        assert_true(is_raised(r, ESP32S3_INTR_SYSTIMER0));
        wr(r, ESP32S3_SYSTIMER_INT_CLR, 1);
    }
    wr(r, ESP32S3_SYSTIMER_LOAD + 12, 1000);
    wr(r, ESP32S3_SYSTIMER_UNIT1_LOAD, 1);
    assert_int_equal(system_time(r, 1), 1000);
}

static void interrupts_reach_the_core_that_they_are_mapped_to(void **state)
{
    struct rig *r = *state;
    uint32_t source = ESP32S3_INTR_FROM_CPU0 + 1;
    rig_start_app(r);
    wr(r, ESP32S3_INTERRUPT_MAP + ESP32S3_INTERRUPT_CORE1_OFFSET + 4 * source, 2);
    wr(r, ESP32S3_SYSTEM_FROM_CPU_0 + 4, 1);
    assert_int_equal(lx6_sr(soc_lx6(r->soc, APP), SR_INTERRUPT) & BIT(2), BIT(2));
    assert_int_equal(lx6_sr(soc_lx6(r->soc, PRO), SR_INTERRUPT) & BIT(2), 0);
    assert_true(rd(r, ESP32S3_INTERRUPT_STATUS + source / 32 * 4) >> (source % 32) & 1);
    wr(r, ESP32S3_SYSTEM_FROM_CPU_0 + 4, 0);
    assert_int_equal(lx6_sr(soc_lx6(r->soc, APP), SR_INTERRUPT) & BIT(2), 0);
}

static void efuses_say_which_chip_it_is(void **state)
{
    struct rig *r = *state;
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_MAC_SYS0), 0x92157216);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_MAC_SYS1) & 0xFFFF, 0x4863);
    assert_int_equal(field_get(ESP32S3_EFUSE_WAFER_MINOR_LO, rd(r, ESP32S3_EFUSE_RD_MAC_SYS3)), 2);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_REPEAT3) & ESP32S3_EFUSE_FLASH_TYPE, 0);
    struct rig octal;
    rig_open_octal(&octal);
    assert_int_not_equal(rd(&octal, ESP32S3_EFUSE_RD_REPEAT3) & ESP32S3_EFUSE_FLASH_TYPE, 0);
    assert_int_equal(field_get(ESP32S3_EFUSE_PSRAM_CAP, rd(&octal, ESP32S3_EFUSE_RD_MAC_SYS4)), 3);
    rig_close(&octal);
}

static void efuse_command(struct rig *r, uint32_t conf, uint32_t command)
{
    wr(r, ESP32S3_EFUSE_CONF, conf);
    wr(r, ESP32S3_EFUSE_CMD, command);
    assert_int_not_equal(rd(r, ESP32S3_EFUSE_CMD), 0);
    rig_pass_ns(r, 1000000);
    assert_int_equal(rd(r, ESP32S3_EFUSE_CMD) & 3, 0);
}

static void burn(struct rig *r, unsigned block, unsigned word, uint32_t value)
{
    for (unsigned i = 0; i < 8; i++)
        wr(r, ESP32S3_EFUSE_PGM_DATA0 + 4 * i, i == word ? value : 0);
    uint32_t command = field_put(ESP32S3_EFUSE_CMD_BLK_NUM, ESP32S3_EFUSE_CMD_PROGRAM, block);
    efuse_command(r, ESP32S3_EFUSE_CONF_PROGRAM, command);
    efuse_command(r, ESP32S3_EFUSE_CONF_READ, ESP32S3_EFUSE_CMD_READ);
}

static void efuses_burn_and_hide(void **state)
{
    struct rig *r = *state;
    burn(r, 4, 7, 0x5A5A0000); /* KEY0 */
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_KEY0 + 28), 0x5A5A0000);
    burn(r, 4, 7, 0x0000A5A5); /* bits only rise */
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_KEY0 + 28), 0x5A5AA5A5);
    burn(r, 0, 1, 1); /* RD_DIS of KEY0 */
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_KEY0 + 28), 0);
    burn(r, 0, 0, 1U << 24); /* WR_DIS of KEY1 */
    burn(r, 5, 0, 0xFFFFFFFF);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_KEY0 + 32), 0);
}

static void efuses_lock_jtag(void **state)
{
    struct rig *r = *state;
    assert_false(r->soc->kind->is_jtag_disabled(r->soc));
    burn(r, 0, 1, ESP32S3_EFUSE_DIS_PAD_JTAG);
    assert_false(r->soc->kind->is_jtag_disabled(r->soc)); /* USB is another way in */
    burn(r, 0, 3, ESP32S3_EFUSE_DIS_USB_JTAG);
    assert_true(r->soc->kind->is_jtag_disabled(r->soc));
}

/* USB's TAPs are those of the pins: what is connected finds none when the last way is closed. */
static void efuses_hide_the_taps(void **state)
{
    struct rig *r = *state;
    burn(r, 0, 1, ESP32S3_EFUSE_DIS_PAD_JTAG);
    assert_true(soc_has_taps(r->soc));
    burn(r, 0, 3, ESP32S3_EFUSE_DIS_USB_SERIAL_JTAG);
    assert_false(soc_has_taps(r->soc));
}

static void what_is_write_protected_is_not_burnt(void **state)
{
    struct rig *r = *state;
    burn(r, 0, 0, BIT(2) | BIT(8) | BIT(18)); /* JTAG, KEY_PURPOSE_0, download mode */
    burn(r, 0, 1, ESP32S3_EFUSE_DIS_PAD_JTAG | ESP32S3_EFUSE_SOFT_DIS_JTAG);
    burn(r, 0, 2, ESP32S3_EFUSE_KEY_PURPOSE_0 | ESP32S3_EFUSE_KEY_PURPOSE_1);
    burn(r, 0, 4, ESP32S3_EFUSE_DIS_DOWNLOAD_MODE);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_REPEAT0), ESP32S3_EFUSE_SOFT_DIS_JTAG);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_REPEAT1), ESP32S3_EFUSE_KEY_PURPOSE_1);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_REPEAT3), 0);
}

static void efuses_have_names(void **state)
{
    static const char key[] = "0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    struct rig *r = *state;
    assert_int_equal(soc_burn(r->soc, "block_key5", key), ERR_OK);
    assert_int_equal(soc_burn(r->soc, "KEY_PURPOSE_5", "4"), ERR_OK);
    assert_int_equal(soc_burn(r->soc, "SPI_BOOT_CRYPT_CNT", "0x7"), ERR_OK);
    assert_int_equal(soc_burn(r->soc, "MAC", "7cdfa1e00102"), ERR_OK);
    soc_power_on(r->soc);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_KEY0 + 5 * 32), 0x03020100);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_KEY0 + 5 * 32 + 28), 0x1F1E1D1C);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_REPEAT2), 0x4000);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_REPEAT1), ESP32S3_EFUSE_SPI_BOOT_CRYPT_CNT);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_MAC_SYS0), 0xA1E00102);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_MAC_SYS1), 0x7CDF);
    assert_int_equal(soc_burn(r->soc, "RD_DIS", "0x20"), ERR_OK); /* of KEY5 */
    soc_power_on(r->soc);
    assert_int_equal(rd(r, ESP32S3_EFUSE_RD_KEY0 + 5 * 32), 0);
    assert_int_equal(s3_efuse_word(esp32s3_of(r->soc), ESP32S3_EFUSE_RD_KEY0 + 5 * 32), 0x03020100);
    assert_int_equal(soc_burn(r->soc, "SPI_BOOT_CRYPT_CNT", "8"), ERR_USAGE);
    assert_int_equal(soc_burn(r->soc, "BLOCK_KEY0", "0011"), ERR_USAGE);
    assert_int_equal(soc_burn(r->soc, "BLOCK_KEY0", "xy"), ERR_USAGE);
    assert_int_equal(soc_burn(r->soc, "MAC", "7cdf"), ERR_USAGE);
    assert_int_equal(soc_burn(r->soc, "FLASH_CRYPT_CNT", "1"), ERR_USAGE); /* an ESP32's */
}

/* Core 0 sees block 22, core 1 block 26: what esp-idf's trace uses (tracemem_config.h). */
static void trace_memory_is_part_of_sram1(void **state)
{
    struct rig *r = *state;
    assert_int_equal(xtensa_trace_read(r->soc, PRO, 0), 0);
    wr(r, 0x3FCD0000, 0x11111111);
    wr(r, 0x3FCE3FFC, 0x22222222);
    wr(r, ESP32S3_SENS_SRAM_USAGE_2, BIT(5) | BIT(7 + 6)); /* blocks 22 and 26, each the first of its four */
    assert_int_equal(xtensa_trace_read(r->soc, PRO, 0), 0x11111111);
    assert_int_equal(xtensa_trace_read(r->soc, APP, 0xFFF), 0x22222222);
    assert_int_equal(xtensa_trace_read(r->soc, APP, 0x1000), 0);
}

static void pins_show_the_straps(void **state)
{
    struct rig *r = *state;
    assert_int_equal(rd(r, ESP32S3_GPIO_IN), 1); /* GPIO0 is high */
    wr(r, ESP32S3_GPIO_ENABLE + 4, 2);
    wr(r, ESP32S3_GPIO_OUT + 4, 2);
    assert_int_equal(rd(r, ESP32S3_GPIO_IN), 3);
    wr(r, ESP32S3_GPIO_OUT + 8, 2);
    assert_int_equal(rd(r, ESP32S3_GPIO_IN), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(uart_sends_and_receives),
        TEST(usb_port_sends_what_is_flushed),
        TEST(group_timers_count_and_alarm),
        TEST(the_system_timer_counts_and_alarms),
        TEST(interrupts_reach_the_core_that_they_are_mapped_to),
        TEST(efuses_say_which_chip_it_is),
        TEST(efuses_burn_and_hide),
        TEST(efuses_lock_jtag),
        TEST(efuses_hide_the_taps),
        TEST(what_is_write_protected_is_not_burnt),
        TEST(efuses_have_names),
        TEST(trace_memory_is_part_of_sram1),
        TEST(pins_show_the_straps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
