/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MurmurHash3, x86 variant, 128 bits (Austin Appleby's public definition). It hides behind the SPI transfer, where SHA-256
 * takes 70 cycles a byte. Finds out which sectors differ; it is no defence against someone who makes sectors collide on
 * purpose. See docs/decisions/010-sector-digest.md.
 *
 * Compiled for the chip and for the host: both must agree. Words are little-endian.
 */
#ifndef AGENT_DIGEST_H
#define AGENT_DIGEST_H

#include <stdint.h>

struct digest {
    uint32_t h[4];
    uint32_t length;
};

void digest_start(struct digest *d, uint32_t seed);
/* bytes is a multiple of 16 in every call but the last one before digest_end. Reads whole words. */
void digest_add(struct digest *d, const uint32_t *words, uint32_t bytes);
/* Leaves the result in d->h, h[0] first. */
void digest_end(struct digest *d);

#endif
