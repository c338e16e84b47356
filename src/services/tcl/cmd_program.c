/* SPDX-License-Identifier: Apache-2.0 */
/* The arguments of program_esp and program_esp_bins. */
#include "services/tcl/program.h"

#include "base/file.h"
#include "layout/flasher_args.h"

#include <stdlib.h>
#include <string.h>

/* The words behind the file name, joined as the line that repeats them shows them. */
static char *join_words(const struct tcl_call *c, int from)
{
    struct buf text = {0};
    for (int i = from; i < c->argc; i++)
        buf_printf(&text, "%s%s", i > from ? " " : "", tcl_arg(c, i));
    char *copy = strdup(buf_str(&text));
    buf_fini(&text);
    return copy;
}

static enum err offset_of(struct log *log, const char *text, uint32_t *offset)
{
    uint64_t wide = 0;
    enum err e = tcl_parse_u64(log, text, "the offset", &wide);
    if (!e && wide > UINT32_MAX)
        e = err_at(log, ERR_RANGE, "the offset '%s' does not fit into 32 bits", text);
    *offset = (uint32_t)wide;
    return e;
}

/* Any word that is no option is the address. */
static enum err take_words(struct tcl_call *c, struct program_job *job)
{
    bool has_offset = false;
    for (int i = 1; i < c->argc; i++) {
        if (program_option(&job->options, tcl_arg(c, i)))
            continue;
        if (has_offset)
            return err_at(tcl_call_log(c), ERR_USAGE,
                          "program_esp: '%s' is no option, and there is an offset already; usage: %s", tcl_arg(c, i),
                          c->command->usage);
        enum err e = offset_of(tcl_call_log(c), tcl_arg(c, i), &job->files[0].offset);
        if (e)
            return err_context(tcl_call_log(c), e, "program_esp: '%s' is no option, so it should be the offset",
                               tcl_arg(c, i));
        has_offset = true;
    }
    if (!has_offset)
        log_warn(tcl_call_log(c),
                 "program_esp: no offset stands behind '%s', so it goes to 0x0; give one, as in: program_esp "
                 "%s 0x10000",
                 job->files[0].name, job->files[0].name);
    job->files[0].encrypt = job->options.encrypt;
    return ERR_OK;
}

/* A job that could not be read: "exit" may stand behind the word that was wrong. */
static enum err refuse(struct tcl_call *c, struct program_job *job, enum err e)
{
    for (int i = 0; i < c->argc; i++)
        job->options.exit |= tcl_arg_is(c, i, "exit");
    return program_end(c, job, e);
}

static enum err cmd_program_esp(struct tcl_call *c)
{
    struct program_job job = {.files = calloc(1, sizeof *job.files), .count = 1};
    if (!job.files)
        return ERR_MEMORY;
    job.files[0].path = tcl_file_name(tcl_arg(c, 0));
    job.files[0].name = tcl_file_name(tcl_arg(c, 0));
    job.files[0].args = join_words(c, 1);
    enum err e = job.files[0].path && job.files[0].name && job.files[0].args ? take_words(c, &job) : ERR_MEMORY;
    e = e ? refuse(c, &job, e) : program_run(c, &job);
    program_fini(&job);
    return e;
}

/* --- program_esp_bins --- */

static char *join_path(const char *dir, const char *name)
{
    char *path = NULL;
    if (*name == '/')
        return strdup(name);
    return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

/* What program_esp would have been given for the file. */
static char *words_of(const struct tcl_call *c, uint32_t offset, bool encrypt)
{
    struct buf text = {0};
    buf_printf(&text, "0x%x", offset);
    static const char *const passed[] = {"verify",        "compress",       "no_clock_boost",
                                         "restore_clock", "no_skip_loaded", "force"};
    for (size_t k = 0; k < sizeof passed / sizeof passed[0]; k++) {
        for (int i = 2; i < c->argc; i++) {
            if (tcl_arg_is(c, i, passed[k]))
                buf_printf(&text, " %s", passed[k]);
        }
    }
    buf_printf(&text, "%s", encrypt ? " encrypt" : "");
    char *copy = strdup(buf_str(&text));
    buf_fini(&text);
    return copy;
}

static enum err add_files(struct tcl_call *c, struct program_job *job, const struct flasher_args *args, const char *dir)
{
    job->files = calloc(args->count + 1, sizeof *job->files);
    if (!job->files)
        return ERR_MEMORY;
    for (size_t i = 0; i < args->count; i++) {
        struct program_file *f = &job->files[job->count++];
        f->offset = args->files[i].offset;
        f->encrypt = args->files[i].is_encrypted;
        f->name = strdup(args->files[i].path);
        f->path = join_path(dir, args->files[i].path);
        f->args = words_of(c, f->offset, f->encrypt);
        if (!f->name || !f->path || !f->args)
            return ERR_MEMORY;
    }
    if (job->count)
        return ERR_OK;
    return err_at(tcl_call_log(c), ERR_MALFORMED, "%s names no file to flash", tcl_arg(c, 1));
}

static enum err load_job(struct tcl_call *c, struct program_job *job)
{
    struct buf text = {0};
    struct flasher_args args = {0};
    char *dir = tcl_file_name(tcl_arg(c, 0)), *file = tcl_file_name(tcl_arg(c, 1));
    char *path = dir && file ? join_path(dir, file) : NULL;
    enum err e = path ? file_read(tcl_call_log(c), path, &text) : ERR_MEMORY;
    if (!e)
        e = err_context(tcl_call_log(c), flasher_args_from_json(tcl_call_log(c), buf_str(&text), text.len, &args), "%s",
                        path);
    if (!e)
        e = add_files(c, job, &args, dir);
    flasher_args_fini(&args);
    buf_fini(&text);
    free(path);
    free(file);
    free(dir);
    return e;
}

static enum err cmd_program_bins(struct tcl_call *c)
{
    struct program_job job = {.is_set = true};
    for (int i = 2; i < c->argc; i++) {
        if (!program_option(&job.options, tcl_arg(c, i)) || tcl_arg_is(c, i, "encrypt"))
            log_user(tcl_call_log(c), "** Unsupported arg %s, skipping **", tcl_arg(c, i));
    }
    job.options.encrypt = false; /* the file says it for each image */
    enum err e = load_job(c, &job);
    e = e ? refuse(c, &job, e) : program_run(c, &job);
    if (!e && !job.options.exit)
        tcl_print(c, "0");
    program_fini(&job);
    return e;
}

const struct tcl_command tcl_program_commands[] = {
    {"program_esp", TCL_ANY, cmd_program_esp, 1, -1,
     "<filename> [address] [verify] [reset] [exit] [compress] [no_clock_boost] [restore_clock] [no_skip_loaded] "
     "[encrypt] [force]",
     "write an image to the flash; see the user's guide"},
    {"program_esp_bins", TCL_ANY, cmd_program_bins, 2, -1,
     "<build_dir> flasher_args.json [verify] [reset] [exit] [compress] [no_clock_boost] [restore_clock] "
     "[no_skip_loaded] [force]",
     "write all images of a build to the flash"},
    {NULL},
};
