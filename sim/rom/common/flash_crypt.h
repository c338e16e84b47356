/* SPDX-License-Identifier: Apache-2.0 */
/* Flash encryption, when eFuses have switched it on. Each chip's folder has it. */
#ifndef ROM_COMMON_FLASH_CRYPT_H
#define ROM_COMMON_FLASH_CRYPT_H

#include <stdbool.h>
#include <stdint.h>

#define FLASH_CRYPT_UNIT 32U /* bytes that are encrypted together */

bool flash_crypt_is_on(void);
/* Reads through a cache, which decrypts, and leaves it off. from, to and len are multiples of 4. */
void flash_crypt_read(uint32_t from, uint32_t *to, uint32_t len);
/* The next program command of SPI1 to that place sends these 32 bytes encrypted, until flash_crypt_end. */
void flash_crypt_begin(uint32_t at, const uint32_t *from);
void flash_crypt_end(void);

#endif
