/* SPDX-License-Identifier: Apache-2.0 */
/* A session over a virtual board, through its public door; faults included. */
#include "tests/unit.h"

#include "session/session.h"
#include "sim/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JOB_OFFSET = 0x20000, JOB_LEN = 48 * 1024 };

struct rig {
    struct log log;
    atomic_bool interrupted;
    struct session *session;
    char path[64]; /* of the flash */
};

static void rig_open(struct rig *r)
{
    log_init(&r->log, LOG_SILENT);
    atomic_store(&r->interrupted, false);
    r->session = session_new(&r->log, &r->interrupted);
    assert_non_null(r->session);
    CHECK_OK(session_use_chip(r->session, "esp32"));
    CHECK_OK(session_use_sim(r->session, &(struct session_sim){.flash_path = r->path}));
}

static void rig_new(struct rig *r)
{
    *r = (struct rig){0};
    snprintf(r->path, sizeof r->path, "/tmp/espocd-session-%d.bin", (int)getpid());
    unlink(r->path);
    rig_open(r);
}

static void rig_close(struct rig *r)
{
    session_free(r->session);
    unlink(r->path);
}

static struct board *board_of(struct rig *r)
{
    return adapter_sim_board(session_adapter(r->session));
}

static void test_opens_and_closes_and_opens_again(void **state)
{
    (void)state;
    struct rig r;
    rig_new(&r);
    for (int i = 0; i < 2; i++) {
        assert_false(session_is_open(r.session));
        assert_null(session_target(r.session));
        CHECK_OK(session_open(r.session));
        CHECK_OK(session_open(r.session)); /* once more does nothing */
        assert_string_equal(core_name(session_core(r.session, 1)), "esp32.cpu1");
        assert_int_equal(session_config(r.session)->taps[1].idcode, 0x120034E5);
        assert_null(session_core(r.session, 2));
        session_close(r.session);
    }
    rig_close(&r);
}

static void test_a_configuration_must_be_sound(void **state)
{
    (void)state;
    struct rig r;
    rig_new(&r);
    CHECK_ERR(session_use_chip(r.session, "esp99"), ERR_USAGE);
    assert_non_null(strstr(r.log.why, "esp32"));
    CHECK_ERR(session_set_adapter(r.session, "warp"), ERR_NOT_FOUND);
    CHECK_OK(session_set_adapter(r.session, "ftdi"));
    CHECK_OK(session_set_adapter(r.session, "ftdi"));
    CHECK_ERR(session_set_adapter(r.session, "jlink"), ERR_EXISTS);
    struct session_core again = session_config(r.session)->cores[0];
    CHECK_ERR(session_add_core(r.session, &again), ERR_EXISTS);
    rig_close(&r);
}

static void test_an_absent_adapter_is_said_with_a_remedy(void **state)
{
    (void)state;
    struct log log;
    log_init(&log, LOG_SILENT);
    struct session *s = session_new(&log, NULL);
    CHECK_OK(session_use_chip(s, "esp32"));
    CHECK_ERR(session_open(s), ERR_CONFIG);
    CHECK_OK(session_set_adapter(s, "esp_usb_jtag"));
    enum err e = session_open(s);
    CHECK_ERR(e, ERR_DISCONNECTED);
    assert_int_equal(session_exit_status(e), 3);
    assert_non_null(strstr(log.why, "--sim"));
    session_free(s);
}

static void test_one_declared_tap_finds_the_other(void **state)
{
    (void)state;
    struct rig r;
    rig_new(&r);
    struct session_config *config = session_config(r.session);
    config->tap_count = config->core_count = 1; /* what ESP_ONLYCPU 1 declares */
    CHECK_OK(session_open(r.session));
    assert_int_equal(config->tap_count, 2);
    assert_int_equal(target_core_count(session_target(r.session)), 1);
    CHECK_OK(target_halt(session_target(r.session), 1000));
    rig_close(&r);
}

/* Between the chain and the cores the chip's EN pin goes low: nothing answers, and the sentence says what to look at. */
static void test_a_chip_that_goes_into_reset(void **state)
{
    (void)state;
    struct rig r;
    rig_new(&r);
    CHECK_OK(session_connect(r.session));
    board_set_fault(board_of(&r), BOARD_FAULT_HELD_RESET, 0);
    enum err e = session_examine(r.session);
    assert_int_equal(session_exit_status(e), 3);
    assert_non_null(strstr(r.log.why, "power"));
    assert_false(session_is_open(r.session));
    rig_close(&r);
}

struct heard {
    unsigned halted, progress;
    uint64_t last_done, last_total;
};

static void on_news(void *ctx, const struct session_news *news)
{
    struct heard *h = ctx;
    h->halted += news->event == SESSION_HALTED;
    h->progress += news->event == SESSION_PROGRESS;
    if (news->event == SESSION_PROGRESS) {
        h->last_done = news->done;
        h->last_total = news->total;
    }
}

static uint8_t *job_bytes(void)
{
    uint8_t *bytes = malloc(JOB_LEN);
    uint32_t x = 1;
    for (size_t i = 0; i < JOB_LEN; i++) {
        x = x * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(x >> 24);
    }
    return bytes;
}

static enum err run_job(struct rig *r, const uint8_t *bytes)
{
    struct flash_job_result result;
    struct flash_piece piece = {.offset = JOB_OFFSET, .bytes = bytes, .len = JOB_LEN, .name = "job"};
    return flash_program(session_flash(r->session), &piece, 1, FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME | FLASH_JOB_VERIFY,
                         &result);
}

static void test_listeners_hear_of_halts_and_progress(void **state)
{
    (void)state;
    struct rig r;
    struct heard heard = {0};
    struct session_listener listener = {.fn = on_news, .ctx = &heard};
    uint8_t *bytes = job_bytes();
    rig_new(&r);
    session_add_listener(r.session, &listener);
    CHECK_OK(session_open(r.session));
    CHECK_OK(target_reset(session_target(r.session), RESET_INIT));
    assert_true(heard.halted > 0);
    CHECK_OK(run_job(&r, bytes));
    assert_true(heard.progress > 1);
    assert_int_equal(heard.last_done, heard.last_total);
    session_remove_listener(r.session, &listener);
    free(bytes);
    rig_close(&r);
}

static void test_an_adapter_pulled_out_while_it_writes(void **state)
{
    (void)state;
    struct rig r;
    uint8_t *bytes = job_bytes(), *back = malloc(JOB_LEN);
    rig_new(&r);
    CHECK_OK(session_open(r.session));
    CHECK_OK(target_reset(session_target(r.session), RESET_INIT));
    board_set_fault(board_of(&r), BOARD_FAULT_UNPLUGGED, 400000); /* some of the sectors are written by then */
    enum err e = run_job(&r, bytes);
    CHECK_ERR(e, ERR_DISCONNECTED);
    assert_int_equal(session_exit_status(e), 3);
    assert_non_null(strstr(r.log.why, "half-written"));
    session_free(r.session);
    rig_open(&r); /* plugged in again: the same job ends it */
    CHECK_OK(session_open(r.session));
    CHECK_OK(target_reset(session_target(r.session), RESET_INIT));
    CHECK_OK(run_job(&r, bytes));
    CHECK_OK(flash_read(session_flash(r.session), JOB_OFFSET, back, JOB_LEN));
    assert_memory_equal(back, bytes, JOB_LEN);
    free(bytes);
    free(back);
    rig_close(&r);
}

static void test_an_interrupt_ends_a_wait_and_leaves_the_session_usable(void **state)
{
    (void)state;
    struct rig r;
    rig_new(&r);
    CHECK_OK(session_open(r.session));
    atomic_store(&r.interrupted, true);
    CHECK_ERR(core_wait_state(session_core(r.session, 0), CORE_DEBUG_RUNNING, 1000), ERR_INTERRUPTED);
    atomic_store(&r.interrupted, false);
    CHECK_OK(target_halt(session_target(r.session), 1000));
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opens_and_closes_and_opens_again),
        cmocka_unit_test(test_a_configuration_must_be_sound),
        cmocka_unit_test(test_an_absent_adapter_is_said_with_a_remedy),
        cmocka_unit_test(test_one_declared_tap_finds_the_other),
        cmocka_unit_test(test_a_chip_that_goes_into_reset),
        cmocka_unit_test(test_listeners_hear_of_halts_and_progress),
        cmocka_unit_test(test_an_adapter_pulled_out_while_it_writes),
        cmocka_unit_test(test_an_interrupt_ends_a_wait_and_leaves_the_session_usable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
