/* SPDX-License-Identifier: Apache-2.0 */
#include "layout/layout_int.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = LAYOUT_PROBE_LEN,
    BLOCKS = LAYOUT_SECTOR / BLOCK, /* of a sector */
    RUN_MAX = 0x4000,               /* bytes of one read */
};

struct reader_cache_sector {
    uint8_t is_there[BLOCKS];
    uint8_t bytes[LAYOUT_SECTOR];
};

static enum err read_through(void *ctx, uint32_t offset, void *buf, size_t len)
{
    struct cache *c = ctx;
    return reader_cache_read(c, offset, buf, len) ? ERR_OK : c->e ? c->e : ERR_RANGE;
}

enum err reader_cache_init(struct cache *c, const struct reader *reader)
{
    *c = (struct cache){.inner = *reader, .sector_count = ((size_t)reader->size + LAYOUT_SECTOR - 1) / LAYOUT_SECTOR};
    c->sectors = calloc(c->sector_count + 1, sizeof(void *));
    c->probes = calloc(c->sector_count + 1, sizeof *c->probes);
    c->is_probed = calloc(c->sector_count + 1, 1);
    reader_cache_set_base(c, 0);
    return c->sectors && c->probes && c->is_probed ? ERR_OK : ERR_MEMORY;
}

void reader_cache_fini(struct cache *c)
{
    for (size_t i = 0; c->sectors && i < c->sector_count; i++)
        free(c->sectors[i]);
    free(c->sectors);
    free(c->probes);
    free(c->is_probed);
    *c = (struct cache){0};
}

void reader_cache_set_base(struct cache *c, uint32_t base)
{
    uint32_t room = UINT32_MAX - base;
    c->base = base;
    c->reader =
        (struct reader){.read = read_through, .ctx = c, .size = base + (c->inner.size < room ? c->inner.size : room)};
}

/* The sector's storage, with the probe in it when there is one. */
static struct reader_cache_sector *sector_at(struct cache *c, uint32_t at)
{
    size_t n = at / LAYOUT_SECTOR;
    if (c->sectors[n])
        return c->sectors[n];
    struct reader_cache_sector *s = calloc(1, sizeof *s);
    if (!s) {
        c->e = ERR_MEMORY;
        return NULL;
    }
    if (c->is_probed[n]) {
        memcpy(s->bytes, c->probes[n], LAYOUT_PROBE_LEN);
        s->is_there[0] = 1;
    }
    return c->sectors[n] = s;
}

static bool is_there(struct cache *c, uint32_t at)
{
    struct reader_cache_sector *s = sector_at(c, at);
    return !s || s->is_there[at % LAYOUT_SECTOR / BLOCK];
}

static void keep(struct cache *c, uint32_t at, const uint8_t *bytes, uint32_t len)
{
    for (uint32_t done = 0; done < len; done += BLOCK) {
        struct reader_cache_sector *s = sector_at(c, at + done);
        uint32_t n = len - done < BLOCK ? len - done : BLOCK, in = (at + done) % LAYOUT_SECTOR;
        if (!s)
            return;
        memcpy(s->bytes + in, bytes + done, n);
        s->is_there[in / BLOCK] = 1;
    }
}

/* Reads what is missing from at on, up to the next block that is there. Gives where to go on. */
static uint32_t read_run(struct cache *c, uint32_t at, uint32_t end)
{
    uint8_t bytes[RUN_MAX];
    uint32_t to = at;
    while (to < end && to - at < RUN_MAX && !is_there(c, to))
        to = c->inner.size - to > BLOCK ? to + BLOCK : c->inner.size;
    if (c->e || to == at)
        return at + BLOCK;
    c->e = reader_read(&c->inner, at, bytes, to - at);
    if (c->e)
        return end;
    c->bytes_read += to - at;
    keep(c, at, bytes, to - at);
    return to;
}

/* Whether the range is the begin of a sector that was probed and of which no more is known. */
static bool is_in_probe(const struct cache *c, uint32_t at, uint32_t len)
{
    return at % LAYOUT_SECTOR + (uint64_t)len <= LAYOUT_PROBE_LEN && c->is_probed[at / LAYOUT_SECTOR] &&
           !c->sectors[at / LAYOUT_SECTOR];
}

static bool read_inner(struct cache *c, uint32_t at, uint8_t *buf, uint32_t len)
{
    uint32_t end = at + len;
    if (is_in_probe(c, at, len)) {
        memcpy(buf, c->probes[at / LAYOUT_SECTOR] + at % LAYOUT_SECTOR, len);
        return true;
    }
    for (uint32_t go = at / BLOCK * BLOCK; go < end && !c->e;)
        go = read_run(c, go, end);
    for (uint32_t done = 0, n; done < len && !c->e; done += n) {
        const struct reader_cache_sector *s = sector_at(c, at + done);
        uint32_t in = (at + done) % LAYOUT_SECTOR;
        n = LAYOUT_SECTOR - in < len - done ? LAYOUT_SECTOR - in : len - done;
        if (s)
            memcpy(buf + done, s->bytes + in, n);
    }
    return !c->e;
}

bool reader_cache_read(struct cache *c, uint32_t offset, void *buf, size_t len)
{
    uint8_t *out = buf;
    memset(out, 0xFF, len);
    if (c->e || offset > c->reader.size || len > c->reader.size - offset)
        return false;
    if (offset < c->base) {
        size_t before = c->base - offset < len ? c->base - offset : len;
        out += before;
        offset += (uint32_t)before;
        len -= before;
    }
    return !len || read_inner(c, offset - c->base, out, (uint32_t)len);
}

/* Sectors of which nothing is known yet, from n on. */
static size_t unknown_from(const struct cache *c, size_t n, size_t end)
{
    size_t to = n;
    while (to < end && !c->is_probed[to] && !c->sectors[to] &&
           (uint64_t)to * LAYOUT_SECTOR + LAYOUT_PROBE_LEN <= c->inner.size)
        to++;
    return to - n;
}

void reader_cache_probe(struct cache *c, uint32_t offset, size_t count)
{
    if (offset < c->base || c->base % LAYOUT_SECTOR)
        return;
    size_t n = (offset - c->base) / LAYOUT_SECTOR;
    size_t end = n + count < c->sector_count ? n + count : c->sector_count;
    while (n < end && !c->e) {
        size_t some = unknown_from(c, n, end);
        if (!some) {
            n++;
            continue;
        }
        c->e = reader_gather(&c->inner, (uint32_t)(n * LAYOUT_SECTOR), LAYOUT_SECTOR, LAYOUT_PROBE_LEN, some,
                             c->probes[n]);
        if (c->e)
            return;
        memset(c->is_probed + n, 1, some);
        c->bytes_read += some * LAYOUT_PROBE_LEN;
        n += some;
    }
}
