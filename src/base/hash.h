/* SPDX-License-Identifier: Apache-2.0 */
/* Digests and checksums, by nettle and zlib. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <nettle/sha2.h>
#include <stddef.h>
#include <stdint.h>

enum { SHA256_LEN = 32, MD5_LEN = 16 };

void hash_sha256(const void *bytes, size_t len, uint8_t digest[SHA256_LEN]);
/* The same piece by piece. */
struct hash_sha256 {
    struct sha256_ctx ctx;
};
void hash_sha256_begin(struct hash_sha256 *h);
void hash_sha256_add(struct hash_sha256 *h, const void *bytes, size_t len);
void hash_sha256_end(struct hash_sha256 *h, uint8_t digest[SHA256_LEN]);
void hash_md5(const void *bytes, size_t len, uint8_t digest[MD5_LEN]);
/* CRC-32 (polynomial 0xEDB88320) that continues from crc; start with 0. Same as zlib's crc32(). */
uint32_t hash_crc32(uint32_t crc, const void *bytes, size_t len);

#endif
