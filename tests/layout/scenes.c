/* SPDX-License-Identifier: Apache-2.0 */
#include "scenes.h"

#include "base/hash.h"
#include "layout/image.h"
#include "layout/partition.h"

#include <stdlib.h>
#include <string.h>

static struct log quiet;

const char scene_two_ota[] = "nvs,      data, nvs,     ,        0x4000\n"
                             "otadata,  data, ota,     ,        0x2000,\n"
                             "phy_init, data, phy,     ,        0x1000,\n"
                             "factory,  app,  factory, 0x10000, 1M,\n"
                             "ota_0,    app,  ota_0,   ,        1M,\n"
                             "ota_1,    app,  ota_1,   ,        1M,\n";

/* What cannot fail here does not: a test without its scene is worth nothing. */
static void must(bool is_so)
{
    if (!is_so)
        abort();
}

static void mark(struct scene *s, uint32_t offset, size_t len)
{
    for (size_t i = 0; i < len; i++)
        must(!s->was_read[offset + i]++);
}

static enum err read_scene(void *ctx, uint32_t offset, void *buf, size_t len)
{
    struct scene *s = ctx;
    if (s->fails)
        return ERR_DISCONNECTED;
    mark(s, offset, len);
    memcpy(buf, s->bytes + offset, len);
    return ERR_OK;
}

static enum err gather_scene(void *ctx, uint32_t offset, uint32_t stride, size_t each, size_t count, void *buf)
{
    struct scene *s = ctx;
    if (s->fails)
        return ERR_DISCONNECTED;
    s->gathers++;
    for (size_t i = 0; i < count; i++) {
        mark(s, offset + (uint32_t)i * stride, each);
        memcpy((uint8_t *)buf + i * each, s->bytes + offset + i * stride, each);
    }
    return ERR_OK;
}

struct scene scene_new(uint32_t size)
{
    struct scene s = {.bytes = malloc(size), .was_read = calloc(size, 1), .size = size};
    must(s.bytes && s.was_read);
    memset(s.bytes, 0xFF, size);
    return s;
}

void scene_free(struct scene *s)
{
    free(s->bytes);
    free(s->was_read);
    *s = (struct scene){0};
}

struct layout_request scene_request(struct scene *s)
{
    memset(s->was_read, 0, s->size);
    return layout_request_default(
        (struct reader){.read = read_scene, .ctx = s, .size = s->size, .gather = gather_scene});
}

void scene_put(struct scene *s, uint32_t offset, const void *bytes, size_t len)
{
    must(offset <= s->size && len <= s->size - offset);
    memcpy(s->bytes + offset, bytes, len);
}

void scene_cipher(struct scene *s, uint32_t offset, size_t len)
{
    uint64_t x = 0x9E3779B97F4A7C15U + offset; /* xorshift64 */
    for (size_t i = 0; i < len; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        scene_put(s, offset + (uint32_t)i, &(uint8_t){(uint8_t)(x >> 32)}, 1);
    }
}

void scene_text(struct scene *s, uint32_t offset, size_t len)
{
    static const char text[] = "all work and no play makes this a dull flash. ";
    for (size_t i = 0; i < len; i++)
        scene_put(s, offset + (uint32_t)i, &text[i % (sizeof text - 1)], 1);
}

/* --- images --- */

static uint32_t put_image(struct scene *s, const char *chip, uint32_t offset, uint64_t flash_size,
                          const struct image_part *parts, size_t count, uint32_t entry)
{
    struct buf out = {0};
    struct image_options o = image_options_default(image_chip_find(chip));
    o.size = (uint8_t)image_size_code(flash_size);
    must(!image_write(&quiet, &o, entry, parts, count, &out));
    uint32_t len = (uint32_t)out.len;
    scene_put(s, offset, out.bytes, len);
    buf_fini(&out);
    return len;
}

static uint32_t region_base(const char *chip, const char *name)
{
    for (const struct image_region *r = image_chip_find(chip)->regions; r->name; r++) {
        if (!strcmp(r->name, name))
            return r->base;
    }
    abort();
}

uint32_t scene_bootloader(struct scene *s, const char *chip, uint32_t offset, uint64_t flash_size)
{
    uint8_t code[512] = {0}, data[128] = {0x50};
    memcpy(data + 8, "v5.3-test", 9);
    uint32_t iram = region_base(chip, "IRAM") + 0x10000;
    const struct image_part parts[] = {{region_base(chip, "DRAM") + 0x20000, data, sizeof data, ".data"},
                                       {iram, code, sizeof code, ".text"}};
    uint32_t len = put_image(s, chip, offset, flash_size, parts, 2, iram);
    /* The writer puts the segments in the order of their addresses: data first, as ESP-IDF's bootloader has it. */
    must(s->bytes[offset + IMAGE_HEADER_LEN + IMAGE_SEGMENT_HEADER_LEN] == 0x50);
    return len;
}

uint32_t scene_app(struct scene *s, const char *chip, uint32_t offset, uint8_t elf, uint32_t code_len)
{
    uint8_t data[IMAGE_APP_DESC_LEN + 64] = {0}, ram[64] = {0};
    uint8_t *code = calloc(code_len, 1);
    must(code);
    le32_put(data, IMAGE_APP_DESC_MAGIC);
    memcpy(data + 16, "1.2.3", 5);
    memcpy(data + 48, "scene", 5);
    memcpy(data + 112, "v5.3", 4);
    memset(data + IMAGE_APP_DESC_HASH, elf, SHA256_LEN);
    uint32_t irom = region_base(chip, "IROM") + 0x10020, iram = region_base(chip, "IRAM") + 0x10000;
    const struct image_part parts[] = {{region_base(chip, "DROM") + 0x20, data, sizeof data, ".rodata"},
                                       {iram, ram, sizeof ram, ".iram"},
                                       {irom, code, code_len, ".text"}};
    uint32_t len = put_image(s, chip, offset, 4 * MIB, parts, 3, iram);
    free(code);
    return len;
}

uint32_t scene_simple_boot(struct scene *s, const char *chip, uint32_t offset)
{
    uint8_t ram[256] = {0}, rom[64] = {0}, head[IMAGE_SEGMENT_HEADER_LEN];
    uint32_t iram = region_base(chip, "IRAM") + 0x10000;
    const struct image_part part = {iram, ram, sizeof ram, ".iram"};
    uint32_t len = put_image(s, chip, offset, 4 * MIB, &part, 1, iram), at = len;
    const char *const names[] = {"DROM", "IROM"};
    for (int i = 0; i < 2; i++) {
        /* Addresses agree with the offset in flash, as the MMU wants it. */
        uint32_t page = (uint32_t)i * IMAGE_PAGE_SIZE;
        uint32_t data = at + IMAGE_SEGMENT_HEADER_LEN;
        le32_put(head, region_base(chip, names[i]) + page + (offset + data) % IMAGE_PAGE_SIZE);
        le32_put(head + 4, sizeof rom);
        scene_put(s, offset + at, head, sizeof head);
        scene_put(s, offset + data, rom, sizeof rom);
        at = data + (uint32_t)sizeof rom;
    }
    return at;
}

/* --- tables and records --- */

void scene_table(struct scene *s, uint32_t offset, const char *csv)
{
    struct partition_table t;
    struct partition_rules rules = partition_rules_default();
    struct findings f = {0};
    struct buf out = {0};
    rules.table_offset = offset < 0x10000 ? offset : 0; /* a table behind the apps is odd, not wrong */
    partition_from_csv(csv, strlen(csv), &rules, &t, &f);
    must(!f.count && !partition_to_bin(&quiet, &t, true, &out));
    scene_put(s, offset, out.bytes, out.len);
    buf_fini(&out);
    findings_fini(&f);
}

void scene_otadata(struct scene *s, uint32_t offset, uint32_t seq, uint32_t state)
{
    /* esp-idf ota_data_initial and gen_esp32part agree on these: sequence 1, 2, 3. */
    static const uint32_t crcs[] = {0, 0x4743989A, 0x55F63774, 0xED4A5011, 0x709D68A8, 0xC8210FCD, 0xDA94A023};
    uint8_t record[OTADATA_RECORD_LEN];
    must(seq > 0 && seq < sizeof crcs / sizeof crcs[0]);
    memset(record, 0xFF, sizeof record);
    le32_put(record, seq);
    le32_put(record + 24, state);
    le32_put(record + 28, crcs[seq]);
    scene_put(s, offset, record, sizeof record);
}

void scene_nvs_page(struct scene *s, uint32_t offset, uint32_t state, uint32_t number)
{
    uint8_t page[32];
    memset(page, 0xFF, sizeof page);
    le32_put(page, state);
    le32_put(page + 4, number);
    page[8] = 0xFE; /* version 2 */
    le32_put(page + 28, hash_crc32(UINT32_MAX, page + 4, 24));
    scene_put(s, offset, page, sizeof page);
}

uint32_t scene_mcuboot(struct scene *s, uint32_t offset, uint32_t slot_size, uint32_t irom)
{
    enum { BODY = 0x80 + 0x1000, TLVS = 4 + 4 + SHA256_LEN + 4 + 70 };
    static const uint8_t trailer_magic[] = {0x77, 0xC2, 0x95, 0xF3, 0x60, 0xD2, 0xEF, 0x7F,
                                            0x35, 0x52, 0x50, 0x0F, 0x2C, 0xB6, 0x79, 0x80};
    uint8_t image[MCUBOOT_HEADER_LEN + BODY + TLVS] = {0};
    le32_put(image, MCUBOOT_MAGIC);
    le16_put(image + 8, MCUBOOT_HEADER_LEN);
    le32_put(image + 12, BODY);
    image[20] = 1;
    image[21] = 2;
    le16_put(image + 22, 3);
    uint8_t *load = image + MCUBOOT_HEADER_LEN;
    le32_put(load, MCUBOOT_LOAD_MAGIC);
    le32_put(load + 4, 0x40080000);
    uint8_t *part = load + 8 + 4 * 12;
    le32_put(part, irom + 0x100);
    le32_put(part + 4, 0x100);
    le32_put(part + 8, 0xF00);
    uint8_t *tlv = image + MCUBOOT_HEADER_LEN + BODY;
    le16_put(tlv, 0x6907);
    le16_put(tlv + 2, TLVS);
    le16_put(tlv + 4, 0x10);
    le16_put(tlv + 6, SHA256_LEN);
    hash_sha256(image, MCUBOOT_HEADER_LEN + BODY, tlv + 8);
    le16_put(tlv + 8 + SHA256_LEN, 0x22);
    le16_put(tlv + 10 + SHA256_LEN, 70);
    scene_put(s, offset, image, sizeof image);
    if (slot_size) {
        scene_put(s, offset + slot_size - 16, trailer_magic, sizeof trailer_magic);
        scene_put(s, offset + slot_size - 24, &(uint8_t){1}, 1); /* image_ok */
    }
    return sizeof image;
}

struct scene scene_usual(uint32_t table_offset)
{
    struct scene s = scene_new(4 * MIB);
    scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
    scene_table(&s, table_offset, scene_two_ota);
    scene_app(&s, "esp32", 0x10000, 0xF0, 0x2000);
    scene_app(&s, "esp32", 0x110000, 0xA0, 0x3000);
    scene_app(&s, "esp32", 0x210000, 0xA1, 0x4000);
    return s;
}

const char scene_one_app_table[] = "factory, app, factory, 0x10000, 1M\n";

struct scene scene_one_app(uint32_t size, uint32_t table_offset)
{
    struct scene s = scene_new(size);
    scene_bootloader(&s, "esp32", 0x1000, size);
    scene_table(&s, table_offset, scene_one_app_table);
    scene_app(&s, "esp32", 0x10000, 0xF0, 0x2000);
    return s;
}
