/* SPDX-License-Identifier: Apache-2.0 */
/* Loops, and decoded code that changes under the core: self-modification, aliases, other masters, remapping. */
#include "asm.h"

/* --- loops --- */

/* A loop instruction with a2 = count over a body of two; a3 counts its rounds. */
static void check_loop(uint32_t word, uint32_t count, uint32_t rounds, uint32_t lcount)
{
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, word, ADDI(3, 3, 1), NOP, MOVI(4, 1), J(0));
    lx6_set_ar(m.core, 2, count);
    lx6_run(m.core, 1 + 2 * rounds + 1);
    assert_int_equal(lx6_a(m.core, 3), rounds);
    assert_int_equal(lx6_a(m.core, 4), 1);
    assert_int_equal(sr(&m, SR_LBEG), CODE + 3);
    assert_int_equal(sr(&m, SR_LEND), CODE + 9);
    assert_int_equal(sr(&m, SR_LCOUNT), lcount);
    machine_fini(&m);
}

static void loops_go_round(void **state)
{
    (void)state;
    check_loop(LOOP(2, 9), 1, 1, 0);
    check_loop(LOOP(2, 9), 5, 5, 0);
    check_loop(LOOPNEZ(2, 9), 0, 0, 0xFFFFFFFF);
    check_loop(LOOPNEZ(2, 9), 3, 3, 0);
    check_loop(LOOPGTZ(2, 9), 0, 0, 0xFFFFFFFF);
    check_loop(LOOPGTZ(2, 9), 0x80000000, 0, 0x7FFFFFFF);
    check_loop(LOOPGTZ(2, 9), 7, 7, 0);
}

static void a_loop_of_zero_rounds_is_four_billion(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, LOOP(2, 9), ADDI(3, 3, 1), NOP, J(0));
    lx6_run(m.core, 1 + 2 * 100);
    assert_int_equal(lx6_a(m.core, 3), 100);
    assert_int_equal(sr(&m, SR_LCOUNT), 0xFFFFFFFF - 100);
    machine_fini(&m);
}

static void a_branch_to_the_end_leaves_the_loop(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, LOOP(2, 12), ADDI(3, 3, 1), BEQZ(4, 6), ADDI(5, 5, 1), MOVI(6, 1), J(0));
    lx6_set_ar(m.core, 2, 10);
    lx6_run(m.core, 4);
    assert_int_equal(lx6_a(m.core, 6), 1);
    assert_int_equal(sr(&m, SR_LCOUNT), 9);
    machine_fini(&m);
}

/* The last instruction of the body is a branch: taken it leaves or stays, not taken it goes round. */
static void a_branch_as_last_instruction(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, LOOP(2, 9), ADDI(3, 3, 1), BNEZ(4, 20), J(0));
    lx6_set_ar(m.core, 2, 4);
    lx6_run(m.core, 9);
    assert_pc(&m, CODE + 9);
    assert_int_equal(lx6_a(m.core, 3), 4);
    lx6_set_pc(m.core, CODE);
    lx6_set_ar(m.core, 4, 1);
    lx6_run(m.core, 3);
    assert_pc(&m, CODE + 26);
    assert_int_equal(sr(&m, SR_LCOUNT), 3);
    machine_fini(&m);
}

/* Code that was decoded as one straight block becomes the body of a loop, and stops being it. */
static void loop_ends_are_seen_inside_decoded_blocks(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, ADDI(3, 3, 1), ADDI(4, 4, 1), ADDI(5, 5, 1), J(0));
    lx6_run(m.core, 4);
    lx6_set_pc(m.core, CODE);
    lx6_set_sr(m.core, SR_LBEG, CODE);
    lx6_set_sr(m.core, SR_LEND, CODE + 6);
    lx6_set_sr(m.core, SR_LCOUNT, 3);
    lx6_run(m.core, 9);
    assert_pc(&m, CODE + 9);
    assert_int_equal(lx6_a(m.core, 3), 5);
    assert_int_equal(lx6_a(m.core, 4), 5);
    assert_int_equal(lx6_a(m.core, 5), 2);
    lx6_set_sr(m.core, SR_LEND, CODE + 5); /* in the middle of an instruction: never reached */
    lx6_set_sr(m.core, SR_LCOUNT, 3);
    lx6_set_pc(m.core, CODE);
    lx6_run(m.core, 3);
    assert_pc(&m, CODE + 9);
    lx6_set_sr(m.core, SR_LEND, CODE + 3);
    lx6_set_sr(m.core, SR_PS, PS_EXCM); /* no loops in handlers */
    lx6_set_pc(m.core, CODE);
    lx6_run(m.core, 3);
    assert_pc(&m, CODE + 9);
    assert_int_equal(sr(&m, SR_LCOUNT), 3);
    machine_fini(&m);
}

static void an_exception_in_a_loop_comes_back_into_it(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, LOOP(2, 9), ADDI(3, 3, 1), SYSCALL, J(0));
    PUT(&m, VECTORS + 0x300, RSR(5, SR_EPC1), ADDI(5, 5, 3), WSR(5, SR_EPC1), ADDI(6, 6, 1), RFE);
    lx6_set_ar(m.core, 2, 3);
    lx6_run(m.core, 30); /* RFE to LEND is a jump: it does not go round */
    assert_pc(&m, CODE + 9);
    assert_int_equal(lx6_a(m.core, 6), 1);
    assert_int_equal(sr(&m, SR_LCOUNT), 2);
    machine_fini(&m);
}

/* --- code that changes --- */

static void write_word(struct machine *m, uint32_t addr, uint32_t word)
{
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(mem_write(&m->map, addr + i, 1, word >> (8 * i) & 0xFF), MEM_OK);
}

static void another_master_writes_code(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, MOVI(2, 1), J(-3));
    lx6_run(m.core, 10);
    assert_int_equal(lx6_a(m.core, 2), 1);
    write_word(&m, CODE_ALIAS, MOVI(2, 2));
    lx6_run(m.core, 2);
    assert_int_equal(lx6_a(m.core, 2), 2);
    PUT(&m, CODE, MOVI(2, 3)); /* a file is loaded */
    lx6_run(m.core, 2);
    assert_int_equal(lx6_a(m.core, 2), 3);
    machine_fini(&m);
}

static void a_program_writes_its_own_next_instruction(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    /* The word at CODE + 4 holds the last byte of the first MOVI and the whole second one. */
    PUT(&m, CODE, 0xF03D, MOVI(4, 9), MOVI(2, 1), S32I(3, 5, 8), MOVI(2, 1), J(0));
    lx6_run(m.core, 1);
    for (int round = 0; round < 2; round++) { /* once fresh, once from the cache */
        lx6_set_ar(m.core, 5, CODE_ALIAS + 3);
        lx6_set_ar(m.core, 3, MOVI(2, 7 + round) | 0x06000000); /* offset 11: the second MOVI(2), and J's first byte */
        lx6_set_pc(m.core, CODE + 2);
        lx6_run(m.core, 4);
        assert_int_equal(lx6_a(m.core, 2), 7 + round);
    }
    machine_fini(&m);
}

static void a_reversed_page_runs_code(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    enum { REVERSED = 0x400A0000 };
    mem_map_block(&m.map, REVERSED, MEM_SIZE, &m.data, 0, MEM_R | MEM_W | MEM_X | MEM_REVERSED);
    /* Words of the program, stored so that the reversed view shows them in order. */
    const uint32_t words[] = {MOVI(2, 5) | (MOVI(3, 6) & 0xFF) << 24, MOVI(3, 6) >> 8 | (ADD(4, 2, 3) & 0xFFFF) << 16,
                              ADD(4, 2, 3) >> 16 | J(0) << 8};
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(mem_write(&m.map, DATA + MEM_SIZE - 4 - 4 * i, 4, words[i]), MEM_OK);
    lx6_set_pc(m.core, REVERSED);
    lx6_run(m.core, 10);
    assert_pc(&m, REVERSED + 9);
    assert_int_equal(lx6_a(m.core, 4), 11);
    uint32_t changed = MOVI(2, 20) | (MOVI(3, 6) & 0xFF) << 24;
    assert_int_equal(mem_write(&m.map, DATA + MEM_SIZE - 4, 4, changed), MEM_OK);
    lx6_set_pc(m.core, REVERSED);
    lx6_run(m.core, 10);
    assert_int_equal(lx6_a(m.core, 4), 26);
    machine_fini(&m);
}

static void remapping_shows_other_code(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, MOVI(2, 1), J(-3));
    PUT(&m, CODE + MEM_PAGE_SIZE, MOVI(2, 2), J(-3));
    lx6_run(m.core, 10);
    mem_map_block(&m.map, CODE, MEM_PAGE_SIZE, &m.code, MEM_PAGE_SIZE, MEM_R | MEM_X);
    lx6_run(m.core, 2);
    assert_int_equal(lx6_a(m.core, 2), 2);
    mem_map_block(&m.map, CODE, MEM_PAGE_SIZE, &m.code, 0, MEM_R | MEM_X);
    lx6_run(m.core, 2);
    assert_int_equal(lx6_a(m.core, 2), 1);
    mem_unmap(&m.map, CODE, MEM_PAGE_SIZE, MEM_FAULT(EXCCAUSE_FETCH_ERROR)); /* the cache is switched off */
    lx6_run(m.core, 1);
    assert_pc(&m, VECTORS + 0x300);
    assert_int_equal(sr(&m, SR_EXCCAUSE), EXCCAUSE_FETCH_ERROR);
    machine_fini(&m);
}

static void two_cores_share_code(void **state)
{
    (void)state;
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, MOVI(2, 1), J(-3));
    struct lx6 *other = lx6_new(&lx6_config_esp32_app, &m.map, NULL);
    lx6_set_pc(other, CODE);
    lx6_run(m.core, 4);
    lx6_run(other, 4);
    write_word(&m, CODE_ALIAS, MOVI(2, 2));
    lx6_run(m.core, 2); /* decodes the new code and marks it again */
    lx6_run(other, 2);
    assert_int_equal(lx6_a(m.core, 2), 2);
    assert_int_equal(lx6_a(other, 2), 2);
    assert_int_equal(lx6_sr(other, SR_PRID), 0xABAB);
    lx6_free(other);
    machine_fini(&m);
}

/* --- the same result however time is cut --- */

static uint32_t digest(const struct machine *m)
{
    uint32_t d = lx6_pc(m->core);
    for (unsigned i = 0; i < 64; i++)
        d = d * 31 + lx6_ar(m->core, i);
    for (unsigned i = 0; i < 256; i++)
        d = d * 31 + lx6_sr(m->core, i);
    for (unsigned i = 0; i < 64; i++)
        d = d * 31 + m->data.bytes[i];
    return d;
}

/* A program with loops, stores, exceptions and a timer interrupt, in slices of a size, carefully or not. */
static uint32_t run_sliced(uint64_t slice, bool is_careful)
{
    struct machine m;
    machine_init(&m, NULL);
    PUT(&m, CODE, MOVI(2, 9), LOOP(2, 18), ADDI(3, 3, 1), S32I(3, 6, 0), ADDI(6, 6, 4), RSR(8, SR_CCOUNT), ADD(9, 9, 8),
        SYSCALL, ADDI(6, 6, -32), BNEZ(3, -24), J(0));
    PUT(&m, VECTORS + 0x300, RSR(5, SR_EXCCAUSE), BEQZ(5, 21), ADDI(5, 5, -1), BEQZ(5, 15), RSR(5, SR_CCOUNT),
        ADDI(5, 5, 55), WSR(5, SR_CCOMPARE0), RFE, RSR(5, SR_EPC1), ADDI(5, 5, 3), WSR(5, SR_EPC1), RFE);
    lx6_set_ar(m.core, 6, DATA);
    lx6_set_sr(m.core, SR_CCOMPARE0, 40);
    lx6_set_sr(m.core, SR_INTENABLE, BIT(6));
    if (is_careful) { /* watches what is never touched */
        lx6_set_sr(m.core, SR_DBREAKA0, 0x10);
        lx6_set_sr(m.core, SR_DBREAKC0, DBREAKC_LOAD | 0x3F);
    }
    for (uint64_t done = 0; done < 5000;)
        done += lx6_run(m.core, slice < 5000 - done ? slice : 5000 - done);
    lx6_set_sr(m.core, SR_DBREAKA0, 0);
    lx6_set_sr(m.core, SR_DBREAKC0, 0);
    assert_true(lx6_a(m.core, 3) > 100);
    uint32_t d = digest(&m);
    machine_fini(&m);
    return d;
}

static void slices_do_not_matter(void **state)
{
    (void)state;
    uint32_t whole = run_sliced(5000, false);
    static const uint64_t slices[] = {1, 2, 3, 7, 64, 1000};
    for (unsigned i = 0; i < sizeof slices / sizeof slices[0]; i++) {
        assert_int_equal(run_sliced(slices[i], false), whole);
        assert_int_equal(run_sliced(slices[i], true), whole);
    }
}

/* --- any words at all: blocks and single steps must agree, and nothing may go wrong --- */

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void put_skipping_handlers(struct machine *m)
{
    for (uint32_t at = 0x300; at <= 0x340; at += 0x40)
        PUT(m, VECTORS + at, RSR(15, SR_EPC1), ADDI(15, 15, 3), WSR(15, SR_EPC1), RFE);
    PUT(m, VECTORS + 0x3C0, RSR(15, SR_DEPC), ADDI(15, 15, 3), WSR(15, SR_DEPC), RFDE);
    for (uint32_t level = 2; level <= 7; level++)
        PUT(m, VECTORS + 0x100 + 0x40 * level, RFI(level));
    for (uint32_t at = 0; at < 0x180; at += 0x80)
        PUT(m, VECTORS + at, RFWO);
    for (uint32_t at = 0x40; at < 0x180; at += 0x80)
        PUT(m, VECTORS + at, RFWU);
}

/* Words that are often instructions: random bits in the operands of what the manual has, and pure noise. */
static uint32_t random_word(uint32_t *seed)
{
    static const uint8_t op0s[] = {0, 0, 0, 0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    uint32_t word = next_random(seed) & 0xFFFFF0;
    word |= op0s[next_random(seed) % sizeof op0s];
    if ((word & 0xF) == 0 && next_random(seed) % 4)
        word &= 0xF3FFFF; /* RST0..RST3: the families with most instructions */
    return word;
}

static uint32_t run_random(uint32_t seed, uint64_t slice)
{
    static const uint32_t pointers[] = {CODE, CODE_ALIAS, DATA, DATA + 0x800, 0, 1, 77, 0x80000000};
    struct machine m;
    machine_init(&m, NULL);
    put_skipping_handlers(&m);
    m.at = CODE;
    while (m.at < CODE + 0x300)
        put(&m, random_word(&seed));
    PUT(&m, m.at, J(CODE - m.at));
    for (unsigned i = 0; i < 64; i++)
        lx6_set_ar(m.core, i, pointers[next_random(&seed) % 8] + (next_random(&seed) & 0x3C));
    lx6_set_sr(m.core, SR_PS, next_random(&seed) & 0x40020);
    lx6_set_sr(m.core, SR_WINDOWSTART, 1);
    lx6_set_sr(m.core, SR_CPENABLE, 1);
    lx6_set_sr(m.core, SR_ATOMCTL, 0x15);
    lx6_set_sr(m.core, SR_INTENABLE, 0x8040);
    lx6_set_sr(m.core, SR_CCOMPARE0, next_random(&seed) % 2000);
    for (uint64_t done = 0; done < 2000;)
        done += lx6_run(m.core, slice < 2000 - done ? slice : 2000 - done);
    uint32_t d = digest(&m);
    for (unsigned i = 0; i < LX6_FRS; i++)
        d = d * 31 + lx6_fr(m.core, i);
    for (unsigned i = 0; i < 0x400; i++)
        d = d * 31 + m.code.bytes[i];
    machine_fini(&m);
    return d;
}

static void random_code_is_the_same_in_blocks_and_steps(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 60; seed++) {
        uint32_t whole = run_random(seed * 2654435761U, 2000);
        if (run_random(seed * 2654435761U, 1) != whole || run_random(seed * 2654435761U, 13) != whole)
            fail_msg("seed %u differs", seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_go_round),
        cmocka_unit_test(a_loop_of_zero_rounds_is_four_billion),
        cmocka_unit_test(a_branch_to_the_end_leaves_the_loop),
        cmocka_unit_test(a_branch_as_last_instruction),
        cmocka_unit_test(loop_ends_are_seen_inside_decoded_blocks),
        cmocka_unit_test(an_exception_in_a_loop_comes_back_into_it),
        cmocka_unit_test(another_master_writes_code),
        cmocka_unit_test(a_program_writes_its_own_next_instruction),
        cmocka_unit_test(a_reversed_page_runs_code),
        cmocka_unit_test(remapping_shows_other_code),
        cmocka_unit_test(two_cores_share_code),
        cmocka_unit_test(slices_do_not_matter),
        cmocka_unit_test(random_code_is_the_same_in_blocks_and_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
