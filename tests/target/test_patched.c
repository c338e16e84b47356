/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every instruction of a program stands under a break instruction, and the program is stepped through: step by step it does what
 * a second machine does with the program itself.
 */
#include "target_rig.h"

#include "regs/xtensa.h"

#include <stdio.h>
#include <string.h>

enum {
    CODE = IRAM + 0x1000,
    STACK = DRAM + 0x8000,
    FUNCTION = IRAM + 0x2000,
    MAIN = IRAM + 0x2100,
    GAP = IRAM + 0x380
};

struct instruction {
    uint16_t at;
    uint32_t word;
    const char *text;
};

/* Xtensa ISA; what is left out between them is never reached. */
static const struct instruction program[] = {
    {0x00, 0xFFFF21, "l32r a2, CODE - 4"},
    {0x03, 0x05A032, "movi a3, 5"},
    {0x06, 0x048376, "loop a3, 0E"},
    {0x09, 0x804420, "add a4, a4, a2"},
    {0x0C, 0x551B, "addi.n a5, a5, 1"},
    {0x0E, 0x238C, "beqz.n a3, 14"},
    {0x10, 0x13CC, "bnez.n a3, 15"},
    {0x15, 0x025326, "beqi a3, 5, 1B"},
    {0x1B, 0x109337, "bne a3, a3, 2F"},
    {0x1E, 0x02E307, "bbsi a3, 0, 24"},
    {0x24, 0x010216, "beqz a2, 38"},
    {0x27, 0x002256, "bnez a2, 2D"},
    {0x2D, 0x000086, "j 33"},
    {0x33, 0x000105, "call0 44"},
    {0x36, 0x760C, "movi.n a6, 7"},
    {0x38, 0x020076, "bf b0, 3E"},
    {0x3E, 0x000386, "j 50"},
    {0x44, 0x007D, "mov.n a7, a0"},
    {0x46, 0xF00D, "ret.n"},
    {0x50, 0x2EC082, "addi a8, a0, 2E"},
    {0x53, 0x0008C0, "callx0 a8"},
    {0x56, 0x029976, "loopnez a9, 5C"},
    {0x5C, 0x03E6A0, "rsr.ps a10"},
    {0x5F, 0xFFFF06, "j 5F"},
    {0, 0, NULL},
};
static const struct instruction sub[] = {{0x64, 0x000080, "ret"}, {0, 0, NULL}};

static unsigned len_of(uint32_t word)
{
    return (word & 0xF) >= 8 ? 2 : 3;
}

/* Puts it into memory, with break instructions over it if it is to be patched. */
static size_t put(struct chip_rig *r, uint32_t base, const struct instruction *list, struct code_patch *patches)
{
    static const uint8_t break_3[] = {0x00, 0x40, 0x00}, break_2[] = {0x2D, 0xF0};
    size_t count = 0;
    for (const struct instruction *i = list; i->text; i++, count++) {
        const uint8_t bytes[4] = {(uint8_t)i->word, (uint8_t)(i->word >> 8), (uint8_t)(i->word >> 16), 0};
        unsigned len = len_of(i->word);
        rig_poke(r, base + i->at, patches ? (len == 2 ? break_2 : break_3) : bytes, len);
        if (!patches)
            continue;
        patches[count] = (struct code_patch){.addr = base + i->at, .len = (uint8_t)len};
        memcpy(patches[count].original, bytes, sizeof bytes);
    }
    return count;
}

static void put_handlers(struct chip_rig *r)
{
    static const uint32_t overflow4[] = {0x49C500, 0x49D510, 0x49E520, 0x49F530, 0x003400}; /* s32e a0..a3; rfwo */
    static const uint32_t underflow4[] = {0x09C500, 0x09D510, 0x09E520, 0x09F530, 0x003500};
    for (unsigned i = 0; i < 5; i++) {
        rig_poke(r, IRAM + 3 * i, &overflow4[i], 3);
        rig_poke(r, IRAM + 0x40 + 3 * i, &underflow4[i], 3);
    }
}

static void open_both(struct target_rig *r, struct target_rig *twin, uint32_t ps, uint32_t pc)
{
    target_rig_open(r);
    put_handlers(&r->chip);
    CHECK_OK(target_reset_assert(r->target, true));
    CHECK_OK(target_reset_deassert(r->target, true));
    *twin = (struct target_rig){0};
    rig_open(&twin->chip);
    put_handlers(&twin->chip);
    struct lx6 *c = twin->chip.lx6[0];
    for (unsigned i = 0; i < 64; i++) {
        char name[8];
        snprintf(name, sizeof name, "ar%u", i);
        write_reg(r->cpu[0], name, 0);
        lx6_set_ar(c, i, 0);
    }
    static const struct {
        const char *name;
        uint8_t sr;
        uint32_t value;
    } start[] = {{"vecbase", SR_VECBASE, IRAM},
                 {"windowbase", SR_WINDOWBASE, 0},
                 {"windowstart", SR_WINDOWSTART, 1},
                 {"br", SR_BR, 0},
                 {"lcount", SR_LCOUNT, 0},
                 {"lend", SR_LEND, 0},
                 {"lbeg", SR_LBEG, 0}};
    for (unsigned i = 0; i < sizeof start / sizeof start[0]; i++) {
        write_reg(r->cpu[0], start[i].name, start[i].value);
        lx6_set_sr(c, start[i].sr, start[i].value);
    }
    write_reg(r->cpu[0], "ps", ps);
    lx6_set_sr(c, SR_PS, ps);
    write_reg(r->cpu[0], "pc", pc);
    lx6_set_pc(c, pc);
}

static void close_both(struct target_rig *r, struct target_rig *twin)
{
    rig_close(&twin->chip);
    target_rig_close(r);
}

static void check_same(struct target_rig *r, const struct lx6 *twin)
{
    static const struct {
        const char *name;
        uint8_t sr;
    } regs[] = {{"ps", SR_PS},
                {"windowbase", SR_WINDOWBASE},
                {"windowstart", SR_WINDOWSTART},
                {"lbeg", SR_LBEG},
                {"lend", SR_LEND},
                {"lcount", SR_LCOUNT},
                {"epc1", SR_EPC1},
                {"exccause", SR_EXCCAUSE}};
    assert_int_equal(read_reg(r->cpu[0], "pc"), lx6_pc(twin));
    for (unsigned i = 0; i < sizeof regs / sizeof regs[0]; i++)
        assert_int_equal(read_reg(r->cpu[0], regs[i].name), lx6_sr(twin, regs[i].sr));
    for (unsigned i = 0; i < 64; i++) {
        char name[8];
        snprintf(name, sizeof name, "ar%u", i);
        assert_int_equal(read_reg(r->cpu[0], name), lx6_ar(twin, i));
    }
}

static void run_one(struct lx6 *c)
{
    uint64_t before = lx6_instructions(c);
    for (unsigned i = 0; i < 64 && lx6_instructions(c) == before; i++) /* taking an exception is no instruction */
        (void)lx6_run(c, 1);
}

static void every_kind_of_instruction(void **state)
{
    static const uint32_t literal = 0x12345678, gap[4] = {0};
    struct target_rig r, twin;
    struct code_patch patches[40];
    (void)state;
    open_both(&r, &twin, PS_UM, CODE);
    rig_poke(&r.chip, CODE - 4, &literal, 4);
    rig_poke(&twin.chip, CODE - 4, &literal, 4);
    put(&twin.chip, CODE, program, NULL);
    put(&twin.chip, CODE, sub, NULL);
    size_t count = put(&r.chip, CODE, program, patches);
    count += put(&r.chip, CODE, sub, patches + count);
    CHECK_OK(target_set_patched(r.target, patches, count));
    bool seen[0x80] = {false};
    for (unsigned i = 0; i < 60; i++) {
        seen[lx6_pc(twin.chip.lx6[0]) - CODE] = true;
        CHECK_OK(core_step(r.cpu[0]));
        assert_int_equal(core_halt_reason(r.cpu[0]), HALT_SINGLE_STEP);
        run_one(twin.chip.lx6[0]);
        check_same(&r, twin.chip.lx6[0]);
    }
    for (const struct instruction *i = program; i->text; i++)
        assert_true(seen[i->at]);
    assert_true(seen[0x64]);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(rig_word(&r.chip, GAP + 4 * i), gap[i]);
    close_both(&r, &twin);
}

static const struct instruction function[] = {
    {0x00, 0x004136, "entry a1, 32"},
    {0x03, 0x008216, "beqz a2, 0F"},
    {0x06, 0xFFC262, "addi a6, a2, -1"},
    {0x09, 0xFFFF55, "call4 00"},
    {0x0C, 0x01C622, "addi a2, a6, 1"},
    {0x0F, 0x000090, "retw"},
    {0, 0, NULL},
};
static const struct instruction start[] = {{0x00, 0xFFEFD5, "call4 -100"}, {0x03, 0xFFFF06, "j 03"}, {0, 0, NULL}};

/* Windows overflow and underflow; the handlers are not seen when interrupts are masked. */
static void windows_move(void **state)
{
    enum { DEPTH = 40 };
    struct target_rig r, twin;
    struct code_patch patches[16];
    (void)state;
    open_both(&r, &twin, PS_WOE | PS_UM, MAIN);
    put(&twin.chip, FUNCTION, function, NULL);
    put(&twin.chip, MAIN, start, NULL);
    size_t count = put(&r.chip, FUNCTION, function, patches);
    count += put(&r.chip, MAIN, start, patches + count);
    CHECK_OK(target_set_patched(r.target, patches, count));
    write_reg(r.cpu[0], "ar1", STACK);
    write_reg(r.cpu[0], "ar6", DEPTH);
    struct lx6 *c = twin.chip.lx6[0];
    lx6_set_ar(c, 1, STACK);
    lx6_set_ar(c, 6, DEPTH);
    unsigned steps = 0;
    while (read_reg(r.cpu[0], "pc") != MAIN + 3 && steps++ < 8 * (DEPTH + 2)) {
        CHECK_OK(core_step(r.cpu[0]));
        do
            run_one(c);
        while (lx6_pc(c) < IRAM + 0x180 || (lx6_pc(c) != read_reg(r.cpu[0], "pc")));
        assert_int_equal(read_reg(r.cpu[0], "windowbase"), lx6_sr(c, SR_WINDOWBASE));
        assert_int_equal(read_reg(r.cpu[0], "windowstart"), lx6_sr(c, SR_WINDOWSTART));
        assert_int_equal(read_reg(r.cpu[0], "a0"), lx6_a(c, 0));
        assert_int_equal(read_reg(r.cpu[0], "a2"), lx6_a(c, 2));
    }
    assert_int_equal(steps, 1 + DEPTH * 6 + 3);
    assert_int_equal(read_reg(r.cpu[0], "a6"), DEPTH);
    close_both(&r, &twin);
}

/* The program's handler sees where the instruction stands, and not where its copy did. */
static void exceptions_name_the_place(void **state)
{
    static const struct instruction list[] = {
        {0x00, 0x00A0B2, "movi a11, 0"}, {0x03, 0x002BA2, "l32i a10, a11, 0"}, {0, 0, NULL}};
    struct target_rig r, twin;
    struct code_patch patches[4];
    (void)state;
    static const uint32_t nop = 0x0020F0; /* ICOUNT counts what is done: the first of the handler */
    open_both(&r, &twin, PS_UM, CODE);
    rig_poke(&r.chip, IRAM + 0x340, &nop, 3);
    CHECK_OK(target_set_patched(r.target, patches, put(&r.chip, CODE, list, patches)));
    CHECK_OK(core_step(r.cpu[0]));
    CHECK_OK(core_step(r.cpu[0]));
    assert_int_equal(read_reg(r.cpu[0], "pc"), IRAM + 0x343);
    assert_int_equal(read_reg(r.cpu[0], "epc1"), CODE + 3);
    close_both(&r, &twin);
}

/* Memory shows the program, and a patch that is gone is no breakpoint any more. */
static void memory_shows_the_program(void **state)
{
    struct target_rig r, twin;
    struct code_patch patches[40];
    uint8_t bytes[8], expected[8];
    (void)state;
    open_both(&r, &twin, PS_UM, CODE);
    CHECK_OK(target_set_patched(r.target, patches, put(&r.chip, CODE, program, patches)));
    put(&twin.chip, CODE, program, NULL);
    uint32_t low = rig_word(&twin.chip, CODE + 8), high = rig_word(&twin.chip, CODE + 12);
    memcpy(expected, &low, 4);
    memcpy(expected + 4, &high, 4);
    CHECK_OK(core_mem_read(r.cpu[0], CODE + 8, 0, bytes, sizeof bytes));
    assert_memory_equal(bytes, expected, 7);
    CHECK_OK(core_mem_read(r.cpu[0], CODE + 0xA, 1, bytes, 1));
    assert_int_equal(bytes[0], expected[2]);
    CHECK_OK(target_set_patched(r.target, NULL, 0));
    CHECK_OK(core_mem_read(r.cpu[0], CODE + 9, 0, bytes, 3));
    assert_memory_equal(bytes, "\0\x40", 3);
    close_both(&r, &twin);
}

/* The other core goes on; only where nobody comes by is a copy put then. */
static void the_other_core_may_run(void **state)
{
    static const uint32_t busy = 0x0020F0;
    struct target_rig r, twin;
    struct code_patch patches[40];
    (void)state;
    open_both(&r, &twin, PS_UM, CODE);
    CHECK_OK(target_set_patched(r.target, patches, put(&r.chip, CODE, program, patches)));
    CHECK_OK(target_set_smp_break(r.target, 0));
    CHECK_OK(core_resume(r.cpu[1]));
    CHECK_OK(core_step(r.cpu[0]));
    assert_int_equal(read_reg(r.cpu[0], "pc"), CODE + 3);
    assert_int_equal(core_state(r.cpu[1]), CORE_RUNNING);
    rig_poke(&r.chip, GAP, &busy, 3);
    CHECK_ERR(core_step(r.cpu[0]), ERR_STATE);
    assert_int_equal(read_reg(r.cpu[0], "pc"), CODE + 3);
    close_both(&r, &twin);
}

/* Whatever fails, the PC is the program's own. */
static void a_step_that_failed_stands_where_it_stood(void **state)
{
    unsigned failed = 0;
    bool is_past = false;
    (void)state;
    for (uint64_t n = 1; !is_past; n++) {
        struct target_rig r, twin;
        struct code_patch patches[40];
        open_both(&r, &twin, PS_UM, CODE);
        CHECK_OK(target_set_patched(r.target, patches, put(&r.chip, CODE, program, patches)));
        fail_at(&r, n, false);
        enum err e = core_step(r.cpu[0]);
        is_past = is_failure_ahead(&r);
        failed += e != ERR_OK;
        fail_at(&r, 0, false);
        CHECK_OK(target_halt(r.target, TIMEOUT_MS));
        uint32_t pc = read_reg(r.cpu[0], "pc");
        assert_true(pc == CODE || pc == CODE + 3);
        close_both(&r, &twin);
    }
    assert_true(failed > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_instruction), cmocka_unit_test(windows_move),
        cmocka_unit_test(exceptions_name_the_place), cmocka_unit_test(memory_shows_the_program),
        cmocka_unit_test(the_other_core_may_run),    cmocka_unit_test(a_step_that_failed_stands_where_it_stood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
