/* SPDX-License-Identifier: Apache-2.0 */
/* RAM under the memory protection of a program: open, opened for a write, locked. And chips whose RAM may be external. */
#include "target_rig.h"

#include <string.h>

enum { REGISTERS = 0x3FF00000, RAM = REGISTERS + 4 * RIG_GUARDED_WORD, COUNT = 600 };

static const struct chip_region regions[] = {
    {"registers", REGION_PERIPHERAL, REGISTERS, 4 * RIG_GUARDED_WORD, true, false},
    {"guarded RAM", REGION_RAM, RAM, 0x4000, true, false},
    {"IRAM", REGION_RAM, 0x40080000, 0x20000, true, true},
    {"flash or RAM", REGION_FLASH_DATA, DRAM, 0x20000, false, false},
    {NULL, 0, 0, 0, false, false},
};
static const struct chip_permission permissions[] = {
    {REGISTERS + 4 * RIG_FORBID, 1, 0, REGISTERS + 4 * RIG_LOCK, 1, CHIP_DATA_BUS},
    {0, 0, 0, 0, 0, CHIP_NO_BUS},
};
static const struct chip_poke forget[] = {{REGISTERS + 4 * RIG_VIOLATED, 0, 0}};

/* The ESP32 but for its memories: the rig has the same cores. */
static struct chip make_chip(void)
{
    struct chip chip = *chip_find("esp32");
    chip.regions = regions;
    chip.permissions = permissions;
    chip.forget_violations = (struct chip_script){.steps = forget, .count = 1};
    chip.mmu = (struct chip_mmu){.table = {REGISTERS + 0x100},
                                 .page_size = 0x10000,
                                 .invalid_mask = 0x4000,
                                 .page_mask = 0x3FFF,
                                 .psram_mask = 0x8000,
                                 .windows = {{DRAM, 0x20000, 0, false}}};
    chip.watchdogs_off = (struct chip_script){.steps = forget, .count = 1};
    return chip;
}

static void open_rig(struct target_rig *r, struct chip *chip, bool forbid, bool lock)
{
    *chip = make_chip();
    target_rig_open_chip(r, chip);
    r->chip.has_protection = true;
    r->chip.device_words[RIG_LOCK] = lock;
    r->chip.device_words[RIG_FORBID] = forbid;
    CHECK_OK(target_halt(r->target, TIMEOUT_MS));
}

static void fill(uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i * 13 + 1);
}

static void check_why(struct target_rig *r, const char *part)
{
    const char *why = target_log(r->target)->why;
    if (!strstr(why, part))
        fail_msg("'%s' is not in '%s'", part, why);
}

static void check_write(struct target_rig *r, uint32_t addr, size_t len)
{
    uint8_t out[4 * COUNT], in[4 * COUNT] = {0};
    fill(out, len);
    CHECK_OK(core_mem_write(r->cpu[0], addr, 0, out, len));
    CHECK_OK(core_mem_read(r->cpu[0], addr, 0, in, len));
    assert_memory_equal(in, out, len);
}

static void without_protection_writes_go_as_ever(void **state)
{
    (void)state;
    struct target_rig r;
    struct chip chip;
    open_rig(&r, &chip, false, false);
    check_write(&r, RAM, 4 * COUNT);
    check_write(&r, RAM + 0x3001, 7);
    assert_int_equal(r.chip.device_words[RIG_VIOLATED], 0);
    target_rig_close(&r);
}

static void what_is_not_locked_is_opened_for_a_write(void **state)
{
    (void)state;
    struct target_rig r;
    struct chip chip;
    open_rig(&r, &chip, true, false);
    check_write(&r, RAM, 4 * COUNT);
    assert_int_equal(r.chip.device_words[RIG_FORBID], 1); /* as the program had it */
    check_write(&r, RAM + 0x3003, 9);
    assert_int_equal(r.chip.device_words[RIG_FORBID], 1);
    assert_int_equal(r.chip.device_words[RIG_VIOLATED], 0);
    target_rig_close(&r);
}

static void a_locked_write_is_refused_and_leaves_no_trace(void **state)
{
    (void)state;
    struct target_rig r;
    struct chip chip;
    uint8_t bytes[4 * COUNT];
    fill(bytes, sizeof bytes);
    open_rig(&r, &chip, true, true);
    CHECK_ERR(core_mem_write(r.cpu[0], RAM + 0x20, 0, bytes, sizeof bytes), ERR_FAULT);
    check_why(&r, "0x3ff01020 (guarded RAM) was not written");
    check_why(&r, "reset halt");
    assert_int_equal(r.chip.device_words[RIG_VIOLATED], 0);
    CHECK_ERR(core_mem_write(r.cpu[0], RAM + 0x21, 0, bytes, 1), ERR_FAULT);
    CHECK_OK(core_write_u32(r.cpu[0], REGISTERS + 0x200, 5)); /* registers are another matter */
    assert_int_equal(r.chip.device_words[0x80], 5);
    target_rig_close(&r);
}

/* The value that is there already may be written: nothing is lost. */
static void a_locked_write_of_the_same_is_no_error(void **state)
{
    (void)state;
    struct target_rig r;
    struct chip chip;
    open_rig(&r, &chip, true, true);
    uint32_t word = r.chip.device_words[RIG_GUARDED_WORD];
    CHECK_OK(core_write_u32(r.cpu[0], RAM, word));
    target_rig_close(&r);
}

/* What was learnt holds until the program runs. */
static void permissions_are_asked_again_after_a_run(void **state)
{
    (void)state;
    struct target_rig r;
    struct chip chip;
    open_rig(&r, &chip, false, false);
    check_write(&r, RAM, 8);
    CHECK_OK(target_resume(r.target));
    r.chip.device_words[RIG_LOCK] = r.chip.device_words[RIG_FORBID] = 1;
    CHECK_OK(target_halt(r.target, TIMEOUT_MS));
    CHECK_ERR(core_write_u32(r.cpu[0], RAM, 0x12345678), ERR_FAULT);
    target_rig_close(&r);
}

/* Or until the user changes them while the chip is halted. */
static void permissions_that_the_user_sets_hold(void **state)
{
    (void)state;
    struct target_rig r;
    struct chip chip;
    open_rig(&r, &chip, false, false);
    check_write(&r, RAM, 8);
    CHECK_OK(core_write_u32(r.cpu[0], REGISTERS + 4 * RIG_FORBID, 1));
    CHECK_OK(core_write_u32(r.cpu[0], REGISTERS + 4 * RIG_LOCK, 1));
    CHECK_ERR(core_write_u32(r.cpu[0], RAM, 0x12345678), ERR_FAULT);
    target_rig_close(&r);
}

/* Writes with the nth execute from now on failing; *executes: how many there were. */
static enum err write_with_failure(struct target_rig *r, uint64_t n, enum err with, bool late, uint64_t *executes)
{
    uint8_t bytes[32];
    fill(bytes, sizeof bytes);
    uint64_t before = r->chip.adapter.executes;
    r->chip.fails_at = n ? before + n : 0;
    r->chip.fails_with = with;
    r->chip.fails_late = late;
    enum err e = core_mem_write(r->cpu[0], RAM, 0, bytes, sizeof bytes);
    *executes = r->chip.adapter.executes - before;
    return e;
}

static uint64_t executes_of_a_write(bool lock)
{
    struct target_rig r;
    struct chip chip;
    uint64_t executes;
    open_rig(&r, &chip, true, lock);
    CHECK_ERR(write_with_failure(&r, 0, ERR_OK, false, &executes), lock ? ERR_FAULT : ERR_OK);
    target_rig_close(&r);
    assert_true(executes > 4);
    return executes;
}

static const enum err failures[] = {ERR_IO, ERR_TIMEOUT, ERR_INTERRUPTED};
enum { FAILURES = sizeof failures / sizeof failures[0] };

/* Whatever fails, and whether it was done or not: only where it is the closing itself it can stay open. */
static void what_was_opened_is_closed_after_any_error(void **state)
{
    (void)state;
    uint64_t total = executes_of_a_write(false), executes;
    for (uint64_t n = 1; n <= total * FAILURES * 2; n++) {
        struct target_rig r;
        struct chip chip;
        enum err with = failures[n % FAILURES];
        uint64_t at = 1 + (n - 1) / (FAILURES * 2);
        bool late = n % 2;
        open_rig(&r, &chip, true, false);
        CHECK_ERR(write_with_failure(&r, at, with, late, &executes), with);
        check_why(&r, "the rig failed at execute"); /* the first error, and its sentence */
        bool is_closing = at == total;
        assert_int_equal(r.chip.device_words[RIG_FORBID], !is_closing || late);
        assert_int_equal(r.chip.device_words[RIG_VIOLATED], 0);
        if (!is_closing)
            check_write(&r, RAM, 4 * COUNT); /* nothing wrong was learnt of it */
        target_rig_close(&r);
    }
}

static void a_locked_write_that_fails_leaves_no_trace(void **state)
{
    (void)state;
    uint64_t total = executes_of_a_write(true), executes;
    unsigned traces = 0;
    for (uint64_t at = 1; at <= total; at++) {
        for (unsigned late = 0; late < 2; late++) {
            struct target_rig r;
            struct chip chip;
            open_rig(&r, &chip, true, true);
            enum err e = write_with_failure(&r, at, ERR_IO, late, &executes);
            assert_true(e == ERR_IO || e == ERR_FAULT); /* or it was refused before */
            traces += r.chip.device_words[RIG_VIOLATED];
            target_rig_close(&r);
        }
    }
    assert_int_equal(traces, 1); /* where the wiping itself is not done */
}

static void nothing_is_closed_over_a_lost_link(void **state)
{
    (void)state;
    uint64_t total = executes_of_a_write(false), executes;
    for (uint64_t at = 1; at <= total; at++) {
        struct target_rig r;
        struct chip chip;
        open_rig(&r, &chip, true, false);
        CHECK_ERR(write_with_failure(&r, at, ERR_DISCONNECTED, false, &executes), ERR_DISCONNECTED);
        assert_int_equal(executes, at);
        target_rig_close(&r);
    }
}

static void external_ram_is_written_and_flash_is_not(void **state)
{
    (void)state;
    struct target_rig r;
    struct chip chip;
    open_rig(&r, &chip, false, false);
    uint32_t *table = r.chip.device_words + 0x100 / 4;
    table[0] = 0x8005; /* external RAM */
    table[1] = 5;      /* flash */
    check_write(&r, DRAM + 0x100, 33);
    CHECK_ERR(core_write_u32(r.cpu[0], DRAM + 0x10000, 1), ERR_UNSUPPORTED);
    table[0] = 0xC005; /* nothing */
    CHECK_ERR(core_write_u32(r.cpu[0], DRAM + 0x100, 1), ERR_UNSUPPORTED);
    target_rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_protection_writes_go_as_ever),
        cmocka_unit_test(what_is_not_locked_is_opened_for_a_write),
        cmocka_unit_test(a_locked_write_is_refused_and_leaves_no_trace),
        cmocka_unit_test(a_locked_write_of_the_same_is_no_error),
        cmocka_unit_test(permissions_are_asked_again_after_a_run),
        cmocka_unit_test(permissions_that_the_user_sets_hold),
        cmocka_unit_test(what_was_opened_is_closed_after_any_error),
        cmocka_unit_test(a_locked_write_that_fails_leaves_no_trace),
        cmocka_unit_test(nothing_is_closed_over_a_lost_link),
        cmocka_unit_test(external_ram_is_written_and_flash_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
