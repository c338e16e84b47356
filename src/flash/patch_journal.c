/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/patch_journal.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

/* Each record: kind, length of the body, CRC-32 of both and the body, body. */
enum record_kind { RECORD_CHIP = 1, RECORD_CHANGE = 2, RECORD_DONE = 3, RECORD_END = 4 };
enum { HEAD = 12, NEIGHBOURS = 2 };

/* --- contents --- */

bool patch_bytes_equal(const struct patch_bytes *a, const struct patch_bytes *b)
{
    bool is_equal = a->count == b->count;
    for (size_t i = 0; is_equal && i < a->count; i++)
        is_equal = a->items[i].at == b->items[i].at && a->items[i].value == b->items[i].value;
    return is_equal;
}

bool patch_bytes_copy(struct patch_bytes *to, const struct patch_bytes *from)
{
    struct patch_byte *items = calloc(from->count + 1, sizeof *items);
    if (!items)
        return false;
    if (from->count)
        memcpy(items, from->items, from->count * sizeof *items);
    free(to->items);
    *to = (struct patch_bytes){items, from->count};
    return true;
}

void patch_apply(const struct patch_sector *s, const struct patch_bytes *bytes, uint8_t content[FLASH_SECTOR_SIZE])
{
    memcpy(content, s->original, FLASH_SECTOR_SIZE);
    for (size_t i = 0; i < bytes->count; i++)
        content[bytes->items[i].at] = bytes->items[i].value;
}

/* Erasing sets bits and programming clears them: what was cut short on the way has all bits that the one or the other has. */
static bool has_all_bits_of(const uint8_t *content, const uint8_t *of)
{
    for (size_t i = 0; i < FLASH_SECTOR_SIZE; i++) {
        if ((content[i] & of[i]) != of[i])
            return false;
    }
    return true;
}

/* The three that a sector may hold whole, and what is between them. */
static const struct patch_bytes nothing;

static const struct patch_bytes *bytes_from(const struct patch_sector *s, enum patch_from from)
{
    return from == PATCH_FROM_NOW ? &s->now : from == PATCH_FROM_BEFORE ? &s->before : &nothing;
}

typedef bool compare_fn(const uint8_t *content, const uint8_t *of);

static bool is_equal(const uint8_t *content, const uint8_t *of)
{
    return !memcmp(content, of, FLASH_SECTOR_SIZE);
}

/* The first of them, as far as they count for this sector, that is so; -1: none is. */
static int find_from(const struct patch_sector *s, const uint8_t *content, compare_fn *is_so)
{
    for (int from = PATCH_FROM_ORIGINAL; from <= (s->is_changing ? PATCH_FROM_BEFORE : PATCH_FROM_NOW); from++) {
        uint8_t of[FLASH_SECTOR_SIZE];
        patch_apply(s, bytes_from(s, (enum patch_from)from), of);
        if (is_so(content, of))
            return from;
    }
    return -1;
}

enum patch_verdict patch_judge(const struct patch_sector *s, const uint8_t content[FLASH_SECTOR_SIZE])
{
    int from = find_from(s, content, is_equal);
    if (from >= 0)
        return from == PATCH_FROM_ORIGINAL ? PATCH_IS_ORIGINAL : PATCH_IS_OURS;
    return s->is_changing && find_from(s, content, has_all_bits_of) >= 0 ? PATCH_IS_CUT : PATCH_IS_FOREIGN;
}

enum patch_from patch_made_from(const struct patch_sector *s, const uint8_t content[FLASH_SECTOR_SIZE])
{
    int from = find_from(s, content, is_equal);
    if (from < 0)
        from = find_from(s, content, has_all_bits_of);
    return from < 0 ? PATCH_FROM_NOW : (enum patch_from)from;
}

/* --- records out --- */

static void put_record(struct buf *out, enum record_kind kind, const struct buf *body)
{
    uint8_t head[HEAD];
    le32_put(head, kind);
    le32_put(head + 4, (uint32_t)body->len);
    uint32_t crc = hash_crc32(0, head, 8);
    le32_put(head + 8, body->len ? hash_crc32(crc, body->bytes, body->len) : crc);
    buf_append(out, head, sizeof head);
    buf_append(out, body->bytes, body->len);
    out->failed |= body->failed;
}

void patch_journal_put_chip(struct buf *out, const char *chip)
{
    struct buf body = {0};
    buf_printf(&body, "%.*s", PATCH_CHIP_LEN - 1, chip);
    put_record(out, RECORD_CHIP, &body);
    buf_fini(&body);
}

static void put_bytes(struct buf *body, const struct patch_bytes *b)
{
    buf_u16(body, (uint16_t)b->count);
    for (size_t i = 0; i < b->count; i++) {
        buf_u16(body, b->items[i].at);
        buf_u8(body, b->items[i].value);
    }
}

void patch_journal_put_change(struct buf *out, const struct patch_sector *s)
{
    struct buf body = {0};
    buf_u32(&body, s->offset);
    for (unsigned i = 0; i < NEIGHBOURS; i++) {
        buf_u8(&body, s->has_neighbour[i]);
        buf_append(&body, s->neighbour[i], PATCH_DIGEST);
    }
    put_bytes(&body, &s->before);
    put_bytes(&body, &s->now);
    buf_append(&body, s->original, FLASH_SECTOR_SIZE);
    put_record(out, RECORD_CHANGE, &body);
    buf_fini(&body);
}

static void put_offset(struct buf *out, enum record_kind kind, uint32_t offset)
{
    struct buf body = {0};
    buf_u32(&body, offset);
    put_record(out, kind, &body);
    buf_fini(&body);
}

void patch_journal_put_done(struct buf *out, uint32_t offset)
{
    put_offset(out, RECORD_DONE, offset);
}

void patch_journal_put_end(struct buf *out, uint32_t offset)
{
    put_offset(out, RECORD_END, offset);
}

/* --- records in --- */

static struct patch_sector *find(struct patch_journal *j, uint32_t offset)
{
    for (size_t i = 0; i < j->count; i++) {
        if (j->sectors[i].offset == offset)
            return &j->sectors[i];
    }
    return NULL;
}

static void fini_sector(struct patch_sector *s)
{
    free(s->now.items);
    free(s->before.items);
}

static void end_sector(struct patch_journal *j, uint32_t offset)
{
    struct patch_sector *s = find(j, offset);
    if (!s)
        return;
    fini_sector(s);
    *s = j->sectors[--j->count];
}

static bool read_bytes(struct rd *r, struct patch_bytes *b)
{
    size_t count = rd_u16(r);
    if (count > FLASH_SECTOR_SIZE)
        return false;
    b->items = calloc(count + 1, sizeof *b->items);
    if (!b->items)
        return false;
    for (; b->count < count; b->count++) {
        struct patch_byte byte = {.at = rd_u16(r)};
        byte.value = rd_u8(r);
        bool is_behind = !b->count || byte.at > b->items[b->count - 1].at;
        if (r->bad || byte.at >= FLASH_SECTOR_SIZE || !is_behind)
            return false;
        b->items[b->count] = byte;
    }
    return true;
}

static bool read_sector(struct rd *r, struct patch_sector *s)
{
    *s = (struct patch_sector){.is_changing = true};
    s->offset = rd_u32(r);
    for (unsigned i = 0; i < NEIGHBOURS; i++) {
        s->has_neighbour[i] = rd_u8(r) != 0;
        rd_copy(r, s->neighbour[i], PATCH_DIGEST);
    }
    bool is_good = s->offset % FLASH_SECTOR_SIZE == 0 && read_bytes(r, &s->before) && read_bytes(r, &s->now);
    rd_copy(r, s->original, FLASH_SECTOR_SIZE);
    return is_good && !r->bad && !r->left;
}

/* The last change of a sector tells all that matters of it. */
static bool take_change(struct patch_journal *j, struct rd *r)
{
    struct patch_sector s;
    if (!read_sector(r, &s)) {
        fini_sector(&s);
        return false;
    }
    struct patch_sector *old = find(j, s.offset);
    struct patch_sector *more = old ? j->sectors : realloc(j->sectors, (j->count + 1) * sizeof *more);
    if (!more) {
        fini_sector(&s);
        return !(j->failed = true);
    }
    j->sectors = more;
    if (old)
        fini_sector(old);
    else
        old = &j->sectors[j->count++];
    *old = s;
    return true;
}

static bool take_chip(struct patch_journal *j, struct rd *r)
{
    if (r->left >= sizeof j->chip || memchr(r->at, 0, r->left))
        return false;
    size_t len = r->left;
    rd_copy(r, j->chip, len);
    j->chip[len] = '\0';
    return true;
}

static bool take_record(struct patch_journal *j, uint32_t kind, struct rd *body)
{
    if (kind == RECORD_CHIP)
        return take_chip(j, body);
    if (kind == RECORD_CHANGE)
        return take_change(j, body);
    uint32_t offset = rd_u32(body);
    if (body->bad || body->left || (kind != RECORD_DONE && kind != RECORD_END))
        return false;
    struct patch_sector *s = find(j, offset);
    if (kind == RECORD_END)
        end_sector(j, offset);
    else if (s)
        s->is_changing = false;
    return true;
}

void patch_journal_parse(struct patch_journal *j, const void *bytes, size_t len)
{
    struct rd r = rd_from(bytes, len);
    *j = (struct patch_journal){0};
    for (bool is_good = true; is_good && r.left;) {
        const uint8_t *head = r.at;
        uint32_t kind = rd_u32(&r), size = rd_u32(&r), crc = rd_u32(&r);
        struct rd body = rd_sub(&r, size);
        is_good =
            !r.bad && crc == hash_crc32(hash_crc32(0, head, 8), body.at, body.left) && take_record(j, kind, &body);
        if (is_good)
            j->read = len - r.left;
    }
}

void patch_journal_fini(struct patch_journal *j)
{
    for (size_t i = 0; i < j->count; i++)
        fini_sector(&j->sectors[i]);
    free(j->sectors);
    *j = (struct patch_journal){0};
}
