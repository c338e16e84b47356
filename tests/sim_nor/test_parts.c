/* SPDX-License-Identifier: Apache-2.0 */
/* Each part's id, size, SFDP table and quad enable bit, over the wires. */
#include "bench.h"

static uint8_t sfdp_byte(struct bench *b, uint32_t at)
{
    uint8_t value;
    SPI(b, &value, 1, NOR_READ_SFDP, (uint8_t)(at >> 16), (uint8_t)(at >> 8), (uint8_t)at, 0);
    return value;
}

static uint32_t sfdp_dword(struct bench *b, uint32_t at)
{
    uint8_t in[4];
    for (uint32_t i = 0; i < 4; i++)
        in[i] = sfdp_byte(b, at + i);
    return le32_get(in);
}

static bool lies(const char *name)
{
    return !strcmp(name, "odd-sfdp-half") || !strcmp(name, "odd-sfdp-double");
}

/* The rules of capacity bytes: 2^n up to 0x19; from 0x20 Winbond counts on from 0x1A; Macronix octal parts from 0x20 up. */
static uint32_t size_of_id(const uint8_t *id)
{
    unsigned n = id[2] > 0x30 ? id[2] - 0x20U : id[2] >= 0x20 ? id[2] - 6U : id[2];
    return 1U << n;
}

static void each_part_says_who_it_is_and_how_large(void **state)
{
    (void)state;
    const struct nor_part *p;
    for (size_t i = 0; (p = nor_part_at(i)); i++) {
        struct bench b;
        use(&b, nor_part_name(p), false);
        answers_in_spi(&b);
        assert_int_equal(nor_size(b.nor), nor_part_size(p));
        if (strcmp(nor_part_name(p), "odd-id-unknown") != 0)
            assert_int_equal(size_of_id(nor_part_id(p)), nor_part_size(p));
        assert_ptr_equal(nor_part_find(nor_part_name(p)), p);
        done(&b);
    }
    assert_true(nor_part_find("w25q64jv") == nor_part_find("W25Q64JV"));
    assert_null(nor_part_find("W25Q65"));
}

static void each_table_parses_and_tells_the_size(void **state)
{
    (void)state;
    const struct nor_part *p;
    for (size_t i = 0; (p = nor_part_at(i)); i++) {
        struct bench b;
        use(&b, nor_part_name(p), false);
        if (!strcmp(nor_part_name(p), "odd-no-sfdp") || !strcmp(nor_part_name(p), "GD25LQ128D")) {
            assert_int_equal(sfdp_dword(&b, 0), UINT32_MAX);
            done(&b);
            continue;
        }
        assert_int_equal(sfdp_dword(&b, 0), 0x50444653);
        assert_int_equal(sfdp_byte(&b, 5), 1);
        uint32_t tables = sfdp_byte(&b, 6) + 1U, minor = sfdp_byte(&b, 4);
        assert_int_equal(sfdp_dword(&b, 8) & 0xFFFFFF, 0x010000 | minor << 8); /* id 0, revision 1.minor */
        uint32_t count = sfdp_byte(&b, 11), at = sfdp_dword(&b, 12) & 0xFFFFFF;
        assert_int_equal(count, minor == 0 ? 9 : minor < 8 ? 16 : 20);
        assert_int_equal(at % 4, 0);
        assert_int_equal(sfdp_dword(&b, at) & 0xFF03, 0x2001); /* sectors of 4 KB, erased by 20 */
        uint64_t size = (uint64_t)sfdp_dword(&b, at + 4) / 8 + 1;
        assert_int_equal(size == nor_part_size(p), !lies(nor_part_name(p)));
        if (tables == 2) {
            assert_int_equal(sfdp_byte(&b, 16), 0x84);
            assert_int_equal(sfdp_byte(&b, (sfdp_dword(&b, 20) & 0xFFFFFF) + 4), NOR_ERASE_SECTOR4);
        }
        assert_int_equal(sfdp_byte(&b, 0x800), 0xFF);
        done(&b);
    }
}

/* The dumps that the tables come from: a few bytes of each, as QEMU, Zephyr and the linux-mtd list show them. */
static void tables_are_those_of_the_dumps(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        uint32_t at, value;
    } rows[] = {
        {"W25Q01JV", 0x84, 0x3FFFFFFF},   {"W25Q01JV", 0xD0, 0xFFF00AFF},    {"W25Q512JV", 0xBC, 0xA5F970E9},
        {"MX66L1G45G", 0x34, 0x3FFFFFFF}, {"MX66L1G45G", 0x6C, 0x85F950F0},  {"MX66L1G45G", 0xC0, 0xFFFFEF7F},
        {"MX25R6435F", 0x54, 0x00F57223}, {"MX25R6435F", 0x34, 0x03FFFFFF},  {"P25Q16H", 0x50, 0x8108D810},
        {"XT25F128B", 0x3C, 0xBB423B08},  {"MX25L12835F", 0x48, 0xEB44FFFF}, {"MX25UM25645G", 0x84, 0xA0000000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;
        use(&b, rows[i].part, false);
        assert_int_equal(sfdp_dword(&b, rows[i].at), rows[i].value);
        done(&b);
    }
}

static void quad_enable_is_where_the_maker_has_it(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        uint8_t write, read, mask;
    } rows[] = {
        {"GD25Q64E", NOR_WRITE_STATUS2, NOR_READ_STATUS2, NOR_SR2_QE},
        {"W25Q64FV", NOR_WRITE_STATUS2, NOR_READ_STATUS2, NOR_SR2_QE},
        {"XM25QH64C", NOR_WRITE_STATUS2, NOR_READ_STATUS2, NOR_SR2_QE},
        {"XM25QU64A", NOR_WRITE_STATUS, NOR_READ_STATUS1, NOR_SR1_QE},
        {"MX25L6433F", NOR_WRITE_STATUS, NOR_READ_STATUS1, NOR_SR1_QE},
        {"IS25LP128", NOR_WRITE_STATUS, NOR_READ_STATUS1, NOR_SR1_QE},
        {"odd-qe-sr2.7", NOR_WRITE_STATUS2_3E, NOR_READ_STATUS2_3F, NOR_SR2_QE7},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;
        use(&b, rows[i].part, false);
        nor_bytes(b.nor)[0x12345] = 0xA5;
        assert_int_equal(status(&b, rows[i].read) & rows[i].mask, 0);
        assert_int_equal(read_on(&b, NOR_QUAD_OUT_READ, 1, 8, 4), 0xFF);
        write_status(&b, rows[i].write, rows[i].mask);
        assert_int_equal(status(&b, rows[i].read) & rows[i].mask, rows[i].mask);
        assert_int_equal(read_on(&b, NOR_QUAD_OUT_READ, 1, 8, 4), 0xA5);
        nor_power_on(b.nor);
        assert_int_equal(status(&b, rows[i].read) & rows[i].mask, rows[i].mask);
        done(&b);
    }
    struct bench b;
    use(&b, "GD25Q64E", false); /* for a while only */
    CMD(&b, NOR_VOLATILE_WRITE_ENABLE);
    CMD(&b, NOR_WRITE_STATUS2, NOR_SR2_QE);
    assert_int_equal(status(&b, NOR_READ_STATUS2), NOR_SR2_QE);
    nor_power_on(b.nor);
    assert_int_equal(status(&b, NOR_READ_STATUS2), 0);
    done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_says_who_it_is_and_how_large),
        cmocka_unit_test(each_table_parses_and_tells_the_size),
        cmocka_unit_test(tables_are_those_of_the_dumps),
        cmocka_unit_test(quad_enable_is_where_the_maker_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
