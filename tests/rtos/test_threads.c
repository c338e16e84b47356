/* SPDX-License-Identifier: Apache-2.0 */
/* Which threads are found, in each build of the kernel, and what it costs. */
#include "kernel.h"

#include <stdio.h>

/* The builds that there are, by what a debugger sees of them. */
static const struct {
    const char *name;
    struct kernel_build build;
} builds[] = {
    {"ESP-IDF 4, two cores", {"pxCurrentTCB", 2, 0, false, true, false, "port_xSchedulerRunning", RTOS_XTENSA_ESP32}},
    {"ESP-IDF 4, one core", {"pxCurrentTCB", 1, 0, false, true, false, "xSchedulerRunning", RTOS_RISCV}},
    {"ESP-IDF 3, no table", {"pxCurrentTCB", 2, 56, false, false, false, "xSchedulerRunning", RTOS_XTENSA_ESP32}},
    {"ESP-IDF 5, two cores", {"pxCurrentTCBs", 2, 0, false, true, false, "xSchedulerRunning", RTOS_XTENSA_ESP32S3}},
    {"ESP-IDF 5, integrity checks",
     {"pxCurrentTCBs", 2, 0, true, true, false, "xSchedulerRunning", RTOS_XTENSA_ESP32S3}},
    {"Amazon SMP, two cores", {"pxCurrentTCBs", 2, 60, false, true, true, "xSchedulerRunning", RTOS_XTENSA_ESP32}},
    {"vanilla, one core", {"pxCurrentTCB", 1, 0, false, false, true, "xSchedulerRunning", RTOS_RISCV}},
};
enum { BUILDS = sizeof builds / sizeof builds[0] };

static const struct kernel_build idf5 = {"pxCurrentTCBs",  2, 0, false, true, false, "xSchedulerRunning",
                                         RTOS_XTENSA_ESP32};

static void check_text(struct kernel *k, uint32_t id, const char *expected)
{
    char text[128];
    assert_string_equal(kernel_text(k, id, text), expected);
}

static size_t count_of(struct kernel *k)
{
    size_t count;
    rtos_threads(k->rtos, &count);
    return count;
}

static void all_states_in_every_build(void **state)
{
    (void)state;
    static struct kernel k;
    for (unsigned b = 0; b < BUILDS; b++) {
        print_message("%s\n", builds[b].name);
        for (int steps = 0; steps < 2; steps++) {
            kernel_open(&k, &builds[b].build);
            k.cannot_follow = steps;
            bool has_two = k.build.cores == 2;
            uint32_t main = kernel_add(&k, "main", 1, kernel_ready(&k, 1));
            uint32_t ipc = kernel_add(&k, "ipc1", 24, kernel_ready(&k, 24));
            uint32_t idle = kernel_add(&k, "IDLE", 0, kernel_ready(&k, 0));
            uint32_t timer = kernel_add(&k, "Tmr Svc", 1, k.delayed[0]);
            uint32_t late = kernel_add(&k, "late", 2, k.delayed[1]);
            uint32_t waits = kernel_add(&k, "waits", 5, k.suspended);
            uint32_t stopped = kernel_add(&k, "stopped", 5, k.suspended);
            uint32_t gone = kernel_add(&k, "gone", 5, k.ended);
            uint32_t soon = kernel_add(&k, "soon", 6, k.pending);
            kernel_wait(&k, waits, kernel_list(&k));
            kernel_run_on(&k, 0, main);
            if (has_two)
                kernel_run_on(&k, 1, ipc);
            kernel_give_symbols(&k);
            assert_int_equal(count_of(&k), 9);
            check_text(&k, main, "main Running 0 1");
            check_text(&k, ipc, has_two ? "ipc1 Running 1 24" : "ipc1 Ready -1 24");
            check_text(&k, idle, "IDLE Ready -1 0");
            check_text(&k, timer, "Tmr Svc Blocked -1 1");
            check_text(&k, late, "late Blocked -1 2");
            check_text(&k, waits, "waits Blocked -1 5");
            check_text(&k, stopped, "stopped Suspended -1 5");
            check_text(&k, gone, "gone Deleted -1 5");
            check_text(&k, soon, "soon Ready -1 6");
            assert_string_equal(k.said, "");
            size_t count;
            assert_int_equal(rtos_threads(k.rtos, &count)[0].id, main);
            kernel_close(&k);
        }
    }
}

static void nothing_before_the_scheduler_runs(void **state)
{
    (void)state;
    static struct kernel k;
    kernel_open(&k, &idf5);
    assert_int_equal(count_of(&k), 0); /* no symbols */
    uint32_t main = kernel_add(&k, "main", 1, kernel_ready(&k, 1));
    kernel_run_on(&k, 0, main);
    kernel_give_symbols(&k);
    /* RAM is not cleared yet: anything may stand there */
    static const uint32_t not_yet[] = {0, 0xDEADBEEF, 2};
    for (unsigned i = 0; i < 3; i++) {
        kernel_put(&k, k.running, not_yet[i]);
        rtos_forget(k.rtos);
        assert_int_equal(count_of(&k), 0);
        assert_int_equal(rtos_current(k.rtos, 0), 0);
    }
    kernel_put(&k, k.running, 1);
    kernel_put(&k, k.count, 0);
    rtos_forget(k.rtos);
    assert_int_equal(count_of(&k), 0);
    kernel_put(&k, k.count, 1);
    rtos_forget(k.rtos);
    assert_int_equal(count_of(&k), 1);
    assert_string_equal(k.said, "");
    rtos_set_kind(k.rtos, "none");
    assert_int_equal(count_of(&k), 0);
    assert_null(rtos_symbol_name(k.rtos, 0));
    kernel_close(&k);
}

static void what_a_last_run_has_left_is_ended(void **state)
{
    (void)state;
    static struct kernel k;
    kernel_open(&k, &idf5);
    CHECK_OK(rtos_start_anew(k.rtos)); /* nothing is known, nothing is written */
    assert_int_equal(k.writes, 0);
    kernel_run_on(&k, 0, kernel_add(&k, "main", 1, kernel_ready(&k, 1)));
    kernel_give_symbols(&k);
    assert_int_equal(count_of(&k), 1);
    CHECK_OK(rtos_start_anew(k.rtos));
    assert_int_equal(k.writes, 2);
    assert_int_equal(count_of(&k), 0);
    kernel_close(&k);
}

static void fifty_threads_cost_few_round_trips(void **state)
{
    (void)state;
    static struct kernel k;
    char name[16];
    kernel_open(&k, &idf5);
    for (unsigned i = 0; i < 50; i++) { /* most wait in one list, as programs have it */
        snprintf(name, sizeof name, "worker %u", i);
        uint32_t t = kernel_add(&k, name, i % 5, i < 45 ? k.suspended : kernel_ready(&k, i % 5));
        if (i > 47)
            kernel_run_on(&k, i - 48, t);
    }
    kernel_give_symbols(&k);
    assert_int_equal(count_of(&k), 50);
    assert_in_range(k.reads + k.follows, 1, 5);
    unsigned before = k.reads + k.follows;
    assert_int_equal(count_of(&k), 50);
    assert_int_not_equal(rtos_current(k.rtos, 0), 0);
    assert_int_equal(k.reads + k.follows, before); /* once a stop */
    rtos_forget(k.rtos);
    assert_int_not_equal(rtos_current(k.rtos, 1), 0);
    assert_int_equal(k.reads + k.follows, before + 1); /* who runs, of those that are known */
    kernel_close(&k);
}

static void a_chip_that_is_gone_is_asked_once(void **state)
{
    (void)state;
    static struct kernel k;
    kernel_open(&k, &idf5);
    kernel_run_on(&k, 0, kernel_add(&k, "main", 1, kernel_ready(&k, 1)));
    kernel_give_symbols(&k);
    k.is_gone = true;
    assert_int_equal(count_of(&k), 0);
    assert_int_equal(count_of(&k), 0);
    assert_int_equal(k.reads, 1);
    assert_string_equal(k.said, "the threads of FreeRTOS are not known: the cable is out\n");
    kernel_close(&k);
}

static void names_are_made_printable(void **state)
{
    (void)state;
    static struct kernel k;
    kernel_open(&k, &idf5);
    uint32_t a = kernel_add(&k, "a\x01\xFFz", 1, kernel_ready(&k, 1)),
             none = kernel_add(&k, "", 99, kernel_ready(&k, 1));
    kernel_run_on(&k, 0, a);
    kernel_give_symbols(&k);
    check_text(&k, a, "a??z Running 0 1");
    check_text(&k, none, " Ready -1");
    kernel_close(&k);
}

static void kinds(void **state)
{
    (void)state;
    assert_true(rtos_is_known_kind("FreeRTOS") && rtos_is_known_kind("auto") && rtos_is_known_kind("none") &&
                rtos_is_known_kind("hwthread"));
    assert_false(rtos_is_known_kind("freertos"));
    static struct kernel k;
    kernel_open(&k, &idf5);
    assert_string_equal(rtos_symbol_name(k.rtos, 0), "pxReadyTasksLists");
    rtos_set_kind(k.rtos, "auto");
    assert_string_equal(rtos_symbol_name(k.rtos, 0), "pxReadyTasksLists");
    rtos_set_symbol(k.rtos, "somethingElse", 4);
    assert_false(rtos_has_symbols(k.rtos));
    kernel_close(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_states_in_every_build),
        cmocka_unit_test(nothing_before_the_scheduler_runs),
        cmocka_unit_test(what_a_last_run_has_left_is_ended),
        cmocka_unit_test(fifty_threads_cost_few_round_trips),
        cmocka_unit_test(a_chip_that_is_gone_is_asked_once),
        cmocka_unit_test(names_are_made_printable),
        cmocka_unit_test(kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
