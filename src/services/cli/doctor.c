/* SPDX-License-Identifier: Apache-2.0 */
/* espocd doctor: from the cable upwards, what is good and what is not. */
#include "services/cli/doctor.h"

#include "jtag/jtag.h"
#include "services/cli/link.h"
#include "services/cli/report.h"

enum { DOCTOR_JSON = LINK_OPTIONS_END };
static const struct cli_option doctor_options[] = {
    LINK_OPTIONS,
    [DOCTOR_JSON] = {"json", 0, NULL, "print JSON"},
    {NULL, 0, NULL, NULL},
};

/* A bare ESP32 is reset by its watchdog about every 350 ms: seen twice in this time. */
enum { WATCH_MS = 800, WATCH_STEP_MS = 10 };

struct doctor {
    struct cli_call *call;
    struct link link;
    struct verdicts verdicts;
    unsigned resets;
};

static void hear(void *ctx, const struct session_news *news)
{
    struct doctor *d = ctx;
    d->resets += news->event == SESSION_WAS_RESET && news->core == 0;
}

static enum err watch_resets(struct doctor *d)
{
    struct session_listener listener = {.fn = hear, .ctx = d};
    session_add_listener(d->link.session, &listener);
    enum err e = target_poll(link_target(&d->link)); /* resets of before are not counted */
    d->resets = 0;
    for (unsigned ms = 0; !e && ms < WATCH_MS; ms += WATCH_STEP_MS) {
        e = clock_wait_ms(session_clock(d->link.session), WATCH_STEP_MS);
        if (!e)
            e = target_poll(link_target(&d->link));
    }
    session_remove_listener(d->link.session, &listener);
    return e;
}

static void judge_wire(struct doctor *d)
{
    struct session *s = d->link.session;
    verdict_good(&d->verdicts, "adapter", "%s",
                 session_is_sim(s) ? "a virtual board instead of an adapter" : session_adapter_name(s));
    for (unsigned i = 0; i < session_config(s)->tap_count; i++) {
        const struct session_tap *tap = &session_config(s)->taps[i];
        verdict_good(&d->verdicts, "chain", "%s, IDCODE 0x%08x", tap->name, tap->idcode);
    }
}

/* What keeps doctor from looking further; the sentence has the remedy. */
static void judge_end(struct doctor *d, const char *subject, enum err e)
{
    verdict_add(&d->verdicts, VERDICT_BAD, subject, "", "%s", err_why(&d->call->log, e));
    err_forget(&d->call->log);
}

static enum err examine(struct doctor *d)
{
    judge_wire(d);
    struct survey survey = {0};
    struct survey_request request = survey_request_default();
    enum err e = watch_resets(d);
    if (!e)
        e = session_survey(d->link.session, &request, &survey);
    if (!e) {
        doctor_chip(&d->verdicts, &survey, d->resets, WATCH_MS);
        doctor_flash(&d->verdicts, &survey);
    }
    survey_fini(&survey);
    return e;
}

static int finish(struct doctor *d, enum err e)
{
    size_t bad = verdicts_count(&d->verdicts, VERDICT_BAD), notes = verdicts_count(&d->verdicts, VERDICT_NOTE);
    if (cli_has(d->call, DOCTOR_JSON)) {
        report_json(json_pack("{s:o, s:I, s:I}", "verdicts", verdicts_json(&d->verdicts), "bad", (json_int_t)bad,
                              "notes", (json_int_t)notes));
    } else {
        verdicts_print(stdout, &d->verdicts, report_with_color());
        printf("\n%zu bad, %zu worth a look\n", bad, notes);
    }
    int status = e ? session_exit_status(e) : CLI_DONE;
    return status == CLI_DONE && bad ? CLI_FAILED : status;
}

/* Whether anything on the command line says what to connect to, even if it is not enough. */
static bool has_link_options(const struct cli_call *call)
{
    bool has = cli_has(call, LINK_FILE) || cli_has(call, LINK_COMMAND);
    for (unsigned option = LINK_CHIP; option < LINK_OPTIONS_END; option++)
        has |= cli_has(call, option);
    return has;
}

static int run_doctor(struct cli_call *call)
{
    struct doctor d = {.call = call};
    bool has_link = has_link_options(call);
    enum err e = ERR_OK;
    int status = has_link ? link_begin(&d.link, call, &e) : CLI_DONE;
    if (status == CLI_DONE && e == ERR_USAGE) {
        status = cli_fail(call, e);
    } else if (status == CLI_DONE) {
        const struct chip *chip = has_link && !e ? target_chip(link_target(&d.link)) : NULL;
        doctor_host(&d.verdicts, &host_roots, NULL, chip);
        if (!has_link)
            verdict_add(&d.verdicts, VERDICT_NOTE, "adapter",
                        "name adapter and chip with -f interface/... -f target/..., or -f board/...; or --sim",
                        "none was named, so no chip was looked at");
        else if (e)
            judge_end(&d, "adapter", e);
        else if ((e = examine(&d)))
            judge_end(&d, "chip", e);
        status = finish(&d, e);
    }
    link_close(&d.link);
    verdicts_fini(&d.verdicts);
    return status;
}

int cmd_doctor(int argc, char **argv)
{
    static const struct cli_verb verb = {
        "doctor",
        "",
        "look for everything that is wrong or odd, and say what helps",
        "From the cable upwards: host, adapter, chain, chip, eFuses, pins, resets, flash, what it holds. The cores "
        "are\n"
        "halted while the flash is read, and go on afterwards; nothing is changed. Exit status 1 when something is "
        "bad.",
        doctor_options,
        0,
        0,
        run_doctor,
    };
    return cli_run_verb(&verb, NULL, argc, argv);
}
