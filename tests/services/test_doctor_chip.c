/* SPDX-License-Identifier: Apache-2.0 */
/* What doctor says of a chip that a survey has seen. */
#include "tests/unit.h"

#include "regs/esp32s3.h"
#include "services/cli/doctor.h"

#include <string.h>

/* Two cores that run after a reset by software. */
static struct survey make_survey(void)
{
    struct survey s = {.chip = chip_find("esp32s3"), .core_count = 2, .has_facts = true, .has_revision = true};
    for (unsigned i = 0; i < s.core_count; i++)
        s.cores[i] = (struct survey_core){.state = CORE_RUNNING,
                                          .has_pc = true,
                                          .pc = 0x42001000,
                                          .has_reset_cause = true,
                                          .reset_cause = ESP32S3_RESET_SW_SYS};
    return s;
}

static const struct verdict *find(const struct verdicts *v, const char *subject, const char *begin)
{
    for (size_t i = 0; i < v->count; i++) {
        if (!strcmp(v->items[i].subject, subject) && !strncmp(v->items[i].seen, begin, strlen(begin)))
            return &v->items[i];
    }
    return NULL;
}

static void check(const struct verdict *v, enum verdict_kind kind, const char *seen)
{
    assert_non_null(v);
    assert_int_equal(v->kind, kind);
    if (!strstr(v->seen, seen))
        fail_msg("'%s' is not in '%s'", seen, v->seen);
}

static void a_core_that_runs_is_good(void **state)
{
    (void)state;
    struct verdicts v = {0};
    struct survey s = make_survey();
    doctor_chip(&v, &s, 0, 100);
    check(find(&v, "cores", "cpu0"), VERDICT_GOOD,
          "cpu0 was running at 0x42001000; its last reset: Software core reset");
    assert_int_equal(verdicts_count(&v, VERDICT_NOTE) + verdicts_count(&v, VERDICT_BAD), 0);
    verdicts_fini(&v);
}

/* Each of the watchdogs, and nothing whose text only speaks of one: the brown-out detector has the name of one. */
static void a_watchdog_is_worth_a_look(void **state)
{
    (void)state;
    for (const struct chip_reset_cause *c = chip_find("esp32s3")->reset_causes; c->name; c++) {
        struct verdicts v = {0};
        struct survey s = make_survey();
        s.cores[1].reset_cause = c->code;
        doctor_chip(&v, &s, 0, 100);
        const struct verdict *core = find(&v, "cores", "cpu1");
        check(core, c->is_watchdog ? VERDICT_NOTE : VERDICT_GOOD, c->text);
        assert_int_equal(strstr(core->remedy, "did not feed a watchdog") != NULL, c->is_watchdog);
        verdicts_fini(&v);
    }
}

/* One that was away and was halted in the end, and one that never was: nobody has waited for that. */
static void who_was_away_is_told_apart_from_who_is(void **state)
{
    (void)state;
    struct verdicts v = {0};
    struct survey s = make_survey();
    s.cores[0].off = "the chip is in light sleep";
    s.cores[1].off = "its clock is off";
    s.cores[1].has_pc = false;
    doctor_chip(&v, &s, 0, 100);
    const struct verdict *first = find(&v, "cores", "cpu0"), *second = find(&v, "cores", "cpu1");
    check(first, VERDICT_NOTE, "cpu0 could not be reached at first: the chip is in light sleep; its last reset");
    check(second, VERDICT_NOTE, "cpu1 could not be reached: its clock is off; its last reset");
    assert_null(strstr(first->remedy, "waited"));
    assert_null(strstr(second->remedy, "waited"));
    assert_non_null(strstr(first->remedy, "halted all the same"));
    assert_null(strstr(second->remedy, "halted all the same"));
    verdicts_fini(&v);
}

static unsigned count_memory(const struct verdicts *v)
{
    unsigned count = 0;
    for (size_t i = 0; i < v->count; i++)
        count += !strcmp(v->items[i].subject, "memory");
    return count;
}

/* The instruction bus has two permissions, the data bus one: bits 0 and 1, and 2. */
static void each_bus_is_told_once(void **state)
{
    (void)state;
    static const struct {
        uint32_t closed, locked;
        const char *instruction, *data; /* NULL: it is not told */
    } cases[] = {
        {0, 0, NULL, NULL},
        {1, 0, "instruction bus", NULL},
        {2, 0, "instruction bus", NULL},
        {3, 2, "instruction bus, and nothing but a reset changes that", NULL},
        {4, 4, NULL, "data bus, and nothing but a reset changes that"},
        {7, 3, "instruction bus, and nothing but a reset changes that", "data bus"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct verdicts v = {0};
        struct survey s = make_survey();
        s.closed = cases[i].closed;
        s.locked = cases[i].locked;
        doctor_chip(&v, &s, 0, 100);
        assert_int_equal(count_memory(&v), (cases[i].instruction != NULL) + (cases[i].data != NULL));
        if (cases[i].instruction)
            check(find(&v, "memory", "the program protects memory on the instruction"), VERDICT_NOTE,
                  cases[i].instruction);
        if (cases[i].data)
            check(find(&v, "memory", "the program protects memory on the data"), VERDICT_NOTE, cases[i].data);
        verdicts_fini(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_core_that_runs_is_good),
        cmocka_unit_test(a_watchdog_is_worth_a_look),
        cmocka_unit_test(who_was_away_is_told_apart_from_who_is),
        cmocka_unit_test(each_bus_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
