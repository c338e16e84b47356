/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job behind program_esp and program_esp_bins. The lines in ** are those of Espressif's OpenOCD to the letter, because
 * IDEs look for them. Everything is read and checked before anything is erased.
 */
#include "services/tcl/program.h"

#include "layout/image.h"
#include "session/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORCE "`force`" /* how the user insists */
enum { KIB = 1024 };

bool program_option(struct program_options *o, const char *word)
{
    const struct {
        const char *word;
        bool *flag;
        bool value;
    } words[] = {
        {"verify", &o->verify, true},
        {"reset", &o->reset, true},
        {"exit", &o->exit, true},
        {"skip_loaded", &o->no_skip, false},
        {"no_skip_loaded", &o->no_skip, true},
        {"encrypt", &o->encrypt, true},
        {"force", &o->force, true},
        /* They tuned the old way of programming and change nothing here. */
        {"compress", NULL, false},
        {"no_clock_boost", NULL, false},
        {"restore_clock", NULL, false},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!strcmp(words[i].word, word)) {
            if (words[i].flag)
                *words[i].flag = words[i].value;
            return true;
        }
    }
    return false;
}

void program_fini(struct program_job *job)
{
    for (unsigned i = 0; i < job->count; i++) {
        free(job->files[i].path);
        free(job->files[i].name);
        free(job->files[i].args);
        buf_fini(&job->files[i].bytes);
    }
    free(job->files);
    free(job->pieces);
    *job = (struct program_job){0};
}

static uint64_t ms_since(const struct tcl_call *c, uint64_t start_ns)
{
    return (tcl_now_ns(c) - start_ns) / 1000000;
}

/* Says the cause, and makes the marker the sentence of the error. */
static enum err fail(struct tcl_call *c, enum err e, const char *marker)
{
    struct log *log = tcl_call_log(c);
    char why[sizeof log->why];
    snprintf(why, sizeof why, "%s", err_why(log, e));
    return err_at(log, e, "%s\n%.*s", marker, (int)(sizeof why - strlen(marker) - 2), why);
}

static enum err read_files(struct tcl_call *c, struct program_job *job)
{
    job->pieces = calloc(job->count + 1, sizeof *job->pieces);
    if (!job->pieces)
        return err_at(tcl_call_log(c), ERR_MEMORY, "no memory for the list of files");
    for (unsigned i = 0; i < job->count; i++) {
        struct program_file *f = &job->files[i];
        enum err e = tcl_flash_file(tcl_call_log(c), f->path, &f->bytes);
        if (e)
            return e;
        job->pieces[i] = (struct flash_piece){f->offset, f->bytes.bytes, f->bytes.len, f->name, f->encrypt};
    }
    return ERR_OK;
}

/* A merged binary begins with blank bytes; the header is behind them. Returns false when there is none. */
static bool find_header(struct tcl_call *c, const struct buf *bytes, struct image_header *header)
{
    size_t at = 0;
    while (at < bytes->len && bytes->bytes[at] == 0xFF)
        at++;
    if (at == bytes->len || bytes->bytes[at] != IMAGE_MAGIC) {
        log_user(tcl_call_log(c), "Magic byte 0xe9 not found, skipping image revision check");
        return false;
    }
    if (at)
        log_user(tcl_call_log(c), "Magic byte 0xe9 found at offset %zu, assuming merged binary", at);
    return image_header_parse(bytes->bytes + at, bytes->len - at, header);
}

/* The first line is what IDEs look for, the rest says what it means. */
static enum err check_revision(struct tcl_call *c, const struct flash_piece *p, const struct image_header *h,
                               struct target *target)
{
    unsigned revision = 0;
    enum err e = target_chip_revision(target, &revision);
    if (e)
        return e;
    bool is_bootloader = p->offset == target_chip(target)->image.bootloader_offset;
    e = image_check_revision(tcl_call_log(c), h, p->name, revision, is_bootloader);
    if (!e)
        return ERR_OK;
    char marker[160];
    snprintf(marker, sizeof marker,
             "** Image target revisions %u - %u, does not match target revision %u, set `force` to program anyway **",
             h->min_rev, h->max_rev, revision);
    return fail(c, e, marker);
}

static enum err check_chip(struct tcl_call *c, const struct flash_piece *p, const struct image_header *h,
                           const struct chip *chip)
{
    enum err e = image_check_chip(tcl_call_log(c), h, p->name, chip->image.id);
    if (!e)
        return ERR_OK;
    const struct image_chip *made_for = image_chip_by_id(h->chip_id);
    char unknown[32], marker[160];
    snprintf(unknown, sizeof unknown, "Unknown(%u)", h->chip_id);
    snprintf(marker, sizeof marker,
             "** Image target %s does not match OpenOCD target %s, set `force` to program anyway **",
             made_for ? made_for->name : unknown, chip->name);
    return fail(c, e, marker);
}

static const struct session_bank *whole_bank(struct tcl_call *c)
{
    const struct session_config *config = tcl_config(c->tcl);
    for (unsigned i = 0; i < config->bank_count; i++) {
        if (config->banks[i].kind == SESSION_BANK_FLASH)
            return &config->banks[i];
    }
    return NULL;
}

/* All files, before the first one is erased. */
static enum err check_pieces(struct tcl_call *c, const struct program_job *job, struct target *target,
                             uint32_t flash_size)
{
    enum err e = session_check_places(tcl_call_log(c), job->pieces, job->count, flash_size);
    if (!e)
        e = session_check_encryption(target, job->pieces, job->count);
    if (e || job->options.force)
        return e;
    return session_check_partitions(tcl_call_log(c), job->pieces, job->count, FORCE);
}

static enum err open_target(struct tcl_call *c, const struct program_job *job, struct flash **flash)
{
    struct target *target;
    struct flash_info info;
    enum err e = tcl_init(c->tcl);
    if (e)
        return fail(c, e, "** OpenOCD init failed **");
    e = tcl_target(c, &target);
    if (!e && !whole_bank(c))
        e = err_at(tcl_call_log(c), ERR_UNSUPPORTED, "** ESP flash programming is not supported! **");
    /* Only the first file is looked at, as there: it is the bootloader, or the one that is programmed alone. */
    struct image_header header;
    bool is_image = !e && !job->options.force && find_header(c, &job->files[0].bytes, &header);
    if (is_image)
        e = check_chip(c, &job->pieces[0], &header, target_chip(target));
    if (e)
        return e;
    e = tcl_reset(c->tcl, RESET_INIT);
    if (e)
        return fail(c, e, "** Unable to reset target **");
    if (is_image) /* its eFuses are read by a halted core */
        e = check_revision(c, &job->pieces[0], &header, target);
    if (e)
        return e;
    e = tcl_flash_probe(c, flash, &info);
    if (!e)
        e = check_pieces(c, job, target, info.size);
    if (e)
        return fail(c, e, "** Programming Failed **");
    log_info(tcl_call_log(c), "Using flash bank '%s' size %u KB", whole_bank(c)->name, info.size / KIB);
    return ERR_OK;
}

/* True when the flash holds the file already. A failure of the comparison counts as "differs": writing will say why. */
static bool holds_already(struct tcl_call *c, const struct program_job *job, struct flash *flash,
                          const struct flash_piece *piece)
{
    if (job->options.no_skip)
        return false;
    log_user(tcl_call_log(c), "** Verifying existing flash content **");
    bool same = flash_verify(flash, piece, 1) == ERR_OK;
    err_forget(tcl_call_log(c));
    if (same)
        log_user(tcl_call_log(c), "** Existing flash content matches **");
    else
        log_user(tcl_call_log(c), "** Existing flash content mismatched. Reprogramming the flash **");
    return same;
}

static enum err verify_piece(struct tcl_call *c, struct flash *flash, const struct flash_piece *piece)
{
    log_user(tcl_call_log(c), "** Verify Started **");
    enum err e = flash_verify(flash, piece, 1);
    if (e)
        return fail(c, e, "** Verify Failed **");
    log_user(tcl_call_log(c), "** Verify OK **");
    return ERR_OK;
}

static enum err write_piece(struct tcl_call *c, struct program_job *job, struct flash *flash,
                            const struct flash_piece *piece)
{
    struct flash_job_result r;
    unsigned flags = FLASH_JOB_ERASE | (job->options.no_skip ? 0 : FLASH_JOB_SKIP_SAME);
    uint64_t start = tcl_now_ns(c);
    enum err e = flash_program(flash, piece, 1, flags, &r);
    if (e)
        return fail(c, e, "** Programming Failed **");
    log_info(tcl_call_log(c), "PROF: Wrote %zu bytes in %g ms (data transfer time included)", piece->len,
             tcl_seconds_since(c, start) * 1e3);
    log_debug(tcl_call_log(c), "%u sectors: %u held the right bytes, %u erased; %u pages programmed", r.sectors_touched,
              r.sectors_same, r.sectors_erased, r.pages_programmed);
    return ERR_OK;
}

static enum err program_file(struct tcl_call *c, struct program_job *job, struct flash *flash,
                             const struct flash_piece *piece)
{
    uint64_t start = job->is_set ? tcl_now_ns(c) : job->start_ns;
    log_user(tcl_call_log(c), "** Programming Started **");
    if (holds_already(c, job, flash, piece))
        return ERR_OK;
    enum err e = write_piece(c, job, flash, piece);
    if (e)
        return e;
    log_user(tcl_call_log(c), "** Programming Finished in %llu ms **", (unsigned long long)ms_since(c, start));
    return job->options.verify ? verify_piece(c, flash, piece) : ERR_OK;
}

static enum err program_files(struct tcl_call *c, struct program_job *job)
{
    struct flash *flash = NULL;
    struct log *log = tcl_call_log(c);
    enum err e = ERR_OK;
    for (unsigned i = 0; i < job->count && !e; i++) {
        struct program_file *f = &job->files[i];
        if (job->is_set)
            log_user(log, "Flashing \"%s\" at 0x%x", f->path, f->offset);
        log_user(log, "** program_esp input args <%s> **", f->args);
        if (!i) {
            e = open_target(c, job, &flash);
            job->start_ns = tcl_now_ns(c); /* of the adapter's clock, which opening it may have set */
        }
        uint64_t start = tcl_now_ns(c);
        if (!e)
            e = program_file(c, job, flash, &job->pieces[i]);
        if (!e && job->is_set)
            log_user(log, "** Flashing done for %s in %llu ms **", f->name, (unsigned long long)ms_since(c, start));
    }
    return e;
}

static enum err finish(struct tcl_call *c, struct program_job *job)
{
    struct log *log = tcl_call_log(c);
    if (job->is_set)
        log_user(log, "** Total programming time %llu ms **", (unsigned long long)ms_since(c, job->start_ns));
    if (!job->options.reset)
        return ERR_OK;
    log_user(log, "** Resetting Target **");
    return tcl_reset(c->tcl, RESET_RUN);
}

/* The lines of a sentence that are markers (as they are), or all others (as errors). */
static void say_lines(struct log *log, const char *why, bool markers)
{
    for (const char *at = why, *end; *at; at = *end ? end + 1 : end) {
        end = strchrnul(at, '\n');
        bool is_marker = !strncmp(at, "** ", 3);
        if (is_marker && markers)
            log_user(log, "%.*s", (int)(end - at), at);
        else if (!is_marker && !markers)
            log_error(log, "%.*s", (int)(end - at), at);
    }
}

enum err program_end(struct tcl_call *c, const struct program_job *job, enum err e)
{
    struct log *log = tcl_call_log(c);
    if (!job->options.exit) {
        c->tcl->goes_on = !e;
        return e;
    }
    if (e) {
        char why[sizeof log->why];
        snprintf(why, sizeof why, "%s", err_why(log, e));
        say_lines(log, why, false);
        say_lines(log, why, true);
        c->tcl->shutdown_status = session_exit_status(e);
    }
    tcl_shutdown(c->tcl);
    return ERR_OK;
}

enum err program_run(struct tcl_call *c, struct program_job *job)
{
    struct log *log = tcl_call_log(c);
    enum err e = read_files(c, job);
    if (!e && !job->options.force)
        e = session_check_sectors(log, job->pieces, job->count, FORCE);
    if (!e)
        e = program_files(c, job);
    if (e && job->is_set)
        e = err_at(log, e, "%s\n** Flashing Failed **", strdupa(err_why(log, e)));
    return program_end(c, job, e ? e : finish(c, job));
}
