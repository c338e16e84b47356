/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/flash_int.h"
#include "flash/patch.h"

#include "base/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const phase_names[] = {
    [FLASH_PHASE_CHECK] = "Checking",   [FLASH_PHASE_ERASE] = "Erasing", [FLASH_PHASE_PROGRAM] = "Programming",
    [FLASH_PHASE_VERIFY] = "Verifying", [FLASH_PHASE_READ] = "Reading",
};

const char *flash_phase_name(enum flash_phase p)
{
    return phase_names[p];
}

struct flash *flash_new_on(struct flash_carrier *carrier, struct log *log, const struct clock *clock)
{
    struct flash *f = carrier ? calloc(1, sizeof *f) : NULL;
    if (!f) {
        if (carrier)
            carrier->ops->free(carrier);
        return NULL;
    }
    f->carrier = carrier;
    f->log = log;
    f->clock = clock;
    f->chip_title = "chip";
    f->crypt_efuses = "some";
    f->wiring = "Look at its supply and at its pins CLK, CS, DI and DO";
    return f;
}

void flash_free(struct flash *f)
{
    if (!f)
        return;
    patches_free(f);
    f->carrier->ops->free(f->carrier);
    free(f);
}

void flash_on_progress(struct flash *f, flash_progress_fn *fn, void *ctx)
{
    f->progress = fn;
    f->progress_ctx = ctx;
}

void flash_set_unprotect(struct flash *f, bool may_unprotect)
{
    f->must_not_unprotect = !may_unprotect;
}

static const char *const phase_verbs[] = {
    [FLASH_PHASE_CHECK] = "check",   [FLASH_PHASE_ERASE] = "erase", [FLASH_PHASE_PROGRAM] = "program",
    [FLASH_PHASE_VERIFY] = "verify", [FLASH_PHASE_READ] = "read",
};

void progress_start(struct flash *f, enum flash_phase phase, uint64_t total)
{
    f->phase = phase;
    f->phase_done = 0;
    f->phase_total = total;
    log_debug(f->log, "flash: begins to %s %llu bytes", phase_verbs[phase], (unsigned long long)total);
    progress_add(f, 0);
}

void progress_add(struct flash *f, uint64_t bytes)
{
    f->phase_done += bytes;
    if (f->phase_done > f->phase_total)
        f->phase_done = f->phase_total;
    if (f->progress && f->phase_total)
        f->progress(f->progress_ctx, f->phase, f->phase_done, f->phase_total);
}

void progress_count(void *ctx, const struct flash_answer *answer)
{
    progress_add(ctx, answer->done);
}

enum err flash_begin(struct flash *f)
{
    f->phase_total = 0;
    if (f->is_held)
        return ERR_OK;
    enum err e = f->carrier->ops->start(f->carrier);
    if (e)
        return e;
    f->turn = 0;
    memset(f->pending, 0, sizeof f->pending);
    e = step_identify(f);
    return e ? flash_end(f, e) : ERR_OK;
}

enum err flash_end(struct flash *f, enum err e)
{
    if (f->is_held && !e)
        return ERR_OK;
    f->is_held = false;
    struct err_kept first = err_keep(f->log, e);
    return err_first(f->log, &first, f->carrier->ops->stop(f->carrier));
}

enum err flash_begin_change(struct flash *f)
{
    enum err e = flash_begin(f);
    if (e || !f->carrier->ops->check_change)
        return e;
    e = f->carrier->ops->check_change(f->carrier);
    return e ? flash_end(f, e) : ERR_OK;
}

enum err flash_hold(struct flash *f)
{
    enum err e = flash_begin(f);
    f->is_held = !e;
    return e;
}

enum err flash_let_go(struct flash *f, enum err e)
{
    bool was_held = f->is_held;
    f->is_held = false;
    return was_held ? flash_end(f, e) : e;
}

enum err flash_identify(struct flash *f, struct flash_info *info)
{
    enum err e = ERR_OK;
    if (!f->is_identified) {
        e = flash_begin(f);
        if (!e)
            e = flash_end(f, e);
    }
    if (!e)
        *info = f->info;
    return e;
}

enum err flash_check_change(struct flash *f)
{
    enum err e = flash_begin_change(f);
    return e ? e : flash_end(f, ERR_OK);
}

void flash_forget(struct flash *f)
{
    f->is_identified = f->is_held = false;
    f->carrier->ops->forget(f->carrier);
}

enum err flash_release(struct flash *f)
{
    f->is_held = false;
    return f->carrier->ops->release(f->carrier);
}

enum err flash_read(struct flash *f, uint32_t offset, void *buf, size_t len)
{
    enum err e = flash_begin(f);
    if (e)
        return e;
    e = step_check_range(f, "reading", offset, len);
    progress_start(f, FLASH_PHASE_READ, e ? 0 : len);
    if (!e)
        e = step_read(f, FLASH_AS_IT_IS, offset, buf, len);
    if (!e)
        flash_patch_hide(f, offset, buf, len);
    return flash_end(f, e);
}

static enum err check_sectors(struct flash *f, const char *what, uint32_t offset, uint64_t len)
{
    if (offset % FLASH_SECTOR_SIZE || len % FLASH_SECTOR_SIZE)
        return err_at(f->log, ERR_ALIGN,
                      "%s: offset 0x%" PRIx32 " and length 0x%" PRIx64 " must be multiples of 0x%x, "
                      "the size of a sector",
                      what, offset, len, FLASH_SECTOR_SIZE);
    return step_check_range(f, what, offset, len);
}

/* The largest unit that begins here and fits into what is left; the smallest is the sector. */
static const struct nor_erase_type *erase_type_for(const struct flash *f, uint32_t offset, uint32_t len)
{
    const struct nor_erase_type *t = f->commands.erase;
    while (t->log2 > 12 && (offset & ((1U << t->log2) - 1) || len < 1U << t->log2))
        t++;
    return t;
}

static enum err erase_range(struct flash *f, uint32_t offset, uint32_t len)
{
    enum err e = step_unprotect(f, "erasing", offset, len);
    while (len && !e) {
        const struct nor_erase_type *type = erase_type_for(f, offset, len);
        uint32_t unit = 1U << type->log2;
        struct flash_task t = task_erase(f, type, offset, unit);
        e = exchange_queue(f, &t, progress_count, f);
        offset += unit;
        len -= unit;
    }
    return e ? e : exchange_drain(f);
}

/* Erases are done in order; the unit after those that ended may be half-erased. */
static enum err say_what_is_erased(struct flash *f, enum err e, uint32_t offset, uint32_t len)
{
    return err_append(f->log, e,
                      "Of 0x%06" PRIx32 "-0x%06" PRIx32 " the first 0x%" PRIx64
                      " bytes are erased, the block after them "
                      "may be half-erased; run the same command again to finish",
                      offset, offset + len - 1, f->phase_done);
}

enum err flash_erase(struct flash *f, uint32_t offset, uint32_t len)
{
    enum err e = flash_patch_restore(f, offset, len);
    if (!e)
        e = flash_begin_change(f);
    if (e)
        return e;
    e = check_sectors(f, "erasing", offset, len);
    progress_start(f, FLASH_PHASE_ERASE, e ? 0 : len);
    if (!e)
        e = erase_range(f, offset, len);
    if (e && f->phase_total && e != ERR_STATE)
        e = say_what_is_erased(f, e, offset, len);
    return flash_end(f, e);
}

enum err flash_sha256(struct flash *f, uint32_t offset, uint32_t len, uint8_t digest[32])
{
    enum { MS_PER_KIB = 10, BASE_MS = 10000 };
    enum err e = flash_patch_restore(f, offset, len);
    if (!e)
        e = flash_begin(f);
    if (e)
        return e;
    e = step_check_range(f, "hashing", offset, len);
    progress_start(f, FLASH_PHASE_VERIFY, e ? 0 : len);
    struct flash_task t = {.command = JOB_SHA256,
                           .offset = offset,
                           .length = len,
                           .parameter = access_to_read(f),
                           .in = digest,
                           .in_len = SHA256_LEN,
                           .stall_ms = BASE_MS,
                           .limit_ms = BASE_MS + len / 1024 * MS_PER_KIB};
    if (!e)
        e = exchange_queue(f, &t, progress_count, f);
    if (!e)
        e = exchange_drain(f);
    return flash_end(f, e);
}

static enum err blank_check(struct flash *f, uint32_t offset, uint32_t len, bool *is_blank)
{
    size_t sectors = len / FLASH_SECTOR_SIZE;
    uint8_t(*digests)[MAILBOX_DIGEST] = calloc(sectors ? sectors : 1, sizeof *digests);
    if (!digests)
        return ERR_MEMORY;
    uint8_t blank_digest[MAILBOX_DIGEST];
    digest_blank_sector(blank_digest);
    enum err e = step_digests(f, FLASH_AS_IT_IS, offset, len, digests);
    for (size_t i = 0; !e && i < sectors; i++)
        is_blank[i] = !memcmp(digests[i], blank_digest, sizeof blank_digest);
    free(digests);
    return e;
}

enum err flash_blank_check(struct flash *f, uint32_t offset, uint32_t len, bool *is_blank)
{
    enum err e = flash_patch_restore(f, offset, len);
    if (!e)
        e = flash_begin(f);
    if (e)
        return e;
    e = check_sectors(f, "blank check", offset, len);
    progress_start(f, FLASH_PHASE_CHECK, e ? 0 : len);
    if (!e)
        e = blank_check(f, offset, len, is_blank);
    return flash_end(f, e);
}

static enum err read_for_layout(void *ctx, uint32_t offset, void *buf, size_t len)
{
    return flash_read(ctx, offset, buf, len);
}

static enum err read_pieces(struct flash *f, const struct flash_pieces_of *g, void *buf)
{
    enum err e = flash_begin(f);
    if (e)
        return e;
    e = step_gather(f, g, buf);
    for (size_t i = 0; i < g->count && !e; i++)
        flash_patch_hide(f, g->offset + (uint32_t)(i << g->log2_step), (uint8_t *)buf + i * g->each, g->each);
    return flash_end(f, e);
}

/* Pieces that are no whole words, or not a power of two apart, are read one by one. */
static enum err gather_for_layout(void *ctx, uint32_t offset, uint32_t stride, size_t each, size_t count, void *buf)
{
    bool is_power_of_2 = stride && !(stride & (stride - 1));
    if (is_power_of_2 && each && each % 4 == 0 && each <= MAILBOX_DATA_SIZE) {
        const struct flash_pieces_of pieces = {offset, (uint32_t)each, (uint8_t)__builtin_ctz(stride), count};
        return read_pieces(ctx, &pieces, buf);
    }
    enum err e = ERR_OK;
    for (size_t i = 0; i < count && !e; i++)
        e = flash_read(ctx, offset + (uint32_t)i * stride, (uint8_t *)buf + i * each, each);
    return e;
}

struct reader flash_reader(struct flash *f)
{
    return (struct reader){
        .read = read_for_layout, .gather = gather_for_layout, .ctx = f, .size = f->is_identified ? f->info.size : 0};
}
