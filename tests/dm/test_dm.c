/* SPDX-License-Identifier: Apache-2.0 */
/* The debugger's side of the Xtensa debug module, against modules and cores of the virtual boards. */
#include "chip_rig.h"
#include "unit.h"

#include "regs/xtensa.h"

#include <stdlib.h>
#include <string.h>

enum { BOTH = 3, WORDS = 16384, DRAM = 0x3FFB0000, NOWHERE = 0x30000000 };

static void open_examined(struct chip_rig *r, struct dm_status *status)
{
    rig_open(r);
    CHECK_OK(r->dm->ops->examine(r->dm, BOTH, status));
    assert_true(status[0].is_online && status[1].is_online);
}

static void halt_both(struct chip_rig *r)
{
    struct dm_status status[DM_MAX_CORES] = {0};
    open_examined(r, status);
    r->dm->ops->queue_halt(r->dm, BOTH, true);
    CHECK_OK(r->dm->ops->poll(r->dm, status));
    CHECK_OK(r->dm->ops->poll(r->dm, status));
    assert_true(status[0].is_halted && status[1].is_halted);
    r->dm->ops->queue_acknowledge(r->dm, BOTH);
    CHECK_OK(r->dm->ops->run(r->dm));
}

static void modules_are_found(void **state)
{
    (void)state;
    struct chip_rig r;
    struct dm_status status[DM_MAX_CORES] = {0};
    open_examined(&r, status);
    assert_int_equal(r.dm->ops->id(r.dm, 0), 0x0733BFF2);
    assert_int_equal(r.dm->ops->id(r.dm, 1), 0x0733BFF2);
    uint32_t dcr[2];
    for (unsigned i = 0; i < 2; i++)
        r.dm->ops->queue_read_reg(r.dm, i, NAR_DCRSET, &dcr[i]);
    CHECK_OK(r.dm->ops->run(r.dm));
    assert_int_equal(dcr[0], DCR_ENABLE_OCD | DCR_BREAK_IN_EN | DCR_BREAK_OUT_EN);
    assert_int_equal(dcr[1], dcr[0]);
    rig_close(&r);
}

static void a_module_that_is_switched_off_is_offline(void **state)
{
    (void)state;
    struct chip_rig r;
    struct dm_status status[DM_MAX_CORES] = {0};
    rig_open(&r);
    r.is_jtag_off = true;
    CHECK_OK(r.dm->ops->examine(r.dm, BOTH, status));
    assert_false(status[0].is_online || status[1].is_online);
    r.dm->ops->queue_execute(r.dm, 0, 0x0020F0);
    CHECK_ERR(r.dm->ops->run(r.dm), ERR_POWERED_OFF);
    uint64_t executes = r.adapter.executes;
    CHECK_OK(r.dm->ops->poll(r.dm, status));
    assert_int_equal(r.adapter.executes, executes + 1);
    assert_false(status[0].is_online || status[1].is_online);
    r.is_jtag_off = false;
    CHECK_OK(r.dm->ops->poll(r.dm, status));
    assert_int_equal(r.adapter.executes, executes + 2);
    assert_true(status[0].is_online && status[1].is_online && status[0].debug_was_reset);
    rig_close(&r);
}

/* One poll of both cores is one round trip, of few clocks. */
static void a_poll_is_one_round_trip(void **state)
{
    (void)state;
    struct chip_rig r;
    struct dm_status status[DM_MAX_CORES] = {0};
    open_examined(&r, status);
    uint64_t executes = r.adapter.executes, tcks = r.adapter.tcks;
    CHECK_OK(r.dm->ops->poll(r.dm, status));
    assert_int_equal(r.adapter.executes, executes + 1);
    assert_in_range(r.adapter.tcks - tcks, 1, 170);
    assert_false(status[0].is_halted || status[0].core_was_reset);
    rig_close(&r);
}

static void halt_and_resume(void **state)
{
    (void)state;
    struct chip_rig r;
    struct dm_status status[DM_MAX_CORES] = {0};
    halt_both(&r);
    r.dm->ops->queue_resume(r.dm, BOTH);
    CHECK_OK(r.dm->ops->run(r.dm));
    CHECK_OK(r.dm->ops->poll(r.dm, status));
    assert_false(status[0].is_halted || status[1].is_halted);
    /* The break network: one is asked, both stop. */
    r.dm->ops->queue_halt(r.dm, 1, true);
    CHECK_OK(r.dm->ops->poll(r.dm, status));
    CHECK_OK(r.dm->ops->poll(r.dm, status));
    assert_true(status[0].is_halted && status[1].is_halted);
    rig_close(&r);
}

static void a_reset_halts_at_the_vector(void **state)
{
    (void)state;
    struct chip_rig r;
    struct dm_status status[DM_MAX_CORES] = {0};
    open_examined(&r, status);
    CHECK_OK(r.dm->ops->assert_reset(r.dm, BOTH));
    CHECK_OK(r.dm->ops->poll(r.dm, status));
    assert_true(status[0].is_in_reset && status[1].is_in_reset);
    CHECK_OK(r.dm->ops->deassert_reset(r.dm, BOTH, true));
    uint64_t before = lx6_instructions(r.lx6[0]);
    CHECK_OK(r.dm->ops->poll(r.dm, status));
    CHECK_OK(r.dm->ops->poll(r.dm, status));
    assert_true(status[0].is_halted && status[1].is_halted);
    assert_int_equal(lx6_sr(r.lx6[0], SR_EPC6), 0x40000400);
    assert_int_equal(lx6_instructions(r.lx6[0]), before);
    rig_close(&r);
}

static uint32_t pattern(size_t i)
{
    return (uint32_t)i * 2654435761U ^ 0x5A5A0000U;
}

/* Words of all kinds through these cores; gives the clocks that each direction took. */
static void transfer(struct chip_rig *r, unsigned cores, size_t count, uint64_t *write_tcks, uint64_t *read_tcks)
{
    uint32_t *out = malloc(count * sizeof *out), *in = calloc(count, sizeof *in), fault = 0;
    for (size_t i = 0; i < count; i++)
        out[i] = pattern(i);
    uint64_t start = r->adapter.tcks;
    CHECK_OK(r->dm->ops->write_block(r->dm, cores, DRAM, out, count, &fault));
    *write_tcks = r->adapter.tcks - start;
    for (size_t i = 0; i < count; i++)
        assert_int_equal(rig_word(r, DRAM + (uint32_t)i * 4), out[i]);
    start = r->adapter.tcks;
    CHECK_OK(r->dm->ops->read_block(r->dm, cores, DRAM, in, count, &fault));
    *read_tcks = r->adapter.tcks - start;
    assert_memory_equal(in, out, count * sizeof *out);
    free(out);
    free(in);
}

static void blocks_of_any_length_pass(void **state)
{
    (void)state;
    struct chip_rig r;
    uint64_t w, rd;
    halt_both(&r);
    for (size_t count = 1; count < 40; count++)
        for (unsigned cores = 1; cores <= BOTH; cores++)
            transfer(&r, cores, count, &w, &rd);
    rig_close(&r);
}

/* The figures: at most 51 clocks a word through one core, 46 through both. */
static void blocks_are_fast(void **state)
{
    (void)state;
    struct chip_rig r;
    uint64_t w, rd;
    halt_both(&r);
    transfer(&r, 1, WORDS, &w, &rd);
    assert_in_range(w, WORDS * 50, WORDS * 51);
    assert_in_range(rd, WORDS * 50, WORDS * 51);
    transfer(&r, BOTH, WORDS, &w, &rd);
    assert_in_range(w, WORDS * 44, WORDS * 46);
    assert_in_range(rd, WORDS * 44, WORDS * 46);
    rig_close(&r);
}

/* Two megahertz cores do not keep up with 20 MHz of TCK: noticed, and done slower. */
static void a_slow_core_gets_its_time(void **state)
{
    (void)state;
    struct chip_rig r;
    uint64_t w, rd;
    halt_both(&r);
    r.cycle_ps = 500000;
    transfer(&r, BOTH, 300, &w, &rd);
    assert_true(rd > 300 * 60);
    rig_close(&r);
}

static void a_fault_is_found_to_the_word(void **state)
{
    (void)state;
    struct chip_rig r;
    uint32_t words[64] = {0}, fault = 0;
    halt_both(&r);
    CHECK_ERR(r.dm->ops->read_block(r.dm, 1, NOWHERE, words, 4, &fault), ERR_FAULT);
    assert_int_equal(fault, NOWHERE);
    uint32_t end = DRAM + 256 * 1024;
    CHECK_ERR(r.dm->ops->read_block(r.dm, 1, end - 12, words, 8, &fault), ERR_FAULT);
    assert_int_equal(fault, end);
    CHECK_ERR(r.dm->ops->write_block(r.dm, BOTH, end - 4 * 40, words, 64, &fault), ERR_FAULT);
    assert_int_equal(fault, end);
    CHECK_OK(r.dm->ops->write_block(r.dm, BOTH, DRAM, words, 64, &fault)); /* and all is well again */
    rig_close(&r);
}

static void exceptions_are_reported_and_cleared(void **state)
{
    (void)state;
    struct chip_rig r;
    halt_both(&r);
    r.dm->ops->queue_execute(r.dm, 1, 0x000000); /* ILL */
    CHECK_ERR(r.dm->ops->run(r.dm), ERR_EXEC);
    r.dm->ops->queue_execute(r.dm, 1, 0x0020F0); /* NOP */
    CHECK_OK(r.dm->ops->run(r.dm));
    rig_close(&r);
}

static void a_core_that_was_reset_is_not_taken_for_halted(void **state)
{
    (void)state;
    struct chip_rig r;
    halt_both(&r);
    lx6_reset(r.lx6[0], 0);
    xdm_core_was_reset(r.xdm[0], false);
    r.now_ps += 1000000;
    r.dm->ops->queue_execute(r.dm, 0, 0x0020F0);
    CHECK_ERR(r.dm->ops->run(r.dm), ERR_STATE);
    rig_close(&r);
}

static void a_reset_module_is_set_up_again(void **state)
{
    (void)state;
    struct chip_rig r;
    struct dm_status status[DM_MAX_CORES] = {0};
    open_examined(&r, status);
    xdm_core_was_reset(r.xdm[1], true);
    CHECK_OK(r.dm->ops->poll(r.dm, status));
    assert_true(status[1].debug_was_reset && status[1].core_was_reset);
    assert_false(status[0].debug_was_reset);
    uint32_t dcr = 0;
    r.dm->ops->queue_read_reg(r.dm, 1, NAR_DCRSET, &dcr);
    CHECK_OK(r.dm->ops->run(r.dm));
    assert_int_equal(dcr, DCR_ENABLE_OCD | DCR_BREAK_IN_EN | DCR_BREAK_OUT_EN);
    rig_close(&r);
}

static void a_lost_adapter_is_an_error_at_every_step(void **state)
{
    (void)state;
    for (uint64_t n = 1; n < 12; n++) {
        struct chip_rig r;
        struct dm_status status[DM_MAX_CORES] = {0};
        rig_open(&r);
        r.unplug_after = r.adapter.executes + n;
        enum err e = r.dm->ops->examine(r.dm, BOTH, status);
        for (unsigned i = 0; !e && i < 20; i++) {
            r.dm->ops->queue_halt(r.dm, BOTH, true);
            e = r.dm->ops->poll(r.dm, status);
        }
        CHECK_ERR(e, ERR_DISCONNECTED);
        rig_close(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modules_are_found),
        cmocka_unit_test(a_module_that_is_switched_off_is_offline),
        cmocka_unit_test(a_poll_is_one_round_trip),
        cmocka_unit_test(halt_and_resume),
        cmocka_unit_test(a_reset_halts_at_the_vector),
        cmocka_unit_test(blocks_of_any_length_pass),
        cmocka_unit_test(blocks_are_fast),
        cmocka_unit_test(a_slow_core_gets_its_time),
        cmocka_unit_test(a_fault_is_found_to_the_word),
        cmocka_unit_test(exceptions_are_reported_and_cleared),
        cmocka_unit_test(a_core_that_was_reset_is_not_taken_for_halted),
        cmocka_unit_test(a_reset_module_is_set_up_again),
        cmocka_unit_test(a_lost_adapter_is_an_error_at_every_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
