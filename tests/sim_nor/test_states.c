/* SPDX-License-Identifier: Apache-2.0 */
/* States that a chip is put into from outside. */
#include "bench.h"

static bool answers_its_id(struct bench *b)
{
    uint8_t id[3];
    SPI(b, id, 3, NOR_READ_ID);
    return !memcmp(id, nor_part_id(nor_part_of(b->nor)), 3);
}

/* After a power cycle every part is its usual self, whatever it was put into. */
static void every_state_of_every_part_ends_with_the_power(void **state)
{
    (void)state;
    const struct nor_part *p;
    for (size_t i = 0; (p = nor_part_at(i)); i++) {
        if (nor_part_size(p) > 16 << 20 && i % 2)
            continue; /* half of the large ones will do */
        struct bench b;
        use(&b, nor_part_name(p), false);
        for (unsigned s = 0; s < NOR_STATE_STUCK_LOW; s++) {
            enum err e = nor_enter(b.nor, (enum nor_state)s);
            assert_true(e == ERR_OK || e == ERR_UNSUPPORTED);
            nor_set_wp(b.nor, false);
            nor_power_on(b.nor);
            assert_true(answers_its_id(&b));
            assert_int_equal(status(&b, NOR_READ_STATUS1) & (NOR_SR1_WIP | NOR_SR1_WEL), 0);
        }
        done(&b);
    }
}

static void a_state_is_seen_on_the_wires(void **state)
{
    (void)state;
    static const struct {
        const char *part, *states;
        bool answers;
        uint8_t read, mask, value; /* a register, 0: none */
    } rows[] = {
        {"W25Q64JV", "deep-power-down", false, 0, 0, 0},
        {"W25Q64JV", "erase-running", false, NOR_READ_STATUS1, NOR_SR1_WIP, NOR_SR1_WIP},
        {"W25Q64JV", "erase-suspended", true, NOR_READ_STATUS2, NOR_SR2_SUS, NOR_SR2_SUS},
        {"GD25Q64E", "program-suspended", true, NOR_READ_STATUS2, 0x84, 0x04},
        {"GD25Q64E", "erase-suspended", true, NOR_READ_STATUS2, 0x84, 0x80},
        {"MX25L6433F", "erase-suspended", true, NOR_READ_SECURITY, 0x0C, 0x08},
        {"IS25LP128", "program-suspended", true, NOR_READ_FUNCTION, 0x0C, 0x04},
        {"GD25Q64E", "qe-set", true, NOR_READ_STATUS2, NOR_SR2_QE, NOR_SR2_QE},
        {"W25Q64FV", "qe-clear", true, NOR_READ_STATUS2, NOR_SR2_QE, 0},
        {"W25Q64JV", "write-enabled", true, NOR_READ_STATUS1, NOR_SR1_WEL, NOR_SR1_WEL},
        {"W25Q64JV", "protected-blocks", true, NOR_READ_STATUS1, 0x1C, 0x18},
        {"MX25L12835F", "protected-all", true, NOR_READ_STATUS1, 0x3C, 0x3C},
        {"GD25Q64E", "protected-pin", true, NOR_READ_STATUS1, 0x9C, 0x9C},
        {"W25Q64JV", "block-locks", true, NOR_READ_STATUS3, NOR_SR3_WPS, NOR_SR3_WPS},
        {"W25Q256JV", "4-byte,protected-all", true, NOR_READ_STATUS3, NOR_SR3_ADS, NOR_SR3_ADS},
        {"W25Q256JV", "extended-address", true, NOR_READ_EXTENDED, 0xFF, 1},
        {"MX25UM25645G", "opi-str", false, 0, 0, 0},
        {"MX25UM25645G", "opi-dtr", false, 0, 0, 0},
        {"GD25LX256E", "opi-dtr", false, 0, 0, 0},
        {"MX25L12835F", "qpi", false, 0, 0, 0},
        {"W25Q64JV", "continuous-read", false, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct bench b;
        use(&b, rows[i].part, false);
        assert_int_equal(nor_preset(b.nor, rows[i].states), ERR_OK);
        if (rows[i].read)
            assert_int_equal(status(&b, rows[i].read) & rows[i].mask, rows[i].value);
        assert_int_equal(answers_its_id(&b), rows[i].answers);
        done(&b);
    }
}

static void shorted_lines_give_one_level(void **state)
{
    (void)state;
    struct bench b;
    uint8_t in[3];
    use(&b, "W25Q64JV", false);
    assert_int_equal(nor_preset(b.nor, "lines-low"), ERR_OK);
    SPI(&b, in, 3, NOR_READ_ID);
    assert_memory_equal(in, "\0\0\0", 3);
    assert_int_equal(nor_preset(b.nor, "lines-high"), ERR_OK);
    SPI(&b, in, 3, NOR_READ_ID);
    assert_memory_equal(in, "\xFF\xFF\xFF", 3);
    nor_power_on(b.nor); /* no matter of power */
    assert_false(answers_its_id(&b));
    done(&b);
}

static void an_erase_takes_a_blank_block(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "W25Q64JV", false);
    memset(nor_bytes(b.nor), 0x12, nor_size(b.nor));
    memset(nor_bytes(b.nor) + 0x340000, 0xFF, 0x10000);
    assert_int_equal(nor_preset(b.nor, "erase-running"), ERR_OK);
    assert_int_equal(nor_erases(b.nor, 0x340), 1);
    assert_int_equal(nor_bytes(b.nor)[nor_size(b.nor) - 1], 0x12);
    done(&b);
}

static void what_cannot_be_is_said(void **state)
{
    (void)state;
    struct bench b;
    struct log log;
    log_init(&log, LOG_ERROR);
    use(&b, "W25Q64JV", false);
    assert_int_equal(nor_preset(b.nor, "opi-dtr"), ERR_UNSUPPORTED);
    assert_int_equal(nor_preset(b.nor, "qe-clear"), ERR_UNSUPPORTED); /* fixed at 1 */
    assert_int_equal(nor_preset(b.nor, "asleep"), ERR_USAGE);
    assert_int_equal(nor_preset(b.nor, "qe-set,"), ERR_USAGE);
    done(&b);
    const struct nor_part *part;
    assert_int_equal(nor_part_parse(&log, "W25Q65", &part), ERR_USAGE);
    assert_non_null(strstr(err_why(&log, ERR_USAGE), "IS25LX256"));
    assert_int_equal(nor_check_states(&log, "qe-set,nonsense"), ERR_USAGE);
    assert_non_null(strstr(err_why(&log, ERR_USAGE), "lines-high"));
    assert_int_equal(nor_check_states(&log, "qe-set,opi-dtr"), ERR_OK); /* a name that is known, whatever the part */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_of_every_part_ends_with_the_power),
        cmocka_unit_test(a_state_is_seen_on_the_wires),
        cmocka_unit_test(shorted_lines_give_one_level),
        cmocka_unit_test(an_erase_takes_a_blank_block),
        cmocka_unit_test(what_cannot_be_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
