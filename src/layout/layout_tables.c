/* SPDX-License-Identifier: Apache-2.0 */
/* Where partition tables are, and which one counts. */
#include "layout/image_int.h"
#include "layout/layout_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Tables stand in front of the apps: bootloaders with secure boot or much logging reach to 0x10000 and a little more
   (CONFIG_PARTITION_TABLE_OFFSET of esp-idf; values seen are 0x8000 to 0x20000). All of these are always looked at. */
enum { USUAL_END = 0x21000 };

static const struct finding_kind elsewhere = {
    "table-elsewhere", FINDING_NOTE,
    "a bootloader built for this offset is needed, and tools that look at 0x8000 alone fail",
    "nothing, when the project sets the offset of the partition table"};
static const struct finding_kind missing = {
    "table-missing", FINDING_WARNING, "a bootloader of ESP-IDF has nothing to start; others need no table",
    "write the table (partition_table/partition-table.bin of the build), if the project has one"};
static const struct finding_kind several = {
    "table-several", FINDING_WARNING,
    "the bootloader uses only the one that it was built for, the other was left behind",
    "erase the sector of the one that is not used, or say which one it is (--table-offset)"};
static const struct finding_kind remains = {"table-remains", FINDING_NOTE,
                                            "what is left of a damaged or half-written table; no bootloader takes it",
                                            "erase its sector"};
static const struct finding_kind not_there = {"table-hint", FINDING_WARNING, "the offset that was said is not right",
                                              "leave the offset out: the table is searched"};
static const struct finding_kind in_use = {"table-overwritten", FINDING_ERROR,
                                           "the bootloader reaches over the place of the table",
                                           "make the bootloader smaller, or move the table behind it"};

/* An entry that no one would write by chance. */
static bool is_entry(const uint8_t bytes[LAYOUT_PROBE_LEN])
{
    uint8_t type = bytes[2];
    uint32_t offset = le32_get(bytes + 4), size = le32_get(bytes + 8);
    bool is_known_type = type <= PARTITION_TABLE || (type >= PARTITION_TYPE_ESP_CERT && type != 0xFF);
    return partition_table_looks_right(bytes, PARTITION_ENTRY_LEN) && is_known_type && offset % LAYOUT_SECTOR == 0 &&
           size;
}

static void read_table(struct engine *en, uint32_t offset, struct findings *f, struct layout_table *t)
{
    uint8_t bytes[PARTITION_TABLE_LEN];
    uint32_t left = en->size - offset;
    size_t len = left < sizeof bytes ? left : sizeof bytes;
    *t = (struct layout_table){.offset = offset};
    if (!reader_cache_read(&en->cache, offset, bytes, len))
        return;
    uint64_t base = f->base;
    f->base += offset;
    partition_parse(bytes, len, &t->table, f);
    f->base = base;
}

static void note_signature(struct engine *en, struct layout_table *t)
{
    uint8_t bytes[IMAGE_OLD_SIGNATURE_LEN];
    t->is_signed = reader_cache_read(&en->cache, t->offset + PARTITION_TABLE_LEN, bytes, sizeof bytes) &&
                   image_looks_signed(bytes);
}

static void look_at(struct engine *en, uint32_t offset)
{
    struct layout *l = en->out;
    uint8_t bytes[LAYOUT_PROBE_LEN];
    for (size_t i = 0; i < l->table_count; i++) {
        if (l->tables[i].offset == offset)
            return;
    }
    if (l->table_count == LAYOUT_TABLES_MAX || offset >= en->size || !engine_probe(en, offset, bytes) ||
        !is_entry(bytes))
        return;
    struct findings own = {0};
    struct layout_table *t = &l->tables[l->table_count++];
    read_table(en, offset, &own, t);
    t->is_valid = t->table.count && !findings_count(&own, FINDING_ERROR) && !own.failed;
    findings_fini(&own);
    note_signature(en, t);
}

/* App partitions of a table that hold an image. Reads one block of each. */
static void count_apps(struct engine *en, struct layout_table *t)
{
    for (unsigned i = 0; i < t->table.count; i++) {
        const struct partition *p = &t->table.items[i];
        uint8_t bytes[LAYOUT_PROBE_LEN];
        if (p->type == PARTITION_APP && p->offset < en->size && engine_probe(en, p->offset, bytes))
            t->apps += bytes[0] == IMAGE_MAGIC || le32_get(bytes) == MCUBOOT_MAGIC;
    }
}

/* Where the bootloader ends; no table can be before. */
static uint32_t bootloader_end(const struct layout *l)
{
    for (size_t i = 0; i < l->region_count; i++) {
        if (l->regions[i].image)
            return l->regions[i].offset + l->regions[i].used;
    }
    return 0;
}

/* Better tables have a greater number. */
static unsigned rank(const struct engine *en, const struct layout_table *t)
{
    const bool better[] = {
        t->is_valid && t->offset == en->request->table_offset, /* the user said so */
        t->is_valid,
        t->table.has_md5,                     /* all of it was written */
        t->offset >= bootloader_end(en->out), /* the bootloader does not reach over it */
        t->apps > 0,                          /* its slots hold images */
        t->offset == PARTITION_TABLE_OFFSET,
    };
    unsigned number = 0;
    for (size_t i = 0; i < sizeof better / sizeof better[0]; i++)
        number = number << 1 | better[i];
    return number;
}

static const struct layout_table *choose(const struct engine *en)
{
    const struct layout *l = en->out;
    const struct layout_table *best = NULL;
    for (size_t i = 0; i < l->table_count; i++) {
        const struct layout_table *t = &l->tables[i];
        if (!best || rank(en, t) > rank(en, best) || (rank(en, t) == rank(en, best) && t->offset < best->offset))
            best = t;
    }
    return best;
}

static void explain(struct engine *en, size_t valid)
{
    struct layout *l = en->out;
    const struct layout_table *t = l->table;
    const char *why = "it is the only valid one";
    if (!t->is_valid)
        why = "no table is valid, and of the damaged ones this is the most likely; the bootloader refuses it";
    else if (t->offset == en->request->table_offset)
        why = "the user said so";
    else if (valid > 1)
        why = t->offset == PARTITION_TABLE_OFFSET ? "of several it is at the usual offset"
              : t->apps                           ? "of several it is the first whose app slots hold images"
                                                  : "of several it is the first";
    snprintf(l->table_why, sizeof l->table_why, "%s", why);
}

/* Findings of one table: in full of that which counts, and of a damaged one where a table is expected. */
static void report_one(struct engine *en, const struct layout_table *t)
{
    const struct layout *l = en->out;
    struct findings none = {0};
    struct layout_table again;
    bool is_expected = t == l->table || !l->table->is_valid || t->offset == PARTITION_TABLE_OFFSET ||
                       t->offset == en->request->table_offset;
    if (t == l->table || (is_expected && !t->is_valid))
        read_table(en, t->offset, en->f ? en->f : &none, &again);
    else if (t->is_valid)
        findings_add(en->f, &several, t->offset,
                     "here is another partition table, of %u entries; the one at 0x%" PRIX32 " counts: %s",
                     t->table.count, l->table->offset, l->table_why);
    else
        findings_add(en->f, &remains, t->offset, "here begins a partition table that is not valid, of %u entries",
                     t->table.count);
    findings_fini(&none);
}

static void report(struct engine *en)
{
    const struct layout *l = en->out;
    for (size_t i = 0; i < l->table_count; i++)
        report_one(en, &l->tables[i]);
    if (l->table->offset != PARTITION_TABLE_OFFSET)
        findings_add(en->f, &elsewhere, l->table->offset, "the partition table is here, not at 0x8000");
    if (l->table->offset < bootloader_end(l))
        findings_add(en->f, &in_use, l->table->offset, "the table begins here, the bootloader ends at 0x%" PRIX32,
                     bootloader_end(l));
    struct partition_rules rules = partition_rules_default();
    rules.table_offset = l->table->offset;
    rules.flash_size = en->request->is_file ? 0 : en->size;
    partition_check(&l->table->table, &rules, en->f);
}

static void add_regions(struct engine *en)
{
    for (size_t i = 0; i < en->out->table_count; i++) {
        struct layout_table *t = &en->out->tables[i];
        bool is_in_partition = false;
        for (unsigned k = 0; k < en->out->table->table.count; k++) {
            const struct partition *p = &en->out->table->table.items[k];
            is_in_partition = is_in_partition || (t->offset >= p->offset && t->offset - p->offset < p->size);
        }
        struct layout_region *r =
            is_in_partition ? NULL : region_add(en->out, t->offset, PARTITION_TABLE_SECTOR, LAYOUT_PARTITION_TABLE);
        if (r)
            content_read(en, r);
    }
}

static size_t count_valid(const struct layout *l)
{
    size_t valid = 0;
    for (size_t i = 0; i < l->table_count; i++)
        valid += l->tables[i].is_valid;
    return valid;
}

static void search(struct engine *en)
{
    en->out->was_searched = true;
    reader_cache_probe(&en->cache, 0, en->out->sector_count);
    for (size_t n = 0; n < en->out->sector_count && !en->cache.e; n++)
        look_at(en, (uint32_t)(n * LAYOUT_SECTOR));
}

/* A file may be one part of a flash alone. */
static bool is_part(const struct engine *en)
{
    const struct layout *l = en->out;
    bool has_more = false;
    for (size_t i = 0; i < l->region_count; i++)
        has_more = has_more || (l->regions[i].kind != LAYOUT_BOOTLOADER && l->regions[i].content != LAYOUT_BLANK);
    return en->request->is_file && (!l->chip || !has_more || en->size <= PARTITION_TABLE_OFFSET);
}

void tables_say_missing(struct engine *en)
{
    const struct layout *l = en->out;
    if (l->table)
        return;
    if (en->request->table_offset != LAYOUT_NOWHERE)
        findings_add(en->f, &not_there, en->request->table_offset, "no partition table begins here");
    bool needs_none = l->boot.kind == LAYOUT_BOOT_SIMPLE || l->boot.kind == LAYOUT_BOOT_MCUBOOT;
    if (!l->is_encrypted && !needs_none && !is_part(en))
        findings_add(en->f, &missing, PARTITION_TABLE_OFFSET,
                     "no partition table is here, nor at any other 4 KB boundary");
}

void tables_find(struct engine *en)
{
    struct layout *l = en->out;
    uint32_t said = en->request->table_offset;
    if (said != LAYOUT_NOWHERE && said < en->size)
        look_at(en, said);
    look_at(en, PARTITION_TABLE_OFFSET);
    reader_cache_probe(&en->cache, 0, USUAL_END / LAYOUT_SECTOR);
    for (uint32_t offset = 0; offset < USUAL_END; offset += LAYOUT_SECTOR)
        look_at(en, offset);
    if (en->request->survey || (!count_valid(l) && !l->is_encrypted))
        search(en);
    for (size_t i = 0; i < l->table_count; i++)
        count_apps(en, &l->tables[i]);
    l->table = choose(en);
    if (!l->table)
        return;
    if (said != LAYOUT_NOWHERE && l->table->offset != said)
        findings_add(en->f, &not_there, said, "no valid partition table begins here; one is at 0x%" PRIX32,
                     l->table->offset);
    explain(en, count_valid(l));
    report(en);
    add_regions(en);
}
