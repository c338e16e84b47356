/* SPDX-License-Identifier: Apache-2.0 */
/* Lists that are damaged, or were halted in the middle of a change: what is found is told, with one sentence, and nothing hangs. */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

static const struct kernel_build idf5 = {"pxCurrentTCBs",  2, 0, false, true, false, "xSchedulerRunning",
                                         RTOS_XTENSA_ESP32};

struct scene {
    struct kernel k;
    uint32_t main, a, b, c;
};
static struct scene s;

static void open_scene(bool cannot_follow)
{
    kernel_open(&s.k, &idf5);
    s.k.cannot_follow = cannot_follow;
    s.main = kernel_add(&s.k, "main", 1, kernel_ready(&s.k, 1));
    s.a = kernel_add(&s.k, "a", 2, s.k.suspended);
    s.b = kernel_add(&s.k, "b", 2, s.k.suspended);
    s.c = kernel_add(&s.k, "c", 2, s.k.suspended);
    kernel_run_on(&s.k, 0, s.main);
    kernel_give_symbols(&s.k);
}

/* What is found, and how often something is said in two stops. */
static size_t found(unsigned sentences, const char *words)
{
    size_t count;
    rtos_threads(s.k.rtos, &count);
    rtos_forget(s.k.rtos);
    rtos_threads(s.k.rtos, &count);
    assert_int_equal(s.k.said_count, sentences);
    if (!strstr(s.k.said, words))
        fail_msg("'%s' is not in: %s", words, s.k.said);
    assert_true(rtos_find(s.k.rtos, s.main) != NULL);
    assert_in_range(s.k.reads, 1, 40);
    kernel_close(&s.k);
    return count;
}

static uint32_t next_of(uint32_t thread)
{
    return kernel_state_item(&s.k, thread) + kernel_next_offset(&s.k);
}

static void a_pointer_to_nowhere(void **state)
{
    (void)state;
    static const uint32_t nowhere[] = {0, 0xFFFFFFFC, 0x60000000, 0x3FFB0001, 0x3FFEFFFC};
    for (unsigned i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        for (int steps = 0; steps < 2; steps++) {
            open_scene(steps);
            kernel_put(&s.k, next_of(s.b), nowhere[i]);
            assert_int_equal(found(1, "which is no thread"), 3); /* main, a, b */
        }
    }
}

static void a_ring_that_bites_its_tail(void **state)
{
    (void)state;
    for (int steps = 0; steps < 2; steps++) {
        open_scene(steps);
        kernel_put(&s.k, next_of(s.b), kernel_state_item(&s.k, s.a));
        assert_int_equal(found(1, "goes round in circles"), 3);
    }
}

static void a_node_whose_owner_is_another(void **state)
{
    (void)state;
    for (int steps = 0; steps < 2; steps++) {
        open_scene(steps);
        kernel_put(&s.k, kernel_state_item(&s.k, s.b) + 12, s.a);
        assert_int_equal(found(1, "which is no thread"), 2);
    }
}

static void counts_that_are_wrong(void **state)
{
    (void)state;
    static const struct {
        uint32_t count;
        size_t found;
        const char *words;
    } cases[] = {{2, 4, "more threads than the 2"},
                 {4, 4, "has 3 threads and says 4"},
                 {0xFFFFFFFF, 4, "4 at most"},
                 {0, 2, "more threads than the 0"}};
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int steps = 0; steps < 2; steps++) {
            open_scene(steps);
            kernel_put(&s.k, s.k.suspended, cases[i].count);
            assert_int_equal(found(1, cases[i].words), cases[i].found);
        }
    }
}

static void a_number_of_threads_that_is_garbage(void **state)
{
    (void)state;
    open_scene(false);
    kernel_put(&s.k, s.k.count, 0xDEADBEEF);
    kernel_put(&s.k, s.k.suspended, 0xDEADBEEF);
    assert_int_equal(found(1, "512 at most"), 4);
}

static void a_table_without_meaning(void **state)
{
    (void)state;
    open_scene(false);
    memset(s.k.bytes + (s.k.table - KERNEL_BASE), 0xA5, 16);
    assert_int_equal(found(1, "(its first bytes are a5 a5)"), 4);
}

static void current_threads_that_are_none(void **state)
{
    (void)state;
    static const uint32_t none[] = {0xFFFFFFFF, 0x3FFB0002, KERNEL_BASE + 0x20};
    for (unsigned i = 0; i < 3; i++) {
        open_scene(false);
        kernel_run_on(&s.k, 1, none[i]);
        assert_int_equal(rtos_current(s.k.rtos, 1), 0);
        assert_int_equal(found(0, ""), 4);
    }
    open_scene(false);
    kernel_run_on(&s.k, 1, s.main); /* one thread on two cores */
    assert_int_equal(rtos_current(s.k.rtos, 0), s.main);
    assert_int_equal(rtos_current(s.k.rtos, 1), 0);
    assert_int_equal(found(0, ""), 4);
}

/* Any bytes whatever: bounded in reads and in threads. The seeds make it the same each time. */
static void noise(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 400; seed++) {
        open_scene(seed % 2);
        srand(seed);
        for (unsigned i = 0; i < 1 + seed % 16; i++) {
            uint32_t at = (uint32_t)rand() % (s.k.next - KERNEL_BASE) & ~3U;
            bool is_pointer = rand() % 2;
            kernel_put(&s.k, KERNEL_BASE + at,
                       is_pointer ? KERNEL_BASE + (uint32_t)rand() % (s.k.next - KERNEL_BASE) : (uint32_t)rand());
        }
        size_t count;
        rtos_threads(s.k.rtos, &count);
        assert_true(count <= RTOS_MAX_THREADS);
        assert_in_range(s.k.reads + s.k.follows, 1, RTOS_MAX_THREADS + 8);
        assert_in_range(s.k.said_count, 0, 1);
        uint32_t value;
        for (size_t i = 0; i < count; i++)
            if (rtos_read_register(s.k.rtos, rtos_threads(s.k.rtos, &count)[i].id, "ar5", &value) != ERR_OK)
                err_forget(&s.k.log);
        kernel_close(&s.k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pointer_to_nowhere),
        cmocka_unit_test(a_ring_that_bites_its_tail),
        cmocka_unit_test(a_node_whose_owner_is_another),
        cmocka_unit_test(counts_that_are_wrong),
        cmocka_unit_test(a_number_of_threads_that_is_garbage),
        cmocka_unit_test(a_table_without_meaning),
        cmocka_unit_test(current_threads_that_are_none),
        cmocka_unit_test(noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
