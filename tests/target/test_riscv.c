/* SPDX-License-Identifier: Apache-2.0 */
/* Cores, registers, steps, break- and watchpoints, algorithms and resets of RISC-V, on the debug module of the tests. */
#include "riscv_target.h"

#include <string.h>

static void registers_have_gdbs_numbers(void **state)
{
    (void)state;
    static struct rig g;
    size_t count;
    open_halted(&g, &rrig_whole);
    const struct reg_desc *list = core_reg_list(g.core, &count);
    for (unsigned i = 0; i < 32; i++)
        assert_int_equal(core_gdb_number(g.core, i), i);
    assert_string_equal(list[0].name, "zero");
    assert_string_equal(list[8].name, "fp");
    assert_int_equal(core_gdb_number(g.core, (unsigned)core_reg_find(g.core, "pc")), 32);
    assert_int_equal(core_gdb_number(g.core, (unsigned)core_reg_find(g.core, "mstatus")), 65 + 0x300);
    assert_int_equal(core_gdb_number(g.core, (unsigned)core_reg_find(g.core, "priv")), 4161);
    close_rig(&g);
}

static void registers_are_cached_and_written_back(void **state)
{
    (void)state;
    static struct rig g;
    uint32_t value;
    open_halted(&g, &rrig_whole);
    g.r.harts[0].x[10] = 0x1234;
    assert_int_equal(reg(&g, "a0"), 0x1234);
    assert_int_equal(reg(&g, "zero"), 0);
    assert_int_equal(reg(&g, "priv"), PRV_M);
    assert_int_equal(reg(&g, "pc"), RRIG_RESET_VECTOR);
    assert_int_equal(reg(&g, "dpc"), RRIG_RESET_VECTOR);
    CHECK_ERR(core_reg_read(g.core, (unsigned)core_reg_find(g.core, "mip"), &value), ERR_UNSUPPORTED);
    CHECK_OK(core_regs_fetch(g.core));
    assert_int_equal(reg(&g, "a0"), 0x1234);
    set_reg(&g, "a0", 0x4321);
    set_reg(&g, "fp", 8);
    set_reg(&g, "s1", 9);
    set_reg(&g, "mscratch", 0xABCD);
    set_reg(&g, "pc", RRIG_RAM);
    CHECK_OK(target_resume(g.target));
    assert_int_equal(g.r.harts[0].x[10], 0x4321);
    assert_int_equal(g.r.harts[0].x[8], 8);
    assert_int_equal(g.r.harts[0].x[9], 9);
    assert_int_equal(g.r.harts[0].csr[CSR_MSCRATCH], 0xABCD);
    assert_true(g.r.harts[0].csr[CSR_DCSR] & DCSR_EBREAKM);
    close_rig(&g);
}

static const uint32_t counting[] = {ADDI(5, 5, 1), ADDI(6, 6, 2), CSRRS(7, CSR_MSTATUS, 0), ADDI(28, 28, 3), J_SELF};

static void stepping(struct rrig_config config, bool masked)
{
    static struct rig g;
    open_halted(&g, &config);
    load(&g, counting, 5);
    set_reg(&g, "t0", 0);
    set_reg(&g, "fp", 0x12345678);
    set_reg(&g, "s1", 0x87654321);
    set_reg(&g, "mstatus", 0x1888);
    core_set_mask_interrupts(g.core, masked);
    for (unsigned i = 1; i < 5; i++) {
        CHECK_OK(core_step(g.core));
        assert_int_equal(core_halt_reason(g.core), HALT_SINGLE_STEP);
        assert_int_equal(reg(&g, "pc"), CODE + 4 * i);
        core_reg_forget(g.core, RISCV_S0); /* a user who does not believe the cache */
        assert_int_equal(reg(&g, "fp"), 0x12345678);
        assert_int_equal(reg(&g, "s1"), 0x87654321);
    }
    assert_int_equal(reg(&g, "t0"), 1);
    assert_int_equal(reg(&g, "t1"), 2);
    assert_int_equal(reg(&g, "t3"), 3);
    assert_int_equal(reg(&g, "t2") & MSTATUS_MIE, MSTATUS_MIE); /* the program sees its own */
    assert_int_equal(reg(&g, "mstatus"), 0x1888);
    CHECK_OK(target_resume(g.target));
    assert_false(g.r.harts[0].csr[CSR_DCSR] & DCSR_STEP);
    close_rig(&g);
}

static void steps_are_one_instruction(void **state)
{
    (void)state;
    struct rrig_config config = rrig_whole;
    stepping(config, true);
    stepping(config, false);
    config.has_no_stepie = true;
    stepping(config, true);
    stepping(config, false);
    config.has_no_abstract_csr = true;
    config.has_bus = false;
    stepping(config, true);
}

static void a_trap_in_a_masked_step_keeps_the_programs_mie(void **state)
{
    (void)state;
    static struct rig g;
    struct rrig_config config = rrig_whole;
    static const uint32_t illegal[] = {0xFFFFFFFF};
    config.has_no_stepie = true;
    open_halted(&g, &config);
    load(&g, illegal, 1);
    set_reg(&g, "mtvec", RRIG_RAM + 1);
    set_reg(&g, "mstatus", 0x1808);
    CHECK_OK(core_step(g.core));
    assert_int_equal(reg(&g, "pc"), RRIG_RAM);
    assert_int_equal(reg(&g, "mepc"), CODE);
    assert_int_equal(reg(&g, "mstatus"), 0x1880);
    close_rig(&g);
}

static void breakpoint_works(struct rrig_config config, enum bp_kind kind, uint8_t len)
{
    static struct rig g;
    open_halted(&g, &config);
    load(&g, counting, 5);
    set_reg(&g, "t0", 0);
    CHECK_OK(target_add_breakpoint(g.target, CODE + 4, len, kind));
    CHECK_OK(target_add_breakpoint(g.target, CODE + 12, len, kind));
    CHECK_OK(target_resume(g.target));
    wait_halted(&g);
    assert_int_equal(core_halt_reason(g.core), HALT_BREAKPOINT);
    assert_int_equal(reg(&g, "pc"), CODE + 4);
    assert_int_equal(reg(&g, "t0"), 1);
    CHECK_OK(target_resume(g.target)); /* goes over it */
    wait_halted(&g);
    assert_int_equal(reg(&g, "pc"), CODE + 12);
    CHECK_OK(core_step(g.core));
    assert_int_equal(reg(&g, "pc"), CODE + 16);
    CHECK_OK(target_remove_all_breakpoints(g.target));
    assert_int_equal(rrig_word(&g.r, CODE + 4), counting[1]);
    set_reg(&g, "pc", CODE);
    CHECK_OK(target_resume(g.target));
    CHECK_OK(target_halt(g.target, HALT_MS));
    assert_int_equal(reg(&g, "pc"), CODE + 16);
    close_rig(&g);
}

static void breakpoints_of_each_kind_stop(void **state)
{
    (void)state;
    struct rrig_config config = rrig_whole;
    breakpoint_works(config, BP_HARDWARE, 4);
    breakpoint_works(config, BP_SOFTWARE, 4);
    breakpoint_works(config, BP_SOFTWARE, 2);
    config.has_bus = false;
    breakpoint_works(config, BP_SOFTWARE, 4);
    config.progbuf_words = 2;
    config.trigger_type = TRIGGER_TYPE_MCONTROL6;
    breakpoint_works(config, BP_HARDWARE, 4);
    breakpoint_works(config, BP_SOFTWARE, 2);
}

static void the_programs_own_ebreak_is_passed(void **state)
{
    (void)state;
    static struct rig g;
    static const uint32_t code[] = {ADDI(5, 0, 7), INSN_EBREAK, ADDI(6, 0, 8), J_SELF};
    open_halted(&g, &rrig_whole);
    load(&g, code, 4);
    CHECK_OK(target_resume(g.target));
    wait_halted(&g);
    assert_int_equal(core_halt_reason(g.core), HALT_BREAKPOINT);
    assert_int_equal(reg(&g, "pc"), CODE + 4);
    CHECK_OK(target_resume(g.target));
    CHECK_OK(target_halt(g.target, HALT_MS));
    assert_int_equal(reg(&g, "t1"), 8);
    close_rig(&g);
}

/* Word number n of DATA is read and then written. */
static void watch(struct rig *g, unsigned n, uint32_t *pc)
{
    const uint32_t code[] = {LUI(5, (DATA >> 12) & 0xFFFFF), LW(6, 5, 4 * n), SW(6, 5, 4 * n), J_SELF};
    load(g, code, 4);
    CHECK_OK(target_resume(g->target));
    for (unsigned i = 0; i < 20; i++)
        CHECK_OK(target_poll(g->target));
    if (core_state(g->core) != CORE_HALTED)
        CHECK_OK(target_halt(g->target, HALT_MS));
    *pc = reg(g, "pc");
}

static void watch_range(struct rrig_config config, uint32_t from, uint32_t len)
{
    static struct rig g;
    uint32_t pc;
    open_halted(&g, &config);
    for (unsigned kind = WP_READ; kind <= WP_ACCESS; kind++) {
        CHECK_OK(target_add_watchpoint(g.target, DATA + from, len, (enum wp_access)kind));
        for (unsigned n = 0; n < 6; n++) {
            bool is_inside = 4 * n >= from && 4 * n < from + len;
            watch(&g, n, &pc);
            assert_int_equal(pc, CODE + (!is_inside ? 12U : kind & WP_READ ? 4U : 8U));
            assert_int_equal(core_halt_reason(g.core), is_inside ? HALT_WATCHPOINT : HALT_REQUEST);
        }
        CHECK_OK(target_remove_watchpoint(g.target, DATA + from));
    }
    close_rig(&g);
}

static void watchpoints_of_each_kind_stop(void **state)
{
    (void)state;
    struct rrig_config config = rrig_whole;
    watch_range(config, 4, 1);
    watch_range(config, 4, 4);
    watch_range(config, 8, 8);
    watch_range(config, 4, 12); /* a pair */
    config.trigger_type = TRIGGER_TYPE_MCONTROL6;
    watch_range(config, 4, 4);
    config.match_kinds = BIT(TRIGGER_MATCH_EQUAL);
    watch_range(config, 4, 4); /* byte by byte */
}

static void slots_are_shared_and_counted(void **state)
{
    (void)state;
    static struct rig g;
    struct rrig_config config = rrig_whole;
    config.match_kinds = BIT(TRIGGER_MATCH_EQUAL) | BIT(TRIGGER_MATCH_NAPOT);
    open_halted(&g, &config);
    CHECK_ERR(target_add_watchpoint(g.target, DATA + 4, 12, WP_WRITE), ERR_ALIGN);
    CHECK_OK(target_add_watchpoint(g.target, DATA, 8, WP_WRITE));
    for (unsigned i = 0; i < RRIG_TRIGGERS - 1; i++)
        CHECK_OK(target_add_breakpoint(g.target, CODE + 4 * i, 4, BP_HARDWARE));
    CHECK_ERR(target_add_breakpoint(g.target, CODE + 64, 4, BP_HARDWARE), ERR_RESOURCE);
    assert_non_null(strstr(g.r.log.why, "4 hardware triggers"));
    CHECK_ERR(target_add_watchpoint(g.target, DATA + 8, 4, WP_WRITE), ERR_RESOURCE);
    close_rig(&g);
    config.triggers = 0;
    open_halted(&g, &config);
    CHECK_ERR(target_add_breakpoint(g.target, CODE, 4, BP_HARDWARE), ERR_RESOURCE);
    close_rig(&g);
}

static void triggers_of_the_program_are_left_alone(void **state)
{
    (void)state;
    static struct rig g;
    open_halted(&g, &rrig_whole);
    uint32_t programs = field_put(MCONTROL_TYPE, MCONTROL_M | MCONTROL_STORE, TRIGGER_TYPE_MCONTROL);
    g.r.harts[0].tdata1[1] = programs;
    g.r.harts[0].tdata2[1] = DATA;
    for (unsigned i = 0; i < RRIG_TRIGGERS - 1; i++)
        CHECK_OK(target_add_breakpoint(g.target, CODE + 4 * i, 4, BP_HARDWARE));
    CHECK_ERR(target_add_breakpoint(g.target, CODE + 64, 4, BP_HARDWARE), ERR_RESOURCE);
    CHECK_OK(target_resume(g.target));
    assert_int_equal(g.r.harts[0].tdata1[1], programs);
    close_rig(&g);
}

static void an_algorithm_runs_and_leaves_no_trace(void **state)
{
    (void)state;
    static struct rig g;
    static const uint32_t code[] = {ADDI(10, 10, 1), ADDI(11, 11, 1), CSRRS(12, CSR_MSTATUS, 0), INSN_EBREAK};
    uint32_t result = 0, pc = 0, word = 0;
    open_halted(&g, &rrig_whole);
    load(&g, code, 4);
    set_reg(&g, "a0", 100);
    set_reg(&g, "mstatus", 0x1808);
    set_reg(&g, "pc", RRIG_RAM);
    CHECK_OK(target_add_breakpoint(g.target, CODE + 4, 4, BP_HARDWARE)); /* the program's, not the algorithm's */
    struct algorithm a = {.pc = CODE, .stack_top = RRIG_RAM + 0x8004, .args = {41, 2}, .arg_count = 2};
    CHECK_OK(core_algorithm_start(g.core, &a));
    assert_ptr_equal(target_window_core(g.target, g.core), g.core); /* by the bus */
    CHECK_OK(core_read_u32(g.core, DATA, &word));
    CHECK_OK(core_algorithm_wait(g.core, HALT_MS, &result, &pc));
    assert_int_equal(result, 42);
    assert_int_equal(pc, CODE + 12);
    assert_int_equal(g.r.harts[0].x[RISCV_SP], RRIG_RAM + 0x8000);
    assert_int_equal(g.r.harts[0].x[12] & MSTATUS_MIE, 0);
    CHECK_OK(core_algorithm_end(g.core));
    assert_int_equal(reg(&g, "a0"), 100);
    assert_int_equal(reg(&g, "mstatus"), 0x1808);
    assert_int_equal(reg(&g, "pc"), RRIG_RAM);
    set_reg(&g, "pc", CODE);
    CHECK_OK(target_resume(g.target));
    wait_halted(&g); /* the breakpoint is armed again */
    assert_int_equal(reg(&g, "pc"), CODE + 4);
    close_rig(&g);
}

static void a_reset_halts_at_the_vector(void **state)
{
    (void)state;
    static struct rig g;
    open_rig(&g, &rrig_whole);
    CHECK_OK(target_reset(g.target, RESET_HALT));
    assert_int_equal(core_state(g.core), CORE_HALTED);
    assert_int_equal(reg(&g, "pc"), RRIG_RESET_VECTOR);
    assert_int_equal(g.r.harts[0].executed, 0);
    CHECK_OK(target_reset(g.target, RESET_RUN));
    CHECK_OK(target_poll(g.target));
    assert_int_equal(core_state(g.core), CORE_RUNNING);
    close_rig(&g);
}

static void breakpoints_survive_a_reset_of_the_chip(void **state)
{
    (void)state;
    static struct rig g;
    open_halted(&g, &rrig_whole);
    CHECK_OK(target_add_breakpoint(g.target, CODE + 4, 4, BP_HARDWARE));
    rrig_poke(&g.r, CODE, counting, sizeof counting);
    CHECK_OK(target_resume(g.target));
    rrig_power_cycle(&g.r);
    for (unsigned i = 0; i < 10; i++)
        CHECK_OK(target_poll(g.target));
    assert_true(g.was_reset > 0);
    assert_int_equal(core_state(g.core), CORE_RUNNING);
    assert_int_equal(g.r.harts[0].tdata2[0], CODE + 4);
    assert_true(g.r.harts[0].csr[CSR_DCSR] & DCSR_EBREAKM);
    close_rig(&g);
}

static void memory_is_read_while_the_core_runs(void **state)
{
    (void)state;
    static struct rig g;
    uint32_t word = 0;
    struct rrig_config config = rrig_whole;
    open_rig(&g, &config);
    rrig_poke(&g.r, DATA, &(uint32_t){0xFEEDF00D}, 4);
    CHECK_OK(core_read_u32(g.core, DATA, &word));
    assert_int_equal(word, 0xFEEDF00D);
    CHECK_OK(core_write_u32(g.core, DATA, 1));
    assert_int_equal(core_state(g.core), CORE_RUNNING);
    assert_int_equal(g.halted, 0);
    close_rig(&g);
    config.has_bus = false;
    open_rig(&g, &config);
    CHECK_ERR(core_read_u32(g.core, DATA, &word), ERR_STATE);
    close_rig(&g);
}

/* --- under a break instruction --- */

/* Words by binutils, at CODE; where they lead, and what is in ra (a0 for auipc) then. a1 is 0x80001001, a2 -1, a3 -1, a4 1, a5 0. */
static const struct {
    uint32_t word, pc, link;
} jumps[] = {
    {0x12345517, CODE + 4, CODE + 0x12345000}, /* auipc a0, 0x12345 */
    {0x230010EF, CODE + 0x1230, CODE + 4},     /* jal ra, +0x1230 */
    {0xFD9FF06F, CODE - 0x28, 0},              /* jal x0, -0x28 */
    {0xFF8580E7, 0x80000FF8, CODE + 4},        /* jalr ra, -8(a1) */
    {0x7ED60863, CODE + 0x7F0, 0},             /* beq a2, a3, +0x7F0 */
    {0x02D61663, CODE + 4, 0},                 /* bne a2, a3 */
    {0xEEC744E3, CODE + 4, 0},                 /* blt a4, a2 */
    {0x00C75263, CODE + 4, 0},                 /* bge a4, a2, +4 */
    {0x00C76063, CODE, 0},                     /* bltu a4, a2, +0 */
    {0xFEC77EE3, CODE + 4, 0},                 /* bgeu a4, a2 */
    {0xAAED, CODE + 0x1FA, 0},                 /* c.j +0x1FA */
    {0x3D5D, CODE - 0x14A, CODE + 2},          /* c.jal -0x14A */
    {0xCB95, CODE + 0x34, 0},                  /* c.beqz a5, +0x34 */
    {0xFBAD, CODE + 2, 0},                     /* c.bnez a5 */
    {0xCB05, CODE + 2, 0},                     /* c.beqz a4 */
    {0x8582, 0x80001000, 0},                   /* c.jr a1 */
    {0x9582, 0x80001000, CODE + 2},            /* c.jalr a1 */
};

static void patch_one(struct rig *g, uint32_t addr, uint32_t word)
{
    const uint8_t bytes[4] = {(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16), (uint8_t)(word >> 24)};
    struct code_patch p = {.addr = addr};
    uint8_t code[4];
    memcpy(p.original, bytes, sizeof bytes);
    p.len = (uint8_t)target_break_code(g->target, bytes, code);
    assert_int_equal(p.len, (word & 3) == 3 ? 4 : 2);
    assert_int_equal(code[0] | code[1] << 8, p.len == 4 ? INSN_EBREAK & 0xFFFF : INSN_C_EBREAK);
    CHECK_OK(core_mem_write(g->core, addr, 0, code, p.len));
    CHECK_OK(target_set_patched(g->target, &p, 1));
}

static void jumps_are_done_where_they_stand(void **state)
{
    (void)state;
    static struct rig g;
    open_halted(&g, &rrig_whole);
    set_reg(&g, "a1", 0x80001001);
    set_reg(&g, "a2", UINT32_MAX);
    set_reg(&g, "a3", UINT32_MAX);
    set_reg(&g, "a4", 1);
    set_reg(&g, "a5", 0);
    for (size_t i = 0; i < sizeof jumps / sizeof jumps[0]; i++) {
        patch_one(&g, CODE, jumps[i].word);
        set_reg(&g, "pc", CODE);
        set_reg(&g, "ra", 0);
        CHECK_OK(core_step(g.core));
        assert_int_equal(core_halt_reason(g.core), HALT_SINGLE_STEP);
        assert_int_equal(reg(&g, "pc"), jumps[i].pc);
        assert_int_equal(reg(&g, i ? "ra" : "a0"), jumps[i].link);
    }
    close_rig(&g);
}

static void other_instructions_are_done_in_ram(void **state)
{
    (void)state;
    static struct rig g;
    uint32_t before, after;
    open_halted(&g, &rrig_whole);
    set_reg(&g, "mtvec", (RRIG_RAM + 0x3000) | 1);
    CHECK_OK(core_read_u32(g.core, RRIG_RAM + 0x3020, &before));
    for (unsigned i = 0; i < 3; i++) {
        patch_one(&g, CODE, ADDI(5, 5, 7));
        set_reg(&g, "pc", CODE);
        CHECK_OK(core_step(g.core));
        assert_int_equal(reg(&g, "pc"), CODE + 4);
        assert_int_equal(core_halt_reason(g.core), HALT_SINGLE_STEP);
    }
    assert_int_equal(reg(&g, "t0"), 21);
    CHECK_OK(core_read_u32(g.core, RRIG_RAM + 0x3020, &after));
    assert_int_equal(after, before);
    /* the program's own ebreak counts as done */
    patch_one(&g, CODE, INSN_EBREAK);
    set_reg(&g, "pc", CODE);
    CHECK_OK(core_step(g.core));
    assert_int_equal(reg(&g, "pc"), CODE + 4);
    close_rig(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registers_have_gdbs_numbers),
        cmocka_unit_test(registers_are_cached_and_written_back),
        cmocka_unit_test(steps_are_one_instruction),
        cmocka_unit_test(a_trap_in_a_masked_step_keeps_the_programs_mie),
        cmocka_unit_test(breakpoints_of_each_kind_stop),
        cmocka_unit_test(the_programs_own_ebreak_is_passed),
        cmocka_unit_test(watchpoints_of_each_kind_stop),
        cmocka_unit_test(slots_are_shared_and_counted),
        cmocka_unit_test(triggers_of_the_program_are_left_alone),
        cmocka_unit_test(an_algorithm_runs_and_leaves_no_trace),
        cmocka_unit_test(a_reset_halts_at_the_vector),
        cmocka_unit_test(breakpoints_survive_a_reset_of_the_chip),
        cmocka_unit_test(memory_is_read_while_the_core_runs),
        cmocka_unit_test(jumps_are_done_where_they_stand),
        cmocka_unit_test(other_instructions_are_done_in_ram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
