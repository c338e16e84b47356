/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs on a flash whose content the chip encrypts. */
#include "native_carrier.h"
#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>

enum { ALL = FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME | FLASH_JOB_VERIFY, KIB = 1024, SECTOR = FLASH_SECTOR_SIZE };

struct bench {
    struct native_carrier c;
    struct log log;
    struct flash *f;
    uint8_t image[256 * KIB];
};

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    uint32_t seed = 99;
    native_carrier_init(&b->c);
    log_init(&b->log, LOG_SILENT);
    b->f = flash_new_on(&b->c.base, &b->log, &b->c.clock);
    b->f->encrypt_unit = FLASH_CRYPT_UNIT;
    b->f->crypt_efuses = "A_FUSE";
    for (size_t i = 0; i < sizeof b->image; i++) {
        seed = seed * 1664525 + 1013904223;
        b->image[i] = (uint8_t)(seed >> 24);
    }
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    flash_free(b->f);
    free(b);
    return 0;
}

static struct flash_piece piece(const struct bench *b, uint32_t offset, size_t len)
{
    return (struct flash_piece){
        .offset = offset, .bytes = b->image, .len = len, .name = "app.bin", .is_encrypted = true};
}

static enum err program(struct bench *b, uint32_t offset, size_t len, unsigned flags, struct flash_job_result *r)
{
    struct flash_piece p = piece(b, offset, len);
    return flash_program(b->f, &p, 1, flags, r);
}

static unsigned erases(const struct bench *b)
{
    unsigned n = 0;
    for (unsigned i = 0; i < FAKE_SECTORS; i++)
        n += b->c.nor.erases[i];
    return n;
}

/* The image, its last unit filled up with 0xFF, stands encrypted in the flash. */
static void check_cipher(const struct bench *b, uint32_t offset, size_t len)
{
    for (size_t i = 0; i < (len + 31) / 32 * 32; i++) {
        uint8_t plain = i < len ? b->image[i] : 0xFF;
        assert_int_equal(b->c.nor.bytes[offset + i], fake_nor_cipher(offset + (uint32_t)i, plain));
    }
}

static void everything_is_encrypted(void **state)
{
    struct bench *b = *state;
    struct flash_job_result r;
    memset(b->image + 0x800, 0xFF, 0x2000); /* is not blank when it is encrypted */
    CHECK_OK(program(b, 0x10000, 100 * KIB + 77, ALL, &r));
    check_cipher(b, 0x10000, 100 * KIB + 77);
    assert_int_equal(b->c.nor.bytes[0x10000 + 100 * KIB + 96], 0xFF);
    assert_int_equal(b->c.nor.encrypted, 100 * KIB / 32 + 3);
    assert_int_equal(erases(b), 0);
    assert_int_equal(r.pages_programmed, 401);
    assert_int_equal(b->c.nor.flushes, 1);
}

/* Compared is what the chip decrypts, sector by sector; nothing but an erase makes a cipher text another one. */
static void only_what_differs_is_written(void **state)
{
    struct bench *b = *state;
    struct flash_job_result r;
    CHECK_OK(program(b, 0, 64 * KIB + 100, ALL, &r));
    unsigned before = b->c.nor.encrypted;
    CHECK_OK(program(b, 0, 64 * KIB + 100, ALL, &r));
    assert_int_equal(r.sectors_same, 17);
    assert_int_equal(b->c.nor.encrypted, before);
    b->image[0x5123] &= 0x0F;
    b->image[0x5124] = 0;
    CHECK_OK(program(b, 0, 64 * KIB + 100, ALL, &r));
    assert_int_equal(r.sectors_same, 16);
    assert_int_equal(erases(b), 1);
    assert_int_equal(b->c.nor.erases[5], 1);
    assert_int_equal(b->c.nor.encrypted, before + SECTOR / 32);
    check_cipher(b, 0, 64 * KIB + 100);
    CHECK_OK(program(b, 0, 64 * KIB + 100, FLASH_JOB_ERASE | FLASH_JOB_VERIFY, &r)); /* all sectors */
    assert_int_equal(r.sectors_erased, 17);
    check_cipher(b, 0, 64 * KIB + 100);
}

/* Plain text that stands there already is not "the same". */
static void plain_content_is_replaced(void **state)
{
    struct bench *b = *state;
    memcpy(b->c.nor.bytes + 0x4000, b->image, 8 * KIB);
    struct flash_piece p = piece(b, 0x4000, 8 * KIB);
    CHECK_ERR(flash_verify(b->f, &p, 1), ERR_VERIFY);
    assert_non_null(strstr(b->log.why, "(decrypted)"));
    CHECK_OK(program(b, 0x4000, 8 * KIB, ALL, NULL));
    assert_int_equal(erases(b), 2);
    check_cipher(b, 0x4000, 8 * KIB);
    CHECK_OK(flash_verify(b->f, &p, 1));
}

/* The neighbours stay as they stand in the flash, encrypted or not; two kinds in a sector are two kinds of work. */
static void neighbours_are_kept(void **state)
{
    struct bench *b = *state;
    uint8_t before[2 * SECTOR];
    for (size_t i = 0; i < sizeof before; i++)
        before[i] = (uint8_t)(i * 13);
    memcpy(b->c.nor.bytes + 0x8000, before, sizeof before);
    struct flash_piece two[] = {piece(b, 0x8100, 0x200),
                                {.offset = 0x8F00, .bytes = b->image + 0x1000, .len = 0x203, .name = "plain.bin"}};
    CHECK_OK(flash_program(b->f, two, 2, ALL, NULL));
    const uint8_t *now = b->c.nor.bytes + 0x8000;
    assert_memory_equal(now, before, 0x100);
    check_cipher(b, 0x8100, 0x200);
    assert_memory_equal(now + 0x300, before + 0x300, 0xC00);
    assert_memory_equal(now + 0xF00, b->image + 0x1000, 0x203);
    assert_memory_equal(now + 0x1103, before + 0x1103, 2 * SECTOR - 0x1103);
    assert_int_equal(b->c.nor.erases[8], 1);
    unsigned encrypted = b->c.nor.encrypted;
    CHECK_OK(flash_program(b->f, two, 2, ALL, NULL));
    assert_int_equal(erases(b), 2); /* both were right */
    assert_int_equal(b->c.nor.encrypted, encrypted);
}

static void a_blank_sector_needs_no_erase(void **state)
{
    struct bench *b = *state;
    CHECK_OK(program(b, 0x8000, 0x120, 0, NULL));
    check_cipher(b, 0x8000, 0x120);
    b->image[0] ^= 1;
    CHECK_ERR(program(b, 0x8000, 0x120, 0, NULL), ERR_STATE);
    assert_non_null(strstr(b->log.why, "nothing was changed"));
    CHECK_OK(program(b, 0x8000, 0x120, ALL, NULL));
    check_cipher(b, 0x8000, 0x120);
}

static void what_is_refused(void **state)
{
    struct bench *b = *state;
    CHECK_ERR(program(b, 0x8010, 0x100, ALL, NULL), ERR_ALIGN);
    assert_non_null(strstr(b->log.why, "0x8010 is not a multiple of 32"));
    struct flash_piece close[] = {piece(b, 0x8000, 33), {.offset = 0x8030, .bytes = b->image, .len = 1, .name = "x"}};
    CHECK_ERR(flash_program(b->f, close, 2, ALL, NULL), ERR_USAGE);
    assert_non_null(strstr(b->log.why, "(0x008000...0x00803f)"));
    b->f->encrypt_unit = 0;
    CHECK_ERR(program(b, 0x8000, 0x100, ALL, NULL), ERR_UNSUPPORTED);
    assert_non_null(strstr(b->log.why, "espsecure"));
    assert_int_equal(b->c.nor.encrypted, 0);
}

/* The wire breaks or the flash gets stuck anywhere in a sector with both kinds; the same job again finishes it. */
static void a_job_that_is_cut_short(void **state)
{
    struct bench *b = *state;
    for (unsigned n = 0; n < 9; n++) {
        memset(b->c.nor.bytes, 0x11, 4 * SECTOR);
        b->c.nor.programs_left = n;
        CHECK_ERR(program(b, 0x800, 2 * SECTOR + 0x40, ALL, NULL), ERR_FLASH);
        assert_non_null(strstr(b->log.why, "sector"));
        assert_non_null(strstr(b->log.why, "run the same command again to finish"));
        b->c.nor.programs_left = UINT32_MAX;
        b->c.nor.is_busy = false;
        CHECK_OK(program(b, 0x800, 2 * SECTOR + 0x40, ALL, NULL));
        check_cipher(b, 0x800, 2 * SECTOR + 0x40);
    }
}

static void a_worn_flash(void **state)
{
    struct bench *b = *state;
    b->c.nor.weak_at = 0x1234;
    b->image[0x234] = fake_nor_cipher(0x1234, 0); /* so that 0 is to be programmed there */
    CHECK_ERR(program(b, 0x1000, SECTOR, ALL, NULL), ERR_VERIFY);
    assert_non_null(strstr(b->log.why, "at 0x001234"));
    assert_non_null(strstr(b->log.why, "in download mode: A_FUSE;"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everything_is_encrypted),       TEST(only_what_differs_is_written),
        TEST(plain_content_is_replaced),     TEST(neighbours_are_kept),
        TEST(a_blank_sector_needs_no_erase), TEST(what_is_refused),
        TEST(a_job_that_is_cut_short),       TEST(a_worn_flash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
