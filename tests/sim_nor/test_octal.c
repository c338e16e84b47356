/* SPDX-License-Identifier: Apache-2.0 */
/* Octal modes: Macronix at single and double rate, ISSI and GigaDevice at double rate. */
#include "bench.h"

#define INV(opcode)   (opcode), (uint8_t) ~(opcode)
#define TWICE(opcode) (opcode), (opcode)

static const char *const macronix_parts[] = {"MX25UM25645G", "MX25LM25645G", "MX25LM51245G", "MX66UM1G45G"};
static const char *const config_parts[] = {"IS25LX256", "GD25LX256E"};

/* Mode bits of Macronix's configuration register 2, on the lines of the present mode; at double rate a pair of bytes. */
static void set_macronix_mode(struct bench *b, unsigned lines, uint8_t mode)
{
    if (lines == BENCH_SPI) {
        CMD(b, NOR_WRITE_ENABLE);
        CMD(b, NOR_WRITE_CONFIG2, 0, 0, 0, 0, mode);
        return;
    }
    SEND(b, lines, INV(NOR_WRITE_ENABLE));
    if (lines == BENCH_STR)
        SEND(b, lines, INV(NOR_WRITE_CONFIG2), 0, 0, 0, 0, mode);
    else
        SEND(b, lines, INV(NOR_WRITE_CONFIG2), 0, 0, 0, 0, mode, 0x00);
}

static void use_macronix(struct bench *b, const char *part, unsigned lines)
{
    use(b, part, false);
    set_macronix_mode(b, BENCH_SPI, lines == BENCH_DTR ? NOR_CR2_DOPI : NOR_CR2_SOPI);
    assert_int_equal(nor_mode(b->nor), lines == BENCH_DTR ? NOR_OPI_DTR : NOR_OPI_STR);
}

/* --- Macronix, single rate --- */

static void macronix_str_reads_writes_and_leaves(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof macronix_parts / sizeof *macronix_parts; i++) {
        struct bench b;
        uint8_t in[4];
        use_macronix(&b, macronix_parts[i], BENCH_STR);
        const uint8_t *id = nor_part_id(nor_part_of(b.nor));
        memcpy(nor_bytes(b.nor) + 0x1234567, "\x10\x20\x30\x40", 4);
        WIRES(&b, BENCH_STR, 4, in, 3, INV(NOR_READ_ID), 0, 0, 0, 0);
        assert_memory_equal(in, id, 3);
        WIRES(&b, BENCH_STR, 20, in, 4, INV(NOR_OCTAL_READ), 0x01, 0x23, 0x45, 0x67);
        assert_memory_equal(in, "\x10\x20\x30\x40", 4);
        WIRES(&b, BENCH_STR, 20, in, 4, INV(NOR_READ_SFDP), 0, 0, 0, 0);
        assert_memory_equal(in, "SFDP", 4);
        SEND(&b, BENCH_STR, INV(NOR_WRITE_ENABLE));
        WIRES(&b, BENCH_STR, 4, in, 1, INV(NOR_READ_STATUS1), 0, 0, 0, 0);
        assert_int_equal(in[0], NOR_SR1_WEL);
        SEND(&b, BENCH_STR, INV(NOR_PAGE_PROGRAM4), 0x01, 0x00, 0x00, 0x00, 1, 2, 3);
        assert_memory_equal(nor_bytes(b.nor) + 0x1000000, "\1\2\3\xFF", 4);
        pass(&b, 1000000);
        SEND(&b, BENCH_STR, INV(NOR_WRITE_ENABLE));
        SEND(&b, BENCH_STR, INV(NOR_ERASE_SECTOR4), 0x01, 0x00, 0x00, 0x00);
        assert_int_equal(nor_erases(b.nor, 0x1000), 1);
        pass(&b, 50000000);
        set_macronix_mode(&b, BENCH_STR, 0);
        answers_in_spi(&b);
        done(&b);
    }
}

/* --- Macronix, double rate --- */

static void macronix_dtr_swaps_pairs_of_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof macronix_parts / sizeof *macronix_parts; i++) {
        struct bench b;
        uint8_t in[4];
        use_macronix(&b, macronix_parts[i], BENCH_DTR);
        memcpy(nor_bytes(b.nor) + 0x1234566, "\x10\x20\x30\x40", 4);
        WIRES(&b, BENCH_DTR, 20, in, 4, INV(NOR_OCTAL_DTR_READ), 0x01, 0x23, 0x45, 0x66);
        assert_memory_equal(in, "\x20\x10\x40\x30", 4);
        WIRES(&b, BENCH_DTR, 20, in, 2, INV(NOR_OCTAL_DTR_READ), 0x01, 0x23, 0x45, 0x67); /* of the even address */
        assert_memory_equal(in, "\x20\x10", 2);
        SEND(&b, BENCH_DTR, INV(NOR_WRITE_ENABLE));
        SEND(&b, BENCH_DTR, INV(NOR_PAGE_PROGRAM4), 0x00, 0x00, 0x10, 0x00, 1, 2, 3, 4);
        assert_memory_equal(nor_bytes(b.nor) + 0x1000, "\2\1\4\3", 4);
        pass(&b, 1000000);
        SEND(&b, BENCH_DTR, INV(NOR_WRITE_ENABLE));
        SEND(&b, BENCH_DTR, INV(NOR_PAGE_PROGRAM4), 0x00, 0x00, 0x20, 0x00, 1, 2, 3); /* half a pair */
        assert_int_equal(nor_bytes(b.nor)[0x2000], 0xFF);
        SEND(&b, BENCH_DTR, INV(NOR_ERASE_BLOCK64_4), 0x00, 0x00, 0x10, 0x00);
        assert_int_equal(nor_bytes(b.nor)[0x1000], 0xFF);
        done(&b);
    }
}

static void macronix_dtr_gives_registers_at_both_edges(void **state)
{
    (void)state;
    struct bench b;
    uint8_t in[6];
    use_macronix(&b, "MX25UM25645G", BENCH_DTR);
    WIRES(&b, BENCH_DTR, 4, in, 6, INV(NOR_READ_ID), 0, 0, 0, 0);
    assert_memory_equal(in, "\xC2\xC2\x80\x80\x39\x39", 6);
    SEND(&b, BENCH_DTR, INV(NOR_WRITE_ENABLE));
    WIRES(&b, BENCH_DTR, 4, in, 2, INV(NOR_READ_STATUS1), 0, 0, 0, 0);
    assert_memory_equal(in, "\2\2", 2);
    WIRES(&b, BENCH_DTR, 4, in, 2, INV(NOR_READ_CONFIG2), 0, 0, 0, 0);
    assert_memory_equal(in, "\2\2", 2);
    SEND(&b, BENCH_DTR, INV(NOR_WRITE_STATUS), 0, 0, 0, 0, 0x04, 0x04);
    pass(&b, 50000000);
    WIRES(&b, BENCH_DTR, 4, in, 2, INV(NOR_READ_STATUS1), 0, 0, 0, 0);
    assert_memory_equal(in, "\4\4", 2);
    done(&b);
}

static void macronix_needs_the_right_wires(void **state)
{
    (void)state;
    struct bench b;
    uint8_t in[6];
    use_macronix(&b, "MX25UM25645G", BENCH_DTR);
    WIRES(&b, BENCH_DTR, 4, in, 2, TWICE(NOR_READ_ID), 0, 0, 0, 0); /* not the inverse */
    assert_memory_equal(in, "\xFF\xFF", 2);
    WIRES(&b, BENCH_DTR, 4, in, 2, INV(NOR_READ_ID)); /* without address the dummy clocks are taken for it */
    assert_memory_equal(in, "\xFF\xFF", 2);
    WIRES(&b, BENCH_DTR, 3, in, 6, INV(NOR_READ_ID), 0, 0, 0, 0); /* one clock short: two bytes late */
    assert_memory_equal(in, "\xFF\xFF\xC2\xC2\x80\x80", 6);
    WIRES(&b, BENCH_DTR, 5, in, 4, INV(NOR_READ_ID), 0, 0, 0, 0);
    assert_memory_equal(in, "\x80\x80\x39\x39", 4);
    WIRES(&b, BENCH_DTR, 20, in, 2, INV(NOR_OCTAL_READ), 0, 0, 0, 0); /* that of single rate */
    assert_memory_equal(in, "\xFF\xFF", 2);
    WIRES(&b, BENCH_STR, 4, in, 3, INV(NOR_READ_ID), 0, 0, 0, 0); /* each byte is taken twice */
    assert_memory_equal(in, "\xFF\xFF\xFF", 3);
    SPI(&b, in, 3, NOR_READ_ID);
    assert_memory_equal(in, "\xFF\xFF\xFF", 3);
    WIRES(&b, BENCH_QPI, 0, in, 3, NOR_READ_ID);
    assert_memory_equal(in, "\xFF\xFF\xFF", 3);
    CMD(&b, NOR_RESET_ENABLE);
    CMD(&b, NOR_RESET); /* a reset of SPI is not heard */
    assert_int_equal(nor_mode(b.nor), NOR_OPI_DTR);
    done(&b);
}

static void macronix_dummy_clocks_can_be_set(void **state)
{
    (void)state;
    struct bench b;
    for (uint8_t code = 0; code < 8; code++) {
        uint8_t in[2];
        use(&b, "MX25UM25645G", false);
        memcpy(nor_bytes(b.nor), "\x12\x34", 2);
        CMD(&b, NOR_WRITE_ENABLE);
        CMD(&b, NOR_WRITE_CONFIG2, 0, 0, 3, 0, code);
        SPI(&b, in, 1, NOR_READ_CONFIG2, 0, 0, 3, 0);
        assert_int_equal(in[0], code);
        set_macronix_mode(&b, BENCH_SPI, NOR_CR2_DOPI);
        WIRES(&b, BENCH_DTR, 20 - 2U * code, in, 2, INV(NOR_OCTAL_DTR_READ), 0, 0, 0, 0);
        assert_memory_equal(in, "\x34\x12", 2);
        done(&b);
    }
}

static void macronix_octal_is_left_in_every_way(void **state)
{
    (void)state;
    static const unsigned lines[] = {BENCH_STR, BENCH_DTR};
    for (size_t i = 0; i < 2; i++) {
        struct bench b;
        use_macronix(&b, "MX25UM25645G", lines[i]);
        set_macronix_mode(&b, lines[i], 0);
        answers_in_spi(&b);
        set_macronix_mode(&b, BENCH_SPI, lines[i] == BENCH_DTR ? NOR_CR2_DOPI : NOR_CR2_SOPI);
        SEND(&b, lines[i], INV(NOR_RESET_ENABLE));
        SEND(&b, lines[i], INV(NOR_RESET));
        pass(&b, 100000);
        answers_in_spi(&b);
        set_macronix_mode(&b, BENCH_SPI, lines[i] == BENCH_DTR ? NOR_CR2_DOPI : NOR_CR2_SOPI);
        nor_power_on(b.nor);
        answers_in_spi(&b);
        done(&b);
    }
}

static void macronix_can_begin_in_octal_for_good(void **state)
{
    (void)state;
    struct bench b;
    use(&b, "MX25UM25645G", false);
    CMD(&b, NOR_WRITE_ENABLE);
    CMD(&b, NOR_WRITE_CONFIG2, 0x40, 0, 0, 0, (uint8_t)~NOR_CR2_DOPI);
    pass(&b, 50000000);
    answers_in_spi(&b);
    nor_power_on(b.nor);
    assert_int_equal(nor_mode(b.nor), NOR_OPI_DTR);
    SEND(&b, BENCH_DTR, INV(NOR_WRITE_ENABLE));
    SEND(&b, BENCH_DTR, INV(NOR_WRITE_CONFIG2), 0x40, 0, 0, 0, 0xFF, 0xFF); /* one time: it does not go back */
    pass(&b, 50000000);
    nor_power_on(b.nor);
    assert_int_equal(nor_mode(b.nor), NOR_OPI_DTR);
    done(&b);
}

static void macronix_sleeps_and_suspends_in_octal(void **state)
{
    (void)state;
    struct bench b;
    uint8_t in[2];
    use_macronix(&b, "MX25UM25645G", BENCH_DTR);
    SEND(&b, BENCH_DTR, INV(NOR_POWER_DOWN));
    WIRES(&b, BENCH_DTR, 4, in, 2, INV(NOR_READ_STATUS1), 0, 0, 0, 0);
    assert_memory_equal(in, "\xFF\xFF", 2);
    SEND(&b, BENCH_DTR, INV(NOR_RELEASE_POWER_DOWN));
    pass(&b, 30000);
    SEND(&b, BENCH_DTR, INV(NOR_WRITE_ENABLE));
    SEND(&b, BENCH_DTR, INV(NOR_ERASE_BLOCK64_4), 0, 1, 0, 0);
    SEND(&b, BENCH_DTR, INV(NOR_SUSPEND_B0));
    pass(&b, 25000);
    WIRES(&b, BENCH_DTR, 4, in, 2, INV(NOR_READ_SECURITY), 0, 0, 0, 0);
    assert_int_equal(in[0], 0x08);
    SEND(&b, BENCH_DTR, INV(NOR_RESUME_B0));
    WIRES(&b, BENCH_DTR, 4, in, 2, INV(NOR_READ_STATUS1), 0, 0, 0, 0);
    assert_int_equal(in[0], NOR_SR1_WIP);
    done(&b);
}

/* --- ISSI, GigaDevice --- */

static void set_config(struct bench *b, uint8_t opcode, uint8_t address, uint8_t value)
{
    CMD(b, NOR_WRITE_ENABLE);
    CMD(b, opcode, 0, 0, address, value);
}

static void configured_parts_read_and_write_at_double_rate(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof config_parts / sizeof *config_parts; i++) {
        struct bench b;
        uint8_t in[4];
        use(&b, config_parts[i], false);
        memcpy(nor_bytes(b.nor) + 0x1000020, "\x10\x20\x30\x40", 4);
        SPI(&b, in, 2, NOR_READ_VOLATILE, 0, 0, 0, 0x00);
        assert_int_equal(in[0], 0xFF);
        set_config(&b, NOR_WRITE_VOLATILE, 0, NOR_CFG_OCTAL_DTR);
        assert_int_equal(nor_mode(b.nor), NOR_OPI_DTR);
        WIRES(&b, BENCH_DTR, 8, in, 3, TWICE(NOR_READ_ID));
        assert_memory_equal(in, nor_part_id(nor_part_of(b.nor)), 3);
        WIRES(&b, BENCH_DTR, 16, in, 4, TWICE(NOR_OCTAL_DTR_READ_FD), 0x01, 0, 0, 0x20);
        assert_memory_equal(in, "\x10\x20\x30\x40", 4); /* in order */
        SEND(&b, BENCH_DTR, TWICE(NOR_WRITE_ENABLE));
        WIRES(&b, BENCH_DTR, 8, in, 2, TWICE(NOR_READ_STATUS1));
        assert_memory_equal(in, "\2\2", 2);
        SEND(&b, BENCH_DTR, TWICE(NOR_PAGE_PROGRAM4), 0, 0, 0x10, 0, 1, 2, 3, 4);
        assert_memory_equal(nor_bytes(b.nor) + 0x1000, "\1\2\3\4", 4);
        WIRES(&b, BENCH_DTR, 8, in, 2, TWICE(NOR_READ_FLAGS));
        assert_int_equal(in[0] & 0x80, 0);
        pass(&b, 1000000);
        WIRES(&b, BENCH_DTR, 8, in, 2, TWICE(NOR_READ_FLAGS));
        assert_int_equal(in[0] & 0x80, 0x80);
        WIRES(&b, BENCH_DTR, 8, in, 2, INV(NOR_READ_ID)); /* Macronix's way */
        assert_memory_equal(in, "\xFF\xFF", 2);
        done(&b);
    }
}

static void configured_parts_leave_and_keep(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof config_parts / sizeof *config_parts; i++) {
        struct bench b;
        use(&b, config_parts[i], false);
        set_config(&b, NOR_WRITE_VOLATILE, 0, NOR_CFG_OCTAL_DTR);
        SEND(&b, BENCH_DTR, TWICE(NOR_WRITE_ENABLE));
        SEND(&b, BENCH_DTR, TWICE(NOR_WRITE_VOLATILE), 0, 0, 0, 0, 0xFF, 0xFF);
        answers_in_spi(&b);
        set_config(&b, NOR_WRITE_VOLATILE, 0, NOR_CFG_OCTAL_DTR);
        SEND(&b, BENCH_DTR, TWICE(NOR_RESET_ENABLE));
        SEND(&b, BENCH_DTR, TWICE(NOR_RESET));
        pass(&b, 100000);
        answers_in_spi(&b);
        set_config(&b, NOR_WRITE_KEPT, 0, NOR_CFG_OCTAL_DTR);
        pass(&b, 50000000);
        answers_in_spi(&b);
        nor_power_on(b.nor);
        assert_int_equal(nor_mode(b.nor), NOR_OPI_DTR); /* and a reset does not end it */
        SEND(&b, BENCH_DTR, TWICE(NOR_RESET_ENABLE));
        SEND(&b, BENCH_DTR, TWICE(NOR_RESET));
        assert_int_equal(nor_mode(b.nor), NOR_OPI_DTR);
        done(&b);
    }
}

static void configured_dummy_clocks_can_be_set(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof config_parts / sizeof *config_parts; i++) {
        struct bench b;
        uint8_t in[2];
        use(&b, config_parts[i], false);
        memcpy(nor_bytes(b.nor), "\x12\x34", 2);
        set_config(&b, NOR_WRITE_VOLATILE, 1, 20); /* as Linux sets it */
        set_config(&b, NOR_WRITE_VOLATILE, 0, NOR_CFG_OCTAL_DTR);
        WIRES(&b, BENCH_DTR, 20, in, 2, TWICE(NOR_OCTAL_DTR_READ_FD), 0, 0, 0, 0);
        assert_memory_equal(in, "\x12\x34", 2);
        WIRES(&b, BENCH_DTR, 16, in, 2, TWICE(NOR_OCTAL_DTR_READ_FD), 0, 0, 0, 0);
        assert_memory_equal(in, "\xFF\xFF", 2);
        done(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(macronix_str_reads_writes_and_leaves),
        cmocka_unit_test(macronix_dtr_swaps_pairs_of_bytes),
        cmocka_unit_test(macronix_dtr_gives_registers_at_both_edges),
        cmocka_unit_test(macronix_needs_the_right_wires),
        cmocka_unit_test(macronix_dummy_clocks_can_be_set),
        cmocka_unit_test(macronix_octal_is_left_in_every_way),
        cmocka_unit_test(macronix_can_begin_in_octal_for_good),
        cmocka_unit_test(macronix_sleeps_and_suspends_in_octal),
        cmocka_unit_test(configured_parts_read_and_write_at_double_rate),
        cmocka_unit_test(configured_parts_leave_and_keep),
        cmocka_unit_test(configured_dummy_clocks_can_be_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
