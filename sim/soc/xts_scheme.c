/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/soc/xts_scheme.h"

#include <nettle/xts.h>
#include <stdbool.h>
#include <string.h>

enum { TWEAK = 16 };

static void reverse(uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len / 2; i++) {
        uint8_t first = bytes[i];
        bytes[i] = bytes[len - 1 - i];
        bytes[len - 1 - i] = first;
    }
}

static void xts_128(const uint8_t *key, bool is_write, const uint8_t *tweak, uint8_t *unit)
{
    struct xts_aes128_key x;
    if (is_write) {
        xts_aes128_set_encrypt_key(&x, key);
        xts_aes128_encrypt_message(&x, tweak, XTS_UNIT, unit, unit);
    } else {
        xts_aes128_set_decrypt_key(&x, key);
        xts_aes128_decrypt_message(&x, tweak, XTS_UNIT, unit, unit);
    }
}

static void xts_256(const uint8_t *key, bool is_write, const uint8_t *tweak, uint8_t *unit)
{
    struct xts_aes256_key x;
    if (is_write) {
        xts_aes256_set_encrypt_key(&x, key);
        xts_aes256_encrypt_message(&x, tweak, XTS_UNIT, unit, unit);
    } else {
        xts_aes256_set_decrypt_key(&x, key);
        xts_aes256_decrypt_message(&x, tweak, XTS_UNIT, unit, unit);
    }
}

/* XTS sees the unit's last byte first. Its tweak is the number of the unit's first byte in flash, the low byte first. */
static void crypt_unit(const struct xts_key *key, bool is_write, uint32_t offset, uint8_t unit[XTS_UNIT])
{
    const uint8_t tweak[TWEAK] = {(uint8_t)offset, (uint8_t)(offset >> 8), (uint8_t)(offset >> 16),
                                  (uint8_t)(offset >> 24)};
    reverse(unit, XTS_UNIT);
    if (key->len == XTS_KEY_256)
        xts_256(key->bytes, is_write, tweak, unit);
    else
        xts_128(key->bytes, is_write, tweak, unit);
    reverse(unit, XTS_UNIT);
}

/* A block of a unit does not depend on its neighbours, so part of a unit goes with anything around it. */
static void crypt_range(const struct xts_key *key, bool is_write, uint32_t offset, uint8_t *bytes, size_t len)
{
    while (len) {
        uint8_t unit[XTS_UNIT] = {0};
        size_t at = offset % XTS_UNIT, part = XTS_UNIT - at < len ? XTS_UNIT - at : len;
        memcpy(unit + at, bytes, part);
        crypt_unit(key, is_write, offset - (uint32_t)at, unit);
        memcpy(bytes, unit + at, part);
        offset += (uint32_t)part;
        bytes += part;
        len -= part;
    }
}

void xts_scheme_encrypt(const struct xts_key *key, uint32_t offset, uint8_t *bytes, size_t len)
{
    crypt_range(key, true, offset, bytes, len);
}

void xts_scheme_decrypt(const struct xts_key *key, uint32_t offset, uint8_t *bytes, size_t len)
{
    crypt_range(key, false, offset, bytes, len);
}
