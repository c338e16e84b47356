/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions, MRET and the two modes, as the ESP32-C3 has them. */
#include "asm.h"

#include <stdio.h>
#include <string.h>

struct told {
    unsigned count;
    uint32_t pc;
    char what[80];
};

static void note(void *ctx, uint32_t pc, const char *what)
{
    struct told *t = ctx;
    t->count++;
    t->pc = pc;
    snprintf(t->what, sizeof t->what, "%s", what);
}

static void causes_and_values(void **state)
{
    (void)state;
    static const struct {
        uint32_t word, cause, tval;
    } rows[] = {
        {ECALL, CAUSE_ECALL_M, 0},
        {EBREAK, CAUSE_BREAKPOINT, EBREAK}, /* the word, as panic texts of the chips show it */
        {C_EBREAK, CAUSE_BREAKPOINT, C_EBREAK},
        {0x0000, CAUSE_ILLEGAL, 0},
        {0xFFFFFFFF, CAUSE_ILLEGAL, 0xFFFFFFFF},
        {0x8002, CAUSE_ILLEGAL, 0x8002}, /* C.JR x0 */
        {CSRRW(0, CSR_MHARTID, 5), CAUSE_ILLEGAL, CSRRW(0, CSR_MHARTID, 5)},
        {CSRRS(5, CSR_MHARTID, 6), CAUSE_ILLEGAL, CSRRS(5, CSR_MHARTID, 6)}, /* though x6 is 0 */
        {CSRRS(5, CSR_MIE, 0), CAUSE_ILLEGAL, CSRRS(5, CSR_MIE, 0)},         /* not on this chip */
        {CSRRS(5, CSR_MCYCLE, 0), CAUSE_ILLEGAL, CSRRS(5, CSR_MCYCLE, 0)},   /* nor that */
        {CSRRS(5, CSR_DCSR, 0), CAUSE_ILLEGAL, CSRRS(5, CSR_DCSR, 0)},       /* debug mode's */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct machine m;
        machine_init(&m, NULL);
        PUT(&m, CODE, NOP, rows[i].word);
        rv32_run(m.core, 2);
        check_trap(&m, rows[i].cause, CODE + 4, rows[i].tval);
        machine_fini(&m);
    }
}

static void what_is_unknown_is_said(void **state)
{
    (void)state;
    struct machine m;
    struct told t = {0};
    const struct rv32_hooks hooks = {.unknown = note, .ctx = &t};
    machine_init(&m, &hooks);
    PUT(&m, CODE, CSRRS(5, 0x7C0, 0));
    PUT(&m, CODE + VECTORS, MRET);
    rv32_run(m.core, 10); /* again and again */
    assert_int_equal(t.count, 1);
    assert_int_equal(t.pc, CODE);
    assert_non_null(strstr(t.what, "0x7c0"));
    machine_fini(&m);
}

static void user_mode_and_back(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    allow_all(&m);
    set_csr(&m, CSR_MEPC, CODE + 0x100);
    set_csr(&m, CSR_MSTATUS, MSTATUS_MPIE);
    PUT(&m, CODE, MRET);
    PUT(&m, CODE + 0x100, CSRRS(5, CSR_UPCCR, 0), CSRRS(5, CSR_GPIO_OUT, 0), CSRRS(5, CSR_MSTATUS, 0));
    rv32_run(m.core, 1);
    assert_int_equal(rv32_privilege(m.core), PRV_U);
    assert_int_equal(csr(&m, CSR_MSTATUS), MSTATUS_MIE | MSTATUS_MPIE);
    rv32_run(m.core, 3);
    check_trap(&m, CAUSE_ILLEGAL, CODE + 0x108, CSRRS(5, CSR_MSTATUS, 0));
    assert_int_equal(csr(&m, CSR_MSTATUS), MSTATUS_MPIE); /* MPP: user */
    machine_fini(&m);
}

static void user_mode_calls(void **state)
{
    (void)state;
    static const uint32_t rows[][2] = {{ECALL, CAUSE_ECALL_U}, {MRET, CAUSE_ILLEGAL}, {EBREAK, CAUSE_BREAKPOINT}};
    for (size_t i = 0; i < 3; i++) {
        struct machine m;
        machine_init(&m, NULL);
        allow_all(&m);
        rv32_set_privilege(m.core, PRV_U);
        PUT(&m, CODE, rows[i][0]);
        rv32_run(m.core, 1);
        check_trap(&m, rows[i][1], CODE, rows[i][0] == ECALL ? 0 : rows[i][0]);
        machine_fini(&m);
    }
}

/* Only the lower bit of MPP can be written: the upper one follows. */
static void mpp_is_one_bit(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    static const uint32_t written_and_kept[][2] = {{0, 0}, {0x800, 0x1800}, {0x1000, 0}, {0x1800, 0x1800}};
    for (size_t i = 0; i < 4; i++) {
        set_csr(&m, CSR_MSTATUS, written_and_kept[i][0]);
        assert_int_equal(csr(&m, CSR_MSTATUS), written_and_kept[i][1]);
    }
    set_csr(&m, CSR_MSTATUS, ~0U);
    assert_int_equal(csr(&m, CSR_MSTATUS), 0x00201899);
    machine_fini(&m);
}

static void mtvec_is_vectored_always(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    set_csr(&m, CSR_MTVEC, 0x403812FC);
    assert_int_equal(csr(&m, CSR_MTVEC), 0x40381201);
    machine_fini(&m);
}

TEST_MAIN(T(causes_and_values), T(what_is_unknown_is_said), T(user_mode_and_back), T(user_mode_calls),
          T(mpp_is_one_bit), T(mtvec_is_vectored_always))
