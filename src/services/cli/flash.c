/* SPDX-License-Identifier: Apache-2.0 */
/* espocd flash | verify */
#include "services/cli/cli.h"

#include "services/cli/job.h"
#include "services/cli/report.h"
#include "session/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* --- flash --- */

enum {
    FLASH_JSON = LINK_OPTIONS_END,
    FLASH_FORCE,
    FLASH_HALT,
    FLASH_NO_VERIFY,
    FLASH_ENCRYPT,
    FLASH_ALL,
    FLASH_UNPROTECT
};
#define ENCRYPT_HELP "let the chip encrypt single files while they are written (a build says it for each of its own)"
static const struct cli_option flash_options[] = {
    LINK_OPTIONS,
    [FLASH_JSON] = {"json", 0, NULL, "print a summary as JSON"},
    [FLASH_FORCE] = {"force", 0, NULL,
                     "write also what is for another chip, revision or partition size, or not at a sector"},
    [FLASH_HALT] = {"halt", 0, NULL, "leave the chip halted at reset instead of starting it"},
    [FLASH_NO_VERIFY] = {"no-verify", 0, NULL, "do not read back by hash what was written"},
    [FLASH_ENCRYPT] = {"encrypt", 0, NULL, ENCRYPT_HELP},
    [FLASH_ALL] = {"all-sectors", 0, NULL, "write also sectors that hold the right bytes already"},
    [FLASH_UNPROTECT] = {"unprotect", 0, NULL, UNPROTECT_HELP},
    {NULL, 0, NULL, NULL},
};

/* What may not work on this chip, and is written all the same when the user insists. */
static enum err check_fit(struct job *j, const struct flash_piece *list)
{
    static const char force[] = "--force";
    const struct chip *chip = target_chip(link_target(&j->link));
    size_t count = j->inputs.pieces.count;
    unsigned revision = 0;
    enum err e = target_chip_revision(link_target(&j->link), &revision);
    if (!e)
        e = inputs_check_build(job_log(j), &j->inputs, chip);
    if (!e)
        e = session_check_sectors(job_log(j), list, count, force);
    if (!e)
        e = session_check_images(job_log(j), list, count, chip, revision);
    return e ? e : session_check_partitions(job_log(j), list, count, force);
}

static enum err check_and_program(struct job *j, const struct flash_piece *list, struct flash_job_result *result)
{
    size_t count = j->inputs.pieces.count;
    unsigned flags = FLASH_JOB_ERASE;
    if (!cli_has(j->call, FLASH_NO_VERIFY))
        flags |= FLASH_JOB_VERIFY;
    flash_set_unprotect(link_flash(&j->link), cli_has(j->call, FLASH_UNPROTECT));
    if (!cli_has(j->call, FLASH_ALL))
        flags |= FLASH_JOB_SKIP_SAME;
    enum err e = session_check_places(job_log(j), list, count, j->info.size);
    if (!e)
        e = session_check_encryption(link_target(&j->link), list, count);
    if (!e && !cli_has(j->call, FLASH_FORCE))
        e = check_fit(j, list);
    return e ? e : flash_program(link_flash(&j->link), list, count, flags, result);
}

static enum err program(struct job *j, struct flash_job_result *result)
{
    struct flash_piece *list = NULL;
    enum err e = job_flash_pieces(j, &list);
    if (!e)
        e = check_and_program(j, list, result);
    free(list);
    return e;
}

/* Said before the chip starts, whose own words may follow on a virtual board's serial port. */
static void tell_flashed(const struct job *j, const struct flash_job_result *r)
{
    double seconds = job_seconds(j);
    if (j->as_json) {
        report_json(json_pack("{s:o, s:o, s:{s:i, s:i, s:i, s:i}, s:b, s:f}", "flash", job_flash_json(j), "files",
                              job_pieces_json(j), "sectors", "touched", (int)r->sectors_touched, "same",
                              (int)r->sectors_same, "erased", (int)r->sectors_erased, "pages_programmed",
                              (int)r->pages_programmed, "verified", !cli_has(j->call, FLASH_NO_VERIFY), "seconds",
                              seconds));
        return;
    }
    char what[64], size[32];
    const char *uart = cli_value(j->call, LINK_SIM_UART);
    if (uart && uart[0] == '-')
        putchar('\n'); /* the chip was stopped in the middle of a line */
    printf("%s into the %s flash (%s): %" PRIu32 " of %" PRIu32 " sectors written%s%s; %.1f s\n",
           job_pieces_text(what, sizeof what, j), cli_size(size, sizeof size, j->info.size), j->info.maker,
           r->sectors_touched - r->sectors_same, r->sectors_touched,
           r->sectors_same ? ", the others held the right bytes" : "",
           cli_has(j->call, FLASH_NO_VERIFY) ? "" : "; verified", seconds);
}

static int run_flash(struct cli_call *call)
{
    struct job j = {
        .call = call, .as_json = cli_has(call, FLASH_JSON), .inputs.encrypts = cli_has(call, FLASH_ENCRYPT)};
    struct flash_job_result result = {0};
    int status = cli_fail(call, inputs_read(&call->log, &j.inputs, call->args, call->arg_count));
    if (status == CLI_DONE && (status = job_open(&j)) == CLI_DONE) {
        enum err e = program(&j, &result);
        if (!e) {
            cli_progress_stop(&j.progress);
            tell_flashed(&j, &result);
        }
        status = cli_fail(call, job_finish(&j, e, cli_has(call, FLASH_HALT)));
    }
    job_close(&j);
    return status;
}

/* --- verify --- */

enum { VERIFY_JSON = LINK_OPTIONS_END, VERIFY_ENCRYPT, VERIFY_HALT };
static const struct cli_option verify_options[] = {
    LINK_OPTIONS,
    [VERIFY_JSON] = {"json", 0, NULL, "print a summary as JSON"},
    [VERIFY_ENCRYPT] = {"encrypt", 0, NULL, "compare single files with the flash as the chip decrypts it"},
    [VERIFY_HALT] = {"halt", 0, NULL, "leave the chip halted at reset instead of starting it"},
    {NULL, 0, NULL, NULL},
};

static enum err verify(struct job *j)
{
    struct flash_piece *list = NULL;
    enum err e = job_flash_pieces(j, &list);
    if (!e)
        e = session_check_places(job_log(j), list, j->inputs.pieces.count, j->info.size);
    if (!e && cli_has(j->call, VERIFY_ENCRYPT))
        e = session_check_encryption(link_target(&j->link), list, j->inputs.pieces.count);
    if (!e)
        e = flash_verify(link_flash(&j->link), list, j->inputs.pieces.count);
    free(list);
    return e;
}

static int run_verify(struct cli_call *call)
{
    struct job j = {
        .call = call, .as_json = cli_has(call, VERIFY_JSON), .inputs.encrypts = cli_has(call, VERIFY_ENCRYPT)};
    int status = cli_fail(call, inputs_read(&call->log, &j.inputs, call->args, call->arg_count));
    if (status == CLI_DONE && (status = job_open(&j)) == CLI_DONE) {
        enum err e = verify(&j);
        double seconds = job_seconds(&j);
        bool is_same = !e, is_told = !e || e == ERR_VERIFY;
        e = job_finish(&j, e, cli_has(call, VERIFY_HALT));
        char what[64];
        if (is_told && j.as_json)
            report_json(json_pack("{s:o, s:o, s:b, s:f}", "flash", job_flash_json(&j), "files", job_pieces_json(&j),
                                  "same", is_same, "seconds", seconds));
        else if (!e)
            printf("%s: the flash holds the same; %.1f s\n", job_pieces_text(what, sizeof what, &j), seconds);
        status = cli_fail(call, e);
    }
    job_close(&j);
    return status;
}

/* --- the rows --- */

#define FILES "FILE@OFFSET... | BUILD_DIR | FILE.elf"
#define PLACES                                                                                                         \
    "FILE@OFFSET is written as it is. BUILD_DIR is a build directory with flasher_args.json: everything in it goes "   \
    "where\n"                                                                                                          \
    "it says. FILE.elf is made into an image first; it goes where flasher_args.json beside it says, else where the\n"  \
    "partition table in the flash (at 0x8000) has the first app, else to 0x10000; FILE.elf@OFFSET says it outright."

int cmd_flash(int argc, char **argv)
{
    static const struct cli_verb verb = {
        "flash",
        FILES,
        "program files into the flash; only sectors that differ are erased and written",
        PLACES
        "\n\nThe size of the flash is what the flash says, nothing needs to be in it. The chip is reset before and "
        "after.",
        flash_options,
        1,
        0,
        run_flash};
    return cli_run_verb(&verb, NULL, argc, argv);
}

int cmd_verify(int argc, char **argv)
{
    static const struct cli_verb verb = {
        "verify",
        FILES,
        "compare files with the flash",
        PLACES "\n\nExit status 1 when something differs; the message says where first. The chip is reset before and "
               "after.",
        verify_options,
        1,
        0,
        run_verify};
    return cli_run_verb(&verb, NULL, argc, argv);
}
