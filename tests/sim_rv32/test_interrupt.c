/* SPDX-License-Identifier: Apache-2.0 */
/* Interrupt lines, vectors, WFI. */
#include "asm.h"

enum { LINE = 7 };

static void check_interrupt(struct machine *m, unsigned line, uint32_t epc)
{
    assert_pc(m, CODE + VECTORS + 4 * line);
    assert_int_equal(csr(m, CSR_MCAUSE), CAUSE_INTERRUPT | line);
    assert_int_equal(csr(m, CSR_MEPC), epc);
    assert_false(csr(m, CSR_MSTATUS) & MSTATUS_MIE);
}

static void a_line_is_taken_by_its_vector(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, NOP, NOP, CSRRSI(0, CSR_MSTATUS, 8), NOP);
    rv32_set_irq(m.core, LINE, true);
    rv32_run(m.core, 2);
    assert_pc(&m, CODE + 8); /* MIE is off */
    rv32_run(m.core, 1);
    assert_pc(&m, CODE + 12);
    PUT(&m, CODE + VECTORS + 4 * LINE, NOP);
    assert_int_equal(rv32_run(m.core, 1), 1); /* taking it takes no cycle: the handler's first instruction is done */
    assert_pc(&m, CODE + VECTORS + 4 * LINE + 4);
    assert_int_equal(csr(&m, CSR_MEPC), CODE + 12);
    machine_fini(&m);
}

static void raise_line(struct machine *m)
{
    rv32_set_irq(m->core, LINE, true);
}

static void a_device_may_raise_a_line(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    m.on_write = raise_line;
    set_csr(&m, CSR_MSTATUS, MSTATUS_MIE);
    rv32_set_x(m.core, 5, DEVICE);
    PUT(&m, CODE, SW(5, 5, 0), ADDI(6, 0, 1));
    PUT(&m, CODE + VECTORS + 4 * LINE, JAL(0, 0));
    rv32_run(m.core, 10);
    check_interrupt(&m, LINE, CODE + 4);
    assert_int_equal(x(&m, 6), 0);
    machine_fini(&m);
}

/* The controller raises lines of one priority: the lowest goes first. */
static void the_lowest_line_first(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    set_csr(&m, CSR_MSTATUS, MSTATUS_MIE);
    rv32_set_irq(m.core, 20, true);
    rv32_set_irq(m.core, 5, true);
    rv32_set_irq(m.core, 0, true); /* there is no line 0 */
    PUT(&m, CODE + VECTORS + 20, MRET);
    PUT(&m, CODE + VECTORS + 80, JAL(0, 0));
    rv32_run(m.core, 1);
    assert_int_equal(csr(&m, CSR_MCAUSE), CAUSE_INTERRUPT | 5);
    assert_pc(&m, CODE);
    rv32_set_irq(m.core, 5, false);
    rv32_run(m.core, 1);
    check_interrupt(&m, 20, CODE);
    machine_fini(&m);
}

static void wfi_waits_for_a_line(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, WFI, ADDI(6, 0, 1), NOP);
    assert_int_equal(rv32_run(m.core, 100), 1); /* returns when it begins to wait */
    assert_int_equal(rv32_state(m.core), RV32_WAITING);
    assert_int_equal(rv32_run(m.core, 100), 100);
    assert_int_equal(x(&m, 6), 0);
    assert_int_equal(rv32_instructions(m.core), 1);
    rv32_set_irq(m.core, LINE, true); /* MIE is off: it only goes on */
    assert_int_equal(rv32_run(m.core, 2), 2);
    assert_int_equal(rv32_state(m.core), RV32_RUNNING);
    assert_int_equal(x(&m, 6), 1);
    assert_pc(&m, CODE + 12);
    machine_fini(&m);
}

static void wfi_is_over_at_once_when_a_line_is_up(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    rv32_set_irq(m.core, LINE, true);
    PUT(&m, CODE, WFI, ADDI(6, 0, 1));
    assert_int_equal(rv32_run(m.core, 2), 2);
    assert_int_equal(x(&m, 6), 1);
    machine_fini(&m);
}

/* QEMU does not look at TW on a core without S. */
static void tw_refuses_wfi_in_user_mode(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    allow_all(&m);
    set_csr(&m, CSR_MSTATUS, MSTATUS_TW);
    rv32_set_privilege(m.core, PRV_U);
    PUT(&m, CODE, WFI);
    rv32_run(m.core, 1);
    check_trap(&m, CAUSE_ILLEGAL, CODE, WFI);
    machine_fini(&m);
}

static void user_mode_is_interrupted_always(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    allow_all(&m);
    rv32_set_privilege(m.core, PRV_U);
    rv32_set_irq(m.core, LINE, true);
    PUT(&m, CODE + VECTORS + 4 * LINE, JAL(0, 0));
    rv32_run(m.core, 1);
    check_interrupt(&m, LINE, CODE);
    assert_int_equal(field_get(MSTATUS_MPP, csr(&m, CSR_MSTATUS)), PRV_U);
    machine_fini(&m);
}

TEST_MAIN(T(a_line_is_taken_by_its_vector), T(a_device_may_raise_a_line), T(the_lowest_line_first),
          T(wfi_waits_for_a_line), T(wfi_is_over_at_once_when_a_line_is_up), T(tw_refuses_wfi_in_user_mode),
          T(user_mode_is_interrupted_always))
