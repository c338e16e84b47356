/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rd rd_from(const void *bytes, size_t len)
{
    return (struct rd){.at = bytes, .left = len};
}

/* Takes len bytes off the reader; NULL, and bad from then on, when there are fewer. */
static const uint8_t *rd_take(struct rd *r, size_t len)
{
    if (r->bad || len > r->left) {
        r->bad = true;
        r->left = 0;
        return NULL;
    }
    const uint8_t *p = r->at;
    if (len)
        r->at += len;
    r->left -= len;
    return p;
}

uint8_t rd_u8(struct rd *r)
{
    const uint8_t *p = rd_take(r, 1);
    return p ? *p : 0;
}

uint16_t rd_u16(struct rd *r)
{
    const uint8_t *p = rd_take(r, 2);
    return p ? le16_get(p) : 0;
}

uint32_t rd_u32(struct rd *r)
{
    const uint8_t *p = rd_take(r, 4);
    return p ? le32_get(p) : 0;
}

uint64_t rd_u64(struct rd *r)
{
    uint64_t low = rd_u32(r);
    return low | (uint64_t)rd_u32(r) << 32;
}

void rd_copy(struct rd *r, void *out, size_t len)
{
    const uint8_t *p = rd_take(r, len);
    if (!len)
        return;
    if (p)
        memcpy(out, p, len);
    else
        memset(out, 0, len);
}

void rd_skip(struct rd *r, size_t len)
{
    (void)rd_take(r, len);
}

struct rd rd_sub(struct rd *r, size_t len)
{
    const uint8_t *p = rd_take(r, len);
    return r->bad ? (struct rd){.bad = true} : rd_from(p, len);
}

uint16_t le16_get(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

uint32_t le32_get(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

void le16_put(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

void le32_put(uint8_t *p, uint32_t v)
{
    le16_put(p, (uint16_t)v);
    le16_put(p + 2, (uint16_t)(v >> 16));
}

void buf_fini(struct buf *b)
{
    free(b->bytes);
    *b = (struct buf){0};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->failed = false;
}

/* Room for len more bytes and a terminator. */
static bool buf_reserve(struct buf *b, size_t len)
{
    if (b->failed || len > SIZE_MAX / 2 - b->len - 1) {
        b->failed = true;
        return false;
    }
    size_t need = b->len + len + 1;
    if (need <= b->room)
        return true;
    size_t room = b->room ? b->room : 64;
    while (room < need)
        room *= 2;
    uint8_t *bytes = realloc(b->bytes, room);
    if (!bytes) {
        b->failed = true;
        return false;
    }
    b->bytes = bytes;
    b->room = room;
    return true;
}

void buf_append(struct buf *b, const void *bytes, size_t len)
{
    if (!buf_reserve(b, len) || !len)
        return;
    memcpy(b->bytes + b->len, bytes, len);
    b->len += len;
}

void buf_fill(struct buf *b, uint8_t value, size_t len)
{
    if (!buf_reserve(b, len))
        return;
    memset(b->bytes + b->len, value, len);
    b->len += len;
}

void buf_u8(struct buf *b, uint8_t v)
{
    buf_append(b, &v, 1);
}

void buf_u16(struct buf *b, uint16_t v)
{
    uint8_t bytes[2];
    le16_put(bytes, v);
    buf_append(b, bytes, sizeof bytes);
}

void buf_u32(struct buf *b, uint32_t v)
{
    uint8_t bytes[4];
    le32_put(bytes, v);
    buf_append(b, bytes, sizeof bytes);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len >= 0 && buf_reserve(b, (size_t)len)) {
        vsnprintf((char *)b->bytes + b->len, (size_t)len + 1, fmt, again);
        b->len += (size_t)len;
    }
    va_end(again);
}

const char *buf_str(struct buf *b)
{
    if (!buf_reserve(b, 0))
        return "";
    b->bytes[b->len] = '\0';
    return (const char *)b->bytes;
}
