/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bit strings as JTAG shifts them: bit 0 of byte 0 goes first.  And bit fields of registers.
 */
#ifndef BASE_BITS_H
#define BASE_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool bits_get(const uint8_t *bits, size_t at)
{
    return bits[at / 8] >> (at % 8) & 1;
}

static inline void bits_set(uint8_t *bits, size_t at, bool value)
{
    uint8_t mask = (uint8_t)(1U << (at % 8));
    bits[at / 8] = (uint8_t)(value ? bits[at / 8] | mask : bits[at / 8] & ~mask);
}

/* count 1..64 bits from position at, the first one in bit 0 of the result. */
uint64_t bits_get_u64(const uint8_t *bits, size_t at, unsigned count);
void bits_put_u64(uint8_t *bits, size_t at, unsigned count, uint64_t value);
/* Copies count bits between two bit strings that do not overlap. */
void bits_copy(uint8_t *to, size_t to_at, const uint8_t *from, size_t from_at, size_t count);

/* A field of a 32-bit register from its highest to its lowest bit, as the manuals write it: FIELD(6, 4). */
#define FIELD(high, low) ((uint32_t)((0xFFFFFFFFU >> (31 - (high))) & (0xFFFFFFFFU << (low))))
#define BIT(n)           ((uint32_t)1 << (n))

/* The value of a field (mask) in a register, and the register with the field set to a value. */
static inline uint32_t field_get(uint32_t mask, uint32_t reg)
{
    return mask ? (reg & mask) / (mask & (~mask + 1)) : 0;
}

static inline uint32_t field_put(uint32_t mask, uint32_t reg, uint32_t value)
{
    return (reg & ~mask) | ((value * (mask & (~mask + 1))) & mask);
}

#endif
