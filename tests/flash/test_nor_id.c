/* SPDX-License-Identifier: Apache-2.0 */
/* What is made of RDID and SFDP. */
#include "base/bytes.h"
#include "flash/nor_id.h"
#include "tests/unit.h"

#include <string.h>

/* SFDP like that of a W25Q64JV: one basic table of 16 dwords at 0x80, 8 MB, erase types 4, 32 and 64 KB. */
static void w25q64_sfdp(uint8_t sfdp[NOR_SFDP_READ])
{
    static const uint8_t head[] = {0x53, 0x46, 0x44, 0x50, 0x05, 0x01, 0x00, 0xFF,
                                   0x00, 0x05, 0x01, 0x10, 0x80, 0x00, 0x00, 0xFF};
    static const uint8_t table[] = {0xE5, 0x20, 0xF9, 0xFF, 0xFF, 0xFF, 0xFF, 0x03, 0x44, 0xEB, 0x08, 0x6B, 0x08,
                                    0x3B, 0x42, 0xBB, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0xFF, 0xFF,
                                    0x40, 0xEB, 0x0C, 0x20, 0x0F, 0x52, 0x10, 0xD8, 0x00, 0x00, 0x36, 0x02, 0xA6,
                                    0x00, 0x82, 0xEA, 0x14, 0xC9, 0xE9, 0x63, 0x76, 0x33, 0x7A, 0x75, 0x7A, 0x75,
                                    0xF7, 0xA2, 0xD5, 0x5C, 0x19, 0xF7, 0x4D, 0xFF, 0xE9, 0x30, 0xF8, 0x80};
    memset(sfdp, 0xFF, NOR_SFDP_READ);
    memcpy(sfdp, head, sizeof head);
    memcpy(sfdp + 0x80, table, sizeof table);
}

/* A chip to be identified, and what was learnt of it. */
struct bench {
    struct log log;
    uint8_t sfdp[NOR_SFDP_READ];
    struct flash_info info;
    struct nor_commands commands;
};

static void bench_init(struct bench *b, bool has_sfdp)
{
    log_init(&b->log, LOG_SILENT);
    memset(b->sfdp, 0xFF, sizeof b->sfdp);
    if (has_sfdp)
        w25q64_sfdp(b->sfdp);
}

static enum err identify(struct bench *b, uint32_t id)
{
    const uint8_t rdid[3] = {(uint8_t)(id >> 16), (uint8_t)(id >> 8), (uint8_t)id};
    b->info = (struct flash_info){0};
    return nor_describe(&b->log, rdid, b->sfdp, "Look at GPIO6", &b->info, &b->commands);
}

static void a_real_part(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, true);
    CHECK_OK(identify(&b, 0xEF4017));
    assert_int_equal(b.info.size, 8 << 20);
    assert_string_equal(b.info.maker, "Winbond");
    assert_string_equal(b.info.size_source, "JEDEC id and SFDP");
    assert_int_equal(b.commands.erase[0].log2 << 8 | b.commands.erase[0].opcode, 16 << 8 | 0xD8);
    assert_int_equal(b.commands.erase[1].log2 << 8 | b.commands.erase[1].opcode, 15 << 8 | 0x52);
    assert_int_equal(b.commands.erase[2].log2 << 8 | b.commands.erase[2].opcode, 12 << 8 | 0x20);
    assert_int_equal(b.commands.erase[3].log2, 0);
}

static void sizes_of_the_capacity_byte(void **state)
{
    (void)state;
    static const struct {
        uint8_t maker, capacity;
        uint32_t size;
    } rows[] = {
        {0xEF, 0x12, 256 << 10}, {0xEF, 0x16, 4 << 20},  {0xC8, 0x18, 16 << 20}, {0xEF, 0x19, 32 << 20},
        {0xEF, 0x20, 64 << 20},  {0xEF, 0x1A, 64 << 20}, {0xC2, 0x39, 32 << 20}, {0xC2, 0x1A, 64 << 20},
        {0xEF, 0x39, 0},         {0xEF, 0x00, 0},        {0xEF, 0xFF, 0},        {0xEF, 0x0F, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(nor_size_from_capacity(rows[i].maker, rows[i].capacity), rows[i].size);
}

static void without_sfdp(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, false);
    CHECK_OK(identify(&b, 0x684016));
    assert_false(b.info.has_sfdp);
    assert_int_equal(b.info.size, 4 << 20);
    assert_string_equal(b.info.size_source, "JEDEC id");
    assert_int_equal(b.commands.erase[1].log2, 12);
    CHECK_OK(identify(&b, 0x770016));
    assert_string_equal(b.info.maker, "unknown maker");
}

static void sizes_that_differ(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, true);
    CHECK_OK(identify(&b, 0xEF4018));
    assert_int_equal(b.info.size, 8 << 20);
    assert_string_equal(b.info.size_source, "SFDP");
    CHECK_OK(identify(&b, 0xEF4016));
    assert_int_equal(b.info.size, 4 << 20);
    CHECK_OK(identify(&b, 0xEF40FE)); /* the byte says nothing */
    assert_int_equal(b.info.size, 8 << 20);
}

static void nothing_answers(void **state)
{
    (void)state;
    struct bench b;
    bench_init(&b, false);
    CHECK_ERR(identify(&b, 0xFFFFFF), ERR_FLASH);
    assert_non_null(strstr(b.log.why, "no flash answers"));
    CHECK_ERR(identify(&b, 0x000000), ERR_FLASH);
    CHECK_ERR(identify(&b, 0x774299), ERR_FLASH);
    assert_non_null(strstr(b.log.why, "0x774299"));
    assert_non_null(strstr(b.log.why, "ESP_FLASH_SIZE"));
}

/* Whatever the table says, parsing stays inside and jobs get a 4 KB unit. */
static void any_sfdp(void **state)
{
    (void)state;
    uint32_t seed = 1;
    for (unsigned n = 0; n < 20000; n++) {
        struct bench b;
        bench_init(&b, true);
        for (unsigned i = 0; i < 4; i++) {
            seed = seed * 1664525 + 1013904223;
            b.sfdp[4 + (seed >> 8) % 12] = (uint8_t)(seed >> 24);
            b.sfdp[0x80 + (seed >> 4) % 64] = (uint8_t)(seed >> 16);
        }
        CHECK_OK(identify(&b, 0xEF4017));
        assert_in_range(b.info.size, 65536, 8 << 20);
        unsigned last = 0;
        while (last + 1 < NOR_ERASE_TYPES && b.commands.erase[last + 1].log2)
            last++;
        assert_int_equal(b.commands.erase[last].log2, 12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_real_part),     cmocka_unit_test(sizes_of_the_capacity_byte),
        cmocka_unit_test(without_sfdp),    cmocka_unit_test(sizes_that_differ),
        cmocka_unit_test(nothing_answers), cmocka_unit_test(any_sfdp),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
