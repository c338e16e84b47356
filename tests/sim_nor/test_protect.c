/* SPDX-License-Identifier: Apache-2.0 */
/* Protection: which ranges the bits mean, locks, and what keeps the bits from being written. */
#include "bench.h"

enum { KB = 1024, MB = 1024 * KB };

struct row {
    const char *part;
    uint8_t sr1, sr2; /* sr2: status register 2, or Macronix's configuration, or ISSI's function register */
    uint32_t first, len;
};

/* Worked out by the rules of flashrom's writeprotect_ranges.c and the bits that flashrom, ufprog (ISSI) or AMD's Linux tree
   (IS25LX512M) have for the part; of BY25Q64AS, ZB25VQ64 and P25Q32H, which these do not know, by those of a W25Q64. */
static const struct row rows[] = {
    {"W25Q16JV", 0x04, 0, 2 * MB - 64 * KB, 64 * KB},
    {"W25Q16JV", 0x14, 0, 1 * MB, 1 * MB},
    {"W25Q16JV", 0x18, 0, 0, 2 * MB},
    {"W25Q64JV", 0x04, 0, 8 * MB - 128 * KB, 128 * KB},
    {"W25Q64JV", 0x38, 0, 0, 4 * MB},
    {"W25Q64JV", 0x18, 0x40, 0, 4 * MB},
    {"W25Q128JV", 0x04, 0, 16 * MB - 256 * KB, 256 * KB},
    {"W25Q256JV", 0x04, 0, 32 * MB - 64 * KB, 64 * KB},
    {"W25Q256JV", 0x64, 0, 0, 16 * MB},
    {"W25Q256JV", 0x28, 0, 0, 32 * MB},
    {"GD25Q32C", 0x04, 0, 4 * MB - 64 * KB, 64 * KB},
    {"GD25Q128E", 0x24, 0, 0, 256 * KB},
    {"GD25Q128E", 0x58, 0, 16 * MB - 32 * KB, 32 * KB},
    {"GD25Q128E", 0x64, 0x40, 4 * KB, 16 * MB - 4 * KB},
    {"XM25QH64C", 0x14, 0, 6 * MB, 2 * MB},
    {"BY25Q64AS", 0x08, 0, 8 * MB - 256 * KB, 256 * KB},
    {"ZB25VQ64", 0x1C, 0, 0, 8 * MB},
    {"P25Q32H", 0x24, 0, 0, 64 * KB},
    {"MX25L12835F", 0x04, 0, 16 * MB - 64 * KB, 64 * KB},
    {"MX25L12835F", 0x20, 0, 8 * MB, 8 * MB},
    {"MX25L12835F", 0x24, 0, 0, 16 * MB},
    {"MX25L12835F", 0x04, 0x08, 0, 64 * KB},
    {"MX25R6435F", 0x1C, 0, 4 * MB, 4 * MB},
    {"MX25R6435F", 0x20, 0, 0, 8 * MB},
    {"MX25UM25645G", 0x04, 0, 32 * MB - 64 * KB, 64 * KB},
    {"MX25UM25645G", 0x28, 0, 0, 32 * MB},
    {"IS25LP016D", 0x04, 0, 2 * MB - 64 * KB, 64 * KB},
    {"IS25LP016D", 0x34, 0, 0, 1 * MB},
    {"IS25LP016D", 0x1C, 0, 0, 2 * MB},
    {"IS25LP064", 0x1C, 0, 4 * MB, 4 * MB},
    {"IS25LP128", 0x20, 0, 8 * MB, 8 * MB},
    {"IS25LP128", 0x04, 0x02, 0, 64 * KB},
    {"IS25LX256", 0x04, 0, 32 * MB - 128 * KB, 128 * KB},
};

static void set_registers(struct bench *b, const struct row *row)
{
    CMD(b, NOR_WRITE_ENABLE);
    CMD(b, NOR_WRITE_STATUS, row->sr1);
    pass(b, 50000000);
    if (!row->sr2)
        return;
    CMD(b, NOR_WRITE_ENABLE);
    if (nor_part_id(nor_part_of(b->nor))[0] == 0xC2)
        CMD(b, NOR_WRITE_STATUS, row->sr1, row->sr2);
    else if (nor_part_id(nor_part_of(b->nor))[0] == 0x9D)
        CMD(b, NOR_WRITE_FUNCTION, row->sr2);
    else
        CMD(b, NOR_WRITE_STATUS2, row->sr2);
    pass(b, 50000000);
}

static void bits_protect_their_ranges(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;
        use(&b, rows[i].part, false);
        set_registers(&b, &rows[i]);
        uint32_t size = nor_size(b.nor), end = rows[i].first + rows[i].len;
        assert_true(nor_is_protected(b.nor, rows[i].first, 1));
        assert_true(nor_is_protected(b.nor, end - 1, 1));
        assert_false(rows[i].first && nor_is_protected(b.nor, rows[i].first - 1, 1));
        assert_false(end < size && nor_is_protected(b.nor, end, 1));
        CMD(&b, NOR_WRITE_ENABLE);
        CMD(&b, NOR_ERASE_CHIP);
        assert_int_equal(nor_erases(b.nor, 0), 0);
        assert_int_equal(status(&b, NOR_READ_STATUS1), rows[i].sr1); /* neither WIP nor WEL */
        done(&b);
    }
}

static void block_locks_close_everything_at_power_on(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    assert_false(nor_is_protected(b.nor, 0, 1)); /* BP counts, until WPS says otherwise */
    write_status(&b, NOR_WRITE_STATUS3, 0x60 | NOR_SR3_WPS);
    program(&b, 0x20000, (const uint8_t *)"\0", 1);
    assert_int_equal(nor_bytes(b.nor)[0x20000], 0xFF);
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_UNLOCK_BLOCK, 0x02, 0x12, 0x34); /* the block of 64 KB */
    assert_false(nor_is_protected(b.nor, 0x20000, 0x10000));
    assert_true(nor_is_protected(b.nor, 0x30000, 1));
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_UNLOCK_BLOCK, 0x00, 0x10, 0x00); /* in the first block: the sector */
    assert_false(nor_is_protected(b.nor, 0x1000, 0x1000));
    assert_true(nor_is_protected(b.nor, 0x2000, 1));
    uint8_t lock;
    SPI(&b, &lock, 1, NOR_READ_LOCK, 0x00, 0x20, 0x00);
    assert_int_equal(lock, 1);
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_UNLOCK_ALL);
    assert_false(nor_is_protected(b.nor, 0, nor_size(b.nor)));
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_LOCK_BLOCK, 0x00, 0x20, 0x00);
    assert_true(nor_is_protected(b.nor, 0x2000, 1));
    nor_power_on(b.nor);
    assert_true(nor_is_protected(b.nor, 0x20000, 1));
    done(&b);
}

static void a_low_pin_locks_the_status_register(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "GD25Q64E", false);
    write_status(&b, NOR_WRITE_STATUS, NOR_SR1_SRP | 0x1C);
    nor_set_wp(b.nor, true);
    write_status(&b, NOR_WRITE_STATUS, 0);
    assert_int_equal(status(&b, NOR_READ_STATUS1), NOR_SR1_SRP | 0x1C);
    nor_set_wp(b.nor, false);
    write_status(&b, NOR_WRITE_STATUS, 0);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    write_status(&b, NOR_WRITE_STATUS2, NOR_SR2_QE); /* with QE the pin is a data line */
    write_status(&b, NOR_WRITE_STATUS, NOR_SR1_SRP | 0x1C);
    nor_set_wp(b.nor, true);
    write_status(&b, NOR_WRITE_STATUS, 0);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    done(&b);
}

static void the_lock_until_power_off_ends_there(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    write_status(&b, NOR_WRITE_STATUS2, NOR_SR2_SRL | NOR_SR2_QE);
    write_status(&b, NOR_WRITE_STATUS, 0x1C);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    CMD(&b, NOR_RESET_ENABLE);
    CMD(&b, NOR_RESET);
    pass(&b, 50000);
    write_status(&b, NOR_WRITE_STATUS, 0x1C);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0);
    nor_power_on(b.nor);
    write_status(&b, NOR_WRITE_STATUS, 0x1C);
    assert_int_equal(status(&b, NOR_READ_STATUS1), 0x1C);
    done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_protect_their_ranges),
        cmocka_unit_test(block_locks_close_everything_at_power_on),
        cmocka_unit_test(a_low_pin_locks_the_status_register),
        cmocka_unit_test(the_lock_until_power_off_ends_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
