/* SPDX-License-Identifier: Apache-2.0 */
/* What regions hold, and what is between the partitions. */
#include "layout/layout_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RANDOM_LEN = 1024,
    LOOKS_MAX = 64,  /* sectors of a data partition that are looked at to call it blank */
    HOLE_MAX = 4,    /* blank sectors that do not end a stretch of data */
    SPLIT_MAX = 512, /* regions beyond which gaps are not split any more */
};

static const struct finding_kind app_foreign = {"app-foreign", FINDING_WARNING,
                                                "the slot holds no image that the bootloader could start",
                                                "write the app to this offset, or ignore it when the slot is not used"};
static const struct finding_kind app_chip = {"app-chip", FINDING_ERROR, "the bootloader refuses it",
                                             "write an app that was built for this chip"};
static const struct finding_kind app_reach = {
    "app-beyond-reach", FINDING_WARNING, "it cannot be mapped where it lies, so no bootloader can start it in place",
    "write it further down, where the MMU reaches"};
static const struct finding_kind app_apart = {
    "app-outside", FINDING_NOTE, "no partition has it, so the bootloader of ESP-IDF does not start it",
    "nothing, when another bootloader starts it; else erase it, or give it a partition"};
static const struct finding_kind mcuboot_in_app = {
    "mcuboot-in-slot", FINDING_NOTE, "MCUboot's bootloader starts it, that of ESP-IDF does not", "nothing"};
static const struct finding_kind other_kind = {"data-other-kind", FINDING_NOTE,
                                               "the program mounts another file system than the table says",
                                               "nothing; many projects do so"};
static const struct finding_kind too_many = {"flash-fragmented", FINDING_NOTE,
                                             "data and blank space alternate too often to be listed", "nothing"};

/*
 * Pearson's test against an even distribution: for n bytes the sum over all values of (count - n/256)^2 / (n/256) is 255 on
 * average with a standard deviation of 22.6. Cipher text stays below 400 but once in a hundred million times; code, text and
 * tables have thousands. Compressed data may pass too, so this alone is never called encryption where data may be.
 */
bool content_is_random(const uint8_t *bytes, size_t len)
{
    enum { LIMIT = 400 };
    uint32_t counts[256] = {0};
    uint64_t squares = 0;
    if (len < RANDOM_LEN)
        return false;
    for (size_t i = 0; i < len; i++)
        counts[bytes[i]]++;
    for (int i = 0; i < 256; i++)
        squares += (uint64_t)counts[i] * counts[i];
    /* sum (c - e)^2 / e with e = len/256 is 256 * squares / len - len */
    return 256 * squares < (len + LIMIT) * (uint64_t)len;
}

bool content_looks_encrypted(struct engine *en, uint32_t offset)
{
    uint8_t bytes[RANDOM_LEN];
    return reader_cache_read(&en->cache, offset, bytes, sizeof bytes) && content_is_random(bytes, sizeof bytes);
}

/* Looks at sectors spread over the region. *is_all: at every one. */
static bool is_blank_where_looked(struct engine *en, const struct layout_region *r, bool *is_all)
{
    uint32_t sectors = (r->size + LAYOUT_SECTOR - 1) / LAYOUT_SECTOR;
    uint32_t step = sectors > LOOKS_MAX && !en->request->survey ? (sectors + LOOKS_MAX - 1) / LOOKS_MAX : 1;
    *is_all = step == 1;
    if (*is_all)
        reader_cache_probe(&en->cache, r->offset, sectors);
    for (uint32_t n = 0; n < sectors; n += step) {
        uint8_t bytes[LAYOUT_PROBE_LEN];
        if (!engine_probe(en, r->offset + n * LAYOUT_SECTOR, bytes))
            return false;
        for (unsigned i = 0; i < sizeof bytes; i++) {
            if (bytes[i] != 0xFF)
                return false;
        }
    }
    return true;
}

static void be(struct layout_region *r, enum layout_kind content, uint32_t used)
{
    r->content = content;
    r->used = used < r->size ? used : r->size;
    r->is_used_known = true;
}

/* A region that is blank where it was looked at, which says nothing about the rest. */
static bool take_blank(struct engine *en, struct layout_region *r)
{
    bool is_all;
    if (!is_blank_where_looked(en, r, &is_all))
        return false;
    be(r, LAYOUT_BLANK, 0);
    r->is_used_known = is_all;
    if (!is_all)
        snprintf(r->detail, sizeof r->detail, "blank where it was read, which is not everywhere");
    return true;
}

/* --- apps --- */

static void describe_image(struct layout_region *r)
{
    const struct image *im = r->image;
    const struct image_app_desc *d = &im->app;
    if (im->has_app_desc)
        snprintf(r->detail, sizeof r->detail, "%.32s%s%.24s%s%s%.24s", d->project,
                 d->project[0] && d->version[0] ? " " : "", d->version, d->project[0] || d->version[0] ? ", " : "",
                 d->idf_version[0] ? "IDF " : "", d->idf_version);
    else if (im->has_boot_desc)
        snprintf(r->detail, sizeof r->detail, "IDF %.32s", im->boot.idf_version);
}

static uint32_t image_used(const struct image *im)
{
    enum { SIGNATURE_LEN = LAYOUT_SECTOR };
    return im->signature_count ? im->signature_offset + SIGNATURE_LEN : im->len;
}

static void check_reach(struct engine *en, const struct layout_region *r)
{
    const struct image_chip *chip = r->image->chip;
    uint64_t end = (uint64_t)r->offset + r->image->len, reach = chip ? (uint64_t)chip->reach_mb << 20 : 0;
    if (reach && end > reach && image_maps_flash(r->image))
        findings_add(en->f, &app_reach, r->offset,
                     "the app image reaches up to 0x%" PRIX64 ", the flash MMU of %s up to %u MB", end, chip->title,
                     chip->reach_mb);
}

static void take_image(struct engine *en, struct layout_region *r, struct image *im)
{
    struct layout *l = en->out;
    r->image = im;
    be(r, LAYOUT_APP, image_used(im));
    r->is_used_known = im->is_complete;
    describe_image(r);
    if (!l->chip && im->chip) {
        l->chip = im->chip;
        l->is_chip_found = true;
    }
    check_reach(en, r);
    if (im->chip != l->chip)
        findings_add(en->f, &app_chip, r->offset + 12, "the app image is for %s, the chip is %s",
                     im->chip ? im->chip->title : "an unknown chip", l->chip ? l->chip->title : "not known");
}

static bool take_mcuboot(struct engine *en, struct layout_region *r)
{
    struct mcuboot_image *m = calloc(1, sizeof *m);
    if (!m) {
        en->out->failed = true;
        return true;
    }
    enum err e = mcuboot_read(&en->cache.reader, r->offset, r->size, en->request->verify, m, en->f);
    if (e || !m->has_header) {
        free(m);
        return false;
    }
    r->mcuboot = m;
    be(r, LAYOUT_MCUBOOT, m->len);
    r->is_used_known = m->is_whole;
    snprintf(r->detail, sizeof r->detail, "version %u.%u.%u+%" PRIu32, m->major, m->minor, m->revision, m->build);
    return true;
}

static void read_app(struct engine *en, struct layout_region *r)
{
    uint8_t bytes[LAYOUT_PROBE_LEN];
    if (!engine_probe(en, r->offset, bytes))
        return;
    struct image *im = bytes[0] == IMAGE_MAGIC ? engine_image(en, r->offset, r->size, en->f) : NULL;
    if (im) {
        take_image(en, r, im);
        return;
    }
    if (le32_get(bytes) == MCUBOOT_MAGIC && take_mcuboot(en, r)) {
        if (r->kind == LAYOUT_APP)
            findings_add(en->f, &mcuboot_in_app, r->offset, "the app slot '%s' holds an MCUboot image", r->label);
        return;
    }
    if (!take_blank(en, r) && content_looks_encrypted(en, r->offset))
        r->content = LAYOUT_ENCRYPTED;
    if (r->content == LAYOUT_UNKNOWN)
        findings_add(en->f, &app_foreign, r->offset, "the app slot '%s' begins with %02X %02X %02X %02X", r->label,
                     bytes[0], bytes[1], bytes[2], bytes[3]);
}

/* --- data --- */

/* In the order of how sure they are. */
static bool (*const recognisers[])(struct engine *, struct layout_region *) = {data_littlefs, data_romfs, data_fat,
                                                                               data_nvs, data_spiffs};

static void read_data(struct engine *en, struct layout_region *r)
{
    if (take_blank(en, r))
        return;
    for (size_t i = 0; i < sizeof recognisers / sizeof recognisers[0]; i++) {
        if (!recognisers[i](en, r))
            continue;
        if (r->content != r->kind && r->kind != LAYOUT_DATA && r->kind != LAYOUT_UNKNOWN)
            findings_add(en->f, &other_kind, r->offset, "the partition '%s' is for %s and holds %s", r->label,
                         layout_kind_text(r->kind), layout_kind_text(r->content));
        return;
    }
    bool may_be_encrypted = en->out->is_encrypted || r->kind == LAYOUT_NVS || r->kind == LAYOUT_NVS_KEYS;
    if (may_be_encrypted && content_looks_encrypted(en, r->offset))
        r->content = LAYOUT_ENCRYPTED;
    else if (r->kind == LAYOUT_DATA || r->kind == LAYOUT_PHY || r->kind == LAYOUT_NVS_KEYS)
        r->content = r->kind; /* nothing of these can be recognised */
}

/* The two records; a partition that is too small has none. */
static void read_otadata(struct engine *en, struct layout_region *r)
{
    uint8_t records[OTADATA_RECORDS][OTADATA_RECORD_LEN];
    struct layout *l = en->out;
    unsigned slots = 0;
    bool is_there[OTADATA_RECORDS];
    for (unsigned i = 0; l->table && i < l->table->table.count; i++)
        slots += partition_is_ota_slot(&l->table->table.items[i]);
    for (uint32_t i = 0; i < OTADATA_RECORDS; i++) {
        uint32_t at = i * OTADATA_STRIDE;
        is_there[i] = at + OTADATA_RECORD_LEN <= r->size &&
                      reader_cache_read(&en->cache, r->offset + at, records[i], OTADATA_RECORD_LEN);
    }
    if (content_looks_encrypted(en, r->offset)) {
        r->content = LAYOUT_ENCRYPTED;
        return;
    }
    uint64_t base = en->f ? en->f->base : 0;
    if (en->f)
        en->f->base += r->offset;
    otadata_parse(is_there[0] ? records[0] : NULL, is_there[1] ? records[1] : NULL, slots, &l->otadata, en->f);
    if (en->f)
        en->f->base = base;
    l->has_otadata = true;
    const struct otadata *o = &l->otadata;
    be(r, o->records[0].is_blank && o->records[1].is_blank ? LAYOUT_BLANK : LAYOUT_OTADATA,
       (o->records[0].is_blank ? 0U : LAYOUT_SECTOR) + (o->records[1].is_blank ? 0U : LAYOUT_SECTOR));
    if (o->winner >= 0)
        snprintf(r->detail, sizeof r->detail, "sequence %" PRIu32 ", ota_%u, %s", o->records[o->winner].seq, o->slot,
                 otadata_state_text(o->records[o->winner].state));
}

static void read_table_region(struct engine *en, struct layout_region *r)
{
    uint8_t bytes[PARTITION_ENTRY_LEN];
    if (!reader_cache_read(&en->cache, r->offset, bytes, r->size < sizeof bytes ? r->size : sizeof bytes))
        return;
    if (partition_table_looks_right(bytes, sizeof bytes))
        be(r, LAYOUT_PARTITION_TABLE, PARTITION_TABLE_LEN);
    else if (le32_get(bytes) == UINT32_MAX)
        be(r, LAYOUT_BLANK, 0);
    for (size_t i = 0; i < en->out->table_count; i++) {
        const struct layout_table *t = &en->out->tables[i];
        if (t->offset == r->offset)
            snprintf(r->detail, sizeof r->detail, "%u entries%s%s", t->table.count, t->is_valid ? "" : ", damaged",
                     t == en->out->table ? "" : ", not used");
    }
}

void content_read(struct engine *en, struct layout_region *r)
{
    if (r->image || r->mcuboot || r->content == LAYOUT_ENCRYPTED)
        return;
    switch (r->kind) {
    case LAYOUT_APP:
    case LAYOUT_BOOTLOADER:
    case LAYOUT_MCUBOOT:
        read_app(en, r);
        break;
    case LAYOUT_PARTITION_TABLE:
        read_table_region(en, r);
        break;
    case LAYOUT_OTADATA:
        read_otadata(en, r);
        break;
    case LAYOUT_COREDUMP:
        if (!data_coredump(en, r))
            read_data(en, r);
        break;
    default:
        read_data(en, r);
        break;
    }
}

/* --- between the partitions --- */

/* What begins at a sector of a gap, as far as its first bytes tell. */
static enum layout_kind guess(const uint8_t bytes[LAYOUT_PROBE_LEN])
{
    static const uint8_t littlefs[8] = "littlefs";
    uint32_t first = le32_get(bytes);
    if (first == UINT32_MAX && !memcmp(bytes, bytes + 1, LAYOUT_PROBE_LEN - 1))
        return LAYOUT_BLANK;
    if (bytes[0] == IMAGE_MAGIC && bytes[1] && bytes[1] <= IMAGE_MAX_SEGMENTS)
        return LAYOUT_APP;
    if (first == MCUBOOT_MAGIC)
        return LAYOUT_MCUBOOT;
    if (!memcmp(bytes + 8, littlefs, sizeof littlefs))
        return LAYOUT_LITTLEFS;
    return LAYOUT_UNKNOWN;
}

static uint32_t round_up(uint32_t len)
{
    return len > UINT32_MAX - LAYOUT_SECTOR ? len : (len + LAYOUT_SECTOR - 1) / LAYOUT_SECTOR * LAYOUT_SECTOR;
}

/* A whole image or file system that begins at offset. Gives the bytes that it takes, 0 for none. */
static uint32_t take_thing(struct engine *en, uint32_t offset, uint32_t end, enum layout_kind kind)
{
    struct layout_region r = {.kind = kind, .offset = offset, .size = end - offset};
    if (kind == LAYOUT_APP) {
        struct image *im = engine_image(en, offset, end - offset, NULL);
        if (im && im->is_complete && im->chip && (!en->out->chip || im->chip == en->out->chip)) {
            take_image(en, &r, im);
            if (image_maps_flash(im) || im->has_app_desc) /* else it is for the boot ROM, and was judged there */
                findings_add(en->f, &app_apart, offset, "here is an app image that no partition has");
        } else {
            free(im);
            return 0;
        }
    } else if (kind == LAYOUT_MCUBOOT ? !take_mcuboot(en, &r) : !data_littlefs(en, &r)) {
        return 0;
    }
    uint32_t size = r.is_used_known && round_up(r.used) < r.size ? round_up(r.used) : r.size;
    struct layout_region *kept = region_add(en->out, offset, size, kind);
    if (!kept) {
        free(r.image);
        free(r.mcuboot);
        return size;
    }
    r.size = kept->size;
    *kept = r;
    return kept->size;
}

/* The stretch of blank sectors, or of sectors that nobody knows, from offset on. Short blank holes do not end the latter. */
static uint32_t stretch(struct engine *en, uint32_t offset, uint32_t end, bool is_blank)
{
    uint8_t bytes[LAYOUT_PROBE_LEN];
    uint32_t at = offset, hole = 0;
    bool is_split = en->out->region_count < SPLIT_MAX;
    for (; at<end; at = end - at> LAYOUT_SECTOR ? at + LAYOUT_SECTOR : end) {
        enum layout_kind k = engine_probe(en, at, bytes) ? guess(bytes) : LAYOUT_UNKNOWN;
        if (is_split && at > offset && k != LAYOUT_BLANK && (is_blank || k != LAYOUT_UNKNOWN))
            break;
        hole = k == LAYOUT_BLANK ? hole + 1 : 0;
        if (!is_blank && is_split && hole > HOLE_MAX) {
            at -= HOLE_MAX * LAYOUT_SECTOR;
            hole = 0;
            break;
        }
    }
    return !is_blank && hole && at - offset > hole * LAYOUT_SECTOR ? at - hole * LAYOUT_SECTOR : at;
}

/* The stretch that ends at offset, when it is of that kind: what seemed to begin here was nothing. */
static struct layout_region *stretch_before(struct layout *l, uint32_t offset, enum layout_kind kind)
{
    for (size_t i = 0; i < l->region_count; i++) {
        struct layout_region *r = &l->regions[i];
        if (r->offset + (uint64_t)r->size == offset)
            return r->kind == kind && r->content == kind && !r->partition ? r : NULL;
    }
    return NULL;
}

static void add_stretch(struct engine *en, uint32_t offset, uint32_t end, bool is_blank)
{
    bool is_cipher = !is_blank && en->out->is_encrypted && content_looks_encrypted(en, offset);
    enum layout_kind kind = is_blank ? LAYOUT_BLANK : is_cipher ? LAYOUT_ENCRYPTED : LAYOUT_UNKNOWN;
    struct layout_region *before = stretch_before(en->out, offset, kind);
    if (before) {
        before->size += end - offset;
        return;
    }
    struct layout_region *r = region_add(en->out, offset, end - offset, kind);
    if (r)
        r->content = kind;
    if (r && is_blank)
        be(r, kind, 0);
}

static void fill(struct engine *en, uint32_t at, uint32_t end)
{
    reader_cache_probe(&en->cache, at / LAYOUT_SECTOR * LAYOUT_SECTOR, (end - at) / LAYOUT_SECTOR + 1);
    while (at < end && !en->cache.e && !en->out->failed) {
        uint8_t bytes[LAYOUT_PROBE_LEN];
        if (!engine_probe(en, at, bytes))
            return;
        enum layout_kind k = guess(bytes);
        uint32_t taken = 0;
        if (k != LAYOUT_BLANK && k != LAYOUT_UNKNOWN)
            taken = take_thing(en, at, end, k);
        if (!taken) {
            uint32_t to = stretch(en, at, end, k == LAYOUT_BLANK);
            add_stretch(en, at, to, k == LAYOUT_BLANK);
            taken = to - at;
        }
        at += taken;
    }
}

void content_fill_gaps(struct engine *en)
{
    struct layout *l = en->out;
    uint32_t at = 0;
    for (size_t i = 0; i <= l->region_count && !en->cache.e && !l->failed; i++) {
        uint32_t next = i < l->region_count ? l->regions[i].offset : l->flash_size;
        uint32_t end = i < l->region_count ? next + l->regions[i].size : next;
        if (next > at) {
            size_t before = l->region_count;
            fill(en, at, next);
            i += l->region_count - before;
        }
        at = end > at ? end : at;
    }
    if (l->region_count >= SPLIT_MAX)
        findings_add_nowhere(en->f, &too_many, "there are %zu stretches", l->region_count);
}
