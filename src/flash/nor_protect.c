/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which part of a flash its status registers protect.
 *
 * Sources: the protection bits of W25Q64JV, W25Q256JV, GD25Q128E and MX25L12835F in flashrom's flashchips, of IS25LP016D and
 * IS25LP128 in ufprog's vendor-issi.c, of octal parts in AMD's Linux tree (drivers/mtd/spi-nor, IS25LX512M, GD25LX512M); how
 * esp-idf clears them (bootloader_flash_unlock_default). ISSI's 4 MB parts are of either kind; they count as the large ones.
 */
#include "flash/flash_int.h"

#include "base/bits.h"
#include "regs/spi_nor.h"

#include <stdio.h>
#include <string.h>

enum { ANY = 0, KIB64 = 64 << 10, KIB128 = 128 << 10, MIB4 = 4 << 20, MIB32 = 32 << 20, SECTOR_RANGES = 4 };

/* A bit of a status register, counted from 1; mask 0: there is none. */
struct bit_at {
    uint8_t reg, mask;
};

/* How parts of a kind count: BP2..0 are bits 4..2 of register 1. */
static const struct layout {
    uint8_t maker, type; /* ANY: any */
    uint32_t from_size;
    uint8_t bp3;           /* mask in register 1; 0: three bits */
    struct bit_at bottom;  /* from the low end */
    struct bit_at all_but; /* the complement */
    uint8_t sectors;       /* mask in register 1: counts sectors of 4 KB */
    struct bit_at locks;   /* a lock on each block instead */
    uint32_t unit;         /* 0: 64 KB, or the 64th of the chip if that is more */
    uint8_t kept;          /* bits of register 1 that are not protection */
    bool is_one_byte;      /* command 01 takes one byte */
} layouts[] = {
    // clang-format off
    /* maker               type  from   BP3          bottom               all but            sectors      locks             unit    kept       one */
    {NOR_MAKER_MACRONIX,   ANY,  0,     NOR_SR1_BP3, {2, NOR_CR_TB},      {0, 0},            0,           {0, 0},           KIB64,  NOR_SR1_QE, true},
    {NOR_MAKER_ISSI,       0x5A, 0,     NOR_SR1_SEC, {1, NOR_SR1_TB},     {0, 0},            0,           {0, 0},           KIB128, 0,          true},
    {NOR_MAKER_ISSI,       ANY,  MIB4,  NOR_SR1_BP3, {2, NOR_FR_TBS},     {0, 0},            0,           {0, 0},           KIB64,  NOR_SR1_QE, true},
    {NOR_MAKER_ISSI,       ANY,  0,     0,           {1, NOR_SR1_TB},     {0, 0},            0,           {0, 0},           KIB64,  NOR_SR1_QE, true},
    {NOR_MAKER_XMC,        0x38, 0,     NOR_SR1_BP3, {0, 0},              {0, 0},            0,           {0, 0},           KIB64,  NOR_SR1_QE, true},
    {NOR_MAKER_GIGADEVICE, 0x68, 0,     NOR_SR1_BP3, {1, NOR_SR1_SEC},    {0, 0},            0,           {0, 0},           KIB64,  0,          true},
    {NOR_MAKER_WINBOND,    ANY,  MIB32, NOR_SR1_BP3, {1, NOR_SR1_SEC},    {2, NOR_SR2_CMP},  0,           {3, NOR_SR3_WPS}, KIB64,  0,          false},
    {NOR_MAKER_WINBOND,    ANY,  0,     0,           {1, NOR_SR1_TB},     {2, NOR_SR2_CMP},  NOR_SR1_SEC, {3, NOR_SR3_WPS}, 0,      0,          false},
    {NOR_MAKER_GIGADEVICE, ANY,  MIB32, NOR_SR1_BP3, {1, NOR_SR1_SEC},    {2, NOR_SR2_CMP},  0,           {0, 0},           KIB64,  0,          true},
    {NOR_MAKER_GIGADEVICE, ANY,  0,     0,           {1, NOR_SR1_TB},     {2, NOR_SR2_CMP},  NOR_SR1_SEC, {0, 0},           0,      0,          true},
    {ANY,                  ANY,  0,     0,           {1, NOR_SR1_TB},     {2, NOR_SR2_CMP},  NOR_SR1_SEC, {0, 0},           0,      0,          false},
    // clang-format on
};

static const struct layout *layout_of(const struct flash_info *info)
{
    const struct layout *l = layouts;
    while ((l->maker && l->maker != info->manufacturer) || (l->type && l->type != info->type) ||
           l->from_size > info->size)
        l++;
    return l;
}

static bool has_bit(const struct flash_info *info, struct bit_at b)
{
    return b.mask && info->status[b.reg - 1] & b.mask;
}

/* Parts whose status register 2 has other bits, or none: all ones is none. */
static bool has_second_register(const struct flash_info *info)
{
    enum { QUAD_RULE_SR2_7 = 3, NOTHING = 0xFF };
    return info->status[1] != NOTHING && info->quad_rule != QUAD_RULE_SR2_7;
}

static uint32_t length_of(const struct layout *l, uint32_t size, unsigned value, bool is_sectors)
{
    unsigned all = l->bp3 ? 15 : 7;
    if (value == 0 || value == all)
        return value ? size : 0;
    if (is_sectors) /* 4, 8, 16, 32, 32 KB */
        return (uint32_t)FLASH_SECTOR_SIZE << (value > SECTOR_RANGES ? SECTOR_RANGES - 1 : value - 1);
    uint32_t unit = l->unit ? l->unit : size / 64 > KIB64 ? size / 64 : KIB64;
    uint64_t len = (uint64_t)unit << (value - 1);
    return len < size ? (uint32_t)len : size;
}

static void find_range(struct flash_info *info, const struct layout *l, unsigned value)
{
    bool is_bottom = has_bit(info, l->bottom);
    uint32_t len = length_of(l, info->size, value, info->status[0] & l->sectors);
    struct flash_range r = {is_bottom ? 0 : info->size - len, len};
    if (has_second_register(info) && has_bit(info, l->all_but))
        r = (struct flash_range){is_bottom ? len : 0, info->size - len};
    info->protected_range = r;
}

bool nor_has_block_locks(const struct flash_info *info)
{
    return has_bit(info, layout_of(info)->locks);
}

void nor_find_protection(struct flash_info *info)
{
    const struct layout *l = layout_of(info);
    unsigned value = field_get(NOR_SR1_BP, info->status[0]) | (info->status[0] & l->bp3 ? 8U : 0);
    info->protected_range = (struct flash_range){0};
    info->protection[0] = '\0';
    if (nor_has_block_locks(info)) {
        info->protected_range = (struct flash_range){0, info->size};
        snprintf(info->protection, sizeof info->protection, "the locks of its blocks");
        return;
    }
    find_range(info, l, value);
    bool is_inverted = has_second_register(info) && has_bit(info, l->all_but);
    if (info->protected_range.len)
        snprintf(info->protection, sizeof info->protection, "BP%c..0 = %u%s%s%s", l->bp3 ? '3' : '2', value,
                 has_bit(info, l->bottom) ? ", from the bottom" : "", info->status[0] & l->sectors ? ", SEC" : "",
                 is_inverted ? ", CMP" : "");
}

void nor_unprotect_writes(const struct flash_info *info, struct nor_status_write writes[NOR_STATUS_WRITES])
{
    enum { QUAD_RULE_ONE_BYTE_FROM = 2, QUAD_RULE_ONE_BYTE_TO = 3 };
    const struct layout *l = layout_of(info);
    uint8_t sr1 = info->status[0] & l->kept;
    uint8_t sr2 = (uint8_t)(info->status[1] & ~(l->all_but.mask));
    bool is_one_byte = l->is_one_byte || !has_second_register(info) ||
                       (info->quad_rule >= QUAD_RULE_ONE_BYTE_FROM && info->quad_rule <= QUAD_RULE_ONE_BYTE_TO);
    memset(writes, 0, NOR_STATUS_WRITES * sizeof *writes);
    if (nor_has_block_locks(info)) {
        writes[0] = (struct nor_status_write){.opcode = NOR_UNLOCK_ALL};
        return;
    }
    /* Two bytes where one would clear register 2, and quad enable with it. */
    writes[0] = (struct nor_status_write){.opcode = NOR_WRITE_STATUS,
                                          .bytes = is_one_byte ? 1 : 2,
                                          .value = (uint16_t)(sr1 | (is_one_byte ? 0 : sr2 << 8))};
    if (is_one_byte && has_second_register(info) && has_bit(info, l->all_but))
        writes[1] = (struct nor_status_write){.opcode = NOR_WRITE_STATUS2, .bytes = 1, .value = sr2};
}
