/* SPDX-License-Identifier: Apache-2.0 */
/* How the flash begins: files that are no flash, the bootloader, and by it the chip. */
#include "layout/layout_int.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_LEN = 512, MB = 1 << 20 };
#define UF2_MAGIC_0 0x0A324655U
#define UF2_MAGIC_1 0x9E5D5157U
#define ELF_MAGIC   0x464C457FU

static const struct finding_kind file_uf2 = {"file-uf2", FINDING_ERROR,
                                             "UF2 wraps each piece of flash in a block of its own, it is not raw flash",
                                             "give the raw image that it was made of, or flash it by a UF2 bootloader"};
static const struct finding_kind file_elf = {"file-elf", FINDING_ERROR,
                                             "an ELF file is what an image is made of, it is not raw flash",
                                             "give the image or a dump ('espocd image create' makes an image of it)"};
static const struct finding_kind file_app = {"file-app", FINDING_NOTE,
                                             "an app image alone: it belongs into an app slot, often at 0x10000",
                                             "nothing; 'espocd image info' says more of it"};
static const struct finding_kind file_table = {
    "file-table", FINDING_NOTE, "a partition table alone: it belongs to 0x8000, unless a project moves it",
    "nothing; 'espocd partitions show' says more of it"};
static const struct finding_kind file_mcuboot = {"file-mcuboot", FINDING_NOTE,
                                                 "an MCUboot image alone: it belongs into a slot", "nothing"};
static const struct finding_kind file_base = {"file-base", FINDING_NOTE,
                                              "offsets are those of the flash: the file's first byte belongs there",
                                              "write the file to that offset"};
static const struct finding_kind file_8266 = {"file-esp8266", FINDING_ERROR,
                                              "the ESP8266 has other images and no partition table of this kind",
                                              "use the tools of the ESP8266"};
static const struct finding_kind file_data = {"file-data", FINDING_NOTE,
                                              "the content of one partition alone: it belongs into that", "nothing"};
static const struct finding_kind boot_missing = {"bootloader-missing", FINDING_ERROR,
                                                 "the boot ROM finds nothing to start and resets again and again",
                                                 "write a bootloader to that offset"};
static const struct finding_kind boot_foreign = {"bootloader-foreign", FINDING_ERROR,
                                                 "the boot ROM starts nothing but an ESP image (first byte 0xE9)",
                                                 "write a bootloader to that offset"};
static const struct finding_kind boot_misplaced = {"bootloader-misplaced", FINDING_ERROR,
                                                   "the boot ROM of this chip looks at another offset",
                                                   "write the bootloader to the offset where this chip looks"};
static const struct finding_kind boot_chip = {"bootloader-chip", FINDING_ERROR, "it cannot run on this chip",
                                              "write a bootloader that was built for this chip"};
static const struct finding_kind boot_app = {"bootloader-is-app", FINDING_ERROR,
                                             "the boot ROM loads segments into RAM alone, so it refuses an app",
                                             "write the bootloader here, and the app to its slot"};
static const struct finding_kind size_larger = {
    "size-header-larger", FINDING_ERROR,
    "the program takes the flash for larger than it is: ESP-IDF stops at its start, others write to where nothing is",
    "set the flash size in the project, or write the bootloader again with the right --flash-size"};
static const struct finding_kind size_smaller = {
    "size-header-smaller", FINDING_NOTE, "the program uses the begin of the flash only",
    "nothing, unless the whole flash is wanted: then set its size in the project"};
static const struct finding_kind encrypted = {
    "flash-encrypted", FINDING_NOTE,
    "flash encryption is on: what is read past the cache is cipher text, so tables and images cannot be read here",
    "look at it through the running chip's cache, or with the key on the host"};
static const struct finding_kind encrypted_odd = {
    "flash-cipher-text", FINDING_ERROR,
    "the eFuses of this chip have flash encryption off, so it cannot decrypt this and will not start",
    "write plain text images to this chip"};
static const struct finding_kind plain_odd = {"flash-plain-text", FINDING_WARNING,
                                              "flash encryption is on by eFuse: the chip takes plain text for cipher "
                                              "text, unless the bootloader has yet to encrypt it",
                                              "write encrypted images, or let the first start finish"};

/* --- files --- */

static bool foreign(struct engine *en, const struct finding_kind *kind, const char *seen)
{
    struct layout_region *r = region_add(en->out, 0, en->size, LAYOUT_FOREIGN);
    findings_add(en->f, kind, 0, "%s", seen);
    if (r)
        r->content = LAYOUT_FOREIGN;
    return true;
}

static bool alone(struct engine *en, enum layout_kind kind, const struct finding_kind *what, const char *seen)
{
    struct layout_region *r = region_add(en->out, 0, en->size, kind);
    findings_add(en->f, what, 0, "%s", seen);
    if (r)
        content_read(en, r);
    if (r && r->image)
        en->out->chip = r->image->chip;
    return true;
}

static bool is_table_at(struct engine *en, uint32_t offset)
{
    uint8_t entry[PARTITION_ENTRY_LEN];
    return reader_cache_read(&en->cache, offset, entry, sizeof entry) &&
           partition_table_looks_right(entry, sizeof entry);
}

/* The file's first byte is the bootloader: it belongs to where the chip has it. */
static void move_to(struct engine *en, uint32_t base)
{
    struct layout *l = en->out;
    reader_cache_set_base(&en->cache, base);
    en->size = l->flash_size = en->cache.reader.size;
    l->base = base;
    l->sector_count = ((size_t)en->size + LAYOUT_SECTOR - 1) / LAYOUT_SECTOR;
    free(l->sectors);
    l->sectors = calloc(l->sector_count + 1, 1);
    l->failed = l->failed || !l->sectors;
    if (!l->sectors)
        l->sector_count = 0;
    findings_add(en->f, &file_base, base, "the file begins with a bootloader for %s", l->chip->title);
}

static bool start_with_image(struct engine *en)
{
    struct image *im = engine_image(en, 0, en->size, NULL);
    if (!im)
        return false;
    const struct image_chip *chip = en->request->chip ? en->request->chip : im->chip;
    uint32_t base = chip && im->chip == chip ? chip->bootloader_offset : 0;
    bool is_app = (im->has_app_desc || image_maps_flash(im)) && !simple_boot_extend(&en->cache.reader, 0, im) &&
                  !is_table_at(en, PARTITION_TABLE_OFFSET - base);
    bool is_plain = !is_app && base && !is_table_at(en, PARTITION_TABLE_OFFSET);
    free(im);
    if (is_app)
        return alone(en, LAYOUT_APP, &file_app, "the file begins with an app image and has no partition table");
    if (is_plain) {
        en->out->chip = chip;
        move_to(en, base);
    }
    return false;
}

/* A file system or NVS alone, made to be written into its partition. */
static bool start_with_data(struct engine *en)
{
    struct layout_region *r = region_add(en->out, 0, en->size, LAYOUT_UNKNOWN);
    if (!r)
        return false;
    content_read(en, r);
    static const enum layout_kind kinds[] = {LAYOUT_NVS, LAYOUT_SPIFFS, LAYOUT_LITTLEFS, LAYOUT_FAT, LAYOUT_ROMFS};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (r->content != kinds[i])
            continue;
        r->kind = r->content;
        findings_add(en->f, &file_data, 0, "the file is an image of %s", layout_kind_text(r->kind));
        return true;
    }
    en->out->region_count = 0;
    return false;
}

bool start_file(struct engine *en)
{
    uint8_t head[HEAD_LEN];
    size_t len = en->size < sizeof head ? en->size : sizeof head;
    memset(head, 0, sizeof head);
    if (!reader_cache_read(&en->cache, 0, head, len))
        return false;
    uint32_t first = le32_get(head);
    if (first == UF2_MAGIC_0 && le32_get(head + 4) == UF2_MAGIC_1)
        return foreign(en, &file_uf2, "the file is a UF2 file");
    if (first == ELF_MAGIC)
        return foreign(en, &file_elf, "the file is an ELF file");
    if (first == MCUBOOT_MAGIC)
        return alone(en, LAYOUT_MCUBOOT, &file_mcuboot, "the file begins with an MCUboot image");
    if (partition_table_looks_right(head, len) && en->size <= LAYOUT_SECTOR)
        return alone(en, LAYOUT_PARTITION_TABLE, &file_table, "the file is a partition table");
    if (image_is_esp8266(head, len))
        return foreign(en, &file_8266, "the file begins with an image for an ESP8266");
    if (head[0] == IMAGE_MAGIC)
        return start_with_image(en);
    bool is_erased = first == UINT32_MAX;
    return !is_erased && !is_table_at(en, PARTITION_TABLE_OFFSET) && start_with_data(en);
}

/* --- the bootloader --- */

static void check_size(struct engine *en, const struct image *im, uint32_t offset)
{
    uint32_t says = image_size_bytes(im->header.size), has = en->size;
    en->out->image_flash_size = says;
    if (en->request->is_file || !says || says == has)
        return;
    bool is_mb = has % MB == 0; /* what a header can say always is */
    unsigned shift = is_mb ? 20 : 10;
    const char *unit = is_mb ? "MB" : "KB";
    findings_add(en->f, says > has ? &size_larger : &size_smaller, offset + 3,
                 "the bootloader's header speaks of %" PRIu32 " %s, the flash has %" PRIu32 " %s", says >> shift, unit,
                 has >> shift, unit);
}

static bool is_header_at(struct engine *en, uint32_t offset, struct image_header *header)
{
    uint8_t bytes[IMAGE_HEADER_LEN];
    return reader_cache_read(&en->cache, offset, bytes, sizeof bytes) &&
           image_header_parse(bytes, sizeof bytes, header) && header->segment_count &&
           header->segment_count <= IMAGE_MAX_SEGMENTS;
}

/* Offsets at which some chip has its bootloader. */
static const uint32_t boot_offsets[] = {0x1000, 0, 0x2000};
enum { BOOT_OFFSETS = sizeof boot_offsets / sizeof boot_offsets[0] };

/* The chip of which a bootloader stands where that chip looks for it. */
static void find_chip(struct engine *en)
{
    for (unsigned i = 0; i < BOOT_OFFSETS && !en->out->chip; i++) {
        struct image_header header;
        const struct image_chip *chip =
            is_header_at(en, boot_offsets[i], &header) ? image_chip_by_id(header.chip_id) : NULL;
        if (!chip || chip->bootloader_offset != boot_offsets[i])
            continue;
        en->out->chip = chip;
        en->out->is_chip_found = true;
    }
}

static void add_bootloader(struct engine *en, uint32_t offset)
{
    struct layout *l = en->out;
    uint32_t size = l->flash_size - offset;
    struct image *im = engine_image(en, offset, size, en->f);
    if (!im)
        return;
    if (im->chip != l->chip)
        findings_add(en->f, &boot_chip, offset + 12, "the bootloader is for %s, the chip is %s",
                     im->chip ? im->chip->title : "an unknown chip", l->chip->title);
    if (image_maps_flash(im))
        findings_add(en->f, &boot_app, offset, "here is an app image, %s looks for its bootloader here",
                     l->chip->title);
    check_size(en, im, offset);
    bool is_simple = simple_boot_extend(&en->cache.reader, offset, im);
    uint32_t used = is_simple ? simple_boot_len(im) : im->len;
    uint32_t to = im->signature_count ? im->signature_offset + LAYOUT_SECTOR : used;
    struct layout_region *r =
        region_add(l, offset, to ? (to + LAYOUT_SECTOR - 1) / LAYOUT_SECTOR * LAYOUT_SECTOR : LAYOUT_SECTOR,
                   is_simple ? LAYOUT_SIMPLE_BOOT : LAYOUT_BOOTLOADER);
    if (!r) {
        free(im);
        return;
    }
    r->image = im;
    r->content = r->kind;
    r->used = used;
    r->is_used_known = used != 0;
}

/* Cipher text where the bootloader belongs. */
static bool add_encrypted(struct engine *en, uint32_t offset)
{
    enum layout_fact fact = en->request->is_encryption_on;
    bool is_random = content_looks_encrypted(en, offset);
    if (!is_random)
        return false;
    en->out->is_encrypted = true;
    const char *so = fact == LAYOUT_FACT_YES ? ", and flash encryption is on by eFuse" : "";
    findings_add(en->f, fact == LAYOUT_FACT_NO ? &encrypted_odd : &encrypted, offset,
                 "where the bootloader belongs are bytes as even as cipher text%s", so);
    uint32_t end = PARTITION_TABLE_OFFSET;
    struct layout_region *r =
        region_add(en->out, offset, end > offset ? end - offset : LAYOUT_SECTOR, LAYOUT_BOOTLOADER);
    if (r)
        r->content = LAYOUT_ENCRYPTED;
    return true;
}

static void say_missing(struct engine *en, uint32_t offset)
{
    uint8_t bytes[LAYOUT_PROBE_LEN];
    const char *title = en->out->chip->title;
    for (unsigned i = 0; i < BOOT_OFFSETS; i++) {
        struct image_header header;
        if (boot_offsets[i] != offset && is_header_at(en, boot_offsets[i], &header))
            findings_add(en->f, &boot_misplaced, boot_offsets[i],
                         "here is an image; %s looks for its bootloader at 0x%" PRIX32, title, offset);
    }
    if (!engine_probe(en, offset, bytes))
        return;
    if (le32_get(bytes) == UINT32_MAX)
        findings_add(en->f, &boot_missing, offset, "the flash is blank where %s looks for its bootloader", title);
    else
        findings_add(en->f, &boot_foreign, offset,
                     "where %s looks for its bootloader is something that begins with %02X %02X %02X %02X", title,
                     bytes[0], bytes[1], bytes[2], bytes[3]);
}

void start_bootloader(struct engine *en)
{
    struct image_header header;
    find_chip(en);
    const struct image_chip *chip = en->out->chip;
    if (!chip) {
        bool is_found = false;
        for (unsigned i = 0; i < BOOT_OFFSETS && !is_found; i++)
            is_found = add_encrypted(en, boot_offsets[i]);
        return;
    }
    if (is_header_at(en, chip->bootloader_offset, &header)) {
        if (en->request->is_encryption_on == LAYOUT_FACT_YES)
            findings_add(en->f, &plain_odd, chip->bootloader_offset, "the bootloader is plain text");
        add_bootloader(en, chip->bootloader_offset);
    } else if (!add_encrypted(en, chip->bootloader_offset)) {
        say_missing(en, chip->bootloader_offset);
    }
}
