/* SPDX-License-Identifier: Apache-2.0 */
/* What a NOR flash says of itself: RDID and SFDP. Pure: bytes in, description out. */
#ifndef FLASH_NOR_ID_H
#define FLASH_NOR_ID_H

#include "base/err.h"
#include "base/log.h"
#include "flash/flash.h"

#include <stdint.h>

enum { NOR_ERASE_TYPES = 4, NOR_SFDP_READ = 256 };

/* Erases 2^log2 bytes; the largest first; log2 0 ends the list. */
struct nor_erase_type {
    uint8_t log2, opcode;
};

/* "Winbond", or "unknown maker". */
const char *nor_maker(uint8_t manufacturer);
/* Bytes from the third byte of RDID; 0 when it says nothing that is known. */
uint32_t nor_size_from_capacity(uint8_t manufacturer, uint8_t capacity);
/* Size in bytes and erase types from the first len bytes of SFDP. False when there is no SFDP in them; size is 0 when it
   does not say one that this program can count. */
bool nor_parse_sfdp(const uint8_t *sfdp, size_t len, uint32_t *size, struct nor_erase_type types[NOR_ERASE_TYPES]);
/* All of it, with an error in words when nothing answers or nothing is known. */
enum err nor_describe(struct log *log, const uint8_t rdid[3], const uint8_t sfdp[NOR_SFDP_READ],
                      struct flash_info *info, struct nor_erase_type types[NOR_ERASE_TYPES]) MUST_USE;

#endif
