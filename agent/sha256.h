/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4), for words as they lie in a little-endian memory. */
#ifndef AGENT_SHA256_H
#define AGENT_SHA256_H

#include <stdint.h>

struct sha256 {
    uint32_t h[8];
    uint32_t length; /* bytes so far */
};

void sha256_start(struct sha256 *s);
/* bytes is 64 in every call but the last, where it is 0..63. */
void sha256_add(struct sha256 *s, const uint32_t *words, uint32_t bytes);
void sha256_end(struct sha256 *s, uint32_t digest[8]); /* bytes of the digest in memory order */

#endif
