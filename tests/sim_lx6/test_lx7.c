/* SPDX-License-Identifier: Apache-2.0 */
/* The ESP32-S3's LX7 beside the ESP32's LX6: what each has and the other does not, and the vector unit's registers. */
#include "asm.h"

#include "sim/lx6/lx6_int.h"

#include <stdio.h>
#include <string.h>

#define SALT(r, s, t)      RRR(7, 2, r, s, t, 0)
#define SALTU(r, s, t)     RRR(6, 2, r, s, t, 0)
#define QR_BITS(q)         ((uint32_t)((q) >> 1) << 20 | (uint32_t)((q)&1) << 15)
#define LD_QR(q, t, imm)   (0xCD2004 | QR_BITS(q) | (((uint32_t)(imm) / 16) & 0xF) << 8 | (t) << 4)
#define ST_QR(q, t, imm)   (0xCD6004 | QR_BITS(q) | (((uint32_t)(imm) / 16) & 0xF) << 8 | (t) << 4)
#define MV_QR(q, from)     (0x8F0004 | QR_BITS(q) | (uint32_t)((from) >> 1) << 10 | (uint32_t)((from)&1) << 5)
#define MOVI_32_A(q, t, n) (0xCD7104 | QR_BITS(q) | (n) << 10 | (t) << 4)
#define MOVI_32_Q(q, t, n) (0xCD3204 | QR_BITS(q) | (n) << 10 | (t) << 4)
#define WR_MASK_GPIO(s, t) (0x724004 | (s) << 8 | (t) << 4)
#define SET_BIT_GPIO(mask) (0x754004 | (uint32_t)(mask) << 4)
#define CLR_BIT_GPIO(mask) (0x764004 | (uint32_t)(mask) << 4)
#define GET_GPIO_IN(t)     (0x650804 | (t) << 4)
#define EE_ZERO_Q(q)       (0xCD7FA4 | QR_BITS(q)) /* an instruction of 24 bits that is refused */
#define EE_LDF_64_XP       0xE0060B0E              /* and its like of 32 */
#define EE_SRC_Q_LD_IP     0xE000000E              /* and one of 32 */
enum { COPROCESSOR3_DISABLED = EXCCAUSE_COPROCESSOR0_DISABLED + 3, CP3 = 8 };

static void s3_init(struct machine *m, const struct lx6_hooks *hooks)
{
    machine_init_as(m, &lx7_config_esp32s3_pro, hooks);
    lx6_set_sr(m->core, SR_CPENABLE, CP3);
}

/* --- what there is --- */

static void the_cores_say_who_they_are(void **state)
{
    (void)state;
    const struct lx6_config *cores[] = {&lx7_config_esp32s3_pro, &lx7_config_esp32s3_app};
    const uint32_t prids[] = {0xCDCD, 0xABAB};
    for (unsigned i = 0; i < 2; i++) {
        struct machine m;
        machine_init_as(&m, cores[i], NULL);
        PUT(&m, CODE, RSR(2, SR_PRID), RSR(3, SR_CONFIGID0), RSR(4, SR_CONFIGID1));
        lx6_run(m.core, 3);
        assert_int_equal(lx6_a(m.core, 2), prids[i]);
        assert_int_equal(lx6_a(m.core, 3), 0xC2F0FFFE);
        assert_int_equal(lx6_a(m.core, 4), 0x23090F1F);
        lx6_reset(m.core, 0);
        assert_pc(&m, 0x40000400);
        machine_fini(&m);
    }
}

static uint32_t cause_of(const struct lx6_config *config, uint32_t word)
{
    struct machine m;
    machine_init_as(&m, config, NULL);
    lx6_set_sr(m.core, SR_CPENABLE, 0xFF);
    lx6_set_sr(m.core, SR_EXCCAUSE, 63);
    PUT(&m, CODE, word);
    lx6_run(m.core, 1);
    uint32_t cause = sr(&m, SR_EXCCAUSE);
    machine_fini(&m);
    return cause;
}

static void check_difference(uint32_t word, bool is_esp32, bool is_s3)
{
    assert_int_equal(cause_of(&lx6_config_esp32_pro, word), is_esp32 ? 63 : EXCCAUSE_ILLEGAL);
    assert_int_equal(cause_of(&lx7_config_esp32s3_pro, word), is_s3 ? 63 : EXCCAUSE_ILLEGAL);
}

static void each_has_its_own_instructions_and_registers(void **state)
{
    (void)state;
    check_difference(SALT(2, 3, 4), false, true);
    check_difference(SALTU(2, 3, 4), false, true);
    check_difference(RUR(2, UR_EXPSTATE), true, false);
    check_difference(WUR(2, UR_F64S), true, false);
    check_difference(0x0E1000, true, false); /* SETB_EXPSTATE */
    check_difference(0x0E0020, true, false); /* READ_IMPWIRE */
    check_difference(RUR(2, UR_GPIO_OUT), false, true);
    check_difference(WUR(2, UR_SAR_BYTE), false, true);
    check_difference(RSR(2, SR_ERACCESS), false, true);
    check_difference(XSR(2, SR_ERACCESS), false, true);
    check_difference(GET_GPIO_IN(2), false, true);
    check_difference(MV_QR(1, 2), false, true);
    check_difference(RUR(2, UR_PIE_END), false, false);
    check_difference(RRR(10, 10, 0, 2, 0, 4), false, false);
    assert_int_equal(cause_of(&lx6_config_esp32_pro, LD_QR(1, 3, 0)), EXCCAUSE_ILLEGAL);
    assert_int_equal(cause_of(&lx7_config_esp32s3_pro, LD_QR(1, 3, 0)), EXCCAUSE_LOAD_STORE_ERROR); /* a3 is 0 */
    check_difference(RSR(2, SR_BR), true, true);
    check_difference(RSR(2, SR_ACCHI), true, true);
    check_difference(RSR(2, SR_ATOMCTL), true, true);
    check_difference(RUR(2, UR_FSR), true, true);
}

static void set_if_less(void **state)
{
    (void)state;
    static const struct {
        uint32_t s, t, is_less, is_below;
    } cases[] = {
        {1, 2, 1, 1}, {2, 2, 0, 0}, {0xFFFFFFFF, 0, 1, 0}, {0x80000000, 0x7FFFFFFF, 1, 0}, {0, 0xFFFFFFFF, 0, 1}};
    struct machine m;
    s3_init(&m, NULL);
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

/* A register without its option is not there. */
static void options_take_registers_away(void **state)
{
    (void)state;
    static const struct {
        uint32_t option, word;
    } cases[] = {
        {LX6_LOOPS, RSR(2, SR_LCOUNT)},   {LX6_BOOLEANS, WSR(2, SR_BR)}, {LX6_S32C1I, XSR(2, SR_SCOMPARE1)},
        {LX6_S32C1I, RSR(2, SR_ATOMCTL)}, {LX6_MAC16, RSR(2, SR_M3)},    {LX6_MAC16, RSR(2, SR_ACCHI)},
        {LX6_FP, RUR(2, UR_FCR)},         {LX6_PIE, RUR(2, UR_ACCX_0)},  {LX6_ERACCESS, RSR(2, SR_ERACCESS)},
        {LX6_LOOPS, RRI8(0, 8, 2, 7, 6)}, {LX6_SALT, SALT(2, 2, 2)},     {LX6_MAC16, 0x740004},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct lx6_config config = lx7_config_esp32s3_pro;
        assert_int_equal(cause_of(&config, cases[i].word), 63);
        config.options &= ~cases[i].option;
        assert_int_equal(cause_of(&config, cases[i].word), EXCCAUSE_ILLEGAL);
    }
}

static void names_are_those_of_the_core(void **state)
{
    (void)state;
    struct machine s3, esp32;
    s3_init(&s3, NULL);
    machine_init(&esp32, NULL);
    assert_string_equal(lx6_ur_name(s3.core, UR_QACC_L_0 + 4), "qacc_l_4");
    assert_string_equal(lx6_ur_name(s3.core, UR_UA_STATE_0 + 3), "ua_state_3");
    assert_null(lx6_ur_name(esp32.core, UR_QACC_L_0 + 4));
    assert_null(lx6_ur_name(s3.core, UR_EXPSTATE));
    assert_string_equal(lx6_sr_name(s3.core, SR_ERACCESS), "eraccess");
    assert_null(lx6_sr_name(esp32.core, SR_ERACCESS));
    machine_fini(&esp32);
    machine_fini(&s3);
}

static void check_apart(const struct lx6_insn *a, const struct lx6_insn *b)
{
    bool is_other_length = ((a->value & 0xF) >= 14) != ((b->value & 0xF) >= 14);
    if (a != b && !is_other_length && ((a->value ^ b->value) & a->mask & b->mask) == 0)
        fail_msg("%s and %s share words", a->name, b->name);
}

/* No word is a vector instruction and something else that the core has. */
static void no_vector_instruction_shares_a_word(void **state)
{
    (void)state;
    const struct lx6_family *const families[] = {&lx6_pie,    &lx6_pie_vector, &lx6_alu,     &lx6_mem,     &lx6_branch,
                                                 &lx6_window, &lx6_system,     &lx6_boolean, &lx6_mac16,   &lx6_fp,
                                                 &lx6_fp_mem, &lx6_fp_convert, &lx6_tlb,     &lx6_fp_steps};
    for (unsigned f = 0; f < 2; f++) {
        for (size_t i = 0; i < families[f]->count; i++) {
            const struct lx6_insn *a = &families[f]->insns[i];
            assert_int_equal(a->value & ~a->mask, 0);
            for (unsigned g = 0; g < sizeof families / sizeof families[0]; g++) {
                for (size_t k = 0; k < families[g]->count; k++) {
                    if (lx6_has(&lx7_config_esp32s3_pro, families[g]->insns[k].option))
                        check_apart(a, &families[g]->insns[k]);
                }
            }
        }
    }
}

/* --- vector registers --- */

static void vectors_go_to_memory_and_back(void **state)
{
    (void)state;
    struct machine m;
    s3_init(&m, NULL);
    for (unsigned i = 0; i < 16; i++)
        m.data.bytes[0x40 + i] = (uint8_t)(0xA0 + i);
    lx6_set_ar(m.core, 3, DATA + 0x5B); /* the lower four bits do not count */
    lx6_set_ar(m.core, 4, DATA + 0x100);
    PUT(&m, CODE, LD_QR(5, 3, -16), MV_QR(2, 5), ST_QR(2, 4, 112), MOVI_32_A(5, 6, 1), MOVI_32_Q(7, 4, 3), NOP);
    lx6_run(m.core, 5);
    assert_memory_equal(m.data.bytes + 0x170, m.data.bytes + 0x40, 16);
    assert_int_equal(lx6_qr(m.core, 5, 0), 0xA3A2A1A0);
    assert_int_equal(lx6_qr(m.core, 2, 3), 0xAFAEADAC);
    assert_int_equal(lx6_a(m.core, 6), 0xA7A6A5A4);
    assert_int_equal(lx6_qr(m.core, 7, 3), DATA + 0x100);
    lx6_set_qr(m.core, 0, 2, 77);
    assert_int_equal(lx6_qr(m.core, 0, 2), 77);
    machine_fini(&m);
}

static void a_vector_access_can_fail(void **state)
{
    (void)state;
    struct machine m;
    s3_init(&m, NULL);
    lx6_set_qr(m.core, 1, 0, 5);
    lx6_set_ar(m.core, 3, 0x70000000);
    PUT(&m, CODE, LD_QR(1, 3, 16));
    lx6_run(m.core, 1);
    assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_LOAD_STORE_ERROR);
    assert_int_equal(sr(&m, SR_EXCVADDR), 0x70000010);
    assert_int_equal(sr(&m, SR_EPC1), CODE);
    assert_int_equal(lx6_qr(m.core, 1, 0), 5);
    machine_fini(&m);
}

static void the_unit_has_a_switch(void **state)
{
    (void)state;
    const uint32_t words[] = {LD_QR(0, 2, 0),        MV_QR(0, 1),  RUR(2, UR_ACCX_0),
                              WUR(2, UR_UA_STATE_0), EE_ZERO_Q(1), EE_SRC_Q_LD_IP};
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct machine m;
        s3_init(&m, NULL);
        lx6_set_sr(m.core, SR_CPENABLE, 0xF7);
        PUT(&m, CODE, words[i]);
        lx6_run(m.core, 1);
        assert_int_equal(sr(&m, SR_EXCCAUSE), COPROCESSOR3_DISABLED);
        machine_fini(&m);
    }
    struct machine m;
    s3_init(&m, NULL);
    lx6_set_sr(m.core, SR_CPENABLE, 0);
    PUT(&m, CODE, SET_BIT_GPIO(0x81), RUR(2, UR_GPIO_OUT)); /* the wires have none */
    lx6_run(m.core, 2);
    assert_int_equal(lx6_a(m.core, 2), 0x81);
    machine_fini(&m);
}

static void user_registers_keep_their_width(void **state)
{
    (void)state;
    static const struct {
        unsigned ur;
        uint32_t kept;
    } urs[] = {{UR_ACCX_0, ~0U},        {UR_ACCX_0 + 1, 0xFF},    {UR_QACC_H_0 + 4, ~0U},
               {UR_QACC_L_0, ~0U},      {UR_GPIO_OUT, 0xFF},      {UR_SAR_BYTE, 0xF},
               {UR_FFT_BIT_WIDTH, 0xF}, {UR_UA_STATE_0 + 3, ~0U}, {UR_QACC_H_0, ~0U}};
    struct machine m;
    s3_init(&m, NULL);
    lx6_set_ar(m.core, 2, ~0U);
    for (unsigned i = 0; i < sizeof urs / sizeof urs[0]; i++) {
        PUT(&m, CODE, WUR(2, urs[i].ur), RUR(3, urs[i].ur));
        lx6_set_pc(m.core, CODE);
        lx6_run(m.core, 2);
        assert_int_equal(lx6_a(m.core, 3), urs[i].kept);
        assert_int_equal(lx6_ur(m.core, urs[i].ur), urs[i].kept);
    }
    lx6_reset(m.core, 0);
    assert_int_equal(lx6_ur(m.core, UR_QACC_H_0), 0);
    machine_fini(&m);
}

static void wires_are_set_and_cleared(void **state)
{
    (void)state;
    struct machine m;
    s3_init(&m, NULL);
    lx6_set_ar(m.core, 3, 0x1F0); /* mask: eight bits of it count */
    lx6_set_ar(m.core, 4, 0xFA5);
    PUT(&m, CODE, SET_BIT_GPIO(0x5F), CLR_BIT_GPIO(0x0C), WR_MASK_GPIO(3, 4), GET_GPIO_IN(5), NOP);
    lx6_set_ar(m.core, 5, 99);
    lx6_run(m.core, 1);
    assert_int_equal(lx6_ur(m.core, UR_GPIO_OUT), 0x5F);
    lx6_run(m.core, 1);
    assert_int_equal(lx6_ur(m.core, UR_GPIO_OUT), 0x53);
    lx6_run(m.core, 2);
    assert_int_equal(lx6_ur(m.core, UR_GPIO_OUT), 0xA3);
    assert_int_equal(lx6_a(m.core, 5), 0);
    machine_fini(&m);
}

/* --- what computes --- */

struct told {
    unsigned count;
    char last[80];
};

static void note_unknown(void *ctx, uint32_t pc, const char *what)
{
    (void)pc;
    struct told *told = ctx;
    told->count++;
    snprintf(told->last, sizeof told->last, "%s", what);
}

static void vector_instructions_are_named_once(void **state)
{
    (void)state;
    struct told told = {0};
    const struct lx6_hooks hooks = {.unknown = note_unknown, .ctx = &told};
    struct machine m;
    s3_init(&m, &hooks);
    /* A handler that skips what it cannot do: 3 bytes for the first, 4 for the second, in a loop of both. */
    PUT(&m, CODE, EE_ZERO_Q(3), EE_SRC_Q_LD_IP, NOP);
    for (unsigned round = 0; round < 3; round++) {
        lx6_set_sr(m.core, SR_PS, 0);
        lx6_set_pc(m.core, CODE);
        lx6_run(m.core, 1);
        assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_ILLEGAL);
        assert_int_equal(sr(&m, SR_EPC1), CODE);
        assert_non_null(strstr(told.last, round ? "ee.src.q.ld.ip, which" : "ee.zero.q, which"));
        lx6_set_sr(m.core, SR_PS, 0);
        lx6_set_pc(m.core, CODE + 3);
        lx6_run(m.core, 1);
        assert_int_equal(sr(&m, SR_EPC1), CODE + 3);
        assert_non_null(strstr(told.last, "ee.src.q.ld.ip, which"));
    }
    assert_int_equal(told.count, 2);
    machine_fini(&m);
}

static void words_of_32_bits_are_four_bytes_long(void **state)
{
    (void)state;
    struct machine m;
    s3_init(&m, NULL);
    /* Branches over one, and a fetch of one that runs off the end of memory. */
    PUT(&m, CODE, MOVI(2, 0), BEQZ(2, 7), EE_SRC_Q_LD_IP, MOVI(2, 5));
    lx6_run(m.core, 3);
    assert_int_equal(lx6_a(m.core, 2), 5);
    PUT(&m, CODE + MEM_SIZE - 3, NOP);
    m.code.bytes[MEM_SIZE - 3] = 0x0E;
    mem_block_changed(&m.code, MEM_SIZE - 3, 1);
    lx6_set_pc(m.core, CODE + MEM_SIZE - 3);
    mem_unmap(&m.map, VECTORS, MEM_SIZE, 0);
    mem_unmap(&m.map, CODE + MEM_SIZE, MEM_SIZE, 0);
    lx6_run(m.core, 1);
    assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_FETCH_ERROR);
    machine_fini(&m);
}

static void a_debugger_reaches_the_vectors(void **state)
{
    (void)state;
    struct machine m;
    s3_init(&m, NULL);
    lx6_set_ocd_enabled(m.core, true);
    PUT(&m, CODE, BREAK(0, 0));
    lx6_run(m.core, 1);
    assert_int_equal(lx6_state(m.core), LX6_STOPPED);
    lx6_set_qr(m.core, 6, 0, 0x11223344);
    lx6_set_ar(m.core, 4, DATA + 0x20);
    assert_false(lx6_ocd_execute(m.core, ST_QR(6, 4, 0)));
    assert_int_equal(m.data.bytes[0x20], 0x44);
    lx6_set_sr(m.core, SR_CPENABLE, 0);
    assert_true(lx6_ocd_execute(m.core, ST_QR(6, 4, 0)));
    assert_int_equal(sr(&m, SR_EXCCAUSE), COPROCESSOR3_DISABLED);
    machine_fini(&m);
}

static void a_watchpoint_sees_sixteen_bytes(void **state)
{
    (void)state;
    struct machine m;
    s3_init(&m, NULL);
    lx6_set_ocd_enabled(m.core, true);
    lx6_set_sr(m.core, SR_DBREAKA0, DATA + 0x2C);
    lx6_set_sr(m.core, SR_DBREAKC0, DBREAKC_STORE | 0x3F);
    lx6_set_ar(m.core, 4, DATA + 0x2F);
    PUT(&m, CODE, ST_QR(6, 4, 16), ST_QR(6, 4, 0));
    lx6_run(m.core, 2);
    assert_int_equal(lx6_state(m.core), LX6_STOPPED);
    assert_pc(&m, CODE + 3);
    assert_int_equal(sr(&m, SR_DEBUGCAUSE) & DEBUGCAUSE_DB, DEBUGCAUSE_DB);
    machine_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cores_say_who_they_are),
        cmocka_unit_test(each_has_its_own_instructions_and_registers),
        cmocka_unit_test(set_if_less),
        cmocka_unit_test(options_take_registers_away),
        cmocka_unit_test(names_are_those_of_the_core),
        cmocka_unit_test(no_vector_instruction_shares_a_word),
        cmocka_unit_test(vectors_go_to_memory_and_back),
        cmocka_unit_test(a_vector_access_can_fail),
        cmocka_unit_test(the_unit_has_a_switch),
        cmocka_unit_test(user_registers_keep_their_width),
        cmocka_unit_test(wires_are_set_and_cleared),
        cmocka_unit_test(vector_instructions_are_named_once),
        cmocka_unit_test(words_of_32_bits_are_four_bytes_long),
        cmocka_unit_test(a_debugger_reaches_the_vectors),
        cmocka_unit_test(a_watchpoint_sees_sixteen_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
