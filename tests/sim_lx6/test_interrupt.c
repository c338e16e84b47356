/* SPDX-License-Identifier: Apache-2.0 */
/* Interrupts and timers of the LX6 core: levels, nesting, latches, CCOMPARE to the cycle, WAITI, slices. */
#include "asm.h"

static const struct {
    unsigned line, level;
    uint32_t vector;
} lines[] = {{0, 1, 0x300}, {19, 2, 0x180}, {11, 3, 0x1C0}, {23, 3, 0x1C0}, {24, 4, 0x200}, {31, 5, 0x240}};
enum { LINES = sizeof lines / sizeof lines[0] };

static void each_level_goes_to_its_vector(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LINES; i++) {
        struct machine m;
        machine_init(&m, NULL);
        PUT(&m, CODE, NOP, NOP, NOP);
        lx6_set_sr(m.core, SR_PS, PS_UM | (lines[i].level - 1));
        lx6_run(m.core, 1);
        lx6_set_irq(m.core, lines[i].line, true);
        lx6_run(m.core, 1); /* not enabled yet */
        assert_pc(&m, CODE + 6);
        lx6_set_sr(m.core, SR_INTENABLE, 1U << lines[i].line);
        assert_int_equal(sr(&m, SR_INTERRUPT), 1U << lines[i].line);
        PUT(&m, VECTORS + (i ? lines[i].vector : 0x340), NOP);
        lx6_run(m.core, 1);
        if (lines[i].level == 1) {
            assert_pc(&m, VECTORS + 0x343);
            assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_LEVEL1_INTERRUPT);
            assert_int_equal(sr(&m, SR_EPC1), CODE + 6);
            assert_int_equal(sr(&m, SR_PS), PS_UM | PS_EXCM);
        } else {
            assert_pc(&m, VECTORS + lines[i].vector + 3);
            assert_int_equal(sr(&m, SR_EPC1 + lines[i].level - 1), CODE + 6);
            assert_int_equal(sr(&m, SR_EPS2 + lines[i].level - 2), PS_UM | (lines[i].level - 1));
            assert_int_equal(sr(&m, SR_PS), PS_UM | PS_EXCM | lines[i].level);
        }
        machine_fini(&m);
    }
}

static void masked_until_the_level_falls(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LINES; i++) {
        struct machine m;
        machine_init(&m, NULL);
        PUT(&m, CODE, NOP, NOP, RSIL(2, lines[i].level - 1), NOP);
        lx6_set_sr(m.core, SR_PS, lines[i].level);
        lx6_set_sr(m.core, SR_INTENABLE, ~0U);
        lx6_set_irq(m.core, lines[i].line, true);
        lx6_run(m.core, 3);
        assert_pc(&m, CODE + 9);
        lx6_set_irq(m.core, lines[i].line, false); /* a level line that falls is gone */
        lx6_run(m.core, 1);
        assert_pc(&m, CODE + 12);
        assert_int_equal(lx6_a(m.core, 2), lines[i].level);
        machine_fini(&m);
    }
}

static void higher_levels_nest(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, NOP, J(0));
    PUT(&m, VECTORS + 0x180, NOP, NOP, RFI(2));
    PUT(&m, VECTORS + 0x200, NOP, RFI(4));
    lx6_set_sr(m.core, SR_INTENABLE, ~0U);
    lx6_set_irq(m.core, 19, true);
    lx6_run(m.core, 1);
    lx6_set_irq(m.core, 19, false);
    assert_pc(&m, VECTORS + 0x183);
    lx6_set_irq(m.core, 20, true); /* the same level waits */
    lx6_run(m.core, 1);
    assert_pc(&m, VECTORS + 0x186);
    lx6_set_irq(m.core, 20, false);
    lx6_set_irq(m.core, 24, true);
    lx6_run(m.core, 1);
    assert_pc(&m, VECTORS + 0x203);
    assert_int_equal(sr(&m, SR_EPC4), VECTORS + 0x186);
    assert_int_equal(sr(&m, SR_EPS2 + 2), PS_EXCM | 2);
    lx6_set_irq(m.core, 24, false);
    lx6_run(m.core, 2);
    assert_pc(&m, CODE);
    assert_int_equal(sr(&m, SR_PS), 0);
    machine_fini(&m);
}

static void the_highest_comes_first(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, NOP);
    lx6_set_sr(m.core, SR_INTENABLE, ~0U);
    lx6_set_irq(m.core, 0, true);
    lx6_set_irq(m.core, 19, true);
    lx6_set_irq(m.core, 26, true);
    PUT(&m, VECTORS + 0x240, NOP);
    lx6_run(m.core, 1);
    assert_pc(&m, VECTORS + 0x243);
    machine_fini(&m);
}

static void nmi_cannot_be_masked(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, NOP, NOP);
    PUT(&m, VECTORS + 0x2C0, NOP, NOP, RFI(7));
    lx6_set_sr(m.core, SR_PS, 6);
    lx6_set_irq(m.core, 14, true);
    lx6_run(m.core, 1);
    assert_pc(&m, VECTORS + 0x2C3);
    assert_int_equal(sr(&m, SR_PS), PS_EXCM | 7);
    assert_int_equal(sr(&m, SR_EPS7), 6);
    lx6_run(m.core, 3); /* once for each rising edge */
    assert_pc(&m, CODE + 3);
    lx6_set_irq(m.core, 14, false);
    lx6_set_irq(m.core, 14, true);
    lx6_run(m.core, 1);
    assert_pc(&m, VECTORS + 0x2C3);
    machine_fini(&m);
}

static void edges_and_software_interrupts_latch(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, WSR(2, SR_INTSET), RSR(3, SR_INTERRUPT), WSR(4, SR_INTCLEAR), RSR(5, SR_INTERRUPT));
    lx6_set_ar(m.core, 2, ~0U);
    lx6_set_irq(m.core, 22, true);
    lx6_set_irq(m.core, 22, false);
    lx6_set_irq(m.core, 0, true);
    lx6_set_irq(m.core, 7, true); /* not a line */
    lx6_run(m.core, 2);
    assert_int_equal(lx6_a(m.core, 3), BIT(22) | BIT(0) | BIT(7) | BIT(29));
    lx6_set_ar(m.core, 4, BIT(22) | BIT(7) | BIT(0));
    lx6_run(m.core, 2);
    assert_int_equal(lx6_a(m.core, 5), BIT(0) | BIT(29)); /* a level is not cleared */
    machine_fini(&m);
}

static void software_interrupt_is_taken_at_once(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, WSR(2, SR_INTSET), MOVI(3, 1));
    PUT(&m, VECTORS + 0x1C0, J(0));
    lx6_set_ar(m.core, 2, BIT(29));
    lx6_set_sr(m.core, SR_INTENABLE, BIT(29));
    lx6_run(m.core, 10);
    assert_int_equal(sr(&m, SR_EPC3), CODE + 3);
    assert_int_equal(lx6_a(m.core, 3), 0);
    machine_fini(&m);
}

/* --- time --- */

static void put_nops(struct machine *m, uint32_t at, unsigned count)
{
    m->at = at;
    for (unsigned i = 0; i < count; i++)
        put(m, NOP);
}

static void ccount_counts_instructions(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, RSR(2, SR_CCOUNT), NOP, RSR(3, SR_CCOUNT), RSR(4, SR_CCOUNT), NOP, WSR(5, SR_CCOUNT), NOP,
        RSR(6, SR_CCOUNT));
    lx6_set_ar(m.core, 5, 0xFFFFFFFF);
    lx6_run(m.core, 8);
    uint32_t first = lx6_a(m.core, 2);
    assert_int_equal(lx6_a(m.core, 3), first + 2);
    assert_int_equal(lx6_a(m.core, 4), first + 3);
    assert_int_equal(lx6_a(m.core, 6), 1);
    assert_int_equal(sr(&m, SR_CCOUNT), 2);
    machine_fini(&m);
}

/* The interrupt comes at the boundary where CCOUNT becomes CCOMPARE, wherever slices end. */
static void ccompare_fires_in_its_cycle(void **state)
{
    (void)state;
    for (unsigned timer = 0; timer < 3; timer++) {
        static const uint32_t bits[] = {BIT(6), BIT(15), BIT(16)};
        for (uint32_t due = 1; due < 80; due++) {
            struct machine m;
            machine_init(&m, NULL);
            put_nops(&m, CODE, 200);
            lx6_set_sr(m.core, SR_CCOUNT, 0);
            for (unsigned other = 0; other < 3; other++)
                lx6_set_sr(m.core, SR_CCOMPARE0 + other, other == timer ? due : 0x80000000);
            lx6_set_sr(m.core, SR_INTENABLE, bits[timer]);
            uint32_t slice = 1 + due % 7;
            for (uint32_t used = 0; used < due; used += slice) {
                assert_int_equal(sr(&m, SR_INTERRUPT) & bits[timer], 0);
                lx6_run(m.core, slice < due - used ? slice : due - used);
            }
            assert_pc(&m, CODE + 3 * due);
            assert_int_equal(sr(&m, SR_INTERRUPT) & bits[timer], bits[timer]);
            lx6_run(m.core, 1);
            unsigned level = timer == 0 ? 1 : timer == 1 ? 3 : 5;
            assert_int_equal(sr(&m, SR_EPC1 + level - 1), CODE + 3 * due);
            machine_fini(&m);
        }
    }
}

static void writing_ccompare_clears_its_interrupt(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    put_nops(&m, CODE, 20);
    lx6_set_sr(m.core, SR_CCOUNT, 0);
    lx6_set_sr(m.core, SR_CCOMPARE1, 4);
    lx6_run(m.core, 10);
    assert_int_equal(sr(&m, SR_INTERRUPT), BIT(15));
    PUT(&m, CODE, WSR(2, SR_CCOMPARE1), NOP, NOP, NOP);
    lx6_set_pc(m.core, CODE);
    lx6_set_ar(m.core, 2, 13); /* now CCOUNT is 10 */
    lx6_run(m.core, 1);
    assert_int_equal(sr(&m, SR_INTERRUPT), 0);
    lx6_run(m.core, 1);
    assert_int_equal(sr(&m, SR_INTERRUPT), 0);
    lx6_run(m.core, 1);
    assert_int_equal(sr(&m, SR_INTERRUPT), BIT(15));
    machine_fini(&m);
}

static void waiti_sleeps_until_a_timer(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, WAITI(0), NOP);
    PUT(&m, VECTORS + 0x1C0, RSR(2, SR_CCOUNT), J(0));
    lx6_set_sr(m.core, SR_PS, 5);
    lx6_set_sr(m.core, SR_CCOUNT, 0);
    lx6_set_sr(m.core, SR_CCOMPARE1, 1000);
    lx6_set_sr(m.core, SR_INTENABLE, BIT(15));
    assert_int_equal(lx6_run(m.core, 500), 1); /* returns when it begins to wait */
    assert_int_equal(lx6_state(m.core), LX6_WAITING);
    assert_int_equal(lx6_run(m.core, 500), 500);
    assert_int_equal(lx6_run(m.core, 600), 600);
    assert_int_equal(lx6_state(m.core), LX6_RUNNING);
    assert_int_equal(lx6_a(m.core, 2), 1000);
    assert_int_equal(sr(&m, SR_EPC3), CODE + 3);
    assert_int_equal(sr(&m, SR_CCOUNT), 1101);
    machine_fini(&m);
}

static void waiti_with_something_pending_does_not_sleep(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, WAITI(0), NOP);
    PUT(&m, VECTORS + 0x180, J(0));
    lx6_set_sr(m.core, SR_PS, 5);
    lx6_set_sr(m.core, SR_INTENABLE, BIT(19));
    lx6_set_irq(m.core, 19, true);
    assert_int_equal(lx6_run(m.core, 50), 50);
    assert_pc(&m, VECTORS + 0x180);
    assert_int_equal(sr(&m, SR_EPC2), CODE + 3);
    machine_fini(&m);
}

/* --- a device that talks back while the core runs --- */

struct bell {
    struct lx6 *core;
    uint64_t used;
};

static uint32_t ring_on_read(void *ctx, uint32_t addr)
{
    struct bell *b = ctx;
    b->used = lx6_slice_used(b->core);
    if (addr == 1)
        lx6_set_irq(b->core, 23, true);
    if (addr == 2)
        lx6_end_slice(b->core, b->used + 3);
    if (addr == 3)
        lx6_end_slice(b->core, 0);
    if (addr == 4)
        lx6_reset(b->core, CODE + 0x100);
    return 5;
}

static void devices_are_heard_at_once(void **state)
{
    (void)state;
    struct bell bell = {0};
    const struct lx6_hooks hooks = {.eri_read = ring_on_read, .ctx = &bell};
    struct machine m;
    machine_init(&m, &hooks);
    bell.core = m.core;
    put_nops(&m, CODE, 60);
    PUT(&m, CODE + 12, RER(3, 2));
    PUT(&m, VECTORS + 0x1C0, J(0));
    lx6_set_sr(m.core, SR_INTENABLE, BIT(23));
    lx6_set_ar(m.core, 2, 1);
    assert_int_equal(lx6_run(m.core, 50), 50);
    assert_int_equal(bell.used, 4);
    assert_int_equal(sr(&m, SR_EPC3), CODE + 15);
    assert_int_equal(lx6_a(m.core, 3), 5);
    lx6_set_irq(m.core, 23, false);
    for (uint32_t how = 2; how <= 3; how++) {
        lx6_set_sr(m.core, SR_PS, 0);
        lx6_set_pc(m.core, CODE);
        lx6_set_ar(m.core, 2, how);
        assert_int_equal(lx6_run(m.core, 50), how == 2 ? 7 : 5);
        assert_pc(&m, how == 2 ? CODE + 21 : CODE + 15);
    }
    machine_fini(&m);
}

static void a_device_resets_the_core_that_asks(void **state)
{
    (void)state;
    struct bell bell = {0};
    const struct lx6_hooks hooks = {.eri_read = ring_on_read, .ctx = &bell};
    struct machine m;
    machine_init(&m, &hooks);
    bell.core = m.core;
    PUT(&m, CODE, NOP, RER(3, 2), NOP);
    PUT(&m, CODE + 0x100, MOVI(4, 1), J(0));
    lx6_set_ar(m.core, 2, 4);
    lx6_run(m.core, 2);
    assert_pc(&m, CODE + 0x100);
    assert_int_equal(lx6_a(m.core, 3), 0);
    assert_int_equal(sr(&m, SR_PS), 0x1F);
    lx6_set_ocd_enabled(m.core, true);
    lx6_set_debug_request(m.core, true, true);
    lx6_run(m.core, 1);
    lx6_set_ar(m.core, 2, 4);
    lx6_set_ar(m.core, 0, 1);
    assert_false(lx6_ocd_execute(m.core, RER(3, 2))); /* the debugger asks through it */
    assert_int_equal(lx6_state(m.core), LX6_RUNNING);
    lx6_run(m.core, 1);
    assert_pc(&m, CODE + 0x103);
    assert_int_equal(lx6_ar(m.core, 0), 0);
    machine_fini(&m);
}

static void skipped_time_counts_for_timers(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    lx6_set_sr(m.core, SR_CCOUNT, 0);
    lx6_set_sr(m.core, SR_CCOMPARE0, 100);
    lx6_skip(m.core, 99);
    assert_int_equal(sr(&m, SR_INTERRUPT), 0);
    lx6_skip(m.core, 1);
    assert_int_equal(sr(&m, SR_INTERRUPT), BIT(6));
    assert_int_equal(sr(&m, SR_CCOUNT), 100);
    assert_int_equal(lx6_instructions(m.core), 0);
    machine_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_level_goes_to_its_vector),
        cmocka_unit_test(masked_until_the_level_falls),
        cmocka_unit_test(higher_levels_nest),
        cmocka_unit_test(the_highest_comes_first),
        cmocka_unit_test(nmi_cannot_be_masked),
        cmocka_unit_test(edges_and_software_interrupts_latch),
        cmocka_unit_test(software_interrupt_is_taken_at_once),
        cmocka_unit_test(ccount_counts_instructions),
        cmocka_unit_test(ccompare_fires_in_its_cycle),
        cmocka_unit_test(writing_ccompare_clears_its_interrupt),
        cmocka_unit_test(waiti_sleeps_until_a_timer),
        cmocka_unit_test(waiti_with_something_pending_does_not_sleep),
        cmocka_unit_test(devices_are_heard_at_once),
        cmocka_unit_test(a_device_resets_the_core_that_asks),
        cmocka_unit_test(skipped_time_counts_for_timers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
