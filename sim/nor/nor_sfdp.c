/* SPDX-License-Identifier: Apache-2.0 */
/* The SFDP area: header, parameter headers and tables, put together byte by byte from the part's rows. Source: JESD216. */
#include "sim/nor/nor_int.h"

enum {
    HEADER = 8,
    BASIC_HEADER = HEADER,
    ADDRESS4_HEADER = BASIC_HEADER + HEADER,
    ADDRESS4_ID = 0x84,
    MAJOR = 1,
};

static uint8_t byte_of(uint32_t dword, uint32_t at)
{
    return (uint8_t)(dword >> 8 * (at % 4));
}

static uint8_t header_byte(const struct nor_sfdp *t, uint32_t at)
{
    const uint8_t header[] = {'S', 'F', 'D', 'P', t->minor, MAJOR, t->address4_at ? 1 : 0, t->access};
    const uint8_t basic[] = {0, t->minor, MAJOR, t->count, t->at, 0, 0, 0xFF};
    const uint8_t address4[] = {ADDRESS4_ID, 0, MAJOR, 2, t->address4_at, 0, 0, 0xFF};
    if (at < BASIC_HEADER)
        return header[at];
    if (at < ADDRESS4_HEADER)
        return basic[at - BASIC_HEADER];
    return t->address4_at && at < ADDRESS4_HEADER + HEADER ? address4[at - ADDRESS4_HEADER] : 0xFF;
}

/* Dword number index (from 0) of the basic table, with what the part says. */
static uint32_t basic_dword(const struct nor_part *part, uint32_t index)
{
    const struct nor_sfdp *t = part->sfdp;
    uint64_t size = part->sfdp_size ? part->sfdp_size : part->size;
    if (index == 1)
        return (uint32_t)(size * 8 - 1);
    if (index == 10 && part->sfdp_chip)
        return (t->dwords[10] & 0x00FFFFFF) | (uint32_t)part->sfdp_chip << 24;
    return t->dwords[index];
}

uint8_t nor_read_sfdp(struct nor *n, uint32_t at)
{
    const struct nor_sfdp *t = n->part->sfdp;
    uint32_t where = (n->address + at) & 0xFFFFFF;
    if (!t)
        return 0xFF;
    if (where < t->at)
        return header_byte(t, where);
    if (where < t->at + 4U * t->count)
        return byte_of(basic_dword(n->part, (where - t->at) / 4), where);
    uint32_t in_address4 = where - t->address4_at;
    if (t->address4_at && where >= t->address4_at && in_address4 < sizeof t->address4)
        return byte_of(t->address4[in_address4 / 4], in_address4);
    return 0xFF;
}
