/* SPDX-License-Identifier: Apache-2.0 */
/* What only this chip has: the interrupt controller, clocks, its eFuses, straps, the debug assistant, random numbers. */
#include "rig.h"

#include "base/bits.h"
#include "regs/riscv_csr.h"

enum { FROM_CPU = ESP32C3_INTR_FROM_CPU0, LINE = 5, HIGHER = 9, SP = 2 };

static void map(struct rig *r, unsigned source, unsigned line, unsigned priority)
{
    wr(r, ESP32C3_INTERRUPT_MAP + 4 * source, line);
    wr(r, ESP32C3_INTERRUPT_PRI + 4 * line, priority);
    wr(r, ESP32C3_INTERRUPT_ENABLE, rd(r, ESP32C3_INTERRUPT_ENABLE) | BIT(line));
}

static void raise(struct rig *r, unsigned number, bool level)
{
    wr(r, ESP32C3_SYSTEM_FROM_CPU_0 + 4 * number, level);
}

/* The line that the core is to take; 0: none. */
static unsigned taken(struct rig *r)
{
    uint32_t raised = esp32c3_of(r->soc)->interrupt.raised;
    return raised ? (unsigned)__builtin_ctz(raised) : 0;
}

static void power_on_state(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r);
    assert_int_equal(soc_reset_cause(r.soc, 0), ESP32C3_RESET_POWER_ON);
    assert_int_equal(soc_resets(r.soc), 0);
    assert_int_equal(rd(&r, ESP32C3_GPIO_STRAP), 0x0C);
    assert_int_equal(rd(&r, ESP32C3_RTC_CLK_CONF), 0x11583218);
    assert_int_equal(rd(&r, ESP32C3_SYSCON_DATE), 0x2007210);
    assert_int_equal(rd(&r, ESP32C3_SYSTEM_SYSCLK_CONF), 40U << 12 | 1);
    rig_pass_ns(&r, 1000);
    assert_int_equal(rv32_state(rig_core(&r)), RV32_WAITING);
    rig_close(&r);
}

static void interrupts_need_all_that_lets_them_through(void **state)
{
    struct rig *r = *state;
    raise(r, 0, true);
    assert_true(rd(r, ESP32C3_INTERRUPT_STATUS + 4) >> (FROM_CPU % 32) & 1);
    map(r, FROM_CPU, LINE, 0);
    assert_int_equal(rd(r, ESP32C3_INTERRUPT_EIP), BIT(LINE));
    assert_int_equal(taken(r), 0); /* priority 0 */
    wr(r, ESP32C3_INTERRUPT_PRI + 4 * LINE, 3);
    assert_int_equal(taken(r), LINE);
    wr(r, ESP32C3_INTERRUPT_THRESH, 4);
    assert_int_equal(taken(r), 0);
    wr(r, ESP32C3_INTERRUPT_THRESH, 3);
    assert_int_equal(taken(r), LINE);
    wr(r, ESP32C3_INTERRUPT_ENABLE, 0);
    assert_int_equal(taken(r), 0);
    wr(r, ESP32C3_INTERRUPT_ENABLE, BIT(LINE));
    wr(r, ESP32C3_INTERRUPT_MAP + 4 * FROM_CPU, 0); /* to no line */
    assert_int_equal(taken(r), 0);
    wr(r, ESP32C3_INTERRUPT_MAP + 4 * FROM_CPU, LINE);
    assert_int_equal(taken(r), LINE);
    raise(r, 0, false);
    assert_int_equal(taken(r), 0);
}

static void the_highest_priority_comes_first(void **state)
{
    struct rig *r = *state;
    map(r, FROM_CPU, LINE, 2);
    map(r, FROM_CPU + 1, HIGHER, 2);
    raise(r, 1, true);
    assert_int_equal(taken(r), HIGHER);
    raise(r, 0, true);
    assert_int_equal(taken(r), LINE); /* of equal ones the lower number */
    wr(r, ESP32C3_INTERRUPT_PRI + 4 * HIGHER, 15);
    assert_int_equal(taken(r), HIGHER);
    raise(r, 1, false);
    assert_int_equal(taken(r), LINE);
    raise(r, 1, true);
    wr(r, ESP32C3_INTERRUPT_MAP + 4 * (FROM_CPU + 1), LINE); /* two sources, one line */
    raise(r, 0, false);
    assert_int_equal(taken(r), LINE);
}

static void an_edge_is_remembered(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32C3_INTERRUPT_TYPE, BIT(LINE));
    map(r, FROM_CPU, LINE, 1);
    raise(r, 0, true);
    raise(r, 0, false);
    assert_int_equal(taken(r), LINE);
    wr(r, ESP32C3_INTERRUPT_CLEAR, BIT(LINE));
    assert_int_equal(taken(r), 0);
    wr(r, ESP32C3_INTERRUPT_CLEAR, 0);
    raise(r, 0, true);
    assert_int_equal(taken(r), LINE);
    wr(r, ESP32C3_INTERRUPT_CLEAR, BIT(LINE));
    wr(r, ESP32C3_INTERRUPT_CLEAR, 0);
    assert_int_equal(taken(r), 0); /* the level alone does nothing */
}

/* By a program: the vector, mcause, and that WFI ends. */
static void the_core_takes_an_interrupt(void **state)
{
    (void)state;
    static const uint32_t program[] = {0x10500073 /* wfi */, 0xFFDFF06F /* j .-4 */};
    struct rig r;
    rig_open_with(&r, program, 2);
    rig_watchdogs_off(&r);
    rv32_set_csr(rig_core(&r), CSR_MTVEC, ESP32C3_SRAM1_I);
    wr(&r, ESP32C3_SRAM1_I + 4 * LINE, 0x0000006F); /* j . */
    map(&r, FROM_CPU + 3, LINE, 1);
    raise(&r, 3, true);
    rig_pass_ns(&r, 1000);
    assert_int_equal(rv32_pc(rig_core(&r)) & ~3U, 0x40000000); /* mstatus.MIE is clear: it only wakes */
    rv32_set_csr(rig_core(&r), CSR_MSTATUS, MSTATUS_MIE);
    rig_pass_ns(&r, 1000);
    assert_int_equal(rv32_pc(rig_core(&r)), ESP32C3_SRAM1_I + 4 * LINE);
    assert_int_equal(rv32_csr(rig_core(&r), CSR_MCAUSE), CAUSE_INTERRUPT | LINE);
    rig_close(&r);
}

static void the_core_follows_the_clock_that_is_chosen(void **state)
{
    struct rig *r = *state;
    static const struct {
        uint32_t source, speed, divider, clocks; /* in 7 us */
    } rows[] = {{0, 0, 1, 140}, {0, 0, 0, 280}, {1, 0, 0, 560}, {1, 1, 0, 1120}, {2, 0, 0, 122}};
    rig_pass_ns(r, 1000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        wr(r, ESP32C3_SYSTEM_CPU_PER_CONF, rows[i].speed);
        wr(r, ESP32C3_SYSTEM_SYSCLK_CONF, field_put(ESP32C3_SYSTEM_SOC_CLK_SEL, rows[i].divider, rows[i].source));
        uint64_t before = rig_cycles(r);
        for (unsigned step = 0; step < 7000; step++) /* in steps that are no multiple of a clock: nothing gets lost */
            rig_pass_ns(r, 1);
        assert_in_range(rig_cycles(r) - before, rows[i].clocks - 1, rows[i].clocks + 1);
    }
}

/* 40 MHz, while the APB has 20. */
static void a_groups_watchdog_may_take_the_crystal(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32C3_TIMG1_BASE + ESP32C3_TIMG_WDTCONFIG1, 40000U << 16); /* 1 ms */
    wr(r, ESP32C3_TIMG1_BASE + ESP32C3_TIMG_WDTCONFIG2, 3);
    wr(r, ESP32C3_TIMG1_BASE + ESP32C3_TIMG_WDTCONFIG0,
       ESP32C3_TIMG_WDT_EN | ESP32C3_TIMG_WDT_USE_XTAL | field_put(ESP32C3_TIMG_WDT_STG0, 0, 3));
    rig_pass_ns(r, 2999000);
    assert_int_equal(soc_resets(r->soc), 0);
    rig_pass_ns(r, 2000);
    assert_int_equal(soc_reset_cause(r->soc, 0), ESP32C3_RESET_TG1WDT_SYS);
}

static void efuses_say_which_chip_it_is(void **state)
{
    struct rig *r = *state;
    assert_int_equal(rd(r, ESP32C3_EFUSE_RD_MAC_SYS0), 0xA1E00102);
    assert_int_equal(rd(r, ESP32C3_EFUSE_RD_MAC_SYS1) & 0xFFFF, 0x7CDF);
    assert_int_equal(field_get(ESP32C3_EFUSE_WAFER_MINOR_LO, rd(r, ESP32C3_EFUSE_RD_MAC_SYS3)), 4);
    assert_int_equal(rd(r, ESP32C3_EFUSE_RD_REPEAT0), 0);
    assert_int_equal(soc_burn(r->soc, "JTAG_SEL_ENABLE", "1"), ERR_OK);
    assert_int_equal(soc_burn(r->soc, "STRAP_JTAG_SEL", "1"), ERR_USAGE); /* the ESP32-S3's name */
    soc_power_on(r->soc);
    assert_int_equal(rd(r, ESP32C3_EFUSE_RD_REPEAT0), BIT(15));
}

static void pins_show_the_straps(void **state)
{
    struct rig *r = *state;
    assert_int_equal(rd(r, ESP32C3_GPIO_IN), BIT(8) | BIT(9));
    wr(r, ESP32C3_GPIO_ENABLE + 4, 3);
    wr(r, ESP32C3_GPIO_OUT + 4, 2);
    assert_int_equal(rd(r, ESP32C3_GPIO_IN), BIT(8) | BIT(9) | 2);
    wr(r, ESP32C3_GPIO_OUT + 8, 2);
    assert_int_equal(rd(r, ESP32C3_GPIO_IN), BIT(8) | BIT(9));
}

/* --- the debug assistant --- */

static void the_pc_is_recorded_over_resets(void **state)
{
    struct rig *r = *state;
    uint32_t pc = ESP32C3_SRAM1_I + 0x40;
    for (unsigned i = 0; i < 2; i++) {
        wr(r, ESP32C3_ASSIST_RCD_EN, ESP32C3_ASSIST_RCD_RECORD | ESP32C3_ASSIST_RCD_PDEBUG);
        rv32_set_pc(rig_core(r), pc + 4 * i);
        rv32_set_x(rig_core(r), SP, 0x3FC90000 + i);
        assert_int_equal(rd(r, ESP32C3_ASSIST_RCD_PDEBUGPC), pc + 4 * i);
        wr(r, ESP32C3_RTC_OPTIONS0, i ? ESP32C3_RTC_SW_PROCPU_RST : ESP32C3_RTC_SW_SYS_RST);
        assert_int_equal(rd(r, ESP32C3_ASSIST_RCD_PDEBUGPC), pc + 4 * i);
        assert_int_equal(rd(r, ESP32C3_ASSIST_RCD_PDEBUGSP), 0x3FC90000 + i);
        rig_pass_ns(r, 1000);
        wr(r, ESP32C3_RTC_OPTIONS0, ESP32C3_RTC_SW_SYS_RST); /* not enabled anew: it stays */
        assert_int_equal(rd(r, ESP32C3_ASSIST_RCD_PDEBUGPC), pc + 4 * i);
    }
    soc_power_on(r->soc);
    assert_int_equal(rd(r, ESP32C3_ASSIST_RCD_PDEBUGPC), 0);
}

static bool assist_interrupts(struct rig *r)
{
    return r->soc->irq.level[ESP32C3_INTR_ASSIST_DEBUG / 32] >> (ESP32C3_INTR_ASSIST_DEBUG % 32) & 1;
}

/* addi sp,sp,-16; j .-4: below the bound at the fifth turn. */
static void the_stack_pointer_is_monitored(void **state)
{
    (void)state;
    static const uint32_t program[] = {0x10500073 /* wfi */, 0xFF010113, 0xFFDFF06F};
    struct rig r;
    rig_open_with(&r, program, 3);
    rig_watchdogs_off(&r);
    rig_pass_ns(&r, 1000);
    rv32_set_x(rig_core(&r), SP, 0x3FC80040);
    wr(&r, ESP32C3_ASSIST_SP_MIN, 0x3FC80000);
    wr(&r, ESP32C3_ASSIST_SP_MAX, 0x3FC80040);
    wr(&r, ESP32C3_ASSIST_INTR_ENA, ESP32C3_ASSIST_SP_MIN_BIT | ESP32C3_ASSIST_SP_MAX_BIT);
    wr(&r, ESP32C3_ASSIST_INTR_RLS, ESP32C3_ASSIST_SP_MIN_BIT | ESP32C3_ASSIST_SP_MAX_BIT);
    map(&r, FROM_CPU, LINE, 1);
    raise(&r, 0, true); /* ends WFI, and is not taken */
    rig_pass_ns(&r, 8 * 50);
    assert_int_equal(rv32_x(rig_core(&r), SP), 0x3FC80000);
    assert_false(assist_interrupts(&r));
    assert_int_equal(rd(&r, ESP32C3_ASSIST_INTR_RAW), 0);
    rig_pass_ns(&r, 100);
    assert_true(assist_interrupts(&r));
    assert_int_equal(rd(&r, ESP32C3_ASSIST_INTR_RAW), ESP32C3_ASSIST_SP_MIN_BIT);
    assert_int_equal(rd(&r, ESP32C3_ASSIST_SP_PC), 0x40000004);
    wr(&r, ESP32C3_ASSIST_INTR_RLS, 0);
    wr(&r, ESP32C3_ASSIST_INTR_CLR, ESP32C3_ASSIST_SP_MIN_BIT);
    assert_false(assist_interrupts(&r));
    rig_pass_ns(&r, 1000);
    assert_false(assist_interrupts(&r));
    assert_int_equal(rd(&r, ESP32C3_ASSIST_INTR_RAW), ESP32C3_ASSIST_SP_MIN_BIT); /* it is what it is */
    wr(&r, ESP32C3_ASSIST_INTR_RLS, ESP32C3_ASSIST_SP_MIN_BIT);
    assert_true(assist_interrupts(&r));
    wr(&r, ESP32C3_SYSTEM_CPU_PERI_RST_EN, 0);
    wr(&r, ESP32C3_SYSTEM_CPU_PERI_RST_EN, ESP32C3_SYSTEM_ASSIST_DEBUG);
    assert_false(assist_interrupts(&r));
    rig_close(&r);
}

static void random_numbers_are_no_constant(void **state)
{
    struct rig *r = *state;
    uint32_t first = rd(r, ESP32C3_SYSCON_RND_DATA), second = rd(r, ESP32C3_SYSCON_RND_DATA);
    assert_int_not_equal(first, second);
    wr(r, ESP32C3_RTC_OPTIONS0, ESP32C3_RTC_SW_SYS_RST);
    assert_int_not_equal(rd(r, ESP32C3_SYSCON_RND_DATA), first);
}

static void blocks_are_reset_by_system(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32C3_UART1_BASE + ESP32C3_UART_CLKDIV, 99);
    wr(r, ESP32C3_SYSTIMER_TARGET0_CONF, 5);
    wr(r, ESP32C3_SYSTEM_PERIP_RST_EN0, ESP32C3_SYSTEM_CLK_UART1);
    assert_int_equal(rd(r, ESP32C3_UART1_BASE + ESP32C3_UART_CLKDIV), 0x2B6);
    assert_int_equal(rd(r, ESP32C3_SYSTIMER_TARGET0_CONF), 5);
    wr(r, ESP32C3_SYSTEM_PERIP_RST_EN0, ESP32C3_SYSTEM_CLK_SYSTIMER);
    assert_int_equal(rd(r, ESP32C3_SYSTIMER_TARGET0_CONF), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_on_state),
        TEST(interrupts_need_all_that_lets_them_through),
        TEST(the_highest_priority_comes_first),
        TEST(an_edge_is_remembered),
        cmocka_unit_test(the_core_takes_an_interrupt),
        TEST(the_core_follows_the_clock_that_is_chosen),
        TEST(a_groups_watchdog_may_take_the_crystal),
        TEST(efuses_say_which_chip_it_is),
        TEST(pins_show_the_straps),
        TEST(the_pc_is_recorded_over_resets),
        cmocka_unit_test(the_stack_pointer_is_monitored),
        TEST(random_numbers_are_no_constant),
        TEST(blocks_are_reset_by_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
