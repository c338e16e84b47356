/* SPDX-License-Identifier: Apache-2.0 */
/* The arguments of program_esp and program_esp_bins. */
#include "services/tcl/program.h"

#include "base/file.h"

#include <errno.h>
#include <jansson.h>
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
    job->files[0].encrypt = job->options.encrypt;
    return ERR_OK;
}

/* Everything that fails from here on ends the program when "exit" was said, with the status of the error. */
static enum err end_with(struct tcl_call *c, struct program_job *job, enum err e)
{
    for (int i = 0; i < c->argc && e; i++)
        job->options.exit |= tcl_arg_is(c, i, "exit");
    if (!e || !job->options.exit)
        return e;
    log_error(tcl_call_log(c), "%s", err_why(tcl_call_log(c), e));
    c->tcl->shutdown_status = session_exit_status(e);
    tcl_shutdown(c->tcl);
    return ERR_OK;
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
    if (!e)
        e = program_run(c, &job);
    else
        e = end_with(c, &job, e);
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

/* In flasher_args.json "encrypted" is a string or a boolean, in the section with the same offset. */
static bool is_encrypted(json_t *root, const char *offset)
{
    const char *key;
    json_t *section;
    json_object_foreach(root, key, section)
    {
        const char *at = json_string_value(json_object_get(section, "offset"));
        json_t *flag = json_object_get(section, "encrypted");
        if (at && !strcmp(at, offset) && flag)
            return json_is_true(flag) || (json_is_string(flag) && !strcmp(json_string_value(flag), "true"));
    }
    return false;
}

/* What program_esp would have been given for the file. */
static char *words_of(const struct tcl_call *c, const char *offset, bool encrypt)
{
    struct buf text = {0};
    buf_printf(&text, "%s", offset);
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

static enum err add_files(struct tcl_call *c, struct program_job *job, json_t *root, const char *dir)
{
    json_t *files = json_object_get(root, "flash_files"), *value;
    const char *offset;
    job->files = calloc(json_object_size(files) + 1, sizeof *job->files);
    if (!job->files)
        return ERR_MEMORY;
    json_object_foreach(files, offset, value)
    {
        struct program_file *f = &job->files[job->count++];
        const char *name = json_string_value(value);
        if (!name)
            return err_at(tcl_call_log(c), ERR_MALFORMED, "%s: the file for offset %s has no name", tcl_arg(c, 1),
                          offset);
        f->encrypt = is_encrypted(root, offset);
        f->name = strdup(name);
        f->path = join_path(dir, name);
        f->args = words_of(c, offset, f->encrypt);
        enum err e = f->name && f->path && f->args ? offset_of(tcl_call_log(c), offset, &f->offset) : ERR_MEMORY;
        if (e)
            return err_context(tcl_call_log(c), e, "%s", tcl_arg(c, 1));
    }
    if (!job->count)
        return err_at(tcl_call_log(c), ERR_MALFORMED,
                      "%s has no 'flash_files': it is not the flasher_args.json of a build", tcl_arg(c, 1));
    return ERR_OK;
}

static enum err load_job(struct tcl_call *c, struct program_job *job)
{
    struct buf text = {0};
    json_error_t why;
    char *dir = tcl_file_name(tcl_arg(c, 0)), *file = tcl_file_name(tcl_arg(c, 1));
    char *path = dir && file ? join_path(dir, file) : NULL;
    enum err e = path ? file_read(tcl_call_log(c), path, &text) : ERR_MEMORY;
    json_t *root = e ? NULL : json_loadb(buf_str(&text), text.len, JSON_REJECT_DUPLICATES, &why);
    if (!e && !root)
        e = err_at(tcl_call_log(c), ERR_MALFORMED, "%s:%d: not JSON: %s", path, why.line, why.text);
    if (!e)
        e = add_files(c, job, root, dir);
    json_decref(root);
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
    if (!e)
        e = program_run(c, &job);
    else
        e = end_with(c, &job, e);
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
