/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/sched.h"
#include "unit.h"

struct trace {
    struct sched *s;
    struct sched_event *again;
    uint64_t at[8];
    unsigned count;
};

static void note(void *ctx)
{
    struct trace *t = ctx;
    t->at[t->count++] = t->s->now_ps;
}

static void run_to(struct sched *s, uint64_t ps)
{
    while (sched_next(s) <= ps) {
        s->now_ps = sched_next(s);
        sched_run_due(s);
    }
    s->now_ps = ps;
}

static void appointments_come_in_order(void **state)
{
    (void)state;
    struct sched s = {0};
    struct trace t = {.s = &s};
    struct sched_event a = {.fn = note, .ctx = &t}, b = {.fn = note, .ctx = &t}, c = {.fn = note, .ctx = &t};
    assert_int_equal(sched_next(&s), SCHED_NEVER);
    sched_at(&s, &a, 300);
    sched_at(&s, &b, 100);
    sched_in(&s, &c, 200);
    assert_int_equal(sched_next(&s), 100);
    run_to(&s, 1000);
    assert_int_equal(t.count, 3);
    assert_int_equal(t.at[0], 100);
    assert_int_equal(t.at[1], 200);
    assert_int_equal(t.at[2], 300);
    assert_false(a.is_set);
}

static void an_appointment_moves_and_can_be_cancelled(void **state)
{
    (void)state;
    struct sched s = {0};
    struct trace t = {.s = &s};
    struct sched_event a = {.fn = note, .ctx = &t}, b = {.fn = note, .ctx = &t};
    sched_at(&s, &a, 100);
    sched_at(&s, &a, 500);
    sched_at(&s, &b, 300);
    sched_cancel(&s, &b);
    sched_cancel(&s, &b);
    assert_int_equal(sched_next(&s), 500);
    sched_in(&s, &a, SCHED_NEVER - 1); /* in far more than the clock's range is never */
    s.now_ps = 10;
    sched_in(&s, &a, SCHED_NEVER - 1);
    assert_int_equal(sched_next(&s), SCHED_NEVER);
    assert_int_equal(t.count, 0);
}

struct slice {
    uint64_t used, end;
};

static uint64_t used(void *ctx)
{
    return ((struct slice *)ctx)->used;
}

static void end(void *ctx, uint64_t at_ps)
{
    ((struct slice *)ctx)->end = at_ps;
}

static void now_includes_the_slice_and_cuts_it_short(void **state)
{
    (void)state;
    struct slice slice = {.used = 40};
    struct sched s = {.now_ps = 1000, .slice_used_ps = used, .slice_end = end, .slice_ctx = &slice};
    struct trace t = {.s = &s};
    struct sched_event a = {.fn = note, .ctx = &t};
    assert_int_equal(sched_now(&s), 1040);
    sched_in(&s, &a, 5);
    assert_int_equal(slice.end, 1045);
    sched_cancel(&s, &a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appointments_come_in_order),
        cmocka_unit_test(an_appointment_moves_and_can_be_cancelled),
        cmocka_unit_test(now_includes_the_slice_and_cuts_it_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
