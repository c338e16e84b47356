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
};

static inline enum err reader_read(const struct reader *r, uint32_t offset, void *buf, size_t len)
{
    if (offset > r->size || len > r->size - offset)
        return ERR_RANGE;
    return r->read(r->ctx, offset, buf, len);
}

#endif
