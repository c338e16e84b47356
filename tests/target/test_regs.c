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

/* --- the LX7's list --- */

static const struct chip *lx7_chip(struct chip *chip)
{
    *chip = *chip_find("esp32");
    chip->isa = ISA_XTENSA_LX7;
    return chip;
}

static void the_lx7_list_is_gdbs(void **state)
{
    (void)state;
    static const struct {
        unsigned index;
        const char *name;
    } at[] = {{0, "pc"},       {64, "ar63"},      {73, "ps"},     {83, "gpio_out"}, {101, "fsr"},
              {103, "accx_1"}, {114, "sar_byte"}, {120, "q0"},    {127, "q7"},      {128, "mmid"},
              {144, "epc6"},   {165, "vecbase"},  {179, "misc3"}, {180, "pwrctl"},  {189, "fault_info"},
              {201, "pmpc"},   {211, "ocd_dsr"},  {212, "a0"}};
    struct target_rig r;
    struct chip chip;
    target_rig_open_chip(&r, lx7_chip(&chip));
    size_t count, in_packet = 0, bytes = 0;
    const struct reg_desc *list = core_reg_list(r.cpu[0], &count);
    for (size_t i = 0; i < count; i++) {
        in_packet += list[i].is_in_g_packet;
        bytes += list[i].is_in_g_packet ? (list[i].bits + 31U) / 32 * 4 : 0;
        assert_int_equal(core_reg_find(r.cpu[0], list[i].name), i);
    }
    assert_int_equal(count, 228);
    assert_int_equal(in_packet, 128);
    assert_int_equal(bytes, 608);
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++)
        assert_string_equal(list[at[i].index].name, at[i].name);
    target_rig_close(&r);
}

static void registers_of_the_debug_module_are_in_the_lx7_list(void **state)
{
    (void)state;
    struct target_rig r;
    struct chip chip;
    target_rig_open_chip(&r, lx7_chip(&chip));
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    assert_int_equal(read_reg(r.cpu[0], "ocdid"), 0x0733BFF2);
    assert_true(read_reg(r.cpu[0], "ocd_dsr") & DSR_STOPPED);
    write_reg(r.cpu[0], "trax_delay", 0x1234);
    assert_int_equal(read_reg(r.cpu[0], "trax_delay"), 0x1234);
    CHECK_ERR(core_reg_write(r.cpu[0], (unsigned)core_reg_find(r.cpu[0], "ocdid"), 1), ERR_UNSUPPORTED);
    target_rig_close(&r);
}

/* A debug module that does the two moves between a3 and a lane of a vector register by itself. Their words, from binutils
   (xtensa_esp32s3, EE.MOVI.32.A and EE.MOVI.32.Q with a3), are taken apart bit by bit here. */
struct vector_unit {
    struct dm_ops ops; /* first: a dm's ops lead to it */
    const struct dm_ops *real;
    uint32_t (*q)[4]; /* NULL: the core has no vector unit, and the moves are illegal */
};

static void queue_execute(struct dm *d, unsigned core, uint32_t word)
{
    const struct vector_unit *v = (const struct vector_unit *)d->ops;
    uint32_t *lane = v->q ? &v->q[(word >> 15 & 1) | (word >> 19 & 6)][word >> 10 & 3] : NULL;
    uint32_t move = word & ~0x308C00U;
    if (!lane && (move == 0xCD7134 || move == 0xCD3234)) {
        v->real->queue_execute(d, core, 0x000000); /* ILL */
    } else if (move == 0xCD7134) {
        v->real->queue_put(d, core, *lane);
        v->real->queue_execute(d, core, 0x036830); /* RSR DDR, a3 */
    } else if (move == 0xCD3234) {
        v->real->queue_execute(d, core, 0x136830); /* WSR DDR, a3 */
        v->real->queue_get(d, core, lane);
    } else {
        v->real->queue_execute(d, core, word);
    }
}

static struct core *open_vector_rig(struct target_rig *r, struct chip *chip, struct vector_unit *v, uint32_t (*q)[4])
{
    *r = (struct target_rig){0};
    rig_open(&r->chip);
    *v = (struct vector_unit){.ops = *r->chip.dm->ops, .real = r->chip.dm->ops, .q = q};
    v->ops.queue_execute = queue_execute;
    r->chip.dm->ops = &v->ops;
    r->target = target_new(lx7_chip(chip), r->chip.dm, &r->chip.adapter.clock, &r->chip.log);
    r->chip.dm = NULL;
    CHECK_OK(target_examine(r->target));
    return target_core(r->target, 0);
}

static void a_vector_register_that_is_not_there_is_said(void **state)
{
    (void)state;
    struct target_rig r;
    struct chip chip;
    struct vector_unit v;
    uint32_t words[4];
    struct core *c = open_vector_rig(&r, &chip, &v, NULL);
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    CHECK_OK(core_regs_fetch(c));
    CHECK_ERR(core_reg_read_words(c, (unsigned)core_reg_find(c, "q3"), words), ERR_UNSUPPORTED);
    assert_int_equal(read_reg(c, "ar7"), lx6_ar(r.chip.lx6[0], 7));
    CHECK_OK(target_resume(r.target));
    assert_int_equal(lx6_pc(r.chip.lx6[0]), 0x40000400);
    target_rig_close(&r);
}

static void vector_registers_are_read_and_written(void **state)
{
    (void)state;
    uint32_t q[8][4], words[4], value;
    struct target_rig r;
    struct chip chip;
    struct vector_unit v;
    for (unsigned i = 0; i < 32; i++)
        q[i / 4][i % 4] = value_of(i);
    struct core *c = open_vector_rig(&r, &chip, &v, q);
    lx6_set_sr(r.chip.lx6[0], SR_CPENABLE, 0);
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    for (unsigned i = 0; i < 8; i++) {
        char name[3] = {'q', (char)('0' + i), 0};
        CHECK_OK(core_reg_read_words(c, (unsigned)core_reg_find(c, name), words));
        for (unsigned k = 0; k < 4; k++)
            assert_int_equal(words[k], value_of(4 * i + k));
    }
    unsigned q5 = (unsigned)core_reg_find(c, "q5");
    CHECK_ERR(core_reg_read(c, q5, &value), ERR_RANGE);
    for (unsigned k = 0; k < 4; k++)
        words[k] = 0x11111111U * (k + 1);
    CHECK_OK(core_reg_write_words(c, q5, words));
    assert_true(core_reg_is_dirty(c, q5));
    CHECK_OK(target_resume(r.target));
    for (unsigned i = 0; i < 32; i++)
        assert_int_equal(q[i / 4][i % 4], i / 4 == 5 ? 0x11111111U * (i % 4 + 1) : value_of(i));
    assert_int_equal(lx6_sr(r.chip.lx6[0], SR_CPENABLE), 0);
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
        cmocka_unit_test(the_lx7_list_is_gdbs),
        cmocka_unit_test(registers_of_the_debug_module_are_in_the_lx7_list),
        cmocka_unit_test(a_vector_register_that_is_not_there_is_said),
        cmocka_unit_test(vector_registers_are_read_and_written),
        cmocka_unit_test(wrong_uses_are_refused),
        cmocka_unit_test(a_slow_core_keeps_its_registers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
