/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes from outside: a bounded little-endian reader, and a growing buffer.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A read past the end sets bad and gives 0; once bad it stays bad, so a whole structure is read and checked once. */
struct rd {
    const uint8_t *at;
    size_t left;
    bool bad;
};

struct rd rd_from(const void *bytes, size_t len);
uint8_t rd_u8(struct rd *r);
uint16_t rd_u16(struct rd *r);
uint32_t rd_u32(struct rd *r);
uint64_t rd_u64(struct rd *r);
/* Copies len bytes; fills with zeros when bad. */
void rd_copy(struct rd *r, void *out, size_t len);
void rd_skip(struct rd *r, size_t len);
/* The next len bytes as a reader of their own; empty and bad when there are fewer. */
struct rd rd_sub(struct rd *r, size_t len);

uint16_t le16_get(const uint8_t *p);
uint32_t le32_get(const uint8_t *p);
void le16_put(uint8_t *p, uint16_t v);
void le32_put(uint8_t *p, uint32_t v);

/* A growing byte buffer. A zeroed one is empty and ready. An allocation that fails sets failed; later appends do nothing. */
struct buf {
    uint8_t *bytes;
    size_t len, room;
    bool failed;
};

void buf_fini(struct buf *b);
void buf_clear(struct buf *b); /* len 0, keeps the room */
void buf_append(struct buf *b, const void *bytes, size_t len);
void buf_fill(struct buf *b, uint8_t value, size_t len);
void buf_u8(struct buf *b, uint8_t v);
void buf_u16(struct buf *b, uint16_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The content as a string; valid until the next change; "" when empty or failed. */
const char *buf_str(struct buf *b);

#endif
