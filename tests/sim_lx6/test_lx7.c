/* SPDX-License-Identifier: Apache-2.0 */
/* What an LX7 of the ESP32-S3 has and an LX6 of the ESP32 has not, and the reverse. */
#include "asm.h"

#include <string.h>

#define SALT(r, s, t)  RRR(7, 2, r, s, t, 0)
#define SALTU(r, s, t) RRR(6, 2, r, s, t, 0)

enum { EXPSTATE_SET_0 = 0x0E1000, VECTOR_24_BITS = 0xFD7FA4, F64SIG = 0x0ED230 };

static void set_if_less(void **state)
{
    (void)state;
    static const struct {
        uint32_t s, t, is_less, is_below;
    } cases[] = {
        {1, 2, 1, 1}, {2, 2, 0, 0}, {0xFFFFFFFF, 0, 1, 0}, {0x80000000, 0x7FFFFFFF, 1, 0}, {0, 0xFFFFFFFF, 0, 1}};
    struct machine m;
    machine_init_as(&m, &lx7_config_esp32s3_pro, NULL);
    PUT(&m, CODE, SALT(2, 4, 5), SALTU(3, 4, 5));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        lx6_set_ar(m.core, 4, cases[i].s);
        lx6_set_ar(m.core, 5, cases[i].t);
        lx6_set_pc(m.core, CODE);
        lx6_run(m.core, 2);
        assert_int_equal(lx6_a(m.core, 2), cases[i].is_less);
        assert_int_equal(lx6_a(m.core, 3), cases[i].is_below);
    }
    machine_fini(&m);
}

/* The cause of the exception that one instruction ends in; -1: none. */
static int cause_of(const struct lx6_config *config, uint32_t insn, uint32_t cpenable)
{
    struct machine m;
    machine_init_as(&m, config, NULL);
    lx6_set_sr(m.core, SR_CPENABLE, cpenable);
    PUT(&m, CODE, insn, NOP);
    lx6_run(m.core, 1);
    int cause = lx6_pc(m.core) == CODE + 3 ? -1 : (int)sr(&m, SR_EXCCAUSE);
    machine_fini(&m);
    return cause;
}

static void each_core_has_its_own(void **state)
{
    (void)state;
    enum { COPROCESSOR_3 = 1 << 3, NONE = -1, ILLEGAL = EXCCAUSE_ILLEGAL, OFF = EXCCAUSE_COPROCESSOR0_DISABLED + 3 };
    const struct {
        uint32_t insn, cpenable;
        int lx6, lx7;
    } cases[] = {
        {SALT(2, 4, 5), 0, ILLEGAL, NONE},
        {EXPSTATE_SET_0, 0, NONE, ILLEGAL},
        {RUR(2, UR_EXPSTATE), 0, NONE, ILLEGAL},
        {RUR(2, UR_F64S), 0, NONE, ILLEGAL},
        {F64SIG, 1, ILLEGAL, ILLEGAL},
        {RUR(2, UR_THREADPTR), 0, NONE, NONE},
        {RUR(2, UR_GPIO_OUT), 0, ILLEGAL, NONE},
        {WUR(2, UR_GPIO_OUT), 0, ILLEGAL, NONE},
        {RUR(2, UR_ACCX_0), 0, ILLEGAL, OFF},
        {RUR(2, UR_ACCX_0), COPROCESSOR_3, ILLEGAL, NONE},
        {WUR(2, UR_UA_STATE_0 + 3), 0, ILLEGAL, OFF},
        {WUR(2, UR_UA_STATE_0 + 3), COPROCESSOR_3, ILLEGAL, NONE},
        {VECTOR_24_BITS, COPROCESSOR_3, ILLEGAL, ILLEGAL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(cause_of(&lx6_config_esp32_pro, cases[i].insn, cases[i].cpenable), cases[i].lx6);
        assert_int_equal(cause_of(&lx7_config_esp32s3_pro, cases[i].insn, cases[i].cpenable), cases[i].lx7);
    }
}

static void vector_registers_keep_their_bits(void **state)
{
    (void)state;
    static const struct {
        uint32_t ur, bits;
    } registers[] = {{UR_ACCX_0, 0xFFFFFFFF},   {UR_ACCX_0 + 1, 0xFF},      {UR_QACC_H_0 + 4, 0xFFFFFFFF},
                     {UR_QACC_L_0, 0xFFFFFFFF}, {UR_GPIO_OUT, 0xFF},        {UR_SAR_BYTE, 0xF},
                     {UR_FFT_BIT_WIDTH, 0xF},   {UR_UA_STATE_0, 0xFFFFFFFF}};
    struct machine m;
    machine_init_as(&m, &lx7_config_esp32s3_app, NULL);
    lx6_set_sr(m.core, SR_CPENABLE, 1 << 3);
    for (size_t i = 0; i < sizeof registers / sizeof registers[0]; i++) {
        PUT(&m, CODE, WUR(4, registers[i].ur), RUR(2, registers[i].ur));
        lx6_set_ar(m.core, 4, 0xA5C3F0FF);
        lx6_set_pc(m.core, CODE);
        lx6_run(m.core, 2);
        assert_int_equal(lx6_a(m.core, 2), 0xA5C3F0FF & registers[i].bits);
    }
    assert_int_equal(sr(&m, SR_PRID), 0xABAB);
    machine_fini(&m);
}

static void note_unknown(void *ctx, uint32_t pc, const char *what)
{
    (void)pc;
    *(const char **)ctx = what;
}

static void a_vector_instruction_is_named(void **state)
{
    (void)state;
    const char *said = NULL;
    const struct lx6_hooks hooks = {.unknown = note_unknown, .ctx = &said};
    const uint32_t insns[] = {VECTOR_24_BITS, 0x00000E, 0x00000F};
    for (size_t i = 0; i < sizeof insns / sizeof insns[0]; i++) {
        struct machine m;
        machine_init_as(&m, &lx7_config_esp32s3_pro, &hooks);
        said = NULL;
        PUT(&m, CODE, insns[i], NOP, NOP);
        lx6_run(m.core, 1);
        assert_non_null(said);
        assert_non_null(strstr(said, "PIE"));
        assert_int_equal(sr(&m, SR_EPC1), CODE);
        machine_fini(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_if_less),
        cmocka_unit_test(each_core_has_its_own),
        cmocka_unit_test(vector_registers_keep_their_bits),
        cmocka_unit_test(a_vector_instruction_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
