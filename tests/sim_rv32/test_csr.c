/* SPDX-License-Identifier: Apache-2.0 */
/* The ESP32-C3's registers: which there are, the performance counter, the dedicated GPIO. And mcycle of cores that have
   it. */
#include "asm.h"

#include <string.h>

static void identity(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    assert_int_equal(csr(&m, CSR_MISA), 0x40101104);
    assert_int_equal(csr(&m, CSR_MVENDORID), 0x612);
    assert_int_equal(csr(&m, CSR_MARCHID), 0x80000001);
    assert_int_equal(csr(&m, CSR_MIMPID), 1);
    assert_int_equal(csr(&m, CSR_MHARTID), 0);
    set_csr(&m, CSR_MISA, 0);
    assert_int_equal(csr(&m, CSR_MISA), 0x40101104);
    machine_fini(&m);
}

static void what_the_chip_has(void **state)
{
    (void)state;
    struct machine m;
    static const uint16_t absent[] = {CSR_MIE, CSR_MIP, CSR_MCYCLE, CSR_MINSTRET, CSR_TINFO, 0x7A3, 0xC00, 0x180};
    machine_init(&m, NULL);
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        assert_null(rv32_csr_name(m.core, absent[i]));
    assert_string_equal(rv32_csr_name(m.core, CSR_PMPADDR0 + 15), "pmpaddr15");
    assert_string_equal(rv32_csr_name(m.core, CSR_MPCCR), "mpccr");
    set_csr(&m, CSR_MCAUSE, ~0U);
    assert_int_equal(csr(&m, CSR_MCAUSE), 0x8000001F);
    set_csr(&m, CSR_MEPC, ~0U);
    assert_int_equal(csr(&m, CSR_MEPC), ~1U);
    machine_fini(&m);
}

/* Runs the loop at CODE for some cycles with a choice of events; what was counted. */
static uint32_t count_events(uint32_t events, uint64_t cycles)
{
    struct machine m;
    machine_init(&m, NULL);
    rv32_set_x(m.core, 5, DATA);
    set_csr(&m, CSR_MPCMR, MPCMR_COUNT_EN);
    set_csr(&m, CSR_MPCER, events);
    set_csr(&m, CSR_MPCCR, 0);
    /* six instructions: a load, a store, a branch that is taken, one that is not, one of 16 bits, a jump */
    PUT(&m, CODE, LW(6, 5, 0), SW(6, 5, 4), BEQ(0, 0, 8), NOP, BNE(0, 0, 8), C_NOP, JAL(0, -22));
    rv32_run(m.core, cycles);
    uint32_t count = csr(&m, CSR_MPCCR);
    machine_fini(&m);
    return count;
}

static void each_event(void **state)
{
    (void)state;
    static const uint32_t rows[][2] = {
        {0, 0},
        {MPCER_CYCLE, 60},
        {MPCER_INST, 60},
        {MPCER_LOAD, 10},
        {MPCER_STORE, 10},
        {MPCER_BRANCH, 20},
        {MPCER_BRANCH_TAKEN, 10},
        {MPCER_JMP_UNCOND, 10},
        {MPCER_INST_COMP, 10},
        {MPCER_LOAD | MPCER_STORE, 20},
        {MPCER_BRANCH | MPCER_BRANCH_TAKEN, 20}, /* at once: once */
        {MPCER_CYCLE | MPCER_LOAD, 60},
        {MPCER_LD_HAZARD | MPCER_JMP_HAZARD | MPCER_IDLE, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(count_events(rows[i][0], 60), rows[i][1]);
}

static void wfi_is_idle_and_no_cycles(void **state)
{
    (void)state;
    for (unsigned is_idle = 0; is_idle < 2; is_idle++) {
        struct machine m;
        machine_init(&m, NULL);
        set_csr(&m, CSR_MPCER, is_idle ? MPCER_IDLE : MPCER_CYCLE);
        PUT(&m, CODE, NOP, WFI);
        rv32_run(m.core, 10);
        rv32_run(m.core, 100);
        assert_int_equal(csr(&m, CSR_MPCCR), is_idle ? 100 : 2);
        machine_fini(&m);
    }
}

/* Two reads differ by what stands between them. */
static void the_counter_reads_right_in_a_block(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    set_csr(&m, CSR_MPCER, MPCER_CYCLE);
    PUT(&m, CODE, CSRRWI(0, CSR_MPCCR, 0), CSRRS(5, CSR_MPCCR, 0), NOP, NOP, CSRRS(6, CSR_MPCCR, 0));
    rv32_run(m.core, 5);
    assert_int_equal(x(&m, 5), 0);
    assert_int_equal(x(&m, 6), 3);
    machine_fini(&m);
}

static void saturation(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, JAL(0, 0));
    set_csr(&m, CSR_MPCER, MPCER_CYCLE);
    set_csr(&m, CSR_MPCCR, ~0U - 5);
    rv32_run(m.core, 10);
    assert_int_equal(csr(&m, CSR_MPCCR), ~0U); /* COUNT_SAT is set by reset */
    set_csr(&m, CSR_MPCMR, MPCMR_COUNT_EN);
    set_csr(&m, CSR_MPCCR, ~0U - 5);
    rv32_run(m.core, 10);
    assert_int_equal(csr(&m, CSR_MPCCR), 4);
    set_csr(&m, CSR_MPCMR, 0);
    rv32_run(m.core, 10);
    assert_int_equal(csr(&m, CSR_MPCCR), 4);
    machine_fini(&m);
}

static void user_mode_has_a_counter_of_its_own(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, JAL(0, 0));
    set_csr(&m, CSR_UPCER, MPCER_INST);
    rv32_run(m.core, 10);
    assert_int_equal(csr(&m, CSR_UPCCR), 10);
    assert_int_equal(csr(&m, CSR_MPCCR), 0);
    machine_fini(&m);
}

struct pins {
    uint32_t in, oen, out;
};

static uint32_t pins_in(void *ctx)
{
    return ((struct pins *)ctx)->in;
}

static void pins_out(void *ctx, uint32_t oen, uint32_t out)
{
    struct pins *p = ctx;
    p->oen = oen;
    p->out = out;
}

static void dedicated_gpio(void **state)
{
    (void)state;
    struct machine m;
    struct pins p = {.in = 0xFFA5};
    const struct rv32_hooks hooks = {.gpio_in = pins_in, .gpio_out = pins_out, .ctx = &p};
    machine_init(&m, &hooks);
    PUT(&m, CODE, CSRRWI(0, CSR_GPIO_OEN, 1), CSRRSI(0, CSR_GPIO_OUT, 6), CSRRS(5, CSR_GPIO_IN, 0),
        CSRRWI(0, CSR_GPIO_IN, 3));
    rv32_run(m.core, 4);
    assert_int_equal(x(&m, 5), 0xA5);
    assert_int_equal(p.oen, 1);
    assert_int_equal(p.out, 6);
    assert_pc(&m, CODE + 16); /* writing the input does nothing */
    machine_fini(&m);
}

static void mcycle_and_minstret(void **state)
{
    (void)state;
    struct machine m;
    struct rv32_config config = rv32_config_esp32c3;
    config.options |= RV32_COUNTERS;
    machine_init_as(&m, &config, NULL);
    set_csr(&m, CSR_MTVEC, CODE + VECTORS);
    PUT(&m, CODE, ECALL);
    PUT(&m, CODE + VECTORS, CSRRS(5, CSR_MCYCLE, 0), CSRRS(6, CSR_MINSTRET, 0), CSRRWI(0, CSR_MCYCLE, 9),
        CSRRS(7, CSR_MCYCLE, 0), CSRRWI(0, CSR_MINSTRETH, 3), CSRRS(8, CSR_MINSTRETH, 0), CSRRS(9, CSR_MINSTRET, 0));
    rv32_run(m.core, 8);
    assert_int_equal(x(&m, 5), 1);
    assert_int_equal(x(&m, 6), 1); /* ECALL is not counted */
    assert_int_equal(x(&m, 7), 9);
    assert_int_equal(x(&m, 8), 3);
    assert_int_equal(x(&m, 9), 6);
    machine_fini(&m);
}

TEST_MAIN(T(identity), T(what_the_chip_has), T(each_event), T(wfi_is_idle_and_no_cycles),
          T(the_counter_reads_right_in_a_block), T(saturation), T(user_mode_has_a_counter_of_its_own),
          T(dedicated_gpio), T(mcycle_and_minstret))
