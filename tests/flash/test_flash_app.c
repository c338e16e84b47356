/* SPDX-License-Identifier: Apache-2.0 */
/* The flash under a program that runs from it: cache on, both cores busy. */
#include "base/file.h"
#include "rig.h"
#include "tests/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALL = FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME | FLASH_JOB_VERIFY, FILES = 3 };
#define NS_PER_MS 1000000ULL

struct bench {
    struct rig rig;
    struct buf files[FILES];
    char uart[64];
};

static const struct rig_file parts[FILES + 1] = {{"bootloader/bootloader.bin", 0x1000},
                                                 {"partition_table/partition-table.bin", 0x8000},
                                                 {"app.bin", 0x10000},
                                                 {NULL, 0}};

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    *state = b;
    snprintf(b->uart, sizeof b->uart, "/tmp/flash-app-uart-%ld", (long)getpid());
    const char *const options[] = {"uart", b->uart, NULL};
    CHECK_OK(rig_open(&b->rig, options, 0));
    const char *folder = getenv("DEMO_8000");
    assert_non_null(folder);
    CHECK_OK(rig_run_build(&b->rig, folder, parts, b->files));
    board_advance_ns(b->rig.board, 1500 * NS_PER_MS);
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    rig_close(&b->rig);
    for (unsigned i = 0; i < FILES; i++)
        buf_fini(&b->files[i]);
    unlink(b->uart);
    free(b);
    return 0;
}

/* The program ticks on after the flash was looked at, as if nothing had been. */
static void a_program_goes_on(void **state)
{
    struct bench *b = *state;
    struct flash_info info;
    uint8_t back[64];
    assert_int_equal(rig_count_in(&b->rig, b->uart, "Hello from"), 1);
    CHECK_OK(target_poll(b->rig.target));
    assert_int_equal(core_state(target_core(b->rig.target, 0)), CORE_RUNNING);
    CHECK_OK(flash_identify(b->rig.flash, &info));
    CHECK_OK(flash_read(b->rig.flash, 0x10000, back, sizeof back));
    assert_memory_equal(back, b->files[2].bytes, sizeof back);
    CHECK_OK(flash_release(b->rig.flash));
    size_t beats = rig_count_in(&b->rig, b->uart, "heartbeat");
    uint64_t resets = board_resets(b->rig.board);
    CHECK_OK(target_resume(b->rig.target));
    board_advance_ns(b->rig.board, 3000 * NS_PER_MS);
    assert_true(rig_count_in(&b->rig, b->uart, "heartbeat") > beats);
    assert_int_equal(rig_count_in(&b->rig, b->uart, "Hello from"), 1);
    assert_int_equal(board_resets(b->rig.board), resets);
}

/* What is programmed under a running program is seen through its cache afterwards. */
static void the_cache_shows_what_was_programmed(void **state)
{
    struct bench *b = *state;
    struct core *core = target_core(b->rig.target, 0);
    uint32_t at = 0x3F400000, before, after;
    CHECK_OK(target_halt(b->rig.target, 100));
    CHECK_OK(core_read_u32(core, at, &before));
    uint8_t *app = b->files[2].bytes;
    app[8] ^= 0xFF; /* in the first page of the data window */
    uint32_t expected;
    struct flash_piece piece = {.offset = 0x10000, .bytes = app, .len = b->files[2].len, .name = "app"};
    CHECK_OK(core_read_u32(core, at + 8, &before));
    CHECK_OK(flash_program(b->rig.flash, &piece, 1, ALL, NULL));
    CHECK_OK(core_read_u32(core, at + 8, &after));
    memcpy(&expected, app + 8, 4);
    assert_int_not_equal(before, after);
    assert_int_equal(after, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_program_goes_on, setup, teardown),
        cmocka_unit_test_setup_teardown(the_cache_shows_what_was_programmed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
