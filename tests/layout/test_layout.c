/* SPDX-License-Identifier: Apache-2.0 */
/* The layout engine: what is found, what boots and why, and each contradiction. Every byte is read at most once. */
#include "unit.h"

#include "scenes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct look {
    struct layout l;
    struct findings f;
};

static void look(struct look *k, const struct layout_request *request)
{
    *k = (struct look){0};
    CHECK_OK(layout_read(request, &k->l, &k->f));
    /* Regions cover the flash without gaps. */
    uint32_t at = 0;
    for (size_t i = 0; i < k->l.region_count; i++) {
        const struct layout_region *r = &k->l.regions[i];
        assert_true(r->offset <= at);
        at = r->offset + r->size > at ? r->offset + r->size : at;
    }
    assert_int_equal(at, k->l.flash_size);
}

static void done(struct look *k)
{
    layout_fini(&k->l);
    findings_fini(&k->f);
}

static const struct finding *finding(const struct look *k, const char *code)
{
    for (size_t i = 0; i < k->f.count; i++) {
        if (!strcmp(k->f.items[i].kind->code, code))
            return &k->f.items[i];
    }
    return NULL;
}

static void expect_boot(const struct look *k, enum layout_boot_kind kind, uint32_t offset, const char *why)
{
    assert_string_equal(layout_boot_text(k->l.boot.kind), layout_boot_text(kind));
    assert_true(k->l.boot.region >= 0);
    assert_int_equal(k->l.regions[k->l.boot.region].offset, offset);
    if (!strstr(k->l.boot.why, why))
        assert_string_equal(k->l.boot.why, why);
}

static const struct layout_region *expect_region(const struct look *k, uint32_t offset, enum layout_kind kind,
                                                 enum layout_kind content)
{
    const struct layout_region *r = layout_at(&k->l, offset);
    assert_non_null(r);
    assert_int_equal(r->offset, offset);
    assert_string_equal(layout_kind_name(r->kind), layout_kind_name(kind));
    assert_string_equal(layout_kind_name(r->content), layout_kind_name(content));
    return r;
}

/* No warning and no error. */
static void expect_quiet(const struct look *k)
{
    for (size_t i = 0; i < k->f.count; i++) {
        if (k->f.items[i].kind->severity != FINDING_NOTE)
            assert_string_equal(k->f.items[i].seen, k->f.items[i].kind->code);
    }
}

static void the_usual_layout_is_read(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct layout_request request = scene_request(&s);
    struct look k;
    look(&k, &request);
    assert_string_equal(k.l.chip->name, "esp32");
    assert_true(k.l.is_chip_found);
    assert_int_equal(k.l.image_flash_size, 4 * MIB);
    assert_string_equal(k.l.known_name, "ESP-IDF, factory and two OTA slots");
    expect_region(&k, 0, LAYOUT_BLANK, LAYOUT_BLANK);
    expect_region(&k, 0x1000, LAYOUT_BOOTLOADER, LAYOUT_BOOTLOADER);
    expect_region(&k, 0x8000, LAYOUT_PARTITION_TABLE, LAYOUT_PARTITION_TABLE);
    expect_region(&k, 0xD000, LAYOUT_OTADATA, LAYOUT_BLANK);
    const struct layout_region *app = expect_region(&k, 0x110000, LAYOUT_APP, LAYOUT_APP);
    assert_string_equal(app->label, "ota_0");
    assert_string_equal(app->detail, "scene 1.2.3, IDF v5.3");
    assert_non_null(app->image);
    assert_true(app->is_used_known && app->used == app->image->len && !app->image->is_verified);
    expect_boot(&k, LAYOUT_BOOT_APP, 0x10000, "the OTA data is blank: factory");
    expect_quiet(&k);
    done(&k);
    scene_free(&s);
}

/* One warning or error of that code, at that offset. */
static const struct finding *expect_finding(const struct look *k, const char *code, uint32_t offset)
{
    const struct finding *f = finding(k, code);
    if (!f)
        assert_string_equal("not found", code);
    assert_true(f->has_offset);
    assert_int_equal(f->offset, offset);
    return f;
}

static void a_table_at_another_offset_is_found(void **state)
{
    (void)state;
    struct scene s = scene_new(4 * MIB);
    scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
    scene_table(&s, 0xE000, "factory, app, factory, 0x10000, 1M\n");
    scene_app(&s, "esp32", 0x10000, 0xF0, 0x2000);
    struct layout_request request = scene_request(&s);
    struct look k;
    look(&k, &request);
    assert_non_null(k.l.table);
    assert_int_equal(k.l.table->offset, 0xE000);
    assert_string_equal(k.l.table_why, "it is the only valid one");
    assert_false(k.l.was_searched);
    expect_finding(&k, "table-elsewhere", 0xE000);
    expect_boot(&k, LAYOUT_BOOT_APP, 0x10000, "there is no OTA data in the table: factory");
    done(&k);
    scene_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_usual_layout_is_read),
        cmocka_unit_test(a_table_at_another_offset_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
