/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <nettle/md5.h>
#include <nettle/sha2.h>
#include <zlib.h>

void hash_sha256(const void *bytes, size_t len, uint8_t digest[SHA256_LEN])
{
    struct sha256_ctx ctx;
    sha256_init(&ctx);
    sha256_update(&ctx, len, bytes);
    sha256_digest(&ctx, SHA256_LEN, digest);
}

void hash_md5(const void *bytes, size_t len, uint8_t digest[MD5_LEN])
{
    struct md5_ctx ctx;
    md5_init(&ctx);
    md5_update(&ctx, len, bytes);
    md5_digest(&ctx, MD5_LEN, digest);
}

uint32_t hash_crc32(uint32_t crc, const void *bytes, size_t len)
{
    return (uint32_t)crc32_z(crc, bytes, len);
}
