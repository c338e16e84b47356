/* SPDX-License-Identifier: Apache-2.0 */
/* Why a RISC-V core stopped, and how lists in its memory are followed. */
#include "riscv_target.h"

#include "target/riscv_int.h"

#include <stdio.h>

static const char *why(struct rig *g, struct buf *out)
{
    buf_clear(out);
    core_put_why(g->core, out);
    return buf_str(out);
}

/* Word 1 and word 3 are watched; the program reads and writes word n. */
static void which_watchpoint(const struct rrig_config *config)
{
    static struct rig g;
    struct buf text = {0};
    char expected[160];
    open_halted(&g, config);
    CHECK_OK(target_add_watchpoint(g.target, DATA + 4, 4, WP_ACCESS));
    CHECK_OK(target_add_watchpoint(g.target, DATA + 12, 4, WP_WRITE));
    static const unsigned order[] = {1, 3, 1, 3, 3};
    for (unsigned i = 0; i < sizeof order / sizeof order[0]; i++) {
        unsigned n = order[i];
        const uint32_t code[] = {LUI(5, (DATA >> 12) & 0xFFFFF), LW(7, 5, 4 * n), ADDI(6, 0, 0x77), SW(6, 5, 4 * n),
                                 J_SELF};
        load(&g, code, 5);
        CHECK_OK(core_write_u32(g.core, DATA + 4 * n, 0x1234 + i));
        CHECK_OK(target_resume(g.target));
        wait_halted(&g);
        const struct watchpoint *w = core_hit_watchpoint(g.core);
        assert_non_null(w);
        assert_int_equal(w->addr, DATA + 4 * n);
        if (n == 1) {
            snprintf(
                expected, sizeof expected,
                "stopped by the watchpoint at 0x%08x (4 bytes, read or write): the program reads 0x%08x from 0x%08x",
                DATA + 4, 0x1234 + i, DATA + 4);
            assert_string_equal(why(&g, &text), expected);
            CHECK_OK(target_resume(g.target));
            wait_halted(&g);
        }
        assert_int_equal(core_hit_watchpoint(g.core)->addr, DATA + 4 * n);
        snprintf(
            expected, sizeof expected,
            "stopped by the watchpoint at 0x%08x (4 bytes, %s): the program changes 0x%08x from 0x%08x to 0x00000077",
            DATA + 4 * n, n == 1 ? "read or write" : "write", DATA + 4 * n, 0x1234 + i);
        assert_string_equal(why(&g, &text), expected);
    }
    CHECK_OK(core_step(g.core));
    assert_null(core_hit_watchpoint(g.core));
    assert_string_equal(why(&g, &text), "");
    buf_fini(&text);
    close_rig(&g);
}

static void the_watchpoint_that_was_hit_is_known(void **state)
{
    (void)state;
    struct rrig_config config = rrig_whole;
    for (unsigned hits = 0; hits < 2; hits++) {
        config.has_hits = hits;
        config.trigger_type = TRIGGER_TYPE_MCONTROL;
        which_watchpoint(&config);
        config.trigger_type = TRIGGER_TYPE_MCONTROL6;
        which_watchpoint(&config);
    }
    config.has_bus = false; /* memory and CSRs at the cost of registers */
    config.has_no_abstract_csr = true;
    which_watchpoint(&config);
}

/* Words as the assembler makes them; a1 is DATA, sp DATA + 0x100, a2 0x11223344. */
static void loads_and_stores_are_decoded(void **state)
{
    (void)state;
    static const struct {
        uint32_t word;
        int offset; /* from a1, or sp */
        unsigned width;
        bool is_sp, is_store, has_value;
    } cases[] = {
        {0xFFD58503, -3, 1, false, false, false},   /* lb a0, -3(a1) */
        {0x0065D503, 6, 2, false, false, false},    /* lhu a0, 6(a1) */
        {0x7FF5A503, 2047, 4, false, false, false}, /* lw a0, 2047(a1) */
        {0xFEC58FA3, -1, 1, false, true, true},     /* sb a2, -1(a1) */
        {0x00C59523, 10, 2, false, true, true},     /* sh a2, 10(a1) */
        {0x80C5A023, -2048, 4, false, true, true},  /* sw a2, -2048(a1) */
        {0x1005A52F, 0, 4, false, false, false},    /* lr.w a0, (a1) */
        {0x18C5A52F, 0, 4, false, true, false},     /* sc.w a0, a2, (a1) */
        {0x00C5A52F, 0, 4, false, true, false},     /* amoadd.w a0, a2, (a1) */
        {0x0045A507, 4, 4, false, false, false},    /* flw fa0, 4(a1) */
        {0x00A5A427, 8, 4, false, true, false},     /* fsw fa0, 8(a1) */
        {0x41C8, 4, 4, false, false, false},        /* c.lw a0, 4(a1) */
        {0x41A8, 64, 4, false, false, false},       /* c.lw a0, 64(a1) */
        {0xDDF0, 124, 4, false, true, true},        /* c.sw a2, 124(a1) */
        {0x557E, 252, 4, true, false, false},       /* c.lwsp a0, 252(sp) */
        {0x5292, 36, 4, true, false, false},        /* c.lwsp t0, 36(sp) */
        {0xC232, 4, 4, true, true, true},           /* c.swsp a2, 4(sp) */
        {0xC1B2, 192, 4, true, true, true},         /* c.swsp a2, 192(sp) */
        {0x61C8, 4, 4, false, false, false},        /* c.flw fa0, 4(a1) */
        {0xE42A, 8, 4, true, true, false},          /* c.fswsp fa0, 8(sp) */
        {0x0505, 0, 0, false, false, false},        /* c.addi a0, 1 */
        {0x00458513, 0, 0, false, false, false},    /* addi a0, a1, 4 */
    };
    static struct rig g;
    open_halted(&g, &rrig_whole);
    set_reg(&g, "a1", DATA);
    set_reg(&g, "sp", DATA + 0x100);
    set_reg(&g, "a2", 0x11223344);
    set_reg(&g, "pc", CODE + 2);
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct data_access a = {0};
        uint8_t bytes[4];
        le32_put(bytes, cases[i].word);
        CHECK_OK(core_mem_write(g.core, CODE + 2, 0, bytes, 4));
        CHECK_ERR(rv_data_access(g.core, &a), cases[i].width ? ERR_OK : ERR_NOT_FOUND);
        if (!cases[i].width)
            continue;
        assert_int_equal(a.addr, (cases[i].is_sp ? DATA + 0x100 : DATA) + (uint32_t)cases[i].offset);
        assert_int_equal(a.width, cases[i].width);
        assert_true(a.is_store == cases[i].is_store && a.has_value == cases[i].has_value);
        if (a.has_value)
            assert_int_equal(a.value, a.width == 4 ? 0x11223344 : a.width == 2 ? 0x3344 : 0x44);
    }
    close_rig(&g);
}

static void stops_of_the_programs_own_are_told_in_words(void **state)
{
    (void)state;
    static struct rig g;
    struct buf text = {0};
    static const uint32_t code[] = {ADDI(5, 0, 7), INSN_EBREAK, J_SELF};
    open_halted(&g, &rrig_whole);
    load(&g, code, 3);
    CHECK_OK(target_resume(g.target));
    wait_halted(&g);
    assert_string_equal(why(&g, &text), "stopped by a break instruction of the program's own: ebreak");
    /* a panic handler has set a trigger where the program failed, and went back there */
    g.r.harts[0].tdata1[3] =
        g.r.harts[0].tdata1[3] | MCONTROL_M | MCONTROL_EXECUTE | field_put(MCONTROL_ACTION, 0, TRIGGER_ACTION_DEBUG);
    g.r.harts[0].tdata2[3] = CODE + 8;
    set_reg(&g, "mcause", 5);
    set_reg(&g, "mtval", 0xC);
    CHECK_OK(target_resume(g.target));
    wait_halted(&g);
    assert_non_null(strstr(why(&g, &text), "a hardware breakpoint of the program's own"));
    assert_non_null(strstr(buf_str(&text), "; the last exception was mcause 5: a load from where nothing may be read, "
                                           "address 0x0000000c (mtval)"));
    buf_fini(&text);
    close_rig(&g);
}

static void lists_are_followed_and_the_program_does_not_notice(void **state)
{
    (void)state;
    static struct rig g;
    struct rrig_config config = rrig_whole;
    for (unsigned has_bus = 0; has_bus < 2; has_bus++) {
        uint32_t nodes[3], values[3], word = 0, far = 0;
        config.has_bus = has_bus;
        open_halted(&g, &config);
        set_reg(&g, "fp", 0x11);
        set_reg(&g, "s1", 0x22);
        for (uint32_t i = 0; i < 2; i++) {
            CHECK_OK(core_write_u32(g.core, DATA + i * 0x100 + 4, DATA + (1 - i) * 0x100));
            CHECK_OK(core_write_u32(g.core, DATA + i * 0x100 + 8, i));
        }
        CHECK_OK(core_follow(g.core, &(struct core_chain){DATA, 4, 8, nodes, values, 3}, 1));
        assert_true(nodes[0] == DATA + 0x100 && nodes[1] == DATA && nodes[2] == DATA + 0x100);
        assert_true(values[0] == 1 && values[1] == 0 && values[2] == 1);
        CHECK_OK(
            core_read_ranges(g.core, (const struct core_range[]){{DATA + 4, &word, 4}, {DATA + 0x108, &far, 4}}, 2));
        assert_true(word == DATA + 0x100 && far == 1);
        CHECK_OK(target_resume(g.target));
        assert_true(g.r.harts[0].x[RISCV_S0] == 0x11 && g.r.harts[0].x[RISCV_S1] == 0x22);
        close_rig(&g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_watchpoint_that_was_hit_is_known),
        cmocka_unit_test(loads_and_stores_are_decoded),
        cmocka_unit_test(stops_of_the_programs_own_are_told_in_words),
        cmocka_unit_test(lists_are_followed_and_the_program_does_not_notice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
