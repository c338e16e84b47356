/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs on a flash: what is erased and programmed, what is refused, what is said when it goes wrong. */
#include "base/hash.h"
#include "native_carrier.h"
#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>

enum { ALL = FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME | FLASH_JOB_VERIFY, KIB = 1024 };

struct bench {
    struct native_carrier c;
    struct log log;
    struct flash *f;
    uint8_t image[FAKE_SIZE];
    uint64_t progress[FLASH_PHASE_READ + 1];
};

static void on_progress(void *ctx, enum flash_phase phase, uint64_t done, uint64_t total)
{
    struct bench *b = ctx;
    assert_true(done <= total);
    b->progress[phase] = done;
}

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    uint32_t seed = 99;
    native_carrier_init(&b->c);
    log_init(&b->log, LOG_SILENT);
    b->f = flash_new_on(&b->c.base, &b->log, &b->c.clock);
    flash_on_progress(b->f, on_progress, b);
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

static unsigned erases(const struct bench *b)
{
    unsigned n = 0;
    for (unsigned i = 0; i < FAKE_SECTORS; i++)
        n += b->c.nor.erases[i];
    return n;
}

static enum err program(struct bench *b, uint32_t offset, size_t len, unsigned flags, struct flash_job_result *r)
{
    struct flash_piece p = {.offset = offset, .bytes = b->image, .len = len, .name = "app.bin"};
    return flash_program(b->f, &p, 1, flags, r);
}

static void a_blank_flash_is_not_erased(void **state)
{
    struct bench *b = *state;
    struct flash_job_result r;
    CHECK_OK(program(b, 0x10000, 300 * KIB, ALL, &r));
    assert_memory_equal(b->c.nor.bytes + 0x10000, b->image, 300 * KIB);
    assert_int_equal(erases(b), 0);
    assert_int_equal(r.sectors_touched, 75);
    assert_int_equal(r.pages_programmed, 1200);
    assert_int_equal(b->progress[FLASH_PHASE_CHECK], 300 * KIB);
    assert_int_equal(b->progress[FLASH_PHASE_PROGRAM], 300 * KIB);
    assert_int_equal(b->progress[FLASH_PHASE_VERIFY], 300 * KIB);
    assert_false(b->c.nor.is_attached);
    assert_int_equal(b->c.nor.attaches, 1);
    assert_int_equal(b->c.nor.flushes, 1);
}

static void only_what_differs_is_written(void **state)
{
    struct bench *b = *state;
    struct flash_job_result r;
    CHECK_OK(program(b, 0, 128 * KIB, ALL, &r));
    b->image[0x5123] ^= 0x55;
    CHECK_OK(program(b, 0, 128 * KIB, ALL, &r));
    assert_int_equal(r.sectors_same, 31);
    assert_int_equal(r.sectors_erased, 1);
    assert_int_equal(erases(b), 1);
    assert_int_equal(b->c.nor.erases[5], 1);
    assert_int_equal(r.pages_programmed, 16);
    assert_memory_equal(b->c.nor.bytes, b->image, 128 * KIB);
    CHECK_OK(program(b, 0, 128 * KIB, ALL, &r));
    assert_int_equal(r.sectors_same, 32);
    assert_int_equal(r.pages_programmed, 0);
    assert_int_equal(erases(b), 1);
}

static void clearing_bits_needs_no_erase(void **state)
{
    struct bench *b = *state;
    struct flash_job_result r;
    CHECK_OK(program(b, 0, 16 * KIB, ALL, &r));
    b->image[0x1000] &= 0x0F;
    CHECK_OK(program(b, 0, 16 * KIB, ALL, &r));
    assert_int_equal(erases(b), 0);
    assert_memory_equal(b->c.nor.bytes, b->image, 16 * KIB);
}

static void whole_blocks_are_erased_as_blocks(void **state)
{
    struct bench *b = *state;
    memset(b->c.nor.bytes, 0, FAKE_SIZE);
    CHECK_OK(program(b, 0x8000, 0x1C000, ALL, NULL)); /* 32 KB, 64 KB, four sectors */
    assert_int_equal(b->c.nor.commands[0x52], 1);
    assert_int_equal(b->c.nor.commands[0xD8], 1);
    assert_int_equal(b->c.nor.commands[0x20], 4);
    assert_int_equal(erases(b), 28);
    assert_memory_equal(b->c.nor.bytes + 0x8000, b->image, 0x1C000);
    assert_int_equal(b->c.nor.bytes[0x7FFF], 0);
    assert_int_equal(b->c.nor.bytes[0x24000], 0);
}

static void bytes_around_the_pieces_are_kept(void **state)
{
    struct bench *b = *state;
    memset(b->c.nor.bytes, 0xA5, FAKE_SIZE);
    struct flash_piece pieces[] = {
        {.offset = 0x2F80, .bytes = b->image, .len = 0x200, .name = "b.bin"},
        {.offset = 0x2123, .bytes = b->image + 0x1000, .len = 5, .name = "a.bin"},
    };
    CHECK_OK(flash_program(b->f, pieces, 2, ALL, NULL));
    assert_memory_equal(b->c.nor.bytes + 0x2F80, b->image, 0x200);
    assert_memory_equal(b->c.nor.bytes + 0x2123, b->image + 0x1000, 5);
    for (uint32_t i = 0; i < FAKE_SIZE; i++) {
        if ((i < 0x2F80 || i >= 0x3180) && (i < 0x2123 || i >= 0x2128))
            assert_int_equal(b->c.nor.bytes[i], 0xA5);
    }
    assert_int_equal(erases(b), 2);
}

static void blank_pages_are_not_programmed(void **state)
{
    struct bench *b = *state;
    struct flash_job_result r;
    memset(b->image, 0xFF, 64 * KIB);
    b->image[0x3100] = 0;
    CHECK_OK(program(b, 0x10000, 64 * KIB, ALL, &r));
    assert_int_equal(r.pages_programmed, 1);
    assert_int_equal(b->c.nor.commands[0x02], 1);
}

static void everything_is_written_when_asked_to(void **state)
{
    struct bench *b = *state;
    CHECK_OK(program(b, 0, 8 * KIB, ALL, NULL));
    CHECK_OK(program(b, 0, 8 * KIB, FLASH_JOB_ERASE, NULL));
    assert_int_equal(erases(b), 2);
    assert_memory_equal(b->c.nor.bytes, b->image, 8 * KIB);
}

static void what_needs_an_erase_is_refused(void **state)
{
    struct bench *b = *state;
    memset(b->c.nor.bytes + 0x3000, 0, 0x1000);
    CHECK_ERR(program(b, 0, 32 * KIB, FLASH_JOB_VERIFY, NULL), ERR_STATE);
    assert_non_null(strstr(b->log.why, "0x003000"));
    assert_int_equal(b->c.nor.commands[0x02], 0);
    assert_int_equal(erases(b), 0);
    CHECK_OK(flash_erase(b->f, 0x3000, 0x1000));
    CHECK_OK(program(b, 0, 32 * KIB, FLASH_JOB_VERIFY, NULL));
    assert_memory_equal(b->c.nor.bytes, b->image, 32 * KIB);
}

static void arguments_are_checked_first(void **state)
{
    struct bench *b = *state;
    bool blank[1];
    CHECK_ERR(program(b, FAKE_SIZE - 0x1000, 0x1001, ALL, NULL), ERR_RANGE);
    assert_non_null(strstr(b->log.why, "app.bin"));
    assert_non_null(strstr(b->log.why, "0x100000 bytes (1024 KB"));
    CHECK_ERR(program(b, 0xFFFFF000, 0x2000, ALL, NULL), ERR_RANGE);
    CHECK_ERR(program(b, 0, 0, ALL, NULL), ERR_USAGE);
    struct flash_piece two[] = {{.offset = 0x2000, .bytes = b->image, .len = 10, .name = "two"},
                                {.offset = 0x1000, .bytes = b->image, .len = 0x1001, .name = "one"}};
    CHECK_ERR(flash_program(b->f, two, 2, ALL, NULL), ERR_USAGE);
    assert_non_null(strstr(b->log.why, "overlap"));
    CHECK_ERR(flash_erase(b->f, 0x1001, 0x1000), ERR_ALIGN);
    CHECK_ERR(flash_erase(b->f, 0x1000, 0x0FFF), ERR_ALIGN);
    CHECK_ERR(flash_erase(b->f, FAKE_SIZE, 0x1000), ERR_RANGE);
    CHECK_ERR(flash_blank_check(b->f, 4, 0x1000, blank), ERR_ALIGN);
    CHECK_ERR(flash_read(b->f, FAKE_SIZE - 1, b->image, 2), ERR_RANGE);
    CHECK_ERR(flash_program(b->f, NULL, 0, ALL, NULL), ERR_USAGE);
    assert_int_equal(erases(b), 0);
    assert_int_equal(b->c.nor.commands[0x02], 0);
    assert_false(b->c.nor.is_attached);
}

static void reads_erases_and_hashes(void **state)
{
    struct bench *b = *state;
    uint8_t digest[32], expected[32], *back = malloc(FAKE_SIZE);
    bool blank[4];
    memcpy(b->c.nor.bytes, b->image, FAKE_SIZE);
    CHECK_OK(flash_read(b->f, 3, back, 100001));
    assert_memory_equal(back, b->image + 3, 100001);
    assert_int_equal(b->progress[FLASH_PHASE_READ], 100001);
    CHECK_OK(flash_sha256(b->f, 1, 54321, digest));
    hash_sha256(b->image + 1, 54321, expected);
    assert_memory_equal(digest, expected, 32);
    CHECK_OK(flash_erase(b->f, 0x1000, 0x1F000));
    assert_int_equal(b->c.nor.commands[0xD8], 1);
    CHECK_OK(flash_blank_check(b->f, 0, 0x4000, blank));
    assert_false(blank[0]);
    assert_true(blank[1] && blank[2] && blank[3]);
    struct reader r = flash_reader(b->f);
    assert_int_equal(r.size, FAKE_SIZE);
    CHECK_OK(reader_read(&r, 0x20000, back, 16));
    assert_memory_equal(back, b->image + 0x20000, 16);
    free(back);
}

/* Whole words a power of two apart are one job; anything else is read piece by piece, with the same outcome. */
static void gathers_for_the_layout(void **state)
{
    static const struct {
        uint32_t offset, stride;
        size_t each, count;
    } cases[] = {{0, 0x1000, 16, FAKE_SIZE / 0x1000},
                 {0x40, 0x1000, 2048, 20},
                 {5, 0x1000, 16, 9},
                 {0, 3000, 16, 9},
                 {0, 0x1000, 7, 9}};
    struct bench *b = *state;
    struct flash_info info;
    uint8_t *back = malloc(FAKE_SIZE);
    memcpy(b->c.nor.bytes, b->image, FAKE_SIZE);
    CHECK_OK(flash_identify(b->f, &info));
    struct reader r = flash_reader(b->f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_OK(reader_gather(&r, cases[i].offset, cases[i].stride, cases[i].each, cases[i].count, back));
        for (size_t n = 0; n < cases[i].count; n++)
            assert_memory_equal(back + n * cases[i].each, b->image + cases[i].offset + n * cases[i].stride,
                                cases[i].each);
    }
    CHECK_ERR(reader_gather(&r, 0x1000, 0x1000, 16, FAKE_SIZE / 0x1000, back), ERR_RANGE);
    free(back);
}

static void verify_names_the_first_difference(void **state)
{
    struct bench *b = *state;
    memcpy(b->c.nor.bytes + 0x1010, b->image, 0x5000);
    struct flash_piece p = {.offset = 0x1010, .bytes = b->image, .len = 0x5000, .name = "app.bin"};
    CHECK_OK(flash_verify(b->f, &p, 1));
    b->c.nor.bytes[0x3456] ^= 0x10;
    b->c.nor.bytes[0x5000] ^= 0x10;
    CHECK_ERR(flash_verify(b->f, &p, 1), ERR_VERIFY);
    assert_non_null(strstr(b->log.why, "app.bin at 0x003456"));
}

static void a_weak_bit_is_found(void **state)
{
    struct bench *b = *state;
    b->image[0x2345] = 0;
    b->c.nor.weak_at = 0x2345;
    CHECK_ERR(program(b, 0, 32 * KIB, ALL, NULL), ERR_VERIFY);
    assert_non_null(strstr(b->log.why, "0x002345: it holds 0x01 instead of 0x00"));
}

static void a_flash_that_gets_stuck(void **state)
{
    struct bench *b = *state;
    memset(b->c.nor.bytes, 0, 0x20000);
    b->c.nor.programs_left = 3 * 64 + 5; /* chunks: in the fourth sector */
    CHECK_ERR(program(b, 0, 0x20000, ALL, NULL), ERR_FLASH);
    assert_non_null(strstr(b->log.why, "stays busy"));
    assert_non_null(strstr(b->log.why,
                           "sectors 0x0-0x2fff are new, 0x3000 is erased and half-written, 0x4000-0xffff are "
                           "erased, the rest is unchanged; run the same command again to finish"));
    assert_false(b->c.nor.is_attached);
    b->c.nor.programs_left = UINT32_MAX;
    b->c.nor.is_busy = false;
    CHECK_OK(program(b, 0, 0x20000, ALL, NULL));
    assert_memory_equal(b->c.nor.bytes, b->image, 0x20000);
}

static void a_wire_that_breaks(void **state)
{
    struct bench *b = *state;
    memset(b->c.nor.bytes, 0, 0x20000);
    struct flash_info info;
    CHECK_OK(flash_identify(b->f, &info));
    b->c.submits_left = 5; /* hash, erase, two programs; the third breaks */
    CHECK_ERR(program(b, 0, 0x20000, ALL, NULL), ERR_DISCONNECTED);
    assert_non_null(strstr(b->log.why, "are new"));
    assert_non_null(strstr(b->log.why, "run the same command again"));
    b->c.is_broken = false;
    b->c.submits_left = UINT32_MAX;
    if (b->c.nor.is_attached)
        flash_forget(b->f);
    CHECK_OK(program(b, 0, 0x20000, ALL, NULL));
    assert_memory_equal(b->c.nor.bytes, b->image, 0x20000);
}

/* The wire breaks at each transfer once; the same job again always finishes. */
static void breaks_everywhere(void **state)
{
    struct bench *b = *state;
    unsigned at = 0;
    enum err e;
    memset(b->c.nor.bytes + 0x3000, 0, 0x1D000);
    do {
        b->c.submits_left = ++at;
        e = program(b, 0x1800, 0x14000, ALL, NULL);
        assert_true(e == ERR_OK || e == ERR_DISCONNECTED);
        b->c.is_broken = false;
    } while (e);
    assert_true(at > 5);
    assert_memory_equal(b->c.nor.bytes + 0x1800, b->image, 0x14000);
}

static void no_flash(void **state)
{
    struct bench *b = *state;
    struct flash_info info;
    memset(b->c.nor.id, 0xFF, 3);
    CHECK_ERR(flash_identify(b->f, &info), ERR_FLASH);
    assert_non_null(strstr(b->log.why, "no flash answers"));
    assert_false(b->c.nor.is_attached);
}

static void no_write_enable(void **state)
{
    struct bench *b = *state;
    b->c.nor.ignores_enable = true;
    CHECK_ERR(program(b, 0x4000, 0x1000, ALL, NULL), ERR_FLASH);
    assert_non_null(strstr(b->log.why, "write enable"));
    assert_non_null(strstr(b->log.why, "nothing was changed"));
}

static void write_protection_is_taken_off(void **state)
{
    struct bench *b = *state;
    b->c.nor.status[0] = 0x1C;
    b->c.nor.status[1] = 0x02;
    CHECK_OK(program(b, 0, 0x1000, ALL, NULL));
    assert_int_equal(b->c.nor.status[0], 0);
    assert_int_equal(b->c.nor.status[1], 0x02); /* quad enable stays */
    flash_forget(b->f);
    b->c.nor.status[0] = 0x1C;
    b->c.nor.protection_lock = 1;
    CHECK_ERR(program(b, 0x1000, 0x1000, ALL, NULL), ERR_FLASH);
    assert_non_null(strstr(b->log.why, "write protected"));
}

static void small_reads_share_one_start(void **state)
{
    struct bench *b = *state;
    uint8_t back[64];
    CHECK_OK(program(b, 0, 16 * KIB, ALL, NULL));
    b->c.starts = b->c.stops = 0;
    CHECK_OK(flash_hold(b->f));
    for (uint32_t at = 0; at < 16 * KIB; at += KIB) {
        CHECK_OK(flash_read(b->f, at, back, sizeof back));
        assert_memory_equal(back, b->image + at, sizeof back);
    }
    assert_int_equal(b->c.stops, 0);
    CHECK_OK(flash_let_go(b->f, ERR_OK));
    assert_int_equal(b->c.starts, 1);
    assert_int_equal(b->c.stops, 1);
    assert_false(b->c.nor.is_attached);
}

static void an_error_ends_what_is_held(void **state)
{
    struct bench *b = *state;
    uint8_t back[64];
    CHECK_OK(flash_hold(b->f));
    CHECK_ERR(flash_read(b->f, FAKE_SIZE, back, sizeof back), ERR_RANGE);
    assert_int_equal(b->c.stops, 1);
    assert_false(b->c.nor.is_attached);
    CHECK_OK(flash_read(b->f, 0, back, sizeof back));
    assert_int_equal(b->c.starts, 2);
    assert_int_equal(b->c.stops, 2);
    CHECK_ERR(flash_let_go(b->f, ERR_RANGE), ERR_RANGE);
    assert_int_equal(b->c.stops, 2);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BENCH(a_blank_flash_is_not_erased),
        WITH_BENCH(only_what_differs_is_written),
        WITH_BENCH(clearing_bits_needs_no_erase),
        WITH_BENCH(whole_blocks_are_erased_as_blocks),
        WITH_BENCH(bytes_around_the_pieces_are_kept),
        WITH_BENCH(blank_pages_are_not_programmed),
        WITH_BENCH(everything_is_written_when_asked_to),
        WITH_BENCH(what_needs_an_erase_is_refused),
        WITH_BENCH(arguments_are_checked_first),
        WITH_BENCH(reads_erases_and_hashes),
        WITH_BENCH(gathers_for_the_layout),
        WITH_BENCH(small_reads_share_one_start),
        WITH_BENCH(an_error_ends_what_is_held),
        WITH_BENCH(verify_names_the_first_difference),
        WITH_BENCH(a_weak_bit_is_found),
        WITH_BENCH(a_flash_that_gets_stuck),
        WITH_BENCH(a_wire_that_breaks),
        WITH_BENCH(breaks_everywhere),
        WITH_BENCH(no_flash),
        WITH_BENCH(no_write_enable),
        WITH_BENCH(write_protection_is_taken_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
