/* SPDX-License-Identifier: Apache-2.0 */
/* The chip as its debug module sees it: resets and what they leave of the module, the bus, sleep, eFuses, counters that stall. */
#include "rig.h"

#include "base/bits.h"
#include "regs/riscv.h"
#include "regs/riscv_csr.h"

enum { TCK_NS = 100, IDLE = 8, IR_BITS = 5, DMI_ABITS = 7, DMI_BITS = DMI_ABITS + 34, FAILED = 2 };

/* --- a host on the wires --- */

static bool tck(struct rig *r, bool tms, bool tdi)
{
    struct soc_tap tap = soc_tap(r->soc, 0);
    rig_pass_ns(r, TCK_NS);
    return tap.ops->tck(tap.tap, tms, tdi);
}

/* From Run-Test/Idle and back. */
static uint64_t scan(struct rig *r, bool is_ir, uint64_t tdi, unsigned bits)
{
    uint64_t tdo = 0;
    tck(r, true, false);
    if (is_ir)
        tck(r, true, false);
    tck(r, false, false);
    tck(r, false, false);
    for (unsigned i = 0; i < bits; i++)
        tdo |= (uint64_t)tck(r, i == bits - 1, tdi >> i & 1) << i;
    tck(r, true, false);
    for (unsigned i = 0; i < IDLE; i++)
        tck(r, false, false);
    return tdo;
}

static uint64_t dmi(struct rig *r, unsigned op, uint32_t address, uint32_t data)
{
    scan(r, true, RISCV_IR_DMI, IR_BITS);
    scan(r, false, (uint64_t)address << 34 | (uint64_t)data << 2 | op, DMI_BITS);
    return scan(r, false, 0, DMI_BITS);
}

static uint32_t dm_read(struct rig *r, uint32_t address)
{
    uint64_t out = dmi(r, DMI_READ, address, 0);
    assert_int_equal(out & 3, DMI_OK);
    return (uint32_t)(out >> 2);
}

static void dm_write(struct rig *r, uint32_t address, uint32_t data)
{
    assert_int_equal(dmi(r, DMI_WRITE, address, data) & 3, DMI_OK);
}

static void start(struct rig *r)
{
    for (unsigned i = 0; i < 5; i++)
        tck(r, true, false);
    tck(r, false, false);
    dm_write(r, DM_DMCONTROL, DMCONTROL_DMACTIVE);
    dm_write(r, DM_DMCONTROL, DMCONTROL_DMACTIVE | DMCONTROL_ACKHAVERESET);
}

static void bus_write(struct rig *r, uint32_t addr, uint32_t value)
{
    dm_write(r, DM_SBCS, field_put(SBCS_ACCESS, 0, 2));
    dm_write(r, DM_SBADDRESS0, addr);
    dm_write(r, DM_SBDATA0, value);
    rig_pass_ns(r, 10000);
}

/* --- tests --- */

static void the_tap_is_this_chips(void **state)
{
    struct rig *r = *state;
    start(r);
    scan(r, true, RISCV_IR_IDCODE, IR_BITS);
    assert_int_equal(scan(r, false, 0, 32), ESP32C3_IDCODE);
}

static void the_bus_resets_the_chip_and_the_module_stays(void **state)
{
    struct rig *r = *state;
    start(r);
    assert_false(dm_read(r, DM_DMSTATUS) & DMSTATUS_ANYHAVERESET);
    wr(r, ESP32C3_UART0_BASE + ESP32C3_UART_CLKDIV, 99);
    bus_write(r, ESP32C3_RTC_OPTIONS0, 0x9C00A000);
    assert_int_equal(soc_reset_cause(r->soc, 0), ESP32C3_RESET_SW_SYS);
    assert_int_equal(rd(r, ESP32C3_UART0_BASE + ESP32C3_UART_CLKDIV), 0x2B6);
    assert_true(dm_read(r, DM_DMSTATUS) & DMSTATUS_ANYHAVERESET);
    assert_true(dm_read(r, DM_DMCONTROL) & DMCONTROL_DMACTIVE);
    bus_write(r, ESP32C3_RTC_WDTCONFIG0, ESP32C3_RTC_WDT_EN | field_put(ESP32C3_RTC_WDT_STG0, 0, 4));
    rig_pass_ns(r, 2000000000); /* the watchdog's reset reaches the module */
    assert_false(dm_read(r, DM_DMCONTROL) & DMCONTROL_DMACTIVE);
}

static void ndmreset_resets_the_core_alone(void **state)
{
    struct rig *r = *state;
    start(r);
    wr(r, ESP32C3_UART0_BASE + ESP32C3_UART_CLKDIV, 99);
    rv32_set_x(rig_core(r), 5, 77);
    dm_write(r, DM_DMCONTROL, DMCONTROL_DMACTIVE | DMCONTROL_HALTREQ | DMCONTROL_NDMRESET);
    assert_true(dm_read(r, DM_DMSTATUS) & DMSTATUS_ANYUNAVAIL);
    uint64_t before = soc_core_instructions(r->soc, 0);
    rig_pass_ns(r, 100000);
    assert_int_equal(soc_core_instructions(r->soc, 0), before);
    dm_write(r, DM_DMCONTROL, DMCONTROL_DMACTIVE | DMCONTROL_HALTREQ);
    uint32_t status = dm_read(r, DM_DMSTATUS);
    assert_true(status & DMSTATUS_ALLHALTED && status & DMSTATUS_ALLHAVERESET);
    assert_int_equal(rig_pc(r), ESP32C3_RESET_VECTOR);
    assert_int_equal(rv32_x(rig_core(r), 5), 0);
    assert_int_equal(soc_core_instructions(r->soc, 0), before);
    assert_int_equal(rd(r, ESP32C3_UART0_BASE + ESP32C3_UART_CLKDIV), 99);
    assert_int_equal(soc_reset_cause(r->soc, 0), ESP32C3_RESET_POWER_ON); /* as before, and a flag */
    assert_true(rd(r, ESP32C3_RTC_RESET_STATE) & ESP32C3_RTC_RESET_FLAG_JTAG_PRO);
    wr(r, ESP32C3_RTC_RESET_STATE, 0x3000 | ESP32C3_RTC_RESET_FLAG_JTAG_PRO_CLR);
    assert_false(rd(r, ESP32C3_RTC_RESET_STATE) & ESP32C3_RTC_RESET_FLAG_JTAG_PRO);
}

static void a_reset_keeps_the_modules_own_wish_to_halt(void **state)
{
    struct rig *r = *state;
    start(r);
    dm_write(r, DM_DMCONTROL, DMCONTROL_DMACTIVE | DMCONTROL_SETRESETHALTREQ);
    wr(r, ESP32C3_RTC_RESET_STATE, 0x3000 | ESP32C3_RTC_OCD_HALT_ON_RESET);
    for (unsigned i = 0; i < 2; i++) { /* the chip's wish ends, the module's does not */
        wr(r, ESP32C3_RTC_OPTIONS0, 0x1C00A000 | ESP32C3_RTC_SW_PROCPU_RST);
        rig_pass_ns(r, 1000);
        assert_true(rig_is_halted(r));
        wr(r, ESP32C3_RTC_RESET_STATE, 0x3000);
    }
    dm_write(r, DM_DMCONTROL, DMCONTROL_DMACTIVE | DMCONTROL_CLRRESETHALTREQ);
    wr(r, ESP32C3_RTC_OPTIONS0, 0x1C00A000 | ESP32C3_RTC_SW_PROCPU_RST);
    rig_pass_ns(r, 1000);
    assert_false(rig_is_halted(r));
}

static void programs_see_a_debugger(void **state)
{
    struct rig *r = *state;
    assert_int_equal(rd(r, ESP32C3_ASSIST_DEBUG_MODE), 0);
    start(r);
    assert_int_equal(rd(r, ESP32C3_ASSIST_DEBUG_MODE), ESP32C3_ASSIST_MODULE_ACTIVE);
    dm_write(r, DM_DMCONTROL, DMCONTROL_DMACTIVE | DMCONTROL_HALTREQ);
    rig_pass_ns(r, 1000);
    assert_int_equal(rd(r, ESP32C3_ASSIST_DEBUG_MODE), ESP32C3_ASSIST_MODULE_ACTIVE | ESP32C3_ASSIST_IN_DEBUG_MODE);
    dm_write(r, DM_DMCONTROL, 0);
    assert_int_equal(rd(r, ESP32C3_ASSIST_DEBUG_MODE), ESP32C3_ASSIST_IN_DEBUG_MODE);
}

static uint32_t system_time(struct rig *r, unsigned unit)
{
    wr(r, ESP32C3_SYSTIMER_UNIT0_OP + 4 * unit, ESP32C3_SYSTIMER_UPDATE);
    return rd(r, ESP32C3_SYSTIMER_VALUE + 8 * unit + 4);
}

/* UNIT1 is set to do so after reset, UNIT0 is not. */
static void a_counter_stalls_with_the_core(void **state)
{
    struct rig *r = *state;
    wr(r, ESP32C3_SYSTIMER_CONF, rd(r, ESP32C3_SYSTIMER_CONF) | ESP32C3_SYSTIMER_UNIT1_WORK);
    start(r);
    dm_write(r, DM_DMCONTROL, DMCONTROL_DMACTIVE | DMCONTROL_HALTREQ);
    assert_true(rig_is_halted(r));
    uint32_t before[2] = {system_time(r, 0), system_time(r, 1)};
    rig_pass_ns(r, 1000000);
    assert_int_equal(system_time(r, 0) - before[0], 16000);
    assert_int_equal(system_time(r, 1), before[1]);
    dm_write(r, DM_DMCONTROL, DMCONTROL_DMACTIVE | DMCONTROL_RESUMEREQ);
    before[1] = system_time(r, 1);
    rig_pass_ns(r, 1000000);
    assert_int_equal(system_time(r, 1) - before[1], 16000);
}

static void the_module_has_no_clock_in_light_sleep(void **state)
{
    struct rig *r = *state;
    start(r);
    wr(r, ESP32C3_RTC_STATE0, ESP32C3_RTC_SLEEP_EN);
    rig_pass_ns(r, 1000);
    assert_true(soc_has_taps(r->soc));
    assert_int_equal(dmi(r, DMI_READ, DM_DMSTATUS, 0) & 3, FAILED);
    scan(r, true, RISCV_IR_IDCODE, IR_BITS);
    assert_int_equal(scan(r, false, 0, 32), ESP32C3_IDCODE);
}

static void one_core_one_tap(void **state)
{
    struct rig *r = *state;
    assert_int_equal(soc_core_count(r->soc), 1);
    assert_int_equal(soc_tap_count(r->soc), 1);
    assert_null(soc_lx6(r->soc, 0));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(one_core_one_tap),
        TEST(the_tap_is_this_chips),
        TEST(the_bus_resets_the_chip_and_the_module_stays),
        TEST(ndmreset_resets_the_core_alone),
        TEST(a_reset_keeps_the_modules_own_wish_to_halt),
        TEST(programs_see_a_debugger),
        TEST(a_counter_stalls_with_the_core),
        TEST(the_module_has_no_clock_in_light_sleep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
