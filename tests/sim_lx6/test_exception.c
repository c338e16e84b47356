/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions of the LX6 core: causes, vectors, faults of memory, region protection, missing instructions. */
#include "asm.h"

enum { KERNEL = VECTORS + 0x300, USER = VECTORS + 0x340, DOUBLE = VECTORS + 0x3C0, NOWHERE = 0x20000000 };

#define QUOU(r, s, t)    RRR(12, 2, r, s, t, 0)
#define ADD_S(r, s, t)   RRR(0, 10, r, s, t, 0)
#define LSI(t, s, imm)   RRI8((imm) / 4, 0, s, t, 3)
#define L32AI(t, s, imm) RRI8((imm) / 4, 11, s, t, 2)

/* One instruction at CODE, with a2 = value; must raise this cause and go to the kernel vector. */
static void check_cause(uint32_t word, uint32_t value, unsigned cause)
{
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, word);
    lx6_set_ar(m.core, 2, value);
    assert_int_equal(lx6_run(m.core, 1), 1);
    assert_int_equal(lx6_instructions(m.core), 0);
    assert_pc(&m, KERNEL);
    assert_int_equal(sr(&m, SR_EXCCAUSE), cause);
    assert_int_equal(sr(&m, SR_EPC1), CODE);
    assert_int_equal(sr(&m, SR_PS), PS_EXCM);
    machine_fini(&m);
}

static void instructions_raise_their_causes(void **state)
{
    (void)state;
    check_cause(0x000000, 0, EXCCAUSE_ILLEGAL);
    check_cause(0xF06D, 0, EXCCAUSE_ILLEGAL);
    check_cause(SYSCALL, 0, EXCCAUSE_SYSCALL);
    check_cause(0x005100, 0, EXCCAUSE_ILLEGAL); /* SIMCALL */
    check_cause(QUOU(3, 3, 3), 0, EXCCAUSE_DIVIDE_BY_ZERO);
    check_cause(ADD_S(0, 0, 0), 0, EXCCAUSE_COPROCESSOR0_DISABLED);
    check_cause(LSI(0, 2, 0), DATA, EXCCAUSE_COPROCESSOR0_DISABLED);
    check_cause(RUR(3, UR_FCR), 0, EXCCAUSE_COPROCESSOR0_DISABLED);
    check_cause(L32AI(3, 2, 0), DATA + 2, EXCCAUSE_UNALIGNED);
    check_cause(S32C1I(3, 2, 0), DATA + 2, EXCCAUSE_UNALIGNED);
    check_cause(RFI(1), 0, EXCCAUSE_ILLEGAL);
    check_cause(RSR(3, 0x05), 0, EXCCAUSE_ILLEGAL);    /* LITBASE */
    check_cause(WSR(3, SR_PRID), 0, EXCCAUSE_ILLEGAL); /* read only */
    check_cause(RSR(3, SR_INTCLEAR), 0, EXCCAUSE_ILLEGAL);
    check_cause(XSR(3, SR_INTERRUPT), 0, EXCCAUSE_ILLEGAL);
    check_cause(RUR(3, 0x12), 0, EXCCAUSE_ILLEGAL);
    check_cause(WUR(3, 0x12), 0, EXCCAUSE_ILLEGAL);
    check_cause(RRR(7, 2, 3, 3, 3, 0), 0, EXCCAUSE_ILLEGAL); /* SALT: LX7 only */
    check_cause(0x0000FE, 0, EXCCAUSE_ILLEGAL);              /* op0 14 */
}

static void user_and_double_exceptions(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, NOP, SYSCALL);
    PUT(&m, USER, NOP, SYSCALL);
    PUT(&m, DOUBLE, NOP, SYSCALL);
    lx6_set_sr(m.core, SR_PS, PS_UM);
    lx6_run(m.core, 2);
    assert_pc(&m, USER);
    assert_int_equal(sr(&m, SR_EPC1), CODE + 3);
    lx6_run(m.core, 2);
    assert_pc(&m, DOUBLE);
    assert_int_equal(sr(&m, SR_DEPC), USER + 3);
    assert_int_equal(sr(&m, SR_EPC1), CODE + 3);
    lx6_run(m.core, 2);
    assert_pc(&m, DOUBLE);
    assert_int_equal(sr(&m, SR_DEPC), DOUBLE + 3);
    PUT(&m, DOUBLE, RFDE);
    PUT(&m, DOUBLE + 3, RFE);
    lx6_set_sr(m.core, SR_EPC1, CODE);
    lx6_run(m.core, 2);
    assert_pc(&m, CODE);
    assert_int_equal(sr(&m, SR_PS), PS_UM);
    machine_fini(&m);
}

static void memory_faults_tell_the_address(void **state)
{
    (void)state;
    static const struct {
        uint32_t word, addr, vaddr;
        unsigned cause;
    } cases[] = {
        {L32I(3, 2, 8), NOWHERE, NOWHERE + 8, EXCCAUSE_LOAD_STORE_ERROR},
        {S32I(3, 2, 8), NOWHERE, NOWHERE + 8, EXCCAUSE_LOAD_STORE_ERROR},
        {L8UI(3, 2, 1), CODE, CODE + 1, EXCCAUSE_LOAD_STORE_ERROR}, /* the instruction bus: words only */
        {L16SI(3, 2, 2), CODE, CODE + 2, EXCCAUSE_LOAD_STORE_ERROR},
        {L32I(3, 2, 0), CODE + 2, CODE + 2, EXCCAUSE_LOAD_STORE_ERROR},
        {S32I(3, 2, 0), VECTORS, VECTORS, EXCCAUSE_LOAD_STORE_ERROR}, /* not writable */
        {L32E(3, 2, -64), NOWHERE + 64, NOWHERE, EXCCAUSE_LOAD_STORE_ERROR},
        {JX(2), DATA, DATA, EXCCAUSE_FETCH_ERROR}, /* not executable */
        {JX(2), NOWHERE + 1, NOWHERE + 1, EXCCAUSE_FETCH_ERROR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct machine m;
        machine_init(&m, NULL);
        PUT(&m, CODE, cases[i].word);
        lx6_set_ar(m.core, 2, cases[i].addr);
        lx6_set_ar(m.core, 3, 0x1234);
        bool is_jump = cases[i].cause == EXCCAUSE_FETCH_ERROR;
        lx6_run(m.core, is_jump ? 2 : 1);
        assert_pc(&m, KERNEL);
        assert_int_equal(sr(&m, SR_EXCCAUSE), cases[i].cause);
        assert_int_equal(sr(&m, SR_EXCVADDR), cases[i].vaddr);
        assert_int_equal(sr(&m, SR_EPC1), is_jump ? cases[i].addr : CODE);
        assert_int_equal(lx6_a(m.core, 3), 0x1234);
        machine_fini(&m);
    }
}

static void unaligned_data_works_in_hardware(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, S32I(3, 2, 0), L32I(4, 2, 0), L16SI(5, 2, 2), L8UI(6, 2, 3));
    lx6_set_ar(m.core, 2, DATA + 0xFFD); /* over a page boundary */
    lx6_set_ar(m.core, 3, 0x81828384);
    lx6_run(m.core, 4);
    assert_int_equal(lx6_a(m.core, 4), 0x81828384);
    assert_int_equal(lx6_a(m.core, 5), 0xFFFF8182);
    assert_int_equal(lx6_a(m.core, 6), 0x81);
    machine_fini(&m);
}

static void a_fault_in_the_middle_of_an_instruction(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    uint32_t end = CODE + MEM_SIZE; /* VECTORS follow: unmap them */
    mem_unmap(&m.map, VECTORS, MEM_SIZE, MEM_FAULT(EXCCAUSE_PIF_ADDR_FETCH));
    mem_map_block(&m.map, 0x40000000, MEM_SIZE, &m.vectors, 0, MEM_R | MEM_X);
    lx6_set_sr(m.core, SR_VECBASE, 0x40000000);
    m.code.bytes[MEM_SIZE - 1] = 0xF0; /* first byte of a 24-bit instruction */
    lx6_set_pc(m.core, end - 1);
    lx6_run(m.core, 1);
    assert_pc(&m, 0x40000300);
    assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_PIF_ADDR_FETCH);
    assert_int_equal(sr(&m, SR_EXCVADDR), end);
    assert_int_equal(sr(&m, SR_EPC1), end - 1);
    machine_fini(&m);
}

static void region_attributes_protect(void **state)
{
    (void)state;
    struct machine m;
    static const struct {
        unsigned attribute;
        bool r, w, x;
    } cases[] = {{0, 1, 1, 0}, {1, 1, 1, 1}, {2, 1, 1, 1},  {3, 0, 0, 1},  {4, 1, 1, 1},
                 {5, 1, 1, 1}, {6, 0, 0, 0}, {13, 0, 0, 0}, {14, 1, 1, 0}, {15, 0, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        machine_init(&m, NULL);
        PUT(&m, CODE, WDTLB(3, 2), RDTLB1(4, 2), L32I(5, 2, 0), S32I(5, 2, 0));
        lx6_set_ar(m.core, 2, DATA);
        lx6_set_ar(m.core, 3, cases[i].attribute);
        lx6_run(m.core, 3);
        assert_int_equal(lx6_a(m.core, 4), (DATA & 0xE0000000) | cases[i].attribute);
        assert_pc(&m, cases[i].r ? CODE + 9 : KERNEL);
        if (!cases[i].r)
            assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_LOAD_PROHIBITED);
        lx6_set_sr(m.core, SR_PS, 0);
        lx6_set_pc(m.core, CODE + 9);
        lx6_run(m.core, 1);
        assert_pc(&m, cases[i].w ? CODE + 12 : KERNEL);
        if (!cases[i].w) {
            assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_STORE_PROHIBITED);
            assert_int_equal(sr(&m, SR_EXCVADDR), DATA);
        }
        machine_fini(&m);

        machine_init(&m, NULL);
        PUT(&m, CODE, WITLB(3, 2), NOP);
        lx6_set_ar(m.core, 2, CODE);
        lx6_set_ar(m.core, 3, cases[i].attribute);
        lx6_run(m.core, 2);
        assert_pc(&m, cases[i].x ? CODE + 6 : KERNEL);
        if (!cases[i].x) {
            assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_FETCH_PROHIBITED);
            assert_int_equal(sr(&m, SR_EXCVADDR), CODE + 3);
        }
        machine_fini(&m);
    }
}

/* S32NB: the offset is r, in words. */
static void a_store_that_is_not_buffered_stores(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, RRR(5, 9, 15, 2, 3, 0), RRR(5, 9, 0, 2, 2, 0));
    lx6_set_ar(m.core, 2, DATA + 8);
    lx6_set_ar(m.core, 3, 0x11223344);
    lx6_run(m.core, 2);
    uint32_t far, near;
    assert_int_equal(mem_read(&m.map, DATA + 8 + 60, 4, &far), MEM_OK);
    assert_int_equal(mem_read(&m.map, DATA + 8, 4, &near), MEM_OK);
    assert_int_equal(far, 0x11223344);
    assert_int_equal(near, DATA + 8);
    machine_fini(&m);
}

static void compare_and_store(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, S32C1I(3, 2, 4), S32C1I(4, 2, 4), S32C1I(5, 2, 4));
    lx6_set_ar(m.core, 2, DATA);
    lx6_set_ar(m.core, 3, 11);
    lx6_set_ar(m.core, 4, 22);
    lx6_set_sr(m.core, SR_ATOMCTL, 0x15);
    lx6_run(m.core, 1);
    assert_int_equal(lx6_a(m.core, 3), 0);
    assert_int_equal(m.data.bytes[4], 11); /* SCOMPARE1 was 0, as the memory */
    lx6_run(m.core, 1);
    assert_int_equal(lx6_a(m.core, 4), 11);
    assert_int_equal(m.data.bytes[4], 11);
    lx6_set_sr(m.core, SR_ATOMCTL, 0x28); /* as after reset: bypass memory refuses */
    lx6_run(m.core, 1);
    assert_pc(&m, KERNEL);
    assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_LOAD_STORE_ERROR);
    assert_int_equal(sr(&m, SR_EXCVADDR), DATA + 4);
    machine_fini(&m);
}

static void note_unknown(void *ctx, uint32_t pc, const char *what)
{
    (void)pc, (void)what;
    ++*(unsigned *)ctx;
}

static void an_unknown_opcode_is_told_once(void **state)
{
    (void)state;
    unsigned told = 0;
    const struct lx6_hooks hooks = {.unknown = note_unknown, .ctx = &told};
    struct machine m;
    machine_init(&m, &hooks);
    PUT(&m, CODE, RRR(15, 15, 0, 0, 0, 0));
    PUT(&m, KERNEL, RFE);
    lx6_run(m.core, 10);
    assert_int_equal(told, 1);
    assert_int_equal(lx6_instructions(m.core), 5);
    machine_fini(&m);
}

static void a_core_without_vectors_does_not_hang(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    lx6_set_sr(m.core, SR_VECBASE, NOWHERE);
    PUT(&m, CODE, SYSCALL);
    assert_int_equal(lx6_run(m.core, 1000), 1000);
    assert_pc(&m, NOWHERE + 0x3C0);
    assert_int_equal(lx6_instructions(m.core), 0);
    machine_fini(&m);
}

static void reset_state(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    lx6_set_sr(m.core, SR_CPENABLE, 1);
    lx6_set_ar(m.core, 60, 1);
    lx6_reset(m.core, 0);
    assert_pc(&m, 0x40000400);
    assert_int_equal(sr(&m, SR_PS), 0x1F);
    assert_int_equal(sr(&m, SR_VECBASE), 0x40000000);
    assert_int_equal(sr(&m, SR_ATOMCTL), 0x28);
    assert_int_equal(sr(&m, SR_MEMCTL), 1);
    assert_int_equal(sr(&m, SR_CPENABLE), 0);
    assert_int_equal(lx6_ar(m.core, 60), 0);
    assert_int_equal(sr(&m, SR_PRID), 0xCDCD);
    assert_int_equal(sr(&m, SR_CONFIGID0), 0xC2BCFFFE);
    lx6_reset(m.core, 0x50000000);
    assert_pc(&m, 0x50000000);
    machine_fini(&m);
}

/* Each special register keeps exactly its bits; written and read by instructions. */
static void special_registers_keep_their_bits(void **state)
{
    (void)state;
    static const struct {
        uint32_t number, mask;
    } cases[] = {
        {SR_LBEG, ~0U},       {SR_LEND, ~0U},
        {SR_LCOUNT, ~0U},     {SR_SAR, 0x3F},
        {SR_BR, 0xFFFF},      {SR_SCOMPARE1, ~0U},
        {SR_ACCLO, ~0U},      {SR_M0, ~0U},
        {SR_M3, ~0U},         {SR_WINDOWSTART, 0xFFFF},
        {SR_IBREAKENABLE, 3}, {SR_MEMCTL, 1},
        {SR_ATOMCTL, 0x3F},   {SR_IBREAKA1, ~0U},
        {SR_DBREAKA1, ~0U},   {SR_DBREAKC1, 0xC000003F},
        {SR_EPC1, ~0U},       {SR_EPC7, ~0U},
        {SR_DEPC, ~0U},       {SR_EPS2, 0x70F3F & ~0xC0U},
        {SR_EPS7, 0x70F3F},   {SR_EXCSAVE1, ~0U},
        {SR_EXCSAVE7, ~0U},   {SR_CPENABLE, 0xFF},
        {SR_INTENABLE, ~0U},  {SR_VECBASE, 0xFFFFFC00},
        {SR_EXCCAUSE, 0x3F},  {SR_ICOUNT, ~0U},
        {SR_EXCVADDR, ~0U},   {SR_CCOMPARE0, ~0U},
        {SR_CCOMPARE2, ~0U},  {SR_MISC0, ~0U},
        {SR_MISC3, ~0U},      {SR_DDR, ~0U},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct machine m;
        machine_init(&m, NULL);
        PUT(&m, CODE, WSR(2, cases[i].number), RSR(3, cases[i].number), XSR(4, cases[i].number));
        lx6_set_ar(m.core, 2, ~0U);
        lx6_set_ar(m.core, 4, 0);
        lx6_run(m.core, 3);
        assert_pc(&m, CODE + 9);
        assert_int_equal(lx6_a(m.core, 3), cases[i].mask);
        assert_int_equal(lx6_a(m.core, 4), cases[i].mask);
        assert_int_equal(sr(&m, cases[i].number), 0);
        machine_fini(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instructions_raise_their_causes),
        cmocka_unit_test(user_and_double_exceptions),
        cmocka_unit_test(memory_faults_tell_the_address),
        cmocka_unit_test(unaligned_data_works_in_hardware),
        cmocka_unit_test(a_fault_in_the_middle_of_an_instruction),
        cmocka_unit_test(region_attributes_protect),
        cmocka_unit_test(a_store_that_is_not_buffered_stores),
        cmocka_unit_test(compare_and_store),
        cmocka_unit_test(an_unknown_opcode_is_told_once),
        cmocka_unit_test(a_core_without_vectors_does_not_hang),
        cmocka_unit_test(reset_state),
        cmocka_unit_test(special_registers_keep_their_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
