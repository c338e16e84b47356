/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/nor_id.h"

#include "base/bytes.h"
#include "regs/spi_nor.h"

#include <string.h>

enum { SFDP_BASIC_TABLE = 0xFF00, SFDP_BASIC_DWORDS = 9, KIB64_LOG2 = 16, KIB256_LOG2 = 18, MIB256_LOG2 = 28 };

/* JEDEC JEP106, as found on modules: esp-idf spi_flash_chip_*.c, openocd src/flash/nor/spi.c. */
static const struct nor_maker {
    uint8_t id;
    const char *name;
} makers[] = {
    {0xEF, "Winbond"}, {0xC8, "GigaDevice"}, {0x20, "XMC"},  {0x46, "XMC"},   {0xC2, "Macronix"},
    {0x9D, "ISSI"},    {0x68, "Boya"},       {0xCD, "TH"},   {0xA1, "Fudan"}, {0x1C, "EON"},
    {0x0B, "XTX"},     {0x5E, "Zbit"},       {0x85, "Puya"}, {0xBA, "Zetta"},
};

const char *nor_maker(uint8_t manufacturer)
{
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
        if (makers[i].id == manufacturer)
            return makers[i].name;
    }
    return "unknown maker";
}

/* The rule of esp-idf, spi_flash_chip_generic.c: 2 to the byte; makers that count in decimal skip 0x1A...0x1F; Macronix'
   octal parts add 0x20 (spi_flash_chip_mxic_opi.c). */
uint32_t nor_size_from_capacity(uint8_t manufacturer, uint8_t capacity)
{
    unsigned log2 = capacity;
    if (manufacturer == 0xC2 && capacity > 0x30)
        log2 = capacity - 0x20U;
    else if (capacity >= 0x20 && capacity <= 0x22)
        log2 = capacity - 6U;
    return log2 >= KIB64_LOG2 && log2 <= MIB256_LOG2 ? 1U << log2 : 0;
}

/* Erase types 1...4: dwords 8 and 9 of the basic table, (log2 of the size, opcode) each. */
static void parse_erase_types(struct rd *r, struct nor_erase_type types[NOR_ERASE_TYPES])
{
    unsigned count = 0;
    for (unsigned i = 0; i < 4; i++) {
        struct nor_erase_type t = {rd_u8(r), rd_u8(r)};
        if (r->bad || t.log2 < 12 || t.log2 > 24)
            continue;
        unsigned at = count++;
        for (; at > 0 && types[at - 1].log2 < t.log2; at--)
            types[at] = types[at - 1];
        types[at] = t;
    }
}

/* JESD216, basic flash parameter table, dword 2: bits minus one, or with bit 31 the log2 of the bits. */
static uint32_t density_bytes(uint32_t dword)
{
    if (dword & 0x80000000U) {
        uint32_t log2 = (dword & 0x7FFFFFFFU) - 3;
        return log2 >= KIB64_LOG2 && log2 <= MIB256_LOG2 ? 1U << log2 : 0;
    }
    uint64_t bytes = ((uint64_t)dword + 1) / 8;
    return bytes >= 1U << KIB64_LOG2 && bytes % 4096 == 0 ? (uint32_t)bytes : 0;
}

static bool parse_basic_table(struct rd table, uint32_t *size, struct nor_erase_type types[NOR_ERASE_TYPES])
{
    rd_skip(&table, 4);
    *size = density_bytes(rd_u32(&table));
    rd_skip(&table, 5 * 4);
    parse_erase_types(&table, types);
    return !table.bad;
}

bool nor_parse_sfdp(const uint8_t *sfdp, size_t len, uint32_t *size, struct nor_erase_type types[NOR_ERASE_TYPES])
{
    *size = 0;
    memset(types, 0, NOR_ERASE_TYPES * sizeof *types);
    struct rd r = rd_from(sfdp, len);
    uint32_t signature = rd_u32(&r);
    rd_skip(&r, 2);
    unsigned headers = rd_u8(&r) + 1U;
    rd_skip(&r, 1);
    if (r.bad || signature != 0x50444653) /* "SFDP" */
        return false;
    for (unsigned i = 0; i < headers && !r.bad; i++) {
        unsigned id = rd_u8(&r);
        rd_skip(&r, 2);
        unsigned dwords = rd_u8(&r);
        uint32_t pointer = rd_u32(&r);
        id |= pointer >> 24 << 8;
        pointer &= 0xFFFFFF;
        if (r.bad || id != SFDP_BASIC_TABLE || dwords < SFDP_BASIC_DWORDS || pointer > len)
            continue;
        if (parse_basic_table(rd_from(sfdp + pointer, len - pointer), size, types))
            return true;
    }
    return false;
}

static enum err check_answers(struct log *log, const uint8_t rdid[3])
{
    bool all_same = rdid[0] == rdid[1] && rdid[1] == rdid[2];
    if (!all_same || (rdid[0] != 0x00 && rdid[0] != 0xFF))
        return ERR_OK;
    return err_at(
        log, ERR_FLASH,
        "no flash answers: its identification reads 0x%02X%02X%02X. Look at the flash's supply (on the ESP32 GPIO12 "
        "at reset chooses 1.8 V or 3.3 V), at its pins CLK, CS, DI and DO (on the ESP32 GPIO6, 11, 8 and 7, that "
        "nothing else may drive), and whether it is in an octal or quad command mode, which a power cycle ends",
        rdid[0], rdid[1], rdid[2]);
}

/* Sizes that differ: the smaller one is safe, because addresses beyond the true size would wrap onto other content. */
static enum err choose_size(struct log *log, uint32_t by_id, struct flash_info *info)
{
    uint32_t by_sfdp = info->sfdp_size;
    info->size = by_id && (by_id <= by_sfdp || !by_sfdp) ? by_id : by_sfdp;
    info->size_source = by_id == by_sfdp ? "JEDEC id and SFDP" : info->size == by_id ? "JEDEC id" : "SFDP";
    if (by_id && by_sfdp && by_id != by_sfdp)
        log_warn(log,
                 "flash: its JEDEC id says %u KB, its SFDP table %u KB; using the smaller. If that is wrong, set the "
                 "size (set ESP_FLASH_SIZE before init)",
                 by_id / 1024, by_sfdp / 1024);
    if (info->size)
        return ERR_OK;
    return err_at(
        log, ERR_FLASH,
        "the size of the flash is unknown: JEDEC id 0x%02X%02X%02X (%s), whose capacity byte 0x%02X is in no table, "
        "and %s. Give its size (set ESP_FLASH_SIZE before init)",
        info->manufacturer, info->type, info->capacity, info->maker, info->capacity,
        info->has_sfdp ? "an SFDP table without a usable size" : "no SFDP table");
}

/* Without a usable table: what every part on Espressif's modules has. Jobs need a unit of 4 KB as the last one. */
static void require_sectors(struct nor_erase_type types[NOR_ERASE_TYPES])
{
    unsigned count = 0;
    while (count < NOR_ERASE_TYPES && types[count].log2)
        count++;
    if (!count)
        types[count++] = (struct nor_erase_type){16, NOR_ERASE_BLOCK64};
    if (types[count - 1].log2 != 12)
        types[count < NOR_ERASE_TYPES ? count : count - 1] = (struct nor_erase_type){12, NOR_ERASE_SECTOR};
}

enum err nor_describe(struct log *log, const uint8_t rdid[3], const uint8_t sfdp[NOR_SFDP_READ],
                      struct flash_info *info, struct nor_erase_type types[NOR_ERASE_TYPES])
{
    enum err e = check_answers(log, rdid);
    if (e)
        return e;
    info->manufacturer = rdid[0];
    info->type = rdid[1];
    info->capacity = rdid[2];
    info->maker = nor_maker(rdid[0]);
    info->has_sfdp = nor_parse_sfdp(sfdp, NOR_SFDP_READ, &info->sfdp_size, types);
    require_sectors(types);
    return choose_size(log, nor_size_from_capacity(rdid[0], rdid[2]), info);
}
