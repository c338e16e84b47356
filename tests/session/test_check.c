/* SPDX-License-Identifier: Apache-2.0 */
/* What is refused before a job touches the flash. */
#include "tests/unit.h"

#include "layout/image.h"
#include "session/check.h"

#include <string.h>

enum { FLASH_SIZE = 0x400000, SECTOR = FLASH_SECTOR_SIZE };

static struct log quiet;
static const uint8_t bytes[2 * SECTOR];

static struct flash_piece piece(uint32_t offset, size_t len)
{
    return (struct flash_piece){.offset = offset, .bytes = bytes, .len = len, .name = "x.bin"};
}

static void the_end_of_the_flash(void **state)
{
    (void)state;
    struct flash_piece fits = piece(FLASH_SIZE - SECTOR, SECTOR), not = piece(FLASH_SIZE - SECTOR, SECTOR + 1);
    struct flash_piece far = piece(UINT32_MAX, 16);
    CHECK_OK(session_check_places(&quiet, &fits, 1, FLASH_SIZE));
    CHECK_ERR(session_check_places(&quiet, &not, 1, FLASH_SIZE), ERR_RANGE);
    assert_non_null(strstr(quiet.why, "would end at 0x400001, but the flash ends at 0x400000"));
    CHECK_ERR(session_check_places(&quiet, &far, 1, FLASH_SIZE), ERR_RANGE);
}

static void pieces_stay_apart(void **state)
{
    (void)state;
    struct flash_piece near[] = {piece(0x3000, 16), piece(0x1000, 2 * SECTOR)};
    struct flash_piece over[] = {piece(0x3000, 16), piece(0x1000, SECTOR), piece(0x1fff, 1)};
    CHECK_OK(session_check_places(&quiet, near, 2, FLASH_SIZE));
    CHECK_ERR(session_check_places(&quiet, over, 3, FLASH_SIZE), ERR_RANGE);
    assert_non_null(strstr(quiet.why, "overlap"));
}

static void sectors(void **state)
{
    (void)state;
    struct flash_piece list[] = {piece(0x1000, 16), piece(0x2010, 16)};
    CHECK_OK(session_check_sectors(&quiet, list, 1, "--force"));
    CHECK_ERR(session_check_sectors(&quiet, list, 2, "--force"), ERR_ALIGN);
    assert_non_null(strstr(quiet.why, "0x2010"));
    assert_non_null(strstr(quiet.why, "--force"));
}

/* An application that no table speaks of is nobody's business; one that is larger than its partition is. */
static void partitions(void **state)
{
    (void)state;
    uint8_t table[96];
    memset(table, 0xFF, sizeof table);
    static const uint8_t entry[32] = {0xAA, 0x50, 0, 0, 0, 0, 1, 0, 0, 0x10, 0, 0, 'a', 'p', 'p'}; /* 0x10000, 4 KB */
    memcpy(table, entry, sizeof entry);
    struct flash_piece list[] = {piece(0x10000, SECTOR), {0x8000, table, sizeof table, "table.bin"}};
    CHECK_OK(session_check_partitions(&quiet, list, 2, "--force"));
    list[0].len++;
    CHECK_OK(session_check_partitions(&quiet, list, 1, "--force"));
    CHECK_ERR(session_check_partitions(&quiet, list, 2, "--force"), ERR_RANGE);
    assert_non_null(strstr(quiet.why, "'app'"));
}

static void images(void **state)
{
    (void)state;
    const struct chip *chip = chip_find("esp32");
    struct image_options o = image_options_default(image_chip_find("esp32"));
    o.min_rev = 300;
    struct buf image = {0};
    const struct image_part part = {0x40080000, bytes, 64, ".text"};
    CHECK_OK(image_write(&quiet, &o, 0x40080000, &part, 1, &image));
    struct flash_piece p = {0x10000, image.bytes, image.len, "app.bin"};
    CHECK_OK(session_check_images(&quiet, &p, 1, chip, 300));
    CHECK_ERR(session_check_images(&quiet, &p, 1, chip, 100), ERR_STATE);
    image.bytes[12] = 9; /* the chip's id */
    CHECK_ERR(session_check_images(&quiet, &p, 1, chip, 300), ERR_STATE);
    assert_non_null(strstr(quiet.why, "ESP32-S3"));
    p.len = IMAGE_HEADER_LEN; /* begins like an image and is none */
    CHECK_OK(session_check_images(&quiet, &p, 1, chip, 300));
    le32_put(image.bytes + 8, 0x40100000); /* or begins like one of the ESP8266 */
    CHECK_ERR(session_check_images(&quiet, &p, 1, chip, 300), ERR_STATE);
    assert_non_null(strstr(quiet.why, "ESP8266"));
    buf_fini(&image);
}

int main(void)
{
    log_init(&quiet, LOG_SILENT);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_of_the_flash),
        cmocka_unit_test(pieces_stay_apart),
        cmocka_unit_test(sectors),
        cmocka_unit_test(partitions),
        cmocka_unit_test(images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
