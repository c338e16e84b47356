/* SPDX-License-Identifier: Apache-2.0 */
/* On-chip debug of the LX6 core through its public face. */
#include "asm.h"

struct log_of_hooks {
    unsigned stops, resumes, ddr_reads, ddr_writes;
    uint32_t cause;
};

static void note_stop(void *ctx, uint32_t cause)
{
    struct log_of_hooks *l = ctx;
    l->stops++;
    l->cause = cause;
}

static void note_resume(void *ctx)
{
    ((struct log_of_hooks *)ctx)->resumes++;
}

static void note_read(void *ctx)
{
    ((struct log_of_hooks *)ctx)->ddr_reads++;
}

static void note_write(void *ctx)
{
    ((struct log_of_hooks *)ctx)->ddr_writes++;
}

static void debug_init(struct machine *m, struct log_of_hooks *l)
{
    const struct lx6_hooks hooks = {
        .stopped = note_stop, .resumed = note_resume, .ddr_read = note_read, .ddr_written = note_write, .ctx = l};
    *l = (struct log_of_hooks){0};
    machine_init(m, &hooks);
    lx6_set_ocd_enabled(m->core, true);
}

/* Runs until it stops, within 1000 cycles. */
static void run_to_stop(struct machine *m, uint32_t cause, uint32_t pc)
{
    lx6_run(m->core, 1000);
    assert_int_equal(lx6_state(m->core), LX6_STOPPED);
    assert_int_equal(sr(m, SR_DEBUGCAUSE), cause);
    assert_int_equal(sr(m, SR_EPC6), pc);
}

static void resume(struct machine *m)
{
    assert_false(lx6_ocd_execute(m->core, RFDO));
    assert_int_equal(lx6_state(m->core), LX6_RUNNING);
}

static void break_stops_at_itself(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, MOVI(2, 5), BREAK(1, 1), MOVI(2, 6), BREAK_N(0));
    lx6_set_sr(m.core, SR_PS, 0x40023);
    run_to_stop(&m, DEBUGCAUSE_BI, CODE + 3);
    assert_int_equal(sr(&m, SR_EPS6), 0x40023);
    assert_int_equal(sr(&m, SR_PS), 0x40036); /* INTLEVEL 6, EXCM, the others kept */
    assert_int_equal(lx6_a(m.core, 2), 5);
    assert_int_equal(l.cause, DEBUGCAUSE_BI);
    assert_int_equal(lx6_run(m.core, 100), 0);
    lx6_set_sr(m.core, SR_EPC6, CODE + 6);
    resume(&m);
    assert_int_equal(l.resumes, 1);
    run_to_stop(&m, DEBUGCAUSE_BN, CODE + 9);
    assert_int_equal(lx6_a(m.core, 2), 6);
    assert_int_equal(l.stops, 2);
    machine_fini(&m);
}

static void break_goes_to_its_vector_without_ocd(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    lx6_set_ocd_enabled(m.core, false);
    PUT(&m, CODE, NOP, BREAK(0, 0), NOP);
    PUT(&m, VECTORS + 0x280, BREAK(0, 0), MOVI(3, 9));
    lx6_run(m.core, 4); /* a BREAK at level 6 does nothing */
    assert_pc(&m, VECTORS + 0x286);
    assert_int_equal(lx6_a(m.core, 3), 9);
    assert_int_equal(sr(&m, SR_EPC6), CODE + 3);
    assert_int_equal(sr(&m, SR_DEBUGCAUSE), DEBUGCAUSE_BI);
    assert_int_equal(l.stops, 0);
    machine_fini(&m);
}

static void ibreak_stops_before_the_first_instruction(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, MOVI(2, 1), MOVI(2, 2), MOVI(2, 3), J(0));
    lx6_run(m.core, 10); /* decoded before the breakpoint is there */
    lx6_set_pc(m.core, CODE);
    lx6_set_ar(m.core, 2, 0);
    lx6_set_sr(m.core, SR_IBREAKA0, CODE);
    lx6_set_sr(m.core, SR_IBREAKA1, CODE + 6);
    lx6_set_sr(m.core, SR_IBREAKENABLE, 3);
    run_to_stop(&m, DEBUGCAUSE_IB, CODE);
    assert_int_equal(lx6_a(m.core, 2), 0);
    resume(&m);
    run_to_stop(&m, DEBUGCAUSE_IB, CODE); /* again, as long as it is enabled */
    lx6_set_sr(m.core, SR_IBREAKENABLE, 2);
    resume(&m);
    run_to_stop(&m, DEBUGCAUSE_IB, CODE + 6);
    assert_int_equal(lx6_a(m.core, 2), 2);
    lx6_set_sr(m.core, SR_EPS6, 6); /* at level 6 it does not bite */
    resume(&m);
    lx6_run(m.core, 10);
    assert_pc(&m, CODE + 9);
    machine_fini(&m);
}

static void icount_steps_exactly(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, MOVI(2, 1), ADDI(2, 2, 1), J(3), ADDI(2, 2, 1), BREAK(0, 0));
    static const uint32_t stops[] = {CODE + 3, CODE + 6, CODE + 9, CODE + 12};
    lx6_set_debug_request(m.core, true, false);
    run_to_stop(&m, DEBUGCAUSE_DI, CODE);
    lx6_set_sr(m.core, SR_ICOUNTLEVEL, 6);
    for (unsigned i = 0; i < 4; i++) {
        lx6_set_sr(m.core, SR_ICOUNT, 0xFFFFFFFE);
        resume(&m);
        run_to_stop(&m, DEBUGCAUSE_IC, stops[i]);
        assert_int_equal(sr(&m, SR_ICOUNT), 0xFFFFFFFF);
    }
    assert_int_equal(lx6_a(m.core, 2), 3);
    lx6_set_sr(m.core, SR_ICOUNT, 0xFFFFFFFE); /* onto a BREAK: it was not completed */
    resume(&m);
    run_to_stop(&m, DEBUGCAUSE_BI, CODE + 12);
    machine_fini(&m);
}

static void icount_counts_below_its_level_only(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, NOP, NOP, RSIL(2, 3), NOP, NOP, RSIL(2, 0), NOP, NOP, NOP);
    lx6_set_sr(m.core, SR_ICOUNTLEVEL, 3);
    lx6_set_sr(m.core, SR_ICOUNT, 0xFFFFFFFB); /* four more: both NOPs, RSIL, and one behind the second RSIL */
    run_to_stop(&m, DEBUGCAUSE_IC, CODE + 21);
    machine_fini(&m);
}

static void dbreak_sees_kind_and_range(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, L32I(3, 2, 8), S32I(3, 2, 4), S32I(3, 2, 16), S32I(3, 2, 8), L8UI(3, 2, 31), L8UI(3, 2, 32), J(0));
    lx6_set_ar(m.core, 2, DATA);
    lx6_set_sr(m.core, SR_DBREAKA0, DATA + 8);
    lx6_set_sr(m.core, SR_DBREAKC0, DBREAKC_STORE | 0x3C); /* 4 bytes */
    lx6_set_sr(m.core, SR_DBREAKA1, DATA + 32);
    lx6_set_sr(m.core, SR_DBREAKC1, DBREAKC_LOAD | 0x20); /* 32 bytes */
    run_to_stop(&m, DEBUGCAUSE_DB, CODE + 9);
    lx6_set_sr(m.core, SR_DBREAKC0, 0);
    resume(&m);
    run_to_stop(&m, DEBUGCAUSE_DB | 1 << 8, CODE + 15);
    lx6_set_sr(m.core, SR_DBREAKA1, DATA + 31);
    lx6_set_sr(m.core, SR_DBREAKC1, DBREAKC_LOAD | 0x3F);
    lx6_set_sr(m.core, SR_EPC6, CODE + 12);
    resume(&m);
    run_to_stop(&m, DEBUGCAUSE_DB | 1 << 8, CODE + 12);
    machine_fini(&m);
}

static void dbreak_sees_any_byte_of_an_access(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, S32I(3, 2, 0), S32I(3, 2, 4), J(0));
    lx6_set_ar(m.core, 2, DATA + 2); /* DATA+2..5, then DATA+6..9 */
    lx6_set_sr(m.core, SR_DBREAKA0, DATA + 9);
    lx6_set_sr(m.core, SR_DBREAKC0, DBREAKC_STORE | 0x3F);
    run_to_stop(&m, DEBUGCAUSE_DB, CODE + 3);
    machine_fini(&m);
}

static void debug_request_waits_below_level_6(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, NOP, NOP, NOP, RSIL(2, 5), NOP, J(0));
    lx6_set_sr(m.core, SR_PS, 6);
    lx6_set_debug_request(m.core, true, false);
    run_to_stop(&m, DEBUGCAUSE_DI, CODE + 12); /* as soon as RSIL lowered the level */
    machine_fini(&m);
    debug_init(&m, &l);
    lx6_reset(m.core, CODE);
    lx6_set_debug_request(m.core, true, true);
    run_to_stop(&m, DEBUGCAUSE_DI, CODE);
    assert_int_equal(lx6_instructions(m.core), 0);
    lx6_set_debug_request(m.core, true, false);
    lx6_set_debug_request(m.core, false, false);
    resume(&m);
    lx6_run(m.core, 1);
    assert_int_equal(l.stops, 1);
    machine_fini(&m);
}

static void a_waiting_core_stops_too(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, WAITI(0), NOP);
    assert_int_equal(lx6_run(m.core, 100), 1);
    assert_int_equal(lx6_state(m.core), LX6_WAITING);
    assert_int_equal(lx6_run(m.core, 100), 100);
    lx6_set_debug_request(m.core, true, false);
    run_to_stop(&m, DEBUGCAUSE_DI, CODE + 3);
    machine_fini(&m);
}

static void stop(struct machine *m)
{
    lx6_set_debug_request(m->core, true, true);
    lx6_run(m->core, 1);
    assert_int_equal(lx6_state(m->core), LX6_STOPPED);
}

static void injected_instructions_move_data(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    stop(&m);
    lx6_set_ddr(m.core, DATA);
    assert_false(lx6_ocd_execute(m.core, RSR(3, SR_DDR)));
    assert_int_equal(lx6_a(m.core, 3), DATA);
    lx6_set_ddr(m.core, 0x11223344);
    assert_false(lx6_ocd_execute(m.core, SDDR32P(3)));
    assert_int_equal(lx6_a(m.core, 3), DATA + 4);
    assert_int_equal(m.data.bytes[0], 0x44);
    assert_false(lx6_ocd_execute(m.core, ADDI(3, 3, -4)));
    lx6_set_ddr(m.core, 0);
    assert_false(lx6_ocd_execute(m.core, LDDR32P(3)));
    assert_int_equal(lx6_ddr(m.core), 0x11223344);
    assert_int_equal(l.ddr_reads + l.ddr_writes, 0); /* these are the host's own */
    for (int i = 0; i < 4; i++)
        assert_false(lx6_ocd_execute(m.core, ROTW(4)));
    assert_int_equal(lx6_a(m.core, 3), DATA + 4);
    machine_fini(&m);
}

static void injected_exceptions_leave_the_core_stopped(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    stop(&m);
    lx6_set_sr(m.core, SR_EPC1, 0x1234);
    lx6_set_ar(m.core, 3, 0x20000010);
    assert_true(lx6_ocd_execute(m.core, L32I(4, 3, 4)));
    assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_LOAD_STORE_ERROR);
    assert_int_equal(sr(&m, SR_EXCVADDR), 0x20000014);
    assert_true(lx6_ocd_execute(m.core, RSR(4, 0x55)));
    assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_ILLEGAL);
    assert_true(lx6_ocd_execute(m.core, SDDR32P(3)));
    assert_int_equal(lx6_state(m.core), LX6_STOPPED);
    assert_int_equal(sr(&m, SR_EPC6), CODE);
    assert_int_equal(sr(&m, SR_EPC1), 0x1234);
    assert_int_equal(lx6_a(m.core, 3), 0x20000010);
    assert_false(lx6_ocd_execute(m.core, J(100))); /* moves nothing */
    assert_false(lx6_ocd_execute(m.core, BREAK(0, 0)));
    assert_int_equal(sr(&m, SR_EPC6), CODE);
    PUT(&m, CODE, NOP, NOP);
    resume(&m);
    lx6_run(m.core, 1);
    assert_pc(&m, CODE + 3);
    machine_fini(&m);
}

static void debug_instructions_are_illegal_outside(void **state)
{
    (void)state;
    static const uint32_t words[] = {RFDO, LDDR32P(2), SDDR32P(2)};
    for (unsigned i = 0; i < 3; i++) {
        struct machine m;
        struct log_of_hooks l;
        debug_init(&m, &l);
        PUT(&m, CODE, words[i]);
        lx6_run(m.core, 1);
        assert_pc(&m, VECTORS + 0x300);
        assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_ILLEGAL);
        machine_fini(&m);
    }
}

static void the_program_and_the_debugger_talk_through_ddr(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, WSR(2, SR_DDR), RSR(3, SR_DDR), J(0));
    lx6_set_ar(m.core, 2, 77);
    lx6_run(m.core, 1);
    assert_int_equal(lx6_ddr(m.core), 77);
    lx6_set_ddr(m.core, 88);
    lx6_run(m.core, 1);
    assert_int_equal(lx6_a(m.core, 3), 88);
    assert_int_equal(l.ddr_writes, 1);
    assert_int_equal(l.ddr_reads, 1);
    machine_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(break_stops_at_itself),
        cmocka_unit_test(break_goes_to_its_vector_without_ocd),
        cmocka_unit_test(ibreak_stops_before_the_first_instruction),
        cmocka_unit_test(icount_steps_exactly),
        cmocka_unit_test(icount_counts_below_its_level_only),
        cmocka_unit_test(dbreak_sees_kind_and_range),
        cmocka_unit_test(dbreak_sees_any_byte_of_an_access),
        cmocka_unit_test(debug_request_waits_below_level_6),
        cmocka_unit_test(a_waiting_core_stops_too),
        cmocka_unit_test(injected_instructions_move_data),
        cmocka_unit_test(injected_exceptions_leave_the_core_stopped),
        cmocka_unit_test(debug_instructions_are_illegal_outside),
        cmocka_unit_test(the_program_and_the_debugger_talk_through_ddr),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
