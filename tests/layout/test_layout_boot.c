/* SPDX-License-Identifier: Apache-2.0 */
/* What boots and why, and what runs. */
#include "look.h"

#include <inttypes.h>

#define ESP32_INVALID 0x100U /* DPORT MMU table: bit 8 set */

enum { RECORD_0 = 0xD000, RECORD_1 = 0xE000, FACTORY_AT = 0x10000, OTA_0_AT = 0x110000, OTA_1_AT = 0x210000 };

static void the_greater_sequence_wins(void **state)
{
    (void)state;
    static const struct {
        uint32_t seq[2];
        int winner;
        uint32_t boots;
    } cases[] = {{{1, 2}, 1, OTA_1_AT}, {{3, 2}, 0, OTA_0_AT}, {{1, 0}, 0, OTA_0_AT},
                 {{0, 4}, 1, OTA_1_AT}, {{5, 6}, 1, OTA_1_AT}, {{2, 2}, 0, OTA_1_AT}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene s = scene_usual(0x8000);
        struct look k;
        for (int n = 0; n < 2; n++) {
            if (cases[i].seq[n])
                scene_otadata(&s, n ? RECORD_1 : RECORD_0, cases[i].seq[n], OTADATA_BLANK);
        }
        look_at(&k, &s);
        assert_true(k.l.has_otadata);
        assert_int_equal(k.l.otadata.winner, cases[i].winner);
        expect_boot(&k, LAYOUT_BOOT_APP, cases[i].boots, "chooses ota_");
        expect_region(&k, RECORD_0, LAYOUT_OTADATA, LAYOUT_OTADATA);
        expect_quiet(&k);
        leave(&k, &s);
    }
}

/* The ESP32's cache sends three address bytes; the ESP32-S3's four, when it is told to. */
static void apps_above_16m(void **state)
{
    (void)state;
    static const struct {
        const char *chip;
        uint32_t bootloader, app;
        bool boots;
    } cases[] = {{"esp32", 0x1000, 0x1010000, false},
                 {"esp32", 0x1000, 0xFF0000, false},
                 {"esp32", 0x1000, 0xF00000, true},
                 {"esp32s3", 0, 0x1010000, true},
                 {"esp32s3", 0, 0xF00000, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene s = scene_new(32 * MIB);
        struct look k;
        char csv[80];
        snprintf(csv, sizeof csv, "app,app,factory,0x%" PRIX32 ",1M\n", cases[i].app);
        scene_bootloader(&s, cases[i].chip, cases[i].bootloader, 32 * MIB);
        scene_table(&s, 0x8000, csv);
        scene_app(&s, cases[i].chip, cases[i].app, 1, 0x4000);
        look_at(&k, &s);
        bool is_above = cases[i].app + MIB > 16 * MIB;
        if (cases[i].boots)
            expect_boot(&k, LAYOUT_BOOT_APP, cases[i].app, "factory");
        else
            expect_finding(&k, "boot-slot-skipped", cases[i].app);
        if (is_above && cases[i].boots)
            expect_finding(&k, "boot-above-16m", cases[i].app);
        leave(&k, &s);
    }
}

static void a_record_with_a_wrong_crc_does_not_count(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct look k;
    scene_otadata(&s, RECORD_0, 1, OTADATA_VALID);
    scene_otadata(&s, RECORD_1, 2, OTADATA_VALID);
    s.bytes[RECORD_1 + 30] ^= 1;
    look_at(&k, &s);
    expect_finding(&k, "otadata-crc", RECORD_1);
    expect_boot(&k, LAYOUT_BOOT_APP, OTA_0_AT, "record 0 (sequence 1, valid) chooses ota_0");
    leave(&k, &s);
}

static void no_valid_record_means_factory(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct look k;
    scene_otadata(&s, RECORD_0, 1, OTADATA_INVALID);
    scene_otadata(&s, RECORD_1, 2, OTADATA_ABORTED);
    look_at(&k, &s);
    assert_int_equal(k.l.otadata.winner, -1);
    expect_finding(&k, "otadata-rejected", RECORD_0);
    expect_boot(&k, LAYOUT_BOOT_APP, FACTORY_AT, "the OTA data has no valid record: factory");
    leave(&k, &s);
}

/* Only a bootloader with rollback writes "pending verify", and it takes the other one when the next reset finds it. */
static void an_unconfirmed_update_is_rolled_back(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct look k;
    scene_otadata(&s, RECORD_0, 1, OTADATA_VALID);
    scene_otadata(&s, RECORD_1, 2, OTADATA_PENDING);
    look_at(&k, &s);
    assert_true(k.l.otadata.is_pending);
    assert_int_equal(k.l.otadata.fallback, 0);
    expect_finding(&k, "otadata-pending", RECORD_1);
    expect_boot(&k, LAYOUT_BOOT_APP, OTA_0_AT, "ota_1 was not confirmed, the next start rolls back to ota_0");
    done(&k);
    memset(s.bytes + RECORD_0, 0xFF, 0x1000);
    look_at(&k, &s);
    expect_boot(&k, LAYOUT_BOOT_APP, FACTORY_AT, "rolls back to factory");
    leave(&k, &s);
}

static void a_new_update_boots(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct look k;
    scene_otadata(&s, RECORD_0, 2, OTADATA_NEW);
    look_at(&k, &s);
    expect_boot(&k, LAYOUT_BOOT_APP, OTA_1_AT, "(sequence 2, new) chooses ota_1");
    leave(&k, &s);
}

static void a_chosen_slot_without_image_is_skipped(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct look k;
    scene_otadata(&s, RECORD_0, 2, OTADATA_VALID);
    memset(s.bytes + OTA_1_AT, 0xFF, 0x100000);
    look_at(&k, &s);
    expect_finding(&k, "boot-slot-skipped", OTA_1_AT);
    expect_boot(&k, LAYOUT_BOOT_APP, OTA_0_AT, "that fails");
    done(&k);
    /* downwards to factory */
    scene_text(&s, OTA_0_AT, 0x1000);
    look_at(&k, &s);
    expect_finding(&k, "app-foreign", OTA_0_AT);
    expect_boot(&k, LAYOUT_BOOT_APP, FACTORY_AT, "factory");
    done(&k);
    /* then upwards: factory is chosen, and blank */
    memset(s.bytes + RECORD_0, 0xFF, 0x1000);
    memset(s.bytes + FACTORY_AT, 0xFF, 0x100000);
    scene_app(&s, "esp32", OTA_1_AT, 0xA1, 0x1000);
    look_at(&k, &s);
    expect_boot(&k, LAYOUT_BOOT_APP, OTA_1_AT, "ota_1");
    done(&k);
    memset(s.bytes + OTA_1_AT, 0xFF, 0x100000);
    look_at(&k, &s);
    assert_int_equal(k.l.boot.kind, LAYOUT_BOOT_NOTHING);
    leave(&k, &s);
}

static void damage_is_known_by_verifying_only(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct look k;
    s.bytes[FACTORY_AT + 0x200] ^= 0x40;
    look_at(&k, &s);
    assert_false(expect_region(&k, FACTORY_AT, LAYOUT_APP, LAYOUT_APP)->image->is_verified);
    expect_boot(&k, LAYOUT_BOOT_APP, FACTORY_AT, "factory");
    done(&k);
    struct layout_request request = scene_request(&s);
    request.verify = true;
    look(&k, &request);
    assert_true(expect_region(&k, OTA_0_AT, LAYOUT_APP, LAYOUT_APP)->image->is_verified);
    assert_non_null(finding(&k, "image-hash"));
    expect_finding(&k, "boot-slot-skipped", FACTORY_AT);
    expect_boot(&k, LAYOUT_BOOT_APP, OTA_0_AT, "ota_0");
    leave(&k, &s);
}

static void an_app_for_another_chip_does_not_boot(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct look k;
    memset(s.bytes + FACTORY_AT, 0xFF, 0x100000);
    scene_app(&s, "esp32s3", FACTORY_AT, 0x53, 0x1000);
    look_at(&k, &s);
    expect_finding(&k, "app-chip", FACTORY_AT + 12);
    expect_boot(&k, LAYOUT_BOOT_APP, OTA_0_AT, "ota_0");
    leave(&k, &s);
}

/* Of 32 MB, an app of 17 MB, past what 24-bit offsets reach. */
static void a_large_app_boots(void **state)
{
    (void)state;
    struct scene s = scene_new(32 * MIB);
    struct look k;
    scene_bootloader(&s, "esp32s3", 0, 32 * MIB);
    scene_table(&s, 0x8000, "factory, app, factory, 0x10000, 20M\n");
    uint32_t len = scene_app(&s, "esp32s3", 0x10000, 1, 17 * MIB);
    look_at(&k, &s);
    expect_boot(&k, LAYOUT_BOOT_APP, 0x10000, "factory");
    assert_int_equal(k.l.regions[k.l.boot.region].used, len);
    assert_in_range(k.l.bytes_read, 1, 256 * KIB - 1);
    leave(&k, &s);
}

static void a_truncated_app_does_not_boot(void **state)
{
    (void)state;
    struct scene s = scene_new(4 * MIB);
    struct look k;
    scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
    scene_table(&s, 0x8000, "factory, app, factory, 0x10000, 64K\n");
    scene_app(&s, "esp32", 0x10000, 1, 0x20000);
    look_at(&k, &s);
    assert_non_null(finding(&k, "image-truncated"));
    assert_int_equal(k.l.boot.kind, LAYOUT_BOOT_NOTHING);
    leave(&k, &s);
}

/* --- no ESP-IDF --- */

static void mcuboot_is_found_without_a_table(void **state)
{
    (void)state;
    static const uint32_t slots[] = {0x10000, 0x20000, 0x110000};
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        struct scene s = scene_new(4 * MIB);
        struct look k;
        scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
        scene_mcuboot(&s, slots[i], 0, 0x400D0000);
        look_at(&k, &s);
        expect_boot(&k, LAYOUT_BOOT_MCUBOOT, slots[i], "the first slot with an MCUboot image");
        assert_null(finding(&k, "table-missing"));
        const struct layout_region *r = expect_region(&k, slots[i], LAYOUT_MCUBOOT, LAYOUT_MCUBOOT);
        assert_string_equal(r->detail, "version 1.2.3+0");
        leave(&k, &s);
    }
}

static void mcuboot_in_an_app_slot_boots(void **state)
{
    (void)state;
    struct scene s = scene_new(4 * MIB);
    struct look k;
    scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
    scene_table(&s, 0x8000, "slot0, app, ota_0, 0x10000, 1M\nslot1, app, ota_1, 0x110000, 1M\n");
    scene_mcuboot(&s, 0x10000, 0x100000, 0x400D0000);
    look_at(&k, &s);
    const struct layout_region *r = expect_region(&k, 0x10000, LAYOUT_APP, LAYOUT_MCUBOOT);
    assert_true(r->mcuboot->has_trailer);
    assert_int_equal(r->mcuboot->image_ok, 1);
    expect_finding(&k, "mcuboot-in-slot", 0x10000);
    expect_boot(&k, LAYOUT_BOOT_MCUBOOT, 0x10000, "MCUboot");
    leave(&k, &s);
}

static void simple_boot_is_what_it_is(void **state)
{
    (void)state;
    static const struct {
        const char *chip;
        uint32_t offset;
    } cases[] = {{"esp32", 0x1000}, {"esp32s3", 0}, {"esp32c3", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene s = scene_new(4 * MIB);
        struct look k;
        uint32_t len = scene_simple_boot(&s, cases[i].chip, cases[i].offset);
        look_at(&k, &s);
        assert_string_equal(k.l.chip->name, cases[i].chip);
        const struct layout_region *r = expect_region(&k, cases[i].offset, LAYOUT_SIMPLE_BOOT, LAYOUT_SIMPLE_BOOT);
        assert_int_equal(r->image->uncounted, 2);
        assert_int_equal(r->used, len);
        expect_boot(&k, LAYOUT_BOOT_SIMPLE, cases[i].offset, "the boot ROM starts it itself");
        assert_null(finding(&k, "table-missing")); /* nothing looks for one */
        leave(&k, &s);
    }
}

/* NuttX without MCUboot: a bootloader of ESP-IDF, or none that is known, and an image where no table names it. */
static void an_image_that_no_table_names_is_shown(void **state)
{
    (void)state;
    struct scene s = scene_new(4 * MIB);
    struct look k;
    scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
    scene_app(&s, "esp32", 0x10000, 0x77, 0x3000);
    look_at(&k, &s);
    expect_region(&k, 0x10000, LAYOUT_APP, LAYOUT_APP);
    expect_finding(&k, "app-outside", 0x10000);
    assert_int_equal(k.l.boot.kind, LAYOUT_BOOT_NOTHING);
    done(&k);
    /* the user knows better */
    struct layout_request request = scene_request(&s);
    request.app_offset = 0x10000;
    look(&k, &request);
    expect_boot(&k, LAYOUT_BOOT_USER, 0x10000, "the user said");
    assert_null(finding(&k, "boot-nothing"));
    done(&k);
    request = scene_request(&s);
    request.app_offset = 0x20000;
    look(&k, &request);
    expect_finding(&k, "boot-user-no-image", 0x20000);
    leave(&k, &s);
}

/* A program of RAM segments alone, as Zephyr builds it for small boards, looks like a bootloader without descriptor. */
static void an_image_in_ram_may_be_the_whole_program(void **state)
{
    (void)state;
    struct scene s = scene_new(4 * MIB);
    struct look k;
    scene_bootloader(&s, "esp32", 0x1000, 4 * MIB);
    s.bytes[0x1000 + IMAGE_HEADER_LEN + IMAGE_SEGMENT_HEADER_LEN] = 0;
    look_at(&k, &s);
    assert_int_equal(k.l.boot.kind, LAYOUT_BOOT_UNKNOWN);
    assert_non_null(strstr(k.l.boot.why, "may be the whole program"));
    assert_null(finding(&k, "boot-nothing"));
    leave(&k, &s);
}

static void what_the_user_says_is_trusted_least(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct look k;
    struct layout_request request = scene_request(&s);
    request.app_offset = OTA_0_AT;
    look(&k, &request);
    expect_finding(&k, "boot-user-differs", OTA_0_AT);
    expect_boot(&k, LAYOUT_BOOT_APP, FACTORY_AT, "factory");
    leave(&k, &s);
}

/* --- what runs --- */

static void fill_mmu(uint32_t *entries, size_t count, uint32_t invalid)
{
    for (size_t i = 0; i < count; i++)
        entries[i] = invalid;
}

/* Slot 1 runs while slot 0 is first in the table, and factory boots next. */
static void the_live_mmu_tells_what_runs(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct look k;
    const struct chip *chip = chip_find("esp32");
    uint32_t entries[256];
    fill_mmu(entries, 256, ESP32_INVALID);
    entries[0] = 0x21;  /* DROM: the image of ota_1 begins at page 0x21 */
    entries[78] = 0x22; /* IROM 0x400E0000 */
    struct layout_request request = scene_request(&s);
    struct mapping_live live = {.chip = chip, .cores = {{entries, 256}, {entries, 256}}};
    request.live = &live;
    look(&k, &request);
    assert_int_equal(k.l.running.kind, LAYOUT_BOOT_APP);
    assert_true(k.l.running.region >= 0);
    assert_string_equal(k.l.regions[k.l.running.region].label, "ota_1");
    expect_finding(&k, "running-other", OTA_1_AT);
    done(&k);
    fill_mmu(entries, 256, ESP32_INVALID);
    request = scene_request(&s);
    request.live = &live;
    look(&k, &request);
    assert_int_equal(k.l.running.region, -1);
    assert_non_null(strstr(k.l.running.why, "maps nothing"));
    leave(&k, &s);
}

static void the_descriptor_tells_what_runs(void **state)
{
    (void)state;
    struct scene s = scene_usual(0x8000);
    struct look k;
    uint8_t desc[IMAGE_APP_DESC_LEN];
    memcpy(desc, s.bytes + OTA_0_AT + IMAGE_HEADER_LEN + IMAGE_SEGMENT_HEADER_LEN, sizeof desc);
    struct layout_request request = scene_request(&s);
    request.running_desc = desc;
    look(&k, &request);
    assert_int_equal(k.l.regions[k.l.running.region].offset, OTA_0_AT);
    done(&k);
    memset(desc + IMAGE_APP_DESC_HASH, 0x99, SHA256_LEN); /* of no image here */
    request = scene_request(&s);
    request.running_desc = desc;
    look(&k, &request);
    assert_int_equal(k.l.running.region, -1);
    leave(&k, &s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_greater_sequence_wins),
        cmocka_unit_test(apps_above_16m),
        cmocka_unit_test(a_record_with_a_wrong_crc_does_not_count),
        cmocka_unit_test(no_valid_record_means_factory),
        cmocka_unit_test(an_unconfirmed_update_is_rolled_back),
        cmocka_unit_test(a_new_update_boots),
        cmocka_unit_test(a_chosen_slot_without_image_is_skipped),
        cmocka_unit_test(damage_is_known_by_verifying_only),
        cmocka_unit_test(an_app_for_another_chip_does_not_boot),
        cmocka_unit_test(a_large_app_boots),
        cmocka_unit_test(a_truncated_app_does_not_boot),
        cmocka_unit_test(mcuboot_is_found_without_a_table),
        cmocka_unit_test(mcuboot_in_an_app_slot_boots),
        cmocka_unit_test(simple_boot_is_what_it_is),
        cmocka_unit_test(an_image_that_no_table_names_is_shown),
        cmocka_unit_test(an_image_in_ram_may_be_the_whole_program),
        cmocka_unit_test(what_the_user_says_is_trusted_least),
        cmocka_unit_test(the_live_mmu_tells_what_runs),
        cmocka_unit_test(the_descriptor_tells_what_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
