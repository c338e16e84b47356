/* SPDX-License-Identifier: Apache-2.0 */
/* Where the bytes of a flash come from: a chip, a file, a fuzzer's input. "Give me len bytes of flash at offset." */
#ifndef LAYOUT_READER_H
#define LAYOUT_READER_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct reader {
    enum err (*read)(void *ctx, uint32_t offset, void *buf, size_t len);
    void *ctx;
    uint32_t size; /* of the flash */
    /* Reads each bytes at offset, at offset + stride and so on, count times, one behind the other into buf. NULL: done by
       read. For readers to which one large job costs less than many small ones. */
    enum err (*gather)(void *ctx, uint32_t offset, uint32_t stride, size_t each, size_t count, void *buf);
};

static inline enum err reader_read(const struct reader *r, uint32_t offset, void *buf, size_t len)
{
    if (offset > r->size || len > r->size - offset)
        return ERR_RANGE;
    return r->read(r->ctx, offset, buf, len);
}

static inline enum err reader_gather(const struct reader *r, uint32_t offset, uint32_t stride, size_t each,
                                     size_t count, void *buf)
{
    if (!count)
        return ERR_OK;
    if (offset > r->size || each > stride || (uint64_t)(count - 1) * stride + each > r->size - offset)
        return ERR_RANGE;
    if (r->gather)
        return r->gather(r->ctx, offset, stride, each, count, buf);
    enum err e = ERR_OK;
    for (size_t i = 0; i < count && !e; i++)
        e = r->read(r->ctx, offset + (uint32_t)i * stride, (uint8_t *)buf + i * each, each);
    return e;
}

/* A reader of bytes in memory. They must stay; at most 4 GB are seen. */
struct reader reader_of_memory(const void *bytes, size_t len);

#endif
