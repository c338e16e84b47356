/* SPDX-License-Identifier: Apache-2.0 */
/* What instructions compute is judged by QEMU (tests/interop/qemu_rv32); here: what QEMU cannot say, and that x0 stays
   0. */
#include "asm.h"

static void x0_stays_zero(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    m.data.bytes[0] = 0x55;
    rv32_set_x(m.core, 5, DATA);
    PUT(&m, CODE, ADDI(0, 0, 99), LW(0, 5, 0), JAL(0, 4), CSRRW(0, CSR_MSCRATCH, 5), ADD(6, 0, 0));
    rv32_run(m.core, 5);
    assert_int_equal(x(&m, 0), 0);
    assert_int_equal(x(&m, 6), 0);
    rv32_set_x(m.core, 0, 7);
    assert_int_equal(x(&m, 0), 0);
    machine_fini(&m);
}

static void division_has_no_exceptions(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    rv32_set_x(m.core, 5, 0x80000000);
    rv32_set_x(m.core, 6, ~0U);
    PUT(&m, CODE, DIV(7, 5, 6), DIV(8, 5, 0));
    assert_int_equal(rv32_run(m.core, 2), 2);
    assert_int_equal(x(&m, 7), 0x80000000);
    assert_int_equal(x(&m, 8), ~0U);
    machine_fini(&m);
}

/* The ESP32-C3 has no A: the same words are illegal there. */
static void letters_of_misa_decide(void **state)
{
    (void)state;
    struct machine m;
    struct rv32_config config = rv32_config_esp32c3;
    config.misa |= MISA_A;
    for (unsigned has_a = 0; has_a < 2; has_a++) {
        machine_init_as(&m, has_a ? &config : &rv32_config_esp32c3, NULL);
        m.data.bytes[0] = 40;
        rv32_set_x(m.core, 5, DATA);
        rv32_set_x(m.core, 6, 2);
        PUT(&m, CODE, AMOADD(7, 6, 5), LR_W(8, 5), SC_W(9, 6, 5), SC_W(10, 6, 5));
        rv32_run(m.core, has_a ? 4 : 1);
        if (!has_a) {
            check_trap(&m, CAUSE_ILLEGAL, CODE, AMOADD(7, 6, 5));
        } else {
            assert_int_equal(x(&m, 7), 40);
            assert_int_equal(x(&m, 8), 42);
            assert_int_equal(x(&m, 9), 0);
            assert_int_equal(x(&m, 10), 1); /* nothing is reserved any more */
            assert_int_equal(data_word(&m, 0), 2);
        }
        machine_fini(&m);
    }
}

/* QEMU says cause 4 for these: the ISA says that an AMO is a store. */
static void misaligned_atomics(void **state)
{
    (void)state;
    static const struct {
        uint32_t word, cause;
    } rows[] = {
        {LR_W(8, 5), CAUSE_LOAD_MISALIGNED},
        {SC_W(9, 6, 5), CAUSE_STORE_MISALIGNED},
        {AMOADD(7, 6, 5), CAUSE_STORE_MISALIGNED},
    };
    struct rv32_config config = rv32_config_esp32c3;
    config.misa |= MISA_A;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct machine m;
        machine_init_as(&m, &config, NULL);
        rv32_set_x(m.core, 5, DATA + 2);
        PUT(&m, CODE, rows[i].word);
        rv32_run(m.core, 1);
        check_trap(&m, rows[i].cause, CODE, DATA + 2);
        machine_fini(&m);
    }
}

TEST_MAIN(T(x0_stays_zero), T(division_has_no_exceptions), T(letters_of_misa_decide), T(misaligned_atomics))
