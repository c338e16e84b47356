/* SPDX-License-Identifier: Apache-2.0 */
#include "flash/nor_id.h"

#include "base/bits.h"
#include "base/bytes.h"
#include "regs/spi_nor.h"

#include <string.h>

enum {
    SFDP_BASIC_TABLE = 0xFF00,
    SFDP_ADDRESS4_TABLE = 0xFF84,
    SFDP_BASIC_DWORDS = 9,
    SFDP_QUAD_DWORD = 15,
    KIB64_LOG2 = 16,
    MIB256_LOG2 = 28,
};
#define SFDP_DUAL_OUT    BIT(16)       /* basic table, dword 1: 1-1-2 */
#define SFDP_QUAD_RULE   FIELD(22, 20) /* dword 15 */
#define SFDP_DUAL_OUT4   BIT(2)        /* table of 4-byte opcodes, dword 1: 3C */
#define SFDP_ERASE_TYPE  BIT(9)        /* the first of four */
#define REACH_OF_3_BYTES 0x1000000U

/* JEDEC JEP106, as found on modules: esp-idf spi_flash_chip_*.c, openocd src/flash/nor/spi.c. */
static const struct nor_maker {
    uint8_t id;
    const char *name;
} makers[] = {
    {NOR_MAKER_WINBOND, "Winbond"},   {NOR_MAKER_GIGADEVICE, "GigaDevice"},
    {NOR_MAKER_XMC, "XMC"},           {NOR_MAKER_XMC_46, "XMC"},
    {NOR_MAKER_MACRONIX, "Macronix"}, {NOR_MAKER_ISSI, "ISSI"},
    {NOR_MAKER_BOYA, "Boya"},         {NOR_MAKER_TH, "TH"},
    {NOR_MAKER_FUDAN, "Fudan"},       {NOR_MAKER_EON, "EON"},
    {NOR_MAKER_XTX, "XTX"},           {NOR_MAKER_ZBIT, "Zbit"},
    {NOR_MAKER_PUYA, "Puya"},         {NOR_MAKER_ZETTA, "Zetta"},
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
    if (manufacturer == NOR_MAKER_MACRONIX && capacity > 0x30)
        log2 = capacity - 0x20U;
    else if (capacity >= 0x20 && capacity <= 0x22)
        log2 = capacity - 6U;
    return log2 >= KIB64_LOG2 && log2 <= MIB256_LOG2 ? 1U << log2 : 0;
}

static bool is_usable(struct nor_erase_type t)
{
    return t.log2 >= 12 && t.log2 <= 24;
}

static void add_erase_type(struct nor_erase_type types[NOR_ERASE_TYPES], struct nor_erase_type t)
{
    unsigned at = 0;
    while (at < NOR_ERASE_TYPES && types[at].log2)
        at++;
    for (; at > 0 && types[at - 1].log2 < t.log2; at--)
        types[at] = types[at - 1];
    types[at] = t;
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

struct sfdp_tables {
    struct rd basic, address4; /* address4: bad when there is none */
    unsigned basic_dwords;
};

/* The headers, at most as many as there are; the first of a kind counts. */
static bool find_tables(const uint8_t *sfdp, size_t len, struct sfdp_tables *t)
{
    struct rd r = rd_from(sfdp, len);
    uint32_t signature = rd_u32(&r);
    rd_skip(&r, 2);
    unsigned headers = rd_u8(&r) + 1U;
    rd_skip(&r, 1);
    *t = (struct sfdp_tables){.basic = {.bad = true}, .address4 = {.bad = true}};
    if (r.bad || signature != 0x50444653) /* "SFDP" */
        return false;
    for (unsigned i = 0; i < headers && !r.bad; i++) {
        unsigned id = rd_u8(&r);
        rd_skip(&r, 2);
        unsigned dwords = rd_u8(&r);
        uint32_t pointer = rd_u32(&r);
        id |= pointer >> 24 << 8;
        pointer &= 0xFFFFFF;
        if (r.bad || pointer > len)
            continue;
        struct rd table = rd_from(sfdp + pointer, len - pointer);
        if (id == SFDP_BASIC_TABLE && dwords >= SFDP_BASIC_DWORDS && t->basic.bad) {
            t->basic = table;
            t->basic_dwords = dwords;
        } else if (id == SFDP_ADDRESS4_TABLE && dwords >= 2 && t->address4.bad) {
            t->address4 = table;
        }
    }
    return !t->basic.bad;
}

/* Erase types 1...4: dwords 8 and 9 of the basic table, (log2 of the size, opcode) each; their opcodes with four address
   bytes in the other table's dword 2. */
static void parse_erase_types(struct rd *basic, struct rd *address4, uint32_t supported, struct nor_said *said)
{
    for (unsigned i = 0; i < NOR_ERASE_TYPES; i++) {
        struct nor_erase_type t = {.log2 = rd_u8(basic)};
        t.opcode = rd_u8(basic);
        struct nor_erase_type t4 = {t.log2, rd_u8(address4)};
        if (basic->bad || !is_usable(t))
            continue;
        add_erase_type(said->erase, t);
        if (!address4->bad && supported & SFDP_ERASE_TYPE << i)
            add_erase_type(said->erase_address4, t4);
    }
}

bool nor_parse_sfdp(const uint8_t *sfdp, size_t len, struct nor_said *said)
{
    struct sfdp_tables t;
    *said = (struct nor_said){0};
    if (!find_tables(sfdp, len, &t))
        return false;
    said->has_dual = rd_u32(&t.basic) & SFDP_DUAL_OUT;
    said->size = density_bytes(rd_u32(&t.basic));
    rd_skip(&t.basic, 5 * 4);
    uint32_t address4 = rd_u32(&t.address4);
    said->has_address4 = !t.address4.bad;
    said->has_dual_address4 = said->has_address4 && address4 & SFDP_DUAL_OUT4;
    parse_erase_types(&t.basic, &t.address4, address4, said);
    bool is_ok = !t.basic.bad;
    if (is_ok && t.basic_dwords >= SFDP_QUAD_DWORD) {
        rd_skip(&t.basic, (SFDP_QUAD_DWORD - 1 - SFDP_BASIC_DWORDS) * 4);
        said->quad_rule = (uint8_t)field_get(SFDP_QUAD_RULE, rd_u32(&t.basic));
    }
    return is_ok;
}

static enum err check_answers(struct log *log, const uint8_t rdid[3], const char *wiring)
{
    bool all_same = rdid[0] == rdid[1] && rdid[1] == rdid[2];
    if (!all_same || (rdid[0] != 0x00 && rdid[0] != 0xFF))
        return ERR_OK;
    return err_at(
        log, ERR_FLASH,
        "no flash answers, in no mode that a flash can be in: its identification reads 0x%02X%02X%02X, %s. %s", rdid[0],
        rdid[1], rdid[2],
        rdid[0] ? "all ones, as from a line that nobody drives: no flash, no supply, or CS or CLK is open"
                : "all zeros, as from a line that something holds low: a short to ground, another chip on "
                  "the flash's pins, or a flash without supply",
        wiring);
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
static void require_sectors(struct nor_erase_type types[NOR_ERASE_TYPES], uint8_t block, uint8_t sector)
{
    unsigned count = 0;
    while (count < NOR_ERASE_TYPES && types[count].log2)
        count++;
    if (!count)
        types[count++] = (struct nor_erase_type){16, block};
    if (types[count - 1].log2 != 12)
        types[count < NOR_ERASE_TYPES ? count : count - 1] = (struct nor_erase_type){12, sector};
}

/* Where SFDP is silent: dual output is on every quad part from 3-byte times; beyond 16 MB one line is the sure thing. */
void nor_choose_commands(const struct nor_said *said, uint32_t size, struct nor_commands *c)
{
    bool is_large = size > REACH_OF_3_BYTES;
    bool has_table = said->size || said->erase[0].log2;
    bool is_dual = is_large ? said->has_dual_address4 : said->has_dual || !has_table;
    *c = (struct nor_commands){.address_bytes = is_large ? 4 : 3, .read_lines = is_dual ? 2 : 1, .read_dummy = 8};
    memcpy(c->erase, is_large ? said->erase_address4 : said->erase, sizeof c->erase);
    if (is_large) {
        c->read_opcode = is_dual ? NOR_DUAL_OUT_READ4 : NOR_FAST_READ4;
        c->program_opcode = NOR_PAGE_PROGRAM4;
        require_sectors(c->erase, NOR_ERASE_BLOCK64_4, NOR_ERASE_SECTOR4);
    } else {
        c->read_opcode = is_dual ? NOR_DUAL_OUT_READ : NOR_FAST_READ;
        c->program_opcode = NOR_PAGE_PROGRAM;
        require_sectors(c->erase, NOR_ERASE_BLOCK64, NOR_ERASE_SECTOR);
    }
}

enum err nor_describe(struct log *log, const uint8_t rdid[3], const uint8_t sfdp[NOR_SFDP_READ], const char *wiring,
                      struct flash_info *info, struct nor_commands *commands)
{
    struct nor_said said;
    enum err e = check_answers(log, rdid, wiring);
    if (e)
        return e;
    info->manufacturer = rdid[0];
    info->type = rdid[1];
    info->capacity = rdid[2];
    info->maker = nor_maker(rdid[0]);
    info->has_sfdp = nor_parse_sfdp(sfdp, NOR_SFDP_READ, &said);
    info->sfdp_size = said.size;
    info->quad_rule = said.quad_rule;
    uint32_t by_id = nor_size_from_capacity(rdid[0], rdid[2]);
    nor_choose_commands(&said, by_id > said.size ? by_id : said.size, commands);
    return choose_size(log, by_id, info);
}
