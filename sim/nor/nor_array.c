/* SPDX-License-Identifier: Apache-2.0 */
/* The array: reading, programming, erasing. */
#include "sim/nor/nor_int.h"

#include <string.h>

uint8_t nor_read_array(struct nor *n, uint32_t at)
{
    return n->bytes[(n->address + at) % n->part->size];
}

static void tell(struct nor *n, nor_change_fn *fn, uint32_t offset, uint32_t len)
{
    if (fn)
        fn(n->change_ctx, offset, len);
}

/* The fault of a worn chip: the first bit that should have become 0 stays 1. */
static void keep_one_bit(uint8_t *page, const uint8_t *wanted)
{
    for (unsigned i = 0; i < NOR_PAGE; i++) {
        if (wanted[i] != 0xFF) {
            page[i] |= (uint8_t)(~wanted[i] & (wanted[i] + 1));
            return;
        }
    }
}

/* The buffer holds the last 256 bytes; the address runs round inside the page. */
static void take_page(const struct nor *n, uint32_t count, uint8_t wanted[NOR_PAGE])
{
    bool is_swapped = n->mode == NOR_OPI_DTR && n->family->octal->is_swapped;
    memset(wanted, 0xFF, NOR_PAGE);
    for (uint32_t i = n->in_count - count; i < n->in_count; i++)
        wanted[(n->address + (is_swapped ? i ^ 1 : i)) % NOR_PAGE] = n->in[i % NOR_PAGE];
}

void nor_page_program(struct nor *n)
{
    uint32_t count = n->in_count < NOR_PAGE ? n->in_count : NOR_PAGE;
    if (!count || (n->mode == NOR_OPI_DTR && n->in_count % 2))
        return;
    uint32_t page = (n->address % n->part->size) & ~(uint32_t)(NOR_PAGE - 1);
    if (nor_is_protected(n, page, NOR_PAGE)) {
        n->is_write_enabled = false;
        return;
    }
    uint8_t wanted[NOR_PAGE];
    take_page(n, count, wanted);
    n->changes++;
    tell(n, n->before_change, page, NOR_PAGE);
    for (uint32_t i = 0; i < NOR_PAGE; i++)
        n->bytes[page + i] &= wanted[i];
    if (n->weak)
        keep_one_bit(n->bytes + page, wanted);
    tell(n, n->after_change, page, NOR_PAGE);
    uint64_t ns = n->times.first_byte + (count - 1) * n->times.more_byte;
    nor_begin(n, ns < n->times.page ? ns : n->times.page, NOR_OP_PROGRAM);
}

void nor_erase(struct nor *n, uint32_t unit, uint64_t ns)
{
    uint32_t first = (n->address % n->part->size) & ~(unit - 1);
    if (nor_is_protected(n, first, unit)) {
        n->is_write_enabled = false;
        return;
    }
    n->changes++;
    tell(n, n->before_change, first, unit);
    memset(n->bytes + first, 0xFF, unit);
    for (uint32_t sector = first / NOR_SECTOR; sector < (first + unit) / NOR_SECTOR; sector++)
        n->erases[sector]++;
    tell(n, n->after_change, first, unit);
    nor_begin(n, ns, unit == n->part->size ? NOR_OP_OTHER : NOR_OP_ERASE);
}

void nor_erase_sector(struct nor *n)
{
    nor_erase(n, NOR_SECTOR, n->times.sector);
}

void nor_erase_block32(struct nor *n)
{
    nor_erase(n, 32 << 10, n->times.block32);
}

void nor_erase_block64(struct nor *n)
{
    nor_erase(n, nor_block(n), n->times.block64);
}

void nor_erase_chip(struct nor *n)
{
    n->address = 0;
    nor_erase(n, n->part->size, n->times.chip);
}
