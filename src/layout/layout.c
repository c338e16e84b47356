/* SPDX-License-Identifier: Apache-2.0 */
#include "layout/layout_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REGIONS_MAX = 1024 };

static const struct {
    const char *name, *text;
} kinds[] = {
    [LAYOUT_UNKNOWN] = {"unknown", "unknown data"},
    [LAYOUT_BLANK] = {"blank", "blank"},
    [LAYOUT_ENCRYPTED] = {"encrypted", "encrypted"},
    [LAYOUT_BOOTLOADER] = {"bootloader", "bootloader"},
    [LAYOUT_PARTITION_TABLE] = {"partition-table", "partition table"},
    [LAYOUT_OTADATA] = {"otadata", "OTA data"},
    [LAYOUT_APP] = {"app", "app slot"},
    [LAYOUT_NVS] = {"nvs", "NVS"},
    [LAYOUT_NVS_KEYS] = {"nvs-keys", "NVS keys"},
    [LAYOUT_PHY] = {"phy", "radio calibration"},
    [LAYOUT_COREDUMP] = {"coredump", "core dump"},
    [LAYOUT_SPIFFS] = {"spiffs", "SPIFFS"},
    [LAYOUT_LITTLEFS] = {"littlefs", "LittleFS"},
    [LAYOUT_FAT] = {"fat", "FAT"},
    [LAYOUT_ROMFS] = {"romfs", "ROMFS"},
    [LAYOUT_MCUBOOT] = {"mcuboot", "MCUboot image"},
    [LAYOUT_SIMPLE_BOOT] = {"simple-boot", "simple boot image"},
    [LAYOUT_DATA] = {"data", "data"},
    [LAYOUT_FOREIGN] = {"foreign", "foreign data"},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

const char *layout_kind_name(enum layout_kind kind)
{
    return kinds[(unsigned)kind < KINDS ? kind : LAYOUT_UNKNOWN].name;
}

const char *layout_kind_text(enum layout_kind kind)
{
    return kinds[(unsigned)kind < KINDS ? kind : LAYOUT_UNKNOWN].text;
}

struct layout_request layout_request_default(struct reader reader)
{
    return (struct layout_request){.reader = reader, .table_offset = LAYOUT_NOWHERE, .app_offset = LAYOUT_NOWHERE};
}

static bool has_room(struct layout *l)
{
    if (l->region_count < l->region_room)
        return true;
    size_t room = l->region_room ? 2 * l->region_room : 32;
    struct layout_region *regions = room <= REGIONS_MAX ? realloc(l->regions, room * sizeof *regions) : NULL;
    if (!regions) {
        l->failed = true;
        return false;
    }
    l->regions = regions;
    l->region_room = room;
    return true;
}

struct layout_region *region_add(struct layout *l, uint32_t offset, uint32_t size, enum layout_kind kind)
{
    if (offset >= l->flash_size || !size || !has_room(l))
        return NULL;
    if (size > l->flash_size - offset)
        size = l->flash_size - offset;
    size_t at = l->region_count;
    while (at > 0 && l->regions[at - 1].offset > offset)
        at--;
    memmove(&l->regions[at + 1], &l->regions[at], (l->region_count - at) * sizeof *l->regions);
    l->region_count++;
    l->regions[at] = (struct layout_region){.kind = kind, .content = LAYOUT_UNKNOWN, .offset = offset, .size = size};
    return &l->regions[at];
}

static bool is_blank(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != 0xFF)
            return false;
    }
    return true;
}

bool engine_probe(struct engine *en, uint32_t offset, uint8_t bytes[LAYOUT_PROBE_LEN])
{
    uint32_t left = offset < en->size ? en->size - offset : 0;
    size_t len = left < LAYOUT_PROBE_LEN ? left : LAYOUT_PROBE_LEN;
    memset(bytes, 0xFF, LAYOUT_PROBE_LEN);
    reader_cache_probe(&en->cache, offset, 1);
    if (!reader_cache_read(&en->cache, offset, bytes, len))
        return false;
    size_t n = offset / LAYOUT_SECTOR;
    if (n < en->out->sector_count && offset % LAYOUT_SECTOR == 0)
        en->out->sectors[n] = is_blank(bytes, len) ? LAYOUT_SECTOR_BLANK : LAYOUT_SECTOR_USED;
    return true;
}

struct image *engine_image(struct engine *en, uint32_t offset, uint32_t limit, struct findings *f)
{
    struct image *im = calloc(1, sizeof *im);
    if (!im) {
        en->out->failed = true;
        return NULL;
    }
    enum err e = image_read(&en->cache.reader, offset, limit, en->request->verify, im, f);
    if (!e && im->has_header)
        return im;
    free(im);
    return NULL;
}

/* What the partitions of the table that counts are for. */
static enum layout_kind kind_of(const struct partition *p)
{
    static const struct {
        uint8_t type, subtype;
        enum layout_kind kind;
    } rows[] = {
        {PARTITION_DATA, 0x00, LAYOUT_OTADATA},  {PARTITION_DATA, 0x01, LAYOUT_PHY},
        {PARTITION_DATA, 0x02, LAYOUT_NVS},      {PARTITION_DATA, 0x03, LAYOUT_COREDUMP},
        {PARTITION_DATA, 0x04, LAYOUT_NVS_KEYS}, {PARTITION_DATA, 0x81, LAYOUT_FAT},
        {PARTITION_DATA, 0x82, LAYOUT_SPIFFS},   {PARTITION_DATA, 0x83, LAYOUT_LITTLEFS},
        {PARTITION_DATA, 0x8F, LAYOUT_ROMFS},
    };
    static const enum layout_kind by_type[] = {LAYOUT_APP, LAYOUT_DATA, LAYOUT_BOOTLOADER, LAYOUT_PARTITION_TABLE};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (partition_is(p, rows[i].type, rows[i].subtype))
            return rows[i].kind;
    }
    return p->type < sizeof by_type / sizeof by_type[0] ? by_type[p->type] : LAYOUT_DATA;
}

/* A partition that names the bootloader or a table takes the place of the region that was made for what was found there. */
static struct layout_region *region_for(struct layout *l, const struct partition *p, enum layout_kind kind)
{
    for (size_t i = 0; i < l->region_count; i++) {
        struct layout_region *r = &l->regions[i];
        if (r->offset == p->offset && r->kind == kind && !r->partition)
            return r;
    }
    return region_add(l, p->offset, p->size, kind);
}

static void add_partitions(struct engine *en)
{
    struct layout *l = en->out;
    for (unsigned i = 0; l->table && i < l->table->table.count; i++) {
        const struct partition *p = &l->table->table.items[i];
        struct layout_region *r = region_for(l, p, kind_of(p));
        if (!r)
            continue;
        r->partition = p;
        r->size = p->size < l->flash_size - r->offset ? p->size : l->flash_size - r->offset;
        memcpy(r->label, p->label, sizeof r->label);
    }
}

/* Of regions whose use is not known otherwise: their sectors that are not blank, when all were seen. */
static void count_used(struct layout *l)
{
    for (size_t i = 0; i < l->region_count; i++) {
        struct layout_region *r = &l->regions[i];
        size_t first = r->offset / LAYOUT_SECTOR, end = (r->offset + (uint64_t)r->size - 1) / LAYOUT_SECTOR + 1;
        uint64_t used = 0;
        bool is_seen = true;
        for (size_t n = first; n < end && n < l->sector_count; n++) {
            is_seen = is_seen && l->sectors[n] != LAYOUT_SECTOR_NOT_SEEN;
            used += l->sectors[n] == LAYOUT_SECTOR_USED ? LAYOUT_SECTOR : 0;
        }
        if (r->is_used_known || !is_seen)
            continue;
        r->used = used < r->size ? (uint32_t)used : r->size;
        r->is_used_known = true;
    }
}

static void survey(struct engine *en)
{
    uint8_t bytes[LAYOUT_PROBE_LEN];
    reader_cache_probe(&en->cache, 0, en->out->sector_count);
    for (size_t n = 0; n < en->out->sector_count && !en->cache.e; n++)
        engine_probe(en, (uint32_t)(n * LAYOUT_SECTOR), bytes);
}

static void read_all(struct engine *en)
{
    bool is_no_flash = en->request->is_file && start_file(en);
    if (en->request->survey)
        survey(en);
    if (is_no_flash)
        return;
    start_bootloader(en);
    bool was_known = en->out->chip;
    tables_find(en);
    add_partitions(en);
    for (size_t i = 0; i < en->out->region_count; i++)
        content_read(en, &en->out->regions[i]);
    if (!was_known && en->out->chip && !en->out->is_encrypted)
        start_bootloader(en); /* an app has told the chip, so now it is known where the bootloader should be */
    content_fill_gaps(en);
    boot_decide(en);
    tables_say_missing(en);
    running_decide(en);
    en->out->known_name = known_layout(en->out);
}

static enum err prepare(struct engine *en)
{
    struct layout *l = en->out;
    enum err e = reader_cache_init(&en->cache, &en->request->reader);
    l->flash_size = en->size = en->request->reader.size;
    l->sector_count = en->cache.sector_count;
    l->sectors = calloc(l->sector_count + 1, 1);
    l->tables = calloc(LAYOUT_TABLES_MAX, sizeof *l->tables);
    return e || !l->sectors || !l->tables ? ERR_MEMORY : ERR_OK;
}

enum err layout_read(const struct layout_request *request, struct layout *out, struct findings *findings)
{
    struct engine en = {.request = request, .out = out, .f = findings};
    *out = (struct layout){.chip = request->chip,
                           .boot = {.region = -1},
                           .running = {.region = -1},
                           .otadata = {.winner = -1, .fallback = -1}};
    enum err e = prepare(&en);
    if (!e) {
        read_all(&en);
        count_used(out);
        e = en.cache.e ? en.cache.e : out->failed ? ERR_MEMORY : ERR_OK;
    }
    out->bytes_read = en.cache.bytes_read;
    reader_cache_fini(&en.cache);
    return e;
}

void layout_fini(struct layout *l)
{
    for (size_t i = 0; i < l->region_count; i++) {
        free(l->regions[i].image);
        free(l->regions[i].mcuboot);
    }
    free(l->regions);
    free(l->tables);
    free(l->sectors);
    *l = (struct layout){0};
}

const struct layout_region *layout_at(const struct layout *l, uint32_t offset)
{
    for (size_t i = 0; i < l->region_count; i++) {
        if (offset >= l->regions[i].offset && offset - l->regions[i].offset < l->regions[i].size)
            return &l->regions[i];
    }
    return NULL;
}
