/* SPDX-License-Identifier: Apache-2.0 */
/* A job on a virtual board that Ctrl-C ends: the chip is let go all the same. */
#include "tests/unit.h"

#include "services/cli/job.h"

#include <string.h>

struct rig {
    struct cli_call call;
    struct cli_given given;
    struct job job;
    struct log_sink sink;
    unsigned lines, interrupt_at; /* line of the log; 0: none */
};

static void on_line(void *ctx, enum log_level level, const char *line)
{
    struct rig *r = ctx;
    (void)level;
    (void)line;
    if (++r->lines == r->interrupt_at)
        atomic_store(&r->job.link.interrupted, true);
}

static int rig_open(struct rig *r, unsigned interrupt_at)
{
    static const struct cli_verb verb = {.name = "read"};
    *r = (struct rig){.given = {LINK_SIM, NULL}, .interrupt_at = interrupt_at};
    r->call.verb = &verb;
    r->call.given = &r->given;
    r->call.given_count = 1;
    log_init(&r->call.log, LOG_DEBUG);
    r->sink = (struct log_sink){.fn = on_line, .ctx = r};
    log_add_sink(&r->call.log, &r->sink);
    r->job = (struct job){.call = &r->call, .as_json = true};
    return job_open(&r->job);
}

static enum core_state state_of_core(struct rig *r)
{
    struct target *t = link_target(&r->job.link);
    atomic_store(&r->job.link.interrupted, false);
    CHECK_OK(target_poll(t));
    return core_state(target_core(t, 0));
}

static void finish_interrupted(struct rig *r, bool leave_halted)
{
    assert_int_equal(rig_open(r, 0), CLI_DONE);
    assert_int_equal(state_of_core(r), CORE_HALTED);
    atomic_store(&r->job.link.interrupted, true);
    enum err e = err_at(&r->call.log, ERR_INTERRUPTED, "programming was interrupted at 0x1000");
    CHECK_ERR(job_finish(&r->job, e, leave_halted), ERR_INTERRUPTED);
    assert_string_equal(r->call.log.why, "programming was interrupted at 0x1000");
    assert_true(atomic_load(&r->job.link.interrupted)); /* for whoever waits next */
}

static void an_interrupted_job_lets_the_chip_run(void **state)
{
    (void)state;
    struct rig r;
    finish_interrupted(&r, false);
    assert_int_equal(state_of_core(&r), CORE_RUNNING);
    job_close(&r.job);
}

static void or_leaves_it_halted_as_asked(void **state)
{
    (void)state;
    struct rig r;
    finish_interrupted(&r, true);
    struct core *c = target_core(link_target(&r.job.link), 0);
    assert_int_equal(state_of_core(&r), CORE_HALTED);
    uint32_t pc = 0;
    CHECK_OK(core_reg_read(c, (unsigned)core_reg_find(c, "pc"), &pc));
    assert_int_equal(pc, target_chip(link_target(&r.job.link))->reset_vector);
    job_close(&r.job);
}

/* From the first line of the log on: the chip is found and reset, the agent identifies the flash. */
static void opening_may_be_interrupted_at_any_time(void **state)
{
    (void)state;
    unsigned reached = 0;
    bool is_past = false;
    for (unsigned n = 1; !is_past; n++) {
        struct rig r;
        int status = rig_open(&r, n);
        is_past = r.lines < n;
        if (status != CLI_DONE && link_target(&r.job.link)) {
            reached++;
            assert_int_equal(state_of_core(&r), CORE_RUNNING);
        }
        job_close(&r.job);
    }
    assert_true(reached > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interrupted_job_lets_the_chip_run),
        cmocka_unit_test(or_leaves_it_halted_as_asked),
        cmocka_unit_test(opening_may_be_interrupted_at_any_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
