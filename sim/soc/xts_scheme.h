/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the ESP32-S3 and the chips after it encrypt their flash: XTS-AES in units of 128 bytes, with a key of 256 or of 512 bits. Pure: bytes in,
 * bytes out. Sources: TRM chapter 'External Memory Encryption and Decryption'; IEEE 1619; esptool's espsecure.
 */
#ifndef SIM_SOC_XTS_SCHEME_H
#define SIM_SOC_XTS_SCHEME_H

#include <stddef.h>
#include <stdint.h>

enum { XTS_UNIT = 128, XTS_BLOCK = 16, XTS_KEY_128 = 32, XTS_KEY_256 = 64 };

struct xts_key {
    uint8_t bytes[XTS_KEY_256]; /* in the order of a key file; the eFuses have each block of it in reverse */
    size_t len; /* XTS_KEY_128: AES-128 with two keys of 16 bytes; XTS_KEY_256: AES-256 with two of 32 */
};

/* offset and len are multiples of XTS_BLOCK. */
void xts_scheme_encrypt(const struct xts_key *key, uint32_t offset, uint8_t *bytes, size_t len);
void xts_scheme_decrypt(const struct xts_key *key, uint32_t offset, uint8_t *bytes, size_t len);

#endif
