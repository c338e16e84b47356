/* SPDX-License-Identifier: Apache-2.0 */
/* Registers: what the debugger says is what the core has, through every window. */
#include "target_rig.h"

#include "regs/xtensa.h"

#include <stdio.h>
#include <string.h>

static uint32_t value_of(unsigned i)
{
    return 0xA5000000U + i * 0x010101U + 7;
}

static void all_windowed_registers_are_read(void **state)
{
    (void)state;
    for (unsigned window = 0; window < 16; window++) {
        struct target_rig r;
        target_rig_open(&r);
        for (unsigned i = 0; i < LX6_ARS; i++)
            lx6_set_ar(r.chip.lx6[0], i, value_of(i));
        lx6_set_sr(r.chip.lx6[0], SR_WINDOWBASE, window);
        CHECK_OK(target_halt(r.target, TIMEOUT_MS));
        assert_int_equal(read_reg(r.cpu[0], "windowbase"), window);
        for (unsigned i = 0; i < LX6_ARS; i++) {
            char name[8];
            snprintf(name, sizeof name, "ar%u", i);
            assert_int_equal(read_reg(r.cpu[0], name), value_of(i));
        }
        for (unsigned i = 0; i < 16; i++) {
            char name[8];
            snprintf(name, sizeof name, "a%u", i);
            assert_int_equal(read_reg(r.cpu[0], name), value_of((window * 4 + i) % 64));
        }
        target_rig_close(&r);
    }
}

/* A write of everything, then a look into the core after it was let go and stopped again. */
static void writes_arrive_when_the_core_runs(void **state)
{
    (void)state;
    struct target_rig r;
    target_rig_open(&r);
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    for (unsigned i = 0; i < 64; i++) {
        char name[8];
        snprintf(name, sizeof name, "ar%u", i);
        write_reg(r.cpu[0], name, value_of(i));
        assert_true(core_reg_is_dirty(r.cpu[0], (unsigned)core_reg_find(r.cpu[0], name)));
    }
    write_reg(r.cpu[0], "windowbase", 9);
    write_reg(r.cpu[0], "windowstart", 0x0201);
    write_reg(r.cpu[0], "sar", 17);
    write_reg(r.cpu[0], "scompare1", 0x12345678);
    write_reg(r.cpu[0], "misc2", 0xCAFEF00D);
    write_reg(r.cpu[0], "threadptr", 0x3FFB1234);
    CHECK_OK(target_resume(r.target));
    rig_sync(&r.chip);
    struct lx6 *core = r.chip.lx6[0];
    for (unsigned i = 0; i < 64; i++)
        assert_int_equal(lx6_ar(core, i), value_of(i));
    assert_int_equal(lx6_sr(core, SR_WINDOWBASE), 9);
    assert_int_equal(lx6_sr(core, SR_WINDOWSTART), 0x0201);
    assert_int_equal(lx6_sr(core, SR_SAR), 17);
    assert_int_equal(lx6_sr(core, SR_SCOMPARE1), 0x12345678);
    assert_int_equal(lx6_sr(core, SR_MISC0 + 2), 0xCAFEF00D);
    assert_int_equal(lx6_ur(core, UR_THREADPTR), 0x3FFB1234);
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    assert_int_equal(read_reg(r.cpu[0], "windowbase"), 9);
    assert_int_equal(read_reg(r.cpu[0], "a3"), value_of(39));
    target_rig_close(&r);
}

static void the_debugger_leaves_no_trace(void **state)
{
    (void)state;
    struct target_rig r;
    target_rig_open(&r);
    struct lx6 *core = r.chip.lx6[0];
    uint32_t before[64], value;
    lx6_set_sr(core, SR_WINDOWBASE, 5);
    lx6_set_sr(core, SR_EXCCAUSE, 28);
    lx6_set_sr(core, SR_EXCVADDR, 0xBAD0BAD0);
    lx6_set_sr(core, SR_CPENABLE, 0);
    for (unsigned i = 0; i < 64; i++)
        lx6_set_ar(core, i, before[i] = value_of(i));
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    CHECK_OK(core_regs_fetch(r.cpu[0]));
    CHECK_ERR(core_read_u32(r.cpu[0], 0x30000000, &value), ERR_FAULT); /* raises an exception in the core */
    uint32_t words[40];
    CHECK_OK(core_mem_read(r.cpu[0], DRAM, 0, words, sizeof words));
    CHECK_OK(target_resume(r.target));
    rig_sync(&r.chip);
    for (unsigned i = 0; i < 64; i++)
        assert_int_equal(lx6_ar(core, i), before[i]);
    assert_int_equal(lx6_sr(core, SR_WINDOWBASE), 5);
    assert_int_equal(lx6_sr(core, SR_EXCCAUSE), 28);
    assert_int_equal(lx6_sr(core, SR_EXCVADDR), 0xBAD0BAD0);
    assert_int_equal(lx6_sr(core, SR_CPENABLE), 0);
    assert_int_equal(lx6_pc(core), 0x40000400);
    target_rig_close(&r);
}

static void floating_point_needs_no_coprocessor_enable(void **state)
{
    (void)state;
    struct target_rig r;
    target_rig_open(&r);
    struct lx6 *core = r.chip.lx6[0];
    lx6_set_sr(core, SR_CPENABLE, 0);
    lx6_set_fr(core, 5, 0x40490FDB);
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    assert_int_equal(read_reg(r.cpu[0], "f5"), 0x40490FDB);
    write_reg(r.cpu[0], "f6", 0x3F800000);
    assert_int_equal(read_reg(r.cpu[0], "cpenable"), 0);
    CHECK_OK(target_resume(r.target));
    assert_int_equal(lx6_fr(core, 6), 0x3F800000);
    assert_int_equal(lx6_sr(core, SR_CPENABLE), 0);
    target_rig_close(&r);
}

/* Every register of the list but those with side effects: written, let go, and read back. */
static void each_special_register_makes_the_round_trip(void **state)
{
    (void)state;
    static const char *const names[] = {"lbeg",      "lend",      "sar",      "br",       "acclo", "acchi",
                                        "m0",        "m3",        "epc1",     "epc5",     "eps2",  "depc",
                                        "excsave1",  "excsave7",  "exccause", "excvaddr", "misc0", "vecbase",
                                        "intenable", "ccompare1", "scompare1"};
    struct target_rig r;
    target_rig_open(&r);
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        uint32_t value = !strcmp(names[i], "vecbase") ? 0x40080000 : !strcmp(names[i], "sar") ? 33 : 0x15 + i;
        write_reg(r.cpu[1], names[i], value);
    }
    CHECK_OK(target_resume(r.target));
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        uint32_t value = !strcmp(names[i], "vecbase") ? 0x40080000 : !strcmp(names[i], "sar") ? 33 : 0x15 + i;
        assert_int_equal(read_reg(r.cpu[1], names[i]), value);
    }
    assert_int_equal(read_reg(r.cpu[0], "prid"), 0xCDCD);
    assert_int_equal(read_reg(r.cpu[1], "prid"), 0xABAB);
    target_rig_close(&r);
}

static void the_list_is_gdbs(void **state)
{
    (void)state;
    struct target_rig r;
    target_rig_open(&r);
    size_t count, in_packet = 0;
    const struct reg_desc *list = core_reg_list(r.cpu[0], &count);
    for (size_t i = 0; i < count; i++) {
        in_packet += list[i].is_in_g_packet;
        assert_int_equal(core_reg_find(r.cpu[0], list[i].name), i);
    }
    assert_int_equal(count, 173);
    assert_int_equal(in_packet, 105);
    assert_string_equal(list[0].name, "pc");
    assert_string_equal(list[73].name, "ps");
    assert_string_equal(list[104].name, "fsr");
    assert_int_equal(core_reg_find(r.cpu[0], "nothing"), -1);
    target_rig_close(&r);
}

static void wrong_uses_are_refused(void **state)
{
    (void)state;
    struct target_rig r;
    uint32_t value;
    target_rig_open(&r);
    CHECK_ERR(core_reg_read(r.cpu[0], 0, &value), ERR_STATE); /* it runs */
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    CHECK_ERR(core_reg_read(r.cpu[0], 999, &value), ERR_NOT_FOUND);
    CHECK_ERR(core_reg_write(r.cpu[0], (unsigned)core_reg_find(r.cpu[0], "prid"), 1), ERR_UNSUPPORTED);
    target_rig_close(&r);
}

/* A core that is so slow that scans get lost: nothing is lost of its registers. */
static void a_slow_core_keeps_its_registers(void **state)
{
    (void)state;
    struct target_rig r;
    target_rig_open(&r);
    struct lx6 *core = r.chip.lx6[0];
    for (unsigned i = 0; i < 64; i++)
        lx6_set_ar(core, i, value_of(i));
    lx6_set_sr(core, SR_WINDOWBASE, 3);
    r.chip.cycle_ps = 400000; /* 2.5 MHz */
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    CHECK_OK(core_regs_fetch(r.cpu[0]));
    for (unsigned i = 0; i < 64; i++) {
        char name[8];
        snprintf(name, sizeof name, "ar%u", i);
        assert_int_equal(read_reg(r.cpu[0], name), value_of(i));
    }
    write_reg(r.cpu[0], "ar60", 0x600DF00D);
    CHECK_OK(target_resume(r.target));
    rig_sync(&r.chip);
    assert_int_equal(lx6_ar(core, 60), 0x600DF00D);
    for (unsigned i = 0; i < 60; i++)
        assert_int_equal(lx6_ar(core, i), value_of(i));
    target_rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_windowed_registers_are_read),
        cmocka_unit_test(writes_arrive_when_the_core_runs),
        cmocka_unit_test(the_debugger_leaves_no_trace),
        cmocka_unit_test(floating_point_needs_no_coprocessor_enable),
        cmocka_unit_test(each_special_register_makes_the_round_trip),
        cmocka_unit_test(the_list_is_gdbs),
        cmocka_unit_test(wrong_uses_are_refused),
        cmocka_unit_test(a_slow_core_keeps_its_registers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
