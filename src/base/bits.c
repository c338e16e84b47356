/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bits.h"

#include <string.h>

uint64_t bits_get_u64(const uint8_t *bits, size_t at, unsigned count)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < count;) {
        unsigned shift = (unsigned)((at + i) % 8);
        value |= (uint64_t)(bits[(at + i) / 8] >> shift) << i;
        i += 8 - shift;
    }
    return count < 64 ? value & (((uint64_t)1 << count) - 1) : value;
}

void bits_put_u64(uint8_t *bits, size_t at, unsigned count, uint64_t value)
{
    for (unsigned i = 0; i < count;) {
        unsigned shift = (unsigned)((at + i) % 8), left = count - i;
        uint8_t mask = (uint8_t)((left < 8 ? (1U << left) - 1 : 0xFFU) << shift);
        uint8_t *byte = &bits[(at + i) / 8];
        *byte = (uint8_t)((*byte & ~mask) | ((uint8_t)(value >> i << shift) & mask));
        i += 8 - shift;
    }
}

void bits_copy(uint8_t *to, size_t to_at, const uint8_t *from, size_t from_at, size_t count)
{
    if (to_at % 8 == 0 && from_at % 8 == 0) {
        memcpy(to + to_at / 8, from + from_at / 8, count / 8);
        size_t done = count / 8 * 8;
        to_at += done;
        from_at += done;
        count -= done;
    }
    while (count) {
        unsigned take = count > 64 ? 64 : (unsigned)count;
        bits_put_u64(to, to_at, take, bits_get_u64(from, from_at, take));
        to_at += take;
        from_at += take;
        count -= take;
    }
}
