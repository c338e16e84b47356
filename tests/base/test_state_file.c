/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered from one run to the next: where, for whom, and that it only grows. */
#include "unit.h"

#include "base/state_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct place {
    char top[64];
    struct log log;
};

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    strcpy(p->top, "/tmp/espocd-state-XXXXXX");
    assert_non_null(mkdtemp(p->top));
    log_init(&p->log, LOG_SILENT);
    setenv("XDG_STATE_HOME", p->top, 1);
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    char folder[128];
    snprintf(folder, sizeof folder, "%s/espocd/breaks", p->top);
    rmdir(folder);
    *strrchr(folder, '/') = '\0';
    rmdir(folder);
    assert_int_equal(rmdir(p->top), 0); /* nothing is left in it */
    free(p);
    return 0;
}

static void the_folder_is_the_users(void **state)
{
    struct place *p = *state;
    char path[STATE_PATH], expected[STATE_PATH];
    CHECK_OK(state_path(&p->log, "breaks", "a", path));
    snprintf(expected, sizeof expected, "%s/espocd/breaks/a", p->top);
    assert_string_equal(path, expected);
    setenv("XDG_STATE_HOME", "relative", 1); /* does not count */
    setenv("HOME", "/home/somebody", 1);
    CHECK_OK(state_path(&p->log, "breaks", "a", path));
    assert_string_equal(path, "/home/somebody/.local/state/espocd/breaks/a");
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    CHECK_ERR(state_path(&p->log, "breaks", "a", path), ERR_NOT_FOUND);
    assert_false(state_has_any("breaks", ""));
}

static void a_file_grows_and_goes(void **state)
{
    struct place *p = *state;
    struct state_file f = {0}, other = {0};
    struct buf content = {0};
    char path[STATE_PATH];
    CHECK_OK(state_path(&p->log, "breaks", "esp32-1.journal", path));
    assert_false(state_has_any("breaks", "esp32-"));
    CHECK_OK(state_file_open(&p->log, &f, path));
    assert_true(state_has_any("breaks", "esp32-"));
    assert_false(state_has_any("breaks", "esp32s3-"));
    CHECK_OK(state_file_append(&p->log, &f, "first", 5));
    CHECK_OK(state_file_append(&p->log, &f, "second", 6));
    /* one program at a time */
    CHECK_ERR(state_file_open(&p->log, &other, path), ERR_STATE);
    CHECK_OK(state_file_read(&p->log, &f, &content));
    assert_string_equal(buf_str(&content), "firstsecond");
    CHECK_OK(state_file_cut(&p->log, &f, 5));
    CHECK_OK(state_file_append(&p->log, &f, "!", 1));
    state_file_close(&f);
    buf_clear(&content);
    CHECK_OK(state_file_open(&p->log, &f, path));
    CHECK_OK(state_file_read(&p->log, &f, &content));
    assert_string_equal(buf_str(&content), "first!");
    CHECK_OK(state_file_remove(&p->log, &f));
    assert_false(state_has_any("breaks", "esp32-"));
    CHECK_OK(state_file_remove(&p->log, &f)); /* there is none */
    buf_fini(&content);
}

static void what_cannot_be_written_is_said(void **state)
{
    struct place *p = *state;
    struct state_file f = {0};
    CHECK_ERR(state_file_open(&p->log, &f, "/proc/espocd/breaks/x"), ERR_IO);
    assert_non_null(strstr(p->log.why, "/proc/espocd/breaks/x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_folder_is_the_users, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_grows_and_goes, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_written_is_said, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
