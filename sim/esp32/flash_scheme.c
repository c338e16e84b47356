/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/esp32/flash_scheme.h"

#include <nettle/aes.h>
#include <stdbool.h>
#include <string.h>

enum { CONFIG_BITS = 4, RUNS = 4, TOP = 23, LOW = 5, SHORT_TOP = 14 };

/*
 * Bits of the offset are XORed to the key, the key's bits counted from the highest of its first byte. The key has four
 * parts, one for each bit of FLASH_CRYPT_CONFIG. In each stand three runs of the offset's bits 23 to 5 and a shorter one:
 * from bit 14 in the first part, 12, 10 and 8 in the others. So the parts have 67, 65, 63 and 61 bits.
 */
static void unit_key(const struct flash_scheme *s, uint32_t offset, uint8_t key[FLASH_SCHEME_KEY])
{
    unsigned at = 0;
    memcpy(key, s->key, FLASH_SCHEME_KEY);
    for (unsigned part = 0; part < CONFIG_BITS; part++) {
        bool is_changed = s->config >> part & 1;
        for (unsigned run = 0; run < RUNS; run++) {
            unsigned top = run + 1 < RUNS ? TOP : SHORT_TOP - 2 * part;
            for (unsigned bit = top; bit >= LOW; bit--, at++)
                if (is_changed && offset >> bit & 1)
                    key[at / 8] ^= (uint8_t)(0x80U >> at % 8);
        }
    }
}

static void reverse(uint8_t *block)
{
    for (unsigned i = 0; i < FLASH_SCHEME_BLOCK / 2; i++) {
        uint8_t first = block[i];
        block[i] = block[FLASH_SCHEME_BLOCK - 1 - i];
        block[FLASH_SCHEME_BLOCK - 1 - i] = first;
    }
}

/* The flash is written with AES's decryption and read with its encryption; AES sees a block's bytes last one first. */
static void crypt_unit(const uint8_t key[FLASH_SCHEME_KEY], bool is_write, uint8_t *bytes, size_t len)
{
    struct aes256_ctx ctx;
    if (is_write)
        aes256_set_decrypt_key(&ctx, key);
    else
        aes256_set_encrypt_key(&ctx, key);
    for (size_t at = 0; at < len; at += FLASH_SCHEME_BLOCK) {
        reverse(bytes + at);
        if (is_write)
            aes256_decrypt(&ctx, FLASH_SCHEME_BLOCK, bytes + at, bytes + at);
        else
            aes256_encrypt(&ctx, FLASH_SCHEME_BLOCK, bytes + at, bytes + at);
        reverse(bytes + at);
    }
}

static void crypt_range(const struct flash_scheme *s, bool is_write, uint32_t offset, uint8_t *bytes, size_t len)
{
    uint8_t key[FLASH_SCHEME_KEY];
    while (len) {
        size_t part = FLASH_SCHEME_UNIT - offset % FLASH_SCHEME_UNIT;
        part = part < len ? part : len;
        unit_key(s, offset, key);
        crypt_unit(key, is_write, bytes, part);
        offset += (uint32_t)part;
        bytes += part;
        len -= part;
    }
}

void flash_scheme_encrypt(const struct flash_scheme *s, uint32_t offset, uint8_t *bytes, size_t len)
{
    crypt_range(s, true, offset, bytes, len);
}

void flash_scheme_decrypt(const struct flash_scheme *s, uint32_t offset, uint8_t *bytes, size_t len)
{
    crypt_range(s, false, offset, bytes, len);
}
