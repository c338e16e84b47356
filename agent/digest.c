/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/digest.h"

#define C1 0x239B961BU
#define C2 0xAB0E9789U
#define C3 0x38B34AE5U
#define C4 0xA1E38B93U

static inline uint32_t rotl(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

static inline uint32_t mix_k(uint32_t k, uint32_t by, unsigned n, uint32_t then)
{
    return rotl(k * by, n) * then;
}

static inline uint32_t mix_h(uint32_t h, unsigned n, uint32_t other, uint32_t plus)
{
    return (rotl(h, n) + other) * 5 + plus;
}

static uint32_t finish(uint32_t h)
{
    h = (h ^ h >> 16) * 0x85EBCA6BU;
    h = (h ^ h >> 13) * 0xC2B2AE35U;
    return h ^ h >> 16;
}

void digest_start(struct digest *d, uint32_t seed)
{
    d->h[0] = d->h[1] = d->h[2] = d->h[3] = seed;
    d->length = 0;
}

/* Up to 15 bytes after the last whole block. */
static void add_tail(struct digest *d, const uint32_t *words, uint32_t bytes)
{
    uint32_t k[4];
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t have = bytes > 4 * i ? bytes - 4 * i : 0;
        k[i] = have == 0 ? 0 : have >= 4 ? words[i] : words[i] & ((1U << 8 * have) - 1);
    }
    d->h[3] ^= mix_k(k[3], C4, 18, C1);
    d->h[2] ^= mix_k(k[2], C3, 17, C4);
    d->h[1] ^= mix_k(k[1], C2, 16, C3);
    d->h[0] ^= mix_k(k[0], C1, 15, C2);
}

void digest_add(struct digest *d, const uint32_t *words, uint32_t bytes)
{
    uint32_t h0 = d->h[0], h1 = d->h[1], h2 = d->h[2], h3 = d->h[3];
    d->length += bytes;
    for (; bytes >= 16; bytes -= 16, words += 4) {
        h0 = mix_h(h0 ^ mix_k(words[0], C1, 15, C2), 19, h1, 0x561CCD1BU);
        h1 = mix_h(h1 ^ mix_k(words[1], C2, 16, C3), 17, h2, 0x0BCAA747U);
        h2 = mix_h(h2 ^ mix_k(words[2], C3, 17, C4), 15, h3, 0x96CD1C35U);
        h3 = mix_h(h3 ^ mix_k(words[3], C4, 18, C1), 13, h0, 0x32AC3B17U);
    }
    d->h[0] = h0, d->h[1] = h1, d->h[2] = h2, d->h[3] = h3;
    if (bytes)
        add_tail(d, words, bytes);
}

static void spread(uint32_t h[4])
{
    h[0] += h[1] + h[2] + h[3];
    for (unsigned i = 1; i < 4; i++)
        h[i] += h[0];
}

void digest_end(struct digest *d)
{
    for (unsigned i = 0; i < 4; i++)
        d->h[i] ^= d->length;
    spread(d->h);
    for (unsigned i = 0; i < 4; i++)
        d->h[i] = finish(d->h[i]);
    spread(d->h);
}
