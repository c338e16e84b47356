/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flash in few bytes, so that a fuzzer can change what matters: a blank flash and records of what is in it. 8 bytes of
 * settings come first. A record is a place (24 bits, in blocks of 16 bytes) and a count; below 0x80 so many blocks follow,
 * else one byte follows that fills (count & 0x7F) times 256 bytes.
 */
#ifndef TESTS_FUZZ_SPARSE_H
#define TESTS_FUZZ_SPARSE_H

#include "layout/reader.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { SPARSE_SETTINGS = 8, SPARSE_RECORDS = 128, SPARSE_BLOCK = 16, SPARSE_FILL = 0x80, SPARSE_FILL_UNIT = 256 };

struct sparse {
    struct {
        uint32_t offset, len;
        const uint8_t *bytes; /* NULL: all are fill */
        uint8_t fill;
    } records[SPARSE_RECORDS];
    unsigned count;
    uint64_t bytes_read;
};

static inline enum err sparse_read(void *ctx, uint32_t offset, void *buf, size_t len)
{
    struct sparse *s = ctx;
    uint8_t *out = buf;
    s->bytes_read += len;
    memset(out, 0xFF, len);
    for (unsigned i = 0; i < s->count; i++) {
        uint64_t begin = s->records[i].offset, end = begin + s->records[i].len;
        uint64_t from = begin > offset ? begin : offset, to = end < offset + len ? end : offset + len;
        if (from >= to)
            continue;
        if (s->records[i].bytes)
            memcpy(out + (from - offset), s->records[i].bytes + (from - begin), to - from);
        else
            memset(out + (from - offset), s->records[i].fill, to - from);
    }
    return ERR_OK;
}

/* Takes the records behind the settings. bytes must stay. */
static inline void sparse_decode(struct sparse *s, const uint8_t *bytes, size_t len)
{
    size_t at = SPARSE_SETTINGS;
    s->count = 0;
    s->bytes_read = 0;
    while (s->count < SPARSE_RECORDS && at + 5 <= len) {
        uint32_t place = (uint32_t)(bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16);
        uint8_t count = bytes[at + 3];
        at += 4;
        unsigned n = s->count++;
        s->records[n].offset = place * SPARSE_BLOCK;
        s->records[n].bytes = count & SPARSE_FILL ? NULL : bytes + at;
        s->records[n].fill = bytes[at];
        s->records[n].len =
            count & SPARSE_FILL ? (count & ~(uint32_t)SPARSE_FILL) * SPARSE_FILL_UNIT : count * (uint32_t)SPARSE_BLOCK;
        if (s->records[n].bytes && s->records[n].len > len - at)
            s->records[n].len = (uint32_t)(len - at);
        at += s->records[n].bytes ? s->records[n].len : 1;
    }
}

#endif
