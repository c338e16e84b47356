/* SPDX-License-Identifier: Apache-2.0 */
/* Breakpoints in flash: how often sectors are written, what others see of them, and that the original comes back whatever is cut. */
#include "flash/patch.h"
#include "native_carrier.h"
#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>

enum { SECTOR = FLASH_SECTOR_SIZE, ALL = FLASH_JOB_ERASE | FLASH_JOB_SKIP_SAME | FLASH_JOB_VERIFY };

struct bench {
    struct native_carrier c;
    struct log log;
    struct flash *f;
    struct buf journal; /* what is on the disk */
    unsigned clears;
    bool disk_is_full;
    uint8_t program[FAKE_SIZE], at_append[FAKE_SIZE]; /* the flash as delivered; as the journal last grew */
};

static enum err append(void *ctx, const void *bytes, size_t len)
{
    struct bench *b = ctx;
    if (b->disk_is_full)
        return err_at(&b->log, ERR_IO, "the disk is full");
    memcpy(b->at_append, b->c.nor.bytes, sizeof b->at_append);
    buf_append(&b->journal, bytes, len);
    return ERR_OK;
}

static enum err clear(void *ctx)
{
    struct bench *b = ctx;
    buf_clear(&b->journal);
    b->clears++;
    return ERR_OK;
}

static void start_session(struct bench *b)
{
    const struct flash_patch_store store = {append, clear, NULL, b};
    flash_free(b->f);
    /* The debugger is another one, the flash is what it was. */
    struct spi nor = b->c.nor;
    native_carrier_init(&b->c);
    memcpy(b->c.nor.bytes, nor.bytes, sizeof nor.bytes);
    memcpy(b->c.nor.erases, nor.erases, sizeof nor.erases);
    b->f = flash_new_on(&b->c.base, &b->log, &b->c.clock);
    flash_patch_use(b->f, &store, "test-1");
}

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    uint32_t seed = 7;
    native_carrier_init(&b->c);
    log_init(&b->log, LOG_SILENT);
    for (size_t i = 0; i < sizeof b->program / 2; i++) { /* the second half is blank */
        seed = seed * 1664525 + 1013904223;
        b->program[i] = (uint8_t)(seed >> 24);
    }
    memset(b->program + sizeof b->program / 2, 0xFF, sizeof b->program / 2);
    memcpy(b->c.nor.bytes, b->program, sizeof b->program);
    start_session(b);
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    flash_free(b->f);
    buf_fini(&b->journal);
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

static void expect_flash(const struct bench *b, const struct flash_patch *patches, size_t count)
{
    uint8_t *expected = malloc(sizeof b->program);
    memcpy(expected, b->program, sizeof b->program);
    for (size_t i = 0; i < count; i++)
        expected[patches[i].offset] = patches[i].value;
    assert_memory_equal(b->c.nor.bytes, expected, sizeof b->program);
    free(expected);
}

static void expect_program(const struct bench *b)
{
    expect_flash(b, NULL, 0);
}

static const struct flash_patch some[] = {
    {3 * SECTOR + 5, 0x2D},   {3 * SECTOR + 6, 0xF0}, {3 * SECTOR + 900, 0x00}, {3 * SECTOR + 901, 0x40},
    {3 * SECTOR + 902, 0x00}, {7 * SECTOR, 0x2D},     {7 * SECTOR + 1, 0xF0},   {8 * SECTOR - 1, 0x2D},
    {8 * SECTOR, 0xF0}, /* one that reaches over the end of a sector */
};
enum { SOME = sizeof some / sizeof some[0], SOME_SECTORS = 3 };

/* --- how often --- */

static void a_sector_is_written_once_however_many_patches_it_gets(void **state)
{
    struct bench *b = *state;
    CHECK_OK(flash_patch_set(b->f, some, SOME));
    expect_flash(b, some, SOME);
    assert_int_equal(flash_patch_writes(b->f), SOME_SECTORS);
    assert_int_equal(flash_patch_sectors(b->f), SOME_SECTORS);
    assert_int_equal(erases(b), SOME_SECTORS);
    /* the same again, in another order, touches nothing at all */
    struct flash_patch turned[SOME];
    for (size_t i = 0; i < SOME; i++)
        turned[i] = some[SOME - 1 - i];
    unsigned starts = b->c.starts;
    size_t journal = b->journal.len;
    CHECK_OK(flash_patch_set(b->f, turned, SOME));
    assert_int_equal(b->c.starts, starts);
    assert_int_equal(b->journal.len, journal);
    /* one more and one less: only their sector */
    CHECK_OK(flash_patch_set(b->f, some + 1, SOME - 1));
    assert_int_equal(flash_patch_writes(b->f), SOME_SECTORS + 1);
    CHECK_OK(flash_patch_set(b->f, NULL, 0));
    expect_program(b);
    assert_int_equal(flash_patch_writes(b->f), SOME_SECTORS + 1 + SOME_SECTORS);
    assert_int_equal(flash_patch_sectors(b->f), 0);
    assert_int_equal(b->journal.len, 0);
    assert_int_equal(b->clears, 1);
}

static void patches_that_only_clear_bits_need_no_erase(void **state)
{
    struct bench *b = *state;
    const struct flash_patch zero = {FAKE_SIZE / 2 + 100, 0x40}; /* blank there */
    CHECK_OK(flash_patch_set(b->f, &zero, 1));
    expect_flash(b, &zero, 1);
    assert_int_equal(erases(b), 0);
    CHECK_OK(flash_patch_set(b->f, NULL, 0));
    expect_program(b);
}

static void nothing_wanted_costs_nothing(void **state)
{
    struct bench *b = *state;
    CHECK_OK(flash_patch_set(b->f, NULL, 0));
    assert_int_equal(b->c.starts, 0);
    assert_int_equal(b->journal.len, 0);
}

/* --- what others see --- */

static void reading_shows_the_program(void **state)
{
    struct bench *b = *state;
    uint8_t back[2 * SECTOR];
    CHECK_OK(flash_patch_set(b->f, some, SOME));
    CHECK_OK(flash_read(b->f, 7 * SECTOR - 10, back, sizeof back));
    assert_memory_equal(back, b->program + 7 * SECTOR - 10, sizeof back);
    struct reader r = flash_reader(b->f);
    uint8_t gathered[2][16];
    CHECK_OK(reader_gather(&r, 7 * SECTOR, SECTOR, 16, 2, gathered));
    assert_memory_equal(gathered[0], b->program + 7 * SECTOR, 16);
    assert_memory_equal(gathered[1], b->program + 8 * SECTOR, 16);
    assert_true(flash_patch_is_at(b->f, 7 * SECTOR + 1));
    assert_false(flash_patch_is_at(b->f, 7 * SECTOR + 2));
    expect_flash(b, some, SOME);
}

static void verifying_and_hashing_have_the_sectors_restored(void **state)
{
    struct bench *b = *state;
    const struct flash_piece piece = {.offset = 0, .bytes = b->program, .len = 5 * SECTOR, .name = "program"};
    CHECK_OK(flash_patch_set(b->f, some, SOME));
    CHECK_OK(flash_verify(b->f, &piece, 1));
    expect_flash(b, some + 5, SOME - 5); /* those of other sectors stay */
    assert_int_equal(flash_patch_sectors(b->f), SOME_SECTORS - 1);
    uint8_t on_chip[32], expected[32];
    bool is_blank[2];
    CHECK_OK(flash_sha256(b->f, 7 * SECTOR, 100, on_chip));
    expect_flash(b, some + 8, 1);
    CHECK_OK(flash_patch_set(b->f, some, SOME));
    CHECK_OK(flash_blank_check(b->f, 8 * SECTOR, SECTOR, is_blank));
    CHECK_OK(flash_patch_set(b->f, NULL, 0));
    CHECK_OK(flash_sha256(b->f, 7 * SECTOR, 100, expected));
    assert_memory_equal(on_chip, expected, sizeof expected);
}

static void programming_ends_the_patches_of_its_sectors(void **state)
{
    struct bench *b = *state;
    uint8_t bytes[100];
    memset(bytes, 0x5A, sizeof bytes);
    const struct flash_piece piece = {.offset = 3 * SECTOR + 950, .bytes = bytes, .len = sizeof bytes, .name = "new"};
    CHECK_OK(flash_patch_set(b->f, some, SOME));
    CHECK_OK(flash_program(b->f, &piece, 1, ALL, NULL));
    memcpy(b->program + piece.offset, bytes, sizeof bytes);
    expect_flash(b, some + 5, SOME - 5);
    /* what is patched next and taken out keeps the new content */
    CHECK_OK(flash_patch_set(b->f, some, SOME));
    CHECK_OK(flash_erase(b->f, 7 * SECTOR, SECTOR));
    memset(b->program + 7 * SECTOR, 0xFF, SECTOR);
    CHECK_OK(flash_patch_set(b->f, NULL, 0));
    expect_program(b);
    assert_int_equal(b->journal.len, 0);
}

/* --- what is refused --- */

static void without_a_journal_nothing_is_touched(void **state)
{
    struct bench *b = *state;
    b->disk_is_full = true;
    CHECK_ERR(flash_patch_set(b->f, some, SOME), ERR_IO);
    expect_program(b);
    b->disk_is_full = false;
    CHECK_OK(flash_patch_set(b->f, some, SOME));
    expect_flash(b, some, SOME);
    flash_free(b->f);
    b->f = flash_new_on(&b->c.base, &b->log, &b->c.clock);
    CHECK_ERR(flash_patch_set(b->f, some, SOME), ERR_UNSUPPORTED);
}

static void write_protection_stays(void **state)
{
    struct bench *b = *state;
    b->c.nor.status[0] = 0x1C; /* BP2..0: everything */
    CHECK_ERR(flash_patch_set(b->f, some, SOME), ERR_STATE);
    assert_non_null(strstr(b->log.why, "write-protected"));
    assert_int_equal(b->c.nor.status[0], 0x1C);
    expect_program(b);
    assert_int_equal(b->journal.len, 0);
}

/* --- an earlier session's --- */

static struct flash_recovery recover(struct bench *b)
{
    struct patch_journal j;
    struct flash_recovery r;
    start_session(b);
    patch_journal_parse(&j, b->journal.bytes, b->journal.len);
    CHECK_OK(flash_patch_recover(b->f, &j, &r));
    patch_journal_fini(&j);
    return r;
}

static void the_journal_is_there_before_the_flash_is_touched(void **state)
{
    struct bench *b = *state;
    struct patch_journal j;
    b->c.submits_left = 9; /* enough to look, not to write all */
    assert_int_not_equal(flash_patch_set(b->f, some, SOME), ERR_OK);
    assert_memory_equal(b->at_append, b->program, sizeof b->program);
    patch_journal_parse(&j, b->journal.bytes, b->journal.len);
    assert_string_equal(j.chip, "test-1");
    patch_journal_fini(&j);
}

static void a_session_that_was_killed_is_made_good(void **state)
{
    struct bench *b = *state;
    CHECK_OK(flash_patch_set(b->f, some, SOME));
    struct flash_recovery r = recover(b);
    expect_program(b);
    assert_int_equal(r.restored, SOME_SECTORS);
    assert_int_equal(r.foreign, 0);
    assert_int_equal(b->journal.len, 0);
    r = recover(b);
    assert_int_equal(r.restored + r.intact + r.foreign, 0);
}

/* Setting, changing and taking out, with the wire cut after every single job; then once more while it is made good. */
static void the_wire_may_break_anywhere(void **state)
{
    struct bench *b = *state;
    unsigned cut = 0;
    for (bool is_whole = false; !is_whole; cut++) {
        b->c.submits_left = cut;
        is_whole = flash_patch_set(b->f, some, SOME) == ERR_OK && flash_patch_set(b->f, some + 2, SOME - 3) == ERR_OK &&
                   flash_patch_set(b->f, NULL, 0) == ERR_OK;
        struct patch_journal j;
        struct flash_recovery r;
        start_session(b);
        b->c.submits_left = cut % 23;
        patch_journal_parse(&j, b->journal.bytes, b->journal.len);
        if (flash_patch_recover(b->f, &j, &r) != ERR_OK)
            r = recover(b);
        patch_journal_fini(&j);
        expect_program(b);
        assert_int_equal(r.foreign, 0);
        assert_int_equal(b->journal.len, 0);
        start_session(b);
    }
    assert_true(cut > 40);
}

/* The power goes while a sector is written: what is left of an erase, and then of the programming of its pages. */
static void the_power_may_fail_anywhere(void **state)
{
    struct bench *b = *state;
    uint8_t *sector = b->c.nor.bytes + 3 * SECTOR;
    for (size_t bytes = 0; bytes <= 2 * SECTOR; bytes += 97) {
        struct patch_journal j;
        CHECK_OK(flash_patch_set(b->f, some, 5));
        patch_journal_parse(&j, b->journal.bytes, b->journal.len);
        size_t erased = bytes < SECTOR ? bytes : SECTOR, programmed = bytes - erased;
        memcpy(sector, b->program + 3 * SECTOR, SECTOR);
        for (size_t i = 0; i < erased; i++)
            sector[i] = 0xFF;
        for (size_t i = 0; i < programmed; i++)
            sector[i] = 0xFF;
        patch_apply(&j.sectors[0], &j.sectors[0].now, b->at_append);
        memcpy(sector, b->at_append, programmed);
        b->journal.len -= 16; /* the record that it was done is not there yet */
        patch_journal_fini(&j);
        struct flash_recovery r = recover(b);
        expect_program(b);
        assert_int_equal(r.foreign, 0);
    }
}

static void what_somebody_else_programmed_is_left_alone(void **state)
{
    struct bench *b = *state;
    CHECK_OK(flash_patch_set(b->f, some, SOME));
    for (size_t i = 0; i < SECTOR; i++)
        b->c.nor.bytes[3 * SECTOR + i] = (uint8_t)(i * 7);
    memcpy(b->program + 3 * SECTOR, b->c.nor.bytes + 3 * SECTOR, SECTOR);
    memcpy(b->c.nor.bytes + 7 * SECTOR, b->program + 7 * SECTOR, SECTOR); /* the same program, anew */
    struct flash_recovery r = recover(b);
    expect_program(b);
    assert_int_equal(r.restored, 1);
    assert_int_equal(r.intact, 1);
    assert_int_equal(r.foreign, 1);
    assert_int_equal(r.first_foreign, 3 * SECTOR);
}

/* Cut short, then erased and programmed by another tool: the sector is blank, as if it were ours, but its neighbours are not. */
static void a_flash_that_was_erased_is_left_alone(void **state)
{
    struct bench *b = *state;
    CHECK_OK(flash_patch_set(b->f, some, 5));
    b->journal.len -= 16;
    memset(b->c.nor.bytes, 0xFF, FAKE_SIZE);
    memset(b->program, 0xFF, FAKE_SIZE);
    struct flash_recovery r = recover(b);
    expect_program(b);
    assert_int_equal(r.restored, 0);
    assert_int_equal(r.foreign, 1);
    assert_int_equal(b->journal.len, 0);
}

/* The program has written its own flash, or another door has, while the session goes on. */
static void a_sector_that_changes_under_us_is_taken_as_it_is(void **state)
{
    struct bench *b = *state;
    CHECK_OK(flash_patch_set(b->f, some, SOME));
    memset(b->c.nor.bytes + 3 * SECTOR, 0x33, SECTOR);
    memset(b->program + 3 * SECTOR, 0x33, SECTOR);
    CHECK_OK(flash_patch_set(b->f, some + 1, SOME - 1));
    expect_flash(b, some + 1, SOME - 1);
    CHECK_OK(flash_patch_set(b->f, NULL, 0));
    expect_program(b);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_BENCH(a_sector_is_written_once_however_many_patches_it_gets),
        WITH_BENCH(patches_that_only_clear_bits_need_no_erase),
        WITH_BENCH(nothing_wanted_costs_nothing),
        WITH_BENCH(reading_shows_the_program),
        WITH_BENCH(verifying_and_hashing_have_the_sectors_restored),
        WITH_BENCH(programming_ends_the_patches_of_its_sectors),
        WITH_BENCH(without_a_journal_nothing_is_touched),
        WITH_BENCH(write_protection_stays),
        WITH_BENCH(the_journal_is_there_before_the_flash_is_touched),
        WITH_BENCH(a_session_that_was_killed_is_made_good),
        WITH_BENCH(the_wire_may_break_anywhere),
        WITH_BENCH(the_power_may_fail_anywhere),
        WITH_BENCH(what_somebody_else_programmed_is_left_alone),
        WITH_BENCH(a_flash_that_was_erased_is_left_alone),
        WITH_BENCH(a_sector_that_changes_under_us_is_taken_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
