/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), in software. */
#ifndef ROM_COMMON_SHA256_H
#define ROM_COMMON_SHA256_H

#include <stdint.h>

struct sha256 {
    uint32_t state[8];
    uint32_t len; /* bytes so far */
    uint8_t block[64];
};

void sha256_start(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, uint32_t len);
void sha256_end(struct sha256 *s, uint8_t digest[32]);

#endif
