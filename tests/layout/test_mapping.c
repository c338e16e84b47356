/* SPDX-License-Identifier: Apache-2.0 */
/* The mapping: MMU tables decoded, images, what is merged of both, and looking up. */
#include "look.h"

enum { PAGE = 0x10000, S3_PSRAM = 0x8000, S3_INVALID = 0x4000, LX6_INVALID = 0x100 };

static const struct chip *lx6(void)
{
    return chip_find("esp32");
}

static const struct chip *s3(void)
{
    return chip_find("esp32s3");
}

static void fill(uint32_t *entries, size_t count, uint32_t value)
{
    for (size_t i = 0; i < count; i++)
        entries[i] = value;
}

static void expect_range(const struct mapping *m, size_t n, const struct mapping_range *want)
{
    assert_true(n < m->count);
    const struct mapping_range *r = &m->items[n];
    assert_int_equal(r->vaddr, want->vaddr);
    assert_int_equal(r->size, want->size);
    assert_int_equal(r->offset, want->offset);
    assert_int_equal(r->memory, want->memory);
    assert_int_equal(r->is_code, want->is_code);
    assert_int_equal(r->is_data, !want->is_code);
    assert_int_equal(r->core_mask, want->core_mask);
    assert_int_equal(r->source, want->source);
}

/* ESP32 TRM, 27.3.1: DROM entry 0 is 0x3F400000, entry 77 is 0x400D0000. Pages that follow each other are one range. */
static void the_tables_of_esp32_are_decoded(void **state)
{
    (void)state;
    uint32_t pro[384], app[384];
    struct mapping m = {0};
    fill(pro, 384, LX6_INVALID);
    fill(app, 384, LX6_INVALID);
    pro[0] = app[0] = 0x12;
    pro[1] = app[1] = 0x13;
    pro[77] = app[77] = 0x20;
    pro[3] = 0x40; /* of core 0 alone */
    struct mapping_live live = {.chip = lx6(), .cores = {{pro, 384}, {app, 384}}};
    mapping_add_live(&m, &live, 0, NULL);
    assert_int_equal(m.count, 3);
    expect_range(&m, 0, &(struct mapping_range){0x3F400000, 2 * PAGE, 0x120000, MAPPING_FLASH, .core_mask = 3});
    expect_range(&m, 1, &(struct mapping_range){0x3F430000, PAGE, 0x400000, MAPPING_FLASH, .core_mask = 1});
    expect_range(&m, 2,
                 &(struct mapping_range){0x400D0000, PAGE, 0x200000, MAPPING_FLASH, .is_code = true, .core_mask = 3});
    mapping_fini(&m);
}

/* External RAM of the ESP32 has 128 entries of its own for pages of 32 KB, at 0x3F800000 (esp-idf cache_sram_mmu.c). */
static void psram_of_esp32_is_told_from_flash(void **state)
{
    (void)state;
    enum { PSRAM_PAGE = 0x8000 };
    uint32_t pro[384], app[384], pro_psram[128], app_psram[128];
    struct mapping m = {0};
    fill(pro, 384, LX6_INVALID);
    fill(app, 384, LX6_INVALID);
    fill(pro_psram, 128, LX6_INVALID);
    fill(app_psram, 128, LX6_INVALID);
    pro[0] = app[0] = 0x12;
    for (uint32_t i = 0; i < 3; i++)
        pro_psram[i] = app_psram[i] = i;
    pro_psram[127] = 0xFF; /* of core 0 alone: the last page, of 8 MB */
    struct mapping_live live = {.chip = lx6(), .cores = {{pro, 384, pro_psram}, {app, 384, app_psram}}};
    assert_int_equal(mapping_psram_count(lx6()), 128);
    assert_int_equal(mapping_psram_count(s3()), 0);
    mapping_add_live(&m, &live, 0x130000, NULL);
    assert_int_equal(m.count, 3);
    expect_range(&m, 0, &(struct mapping_range){0x3F400000, PAGE, 0x120000, MAPPING_FLASH, .core_mask = 3});
    expect_range(&m, 1, &(struct mapping_range){0x3F800000, 3 * PSRAM_PAGE, 0, MAPPING_PSRAM, .core_mask = 3});
    expect_range(&m, 2, &(struct mapping_range){0x3FBF8000, PSRAM_PAGE, 0x7F8000, MAPPING_PSRAM, .core_mask = 1});
    mapping_fini(&m);
    live.off_mask = 3;
    mapping_add_live(&m, &live, 0, NULL);
    assert_int_equal(m.count, 0);
    mapping_fini(&m);
}

static void a_core_that_is_off_sees_nothing(void **state)
{
    (void)state;
    uint32_t pro[384], app[384];
    struct mapping m = {0};
    fill(pro, 384, LX6_INVALID);
    fill(app, 384, 0); /* what a table without clock reads as */
    pro[0] = 0x12;
    struct mapping_live live = {.chip = lx6(), .cores = {{pro, 384}, {app, 384}}, .off_mask = 2};
    mapping_add_live(&m, &live, 0, NULL);
    assert_int_equal(m.count, 1);
    assert_int_equal(m.items[0].core_mask, 1);
    mapping_fini(&m);
}

/* One table for both buses and both cores; bit 15 says PSRAM. */
static void the_common_table_of_esp32s3_is_decoded(void **state)
{
    (void)state;
    uint32_t table[512];
    struct mapping m = {0};
    fill(table, 512, S3_INVALID);
    table[2] = 0x1FF;        /* the last page of 32 MB of flash */
    table[8] = S3_PSRAM | 0; /* PSRAM from its begin */
    table[9] = S3_PSRAM | 1;
    struct mapping_live live = {.chip = s3(), .cores = {{table, 512}}};
    assert_int_equal(mapping_entry_count(s3()), 512);
    mapping_add_live(&m, &live, 32 * MIB, NULL);
    assert_int_equal(m.count, 4);
    expect_range(&m, 0, &(struct mapping_range){0x3C020000, PAGE, 0x1FF0000, MAPPING_FLASH, .core_mask = 3});
    expect_range(&m, 1, &(struct mapping_range){0x3C080000, 2 * PAGE, 0, MAPPING_PSRAM, .core_mask = 3});
    expect_range(&m, 2,
                 &(struct mapping_range){0x42020000, PAGE, 0x1FF0000, MAPPING_FLASH, .is_code = true, .core_mask = 3});
    expect_range(&m, 3,
                 &(struct mapping_range){0x42080000, 2 * PAGE, 0, MAPPING_PSRAM, .is_code = true, .core_mask = 3});
    uint32_t offset;
    assert_false(mapping_to_flash(&m, 0, 0x3C080000, &offset, NULL));
    mapping_fini(&m);
}

static void pages_beyond_the_flash_are_said_and_listed(void **state)
{
    (void)state;
    uint32_t table[512];
    struct mapping m = {0};
    struct findings f = {0};
    fill(table, 512, S3_INVALID);
    table[0] = 0x80; /* 8 MB */
    struct mapping_live live = {.chip = s3(), .cores = {{table, 512}}};
    mapping_add_live(&m, &live, 8 * MIB, &f);
    assert_int_equal(m.count, 2);
    assert_int_equal(f.count, 1);
    assert_string_equal(f.items[0].kind->code, "mmu-beyond-flash");
    findings_fini(&f);
    mapping_fini(&m);
}

static void a_short_table_is_taken_as_far_as_it_goes(void **state)
{
    (void)state;
    uint32_t table[3];
    struct mapping m = {0};
    fill(table, 3, 1);
    struct mapping_live live = {.chip = lx6(), .cores = {{table, 3}}};
    mapping_add_live(&m, &live, 0, NULL);
    assert_int_equal(m.count, 3); /* the same page three times: no neighbours */
    mapping_fini(&m);
}

/* An image of ESP32 at 0x10000: DROM 0x3F400020, IROM 0x400E0020. */
static void an_image_says_what_it_will_map(void **state)
{
    (void)state;
    struct scene s = scene_new(1 * MIB);
    struct image im;
    struct mapping m = {0};
    uint32_t len = scene_app(&s, "esp32", 0x20000, 1, 0x18000), offset, left;
    image_parse(s.bytes + 0x20000, len, &im, NULL);
    mapping_add_image(&m, &im, 0x20000, MAPPING_IMAGE);
    assert_int_equal(m.count, 2);
    expect_range(
        &m, 0,
        &(struct mapping_range){0x3F400000, PAGE, 0x20000, MAPPING_FLASH, .core_mask = 3, .source = MAPPING_IMAGE});
    expect_range(&m, 1,
                 &(struct mapping_range){0x400E0000, 2 * PAGE, 0x30000, MAPPING_FLASH, .is_code = true, .core_mask = 3,
                                         .source = MAPPING_IMAGE});
    assert_true(mapping_to_flash(&m, 1, 0x400E1234, &offset, &left));
    assert_int_equal(offset, 0x31234);
    assert_int_equal(left, 2 * PAGE - 0x1234);
    uint32_t vaddrs[4];
    assert_int_equal(mapping_from_flash(&m, -1, 0x31234, vaddrs, 4), 1);
    assert_int_equal(vaddrs[0], 0x400E1234);
    assert_int_equal(mapping_from_flash(&m, -1, 0x50000, vaddrs, 4), 0);
    assert_false(mapping_to_flash(&m, 0, 0x40100000, &offset, NULL));
    assert_null(mapping_at(&m, 5, 0x400E0000)); /* there is no such core */
    mapping_fini(&m);
    scene_free(&s);
}

static void merge_two(const struct mapping *a, const struct mapping *b, struct mapping *out, struct findings *f)
{
    const struct mapping *const sources[] = {a, NULL, b};
    mapping_merge(sources, 3, out, f);
}

static void add(struct mapping *m, uint32_t vaddr, uint32_t size, uint32_t offset, bool is_code,
                enum mapping_source source)
{
    mapping_add(m, &(struct mapping_range){.vaddr = vaddr,
                                           .size = size,
                                           .offset = offset,
                                           .is_code = is_code,
                                           .is_data = !is_code,
                                           .core_mask = 3,
                                           .source = source});
    mapping_sort(m);
}

static void an_image_completes_the_live_mapping(void **state)
{
    (void)state;
    struct mapping live = {0}, image = {0}, m = {0};
    struct findings f = {0};
    add(&live, 0x400D0000, PAGE, 0x20000, true, MAPPING_LIVE);
    add(&image, 0x400D0000, 3 * PAGE, 0x20000, true, MAPPING_IMAGE);
    add(&image, 0x3F400000, PAGE, 0x10000, false, MAPPING_IMAGE);
    merge_two(&live, &image, &m, &f);
    assert_int_equal(f.count, 0);
    assert_int_equal(m.count, 3);
    expect_range(&m, 0, &(struct mapping_range){0x3F400000, PAGE, 0x10000, .core_mask = 3, .source = MAPPING_IMAGE});
    expect_range(
        &m, 1,
        &(struct mapping_range){0x400D0000, PAGE, 0x20000, .is_code = true, .core_mask = 3, .source = MAPPING_LIVE});
    expect_range(&m, 2,
                 &(struct mapping_range){0x400E0000, 2 * PAGE, 0x30000, .is_code = true, .core_mask = 3,
                                         .source = MAPPING_IMAGE});
    mapping_fini(&live);
    mapping_fini(&image);
    mapping_fini(&m);
    findings_fini(&f);
}

/* OTA slot 1 runs, slot 0 would boot: nothing of slot 0 is taken. */
static void an_image_that_contradicts_about_code_is_not_taken(void **state)
{
    (void)state;
    struct mapping live = {0}, image = {0}, m = {0};
    struct findings f = {0};
    add(&live, 0x400D0000, PAGE, 0x220000, true, MAPPING_LIVE);
    add(&image, 0x400D0000, 3 * PAGE, 0x20000, true, MAPPING_IMAGE);
    add(&image, 0x3F400000, PAGE, 0x10000, false, MAPPING_IMAGE);
    merge_two(&live, &image, &m, &f);
    assert_int_equal(m.count, 1);
    assert_int_equal(m.items[0].source, MAPPING_LIVE);
    assert_int_equal(f.count, 1);
    assert_string_equal(f.items[0].kind->code, "mapping-differs");
    assert_non_null(
        strstr(f.items[0].seen, "0x400D0000 is flash offset 0x20000, by live MMU it is flash offset 0x220000"));
    mapping_fini(&live);
    mapping_fini(&image);
    mapping_fini(&m);
    findings_fini(&f);
}

/* A bootloader looks at the table through the first data page: the app's code will still be where it is said to be. */
static void one_that_contradicts_about_data_loses_the_range(void **state)
{
    (void)state;
    struct mapping live = {0}, image = {0}, m = {0};
    struct findings f = {0};
    add(&live, 0x3F400000, PAGE, 0, false, MAPPING_LIVE);
    add(&image, 0x400D0000, PAGE, 0x20000, true, MAPPING_IMAGE);
    add(&image, 0x3F400000, PAGE, 0x10000, false, MAPPING_IMAGE);
    merge_two(&live, &image, &m, &f);
    assert_int_equal(m.count, 2);
    assert_int_equal(m.items[0].source, MAPPING_LIVE);
    assert_int_equal(m.items[1].vaddr, 0x400D0000);
    assert_int_equal(f.count, 1);
    mapping_fini(&live);
    mapping_fini(&image);
    mapping_fini(&m);
    findings_fini(&f);
}

/* The list grows while the pieces between the live pages are added. */
static void an_image_with_many_holes_is_completed(void **state)
{
    (void)state;
    enum { HOLES = 100 };
    struct mapping live = {0}, image = {0}, m = {0};
    for (uint32_t i = 0; i < HOLES; i++)
        mapping_add(&live, &(struct mapping_range){.vaddr = 0x42000000 + 2 * i * PAGE,
                                                   .size = PAGE,
                                                   .offset = 2 * i * PAGE,
                                                   .is_code = true,
                                                   .core_mask = 3});
    mapping_sort(&live);
    add(&image, 0x42000000, 2 * HOLES * PAGE, 0, true, MAPPING_IMAGE);
    merge_two(&live, &image, &m, NULL);
    assert_int_equal(m.count, 2 * HOLES);
    for (uint32_t i = 0; i < 2 * HOLES; i++) {
        assert_int_equal(m.items[i].vaddr, 0x42000000 + i * PAGE);
        assert_int_equal(m.items[i].source, i % 2 ? MAPPING_IMAGE : MAPPING_LIVE);
    }
    mapping_fini(&live);
    mapping_fini(&image);
    mapping_fini(&m);
}

static void each_core_is_merged_for_itself(void **state)
{
    (void)state;
    struct mapping live = {0}, image = {0}, m = {0};
    mapping_add(&live, &(struct mapping_range){
                           .vaddr = 0x400D0000, .size = PAGE, .offset = 0x70000, .is_code = true, .core_mask = 1});
    add(&image, 0x400D0000, PAGE, 0x20000, true, MAPPING_IMAGE);
    merge_two(&live, &image, &m, NULL);
    assert_int_equal(m.count, 2);
    uint32_t offset;
    assert_true(mapping_to_flash(&m, 0, 0x400D0000, &offset, NULL));
    assert_int_equal(offset, 0x70000);
    assert_true(mapping_to_flash(&m, 1, 0x400D0000, &offset, NULL));
    assert_int_equal(offset, 0x20000);
    mapping_fini(&live);
    mapping_fini(&image);
    mapping_fini(&m);
}

static void what_boots_is_mapped_whatever_it_is(void **state)
{
    (void)state;
    struct scene s = scene_new(4 * MIB);
    struct look k;
    struct mapping m = {0};
    scene_simple_boot(&s, "esp32s3", 0);
    look_at(&k, &s);
    mapping_add_layout(&m, &k.l);
    assert_int_equal(m.count, 2);
    assert_int_equal(m.items[0].source, MAPPING_SIMPLE_BOOT);
    assert_int_equal(m.items[1].vaddr, 0x42010000);
    assert_int_equal(m.items[1].offset, 0);
    mapping_fini(&m);
    leave(&k, &s);

    s = scene_new(4 * MIB);
    scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
    scene_mcuboot(&s, 0x20000, 0, 0x400D0000);
    look_at(&k, &s);
    mapping_add_layout(&m, &k.l);
    assert_int_equal(m.count, 1);
    expect_range(&m, 0,
                 &(struct mapping_range){0x400D0000, PAGE, 0x20000, .is_code = true, .core_mask = 0xFF,
                                         .source = MAPPING_MCUBOOT});
    mapping_fini(&m);
    leave(&k, &s);
}

static void the_end_of_the_address_space_is_no_trap(void **state)
{
    (void)state;
    struct mapping m = {0};
    uint32_t offset;
    mapping_add(&m, &(struct mapping_range){
                        .vaddr = 0xFFFF0000, .size = UINT32_MAX, .offset = 0, .is_code = true, .core_mask = 1});
    mapping_add(&m, &(struct mapping_range){.vaddr = 0x10000, .size = 0, .core_mask = 1});
    mapping_sort(&m);
    assert_int_equal(m.count, 1);
    assert_int_equal(m.items[0].size, PAGE);
    assert_true(mapping_to_flash(&m, 0, 0xFFFFFFFF, &offset, NULL));
    assert_int_equal(offset, 0xFFFF);
    assert_null(mapping_at(&m, 0, 0));
    mapping_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_of_esp32_are_decoded),
        cmocka_unit_test(psram_of_esp32_is_told_from_flash),
        cmocka_unit_test(a_core_that_is_off_sees_nothing),
        cmocka_unit_test(the_common_table_of_esp32s3_is_decoded),
        cmocka_unit_test(pages_beyond_the_flash_are_said_and_listed),
        cmocka_unit_test(a_short_table_is_taken_as_far_as_it_goes),
        cmocka_unit_test(an_image_says_what_it_will_map),
        cmocka_unit_test(an_image_completes_the_live_mapping),
        cmocka_unit_test(an_image_that_contradicts_about_code_is_not_taken),
        cmocka_unit_test(one_that_contradicts_about_data_loses_the_range),
        cmocka_unit_test(an_image_with_many_holes_is_completed),
        cmocka_unit_test(each_core_is_merged_for_itself),
        cmocka_unit_test(what_boots_is_mapped_whatever_it_is),
        cmocka_unit_test(the_end_of_the_address_space_is_no_trap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
