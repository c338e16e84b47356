/* SPDX-License-Identifier: Apache-2.0 */
/* The target on a whole virtual board: its memories, its resets, its second core, and the faults of its wires. */
#include "board_rig.h"

#include "regs/esp32.h"
#include "regs/xtensa.h"
#include "sim/lx6/lx6.h"

#include <stdio.h>
#include <string.h>

enum { TIMEOUT_MS = 1000, VECTOR = 0x40000400 };

/* --- a bare chip --- */

static void a_bare_chip_is_halted_and_stays(void **state)
{
    struct rig r;
    rig_open_of(&r, *state);
    rig_wait_ms(&r, 20);
    rig_check(&r, target_halt(r.target, TIMEOUT_MS));
    assert_int_equal(core_state(r.cpu[0]), CORE_HALTED);
    assert_true(core_state(r.cpu[1]) == CORE_RESET || core_state(r.cpu[1]) == CORE_UNAVAILABLE);
    uint64_t resets = board_resets(r.board);
    rig_wait_ms(&r, 5000); /* its watchdogs would bite some ten times */
    rig_check(&r, target_poll(r.target));
    assert_int_equal(core_state(r.cpu[0]), CORE_HALTED);
    assert_int_equal(board_resets(r.board), resets);
    rig_close(&r);
}

/* A blank chip bites itself again and again: not while it is halted, and again when it goes on. */
static void watchdogs_go_on_with_the_cores(void **state)
{
    const struct rig_kind *kind = *state;
    struct rig r;
    rig_open_of(&r, kind);
    rig_wait_ms(&r, 20);
    rig_check(&r, target_halt(r.target, TIMEOUT_MS));
    uint32_t rtc = 1, timg = 1;
    rig_check(&r, core_read_u32(r.cpu[0], target_chip(r.target)->watchdogs[0].config, &rtc));
    rig_check(&r, core_read_u32(r.cpu[0], kind->timg0 + ESP32_TIMG_WDTCONFIG0, &timg));
    assert_true(rtc == 0 && timg == 0);
    uint64_t resets = board_resets(r.board);
    rig_check(&r, core_step(r.cpu[0]));
    rig_wait_ms(&r, 2000);
    assert_int_equal(board_resets(r.board), resets);
    rig_check(&r, target_resume(r.target));
    rig_wait_ms(&r, 200); /* fed: it has its whole time again */
    assert_int_equal(board_resets(r.board), resets);
    rig_wait_ms(&r, 1000);
    assert_true(board_resets(r.board) > resets);
    rig_close(&r);
}

/* What is set while the chip is halted counts more than what was found. */
static void a_watchdog_that_is_set_meanwhile_counts(void **state)
{
    const struct rig_kind *kind = *state;
    enum { SYSTEM_RESET = 3, TICKS_PER_MS = 40000, BITE_MS = 50 };
    const uint32_t config = ESP32_TIMG_WDT_EN | field_put(ESP32_TIMG_WDT_STG0, 0, SYSTEM_RESET);
    const struct chip_poke pokes[] = {
        {kind->timg0 + ESP32_TIMG_WDTWPROTECT, ESP32_WDT_KEY, 0},
        {kind->timg0 + ESP32_TIMG_WDTCONFIG1, field_put(ESP32_TIMG_WDT_PRESCALE, 0, TICKS_PER_MS), 0},
        {kind->timg0 + ESP32_TIMG_WDTCONFIG2, BITE_MS, 0},
        {kind->timg0 + ESP32_TIMG_WDTFEED, 1, 0},
        {kind->timg0 + ESP32_TIMG_WDTCONFIG0, config, 0},
    };
    struct rig r;
    rig_open_of(&r, *state);
    rig_check(&r, target_reset(r.target, RESET_HALT));
    rig_check(&r, core_run_script(r.cpu[0], &(struct chip_script){pokes, sizeof pokes / sizeof pokes[0]}));
    uint64_t resets = board_resets(r.board);
    rig_check(&r, target_resume(r.target));
    rig_wait_ms(&r, BITE_MS / 2);
    rig_check(&r, target_halt(r.target, TIMEOUT_MS));
    rig_wait_ms(&r, 2000);
    assert_int_equal(board_resets(r.board), resets);
    rig_check(&r, target_resume(r.target));
    rig_wait_ms(&r, 2 * BITE_MS);
    assert_int_equal(board_resets(r.board), resets + 1);
    assert_int_equal(board_reset_cause(r.board, 0), ESP32_RESET_TG0WDT_SYS);
    rig_close(&r);
}

static void a_chip_in_a_reset_loop_is_caught(void **state)
{
    for (unsigned n = 0; n < 3; n++) {
        struct rig r;
        rig_open_board_of(&r, *state);
        rig_wait_ms(&r, 800 + n * 117); /* anywhere in the loop */
        assert_true(board_resets(r.board) > 1);
        rig_connect(&r);
        rig_check(&r, target_reset(r.target, RESET_HALT));
        assert_int_equal(rig_reg(&r, 0, "pc"), VECTOR);
        rig_close(&r);
    }
}

static void every_kind_of_memory(void **state)
{
    const struct rig_kind *kind = *state;
    const uint32_t *places = kind->places;
    struct rig r;
    uint8_t out[37], in[37];
    rig_open_of(&r, *state);
    rig_check(&r, target_reset(r.target, RESET_HALT));
    for (unsigned i = 0; places[i]; i++) {
        for (unsigned offset = 0; offset < 4; offset++) {
            for (unsigned k = 0; k < sizeof out; k++)
                out[k] = (uint8_t)(k * 7 + i + offset * 31);
            rig_check(&r, core_mem_write(r.cpu[0], places[i] + offset, 0, out, sizeof out));
            rig_check(&r, core_mem_read(r.cpu[0], places[i] + offset, 0, in, sizeof in));
            assert_memory_equal(in, out, sizeof in);
        }
    }
    uint32_t word = 0;
    rig_check(&r, core_write_u32(r.cpu[0], kind->alias[0], 0x01020304));
    rig_check(&r, core_read_u32(r.cpu[0], kind->alias[1], &word));
    assert_int_equal(word, 0x01020304);
    CHECK_ERR(core_read_u32(r.cpu[0], 0x20000000, &word), ERR_FAULT);
    rig_close(&r);
}

/* --- resets --- */

static void check_at_vector(struct rig *r)
{
    uint32_t cause = 0, resets_at = 0;
    assert_int_equal(core_state(r->cpu[0]), CORE_HALTED);
    assert_int_equal(rig_reg(r, 0, "pc"), VECTOR);
    rig_check(r, core_reset_cause(r->cpu[0], &cause));
    assert_int_equal(cause, 3);
    rig_check(r, core_read_u32(r->cpu[0], target_chip(r->target)->cores[0].reset_cause_reg, &resets_at));
    assert_int_equal(resets_at & 0x3000, 0x3000); /* the next reset starts in the ROM */
    uint64_t resets = board_resets(r->board);
    rig_wait_ms(r, 2000);
    rig_check(r, target_poll(r->target));
    assert_int_equal(core_state(r->cpu[0]), CORE_HALTED);
    assert_int_equal(board_resets(r->board), resets);
}

static void reset_halt_takes_everything_back(void **state)
{
    struct rig r;
    const struct rig_kind *kind = *state;
    uint32_t before[8], after[8], value = 0;
    rig_open_of(&r, *state);
    rig_wait_ms(&r, 10);
    rig_check(&r, target_halt(r.target, TIMEOUT_MS));
    rig_check(&r, core_write_u32(r.cpu[0], kind->lost_by_reset, 0x8));
    memset(before, 0x5A, sizeof before);
    rig_check(&r, core_mem_write(r.cpu[0], 0x50000000, 0, before, sizeof before));
    rig_check(&r, target_reset(r.target, RESET_HALT));
    check_at_vector(&r);
    rig_check(&r, core_read_u32(r.cpu[0], kind->lost_by_reset, &value));
    assert_int_equal(value & 0x8, 0);
    rig_check(
        &r, core_mem_read(r.cpu[0], 0x50000000, 0, after, sizeof after)); /* RTC memory outlives it, the stub leaves */
    assert_memory_equal(after, before, sizeof after);
    rig_check(&r, target_reset(r.target, RESET_INIT));
    check_at_vector(&r);
    rig_close(&r);
}

/* Where no memory takes the stub: its place in this record is the ROM, which drops what is written, or there is none. */
static void reset_halt_needs_no_stub(void **state)
{
    for (unsigned words = 0; words < 2; words++) {
        struct rig r;
        struct chip chip = *chip_find(((const struct rig_kind *)*state)->chip);
        chip.reset.stub_addr = 0x40000000;
        chip.reset.stub_words = (uint8_t)words;
        rig_open_board_of(&r, *state);
        rig_connect_chip(&r, &chip);
        rig_check(&r, target_halt(r.target, TIMEOUT_MS));
        uint64_t resets = board_resets(r.board);
        rig_check(&r, target_reset(r.target, RESET_HALT));
        assert_int_equal(board_resets(r.board), resets + 1);
        check_at_vector(&r);
        rig_close(&r);
    }
}

static void reset_run_runs(void **state)
{
    struct rig r;
    rig_open_of(&r, *state);
    rig_check(&r, target_halt(r.target, TIMEOUT_MS));
    uint64_t resets = board_resets(r.board);
    rig_check(&r, target_reset(r.target, RESET_RUN));
    assert_int_equal(core_state(r.cpu[0]), CORE_RUNNING);
    assert_int_equal(board_resets(r.board), resets + 1);
    rig_wait_ms(&r, 800);
    assert_true(board_resets(r.board) > resets + 1); /* a blank chip: its watchdogs are at work again */
    rig_close(&r);
}

/* A core that hangs at the highest level with its vectors gone. */
static void a_crashed_core_is_reset(void **state)
{
    struct rig r;
    rig_open_of(&r, *state);
    rig_check(&r, target_reset(r.target, RESET_HALT));
    rig_check(&r, core_reg_write(r.cpu[0], (unsigned)core_reg_find(r.cpu[0], "vecbase"), 0x20000000));
    rig_check(&r, core_reg_write(r.cpu[0], (unsigned)core_reg_find(r.cpu[0], "pc"), 0x20001000));
    rig_check(&r, target_resume(r.target));
    rig_wait_ms(&r, 5);
    rig_check(&r, target_reset(r.target, RESET_HALT));
    check_at_vector(&r);
    rig_close(&r);
}

static void cores_can_be_held_in_reset(void **state)
{
    struct rig r;
    rig_open_of(&r, *state);
    rig_check(&r, target_reset_assert(r.target, true));
    assert_int_equal(core_state(r.cpu[0]), CORE_RESET);
    rig_check(&r, target_reset_deassert(r.target, true));
    assert_int_equal(rig_reg(&r, 0, "pc"), VECTOR);
    rig_close(&r);
}

static void the_revision_is_the_boards(void **state)
{
    struct rig r;
    unsigned revision = 0;
    rig_open_of(&r, *state);
    rig_check(&r, target_halt(r.target, TIMEOUT_MS));
    rig_check(&r, target_chip_revision(r.target, &revision));
    assert_int_equal(revision, r.kind->revision);
    rig_close(&r);
}

/* --- stepping through the boot ROM, against the core itself --- */

static void a_thousand_steps_in_the_rom(void **state)
{
    struct rig r;
    rig_open_of(&r, *state);
    rig_check(&r, target_reset(r.target, RESET_HALT));
    core_set_mask_interrupts(r.cpu[0], false);
    struct lx6 *core = board_lx6(r.board, 0);
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t before = lx6_instructions(core);
        rig_check(&r, core_step(r.cpu[0]));
        assert_int_equal(core_halt_reason(r.cpu[0]), HALT_SINGLE_STEP);
        assert_int_equal(rig_reg(&r, 0, "pc"), lx6_sr(core, SR_EPC6));
        assert_true(lx6_instructions(core) > before);
    }
    rig_close(&r);
}

/* --- the window core --- */

static void code_runs_while_another_core_watches(void **state)
{
    /* a2 := number of turns; turns until the word at a3 is not 0 */
    static const uint8_t code[] = {
        0x22, 0xA0, 0x00, /* movi a2, 0 */
        0x22, 0xC2, 0x01, /* addi a2, a2, 1 */
        0x42, 0x23, 0x00, /* l32i a4, a3, 0 */
        0x16, 0x64, 0xFF, /* beqz a4, -10 */
        0x00, 0x40, 0x00, /* break 0, 0 */
    };
    struct rig r;
    const struct rig_kind *kind = *state;
    uint32_t result = 0, pc = 0, saved[3] = {0}, now[3] = {0};
    rig_open_of(&r, *state);
    rig_check(&r, target_reset(r.target, RESET_HALT));
    rig_check(&r, core_mem_read(r.cpu[0], kind->core1, 0, saved, 4 * kind->words));
    rig_check(&r, core_mem_write(r.cpu[0], kind->iram, 0, code, sizeof code));
    rig_check(&r, core_write_u32(r.cpu[0], kind->dram, 0));
    struct algorithm a = {.pc = kind->iram, .stack_top = kind->dram + 0x10000, .args = {0, kind->dram}, .arg_count = 2};
    rig_check(&r, core_algorithm_start(r.cpu[0], &a));
    struct core *window = target_window_core(r.target, r.cpu[0]);
    assert_ptr_equal(window, r.cpu[1]);
    rig_wait_ms(&r, 1);
    rig_check(&r, target_poll(r.target));
    assert_true(core_algorithm_is_running(r.cpu[0]));
    rig_check(&r, core_write_u32(window, kind->dram, 1));
    rig_check(&r, core_algorithm_wait(r.cpu[0], TIMEOUT_MS, &result, &pc));
    assert_int_equal(pc, kind->iram + 0xC);
    assert_true(result > 100);
    rig_check(&r, core_algorithm_end(r.cpu[0]));
    assert_int_equal(rig_reg(&r, 0, "pc"), VECTOR);
    rig_check(&r, core_mem_read(r.cpu[0], kind->core1, 0, now, 4 * kind->words)); /* the other core is as it was */
    assert_memory_equal(now, saved, sizeof saved);
    assert_int_not_equal(core_state(r.cpu[1]), CORE_HALTED);
    rig_close(&r);
}

/* --- faults of the wires --- */

static void check_fault(const struct rig_kind *kind, enum board_fault fault, enum err expected, const char *text)
{
    struct rig r;
    rig_open_board_of(&r, kind);
    board_set_fault(r.board, fault, 0);
    CHECK_ERR(jtag_discover(r.jtag), expected);
    if (!strstr(err_why(&r.log, expected), text))
        fail_msg("\"%s\" is not in: %s", text, err_why(&r.log, expected));
    rig_close(&r);
}

static void wires_that_fail_are_named(void **state)
{
    check_fault(*state, BOARD_FAULT_TDO_HIGH, ERR_NO_CHIP, "only ones");
    check_fault(*state, BOARD_FAULT_TDO_LOW, ERR_NO_CHIP, "only zeros");
    check_fault(*state, BOARD_FAULT_TDO_NOISE, ERR_CHAIN, "adapter speed 1000");
    check_fault(*state, BOARD_FAULT_HELD_RESET, ERR_NO_CHIP, "held in reset");
    check_fault(*state, BOARD_FAULT_UNPLUGGED, ERR_DISCONNECTED, "");
}

/* A fault that begins anywhere in a session ends in an error and not in wrong data. */
static void faults_in_the_middle_are_noticed(void **state)
{
    static const enum board_fault faults[] = {BOARD_FAULT_TDO_HIGH, BOARD_FAULT_TDO_LOW, BOARD_FAULT_UNPLUGGED};
    for (unsigned i = 0; i < 3; i++) {
        struct rig r;
        uint32_t words[64];
        rig_open_of(&r, *state);
        rig_check(&r, target_halt(r.target, TIMEOUT_MS));
        board_set_fault(r.board, faults[i], 900);
        enum err e = core_mem_read(r.cpu[0], r.kind->dram, 0, words, sizeof words);
        assert_int_not_equal(e, ERR_OK);
        rig_close(&r);
    }
}

/* Each test on every board that there is. */
static int run_all(const struct rig_kind *kind)
{
#define TEST(name) cmocka_unit_test_prestate(name, (void *)(uintptr_t)kind)
    const struct CMUnitTest tests[] = {
        TEST(a_bare_chip_is_halted_and_stays),
        TEST(watchdogs_go_on_with_the_cores),
        TEST(a_watchdog_that_is_set_meanwhile_counts),
        TEST(a_chip_in_a_reset_loop_is_caught),
        TEST(every_kind_of_memory),
        TEST(reset_halt_takes_everything_back),
        TEST(reset_halt_needs_no_stub),
        TEST(reset_run_runs),
        TEST(a_crashed_core_is_reset),
        TEST(cores_can_be_held_in_reset),
        TEST(the_revision_is_the_boards),
        TEST(a_thousand_steps_in_the_rom),
        TEST(code_runs_while_another_core_watches),
        TEST(wires_that_fail_are_named),
        TEST(faults_in_the_middle_are_noticed),
    };
#undef TEST
    print_message("board %s\n", kind->board);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    int failed = 0;
    for (const struct rig_kind *k = rig_kinds; k->board; k++)
        if (rig_has(k))
            failed += run_all(k);
    return failed;
}
