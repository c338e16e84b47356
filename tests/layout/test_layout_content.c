/* SPDX-License-Identifier: Apache-2.0 */
/* What partitions and the space between them hold. */
#include "look.h"

/* A partition of that subtype at 0x200000, 64 KB, and what is put into it. */
enum { AT = 0x200000, SIZE = 0x10000 };

static struct scene data_scene(const char *subtype)
{
    char csv[128];
    struct scene s = scene_new(4 * MIB);
    snprintf(csv, sizeof csv, "factory, app, factory, 0x10000, 1M\nit, data, %s, 0x200000, 64K\n", subtype);
    scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
    scene_table(&s, 0x8000, csv);
    scene_app(&s, "esp32", 0x10000, 1, 0x1000);
    return s;
}

static void expect_content(struct scene *s, enum layout_kind kind, enum layout_kind content, const char *detail)
{
    struct look k;
    look_at(&k, s);
    const struct layout_region *r = expect_region(&k, AT, kind, content);
    assert_string_equal(r->detail, detail);
    leave(&k, s);
}

static void blank_partitions_are_blank(void **state)
{
    (void)state;
    static const char *const subtypes[] = {"nvs", "spiffs", "fat", "littlefs", "coredump", "undefined", "0x8f"};
    static const enum layout_kind kinds[] = {LAYOUT_NVS,      LAYOUT_SPIFFS, LAYOUT_FAT,  LAYOUT_LITTLEFS,
                                             LAYOUT_COREDUMP, LAYOUT_DATA,   LAYOUT_ROMFS};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct scene s = data_scene(subtypes[i]);
        struct look k;
        look_at(&k, &s);
        const struct layout_region *r = expect_region(&k, AT, kinds[i], LAYOUT_BLANK);
        assert_true(r->is_used_known && r->used == 0);
        expect_quiet(&k);
        leave(&k, &s);
    }
}

static void nvs_pages_are_counted(void **state)
{
    (void)state;
    struct scene s = data_scene("nvs");
    scene_nvs_page(&s, AT, 0xFFFFFFFC, 0);
    scene_nvs_page(&s, AT + 0x2000, 0xFFFFFFFE, 1);
    struct look k;
    look_at(&k, &s);
    const struct layout_region *r = expect_region(&k, AT, LAYOUT_NVS, LAYOUT_NVS);
    assert_string_equal(r->detail, "2 of 16 pages in use");
    assert_int_equal(r->used, 0x2000);
    expect_quiet(&k);
    done(&k);
    s.bytes[AT + 0x2000 + 5] ^= 1; /* the sequence number */
    look_at(&k, &s);
    expect_finding(&k, "nvs-page", AT + 0x2000);
    leave(&k, &s);
}

/* The bytes that count, by the documents of the formats. */
static void put_littlefs(struct scene *s, uint32_t at, uint32_t blocks)
{
    uint8_t head[32] = {1,   0,   0,   0,   0xF0, 0x0F, 0xFF, 0xF7, 'l', 'i',
                        't', 't', 'l', 'e', 'f',  's',  0x2F, 0xE0, 0,   0x10};
    le32_put(head + 20, 0x00020001);
    le32_put(head + 24, 4096);
    le32_put(head + 28, blocks);
    scene_put(s, at, head, sizeof head);
}

static void put_fat(struct scene *s, uint32_t at)
{
    uint8_t sector[512] = {0xEB, 0xFE, 0x90, 'M', 'S', 'D', 'O', 'S', '5', '.', '0', 0, 0x10, 1, 1, 0, 1};
    sector[510] = 0x55;
    sector[511] = 0xAA;
    scene_put(s, at, sector, sizeof sector);
}

/* In 64 KB: the magic is 0x0529 ^ page size ^ blocks. */
static void put_spiffs(struct scene *s, uint32_t at)
{
    scene_put(s, at + 252, (uint8_t[]){0x29 ^ 16, 0x04}, 2);
    scene_put(s, at, (uint8_t[]){0x01, 0x80}, 2);
}

static void file_systems_are_known_by_their_magics(void **state)
{
    (void)state;
    struct scene s = data_scene("littlefs");
    put_littlefs(&s, AT, 16);
    expect_content(&s, LAYOUT_LITTLEFS, LAYOUT_LITTLEFS, "made for 64 KB");
    s = data_scene("fat");
    put_fat(&s, AT);
    expect_content(&s, LAYOUT_FAT, LAYOUT_FAT, "");
    s = data_scene("fat");
    scene_text(&s, AT, 0x1000);
    put_fat(&s, AT + 0x3000);
    expect_content(&s, LAYOUT_FAT, LAYOUT_FAT, "with wear levelling");
    s = data_scene("spiffs");
    put_spiffs(&s, AT);
    expect_content(&s, LAYOUT_SPIFFS, LAYOUT_SPIFFS, "");
    s = data_scene("0x8f");
    scene_put(&s, AT, (uint8_t[]){0xD2, 0xCD, 0x31, 0x81, 0x00, 0x00}, 6);
    expect_content(&s, LAYOUT_ROMFS, LAYOUT_ROMFS, "");
}

/* Arduino's LittleFS stands in a partition of subtype spiffs, MicroPython's in one of subtype fat. */
static void another_file_system_than_the_table_says_is_a_note(void **state)
{
    (void)state;
    struct scene s = data_scene("spiffs");
    struct look k;
    put_littlefs(&s, AT, 16);
    look_at(&k, &s);
    expect_region(&k, AT, LAYOUT_SPIFFS, LAYOUT_LITTLEFS);
    assert_int_equal(expect_finding(&k, "data-other-kind", AT)->kind->severity, FINDING_NOTE);
    leave(&k, &s);
}

static void core_dumps_are_described(void **state)
{
    (void)state;
    static const struct {
        uint32_t len, version;
        const char *detail, *code;
    } cases[] = {
        {0x1234, 0x00000104, "ELF with SHA-256", "coredump-there"},
        {0x1234, 0x00000102, "ELF with CRC", "coredump-there"},
        {0x1234, 0x00000001, "binary, version 1", "coredump-there"},
        {0x1234, 0x00090104, "ELF with SHA-256", "coredump-chip"},
        {0x1234, 0x00000999, "", "coredump-odd"},
        {0x20000, 0x00000104, "", "coredump-odd"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene s = data_scene("coredump");
        struct look k;
        uint8_t head[8];
        le32_put(head, cases[i].len);
        le32_put(head + 4, cases[i].version);
        scene_put(&s, AT, head, sizeof head);
        look_at(&k, &s);
        assert_non_null(finding(&k, cases[i].code));
        const struct layout_region *r = layout_at(&k.l, AT);
        assert_string_equal(r->detail, cases[i].detail);
        if (cases[i].detail[0])
            assert_int_equal(r->used, cases[i].len);
        leave(&k, &s);
    }
}

static void encrypted_data_is_not_parsed(void **state)
{
    (void)state;
    struct scene s = data_scene("nvs");
    struct look k;
    scene_cipher(&s, AT, 0x3000);
    look_at(&k, &s);
    expect_region(&k, AT, LAYOUT_NVS, LAYOUT_ENCRYPTED);
    leave(&k, &s);
}

static void signatures_behind_images_are_seen(void **state)
{
    (void)state;
    struct scene s = data_scene("nvs");
    struct look k;
    look_at(&k, &s);
    uint32_t len = expect_region(&k, 0x10000, LAYOUT_APP, LAYOUT_APP)->image->len;
    done(&k);
    uint32_t sector = (0x10000 + len + 0xFFF) / 0x1000 * 0x1000;
    scene_put(&s, sector, (uint8_t[]){0xE7, 0x02, 0, 0}, 4);
    look_at(&k, &s);
    const struct layout_region *r = expect_region(&k, 0x10000, LAYOUT_APP, LAYOUT_APP);
    assert_int_equal(r->image->signature_count, 1);
    assert_int_equal(r->used, sector + 0x1000 - 0x10000);
    done(&k);
    memset(s.bytes + sector, 0xFF, 4);
    scene_put(&s, 0x10000 + len, (uint8_t[4]){0}, 4);
    scene_cipher(&s, 0x10000 + len + 4, 64);
    look_at(&k, &s);
    assert_true(expect_region(&k, 0x10000, LAYOUT_APP, LAYOUT_APP)->image->has_old_signature);
    leave(&k, &s);
}

/* --- between the partitions --- */

static void what_no_partition_has_is_found(void **state)
{
    (void)state;
    struct scene s = data_scene("nvs");
    struct look k;
    put_littlefs(&s, 0x300000, 32);
    scene_text(&s, 0x380000, 0x9000);
    look_at(&k, &s);
    const struct layout_region *r = expect_region(&k, 0x300000, LAYOUT_LITTLEFS, LAYOUT_LITTLEFS);
    assert_int_equal(r->size, 0x20000);
    r = expect_region(&k, 0x380000, LAYOUT_UNKNOWN, LAYOUT_UNKNOWN);
    assert_int_equal(r->size, 0x9000);
    expect_region(&k, 0x389000, LAYOUT_BLANK, LAYOUT_BLANK);
    leave(&k, &s);
}

static void a_flash_in_tatters_is_not_listed_in_full(void **state)
{
    (void)state;
    struct scene s = scene_new(32 * MIB);
    struct look k;
    for (uint32_t at = 0x20000; at < s.size; at += 0x8000)
        scene_text(&s, at, 16);
    look_at(&k, &s);
    assert_non_null(finding(&k, "flash-fragmented"));
    assert_in_range(k.l.region_count, 1, 520);
    leave(&k, &s);
}

static void partitions_that_overlap_are_both_there(void **state)
{
    (void)state;
    struct scene s = scene_new(4 * MIB);
    struct look k;
    uint8_t entries[96];
    scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
    scene_table(&s, 0x8000, "one, data, nvs, 0x9000, 0x6000\ntwo, data, spiffs, 0x10000, 0x10000\n");
    memcpy(entries, s.bytes + 0x8000, sizeof entries);
    le32_put(entries + 32 + 4, 0xB000); /* the second begins in the first */
    memset(entries + 64, 0xFF, 32);     /* and the MD5 is gone */
    scene_put(&s, 0x8000, entries, sizeof entries);
    look_at(&k, &s);
    assert_non_null(finding(&k, "partition-overlap"));
    expect_region(&k, 0x9000, LAYOUT_NVS, LAYOUT_BLANK);
    assert_string_equal(layout_at(&k.l, 0xC000)->label, "one");
    leave(&k, &s);
}

static void a_partition_beyond_the_flash_is_cut(void **state)
{
    (void)state;
    struct scene s = scene_new(1 * MIB);
    struct look k;
    scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
    scene_table(&s, 0x8000, "factory, app, factory, 0x10000, 2M\nfar, data, nvs, 0x300000, 0x6000\n");
    scene_app(&s, "esp32", 0x10000, 1, 0x1000);
    look_at(&k, &s);
    assert_non_null(finding(&k, "partition-beyond-flash"));
    assert_int_equal(expect_region(&k, 0x10000, LAYOUT_APP, LAYOUT_APP)->size, 1 * MIB - 0x10000);
    expect_boot(&k, LAYOUT_BOOT_APP, 0x10000, "factory");
    leave(&k, &s);
}

/* --- names --- */

/* Files as they are made to be written into a partition; the same bytes as above, from offset 0 on. */
static void a_file_system_alone_is_said(void **state)
{
    (void)state;
    static const enum layout_kind kinds[] = {LAYOUT_LITTLEFS, LAYOUT_FAT, LAYOUT_SPIFFS, LAYOUT_NVS, LAYOUT_ROMFS};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct scene s = scene_new(0x10000);
        struct look k;
        if (kinds[i] == LAYOUT_LITTLEFS)
            put_littlefs(&s, 0, 16);
        else if (kinds[i] == LAYOUT_FAT)
            put_fat(&s, 0);
        else if (kinds[i] == LAYOUT_SPIFFS)
            put_spiffs(&s, 0);
        else if (kinds[i] == LAYOUT_NVS)
            scene_nvs_page(&s, 0, 0xFFFFFFFE, 0);
        else
            scene_put(&s, 0, (uint8_t[]){0xD2, 0xCD, 0x31, 0x81, 0x00, 0x00}, 6);
        struct layout_request request = scene_request(&s);
        request.is_file = true;
        look(&k, &request);
        expect_region(&k, 0, kinds[i], kinds[i]);
        expect_finding(&k, "file-data", 0);
        expect_quiet(&k);
        leave(&k, &s);
    }
}

/* MicroPython's and Tasmota's builds leave the project and version out. */
static void descriptors_without_a_name_are_described(void **state)
{
    (void)state;
    enum { VERSION = 16, PROJECT = 48 };
    static const struct {
        bool has_project, has_version;
        const char *detail;
    } cases[] = {{true, true, "scene 1.2.3, IDF v5.3"},
                 {true, false, "scene, IDF v5.3"},
                 {false, true, "1.2.3, IDF v5.3"},
                 {false, false, "IDF v5.3"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene s = data_scene("nvs");
        struct look k;
        uint8_t *desc = s.bytes + 0x10000 + IMAGE_HEADER_LEN + IMAGE_SEGMENT_HEADER_LEN;
        desc[PROJECT] = cases[i].has_project ? desc[PROJECT] : 0;
        desc[VERSION] = cases[i].has_version ? desc[VERSION] : 0;
        look_at(&k, &s);
        assert_string_equal(layout_at(&k.l, 0x10000)->detail, cases[i].detail);
        leave(&k, &s);
    }
}

static void layouts_are_known_by_name(void **state)
{
    (void)state;
    static const struct {
        uint32_t size;
        const char *csv, *name;
    } cases[] = {
        {4 * MIB,
         "nvs, data, nvs, 0x9000, 0x6000\nphy_init, data, phy, 0xf000, 0x1000\nfactory, app, factory, 0x10000, 1M\n",
         "ESP-IDF, single app"},
        {32 * MIB,
         "nvs, data, nvs, 0x9000, 0x6000\nphy_init, data, phy, 0xf000, 0x1000\n"
         "factory, app, factory, 0x10000, 0x1F0000\nvfs, data, fat, 0x200000, 0x1E00000\n",
         "MicroPython, 32 MB"},
        {4 * MIB,
         "nvs, data, nvs, 0x9000, 0x5000\notadata, data, ota, 0xe000, 0x2000\napp0, app, ota_0, 0x10000, 0x140000\n"
         "app1, app, ota_1, 0x150000, 0x140000\nspiffs, data, spiffs, 0x290000, 0x160000\n"
         "coredump, data, coredump, 0x3F0000, 0x10000\n",
         "Arduino, default (4 MB)"},
        {4 * MIB,
         "nvs, data, nvs, 0x9000, 0x5000\notadata, data, ota, 0xe000, 0x2000\n"
         "safeboot, app, factory, 0x10000, 0xD0000\napp0, app, ota_0, 0xE0000, 0x230000\n"
         "spiffs, data, spiffs, 0x310000, 0xF0000\n",
         "Tasmota"},
        {4 * MIB, "factory, app, factory, 0x10000, 1M\n", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene s = scene_new(cases[i].size);
        struct look k;
        scene_table(&s, 0x8000, cases[i].csv);
        look_at(&k, &s);
        if (cases[i].name)
            assert_string_equal(k.l.known_name, cases[i].name);
        else
            assert_null(k.l.known_name);
        leave(&k, &s);
    }
}

static void a_project_is_known_by_its_descriptor(void **state)
{
    (void)state;
    struct scene s = data_scene("nvs");
    struct look k;
    scene_put(&s, 0x10000 + IMAGE_HEADER_LEN + IMAGE_SEGMENT_HEADER_LEN + 48, "micropython", 12);
    look_at(&k, &s);
    assert_string_equal(k.l.known_name, "MicroPython");
    leave(&k, &s);
}

/* The MMU of an ESP32 has 256 pages of 64 KB to name, that of an ESP32-S3 has more. */
static void an_app_that_the_mmu_cannot_reach_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *chip;
        uint32_t boot, at;
        bool is_said;
    } rows[] = {{"esp32", 0x1000, 0x1000000, true},
                {"esp32", 0x1000, 0xFF0000, true}, /* its end */
                {"esp32", 0x1000, 0xE00000, false},
                {"esp32s3", 0, 0x1000000, false},
                {"esp32c3", 0, 0x1000000, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scene s = scene_new(32 * MIB);
        char table[80];
        snprintf(table, sizeof table, "app,app,factory,0x%X,0x100000\n", rows[i].at);
        scene_bootloader(&s, rows[i].chip, rows[i].boot, s.size);
        scene_table(&s, 0x8000, table);
        scene_app(&s, rows[i].chip, rows[i].at, 1, 0x8000);
        struct layout_request request = scene_request(&s);
        request.chip = image_chip_find(rows[i].chip);
        struct look k;
        look(&k, &request);
        const struct finding *f = finding(&k, "app-beyond-reach");
        assert_int_equal(f != NULL, rows[i].is_said);
        if (f) {
            assert_int_equal(f->offset, rows[i].at);
            assert_non_null(strstr(f->seen, "up to 16 MB"));
        }
        leave(&k, &s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_app_that_the_mmu_cannot_reach_is_said),
        cmocka_unit_test(blank_partitions_are_blank),
        cmocka_unit_test(nvs_pages_are_counted),
        cmocka_unit_test(file_systems_are_known_by_their_magics),
        cmocka_unit_test(another_file_system_than_the_table_says_is_a_note),
        cmocka_unit_test(core_dumps_are_described),
        cmocka_unit_test(encrypted_data_is_not_parsed),
        cmocka_unit_test(signatures_behind_images_are_seen),
        cmocka_unit_test(what_no_partition_has_is_found),
        cmocka_unit_test(a_flash_in_tatters_is_not_listed_in_full),
        cmocka_unit_test(partitions_that_overlap_are_both_there),
        cmocka_unit_test(a_partition_beyond_the_flash_is_cut),
        cmocka_unit_test(a_file_system_alone_is_said),
        cmocka_unit_test(descriptors_without_a_name_are_described),
        cmocka_unit_test(layouts_are_known_by_name),
        cmocka_unit_test(a_project_is_known_by_its_descriptor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
