/* SPDX-License-Identifier: Apache-2.0 */
/* What data partitions hold, by its magics. */
#include "layout/layout_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct finding_kind nvs_page = {
    "nvs-page", FINDING_WARNING, "the page is lost; ESP-IDF erases it, or the whole partition, at the next start",
    "erase the partition when the program reports errors of NVS"};
static const struct finding_kind dump_there = {"coredump-there", FINDING_NOTE,
                                               "the program crashed and left a core dump",
                                               "read it with the ELF file of the program, then erase it"};
static const struct finding_kind dump_odd = {
    "coredump-odd", FINDING_WARNING, "what is there is no whole core dump of a known version", "erase the partition"};
static const struct finding_kind dump_chip = {"coredump-chip", FINDING_WARNING, "another chip has left it",
                                              "erase the partition"};

static void found(struct layout_region *r, enum layout_kind kind, uint32_t used)
{
    r->content = kind;
    r->is_used_known = used != 0;
    r->used = used < r->size ? used : r->size;
}

static bool is_in(const struct layout_region *r, uint32_t at, uint32_t len)
{
    return at <= r->size && len <= r->size - at;
}

/* --- NVS: esp-idf components/nvs_flash/src/nvs_page.hpp --- */

enum {
    NVS_HEADER_LEN = 32,
    NVS_CRC_FROM = 4, /* the CRC covers sequence number, version and what is reserved */
    NVS_CRC_AT = 28,
    NVS_PAGES_MAX = 256, /* larger partitions are judged by their begin */
};
/* A state is reached by clearing one more bit. */
#define NVS_UNUSED  0xFFFFFFFFU
#define NVS_ACTIVE  0xFFFFFFFEU
#define NVS_FULL    0xFFFFFFFCU
#define NVS_FREEING 0xFFFFFFF8U
#define NVS_CORRUPT 0xFFFFFFF0U

enum nvs_header { NVS_EMPTY, NVS_GOOD, NVS_BAD };

static enum nvs_header judge_page(const uint8_t page[NVS_HEADER_LEN])
{
    uint32_t state = le32_get(page);
    if (state == NVS_UNUSED)
        return NVS_EMPTY;
    bool is_state = state == NVS_ACTIVE || state == NVS_FULL || state == NVS_FREEING || state == NVS_CORRUPT;
    uint32_t crc = hash_crc32(UINT32_MAX, page + NVS_CRC_FROM, NVS_CRC_AT - NVS_CRC_FROM);
    return is_state && crc == le32_get(page + NVS_CRC_AT) ? NVS_GOOD : NVS_BAD;
}

bool data_nvs(struct engine *en, struct layout_region *r)
{
    uint32_t pages = r->size / LAYOUT_SECTOR, good = 0, bad = 0, first_bad = 0;
    pages = pages < NVS_PAGES_MAX ? pages : NVS_PAGES_MAX;
    /* Only NVS partitions are worth a look at each page; others show by their first. */
    for (uint32_t n = 0; n < pages; n++) {
        uint8_t page[NVS_HEADER_LEN];
        if (!reader_cache_read(&en->cache, r->offset + n * LAYOUT_SECTOR, page, sizeof page))
            return false;
        enum nvs_header h = judge_page(page);
        good += h == NVS_GOOD;
        first_bad = h == NVS_BAD && !bad ? n : first_bad;
        bad += h == NVS_BAD;
        if (!good && bad && r->kind != LAYOUT_NVS)
            return false;
    }
    if (!good)
        return false;
    found(r, LAYOUT_NVS, (good + bad) * LAYOUT_SECTOR);
    snprintf(r->detail, sizeof r->detail, "%" PRIu32 " of %" PRIu32 " pages in use", good, pages);
    if (bad)
        findings_add(en->f, &nvs_page, r->offset + first_bad * LAYOUT_SECTOR,
                     "%" PRIu32 " page%s of NVS '%s' ha%s a damaged header", bad, bad > 1 ? "s" : "", r->label,
                     bad > 1 ? "ve" : "s");
    return true;
}

/* --- LittleFS: littlefs SPEC.md, the superblock entry --- */

bool data_littlefs(struct engine *en, struct layout_region *r)
{
    enum { SUPERBLOCK_LEN = 32, MAGIC_AT = 8, BLOCK_SIZE_AT = 24, BLOCK_COUNT_AT = 28 };
    for (uint32_t block = 0; block < 2; block++) { /* the superblock is a pair of blocks */
        uint8_t bytes[SUPERBLOCK_LEN];
        uint32_t at = block * LAYOUT_SECTOR;
        if (!is_in(r, at, sizeof bytes) || !reader_cache_read(&en->cache, r->offset + at, bytes, sizeof bytes) ||
            memcmp(bytes + MAGIC_AT, "littlefs", 8) != 0)
            continue;
        uint64_t size = (uint64_t)le32_get(bytes + BLOCK_SIZE_AT) * le32_get(bytes + BLOCK_COUNT_AT);
        found(r, LAYOUT_LITTLEFS, 0);
        snprintf(r->detail, sizeof r->detail, "made for %" PRIu64 " KB", size / 1024);
        if (!r->partition && size && size < r->size)
            found(r, LAYOUT_LITTLEFS, (uint32_t)size); /* in a gap it is as large as it says */
        return true;
    }
    return false;
}

/* --- SPIFFS: spiffs_nucleus.h, SPIFFS_MAGIC; sizes as ESP-IDF sets them --- */

bool data_spiffs(struct engine *en, struct layout_region *r)
{
    enum { PAGE = 256, BLOCK = 4096, MAGIC_AT = PAGE - 4 };
    uint16_t seed = (uint16_t)(0x20140529U ^ PAGE);
    uint32_t blocks = r->size / BLOCK;
    for (uint32_t n = 0; n < blocks && n < 2; n++) { /* one block may be erased just now */
        uint8_t bytes[2];
        if (reader_cache_read(&en->cache, r->offset + n * BLOCK + MAGIC_AT, bytes, sizeof bytes) &&
            le16_get(bytes) == (uint16_t)(seed ^ (blocks - n))) {
            found(r, LAYOUT_SPIFFS, 0);
            return true;
        }
    }
    return false;
}

/* --- FAT: the boot sector. With wear levelling it wanders through the first sectors --- */

static bool is_boot_sector(struct engine *en, uint32_t offset)
{
    enum { LEN = 512, SIGN_AT = 510 };
    uint8_t bytes[LEN];
    if (!reader_cache_read(&en->cache, offset, bytes, sizeof bytes))
        return false;
    uint16_t sector = le16_get(bytes + 11);
    bool is_jump = bytes[0] == 0xEB || bytes[0] == 0xE9;
    bool is_sector = sector >= 512 && sector <= 4096 && (sector & (sector - 1)) == 0;
    return is_jump && is_sector && bytes[SIGN_AT] == 0x55 && bytes[SIGN_AT + 1] == 0xAA &&
           (bytes[16] == 1 || bytes[16] == 2);
}

bool data_fat(struct engine *en, struct layout_region *r)
{
    enum { SECTORS_MAX = 256 };
    uint32_t sectors = r->size / LAYOUT_SECTOR < SECTORS_MAX ? r->size / LAYOUT_SECTOR : SECTORS_MAX;
    reader_cache_probe(&en->cache, r->offset, sectors);
    for (uint32_t n = 0; n < sectors; n++) {
        uint8_t bytes[LAYOUT_PROBE_LEN];
        uint32_t at = r->offset + n * LAYOUT_SECTOR;
        if (!engine_probe(en, at, bytes) || (bytes[0] != 0xEB && bytes[0] != 0xE9) || !is_boot_sector(en, at))
            continue;
        found(r, LAYOUT_FAT, 0);
        snprintf(r->detail, sizeof r->detail, "%s", n ? "with wear levelling" : "");
        return true;
    }
    return false;
}

/* --- ROMFS of MicroPython: extmod/vfs_rom.c --- */

bool data_romfs(struct engine *en, struct layout_region *r)
{
    static const uint8_t magic[3] = {0xD2, 0xCD, 0x31};
    uint8_t bytes[LAYOUT_PROBE_LEN];
    if (!engine_probe(en, r->offset, bytes) || memcmp(bytes, magic, sizeof magic) != 0)
        return false;
    uint32_t len = 0; /* seven bits a byte, the high ones first */
    unsigned n = sizeof magic;
    for (; n < 8 && (bytes[n] & 0x80U); n++)
        len = len << 7 | (bytes[n] & 0x7FU);
    len = len << 7 | (bytes[n] & 0x7FU);
    found(r, LAYOUT_ROMFS, len <= r->size - n ? n + 1 + len : 0);
    return true;
}

/* --- core dumps: esp-idf components/espcoredump --- */

static const struct {
    uint16_t version;
    const char *text;
    uint8_t words; /* of the header */
} dump_versions[] = {
    {0x0001, "binary, version 1", 4}, {0x0002, "binary, version 2", 5}, {0x0003, "binary, version 2.1", 6},
    {0x0100, "ELF with CRC", 5},      {0x0101, "ELF with SHA-256", 5},  {0x0102, "ELF with CRC", 6},
    {0x0103, "ELF with SHA-256", 6},  {0x0104, "ELF with SHA-256", 3},
};
enum { DUMP_VERSIONS = sizeof dump_versions / sizeof dump_versions[0] };

static const char *dump_text(uint32_t word, uint32_t len, uint32_t room)
{
    for (unsigned i = 0; i < DUMP_VERSIONS; i++) {
        if (dump_versions[i].version == (uint16_t)word && len > dump_versions[i].words * 4U && len <= room)
            return dump_versions[i].text;
    }
    return NULL;
}

bool data_coredump(struct engine *en, struct layout_region *r)
{
    uint8_t bytes[8];
    if (!is_in(r, 0, sizeof bytes) || !reader_cache_read(&en->cache, r->offset, bytes, sizeof bytes))
        return true;
    uint32_t len = le32_get(bytes), version = le32_get(bytes + 4);
    const char *text = dump_text(version, len, r->size);
    if (len == UINT32_MAX)
        return false; /* blank, most likely */
    if (!text && content_looks_encrypted(en, r->offset)) {
        r->content = LAYOUT_ENCRYPTED;
        return true;
    }
    if (!text) {
        findings_add(en->f, &dump_odd, r->offset,
                     "the core dump partition begins with length 0x%08" PRIX32 ", version 0x%08" PRIX32, len, version);
        return true;
    }
    const struct image_chip *chip = image_chip_by_id((uint16_t)(version >> 16));
    found(r, LAYOUT_COREDUMP, len);
    snprintf(r->detail, sizeof r->detail, "%s", text);
    findings_add(en->f, &dump_there, r->offset, "a core dump of %" PRIu32 " bytes (%s)", len, text);
    if (en->out->chip && chip != en->out->chip)
        findings_add(en->f, &dump_chip, r->offset + 6, "the core dump is of %s",
                     chip ? chip->title : "an unknown chip");
    return true;
}
