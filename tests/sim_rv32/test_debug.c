/* SPDX-License-Identifier: Apache-2.0 */
/* Debug mode through the public face: halting, resuming, steps, abstract commands, the program buffer. */
#include "asm.h"

struct log_of_hooks {
    unsigned halts, resumes, resets, cause;
};

static void note_halt(void *ctx, unsigned cause)
{
    ((struct log_of_hooks *)ctx)->halts++;
    ((struct log_of_hooks *)ctx)->cause = cause;
}

static void note_resume(void *ctx)
{
    ((struct log_of_hooks *)ctx)->resumes++;
}

static void note_reset(void *ctx)
{
    ((struct log_of_hooks *)ctx)->resets++;
}

static void debug_init(struct machine *m, struct log_of_hooks *l)
{
    const struct rv32_hooks hooks = {.halted = note_halt, .resumed = note_resume, .reset = note_reset, .ctx = l};
    *l = (struct log_of_hooks){0};
    machine_init(m, &hooks);
}

static void halt(struct machine *m)
{
    rv32_set_haltreq(m->core, true);
    rv32_run(m->core, 1);
    rv32_set_haltreq(m->core, false);
    assert_int_equal(rv32_state(m->core), RV32_HALTED);
}

static void set_dcsr(struct machine *m, uint32_t bits)
{
    set_csr(m, CSR_DCSR, bits | (csr(m, CSR_DCSR) & DCSR_PRV));
}

/* Runs until it halts, within 1000 cycles. */
static void check_halt(struct machine *m, unsigned cause, uint32_t pc)
{
    rv32_run(m->core, 1000);
    assert_int_equal(rv32_state(m->core), RV32_HALTED);
    assert_int_equal(field_get(DCSR_CAUSE, csr(m, CSR_DCSR)), cause);
    assert_int_equal(csr(m, CSR_DPC), pc);
    assert_pc(m, pc);
}

static void haltreq_and_resume(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, ADDI(5, 5, 1), JAL(0, -4));
    rv32_run(m.core, 11);
    rv32_set_haltreq(m.core, true);
    check_halt(&m, DCSR_CAUSE_HALTREQ, CODE + 4);
    assert_int_equal(csr(&m, CSR_DCSR), 0x400000C3); /* xdebugver 4, cause 3, machine mode */
    assert_int_equal(l.halts, 1);
    assert_int_equal(l.cause, DCSR_CAUSE_HALTREQ);
    assert_int_equal(rv32_run(m.core, 100), 0);
    rv32_resume(m.core); /* still requested: halts again with nothing done */
    check_halt(&m, DCSR_CAUSE_HALTREQ, CODE + 4);
    rv32_set_haltreq(m.core, false);
    set_csr(&m, CSR_DPC, CODE);
    rv32_resume(m.core);
    assert_int_equal(l.resumes, 2);
    rv32_run(m.core, 2);
    assert_int_equal(x(&m, 5), 7);
    machine_fini(&m);
}

static void haltreq_ends_wfi(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, WFI, NOP);
    rv32_run(m.core, 100);
    rv32_set_haltreq(m.core, true);
    check_halt(&m, DCSR_CAUSE_HALTREQ, CODE + 4);
    machine_fini(&m);
}

static void halt_on_reset(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    rv32_set_reset_haltreq(m.core, true);
    rv32_reset(m.core, 0);
    assert_int_equal(l.resets, 1);
    check_halt(&m, DCSR_CAUSE_RESETHALTREQ, 0x40000000);
    rv32_set_reset_haltreq(m.core, false);
    rv32_reset(m.core, CODE); /* leaves debug mode */
    assert_int_equal(l.resumes, 1);
    assert_int_equal(rv32_state(m.core), RV32_RUNNING);
    rv32_set_haltreq(m.core, true);
    rv32_reset(m.core, CODE);
    check_halt(&m, DCSR_CAUSE_HALTREQ, CODE);
    machine_fini(&m);
}

static void ebreak_by_mode(void **state)
{
    (void)state;
    static const struct {
        uint32_t dcsr;
        unsigned privilege;
        bool halts;
    } rows[] = {
        {0, PRV_M, false},           {DCSR_EBREAKM, PRV_M, true},  {DCSR_EBREAKU, PRV_M, false},
        {DCSR_EBREAKU, PRV_U, true}, {DCSR_EBREAKM, PRV_U, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (unsigned is_short = 0; is_short < 2; is_short++) {
            struct machine m;
            struct log_of_hooks l;
            debug_init(&m, &l);
            allow_all(&m);
            PUT(&m, CODE, NOP, is_short ? C_EBREAK : EBREAK);
            halt(&m);
            set_csr(&m, CSR_DCSR, rows[i].dcsr | rows[i].privilege);
            rv32_resume(m.core);
            if (rows[i].halts) {
                check_halt(&m, DCSR_CAUSE_EBREAK, CODE + 4); /* the EBREAK itself */
                assert_int_equal(rv32_privilege(m.core), rows[i].privilege);
                assert_int_equal(csr(&m, CSR_MCAUSE), 0);
            } else {
                rv32_run(m.core, 2);
                check_trap(&m, CAUSE_BREAKPOINT, CODE + 4, is_short ? C_EBREAK : EBREAK);
            }
            machine_fini(&m);
        }
    }
}

static void step_from(struct machine *m, uint32_t pc, uint32_t expected)
{
    set_csr(m, CSR_DPC, pc);
    rv32_resume(m->core);
    check_halt(m, DCSR_CAUSE_STEP, expected);
}

static void steps(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, ADDI(5, 5, 1), BEQ(0, 0, 8), NOP, C_NOP, WFI, ECALL);
    halt(&m);
    set_dcsr(&m, DCSR_STEP);
    step_from(&m, CODE, CODE + 4);
    assert_int_equal(x(&m, 5), 1);
    step_from(&m, CODE + 4, CODE + 12);
    step_from(&m, CODE + 12, CODE + 14);
    step_from(&m, CODE + 14, CODE + 18); /* WFI does not wait */
    step_from(&m, CODE + 18, CODE + VECTORS);
    assert_int_equal(csr(&m, CSR_MCAUSE), CAUSE_ECALL_M); /* and nothing of the handler is done */
    set_dcsr(&m, 0);
    set_csr(&m, CSR_DPC, CODE);
    rv32_resume(m.core);
    assert_int_equal(rv32_run(m.core, 3), 3);
    machine_fini(&m);
}

static void steps_and_interrupts(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, NOP, NOP);
    halt(&m);
    set_csr(&m, CSR_MSTATUS, MSTATUS_MIE);
    rv32_set_irq(m.core, 9, true);
    set_dcsr(&m, DCSR_STEP);
    step_from(&m, CODE, CODE + 4); /* masked */
    set_dcsr(&m, DCSR_STEP | DCSR_STEPIE);
    step_from(&m, CODE, CODE + VECTORS + 36); /* taken, and no instruction done */
    assert_int_equal(csr(&m, CSR_MEPC), CODE);
    machine_fini(&m);
}

/* A step onto EBREAK or into a trigger ends for that reason. */
static void steps_onto_breakpoints(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, EBREAK, NOP);
    halt(&m);
    set_dcsr(&m, DCSR_STEP | DCSR_EBREAKM);
    set_csr(&m, CSR_DPC, CODE);
    rv32_resume(m.core);
    check_halt(&m, DCSR_CAUSE_EBREAK, CODE);
    set_csr(&m, CSR_TDATA2, CODE + 4);
    set_csr(&m, CSR_TDATA1, 0x2800104C);
    set_csr(&m, CSR_DPC, CODE + 4);
    rv32_resume(m.core);
    check_halt(&m, DCSR_CAUSE_TRIGGER, CODE + 4);
    machine_fini(&m);
}

static void abstract_commands(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    uint32_t value = 0;
    debug_init(&m, &l);
    halt(&m);
    assert_int_equal(rv32_debug_write(m.core, RISCV_REGNO_X(8), 77), RV32_CMD_OK);
    assert_int_equal(rv32_debug_read(m.core, RISCV_REGNO_X(8), &value), RV32_CMD_OK);
    assert_int_equal(value, 77);
    assert_int_equal(rv32_debug_write(m.core, RISCV_REGNO_X(0), 77), RV32_CMD_OK);
    assert_int_equal(rv32_debug_read(m.core, RISCV_REGNO_X(0), &value), RV32_CMD_OK);
    assert_int_equal(value, 0);
    assert_int_equal(rv32_debug_read(m.core, CSR_MISA, &value), RV32_CMD_OK);
    assert_int_equal(value, 0x40101104);
    assert_int_equal(rv32_debug_write(m.core, CSR_DSCRATCH0, 5), RV32_CMD_OK);
    assert_int_equal(rv32_debug_read(m.core, CSR_DSCRATCH0, &value), RV32_CMD_OK);
    assert_int_equal(value, 5);
    assert_int_equal(rv32_debug_read(m.core, 0xC22, &value), RV32_CMD_EXCEPTION); /* vlenb, which OpenOCD asks for */
    assert_int_equal(rv32_debug_write(m.core, CSR_MHARTID, 1), RV32_CMD_EXCEPTION);
    assert_int_equal(rv32_debug_read(m.core, 0x1020, &value), RV32_CMD_NOT_SUPPORTED); /* f0 */
    assert_int_equal(rv32_debug_read(m.core, 0xC000, &value), RV32_CMD_NOT_SUPPORTED);
    machine_fini(&m);
}

static enum rv32_progbuf run_buffer(struct machine *m, const uint32_t *words, unsigned count, unsigned most)
{
    uint32_t at = 0;
    enum rv32_progbuf how = RV32_PROGBUF_GOES_ON;
    for (unsigned n = 0; n < most && how == RV32_PROGBUF_GOES_ON; n++)
        how = rv32_debug_execute(m->core, words, count, &at);
    return how;
}

static void program_buffer(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    m.data.bytes[0] = 0x5A;
    rv32_set_x(m.core, 8, DATA);
    halt(&m);
    const uint32_t read[] = {LW(9, 8, 0), ADDI(8, 8, 4), EBREAK};
    assert_int_equal(run_buffer(&m, read, 3, 10), RV32_PROGBUF_DONE);
    assert_int_equal(x(&m, 9), 0x5A);
    assert_int_equal(x(&m, 8), DATA + 4);
    /* two 16-bit instructions, a loop of three rounds, WFI, FENCE.I, a CSR of debug mode */
    const uint32_t more[] = {
        C_LI(10, 3) | C_NOP << 16, ADDI(10, 10, -1), BNE(10, 0, -4), WFI, FENCE_I, CSRRS(11, CSR_DCSR, 0), EBREAK};
    assert_int_equal(run_buffer(&m, more, 7, 20), RV32_PROGBUF_DONE);
    assert_int_equal(x(&m, 10), 0);
    assert_int_equal(x(&m, 11), csr(&m, CSR_DCSR));
    assert_pc(&m, CODE); /* untouched */
    assert_int_equal(csr(&m, CSR_DPC), CODE);
    machine_fini(&m);
}

static void program_buffer_exceptions(void **state)
{
    (void)state;
    static const uint32_t bad[] = {0x0000,    ECALL, MRET, LW(9, 0, 0), JAL(0, 0x100), JAL(0, -4), CSRRS(5, 0x7C0, 0),
                                   0x13130001};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct machine m;
        struct log_of_hooks l;
        debug_init(&m, &l);
        halt(&m);
        set_csr(&m, CSR_MCAUSE, 0x1F);
        set_csr(&m, CSR_MEPC, 0x1234);
        assert_int_equal(run_buffer(&m, &bad[i], 1, 5), RV32_PROGBUF_EXCEPTION);
        assert_int_equal(csr(&m, CSR_MCAUSE), 0x1F); /* no trap was taken */
        assert_int_equal(csr(&m, CSR_MEPC), 0x1234);
        assert_int_equal(csr(&m, CSR_DPC), CODE);
        assert_int_equal(rv32_state(m.core), RV32_HALTED);
        machine_fini(&m);
    }
}

/* Debug mode has machine mode's rights, whatever mode was halted, and its accesses fire no trigger. */
static void program_buffer_in_user_mode(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    rv32_set_x(m.core, 8, DATA);
    rv32_set_privilege(m.core, PRV_U);
    halt(&m);
    set_csr(&m, CSR_TDATA2, DATA);
    set_csr(&m, CSR_TDATA1, 0x2800104B);
    const uint32_t words[] = {SW(8, 8, 0), CSRRS(9, CSR_MISA, 0), EBREAK};
    assert_int_equal(run_buffer(&m, words, 3, 10), RV32_PROGBUF_DONE);
    assert_int_equal(x(&m, 9), 0x40101104);
    assert_int_equal(data_word(&m, 0), DATA);
    assert_int_equal(rv32_privilege(m.core), PRV_U);
    set_csr(&m, CSR_PMPADDR0, DATA >> 2); /* but locked entries bind it */
    set_csr(&m, CSR_PMPCFG0, PMPCFG_L | PMP_NA4 << 3);
    assert_int_equal(run_buffer(&m, words, 3, 10), RV32_PROGBUF_EXCEPTION);
    machine_fini(&m);
}

static void reset_to_start(struct machine *m)
{
    rv32_reset(m->core, CODE + 0x100);
}

/* As a debugger resets a chip by a store to a register: the core is reset when the instruction is done. */
static void program_buffer_that_resets(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    m.on_write = reset_to_start;
    rv32_set_x(m.core, 8, DEVICE);
    halt(&m);
    const uint32_t words[] = {SW(8, 8, 0), EBREAK};
    uint32_t at = 0;
    assert_int_equal(rv32_debug_execute(m.core, words, 2, &at), RV32_PROGBUF_GOES_ON);
    assert_int_equal(rv32_state(m.core), RV32_RUNNING);
    assert_int_equal(l.resets, 1);
    assert_pc(&m, CODE + 0x100);
    machine_fini(&m);
}

/* What is executed in debug mode takes no time and is no instruction of the program. */
static void debug_takes_no_time(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    PUT(&m, CODE, NOP, JAL(0, -4));
    rv32_run(m.core, 10);
    set_csr(&m, CSR_MPCER, MPCER_CYCLE);
    halt(&m);
    const uint32_t words[] = {ADDI(5, 5, 1), JAL(6, 4), EBREAK};
    run_buffer(&m, words, 3, 10);
    assert_int_equal(rv32_instructions(m.core), 10);
    assert_int_equal(csr(&m, CSR_MPCCR), 0);
    assert_int_equal(x(&m, 6), 8);
    rv32_resume(m.core);
    rv32_run(m.core, 4);
    assert_int_equal(csr(&m, CSR_MPCCR), 4);
    machine_fini(&m);
}

static void dcsr_keeps_what_the_chip_has(void **state)
{
    (void)state;
    struct machine m;
    struct log_of_hooks l;
    debug_init(&m, &l);
    halt(&m);
    set_csr(&m, CSR_DCSR, ~0U);
    assert_int_equal(csr(&m, CSR_DCSR), 0x4000B8C7);
    set_csr(&m, CSR_DCSR, 0x4000B000 | 1); /* there is no supervisor mode: prv stays */
    assert_int_equal(csr(&m, CSR_DCSR), 0x4000B0C3);
    machine_fini(&m);
}

TEST_MAIN(T(haltreq_and_resume), T(haltreq_ends_wfi), T(halt_on_reset), T(ebreak_by_mode), T(steps),
          T(steps_and_interrupts), T(steps_onto_breakpoints), T(abstract_commands), T(program_buffer),
          T(program_buffer_exceptions), T(program_buffer_in_user_mode), T(program_buffer_that_resets),
          T(debug_takes_no_time), T(dcsr_keeps_what_the_chip_has))
