/* SPDX-License-Identifier: Apache-2.0 */
/* Which app the sample bootloader chooses: its own source, on the host, over a flash in memory. */
#include "tests/unit.h"

#include <string.h>

#include "sim/rom/bootloader/boot.h"
#include "sim/rom/common/print.h"
#include "sim/rom/common/spi_flash.h"

enum { OTADATA = 0x1000, SECTOR = 0x1000, ERASED = -1 };

/* The flash that the linked source reads and writes. */
static uint8_t flash[0x4000];

void spi_flash_read(uint32_t from, uint32_t *to, uint32_t len)
{
    memcpy(to, flash + from, len);
}

void spi_flash_erase_sector(uint32_t at)
{
    memset(flash + at, 0xFF, SECTOR);
}

void spi_flash_program(uint32_t at, const uint32_t *from, uint32_t len)
{
    memcpy(flash + at, from, len);
}

void print_log(char level, const char *tag, const char *format, ...)
{
    (void)level;
    (void)tag;
    (void)format;
}

/* Of the sequence numbers 1..6, as zlib gives them: crc32(number as 4 bytes, 0xFFFFFFFF). */
static const uint32_t crcs[] = {0, 0x4743989A, 0x55F63774, 0xED4A5011, 0x709D68A8, 0xC8210FCD, 0xDA94A023};
enum { STATE_NEW, STATE_PENDING, STATE_VALID, STATE_INVALID, STATE_ABORTED, STATE_UNDEFINED = -1, CRC_WRONG = 100 };

struct choice {
    int seq[2]; /* ERASED, or the number */
    int state[2];
    bool has_factory;
    unsigned ota_count;
    int index;
    bool is_unset;
};

static const struct choice choices[] = {
    {{ERASED, ERASED}, {0, 0}, true, 2, BOOT_INDEX_FACTORY, true},
    {{ERASED, ERASED}, {0, 0}, false, 2, 0, true},
    {{1, ERASED}, {STATE_UNDEFINED, 0}, true, 2, 0, false},
    {{1, 2}, {STATE_VALID, STATE_VALID}, true, 2, 1, false},
    {{3, 2}, {STATE_VALID, STATE_VALID}, true, 2, 0, false},
    {{5, 6}, {STATE_NEW, STATE_PENDING}, true, 4, 1, false},
    {{5, 6}, {STATE_VALID, STATE_ABORTED}, true, 2, 0, false},
    {{5, 6}, {STATE_INVALID, STATE_ABORTED}, true, 2, BOOT_INDEX_FACTORY, false},
    {{1, 2}, {STATE_VALID, CRC_WRONG}, true, 2, 0, false},
    {{1, 2}, {CRC_WRONG, CRC_WRONG}, true, 2, BOOT_INDEX_FACTORY, true},
    {{1, 2}, {STATE_VALID, STATE_VALID}, true, 0, BOOT_INDEX_FACTORY, false},
};

static void put_u32(uint32_t at, uint32_t value)
{
    memcpy(flash + at, &value, sizeof(value));
}

static void put_record(unsigned number, int seq, int state)
{
    uint32_t at = OTADATA + number * SECTOR;
    if (seq == ERASED)
        return;
    put_u32(at, (uint32_t)seq);
    put_u32(at + 24, state == CRC_WRONG ? STATE_VALID : (uint32_t)state);
    put_u32(at + 28, crcs[seq] ^ (state == CRC_WRONG ? 1U : 0U));
}

static void highest_bootable_record_wins(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
        const struct choice *c = &choices[i];
        struct boot_table t = {.otadata = {OTADATA, 2 * SECTOR}, .ota_count = c->ota_count};
        t.factory.size = c->has_factory ? 0x10000 : 0;
        memset(flash, 0xFF, sizeof(flash));
        put_record(0, c->seq[0], c->state[0]);
        put_record(1, c->seq[1], c->state[1]);
        bool is_unset = !c->is_unset;
        int index = otadata_select(&t, &is_unset);
        if (index != c->index || is_unset != c->is_unset)
            fail_msg("choice %u: got %d, unset %d", i, index, is_unset);
    }
}

static void written_record_is_chosen(void **unused)
{
    (void)unused;
    struct boot_table t = {.otadata = {OTADATA, 2 * SECTOR}, .ota_count = 3};
    bool is_unset;
    memset(flash, 0, sizeof(flash));
    otadata_write(&t, 2);
    uint32_t crc;
    memcpy(&crc, flash + OTADATA + 28, sizeof(crc));
    assert_int_equal(crc, crcs[3]);
    assert_int_equal(otadata_select(&t, &is_unset), 2);
    assert_false(is_unset);
}

static void no_otadata_means_factory(void **unused)
{
    (void)unused;
    struct boot_table t = {.factory = {0x10000, 0x10000}};
    bool is_unset;
    assert_int_equal(otadata_select(&t, &is_unset), BOOT_INDEX_FACTORY);
    assert_false(is_unset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(highest_bootable_record_wins),
        cmocka_unit_test(written_record_is_chosen),
        cmocka_unit_test(no_otadata_means_factory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
