/* SPDX-License-Identifier: Apache-2.0 */
/* espocd read | erase */
#include "services/cli/cli.h"

#include "base/file.h"
#include "services/cli/job.h"
#include "services/cli/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* --- read --- */

enum { READ_JSON = LINK_OPTIONS_END, READ_HALT, READ_OUTPUT };
static const struct cli_option read_options[] = {
    LINK_OPTIONS,
    [READ_JSON] = {"json", 0, NULL, "print a summary as JSON"},
    [READ_HALT] = {"halt", 0, NULL, "leave the chip halted at reset instead of starting it"},
    [READ_OUTPUT] = {"output", 'o', "FILE", "the file to write (must be given)"},
    {NULL, 0, NULL, NULL},
};

/* A part of the flash: OFFSET SIZE on the command line; nothing: all of it. */
struct range {
    bool is_all;
    uint64_t offset, len;
};

static int take_range(struct cli_call *call, struct range *r)
{
    *r = (struct range){.is_all = call->arg_count == 0};
    if (r->is_all)
        return CLI_DONE;
    if (call->arg_count == 1)
        return cli_usage(call, "the size is missing behind the offset %s", call->args[0]);
    const char *names[] = {"offset", "size"};
    uint64_t *values[] = {&r->offset, &r->len};
    for (int i = 0; i < 2; i++) {
        if (!cli_number(call->args[i], UINT32_MAX, values[i]))
            return cli_usage(call, "the %s '%s' is no number from 0 to 4 GB", names[i], call->args[i]);
    }
    return r->len ? CLI_DONE : cli_usage(call, "the size is 0, there is nothing to do");
}

static enum err check_range(struct job *j, struct range *r)
{
    if (r->is_all)
        r->len = j->info.size;
    if (r->offset + r->len <= j->info.size)
        return ERR_OK;
    return err_at(job_log(j), ERR_RANGE,
                  "0x%" PRIX64 " bytes at 0x%" PRIX64 " end at 0x%" PRIX64 ", but the flash ends at 0x%" PRIX32
                  "; check offset and size",
                  r->len, r->offset, r->offset + r->len, j->info.size);
}

static enum err read_range(struct job *j, struct range *r, const char *output)
{
    enum err e = check_range(j, r);
    if (e)
        return e;
    uint8_t *bytes = malloc(r->len);
    if (!bytes)
        return err_at(job_log(j), ERR_MEMORY, "no memory for %" PRIu64 " bytes", r->len);
    e = flash_read(link_flash(&j->link), (uint32_t)r->offset, bytes, r->len);
    if (!e)
        e = file_write(job_log(j), output, bytes, r->len);
    free(bytes);
    return e;
}

static int run_read(struct cli_call *call)
{
    struct job j = {.call = call, .as_json = cli_has(call, READ_JSON)};
    struct range r;
    const char *output = cli_value(call, READ_OUTPUT);
    if (!output)
        return cli_usage(call, "the file to write is missing: -o FILE");
    int status = take_range(call, &r);
    if (status == CLI_DONE && (status = job_open(&j)) == CLI_DONE) {
        enum err e = read_range(&j, &r, output);
        double seconds = job_seconds(&j);
        e = job_finish(&j, e, cli_has(call, READ_HALT));
        if (!e && j.as_json)
            report_json(json_pack("{s:o, s:o, s:o, s:I, s:f}", "flash", job_flash_json(&j), "file", report_text(output),
                                  "offset", report_hex(r.offset), "size", (json_int_t)r.len, "seconds", seconds));
        else if (!e)
            printf("%s: %" PRIu64 " bytes from flash offset 0x%" PRIX64 "; %.1f s\n", output, r.len, r.offset, seconds);
        status = cli_fail(call, e);
    }
    job_close(&j);
    return status;
}

/* --- erase --- */

enum { ERASE_JSON = LINK_OPTIONS_END, ERASE_HALT, ERASE_ALL, ERASE_UNPROTECT };
static const struct cli_option erase_options[] = {
    LINK_OPTIONS,
    [ERASE_JSON] = {"json", 0, NULL, "print a summary as JSON"},
    [ERASE_HALT] = {"halt", 0, NULL, "leave the chip halted at reset instead of starting it"},
    [ERASE_ALL] = {"all", 0, NULL, "erase the whole flash"},
    [ERASE_UNPROTECT] = {"unprotect", 0, NULL, UNPROTECT_HELP},
    {NULL, 0, NULL, NULL},
};

static int check_sectors(struct cli_call *call, const struct range *r)
{
    if (r->is_all == !cli_has(call, ERASE_ALL))
        return cli_usage(call, "%s",
                         r->is_all ? "say what to erase: OFFSET SIZE, or --all"
                                   : "--all and a range are both given; give one");
    uint64_t from = r->offset / FLASH_SECTOR_SIZE * FLASH_SECTOR_SIZE;
    uint64_t end = (r->offset + r->len + FLASH_SECTOR_SIZE - 1) / FLASH_SECTOR_SIZE * FLASH_SECTOR_SIZE;
    if (r->offset != from || r->offset + r->len != end)
        return cli_usage(call,
                         "flash is erased in sectors of 0x1000 bytes, and 0x%" PRIX64 " 0x%" PRIX64
                         " is no whole number of them; the sectors that it touches are 0x%" PRIX64 " 0x%" PRIX64,
                         r->offset, r->len, from, end - from);
    return CLI_DONE;
}

static int run_erase(struct cli_call *call)
{
    struct job j = {.call = call, .as_json = cli_has(call, ERASE_JSON)};
    struct range r;
    int status = take_range(call, &r);
    if (status == CLI_DONE)
        status = check_sectors(call, &r);
    if (status == CLI_DONE && (status = job_open(&j)) == CLI_DONE) {
        enum err e = check_range(&j, &r);
        flash_set_unprotect(link_flash(&j.link), cli_has(call, ERASE_UNPROTECT));
        if (!e)
            e = flash_erase(link_flash(&j.link), (uint32_t)r.offset, (uint32_t)r.len);
        double seconds = job_seconds(&j);
        e = job_finish(&j, e, cli_has(call, ERASE_HALT));
        if (!e && j.as_json)
            report_json(json_pack("{s:o, s:o, s:I, s:f}", "flash", job_flash_json(&j), "offset", report_hex(r.offset),
                                  "size", (json_int_t)r.len, "seconds", seconds));
        else if (!e)
            printf("%" PRIu64 " sector%s erased from flash offset 0x%" PRIX64 " on; %.1f s\n",
                   r.len / FLASH_SECTOR_SIZE, r.len == FLASH_SECTOR_SIZE ? "" : "s", r.offset, seconds);
        status = cli_fail(call, e);
    }
    job_close(&j);
    return status;
}

int cmd_read(int argc, char **argv)
{
    static const struct cli_verb verb = {"read",
                                         "[OFFSET SIZE] -o FILE",
                                         "read the flash, or a part of it, into a file",
                                         "The chip is reset before and after.",
                                         read_options,
                                         0,
                                         2,
                                         run_read};
    return cli_run_verb(&verb, NULL, argc, argv);
}

int cmd_erase(int argc, char **argv)
{
    static const struct cli_verb verb = {"erase",
                                         "OFFSET SIZE | --all",
                                         "erase sectors of the flash, or all of it",
                                         "OFFSET and SIZE are multiples of 0x1000. The chip is reset before and after.",
                                         erase_options,
                                         0,
                                         2,
                                         run_erase};
    return cli_run_verb(&verb, NULL, argc, argv);
}
