/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "base/hash.h"
#include "flash/patch_journal.h"

#include <string.h>

static void check_bytes(const struct patch_bytes *b)
{
    for (size_t i = 0; i < b->count; i++) {
        PROMISE(b->items[i].at < FLASH_SECTOR_SIZE);
        PROMISE(!i || b->items[i].at > b->items[i - 1].at);
    }
}

/* What was read, written and read again is the same; a sector is what it is said to be. */
static void check(const struct patch_journal *j, size_t len)
{
    struct buf again = {0};
    struct patch_journal same;
    PROMISE(j->read <= len);
    PROMISE(strlen(j->chip) < sizeof j->chip);
    for (size_t i = 0; i < j->count; i++) {
        const struct patch_sector *s = &j->sectors[i];
        uint8_t content[FLASH_SECTOR_SIZE];
        PROMISE(s->offset % FLASH_SECTOR_SIZE == 0);
        check_bytes(&s->now);
        check_bytes(&s->before);
        patch_apply(s, &s->now, content);
        PROMISE(patch_judge(s, content) <= PATCH_IS_OURS);
        PROMISE(patch_judge(s, s->original) == PATCH_IS_ORIGINAL);
        patch_journal_put_change(&again, s);
    }
    patch_journal_parse(&same, again.bytes, again.len);
    PROMISE(same.count == j->count && same.read == again.len);
    for (size_t i = 0; i < j->count; i++)
        PROMISE(patch_bytes_equal(&same.sectors[i].now, &j->sectors[i].now));
    patch_journal_fini(&same);
    buf_fini(&again);
}

static void parse(const uint8_t *bytes, size_t len)
{
    struct patch_journal j;
    patch_journal_parse(&j, bytes, len);
    check(&j, len);
    patch_journal_fini(&j);
}

/* The same bytes as bodies of records whose sums are right: kind, length (two bytes), body, and so on. */
static void parse_with_sums(struct rd r)
{
    enum { HEAD = 12 };
    struct buf out = {0};
    while (r.left > 3) {
        uint8_t head[HEAD];
        unsigned kind = rd_u8(&r), size = rd_u16(&r);
        struct rd body = rd_sub(&r, size < r.left ? size : r.left);
        le32_put(head, kind);
        le32_put(head + 4, (uint32_t)body.left);
        le32_put(head + 8, hash_crc32(hash_crc32(0, head, 8), body.at, body.left));
        buf_append(&out, head, sizeof head);
        if (body.left)
            buf_append(&out, body.at, body.left);
    }
    if (!out.failed && out.len)
        parse(out.bytes, out.len);
    buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    parse(bytes, len);
    parse_with_sums(rd_from(bytes, len));
    return 0;
}
