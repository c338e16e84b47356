/* SPDX-License-Identifier: Apache-2.0 */
/* The trigger module: what a program and a debugger can set, when triggers fire, and what then happens. */
#include "asm.h"

enum { TYPE_2 = 0x20000000, MASKMAX = 31 << 21, EVERYWHERE = MCONTROL_M | MCONTROL_U };

static void set_trigger(struct machine *m, unsigned n, uint32_t tdata1, uint32_t tdata2)
{
    set_csr(m, CSR_TSELECT, n);
    set_csr(m, CSR_TDATA1, 0);
    set_csr(m, CSR_TDATA2, tdata2);
    set_csr(m, CSR_TDATA1, tdata1);
}

/* As a debugger does, in debug mode; then goes on. */
static void debugger_sets(struct machine *m, unsigned n, uint32_t tdata1, uint32_t tdata2)
{
    rv32_set_haltreq(m->core, true);
    rv32_run(m->core, 1);
    rv32_set_haltreq(m->core, false);
    assert_int_equal(rv32_state(m->core), RV32_HALTED);
    set_trigger(m, n, tdata1 | TYPE_2 | MCONTROL_DMODE | TRIGGER_ACTION_DEBUG << 12, tdata2);
    rv32_resume(m->core);
}

static void enumeration(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    for (unsigned n = 0; n < 8; n++) {
        set_csr(&m, CSR_TSELECT, n);
        assert_int_equal(csr(&m, CSR_TSELECT), n);
        assert_int_equal(csr(&m, CSR_TDATA1), TYPE_2 | MASKMAX);
    }
    set_csr(&m, CSR_TSELECT, 8);
    assert_int_not_equal(csr(&m, CSR_TSELECT), 8);
    machine_fini(&m);
}

static void what_tdata1_keeps(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    set_trigger(&m, 0, ~0U, 0);
    /* by the program: no dmode, so no debug action; match 15 does not exist; no chain, select, timing, sizelo */
    assert_int_equal(csr(&m, CSR_TDATA1), TYPE_2 | MASKMAX | MCONTROL_HIT | EVERYWHERE | 7);
    set_trigger(&m, 0, 0x28001044 | 0x80, 0);
    assert_int_equal(csr(&m, CSR_TDATA1), TYPE_2 | MASKMAX | MCONTROL_M | MCONTROL_EXECUTE | 1 << 7);
    debugger_sets(&m, 0, EVERYWHERE | MCONTROL_EXECUTE, 0);
    assert_int_equal(csr(&m, CSR_TDATA1), 0x2800104C | MASKMAX);
    set_csr(&m, CSR_TDATA1, 0); /* the program cannot take the debugger's */
    set_csr(&m, CSR_TDATA2, 5);
    assert_int_equal(csr(&m, CSR_TDATA1), 0x2800104C | MASKMAX);
    assert_int_equal(csr(&m, CSR_TDATA2), 0);
    machine_fini(&m);
}

static void a_breakpoint_stops_before(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, ADDI(5, 0, 1), ADDI(5, 0, 2), JAL(0, -8));
    rv32_run(m.core, 30); /* the block is known already */
    debugger_sets(&m, 3, EVERYWHERE | MCONTROL_EXECUTE, CODE + 4);
    rv32_run(m.core, 30);
    assert_int_equal(rv32_state(m.core), RV32_HALTED);
    assert_pc(&m, CODE + 4);
    assert_int_equal(field_get(DCSR_CAUSE, csr(&m, CSR_DCSR)), DCSR_CAUSE_TRIGGER);
    assert_int_equal(x(&m, 5), 1);
    assert_true(csr(&m, CSR_TDATA1) & MCONTROL_HIT);
    rv32_resume(m.core); /* it is still set: it fires again, with nothing done */
    assert_int_equal(rv32_run(m.core, 30), 0);
    assert_pc(&m, CODE + 4);
    set_csr(&m, CSR_TDATA1, 0);
    rv32_resume(m.core);
    assert_int_equal(rv32_run(m.core, 30), 30);
    machine_fini(&m);
}

/* What each row of accesses at DATA + 0x10 and above does with a watchpoint there. */
static void watchpoints(void **state)
{
    (void)state;
    static const struct {
        uint32_t kinds, tdata2, word;
        bool fires;
    } rows[] = {
        {MCONTROL_LOAD, DATA + 0x10, LW(6, 5, 0x10), true},
        {MCONTROL_LOAD, DATA + 0x12, LW(6, 5, 0x10), true}, /* any byte of the access */
        {MCONTROL_LOAD, DATA + 0x10, LW(6, 5, 0x14), false},
        {MCONTROL_LOAD, DATA + 0x10, LW(6, 5, 0x0C), false},
        {MCONTROL_LOAD, DATA + 0x13, LB(6, 5, 0x12), false},
        {MCONTROL_LOAD, DATA + 0x10, SW(6, 5, 0x10), false},
        {MCONTROL_STORE, DATA + 0x10, SW(6, 5, 0x10), true},
        {MCONTROL_STORE, DATA + 0x10, LW(6, 5, 0x10), false},
        {MCONTROL_LOAD | MCONTROL_STORE, DATA + 0x10, SB(6, 5, 0x10), true},
        {MCONTROL_STORE | 1 << 7, (DATA + 0x20) | 0xF, SW(6, 5, 0x20), true}, /* 32 bytes */
        {MCONTROL_STORE | 1 << 7, (DATA + 0x20) | 0xF, SW(6, 5, 0x3C), true},
        {MCONTROL_STORE | 1 << 7, (DATA + 0x20) | 0xF, SW(6, 5, 0x40), false},
        {MCONTROL_STORE | 1 << 7, (DATA + 0x20) | 0xF, SW(6, 5, 0x1C), false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct machine m;
        machine_init(&m, NULL);
        rv32_set_x(m.core, 5, DATA);
        rv32_set_x(m.core, 6, 0x77777777);
        PUT(&m, CODE, NOP, rows[i].word, NOP, JAL(0, 0));
        debugger_sets(&m, 0, EVERYWHERE | rows[i].kinds, rows[i].tdata2);
        rv32_run(m.core, 10);
        assert_int_equal(rv32_state(m.core) == RV32_HALTED, rows[i].fires);
        assert_pc(&m, rows[i].fires ? CODE + 4 : CODE + 12);
        if (rows[i].fires) { /* before the access */
            assert_int_equal(x(&m, 6), 0x77777777);
            assert_int_equal(data_word(&m, 0x10) | data_word(&m, 0x20) | data_word(&m, 0x3C), 0);
        }
        machine_fini(&m);
    }
}

/* A program's own trigger: the exception, in machine mode only with mte, which the trap clears and MRET restores. */
static void exceptions_by_triggers(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    rv32_set_x(m.core, 5, DATA);
    set_trigger(&m, 1, EVERYWHERE | MCONTROL_STORE, DATA + 8);
    PUT(&m, CODE, SW(6, 5, 8), JAL(0, -4));
    PUT(&m, CODE + VECTORS, SW(6, 5, 8), MRET);
    rv32_run(m.core, 2);
    assert_pc(&m, CODE); /* mte is 0 */
    set_csr(&m, CSR_TCONTROL, TCONTROL_MTE | TCONTROL_MPTE);
    rv32_run(m.core, 1);
    check_trap(&m, CAUSE_BREAKPOINT, CODE, DATA + 8);
    assert_int_equal(csr(&m, CSR_TCONTROL), TCONTROL_MPTE);
    assert_true(csr(&m, CSR_TDATA1) & MCONTROL_HIT);
    rv32_run(m.core, 1);
    assert_pc(&m, CODE + VECTORS + 4); /* the handler's own store does not fire */
    rv32_run(m.core, 1);
    assert_int_equal(csr(&m, CSR_TCONTROL), TCONTROL_MTE | TCONTROL_MPTE);
    assert_pc(&m, CODE);
    machine_fini(&m);
}

static void a_mode_that_is_not_chosen(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    allow_all(&m);
    PUT(&m, CODE, NOP, NOP, JAL(0, -8));
    debugger_sets(&m, 0, MCONTROL_U | MCONTROL_EXECUTE, CODE + 4);
    assert_int_equal(rv32_run(m.core, 9), 9);
    rv32_set_privilege(m.core, PRV_U);
    rv32_run(m.core, 9);
    assert_int_equal(rv32_state(m.core), RV32_HALTED);
    assert_pc(&m, CODE + 4);
    assert_int_equal(rv32_privilege(m.core), PRV_U);
    machine_fini(&m);
}

/* Comparisons, masks and chains: not on the ESP32-C3, but on cores that are alike. */
static void other_matches(void **state)
{
    (void)state;
    static const struct {
        uint32_t match, tdata2, addr;
        bool fires;
    } rows[] = {
        {TRIGGER_MATCH_GE, DATA + 8, DATA + 8, true},
        {TRIGGER_MATCH_GE, DATA + 9, DATA + 4, false},
        {TRIGGER_MATCH_LT, DATA + 8, DATA + 4, true},
        {TRIGGER_MATCH_LT, DATA + 8, DATA + 8, false},
        {TRIGGER_MATCH_MASK_LOW, 0xFFF00120, DATA + 0x120, true}, /* one of the bytes 0x120 to 0x123 */
        {TRIGGER_MATCH_MASK_LOW, 0xFFF00120, DATA + 0x130, false},
        {TRIGGER_MATCH_MASK_HIGH, 0xFFFF3FC8, DATA + 0x130, true},
        {TRIGGER_MATCH_MASK_HIGH, 0xFFFF3FC9, DATA + 0x130, false},
        {TRIGGER_MATCH_NAPOT, 0xFFFFFFFF, DATA, true},
    };
    struct rv32_config config = rv32_config_esp32c3;
    config.trigger_matches = 0x3F;
    config.mcontrol |= MCONTROL_CHAIN;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct machine m;
        machine_init_as(&m, &config, NULL);
        rv32_set_x(m.core, 5, rows[i].addr);
        PUT(&m, CODE, LW(6, 5, 0), JAL(0, 0));
        debugger_sets(&m, 0, EVERYWHERE | MCONTROL_LOAD | rows[i].match << 7, rows[i].tdata2);
        rv32_run(m.core, 5);
        assert_int_equal(rv32_state(m.core) == RV32_HALTED, rows[i].fires);
        machine_fini(&m);
    }
}

static void chains_are_ranges(void **state)
{
    (void)state;
    struct rv32_config config = rv32_config_esp32c3;
    config.trigger_matches = 0x3F;
    config.mcontrol |= MCONTROL_CHAIN;
    for (uint32_t offset = 0; offset < 0x20; offset += 4) {
        struct machine m;
        machine_init_as(&m, &config, NULL);
        rv32_set_x(m.core, 5, DATA + offset);
        PUT(&m, CODE, LW(6, 5, 0), JAL(0, 0));
        debugger_sets(&m, 0, EVERYWHERE | MCONTROL_LOAD | MCONTROL_CHAIN | TRIGGER_MATCH_GE << 7, DATA + 8);
        debugger_sets(&m, 1, EVERYWHERE | MCONTROL_LOAD | TRIGGER_MATCH_LT << 7, DATA + 0x10);
        rv32_set_pc(m.core, CODE);
        rv32_run(m.core, 5);
        assert_int_equal(rv32_state(m.core) == RV32_HALTED, offset == 8 || offset == 12);
        machine_fini(&m);
    }
}

/* Memory near a watchpoint is as quick as without: only its bytes are looked at. */
static void device_and_watchpoint(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    rv32_set_x(m.core, 5, DEVICE);
    PUT(&m, CODE, LW(6, 5, 0), LW(7, 5, 4), JAL(0, 0));
    debugger_sets(&m, 0, EVERYWHERE | MCONTROL_LOAD, DEVICE + 4);
    rv32_run(m.core, 9);
    assert_int_equal(rv32_state(m.core), RV32_HALTED);
    assert_int_equal(m.device_reads, 1); /* not the one that is watched */
    machine_fini(&m);
}

TEST_MAIN(T(enumeration), T(what_tdata1_keeps), T(a_breakpoint_stops_before), T(watchpoints), T(exceptions_by_triggers),
          T(a_mode_that_is_not_chosen), T(other_matches), T(chains_are_ranges), T(device_and_watchpoint))
