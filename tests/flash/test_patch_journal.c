/* SPDX-License-Identifier: Apache-2.0 */
/* The journal of breakpoints in flash: what is written is read again, cut anywhere, damaged anywhere. */
#include "flash/patch_journal.h"
#include "tests/unit.h"

#include <stdlib.h>
#include <string.h>

static struct patch_byte first[] = {{5, 0x2D}, {6, 0xF0}}, second[] = {{4095, 0x40}};

static struct patch_sector sector_at(uint32_t offset)
{
    struct patch_sector s = {.offset = offset,
                             .now = {second, 1},
                             .before = {first, 2},
                             .has_neighbour = {true, false},
                             .neighbour = {{1, 2, 3}}};
    for (size_t i = 0; i < sizeof s.original; i++)
        s.original[i] = (uint8_t)(i * 31 + offset / 4096);
    return s;
}

/* Ends of its records are noted. */
static struct buf make(size_t ends[8])
{
    struct buf out = {0};
    struct patch_sector a = sector_at(0x3000), b = sector_at(0x10000);
    patch_journal_put_chip(&out, "esp32-24:0a:c4:00:00:01");
    ends[0] = out.len;
    patch_journal_put_change(&out, &a);
    ends[1] = out.len;
    patch_journal_put_change(&out, &b);
    ends[2] = out.len;
    patch_journal_put_done(&out, a.offset);
    ends[3] = out.len;
    a.now = (struct patch_bytes){0};
    patch_journal_put_change(&out, &a);
    ends[4] = out.len;
    patch_journal_put_end(&out, a.offset);
    ends[5] = out.len;
    patch_journal_put_end(&out, b.offset);
    ends[6] = out.len;
    return out;
}

/* What stands in it after so many records: sectors, and whether the first one is changing. */
static const struct {
    size_t sectors;
    bool is_changing;
} after[] = {{0, false}, {0, false}, {1, true}, {2, true}, {2, false}, {2, true}, {1, true}, {0, false}};

static void what_is_written_is_read(void **state)
{
    size_t ends[8];
    struct patch_journal j;
    struct buf file = make(ends);
    (void)state;
    patch_journal_parse(&j, file.bytes, ends[2]);
    assert_string_equal(j.chip, "esp32-24:0a:c4:00:00:01");
    assert_int_equal(j.count, 2);
    struct patch_sector expected = sector_at(0x10000);
    const struct patch_sector *s = &j.sectors[1];
    assert_int_equal(s->offset, 0x10000);
    assert_memory_equal(s->original, expected.original, sizeof s->original);
    assert_true(patch_bytes_equal(&s->now, &expected.now));
    assert_true(patch_bytes_equal(&s->before, &expected.before));
    assert_true(s->has_neighbour[0] && !s->has_neighbour[1]);
    assert_memory_equal(s->neighbour, expected.neighbour, sizeof s->neighbour);
    patch_journal_fini(&j);
    buf_fini(&file);
}

static void it_may_be_cut_at_every_byte(void **state)
{
    size_t ends[8];
    struct buf file = make(ends);
    (void)state;
    for (size_t len = 0; len <= file.len; len++) {
        struct patch_journal j;
        size_t records = 0;
        while (records < 7 && ends[records] <= len)
            records++;
        uint8_t *exact = malloc(len + !len);
        memcpy(exact, file.bytes, len);
        patch_journal_parse(&j, exact, len);
        assert_int_equal(j.read, records ? ends[records - 1] : 0);
        assert_int_equal(j.count, after[records].sectors);
        if (j.count)
            assert_int_equal(j.sectors[0].is_changing, after[records].is_changing);
        patch_journal_fini(&j);
        free(exact);
    }
    buf_fini(&file);
}

static void a_damaged_byte_ends_it(void **state)
{
    size_t ends[8];
    struct buf file = make(ends);
    (void)state;
    for (size_t at = 0; at < file.len; at++) {
        struct patch_journal j;
        size_t records = 0;
        while (ends[records] <= at)
            records++;
        file.bytes[at] ^= 0x10;
        patch_journal_parse(&j, file.bytes, file.len);
        assert_int_equal(j.read, records ? ends[records - 1] : 0);
        patch_journal_fini(&j);
        file.bytes[at] ^= 0x10;
    }
    buf_fini(&file);
}

static void contents_are_told_from_each_other(void **state)
{
    struct patch_sector s = sector_at(0);
    uint8_t content[FLASH_SECTOR_SIZE];
    (void)state;
    assert_int_equal(patch_judge(&s, s.original), PATCH_IS_ORIGINAL);
    patch_apply(&s, &s.now, content);
    assert_int_equal(patch_judge(&s, content), PATCH_IS_OURS);
    assert_int_equal(patch_made_from(&s, content), PATCH_FROM_NOW);
    patch_apply(&s, &s.before, content);
    assert_int_equal(patch_judge(&s, content), PATCH_IS_FOREIGN); /* the change that replaced it has ended */
    s.is_changing = true;
    assert_int_equal(patch_judge(&s, content), PATCH_IS_OURS);
    assert_int_equal(patch_made_from(&s, content), PATCH_FROM_BEFORE);
    memset(content, 0xFF, 3000);
    assert_int_equal(patch_judge(&s, content), PATCH_IS_CUT);
    content[3500] ^= 0x01;
    content[3501] ^= 0x01;
    assert_int_equal(patch_judge(&s, content), PATCH_IS_FOREIGN);
    memset(content, 0xFF, sizeof content);
    assert_int_equal(patch_judge(&s, content), PATCH_IS_CUT);
    s.is_changing = false;
    assert_int_equal(patch_judge(&s, content), PATCH_IS_FOREIGN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(it_may_be_cut_at_every_byte),
        cmocka_unit_test(a_damaged_byte_ends_it),
        cmocka_unit_test(contents_are_told_from_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
