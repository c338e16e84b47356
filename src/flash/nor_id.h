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

/* How the agent reaches the flash, in plain SPI. Beyond 16 MB by opcodes that take four address bytes in every mode, so that
   it does not matter what the chip's address mode is. */
struct nor_commands {
    struct nor_erase_type erase[NOR_ERASE_TYPES];
    uint8_t address_bytes;
    uint8_t read_opcode, read_lines, read_dummy;
    uint8_t program_opcode;
};

/* What the first bytes of SFDP say. */
struct nor_said {
    uint32_t size; /* bytes; 0 when it does not say one that this program can count */
    struct nor_erase_type erase[NOR_ERASE_TYPES];
    bool has_dual;          /* 3B */
    uint8_t quad_rule;      /* how QE is set: JESD216, basic table, dword 15, bits 22..20 */
    bool has_address4;      /* the table of 4-byte opcodes; without it the next ones are empty */
    bool has_dual_address4; /* 3C */
    struct nor_erase_type erase_address4[NOR_ERASE_TYPES];
};

/* "Winbond", or "unknown maker". */
const char *nor_maker(uint8_t manufacturer);
/* Bytes from the third byte of RDID; 0 when it says nothing that is known. */
uint32_t nor_size_from_capacity(uint8_t manufacturer, uint8_t capacity);
/* False when there is no SFDP in the bytes. */
bool nor_parse_sfdp(const uint8_t *sfdp, size_t len, struct nor_said *said);
/* All of it, with an error in words when nothing answers or nothing is known. wiring: where the chip has the flash's pins, a
   sentence for the error. */
enum err nor_describe(struct log *log, const uint8_t rdid[3], const uint8_t sfdp[NOR_SFDP_READ], const char *wiring,
                      struct flash_info *info, struct nor_commands *commands) MUST_USE;
/* The same for a flash whose size somebody else says. */
void nor_choose_commands(const struct nor_said *said, uint32_t size, struct nor_commands *commands);

#endif
