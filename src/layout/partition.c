/* SPDX-License-Identifier: Apache-2.0 */
#include "layout/partition.h"

#include <inttypes.h>
#include <string.h>

enum { ENTRY_MAGIC = 0x50AA, MD5_MAGIC = 0xEBEB, END_MAGIC = 0xFFFF, MD5_GAP = 14 };

#define REWRITE "write the table again (partition_table/partition-table.bin of the build)"

static const struct finding_kind too_short = {
    "table-short", FINDING_ERROR, "a partition table has at least one entry and an end marker, of 32 bytes each",
    REWRITE};
static const struct finding_kind no_table = {"table-magic", FINDING_ERROR,
                                             "every entry of a partition table begins with the bytes AA 50",
                                             "check the offset of the table; the usual one is 0x8000"};
static const struct finding_kind no_end = {
    "table-end", FINDING_ERROR, "the bootloader refuses a table without an end marker (32 bytes of 0xFF)", REWRITE};
static const struct finding_kind bad_md5 = {
    "table-md5", FINDING_ERROR, "the table was damaged or changed by hand, the bootloader refuses it", REWRITE};
static const struct finding_kind no_md5 = {"table-no-md5", FINDING_NOTE, "damage to the table would not be noticed",
                                           "nothing, when the project switches the MD5 off"};
static const struct finding_kind torn = {
    "table-torn", FINDING_ERROR, "the table was not written to its end, what follows and its MD5 are missing", REWRITE};
static const struct finding_kind after_md5 = {"table-after-md5", FINDING_ERROR,
                                              "the MD5 does not cover what follows it", REWRITE};

struct partition_rules partition_rules_default(void)
{
    return (struct partition_rules){.table_offset = PARTITION_TABLE_OFFSET,
                                    .bootloader_offset = PARTITION_UNKNOWN,
                                    .recovery_offset = PARTITION_UNKNOWN};
}

bool partition_table_looks_right(const void *bytes, size_t len)
{
    return len >= PARTITION_ENTRY_LEN && le16_get(bytes) == ENTRY_MAGIC;
}

static void read_entry(struct rd r, struct partition *p)
{
    *p = (struct partition){0};
    rd_skip(&r, 2);
    p->type = rd_u8(&r);
    p->subtype = rd_u8(&r);
    p->offset = rd_u32(&r);
    p->size = rd_u32(&r);
    rd_copy(&r, p->label, PARTITION_LABEL_LEN);
    p->flags = rd_u32(&r);
}

static void read_md5(const uint8_t *table, uint32_t at, struct partition_table *t, struct findings *f)
{
    t->has_md5 = true;
    memcpy(t->md5, table + at + PARTITION_ENTRY_LEN - MD5_LEN, MD5_LEN);
    hash_md5(table, at, t->md5_right);
    if (memcmp(t->md5, t->md5_right, MD5_LEN))
        findings_add(f, &bad_md5, at, "the MD5 behind the %u entries is not that of the entries", t->count);
}

static bool is_end(const uint8_t *entry)
{
    for (size_t i = 0; i < PARTITION_ENTRY_LEN; i++) {
        if (entry[i] != 0xFF)
            return false;
    }
    return true;
}

/* Takes one entry of the table. False when the table ends there. */
static bool take_entry(const uint8_t *bytes, uint32_t at, struct partition_table *t, struct findings *f)
{
    const uint8_t *entry = bytes + at;
    uint16_t magic = le16_get(entry);
    if (is_end(entry)) {
        t->has_end = true;
        return false;
    }
    if (magic == MD5_MAGIC && !t->has_md5) {
        read_md5(bytes, at, t, f);
        return true;
    }
    if (magic != ENTRY_MAGIC) {
        findings_add(f, &no_table, at, "entry %u begins with %02X %02X", t->count, entry[0], entry[1]);
        return false;
    }
    if (t->has_md5)
        findings_add(f, &after_md5, at, "another entry follows the MD5");
    if (t->count == PARTITION_MAX)
        return false;
    read_entry(rd_from(entry, PARTITION_ENTRY_LEN), &t->items[t->count++]);
    return true;
}

/* Flash is programmed upwards: where it was cut, the flags at the end of a row are still erased. */
static void judge_missing_md5(const struct partition_table *t, uint32_t at, struct findings *f)
{
    if (t->count && t->items[t->count - 1].flags == UINT32_MAX)
        findings_add(f, &torn, at - PARTITION_ENTRY_LEN, "entry %u is only half written, and nothing follows it",
                     t->count - 1);
    else
        findings_add(f, &no_md5, at, "the table has no MD5");
}

void partition_parse(const void *all, size_t len, struct partition_table *t, struct findings *f)
{
    const uint8_t *bytes = all;
    *t = (struct partition_table){0};
    if (len > PARTITION_TABLE_LEN)
        len = PARTITION_TABLE_LEN;
    if (len < PARTITION_ENTRY_LEN) {
        findings_add(f, &too_short, 0, "there are only %zu bytes", len);
        return;
    }
    if (is_end(bytes)) {
        findings_add(f, &no_table, 0, "there is an end marker and no entry: it looks like erased flash");
        return;
    }
    size_t errors = f ? findings_count(f, FINDING_ERROR) : 0;
    uint32_t at = 0;
    while (at + PARTITION_ENTRY_LEN <= len && take_entry(bytes, at, t, f))
        at += PARTITION_ENTRY_LEN;
    t->len = at + (t->has_end ? PARTITION_ENTRY_LEN : 0);
    if (f && !t->has_end && findings_count(f, FINDING_ERROR) == errors)
        findings_add(f, &no_end, at, "the bytes end after %u entries", t->count);
    if (t->has_end && !t->has_md5)
        judge_missing_md5(t, at, f);
}

static void write_entry(struct buf *out, const struct partition *p)
{
    buf_u16(out, ENTRY_MAGIC);
    buf_u8(out, p->type);
    buf_u8(out, p->subtype);
    buf_u32(out, p->offset);
    buf_u32(out, p->size);
    buf_append(out, p->label, PARTITION_LABEL_LEN);
    buf_u32(out, p->flags);
}

enum err partition_to_bin(struct log *log, const struct partition_table *t, bool with_md5, struct buf *out)
{
    unsigned max = with_md5 ? PARTITION_MAX - 1 : PARTITION_MAX;
    if (t->count > max)
        return err_at(log, ERR_RANGE, "the table has %u partitions, %u fit%s", t->count, max,
                      with_md5 ? " beside the MD5 and the end marker" : "");
    size_t begin = out->len;
    for (unsigned i = 0; i < t->count; i++)
        write_entry(out, &t->items[i]);
    if (with_md5 && !out->failed) {
        uint8_t digest[MD5_LEN];
        hash_md5(out->bytes + begin, out->len - begin, digest);
        buf_u16(out, MD5_MAGIC);
        buf_fill(out, 0xFF, MD5_GAP);
        buf_append(out, digest, sizeof digest);
    }
    if (!out->failed)
        buf_fill(out, 0xFF, PARTITION_TABLE_LEN - (out->len - begin));
    return out->failed ? err_at(log, ERR_MEMORY, "no memory for the partition table") : ERR_OK;
}

const struct partition *partition_find(const struct partition_table *t, const char *label)
{
    for (unsigned i = 0; i < t->count; i++) {
        if (!strcmp(t->items[i].label, label))
            return &t->items[i];
    }
    return NULL;
}

bool partition_is(const struct partition *p, uint8_t type, uint8_t subtype)
{
    return p->type == type && p->subtype == subtype;
}

bool partition_is_ota_slot(const struct partition *p)
{
    return p->type == PARTITION_APP && p->subtype >= PARTITION_APP_OTA_0 && p->subtype <= PARTITION_APP_OTA_15;
}

const struct partition *partition_default_app(const struct partition_table *t)
{
    const struct partition *best = NULL;
    for (unsigned i = 0; i < t->count; i++) {
        const struct partition *p = &t->items[i];
        if (partition_is(p, PARTITION_APP, PARTITION_APP_FACTORY))
            return p;
        if (partition_is_ota_slot(p) && (!best || p->subtype < best->subtype))
            best = p;
    }
    return best;
}
