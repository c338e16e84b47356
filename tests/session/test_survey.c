/* SPDX-License-Identifier: Apache-2.0 */
/* A survey leaves the cores as it found them, whatever happens on the way. */
#include "tests/unit.h"

#include "regs/esp32.h"
#include "session/survey.h"

#include <string.h>

enum { HALT_MS = 1000, CODE = 0x40080000, SECOND_CORE = 1 };

struct rig {
    struct log log; /* first: the adapter's ops find the rig by it */
    atomic_bool interrupted;
    struct session *session;
    struct target *target;
    struct core *cpu[2];
    struct session_listener listener;
    struct adapter_ops ops;   /* those of the virtual board, but for execute */
    uint64_t interrupt_at;    /* execute of the adapter; 0: none */
    bool interrupt_in_flight; /* as soon as the flash is read */
    bool fail_in_flight, fails;
    uint64_t fail_at; /* as interrupt_at */
};

static enum err execute(struct adapter *a, struct batch *b)
{
    struct rig *r = (struct rig *)a->log;
    if (a->executes == r->interrupt_at)
        atomic_store(&r->interrupted, true);
    if (r->fails || a->executes == r->fail_at) {
        r->fails = r->fail_in_flight = false;
        return err_at(a->log, ERR_IO, "a transfer got lost");
    }
    return adapter_sim_ops.execute(a, b);
}

static void on_news(void *ctx, const struct session_news *news)
{
    struct rig *r = ctx;
    if (news->event != SESSION_PROGRESS)
        return;
    if (r->interrupt_in_flight)
        atomic_store(&r->interrupted, true);
    r->fails = r->fail_in_flight;
}

static void set_pc(struct core *c, uint32_t pc)
{
    CHECK_OK(core_reg_write(c, (unsigned)core_reg_find(c, "pc"), pc));
}

static uint32_t pc_of(struct core *c)
{
    uint32_t pc = 0;
    CHECK_OK(core_reg_read(c, (unsigned)core_reg_find(c, "pc"), &pc));
    return pc;
}

/* Both cores are halted; the first one stands at an endless loop, the second one in its ROM. */
static void rig_open(struct rig *r)
{
    static const uint32_t loop = 0x00FFFF06; /* j . */
    *r = (struct rig){0};
    log_init(&r->log, LOG_SILENT);
    r->session = session_new(&r->log, &r->interrupted);
    CHECK_OK(session_use_chip(r->session, "esp32"));
    CHECK_OK(session_use_sim(r->session, &(struct session_sim){0}));
    CHECK_OK(session_open(r->session));
    r->target = session_target(r->session);
    r->cpu[0] = target_core(r->target, 0);
    r->cpu[1] = target_core(r->target, 1);
    CHECK_OK(session_reset(r->session, RESET_HALT));
    CHECK_OK(core_write_u32(r->cpu[0], CODE, loop));
    set_pc(r->cpu[0], CODE);
    CHECK_OK(core_run_script(r->cpu[0], &target_chip(r->target)->cores[SECOND_CORE].enable));
    CHECK_OK(target_halt(r->target, HALT_MS));
    assert_int_equal(core_state(r->cpu[1]), CORE_HALTED);

    struct adapter *adapter = session_adapter(r->session);
    r->ops = *adapter->ops;
    r->ops.execute = execute;
    adapter->ops = &r->ops;
    r->listener = (struct session_listener){.fn = on_news, .ctx = r};
    session_add_listener(r->session, &r->listener);
}

static void rig_open_running(struct rig *r)
{
    rig_open(r);
    CHECK_OK(target_resume(r->target));
}

static void rig_close(struct rig *r)
{
    session_remove_listener(r->session, &r->listener);
    session_free(r->session);
}

static enum err look(struct rig *r, bool leave_flash)
{
    struct survey v;
    struct survey_request request = survey_request_default();
    request.leave_flash = leave_flash;
    enum err e = session_survey(r->session, &request, &v);
    survey_fini(&v);
    return e;
}

/* As the chip has it, and not as somebody remembers it. */
static enum core_state state_of(struct rig *r, unsigned core)
{
    CHECK_OK(target_poll(r->target));
    return core_state(r->cpu[core]);
}

/* The program goes on where it was. */
static void check_running(struct rig *r)
{
    atomic_store(&r->interrupted, false);
    assert_int_equal(state_of(r, 0), CORE_RUNNING);
    assert_int_equal(state_of(r, 1), CORE_RUNNING);
    CHECK_OK(target_halt(r->target, HALT_MS));
    assert_int_equal(pc_of(r->cpu[0]), CODE);
}

static void running_cores_go_on(void **state)
{
    (void)state;
    for (unsigned leave_flash = 0; leave_flash < 2; leave_flash++) {
        struct rig r;
        rig_open_running(&r);
        CHECK_OK(look(&r, leave_flash));
        check_running(&r);
        rig_close(&r);
    }
}

static void halted_cores_stay_halted(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r);
    CHECK_OK(look(&r, false));
    assert_int_equal(core_state(r.cpu[1]), CORE_HALTED);
    CHECK_OK(session_release_flash(r.session)); /* it stays for the next job when the chip stands still anyway */
    assert_int_equal(state_of(&r, 0), CORE_HALTED);
    assert_int_equal(state_of(&r, 1), CORE_HALTED);
    assert_int_equal(pc_of(r.cpu[0]), CODE);
    rig_close(&r);
}

static void each_core_is_left_as_it_was(void **state)
{
    (void)state;
    for (unsigned halted = 0; halted < 2; halted++) {
        struct rig r;
        rig_open(&r);
        CHECK_OK(target_set_smp_break(r.target, 0));
        CHECK_OK(core_resume(r.cpu[!halted]));
        CHECK_OK(look(&r, false));
        assert_int_equal(state_of(&r, halted), CORE_HALTED);
        assert_int_equal(state_of(&r, !halted), CORE_RUNNING);
        rig_close(&r);
    }
}

/* Nobody could halt it at first; it is not left halted either. */
static void a_stalled_core_is_stalled_again(void **state)
{
    (void)state;
    struct rig r;
    uint32_t control = 0;
    rig_open(&r);
    CHECK_OK(target_set_smp_break(r.target, 0)); /* or a halt of the first core would wait in the second one */
    CHECK_OK(core_resume(r.cpu[1]));
    CHECK_OK(core_read_u32(r.cpu[0], ESP32_DPORT_APPCPU_CTRL_C, &control));
    CHECK_OK(core_write_u32(r.cpu[0], ESP32_DPORT_APPCPU_CTRL_C, control | ESP32_DPORT_APPCPU_RUNSTALL));
    CHECK_OK(core_resume(r.cpu[0]));
    assert_int_equal(state_of(&r, 1), CORE_UNAVAILABLE);

    CHECK_OK(look(&r, true));
    assert_int_equal(state_of(&r, 0), CORE_RUNNING);
    assert_int_equal(state_of(&r, 1), CORE_UNAVAILABLE);
    CHECK_OK(core_halt(r.cpu[0], HALT_MS));
    CHECK_OK(core_read_u32(r.cpu[0], ESP32_DPORT_APPCPU_CTRL_C, &control));
    assert_int_equal(control & ESP32_DPORT_APPCPU_RUNSTALL, ESP32_DPORT_APPCPU_RUNSTALL);
    /* The request to go on was made: it runs once the program ends its stall. */
    CHECK_OK(core_write_u32(r.cpu[0], ESP32_DPORT_APPCPU_CTRL_C, control & ~ESP32_DPORT_APPCPU_RUNSTALL));
    assert_int_equal(state_of(&r, 1), CORE_RUNNING);
    rig_close(&r);
}

static void after_an_interrupt_the_cores_go_on(void **state)
{
    (void)state;
    struct rig r;
    rig_open_running(&r);
    r.interrupt_in_flight = true;
    CHECK_ERR(look(&r, false), ERR_INTERRUPTED);
    assert_true(atomic_load(&r.interrupted)); /* it is handed on */
    CHECK_ERR(clock_wait_ms(session_clock(r.session), 1), ERR_INTERRUPTED);
    r.interrupt_in_flight = false;
    check_running(&r);
    CHECK_OK(target_resume(r.target));
    CHECK_OK(look(&r, false)); /* and nothing is in its way */
    check_running(&r);
    rig_close(&r);
}

/* Ctrl-C comes whenever it likes. Late it is no error of the survey any more. */
static void an_interrupt_may_come_at_any_time(void **state)
{
    (void)state;
    unsigned interrupted = 0;
    bool is_past = false;
    for (uint64_t n = 1; !is_past; n += 1 + n / 16) {
        struct rig r;
        rig_open_running(&r);
        uint64_t before = session_adapter(r.session)->executes;
        r.interrupt_at = before + n;
        enum err e = look(&r, false);
        is_past = session_adapter(r.session)->executes < before + n;
        r.interrupt_at = 0;
        if (e)
            CHECK_ERR(e, ERR_INTERRUPTED);
        interrupted += e != ERR_OK;
        check_running(&r);
        rig_close(&r);
    }
    assert_true(interrupted > 5);
}

static void after_an_error_the_cores_go_on(void **state)
{
    (void)state;
    struct rig r;
    rig_open_running(&r);
    r.fail_in_flight = true;
    struct survey v;
    struct survey_request request = survey_request_default();
    CHECK_OK(session_survey(r.session, &request, &v)); /* the flash is left out, and why is said */
    assert_false(r.fail_in_flight);
    assert_false(v.has_layout);
    assert_non_null(strstr(v.flash_why, "a transfer got lost"));
    assert_int_equal(v.cores_halted, 3);
    survey_fini(&v);
    check_running(&r);
    rig_close(&r);
}

/* What the agent took of the RAM is the program's again, also when it could not be brought there. */
static void a_lost_transfer_costs_no_memory(void **state)
{
    (void)state;
    enum { WORDS = 0x800 };
    static uint32_t before[WORDS], after[WORDS];
    unsigned failed = 0;
    bool is_past = false;
    for (uint64_t n = 1; !is_past; n += 1 + n / 16) {
        struct rig r;
        rig_open(&r);
        uint32_t code = target_chip(r.target)->agent_code.base;
        for (unsigned i = 0; i < WORDS; i++)
            before[i] = 0x1000 + i;
        CHECK_OK(core_mem_write(r.cpu[0], code, 0, before, sizeof before));
        CHECK_OK(target_resume(r.target));
        uint64_t executes = session_adapter(r.session)->executes;
        r.fail_at = executes + n;
        enum err e = look(&r, false);
        is_past = session_adapter(r.session)->executes < executes + n;
        r.fail_at = 0;
        failed += e != ERR_OK;
        if (!e) /* else it is the putting back itself that failed, and that is said */
            check_running(&r);
        else
            CHECK_OK(target_halt(r.target, HALT_MS));
        CHECK_OK(core_mem_read(r.cpu[0], code, 0, after, sizeof after));
        if (!e)
            assert_memory_equal(after, before, sizeof after);
        rig_close(&r);
    }
    assert_true(failed > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(running_cores_go_on),
        cmocka_unit_test(halted_cores_stay_halted),
        cmocka_unit_test(each_core_is_left_as_it_was),
        cmocka_unit_test(a_stalled_core_is_stalled_again),
        cmocka_unit_test(after_an_interrupt_the_cores_go_on),
        cmocka_unit_test(an_interrupt_may_come_at_any_time),
        cmocka_unit_test(after_an_error_the_cores_go_on),
        cmocka_unit_test(a_lost_transfer_costs_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
