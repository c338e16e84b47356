/* SPDX-License-Identifier: Apache-2.0 */
/* Which breakpoints are in hardware: so that what changes often does not reach the flash. */
#include "tests/unit.h"

#include "session/breaks_int.h"

enum { SLOTS = 2, MOST = 64 };

/* A session in small: what is wanted, and what the flash holds. */
struct model {
    uint32_t in_flash[MOST], old[MOST];
    size_t flash_count, old_count;
    unsigned writes; /* the flash had to change */
};

static bool has(const uint32_t *list, size_t count, uint32_t addr)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == addr)
            return true;
    }
    return false;
}

static void go_on(struct model *m, const uint32_t *wanted, size_t count)
{
    struct break_choice c[MOST];
    uint32_t next[MOST];
    size_t next_count = 0, same = 0;
    for (size_t i = 0; i < count; i++)
        c[i] = (struct break_choice){.addr = wanted[i],
                                     .is_in_flash = has(m->in_flash, m->flash_count, wanted[i]),
                                     .is_old = has(m->old, m->old_count, wanted[i])};
    break_choose(c, count);
    for (size_t i = 0; i < count; i++) {
        if (!c[i].takes_slot || c[i].rank >= SLOTS) {
            next[next_count++] = c[i].addr;
            same += c[i].is_in_flash;
        }
    }
    m->writes += same != next_count || same != m->flash_count;
    for (size_t i = 0; i < next_count; i++)
        m->in_flash[i] = next[i];
    m->flash_count = next_count;
    for (size_t i = 0; i < count; i++)
        m->old[i] = wanted[i];
    m->old_count = count;
}

static void few_stay_in_hardware(void **state)
{
    struct model m = {0};
    (void)state;
    go_on(&m, (uint32_t[]){1, 2}, 2);
    go_on(&m, (uint32_t[]){2}, 1);
    go_on(&m, (uint32_t[]){3, 2}, 2);
    assert_int_equal(m.writes, 0);
}

static void the_same_again_in_any_order_is_no_change(void **state)
{
    struct model m = {0};
    (void)state;
    go_on(&m, (uint32_t[]){1, 2, 3, 4, 5}, 5);
    assert_int_equal(m.flash_count, 3);
    assert_int_equal(m.writes, 1);
    go_on(&m, (uint32_t[]){5, 4, 3, 2, 1}, 5);
    go_on(&m, (uint32_t[]){3, 5, 1, 2, 4}, 5);
    assert_int_equal(m.writes, 1);
}

/* A debugger's "next" over calls: a breakpoint that is there for one stop. */
static void temporary_ones_cost_one_write_in_all(void **state)
{
    struct model m = {0};
    (void)state;
    go_on(&m, (uint32_t[]){1, 2}, 2);
    for (uint32_t n = 100; n < 120; n++)
        go_on(&m, (uint32_t[]){1, 2, n}, 3);
    assert_int_equal(m.writes, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_stay_in_hardware),
        cmocka_unit_test(the_same_again_in_any_order_is_no_change),
        cmocka_unit_test(temporary_ones_cost_one_write_in_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
