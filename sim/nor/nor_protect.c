/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Write protection.
 *
 * Block protect bits: the first value protects a unit, each next one twice as much, the last one everything; TB says from
 * which end, SEC makes the unit a sector, CMP protects the other part instead. The unit is a block of 64 KB, or with three
 * bits the 64th of the chip if that is more. That is the table of all the families here: Winbond, GigaDevice, XMC, Boya,
 * Zbit and Puya with three bits, Macronix, ISSI and the parts from 32 MB with four. Sources: flashrom's
 * writeprotect_ranges.c (decode_range_spi25) and ufprog's wp.c.
 *
 * Block locks (Winbond, WPS = 1): one for each block of 64 KB, in the first and the last block one for each sector; all
 * closed after power-on.
 */
#include "sim/nor/nor_int.h"

#include "base/bits.h"
#include "regs/spi_nor.h"

#include <string.h>

enum { BP_SHIFT = 2 };

/* --- block protect bits --- */

static unsigned top_value(const struct nor_family *f)
{
    return f->bp3 ? 15 : 7;
}

static unsigned protect_value(const struct nor *n, uint8_t status)
{
    return field_get(NOR_SR1_BP, status) | (status & n->family->bp3 ? 8U : 0);
}

static uint32_t length_of(const struct nor *n, unsigned value, bool is_sectors)
{
    uint32_t size = n->part->size;
    if (value == 0)
        return 0;
    if (value == top_value(n->family))
        return size;
    if (is_sectors) /* 4, 8, 16, 32, 32 KB */
        return (uint32_t)NOR_SECTOR << (value > 4 ? 3 : value - 1);
    uint32_t unit = n->family->bp3 || size >> 6 < nor_block(n) ? nor_block(n) : size >> 6;
    uint64_t len = (uint64_t)unit << (value - 1);
    return len < size ? (uint32_t)len : size;
}

/* The protected part of the array: from first, len bytes. */
static void protected_range(const struct nor *n, uint32_t *first, uint32_t *len)
{
    bool is_bottom = nor_bit_of(n, n->family->bottom);
    *len = length_of(n, protect_value(n, n->registers[0]), n->registers[0] & n->family->sectors);
    *first = is_bottom ? 0 : n->part->size - *len;
    if (nor_bit_of(n, n->family->complement)) {
        *first = is_bottom ? *len : 0;
        *len = n->part->size - *len;
    }
}

static uint8_t status_bits(const struct nor *n, unsigned value)
{
    return (uint8_t)((value & 7) << BP_SHIFT | (value & 8 ? n->family->bp3 : 0));
}

uint8_t nor_protect_all_bits(const struct nor *n)
{
    return status_bits(n, top_value(n->family));
}

uint8_t nor_protect_half_bits(const struct nor *n)
{
    unsigned value = 1;
    while (length_of(n, value, false) < n->part->size / 2)
        value++;
    return status_bits(n, value);
}

/* --- block locks --- */

static void lock_range(const struct nor *n, uint32_t offset, uint32_t *first, uint32_t *count)
{
    uint32_t at = offset % n->part->size, unit = NOR_BLOCK64;
    if (at < NOR_BLOCK64 || at >= n->part->size - NOR_BLOCK64)
        unit = NOR_SECTOR;
    *first = at / unit * (unit / NOR_SECTOR);
    *count = unit / NOR_SECTOR;
}

static void set_locks(struct nor *n, uint32_t first, uint32_t count, bool is_locked)
{
    memset(n->locks + first, is_locked, count);
    n->is_write_enabled = false;
}

void nor_lock_block(struct nor *n)
{
    uint32_t first, count;
    lock_range(n, n->address, &first, &count);
    set_locks(n, first, count, true);
}

void nor_unlock_block(struct nor *n)
{
    uint32_t first, count;
    lock_range(n, n->address, &first, &count);
    set_locks(n, first, count, false);
}

void nor_lock_all(struct nor *n)
{
    set_locks(n, 0, n->part->size / NOR_SECTOR, true);
}

void nor_unlock_all(struct nor *n)
{
    set_locks(n, 0, n->part->size / NOR_SECTOR, false);
}

uint8_t nor_read_lock(struct nor *n, uint32_t at)
{
    (void)at;
    return n->locks[n->address % n->part->size / NOR_SECTOR];
}

/* --- both --- */

static bool is_any_locked(const struct nor *n, uint32_t offset, uint32_t len)
{
    return memchr(n->locks + offset / NOR_SECTOR, true, (len + NOR_SECTOR - 1) / NOR_SECTOR) != NULL;
}

bool nor_is_protected(const struct nor *n, uint32_t offset, uint32_t len)
{
    uint32_t first, size;
    if (nor_bit_of(n, n->family->locks_on))
        return is_any_locked(n, offset, len);
    protected_range(n, &first, &size);
    return size && offset < first + size && first < offset + len;
}
