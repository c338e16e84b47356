/* SPDX-License-Identifier: Apache-2.0 */
/* Physical memory protection. Entries of all kinds around their bounds are judged by QEMU; here: locks, what QEMU
   leaves out, and the reset. */
#include "asm.h"

enum {
    R = PMPCFG_R,
    W = PMPCFG_W,
    EXECUTE = PMPCFG_X,
    LOCK = PMPCFG_L,
    TOR = PMP_TOR << 3,
    NA4 = PMP_NA4 << 3,
    NAPOT = PMP_NAPOT << 3
};

static void set_entry(struct machine *m, unsigned n, uint32_t addr, uint8_t cfg)
{
    unsigned shift = n % 4 * 8;
    uint32_t old = csr(m, CSR_PMPCFG0 + n / 4);
    set_csr(m, CSR_PMPADDR0 + n, addr >> 2);
    set_csr(m, CSR_PMPCFG0 + n / 4, (old & ~(0xFFU << shift)) | (uint32_t)cfg << shift);
}

/* Runs one instruction at CODE in a mode; the cause of the exception that it raised, 0: none. */
static uint32_t try(struct machine *m, unsigned privilege, uint32_t word)
{
    set_csr(m, CSR_MCAUSE, 0);
    PUT(m, CODE, word);
    rv32_set_pc(m->core, CODE);
    rv32_set_privilege(m->core, privilege);
    rv32_run(m->core, 1);
    return csr(m, CSR_MCAUSE);
}

static void user_mode_needs_an_entry(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    assert_int_equal(try(&m, PRV_U, NOP), CAUSE_FETCH_ACCESS);
    assert_int_equal(try(&m, PRV_M, NOP), 0);
    set_entry(&m, 3, CODE | (MEM_SIZE / 2 - 1), NAPOT | R | EXECUTE);
    assert_int_equal(try(&m, PRV_U, NOP), 0);
    rv32_set_x(m.core, 5, CODE + 0x200);
    assert_int_equal(try(&m, PRV_U, LW(6, 5, 0)), 0);
    assert_int_equal(try(&m, PRV_U, SW(6, 5, 0)), CAUSE_STORE_ACCESS);
    assert_int_equal(try(&m, PRV_M, SW(6, 5, 0)), 0);
    machine_fini(&m);
}

static void locked_entries_bind_machine_mode(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    rv32_set_x(m.core, 5, DATA);
    set_entry(&m, 0, DATA, LOCK | NA4 | R);
    assert_int_equal(try(&m, PRV_M, LW(6, 5, 0)), 0);
    assert_int_equal(try(&m, PRV_M, SW(6, 5, 0)), CAUSE_STORE_ACCESS);
    assert_int_equal(try(&m, PRV_M, SW(6, 5, 4)), 0);
    set_entry(&m, 0, DATA + 4, NA4 | R | W); /* changes nothing */
    assert_int_equal(csr(&m, CSR_PMPADDR0), DATA >> 2);
    assert_int_equal(csr(&m, CSR_PMPCFG0), LOCK | NA4 | R);
    rv32_reset(m.core, CODE);
    assert_int_equal(csr(&m, CSR_PMPCFG0), 0);
    machine_fini(&m);
}

/* A locked entry whose range begins at the address of the one before locks that address. */
static void a_locked_range_keeps_its_begin(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    set_csr(&m, CSR_PMPADDR0 + 4, DATA >> 2);
    set_entry(&m, 5, DATA + 0x100, LOCK | TOR | R);
    set_csr(&m, CSR_PMPADDR0 + 4, 0);
    assert_int_equal(csr(&m, CSR_PMPADDR0 + 4), DATA >> 2);
    set_entry(&m, 6, DATA, LOCK | NAPOT);
    set_csr(&m, CSR_PMPADDR0 + 7, 1);
    assert_int_equal(csr(&m, CSR_PMPADDR0 + 7), 1);
    machine_fini(&m);
}

static void an_access_must_lie_in_one_entry(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    rv32_set_x(m.core, 5, DATA);
    set_entry(&m, 0, DATA + 4, NA4 | R | W | EXECUTE);
    allow_all(&m);
    assert_int_equal(try(&m, PRV_U, LW(6, 5, 2)), CAUSE_LOAD_ACCESS);
    assert_int_equal(csr(&m, CSR_MTVAL), DATA + 2);
    assert_int_equal(try(&m, PRV_M, LW(6, 5, 6)), CAUSE_LOAD_ACCESS); /* in any mode */
    assert_int_equal(try(&m, PRV_U, LW(6, 5, 8)), 0);
    machine_fini(&m);
}

/* QEMU 7.2 does not ask about the second half. */
static void both_halves_of_an_instruction(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    set_entry(&m, 0, CODE + 4, LOCK | NA4 | R);
    PUT(&m, CODE, C_NOP, ADDI(5, 0, 1));
    rv32_run(m.core, 1);
    assert_pc(&m, CODE + 2);
    rv32_run(m.core, 1);
    check_trap(&m, CAUSE_FETCH_ACCESS, CODE + 2, CODE + 4);
    machine_fini(&m);
}

/* QEMU 7.2 mixes up the rights of both modes in this: fetches are machine mode's, loads are user mode's. */
static void mprv_is_for_data_only(void **state)
{
    (void)state;
    struct machine m;
    struct rv32_config config = rv32_config_esp32c3;
    config.mstatus_mask |= MSTATUS_MPRV;
    machine_init_as(&m, &config, NULL);
    rv32_set_x(m.core, 5, CODE);
    set_csr(&m, CSR_MSTATUS, MSTATUS_MPRV);
    PUT(&m, CODE, NOP, LW(6, 5, 0));
    rv32_run(m.core, 2);
    check_trap(&m, CAUSE_LOAD_ACCESS, CODE + 4, CODE);
    machine_fini(&m);
}

static void the_first_entry_counts(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    rv32_set_x(m.core, 5, DATA);
    set_entry(&m, 2, DATA, NA4);
    allow_all(&m);
    assert_int_equal(try(&m, PRV_U, LW(6, 5, 0)), CAUSE_LOAD_ACCESS);
    set_entry(&m, 1, DATA | 7, NAPOT | R);
    assert_int_equal(try(&m, PRV_U, LW(6, 5, 0)), 0);
    machine_fini(&m);
}

TEST_MAIN(T(user_mode_needs_an_entry), T(locked_entries_bind_machine_mode), T(a_locked_range_keeps_its_begin),
          T(an_access_must_lie_in_one_entry), T(both_halves_of_an_instruction), T(mprv_is_for_data_only),
          T(the_first_entry_counts))
