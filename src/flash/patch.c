/* SPDX-License-Identifier: Apache-2.0 */
/* Patched sectors: what is to change, the journal before it, the change itself. */
#include "flash/patch.h"

#include "flash/flash_int.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { JOB_FLAGS = FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME | FLASH_JOB_VERIFY };

_Static_assert((int)PATCH_DIGEST == (int)MAILBOX_DIGEST, "neighbours are known by the agent's digests");

struct flash_patches {
    struct patch_sector *sectors; /* that hold patches, or may */
    size_t count;
    struct flash_patch_store store;
    char chip[PATCH_CHIP_LEN];
    bool has_store, is_named; /* named: the journal has its header */
    bool is_working;          /* what reads and programs now is this file */
    unsigned writes;
};

static struct flash_patches *patches_of(const struct flash *f)
{
    return f->patches;
}

void flash_patch_use(struct flash *f, const struct flash_patch_store *store, const char *chip)
{
    struct flash_patches *p = f->patches ? f->patches : calloc(1, sizeof *p);
    f->patches = p;
    if (!p)
        return;
    p->store = *store;
    p->has_store = true;
    strncpy(p->chip, chip, sizeof p->chip - 1);
}

static void fini_sector(struct patch_sector *s)
{
    free(s->now.items);
    free(s->before.items);
}

void patches_free(struct flash *f)
{
    struct flash_patches *p = patches_of(f);
    for (size_t i = 0; p && i < p->count; i++)
        fini_sector(&p->sectors[i]);
    if (p)
        free(p->sectors);
    free(p);
    f->patches = NULL;
}

/* --- what is known --- */

static struct patch_sector *find(const struct flash_patches *p, uint32_t offset)
{
    uint32_t sector = offset - offset % FLASH_SECTOR_SIZE;
    for (size_t i = 0; p && i < p->count; i++) {
        if (p->sectors[i].offset == sector)
            return &p->sectors[i];
    }
    return NULL;
}

bool flash_patch_is_at(const struct flash *f, uint32_t offset)
{
    const struct patch_sector *s = find(patches_of(f), offset);
    for (size_t i = 0; s && i < s->now.count; i++) {
        if (s->now.items[i].at == offset % FLASH_SECTOR_SIZE)
            return true;
    }
    return false;
}

size_t flash_patch_sectors(const struct flash *f)
{
    return f->patches ? f->patches->count : 0;
}

unsigned flash_patch_writes(const struct flash *f)
{
    return f->patches ? f->patches->writes : 0;
}

static void hide(const struct patch_sector *s, uint32_t offset, uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < s->now.count; i++) {
        uint32_t at = s->now.items[i].at;
        if (s->offset + at >= offset && s->offset + at - offset < len)
            bytes[s->offset + at - offset] = s->original[at];
    }
}

void flash_patch_hide(const struct flash *f, uint32_t offset, uint8_t *bytes, size_t len)
{
    const struct flash_patches *p = patches_of(f);
    for (size_t i = 0; p && !p->is_working && i < p->count; i++)
        hide(&p->sectors[i], offset, bytes, len);
}

/* --- the journal --- */

static enum err append(struct flash *f, struct buf *records)
{
    struct flash_patches *p = patches_of(f);
    enum err e =
        records->failed ? err_at(f->log, ERR_MEMORY, "no memory for the journal of breakpoints in flash") : ERR_OK;
    if (!e && records->len)
        e = p->store.append(p->store.ctx, records->bytes, records->len);
    p->is_named |= !e && records->len;
    buf_fini(records);
    return e;
}

static enum err note_done(struct flash *f, struct patch_sector *s)
{
    struct buf record = {0};
    if (s->now.count)
        patch_journal_put_done(&record, s->offset);
    else
        patch_journal_put_end(&record, s->offset);
    s->is_changing = false;
    return append(f, &record);
}

static void drop(struct flash_patches *p, struct patch_sector *s)
{
    fini_sector(s);
    *s = p->sectors[--p->count];
}

static enum err drop_those_without_patches(struct flash *f)
{
    struct flash_patches *p = patches_of(f);
    for (size_t i = p->count; i-- > 0;) {
        if (!p->sectors[i].now.count && !p->sectors[i].is_changing)
            drop(p, &p->sectors[i]);
    }
    if (p->count || !p->is_named)
        return ERR_OK;
    p->is_named = false;
    return p->store.clear(p->store.ctx);
}

/* --- one sector --- */

/* Of the program's content: a neighbour that is patched itself counts as its original. */
static enum err look_at_neighbour(struct flash *f, uint32_t sector, unsigned which, bool *has,
                                  uint8_t digest[PATCH_DIGEST])
{
    uint32_t offset = which ? sector + FLASH_SECTOR_SIZE : sector - FLASH_SECTOR_SIZE;
    *has = which ? offset < f->info.size : sector > 0;
    const struct patch_sector *known = *has ? find(patches_of(f), offset) : NULL;
    if (known)
        digest_bytes(known->original, FLASH_SECTOR_SIZE, digest);
    if (known || !*has)
        return ERR_OK;
    return step_digests(f, FLASH_AS_IT_IS, offset, FLASH_SECTOR_SIZE, (uint8_t(*)[MAILBOX_DIGEST])digest);
}

static enum err say_foreign(struct flash *f, struct patch_sector *s)
{
    log_warn(f->log,
             "the flash sector at 0x%06" PRIx32 " was programmed by somebody else while breakpoints were in it: it is "
             "left as it is",
             s->offset);
    fini_sector(s);
    s->now = s->before = (struct patch_bytes){0};
    return note_done(f, s);
}

/* After it now is what the sector holds, or what it was changed from or to when that was cut short. */
static void settle(struct patch_sector *s, const uint8_t content[FLASH_SECTOR_SIZE])
{
    enum patch_from from = patch_made_from(s, content);
    if (from == PATCH_FROM_BEFORE) {
        struct patch_bytes now = s->now;
        s->now = s->before;
        s->before = now;
    } else if (from == PATCH_FROM_ORIGINAL) {
        s->now.count = 0;
    }
}

/* What it holds becomes the original of a sector that has no patches yet. */
static enum err learn(struct flash *f, struct patch_sector *s)
{
    uint8_t content[FLASH_SECTOR_SIZE];
    bool is_known = s->now.count || s->is_changing;
    enum err e = step_read(f, FLASH_AS_IT_IS, s->offset, content, sizeof content);
    enum patch_verdict verdict = e || !is_known ? PATCH_IS_FOREIGN : patch_judge(s, content);
    if (!e && is_known && verdict == PATCH_IS_FOREIGN)
        e = say_foreign(f, s);
    else if (!e && is_known)
        settle(s, content);
    if (e || verdict != PATCH_IS_FOREIGN)
        return e;
    memcpy(s->original, content, sizeof content);
    for (unsigned i = 0; i < 2 && !e; i++)
        e = look_at_neighbour(f, s->offset, i, &s->has_neighbour[i], s->neighbour[i]);
    return e;
}

static enum err write_sector(struct flash *f, struct patch_sector *s)
{
    uint8_t content[FLASH_SECTOR_SIZE];
    const struct flash_piece piece = {
        .offset = s->offset, .bytes = content, .len = sizeof content, .name = "breakpoints in flash"};
    struct flash_job_result result;
    patch_apply(s, &s->now, content);
    enum err e = flash_program_raw(f, &piece, 1, JOB_FLAGS, &result);
    if (e)
        return e;
    f->patches->writes += result.sectors_erased || result.pages_programmed;
    return note_done(f, s);
}

/* --- what is wanted --- */

static int by_offset(const void *a, const void *b)
{
    uint32_t x = ((const struct flash_patch *)a)->offset, y = ((const struct flash_patch *)b)->offset;
    return x < y ? -1 : x > y;
}

/* Those of a sorted list that lie in the sector, which is at from or behind it. */
static size_t count_in(const struct flash_patch *from, size_t left, uint32_t sector)
{
    size_t n = 0;
    while (n < left && from[n].offset - sector < FLASH_SECTOR_SIZE)
        n++;
    return n;
}

static bool take_bytes(struct patch_bytes *out, const struct flash_patch *from, size_t count)
{
    struct patch_byte *items = calloc(count + 1, sizeof *items);
    if (!items)
        return false;
    for (size_t i = 0; i < count; i++)
        items[i] = (struct patch_byte){(uint16_t)(from[i].offset % FLASH_SECTOR_SIZE), from[i].value};
    *out = (struct patch_bytes){items, count};
    return true;
}

/* A change of one sector that is about to be made. */
struct change {
    uint32_t offset;
    struct patch_bytes wanted;
};

struct changes {
    struct change *items;
    size_t count;
};

static void changes_fini(struct changes *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->items[i].wanted.items);
    free(c->items);
}

static bool add_change(struct changes *c, uint32_t offset, const struct flash_patch *from, size_t count)
{
    struct change change = {.offset = offset};
    struct change *more = realloc(c->items, (c->count + 1) * sizeof *more);
    if (more)
        c->items = more;
    if (!more || !take_bytes(&change.wanted, from, count))
        return false;
    c->items[c->count++] = change;
    return true;
}

static const struct flash_patch *first_in(const struct flash_patch *wanted, size_t count, uint32_t sector, size_t *n)
{
    size_t i = 0;
    while (i < count && wanted[i].offset < sector)
        i++;
    *n = count_in(wanted + i, count - i, sector);
    return wanted + i;
}

/* Every sector that is not as it is wanted: known ones, then those that get their first patches. */
static enum err find_changes(struct flash *f, const struct flash_patch *wanted, size_t count, struct changes *out)
{
    const struct flash_patches *p = patches_of(f);
    bool is_good = true;
    for (size_t i = 0; i < p->count && is_good; i++) {
        struct patch_bytes bytes = {0};
        size_t n;
        const struct flash_patch *from = first_in(wanted, count, p->sectors[i].offset, &n);
        is_good = take_bytes(&bytes, from, n);
        bool is_same = is_good && !p->sectors[i].is_changing && patch_bytes_equal(&bytes, &p->sectors[i].now);
        if (is_good && !is_same)
            is_good = add_change(out, p->sectors[i].offset, from, n);
        free(bytes.items);
    }
    for (size_t i = 0, n; i < count && is_good; i += n) {
        uint32_t sector = wanted[i].offset - wanted[i].offset % FLASH_SECTOR_SIZE;
        n = count_in(wanted + i, count - i, sector);
        if (!find(p, sector))
            is_good = add_change(out, sector, wanted + i, n);
    }
    return is_good ? ERR_OK : err_at(f->log, ERR_MEMORY, "no memory for breakpoints in flash");
}

/* --- doing it --- */

static enum err check_store(struct flash *f)
{
    if (f->patches && f->patches->has_store)
        return ERR_OK;
    return err_at(f->log, ERR_UNSUPPORTED,
                  "there is no journal in which breakpoints in flash would be written down, so none is set");
}

/* Protection is the user's, not a breakpoint's, to take off. */
static enum err check_protection(struct flash *f, const struct changes *c)
{
    const struct flash_range *r = &f->info.protected_range;
    for (size_t i = 0; i < c->count; i++) {
        bool is_in = r->len && c->items[i].offset < r->offset + (uint64_t)r->len &&
                     r->offset < c->items[i].offset + (uint64_t)FLASH_SECTOR_SIZE;
        if (is_in)
            return err_at(f->log, ERR_STATE,
                          "a breakpoint in flash needs the sector at 0x%06" PRIx32
                          " written, and the flash is write-protected from 0x%06" PRIx32 " to 0x%06" PRIx32 " (%s)",
                          c->items[i].offset, r->offset, r->offset + r->len - 1, f->info.protection);
    }
    return ERR_OK;
}

static enum err know_sector(struct flash *f, uint32_t offset)
{
    struct flash_patches *p = patches_of(f);
    struct patch_sector *s = find(p, offset);
    enum err e = step_check_range(f, "a breakpoint in flash", offset, FLASH_SECTOR_SIZE);
    if (e)
        return e;
    if (!s) {
        struct patch_sector *more = realloc(p->sectors, (p->count + 1) * sizeof *more);
        if (!more)
            return err_at(f->log, ERR_MEMORY, "no memory for breakpoints in flash");
        p->sectors = more;
        s = &more[p->count++];
        *s = (struct patch_sector){.offset = offset};
    }
    return learn(f, s);
}

/* All that is about to happen stands in the journal before anything does. */
static enum err announce(struct flash *f, struct changes *c)
{
    struct flash_patches *p = patches_of(f);
    struct buf records = {0};
    if (!p->is_named)
        patch_journal_put_chip(&records, p->chip);
    for (size_t i = 0; i < c->count; i++) {
        struct patch_sector *s = find(p, c->items[i].offset);
        struct patch_sector next = *s;
        next.before = s->now;
        next.now = c->items[i].wanted;
        patch_journal_put_change(&records, &next);
    }
    return append(f, &records);
}

static void begin(struct patch_sector *s, struct change *c)
{
    free(s->before.items);
    s->before = s->now;
    s->now = c->wanted;
    c->wanted = (struct patch_bytes){0};
    s->is_changing = true;
}

static enum err make_changes(struct flash *f, struct changes *c)
{
    enum err e = check_protection(f, c);
    for (size_t i = 0; i < c->count && !e; i++)
        e = know_sector(f, c->items[i].offset);
    if (!e)
        e = announce(f, c);
    if (e)
        return e;
    for (size_t i = 0; i < c->count; i++)
        begin(find(f->patches, c->items[i].offset), &c->items[i]);
    for (size_t i = 0; i < c->count && !e; i++)
        e = write_sector(f, find(f->patches, c->items[i].offset));
    return e;
}

static enum err set_sorted(struct flash *f, const struct flash_patch *wanted, size_t count)
{
    struct flash_patches *p = patches_of(f);
    struct changes c = {0};
    enum err e = find_changes(f, wanted, count, &c);
    if (!e && c.count) {
        p->is_working = true;
        e = flash_hold(f);
        if (!e)
            e = flash_let_go(f, make_changes(f, &c));
        p->is_working = false;
        struct err_kept first = err_keep(f->log, e);
        e = err_first(f->log, &first, drop_those_without_patches(f));
        if (p->store.changed)
            p->store.changed(p->store.ctx);
    }
    changes_fini(&c);
    return e;
}

enum err flash_patch_set(struct flash *f, const struct flash_patch *wanted, size_t count)
{
    if (!count && !flash_patch_sectors(f))
        return ERR_OK;
    enum err e = check_store(f);
    struct flash_patch *sorted = e ? NULL : calloc(count + 1, sizeof *sorted);
    if (!sorted)
        return e ? e : err_at(f->log, ERR_MEMORY, "no memory for breakpoints in flash");
    if (count)
        memcpy(sorted, wanted, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_offset);
    e = set_sorted(f, sorted, count);
    free(sorted);
    return e;
}

/* What stays patched, as a list. */
static struct flash_patch *list_outside(const struct flash_patches *p, uint32_t offset, uint64_t end, size_t *count)
{
    size_t room = 1;
    for (size_t i = 0; i < p->count; i++)
        room += p->sectors[i].now.count;
    struct flash_patch *list = calloc(room, sizeof *list);
    *count = 0;
    for (size_t i = 0; list && i < p->count; i++) {
        const struct patch_sector *s = &p->sectors[i];
        bool is_inside = s->offset < end && (uint64_t)s->offset + FLASH_SECTOR_SIZE > offset;
        for (size_t n = 0; n < s->now.count && !is_inside; n++)
            list[(*count)++] = (struct flash_patch){s->offset + s->now.items[n].at, s->now.items[n].value};
    }
    return list;
}

enum err flash_patch_restore(struct flash *f, uint32_t offset, uint64_t len)
{
    const struct flash_patches *p = patches_of(f);
    bool is_any = false;
    for (size_t i = 0; p && !p->is_working && i < p->count; i++)
        is_any |= p->sectors[i].offset < offset + len && (uint64_t)p->sectors[i].offset + FLASH_SECTOR_SIZE > offset;
    if (!is_any)
        return ERR_OK;
    size_t count;
    struct flash_patch *stay = list_outside(p, offset, offset + len, &count);
    enum err e =
        stay ? flash_patch_set(f, stay, count) : err_at(f->log, ERR_MEMORY, "no memory for breakpoints in flash");
    free(stay);
    return err_context(f->log, e, "taking the breakpoints out of the flash first");
}

/* --- an earlier session's --- */

/* A sector that is erased or half written is ours only as long as those around it are what they were. */
static enum err has_its_neighbours(struct flash *f, const struct patch_sector *s, bool *has)
{
    enum err e = ERR_OK;
    *has = true;
    for (unsigned i = 0; i < 2 && !e; i++) {
        uint8_t digest[PATCH_DIGEST];
        bool is_there;
        e = look_at_neighbour(f, s->offset, i, &is_there, digest);
        *has &= !e && is_there == s->has_neighbour[i] && (!is_there || !memcmp(digest, s->neighbour[i], sizeof digest));
    }
    return e;
}

static enum err judge(struct flash *f, struct patch_sector *s, enum patch_verdict *verdict)
{
    uint8_t content[FLASH_SECTOR_SIZE];
    *verdict = PATCH_IS_FOREIGN;
    if (f->info.size < FLASH_SECTOR_SIZE || s->offset > f->info.size - FLASH_SECTOR_SIZE)
        return ERR_OK; /* another flash */
    enum err e = step_read(f, FLASH_AS_IT_IS, s->offset, content, sizeof content);
    if (!e)
        *verdict = patch_judge(s, content);
    return e;
}

/* Foreign and intact sectors are no more of ours; the others are left in the list. Sectors that were cut are judged when the
   others are known, because they may be neighbours. */
static enum err sort_out(struct flash *f, struct flash_recovery *out, bool is_last)
{
    struct flash_patches *p = patches_of(f);
    enum err e = ERR_OK;
    for (size_t i = p->count; i-- > 0 && !e;) {
        struct patch_sector *s = &p->sectors[i];
        enum patch_verdict verdict;
        bool is_ours = true;
        e = judge(f, s, &verdict);
        if (!e && verdict == PATCH_IS_CUT && is_last)
            e = has_its_neighbours(f, s, &is_ours);
        if (e || (verdict == PATCH_IS_CUT && is_ours) || verdict == PATCH_IS_OURS)
            continue;
        out->intact += verdict == PATCH_IS_ORIGINAL;
        if (verdict != PATCH_IS_ORIGINAL && !out->foreign++)
            out->first_foreign = s->offset;
        drop(p, s);
    }
    return e;
}

enum err flash_patch_recover(struct flash *f, struct patch_journal *j, struct flash_recovery *out)
{
    struct flash_patches *p = patches_of(f);
    *out = (struct flash_recovery){0};
    enum err e = check_store(f);
    if (e)
        return e;
    p->sectors = j->sectors;
    p->count = j->count;
    p->is_named = true;
    j->sectors = NULL;
    j->count = 0;
    p->is_working = true;
    e = flash_hold(f);
    if (!e)
        e = sort_out(f, out, false);
    if (!e)
        e = sort_out(f, out, true);
    e = flash_let_go(f, e);
    p->is_working = false;
    out->restored = (unsigned)p->count;
    if (!e && p->count)
        e = flash_patch_set(f, NULL, 0);
    else if (!e)
        e = drop_those_without_patches(f);
    if (e) { /* the journal stays as it is, for the next time */
        patches_free(f);
        *out = (struct flash_recovery){0};
    }
    return e;
}
