/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/sha256.h"

/* FIPS 180-4, 4.2.2. */
// clang-format off
static const uint32_t k[64] = {
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
    0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
    0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
    0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
    0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
    0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
    0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
    0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
};
// clang-format on

static inline uint32_t rotr(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static inline uint32_t swap(uint32_t x)
{
    return (x & 0xFF) << 24 | (x & 0xFF00) << 8 | (x >> 8 & 0xFF00) | x >> 24;
}

/* One block of 64 bytes; w holds its words, most significant byte first, and is used up. */
static void block(uint32_t h[8], uint32_t w[64])
{
    for (unsigned t = 16; t < 64; t++) {
        uint32_t x = w[t - 15], y = w[t - 2];
        w[t] = w[t - 16] + (rotr(x, 7) ^ rotr(x, 18) ^ x >> 3) + w[t - 7] + (rotr(y, 17) ^ rotr(y, 19) ^ y >> 10);
    }
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], last = h[7];
    for (unsigned t = 0; t < 64; t++) {
        uint32_t t1 = last + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + (g ^ (e & (f ^ g))) + k[t] + w[t];
        uint32_t t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) | (c & (a | b)));
        last = g, g = f, f = e, e = d + t1;
        d = c, c = b, b = a, a = t1 + t2;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e, h[5] += f, h[6] += g, h[7] += last;
}

void sha256_start(struct sha256 *s)
{
    static const uint32_t initial[8] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                        0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
    for (unsigned i = 0; i < 8; i++)
        s->h[i] = initial[i];
    s->length = 0;
}

/* The last block or two: what is left, the bit 1, zeros, the length in bits. */
static void pad(struct sha256 *s, const uint32_t *words, uint32_t bytes)
{
    uint32_t w[64];
    for (uint32_t i = 0; i < 16; i++) {
        uint32_t have = bytes > 4 * i ? bytes - 4 * i : 0;
        uint32_t keep = have >= 4 ? 0xFFFFFFFFU : (1U << 8 * have) - 1;
        w[i] = have ? words[i] & keep : 0;
        if (have < 4 && bytes >= 4 * i)
            w[i] |= 0x80U << 8 * have;
        w[i] = swap(w[i]);
    }
    if (bytes >= 56) {
        block(s->h, w);
        for (unsigned i = 0; i < 16; i++)
            w[i] = 0;
    }
    w[14] = s->length >> 29;
    w[15] = s->length << 3;
    block(s->h, w);
    s->length = UINT32_MAX; /* closed */
}

void sha256_add(struct sha256 *s, const uint32_t *words, uint32_t bytes)
{
    s->length += bytes;
    if (bytes < 64) {
        pad(s, words, bytes);
        return;
    }
    uint32_t w[64];
    for (unsigned i = 0; i < 16; i++)
        w[i] = swap(words[i]);
    block(s->h, w);
}

void sha256_end(struct sha256 *s, uint32_t digest[8])
{
    if (s->length != UINT32_MAX)
        pad(s, (const uint32_t *)0, 0);
    for (unsigned i = 0; i < 8; i++)
        digest[i] = swap(s->h[i]);
}
