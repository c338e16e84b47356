/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an ESP32 encrypts its flash: AES with a key of 256 bits, each unit of 32 bytes with a key of its own. Pure: bytes in,
 * bytes out. Sources: TRM chapter 'External Memory Encryption and Decryption'; esptool's espsecure.
 */
#ifndef SIM_ESP32_FLASH_SCHEME_H
#define SIM_ESP32_FLASH_SCHEME_H

#include <stddef.h>
#include <stdint.h>

enum { FLASH_SCHEME_KEY = 32, FLASH_SCHEME_UNIT = 32, FLASH_SCHEME_BLOCK = 16 };

struct flash_scheme {
    uint8_t key[FLASH_SCHEME_KEY]; /* in the order of a key file, which is the reverse of the eFuses' */
    uint8_t config;                /* FLASH_CRYPT_CONFIG: which parts of the key the offset changes */
};

/* offset and len are multiples of FLASH_SCHEME_BLOCK. */
void flash_scheme_encrypt(const struct flash_scheme *s, uint32_t offset, uint8_t *bytes, size_t len);
void flash_scheme_decrypt(const struct flash_scheme *s, uint32_t offset, uint8_t *bytes, size_t len);

#endif
