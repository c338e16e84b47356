/* SPDX-License-Identifier: Apache-2.0 */
#include "layout/reader.h"

#include <string.h>

static enum err read_memory(void *ctx, uint32_t offset, void *buf, size_t len)
{
    if (len)
        memcpy(buf, (const uint8_t *)ctx + offset, len);
    return ERR_OK;
}

struct reader reader_of_memory(const void *bytes, size_t len)
{
    /* The callback only reads: const is given back by it. */
    union {
        const void *given;
        void *ctx;
    } from = {.given = bytes};
    return (struct reader){.read = read_memory, .ctx = from.ctx, .size = len < UINT32_MAX ? (uint32_t)len : UINT32_MAX};
}
