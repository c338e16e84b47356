/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the corpus of the layout engine's fuzz targets, from the scenes of its tests: make_corpus DIR. Run by hand when a scene
 * is new; what it wrote is kept in tests/fuzz/corpus.
 */
#include "scenes.h"

#include "sparse.h"

#include "base/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void save(const char *dir, const char *target, const char *name, const void *bytes, size_t len)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s/%s", dir, target, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, len, file) != len || fclose(file)) {
        perror(path);
        exit(1);
    }
}

static bool is_same(const uint8_t *bytes, size_t len)
{
    return !memcmp(bytes, bytes + 1, len - 1);
}

static void put_place(struct buf *out, uint32_t offset, uint8_t count)
{
    uint32_t place = offset / SPARSE_BLOCK;
    buf_u16(out, (uint16_t)place);
    buf_u8(out, (uint8_t)(place >> 16));
    buf_u8(out, count);
}

/* How many bytes of one value begin at offset, in units of 256 bytes. */
static uint32_t fill_len(const struct scene *s, uint32_t offset)
{
    uint32_t len = 0;
    while (offset + len + SPARSE_FILL_UNIT <= s->size && len < 0x7F * SPARSE_FILL_UNIT &&
           s->bytes[offset + len] == s->bytes[offset] && is_same(s->bytes + offset + len, SPARSE_FILL_UNIT))
        len += SPARSE_FILL_UNIT;
    return len;
}

static bool is_blank_block(const struct scene *s, uint32_t at)
{
    return at + SPARSE_BLOCK > s->size || (s->bytes[at] == 0xFF && is_same(s->bytes + at, SPARSE_BLOCK));
}

static uint32_t put_record(struct buf *out, const struct scene *s, uint32_t at)
{
    uint32_t fill = fill_len(s, at), len = 0;
    if (fill) {
        put_place(out, at, (uint8_t)(SPARSE_FILL | fill / SPARSE_FILL_UNIT));
        buf_u8(out, s->bytes[at]);
        return fill;
    }
    while (len < 0x7F * SPARSE_BLOCK && !is_blank_block(s, at + len) && !fill_len(s, at + len))
        len += SPARSE_BLOCK;
    put_place(out, at, (uint8_t)(len / SPARSE_BLOCK));
    buf_append(out, s->bytes + at, len);
    return len;
}

static void save_scene(const char *dir, const char *name, struct scene s, const uint8_t settings[SPARSE_SETTINGS])
{
    struct buf out = {0};
    buf_append(&out, settings, SPARSE_SETTINGS);
    for (uint32_t at = 0; at < s.size;)
        at += is_blank_block(&s, at) ? SPARSE_BLOCK : put_record(&out, &s, at);
    save(dir, "layout", name, out.bytes, out.len);
    buf_fini(&out);
    scene_free(&s);
}

/* Files and layouts of kinds that public firmware comes in. */
static void save_kinds(const char *dir)
{
    static const uint8_t file[SPARSE_SETTINGS] = {255, 255, 4}, all[SPARSE_SETTINGS] = {255, 255, 7};
    /* What begins with an ESP8266 image; a file system, NVS alone. */
    static const uint8_t esp8266[] = {0xE9, 1, 2, 0x40, 0xF0, 0, 0x10, 0x40, 0, 0xE0, 0x10, 0x40, 0, 0x0E},
                         fat[] = {0xEB, 0xFE, 0x90, 'M', 'S', 'D', 'O', 'S', '5', '.', '0', 0, 0x10, 1, 1, 0, 1},
                         romfs[] = {0xD2, 0xCD, 0x31, 0x81};
    struct scene s = scene_new(MIB);
    scene_put(&s, 0, esp8266, sizeof esp8266);
    save_scene(dir, "esp8266", s, file);
    s = scene_new(MIB);
    scene_put(&s, 0, fat, sizeof fat);
    scene_put(&s, 510, (uint8_t[]){0x55, 0xAA}, 2);
    save_scene(dir, "fat-alone", s, file);
    s = scene_new(MIB);
    scene_put(&s, 0, romfs, sizeof romfs);
    save_scene(dir, "romfs-alone", s, file);
    s = scene_new(MIB);
    scene_nvs_page(&s, 0, 0xFFFFFFFE, 0);
    scene_nvs_page(&s, 0x1000, 0xFFFFFFFC, 1);
    save_scene(dir, "nvs-alone", s, all);
    /* A rescue app, and OTA data that choose the other; Arduino's OTA data at another place. */
    s = scene_new(4 * MIB);
    scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
    scene_table(&s, 0x8000,
                "nvs, data, nvs, 0x9000, 0x5000\notadata, data, ota, 0xe000, 0x2000\nsafeboot, app, factory, 0x10000, "
                "0xD0000\napp0, app, ota_0, 0xE0000, 0x230000\nspiffs, data, spiffs, 0x310000, 0xF0000\n");
    scene_otadata(&s, 0xE000, 1, 0xFFFFFFFF);
    scene_app(&s, "esp32", 0x10000, 1, 0x100);
    scene_app(&s, "esp32", 0xE0000, 2, 0x100);
    save_scene(dir, "rescue-app", s, all);
    /* A bootloader where only another chip looks, and an app image with a segment that is not loaded. */
    s = scene_new(4 * MIB);
    scene_bootloader(&s, "esp32s3", 0x1000, 4 * MIB);
    scene_table(&s, 0x8000, scene_two_ota);
    scene_app(&s, "esp32s3", 0x10000, 1, 0x100);
    le32_put(s.bytes + 0x10000 + IMAGE_HEADER_LEN, 0x20);
    save_scene(dir, "misplaced", s, all);
    /* Cipher text from end to end, in which an image seems to begin. */
    s = scene_new(256 * KIB);
    scene_cipher(&s, 0, 0x10000);
    scene_put(&s, 0x8000, (uint8_t[]){0xE9, 3}, 2);
    save_scene(dir, "cipher-all", s, file);
    /* The begin of a flash alone. */
    s = scene_usual(0x8000);
    s.size = 0x10000;
    save_scene(dir, "begin-alone", s, all);
}

/* An image of 32 KB pages that does not say so, with a segment that is not loaded, and one for a bootloader whose header
   was changed. */
static void save_images(const char *dir)
{
    static uint8_t bytes[0x200];
    struct image_options o = image_options_default(image_chip_find("esp32c6"));
    const struct image_part parts[] = {{0x40800000, bytes, 64, ".ram"}, {0x42008020, bytes, sizeof bytes, ".rodata"}};
    struct buf out = {0};
    struct log quiet = {0};
    le32_put(bytes, 0xABCD5432);
    o.page_size = 0x8000;
    if (image_write(&quiet, &o, 0x40800000, parts, 2, &out))
        abort();
    save(dir, "image", "small-pages", out.bytes, out.len);
    le32_put(out.bytes + IMAGE_HEADER_LEN, 0x20);
    save(dir, "image", "not-loaded", out.bytes, out.len);
    buf_clear(&out);
    if (image_write(&quiet, &o, 0x40800000, parts, 1, &out))
        abort();
    out.bytes[3] ^= 0x10;
    save(dir, "image", "patched", out.bytes, out.len);
    static const uint8_t esp8266[64] = {0xE9, 1, 2, 0x40, 0xF0, 0, 0x10, 0x40, 0, 0xE0, 0x10, 0x40, 0x14};
    save(dir, "image", "esp8266", esp8266, sizeof esp8266);
    buf_fini(&out);
}

static void save_scenes(const char *dir)
{
    /* Size 255: 4 MB; chip 255: to be found. */
    static const uint8_t plain[SPARSE_SETTINGS] = {255, 255}, verify[SPARSE_SETTINGS] = {255, 255, 3},
                         file[SPARSE_SETTINGS] = {255, 255, 4}, live[SPARSE_SETTINGS] = {255, 255, 0, 1, 9, 0x10, 0x21};
    struct scene s = scene_usual(0x8000);
    scene_otadata(&s, 0xD000, 1, OTADATA_VALID);
    scene_otadata(&s, 0xE000, 2, OTADATA_PENDING);
    scene_nvs_page(&s, 0x9000, 0xFFFFFFFE, 0);
    save_scene(dir, "two-ota", s, verify);
    save_scene(dir, "live", scene_usual(0x8000), live);
    s = scene_new(4 * MIB);
    scene_bootloader(&s, "esp32s3", 0, 4 * MIB);
    scene_table(&s, 0x123000,
                "factory, app, factory, 0x10000, 1M\nfs, data, spiffs, 0x200000, 1M\nd, data, coredump, , 64K\n");
    scene_app(&s, "esp32s3", 0x10000, 1, 0x100);
    save_scene(dir, "table-far", s, plain);
    s = scene_new(4 * MIB);
    scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
    scene_mcuboot(&s, 0x20000, 0x10000, 0x400D0000);
    save_scene(dir, "mcuboot", s, plain);
    s = scene_new(4 * MIB);
    scene_simple_boot(&s, "esp32c3", 0);
    save_scene(dir, "simple-boot", s, plain);
    s = scene_new(4 * MIB);
    scene_cipher(&s, 0x1000, 0x400);
    save_scene(dir, "cipher", s, plain);
    s = scene_new(4 * MIB);
    scene_bootloader(&s, "esp32", 0, 4 * MIB); /* as a file that begins with it */
    scene_table(&s, 0x7000, scene_two_ota);
    save_scene(dir, "file", s, file);
    save_scene(dir, "blank", scene_new(4096), plain);
    save_kinds(dir);
}

static void save_records(const char *dir)
{
    struct scene s = scene_new(0x2000);
    uint8_t bytes[1 + 2 * OTADATA_RECORD_LEN] = {2};
    scene_otadata(&s, 0, 3, OTADATA_VALID);
    scene_otadata(&s, 0x1000, 4, OTADATA_PENDING);
    memcpy(bytes + 1, s.bytes, OTADATA_RECORD_LEN);
    memcpy(bytes + 1 + OTADATA_RECORD_LEN, s.bytes + 0x1000, OTADATA_RECORD_LEN);
    save(dir, "otadata", "two", bytes, sizeof bytes);
    save(dir, "otadata", "one", bytes, 1 + OTADATA_RECORD_LEN);
    scene_free(&s);
}

static void save_mcuboot(const char *dir)
{
    struct scene s = scene_new(0x2000);
    uint32_t len = scene_mcuboot(&s, 0, 0x2000, 0x400D0000);
    save(dir, "mcuboot", "slot", s.bytes, s.size);
    save(dir, "mcuboot", "image", s.bytes, len);
    le32_put(s.bytes + MCUBOOT_HEADER_LEN + 8 + 4 * 12 + 8, 0x1080 - 0x100 + 0x20 + 8); /* rounded up */
    save(dir, "mcuboot", "rounded", s.bytes, len);
    scene_free(&s);
}

static void save_mappings(const char *dir)
{
    static const uint8_t range[] = {0x42, 0x02, 8, 3, 1, 3, 0};
    struct buf out = {0};
    for (uint8_t chip = 0; chip < 2; chip++) {
        buf_clear(&out);
        buf_append(&out, (uint8_t[]){chip, 0, 1, 32}, 4);
        buf_append(&out, range, sizeof range);
        for (unsigned i = 0; i < 256; i++)
            buf_u16(&out, i % 32 < 4 ? (uint16_t)(i + 2) : chip ? 0x4000 : 0x100);
        save(dir, "mapping", chip ? "esp32s3" : "esp32", out.bytes, out.len);
    }
    buf_fini(&out);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "make_corpus DIR (with folders layout, image, otadata, mcuboot, mapping)\n");
        return 2;
    }
    save_scenes(argv[1]);
    save_records(argv[1]);
    save_images(argv[1]);
    save_mcuboot(argv[1]);
    save_mappings(argv[1]);
    return 0;
}
