/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/plan.h"

#include "base/bits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int by_offset(const void *a, const void *b)
{
    const struct flash_piece *const *x = a, *const *y = b;
    return (*x)->offset < (*y)->offset ? -1 : (*x)->offset > (*y)->offset;
}

enum { UNITS = FLASH_SECTOR_SIZE / FLASH_CRYPT_UNIT };

/* Encrypted pieces are filled up to whole units. */
static uint64_t end_of(const struct flash_piece *p)
{
    uint64_t end = p->offset + (uint64_t)p->len;
    return p->is_encrypted ? (end + FLASH_CRYPT_UNIT - 1) / FLASH_CRYPT_UNIT * FLASH_CRYPT_UNIT : end;
}

static enum err check_pieces(struct log *log, const struct flash_piece *const *sorted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct flash_piece *p = sorted[i], *before = i ? sorted[i - 1] : NULL;
        if (!p->len)
            return err_at(log, ERR_USAGE, "%s is empty: there is nothing to program at 0x%06" PRIx32, p->name,
                          p->offset);
        if (before && end_of(before) > p->offset)
            return err_at(log, ERR_USAGE,
                          "%s (0x%06" PRIx32 "...0x%06" PRIx64 ") and %s (from 0x%06" PRIx32
                          " on) overlap: give one of them "
                          "another offset",
                          before->name, before->offset, end_of(before) - 1, p->name, p->offset);
    }
    return ERR_OK;
}

static uint32_t sector_of(uint64_t offset)
{
    return (uint32_t)(offset / FLASH_SECTOR_SIZE * FLASH_SECTOR_SIZE);
}

/* Sectors that the sorted pieces touch; two pieces may share one. */
static void list_sectors(struct plan *p, const struct flash_piece *const *sorted, size_t count)
{
    p->count = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t last = sector_of(sorted[i]->offset + sorted[i]->len - 1);
        for (uint32_t at = sector_of(sorted[i]->offset);; at += FLASH_SECTOR_SIZE) {
            if (!p->count || p->sectors[p->count - 1].offset != at)
                p->sectors[p->count++] = (struct plan_sector){.offset = at};
            if (at == last)
                break;
        }
    }
}

static size_t find_sector(const struct plan *p, uint32_t offset)
{
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (p->sectors[middle].offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void lay_out(struct plan *p, const struct flash_piece *piece)
{
    size_t at = find_sector(p, sector_of(piece->offset)) * FLASH_SECTOR_SIZE + piece->offset % FLASH_SECTOR_SIZE;
    memcpy(p->wanted + at, piece->bytes, piece->len);
    for (size_t i = 0; i < end_of(piece) - piece->offset; i++)
        bits_set(p->covered, at + i, true);
    for (size_t i = 0; piece->is_encrypted && i < piece->len; i += FLASH_CRYPT_UNIT)
        bits_set(p->crypted, (at + i) / FLASH_CRYPT_UNIT, true);
}

static void look_at_bytes(struct plan *p, size_t sector)
{
    static const uint8_t all[FLASH_SECTOR_SIZE / 8] = {[0 ... FLASH_SECTOR_SIZE / 8 - 1] = 0xFF};
    struct plan_sector *s = &p->sectors[sector];
    const uint8_t *wanted = plan_wanted(p, sector);
    s->is_partial = memcmp(p->covered + sector * sizeof all, all, sizeof all) != 0;
    size_t whole = plan_part(p, sector, 0);
    s->kind = whole < UNITS ? PLAN_MIXED : plan_is_crypted(p, sector, 0) ? PLAN_ENCRYPTED : PLAN_PLAIN;
    s->has_bytes = s->kind != PLAN_PLAIN || wanted[0] != 0xFF || memcmp(wanted, wanted + 1, FLASH_SECTOR_SIZE - 1) != 0;
}

static enum err allocate(struct plan *p, const struct flash_piece *pieces, size_t count)
{
    size_t most = 0;
    for (size_t i = 0; i < count; i++)
        most += pieces[i].len / FLASH_SECTOR_SIZE + 2;
    p->sectors = calloc(most ? most : 1, sizeof *p->sectors);
    return p->sectors ? ERR_OK : ERR_MEMORY;
}

static enum err fill(struct plan *p, const struct flash_piece *const *sorted, size_t count)
{
    list_sectors(p, sorted, count);
    p->wanted = malloc(p->count * FLASH_SECTOR_SIZE + 1);
    p->covered = calloc(p->count * FLASH_SECTOR_SIZE / 8 + 1, 1);
    p->crypted = calloc(p->count * UNITS / 8 + 1, 1);
    if (!p->wanted || !p->covered || !p->crypted)
        return ERR_MEMORY;
    memset(p->wanted, 0xFF, p->count * FLASH_SECTOR_SIZE);
    for (size_t i = 0; i < count; i++)
        lay_out(p, sorted[i]);
    for (size_t i = 0; i < p->count; i++)
        look_at_bytes(p, i);
    return ERR_OK;
}

enum err plan_make(struct plan *p, struct log *log, const struct flash_piece *pieces, size_t count)
{
    *p = (struct plan){0};
    const struct flash_piece **sorted = calloc(count ? count : 1, sizeof(const struct flash_piece *));
    if (!sorted)
        return ERR_MEMORY;
    for (size_t i = 0; i < count; i++)
        sorted[i] = &pieces[i];
    qsort(sorted, count, sizeof(const struct flash_piece *), by_offset);
    enum err e = check_pieces(log, sorted, count);
    if (!e)
        e = allocate(p, pieces, count);
    if (!e)
        e = fill(p, sorted, count);
    free(sorted);
    if (e)
        plan_fini(p);
    return e;
}

void plan_fini(struct plan *p)
{
    free(p->sectors);
    free(p->wanted);
    free(p->covered);
    free(p->crypted);
    *p = (struct plan){0};
}

uint8_t *plan_wanted(const struct plan *p, size_t sector)
{
    return p->wanted + sector * FLASH_SECTOR_SIZE;
}

bool plan_is_crypted(const struct plan *p, size_t sector, size_t unit)
{
    return bits_get(p->crypted, sector * UNITS + unit);
}

size_t plan_part(const struct plan *p, size_t sector, size_t unit)
{
    size_t n = 1;
    while (unit + n < UNITS && plan_is_crypted(p, sector, unit + n) == plan_is_crypted(p, sector, unit))
        n++;
    return n;
}

size_t plan_run(const struct plan *p, size_t from, size_t max)
{
    size_t n = 1;
    while (n < max && from + n < p->count &&
           p->sectors[from + n].offset == p->sectors[from + n - 1].offset + FLASH_SECTOR_SIZE)
        n++;
    return n;
}

static enum plan_found compare(const uint8_t *content, const uint8_t *wanted)
{
    uint8_t differs = 0, sets = 0, clear = 0;
    for (size_t i = 0; i < FLASH_SECTOR_SIZE; i++) {
        differs |= (uint8_t)(content[i] ^ wanted[i]);
        sets |= (uint8_t)(wanted[i] & ~content[i]);
        clear |= (uint8_t)~content[i];
    }
    if (!differs)
        return FOUND_SAME;
    return !clear ? FOUND_BLANK : sets ? FOUND_DIFFERS : FOUND_CLEARS;
}

void plan_merge(struct plan *p, size_t sector, const uint8_t content[FLASH_SECTOR_SIZE])
{
    uint8_t *wanted = plan_wanted(p, sector);
    for (size_t i = 0; i < FLASH_SECTOR_SIZE; i++) {
        if (!bits_get(p->covered, sector * FLASH_SECTOR_SIZE + i))
            wanted[i] = content[i];
    }
    bool was_partial = p->sectors[sector].is_partial;
    look_at_bytes(p, sector);
    p->sectors[sector].is_partial = was_partial;
    p->sectors[sector].found = compare(content, wanted);
}

/* Programming alone never makes a cipher text right, but in blank flash. */
void plan_merge_encrypted(struct plan *p, size_t sector, const uint8_t content[FLASH_SECTOR_SIZE],
                          const uint8_t plain[FLASH_SECTOR_SIZE])
{
    uint8_t *wanted = plan_wanted(p, sector), differs = 0, clear = 0;
    for (size_t i = 0; i < FLASH_SECTOR_SIZE; i++) {
        bool is_crypted = plan_is_crypted(p, sector, i / FLASH_CRYPT_UNIT);
        if (!bits_get(p->covered, sector * FLASH_SECTOR_SIZE + i))
            wanted[i] = content[i];
        differs |= (uint8_t)(wanted[i] ^ (is_crypted ? plain[i] : content[i]));
        clear |= (uint8_t)~content[i];
    }
    p->sectors[sector].found = !differs ? FOUND_SAME : !clear ? FOUND_BLANK : FOUND_DIFFERS;
}

void plan_decide(struct plan *p, unsigned flags)
{
    for (size_t i = 0; i < p->count; i++) {
        struct plan_sector *s = &p->sectors[i];
        bool leave = s->found == FOUND_SAME && (flags & FLASH_JOB_SKIP_SAME || !s->has_bytes);
        bool again = s->found == FOUND_SAME && !leave && flags & FLASH_JOB_ERASE;
        s->will_erase = s->found == FOUND_DIFFERS || again;
        s->will_program = !leave && s->has_bytes;
    }
}

const struct nor_erase_type *plan_erase_unit(const struct plan *p, size_t from, const struct nor_erase_type *types)
{
    size_t run = 0, longest = plan_run(p, from, (1U << types[0].log2) / FLASH_SECTOR_SIZE);
    while (run < longest && p->sectors[from + run].will_erase)
        run++;
    const struct nor_erase_type *t = types;
    uint32_t offset = p->sectors[from].offset;
    while (t->log2 > 12 && (offset & ((1U << t->log2) - 1) || run * FLASH_SECTOR_SIZE < 1U << t->log2))
        t++;
    return t;
}

/* --- which sectors hold what --- */

static const char *const state_texts[] = {
    [SECTOR_UNSURE] = "unchanged, erased or half-written",
    [SECTOR_ERASING] = "half-erased",
    [SECTOR_ERASED] = "erased",
    [SECTOR_PROGRAMMING] = "erased and half-written",
    [SECTOR_NEW] = "new",
};

static bool is_like(const struct plan_sector *a, const struct plan_sector *b)
{
    return a->state == b->state && (a->state != SECTOR_PROGRAMMING || a->will_erase == b->will_erase);
}

static void describe_range(struct buf *out, const struct plan_sector *first, const struct plan_sector *last)
{
    bool is_one = first == last;
    const char *text = state_texts[first->state];
    if (first->state == SECTOR_PROGRAMMING && !first->will_erase)
        text = "half-written";
    buf_printf(out, "%s0x%" PRIx32, out->len ? ", " : is_one ? "sector " : "sectors ", first->offset);
    if (!is_one)
        buf_printf(out, "-0x%" PRIx32, last->offset + FLASH_SECTOR_SIZE - 1);
    buf_printf(out, " %s %s", is_one ? "is" : "are", text);
}

/* A sector that is not finished no longer holds what was beside the pieces. */
static void describe_loss(const struct plan *p, struct buf *out)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct plan_sector *s = &p->sectors[i];
        if (s->is_partial && s->will_erase && s->state != SECTOR_UNCHANGED && s->state != SECTOR_NEW)
            buf_printf(out, "; in sector 0x%" PRIx32 " the bytes beside the image may be lost", s->offset);
    }
}

/* A job's ranges are few, because it works from the low offsets to the high ones; a patchwork is cut short. */
void plan_describe(const struct plan *p, struct buf *out)
{
    enum { MOST_RANGES = 8 };
    unsigned ranges = 0;
    for (size_t i = 0; i < p->count;) {
        size_t n = 1;
        while (plan_run(p, i + n - 1, 2) == 2 && is_like(&p->sectors[i], &p->sectors[i + n]))
            n++;
        if (p->sectors[i].state != SECTOR_UNCHANGED && ++ranges <= MOST_RANGES)
            describe_range(out, &p->sectors[i], &p->sectors[i + n - 1]);
        i += n;
    }
    if (ranges > MOST_RANGES)
        buf_printf(out, ", and %u more ranges were changed", ranges - MOST_RANGES);
    if (ranges)
        buf_printf(out, ", the rest is unchanged; run the same command again to finish");
    else
        buf_printf(out, "nothing was changed");
    describe_loss(p, out);
}
