/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <nettle/md5.h>
#include <zlib.h>

void hash_sha256_begin(struct hash_sha256 *h)
{
    sha256_init(&h->ctx);
}

void hash_sha256_add(struct hash_sha256 *h, const void *bytes, size_t len)
{
    sha256_update(&h->ctx, len, bytes);
}

void hash_sha256_end(struct hash_sha256 *h, uint8_t digest[SHA256_LEN])
{
    sha256_digest(&h->ctx, SHA256_LEN, digest);
}

void hash_sha256(const void *bytes, size_t len, uint8_t digest[SHA256_LEN])
{
    struct hash_sha256 h;
    hash_sha256_begin(&h);
    hash_sha256_add(&h, bytes, len);
    hash_sha256_end(&h, digest);
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
