/* SPDX-License-Identifier: Apache-2.0 */
/* A programming job: check, plan, erase and program, verify. */
#include "flash/crypt.h"
#include "flash/flash_int.h"
#include "flash/patch.h"
#include "flash/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECTORS_A_TASK = MAILBOX_DATA_SIZE / FLASH_SECTOR_SIZE };

struct job {
    struct flash *f;
    struct plan plan;
    const struct flash_piece *pieces;
    size_t piece_count;
    unsigned flags;
    struct flash_job_result result;
    /* What is known when a task ends, in the order in which they were queued. */
    struct job_task {
        struct job *job;
        size_t first, count; /* sectors */
        bool is_part;        /* of one sector, and not the last one */
        bool is_erase, is_compare;
        uint64_t begun_ns;
    } * tasks;
    size_t task_count;
    uint64_t last_end_ns;
};

/* --- what is there --- */

static enum err read_partial_sectors(struct job *j)
{
    uint8_t content[FLASH_SECTOR_SIZE];
    for (size_t i = 0; i < j->plan.count; i++) {
        if (!j->plan.sectors[i].is_partial || j->plan.sectors[i].kind != PLAN_PLAIN)
            continue;
        enum err e = step_read(j->f, FLASH_AS_IT_IS, j->plan.sectors[i].offset, content, sizeof content);
        if (e)
            return e;
        plan_merge(&j->plan, i, content);
    }
    return ERR_OK;
}

static void judge_by_digest(struct job *j, size_t sector, const uint8_t found[MAILBOX_DIGEST],
                            const uint8_t blank[MAILBOX_DIGEST])
{
    uint8_t wanted[MAILBOX_DIGEST];
    struct plan_sector *s = &j->plan.sectors[sector];
    if (s->is_partial)
        return; /* known byte by byte */
    digest_bytes(plan_wanted(&j->plan, sector), FLASH_SECTOR_SIZE, wanted);
    if (s->kind == PLAN_PLAIN && !memcmp(found, wanted, sizeof wanted))
        s->found = FOUND_SAME;
    else if (!memcmp(found, blank, MAILBOX_DIGEST))
        s->found = FOUND_BLANK;
    else
        s->found = FOUND_UNKNOWN;
}

static enum err hash_sectors(struct job *j, uint8_t (*digests)[MAILBOX_DIGEST])
{
    struct plan *p = &j->plan;
    for (size_t i = 0; i < p->count;) {
        size_t run = plan_run(p, i, p->count);
        enum err e =
            step_digests(j->f, FLASH_AS_IT_IS, p->sectors[i].offset, (uint32_t)run * FLASH_SECTOR_SIZE, digests + i);
        if (e)
            return e;
        i += run;
    }
    return ERR_OK;
}

static enum err find_by_hash(struct job *j)
{
    uint8_t(*digests)[MAILBOX_DIGEST] = calloc(j->plan.count, sizeof *digests);
    if (!digests)
        return ERR_MEMORY;
    uint8_t blank[MAILBOX_DIGEST];
    digest_blank_sector(blank);
    enum err e = hash_sectors(j, digests);
    for (size_t i = 0; !e && i < j->plan.count; i++)
        judge_by_digest(j, i, digests[i], blank);
    free(digests);
    return e;
}

/* --- tasks --- */

static void judge_by_comparison(struct job_task *t, uint32_t detail)
{
    for (size_t n = 0; n < t->count; n++) {
        uint32_t found = detail >> 2 * n & 3;
        struct plan_sector *s = &t->job->plan.sectors[t->first + n];
        s->found = found == COMPARE_SAME ? FOUND_SAME : found == COMPARE_CLEARS ? FOUND_CLEARS : FOUND_DIFFERS;
    }
}

/* Where the task stopped early, how many sectors from the first unfinished one on may have been changed. */
static size_t count_in_work(const struct job_task *t, const struct flash_answer *a)
{
    if (!a->is_done)
        return t->count;
    if (a->result == AGENT_OK || a->result == AGENT_BAD_JOB || a->result == AGENT_NOT_BEGUN)
        return 0;
    if (a->result == AGENT_NOT_ENABLED && a->done % FLASH_SECTOR_SIZE == 0)
        return 0;
    return t->is_erase ? t->count : 1; /* the unit of an erase, the sector that is being programmed */
}

/* Sectors before the point that the task reached are done, what it works on is in between, the rest is as it was. */
static void mark_sectors(struct job_task *t, const struct flash_answer *a, bool has_ended_well)
{
    enum plan_state after = t->is_erase ? SECTOR_ERASED : t->is_part ? SECTOR_PROGRAMMING : SECTOR_NEW;
    enum plan_state during = !a->is_done ? SECTOR_UNSURE : t->is_erase ? SECTOR_ERASING : SECTOR_PROGRAMMING;
    size_t done = has_ended_well ? t->count : a->done / FLASH_SECTOR_SIZE;
    size_t in_work = count_in_work(t, a);
    for (size_t n = 0; n < t->count; n++) {
        struct plan_sector *s = &t->job->plan.sectors[t->first + n];
        if (n < done)
            s->state = t->is_erase && !s->will_program ? SECTOR_NEW : after;
        else if (n < done + in_work)
            s->state = during;
    }
}

static void task_ended(void *ctx, const struct flash_answer *a)
{
    struct job_task *t = ctx;
    struct job *j = t->job;
    bool has_ended_well = a->is_done && a->result == AGENT_OK;
    if (t->is_compare) {
        if (has_ended_well)
            judge_by_comparison(t, a->detail);
        return;
    }
    mark_sectors(t, a, has_ended_well);
    uint64_t now = clock_now_ns(j->f->clock);
    uint64_t begun = t->begun_ns > j->last_end_ns ? t->begun_ns : j->last_end_ns;
    *(t->is_erase ? &j->result.erase_ns : &j->result.program_ns) += now - begun;
    j->last_end_ns = now;
    if (t->is_erase) {
        j->result.sectors_erased += (uint32_t)(has_ended_well ? t->count : a->done / FLASH_SECTOR_SIZE);
        return;
    }
    j->result.pages_programmed += has_ended_well ? a->detail : 0;
    if (!t->is_part)
        progress_add(j->f, t->count * FLASH_SECTOR_SIZE);
}

static enum err queue_task(struct job *j, const struct flash_task *task, size_t first, size_t count)
{
    struct job_task *t = &j->tasks[j->task_count++];
    *t = (struct job_task){.job = j,
                           .first = first,
                           .count = count,
                           .is_part = (task->offset + task->length) % FLASH_SECTOR_SIZE != 0,
                           .is_erase = task->command == JOB_ERASE,
                           .is_compare = task->command == JOB_COMPARE,
                           .begun_ns = clock_now_ns(j->f->clock)};
    return exchange_queue(j->f, task, task_ended, t);
}

/* How many sectors from here on, at most max, follow each other and are alike in this. */
static size_t run_of(const struct plan *p, size_t from, size_t max, bool (*is_so)(const struct plan_sector *s))
{
    size_t n = 0, longest = plan_run(p, from, max);
    while (n < longest && is_so(&p->sectors[from + n]))
        n++;
    return n;
}

static bool is_unknown(const struct plan_sector *s)
{
    return s->found == FOUND_UNKNOWN;
}

/* Sectors that neither are right nor blank are compared bit by bit: maybe programming alone makes them right. Where a whole
   block differs that is not worth the way, as long as it may be erased. */
static enum err find_by_comparison(struct job *j)
{
    struct plan *p = &j->plan;
    const size_t block = (1U << j->f->commands.erase[0].log2) / FLASH_SECTOR_SIZE;
    for (size_t i = 0; i < p->count;) {
        size_t run = run_of(p, i, block, is_unknown);
        bool is_block = run && run == block && p->sectors[i].offset % (block * FLASH_SECTOR_SIZE) == 0;
        if (is_block && j->flags & FLASH_JOB_ERASE) {
            for (size_t n = 0; n < run; n++)
                p->sectors[i + n].found = FOUND_DIFFERS;
        } else if (run) {
            size_t to_block =
                block - p->sectors[i].offset / FLASH_SECTOR_SIZE % block; /* what follows may be a whole one */
            run = run < to_block ? run : to_block;
            run = run < SECTORS_A_TASK ? run : SECTORS_A_TASK;
            struct flash_task t = task_compare(j->f, p->sectors[i].offset, plan_wanted(p, i), run * FLASH_SECTOR_SIZE);
            enum err e = queue_task(j, &t, i, run);
            if (e)
                return e;
        }
        i += run ? run : 1;
    }
    return exchange_drain(j->f);
}

/* --- erase and program --- */

static bool is_plain_to_program(const struct plan_sector *s)
{
    return s->will_program && s->kind == PLAN_PLAIN;
}

static bool is_to_encrypt(const struct plan_sector *s)
{
    return s->will_program && s->kind == PLAN_ENCRYPTED;
}

/* A sector with both: one task for each part. */
static enum err program_parts(struct job *j, size_t sector)
{
    struct plan *p = &j->plan;
    enum err e = ERR_OK;
    for (size_t unit = 0; unit < FLASH_SECTOR_SIZE / FLASH_CRYPT_UNIT && !e;) {
        size_t n = plan_part(p, sector, unit), at = unit * FLASH_CRYPT_UNIT;
        struct flash_task t = task_program(j->f, p->sectors[sector].offset + (uint32_t)at, plan_wanted(p, sector) + at,
                                           n * FLASH_CRYPT_UNIT, plan_is_crypted(p, sector, unit));
        e = queue_task(j, &t, sector, 1);
        unit += n;
    }
    return e;
}

static enum err program_sectors(struct job *j, size_t first, size_t count)
{
    struct plan *p = &j->plan;
    for (size_t i = first; i < first + count;) {
        const struct plan_sector *s = &p->sectors[i];
        size_t left = first + count - i, run = 1;
        enum err e = ERR_OK;
        if (s->will_program && s->kind == PLAN_MIXED) {
            e = program_parts(j, i);
        } else if (s->will_program) {
            bool is_crypted = s->kind == PLAN_ENCRYPTED;
            run = run_of(p, i, left < SECTORS_A_TASK ? left : SECTORS_A_TASK,
                         is_crypted ? is_to_encrypt : is_plain_to_program);
            struct flash_task t = task_program(j->f, s->offset, plan_wanted(p, i), run * FLASH_SECTOR_SIZE, is_crypted);
            e = queue_task(j, &t, i, run);
        }
        if (e)
            return e;
        i += run;
    }
    return ERR_OK;
}

/* Erases one unit and programs it before the next is erased: little is lost when the job is cut short. */
static enum err renew_unit(struct job *j, size_t first, size_t *count)
{
    struct plan *p = &j->plan;
    const struct nor_erase_type *type = plan_erase_unit(p, first, j->f->commands.erase);
    *count = (1U << type->log2) / FLASH_SECTOR_SIZE;
    struct flash_task t = task_erase(j->f, type, p->sectors[first].offset, 1U << type->log2);
    enum err e = queue_task(j, &t, first, *count);
    return e ? e : program_sectors(j, first, *count);
}

static bool is_only_to_program(const struct plan_sector *s)
{
    return s->will_program && !s->will_erase;
}

static enum err change_flash(struct job *j)
{
    struct plan *p = &j->plan;
    for (size_t i = 0; i < p->count;) {
        size_t n = 1;
        enum err e = ERR_OK;
        if (p->sectors[i].will_erase) {
            e = renew_unit(j, i, &n);
        } else if (p->sectors[i].will_program) {
            n = run_of(p, i, SECTORS_A_TASK, is_only_to_program);
            e = program_sectors(j, i, n);
        }
        if (e)
            return e;
        i += n;
    }
    return exchange_drain(j->f);
}

/* --- verify --- */

static enum err first_difference(struct flash *f, enum flash_view view, uint32_t offset, const uint8_t *wanted,
                                 size_t len, const char *name)
{
    uint8_t content[FLASH_SECTOR_SIZE];
    enum err e = step_read(f, view, offset, content, len);
    if (e)
        return e;
    for (size_t i = 0; i < len; i++) {
        if (content[i] != wanted[i])
            return err_at(f->log, ERR_VERIFY,
                          "the flash differs from %s at 0x%06zx: it holds 0x%02X%s instead of 0x%02X", name, offset + i,
                          content[i], view == FLASH_DECRYPTED ? " (decrypted)" : "", wanted[i]);
    }
    return err_at(f->log, ERR_VERIFY,
                  "the flash does not read the same twice at 0x%06" PRIx32
                  " (%s): its hash differs, its bytes do not. Look "
                  "at its supply and wiring",
                  offset, name);
}

static enum err verify_range(struct flash *f, enum flash_view view, uint32_t offset, const uint8_t *wanted, size_t len,
                             const char *name)
{
    size_t pieces = digest_pieces(offset, (uint32_t)len);
    uint8_t(*digests)[MAILBOX_DIGEST] = calloc(pieces ? pieces : 1, sizeof *digests);
    if (!digests)
        return ERR_MEMORY;
    enum err e = step_digests(f, view, offset, (uint32_t)len, digests);
    for (size_t i = 0, at = 0; !e && i < pieces; i++) {
        uint8_t digest[MAILBOX_DIGEST];
        size_t part = FLASH_SECTOR_SIZE - (offset + at) % FLASH_SECTOR_SIZE;
        part = part < len - at ? part : len - at;
        digest_bytes(wanted + at, part, digest);
        if (memcmp(digest, digests[i], sizeof digest))
            e = first_difference(f, view, offset + (uint32_t)at, wanted + at, part, name);
        at += part;
    }
    free(digests);
    return e;
}

static uint64_t total_len(const struct flash_piece *pieces, size_t count)
{
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += pieces[i].len;
    return total;
}

static enum err verify_pieces(struct flash *f, const struct flash_piece *pieces, size_t count)
{
    progress_start(f, FLASH_PHASE_VERIFY, total_len(pieces, count));
    enum err e = ERR_OK;
    for (size_t i = 0; i < count && !e; i++)
        e = verify_range(f, pieces[i].is_encrypted ? FLASH_DECRYPTED : FLASH_AS_IT_IS, pieces[i].offset,
                         pieces[i].bytes, pieces[i].len, pieces[i].name);
    return e;
}

static enum err check_pieces(struct flash *f, const struct flash_piece *pieces, size_t count)
{
    enum err e = count ? ERR_OK : err_at(f->log, ERR_USAGE, "no image is given");
    for (size_t i = 0; i < count && !e; i++)
        e = step_check_range(f, pieces[i].name, pieces[i].offset, pieces[i].len);
    return e ? e : crypt_check_pieces(f, pieces, count);
}

/* What is compared or changed is the program's own. */
static enum err restore_patches(struct flash *f, const struct flash_piece *pieces, size_t count)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < count && !e; i++)
        e = flash_patch_restore(f, pieces[i].offset, pieces[i].len);
    return e;
}

enum err flash_verify(struct flash *f, const struct flash_piece *pieces, size_t count)
{
    enum err e = restore_patches(f, pieces, count);
    if (!e)
        e = flash_begin(f);
    if (e)
        return e;
    e = check_pieces(f, pieces, count);
    if (!e)
        e = verify_pieces(f, pieces, count);
    return flash_end(f, e);
}

/* --- the whole --- */

static enum err refuse_erase(struct job *j)
{
    const struct plan *p = &j->plan;
    size_t first = 0, count = 0;
    for (size_t i = p->count; i-- > 0;) {
        if (p->sectors[i].will_erase) {
            first = i;
            count++;
        }
    }
    if (!count || j->flags & FLASH_JOB_ERASE)
        return ERR_OK;
    return err_at(j->f->log, ERR_STATE,
                  "%zu sectors, the first at 0x%06" PRIx32
                  ", hold bits that only an erase sets, and the command does not allow "
                  "to erase; nothing was changed. Erase them first, or let this command do it",
                  count, p->sectors[first].offset);
}

static uint64_t bytes_to_program(const struct plan *p)
{
    uint64_t n = 0;
    for (size_t i = 0; i < p->count; i++)
        n += p->sectors[i].will_program ? FLASH_SECTOR_SIZE : 0;
    return n;
}

static enum err check_phase(struct job *j)
{
    uint64_t begun = clock_now_ns(j->f->clock);
    progress_start(j->f, FLASH_PHASE_CHECK, (uint64_t)j->plan.count * FLASH_SECTOR_SIZE);
    enum err e = find_by_hash(j);
    if (!e)
        e = crypt_find(j->f, &j->plan);
    if (!e)
        e = read_partial_sectors(j);
    if (!e)
        e = find_by_comparison(j); /* knows what is left unknown */
    if (e)
        return e;
    plan_decide(&j->plan, j->flags);
    for (size_t i = 0; i < j->plan.count; i++)
        j->result.sectors_same += j->plan.sectors[i].found == FOUND_SAME;
    j->result.check_ns = clock_now_ns(j->f->clock) - begun;
    return refuse_erase(j);
}

static bool has_work(const struct plan *p)
{
    for (size_t i = 0; i < p->count; i++) {
        if (p->sectors[i].will_erase || p->sectors[i].will_program)
            return true;
    }
    return false;
}

/* Before anything is changed: everything that will be. */
static enum err unprotect(struct job *j)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < j->plan.count && !e; i++) {
        const struct plan_sector *s = &j->plan.sectors[i];
        if (s->will_erase || s->will_program)
            e = step_unprotect(j->f, j->pieces[0].name, s->offset, FLASH_SECTOR_SIZE);
    }
    return e;
}

static enum err change_phase(struct job *j)
{
    if (!has_work(&j->plan))
        return ERR_OK;
    enum err e = unprotect(j);
    if (e)
        return e;
    progress_start(j->f, FLASH_PHASE_PROGRAM, bytes_to_program(&j->plan));
    e = change_flash(j);
    if (!e)
        return ERR_OK;
    struct buf text = {0};
    plan_describe(&j->plan, &text);
    e = err_append(j->f->log, e, "In the flash now: %s", buf_str(&text));
    buf_fini(&text);
    return e;
}

/* The bytes beside the pieces were written again too, and nobody else knows what they were: they are always verified. */
static enum err verify_neighbours(struct job *j)
{
    enum err e = ERR_OK;
    for (size_t i = 0; i < j->plan.count && !e; i++) {
        const struct plan_sector *s = &j->plan.sectors[i];
        char name[96];
        snprintf(name, sizeof name, "what sector 0x%06" PRIx32 " should hold (the image, and what was beside it)",
                 s->offset);
        bool is_changed = s->is_partial && (s->will_erase || s->will_program);
        if (is_changed && s->kind == PLAN_MIXED)
            e = crypt_verify_mixed(j->f, &j->plan, i, name);
        else if (is_changed)
            e = verify_range(j->f, FLASH_AS_IT_IS, s->offset, plan_wanted(&j->plan, i), FLASH_SECTOR_SIZE, name);
    }
    return e;
}

static enum err verify_phase(struct job *j)
{
    uint64_t begun = clock_now_ns(j->f->clock);
    enum err e = j->flags & FLASH_JOB_VERIFY ? verify_pieces(j->f, j->pieces, j->piece_count) : ERR_OK;
    if (!e)
        e = verify_neighbours(j);
    j->result.verify_ns = clock_now_ns(j->f->clock) - begun;
    if (e != ERR_VERIFY)
        return e;
    if (crypt_is_wanted(j->pieces, j->piece_count))
        return err_append(j->f->log, e,
                          "It was written just now: either the chip does not encrypt or decrypt in this boot mode "
                          "(eFuses can end that in download mode: %s; boot from flash instead), or the flash is worn "
                          "out, or its supply or wiring is weak",
                          j->f->crypt_efuses);
    return err_append(j->f->log, e,
                      "It was written just now, so the flash is worn out, or its supply or wiring is weak. Write it "
                      "again; if it happens again, replace the flash");
}

/* At most: compare, erase, program, and that in parts. */
static size_t count_tasks(const struct plan *p)
{
    size_t count = 3 * p->count;
    for (size_t i = 0; i < p->count; i++)
        for (size_t unit = 0; p->sectors[i].kind == PLAN_MIXED && unit < FLASH_SECTOR_SIZE / FLASH_CRYPT_UNIT; count++)
            unit += plan_part(p, i, unit);
    return count;
}

static enum err run_job(struct job *j)
{
    enum err e = check_pieces(j->f, j->pieces, j->piece_count);
    if (!e)
        e = plan_make(&j->plan, j->f->log, j->pieces, j->piece_count);
    if (e)
        return e;
    j->result.sectors_touched = (uint32_t)j->plan.count;
    j->tasks = calloc(count_tasks(&j->plan), sizeof *j->tasks);
    e = j->tasks ? check_phase(j) : ERR_MEMORY;
    if (e && e != ERR_STATE)
        e = err_append(j->f->log, e, "Nothing in the flash was changed");
    if (!e)
        e = change_phase(j);
    if (!e)
        e = verify_phase(j);
    free(j->tasks);
    plan_fini(&j->plan);
    return e;
}

enum err flash_program(struct flash *f, const struct flash_piece *pieces, size_t count, unsigned flags,
                       struct flash_job_result *result)
{
    enum err e = restore_patches(f, pieces, count);
    if (!e)
        return flash_program_raw(f, pieces, count, flags, result);
    if (result)
        *result = (struct flash_job_result){0};
    return e;
}

enum err flash_program_raw(struct flash *f, const struct flash_piece *pieces, size_t count, unsigned flags,
                           struct flash_job_result *result)
{
    struct job j = {.f = f, .pieces = pieces, .piece_count = count, .flags = flags};
    enum err e = flash_begin_change(f);
    if (e)
        e = err_append(f->log, e, "Nothing in the flash was changed");
    else
        e = flash_end(f, run_job(&j));
    if (result)
        *result = j.result;
    return e;
}
